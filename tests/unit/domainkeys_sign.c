/* DomainKey-Signature fields made (RFC 4870 3.5): what dkim-verify's own code
 * says of them, and what is refused. */
#include "unit.h"

#include "crypto.h"
#include "signfield.h"

#define BODY "Hi.\r\n\r\n there\r\n"

static struct key *rsa, *ed;
static struct name domain = { "legit.example" }, selector = { "sel" };

static int begin_all(void **state)
{
	return begin(state) ||
	       key_generate(KEY_RSA, 1024, &rsa, NULL) != ST_OK ||
	       key_generate(KEY_ED25519, 0, &ed, NULL) != ST_OK;
}

static int finish_all(void **state)
{
	key_free(rsa);
	key_free(ed);
	return finish(state);
}

static void index_header(struct fields *f, struct span block)
{
	size_t mbox;

	*f = (struct fields){ 0 };
	buf_init(&f->bytes, LIMIT_HEADER_BYTES);
	buf_put(&f->bytes, block);
	fields_parse(f, false, true, &mbox);
}

/* Both passes over a message; NUMBER of the only job is 0. */
static struct bodyhash *hashed(const struct sig *sig, const struct fields *f,
			       struct domainkeys_digests *digests)
{
	struct bodyhash *d = bodyhash_new(crypto);

	domainkeys_add(d, sig, f, digests);
	bodyhash_push(d, SPAN(BODY));
	bodyhash_end(d);
	return d;
}

static enum status sign(struct span header, bool nofws, const struct key *key,
			struct buf *out)
{
	struct fields f;
	const struct sig sig = { .text_c = nofws ? SPAN("nofws")
						 : SPAN("simple") };
	struct domainkeys_signer by = { &domain, &selector, key, nofws };
	struct diag why = { 0 };

	index_header(&f, header);
	struct domainkeys_digests digests;
	struct bodyhash *d = hashed(&sig, &f, &digests);
	enum status st =
		domainkeys_sign(&by, &f, bodyhash_get(d, 0, NULL), out, &why);

	assert_int_equal(why.text[0] != 0, st != ST_OK);
	bodyhash_free(d);
	fields_free(&f);
	return st;
}

/* The message with its new field, read as a stranger's. */
static enum status verify(struct span message)
{
	struct fields f;
	struct sig sig;
	struct domainkeys_addresses addresses;
	const struct domainkeys_address *address;
	struct buf record;
	struct keyrec rec;

	index_header(&f, message);
	assert_int_equal(domainkeys_parse(&f.v[0], &sig, NULL), ST_OK);
	domainkeys_addresses(&f, &addresses);
	assert_int_equal(domainkeys_match(&sig, &addresses, &address, NULL),
			 ST_OK);
	buf_init(&record, 4096);
	buf_put(&record, SPAN("k=rsa; p="));
	assert_int_equal(key_to_p(rsa, &record), ST_OK);
	keyrec_parse(buf_span(&record), &rec);
	struct domainkeys_digests digests;
	struct bodyhash *d = hashed(&sig, &f, &digests);
	enum status st =
		domainkeys_check(d, &digests, &sig, address, &rec, NULL);

	bodyhash_free(d);
	keyrec_free(&rec);
	buf_free(&record);
	domainkeys_addresses_free(&addresses);
	sig_free(&sig);
	fields_free(&f);
	return st;
}

static void signs(void **state)
{
	static const struct span header = T("Received: x\r\n\ty\r\n"
					    "From: J  <a@sub.legit.example>\r\n"
					    "Subject:  s\r\n");

	(void)state;
	for (int nofws = 0; nofws < 2; nofws++) {
		struct buf message;

		buf_init(&message, 4096);
		assert_int_equal(sign(header, nofws, rsa, &message), ST_OK);
		assert_true(span_starts(
			buf_span(&message),
			SPAN("DomainKey-Signature: a=rsa-sha1; q=dns; c=")));
		buf_put(&message, header);
		assert_int_equal(verify(buf_span(&message)), ST_OK);
		/* h= names what was there (RFC 4870 3.3) */
		buf_put(&message, SPAN("X: y\r\n"));
		assert_int_equal(verify(buf_span(&message)), ST_OK);
		buf_put(&message, SPAN("Subject: y\r\n"));
		assert_int_equal(verify(buf_span(&message)), ST_BAD_SIGNATURE);
		buf_free(&message);
	}
}

/* RFC 4870 3.3: without h= all fields are signed. */
static void leaves_names_out(void **state)
{
	static const struct span header =
		T("From: a@legit.example\r\nX;a: b\r\n");
	struct buf message;

	(void)state;
	buf_init(&message, 4096);
	assert_int_equal(sign(header, true, rsa, &message), ST_OK);
	assert_null(memmem(message.p, message.n, " h=", 3));
	buf_put(&message, header);
	assert_int_equal(verify(buf_span(&message)), ST_OK);
	buf_free(&message);
}

static void refuses(void **state)
{
	static const struct {
		const char *rule;
		struct span header;
		enum status st;
	} rows[] = {
		{ "3.5.1 no From", T("To: a@legit.example\r\n"), ST_REFUSED },
		{ "3.5.1 broken Sender",
		  T("From: a@legit.example\r\nSender: x\r\n"), ST_REFUSED },
		{ "3.3 outside d=", T("From: a@evil.example\r\n"), ST_REFUSED },
		{ "3.1 Sender outside d=",
		  T("From: a@legit.example\r\nSender: a@evil.example\r\n"),
		  ST_REFUSED },
		{ "3.1 Sender",
		  T("From: a@evil.example\r\nSender: a@legit.example\r\n"),
		  ST_OK },
		{ "3.5.2 signed already",
		  T("DomainKey-Signature: x\r\nFrom: a@legit.example\r\n"),
		  ST_REFUSED },
		{ "3.5.2 Sender added",
		  T("Sender: l@legit.example\r\nDomainKey-Signature: x\r\n"
		    "From: a@legit.example\r\n"),
		  ST_OK },
	};
	struct buf out;
	int bad = 0;

	(void)state;
	buf_init(&out, 65536);
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t before = out.n;

		bad += row_is(rows[i].rule, "status",
			      sign(rows[i].header, true, rsa, &out),
			      rows[i].st);
		bad += row_is(rows[i].rule, "written", out.n > before,
			      rows[i].st == ST_OK);
	}
	assert_int_equal(bad, 0);
	assert_int_equal(
		sign(SPAN("From: a@legit.example\r\n"), true, ed, &out),
		ST_USAGE);
	buf_free(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs),
		cmocka_unit_test(leaves_names_out),
		cmocka_unit_test(refuses),
	};

	return cmocka_run_group_tests(tests, begin_all, finish_all);
}
