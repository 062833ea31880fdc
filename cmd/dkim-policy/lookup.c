#include "lookup.h"

#include <stdlib.h>
#include <string.h>

#include "policy_findings.h"
#include "policylint.h"
#include "report_auth.h"
#include "spf_lint.h"
#include "ssp.h"

static void set_text(struct buf *to, struct span text)
{
	buf_init(to, text.n);
	buf_put(to, text);
}

/* --- DMARC --------------------------------------------------------------- */

/* Whether the receivers of reports have agreed to get them. */
static void check_uris(struct lookup *l, const struct published_from *from,
		       struct dmarc_store *store,
		       const struct dmarc_place *place, enum dmarc_tag_id tag)
{
	struct span rest = tag == DMARC_RUA ? place->record.rua
					    : place->record.ruf;
	struct report_uri uri;

	for (size_t n = 0; n < REPORT_URIS && report_uri_next(&rest, &uri);
	     n++) {
		struct report_auth_found found;
		const char *name;

		if (!uri.valid || !uri.mailto)
			continue;
		report_auth_check(store, from, &place->name, tag, &uri, &found);
		name = found.name.p ? (const char *)found.name.p
				    : uri.host.text;
		if (found.answer == REPORT_AUTH_NO)
			findings_add(&l->findings, &FINDING_REPORT_FORBIDDEN,
				     "%s has no TXT record \"v=DMARC1\" that "
				     "lets reports go to %.*s",
				     name, (int)uri.text.n - 7,
				     (const char *)uri.text.p + 7);
		else if (found.answer == REPORT_AUTH_UNKNOWN)
			findings_add(&l->findings, &FINDING_REPORT_UNKNOWN,
				     "%s", name);
		report_auth_free(&found);
	}
}

/* With a record of a top-level domain all names below it would be one
 * organization. */
static void check_top(struct lookup *l, const struct dmarc_walk *walk)
{
	const struct dmarc_place *last = walk->v[walk->n - 1];

	if (last->at == DMARC_FOUND && name_labels(&last->name) == 1 &&
	    last->record.psd == 'u')
		findings_add(&l->findings, &FINDING_TOP_LEVEL, "_dmarc.%s",
			     last->name.text);
}

static void put_at(struct lookup *l, const struct name *name)
{
	buf_init(&l->at, sizeof(name->text) + 8);
	buf_putf(&l->at, "_dmarc.%s", name->text);
}

/* TEXT was meant to be a policy, but does not count as one. */
static bool is_meant(struct span text)
{
	struct dmarc_record r;

	dmarc_record_parse(text, &r);
	for (size_t i = 0; i < r.n; i++)
		if ((r.v[i].id == DMARC_P && r.v[i].valid) ||
		    (r.v[i].id == DMARC_V &&
		     span_ieq(span_head(r.v[i].value, 5), SPAN("DMARC"))))
			return !dmarc_record_is(text);
	return false;
}

/* The domain has no record that counts: look for one that was meant to. */
static void find_meant(const struct published_from *from, struct lookup *l)
{
	struct published found;

	(void)published_get(from, "_dmarc.", &l->domain, is_meant, &found);
	if (found.text.n && l->text.n == 0) {
		l->result = LOOKUP_FOUND;
		set_text(&l->text, buf_span(&found.text));
		policylint(POLICY_DMARC, buf_span(&l->text), &l->findings);
	} else if (found.text.n) {
		findings_add(&l->findings, &FINDING_OTHER, "_dmarc.%s",
			     l->domain.text);
	}
	published_free(&found);
}

static void lookup_dmarc(const struct published_from *from,
			 struct dmarc_store *store, struct lookup *l)
{
	const struct dmarc_place *place, *own;
	struct dmarc_walk walk;

	dmarc_walk(store, &l->domain, &walk);
	l->dnssec = dns_clock_word(from->clock);
	own = walk.v[0];
	place = walk.failed ? NULL : dmarc_walk_policy(&walk);
	if (own->at == DMARC_FOUND || own->at == DMARC_BROKEN)
		place = own;
	put_at(l, place ? &place->name : &own->name);
	if (own->at == DMARC_SEVERAL)
		findings_add(&l->findings, &FINDING_POLICY_SEVERAL, "_dmarc.%s",
			     own->name.text);
	if (!place && walk.failed) {
		l->result = LOOKUP_TEMPERROR;
		l->why = walk.v[walk.n - 1]->why;
		return;
	}
	if (place) {
		l->result = LOOKUP_FOUND;
		set_text(&l->text, buf_span(&place->text));
	}
	if (own->at == DMARC_ABSENT)
		find_meant(from, l);
	if (!place)
		return;
	if (place != own)
		findings_add(&l->findings, &FINDING_INHERITED, "_dmarc.%s",
			     place->name.text);
	policylint(POLICY_DMARC, buf_span(&l->text), &l->findings);
	check_top(l, &walk);
	if (place->at != DMARC_FOUND)
		return;
	check_uris(l, from, store, place, DMARC_RUA);
	if (place->record.psd != 'y')
		check_uris(l, from, store, place, DMARC_RUF);
}

/* --- SPF ----------------------------------------------------------------- */

/* A finding ID for each of LINES. */
static void add_names(struct lookup *l, const struct finding_kind *kind,
		      const struct buf *lines)
{
	struct span rest = buf_span(lines), name = { 0 };

	while (span_split(&rest, '\n', &name))
		if (name.n)
			findings_add(&l->findings, kind, "%.*s", (int)name.n,
				     (const char *)name.p);
}

static void check_tree(struct lookup *l)
{
	const struct spf_tree *t = l->tree;

	for (size_t i = 1; i < t->n; i++)
		if (t->v[i].found == SPF_TEMPERROR)
			findings_add(&l->findings, &FINDING_NO_ANSWER, "%s",
				     (const char *)t->v[i].label.p);
		else if (t->v[i].loop)
			findings_add(&l->findings, &FINDING_LOOP, "%s",
				     (const char *)t->v[i].label.p);
		else if (t->v[i].found != SPF_PASS)
			findings_add(&l->findings, &FINDING_INCLUDE, "%s: %s",
				     (const char *)t->v[i].label.p,
				     t->v[i].why.text);
	/* the record's own count is a finding already */
	if (t->lookups > SPF_LOOKUPS &&
	    !findings_has(&l->findings, &FINDING_LOOKUPS))
		findings_add(&l->findings, &FINDING_LOOKUPS,
			     "%u%s with all that is included", t->lookups,
			     t->cut ? " and more" : "");
	add_names(l, &FINDING_VOID, &t->empty);
	add_names(l, &FINDING_MX_NAMES, &t->crowds);
	add_names(l, &FINDING_MX_HOST, &t->hosts);
	add_names(l, &FINDING_EXPLANATION, &t->texts);
	if (t->voids > SPF_VOIDS)
		findings_add(&l->findings, &FINDING_VOIDS, "%u", t->voids);
	if ((t->addresses > SPF_LINT_BROAD || t->wide6) &&
	    !findings_has(&l->findings, &FINDING_BROAD))
		findings_add(&l->findings, &FINDING_BROAD,
			     "with all that is included");
}

static void lookup_spf(const struct published_from *from, struct lookup *l)
{
	const struct spf_client client = { from->dns, from->clock, { 0 } };
	const struct spf_tree_node *own;

	l->tree = mem_alloc(sizeof(*l->tree));
	spf_tree_build(&client, &l->domain, l->tree);
	l->dnssec = dns_clock_word(from->clock);
	own = &l->tree->v[0];
	set_text(&l->at, span_str(l->domain.text));
	if (own->found == SPF_TEMPERROR) {
		l->result = LOOKUP_TEMPERROR;
		l->why = own->why;
	} else if (own->found == SPF_PERMERROR && own->text.n == 0) {
		l->result = LOOKUP_FOUND;
		findings_add(&l->findings, &FINDING_POLICY_SEVERAL, "%s",
			     l->domain.text);
	} else if (own->found != SPF_NONE) {
		l->result = LOOKUP_FOUND;
		set_text(&l->text, buf_span(&own->text));
		policylint(POLICY_SPF, buf_span(&l->text), &l->findings);
		check_tree(l);
	}
}

/* --- the others ---------------------------------------------------------- */

static bool is_sender_id(struct span text)
{
	return policytype_is(POLICY_SENDER_ID, text);
}

static void lookup_other(const struct published_from *from, struct lookup *l)
{
	/* these names may have other TXT records as well */
	bool (*is)(struct span) = l->type == POLICY_SENDER_ID	 ? is_sender_id
				  : l->type == POLICY_DOMAINKEYS ? ssp_policy_is
								 : NULL;
	const char *before = policytype_where(l->type);
	struct published found, older;

	(void)published_get(from, before, &l->domain, is, &found);
	/* draft-allman-dkim-ssp of 2005 had the policy under another name */
	if (l->type == POLICY_SSP && found.at == PUBLISHED_NONE) {
		(void)published_get(from, "_policy._domainkey.", &l->domain,
				    ssp_policy_is, &older);
		if (older.at != PUBLISHED_NONE) {
			published_free(&found);
			found = older;
		} else {
			published_free(&older);
		}
	}
	l->dnssec = dns_clock_word(from->clock);
	l->at = found.name;
	l->text = found.text;
	if (found.at == PUBLISHED_FAILED) {
		l->result = LOOKUP_TEMPERROR;
		l->why = found.why;
	} else if (found.at != PUBLISHED_NONE) {
		l->result = LOOKUP_FOUND;
		policylint(l->type, buf_span(&l->text), &l->findings);
	}
	if (found.at == PUBLISHED_SEVERAL)
		findings_add(&l->findings, &FINDING_POLICY_SEVERAL, "%s",
			     (const char *)l->at.p);
}

bool lookup_is_there(const struct lookup *l)
{
	return l->result == LOOKUP_FOUND || l->result == LOOKUP_INVALID ||
	       l->text.n;
}

void lookup(const struct published_from *from, struct dmarc_store *store,
	    enum policytype type, const struct name *domain,
	    bool require_dnssec, struct lookup *out)
{
	const char *secure = dns_secure_word(DNS_SECURE);

	*out = (struct lookup){ .type = type,
				.domain = *domain,
				.result = LOOKUP_NONE };
	from->clock->answered = false;
	if (type == POLICY_DMARC)
		lookup_dmarc(from, store, out);
	else if (type == POLICY_SPF)
		lookup_spf(from, out);
	else
		lookup_other(from, out);
	if (require_dnssec && lookup_is_there(out) &&
	    (!out->dnssec || strcmp(out->dnssec, secure) != 0))
		findings_add(&out->findings, &FINDING_INSECURE, "%s",
			     out->dnssec ? out->dnssec : "unknown");
	/* what is known to be invalid stays so, whatever has no answer */
	if (out->findings.invalid && out->result != LOOKUP_TEMPERROR)
		out->result = LOOKUP_INVALID;
	else if (findings_has(&out->findings, &FINDING_NO_ANSWER) ||
		 findings_has(&out->findings, &FINDING_REPORT_UNKNOWN))
		out->result = LOOKUP_TEMPERROR;
}

void lookup_free(struct lookup *l)
{
	if (l->tree)
		spf_tree_free(l->tree);
	free(l->tree);
	findings_free(&l->findings);
	buf_free(&l->at);
	buf_free(&l->text);
}
