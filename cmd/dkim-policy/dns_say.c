#include "dns_say.h"

#include <stdlib.h>

#include "cli.h"
#include "dns_recording.h"

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

struct dns_shown {
	struct dns dns;
	struct dns *from;
};

static void shown_get(struct dns *dns, const struct dns_query *query,
		      struct dns_reply *out)
{
	struct span rest;
	struct buf note;

	dns_get(((const struct dns_shown *)dns)->from, query, out);
	if (dns_recording_write(query, out, 0, &note) != ST_OK)
		cli_say("dns", "an answer that is too long to show");
	else
		for (rest = buf_span(&note); rest.n;) {
			size_t n = span_find(rest, '\n');

			say_line(span_head(rest, n), out);
			rest = span_from(rest, n + 1);
		}
	buf_free(&note);
}

static void shown_close(struct dns *dns)
{
	free(dns);
}

struct dns *dns_say_open(struct dns *from)
{
	static const struct dns_class class = { shown_get, shown_close };
	struct dns_shown *s = mem_alloc(sizeof(*s));

	*s = (struct dns_shown){ .dns = { .class = &class }, .from = from };
	return &s->dns;
}
