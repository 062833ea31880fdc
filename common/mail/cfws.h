/* cfws: comments, folding white space and quoted strings (RFC 5322 3.2).
 *
 * What every structured header field is made of. Each function moves S past
 * what it matched. A lone CR, LF or NUL is never part of either; comments nest
 * LIMIT_COMMENT_DEPTH deep at most, without recursion. Other controls are what
 * RFC 5322 4.1 still lets stand in comments and quoted strings. */
#ifndef CFWS_H
#define CFWS_H

#include "status.h"

/* cfws_skip: past any comments and white space. ST_OK; ST_SYNTAX for an
 * unclosed comment or a stray line end; ST_LIMIT for deeper nesting. */
enum status cfws_skip(struct span *s) MUST_USE;

/* cfws_quoted: S begins with the opening octet of "..." or [...]: past its
 * CLOSE. False if there is none, or one of these three before it. */
bool cfws_quoted(struct span *s, unsigned char close) MUST_USE;

#endif
