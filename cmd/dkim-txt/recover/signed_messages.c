#include "signed_messages.h"

#include <stdlib.h>

#include "array.h"
#include "bodyhash.h"
#include "idn.h"
#include "msg.h"
#include "sig.h"

/* A signature of the message that is read, and what bh= must be. */
struct waiting {
	size_t at; /* in `all` */
	size_t job;
	struct digest bh;
	bool has_l;
	uint64_t l;
};

struct reader {
	struct signed_messages *all;
	const struct crypto *crypto;
	const struct name *domain, *selector;
	const char *label;
	struct bodyhash *bodies;
	struct waiting v[LIMIT_SIGNATURES_SEEN];
	size_t n;
	size_t seen; /* signatures of the name */
	struct diag *why;
};

static char *copy_label(const char *label)
{
	return mem_copy(label, strlen(label));
}

static void note_invalid(struct reader *r, const struct diag *why)
{
	struct signed_messages *all = r->all;

	if (!all->invalid++) {
		all->first_invalid = copy_label(r->label);
		all->why = *why;
	}
}

static void keep_signature(struct reader *r, const struct sig *s,
			   const struct fields *fields)
{
	struct signed_messages *all = r->all;
	struct signed_message *one;
	struct digest digest;

	if (all->n == LIMIT_RECOVER_SIGNATURES) {
		all->beyond++;
		return;
	}
	sig_digest(s, fields, r->crypto, &digest);
	all->v = array_grow(all->v, all->n, sizeof(*all->v));
	one = &all->v[all->n];
	*one = (struct signed_message){ .label = copy_label(r->label),
					.time = s->has_t ? s->t : 0 };
	buf_init(&one->bytes, s->b.n);
	buf_put(&one->bytes, buf_span(&s->b));
	one->sample = (struct modulus_sample){ buf_span(&one->bytes), s->hash,
					       digest };
	r->v[r->n++] = (struct waiting){ all->n++, bodyhash_add(r->bodies, s),
					 s->bh, s->has_l, s->l };
}

/* TEXT is NAME, also in a signature that is not valid. */
static bool names(struct span text, const struct name *name)
{
	struct name got;

	return idn_parse(text, NAME_SINGLE | NAME_UNDERSCORE, &got, NULL) ==
		       ST_OK &&
	       name_eq(&got, name);
}

static void read_signature(struct reader *r, const struct field *field,
			   const struct fields *fields)
{
	struct diag why = { 0 };
	struct sig s;
	enum status st = sig_parse(field, &s, &why);
	bool ours = names(s.text_d, r->domain) && names(s.text_s, r->selector);

	r->seen += ours;
	/* old mail has rsa-sha1 */
	if (st == ST_HISTORIC)
		st = s.beside;
	if (!ours) {
		sig_free(&s);
		return;
	}
	if (st != ST_OK) {
		if (!why.text[0])
			diag_set(&why, st, NULL, "%s", status_text(st));
		note_invalid(r, &why);
	} else if (s.type != KEY_RSA) {
		r->all->ed25519++;
	} else if (!modulus_encodes(s.b.n, s.hash) ||
		   s.b.n > LIMIT_RSA_BITS_MAX / 8) {
		diag_set(&why, ST_OK, NULL,
			 "b= has %zu bytes, which no RSA key "
			 "has made",
			 s.b.n);
		note_invalid(r, &why);
	} else {
		keep_signature(r, &s, fields);
	}
	sig_free(&s);
}

static enum status on_header(void *ctx, const struct fields *f)
{
	struct reader *r = ctx;
	size_t n = fields_count(f, SPAN("DKIM-Signature"));

	if (f->st != ST_OK)
		return diag_set(r->why, f->st, f->why.where, "%s", f->why.text);
	if (n > LIMIT_SIGNATURES_SEEN)
		n = LIMIT_SIGNATURES_SEEN;
	for (size_t i = 0; i < n; i++)
		read_signature(r, fields_find(f, SPAN("DKIM-Signature"), i), f);
	return ST_OK;
}

static enum status on_body(void *ctx, struct span piece)
{
	bodyhash_push(((struct reader *)ctx)->bodies, piece);
	return ST_OK;
}

/* RFC 6376 6.1.3, and 3.5: l= is not above the length. */
static void compare_bodies(struct reader *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct waiting *w = &r->v[i];
		uint64_t length;
		const struct digest *d =
			bodyhash_get(r->bodies, w->job, &length);

		r->all->v[w->at].body =
			span_eq(digest_span(d), digest_span(&w->bh)) &&
			(!w->has_l || w->l <= length);
	}
}

enum status
signed_messages_read(struct signed_messages *all, const struct crypto *crypto,
		     const struct name *domain, const struct name *selector,
		     const struct mailbox_message *message, struct diag *why)
{
	struct reader r = { .all = all,
			    .crypto = crypto,
			    .domain = domain,
			    .selector = selector,
			    .label = message->label,
			    .bodies = bodyhash_new(crypto),
			    .why = why };
	struct msg *msg =
		msg_new(MSG_AUTO, false,
			(struct msg_handler){ on_header, on_body, &r });
	enum status st = mailbox_read(message, msg_sink(msg), why);

	if (st == ST_OK)
		st = msg_end(msg);
	if (st == ST_OK) {
		bodyhash_end(r.bodies);
		compare_bodies(&r);
	}
	if (st == ST_OK && !r.seen && !all->without++)
		all->first_without = copy_label(message->label);
	msg_free(msg);
	bodyhash_free(r.bodies);
	return st;
}

void signed_messages_free(struct signed_messages *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i].label);
		buf_free(&all->v[i].bytes);
	}
	free(all->v);
	free(all->first_invalid);
	free(all->first_without);
	*all = (struct signed_messages){ 0 };
}
