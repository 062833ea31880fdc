/* dkim-txt: the TXT record of a key.
 *
 *	dkim-txt -d example.com -s mail /etc/dkimkeys/mail.private
 *	dkim-txt --format=value mail.pem
 *	dig +short mail._domainkey.example.com TXT | dkim-txt --lint
 *
 *	dkim-txt --check --key-table=/etc/opendkim/KeyTable
 *
 * reads a private or public key in any form and writes what goes into DNS, or
 * says what is wrong with what is there. */
#include <string.h>
#include <unistd.h>

#include "check_run.h"
#include "cli.h"
#include "dns_source.h"
#include "exit_status.h"
#include "io.h"
#include "keylist.h"
#include "limit.h"
#include "json_library.h"
#include "lint_input.h"
#include "opt.h"
#include "record_format.h"
#include "record_make.h"
#include "when.h"

static const char format_help[] =
	"--format is zone, oneline, value, p, tinydns, nsupdate, knotc, "
	"powerdns, unbound, dnsmasq, route53, cloudflare, octodns, dnscontrol, "
	"terraform or json";

struct args {
	struct record_wish wish;
	struct opt_number ttl;
	const char *format;
	bool fingerprint, lint, check, list, json;
	struct check_options checks;
	bool each, all;
	struct opt_number wait;
	const char *at;
	struct dns_options dns;
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
	buf_init(&out, RECORD_FORMAT_MOST);
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
		.origin = a->dns.origin,
		.json = a->json,
		.to = STDOUT_FILENO,
	};
	struct diag why = { 0 };
	bool valid = true;
	enum status st = lint_input(&in, c, &valid, &why);

	return st == ST_OK ? !valid
			   : fail(st == ST_IO || st == ST_USAGE ? NULL
								: a->wish.file,
				  st, &why);
}

static int check(const struct args *a, const struct crypto *c)
{
	struct check_options o = a->checks;

	o.domain = a->wish.domain;
	o.selector = a->wish.selector;
	o.quiet = a->wish.quiet;
	o.servers = (struct keyservers_conf){
		.dns = &a->dns,
		.crypto = c,
		.who = a->all	 ? KEYSERVERS_ALL
		       : a->each ? KEYSERVERS_EACH
				 : KEYSERVERS_RESOLVER,
		.wait_s = (unsigned)a->wait.value,
	};
	return check_run(&o, STDOUT_FILENO);
}

static int list(const struct args *a)
{
	const struct check_options *o = &a->checks;
	struct diag why = { 0 };
	enum status st;
	struct buf out;

	/* a line of the table, escaped, and what it does not say itself */
	buf_init(&out, 8 * (size_t)LIMIT_TABLE_BYTES);
	st = o->key_list
		     ? keylist_print(o->key_list, KEYTABLE_LIST, &out, &why)
		     : keylist_print(o->key_table, KEYTABLE_NAMED, &out, &why);
	if (st == ST_OK)
		st = io_write(STDOUT_FILENO, buf_span(&out), &why);
	buf_free(&out);
	return fail(NULL, st, &why);
}

static int run(const struct args *a)
{
	struct crypto *c;
	int code;

	if (a->list)
		return list(a);
	c = crypto_new();
	if (!c)
		return cli_fail(NULL, ST_OS, NULL);
	code = (a->check ? check : a->lint ? lint : make)(a, c);
	crypto_free(c);
	return code;
}

/* Options that make no sense together and are not in the rules, or NULL. */
static const char *conflict(const struct args *a, int operands)
{
	if (operands > 1)
		return "more than one file";
	if (a->json && !a->lint && !a->check)
		return "--json is for --lint and --check; a record has "
		       "--format=json";
	if (a->json && a->checks.report &&
	    strcmp(a->checks.report, "json") != 0)
		return "--json is --report=json";
	if (a->check && operands)
		return "--check takes the key with -k";
	if (a->list && operands)
		return "--list takes a table with --key-table or --key-list";
	if (a->check)
		return check_options_wrong(&a->checks, a->wish.domain,
					   a->wish.selector);
	if (a->wish.no_mail && operands)
		return "--no-mail takes no key file";
	return NULL;
}

static struct args given = {
	.ttl = { .most = 2147483647 }, /* RFC 2181 8 */
	.wait = { .most = 604800 },
};

static const struct opt table[] = {
	{ 'd', "domain", "DOMAIN", "full name in DOMAIN [relative]", OPT_DOMAIN,
	  &given.wish.domain },
	{ 's', "selector", "NAME", "selector [the file's name]", OPT_TEXT,
	  &given.wish.selector },
	{ 0, "format", "F", "how to print it, see the man page [zone]",
	  OPT_TEXT, &given.format },
	{ 't', "testmode", NULL, "DKIM is being tested (t=y)", OPT_TOGGLE,
	  &given.wish.form.testing },
	{ 'S', "nosubdomains", NULL, "not for subdomains (t=s)", OPT_FLAG,
	  &given.wish.form.strict },
	{ 'r', "restrict", NULL, "for mail only (s=email)", OPT_TOGGLE,
	  &given.wish.form.email_only },
	{ 'h', "hash-algorithms", "LIST", "h= [sha256], \"\" for none",
	  OPT_TEXT, &given.wish.form.hashes },
	{ 'n', "note", "TEXT", "a note for people (n=)", OPT_TEXT,
	  &given.wish.form.note },
	{ 0, "ttl", "SEC", "time to live in the record", OPT_NUMBER,
	  &given.ttl },
	{ 0, "revoke", NULL, "the record of a revoked key", OPT_FLAG,
	  &given.wish.revoke },
	{ 0, "no-mail", NULL, "the *._domainkey record", OPT_FLAG,
	  &given.wish.no_mail },
	{ 0, "fingerprint", NULL, "the key's fingerprint instead", OPT_FLAG,
	  &given.fingerprint },
	{ 0, "lint", NULL, "say what is wrong with a record", OPT_FLAG,
	  &given.lint },
	{ 0, "check", NULL, "compare with what DNS has", OPT_FLAG,
	  &given.check },
	{ 'k', "key", "FILE", "the private key to compare with", OPT_TEXT,
	  &given.checks.key },
	{ 0, "key-table", "FILE", "check or list the keys of this KeyTable",
	  OPT_TEXT, &given.checks.key_table },
	{ 0, "key-list", "FILE", "the same for a key list of dkim-filter",
	  OPT_TEXT, &given.checks.key_list },
	{ 0, "list", NULL, "list the keys that a table names", OPT_FLAG,
	  &given.list },
	{ 0, "each-nameserver", NULL, "ask every --nameserver", OPT_FLAG,
	  &given.each },
	{ 0, "all-nameservers", NULL, "ask every server of the zone", OPT_FLAG,
	  &given.all },
	{ 0, "wait", "SEC", "wait so long until all is well", OPT_NUMBER,
	  &given.wait },
	{ 0, "report", "F", "text, json, nagios or prometheus [text]", OPT_TEXT,
	  &given.checks.report },
	{ 0, "on-change", "FILE", "report only what FILE does not know",
	  OPT_TEXT, &given.checks.on_change },
	{ 0, "testkey", NULL, "opendkim-testkey's words and codes", OPT_FLAG,
	  &given.checks.testkey },
	{ 0, "json", NULL, "findings as JSON", OPT_FLAG, &given.json },
	{ 0, "at", "TIME", "take this as the time", OPT_TEXT, &given.at },
	{ 'v', "verbose", NULL, "say more, repeated more yet", OPT_COUNT,
	  &given.checks.verbose },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &given.wish.quiet },
};

static const struct opt_program program = {
	.synopsis = "[-d DOMAIN] [-s SELECTOR] [options] [KEYFILE]",
	.about = "Print or check the TXT record of a DKIM key.",
	.options = table,
	.n = sizeof(table) / sizeof(*table),
	.examples = "  dkim-txt -d example.com /etc/dkimkeys/mail.private\n"
		    "  dig mail._domainkey.example.com TXT | dkim-txt --lint\n",
	.more = given.dns.rows,
	.mores = DNS_OPTION_ROWS,
};

static const struct opt_rule rules[] = {
	{ "lint|check|list|revoke|no-mail|fingerprint", NULL },
	{ "no-mail|selector", NULL },
	{ "each-nameserver|all-nameservers", NULL },
	{ "testkey|report", NULL },
	{ "testkey|json", NULL },
	/* what makes a record */
	{ "lint|check|list|format", NULL },
	{ "lint|check|list|testmode", NULL },
	{ "lint|check|list|nosubdomains", NULL },
	{ "lint|check|list|restrict", NULL },
	{ "lint|check|list|hash-algorithms", NULL },
	{ "lint|check|list|note", NULL },
	{ "lint|check|list|ttl", NULL },
	/* what the input of --lint and a table say themselves */
	{ "lint|list|domain", NULL },
	{ "lint|list|selector", NULL },
	/* without --check, -k would leave the key awaited on standard input */
	{ "list", "key-table|key-list" },
	{ "key-table|key-list", NULL },
	{ "key-table|key-list", "check|list" },
	{ "key|report|on-change|testkey|each-nameserver|"
	  "all-nameservers|wait|nameserver|zone|record-dns|dns-timeout|"
	  "deadline|trust-ad|require-dnssec",
	  "check" },
	{ "origin", "lint|check" },
};

/* What the options say together. */
static enum status settle(struct args *a, char **operands, int n,
			  struct diag *why)
{
	enum status st =
		opt_rules(&program, rules, sizeof(rules) / sizeof(*rules), why);
	const char *wrong;

	if (st != ST_OK)
		return st;
	a->wish.file = n ? operands[0] : NULL;
	if (!a->format)
		a->format = "zone";
	/* a revoked key has no use for h= */
	if (!a->wish.form.hashes && !a->wish.revoke && !a->wish.no_mail)
		a->wish.form.hashes = "sha256";
	a->wish.ttl = a->ttl.value;
	a->wish.has_ttl = a->ttl.given;
	if (a->check && !a->checks.report)
		a->checks.report = a->json ? "json" : "text";
	a->checks.now = when_now();
	wrong = conflict(a, n);
	if (wrong)
		return diag_set(why, ST_USAGE, NULL, "%s", wrong);
	if (a->json || (a->checks.report && !strcmp(a->checks.report, "json")))
		st = json_library_load(why);
	return st == ST_OK && a->at ? when_parse(a->at, &a->checks.now, why)
				    : st;
}

static int start(struct args *a, char **operands, int n)
{
	struct diag why = { 0 };
	enum status st = settle(a, operands, n, &why);
	int code;

	if (st == ST_OK)
		return run(a);
	code = cli_fail(NULL, st, &why);
	return a->checks.testkey ? exit_status(ST_CONFIG) : code;
}

int main(int argc, char **argv)
{
	int code = 0, first;

	cli_start("dkim-txt");
	cli_protect();
	dns_options_init(&given.dns);
	first = opt_parse(&program, argc, argv, &code);
	if (first >= 0)
		code = start(&given, argv + first, argc - first);
	dns_options_free(&given.dns);
	return cli_finish(code);
}
