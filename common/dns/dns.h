/* dns: questions to the DNS and their answers.
 *
 * Two sources behind one interface: a resolver (dns_resolver.h) and zone files
 * (dns_zone.h); a test supplies its own class. Callable from any thread.
 *
 * Four answers are never mixed up (RFC 6376 6.1.2, RFC 2308 2): records; the
 * name does not exist; the name exists without such a record; no answer. The
 * last is a temporary error, never a "no". */
#ifndef DNS_H
#define DNS_H

#include "buf.h"
#include "limit.h"
#include "name.h"
#include "status.h"

enum dns_type {
	DNS_TXT,
	DNS_A,
	DNS_AAAA,
	DNS_MX,
	DNS_PTR,
	DNS_NS,
	DNS_SOA,
	DNS_TYPES
};

/* A domain name has at most 255 octets on the wire (RFC 1035 2.3.4), the data
 * of a record 65535. */
enum { DNS_WIRE_NAME = 255, DNS_WIRE_DATA = 65535 };

/* A name as on the wire (RFC 1035 3.1): labels after their lengths, that of the
 * root last; labels may hold any octet, as SPF macros make them. */
struct dns_name {
	unsigned char b[DNS_WIRE_NAME];
	size_t n;
};

/* dns_name_of: the name TEXT, in which "." separates labels and nothing else
 * has a meaning; a final dot is allowed. False when it is not a name: an empty
 * label, one above 63 octets, more than 255 in all (RFC 1035 2.3.4). */
bool dns_name_of(struct span text, struct dns_name *out);

/* dns_name_text: append NAME as text without a final dot ("." is the root);
 * letters become lower case, octets with a meaning in zone files \DDD (RFC 1035
 * 5.1). ST_OK, or ST_LIMIT of OUT: 1020 octets are enough. */
enum status dns_name_text(const struct dns_name *name,
			  struct buf *out) MUST_USE;

/* dns_name_read: the reverse, for names in records. False when TEXT is not a
 * name. */
bool dns_name_read(struct span text, struct dns_name *out);

/* dns_name_of_wire: the name that is all of WIRE, not compressed. False when it
 * is not a name. */
bool dns_name_of_wire(struct span wire, struct dns_name *out);

/* dns_data_of_wire: append the data of a record of TYPE as dns_reply has it.
 * RDATA is the data as on the wire, names not compressed. ST_OK, ST_SYNTAX when
 * it is not data of this type, or ST_LIMIT of OUT. */
enum status dns_data_of_wire(enum dns_type type, struct span rdata,
			     struct buf *out) MUST_USE;

/* What DNSSEC says of an answer. */
enum dns_secure { DNS_UNKNOWN, DNS_INSECURE, DNS_SECURE };

/* The clock of all questions for one message: the time that they may take
 * together runs from the first of them. Zero at the start, kept by the owner.
 */
struct dns_clock {
	int64_t start_ms; /* 0: nothing was asked yet */
	/* the least that DNSSEC has said of the answers, except failures; the
	 * owner may set `answered` to false to begin again */
	bool answered;
	enum dns_secure secure;
};

struct dns_query {
	enum dns_type type;
	struct dns_name name;	 /* absolute */
	struct dns_clock *clock; /* NULL: the time is for this question */
};

enum dns_answer {
	DNS_RECORDS,  /* at least one record at the end of the chain */
	DNS_NODATA,   /* the name exists, without such a record */
	DNS_NXDOMAIN, /* the name does not exist */
	DNS_FAILED,   /* timeout, SERVFAIL, REFUSED, malformed, loop ... */
};

/* Of the TXT records four key records are tried (LIMIT_TXT_RECORDS); a hundred
 * leaves room for others at the name. Addresses and hosts have no limit of
 * their own (RFC 7208 4.6.4): an answer over TCP has room for some 4,000, a
 * zone file for more. */
enum { DNS_MOST_TXT = 100, DNS_MOST_OTHERS = 16384 };

/* An answer, with each record as octets of any value:
 *   TXT      its strings joined without a separator (RFC 6376 3.6.2.2)
 *   A, AAAA  4 or 16 octets
 *   MX       two octets of preference, then the name as dns_name_text has it
 *   PTR, NS  the name as dns_name_text has it (see dns_name_read)
 *   SOA      4 octets: its serial
 * Owned; release with dns_reply_free, safe when zeroed. */
struct dns_reply {
	enum dns_answer answer;
	enum dns_secure secure;
	struct buf *records; /* each at most DNS_WIRE_DATA octets */
	size_t n;	     /* above DNS_MOST_TXT or DNS_MOST_OTHERS it is
			      * DNS_FAILED */
	uint32_t ttl;	     /* seconds, the least of what was used; 0 also
			      * where it is not known */
	size_t octets;	     /* of the message with the answer; 0: none */
	struct buf chain;    /* the aliases followed: a target a line */
	bool timeout;	     /* DNS_FAILED: no server answered in time */
	struct diag why;     /* DNS_FAILED: in words, with the server if any */
};

struct dns;

struct dns_class {
	/* Fill OUT (zeroed). */
	void (*get)(struct dns *dns, const struct dns_query *query,
		    struct dns_reply *out);
	void (*close)(struct dns *dns);
};

/* What is called before and after each wait for an answer. */
struct dns_wait {
	void (*begin)(void *ctx);
	void (*end)(void *ctx);
	void *ctx;
};

/* The struct of every source begins with this. */
struct dns {
	const struct dns_class *class;
	bool waits;		     /* answers come from the network */
	const struct dns_wait *wait; /* borrowed, or NULL */
};

/* dns_wait_begin, dns_wait_end: around a wait for an answer that another thread
 * has asked for; dns_get does so for its own. */
void dns_wait_begin(const struct dns *dns);
void dns_wait_end(const struct dns *dns);

/* dns_get: ask DNS; OUT may be uninitialized, and is to be freed. The records
 * are sorted by their octets, without duplicates (RFC 2181 5), so that no
 * result depends on the order in which a server has them. */
void dns_get(struct dns *dns, const struct dns_query *query,
	     struct dns_reply *out);

/* dns_get_txt: the same for the TXT records at NAME. */
void dns_get_txt(struct dns *dns, const struct name *name,
		 struct dns_clock *clock, struct dns_reply *out);

/* dns_reply_free: release what REPLY owns. dns_close: end a source. */
void dns_reply_free(struct dns_reply *reply);
void dns_close(struct dns *dns); /* NULL is fine */

/* For the sources. dns_add_record: append the octets of a record. ST_OK, or
 * ST_LIMIT and OUT is DNS_FAILED. dns_add_alias: append a target to the chain;
 * the caller adds LIMIT_CNAMES at most. dns_add_chain: append the lines of
 * another chain; ST_LIMIT when both together are longer. */
enum status dns_add_record(struct dns_reply *out, struct span octets) MUST_USE;
enum status dns_add_chain(struct dns_reply *out, struct span chain) MUST_USE;
void dns_add_alias(struct dns_reply *out, const struct dns_name *target);

/* dns_clock_word: what DNSSEC says of all answers of CLOCK (may be NULL), as
 * dns_secure_word; NULL when there was no answer. dns_clock_secure: all answers
 * were secure, or there was none. */
const char *dns_clock_word(const struct dns_clock *clock);
bool dns_clock_secure(const struct dns_clock *clock);

/* dns_secure_word: "secure", "insecure" or "unknown". dns_type_word: "TXT" ...
 */
const char *dns_secure_word(enum dns_secure s);
const char *dns_type_word(enum dns_type t);

#endif
