/* elsewhere: where a key record is that was published under a wrong name. */
#ifndef ELSEWHERE_H
#define ELSEWHERE_H

#include "dns.h"
#include "keylist.h"

/* Nothing to free; safe when zeroed. */
struct elsewhere {
	struct name name;    /* that has a key record; empty: none was found */
	const char *mistake; /* what is wrong with the name, in words */
	bool same;	     /* the record is that of the item's key */
};

/* elsewhere_find: ask DNS for a usable key record at the names under which
 * people publish that of ITEM, one of ALL, by mistake (RFC 6376 3.6.2.1 has the
 * right one): about twenty questions, within the time that CLOCK leaves; it
 * ends with the first that gets no answer. A record of the item's key goes
 * before another one. */
void elsewhere_find(struct dns *dns, const struct keylist *all,
		    const struct keylist_item *item, struct dns_clock *clock,
		    struct elsewhere *out);

#endif
