#include "record_scan.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "b64.h"
#include "dns.h"
#include "key.h"
#include "keyowner.h"
#include "idn.h"
#include "zone_lexer.h"

static const struct span none = { 0 };

/* --- the list ------------------------------------------------------------ */

/* A name has 253 octets, with escapes four times as many: a longer one is not
 * a name, and is not copied from line to line. */
enum { NAME_MOST = 4 * 253 };

struct span record_scan_meant(const struct scan_record *r)
{
	return buf_span(r->meant.n ? &r->meant : &r->text);
}

/* RFC 6376 3.6.1: v=DKIM1 at the beginning, or both p= and k=. */
static bool looks_like_key(struct span text)
{
	struct span item = { 0 };
	bool p = false, k = false;

	while (text.n && strchr("\"\xe2\x80\x9c ", text.p[0] ? text.p[0] : 'x'))
		text = span_from(text, 1);
	if (span_ieq(span_head(text, 7), SPAN("v=DKIM1")))
		return true;
	while (span_split(&text, ';', &item)) {
		item = span_trim(item);
		p |= span_ieq(span_head(item, 2), SPAN("p="));
		k |= span_ieq(span_head(item, 2), SPAN("k="));
	}
	return p && k;
}

static bool is_about_keys(struct span owner, struct span text)
{
	struct keyowner ignored;

	return owner.n == 0 || keyowner_parse(owner, &ignored) ||
	       looks_like_key(text);
}

static void free_record(struct scan_record *r)
{
	buf_free(&r->owner);
	buf_free(&r->text);
	buf_free(&r->meant);
	findings_free(&r->findings);
}

struct scan_record *scan_add(struct record_scan *p, size_t line,
			     struct span owner, bool absolute,
			     struct span origin)
{
	struct scan_record *r;

	if (p->n == LIMIT_LINT_RECORDS) {
		p->full = true;
		free_record(&p->v[--p->n]);
	} else {
		p->v = array_grow(p->v, p->n, sizeof(*p->v));
	}
	r = &p->v[p->n++];
	*r = (struct scan_record){ .line = line, .absolute = absolute };
	owner = span_head(owner, NAME_MOST);
	buf_init(&r->owner, LIMIT_LINT_BYTES);
	buf_init(&r->text, LIMIT_LINT_BYTES);
	buf_init(&r->meant, LIMIT_LINT_BYTES);
	if (span_ends(owner, SPAN("."))) {
		r->absolute = true;
		owner = span_head(owner, owner.n - 1);
	}
	if (span_eq(owner, SPAN("@")) && origin.n)
		owner = none;
	buf_put(&r->owner, owner);
	if (!r->absolute && origin.n) {
		if (owner.n)
			buf_put(&r->owner, SPAN("."));
		buf_put(&r->owner, origin);
		r->absolute = true;
	}
	return r;
}

bool scan_is_wanted(const struct record_scan *p, struct span owner,
		    struct span text)
{
	return p->wanted(owner, text);
}

bool scan_keep_wanted(struct record_scan *p)
{
	struct scan_record *last = &p->v[p->n - 1];

	if (p->wanted(buf_span(&last->owner), record_scan_meant(last)))
		return true;
	free_record(last);
	p->n--;
	return false;
}

/* The strings of a TXT record written as RFC 3597 5 has it. */
static bool put_generic(const struct zone_lexer *w, size_t from,
			struct buf *text)
{
	struct buf bytes;

	buf_init(&bytes, LIMIT_LINT_BYTES);
	bool good = zone_lexer_generic(w, from, &bytes) && bytes.n &&
		    dns_data_of_wire(DNS_TXT, buf_span(&bytes), text) == ST_OK;

	buf_free(&bytes);
	return good;
}

void scan_add_strings(struct scan_record *r, const struct zone_lexer *w,
		      size_t from)
{
	bool too_long = false;

	if (from < w->n && w->v[from].generic) {
		r->no_record = !put_generic(w, from, &r->text);
		if (r->no_record)
			findings_mark(&r->findings, &FINDING_GENERIC);
		return;
	}
	for (; from < w->n; from++) {
		/* RFC 1035 3.3 */
		too_long |= w->v[from].n > 255;
		buf_put(&r->text, zone_lexer_get(w, from));
	}
	if (too_long)
		findings_mark(&r->findings, &FINDING_STRING_LONG);
	if (w->unclosed)
		findings_mark(&r->findings, &FINDING_UNCLOSED);
}

void record_scan_free(struct record_scan *p)
{
	for (size_t i = 0; i < p->n; i++)
		free_record(&p->v[i]);
	free(p->v);
	*p = (struct record_scan){ 0 };
}

/* --- bare values --------------------------------------------------------- */

bool scan_is_sender_id(struct span text)
{
	return span_ieq(span_head(text, 5), SPAN("spf2.")) &&
	       span_find(text, '/') < text.n;
}

/* Octets that TEXT decodes to as base64; 0 where it is not base64. */
static size_t base64_octets(struct span text)
{
	struct buf octets;
	size_t n = 0;

	buf_init(&octets, LIMIT_TXT_BYTES);
	if (b64_decode(text, &octets) == ST_OK)
		n = octets.n;
	buf_free(&octets);
	return n;
}

static struct scan_record *add_value(struct record_scan *p, size_t line,
				     struct span text)
{
	struct scan_record *r = scan_add(p, line, none, false, none);

	buf_put(&r->text, text);
	return r;
}

/* A bare p= value without the rest of a record. */
static void add_p(struct record_scan *p, struct span text)
{
	struct scan_record *r = add_value(p, 0, text);

	if (base64_octets(text) == ED25519_OCTETS)
		buf_put(&r->meant, SPAN("k=ed25519; "));
	buf_put(&r->meant, SPAN("p="));
	buf_put(&r->meant, text);
	findings_mark(&r->findings, &FINDING_ONLY_P);
}

/* Several lines are several records only if each begins as one. */
static bool all_begin(struct span text)
{
	struct span line = { 0 };

	while (span_split(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.n && !span_ieq(span_head(line, 2), SPAN("v=")) &&
		    !scan_is_sender_id(line))
			return false;
	}
	return true;
}

static void read_values(struct span text, struct record_scan *p)
{
	struct span line = { 0 };

	/* quotes of a shell are not part of it */
	if (text.n > 1 && text.p[0] == '\'' && span_ends(text, SPAN("'")))
		text = span_trim(span_from(span_head(text, text.n - 1), 1));
	if (base64_octets(text) >= ED25519_OCTETS) {
		add_p(p, text);
	} else if (span_find(text, '\n') == text.n || !all_begin(text)) {
		add_value(p, 0, text);
	} else {
		for (size_t n = 1; !p->full && span_split(&text, '\n', &line);
		     n++)
			if (span_trim(line).n)
				add_value(p, n, span_trim(line));
	}
}

/* --- any text ------------------------------------------------------------ */

/* *ORIGIN, which may be NULL, with its U-labels as A-labels, in *HELD then. */
static enum status read_origin(const char **origin, struct name *held,
			       struct diag *why)
{
	struct span name = span_str(*origin);

	if (!*origin || idn_typed(name, NAME_UNDERSCORE | NAME_SINGLE, held,
				  NULL) == ST_OK) {
		if (span_8bit(name))
			*origin = held->text;
		return ST_OK;
	}
	return diag_set(why, ST_USAGE, "RFC 1035 2.3.4",
			"the origin \"%s\" is not a domain name", *origin);
}

enum status record_scan_read(struct span text, const char *origin,
			     record_scan_wanted *wanted,
			     struct record_scan *out, struct diag *why)
{
	struct name held;
	enum status st = read_origin(&origin, &held, why);

	*out = (struct record_scan){ .wanted = wanted ? wanted
						      : is_about_keys };
	if (st != ST_OK)
		return st;
	text = span_unmarked(text);
	if (span_utf16(text)) {
		struct scan_record *r = add_value(out, 0, none);

		r->no_record = true;
		findings_mark(&r->findings, &FINDING_UTF16);
		return ST_OK;
	}
	out->known = scan_data_is(text);
	if (out->known)
		scan_data(text, out);
	else
		scan_lines(text, span_str(origin), out);
	if (out->n == 0 && out->known)
		add_value(out, 0, none);
	else if (out->n == 0)
		read_values(span_trim(text), out);
	return out->full ? diag_set(why, ST_LIMIT, NULL, "more than %d records",
				    LIMIT_LINT_RECORDS)
			 : ST_OK;
}
