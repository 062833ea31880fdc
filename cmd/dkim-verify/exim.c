#include "exim.h"

#define UNAVAILABLE "invalid - public key record (currently?) unavailable"
#define BAD_RECORD "invalid - syntax error in public key record"
#define BAD_FIELD "invalid - signature tag missing or invalid"

/* Where Exim knows the case. The others are invalid, or fail if they verify,
 * for our own reason. */
static const struct row {
	enum exim_word word;
	const char *reason, *log;
} rows[] = {
	[ST_OK] = { EXIM_PASS, "", "verification succeeded" },
	[ST_BODY_HASH] = { EXIM_FAIL, "bodyhash_mismatch",
			   "verification failed - body hash mismatch (body "
			   "probably modified in transit)" },
	[ST_BODY_SHORT] = { EXIM_FAIL, "bodyhash_mismatch",
			    "verification failed - body hash mismatch (body "
			    "probably modified in transit)" },
	[ST_BAD_SIGNATURE] = { EXIM_FAIL, "signature_incorrect",
			       "verification failed - signature did not verify "
			       "(headers probably modified in transit)" },
	[ST_KEY_WEAK] = { EXIM_FAIL, "pubkey_too_short",
			  "verification failed - signature invalid (key too "
			  "short)" },
	[ST_NO_KEY] = { EXIM_INVALID, "pubkey_unavailable", UNAVAILABLE },
	[ST_DNS] = { EXIM_INVALID, "pubkey_unavailable", UNAVAILABLE },
	[ST_KEY_SYNTAX] = { EXIM_INVALID, "pubkey_dns_syntax", BAD_RECORD },
	[ST_KEY_REVOKED] = { EXIM_INVALID, "pubkey_der_syntax", BAD_RECORD },
	[ST_SYNTAX] = { EXIM_INVALID, NULL, BAD_FIELD },
	[ST_MISSING_TAG] = { EXIM_INVALID, NULL, BAD_FIELD },
	[ST_ALGORITHM] = { EXIM_INVALID, NULL, BAD_FIELD },
	[ST_CANON] = { EXIM_INVALID, NULL, BAD_FIELD },
	[ST_QUERY] = { EXIM_INVALID, NULL, BAD_FIELD },
	[ST_VERSION] = { EXIM_INVALID, NULL,
			 "invalid - unsupported DKIM version" },
	[ST_SIGNATURE_LIMIT] = { EXIM_NONE, NULL, "not verified" },
	[ST_COUNT] = { EXIM_NONE, NULL, NULL },
};

enum exim_word exim_word(enum status st)
{
	if (rows[st].log)
		return rows[st].word;
	return status_result(st) == RESULT_POLICY ? EXIM_FAIL : EXIM_INVALID;
}

const char *exim_word_text(enum exim_word w)
{
	static const char *const words[] = { "none", "invalid", "fail",
					     "pass" };

	return words[w];
}

const char *exim_reason(enum status st)
{
	return rows[st].reason ? rows[st].reason : status_reason(st);
}

void exim_log(enum status st, struct buf *out)
{
	if (rows[st].log)
		buf_put(out, span_str(rows[st].log));
	else
		buf_putf(out, "%s - %s", exim_word_text(exim_word(st)),
			 status_reason(st));
}
