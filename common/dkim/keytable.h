/* keytable: tables that name signing keys (OpenDKIM's KeyTable, dkim-filter's
 * key list), read into one list of entries.
 *
 *   KeyTable   NAME DOMAIN:SELECTOR:KEY[:ALGORITHM]
 *              KEY is a path if it begins with "/", "./" or "../", else the key
 *              itself (PEM, or base64 of DER); "refile:" before the file's name
 *              makes NAME a pattern with "*", first match first.
 *   key list   PATTERN:DOMAIN:PATH of dkim-filter, PATTERN:PATH of dk-filter.
 *              The selector is the last component of PATH as written; if that
 *              file does not exist, PATH.pem and PATH.private are tried.
 *
 * A DOMAIN of "%" or "*", or none, is the author's; "%" in a path is the
 * author's domain, too. Lines are read as lines.h has it. */
#ifndef KEYTABLE_H
#define KEYTABLE_H

#include "keyfile.h"
#include "lines.h"
#include "name.h"

enum keytable_kind {
	KEYTABLE_NAMED, /* a KeyTable */
	KEYTABLE_LIST,	/* a key list */
	KEYTABLE_ANY,	/* decided by each line: a KeyTable has blanks before
			 * the first ":" */
};

/* Spans borrow from the table. */
struct keytable_entry {
	struct span name; /* of the entry, or the pattern of senders */
	bool author;	  /* d= is the author's domain; else: */
	struct name domain;
	struct name selector;
	struct span key; /* a path, or with in_place the key */
	bool in_place;
	bool listed;   /* of a key list */
	bool has_type; /* the table says the algorithm: */
	enum key_type type;
	size_t line;
};

/* Safe to free when zeroed. */
struct keytable {
	struct lines lines;
	bool patterns;		  /* names are patterns */
	struct span passphrase;	  /* the caller's, for encrypted keys */
	struct keytable_entry *v; /* as the file has them */
	size_t n;
};

/* keytable_read: ST_OK, or as lines_each; ST_CONFIG for a line that is no
 * entry. Always free OUT. */
enum status keytable_read(const char *file, enum keytable_kind kind,
			  struct keytable *out, struct diag *why) MUST_USE;

/* keytable_path: append the path of E, in which AUTHOR (NULL: unknown) stands
 * for "%". ST_OK; ST_CONFIG if it needs an author and there is none. */
enum status keytable_path(const struct keytable *t,
			  const struct keytable_entry *e,
			  const struct name *author, struct buf *out,
			  struct diag *why) MUST_USE;

/* keytable_key: the private key of E, for mail of AUTHOR (NULL: unknown); HOW
 * and CONCERN as in keyfile_open. ST_OK; ST_CONFIG (78) for a file that is not
 * there or a key of another type than the table says; ST_PERMISSION (77), also
 * for a key in a table that others can read; ST_NOT_KEY (65); ST_IO. */
enum status keytable_key(const struct keytable *t,
			 const struct keytable_entry *e,
			 const struct name *author, unsigned how,
			 struct key **out, struct diag *concern,
			 struct diag *why) MUST_USE;

/* keytable_free: releases the entries with their keys; T may be zeroed. */
void keytable_free(struct keytable *t);

#endif
