#include "canon_dump.h"

#include <stdlib.h>

struct canon_dump {
	struct canon_dump_conf conf;
	struct msg *msg;
	struct sig sig;
	struct canon_body canon;
	uint64_t left; /* of l= */
};

static enum status choose_signature(struct canon_dump *h,
				    const struct fields *f)
{
	size_t n = fields_count(f, SPAN("DKIM-Signature"));

	if (f->st != ST_OK)
		return diag_set(h->conf.why, f->st, f->why.where, "%s",
				f->why.text);
	if (n < h->conf.number)
		return diag_set(h->conf.why, ST_MISSING_TAG, NULL,
				"there is no DKIM-Signature field number %zu",
				h->conf.number);
	return sig_parse(
		fields_find(f, SPAN("DKIM-Signature"), h->conf.number - 1),
		&h->sig, h->conf.why);
}

/* RFC 6376 3.4.5: no more than l= octets. */
static enum status put_cut(void *ctx, struct span piece)
{
	struct canon_dump *h = ctx;

	if (piece.n > h->left)
		piece.n = (size_t)h->left;
	h->left -= piece.n;
	return piece.n ? h->conf.to.put(h->conf.to.ctx, piece) : ST_OK;
}

static enum status on_header(void *ctx, const struct fields *f)
{
	struct canon_dump *h = ctx;
	enum status st = choose_signature(h, f);

	if (st != ST_OK)
		return st;
	h->left = h->sig.has_l ? h->sig.l : UINT64_MAX;
	canon_body_init(&h->canon, h->sig.body, (struct sink){ put_cut, h });
	return h->conf.body ? ST_OK : sig_signed(&h->sig, f, h->conf.to);
}

static enum status on_body(void *ctx, struct span piece)
{
	struct canon_dump *h = ctx;

	return h->conf.body ? canon_body_push(&h->canon, piece) : ST_OK;
}

struct canon_dump *canon_dump_new(const struct canon_dump_conf *conf)
{
	struct canon_dump *h = mem_alloc(sizeof(*h));

	h->conf = *conf;
	h->msg = msg_new(conf->lines, false,
			 (struct msg_handler){ on_header, on_body, h });
	return h;
}

struct sink canon_dump_sink(struct canon_dump *h)
{
	return msg_sink(h->msg);
}

enum status canon_dump_end(struct canon_dump *h)
{
	enum status st = msg_end(h->msg);

	if (st == ST_OK && h->conf.body) {
		st = canon_body_end(&h->canon);
		if (st == ST_OK && h->sig.has_l && h->left)
			st = diag_set(h->conf.why, ST_BODY_SHORT, NULL,
				      "l= is larger than the body by %llu "
				      "bytes",
				      (unsigned long long)h->left);
	}
	return st;
}

void canon_dump_free(struct canon_dump *h)
{
	if (!h)
		return;
	sig_free(&h->sig);
	msg_free(h->msg);
	free(h);
}
