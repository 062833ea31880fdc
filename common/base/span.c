#include "span.h"

#include <string.h>

struct span span_str(const char *text)
{
	return (struct span){ (const unsigned char *)text,
			      text ? strlen(text) : 0 };
}

bool span_8bit(struct span s)
{
	uint64_t all = 0;

	for (; s.n >= 4 * sizeof(all); s = span_from(s, 4 * sizeof(all))) {
		uint64_t eight[4];

		memcpy(eight, s.p, sizeof(eight));
		all |= eight[0] | eight[1] | eight[2] | eight[3];
	}
	for (size_t i = 0; i < s.n; i++)
		all |= s.p[i];
	return all & UINT64_C(0x8080808080808080);
}

int span_cmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;

	return order ? order : (a.n > b.n) - (a.n < b.n);
}

int span_icmp(struct span a, struct span b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	for (size_t i = 0; i < n; i++) {
		if (a.p[i] == b.p[i])
			continue;
		int order = ascii_lower(a.p[i]) - ascii_lower(b.p[i]);

		if (order)
			return order;
	}
	return (a.n > b.n) - (a.n < b.n);
}

bool span_one_of(struct span s, const char *list)
{
	struct span rest = span_str(list), word;

	while (span_split(&rest, ' ', &word))
		if (span_ieq(s, word))
			return true;
	return false;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t span_distance(struct span a, struct span b)
{
	size_t d[SPAN_WORD + 1][SPAN_WORD + 1];

	for (size_t i = 0; i <= a.n; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= b.n; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a.n; i++)
		for (size_t j = 1; j <= b.n; j++) {
			unsigned char x = ascii_lower(a.p[i - 1]);
			unsigned char y = ascii_lower(b.p[j - 1]);

			d[i][j] = least(d[i - 1][j - 1] + (x != y),
					least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && x == ascii_lower(b.p[j - 2]) &&
			    y == ascii_lower(a.p[i - 2]))
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	return d[a.n][b.n];
}

size_t span_search(struct span s, struct span what)
{
	for (size_t at = 0; at + what.n <= s.n; at++)
		if (span_ieq(span_of(s.p + at, what.n), what))
			return at;
	return s.n;
}

bool span_has(struct span s, unsigned char c)
{
	return span_find(s, c) < s.n;
}

size_t span_rfind(struct span s, unsigned char c)
{
	const unsigned char *at = s.n ? memrchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

static bool is_fws(unsigned char c)
{
	return ascii_wsp(c) || c == '\r' || c == '\n';
}

struct span span_trim(struct span s)
{
	while (s.n && is_fws(s.p[0]))
		s = span_from(s, 1);
	while (s.n && is_fws(s.p[s.n - 1]))
		s.n--;
	return s;
}

struct span span_unmarked(struct span s)
{
	return span_starts(s, SPAN("\xef\xbb\xbf")) ? span_from(s, 3) : s;
}

bool span_utf16(struct span s)
{
	return span_starts(s, SPAN("\xff\xfe")) ||
	       span_starts(s, SPAN("\xfe\xff"));
}

struct span span_trim_wsp(struct span s)
{
	while (s.n && ascii_wsp(s.p[0]))
		s = span_from(s, 1);
	while (s.n && ascii_wsp(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool span_split(struct span *rest, unsigned char sep, struct span *item)
{
	if (!rest->p)
		return false;
	size_t at = span_find(*rest, sep);

	*item = span_head(*rest, at);
	*rest = at < rest->n ? span_from(*rest, at + 1) : (struct span){ 0 };
	return true;
}

bool span_u64(struct span s, uint64_t *out)
{
	uint64_t value = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (!ascii_digit(s.p[i]))
			return false;
		uint64_t digit = s.p[i] - (unsigned)'0';

		if (value > (UINT64_MAX - digit) / 10)
			value = UINT64_MAX;
		else
			value = value * 10 + digit;
	}
	*out = value;
	return s.n > 0;
}

size_t span_utf8(struct span s, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	if (s.n == 0)
		return 0;
	unsigned char c = s.p[0];
	size_t n = c < 0x80    ? 1
		   : c >= 0xf8 ? 0
		   : c >= 0xf0 ? 4
		   : c >= 0xe0 ? 3
		   : c >= 0xc0 ? 2
			       : 0;

	if (n == 0 || n > s.n)
		return 0;
	uint32_t u = n == 1 ? c : c & (0x7fU >> n);

	for (size_t i = 1; i < n; i++) {
		if ((s.p[i] & 0xc0) != 0x80)
			return 0;
		u = u << 6 | (s.p[i] & 0x3fU);
	}
	if (u < least[n] || u > 0x10ffff || (u >= 0xd800 && u <= 0xdfff))
		return 0;
	*point = u;
	return n;
}

bool span_is_utf8(struct span s)
{
	uint32_t point;

	while (s.n) {
		size_t n = span_utf8(s, &point);

		if (n == 0)
			return false;
		s = span_from(s, n);
	}
	return true;
}
