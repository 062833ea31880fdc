/* dkim-txt: the TXT record of a key.
 *
 *	dkim-txt -d example.com -s mail /etc/dkimkeys/mail.private
 *	dkim-txt --format=value mail.pem
 *	dig +short mail._domainkey.example.com TXT | dkim-txt --lint
 *
 * reads a private or public key in any form and writes what goes into DNS, or
 * says what is wrong with what is there. */
#include <unistd.h>

#include "cli.h"
#include "io.h"
#include "limit.h"
#include "lint_input.h"
#include "opt.h"
#include "record_format.h"
#include "record_make.h"

static const char format_help[] =
	"--format is zone, oneline, value, p, tinydns, nsupdate, knotc, "
	"powerdns, unbound, dnsmasq, route53, cloudflare, octodns, dnscontrol, "
	"terraform or json";

struct args {
	struct record_wish wish;
	struct opt_number ttl;
	const char *format, *origin;
	bool fingerprint, lint, json;
};

static int fail(const char *file, enum status st, const struct diag *why)
{
	return st == ST_OK ? 0 : cli_fail(file, st, why);
}

static int make(const struct args *a, const struct crypto *c)
{
	const struct record_format *format = record_format_find(a->format);
	const char *file = a->wish.file;
	struct record_made made = { 0 };
	struct diag why = { 0 };
	enum status st;
	struct buf out;

	if (!format)
		return cli_fail(
			NULL, diag_set(&why, ST_USAGE, NULL, "%s", format_help),
			&why);
	buf_init(&out, 8 * (size_t)LIMIT_TXT_BYTES);
	st = record_make(&a->wish, c, &made, &why);
	/* what fails from here on is not the file's fault */
	if (st == ST_OK)
		file = NULL;
	if (st == ST_OK && a->fingerprint)
		st = buf_addf(&out, "%s\n", made.record.fingerprint);
	else if (st == ST_OK)
		st = record_format_put(format, &made.record, &out, &why);
	if (st == ST_OK)
		st = io_write(STDOUT_FILENO, buf_span(&out), &why);
	buf_free(&out);
	record_made_free(&made);
	return fail(st == ST_USAGE ? NULL : file, st, &why);
}

static int lint(const struct args *a, const struct crypto *c)
{
	const struct lint_input in = {
		.path = a->wish.file ? a->wish.file : "-",
		.origin = a->origin,
		.json = a->json,
		.to = STDOUT_FILENO,
	};
	struct diag why = { 0 };
	bool valid = true;
	enum status st = lint_input(&in, c, &valid, &why);

	return st == ST_OK ? !valid
			   : fail(st == ST_IO ? NULL : a->wish.file, st, &why);
}

static int run(const struct args *a)
{
	struct crypto *c = crypto_new();
	int code;

	if (!c)
		return cli_fail(NULL, ST_OS, NULL);
	code = (a->lint ? lint : make)(a, c);
	crypto_free(c);
	return code;
}

/* Options that make no sense together, or NULL. */
static const char *conflict(const struct args *a, int operands)
{
	if (operands > 1)
		return "more than one file";
	if (a->lint && (a->wish.revoke || a->wish.no_mail || a->fingerprint))
		return "--lint reads a record, it makes none";
	if (a->json && !a->lint)
		return "--json is for --lint; a record has --format=json";
	if (a->wish.revoke && a->wish.no_mail)
		return "--revoke and --no-mail are two different records";
	if (a->fingerprint && (a->wish.revoke || a->wish.no_mail))
		return "--fingerprint needs a key";
	if (a->wish.no_mail && (operands || a->wish.selector))
		return "--no-mail takes neither a selector nor a key file";
	return NULL;
}

/* 0 or more: the first operand; below: the program ends with *CODE. */
static int parse(struct args *a, int argc, char **argv, int *code)
{
	const struct opt options[] = {
		{ 'd', "domain", "DOMAIN", "full name in DOMAIN [relative]",
		  OPT_TEXT, &a->wish.domain },
		{ 's', "selector", "NAME", "selector [the file's name]",
		  OPT_TEXT, &a->wish.selector },
		{ 0, "format", "F", "how to print it, see the man page [zone]",
		  OPT_TEXT, &a->format },
		{ 't', "testmode", NULL, "DKIM is being tested (t=y)",
		  OPT_TOGGLE, &a->wish.form.testing },
		{ 'S', "nosubdomains", NULL, "not for subdomains (t=s)",
		  OPT_FLAG, &a->wish.form.strict },
		{ 'r', "restrict", NULL, "for mail only (s=email)", OPT_TOGGLE,
		  &a->wish.form.email_only },
		{ 'h', "hash-algorithms", "LIST", "h= [sha256], \"\" for none",
		  OPT_TEXT, &a->wish.form.hashes },
		{ 'n', "note", "TEXT", "a note for people (n=)", OPT_TEXT,
		  &a->wish.form.note },
		{ 0, "ttl", "SEC", "time to live in the record", OPT_NUMBER,
		  &a->ttl },
		{ 0, "revoke", NULL, "the record of a revoked key", OPT_FLAG,
		  &a->wish.revoke },
		{ 0, "no-mail", NULL, "the *._domainkey record", OPT_FLAG,
		  &a->wish.no_mail },
		{ 0, "fingerprint", NULL, "the key's fingerprint instead",
		  OPT_FLAG, &a->fingerprint },
		{ 0, "lint", NULL, "say what is wrong with a record", OPT_FLAG,
		  &a->lint },
		{ 0, "origin", "NAME", "what relative names belong to",
		  OPT_TEXT, &a->origin },
		{ 0, "json", NULL, "findings as JSON", OPT_FLAG, &a->json },
		{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &a->wish.quiet },
	};
	const struct opt_program program = {
		.synopsis = "[-d DOMAIN] [-s SELECTOR] [options] [KEYFILE]",
		.about = "Print or check the TXT record of a DKIM key.",
		.options = options,
		.n = sizeof(options) / sizeof(*options),
		.examples =
			"  dkim-txt -d example.com /etc/dkimkeys/mail.private\n"
			"  dig mail._domainkey.example.com TXT | dkim-txt "
			"--lint\n",
	};

	return opt_parse(&program, argc, argv, code);
}

int main(int argc, char **argv)
{
	struct args a = {
		.format = "zone",
		.ttl = { 0, 0, 2147483647, false }, /* RFC 2181 8 */
	};
	int code = 0, first;
	const char *wrong;

	cli_start("dkim-txt");
	cli_protect();
	first = parse(&a, argc, argv, &code);
	if (first < 0)
		return cli_finish(code);
	a.wish.file = first < argc ? argv[first] : NULL;
	/* a revoked key has no use for h= */
	if (!a.wish.form.hashes && !a.wish.revoke && !a.wish.no_mail)
		a.wish.form.hashes = "sha256";
	a.wish.ttl = a.ttl.value;
	a.wish.has_ttl = a.ttl.given;
	wrong = conflict(&a, argc - first);
	if (wrong) {
		cli_say(NULL, "%s", wrong);
		return cli_finish(status_exit(ST_USAGE));
	}
	return cli_finish(run(&a));
}
