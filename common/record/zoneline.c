#include "zoneline.h"

#include <string.h>

#include "text.h"

enum {
	STRING_MOST = 255, /* RFC 1035 3.3 */
	PIECE = 250,	   /* opendkim-genkey's, without "p=" */
};

bool zoneline_string(struct span *rest, struct span *string)
{
	if (rest->n == 0)
		return false;
	*string = span_head(*rest, STRING_MOST);
	*rest = span_from(*rest, string->n);
	return true;
}

size_t zoneline_rdata(struct span text)
{
	return text.n + (text.n + STRING_MOST - 1) / STRING_MOST;
}

/* The inside of a string in quotes, with SPECIAL octets as \DDD, too. */
static enum status put_escaped(struct span s, const char *special,
			       struct buf *out)
{
	enum status st = ST_OK;

	for (; s.n && st == ST_OK; s = span_from(s, 1))
		st = s.p[0] && strchr(special, s.p[0])
			     ? buf_addf(out, "\\%03u", s.p[0])
			     : text_quote(span_head(s, 1), out);
	return st;
}

enum status zoneline_name(struct span name, struct buf *out)
{
	return put_escaped(name, ";()@$ ", out);
}

static enum status put_string(struct span s, const char *before,
			      const char *special, struct buf *out)
{
	enum status st = buf_addf(out, "%s\"", before);

	if (st == ST_OK)
		st = put_escaped(s, special, out);
	return st == ST_OK ? buf_addc(out, '"') : st;
}

enum status zoneline_strings(struct span text, const char *special,
			     struct buf *out)
{
	struct span string = { 0 };
	const char *before = "";
	enum status st = ST_OK;

	while (st == ST_OK && zoneline_string(&text, &string)) {
		st = put_string(string, before, special, out);
		before = " ";
	}
	return st;
}

static enum status put_owner(const struct zone_txt *z, struct buf *out)
{
	enum status st = buf_addf(out, "%s\t", z->owner);

	if (st == ST_OK && z->has_ttl)
		st = buf_addf(out, "%llu\t", (unsigned long long)z->ttl);
	return st == ST_OK ? buf_add(out, SPAN("IN\tTXT\t")) : st;
}

enum status zoneline_genkey(const struct zone_txt *z, struct buf *out)
{
	struct span rest = z->head, string = { 0 };
	const char *before = "( ", *gap = "\n\t  ";
	enum status st = put_owner(z, out);

	while (st == ST_OK && zoneline_string(&rest, &string)) {
		st = put_string(string, before, "", out);
		before = gap;
	}
	/* "p=" and the first piece share a string; where the last piece is
	 * full, opendkim-genkey writes an empty string behind it */
	rest = z->p;
	for (size_t n = PIECE + 2; st == ST_OK; n = PIECE) {
		bool last = rest.n < n;

		st = put_string(span_head(rest, n), before, "", out);
		if (last)
			break;
		rest = span_from(rest, n);
		before = gap;
	}
	if (st == ST_OK)
		st = buf_add(out, SPAN(" )"));
	if (st == ST_OK && z->comment)
		st = buf_addf(out, "  ; %s", z->comment);
	return st == ST_OK ? buf_addc(out, '\n') : st;
}

enum status zoneline_short(const struct zone_txt *z, struct buf *out)
{
	struct buf text;
	enum status st = put_owner(z, out);

	buf_init(&text, z->head.n + z->p.n);
	buf_put(&text, z->head);
	buf_put(&text, z->p);
	if (st == ST_OK)
		st = zoneline_strings(buf_span(&text), "", out);
	buf_free(&text);
	return st == ST_OK ? buf_addc(out, '\n') : st;
}
