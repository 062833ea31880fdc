/* dns_lex: what a master file must be before ldns reads it (RFC 1035 5.1).
 *
 * ldns drops NUL, ends a line at a form feed and closes open quotes and
 * parentheses by itself at the end. Whatever is no master file is refused
 * here, so that no record is read other than it stands there. */
#ifndef DNS_LEX_H
#define DNS_LEX_H

#include "buf.h"

/* dns_lex: NULL, or what is wrong, *AT being its offset in TEXT. Entries with
 * the class before the TTL get the order that ldns knows; no length changes. */
const char *dns_lex(struct buf *text, size_t *at) MUST_USE;

/* dns_lex_word: the offset behind the word that begins at AT. */
size_t dns_lex_word(struct span s, size_t at);

#endif
