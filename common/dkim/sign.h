/* sign: a message in, its DKIM-Signature fields out (RFC 6376 5).
 *
 * One pass serves all keys. What must not be signed is refused (RULES G-2);
 * each new signature is parsed and verified with the public half before it is
 * given out (G-11). The message itself is never changed. */
#ifndef SIGN_H
#define SIGN_H

#include "keystore.h"
#include "msg.h"
#include "signfield.h"
#include "signkeys.h"

struct sign_conf {
	const struct crypto *crypto;
	const struct signkeys *keys; /* who signs */
	struct keystore *published;  /* to compare keys with, or NULL */
	bool require_dnssec;	     /* ... which DNSSEC vouches for */
	enum canon header, body;
	bool timestamp; /* t= */
	int64_t now;
	bool at_received; /* not now, but when the message arrived */
	bool if_unsigned; /* no second signature of one d= and s= */
	uint64_t expire;  /* seconds until x=, 0: none */
	bool length;	  /* l= */
	bool copied;	  /* z= */
	const struct sign_tag *tags;
	size_t tags_n;
	const char *headers; /* headerset.h; NULL: the default set */
	enum msg_lines lines;
};

/* What deserves a warning though the message was signed: id, the code in JSON,
 * text.
 */
#define SIGN_NOTES(X)                                                 \
	X(NUL, "nul",                                                 \
	  "the message holds NUL octets, which transport may change " \
	  "(RFC 5322 2.2)")                                           \
	X(LONG_LINE, "long-line",                                     \
	  "a line has more than 998 octets and may be broken on "     \
	  "the way (RFC 5322 2.1.1)")                                 \
	X(HEADER_8BIT, "8-bit-header",                                \
	  "the header has 8-bit octets: internationalized mail "      \
	  "only (RFC 6532)")                                          \
	X(BODY_8BIT, "8-bit-body",                                    \
	  "the body has 8-bit octets that no "                        \
	  "Content-Transfer-Encoding announces (RFC 2045 6.2)")       \
	X(NO_DATE, "no-date",                                         \
	  "there is no Date field, which a relay may add "            \
	  "(RFC 5322 3.6)")                                           \
	X(NO_MESSAGE_ID, "no-message-id",                             \
	  "there is no Message-ID field, which a relay may "          \
	  "add (RFC 5322 3.6.4)")                                     \
	X(MIME, "mime-version",                                       \
	  "MIME-Version is missing, unknown or there several times "  \
	  "(RFC 2045 4)")                                             \
	X(ONE_CLICK, "one-click-unsigned",                            \
	  "List-Unsubscribe or List-Unsubscribe-Post is not "         \
	  "signed, so that one click does not unsubscribe "           \
	  "(RFC 8058 4)")                                             \
	X(PARTIAL, "partial-body",                                    \
	  "l= lets others add to the body (RFC 6376 8.2)")            \
	X(OTHER_DOMAIN, "other-domain",                               \
	  "the From domain is not within d=, so DMARC will not "      \
	  "count the signature (RFC 9989 4.4)")                       \
	X(REPAIRED, "line-ends-repaired",                             \
	  "line ends were repaired (RFC 6376 5.3)")                   \
	X(PASSED, "passed", "passed on as it is")                     \
	X(MBOX_LINE, "mbox-line",                                     \
	  "an mbox \"From \" line stands first and is not signed "    \
	  "(RFC 4155)")

enum sign_note {
#define X(id, code, text) SIGN_##id,
	SIGN_NOTES(X)
#undef X
		SIGN_NOTE_COUNT
};

const char *sign_note_text(enum sign_note n);
const char *sign_note_code(enum sign_note n);

struct signer;

struct signer *signer_new(const struct sign_conf *conf);
struct sink signer_sink(struct signer *s);

/* signer_end: the message is complete. Append the new fields, with the
 * message's own line ends, to OUT; they belong at octet *TOP of the input (0,
 * or behind an mbox line). *NOTES is a set of 1 << SIGN_x.
 * ST_OK, with nothing appended and the reason in WHY for a message that has all
 * these signatures already; ST_REFUSED, ST_NOT_MESSAGE (65) for what must not
 * be signed; ST_USAGE (64) for a header list that does not fit; an error of
 * signkeys_pick or signfield_add. */
enum status signer_end(struct signer *s, struct buf *out, uint64_t *top,
		       unsigned *notes, struct diag *why) MUST_USE;

/* What was decided, for a report; complete after a signer_end with ST_OK, and
 * the signer's. */
struct sign_plan {
	struct author author;
	struct signers by;
	const struct fields *fields;
	struct headerset headers;
	int64_t now;
	uint64_t length; /* of the canonical body */
};

const struct sign_plan *signer_plan(const struct signer *s);

/* signer_again: a sink for the same message when it is read a second time to be
 * written out; signer_same: ST_OK if that was indeed the message that was
 * signed, else ST_IO (CONTRACT 4). */
struct sink signer_again(struct signer *s);
enum status signer_same(struct signer *s, struct diag *why) MUST_USE;

void signer_free(struct signer *s);

#endif
