/* finding: what can be said of a published record, in one table.
 *
 * A row is X(id, code, severity, where, text):
 *   code      the stable word for programs
 *   severity  ERROR: a receiver ignores the record, or the value of a known tag
 *             is wrong; WARNING: it works, and somebody will have trouble;
 *             INFO: good to know
 *   where     the section that says so, or NULL
 * A record is valid when it has no ERROR (CONTRACT 3). To judge a mistake
 * differently, change its row. */
#ifndef FINDING_H
#define FINDING_H

#include "policy_finding.h"
#include "status.h"

#define FINDING_TABLE(X)                                                      \
	/* the record as a whole */                                           \
	X(EMPTY, "empty", ERROR, "RFC 6376 3.6.1", "there is no record")      \
	X(FOREIGN, "not-a-key-record", ERROR, "RFC 6376 3.6.1",               \
	  "this is not a DKIM key record")                                    \
	X(SYNTAX, "syntax", ERROR, "RFC 6376 3.2", "not a list of tags")      \
	X(TOO_LONG, "too-long", ERROR, "RFC 6376 8.8",                        \
	  "no receiver takes a record of this size")                          \
	X(DUPLICATE, "duplicate-tag", ERROR, "RFC 6376 3.2",                  \
	  "the same tag stands twice")                                        \
	X(EMPTY_TAG, "empty-tag", WARNING, "RFC 6376 3.2",                    \
	  "nothing stands between two semicolons")                            \
	X(EIGHT_BIT, "not-ascii", ERROR, "RFC 6376 3.6.1",                    \
	  "an octet that is not ASCII")                                       \
	X(QUOTES, "quotes-in-record", ERROR, "RFC 6376 3.2",                  \
	  "quotes are part of the record: its strings were pasted as one "    \
	  "with their quotes")                                                \
	X(TYPOGRAPHIC, "typographic-quotes", ERROR, "RFC 6376 3.2",           \
	  "typographic quotes, of a web page or a word processor")            \
	X(BACKSLASHES, "backslash-in-record", ERROR, "RFC 6376 3.2",          \
	  "backslashes are part of the record: the escapes of a zone file "   \
	  "were published")                                                   \
	X(LINE_BREAK, "line-break", ERROR, "RFC 6376 3.2",                    \
	  "a line break was pasted into the record")                          \
	X(INVISIBLE, "invisible-character", ERROR, "RFC 6376 3.2",            \
	  "a character that nobody sees: a zero-width or non-breaking space") \
	/* tags */                                                            \
	X(VERSION, "version", ERROR, "RFC 6376 3.6.1", "v= is not \"DKIM1\"") \
	X(VERSION_LATE, "version-not-first", ERROR, "RFC 6376 3.6.1",         \
	  "v= must be the first tag")                                         \
	X(NO_VERSION, "no-version", INFO, "RFC 6376 3.6.1",                   \
	  "v=DKIM1 is missing, which is recommended")                         \
	X(TAG_CASE, "tag-case", WARNING, "RFC 6376 3.2",                      \
	  "tag names are lower case; this tag means nothing")                 \
	X(UNKNOWN_TAG, "unknown-tag", INFO, "RFC 6376 3.6.1",                 \
	  "a tag that receivers ignore")                                      \
	X(FLAG_TAG, "flag-as-tag", WARNING, "RFC 6376 3.6.1",                 \
	  "y= is no tag: to end testing, leave t=y out")                      \
	X(GRANULARITY, "granularity", WARNING, "RFC 6376 C.2",                \
	  "g= is historic: receivers of DKIM ignore it, older ones obey it")  \
	X(KEY_TYPE, "key-type", ERROR, "RFC 6376 3.6.1",                      \
	  "k= is neither rsa nor ed25519")                                    \
	X(HASH, "hash-not-allowed", ERROR, "RFC 8301 3.1",                    \
	  "h= does not allow sha256, so no signature can pass")               \
	X(HASH_SHA1, "hash-sha1", INFO, "RFC 8301 3.1",                       \
	  "h= allows sha1, which does not count any more")                    \
	X(HASH_UNKNOWN, "hash-unknown", WARNING, "RFC 6376 3.6.1",            \
	  "h= names what is no hash")                                         \
	X(SERVICE, "service-not-allowed", ERROR, "RFC 6376 3.6.1",            \
	  "s= has neither * nor email: no mail can be signed with this key")  \
	X(SERVICE_UNKNOWN, "service-unknown", INFO, "RFC 6376 3.6.1",         \
	  "s= names a service that receivers of mail ignore")                 \
	X(FLAG_UNKNOWN, "flag-unknown", WARNING, "RFC 6376 3.6.1",            \
	  "t= has a flag that receivers ignore")                              \
	X(TESTING, "testing", WARNING, "RFC 6376 3.6.1",                      \
	  "t=y: receivers treat a broken signature as none; remove it when "  \
	  "the tests are over")                                               \
	X(STRICT, "no-subdomains", INFO, "RFC 6376 3.6.1",                    \
	  "t=s: i= must be in the signing domain itself")                     \
	/* the key */                                                         \
	X(NO_P, "missing-p", ERROR, "RFC 6376 3.6.1", "no p= tag")            \
	X(REVOKED, "revoked", INFO, "RFC 6376 3.6.1",                         \
	  "the key is revoked (p= is empty)")                                 \
	X(PEM, "pem-in-p", ERROR, "RFC 6376 3.6.1",                           \
	  "p= holds PEM lines; only the base64 between them belongs there")   \
	X(CUT, "cut-short", ERROR, "RFC 6376 3.6.1", "p= was cut short")      \
	X(PLACEHOLDER, "placeholder", ERROR, "RFC 6376 3.6.1",                \
	  "p= still holds the placeholder of some instructions")              \
	X(BASE64, "not-base64", ERROR, "RFC 6376 3.6.1", "p= is not base64")  \
	X(BLANKS, "blank-in-p", WARNING, "RFC 6376 3.6.1",                    \
	  "blanks inside p=, which some receivers refuse")                    \
	X(PADDING, "base64-padding", WARNING, "RFC 4648 4",                   \
	  "the end of p= is not exact base64, which some receivers refuse")   \
	X(ONLY_P, "only-p", WARNING, "RFC 6376 3.6.1",                        \
	  "this is the value of p= alone; a record begins with v=DKIM1")      \
	X(NOT_KEY, "not-a-key", ERROR, "RFC 6376 3.6.1",                      \
	  "p= holds no such key")                                             \
	X(PKCS1, "pkcs1", WARNING, "RFC 6376 3.6.1",                          \
	  "p= is a bare RSAPublicKey, which several receivers refuse; "       \
	  "everybody publishes a SubjectPublicKeyInfo")                       \
	X(EXPONENT, "exponent", INFO, "RFC 8017 3.1",                         \
	  "the public exponent is not 65537, as everybody's is")              \
	X(WEAK, "weak-key", ERROR, "RFC 8301 3.2", "the key is too weak")     \
	X(LARGE, "key-too-large", ERROR, "RFC 6376 3.3.3",                    \
	  "the key is too large")                                             \
	X(SHORT, "short-key", WARNING, "RFC 8301 3.2",                        \
	  "the RSA key is shorter than 2048 bits")                            \
	X(KNOWN, "known-key", WARNING, NULL, "the key is no secret")          \
	/* how it stands in a zone, or in what was pasted */                  \
	X(NOT_RECORD, "not-a-record", ERROR, "RFC 1035 5.1",                  \
	  "a line that is no record")                                         \
	X(INCLUDED, "include", WARNING, "RFC 1035 5.1",                       \
	  "$INCLUDE: the file that it names was not looked at")               \
	X(UNQUOTED, "unquoted", ERROR, "RFC 1035 5.1",                        \
	  "the text is not in quotes: a comment begins at its first "         \
	  "semicolon")                                                        \
	X(UNCLOSED, "unclosed-quote", ERROR, "RFC 1035 5.1",                  \
	  "a string without its closing quote")                               \
	X(PARENTHESIS, "unclosed-parenthesis", ERROR, "RFC 1035 5.1",         \
	  "\"(\" without \")\"")                                              \
	X(STRING_LONG, "string-too-long", ERROR, "RFC 1035 3.3",              \
	  "a string of more than 255 octets: split it into several")          \
	X(CLASS_ORDER, "class-after-type", ERROR, "RFC 1035 5.1",             \
	  "TXT IN: the class belongs before the type")                        \
	X(BACKSLASH_JOIN, "backslash-between-strings", ERROR, "RFC 1035 5.1", \
	  "a backslash between strings: they just follow each other, over "   \
	  "several lines in parentheses")                                     \
	X(OWNER_DOUBLED, "owner-doubled", ERROR, "RFC 1035 5.1",              \
	  "the domain stands twice in the name: a final dot is missing, or "  \
	  "the domain must not be entered")                                   \
	X(NO_DOT, "no-final-dot", WARNING, "RFC 1035 5.1",                    \
	  "without a final dot the name of the zone is added to this one")    \
	X(OWNER_LONG, "name-too-long", ERROR, "RFC 1035 2.3.4",               \
	  "a name has 253 octets at most")                                    \
	X(OWNER_LABEL, "domainkey-label", ERROR, "RFC 6376 3.6.2.1",          \
	  "the label must read _domainkey")                                   \
	X(OWNER_PLACE, "not-below-domainkey", ERROR, "RFC 6376 3.6.2.1",      \
	  "a key record is looked up at SELECTOR._domainkey.DOMAIN only")     \
	X(NO_SELECTOR, "no-selector", ERROR, "RFC 6376 3.6.2.1",              \
	  "a key record needs a selector before _domainkey")                  \
	X(POLICY, "policy-record", INFO, NULL,                                \
	  "a policy record, not a key: see dkim-policy --lint")               \
	X(SEVERAL, "several-records", ERROR, "RFC 6376 3.6.2.2",              \
	  "several key records under one name: receivers take any of them "   \
	  "or none")                                                          \
	X(OTHER_RECORD, "other-key-record", WARNING, "RFC 6376 3.6.2.2",      \
	  "another key record has the same name, and verifiers may take it")  \
	X(REUSED, "key-reused", WARNING, NULL,                                \
	  "another selector has the same key")                                \
	/* how DNS serves it */                                               \
	X(ALIAS, "alias", INFO, "RFC 1034 3.6.2",                             \
	  "the name is an alias, the record is somebody else's")              \
	X(ANSWER_512, "answer-over-512", INFO, "RFC 1035 4.2.1",              \
	  "the answer has more than 512 octets: it needs EDNS or TCP")        \
	X(NOT_SECURE, "not-secure", INFO, "RFC 4035 4.9.3",                   \
	  "no DNSSEC vouches for the record")                                 \
	X(INSECURE, "insecure-dns", ERROR, "RFC 4035 4.9.3",                  \
	  "DNSSEC was asked for and does not vouch for the record")           \
	X(TABLE_NAME, "table-name", WARNING, "RFC 6376 3.6.2.1",              \
	  "the table's entry is called by another name than the one that "    \
	  "receivers ask for")                                                \
	X(KEY_FILE, "key-file", WARNING, NULL, "the key file is not safe")    \
	X(BIG_ANSWER, "large-answer", INFO, "RFC 6376 3.6.2.2",               \
	  "the answer has more than 1232 octets: resolvers must ask again "   \
	  "over TCP")

enum finding_id {
#define X(id, code, severity, where, text) FINDING_##id,
	FINDING_TABLE(X) POLICY_FINDING_TABLE(X)
#undef X
		FINDING_COUNT
};

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

struct finding {
	enum finding_id id;
	char detail[LIMIT_DIAG]; /* "" or more of it, in words; may hold octets
				  * of the input and is escaped where printed */
};

/* Owned; safe to free when zeroed. */
struct findings {
	struct finding *v;
	size_t n;     /* at most LIMIT_FINDINGS; what is above is not kept */
	bool invalid; /* one was an ERROR, kept or not */
};

/* findings_add: append the finding ID with DETAIL, which is formatted as by
 * printf. findings_mark: append it without a detail. */
void findings_add(struct findings *f, enum finding_id id, const char *detail,
		  ...) PRINTF_LIKE(3, 4);
void findings_mark(struct findings *f, enum finding_id id);

/* findings_has: one of them is ID. */
bool findings_has(const struct findings *f, enum finding_id id);
void findings_free(struct findings *f);

const char *finding_code(enum finding_id id);
enum severity finding_severity(enum finding_id id);
const char *finding_where(enum finding_id id); /* may be NULL */
const char *finding_text(enum finding_id id);

/* severity_word: "info", "warning", "error". */
const char *severity_word(enum severity s);

#endif
