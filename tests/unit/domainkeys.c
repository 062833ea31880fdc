/* DomainKey-Signature (RFC 4870): parsing, the sending address, and
 * the octets that are hashed, which these tests write out. */
#include "unit.h"

#include "crypto.h"
#include "domainkeys.h"

#define ALL "a=rsa-sha1; q=dns; c=nofws; d=legit.example; s=sel; b=QUJD"

static void index_header(struct fields *f, struct span block)
{
	size_t mbox;

	*f = (struct fields){ 0 };
	buf_init(&f->bytes, LIMIT_HEADER_BYTES);
	buf_put(&f->bytes, block);
	fields_parse(f, false, true, &mbox);
}

static const struct {
	const char *rule;
	struct span value;
	enum status st;
} values[] = {
	{ "tags", T(ALL), ST_OK },
	{ "tags a=", T("q=dns; c=simple; d=legit.example; s=sel; b=QUJD"),
	  ST_OK },
	{ "tags q= LENIENT", T("c=simple; d=legit.example; s=sel; b=QUJD"),
	  ST_OK },
	{ "tags b=", T("q=dns; c=simple; d=legit.example; s=sel"),
	  ST_MISSING_TAG },
	{ "tags c=", T("q=dns; d=legit.example; s=sel; b=QUJD"),
	  ST_MISSING_TAG },
	{ "tags d=", T("q=dns; c=simple; s=sel; b=QUJD"), ST_MISSING_TAG },
	{ "tags s=", T("q=dns; c=simple; d=legit.example; b=QUJD"),
	  ST_MISSING_TAG },
	{ "The same name twice", T(ALL "; b=QUJD"), ST_SYNTAX },
	{ "unknown tags", T(ALL "; x=y"), ST_OK },
	{ "A, 0x7f", T(ALL "; x=\x7f"), ST_SYNTAX },
	{ "A, 8-bit", T(ALL "; x=\xc3\xa4"), ST_SYNTAX },
	{ "h=", T(ALL "; h=from : To\r\n :subject"), ST_OK },
	{ "h= empty", T(ALL "; h="), ST_SYNTAX },
	{ "h= empty item", T(ALL "; h=from::to"), ST_SYNTAX },
	{ "h= without From", T(ALL "; h=to"), ST_OK }, /* match judges it */
	{ "b= folded", T("c=nofws; d=legit.example; s=s; b=Q\r\n\t UJ\r\n D"),
	  ST_OK },
	{ "d", T("c=nofws; d=legit.example(; s=s; b=QUJD"), ST_SYNTAX },
	{ "U-labels", T("c=nofws; d=l\xc3\xa4git.example; s=s; b=QUJD"),
	  ST_SYNTAX },
	{ "empty", T(""), ST_SYNTAX },
};

static void parses(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		struct field field = { .value = guarded(values[i].value) };
		struct sig sig;
		struct diag why = { 0 };

		bad += row_is(values[i].rule, "status",
			      domainkeys_parse(&field, &sig, &why),
			      values[i].st);
		bad += row_is(values[i].rule, "reason given", why.text[0] != 0,
			      values[i].st != ST_OK);
		sig_free(&sig);
	}
	assert_int_equal(bad, 0);
}

/* -- what is hashed -------------------------------------------------------- */

#define HEAD "Top: 0\r\nDomainKey-Signature: x\r\n"

static const struct {
	const char *rule;
	struct span header; /* below HEAD */
	const char *h;	    /* or NULL */
	struct span body;
	struct span simple, nofws;
} forms[] = {
	{ "all below", T("A: b\r\nC:  d\r\n"), NULL, T("x\r\n"),
	  T("A: b\r\nC:  d\r\n\r\nx\r\n"), T("A:b\r\nC:d\r\n\r\nx\r\n") },
	{ "h=, in message order", T("A: b\r\nC: d\r\nE: f\r\n"), "e:a",
	  T("x\r\n"), T("A: b\r\nE: f\r\n\r\nx\r\n"),
	  T("A:b\r\nE:f\r\n\r\nx\r\n") },
	{ "every occurrence", T("A: 1\r\nB: x\r\na: 2\r\n"), "A", T("x\r\n"),
	  T("A: 1\r\na: 2\r\n\r\nx\r\n"), T("A:1\r\na:2\r\n\r\nx\r\n") },
	{ "not above", T("A: 1\r\n"), "top:a", T("x\r\n"),
	  T("A: 1\r\n\r\nx\r\n"), T("A:1\r\n\r\nx\r\n") },
	{ "none", T("A: 1\r\n"), "z", T("x\r\n"), T("\r\nx\r\n"),
	  T("\r\nx\r\n") },
	{ "unwrapped", T("A: b\r\n\tc d\r\n  \r\n"), NULL, T("x\r\n"),
	  T("A: b\r\n\tc d\r\n  \r\n\r\nx\r\n"), T("A:bcd\r\n\r\nx\r\n") },
	{ "WSP before the colon", T("A \t: b\r\n"), NULL, T("x\r\n"),
	  T("A \t: b\r\n\r\nx\r\n"), T("A:b\r\n\r\nx\r\n") },
	{ "stray CR and LF", T("A: b\rc\nd\r\n"), NULL, T("e\rf\ng\r\r\nh\r"),
	  T("A: b\rc\nd\r\n\r\ne\rf\ng\r\r\nh\r\r\n"),
	  T("A:bcd\r\n\r\nefg\r\nh\r\n") },
	{ "LF at the start of a line", T("A: b\r\n"), NULL, T("x\r\n\ny\r\n"),
	  T("A: b\r\n\r\nx\r\n\ny\r\n"), T("A:b\r\n\r\nx\r\ny\r\n") },
	{ "empty body", T("A: b\r\n"), NULL, T(""), T("A: b\r\n"),
	  T("A:b\r\n") },
	{ "empty lines only", T("A: b\r\n"), NULL, T("\r\n\r\n"), T("A: b\r\n"),
	  T("A:b\r\n") },
	{ "blank lines only", T("A: b\r\n"), NULL, T(" \r\n\t\r\n"),
	  T("A: b\r\n\r\n \r\n\t\r\n"), T("A:b\r\n") },
	{ "a blank without line end", T("A: b\r\n"), NULL, T(" "),
	  T("A: b\r\n\r\n \r\n"), T("A:b\r\n") },
	{ "trailing empty lines", T("A: b\r\n"), NULL,
	  T("x\r\n\r\ny\r\n\r\n\r\n"), T("A: b\r\n\r\nx\r\n\r\ny\r\n"),
	  T("A:b\r\n\r\nx\r\n\r\ny\r\n") },
	{ "trailing blank lines", T("A: b\r\n"), NULL, T(" x \r\n \r\n\r\n\t"),
	  T("A: b\r\n\r\n x \r\n \r\n\r\n\t\r\n"), T("A:b\r\n\r\nx\r\n") },
	{ "leading empty lines", T("A: b\r\n"), NULL, T("\r\n\r\nx\r\n"),
	  T("A: b\r\n\r\n\r\n\r\nx\r\n"), T("A:b\r\n\r\n\r\n\r\nx\r\n") },
	{ "no final line end", T("A: b\r\n"), NULL, T("x"),
	  T("A: b\r\n\r\nx\r\n"), T("A:b\r\n\r\nx\r\n") },
	{ "8-bit and NUL", T("A: \xff\r\n"), NULL, T("\0\xff\r\n"),
	  T("A: \xff\r\n\r\n\0\xff\r\n"), T("A:\xff\r\n\r\n\0\xff\r\n") },
};

static struct digest sha1(struct span s)
{
	struct hasher *h = hasher_new(crypto, HASH_SHA1);
	struct digest d = { 0 };

	hasher_put(h, s);
	hasher_end(h, &d);
	assert_int_equal(d.n, 20);
	hasher_free(h);
	return d;
}

static enum status push(void *ctx, struct span piece)
{
	bodyhash_push(ctx, piece);
	return ST_OK;
}

/* Both forms in one pass, the body in pieces of STEP. */
static int form_is(size_t row, size_t step)
{
	struct bodyhash *d = bodyhash_new(crypto);
	struct fields f;
	struct buf block;
	struct span rest = span_str(forms[row].h), names[8];
	struct sig sig = { .text_c = SPAN("simple") };
	struct digest wanted;
	struct domainkeys_digests simple, nofws;
	int bad = 0;

	buf_init(&block, 4096);
	buf_put(&block, SPAN(HEAD));
	buf_put(&block, forms[row].header);
	index_header(&f, buf_span(&block));
	sig.field = &f.v[1];
	if (forms[row].h) {
		sig.h = names;
		while (span_split(&rest, ':', &names[sig.h_n]))
			sig.h_n++;
	}
	domainkeys_add(d, &sig, &f, &simple);
	sig.text_c = SPAN("nofws");
	domainkeys_add(d, &sig, &f, &nofws);
	assert_int_equal(push_in_steps((struct sink){ push, d },
				       guarded(forms[row].body), step),
			 ST_OK);
	bodyhash_end(d);
	wanted = sha1(forms[row].simple);
	bad += row_is_span(forms[row].rule, "simple",
			   digest_span(bodyhash_get(d, simple.number[0], NULL)),
			   digest_span(&wanted));
	wanted = sha1(forms[row].nofws);
	bad += row_is_span(forms[row].rule, "nofws",
			   digest_span(bodyhash_get(d, nofws.number[0], NULL)),
			   digest_span(&wanted));
	bodyhash_free(d);
	fields_free(&f);
	buf_free(&block);
	return bad;
}

static void canonicalizes(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(forms); i++)
		for (size_t step = 0; step < 8; step++)
			bad += form_is(i, step);
	assert_int_equal(bad, 0);
}

/* A body beyond every buffer, of which each octet is dropped or kept alone. */
static void long_body(void **state)
{
	static const size_t steps[] = { 4095, 4096, 4097, 65536 };
	struct buf body, plain;
	struct fields f;

	(void)state;
	buf_init(&body, 1 << 20);
	buf_init(&plain, 1 << 20);
	for (int i = 0; i < 30000; i++) {
		buf_put(&body, i % 100 ? SPAN("a \tb") : SPAN("a \r\n"));
		buf_put(&plain, i % 100 ? SPAN("ab") : SPAN("a\r\n"));
	}
	buf_put(&plain, SPAN("\r\n"));
	index_header(&f, SPAN("A: b\r\n"));
	struct buf whole;

	buf_init(&whole, 1 << 20);
	buf_put(&whole, SPAN("A:b\r\n\r\n"));
	buf_put(&whole, buf_span(&plain));
	struct digest wanted = sha1(buf_span(&whole));

	for (size_t i = 0; i < COUNT(steps); i++) {
		struct bodyhash *d = bodyhash_new(crypto);
		const struct sig sig = { .text_c = SPAN("nofws") };
		struct domainkeys_digests number;

		domainkeys_add(d, &sig, &f, &number);
		assert_int_equal(push_in_steps((struct sink){ push, d },
					       buf_span(&body), steps[i]),
				 ST_OK);
		bodyhash_end(d);
		assert_memory_equal(bodyhash_get(d, number.number[0], NULL)->b,
				    wanted.b, 20);
		bodyhash_free(d);
	}
	fields_free(&f);
	buf_free(&body);
	buf_free(&plain);
	buf_free(&whole);
}

/* -- for whom -------------------------------------------------------------- */

static const struct {
	const char *rule;
	struct span header;
	const char *h; /* in the signature, or "" */
	enum status st;
	const char *field, *local;
} senders[] = {
	{ "Sending address", T("From: a@legit.example\r\n"), "", ST_OK, "From",
	  "a" },
	{ "below d=", T("From: a@x.Legit.example\r\n"), "", ST_OK, "From",
	  "a" },
	{ "the first", T("From: a@legit.example, b@evil.example\r\n"), "",
	  ST_OK, "From", "a" },
	{ "the first", T("From: b@evil.example, a@legit.example\r\n"), "",
	  ST_DOMAIN_MISMATCH, "From", "b" },
	{ "Sender", T("Sender: b@legit.example\r\nFrom: a@evil.example\r\n"),
	  "", ST_OK, "Sender", "b" },
	{ "Sender", T("Sender: b@evil.example\r\nFrom: a@legit.example\r\n"),
	  "", ST_DOMAIN_MISMATCH, "Sender", "b" },
	{ "RFC 4870 3.5.2",
	  T("Sender: b@evil.example\r\nFrom: a@legit.example\r\n"), "; h=from",
	  ST_OK, "From", "a" },
	{ "No h=", T("Sender: b@evil.example\r\nFrom: a@legit.example\r\n"),
	  "; h=from:sender", ST_DOMAIN_MISMATCH, "Sender", "b" },
	{ "No h=", T("From: a@legit.example\r\n"), "; h=to:sender",
	  ST_FROM_NOT_SIGNED, "From", "a" },
	{ "no From", T("Sender: b@legit.example\r\n"), "", ST_DOMAIN_MISMATCH,
	  "Sender", "b" },
	{ "two From", T("From: a@legit.example\r\nFrom: a@legit.example\r\n"),
	  "", ST_DOMAIN_MISMATCH, "From", "" },
	{ "broken Sender", T("Sender: b\r\nFrom: a@legit.example\r\n"), "",
	  ST_DOMAIN_MISMATCH, "Sender", "" },
	{ "xn-- vs U-label author",
	  T("From: a@x.legit.example, b@\xc3\xa4.example\r\n"), "", ST_OK,
	  "From", "a" },
};

static void matches(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(senders); i++) {
		struct fields f;
		struct buf value;
		struct sig sig;
		struct domainkeys_addresses addresses;
		const struct domainkeys_address *address;

		buf_init(&value, 400);
		buf_putf(&value, ALL "%s", senders[i].h);
		struct field field = { .value = buf_span(&value) };

		index_header(&f, senders[i].header);
		domainkeys_addresses(&f, &addresses);
		assert_int_equal(domainkeys_parse(&field, &sig, NULL), ST_OK);
		bad += row_is(
			senders[i].rule, "status",
			domainkeys_match(&sig, &addresses, &address, NULL),
			senders[i].st);
		bad += row_is_span(senders[i].rule, "field",
				   span_str(address->field),
				   span_str(senders[i].field));
		bad += row_is_span(senders[i].rule, "local part",
				   buf_span(&address->local),
				   span_str(senders[i].local));
		domainkeys_addresses_free(&addresses);
		sig_free(&sig);
		fields_free(&f);
		buf_free(&value);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(canonicalizes),
		cmocka_unit_test(long_body),
		cmocka_unit_test(matches),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
