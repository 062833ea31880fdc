/* Signers from tables: patterns, the order of the questions that a SigningTable
 * is asked, and keys that cannot be used. */
#include "signers.h"

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
} cases[] = {
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
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct tablekeys t = { .all = cases[i].all,
				       .ring = private_keys_new(NULL) };

		put_key("key", key);
		put("keys", cases[i].keys);
		put("signing", cases[i].signing ? cases[i].signing : "");
		assert_int_equal(tablekeys_read(&t, "keys",
						cases[i].signing
							? "refile:signing"
							: NULL,
						NULL),
				 ST_OK);
		bad += pick(cases[i].keys, &t, cases[i].local, cases[i].domain,
			    cases[i].st, cases[i].wanted);
		tablekeys_free(&t);
		private_keys_free(t.ring);
	}
	assert_int_equal(bad, 0);
}

/* -- patterns -------------------------------------------------------------- */

static void matches(void **state)
{
	static const struct {
		struct span pattern, text;
		bool yes;
	} rows[] = {
		{ T(""), T(""), true },
		{ T(""), T("a"), false },
		{ T("*"), T(""), true },
		{ T("**"), T("abc"), true },
		{ T("*@a.example"), T("joe@a.example"), true },
		{ T("*@a.example"), T("joe@b.a.example"), false },
		{ T("*@*.a.example"), T("joe@b.a.example"), true },
		{ T("*@*.a.example"), T("joe@a.example"), false },
		{ T("Joe@A.example"), T("jOE@a.EXAMPLE"), true },
		{ T("joe@a.example"), T("joe@a.example "), false },
		{ T("joe"), T("jo"), false },
		{ T("a*b*c"), T("axbxxbc"), true },
		{ T("a*b*c"), T("axbxxb"), false },
		{ T("*.example"), T("a.example.example"), true },
		{ T("a?c.[x]"), T("a?c.[x]"), true },
		{ T("a?c"), T("abc"), false },
		{ T("*\xe9"), T("caf\xe9"), true },
		{ T("a*"), T("a\0b"), true },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		bad += row_is((const char *)rows[i].pattern.p,
			      (const char *)rows[i].text.p,
			      wild_match(guarded(rows[i].pattern),
					 guarded(rows[i].text)),
			      rows[i].yes);
	assert_int_equal(bad, 0);
}

/* Not exponential: the last star alone is tried again. */
static void many_stars(void **state)
{
	char pattern[2001], text[1001];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		pattern[2 * i] = '*';
		pattern[2 * i + 1] = 'a';
		text[i] = 'a';
	}
	pattern[2000] = 'b';
	text[1000] = 'c';
	assert_false(wild_match(span_of(pattern, sizeof(pattern)),
				span_of(text, sizeof(text))));
}

/* -- the SigningTable ------------------------------------------------------ */

/* The lines that FILE has for mail of LOCAL at DOMAIN, or why not. */
static int gives(const char *file, const char *local, const char *domain,
		 const char *wanted)
{
	struct signtable t;
	const struct signtable_entry *e;
	struct name name;
	struct diag why = { 0 };
	struct buf got;
	size_t at = 0;
	char row[100];

	snprintf(row, sizeof(row), "%s %s@%s", file, local, domain);
	buf_init(&got, 4096);
	assert_int_equal(name_parse(span_str(domain), NAME_SINGLE, &name, NULL),
			 ST_OK);
	if (signtable_read(file, &t, &why) != ST_OK)
		buf_putf(&got, "%s", why.text);
	else
		while ((e = signtable_next(&t, span_str(local), &name, &at)) !=
		       NULL) {
			buf_put(&got, e->key);
			if (e->identity.n)
				buf_put(&got, SPAN("/"));
			buf_put(&got, e->identity);
			buf_put(&got, SPAN(" "));
		}
	int bad = row_is_span(row, "keys", buf_span(&got), span_str(wanted));

	buf_free(&got);
	signtable_free(&t);
	return bad;
}

static void plain(void **state)
{
	int bad = 0;

	(void)state;
	put("t", "# the questions, last first\n"
		 "* star\n"
		 "joe@* joe-star\n"
		 ".example dot-example\n"
		 "joe@.example joe-dot-example\n"
		 ".a.example dot-a\n"
		 "joe@.a.example joe-dot-a\n"
		 "b.a.example host\n"
		 "Joe@B.a.example user-host\n"
		 "joe@b.a.example second\n");
	bad += gives("t", "joe", "b.a.example",
		     "user-host host joe-dot-a dot-a joe-dot-example "
		     "dot-example joe-star star ");
	bad += gives("file:t", "JOE", "b.a.example",
		     "user-host host joe-dot-a dot-a joe-dot-example "
		     "dot-example joe-star star ");
	bad += gives("t", "sue", "b.a.example", "host dot-a dot-example star ");
	bad += gives("t", "joe", "a.example",
		     "joe-dot-example dot-example joe-star star ");
	bad += gives("t", "joe", "example", "joe-star star ");
	bad += gives("t", "sue", "other.test", "star ");
	assert_int_equal(bad, 0);
}

static void patterns(void **state)
{
	int bad = 0;

	(void)state;
	/* a second field both ways */
	put("t", "*@rushworth.us mail._domainkey.rushworth.us\n"
		 "joe@*.rushworth.us k2 joe@%\n"
		 "*@lisa.rushworth.us k3:@lisa.rushworth.us\n"
		 "*@*.RUSHWORTH.us %\n"
		 "lisa.rushworth.us never\n");
	bad += gives("refile:t", "joe", "rushworth.us",
		     "mail._domainkey.rushworth.us ");
	bad += gives("refile:t", "joe", "lisa.rushworth.us",
		     "k2/joe@% k3/@lisa.rushworth.us % ");
	bad += gives("refile:t", "ann", "lisa.rushworth.us",
		     "k3/@lisa.rushworth.us % ");
	bad += gives("refile:t", "joe", "example.com", "");
	/* without refile: these are no patterns */
	bad += gives("t", "joe", "rushworth.us", "");
	assert_int_equal(bad, 0);
}

static void stars(void **state)
{
	struct signtable t;

	(void)state;
	put("t", "* k\njoe@* k\n*@a.example k\n");
	assert_int_equal(signtable_read("t", &t, NULL), ST_OK);
	assert_int_equal(t.stars, 3);
	signtable_free(&t);
	assert_int_equal(signtable_read("refile:t", &t, NULL), ST_OK);
	assert_int_equal(t.stars, 0);
	signtable_free(&t);
}

static void bad_lines(void **state)
{
	int bad = 0;

	(void)state;
	put("t", "\n# x\na.example\n");
	bad += gives("t", "a", "a.example",
		     "t: line 3: not PATTERN KEY, or PATTERN KEY IDENTITY");
	put("t", "a.example k i j\n");
	bad += gives("t", "a", "a.example",
		     "t: line 1: not PATTERN KEY, or PATTERN KEY IDENTITY");
	put("t", "a.example :i\n");
	bad += gives("t", "a", "a.example",
		     "t: line 1: not PATTERN KEY, or PATTERN KEY IDENTITY");
	put("t", "");
	bad += gives("t", "a", "a.example", "");
	bad += gives("ldap:t", "a", "a.example",
		     "ldap:t: only files and refile: are read");
	assert_int_equal(bad, 0);
}

/* -- entries of the KeyTable ------------------------------------------------
 */

static size_t line_of(const struct keytable_entry *e)
{
	return e ? e->line : 0;
}

static void looks_up(void **state)
{
	struct tablekeys t = { 0 };
	const struct keytable_entry *e;

	(void)state;
	put("signing", "");
	put("table", "b x.y:s:/1\na x.y:s:/2\nb x.y:s:/3\n* x.y:s:/4\n");
	assert_int_equal(tablekeys_read(&t, "table", "signing", NULL), ST_OK);
	e = tablekeys_find(&t, SPAN("b"), NULL);
	assert_int_equal(line_of(e), 1);
	assert_null(tablekeys_find(&t, SPAN("b"), e));
	assert_int_equal(line_of(tablekeys_find(&t, SPAN("*"), NULL)), 4);
	assert_null(tablekeys_find(&t, SPAN("B"), NULL));
	assert_null(tablekeys_find(&t, SPAN("c"), NULL));
	assert_null(tablekeys_find(&t, SPAN(""), NULL));
	tablekeys_free(&t);
	t = (struct tablekeys){ 0 };

	assert_int_equal(tablekeys_read(&t, "refile:table", "signing", NULL),
			 ST_OK);
	e = tablekeys_find(&t, SPAN("b"), NULL);
	assert_int_equal(line_of(e), 1);
	e = tablekeys_find(&t, SPAN("b"), e);
	assert_int_equal(line_of(e), 3);
	e = tablekeys_find(&t, SPAN("b"), e);
	assert_int_equal(line_of(e), 4);
	assert_null(tablekeys_find(&t, SPAN("b"), e));
	tablekeys_free(&t);
}

/* The look-up in a large table stays fast. */
static void large(void **state)
{
	enum { LINES = 100000 };
	struct buf text;
	struct tablekeys t = { 0 };
	char name[16];

	(void)state;
	buf_init(&text, LIMIT_TABLE_BYTES);
	for (int i = LINES; i-- > 0;)
		buf_putf(&text, "k%d a%d.example:s:/x\n", i, i);
	put("signing", "");
	put_span("table", buf_span(&text));
	assert_int_equal(tablekeys_read(&t, "table", "signing", NULL), ST_OK);
	assert_int_equal(t.keys.n, LINES);
	for (int i = 0; i < LINES; i++) {
		snprintf(name, sizeof(name), "k%d", i);
		assert_int_equal(
			line_of(tablekeys_find(&t, span_str(name), NULL)),
			LINES - i);
	}
	tablekeys_free(&t);
	buf_free(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches),
		cmocka_unit_test(many_stars),
		cmocka_unit_test_teardown(plain, clean),
		cmocka_unit_test_teardown(patterns, clean),
		cmocka_unit_test_teardown(stars, clean),
		cmocka_unit_test_teardown(bad_lines, clean),
		cmocka_unit_test_teardown(looks_up, clean),
		cmocka_unit_test_teardown(large, clean),
		cmocka_unit_test_teardown(picks, clean),
	};

	return cmocka_run_group_tests(tests, enter_with_key, leave_with_key);
}
