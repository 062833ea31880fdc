#include "told_json.h"

#include "json_text.h"

/* OBJECT gets the N keys, all of them null. */
static json_t *unknown(const char *const *keys, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(o, keys[i], json_null());
	return o;
}

struct json_t *told_json_spf(const struct told_result *r)
{
	static const char *const keys[] = {
		"result",      "domain",  "identity", "mechanism",
		"explanation", "lookups", "voids",    "text",
	};
	struct span domain = told_sender(r), helo = { 0 };
	json_t *o = unknown(keys, sizeof(keys) / sizeof(*keys));

	if (!domain.p)
		helo = told_find(r, "smtp", "helo");
	json_object_set_new(o, "result", json_string(r->word));
	json_object_set_new(o, "domain", json_text(domain.p ? domain : helo));
	json_object_set_new(o, "identity",
			    domain.p ? json_string("mailfrom")
			    : helo.p ? json_string("helo")
				     : json_null());
	json_object_set_new(o, "text", json_text(r->in->reason));
	return o;
}
