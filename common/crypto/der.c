#include "der.h"

/* X.690 8.1.3, 10.1: the length that begins REST, in four bytes at most: no key
 * is as long as that. */
static bool take_length(struct span *rest, size_t *length)
{
	if (rest->n == 0)
		return false;
	size_t octets = rest->p[0] & 0x7fU, value = 0;

	if (rest->p[0] < 0x80) {
		*length = rest->p[0];
		*rest = span_from(*rest, 1);
		return true;
	}
	/* 0x80 alone is the indefinite form of BER */
	if (octets == 0 || octets > 4 || rest->n < 1 + octets ||
	    rest->p[1] == 0)
		return false;
	for (size_t i = 1; i <= octets; i++)
		value = value << 8 | rest->p[i];
	if (value < 0x80)
		return false;
	*length = value;
	*rest = span_from(*rest, 1 + octets);
	return true;
}

bool der_next(struct span rest, enum der_tag tag)
{
	return rest.n > 0 && rest.p[0] == (unsigned char)tag;
}

bool der_take(struct span *rest, enum der_tag tag, struct span *content)
{
	struct span inner;
	size_t length = 0;

	if (!der_next(*rest, tag))
		return false;
	inner = span_from(*rest, 1);
	if (!take_length(&inner, &length) || length > inner.n)
		return false;
	*content = span_head(inner, length);
	*rest = span_from(inner, length);
	return true;
}

size_t der_cut(struct span rest)
{
	struct span inner = span_from(rest, 1);
	size_t length = 0;

	return der_next(rest, DER_SEQUENCE) && take_length(&inner, &length) &&
			       length > inner.n
		       ? length - inner.n
		       : 0;
}

bool der_natural(struct span *rest, struct span *value)
{
	struct span after = *rest, v = { 0 };

	if (!der_take(&after, DER_INTEGER, &v) || v.n == 0 || v.p[0] >= 0x80)
		return false;
	if (v.p[0] == 0) {
		/* X.690 8.3.2: a zero octet only where the sign needs it */
		if (v.n > 1 && v.p[1] < 0x80)
			return false;
		v = span_from(v, 1);
	}
	*value = v;
	*rest = after;
	return true;
}

bool der_bits(struct span *rest, enum der_tag tag, struct span *content)
{
	struct span after = *rest, v = { 0 };

	/* the first octet counts the unused bits of the last */
	if (!der_take(&after, tag, &v) || v.n == 0 || v.p[0] != 0)
		return false;
	*content = span_from(v, 1);
	*rest = after;
	return true;
}

static void put_octet(struct buf *out, size_t octet)
{
	const unsigned char c = (unsigned char)octet;

	buf_put(out, span_of(&c, 1));
}

static void put_tag_and_length(struct buf *out, enum der_tag tag, size_t length)
{
	unsigned octets = 0;

	if (length >= 0x80)
		while (length >> 8 * octets)
			octets++;
	put_octet(out, tag);
	put_octet(out, octets ? 0x80 | octets : length);
	while (octets--)
		put_octet(out, length >> 8 * octets);
}

void der_put(struct buf *out, enum der_tag tag, struct span content)
{
	put_tag_and_length(out, tag, content.n);
	buf_put(out, content);
}

void der_put_natural(struct buf *out, struct span magnitude)
{
	/* a zero octet before a set sign bit, and for zero itself */
	bool zero = magnitude.n == 0 || magnitude.p[0] >= 0x80;

	put_tag_and_length(out, DER_INTEGER, magnitude.n + zero);
	buf_put(out, zero ? SPAN("\0") : SPAN(""));
	buf_put(out, magnitude);
}
