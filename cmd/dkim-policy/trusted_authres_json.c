#include "trusted_authres_json.h"

#include <string.h>

#include "idn.h"
#include "signature_json.h"
#include "json_text.h"

/* OBJECT gets the N keys, all of them null. */
static json_t *unknown(const char *const *keys, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(o, keys[i], json_null());
	return o;
}

/* As verdict.h has it. */
static json_t *aligned(const struct verification *all, struct span d)
{
	struct name name;

	if (!all->has_author ||
	    idn_parse(d, NAME_UNDERSCORE, &name, NULL) != ST_OK)
		return json_null();
	return name_eq(&all->author, &name)	   ? json_string("strict")
	       : name_related(&all->author, &name) ? json_string("relaxed")
						   : json_null();
}

/* For a pass nothing else can be the reason; for RESULT_POLICY the field has
 * the code (RFC 8601 2.4), as dkim-verify writes it. */
static json_t *reason(const struct trusted_result *r)
{
	return strcmp(r->word, "pass") == 0
		       ? json_string("ok")
		       : json_text(trusted_find(r, "policy", "dkim-rules"));
}

static json_t *signature(const struct trusted_result *r,
			 const struct verification *all)
{
	static const char *const keys[] = {
		"field",
		"result",
		"reason",
		"text",
		"d",
		"s",
		"i",
		"a",
		"c",
		"h",
		"b",
		"t",
		"x",
		"l",
		"bits",
		"testing",
		"dnssec",
		"aligned",
		"unsigned_octets",
	};
	static const char *const hashes[] = { "expected", "found" };
	static const char *const said[] = { "d", "s", "i", "a" };
	struct span b = trusted_find(r, "header", "b");
	json_t *o = unknown(keys, sizeof(keys) / sizeof(*keys));

	json_object_set_new(o, "field",
			    json_string(trusted_is(r, "dkim")
						? "DKIM-Signature"
						: "DomainKey-Signature"));
	json_object_set_new(o, "result", json_string(r->word));
	json_object_set_new(o, "reason", reason(r));
	json_object_set_new(o, "text", json_text(r->in->reason));
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		json_object_set_new(
			o, said[i],
			json_text(trusted_find(r, "header", said[i])));
	json_object_set_new(o, "b", json_text(span_head(b, 8)));
	json_object_set_new(o, "aligned",
			    aligned(all, trusted_find(r, "header", "d")));
	json_object_set_new(o, "body_hash",
			    unknown(hashes, sizeof(hashes) / sizeof(*hashes)));
	json_object_set_new(o, "warnings", json_warnings(all->warnings));
	return o;
}

struct json_t *trusted_json_signatures(const struct trusted_authres *t,
				       const struct verification *all)
{
	json_t *list = json_array();

	for (size_t i = 0; i < t->n; i++) {
		const struct trusted_result *r = &t->v[i];

		/* "none" speaks of no signature */
		if ((trusted_is(r, "dkim") || trusted_is(r, "domainkeys")) &&
		    strcmp(r->word, "none") != 0)
			json_array_append_new(list, signature(r, all));
	}
	return list;
}

struct json_t *trusted_json_spf(const struct trusted_result *r)
{
	static const char *const keys[] = {
		"result",  "domain", "identity", "mechanism", "explanation",
		"lookups", "voids",  "text",	 "dnssec",
	};
	struct span domain = trusted_sender(r), helo = { 0 };
	json_t *o = unknown(keys, sizeof(keys) / sizeof(*keys));

	if (!domain.p)
		helo = trusted_find(r, "smtp", "helo");
	json_object_set_new(o, "result", json_string(r->word));
	json_object_set_new(o, "domain", json_text(domain.p ? domain : helo));
	json_object_set_new(o, "identity",
			    domain.p ? json_string("mailfrom")
			    : helo.p ? json_string("helo")
				     : json_null());
	json_object_set_new(o, "text", json_text(r->in->reason));
	return o;
}
