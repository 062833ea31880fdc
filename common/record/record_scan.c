#include "record_scan.h"

#include "b64.h"
#include "keyform.h"
#include "name.h"
#include "scan_data.h"
#include "scan_lines.h"

/* --- bare values --------------------------------------------------------- */

static bool add_value(struct record_scan *p, size_t line, struct span text)
{
	struct scan_record *r = record_scan_add(p, line, (struct span){ 0 },
						false, (struct span){ 0 });

	if (r)
		buf_put(&r->text, text);
	return r;
}

/* How many octets TEXT is as base64; 0: it is none. */
static size_t octets_of(struct span text)
{
	struct buf octets;
	size_t n = 0;

	buf_init(&octets, LIMIT_TXT_BYTES);
	if (b64_decode(text, &octets) == ST_OK)
		n = octets.n;
	buf_free(&octets);
	return n;
}

/* What is no record, but what goes into one. */
static bool add_p(struct record_scan *p, struct span text)
{
	struct scan_record *r = record_scan_add(p, 0, (struct span){ 0 }, false,
						(struct span){ 0 });

	if (r) {
		buf_put(&r->text, text);
		if (octets_of(text) == ED25519_OCTETS)
			buf_put(&r->meant, SPAN("k=ed25519; "));
		buf_put(&r->meant, SPAN("p="));
		buf_put(&r->meant, text);
		findings_mark(&r->findings, FINDING_ONLY_P);
	}
	return r;
}

/* Several lines are several records only if each begins as one. */
static bool all_begin(struct span text)
{
	struct span line = { 0 };

	while (span_split(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.n && !span_ieq(span_head(line, 2), SPAN("v=")) &&
		    !record_scan_is_sender_id(line))
			return false;
	}
	return true;
}

static bool read_values(struct span text, struct record_scan *p)
{
	struct span line = { 0 };
	size_t n = 0;
	bool room = true;

	/* as a shell takes it */
	if (text.n > 1 && text.p[0] == '\'' && span_ends(text, SPAN("'")))
		text = span_trim(span_from(span_head(text, text.n - 1), 1));
	if (octets_of(text) >= ED25519_OCTETS)
		return add_p(p, text);
	if (span_find(text, '\n') == text.n || !all_begin(text))
		return add_value(p, 0, text);
	while (room && span_split(&text, '\n', &line)) {
		n++;
		line = span_trim(line);
		if (line.n)
			room = add_value(p, n, line);
	}
	return room;
}

/* --- all ----------------------------------------------------------------- */

static enum status check_origin(const char *origin, struct diag *why)
{
	struct span name = span_str(origin);
	struct name parsed;

	if (span_ends(name, SPAN(".")))
		name = span_head(name, name.n - 1);
	if (!origin || name_parse(name, NAME_UNDERSCORE | NAME_SINGLE, &parsed,
				  NULL) == ST_OK)
		return ST_OK;
	return diag_set(why, ST_USAGE, "RFC 1035 2.3.4",
			"the origin \"%s\" is not a domain name", origin);
}

enum status record_scan_read(struct span text, const char *origin,
			     struct record_scan *out, struct diag *why)
{
	return record_scan_read_wanted(text, origin, NULL, out, why);
}

enum status record_scan_read_wanted(struct span text, const char *origin,
				    record_scan_wanted *wanted,
				    struct record_scan *out, struct diag *why)
{
	bool room = true, known = false;
	enum status st = check_origin(origin, why);

	*out = (struct record_scan){ .wanted = wanted };
	if (st != ST_OK)
		return st;
	/* a byte order mark is no part of it */
	if (span_starts(text, SPAN("\xef\xbb\xbf")))
		text = span_from(text, 3);
	if (scan_data_is(text)) {
		known = true;
		room = scan_data(text, out);
	} else {
		room = scan_lines(text, span_str(origin), out, &known);
	}
	if (room && out->n == 0)
		room = known ? add_value(out, 0, (struct span){ 0 })
			     : read_values(span_trim(text), out);
	return room ? ST_OK
		    : diag_set(why, ST_LIMIT, NULL, "more than %d records",
			       LIMIT_LINT_RECORDS);
}
