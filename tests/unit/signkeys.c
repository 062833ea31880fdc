/* Which keys sign: the parts that choose, one by one. The whole is in
 * tests/cli/signkeys.bats. */
#include "signers.h"

#include "pairkeys.h"
#include "signkeys.h"

static void templates(void **state)
{
	static const struct {
		const char *path;
		enum status check;
		bool author, sender;
		const char *expanded; /* NULL: a part is not known */
	} rows[] = {
		{ "plain/k.pem", ST_OK, false, false, "plain/k.pem" },
		{ "/k/%d.private.pem", ST_OK, true, false,
		  "/k/a.example.private.pem" },
		{ "%s/%d%d", ST_OK, true, false, "Sel/a.examplea.example" },
		{ "%s.private", ST_OK, false, false, "Sel.private" },
		{ "a%%b", ST_OK, false, false, "a%b" },
		{ "%%d", ST_OK, false, false, "%d" },
		{ "%%%d", ST_OK, true, false, "%a.example" },
		{ "%e", ST_OK, false, true, NULL },
		{ "%s%e%d", ST_OK, true, true, NULL },
		{ "%", ST_USAGE, false, false, NULL },
		{ "a%", ST_USAGE, false, false, NULL },
		{ "%D", ST_USAGE, false, false, NULL },
		{ "%d%x", ST_USAGE, false, false, NULL },
		{ "", ST_OK, false, false, "" },
	};
	const struct name from = { "a.example" };
	const struct keypath_parts parts = { &from, NULL, "Sel" };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool author, sender;
		struct buf out;
		enum status st =
			keypath_check(rows[i].path, &author, &sender, NULL);

		buf_init(&out, KEYPATH_OCTETS);
		bad += row_is(rows[i].path, "status", st, rows[i].check);
		if (st != ST_OK)
			continue;
		bad += row_is(rows[i].path, "author", author, rows[i].author);
		bad += row_is(rows[i].path, "sender", sender, rows[i].sender);
		st = keypath_expand(rows[i].path, &parts, &out, NULL);
		bad += row_is(rows[i].path, "expanded", st,
			      rows[i].expanded ? ST_OK : ST_NO_SIGNER);
		if (rows[i].expanded)
			bad += row_is_span(rows[i].path, "path", buf_span(&out),
					   span_str(rows[i].expanded));
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
}

static void identities(void **state)
{
	static const struct {
		const char *text;
		enum status st;
		bool fits, below;
	} rows[] = {
		{ "@a.example", ST_OK, true, false },
		{ "joe@A.example", ST_OK, true, false },
		{ "joe@x.a.example", ST_OK, true, true },
		{ "joe@xa.example", ST_OK, false, true },
		{ "joe@example", ST_USAGE, false, false },
		{ "a@b@a.example", ST_OK, true, false },
		{ "a.example", ST_USAGE, false, false },
		{ "joe@", ST_USAGE, false, false },
		{ "j oe@a.example", ST_USAGE, false, false },
		{ "joe;d=x@a.example", ST_USAGE, false, false },
		{ "joe\n@a.example", ST_USAGE, false, false },
		{ "jo\xc3\xa9@a.example", ST_USAGE, false, false },
	};
	const struct name d = { "a.example" };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum status st = identity_check(rows[i].text, NULL);

		bad += row_is(rows[i].text, "status", st, rows[i].st);
		if (st == ST_OK)
			bad += row_is(rows[i].text, "fits",
				      identity_fits(rows[i].text, &d),
				      rows[i].fits) +
			       row_is(rows[i].text, "below",
				      identity_below(rows[i].text, &d),
				      rows[i].below);
	}
	assert_int_equal(bad, 0);
}

/* -- private keys ---------------------------------------------------------- */

static int reads, warnings;

static enum status make_key(void *ctx, struct key **out, struct diag *concern,
			    struct diag *why)
{
	reads++;
	status_ignore(diag_set(concern, ST_OK, NULL, "a concern"));
	return ctx ? diag_set(why, ST_PERMISSION, NULL, "no")
		   : key_generate(KEY_ED25519, 0, out, why);
}

static void count_warning(const char *file, const char *text)
{
	assert_string_equal(file, "file");
	assert_string_equal(text, "a concern");
	warnings++;
}

static void ring(void **state)
{
	struct private_keys *r = private_keys_new(count_warning);
	struct sign_key first = { 0 }, second = { 0 };
	int fails = 1;
	char id[16];

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct private_keys_source from = { id, "file", make_key,
						    NULL };

		snprintf(id, sizeof(id), "%d", i % 3);
		assert_int_equal(private_keys_get(r, &from,
						  i < 3 ? &first : &second,
						  NULL),
				 ST_OK);
		assert_null(i < 3 ? first.own : second.own);
		assert_int_equal(reads, i < 3 ? i + 1 : 3);
	}
	assert_ptr_equal(first.key, second.key);
	assert_int_equal(warnings, 3);

	/* what fails is not remembered */
	for (int i = 0; i < 2; i++) {
		struct private_keys_source from = { "bad", "file", make_key,
						    &fails };
		struct diag why = { 0 };

		assert_int_equal(private_keys_get(r, &from, &first, &why),
				 ST_PERMISSION);
		assert_string_equal(why.text, "no");
		assert_null(first.key);
	}
	assert_int_equal(reads, 5);
	private_keys_free(r);
	private_keys_free(NULL);
}

/* Beyond the ceiling a key is the caller's. */
static void full_ring(void **state)
{
	struct private_keys *r = private_keys_new(NULL);
	char id[16];

	(void)state;
	reads = 0;
	for (int i = 0; i < LIMIT_KEYS_CACHED + 2; i++) {
		struct private_keys_source from = { id, "file", make_key,
						    NULL };
		struct sign_key k;

		snprintf(id, sizeof(id), "%d", i);
		assert_int_equal(private_keys_get(r, &from, &k, NULL), ST_OK);
		assert_int_equal(k.own != NULL, i >= LIMIT_KEYS_CACHED);
		assert_non_null(k.key);
		key_free(k.own);
	}
	private_keys_free(r);
}

/* -- --domains ------------------------------------------------------------- */

static enum status pick_from_list(const char *author_domain, struct diag *why)
{
	static const char *const files[] = { "key" };
	const struct signkeys_conf conf = { .selectors = files,
					    .keys = files,
					    .selectors_n = 1,
					    .keys_n = 1,
					    .domains = "list" };
	struct author author = { .st = ST_OK };
	struct signers by = { 0 };
	struct signkeys *k;
	enum status st = signkeys_new(&conf, &k, why);

	if (st != ST_OK)
		return st;
	assert_int_equal(name_parse(span_str(author_domain), NAME_SINGLE,
				    &author.domain, NULL),
			 ST_OK);
	st = signkeys_pick(k, &author, &by, why);
	assert_int_equal(by.n, st == ST_OK);
	signers_free(&by);
	signkeys_free(k);
	return st;
}

static void lists_domains(void **state)
{
	static const struct {
		const char *name;
		bool yes;
	} rows[] = {
		{ "a.example", true },	   { "x.a.example", false },
		{ "b.example", false },	   { "x.b.example", true },
		{ "x.y.b.example", true }, { "xb.example", false },
		{ "c.example", false },	   { "x.c.example", true },
		{ "example", false },
	};
	struct key *key;
	struct diag why = { 0 };
	int bad = 0;

	(void)state;
	assert_int_equal(key_generate(KEY_ED25519, 0, &key, NULL), ST_OK);
	put_key("key", key);
	key_free(key);
	put("list", "A.example # one\n.b.example\n*.c.Example\n");
	for (size_t i = 0; i < COUNT(rows); i++)
		bad += row_is(rows[i].name, "status",
			      pick_from_list(rows[i].name, &why),
			      rows[i].yes ? ST_OK : ST_NO_SIGNER);
	assert_int_equal(bad, 0);
	put("list", "a.example\na b\n");
	assert_int_equal(pick_from_list("a.example", &why), ST_CONFIG);
	assert_string_equal(why.text,
			    "list: line 2: not a domain, .DOMAIN or *.DOMAIN");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates),
		cmocka_unit_test(identities),
		cmocka_unit_test(ring),
		cmocka_unit_test(full_ring),
		cmocka_unit_test_teardown(lists_domains, clean),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
