#include "exim.h"

#include "text_report.h"
#include "words.h"

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

/* -- the report ------------------------------------------------------------ */

static void put_tag(struct buf *out, const char *name, struct span value)
{
	words_tag(out, name, value.p ? value : SPAN("<UNSET>"));
}

static void put_number(struct buf *out, const char *name, bool has, uint64_t n)
{
	if (has)
		buf_putf(out, " %s=%llu", name, (unsigned long long)n);
}

static void put_signature(const struct verdict *v, struct buf *out)
{
	const struct sig *sig = &v->sig;
	const struct row *row = &rows[v->st];
	const char *word = exim_word_text(exim_word(v->st));
	const char *reason = row->reason ? row->reason : status_reason(v->st);
	struct buf c;

	buf_putf(out, "%s%s%s DKIM:", word, *reason ? " " : "", reason);
	buf_init(&c, LIMIT_HEADER_BYTES);
	words_canon(v, &c);
	put_tag(out, "d", sig->text_d);
	put_tag(out, "s", sig->text_s);
	put_tag(out, "c", buf_span(&c));
	put_tag(out, "a", sig->text_a);
	buf_free(&c);
	put_number(out, "b", true, sig->b.n * 8);
	if (sig->text_i.p)
		put_tag(out, "i", sig->text_i);
	put_number(out, "t", sig->has_t, sig->t);
	put_number(out, "x", sig->has_x, sig->x);
	put_number(out, "l", sig->has_l, sig->l);
	if (row->log)
		buf_putf(out, " [%s]\n", row->log);
	else
		buf_putf(out, " [%s - %s]\n", word, status_reason(v->st));
}

void exim_report(const char *name, const struct verification *all,
		 struct buf *out)
{
	for (size_t i = 0; i < all->n; i++) {
		text_report_name(name, out);
		put_signature(&all->v[i], out);
	}
	if (all->n)
		return;
	text_report_name(name, out);
	buf_put(out, SPAN("none\n"));
}
