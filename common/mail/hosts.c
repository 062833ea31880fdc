#include "hosts.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "idn.h"

/* IPv4 addresses are kept as the IPv6 addresses that map them. */
struct host_rule {
	bool except; /* "!" */
	enum { HOST_NETWORK, HOST_NAME, HOST_BELOW } kind;
	struct name name;    /* of HOST_NAME, or above those of HOST_BELOW */
	unsigned char b[16]; /* of HOST_NETWORK, with `bits` */
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

/* TEXT has no letter, as "192.0.2.1-9", "192.0.2." and "300.0.0.1": no name of
 * a host is so (RFC 1123 2.1). */
static bool is_numeric(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (!ascii_digit(text.p[i]) && !strchr(".-/", text.p[i]))
			return false;
	return true;
}

static enum status read_host_name(const struct hosts *h, struct span text,
				  struct host_rule *r, struct diag *why)
{
	struct span all = text;

	if (span_starts(text, SPAN("*.")))
		text = span_from(text, 1);
	r->kind = span_starts(text, SPAN(".")) ? HOST_BELOW : HOST_NAME;
	enum status st = idn_typed(span_from(text, r->kind == HOST_BELOW),
				   NAME_UNDERSCORE | NAME_SINGLE, &r->name,
				   why);

	if ((st == ST_OK && !is_numeric(text)) || st == ST_DNS)
		return st;
	if (is_numeric(all))
		return lines_bad(&h->lines, why,
				 "not an IP address; a network is "
				 "ADDRESS/BITS");
	return lines_bad(&h->lines, why,
			 span_has(all, '*')
				 ? "\"*\" stands for whole labels, in front: "
				   "*.DOMAIN; list other names one by one"
				 : "not an address, ADDRESS/BITS, a name, "
				   ".DOMAIN or *.DOMAIN");
}

static enum status add_rule(void *ctx, struct span line, struct diag *why)
{
	struct hosts *h = ctx;
	struct host_rule r = { .except = line.p[0] == '!', .bits = 128 };
	struct span all = span_trim(span_from(line, r.except));
	/* OpenDKIM has the brackets around the address, some tables around
	 * the network */
	struct span bits = without_brackets(all), text = bits;
	uint64_t n = 128;

	(void)span_split(&bits, '/', &text);
	text = without_brackets(text);
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
		enum status st = read_host_name(h, all, &r, why);

		if (st != ST_OK)
			return st;
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

/* A host with the address B, or if NAME is not NULL with that name. */
static bool rule_matches(const struct host_rule *r, const unsigned char *b,
			 const struct name *name)
{
	if ((r->kind == HOST_NETWORK) != !name)
		return false;
	switch (r->kind) {
	case HOST_NETWORK:
		return same_network(r->b, b, r->bits);
	case HOST_NAME:
		return name_eq(name, &r->name);
	case HOST_BELOW:
		return name_within(name, &r->name) && !name_eq(name, &r->name);
	}
	return false;
}

/* TEXT, which is not a name, ends as one that a line with "!" excludes. */
static bool is_below_excluded(const struct hosts *h, struct span text)
{
	if (span_ends(text, SPAN(".")))
		text.n--;
	for (size_t i = 0; i < h->n; i++) {
		struct span above = span_str(h->v[i].name.text);

		if (h->v[i].except && h->v[i].kind == HOST_BELOW &&
		    text.n > above.n && text.p[text.n - above.n - 1] == '.' &&
		    span_ieq(span_from(text, text.n - above.n), above))
			return true;
	}
	return false;
}

/* A line with "!" (EXCEPT), or one without, is about the host TEXT. */
static bool is_listed(const struct hosts *h, struct span text, bool except)
{
	unsigned char b[16];
	struct name name;
	bool is_address = parse_address(without_brackets(text), b);

	if (!is_address &&
	    idn_typed(span_trim(text), NAME_UNDERSCORE | NAME_SINGLE, &name,
		      NULL) != ST_OK)
		return except && is_below_excluded(h, span_trim(text));
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].except == except &&
		    rule_matches(&h->v[i], b, is_address ? NULL : &name))
			return true;
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
