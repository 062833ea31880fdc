#include "policymake.h"

#include <string.h>

#include "cli.h"
#include "dmarc_record.h"
#include "idn.h"
#include "policy_run.h"
#include "policylint.h"
#include "record_format.h"

static enum status bad(struct diag *why, const char *what, const char *detail)
{
	return diag_set(why, ST_USAGE, NULL, "%s%s%s", what,
			*detail ? ": " : "", detail);
}

static enum status read_domain(const char *text, struct name *out,
			       struct diag *why)
{
	struct span s = span_str(text);

	if (span_ends(s, SPAN(".")))
		s.n--;
	return idn_parse(s, NAME_UNDERSCORE, out, why) == ST_OK ? ST_OK
								: ST_USAGE;
}

static bool is_tag(const char *operand)
{
	struct span s = span_str(operand);

	return span_find(s, '=') < s.n;
}

/* --- who may report to whom ---------------------------------------------- */

/* The domain of the first address in rua= or ruf=. */
static bool read_host(const struct policymake *wish, struct name *host)
{
	for (size_t i = 0; i < wish->n; i++) {
		struct span s = span_str(wish->operands[i]);
		struct span rest = span_from(s, 4);
		struct report_uri uri;

		if ((span_ieq(span_head(s, 4), SPAN("rua=")) ||
		     span_ieq(span_head(s, 4), SPAN("ruf="))) &&
		    report_uri_next(&rest, &uri) && uri.valid && uri.mailto) {
			*host = uri.host;
			return true;
		}
	}
	return false;
}

static enum status put_auth_owner(const struct policymake *wish,
				  const struct name *domain, struct buf *owner,
				  struct diag *why)
{
	struct name other;

	for (size_t i = 0; i < wish->n; i++) {
		if (is_tag(wish->operands[i]))
			continue;
		if (span_eq(span_str(wish->operands[i]), SPAN("*")))
			return buf_addf(owner, "*._report._dmarc.%s.",
					domain->text);
		if (read_domain(wish->operands[i], &other, why) != ST_OK)
			return ST_USAGE;
		return buf_addf(owner, "%s._report._dmarc.%s.", other.text,
				domain->text);
	}
	if (!read_host(wish, &other))
		return bad(why,
			   "whose reports are welcome? give a domain, or "
			   "rua=mailto:ADDRESS",
			   "");
	return buf_addf(owner, "%s._report._dmarc.%s.", domain->text,
			other.text);
}

/* --- the text ------------------------------------------------------------ */

static enum status put_tags(const struct policymake *wish, const char *begin,
			    struct buf *text, struct diag *why)
{
	const char *between = *begin ? "; " : "";
	bool auth = wish->type == POLICY_REPORT_AUTH, domain = false;
	enum status st = buf_add(text, span_str(begin));

	for (size_t i = 0; i < wish->n && st == ST_OK; i++) {
		struct span s = span_str(wish->operands[i]);

		if (!is_tag(wish->operands[i])) {
			domain = true;
			continue;
		}
		if (span_find(s, ';') < s.n)
			return bad(why, "a tag with \";\" in it",
				   wish->operands[i]);
		st = buf_addf(text, "%s%s", between, wish->operands[i]);
		between = "; ";
	}
	if (st == ST_OK && domain && !auth)
		return bad(why, "tags are written TAG=VALUE", "");
	return st;
}

/* A second version is a modifier that receivers do not know and pass over (RFC
 * 7208 6): lint alone would let it stand. */
static bool has_version(const char *operand)
{
	struct span rest = span_str(operand), term = { 0 };

	while (span_split(&rest, ' ', &term))
		if (span_ieq(span_head(term, 2), SPAN("v=")))
			return true;
	return false;
}

static enum status put_terms(const struct policymake *wish, struct buf *text,
			     struct diag *why)
{
	enum status st = buf_add(text, SPAN("v=spf1"));

	for (size_t i = 0; i < wish->n && st == ST_OK; i++) {
		if (has_version(wish->operands[i]))
			return bad(why,
				   "v=spf1 is there already, give only what "
				   "follows",
				   wish->operands[i]);
		st = buf_addf(text, " %s", wish->operands[i]);
	}
	return st;
}

/* An rua= that only told where the record belongs need not be in it. */
static bool is_own_address(const struct policymake *wish)
{
	for (size_t i = 0; i < wish->n; i++)
		if (!is_tag(wish->operands[i]))
			return false;
	return true;
}

static enum status put_text(const struct policymake *wish, struct buf *text,
			    struct diag *why)
{
	if (wish->type == POLICY_SPF)
		return put_terms(wish, text, why);
	if (wish->type == POLICY_REPORT_AUTH && is_own_address(wish))
		return buf_add(text, SPAN("v=DMARC1"));
	return put_tags(wish,
			wish->type == POLICY_DMARC ||
					wish->type == POLICY_REPORT_AUTH
				? "v=DMARC1"
				: "",
			text, why);
}

static enum status policymake(const struct policymake *wish, struct buf *owner,
			      struct buf *text, struct findings *f,
			      struct diag *why)
{
	struct name domain;
	enum status st = read_domain(wish->domain, &domain, why);

	if (st != ST_OK)
		return st;
	if (wish->type == POLICY_REPORT_AUTH)
		st = put_auth_owner(wish, &domain, owner, why);
	else
		st = buf_addf(owner, "%s%s.", policytype_where(wish->type),
			      domain.text);
	if (st == ST_OK)
		st = put_text(wish, text, why);
	if (st == ST_LIMIT)
		return bad(why, "the record would be too long", "");
	if (st != ST_OK)
		return st;
	policylint(wish->type, buf_span(text), f);
	for (size_t i = 0; i < f->n; i++)
		if (finding_severity(f->v[i].id) == SEVERITY_ERROR)
			return diag_set(
				why, ST_USAGE, finding_where(f->v[i].id),
				"%s%s%s", finding_text(f->v[i].id),
				f->v[i].detail[0] ? ": " : "", f->v[i].detail);
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

static void say_findings(const struct policymake *make,
			 const struct findings *f)
{
	for (size_t i = 0; i < f->n && !make->quiet; i++)
		if (finding_severity(f->v[i].id) == SEVERITY_WARNING ||
		    f->v[i].id == FINDING_HISTORIC)
			cli_say(NULL, "warning: %s%s%s",
				finding_text(f->v[i].id),
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
		.owner = (const char *)owner.p,
		.ttl = make->ttl,
		.has_ttl = make->has_ttl,
		.head = SPAN(""),
		.p = text,
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
	st = policymake(make, &owner, &text, &f, &why);
	if (st == ST_OK)
		st = put_record(make, buf_span(&owner), buf_span(&text), &out,
				&why);
	if (st == ST_OK)
		say_findings(make, &f);
	code = st == ST_OK ? policy_run_write(&out) : cli_fail(NULL, st, &why);
	findings_free(&f);
	buf_free(&owner);
	buf_free(&text);
	buf_free(&out);
	return code;
}
