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

enum status record_json_format(const struct record_json *r, struct buf *out)
{
	json_t *object = json_pack(
		"{s:s?, s:s?, s:s, s:s, s:o, s:s%, s:o, s:s?, s:o, s:s?}",
		"domain", r->domain, "selector", r->selector, "owner", r->owner,
		"type", "TXT", "ttl", number_or_null(r->has_ttl, r->ttl),
		"record", (const char *)r->record.p, r->record.n, "strings",
		strings_of(r->record), "key_type", r->key_type, "bits",
		number_or_null(r->key_type, r->bits), "fingerprint",
		r->fingerprint);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	enum status st = text ? buf_addf(out, "%s\n", text) : ST_OS;

	free(text);
	json_decref(object);
	return st;
}
