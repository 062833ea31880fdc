/* find_search: the questions of dkim-txt --find, and what their answers tell.
 */
#ifndef FIND_SEARCH_H
#define FIND_SEARCH_H

#include "dns_source.h"
#include "find_report.h"
#include "pace.h"
#include "progress.h"
#include "sandbox.h"

struct find_options {
	const char *domain;
	const char *selectors; /* a file, or NULL */
	char **messages;       /* operands */
	size_t n;
	uint64_t rate; /* questions a second */
	bool json, quiet, verbose, progress;
	int64_t now; /* seconds since 1970 */
	const struct dns_options *dns;
	const struct crypto *crypto;
	struct sandbox sandbox; /* entered before messages are read */
};

/* FIND_THREADS: questions in flight; FIND_GIVE_UP: questions in a row without
 * an answer, after which the servers are taken for dead;FIND_ZONES: names whose
 * SOA record is remembered. */
enum { FIND_THREADS = 8, FIND_GIVE_UP = 8, FIND_ZONES = 256 };

/* A zone, and when it was changed last. */
struct zone_age {
	char *name;
	int64_t day; /* of found_serial; 0: not known, or not a zone */
	bool zone;
};

struct finder {
	const struct find_options *o;
	struct name domain;
	struct dns *dns;
	struct pace pace;
	struct find_names names;
	struct found wildcard; /* what any selector has */
	bool has_wildcard;
	struct found **v; /* in the order of names */
	size_t n;
	size_t asked, unanswered, in_a_row;
	struct diag why; /* of the last question without an answer */
	struct zone_age zones[FIND_ZONES];
	size_t zones_n;
	struct progress progress;
	int code; /* of inputs, and of questions without an answer */
};

/* find_ask: ask for records of TYPE at NAME, in its turn; OUT is to be freed.
 * find_wait: wait for the turn of a question. */
void find_ask(struct finder *f, enum dns_type type, const char *name,
	      struct dns_reply *out);
void find_wait(struct finder *f);

/* find_wildcard: ask for a selector that nobody has. What is there then is
 * there for every selector (RFC 4592), and becomes f->wildcard. ST_OK; ST_DNS
 * without an answer; ST_OS. */
enum status find_wildcard(struct finder *f, struct diag *why) MUST_USE;

/* find_none: nothing is below _domainkey of the domain, because that does not
 * exist (RFC 8020 2); says so. */
bool find_none(struct finder *f);

/* find_providers: add the selectors of the providers that MX and SPF of the
 * domain name. ST_OK or ST_LIMIT. */
enum status find_providers(struct finder *f, struct diag *why) MUST_USE;

/* find_all: ask for each of f->names, and keep in f->v what there is. */
void find_all(struct finder *f);

/* find_details: what else is known of f->v: providers, dates, ages, which have
 * the same key, and whether all are Ed25519. SORTED has room for f->n, and
 * lives as long as they. */
void find_details(struct finder *f, struct found **sorted);

/* find_is_key: TEXT is a key record, valid or not. */
bool find_is_key(struct span text);

#endif
