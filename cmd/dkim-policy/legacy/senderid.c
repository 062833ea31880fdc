#include "senderid.h"

#include "address.h"

/* The first field NAME that has more than white space (RFC 4407 2), and how
 * many such there are. */
static const struct field *first_field(const struct fields *f, const char *name,
				       size_t *n)
{
	const struct field *first = NULL;

	*n = 0;
	for (size_t i = 0; i < fields_count(f, span_str(name)); i++) {
		const struct field *field = fields_find(f, span_str(name), i);

		if (span_trim(field->value).n && ++*n == 1)
			first = field;
	}
	return first;
}

/* A Received or Return-Path field is between A and B, so that they are of two
 * forwarders. */
static bool is_parted(const struct fields *f, const struct field *a,
		      const struct field *b)
{
	for (const struct field *at = a + 1; at < b; at++)
		if (at < f->v + f->n &&
		    (span_ieq(at->name, SPAN("Received")) ||
		     span_ieq(at->name, SPAN("Return-Path"))))
			return true;
	return false;
}

/* Steps 1 to 4: the field, or NULL. */
static const struct field *choose_field(const struct fields *f,
					const char **name)
{
	size_t n;
	const struct field *resent_from = first_field(f, "Resent-From", &n);
	const struct field *resent_sender = first_field(f, "Resent-Sender", &n);
	const struct field *only;

	*name = "Resent-Sender";
	if (resent_sender && !(resent_from && resent_from < resent_sender &&
			       is_parted(f, resent_from, resent_sender)))
		return resent_sender;
	*name = "Resent-From";
	if (resent_from)
		return resent_from;
	*name = "Sender";
	only = first_field(f, *name, &n);
	if (n > 0)
		return n == 1 ? only : NULL;
	*name = "From";
	only = first_field(f, *name, &n);
	return n == 1 ? only : NULL;
}

bool senderid_pra(const struct fields *f, struct senderid *out)
{
	const char *name;
	const struct field *field = choose_field(f, &name);

	*out = (struct senderid){ .spf = { .result = SPF_PERMERROR } };
	buf_init(&out->address, SPF_LOCAL);
	if (!field || address_read(field->value, ADDRESS_ONLY, &out->address,
				   &out->domain, NULL) != ST_OK) {
		diag_set(&out->spf.why, ST_SYNTAX, "RFC 4407 2",
			 "no field names one responsible "
			 "address");
		return false;
	}
	out->field = name;
	return buf_addf(&out->address, "@%s", out->domain.text) == ST_OK;
}

void senderid_check(const struct spf_query *query, const struct fields *f,
		    struct senderid *out)
{
	struct spf_query asked = *query;

	if (!senderid_pra(f, out))
		return;
	asked.scope = SPF_PRA;
	asked.mail_from = buf_span(&out->address);
	asked.unquoted = true; /* it was read as one address */
	spf_check(&asked, &out->spf);
}

void senderid_free(struct senderid *s)
{
	spf_verdict_free(&s->spf);
	buf_free(&s->address);
}
