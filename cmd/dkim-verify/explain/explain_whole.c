/* Line ends of header and body that were changed: the whole message is verified
 * again with them mended, in constant memory. */
#include "explain_body.h"

/* Octets on their way to a verifier: of CR CR LF one CR goes, or a bare LF gets
 * one. */
struct mend {
	struct verifier *v; /* NULL: only count */
	bool crcr;
	size_t crs; /* held back until the octet behind them is known */
	uint64_t lines;
	unsigned char out[4096];
	size_t n;
};

static enum status flush(struct mend *m)
{
	struct span all = span_of(m->out, m->n);

	m->n = 0;
	if (!m->v || all.n == 0)
		return ST_OK;
	struct sink to = verifier_sink(m->v);

	return to.put(to.ctx, all);
}

static enum status put(struct mend *m, unsigned char c)
{
	m->out[m->n++] = c;
	return m->n == sizeof(m->out) ? flush(m) : ST_OK;
}

static enum status mend(void *ctx, struct span chunk)
{
	struct mend *m = ctx;
	enum status st = ST_OK;

	for (size_t i = 0; i < chunk.n && st == ST_OK; i++) {
		bool lf = chunk.p[i] == '\n';
		bool bad = lf && (m->crcr ? m->crs > 1 : m->crs == 0);

		if (chunk.p[i] == '\r') {
			m->crs++;
			continue;
		}
		m->lines += bad;
		if (bad)
			m->crs = m->crcr ? m->crs - 1 : 1;
		for (; m->crs && st == ST_OK; m->crs--)
			st = put(m, '\r');
		if (st == ST_OK)
			st = put(m, chunk.p[i]);
	}
	return st;
}

static bool passes(const struct explain_input *in, struct mend *m)
{
	struct verify_conf conf = *in->conf;
	struct sink to = { mend, m };
	bool good = false;

	/* a message without such lines costs one reading */
	if (spool_replay(in->message, 0, UINT64_MAX, to, NULL) != ST_OK ||
	    m->lines == 0)
		return false;
	conf.lines = MSG_CRLF;
	m->lines = m->crs = m->n = 0;
	m->v = verifier_new(&conf);
	if (spool_replay(in->message, 0, UINT64_MAX, to, NULL) == ST_OK &&
	    flush(m) == ST_OK) {
		const struct verification *all = verifier_end(m->v);

		good = in->number < all->n && all->v[in->number].st == ST_OK;
	}
	verifier_free(m->v);
	return good;
}

bool explain_line_ends(const struct explain_input *in, struct causes *out)
{
	for (int crcr = 1; crcr >= 0; crcr--) {
		struct mend m = { .crcr = crcr };

		if (!passes(in, &m))
			continue;
		causes_free(out); /* the guesses give way */
		cause_add_number(
			causes_add(out,
				   crcr ? CAUSE_LINES_CRCRLF : CAUSE_LINES_LF,
				   true),
			"lines", (int64_t)m.lines);
		return true;
	}
	return false;
}
