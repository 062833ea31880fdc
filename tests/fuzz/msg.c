/* The pieces of a message change neither header nor body nor facts. */
#include "msg.h"

#include <string.h>

#include "fuzz.h"

struct seen {
	struct buf header, body;
	struct msg_facts facts;
	enum status st;
	size_t fields;
};

static enum status on_body(void *ctx, struct span piece)
{
	buf_put(&((struct seen *)ctx)->body, piece);
	return ST_OK;
}

static void parse(enum msg_lines how, struct span s, size_t step,
		  struct seen *out)
{
	struct msg *m =
		msg_new(how, true, (struct msg_handler){ NULL, on_body, out });

	memset(out, 0, sizeof(*out));
	buf_init(&out->header, 4 * s.n + 16);
	buf_init(&out->body, 4 * s.n + 16);
	for (; s.n; s = span_from(s, step))
		hold(msg_push(m, span_head(s, step)) == ST_OK, "push");
	hold(msg_end(m) == ST_OK, "end");
	buf_put(&out->header, buf_span(&msg_fields(m)->bytes));
	out->facts = *msg_facts(m);
	out->st = msg_fields(m)->st;
	out->fields = msg_fields(m)->n;
	msg_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	enum msg_lines how = (enum msg_lines)(take_octet(&s) % 3);
	size_t step = take_octet(&s) % 9 + 1U;
	struct seen a, b;

	parse(how, s, s.n ? s.n : 1, &a);
	parse(how, s, step, &b);
	hold(span_eq(buf_span(&a.header), buf_span(&b.header)), "header");
	hold(span_eq(buf_span(&a.body), buf_span(&b.body)), "body");
	hold(a.st == b.st && a.fields == b.fields, "fields");
	hold(memcmp(&a.facts, &b.facts, sizeof(a.facts)) == 0, "facts");
	buf_free(&a.header);
	buf_free(&b.header);
	buf_free(&a.body);
	buf_free(&b.body);
	return 0;
}
