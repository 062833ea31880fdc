/* dkim-sign: a message in, the signed message out (RFC 6376 5).
 *
 *     dkim-sign -d example.com -s mail -k mail.private < in.eml > out.eml
 *     dkim-sign -s rsa -k rsa.private -s ed -k ed.private --in-place *.eml
 *
 * Nothing is written before the result is known to be good.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "canon.h"
#include "cli.h"
#include "dns_source.h"
#include "exit_status.h"
#include "headerset.h"
#include "hosts.h"
#include "io.h"
#include "json_library.h"
#include "json_text.h"
#include "keytable.h"
#include "opt.h"
#include "signbatch.h"
#include "sign_report.h"
#include "when.h"

struct args {
	bool no_timestamp, header_only, mta, in_place, crlf, lf, quiet, verbose;
	bool no_progress, check_dns, domainkeys, pass_unsigned, if_unsigned,
		length, copied, fix, dry_run, json;
	const char *canon, *at, *headers, *output, *output_dir;
	const char *trusted_hosts, *auth;
	struct opt_list selectors, keys, tags, client;
	struct opt_number expire, threads;
	struct signkeys_conf who;
	struct dns_options dns;
};

struct run {
	const struct args *args;
	struct signfile how;
	struct crypto *crypto;
	struct dns *dns;
	struct signkeys *keys;
	struct headerset_rules headers;
	struct sign_tag *tags;
	bool refused;	   /* a message, for good: what --mta may bounce */
	int failed;	   /* the worst code of anything else, or 0 */
	int code;	   /* the worst so far */
	const char *input; /* of a dry run */
};

/* -- options --------------------------------------------------------------- */

static enum status parse_tags(const struct args *args, struct run *run,
			      struct diag *why)
{
	struct sign_conf *conf = &run->how.sign;

	run->tags = mem_alloc(args->tags.n * sizeof(*run->tags));
	conf->tags = run->tags;
	conf->tags_n = args->tags.n;
	return signfield_tags(args->tags.v, args->tags.n, run->tags, why);
}

/* May be called by several threads. */
static void describe(const struct signfile *how, const struct sign_plan *plan,
		     unsigned notes, const struct diag *why)
{
	const struct run *run = how->ctx;
	const struct sign_report r = { run->input, &how->sign, plan, notes,
				       why };

	if (!how->dry_run)
		sign_report_made(&r, how->lines);
	else if (run->args->json)
		sign_report_json(&r, how->lines);
	else
		sign_report_text(&r, how->lines);
}

static enum status parse_options(const struct args *args, struct run *run,
				 struct diag *why)
{
	struct sign_conf *conf = &run->how.sign;
	enum status st =
		canon_pair(args->canon, &conf->header, &conf->body, why);

	/* here, where there is one thread yet: it is the process's */
	run->how.mask = umask(0);
	umask(run->how.mask);
	run->how.header_only = args->header_only;
	run->how.pass_unsigned = args->pass_unsigned;
	run->how.fix = args->fix;
	run->how.dry_run = args->dry_run;
	run->how.describe = args->dry_run || args->verbose ? describe : NULL;
	run->how.ctx = run;
	conf->timestamp = !args->no_timestamp;
	conf->expire = args->expire.given ? args->expire.value : 0;
	conf->headers = &run->headers;
	conf->length = args->length;
	conf->copied = args->copied;
	conf->domainkeys = args->domainkeys;
	conf->now = when_now();
	conf->lines = args->lf ? MSG_LF : args->crlf ? MSG_CRLF : MSG_AUTO;
	if (st == ST_OK)
		st = parse_tags(args, run, why);
	conf->at_received = args->at && strcmp(args->at, "received") == 0;
	conf->if_unsigned = args->if_unsigned;
	if (st == ST_OK && args->at && !conf->at_received)
		st = when_parse(args->at, &conf->now, why);
	if (st == ST_OK && conf->expire > 999999999999 - (uint64_t)conf->now)
		st = diag_set(why, ST_USAGE, "RFC 6376 3.5",
			      "-x: x= has at most 12 digits");
	if (st == ST_OK && args->json)
		st = json_library_load(why);
	return st == ST_OK ? headerset_read(args->headers, &run->headers, why)
			   : st;
}

/* -- whose mail, which keys ------------------------------------------------ */

static void warn(const char *file, const char *text)
{
	cli_say(file, "warning: %s", text);
}

static enum status judge_client(const struct args *args, struct run *run,
				struct diag *why)
{
	struct hosts hosts;

	if (!args->trusted_hosts)
		return ST_OK;
	enum status st = hosts_read(args->trusted_hosts, &hosts, why);

	run->how.pass = !hosts_trusts(&hosts, args->client.v, args->client.n,
				      args->auth);
	hosts_free(&hosts);
	return st;
}

static enum status open_keys(struct args *args, struct run *run,
			     struct diag *why)
{
	args->who.selectors = args->selectors.v;
	args->who.selectors_n = args->selectors.n;
	args->who.keys = args->keys.v;
	args->who.keys_n = args->keys.n;
	args->who.some_do = args->pass_unsigned;
	args->who.warn = args->quiet ? NULL : warn;
	run->crypto = crypto_new(); /* before any other use of OpenSSL */
	run->how.sign.crypto = run->crypto;
	enum status st = run->crypto ? signkeys_new(&args->who, &run->keys, why)
				     : ST_OS;

	run->how.sign.keys = run->keys;
	if (st == ST_OK)
		st = judge_client(args, run, why);
	if (st != ST_OK || !args->check_dns)
		return st;
	run->how.sign.require_dnssec = args->dns.require_dnssec;
	st = dns_source_open(&args->dns, &run->dns, why);
	run->how.sign.published =
		key_record_cache_new(run->dns, run->crypto,
				     (unsigned)args->dns.deadline.value * 1000);
	return st;
}

/* -- messages -------------------------------------------------------------- */

static void say_notes(const struct run *run, const char *name, unsigned notes,
		      const struct diag *why)
{
	const struct args *args = run->args;
	/* CONTRACT 4: --pass-unsigned owes this line, also with -q */
	bool owed = args->pass_unsigned || !args->quiet;

	if ((notes & 1U << SIGN_PASSED) &&
	    (run->how.pass ? args->verbose : owed))
		cli_say(name, "not signed: %s", why->text);
	if (notes & 1U << SIGN_KEY_MISSING)
		cli_say(name, "not signed with %s", why->text);
	notes &= ~(1U << SIGN_PASSED | 1U << SIGN_KEY_MISSING);
	for (int n = 0; n < SIGN_NOTE_COUNT && !args->quiet; n++)
		if (notes & 1U << n)
			cli_say(name, "warning: %s",
				sign_note_text((enum sign_note)n));
}

/* CONTRACT 7: what has no result is in the output, too. */
static void put_error(const char *path, enum status st, const struct diag *why)
{
	struct buf out;

	buf_init(&out, 65536);
	json_error(path ? path : "-", 0, st, why, &out);
	/* the exit status tells of a failure already */
	status_ignore(io_write(STDOUT_FILENO, buf_span(&out), NULL));
	buf_free(&out);
}

/* What `describe` wrote: of a dry run the result, else for stderr. */
static enum status put_lines(const struct args *args, const char *path,
			     struct span lines, struct diag *why)
{
	struct span line;

	if (args->dry_run)
		return io_write(STDOUT_FILENO, lines, why);
	while (span_split(&lines, '\n', &line))
		if (line.n)
			cli_say(path, "%.*s", (int)line.n,
				(const char *)line.p);
	return ST_OK;
}

static void report(void *ctx, const char *path, enum status st, unsigned notes,
		   struct span lines, const struct diag *why)
{
	struct run *run = ctx;
	struct diag trouble = { 0 };

	if (st == ST_OK)
		st = put_lines(run->args, path, lines, &trouble);
	int code = st == ST_OK ? 0
			       : cli_fail(path, st,
					  trouble.text[0] ? &trouble : why);

	if (st == ST_OK)
		say_notes(run, path, notes, why);
	if (st != ST_OK && run->args->json)
		put_error(path, st, trouble.text[0] ? &trouble : why);
	if (st == ST_REFUSED || st == ST_NOT_MESSAGE)
		run->refused = true;
	else
		run->failed = exit_worse(run->failed, code);
	run->code = exit_worse(run->code, code);
}

static void sign_one(struct run *run, const char *path)
{
	const char *output = run->args->output;
	struct diag why = { 0 };
	struct buf lines;
	unsigned notes = 0;
	int in = -1;
	enum status st = io_open_input(path, &in, &why);

	buf_init(&lines, 16 * LIMIT_HEADER_BYTES);
	run->how.lines = &lines;
	run->input = path;
	if (st == ST_OK && output && strcmp(output, "-") != 0)
		st = signfile_path(&run->how, in, output, &notes, &why);
	else if (st == ST_OK)
		st = signfile_stream(&run->how, in, STDOUT_FILENO, &notes,
				     &why);
	if (in > STDERR_FILENO)
		close(in);
	report(run, strcmp(path, "-") == 0 ? NULL : path, st, notes,
	       buf_span(&lines), &why);
	buf_free(&lines);
}

/* FILE as it is opened: "refile:-" is "-". */
static bool is_stdin(const char *file)
{
	bool ignored;
	const char *path = file ? keytable_file(file, &ignored, NULL) : NULL;

	return path && strcmp(path, "-") == 0;
}

/* Standard input has one reader: the message, or one of these files. */
static enum status check_stdin(const struct args *args, char **operands,
			       size_t n, struct diag *why)
{
	const struct signkeys_conf *who = &args->who;
	size_t readers = n == 0;

	for (size_t i = 0; i < n; i++)
		readers += strcmp(operands[i], "-") == 0;
	for (size_t i = 0; i < args->dns.zone.n; i++)
		readers += strcmp(args->dns.zone.v[i], "-") == 0;
	readers += is_stdin(who->key_table);
	readers += is_stdin(who->signing_table);
	readers += is_stdin(who->key_list);
	readers += is_stdin(who->domains);
	readers += is_stdin(args->trusted_hosts);
	if (readers < 2)
		return ST_OK;
	return diag_set(why, ST_USAGE, NULL,
			"standard input can be read but once");
}

static enum status check_operands(const struct args *args, char **operands,
				  size_t n, struct diag *why)
{
	if (args->in_place || args->output_dir)
		return n ? signbatch_check(args->output_dir, operands, n, why)
			 : diag_set(why, ST_USAGE, NULL,
				    "--in-place and --output-dir need file "
				    "names");
	if (n > 1 && !args->dry_run && !args->header_only)
		return diag_set(why, ST_USAGE, NULL,
				"several files need --in-place, --output-dir "
				"or --header-only");
	return ST_OK;
}

static void sign_many(struct run *run, char **operands, size_t n)
{
	struct signbatch batch = {
		.how = &run->how,
		.folder = run->args->output_dir,
		.threads = (size_t)run->args->threads.value,
		.progress = !run->args->no_progress,
		.done = report,
		.ctx = run,
	};

	signbatch_run(&batch, operands, n);
}

static int sign_all(struct args *args, struct run *run, char **operands,
		    size_t n)
{
	struct diag why = { 0 };
	enum status st = parse_options(args, run, &why);

	if (st == ST_OK)
		st = check_operands(args, operands, n, &why);
	if (st == ST_OK)
		st = check_stdin(args, operands, n, &why);
	if (st == ST_OK)
		st = open_keys(args, run, &why);
	run->refused = st == ST_REFUSED; /* for its sender */
	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	if (args->in_place || args->output_dir)
		sign_many(run, operands, n);
	else if (n == 0)
		sign_one(run, "-");
	for (size_t i = 0; i < n && !args->in_place && !args->output_dir; i++)
		sign_one(run, operands[i]);
	/* with --mta the reason why it keeps the mail, which is no refusal */
	return args->mta && run->failed ? run->failed : run->code;
}

static int drop(struct run *run, int code)
{
	struct diag why = { 0 };

	key_record_cache_free(run->how.sign.published);
	signkeys_free(run->keys);
	headerset_rules_free(&run->headers);
	free(run->tags);
	crypto_free(run->crypto);
	enum status st = dns_source_close(run->dns, &why);

	return st == ST_OK ? code : exit_worse(code, cli_fail(NULL, st, &why));
}

/* -- the command line ------------------------------------------------------ */

static struct args given = {
	.canon = "relaxed/relaxed", /* RULES G-8 */
	.expire = { .least = 1, .most = 999999999999 },
	.threads = { .value = 1, .least = 1, .most = 256 },
};

static const struct opt table[] = {
	{ 'd', "domain", "DOMAIN", "sign for DOMAIN (From's domain)",
	  OPT_DOMAIN, &given.who.domain },
	{ 's', "selector", "SELECTOR", "selector of the key (repeatable)",
	  OPT_LIST, &given.selectors },
	{ 'k', "key", "FILE",
	  "private key; one signature for each; %d: From's domain", OPT_LIST,
	  &given.keys },
	{ 0, "passphrase-file", "FILE", "its first line opens encrypted keys",
	  OPT_TEXT, &given.who.passphrase_file },
	{ 0, "key-table", "FILE", "OpenDKIM's KeyTable", OPT_TEXT,
	  &given.who.key_table },
	{ 0, "signing-table", "FILE", "OpenDKIM's SigningTable", OPT_TEXT,
	  &given.who.signing_table },
	{ 0, "key-list", "FILE", "dkim-filter's key list", OPT_TEXT,
	  &given.who.key_list },
	{ 0, "all-matches", NULL,
	  "sign with every line of a table that matches", OPT_FLAG,
	  &given.who.all_matches },
	{ 0, "domains", "FILE", "sign only for From domains in FILE", OPT_TEXT,
	  &given.who.domains },
	{ 0, "aligned-only", NULL,
	  "refuse to sign where DMARC would not count it", OPT_FLAG,
	  &given.who.aligned_only },
	{ 0, "strip-www", NULL, "take www. off From's domain", OPT_FLAG,
	  &given.who.strip_www },
	{ 0, "mail-from", "ADDRESS", "envelope sender, for %e", OPT_TEXT,
	  &given.who.mail_from },
	{ 0, "check-dns", NULL, "compare the key with the published record",
	  OPT_FLAG, &given.check_dns },
	{ 0, "pass-unsigned", NULL,
	  "no key for the sender: pass the message unchanged", OPT_FLAG,
	  &given.pass_unsigned },
	{ 0, "trusted-hosts", "FILE",
	  "sign only for these clients, pass the rest", OPT_TEXT,
	  &given.trusted_hosts },
	{ 0, "client", "ADDRESS", "who sent the message (empty: here)",
	  OPT_LIST, &given.client },
	{ 0, "auth", "NAME", "as whom the client has logged in", OPT_TEXT,
	  &given.auth },
	{ 'c', "canonicalization", "H/B", "simple or relaxed (relaxed/relaxed)",
	  OPT_TEXT, &given.canon },
	{ 'i', "identity", "IDENTITY", "i=, within DOMAIN", OPT_TEXT,
	  &given.who.identity },
	{ 'x', "expire", "SECONDS", "the signature expires then", OPT_NUMBER,
	  &given.expire },
	{ 'l', "body-length", NULL,
	  "say how much of the body is signed (unwise)", OPT_FLAG,
	  &given.length },
	{ 'z', "copy-headers", NULL, "copy the signed fields into z=", OPT_FLAG,
	  &given.copied },
	{ 0, "domainkeys", NULL,
	  "add a DomainKey-Signature, too (RFC 4870, historic)", OPT_FLAG,
	  &given.domainkeys },
	{ 0, "tag", "NAME=VALUE", "add a registered extension tag", OPT_LIST,
	  &given.tags },
	{ 0, "no-timestamp", NULL, "leave out t=", OPT_FLAG,
	  &given.no_timestamp },
	{ 0, "at", "TIME", "sign as of TIME (epoch, RFC 3339, or \"received\")",
	  OPT_TEXT, &given.at },
	{ 0, "headers", "LIST", "fields to sign, colons between", OPT_TEXT,
	  &given.headers },
	{ 0, "dry-run", NULL, "sign nothing; say what would be signed, and why",
	  OPT_FLAG, &given.dry_run },
	{ 0, "json", NULL, "with --dry-run: JSON", OPT_FLAG, &given.json },
	{ 0, "header-only", NULL, "write only the new field", OPT_FLAG,
	  &given.header_only },
	{ 0, "output", "FILE", "write to FILE, whole or not at all", OPT_TEXT,
	  &given.output },
	{ 0, "in-place", NULL, "replace each FILE", OPT_FLAG, &given.in_place },
	{ 0, "output-dir", "DIR", "write each FILE to one of its name in DIR",
	  OPT_TEXT, &given.output_dir },
	{ 'j', "threads", "N", "sign N files at a time (1)", OPT_NUMBER,
	  &given.threads },
	{ 0, "no-progress", NULL, "do not show on a terminal how far it is",
	  OPT_FLAG, &given.no_progress },
	{ 0, "if-unsigned", NULL, "leave what our d= and s= have signed",
	  OPT_FLAG, &given.if_unsigned },
	{ 0, "fix", NULL, "repair line ends", OPT_FLAG, &given.fix },
	{ 0, "mta", NULL, "exit 0, 65 or 75 only", OPT_FLAG, &given.mta },
	{ 0, "insecure-key-ok", NULL, "accept a key that others can read",
	  OPT_FLAG, &given.who.unsafe_ok },
	{ 0, "crlf", NULL, "only CRLF ends a line", OPT_FLAG, &given.crlf },
	{ 0, "lf", NULL, "LF ends a line too", OPT_FLAG, &given.lf },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &given.quiet },
	{ 'v', "verbose", NULL, "say with which key which message was signed",
	  OPT_FLAG, &given.verbose },
};
static const struct opt_program program = {
	.synopsis = "-s SELECTOR -k KEYFILE [-d DOMAIN] [options] "
		    "[FILE ...]",
	.about = "Signs a message with DKIM.",
	.options = table,
	.n = sizeof(table) / sizeof(*table),
	.more = given.dns.rows,
	.mores = DNS_OPTION_ROWS,
	.examples = "  dkim-sign -d example.com -s mail -k mail.private "
		    "< in.eml > out.eml\n"
		    "  dkim-sign -s r -k r.private -s e -k e.private "
		    "--in-place *.eml\n",
};

/* What would be of no effect, or would contradict the rest. */
static const struct opt_rule rules[] = {
	{ "crlf|lf", NULL },
	{ "output|output-dir|in-place|header-only|dry-run", NULL },
	/* RULES M-3: what is repaired is written, too */
	{ "header-only|fix", NULL },
	{ "json", "dry-run" },
	{ "client|auth", "trusted-hosts" },
	{ "trusted-hosts", "client" },
	{ "nameserver|zone|origin|record-dns|dns-timeout|deadline|trust-ad|"
	  "require-dnssec",
	  "check-dns" },
};

static int start(struct run *run, char **operands, size_t n)
{
	struct diag why = { 0 };
	enum status st = opt_rules(&program, rules,
				   sizeof(rules) / sizeof(*rules), &why);

	return st == ST_OK ? sign_all(&given, run, operands, n)
			   : cli_fail(NULL, st, &why);
}

int main(int argc, char **argv)
{
	struct run run = { .args = &given };
	int code;

	cli_start("dkim-sign");
	cli_protect();
	dns_options_init(&given.dns);
	bool mta = opt_wants(&program, argc, argv, "mta");

	if (mta)
		mem_exit_code(EXIT_TEMPORARY);
	int first = opt_parse(&program, argc, argv, &code);

	if (first >= 0)
		code = start(&run, argv + first, (size_t)(argc - first));
	code = drop(&run, code);
	dns_options_free(&given.dns);
	free(given.selectors.v);
	free(given.keys.v);
	free(given.tags.v);
	free(given.client.v);
	code = cli_finish(code);
	return mta ? cli_mta_code(code,
				  code == 65 && run.refused && !run.failed)
		   : code;
}
