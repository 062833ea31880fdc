/* check_report: what DNS has of keys, in the form that each reader wants. All
 * append to OUT and take all keys of a run at once, in order. */
#ifndef CHECK_REPORT_H
#define CHECK_REPORT_H

#include "keyservers.h"

/* All keys of a run; the caller's. */
struct check {
	const struct keychecked *v;
	size_t n;
	const struct crypto *crypto;
	int64_t now;		  /* seconds */
	unsigned verbose;	  /* how often -v was given */
	bool quiet;		  /* no warnings */
	const char *const *notes; /* for each key what changed since the last
				   * run, or NULL; the array may be NULL */
	bool changes_only;	  /* only keys that have such a note */
};

/* check_text: lines for people, nothing for what is well (CONTRACT 3); warnings
 * and what could not be read go to stderr, through cli_say. */
void check_text(const struct check *c, struct buf *out);

/* check_json: an object a key, keys of CONTRACT 7. */
void check_json(const struct check *c, struct buf *out);

/* check_nagios: the output of a monitoring plugin; its first line, which tells
 * the state, is there without any change, too. check_prometheus: metrics in
 * text. */
void check_nagios(const struct check *c, struct buf *out);
void check_prometheus(const struct check *c, struct buf *out);

/* check_nagios_unread: the line where nothing could be checked, as json_error.
 */
void check_nagios_unread(const char *table, uint64_t number, enum status st,
			 const struct diag *why, struct buf *out);

/* check_testkey: what opendkim-testkey says, where it says it: what came of the
 * comparison and the total to OUT, the rest on stderr. */
void check_testkey(const struct check *c, struct buf *out);

/* The exit status of each: CONTRACT 1; 0 to 3 of a plugin; 0, 65, 69, 71. */
int check_exit(const struct check *c);
int check_nagios_exit(const struct check *c);
int check_testkey_exit(const struct check *c);

/* check_expected: append the record that the key of K wants, without options.
 * check_print: append a key's fingerprint. Nothing for NULL. */
void check_expected(const struct key *k, struct buf *out);
void check_print(const struct key *k, const struct crypto *c, struct buf *out);

/* check_findings: add all there is to say of K. */
void check_findings(const struct keychecked *k, struct findings *out);

/* check_warned: K has a finding that somebody should look after. */
bool check_warned(const struct keychecked *k);

#endif
