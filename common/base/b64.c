#include "b64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* The value of a character, or one of these. */
enum { BAD = 64, SPACE, PAD };

static void fill_values(unsigned char value[256])
{
	for (size_t c = 0; c < 256; c++)
		value[c] = BAD;
	for (unsigned char i = 0; i < 64; i++)
		value[(unsigned char)alphabet[i]] = i;
	value[' '] = value['\t'] = value['\r'] = value['\n'] = SPACE;
	value['='] = PAD;
}

/* Decode groups of four characters at the start of TEXT, as many as there are
 * without another character and OUT has room for; returns how many. */
static size_t decode_fours(const unsigned char value[256], struct span text,
			   unsigned char *out, size_t room)
{
	size_t most = text.n / 4 < room / 3 ? text.n / 4 : room / 3, n = 0;

	for (const unsigned char *p = text.p; n < most; p += 4, n++) {
		uint32_t a = value[p[0]], b = value[p[1]];
		uint32_t c = value[p[2]], d = value[p[3]];

		if ((a | b | c | d) >= BAD)
			break;
		*out++ = (unsigned char)(a << 2 | b >> 4);
		*out++ = (unsigned char)(b << 4 | c >> 2);
		*out++ = (unsigned char)(c << 6 | d);
	}
	return n;
}

static enum status decode(struct span text, struct buf *out)
{
	unsigned char value[256], piece[3 * 128];
	uint32_t bits = 0;
	unsigned held = 0, pads = 0;
	size_t n = 0; /* octets in `piece` */
	enum status st = ST_OK;

	fill_values(value);
	while (text.n && st == ST_OK) {
		if (held == 0 && pads == 0) {
			size_t fours = decode_fours(value, text, piece + n,
						    sizeof(piece) - n);

			text = span_from(text, 4 * fours);
			n += 3 * fours;
		}
		if (n == sizeof(piece)) {
			st = buf_add(out, span_of(piece, n));
			n = 0;
			continue;
		}
		if (text.n == 0)
			break;
		unsigned char v = value[text.p[0]];

		text = span_from(text, 1);
		if (v == SPACE)
			continue;
		if (v == PAD) {
			pads++;
			continue;
		}
		if (v == BAD || pads)
			return ST_SYNTAX;
		bits = bits << 6 | v;
		if (++held < 4)
			continue;
		piece[n++] = (unsigned char)(bits >> 16);
		piece[n++] = (unsigned char)(bits >> 8);
		piece[n++] = (unsigned char)bits;
		held = 0;
	}
	if (st == ST_OK)
		st = buf_add(out, span_of(piece, n));
	mem_wipe(piece, sizeof(piece)); /* it may be a key */
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

/* Three octets (fewer at the end: N) as four characters. */
static void encode_three(const unsigned char *p, size_t n, unsigned char *four)
{
	uint32_t bits = (uint32_t)p[0] << 16;

	if (n > 1)
		bits |= (uint32_t)p[1] << 8;
	if (n > 2)
		bits |= p[2];
	for (unsigned j = 0; j < 4; j++)
		four[j] = j <= n ? (unsigned char)
					   alphabet[bits >> (18 - 6 * j) & 63]
				 : '=';
}

enum status b64_encode(struct span s, struct buf *out)
{
	unsigned char piece[4 * 32];
	enum status st = ST_OK;

	while (s.n && st == ST_OK) {
		size_t n = 0;

		for (; s.n && n < sizeof(piece); n += 4) {
			encode_three(s.p, s.n, piece + n);
			s = span_from(s, 3);
		}
		st = buf_add(out, span_of(piece, n));
	}
	mem_wipe(piece, sizeof(piece)); /* it may be a key */
	return st;
}
