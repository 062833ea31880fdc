/* keylist: the keys whose records are to be checked, from options or from the
 * tables of a signer. */
#ifndef KEYLIST_H
#define KEYLIST_H

#include "key.h"
#include "name.h"

struct keylist_item {
	struct name domain, selector, name; /* name: of the record */
	char *file;			    /* of the key, NULL: none given */
	struct key *key;		    /* NULL: none given, or not read */
	enum status st;			    /* ST_OK, or why not */
	struct diag why, concern;	    /* concern: text "" for none */
	char *entry;  /* what the table calls it; NULL: from options */
	bool shared;  /* group or others can read or write its file */
	char *called; /* what a KeyTable calls it, where that is the name of
		       * another record; else NULL */
	bool reused;  /* another item has the same key under another name */
};

/* Safe to free when zeroed. */
struct keylist {
	struct keylist_item *v;
	size_t n;
};

/* keylist_one: the record of DOMAIN and SELECTOR, and the key in FILE (may be
 * NULL). ST_OK, also when the key cannot be read, which the item says; ST_USAGE
 * for names that are none. */
enum status keylist_one(const char *domain, const char *selector,
			const char *file, struct keylist *out,
			struct diag *why) MUST_USE;

/* keylist_table: every key that the KeyTable or key list FILE names. DOMAIN
 * (may be NULL) is the author's where an entry signs for whoever the author is
 * and does not itself name a domain. ST_OK; ST_CONFIG, ST_PERMISSION, ST_OS,
 * ST_IO for the table, ST_CONFIG for one without entries. */
enum status keylist_table(const char *file, const char *domain,
			  struct keylist *out, struct diag *why) MUST_USE;

void keylist_free(struct keylist *l);

#endif
