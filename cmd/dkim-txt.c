/* dkim-txt: the TXT record of a key.
 *
 *	dkim-txt -d example.com -s mail /etc/dkimkeys/mail.private
 *	dkim-txt --format=value mail.pem
 *	dig +short mail._domainkey.example.com TXT | dkim-txt --lint
 *
 * reads a private or public key in any form and writes what goes into DNS, or
 * says what is wrong with what is there. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "io.h"
#include "keyfile.h"
#include "keyknown.h"
#include "keyrec.h"
#include "limit.h"
#include "lint_report.h"
#include "name.h"
#include "opt.h"
#include "record_json.h"
#include "recordlint.h"
#include "text.h"
#include "zoneline.h"

struct args {
	const char *domain, *selector, *format, *origin;
	struct opt_number ttl;
	struct keyrec_form form;
	bool revoke, no_mail, fingerprint, quiet, lint, json;
	const char *file;
};

/* What is printed, ready: every format picks from it. */
struct record {
	const char *domain, *selector;
	struct buf owner, comment, head, p, text, fingerprint;
	struct key *key;
	struct opt_number ttl;
};

static void say(const struct args *a, const char *file, const char *text,
		const char *where)
{
	if (!a->quiet)
		cli_say(file, "warning: %s%s%s%s", text, where ? " (" : "",
			where ? where : "", where ? ")" : "");
}

/* --- formats ------------------------------------------------------------- */

static struct zone_txt zone_of(const struct record *r)
{
	return (struct zone_txt){
		.owner = (const char *)r->owner.p,
		.comment = (const char *)r->comment.p,
		.ttl = r->ttl.value,
		.has_ttl = r->ttl.given,
		.head = buf_span(&r->head),
		.p = buf_span(&r->p),
	};
}

static enum status put_zone(const struct record *r, struct buf *out)
{
	const struct zone_txt z = zone_of(r);

	return zoneline_genkey(&z, out);
}

static enum status put_oneline(const struct record *r, struct buf *out)
{
	const struct zone_txt z = zone_of(r);

	return zoneline_short(&z, out);
}

static enum status put_value(const struct record *r, struct buf *out)
{
	enum status st = buf_add(out, buf_span(&r->text));

	return st == ST_OK ? buf_addc(out, '\n') : st;
}

static enum status put_p(const struct record *r, struct buf *out)
{
	enum status st = buf_add(out, span_from(buf_span(&r->p), 2));

	return st == ST_OK ? buf_addc(out, '\n') : st;
}

static enum status put_json(const struct record *r, struct buf *out)
{
	const struct record_json j = {
		.domain = r->domain,
		.selector = r->selector,
		.owner = (const char *)r->owner.p,
		.key_type = r->key ? key_type_word(key_type(r->key)) : NULL,
		.bits = r->key ? key_bits(r->key) : 0,
		.fingerprint = (const char *)r->fingerprint.p,
		.ttl = r->ttl.value,
		.has_ttl = r->ttl.given,
		.record = buf_span(&r->text),
	};

	return record_json_format(&j, out);
}

static const struct format {
	const char *name;
	enum status (*put)(const struct record *r, struct buf *out);
} formats[] = {
	{ "zone", put_zone },	{ "oneline", put_oneline },
	{ "value", put_value }, { "p", put_p },
	{ "json", put_json },
};

static const struct format *find_format(const char *name, struct diag *why)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	status_ignore(diag_set(why, ST_USAGE, NULL,
			       "--format is zone, oneline, value, p or json, "
			       "not \"%s\"",
			       name));
	return NULL;
}

/* --- the record ---------------------------------------------------------- */

/* "mail" of /etc/dkimkeys/mail.private */
static void selector_of(const char *file, struct buf *out)
{
	static const char *const endings[] = { ".pem", ".private" };
	const char *slash = file ? strrchr(file, '/') : NULL;
	struct span s = span_str(slash ? slash + 1 : file);

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (span_ends(s, span_str(endings[i])))
			s = span_head(s, s.n - strlen(endings[i]));
	if (!file || strcmp(file, "-") == 0)
		s = SPAN("default");
	/* longer than any selector: its check says so */
	buf_put(out, span_head(s, 300));
}

static enum status put_names(const struct args *a, struct record *r,
			     struct diag *why)
{
	unsigned how = NAME_SINGLE | NAME_UNDERSCORE;
	struct name s, d = { "localhost" }, both;
	struct diag detail = { 0 };
	const char *selector = a->no_mail ? "*" : r->selector;

	if (!a->no_mail &&
	    name_parse(span_str(selector), how, &s, &detail) != ST_OK)
		return diag_set(why, ST_USAGE, detail.where, "%s%s",
				a->selector ? "-s: "
					    : "no selector in the file's name, "
					      "give one with -s: ",
				detail.text);
	if (a->domain &&
	    (name_parse(span_str(a->domain), how, &d, &detail) != ST_OK ||
	     (!a->no_mail && name_key(&s, &d, &both, &detail) != ST_OK)))
		return diag_set(why, ST_USAGE, detail.where, "-d: %s",
				detail.text);
	if (a->domain && name_labels(&d) == 1 &&
	    strcmp(d.text, "localhost") != 0)
		say(a, NULL, "the domain has only one label", NULL);
	buf_putf(&r->owner, "%s._domainkey%s%s%s", selector,
		 a->domain ? "." : "", a->domain ? a->domain : "",
		 a->domain ? "." : "");
	if (a->no_mail)
		buf_putf(&r->comment, "----- no mail from %s",
			 a->domain ? a->domain : d.text);
	else
		buf_putf(&r->comment, "----- DKIM key %s for %s%s", selector,
			 a->domain ? a->domain : d.text,
			 a->revoke ? ", revoked" : "");
	return ST_OK;
}

static enum status read_key(const struct args *a, const struct crypto *c,
			    struct record *r, struct diag *why)
{
	struct diag concern = { 0 };
	enum status st = keyfile_read(a->file ? a->file : "-", KEYFILE_STDIN,
				      &r->key, &concern, why);

	if (st != ST_OK)
		return st;
	if (concern.text[0])
		say(a, a->file, concern.text, concern.where);
	/* RULES H-6, H-7: a record that no verifier takes is not made */
	if (key_check(r->key, LIMIT_RSA_BITS_MIN, why) != ST_OK)
		return ST_NOT_KEY;
	if (key_type(r->key) == KEY_RSA && key_bits(r->key) < 2048)
		say(a, a->file, "the RSA key is shorter than 2048 bits",
		    "RFC 8301 3.2");
	if (keyknown_find(r->key, c))
		say(a, a->file, keyknown_find(r->key, c), NULL);
	return ST_OK;
}

static enum status put_text(const struct args *a, struct record *r,
			    struct diag *why)
{
	struct diag concern = { 0 };
	struct buf hashes;
	enum status st = keyrec_format(&a->form, r->key, &r->head, &r->p, why);

	if (st != ST_OK)
		return st;
	buf_put(&r->text, buf_span(&r->head));
	buf_put(&r->text, buf_span(&r->p));
	buf_init(&hashes, LIMIT_DIAG);
	if (a->form.hashes && *a->form.hashes)
		st = keyrec_hashes(a->form.hashes, &hashes, &concern, why);
	buf_free(&hashes);
	if (concern.text[0])
		say(a, NULL, concern.text, concern.where);
	/* a header, the question, the record with its name compressed, EDNS */
	if (12 + (r->owner.n + 6) + 12 + 11 +
		    zoneline_rdata(buf_span(&r->text)) >
	    1232)
		say(a, NULL,
		    "the answer has more than 1232 octets; resolvers will ask "
		    "again over TCP",
		    NULL);
	return st;
}

static enum status fill(const struct args *a, const struct crypto *c,
			struct record *r, struct diag *why)
{
	bool needs_key = !a->revoke && !a->no_mail;
	enum status st = put_names(a, r, why);

	if (st == ST_OK && needs_key)
		st = read_key(a, c, r, why);
	if (st == ST_OK)
		st = put_text(a, r, why);
	if (st == ST_OK && needs_key)
		st = key_fingerprint(r->key, c, &r->fingerprint);
	return st;
}

static enum status write_out(struct args *a, const struct format *format,
			     const struct record *r, struct diag *why)
{
	struct buf out;
	enum status st;

	buf_init(&out, 8 * (size_t)LIMIT_TXT_BYTES);
	if (a->fingerprint)
		st = buf_addf(&out, "%s\n", (const char *)r->fingerprint.p);
	else
		st = format->put(r, &out);
	a->file = NULL; /* what fails from here on is not its fault */
	if (st == ST_OK)
		st = io_write(STDOUT_FILENO, buf_span(&out), why);
	buf_free(&out);
	return st;
}

static void record_free(struct record *r)
{
	key_free(r->key);
	buf_free(&r->owner);
	buf_free(&r->comment);
	buf_free(&r->head);
	buf_free(&r->p);
	buf_free(&r->text);
	buf_free(&r->fingerprint);
}

static enum status make(struct args *a, const struct crypto *c,
			struct diag *why)
{
	struct record r = { .domain = a->domain, .ttl = a->ttl };
	const struct format *format = find_format(a->format, why);
	struct buf selector;
	enum status st = ST_USAGE;

	buf_init(&selector, 8192);
	if (!format)
		return st;
	buf_init(&r.owner, 2 * (size_t)LIMIT_DIAG);
	buf_init(&r.comment, 2 * (size_t)LIMIT_DIAG);
	buf_init(&r.head, LIMIT_TXT_BYTES);
	buf_init(&r.p, LIMIT_TXT_BYTES);
	buf_init(&r.text, 2 * (size_t)LIMIT_TXT_BYTES);
	buf_init(&r.fingerprint, LIMIT_DIAG);
	if (!a->selector && !a->no_mail)
		selector_of(a->file, &selector);
	r.selector = a->selector  ? a->selector
		     : a->no_mail ? NULL
				  : (const char *)selector.p;
	st = fill(a, c, &r, why);
	if (st == ST_OK)
		st = write_out(a, format, &r, why);
	record_free(&r);
	buf_free(&selector);
	return st;
}

/* --- lint ---------------------------------------------------------------- */

struct lint {
	const struct args *args;
	const char *input;
	struct buf out;
	struct diag why;
};

/* The record to publish instead, as a line for where it came from. */
static void put_paste(const struct recordlint *one, struct buf *out)
{
	struct span owner = one->corrected_owner.n
				    ? one->corrected_owner
				    : buf_span(&one->record->owner);
	struct buf name;

	if (!owner.n) {
		status_ignore(text_escape(one->corrected, out));
		return;
	}
	/* the ceilings are four times what there can be */
	buf_init(&name, 4 * (size_t)LIMIT_LINT_BYTES);
	status_ignore(zoneline_name(owner, &name));
	if (one->record->absolute)
		buf_put(&name, SPAN("."));
	const struct zone_txt z = { .owner = (const char *)name.p,
				    .p = one->corrected };

	status_ignore(zoneline_short(&z, out));
	out->n--; /* the line's end is the report's */
	buf_free(&name);
}

static enum status write_lint(struct lint *l)
{
	enum status st = io_write(STDOUT_FILENO, buf_span(&l->out), &l->why);

	buf_reset(&l->out);
	return st;
}

static enum status lint_record(void *ctx, const struct recordlint *one)
{
	struct lint *l = ctx;
	struct buf paste;
	struct lint_entry e = {
		.input = l->input,
		.line = one->record->line,
		.corrected = one->corrected,
		.corrected_owner = one->corrected_owner,
		.findings = one->findings,
	};

	if (one->record->owner.n)
		e.owner = buf_span(&one->record->owner);
	if (one->record->text.n)
		e.record = buf_span(&one->record->text);
	/* escapes make it four times as long at most */
	buf_init(&paste, 8 * (size_t)LIMIT_LINT_BYTES);
	if (one->corrected.n)
		put_paste(one, &paste);
	e.paste = buf_span(&paste);
	(l->args->json ? lint_json : lint_text)(&e, &l->out);
	buf_free(&paste);
	/* all records are read by now: nothing but the disk can fail */
	return l->out.n > LIMIT_CHUNK ? write_lint(l) : ST_OK;
}

static int lint(struct args *a, const struct crypto *c)
{
	struct lint l = { .args = a, .input = a->file ? a->file : "-" };
	struct buf text;
	bool valid = true;
	int fd = -1;
	enum status st = io_open_input(l.input, &fd, &l.why);

	buf_init(&text, LIMIT_LINT_BYTES);
	/* one record and its findings, escaped */
	buf_init(&l.out, 64 * (size_t)LIMIT_LINT_BYTES);
	if (st == ST_OK)
		st = io_read_all(fd, &text, &l.why);
	if (st == ST_OK)
		st = recordlint_read(buf_span(&text), a->origin, c, lint_record,
				     &l, &valid, &l.why);
	if (st == ST_OK)
		st = write_lint(&l);
	if (fd > STDERR_FILENO)
		close(fd);
	buf_free(&l.out);
	buf_free(&text);
	return st == ST_OK ? !valid
			   : cli_fail(st == ST_IO ? NULL : a->file, st, &l.why);
}

static int run(struct args *a)
{
	struct crypto *c = crypto_new();
	struct diag why = { 0 };
	enum status st = ST_OS;
	int code;

	if (c && a->lint) {
		code = lint(a, c);
	} else {
		if (c)
			st = make(a, c, &why);
		code = st == ST_OK ? 0
				   : cli_fail(st == ST_USAGE ? NULL : a->file,
					      st, &why);
	}
	crypto_free(c);
	return code;
}

/* Options that make no sense together, or NULL. */
static const char *conflict(const struct args *a, int operands)
{
	if (operands > 1)
		return "more than one file";
	if (a->lint && (a->revoke || a->no_mail || a->fingerprint))
		return "--lint reads a record, it makes none";
	if (a->json && !a->lint)
		return "--json is for --lint; a record has --format=json";
	if (a->revoke && a->no_mail)
		return "--revoke and --no-mail are two different records";
	if (a->fingerprint && (a->revoke || a->no_mail))
		return "--fingerprint needs a key";
	if (a->no_mail && (operands || a->selector))
		return "--no-mail takes neither a selector nor a key file";
	return NULL;
}

/* 0 or more: the first operand; below: the program ends with *CODE. */
static int parse(struct args *a, int argc, char **argv, int *code)
{
	const struct opt options[] = {
		{ 'd', "domain", "DOMAIN", "full name in DOMAIN [relative]",
		  OPT_TEXT, &a->domain },
		{ 's', "selector", "NAME", "selector [the file's name]",
		  OPT_TEXT, &a->selector },
		{ 0, "format", "F", "zone, oneline, value, p or json [zone]",
		  OPT_TEXT, &a->format },
		{ 't', "testmode", NULL, "DKIM is being tested (t=y)",
		  OPT_TOGGLE, &a->form.testing },
		{ 'S', "nosubdomains", NULL, "not for subdomains (t=s)",
		  OPT_FLAG, &a->form.strict },
		{ 'r', "restrict", NULL, "for mail only (s=email)", OPT_TOGGLE,
		  &a->form.email_only },
		{ 'h', "hash-algorithms", "LIST", "h= [sha256], \"\" for none",
		  OPT_TEXT, &a->form.hashes },
		{ 'n', "note", "TEXT", "a note for people (n=)", OPT_TEXT,
		  &a->form.note },
		{ 0, "ttl", "SEC", "time to live in the record", OPT_NUMBER,
		  &a->ttl },
		{ 0, "revoke", NULL, "the record of a revoked key", OPT_FLAG,
		  &a->revoke },
		{ 0, "no-mail", NULL, "the *._domainkey record", OPT_FLAG,
		  &a->no_mail },
		{ 0, "fingerprint", NULL, "the key's fingerprint instead",
		  OPT_FLAG, &a->fingerprint },
		{ 0, "lint", NULL, "say what is wrong with a record", OPT_FLAG,
		  &a->lint },
		{ 0, "origin", "NAME", "what relative names belong to",
		  OPT_TEXT, &a->origin },
		{ 0, "json", NULL, "findings as JSON", OPT_FLAG, &a->json },
		{ 'q', "quiet", NULL, "no warnings", OPT_FLAG, &a->quiet },
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
	a.file = first < argc ? argv[first] : NULL;
	/* a revoked key has no use for h= */
	if (!a.form.hashes && !a.revoke && !a.no_mail)
		a.form.hashes = "sha256";
	wrong = conflict(&a, argc - first);
	if (wrong) {
		cli_say(NULL, "%s", wrong);
		return cli_finish(status_exit(ST_USAGE));
	}
	return cli_finish(run(&a));
}
