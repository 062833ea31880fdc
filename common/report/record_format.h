/* record_format: a TXT record to be published, in the formats of --format. */
#ifndef RECORD_FORMAT_H
#define RECORD_FORMAT_H

#include "buf.h"
#include "limit.h"
#include "zoneline.h"

enum {
	/* the time to live where a format must have one and none was given */
	RECORD_TTL = 3600,
	/* the ceiling of a buf that takes any record in any format: the text
	 * once as it is and once as strings, each byte written as six */
	RECORD_FORMAT_MOST = 32 * LIMIT_TXT_BYTES,
};

/* Texts may be NULL where there is none; all are the caller's. */
struct record {
	const char *domain, *selector;
	struct zone_txt zone; /* its owner is relative, or has a final dot */
	const char *key_type; /* k= */
	uint64_t bits;	      /* with key_type */
	const char *fingerprint;
	bool revoked;
	struct span text; /* zone's head and p; at most 2 * LIMIT_TXT_BYTES */
};

struct record_format;

/* record_format_find: the format called NAME, or NULL. */
const struct record_format *record_format_find(const char *name);

/* record_format_put: append R to OUT, which is empty and has a ceiling of
 * RECORD_FORMAT_MOST. ST_OK; ST_USAGE when F needs a domain, or cannot have a
 * wildcard or lines of this length; ST_BUG without the library for JSON; ST_OS.
 */
enum status record_format_put(const struct record_format *f,
			      const struct record *r, struct buf *out,
			      struct diag *why) MUST_USE;

#endif
