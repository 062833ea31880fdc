/* Generators: the links that gateways write into a text instead of the links
 * that were there, and back. */
#include "explain_body.h"

#include <string.h>

/* The old link stands behind START (from its KEEPth octet on), up to END. */
static const struct {
	const char *start;
	size_t keep;
	const char *end;
	unsigned char escape; /* with two hex digits an octet, or 0 */
	unsigned char slash;  /* for "/", or 0 */
} wraps[] = {
	{ "/v3/__", 6, "__;", 0, 0 }, /* Proofpoint */
	{ "/v2/url?u=", 10, "&", '-', '_' },
	{ "https%3a%2f%2f", 0, "&", '%', 0 },
	{ "http%3a%2f%2f", 0, "&", '%', 0 },
	{ "https://", 0, "&", 0, 0 },
	{ "http://", 0, "&", 0, 0 },
};
enum { WRAPS = sizeof(wraps) / sizeof(*wraps) };

/* URL with what wraps[I] did undone; false if it did nothing. */
static bool unwrap(struct span url, size_t i, struct buf *out)
{
	/* not the scheme of the outer link */
	struct span inner = span_from(url, 8);
	size_t at = span_search(inner, span_str(wraps[i].start));

	if (at == inner.n)
		return false;
	inner = span_from(inner, at + wraps[i].keep);
	inner = span_head(inner, span_search(inner, span_str(wraps[i].end)));
	for (size_t k = 0; k < inner.n; k++) {
		unsigned char c = inner.p[k];
		int high = ascii_hex(octet_at(inner, k + 1));
		int low = ascii_hex(octet_at(inner, k + 2));

		if (wraps[i].escape && c == wraps[i].escape && high >= 0 &&
		    low >= 0) {
			c = (unsigned char)(high << 4 | low);
			k += 2;
		} else if (wraps[i].slash && c == wraps[i].slash) {
			c = '/';
		}
		buf_put(out, span_of(&c, 1));
	}
	return true;
}

static size_t url_length(struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] > ' ' && s.p[n] < 0x7f &&
	       !span_has(SPAN("\"'<>"), s.p[n]))
		n++;
	while (n && span_has(SPAN(".,;:!?)]"), s.p[n - 1]))
		n--;
	return n;
}

/* The link at AT is undone; its length. */
static size_t unwrap_link(struct script *s, size_t at, bool html)
{
	struct span url = span_from(s->text, at);
	struct buf inner, text;
	bool found = false;

	url = span_head(url, url_length(url));
	buf_init(&inner, url.n);
	buf_init(&text, 5 * url.n);
	for (size_t i = 0; i < WRAPS && !found; i++)
		found = unwrap(url, i, &inner);
	for (size_t i = 0; i < inner.n; i++)
		buf_put(&text, html && inner.p[i] == '&'
				       ? SPAN("&amp;")
				       : span_of(inner.p + i, 1));
	if (found)
		script_edit(s, at, url.n, script_keep(s, buf_span(&text)));
	buf_free(&inner);
	buf_free(&text);
	return url.n;
}

static const struct {
	const char *now, *then;
} fangs[] = {
	{ "hxxp", "http" }, { "hXXp", "http" }, { "[.]", "." },
	{ "(.)", "." },	    { "[dot]", "." },	{ "[:]", ":" },
	{ "[at]", "@" },    { "(at)", "@" },
};

static bool in_html(const struct body_case *c, size_t at)
{
	for (size_t i = 0; i < c->mime.n; i++)
		if (c->mime.v[i].start <= at && at < c->mime.v[i].end)
			return c->mime.v[i].html;
	return false;
}

/* Variants: links that hold the old one; the same with "&" as "&amp;" in HTML;
 * links made unusable, in each way; "hxxp" alone. */
bool links_undone(const struct body_case *c, unsigned v, struct script *s)
{
	size_t kinds = v == 2 ? sizeof(fangs) / sizeof(*fangs) : 2;

	if (v > 3)
		return false;
	for (size_t i = 0; i < s->text.n; i++) {
		struct span rest = span_from(s->text, i);

		if (v < 2 && (span_starts(rest, SPAN("http://")) ||
			      span_starts(rest, SPAN("https://"))))
			i += unwrap_link(s, i, v == 1 && in_html(c, i));
		for (size_t k = 0;
		     v >= 2 && span_has(SPAN("h[("), rest.p[0]) && k < kinds;
		     k++)
			if (span_starts(rest, span_str(fangs[k].now))) {
				size_t n = strlen(fangs[k].now);

				script_edit(s, i, n, span_str(fangs[k].then));
				i += n - 1;
				break;
			}
	}
	return true;
}
