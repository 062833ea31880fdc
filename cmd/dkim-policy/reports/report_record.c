#include "report_record.h"

#include "when.h"

/* No receiver has counted so many messages; sums of them stay in 64 bits. */
#define COUNT_MAX (UINT64_C(1) << 48)

static bool keeps_case(enum report_field field)
{
	return field == REPORT_ORG || field == REPORT_ID ||
	       (field >= REPORT_P && field <= REPORT_T) ||
	       field == REPORT_COMMENT || field == REPORT_AUTH_SELECTOR;
}

/* Words of SPF as some reporters write them. */
static struct span known_word(struct span word)
{
	if (word.n == 4) /* pass, fail, none */
		return word;
	return span_ieq(word, SPAN("hardfail"))	 ? SPAN("fail")
	       : span_ieq(word, SPAN("unknown")) ? SPAN("temperror")
	       : span_ieq(word, SPAN("error"))	 ? SPAN("permerror")
						 : word;
}

enum status report_item(struct buf *items, enum report_field field,
			struct span text)
{
	unsigned char head[3];

	if (text.n > REPORT_TEXT)
		return ST_LIMIT;
	if (field == REPORT_AUTH_RESULT)
		text = known_word(text);
	head[0] = (unsigned char)field;
	head[1] = (unsigned char)(text.n & 0xff);
	head[2] = (unsigned char)(text.n >> 8);
	size_t at = items->n + sizeof(head);
	enum status st = buf_add(items, span_of(head, sizeof(head)));

	if (st == ST_OK && text.n)
		st = buf_add(items, text);
	if (st != ST_OK || keeps_case(field))
		return st;
	for (size_t i = at; i < items->n; i++)
		items->p[i] = ascii_lower(items->p[i]);
	return ST_OK;
}

/* Cut the next item off *REST. An empty text has its .p set. */
static bool next_item(struct span *rest, enum report_field *field,
		      struct span *text)
{
	if (rest->n < 3)
		return false;
	size_t n = rest->p[1] | (size_t)rest->p[2] << 8;

	*field = (enum report_field)rest->p[0];
	*rest = span_from(*rest, 3);
	*text = span_head(*rest, n);
	*rest = span_from(*rest, n);
	return true;
}

void report_head_read(struct span items, struct report_head *out)
{
	enum report_field field;
	struct span text;

	*out = (struct report_head){ 0 };
	while (next_item(&items, &field, &text))
		if (field < REPORT_HEAD_FIELDS)
			out->field[field] = text;
	out->has_begin = span_u64(out->field[REPORT_BEGIN], &out->begin) &&
			 out->begin <= WHEN_MAX;
	out->has_end = span_u64(out->field[REPORT_END], &out->end) &&
		       out->end <= WHEN_MAX;
}

/* An item of the entry that began last. */
static void set_part(struct report_record *r, enum report_field field,
		     struct span text)
{
	struct report_auth *auth = r->auths ? &r->auth[r->auths - 1] : NULL;
	struct report_reason *reason = r->reasons ? &r->reason[r->reasons - 1]
						  : NULL;

	if (field == REPORT_TYPE && reason)
		reason->type = text;
	else if (field == REPORT_COMMENT && reason)
		reason->comment = text;
	else if (field == REPORT_AUTH_DOMAIN && auth)
		auth->domain = text;
	else if (field == REPORT_AUTH_SELECTOR && auth)
		auth->selector = text;
	else if (field == REPORT_AUTH_SCOPE && auth)
		auth->scope = text;
	else if (field == REPORT_AUTH_RESULT && auth)
		auth->result = text;
}

static enum status set_item(struct report_record *r, enum report_field field,
			    struct span text, struct diag *why)
{
	bool auth = field == REPORT_AUTH_DKIM || field == REPORT_AUTH_SPF;

	if (auth && r->auths == REPORT_AUTHS)
		return diag_set(why, ST_LIMIT, "RFC 9990 3.1.3",
				"a record with more than %d results",
				REPORT_AUTHS);
	if (field == REPORT_REASON && r->reasons == REPORT_REASONS)
		return diag_set(why, ST_LIMIT, "RFC 9990 3.1.6",
				"a record with more than %d reasons",
				REPORT_REASONS);
	if ((field == REPORT_SOURCE || field == REPORT_COUNT) &&
	    r->field[field].p)
		return diag_set(why, ST_SYNTAX, "RFC 9990 3.1.1.8",
				"a record with two of source_ip or of count");
	if (auth)
		r->auth[r->auths++] =
			(struct report_auth){ .spf = field == REPORT_AUTH_SPF };
	else if (field == REPORT_REASON)
		r->reason[r->reasons++] = (struct report_reason){ 0 };
	else if (field < REPORT_RECORD_FIELDS)
		r->field[field] = text;
	else
		set_part(r, field, text);
	return ST_OK;
}

enum status report_record_read(struct span items, struct report_record *out,
			       struct diag *why)
{
	enum report_field field;
	enum status st = ST_OK;
	struct span text;

	out->auths = out->reasons = 0;
	memset(out->field, 0, sizeof(out->field));
	while (st == ST_OK && next_item(&items, &field, &text))
		st = set_item(out, field, text, why);
	if (st != ST_OK)
		return st;
	if (!ip_parse(out->field[REPORT_SOURCE], &out->source))
		return diag_set(why, ST_SYNTAX, "RFC 9990 3.1.1.8",
				"source_ip is not an address: \"%.*s\"",
				(int)span_head(out->field[REPORT_SOURCE], 60).n,
				(const char *)out->field[REPORT_SOURCE].p);
	if (!span_u64(out->field[REPORT_COUNT], &out->count) ||
	    out->count > COUNT_MAX)
		return diag_set(why, ST_SYNTAX, "RFC 9990 3.1.1.8",
				"count is not a number of messages: \"%.*s\"",
				(int)span_head(out->field[REPORT_COUNT], 60).n,
				(const char *)out->field[REPORT_COUNT].p);
	return ST_OK;
}
