/* spf_report: the Received-SPF field (RFC 7208 9.1, erratum 5436). */
#ifndef SPF_REPORT_H
#define SPF_REPORT_H

#include "spf.h"

/* spf_received: append the field for what QUERY asked and OUT found,
 * folded, with CRLF line ends. Texts of strangers stand in quoted strings
 * without controls and 8-bit octets; what is too long for a line is left out.
 */
void spf_received(const struct spf_query *query,
		  const struct spf_verdict *found, struct buf *out);

#endif
