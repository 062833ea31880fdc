#include "record_tools.h"

#include <string.h>

enum status record_nsupdate(const struct record *r, struct buf *out)
{
	enum status st = buf_addf(out,
				  "update delete %s TXT\n"
				  "update add %s %llu IN TXT ",
				  r->owner, r->owner, record_ttl(r));

	if (st == ST_OK)
		st = zoneline_strings(r->text, "", out);
	return st == ST_OK ? buf_add(out, SPAN("\nsend\n")) : st;
}

/* The strings inside a string: knotc takes one level of quotes away. */
static enum status put_wrapped(const struct record *r, struct buf *out)
{
	enum status st;
	struct buf inner;

	buf_init(&inner, out->max);
	st = zoneline_strings(r->text, "", &inner);
	for (size_t i = 0; i < inner.n && st == ST_OK; i++)
		st = buf_addf(out,
			      inner.p[i] == '"' || inner.p[i] == '\\' ? "\\%c"
								      : "%c",
			      inner.p[i]);
	buf_free(&inner);
	return st;
}

enum status record_knotc(const struct record *r, struct buf *out)
{
	enum status st = buf_addf(out, "zone-begin %s\n", r->domain);

	if (st == ST_OK && r->revoked)
		st = buf_addf(out, "zone-unset %s %s TXT\n", r->domain,
			      r->owner);
	if (st == ST_OK)
		st = buf_addf(out, "zone-set %s %s %llu TXT \"", r->domain,
			      r->owner, record_ttl(r));
	if (st == ST_OK)
		st = put_wrapped(r, out);
	return st == ST_OK ? buf_addf(out, "\"\nzone-commit %s\n", r->domain)
			   : st;
}

enum status record_powerdns(const struct record *r, struct buf *out)
{
	struct span name = record_relative(r);
	enum status st = buf_addf(
		out, "pdnsutil replace-rrset %s '%.*s' TXT %llu '", r->domain,
		(int)name.n, (const char *)name.p, record_ttl(r));

	/* a quote ends the shell's string, whatever the escape */
	if (st == ST_OK)
		st = zoneline_strings(r->text, "'", out);
	return st == ST_OK ? buf_add(out, SPAN("'\n")) : st;
}

enum status record_unbound(const struct record *r, struct buf *out)
{
	enum status st = buf_addf(out,
				  "server:\n\tlocal-data: '%s %llu IN TXT ",
				  r->owner, record_ttl(r));

	if (st == ST_OK)
		st = zoneline_strings(r->text, "'", out);
	return st == ST_OK ? buf_add(out, SPAN("'\n")) : st;
}

enum status record_dnsmasq(const struct record *r, struct buf *out)
{
	struct span name = record_name(r), rest = r->text, string = { 0 };
	enum status st = buf_addf(out, "txt-record=%.*s", (int)name.n,
				  (const char *)name.p);

	while (st == ST_OK && zoneline_string(&rest, &string)) {
		st = buf_add(out, SPAN(",\""));
		for (size_t i = 0; i < string.n && st == ST_OK; i++)
			st = strchr("\"\\", string.p[i])
				     ? buf_addf(out, "\\%c", string.p[i])
				     : buf_addc(out, string.p[i]);
		if (st == ST_OK)
			st = buf_addc(out, '"');
	}
	return st == ST_OK ? buf_addc(out, '\n') : st;
}

enum status record_tinydns(const struct record *r, struct buf *out)
{
	struct span name = record_name(r);
	enum status st =
		buf_addf(out, "'%.*s:", (int)name.n, (const char *)name.p);

	for (size_t i = 0; i < r->text.n && st == ST_OK; i++) {
		unsigned char c = r->text.p[i];

		st = c < ' ' || c > '~' || c == ':' || c == '\\'
			     ? buf_addf(out, "\\%03o", c)
			     : buf_addc(out, c);
	}
	return st == ST_OK ? buf_addf(out, ":%llu\n", record_ttl(r)) : st;
}
