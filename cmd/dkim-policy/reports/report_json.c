#include "report_print.h"

#include "json_text.h"

static void set_text(json_t *o, const char *key, struct span text)
{
	json_object_set_new(o, key, json_text(text));
}

static json_t *time_json(bool has, uint64_t when)
{
	return has ? json_integer((json_int_t)when) : json_null();
}

static json_t *policy_json(const struct report_head *head)
{
	static const struct {
		const char *key;
		enum report_field field;
	} tags[] = {
		{ "p", REPORT_P },	 { "sp", REPORT_SP },
		{ "np", REPORT_NP },	 { "adkim", REPORT_ADKIM },
		{ "aspf", REPORT_ASPF }, { "pct", REPORT_PCT },
		{ "t", REPORT_T },
	};
	json_t *o = json_object();

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		set_text(o, tags[i].key, head->field[tags[i].field]);
	return o;
}

/* The results of DKIM, or of SPF. */
static json_t *results_json(const struct report_record *r, bool spf)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->auths; i++) {
		const struct report_auth *a = &r->auth[i];
		json_t *o;

		if (a->spf != spf)
			continue;
		o = json_object();
		set_text(o, "domain", a->domain);
		set_text(o, spf ? "scope" : "selector",
			 spf ? a->scope : a->selector);
		set_text(o, "result", a->result);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *reasons_json(const struct report_record *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->reasons; i++) {
		json_t *o = json_object();

		set_text(o, "type", r->reason[i].type);
		set_text(o, "comment", r->reason[i].comment);
		json_array_append_new(list, o);
	}
	return list;
}

void report_print_json(const char *file, const struct report_head *head,
		       const struct report_record *r, bool duplicate,
		       struct buf *out)
{
	json_t *o = json_object();
	struct buf ip;

	buf_init(&ip, 64);
	ip_format(&r->source, &ip);
	set_text(o, "file", span_str(file));
	set_text(o, "org", head->field[REPORT_ORG]);
	set_text(o, "report_id", head->field[REPORT_ID]);
	json_object_set_new(o, "begin",
			    time_json(head->has_begin, head->begin));
	json_object_set_new(o, "end", time_json(head->has_end, head->end));
	set_text(o, "domain", head->field[REPORT_DOMAIN]);
	json_object_set_new(o, "policy", policy_json(head));
	set_text(o, "source_ip", buf_span(&ip));
	json_object_set_new(o, "count", json_integer((json_int_t)r->count));
	set_text(o, "disposition", r->field[REPORT_DISPOSITION]);
	set_text(o, "dkim", r->field[REPORT_DKIM]);
	set_text(o, "spf", r->field[REPORT_SPF]);
	set_text(o, "header_from", r->field[REPORT_HEADER_FROM]);
	set_text(o, "envelope_from", r->field[REPORT_ENVELOPE_FROM]);
	json_object_set_new(o, "dkim_results", results_json(r, false));
	json_object_set_new(o, "spf_results", results_json(r, true));
	json_object_set_new(o, "reasons", reasons_json(r));
	json_object_set_new(o, "duplicate", json_boolean(duplicate));
	json_line(o, out);
	buf_free(&ip);
}
