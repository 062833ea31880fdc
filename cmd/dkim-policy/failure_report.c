#include "failure.h"

#include <string.h>

#include "address.h"
#include "authfield.h"
#include "b64.h"
#include "canon_dump.h"
#include "spf_report.h"
#include "when.h"

#ifndef VERSION
#define VERSION "0.1"
#endif

enum { QP_MOST = 72, FIELD_MOST = 400, CANON_MOST = 64 * 1024, B64_LINE = 48 };

enum status failure_report_sender(const char *text, struct diag *why)
{
	struct span s = span_str(text);
	struct diag detail = { 0 };
	struct name domain;
	struct buf local;
	enum status st;

	buf_init(&local, FIELD_MOST);
	st = address_read(s, ADDRESS_ONLY, &local, &domain, &detail);
	buf_free(&local);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			st = ST_SYNTAX;
	return st == ST_OK ? ST_OK
			   : diag_set(why, ST_USAGE, detail.where,
				      "\"%s\" is not one address", text);
}

/* --- parts --------------------------------------------------------------- */

/* "Tue, 24 Nov 2026 10:00:00 +0000" (RFC 5322 3.3). */
static void put_date(int64_t when, struct buf *out)
{
	static const char days[][4] = { "Thu", "Fri", "Sat", "Sun",
					"Mon", "Tue", "Wed" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr",
					  "May", "Jun", "Jul", "Aug",
					  "Sep", "Oct", "Nov", "Dec" };
	int64_t day = when / 86400;
	int seconds = (int)(when % 86400), year, month, of_month;

	when_date(day, &year, &month, &of_month);
	buf_putf(out, "%s, %d %s %d %02d:%02d:%02d +0000", days[day % 7],
		 of_month, months[month - 1], year, seconds / 3600,
		 seconds / 60 % 60, seconds % 60);
}

/* S as a value: printable ASCII, one line, or nothing where it is too long. */
static void put_field(struct buf *out, const char *name, struct span s)
{
	if (s.n == 0 || s.n > FIELD_MOST)
		return;
	buf_putf(out, "%s: ", name);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= ' ' && s.p[i] <= '~')
			buf_put(out, span_of(s.p + i, 1));
	buf_put(out, SPAN("\n"));
}

/* A line that cannot be taken for the end of the part, nor for the reports'
 * readers as anything but text: what else there is is =XX (RFC 2045 6.7). */
static enum status put_line(struct span line, struct buf *out)
{
	size_t column = 0;
	enum status st = ST_OK;

	for (size_t i = 0; i < line.n && st == ST_OK; i++) {
		unsigned char c = line.p[i];
		bool plain = c > ' ' && c <= '~' && c != '=' &&
			     !(c == '-' && i == 0);

		if (ascii_wsp(c) && i + 1 < line.n)
			plain = true;
		if (column >= QP_MOST) {
			st = buf_add(out, SPAN("=\n"));
			column = 0;
		}
		if (st == ST_OK)
			st = plain ? buf_addc(out, c)
				   : buf_addf(out, "=%02X", c);
		column += plain ? 1 : 3;
	}
	return st == ST_OK ? buf_addc(out, '\n') : st;
}

static enum status put_header(const struct fields *f, struct buf *out)
{
	struct span rest = buf_span(&f->bytes);
	enum status st = ST_OK;

	while (rest.n && st == ST_OK) {
		size_t n = span_find(rest, '\n');
		struct span line = span_head(rest, n);

		if (span_ends(line, SPAN("\r")))
			line.n--;
		st = put_line(line, out);
		rest = span_from(rest, n + 1);
	}
	return st;
}

/* A boundary that depends on the header, so that no header can contain it. */
static enum status make_boundary(const struct failure_report *r,
				 struct buf *out)
{
	struct hasher *h = hasher_new(r->crypto, HASH_SHA256);
	struct digest digest;
	enum status st = ST_OK;

	hasher_put(h, buf_span(&r->e->message->fields->bytes));
	hasher_end(h, &digest);
	hasher_free(h);
	for (size_t i = 0; st == ST_OK && i < 16; i++)
		st = buf_addf(out, "%02x", digest.b[i]);
	return st;
}

/* --- the machine's part --------------------------------------------------- */

/* RFC 6591 3.1: one method's result. */
static void put_result(const struct failure_report *r, struct buf *out)
{
	const struct failure *f = r->failure;
	struct authfield field;
	struct span id = SPAN("localhost");

	if (r->from && strchr(r->from, '@'))
		id = span_str(strrchr(r->from, '@') + 1);
	authfield_begin(&field, id, false);
	if (f->kind == FAILURE_DKIM) {
		authfield_result(
			&field, SPAN("dkim"),
			span_str(result_word(status_result(f->signature->st))));
		authfield_property(&field, "header.d",
				   span_str(f->signature->sig.d.text));
	} else if (f->kind == FAILURE_SPF) {
		authfield_result(&field, SPAN("spf"),
				 span_str(spf_result_word(r->e->spf.result)));
		authfield_property(&field, "smtp.mailfrom",
				   buf_span(&r->e->spf.domain));
	} else {
		authfield_result(&field, SPAN("dmarc"),
				 span_str(result_word(r->e->dmarc.result)));
		authfield_property(&field, "header.from",
				   span_str(f->domain.text));
	}
	authfield_end(&field, false, out);
}

static const char *failure_word(const struct failure *f)
{
	if (f->kind == FAILURE_DMARC)
		return "dmarc";
	if (f->kind == FAILURE_SPF)
		return "spf";
	/* RFC 6591 3.3 has three words for all that a signature can lack */
	return f->signature->st == ST_BODY_HASH	    ? "bodyhash"
	       : f->signature->st == ST_KEY_REVOKED ? "revoked"
						    : "signature";
}

/* RFC 6591 3.2.4: the very bytes that were hashed, in base64, and all of them:
 * a part compares with nothing. */
static void put_canonical(struct buf *out, const char *name, struct span bytes)
{
	struct span rest;
	struct buf text;

	buf_init(&text, 2 * (size_t)CANON_MOST);
	if (b64_encode(bytes, &text) == ST_OK && text.n) {
		buf_putf(out, "%s:", name);
		for (rest = buf_span(&text); rest.n;
		     rest = span_from(rest, B64_LINE)) {
			buf_put(out, rest.n < text.n ? SPAN("\n ") : SPAN(" "));
			buf_put(out, span_head(rest, B64_LINE));
		}
		buf_put(out, SPAN("\n"));
	}
	buf_free(&text);
}

/* The canonical form of the body up to l=. */
static enum status get_body(const struct failure_report *r, size_t number,
			    struct sink to)
{
	const struct canon_dump_conf conf = {
		.number = number,
		.body = true,
		.lines = r->lines,
		.to = to,
	};
	struct canon_dump *h = canon_dump_new(&conf);
	enum status st =
		spool_replay(r->kept, 0, UINT64_MAX, canon_dump_sink(h), NULL);

	if (st == ST_OK)
		st = canon_dump_end(h);
	canon_dump_free(h);
	return st;
}

/* What b= signs, if the signature can be read and does not verify; and the body
 * if bh= is not its hash. */
static void put_all_canonical(const struct failure_report *r,
			      const struct verdict *v, struct buf *out)
{
	struct buf bytes;

	buf_init(&bytes, CANON_MOST);
	if ((v->st == ST_BAD_SIGNATURE || v->st == ST_BODY_HASH) &&
	    sig_signed(&v->sig, r->e->message->fields, io_to_buf(&bytes)) ==
		    ST_OK)
		put_canonical(out, "DKIM-Canonicalized-Header",
			      buf_span(&bytes));
	buf_reset(&bytes);
	if (r->kept && v->st == ST_BODY_HASH &&
	    get_body(r, (size_t)(v - r->e->message->v) + 1,
		     io_to_buf(&bytes)) == ST_OK)
		put_canonical(out, "DKIM-Canonicalized-Body", buf_span(&bytes));
	buf_free(&bytes);
}

static void put_signature(const struct failure_report *r, struct buf *out)
{
	const struct verdict *v = r->failure->signature;

	if (!v && r->failure->kind == FAILURE_DMARC && !r->e->trusted &&
	    r->e->message->n)
		v = &r->e->message->v[0];
	if (!v)
		return;
	put_field(out, "DKIM-Domain", span_str(v->sig.d.text));
	put_field(out, "DKIM-Identity", buf_span(&v->sig.identity));
	put_field(out, "DKIM-Selector", span_str(v->sig.s.text));
	put_all_canonical(r, v, out);
}

/* RFC 9991: which methods have aligned. */
static void put_alignment(const struct failure_report *r, struct buf *out)
{
	bool dkim = false, spf = false;

	for (size_t i = 0; i < r->e->n; i++) {
		const struct dmarc_identifier *id = &r->e->ids[i];
		bool aligned = id->result == RESULT_PASS &&
			       dmarc_is_aligned(&r->e->dmarc.place->record, id);

		dkim = dkim || (aligned && id->method == DMARC_DKIM);
		spf = spf || (aligned && id->method == DMARC_SPF);
	}
	buf_putf(out, "Identity-Alignment: %s\n",
		 dkim && spf ? "dkim, spf"
		 : dkim	     ? "dkim"
		 : spf	     ? "spf"
			     : "none");
}

/* RFC 6591 3.2.6: a report about SPF has the record. */
static void put_spf_dns(const struct failure_report *r, struct buf *out)
{
	struct span text = buf_span(&r->e->spf.record);

	if (r->failure->kind == FAILURE_DKIM || text.n == 0 ||
	    text.n > FIELD_MOST)
		return;
	buf_putf(out, "SPF-DNS: txt : %s : \"",
		 (const char *)r->e->spf.domain.p);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= ' ' && text.p[i] <= '~')
			buf_putf(out, "%s%c",
				 text.p[i] == '"' || text.p[i] == '\\' ? "\\"
								       : "",
				 text.p[i]);
	buf_put(out, SPAN("\"\n"));
}

/* One that is not ASCII is left out: without the rest it would be another. */
static void put_mail_from(struct span from, struct buf *out)
{
	struct buf text;

	buf_init(&text, FIELD_MOST + sizeof(struct name));
	if (from.n <= FIELD_MOST && spf_address_ascii(from, &text))
		put_field(out, "Original-Mail-From", buf_span(&text));
	buf_free(&text);
}

static void put_feedback(const struct failure_report *r, struct buf *out)
{
	struct buf ip;

	buf_putf(out, "Feedback-Type: auth-failure\nUser-Agent: "
		      "dkim-policy/" VERSION "\nVersion: 1\n");
	buf_putf(out, "Auth-Failure: %s\n", failure_word(r->failure));
	put_result(r, out);
	put_field(out, "Reported-Domain", span_str(r->failure->domain.text));
	if (r->e->has_spf) {
		buf_init(&ip, 64);
		ip_format(&r->e->query.client.ip, &ip);
		put_field(out, "Source-IP", buf_span(&ip));
		buf_free(&ip);
		put_mail_from(r->e->query.mail_from, out);
	}
	if (r->failure->kind == FAILURE_DMARC)
		put_alignment(r, out);
	put_signature(r, out);
	put_spf_dns(r, out);
}

/* --- all of it ------------------------------------------------------------ */

static void put_top(const struct failure_report *r, const char *boundary,
		    struct buf *out)
{
	if (r->from)
		buf_putf(out, "From: %s\n", r->from);
	buf_putf(out, "To: %s\nSubject: Authentication failure report for %s\n",
		 (const char *)r->failure->to.p, r->failure->domain.text);
	buf_put(out, SPAN("Date: "));
	put_date(r->now, out);
	buf_putf(
		out,
		"\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"
		"Content-Type: multipart/report; report-type=feedback-report;\n"
		" boundary=\"%s\"\n\n--%s\n"
		"Content-Type: text/plain; charset=us-ascii\n\n"
		"A message that names the domain %s failed\n"
		"authentication (%s). This report was asked for in DNS.\n\n",
		boundary, boundary, r->failure->domain.text,
		failure_word(r->failure));
}

enum status failure_report(const struct failure_report *r, struct buf *out)
{
	const char *boundary;
	struct buf hex;
	enum status st;

	buf_init(&hex, 64);
	st = make_boundary(r, &hex);
	boundary = (const char *)hex.p;
	if (st == ST_OK) {
		put_top(r, boundary, out);
		buf_putf(out, "--%s\nContent-Type: message/feedback-report\n\n",
			 boundary);
		put_feedback(r, out);
		buf_putf(out,
			 "\n--%s\nContent-Type: text/rfc822-headers\n"
			 "Content-Transfer-Encoding: quoted-printable\n\n",
			 boundary);
		st = put_header(r->e->message->fields, out);
	}
	if (st == ST_OK)
		st = buf_addf(out, "\n--%s--\n", boundary);
	buf_free(&hex);
	return st;
}
