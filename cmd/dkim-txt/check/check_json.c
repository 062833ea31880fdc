#include "check_report.h"

#include "cli.h"
#include "lint_report.h"
#include "json_text.h"

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *print_of(const struct key *k, const struct crypto *c)
{
	struct buf print;
	json_t *text;

	buf_init(&print, LIMIT_DIAG);
	check_print(k, c, &print);
	text = json_text(buf_span(&print));
	buf_free(&print);
	return text;
}

static json_t *expected(const struct key *k)
{
	struct buf record;
	json_t *text;

	buf_init(&record, 2 * (size_t)LIMIT_TXT_BYTES);
	check_expected(k, &record);
	text = json_text(buf_span(&record));
	buf_free(&record);
	return text;
}

static json_t *why_text(const struct diag *why)
{
	return why->text[0] ? json_text(span_str(why->text)) : json_null();
}

/* An entry that signs for any domain may name none. */
static json_t *name_text(const struct name *n)
{
	return n->text[0] ? json_string(n->text) : json_null();
}

static json_t *server(const struct keyserver *one, const struct crypto *c)
{
	json_t *o = json_object();

	json_object_set_new(o, "server", json_text(span_str(one->label)));
	json_object_set_new(o, "result",
			    json_string(keycheck_word(one->check.result)));
	json_object_set_new(o, "text", why_text(&one->check.why));
	json_object_set_new(o, "found", json_text(one->check.found));
	json_object_set_new(o, "fingerprint", print_of(one->check.key, c));
	return o;
}

static json_t *chain(const struct dns_reply *reply)
{
	json_t *list = json_array();
	struct span rest = buf_span(&reply->chain), target = { 0 };

	while (span_split(&rest, '\n', &target))
		if (target.n)
			json_array_append_new(list, json_text(target));
	return list;
}

static json_t *findings(const struct keychecked *k)
{
	struct findings f = { 0 };
	json_t *list;

	check_findings(k, &f);
	list = findings_json(&f);
	findings_free(&f);
	return list;
}

static json_t *records(const struct dns_reply *reply)
{
	json_t *list = json_array();

	for (size_t i = 0; i < reply->n; i++)
		json_array_append_new(list,
				      json_text(buf_span(&reply->records[i])));
	return list;
}

/* What DNS said; of a key that could not be read it was not asked. */
static void add_answer(json_t *o, const struct check *c,
		       const struct keychecked *k)
{
	static const struct recordcheck none;
	const struct recordcheck *shown = k->n ? &k->v[k->shown].check : &none;
	json_t *servers = json_array();

	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].label)
			json_array_append_new(servers,
					      server(&k->v[i], c->crypto));
	json_object_set_new(o, "found", json_text(shown->found));
	json_object_set_new(o, "found_fingerprint",
			    print_of(shown->key, c->crypto));
	json_object_set_new(o, "records", records(&shown->reply));
	json_object_set_new(o, "servers", servers);
	json_object_set_new(o, "bits",
			    shown->key ? number(key_bits(shown->key))
				       : json_null());
	json_object_set_new(o, "ttl",
			    k->n ? number(shown->reply.ttl) : json_null());
	json_object_set_new(o, "octets",
			    k->n ? number(shown->reply.octets) : json_null());
	json_object_set_new(o, "chain", chain(&shown->reply));
	json_object_set_new(
		o, "dnssec",
		k->n ? json_string(dns_secure_word(shown->reply.secure))
		     : json_null());
}

static void add_error(json_t *o, const struct keylist_item *it)
{
	struct buf words;

	buf_init(&words, 16 * (size_t)LIMIT_DIAG);
	message_describe(it->st, &it->why, &words);
	json_object_set_new(o, "error", json_text(buf_span(&words)));
	buf_free(&words);
}

void check_json(const struct check *c, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct keychecked *k = &c->v[i];
		const struct keylist_item *it = k->item;
		json_t *o;

		if (c->changes_only && !c->notes[i])
			continue;
		o = json_object();
		json_object_set_new(o, "domain", name_text(&it->domain));
		json_object_set_new(o, "selector", name_text(&it->selector));
		json_object_set_new(o, "key", json_text(span_str(it->file)));
		json_object_set_new(
			o, "result",
			it->st == ST_OK ? json_string(keycheck_word(k->result))
					: json_null());
		json_object_set_new(o, "text", why_text(&k->why));
		json_object_set_new(o, "expected", expected(it->key));
		json_object_set_new(o, "expected_fingerprint",
				    print_of(it->key, c->crypto));
		add_answer(o, c, k);
		if (it->st != ST_OK)
			add_error(o, it);
		json_object_set_new(o, "findings", findings(k));
		json_line(o, out);
	}
}
