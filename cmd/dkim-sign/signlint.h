/* signlint: warnings about a message that is signed all the same. */
#ifndef SIGNLINT_H
#define SIGNLINT_H

#include "headerset.h"
#include "msg.h"

/* Each note: id, the code in JSON, text. Most are about what mail transport may
 * change after signing (RFC 6376 5.3). */
#define SIGN_NOTES(X)                                                          \
	X(NUL, "nul",                                                          \
	  "the message contains NUL bytes, which mail transport may change "   \
	  "(RFC 5322 2.2)")                                                    \
	X(LONG_LINE, "long-line",                                              \
	  "a line has more than 998 bytes and may be broken in transit "       \
	  "(RFC 5322 2.1.1)")                                                  \
	X(HEADER_8BIT, "8-bit-header",                                         \
	  "the header section has 8-bit bytes that are not UTF-8, which not "  \
	  "even internationalized mail may have (RFC 6532 3.1)")               \
	X(BODY_8BIT, "8-bit-body",                                             \
	  "the body has 8-bit bytes without a Content-Transfer-Encoding of "   \
	  "8bit or binary (RFC 2045 6.2)")                                     \
	X(NO_DATE, "no-date",                                                  \
	  "there is no Date field, and a relay may add one (RFC 5322 3.6)")    \
	X(NO_MESSAGE_ID, "no-message-id",                                      \
	  "there is no Message-ID field, and a relay may add one "             \
	  "(RFC 5322 3.6.4)")                                                  \
	X(MIME, "mime-version",                                                \
	  "MIME-Version is missing, is not 1.0 or occurs several times "       \
	  "(RFC 2045 4)")                                                      \
	X(ONE_CLICK, "one-click-unsigned",                                     \
	  "List-Unsubscribe or List-Unsubscribe-Post is not signed, so that "  \
	  "mail programs do not offer one-click unsubscription "               \
	  "(RFC 8058 4)")                                                      \
	X(PARTIAL, "partial-body",                                             \
	  "l= lets others add to the body (RFC 6376 8.2)")                     \
	X(OTHER_DOMAIN, "other-domain",                                        \
	  "d= is not aligned with the From domain: DMARC will not count the "  \
	  "signature (RFC 9989 4.4)")                                          \
	X(FROM_SYNTAX, "from-syntax",                                          \
	  "From is not as RFC 5322 has it: DMARC cannot be evaluated "         \
	  "(RFC 5322 3.4, RFC 9989 4.4)")                                      \
	X(NO_DOMAINKEY, "no-domainkey",                                        \
	  "no DomainKey-Signature was added: no RSA key, no sending address "  \
	  "in d=, or signed already (RFC 4870 3.5)")                           \
	X(REPAIRED, "line-ends-repaired",                                      \
	  "line endings were made uniform (RFC 6376 5.3)")                     \
	X(NO_RECEIVED_DATE, "no-received-date",                                \
	  "no Received field says when it arrived: signed as of now "          \
	  "(RFC 5321 4.4)")                                                    \
	X(OTHER_RECORD, "other-key-record",                                    \
	  "DNS has another key record of the same name, and verifiers may "    \
	  "take it (RFC 6376 3.6.2.2)")                                        \
	/* of what verifiers do this was known in November 2026 */             \
	X(ED25519_ALONE, "ed25519-alone",                                      \
	  "only an Ed25519 key signs, and most large receivers verify RSA "    \
	  "only (as of November 2026): sign with an RSA key, too "             \
	  "(RFC 8463 6)")                                                      \
	X(KEY_MISSING, "key-missing", "not signed with all keys")              \
	X(PASSED, "passed", "passed on as it is")                              \
	X(MBOX_LINE, "mbox-line",                                              \
	  "an mbox \"From \" line is first and is not signed (RFC 4155)")      \
	X(BLANK_COLON, "blank-before-colon",                                   \
	  "a blank is before the colon of a signed field, and some verifiers " \
	  "(Exim, rspamd, dkimpy, Haraka) do not find it then (RFC 5322 4.5)")

enum sign_note {
#define X(id, code, text) SIGN_##id,
	SIGN_NOTES(X)
#undef X
		SIGN_NOTE_COUNT
};

/* sign_note_text, sign_note_code: the text and the JSON code of N. */
const char *sign_note_text(enum sign_note n);
const char *sign_note_code(enum sign_note n);

/* signlint_message: the notes, a set of 1 << SIGN_x, on a message with FACTS
 * and FIELDS; BODY_8BIT: its body has 8-bit octets. */
unsigned signlint_message(const struct msg_facts *facts,
			  const struct fields *fields, bool body_8bit);

/* signlint_headers: the notes on SET, the fields that are signed of FIELDS.
 * With SIGN_BLANK_COLON, NAMES gets the names that it is about. */
unsigned signlint_headers(const struct fields *fields,
			  const struct headerset *set, struct diag *names);

#endif
