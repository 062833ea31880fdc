#include "b64.h"

static int value_of(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (ascii_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static enum status decode(struct span text, struct buf *out)
{
	uint32_t bits = 0;
	unsigned held = 0, pads = 0;
	enum status st = ST_OK;

	for (size_t i = 0; i < text.n && st == ST_OK; i++) {
		unsigned char c = text.p[i];
		int v = value_of(c);

		if (ascii_wsp(c) || c == '\r' || c == '\n')
			continue;
		if (c == '=') {
			pads++;
			continue;
		}
		if (v < 0 || pads)
			return ST_SYNTAX;
		bits = bits << 6 | (uint32_t)v;
		if (++held < 4)
			continue;
		unsigned char three[] = { (unsigned char)(bits >> 16),
					  (unsigned char)(bits >> 8),
					  (unsigned char)bits };
		st = buf_add(out, span_of(three, 3));
		held = 0;
	}
	if (st != ST_OK)
		return st;
	/* held characters are left: 2 give one octet, 3 give two */
	if (held == 1 || (held == 0 && pads) ||
	    (held && pads && held + pads != 4))
		return ST_SYNTAX;
	if (held == 2)
		return buf_addc(out, (unsigned char)(bits >> 4));
	if (held == 3) {
		unsigned char two[] = { (unsigned char)(bits >> 10),
					(unsigned char)(bits >> 2) };
		return buf_add(out, span_of(two, 2));
	}
	return ST_OK;
}

enum status b64_decode(struct span text, struct buf *out)
{
	size_t before = out->n;
	enum status st = decode(text, out);

	if (st != ST_OK)
		out->n = before;
	return st;
}

enum status b64_encode(struct span s, struct buf *out)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789+/";
	enum status st = ST_OK;

	for (size_t i = 0; i < s.n && st == ST_OK; i += 3) {
		size_t n = s.n - i < 3 ? s.n - i : 3;
		uint32_t bits = (uint32_t)s.p[i] << 16;

		if (n > 1)
			bits |= (uint32_t)s.p[i + 1] << 8;
		if (n > 2)
			bits |= s.p[i + 2];
		unsigned char four[4];

		for (unsigned j = 0; j < 4; j++)
			four[j] =
				j <= n ? (unsigned char)
						 alphabet[bits >> (18 - 6 * j) &
							  63]
				       : '=';
		st = buf_add(out, span_of(four, 4));
	}
	return st;
}
