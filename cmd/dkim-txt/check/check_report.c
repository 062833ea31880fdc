#include "check_report.h"

#include "cli.h"
#include "exit_status.h"
#include "lint_report.h"
#include "keyrec_form.h"
#include "text.h"

/* What of two texts that differ is shown from there on. */
enum { WINDOW = 24 };

void check_expected(const struct key *k, struct buf *out)
{
	const struct keyrec_form form = { 0 };
	struct buf p;

	if (!k)
		return;
	buf_init(&p, LIMIT_TXT_BYTES);
	if (keyrec_format(&form, k, out, &p, NULL) == ST_OK)
		buf_put(out, buf_span(&p));
	buf_free(&p);
}

void check_print(const struct key *k, const struct crypto *c, struct buf *out)
{
	/* a library that fails leaves the place empty */
	if (k)
		status_ignore(key_fingerprint(k, c, out));
}

/* --- exit ---------------------------------------------------------------- */

static int exit_of(const struct keychecked *k)
{
	if (k->item->st != ST_OK)
		return exit_status(k->item->st);
	if (k->result == KEYCHECK_TEMPERROR)
		return EXIT_TEMPORARY;
	return !keycheck_well(k->result);
}

int check_exit(const struct check *c)
{
	int code = 0;

	for (size_t i = 0; i < c->n; i++)
		code = exit_worse(code, exit_of(&c->v[i]));
	return code;
}

/* --- findings ------------------------------------------------------------ */

void check_findings(const struct keychecked *k, struct findings *out)
{
	const struct keylist_item *it = k->item;
	const struct findings *dns = k->n ? &k->v[k->shown].check.findings
					  : NULL;

	if (it->concern.text[0])
		findings_add(out, FINDING_KEY_FILE, "%s: %s", it->file,
			     it->concern.text);
	if (it->called)
		findings_add(out, FINDING_TABLE_NAME, "%s", it->called);
	if (it->reused)
		findings_mark(out, FINDING_REUSED);
	for (size_t i = 0; dns && i < dns->n; i++)
		findings_add(out, dns->v[i].id, "%s", dns->v[i].detail);
}

bool check_warned(const struct keychecked *k)
{
	struct findings f = { 0 };
	bool warned = false;

	check_findings(k, &f);
	for (size_t i = 0; i < f.n; i++)
		warned |= finding_severity(f.v[i].id) == SEVERITY_WARNING;
	findings_free(&f);
	return warned;
}

static void say_findings(const struct check *c, const struct keychecked *k)
{
	struct findings f = { 0 };

	check_findings(k, &f);
	for (size_t i = 0; i < f.n; i++) {
		enum severity s = finding_severity(f.v[i].id);
		struct buf words;

		/* an error is why the result is what it is */
		if (s == SEVERITY_ERROR ||
		    (s == SEVERITY_INFO && !c->verbose) ||
		    (s == SEVERITY_WARNING && c->quiet))
			continue;
		buf_init(&words, 8 * (size_t)LIMIT_DIAG);
		finding_words(&f.v[i], &words);
		cli_say(k->item->name.text, "%s: %s", severity_word(s),
			(const char *)words.p);
		buf_free(&words);
	}
	findings_free(&f);
}

/* --- text ---------------------------------------------------------------- */

static void put_record(const char *head, const struct key *k,
		       const struct crypto *c, struct span text,
		       struct buf *out)
{
	buf_putf(out, "  %s", head);
	check_print(k, c, out);
	if (k)
		buf_put(out, SPAN("  "));
	text_put(out, text.n ? text : SPAN("nothing"));
	buf_put(out, SPAN("\n"));
}

static void put_difference(const struct key *wanted, const struct key *found,
			   struct buf *out)
{
	struct buf a, b;
	size_t at = 0;

	buf_init(&a, LIMIT_TXT_BYTES);
	buf_init(&b, LIMIT_TXT_BYTES);
	if (key_to_p(wanted, &a) == ST_OK && key_to_p(found, &b) == ST_OK &&
	    !span_eq(buf_span(&a), buf_span(&b))) {
		while (at < a.n && at < b.n && a.p[at] == b.p[at])
			at++;
		buf_putf(out, "  differs   at character %zu of p=: ", at + 1);
		text_put(out, span_head(span_from(buf_span(&a), at), WINDOW));
		buf_put(out, SPAN(" / "));
		text_put(out, span_head(span_from(buf_span(&b), at), WINDOW));
		buf_put(out, SPAN("\n"));
	}
	buf_free(&b);
	buf_free(&a);
}

static void put_servers(const struct check *c, const struct keychecked *k,
			struct buf *out)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct keyserver *one = &k->v[i];

		if (!one->label)
			continue;
		buf_put(out, SPAN("  server    "));
		text_put(out, span_str(one->label));
		buf_putf(out, ": %s", keycheck_word(one->check.result));
		if (one->check.key) {
			buf_put(out, SPAN(" "));
			check_print(one->check.key, c->crypto, out);
		}
		if (one->check.why.text[0]) {
			buf_put(out, SPAN(": "));
			text_put(out, span_str(one->check.why.text));
		}
		buf_put(out, SPAN("\n"));
	}
}

static void put_all_records(const struct recordcheck *shown, struct buf *out)
{
	for (size_t i = 0; i < shown->reply.n; i++) {
		buf_put(out, SPAN("  found     "));
		text_put(out, buf_span(&shown->reply.records[i]));
		buf_put(out, SPAN("\n"));
	}
}

/* Both sides, unless it is well. */
static void put_sides(const struct check *c, const struct keychecked *k,
		      struct buf *out)
{
	const struct recordcheck *shown = &k->v[k->shown].check;
	struct buf wanted;

	if (k->item->key) {
		buf_init(&wanted, 2 * (size_t)LIMIT_TXT_BYTES);
		check_expected(k->item->key, &wanted);
		put_record("expected  ", k->item->key, c->crypto,
			   buf_span(&wanted), out);
		buf_free(&wanted);
	}
	if (k->result == KEYCHECK_SEVERAL)
		put_all_records(shown, out);
	else if (k->result != KEYCHECK_TEMPERROR)
		put_record("found     ", shown->key, c->crypto, shown->found,
			   out);
	if (k->item->key && shown->key)
		put_difference(k->item->key, shown->key, out);
}

static void put_well(const struct check *c, const struct keychecked *k,
		     struct buf *out)
{
	const struct recordcheck *shown = &k->v[k->shown].check;

	if (shown->key) {
		buf_put(out, SPAN(" "));
		check_print(shown->key, c->crypto, out);
		buf_putf(out, " %s %u", key_type_word(key_type(shown->key)),
			 key_bits(shown->key));
	}
	buf_putf(out, " ttl=%u octets=%zu dnssec=%s", shown->reply.ttl,
		 shown->reply.octets, dns_secure_word(shown->reply.secure));
}

static void text_of(const struct check *c, const struct keychecked *k,
		    const char *note, struct buf *out)
{
	bool well = keycheck_well(k->result);

	buf_putf(out, "%s: %s", k->item->name.text, keycheck_word(k->result));
	if (well)
		put_well(c, k, out);
	if (k->why.text[0] && !well) {
		buf_put(out, SPAN(": "));
		text_put(out, span_str(k->why.text));
		if (k->why.where)
			buf_putf(out, " (%s)", k->why.where);
	}
	if (note)
		buf_putf(out, " [%s]", note);
	buf_put(out, SPAN("\n"));
	if (!well)
		put_sides(c, k, out);
	if (!well || c->verbose > 1)
		put_servers(c, k, out);
}

static void say_unread(const struct keylist_item *it)
{
	struct buf words;

	buf_init(&words, 16 * (size_t)LIMIT_DIAG);
	message_describe(it->st, &it->why, &words);
	cli_say(it->name.text[0] ? it->name.text : NULL, "%s%s%s",
		it->file ? it->file : "", it->file ? ": " : "",
		(const char *)words.p);
	buf_free(&words);
}

void check_text(const struct check *c, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct keychecked *k = &c->v[i];
		const char *note = c->notes ? c->notes[i] : NULL;

		if (c->changes_only && !note)
			continue;
		if (k->item->st != ST_OK) {
			say_unread(k->item);
			continue;
		}
		if (!keycheck_well(k->result) || c->verbose || note)
			text_of(c, k, note, out);
		say_findings(c, k);
	}
}
