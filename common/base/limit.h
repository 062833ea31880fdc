/* limit: every ceiling of the toolkit in one place, each with its reason.
 *
 * A ceiling bounds what a hostile message or DNS answer can cost. What exceeds
 * one gets a verdict or an error of its own; nothing is cut silently. */
#ifndef LIMIT_H
#define LIMIT_H

enum {
	/* The header section, one field of it, and the number of fields. Real
	 * mail stays below 64 KiB and 300 fields. */
	LIMIT_HEADER_BYTES = 1024 * 1024,
	LIMIT_FIELD_BYTES = 256 * 1024,
	LIMIT_FIELDS = 5000,

	/* RFC 6376 8.9 asks for robust parsers; real signatures have a dozen
	 * tags and some thirty names in h=. */
	LIMIT_TAGS = 100,
	LIMIT_SIGNED_NAMES = 1000,

	/* Each signature may cost a DNS query (RFC 6376 8.4); real mail has at
	 * most four or five. --max-signatures changes TRIED. */
	LIMIT_SIGNATURES_SEEN = 100,
	LIMIT_SIGNATURES_TRIED = 10,

	/* RFC 4870 3.7.3 wants one DomainKey-Signature evaluated; mailing lists
	 * put theirs above the author's. */
	LIMIT_DOMAINKEYS_TRIED = 3,

	/* No person writes a From field with more mailboxes, or comments nested
	 * deeper. */
	LIMIT_MAILBOXES = 50,
	LIMIT_COMMENT_DEPTH = 50,

	/* An Authentication-Results field: each signature may have a result
	 * with half a dozen properties; a value is an address (RFC 5321
	 * 4.5.3.1: 320 bytes) or all of a b= of 4096 bits. */
	LIMIT_AUTHRES_RESULTS = 200,
	LIMIT_AUTHRES_PROPS = 2000,
	LIMIT_AUTHRES_VALUE = 998,

	/* Key records. A 4096-bit key needs 736 characters of p=; RFC 6376
	 * 3.6.2.2 leaves several records undefined, four are tried. An alias
	 * may point to an alias (RFC 1034 3.6.2), but not in a circle. */
	LIMIT_TXT_BYTES = 16 * 1024,
	LIMIT_P_CHARS = 4096,
	LIMIT_TXT_RECORDS = 4,
	LIMIT_CNAMES = 12,

	/* RSA (RFC 8301 3.2): below 1024 never; the cost of a verification
	 * grows with the square of the size, and 8192 is the largest in use. */
	LIMIT_RSA_BITS_MIN = 1024,
	LIMIT_RSA_BITS_MAX = 8192,
	LIMIT_RSA_BITS_MAKE = 4096,

	/* A key file of any form is below 16 KiB. */
	LIMIT_KEY_FILE = 64 * 1024,

	/* Tables of keys, domains and hosts, for some 100,000 domains; a line
	 * may hold a key. */
	LIMIT_TABLE_BYTES = 16 * 1024 * 1024,
	LIMIT_TABLE_LINE = 16 * 1024,

	/* A zone file or other text that is searched for records: the zone of a
	 * large hoster. */
	LIMIT_LINT_BYTES = 16 * 1024 * 1024,
	LIMIT_LINT_RECORDS = 65536,

	/* Selectors that are looked for in one run of dkim-txt --find: half an
	 * hour at 50 questions a second. */
	LIMIT_FIND_NAMES = 100 * 1000,

	/* Signatures from which a key is recovered, a KiB each. */
	LIMIT_RECOVER_SIGNATURES = 4096,

	/* The unit of reading, and how much of a pipe is held in memory before
	 * the rest goes to a temporary file. */
	LIMIT_CHUNK = 64 * 1024,
	LIMIT_SPOOL_MEMORY = 1024 * 1024,

	/* Keys remembered in one run, some 6 KiB each; and for how many seconds
	 * it is remembered that there was no answer, so that an unreachable
	 * name server does not delay every message, and one lost answer not all
	 * of them (RFC 2308 7 allows 300). */
	LIMIT_KEYS_CACHED = 4096,
	LIMIT_DNS_RETRY = 30,

	/* File names of one directory (some four million), which are sorted in
	 * memory; directories in directories, in case a file system has a loop.
	 */
	LIMIT_FOLDER_BYTES = 256 * 1024 * 1024,
	LIMIT_FOLDER_DEPTH = 64,

	/* Rows of --summary, some 100 bytes each and 600 at most. */
	LIMIT_TALLY_ROWS = 10000,

	/* dkim-verify --explain tries what may have changed a message, for
	 * seconds at most. BODY: a longer body is only cut, and its line ends
	 * are changed; HASHED, MESSAGE: bytes hashed for one signature and for
	 * one message; TRIES, CHECKS: header fields tried where a try costs a
	 * hash, and where it costs a signature check; PARTS of a multipart that
	 * are decoded; QUERIES about a key that is not there. */
	LIMIT_EXPLAIN_BODY = 4 * 1024 * 1024,
	LIMIT_EXPLAIN_HASHED = 256 * 1024 * 1024,
	LIMIT_EXPLAIN_MESSAGE = 512 * 1024 * 1024,
	LIMIT_EXPLAIN_TRIES = 300 * 1000,
	LIMIT_EXPLAIN_CHECKS = 7 * 1000,
	LIMIT_EXPLAIN_PARTS = 64,
	LIMIT_EXPLAIN_QUERIES = 12,

	/* One reason in words, a few lines of a terminal; findings about one
	 * record, of which people read the first dozen. */
	LIMIT_DIAG = 400,
	LIMIT_FINDINGS = 100,
};

#endif
