#include "dns_resolver.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "dns_ask.h"
#include "dns_ldns.h"
#include "io.h"
#include "lines.h"
#include "when.h"

enum {
	MOST_SERVERS = 32,
	ROUNDS = 2, /* a datagram may be lost (RFC 1035 4.2.1) */
	QUERY_MS = 5000,
	DEADLINE_MS = 30000,
	CONF_BYTES = 64 * 1024,
};

struct resolver {
	struct dns dns;
	struct dns_server server[MOST_SERVERS];
	atomic_bool
		late[MOST_SERVERS]; /* its last answer did not come in time */
	size_t n;
	unsigned query_ms, deadline_ms;
	bool trust_ad;
};

/* One look-up, at some name of a chain of aliases. */
struct chase {
	struct resolver *r;
	enum dns_type type;
	ldns_rdf *name;
	unsigned hops;
	int64_t deadline_ms;
	enum dns_secure secure; /* the least of the answers so far */
	uint32_t ttl;		/* the least so far */
	struct dns_reply *out;
};

/* ---- asking ---- */

/* RFC 6840 5.8: the AD bit is what the server found out. It is believed when
 * the path to the server is: loopback, or what the user trusts. */
static enum dns_secure read_ad(const struct resolver *r,
			       const struct dns_server *server,
			       const ldns_pkt *reply)
{
	if (!server->loopback && !r->trust_ad)
		return DNS_UNKNOWN;
	return ldns_pkt_ad(reply) ? DNS_SECURE : DNS_INSECURE;
}

static bool time_is_over(const struct chase *c)
{
	if (when_ticks() < c->deadline_ms)
		return false;
	if (!c->out->why.text[0])
		diag_set(&c->out->why, ST_DNS, NULL,
			 "no time left: all questions together "
			 "may take %g s",
			 c->r->deadline_ms / 1000.0);
	return true;
}

/* Which server comes when: in order, but those that were late come last, so
 * that a dead server costs those who wait one timeout and not one each. */
static void put_in_order(struct resolver *r, size_t order[MOST_SERVERS])
{
	size_t late[MOST_SERVERS], late_n = 0, n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (atomic_load(&r->late[i]))
			late[late_n++] = i;
		else
			order[n++] = i;
	for (size_t i = 0; i < late_n; i++)
		order[n++] = late[i];
}

/* Ask the servers; those that did not answer are asked once more. */
static ldns_pkt *ask_servers(struct chase *c)
{
	struct resolver *r = c->r;
	struct dns_question q = { c->name, dns_rr_type(c->type), r->query_ms,
				  c->deadline_ms };
	bool answered[MOST_SERVERS] = { false };
	size_t order[MOST_SERVERS];

	put_in_order(r, order);
	for (size_t turn = 0; turn < ROUNDS * r->n; turn++) {
		size_t at = order[turn % r->n];
		const struct dns_server *server = &r->server[at];
		ldns_pkt *reply = NULL;

		if (answered[at])
			continue;
		c->out->timeout = time_is_over(c);
		if (c->out->timeout)
			return NULL;
		enum dns_asked got = dns_ask(server, &q, &reply, &c->out->why);

		answered[at] = got == DNS_REPLIED || got == DNS_REFUSED;
		c->out->timeout = got == DNS_TIMED_OUT;
		if (answered[at] || got == DNS_TIMED_OUT)
			atomic_store(&r->late[at], got == DNS_TIMED_OUT);
		if (got == DNS_REPLIED) {
			enum dns_secure s = read_ad(r, server, reply);

			c->secure = s < c->secure ? s : c->secure;
			return reply;
		}
	}
	return NULL;
}

/* ---- answers ---- */

/* A record of TYPE at NAME in the answer section; no other is an answer (RFC
 * 5452 6). */
static bool is_at(const ldns_rr *rr, ldns_rr_type type, const ldns_rdf *name)
{
	return ldns_rr_get_type(rr) == type &&
	       ldns_rr_get_class(rr) == LDNS_RR_CLASS_IN &&
	       span_ieq(dns_rr_wire(ldns_rr_owner(rr)), dns_rr_wire(name));
}

static void saw_ttl(struct chase *c, const ldns_rr *rr)
{
	uint32_t ttl = dns_rr_ttl(rr);

	c->ttl = ttl < c->ttl ? ttl : c->ttl;
}

/* The alias at NAME: ST_OK with *ALIAS (NULL: none), or ST_DNS when there are
 * two targets, where the order of records would decide. */
static enum status find_alias(const ldns_rr_list *answer, const ldns_rdf *name,
			      const ldns_rr **alias)
{
	*alias = NULL;
	for (size_t i = 0; i < ldns_rr_list_rr_count(answer); i++) {
		const ldns_rr *rr = ldns_rr_list_rr(answer, i);

		if (!is_at(rr, LDNS_RR_TYPE_CNAME, name))
			continue;
		struct span to = dns_rr_wire(ldns_rr_rdf(rr, 0));

		if (!to.n ||
		    (*alias &&
		     !span_ieq(dns_rr_wire(ldns_rr_rdf(*alias, 0)), to)))
			return ST_DNS;
		*alias = rr;
	}
	return ST_OK;
}

/* Move C to the target of ALIAS. */
static enum status take_alias(struct chase *c, const ldns_rr *alias)
{
	ldns_rdf *to = ldns_rr_rdf(alias, 0);
	struct dns_name name;

	if (c->hops++ == LIMIT_CNAMES)
		return diag_set(&c->out->why, ST_DNS, "RFC 1034 3.6.2",
				"a CNAME loop, or a chain of more than %d",
				LIMIT_CNAMES);
	if (!dns_name_of_wire(dns_rr_wire(to), &name))
		return diag_set(&c->out->why, ST_DNS, "RFC 1035 2.3.4",
				"an alias whose target is not a domain name");
	dns_add_alias(c->out, &name);
	saw_ttl(c, alias);
	ldns_rdf_deep_free(c->name);
	c->name = ldns_rdf_clone(to);
	return ST_OK;
}

/* Move C to the end of the chain in ANSWER (RFC 1034 3.6.2). */
static enum status follow(struct chase *c, const ldns_rr_list *answer)
{
	const ldns_rr *alias = NULL;
	enum status st = ST_OK;

	while (st == ST_OK) {
		if (find_alias(answer, c->name, &alias) != ST_OK)
			return diag_set(&c->out->why, ST_DNS, "RFC 2181 10.1",
					"an answer with several CNAME records "
					"at one name");
		if (!alias)
			return ST_OK;
		st = take_alias(c, alias);
	}
	return st;
}

static void give_records(struct chase *c, const ldns_rr_list *answer)
{
	ldns_rr_type type = dns_rr_type(c->type);
	enum status st = ST_OK;
	struct buf data;

	buf_init(&data, DNS_WIRE_DATA);
	for (size_t i = 0; i < ldns_rr_list_rr_count(answer) && st == ST_OK;
	     i++) {
		const ldns_rr *rr = ldns_rr_list_rr(answer, i);

		if (!is_at(rr, type, c->name))
			continue;
		saw_ttl(c, rr);
		buf_reset(&data);
		st = dns_rr_data(rr, c->type, &data);
		if (st == ST_OK)
			st = dns_add_record(c->out, buf_span(&data));
		else
			st = diag_set(&c->out->why, st, "RFC 1035 3.3",
				      "malformed data of a record");
	}
	if (st != ST_OK)
		c->out->answer = DNS_FAILED;
	else if (c->out->answer == DNS_RECORDS)
		c->out->ttl = c->ttl;
	buf_free(&data);
}

/* RFC 5452 6: there are records, but none is at the name or an alias of it.
 * Such an answer does not say that there is nothing. */
static bool is_off_topic(const struct chase *c, const ldns_rr_list *answer,
			 unsigned hops)
{
	return c->out->answer == DNS_NODATA && c->hops == hops &&
	       ldns_rr_list_rr_count(answer) > 0;
}

/* Ask for the name of C. False when there is one more question to ask: an
 * authoritative server leaves a chain that ends in another zone unfinished. */
static bool resolve(struct chase *c)
{
	struct dns_reply *out = c->out;
	ldns_pkt *reply = ask_servers(c);
	unsigned before = c->hops;
	bool done = true;

	if (!reply)
		return true;
	const ldns_rr_list *answer = ldns_pkt_answer(reply);

	out->octets = ldns_pkt_size(reply);
	if (follow(c, answer) == ST_OK) {
		bool absent = ldns_pkt_get_rcode(reply) == LDNS_RCODE_NXDOMAIN;

		/* RFC 6604 3: the code is about the end of the chain */
		out->answer = absent ? DNS_NXDOMAIN : DNS_NODATA;
		out->secure = c->secure;
		if (!absent)
			give_records(c, answer);
		done = out->answer != DNS_NODATA || c->hops == before;
		if (is_off_topic(c, answer, before)) {
			diag_set(&out->why, ST_DNS, "RFC 5452 6",
				 "an answer that is about "
				 "something else");
			out->answer = DNS_FAILED;
		}
	} else {
		out->answer = DNS_FAILED;
	}
	ldns_pkt_free(reply);
	return done;
}

/* ---- the class ---- */

static int64_t deadline_of(const struct resolver *r, struct dns_clock *clock)
{
	int64_t now = when_ticks();

	if (clock && !clock->start_ms)
		clock->start_ms = now;
	return (clock ? clock->start_ms : now) + r->deadline_ms;
}

static void ldns_get(struct dns *dns, const struct dns_query *query,
		     struct dns_reply *out)
{
	struct resolver *r = (struct resolver *)dns;
	struct chase c = { .r = r,
			   .type = query->type,
			   .name = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME,
							 query->name.n,
							 query->name.b),
			   .deadline_ms = deadline_of(r, query->clock),
			   .secure = DNS_SECURE,
			   .ttl = UINT32_MAX,
			   .out = out };

	out->answer = DNS_FAILED;
	if (!c.name)
		diag_set(&out->why, ST_DNS, "RFC 1035 2.3.4",
			 "not a domain name");
	while (c.name && !resolve(&c))
		out->answer = DNS_FAILED;
	ldns_rdf_deep_free(c.name);
}

static void ldns_close(struct dns *dns)
{
	free(dns);
}

/* ---- opening ---- */

static enum status take_server(struct resolver *r, const char *text,
			       struct diag *why)
{
	if (r->n == MOST_SERVERS)
		return diag_set(why, ST_USAGE, NULL,
				"more than %d name servers", MOST_SERVERS);
	enum status st = dns_server_parse(text, &r->server[r->n], why);

	r->n += st == ST_OK;
	return st;
}

/* resolv.conf(5), of which servers and trust-ad are used. Names are absolute
 * (RFC 6376 3.6.2.1), so that no search list applies. */
static void take_line(struct resolver *r, struct span line)
{
	struct span rest = span_trim(line), word = lines_word(&rest);

	if (span_eq(word, SPAN("nameserver"))) {
		struct span server = lines_word(&rest);
		char *text = mem_copy(server.p, server.n);

		/* a line that is not understood is ignored (resolv.conf(5)) */
		status_ignore(take_server(r, text, NULL));
		free(text);
	}
	while (span_eq(word, SPAN("options")) && rest.n)
		r->trust_ad |= span_eq(lines_word(&rest), SPAN("trust-ad"));
}

static enum status read_conf(struct resolver *r, const char *path,
			     struct diag *why)
{
	struct diag inner = { 0 };
	struct span rest, line;
	struct buf text;
	int fd = -1;

	buf_init(&text, CONF_BYTES);
	enum status st = io_open_input(path, &fd, &inner);

	if (st == ST_OK)
		st = io_read_all(fd, &text, &inner);
	if (fd >= 0)
		close(fd);
	rest = buf_span(&text);
	while (st == ST_OK && span_split(&rest, '\n', &line))
		take_line(r, line);
	buf_free(&text);
	if (st == ST_OK && r->n)
		return ST_OK;
	return diag_set(why, ST_CONFIG, NULL, "%s: %s", path,
			inner.text[0] ? inner.text : "names no name server");
}

enum status dns_resolver_open(const struct dns_servers *conf, struct dns **out,
			      struct diag *why)
{
	static const struct dns_class class = { ldns_get, ldns_close };
	struct resolver *r = mem_alloc(sizeof(*r));
	enum status st = dns_ldns_load(why);

	r->dns.class = &class;
	r->dns.waits = true;
	r->query_ms = conf->query_ms ? conf->query_ms : QUERY_MS;
	r->deadline_ms = conf->deadline_ms ? conf->deadline_ms : DEADLINE_MS;
	r->trust_ad = conf->trust_ad;
	if (st == ST_OK && conf->n == 0)
		st = read_conf(r,
			       conf->resolv_conf ? conf->resolv_conf
						 : "/etc/resolv.conf",
			       why);
	for (size_t i = 0; i < conf->n && st == ST_OK; i++)
		st = take_server(r, conf->server[i], why);
	*out = st == ST_OK ? &r->dns : NULL;
	if (st != ST_OK)
		free(r);
	return st;
}
