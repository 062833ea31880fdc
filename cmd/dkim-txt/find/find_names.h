/* find_names: the names under which the key records of a domain are looked for:
 * from the table, from a file, and from the signatures of messages. */
#ifndef FIND_NAMES_H
#define FIND_NAMES_H

#include "mailbox.h"
#include "name.h"
#include "selector_table.h"

/* Where a name is from; a set of bits. */
enum find_source {
	FIND_BUILTIN = 1,  /* a row of the table */
	FIND_FILE = 2,	   /* --selectors */
	FIND_MESSAGE = 4,  /* s= of a signature */
	FIND_PROVIDER = 8, /* a row that MX or SPF of the domain name */
};

struct find_name {
	char *name; /* SELECTOR._domainkey.DOMAIN */
	size_t selector_n;
	const char *domain; /* within NAME */
	unsigned source;
	const struct selector_row *row; /* with FIND_PROVIDER; or NULL */
};

/* Sorted by name. Safe to free when zeroed. */
struct find_names {
	struct find_name **v;
	size_t n; /* at most LIMIT_FIND_NAMES */
};

/* find_names_add: SELECTOR of DOMAIN, once, with all its sources. ST_OK, also
 * for a name that is too long to exist; ST_LIMIT. */
enum status find_names_add(struct find_names *all, const struct name *domain,
			   const struct name *selector, enum find_source source,
			   const struct selector_row *row,
			   struct diag *why) MUST_USE;

/* find_names_builtin: every selector of the table that needs no more than the
 * time NOW. */
enum status find_names_builtin(struct find_names *all,
			       const struct name *domain, int64_t now,
			       struct diag *why) MUST_USE;

/* find_names_provider: the selectors of ROW, which HOST, a name in MX or SPF,
 * has named. */
enum status find_names_provider(struct find_names *all,
				const struct name *domain,
				const struct selector_row *row,
				struct span host, int64_t now,
				struct diag *why) MUST_USE;

/* find_names_file: the selectors in FILE, one on a line (lines.h). ST_OK, or as
 * lines_each; ST_CONFIG for a line that is not a selector. */
enum status find_names_file(struct find_names *all, const struct name *domain,
			    const char *file, struct diag *why) MUST_USE;

/* find_names_message: the selectors of the DKIM signatures of MESSAGE, whose d=
 * is DOMAIN or below it, whether or not they verify; *N more of them. ST_OK,
 * the error of MESSAGE, or ST_NOT_MESSAGE. */
enum status find_names_message(struct find_names *all,
			       const struct name *domain,
			       const struct mailbox_message *message, size_t *n,
			       struct diag *why) MUST_USE;

/* find_names_leave: forget the selectors of DOMAIN itself; those of domains
 * below it stay. */
void find_names_leave(struct find_names *all, const struct name *domain);

void find_names_free(struct find_names *all);

#endif
