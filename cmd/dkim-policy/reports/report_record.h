/* report_record: what an aggregate report says (RFC 7489 appendix C, RFC 9990
 * appendix A): its head and its records, each as a list of items.
 *
 * A report counts as a whole or not at all, and its head may come after its
 * records; so the items of a record are packed (a byte for the field, two for
 * the length, the text) and wait until the report has been read to its end. */
#ifndef REPORT_RECORD_H
#define REPORT_RECORD_H

#include "buf.h"
#include "ip.h"

enum report_field {
	/* of the head */
	REPORT_ORG,
	REPORT_ID,
	REPORT_BEGIN,
	REPORT_END,
	REPORT_DOMAIN,
	REPORT_P,
	REPORT_SP,
	REPORT_NP,
	REPORT_ADKIM,
	REPORT_ASPF,
	REPORT_PCT,
	REPORT_T,
	REPORT_HEAD_FIELDS,

	/* of a record */
	REPORT_SOURCE = REPORT_HEAD_FIELDS,
	REPORT_COUNT,
	REPORT_DISPOSITION,
	REPORT_DKIM, /* the aligned results */
	REPORT_SPF,
	REPORT_HEADER_FROM,
	REPORT_ENVELOPE_FROM,
	REPORT_RECORD_FIELDS,

	/* each begins an entry of a list; without text */
	REPORT_REASON = REPORT_RECORD_FIELDS,
	REPORT_AUTH_DKIM,
	REPORT_AUTH_SPF,

	/* of the entry that began last */
	REPORT_TYPE,
	REPORT_COMMENT,
	REPORT_AUTH_DOMAIN,
	REPORT_AUTH_SELECTOR,
	REPORT_AUTH_SCOPE,
	REPORT_AUTH_RESULT,
	REPORT_FIELDS,

	REPORT_NOTHING = REPORT_FIELDS,
};

enum {
	/* RFC 9990 3.1.3 wants at most 100 signatures in a row. */
	REPORT_AUTHS = 200,
	/* One for each way in which a policy was overridden. */
	REPORT_REASONS = 50,
	/* One text; comments and errors are "unbounded" (RFC 9990 3.1.6), and
	 * real ones are a sentence. */
	REPORT_TEXT = 16 * 1024,
	REPORT_RECORD = 256 * 1024, /* all items of a record */
	REPORT_HEAD = 256 * 1024,
};

struct report_head {
	struct span field[REPORT_HEAD_FIELDS]; /* .p is NULL: not given */
	bool has_begin, has_end;	       /* they are numbers */
	uint64_t begin, end;		       /* seconds since 1970 */
};

struct report_auth {
	bool spf;
	struct span domain, selector, scope, result; /* .p NULL: not given */
};

struct report_reason {
	struct span type, comment;
};

struct report_record {
	struct span field[REPORT_RECORD_FIELDS]; /* those of a record */
	struct ip source;
	uint64_t count;
	size_t auths, reasons;
	struct report_auth auth[REPORT_AUTHS];
	struct report_reason reason[REPORT_REASONS];
};

/* report_item: append an item to ITEMS. Letter case is kept only in texts where
 * it has a meaning; the words for SPF that RFC 7489 appendix C calls common,
 * and "hardfail", become those of RFC 7208. ST_OK, or ST_LIMIT. */
enum status report_item(struct buf *items, enum report_field field,
			struct span text) MUST_USE;

/* report_head_read: the head from its ITEMS, which outlive it. */
void report_head_read(struct span items, struct report_head *out);

/* report_record_read: a record from its ITEMS, which outlive it. ST_OK;
 * ST_SYNTAX without an address or a number of messages, with two of them, or
 * with a number above 2^48; ST_LIMIT with more results or reasons than there
 * is room for. */
enum status report_record_read(struct span items, struct report_record *out,
			       struct diag *why) MUST_USE;

#endif
