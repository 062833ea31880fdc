#include "policymake.h"

#include <string.h>

#include "cli.h"
#include "dmarc_record.h"
#include "idn.h"
#include "policy_findings.h"
#include "policy_run.h"
#include "policylint.h"
#include "record_format.h"

static enum status read_domain(const char *text, struct name *out,
			       struct diag *why)
{
	return idn_typed(span_str(text), NAME_UNDERSCORE, out, why) == ST_OK
		       ? ST_OK
		       : ST_USAGE;
}

static bool is_tag(const char *operand)
{
	return strchr(operand, '=') != NULL;
}

/* The owner of a record about reports: the domain among the operands is below
 * the one whose record is made; without it, this one is below the host of the
 * first address in rua= or ruf=. */
static enum status put_auth_owner(const struct policymake *make,
				  const struct name *domain, struct buf *owner,
				  struct diag *why)
{
	struct report_uri uri;
	struct name other;

	for (size_t i = 0; i < make->n; i++) {
		const char *operand = make->operands[i];

		if (is_tag(operand))
			continue;
		if (strcmp(operand, "*") != 0 &&
		    read_domain(operand, &other, why) != ST_OK)
			return ST_USAGE;
		return buf_addf(owner, "%s._report._dmarc.%s.",
				*operand == '*' ? "*" : other.text,
				domain->text);
	}
	for (size_t i = 0; i < make->n; i++) {
		struct span s = span_str(make->operands[i]);
		struct span rest = span_from(s, 4);

		s = span_head(s, 4);
		if ((span_ieq(s, SPAN("rua=")) || span_ieq(s, SPAN("ruf="))) &&
		    report_uri_next(&rest, &uri) && uri.valid && uri.mailto)
			return buf_addf(owner, "%s._report._dmarc.%s.",
					domain->text, uri.host.text);
	}
	return diag_set(why, ST_USAGE, NULL,
			"--make=report-auth needs the domain whose reports are "
			"accepted, or rua=mailto:ADDRESS");
}

/* --- the text ------------------------------------------------------------ */

static struct span tag_name(const char *operand)
{
	struct span s = span_str(operand);

	return span_trim(span_head(s, span_find(s, '=')));
}

/* Operand number I, a tag or modifier of which the record may have one, must
 * not be there before. */
static enum status check_twice(const struct policymake *make, size_t i,
			       const char *what, const char *where,
			       struct diag *why)
{
	struct span name = tag_name(make->operands[i]);

	for (size_t j = 0; j < i; j++)
		if (is_tag(make->operands[j]) &&
		    span_ieq(tag_name(make->operands[j]), name))
			return diag_set(why, ST_USAGE, where,
					"a %s occurs twice: number %zu, %s, "
					"after number %zu, %s",
					what, i + 1, make->operands[i], j + 1,
					make->operands[j]);
	return ST_OK;
}

/* RFC 9989 4.7, RFC 6376 3.2. */
static enum status check_tag(const struct policymake *make, size_t i,
			     struct diag *why)
{
	struct span name = tag_name(make->operands[i]);

	if (span_ieq(name, SPAN("v")) &&
	    (make->type == POLICY_DMARC || make->type == POLICY_REPORT_AUTH))
		return diag_set(why, ST_USAGE, NULL,
				"v=DMARC1 is there already, give only what "
				"follows: number %zu, %s",
				i + 1, make->operands[i]);
	if (span_starts(span_str(make->operands[i]), SPAN("o=/")))
		return diag_set(why, ST_USAGE, NULL,
				"%s: the shell has put a directory in the "
				"place of \"~\": write 'o=~'",
				make->operands[i]);
	return check_twice(make, i, "tag", "RFC 6376 3.2", why);
}

static enum status put_tags(const struct policymake *make, struct buf *text,
			    struct diag *why)
{
	bool auth = make->type == POLICY_REPORT_AUTH, domain = false;
	enum status st = ST_OK;

	if (auth || make->type == POLICY_DMARC)
		st = buf_add(text, SPAN("v=DMARC1"));
	for (size_t i = 0; i < make->n; i++)
		domain = domain || !is_tag(make->operands[i]);
	if (domain && !auth)
		return diag_set(why, ST_USAGE, NULL,
				"tags are written TAG=VALUE");
	/* rua= without a domain only shows where the record belongs */
	for (size_t i = 0; i < make->n && (domain || !auth); i++) {
		const char *tag = make->operands[i];

		if (strchr(tag, ';'))
			return diag_set(why, ST_USAGE, NULL,
					"a tag with \";\" in it: %s", tag);
		if (st == ST_OK && is_tag(tag))
			st = check_tag(make, i, why);
		if (st == ST_OK && is_tag(tag))
			st = buf_addf(text, "%s%s", text->n ? "; " : "", tag);
	}
	return st;
}

/* A second version is an unknown modifier, which lint allows (RFC 7208 6). */
static bool has_version(const char *operand)
{
	struct span rest = span_str(operand), term = { 0 };

	while (span_split(&rest, ' ', &term))
		if (span_ieq(span_head(term, 2), SPAN("v=")))
			return true;
	return false;
}

static enum status put_terms(const struct policymake *make, struct buf *text,
			     struct diag *why)
{
	enum status st = buf_add(text, SPAN("v=spf1"));

	for (size_t i = 0; i < make->n && st == ST_OK; i++) {
		if (has_version(make->operands[i]))
			return diag_set(why, ST_USAGE, NULL,
					"v=spf1 is there already, give only "
					"what follows: %s",
					make->operands[i]);
		/* RFC 7208 6: only of these there is one at most */
		if (span_ieq(tag_name(make->operands[i]), SPAN("redirect")) ||
		    span_ieq(tag_name(make->operands[i]), SPAN("exp")))
			st = check_twice(make, i, "modifier", "RFC 7208 6",
					 why);
		if (st == ST_OK)
			st = buf_addf(text, " %s", make->operands[i]);
	}
	return st;
}

static enum status make_record(const struct policymake *make, struct buf *owner,
			       struct buf *text, struct findings *f,
			       struct diag *why)
{
	struct name domain;
	enum status st = read_domain(make->domain, &domain, why);

	if (st != ST_OK)
		return st;
	if (make->type == POLICY_REPORT_AUTH)
		st = put_auth_owner(make, &domain, owner, why);
	else
		st = buf_addf(owner, "%s%s.", policytype_where(make->type),
			      domain.text);
	if (st == ST_OK)
		st = (make->type == POLICY_SPF ? put_terms
					       : put_tags)(make, text, why);
	if (st == ST_LIMIT)
		return diag_set(why, ST_USAGE, NULL,
				"the record would be too long");
	if (st != ST_OK)
		return st;
	policylint(make->type, buf_span(text), f);
	for (size_t i = 0; i < f->n; i++) {
		const struct finding *one = &f->v[i];
		/* the detail of a wrong value says all */
		bool alone = one->kind == &FINDING_VALUE;

		if (one->kind->severity == SEVERITY_ERROR)
			return diag_set(why, ST_USAGE, one->kind->where,
					"%s%s%s", alone ? "" : one->kind->text,
					alone || !one->detail[0] ? "" : ": ",
					one->detail);
	}
	return ST_OK;
}

/* --- what is written ----------------------------------------------------- */

/* Names that other records share: these formats replace all TXT records. */
static bool replaces_others(const struct policymake *make)
{
	static const char *const formats[] = { "nsupdate", "powerdns",
					       "route53" };

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(make->format, formats[i]) == 0)
			return make->type == POLICY_SPF;
	return false;
}

/* A term of SPF that is there twice costs look-ups (RFC 7208 4.6.4) and says
 * nothing. */
static void say_doubled(struct span text)
{
	struct span rest = text, term = { 0 };

	for (size_t n = 0; span_split(&rest, ' ', &term); n++) {
		struct span before = text, one = { 0 };

		/* v=spf1 is number 0 */
		for (size_t i = 0; i < n && span_split(&before, ' ', &one); i++)
			if (term.n && span_ieq(one, term)) {
				cli_say(NULL,
					"warning: term %zu is the same as term "
					"%zu: %.*s",
					n, i, (int)term.n,
					(const char *)term.p);
				break;
			}
	}
}

static void say_findings(const struct policymake *make,
			 const struct findings *f)
{
	for (size_t i = 0; i < f->n && !make->quiet; i++)
		if (f->v[i].kind->severity == SEVERITY_WARNING ||
		    f->v[i].kind == &FINDING_HISTORIC)
			cli_say(NULL, "warning: %s%s%s", f->v[i].kind->text,
				f->v[i].detail[0] ? ": " : "", f->v[i].detail);
	if (replaces_others(make) && !make->quiet)
		cli_say(NULL, "warning: this replaces all TXT records of the "
			      "domain, not only that of SPF");
}

static enum status put_record(const struct policymake *make, struct span owner,
			      struct span text, struct buf *out,
			      struct diag *why)
{
	const struct record_format *format = record_format_find(make->format);
	struct record r = {
		.domain = make->domain,
		.zone = { .owner = (const char *)owner.p,
			  .ttl = make->ttl,
			  .has_ttl = make->has_ttl,
			  .p = text },
		.text = text,
	};

	if (!format || strcmp(make->format, "p") == 0)
		return diag_set(why, ST_USAGE, NULL,
				"--format: there is no format \"%s\" for "
				"policies",
				make->format);
	return record_format_put(format, &r, out, why);
}

int policymake_run(const struct policymake *make)
{
	struct findings f = { 0 };
	struct diag why = { 0 };
	struct buf owner, text, out;
	enum status st;
	int code;

	buf_init(&owner, 2048);
	buf_init(&text, LIMIT_TXT_BYTES);
	buf_init(&out, RECORD_FORMAT_MOST);
	st = make_record(make, &owner, &text, &f, &why);
	if (st == ST_OK)
		st = put_record(make, buf_span(&owner), buf_span(&text), &out,
				&why);
	if (st == ST_OK)
		say_findings(make, &f);
	if (st == ST_OK && make->type == POLICY_SPF && !make->quiet)
		say_doubled(buf_span(&text));
	code = st == ST_OK ? policy_run_write(&out) : cli_fail(NULL, st, &why);
	findings_free(&f);
	buf_free(&owner);
	buf_free(&text);
	buf_free(&out);
	return code;
}
