#include "zoneline.h"

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

void zoneline_name(struct span name, struct buf *out)
{
	text_quote(name, ";()@$ ", out);
}

static void put_string(struct span s, const char *before, const char *special,
		       struct buf *out)
{
	buf_putf(out, "%s\"", before);
	text_quote(s, special, out);
	buf_put(out, SPAN("\""));
}

void zoneline_strings(struct span text, const char *special, struct buf *out)
{
	struct span string = { 0 };

	for (const char *before = ""; zoneline_string(&text, &string);
	     before = " ")
		put_string(string, before, special, out);
}

static void put_owner(const struct zone_txt *z, struct buf *out)
{
	buf_putf(out, "%s\t", z->owner);
	if (z->has_ttl)
		buf_putf(out, "%llu\t", (unsigned long long)z->ttl);
	buf_put(out, SPAN("IN\tTXT\t"));
}

void zoneline_genkey(const struct zone_txt *z, struct buf *out)
{
	struct span rest = z->head, string = { 0 };
	const char *before = "( ", *gap = "\n\t  ";

	put_owner(z, out);
	for (; zoneline_string(&rest, &string); before = gap)
		put_string(string, before, "", out);
	/* "p=" and the first piece share a string; after a last piece that is
	 * full opendkim-genkey writes an empty string */
	rest = z->p;
	for (size_t n = PIECE + 2;; n = PIECE) {
		bool last = rest.n < n;

		put_string(span_head(rest, n), before, "", out);
		if (last)
			break;
		rest = span_from(rest, n);
		before = gap;
	}
	buf_put(out, SPAN(" )"));
	if (z->comment)
		buf_putf(out, "  ; %s", z->comment);
	buf_put(out, SPAN("\n"));
}

void zoneline_short(const struct zone_txt *z, struct buf *out)
{
	struct buf text;

	buf_init(&text, z->head.n + z->p.n);
	buf_put(&text, z->head);
	buf_put(&text, z->p);
	put_owner(z, out);
	zoneline_strings(buf_span(&text), "", out);
	buf_put(out, SPAN("\n"));
	buf_free(&text);
}
