#include "hosts.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

/* IPv4 addresses are kept as the IPv6 addresses that map them. */
struct host_rule {
	bool except;	  /* "!" */
	struct span name; /* .n is 0: an address, `b` and `bits` */
	unsigned char b[16];
	unsigned bits;
};

enum { MAPPED_BITS = 96 };

/* TEXT as an address; false if it is not one. */
static bool parse_address(struct span text, unsigned char b[static 16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	char copy[INET6_ADDRSTRLEN];

	if (text.n == 0 || text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = 0;
	memcpy(b, mapped, sizeof(mapped));
	return inet_pton(AF_INET, copy, b + sizeof(mapped)) == 1 ||
	       inet_pton(AF_INET6, copy, b) == 1;
}

static bool same_network(const unsigned char *a, const unsigned char *b,
			 unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(a, b, whole) != 0)
		return false;
	return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

static enum status add_rule(void *ctx, struct span line, struct diag *why)
{
	struct hosts *h = ctx;
	struct host_rule r = { .except = line.p[0] == '!', .bits = 128 };
	struct span text = span_trim(span_from(line, r.except)), bits = text;
	struct name ignored;
	uint64_t n = 128;

	(void)span_split(&bits, '/', &text);
	if (parse_address(text, r.b)) {
		bool v4 = span_find(text, ':') == text.n;
		uint64_t most = v4 ? 32 : 128;

		n = most;
		if (bits.p && (!span_u64(bits, &n) || n > most))
			return lines_bad(&h->lines, why,
					 "a network has 0 to %u bits",
					 (unsigned)most);
		r.bits = (unsigned)n + (v4 ? MAPPED_BITS : 0);
	} else {
		bool dot = span_starts(text, SPAN("."));

		if (bits.p || name_parse(span_from(text, dot),
					 NAME_UNDERSCORE | NAME_SINGLE,
					 &ignored, NULL) != ST_OK)
			return lines_bad(&h->lines, why,
					 "not an address, ADDRESS/BITS, a name "
					 "or .DOMAIN");
		r.name = text;
	}
	h->v = array_grow(h->v, h->n, sizeof(*h->v));
	h->v[h->n++] = r;
	return ST_OK;
}

enum status hosts_read(const char *path, struct hosts *out, struct diag *why)
{
	*out = (struct hosts){ 0 };
	return lines_each(&out->lines, path, add_rule, out, why);
}

void hosts_free(struct hosts *h)
{
	lines_free(&h->lines);
	free(h->v);
	*h = (struct hosts){ 0 };
}

static bool name_matches(struct span rule, struct span name)
{
	if (!span_starts(rule, SPAN(".")))
		return span_ieq(rule, name);
	return name.n > rule.n &&
	       span_ieq(span_from(name, name.n - rule.n), rule);
}

/* TEXT without what an address literal of SMTP has around it. */
static struct span without_brackets(struct span text)
{
	text = span_trim(text);
	if (span_starts(text, SPAN("[")) && span_ends(text, SPAN("]")))
		text = span_from(span_head(text, text.n - 1), 1);
	if (span_ieq(span_head(text, 5), SPAN("IPv6:")))
		text = span_from(text, 5);
	return text;
}

/* A line with "!" (EXCEPT), or one without, is about the host TEXT. */
static bool is_listed(const struct hosts *h, struct span text, bool except)
{
	unsigned char b[16];
	bool is_address;

	text = without_brackets(text);
	is_address = parse_address(text, b);
	for (size_t i = 0; i < h->n; i++) {
		const struct host_rule *r = &h->v[i];

		if (r->except == except && (r->name.n == 0) == is_address &&
		    (r->name.n ? name_matches(r->name, text)
			       : same_network(r->b, b, r->bits)))
			return true;
	}
	return false;
}

bool hosts_has(const struct hosts *h, const struct span *host, size_t n)
{
	bool listed = false;

	for (size_t i = 0; i < n; i++) {
		if (is_listed(h, host[i], true))
			return false;
		listed |= is_listed(h, host[i], false);
	}
	return listed;
}

bool hosts_trusts(const struct hosts *h, const char *const *client, size_t n,
		  const char *auth)
{
	struct span *host = mem_array(NULL, n, sizeof(*host));
	bool here = n > 0;

	for (size_t i = 0; i < n; i++) {
		host[i] = span_str(client[i]);
		here &= host[i].n == 0;
	}
	bool trusted = (auth && *auth) || here || hosts_has(h, host, n);

	free(host);
	return trusted;
}
