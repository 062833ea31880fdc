/* atps: may this signer sign for the author's domain? RFC 6541, an experiment.
 *
 * A good signature of another domain says atps=AUTHOR; the author's domain says
 * in DNS whether that is so. sha1 is refused, as for signatures (RFC 8301). */
#ifndef ATPS_H
#define ATPS_H

#include "published.h"
#include "sig.h"

/* RFC 6541 8.3. */
enum atps_result {
	ATPS_NONE, /* no signature asks */
	ATPS_PASS,
	ATPS_FAIL,
	ATPS_TEMPERROR,
	ATPS_PERMERROR,
};

const char *atps_result_word(enum atps_result r);

/* atps_record_is: TEXT is a record of RFC 6541 4.4: v=ATPS1 is in it. */
bool atps_record_is(struct span text);

/* atps_name: append the name to ask for: SIGNER by HASH ("none", "sha256")
 * below AUTHOR. ST_OK; ST_ALGORITHM for another hash; ST_LIMIT; ST_OS. */
enum status atps_name(const struct name *signer, struct span hash,
		      const struct name *author, const struct crypto *crypto,
		      struct buf *out) MUST_USE;

/* atps_check: for the good signature S. One question at most. */
enum atps_result atps_check(const struct published_from *from,
			    const struct sig *s, const struct name *author,
			    const struct crypto *crypto);

#endif
