/* Every text is a key or an error with words, and a private key is asked for
 * only where there is one. What is read as PEM is read again with its line
 * breaks as text (RFC 7468). */
#include "key_read.h"

#include "fuzz.h"

/* A key in any form, without a passphrase. */
static enum status read_key(struct span text, struct key **out,
			    struct diag *why)
{
	return key_open(text, SPAN(""), false, out, why);
}

static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\\' || s.p[i] == '\r')
			return false;
	return memmem(s.p, s.n, "-----BEGIN ", 11) != NULL;
}

/* The key K of TEXT, whose line breaks are "\n" as text. */
static void read_escaped(struct span text, const struct key *k)
{
	struct key *again = NULL;
	struct buf escaped;

	buf_init(&escaped, 2 * text.n);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] == '\n')
			buf_put(&escaped, SPAN("\\n"));
		else
			buf_put(&escaped, span_of(text.p + i, 1));
	if (read_key(buf_span(&escaped), &again, NULL) == ST_OK)
		hold(key_same(k, again), "the same key");
	key_free(again);
	buf_free(&escaped);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of(data, size);
	struct key *k = NULL, *private = NULL;
	struct diag why = { 0 };
	enum status st = read_key(text, &k, &why);

	hold(st == ST_OK || st == ST_NOT_KEY || st == ST_OS, "status");
	hold((st == ST_OK) == (k != NULL), "a key");
	hold(st == ST_OK || why.text[0], "an error has words");
	if (st != ST_OK)
		return 0;
	st = key_open(text, SPAN(""), true, &private, NULL);
	hold((st == ST_OK) == key_is_private(k), "private");
	hold(!private || key_same(k, private), "twice the same");
	if (is_plain(text))
		read_escaped(text, k);
	key_free(private);
	key_free(k);
	return 0;
}
