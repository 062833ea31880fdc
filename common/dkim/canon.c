#include "canon.h"

#include <string.h>

static const struct span crlf = { (const unsigned char *)"\r\n", 2 };

const char *canon_word(enum canon c)
{
	return c == CANON_RELAXED ? "relaxed" : "simple";
}

bool canon_find(struct span word, enum canon *out)
{
	*out = span_ieq(word, SPAN("relaxed")) ? CANON_RELAXED : CANON_SIMPLE;
	return *out == CANON_RELAXED || span_ieq(word, SPAN("simple"));
}

/* -- header ---------------------------------------------------------------- */

/* Relaxed output is staged, so that the sink is not called for every word. */
struct stage {
	struct sink to;
	enum status st;
	size_t n;
	unsigned char out[1024];
};

static void flush(struct stage *s)
{
	if (s->st == ST_OK && s->n)
		s->st = s->to.put(s->to.ctx, span_of(s->out, s->n));
	s->n = 0;
}

static void put(struct stage *s, unsigned char c)
{
	if (s->n == sizeof(s->out))
		flush(s);
	s->out[s->n++] = c;
}

/* Unfolded, each run of WSP one SP, none at either end (RFC 6376 3.4.2 and
 * erratum 5839). */
static void relax_value(struct stage *s, struct span value)
{
	bool wsp = false, any = false;

	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = value.p[i];

		if (c == '\r' && i + 1 < value.n && value.p[i + 1] == '\n') {
			i++;
			continue;
		}
		if (ascii_wsp(c)) {
			wsp = true;
			continue;
		}
		if (wsp && any)
			put(s, ' ');
		wsp = false;
		any = true;
		put(s, c);
	}
}

enum status canon_field(enum canon how, struct span raw, struct sink to)
{
	if (how == CANON_SIMPLE)
		return to.put(to.ctx, raw);
	struct stage s = { .to = to };
	size_t colon = span_find(raw, ':');
	struct span name = span_trim(span_head(raw, colon));
	struct span value = span_from(raw, colon + 1);
	bool ended = span_ends(value, crlf);

	for (size_t i = 0; i < name.n; i++)
		put(&s, ascii_lower(name.p[i]));
	put(&s, ':');
	if (ended)
		value.n -= 2;
	relax_value(&s, value);
	if (ended) {
		put(&s, '\r');
		put(&s, '\n');
	}
	flush(&s);
	return s.st;
}

/* -- body ------------------------------------------------------------------ */

void canon_body_init(struct canon_body *c, enum canon how, struct sink to)
{
	c->how = how;
	c->to = to;
	c->held = 0;
	c->cr = c->wsp = c->any = false;
	c->n = 0;
}

static enum status drain(struct canon_body *c)
{
	enum status st = ST_OK;

	if (c->n)
		st = c->to.put(c->to.ctx, span_of(c->out, c->n));
	c->n = 0;
	return st;
}

/* The blank lines turned out not to be trailing. */
static enum status release_held(struct canon_body *c)
{
	enum status st = ST_OK;

	for (; c->held && st == ST_OK; c->held--) {
		if (c->n + 2 > sizeof(c->out))
			st = drain(c);
		c->out[c->n++] = '\r';
		c->out[c->n++] = '\n';
	}
	return st;
}

/* RFC 6376 3.4.3: as it is, but for CRLFs at the end. */
static enum status simple_data(struct canon_body *c, struct span s)
{
	enum status st = release_held(c);

	if (st == ST_OK)
		st = drain(c);
	c->any = true;
	return st == ST_OK ? c->to.put(c->to.ctx, s) : st;
}

static enum status simple_push(struct canon_body *c, struct span s)
{
	enum status st = ST_OK;
	uint64_t trailing = 0;

	if (c->cr && s.n) {
		c->cr = false;
		if (s.p[0] == '\n') {
			c->held++;
			s = span_from(s, 1);
		} else {
			st = simple_data(c, SPAN("\r"));
		}
	}
	if (s.n && s.p[s.n - 1] == '\r') {
		c->cr = true;
		s.n--;
	}
	for (; span_ends(s, crlf); s.n -= 2)
		trailing++;
	if (s.n && st == ST_OK)
		st = simple_data(c, s);
	c->held += trailing;
	return st;
}

/* What was held back is written before data that follows it. */
static enum status release(struct canon_body *c)
{
	enum status st = c->held ? release_held(c) : ST_OK;

	if (st == ST_OK && c->n + 2 > sizeof(c->out))
		st = drain(c);
	if (c->wsp)
		c->out[c->n++] = ' ';
	c->wsp = false;
	c->any = true;
	return st;
}

static enum status relaxed_data(struct canon_body *c, unsigned char octet)
{
	enum status st = release(c);

	c->out[c->n++] = octet;
	return st;
}

static bool is_plain(unsigned char octet)
{
	return octet != ' ' && octet != '\t' && octet != '\r';
}

/* Copy what S starts with and canonicalization leaves alone: octets that are
 * neither WSP nor CR, and single SPs between them; at most what `out` has room
 * for. Returns its length. */
static size_t copy_run(struct canon_body *c, struct span s)
{
	size_t room = sizeof(c->out) - c->n;
	size_t most = s.n < room ? s.n : room, n = 0;
	unsigned char *to = c->out + c->n;

	for (; n < most; n++) {
		unsigned char octet = s.p[n];

		if (!is_plain(octet) && !(octet == ' ' && n > 0 &&
					  n + 1 < most && is_plain(s.p[n + 1])))
			break;
		to[n] = octet;
	}
	c->n += n;
	return n;
}

/* The octet after a CR: the end of a line, or the CR was data. */
static enum status after_cr(struct canon_body *c, struct span *s)
{
	c->cr = false;
	if (s->p[0] != '\n')
		return relaxed_data(c, '\r');
	*s = span_from(*s, 1);
	c->wsp = false;
	c->held++;
	return ST_OK;
}

/* RFC 6376 3.4.4: WSP at the end of a line dropped, runs of it one SP. */
static enum status relaxed_push(struct canon_body *c, struct span s)
{
	enum status st = ST_OK;

	while (s.n && st == ST_OK) {
		unsigned char octet = s.p[0];

		if (c->cr) {
			st = after_cr(c, &s);
		} else if (octet == '\r' || ascii_wsp(octet)) {
			*(octet == '\r' ? &c->cr : &c->wsp) = true;
			s = span_from(s, 1);
		} else {
			st = release(c);
			s = span_from(s, copy_run(c, s));
		}
	}
	return st;
}

enum status canon_body_push(struct canon_body *c, struct span chunk)
{
	return c->how == CANON_SIMPLE ? simple_push(c, chunk)
				      : relaxed_push(c, chunk);
}

enum status canon_body_end(struct canon_body *c)
{
	enum status st = ST_OK;

	if (c->cr) /* it was data */
		st = c->how == CANON_SIMPLE ? simple_data(c, SPAN("\r"))
					    : relaxed_data(c, '\r');
	c->cr = false;
	c->held = 0;
	/* an empty body is CRLF in simple and nothing in relaxed */
	if (c->any || c->how == CANON_SIMPLE)
		c->held = 1;
	if (st == ST_OK)
		st = release_held(c);
	return st == ST_OK ? drain(c) : st;
}
