/* dkim-txt: print or check the TXT record of a DKIM key.
 *
 *	dkim-txt -d example.com -s mail /etc/dkimkeys/mail.private
 *	dkim-txt --format=value mail.pem
 *	dig +short mail._domainkey.example.com TXT | dkim-txt --lint
 *
 *	dkim-txt --check --key-table=/etc/opendkim/KeyTable
 *	dkim-txt --find -d example.com
 *
 * A private or public key in any form becomes a record for DNS (record_make),
 * the records of a text are checked (lint_run), or those that DNS serves
 * (check_run); the selectors of a domain are found (find_run), or a lost key is
 * recovered from what it signed (recover_run).
 */
#include <string.h>
#include <unistd.h>

#include "check_run.h"
#include "cli.h"
#include "dns_source.h"
#include "exit_status.h"
#include "find_run.h"
#include "io.h"
#include "json_text.h"
#include "keylist.h"
#include "limit.h"
#include "lint_run.h"
#include "opt.h"
#include "record_make.h"
#include "recover_run.h"
#include "sandbox.h"
#include "when.h"

struct args {
	struct record_request request;
	struct opt_number ttl;
	bool lint, check, list, find, recover, json, no_progress;
	bool no_sandbox;
	const char *selectors;
	struct opt_number rate;
	struct check_options checks;
	bool each, all;
	struct opt_number wait;
	const char *at;
	struct dns_options dns;
};

/* Print what a table names. */
static int list(const struct check_options *o)
{
	struct diag why = { 0 };
	enum status st;
	struct buf out;
	int code;

	/* a line of the table, escaped, and what it does not say itself */
	buf_init(&out, 8 * (size_t)LIMIT_TABLE_BYTES);
	st = o->key_list
		     ? keylist_print(o->key_list, KEYTABLE_LIST, &out, &why)
		     : keylist_print(o->key_table, KEYTABLE_NAMED, &out, &why);
	if (st == ST_OK)
		st = io_write(STDOUT_FILENO, buf_span(&out), &why);
	code = st == ST_OK ? 0 : cli_fail(NULL, st, &why);
	buf_free(&out);
	return code;
}

/* What a mode gives up that reads what others wrote. */
static struct sandbox sandbox_of(const struct args *a, bool network,
				 bool writes)
{
	return (struct sandbox){ .off = a->no_sandbox,
				 .network = network && !a->dns.zone.n,
				 .writes = writes,
				 .verbose = a->checks.verbose > 0 };
}

static int find(const struct args *a, const struct crypto *c, char **messages,
		int n)
{
	const struct find_options o = {
		.domain = a->request.domain,
		.selectors = a->selectors,
		.messages = messages,
		.n = (size_t)n,
		.rate = a->rate.value,
		.json = a->json,
		.quiet = a->request.quiet,
		.verbose = a->checks.verbose > 0,
		.progress = !a->no_progress,
		.now = a->checks.now,
		.dns = &a->dns,
		.crypto = c,
		.sandbox = sandbox_of(a, true, false),
	};

	return find_run(&o, STDOUT_FILENO);
}

static int recover(const struct args *a, const struct crypto *c,
		   char **messages, int n)
{
	const struct recover_options o = {
		.domain = a->request.domain,
		.selector = a->request.selector,
		.messages = messages,
		.n = (size_t)n,
		.quiet = a->request.quiet,
		.progress = !a->no_progress,
		.crypto = c,
		.sandbox = sandbox_of(a, false, false),
	};

	return recover_run(&o, STDOUT_FILENO);
}

static int run_mode(struct args *a, char **operands, int n)
{
	const struct lint_options lint = {
		.path = a->request.file,
		.origin = a->dns.origin,
		.json = a->json,
	};
	const struct sandbox reads_only = sandbox_of(a, false, false);
	struct crypto *c = crypto_new();
	int code;

	if (!c)
		return cli_fail(NULL, ST_OS, NULL);
	a->checks.servers.crypto = c;
	/* each name server's recording is opened when it is asked */
	a->checks.sandbox = sandbox_of(
		a, true, a->checks.on_change || (a->each && a->dns.record));
	if (a->lint)
		sandbox_enter(&reads_only);
	code = a->list	    ? list(&a->checks)
	       : a->find    ? find(a, c, operands, n)
	       : a->recover ? recover(a, c, operands, n)
	       : a->check   ? check_run(&a->checks, STDOUT_FILENO)
	       : a->lint    ? lint_run(&lint, c, STDOUT_FILENO)
			    : record_make(&a->request, c, STDOUT_FILENO);
	crypto_free(c);
	return code;
}

/* Why the options and OPERANDS cannot be used together, where the rules below
 * do not say so; or NULL. */
static const char *conflict(const struct args *a, int operands)
{
	if (operands > 1 && !a->find && !a->recover)
		return "more than one file";
	if (a->find && !a->request.domain)
		return "--find needs -d";
	if (a->recover && (!a->request.domain || !a->request.selector))
		return "--recover-key needs -d and -s";
	if (a->json && !a->lint && !a->check && !a->find)
		return "--json is for --lint, --check and --find; a record has "
		       "--format=json";
	if (a->json && a->checks.report &&
	    strcmp(a->checks.report, "json") != 0)
		return "--json is --report=json";
	if (a->check && operands)
		return "--check takes the key with -k";
	if (a->list && operands)
		return "--list takes a table with --key-table or --key-list";
	if (a->request.no_mail && operands)
		return "--no-mail takes no key file";
	return a->check ? check_options_wrong(&a->checks) : NULL;
}

static struct args given = {
	.ttl = { .most = 2147483647 }, /* RFC 2181 8 */
	.wait = { .most = 604800 },
	.rate = { .value = 50, .least = 1, .most = 10000 },
};

static const struct opt table[] = {
	{ 'd', "domain", "DOMAIN", "write the full name, in DOMAIN [relative]",
	  OPT_DOMAIN, &given.request.domain },
	{ 's', "selector", "NAME", "selector [the file's name]", OPT_TEXT,
	  &given.request.selector },
	{ 0, "format", "F", "format of the record, see dkim-txt(1) [zone]",
	  OPT_TEXT, &given.request.format },
	{ 't', "testmode", NULL, "the domain is testing DKIM (t=y)", OPT_TOGGLE,
	  &given.request.form.testing },
	{ 'S', "nosubdomains", NULL, "forbid signing for subdomains (t=s)",
	  OPT_FLAG, &given.request.form.strict },
	{ 'r', "restrict", NULL, "for mail only (s=email)", OPT_TOGGLE,
	  &given.request.form.email_only },
	{ 'h', "hash-algorithms", "LIST", "h= [sha256], \"\" for none",
	  OPT_TEXT, &given.request.form.hashes },
	{ 'n', "note", "TEXT", "note for people who read the record (n=)",
	  OPT_TEXT, &given.request.form.note },
	{ 0, "ttl", "SEC", "time to live of the record", OPT_NUMBER,
	  &given.ttl },
	{ 0, "revoke", NULL, "print the record of a revoked key", OPT_FLAG,
	  &given.request.revoke },
	{ 0, "no-mail", NULL, "print the record of a domain without mail",
	  OPT_FLAG, &given.request.no_mail },
	{ 0, "fingerprint", NULL, "print the fingerprint of the key", OPT_FLAG,
	  &given.request.fingerprint },
	{ 0, "lint", NULL, "check records, and correct them", OPT_FLAG,
	  &given.lint },
	{ 0, "check", NULL, "check keys against their records in DNS", OPT_FLAG,
	  &given.check },
	{ 'k', "key", "FILE", "private or public key to compare with", OPT_TEXT,
	  &given.checks.key },
	{ 0, "key-table", "FILE", "check or list the keys of this KeyTable",
	  OPT_TEXT, &given.checks.key_table },
	{ 0, "key-list", "FILE", "the same for a key list of dkim-filter",
	  OPT_TEXT, &given.checks.key_list },
	{ 0, "list", NULL, "list the keys that a table names", OPT_FLAG,
	  &given.list },
	{ 0, "find", NULL, "find the selectors of a domain", OPT_FLAG,
	  &given.find },
	{ 0, "selectors", "FILE", "also look for the selectors in FILE",
	  OPT_TEXT, &given.selectors },
	{ 0, "rate", "N", "ask N questions a second at most (50)", OPT_NUMBER,
	  &given.rate },
	{ 0, "recover-key", NULL, "recover a lost RSA key from signed messages",
	  OPT_FLAG, &given.recover },
	{ 0, "no-progress", NULL, "no progress line on a terminal", OPT_FLAG,
	  &given.no_progress },
	{ 0, "each-nameserver", NULL, "ask every --nameserver", OPT_FLAG,
	  &given.each },
	{ 0, "all-nameservers", NULL, "ask every name server of the zone",
	  OPT_FLAG, &given.all },
	{ 0, "wait", "SEC", "keep checking for up to SEC seconds", OPT_NUMBER,
	  &given.wait },
	{ 0, "report", "F", "text, json, nagios or prometheus [text]", OPT_TEXT,
	  &given.checks.report },
	{ 0, "on-change", "FILE", "report only changes since the last run",
	  OPT_TEXT, &given.checks.on_change },
	{ 0, "testkey", NULL, "words and codes of opendkim-testkey", OPT_FLAG,
	  &given.checks.testkey },
	{ 0, "json", NULL, "print findings or results as JSON", OPT_FLAG,
	  &given.json },
	{ 0, "at", "TIME", "use TIME as the current time", OPT_TEXT,
	  &given.at },
	{ 'v', "verbose", NULL, "report more; repeat for even more", OPT_COUNT,
	  &given.checks.verbose },
	{ 0, "no-sandbox", NULL, "keep all rights, for debugging", OPT_FLAG,
	  &given.no_sandbox },
	{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &given.request.quiet },
};

static const struct opt_group groups[] = {
	{ "print a record", "domain|selector|format|testmode|revoke" },
	{ "find mistakes in records", "lint" },
	{ "compare keys with DNS",
	  "check|key|key-table|all-nameservers|report|on-change|wait" },
	{ "find selectors and lost keys", "find|selectors|recover-key" },
	{ "DNS", "nameserver|zone" },
	{ "more", "json|help|version" },
};

static const struct opt_program program = {
	.synopsis = "[-d DOMAIN] [-s SELECTOR] [options] [KEYFILE]",
	.about = "Print or check the TXT record of a DKIM key.",
	.options = table,
	.n = sizeof(table) / sizeof(*table),
	.groups = groups,
	.group_n = sizeof(groups) / sizeof(*groups),
	.examples = "  dkim-txt -d example.com /etc/dkimkeys/mail.private\n"
		    "  dig mail._domainkey.example.com TXT | dkim-txt --lint\n",
	.more = given.dns.rows,
	.mores = DNS_OPTION_ROWS,
};

static const struct opt_rule rules[] = {
	{ "lint|testkey", NULL },
	{ "find|testkey", NULL },
	{ "recover-key|testkey", NULL },
	{ "list|testkey", NULL },
	{ "lint|check|list|find|recover-key|revoke|no-mail|"
	  "fingerprint",
	  NULL },
	{ "no-mail|selector", NULL },
	{ "each-nameserver|all-nameservers", NULL },
	{ "testkey|report", NULL },
	{ "testkey|json", NULL },
	/* options of a new record */
	{ "lint|check|list|find|recover-key|format", NULL },
	{ "lint|check|list|find|recover-key|testmode", NULL },
	{ "lint|check|list|find|recover-key|nosubdomains", NULL },
	{ "lint|check|list|find|recover-key|restrict", NULL },
	{ "lint|check|list|find|recover-key|hash-algorithms", NULL },
	{ "lint|check|list|find|recover-key|note", NULL },
	{ "lint|check|list|find|recover-key|ttl", NULL },
	/* the input of --lint and a table have the names */
	{ "lint|list|domain", NULL },
	{ "lint|list|find|selector", NULL },
	/* without --check, -k would not keep standard input from being read */
	{ "list", "key-table|key-list" },
	{ "key-table|key-list", NULL },
	{ "key-table|key-list", "check|list" },
	{ "key|report|on-change|each-nameserver|all-nameservers|wait",
	  "check" },
	{ "selectors|rate", "find" },
	{ "no-progress", "find|recover-key" },
	{ "nameserver|zone|record-dns|dns-timeout|deadline|trust-ad|"
	  "require-dnssec",
	  "check|find" },
	{ "origin", "lint|check|find" },
};

/* Fill in what follows from the options and the N OPERANDS together. */
static enum status complete(struct args *a, char **operands, int n,
			    struct diag *why)
{
	struct check_options *o = &a->checks;
	enum status st;
	const char *wrong;

	/* opendkim-testkey(8) does nothing else */
	a->check |= o->testkey;
	st = opt_rules(&program, rules, sizeof(rules) / sizeof(*rules), why);
	if (st == ST_OK && !a->find && !a->recover &&
	    opt_positional(operands, (size_t)n, a->check ? "-k " : "", why))
		return ST_USAGE;
	if (st != ST_OK)
		return st;
	a->request.file = n ? operands[0] : NULL;
	a->request.ttl = a->ttl.value;
	a->request.has_ttl = a->ttl.given;
	if (!a->request.format)
		a->request.format = "zone";
	/* a revoked key needs no h= */
	if (!a->request.form.hashes && !a->request.revoke &&
	    !a->request.no_mail)
		a->request.form.hashes = "sha256";
	if (a->check && !o->report)
		o->report = a->json ? "json" : "text";
	o->domain = a->request.domain;
	o->selector = a->request.selector;
	o->quiet = a->request.quiet;
	o->now = when_now();
	o->servers.dns = &a->dns;
	o->servers.wait_s = (unsigned)a->wait.value;
	o->servers.who = a->all	   ? KEYSERVERS_ALL
			 : a->each ? KEYSERVERS_EACH
				   : KEYSERVERS_RESOLVER;
	wrong = conflict(a, n);
	if (wrong)
		return diag_set(why, ST_USAGE, NULL, "%s", wrong);
	if (a->json || (o->report && !strcmp(o->report, "json")))
		st = json_text_load(why);
	return st == ST_OK && a->at ? when_parse(a->at, &o->now, why) : st;
}

int main(int argc, char **argv)
{
	struct diag why = { 0 };
	int code = 0, first;

	cli_start("dkim-txt");
	sandbox_protect();
	dns_options_init(&given.dns);
	first = opt_parse(&program, &argc, argv, &code);
	if (first >= 0) {
		enum status st =
			complete(&given, argv + first, argc - first, &why);

		code = st == ST_OK
			       ? run_mode(&given, argv + first, argc - first)
			       : cli_fail(NULL, st, &why);
		/* opendkim-testkey(8) ends with 78 for wrong options */
		if (st != ST_OK && given.checks.testkey)
			code = exit_status(ST_CONFIG);
	}
	dns_options_free(&given.dns);
	return cli_finish(code, false);
}
