#include "domainkeys_sign.h"

#include <stdlib.h>

#include "b64.h"
#include "fold.h"

/* Of one name, which must fit on a line, and of all. */
enum { NAME_OCTETS = 256, NAMES_OCTETS = 16384 };

/* RFC 4870 3.5.1, 3.5.2 */
static enum status check_message(const struct sig *s,
				 const struct fields *fields, struct diag *why)
{
	struct domainkeys_addresses addresses;
	const struct domainkeys_address *address;
	struct diag more = { 0 };

	if (fields_find(fields, SPAN("DomainKey-Signature"), 0) &&
	    !fields_find(fields, SPAN("Sender"), 0))
		return diag_set(why, ST_REFUSED, "RFC 4870 3.5.2",
				"there is a DomainKey-Signature already");
	domainkeys_addresses(fields, &addresses);
	enum status st = domainkeys_match(s, &addresses, &address, &more);

	domainkeys_addresses_free(&addresses);
	return st == ST_OK ? ST_OK
			   : diag_set(why, ST_REFUSED, more.where,
				      "DomainKeys: %s", more.text);
}

/* h=: the name of every field, in the order of the message, so that one added
 * below the signature breaks nothing (RFC 4870 3.3). It is left out, and all
 * that is below is signed, where a name cannot stand in a tag. */
static void add_names(const struct fields *fields, struct fold *f)
{
	struct span *names = mem_array(NULL, fields->n + 1, sizeof(*names));
	size_t octets = 0;
	bool good = fields->n <= LIMIT_SIGNED_NAMES;

	for (size_t i = 0; i < fields->n; i++) {
		struct span name = names[i] = fields->v[i].name;

		octets += name.n;
		good &= name.n <= NAME_OCTETS && span_find(name, ';') == name.n;
	}
	if (good && octets <= NAMES_OCTETS)
		fold_names(f, names, fields->n);
	free(names);
}

/* As a receiver would. */
static enum status check_field(const struct domainkeys_signer *by,
			       const struct fields *fields,
			       const struct digest *digest, struct span text,
			       struct diag *why)
{
	size_t colon = span_find(text, ':');
	struct field field = { text, span_head(text, colon),
			       span_from(text, colon + 1) };
	struct sig sig;

	field.value.n -= 2;
	enum status st = domainkeys_parse(&field, &sig, why);

	if (st == ST_OK)
		st = check_message(&sig, fields, why);
	if (st == ST_OK)
		st = key_verify(by->key, digest, buf_span(&sig.b));
	sig_free(&sig);
	if (st == ST_BAD_SIGNATURE)
		return diag_set(why, ST_NOT_KEY, "RFC 4870 3.7.5",
				"the new signature does not verify; the key "
				"file must be damaged");
	return st;
}

enum status domainkeys_sign(const struct domainkeys_signer *by,
			    const struct fields *fields,
			    const struct digest *digest, struct buf *out,
			    struct diag *why)
{
	struct buf octets, text;
	struct fold f;

	if (key_type(by->key) != KEY_RSA)
		return diag_set(why, ST_USAGE, "RFC 4870 3.2.2",
				"DomainKeys signs with RSA keys only");
	buf_init(&octets, 8192);
	buf_init(&text, 8192);
	enum status st = key_sign(by->key, digest, &octets);

	if (st == ST_OK)
		st = b64_encode(buf_span(&octets), &text);
	fold_init(&f);
	fold_raw(&f, SPAN("DomainKey-Signature: a=rsa-sha1; q=dns;"));
	fold_tag(&f, "c", by->nofws ? SPAN("nofws") : SPAN("simple"));
	fold_tag(&f, "d", span_str(by->d->text));
	fold_tag(&f, "s", span_str(by->selector->text));
	add_names(fields, &f);
	fold_word(&f, true, SPAN("b="));
	fold_base64(&f, buf_span(&text));
	fold_raw(&f, SPAN("\r\n"));
	if (st == ST_OK)
		st = check_field(by, fields, digest, buf_span(&f.text), why);
	if (st == ST_OK)
		st = buf_add(out, buf_span(&f.text));
	buf_free(&f.text);
	buf_free(&octets);
	buf_free(&text);
	return st;
}
