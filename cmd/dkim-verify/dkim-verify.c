/* dkim-verify: verify the DKIM signatures of messages (RFC 6376 6).
 *
 *     dkim-verify < message.eml
 *     dkim-sign -d example.com -s mail -k mail.private < m.eml |
 *             dkim-verify --zone=mail.txt --origin=example.com
 *
 * The story of a run: read_options turns the options into a struct run, then
 * run_batch verifies and reports every message (report_message), run_filter
 * passes one on with its results (add_field), or run_canon writes what was
 * signed. The exit status of a message is verify_exit's, that of several
 * exit_worse's; the rules of RFC 6376 6 are in common/dkim/verify.c. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "authres.h"
#include "batch.h"
#include "canon_dump.h"
#include "cli.h"
#include "command.h"
#include "detail_text.h"
#include "dkim2.h"
#include "dkim_results.h"
#include "dns_source.h"
#include "exim.h"
#include "exit_status.h"
#include "explain.h"
#include "explain_json.h"
#include "explain_text.h"
#include "explain_words.h"
#include "json_text.h"
#include "log.h"
#include "log_mail.h"
#include "mailbox.h"
#include "opt.h"
#include "passon.h"
#include "sandbox.h"
#include "signature_json.h"
#include "tally.h"
#include "text.h"
#include "text_report.h"
#include "verify_exit.h"
#include "when.h"

enum { MOST_THREADS = 128 };

/* -- the command line ------------------------------------------------------ */

struct args {
	bool defer, keep_own, strip_all, exim, summary, no_progress;
	bool explain, json, quiet, verbose, crlf, lf, strict, ignore_expiry,
		allow_sha1;
	bool mbox;
	const char *color, *at, *files0, *files, *auth_results, *filter, *deny,
		*mail_from, *key;
	bool no_sandbox;
	const char *log;
	char **exec;
	struct opt_list require;
	struct opt_number min_bits, max_signatures, skew, threads;
	struct opt_number canon_header, canon_body;
	struct dns_options dns;
};

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
	{ 0, "json", NULL, "one JSON object per message", OPT_FLAG,
	  &given.json },
	{ 0, "auth-results", "ID", "write an Authentication-Results field",
	  OPT_TEXT, &given.auth_results },
	{ 0, "filter", "ID", "pass the message on with that field on top",
	  OPT_TEXT, &given.filter },
	{ 0, "defer", NULL, "filter: pass nothing on at a temperror (75)",
	  OPT_FLAG, &given.defer },
	{ 0, "keep-own", NULL, "filter: keep fields of ID above Received",
	  OPT_FLAG, &given.keep_own },
	{ 0, "strip-all", NULL, "filter: remove the fields of others, too",
	  OPT_FLAG, &given.strip_all },
	{ 0, "exec", "CMD ...", "filter: hand the message to CMD (last option)",
	  OPT_REST, &given.exec },
	{ 0, "log", "TO", "messages: stderr, syslog or a file (stderr)",
	  OPT_TEXT, &given.log },
	{ 0, "exim", NULL, "Exim's words and log lines", OPT_FLAG,
	  &given.exim },
	{ 0, "deny", "FILE", "reject messages that match a rule in FILE",
	  OPT_TEXT, &given.deny },
	{ 0, "mail-from", "ADDR", "envelope sender for these rules", OPT_TEXT,
	  &given.mail_from },
	{ 0, "at", "TIME", "check as of TIME (epoch, RFC 3339, \"received\")",
	  OPT_TEXT, &given.at },
	{ 0, "require", "EXPR",
	  "any, all, aligned, none, d=DOMAIN (repeatable)", OPT_LIST,
	  &given.require },
	{ 0, "strict", NULL, "no pass with unsigned parts or duplicates",
	  OPT_FLAG, &given.strict },
	{ 'j', "threads", "N", "verify N messages at a time (1)", OPT_NUMBER,
	  &given.threads },
	{ 0, "summary", NULL, "count results by d= and s= at the end", OPT_FLAG,
	  &given.summary },
	{ 0, "no-progress", NULL, "no progress line on a terminal", OPT_FLAG,
	  &given.no_progress },
	{ 0, "files0-from", "FILE", "read operands, each ended by NUL, in FILE",
	  OPT_TEXT, &given.files0 },
	{ 0, "files-from", "FILE", "read operands, one a line, in FILE",
	  OPT_TEXT, &given.files },
	{ 0, "mbox", NULL, "standard input, or each FILE, is an mbox", OPT_FLAG,
	  &given.mbox },
	{ 0, "min-bits", "N", "smallest RSA key accepted (1024)", OPT_NUMBER,
	  &given.min_bits },
	{ 0, "max-signatures", "N", "signatures checked in a message (10)",
	  OPT_NUMBER, &given.max_signatures },
	{ 0, "clock-skew", "SEC", "clock skew allowed for t= and x= (300)",
	  OPT_NUMBER, &given.skew },
	{ 0, "allow-sha1", NULL, "check rsa-sha1, too (it never passes)",
	  OPT_FLAG, &given.allow_sha1 },
	{ 0, "ignore-expiry", NULL, "accept signatures whose x= has passed",
	  OPT_FLAG, &given.ignore_expiry },
	{ 0, "crlf", NULL, "only CRLF ends a line", OPT_FLAG, &given.crlf },
	{ 0, "lf", NULL, "LF ends a line, too", OPT_FLAG, &given.lf },
	{ 0, "explain", NULL, "explain why a signature does not verify",
	  OPT_FLAG, &given.explain },
	{ 0, "canon-header", "N",
	  "write the bytes that b= of signature N signs", OPT_MAYBE,
	  &given.canon_header },
	{ 0, "canon-body", "N",
	  "write the bytes that bh= of signature N hashes", OPT_MAYBE,
	  &given.canon_body },
	{ 0, "color", "WHEN", "color: auto (on a terminal), always, never",
	  OPT_TEXT, &given.color },
	{ 'v', "verbose", NULL, "more about each signature", OPT_FLAG,
	  &given.verbose },
	{ 0, "no-sandbox", NULL, "keep all rights, for debugging", OPT_FLAG,
	  &given.no_sandbox },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &given.quiet },
	{ 'k', "key", "FILE", NULL, OPT_TEXT, &given.key }, /* dkim-sign's */
};

static const struct opt_group groups[] = {
	{ "what is reported", "explain|json|summary|verbose" },
	{ "mail servers", "filter|exec|auth-results|deny|require" },
	{ "many messages", "threads|mbox|files-from" },
	{ "DNS", "nameserver|zone|dns-timeout" },
	{ "more", "at|help|version" },
};

static const struct opt_program program = {
	.synopsis = "[options] [FILE | DIR | MBOX ...]",
	.about = "Verify the DKIM signatures of a message.",
	.options = table,
	.n = sizeof(table) / sizeof(*table),
	.groups = groups,
	.group_n = sizeof(groups) / sizeof(*groups),
	.more = given.dns.rows,
	.mores = DNS_OPTION_ROWS,
	.examples = "  dkim-verify < message.eml\n"
		    "  dkim-verify --json -j4 ~/Maildir\n",
};

static const struct opt_rule rules[] = {
	{ "json|exim|auth-results|filter", NULL },
	{ "summary|auth-results|filter", NULL },
	{ "files0-from|files-from|filter", NULL },
	{ "mbox|filter", NULL },
	{ "mbox|canon-header|canon-body", NULL },
	{ "canon-header|canon-body", NULL },
	{ "crlf|lf", NULL },
	{ "defer|keep-own|strip-all|exec", "filter" },
	{ "mail-from", "deny" },
};

/* What the options ask for, ready to use. */
struct run {
	const struct args *args;
	struct verify_conf conf;
	struct crypto *crypto;
	struct dns *dns;
	bool colored;		 /* the report is for a terminal */
	struct verify_exit exit; /* --require and --deny */
	struct buf id;		 /* of --auth-results or --filter */
	struct tally *tally;	 /* --summary */
	struct command command;	 /* --exec */
};

/* Is the report to be colored? NO_COLOR (no-color.org) is for those who never
 * want it; it changes no result. */
static enum status read_color(const char *when, bool *colored, struct diag *why)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	*colored = when && strcmp(when, "always") == 0;
	if (when && (*colored || strcmp(when, "never") == 0))
		return ST_OK;
	if (when && strcmp(when, "auto") != 0)
		return diag_set(why, ST_USAGE, NULL,
				"--color=%s: must be auto, always or never",
				when);
	*colored = isatty(STDOUT_FILENO) && !(no && *no) &&
		   !(term && strcmp(term, "dumb") == 0);
	return ST_OK;
}

static enum status read_options(const struct args *args, int operands,
				struct run *run, struct diag *why)
{
	const char *id = args->filter ? args->filter : args->auth_results;
	bool at_received = args->at && strcmp(args->at, "received") == 0;
	enum status st = log_open(args->log, why);

	if (st == ST_OK && args->exec && args->filter)
		st = command_alone(&program,
				   "exec|json|summary|mbox|files-from|"
				   "files0-from",
				   (size_t)operands, why);
	if (st == ST_OK)
		st = opt_rules(&program, rules, sizeof(rules) / sizeof(*rules),
			       why);
	run->conf = (struct verify_conf){
		.now = when_now(),
		.at_received = at_received,
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
	buf_init(&run->id, 1024);
	run->exit.require = mem_alloc(args->require.n * sizeof(struct require));
	run->exit.require_n = args->require.n;
	if (st == ST_OK && args->key)
		st = diag_set(why, ST_USAGE, NULL,
			      "-k is of dkim-sign: the public key comes from "
			      "DNS, or from the record in --zone=FILE");
	if (st == ST_OK && args->filter && operands > 1)
		st = diag_set(why, ST_USAGE, NULL,
			      "--filter passes on one message");
	if (st == ST_OK && id)
		st = authres_id(id, &run->id, why);
	if (st == ST_OK)
		st = read_color(args->color, &run->colored, why);
	if (st == ST_OK && args->at && !at_received)
		st = when_parse(args->at, &run->conf.now, why);
	for (size_t i = 0; i < args->require.n && st == ST_OK; i++)
		st = verify_exit_require(args->require.v[i],
					 &run->exit.require[i], why);
	for (size_t i = 0; i < args->require.n && args->require.n > 1; i++)
		if (st == ST_OK && strcmp(args->require.v[i], "none") == 0)
			st = diag_set(why, ST_USAGE, NULL,
				      "--require=none and another --require "
				      "exclude each other");
	if (st == ST_OK && args->deny)
		st = deny_read(args->deny, &run->exit.deny, why);
	if (st == ST_OK && args->mail_from)
		st = deny_sender(&run->exit.deny, args->mail_from, why);
	return st;
}

/* Whatever is opened before the first message is read. */
static enum status open_sources(const struct args *args, struct run *run,
				struct diag *why)
{
	enum status st = args->json ? json_text_load(why) : ST_OK;

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
	return run->crypto ? ST_OK : ST_OS;
}

/* -- one message ----------------------------------------------------------- */

/* The exit status of a message; ERR says why --deny rejects it, or which
 * --require is not met. */
static int exit_of_message(const struct run *run, const char *name,
			   const struct verification *all, struct buf *err)
{
	struct span denied;
	struct diag unmet;
	int code = verify_exit(&run->exit, all, &denied, &unmet);

	if (denied.n)
		message_put(err, name, "%.*s", (int)denied.n,
			    (const char *)denied.p);
	if (unmet.text[0] && (run->args->filter || !run->args->quiet))
		message_put(err, name, "%s%s",
			    run->args->filter ? "not passed on: " : "",
			    unmet.text);
	return code;
}

/* What reports say of one signature besides its result. */
struct extra {
	const struct verification *all;
	const struct explained *explained; /* or NULL */
	bool verbose;
};

static void put_lines(const void *ctx, const struct verdict *v, struct buf *out)
{
	const struct extra *extra = ctx;

	if (extra->verbose)
		detail_text(extra->all, v, false, out);
}

static void put_explanation(const void *ctx, const struct verdict *v,
			    json_t *object)
{
	const struct extra *extra = ctx;

	if (extra->explained && v->st != ST_OK && !v->domainkeys)
		json_set(object, "explain",
			 explain_json(extra->all, extra->explained, v));
}

static void put_json(const struct mailbox_message *message,
		     const struct extra *extra, struct buf *out)
{
	const struct verification *all = extra->all;
	json_t *o = json_input(message->input, message->number);

	json_set_text(o, "from", all->has_author ? all->author.text : NULL);
	json_set_text(o, "result", result_word(verify_exit_result(all)));
	json_set(o, "signatures", json_signatures(all, put_explanation, extra));
	json_set(o, "warnings", json_warnings(all->warnings));
	json_t *dkim2 = dkim2_json(all->fields);

	if (dkim2)
		json_set(o, "dkim2", dkim2);
	json_line(o, out);
}

/* For reason=, with --explain. */
static void put_reason(const void *ctx, const struct verdict *v,
		       struct buf *out)
{
	const struct extra *extra = ctx;

	if (extra->explained && !v->domainkeys)
		explain_reason(v, &extra->explained->v[v - extra->all->v], out);
}

/* From the verified message to its report and its exit status. KEPT: its
 * bytes, if they are to be explained. */
static enum status report_message(const void *ctx,
				  const struct mailbox_message *message,
				  const struct verification *all,
				  struct spool *kept, struct batch_report *out,
				  struct diag *why)
{
	const struct run *run = ctx;
	const struct args *args = run->args;
	const struct explain_conf explaining = { run->conf, run->dns, 0 };
	const char *name = message->several ? message->label : NULL;
	const char *file = mailbox_file(message);
	struct explained explained = { .path = message->number
						       ? NULL
						       : message->input };
	const struct explain_text how = { name, args->verbose, run->colored };
	const struct extra extra = { all, kept ? &explained : NULL,
				     args->verbose };
	enum status st = kept ? explain(&explaining, all, kept, &explained, why)
			      : ST_OK;

	if (st == ST_OK) {
		out->code = exit_of_message(run, file, all, &out->err);
		if (args->json)
			put_json(message, &extra, &out->out);
		else if (args->auth_results)
			dkim_results_field(all, buf_span(&run->id), put_reason,
					   &extra, &out->out);
		else if (args->exim)
			exim_report(name, all, &out->out);
		else if (kept)
			explain_text(&how, all, &explained, &out->out);
		else
			text_report(name, all, run->colored, put_lines, &extra,
				    &out->out);
		if (!args->quiet)
			text_warnings(file, all, &out->err);
		if (args->summary)
			tally_note(all, &out->notes);
	}
	if (kept)
		explained_free(&explained);
	return st;
}

/* The same for an input that cannot be verified. */
static void report_failed(const void *ctx,
			  const struct mailbox_message *message, enum status st,
			  const struct diag *why, struct batch_report *out)
{
	const struct run *run = ctx;

	out->code = cli_put_fail(&out->err, message->label, st, why);
	if (run->args->json)
		json_error(message->input, message->number, st, why, &out->out);
}

/* The field of --filter, with --explain with the causes in the message KEPT. */
static int put_field(const struct run *run, const char *name,
		     const struct verification *all, struct spool *kept,
		     struct buf *out, struct buf *err)
{
	const struct explain_conf explaining = { run->conf, run->dns, 0 };
	struct explained explained = { 0 };
	const struct extra extra = { all, &explained, false };
	struct diag why = { 0 };
	enum status st = ST_OK;
	size_t failed = 0;

	for (size_t i = 0; i < all->n; i++)
		failed += all->v[i].st != ST_OK;
	if (!run->args->explain || !failed) {
		dkim_results_field(all, buf_span(&run->id), NULL, NULL, out);
		return 0;
	}
	st = explain(&explaining, all, kept, &explained, &why);
	if (st == ST_OK)
		dkim_results_field(all, buf_span(&run->id), put_reason, &extra,
				   out);
	explained_free(&explained);
	return st == ST_OK ? 0 : cli_put_fail(err, name, st, &why);
}

/* --filter: the field that goes on top of the message. It is passed on whatever
 * the results are, unless --deny rejects it, --require is not met, or --defer
 * waits for DNS. */
static int add_field(const void *ctx, const char *name,
		     const struct verification *all, struct spool *kept,
		     struct buf *out, struct buf *err)
{
	const struct run *run = ctx;
	size_t before = err->n;
	int code = exit_of_message(run, name, all, err);

	if (code && err->n > before)
		return code; /* and the reason is written */
	if (code && run->args->require.n && !verify_exit_none(&run->exit)) {
		message_put(err, name,
			    "not passed on: --require is not met: there is no "
			    "signature that counts");
		return EXIT_FAILED;
	}
	if (run->args->defer && verify_exit_result(all) == RESULT_TEMPERROR) {
		message_put(err, name,
			    "not passed on: a key could not be looked up");
		return EXIT_TEMPORARY;
	}
	return put_field(run, name, all, kept, out, err);
}

/* -- all messages ---------------------------------------------------------- */

static void count_message(const void *ctx, const struct batch_report *report,
			  bool verified)
{
	const struct run *run = ctx;

	tally_add(run->tally, buf_span(&report->notes));
	run->tally->unread += !verified;
	run->tally->failed |= verified && report->code == EXIT_FAILED;
}

/* For somebody at a terminal who sees a failure without its cause. */
static void say_hint(const struct run *run)
{
	const struct args *args = run->args;

	if (run->tally->failed && !args->quiet && !args->explain &&
	    !args->json && !args->auth_results && !args->exim &&
	    isatty(STDERR_FILENO))
		cli_say(NULL, "hint: --explain shows what was changed");
}

static void put_summary(const void *ctx, struct buf *out)
{
	const struct run *run = ctx;

	(run->args->json ? tally_json : tally_text)(run->tally, out);
}

static int run_batch(const struct run *run, char **operands, int n)
{
	const struct args *args = run->args;
	const struct mailbox_conf inputs = {
		.operand = operands,
		.n = (size_t)n,
		.list = args->files ? args->files : args->files0,
		.lines = args->files != NULL,
		.mbox = args->mbox,
	};
	const struct batch batch = {
		.conf = &run->conf,
		.keep = run->args->explain,
		.threads = (size_t)run->args->threads.value,
		.dns = run->dns,
		.out = STDOUT_FILENO,
		.progress = !run->args->no_progress,
		.verified = report_message,
		.failed = report_failed,
		.taken = count_message,
		.summary = run->args->summary ? put_summary : NULL,
		.ctx = run,
	};
	struct mailbox *mailbox = NULL;
	struct diag why = { 0 };
	enum status st = mailbox_open(&inputs, &mailbox, &why);
	int code = st == ST_OK ? batch_run(&batch, mailbox)
			       : cli_fail(NULL, st, &why);

	mailbox_free(mailbox);
	say_hint(run);
	return code;
}

static int run_filter(struct run *run, const char *path)
{
	const struct passon how = {
		.conf = &run->conf,
		.how = { .id = buf_span(&run->id),
			 .keep_own = run->args->keep_own,
			 .strip_all = run->args->strip_all },
		.quiet = run->args->quiet,
		.mail_from = run->args->mail_from,
		.fields = add_field,
		.ctx = run,
	};

	return passon_run(&how, path, &run->command);
}

/* -- --canon-header and --canon-body --------------------------------------- */

static enum status put_bytes(void *ctx, struct span bytes)
{
	return io_write(STDOUT_FILENO, bytes, ctx);
}

/* For a terminal: every line with its CR and LF as \x0d\x0a. */
static enum status put_visible(void *ctx, struct span bytes)
{
	enum status st = ST_OK;
	struct buf out;

	buf_init(&out, 5 * bytes.n);
	while (bytes.n) {
		size_t n = span_find(bytes, '\n');
		bool ended = n < bytes.n;

		text_put(&out, span_head(bytes, n + ended));
		if (ended)
			buf_put(&out, SPAN("\n"));
		bytes = span_from(bytes, n + ended);
	}
	st = put_bytes(ctx, buf_span(&out));
	buf_free(&out);
	return st;
}

/* Write the canonical form of one input; no key is looked up. */
static int write_canon(const struct run *run, const char *path)
{
	const struct args *args = run->args;
	bool body = args->canon_body.given;
	struct diag why = { 0 };
	const struct canon_dump_conf conf = {
		.number = (size_t)(body ? args->canon_body.value
					: args->canon_header.value),
		.body = body,
		.lines = run->conf.lines,
		.to = { isatty(STDOUT_FILENO) ? put_visible : put_bytes, &why },
		.why = &why,
	};
	struct canon_dump *dump = canon_dump_new(&conf);
	int fd = -1;
	enum status st = io_open_input(path, &fd, &why);

	if (st == ST_OK)
		st = io_pump(fd, canon_dump_sink(dump), &why);
	if (st == ST_OK)
		st = canon_dump_end(dump);
	canon_dump_free(dump);
	if (fd > STDERR_FILENO)
		close(fd);
	return st == ST_OK ? 0 : cli_fail(path, st, &why);
}

static int run_canon(const struct run *run, char **operands, int n)
{
	int code = n ? 0 : write_canon(run, "-");

	for (int i = 0; i < n; i++)
		code = exit_worse(code, write_canon(run, operands[i]));
	return code;
}

/* -- from the command line to the exit status ------------------------------ */

static int run_all(const struct args *args, char **operands, int n,
		   char **environment)
{
	struct tally tally = { 0 };
	struct run run = { .args = args, .tally = &tally };
	struct diag why = { 0 };
	enum status st = read_options(args, n, &run, &why);
	int code;

	if (st == ST_OK && args->exec)
		st = command_fork(&run.command, args->exec, environment, &why);
	if (st == ST_OK)
		st = open_sources(args, &run, &why);
	const char *filtered = !args->filter ? NULL : n ? operands[0] : "-";

	sandbox_enter(&(struct sandbox){ .off = args->no_sandbox,
					 .network = !args->dns.zone.n,
					 .verbose = args->verbose,
					 .only = filtered });
	if (st != ST_OK && st != ST_USAGE && filtered)
		log_mail_input(filtered, NULL);
	if (st != ST_OK)
		code = cli_fail(NULL, st, &why);
	else if (args->canon_header.given || args->canon_body.given)
		code = run_canon(&run, operands, n);
	else if (args->filter)
		code = run_filter(&run, n ? operands[0] : "-");
	else
		code = run_batch(&run, operands, n);
	command_end(&run.command);
	free(run.exit.require);
	deny_free(&run.exit.deny);
	tally_free(&tally);
	buf_free(&run.id);
	key_record_cache_free(run.conf.keys);
	crypto_free(run.crypto);
	st = dns_source_close(run.dns, &why);
	return st == ST_OK ? code : exit_worse(code, cli_fail(NULL, st, &why));
}

int main(int argc, char **argv)
{
	int code;

	cli_expect_mail(argv, "--filter");
	char **environment = cli_start("dkim-verify");

	dns_options_init(&given.dns);
	if (opt_wants(&program, argc, argv, "filter"))
		cli_mail_path();
	int first = opt_parse(&program, &argc, argv, &code);

	if (first >= 0)
		code = run_all(&given, argv + first, argc - first, environment);
	dns_options_free(&given.dns);
	free(given.require.v);
	return cli_finish(code, code == EXIT_FAILED);
}
