/* dkim-policy: look up, lint, make and evaluate what domains publish about
 * their mail: DMARC, SPF and the older policies.
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
#include "failure.h"
#include "json_text.h"
#include "log.h"
#include "log_mail.h"
#include "lookup_run.h"
#include "opt.h"
#include "policy_messages.h"
#include "policylint_run.h"
#include "policymake.h"
#include "report_library.h"
#include "reports_run.h"
#include "sandbox.h"
#include "sender_rules.h"
#include "spf_report.h"
#include "spf_service.h"
#include "when.h"

enum { MOST_THREADS = 128 };

struct args {
	/* the mode; none: look up */
	bool spf, evaluate, lint, service, failure, reports;
	const char *make, *all;

	const char *type;
	const char *domain, *format; /* make */
	struct opt_number ttl;
	const char *ip, *helo, *mail_from;
	bool spf_exit;
	const char *trust_ar, *filter, *files0, *files, *trusted, *senders;
	bool mbox;
	bool no_sandbox;
	const char *log;
	char **exec;
	struct opt_number threads, max_size;
	bool no_progress;
	const char *at;
	bool crlf, lf, verbose;
	struct policy_run run; /* the others are set there */
	struct dns_options dns;
};

static enum status usage(struct diag *why, const char *what)
{
	return diag_set(why, ST_USAGE, NULL, "%s", what);
}

/* --- what the options say ------------------------------------------------ */

/* What a rule about options alone cannot tell. */
static enum status check_args(const struct args *args, int operands,
			      struct diag *why)
{
	if (operands && (args->spf || args->service))
		return usage(why,
			     "--spf and --policy-service read no operands: "
			     "the sender is --mail-from");
	if (operands > 1 && args->lint)
		return usage(why, "--lint reads one file");
	if (operands > 1 && args->failure)
		return usage(why, "--failure-report reads one message");
	if (operands > 1 && args->filter)
		return usage(why, "--filter passes on one message");
	if (args->all && !args->make)
		return usage(why, "unknown option -a (see --help)");
	if (args->all)
		return usage(why, "options begin with \"-\": write -- before "
				  "terms as -all");
	if (args->make && !args->domain)
		return usage(why, "--make needs -d DOMAIN");
	if (args->spf && !args->ip)
		return usage(why, "SPF needs --ip, the address of the client");
	if (args->ip && !args->helo && !args->mail_from)
		return usage(why, "SPF needs --mail-from, --helo or both");
	if (args->trust_ar && !*args->trust_ar)
		return usage(why, "--trust-ar needs the authserv-id of your "
				  "own mail server");
	if (args->run.report_from)
		return failure_report_sender(args->run.report_from, why);
	return ST_OK;
}

/* An address as options give it: within "<" and ">", too. */
static struct span address_of(const char *text)
{
	struct span s = span_str(text);

	if (span_starts(s, SPAN("<")) && span_ends(s, SPAN(">")))
		s = span_from(span_head(s, s.n - 1), 1);
	return s;
}

/* The address TEXT without the brackets that mail has around one (RFC 5321
 * 4.1.3), of which IPv6 also has a tag. */
static struct span unbracketed(const char *text)
{
	struct span s = span_str(text);

	if (!span_starts(s, SPAN("[")) || !span_ends(s, SPAN("]")))
		return s;
	s = span_from(span_head(s, s.n - 1), 1);
	return span_ieq(span_head(s, 5), SPAN("IPv6:")) ? span_from(s, 5) : s;
}

/* Complete args->run; ID gets the authserv-id of --filter. */
static enum status read_args(struct args *args, struct buf *id,
			     struct diag *why)
{
	struct policy_run *run = &args->run;
	enum status st = ST_OK;

	run->require_dnssec = args->dns.require_dnssec;
	run->has_ip = args->ip != NULL;
	run->spf = (struct spf_query){
		.helo = span_str(args->helo),
		.mail_from = address_of(args->mail_from),
		.receiver = span_str(args->filter),
		.require_dnssec = run->require_dnssec,
	};
	run->mail_from = args->mail_from;
	run->trust = span_str(args->trust_ar);
	run->threads = (size_t)args->threads.value;
	run->progress = !args->no_progress;
	run->conf = (struct verify_conf){
		.now = when_now(),
		.at_received = args->at && strcmp(args->at, "received") == 0,
		.skew = 300,
		.require_dnssec = run->require_dnssec,
		.min_bits = LIMIT_RSA_BITS_MIN,
		/* with results of others no signature is verified */
		.max_signatures = args->trust_ar ? 0 : LIMIT_SIGNATURES_TRIED,
		.lines = args->lf     ? MSG_LF
			 : args->crlf ? MSG_CRLF
				      : MSG_AUTO,
	};
	if (args->at && !run->conf.at_received)
		st = when_parse(args->at, &run->conf.now, why);
	run->spf.now = run->conf.now;
	if (st == ST_OK && args->ip &&
	    !ip_parse(unbracketed(args->ip), &run->spf.client.ip))
		st = diag_set(why, ST_USAGE, NULL,
			      "--ip: \"%s\" is not an address", args->ip);
	if (st == ST_OK && args->filter)
		st = authres_id(args->filter, id, why);
	run->filter.id = buf_span(id);
	if (st == ST_OK && args->senders)
		st = sender_receivers(args->senders, &run->senders, why);
	return st;
}

/* --- the modes ----------------------------------------------------------- */

/* What comes next is bytes from outside. */
static void enter_sandbox(const struct args *args, bool network)
{
	const struct sandbox sandbox = { .off = args->no_sandbox,
					 .network = network,
					 .verbose = args->verbose };

	sandbox_enter(&sandbox);
}

static int run_lint(const struct args *args, const char *path)
{
	struct policylint_run lint = {
		.path = path,
		.origin = args->dns.origin,
		.json = args->run.json,
	};
	struct diag why = { 0 };
	enum policytype type;

	if (args->type &&
	    policytype_option(span_str(args->type), &type, &why) != ST_OK)
		return cli_fail(NULL, ST_USAGE, &why);
	if (args->type)
		lint.type = &type;
	enter_sandbox(args, false);
	return policylint_run(&lint);
}

static int run_make(const struct args *args, char **operands, int n)
{
	struct policymake make = {
		.domain = args->domain,
		.operands = operands,
		.n = (size_t)n,
		.format = args->format ? args->format : "zone",
		.ttl = args->ttl.value,
		.has_ttl = args->ttl.given,
		.quiet = args->run.quiet,
	};
	struct diag why = { 0 };

	if (policytype_find(span_str(args->make), &make.type) &&
	    make.type != POLICY_SSP && make.type != POLICY_SENDER_ID &&
	    make.type != POLICY_REPORT)
		return policymake_run(&make);
	return cli_fail(NULL,
			usage(&why, "--make is dmarc, adsp, domainkeys, spf "
				    "or report-auth"),
			&why);
}

static struct mailbox_conf read_inputs(const struct args *args, char **operands,
				       int n)
{
	return (struct mailbox_conf){
		.operand = operands,
		.n = (size_t)n,
		.list = args->files ? args->files : args->files0,
		.lines = args->files != NULL,
		.packed = args->reports,
		.mbox = args->mbox,
	};
}

static int run_reports(const struct args *args, char **operands, int n)
{
	const struct reports_run run = {
		.inputs = read_inputs(args, operands, n),
		.max_size = args->max_size.value,
		.json = args->run.json,
		.quiet = args->run.quiet,
		.progress = args->run.progress,
	};
	struct diag why = { 0 };
	enum status st = report_library_load(&why);

	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	enter_sandbox(args, false);
	return reports_run(&run);
}

static int run_spf(const struct args *args)
{
	/* ours, and those of spfquery of Mail::SPF */
	static const int codes[][2] = {
		[SPF_PASS] = { 0, 0 },
		[SPF_FAIL] = { EXIT_FAILED, 1 },
		[SPF_SOFTFAIL] = { EXIT_FAILED, 2 },
		[SPF_NEUTRAL] = { EXIT_FAILED, 3 },
		[SPF_PERMERROR] = { EXIT_FAILED, 4 },
		[SPF_TEMPERROR] = { EXIT_TEMPORARY, 5 },
		[SPF_NONE] = { EXIT_NOTHING, 6 },
	};
	struct dns_clock clock = { 0 };
	struct spf_query query = args->run.spf;
	struct spf_verdict found;
	struct buf out;
	int failed, code;

	query.client.clock = &clock;
	buf_init(&out, POLICY_RUN_REPORT);
	spf_check(&query, &found);
	if (args->run.json)
		spf_json_line(&found, &out);
	else
		spf_text_field(&query, &found, &out);
	code = codes[found.result][args->spf_exit];
	spf_verdict_free(&found);
	failed = policy_run_write(&out);
	return failed ? failed : code;
}

static int run_service(const struct args *args)
{
	struct spf_service service = {
		.dns = args->run.dns,
		.require_dnssec = args->run.require_dnssec,
		.has_now = args->at != NULL,
		.now = args->run.spf.now,
		.in = STDIN_FILENO,
		.out = STDOUT_FILENO,
	};
	struct hosts trusted = { 0 };
	struct diag why = { 0 };
	enum status st = ST_OK;

	if (args->trusted) {
		st = hosts_read(args->trusted, &trusted, &why);
		service.trusted = &trusted;
	}
	if (st == ST_OK)
		st = spf_service_run(&service, &why);
	hosts_free(&trusted);
	return st == ST_OK ? 0 : cli_fail(NULL, st, &why);
}

static int run_messages(struct args *args, char **operands, int n)
{
	struct policy_run *run = &args->run;
	const struct mailbox_conf inputs = read_inputs(args, operands, n);
	const char *path = n ? operands[0] : "-";
	struct mailbox *mailbox = NULL;
	struct crypto *crypto = crypto_new();
	struct diag why = { 0 };
	enum status st = crypto ? mailbox_open(&inputs, &mailbox, &why) : ST_OS;
	int code;

	if (run->senders && !run->quiet && sender_rules_old(run->conf.now))
		cli_say(NULL,
			"warning: the rules for senders are those of "
			"%s, more than a year ago",
			SENDER_RULES_DATE);
	run->conf.crypto = crypto;
	run->conf.keys = key_record_cache_new(
		run->dns, crypto, (unsigned)args->dns.deadline.value * 1000);
	code = st != ST_OK     ? cli_fail(NULL, st, &why)
	       : args->failure ? policy_messages_failure(run, path)
	       : args->filter  ? policy_messages_filter(run, path)
			       : policy_messages_report(run, mailbox);
	mailbox_free(mailbox);
	key_record_cache_free(run->conf.keys);
	crypto_free(crypto);
	return code;
}

/* The modes that ask DNS. */
static int run_with_dns(struct args *args, char **operands, int n)
{
	struct policy_run *run = &args->run;
	struct dns *source = NULL, *shown = NULL;
	struct diag why = { 0 };
	unsigned types = 0;
	int code;
	enum status st = policytype_set(args->type, &types, &why);

	if (st == ST_OK)
		st = dns_source_open(&args->dns, &source, &why);
	if (st == ST_OK && args->verbose)
		shown = dns_say_open(source);
	enter_sandbox(args, !args->dns.zone.n);
	if (st != ST_OK && st != ST_USAGE && args->filter)
		log_mail_input(n ? operands[0] : "-", run->mail_from);
	run->dns = shown ? shown : source;
	run->spf.client.dns = run->dns;
	if (st != ST_OK)
		code = cli_fail(NULL, st, &why);
	else if (args->service)
		code = run_service(args);
	else if (args->spf)
		code = run_spf(args);
	else if (args->evaluate || args->failure)
		code = run_messages(args, operands, n);
	else
		code = lookup_run(run, operands, (size_t)n, types,
				  args->type != NULL);
	dns_close(shown);
	st = dns_source_close(source, &why);
	return st == ST_OK ? code : exit_worse(code, cli_fail(NULL, st, &why));
}

/* --- the command line ---------------------------------------------------- */

static struct args given = {
	.threads = { .value = 1, .least = 1, .most = MOST_THREADS },
	.ttl = { 0, 0, 2147483647, false }, /* RFC 2181 8 */
	/* more than any real report has; an hour of hostile XML at most */
	.max_size = { 1 << 30, 1, UINT64_C(1) << 40, false },
};

static const struct opt table[] = {
	{ 0, "type", "LIST", "only these types of records", OPT_TEXT,
	  &given.type },
	{ 0, "make", "TYPE", "make a record of TAG=VALUE ...", OPT_TEXT,
	  &given.make },
	{ 'd', "domain", "DOMAIN", "make it for DOMAIN", OPT_TEXT,
	  &given.domain },
	{ 0, "format", "F", "a format of dkim-txt [zone]", OPT_TEXT,
	  &given.format },
	{ 0, "ttl", "SEC", "time to live of the record", OPT_NUMBER,
	  &given.ttl },
	{ 0, "lint", NULL, "check the records in FILE", OPT_FLAG, &given.lint },
	{ 0, "evaluate", NULL, "evaluate the policies for messages", OPT_FLAG,
	  &given.evaluate },
	{ 0, "filter", "ID", "pass the message on with the results on top",
	  OPT_TEXT, &given.filter },
	{ 0, "defer", NULL, "filter: write nothing at a temperror (75)",
	  OPT_FLAG, &given.run.defer },
	{ 0, "keep-own", NULL, "filter: keep fields of ID above Received",
	  OPT_FLAG, &given.run.filter.keep_own },
	{ 0, "strip-all", NULL, "filter: remove all such fields", OPT_FLAG,
	  &given.run.filter.strip_all },
	{ 0, "exec", "CMD ...", "filter: hand the message to CMD (last option)",
	  OPT_REST, &given.exec },
	{ 0, "sender-rules", "LIST",
	  "judge by rules of google, yahoo, microsoft", OPT_WORDS,
	  &given.senders },
	{ 0, "trust-ar", "ID", "take DKIM and SPF results from fields of ID",
	  OPT_TEXT, &given.trust_ar },
	{ 0, "log", "TO", "messages: stderr, syslog or a file (stderr)",
	  OPT_TEXT, &given.log },
	{ 0, "spf", NULL, "check SPF for --ip and --mail-from", OPT_FLAG,
	  &given.spf },
	{ 0, "ip", "ADDR", "address of the client", OPT_TEXT, &given.ip },
	{ 0, "helo", "NAME", "its name in HELO or EHLO", OPT_TEXT,
	  &given.helo },
	{ 0, "mail-from", "ADDR", "the sender in MAIL FROM, \"\" for <>",
	  OPT_TEXT, &given.mail_from },
	{ 0, "failure-report", NULL,
	  "write a failure report (RFC 6591) if asked for", OPT_FLAG,
	  &given.failure },
	{ 0, "report-from", "ADDR", "sender of the failure report", OPT_TEXT,
	  &given.run.report_from },
	{ 0, "report-body", NULL, "include the canonical form of the body",
	  OPT_FLAG, &given.run.report_body },
	{ 0, "policy-service", NULL,
	  "check SPF for Postfix on stdin and stdout", OPT_FLAG,
	  &given.service },
	{ 0, "trusted-hosts", "FILE",
	  "hosts that --policy-service does not check", OPT_TEXT,
	  &given.trusted },
	{ 0, "spf-exit", NULL, "exit with the statuses of spfquery", OPT_FLAG,
	  &given.spf_exit },
	{ 0, "read-reports", NULL, "sum up DMARC aggregate reports", OPT_FLAG,
	  &given.reports },
	{ 0, "max-size", "BYTES", "largest report, unpacked (1 GiB)",
	  OPT_NUMBER, &given.max_size },
	{ 0, "json", NULL, "JSON, one object a line", OPT_FLAG,
	  &given.run.json },
	{ 0, "at", "TIME", "as of TIME (epoch, RFC 3339, or \"received\")",
	  OPT_TEXT, &given.at },
	{ 'j', "threads", "N", "evaluate N messages at a time (1)", OPT_NUMBER,
	  &given.threads },
	{ 0, "no-progress", NULL, "show no progress on a terminal", OPT_FLAG,
	  &given.no_progress },
	{ 0, "files0-from", "FILE",
	  "names of messages, each ended by NUL, in FILE", OPT_TEXT,
	  &given.files0 },
	{ 0, "files-from", "FILE", "names of messages, one a line, in FILE",
	  OPT_TEXT, &given.files },
	{ 0, "mbox", NULL, "standard input, or each FILE, is an mbox", OPT_FLAG,
	  &given.mbox },
	{ 0, "crlf", NULL, "only CRLF ends a line", OPT_FLAG, &given.crlf },
	{ 0, "lf", NULL, "LF ends a line too", OPT_FLAG, &given.lf },
	{ 'v', "verbose", NULL, "show each DNS question and answer", OPT_FLAG,
	  &given.verbose },
	{ 0, "no-sandbox", NULL, "keep all rights, for debugging", OPT_FLAG,
	  &given.no_sandbox },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &given.run.quiet },
	{ 'a', "all", "TERM", NULL, OPT_WORDS, &given.all }, /* "-all" */
};

static const struct opt_group groups[] = {
	{ "look up, make and check records", "type|make|lint" },
	{ "evaluate a message",
	  "evaluate|ip|helo|mail-from|sender-rules|filter|trust-ar" },
	{ "SPF alone", "spf|policy-service" },
	{ "reports that receivers send", "read-reports" },
	{ "DNS", "nameserver|zone|dns-timeout" },
	{ "more", "json|help|version" },
};

static const struct opt_program program = {
	.synopsis = "[options] [DOMAIN ... | --evaluate [FILE ...]]",
	.about = "Look up and evaluate DMARC, SPF and older policies.",
	.options = table,
	.n = sizeof(table) / sizeof(*table),
	.groups = groups,
	.group_n = sizeof(groups) / sizeof(*groups),
	.more = given.dns.rows,
	.mores = DNS_OPTION_ROWS,
	.examples = "  dkim-policy --type=dmarc,spf example.com\n"
		    "  dkim-policy --evaluate --ip=192.0.2.1 "
		    "--mail-from=joe@example.com < m.eml\n",
};

static const struct opt_rule rules[] = {
	{ "spf|evaluate|lint|make|policy-service|failure-report|read-reports",
	  NULL },
	{ "crlf|lf", NULL },
	{ "filter|json", NULL },
	{ "files-from|files0-from|filter", NULL },
	{ "mbox|filter", NULL },
	{ "mbox", "evaluate|read-reports" },
	{ "filter|sender-rules", NULL },
	{ "failure-report|json", NULL },
	{ "domain", "make" },
	{ "ttl", "make" },
	{ "spf-exit", "spf" },
	{ "trust-ar", "evaluate|failure-report" },
	{ "filter|sender-rules", "evaluate" },
	{ "defer|keep-own|strip-all|exec", "filter" },
	{ "report-from|report-body", "failure-report" },
	{ "trusted-hosts", "policy-service" },
	{ "max-size", "read-reports" },
};

/* From options and operands to the exit status. */
static int run_all(struct args *args, char **operands, int n,
		   char **environment)
{
	struct diag why = { 0 };
	struct buf id; /* of --filter */
	int code;
	enum status st = log_open(args->log, &why);

	buf_init(&id, 1024);
	if (st == ST_OK && args->exec && args->filter)
		st = command_alone(&program,
				   "exec|json|mbox|files-from|files0-from",
				   (size_t)n, &why);
	if (st == ST_OK)
		st = opt_rules(&program, rules, sizeof(rules) / sizeof(*rules),
			       &why);
	if (st == ST_OK)
		st = check_args(args, n, &why);
	if (st == ST_OK)
		st = read_args(args, &id, &why);
	if (st == ST_OK && args->run.json)
		st = json_text_load(&why);
	if (st == ST_OK && args->exec)
		st = command_fork(&args->run.command, args->exec, environment,
				  &why);
	if (st != ST_OK)
		code = cli_fail(NULL, st, &why);
	else if (args->lint)
		code = run_lint(args, n ? operands[0] : "-");
	else if (args->make)
		code = run_make(args, operands, n);
	else if (args->reports)
		code = run_reports(args, operands, n);
	else
		code = run_with_dns(args, operands, n);
	command_end(&args->run.command);
	buf_free(&id);
	return code;
}

int main(int argc, char **argv)
{
	int code;

	cli_expect_mail(argv, "--filter");
	char **environment = cli_start("dkim-policy");

	dns_options_init(&given.dns);
	if (opt_wants(&program, argc, argv, "filter"))
		cli_mail_path();
	int first = opt_parse(&program, &argc, argv, &code);

	if (first >= 0)
		code = run_all(&given, argv + first, argc - first, environment);
	dns_options_free(&given.dns);
	return cli_finish(code, false);
}
