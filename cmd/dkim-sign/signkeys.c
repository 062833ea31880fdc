#include "signkeys.h"

#include <stdlib.h>
#include <string.h>

#include "domains.h"
#include "identity.h"
#include "keyfile.h"
#include "pairkeys.h"
#include "tablekeys.h"

enum { PASSPHRASE_OCTETS = 1024 }; /* what OpenSSL takes */

struct signkeys {
	struct signkeys_conf conf;
	struct pairkeys pairs;
	struct tablekeys tables;
	struct signers fixed; /* of signkeys_of */
	struct domains domains;
	struct private_keys *ring;
	struct buf passphrase;
};

/* -- options --------------------------------------------------------------- */

static enum status usage(struct diag *why, const char *what)
{
	return diag_set(why, ST_USAGE, NULL, "%s", what);
}

static enum status check_sources(const struct signkeys_conf *c,
				 struct diag *why)
{
	bool pairs = c->keys_n || c->selectors_n;

	if ((c->key_table != NULL) != (c->signing_table != NULL))
		return usage(why, "--key-table and --signing-table belong "
				  "together");
	if (pairs + (c->key_table != NULL) + (c->key_list != NULL) > 1)
		return usage(why, "-k, --key-table and --key-list exclude each "
				  "other");
	if (!c->key_table && !c->key_list &&
	    (c->keys_n == 0 || c->keys_n != c->selectors_n))
		return usage(why, "give one -s SELECTOR for each -k KEYFILE");
	if (c->domain && !pairs)
		return usage(why, "-d goes with -k; tables name their domains");
	if (c->all_matches && pairs)
		return usage(why, "--all-matches needs a table");
	return ST_OK;
}

/* The domain of the envelope's sender TEXT, if a template asks for it; "<>" has
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
	p->has_sender = name_parse(span_from(s, span_rfind(s, '@') + 1),
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
	k->pairs.some_do = c->some_do;
	if (c->domain && name_parse(span_str(c->domain), NAME_UNDERSCORE,
				    &k->pairs.domain, &more) != ST_OK)
		return diag_set(why, ST_USAGE, more.where, "-d: %s", more.text);
	for (size_t i = 0; i < c->keys_n && st == ST_OK; i++)
		st = pairkeys_add(&k->pairs, c->selectors[i], c->keys[i], why);
	return st == ST_OK ? set_sender(&k->pairs, c->mail_from, why) : st;
}

/* FILE (NULL: none) with N entries: one that was cut short, say, lets all mail
 * pass as "no key". */
static void look_for_entries(const struct signkeys_conf *c, const char *file,
			     size_t n)
{
	if (file && n == 0 && c->warn)
		c->warn(file, "it has no entry, so that no mail is signed");
}

static enum status read_tables(struct signkeys *k, struct diag *why)
{
	const struct signkeys_conf *c = &k->conf;
	struct tablekeys *t = &k->tables;
	enum status st = ST_OK;

	t->list = c->key_list != NULL;
	t->all = c->all_matches;
	if (c->key_table)
		st = keytable_read(c->key_table, KEYTABLE_NAMED, &t->keys, why);
	else if (c->key_list)
		st = keytable_read(c->key_list, KEYTABLE_LIST, &t->keys, why);
	if (st == ST_OK && c->signing_table)
		st = signtable_read(c->signing_table, &t->signing, why);
	if (st == ST_OK && t->signing.stars && c->warn)
		c->warn(c->signing_table,
			"a pattern that begins with * matches nothing without "
			"\"refile:\" before the file's name");
	if (st == ST_OK && c->domains)
		st = domains_read(c->domains, &k->domains, why);
	if (st != ST_OK)
		return st;
	look_for_entries(c, c->key_table ? c->key_table : c->key_list,
			 t->keys.n);
	look_for_entries(c, c->signing_table, t->signing.n);
	look_for_entries(c, c->domains, k->domains.n);
	return ST_OK;
}

/* The whole of -i that can be judged without a message. */
static enum status check_identity(const struct signkeys *k, struct diag *why)
{
	const char *identity = k->conf.identity;
	enum status st = identity_check(identity, why);

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
	enum status st = check_sources(conf, why);

	k->conf = *conf;
	buf_init(&k->passphrase, PASSPHRASE_OCTETS);
	k->ring = k->pairs.ring = k->tables.ring = private_keys_new(conf->warn);
	k->pairs.how = k->tables.how =
		KEYFILE_PRIVATE | (conf->unsafe_ok ? KEYFILE_UNSAFE_OK : 0);
	if (st == ST_OK)
		st = add_pairs(k, why);
	if (st == ST_OK && conf->identity)
		st = check_identity(k, why);
	if (st == ST_OK)
		st = read_tables(k, why);
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

/* ONE, its identity copied: each list of signers owns its own. */
static void add_copy(struct signers *s, const struct sign_key *one)
{
	struct sign_key *copy = signers_add(s);

	*copy = *one;
	if (one->identity)
		copy->identity = mem_copy(one->identity, strlen(one->identity));
}

struct signkeys *signkeys_of(const struct sign_key *keys, size_t n)
{
	struct signkeys *k = mem_alloc(sizeof(*k));

	for (size_t i = 0; i < n; i++)
		add_copy(&k->fixed, &keys[i]);
	return k;
}

void signkeys_free(struct signkeys *k)
{
	if (!k)
		return;
	pairkeys_free(&k->pairs);
	tablekeys_free(&k->tables);
	signers_free(&k->fixed);
	domains_free(&k->domains);
	private_keys_free(k->ring);
	buf_wipe(&k->passphrase);
	free(k);
}

/* -- picking --------------------------------------------------------------- */

static enum status pick_fixed(const struct signkeys *k,
			      const struct name *author, struct signers *out,
			      struct diag *why)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < k->fixed.n && st == ST_OK; i++) {
		struct name *d;

		add_copy(out, &k->fixed.v[i]);
		d = &out->v[i].domain;
		if (!d->text[0])
			st = signers_domain(author, d, why);
	}
	return st;
}

static bool needs_author(const struct signkeys *k)
{
	bool needs = k->conf.domains || k->conf.aligned_only ||
		     !k->pairs.has_domain || k->pairs.by_author;

	if (k->fixed.n)
		needs = false;
	for (size_t i = 0; i < k->fixed.n; i++)
		needs |= !k->fixed.v[i].domain.text[0];
	return needs;
}

/* DMARC counts a signature whose d= is related to the author's domain
 * (RFC 9989 4.4). */
static enum status finish(const struct signkeys *k, const struct name *author,
			  struct signers *s, struct diag *why)
{
	for (size_t i = 0; i < s->n; i++) {
		struct sign_key *one = &s->v[i];

		if (k->conf.aligned_only && !name_related(&one->domain, author))
			return diag_set(why, ST_REFUSED, "RFC 9989 4.4",
					"d=%s does not match the From domain",
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

/* Exim's recipe takes a leading "www." off; what is left must be a domain. */
static void strip_www(struct name *author)
{
	struct span text = span_str(author->text);
	struct name rest;

	if (span_starts(text, SPAN("www.")) &&
	    name_parse(span_from(text, 4), NAME_UNDERSCORE, &rest, NULL) ==
		    ST_OK)
		*author = rest;
}

static enum status pick(const struct signkeys *k, struct span local,
			const struct name *author, struct signers *out,
			struct diag *why)
{
	if (k->conf.domains && !domains_has(&k->domains, author))
		return diag_set(why, ST_NO_SIGNER, NULL, "%s is not in %s",
				author->text, k->conf.domains);
	if (k->fixed.n)
		return pick_fixed(k, author, out, why);
	if (k->pairs.n)
		return pairkeys_pick(&k->pairs, author, out, why);
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
				author->why.where, "no domain to sign for: %s",
				author->why.text);
	if (known && k->conf.strip_www)
		strip_www(&domain);
	const struct name *who = known ? &domain : NULL;
	enum status st = pick(k, author->local, who, out, why);

	return st == ST_OK ? finish(k, who, out, why) : st;
}
