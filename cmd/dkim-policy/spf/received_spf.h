/* received_spf: the Received-SPF field (RFC 7208 9.1, erratum 5436). */
#ifndef RECEIVED_SPF_H
#define RECEIVED_SPF_H

#include "spf.h"

/* received_spf_format: append the field for what QUERY asked and OUT found,
 * folded, with CRLF line ends. Texts of strangers stand in quoted strings
 * without controls and 8-bit octets; what is too long for a line is left out.
 */
void received_spf_format(const struct spf_query *query,
			 const struct spf_verdict *found, struct buf *out);

#endif
