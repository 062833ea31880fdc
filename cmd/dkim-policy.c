/* dkim-policy: what domains say about their mail, and what that means.
 *
 *	dkim-policy --spf --ip=192.0.2.1 --helo=mx.example.com \
 *		--mail-from=joe@example.com
 */
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "dns_source.h"
#include "evaluation_json.h"
#include "evaluation_text.h"
#include "io.h"
#include "json_report.h"
#include "opt.h"
#include "policy_json.h"
#include "policy_text.h"
#include "text_report.h"
#include "when.h"

/* Room for one report, each octet of which may be escaped. */
enum { REPORT_MAX = 64 * 1024 * 1024 };

struct args {
	bool spf, evaluate, spf_exit, json, crlf, lf, quiet;
	const char *ip, *helo, *mail_from, *trust_ar, *at;
	struct dns_options dns;
};

struct run {
	const struct args *args;
	struct dns *dns;
	struct dns_clock clock;
	struct verify_conf conf;
	int64_t now;
	bool many; /* inputs: name each */
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

/* --- messages --------------------------------------------------------------
 */

/* An input without a verdict: said on stderr, and in JSON. */
static int report_error(const struct run *run, const char *path, enum status st,
			const struct diag *why)
{
	struct buf out;
	int code = cli_fail(path, st, why);

	if (!run->args->json)
		return code;
	buf_init(&out, REPORT_MAX);
	json_error(path, st, why, &out);
	if (write_out(&out) != 0)
		code = status_exit(ST_IO);
	buf_free(&out);
	return code;
}

static int report_message(const struct run *run, const char *path,
			  const struct evaluation *e)
{
	const char *name = run->many ? path : NULL;
	struct buf out;
	int code;

	buf_init(&out, REPORT_MAX);
	if (run->args->json)
		evaluation_json(path, e, &out);
	else
		evaluation_text(name, e, &out);
	code = write_out(&out);
	if (code == 0 && !run->args->quiet)
		text_warnings(name, e->message);
	buf_free(&out);
	return code ? code : evaluation_exit(e);
}

static int evaluate_message(struct run *run, const char *path,
			    const struct verification *message)
{
	struct spf_query query = { .now = message->at };
	struct evaluate_conf conf = {
		.from = { run->dns, &run->clock },
		.crypto = run->conf.crypto,
		.trust = span_str(run->args->trust_ar),
	};
	struct diag why = { 0 };
	struct evaluation e;
	int code;

	if (message->header == ST_NOT_MESSAGE)
		return report_error(run, path, message->header,
				    &message->header_why);
	if (run->args->ip) {
		enum status st = spf_query(run, &query, &why);

		if (st != ST_OK)
			return cli_fail(NULL, st, &why);
		conf.spf = &query;
	}
	run->clock = (struct dns_clock){ 0 };
	evaluate(&conf, message, &e);
	code = report_message(run, path, &e);
	evaluation_free(&e);
	return code;
}

static int read_message(struct run *run, const char *path)
{
	const struct verification *message;
	struct verifier *v;
	struct diag why = { 0 };
	int fd = -1, code;
	enum status st = io_open_input(path, &fd, &why);

	if (st != ST_OK)
		return report_error(run, path, st, &why);
	v = verifier_new(&run->conf);
	st = io_pump(fd, verifier_sink(v), &why);
	if (st == ST_OK)
		st = verifier_end(v, &message);
	code = st == ST_OK ? evaluate_message(run, path, message)
			   : report_error(run, path, st, &why);
	verifier_free(v);
	keystore_next(run->conf.keys);
	if (fd > STDERR_FILENO)
		close(fd);
	return code;
}

static int run_evaluate(struct run *run, char **operands, int n)
{
	struct crypto *crypto = crypto_new();
	int code = 0;

	run->many = n > 1;
	run->conf.crypto = crypto;
	run->conf.keys = keystore_new(run->dns, crypto);
	if (!crypto)
		code = cli_fail(NULL, ST_OS, NULL);
	for (int i = 0; crypto && (i < n || i == 0); i++)
		code = exit_worse(code,
				  read_message(run, n ? operands[i] : "-"));
	keystore_free(run->conf.keys);
	crypto_free(crypto);
	return code;
}

/* --- the program --------------------------------------------------------- */

static enum status prepare(struct run *run, struct diag *why)
{
	const struct args *args = run->args;
	enum status st = ST_OK;

	run->now = when_now();
	if (args->at && strcmp(args->at, "received") == 0)
		run->conf.at_received = true;
	else if (args->at)
		st = when_parse(args->at, &run->now, why);
	run->conf.now = run->now;
	run->conf.skew = 300;
	run->conf.min_bits = LIMIT_RSA_BITS_MIN;
	run->conf.max_signatures = args->trust_ar ? 0 : LIMIT_SIGNATURES_TRIED;
	run->conf.lines = args->lf ? MSG_LF : args->crlf ? MSG_CRLF : MSG_AUTO;
	return st == ST_OK ? dns_source_open(&args->dns, &run->dns, why) : st;
}

static int run_all(const struct args *args, char **operands, int n)
{
	struct run run = { .args = args };
	struct diag why = { 0 };
	enum status st = ST_OK;
	int code;

	if (args->spf == args->evaluate)
		st = diag_set(&why, ST_USAGE, NULL,
			      "what to do? --spf or --evaluate");
	if (st == ST_OK)
		st = prepare(&run, &why);
	code = st != ST_OK ? cli_fail(NULL, st, &why)
	       : args->spf ? run_spf(&run)
			   : run_evaluate(&run, operands, n);
	st = dns_source_close(run.dns, &why);
	return st == ST_OK ? code : exit_worse(code, cli_fail(NULL, st, &why));
}

int main(int argc, char **argv)
{
	struct args args = { 0 };
	const struct opt table[] = {
		{ 0, "spf", NULL, "may --ip send for --mail-from?", OPT_FLAG,
		  &args.spf },
		{ 0, "evaluate", NULL, "what policies mean for a message",
		  OPT_FLAG, &args.evaluate },
		{ 0, "trust-ar", "ID", "take DKIM and SPF from this ID's field",
		  OPT_TEXT, &args.trust_ar },
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
		{ 0, "crlf", NULL, "only CRLF ends a line", OPT_FLAG,
		  &args.crlf },
		{ 0, "lf", NULL, "LF ends a line too", OPT_FLAG, &args.lf },
		{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &args.quiet },
	};
	const struct opt_program program = {
		.synopsis = "--spf|--evaluate [options] [FILE ...]",
		.about = "Says what domains publish about their mail.",
		.options = table,
		.n = sizeof(table) / sizeof(*table),
		.more = args.dns.rows,
		.mores = DNS_OPTION_ROWS,
		.examples = "  dkim-policy --spf --ip=192.0.2.1 "
			    "--mail-from=joe@example.com\n"
			    "  dkim-policy --evaluate --ip=192.0.2.1 "
			    "--mail-from=joe@example.com < message.eml\n",
	};
	int code;

	cli_start("dkim-policy");
	dns_options_init(&args.dns);
	int first = opt_parse(&program, argc, argv, &code);

	if (first >= 0)
		code = run_all(&args, argv + first, argc - first);
	dns_options_free(&args.dns);
	return cli_finish(code);
}
