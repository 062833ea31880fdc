/* report_xml: the XML of one aggregate report, in pieces of any size (RFC 7489
 * appendix C, RFC 9990 appendix A, which jstedfast/MimeKit has as
 * rfc/rfc9990.txt).
 *
 * Elements are known by their names and their places, in any letter case and
 * order; what is not known is passed over. LENIENT: the namespace may be wrong
 * or missing, so may the version, and an encoding that is not the one declared
 * is read as what it is, because reporters differ in them
 * (tests/unit/report_xml.c). There are no entities: a report has no document
 * type declaration, and one that has is refused. Memory is bounded. */
#ifndef REPORT_XML_H
#define REPORT_XML_H

#include "report_record.h"

struct report_xml;

/* What gets each record, as items, when it has been read (report_record_read
 * takes them). */
struct report_taker {
	enum status (*record)(void *ctx, struct span items, struct diag *why);
	void *ctx;
};

/* report_xml_new: for one report of at most MAX bytes. Release with
 * report_xml_free. */
struct report_xml *report_xml_new(uint64_t max,
				  struct report_taker taker) MUST_USE;

/* report_xml_put, report_xml_end: ST_OK; ST_SYNTAX if it is not well formed or
 * not a report; ST_LIMIT; or the first error of the taker. After an error
 * nothing more may be put. */
enum status report_xml_put(struct report_xml *x, struct span chunk,
			   struct diag *why) MUST_USE;
enum status report_xml_end(struct report_xml *x, struct diag *why) MUST_USE;

/* report_xml_head: the items of its head (report_head_read), after
 * report_xml_end. */
struct span report_xml_head(const struct report_xml *x);

/* report_xml_free: X may be NULL. */
void report_xml_free(struct report_xml *x);

#endif
