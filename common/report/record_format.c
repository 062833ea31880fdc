#include "record_format.h"

#include <string.h>

#include "record_config.h"
#include "json_library.h"
#include "record_json.h"
#include "record_tools.h"

struct record_format {
	const char *name;
	enum status (*put)(const struct record *r, struct buf *out);
	bool domain;	  /* it needs one */
	bool no_wildcard; /* it has no "*" */
	size_t line;	  /* octets that a line may have at most; 0: any */
	bool json;	  /* it is made by libjansson */
};

static struct zone_txt zone_of(const struct record *r)
{
	return (struct zone_txt){
		.owner = r->owner,
		.comment = r->comment,
		.ttl = r->ttl,
		.has_ttl = r->has_ttl,
		.head = r->head,
		.p = r->p,
	};
}

static enum status put_zone(const struct record *r, struct buf *out)
{
	const struct zone_txt z = zone_of(r);

	return zoneline_genkey(&z, out);
}

static enum status put_oneline(const struct record *r, struct buf *out)
{
	const struct zone_txt z = zone_of(r);

	return zoneline_short(&z, out);
}

static enum status put_value(const struct record *r, struct buf *out)
{
	enum status st = buf_add(out, r->text);

	return st == ST_OK ? buf_addc(out, '\n') : st;
}

static enum status put_p(const struct record *r, struct buf *out)
{
	enum status st = buf_add(out, span_from(r->p, 2));

	return st == ST_OK ? buf_addc(out, '\n') : st;
}

/* unbound answers a "*" as the name that it is; dnsmasq reads its lines into
 * 1025 octets. */
static const struct record_format formats[] = {
	{ "zone", put_zone, false, false, 0, false },
	{ "oneline", put_oneline, false, false, 0, false },
	{ "value", put_value, false, false, 0, false },
	{ "p", put_p, false, false, 0, false },
	{ "tinydns", record_tinydns, true, false, 0, false },
	{ "nsupdate", record_nsupdate, true, false, 0, false },
	{ "knotc", record_knotc, true, false, 0, false },
	{ "powerdns", record_powerdns, true, false, 0, false },
	{ "unbound", record_unbound, true, true, 0, false },
	{ "dnsmasq", record_dnsmasq, true, true, 1024, false },
	{ "route53", record_route53, true, false, 0, true },
	{ "cloudflare", record_cloudflare, true, false, 0, true },
	{ "octodns", record_octodns, false, false, 0, false },
	{ "dnscontrol", record_dnscontrol, false, false, 0, false },
	{ "terraform", record_terraform, true, false, 0, false },
	{ "json", record_json, false, false, 0, true },
};

const struct record_format *record_format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

enum status record_format_put(const struct record_format *f,
			      const struct record *r, struct buf *out,
			      struct diag *why)
{
	size_t before = out->n;
	enum status st;

	if (f->domain && !r->domain)
		return diag_set(why, ST_USAGE, NULL, "--format=%s needs -d",
				f->name);
	if (f->no_wildcard && span_starts(span_str(r->owner), SPAN("*")))
		return diag_set(why, ST_USAGE, "RFC 4592",
				"%s knows no wildcard TXT records", f->name);
	st = f->json ? json_library_load(why) : ST_OK;
	if (st == ST_OK)
		st = f->put(r, out);
	if (st == ST_OK && f->line && out->n - before > f->line)
		return diag_set(why, ST_USAGE, NULL,
				"%s reads lines of %zu octets at most", f->name,
				f->line);
	return st;
}
