#include "report_uri.h"

/* RFC 3986 2: unreserved, reserved and "%"; a bare "!" is for the size. */
static bool is_uri_char(unsigned char c)
{
	return ascii_alpha(c) || ascii_digit(c) ||
	       span_find(SPAN("-._~:/?#[]@$&'()*+;=%"), c) < 21;
}

/* *REST is what follows the colon of a scheme; false if S is not a URI. */
static bool split_scheme(struct span s, struct span *rest)
{
	size_t colon = span_find(s, ':');

	if (colon == s.n || colon == 0 || !ascii_alpha(s.p[0]))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (i < colon && !ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) &&
		    span_find(SPAN("+-."), s.p[i]) == 3)
			return false;
		if (!is_uri_char(s.p[i]))
			return false;
		if (s.p[i] == '%' &&
		    (i + 2 >= s.n || ascii_hex(s.p[i + 1]) < 0 ||
		     ascii_hex(s.p[i + 2]) < 0))
			return false;
	}
	*rest = span_from(s, colon + 1);
	return rest->n > 0;
}

/* C may be in a local part: in a dot-atom or, QUOTED, between quotes (RFC
 * 5322 3.2.3, 3.2.4); beyond ASCII it is of RFC 6532. */
static bool is_local_char(unsigned char c, bool quoted)
{
	struct span special = quoted ? SPAN("\"\\") : SPAN(" \"(),:;<>@[\\]");

	return c >= ' ' && c != 0x7f && span_find(special, c) == special.n;
}

/* Nothing in the local part of an address that reports are sent to can end a
 * header field or mean anything to a shell. */
static bool is_plain_char(unsigned char c)
{
	return ascii_alpha(c) || ascii_digit(c) ||
	       span_find(SPAN("-._+=~"), c) < 6;
}

/* S is a local part with "%" escapes (RFC 6068 2); OUT gets it decoded if it is
 * plain. */
static bool decode_local(struct span s, struct report_uri *out)
{
	bool quoted = s.n > 6 && span_starts(s, SPAN("%22")) &&
		      span_ends(s, SPAN("%22"));
	bool plain = !quoted;
	size_t n = 0;

	if (quoted)
		s = span_from(span_head(s, s.n - 3), 3);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (c == '/' || c == '#')
			return false;
		if (c == '%') {
			c = (unsigned char)(ascii_hex(s.p[i + 1]) * 16 +
					    ascii_hex(s.p[i + 2]));
			i += 2;
		}
		if (!is_local_char(c, quoted) || n + 1 == sizeof(out->local))
			return false;
		plain = plain && is_plain_char(c) && (n || c != '-');
		out->local[n++] = (char)c;
	}
	out->local[plain ? n : 0] = 0;
	return n > 0;
}

static void parse_mailto(struct span rest, struct report_uri *out)
{
	size_t question = span_find(rest, '?');
	size_t at;

	if (question < rest.n)
		out->why = "header fields in the URI are ignored";
	rest = span_head(rest, question);
	at = span_rfind(rest, '@');
	out->valid = at < rest.n && decode_local(span_head(rest, at), out) &&
		     name_parse(span_from(rest, at + 1), NAME_UNDERSCORE,
				&out->host, NULL) == ST_OK;
	if (!out->valid)
		out->why = "not one address";
}

/* "!" digits [kmgt] at the end (obs-dmarc-report-size). False, with nothing
 * cut, if something else follows a "!". */
static bool cut_size(struct span *s, struct report_uri *out)
{
	size_t mark = span_rfind(*s, '!');
	struct span size;
	uint64_t n;

	if (mark == s->n)
		return true;
	size = span_from(*s, mark + 1);
	if (size.n &&
	    span_find(SPAN("kmgt"), ascii_lower(size.p[size.n - 1])) < 4)
		size.n--;
	if (!span_u64(size, &n) || n == UINT64_MAX)
		return false;
	out->has_size = true;
	*s = span_head(*s, mark);
	return true;
}

bool report_uri_next(struct span *rest, struct report_uri *out)
{
	struct span item = { 0 }, after;
	bool mailto;

	if (!span_split(rest, ',', &item))
		return false;
	item = span_trim_wsp(item);
	*out = (struct report_uri){ 0 };
	if (!cut_size(&item, out)) {
		out->why = "what follows \"!\" is not a size";
		out->text = item;
		return true;
	}
	out->text = item;
	mailto = span_ieq(span_head(item, 7), SPAN("mailto:"));
	if (!split_scheme(item, &after)) {
		out->why = span_has(item, '@') && !mailto
				   ? "not a URI: write mailto: before it"
				   : "not a URI";
		return true;
	}
	out->mailto = mailto;
	if (mailto) {
		parse_mailto(after, out);
		return true;
	}
	out->valid = true;
	out->why = "only mailto is understood";
	return true;
}
