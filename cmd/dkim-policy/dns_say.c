#include "dns_say.h"

#include "cli.h"
#include "dns_note.h"

/* As much text as a note can have; what is longer is not shown. */
enum { MOST_NOTE = 64 * 1024 * 1024 };

/* LINE of a note, without its time. */
static void say_line(struct span line, const struct dns_reply *reply)
{
	bool none = span_starts(line, SPAN(";! "));

	if (span_starts(line, SPAN(";@ ")) || line.n == 0)
		return;
	if (none)
		line = span_from(line, 3);
	cli_say("dns", "%.*s%s%s", (int)line.n, (const char *)line.p,
		none && reply->why.text[0] ? ": " : "",
		none ? reply->why.text : "");
}

void dns_say(void *ctx, const struct dns_query *query,
	     const struct dns_reply *reply)
{
	struct span rest;
	struct buf note;

	(void)ctx;
	buf_init(&note, MOST_NOTE);
	if (dns_note_write(query, reply, 0, &note) != ST_OK)
		cli_say("dns", "an answer that is too long to show");
	else
		for (rest = buf_span(&note); rest.n;) {
			size_t n = span_find(rest, '\n');

			say_line(span_head(rest, n), reply);
			rest = span_from(rest, n + 1);
		}
	buf_free(&note);
}
