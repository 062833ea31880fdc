/* The mutation table: one good signed message, one thing changed, one exact
 * verdict (RFC 6376 6). */
#include "signers.h"

#include "b64.h"
#include "bodyhash.h"
#include "limit.h"
#include "sign.h"
#include "verify_exit.h"
#include "verify_exit.h"

#define MESSAGE                                           \
	"From: a@legit.example\r\nTo: b@rcpt.example\r\n" \
	"Subject: s\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700\r\n\r\nHi.\r\n"
#define HEAD "v=1; a=rsa-sha256; d=legit.example; s=sel; "
#define ALL "h=from:to:subject:date"
#define TAGS HEAD ALL
#define RECORD "v=DKIM1; k=rsa; p=$"
#define NOW 1000000

/* -- fixtures -------------------------------------------------------------- */

static struct crypto *crypto;
static struct key *rsa, *ed, *small, *other;
static bool seen[ST_COUNT];

static struct key *made(enum key_type type, unsigned bits)
{
	struct key *k = NULL;

	assert_int_equal(key_generate(type, bits, &k, NULL), ST_OK);
	return k;
}

static int begin(void **state)
{
	crypto = crypto_new();
	if (enter(state) || !crypto)
		return 1;
	rsa = made(KEY_RSA, 2048);
	small = made(KEY_RSA, 1024);
	other = made(KEY_RSA, 1024);
	ed = made(KEY_ED25519, 0);
	return 0;
}

static int finish(void **state)
{
	key_free(rsa);
	key_free(small);
	key_free(other);
	key_free(ed);
	crypto_free(crypto);
	return clean(state) || leave(state);
}

/* DNS from a text: records with "|" between; $ # % @ stand for the p= of rsa,
 * small, other, ed. Under other names than `name` there is nothing. */
struct fake {
	struct dns dns;
	const char *name, *records;
	enum dns_answer answer;
	unsigned queries;
};

static void add_text(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		const struct key *k = text.p[i] == '$'	 ? rsa
				      : text.p[i] == '#' ? small
				      : text.p[i] == '%' ? other
				      : text.p[i] == '@' ? ed
							 : NULL;

		if (k)
			assert_int_equal(key_to_p(k, out), ST_OK);
		else
			buf_put(out, span_of(text.p + i, 1));
	}
}

static void answer(struct dns *dns, const struct dns_query *query,
		   struct dns_reply *out)
{
	struct fake *fake = (struct fake *)dns;
	struct span rest = span_str(fake->records), item;
	struct dns_name name;

	assert_true(dns_name_of(span_str(fake->name), &name));
	fake->queries++;
	out->answer = fake->answer;
	if (fake->answer == DNS_FAILED) {
		status_ignore(diag_set(&out->why, ST_DNS, NULL, "SERVFAIL"));
		return;
	}
	if (!span_ieq(span_of(query->name.b, query->name.n),
		      span_of(name.b, name.n)))
		out->answer = DNS_NXDOMAIN;
	if (out->answer != DNS_RECORDS)
		return;
	while (span_split(&rest, '|', &item)) {
		struct buf text;

		buf_init(&text, LIMIT_TXT_BYTES);
		add_text(item, &text);
		assert_int_equal(dns_add_record(out, buf_span(&text)), ST_OK);
		buf_free(&text);
	}
}

static void nothing(struct dns *dns)
{
	(void)dns;
}

static const struct dns_class fake_class = { .get = answer, .close = nothing };

static struct fake fake_dns(const char *records)
{
	return (struct fake){ { .class = &fake_class },
			      "sel._domainkey.legit.example",
			      records,
			      DNS_RECORDS,
			      0 };
}

/* Append to OUT the signature field with TAGS and then MESSAGE; what cannot be
 * parsed gets some bh= and b=. */
static void seal(const char *tags, const struct key *key, struct span message,
		 struct buf *out)
{
	struct span body = message;
	struct digest d = { .n = 32 };
	struct sig hashed = { .body = CANON_SIMPLE, .hash = HASH_SHA256 };
	struct buf b;

	while (!span_starts(body, SPAN("\r\n\r\n")))
		body = span_from(body, 1);
	body = span_from(body, 4);
	buf_init(&b, 4096);
	assert_int_equal(b64_encode(SPAN("ABC"), &b), ST_OK);
	for (int round = 0; round < 3; round++) {
		struct fields f = { .bytes.max = 4 * LIMIT_HEADER_BYTES };
		struct bodyhash *hash = bodyhash_new(crypto);
		struct sig sig;
		size_t mbox;

		buf_reset(out);
		buf_putf(out, "DKIM-Signature: %s; bh=", tags);
		assert_int_equal(b64_encode(digest_span(&d), out), ST_OK);
		buf_putf(out, "; b=%.*s\r\n", (int)b.n, (const char *)b.p);
		buf_put(out, message);
		buf_put(&f.bytes,
			span_head(buf_span(out), out->n - body.n - 2));
		fields_parse(&f, false, true, &mbox);
		enum status st = sig_parse(&f.v[0], &sig, NULL);

		hashed.body = st == ST_OK ? sig.body : CANON_SIMPLE;
		hashed.has_l = st == ST_OK && sig.has_l;
		hashed.l = sig.l;
		(void)bodyhash_add(hash, &hashed);
		bodyhash_push(hash, body);
		bodyhash_end(hash);
		d = *bodyhash_get(hash, 0, NULL);
		if (st == ST_OK && round == 1) {
			struct digest all;
			struct buf octets;

			buf_init(&octets, 4096);
			buf_reset(&b);
			sig_digest(&sig, &f, crypto, &all);
			assert_int_equal(key_sign(key, &all, &octets), ST_OK);
			assert_int_equal(b64_encode(buf_span(&octets), &b),
					 ST_OK);
			buf_free(&octets);
		}
		sig_free(&sig);
		bodyhash_free(hash);
		fields_free(&f);
	}
	buf_free(&b);
}

/* Replace the first FROM in B with TO; "^" puts TO first, "$" last. */
static void change(struct buf *b, const char *from, const char *to)
{
	struct buf out;
	size_t n = strlen(from), at = 0;

	if (strcmp(from, "$") == 0)
		at = b->n;
	else if (strcmp(from, "^") != 0)
		while (!span_starts(span_from(buf_span(b), at), span_str(from)))
			assert_true(++at < b->n);
	if (strcmp(from, "$") == 0 || strcmp(from, "^") == 0)
		n = 0;
	buf_init(&out, b->max);
	buf_put(&out, span_head(buf_span(b), at));
	buf_put(&out, span_str(to));
	buf_put(&out, span_from(buf_span(b), at + n));
	buf_free(b);
	*b = out;
}

struct run {
	struct key_record_cache *keys;
	struct verifier *verifier;
	const struct verification *all;
};

static struct verify_conf conf_for(struct fake *dns)
{
	return (struct verify_conf){ .crypto = crypto,
				     .keys = key_record_cache_new(&dns->dns,
								  crypto, 0),
				     .now = NOW,
				     .skew = 300,
				     .min_bits = 1024,
				     .max_signatures = LIMIT_SIGNATURES_TRIED };
}

static void verify(const struct verify_conf *conf, struct span message,
		   size_t step, struct run *run)
{
	run->keys = conf->keys;
	run->verifier = verifier_new(conf);
	assert_int_equal(
		push_in_steps(verifier_sink(run->verifier), message, step),
		ST_OK);
	run->all = verifier_end(run->verifier);
	for (size_t i = 0; i < run->all->n; i++)
		seen[run->all->v[i].st] = true;
}

static void drop(struct run *run)
{
	verifier_free(run->verifier);
	key_record_cache_free(run->keys);
}

/* -- the table ------------------------------------------------------------- */

#define PASS ST_OK, RESULT_PASS, 0
#define FAIL(x) ST_##x, RESULT_FAIL, 1
#define NEUTRAL(x) ST_##x, RESULT_NEUTRAL, 1
#define PERM(x) ST_##x, RESULT_PERMERROR, 1
#define POLICY(x) ST_##x, RESULT_POLICY, 1
#define W(x) (1U << WARN_##x)
#define ED "v=1; a=ed25519-sha256; d=legit.example; s=sel; " ALL

static const struct row {
	const char *id;
	const char *tags;      /* NULL: TAGS */
	const char *from, *to; /* changed once signed */
	const char *records;   /* NULL: RECORD */
	enum status st;
	enum result result;
	int exit;
	unsigned warnings;
} rows[] = {
	{ "Map to RFC 8601 2.7.1 words", NULL, NULL, NULL, NULL, PASS, 0 },
	{ "RFC 8463 ed25519", ED, NULL, NULL, "k=ed25519; p=@", PASS, 0 },
	/* the message */
	{ "body", NULL, "Hi.", "Ho.", NULL, FAIL(BODY_HASH), 0 },
	{ "body added", NULL, "$", "x", NULL, FAIL(BODY_HASH), 0 },
	{ "blank lines", NULL, "$", "\r\n\r\n", NULL, PASS, 0 },
	{ "space", NULL, "Hi.", "Hi. ", NULL, FAIL(BODY_HASH), 0 },
	{ "space", TAGS "; c=relaxed/relaxed", "Hi.", "Hi. \t", NULL, PASS, 0 },
	{ "header space", NULL, "Subject: s", "Subject:  s", NULL,
	  FAIL(BAD_SIGNATURE), 0 },
	{ "header space", TAGS "; c=relaxed", "Subject: s", "subject:  s ",
	  NULL, PASS, 0 },
	{ "header", NULL, "Subject: s", "Subject: t", NULL, FAIL(BAD_SIGNATURE),
	  0 },
	{ "header gone", NULL, "Subject: s\r\n", "", NULL, FAIL(BAD_SIGNATURE),
	  0 },
	{ "absent in h, added", HEAD ALL ":x-a", "To:", "X-A: 1\r\nTo:", NULL,
	  FAIL(BAD_SIGNATURE), 0 },
	{ "24 unsigned header added", NULL, "To:", "X-A: 1\r\nTo:", NULL, PASS,
	  0 },
	{ "two From, top forged", NULL, "From:",
	  "From: c@evil.example\r\nFrom:", NULL, POLICY(UNSIGNED_FROM), 0 },
	{ "space before colon", NULL, "From:", "From : c@evil.example\r\nFrom:",
	  NULL, POLICY(UNSIGNED_FROM), 0 },
	{ "on top", NULL, "^", "From : c@evil.example\r\n", NULL,
	  POLICY(UNSIGNED_FROM), 0 },
	{ "case", NULL, "From:", "fRoM: c@evil.example\r\nFrom:", NULL,
	  POLICY(UNSIGNED_FROM), 0 },
	{ "24 h=from:from", HEAD ALL ":from", NULL, NULL, NULL, PASS, 0 },
	{ "24 From below", NULL, "To:", "From: c@evil.example\r\nTo:", NULL,
	  FAIL(BAD_SIGNATURE), 0 },
	{ "24 oversigned, From added", HEAD ALL ":from", "From:",
	  "From: c@evil.example\r\nFrom:", NULL, FAIL(BAD_SIGNATURE), 0 },
	{ "added Subject on top", NULL, "Subject:", "Subject: t\r\nSubject:",
	  NULL, PASS, W(UNSIGNED_DUPLICATE) },
	{ "oversigned", HEAD ALL ":subject",
	  "Subject:", "Subject: t\r\nSubject:", NULL, FAIL(BAD_SIGNATURE), 0 },
	{ "added/changed Content-Type", NULL, "To:",
	  "Content-Type: text/html\r\nTo:", NULL, PASS, W(WEAK_COVERAGE) },
	{ "List-Unsubscribe added RFC 8058 4", NULL, "To:",
	  "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nTo:", NULL,
	  PASS, W(ONE_CLICK) },
	{ "signed", HEAD ALL ":list-unsubscribe:list-unsubscribe-post",
	  "To:", "X-A: 1\r\nTo:", NULL, PASS, 0 },
	{ "h missing To/Subject/Date", HEAD "h=from", NULL, NULL, NULL, PASS,
	  W(WEAK_COVERAGE) },
	{ "no-colon line", NULL, "To:", "foo bar\r\nTo:", NULL, PERM(MALFORMED),
	  0 },
	{ "name ':' only", NULL, "To:", ": x\r\nTo:", NULL, PERM(MALFORMED),
	  0 },
	{ "leading space", NULL, "^", " x\r\n", NULL, PERM(MALFORMED), 0 },
	{ "look-alike name", NULL, "To:", "Fr\xd0\xbem: x\r\nTo:", NULL,
	  PERM(MALFORMED), 0 },
	{ "mbox line", NULL, "^", "From x Mon Jan 1\r\n", NULL, PASS, 0 },
	{ "before syntax", "v=2", "To:", "foo bar\r\nTo:", NULL,
	  PERM(MALFORMED), 0 },
	/* the signature */
	{ "24 b", NULL, "; b=", "; b=AAAA", NULL, FAIL(BAD_SIGNATURE), 0 },
	{ "24 bh", NULL, "; bh=", "; bh=A", NULL, NEUTRAL(SYNTAX), 0 },
	{ "24 tag added", NULL, "; bh=", "; foo=bar; bh=", NULL,
	  FAIL(BAD_SIGNATURE), 0 },
	{ "24 unknown tag signed", TAGS "; foo=bar", NULL, NULL, NULL, PASS,
	  0 },
	{ "signed", TAGS "; D=evil.example", NULL, NULL, NULL, PASS, 0 },
	{ "two d=", TAGS "; d=legit.example", NULL, NULL, NULL, NEUTRAL(SYNTAX),
	  0 },
	{ "no =", TAGS "; foo", NULL, NULL, NULL, NEUTRAL(SYNTAX), 0 },
	{ "v", NULL, "v=1", "v=2", NULL, NEUTRAL(VERSION), 0 },
	{ "Required", NULL, "s=sel; ", "", NULL, NEUTRAL(MISSING_TAG), 0 },
	{ "a=", NULL, "a=rsa-sha256", "a=rsa-sha512", NULL, NEUTRAL(ALGORITHM),
	  0 },
	{ "rsa-sha1", NULL, "a=rsa-sha256", "a=rsa-sha1", NULL, PERM(HISTORIC),
	  0 },
	{ "c", TAGS "; c=nofws", NULL, NULL, NULL, NEUTRAL(CANON), 0 },
	{ "q", TAGS "; q=http/x", NULL, NULL, NULL, NEUTRAL(QUERY), 0 },
	{ "dns", TAGS "; q=dns", NULL, NULL, NULL, PASS, W(QUERY_DNS) },
	{ "h", HEAD "h=to", NULL, NULL, NULL, PERM(FROM_NOT_SIGNED), 0 },
	{ "sub", TAGS "; i=@sub.legit.example", NULL, NULL, NULL, PASS, 0 },
	{ "i", TAGS "; i=@evil.example", NULL, NULL, NULL,
	  PERM(DOMAIN_MISMATCH), 0 },
	{ "A-labels", NULL, "d=legit", "d=\xf0\x9f\x98\x80", NULL,
	  PERM(BAD_IDN), 0 },
	{ "U-labels i=", TAGS "; i=@\xc3\xa4.legit.example", NULL, NULL, NULL,
	  PASS, 0 },
	{ "i= outside EAI", TAGS "; i=@\xc3\xa4.legit.example",
	  "To:", "X: \xe4\r\nTo:", NULL, NEUTRAL(SYNTAX), 0 },
	{ "i= encoded outside EAI", TAGS "; i=@=C3=A4.legit.example", NULL,
	  NULL, NULL, NEUTRAL(SYNTAX), 0 },
	{ "i= encoded", TAGS "; i=@=C3=A4.legit.example",
	  "To:", "X: \xc3\xa4\r\nTo:", NULL, PASS, 0 },
	{ "value EAI", TAGS "; foo=\xc3\xa4", NULL, NULL, NULL, PASS, 0 },
	{ "outside EAI", TAGS "; foo=\xc3\xa4", "To:", "X: \xe4\r\nTo:", NULL,
	  NEUTRAL(SYNTAX), 0 },
	{ "24 l exact", TAGS "; l=5", NULL, NULL, NULL, PASS, 0 },
	{ "24 l-1", TAGS "; l=4", NULL, NULL, NULL, PASS, W(PARTIAL_BODY) },
	{ "l=0", TAGS "; l=0", "Hi.", "Anything else", NULL, PASS,
	  W(PARTIAL_BODY) },
	{ "append after l=", TAGS "; l=5", "$", "<html>\r\n", NULL, PASS,
	  W(PARTIAL_BODY) },
	{ "unsigned tail is only blank", TAGS "; l=5", "$", "\r\n\r\n", NULL,
	  PASS, 0 },
	{ "24 l+1", TAGS "; l=6", NULL, NULL, NULL, PERM(BODY_SHORT), 0 },
	{ "l=99999999 with short body", TAGS "; l=18446744073709551616", NULL,
	  NULL, NULL, PERM(BODY_SHORT), 0 },
	{ "expired x", TAGS "; x=999699", NULL, NULL, NULL, PERM(EXPIRED), 0 },
	{ "x within skew", TAGS "; x=999700", NULL, NULL, NULL, PASS, 0 },
	{ "expired t", TAGS "; t=1000301", NULL, NULL, NULL, PERM(FUTURE), 0 },
	{ "t within skew", TAGS "; t=1000300", NULL, NULL, NULL, PASS, 0 },
	{ "24 t of 13 digits", TAGS "; t=1000000000000", NULL, NULL, NULL,
	  PERM(FUTURE), 0 },
	{ "t, x", TAGS "; t=2; x=2", NULL, NULL, NULL, NEUTRAL(SYNTAX), 0 },
	{ "b of 64 octets", TAGS, "; b=",
	  "; b=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	  "AAAAAAAAAAAAAAAAAAAAAAA==; xb=",
	  NULL, FAIL(BAD_SIGNATURE), 0 },
	/* the record */
	{ "24 no record", NULL, NULL, NULL, "", PERM(NO_KEY), 0 },
	{ "underscore", "v=1; a=rsa-sha256; d=le_git.example; s=sel; " ALL,
	  NULL, NULL, NULL, PERM(NO_KEY), W(UNDERSCORE) },
	{ "24 revoked", NULL, NULL, NULL, "v=DKIM1; p=", PERM(KEY_REVOKED), 0 },
	{ "p no p", NULL, NULL, NULL, "v=DKIM1; k=rsa", PERM(KEY_SYNTAX), 0 },
	{ "bad p", NULL, NULL, NULL, "v=DKIM1; p=!", PERM(KEY_SYNTAX), 0 },
	{ "v", NULL, NULL, NULL, "v=DKIM2; p=$", PERM(KEY_SYNTAX), 0 },
	{ "not first", NULL, NULL, NULL, "p=$; v=DKIM1", PASS,
	  W(VERSION_NOT_FIRST) },
	{ "absent", NULL, NULL, NULL, "p=$", PASS, 0 },
	{ "final ;", NULL, NULL, NULL, "v=DKIM1;; p=$", PASS, W(EMPTY_TAG) },
	{ "two p", NULL, NULL, NULL, "p=$; p=$", PERM(KEY_SYNTAX), 0 },
	{ "foreign alone", NULL, NULL, NULL, "v=spf1 -all", PERM(KEY_SYNTAX),
	  0 },
	{ "24 and unrelated TXT", NULL, NULL, NULL, "v=spf1 -all|p=$|token",
	  PASS, 0 },
	{ "unknown k", NULL, NULL, NULL, "k=foo; p=$", PERM(KEY_UNSUITABLE),
	  0 },
	{ "key type", NULL, NULL, NULL, "k=ed25519; p=@", PERM(KEY_UNSUITABLE),
	  0 },
	{ "key type", ED, NULL, NULL, "p=$", PERM(KEY_UNSUITABLE), 0 },
	{ "24 h=sha1", NULL, NULL, NULL, "h=sha1; p=$", PERM(KEY_HASH), 0 },
	{ "empty", NULL, NULL, NULL, "h=; p=$", PERM(KEY_HASH), 0 },
	{ "h", NULL, NULL, NULL, "h=sha1:SHA256; p=$", PASS, 0 },
	{ "24 s=other", NULL, NULL, NULL, "s=other; p=$", PERM(KEY_SERVICE),
	  0 },
	{ "s", NULL, NULL, NULL, "s=other:email; p=$", PASS, 0 },
	{ "s", NULL, NULL, NULL, "s=*; p=$", PASS, 0 },
	{ "24 t=s and i", TAGS "; i=@sub.legit.example", NULL, NULL, "t=s; p=$",
	  PERM(KEY_IDENTITY), 0 },
	{ "t t=s, i = d", TAGS "; i=a@LEGIT.example", NULL, NULL, "t=s; p=$",
	  PASS, 0 },
	{ "t=y passes", NULL, NULL, NULL, "t=y; p=$", PASS, W(TESTING) },
	{ "t=y fails", NULL, "Hi.", "Ho.", "t=y; p=$", ST_BODY_HASH,
	  RESULT_FAIL, 2, W(TESTING) },
	{ "n", NULL, NULL, NULL, "g=nobody; n=x; foo=bar; p=$", PASS, 0 },
	{ "another key", NULL, NULL, NULL, "p=#", FAIL(BAD_SIGNATURE),
	  W(SHORT_KEY) },
	/* several records */
	{ "either", NULL, NULL, NULL, "p=$|p=#", PASS, W(MULTIPLE_KEYS) },
	{ "either", NULL, NULL, NULL, "p=#|p=$", PASS, W(MULTIPLE_KEYS) },
	{ "one revoked", NULL, NULL, NULL, "p=|p=$", PASS, W(MULTIPLE_KEYS) },
	{ "one broken", NULL, NULL, NULL, "p=!|k=rsa; p=$", PASS,
	  W(MULTIPLE_KEYS) },
	{ "twice the same", NULL, NULL, NULL, "p=$|p=$", PASS, 0 },
	{ "none", NULL, NULL, NULL, "p=%|p=#", PERM(MULTIPLE_KEYS),
	  W(MULTIPLE_KEYS) },
	{ "none", NULL, NULL, NULL, "p=#|p=", PERM(MULTIPLE_KEYS),
	  W(MULTIPLE_KEYS) },
	{ "body", NULL, "Hi.", "Ho.", "p=$|p=#", PERM(MULTIPLE_KEYS),
	  W(MULTIPLE_KEYS) },
	{ "24 two foreign", NULL, NULL, NULL, "v=spf1|v=DKIM2; p=$|p=$", PASS,
	  0 },
};

/* ROW's message, signed and changed. */
static void mutant(const struct row *row, struct buf *message)
{
	const char *tags = row->tags ? row->tags : TAGS;

	buf_init(message, 4 * LIMIT_HEADER_BYTES);
	seal(tags, strstr(tags, "ed25519") ? ed : rsa, SPAN(MESSAGE), message);
	if (row->from)
		change(message, row->from, row->to);
}

static void mutations(void **state)
{
	static const size_t steps[] = { 1, 7, 4096, 0 };
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t j = 0; j < COUNT(steps); j++) {
			const struct row *row = &rows[i];
			struct fake dns =
				fake_dns(row->records ? row->records : RECORD);
			struct verify_conf conf = conf_for(&dns);
			struct buf message;
			struct run run;

			if (!dns.records[0])
				dns.answer = DNS_NXDOMAIN;
			mutant(row, &message);
			verify(&conf, buf_span(&message), steps[j], &run);
			bad += row_is(row->id, "signatures",
				      (long long)run.all->n, 1);
			const struct verdict *v = &run.all->v[0];

			bad += row_is_span(row->id, "status",
					   span_str(status_text(v->st)),
					   span_str(status_text(row->st)));
			bad += row_is(row->id, "result",
				      verify_exit_result(run.all), row->result);
			bad += row_is(row->id, "exit", verify_exit_any(run.all),
				      row->exit);
			bad += row_is(row->id, "warnings", v->warnings,
				      row->warnings);
			/* what fails before the key costs no query */
			bad += row_is(row->id, "queries", dns.queries,
				      v->keys != NULL);
			drop(&run);
			buf_free(&message);
		}
	assert_int_equal(bad, 0);
}

/* A reason in words is about this verdict, not about a record set aside. */
static void words_of_the_verdict(void **state)
{
	struct fake dns = fake_dns("v=spf1 -all|p=$");
	struct verify_conf conf = conf_for(&dns);
	struct buf message;
	struct run run;

	(void)state;
	buf_init(&message, 8192);
	seal(TAGS, rsa, SPAN(MESSAGE), &message);
	change(&message, "Hi.", "Ho.");
	verify(&conf, buf_span(&message), 4096, &run);
	assert_int_equal(run.all->v[0].st, ST_BODY_HASH);
	assert_string_equal(run.all->v[0].why.text, "");
	drop(&run);
	buf_free(&message);
}

/* One message, the verifier told otherwise. */
static void configuration(void **state)
{
	static const struct {
		const char *id, *tags, *from, *to;
		int64_t now, skew;
		unsigned min_bits;
		enum status st;
	} tests[] = {
		{ "as it is", TAGS, "^", "", NOW, 300, 1024, ST_OK },
		{ "RFC 8301 3.2", TAGS, "^", "", NOW, 300, 2048, ST_OK },
		{ "RFC 8301 3.2", TAGS, "^", "", NOW, 300, 2049, ST_KEY_WEAK },
		{ "weak though it is wrong, too", TAGS, "Subject: s",
		  "Subject: t", NOW, 300, 2049, ST_KEY_WEAK },
		{ "expired x", TAGS "; x=999699", "^", "", 999000, 300, 1024,
		  ST_OK },
		{ "expired x", TAGS "; x=999699", "^", "", NOW, 301, 1024,
		  ST_OK },
		{ "expired x", TAGS "; x=999999", "^", "", NOW, 0, 1024,
		  ST_EXPIRED },
		{ "expired t", TAGS "; t=999999", "^", "", 999000, 300, 1024,
		  ST_FUTURE },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(tests); i++) {
		struct fake dns = fake_dns(RECORD);
		struct verify_conf conf = conf_for(&dns);
		struct buf message;
		struct run run;

		conf.now = tests[i].now;
		conf.skew = tests[i].skew;
		conf.min_bits = tests[i].min_bits;
		buf_init(&message, 8192);
		seal(tests[i].tags, rsa, SPAN(MESSAGE), &message);
		change(&message, tests[i].from, tests[i].to);
		verify(&conf, buf_span(&message), 4096, &run);
		bad += row_is(tests[i].id, "status", run.all->v[0].st,
			      tests[i].st);
		drop(&run);
		buf_free(&message);
	}
	assert_int_equal(bad, 0);
}

/* What options make of it: of two that differ in one option, the verdicts. */
static void options(void **state)
{
	static const char dated[] =
		"Received: by a; 1 Jan 1970 00:16:40 +0000\r\n"
		"Received: by b; 2 Jan 2026 10:00:00 +0000\r\n";
	static const char undated[] = "Received: by a\r\n";
	static const struct {
		const char *id, *tags, *from, *to;
		struct verify_conf with;
		enum status plain, st;
		unsigned warnings, about; /* of the second */
	} tests[] = {
		{ "l= results",
		  TAGS "; l=2",
		  "^",
		  "",
		  { .strict = true },
		  ST_OK,
		  ST_PARTIAL_BODY,
		  W(PARTIAL_BODY),
		  0 },
		{ "whole",
		  TAGS "; l=5",
		  "^",
		  "",
		  { .strict = true },
		  ST_OK,
		  ST_OK,
		  0,
		  0 },
		{ "one more of a field",
		  NULL,
		  "Subject:",
		  "Subject: t\r\nSubject:",
		  { .strict = true },
		  ST_OK,
		  ST_UNSIGNED_FIELD,
		  W(UNSIGNED_DUPLICATE),
		  W(DUPLICATE_FIELD) },
		{ "From goes first",
		  TAGS "; l=2",
		  "From:",
		  "From: c@evil.example\r\nFrom:",
		  { .strict = true },
		  ST_UNSIGNED_FROM,
		  ST_UNSIGNED_FROM,
		  W(PARTIAL_BODY),
		  W(DUPLICATE_FIELD) },
		{ "the source does not say",
		  NULL,
		  "^",
		  "",
		  { .require_dnssec = true },
		  ST_OK,
		  ST_INSECURE_DNS,
		  0,
		  0 },
		{ "a failure stays one",
		  NULL,
		  "Hi.",
		  "Ho.",
		  { .require_dnssec = true },
		  ST_BODY_HASH,
		  ST_BODY_HASH,
		  0,
		  0 },
		{ "expired",
		  TAGS "; x=5",
		  "^",
		  "",
		  { .ignore_expiry = true },
		  ST_EXPIRED,
		  ST_OK,
		  W(EXPIRED),
		  0 },
		{ "and the rest counts",
		  TAGS "; x=5",
		  "Hi.",
		  "Ho.",
		  { .ignore_expiry = true },
		  ST_EXPIRED,
		  ST_BODY_HASH,
		  W(EXPIRED),
		  0 },
		{ "future",
		  TAGS "; t=2000000",
		  "^",
		  "",
		  { .ignore_expiry = true },
		  ST_FUTURE,
		  ST_FUTURE,
		  0,
		  0 },
		/* RFC 6376 3.5 x=: the time of receipt, here second 1000 */
		{ "received",
		  TAGS "; x=5000",
		  "^",
		  dated,
		  { .at_received = true },
		  ST_EXPIRED,
		  ST_OK,
		  0,
		  0 },
		{ "received too late",
		  TAGS "; x=600",
		  "^",
		  dated,
		  { .at_received = true },
		  ST_EXPIRED,
		  ST_EXPIRED,
		  0,
		  0 },
		{ "received early",
		  TAGS "; t=5000",
		  "^",
		  dated,
		  { .at_received = true },
		  ST_OK,
		  ST_FUTURE,
		  0,
		  0 },
		{ "no date",
		  TAGS "; x=5000",
		  "^",
		  undated,
		  { .at_received = true },
		  ST_EXPIRED,
		  ST_EXPIRED,
		  0,
		  W(NO_RECEIVED_DATE) },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < 2 * COUNT(tests); i++) {
		const bool with = i % 2;
		struct fake dns = fake_dns(RECORD);
		struct verify_conf conf = conf_for(&dns);
		struct buf message;
		struct run run;
		const char *id = tests[i / 2].id;

		conf.strict = with && tests[i / 2].with.strict;
		conf.ignore_expiry = with && tests[i / 2].with.ignore_expiry;
		conf.at_received = with && tests[i / 2].with.at_received;
		conf.require_dnssec = with && tests[i / 2].with.require_dnssec;
		buf_init(&message, 8192);
		seal(tests[i / 2].tags ? tests[i / 2].tags : TAGS, rsa,
		     SPAN(MESSAGE), &message);
		change(&message, tests[i / 2].from, tests[i / 2].to);
		verify(&conf, buf_span(&message), 4096, &run);
		bad += row_is_span(
			id, "status", span_str(status_text(run.all->v[0].st)),
			span_str(status_text(with ? tests[i / 2].st
						  : tests[i / 2].plain)));
		if (with) {
			bad += row_is(id, "warnings", run.all->v[0].warnings,
				      tests[i / 2].warnings);
			bad += row_is(id, "about it", run.all->warnings,
				      tests[i / 2].about);
		}
		drop(&run);
		buf_free(&message);
	}
	assert_int_equal(bad, 0);
}

/* the four answers. */
static void answers(void **state)
{
	static const struct {
		enum dns_answer answer;
		enum status st;
		int exit;
	} tests[] = { { DNS_RECORDS, ST_OK, 0 },
		      { DNS_NODATA, ST_NO_KEY, 1 },
		      { DNS_NXDOMAIN, ST_NO_KEY, 1 },
		      { DNS_FAILED, ST_DNS, 75 } };
	struct buf message;

	(void)state;
	buf_init(&message, 8192);
	seal(TAGS, rsa, SPAN(MESSAGE), &message);
	for (size_t i = 0; i < COUNT(tests); i++) {
		struct fake dns = fake_dns(RECORD);
		struct verify_conf conf = conf_for(&dns);
		struct run run;

		dns.answer = tests[i].answer;
		verify(&conf, buf_span(&message), 4096, &run);
		assert_int_equal(run.all->v[0].st, tests[i].st);
		assert_int_equal(verify_exit_any(run.all), tests[i].exit);
		assert_int_equal(run.all->v[0].why.text[0] != 0,
				 tests[i].st != ST_OK);
		drop(&run);
	}
	buf_free(&message);
}

/* Puts N copies of signatures on MESSAGE; each element of TAGS one, the first
 * on top. */
static void several(const char *const *tags, size_t n, struct buf *out)
{
	buf_init(out, 4 * LIMIT_HEADER_BYTES);
	buf_put(out, SPAN(MESSAGE));
	for (size_t i = n; i > 0; i--) {
		struct buf more;

		buf_init(&more, out->max);
		seal(tags[i - 1], rsa, buf_span(out), &more);
		buf_free(out);
		*out = more;
	}
}

/* aligned ones first, then from the top; the rest is told. */
static void limit_order(void **state)
{
	static const char *const tags[] = {
		"v=1; a=rsa-sha256; d=evil.example; s=sel; h=from",
		"v=2; d=evil.example",
		"v=1; a=rsa-sha256; d=legit.example; s=sel; h=from",
		"v=1; a=rsa-sha256; d=evil.example; s=two; h=from",
		"v=1; a=rsa-sha256; d=a.legit.example; s=sel; h=from",
	};
	static const enum status wanted[][COUNT(tags)] = {
		{ ST_SIGNATURE_LIMIT, ST_SIGNATURE_LIMIT, ST_SIGNATURE_LIMIT,
		  ST_SIGNATURE_LIMIT, ST_SIGNATURE_LIMIT },
		{ ST_SIGNATURE_LIMIT, ST_SIGNATURE_LIMIT, ST_OK,
		  ST_SIGNATURE_LIMIT, ST_SIGNATURE_LIMIT },
		{ ST_SIGNATURE_LIMIT, ST_SIGNATURE_LIMIT, ST_OK,
		  ST_SIGNATURE_LIMIT, ST_NO_KEY },
		{ ST_NO_KEY, ST_SIGNATURE_LIMIT, ST_OK, ST_SIGNATURE_LIMIT,
		  ST_NO_KEY },
		{ ST_NO_KEY, ST_VERSION, ST_OK, ST_SIGNATURE_LIMIT, ST_NO_KEY },
		{ ST_NO_KEY, ST_VERSION, ST_OK, ST_NO_KEY, ST_NO_KEY },
	};
	struct buf message;

	(void)state;
	several(tags, COUNT(tags), &message);
	for (size_t most = 0; most < COUNT(wanted); most++) {
		struct fake dns = fake_dns(RECORD);
		struct verify_conf conf = conf_for(&dns);
		struct run run;
		int bad = 0;

		conf.max_signatures = most;
		verify(&conf, buf_span(&message), 4096, &run);
		assert_int_equal(run.all->n, COUNT(tags));
		for (size_t i = 0; i < COUNT(tags); i++)
			bad += row_is(tags[i], "status", run.all->v[i].st,
				      wanted[most][i]);
		assert_int_equal(bad, 0);
		assert_int_equal(run.all->v[2].related, RELATION_SAME);
		assert_int_equal(run.all->v[4].related, RELATION_WITHIN);
		assert_int_equal(run.all->v[0].related, RELATION_NONE);
		assert_int_equal(verify_exit_any(run.all), most == 0);
		assert_true(run.all->has_author);
		drop(&run);
	}
	buf_free(&message);
}

/* all are seen up to a limit, one query for one name. */
static void many(void **state)
{
	struct buf message;
	struct fake dns = fake_dns(RECORD);
	struct verify_conf conf = conf_for(&dns);
	struct run run;

	(void)state;
	buf_init(&message, 4 * LIMIT_HEADER_BYTES);
	seal(TAGS, rsa, SPAN(MESSAGE), &message);
	for (int i = 0; i < 4; i++) {
		struct span all = buf_span(&message);
		size_t n = all.n - (sizeof(MESSAGE) - 1);
		struct buf twice;

		buf_init(&twice, message.max);
		buf_put(&twice, span_head(all, n));
		buf_put(&twice, all);
		buf_free(&message);
		message = twice;
	}
	verify(&conf, buf_span(&message), 4096, &run);
	assert_int_equal(run.all->n, 16);
	assert_int_equal(dns.queries, 1);
	for (size_t i = 0; i < 16; i++)
		assert_int_equal(run.all->v[i].st,
				 i < LIMIT_SIGNATURES_TRIED
					 ? ST_OK
					 : ST_SIGNATURE_LIMIT);
	drop(&run);
	buf_reset(&message);
	for (int i = 0; i < LIMIT_SIGNATURES_SEEN + 23; i++)
		buf_put(&message, SPAN("DKIM-Signature: x\r\n"));
	buf_put(&message, SPAN(MESSAGE));
	conf = conf_for(&dns);
	verify(&conf, buf_span(&message), 4096, &run);
	assert_int_equal(run.all->n, LIMIT_SIGNATURES_SEEN);
	assert_int_equal(run.all->unseen, 23);
	assert_int_equal(run.all->v[0].st, ST_SYNTAX);
	/* policy is better than neutral */
	assert_int_equal(verify_exit_result(run.all), RESULT_POLICY);
	drop(&run);
	buf_free(&message);
}

/* The result of several signatures, and the exit status. */
static void folded(void **state)
{
	static const struct {
		const char *id, *tags[2];
		const char *records;
		enum dns_answer answer;
		enum result result;
		int exit;
	} tests[] = {
		{ "a bad one spoils nothing",
		  { "v=2", TAGS },
		  RECORD,
		  DNS_RECORDS,
		  RESULT_PASS,
		  0 },
		{ "order",
		  { TAGS, "v=2" },
		  RECORD,
		  DNS_RECORDS,
		  RESULT_PASS,
		  0 },
		{ "temperror before neutral",
		  { "v=2", TAGS },
		  RECORD,
		  DNS_FAILED,
		  RESULT_TEMPERROR,
		  75 },
		{ "permerror before neutral",
		  { "v=2", TAGS },
		  "",
		  DNS_NXDOMAIN,
		  RESULT_PERMERROR,
		  1 },
		{ "fail before permerror",
		  { HEAD "h=to", TAGS },
		  "p=#",
		  DNS_RECORDS,
		  RESULT_FAIL,
		  1 },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(tests); i++) {
		struct fake dns = fake_dns(tests[i].records);
		struct verify_conf conf = conf_for(&dns);
		struct buf message;
		struct run run;

		dns.answer = tests[i].answer;
		several(tests[i].tags, 2, &message);
		verify(&conf, buf_span(&message), 4096, &run);
		bad += row_is(tests[i].id, "result",
			      verify_exit_result(run.all), tests[i].result);
		bad += row_is(tests[i].id, "exit", verify_exit_any(run.all),
			      tests[i].exit);
		drop(&run);
		buf_free(&message);
	}
	assert_int_equal(bad, 0);
}

/* Messages without a signature, or that are none. */
static void nothing_to_judge(void **state)
{
	static const struct {
		const char *id;
		struct span message;
		enum status header;
		int exit;
		unsigned warnings;
	} tests[] = {
		{ "message of 0 octets", T(""), ST_OK, 2, W(EMPTY_INPUT) },
		{ "message of 0 octets", T("\r\n"), ST_OK, 2, 0 },
		{ "24 none", T(MESSAGE), ST_OK, 2, 0 },
		{ "ends in the header", T("From: a@b.c"), ST_OK, 2, 0 },
		{ "malformed", T("A: b\r\nfoo\r\n\r\n"), ST_MALFORMED, 2,
		  W(MALFORMED_HEADER) },
		{ "not a message", T("hello\nworld\n"), ST_NOT_MESSAGE, 65,
		  W(MALFORMED_HEADER) },
		{ "other field names",
		  T("DKIM2-Signature: v=1\r\nX-DKIM-Signature: v=1\r\n"), ST_OK,
		  2, W(DKIM2) },
		{ "ARC fields are ordinary fields",
		  T("ARC-Seal: i=1; b=QUJD\r\n"), ST_OK, 2, W(ARC) },
		{ "CRLF in the hash", T("A: b\r\n\r\nx\n"), ST_OK, 2,
		  W(MIXED_LINE_ENDINGS) },
		{ "mbox line", T("From x\r\nA: b\r\n\r\nx\r\n"), ST_OK, 2,
		  W(MBOX_LINE) },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(tests); i++) {
		struct fake dns = fake_dns(RECORD);
		struct verify_conf conf = conf_for(&dns);
		struct run run;

		verify(&conf, tests[i].message, 3, &run);
		bad += row_is(tests[i].id, "header", run.all->header,
			      tests[i].header);
		bad += row_is(tests[i].id, "exit", verify_exit_any(run.all),
			      tests[i].exit);
		bad += row_is(tests[i].id, "warnings", run.all->warnings,
			      tests[i].warnings);
		bad += row_is(tests[i].id, "signatures", (long long)run.all->n,
			      0);
		drop(&run);
	}
	assert_int_equal(bad, 0);
}

/* over a limit of the header every signature is worth nothing. */
static void header_limits(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct fake dns = fake_dns(RECORD);
		struct verify_conf conf = conf_for(&dns);
		struct buf message, long_one;
		struct run run;

		buf_init(&message, 8 * LIMIT_HEADER_BYTES);
		buf_init(&long_one, 8 * LIMIT_HEADER_BYTES);
		seal(TAGS, rsa, SPAN(MESSAGE), &message);
		if (i == 0) /* a field */
			buf_putf(&long_one, "X: %0*d\r\nTo:", LIMIT_FIELD_BYTES,
				 0);
		for (int n = 0; i == 1 && n < LIMIT_FIELDS; n++)
			buf_put(&long_one, SPAN("X: y\r\n"));
		for (int n = 0; i == 2 && n < 20; n++)
			buf_putf(&long_one, "X: %0*d\r\n",
				 LIMIT_FIELD_BYTES / 4, 0);
		if (i)
			buf_put(&long_one, SPAN("To:"));
		change(&message, "To:", (const char *)long_one.p);
		verify(&conf, buf_span(&message), 65536, &run);
		assert_int_equal(run.all->n, 1);
		assert_int_equal(run.all->header, ST_LIMIT);
		assert_int_equal(run.all->v[0].st, ST_LIMIT);
		assert_int_equal(verify_exit_any(run.all), 1);
		assert_int_equal(dns.queries, 0);
		drop(&run);
		buf_free(&message);
		buf_free(&long_one);
	}
}

/* a p= that is absurdly long is not decoded, nor is a name too long asked for.
 */
static void long_things(void **state)
{
	struct buf record, message;
	struct run run;
	struct name d;
	char label[64] = "", tags[600];

	(void)state;
	buf_init(&record, LIMIT_TXT_BYTES);
	buf_putf(&record, "p=%0*d", LIMIT_P_CHARS + 4, 0);
	buf_init(&message, 8192);
	seal(TAGS, rsa, SPAN(MESSAGE), &message);
	struct fake dns = fake_dns((const char *)record.p);
	struct verify_conf conf = conf_for(&dns);

	verify(&conf, buf_span(&message), 4096, &run);
	assert_int_equal(run.all->v[0].st, ST_KEY_LARGE);
	drop(&run);

	memset(label, 'x', 63);
	snprintf(tags, sizeof(tags),
		 "v=1; a=rsa-sha256; d=%s.%s.%s.ex; s=%s; h=from", label, label,
		 label, label);
	assert_int_equal(name_parse(span_str("legit.example"), 0, &d, NULL),
			 ST_OK);
	seal(tags, rsa, SPAN(MESSAGE), &message);
	conf = conf_for(&dns);
	dns.queries = 0;
	verify(&conf, buf_span(&message), 4096, &run);
	assert_int_equal(run.all->v[0].st, ST_NO_KEY);
	assert_int_equal(dns.queries, 0);
	drop(&run);
	buf_free(&message);
	buf_free(&record);
}

/* RFC 6376 6.1.1: a top-level domain signs for nobody. */
static void top_level_domain(void **state)
{
	struct fake dns = fake_dns(RECORD);
	struct verify_conf conf = conf_for(&dns);
	struct buf message;
	struct run run;

	(void)state;
	dns.name = "sel._domainkey.uk";
	buf_init(&message, 8192);
	seal("v=1; a=rsa-sha256; d=uk; s=sel; " ALL, rsa, SPAN(MESSAGE),
	     &message);
	verify(&conf, buf_span(&message), 4096, &run);
	assert_int_equal(run.all->v[0].st, ST_D_IS_SUFFIX);
	assert_int_equal(verify_exit_result(run.all), RESULT_POLICY);
	assert_int_equal(verify_exit_any(run.all), 1);
	drop(&run);
	buf_free(&message);
}

/* What the real signer makes, verifies; LF and CRLF give the same verdict. */
static void from_the_signer(void **state)
{
	static const struct span messages[] = {
		T(MESSAGE), T("From: a@legit.example\nSubject: s\n\nHi.\n")
	};

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		static const char *const names[] = { "sel" };
		struct headerset_rules usual;
		struct sign_conf conf = { .crypto = crypto,
					  .headers = &usual,
					  .header = CANON_RELAXED,
					  .body = CANON_RELAXED };
		struct fake dns = fake_dns(RECORD);
		struct verify_conf check = conf_for(&dns);
		struct signing signing;
		struct signkeys *keys;
		struct buf message;
		struct run run;

		put_key("sel", rsa);
		assert_int_equal(
			signkeys_from(names, 1, NULL, NULL, &keys, NULL),
			ST_OK);
		assert_int_equal(headerset_read(NULL, &usual, NULL), ST_OK);
		conf.keys = keys;
		signing_begin(&signing, &conf);
		assert_int_equal(
			push_in_steps(signing_sink(&signing), messages[i], 5),
			ST_OK);
		buf_init(&message, 65536);
		assert_int_equal(signing_end(&signing), ST_OK);
		buf_put(&message, buf_span(&signing.made));
		buf_put(&message, messages[i]);
		verify(&check, buf_span(&message), 5, &run);
		assert_int_equal(run.all->n, 1);
		assert_int_equal(run.all->v[0].st, ST_OK);
		assert_int_equal(run.all->v[0].related, RELATION_SAME);
		assert_int_equal(run.all->warnings, 0);
		drop(&run);
		signing_free(&signing);
		signkeys_free(keys);
		headerset_rules_free(&usual);
		buf_free(&message);
	}
}

/* No verdict is missing here. */
static void every_verdict(void **state)
{
	int bad = 0;

	(void)state;
	for (int i = 0; i < ST_COUNT; i++)
		if (status_reason((enum status)i))
			bad += row_is(status_reason((enum status)i), "seen",
				      seen[i], 1);
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(mutations),
		cmocka_unit_test(words_of_the_verdict),
		cmocka_unit_test(configuration),
		cmocka_unit_test(options),
		cmocka_unit_test(answers),
		cmocka_unit_test(limit_order),
		cmocka_unit_test(many),
		cmocka_unit_test(folded),
		cmocka_unit_test(nothing_to_judge),
		cmocka_unit_test(header_limits),
		cmocka_unit_test(long_things),
		cmocka_unit_test(top_level_domain),
		cmocka_unit_test(from_the_signer),
		cmocka_unit_test(every_verdict),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
