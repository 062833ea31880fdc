#include "msg.h"

#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "limit.h"

/* Enough to see that a line begins a DKIM-Signature field. */
enum { LINE_START = 64 };

/* The header is copied in pieces of this size, so that little of the body is
 * copied with it. */
enum { HEADER_PIECE = 1024 };

struct msg {
	enum msg_lines wanted;
	enum msg_lines lines; /* MSG_AUTO until the header has ended */
	bool lint;
	struct msg_handler handler;
	struct msg_facts facts;
	struct fields fields;

	enum { HEADER, BODY, DROPPED } part;
	struct buf raw;	   /* the header as it came */
	size_t scanned;	   /* bytes searched for its end */
	size_t line_start; /* of the line that is being searched */
	bool lf_line;	   /* a header line ended in a bare LF */

	struct buf line;   /* start of a line of a header beyond its limit */
	uint64_t line_n;   /* octets of that line so far */
	bool line_cr;	   /* the last of them is CR */
	bool header_ended; /* that one, too */

	bool after_cr;	     /* last octet of the body was CR (LF mode) */
	unsigned char *wide; /* LF turned into CRLF, 2 * LIMIT_CHUNK */

	bool pending_cr;   /* the facts' scan: last octet was CR */
	uint64_t line_now; /* length of the line it stands in */
};

struct msg *msg_new(enum msg_lines lines, bool lint, struct msg_handler handler)
{
	struct msg *m = mem_alloc(sizeof(*m));

	m->wanted = m->lines = lines;
	m->lint = lint;
	m->handler = handler;
	buf_init(&m->raw, LIMIT_HEADER_BYTES);
	/* every LF of a header at its limit may become CRLF */
	buf_init(&m->fields.bytes, 2 * LIMIT_HEADER_BYTES);
	buf_init(&m->line, LINE_START);
	return m;
}

/* -- facts ----------------------------------------------------------------- */

/* What is inlined into a function for each set of instructions. */
#define INLINED static inline __attribute__((always_inline))

/* The facts of some blocks, apart from the rest of a msg so that they stay in
 * registers: masks that are not 0 when there was such an octet, and lines. */
struct noted {
	uint64_t crlf, lf, bare_cr, nul;
	uint64_t pending_cr, line_now, longest;
};

static inline void end_line(struct noted *f)
{
	if (f->line_now > f->longest)
		f->longest = f->line_now;
	f->line_now = 0;
}

/* Count the lines in N bytes of a block: masks of its LFs and of the bytes
 * after a CR. */
INLINED void note_lines(struct noted *f, unsigned n, uint64_t lf,
			uint64_t after_cr)
{
	unsigned from = 0;

	for (; lf; lf &= lf - 1) {
		unsigned at = block_first(lf);

		f->line_now += at - from - (after_cr >> at & 1);
		end_line(f);
		from = at + 1;
	}
	f->line_now += n - from;
}

/* The first N bytes of the block P. */
INLINED void note_block(struct noted *f, const unsigned char *p, unsigned n,
			bool lint, block_finder *find)
{
	uint64_t all = n < BLOCK ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
	uint64_t lf = find(p, '\n') & all;
	uint64_t cr = find(p, '\r') & all;
	uint64_t after_cr = (cr << 1 | f->pending_cr) & all;

	f->crlf |= lf & after_cr;
	f->lf |= lf & ~after_cr;
	f->pending_cr = cr >> (n - 1);
	if (!lint)
		return;
	f->bare_cr |= after_cr & ~lf;
	f->nul |= find(p, 0) & all;
	note_lines(f, n, lf, after_cr);
}

/* S, in whole blocks and what is left. */
INLINED void note_octets(struct noted *f, struct span s, bool lint,
			 block_finder *find)
{
	unsigned char last[BLOCK] = { 0 };
	size_t at = 0;

	for (; s.n - at >= BLOCK; at += BLOCK)
		note_block(f, s.p + at, BLOCK, lint, find);
	if (at == s.n)
		return;
	memcpy(last, s.p + at, s.n - at);
	note_block(f, last, (unsigned)(s.n - at), lint, find);
}

/* The result does not depend on chunk boundaries. */
INLINED void note_chunk(struct msg *m, struct span chunk, block_finder *find)
{
	struct msg_facts *facts = &m->facts;
	struct noted f = { .pending_cr = m->pending_cr,
			   .line_now = m->line_now,
			   .longest = facts->longest };

	if (m->lint)
		note_octets(&f, chunk, true, find);
	else
		note_octets(&f, chunk, false, find);
	facts->octets += chunk.n;
	facts->crlf |= f.crlf != 0;
	facts->lf |= f.lf != 0;
	facts->bare_cr |= f.bare_cr != 0;
	facts->nul |= f.nul != 0;
	facts->longest = f.longest;
	m->line_now = f.line_now;
	m->pending_cr = f.pending_cr;
}

#ifdef BLOCK_AVX2
BLOCK_AVX2 static void note_avx2(struct msg *m, struct span chunk)
{
	note_chunk(m, chunk, block_find_avx2);
}
#endif

static void note_facts(struct msg *m, struct span chunk)
{
#ifdef BLOCK_AVX2
	if (block_has_avx2()) {
		note_avx2(m, chunk);
		return;
	}
#endif
	note_chunk(m, chunk, block_find);
}

/* -- header ---------------------------------------------------------------- */

/* Search the unsearched part of m->raw for the empty line. True with its offset
 * in *END and the offset of the body in *BODY. */
static bool find_header_end(struct msg *m, size_t *end, size_t *body)
{
	struct span raw = buf_span(&m->raw);

	while (m->scanned < raw.n) {
		size_t at = m->scanned +
			    span_find(span_from(raw, m->scanned), '\n');

		if (at == raw.n) {
			m->scanned = raw.n;
			break;
		}
		bool crlf = at > m->line_start && raw.p[at - 1] == '\r';

		m->scanned = at + 1;
		if (!crlf && m->lines == MSG_CRLF)
			continue; /* data */
		m->lf_line |= !crlf;
		*end = m->line_start;
		*body = at + 1;
		if (at - crlf == m->line_start)
			return true;
		m->line_start = at + 1;
	}
	return false;
}

/* Whole blocks of S that another block follows: CRLF for each bare LF. The
 * octets that were written are added to *N; returns those that were read.
 * Blocks are copied whole though only their start may count. */
INLINED size_t widen_blocks(unsigned char *out, struct span s, bool *after_cr,
			    size_t *n, block_finder *find)
{
	unsigned char *to = out + *n;
	uint64_t pending = *after_cr;
	size_t at = 0;

	for (; s.n - at >= 2 * BLOCK; at += BLOCK) {
		const unsigned char *p = s.p + at;
		uint64_t cr = find(p, '\r');
		uint64_t bare = find(p, '\n') & ~(cr << 1 | pending);
		unsigned from = 0;

		pending = cr >> (BLOCK - 1);
		for (; bare; bare &= bare - 1) {
			unsigned lf = block_first(bare);

			memcpy(to, p + from, BLOCK);
			to += lf - from;
			*to++ = '\r';
			from = lf;
		}
		memcpy(to, p + from, BLOCK);
		to += BLOCK - from;
	}
	*after_cr = pending;
	*n = (size_t)(to - out);
	return at;
}

#ifdef BLOCK_AVX2
BLOCK_AVX2 static size_t widen_avx2(unsigned char *out, struct span s,
				    bool *after_cr, size_t *n)
{
	return widen_blocks(out, s, after_cr, n, block_find_avx2);
}
#endif

static size_t widen_widest(unsigned char *out, struct span s, bool *after_cr,
			   size_t *n)
{
#ifdef BLOCK_AVX2
	if (block_has_avx2())
		return widen_avx2(out, s, after_cr, n);
#endif
	return widen_blocks(out, s, after_cr, n, block_find);
}

size_t msg_widen(unsigned char *out, struct span s, bool *after_cr)
{
	size_t n = 0;

	s = span_from(s, widen_widest(out, s, after_cr, &n));
	while (s.n) {
		size_t run = span_find(s, '\n');
		bool ended = run < s.n;

		memcpy(out + n, s.p, run);
		n += run;
		bool cr = run ? s.p[run - 1] == '\r' : *after_cr;

		if (ended) {
			if (!cr)
				out[n++] = '\r';
			out[n++] = '\n';
		}
		*after_cr = cr && !ended;
		s = span_from(s, run + ended);
	}
	return n;
}

/* The header is M->raw[0..END): choose the line ends, index it, report it. */
static enum status end_header(struct msg *m, size_t end, bool cut)
{
	struct span block = span_head(buf_span(&m->raw), end);
	bool whole = m->facts.crlf || m->facts.lf;
	bool after_cr = false;
	size_t mbox;

	if (m->lines == MSG_AUTO)
		m->lines = m->lf_line ? MSG_LF : MSG_CRLF;
	m->facts.unix_lines = m->lines == MSG_LF;
	if (m->lines == MSG_LF && block.n) {
		unsigned char *wide = mem_array(NULL, block.n, 2);
		size_t n = msg_widen(wide, block, &after_cr);

		buf_put(&m->fields.bytes, span_of(wide, n));
		free(wide);
	} else {
		buf_put(&m->fields.bytes, block);
	}
	fields_parse(&m->fields, cut, whole, &mbox);
	/* the length of the mbox line in the input */
	if (mbox && m->lines == MSG_LF)
		mbox = span_find(block, '\n') + 1;
	m->facts.top = span_head(block, mbox).n;
	m->facts.header_8bit = span_8bit(block);
	m->part = cut ? DROPPED : BODY;
	return m->handler.header ? m->handler.header(m->handler.ctx, &m->fields)
				 : ST_OK;
}

/* -- a header beyond its limit, of which nothing is kept ------------------- */

static void clear_line(struct msg *m)
{
	buf_reset(&m->line);
	m->line_n = 0;
	m->line_cr = false;
}

/* A line is complete. Its line end counts for facts.unix_lines, too, so that
 * the message is split in the same way when it is read again. */
static void check_line(struct msg *m, bool cr)
{
	const struct span name = SPAN("DKIM-Signature");
	struct span line = buf_span(&m->line);
	struct span rest = span_trim_wsp(span_from(line, name.n));

	if (!cr && m->wanted == MSG_CRLF)
		return; /* data */
	m->facts.unix_lines |= !cr;
	if (span_ieq(span_head(line, name.n), name) && rest.n &&
	    rest.p[0] == ':')
		m->fields.signature_left = true;
	m->header_ended = m->line_n == 1U + cr;
	clear_line(m);
}

/* A signed message must not be reported as unsigned. */
static void look_for_signature(struct msg *m, struct span chunk)
{
	while (chunk.n && !m->header_ended) {
		size_t at = span_find(chunk, '\n');
		bool ended = at < chunk.n;
		struct span piece = span_head(chunk, at + ended);
		bool cr = at ? chunk.p[at - 1] == '\r' : m->line_cr;

		buf_put(&m->line, span_head(piece, m->line.max - m->line.n));
		m->line_n += piece.n;
		m->line_cr = cr && !ended;
		if (ended)
			check_line(m, cr);
		chunk = span_from(chunk, piece.n);
	}
}

/* The line that the limit has cut goes on. */
static void begin_search(struct msg *m)
{
	struct span start = span_from(buf_span(&m->raw), m->line_start);

	clear_line(m);
	look_for_signature(m, start);
}

/* -- header and body ------------------------------------------------------- */

/* Take what of CHUNK belongs to the header; *REST gets the body's part. */
static enum status push_header(struct msg *m, struct span chunk,
			       struct span *rest)
{
	struct span taken = span_head(chunk, m->raw.max - m->raw.n);
	size_t before = m->raw.n, end = 0, body = 0;

	buf_put(&m->raw, taken);
	bool ended = find_header_end(m, &end, &body);
	bool cut = !ended && taken.n < chunk.n;

	if (ended)
		taken = span_head(chunk, body - before);
	note_facts(m, taken);
	*rest = span_from(chunk, taken.n);
	enum status st = ended || cut
				 ? end_header(m, ended ? end : m->raw.n, cut)
				 : ST_OK;

	if (cut)
		begin_search(m);
	return st;
}

/* -- body ------------------------------------------------------------------ */

static enum status push_body(struct msg *m, struct span chunk)
{
	if (!m->handler.body || chunk.n == 0)
		return ST_OK;
	if (m->lines != MSG_LF)
		return m->handler.body(m->handler.ctx, chunk);
	if (!m->wide)
		m->wide = mem_array(NULL, LIMIT_CHUNK, 2);
	enum status st = ST_OK;

	while (chunk.n && st == ST_OK) {
		struct span piece = span_head(chunk, LIMIT_CHUNK);
		size_t n = msg_widen(m->wide, piece, &m->after_cr);

		st = m->handler.body(m->handler.ctx, span_of(m->wide, n));
		chunk = span_from(chunk, piece.n);
	}
	return st;
}

enum status msg_push(struct msg *m, struct span chunk)
{
	while (m->part == HEADER && chunk.n) {
		struct span piece = span_head(chunk, HEADER_PIECE), rest;
		enum status st = push_header(m, piece, &rest);

		if (st != ST_OK)
			return st;
		chunk = span_from(chunk, piece.n - rest.n);
	}
	note_facts(m, chunk);
	if (m->part == DROPPED)
		look_for_signature(m, chunk);
	return m->part == BODY ? push_body(m, chunk) : ST_OK;
}

static enum status push_chunk(void *ctx, struct span chunk)
{
	return msg_push(ctx, chunk);
}

struct sink msg_sink(struct msg *m)
{
	return (struct sink){ push_chunk, m };
}

enum status msg_end(struct msg *m)
{
	if (m->pending_cr)
		m->facts.bare_cr = true;
	if (m->line_now > m->facts.longest)
		m->facts.longest = m->line_now;
	return m->part == HEADER ? end_header(m, m->raw.n, false) : ST_OK;
}

const struct msg_facts *msg_facts(const struct msg *m)
{
	return &m->facts;
}

const struct fields *msg_fields(const struct msg *m)
{
	return &m->fields;
}

void msg_reset(struct msg *m)
{
	struct msg next = {
		.wanted = m->wanted,
		.lines = m->wanted,
		.lint = m->lint,
		.handler = m->handler,
		.wide = m->wide,
	};

	fields_reset(&m->fields);
	if (m->raw.cap > LIMIT_CHUNK)
		buf_free(&m->raw);
	buf_reset(&m->raw);
	next.fields = m->fields;
	next.raw = m->raw;
	next.line = m->line;
	*m = next;
}

void msg_free(struct msg *m)
{
	if (!m)
		return;
	buf_free(&m->raw);
	buf_free(&m->line);
	fields_free(&m->fields);
	free(m->wide);
	free(m);
}
