#include "lookup_run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "exit_status.h"
#include "idn.h"
#include "io.h"
#include "lookup_report.h"
#include "wrongfile.h"

/* Bytes of the names on standard input. */
enum { NAMES_MAX = 64 * 1024 * 1024 };

/* --- all names, all types ------------------------------------------------ */

struct looking {
	const struct policy_run *run;
	unsigned types;
	bool named;
	int code; /* -1: nothing was looked up yet */
};

/* The exit status of one domain so far and of one more type. Without --type it
 * does not matter which types are absent if any is there. */
static int add_type_code(const struct looking *l, int code, int one)
{
	if (code < 0)
		return one;
	if (!l->named && code == EXIT_NOTHING)
		return one;
	if (!l->named && one == EXIT_NOTHING)
		return code;
	return exit_worse(code, one);
}

static void add_domain_code(struct looking *l, int code)
{
	l->code = l->code < 0 ? code : exit_worse(l->code, code);
}

static void look_up_domain(struct looking *l, const struct name *domain)
{
	static const int codes[] = {
		[LOOKUP_FOUND] = 0,
		[LOOKUP_INVALID] = EXIT_FAILED,
		[LOOKUP_NONE] = EXIT_NOTHING,
		[LOOKUP_TEMPERROR] = EXIT_TEMPORARY,
	};
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
		code = add_type_code(l, code, codes[found.result]);
		(l->run->json ? lookup_json : lookup_text)(&found, &out);
		lookup_free(&found);
	}
	dmarc_store_free(store);
	failed = policy_run_write(&out);
	add_domain_code(l, failed ? failed : code);
}

static void look_up_name(struct looking *l, struct span text)
{
	struct diag why = { 0 };
	struct name domain;

	if (wrongfile_has_ending(text) && !l->run->quiet)
		cli_say(NULL,
			"warning: \"%.*s\" is looked up as a domain; for a "
			"message: --evaluate, for a record: --lint",
			(int)text.n, (const char *)text.p);
	if (idn_typed(text, NAME_UNDERSCORE | NAME_SINGLE, &domain, &why) ==
	    ST_OK)
		look_up_domain(l, &domain);
	else
		add_domain_code(l, cli_fail(NULL, ST_USAGE, &why));
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
			look_up_name(l, span_trim(line));
	buf_free(&text);
	if (l->code < 0) {
		diag_set(&why, ST_USAGE, NULL, "no domain given");
		l->code = cli_fail(NULL, ST_USAGE, &why);
	}
}

int lookup_run(const struct policy_run *run, char *const *names, size_t n,
	       unsigned types, bool named)
{
	struct looking l = { run, types, named, -1 };

	for (size_t i = 0; i < n && l.code != exit_status(ST_IO); i++)
		if (strcmp(names[i], "-") == 0)
			look_up_lines(&l);
		else
			look_up_name(&l, span_str(names[i]));
	if (n == 0)
		look_up_lines(&l);
	return l.code;
}
