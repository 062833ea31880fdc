/* dkim-policy: what domains say about their mail, and what that means.
 *
 *	dkim-policy --spf --ip=192.0.2.1 --helo=mx.example.com \
 *		--mail-from=joe@example.com
 */
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "dns_source.h"
#include "io.h"
#include "opt.h"
#include "policy_json.h"
#include "policy_text.h"
#include "when.h"

/* Room for one report, each octet of which may be escaped. */
enum { REPORT_MAX = 64 * 1024 * 1024 };

struct args {
	bool spf, spf_exit, json, trust_ad;
	const char *ip, *helo, *mail_from, *at, *origin;
	struct opt_list nameservers, zones;
	struct opt_number query_seconds, deadline;
};

struct run {
	const struct args *args;
	struct dns *dns;
	struct dns_clock clock;
	int64_t now;
};

static int write_out(const struct buf *text)
{
	struct diag why = { 0 };
	enum status st = io_write(STDOUT_FILENO, buf_span(text), &why);

	return st == ST_OK ? 0 : cli_fail(NULL, st, &why);
}

/* --- SPF ----------------------------------------------------------------- */

static int spf_exit(const struct args *args, enum spf_result r)
{
	/* CONTRACT 6; and what spfquery of Mail::SPF ends with */
	static const struct {
		int ours, spfquery;
	} codes[] = {
		[SPF_PASS] = { 0, 0 },	    [SPF_FAIL] = { 1, 1 },
		[SPF_SOFTFAIL] = { 1, 2 },  [SPF_NEUTRAL] = { 1, 3 },
		[SPF_PERMERROR] = { 1, 4 }, [SPF_TEMPERROR] = { 75, 5 },
		[SPF_NONE] = { 2, 6 },
	};

	return args->spf_exit ? codes[r].spfquery : codes[r].ours;
}

/* An address as options give it: within "<" and ">", too. */
static struct span bare(const char *address)
{
	struct span s = span_str(address);

	if (span_starts(s, SPAN("<")) && span_ends(s, SPAN(">")))
		s = span_from(span_head(s, s.n - 1), 1);
	return s;
}

static enum status spf_query(struct run *run, struct spf_query *out,
			     struct diag *why)
{
	const struct args *args = run->args;

	*out = (struct spf_query){
		.client = { .dns = run->dns, .clock = &run->clock },
		.helo = span_str(args->helo),
		.mail_from = bare(args->mail_from),
		.now = run->now,
	};
	if (!args->ip)
		return diag_set(why, ST_USAGE, NULL,
				"SPF needs --ip, the address of the client");
	if (!ip_parse(span_str(args->ip), &out->client.ip))
		return diag_set(why, ST_USAGE, NULL,
				"--ip: \"%s\" is not an address", args->ip);
	if (!args->helo && !args->mail_from)
		return diag_set(why, ST_USAGE, NULL,
				"SPF needs --mail-from, --helo or both");
	return ST_OK;
}

static int run_spf(struct run *run)
{
	struct spf_query query;
	struct spf_verdict verdict;
	struct diag why = { 0 };
	enum status st = spf_query(run, &query, &why);
	struct buf out;
	int code;

	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	buf_init(&out, REPORT_MAX);
	spf_check(&query, &verdict);
	if (run->args->json)
		policy_json_spf(&verdict, &out);
	else
		policy_text_spf(&query, &verdict, &out);
	code = write_out(&out);
	if (code == 0)
		code = spf_exit(run->args, verdict.result);
	spf_verdict_free(&verdict);
	buf_free(&out);
	return code;
}

/* --- the program --------------------------------------------------------- */

static enum status prepare(struct run *run, struct diag *why)
{
	const struct args *args = run->args;
	struct dns_options dns = {
		.servers = { .server = args->nameservers.v,
			     .n = args->nameservers.n,
			     .query_ms = (unsigned)args->query_seconds.value *
					 1000,
			     .deadline_ms = (unsigned)args->deadline.value *
					    1000,
			     .trust_ad = args->trust_ad },
		.zone = args->zones.v,
		.zones = args->zones.n,
		.origin = args->origin,
	};
	enum status st = ST_OK;

	run->now = when_now();
	if (args->at)
		st = when_parse(args->at, &run->now, why);
	return st == ST_OK ? dns_source_open(&dns, &run->dns, why) : st;
}

static int run_all(const struct args *args)
{
	struct run run = { .args = args };
	struct diag why = { 0 };
	enum status st = ST_OK;
	int code;

	if (!args->spf)
		st = diag_set(&why, ST_USAGE, NULL, "what to do? see --help");
	if (st == ST_OK)
		st = prepare(&run, &why);
	code = st == ST_OK ? run_spf(&run) : cli_fail(NULL, st, &why);
	dns_close(run.dns);
	return code;
}

int main(int argc, char **argv)
{
	struct args args = {
		.query_seconds = { .value = 5, .least = 1, .most = 600 },
		.deadline = { .value = 30, .least = 1, .most = 3600 },
	};
	const struct opt table[] = {
		{ 0, "spf", NULL, "may --ip send for --mail-from?", OPT_FLAG,
		  &args.spf },
		{ 0, "ip", "ADDR", "address of the client", OPT_TEXT,
		  &args.ip },
		{ 0, "helo", "NAME", "what it said in HELO or EHLO", OPT_TEXT,
		  &args.helo },
		{ 0, "mail-from", "ADDR", "and in MAIL FROM, \"\" for <>",
		  OPT_TEXT, &args.mail_from },
		{ 0, "spf-exit", NULL, "end with the codes of spfquery",
		  OPT_FLAG, &args.spf_exit },
		{ 0, "json", NULL, "JSON, one object a line", OPT_FLAG,
		  &args.json },
		{ 0, "at", "TIME", "as of TIME (epoch or RFC 3339)", OPT_TEXT,
		  &args.at },
		{ 0, "nameserver", "ADDR[@PORT]",
		  "ask this server (repeatable)", OPT_LIST, &args.nameservers },
		{ 0, "zone", "FILE", "answers from master files (repeatable)",
		  OPT_LIST, &args.zones },
		{ 0, "origin", "NAME", "what relative names in FILE belong to",
		  OPT_TEXT, &args.origin },
		{ 0, "dns-timeout", "SEC", "wait so long for one answer (5)",
		  OPT_NUMBER, &args.query_seconds },
		{ 0, "deadline", "SEC", "and for all of a message (30)",
		  OPT_NUMBER, &args.deadline },
		{ 0, "trust-ad", NULL, "believe the AD bit of any server",
		  OPT_FLAG, &args.trust_ad },
	};
	const struct opt_program program = {
		.synopsis = "--spf --ip=ADDR [options]",
		.about = "Says what domains publish about their mail.",
		.options = table,
		.n = sizeof(table) / sizeof(*table),
		.examples = "  dkim-policy --spf --ip=192.0.2.1 "
			    "--mail-from=joe@example.com\n"
			    "  dkim-policy --spf --ip=192.0.2.1 "
			    "--helo=mx.example.com --json\n",
	};
	int code;

	cli_start("dkim-policy");
	int first = opt_parse(&program, argc, argv, &code);

	if (first >= 0)
		code = run_all(&args);
	free(args.nameservers.v);
	free(args.zones.v);
	return cli_finish(code);
}
