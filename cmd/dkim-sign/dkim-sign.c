/* dkim-sign: a message in, the signed message out (RFC 6376 5).
 *
 *     dkim-sign -d example.com -s mail -k mail.private < in.eml > out.eml
 *     dkim-sign -s rsa -k rsa.private -s ed -k ed.private --in-place *.eml
 *
 * This file has the options, and the way from the operands to the exit status;
 * what happens to one message is in sign.c. Nothing is written before the
 * result has been verified. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "authres.h"
#include "cli.h"
#include "command.h"
#include "dns_source.h"
#include "exit_status.h"
#include "hosts.h"
#include "json_text.h"
#include "lines.h"
#include "log.h"
#include "log_mail.h"
#include "opt.h"
#include "sandbox.h"
#include "sign_report.h"
#include "signfile.h"
#include "when.h"

/* -- the command line ------------------------------------------------------ */

static struct args {
	bool no_timestamp, header_only, mta, in_place, crlf, lf, quiet, verbose;
	bool no_progress, check_dns, domainkeys, pass_unsigned, if_unsigned,
		length, copied, fix, dry_run, json;
	const char *canon, *at, *headers, *output, *output_dir;
	const char *trusted_hosts, *auth, *skip_verified;
	bool no_sandbox;
	const char *log;
	char **exec;
	struct opt_list selectors, keys, tags, client;
	struct opt_number expire, threads;
	struct signkeys_conf who;
	struct dns_options dns;
} given = {
	.canon = "relaxed/relaxed", /* most mail software changes white space */
	.expire = { .least = 1, .most = 999999999999 },
	.threads = { .value = 1, .least = 1, .most = 256 },
};

static const struct opt table[] = {
	{ 'd', "domain", "DOMAIN", "sign for DOMAIN (the From domain)",
	  OPT_DOMAIN, &given.who.domain },
	{ 's', "selector", "SELECTOR", "selector of the key (repeatable)",
	  OPT_LIST, &given.selectors },
	{ 'k', "key", "FILE", "private key (repeatable); %d: From domain",
	  OPT_LIST, &given.keys },
	{ 0, "passphrase-file", "FILE",
	  "its first line is the passphrase of the keys", OPT_TEXT,
	  &given.who.passphrase_file },
	{ 0, "key-table", "FILE", "OpenDKIM's KeyTable", OPT_TEXT,
	  &given.who.key_table },
	{ 0, "signing-table", "FILE", "OpenDKIM's SigningTable", OPT_TEXT,
	  &given.who.signing_table },
	{ 0, "key-list", "FILE", "dkim-filter's key list", OPT_TEXT,
	  &given.who.key_list },
	{ 0, "all-matches", NULL, "sign with every matching line of a table",
	  OPT_FLAG, &given.who.all_matches },
	{ 0, "domains", "FILE", "sign only for From domains in FILE", OPT_TEXT,
	  &given.who.domains },
	{ 0, "aligned-only", NULL, "refuse a d= that is not aligned with From",
	  OPT_FLAG, &given.who.aligned_only },
	{ 0, "strip-www", NULL, "remove www. from the From domain", OPT_FLAG,
	  &given.who.strip_www },
	{ 0, "mail-from", "ADDRESS", "envelope sender, for %e", OPT_TEXT,
	  &given.who.mail_from },
	{ 0, "check-dns", NULL, "compare the key with the published record",
	  OPT_FLAG, &given.check_dns },
	{ 0, "pass-unsigned", NULL,
	  "if there is no key, pass the message unchanged", OPT_FLAG,
	  &given.pass_unsigned },
	{ 0, "trusted-hosts", "FILE",
	  "sign for these clients only, pass other mail", OPT_TEXT,
	  &given.trusted_hosts },
	{ 0, "client", "ADDRESS", "address of the SMTP client (empty: local)",
	  OPT_LIST, &given.client },
	{ 0, "auth", "NAME", "SASL user name of the client", OPT_TEXT,
	  &given.auth },
	{ 0, "skip-verified", "ID",
	  "pass mail that our verifier ID has handed back", OPT_TEXT,
	  &given.skip_verified },
	{ 'c', "canonicalization", "H/B", "simple or relaxed (relaxed/relaxed)",
	  OPT_TEXT, &given.canon },
	{ 'i', "identity", "IDENTITY", "i=, within DOMAIN", OPT_TEXT,
	  &given.who.identity },
	{ 'x', "expire", "SECONDS", "expire SECONDS after signing", OPT_NUMBER,
	  &given.expire },
	{ 'l', "body-length", NULL, "add l= (body length; insecure)", OPT_FLAG,
	  &given.length },
	{ 'z', "copy-headers", NULL, "copy the signed fields into z=", OPT_FLAG,
	  &given.copied },
	{ 0, "domainkeys", NULL, "add a DomainKey-Signature, too (historic)",
	  OPT_FLAG, &given.domainkeys },
	{ 0, "tag", "NAME=VALUE", "add a registered extension tag (r=y)",
	  OPT_LIST, &given.tags },
	{ 0, "no-timestamp", NULL, "leave out t=", OPT_FLAG,
	  &given.no_timestamp },
	{ 0, "at", "TIME", "sign as of TIME (epoch, RFC 3339, \"received\")",
	  OPT_TEXT, &given.at },
	{ 0, "headers", "LIST", "fields to sign, separated by colons", OPT_TEXT,
	  &given.headers },
	{ 0, "dry-run", NULL, "show what would be signed, and why", OPT_FLAG,
	  &given.dry_run },
	{ 0, "json", NULL, "with --dry-run: JSON", OPT_FLAG, &given.json },
	{ 0, "header-only", NULL, "write only the new field", OPT_FLAG,
	  &given.header_only },
	{ 0, "output", "FILE", "write to FILE, completely or not at all",
	  OPT_TEXT, &given.output },
	{ 0, "in-place", NULL, "replace each FILE", OPT_FLAG, &given.in_place },
	{ 0, "output-dir", "DIR", "write each signed FILE to DIR, same name",
	  OPT_TEXT, &given.output_dir },
	{ 'j', "threads", "N", "sign N files at a time (1)", OPT_NUMBER,
	  &given.threads },
	{ 0, "no-progress", NULL, "no progress on the terminal", OPT_FLAG,
	  &given.no_progress },
	{ 0, "if-unsigned", NULL, "skip mail that has this d= and s= already",
	  OPT_FLAG, &given.if_unsigned },
	{ 0, "fix", NULL, "make line endings uniform before signing", OPT_FLAG,
	  &given.fix },
	{ 0, "mta", NULL, "exit 0, 65 or 75 only", OPT_FLAG, &given.mta },
	{ 0, "exec", "CMD ...", "hand the message to CMD (the last option)",
	  OPT_REST, &given.exec },
	{ 0, "log", "TO", "messages: stderr, syslog or a file (stderr)",
	  OPT_TEXT, &given.log },
	{ 0, "insecure-key-ok", NULL, "accept a key that others can read",
	  OPT_FLAG, &given.who.unsafe_ok },
	{ 0, "crlf", NULL, "only CRLF ends a line", OPT_FLAG, &given.crlf },
	{ 0, "lf", NULL, "LF ends a line, too", OPT_FLAG, &given.lf },
	{ 0, "no-sandbox", NULL, "keep all rights, for debugging", OPT_FLAG,
	  &given.no_sandbox },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &given.quiet },
	{ 'v', "verbose", NULL, "report which key signed which message",
	  OPT_FLAG, &given.verbose },
};
static const struct opt_group groups[] = {
	{ "who signs", "domain|selector|key|signing-table|key-table" },
	{ "what is signed", "canonicalization|headers|dry-run" },
	{ "where it goes", "output|output-dir|in-place" },
	{ "mail servers", "mta|exec|pass-unsigned|skip-verified" },
	{ "more", "verbose|help|version" },
};

static const struct opt_program program = {
	.synopsis = "-s SELECTOR -k KEYFILE [-d DOMAIN] [options] "
		    "[FILE ...]",
	.about = "Sign messages with DKIM.",
	.options = table,
	.n = sizeof(table) / sizeof(*table),
	.groups = groups,
	.group_n = sizeof(groups) / sizeof(*groups),
	.more = given.dns.rows,
	.mores = DNS_OPTION_ROWS,
	.examples = "  dkim-sign -d example.com -s mail -k mail.private "
		    "< in.eml > out.eml\n"
		    "  dkim-sign -s r -k r.private -s e -k e.private "
		    "--in-place *.eml\n",
};

/* Options that would have no effect, or contradict each other. */
static const struct opt_rule rules[] = {
	{ "key-table", "signing-table" },
	{ "signing-table", "key-table" },
	{ "key|key-table|key-list", NULL },
	{ "selector|key-table|key-list", NULL },
	{ "domain", "key" }, /* tables name their domains */
	{ "all-matches", "key-table|key-list" },
	{ "crlf|lf", NULL },
	{ "output|output-dir|in-place|header-only|dry-run", NULL },
	/* a signature of repaired lines needs the repaired message */
	{ "header-only|fix", NULL },
	{ "json", "dry-run" },
	{ "client|auth", "trusted-hosts" },
	{ "trusted-hosts", "client" },
	{ "nameserver|zone|origin|record-dns|dns-timeout|deadline|trust-ad|"
	  "require-dnssec",
	  "check-dns" },
};

/* -- what the options mean ------------------------------------------------- */

/* All messages of a run. */
struct run {
	const struct args *args;
	struct sign_conf conf;
	struct crypto *crypto;
	struct dns *dns;
	struct signkeys *keys;
	char **environment;
	struct command command; /* --exec */
	struct buf verifier;	/* --skip-verified */
	struct headerset_rules headers;
	struct diag untrusted; /* why no mail of this client is signed */
	bool refused;	       /* a message, for good: what --mta may bounce */
	int failed;	       /* the worst code of anything else, or 0 */
	int code;	       /* the worst so far */
};

/* FILE as it is opened: "refile:-" is "-". */
static bool is_stdin(const char *file)
{
	bool ignored;
	const char *path = file ? lines_file(file, &ignored, NULL) : NULL;

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
			"standard input can be read only once");
}

static enum status check_operands(struct args *args, char **operands, size_t n,
				  struct diag *why)
{
	args->who.selectors = args->selectors.v;
	args->who.selectors_n = args->selectors.n;
	args->who.keys = args->keys.v;
	args->who.keys_n = args->keys.n;
	/* before anything about the files, which may be meant as a key */
	if (signkeys_given(&args->who, why) != ST_OK) {
		(void)opt_positional(operands, n, "-k ", why);
		return ST_USAGE;
	}
	if (args->exec && command_alone(&program, "exec", n, why) != ST_OK)
		return ST_USAGE;
	if ((args->in_place || args->output_dir) && !n)
		return diag_set(why, ST_USAGE, NULL,
				"--in-place and --output-dir need file names");
	if (args->in_place || args->output_dir)
		return signbatch_check(args->output_dir, operands, n, why);
	if (n > 1 && !args->dry_run && !args->header_only)
		return diag_set(why, ST_USAGE, NULL,
				"several files need --in-place, --output-dir "
				"or --header-only");
	return ST_OK;
}

/* --tag. Of the registered extension tags one is left to be given: r=y
 * (RFC 6651 3.2). The other tags have options of their own. */
static enum status parse_tags(const struct opt_list *tags, bool *reports,
			      struct diag *why)
{
	for (size_t i = 0; i < tags->n; i++) {
		if (strncmp(tags->v[i], "atps", 4) == 0)
			return diag_set(why, ST_USAGE, "RFC 6541",
					"--tag: atps= is not supported: no "
					"receiver evaluates it");
		if (strcmp(tags->v[i], "r=y") != 0)
			return diag_set(why, ST_USAGE, "RFC 6376 3.5",
					"--tag: \"%s\" is not r=y, the only "
					"extension tag to be given",
					tags->v[i]);
		if (*reports)
			return diag_set(why, ST_USAGE, "RFC 6376 3.2",
					"--tag: r= is given twice");
		*reports = true;
	}
	return ST_OK;
}

/* -c HEADER/BODY. One word alone has two meanings: RFC 6376 3.5 has "simple"
 * for the body then, and Exim's dkim_canon has the word for both; so it is
 * refused.
 */
static enum status parse_canon(const char *text, struct sign_conf *conf,
			       struct diag *why)
{
	struct span rest = span_str(text), header = { 0 }, body = { 0 };
	bool known = span_split(&rest, '/', &header) &&
		     canon_find(header, &conf->header);

	if (known && span_split(&rest, '/', &body) &&
	    canon_find(body, &conf->body) && !rest.p)
		return ST_OK;
	if (known && !body.p && conf->header == CANON_RELAXED)
		return diag_set(why, ST_USAGE, NULL,
				"-c %s: relaxed/relaxed (as Exim's dkim_canon) "
				"or relaxed/simple (RFC 6376 3.5)?",
				text);
	return diag_set(why, ST_USAGE, "RFC 6376 3.4",
			"-c \"%s\" is not HEADER/BODY, each simple or relaxed",
			text);
}

static enum status set_conf(const struct args *args, struct run *run,
			    struct diag *why)
{
	struct sign_conf *conf = &run->conf;
	bool received = args->at && strcmp(args->at, "received") == 0;
	enum status st = parse_canon(args->canon, conf, why);

	/* here, where there is only one thread: it is the process's */
	conf->mask = umask(0);
	umask(conf->mask);
	conf->headers = &run->headers;
	conf->now = when_now();
	conf->at_received = received;
	conf->timestamp = !args->no_timestamp;
	conf->expire = args->expire.given ? args->expire.value : 0;
	conf->length = args->length;
	conf->copied = args->copied;
	conf->domainkeys = args->domainkeys;
	conf->lines = args->lf ? MSG_LF : args->crlf ? MSG_CRLF : MSG_AUTO;
	conf->if_unsigned = args->if_unsigned;
	conf->pass_unsigned = args->pass_unsigned;
	conf->fix = args->fix;
	conf->header_only = args->header_only;
	conf->dry_run = args->dry_run;
	conf->require_dnssec = args->dns.require_dnssec;
	buf_init(&run->verifier, 1024);
	if (st == ST_OK && args->skip_verified)
		st = authres_id(args->skip_verified, &run->verifier, why);
	conf->skip_verified = buf_span(&run->verifier);
	if (st == ST_OK)
		st = parse_tags(&args->tags, &conf->reports, why);
	if (st == ST_OK && args->at && !received)
		st = when_parse(args->at, &conf->now, why);
	if (st == ST_OK && conf->expire > 999999999999 - (uint64_t)conf->now)
		st = diag_set(why, ST_USAGE, "RFC 6376 3.5",
			      "-x: x= has at most 12 digits");
	if (st == ST_OK && args->json)
		st = json_text_load(why);
	return st == ST_OK ? headerset_read(args->headers, &run->headers, why)
			   : st;
}

static void warn(const char *file, const char *text)
{
	cli_say(file, "warning: %s", text);
}

static enum status open_keys(struct args *args, struct run *run,
			     struct diag *why)
{
	sandbox_protect();
	args->who.some_do = args->pass_unsigned;
	args->who.warn = args->quiet ? NULL : warn;
	run->crypto = crypto_new(); /* before any other use of OpenSSL */
	run->conf.crypto = run->crypto;
	enum status st = run->crypto ? signkeys_new(&args->who, &run->keys, why)
				     : ST_OS;

	run->conf.keys = run->keys;
	return st;
}

/* --trusted-hosts: mail of other clients is passed on as it is. */
static enum status check_client(const struct args *args, struct run *run,
				struct diag *why)
{
	struct hosts hosts;

	if (!args->trusted_hosts)
		return ST_OK;
	enum status st = hosts_read(args->trusted_hosts, &hosts, why);

	if (st == ST_OK &&
	    !hosts_trusts(&hosts, args->client.v, args->client.n, args->auth)) {
		const char *client = "";

		for (size_t i = 0; i < args->client.n && !*client; i++)
			client = args->client.v[i];
		st = diag_set(&run->untrusted, ST_OK, NULL,
			      "client %s is not in %s", client,
			      args->trusted_hosts);
		run->conf.pass = run->untrusted.text;
	}
	hosts_free(&hosts);
	return st;
}

/* --check-dns */
static enum status open_dns(const struct args *args, struct run *run,
			    struct diag *why)
{
	if (!args->check_dns)
		return ST_OK;
	enum status st = dns_source_open(&args->dns, &run->dns, why);

	run->conf.published =
		key_record_cache_new(run->dns, run->crypto,
				     (unsigned)args->dns.deadline.value * 1000);
	return st;
}

/* Keys, tables and libraries are open: messages come next. */
static void enter_sandbox(const struct args *args)
{
	const struct sandbox sandbox = {
		.off = args->no_sandbox,
		.network = args->check_dns && !args->dns.zone.n,
		.writes = args->output || args->in_place || args->output_dir,
		.verbose = args->verbose,
	};

	sandbox_enter(&sandbox);
}

static int close_run(struct run *run, int code)
{
	struct diag why = { 0 };

	command_end(&run->command);
	buf_free(&run->verifier);
	key_record_cache_free(run->conf.published);
	signkeys_free(run->keys);
	headerset_rules_free(&run->headers);
	crypto_free(run->crypto);
	enum status st = dns_source_close(run->dns, &why);

	return st == ST_OK ? code : exit_worse(code, cli_fail(NULL, st, &why));
}

/* -- results --------------------------------------------------------------- */

/* The lines of --dry-run and -v. May be called by several threads. */
static void describe(void *ctx, const char *path, const struct signing *s,
		     struct buf *lines)
{
	const struct args *args = ((const struct run *)ctx)->args;

	if (args->dry_run && args->json)
		sign_report_json(s, path, lines);
	else if (args->dry_run)
		sign_report_text(s, lines);
	else if (args->verbose)
		sign_report_made(s, lines);
}

static void say_notes(const struct run *run, const char *name, unsigned notes,
		      const struct diag *why)
{
	const struct args *args = run->args;
	/* with these this line is written also with -q: unsigned mail must not
	 * go unnoticed */
	bool owed = args->pass_unsigned || args->skip_verified || !args->quiet;

	if ((notes & 1U << SIGN_PASSED) &&
	    (run->conf.pass ? args->verbose : owed))
		cli_say(name, "not signed: %s", why->text);
	if (notes & 1U << SIGN_KEY_MISSING)
		cli_say(name, "not signed with %s", why->text);
	/* the warning that WHY is about (sign.h) */
	int about = notes & 1U << SIGN_KEY_MISSING    ? -1
		    : notes & 1U << SIGN_OTHER_RECORD ? SIGN_OTHER_RECORD
						      : SIGN_BLANK_COLON;

	notes &= ~(1U << SIGN_PASSED | 1U << SIGN_KEY_MISSING);
	for (int n = 0; n < SIGN_NOTE_COUNT && !args->quiet; n++)
		if (notes & 1U << n)
			cli_say(name, "warning: %s%s%s",
				n == about ? why->text : "",
				n == about && why->text[0] ? ": " : "",
				sign_note_text((enum sign_note)n));
}

/* An input without a result is in the JSON output, too. */
static void put_error(const char *path, enum status st, const struct diag *why)
{
	struct buf out;

	buf_init(&out, 65536);
	json_error(path ? path : "-", 0, st, why, &out);
	/* the exit status reports the failure already */
	status_ignore(io_write(STDOUT_FILENO, buf_span(&out), NULL));
	buf_free(&out);
}

/* LINES of `describe`: of a dry run the result, else for stderr. */
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

/* The result of one message; PATH is NULL for standard input. */
static void report_message(void *ctx, const char *path, enum status st,
			   unsigned notes, struct span lines,
			   const struct diag *why)
{
	struct run *run = ctx;
	struct diag trouble = { 0 };

	if (st == ST_OK)
		st = put_lines(run->args, path, lines, &trouble);
	if (trouble.text[0])
		why = &trouble;
	int code = st == ST_OK ? 0 : cli_fail(path, st, why);

	if (st == ST_OK)
		say_notes(run, path, notes, why);
	if (st != ST_OK && run->args->json)
		put_error(path, st, why);
	if (st == ST_REFUSED || st == ST_NOT_MESSAGE)
		run->refused = true;
	else
		run->failed = exit_worse(run->failed, code);
	run->code = exit_worse(run->code, code);
}

/* -- from the operands to the exit status ---------------------------------- */

static void sign_one(struct run *run, const char *path)
{
	const char *output = run->args->output;
	struct signing s;
	struct buf lines;
	int in = -1;

	signing_begin(&s, &run->conf);
	buf_init(&lines, 16 * LIMIT_HEADER_BYTES);
	enum status st = io_open_input(path, &in, &s.why);

	if (st == ST_OK && output && strcmp(output, "-") != 0)
		st = signfile_path(&s, in, output);
	else if (st == ST_OK)
		st = sign_stream(&s, in,
				 run->args->exec ? run->command.out
						 : STDOUT_FILENO);
	if (st == ST_OK && run->args->exec)
		st = command_run(&run->command, &s.why);
	/* the mail is handed over: it must not come again because there is no
	 * memory left to tell of it */
	if (st == ST_OK && (run->args->mta || run->args->exec))
		mem_exit_code(EXIT_SUCCESS);
	if (st == ST_OK)
		describe(run, path, &s, &lines);
	if (in > STDERR_FILENO)
		close(in);
	if (run->args->mta || run->args->exec)
		log_mail(s.fields, run->args->who.mail_from);
	report_message(run, strcmp(path, "-") == 0 ? NULL : path, st, s.notes,
		       buf_span(&lines), &s.why);
	buf_free(&lines);
	signing_free(&s);
}

static int sign_operands(struct args *args, struct run *run, char **operands,
			 size_t n)
{
	static char stdin_only[] = "-";
	char *one[] = { stdin_only };
	struct diag why = { 0 };
	enum status st = log_open(args->log, &why);

	if (st == ST_OK && args->exec)
		st = command_alone(&program,
				   "exec|output|output-dir|in-place|"
				   "header-only|dry-run|json",
				   0, &why);
	if (st == ST_OK)
		st = opt_rules(&program, rules, sizeof(rules) / sizeof(*rules),
			       &why);
	if (st == ST_OK)
		st = set_conf(args, run, &why);
	if (st == ST_OK)
		st = check_operands(args, operands, n, &why);
	if (st == ST_OK)
		st = check_stdin(args, operands, n, &why);
	if (st == ST_OK && args->exec)
		st = command_fork(&run->command, args->exec, run->environment,
				  &why);
	if (st == ST_OK)
		st = open_keys(args, run, &why);
	if (st == ST_OK)
		st = check_client(args, run, &why);
	if (st == ST_OK)
		st = open_dns(args, run, &why);
	enter_sandbox(args);
	run->refused = st == ST_REFUSED; /* the sender cannot be signed for */
	if (st != ST_OK && st != ST_USAGE && (args->mta || args->exec))
		log_mail_input(n ? operands[0] : "-", args->who.mail_from);
	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	if (args->in_place || args->output_dir) {
		const struct signbatch batch = {
			.conf = &run->conf,
			.folder = args->output_dir,
			.threads = (size_t)args->threads.value,
			.progress = !args->no_progress,
			.describe = args->verbose ? describe : NULL,
			.done = report_message,
			.ctx = run,
		};

		signbatch_run(&batch, operands, n);
	} else {
		if (n == 0)
			operands = one;
		for (size_t i = 0; i < n || i == 0; i++)
			sign_one(run, operands[i]);
	}
	/* with --mta the reason why it keeps the mail, which is no refusal */
	return (args->mta || args->exec) && run->failed ? run->failed
							: run->code;
}

/* Nothing goes to standard output. */
static bool writes_files(const struct args *a)
{
	bool file = a->output && strcmp(a->output, "-") != 0;

	return (a->in_place || a->output_dir || file) && !a->json &&
	       !a->dry_run;
}

int main(int argc, char **argv)
{
	struct run run = { .args = &given };
	int code;

	cli_expect_mail(argv, "--mta");
	cli_expect_mail(argv, "--exec");
	run.environment = cli_start("dkim-sign");
	dns_options_init(&given.dns);
	if (opt_wants(&program, argc, argv, "mta") ||
	    opt_wants(&program, argc, argv, "exec"))
		cli_mail_path();
	int first = opt_parse(&program, &argc, argv, &code);

	if (first >= 0)
		code = sign_operands(&given, &run, argv + first,
				     (size_t)(argc - first));
	code = close_run(&run, code);
	dns_options_free(&given.dns);
	free(given.selectors.v);
	free(given.keys.v);
	free(given.tags.v);
	free(given.client.v);
	bool refused = code == 65 && run.refused && !run.failed;

	/* signed files are not signed once more for what happens here */
	return writes_files(&given) ? cli_end(code, refused)
				    : cli_finish(code, refused);
}
