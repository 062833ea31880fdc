#include "dmarc_record.h"

static const char *const names[] = {
	[DMARC_V] = "v",     [DMARC_P] = "p",	      [DMARC_SP] = "sp",
	[DMARC_NP] = "np",   [DMARC_ADKIM] = "adkim", [DMARC_ASPF] = "aspf",
	[DMARC_PSD] = "psd", [DMARC_T] = "t",	      [DMARC_FO] = "fo",
	[DMARC_RUA] = "rua", [DMARC_RUF] = "ruf",     [DMARC_PCT] = "pct",
	[DMARC_RF] = "rf",   [DMARC_RI] = "ri",	      [DMARC_UNKNOWN] = NULL,
};

static const char *const policies[] = { "none", "quarantine", "reject" };

const char *dmarc_policy_word(enum dmarc_policy p)
{
	return policies[p];
}

enum dmarc_tag_id dmarc_tag_named(struct span name)
{
	for (size_t i = 0; i < DMARC_UNKNOWN; i++)
		if (span_ieq(name, span_str(names[i])))
			return (enum dmarc_tag_id)i;
	return DMARC_UNKNOWN;
}

/* Cut the next "name = value" off *REST. False at the end; TAG->name is empty
 * if there is no name, TAG->value.p is NULL if there is no "=". */
static bool next_tag(struct span *rest, struct dmarc_tag *tag)
{
	struct span item = { 0 };
	size_t equals;

	if (!span_split(rest, ';', &item))
		return false;
	item = span_trim_wsp(item);
	equals = span_find(item, '=');
	*tag = (struct dmarc_tag){ .name = span_trim_wsp(
					   span_head(item, equals)) };
	tag->id = dmarc_tag_named(tag->name);
	if (equals < item.n)
		tag->value = span_trim_wsp(span_from(item, equals + 1));
	return true;
}

bool dmarc_record_is(struct span text)
{
	struct dmarc_tag tag;

	/* with a blank before v it is another record (4.8) */
	if (text.n == 0 || ascii_wsp(text.p[0]) || !next_tag(&text, &tag))
		return false;
	return tag.id == DMARC_V && span_eq(tag.value, SPAN("DMARC1"));
}

/* --- values -------------------------------------------------------------- */

static bool one_of(struct span value, const char *const *words, size_t n,
		   size_t *which)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(value, span_str(words[i]))) {
			*which = i;
			return true;
		}
	return false;
}

static bool read_policy(struct span value, enum dmarc_policy *out)
{
	size_t which = 0;

	if (!one_of(value, policies, 3, &which))
		return false;
	*out = (enum dmarc_policy)which;
	return true;
}

/* VALUE in lower case if it is one of LETTERS, else 0. */
static unsigned char read_letter(struct span value, const char *letters)
{
	unsigned char c = value.n == 1 ? ascii_lower(value.p[0]) : 0;
	struct span known = span_str(letters);

	return c && span_find(known, c) < known.n ? c : 0;
}

/* 4.8 dmarc-fo. The grammar leaves out "0:1"; the text says exclusive. */
static bool read_fo(struct span value, unsigned *out)
{
	static const char letters[] = "01ds";
	struct span rest = value, item = { 0 };
	unsigned set = 0;

	while (span_split(&rest, ':', &item)) {
		unsigned char c = read_letter(span_trim_wsp(item), letters);

		if (!c)
			return false;
		set |= 1U << span_find(SPAN("01ds"), c);
	}
	*out = set;
	return true;
}

static bool read_uris(struct span value)
{
	struct span rest = value;
	struct report_uri uri;
	bool all = value.n > 0;

	while (report_uri_next(&rest, &uri))
		all = all && uri.valid;
	return all;
}

static bool any_uri(struct span value)
{
	struct span rest = value;
	struct report_uri uri;

	while (value.p && report_uri_next(&rest, &uri))
		if (uri.valid)
			return true;
	return false;
}

/* The tags that RFC 9989 removed are checked as RFC 7489 6.3 had them, only to
 * report it. */
static bool read_removed(const struct dmarc_tag *t)
{
	uint64_t n;

	if (t->id == DMARC_RF)
		return t->value.n > 0;
	return span_u64(t->value, &n) &&
	       n <= (t->id == DMARC_PCT ? 100 : UINT32_MAX);
}

/* Set what T means in R; false if it cannot have this value. */
static bool apply_tag(struct dmarc_record *r, const struct dmarc_tag *t)
{
	unsigned char c;

	switch (t->id) {
	case DMARC_V:
		return span_eq(t->value, SPAN("DMARC1"));
	case DMARC_P:
		return read_policy(t->value, &r->p);
	case DMARC_SP:
		return read_policy(t->value, &r->sp);
	case DMARC_NP:
		r->has_np = read_policy(t->value, &r->np);
		return r->has_np;
	case DMARC_ADKIM:
		c = read_letter(t->value, "rs");
		r->strict_dkim = c == 's';
		return c != 0;
	case DMARC_ASPF:
		c = read_letter(t->value, "rs");
		r->strict_spf = c == 's';
		return c != 0;
	case DMARC_T:
		c = read_letter(t->value, "yn");
		r->testing = c == 'y';
		return c != 0;
	case DMARC_PSD:
		c = read_letter(t->value, "ynu");
		r->psd = c ? c : 'u';
		return c != 0;
	case DMARC_FO:
		return read_fo(t->value, &r->fo);
	case DMARC_RUA:
		r->rua = t->value;
		return read_uris(t->value);
	case DMARC_RUF:
		r->ruf = t->value;
		return read_uris(t->value);
	case DMARC_PCT:
	case DMARC_RF:
	case DMARC_RI:
		return read_removed(t);
	case DMARC_UNKNOWN:
		break;
	}
	return true;
}

const char *dmarc_tag_values(enum dmarc_tag_id id)
{
	static const char *const values[DMARC_UNKNOWN + 1] = {
		[DMARC_P] = "none, quarantine or reject",
		[DMARC_SP] = "none, quarantine or reject",
		[DMARC_NP] = "none, quarantine or reject",
		[DMARC_ADKIM] = "r or s",
		[DMARC_ASPF] = "r or s",
		[DMARC_PSD] = "y, n or u",
		[DMARC_T] = "y or n",
		[DMARC_FO] = "0, 1, d or s, with colons between them",
	};

	return values[id] ? values[id] : "";
}

bool dmarc_tag_valid(const struct dmarc_tag *t)
{
	struct dmarc_record ignored;

	return apply_tag(&ignored, t);
}

/* 4.10.1: without a valid p, sp and np the policy is none if reports can be
 * sent, else there is no policy. 4.7: sp defaults to p, np to sp. */
static void set_defaults(struct dmarc_record *r)
{
	const struct dmarc_tag *p = dmarc_record_find(r, DMARC_P);
	const struct dmarc_tag *sp = dmarc_record_find(r, DMARC_SP);
	const struct dmarc_tag *np = dmarc_record_find(r, DMARC_NP);

	if (!p || !p->valid || (sp && !sp->valid) || (np && !np->valid)) {
		r->useless = !any_uri(r->rua);
		r->p = r->sp = r->np = DMARC_NONE;
		return;
	}
	if (!sp)
		r->sp = r->p;
	if (!np)
		r->np = r->sp;
}

void dmarc_record_parse(struct span text, struct dmarc_record *out)
{
	unsigned known = 0;
	struct dmarc_tag tag;

	*out = (struct dmarc_record){ .psd = 'u', .fo = DMARC_FO_ALL };
	while (next_tag(&text, &tag)) {
		if (tag.name.n == 0 && !tag.value.p) {
			/* LENIENT: ";;" is outside the grammar of 4.8, but
			 * published, and has no second meaning */
			out->empty = out->empty || text.p;
			continue;
		}
		if (!tag.value.p || tag.name.n == 0) {
			out->junk = true;
			continue;
		}
		if (out->n == LIMIT_TAGS ||
		    (tag.id != DMARC_UNKNOWN && (known & (1U << tag.id)))) {
			out->duplicate = true;
			return;
		}
		known |= 1U << tag.id;
		tag.valid = apply_tag(out, &tag);
		out->v[out->n++] = tag;
	}
	set_defaults(out);
}

const struct dmarc_tag *dmarc_record_find(const struct dmarc_record *r,
					  enum dmarc_tag_id id)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].id == id)
			return &r->v[i];
	return NULL;
}
