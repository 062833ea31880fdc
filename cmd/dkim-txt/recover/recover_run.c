#include "recover_run.h"

#include <stdlib.h>
#include <unistd.h>

#include "array.h"
#include "cli.h"
#include "exit_status.h"
#include "gmp_library.h"
#include "idn.h"
#include "keyrec_form.h"
#include "signed_messages.h"
#include "when.h"
#include "zoneline.h"

/* The exponents that are tried (nearly every key has the last), how many
 * signatures of one length are paired with each other, and how much memory a
 * key of so many bits may take. */
static const struct exponent {
	unsigned long e;
	size_t tried, bits;
} exponents[] = {
	{ 3, 24, LIMIT_RSA_BITS_MAX },
	{ 17, 24, LIMIT_RSA_BITS_MAX },
	{ 65537, 4, MODULUS_BITS_LARGE_E },
};
enum { EXPONENTS = sizeof(exponents) / sizeof(*exponents) };
enum { MEMORY = 256 * 1024 * 1024, MEMORY_LARGE = 512 * 1024 * 1024 };

/* Keys of one selector: more than verifiers would try. */
enum { KEYS = LIMIT_TXT_RECORDS };

struct recovery {
	const struct recover_options *o;
	struct name domain, selector;
	struct signed_messages all;
	struct key *keys[KEYS];
	unsigned long e[KEYS];
	size_t made[KEYS]; /* signatures */
	size_t n;
	bool too_large; /* for the last exponent */
	int code;
};

/* -- the line on a terminal -------------------------------------------------
 */

/* GMP's allocations are the only sign of life of a long computation, and hand
 * over nothing. */
static struct {
	bool on, visible;
	int64_t start_ms, drawn_ms;
	size_t bits;
	unsigned long e;
} shown;

static void draw(struct buf *text)
{
	buf_put(text, SPAN("\033[K"));
	/* it does not matter if the terminal is gone */
	status_ignore(io_write(STDERR_FILENO, buf_span(text), NULL));
	buf_free(text);
}

static void tick(void)
{
	int64_t now = shown.on ? when_ticks() : 0;
	struct buf text;

	if (!shown.on || now - shown.start_ms < 500 ||
	    now - shown.drawn_ms < 200)
		return;
	shown.drawn_ms = now;
	shown.visible = true;
	buf_init(&text, 256);
	buf_putf(&text, "\rlooking for a key of %zu bits, e=%lu: %lld s",
		 shown.bits, shown.e, (long long)(now - shown.start_ms) / 1000);
	draw(&text);
}

static void clear_line(void)
{
	struct buf text;

	if (!shown.visible)
		return;
	shown.visible = false;
	buf_init(&text, 16);
	buf_put(&text, SPAN("\r"));
	draw(&text);
}

/* -- finding keys ---------------------------------------------------------- */

/* By length, then those whose body was not changed, since their header was
 * probably not changed either, then by time, since keys change in the course of
 * it. */
static int by_promise(const void *a, const void *b)
{
	const struct signed_message *x = *(struct signed_message *const *)a;
	const struct signed_message *y = *(struct signed_message *const *)b;

	if (x->bytes.n != y->bytes.n)
		return x->bytes.n < y->bytes.n ? -1 : 1;
	if (x->body != y->body)
		return x->body ? -1 : 1;
	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return span_cmp(buf_span(&x->bytes), buf_span(&y->bytes));
}

/* The signatures that no key has made yet, each once; the array is the
 * caller's. */
static struct signed_message **sort_left(struct recovery *r, size_t *n)
{
	struct signed_message **v =
		mem_alloc((r->all.n + 1) * sizeof(struct signed_message *));
	size_t kept = 0;

	*n = 0;
	for (size_t i = 0; i < r->all.n; i++)
		if (!r->all.v[i].by)
			v[(*n)++] = &r->all.v[i];
	qsort(v, *n, sizeof(struct signed_message *), by_promise);
	for (size_t i = 0; i < *n; i++)
		if (!kept || !span_eq(buf_span(&v[kept - 1]->bytes),
				      buf_span(&v[i]->bytes)))
			v[kept++] = v[i];
	*n = kept;
	return v;
}

static void put_octets(unsigned long e, unsigned char octets[3])
{
	for (size_t i = 0; i < 3; i++)
		octets[i] = (unsigned char)(e >> (16 - 8 * i));
}

/* Keep the key with the modulus N, and all that it has made. */
static void keep_key(struct recovery *r, struct span n, unsigned long e)
{
	unsigned char octets[3];
	struct key_parts parts = { .rsa[RSA_N] = n };
	struct key *key = NULL;
	size_t zeros = 0;

	put_octets(e, octets);
	while (octets[zeros] == 0)
		zeros++;
	parts.rsa[RSA_E] = span_of(octets + zeros, sizeof(octets) - zeros);
	if (key_from_parts(&parts, &key, NULL) != ST_OK)
		return;
	for (size_t i = 0; i < r->all.n; i++) {
		struct signed_message *one = &r->all.v[i];

		if (one->by || key_verify(key, &one->sample.digest,
					  buf_span(&one->bytes)) != ST_OK)
			continue;
		one->by = key;
		r->made[r->n]++;
	}
	r->keys[r->n] = key;
	r->e[r->n++] = e;
}

/* Try pairs of the N at V, of one length, with E. */
static bool try_pairs(struct recovery *r, struct signed_message *const *v,
		      size_t n, const struct exponent *e)
{
	size_t length = v[0]->bytes.n;
	struct buf modulus;
	bool found = false;

	shown.bits = 8 * length;
	shown.e = e->e;
	gmp_library_limit(shown.bits <= 2048 ? MEMORY : MEMORY_LARGE);
	buf_init(&modulus, length);
	if (n > e->tried)
		n = e->tried;
	for (size_t b = 1; b < n && !found; b++)
		for (size_t a = 0; a < b && !found; a++)
			found = modulus_find(&v[a]->sample, &v[b]->sample, e->e,
					     &modulus);
	if (found)
		keep_key(r, buf_span(&modulus), e->e);
	buf_free(&modulus);
	return found;
}

/* Find one key more, with E. */
static bool find_key(struct recovery *r, const struct exponent *e)
{
	size_t n, end;
	struct signed_message **v = sort_left(r, &n);
	bool found = false;

	for (size_t i = 0; i < n && !found; i = end) {
		for (end = i + 1; end < n && v[end]->bytes.n == v[i]->bytes.n;)
			end++;
		if (end - i < 2)
			continue;
		if (8 * v[i]->bytes.n > e->bits)
			r->too_large = true;
		else
			found = try_pairs(r, v + i, end - i, e);
	}
	free(v);
	return found;
}

/* The keys of a selector are made by one program, and so have one exponent. */
static void find_keys(struct recovery *r)
{
	shown.on = r->o->progress && isatty(STDERR_FILENO);
	shown.start_ms = when_ticks();
	for (size_t i = 0; i < EXPONENTS && !r->n; i++)
		while (r->n < KEYS && find_key(r, &exponents[i]))
			;
	clear_line();
	shown.on = false;
}

/* ST_OK when there are two signatures that one key can have made. */
static enum status check_enough(struct recovery *r, struct diag *why)
{
	size_t n;
	struct signed_message **v = sort_left(r, &n);
	bool alike = false;

	for (size_t i = 1; i < n; i++)
		alike |= v[i]->bytes.n == v[i - 1]->bytes.n;
	free(v);
	if (alike)
		return ST_OK;
	if (n > 1)
		return diag_set(why, ST_NOT_KEY, NULL,
				"the signatures have different lengths, so "
				"that no key made two of them");
	if (r->all.ed25519 && !n)
		return diag_set(why, ST_NOT_KEY, "RFC 8463",
				"an Ed25519 key cannot be recovered from its "
				"signatures");
	if (r->all.invalid)
		return diag_set(why, ST_NOT_KEY, NULL,
				"two different RSA signatures with d=%s s=%s "
				"are needed; found %zu, and %zu not valid: "
				"%.100s: %.200s",
				r->domain.text, r->selector.text, n,
				r->all.invalid, r->all.first_invalid,
				r->all.why.text);
	return diag_set(why, ST_NOT_KEY, NULL,
			"two different RSA signatures with d=%s s=%s are "
			"needed; found %zu",
			r->domain.text, r->selector.text, n);
}

/* -- the report ------------------------------------------------------------ */

static void put_record(const struct recovery *r, size_t i, struct buf *out)
{
	const struct keyrec_form form = { 0 };
	struct buf head, p, owner, comment;
	struct zone_txt z = { 0 };

	buf_init(&head, LIMIT_TXT_BYTES);
	buf_init(&p, LIMIT_TXT_BYTES);
	buf_init(&owner, 2 * sizeof(r->domain.text));
	buf_init(&comment, 4 * sizeof(r->domain.text));
	buf_putf(&owner, "%s._domainkey.%s.", r->selector.text, r->domain.text);
	buf_putf(&comment,
		 "recovered from %zu signatures (d=%s s=%s), which proves "
		 "nothing about who published it",
		 r->made[i], r->domain.text, r->selector.text);
	z.owner = (const char *)owner.p;
	if (keyrec_format(&form, r->keys[i], &head, &p, NULL) == ST_OK) {
		z.head = buf_span(&head);
		z.p = buf_span(&p);
		zoneline_short(&z, out);
		out->n--; /* its line end */
		buf_putf(out, "\t; %s\n", (const char *)comment.p);
	}
	buf_free(&head);
	buf_free(&p);
	buf_free(&owner);
	buf_free(&comment);
}

static void fail(struct recovery *r)
{
	r->code = exit_worse(r->code, EXIT_FAILED);
}

/* What does not verify with the keys that were found. */
static void say_failures(struct recovery *r)
{
	for (size_t i = 0; i < r->all.n; i++) {
		const struct signed_message *one = &r->all.v[i];

		if (one->by && one->body)
			continue;
		fail(r);
		cli_say(one->label,
			one->by ? "the body was modified (body hash mismatch); "
				  "the key made the signature (RFC 6376 6.1.3)"
				: "the recovered key did not make this "
				  "signature: its header was modified, or the "
				  "selector had another key");
	}
	if (r->all.invalid) {
		fail(r);
		cli_say(r->all.first_invalid, "not a valid signature%s: %s",
			r->all.invalid > 1 ? " (the first of several)" : "",
			r->all.why.text);
	}
}

static void say_notes(const struct recovery *r)
{
	if (r->o->quiet)
		return;
	if (r->all.without)
		cli_say(r->all.first_without,
			"warning: no signature with d=%s s=%s%s",
			r->domain.text, r->selector.text,
			r->all.without > 1 ? " (the first of several such)"
					   : "");
	if (r->all.ed25519)
		cli_say(NULL,
			"warning: %zu signatures are of an Ed25519 key, "
			"which cannot be recovered",
			r->all.ed25519);
	if (r->all.beyond)
		cli_say(NULL, "warning: %zu signatures more were not read",
			r->all.beyond);
	for (size_t i = 0; i < r->n; i++)
		if (key_bits(r->keys[i]) < LIMIT_RSA_BITS_MIN)
			cli_say(NULL,
				"warning: the key has only %u bits: no "
				"verifier accepts it (RFC 8301 3.2)",
				key_bits(r->keys[i]));
	if (r->n)
		cli_say(NULL, "the record is recovered: it proves that one key "
			      "made these signatures, and nothing about who "
			      "published it");
}

static int report(struct recovery *r, int to)
{
	struct diag why = { 0 };
	enum status st = ST_OK;
	struct buf out;

	buf_init(&out, KEYS * 4 * (size_t)LIMIT_TXT_BYTES);
	for (size_t i = 0; i < r->n; i++)
		put_record(r, i, &out);
	if (r->n)
		st = io_write(to, buf_span(&out), &why);
	buf_free(&out);
	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	if (!r->n) {
		fail(r);
		cli_say(NULL,
			"no key found: no two signatures have an RSA "
			"modulus in common for e = 3, 17 or 65537%s: "
			"their headers were modified, or different keys "
			"made them",
			r->too_large ? " (of at most 4096 bits)" : "");
	} else {
		say_failures(r);
	}
	if (r->n > 1) {
		fail(r);
		cli_say(NULL,
			"the selector had %zu keys: each has a record, "
			"and made %zu and %zu of the signatures",
			r->n, r->made[0], r->made[1]);
	}
	say_notes(r);
	return r->code;
}

/* -- the run --------------------------------------------------------------- */

static enum status read_names(struct recovery *r, struct diag *why)
{
	struct diag detail = { 0 };

	if (idn_domain(span_str(r->o->domain), NAME_SINGLE | NAME_UNDERSCORE,
		       &r->domain, &detail) != ST_OK)
		return diag_set(why, ST_USAGE, detail.where, "-d: %s",
				detail.text);
	if (idn_selector(span_str(r->o->selector), &r->selector, &detail) !=
	    ST_OK)
		return diag_set(why, ST_USAGE, detail.where, "-s: %s",
				detail.text);
	return ST_OK;
}

/* What cannot be read is said, and the rest goes on. */
static enum status read_messages(struct recovery *r, struct diag *why)
{
	const struct mailbox_conf conf = { .operand = r->o->messages,
					   .n = r->o->n };
	struct mailbox *mailbox = NULL;
	struct mailbox_message m;
	enum status st = mailbox_open(&conf, &mailbox, why);

	while (st == ST_OK && mailbox_next(mailbox, &m)) {
		enum status got = m.st;

		if (got == ST_OK)
			got = signed_messages_read(&r->all, r->o->crypto,
						   &r->domain, &r->selector, &m,
						   &m.why);
		if (got != ST_OK)
			r->code = exit_worse(r->code, cli_fail(mailbox_file(&m),
							       got, &m.why));
		mailbox_message_free(&m);
	}
	mailbox_free(mailbox);
	return st;
}

int recover_run(const struct recover_options *o, int to)
{
	struct recovery r = { .o = o };
	struct diag why = { 0 };
	enum status st = read_names(&r, &why);
	int code;

	if (st == ST_OK)
		st = gmp_library_load(tick, &why);
	if (st == ST_OK) {
		sandbox_enter(&o->sandbox);
		st = read_messages(&r, &why);
	}
	if (st == ST_OK)
		st = check_enough(&r, &why);
	if (st == ST_OK) {
		find_keys(&r);
		code = report(&r, to);
	} else {
		code = exit_worse(r.code, cli_fail(NULL, st, &why));
	}
	for (size_t i = 0; i < r.n; i++)
		key_free(r.keys[i]);
	signed_messages_free(&r.all);
	return code;
}
