/* cfws: comments, folding white space and quoted strings (RFC 5322 3.2).
 *
 * Every structured header field consists of them. Each function moves S past
 * what it matched. A lone CR, LF or NUL is never part of either; comments nest
 * LIMIT_COMMENT_DEPTH deep at most, without recursion. Other controls may occur
 * in comments and quoted strings (RFC 5322 4.1). */
#ifndef CFWS_H
#define CFWS_H

#include "status.h"

/* cfws_skip: past any comments and white space. ST_OK; ST_SYNTAX for an
 * unclosed comment or a stray line end; ST_LIMIT for deeper nesting. */
enum status cfws_skip(struct span *s) MUST_USE;

/* cfws_quoted: S begins with the opening character of "..." or [...]: past its
 * CLOSE. False if there is none, or a lone CR, LF or NUL before it. */
bool cfws_quoted(struct span *s, unsigned char close) MUST_USE;

/* cfws_run: cut the longest run of bytes of which IN_CLASS is true, which may
 * be empty, off *S. */
struct span cfws_run(struct span *s, bool (*in_class)(unsigned char c));

#endif
