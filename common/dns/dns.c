#include "dns.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"

/* A name as text: each of its octets may become \DDD. */
enum { NAME_TEXT = 4 * DNS_WIRE_NAME };

static int by_octets(const void *a, const void *b)
{
	return span_cmp(buf_span(a), buf_span(b));
}

/* Servers rotate the records of a set and a zone file may repeat one; no result
 * depends on that. RFC 2181 5: a set has no duplicates. */
static void sort_records(struct dns_reply *out)
{
	size_t kept = 0;

	if (out->n < 2)
		return;
	qsort(out->records, out->n, sizeof(*out->records), by_octets);
	for (size_t i = 0; i < out->n; i++) {
		if (kept && span_eq(buf_span(&out->records[kept - 1]),
				    buf_span(&out->records[i])))
			buf_free(&out->records[i]);
		else
			out->records[kept++] = out->records[i];
	}
	out->n = kept;
}

static enum status label_text(struct span label, struct buf *out)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < label.n && st == ST_OK; i++) {
		unsigned char c = ascii_lower(label.p[i]);

		st = c <= ' ' || c > '~' || span_find(SPAN(".\\\"();@$"), c) < 8
			     ? buf_addf(out, "\\%03u", c)
			     : buf_addc(out, c);
	}
	return st;
}

enum status dns_name_text(const struct dns_name *name, struct buf *out)
{
	enum status st = name->n > 1 ? ST_OK : buf_addc(out, '.');

	for (size_t at = 0; at + 1 < name->n && st == ST_OK;) {
		size_t n = name->b[at];

		if (at)
			st = buf_addc(out, '.');
		if (st == ST_OK)
			st = label_text(span_of(name->b + at + 1, n), out);
		at += n + 1;
	}
	return st;
}

static void free_records(struct dns_reply *reply)
{
	for (size_t i = 0; i < reply->n; i++)
		buf_free(&reply->records[i]);
	free(reply->records);
	reply->records = NULL;
	reply->n = 0;
}

void dns_reply_free(struct dns_reply *reply)
{
	free_records(reply);
	buf_free(&reply->chain);
	*reply = (struct dns_reply){ 0 };
}

void dns_close(struct dns *dns)
{
	if (dns)
		dns->class->close(dns);
}

/* A failure has no records, other answers no reason. */
static void clear_unused(struct dns_reply *out)
{
	if (out->answer == DNS_FAILED) {
		free_records(out);
		out->secure = DNS_UNKNOWN;
		out->ttl = 0;
	} else {
		out->timeout = false;
		out->why = (struct diag){ 0 };
	}
}

static enum status too_much(struct dns_reply *out, const char *what)
{
	out->answer = DNS_FAILED;
	clear_unused(out);
	return diag_set(&out->why, ST_LIMIT, "RFC 6376 8.9", "%s", what);
}

enum status dns_add_record(struct dns_reply *out, struct span octets)
{
	if (out->n == DNS_MOST_OTHERS)
		return too_much(out, "more than 16384 records at one name");
	if (octets.n > DNS_WIRE_DATA)
		return too_much(out, "a record of more than 65535 octets");
	out->records = array_grow(out->records, out->n, sizeof(*out->records));
	struct buf *b = &out->records[out->n++];

	buf_init(b, octets.n);
	buf_put(b, octets);
	out->answer = DNS_RECORDS;
	return ST_OK;
}

enum status dns_add_chain(struct dns_reply *out, struct span chain)
{
	if (!out->chain.max)
		buf_init(&out->chain, (LIMIT_CNAMES + 1) * NAME_TEXT);
	return buf_add(&out->chain, chain);
}

void dns_add_alias(struct dns_reply *out, const struct dns_name *target)
{
	if (dns_add_chain(out, (struct span){ 0 }) != ST_OK ||
	    dns_name_text(target, &out->chain) != ST_OK ||
	    buf_addc(&out->chain, '\n') != ST_OK)
		abort(); /* more of them than the header allows */
}

/* One octet off *TEXT: with ESCAPES \DDD, \ and any other, or itself. */
static bool next_octet(struct span *text, bool escapes, unsigned char *c)
{
	struct span digits = span_head(span_from(*text, 1), 3);
	uint64_t value = 0;
	size_t n = 1;

	*c = text->p[0];
	if (escapes && *c == '\\') {
		if (digits.n == 0)
			return false;
		bool ddd = digits.n == 3 && span_u64(digits, &value);

		if (value > 255)
			return false;
		*c = ddd ? (unsigned char)value : digits.p[0];
		n = ddd ? 4 : 2;
	}
	*text = span_from(*text, n);
	return true;
}

/* Labels with a dot between, of which none is empty. */
static bool read_labels(struct span text, bool escapes, struct dns_name *out)
{
	size_t label = 0; /* offset of the length of this label */

	*out = (struct dns_name){ .n = 1 };
	while (text.n) {
		bool dot = text.p[0] == '.';
		unsigned char c;

		/* a length or an octet, and that of the root after it */
		if (out->n + 1 >= sizeof(out->b) ||
		    !next_octet(&text, escapes, &c))
			return false;
		if (dot && (out->b[label] == 0 || text.n == 0))
			return false;
		if (dot) {
			label = out->n++;
		} else {
			out->b[out->n++] = c;
			if (++out->b[label] > 63)
				return false;
		}
	}
	if (out->b[label] == 0)
		return false;
	out->b[out->n++] = 0;
	return true;
}

bool dns_name_of(struct span text, struct dns_name *out)
{
	if (span_ends(text, SPAN(".")))
		text.n--;
	return read_labels(text, false, out);
}

bool dns_name_read(struct span text, struct dns_name *out)
{
	bool root = span_eq(text, SPAN("."));

	return read_labels(text, true, out) || root;
}

bool dns_name_of_wire(struct span wire, struct dns_name *out)
{
	size_t at = 0;

	while (at < wire.n && wire.p[at] && wire.p[at] <= 63)
		at += wire.p[at] + (size_t)1;
	if (at + 1 != wire.n || wire.p[at] || wire.n > sizeof(out->b))
		return false;
	memcpy(out->b, wire.p, wire.n);
	out->n = wire.n;
	return true;
}

/* RFC 6376 3.6.2.2: the strings, joined; each is after its length. RFC 1035
 * 3.3.14 has one at least, but what comes without any is a record as well. */
static enum status join_strings(struct span rdata, struct buf *out)
{
	enum status st = ST_OK;

	while (st == ST_OK && rdata.n) {
		size_t n = rdata.p[0];

		st = buf_add(out, span_head(span_from(rdata, 1), n));
		if (st == ST_OK && n >= rdata.n)
			st = ST_SYNTAX;
		rdata = span_from(rdata, n + 1);
	}
	return st;
}

/* RFC 1035 3.3.13: two names and five numbers, of which the first. */
static enum status add_serial(struct span rdata, struct buf *out)
{
	for (int names = 0; names < 2; names++) {
		size_t at = 0;

		while (at < rdata.n && rdata.p[at] && rdata.p[at] <= 63)
			at += rdata.p[at] + (size_t)1;
		if (at >= rdata.n || rdata.p[at])
			return ST_SYNTAX;
		rdata = span_from(rdata, at + 1);
	}
	return rdata.n == 20 ? buf_add(out, span_head(rdata, 4)) : ST_SYNTAX;
}

enum status dns_data_of_wire(enum dns_type type, struct span rdata,
			     struct buf *out)
{
	size_t before_name = type == DNS_MX ? 2 : 0;
	struct dns_name name;

	if (type == DNS_TXT)
		return join_strings(rdata, out);
	if (type == DNS_A || type == DNS_AAAA)
		return rdata.n == (type == DNS_A ? 4 : 16) ? buf_add(out, rdata)
							   : ST_SYNTAX;
	if (type == DNS_SOA)
		return add_serial(rdata, out);
	if (!dns_name_of_wire(span_from(rdata, before_name), &name))
		return ST_SYNTAX;
	enum status st = buf_add(out, span_head(rdata, before_name));

	return st == ST_OK ? dns_name_text(&name, out) : st;
}

static void keep_secure(struct dns_clock *clock, const struct dns_reply *reply)
{
	if (reply->answer == DNS_FAILED)
		return;
	if (!clock->answered || reply->secure < clock->secure)
		clock->secure = reply->secure;
	clock->answered = true;
}

void dns_wait_begin(const struct dns *dns)
{
	if (dns->wait)
		dns->wait->begin(dns->wait->ctx);
}

void dns_wait_end(const struct dns *dns)
{
	if (dns->wait)
		dns->wait->end(dns->wait->ctx);
}

void dns_get(struct dns *dns, const struct dns_query *query,
	     struct dns_reply *out)
{
	*out = (struct dns_reply){ .answer = DNS_FAILED };
	dns_wait_begin(dns);
	dns->class->get(dns, query, out);
	dns_wait_end(dns);
	clear_unused(out);
	if (query->type == DNS_TXT && out->n > DNS_MOST_TXT)
		status_ignore(too_much(out, "more than 100 TXT records at one "
					    "name"));
	sort_records(out);
	if (query->clock)
		keep_secure(query->clock, out);
}

void dns_get_txt(struct dns *dns, const struct name *name,
		 struct dns_clock *clock, struct dns_reply *out)
{
	struct dns_query query = { .type = DNS_TXT, .clock = clock };

	*out = (struct dns_reply){ .answer = DNS_FAILED };
	if (dns_name_of(span_str(name->text), &query.name))
		dns_get(dns, &query, out);
	else
		diag_set(&out->why, ST_DNS, "RFC 1035 2.3.4",
			 "not a domain name");
}

const char *dns_clock_word(const struct dns_clock *clock)
{
	return clock && clock->answered ? dns_secure_word(clock->secure) : NULL;
}

bool dns_clock_secure(const struct dns_clock *clock)
{
	return clock && (!clock->answered || clock->secure == DNS_SECURE);
}

const char *dns_secure_word(enum dns_secure s)
{
	static const char *const words[] = {
		[DNS_UNKNOWN] = "unknown",
		[DNS_INSECURE] = "insecure",
		[DNS_SECURE] = "secure",
	};

	return words[s];
}

const char *dns_type_word(enum dns_type t)
{
	static const char *const words[DNS_TYPES] = {
		[DNS_TXT] = "TXT", [DNS_A] = "A",     [DNS_AAAA] = "AAAA",
		[DNS_MX] = "MX",   [DNS_PTR] = "PTR", [DNS_NS] = "NS",
		[DNS_SOA] = "SOA",
	};

	return words[t];
}
