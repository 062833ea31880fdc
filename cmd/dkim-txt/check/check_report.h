/* check_report: the result of --check in each form. All append to OUT and take
 * all keys of a run at once, in order. */
#ifndef CHECK_REPORT_H
#define CHECK_REPORT_H

#include "keyservers.h"

/* All keys of a run; the caller's. */
struct check {
	struct keychecked *v;
	size_t n;
	const struct crypto *crypto;
	int64_t now;	  /* seconds since 1970 */
	unsigned verbose; /* how often -v was given */
	bool quiet;	  /* no warnings */
	char **notes;	  /* for each key what changed since the last run, or
			   * NULL; NULL without --on-change, which reports only
			   * keys with such a note */
};

/* check_is_shown: key I of C is to be reported. */
static inline bool check_is_shown(const struct check *c, size_t i)
{
	return !c->notes || c->notes[i];
}

/* check_act: append what to do about K, which is not well, in one line; nothing
 * if it is. */
void check_act(const struct keychecked *k, struct buf *out);

/* check_text: lines for people, none for a key that is well. Warnings, and keys
 * that could not be read, go to stderr through cli_say. */
void check_text(const struct check *c, struct buf *out);

/* check_json: an object for each key, with the names of dkim-txt(1). */
void check_json(const struct check *c, struct buf *out);

/* check_nagios: the output of a monitoring plugin; its first line, with the
 * state, is there without any change, too. check_nagios_unread: that line where
 * nothing could be checked; arguments as of json_error. */
void check_nagios(const struct check *c, struct buf *out);
void check_nagios_unread(const char *table, uint64_t number, enum status st,
			 const struct diag *why, struct buf *out);

/* check_prometheus: metrics in the text format of Prometheus. */
void check_prometheus(const struct check *c, struct buf *out);

/* check_testkey: what opendkim-testkey(8) says, where it says it: the result of
 * the comparison and the total to OUT, the rest on stderr. */
void check_testkey(const struct check *c, struct buf *out);

/* The exit status of each form: check_exit: 0, 1, 75 or that of a key that
 * cannot be read; check_nagios_exit: 0 to 3, as of a plugin;
 * check_testkey_exit: 0, 65, 69 or 71. */
int check_exit(const struct check *c);
int check_nagios_exit(const struct check *c);
int check_testkey_exit(const struct check *c);

#endif
