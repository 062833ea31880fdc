/* Results counted by d= and s= (--summary). */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "tally.h"

static void set_name(struct name *name, const char *text)
{
	snprintf(name->text, sizeof(name->text), "%s", text);
}

/* A message with a signature of each D, all by s and ST. */
static void count(struct tally *t, const char *const *d, size_t n,
		  enum status st)
{
	struct verification all = { .n = n };
	struct buf notes;

	all.v = mem_alloc(n * sizeof(*all.v));
	for (size_t i = 0; i < n; i++) {
		all.v[i].st = st;
		set_name(&all.v[i].sig.d, d[i]);
		set_name(&all.v[i].sig.s, *d[i] ? "s" : "");
	}
	buf_init(&notes, 65536);
	tally_note(&all, &notes);
	tally_add(t, buf_span(&notes));
	buf_free(&notes);
	free(all.v);
}

static void show(const struct tally *t, struct buf *out)
{
	buf_init(out, 4096);
	for (size_t i = 0; i < t->n; i++)
		buf_putf(out, "%s/%s %s %llu\n", t->v[i].d, t->v[i].s,
			 result_word(t->v[i].result),
			 (unsigned long long)t->v[i].n);
}

static void sorted(void **state)
{
	static const char *const both[] = { "b.example", "a.example" };
	static const char *const unknown[] = { "" };
	struct tally t = { 0 };
	struct buf got;

	(void)state;
	count(&t, both, 2, ST_OK);
	count(&t, both, 1, ST_BODY_HASH);
	count(&t, both, 1, ST_BAD_SIGNATURE); /* both are "fail" */
	count(&t, both, 2, ST_OK);
	count(&t, NULL, 0, ST_OK);
	count(&t, unknown, 1, ST_SYNTAX);
	show(&t, &got);
	assert_int_equal(row_is_span("table", "rows", buf_span(&got),
				     SPAN("/ neutral 1\n"
					  "/ none 1\n"
					  "a.example/s pass 2\n"
					  "b.example/s pass 2\n"
					  "b.example/s fail 2\n")),
			 0);
	buf_free(&got);
	tally_free(&t);
	assert_int_equal(t.n, 0);
	tally_free(&t);
}

static void ceiling(void **state)
{
	struct tally t = { 0 };

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < LIMIT_TALLY_ROWS + 5; i++) {
			char d[32];
			const char *one = d;

			snprintf(d, sizeof(d), "d%d.example", i);
			count(&t, &one, 1, ST_OK);
		}
	assert_int_equal(t.n, LIMIT_TALLY_ROWS);
	assert_int_equal(t.others, 10);
	for (size_t i = 0; i < t.n; i++) {
		assert_int_equal(t.v[i].n, 2);
		assert_true(i == 0 || strcmp(t.v[i - 1].d, t.v[i].d) < 0);
	}
	tally_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorted),
		cmocka_unit_test(ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
