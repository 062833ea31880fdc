/* record: a TXT record to be published, ready for every format. */
#ifndef RECORD_H
#define RECORD_H

#include "zoneline.h"

/* Texts may be NULL where there is none. */
struct record {
	const char *domain, *selector;
	const char *owner;    /* relative, or with a final dot */
	const char *comment;  /* one line */
	const char *key_type; /* k= */
	uint64_t bits;	      /* with key_type */
	const char *fingerprint;
	uint64_t ttl;
	bool has_ttl;
	bool revoked;
	struct span head, p; /* the text: HEAD, then "p=..." */
	struct span text;    /* both */
};

/* What is used where a format must have a time to live and none was given. */
enum { RECORD_TTL = 3600 };

/* record_name: the owner without its final dot. record_ttl: its time to live.
 */
struct span record_name(const struct record *r);
unsigned long long record_ttl(const struct record *r);

/* record_relative: the name within the domain: "mail._domainkey". */
struct span record_relative(const struct record *r);

#endif
