#include "report_print.h"

#include "json_text.h"

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
		json_set_span(o, tags[i].key, head->field[tags[i].field]);
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
		json_set_span(o, "domain", a->domain);
		json_set_span(o, spf ? "scope" : "selector",
			      spf ? a->scope : a->selector);
		json_set_span(o, "result", a->result);
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *reasons_json(const struct report_record *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->reasons; i++) {
		json_t *o = json_object();

		json_set_span(o, "type", r->reason[i].type);
		json_set_span(o, "comment", r->reason[i].comment);
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
	json_set_span(o, "file", span_str(file));
	json_set_span(o, "org", head->field[REPORT_ORG]);
	json_set_span(o, "report_id", head->field[REPORT_ID]);
	json_set_number(o, "begin", head->has_begin, head->begin);
	json_set_number(o, "end", head->has_end, head->end);
	json_set_span(o, "domain", head->field[REPORT_DOMAIN]);
	json_set(o, "policy", policy_json(head));
	json_set_span(o, "source_ip", buf_span(&ip));
	json_set_number(o, "count", true, r->count);
	json_set_span(o, "disposition", r->field[REPORT_DISPOSITION]);
	json_set_span(o, "dkim", r->field[REPORT_DKIM]);
	json_set_span(o, "spf", r->field[REPORT_SPF]);
	json_set_span(o, "header_from", r->field[REPORT_HEADER_FROM]);
	json_set_span(o, "envelope_from", r->field[REPORT_ENVELOPE_FROM]);
	json_set(o, "dkim_results", results_json(r, false));
	json_set(o, "spf_results", results_json(r, true));
	json_set(o, "reasons", reasons_json(r));
	json_set(o, "duplicate", json_boolean(duplicate));
	json_line(o, out);
	buf_free(&ip);
}
