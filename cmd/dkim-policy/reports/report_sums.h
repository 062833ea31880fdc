/* report_sums: what all reports together say: the sums by source address and
 * From domain, and which d=, s= and MAIL FROM domains were authenticated there.
 *
 * Sums are of messages, and stay at UINT64_MAX once they pass it. Memory:
 * some 200 bytes for a source, of which there are REPORT_SOURCES at most; what
 * would need a further one, or a further name, is in the row "others". */
#ifndef REPORT_SUMS_H
#define REPORT_SUMS_H

#include "report_record.h"
#include "report_table.h"

enum {
	REPORT_SOURCES = 1000 * 1000,
	/* Results of signatures and of SPF, by source. */
	REPORT_RESULTS = 2 * REPORT_SOURCES,
	/* Domains and selectors, all in all. */
	REPORT_NAMES_BYTES = 32 * 1024 * 1024,
	/* Types of reasons; RFC 7489 and RFC 9990 have seven. */
	REPORT_REASON_TYPES = 16,
};

/* The results of RFC 8601 2.7 in the order of a report. */
enum report_result {
	REPORT_PASS,
	REPORT_FAIL,
	REPORT_SOFTFAIL,
	REPORT_NEUTRAL,
	REPORT_POLICY,
	REPORT_NONE,
	REPORT_TEMPERROR,
	REPORT_PERMERROR,
	REPORT_OTHER, /* any other word, or none */
	REPORT_RESULT_WORDS,
};

/* report_result_word: "pass", ...; "?" for REPORT_OTHER. */
const char *report_result_word(enum report_result r);

struct report_counts {
	uint64_t messages;
	uint64_t pass;	    /* of DMARC: one of the next two */
	uint64_t dkim, spf; /* pass and aligned */
	uint64_t quarantine, reject;
	uint64_t overridden; /* with a reason */
};

/* Messages with one From domain from one address. */
struct report_source {
	struct ip ip;
	uint32_t from; /* name */
	struct report_counts counts;
};

/* A signature's d= and s=, or the domain of SPF, with its result. */
struct report_auth_sum {
	uint32_t source;	   /* number; REPORT_SOURCES: others */
	uint32_t domain, selector; /* names */
	uint8_t spf, result;	   /* enum report_result */
	uint64_t messages;
};

struct report_reason_sum {
	char type[32];
	uint64_t messages;
};

struct report_sums {
	uint64_t reports, duplicates, records;
	uint64_t begin, end; /* the earliest and the latest; 0: none known */
	struct report_counts all, others;

	struct report_source *source; /* owned */
	size_t sources;
	struct report_auth_sum *auth; /* owned */
	size_t auths;
	uint64_t auths_left; /* messages' results that had no room */
	struct report_reason_sum reason[REPORT_REASON_TYPES];
	size_t reasons; /* the last one has all further types */

	struct buf names; /* each with its length before it */
	struct table source_table, auth_table, name_table, seen_table;
	struct report_seen *seen; /* owned */
	size_t seens;
	struct crypto *crypto; /* borrowed */

	/* of report_sums_sort, owned: numbers of sources and results in order,
	 * and where the results of a source begin in that order */
	uint32_t *order, *auth_order, *auth_first;
};

/* report_sums_init: CRYPTO outlives it. Release with report_sums_free. */
void report_sums_init(struct report_sums *s, struct crypto *crypto);
void report_sums_free(struct report_sums *s);

/* report_sums_new: false if a report of the same reporter, Report-ID and domain
 * (RFC 9990 3.5.1) was there before; then it must not be added. Without a
 * Report-ID every report is new. */
bool report_sums_new(struct report_sums *s,
		     const struct report_head *head) MUST_USE;

/* report_sums_add: count the record R. */
void report_sums_add(struct report_sums *s, const struct report_record *r);

/* report_sums_name: name N. */
struct span report_sums_name(const struct report_sums *s, uint32_t n);

/* report_sums_sort: order the sources by messages, most first, and the results
 * by source, for printing; nothing can be added any more. Those of source N are
 * auth_order[auth_first[N]] to auth_order[auth_first[N + 1] - 1], N up to
 * REPORT_SOURCES counting as `sources`: the others. */
void report_sums_sort(struct report_sums *s);

#endif
