/* span: borrowed bytes, two words, passed by value.
 *
 * A span is never NUL-terminated and may hold NUL and 8-bit bytes: a message is
 * a string of octets (RFC 6376 3.7). The owner of the bytes outlives the span.
 * Letters compare as ASCII only, in any locale (RFC 8616 5). Nothing here
 * allocates or fails. */
#ifndef SPAN_H
#define SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const unsigned char *p;
	size_t n;
};

/* A span over a string literal, without its NUL. */
#define SPAN(literal)                                        \
	((struct span){ (const unsigned char *)("" literal), \
			sizeof(literal) - 1 })

/* span_of: over N bytes at P. span_str: over a C string (NULL: empty). */
static inline struct span span_of(const void *p, size_t n)
{
	return (struct span){ (const unsigned char *)p, n };
}
struct span span_str(const char *text);

/* span_8bit: S has a byte above 0x7f. */
bool span_8bit(struct span s);

/* span_cmp: order by bytes, a prefix first; <0, 0, >0. span_icmp: the same
 * without the case of ASCII letters. */
int span_cmp(struct span a, struct span b);
int span_icmp(struct span a, struct span b);

/* span_from: S without its first AT bytes. span_head: only the first N. */
static inline struct span span_from(struct span s, size_t at)
{
	if (at > s.n)
		at = s.n;
	return (struct span){ s.p ? s.p + at : NULL, s.n - at };
}
static inline struct span span_head(struct span s, size_t n)
{
	return (struct span){ s.p, n < s.n ? n : s.n };
}

/* span_find: offset of the first byte C in S, or s.n.
 * span_rfind: offset of the last one, or s.n. */
static inline size_t span_find(struct span s, unsigned char c)
{
	const unsigned char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}
size_t span_rfind(struct span s, unsigned char c);

/* span_eq: the same bytes. span_ieq: the same but for the case of ASCII
 * letters. span_starts, span_ends: S begins with HEAD, ends with TAIL. */
static inline bool span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}
static inline bool span_ieq(struct span a, struct span b)
{
	return span_eq(a, b) || (a.n == b.n && span_icmp(a, b) == 0);
}
static inline bool span_starts(struct span s, struct span head)
{
	return s.n >= head.n && span_eq(span_head(s, head.n), head);
}
static inline bool span_ends(struct span s, struct span tail)
{
	return s.n >= tail.n && span_eq(span_from(s, s.n - tail.n), tail);
}

/* span_one_of: S is one of the words in LIST, which have a blank between them;
 * compared as by span_ieq. */
bool span_one_of(struct span s, const char *list);

/* span_distance: the number of bytes to add, remove, change or swap with their
 * neighbour to make A of B (Damerau 1964), the case of ASCII letters ignored;
 * both have at most SPAN_WORD bytes. */
enum { SPAN_WORD = 40 };
size_t span_distance(struct span a, struct span b);

/* span_search: offset of the first WHAT in S, compared as by span_ieq, or s.n.
 */
size_t span_search(struct span s, struct span what);

/* span_has: S has a byte C. */
bool span_has(struct span s, unsigned char c);

/* span_trim: S without SP, HTAB, CR and LF at both ends. */
struct span span_trim(struct span s);

/* span_trim_wsp: the same for SP and HTAB only. */
struct span span_trim_wsp(struct span s);

/* span_unmarked: S without a byte order mark at its start, which is not part of
 * a text (U+FEFF in UTF-8, RFC 3629 6). */
struct span span_unmarked(struct span s);

/* span_utf16: S begins with the byte order mark of UTF-16, as the files of some
 * editors and of PowerShell do (RFC 2781 3.2). What to say of it. */
bool span_utf16(struct span s);
#define SPAN_UTF16                                                \
	"UTF-16 text; convert it with: iconv -f UTF-16 -t UTF-8 " \
	"FILE >NEW"

/* span_split: cut the next item off *REST at SEP. False when *REST is used up;
 * an empty *REST with .p set gives one empty item, as "a," gives two. */
bool span_split(struct span *rest, unsigned char sep, struct span *item);

/* span_u64: all of S is decimal digits (at least one): their value in *OUT,
 * which stays at UINT64_MAX once it is passed, never wraps. */
bool span_u64(struct span s, uint64_t *out);

/* ascii_*: classes and case of ASCII characters, in any locale. */
static inline bool ascii_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}
static inline unsigned char ascii_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}
static inline bool ascii_alpha(unsigned char c)
{
	return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z';
}
/* ascii_hex: the value of a hex digit, or -1. */
static inline int ascii_hex(unsigned char c)
{
	if (ascii_digit(c))
		return c - '0';
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
static inline bool ascii_wsp(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/* span_utf8: length of the well-formed UTF-8 character that begins S (RFC 3629:
 * no overlong form, no surrogate), its code point in *POINT; 0 if S begins with
 * no such character. */
size_t span_utf8(struct span s, uint32_t *point);

/* span_is_utf8: S consists of such characters. */
bool span_is_utf8(struct span s);

#endif
