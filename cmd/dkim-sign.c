/* dkim-sign: a message in, the signed message out (RFC 6376 5).
 *
 *     dkim-sign -d example.com -s mail -k mail.private < in.eml > out.eml
 *     dkim-sign -s rsa -k rsa.private -s ed -k ed.private --in-place *.eml
 *
 * Nothing is written before the result is known to be good.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "b64.h"
#include "cli.h"
#include "headerset.h"
#include "keyfile.h"
#include "io.h"
#include "opt.h"
#include "signfile.h"
#include "when.h"

struct args {
	bool no_timestamp, header_only, mta, in_place, insecure, crlf, lf,
		quiet;
	const char *domain, *canon, *identity, *at, *headers, *output;
	struct opt_list selectors, keys;
	struct opt_number expire;
};

struct run {
	const struct args *args;
	struct signfile how;
	struct crypto *crypto;
	struct sign_key *keys;
	bool refused; /* a message, for good: what --mta may bounce */
	bool failed;  /* anything else went wrong */
};

/* -- options --------------------------------------------------------------- */

static enum status usage(struct diag *why, const char *option,
			 const struct diag *more)
{
	return diag_set(why, ST_USAGE, more->where, "%s: %s", option,
			more->text);
}

static enum status parse_canon(const char *text, struct sign_conf *conf,
			       struct diag *why)
{
	struct span rest = span_str(text), header = { 0 }, body = { 0 };

	conf->header = conf->body = CANON_RELAXED;
	if (!text)
		return ST_OK;
	(void)span_split(&rest, '/', &header);
	if (!canon_find(header, &conf->header) ||
	    !span_split(&rest, '/', &body) || rest.p ||
	    !canon_find(body, &conf->body))
		return diag_set(why, ST_USAGE, "RFC 6376 3.4",
				"-c \"%s\" is not two of simple and relaxed "
				"with a slash between",
				text);
	return ST_OK;
}

static enum status parse_names(const struct args *args, struct run *run,
			       struct diag *why)
{
	struct sign_conf *conf = &run->how.sign;
	struct diag more = { 0 };

	if (args->domain && name_parse(span_str(args->domain), NAME_UNDERSCORE,
				       &conf->domain, &more) != ST_OK)
		return usage(why, "-d", &more);
	conf->has_domain = args->domain != NULL;
	if (args->keys.n == 0 || args->selectors.n != args->keys.n)
		return diag_set(why, ST_USAGE, NULL,
				"give one -s SELECTOR for each -k KEYFILE");
	run->keys = mem_alloc(args->keys.n * sizeof(*run->keys));
	conf->keys = run->keys;
	conf->n = args->keys.n;
	for (size_t i = 0; i < conf->n; i++) {
		struct name *s = &run->keys[i].selector;

		if (name_parse(span_str(args->selectors.v[i]),
			       NAME_UNDERSCORE | NAME_SINGLE, s,
			       &more) != ST_OK)
			return usage(why, "-s", &more);
		for (size_t k = 0; k < i; k++)
			if (name_eq(s, &run->keys[k].selector))
				return diag_set(why, ST_USAGE, "RFC 8463 6",
						"-s %s stands twice: two keys "
						"need two selectors",
						s->text);
	}
	return ST_OK;
}

static enum status check_headers(const char *list, struct diag *why)
{
	struct fields none = { 0 };
	struct headerset set;
	enum status st = headerset_pick(list, &none, &set, why);

	headerset_free(&set);
	return st;
}

static enum status parse_options(const struct args *args, struct run *run,
				 struct diag *why)
{
	struct sign_conf *conf = &run->how.sign;
	enum status st = parse_names(args, run, why);

	conf->identity = args->identity;
	conf->timestamp = !args->no_timestamp;
	conf->expire = args->expire.given ? args->expire.value : 0;
	conf->headers = args->headers;
	run->how.header_only = args->header_only;
	conf->now = when_now();
	conf->lines = args->lf ? MSG_LF : args->crlf ? MSG_CRLF : MSG_AUTO;
	if (st == ST_OK && args->crlf && args->lf)
		st = diag_set(why, ST_USAGE, NULL,
			      "--crlf and --lf exclude each other");
	if (st == ST_OK && args->output &&
	    (args->in_place || args->header_only))
		st = diag_set(why, ST_USAGE, NULL,
			      "--output goes with neither --in-place nor "
			      "--header-only");
	if (st == ST_OK && args->in_place && args->header_only)
		st = diag_set(
			why, ST_USAGE, NULL,
			"--in-place and --header-only exclude each other");
	if (st == ST_OK)
		st = parse_canon(args->canon, conf, why);
	if (st == ST_OK && args->identity)
		st = sign_check_identity(args->identity, why);
	if (st == ST_OK && args->at)
		st = when_parse(args->at, &conf->now, why);
	if (st == ST_OK && conf->expire > 999999999999 - (uint64_t)conf->now)
		st = diag_set(why, ST_USAGE, "RFC 6376 3.5",
			      "-x: x= has at most 12 digits");
	return st == ST_OK ? check_headers(args->headers, why) : st;
}

/* -- keys ------------------------------------------------------------------ */

/* Some programs take a key where we take its file's name; it must not come out
 * in a message then (ATTACKS N12). */
static bool is_key_text(const char *path)
{
	struct buf octets;

	buf_init(&octets, LIMIT_KEY_FILE);
	bool is = strstr(path, "PRIVATE KEY") != NULL ||
		  (strlen(path) >= 43 && *path != '/' &&
		   b64_decode(span_str(path), &octets) == ST_OK);

	buf_wipe(&octets);
	return is;
}

static int read_key(const struct args *args, const char *path,
		    struct sign_key *out)
{
	struct diag concern = { 0 }, why = { 0 };
	enum status st = keyfile_read(
		path,
		KEYFILE_PRIVATE | (args->insecure ? KEYFILE_UNSAFE_OK : 0),
		&out->key, &concern, &why);

	if (st == ST_OK &&
	    key_check(out->key, LIMIT_RSA_BITS_MIN, &why) != ST_OK)
		st = ST_NOT_KEY; /* one that no receiver accepts */
	if (st != ST_OK)
		return cli_fail(is_key_text(path) ? "-k" : path, st, &why);
	if (concern.text[0] && !args->quiet)
		cli_say(path, "warning: %s", concern.text);
	if (key_type(out->key) == KEY_RSA && key_bits(out->key) < 2048 &&
	    !args->quiet)
		cli_say(path,
			"warning: %u bits; RFC 8301 3.2 asks for 2048 at least",
			key_bits(out->key));
	return 0;
}

static int read_keys(const struct args *args, struct run *run)
{
	int code = 0;

	run->crypto = crypto_new();
	if (!run->crypto)
		return cli_fail(NULL, ST_OS, NULL);
	run->how.sign.crypto = run->crypto;
	for (size_t i = 0; i < run->how.sign.n && code == 0; i++)
		code = read_key(args, args->keys.v[i], &run->keys[i]);
	return code;
}

/* -- messages -------------------------------------------------------------- */

static int sign_input(struct run *run, const char *path)
{
	const struct args *args = run->args;
	const char *name = strcmp(path, "-") == 0 ? NULL : path;
	struct diag why = { 0 };
	unsigned notes = 0;
	int in = -1;
	enum status st = io_open_input(path, &in, &why);

	if (st == ST_OK && args->in_place)
		st = signfile_path(&run->how, in, path, &notes, &why);
	else if (st == ST_OK && args->output)
		st = signfile_path(&run->how, in, args->output, &notes, &why);
	else if (st == ST_OK)
		st = signfile_stream(&run->how, in, STDOUT_FILENO, &notes,
				     &why);
	if (in > STDERR_FILENO)
		close(in);
	for (int n = 0; st == ST_OK && n < SIGN_NOTE_COUNT; n++)
		if (!args->quiet && (notes & 1U << n))
			cli_say(name, "warning: %s",
				sign_note_text((enum sign_note)n));
	if (st == ST_REFUSED || st == ST_NOT_MESSAGE)
		run->refused = true;
	else
		run->failed |= st != ST_OK;
	return st == ST_OK ? 0 : cli_fail(name, st, &why);
}

static enum status check_operands(const struct args *args, char **operands,
				  int n, struct diag *why)
{
	if (n > 1 && !args->in_place)
		return diag_set(why, ST_USAGE, NULL,
				"several files need --in-place");
	if (n == 0 && args->in_place)
		return diag_set(why, ST_USAGE, NULL,
				"--in-place needs file names");
	for (int i = 0; i < n && args->in_place; i++)
		if (strcmp(operands[i], "-") == 0)
			return diag_set(why, ST_USAGE, NULL,
					"--in-place cannot replace stdin");
	return ST_OK;
}

static int sign_all(const struct args *args, struct run *run, char **operands,
		    int n)
{
	struct diag why = { 0 };
	enum status st = parse_options(args, run, &why);

	if (st == ST_OK)
		st = check_operands(args, operands, n, &why);
	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	int code = read_keys(args, run);

	if (code)
		return code;
	if (n == 0)
		return sign_input(run, "-");
	for (int i = 0; i < n; i++)
		code = exit_worse(code, sign_input(run, operands[i]));
	return code;
}

static void drop(struct run *run)
{
	for (size_t i = 0; i < run->how.sign.n; i++)
		key_free(run->keys[i].key);
	free(run->keys);
	crypto_free(run->crypto);
}

/* CONTRACT 1 --mta: an MTA keeps the mail on 75 and bounces on anything else,
 * which is right for a message that can never be signed and for nothing more.
 */
static int mta_code(int code, bool refused)
{
	int as = code == 0 || (code == 65 && refused) ? code : 75;

	if (as != code)
		cli_say(NULL, "exit %d for %d (--mta)", as, code);
	return as;
}

/* --mta counts even where the options are wrong, shortened or not. */
static bool wants_mta(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strlen(argv[i]) > 2 &&
		    span_starts(SPAN("--mta"), span_str(argv[i])))
			return true;
	return false;
}

/* The index of the first operand, or -1 as opt_parse. */
static int parse_command(int argc, char **argv, struct args *args, int *code)
{
	const struct opt table[] = {
		{ 'd', "domain", "DOMAIN", "sign for DOMAIN (From's domain)",
		  OPT_TEXT, &args->domain },
		{ 's', "selector", "SELECTOR",
		  "selector of the key (repeatable)", OPT_LIST,
		  &args->selectors },
		{ 'k', "key", "FILE", "private key; one signature for each",
		  OPT_LIST, &args->keys },
		{ 'c', "canonicalization", "H/B",
		  "simple or relaxed (relaxed/relaxed)", OPT_TEXT,
		  &args->canon },
		{ 'i', "identity", "IDENTITY", "i=, within DOMAIN", OPT_TEXT,
		  &args->identity },
		{ 'x', "expire", "SECONDS", "the signature expires then",
		  OPT_NUMBER, &args->expire },
		{ 0, "no-timestamp", NULL, "leave out t=", OPT_FLAG,
		  &args->no_timestamp },
		{ 0, "at", "TIME", "sign as of TIME (epoch or RFC 3339)",
		  OPT_TEXT, &args->at },
		{ 0, "headers", "LIST", "fields to sign, colons between",
		  OPT_TEXT, &args->headers },
		{ 0, "header-only", NULL, "write only the new field", OPT_FLAG,
		  &args->header_only },
		{ 0, "output", "FILE", "write to FILE, whole or not at all",
		  OPT_TEXT, &args->output },
		{ 0, "in-place", NULL, "replace each FILE", OPT_FLAG,
		  &args->in_place },
		{ 0, "mta", NULL, "exit 0, 65 or 75 only", OPT_FLAG,
		  &args->mta },
		{ 0, "insecure-key-ok", NULL,
		  "accept a key that others can read", OPT_FLAG,
		  &args->insecure },
		{ 0, "crlf", NULL, "only CRLF ends a line", OPT_FLAG,
		  &args->crlf },
		{ 0, "lf", NULL, "LF ends a line too", OPT_FLAG, &args->lf },
		{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &args->quiet },
	};
	const struct opt_program program = {
		.synopsis = "-s SELECTOR -k KEYFILE [-d DOMAIN] [options] "
			    "[FILE ...]",
		.about = "Signs a message with DKIM.",
		.options = table,
		.n = sizeof(table) / sizeof(*table),
		.examples =
			"  dkim-sign -d example.com -s mail -k mail.private "
			"< in.eml > out.eml\n"
			"  dkim-sign -s r -k r.private -s e -k e.private "
			"--in-place *.eml\n",
	};

	return opt_parse(&program, argc, argv, code);
}

int main(int argc, char **argv)
{
	struct args args = { .expire = { .least = 1, .most = 999999999999 } };
	struct run run = { .args = &args };
	bool mta = wants_mta(argc, argv);
	int code;

	cli_start("dkim-sign");
	cli_protect();
	if (mta)
		mem_exit_code(75);
	int first = parse_command(argc, argv, &args, &code);

	mta |= args.mta;
	if (first >= 0)
		code = sign_all(&args, &run, argv + first, argc - first);
	drop(&run);
	free(args.selectors.v);
	free(args.keys.v);
	code = cli_finish(code);
	return mta ? mta_code(code, run.refused && !run.failed) : code;
}
