/* Which keys sign (CONTRACT 4): the parts that choose, one by one. The whole is
 * in tests/cli/signkeys.bats. */
#include "folder.h"

#include "identity.h"
#include "private_keys.h"
#include "keypath.h"
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
		bool fits;
	} rows[] = {
		{ "@a.example", ST_OK, true },
		{ "joe@A.example", ST_OK, true },
		{ "joe@x.a.example", ST_OK, true },
		{ "joe@xa.example", ST_OK, false },
		{ "joe@example", ST_USAGE, false },
		{ "a@b@a.example", ST_OK, true },
		{ "a.example", ST_USAGE, false },
		{ "joe@", ST_USAGE, false },
		{ "j oe@a.example", ST_USAGE, false },
		{ "joe;d=x@a.example", ST_USAGE, false },
		{ "joe\n@a.example", ST_USAGE, false },
		{ "jo\xc3\xa9@a.example", ST_USAGE, false },
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
				      rows[i].fits);
	}
	assert_int_equal(bad, 0);
}

/* -- private_keys
 * ----------------------------------------------------------------
 */

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
	const struct key *first, *second;
	struct key *own;
	char id[16];

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct private_keys_source from = { id, "file", make_key,
						    NULL };

		snprintf(id, sizeof(id), "%d", i % 3);
		assert_int_equal(private_keys_get(r, &from,
						  i < 3 ? &first : &second,
						  &own, NULL),
				 ST_OK);
		assert_null(own);
		assert_int_equal(reads, i < 3 ? i + 1 : 3);
	}
	assert_ptr_equal(first, second);
	assert_int_equal(warnings, 3);

	/* what fails is not remembered */
	for (int i = 0; i < 2; i++) {
		struct private_keys_source from = { "bad", "file", make_key,
						    &own };
		struct diag why = { 0 };

		assert_int_equal(private_keys_get(r, &from, &first, &own, &why),
				 ST_PERMISSION);
		assert_string_equal(why.text, "no");
		assert_null(first);
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
		const struct key *key;
		struct key *own;

		snprintf(id, sizeof(id), "%d", i);
		assert_int_equal(private_keys_get(r, &from, &key, &own, NULL),
				 ST_OK);
		assert_int_equal(own != NULL, i >= LIMIT_KEYS_CACHED);
		assert_non_null(key);
		key_free(own);
	}
	private_keys_free(r);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates),
		cmocka_unit_test(identities),
		cmocka_unit_test(ring),
		cmocka_unit_test(full_ring),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
