#include "spf_hosts.h"

void spf_hosts_free(struct spf_hosts *h)
{
	for (size_t i = 0; i < h->n; i++)
		buf_free(&h->names[i]);
	h->n = 0;
}

bool spf_hosts_charge(struct spf_hosts *h)
{
	return h->free_of_charge || ++h->lookups <= SPF_LOOKUPS;
}

static void ask_dns(const struct spf_hosts *h, enum dns_type type,
		    const struct dns_name *name, struct dns_reply *out)
{
	const struct dns_query query = { .type = type,
					 .name = *name,
					 .clock = h->client.clock };

	dns_get(h->client.dns, &query, out);
}

/* Count the answer to a term's own question if it has no records (4.6.4). False
 * if that was one too many. */
static bool count_void(struct spf_hosts *h, const struct dns_reply *reply)
{
	if (h->free_of_charge || reply->answer == DNS_RECORDS ||
	    reply->answer == DNS_FAILED)
		return true;
	return ++h->voids <= SPF_VOIDS;
}

static enum dns_type address_type(const struct spf_hosts *h)
{
	return h->client.ip.v6 ? DNS_AAAA : DNS_A;
}

static bool has_address(const struct spf_hosts *h,
			const struct dns_reply *reply, unsigned bits)
{
	for (size_t i = 0; i < reply->n; i++) {
		struct ip ip;

		if (ip_octets(buf_span(&reply->records[i]), &ip) &&
		    ip_within(&h->client.ip, &ip, bits))
			return true;
	}
	return false;
}

/* The client's address is one of NAME's. */
static enum spf_hosts_answer match_address(struct spf_hosts *h,
					   const struct spf_term *t,
					   const struct dns_name *name,
					   bool own)
{
	enum spf_hosts_answer answer = SPF_HOSTS_NO;
	struct dns_reply reply;

	ask_dns(h, address_type(h), name, &reply);
	if (reply.answer == DNS_FAILED) {
		h->why = reply.why;
		answer = SPF_HOSTS_FAILED;
	} else if (own && !count_void(h, &reply)) {
		answer = SPF_HOSTS_LIMIT;
	} else if (has_address(h, &reply,
			       h->client.ip.v6 ? t->bits6 : t->bits4)) {
		answer = SPF_HOSTS_YES;
	}
	dns_reply_free(&reply);
	return answer;
}

static enum spf_hosts_answer match_exists(struct spf_hosts *h,
					  const struct dns_name *name)
{
	enum spf_hosts_answer answer;
	struct dns_reply reply;

	/* 5.7: an A record, whatever the client's family */
	ask_dns(h, DNS_A, name, &reply);
	h->why = reply.why;
	answer = reply.answer == DNS_FAILED    ? SPF_HOSTS_FAILED
		 : reply.answer == DNS_RECORDS ? SPF_HOSTS_YES
		 : count_void(h, &reply)       ? SPF_HOSTS_NO
					       : SPF_HOSTS_LIMIT;
	dns_reply_free(&reply);
	return answer;
}

/* 5.4. Records come sorted by preference, which decides nothing here. */
static enum spf_hosts_answer match_servers(struct spf_hosts *h,
					   const struct spf_term *t,
					   const struct dns_reply *reply)
{
	enum spf_hosts_answer answer = SPF_HOSTS_NO;

	if (reply->n > SPF_LOOKUPS)
		return SPF_HOSTS_LIMIT;
	for (size_t i = 0; i < reply->n && answer == SPF_HOSTS_NO; i++) {
		struct span host = span_from(buf_span(&reply->records[i]), 2);
		struct dns_name name;

		/* the null MX is "." (RFC 7505) */
		if (dns_name_of(host, &name))
			answer = match_address(h, t, &name, false);
	}
	return answer;
}

static enum spf_hosts_answer match_mx(struct spf_hosts *h,
				      const struct spf_term *t,
				      const struct dns_name *name)
{
	enum spf_hosts_answer answer;
	struct dns_reply reply;

	ask_dns(h, DNS_MX, name, &reply);
	h->why = reply.why;
	answer = reply.answer == DNS_FAILED ? SPF_HOSTS_FAILED
		 : !count_void(h, &reply)   ? SPF_HOSTS_LIMIT
					    : match_servers(h, t, &reply);
	dns_reply_free(&reply);
	return answer;
}

/* --- ptr (RFC 7208 5.5) and %{p} ----------------------------------------- */

/* HOST has the client's address; without an answer it has not (5.5). */
static bool is_own(const struct spf_hosts *h, struct span host)
{
	struct dns_reply reply;
	struct dns_name name;
	bool own;

	if (!dns_name_of(host, &name))
		return false;
	ask_dns(h, address_type(h), &name, &reply);
	own = has_address(h, &reply, h->client.ip.v6 ? 128 : 32);
	dns_reply_free(&reply);
	return own;
}

/* Find which of the first ten names of the client have its address, once for an
 * evaluation. False if there were too many answers without records. */
static bool validate(struct spf_hosts *h)
{
	struct dns_reply reply = { 0 };
	struct dns_name name;
	struct buf text;
	bool in_bounds;

	if (h->validated)
		return true;
	h->validated = true;
	buf_init(&text, SPF_NAME);
	ip_reverse(&h->client.ip, &text);
	if (dns_name_of(buf_span(&text), &name))
		ask_dns(h, DNS_PTR, &name, &reply);
	in_bounds = count_void(h, &reply);
	for (size_t i = 0; in_bounds && i < reply.n && i < SPF_LOOKUPS; i++) {
		struct span host = buf_span(&reply.records[i]);

		if (!is_own(h, host))
			continue;
		buf_init(&h->names[h->n], host.n);
		buf_put(&h->names[h->n++], host);
	}
	dns_reply_free(&reply);
	buf_free(&text);
	return in_bounds;
}

/* HOST is DOMAIN or below it. */
static bool is_within(struct span host, struct span domain)
{
	return span_ieq(host, domain) ||
	       (host.n > domain.n + 1 && host.p[host.n - domain.n - 1] == '.' &&
		span_ieq(span_from(host, host.n - domain.n), domain));
}

static enum spf_hosts_answer match_ptr(struct spf_hosts *h, struct span target)
{
	if (!validate(h))
		return SPF_HOSTS_LIMIT;
	for (size_t i = 0; i < h->n; i++)
		if (is_within(buf_span(&h->names[i]), target))
			return SPF_HOSTS_YES;
	return SPF_HOSTS_NO;
}

enum status spf_hosts_name(struct spf_hosts *h, struct span domain,
			   struct span *out)
{
	*out = SPAN("unknown");
	if (!h->validated && (!spf_hosts_charge(h) || !validate(h)))
		return ST_LIMIT;
	if (h->n)
		*out = buf_span(&h->names[0]);
	/* 7.3: the domain itself if it is among them, else one below it */
	for (size_t i = 0; i < h->n; i++)
		if (is_within(buf_span(&h->names[i]), domain) &&
		    !span_ieq(*out, domain))
			*out = buf_span(&h->names[i]);
	return ST_OK;
}

enum spf_hosts_answer spf_hosts_match(struct spf_hosts *h,
				      const struct spf_term *t,
				      struct span target)
{
	struct dns_name name;

	if (!dns_name_of(target, &name))
		return SPF_HOSTS_NO;
	if (t->mechanism == SPF_MX)
		return match_mx(h, t, &name);
	if (t->mechanism == SPF_PTR)
		return match_ptr(h, target);
	if (t->mechanism == SPF_EXISTS)
		return match_exists(h, &name);
	return match_address(h, t, &name, true);
}
