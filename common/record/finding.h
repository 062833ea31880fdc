/* finding: the findings about published records, each of a kind that a table
 * has.
 *
 * A row of such a table is X(id, code, severity, where, text):
 *   code      the stable word for programs (dkim-txt(1), dkim-policy(1))
 *   severity  ERROR: verifiers ignore the record, or a known tag has a wrong
 *             value; WARNING: the record works but needs attention; INFO: good
 *             to know
 *   where     the section that says so, or NULL
 * A record is valid when it has no ERROR. The kinds that one program alone
 * finds are in tables of its own: key_findings.h, policy_findings.h. */
#ifndef FINDING_H
#define FINDING_H

#include "status.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

/* A row of a table. */
struct finding_kind {
	const char *code;
	enum severity severity;
	const char *where; /* may be NULL */
	const char *text;
};

/* FINDING_DECLARE, FINDING_DEFINE: for a row, the kind FINDING_id. */
#define FINDING_DECLARE(id, ...) extern const struct finding_kind FINDING_##id;
#define FINDING_DEFINE(id, code, severity, where, text)                       \
	const struct finding_kind FINDING_##id = { code, SEVERITY_##severity, \
						   where, text };

#define FINDING_TABLE(X)                                                       \
	/* the record as a whole */                                            \
	X(EMPTY, "empty", ERROR, "RFC 6376 3.6.1", "there is no record")       \
	X(SYNTAX, "syntax", ERROR, "RFC 6376 3.2", "not a list of tags")       \
	X(DUPLICATE, "duplicate-tag", ERROR, "RFC 6376 3.2",                   \
	  "a tag occurs twice")                                                \
	X(EMPTY_TAG, "empty-tag", WARNING, "RFC 6376 3.2",                     \
	  "nothing between two semicolons")                                    \
	X(EIGHT_BIT, "not-ascii", ERROR, "RFC 6376 3.6.1",                     \
	  "a byte that is not ASCII")                                          \
	X(QUOTES, "quotes-in-record", ERROR, "RFC 6376 3.2",                   \
	  "quotes are part of the record: its strings were pasted with their " \
	  "quotes")                                                            \
	X(TYPOGRAPHIC, "typographic-quotes", ERROR, "RFC 6376 3.2",            \
	  "typographic quotes or dashes, as from a web page or a word "        \
	  "processor")                                                         \
	X(BACKSLASHES, "backslash-in-record", ERROR, "RFC 6376 3.2",           \
	  "backslashes are part of the record: the escapes of a zone file "    \
	  "were published")                                                    \
	X(LINE_BREAK, "line-break", ERROR, "RFC 6376 3.2",                     \
	  "a line break was pasted into the record")                           \
	X(INVISIBLE, "invisible-character", ERROR, "RFC 6376 3.2",             \
	  "an invisible character: a zero-width or non-breaking space")        \
	/* tags, and the key */                                                \
	X(UNKNOWN_TAG, "unknown-tag", INFO, "RFC 6376 3.6.1",                  \
	  "a tag that verifiers ignore")                                       \
	X(FLAG_UNKNOWN, "flag-unknown", WARNING, "RFC 6376 3.6.1",             \
	  "t= has a flag that verifiers ignore")                               \
	X(ONLY_P, "only-p", WARNING, "RFC 6376 3.6.1",                         \
	  "this is only the value of p=; a record begins with v=DKIM1")        \
	/* the zone file, or the text that was pasted */                       \
	X(NOT_RECORD, "not-a-record", ERROR, "RFC 1035 5.1",                   \
	  "a line that is not a record")                                       \
	X(UTF16, "utf-16", ERROR, NULL, SPAN_UTF16)                            \
	X(INCLUDED, "include", WARNING, "RFC 1035 5.1",                        \
	  "$INCLUDE: the named file was not read")                             \
	X(UNQUOTED, "unquoted", ERROR, "RFC 1035 5.1",                         \
	  "the text is not in quotes: a comment begins at its first "          \
	  "semicolon")                                                         \
	X(UNCLOSED, "unclosed-quote", ERROR, "RFC 1035 5.1",                   \
	  "a string without its closing quote")                                \
	X(PARENTHESIS, "unclosed-parenthesis", ERROR, "RFC 1035 5.1",          \
	  "\"(\" without \")\"")                                               \
	X(STRING_LONG, "string-too-long", ERROR, "RFC 1035 3.3",               \
	  "a string of more than 255 bytes: split it into several")            \
	X(GENERIC, "generic-rdata", ERROR, "RFC 3597 5",                       \
	  "\\# needs the number of bytes and that many in hexadecimal, "       \
	  "which are strings, each after its length")                          \
	X(CLASS_ORDER, "class-after-type", ERROR, "RFC 1035 5.1",              \
	  "TXT IN: the class belongs before the type")                         \
	X(BACKSLASH_JOIN, "backslash-between-strings", ERROR, "RFC 1035 5.1",  \
	  "a backslash between strings: leave it out, and use parentheses "    \
	  "for several lines")                                                 \
	/* how DNS serves it */                                                \
	X(INSECURE, "insecure-dns", ERROR, "RFC 4035 4.9.3",                   \
	  "the record is not protected by DNSSEC, which --require-dnssec "     \
	  "asks for")                                                          \
	X(TABLE_NAME, "table-name", WARNING, "RFC 6376 3.6.2.1",               \
	  "the entry of the table has another name than the record that "      \
	  "verifiers ask for")

FINDING_TABLE(FINDING_DECLARE)

struct finding {
	const struct finding_kind *kind;
	char detail[LIMIT_DIAG]; /* more about it in words, or ""; may have
				  * bytes of the input: escape it in output */
};

/* Owned; safe to free when zeroed. */
struct findings {
	struct finding *v;
	size_t n;     /* at most LIMIT_FINDINGS; further ones are dropped */
	bool invalid; /* one is an ERROR, dropped or not */
};

/* findings_add: append a finding of KIND with DETAIL, which is formatted as by
 * printf. findings_mark: append it without a detail. */
void findings_add(struct findings *f, const struct finding_kind *kind,
		  const char *detail, ...) PRINTF_LIKE(3, 4);
void findings_mark(struct findings *f, const struct finding_kind *kind);

/* findings_has: whether one of KIND is among them. findings_free: they are
 * empty then. */
bool findings_has(const struct findings *f, const struct finding_kind *kind);
void findings_free(struct findings *f);

/* severity_word: "info", "warning", "error". */
const char *severity_word(enum severity s);

#endif
