/* dkim-genkey: make a key pair and the record that publishes it.
 *
 *	dkim-genkey -d example.com -s 2026a -D /etc/dkimkeys
 *
 * takes the place of opendkim-genkey: same letters, names, files and text. */
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cli.h"
#include "exit_status.h"
#include "keypair.h"
#include "name.h"
#include "opt.h"
#include "when.h"

struct args {
	const char *domain, *folder, *selectors, *types, *at;
	const char *hashes, *note, *granularity;
	const char *mode, *group, *owner;
	struct opt_number bits;
	bool append, no_subdomains, subdomains, restricted, testing;
	bool verbose, quiet, force, traditional;
};

/* One key that is asked for; the selector's case is kept, as opendkim-genkey
 * does. */
struct wish {
	enum key_type type;
	char *selector;
};

/* "mail", or with "%Y%m%d" the day in UTC. No locale is ever set, so that the
 * words are those of C; a conversion that strftime does not know stays in the
 * text, and "%" is no selector. */
static enum status dated(struct span pattern, const struct args *a, char **out,
			 struct diag *why)
{
	char text[300] = "", *copy = mem_copy(pattern.p, pattern.n);
	int64_t at = when_now();
	enum status st = a->at ? when_parse(a->at, &at, why) : ST_OK;
	time_t seconds = (time_t)at;
	struct tm utc = { 0 };

	*out = copy;
	if (st != ST_OK || span_find(pattern, '%') == pattern.n)
		return st;
	setenv("TZ", "UTC0", 1); /* %s is the only one to look at it */
	if (!gmtime_r(&seconds, &utc) ||
	    strftime(text, sizeof(text), copy, &utc) == 0)
		return diag_set(why, ST_USAGE, NULL,
				"-s \"%s\" gives no selector", copy);
	free(copy);
	*out = mem_copy(text, strlen(text));
	return ST_OK;
}

static enum status check_names(const struct args *a, const char *selector,
			       struct diag *why)
{
	unsigned how = NAME_SINGLE | NAME_UNDERSCORE;
	struct name s, d, both;
	struct diag detail = { 0 };

	if (name_parse(span_str(selector), how, &s, &detail) != ST_OK)
		return diag_set(why, ST_USAGE, detail.where, "-s: %s",
				detail.text);
	if (name_parse(span_str(a->domain), how, &d, &detail) != ST_OK ||
	    name_key(&s, &d, &both, &detail) != ST_OK)
		return diag_set(why, ST_USAGE, detail.where, "-d: %s",
				detail.text);
	return ST_OK;
}

/* --type and -s, item by item. */
static enum status read_wishes(const struct args *a, struct wish *wishes,
			       size_t *n, struct diag *why)
{
	struct span types = span_str(a->types), type = { 0 };
	struct span names = span_str(a->selectors), name = { 0 };
	bool more = true;

	for (*n = 0; span_split(&types, ',', &type); ++*n) {
		if (*n == KEY_TYPES || !key_type_find(type, &wishes[*n].type) ||
		    (*n && wishes[0].type == wishes[1].type))
			return diag_set(why, ST_USAGE, "RFC 8463 3",
					"--type is rsa, ed25519 or "
					"rsa,ed25519");
		more = more && span_split(&names, ',', &name);
		enum status st =
			more ? dated(name, a, &wishes[*n].selector, why)
			     : ST_OK;

		if (st == ST_OK && more)
			st = check_names(a, wishes[*n].selector, why);
		if (st != ST_OK)
			return st;
	}
	if (!more || names.p)
		return diag_set(why, ST_USAGE, "RFC 6376 3.1",
				"-s takes one selector for each --type");
	if (*n == 2 && span_ieq(span_str(wishes[0].selector),
				span_str(wishes[1].selector)))
		return diag_set(why, ST_USAGE, "RFC 6376 3.1",
				"two keys take two selectors");
	return ST_OK;
}

/* A user or group: a number, or what LOOKUP says of the name. */
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

/* RULES P-3 says which modes dkim-sign would refuse. */
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

/* What is allowed and yet worth a word. */
static void warn(const struct args *a, const struct wish *wishes, size_t n,
		 const struct diag *concern)
{
	struct span domain = span_str(a->domain);
	struct stat folder;

	for (size_t i = 0; i < n; i++)
		if (wishes[i].type == KEY_RSA && a->bits.value < 2048)
			cli_say(NULL,
				"warning: an RSA key of %u bits is short; use "
				"2048 (RFC 8301 3.2)",
				(unsigned)a->bits.value);
	if (span_find(domain, '.') == domain.n &&
	    !span_ieq(domain, SPAN("localhost")))
		cli_say(NULL, "warning: the domain %s has only one label",
			a->domain);
	if (stat(a->folder, &folder) == 0 && (folder.st_mode & S_IWOTH) &&
	    !(folder.st_mode & S_ISVTX))
		cli_say(NULL, "warning: others can write in the folder %s",
			a->folder);
	if (concern->text[0])
		cli_say(NULL, "warning: %s (%s)", concern->text,
			concern->where);
}

static enum status check_hashes(const struct args *a, struct diag *concern,
				struct diag *why)
{
	struct buf ignored;
	enum status st = ST_OK;

	buf_init(&ignored, LIMIT_DIAG);
	if (*a->hashes)
		st = keyrec_form_hashes(a->hashes, &ignored, concern, why);
	buf_free(&ignored);
	return st;
}

/* The lines of opendkim-genkey -v, and the fingerprint. */
static enum status tell(const struct keypair *pair, const struct crypto *c)
{
	struct buf print;
	enum status st;

	buf_init(&print, LIMIT_DIAG);
	st = key_fingerprint(pair->key, c, &print);
	cli_say(NULL, "private key written to %s.private", pair->selector);
	cli_say(NULL, "extracting public key");
	cli_say(NULL, "DNS TXT record written to %s.txt", pair->selector);
	if (st == ST_OK)
		cli_say(NULL, "key fingerprint %s", (const char *)print.p);
	buf_free(&print);
	return st;
}

static enum status make(const struct args *a, const struct keypair_place *at,
			const struct wish *wishes, size_t n,
			const struct crypto *c, struct diag *why)
{
	struct keypair pairs[KEY_TYPES] = { 0 };
	enum status st = ST_OK;

	for (size_t i = 0; i < n && st == ST_OK; i++) {
		pairs[i].selector = wishes[i].selector;
		st = keypair_begin(&pairs[i], at, why);
	}
	for (size_t i = 0; i < n && st == ST_OK; i++) {
		if (a->verbose)
			cli_say(NULL, "generating private key");
		st = key_generate(wishes[i].type, (unsigned)a->bits.value,
				  &pairs[i].key, why);
		if (st == ST_OK)
			st = keypair_write(&pairs[i], at, why);
	}
	if (st == ST_OK)
		st = keypair_commit(pairs, n, at, why);
	for (size_t i = 0; i < n && st == ST_OK && a->verbose; i++)
		st = tell(&pairs[i], c);
	for (size_t i = 0; i < n; i++)
		keypair_free(&pairs[i]);
	return st;
}

static enum status run(const struct args *a, struct diag *why)
{
	struct wish wishes[KEY_TYPES] = { 0 };
	struct keypair_place at = {
		.folder = a->folder,
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
	size_t n = 0;
	struct crypto *c = crypto_new();
	enum status st = c ? read_wishes(a, wishes, &n, why) : ST_OS;

	if (st == ST_OK && !*a->folder)
		st = diag_set(why, ST_USAGE, NULL, "-D: no folder is named");
	if (st == ST_OK)
		st = read_access(a, &at, why);
	if (st == ST_OK)
		st = check_hashes(a, &concern, why);
	if (st == ST_OK && !a->quiet)
		warn(a, wishes, n, &concern);
	if (st == ST_OK)
		st = make(a, &at, wishes, n, c, why);
	for (size_t i = 0; i < KEY_TYPES; i++)
		free(wishes[i].selector);
	crypto_free(c);
	return st;
}

/* 0 or more: the first operand; below: the program ends with *CODE. */
static int parse(struct args *a, int argc, char **argv, int *code)
{
	const struct opt options[] = {
		{ 'd', "domain", "DOMAIN", "for DOMAIN [localhost]", OPT_DOMAIN,
		  &a->domain },
		{ 's', "selector", "NAME", "selector, %Y%m%d allowed [default]",
		  OPT_TEXT, &a->selectors },
		{ 'D', "directory", "DIR", "where both files go [.]", OPT_TEXT,
		  &a->folder },
		{ 'b', "bits", "N", "RSA key size, 1024 to 4096 [2048]",
		  OPT_NUMBER, &a->bits },
		{ 0, "type", "TYPE", "rsa, ed25519 or rsa,ed25519 [rsa]",
		  OPT_TEXT, &a->types },
		{ 'a', "append-domain", NULL, "DOMAIN in the record's name",
		  OPT_TOGGLE, &a->append },
		{ 'r', "restrict", NULL, "for mail only (s=email)", OPT_TOGGLE,
		  &a->restricted },
		{ 'S', "nosubdomains", NULL, "not for subdomains (t=s)",
		  OPT_FLAG, &a->no_subdomains },
		{ 0, "no-subdomains", NULL, NULL, OPT_FLAG, &a->no_subdomains },
		{ 0, "subdomains", NULL, "for subdomains too (the default)",
		  OPT_FLAG, &a->subdomains },
		{ 't', "testmode", NULL, "DKIM is being tested (t=y)",
		  OPT_TOGGLE, &a->testing },
		{ 'h', "hash-algorithms", "LIST", "h= [sha256], \"\" for none",
		  OPT_TEXT, &a->hashes },
		{ 'n', "note", "TEXT", "a note for people (n=)", OPT_TEXT,
		  &a->note },
		{ 'g', "granularity", "TEXT", "the historic g=", OPT_TEXT,
		  &a->granularity },
		{ 0, "mode", "MODE", "of the private key, octal [0600]",
		  OPT_TEXT, &a->mode },
		{ 0, "group", "GROUP", "of the private key", OPT_TEXT,
		  &a->group },
		{ 0, "owner", "USER", "of the private key", OPT_TEXT,
		  &a->owner },
		{ 0, "traditional", NULL, "PKCS#1 PEM for old programs",
		  OPT_FLAG, &a->traditional },
		{ 'f', "force", NULL, "replace existing files", OPT_FLAG,
		  &a->force },
		{ 0, "at", "TIME", "the time of %Y and others [now]", OPT_TEXT,
		  &a->at },
		{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &a->quiet },
		{ 'v', "verbose", NULL, "say what is done", OPT_TOGGLE,
		  &a->verbose },
	};
	const struct opt_program program = {
		.synopsis = "[-arStvfqV] [-b BITS] [-d DOMAIN] [-D DIR] "
			    "[-s SELECTOR] ...",
		.about = "Make a DKIM key pair: SELECTOR.private and "
			 "SELECTOR.txt.",
		.options = options,
		.n = sizeof(options) / sizeof(*options),
		.examples = "  dkim-genkey -d example.com -s 2026a -D "
			    "/etc/dkimkeys\n"
			    "  dkim-genkey -d example.com --type=rsa,ed25519 "
			    "-s r%Y,e%Y\n",
	};

	return opt_parse(&program, argc, argv, code);
}

int main(int argc, char **argv)
{
	struct args a = {
		.domain = "localhost",
		.folder = ".",
		.selectors = "default",
		.types = "rsa",
		.hashes = "sha256",
		.mode = "0600",
		.bits = { 2048, LIMIT_RSA_BITS_MIN, LIMIT_RSA_BITS_MAKE,
			  false },
	};
	struct diag why = { 0 };
	int code = 0, first;
	enum status st;

	cli_start("dkim-genkey");
	cli_protect();
	first = parse(&a, argc, argv, &code);
	if (first < 0)
		return cli_finish(code);
	if (first < argc) {
		cli_say(NULL, "unexpected operand \"%s\"", argv[first]);
		return cli_finish(exit_status(ST_USAGE));
	}
	st = run(&a, &why);
	return cli_finish(st == ST_OK ? 0 : cli_fail(NULL, st, &why));
}
