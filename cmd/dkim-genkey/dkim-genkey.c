/* dkim-genkey: make a key pair and the record that publishes it.
 *
 *	dkim-genkey -d example.com -s 2026a -D /etc/dkimkeys
 *
 * takes the place of opendkim-genkey: same letters, names, files and text. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cli.h"
#include "keypair.h"
#include "idn.h"
#include "opt.h"
#include "sandbox.h"
#include "when.h"

/* -- the command line ------------------------------------------------------ */

struct args {
	const char *domain, *directory, *selectors, *types, *at;
	const char *hashes, *note, *granularity;
	const char *mode, *group, *owner;
	struct opt_number bits;
	bool append, no_subdomains, subdomains, restricted, testing;
	bool verbose, quiet, force, traditional, ed25519;
};

static struct args given = {
	.domain = "localhost",
	.directory = ".",
	.selectors = "default",
	.types = "rsa",
	.hashes = "sha256",
	.mode = "0600",
	.bits = { 2048, LIMIT_RSA_BITS_MIN, LIMIT_RSA_BITS_MAKE, false },
};

static const struct opt table[] = {
	{ 'd', "domain", "DOMAIN", "signing domain [localhost]", OPT_DOMAIN,
	  &given.domain },
	{ 's', "selector", "NAME", "selector, %Y%m%d allowed [default]",
	  OPT_TEXT, &given.selectors },
	{ 'D', "directory", "DIR", "directory for both files [.]", OPT_TEXT,
	  &given.directory },
	{ 'b', "bits", "N", "RSA key size, 1024 to 4096 [2048]", OPT_NUMBER,
	  &given.bits },
	{ 0, "type", "TYPE", "rsa, ed25519 or rsa,ed25519 [rsa]", OPT_TEXT,
	  &given.types },
	{ 0, "ed25519", NULL, NULL, OPT_FLAG, &given.ed25519 },
	{ 'a', "append-domain", NULL, "DOMAIN in the record's name", OPT_TOGGLE,
	  &given.append },
	{ 'r', "restrict", NULL, "for mail only (s=email)", OPT_TOGGLE,
	  &given.restricted },
	{ 'S', "nosubdomains", NULL, "forbid signing for subdomains (t=s)",
	  OPT_FLAG, &given.no_subdomains },
	{ 0, "no-subdomains", NULL, NULL, OPT_FLAG, &given.no_subdomains },
	{ 0, "subdomains", NULL, "allow signing for subdomains (the default)",
	  OPT_FLAG, &given.subdomains },
	{ 't', "testmode", NULL, "the domain is testing DKIM (t=y)", OPT_TOGGLE,
	  &given.testing },
	{ 'h', "hash-algorithms", "LIST", "h= [sha256], \"\" for none",
	  OPT_TEXT, &given.hashes },
	{ 'n', "note", "TEXT", "a note for people (n=)", OPT_TEXT,
	  &given.note },
	{ 'g', "granularity", "TEXT", "the historic g=", OPT_TEXT,
	  &given.granularity },
	{ 0, "mode", "MODE", "mode of the private key, octal [0600]", OPT_TEXT,
	  &given.mode },
	{ 0, "group", "GROUP", "group of the private key", OPT_TEXT,
	  &given.group },
	{ 0, "owner", "USER", "owner of the private key", OPT_TEXT,
	  &given.owner },
	{ 0, "traditional", NULL, "PKCS#1 PEM for old programs", OPT_FLAG,
	  &given.traditional },
	{ 'f', "force", NULL, "overwrite existing files", OPT_FLAG,
	  &given.force },
	{ 0, "at", "TIME", "time for %Y and other conversions [now]", OPT_TEXT,
	  &given.at },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &given.quiet },
	{ 'v', "verbose", NULL, "report each step", OPT_TOGGLE,
	  &given.verbose },
};

static const struct opt_group groups[] = {
	{ "the key pair", "domain|selector|directory|type|bits|force" },
	{ "the record", "append-domain|testmode|restrict|nosubdomains|note" },
	{ "who may read it", "group|owner" },
	{ "more", "help|version" },
};

static const struct opt_program program = {
	.synopsis = "[-arStvfq] [-b BITS] [-d DOMAIN] [-D DIR] "
		    "[-s SELECTOR] ...",
	.about = "Make a DKIM key pair: SELECTOR.private and SELECTOR.txt.",
	.options = table,
	.n = sizeof(table) / sizeof(*table),
	.groups = groups,
	.group_n = sizeof(groups) / sizeof(*groups),
	.examples =
		"  dkim-genkey -d example.com -s 2026a -D /etc/dkimkeys\n"
		"  dkim-genkey -d example.com --type=rsa,ed25519 -s r%Y,e%Y\n",
};

/* -- what the options ask for ---------------------------------------------- */

/* *OUT, owned by the caller: the selector "mail", or of "%Y%m%d" the day in
 * UTC. No locale is ever set, so that the words are those of C; a conversion
 * that strftime does not know stays in the text, and "%" is not valid in a
 * selector. Its case is kept, as opendkim-genkey does. */
static enum status read_selector(const struct args *a, struct span pattern,
				 char **out, struct diag *why)
{
	unsigned how = NAME_SINGLE | NAME_UNDERSCORE;
	int64_t at = when_now();
	enum status st = a->at ? when_parse(a->at, &at, why) : ST_OK;
	time_t seconds = (time_t)at;
	struct name s, d, both;
	struct tm utc = { 0 };
	struct diag detail = { 0 };
	char text[300] = "";

	*out = mem_copy(pattern.p, pattern.n);
	if (st != ST_OK)
		return st;
	if (span_find(pattern, '%') < pattern.n) {
		setenv("TZ", "UTC0", 1); /* %s is the only one to look at it */
		if (!gmtime_r(&seconds, &utc) ||
		    strftime(text, sizeof(text), *out, &utc) == 0)
			return diag_set(why, ST_USAGE, NULL,
					"-s \"%s\" gives no selector", *out);
		free(*out);
		*out = mem_copy(text, strlen(text));
	}
	if (idn_selector(span_str(*out), &s, &detail) != ST_OK)
		return strstr(detail.text, "_domainkey")
			       ? diag_set(why, ST_USAGE, detail.where, "-s: %s",
					  detail.text)
			       : diag_set(why, ST_USAGE, "RFC 6376 3.1",
					  "-s: \"%s\" is not a selector", *out);
	if (!span_ieq(span_str(*out), span_str(s.text))) {
		free(*out);
		*out = mem_copy(s.text, strlen(s.text));
	}
	if (idn_domain(span_str(a->domain), how, &d, &detail) != ST_OK ||
	    name_key(&s, &d, &both, &detail) != ST_OK)
		return diag_set(why, ST_USAGE, detail.where, "-d: %s",
				detail.text);
	return ST_OK;
}

/* --type and -s, item by item. */
static enum status read_pairs(const struct args *a, struct keypair *pairs,
			      size_t *n, struct diag *why)
{
	struct span types = span_str(a->types), type = { 0 };
	struct span names = span_str(a->selectors), name = { 0 };
	enum status st = ST_OK;
	bool more = true;

	for (*n = 0; span_split(&types, ',', &type); ++*n) {
		if (*n == KEY_TYPES || !key_type_find(type, &pairs[*n].type) ||
		    (*n && pairs[0].type == pairs[1].type))
			return diag_set(why, ST_USAGE, "RFC 8463 3",
					"--type is rsa, ed25519 or "
					"rsa,ed25519");
		more = more && span_split(&names, ',', &name);
		if (more)
			st = read_selector(a, name, &pairs[*n].selector, why);
		if (st != ST_OK)
			return st;
	}
	if (!more || names.p)
		return diag_set(why, ST_USAGE, "RFC 6376 3.1",
				"-s takes one selector for each --type");
	if (*n == 2 &&
	    span_ieq(span_str(pairs[0].selector), span_str(pairs[1].selector)))
		return diag_set(why, ST_USAGE, "RFC 6376 3.1",
				"two keys take two selectors");
	return ST_OK;
}

/* A user or group id: a number, or LOOKUP of the name. */
static bool find_id(const char *text, unsigned (*lookup)(const char *),
		    unsigned *id)
{
	uint64_t number;

	if (!text)
		return true;
	*id = span_u64(span_str(text), &number) && number < (unsigned)-1
		      ? (unsigned)number
		      : lookup(text);
	return *id != (unsigned)-1;
}

static unsigned user_id(const char *name)
{
	const struct passwd *found = getpwnam(name);

	return found ? found->pw_uid : (unsigned)-1;
}

static unsigned group_id(const char *name)
{
	const struct group *found = getgrnam(name);

	return found ? found->gr_gid : (unsigned)-1;
}

/* --mode, --owner and --group; dkim-sign refuses a key file that others or, for
 * writing, the group can open. */
static enum status read_access(const struct args *a, struct keypair_place *at,
			       struct diag *why)
{
	mode_t mode = 0;

	for (const char *p = a->mode; *p; p++)
		mode = *p < '0' || *p > '7' || mode > 0777
			       ? 07777
			       : mode << 3 | (mode_t)(*p - '0');
	if (!*a->mode || (mode & ~(mode_t)0640) || !(mode & 0400))
		return diag_set(why, ST_USAGE, NULL,
				"--mode of a private key is 0400, 0600, 0440 "
				"or 0640");
	at->mode = mode;
	if (!find_id(a->owner, user_id, &at->user))
		return diag_set(why, ST_USAGE, NULL, "--owner: no user \"%s\"",
				a->owner);
	if (!find_id(a->group, group_id, &at->group))
		return diag_set(why, ST_USAGE, NULL, "--group: no group \"%s\"",
				a->group);
	return ST_OK;
}

/* Warn about what is allowed and probably not wanted. */
static void warn(const struct args *a, const struct keypair *pairs, size_t n,
		 const struct diag *concern)
{
	struct span domain = span_str(a->domain);
	struct diag hint = { 0 };
	struct stat dir;
	bool rsa = false;

	for (size_t i = 0; i < n; i++) {
		rsa |= pairs[i].type == KEY_RSA;
		if (name_of_file(pairs[i].selector, &hint))
			cli_say(NULL, "warning: %s", hint.text);
	}
	if (rsa && a->bits.value < 2048)
		cli_say(NULL,
			"warning: an RSA key of %u bits is short; use 2048 "
			"(RFC 8301 3.2)",
			(unsigned)a->bits.value);
	if (!rsa && a->bits.given)
		cli_say(NULL, "warning: -b has no meaning for ed25519");
	if (span_find(domain, '.') == domain.n &&
	    !span_ieq(domain, SPAN("localhost")))
		cli_say(NULL, "warning: the domain %s has only one label",
			a->domain);
	if (stat(a->directory, &dir) == 0 && (dir.st_mode & S_IWOTH) &&
	    !(dir.st_mode & S_ISVTX))
		cli_say(NULL, "warning: others can write in the directory %s",
			a->directory);
	if (concern->text[0])
		cli_say(NULL, "warning: %s (%s)", concern->text,
			concern->where);
}

/* -- from the options to the files ----------------------------------------- */

/* The lines of opendkim-genkey -v, and the fingerprint of the key. */
static void say_written(const struct keypair *pair, const struct crypto *c)
{
	struct buf print;

	buf_init(&print, LIMIT_DIAG);
	key_fingerprint(pair->key, c, &print);
	cli_say(NULL, "private key written to %s.private", pair->selector);
	cli_say(NULL, "extracting public key");
	cli_say(NULL, "DNS TXT record written to %s.txt", pair->selector);
	cli_say(NULL, "key fingerprint %s", (const char *)print.p);
	buf_free(&print);
}

/* The files are there; what is left is not worth an error, after which the run
 * would be repeated. */
static void settle(const struct args *a, struct newfile *f)
{
	struct diag why = { 0 };

	if (newfile_settle(f, &why) != ST_OK && !a->quiet)
		cli_say(NULL,
			"warning: %s; the files are there, but may be lost "
			"if the system stops now",
			why.text);
}

static enum status fill_files(const struct args *a,
			      const struct keypair_place *at,
			      struct keypair *pairs, size_t n, struct diag *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < n && st == ST_OK; i++) {
		if (a->verbose)
			cli_say(NULL, "generating private key");
		st = key_generate(pairs[i].type, (unsigned)a->bits.value,
				  &pairs[i].key, why);
		if (st == ST_OK)
			st = keypair_write(&pairs[i], at, why);
	}
	return st;
}

static enum status make_keys(const struct args *a,
			     const struct keypair_place *at,
			     struct keypair *pairs, size_t n,
			     const struct crypto *c, struct diag *why)
{
	struct swap swap = { .tell = -1 };
	struct diag left = { 0 };
	enum status st = ST_OK;

	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = keypair_begin(&pairs[i], at, why);
	if (st == ST_OK)
		st = keypair_guard(pairs, n, &swap, why);
	if (st == ST_OK)
		st = fill_files(a, at, pairs, n, why);
	if (st == ST_OK)
		st = keypair_commit(&swap, at->replace, why);
	if (swap_end(&swap, &left) != ST_OK)
		cli_say(NULL, "warning: %s", left.text);
	if (st == ST_OK)
		settle(a, &pairs[0].files[0]);
	for (size_t i = 0; i < n && st == ST_OK && a->verbose; i++)
		say_written(&pairs[i], c);
	return st;
}

/* One that is missing is not made: its owner and mode are for the user to
 * choose. */
static enum status check_directory(const char *path, struct diag *why)
{
	struct stat dir;

	if (!*path)
		return diag_set(why, ST_USAGE, NULL, "-D needs a directory");
	if (stat(path, &dir) < 0 && errno == ENOENT)
		return diag_set(why, ST_CANT_CREATE, NULL,
				"-D: there is no directory %s (make it with: "
				"mkdir -p -m 700 %s)",
				path, path);
	return ST_OK;
}

static enum status run(const struct args *a, struct diag *why)
{
	struct keypair pairs[KEY_TYPES] = { 0 };
	struct keypair_place at = {
		.directory = a->directory,
		.user = (uid_t)-1,
		.group = (gid_t)-1,
		.replace = a->force,
		.traditional = a->traditional,
		.append = a->append,
		.domain = a->domain,
		.form = { .hashes = a->hashes,
			  .note = a->note,
			  .note_quoted = true,
			  .granularity = a->granularity,
			  .email_only = a->restricted,
			  .testing = a->testing,
			  .strict = a->no_subdomains },
	};
	struct diag concern = { 0 };
	struct buf hashes;
	size_t n = 0;
	struct crypto *c = crypto_new();
	enum status st = c ? read_pairs(a, pairs, &n, why) : ST_OS;

	buf_init(&hashes, LIMIT_DIAG);
	if (st == ST_OK)
		st = check_directory(a->directory, why);
	if (st == ST_OK)
		st = read_access(a, &at, why);
	if (st == ST_OK && *a->hashes)
		st = keyrec_form_hashes(a->hashes, &hashes, &concern, why);
	if (st == ST_OK && !a->quiet)
		warn(a, pairs, n, &concern);
	if (st == ST_OK)
		st = make_keys(a, &at, pairs, n, c, why);
	buf_free(&hashes);
	for (size_t i = 0; i < KEY_TYPES; i++)
		keypair_free(&pairs[i]);
	crypto_free(c);
	return st;
}

/* Options of OpenDKIM's successors, where -t is the type of the key. */
static enum status check_words(const struct args *a, const char *operand,
			       struct diag *why)
{
	enum key_type type;
	struct name ignored;

	if (a->ed25519)
		return diag_set(why, ST_USAGE, NULL,
				"--ed25519 is written --type=ed25519");
	if (!operand)
		return ST_OK;
	if (a->testing && key_type_find(span_str(operand), &type))
		return diag_set(why, ST_USAGE, NULL,
				"-t %s is written --type=%s (-t is --testmode)",
				operand, operand);
	return diag_set(why, ST_USAGE, NULL,
			idn_typed(span_str(operand), 0, &ignored, NULL) == ST_OK
				? "unexpected operand \"%s\" (did you mean -d "
				  "%s?)"
				: "unexpected operand \"%s\"",
			operand, operand);
}

int main(int argc, char **argv)
{
	struct diag why = { 0 };
	int code;

	cli_start("dkim-genkey");
	sandbox_protect();
	int first = opt_parse(&program, &argc, argv, &code);

	if (first < 0)
		return cli_finish(code, false);
	enum status st =
		check_words(&given, first < argc ? argv[first] : NULL, &why);

	if (st == ST_OK)
		st = run(&given, &why);
	/* standard output got nothing, so that nothing of it can be lost */
	return st == ST_OK ? 0 : cli_fail(NULL, st, &why);
}
