#include "published.h"

enum { NAME_ROOM = 1024 };

static void take_records(const struct dns_reply *reply,
			 bool (*is)(struct span text), struct published *out)
{
	for (size_t i = 0; i < reply->n; i++) {
		struct span text = buf_span(&reply->records[i]);

		if (is && !is(text))
			continue;
		if (out->at != PUBLISHED_NONE) {
			out->at = PUBLISHED_SEVERAL;
			return;
		}
		out->at = PUBLISHED_ONE;
		buf_init(&out->text, text.n);
		buf_put(&out->text, text);
	}
}

unsigned published_get(const struct published_from *from, const char *before,
		       const struct name *name, bool (*is)(struct span text),
		       struct published *out)
{
	struct dns_query query = { .type = DNS_TXT, .clock = from->clock };
	struct dns_reply reply;

	*out = (struct published){ .at = PUBLISHED_NONE };
	buf_init(&out->name, NAME_ROOM);
	buf_putf(&out->name, "%s%s", before, name->text);
	if (!dns_name_of(buf_span(&out->name), &query.name))
		return 0;
	dns_get(from->dns, &query, &reply);
	out->exists = reply.answer != DNS_NXDOMAIN;
	out->why = reply.why;
	if (reply.answer == DNS_FAILED)
		out->at = PUBLISHED_FAILED;
	else
		take_records(&reply, is, out);
	dns_reply_free(&reply);
	return 1;
}

void published_free(struct published *p)
{
	buf_free(&p->name);
	buf_free(&p->text);
	p->at = PUBLISHED_NONE;
}
