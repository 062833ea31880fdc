/* dns_table: records in memory, looked up as an authoritative server does.
 *
 * CNAME and DNAME chains (RFC 1034 3.6.2, RFC 6672), wildcards and empty
 * non-terminals (RFC 4592); an answer that was recorded for the question
 * (dns_recording.h) comes first. Fill, sort, then look up, from any thread. */
#ifndef DNS_TABLE_H
#define DNS_TABLE_H

#include "dns_recording.h"

/* What a record is: an enum dns_type, or one of these. */
enum dns_kind {
	DNS_KIND_DNAME = DNS_TYPES,
	DNS_KIND_CNAME,
	DNS_KIND_OTHER, /* its owner exists, which is all that matters */
};

/* The records of all files; zero at the start. */
struct dns_table {
	struct dns_record *v; /* in the order of keys once sorted */
	size_t n;
	struct dns_record *note; /* the same for recorded answers */
	size_t notes;
};

/* dns_table_add: add a record of KIND. DATA is copied: octets as dns_reply has
 * them; for an alias its target as a struct dns_name has it; nothing for other
 * types. */
void dns_table_add(struct dns_table *t, unsigned kind,
		   const struct dns_name *owner, struct span data,
		   uint32_t ttl);

/* dns_table_note: NOTE, which is taken over, is the answer for TYPE at OWNER;
 * it replaces the notes and records of that type added before. Its records are
 * added after it; records behind an answer without any replace that. */
void dns_table_note(struct dns_table *t, enum dns_type type,
		    const struct dns_name *owner, struct dns_note *note);

/* dns_table_sort: after the last record. ST_OK, or ST_USAGE when a name has
 * two different CNAME or DNAME records. */
enum status dns_table_sort(struct dns_table *t, struct diag *why) MUST_USE;

/* dns_table_get: look up, as dns_class.get. */
void dns_table_get(const struct dns_table *t, const struct dns_query *query,
		   struct dns_reply *out);

/* dns_table_free: release all records. */
void dns_table_free(struct dns_table *t);

#endif
