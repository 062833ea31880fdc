/* Signers from tables (CONTRACT 4). */
#include "folder.h"

#include "limit.h"
#include "tablekeys.h"

static struct key *key;

static int enter_with_key(void **state)
{
	return enter(state) ||
	       key_generate(KEY_ED25519, 0, &key, NULL) != ST_OK;
}

static int leave_with_key(void **state)
{
	key_free(key);
	return leave(state);
}

static void put_key(const char *path)
{
	struct buf pem;

	buf_init(&pem, LIMIT_KEY_FILE);
	assert_int_equal(key_write_private(key, false, &pem), ST_OK);
	put_span(path, buf_span(&pem));
	assert_int_equal(chmod(path, 0600), 0);
	buf_wipe(&pem);
}

/* "d s i by origin" of each, with "|" between; or why not. */
static void show(const struct signers *s, enum status st,
		 const struct diag *why, struct buf *out)
{
	buf_init(out, 4096);
	if (st != ST_OK)
		buf_putf(out, "%s", why->text);
	for (size_t i = 0; st == ST_OK && i < s->n; i++)
		buf_putf(out, "%s%s %s %s by %s", i ? "|" : "",
			 s->v[i].domain.text, s->v[i].selector.text,
			 s->v[i].identity ? s->v[i].identity : "-",
			 s->v[i].origin);
}

static int pick(const char *row, const struct tablekeys *t, const char *local,
		const char *domain, enum status st, const char *wanted)
{
	struct name author = { "" };
	struct signers out = { 0 };
	struct diag why = { 0 };
	struct buf text;

	snprintf(author.text, sizeof(author.text), "%s", domain);
	enum status got =
		tablekeys_pick(t, guarded_str(local), &author, &out, &why);

	show(&out, got, &why, &text);
	int bad =
		row_is(row, "status", got, st) +
		row_is_span(row, "signers", buf_span(&text), span_str(wanted));

	buf_free(&text);
	signers_free(&out);
	return bad;
}

static const struct {
	const char *keys, *signing;
	bool all;
	const char *local, *domain;
	enum status st;
	const char *wanted;
} rows[] = {
	{ "k a.example:s:./key", "*@a.example k", false, "joe", "a.example",
	  ST_OK, "a.example s - by keys: line 1, signing: line 1" },
	{ "k a.example:s:./key", "*@a.example k", false, "joe", "b.example",
	  ST_NO_SIGNER, "no line of signing matches joe@b.example" },
	{ "k %:s:./key", "*@* k", false, "joe", "b.example", ST_OK,
	  "b.example s - by keys: line 1, signing: line 1" },
	{ "# none\nb.example %:s:./key", "\n*@* %", false, "joe", "b.example",
	  ST_OK, "b.example s - by keys: line 2, signing: line 2" },
	/* the first, or all; what leads to one d= and s= once */
	{ "k a.example:s:./key\nl a.example:t:./key", "* k\n* l", false, "joe",
	  "a.example", ST_OK,
	  "a.example s - by keys: line 1, signing: line 1" },
	{ "k a.example:s:./key\nl a.example:t:./key\nm A.example:S:./key",
	  "* k\n* l\n* m", true, "joe", "a.example", ST_OK,
	  "a.example s - by keys: line 1, signing: line 1|"
	  "a.example t - by keys: line 2, signing: line 2" },
	/* i=: with the author's domain, left out where it does not fit */
	{ "k %:s:./key", "* k joe+%@%", false, "x", "a.example", ST_OK,
	  "a.example s joe+a.example@a.example by keys: line 1, "
	  "signing: line 1" },
	{ "k a.example:s:./key", "* k @b.example", false, "x", "a.example",
	  ST_OK, "a.example s - by keys: line 1, signing: line 1" },
	/* a line that matches is never "no key" */
	{ "k a.example:s:./key", "* l", false, "x", "a.example", ST_CONFIG,
	  "signing: line 1: keys has no entry \"l\"" },
	{ "k a.example:s:./none", "* k", false, "x", "a.example", ST_CONFIG,
	  "keys: line 1: ./none: cannot open: No such file or directory" },
	{ "k a.example:s:./%", "* k", false, "x", "key", ST_OK,
	  "a.example s - by keys: line 1, signing: line 1" },
	{ "k %:s:./key", "* k", false, "x", "localhost", ST_REFUSED,
	  "no domain to sign for: \"localhost\" has only one label" },
	/* key lists */
	{ "*@a.example:b.example:./key", NULL, false, "x", "a.example", ST_OK,
	  "b.example key - by keys: line 1" },
	{ "*:./key\n*:c.example:./key", NULL, true, "x", "a.example", ST_OK,
	  "a.example key - by keys: line 1|c.example key - by keys: line 2" },
	{ "joe@*:./key", NULL, false, "x", "a.example", ST_NO_SIGNER,
	  "no line of keys matches x@a.example" },
	{ "*:./none", NULL, false, "x", "a.example", ST_CONFIG,
	  "keys: line 1: ./none: cannot open: No such file or directory" },
};

static void picks(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct tablekeys t = { .list = !rows[i].signing,
				       .all = rows[i].all,
				       .ring = private_keys_new(NULL) };

		put_key("key");
		put("keys", rows[i].keys);
		assert_int_equal(
			keytable_read("keys",
				      t.list ? KEYTABLE_LIST : KEYTABLE_NAMED,
				      &t.keys, NULL),
			ST_OK);
		put("signing", rows[i].signing ? rows[i].signing : "");
		if (!t.list)
			assert_int_equal(signtable_read("refile:signing",
							&t.signing, NULL),
					 ST_OK);
		bad += pick(rows[i].keys, &t, rows[i].local, rows[i].domain,
			    rows[i].st, rows[i].wanted);
		tablekeys_free(&t);
		private_keys_free(t.ring);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(picks, clean),
	};

	return cmocka_run_group_tests(tests, enter_with_key, leave_with_key);
}
