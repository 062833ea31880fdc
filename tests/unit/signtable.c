/* OpenDKIM's SigningTable: the order of its questions (PEERS 5). */
#include "folder.h"

#include "signtable.h"

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
	/* seeds/002, and a second field both ways */
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(plain, clean),
		cmocka_unit_test_teardown(patterns, clean),
		cmocka_unit_test_teardown(stars, clean),
		cmocka_unit_test_teardown(bad_lines, clean),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
