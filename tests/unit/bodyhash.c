/* Every body hash in one pass, with l= (RFC 6376 3.5, 3.7). */
#include "crypto.h"

#include <sys/wait.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "bodyhash.h"

static struct digest sha256(struct span s)
{
	struct hasher *h = hasher_new(crypto, HASH_SHA256);
	struct digest d;

	hasher_put(h, s);
	hasher_end(h, &d);
	hasher_free(h);
	return d;
}

static enum status push(void *ctx, struct span s)
{
	bodyhash_push(ctx, s);
	return ST_OK;
}

/* What is hashed, written out; length of the whole canonical body */
static const struct {
	const char *id;
	enum canon canon;
	uint64_t l;
	struct span body, hashed;
	uint64_t length;
} rows[] = {
	{ "simple", CANON_SIMPLE, UINT64_MAX, T(""), T("\r\n"), 2 },
	{ "relaxed", CANON_RELAXED, UINT64_MAX, T(""), T(""), 0 },
	{ "exact", CANON_SIMPLE, 5, T("Hi.\r\n"), T("Hi.\r\n"), 5 },
	{ "added CRLF", CANON_SIMPLE, 5, T("Hi."), T("Hi.\r\n"), 5 },
	{ "l=0", CANON_SIMPLE, 0, T("Hi.\r\n"), T(""), 5 },
	{ "l=0", CANON_RELAXED, 0, T(""), T(""), 0 },
	{ "too large", CANON_SIMPLE, 6, T("Hi.\r\n"), T("Hi.\r\n"), 5 },
	{ "huge", CANON_RELAXED, UINT64_MAX - 1, T("Hi."), T("Hi.\r\n"), 5 },
	{ "between CR and LF", CANON_SIMPLE, 4, T("Hi.\r\nyou\r\n"), T("Hi.\r"),
	  10 },
	{ "in a line", CANON_SIMPLE, 2, T("Hi.\r\n"), T("Hi"), 5 },
	{ "behind collapsed WSP", CANON_RELAXED, 2, T("a \t  b\r\n"), T("a "),
	  5 },
	{ "behind collapsed WSP", CANON_RELAXED, 3, T("a \t  b\r\n"), T("a b"),
	  5 },
	{ "blanks first", CANON_SIMPLE, 5, T("Hi.\r\n\r\n\r\n"), T("Hi.\r\n"),
	  5 },
	{ "blanks first", CANON_SIMPLE, 7, T("Hi.\r\n\r\n\r\n"), T("Hi.\r\n"),
	  5 },
	{ "inner blanks", CANON_RELAXED, 6, T("a \r\n\t\r\n\r\nb"),
	  T("a\r\n\r\n\r"), 10 },
	{ "l=5 while relaxed body is 5", CANON_RELAXED, 5,
	  T("Hi.          \r\n   \r\n"), T("Hi.\r\n"), 5 },
	{ "only CR", CANON_SIMPLE, UINT64_MAX, T("\r"), T("\r\r\n"), 3 },
	{ "only CR", CANON_RELAXED, UINT64_MAX, T("\r"), T("\r\r\n"), 3 },
	{ "only LF", CANON_RELAXED, UINT64_MAX, T("\n"), T("\n\r\n"), 3 },
	{ "body", CANON_RELAXED, UINT64_MAX, T(" "), T(""), 0 },
	{ "body with NUL, 0xff, lone CR", CANON_RELAXED, 4, T("\0\xff\r\r\nx"),
	  T("\0\xff\r\r"), 8 },
};

/* What a signature wants hashed; L may be UINT64_MAX: all. */
static struct sig wants(enum canon canon, enum hash hash, uint64_t l)
{
	return (struct sig){
		.body = canon, .hash = hash, .has_l = l != UINT64_MAX, .l = l
	};
}

static void truncation(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t step = 1; step < 9; step++) {
			struct bodyhash *b = bodyhash_new(crypto);
			struct digest wanted = sha256(rows[i].hashed);
			uint64_t length = 99;
			const struct sig sig =
				wants(rows[i].canon, HASH_SHA256, rows[i].l);
			size_t job = bodyhash_add(b, &sig);

			assert_int_equal(push_in_steps((struct sink){ push, b },
						       rows[i].body, step),
					 ST_OK);
			bodyhash_end(b);
			const struct digest *got =
				bodyhash_get(b, job, &length);

			bad += row_is(rows[i].id, "length", (long long)length,
				      (long long)rows[i].length);
			bad += row_is(
				rows[i].id, "hash as wanted",
				span_eq(digest_span(got), digest_span(&wanted)),
				1);
			bodyhash_free(b);
		}
	assert_int_equal(bad, 0);
}

/* All hashes of one body at once; equal ones are one. */
static void several(void **state)
{
	struct span body = SPAN("a  b \r\n\r\nc \r\n\r\n");
	static const struct {
		enum canon canon;
		uint64_t l;
		struct span hashed;
		uint64_t length;
		size_t number;
	} jobs[] = {
		{ CANON_SIMPLE, UINT64_MAX, T("a  b \r\n\r\nc \r\n"), 13, 0 },
		{ CANON_RELAXED, UINT64_MAX, T("a b\r\n\r\nc\r\n"), 10, 1 },
		{ CANON_SIMPLE, 3, T("a  "), 13, 2 },
		{ CANON_RELAXED, 3, T("a b"), 10, 3 },
		{ CANON_SIMPLE, UINT64_MAX, T("a  b \r\n\r\nc \r\n"), 13, 0 },
		{ CANON_RELAXED, 3, T("a b"), 10, 3 },
		{ CANON_RELAXED, 0, T(""), 10, 4 },
		{ CANON_RELAXED, 10, T("a b\r\n\r\nc\r\n"), 10, 5 },
	};

	(void)state;
	for (size_t step = 1; step < 20; step++) {
		struct bodyhash *b = bodyhash_new(crypto);

		for (size_t i = 0; i < COUNT(jobs); i++) {
			const struct sig sig =
				wants(jobs[i].canon, HASH_SHA256, jobs[i].l);

			assert_int_equal(bodyhash_add(b, &sig), jobs[i].number);
		}
		assert_int_equal(
			push_in_steps((struct sink){ push, b }, body, step),
			ST_OK);
		bodyhash_end(b);
		for (size_t i = 0; i < COUNT(jobs); i++) {
			struct digest wanted = sha256(jobs[i].hashed);
			uint64_t length;
			const struct digest *got =
				bodyhash_get(b, jobs[i].number, &length);

			assert_int_equal(length, jobs[i].length);
			assert_true(span_eq(digest_span(got),
					    digest_span(&wanted)));
		}
		(void)bodyhash_get(b, 0, NULL);
		bodyhash_free(b);
	}
	bodyhash_free(NULL);
}

/* fifty different l= in one pass */
static void many(void **state)
{
	unsigned char text[100];
	struct bodyhash *b = bodyhash_new(crypto);

	(void)state;
	memset(text, 'x', sizeof(text));
	for (uint64_t l = 0; l < 50; l++) {
		const struct sig sig = wants(CANON_SIMPLE, HASH_SHA256, 2 * l);

		assert_int_equal(bodyhash_add(b, &sig), l);
	}
	assert_int_equal(push_in_steps((struct sink){ push, b },
				       span_of(text, sizeof(text)), 7),
			 ST_OK);
	bodyhash_end(b);
	for (size_t l = 0; l < 50; l++) {
		struct digest wanted = sha256(span_of(text, 2 * l));

		assert_true(span_eq(digest_span(bodyhash_get(b, l, NULL)),
				    digest_span(&wanted)));
	}
	bodyhash_free(b);
}

/* A hash that the library does not give, as one that is bound to FIPS 140 would
 * do, ends the process and is no digest. */
static void no_hash(void **state)
{
	const struct sig sig = wants(CANON_SIMPLE, HASH_SHA1, UINT64_MAX);
	struct bodyhash *b = bodyhash_new(crypto);
	int status = 0;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		close(STDERR_FILENO);
		EVP_set_default_properties(NULL, "fips=yes");
		(void)bodyhash_add(b, &sig);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 71);
	bodyhash_free(b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(truncation),
		cmocka_unit_test(several),
		cmocka_unit_test(many),
		cmocka_unit_test(no_hash),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
