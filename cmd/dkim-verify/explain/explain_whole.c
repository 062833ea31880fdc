/* Line ends of header and body that were changed: the whole message is verified
 * again with them mended, in constant memory. */
#include "explain_body.h"

/* Octets on their way to a verifier: of CR CR LF one CR goes, or a bare LF gets
 * one. */
struct mend {
	struct verifier *v; /* NULL: only count */
	bool crcr;
	unsigned char before, earlier; /* the last octets */
	uint64_t lines;
	size_t n;
	unsigned char out[4096];
};

static enum status flush(struct mend *m)
{
	enum status st = ST_OK;
	struct sink to;

	if (m->v && m->n) {
		to = verifier_sink(m->v);
		st = to.put(to.ctx, span_of(m->out, m->n));
	}
	m->n = 0;
	return st;
}

static enum status mend_put(struct mend *m, unsigned char c)
{
	m->out[m->n++] = c;
	return m->n == sizeof(m->out) ? flush(m) : ST_OK;
}

/* A CR is held back until the octet behind it is known. */
static enum status mend_crcr(struct mend *m, unsigned char c)
{
	enum status st = ST_OK;

	if (c == '\n' && m->before == '\r' && m->earlier == '\r')
		m->lines++;
	else if (m->before == '\r' && m->earlier == '\r')
		st = mend_put(m, '\r');
	if (c != '\r' || m->before != '\r') {
		if (st == ST_OK)
			st = mend_put(m, c);
	}
	return st;
}

static enum status mend_lf(struct mend *m, unsigned char c)
{
	enum status st = ST_OK;

	if (c == '\n' && m->before != '\r') {
		m->lines++;
		st = mend_put(m, '\r');
	}
	return st == ST_OK ? mend_put(m, c) : st;
}

static enum status mend(void *ctx, struct span chunk)
{
	struct mend *m = ctx;
	enum status st = ST_OK;

	for (size_t i = 0; i < chunk.n && st == ST_OK; i++) {
		unsigned char c = chunk.p[i];

		st = m->crcr ? mend_crcr(m, c) : mend_lf(m, c);
		m->earlier = m->before;
		m->before = c;
	}
	return st;
}

static bool passes(const struct explain_input *in, bool crcr, uint64_t *lines)
{
	struct mend m = { .crcr = crcr };
	struct verify_conf conf = *in->conf;
	struct sink to = { mend, &m };
	const struct verification *all;
	bool good = false;

	/* a message without such lines costs one reading */
	if (spool_replay(in->message, 0, UINT64_MAX, to, NULL) != ST_OK ||
	    m.lines == 0)
		return false;
	conf.lines = MSG_CRLF;
	m = (struct mend){ .crcr = crcr, .v = verifier_new(&conf) };
	if (spool_replay(in->message, 0, UINT64_MAX, to, NULL) == ST_OK &&
	    flush(&m) == ST_OK && verifier_end(m.v, &all) == ST_OK)
		good = in->number < all->n && all->v[in->number].st == ST_OK;
	verifier_free(m.v);
	*lines = m.lines;
	return good;
}

void explain_line_ends(const struct explain_input *in, struct causes *out)
{
	for (int crcr = 1; crcr >= 0; crcr--) {
		struct causes found = { 0 };
		uint64_t lines;

		if (!passes(in, crcr, &lines))
			continue;
		cause_add_number(
			causes_add(&found,
				   crcr ? CAUSE_LINES_CRCRLF : CAUSE_LINES_LF,
				   true),
			"lines", (int64_t)lines);
		/* the guesses give way */
		causes_free(out);
		causes_move(out, &found);
		return;
	}
}
