#include "check_report.h"

#include "cli.h"
#include "exit_status.h"
#include "lint_report.h"
#include "tag.h"
#include "text.h"

/* Characters shown of two texts from their first difference on. */
enum { WINDOW = 24 };

int check_exit(const struct check *c)
{
	int code = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct keychecked *k = &c->v[i];

		code = exit_worse(
			code, k->item->st != ST_OK ? exit_status(k->item->st)
			      : k->result == KEYCHECK_TEMPERROR ? EXIT_TEMPORARY
			      : k->well				? 0
								: EXIT_FAILED);
	}
	return code;
}

/* --- standard error ------------------------------------------------------ */

static void say_unread(const struct keychecked *k)
{
	const struct keylist_item *it = k->item;

	cli_say(it->name.text[0] ? it->name.text : NULL, "%s%s%s",
		it->file ? it->file : "", it->file ? ": " : "",
		(const char *)k->error.p);
}

static void say_findings(const struct check *c, const struct keychecked *k)
{
	for (size_t i = 0; i < k->findings.n; i++) {
		const struct finding *f = &k->findings.v[i];
		enum severity s = f->kind->severity;
		struct buf words;

		/* an error is why the result is what it is */
		if (s == SEVERITY_ERROR ||
		    (s == SEVERITY_INFO && !c->verbose) ||
		    (s == SEVERITY_WARNING && c->quiet))
			continue;
		buf_init(&words, 8 * (size_t)LIMIT_DIAG);
		finding_words(f, &words);
		cli_say(k->item->name.text, "%s: %s", severity_word(s),
			(const char *)words.p);
		buf_free(&words);
	}
}

/* --- standard output ----------------------------------------------------- */

static void put_side(const char *head, const struct buf *print,
		     struct span text, struct buf *out)
{
	buf_putf(out, "  %s", head);
	if (print && print->n) {
		buf_put(out, buf_span(print));
		buf_put(out, SPAN("  "));
	}
	text_put(out, text.n ? text : SPAN("nothing"));
	buf_put(out, SPAN("\n"));
}

static void put_window(struct span text, struct buf *out)
{
	text_put(out, text.n ? span_head(text, WINDOW) : SPAN("nothing"));
}

/* How far p= of RECORD, which may be no key, and that of the key agree. */
static void put_difference(const struct key *wanted, struct span record,
			   struct buf *out)
{
	struct tags t;
	struct span p = { 0 };
	struct buf key;
	size_t at = 0;

	if (tags_parse(&t, record, TAGS_RECORD, NULL) == ST_OK)
		p = tags_value(&t, "p");
	buf_init(&key, LIMIT_TXT_BYTES);
	if (p.n && key_to_p(wanted, &key) == ST_OK &&
	    !span_eq(p, buf_span(&key))) {
		while (at < p.n && at < key.n && p.p[at] == key.p[at])
			at++;
		buf_putf(out,
			 "  agree     the first %zu of %zu characters of p=\n",
			 at, key.n);
		buf_putf(out, "  differs   at character %zu of p=: ", at + 1);
		put_window(span_from(buf_span(&key), at), out);
		buf_put(out, SPAN(" / "));
		put_window(span_from(p, at), out);
		buf_put(out, SPAN("\n"));
	}
	buf_free(&key);
}

/* What was expected and what was found, for a key that is not well. */
static void put_sides(const struct keychecked *k, struct buf *out)
{
	const struct recordcheck *shown = k->shown;
	const struct dns_reply *reply = &shown->reply;

	if (k->item->key)
		put_side("expected  ", &k->print, buf_span(&k->expected), out);
	for (size_t i = 0; i < reply->n && k->result == KEYCHECK_SEVERAL; i++)
		put_side("found     ", NULL, buf_span(&reply->records[i]), out);
	if (k->result != KEYCHECK_SEVERAL && k->result != KEYCHECK_TEMPERROR)
		put_side("found     ", &shown->print, shown->found, out);
	if (k->item->key && k->result != KEYCHECK_SEVERAL)
		put_difference(k->item->key, shown->found, out);
}

/* What to do, where the aliases of the name lead, and where else the record
 * is. */
static void put_way(const struct keychecked *k, struct buf *out)
{
	const struct elsewhere *other = &k->elsewhere;
	struct span rest = buf_span(&k->shown->reply.chain), target = { 0 };

	buf_put(out, SPAN("  do        "));
	check_act(k, out);
	buf_put(out, SPAN("\n"));
	if (rest.n)
		buf_putf(out, "  alias     %s", k->item->name.text);
	while (span_split(&rest, '\n', &target))
		if (target.n) {
			buf_put(out, SPAN(" -> "));
			text_put(out, target);
		}
	if (k->shown->reply.chain.n)
		buf_put(out, SPAN("\n"));
	if (other->name.text[0])
		buf_putf(out, "  elsewhere %s has %s: %s\n", other->name.text,
			 other->same	? "the record of this key"
			 : k->item->key ? "the record of another key"
					: "a key record",
			 other->mistake);
}

static void put_servers(const struct keychecked *k, struct buf *out)
{
	for (size_t i = 0; i < k->n; i++) {
		const struct recordcheck *check = &k->v[i].check;

		if (!k->v[i].label)
			continue;
		buf_put(out, SPAN("  server    "));
		text_put(out, span_str(k->v[i].label));
		buf_putf(out, ": %s", recordcheck_word(check->result));
		if (check->key) {
			buf_put(out, SPAN(" "));
			buf_put(out, buf_span(&check->print));
		}
		if (check->why.text[0]) {
			buf_put(out, SPAN(": "));
			text_put(out, span_str(check->why.text));
		}
		buf_put(out, SPAN("\n"));
	}
}

static void put_key(const struct check *c, const struct keychecked *k,
		    const char *note, struct buf *out)
{
	const struct recordcheck *shown = k->shown;

	buf_putf(out, "%s: %s", k->item->name.text, k->word);
	if (k->well && shown->key)
		buf_putf(out, " %.*s %s %u", (int)shown->print.n,
			 (const char *)shown->print.p,
			 key_type_word(key_type(shown->key)),
			 key_bits(shown->key));
	if (k->well) {
		buf_putf(out, " ttl=%u octets=%zu dnssec=%s", shown->reply.ttl,
			 shown->reply.octets,
			 dns_secure_word(shown->reply.secure));
	} else if (k->why.text[0]) {
		buf_put(out, SPAN(": "));
		text_put(out, span_str(k->why.text));
		if (k->why.where)
			buf_putf(out, " (%s)", k->why.where);
	}
	if (note)
		buf_putf(out, " [%s]", note);
	buf_put(out, SPAN("\n"));
	if (!k->well) {
		put_way(k, out);
		put_sides(k, out);
	}
	if (!k->well || c->verbose > 1)
		put_servers(k, out);
}

void check_text(const struct check *c, struct buf *out)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct keychecked *k = &c->v[i];
		const char *note = c->notes ? c->notes[i] : NULL;

		if (!check_is_shown(c, i))
			continue;
		if (k->item->st != ST_OK) {
			say_unread(k);
			continue;
		}
		if (!k->well || c->verbose || note)
			put_key(c, k, note, out);
		say_findings(c, k);
	}
}
