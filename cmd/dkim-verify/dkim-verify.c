/* dkim-verify: what each DKIM signature of a message is worth (RFC 6376 6).
 *
 *     dkim-verify < message.eml
 *     dkim-sign -d example.com -s mail -k mail.private < m.eml |
 *             dkim-verify --zone=mail.txt --origin=example.com
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authres.h"
#include "batch.h"
#include "canon_dump.h"
#include "cli.h"
#include "detail_text.h"
#include "dkim_results.h"
#include "dns_source.h"
#include "exim_report.h"
#include "exit_status.h"
#include "explain.h"
#include "explain_text.h"
#include "json_library.h"
#include "json_report.h"
#include "json_text.h"
#include "mailbox.h"
#include "opt.h"
#include "passon.h"
#include "tally_report.h"
#include "text_report.h"
#include "verify_exit.h"
#include "visible.h"
#include "when.h"

enum { MOST_THREADS = 128 };

struct args {
	bool defer, keep_own, strip_all, exim, summary, no_progress;
	bool explain, json, quiet, verbose, crlf, lf, strict, ignore_expiry,
		allow_sha1;
	const char *at, *files0, *auth_results, *filter, *deny, *mail_from;
	struct opt_list require;
	struct opt_number min_bits, max_signatures, skew, threads;
	struct opt_number canon_header, canon_body;
	struct dns_options dns;
};

struct run {
	const struct args *args;
	struct verify_conf conf;
	struct crypto *crypto;
	struct dns *dns;
	struct verify_exit exit;
	struct buf id; /* of --auth-results or --filter */
	struct tally *tally;
};

/* An input without a verdict: said on stderr, and in JSON. */
static void report_error(const void *ctx, const struct mailbox_message *message,
			 enum status st, const struct diag *why,
			 struct batch_report *out)
{
	const struct run *run = ctx;

	out->code = cli_put_fail(&out->err, message->label, st, why);
	if (run->args->json)
		json_error(message->input, message->number, st, why, &out->out);
}

/* The exit status for ALL; ERR says why --deny rejects it. */
static int decide(const struct run *run, const char *name,
		  const struct verification *all, struct buf *err)
{
	struct span denied;
	int code = verify_exit(&run->exit, all, &denied);

	if (denied.n)
		message_put(err, name, "%.*s", (int)denied.n,
			    (const char *)denied.p);
	return code;
}

struct found {
	const struct verification *all;
	const struct explained *explained; /* or NULL */
	bool verbose;
};

/* What follows the line of one signature. */
static void put_more(const void *ctx, const struct verdict *v, struct buf *out)
{
	const struct found *f = ctx;
	bool explained = f->explained && !v->domainkeys;

	if (f->verbose)
		detail_text(f->all, v, explained, out);
	if (explained)
		explain_text(f->all, f->explained, (size_t)(v - f->all->v),
			     out);
}

static enum status report(const void *ctx,
			  const struct mailbox_message *message,
			  const struct verification *all, struct spool *kept,
			  struct batch_report *out, struct diag *why)
{
	const struct run *run = ctx;
	const struct explain_conf explaining = { run->conf, run->dns };
	const char *name = message->several ? message->label : NULL;
	const char *file = mailbox_file(message);
	struct explained explained = { .path = message->number
						       ? NULL
						       : message->input };
	const struct found found = { all, kept ? &explained : NULL,
				     run->args->verbose };
	enum status st = kept ? explain(&explaining, all, kept, &explained, why)
			      : ST_OK;

	if (st == ST_OK) {
		out->code = decide(run, file, all, &out->err);
		if (run->args->json)
			json_report(message->input, message->number, all,
				    found.explained, &out->out);
		else if (run->args->auth_results)
			dkim_results_field(all, buf_span(&run->id), &out->out);
		else if (run->args->exim)
			exim_report(name, all, &out->out);
		else
			text_report(name, all, put_more, &found, &out->out);
		if (!run->args->quiet)
			text_warnings(file, all, &out->err);
		if (run->args->summary)
			tally_note(all, &out->notes);
	}
	if (kept)
		explained_free(&explained);
	return st;
}

static void take(const void *ctx, const struct batch_report *report,
		 bool judged)
{
	const struct run *run = ctx;

	tally_add(run->tally, buf_span(&report->notes));
	run->tally->unread += !judged;
}

static void summarize(const void *ctx, struct buf *out)
{
	const struct run *run = ctx;

	(run->args->json ? tally_json : tally_text)(run->tally, out);
}

/* --filter writes the message whatever the verdict is, unless --deny or
 * --require refuse it or --defer waits for DNS. */
static int put_field(const void *ctx, const char *name,
		     const struct verification *all, struct buf *out,
		     struct buf *err)
{
	const struct run *run = ctx;
	size_t before = err->n;
	int code = decide(run, name, all, err);

	if (code && err->n > before)
		return code; /* --deny */
	if (code && run->args->require.n) {
		if (code != EXIT_TEMPORARY)
			code = 1;
		message_put(err, name,
			    code == 1
				    ? "not passed on: --require does not hold"
				    : "not passed on: whether --require holds "
				      "cannot be told yet, as DNS gave no "
				      "answer");
		return code;
	}
	if (run->args->defer && verification_result(all) == RESULT_TEMPERROR) {
		message_put(err, name,
			    "not passed on: a key could not be looked up");
		return EXIT_TEMPORARY;
	}
	dkim_results_field(all, buf_span(&run->id), out);
	return 0;
}

static enum status read_requirements(const struct args *args, struct run *run,
				     struct diag *why)
{
	enum status st = ST_OK;

	run->exit.require_n = args->require.n;
	run->exit.require =
		mem_array(NULL, args->require.n, sizeof(struct require));
	for (size_t i = 0; i < args->require.n && st == ST_OK; i++)
		st = verify_exit_require(args->require.v[i],
					 &run->exit.require[i], why);
	return st;
}

/* What the options for Authentication-Results ask for. */
static enum status check_filter(const struct args *args, int operands,
				struct run *run, struct diag *why)
{
	const char *id = args->filter ? args->filter : args->auth_results;

	buf_init(&run->id, 1024);
	if (args->filter && (operands > 1 || args->files0))
		return diag_set(why, ST_USAGE, NULL,
				"--filter passes on one message");
	if (args->json + args->exim + (args->filter != NULL) +
		    (args->auth_results != NULL) >
	    1)
		return diag_set(why, ST_USAGE, NULL,
				"--json, --exim, --auth-results and --filter "
				"exclude each other");
	if (!args->filter && (args->defer || args->keep_own || args->strip_all))
		return diag_set(why, ST_USAGE, NULL,
				"--defer, --keep-own and --strip-all need "
				"--filter");
	if (args->summary && id)
		return diag_set(why, ST_USAGE, NULL,
				"--summary is for lines and --json");
	return id ? authres_id(id, &run->id, why) : ST_OK;
}

static enum status read_deny(const struct args *args, struct run *run,
			     struct diag *why)
{
	if (!args->deny)
		return args->mail_from ? diag_set(why, ST_USAGE, NULL,
						  "--mail-from needs --deny")
				       : ST_OK;
	enum status st = deny_read(args->deny, &run->exit.deny, why);

	return st == ST_OK && args->mail_from
		       ? deny_sender(&run->exit.deny, args->mail_from, why)
		       : st;
}

static enum status prepare(const struct args *args, struct run *run,
			   struct diag *why)
{
	enum status st = ST_OK;

	run->conf = (struct verify_conf){
		.now = when_now(),
		.at_received = args->at && strcmp(args->at, "received") == 0,
		.skew = (int64_t)args->skew.value,
		.allow_sha1 = args->allow_sha1,
		.ignore_expiry = args->ignore_expiry,
		.strict = args->strict,
		.require_dnssec = args->dns.require_dnssec,
		.min_bits = (unsigned)args->min_bits.value,
		.max_signatures = (size_t)args->max_signatures.value,
		.lines = args->lf     ? MSG_LF
			 : args->crlf ? MSG_CRLF
				      : MSG_AUTO,
	};
	if (args->canon_header.given && args->canon_body.given)
		return diag_set(why, ST_USAGE, NULL,
				"--canon-header and --canon-body exclude each "
				"other");
	if (args->crlf && args->lf)
		return diag_set(why, ST_USAGE, NULL,
				"--crlf and --lf exclude each other");
	if (args->at && !run->conf.at_received)
		st = when_parse(args->at, &run->conf.now, why);
	if (st == ST_OK)
		st = read_requirements(args, run, why);
	if (st == ST_OK)
		st = read_deny(args, run, why);
	if (st == ST_OK && args->json)
		st = json_library_load(why);
	if (st == ST_OK)
		st = dns_source_open(&args->dns, &run->dns, why);
	if (st != ST_OK)
		return st;
	run->conf.crypto = run->crypto = crypto_new();
	run->conf.keys =
		key_record_cache_new(run->dns, run->crypto,
				     (unsigned)args->dns.deadline.value * 1000);
	if (args->verbose)
		key_record_cache_keep_text(run->conf.keys);
	return run->conf.crypto ? ST_OK : ST_OS;
}

static enum status put_out(void *ctx, struct span octets)
{
	return io_write(STDOUT_FILENO, octets, ctx);
}

/* --canon-header, --canon-body: nothing is looked up or judged. */
static int show_hashed(const struct run *run, const char *path)
{
	const struct args *args = run->args;
	bool body = args->canon_body.given;
	struct diag why = { 0 };
	struct visible shown = { { put_out, &why } };
	const struct canon_dump_conf conf = {
		.number = (size_t)(body ? args->canon_body.value
					: args->canon_header.value),
		.body = body,
		.lines = run->conf.lines,
		.to = isatty(STDOUT_FILENO) ? visible_sink(&shown) : shown.to,
		.why = &why,
	};
	int fd = -1;
	enum status st = io_open_input(path, &fd, &why);

	if (st != ST_OK)
		return cli_fail(path, st, &why);
	struct canon_dump *h = canon_dump_new(&conf);

	st = io_pump(fd, canon_dump_sink(h), &why);
	if (st == ST_OK)
		st = canon_dump_end(h);
	canon_dump_free(h);
	if (fd > STDERR_FILENO)
		close(fd);
	return st == ST_OK ? 0 : cli_fail(path, st, &why);
}

static int run_hashed(const struct run *run, char **operands, int n)
{
	int code = 0;

	for (int i = 0; i < n || i == 0; i++)
		code = exit_worse(code,
				  show_hashed(run, n ? operands[i] : "-"));
	return code;
}

static int run_batch(const struct run *run, char **operands, int n)
{
	const struct mailbox_conf inputs = { operands, (size_t)n,
					     run->args->files0 };
	const struct batch batch = {
		.conf = &run->conf,
		.keep = run->args->explain,
		.threads = (size_t)run->args->threads.value,
		.out = STDOUT_FILENO,
		.progress = !run->args->no_progress,
		.verified = report,
		.failed = report_error,
		.taken = take,
		.summary = run->args->summary ? summarize : NULL,
		.ctx = run,
	};
	struct mailbox *mailbox = NULL;
	struct diag why = { 0 };
	enum status st = mailbox_open(&inputs, &mailbox, &why);
	int code = st == ST_OK ? batch_run(&batch, mailbox)
			       : cli_fail(NULL, st, &why);

	mailbox_free(mailbox);
	return code;
}

static int run_filter(const struct run *run, const char *path)
{
	const struct passon how = {
		.conf = &run->conf,
		.how = { .id = buf_span(&run->id),
			 .keep_own = run->args->keep_own,
			 .strip_all = run->args->strip_all },
		.quiet = run->args->quiet,
		.fields = put_field,
		.ctx = run,
	};

	return passon_run(&how, path, STDOUT_FILENO);
}

static int run_all(const struct args *args, char **operands, int n)
{
	struct tally tally = { 0 };
	struct run run = { .args = args, .tally = &tally };
	struct diag why = { 0 };
	enum status st = check_filter(args, n, &run, &why);

	if (st == ST_OK)
		st = prepare(args, &run, &why);
	bool hashed = args->canon_header.given || args->canon_body.given;
	int code = st != ST_OK	  ? cli_fail(NULL, st, &why)
		   : hashed	  ? run_hashed(&run, operands, n)
		   : args->filter ? run_filter(&run, n ? operands[0] : "-")
				  : run_batch(&run, operands, n);

	free(run.exit.require);
	deny_free(&run.exit.deny);
	tally_free(&tally);
	buf_free(&run.id);
	key_record_cache_free(run.conf.keys);
	crypto_free(run.crypto);
	st = dns_source_close(run.dns, &why);
	return st == ST_OK ? code : exit_worse(code, cli_fail(NULL, st, &why));
}

/* -- the command line ------------------------------------------------------ */

static struct args given = {
	.min_bits = { .value = LIMIT_RSA_BITS_MIN,
		      .least = LIMIT_RSA_BITS_MIN,
		      .most = LIMIT_RSA_BITS_MAX },
	.max_signatures = { .value = LIMIT_SIGNATURES_TRIED,
			    .least = 1,
			    .most = LIMIT_SIGNATURES_SEEN },
	.skew = { .value = 300, .most = 86400 },
	.threads = { .value = 1, .least = 1, .most = MOST_THREADS },
	.canon_header = { .value = 1,
			  .least = 1,
			  .most = LIMIT_SIGNATURES_SEEN },
	.canon_body = { .value = 1, .least = 1, .most = LIMIT_SIGNATURES_SEEN },
};

static const struct opt table[] = {
	{ 0, "json", NULL, "one JSON object a message", OPT_FLAG, &given.json },
	{ 0, "auth-results", "ID", "an Authentication-Results field of ID",
	  OPT_TEXT, &given.auth_results },
	{ 0, "filter", "ID", "pass the message on with that field on top",
	  OPT_TEXT, &given.filter },
	{ 0, "defer", NULL, "filter: no message at a temperror (75)", OPT_FLAG,
	  &given.defer },
	{ 0, "keep-own", NULL, "filter: fields of ID above Received stay",
	  OPT_FLAG, &given.keep_own },
	{ 0, "strip-all", NULL, "filter: no such field of others stays",
	  OPT_FLAG, &given.strip_all },
	{ 0, "exim", NULL, "Exim's words and log lines", OPT_FLAG,
	  &given.exim },
	{ 0, "deny", "FILE", "refuse what a rule in FILE speaks of", OPT_TEXT,
	  &given.deny },
	{ 0, "mail-from", "ADDR", "the sender that these rules ask for",
	  OPT_TEXT, &given.mail_from },
	{ 0, "at", "TIME",
	  "judge as of TIME (epoch, RFC 3339, or \"received\")", OPT_TEXT,
	  &given.at },
	{ 0, "require", "EXPR",
	  "any, all, aligned or d=DOMAIN must pass (repeatable)", OPT_LIST,
	  &given.require },
	{ 0, "strict", NULL, "no pass with unsigned parts or duplicates",
	  OPT_FLAG, &given.strict },
	{ 'j', "threads", "N", "verify N messages at a time (1)", OPT_NUMBER,
	  &given.threads },
	{ 0, "summary", NULL, "count results by d= and s= at the end", OPT_FLAG,
	  &given.summary },
	{ 0, "no-progress", NULL, "do not show on a terminal how far it is",
	  OPT_FLAG, &given.no_progress },
	{ 0, "files0-from", "FILE",
	  "the operands, each ended by NUL, are in FILE", OPT_TEXT,
	  &given.files0 },
	{ 0, "min-bits", "N", "smallest RSA key that counts (1024)", OPT_NUMBER,
	  &given.min_bits },
	{ 0, "max-signatures", "N", "try so many of a message (10)", OPT_NUMBER,
	  &given.max_signatures },
	{ 0, "clock-skew", "SEC", "forgive so much in t= and x= (300)",
	  OPT_NUMBER, &given.skew },
	{ 0, "allow-sha1", NULL, "judge rsa-sha1 to the end; it never passes",
	  OPT_FLAG, &given.allow_sha1 },
	{ 0, "ignore-expiry", NULL, "let x= lie in the past", OPT_FLAG,
	  &given.ignore_expiry },
	{ 0, "crlf", NULL, "only CRLF ends a line", OPT_FLAG, &given.crlf },
	{ 0, "lf", NULL, "LF ends a line too", OPT_FLAG, &given.lf },
	{ 0, "explain", NULL,
	  "say what happened to a message that does not verify", OPT_FLAG,
	  &given.explain },
	{ 0, "canon-header", "N", "write what b= of signature N (1) signs",
	  OPT_MAYBE, &given.canon_header },
	{ 0, "canon-body", "N", "write what bh= of signature N (1) hashes",
	  OPT_MAYBE, &given.canon_body },
	{ 'v', "verbose", NULL, "more about each signature", OPT_FLAG,
	  &given.verbose },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &given.quiet },
};

static const struct opt_program program = {
	.synopsis = "[options] [FILE | DIR | MBOX ...]",
	.about = "Says what each DKIM signature of a message is worth.",
	.options = table,
	.n = sizeof(table) / sizeof(*table),
	.more = given.dns.rows,
	.mores = DNS_OPTION_ROWS,
	.examples = "  dkim-verify < message.eml\n"
		    "  dkim-verify --json -j4 ~/Maildir\n",
};

int main(int argc, char **argv)
{
	int code;

	cli_start("dkim-verify");
	dns_options_init(&given.dns);
	bool mta = opt_wants(&program, argc, argv, "filter");

	if (mta)
		mem_exit_code(EXIT_TEMPORARY);
	int first = opt_parse(&program, argc, argv, &code);

	if (first >= 0)
		code = run_all(&given, argv + first, argc - first);
	dns_options_free(&given.dns);
	free(given.require.v);
	code = cli_finish(code);
	return mta ? cli_mta_code(code, code == 1) : code;
}
