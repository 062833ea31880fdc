/* dns_record: what another source answers, written down (dns_recording.h).
 *
 * Every answer is appended to the file as it comes, in one write, so that
 * threads and processes may share the file. The first failure to write ends
 * the recording, not the answers; whoever closes must ask for it. */
#ifndef DNS_RECORD_H
#define DNS_RECORD_H

#include "dns.h"

/* dns_record_open: append to PATH, made if it is not there, what FROM answers;
 * FROM is taken over, also on failure. ST_OK; ST_CANT_CREATE (73),
 * ST_PERMISSION (77) or ST_OS (71) for the file. */
enum status dns_record_open(const char *path, struct dns *from,
			    struct dns **out, struct diag *why) MUST_USE;

/* dns_record_status: ST_OK, or ST_IO when DNS is such a source and could not
 * write all. Any source may be asked, also NULL. */
enum status dns_record_status(struct dns *dns, struct diag *why) MUST_USE;

#endif
