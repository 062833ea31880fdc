/* A file appears whole or not at all. */
#include "folder.h"

#include <errno.h>

#include "newfile.h"

static enum status commit(struct newfile *f, bool replace, struct diag *why)
{
	enum status st = newfile_flush(f, why);

	if (st == ST_OK)
		st = newfile_name(f, replace, why);
	return st == ST_OK ? newfile_settle(f, why) : st;
}

static enum status make(const char *path, const char *text, mode_t mode,
			bool replace, struct diag *why)
{
	struct newfile f;
	enum status st = newfile_open(&f, path, mode, why);

	if (st == ST_OK)
		st = io_write(f.fd, span_str(text), why);
	if (st == ST_OK)
		st = commit(&f, replace, why);
	newfile_abort(&f);
	assert_int_equal(f.fd, -1);
	newfile_abort(&f); /* harmless */
	return st;
}

static void appears(void **state)
{
	struct diag why = { 0 };

	(void)state;
	assert_int_equal(make("a", "one", 0600, false, &why), ST_OK);
	holds("a", "one");
	assert_int_equal(make("./b", "two", 0600, true, &why), ST_OK);
	holds("b", "two");
	assert_int_equal(names(false), 2);
}

/* Its name is there at the commit, not before. */
static void not_before(void **state)
{
	struct newfile f;

	(void)state;
	assert_int_equal(newfile_open(&f, "a", 0600, NULL), ST_OK);
	assert_int_equal(io_write(f.fd, SPAN("x"), NULL), ST_OK);
	assert_int_equal(access("a", F_OK), -1);
	assert_int_equal(commit(&f, false, NULL), ST_OK);
	holds("a", "x");
	newfile_abort(&f);
	holds("a", "x");
}

static void abort_leaves_nothing(void **state)
{
	struct newfile f;

	(void)state;
	assert_int_equal(newfile_open(&f, "a", 0600, NULL), ST_OK);
	assert_int_equal(io_write(f.fd, SPAN("secret"), NULL), ST_OK);
	newfile_abort(&f);
	assert_int_equal(names(false), 0);
}

static void existing_stays(void **state)
{
	struct diag why = { 0 };

	(void)state;
	put("a", "old");
	assert_int_equal(make("a", "new", 0600, false, &why), ST_CANT_CREATE);
	assert_non_null(strstr(why.text, strerror(EEXIST)));
	holds("a", "old");
	assert_int_equal(names(false), 1);
	assert_int_equal(make("a", "new", 0600, true, &why), ST_OK);
	holds("a", "new");
	assert_int_equal(names(false), 1);
}

/* It came between the open and the commit. */
static void race(void **state)
{
	struct newfile f;

	(void)state;
	assert_int_equal(newfile_open(&f, "a", 0600, NULL), ST_OK);
	put("a", "other");
	assert_int_equal(commit(&f, false, NULL), ST_CANT_CREATE);
	newfile_abort(&f);
	holds("a", "other");
	assert_int_equal(names(false), 1);
}

/* A symlink is never followed: neither to a file nor to nothing. */
static void symlinks(void **state)
{
	struct stat info;

	(void)state;
	put("target", "old");
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(make("link", "new", 0600, false, NULL),
			 ST_CANT_CREATE);
	assert_int_equal(make("dangling", "new", 0600, false, NULL),
			 ST_CANT_CREATE);
	assert_int_equal(access("nowhere", F_OK), -1);
	assert_int_equal(make("link", "new", 0600, true, NULL), ST_OK);
	assert_int_equal(make("dangling", "new", 0600, true, NULL), ST_OK);
	holds("link", "new");
	holds("dangling", "new");
	holds("target", "old");
	assert_int_equal(lstat("link", &info), 0);
	assert_true(S_ISREG(info.st_mode));
	assert_int_equal(access("nowhere", F_OK), -1);
}

static void modes(void **state)
{
	static const mode_t wanted[] = { 0600, 0400, 0640, 0644, 0660, 0666 };
	static const mode_t masks[] = { 0, 022, 077, 0777 };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(wanted); i++)
		for (size_t j = 0; j < COUNT(masks); j++) {
			struct newfile f;
			struct stat info;
			char row[32];

			snprintf(row, sizeof(row), "%04o umask %04o",
				 (unsigned)wanted[i], (unsigned)masks[j]);
			umask(masks[j]);
			enum status st = newfile_open(&f, "m", wanted[i], NULL);

			umask(022);
			bad += row_is(row, "open", st, ST_OK);
			/* from the first octet */
			assert_int_equal(fstat(f.fd, &info), 0);
			bad += row_is(row, "mode", info.st_mode & 07777,
				      wanted[i]);
			bad += row_is(row, "commit", commit(&f, true, NULL),
				      ST_OK);
			newfile_abort(&f);
			assert_int_equal(stat("m", &info), 0);
			bad += row_is(row, "mode in the end",
				      info.st_mode & 07777, wanted[i]);
		}
	assert_int_equal(bad, 0);
}

/* Replacing does not take over the mode of what was there. */
static void mode_of_replaced(void **state)
{
	struct stat info;

	(void)state;
	put("a", "old");
	assert_int_equal(chmod("a", 0666), 0);
	assert_int_equal(make("a", "new", 0600, true, NULL), ST_OK);
	assert_int_equal(stat("a", &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
}

static void owner(void **state)
{
	struct newfile f;
	struct stat info;

	(void)state;
	assert_int_equal(newfile_open(&f, "a", 0640, NULL), ST_OK);
	assert_int_equal(newfile_owner(&f, (uid_t)-1, (gid_t)-1, NULL), ST_OK);
	assert_int_equal(newfile_owner(&f, geteuid(), getegid(), NULL), ST_OK);
	assert_int_equal(fstat(f.fd, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0640);
	assert_int_equal(info.st_uid, geteuid());
	if (geteuid() != 0)
		assert_int_equal(newfile_owner(&f, 0, (gid_t)-1, NULL),
				 ST_PERMISSION);
	newfile_abort(&f);
	assert_int_equal(names(false), 0);
}

static void refusals(void **state)
{
	struct diag why = { 0 };

	(void)state;
	assert_int_equal(mkdir("sub", 0755), 0);
	put("file", "old");
	assert_int_equal(make("none/a", "x", 0600, false, &why),
			 ST_CANT_CREATE);
	assert_true(why.text[0]);
	assert_int_equal(make("file/a", "x", 0600, false, NULL),
			 ST_CANT_CREATE);
	assert_int_equal(make("sub/", "x", 0600, true, NULL), ST_CANT_CREATE);
	assert_int_equal(make("", "x", 0600, true, NULL), ST_CANT_CREATE);
	assert_int_equal(make("sub", "x", 0600, true, NULL), ST_CANT_CREATE);
	assert_int_equal(make("sub", "x", 0600, false, NULL), ST_CANT_CREATE);
	assert_int_equal(names(false), 2);
	/* as /dev/null would, if root named it */
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(make("fifo", "x", 0600, true, NULL), ST_CANT_CREATE);
	assert_int_equal(names(false), 3);
	if (geteuid() != 0) {
		assert_int_equal(chmod("sub", 0555), 0);
		assert_int_equal(make("sub/a", "x", 0600, false, NULL),
				 ST_PERMISSION);
	}
	holds("file", "old");
}

/* A folder that is gone cannot have kept its files: that is no success. */
static void settle_folder(void **state)
{
	struct diag why = { 0 };

	(void)state;
	assert_int_equal(newfile_settle_folder(".", &why), ST_OK);
	assert_int_equal(newfile_settle_folder("none", &why), ST_IO);
	assert_non_null(strstr(why.text, "none"));
	put("file", "x");
	assert_int_equal(newfile_settle_folder("file", NULL), ST_IO);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(appears, clean),
		cmocka_unit_test_teardown(not_before, clean),
		cmocka_unit_test_teardown(abort_leaves_nothing, clean),
		cmocka_unit_test_teardown(existing_stays, clean),
		cmocka_unit_test_teardown(race, clean),
		cmocka_unit_test_teardown(symlinks, clean),
		cmocka_unit_test_teardown(modes, clean),
		cmocka_unit_test_teardown(mode_of_replaced, clean),
		cmocka_unit_test_teardown(owner, clean),
		cmocka_unit_test_teardown(refusals, clean),
		cmocka_unit_test_teardown(settle_folder, clean),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
