/* Line ends of header and body that were changed: the whole message is verified
 * again with them mended, in constant memory. */
#include "explain_body.h"

/* Octets on their way to a verifier: of CR CR LF one CR goes, or a bare LF gets
 * one. */
struct mend {
	struct verifier *v; /* NULL: only count */
	bool crcr;
	size_t crs; /* that were not passed on yet */
	uint64_t lines;
};

static enum status pass_on(struct mend *m, struct span s)
{
	struct sink to;

	if (!m->v || s.n == 0)
		return ST_OK;
	to = verifier_sink(m->v);
	return to.put(to.ctx, s);
}

/* CRs are held back until the octet behind them is known. */
static enum status pass_crs(struct mend *m, bool lf)
{
	bool less = m->crcr && lf && m->crs > 1;
	bool more = !m->crcr && lf && m->crs == 0;
	size_t n = m->crs - less + more;
	enum status st = ST_OK;

	m->lines += less || more;
	m->crs = 0;
	while (n-- && st == ST_OK)
		st = pass_on(m, SPAN("\r"));
	return st;
}

static enum status mend(void *ctx, struct span chunk)
{
	struct mend *m = ctx;
	enum status st = ST_OK;

	while (chunk.n && st == ST_OK) {
		size_t n = 0;

		while (n < chunk.n && chunk.p[n] != '\r' && chunk.p[n] != '\n')
			n++;
		if (n)
			st = pass_crs(m, false);
		if (st == ST_OK)
			st = pass_on(m, span_head(chunk, n));
		chunk = span_from(chunk, n);
		if (chunk.n && st == ST_OK) {
			bool lf = chunk.p[0] == '\n';

			m->crs += !lf;
			if (lf)
				st = pass_crs(m, true);
			if (lf && st == ST_OK)
				st = pass_on(m, SPAN("\n"));
			chunk = span_from(chunk, 1);
		}
	}
	return st;
}

static bool passes(const struct explain_input *in, bool crcr, uint64_t *lines)
{
	struct mend m = { .crcr = crcr };
	struct verify_conf conf = *in->conf;
	struct sink to = { mend, &m };
	bool good = false;

	/* a message without such lines costs one reading */
	if (spool_replay(in->message, 0, UINT64_MAX, to, NULL) != ST_OK ||
	    m.lines == 0)
		return false;
	conf.lines = MSG_CRLF;
	m = (struct mend){ .crcr = crcr, .v = verifier_new(&conf) };
	if (spool_replay(in->message, 0, UINT64_MAX, to, NULL) == ST_OK &&
	    pass_crs(&m, false) == ST_OK) {
		const struct verification *all = verifier_end(m.v);

		good = in->number < all->n && all->v[in->number].st == ST_OK;
	}
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
