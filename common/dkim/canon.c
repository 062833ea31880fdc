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
	c->width = canon_widest();
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

/* The same for a block of octets at once. For each set of instructions there is
 * one relaxed_blocks; what they are made of is inlined into each. */
enum { LOOK_AHEAD = 2 };
#define INLINED static inline __attribute__((always_inline))

/* Bit I: byte I + AHEAD of P is C; MASK has the bytes C of the block at P. */
INLINED uint64_t look_ahead(uint64_t mask, const unsigned char *p,
			    unsigned ahead, unsigned char c)
{
	mask >>= ahead;
	for (unsigned i = 0; i < ahead; i++)
		mask |= (uint64_t)(p[BLOCK + i] == c) << (BLOCK - ahead + i);
	return mask;
}

/* In the octets at TO, which are those of a block but the DROPPED ones, SP for
 * each of the TABS. */
INLINED void replace_tabs(unsigned char *to, uint64_t tabs, uint64_t dropped)
{
	for (; tabs; tabs &= tabs - 1) {
		uint64_t before = (tabs & -tabs) - 1;

		to[block_first(tabs) -
		   (unsigned)__builtin_popcountll(dropped & before)] = ' ';
	}
}

/* Append the block P without the octets DROPPED, and TABS as SP. Whole blocks
 * are copied though only their start counts, since that is faster; READABLE:
 * two blocks at P. */
INLINED void keep_copying(struct canon_body *c, const unsigned char *p,
			  bool readable, uint64_t tabs, uint64_t dropped)
{
	const uint64_t gone = dropped;
	unsigned char last[2 * BLOCK], *to = c->out + c->n;
	unsigned at = 0;

	if (!readable) {
		memset(last + BLOCK, 0, BLOCK);
		p = memcpy(last, p, BLOCK);
	}
	while (dropped) { /* run by run */
		unsigned i = block_first(dropped);
		uint64_t after = dropped + (UINT64_C(1) << i);

		memcpy(to, p + at, BLOCK);
		to += i - at;
		at = after ? block_first(after) : BLOCK;
		dropped &= after;
	}
	memcpy(to, p + at, BLOCK);
	replace_tabs(c->out + c->n, tabs & ~gone, gone);
	c->n = (size_t)(to - c->out) + BLOCK - at;
}

#ifdef BLOCK_AVX2
/* The places of the bits of a byte, from the lowest on, one an octet. */
#define BITS_BELOW(m, i)                                           \
	(((m) >> 0 & ((i) > 0) & 1) + ((m) >> 1 & ((i) > 1) & 1) + \
	 ((m) >> 2 & ((i) > 2) & 1) + ((m) >> 3 & ((i) > 3) & 1) + \
	 ((m) >> 4 & ((i) > 4) & 1) + ((m) >> 5 & ((i) > 5) & 1) + \
	 ((m) >> 6 & ((i) > 6) & 1))
#define PLACE(m, i) ((uint64_t)(((m) >> (i)&1) * (i)) << 8 * BITS_BELOW(m, i))
#define PLACES(m)                                                             \
	PLACE(m, 1) | PLACE(m, 2) | PLACE(m, 3) | PLACE(m, 4) | PLACE(m, 5) | \
		PLACE(m, 6) | PLACE(m, 7)
#define PLACES_4(m) PLACES(m), PLACES((m) + 1), PLACES((m) + 2), PLACES((m) + 3)
#define PLACES_16(m) \
	PLACES_4(m), PLACES_4((m) + 4), PLACES_4((m) + 8), PLACES_4((m) + 12)
#define PLACES_64(m)                                            \
	PLACES_16(m), PLACES_16((m) + 16), PLACES_16((m) + 32), \
		PLACES_16((m) + 48)

static const uint64_t places[256] = { PLACES_64(0), PLACES_64(64),
				      PLACES_64(128), PLACES_64(192) };

/* The same by eight octets, without a branch that cannot be foreseen. */
BLOCK_AVX2 static inline void keep_avx2(struct canon_body *c,
					const unsigned char *p, bool readable,
					uint64_t tabs, uint64_t dropped)
{
	const __m128i space = _mm_set1_epi8(' '), tab = _mm_set1_epi8('\t');
	unsigned char *to = c->out + c->n;
	uint64_t kept = ~dropped;

	(void)readable;
	(void)tabs;
	for (unsigned i = 0; i < BLOCK; i += 8, kept >>= 8) {
		__m128i v = _mm_loadl_epi64((const void *)(p + i));
		__m128i order =
			_mm_loadl_epi64((const void *)&places[kept & 0xff]);

		v = _mm_blendv_epi8(v, space, _mm_cmpeq_epi8(v, tab));
		_mm_storel_epi64((void *)to, _mm_shuffle_epi8(v, order));
		to += __builtin_popcountll(kept & 0xff);
	}
	c->n = (size_t)(to - c->out);
}
#endif

typedef void keeper(struct canon_body *c, const unsigned char *p, bool readable,
		    uint64_t tabs, uint64_t dropped);

/* Whole blocks of S while there are octets after them to look at; nothing is
 * pending before or after. Returns the offset after the last block. */
INLINED size_t relaxed_blocks(struct canon_body *c, struct span s,
			      enum status *st, block_finder *find, keeper *keep)
{
	size_t at = 0;

	for (; s.n - at >= BLOCK + LOOK_AHEAD && *st == ST_OK; at += BLOCK) {
		const unsigned char *p = s.p + at;
		uint64_t tabs = find(p, '\t'), wsp = find(p, ' ') | tabs;
		uint64_t cr = look_ahead(find(p, '\r'), p, 1, '\r');
		uint64_t dropped = wsp &
				   (wsp >> 1 | (uint64_t)ascii_wsp(p[BLOCK])
						       << (BLOCK - 1));

		/* a CR that does not end a line is data */
		if (wsp & cr)
			dropped |= wsp & cr &
				   look_ahead(find(p, '\n'), p, 2, '\n');
		if (c->n + 2 * BLOCK > sizeof(c->out))
			*st = drain(c);
		if (tabs | dropped) {
			keep(c, p, s.n - at >= 2 * BLOCK, tabs, dropped);
		} else {
			memcpy(c->out + c->n, p, BLOCK);
			c->n += BLOCK;
		}
	}
	return at;
}

static size_t relaxed_plain(struct canon_body *c, struct span s,
			    enum status *st)
{
	return relaxed_blocks(c, s, st, block_find_plain, keep_copying);
}

#ifdef BLOCK_AVX2
static size_t relaxed_sse2(struct canon_body *c, struct span s, enum status *st)
{
	return relaxed_blocks(c, s, st, block_find, keep_copying);
}

BLOCK_AVX2 static size_t relaxed_avx2(struct canon_body *c, struct span s,
				      enum status *st)
{
	return relaxed_blocks(c, s, st, block_find_avx2, keep_avx2);
}

static size_t (*const relaxed[])(struct canon_body *c, struct span s,
				 enum status *st) = {
	[CANON_PLAIN] = relaxed_plain,
	[CANON_SSE2] = relaxed_sse2,
	[CANON_AVX2] = relaxed_avx2,
};

enum canon_width canon_widest(void)
{
	return block_has_avx2() ? CANON_AVX2 : CANON_SSE2;
}
#else
static size_t (*const relaxed[])(struct canon_body *c, struct span s,
				 enum status *st) = { relaxed_plain };

enum canon_width canon_widest(void)
{
	return CANON_PLAIN;
}
#endif

static enum status relaxed_push(struct canon_body *c, struct span s)
{
	enum status st = ST_OK;

	while (s.n && st == ST_OK) {
		if (!c->cr && !c->wsp) {
			s = span_from(s, relaxed[c->width](c, s, &st));
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
