/* spf_report: a result of SPF in the words of its readers: text, JSON and the
 * Received-SPF field (RFC 7208 9.1, erratum 5436). */
#ifndef SPF_REPORT_H
#define SPF_REPORT_H

#include "spf.h"

/* spf_text: append the result, the domain, the identity, the term that decided
 * and the look-ups in one line; then, on a line each, why there is no result,
 * and what the domain explains. All of it is escaped (text.h). */
void spf_text(const struct spf_verdict *v, struct buf *out);

/* spf_text_field: append the same and the Received-SPF field, with LF line
 * ends.
 */
void spf_text_field(const struct spf_query *query, const struct spf_verdict *v,
		    struct buf *out);

/* spf_put_why: append WHY with its RFC section on an indented line; nothing if
 * it is empty. */
void spf_put_why(const struct diag *why, struct buf *out);

/* spf_json: a new object with the keys of "spf". */
struct json_t *spf_json(const struct spf_verdict *v);

/* spf_json_line: append {"spf":{...}} as a line. */
void spf_json_line(const struct spf_verdict *v, struct buf *out);

/* spf_address_ascii: append ADDRESS, of a mailbox or a host, with the domain in
 * A-labels and without a final dot. False if it cannot be written in printable
 * ASCII (RFC 6532 has a mailbox in UTF-8); OUT must take 255 bytes more than
 * ADDRESS has. */
bool spf_address_ascii(struct span address, struct buf *out);

/* spf_received: append the field for what QUERY asked and FOUND answers,
 * folded, with CRLF line ends. Texts of strangers are in quoted strings or
 * comments, without controls and 8-bit bytes; a value that is too long for a
 * line is left out, and so is an address that is not ASCII. */
void spf_received(const struct spf_query *query,
		  const struct spf_verdict *found, struct buf *out);

#endif
