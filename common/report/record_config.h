/* record_config: a record for the tools that keep DNS in files. Each appends to
 * OUT: ST_OK or ST_LIMIT. */
#ifndef RECORD_CONFIG_H
#define RECORD_CONFIG_H

#include "record.h"

/* YAML for the file of the zone; semicolons are escaped as octoDNS wants. */
enum status record_octodns(const struct record *r, struct buf *out) MUST_USE;

/* JavaScript: an argument of D(). */
enum status record_dnscontrol(const struct record *r, struct buf *out) MUST_USE;

/* HCL: a resource aws_route53_record, whose strings are joined by "". */
enum status record_terraform(const struct record *r, struct buf *out) MUST_USE;

#endif
