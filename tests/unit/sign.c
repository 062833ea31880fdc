/* Signing: what is signed verifies, and what must not be signed is not
 * (RFC 6376 5). */
#include "signers.h"

#include "b64.h"
#include "headerset.h"
#include "key_der.h"
#include "key_read.h"
#include "limit.h"
#include "sign.h"
#include "verify.h"

#define NOW 1000000

static struct crypto *crypto;
static struct key *keys[2]; /* by enum key_type */
static struct headerset_rules usual;

static int begin(void **state)
{
	crypto = crypto_new();
	if (enter(state) || !crypto ||
	    headerset_read(NULL, &usual, NULL) != ST_OK ||
	    key_generate(KEY_RSA, 1024, &keys[KEY_RSA], NULL) != ST_OK ||
	    key_generate(KEY_ED25519, 0, &keys[KEY_ED25519], NULL) != ST_OK)
		return 1;
	put_key("rsa", keys[KEY_RSA]);
	put_key("ed25519", keys[KEY_ED25519]);
	return 0;
}

static const char *const names_of[] = {
	[KEY_RSA] = "rsa", [KEY_ED25519] = "ed25519"
};

/* sign_with: N keys from NAMES sign for DOMAIN (NULL: the author's); good until
 * the next call. */
static struct signkeys *signers;

static enum status sign_with(struct sign_conf *conf, const char *const *names,
			     size_t n, const char *domain, const char *identity)
{
	signkeys_free(signers);
	signers = NULL;
	enum status st =
		signkeys_from(names, n, domain, identity, &signers, NULL);

	conf->keys = signers;
	return st;
}

static void sign_by_ed(struct sign_conf *conf)
{
	assert_int_equal(sign_with(conf, &names_of[KEY_ED25519], 1, NULL, NULL),
			 ST_OK);
}

static int finish(void **state)
{
	signkeys_free(signers);
	headerset_rules_free(&usual);
	key_free(keys[0]);
	key_free(keys[1]);
	crypto_free(crypto);
	return clean(state) || leave(state);
}

/* Records for "rsa" and "ed25519" under any domain. */
static void answer(struct dns *dns, const struct dns_query *query,
		   struct dns_reply *out)
{
	(void)dns;
	for (int t = 0; t < KEY_TYPES; t++) {
		const char *word = key_type_word((enum key_type)t);
		struct buf text;

		if (!span_starts(span_of(query->name.b + 1, query->name.n),
				 span_str(word)))
			continue;
		buf_init(&text, LIMIT_TXT_BYTES);
		buf_putf(&text, "k=%s; p=", word);
		assert_int_equal(key_to_p(keys[t], &text), ST_OK);
		assert_int_equal(dns_add_record(out, buf_span(&text)), ST_OK);
		buf_free(&text);
	}
	out->answer = out->n ? DNS_RECORDS : DNS_NXDOMAIN;
}

static const struct dns_class class = { .get = answer };

static enum status sign(const struct sign_conf *conf, struct span message,
			size_t step, struct buf *out, uint64_t *top,
			unsigned *notes)
{
	struct signing s;

	signing_begin(&s, conf);
	assert_int_equal(push_in_steps(signing_sink(&s), message, step), ST_OK);
	enum status st = signing_end(&s);

	buf_put(out, buf_span(&s.made));
	*top = s.top;
	*notes = s.notes;
	signing_free(&s);
	return st;
}

/* The worst verdict on SIGNED, and how many signatures it has. */
static enum status check(struct span message, enum msg_lines lines, size_t *n)
{
	struct dns dns = { .class = &class };
	struct verify_conf conf = { .crypto = crypto,
				    .keys = key_record_cache_new(&dns, crypto,
								 0),
				    .now = NOW,
				    .skew = 300,
				    .min_bits = 1024,
				    .max_signatures = 10,
				    .lines = lines };
	struct verifier *v = verifier_new(&conf);
	const struct verification *all;
	enum status st = ST_OK;

	assert_int_equal(push_in_steps(verifier_sink(v), message, 0), ST_OK);
	all = verifier_end(v);
	*n = all->n;
	for (size_t i = 0; i < all->n && st == ST_OK; i++)
		st = all->v[i].st;
	verifier_free(v);
	key_record_cache_free(conf.keys);
	return st;
}

/* RFC 5322 2.1.1: no line above 78 octets, none of white space only, one sort
 * of line end. */
static int check_lines(const char *row, struct span field, bool crlf)
{
	struct span line;
	int bad = 0;

	bad += row_is(row, "field ends a line",
		      span_ends(field, crlf ? SPAN("\r\n") : SPAN("\n")), 1);
	field.n--;
	while (span_split(&field, '\n', &line)) {
		bool cr = span_ends(line, SPAN("\r"));

		bad += row_is(row, "CR", cr, crlf);
		line.n -= cr;
		bad += row_is(row, "line of up to 78 octets", line.n <= 78, 1);
		bad += row_is(row, "line is not blank", span_trim(line).n > 0,
			      1);
	}
	return bad;
}

static const struct {
	const char *id;
	struct span message;
	enum msg_lines lines;
	bool crlf; /* of the new field */
	uint64_t top;
} messages[] = {
	{ "CRLF",
	  T("From: a@legit.example\r\nTo: b@rcpt.example\r\nSubject: x\r\n y"
	    "\r\n\r\nHi. \r\n\r\n you\r\n\r\n"),
	  MSG_AUTO, true, 0 },
	{ "LF",
	  T("From: a@legit.example\nTo: b@rcpt.example\nSubject: x\n y\n\n"
	    "Hi. \n\n you\n\n"),
	  MSG_AUTO, false, 0 },
	{ "LF forced", T("From: a@legit.example\n\nHi.\n"), MSG_LF, false, 0 },
	{ "CRLF forced", T("From: a@legit.example\r\n\r\nHi.\r\n"), MSG_CRLF,
	  true, 0 },
	{ "mbox", T("From x y\r\nFrom: a@legit.example\r\n\r\nHi.\r\n"),
	  MSG_AUTO, true, 10 },
	{ "mbox LF", T("From x y\nFrom: a@legit.example\n\nHi.\n"), MSG_AUTO,
	  false, 9 },
	{ "no body", T("From: a@legit.example\r\n\r\n"), MSG_AUTO, true, 0 },
	{ "no empty line", T("From: a@legit.example\r\n"), MSG_AUTO, true, 0 },
	{ "no line end at the end", T("From: a@legit.example\n\nHi."), MSG_AUTO,
	  false, 0 },
	{ "signed before",
	  T("DKIM-Signature: v=9\r\nFrom: a@legit.example\r\n\r\nHi.\r\n"),
	  MSG_AUTO, true, 0 },
	{ "NUL and 8-bit body", T("From: a@legit.example\r\n\r\n\0\xff\v\r\n"),
	  MSG_AUTO, true, 0 },
};

static int round_trip(size_t i, const struct sign_conf *conf, size_t keys_n,
		      size_t step)
{
	struct buf fields, all;
	char row[80];
	uint64_t top;
	unsigned notes;
	size_t n;
	struct span message = messages[i].message;

	snprintf(row, sizeof(row), "%s %s/%s %zu keys by %zu", messages[i].id,
		 canon_word(conf->header), canon_word(conf->body), keys_n,
		 step);
	buf_init(&fields, 65536);
	buf_init(&all, 65536);
	int bad = row_is(row, "status",
			 sign(conf, message, step, &fields, &top, &notes),
			 ST_OK);

	bad += row_is(row, "top", (long long)top, (long long)messages[i].top);
	if (bad)
		return bad;
	bad += check_lines(row, buf_span(&fields), messages[i].crlf);
	buf_put(&all, span_head(message, (size_t)top));
	buf_put(&all, buf_span(&fields));
	buf_put(&all, span_from(message, (size_t)top));
	enum status st = check(buf_span(&all), messages[i].lines, &n);
	bool before = span_starts(message, SPAN("DKIM-Signature"));

	bad += row_is(row, "verdict", st, before ? ST_VERSION : ST_OK);
	bad += row_is(row, "signatures", (long long)n,
		      (long long)keys_n + before);
	buf_free(&fields);
	buf_free(&all);
	return bad;
}

/* keys x canonicalization of both x line ends x chunks */
static void round_trips(void **state)
{
	static const size_t steps[] = { 1, 3, 65536 };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++)
		for (unsigned how = 0; how < 12; how++) {
			struct sign_conf conf = {
				.crypto = crypto,
				.header = how & 1 ? CANON_RELAXED
						  : CANON_SIMPLE,
				.body = how & 2 ? CANON_RELAXED : CANON_SIMPLE,
				.timestamp = how & 1,
				.now = NOW,
				.expire = how & 2 ? 3600 : 0,
				.headers = &usual,
				.lines = messages[i].lines,
			};

			assert_int_equal(
				sign_with(&conf, names_of + (how / 4 == 1),
					  how / 4 == 2 ? 2 : 1, NULL, NULL),
				ST_OK);
			bad += round_trip(i, &conf, how / 4 == 2 ? 2 : 1,
					  steps[how % COUNT(steps)]);
		}
	assert_int_equal(bad, 0);
}

#define FROM "From: a@legit.example\r\n"

/* What must not be signed gives no octet (RFC 6376 5.3). */
static void refusals(void **state)
{
	static const struct {
		const char *id;
		struct span message;
		const char *identity;
		enum status st;
		enum msg_lines lines;
	} rows[] = {
		{ "control", T(FROM "\r\nHi.\r\n"), NULL, ST_OK, 0 },
		{ "empty", T(""), NULL, ST_NOT_MESSAGE, 0 },
		{ "not a message", T("hello\r\nworld\r\n"), NULL,
		  ST_NOT_MESSAGE, 0 },
		{ "no From", T("To: b@c.example\r\n\r\n"), NULL, ST_REFUSED,
		  0 },
		{ "two From", T(FROM FROM "\r\n"), NULL, ST_REFUSED, 0 },
		{ "a blank before the colon",
		  T("From : b@evil.example\r\n" FROM "\r\n"), NULL, ST_REFUSED,
		  0 },
		{ "two From, in other case",
		  T(FROM "fRoM: b@evil.example\r\n\r\n"), NULL, ST_REFUSED, 0 },
		{ "a line that is not a field", T(FROM "foo bar\r\n\r\n"), NULL,
		  ST_REFUSED, 0 },
		{ "a fold first", T(" x\r\n" FROM "\r\n"), NULL, ST_REFUSED,
		  0 },
		{ "bare CR", T(FROM "\r\na\rb\r\n"), NULL, ST_REFUSED, 0 },
		{ "CR at the end", T(FROM "\r\na\r"), NULL, ST_REFUSED, 0 },
		{ "CR CR LF", T(FROM "\r\na \r\r\n"), NULL, ST_REFUSED, 0 },
		{ "CR between two From",
		  T("From: a@legit.example\rFrom: b\r\n\r\n"), NULL, ST_REFUSED,
		  0 },
		{ "mixed line endings", T(FROM "\r\na\nb\r\n"), NULL,
		  ST_REFUSED, 0 },
		{ "LF where only CRLF ends a line", T(FROM "\r\na\n.\nb"), NULL,
		  ST_REFUSED, MSG_CRLF },
		{ "all LF where only CRLF ends a line",
		  T("From: a@legit.example\n\nHi.\n"), NULL, ST_REFUSED,
		  MSG_CRLF },
		{ "a group, no domain", T("From: undisclosed:;\r\n\r\n"), NULL,
		  ST_REFUSED, 0 },
		{ "two domains",
		  T("From: a@legit.example, b@evil.example\r\n\r\n"), NULL,
		  ST_REFUSED, 0 },
		{ "a domain of one label", T("From: a@localhost\r\n\r\n"), NULL,
		  ST_REFUSED, 0 },
		/* options */
		{ "i in d", T(FROM "\r\n"), "x@sub.legit.example", ST_OK, 0 },
		{ "i", T(FROM "\r\n"), "@evil.example", ST_USAGE, 0 },
		{ "i no @", T(FROM "\r\n"), "legit.example", ST_USAGE, 0 },
		{ "i with ;", T(FROM "\r\n"), "@legit.example; l=0", ST_USAGE,
		  0 },
		{ "i with ;", T(FROM "\r\n"), "@legit.example; x=1", ST_USAGE,
		  0 },
		{ "i with space", T(FROM "\r\n"), "a b@legit.example", ST_USAGE,
		  0 },
		{ "i with CR LF", T(FROM "\r\n"),
		  "a\r\nX-Injected: b@legit.example", ST_USAGE, 0 },
		{ "i with a fold", T(FROM "\r\n"), "a\r\n b@legit.example",
		  ST_USAGE, 0 },
		{ "i with a control", T(FROM "\r\n"), "a\x01@legit.example",
		  ST_USAGE, 0 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sign_conf conf = { .crypto = crypto,
					  .headers = &usual,
					  .lines = rows[i].lines };
		struct buf out;
		uint64_t top;
		unsigned notes;
		char row[100];

		snprintf(row, sizeof(row), "%s %s", rows[i].id,
			 rows[i].identity ? rows[i].identity : "");
		buf_init(&out, 65536);
		enum status st =
			sign_with(&conf, &names_of[KEY_ED25519], 1,
				  rows[i].identity ? "legit.example" : NULL,
				  rows[i].identity);

		if (st == ST_OK)
			st = sign(&conf, rows[i].message, 2, &out, &top,
				  &notes);
		bad += row_is(row, "status", st, rows[i].st);
		bad += row_is(row, "output", out.n > 0, rows[i].st == ST_OK);
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
}

/* An Ed25519 key in rspamd's form (32 octets of seed and 32 of the public key)
 * with the public half of another key is not read. */
static void wrong_half(void **state)
{
	struct buf octets, text;
	struct key *k = NULL;

	(void)state;
	buf_init(&octets, 256);
	buf_init(&text, 256);
	for (int i = 0; i < 64; i++)
		assert_int_equal(buf_addc(&octets, (unsigned char)(i + 1)),
				 ST_OK);
	assert_int_equal(b64_encode(buf_span(&octets), &text), ST_OK);
	assert_int_equal(key_open(buf_span(&text), SPAN(""), false, &k, NULL),
			 ST_NOT_KEY);
	assert_null(k);
	buf_free(&octets);
	buf_free(&text);
}

/* A new field with FIELDS signed, by KEY in OUT. */
static enum status make_field(const struct fields *fields,
			      const struct key *key, struct signfield *f,
			      struct headerset *set, struct digest *bh,
			      struct buf *out)
{
	const struct sign_key by = { .selector = { "s" },
				     .key = key,
				     .domain = { "legit.example" } };

	*bh = (struct digest){ .n = 32 };
	*f = (struct signfield){
		.crypto = crypto, .fields = fields, .headers = set, .bh = bh
	};
	assert_int_equal(headerset_pick(&usual, fields, set, NULL), ST_OK);
	buf_init(out, 65536);
	return signfield_make(f, &by, out, NULL);
}

/* A public key cannot sign; and a signature that another key does not verify,
 * or of other fields, is found before it is given out. */
static void wrong_keys(void **state)
{
	struct fields fields = { .bytes.max = 2 * LIMIT_HEADER_BYTES };
	struct signfield f;
	struct headerset set;
	struct digest bh;
	struct buf p, octets, out;
	struct key *k = NULL;
	struct diag why = { 0 };
	size_t mbox;

	(void)state;
	buf_put(&fields.bytes, SPAN(FROM));
	fields_parse(&fields, false, true, &mbox);
	buf_init(&p, 4096);
	buf_init(&octets, 4096);
	assert_int_equal(key_to_p(keys[KEY_RSA], &p), ST_OK);
	assert_int_equal(b64_decode(buf_span(&p), &octets), ST_OK);
	assert_int_equal(key_from_p(KEY_RSA, buf_span(&octets), &k, NULL),
			 ST_OK);
	assert_int_not_equal(make_field(&fields, k, &f, &set, &bh, &out),
			     ST_OK);
	assert_int_equal(out.n, 0);
	headerset_free(&set);
	buf_free(&out);

	assert_int_equal(
		make_field(&fields, keys[KEY_RSA], &f, &set, &bh, &out), ST_OK);
	assert_int_equal(signfield_verify(&f, k, buf_span(&out), &why), ST_OK);
	assert_int_equal(
		signfield_verify(&f, keys[KEY_ED25519], buf_span(&out), &why),
		ST_NOT_KEY);
	fields.bytes.p[6]++;
	assert_int_equal(signfield_verify(&f, k, buf_span(&out), &why),
			 ST_NOT_KEY);
	fields.bytes.p[6]--;
	bh.b[0]++;
	assert_int_equal(signfield_verify(&f, k, buf_span(&out), &why),
			 ST_NOT_KEY);
	headerset_free(&set);
	buf_free(&out);
	key_free(k);
	buf_free(&p);
	buf_free(&octets);
	fields_free(&fields);
}

#define DATED "Date: 1\r\nMessage-ID: 2\r\n"

static void notes(void **state)
{
	static const struct {
		const char *id;
		struct span message;
		const char *domain;
		unsigned notes;
	} rows[] = {
		{ "none", T(FROM DATED "\r\nHi.\r\n"), NULL, 0 },
		{ "own d", T(FROM DATED "\r\n"), "legit.example", 0 },
		{ "parent d", T("From: a@b.legit.example\r\n" DATED "\r\n"),
		  "legit.example", 0 },
		{ "d below", T(FROM DATED "\r\n"), "mail.legit.example", 0 },
		{ "d beside", T("From: a@b.legit.example\r\n" DATED "\r\n"),
		  "c.legit.example", 1U << SIGN_OTHER_DOMAIN },
		{ "author of one label", T("From: a@example\r\n" DATED "\r\n"),
		  "legit.example", 1U << SIGN_OTHER_DOMAIN },
		{ "other d", T(FROM DATED "\r\n"), "evil.example",
		  1U << SIGN_OTHER_DOMAIN },
		{ "several authors",
		  T("From: a@b.example, c@d.example\r\n" DATED), "b.example",
		  1U << SIGN_OTHER_DOMAIN },
		{ "no domain", T("From: root\r\n" DATED), "b.example",
		  1U << SIGN_OTHER_DOMAIN },
		{ "no RFC 5322", T("From: a..c@b.example\r\n" DATED),
		  "b.example", 1U << SIGN_FROM_SYNTAX },
		{ "NUL", T(FROM DATED "\r\n\0\r\n"), NULL, 1U << SIGN_NUL },
		{ "8-bit header", T(FROM DATED "Subject: \xe4\r\n\r\n"), NULL,
		  1U << SIGN_HEADER_8BIT },
		{ "8-bit body", T(FROM DATED "\r\n\xc3\xa4\r\n"), NULL,
		  1U << SIGN_BODY_8BIT },
		{ "8-bit body, announced",
		  T(FROM DATED "MIME-Version: 1.0 (x)\r\n"
			       "Content-Transfer-Encoding: 8BIT\r\n"
			       "\r\n\xc3\xa4\r\n"),
		  NULL, 0 },
		{ "no Date", T(FROM "Message-ID: 2\r\n\r\n"), NULL,
		  1U << SIGN_NO_DATE },
		{ "no Message-ID", T(FROM "Date: 1\r\n\r\n"), NULL,
		  1U << SIGN_NO_MESSAGE_ID },
		{ "RFC 2045 4", T(FROM DATED "Content-Type: text/plain\r\n"),
		  NULL, 1U << SIGN_MIME },
		{ "RFC 2045 4", T(FROM DATED "MIME-Version: 2.0\r\n"), NULL,
		  1U << SIGN_MIME },
		{ "RFC 2045 4",
		  T(FROM DATED "MIME-Version: 1.0\r\nMIME-Version: 1.0\r\n"),
		  NULL, 1U << SIGN_MIME },
		{ "mbox", T("From x\r\n" FROM DATED "\r\n"), NULL,
		  1U << SIGN_MBOX_LINE },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sign_conf conf = { .crypto = crypto, .headers = &usual };
		struct buf out;
		uint64_t top;
		unsigned got;

		assert_int_equal(sign_with(&conf, &names_of[KEY_ED25519], 1,
					   rows[i].domain, NULL),
				 ST_OK);
		buf_init(&out, 65536);
		bad += row_is(rows[i].id, "status",
			      sign(&conf, rows[i].message, 1, &out, &top, &got),
			      ST_OK);
		bad += row_is(rows[i].id, "notes", got,
			      rows[i].notes | 1U << SIGN_ED25519_ALONE);
		buf_free(&out);
	}
	for (int n = 0; n < SIGN_NOTE_COUNT; n++)
		assert_true(sign_note_text((enum sign_note)n)[0]);
	assert_int_equal(bad, 0);
}

/* RFC 5322 2.1.1: 998 octets a line, however it came. */
static void long_lines(void **state)
{
	(void)state;
	for (int n = 997; n <= 999; n++)
		for (size_t cut = 0; cut < 4; cut++) {
			struct sign_conf conf = { .crypto = crypto,
						  .headers = &usual };
			struct buf message;
			struct signing s;

			sign_by_ed(&conf);
			buf_init(&message, 8192);
			buf_putf(&message, FROM DATED "\r\n%0*d\r\n", n, 0);
			struct span all = buf_span(&message);
			signing_begin(&s, &conf);
			struct sink to = signing_sink(&s);
			size_t at = all.n - cut;

			assert_int_equal(to.put(to.ctx, span_head(all, at)),
					 ST_OK);
			assert_int_equal(to.put(to.ctx, span_from(all, at)),
					 ST_OK);
			assert_int_equal(signing_end(&s), ST_OK);
			assert_int_equal(
				s.notes,
				1U << SIGN_ED25519_ALONE |
					(n > 998 ? 1U << SIGN_LONG_LINE : 0));
			signing_free(&s);
			buf_free(&message);
		}
}

/* -- headerset ------------------------------------------------------------- */

static enum status pick(const char *list, struct span block, struct buf *out)
{
	struct fields f = { .bytes.max = 2 * LIMIT_HEADER_BYTES };
	struct headerset_rules rules;
	struct headerset set = { 0 };
	size_t mbox;

	buf_init(out, LIMIT_HEADER_BYTES);
	buf_put(&f.bytes, block);
	fields_parse(&f, false, true, &mbox);
	enum status st = headerset_read(list, &rules, NULL);

	if (st == ST_OK)
		st = headerset_pick(&rules, &f, &set, NULL);

	for (size_t i = 0; i < set.n; i++) {
		buf_put(out, i ? SPAN(":") : SPAN(""));
		buf_put(out, set.v[i]);
	}
	headerset_free(&set);
	headerset_rules_free(&rules);
	fields_free(&f);
	return st;
}

static void header_sets(void **state)
{
	static const struct {
		const char *id, *list;
		struct span block;
		const char *names; /* NULL: refused */
	} rows[] = {
		{ "least", NULL, T(FROM), "From:From:Subject:To:Cc" },
		{ "one more if present", NULL,
		  T(FROM "Date: 1\r\nMessage-ID: 2\r\nMIME-Version: 3\r\n"
			 "Content-Type: 4\r\nReply-To: 5\r\nSender: 6\r\n"
			 "In-Reply-To: 7\r\nReferences: 8\r\n"
			 "Content-Transfer-Encoding: 9\r\n"),
		  "From:From:Reply-To:Reply-To:Subject:Date:Date:To:Cc:"
		  "Message-ID:Message-ID:In-Reply-To:In-Reply-To:References:"
		  "References:MIME-Version:MIME-Version:Content-Type:"
		  "Content-Type:Content-Transfer-Encoding:"
		  "Content-Transfer-Encoding:Sender:Sender" },
		{ "each instance", NULL,
		  T(FROM "To: 1\r\nTO : 2\r\nsubject: 3\r\n"),
		  "From:From:Subject:Subject:To:To:To:Cc" },
		{ "as present", NULL,
		  T(FROM "List-Id: 1\r\nList-Unsubscribe: 2\r\n"
			 "List-Unsubscribe-Post: 3\r\nResent-From: 4\r\n"
			 "Resent-From: 5\r\nResent-Bcc: 6\r\n"),
		  "From:From:Subject:To:Cc:Resent-From:Resent-From:List-Id:"
		  "List-Unsubscribe:List-Unsubscribe-Post" },
		{ "never, by default", NULL,
		  T(FROM "Received: 1\r\nReturn-Path: 2\r\nComments: 3\r\n"
			 "Keywords: 4\r\nBcc: 5\r\nDKIM-Signature: 6\r\n"
			 "Authentication-Results: 7\r\nARC-Seal: 8\r\n"
			 "X-Spam-Flag: 9\r\n"),
		  "From:From:Subject:To:Cc" },
		{ "list", "from:Subject:from", T(FROM), "from:Subject:from" },
		{ "list with blanks", " From : To ", T(FROM), "From:To" },
		/* Exim's marks */
		{ "all", "=From:=To:=X", T(FROM "To: 1\r\nto: 2\r\n"),
		  "From:To:To" },
		{ "all and one", "+From:+To:+X", T(FROM "To: 1\r\nto: 2\r\n"),
		  "From:From:To:To:To:X" },
		/* rspamd's */
		{ "(o) and (x)", "(o)from:(x)to:(x)cc", T(FROM "To: 1\r\n"),
		  "from:from:to:to" },
		/* OpenDKIM's */
		{ "less", "*,-to,-CC,-x", T(FROM "To: 1\r\nCc: 2\r\n"),
		  "From:From:Subject" },
		{ "more", "*:+X:Y:-Subject", T(FROM "X: 1\r\n"),
		  "From:From:To:Cc:X:X:Y" },
		{ "said again", "+From:=From:+To:=to:From", T(FROM),
		  "From:From" },
		{ "once more each time", "From:To:To", T(FROM), "From:To:To" },
		{ "preset and more", "exim:-Sender:=X", T(FROM "X: 1\r\n"),
		  "From:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:"
		  "Content-Type:Content-Transfer-Encoding:Content-ID:"
		  "Content-Description:Resent-Date:Resent-From:Resent-Sender:"
		  "Resent-To:Resent-Cc:Resent-Message-ID:In-Reply-To:"
		  "References:List-Id:List-Help:List-Unsubscribe:"
		  "List-Subscribe:List-Post:List-Owner:List-Archive:X" },
		{ "preset that is a field", "From:Exim:=ses",
		  T(FROM "Ses: 1\r\n"), "From:Exim:ses" },
		{ "a second preset", "ses:bulk", T(FROM), NULL },
		{ "a preset behind", "From:ses", T(FROM), NULL },
		{ "a wildcard", "From:list-*", T(FROM), NULL },
		{ "a wildcard", "*:-list-*", T(FROM), NULL },
		{ "a wildcard", "From:+*", T(FROM), NULL },
		{ "rfc6376", "rfc6376",
		  T(FROM "Subject: 1\r\nSubject: 2\r\nSender: 3\r\n"),
		  "From:Subject:Subject" },
		{ "opendkim", "opendkim", T(FROM "Message-ID: 1\r\n"),
		  "From:From" },
		{ "rspamd", "rspamd", T(FROM "Date: 1\r\nOpenPGP: 2\r\n"),
		  "From:From:Reply-To:Subject:Date:Date:To:Cc:OpenPGP:"
		  "OpenPGP" },
		{ "ses", "ses", T(FROM "Date: 1\r\nMessage-ID: 2\r\n"),
		  "From:From:Subject:To:Cc" },
		{ "list-safe", "list-safe",
		  T(FROM "Subject: 1\r\nTo: 2\r\nList-Id: 3\r\n"),
		  "From:From:To" },
		{ "RFC 8058 4", "bulk",
		  T(FROM "List-Unsubscribe: 1\r\n"
			 "List-Unsubscribe-Post: 2\r\n"),
		  "From:From:Subject:To:Cc:List-Unsubscribe:"
		  "List-Unsubscribe:List-Unsubscribe-Post:"
		  "List-Unsubscribe-Post" },
		{ "strict", "strict:-List-Id", T(FROM "Date: 1\r\n"),
		  "From:From:Reply-To:Subject:Date:Date:To:Cc:Message-ID:"
		  "In-Reply-To:References:MIME-Version:Content-Type:"
		  "Content-Transfer-Encoding:Content-ID:Content-Description:"
		  "Content-Disposition:Sender:Resent-Date:Resent-From:"
		  "Resent-Sender:Resent-To:Resent-Cc:Resent-Message-ID:"
		  "List-Help:List-Unsubscribe:List-Unsubscribe-Post:"
		  "List-Subscribe:List-Post:List-Owner:List-Archive" },
		{ "no From", "*:-From", T(FROM), NULL },
		{ "never", "*:+Received", T(FROM), NULL },
		{ "no name", "From:+", T(FROM), NULL },
		{ "two marks", "From:+=To", T(FROM), NULL },
		{ "a star in a name", "From:To*x;", T(FROM), NULL },
		{ "no From", "To", T(FROM), NULL },
		{ "never", "From:bcc", T(FROM), NULL },
		{ "never", "From:return-path", T(FROM), NULL },
		{ "never", "From:Received", T(FROM), NULL },
		{ "never", "From:ARC-Seal", T(FROM), NULL },
		{ "never", "From:dkim-signature", T(FROM), NULL },
		{ "never", "From:Authentication-Results", T(FROM), NULL },
		{ "a blank", "From:a b", T(FROM), NULL },
		{ "a semicolon", "From:a;b", T(FROM), NULL },
		{ "an empty name", "From::to", T(FROM), NULL },
		{ "an empty list", "", T(FROM), NULL },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out;
		enum status st = pick(rows[i].list, rows[i].block, &out);

		bad += row_is(rows[i].id, "status", st,
			      rows[i].names ? ST_OK : ST_USAGE);
		if (rows[i].names)
			bad += row_is_span(rows[i].id, "names", buf_span(&out),
					   span_str(rows[i].names));
		buf_free(&out);
	}
	assert_int_equal(bad, 0);
}

/* More names than a verifier takes are refused. From, Subject, To and Cc
 * are five with one From. */
static void many_fields(void **state)
{
	struct buf block, out;

	(void)state;
	for (size_t n = 0; n < 4; n++) {
		size_t most = LIMIT_SIGNED_NAMES - 1 - 5;

		buf_init(&block, LIMIT_HEADER_BYTES);
		buf_put(&block, SPAN(FROM));
		for (size_t i = 0; i < most - 1 + n; i++)
			buf_put(&block, SPAN("Resent-To: x\r\n"));
		assert_int_equal(pick(NULL, buf_span(&block), &out),
				 n <= 1 ? ST_OK : ST_REFUSED);
		buf_free(&out);
		buf_free(&block);
	}
}

/* With its new field and the line end before the body (four octets where that
 * is LF) a header section is as large as a verifier reads, and no larger. */
static void header_ceiling(void **state)
{
	struct sign_conf conf = { .crypto = crypto,
				  .now = NOW,
				  .headers = &usual };
	size_t n = 1000, made = 0, signatures;

	(void)state;
	sign_by_ed(&conf);
	for (int i = 0; i < 3; i++) {
		struct buf text, out;
		uint64_t top;
		unsigned notes;

		/* N octets before the empty line */
		buf_init(&text, 2 * LIMIT_HEADER_BYTES);
		buf_init(&out, 2 * LIMIT_HEADER_BYTES);
		buf_put(&text, SPAN(FROM));
		while (text.n + 910 < n)
			buf_putf(&text, "X:%0898d\r\n", 0);
		buf_putf(&text, "X:%0*d\r\n", (int)(n - text.n - 4), 0);
		assert_int_equal(text.n, n);
		buf_put(&text, SPAN("\r\nHi.\r\n"));
		assert_int_equal(
			sign(&conf, buf_span(&text), 65536, &out, &top, &notes),
			i == 2 ? ST_REFUSED : ST_OK);
		assert_int_equal(out.n, i == 2 ? 0 : made ? made : out.n);
		made = out.n;
		buf_put(&out, buf_span(&text));
		if (i == 1)
			assert_int_equal(
				check(buf_span(&out), MSG_AUTO, &signatures),
				ST_OK);
		/* then at the ceiling, then beyond it */
		n = i ? n + 1 : LIMIT_HEADER_BYTES - 4 - made;
		buf_free(&text);
		buf_free(&out);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trips),	  cmocka_unit_test(refusals),
		cmocka_unit_test(wrong_half),	  cmocka_unit_test(wrong_keys),
		cmocka_unit_test(notes),	  cmocka_unit_test(long_lines),
		cmocka_unit_test(header_sets),	  cmocka_unit_test(many_fields),
		cmocka_unit_test(header_ceiling),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
