/* dns_recording: answers written to a file as zone-file lines, and read back.
 *
 *     ;@ 2026-11-24T16:09:21Z dnssec=insecure octets=412 chain="k.example.net"
 *     mail._domainkey.example.com. 300 IN TXT "v=DKIM1; p=..."
 *     ;@ 2026-11-24T16:09:22Z dnssec=secure octets=131
 *     ;! gone._domainkey.example.com. TXT NXDOMAIN AD
 *
 * The line with the time begins a set, which replaces earlier lines about the
 * same name and type; ";!" is an answer without records (NXDOMAIN, NODATA,
 * SERVFAIL for any failure, TIMEOUT), also without a line before it. For other
 * readers of zone files these are comments (RFC 1035 5.1); lines of any other
 * form are comments here, too. Records are at the name that was asked for,
 * aliases in `chain`. No octet of an answer can end a string or a line: what is
 * not printable becomes \DDD. */
#ifndef DNS_RECORDING_H
#define DNS_RECORDING_H

#include "dns.h"

/* dns_recording_open: a source that answers what FROM answers and appends it to
 * PATH, which is made if it does not exist: each answer as it comes, in one
 * write, so that threads and processes may share the file. The first failure to
 * write ends the recording, not the answers. FROM is taken over, also on
 * failure. ST_OK; ST_CANT_CREATE (73), ST_PERMISSION (77) or ST_OS (71) for the
 * file. */
enum status dns_recording_open(const char *path, struct dns *from,
			       struct dns **out, struct diag *why) MUST_USE;

/* dns_recording_status: ST_OK, or ST_IO when DNS is such a source and could not
 * write all. Any source may be asked, also NULL. */
enum status dns_recording_status(struct dns *dns, struct diag *why) MUST_USE;

/* dns_recording_write: the lines for REPLY to QUERY, received at NOW, into OUT,
 * which this begins and the caller frees. ST_OK; ST_BUG for a record that is
 * not data of its type. */
enum status dns_recording_write(const struct dns_query *query,
				const struct dns_reply *reply, int64_t now,
				struct buf *out) MUST_USE;

/* What was read of such lines; release with dns_note_free, safe when zeroed. */
struct dns_note {
	struct dns_reply reply; /* without records */
	char *where;		/* its why.where, owned */
};

/* dns_note_details: read a line with the time into NOTE, whose old content is
 * freed. False when it is an ordinary comment. */
bool dns_note_details(struct span line, struct dns_note *note);

enum dns_noted {
	DNS_NOTED,
	DNS_NOTE_ODD, /* more than AD after the answer */
	DNS_NO_NOTE,  /* an ordinary comment */
};

/* dns_note_answer: read a ";!" line. *NAME is borrowed, as it is in LINE, and
 * may be relative; NOTE keeps the details of the line before it. */
enum dns_noted dns_note_answer(struct span line, struct span *name,
			       enum dns_type *type, struct dns_note *note);

/* dns_note_free: release what NOTE owns. */
void dns_note_free(struct dns_note *note);

#endif
