#include "failure.h"

#include "dkim_report.h"
#include "report_auth.h"

enum { TO_ROOM = 8 * 1024 };

/* --- DMARC --------------------------------------------------------------- */

/* fo=1: something is not an aligned pass. */
static bool any_failed(const struct evaluation *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->ids[i].result != RESULT_PASS ||
		    !dmarc_is_aligned(&e->dmarc.place->record, &e->ids[i]))
			return true;
	return e->n == 0;
}

/* fo=d: the first signature that failed its verification. */
static const struct verdict *failed_signature(const struct evaluation *e)
{
	for (size_t i = 0; !e->trusted && i < e->message->n; i++)
		if (status_result(e->message->v[i].st) == RESULT_FAIL)
			return &e->message->v[i];
	return NULL;
}

static bool spf_failed(const struct evaluation *e)
{
	return e->has_spf &&
	       (e->spf.result == SPF_FAIL || e->spf.result == SPF_SOFTFAIL ||
		e->spf.result == SPF_PERMERROR);
}

/* What fo= asks for has happened (RFC 9989 4.7). */
static bool is_asked(const struct evaluation *e, struct failure *out)
{
	unsigned fo = e->dmarc.place->record.fo;
	bool failed = e->dmarc.result == RESULT_FAIL;

	out->kind = FAILURE_DMARC;
	if ((failed && (fo & (DMARC_FO_ALL | DMARC_FO_ANY))) ||
	    ((fo & DMARC_FO_ANY) && e->dmarc.result == RESULT_PASS &&
	     any_failed(e)))
		return true;
	out->kind = FAILURE_DKIM;
	out->signature = failed_signature(e);
	if ((fo & DMARC_FO_D) && out->signature)
		return true;
	out->signature = NULL;
	out->kind = FAILURE_SPF;
	return (fo & DMARC_FO_S) && spf_failed(e);
}

static void add_address(struct buf *to, const char *local,
			const struct name *host)
{
	/* at most ten addresses of 320 bytes */
	buf_putf(to, "%s%s@%s", to->n ? ", " : "", local, host->text);
}

/* ST_OK, or ST_DNS if there was no answer. */
static enum status add_addresses(const struct evaluation *e, struct buf *to,
				 struct diag *why)
{
	struct span rest = e->dmarc.place->record.ruf;
	enum status st = ST_OK;
	struct report_uri uri;

	for (size_t n = 0; n < REPORT_URIS && report_uri_next(&rest, &uri);
	     n++) {
		struct report_auth_found found;
		const char *local;

		if (!uri.valid || !uri.mailto)
			continue;
		report_auth_check(e->store, &e->from, &e->dmarc.place->name,
				  DMARC_RUF, &uri, &found);
		local = found.replaced ? found.to.local : uri.local;
		if (found.answer == REPORT_AUTH_UNKNOWN)
			st = diag_set(
				why, ST_DNS, "RFC 9990 4",
				"DNS does not answer whether %s agrees to "
				"get reports",
				uri.host.text);
		else if (found.answer != REPORT_AUTH_NO && *local)
			add_address(to, local, &uri.host);
		report_auth_free(&found);
	}
	return st;
}

static enum status find_dmarc(const struct evaluation *e, struct failure *out,
			      struct diag *why)
{
	const struct dmarc_place *place = e->dmarc.place;
	enum status st;

	/* RFC 9991 2: not what a public suffix asks for */
	if (!place || place->record.useless || !place->record.ruf.p ||
	    place->record.psd == 'y' || !is_asked(e, out))
		return ST_OK;
	st = add_addresses(e, &out->to, why);
	if (st != ST_OK || out->to.n == 0)
		return st;
	out->domain = *e->author;
	return ST_OK;
}

/* --- RFC 6651 ------------------------------------------------------------ */

/* RFC 6651 5.1 */
static char reason_of(const struct verdict *v)
{
	switch (v->st) {
	case ST_BODY_HASH:
	case ST_BAD_SIGNATURE:
		return 'v';
	case ST_DNS:
		return 'd';
	case ST_SYNTAX:
	case ST_KEY_SYNTAX:
		return 's';
	case ST_EXPIRED:
		return 'x';
	default:
		return status_result(v->st) == RESULT_POLICY ? 'p' : 'o';
	}
}

/* rp=: the percentage that is reported. Chance is taken from the signature, so
 * that the answer for a message is always the same. */
static bool is_drawn(const struct verdict *v, unsigned percent)
{
	unsigned sum = 0;

	for (size_t i = 0; i < v->sig.text_b.n; i++)
		sum = sum * 31 + v->sig.text_b.p[i];
	return sum % 100 < percent;
}

static enum status ask_signer(const struct verdict *v,
			      const struct published_from *from,
			      struct failure *out, struct diag *why)
{
	struct published found;
	struct dkim_report r;
	enum status st = ST_OK;

	(void)published_get(from, "_report._domainkey.", &v->sig.d, NULL,
			    &found);
	if (found.at == PUBLISHED_FAILED)
		st = diag_set(why, ST_DNS, "RFC 6651 3.3", "%s",
			      found.why.text);
	/* 3.3 step 3: several records are none */
	dkim_report_parse(found.at == PUBLISHED_ONE ? buf_span(&found.text)
						    : SPAN(""),
			  &r);
	if (found.at == PUBLISHED_ONE && dkim_report_wants(&r, reason_of(v)) &&
	    is_drawn(v, r.percent)) {
		out->kind = FAILURE_DKIM;
		out->signature = v;
		out->domain = v->sig.d;
		add_address(&out->to, r.local, &v->sig.d);
	}
	published_free(&found);
	return st;
}

static enum status find_signer(const struct evaluation *e, struct failure *out,
			       struct diag *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; st == ST_OK && out->to.n == 0 && i < e->message->n;
	     i++) {
		const struct verdict *v = &e->message->v[i];
		const struct tag *r =
			v->sig.d.text[0] && v->sig.tags
				? tags_find(v->sig.tags, SPAN("r"))
				: NULL;

		if (v->st != ST_OK && r && span_ieq(r->value, SPAN("y")))
			st = ask_signer(v, &e->from, out, why);
	}
	return st;
}

enum status failure_find(const struct evaluation *e, struct failure *out,
			 struct diag *why)
{
	enum status st;

	*out = (struct failure){ 0 };
	buf_init(&out->to, TO_ROOM);
	st = find_dmarc(e, out, why);
	if (st == ST_OK && out->to.n == 0 && !e->trusted)
		st = find_signer(e, out, why);
	return st;
}

void failure_free(struct failure *f)
{
	buf_free(&f->to);
}
