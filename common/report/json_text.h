/* json_text: bytes as JSON strings, and objects as lines of JSON (RFC 8259),
 * for all reports. The output is ASCII, safe on a terminal; bytes that are not
 * UTF-8 become \xHH in the text of the string.
 *
 * libjansson is loaded when JSON is asked for. The functions of it that the
 * tools call are defined here under their own names and lead into the library.
 * So nothing is linked with it, and a call that is not in the list does not
 * link. */
#ifndef JSON_TEXT_H
#define JSON_TEXT_H

#include <jansson.h>

#include "buf.h"

/* json_text_load: load the library, before any call of it, and from one thread;
 * as often as one likes. ST_OK, or ST_BUG when it cannot be loaded. */
enum status json_text_load(struct diag *why) MUST_USE;

/* json_text: a new string; null if S.p is NULL. */
json_t *json_text(struct span s) MUST_USE;

/* json_set: OBJECT gets KEY with VALUE, which becomes its own. json_set_text: a
 * string; null for NULL. json_set_span: as json_text. json_set_number: null
 * unless GIVEN. */
void json_set(json_t *object, const char *key, json_t *value);
void json_set_text(json_t *object, const char *key, const char *text);
void json_set_span(json_t *object, const char *key, struct span text);
void json_set_number(json_t *object, const char *key, bool given,
		     uint64_t number);

/* json_line: append OBJECT as one line and release it. */
void json_line(json_t *object, struct buf *out);

/* json_input: a new object about the input called INPUT, or the message NUMBER
 * (from 1; 0: none) of that mbox. */
json_t *json_input(const char *input, uint64_t number) MUST_USE;

/* json_error: append the line for an input that has no result, because of ST
 * and WHY. */
void json_error(const char *input, uint64_t number, enum status st,
		const struct diag *why, struct buf *out);

#endif
