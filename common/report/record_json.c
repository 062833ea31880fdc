#include "record_json.h"

#include <stdlib.h>

#include <jansson.h>

static json_t *strings_of(struct span record)
{
	json_t *list = json_array();
	struct span string = { 0 };

	while (zoneline_string(&record, &string))
		if (json_array_append_new(list,
					  json_stringn((const char *)string.p,
						       string.n)) != 0)
			break;
	return list;
}

static json_t *number_or_null(bool given, uint64_t number)
{
	return given ? json_integer((json_int_t)number) : json_null();
}

static enum status put(json_t *object, struct buf *out)
{
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	enum status st = text ? buf_addf(out, "%s\n", text) : ST_OS;

	free(text);
	json_decref(object);
	return st;
}

enum status record_json(const struct record *r, struct buf *out)
{
	return put(json_pack("{s:s?, s:s?, s:s, s:s, s:o, s:s%, s:o, s:s?, "
			     "s:o, s:s?}",
			     "domain", r->domain, "selector", r->selector,
			     "owner", r->owner, "type", "TXT", "ttl",
			     number_or_null(r->has_ttl, r->ttl), "record",
			     (const char *)r->text.p, r->text.n, "strings",
			     strings_of(r->text), "key_type", r->key_type,
			     "bits", number_or_null(r->key_type, r->bits),
			     "fingerprint", r->fingerprint),
		   out);
}

enum status record_route53(const struct record *r, struct buf *out)
{
	struct buf quoted;
	enum status st;

	buf_init(&quoted, out->max);
	st = zoneline_strings(r->text, "", &quoted);
	if (st == ST_OK)
		st = put(json_pack("{s:[{s:s, s:{s:s, s:s, s:I, s:[{s:s}]}}]}",
				   "Changes", "Action", "UPSERT",
				   "ResourceRecordSet", "Name", r->owner,
				   "Type", "TXT", "TTL",
				   (json_int_t)record_ttl(r), "ResourceRecords",
				   "Value", (const char *)quoted.p),
			 out);
	buf_free(&quoted);
	return st;
}

enum status record_cloudflare(const struct record *r, struct buf *out)
{
	struct span name = record_name(r);
	struct buf quoted;
	enum status st;

	buf_init(&quoted, out->max);
	st = zoneline_strings(r->text, "", &quoted);
	if (st == ST_OK)
		st = put(json_pack("{s:s, s:s%, s:s, s:I, s:s?}", "type", "TXT",
				   "name", (const char *)name.p, name.n,
				   "content", (const char *)quoted.p, "ttl",
				   (json_int_t)record_ttl(r), "comment",
				   r->comment),
			 out);
	buf_free(&quoted);
	return st;
}
