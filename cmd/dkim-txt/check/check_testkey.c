#include "check_report.h"

#include "cli.h"
#include "key_findings.h"
#include "tag.h"

/* The exit codes of opendkim-testkey(8), which are some of sysexits.h. */
enum { GOOD = 0, MISMATCH = 65, NO_RECORD = 69, NO_KEY = 71 };

/* --- broken records ------------------------------------------------------ */

static const struct words {
	const struct finding_kind *kind;
	const char *text;
	const char *tag; /* whose value follows in quotes, or NULL */
} words[] = {
	{ &FINDING_EMPTY, "empty key record", NULL },
	{ &FINDING_FOREIGN, "invalid key version", "v" },
	{ &FINDING_VERSION, "invalid key version", "v" },
	{ &FINDING_HASH_UNKNOWN, "unknown hash", "h" },
	{ &FINDING_KEY_TYPE, "unknown key type", "k" },
	{ &FINDING_SERVICE, "key type mismatch", NULL },
	{ &FINDING_NO_P, "key missing", NULL },
};

/* Findings that opendkim-testkey(8) does not have: for it, such a p= is another
 * key than the one to compare with. */
static const struct finding_kind *const not_keys[] = {
	&FINDING_PEM,	 &FINDING_CUT,	   &FINDING_PLACEHOLDER,
	&FINDING_BASE64, &FINDING_NOT_KEY, NULL,
};

/* The tag's value without its blanks; nothing where there is no such tag. */
static void put_tag_value(struct span record, const char *name, struct buf *out)
{
	struct tags t;
	const struct tag *tag = tags_parse(&t, record, TAGS_RECORD, NULL) ==
						ST_OK
					? tags_find(&t, span_str(name))
					: NULL;

	for (size_t i = 0; tag && i < tag->value.n; i++)
		if (!ascii_wsp(tag->value.p[i]))
			buf_put(out, span_head(span_from(tag->value, i), 1));
}

static int put_broken(const struct keychecked *k, struct buf *out)
{
	const struct findings *f = &k->shown->findings;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const struct words *w = &words[i];

		if (!findings_has(f, w->kind))
			continue;
		buf_putf(out, "%s", w->text);
		if (w->tag) {
			buf_put(out, SPAN(" '"));
			put_tag_value(k->shown->found, w->tag, out);
			buf_put(out, SPAN("'"));
		}
		return NO_RECORD;
	}
	for (size_t i = 0; k->item->key && not_keys[i]; i++)
		if (findings_has(f, not_keys[i])) {
			buf_put(out, SPAN("keys do not match"));
			return MISMATCH;
		}
	buf_putf(out, "'%s': %s", k->item->name.text, k->why.text);
	return NO_RECORD;
}

/* --- one key ------------------------------------------------------------- */

/* The code of K; OUT gets the reason in words, unless it is GOOD or NO_KEY. */
static int evaluate(const struct keychecked *k, struct buf *out)
{
	const char *name = k->item->name.text;
	/* an answer with several records is never good there, even where one
	 * of them is the key's */
	enum keycheck_result result =
		findings_has(&k->shown->findings, &FINDING_OTHER_RECORD)
			? KEYCHECK_SEVERAL
			: k->result;

	if (k->item->st != ST_OK)
		return NO_KEY;
	switch (result) {
	case KEYCHECK_MATCH:
	case KEYCHECK_VALID:
		return GOOD;
	case KEYCHECK_MISMATCH:
		buf_put(out, SPAN("keys do not match"));
		return MISMATCH;
	case KEYCHECK_ABSENT:
		if (k->shown->reply.answer == DNS_NODATA)
			buf_put(out, SPAN("No key"));
		else
			buf_putf(out, "'%s' record not found", name);
		break;
	case KEYCHECK_REVOKED:
		buf_put(out, SPAN("Revoked key"));
		break;
	case KEYCHECK_SEVERAL:
		buf_putf(out, "multiple DNS replies for '%s'", name);
		break;
	case KEYCHECK_BROKEN:
		return put_broken(k, out);
	case KEYCHECK_TEMPERROR:
		buf_putf(out, "'%s' query failed: %s", name, k->why.text);
		break;
	}
	return NO_RECORD;
}

static int code_of(const struct keychecked *k)
{
	struct buf ignored;
	int code;

	buf_init(&ignored, 2 * (size_t)LIMIT_TXT_BYTES);
	code = evaluate(k, &ignored);
	buf_free(&ignored);
	return code;
}

int check_testkey_exit(const struct check *c)
{
	int code = GOOD;

	/* unlike opendkim-testkey(8), which ends with 0 for any table */
	for (size_t i = 0; i < c->n; i++)
		if (code_of(&c->v[i]) > code)
			code = code_of(&c->v[i]);
	return code;
}

/* --- messages ------------------------------------------------------------ */

/* The result of a key of the options, or of an entry of a table. */
static void say_result(const struct check *c, const struct keychecked *k,
		       struct buf *out)
{
	const char *entry = k->item->entry;
	bool secure = k->shown->reply.secure == DNS_SECURE;
	struct buf text;
	int code;

	buf_init(&text, 2 * (size_t)LIMIT_TXT_BYTES);
	code = evaluate(k, &text);
	if (entry && code != GOOD)
		cli_say(NULL, "key %s: %.*s", entry, (int)text.n,
			(const char *)text.p);
	if (c->verbose && (code == GOOD || code == MISMATCH))
		cli_say(NULL, "key %s%s%s", entry ? entry : "",
			entry ? " " : "", secure ? "secure" : "not secure");
	if (!entry && code == NO_RECORD)
		cli_say(NULL, "%.*s", (int)text.n, (const char *)text.p);
	if (!entry && code == MISMATCH)
		message_put(out, NULL, "keys do not match");
	if (code == GOOD && c->verbose > 2)
		message_put(out, NULL, "key %s%sOK", entry ? entry : "",
			    entry ? ": " : "");
	buf_free(&text);
}

static void say_key(const struct check *c, size_t i, struct buf *out)
{
	const struct keylist_item *it = c->v[i].item;

	if (c->verbose > 1 && it->entry)
		cli_say(NULL, "record %zu for '%s' retrieved", i, it->entry);
	if (it->shared && it->key && key_is_private(it->key) && !c->quiet)
		cli_say(it->file, "WARNING: unsafe permissions");
	if (it->st != ST_OK) {
		(void)cli_fail(it->file, it->st, &it->why);
		return;
	}
	if (c->verbose > 1 && it->key && !it->entry)
		cli_say(NULL, "key loaded from %s", it->file);
	if (c->verbose > 1)
		cli_say(NULL, "checking key '%s'",
			it->entry ? it->entry : it->name.text);
	say_result(c, &c->v[i], out);
}

void check_testkey(const struct check *c, struct buf *out)
{
	size_t good = 0;

	for (size_t i = 0; i < c->n; i++) {
		good += code_of(&c->v[i]) == GOOD;
		if (check_is_shown(c, i))
			say_key(c, i, out);
	}
	if (c->n && c->v[0].item->entry && c->verbose)
		message_put(out, NULL, "%zu key%s checked; %zu pass, %zu fail",
			    c->n, c->n == 1 ? "" : "s", good, c->n - good);
}
