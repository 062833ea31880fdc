/* dns: the seam to the outside world of records.
 *
 * Two sources behind one interface: a resolver (dns_resolver.h) and master
 * files (dns_zone.h); a test supplies its own class. Callable from any thread.
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

enum dns_type { DNS_TXT, DNS_A, DNS_AAAA, DNS_MX, DNS_PTR, DNS_NS, DNS_TYPES };

/* A name as it goes over the wire (RFC 1035 3.1): labels behind their lengths,
 * the root's last; labels may hold any octet, as SPF macros make them. */
struct dns_name {
	unsigned char b[255];
	size_t n;
};

/* dns_name_of: TEXT, in which "." separates labels and nothing else means
 * anything; a final dot may stand. False when that is no name (RFC 1035 2.3.4:
 * an empty label, one above 63 octets, 255 in all). */
bool dns_name_of(struct span text, struct dns_name *out);

/* dns_name_text: append the name as text without a final dot ("." is the root);
 * letters become lower case, what could be mistaken becomes \DDD. */
enum status dns_name_text(const struct dns_name *name,
			  struct buf *out) MUST_USE;

/* dns_name_read: the way back, for the names in records; "." is the root. */
bool dns_name_read(struct span text, struct dns_name *out);

enum dns_secure { DNS_UNKNOWN, DNS_INSECURE, DNS_SECURE };

/* The time that all questions of one message may take together runs from the
 * first of them; the owner sets it to zero and keeps it for the message. */
struct dns_clock {
	int64_t start_ms; /* 0: nothing was asked yet */
	/* the least that DNSSEC has said of the answers, failures aside; the
	 * owner may set `answered` to false, to begin anew */
	bool answered;
	enum dns_secure secure;
};

struct dns_query {
	enum dns_type type;
	struct dns_name name;	 /* absolute */
	struct dns_clock *clock; /* NULL: this question has all the time */
};

enum dns_answer {
	DNS_RECORDS,  /* at least one record at the end of the chain */
	DNS_NODATA,   /* the name exists, without such a record */
	DNS_NXDOMAIN, /* the name does not exist */
	DNS_FAILED,   /* timeout, SERVFAIL, REFUSED, broken answer, loop ... */
};

/* RULES N-2 tries four TXT records; a hundred leaves room for what else is
 * published at the name. Addresses and hosts have no limit of their own (RFC
 * 7208 4.6.4): an answer over TCP has room for some 4,000, a master file for
 * more. */
enum { DNS_MOST_TXT = 100, DNS_MOST_OTHERS = 16384 };

/* Each record as octets, any value:
 *   TXT      its strings joined without a separator (RFC 6376 3.6.2.2)
 *   A, AAAA  4 or 16 octets
 *   MX       two octets of preference, then the name as dns_name_text has it
 *   PTR, NS  the name as dns_name_text has it (dns_name_read is the way back)
 * Owned; release with dns_reply_free, safe when zeroed. */
struct dns_reply {
	enum dns_answer answer;
	enum dns_secure secure;
	struct buf *records; /* each at most 65535, what RDATA can be */
	size_t n;	     /* above DNS_MOST_TXT or DNS_MOST_OTHERS it is
			      * DNS_FAILED */
	uint32_t ttl;	     /* seconds, the least of what was used; 0 also
			      * where it is not known */
	size_t octets;	     /* of the message that brought it, 0: none did */
	struct buf chain;    /* the aliases followed: a target a line */
	bool timeout;	     /* DNS_FAILED: nobody answered in time */
	struct diag why;     /* DNS_FAILED: in words, with the server if any */
};

struct dns;

struct dns_class {
	/* Fill OUT (zeroed). */
	void (*get)(struct dns *dns, const struct dns_query *query,
		    struct dns_reply *out);
	void (*close)(struct dns *dns);
};

/* Every source begins with this. */
struct dns {
	const struct dns_class *class;
};

/* dns_get: OUT may be uninitialized. The records come in a fixed order and none
 * twice, whatever order the source has them in (RULES N-2). */
void dns_get(struct dns *dns, const struct dns_query *query,
	     struct dns_reply *out);

/* dns_get_txt: the same for the TXT records at NAME. */
void dns_get_txt(struct dns *dns, const struct name *name,
		 struct dns_clock *clock, struct dns_reply *out);

void dns_reply_free(struct dns_reply *reply);
void dns_close(struct dns *dns); /* NULL is fine */

/* For the sources. dns_add_record: append one record's octets. ST_OK, or
 * ST_LIMIT with OUT turned into DNS_FAILED. dns_add_alias: append a target to
 * the chain, of which there are at most LIMIT_CNAMES. dns_add_chain: append
 * another one's chain; ST_LIMIT when the two are longer. */
enum status dns_add_record(struct dns_reply *out, struct span octets) MUST_USE;
enum status dns_add_chain(struct dns_reply *out, struct span chain) MUST_USE;
void dns_add_alias(struct dns_reply *out, const struct dns_name *target);

/* dns_clock_word: of all answers of CLOCK (may be NULL), or NULL without any.
 * dns_clock_secure: all are secure, none fails that. */
const char *dns_clock_word(const struct dns_clock *clock);
bool dns_clock_secure(const struct dns_clock *clock);

/* dns_secure_word: "secure", "insecure", "unknown". dns_type_word: "TXT" ... */
const char *dns_secure_word(enum dns_secure s);
const char *dns_type_word(enum dns_type t);

#endif
