/* Whether the records of one name serve a key (RFC 6376 3.6.1, 3.6.2.2). */
#include "crypto.h"

#include <stdlib.h>
#include <string.h>

#include "b64.h"
#include "recordcheck.h"

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

/* p= of an RSA key of 512 bits. */
#define SHORT                                                                 \
	"MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAMakzGEF20SliDX7dfwbPiQvT/EphzKdoaO" \
	"7f6ofKCfHjG8LLmmg/IqK6UEmmgtA9zRWQZcnuAJ4Ey2J8+IxFwcCAwEAAQ=="

static const struct {
	const char *id;
	const char *records;	    /* a line each */
	bool below;		    /* i= is below d= */
	const char *with, *without; /* the result with the key, and without */
	const char *says;	    /* with the key; begins with */
	size_t at;
} rows[] = {
	{ "ours", "v=DKIM1; k=ed25519; p=MINE", false, "match", "valid", "",
	  0 },
	{ "another", "k=ed25519; p=THEIRS", false, "mismatch", "valid",
	  "DNS publishes a different key", 0 },
	{ "weak", "p=" SHORT, false, "broken", "broken", "", 0 },
	{ "revoked", "v=DKIM1; p=", false, "revoked", "revoked",
	  "the key is revoked", 0 },
	{ "h=", "h=sha1; k=ed25519; p=MINE", false, "broken", "broken",
	  "h= of the key record does not allow", 0 },
	{ "h= of both", "h=sha1:sha256; k=ed25519; p=MINE", false, "match",
	  "valid", "", 0 },
	{ "s=", "s=other; k=ed25519; p=MINE", false, "broken", "broken", "",
	  0 },
	{ "k= unknown", "k=x; p=MINE", false, "broken", "broken", "", 0 },
	{ "v= not first", "k=ed25519; v=DKIM1; p=MINE", false, "broken",
	  "broken", "v= is not the first tag", 0 },
	{ "not base64", "k=ed25519; p=!", false, "broken", "broken", "", 0 },
	{ "t=s, i= in d=", "t=s; k=ed25519; p=MINE", false, "match", "valid",
	  "", 0 },
	{ "t=s, i= below d=", "t=s; k=ed25519; p=MINE", true, "broken", "valid",
	  "t=s ", 0 },
	{ "i= below d=", "k=ed25519; p=MINE", true, "match", "valid", "", 0 },
	/* of several, one that matches is enough */
	{ "the first of two", "k=ed25519; p=MINE\nk=ed25519; p=THEIRS", false,
	  "match", "several", "", 0 },
	{ "the second of two",
	  "v=DKIM1; k=ed25519; p=THEIRS\nk=ed25519; p=MINE", false, "match",
	  "several", "", 1 },
	{ "the second of a broken one", "k=ed25519; p=!\nk=ed25519; p=MINE",
	  false, "match", "several", "", 1 },
	{ "none of two", "k=ed25519; p=THEIRS\np=", false, "several", "several",
	  "2 key records under one name, and this key is in none of them", 0 },
};

static void results(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int with = 0; with < 2; with++) {
			char *text = filled(rows[i].records);
			struct span rest = span_str(text), line;
			struct keyrec v[2];
			size_t n = 0, at = 9;
			struct diag why = { 0 };

			while (span_split(&rest, '\n', &line))
				keyrec_parse(line, &v[n++]);
			enum keycheck_result r =
				keycheck_records(v, n, with ? key : NULL,
						 rows[i].below, &at, &why);

			bad += row_is_span(rows[i].id, "result",
					   span_str(recordcheck_word(r)),
					   span_str(with ? rows[i].with
							 : rows[i].without));
			bad += row_is(rows[i].id, "words", why.text[0] != 0,
				      !keycheck_well(r));
			if (with && !span_starts(span_str(why.text),
						 span_str(rows[i].says)))
				bad += row_is_span(rows[i].id, "words",
						   span_str(why.text),
						   span_str(rows[i].says));
			bad += row_is(rows[i].id, "at", (long long)at,
				      with ? (long long)rows[i].at : 0);
			while (n)
				keyrec_free(&v[--n]);
			free(text);
		}
	assert_int_equal(bad, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(results),
	};

	return cmocka_run_group_tests(tests, begin_keys, finish_keys);
}
