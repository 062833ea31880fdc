#include "report_auth.h"

enum { NAME_ROOM = 1024 };

/* *SAME: A and B have the same Organizational Domain. ST_OK, or ST_DNS if there
 * is no answer. */
static enum status same_org(struct dmarc_store *store, const struct name *a,
			    const struct name *b, bool *same)
{
	struct dmarc_walk walk_a, walk_b;
	struct name org_a, org_b;

	*same = name_eq(a, b);
	if (*same)
		return ST_OK;
	dmarc_walk(store, a, &walk_a);
	dmarc_walk(store, b, &walk_b);
	if (walk_a.failed || walk_b.failed)
		return ST_DNS;
	dmarc_walk_org(&walk_a, &org_a);
	dmarc_walk_org(&walk_b, &org_b);
	*same = name_eq(&org_a, &org_b);
	return ST_OK;
}

/* RFC 9990 4 step 9: an address on another host is not used, and no other. */
static enum report_auth read_record(enum dmarc_tag_id tag,
				    const struct name *host,
				    struct report_auth_found *out)
{
	const struct dmarc_tag *other;
	struct dmarc_record record;
	struct span rest;

	dmarc_record_parse(buf_span(&out->text), &record);
	other = dmarc_record_find(&record, tag);
	if (!other)
		return REPORT_AUTH_YES;
	rest = other->value;
	out->replaced = report_uri_next(&rest, &out->to) && out->to.valid &&
			out->to.mailto && name_eq(&out->to.host, host);
	return out->replaced ? REPORT_AUTH_YES : REPORT_AUTH_NO;
}

void report_auth_check(struct dmarc_store *store,
		       const struct published_from *from,
		       const struct name *policy, enum dmarc_tag_id tag,
		       const struct report_uri *uri,
		       struct report_auth_found *out)
{
	struct published found;
	struct buf before;
	bool same;

	*out = (struct report_auth_found){ .answer = REPORT_AUTH_UNKNOWN };
	if (same_org(store, policy, &uri->host, &same) != ST_OK)
		return;
	if (same) {
		out->answer = REPORT_AUTH_OWN;
		return;
	}
	buf_init(&before, NAME_ROOM);
	buf_putf(&before, "%s._report._dmarc.", policy->text);
	(void)published_get(from, (const char *)before.p, &uri->host,
			    dmarc_record_is, &found);
	buf_free(&before);
	out->name = found.name;
	out->text = found.text;
	if (found.at == PUBLISHED_NONE)
		out->answer = REPORT_AUTH_NO;
	else if (found.at != PUBLISHED_FAILED)
		out->answer = read_record(tag, &uri->host, out);
}

void report_auth_free(struct report_auth_found *f)
{
	buf_free(&f->name);
	buf_free(&f->text);
}
