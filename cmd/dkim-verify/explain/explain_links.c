/* Generators: the links that gateways write into a text instead of the links
 * that were there, and back. */
#include "explain_body.h"

#include <string.h>

#include "b64.h"

static int hex_octet(struct span s, size_t at)
{
	int high = at + 2 <= s.n ? ascii_hex(s.p[at]) : -1;
	int low = at + 2 <= s.n ? ascii_hex(s.p[at + 1]) : -1;

	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* ESCAPE and two hex digits become an octet, SLASH (0: none) a "/". */
static void decode_escapes(struct span s, unsigned char escape,
			   unsigned char slash, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];
		int value = c == escape ? hex_octet(s, i + 1) : -1;

		if (value >= 0) {
			c = (unsigned char)value;
			i += 2;
		} else if (slash && c == slash) {
			c = '/';
		}
		buf_put(out, span_of(&c, 1));
	}
}

static bool find_text(struct span s, const char *what, size_t *at)
{
	*at = span_search(s, span_str(what));
	return *at < s.n;
}

/* urldefense.com/v3/__URL__;CHARS!!...$: each "*" in URL stands for the next
 * of CHARS (base64), "**X" for a run of them. */
static bool unwrap_v3(struct span url, struct buf *out)
{
	static const char run[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t from, to, end;
	struct buf chars;

	if (!find_text(url, "/v3/__", &from))
		return false;
	url = span_from(url, from + 6);
	if (!find_text(url, "__;", &to) || !find_text(url, "!!", &end) ||
	    end < to)
		return false;
	struct span more = span_of(url.p + to + 3, end - to - 3);

	buf_init(&chars, url.n);
	if (b64_decode(more, &chars) != ST_OK)
		buf_reset(&chars);
	struct span left = buf_span(&chars);

	for (size_t i = 0; i < to; i++) {
		size_t n = 1;

		if (url.p[i] != '*' || left.n == 0) {
			buf_put(out, span_of(url.p + i, 1));
			continue;
		}
		if (i + 2 < to && url.p[i + 1] == '*') {
			const char *x = strchr(run, url.p[i + 2]);

			n = x ? (size_t)(x - run) + 2 : 1;
			i += x ? 2 : 0;
		}
		buf_put(out, span_head(left, n));
		left = span_from(left, span_head(left, n).n);
	}
	buf_free(&chars);
	return out->n > 0;
}

static bool unwrap_v2(struct span url, struct buf *out)
{
	size_t at;

	if (!find_text(url, "/v2/url?u=", &at))
		return false;
	url = span_from(url, at + 10);
	decode_escapes(span_head(url, span_find(url, '&')), '-', '_', out);
	return true;
}

/* A whole address inside, as it is, in %XX or in base64, up to "&". */
static bool unwrap_inner(struct span url, struct buf *out)
{
	static const char *const starts[] = { "https%3a%2f%2f", "http%3a%2f%2f",
					      "https://", "http://" };
	struct span inner = span_from(url, 8);
	size_t at;

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (find_text(inner, starts[i], &at)) {
			inner = span_from(inner, at);
			inner = span_head(inner, span_find(inner, '&'));
			/* the escaped form ends with its path part, too */
			if (i < 2)
				inner = span_head(inner, span_find(inner, '/'));
			if (i < 2)
				decode_escapes(inner, '%', 0, out);
			else
				buf_put(out, inner);
			return true;
		}
	if (!find_text(inner, "=aHR0c", &at))
		return false;
	inner = span_from(inner, at + 1);
	inner = span_head(inner, span_find(inner, '&'));
	return b64_decode(inner, out) == ST_OK;
}

static bool is_url_end(unsigned char c)
{
	return c <= ' ' || c >= 0x7f || c == '"' || c == '\'' || c == '<' ||
	       c == '>';
}

static size_t url_length(struct span s)
{
	size_t n = 0;

	while (n < s.n && !is_url_end(s.p[n]))
		n++;
	while (n && span_has(SPAN(".,;:!?)]"), s.p[n - 1]))
		n--;
	return n;
}

static void put_html(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '&')
			buf_put(out, SPAN("&amp;"));
		else
			buf_put(out, span_of(s.p + i, 1));
}

/* The link at AT is undone; its length. */
static size_t unwrap_link(struct script *s, size_t at, bool html)
{
	struct span url = span_from(s->text, at);
	struct buf inner, text;

	url = span_head(url, url_length(url));
	buf_init(&inner, url.n);
	buf_init(&text, 5 * url.n);
	if (unwrap_v3(url, &inner) || unwrap_v2(url, &inner) ||
	    unwrap_inner(url, &inner)) {
		if (html)
			put_html(buf_span(&inner), &text);
		else
			buf_put(&text, buf_span(&inner));
		script_edit(s, at, url.n, script_keep(s, buf_span(&text)));
	}
	buf_free(&inner);
	buf_free(&text);
	return url.n;
}

static const struct {
	const char *now, *then;
} fangs[] = {
	{ "hxxp", "http" },	  { "hXXp", "http" }, { "h**p", "http" },
	{ "[.]", "." },		  { "(.)", "." },     { "[dot]", "." },
	{ "(dot)", "." },	  { "[:]", ":" },     { "[://]", "://" },
	{ "[at]", "@" },	  { "(at)", "@" },    { "[@]", "@" },
	{ "meow://", "http://" },
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
	size_t kinds = v == 2 ? sizeof(fangs) / sizeof(*fangs) : 3;

	if (v > 3)
		return false;
	for (size_t i = 0; i < s->text.n; i++) {
		struct span rest = span_from(s->text, i);

		if (v < 2) {
			if (span_starts(rest, SPAN("http://")) ||
			    span_starts(rest, SPAN("https://")))
				i += unwrap_link(s, i, v == 1 && in_html(c, i));
			continue;
		}
		for (size_t k = 0;
		     k < kinds && span_has(SPAN("h[(m"), rest.p[0]); k++)
			if (span_starts(rest, span_str(fangs[k].now))) {
				size_t n = strlen(fangs[k].now);

				script_edit(s, i, n, span_str(fangs[k].then));
				i += n - 1;
				break;
			}
	}
	return true;
}
