/* dkim-policy: what domains say about their mail, and what that means.
 *
 *	dkim-policy example.com
 *	dkim-policy --evaluate --ip=192.0.2.1 --mail-from=joe@example.com < m
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authres.h"
#include "cli.h"
#include "dns_say.h"
#include "dns_source.h"
#include "exit_status.h"
#include "failure_report.h"
#include "json_library.h"
#include "opt.h"
#include "policy_messages.h"
#include "policy_records.h"
#include "spf_service.h"
#include "when.h"

enum { MOST_THREADS = 128 };

struct args {
	/* what to do; none: look up */
	bool spf, evaluate, lint, service, failure;
	const char *make;

	const char *type;
	const char *domain, *format; /* make */
	struct opt_number ttl;
	const char *ip, *helo, *mail_from;
	bool spf_exit;
	const char *trust_ar, *filter, *files0;
	bool defer, keep_own, strip_all;
	struct opt_number threads;
	bool no_progress;
	const char *report_from, *trusted;
	bool report_body;
	const char *at;
	bool json, crlf, lf, quiet, verbose;
	struct dns_options dns;
};

static enum status usage(struct diag *why, const char *what)
{
	return diag_set(why, ST_USAGE, NULL, "%s", what);
}

/* --- what the options say ------------------------------------------------ */

/* An address as options give it: within "<" and ">", too. */
static struct span bare(const char *address)
{
	struct span s = span_str(address);

	if (span_starts(s, SPAN("<")) && span_ends(s, SPAN(">")))
		s = span_from(span_head(s, s.n - 1), 1);
	return s;
}

static enum status read_client(const struct args *args, struct policy_run *run,
			       struct diag *why)
{
	run->helo = span_str(args->helo);
	run->mail_from = bare(args->mail_from);
	run->has_ip = args->ip != NULL;
	if (!args->ip)
		return args->spf ? usage(why, "SPF needs --ip, the address of "
					      "the client")
				 : ST_OK;
	if (!ip_parse(span_str(args->ip), &run->ip))
		return diag_set(why, ST_USAGE, NULL,
				"--ip: \"%s\" is not an address", args->ip);
	if (!args->helo && !args->mail_from)
		return usage(why, "SPF needs --mail-from, --helo or both");
	return ST_OK;
}

static enum status read_conf(const struct args *args, struct verify_conf *conf,
			     struct diag *why)
{
	*conf = (struct verify_conf){
		.now = when_now(),
		.at_received = args->at && strcmp(args->at, "received") == 0,
		.skew = 300,
		.require_dnssec = args->dns.require_dnssec,
		.min_bits = LIMIT_RSA_BITS_MIN,
		/* of signatures nothing is asked where another's word counts */
		.max_signatures = args->trust_ar ? 0 : LIMIT_SIGNATURES_TRIED,
		.lines = args->lf     ? MSG_LF
			 : args->crlf ? MSG_CRLF
				      : MSG_AUTO,
	};
	if (args->crlf && args->lf)
		return usage(why, "--crlf and --lf exclude each other");
	if (args->spf + args->evaluate + args->lint + args->service +
		    args->failure + (args->make != NULL) >
	    1)
		return usage(why, "--spf, --evaluate, --lint, --make and "
				  "--policy-service exclude each other");
	if (!args->make && (args->domain || args->ttl.given))
		return usage(why, "-d and --ttl need --make");
	return args->at && !conf->at_received
		       ? when_parse(args->at, &conf->now, why)
		       : ST_OK;
}

/* --- what is done -------------------------------------------------------- */

static int run_filter(const struct args *args, const struct policy_run *run,
		      const struct verify_conf *conf, const char *path)
{
	struct filter how = { .keep_own = args->keep_own,
			      .strip_all = args->strip_all };
	struct diag why = { 0 };
	struct buf id;
	enum status st;
	int code;

	buf_init(&id, 1024);
	st = authres_id(args->filter, &id, &why);
	how.id = buf_span(&id);
	code = st == ST_OK ? policy_messages_filter(run, conf, &how,
						    args->defer, path)
			   : cli_fail(NULL, st, &why);
	buf_free(&id);
	return code;
}

/* What the options of a filter ask for. */
static enum status check_filter(const struct args *args, int operands,
				struct diag *why)
{
	if (args->trust_ar && !args->evaluate && !args->failure)
		return usage(why, "--trust-ar needs --evaluate");
	if (args->trust_ar && !*args->trust_ar)
		return usage(why, "--trust-ar: of whom?");
	if (args->spf_exit && !args->spf)
		return usage(why, "--spf-exit needs --spf");
	if (operands && (args->spf || args->service))
		return usage(why,
			     "--spf and --policy-service read no operands: "
			     "the sender is --mail-from");
	if (!args->filter && (args->defer || args->keep_own || args->strip_all))
		return usage(why, "--defer, --keep-own and --strip-all need "
				  "--filter");
	if (args->filter && !args->evaluate)
		return usage(why, "--filter needs --evaluate");
	if ((args->report_from || args->report_body) && !args->failure)
		return usage(why, "--report-from and --report-body need "
				  "--failure-report");
	if (args->report_from)
		return failure_report_sender(args->report_from, why);
	if (args->failure && args->json)
		return usage(why, "--failure-report has no --json");
	if (args->failure && operands > 1)
		return usage(why, "--failure-report reads one message");
	if (args->trusted && !args->service)
		return usage(why, "--trusted-hosts needs --policy-service");
	if (args->filter && operands > 1)
		return usage(why, "--filter passes on one message");
	if (args->filter && args->json)
		return usage(why, "--json and --filter exclude each other");
	return ST_OK;
}

static int run_messages(const struct args *args, const struct policy_run *run,
			struct verify_conf *conf, char **operands, int n)
{
	const struct mailbox_conf inputs = { operands, (size_t)n,
					     args->files0 };
	struct mailbox *mailbox = NULL;
	struct crypto *crypto = crypto_new();
	struct diag why = { 0 };
	enum status st = crypto ? mailbox_open(&inputs, &mailbox, &why) : ST_OS;
	int code;

	conf->crypto = crypto;
	conf->keys = key_record_cache_new(
		run->dns, crypto, (unsigned)args->dns.deadline.value * 1000);
	code = st != ST_OK ? cli_fail(NULL, st, &why)
	       : args->failure
		       ? policy_messages_failure(run, conf, args->report_from,
						 n ? operands[0] : "-")
	       : args->filter
		       ? run_filter(args, run, conf, n ? operands[0] : "-")
		       : policy_messages_report(run, conf, mailbox);
	mailbox_free(mailbox);
	key_record_cache_free(conf->keys);
	crypto_free(crypto);
	return code;
}

static int run_service(const struct args *args, const struct policy_run *run)
{
	struct spf_service service = {
		.dns = run->dns,
		.require_dnssec = run->require_dnssec,
		.has_now = args->at != NULL,
		.now = run->now,
		.in = STDIN_FILENO,
		.out = run->to,
	};
	struct hosts trusted = { 0 };
	struct diag why = { 0 };
	enum status st = ST_OK;

	if (args->trusted)
		st = hosts_read(args->trusted, &trusted, &why);
	if (args->trusted)
		service.trusted = &trusted;
	if (st == ST_OK)
		st = spf_service_run(&service, &why);
	hosts_free(&trusted);
	return st == ST_OK ? 0 : cli_fail(NULL, st, &why);
}

static int run_lint(const struct args *args, char **operands, int n)
{
	struct policy_records_lint lint = {
		.path = n ? operands[0] : "-",
		.origin = args->dns.origin,
		.json = args->json,
		.to = STDOUT_FILENO,
	};
	struct diag why = { 0 };
	enum policytype type;

	if (n > 1)
		return cli_fail(NULL, usage(&why, "--lint reads one file"),
				&why);
	if (args->type &&
	    policytype_option(span_str(args->type), &type, &why) != ST_OK)
		return cli_fail(NULL, ST_USAGE, &why);
	if (args->type)
		lint.type = &type;
	return policy_records_lint(&lint);
}

static int run_make(const struct args *args, char **operands, int n)
{
	struct policy_records_make make = {
		.wish = { .domain = args->domain,
			  .operands = operands,
			  .n = (size_t)n },
		.format = args->format,
		.ttl = args->ttl.value,
		.has_ttl = args->ttl.given,
		.quiet = args->quiet,
		.to = STDOUT_FILENO,
	};
	struct diag why = { 0 };

	if (!args->domain)
		return cli_fail(NULL, usage(&why, "--make needs -d"), &why);
	if (!policytype_find(span_str(args->make), &make.wish.type) ||
	    make.wish.type == POLICY_SSP ||
	    make.wish.type == POLICY_SENDER_ID ||
	    make.wish.type == POLICY_REPORT)
		return cli_fail(NULL,
				usage(&why,
				      "--make is dmarc, adsp, domainkeys, "
				      "spf or report-auth"),
				&why);
	return policy_records_make(&make);
}

/* What needs DNS. */
static int run_asking(const struct args *args, struct policy_run *run,
		      struct verify_conf *conf, unsigned types, char **operands,
		      int n)
{
	if (args->service)
		return run_service(args, run);
	if (args->spf)
		return policy_run_spf(run, args->spf_exit);
	if (args->evaluate || args->failure)
		return run_messages(args, run, conf, operands, n);
	return policy_run_lookup(run, operands, (size_t)n, types,
				 args->type != NULL);
}

static int run_all(const struct args *args, char **operands, int n)
{
	struct policy_run run = {
		.json = args->json,
		.quiet = args->quiet,
		.require_dnssec = args->dns.require_dnssec,
		.to = STDOUT_FILENO,
		.trust = span_str(args->trust_ar),
		.receiver = span_str(args->filter),
		.report_body = args->report_body,
		.threads = (size_t)args->threads.value,
		.progress = !args->no_progress,
	};
	struct verify_conf conf;
	struct dns *source = NULL, *watched = NULL;
	struct diag why = { 0 };
	unsigned types = 0;
	enum status st = read_conf(args, &conf, &why);

	run.now = conf.now;
	if (st == ST_OK && args->json)
		st = json_library_load(&why);
	if (st == ST_OK && args->lint)
		return run_lint(args, operands, n);
	if (st == ST_OK && args->make)
		return run_make(args, operands, n);
	if (st == ST_OK)
		st = read_client(args, &run, &why);
	if (st == ST_OK)
		st = check_filter(args, n, &why);
	if (st == ST_OK)
		st = policytype_set(args->type, &types, &why);
	if (st == ST_OK)
		st = dns_source_open(&args->dns, &source, &why);
	if (st == ST_OK && args->verbose)
		watched = dns_watch_open(source, dns_say, NULL);
	run.dns = watched ? watched : source;
	int code = st == ST_OK
			   ? run_asking(args, &run, &conf, types, operands, n)
			   : cli_fail(NULL, st, &why);

	dns_close(watched);
	st = dns_source_close(source, &why);
	return st == ST_OK ? code : exit_worse(code, cli_fail(NULL, st, &why));
}

/* --- the command line ---------------------------------------------------- */

static struct args given = {
	.threads = { .value = 1, .least = 1, .most = MOST_THREADS },
	.format = "zone",
	.ttl = { 0, 0, 2147483647, false }, /* RFC 2181 8 */
};

static const struct opt table[] = {
	{ 0, "type", "LIST", "only these kinds of records", OPT_TEXT,
	  &given.type },
	{ 0, "make", "TYPE", "the record that says TAG=VALUE ...", OPT_TEXT,
	  &given.make },
	{ 'd', "domain", "DOMAIN", "make it for DOMAIN", OPT_TEXT,
	  &given.domain },
	{ 0, "format", "F", "as dkim-txt has them [zone]", OPT_TEXT,
	  &given.format },
	{ 0, "ttl", "SEC", "time to live in the record", OPT_NUMBER,
	  &given.ttl },
	{ 0, "lint", NULL, "what is wrong with the records in FILE", OPT_FLAG,
	  &given.lint },
	{ 0, "evaluate", NULL, "what policies mean for a message", OPT_FLAG,
	  &given.evaluate },
	{ 0, "filter", "ID", "pass the message on with the results on top",
	  OPT_TEXT, &given.filter },
	{ 0, "defer", NULL, "filter: no message at a temperror (75)", OPT_FLAG,
	  &given.defer },
	{ 0, "keep-own", NULL, "filter: fields of ID above Received stay",
	  OPT_FLAG, &given.keep_own },
	{ 0, "strip-all", NULL, "filter: no such field of others stays",
	  OPT_FLAG, &given.strip_all },
	{ 0, "trust-ar", "ID", "take DKIM and SPF from this ID's field",
	  OPT_TEXT, &given.trust_ar },
	{ 0, "spf", NULL, "may --ip send for --mail-from?", OPT_FLAG,
	  &given.spf },
	{ 0, "ip", "ADDR", "address of the client", OPT_TEXT, &given.ip },
	{ 0, "helo", "NAME", "what it said in HELO or EHLO", OPT_TEXT,
	  &given.helo },
	{ 0, "mail-from", "ADDR", "and in MAIL FROM, \"\" for <>", OPT_TEXT,
	  &given.mail_from },
	{ 0, "failure-report", NULL,
	  "the report of RFC 6591 if one is asked for", OPT_FLAG,
	  &given.failure },
	{ 0, "report-from", "ADDR", "who sends that report", OPT_TEXT,
	  &given.report_from },
	{ 0, "report-body", NULL, "it may have the body that was hashed",
	  OPT_FLAG, &given.report_body },
	{ 0, "policy-service", NULL, "SPF for Postfix on stdin and stdout",
	  OPT_FLAG, &given.service },
	{ 0, "trusted-hosts", "FILE", "hosts that are not checked there",
	  OPT_TEXT, &given.trusted },
	{ 0, "spf-exit", NULL, "end with the codes of spfquery", OPT_FLAG,
	  &given.spf_exit },
	{ 0, "json", NULL, "JSON, one object a line", OPT_FLAG, &given.json },
	{ 0, "at", "TIME", "as of TIME (epoch, RFC 3339, or \"received\")",
	  OPT_TEXT, &given.at },
	{ 'j', "threads", "N", "judge N messages at a time (1)", OPT_NUMBER,
	  &given.threads },
	{ 0, "no-progress", NULL, "do not show on a terminal how far it is",
	  OPT_FLAG, &given.no_progress },
	{ 0, "files0-from", "FILE",
	  "the messages, each ended by NUL, are in FILE", OPT_TEXT,
	  &given.files0 },
	{ 0, "crlf", NULL, "only CRLF ends a line", OPT_FLAG, &given.crlf },
	{ 0, "lf", NULL, "LF ends a line too", OPT_FLAG, &given.lf },
	{ 'v', "verbose", NULL, "all that DNS is asked and answers", OPT_FLAG,
	  &given.verbose },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &given.quiet },
};

static const struct opt_program program = {
	.synopsis = "[options] [DOMAIN ... | --evaluate [FILE ...]]",
	.about = "Says what domains publish about their mail.",
	.options = table,
	.n = sizeof(table) / sizeof(*table),
	.more = given.dns.rows,
	.mores = DNS_OPTION_ROWS,
	.examples = "  dkim-policy --type=dmarc,spf example.com\n"
		    "  dkim-policy --evaluate --ip=192.0.2.1 "
		    "--mail-from=joe@example.com < m.eml\n",
};

int main(int argc, char **argv)
{
	int code;

	cli_start("dkim-policy");
	dns_options_init(&given.dns);
	bool mta = opt_wants(&program, argc, argv, "filter");

	if (mta)
		mem_exit_code(EXIT_TEMPORARY);
	int first = opt_parse(&program, argc, argv, &code);

	if (first >= 0)
		code = run_all(&given, argv + first, argc - first);
	dns_options_free(&given.dns);
	code = cli_finish(code);
	return mta ? cli_mta_code(code, false) : code;
}
