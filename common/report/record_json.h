/* record_json: a key record to be published, for programs (RFC 8259). */
#ifndef RECORD_JSON_H
#define RECORD_JSON_H

#include "zoneline.h"

/* Texts may be NULL where there is none. */
struct record_json {
	const char *domain, *selector, *owner;
	const char *key_type; /* k= */
	uint64_t bits;	      /* with key_type */
	const char *fingerprint;
	uint64_t ttl;
	bool has_ttl;
	struct span record; /* ASCII */
};

/* record_json_format: append one line. ST_OK or ST_LIMIT. */
enum status record_json_format(const struct record_json *r,
			       struct buf *out) MUST_USE;

#endif
