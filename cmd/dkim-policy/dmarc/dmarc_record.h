/* dmarc_record: a DMARC policy record (RFC 9989 4.7, 4.8, 4.10.1).
 *
 * Names of tags and keywords compare without case, DMARC1 exactly. A wrong
 * value after v= falls back to its default; only p, sp and np can make a record
 * useless. Spans borrow from the text. */
#ifndef DMARC_RECORD_H
#define DMARC_RECORD_H

#include "limit.h"
#include "report_uri.h"

enum dmarc_policy { DMARC_NONE, DMARC_QUARANTINE, DMARC_REJECT };

/* dmarc_policy_word: "none", "quarantine" or "reject", as in p=. */
const char *dmarc_policy_word(enum dmarc_policy p);

/* The tags of RFC 9989, then those it removed, in the order of their table. */
enum dmarc_tag_id {
	DMARC_V,
	DMARC_P,
	DMARC_SP,
	DMARC_NP,
	DMARC_ADKIM,
	DMARC_ASPF,
	DMARC_PSD,
	DMARC_T,
	DMARC_FO,
	DMARC_RUA,
	DMARC_RUF,
	DMARC_PCT,
	DMARC_RF,
	DMARC_RI,
	DMARC_UNKNOWN,
};

struct dmarc_tag {
	enum dmarc_tag_id id;
	struct span name, value; /* blanks around left out */
	bool valid;		 /* the value is one that the tag may have */
};

enum dmarc_fo {
	DMARC_FO_ALL = 1,
	DMARC_FO_ANY = 2,
	DMARC_FO_D = 4,
	DMARC_FO_S = 8
};

struct dmarc_record {
	struct dmarc_tag v[LIMIT_TAGS];
	size_t n;
	bool empty;	/* ";;" was ignored (LENIENT: 4.8 does not allow it) */
	bool junk;	/* something without "=" was ignored (4.8) */
	bool duplicate; /* a known tag is there twice, or there are too many
			 * tags: no list of tags (4.7), and no record */
	bool useless;	/* p, sp or np is wrong and there is no valid rua
			 * (4.10.1): no DMARC for this domain */
	enum dmarc_policy p, sp, np; /* np and sp default to sp and p */
	bool has_np;		     /* it is there, and valid */
	bool strict_dkim, strict_spf;
	bool testing;	   /* t=y */
	unsigned char psd; /* 'y', 'n', 'u' */
	unsigned fo;	   /* enum dmarc_fo */
	struct span rua, ruf;
};

/* dmarc_record_is: the first tag of TEXT is v=DMARC1, so that it counts as a
 * DMARC record (4.10 step 2). */
bool dmarc_record_is(struct span text);

/* dmarc_record_parse: fill OUT from TEXT, for which dmarc_record_is is true; of
 * any other text only `v` has a meaning, the tags. */
void dmarc_record_parse(struct span text, struct dmarc_record *out);

/* dmarc_tag_named: the tag called NAME, in any case. */
enum dmarc_tag_id dmarc_tag_named(struct span name);

/* dmarc_tag_valid: the tag with the id of T may have the value of T.
 * dmarc_tag_values: what it may have, in words; "" if that is no short list. */
bool dmarc_tag_valid(const struct dmarc_tag *t);
const char *dmarc_tag_values(enum dmarc_tag_id id);

/* dmarc_record_find: the first tag ID, or NULL. */
const struct dmarc_tag *dmarc_record_find(const struct dmarc_record *r,
					  enum dmarc_tag_id id);

#endif
