/* keylist: the keys whose records are to be checked, from options or from the
 * tables of a signer. */
#ifndef KEYLIST_H
#define KEYLIST_H

#include "key.h"
#include "keytable.h"

struct keylist_item {
	struct name domain, selector, name; /* name: of the record */
	char *file;			    /* of the key; NULL: none given */
	struct key *key;		    /* NULL: none given, or not read */
	struct buf p;			    /* its p=, in a list of a table */
	enum status st;			    /* ST_OK, or why it was not read */
	struct diag why, concern;	    /* concern: text "" for none */
	char *entry;  /* the name of the table's entry; NULL: from options */
	bool shared;  /* group or others can read or write its file */
	char *called; /* the name of a KeyTable's entry, where that is the name
		       * of another record; else NULL */
	bool reused;  /* another item has the same key under another name */
};

/* Safe to free when zeroed. */
struct keylist {
	struct keylist_item *v;
	size_t n;
};

/* keylist_one: the record of DOMAIN and SELECTOR, and the key in FILE (may be
 * NULL). ST_OK, also when the key cannot be read, which is then in the item;
 * ST_USAGE for names that are not valid. Always free OUT. */
enum status keylist_one(const char *domain, const char *selector,
			const char *file, struct keylist *out,
			struct diag *why) MUST_USE;

/* keylist_table: every key that FILE, a table of KIND, names. DOMAIN (may be
 * NULL) is the domain to check where an entry signs for the author's domain,
 * whichever it is, and does not itself name one. ST_OK, or as keytable_read;
 * ST_CONFIG, too, for a table without entries. Always free OUT. */
enum status keylist_table(const char *file, enum keytable_kind kind,
			  const char *domain, struct keylist *out,
			  struct diag *why) MUST_USE;

/* keylist_print: append a line for each entry of FILE, a table of KIND: its
 * name, domain ("%": the author's), selector and key file as the table has
 * them, with TAB between; the key file is empty where the table itself holds
 * the key. No key is read. ST_OK or as keytable_read. */
enum status keylist_print(const char *file, enum keytable_kind kind,
			  struct buf *out, struct diag *why) MUST_USE;

/* keylist_free: releases the keys of the list with their private halves. */
void keylist_free(struct keylist *l);

#endif
