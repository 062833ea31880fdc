#include "check_report.h"

#include "json_text.h"
#include "lint_report.h"

/* A text whose p is NULL, an empty one of words and a number that is not GIVEN
 * are null. */
static void set_words(json_t *o, const char *name, const char *words)
{
	json_set_span(o, name, *words ? span_str(words) : (struct span){ 0 });
}

static void add_server(json_t *list, const struct keyserver *one)
{
	json_t *o = json_object();

	json_set_span(o, "server", span_str(one->label));
	set_words(o, "result", recordcheck_word(one->check.result));
	set_words(o, "text", one->check.why.text);
	json_set_span(o, "found", one->check.found);
	json_set_span(o, "fingerprint", buf_span(&one->check.print));
	json_array_append_new(list, o);
}

/* The answer of DNS; a key that could not be read has none. */
static void add_answer(json_t *o, const struct keychecked *k)
{
	const struct recordcheck *shown = k->shown;
	const struct dns_reply *reply = &shown->reply;
	json_t *records = json_array(), *servers = json_array();
	json_t *chain = json_array();
	struct span rest = buf_span(&reply->chain), target = { 0 };

	for (size_t i = 0; i < reply->n; i++)
		json_array_append_new(records,
				      json_text(buf_span(&reply->records[i])));
	for (size_t i = 0; i < k->n; i++)
		if (k->v[i].label)
			add_server(servers, &k->v[i]);
	while (span_split(&rest, '\n', &target))
		if (target.n)
			json_array_append_new(chain, json_text(target));
	json_set_span(o, "found", shown->found);
	json_set_span(o, "found_fingerprint", buf_span(&shown->print));
	json_set(o, "records", records);
	json_set(o, "servers", servers);
	json_set_number(o, "bits", shown->key,
			shown->key ? key_bits(shown->key) : 0);
	json_set_number(o, "ttl", k->n && reply->answer == DNS_RECORDS,
			reply->ttl);
	json_set_number(o, "octets", k->n && reply->octets, reply->octets);
	json_set(o, "chain", chain);
	set_words(o, "dnssec", k->n ? dns_secure_word(reply->secure) : "");
}

/* What to do, and under which wrong name the record is. */
static void add_way(json_t *o, const struct keychecked *k)
{
	const struct elsewhere *other = &k->elsewhere;
	bool there = other->name.text[0];
	struct buf act;

	buf_init(&act, 16 * (size_t)LIMIT_DIAG);
	check_act(k, &act);
	set_words(o, "do", act.n ? (const char *)act.p : "");
	buf_free(&act);
	set_words(o, "elsewhere", other->name.text);
	set_words(o, "elsewhere_mistake", there ? other->mistake : "");
	json_set(o, "elsewhere_same",
		 there && k->item->key ? json_boolean(other->same)
				       : json_null());
}

void check_json(const struct check *c, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct keychecked *k = &c->v[i];
		const struct keylist_item *it = k->item;
		json_t *o;

		if (!check_is_shown(c, i))
			continue;
		o = json_object();
		/* an entry for the author's domain may name none */
		set_words(o, "domain", it->domain.text);
		set_words(o, "selector", it->selector.text);
		json_set_span(o, "key", span_str(it->file));
		set_words(o, "result", it->st == ST_OK ? k->word : "");
		set_words(o, "text", k->why.text);
		json_set_span(o, "expected", buf_span(&k->expected));
		json_set_span(o, "expected_fingerprint", buf_span(&k->print));
		add_answer(o, k);
		add_way(o, k);
		if (it->st != ST_OK)
			json_set_span(o, "error", buf_span(&k->error));
		json_set(o, "findings", findings_json(&k->findings));
		json_line(o, out);
	}
}
