/* Canonical octets depend neither on the cuts nor on the instructions, and a
 * canonical text is its own canonical form (RFC 6376 3.4). */
#include "canon.h"

#include "fuzz.h"

static void body_with(enum canon_width width, enum canon how, struct span s,
		      size_t step, struct buf *out)
{
	struct canon_body c;

	buf_init(out, s.n + 16);
	canon_body_init(&c, how, catch_in(out));
	c.width = width;
	for (; s.n; s = span_from(s, step))
		hold(canon_body_push(&c, span_head(s, step)) == ST_OK, "push");
	hold(canon_body_end(&c) == ST_OK, "end");
}

static void same(struct buf *a, struct buf *b, const char *what)
{
	hold(span_eq(buf_span(a), buf_span(b)), what);
	buf_free(b);
}

static void body(enum canon how, struct span s, size_t step, struct buf *out)
{
	struct buf again;

	body_with(CANON_PLAIN, how, s, step, out);
	for (enum canon_width w = 1; w <= canon_widest(); w++) {
		body_with(w, how, s, step, &again);
		same(out, &again, "instructions");
	}
}

static void field(enum canon how, struct span value)
{
	struct buf raw, a, b;

	for (size_t i = 0; i + 2 < value.n; i++)
		if (span_starts(span_from(value, i), SPAN("\r\n")) &&
		    !ascii_wsp(value.p[i + 2]))
			return; /* that would be two fields */
	buf_init(&raw, value.n + 16);
	buf_init(&a, value.n + 16);
	buf_init(&b, value.n + 16);
	buf_put(&raw, SPAN("NaMe \t:"));
	buf_put(&raw, value);
	buf_put(&raw, SPAN("\r\n"));
	hold(canon_field(how, buf_span(&raw), catch_in(&a)) == ST_OK, "field");
	hold(canon_field(how, buf_span(&a), catch_in(&b)) == ST_OK, "again");
	hold(span_ends(buf_span(&a), SPAN("\r\n")), "CRLF");
	same(&a, &b, "fixed point of a field");
	buf_free(&a);
	buf_free(&raw);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	unsigned char steer = take_octet(&s);
	enum canon how = steer & 1 ? CANON_RELAXED : CANON_SIMPLE;
	struct buf a, b;

	body(how, s, s.n + 1, &a);
	body(how, s, steer % 7 + 1U, &b);
	same(&a, &b, "chunks");
	body(how, buf_span(&a), 4096, &b);
	same(&a, &b, "fixed point");
	buf_free(&a);
	field(how, s);
	return 0;
}
