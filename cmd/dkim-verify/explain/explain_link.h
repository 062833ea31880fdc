/* explain_link: the links that gateways write into a text instead of those that
 * stood there, and back. */
#ifndef EXPLAIN_LINK_H
#define EXPLAIN_LINK_H

#include "explain_edit.h"

enum link_kind {
	LINK_WRAPPED,	   /* the old one stands inside the new one */
	LINK_WRAPPED_HTML, /* the same, with "&" as "&amp;" */
	LINK_DEFANGED,	   /* hxxp, [.] and the like */
	LINK_HXXP,	   /* hxxp alone */
	LINK_KINDS
};

/* link_edits: each place in E->text with what stood there. */
void link_edits(struct edits *e, enum link_kind kind);

#endif
