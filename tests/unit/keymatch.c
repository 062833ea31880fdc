/* A key beside what is published (RULES G-13; dkim-sign --check-dns). */
#include "crypto.h"
#include "fake_dns.h"

#include <stdlib.h>
#include <string.h>

#include "keymatch.h"

#define AT "s._domainkey.a.example TXT "

static struct key *key, *other;

static int begin_keys(void **state)
{
	return begin(state) ||
	       key_generate(KEY_ED25519, 0, &key, NULL) != ST_OK ||
	       key_generate(KEY_ED25519, 0, &other, NULL) != ST_OK;
}

static int finish_keys(void **state)
{
	key_free(key);
	key_free(other);
	return finish(state);
}

/* TEXT with the base64 of KEY for "MINE" and of OTHER for "THEIRS". */
static char *filled(const char *text)
{
	struct buf out;

	buf_init(&out, 4096);
	for (; *text; text++) {
		bool mine = strncmp(text, "MINE", 4) == 0;
		bool theirs = strncmp(text, "THEIRS", 6) == 0;

		if (mine || theirs) {
			assert_int_equal(key_to_p(mine ? key : other, &out),
					 ST_OK);
			text += mine ? 3 : 5;
		} else {
			buf_putf(&out, "%c", *text);
		}
	}
	return (char *)out.p;
}

static const struct {
	const char *id, *zone;
	char *identity;
	bool secure;
	enum status st;
	const char *says; /* begins with; NULL: nothing */
} rows[] = {
	{ "ours", AT "v=DKIM1; k=ed25519; p=MINE", NULL, false, ST_OK, NULL },
	{ "N-2 the second of two",
	  AT "v=DKIM1; k=ed25519; p=THEIRS\n" AT "k=ed25519; p=MINE", NULL,
	  false, ST_OK, NULL },
	{ "another", AT "k=ed25519; p=THEIRS", NULL, false, ST_CONFIG,
	  "s._domainkey.a.example: the published key is another one" },
	{ "absent", "x.example TXT a", NULL, false, ST_CONFIG,
	  "s._domainkey.a.example does not exist" },
	{ "revoked", AT "v=DKIM1; p=", NULL, false, ST_CONFIG,
	  "s._domainkey.a.example: the key is revoked" },
	{ "no answer", "s._domainkey.a.example FAIL", NULL, false, ST_DNS,
	  "s._domainkey.a.example could not be looked up: no answer" },
	{ "h=", AT "h=sha1; k=ed25519; p=MINE", NULL, false, ST_CONFIG,
	  "s._domainkey.a.example: " },
	{ "s=", AT "s=other; k=ed25519; p=MINE", NULL, false, ST_CONFIG,
	  "s._domainkey.a.example: " },
	{ "t=s, no i=", AT "t=s; k=ed25519; p=MINE", NULL, false, ST_OK, NULL },
	{ "t=s, i= in d=", AT "t=s; k=ed25519; p=MINE",
	  (char[]){ "x@A.example" }, false, ST_OK, NULL },
	{ "t=s, i= below d=", AT "t=s; k=ed25519; p=MINE",
	  (char[]){ "@x.a.example" }, false, ST_CONFIG,
	  "s._domainkey.a.example: t=s " },
	{ "i= below d=", AT "k=ed25519; p=MINE", (char[]){ "@x.a.example" },
	  false, ST_OK, NULL },
	{ "not DNSSEC's", AT "k=ed25519; p=MINE", NULL, true, ST_CONFIG,
	  "s._domainkey.a.example: DNSSEC does not vouch" },
	/* what is wrong with the record comes first */
	{ "another, not DNSSEC's", AT "k=ed25519; p=THEIRS", NULL, true,
	  ST_CONFIG, "s._domainkey.a.example: the published key is another" },
};

static void matches(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct sign_key k = { .selector = { "s" },
					    .domain = { "a.example" },
					    .key = key,
					    .identity = rows[i].identity };
		char *zone = filled(rows[i].zone);
		struct dns_clock clock = { 0 };
		struct diag why = { 0 };
		struct fake_dns dns;

		fake_open(&dns, zone);
		struct key_record_cache *keys =
			key_record_cache_new(&dns.dns, crypto, 0);

		bad += row_is(
			rows[i].id, "status",
			keymatch_check(keys, &k, rows[i].secure, &clock, &why),
			rows[i].st);
		if (!rows[i].says)
			bad += row_is_span(rows[i].id, "words",
					   span_str(why.text), SPAN(""));
		else if (!span_starts(span_str(why.text),
				      span_str(rows[i].says)))
			bad += row_is_span(rows[i].id, "words",
					   span_str(why.text),
					   span_str(rows[i].says));
		key_record_cache_free(keys);
		buf_free(&dns.asked);
		free(zone);
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches),
	};

	return cmocka_run_group_tests(tests, begin_keys, finish_keys);
}
