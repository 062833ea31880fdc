/* The exit status of a message without and with --require. */
#include "unit.h"

#include <stdio.h>

#include "exit_status.h"
#include "verify_exit.h"

/* One signature a letter: p pass, f fail, t fail under a testing key, d no
 * answer from DNS, y policy, k no key; in upper case aligned. Domains count
 * from d1.example. */
static void make(const char *letters, struct verdict *v,
		 struct verification *all)
{
	static const struct keyrec testing = { .testing = true };

	*all = (struct verification){ .v = v };
	for (; letters[all->n]; all->n++) {
		struct verdict *one = &v[all->n];
		unsigned char c = (unsigned char)letters[all->n];

		*one = (struct verdict){ .st = ST_NO_KEY };
		one->related = c < 'a' ? RELATION_WITHIN : RELATION_NONE;
		c = ascii_lower(c);
		one->st = c == 'p'   ? ST_OK
			  : c == 'd' ? ST_DNS
			  : c == 'y' ? ST_UNSIGNED_FROM
			  : c == 'k' ? ST_NO_KEY
				     : ST_BODY_HASH;
		one->rec = c == 't' ? &testing : NULL;
		snprintf(one->sig.d.text, sizeof(one->sig.d.text),
			 "d%zu.example", all->n + 1);
	}
}

static int exit_of(struct require *r, size_t n, const struct verification *all)
{
	const struct verify_exit how = { .require = r, .require_n = n };
	struct span denied;
	struct diag unmet;
	int code = verify_exit(&how, all, &denied, &unmet);

	assert_int_equal(denied.n, 0);
	assert_int_equal(unmet.text[0] != 0, n > 0 && (code == EXIT_FAILED ||
						       code == EXIT_TEMPORARY));
	return code;
}

static void holds(void **state)
{
	static const struct {
		const char *letters, *what[2];
		int code;
	} rows[] = {
		{ "p", { NULL }, 0 },
		{ "", { NULL }, 2 },
		{ "fd", { NULL }, 75 },
		{ "fp", { "any" }, 0 },
		{ "", { "any" }, 2 },
		{ "t", { "all" }, 2 },
		{ "pp", { "all" }, 0 },
		{ "pf", { "all" }, 1 },
		{ "pt", { "all" }, 1 },
		{ "pd", { "all" }, 75 },
		{ "fd", { "all" }, 1 },
		{ "py", { "all" }, 1 },
		{ "", { "all" }, 2 },
		{ "pP", { "aligned" }, 0 },
		{ "pF", { "aligned" }, 1 },
		{ "pY", { "aligned" }, 1 },
		{ "pD", { "aligned" }, 75 },
		{ "dF", { "aligned" }, 1 },
		{ "p", { "aligned" }, 1 },
		{ "", { "aligned" }, 2 },
		{ "pf", { "d=D1.example" }, 0 },
		{ "fp", { "d=d1.example" }, 1 },
		{ "dp", { "d=d1.example" }, 75 },
		{ "p", { "d=sub.d1.example" }, 1 },
		{ "kp", { "d=d1.example" }, 1 },
		{ "", { "d=d1.example" }, 2 },
		/* all of them, a certain no before a perhaps */
		{ "pP", { "all", "aligned" }, 0 },
		{ "pP", { "aligned", "d=d1.example" }, 0 },
		{ "pF", { "any", "aligned" }, 1 },
		{ "dF", { "d=d1.example", "aligned" }, 1 },
		{ "pD", { "d=d1.example", "aligned" }, 75 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct require r[2];
		struct verdict v[4];
		struct verification all;
		size_t n = 0;

		make(rows[i].letters, v, &all);
		for (; n < 2 && rows[i].what[n]; n++)
			assert_int_equal(verify_exit_require(rows[i].what[n],
							     &r[n], NULL),
					 ST_OK);
		bad += row_is(rows[i].letters,
			      rows[i].what[0] ? rows[i].what[0] : "none",
			      exit_of(r, n, &all), rows[i].code);
	}
	assert_int_equal(bad, 0);
}

static void no_message(void **state)
{
	struct verification all = { .header = ST_NOT_MESSAGE };
	struct require r;

	(void)state;
	assert_int_equal(verify_exit_require("all", &r, NULL), ST_OK);
	assert_int_equal(exit_of(&r, 1, &all), 65);
	/* 6.1: what was not looked at did not pass */
	struct verdict v = { .st = ST_OK };

	all = (struct verification){ .v = &v, .n = 1, .unseen = 1 };
	assert_int_equal(exit_of(&r, 1, &all), 1);
}

static void refuses(void **state)
{
	static const char *const rows[] = { "",	   "ALL",     "some", "d=",
					    "d=x", "d=a b.c", "e=a.b" };
	struct require r;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct diag why = { 0 };

		assert_int_equal(verify_exit_require(rows[i], &r, &why),
				 ST_USAGE);
		assert_true(why.text[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds),
		cmocka_unit_test(no_message),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
