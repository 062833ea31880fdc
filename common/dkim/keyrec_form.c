#include "keyrec_form.h"

#include <string.h>

#include "tag.h"

enum status keyrec_form_hashes(const char *text, struct buf *out,
			       struct diag *concern, struct diag *why)
{
	struct span rest = span_str(text), word = { 0 };
	enum status st = ST_OK;
	unsigned seen = 0;
	enum hash hash;

	if (concern)
		*concern = (struct diag){ 0 };
	while (st == ST_OK && tag_words(&rest, &word)) {
		/* of "rsa-sha256" the hash is meant */
		size_t dash = span_find(word, '-');
		bool algorithm = dash < word.n;

		if (!hash_find(span_from(word, algorithm ? dash + 1 : 0),
			       &hash))
			return diag_set(why, ST_USAGE, "RFC 6376 3.6.1",
					"\"%.*s\" is no hash for h=",
					(int)(word.n < 60 ? word.n : 60),
					(const char *)word.p);
		if (algorithm)
			diag_set(concern, ST_OK, "RFC 6376 3.6.1",
				 "h= takes the name of a hash: "
				 "%s is written",
				 hash_word(hash));
		if (seen & 1U << hash)
			continue;
		st = buf_addf(out, "%s%s", seen ? ":" : "", hash_word(hash));
		seen |= 1U << hash;
	}
	if (seen && !(seen & 1U << HASH_SHA256))
		diag_set(concern, ST_OK, "RFC 8301 3.1",
			 "h= without sha256 allows no signature "
			 "that counts");
	return st;
}

/* g= was a local part with one "*" at most (RFC 4871 3.6.1). */
static bool is_granularity(const char *text)
{
	struct span s = span_str(text);

	for (size_t i = 0; i < s.n; i++)
		if (!ascii_alpha(s.p[i]) && !ascii_digit(s.p[i]) &&
		    !strchr("*!#$%&'+-/?^_`{|}~.", s.p[i]))
			return false;
	return true;
}

/* n= is a qp-section (RFC 6376 3.6.1, RFC 2045 6.7): what could end the tag, a
 * zone file's string or the line is encoded, and so are blanks at both ends. */
static enum status put_note(const char *note, struct buf *out)
{
	struct span s = span_str(note);
	enum status st = ST_OK;

	for (size_t i = 0; i < s.n && st == ST_OK; i++) {
		unsigned char c = s.p[i];
		bool inner = i > 0 && i + 1 < s.n;

		if ((c == ' ' && inner) ||
		    (c > ' ' && c < 0x7f && !strchr(";=\"\\", c)))
			st = buf_addc(out, c);
		else
			st = buf_addf(out, "=%02X", c);
	}
	return st;
}

static enum status put_head(const struct keyrec_form *form, const struct key *k,
			    const struct buf *hashes, struct buf *head)
{
	const char *quote = form->note_quoted ? "\"" : "";
	enum status st = buf_add(head, SPAN("v=DKIM1; "));

	/* the order of opendkim-genkey: n h k t s, of dkim-genkey: n h g k */
	if (st == ST_OK && form->note) {
		st = buf_addf(head, "n=%s", quote);
		if (st == ST_OK)
			st = put_note(form->note, head);
		if (st == ST_OK)
			st = buf_addf(head, "%s; ", quote);
	}
	if (st == ST_OK && hashes->n)
		st = buf_addf(head, "h=%s; ", (const char *)hashes->p);
	if (st == ST_OK && form->granularity)
		st = buf_addf(head, "g=%s; ", form->granularity);
	if (st == ST_OK && k)
		st = buf_addf(head, "k=%s; ", key_type_word(key_type(k)));
	if (st == ST_OK && (form->testing || form->strict))
		st = buf_addf(head, "t=%s%s%s; ", form->testing ? "y" : "",
			      form->testing && form->strict ? ":" : "",
			      form->strict ? "s" : "");
	if (st == ST_OK && form->email_only)
		st = buf_add(head, SPAN("s=email; "));
	return st;
}

enum status keyrec_format(const struct keyrec_form *form, const struct key *k,
			  struct buf *head, struct buf *p, struct diag *why)
{
	enum status st = ST_OK;
	struct buf hashes;

	buf_init(&hashes, LIMIT_TXT_BYTES);
	if (form->granularity && !is_granularity(form->granularity))
		return diag_set(why, ST_USAGE, "RFC 4871 3.6.1",
				"\"%s\" cannot stand in g=", form->granularity);
	if (form->hashes && *form->hashes)
		st = keyrec_form_hashes(form->hashes, &hashes, NULL, why);
	if (st == ST_OK)
		st = put_head(form, k, &hashes, head);
	buf_free(&hashes);
	if (st == ST_USAGE)
		return st;
	if (st == ST_OK)
		st = buf_add(p, SPAN("p="));
	if (st == ST_OK && k)
		st = key_to_p(k, p);
	if (st != ST_OK || head->n + p->n > LIMIT_TXT_BYTES)
		return diag_set(why, ST_USAGE, "RFC 6376 8.8",
				"the record would be too long");
	return ST_OK;
}
