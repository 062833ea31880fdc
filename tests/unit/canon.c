/* The four canonicalizations: RFC 6376 3.4. */
#include "unit.h"

#include "b64.h"
#include "canon.h"
#include "digest.h"

#define EMPTY "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
#define CRLF "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="
#define HI "UrA8rmgY3eNBotmDWtzAmHyn5RyZv8Gea45sNGsP0zw="
#define SP_CRLF "a99mtb8qROZYvqLuhmlasVCgbmAL9nzVzOJFrVSWLGE="

/* RFC 6376 3.4.3, 3.4.4: bodies of blank lines, simple and relaxed */
static const struct {
	struct span body;
	size_t n[2];
	const char *bh[2];
} b9[] = {
	{ T(""), { 2, 0 }, { CRLF, EMPTY } },
	{ T("\r\n"), { 2, 0 }, { CRLF, EMPTY } },
	{ T("\r\n\r\n\r\n"), { 2, 0 }, { CRLF, EMPTY } },
	{ T(" \r\n"), { 3, 0 }, { SP_CRLF, EMPTY } },
	{ T(" \t\r\n\r\n"),
	  { 4, 0 },
	  { "u0A/YWu2LwxHPEJTRgHj2P4k+mGt1J9R9M26i9WFzik=", EMPTY } },
	{ T(" "), { 3, 0 }, { SP_CRLF, EMPTY } },
	{ T("Hi.\r\n"), { 5, 5 }, { HI, HI } },
	{ T("Hi."), { 5, 5 }, { HI, HI } },
	{ T("Hi.\r\n\r\n\r\n"), { 5, 5 }, { HI, HI } },
	{ T("Hi. \r\n"),
	  { 6, 5 },
	  { "K/71iWwDkfEVczcTgtIGl/WMGxr4OXg8omnEb+3xJec=", HI } },
	{ T(" Hi.\r\n"),
	  { 6, 6 },
	  { "1tyWUfjHAq2QeuofPxRqopmAxzi4kKZJVtepqQ122oI=",
	    "1tyWUfjHAq2QeuofPxRqopmAxzi4kKZJVtepqQ122oI=" } },
	{ T("\t\tHi.  there\t\r\n"),
	  { 15, 12 },
	  { "gdjMUXQchrKKVnlseYTfswj6kjhS2mjOx5qI+7nyT3I=",
	    "OX2+iH30iITNFIRovmkgjMXxbWmZuRPe6WgeGDzeVsc=" } },
	{ T("Hi.\r\n \r\n\t\r\n"),
	  { 11, 5 },
	  { "u1K+VmQyFXMdZ+feR9mVmqPWjQHlWujdPcSnf+TmXKk=", HI } },
	{ T("\r\nHi.\r\n"),
	  { 7, 7 },
	  { "Odtwl7PpKbop5bJmDMsEzrIWv8eLxckl8SEO3107r9g=",
	    "Odtwl7PpKbop5bJmDMsEzrIWv8eLxckl8SEO3107r9g=" } },
	{ T("Hi.\n"),
	  { 6, 6 },
	  { "mkp6GUJcCiSvdrtRkXuW89I5TDWiyawsJpGUgb4ea7A=",
	    "mkp6GUJcCiSvdrtRkXuW89I5TDWiyawsJpGUgb4ea7A=" } },
	{ T("Hi.\r"),
	  { 6, 6 },
	  { "Rdgiklci8bIb1WTXBYIHr0WvHYN77rvIPRVvHdoXTiQ=",
	    "Rdgiklci8bIb1WTXBYIHr0WvHYN77rvIPRVvHdoXTiQ=" } },
	{ T("a\rb\r\n"),
	  { 5, 5 },
	  { "LyKRrVaOri6zT8fJNyWWbX0dJvvNQVCly5aCYrYNasE=",
	    "LyKRrVaOri6zT8fJNyWWbX0dJvvNQVCly5aCYrYNasE=" } },
	{ T("a\nb\r\n"),
	  { 5, 5 },
	  { "CZCOWXbvVqHUlpngJvaSXBQ16goH5zAC0PHlq+eOhjQ=",
	    "CZCOWXbvVqHUlpngJvaSXBQ16goH5zAC0PHlq+eOhjQ=" } },
	{ T("a \r\r\n"),
	  { 5, 5 },
	  { "PCTK+c6gJoF85m/Qrj1zgA0dkgj0a150DnypKUnOhfI=",
	    "PCTK+c6gJoF85m/Qrj1zgA0dkgj0a150DnypKUnOhfI=" } },
	{ T("a\0b\r\n"),
	  { 5, 5 },
	  { "7uTTqDM1tKte8yrdskzi9pZiTXxsZOijxNHq9IsNxd4=",
	    "7uTTqDM1tKte8yrdskzi9pZiTXxsZOijxNHq9IsNxd4=" } },
	/* "a VT FF b" in the table; its length and hash have a space */
	{ T("a\v\f b\r\n"),
	  { 7, 7 },
	  { "HDLDut0fxIgB9ZVJIOdHQciOmR76RSOsXS19BrSWsQE=",
	    "HDLDut0fxIgB9ZVJIOdHQciOmR76RSOsXS19BrSWsQE=" } },
	{ T("a\xa0\r\n"),
	  { 4, 4 },
	  { "xBdXyWqLVW5qnX8mfhCz7TnOP9Gv/0U/13ePS/hw5sQ=",
	    "xBdXyWqLVW5qnX8mfhCz7TnOP9Gv/0U/13ePS/hw5sQ=" } },
	{ T(".\r\n..\r\n"),
	  { 7, 7 },
	  { "Zfnjjww6CrHRbAX/Zg+EOrnnHjDZlYodI6qa+BSEzWQ=",
	    "Zfnjjww6CrHRbAX/Zg+EOrnnHjDZlYodI6qa+BSEzWQ=" } },
};

static enum status push(void *ctx, struct span s)
{
	return canon_body_push(ctx, s);
}

static void canon_with(enum canon_width width, enum canon how, struct span body,
		       size_t step, struct buf *out)
{
	struct canon_body c;

	buf_init(out, body.n + 2);
	canon_body_init(&c, how, catch_in(out));
	c.width = width;
	assert_int_equal(push_in_steps((struct sink){ push, &c }, body, step),
			 ST_OK);
	assert_int_equal(canon_body_end(&c), ST_OK);
}

/* With each set of instructions that there is here: they agree. */
static void canon(enum canon how, struct span body, size_t step,
		  struct buf *out)
{
	canon_with(CANON_PLAIN, how, body, step, out);
	for (enum canon_width w = 1; w <= canon_widest(); w++) {
		struct buf again;

		canon_with(w, how, body, step, &again);
		assert_true(span_eq(buf_span(&again), buf_span(out)));
		buf_free(&again);
	}
}

static void base64_hash(struct hasher *h, struct span s, struct buf *out)
{
	struct digest d;

	hasher_put(h, s);
	hasher_end(h, &d);
	buf_init(out, 64);
	assert_int_equal(b64_encode(digest_span(&d), out), ST_OK);
}

static void table_b9(void **state)
{
	struct crypto *crypto = crypto_new();
	struct hasher *hasher = hasher_new(crypto, HASH_SHA256);
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(b9); i++)
		for (int how = 0; how < 2; how++) {
			struct buf out, hash;
			char row[32];

			snprintf(row, sizeof(row), "row %zu %s", i + 1,
				 canon_word((enum canon)how));
			canon((enum canon)how, guarded(b9[i].body),
			      b9[i].body.n + 1, &out);
			base64_hash(hasher, buf_span(&out), &hash);
			bad += row_is(row, "length", (long long)out.n,
				      (long long)b9[i].n[how]);
			bad += row_is_span(row, "bh", buf_span(&hash),
					   span_str(b9[i].bh[how]));
			buf_free(&out);
			buf_free(&hash);
		}
	hasher_free(hasher);
	crypto_free(crypto);
	assert_int_equal(bad, 0);
}

/* every split point of these rows. */
static void every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(b9); i++)
		for (int how = 0; how < 2; how++)
			for (size_t at = 0; at <= b9[i].body.n; at++) {
				struct buf whole, cut;
				struct canon_body c;
				struct span s = b9[i].body;

				canon((enum canon)how, s, s.n + 1, &whole);
				buf_init(&cut, s.n + 2);
				canon_body_init(&c, (enum canon)how,
						catch_in(&cut));
				assert_int_equal(
					canon_body_push(
						&c, guarded(span_head(s, at))),
					ST_OK);
				assert_int_equal(
					canon_body_push(
						&c, guarded(span_from(s, at))),
					ST_OK);
				assert_int_equal(canon_body_end(&c), ST_OK);
				assert_true(span_eq(buf_span(&whole),
						    buf_span(&cut)));
				buf_free(&whole);
				buf_free(&cut);
			}
}

static uint32_t seed = 1;

static uint32_t chance(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 12) % n;
}

static void random_body(struct buf *out, size_t n)
{
	static const char alphabet[] = " \t\r\na.";

	buf_init(out, 2 * n + 2);
	while (out->n < n) {
		if (chance(4) == 0)
			buf_put(out, SPAN("\r\n"));
		else
			buf_put(out, span_of(&alphabet[chance(6)], 1));
	}
}

static void chunks(void **state)
{
	static const size_t steps[] = {
		1, 2, 3, 7, 4095, 4096, 4097, 65536, 0
	};

	(void)state;
	for (int round = 0; round < 6; round++)
		for (int how = 0; how < 2; how++) {
			struct buf body, whole, cut;

			random_body(&body, 200000);
			canon((enum canon)how, buf_span(&body), body.n, &whole);
			for (size_t i = 0; i < COUNT(steps); i++) {
				canon((enum canon)how, buf_span(&body),
				      steps[i], &cut);
				assert_true(span_eq(buf_span(&cut),
						    buf_span(&whole)));
				buf_free(&cut);
			}
			buf_free(&whole);
			buf_free(&body);
		}
}

/* RFC 6376 3.4.4 as it stands there: line by line, then the blank lines at the
 * end. Says nothing of how; an oracle for what works on 64 octets at once. */
static void relaxed_by_the_book(struct span s, struct buf *out)
{
	buf_init(out, s.n + 2);
	while (s.n) {
		size_t n = 0;
		bool wsp = false;

		for (; n < s.n && !span_starts(span_from(s, n), SPAN("\r\n"));
		     n++) {
			if (ascii_wsp(s.p[n])) {
				wsp = true;
				continue;
			}
			if (wsp)
				buf_put(out, SPAN(" "));
			wsp = false;
			buf_put(out, span_of(&s.p[n], 1));
		}
		buf_put(out, SPAN("\r\n"));
		s = span_from(s, n + 2);
	}
	while (span_ends(buf_span(out), SPAN("\r\n\r\n")))
		out->n -= 2;
	if (out->n == 2)
		out->n = 0;
}

/* RFC 6376 3.4.3: empty lines at the end become one CRLF. */
static void simple_by_the_book(struct span s, struct buf *out)
{
	buf_init(out, s.n + 2);
	while (span_ends(s, SPAN("\r\n")))
		s.n -= 2;
	buf_put(out, s);
	buf_put(out, SPAN("\r\n"));
}

/* RFC 6376 3.4.2, in the order of its steps: RAW has a colon and ends with
 * CRLF.
 */
static void field_by_the_book(struct span raw, struct buf *out)
{
	size_t colon = span_find(raw, ':');
	struct buf unfolded;

	buf_init(&unfolded, raw.n);
	buf_init(out, raw.n + 2);
	for (struct span name = span_trim_wsp(span_head(raw, colon)); name.n;
	     name = span_from(name, 1)) {
		unsigned char c = ascii_lower(name.p[0]);

		buf_put(out, span_of(&c, 1));
	}
	for (struct span s = span_from(raw, colon + 1); s.n;
	     s = span_from(s, 1)) {
		if (span_starts(s, SPAN("\r\n"))) {
			s = span_from(s, 1);
			continue;
		}
		bool wsp = ascii_wsp(s.p[0]);

		if (!wsp || !span_ends(buf_span(&unfolded), SPAN(" ")))
			buf_put(&unfolded, wsp ? SPAN(" ") : span_head(s, 1));
	}
	buf_put(out, SPAN(":"));
	buf_put(out, span_trim_wsp(buf_span(&unfolded)));
	buf_put(out, SPAN("\r\n"));
	buf_free(&unfolded);
}

static void put_mark(struct buf *out)
{
	static const char *const marks[] = { " ",     "  ",	 "\t",	" \t ",
					     "\r",    "\n",	 " \r", "\r\n",
					     " \r\n", "\r\n\r\n" };

	buf_put(out, span_str(marks[chance(COUNT(marks))]));
}

/* Runs of letters as long as CHANCE says, then what the rules are about. */
static void lines_of(uint32_t most, size_t n, struct buf *out)
{
	buf_init(out, n + most + 8);
	while (out->n < n) {
		for (uint32_t i = chance(most); i > 0; i--)
			buf_put(out, SPAN("x"));
		put_mark(out);
	}
	out->n = n;
}

static void both_bodies(struct span body)
{
	static void (*const by_the_book[])(struct span, struct buf *) = {
		simple_by_the_book, relaxed_by_the_book
	};

	for (int how = 0; how < 2; how++) {
		struct buf want, got;

		by_the_book[how](body, &want);
		canon((enum canon)how, body, 1 + chance(300), &got);
		assert_int_equal(row_is_span("body",
					     canon_word((enum canon)how),
					     buf_span(&got), buf_span(&want)),
				 0);
		buf_free(&want);
		buf_free(&got);
	}
}

static void bodies_by_the_book(void **state)
{
	static const uint32_t longest[] = { 1, 3, 20, 90, 300 };

	(void)state;
	for (uint32_t round = 0; round < 10000; round++) {
		struct buf body;

		lines_of(longest[round % COUNT(longest)],
			 chance(round % 10 ? 400 : 20000), &body);
		both_bodies(buf_span(&body));
		buf_free(&body);
	}
}

/* A letter after some edits: octets changed, marks put in, pieces taken out or
 * put elsewhere. */
static void mutated(struct buf *out)
{
	static const struct span letter =
		T("From: Joe <joe@example.com>\r\nTo:sue@example.net,\r\n\t"
		  " tom@example.net\r\nSubject : a\tb  c\r\nX-Empty:\r\n"
		  "MIXED-case: \xc3\xa4\r\n\r\nDear  Sue,\r\n\r\n\tis it "
		  "ready? \r\n.\r\n\r\n-- \r\nJoe\r\n\r\n");

	buf_init(out, 4096);
	buf_put(out, letter);
	for (uint32_t edits = chance(9); edits; edits--) {
		size_t n = out->n, at = chance((uint32_t)n),
		       to = at + chance((uint32_t)(n - at) + 1);
		struct buf next;

		buf_init(&next, 4096);
		buf_put(&next, span_head(buf_span(out), at));
		switch (chance(4)) {
		case 0: {
			unsigned char c = (unsigned char)chance(256);

			buf_put(&next, span_of(&c, 1));
			at++;
			break;
		}
		case 1:
			put_mark(&next);
			break;
		case 2:
			at = to < at + 20 ? to : at + 20;
			break;
		default: /* once more */
			buf_put(&next, span_head(span_from(buf_span(out), at),
						 to - at < 20 ? to - at : 20));
		}
		buf_put(&next, span_from(buf_span(out), at));
		buf_free(out);
		*out = next;
	}
}

/* The next field of HEADER, with its CRLF; cut off. */
static struct span take_field(struct span *header)
{
	struct span all = *header;
	size_t n = 0;

	do {
		n += span_search(span_from(all, n), SPAN("\r\n")) + 2;
	} while (n < all.n && ascii_wsp(all.p[n]));
	n = n < all.n ? n : all.n;
	*header = span_from(all, n);
	return span_head(all, n);
}

/* RFC 5322 2.2, and white space before the colon (4.5). */
static bool is_field(struct span raw)
{
	size_t colon = span_find(raw, ':');
	struct span name = span_head(raw, colon);

	while (name.n && ascii_wsp(name.p[name.n - 1]))
		name.n--;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~')
			return false;
	return name.n && colon < raw.n && span_ends(raw, SPAN("\r\n"));
}

static size_t both_fields(struct span header)
{
	size_t n = 0;

	while (header.n) {
		struct span raw = take_field(&header);
		struct buf want, got;

		if (!is_field(raw))
			continue;
		buf_init(&got, raw.n + 2);
		assert_int_equal(
			canon_field(CANON_SIMPLE, guarded(raw), catch_in(&got)),
			ST_OK);
		assert_int_equal(
			row_is_span("field", "simple", buf_span(&got), raw), 0);
		buf_reset(&got);
		field_by_the_book(raw, &want);
		assert_int_equal(canon_field(CANON_RELAXED, guarded(raw),
					     catch_in(&got)),
				 ST_OK);
		assert_int_equal(row_is_span("field", "relaxed", buf_span(&got),
					     buf_span(&want)),
				 0);
		buf_free(&want);
		buf_free(&got);
		n++;
	}
	return n;
}

/* 20,000 letters after edits: all four forms are those of the book. */
static void letters_by_the_book(void **state)
{
	size_t fields = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct buf letter;

		mutated(&letter);
		struct span text = buf_span(&letter);
		size_t end = span_search(text, SPAN("\r\n\r\n"));

		fields += both_fields(span_head(text, end + 2));
		both_bodies(span_from(text, end + 4));
		buf_free(&letter);
	}
	assert_true(fields > 60000);
}

/* Bodies of three blocks and more, cut into two at each place. */
static void cut_blocks(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 150; round++) {
		struct buf body, want, got;

		lines_of(1 + round % 70, 200 + chance(20), &body);
		relaxed_by_the_book(buf_span(&body), &want);
		for (size_t at = 1; at <= body.n; at++) {
			canon(CANON_RELAXED, buf_span(&body), at, &got);
			assert_true(span_eq(buf_span(&got), buf_span(&want)));
			buf_free(&got);
		}
		buf_free(&body);
		buf_free(&want);
	}
}

/* canon(canon(x)) = canon(x), and chunks, over many small bodies */
static void fixed_point(void **state)
{
	(void)state;
	for (int round = 0; round < 20000; round++)
		for (int how = 0; how < 2; how++) {
			struct buf body, once, twice, cut;

			random_body(&body, chance(24));
			canon((enum canon)how, buf_span(&body), body.n + 1,
			      &once);
			canon((enum canon)how, buf_span(&once), once.n + 1,
			      &twice);
			canon((enum canon)how, buf_span(&body), 1 + chance(3),
			      &cut);
			assert_true(span_eq(buf_span(&once), buf_span(&twice)));
			assert_true(span_eq(buf_span(&once), buf_span(&cut)));
			assert_true((how == CANON_RELAXED && once.n == 0) ||
				    span_ends(buf_span(&once), SPAN("\r\n")));
			buf_free(&body);
			buf_free(&once);
			buf_free(&twice);
			buf_free(&cut);
		}
}

static enum status count(void *ctx, struct span s)
{
	*(uint64_t *)ctx += s.n;
	return ST_OK;
}

/* ten million blank lines, counted. */
static void blank_lines(void **state)
{
	struct buf block;

	(void)state;
	buf_init(&block, 20000);
	while (block.n < 20000)
		buf_put(&block, SPAN("\r\n"));
	for (int how = 0; how < 2; how++)
		for (int last = 0; last < 2; last++) {
			uint64_t n = 0;
			struct canon_body c;

			canon_body_init(&c, (enum canon)how,
					(struct sink){ count, &n });
			assert_int_equal(canon_body_push(&c, SPAN("x\r\n")),
					 ST_OK);
			for (int i = 0; i < 1000; i++)
				assert_int_equal(
					canon_body_push(&c, buf_span(&block)),
					ST_OK);
			assert_true(n <= 3);
			if (last)
				assert_int_equal(canon_body_push(&c, SPAN("y")),
						 ST_OK);
			assert_int_equal(canon_body_end(&c), ST_OK);
			assert_int_equal(n, last ? 20000000 + 6 : 3);
		}
	buf_free(&block);
}

/* one line of spaces is one flag. */
static void long_white(void **state)
{
	unsigned char spaces[4096];
	uint64_t n = 0;
	struct canon_body c;

	(void)state;
	memset(spaces, ' ', sizeof(spaces));
	canon_body_init(&c, CANON_RELAXED, (struct sink){ count, &n });
	for (int i = 0; i < 10000; i++)
		assert_int_equal(
			canon_body_push(&c, span_of(spaces, sizeof(spaces))),
			ST_OK);
	assert_int_equal(canon_body_push(&c, SPAN("x")), ST_OK);
	assert_int_equal(canon_body_end(&c), ST_OK);
	assert_int_equal(n, 4);
}

static void headers(void **state)
{
	static const struct {
		const char *id;
		struct span raw, relaxed;
	} rows[] = {
		{ "relaxed", T("Subject:\r\n"), T("subject:\r\n") },
		{ "relaxed", T("SUBJect: AbC \r\n"), T("subject:AbC\r\n") },
		{ "relaxed 3.4.5", T("A: X\r\n"), T("a:X\r\n") },
		{ "relaxed 3.4.5", T("B : Y\t\r\n\tZ  \r\n"), T("b:Y Z\r\n") },
		{ "relaxed", T("X:\r\n \r\n"), T("x:\r\n") },
		{ "relaxed", T("X: \t\r\n \t\r\n\t\r\n"), T("x:\r\n") },
		{ "relaxed", T("A:b:c\r\n"), T("a:b:c\r\n") },
		{ "relaxed", T("A : b : c\r\n"), T("a:b : c\r\n") },
		{ "relaxed (4)", T("A: b \t \r\n"), T("a:b\r\n") },
		{ "relaxed (3)", T("A:b \t\t c\r\n"), T("a:b c\r\n") },
		{ "relaxed (2)", T("A:\r\n\tb\r\n c\r\n"), T("a:b c\r\n") },
		{ "tab before colon", T("Subject\t: x\r\n"),
		  T("subject:x\r\n") },
		{ "only SP and HTAB", T("A: \v\f\xa0\0 b\r\n"),
		  T("a:\v\f\xa0\0 b\r\n") },
		{ "bare LF", T("A: b\nc\r\n"), T("a:b\nc\r\n") },
		{ "bare CR", T("A: b\rc \r\r\n"), T("a:b\rc \r\r\n") },
		{ "8-bit name case", T("A\xc4: \xc4\r\n"),
		  T("a\xc4:\xc4\r\n") },
		{ "without CRLF", T("A: b; b= \r\n "), T("a:b; b=") },
		{ "without CRLF", T("A: b"), T("a:b") },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out, again;

		buf_init(&out, 256);
		buf_init(&again, 256);
		assert_int_equal(canon_field(CANON_RELAXED,
					     guarded(rows[i].raw),
					     catch_in(&out)),
				 ST_OK);
		bad += row_is_span(rows[i].id, "relaxed", buf_span(&out),
				   rows[i].relaxed);
		assert_int_equal(canon_field(CANON_RELAXED, buf_span(&out),
					     catch_in(&again)),
				 ST_OK);
		bad += row_is_span(rows[i].id, "again", buf_span(&again),
				   buf_span(&out));
		buf_reset(&out);
		assert_int_equal(canon_field(CANON_SIMPLE, guarded(rows[i].raw),
					     catch_in(&out)),
				 ST_OK);
		bad += row_is_span(rows[i].id, "simple", buf_span(&out),
				   rows[i].raw);
		buf_free(&out);
		buf_free(&again);
	}
	assert_int_equal(bad, 0);
}

/* A field longer than the stage of relaxed output */
static void long_field(void **state)
{
	(void)state;
	for (size_t n = 1000; n < 1050; n++) {
		struct buf raw, out;

		buf_init(&raw, 4096);
		buf_init(&out, 4096);
		buf_put(&raw, SPAN("A:"));
		for (size_t i = 0; i < n; i++)
			buf_put(&raw, SPAN("x"));
		buf_put(&raw, SPAN(" y\r\n"));
		assert_int_equal(canon_field(CANON_RELAXED, buf_span(&raw),
					     catch_in(&out)),
				 ST_OK);
		assert_int_equal(out.n, raw.n);
		assert_true(span_eq(span_from(buf_span(&out), 1),
				    span_from(buf_span(&raw), 1)));
		buf_free(&raw);
		buf_free(&out);
	}
}

/* A sink that has enough after N calls. */
static enum status tire(void *ctx, struct span s)
{
	(void)s;
	return (*(int *)ctx)-- > 0 ? ST_OK : ST_IO;
}

static void sink_errors(void **state)
{
	struct buf body;

	(void)state;
	random_body(&body, 100000);
	buf_put(&body, SPAN("x"));
	for (int how = 0; how < 2; how++)
		for (int calls = 0; calls < 5; calls++) {
			int left = calls;
			struct canon_body c;

			canon_body_init(&c, (enum canon)how,
					(struct sink){ tire, &left });
			enum status st =
				push_in_steps((struct sink){ push, &c },
					      buf_span(&body), 1000);

			if (st == ST_OK)
				st = canon_body_end(&c);
			assert_int_equal(st, ST_IO);
			left = 0;
			assert_int_equal(
				canon_field((enum canon)how, SPAN("A: b\r\n"),
					    (struct sink){ tire, &left }),
				ST_IO);
		}
	buf_free(&body);
}

static void words(void **state)
{
	enum canon c;

	(void)state;
	assert_string_equal(canon_word(CANON_SIMPLE), "simple");
	assert_string_equal(canon_word(CANON_RELAXED), "relaxed");
	assert_true(canon_find(SPAN("RELAXED"), &c) && c == CANON_RELAXED);
	assert_true(canon_find(SPAN("Simple"), &c) && c == CANON_SIMPLE);
	assert_false(canon_find(SPAN("relaxe"), &c));
	assert_false(canon_find(SPAN("simplex"), &c));
	assert_false(canon_find(SPAN("nofws"), &c));
	assert_false(canon_find(SPAN(""), &c));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_b9),
		cmocka_unit_test(every_split),
		cmocka_unit_test(chunks),
		cmocka_unit_test(fixed_point),
		cmocka_unit_test(bodies_by_the_book),
		cmocka_unit_test(letters_by_the_book),
		cmocka_unit_test(cut_blocks),
		cmocka_unit_test(blank_lines),
		cmocka_unit_test(long_white),
		cmocka_unit_test(headers),
		cmocka_unit_test(long_field),
		cmocka_unit_test(sink_errors),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
