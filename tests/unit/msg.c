/* Raw bytes to header and body: RFC 5322 2.1, RFC 6376 3.4. */
#include "unit.h"

#include "limit.h"
#include "msg.h"

struct seen {
	struct buf header, body;
	struct msg_facts facts;
	enum status st;
	size_t fields, headers;
	bool cut, signature_left;
};

static enum status on_header(void *ctx, const struct fields *f)
{
	struct seen *seen = ctx;

	seen->headers++;
	seen->st = f->st;
	seen->fields = f->n;
	seen->cut = f->cut;
	return buf_add(&seen->header, buf_span(&f->bytes));
}

static enum status on_body(void *ctx, struct span piece)
{
	struct seen *seen = ctx;

	/* the header comes first, a piece is never empty */
	assert_int_equal(seen->headers, 1);
	assert_true(piece.n > 0);
	return buf_add(&seen->body, piece);
}

static enum status push(void *ctx, struct span s)
{
	return msg_push(ctx, s);
}

static struct msg *begin(struct seen *seen, enum msg_lines how, bool lint)
{
	memset(seen, 0, sizeof(*seen));
	buf_init(&seen->header, 4 * LIMIT_HEADER_BYTES);
	buf_init(&seen->body, 4 * LIMIT_HEADER_BYTES);
	return msg_new(how, lint,
		       (struct msg_handler){ on_header, on_body, seen });
}

static void end(struct msg *m, struct seen *seen)
{
	assert_int_equal(msg_end(m), ST_OK);
	assert_int_equal(seen->headers, 1);
	seen->facts = *msg_facts(m);
	seen->signature_left = msg_fields(m)->signature_left;
	msg_free(m);
}

/* STEP 0: as push_in_steps */
static void parse(enum msg_lines how, struct span s, size_t step,
		  struct seen *seen)
{
	struct msg *m = begin(seen, how, true);

	assert_int_equal(push_in_steps((struct sink){ push, m }, s, step),
			 ST_OK);
	end(m, seen);
}

/* In two pieces, cut at AT. */
static void parse_cut(enum msg_lines how, bool lint, struct span s, size_t at,
		      struct seen *seen)
{
	struct msg *m = begin(seen, how, lint);

	assert_int_equal(msg_push(m, guarded(span_head(s, at))), ST_OK);
	assert_int_equal(msg_push(m, guarded(span_from(s, at))), ST_OK);
	end(m, seen);
}

static void drop(struct seen *seen)
{
	buf_free(&seen->header);
	buf_free(&seen->body);
}

static int same(const char *row, const struct seen *a, const struct seen *b)
{
	const struct msg_facts *x = &a->facts, *y = &b->facts;

	return row_is_span(row, "header", buf_span(&a->header),
			   buf_span(&b->header)) +
	       row_is_span(row, "body", buf_span(&a->body),
			   buf_span(&b->body)) +
	       row_is(row, "status", a->st, b->st) +
	       row_is(row, "fields", (long long)a->fields,
		      (long long)b->fields) +
	       row_is(row, "octets", (long long)x->octets,
		      (long long)y->octets) +
	       row_is(row, "crlf", x->crlf, y->crlf) +
	       row_is(row, "lf", x->lf, y->lf) +
	       row_is(row, "bare_cr", x->bare_cr, y->bare_cr) +
	       row_is(row, "nul", x->nul, y->nul) +
	       row_is(row, "header_8bit", x->header_8bit, y->header_8bit) +
	       row_is(row, "longest", (long long)x->longest,
		      (long long)y->longest) +
	       row_is(row, "top", (long long)x->top, (long long)y->top);
}

static const enum msg_lines modes[] = { MSG_AUTO, MSG_CRLF, MSG_LF };
static const char *const mode_names[] = { "auto", "crlf", "lf" };

static const struct span messages[] = {
	T(""),
	T("\r"),
	T("\n"),
	T("\r\n"),
	T("x"),
	T("A: b"),
	T("A: b\r"),
	T("A: b\n\n"),
	T("A: b\r\n\r\n"),
	T("From: a@b.c\r\nTo: d\r\n e\r\n\r\nHi.\r\n\r\n.\r\n..\r\n"),
	T("From: a@b.c\nTo: d\n e\n\nHi.\n\n"),
	T("From x\nA: b\n\nc\r\nd\ne\rf\r"),
	T(">From x\r\nA: b\r\n\r\nc\nd"),
	T("A: b\rc\r\nD: e\r\r\n\r\n\r\r\n\n\r\n"),
	T("A: b\nC: d\r\n\r\nx\r\n"),
	T("A: b\r\nC: d\n\r\nx\n"),
	T("A: \xc3\xa4\r\n\r\n\xff\0\r\n"),
	T("A: b\r\n\n\r\nx"),
	T("nocolon\r\nA: b\r\n \r\n\t\r\n\r\nx\r"),
};

/* every split point, every mode. */
static void every_split(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++)
		for (size_t j = 0; j < COUNT(modes); j++) {
			struct seen whole, cut;
			char row[64];

			parse(modes[j], messages[i], messages[i].n + 1, &whole);
			for (size_t at = 0; at <= messages[i].n; at++) {
				snprintf(row, sizeof(row),
					 "message %zu %s cut at %zu", i,
					 mode_names[j], at);
				parse_cut(modes[j], true, messages[i], at,
					  &cut);
				bad += same(row, &cut, &whole);
				drop(&cut);
			}
			for (size_t step = 1; step <= 3; step++) {
				snprintf(row, sizeof(row),
					 "message %zu %s by %zu", i,
					 mode_names[j], step);
				parse(modes[j], messages[i], step, &cut);
				bad += same(row, &cut, &whole);
				drop(&cut);
			}
			drop(&whole);
		}
	assert_int_equal(bad, 0);
}

/* Without lint: what is promised without it. */
static void without_lint(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++)
		for (size_t at = 0; at <= messages[i].n; at++) {
			struct seen lint, bare;
			char row[64];

			snprintf(row, sizeof(row), "message %zu cut at %zu", i,
				 at);
			parse(MSG_AUTO, messages[i], 1, &lint);
			parse_cut(MSG_AUTO, false, messages[i], at, &bare);
			bad += row_is(row, "crlf", bare.facts.crlf,
				      lint.facts.crlf);
			bad += row_is(row, "lf", bare.facts.lf, lint.facts.lf);
			bad += row_is(row, "top", (long long)bare.facts.top,
				      (long long)lint.facts.top);
			bad += row_is_span(row, "body", buf_span(&bare.body),
					   buf_span(&lint.body));
			drop(&lint);
			drop(&bare);
		}
	assert_int_equal(bad, 0);
}

/* Where the header ends, by mode. */
static void separators(void **state)
{
	static const struct {
		const char *id;
		struct span message, header, body;
		enum msg_lines how;
	} rows[] = {
		/* in SMTP form only CRLF CRLF ends it */
		{ "LF LF", T("A: b\r\nC: d\n\nx\r\n\r\ny"),
		  T("A: b\r\nC: d\n\nx\r\n"), T("y"), MSG_CRLF },
		{ "CRLF LF", T("A: b\r\n\nx:\r\n\r\ny"), T("A: b\r\n\nx:\r\n"),
		  T("y"), MSG_CRLF },
		{ "LF CRLF", T("A: b\n\r\nx:\r\n\r\ny"), T("A: b\n\r\nx:\r\n"),
		  T("y"), MSG_CRLF },
		{ "CR CR", T("A: b\r\rx\r\n\r\ny"), T("A: b\r\rx\r\n"), T("y"),
		  MSG_CRLF },
		{ "CRLF CR", T("A: b\r\n\rx:\r\n\r\ny"), T("A: b\r\n\rx:\r\n"),
		  T("y"), MSG_CRLF },
		{ "crlf", T("A: b\r\n\r\n\ny\r"), T("A: b\r\n"), T("\ny\r"),
		  MSG_CRLF },
		/* as a Unix file each LF is a line end */
		{ "LF LF", T("A: b\n\nx\r\n\r\ny"), T("A: b\r\n"),
		  T("x\r\n\r\ny"), MSG_LF },
		{ "CRLF LF", T("A: b\r\n\nx\n"), T("A: b\r\n"), T("x\r\n"),
		  MSG_LF },
		{ "LF CRLF", T("A: b\n\r\nx\n"), T("A: b\r\n"), T("x\r\n"),
		  MSG_LF },
		{ "CR CR", T("A: b\r\rx\n\ny"), T("A: b\r\rx\r\n"), T("y"),
		  MSG_LF },
		{ "CRLF CR", T("A: b\r\n\rx:\n\ny"), T("A: b\r\n\rx:\r\n"),
		  T("y"), MSG_LF },
		{ "lf, CRLF stays", T("A: b\nC: d\r\n\nx\r\ny\nz\r\r\n\r"),
		  T("A: b\r\nC: d\r\n"), T("x\r\ny\r\nz\r\r\n\r"), MSG_LF },
		/* auto */
		{ "auto CRLF", T("A: b\r\n\r\nx\ny\r\n"), T("A: b\r\n"),
		  T("x\ny\r\n"), MSG_AUTO },
		{ "auto LF", T("A: b\n\nx\ny\r\n"), T("A: b\r\n"),
		  T("x\r\ny\r\n"), MSG_AUTO },
		{ "auto, one LF in the header",
		  T("Subject: a\nFrom: c\r\n\r\nx\n"),
		  T("Subject: a\r\nFrom: c\r\n"), T("x\r\n"), MSG_AUTO },
		{ "auto, CRLF field on an LF message", T("A: b\r\nC: d\n\nx\n"),
		  T("A: b\r\nC: d\r\n"), T("x\r\n"), MSG_AUTO },
		{ "auto LF LF", T("A: b\r\nC: d\n\nx\r\n\r\ny"),
		  T("A: b\r\nC: d\r\n"), T("x\r\n\r\ny"), MSG_AUTO },
		{ "auto, LF only as separator", T("A: b\r\n\nx\n"),
		  T("A: b\r\n"), T("x\r\n"), MSG_AUTO },
		{ "no header", T("\r\nx"), T(""), T("x"), MSG_AUTO },
		{ "no header", T("\nx"), T(""), T("x"), MSG_AUTO },
		{ "no header", T("\nx\r\n\r\ny"), T("\nx\r\n"), T("y"),
		  MSG_CRLF },
		{ "all header", T("A: b\r\nC: d"), T("A: b\r\nC: d\r\n"), T(""),
		  MSG_AUTO },
		{ "LF at the end", T("A: b\nC: d\n"), T("A: b\r\nC: d\r\n"),
		  T(""), MSG_AUTO },
		{ "WSP-only line", T("A: b\r\n \r\nC: d\r\n\r\nx"),
		  T("A: b\r\n \r\nC: d\r\n"), T("x"), MSG_AUTO },
		{ "message of 0 octets", T(""), T(""), T(""), MSG_AUTO },
		{ "smuggling", T("A: b\r\n\r\n\n.\n\r.\r\n.\r\n\r\n.\n"),
		  T("A: b\r\n"), T("\n.\n\r.\r\n.\r\n\r\n.\n"), MSG_AUTO },
		{ "body with NUL, 0xff, lone CR", T("A: b\r\n\r\n\0\xff\r"),
		  T("A: b\r\n"), T("\0\xff\r"), MSG_AUTO },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct seen seen;

		parse(rows[i].how, guarded(rows[i].message), 4096, &seen);
		bad += row_is_span(rows[i].id, "header", buf_span(&seen.header),
				   rows[i].header);
		bad += row_is_span(rows[i].id, "body", buf_span(&seen.body),
				   rows[i].body);
		drop(&seen);
	}
	assert_int_equal(bad, 0);
}

static void facts(void **state)
{
	static const struct {
		const char *id;
		struct span message;
		bool crlf, lf, bare_cr, nul, header_8bit;
		uint64_t longest, top;
	} rows[] = {
		{ "none", T("A: b"), .longest = 4 },
		{ "crlf", T("A: b\r\n\r\nxyzzy\r\n"), .crlf = true,
		  .longest = 5 },
		{ "lf", T("A: b\n\nxyzzy\n"), .lf = true, .longest = 5 },
		{ "mixed", T("A: b\r\n\r\nxyzzy\n"), .crlf = true, .lf = true,
		  .longest = 5 },
		{ "bare CR", T("A: b\rc\n\n"), .lf = true, .bare_cr = true,
		  .longest = 6 },
		{ "CR CR LF", T("A: b\r\r\n\r\n"), .crlf = true,
		  .bare_cr = true, .longest = 5 },
		{ "CR at the end", T("A: b\r\n\r\nx\r"), .crlf = true,
		  .bare_cr = true, .longest = 4 },
		{ "NUL", T("A: b\r\n\r\nx\0\r\n"), .crlf = true, .nul = true,
		  .longest = 4 },
		{ "8-bit header", T("A: \xc3\r\n\r\nx\r\n"), .crlf = true,
		  .header_8bit = true, .longest = 4 },
		{ "8-bit body", T("A: b\r\n\r\n\xc3\r\n"), .crlf = true,
		  .longest = 4 },
		{ "mbox CRLF", T("From x\r\nA: b\r\n\r\n"), .crlf = true,
		  .longest = 6, .top = 8 },
		{ "mbox LF", T(">From x\nA: b\n\n"), .lf = true, .longest = 7,
		  .top = 8 },
		{ "mbox only", T("From x"), .longest = 6, .top = 6 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct seen seen, wanted = { 0 };

		parse(MSG_AUTO, rows[i].message, 4096, &seen);
		wanted = seen;
		wanted.facts = (struct msg_facts){
			.octets = rows[i].message.n,
			.crlf = rows[i].crlf,
			.lf = rows[i].lf,
			.bare_cr = rows[i].bare_cr,
			.nul = rows[i].nul,
			.header_8bit = rows[i].header_8bit,
			.longest = rows[i].longest,
			.top = rows[i].top,
		};
		bad += same(rows[i].id, &seen, &wanted);
		drop(&seen);
	}
	assert_int_equal(bad, 0);
}

/* `top` counts octets of the input: the line end is the mode's, not the first
 * LF. */
static void top_in_crlf_mode(void **state)
{
	struct seen seen;

	(void)state;
	parse(MSG_CRLF, SPAN("From x\ny\r\nA: b\r\n\r\n"), 4096, &seen);
	assert_int_equal(seen.facts.top, 10);
	drop(&seen);
}

/* 1 MiB of header, in pieces and at once. */
static void header_limit(void **state)
{
	static const size_t steps[] = { 1000, 4096, LIMIT_CHUNK,
					4 * LIMIT_HEADER_BYTES };
	struct buf text;
	int bad = 0;

	(void)state;
	for (size_t n = LIMIT_HEADER_BYTES - 1; n <= LIMIT_HEADER_BYTES + 1;
	     n++)
		for (size_t i = 0; i < COUNT(steps); i++) {
			struct seen seen;
			char row[64];

			/* N octets of header, the empty line with them */
			buf_init(&text, 2 * LIMIT_HEADER_BYTES);
			while (text.n + 1010 <= n)
				buf_putf(&text, "A: %0999d\r\n", (int)text.n);
			buf_putf(&text, "B:%0*d\r\n\r\n", (int)(n - text.n - 6),
				 0);
			assert_int_equal(text.n, n);
			buf_put(&text, SPAN("body\xff\r\n"));
			snprintf(row, sizeof(row), "%zu octets by %zu", n,
				 steps[i]);
			parse(MSG_AUTO, buf_span(&text), steps[i], &seen);
			bool over = n > LIMIT_HEADER_BYTES;

			bad += row_is(row, "status", seen.st,
				      over ? ST_LIMIT : ST_OK);
			bad += row_is(row, "cut", seen.cut, over);
			bad += row_is(row, "body", (long long)seen.body.n,
				      over ? 0 : 7);
			bad += row_is(row, "octets",
				      (long long)seen.facts.octets,
				      (long long)text.n);
			bad += row_is(row, "header", (long long)seen.header.n,
				      (long long)(over ? n + 1 : n - 2));
			drop(&seen);
			buf_free(&text);
		}
	assert_int_equal(bad, 0);
}

/* a header of LFs only doubles; still bounded. */
static void lf_at_limit(void **state)
{
	struct seen seen;
	struct buf text;

	(void)state;
	buf_init(&text, 2 * LIMIT_HEADER_BYTES);
	buf_put(&text, SPAN("A:\n"));
	while (text.n < LIMIT_HEADER_BYTES + 10)
		buf_put(&text, SPAN(" \n"));
	parse(MSG_AUTO, buf_span(&text), LIMIT_CHUNK, &seen);
	assert_int_equal(seen.st, ST_LIMIT);
	assert_true(seen.cut);
	assert_true(seen.header.n <= 2 * LIMIT_HEADER_BYTES + 2);
	drop(&seen);
	buf_free(&text);
}

static enum status refuse_header(void *ctx, const struct fields *f)
{
	(void)ctx;
	(void)f;
	return ST_CONFIG;
}

static enum status refuse_body(void *ctx, struct span piece)
{
	(void)ctx;
	(void)piece;
	return ST_IO;
}

/* what is signed beyond the limit is not unsigned. */
static void signature_beyond_limit(void **state)
{
	static const struct {
		enum msg_lines how;
		struct span tail;
		bool left;
	} rows[] = {
		{ MSG_AUTO, T("\r\nDKIM-Signature: x\r\n\r\nHi.\r\n"), true },
		{ MSG_AUTO, T("\r\ndkim-signature\t : x\r\n"), true },
		{ MSG_AUTO, T("\r\nA: b\r\nDKIM-Signature:\r\n"), true },
		{ MSG_AUTO, T("DKIM-Signature: x\r\n\r\n"), false },
		{ MSG_AUTO, T("\r\n DKIM-Signature: x\r\n\r\n"), false },
		{ MSG_AUTO, T("\r\nDKIM-Signatures: x\r\n\r\n"), false },
		{ MSG_AUTO, T("\r\nDKIM-Signature\r\n: x\r\n\r\n"), false },
		{ MSG_AUTO, T("\r\n\r\nDKIM-Signature: x\r\n"), false },
		{ MSG_AUTO, T("\r\n\nDKIM-Signature: x\r\n"), false },
		{ MSG_AUTO, T("\nDKIM-Signature: x\r\n"), true },
		{ MSG_CRLF, T("\nDKIM-Signature: x\r\n"), false },
		{ MSG_CRLF, T("\r\n\nDKIM-Signature: x\r\n"), false },
		{ MSG_CRLF, T("\r\n\nA: b\r\nDKIM-Signature: x\r\n"), true },
		{ MSG_LF, T("\nDKIM-Signature: x\n"), true },
		{ MSG_LF, T("\r\nDKIM-Signature: x\r\n"), true },
		{ MSG_LF, T("\n\nDKIM-Signature: x\n"), false },
	};
	static const size_t steps[] = { 1, 4096, LIMIT_HEADER_BYTES };

	(void)state;
	for (size_t i = 0; i < 3 * COUNT(rows); i++) {
		struct span tail = rows[i / 3].tail;
		struct seen seen;
		struct buf text;

		buf_init(&text, 2 * LIMIT_HEADER_BYTES);
		buf_put(&text, SPAN("X: "));
		while (text.n < LIMIT_HEADER_BYTES + 10)
			buf_put(&text, SPAN("xxxxxxxxxxxxxxxx"));
		buf_put(&text, tail);
		parse(rows[i / 3].how, buf_span(&text), steps[i % 3], &seen);
		assert_true(seen.cut);
		if (seen.signature_left != rows[i / 3].left)
			fail_msg("row %zu, step %zu", i / 3, steps[i % 3]);
		drop(&seen);
		buf_free(&text);
	}
}

static void handler_errors(void **state)
{
	struct msg *m;

	(void)state;
	m = msg_new(MSG_AUTO, false,
		    (struct msg_handler){ refuse_header, NULL, NULL });
	assert_int_equal(msg_push(m, SPAN("A: b\r\n")), ST_OK);
	assert_int_equal(msg_push(m, SPAN("\r\nx")), ST_CONFIG);
	msg_free(m);
	m = msg_new(MSG_AUTO, false,
		    (struct msg_handler){ refuse_header, NULL, NULL });
	assert_int_equal(msg_push(m, SPAN("A: b")), ST_OK);
	assert_int_equal(msg_end(m), ST_CONFIG);
	msg_free(m);
	for (int lf = 0; lf < 2; lf++) {
		m = msg_new(MSG_AUTO, false,
			    (struct msg_handler){ NULL, refuse_body, NULL });
		assert_int_equal(msg_push(m, lf ? SPAN("A: b\n\n")
						: SPAN("A: b\r\n\r\n")),
				 ST_OK);
		assert_int_equal(msg_push(m, SPAN("")), ST_OK);
		assert_int_equal(msg_push(m, SPAN("x")), ST_IO);
		msg_free(m);
	}
	m = msg_new(MSG_AUTO, true, (struct msg_handler){ NULL, NULL, NULL });
	assert_int_equal(msg_push(m, SPAN("A: b\r\n\r\nx\r\n")), ST_OK);
	assert_int_equal(msg_end(m), ST_OK);
	assert_int_equal(msg_fields(m)->n, 1);
	assert_int_equal(msg_facts(m)->octets, 11);
	msg_free(m);
	msg_free(NULL);
}

static size_t widen_by_octet(unsigned char *out, struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n' && (i == 0 || s.p[i - 1] != '\r'))
			out[n++] = '\r';
		out[n++] = s.p[i];
	}
	return n;
}

/* Some blocks, cut into two at each place: nothing beyond twice the octets is
 * written. */
static void widen(void **state)
{
	enum { OCTETS = 300 };
	unsigned char s[OCTETS], want[2 * OCTETS], got[2 * OCTETS + 1];
	uint32_t seed = 1;

	(void)state;
	for (uint32_t round = 0; round < 200; round++) {
		for (size_t i = 0; i < OCTETS; i++) {
			seed = seed * 1664525 + 1013904223;
			s[i] = 'x';
			if ((seed >> 12) % (1 + round) < 2)
				s[i] = seed >> 28 & 1 ? '\r' : '\n';
		}
		size_t want_n = widen_by_octet(want, span_of(s, OCTETS));

		for (size_t at = 0; at <= OCTETS; at++) {
			bool after_cr = false;
			size_t n;

			memset(got, '#', sizeof(got));
			n = msg_widen(got, span_of(s, at), &after_cr);
			assert_int_equal(got[2 * at], '#');
			n += msg_widen(got + n, span_of(s + at, OCTETS - at),
				       &after_cr);
			assert_int_equal(got[2 * OCTETS], '#');
			assert_int_equal(n, want_n);
			assert_memory_equal(got, want, n);
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_split),
		cmocka_unit_test(without_lint),
		cmocka_unit_test(separators),
		cmocka_unit_test(facts),
		cmocka_unit_test(top_in_crlf_mode),
		cmocka_unit_test(header_limit),
		cmocka_unit_test(lf_at_limit),
		cmocka_unit_test(signature_beyond_limit),
		cmocka_unit_test(handler_errors),
		cmocka_unit_test(widen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
