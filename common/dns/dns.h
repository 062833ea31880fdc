/* dns: the seam to the outside world of records.
 *
 * Two sources behind one interface: a resolver (dns_ldns.h) and master files
 * (dns_zone.h); a test supplies its own class. Callable from any thread.
 *
 * The answers that must never be mixed up (RULES N-1): records; the name does
 * not exist; the name exists without such a record; no answer. The last is
 * never a "no": it is a temporary error. */
#ifndef DNS_H
#define DNS_H

#include "buf.h"
#include "limit.h"
#include "name.h"
#include "status.h"

enum dns_answer {
	DNS_RECORDS,  /* at least one TXT record at the end of the chain */
	DNS_NODATA,   /* the name exists, without TXT */
	DNS_NXDOMAIN, /* the name does not exist */
	DNS_FAILED,   /* timeout, SERVFAIL, REFUSED, broken answer, loop ... */
};

enum dns_secure { DNS_UNKNOWN, DNS_INSECURE, DNS_SECURE };

/* The strings of each TXT record joined without a separator (RFC 6376 3.6.2.2):
 * octets, any value. Owned; release with dns_txt_free, safe when zeroed. */
struct dns_txt {
	enum dns_answer answer;
	enum dns_secure secure;
	struct buf *records; /* each at most 65535, what RDATA can be */
	size_t n;	     /* at most 100; more is DNS_FAILED */
	struct diag why;     /* DNS_FAILED: in words, with the server if any */
};

struct dns;

struct dns_class {
	/* Fill OUT (zeroed) for NAME, which is absolute. */
	void (*txt)(struct dns *dns, const struct name *name,
		    struct dns_txt *out);
	void (*rewind)(struct dns *dns); /* NULL: no deadline */
	void (*close)(struct dns *dns);
};

/* Every source begins with this. */
struct dns {
	const struct dns_class *class;
};

/* dns_get_txt: OUT may be uninitialized. The records come in a fixed order and
 * none twice, whatever order the source has them in (RULES N-2). */
void dns_get_txt(struct dns *dns, const struct name *name, struct dns_txt *out);
void dns_txt_free(struct dns_txt *txt);
void dns_close(struct dns *dns); /* NULL is fine */

/* dns_rewind: the next question begins a new deadline (the next message). */
void dns_rewind(struct dns *dns);

/* dns_add_record: append one TXT record's joined strings; for the sources.
 * ST_OK, or ST_LIMIT with OUT turned into DNS_FAILED. */
enum status dns_add_record(struct dns_txt *out, struct span joined) MUST_USE;

/* dns_secure_word: "secure", "insecure", "unknown". */
const char *dns_secure_word(enum dns_secure s);

#endif
