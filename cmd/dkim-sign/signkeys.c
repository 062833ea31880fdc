#include "signkeys.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "idn.h"
#include "keyfile.h"
#include "pairkeys.h"
#include "tablekeys.h"

enum { PASSPHRASE_OCTETS = 1024 }; /* what OpenSSL takes */

/* --domains: a line is NAME, or .NAME or *.NAME for all below it. */
struct domains {
	struct lines lines;
	struct domain_line {
		struct name name;
		bool below;
	} * v;
	size_t n;
};

struct signkeys {
	struct signkeys_conf conf;
	struct pairkeys pairs;
	struct tablekeys tables;
	struct domains domains;
	struct private_keys *ring;
	struct buf passphrase;
	struct buf identity; /* -i with A-labels */
};

/* -- options --------------------------------------------------------------- */

static enum status usage(struct diag *why, const char *what)
{
	return diag_set(why, ST_USAGE, NULL, "%s", what);
}

enum status signkeys_given(const struct signkeys_conf *c, struct diag *why)
{
	if (!c->key_table && !c->key_list &&
	    (c->keys_n == 0 || c->keys_n != c->selectors_n))
		return usage(why, "give one -s SELECTOR for each -k KEYFILE");
	return ST_OK;
}

/* The domain of the envelope sender TEXT, if a template needs it; "<>" has
 * none. */
static enum status set_sender(struct pairkeys *p, const char *text,
			      struct diag *why)
{
	struct span s = span_trim(span_str(text));
	struct diag more = { 0 };

	if (p->by_sender && !text)
		return usage(why, "-k: %e needs --mail-from");
	if (span_starts(s, SPAN("<")) && span_ends(s, SPAN(">")))
		s = span_from(span_head(s, s.n - 1), 1);
	if (!p->by_sender || s.n == 0)
		return ST_OK;
	p->has_sender = idn_typed(span_from(s, span_rfind(s, '@') + 1),
				  NAME_UNDERSCORE | NAME_SINGLE, &p->sender,
				  &more) == ST_OK;
	if (p->has_sender)
		return ST_OK;
	return diag_set(why, ST_REFUSED, "RFC 5321 4.1.2",
			"--mail-from has no clean domain for %%e: %s",
			more.text);
}

static enum status add_pairs(struct signkeys *k, struct diag *why)
{
	const struct signkeys_conf *c = &k->conf;
	struct diag more = { 0 };
	enum status st = ST_OK;

	k->pairs.has_domain = c->domain != NULL;
	k->pairs.some_do = c->some_do && !c->domains;
	if (c->domain && idn_domain(span_str(c->domain), NAME_UNDERSCORE,
				    &k->pairs.domain, &more) != ST_OK)
		return diag_set(why, ST_USAGE, more.where, "-d: %s", more.text);
	for (size_t i = 0; i < c->keys_n && st == ST_OK; i++) {
		st = pairkeys_add(&k->pairs, c->selectors[i], c->keys[i], why);
		if (c->warn && name_of_file(c->selectors[i], &more))
			c->warn(NULL, more.text);
	}
	return st == ST_OK ? set_sender(&k->pairs, c->mail_from, why) : st;
}

/* -- files ----------------------------------------------------------------- */

static enum status add_domain(void *ctx, struct span line, struct diag *why)
{
	struct domains *d = ctx;
	struct domain_line one;

	if (span_starts(line, SPAN("*.")))
		line = span_from(line, 1);
	one.below = span_starts(line, SPAN("."));
	enum status st = idn_typed(span_from(line, one.below),
				   NAME_UNDERSCORE | NAME_SINGLE, &one.name,
				   why);

	if (st != ST_OK)
		return st == ST_DNS
			       ? st
			       : lines_bad(&d->lines, why,
					   "not a domain, .DOMAIN or *.DOMAIN");
	d->v = array_grow(d->v, d->n, sizeof(*d->v));
	d->v[d->n++] = one;
	return ST_OK;
}

static bool domains_has(const struct domains *d, const struct name *name)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct domain_line *one = &d->v[i];
		bool same = name_eq(name, &one->name);

		if (one->below ? name_within(name, &one->name) && !same : same)
			return true;
	}
	return false;
}

/* FILE (NULL: none) has N entries. Without any, it was perhaps cut short, and
 * all mail passes as "no key". */
static void warn_empty(const struct signkeys_conf *c, const char *file,
		       size_t n)
{
	if (file && n == 0 && c->warn)
		c->warn(file, "it has no entry, so that no mail is signed");
}

static enum status read_files(struct signkeys *k, struct diag *why)
{
	const struct signkeys_conf *c = &k->conf;
	const char *table = c->key_table ? c->key_table : c->key_list;
	struct tablekeys *t = &k->tables;
	enum status st = ST_OK;

	t->all = c->all_matches;
	if (table)
		st = tablekeys_read(t, table, c->signing_table, why);
	if (st == ST_OK && t->signing.stars && c->warn)
		c->warn(c->signing_table,
			"a pattern that begins with * matches nothing without "
			"\"refile:\" before the file's name");
	if (st == ST_OK && c->domains)
		st = lines_each(&k->domains.lines, c->domains, add_domain,
				&k->domains, why);
	if (st != ST_OK)
		return st;
	warn_empty(c, table, t->keys.n);
	warn_empty(c, c->signing_table, t->signing.n);
	warn_empty(c, c->domains, k->domains.n);
	return ST_OK;
}

/* -i, as far as it can be checked without a message. */
static enum status check_identity(struct signkeys *k, struct diag *why)
{
	struct diag more = { 0 };
	enum status st =
		idn_pattern(span_str(k->conf.identity), &k->identity, &more);

	if (st != ST_OK)
		return diag_set(why, st == ST_DNS ? st : ST_USAGE, more.where,
				"-i: %s", more.text);
	const char *identity = k->conf.identity = (const char *)k->identity.p;

	st = identity_check(identity, why);

	if (st == ST_OK && k->pairs.has_domain &&
	    !identity_fits(identity, &k->pairs.domain))
		st = diag_set(why, ST_USAGE, "RFC 6376 3.5",
			      "-i %s is not within -d %s", identity,
			      k->pairs.domain.text);
	return st;
}

enum status signkeys_new(const struct signkeys_conf *conf,
			 struct signkeys **out, struct diag *why)
{
	struct signkeys *k = mem_alloc(sizeof(*k));
	enum status st = signkeys_given(conf, why);

	k->conf = *conf;
	buf_init_secret(&k->passphrase, PASSPHRASE_OCTETS);
	buf_init(&k->identity, 8 * LIMIT_TABLE_LINE);
	k->ring = k->pairs.ring = k->tables.ring = private_keys_new(conf->warn);
	k->pairs.how = k->tables.how =
		KEYFILE_PRIVATE | (conf->unsafe_ok ? KEYFILE_UNSAFE_OK : 0);
	if (st == ST_OK)
		st = add_pairs(k, why);
	if (st == ST_OK && conf->identity)
		st = check_identity(k, why);
	if (st == ST_OK)
		st = read_files(k, why);
	if (st == ST_OK && conf->passphrase_file)
		st = keyfile_passphrase(conf->passphrase_file, k->pairs.how,
					&k->passphrase, why);
	k->pairs.passphrase = k->tables.keys.passphrase =
		buf_span(&k->passphrase);
	if (st == ST_OK)
		st = pairkeys_read(&k->pairs, why);
	if (st != ST_OK) {
		signkeys_free(k);
		k = NULL;
	}
	*out = k;
	return st;
}

void signkeys_free(struct signkeys *k)
{
	if (!k)
		return;
	pairkeys_free(&k->pairs);
	tablekeys_free(&k->tables);
	lines_free(&k->domains.lines);
	free(k->domains.v);
	private_keys_free(k->ring);
	buf_wipe(&k->passphrase);
	buf_free(&k->identity);
	free(k);
}

/* -- picking --------------------------------------------------------------- */

static bool needs_author(const struct signkeys *k)
{
	return k->conf.domains || k->conf.aligned_only ||
	       !k->pairs.has_domain || k->pairs.by_author;
}

/* -i for the signers that have no i= of a table, and --aligned-only: DMARC
 * counts a signature only if its d= is related to the author's domain
 * (RFC 9989 4.4). */
static enum status set_identities(const struct signkeys *k,
				  const struct name *author, struct signers *s,
				  struct diag *why)
{
	for (size_t i = 0; i < s->n; i++) {
		struct sign_key *one = &s->v[i];

		if (k->conf.aligned_only && !name_related(&one->domain, author))
			return diag_set(
				why, ST_REFUSED, "RFC 9989 4.4",
				"d=%s is not aligned with the From domain",
				one->domain.text);
		if (!k->conf.identity || one->identity)
			continue;
		if (!identity_fits(k->conf.identity, &one->domain))
			return diag_set(why, ST_CONFIG, "RFC 6376 3.5",
					"-i %s is not within d=%s",
					k->conf.identity, one->domain.text);
		one->identity =
			mem_copy(k->conf.identity, strlen(k->conf.identity));
	}
	return ST_OK;
}

/* --strip-www, as in Exim's recipe; what is left must be a domain. */
static void strip_www(struct name *author)
{
	struct span text = span_str(author->text);
	struct name rest;

	if (span_starts(text, SPAN("www.")) &&
	    name_parse(span_from(text, 4), NAME_UNDERSCORE, &rest, NULL) ==
		    ST_OK)
		*author = rest;
}

static enum status pick_from(const struct signkeys *k, struct span local,
			     const struct name *author, struct signers *out,
			     struct diag *why)
{
	if (k->conf.domains && !domains_has(&k->domains, author))
		return diag_set(why, ST_NO_SIGNER, NULL, "%s is not in %s",
				author->text, k->conf.domains);
	if (k->pairs.n) {
		enum status st = pairkeys_pick(&k->pairs, author, out, why);

		/* a domain that is listed has a key: the file was deleted, or
		 * its name is wrong, and all mail would go out unsigned */
		return st == ST_NO_SIGNER && k->conf.domains ? ST_CONFIG : st;
	}
	return tablekeys_pick(&k->tables, local, author, out, why);
}

enum status signkeys_pick(const struct signkeys *k, const struct author *author,
			  struct signers *out, struct diag *why)
{
	struct name domain = author->domain;

	*out = (struct signers){ 0 };
	bool known = author->st == ST_OK;

	if (!known && needs_author(k))
		return diag_set(why, author->st == ST_DNS ? ST_DNS : ST_REFUSED,
				author->why.where,
				"no domain to sign for: %s%s", author->why.text,
				author->malformed && !k->pairs.has_domain
					? "; name it with -d (and -s, -k)"
					: "");
	if (known && k->conf.strip_www)
		strip_www(&domain);
	const struct name *who = known ? &domain : NULL;
	enum status st = pick_from(k, author->local, who, out, why);

	return st == ST_OK ? set_identities(k, who, out, why) : st;
}
