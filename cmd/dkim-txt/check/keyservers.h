/* keyservers: a key's record at one resolver, at every name server given, or at
 * every server that speaks for its zone; now, or until they agree. */
#ifndef KEYSERVERS_H
#define KEYSERVERS_H

#include "dns_source.h"
#include "recordcheck.h"
#include "keylist.h"

enum keyservers_who {
	KEYSERVERS_RESOLVER, /* one answer, of whichever server gives it */
	KEYSERVERS_EACH,     /* every --nameserver */
	KEYSERVERS_ALL,	     /* the zone's own servers */
};

struct keyservers_conf {
	const struct dns_options *dns;
	const struct crypto *crypto;
	enum keyservers_who who;
	unsigned wait_s; /* how long all keys together may be waited for */
};

struct keyservers;

/* keyservers_new: ST_OK, or what dns_source_open says; ST_USAGE for EACH
 * without a --nameserver, and for EACH and ALL with --zone. */
enum status keyservers_new(const struct keyservers_conf *conf,
			   struct keyservers **out, struct diag *why) MUST_USE;

/* What one server has to say. */
struct keyserver {
	char *label; /* "ADDR@PORT", with its host where that is known; NULL:
		      * the resolver */
	struct recordcheck check;
};

/* All that is known of one item. Safe to free when zeroed. */
struct keychecked {
	const struct keylist_item *item;
	enum keycheck_result result; /* TEMPERROR if any, else the first that is
				      * not well, else MISMATCH where they do
				      * not agree */
	struct diag why;	     /* unless it is well */
	struct keyserver *v;	     /* at least one */
	size_t n;
	size_t shown; /* of them, the one that decided */
};

/* keyservers_check: ask about ITEM, which is readable, until it is well or the
 * time to wait is over. */
void keyservers_check(struct keyservers *s, const struct keylist_item *item,
		      struct keychecked *out);
void keychecked_free(struct keychecked *k);

/* keyservers_free: ST_OK, or ST_IO when not all answers could be recorded. */
enum status keyservers_free(struct keyservers *s, struct diag *why) MUST_USE;

#endif
