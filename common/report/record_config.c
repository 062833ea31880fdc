#include "record_config.h"

#include <string.h>

/* S inside a string in double quotes of JavaScript or HCL; DOUBLED octets stand
 * twice before "{", which begins a template there. */
static enum status put_escaped(struct span s, const char *doubled,
			       struct buf *out)
{
	enum status st = ST_OK;

	for (size_t i = 0; i < s.n && st == ST_OK; i++) {
		unsigned char c = s.p[i];

		if (c < ' ' || c > '~')
			st = buf_addf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			st = buf_addf(out, "\\%c", c);
		else if (strchr(doubled, c) && i + 1 < s.n && s.p[i + 1] == '{')
			st = buf_addf(out, "%c%c", c, c);
		else
			st = buf_addc(out, c);
	}
	return st;
}

enum status record_octodns(const struct record *r, struct buf *out)
{
	struct span name = record_relative(r);
	enum status st = buf_addf(out,
				  "'%.*s':\n  type: TXT\n  ttl: %llu\n"
				  "  value: '",
				  (int)name.n, (const char *)name.p,
				  record_ttl(r));

	for (size_t i = 0; i < r->text.n && st == ST_OK; i++) {
		unsigned char c = r->text.p[i];

		st = buf_addf(out,
			      c == ';'	  ? "\\%c"
			      : c == '\'' ? "'%c"
					  : "%c",
			      c);
	}
	return st == ST_OK ? buf_add(out, SPAN("'\n")) : st;
}

enum status record_dnscontrol(const struct record *r, struct buf *out)
{
	struct span name = record_relative(r);
	enum status st = buf_addf(out, "TXT(\"%.*s\", \"", (int)name.n,
				  (const char *)name.p);

	if (st == ST_OK)
		st = put_escaped(r->text, "", out);
	return st == ST_OK ? buf_addf(out, "\", TTL(%llu)),\n", record_ttl(r))
			   : st;
}

/* A name that HCL takes: letters, digits, "_" and "-". */
static enum status put_label(struct span name, struct buf *out)
{
	enum status st = buf_add(out, SPAN("dkim_"));

	for (size_t i = 0; i < name.n && st == ST_OK; i++) {
		unsigned char c = name.p[i];

		st = buf_addc(out, ascii_alpha(c) || ascii_digit(c) ? c : '_');
	}
	return st;
}

enum status record_terraform(const struct record *r, struct buf *out)
{
	struct span name = record_name(r), rest = r->text, string = { 0 };
	enum status st = buf_add(out, SPAN("resource \"aws_route53_record\" "
					   "\""));

	if (st == ST_OK)
		st = put_label(name, out);
	if (st == ST_OK)
		st = buf_addf(out,
			      "\" {\n  zone_id = var.zone_id\n"
			      "  name    = \"%.*s\"\n  type    = \"TXT\"\n"
			      "  ttl     = %llu\n  records = [\"",
			      (int)name.n, (const char *)name.p, record_ttl(r));
	for (const char *before = "";
	     st == ST_OK && zoneline_string(&rest, &string);
	     before = "\\\"\\\"") {
		st = buf_addf(out, "%s", before);
		if (st == ST_OK)
			st = put_escaped(string, "$%", out);
	}
	return st == ST_OK ? buf_add(out, SPAN("\"]\n}\n")) : st;
}
