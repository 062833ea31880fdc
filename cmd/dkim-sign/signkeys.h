/* signkeys: which keys sign a message, from its author.
 *
 * Keys come from pairs of a selector and a file, whose name may be a template
 * (pairkeys.h), from a KeyTable with its SigningTable, or from a key list
 * (tablekeys.h). Files are read when they are first needed. May be shared by
 * threads.
 *
 * That there is no key for an author (ST_NO_SIGNER) means: no line matches, the
 * domain is not listed, or not that of -d which %d must be, or a template's
 * file does not exist. A key that exists and cannot be used is an error, and so
 * is (ST_CONFIG) that a template's file for a listed domain does not exist. */
#ifndef SIGNKEYS_H
#define SIGNKEYS_H

#include "private_keys.h"

/* What the options say; NULL where they say nothing. All of it is the caller's
 * and outlives the signkeys. */
struct signkeys_conf {
	const char *const *selectors; /* -s and -k in pairs */
	const char *const *keys;
	size_t selectors_n, keys_n;
	const char *domain;   /* -d: d= of the pairs, else the author's */
	const char *identity; /* -i */
	const char *key_table, *signing_table, *key_list;
	const char *passphrase_file;
	const char *domains;   /* file: whose mail is signed at all */
	const char *mail_from; /* the envelope's sender, for %e */
	bool all_matches;      /* else the first line that matches */
	bool aligned_only;     /* refuse what DMARC would not count */
	bool strip_www;
	bool some_do;	/* a key of several that is missing is left out */
	bool unsafe_ok; /* keys that others can read */
	/* called with each warning, one at a time; or NULL */
	void (*warn)(const char *file, const char *text);
};

struct signkeys;

/* signkeys_given: ST_OK if there is a table, or a selector for each key; else
 * ST_USAGE. Which other options go together is checked before (dkim-sign.c). */
enum status signkeys_given(const struct signkeys_conf *conf,
			   struct diag *why) MUST_USE;

/* signkeys_new: options checked, tables and literal keys read. ST_OK; ST_USAGE;
 * ST_REFUSED (65) for a sender who cannot be %e; ST_NO_INPUT (66) for a literal
 * key file that does not exist; ST_CONFIG (78) for a table; ST_PERMISSION (77),
 * ST_NOT_KEY (65). */
enum status signkeys_new(const struct signkeys_conf *conf,
			 struct signkeys **out, struct diag *why) MUST_USE;

/* The author of a message: the mailbox in From. */
struct author {
	enum status st; /* ST_OK: From has one domain; else `why` has the
			 * reason */
	bool malformed; /* ... which is that From is not as RFC 5322 has it */
	struct name domain;
	struct span local;
	struct diag why;
};

/* signkeys_pick: ST_OK with at least one signer; ST_NO_SIGNER (78); ST_REFUSED
 * (65) for an author who cannot be signed for; ST_DNS for one whose domain
 * cannot be read now (idn.h); or what is wrong with a key. Always free OUT. */
enum status signkeys_pick(const struct signkeys *k, const struct author *author,
			  struct signers *out, struct diag *why) MUST_USE;

/* signkeys_free: releases K with its keys and tables; NULL is fine. */
void signkeys_free(struct signkeys *k);

#endif
