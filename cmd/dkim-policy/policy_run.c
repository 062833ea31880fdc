#include "policy_run.h"

#include <unistd.h>

#include "cli.h"
#include "exit_status.h"
#include "idn.h"
#include "io.h"
#include "lookup.h"
#include "policy_json.h"
#include "lookup_report.h"

/* Names on standard input. */
enum { NAMES_MAX = 64 * 1024 * 1024 };

int policy_run_write(int to, struct buf *out)
{
	struct diag why = { 0 };
	enum status st = io_write(to, buf_span(out), &why);

	buf_free(out);
	return st == ST_OK ? 0 : cli_fail(NULL, st, &why);
}

struct spf_query policy_run_query(const struct policy_run *run,
				  struct dns_clock *clock)
{
	return (struct spf_query){
		.client = { run->dns, clock, run->ip },
		.helo = run->helo,
		.mail_from = run->mail_from,
		.receiver = run->receiver,
		.now = run->now,
		.require_dnssec = run->require_dnssec,
	};
}

static int spf_exit(enum spf_result r, bool spfquery)
{
	static const struct {
		int ours, spfquery;
	} codes[] = {
		[SPF_PASS] = { 0, 0 },	    [SPF_FAIL] = { 1, 1 },
		[SPF_SOFTFAIL] = { 1, 2 },  [SPF_NEUTRAL] = { 1, 3 },
		[SPF_PERMERROR] = { 1, 4 }, [SPF_TEMPERROR] = { 75, 5 },
		[SPF_NONE] = { 2, 6 },
	};

	return spfquery ? codes[r].spfquery : codes[r].ours;
}

int policy_run_spf(const struct policy_run *run, bool spfquery)
{
	struct dns_clock clock = { 0 };
	struct spf_query query = policy_run_query(run, &clock);
	struct spf_verdict verdict;
	struct buf out;
	int code, failed;

	buf_init(&out, POLICY_RUN_REPORT);
	spf_check(&query, &verdict);
	if (run->json)
		policy_json_spf(&verdict, &out);
	else
		lookup_report_spf(&query, &verdict, &out);
	code = spf_exit(verdict.result, spfquery);
	spf_verdict_free(&verdict);
	failed = policy_run_write(run->to, &out);
	return failed ? failed : code;
}

/* --- look-ups ------------------------------------------------------------ */

struct looking {
	const struct policy_run *run;
	unsigned types;
	bool named;
	int code; /* -1: nothing was looked up yet */
};

/* Without --type, what is not there does not matter if anything is. */
static int fold_codes(const struct looking *l, int code, int one)
{
	if (l->named || code < 0)
		return code < 0 ? one : exit_worse(code, one);
	if (one == 2 || code == 2)
		return one == 2 ? code : one;
	return exit_worse(code, one);
}

static void end_one(struct looking *l, int code)
{
	l->code = l->code < 0 ? code : exit_worse(l->code, code);
}

static void look_up(struct looking *l, const struct name *domain)
{
	struct dns_clock clock = { 0 };
	const struct published_from from = { l->run->dns, &clock };
	struct dmarc_store *store = dmarc_store_new(&from);
	struct buf out;
	int code = -1, failed;

	buf_init(&out, POLICY_RUN_REPORT);
	for (enum policytype t = 0; t < POLICY_LOOKUPS; t++) {
		struct lookup found;

		if (!(l->types & (1U << t)))
			continue;
		lookup(&from, store, t, domain, l->run->require_dnssec, &found);
		code = fold_codes(l, code, lookup_exit(&found));
		if (l->run->json)
			policy_json_lookup(&found, &out);
		else
			lookup_report_lookup(&found, &out);
		lookup_free(&found);
	}
	dmarc_store_free(store);
	failed = policy_run_write(l->run->to, &out);
	end_one(l, failed ? failed : code);
}

static void look_up_text(struct looking *l, struct span text)
{
	struct diag why = { 0 };
	struct name domain;

	if (span_ends(text, SPAN(".")))
		text.n--;
	if (idn_parse(text, NAME_UNDERSCORE | NAME_SINGLE, &domain, &why) ==
	    ST_OK)
		look_up(l, &domain);
	else
		end_one(l, cli_fail(NULL, ST_USAGE, &why));
}

static void look_up_lines(struct looking *l)
{
	struct span rest, line = { 0 };
	struct diag why = { 0 };
	struct buf text;

	buf_init(&text, NAMES_MAX);
	if (io_read_all(STDIN_FILENO, &text, &why) != ST_OK)
		l->code = cli_fail("-", ST_IO, &why);
	rest = buf_span(&text);
	while (l->code != exit_status(ST_IO) && span_split(&rest, '\n', &line))
		if (span_trim(line).n)
			look_up_text(l, span_trim(line));
	buf_free(&text);
}

int policy_run_lookup(const struct policy_run *run, char *const *names,
		      size_t n, unsigned types, bool named)
{
	struct looking l = { run, types, named, -1 };

	for (size_t i = 0; i < n && l.code != exit_status(ST_IO); i++)
		look_up_text(&l, span_str(names[i]));
	if (n == 0)
		look_up_lines(&l);
	return l.code < 0 ? 2 : l.code;
}
