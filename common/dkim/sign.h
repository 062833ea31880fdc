/* sign: a message in, its DKIM-Signature fields out (RFC 6376 5).
 *
 * One pass serves all keys. What must not be signed is refused (RULES G-2);
 * each new signature is parsed and verified with the public half before it is
 * given out (G-11). The message itself is never changed. */
#ifndef SIGN_H
#define SIGN_H

#include "msg.h"
#include "signfield.h"
#include "signkeys.h"

struct sign_conf {
	const struct crypto *crypto;
	const struct signkeys *keys; /* who signs */
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

/* What deserves a warning though the message was signed: id, text. */
#define SIGN_NOTES(X)                                                          \
	X(NUL, "the message holds NUL octets, which transport may change "     \
	       "(RFC 5322 2.2)")                                               \
	X(LONG_LINE, "a line has more than 998 octets and may be broken on "   \
		     "the way (RFC 5322 2.1.1)")                               \
	X(HEADER_8BIT, "the header has 8-bit octets: internationalized mail "  \
		       "only (RFC 6532)")                                      \
	X(BODY_8BIT, "the body has 8-bit octets that no "                      \
		     "Content-Transfer-Encoding announces (RFC 2045 6.2)")     \
	X(NO_DATE, "there is no Date field, which a relay may add "            \
		   "(RFC 5322 3.6)")                                           \
	X(NO_MESSAGE_ID, "there is no Message-ID field, which a relay may "    \
			 "add (RFC 5322 3.6.4)")                               \
	X(MIME, "MIME-Version is missing, unknown or there several times "     \
		"(RFC 2045 4)")                                                \
	X(ONE_CLICK, "List-Unsubscribe or List-Unsubscribe-Post is not "       \
		     "signed, so that one click does not unsubscribe "         \
		     "(RFC 8058 4)")                                           \
	X(PARTIAL, "l= lets others add to the body (RFC 6376 8.2)")            \
	X(OTHER_DOMAIN, "the From domain is not within d=, so DMARC will not " \
			"count the signature (RFC 9989 4.4)")                  \
	X(REPAIRED, "line ends were repaired (RFC 6376 5.3)")                  \
	X(PASSED, "passed on as it is")                                        \
	X(MBOX_LINE, "an mbox \"From \" line stands first and is not signed "  \
		     "(RFC 4155)")

enum sign_note {
#define X(id, text) SIGN_##id,
	SIGN_NOTES(X)
#undef X
		SIGN_NOTE_COUNT
};

const char *sign_note_text(enum sign_note n);

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

/* signer_again: a sink for the same message when it is read a second time to be
 * written out; signer_same: ST_OK if that was indeed the message that was
 * signed, else ST_IO (CONTRACT 4). */
struct sink signer_again(struct signer *s);
enum status signer_same(struct signer *s, struct diag *why) MUST_USE;

void signer_free(struct signer *s);

#endif
