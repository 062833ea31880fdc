#include "explain_whole.h"

#include <stdlib.h>

#include "explain_trial.h"

/* -- line ends --------------------------------------------------------------
 */

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

static bool passes(const struct whole_input *in, bool crcr, uint64_t *lines)
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

void whole_line_ends(const struct whole_input *in, struct causes *out)
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

/* -- a footer ---------------------------------------------------------------
 */

enum { TAIL = 256 * 1024 };

struct tail {
	struct trial *trial;
	uint64_t from;	   /* where looking begins */
	uint64_t at;	   /* octets fed */
	uint64_t received; /* the same as they came */
	uint64_t found, found_received, lines, found_lines;
	bool lf, held;
};

static enum status look(void *ctx, struct span piece)
{
	struct tail *t = ctx;

	while (piece.n) {
		size_t n = span_find(piece, '\n') + 1;
		struct span line = span_head(piece, n);

		if (!t->held && t->at >= t->from &&
		    trial_fork(t->trial, NULL, 0)) {
			t->held = true;
			t->found_received = t->received;
			t->found_lines = t->lines;
		}
		trial_feed(t->trial, line);
		t->at += line.n;
		t->received += line.n - (t->lf && n <= piece.n);
		t->lines += n <= piece.n;
		piece = span_from(piece, line.n);
	}
	return ST_OK;
}

static enum status push(void *ctx, struct span chunk)
{
	return msg_push(ctx, chunk);
}

void whole_footer(const struct whole_input *in, struct causes *out)
{
	struct tail t = { .lf = in->lf };
	uint64_t left = in->body_n + (uint64_t)TAIL * 600;

	t.from = in->body_n > TAIL ? in->body_n - TAIL : 0;
	t.trial = trial_new(in->conf->crypto, in->sig, &left);
	trial_begin(t.trial);
	struct msg *msg = msg_new(in->conf->lines, false,
				  (struct msg_handler){ NULL, look, &t });

	if (spool_replay(in->message, 0, UINT64_MAX, (struct sink){ push, msg },
			 NULL) == ST_OK &&
	    msg_end(msg) == ST_OK && t.held) {
		struct cause *cause = causes_add(out, CAUSE_FOOTER, true);

		cause_add_number(cause, "octets",
				 (int64_t)(t.received - t.found_received));
		cause_add_number(cause, "lines",
				 (int64_t)(t.lines - t.found_lines));
		cause_add_number(cause, "offset", (int64_t)t.found_received);
	}
	msg_free(msg);
	trial_free(t.trial);
}
