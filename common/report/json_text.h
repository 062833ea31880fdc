/* json_text: octets as JSON strings and objects as lines, for every report of
 * programs (RFC 8259). ASCII only, so that a line is safe on a terminal; octets
 * that are no UTF-8 become \xHH in the string's text. */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <jansson.h>

#include "buf.h"

/* json_text: a string, or null where S.p is NULL. */
json_t *json_text(struct span s) MUST_USE;

/* json_line: append OBJECT as one line and drop it. */
void json_line(json_t *object, struct buf *out);

/* json_input: a new object about the input called INPUT; NUMBER counts in an
 * mbox from 1, 0: it is not in one. */
json_t *json_input(const char *input, uint64_t number) MUST_USE;

/* json_error: append the line for an input that has no result. */
void json_error(const char *input, uint64_t number, enum status st,
		const struct diag *why, struct buf *out);

#endif
