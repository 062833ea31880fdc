/* DER (X.690 8.1, 8.3, 10.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "der.h"
#include "guard.h"

static const struct row {
	const char *where;
	struct span octets, content;
	bool good;
} elements[] = {
	{ "X.690 8.1.3.4", T("\x30\x00"), T(""), true },
	{ "X.690 8.1.3.4", T("\x30\x02\x05\x00"), T("\x05\x00"), true },
	{ "X.690 8.1.3.4, more follows", T("\x30\x01\x61z"), T("a"), true },
	{ "empty", T(""), T(""), false },
	{ "no length", T("\x30"), T(""), false },
	{ "cut short", T("\x30\x02\x05"), T(""), false },
	{ "other tag", T("\x31\x00"), T(""), false },
	{ "indefinite", T("\x30\x80\x05\x00\x00\x00"), T(""), false },
	{ "X.690 10.1 long form", T("\x30\x81\x01\x61"), T(""), false },
	{ "X.690 10.1 zero first", T("\x30\x82\x00\x80"), T(""), false },
	{ "overflow", T("\x30\x84\xff\xff\xff\xff"), T(""), false },
	{ "too many octets", T("\x30\x85\x01\x00\x00\x00\x00"), T(""), false },
	{ "X.690 8.1.3.5 reserved", T("\x30\xff\x01"), T(""), false },
	{ "length cut short", T("\x30\x82\x01"), T(""), false },
};

static const struct row naturals[] = {
	{ "zero", T("\x02\x01\x00"), T(""), true },
	{ "one", T("\x02\x01\x01"), T("\x01"), true },
	{ "127", T("\x02\x01\x7f"), T("\x7f"), true },
	{ "128", T("\x02\x02\x00\x80"), T("\x80"), true },
	{ "65537", T("\x02\x03\x01\x00\x01"), T("\x01\x00\x01"), true },
	{ "negative", T("\x02\x01\x80"), T(""), false },
	{ "negative", T("\x02\x02\xff\x7f"), T(""), false },
	{ "leading zero", T("\x02\x02\x00\x7f"), T(""), false },
	{ "leading zeros", T("\x02\x03\x00\x00\x80"), T(""), false },
	{ "X.690 8.3.1 no octet", T("\x02\x00"), T(""), false },
	{ "cut short", T("\x02\x02\x01"), T(""), false },
};

static const struct row bits[] = {
	{ "RFC 5280 4.1", T("\x03\x02\x00\x61"), T("a"), true },
	{ "no bits", T("\x03\x01\x00"), T(""), true },
	{ "no count", T("\x03\x00"), T(""), false },
	{ "unused bits", T("\x03\x02\x01\x60"), T(""), false },
};

typedef bool (*reader)(struct span *rest, struct span *content);

static bool read_sequence(struct span *rest, struct span *content)
{
	return der_take(rest, DER_SEQUENCE, content);
}

static bool read_bits(struct span *rest, struct span *content)
{
	return der_bits(rest, DER_BIT_STRING, content);
}

static void run(const struct row *rows, size_t n, reader read)
{
	for (size_t i = 0; i < n; i++) {
		struct span rest = guarded(rows[i].octets), content = { 0 };
		struct span before = rest;

		if (read(&rest, &content) != rows[i].good)
			fail_msg("row %zu: %s", i, rows[i].where);
		if (!rows[i].good) {
			/* a refusal moves nothing */
			assert_ptr_equal(rest.p, before.p);
			assert_int_equal(rest.n, before.n);
		} else if (!span_eq(content, rows[i].content)) {
			fail_msg("row %zu: %s: content", i, rows[i].where);
		}
	}
}

#define RUN(rows, read) run(rows, sizeof(rows) / sizeof(*(rows)), read)

static void reading(void **state)
{
	(void)state;
	RUN(elements, read_sequence);
	RUN(naturals, der_natural);
	RUN(bits, read_bits);
}

static void cut(void **state)
{
	(void)state;
	assert_int_equal(der_cut(SPAN("\x30\x02\x05\x00")), 0);
	assert_int_equal(der_cut(SPAN("\x30\x02\x05")), 1);
	assert_int_equal(der_cut(SPAN("\x30\x82\x01\x00zz")), 254);
	assert_int_equal(der_cut(SPAN("\x30\x82\x01")), 0);
	assert_int_equal(der_cut(SPAN("\x31\x02\x05")), 0);
	assert_int_equal(der_cut(SPAN("")), 0);
}

/* Lengths around each change of form, written and read again. */
static void there_and_back(void **state)
{
	static const size_t sizes[] = { 0,   1,	  126, 127,   128,   129,
					254, 255, 256, 65535, 65536, 70000 };
	unsigned char *octets = mem_alloc(70000);

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct buf out;
		struct span rest, content = { 0 };

		buf_init(&out, 80000);
		der_put(&out, DER_OCTET_STRING, span_of(octets, sizes[i]));
		rest = guarded(buf_span(&out));
		assert_true(der_take(&rest, DER_OCTET_STRING, &content));
		assert_int_equal(rest.n, 0);
		assert_int_equal(content.n, sizes[i]);
		/* one octet less is one too few */
		rest = guarded(span_head(buf_span(&out), out.n - 1));
		assert_false(der_take(&rest, DER_OCTET_STRING, &content));
		buf_free(&out);
	}
	free(octets);
}

/* X.690 10.1: a length with a zero octet in front, all of it there */
static void padded_length(void **state)
{
	unsigned char octets[4 + 128] = { 0x30, 0x82, 0x00, 0x80 };
	struct span rest = guarded(span_of(octets, sizeof(octets)));
	struct span content;

	(void)state;
	assert_false(der_take(&rest, DER_SEQUENCE, &content));
}

static void naturals_there_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(naturals) / sizeof(*naturals); i++) {
		struct buf out;

		if (!naturals[i].good)
			continue;
		buf_init(&out, 100);
		der_put_natural(&out, naturals[i].content);
		assert_true(span_eq(buf_span(&out), naturals[i].octets));
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reading),
		cmocka_unit_test(cut),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(padded_length),
		cmocka_unit_test(naturals_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
