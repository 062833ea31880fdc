#include "canon.h"

#include <string.h>

#include "block.h"

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

static void flush_stage(struct stage *s)
{
	if (s->st == ST_OK && s->n)
		s->st = s->to.put(s->to.ctx, span_of(s->out, s->n));
	s->n = 0;
}

static void put_one(struct stage *s, unsigned char c)
{
	if (s->n == sizeof(s->out))
		flush_stage(s);
	s->out[s->n++] = c;
}

static void put_run(struct stage *s, struct span run)
{
	while (run.n) {
		if (s->n == sizeof(s->out))
			flush_stage(s);
		size_t room = sizeof(s->out) - s->n;
		size_t n = run.n < room ? run.n : room;

		memcpy(s->out + s->n, run.p, n);
		s->n += n;
		run = span_from(run, n);
	}
}

/* Unfolded, each run of WSP one SP, none at either end (RFC 6376 3.4.2 and
 * erratum 5839). */
static void relax_value(struct stage *s, struct span value)
{
	bool wsp = false, any = false;

	while (value.n) {
		size_t n = 1;

		if (value.p[0] == '\r' && span_starts(value, crlf)) {
			n = 2;
		} else if (ascii_wsp(value.p[0])) {
			wsp = true;
		} else {
			while (n < value.n && value.p[n] > ' ')
				n++; /* controls come one by one */
			if (wsp && any)
				put_one(s, ' ');
			wsp = false;
			any = true;
			put_run(s, span_head(value, n));
		}
		value = span_from(value, n);
	}
}

enum status canon_field(enum canon how, struct span raw, struct sink to)
{
	if (how == CANON_SIMPLE)
		return to.put(to.ctx, raw);
	struct stage s;
	size_t colon = span_find(raw, ':');
	struct span name = span_trim(span_head(raw, colon));
	struct span value = span_from(raw, colon + 1);
	bool ended = span_ends(value, crlf);

	s.to = to;
	s.st = ST_OK;
	s.n = 0;
	for (size_t i = 0; i < name.n; i++)
		put_one(&s, ascii_lower(name.p[i]));
	put_one(&s, ':');
	if (ended)
		value.n -= 2;
	relax_value(&s, value);
	if (ended) {
		put_one(&s, '\r');
		put_one(&s, '\n');
	}
	flush_stage(&s);
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

/* The blank lines were not trailing. */
static enum status release_held(struct canon_body *c)
{
	unsigned char lines[512];
	enum status st = ST_OK;

	for (size_t i = 0; i < sizeof(lines) && i / 2 < c->held; i++)
		lines[i] = i % 2 ? '\n' : '\r';
	while (c->held && st == ST_OK) {
		uint64_t n = sizeof(lines) / 2;

		n = c->held < n ? c->held : n;
		st = c->to.put(c->to.ctx, span_of(lines, 2 * (size_t)n));
		c->held -= n;
	}
	return st;
}

/* S goes out, but for the CRLFs at its end, which are held. */
static enum status send(struct canon_body *c, struct span s)
{
	enum status st = ST_OK;
	uint64_t trailing = 0;

	for (; span_ends(s, crlf); s.n -= 2)
		trailing++;
	if (s.n) {
		st = release_held(c);
		if (st == ST_OK)
			st = c->to.put(c->to.ctx, s);
		c->any = true;
	}
	c->held += trailing;
	return st;
}

/* RFC 6376 3.4.3: as it is, but for CRLFs at the end. */
static enum status simple_push(struct canon_body *c, struct span s)
{
	enum status st = ST_OK;

	if (c->cr && s.n) {
		c->cr = false;
		if (s.p[0] == '\n') {
			c->held++;
			s = span_from(s, 1);
		} else {
			st = send(c, SPAN("\r"));
		}
	}
	if (s.n && s.p[s.n - 1] == '\r') {
		c->cr = true;
		s.n--;
	}
	return st == ST_OK ? send(c, s) : st;
}

/* Empty `out`. A CR at its end may be half of a CRLF and stays. */
static enum status drain(struct canon_body *c)
{
	bool cr = c->n && c->out[c->n - 1] == '\r';
	enum status st = send(c, span_of(c->out, c->n - cr));

	c->out[0] = '\r';
	c->n = cr;
	return st;
}

static enum status put_octet(struct canon_body *c, unsigned char octet)
{
	enum status st = c->n + 2 > sizeof(c->out) ? drain(c) : ST_OK;

	if (c->wsp)
		c->out[c->n++] = ' ';
	c->wsp = false;
	c->out[c->n++] = octet;
	return st;
}

/* RFC 6376 3.4.4, an octet at a time: WSP is written when what follows it is
 * known not to be the end of the line. */
static enum status relaxed_octet(struct canon_body *c, unsigned char octet)
{
	enum status st = ST_OK;

	if (c->cr) {
		c->cr = false;
		if (octet == '\n')
			c->wsp = false;
		st = put_octet(c, '\r');
		if (octet == '\n' && st == ST_OK)
			return put_octet(c, '\n');
	}
	if (octet == '\r')
		c->cr = true;
	else if (ascii_wsp(octet))
		c->wsp = true;
	else if (st == ST_OK)
		st = put_octet(c, octet);
	return st;
}

/* The same for a block of octets at once. */
enum { LOOK_AHEAD = 2 };

/* Of the WSP before WSP or CR, that which is dropped: a CR that does not end a
 * line is data. */
static uint64_t find_dropped(const unsigned char *p, uint64_t doubtful)
{
	uint64_t dropped = 0;

	for (; doubtful; doubtful &= doubtful - 1) {
		unsigned i = block_first(doubtful);

		if (p[i + 1] != '\r' || p[i + 2] == '\n')
			dropped |= UINT64_C(1) << i;
	}
	return dropped;
}

/* Append a block without the octets DROPPED, tabs as spaces. Whole blocks are
 * copied though only their start counts, since that is faster. */
static void copy_kept(struct canon_body *c, const unsigned char *p,
		      uint64_t tabs, uint64_t dropped)
{
	unsigned char from[2 * BLOCK] = { 0 }, *to = c->out + c->n;
	unsigned at = 0;

	memcpy(from, p, BLOCK);
	for (; tabs; tabs &= tabs - 1)
		from[block_first(tabs)] = ' ';
	for (; dropped; dropped &= dropped - 1) {
		unsigned i = block_first(dropped);

		memcpy(to, from + at, BLOCK);
		to += i - at;
		at = i + 1;
	}
	memcpy(to, from + at, BLOCK);
	c->n = (size_t)(to - c->out) + BLOCK - at;
}

/* Whole blocks of S while there are octets after them to look at; nothing is
 * pending before or after. Returns the offset after the last block. */
static size_t relaxed_blocks(struct canon_body *c, struct span s,
			     enum status *st)
{
	size_t at = 0;

	for (; s.n - at >= BLOCK + LOOK_AHEAD && *st == ST_OK; at += BLOCK) {
		const unsigned char *p = s.p + at;
		uint64_t tabs = block_find(p, '\t');
		uint64_t wsp = block_find(p, ' ') | tabs;
		uint64_t next = (wsp | block_find(p, '\r')) >> 1;

		if (ascii_wsp(p[BLOCK]) || p[BLOCK] == '\r')
			next |= UINT64_C(1) << (BLOCK - 1);
		if (c->n + 2 * BLOCK > sizeof(c->out))
			*st = drain(c);
		if (tabs | (wsp & next)) {
			copy_kept(c, p, tabs, find_dropped(p, wsp & next));
		} else {
			memcpy(c->out + c->n, p, BLOCK);
			c->n += BLOCK;
		}
	}
	return at;
}

static enum status relaxed_push(struct canon_body *c, struct span s)
{
	enum status st = ST_OK;

	while (s.n && st == ST_OK) {
		if (!c->cr && !c->wsp) {
			s = span_from(s, relaxed_blocks(c, s, &st));
			if (st != ST_OK)
				break;
		}
		st = relaxed_octet(c, s.p[0]);
		s = span_from(s, 1);
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

	if (c->how == CANON_SIMPLE && c->cr) /* it was data */
		st = send(c, SPAN("\r"));
	if (c->how == CANON_RELAXED && c->cr)
		st = put_octet(c, '\r');
	if (st == ST_OK)
		st = send(c, span_of(c->out, c->n));
	c->cr = c->wsp = false;
	c->n = 0;
	/* an empty body is CRLF in simple and nothing in relaxed */
	c->held = c->any || c->how == CANON_SIMPLE;
	return st == ST_OK ? release_held(c) : st;
}
