#include "sender_report.h"

#include "text.h"

static bool is_wanted(const struct sender_judgement *j, int receiver)
{
	return j->receivers & 1U << receiver;
}

/* "NAME: google: pass  " */
static void put_start(const char *name, int receiver, enum sender_result r,
		      struct buf *out)
{
	if (name) {
		text_put(out, span_str(name));
		buf_put(out, SPAN(": "));
	}
	buf_putf(out, "%s: %-7s ",
		 sender_receiver_word((enum sender_receiver)receiver),
		 sender_result_word(r));
}

static void put_verdict(const char *name, int receiver,
			const struct sender_judgement *j, struct buf *out)
{
	static const char *const words[] = {
		[SENDER_PASS] = "nothing in this message breaks a rule",
		[SENDER_FAIL] = "this message breaks a rule",
		[SENDER_UNKNOWN] = "whether this message is taken is not known",
	};

	put_start(name, receiver, j->verdict[receiver], out);
	buf_putf(out, "verdict: %s (%s, %s)\n", words[j->verdict[receiver]],
		 sender_source((enum sender_receiver)receiver),
		 SENDER_RULES_DATE);
}

void sender_report_text(const char *name, const struct sender_judgement *j,
			struct buf *out)
{
	size_t n;
	const struct sender_rule *rules = sender_rules(&n);

	for (size_t i = 0; i < n; i++) {
		const struct sender_rule *r = &rules[i];
		const struct sender_finding *f = &j->found.v[r->finding];

		if (!is_wanted(j, (int)r->receiver))
			continue;
		put_start(name, (int)r->receiver, f->result, out);
		buf_putf(out, "%s: ", r->code);
		text_put(out, span_str(f->text));
		if (f->result == SENDER_FAIL)
			buf_putf(out, " (rule since %s: %s)", r->since,
				 r->text);
		buf_put(out, SPAN("\n"));
		if (i + 1 == n || rules[i + 1].receiver != r->receiver)
			put_verdict(name, (int)r->receiver, j, out);
	}
}

void sender_report_json(const struct sender_judgement *j, json_t *o)
{
	json_t *list = json_array(), *verdicts = json_object();
	size_t n;
	const struct sender_rule *rules = sender_rules(&n);

	for (size_t i = 0; i < n; i++) {
		const struct sender_rule *r = &rules[i];
		const struct sender_finding *f = &j->found.v[r->finding];
		json_t *rule;
		struct buf source;

		if (!is_wanted(j, (int)r->receiver))
			continue;
		rule = json_object();
		buf_init(&source, 256);
		if (r->source)
			buf_putf(&source, "%s", r->source);
		else
			buf_putf(&source, "%s (%s, since %s)",
				 sender_source(r->receiver), SENDER_RULES_DATE,
				 r->since);
		json_set_text(rule, "receiver",
			      sender_receiver_word(r->receiver));
		json_set_text(rule, "rule", r->code);
		json_set_text(rule, "result", sender_result_word(f->result));
		json_set_text(rule, "text", f->text);
		json_set(rule, "source", json_text(buf_span(&source)));
		json_array_append_new(list, rule);
		buf_free(&source);
	}
	for (int r = 0; r < SENDER_RECEIVERS; r++)
		if (is_wanted(j, r))
			json_set_text(
				verdicts,
				sender_receiver_word((enum sender_receiver)r),
				sender_result_word(j->verdict[r]));
	json_set(o, "sender_rules", list);
	json_set(o, "sender_verdict", verdicts);
}
