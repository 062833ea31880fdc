/* Files in place: what somebody else did to them meanwhile is never lost. */
#include "signers.h"

#include "signfile.h"

#define MAIL "From: a@b.example\n\nHi.\n"

/* The file "m" in place under CONF, opened and then HURT. */
static enum status in_place(const struct sign_conf *conf, void (*hurt)(void))
{
	struct signing s;
	int in;

	put("m", MAIL);
	in = open("m", O_RDONLY);
	assert_true(in >= 0);
	if (hurt)
		hurt();
	signing_begin(&s, conf);
	enum status st = signfile_in_place(&s, in, "m");

	signing_free(&s);
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

/* Mail that is passed on is written all the same. */
static void other_file(void **state)
{
	const struct sign_conf conf = { .pass = "not ours" };

	(void)state;
	assert_int_equal(in_place(&conf, NULL), ST_OK);
	holds("m", MAIL);
	assert_int_equal(in_place(&conf, replace_m), ST_IO);
	holds("m", "new mail\n");
	assert_int_equal(in_place(&conf, take_away), ST_IO);
	assert_int_equal(names(false), 0);
	assert_int_equal(in_place(&conf, link_away), ST_IO);
	holds("private", "secret\n");
	assert_int_equal(names(false), 2);
}

static struct key *key;
static bool writing;

/* DNS is asked after the message was read and before it is written. */
static void answer(struct dns *dns, const struct dns_query *query,
		   struct dns_reply *out)
{
	struct buf text;

	(void)dns;
	(void)query;
	buf_init(&text, 1024);
	buf_put(&text, SPAN("k=ed25519; p="));
	assert_int_equal(key_to_p(key, &text), ST_OK);
	assert_int_equal(dns_add_record(out, buf_span(&text)), ST_OK);
	out->answer = DNS_RECORDS;
	buf_free(&text);
	if (!writing)
		return;
	int fd = open("m", O_WRONLY | O_APPEND);

	assert_int_equal(write(fd, "more\n", 5), 5);
	close(fd);
}

static void written_to(void **state)
{
	static const struct dns_class class = { .get = answer };
	static const char *const files[] = { "ed25519" };
	struct dns dns = { .class = &class };
	struct crypto *crypto = crypto_new();
	struct headerset_rules usual;
	struct signkeys *keys;
	struct sign_conf conf = { .crypto = crypto,
				  .headers = &usual,
				  .published = key_record_cache_new(
					  &dns, crypto, 0) };

	(void)state;
	assert_int_equal(key_generate(KEY_ED25519, 0, &key, NULL), ST_OK);
	assert_int_equal(headerset_read(NULL, &usual, NULL), ST_OK);
	put_key("ed25519", key);
	assert_int_equal(signkeys_from(files, 1, NULL, NULL, &keys, NULL),
			 ST_OK);
	conf.keys = keys;
	assert_int_equal(in_place(&conf, NULL), ST_OK);
	key_record_cache_free(conf.published);
	conf.published = key_record_cache_new(&dns, crypto, 0);
	writing = true;
	assert_int_equal(in_place(&conf, NULL), ST_IO);
	holds("m", MAIL "more\n");
	assert_int_equal(names(false), 2);
	key_record_cache_free(conf.published);
	signkeys_free(keys);
	headerset_rules_free(&usual);
	key_free(key);
	crypto_free(crypto);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(other_file, clean),
		cmocka_unit_test_teardown(written_to, clean),
	};

	return cmocka_run_group_tests(tests, enter, leave);
}
