/* Files in place: what somebody else did to them meanwhile is never lost. The
 * mail is passed unsigned, which is written all the same. */
#include "folder.h"

#include "signfile.h"

#define MAIL "From: a@b.example\n\nHi.\n"

/* The file "m", opened and then HURT, in place; and hurt again by MEANWHILE
 * when its new content is written, not yet flushed. */
static enum status in_place(void (*hurt)(void),
			    void (*meanwhile)(const struct signfile *,
					      const struct sign_plan *,
					      unsigned, const struct diag *))
{
	struct signfile how = { .pass = true, .describe = meanwhile };
	struct diag why = { 0 };
	unsigned notes;
	int in;

	put("m", MAIL);
	in = open("m", O_RDONLY);
	assert_true(in >= 0);
	if (hurt)
		hurt();
	enum status st = signfile_in_place(&how, in, "m", &notes, &why);

	close(in);
	return st;
}

static void replace_m(void)
{
	put("new", "new mail\n");
	assert_int_equal(rename("new", "m"), 0);
}

static void link_away(void)
{
	put("private", "secret\n");
	assert_int_equal(remove("m"), 0);
	assert_int_equal(symlink("private", "m"), 0);
}

static void take_away(void)
{
	assert_int_equal(remove("m"), 0);
}

static void append(const struct signfile *how, const struct sign_plan *plan,
		   unsigned notes, const struct diag *why)
{
	int fd = open("m", O_WRONLY | O_APPEND);

	(void)how;
	(void)plan;
	(void)notes;
	(void)why;
	assert_int_equal(write(fd, "more\n", 5), 5);
	close(fd);
}

static void other_file(void **state)
{
	(void)state;
	assert_int_equal(in_place(NULL, NULL), ST_OK);
	holds("m", MAIL);
	assert_int_equal(in_place(replace_m, NULL), ST_IO);
	holds("m", "new mail\n");
	assert_int_equal(in_place(take_away, NULL), ST_IO);
	assert_int_equal(names(false), 0);
	assert_int_equal(in_place(link_away, NULL), ST_IO);
	holds("private", "secret\n");
	assert_int_equal(names(false), 2);
}

static void written_to(void **state)
{
	(void)state;
	assert_int_equal(in_place(NULL, append), ST_IO);
	holds("m", MAIL "more\n");
	assert_int_equal(names(false), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(other_file, clean),
		cmocka_unit_test_teardown(written_to, clean),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
