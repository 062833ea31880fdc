#include "check_report.h"

#include "cli.h"
#include "tag.h"

/* The codes of sysexits that opendkim-testkey ends with. */
enum { GOOD = 0, MISMATCH = 65, NO_RECORD = 69, NO_KEY = 71 };

/* --- broken records ------------------------------------------------------ */

static const struct words {
	enum finding_id id;
	const char *text;
	const char *tag; /* whose value follows in quotes, or NULL */
} words[] = {
	{ FINDING_EMPTY, "empty key record", NULL },
	{ FINDING_FOREIGN, "invalid key version", "v" },
	{ FINDING_VERSION, "invalid key version", "v" },
	{ FINDING_HASH_UNKNOWN, "unknown hash", "h" },
	{ FINDING_KEY_TYPE, "unknown key type", "k" },
	{ FINDING_SERVICE, "key type mismatch", NULL },
	{ FINDING_NO_P, "key missing", NULL },
};

static const struct words *find_words(const struct findings *f)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (findings_has(f, words[i].id))
			return &words[i];
	return NULL;
}

/* The tag's value without its blanks; "" where there is no such tag. */
static void put_value(struct span record, const char *name, struct buf *out)
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

static void put_broken(const struct keychecked *k, struct buf *out)
{
	const struct recordcheck *shown = k->shown;
	const struct words *w = find_words(&shown->findings);

	if (!w) {
		buf_putf(out, "'%s': %s", k->item->name.text, k->why.text);
		return;
	}
	buf_putf(out, "%s", w->text);
	if (w->tag) {
		buf_put(out, SPAN(" '"));
		put_value(shown->found, w->tag, out);
		buf_put(out, SPAN("'"));
	}
}

/* What p= holds is no key: beside one to compare with, that is another. */
static bool is_other_key(const struct keychecked *k)
{
	static const enum finding_id of_p[] = { FINDING_PEM, FINDING_CUT,
						FINDING_PLACEHOLDER,
						FINDING_BASE64,
						FINDING_NOT_KEY };
	const struct findings *f = &k->shown->findings;

	if (k->result != KEYCHECK_BROKEN || !k->item->key || find_words(f))
		return false;
	for (size_t i = 0; i < sizeof(of_p) / sizeof(*of_p); i++)
		if (findings_has(f, of_p[i]))
			return true;
	return false;
}

/* --- the exit ------------------------------------------------------------ */

/* opendkim-testkey(8) takes no answer with several records, even where one of
 * them is the key's. */
static enum keycheck_result result_of(const struct keychecked *k)
{
	return findings_has(&k->shown->findings, FINDING_OTHER_RECORD)
		       ? KEYCHECK_SEVERAL
		       : k->result;
}

static int code_of(const struct keychecked *k)
{
	if (k->item->st != ST_OK)
		return NO_KEY;
	if (keycheck_well(result_of(k)))
		return GOOD;
	return k->result == KEYCHECK_MISMATCH || is_other_key(k) ? MISMATCH
								 : NO_RECORD;
}

int check_testkey_exit(const struct check *c)
{
	int code = GOOD;

	/* other than the model, a table with a bad key is not good */
	for (size_t i = 0; i < c->n; i++)
		if (code_of(&c->v[i]) > code)
			code = code_of(&c->v[i]);
	return code;
}

/* --- what is said -------------------------------------------------------- */

static void put_wrong(const struct keychecked *k, struct buf *out)
{
	const char *name = k->item->name.text;

	switch (result_of(k)) {
	case KEYCHECK_MATCH:
	case KEYCHECK_VALID:
		break;
	case KEYCHECK_MISMATCH:
		buf_put(out, SPAN("keys do not match"));
		break;
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
		if (is_other_key(k))
			buf_put(out, SPAN("keys do not match"));
		else
			put_broken(k, out);
		break;
	case KEYCHECK_TEMPERROR:
		buf_putf(out, "'%s' query failed: %s", name, k->why.text);
		break;
	}
}

/* "key not secure" where the record says something; of a table, "key NAME not
 * secure". */
static void say_secure(const struct check *c, const struct keychecked *k)
{
	int code = code_of(k);
	const char *entry = k->item->entry;

	if (c->verbose && (code == GOOD || code == MISMATCH))
		cli_say(NULL, "key %s%s%s", entry ? entry : "",
			entry ? " " : "",
			k->shown->reply.secure == DNS_SECURE ? "secure"
							     : "not secure");
}

static void say_wrong(const struct keychecked *k)
{
	const char *entry = k->item->entry;
	struct buf text;

	buf_init(&text, 2 * (size_t)LIMIT_TXT_BYTES);
	put_wrong(k, &text);
	cli_say(NULL, "%s%s%s%.*s", entry ? "key " : "", entry ? entry : "",
		entry ? ": " : "", (int)text.n, (const char *)text.p);
	buf_free(&text);
}

/* Of the key of options. */
static void say_result(const struct check *c, const struct keychecked *k,
		       struct buf *out)
{
	int code = code_of(k);

	say_secure(c, k);
	if (code == NO_RECORD)
		say_wrong(k);
	else if (code == MISMATCH)
		message_put(out, NULL, "keys do not match");
	else if (c->verbose > 2)
		message_put(out, NULL, "key OK");
}

static void say_entry_result(const struct check *c, const struct keychecked *k,
			     struct buf *out)
{
	if (code_of(k) != GOOD)
		say_wrong(k);
	say_secure(c, k);
	if (code_of(k) == GOOD && c->verbose > 2)
		message_put(out, NULL, "key %s: OK", k->item->entry);
}

static void say_one(const struct check *c, size_t i, struct buf *out)
{
	const struct keychecked *k = &c->v[i];
	const struct keylist_item *it = k->item;

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
	(it->entry ? say_entry_result : say_result)(c, k, out);
}

void check_testkey(const struct check *c, struct buf *out)
{
	size_t good = 0;

	for (size_t i = 0; i < c->n; i++) {
		good += code_of(&c->v[i]) == GOOD;
		if (check_is_shown(c, i))
			say_one(c, i, out);
	}
	if (c->n && c->v[0].item->entry && c->verbose)
		message_put(out, NULL, "%zu key%s checked; %zu pass, %zu fail",
			    c->n, c->n == 1 ? "" : "s", good, c->n - good);
}
