/* fuzz_dns: what must hold of every answer, whoever gives it; a DNS with one
 * record. */
#ifndef FUZZ_DNS_H
#define FUZZ_DNS_H

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dns_recording.h"
#include "dns_zone.h"
#include "fuzz.h"

/* zone_of: the source that a file with TEXT is, or NULL; its status in *ST. */
static inline struct dns *zone_of(struct span text, const char *origin,
				  enum status *st)
{
	struct diag why = { 0 };
	struct dns *zone = NULL;
	char path[32];
	const char *paths[] = { path };
	int fd = memfd_create("zone", MFD_CLOEXEC);

	hold(fd >= 0 && io_write(fd, text, &why) == ST_OK &&
		     lseek(fd, 0, SEEK_SET) == 0,
	     "a file");
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	*st = dns_zone_open(paths, 1, origin, &zone, &why);
	close(fd);
	hold((*st == ST_OK) == (zone != NULL), "a zone");
	hold(*st == ST_OK || why.text[0], "an error has words");
	return zone;
}

static inline void hold_sound(const struct dns_reply *r)
{
	bool failed = r->answer == DNS_FAILED;

	hold((r->answer == DNS_RECORDS) == (r->n > 0), "records");
	hold(failed || (!r->timeout && !r->why.text[0]), "no failure");
	hold(!failed || (r->why.text[0] && r->secure == DNS_UNKNOWN &&
			 r->ttl == 0),
	     "failure");
	hold(r->ttl < 1U << 31, "ttl");
	for (size_t i = 1; i < r->n; i++)
		hold(span_cmp(buf_span(&r->records[i - 1]),
			      buf_span(&r->records[i])) < 0,
		     "order");
}

static inline void hold_same(const struct dns_reply *a,
			     const struct dns_reply *b)
{
	hold(a->answer == b->answer && a->secure == b->secure &&
		     a->ttl == b->ttl && a->octets == b->octets &&
		     a->timeout == b->timeout,
	     "the same answer");
	hold(span_eq(buf_span(&a->chain), buf_span(&b->chain)), "the chain");
	hold(strcmp(a->why.text, b->why.text) == 0 &&
		     span_eq(span_str(a->why.where), span_str(b->why.where)),
	     "the words");
	hold(a->n == b->n, "as many records");
	for (size_t i = 0; i < a->n; i++)
		hold(span_eq(buf_span(&a->records[i]),
			     buf_span(&b->records[i])),
		     "the same record");
}

/* hold_answer: ask DNS; the answer is sound, and comes back when recorded. */
static inline void hold_answer(struct dns *dns, const struct dns_query *query)
{
	struct dns_reply reply, again;
	enum status st;
	struct buf text;

	dns_get(dns, query, &reply);
	hold_sound(&reply);
	hold(dns_recording_write(query, &reply, 1000000000, &text) == ST_OK,
	     "written");
	struct dns *zone = zone_of(buf_span(&text), NULL, &st);

	hold(zone != NULL, "read back");
	dns_get(zone, query, &again);
	hold_same(&reply, &again);
	dns_reply_free(&again);
	dns_close(zone);
	buf_free(&text);
	dns_reply_free(&reply);
}

/* One TXT record under every name; none for an empty TEXT. */
struct one_record {
	struct dns dns;
	struct span text;
};

static inline void get_record(struct dns *dns, const struct dns_query *query,
			      struct dns_reply *out)
{
	const struct one_record *one = (const struct one_record *)dns;

	out->answer = DNS_NXDOMAIN;
	if (query->type != DNS_TXT || one->text.n == 0)
		return;
	out->answer = DNS_RECORDS;
	status_ignore(dns_add_record(out, one->text));
}

static inline void close_record(struct dns *dns)
{
	(void)dns;
}

static inline struct one_record one_record(struct span text)
{
	static const struct dns_class class = { get_record, close_record };

	return (struct one_record){ { .class = &class }, text };
}

#endif
