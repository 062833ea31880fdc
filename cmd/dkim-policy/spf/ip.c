#include "ip.h"

#include <arpa/inet.h>
#include <string.h>

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

static void unmap(struct ip *a)
{
	if (!a->v6 || memcmp(a->b, mapped, sizeof(mapped)) != 0)
		return;
	memmove(a->b, a->b + 12, 4);
	memset(a->b + 4, 0, 12);
	a->v6 = false;
}

bool ip_parse_as(struct span text, bool v6, struct ip *out)
{
	char copy[INET6_ADDRSTRLEN + 1];

	*out = (struct ip){ .v6 = v6 };
	if (text.n == 0 || text.n >= sizeof(copy) ||
	    span_find(text, 0) < text.n)
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = 0;
	return inet_pton(v6 ? AF_INET6 : AF_INET, copy, out->b) == 1;
}

bool ip_parse(struct span text, struct ip *out)
{
	if (!ip_parse_as(text, span_find(text, ':') < text.n, out))
		return false;
	unmap(out);
	return true;
}

bool ip_octets(struct span octets, struct ip *out)
{
	*out = (struct ip){ .v6 = octets.n == 16 };
	if (octets.n != 4 && octets.n != 16)
		return false;
	memcpy(out->b, octets.p, octets.n);
	unmap(out);
	return true;
}

bool ip_within(const struct ip *a, const struct ip *net, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (a->v6 != net->v6 || memcmp(a->b, net->b, whole) != 0)
		return false;
	return rest == 0 ||
	       (a->b[whole] >> (8 - rest)) == (net->b[whole] >> (8 - rest));
}

bool ip_eq(const struct ip *a, const struct ip *b)
{
	return ip_within(a, b, a->v6 ? 128 : 32);
}

void ip_format(const struct ip *a, struct buf *out)
{
	char text[INET6_ADDRSTRLEN] = "";

	(void)inet_ntop(a->v6 ? AF_INET6 : AF_INET, a->b, text, sizeof(text));
	buf_putf(out, "%s", text);
}

void ip_reverse(const struct ip *a, struct buf *out)
{
	if (!a->v6) {
		buf_putf(out, "%u.%u.%u.%u.in-addr.arpa", a->b[3], a->b[2],
			 a->b[1], a->b[0]);
		return;
	}
	for (size_t i = 16; i > 0; i--)
		buf_putf(out, "%x.%x.", a->b[i - 1] & 15U, a->b[i - 1] >> 4);
	buf_put(out, SPAN("ip6.arpa"));
}
