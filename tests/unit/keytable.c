/* Tables of keys as OpenDKIM and dkim-filter have them. */
#include "folder.h"

#include "exit_status.h"
#include "keytable.h"

/* What the table says of each entry: name domain selector key type. */
static void describe(const struct keytable *t, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct keytable_entry *e = &t->v[i];

		buf_put(out, e->name);
		buf_putf(out, " %s %s %s ", e->author ? "%" : e->domain.text,
			 e->selector.text, e->in_place ? "=" : "@");
		buf_put(out, e->key);
		if (e->has_type)
			buf_putf(out, " %s", key_type_word(e->type));
		buf_put(out, SPAN("|"));
	}
}

static int gives(enum keytable_kind kind, struct span text, const char *wanted)
{
	struct keytable t;
	struct diag why = { 0 };
	struct buf got;

	put_span("table", text);
	buf_init(&got, 100000);
	enum status st = keytable_read("file:table", kind, &t, &why);

	if (st == ST_OK)
		describe(&t, &got);
	else
		buf_putf(&got, "%d %s", exit_status(st), why.text);
	int bad =
		row_is_span(wanted, "table", buf_span(&got), span_str(wanted));

	buf_free(&got);
	keytable_free(&t);
	return bad;
}

static void reads(void **state)
{
	static const struct {
		enum keytable_kind kind;
		struct span text;
		const char *wanted;
	} rows[] = {
		{ KEYTABLE_NAMED, T(""), "" },
		{ KEYTABLE_NAMED,
		  T("mail._domainkey.rushworth.us "
		    "rushworth.us:default:/etc/opendkim/keys/dkim.private\n"
		    "mail._domainkey.lisa.rushworth.us lisa.rushworth.us:"
		    "default:/etc/opendkim/keys/lisa.dkim.private\n"),
		  "mail._domainkey.rushworth.us rushworth.us default @ "
		  "/etc/opendkim/keys/dkim.private|"
		  "mail._domainkey.lisa.rushworth.us lisa.rushworth.us default "
		  "@ /etc/opendkim/keys/lisa.dkim.private|" },
		{ KEYTABLE_NAMED, T("k %:s:./keys/%.key"),
		  "k % s @ ./keys/%.key|" },
		{ KEYTABLE_NAMED, T("k a.b:s:../x"), "k a.b s @ ../x|" },
		{ KEYTABLE_NAMED, T("k a.b:s:MIIBVQIBADANBg="),
		  "k a.b s = MIIBVQIBADANBg=|" },
		{ KEYTABLE_NAMED, T("k a.b:s:.x"), "k a.b s = .x|" },
		{ KEYTABLE_NAMED, T("k a.b:s:/x:rsa-sha256"),
		  "k a.b s @ /x rsa|" },
		{ KEYTABLE_NAMED, T("k a.b:s:/x:ed25519-sha256"),
		  "k a.b s @ /x ed25519|" },
		{ KEYTABLE_NAMED, T("k a.b:s:/x:ED25519"),
		  "k a.b s @ /x ed25519|" },
		{ KEYTABLE_NAMED, T("k a.b:s:/x:rsa-sha1"),
		  "78 table: line 1: ALGORITHM is not one to sign with" },
		{ KEYTABLE_NAMED, T("k a.b:s:/x:rsa:y"),
		  "78 table: line 1: more than four fields" },
		{ KEYTABLE_NAMED, T("k\tA.B : S : /x \r\n"), "k a.b s @ /x|" },
		{ KEYTABLE_NAMED, T("# c\n\nk a.b:s"),
		  "78 table: line 3: not NAME DOMAIN:SELECTOR:KEY" },
		{ KEYTABLE_NAMED, T("k"),
		  "78 table: line 1: not NAME DOMAIN:SELECTOR:KEY" },
		{ KEYTABLE_NAMED, T("k a.b:s:"), "78 table: line 1: no key" },
		{ KEYTABLE_NAMED, T("k a/b:s:/x"),
		  "78 table: line 1: DOMAIN is not a domain name" },
		{ KEYTABLE_NAMED, T("k a.b:s;x:/x"),
		  "78 table: line 1: SELECTOR is not a selector" },
		{ KEYTABLE_NAMED, T("k a.b:s:/x\nk\0 a"),
		  "78 table: line 2: a NUL byte" },
		/* dkim-filter.conf(5) KeyList */
		{ KEYTABLE_LIST,
		  T("*@domain1.example:domain1.example:"
		    "/etc/mail/dkim/keys/domain1/mail2"),
		  "*@domain1.example domain1.example mail2 @ "
		  "/etc/mail/dkim/keys/domain1/mail2|" },
		{ KEYTABLE_LIST, T("*@a.b:/k/s1"), "*@a.b % s1 @ /k/s1|" },
		{ KEYTABLE_LIST, T("*:*:s.x"), "* % s.x @ s.x|" },
		{ KEYTABLE_LIST, T("a"),
		  "78 table: line 1: not PATTERN:DOMAIN:PATH" },
		{ KEYTABLE_LIST, T(":a.b:/x"),
		  "78 table: line 1: an empty field" },
		{ KEYTABLE_LIST, T("*:a.b:/x/"),
		  "78 table: line 1: SELECTOR is not a selector" },
		{ KEYTABLE_ANY, T("k a.b:s:/x\n*@a.b:a.b:/y\n*:a.b : /z"),
		  "k a.b s @ /x|*@a.b a.b y @ /y|* a.b z @ /z|" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		bad += gives(rows[i].kind, rows[i].text, rows[i].wanted);
	assert_int_equal(bad, 0);
}

static void data_sets(void **state)
{
	struct keytable t;
	struct diag why = { 0 };

	(void)state;
	assert_int_equal(keytable_read("none", KEYTABLE_NAMED, &t, &why),
			 ST_CONFIG);
	keytable_free(&t);
	assert_int_equal(keytable_read("dsn:x", KEYTABLE_NAMED, &t, &why),
			 ST_CONFIG);
	assert_string_equal(why.text, "dsn:x: only files and refile: are read");
	keytable_free(&t);
}

/* An Ed25519 seed in rspamd's and dkimpy's forms, of nobody. */
#define SEED "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="

/* The SubjectPublicKeyInfo of the same key. */
#define ED_PUBLIC "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

struct key_case {
	const char *line, *author;
	mode_t table, file;
	unsigned how;
	enum status st;
	const char *why;
};

static int key_is(const struct key_case *c)
{
	struct keytable t;
	struct name author = { "" };
	struct key *key = NULL;
	struct diag why = { 0 }, concern;

	put("table", c->line);
	assert_int_equal(chmod("table", c->table), 0);
	assert_int_equal(chmod("k.example.key", c->file), 0);
	enum status st = keytable_read("table", KEYTABLE_ANY, &t, &why);

	if (c->author)
		assert_int_equal(
			name_parse(span_str(c->author), 0, &author, NULL),
			ST_OK);
	if (st == ST_OK)
		st = keytable_key(&t, &t.v[0], c->author ? &author : NULL,
				  c->how, &key, &concern, &why);
	int bad = row_is(c->line, "status", st, c->st) +
		  row_is_span(c->line, "why", span_str(why.text),
			      span_str(c->why));

	assert_int_equal(st == ST_OK, key != NULL);
	key_free(key);
	keytable_free(&t);
	return bad;
}

static void keys(void **state)
{
	static const struct key_case rows[] = {
		{ "k a.b:s:./k.example.key", NULL, 0644, 0600, 0, ST_OK, "" },
		{ "k %:s:./%.key", "k.example", 0644, 0640, 0, ST_OK, "" },
		{ "k %:s:./%.key", NULL, 0644, 0600, 0, ST_CONFIG,
		  "table: line 1: \"%\" in the path needs an author" },
		{ "k %:s:./%.key", "l.example", 0644, 0600, 0, ST_CONFIG,
		  "table: line 1: ./l.example.key: cannot open: No such file "
		  "or directory" },
		{ "k a.b:s:./k.example.key", NULL, 0644, 0644, 0, ST_PERMISSION,
		  "table: line 1: ./k.example.key: unsafe private key file: "
		  "others can read it (mode 0644); chmod 600 makes it safe" },
		{ "k a.b:s:./k.example.key", NULL, 0644, 0644,
		  KEYFILE_UNSAFE_OK, ST_OK, "" },
		{ "k a.b:s:./table", NULL, 0600, 0600, 0, ST_NOT_KEY,
		  "table: line 1: ./table: no key: neither PEM, DER nor "
		  "base64" },
		{ "k a.b:s:./k.example.key:rsa", NULL, 0644, 0600, 0, ST_CONFIG,
		  "table: line 1: the key does not fit ALGORITHM" },
		{ "k a.b:s:" SEED ":ed25519-sha256", NULL, 0600, 0600, 0, ST_OK,
		  "" },
		{ "k a.b:s:" SEED, NULL, 0644, 0600, 0, ST_PERMISSION,
		  "table: line 1: unsafe private key: of the table, others can "
		  "read it" },
		{ "k a.b:s:" SEED, NULL, 0644, 0600, KEYFILE_UNSAFE_OK, ST_OK,
		  "" },
		{ "k a.b:s:x", NULL, 0600, 0600, 0, ST_NOT_KEY,
		  "table: line 1: no key: neither PEM, DER nor base64 (a path "
		  "begins with /, ./ or ../)" },
		/* what is not a key is said before the table's mode */
		{ "k a.b:s:k.example.key", NULL, 0644, 0600, 0, ST_NOT_KEY,
		  "table: line 1: no key: neither PEM, DER nor base64 (a path "
		  "begins with /, ./ or ../)" },
		{ "k a.b:s:\"./k.example.key\"", NULL, 0644, 0600, 0,
		  ST_NOT_KEY,
		  "table: line 1: no key: neither PEM, DER nor base64 (a path "
		  "begins with /, ./ or ../)" },
		/* base64 by its letters */
		{ "k a.b:s:keys/mail", NULL, 0644, 0600, 0, ST_NOT_KEY,
		  "table: line 1: no key: neither PEM, DER nor base64 (a path "
		  "begins with /, ./ or ../)" },
		{ "k a.b:s:keys/mai", NULL, 0644, 0600, 0, ST_NOT_KEY,
		  "table: line 1: no key: not DER, or cut short (a path begins "
		  "with /, ./ or ../)" },
		{ "k a.b:s:" ED_PUBLIC, NULL, 0644, 0600, 0, ST_NOT_KEY,
		  "table: line 1: is a public key, a private one is needed" },
		{ "k a.b:s:./public", NULL, 0600, 0600, 0, ST_NOT_KEY,
		  "table: line 1: ./public: is a public key, a private one is "
		  "needed" },
		{ "*:a.b:./public", NULL, 0600, 0600, 0, ST_NOT_KEY,
		  "table: line 1: ./public: is a public key, a private one is "
		  "needed" },
		/* the name, then .pem, then .private */
		{ "*:a.b:./k.example.key", NULL, 0644, 0600, 0, ST_OK, "" },
		{ "*:a.b:./p", NULL, 0644, 0600, 0, ST_OK, "" },
		{ "*:a.b:q", NULL, 0644, 0600, 0, ST_OK, "" },
		{ "*:a.b:./none", NULL, 0644, 0600, 0, ST_CONFIG,
		  "table: line 1: ./none: cannot open: No such file or "
		  "directory" },
	};
	int bad = 0;

	(void)state;
	put("k.example.key", SEED);
	put("q.private", SEED);
	put("public", ED_PUBLIC);
	chmod("public", 0644);
	put("p.private", "not this one");
	put("p.pem", SEED);
	chmod("q.private", 0600);
	chmod("p.pem", 0600);
	for (size_t i = 0; i < COUNT(rows); i++)
		bad += key_is(&rows[i]);
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(reads, clean),
		cmocka_unit_test(data_sets),
		cmocka_unit_test_teardown(keys, clean),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
