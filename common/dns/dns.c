#include "dns.h"

#include <stdlib.h>

/* RULES N-2 tries four; a hundred leaves room for what else is published at
 * the name, and keeps a hostile answer over TCP bounded. */
enum { MOST_RECORDS = 100, MOST_OCTETS = 65535 };

static int by_octets(const void *a, const void *b)
{
	return span_cmp(buf_span(a), buf_span(b));
}

/* Servers rotate the records of a set and a master file may repeat one; no
 * verdict may depend on that (RULES N-2). RFC 2181 5: a set has no
 * duplicates. */
static void put_in_order(struct dns_txt *out)
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

void dns_get_txt(struct dns *dns, const struct name *name, struct dns_txt *out)
{
	*out = (struct dns_txt){ .answer = DNS_FAILED };
	dns->class->txt(dns, name, out);
	put_in_order(out);
}

static void drop_records(struct dns_txt *txt)
{
	for (size_t i = 0; i < txt->n; i++)
		buf_free(&txt->records[i]);
	free(txt->records);
	txt->records = NULL;
	txt->n = 0;
}

void dns_txt_free(struct dns_txt *txt)
{
	drop_records(txt);
	*txt = (struct dns_txt){ 0 };
}

void dns_close(struct dns *dns)
{
	if (dns)
		dns->class->close(dns);
}

void dns_rewind(struct dns *dns)
{
	if (dns->class->rewind)
		dns->class->rewind(dns);
}

static enum status too_much(struct dns_txt *out, const char *what)
{
	drop_records(out);
	out->answer = DNS_FAILED;
	out->secure = DNS_UNKNOWN;
	return diag_set(&out->why, ST_LIMIT, "RFC 6376 8.9", "%s", what);
}

enum status dns_add_record(struct dns_txt *out, struct span joined)
{
	if (out->n == MOST_RECORDS)
		return too_much(out, "more than 100 TXT records at one name");
	if (joined.n > MOST_OCTETS)
		return too_much(out, "a TXT record of more than 65535 octets");
	out->records =
		mem_array(out->records, out->n + 1, sizeof(*out->records));
	struct buf *b = &out->records[out->n++];

	buf_init(b, joined.n);
	buf_put(b, joined);
	out->answer = DNS_RECORDS;
	return ST_OK;
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
