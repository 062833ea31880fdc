/* record_json: a record to be published, as JSON (RFC 8259). Each appends to
 * OUT: ST_OK or ST_LIMIT. */
#ifndef RECORD_JSON_H
#define RECORD_JSON_H

#include "record.h"

/* One line of our own keys. */
enum status record_json(const struct record *r, struct buf *out) MUST_USE;

/* For aws route53 change-resource-record-sets --change-batch. */
enum status record_route53(const struct record *r, struct buf *out) MUST_USE;

/* The body of Cloudflare's "create DNS record". */
enum status record_cloudflare(const struct record *r, struct buf *out) MUST_USE;

#endif
