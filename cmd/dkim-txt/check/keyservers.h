/* keyservers: the record of a key at one resolver, at each name server given,
 * or at each server that is authoritative for its zone; now, or until they
 * agree. */
#ifndef KEYSERVERS_H
#define KEYSERVERS_H

#include "dns_source.h"
#include "elsewhere.h"
#include "keylist.h"
#include "recordcheck.h"

enum keyservers_who {
	KEYSERVERS_RESOLVER, /* one answer, of whichever server gives it */
	KEYSERVERS_EACH,     /* each --nameserver */
	KEYSERVERS_ALL,	     /* the zone's own servers */
};

/* The caller's; it outlives the struct keyservers. */
struct keyservers_conf {
	const struct dns_options *dns;
	const struct crypto *crypto;
	enum keyservers_who who;
	unsigned wait_s; /* seconds to wait for all keys together */
};

struct keyservers;

/* keyservers_new: ST_OK, or what dns_source_open says; ST_USAGE for EACH
 * without a --nameserver, and for EACH and ALL with --zone. */
enum status keyservers_new(const struct keyservers_conf *conf,
			   struct keyservers **out, struct diag *why) MUST_USE;

/* The answer of one server. */
struct keyserver {
	char *label; /* "ADDR@PORT", after its host where that is known; NULL:
		      * the resolver */
	struct recordcheck check;
};

/* All that is known of one key and its record. Safe to free when zeroed. */
struct keychecked {
	const struct keylist_item *item;
	/* TEMPERROR if one server has that, else the first result that is not
	 * well, else MISMATCH where the servers do not agree */
	enum keycheck_result result;
	const char *word;    /* of the result; "unreadable": no key to check */
	bool well;	     /* there is a key, and MATCH or VALID */
	struct diag why;     /* unless it is well or unreadable */
	struct buf error;    /* why it is unreadable, escaped; or empty */
	struct keyserver *v; /* at least one, unless it is unreadable */
	size_t n;
	const struct recordcheck *shown; /* of them, the one that decided; an
					  * empty one without any */
	struct findings findings;	 /* about the key file and the record */
	bool warned;			 /* one of them is a warning */
	struct buf
		expected; /* the record of the item's key as genkey writes it */
	struct buf print; /* the fingerprint of that key */
	struct elsewhere elsewhere; /* filled in by keyservers_search */
};

/* keyservers_check: ask for the record of ITEM until it is well or the time to
 * wait is over. An item that could not be read is not asked for. Always free
 * OUT. */
void keyservers_check(struct keyservers *s, const struct keylist_item *item,
		      struct keychecked *out);

/* keyservers_search: if the record of K, whose item is one of ALL, is absent,
 * look for it under the names where people publish it by mistake. */
void keyservers_search(struct keyservers *s, const struct keylist *all,
		       struct keychecked *k);

/* keyservers_alone: a warning for each of the N keys in V that is well and
 * whose domain has no RSA key among those that are. */
void keyservers_alone(struct keychecked *v, size_t n);

/* keychecked_free: releases what keyservers_check has filled. */
void keychecked_free(struct keychecked *k);

/* keyservers_free: ST_OK, or ST_IO when not all answers could be recorded. */
enum status keyservers_free(struct keyservers *s, struct diag *why) MUST_USE;

#endif
