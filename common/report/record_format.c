#include "record_format.h"

#include <stdlib.h>
#include <string.h>

#include "json_text.h"

/* --- parts of a record --------------------------------------------------- */

/* The owner without its final dot. */
static struct span name_of(const struct record *r)
{
	struct span s = span_str(r->zone.owner);

	return span_ends(s, SPAN(".")) ? span_head(s, s.n - 1) : s;
}

/* The name within the domain: "mail._domainkey", "@" for the domain itself. */
static struct span relative_name(const struct record *r)
{
	struct span s = name_of(r);

	if (r->domain && s.n <= strlen(r->domain))
		return SPAN("@");
	return r->domain ? span_head(s, s.n - strlen(r->domain) - 1) : s;
}

static unsigned long long ttl_of(const struct record *r)
{
	return r->zone.has_ttl ? r->zone.ttl : RECORD_TTL;
}

/* --- text ---------------------------------------------------------------- */

static void put_zone(const struct record *r, struct buf *out)
{
	zoneline_genkey(&r->zone, out);
}

static void put_oneline(const struct record *r, struct buf *out)
{
	zoneline_short(&r->zone, out);
}

/* S with a backslash before each of the SPECIAL bytes. */
static void put_backslashed(struct span s, const char *special, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] && strchr(special, s.p[i]))
			buf_put(out, SPAN("\\"));
		buf_put(out, span_head(span_from(s, i), 1));
	}
}

static void put_value(const struct record *r, struct buf *out)
{
	buf_put(out, r->text);
	buf_put(out, SPAN("\n"));
}

/* The strings in quotes, for consoles that want them so. */
static void put_quoted(const struct record *r, struct buf *out)
{
	zoneline_strings(r->text, "", out);
	buf_put(out, SPAN("\n"));
}

/* What a web form asks for, in its order. */
static void put_form(const struct record *r, struct buf *out)
{
	struct span name = name_of(r);

	buf_putf(out, "name: %.*s\ntype: TXT\nvalue: ", (int)name.n,
		 (const char *)name.p);
	put_value(r, out);
}

static void put_p(const struct record *r, struct buf *out)
{
	buf_put(out, span_from(r->zone.p, 2));
	buf_put(out, SPAN("\n"));
}

/* --- the input of name servers and their tools --------------------------- */

/* tinydns-data makes strings of 127 bytes itself. */
static void put_tinydns(const struct record *r, struct buf *out)
{
	buf_put(out, SPAN("'"));
	buf_put(out, name_of(r));
	buf_put(out, SPAN(":"));
	for (size_t i = 0; i < r->text.n; i++) {
		unsigned char c = r->text.p[i];

		buf_putf(out,
			 c < ' ' || c > '~' || c == ':' || c == '\\' ? "\\%03o"
								     : "%c",
			 c);
	}
	buf_putf(out, ":%llu\n", ttl_of(r));
}

/* RFC 2136: what the name had before is replaced in the same step. */
static void put_nsupdate(const struct record *r, struct buf *out)
{
	buf_putf(out, "update delete %s TXT\nupdate add %s %llu IN TXT ",
		 r->zone.owner, r->zone.owner, ttl_of(r));
	zoneline_strings(r->text, "", out);
	buf_put(out, SPAN("\nsend\n"));
}

/* For the standard input of knotc, which removes one level of quotes. The old
 * record of a key that is revoked is removed. */
static void put_knotc(const struct record *r, struct buf *out)
{
	struct buf inner;

	buf_init(&inner, RECORD_FORMAT_MOST);
	zoneline_strings(r->text, "", &inner);
	buf_putf(out, "zone-begin %s\n", r->domain);
	if (r->revoked)
		buf_putf(out, "zone-unset %s %s TXT\n", r->domain,
			 r->zone.owner);
	buf_putf(out, "zone-set %s %s %llu TXT \"", r->domain, r->zone.owner,
		 ttl_of(r));
	put_backslashed(buf_span(&inner), "\"\\", out);
	buf_putf(out, "\"\nzone-commit %s\n", r->domain);
	buf_free(&inner);
}

/* A command for a shell. A quote ends the shell's string, whatever the escape,
 * so that it becomes \DDD. */
static void put_powerdns(const struct record *r, struct buf *out)
{
	struct span name = relative_name(r);

	buf_putf(out, "pdnsutil replace-rrset %s '%.*s' TXT %llu '", r->domain,
		 (int)name.n, (const char *)name.p, ttl_of(r));
	zoneline_strings(r->text, "'", out);
	buf_put(out, SPAN("'\n"));
}

static void put_unbound(const struct record *r, struct buf *out)
{
	buf_putf(out, "server:\n\tlocal-data: '%s %llu IN TXT ", r->zone.owner,
		 ttl_of(r));
	zoneline_strings(r->text, "'", out);
	buf_put(out, SPAN("'\n"));
}

static void put_dnsmasq(const struct record *r, struct buf *out)
{
	struct span rest = r->text, string = { 0 };

	buf_put(out, SPAN("txt-record="));
	buf_put(out, name_of(r));
	while (zoneline_string(&rest, &string)) {
		buf_put(out, SPAN(",\""));
		put_backslashed(string, "\"\\", out);
		buf_put(out, SPAN("\""));
	}
	buf_put(out, SPAN("\n"));
}

/* --- tools that keep DNS in files ---------------------------------------- */

/* YAML, in which octoDNS wants semicolons escaped. */
static void put_octodns(const struct record *r, struct buf *out)
{
	struct span name = relative_name(r);

	buf_putf(out, "'%.*s':\n  type: TXT\n  ttl: %llu\n  value: '",
		 (int)name.n, (const char *)name.p, ttl_of(r));
	for (size_t i = 0; i < r->text.n; i++) {
		unsigned char c = r->text.p[i];

		buf_putf(out, c == ';' ? "\\%c" : c == '\'' ? "'%c" : "%c", c);
	}
	buf_put(out, SPAN("'\n"));
}

/* S inside a string in double quotes of JavaScript or HCL; DOUBLED bytes are
 * written twice before "{", which begins a template there. */
static void put_escaped(struct span s, const char *doubled, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = s.p[i];

		if (c < ' ' || c > '~')
			buf_putf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			buf_putf(out, "\\%c", c);
		else if (strchr(doubled, c) && i + 1 < s.n && s.p[i + 1] == '{')
			buf_putf(out, "%c%c", c, c);
		else
			buf_putf(out, "%c", c);
	}
}

/* JavaScript: an argument of D(). */
static void put_dnscontrol(const struct record *r, struct buf *out)
{
	struct span name = relative_name(r);

	buf_putf(out, "TXT(\"%.*s\", \"", (int)name.n, (const char *)name.p);
	put_escaped(r->text, "", out);
	buf_putf(out, "\", TTL(%llu)),\n", ttl_of(r));
}

/* HCL, whose strings are joined by "". A label has letters, digits, "_" and
 * "-". */
static void put_terraform(const struct record *r, struct buf *out)
{
	struct span name = name_of(r), rest = r->text, string = { 0 };
	const char *before = "";

	buf_put(out, SPAN("resource \"aws_route53_record\" \"dkim_"));
	for (size_t i = 0; i < name.n; i++)
		buf_putf(out, "%c",
			 ascii_alpha(name.p[i]) || ascii_digit(name.p[i])
				 ? name.p[i]
				 : '_');
	buf_putf(out,
		 "\" {\n  zone_id = var.zone_id\n  name    = \"%.*s\"\n"
		 "  type    = \"TXT\"\n  ttl     = %llu\n  records = [\"",
		 (int)name.n, (const char *)name.p, ttl_of(r));
	while (zoneline_string(&rest, &string)) {
		buf_putf(out, "%s", before);
		put_escaped(string, "$%", out);
		before = "\\\"\\\"";
	}
	buf_put(out, SPAN("\"]\n}\n"));
}

/* --- JSON (RFC 8259) ----------------------------------------------------- */

static json_t *strings_of(struct span text)
{
	json_t *list = json_array();
	struct span string = { 0 };

	while (zoneline_string(&text, &string))
		json_array_append_new(
			list, json_stringn((const char *)string.p, string.n));
	return list;
}

static json_t *number_or_null(bool given, uint64_t number)
{
	return given ? json_integer((json_int_t)number) : json_null();
}

/* Our own keys. */
static json_t *make_json(const struct record *r, const char *strings)
{
	(void)strings;
	return json_pack("{s:s?, s:s?, s:s, s:s, s:o, s:s%, s:o, s:s?, s:o, "
			 "s:s?}",
			 "domain", r->domain, "selector", r->selector, "owner",
			 r->zone.owner, "type", "TXT", "ttl",
			 number_or_null(r->zone.has_ttl, r->zone.ttl), "record",
			 (const char *)r->text.p, r->text.n, "strings",
			 strings_of(r->text), "key_type", r->key_type, "bits",
			 number_or_null(r->key_type, r->bits), "fingerprint",
			 r->fingerprint);
}

/* For aws route53 change-resource-record-sets --change-batch. */
static json_t *make_route53(const struct record *r, const char *strings)
{
	return json_pack("{s:[{s:s, s:{s:s, s:s, s:I, s:[{s:s}]}}]}", "Changes",
			 "Action", "UPSERT", "ResourceRecordSet", "Name",
			 r->zone.owner, "Type", "TXT", "TTL",
			 (json_int_t)ttl_of(r), "ResourceRecords", "Value",
			 strings);
}

/* The body of Cloudflare's "create DNS record". */
static json_t *make_cloudflare(const struct record *r, const char *strings)
{
	struct span name = name_of(r);

	return json_pack("{s:s, s:s%, s:s, s:I, s:s?}", "type", "TXT", "name",
			 (const char *)name.p, name.n, "content", strings,
			 "ttl", (json_int_t)ttl_of(r), "comment",
			 r->zone.comment);
}

/* --- all ----------------------------------------------------------------- */

struct record_format {
	const char *name;
	void (*put)(const struct record *r, struct buf *out);
	/* or, of the record and its text as strings in quotes, an object */
	json_t *(*make)(const struct record *r, const char *strings);
	bool domain;	  /* it needs one */
	bool no_wildcard; /* it has no "*" */
	size_t line;	  /* the longest line in bytes; 0: any */
};

/* unbound answers a "*" as the name that it is; dnsmasq reads its lines into
 * 1025 bytes. */
static const struct record_format formats[] = {
	{ "zone", put_zone, NULL, false, false, 0 },
	{ "bind", put_zone, NULL, false, false, 0 },
	{ "oneline", put_oneline, NULL, false, false, 0 },
	{ "value", put_value, NULL, false, false, 0 },
	{ "quoted", put_quoted, NULL, false, false, 0 },
	{ "form", put_form, NULL, false, false, 0 },
	{ "p", put_p, NULL, false, false, 0 },
	{ "tinydns", put_tinydns, NULL, true, false, 0 },
	{ "nsupdate", put_nsupdate, NULL, true, false, 0 },
	{ "knotc", put_knotc, NULL, true, false, 0 },
	{ "powerdns", put_powerdns, NULL, true, false, 0 },
	{ "unbound", put_unbound, NULL, true, true, 0 },
	{ "dnsmasq", put_dnsmasq, NULL, true, true, 1024 },
	{ "route53", NULL, make_route53, true, false, 0 },
	{ "cloudflare", NULL, make_cloudflare, true, false, 0 },
	{ "octodns", put_octodns, NULL, false, false, 0 },
	{ "dnscontrol", put_dnscontrol, NULL, false, false, 0 },
	{ "terraform", put_terraform, NULL, true, false, 0 },
	{ "json", NULL, make_json, false, false, 0 },
};

const struct record_format *record_format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

static enum status put_json(const struct record_format *f,
			    const struct record *r, struct buf *out,
			    struct diag *why)
{
	enum status st = json_text_load(why);
	struct buf strings;
	json_t *object;
	char *text;

	if (st != ST_OK)
		return st;
	buf_init(&strings, RECORD_FORMAT_MOST);
	zoneline_strings(r->text, "", &strings);
	object = f->make(r, (const char *)strings.p);
	text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	if (text)
		buf_putf(out, "%s\n", text);
	free(text);
	json_decref(object);
	buf_free(&strings);
	return text ? ST_OK : ST_OS;
}

enum status record_format_put(const struct record_format *f,
			      const struct record *r, struct buf *out,
			      struct diag *why)
{
	if (f->domain && !r->domain)
		return diag_set(why, ST_USAGE, NULL, "--format=%s needs -d",
				f->name);
	if (f->no_wildcard && span_starts(span_str(r->zone.owner), SPAN("*")))
		return diag_set(why, ST_USAGE, "RFC 4592",
				"%s has no wildcard TXT records", f->name);
	if (f->make)
		return put_json(f, r, out, why);
	f->put(r, out);
	if (f->line && out->n > f->line)
		return diag_set(why, ST_USAGE, NULL,
				"%s reads lines of %zu bytes at most", f->name,
				f->line);
	return ST_OK;
}
