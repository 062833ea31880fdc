/* finding: the findings about published records, in one table.
 *
 * A row is X(id, code, severity, where, text):
 *   code      the stable word for programs (dkim-txt(1), dkim-policy(1))
 *   severity  ERROR: verifiers ignore the record, or a known tag has a wrong
 *             value; WARNING: the record works but needs attention; INFO: good
 *             to know
 *   where     the section that says so, or NULL
 * A record is valid when it has no ERROR. */
#ifndef FINDING_H
#define FINDING_H

#include "status.h"

#define FINDING_TABLE(X)                                                       \
	/* the record as a whole */                                            \
	X(EMPTY, "empty", ERROR, "RFC 6376 3.6.1", "there is no record")       \
	X(FOREIGN, "not-a-key-record", ERROR, "RFC 6376 3.6.1",                \
	  "this is not a DKIM key record")                                     \
	X(SYNTAX, "syntax", ERROR, "RFC 6376 3.2", "not a list of tags")       \
	X(TOO_LONG, "too-long", ERROR, "RFC 6376 8.8",                         \
	  "verifiers ignore a record of this size")                            \
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
	/* tags */                                                             \
	X(VERSION, "version", ERROR, "RFC 6376 3.6.1", "v= is not \"DKIM1\"")  \
	X(VERSION_LATE, "version-not-first", ERROR, "RFC 6376 3.6.1",          \
	  "v= must be the first tag")                                          \
	X(NO_VERSION, "no-version", INFO, "RFC 6376 3.6.1",                    \
	  "v=DKIM1 is missing, which is recommended")                          \
	X(TAG_CASE, "tag-case", WARNING, "RFC 6376 3.2",                       \
	  "tag names are lower case; verifiers ignore this tag")               \
	X(UNKNOWN_TAG, "unknown-tag", INFO, "RFC 6376 3.6.1",                  \
	  "a tag that verifiers ignore")                                       \
	X(FLAG_TAG, "flag-as-tag", WARNING, "RFC 6376 3.6.1",                  \
	  "y= is not a tag: to end testing, remove t=y")                       \
	X(GRANULARITY, "granularity", WARNING, "RFC 6376 C.2",                 \
	  "g= is historic: verifiers ignore it, very old ones obey it")        \
	X(KEY_TYPE, "key-type", ERROR, "RFC 6376 3.6.1",                       \
	  "k= is neither rsa nor ed25519")                                     \
	X(HASH, "hash-not-allowed", ERROR, "RFC 8301 3.1",                     \
	  "h= does not allow sha256, so no signature can pass")                \
	X(HASH_SHA1, "hash-sha1", INFO, "RFC 8301 3.1",                        \
	  "h= allows sha1, which verifiers no longer accept")                  \
	X(HASH_UNKNOWN, "hash-unknown", WARNING, "RFC 6376 3.6.1",             \
	  "h= has a word that is not a hash")                                  \
	X(SERVICE, "service-not-allowed", ERROR, "RFC 6376 3.6.1",             \
	  "s= has neither * nor email: no mail can be signed with this key")   \
	X(SERVICE_UNKNOWN, "service-unknown", WARNING, "RFC 6376 3.6.1",       \
	  "s= has a service that is not for mail; dkimpy and Exim then "       \
	  "reject "                                                            \
	  "the key")                                                           \
	X(FLAG_UNKNOWN, "flag-unknown", WARNING, "RFC 6376 3.6.1",             \
	  "t= has a flag that verifiers ignore")                               \
	X(WORD_CASE, "keyword-case", WARNING, "RFC 6376 3.6.1",                \
	  "a keyword is not in lower case; verifiers must read it, but some "  \
	  "reject the key")                                                    \
	X(BLANK_EQUALS, "blank-before-equals", WARNING, "RFC 6376 3.2",        \
	  "a blank before \"=\"; verifiers must skip it, but some reject "     \
	  "the key")                                                           \
	X(BLANK_LIST, "blank-in-list", WARNING, "RFC 6376 3.6.1",              \
	  "a blank in a list; verifiers must skip it, but some reject the "    \
	  "key")                                                               \
	X(TESTING, "testing", WARNING, "RFC 6376 3.6.1",                       \
	  "t=y: verifiers treat a signature that fails like no signature; "    \
	  "remove it after the tests")                                         \
	X(STRICT, "no-subdomains", INFO, "RFC 6376 3.6.1",                     \
	  "t=s: i= must have the signing domain itself, not a subdomain")      \
	/* the key */                                                          \
	X(NO_P, "missing-p", ERROR, "RFC 6376 3.6.1", "no p= tag")             \
	X(REVOKED, "revoked", INFO, "RFC 6376 3.6.1",                          \
	  "the key is revoked (p= is empty)")                                  \
	X(PEM, "pem-in-p", ERROR, "RFC 6376 3.6.1",                            \
	  "p= contains PEM lines; only the base64 between them belongs there") \
	X(CUT, "cut-short", ERROR, "RFC 6376 3.6.1", "p= is truncated")        \
	X(PLACEHOLDER, "placeholder", ERROR, "RFC 6376 3.6.1",                 \
	  "p= still has the placeholder of some instructions")                 \
	X(BASE64, "not-base64", ERROR, "RFC 6376 3.6.1", "p= is not base64")   \
	X(BLANKS, "blank-in-p", INFO, "RFC 6376 3.6.1",                        \
	  "blanks inside p=, which verifiers skip")                            \
	X(PADDING, "base64-padding", WARNING, "RFC 4648 4",                    \
	  "the end of p= is not exact base64, which some verifiers reject")    \
	X(ONLY_P, "only-p", WARNING, "RFC 6376 3.6.1",                         \
	  "this is only the value of p=; a record begins with v=DKIM1")        \
	X(NOT_KEY, "not-a-key", ERROR, "RFC 6376 3.6.1",                       \
	  "p= is not a key of this type")                                      \
	X(PKCS1, "pkcs1", WARNING, "RFC 6376 3.6.1",                           \
	  "p= is a bare RSAPublicKey, which some verifiers reject; the usual " \
	  "form is a SubjectPublicKeyInfo")                                    \
	X(EXPONENT, "exponent", INFO, "RFC 8017 3.1",                          \
	  "the public exponent is not 65537, the usual value")                 \
	X(WEAK, "weak-key", ERROR, "RFC 8301 3.2", "the key is too weak")      \
	X(LARGE, "key-too-large", ERROR, "RFC 6376 3.3.3",                     \
	  "the key is too large")                                              \
	X(SHORT, "short-key", WARNING, "RFC 8301 3.2",                         \
	  "the RSA key is shorter than 2048 bits")                             \
	X(KNOWN, "known-key", WARNING, NULL,                                   \
	  "the private key is publicly known")                                 \
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
	X(OWNER_DOUBLED, "owner-doubled", ERROR, "RFC 1035 5.1",               \
	  "the domain occurs twice in the name: a final dot is missing, or "   \
	  "the domain must not be entered")                                    \
	X(NO_DOT, "no-final-dot", WARNING, "RFC 1035 5.1",                     \
	  "without a final dot the name of the zone is added to this one")     \
	X(OWNER_LONG, "name-too-long", ERROR, "RFC 1035 2.3.4",                \
	  "a name has at most 253 bytes")                                      \
	X(OWNER_LABEL, "domainkey-label", ERROR, "RFC 6376 3.6.2.1",           \
	  "the label must read _domainkey")                                    \
	X(OWNER_PLACE, "not-below-domainkey", ERROR, "RFC 6376 3.6.2.1",       \
	  "a key record is looked up at SELECTOR._domainkey.DOMAIN only")      \
	X(NO_SELECTOR, "no-selector", ERROR, "RFC 6376 3.6.2.1",               \
	  "a key record needs a selector before _domainkey")                   \
	X(POLICY, "policy-record", INFO, NULL,                                 \
	  "a policy record, not a key: see dkim-policy --lint")                \
	X(SEVERAL, "several-records", ERROR, "RFC 6376 3.6.2.2",               \
	  "several key records under one name: verifiers use any of them or "  \
	  "none")                                                              \
	X(OTHER_RECORD, "other-key-record", WARNING, "RFC 6376 3.6.2.2",       \
	  "another key record has the same name, and verifiers may take it")   \
	/* of what verifiers do this was known in November 2026 */             \
	X(ED25519_ALONE, "ed25519-alone", WARNING, "RFC 8463 6",               \
	  "all valid keys of the domain are Ed25519, and most large "          \
	  "receivers "                                                         \
	  "verify RSA only (as of November 2026)")                             \
	X(REUSED, "key-reused", WARNING, NULL,                                 \
	  "another selector has the same key")                                 \
	/* how DNS serves it */                                                \
	X(ALIAS, "alias", INFO, "RFC 1034 3.6.2",                              \
	  "the name is an alias; the record belongs to another name")          \
	X(ANSWER_512, "answer-over-512", INFO, "RFC 1035 4.2.1",               \
	  "the answer has more than 512 bytes: it needs EDNS or TCP")          \
	X(NOT_SECURE, "not-secure", INFO, "RFC 4035 4.9.3",                    \
	  "the record is not protected by DNSSEC")                             \
	X(INSECURE, "insecure-dns", ERROR, "RFC 4035 4.9.3",                   \
	  "the record is not protected by DNSSEC, which --require-dnssec "     \
	  "asks for")                                                          \
	X(TABLE_NAME, "table-name", WARNING, "RFC 6376 3.6.2.1",               \
	  "the entry of the table has another name than the record that "      \
	  "verifiers ask for")                                                 \
	X(KEY_FILE, "key-file", WARNING, NULL, "the key file is not safe")     \
	X(BIG_ANSWER, "large-answer", INFO, "RFC 6376 3.6.2.2",                \
	  "the answer has more than 1232 bytes: resolvers must ask again "     \
	  "over TCP")                                                          \
	/* policy records of any kind */                                       \
	X(POLICY_SEVERAL, "several-records", ERROR, NULL,                      \
	  "several records of one kind: receivers use none of them")           \
	X(TERM, "syntax", ERROR, NULL, "receivers cannot read it")             \
	X(OTHER, "not-this-record", ERROR, NULL,                               \
	  "does not begin as such a record does, so that receivers ignore it") \
	X(VALUE, "bad-value", ERROR, NULL, "a value that the tag cannot have") \
	X(NO_EQUALS, "no-equals", WARNING, "RFC 9989 4.8",                     \
	  "receivers ignore a part without \"=\"")                             \
	X(UNREAD, "not-read-by-all", WARNING, NULL,                            \
	  "receivers must read it, but some do not")                           \
	X(HISTORIC, "historic", INFO, NULL,                                    \
	  "obsolete: nobody evaluates it, you can remove it")                  \
	X(POLICY_TESTING, "policy-testing", INFO, NULL,                        \
	  "t=y: the domain is testing")                                        \
	/* DMARC */                                                            \
	X(NO_POLICY, "no-policy", WARNING, "RFC 9989 4.10.1",                  \
	  "there is no valid p=: receivers treat it as p=none")                \
	X(USELESS, "no-processing", ERROR, "RFC 9989 4.10.1",                  \
	  "without a valid p=, sp= and np= and without an address in rua= "    \
	  "receivers do nothing")                                              \
	X(REMOVED, "removed-tag", WARNING, "RFC 9989 C.5.2",                   \
	  "RFC 9989 removed the tag; remove it")                               \
	X(REMOVED_SIZE, "removed-size", WARNING, "RFC 9989 4.8",               \
	  "the size after \"!\" is obsolete; remove it")                       \
	X(REPORT_URI, "report-uri", ERROR, "RFC 9989 4.8",                     \
	  "reports cannot be sent there")                                      \
	X(REPORT_SCHEME, "report-scheme", WARNING, "RFC 9989 4.7",             \
	  "receivers send reports to mailto: addresses only")                  \
	X(REPORT_FIELDS, "report-fields", WARNING, "RFC 9989 4.7",             \
	  "header fields in a report address are ignored")                     \
	X(REPORT_MANY, "report-many", WARNING, "RFC 9989 4.7",                 \
	  "many report addresses; receivers send to the first few")            \
	X(REPORT_FORBIDDEN, "report-unauthorized", ERROR, "RFC 9990 4",        \
	  "the domain of the address has not agreed to receive the reports")   \
	X(REPORT_UNKNOWN, "report-no-answer", WARNING, "RFC 9990 4",           \
	  "DNS does not answer whether the receiver of the reports agrees")    \
	X(NO_REPORTS, "no-reports", INFO, "RFC 9989 4.7",                      \
	  "without rua= you get no reports on who sends in your name")         \
	X(MONITORING, "monitoring-only", INFO, "RFC 9989 4.7",                 \
	  "p=none only asks for reports")                                      \
	X(FO_ALONE, "fo-without-ruf", INFO, "RFC 9989 4.7",                    \
	  "fo= is ignored without ruf=")                                       \
	X(FO_BOTH, "fo-exclusive", WARNING, "RFC 9989 4.7",                    \
	  "fo= has 0 and 1, which exclude each other")                         \
	X(P_LATE, "p-not-second", INFO, "RFC 7489 6.3",                        \
	  "older receivers want p= right after v=")                            \
	X(PSD_RUF, "psd-ruf", INFO, "RFC 9991 2",                              \
	  "ruf= of a public suffix is not used")                               \
	X(TOP_LEVEL, "top-level-org", WARNING, "RFC 9989 4.10.2",              \
	  "a top-level domain has a record without psd=y: all names below "    \
	  "it align with each other; psd=n in the domain's own record "        \
	  "keeps it apart")                                                    \
	X(INHERITED, "inherited", INFO, "RFC 9989 4.10.1",                     \
	  "the domain has no record; that of the Organizational Domain "       \
	  "applies")                                                           \
	/* SPF */                                                              \
	X(LOOKUPS, "too-many-lookups", ERROR, "RFC 7208 4.6.4",                \
	  "more than ten terms need DNS: receivers give up")                   \
	X(VOIDS, "void-lookups", ERROR, "RFC 7208 4.6.4",                      \
	  "more than two terms find nothing: receivers give up")               \
	X(VOID, "void-lookup", WARNING, "RFC 7208 4.6.4",                      \
	  "the name has no such records")                                      \
	X(MX_NAMES, "mx-names", ERROR, "RFC 7208 4.6.4",                       \
	  "the name has more than 10 mail servers: receivers give up")         \
	X(MX_HOST, "mx-host-missing", WARNING, "RFC 7208 5.4",                 \
	  "a mail server of mx has no address")                                \
	X(EXPLANATION, "explanation", WARNING, "RFC 7208 6.2",                 \
	  "receivers ignore exp= without one text that they can read")         \
	X(BROAD, "spf-too-broad", WARNING, "RFC 7208 11.4",                    \
	  "allows more addresses than one sender has")                         \
	X(PASS_ALL, "spf-pass-all", WARNING, "RFC 7208 5.1",                   \
	  "every host may send for the domain")                                \
	X(NO_ALL, "no-all", INFO, "RFC 7208 4.7",                              \
	  "ends neither in all nor in redirect=: other hosts are neutral")     \
	X(NEUTRAL_ALL, "neutral-all", INFO, "RFC 7208 8.2",                    \
	  "?all says nothing about other hosts; ~all or -all does")            \
	X(AFTER_ALL, "after-all", WARNING, "RFC 7208 5.1",                     \
	  "what follows all is never used")                                    \
	X(REDIRECT_ALL, "redirect-ignored", WARNING, "RFC 7208 6.1",           \
	  "redirect= is never used together with all")                         \
	X(PTR, "ptr", WARNING, "RFC 7208 5.5",                                 \
	  "ptr is slow and should not be published")                           \
	X(EQUALS, "mechanism-with-equals", WARNING, "RFC 7208 6",              \
	  "a mechanism takes \":\"; with \"=\" receivers ignore the term")     \
	X(NAME_BROKEN, "impossible-name", ERROR, "RFC 7208 4.3",               \
	  "the record of a name that cannot exist: receivers give up")         \
	X(NAME_UNUSED, "name-never-matches", WARNING, "RFC 7208 4.3",          \
	  "a name that cannot exist: the term has no effect")                  \
	X(UNKNOWN_MODIFIER, "unknown-modifier", INFO, "RFC 7208 6",            \
	  "a modifier that receivers ignore")                                  \
	X(INCLUDE, "include-broken", ERROR, "RFC 7208 5.2",                    \
	  "the included record cannot be used")                                \
	X(LOOP, "include-loop", ERROR, "RFC 7208 4.6.4",                       \
	  "the records include each other in a loop: receivers give up")       \
	X(NO_ANSWER, "no-answer", WARNING, NULL, "DNS gave no answer")         \
	/* other policy records */                                             \
	X(PRACTICE, "unknown-practice", WARNING, "RFC 5617 4.2.1",             \
	  "another practice than unknown, all and discardable means unknown")  \
	X(NO_ADDRESS, "no-address", WARNING, "RFC 6651 3.2",                   \
	  "without ra= no reports are sent")

enum finding_id {
#define X(id, code, severity, where, text) FINDING_##id,
	FINDING_TABLE(X)
#undef X
		FINDING_COUNT
};

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR };

struct finding {
	enum finding_id id;
	char detail[LIMIT_DIAG]; /* more about it in words, or ""; may have
				  * bytes of the input: escape it in output */
};

/* Owned; safe to free when zeroed. */
struct findings {
	struct finding *v;
	size_t n;     /* at most LIMIT_FINDINGS; further ones are dropped */
	bool invalid; /* one is an ERROR, dropped or not */
};

/* findings_add: append the finding ID with DETAIL, which is formatted as by
 * printf. findings_mark: append it without a detail. */
void findings_add(struct findings *f, enum finding_id id, const char *detail,
		  ...) PRINTF_LIKE(3, 4);
void findings_mark(struct findings *f, enum finding_id id);

/* findings_has: whether ID is among them. findings_free: they are empty then.
 */
bool findings_has(const struct findings *f, enum finding_id id);
void findings_free(struct findings *f);

/* The columns of the table. */
const char *finding_code(enum finding_id id);
enum severity finding_severity(enum finding_id id);
/* finding_where: the section that says so, or NULL. */
const char *finding_where(enum finding_id id); /* may be NULL */
const char *finding_text(enum finding_id id);

/* severity_word: "info", "warning", "error". */
const char *severity_word(enum severity s);

#endif
