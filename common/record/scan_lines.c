#include <string.h>

#include "record_scan.h"
#include "when.h"
#include "zone_lexer.h"

struct reader {
	struct span text;
	size_t at, line;
	struct buf origin, owner; /* of the next line */
	struct buf alias;	  /* the target of the last CNAME, absolute */
	struct record_scan *out;
	bool zone;    /* it has $ORIGIN, $TTL or a SOA */
	bool strings; /* the last record had strings only, or none yet */
};

/* --- words that mean something ------------------------------------------- */

static bool is_type(const struct zone_lexer *w, size_t i)
{
	struct span word = zone_lexer_get(w, i);
	uint64_t ignored;

	if (zone_lexer_is(w, i,
			  "SOA NS A AAAA MX CNAME PTR SRV CAA TLSA DS DNSKEY "
			  "RRSIG NSEC NSEC3 DNAME SSHFP NAPTR SPF HINFO LOC "
			  "HTTPS SVCB RP CDS URI ZONEMD AFSDB CDNSKEY "
			  "NSEC3PARAM CERT DHCID SMIMEA OPENPGPKEY TXT"))
		return true;
	return i < w->n && span_ieq(span_head(word, 4), SPAN("TYPE")) &&
	       span_u64(span_from(word, 4), &ignored);
}

/* A class, or a time to live: "3600", "1h30m". */
static bool is_class_or_ttl(const struct zone_lexer *w, size_t i)
{
	uint64_t ignored;

	return zone_lexer_is(w, i, "IN CH HS CLASS1") ||
	       (i < w->n && !w->v[i].quoted &&
		when_seconds(zone_lexer_get(w, i), &ignored));
}

static bool is_txt(const struct zone_lexer *w, size_t i)
{
	return zone_lexer_is(w, i, "TXT TYPE16");
}

/* The parts of a record among the words. */
struct place {
	bool owner;   /* word 0 is the owner */
	size_t type;  /* of the record; w->n: none */
	size_t rdata; /* first word of it */
	bool absolute;
	bool class_late;
};

static struct place find_type(const struct zone_lexer *w)
{
	struct place p = { .type = w->n, .rdata = w->n };
	size_t i;

	/* host: NAME descriptive text "..."; nslookup: NAME text = "..." */
	if ((zone_lexer_is(w, 1, "descriptive") &&
	     zone_lexer_is(w, 2, "text")) ||
	    (zone_lexer_is(w, 1, "text") && zone_lexer_is(w, 2, "="))) {
		p = (struct place){ true, 2, 3, true, false };
		return p;
	}
	/* unbound-host: NAME has TXT record "..." */
	if (zone_lexer_is(w, 1, "has") && zone_lexer_is(w, 2, "TXT") &&
	    zone_lexer_is(w, 3, "record")) {
		p = (struct place){ true, 2, 4, true, false };
		return p;
	}
	p.owner = w->n && !w->v[0].quoted && !is_class_or_ttl(w, 0) &&
		  !(w->blank && is_type(w, 0));
	/* an owner may be all digits */
	p.owner |= w->n && !w->blank && !w->v[0].quoted;
	for (i = p.owner; is_class_or_ttl(w, i); i++)
		;
	if (i < w->n && !w->v[i].quoted && is_type(w, i)) {
		p.type = i;
		p.rdata = i + 1;
		p.class_late = zone_lexer_is(w, i, "TXT") &&
			       zone_lexer_is(w, i + 1, "IN");
		p.rdata += p.class_late;
	}
	return p;
}

/* --- a record ------------------------------------------------------------ */

static bool typographic(struct span s)
{
	return memmem(s.p, s.n, "\xe2\x80\x9c", 3) ||
	       memmem(s.p, s.n, "\xe2\x80\x9d", 3);
}

/* The text from the first word of data on, as the input has it. */
static struct span raw_text(const struct reader *r, const struct zone_lexer *w,
			    size_t rdata)
{
	size_t from = w->v[rdata].raw;
	struct span raw =
		span_trim(span_head(span_from(r->text, from), w->end - from));

	return span_ends(raw, SPAN(")")) ? span_trim(span_head(raw, raw.n - 1))
					 : raw;
}

static void put_strings(const struct zone_lexer *w, size_t rdata,
			struct scan_record *rec)
{
	scan_add_strings(rec, w, rdata);
	if (w->open)
		findings_mark(&rec->findings, &FINDING_PARENTHESIS);
	if (w->invisible)
		findings_mark(&rec->findings, &FINDING_INVISIBLE);
	if (w->joined)
		findings_mark(&rec->findings, &FINDING_BACKSLASH_JOIN);
}

static void put_record_text(const struct reader *r, const struct zone_lexer *w,
			    const struct place *p, struct scan_record *rec)
{
	struct span raw;

	put_strings(w, p->rdata, rec);
	if (p->class_late)
		findings_mark(&rec->findings, &FINDING_CLASS_ORDER);
	if (p->rdata >= w->n || w->v[p->rdata].quoted || w->v[p->rdata].generic)
		return;
	raw = raw_text(r, w, p->rdata);
	if (typographic(raw)) {
		/* keylint reports them */
		buf_put(&rec->meant, raw);
	} else if (w->cut) {
		findings_mark(&rec->findings, &FINDING_UNQUOTED);
		buf_put(&rec->meant, raw);
	}
}

/* False when the record is not one of those that are wanted. */
static bool add_txt(struct reader *r, const struct zone_lexer *w,
		    const struct place *p)
{
	struct scan_record *rec =
		scan_add(r->out, w->line,
			 p->owner ? zone_lexer_get(w, 0) : buf_span(&r->owner),
			 p->absolute, buf_span(&r->origin));

	put_record_text(r, w, p, rec);
	rec->aliased = r->alias.n &&
		       span_ieq(buf_span(&rec->owner), buf_span(&r->alias));
	if (!scan_keep_wanted(r->out))
		return false;
	/* Windows' nslookup puts the strings on lines of their own */
	r->strings = p->absolute && rec->text.n == 0;
	return true;
}

/* An entry without a record, about which there is something to say. */
static void add_remark(struct reader *r, const struct zone_lexer *w,
		       const struct finding_kind *kind)
{
	struct span none = { 0 };
	struct scan_record *rec = scan_add(r->out, w->line, none, true, none);

	rec->no_record = true;
	findings_mark(&rec->findings, kind);
}

/* --- entries ------------------------------------------------------------- */

/* Lines of strings: dig +short prints a record on each; a line that does not
 * begin with a tag continues the record before it. */
static void read_strings(struct reader *r, const struct zone_lexer *w)
{
	struct span first = zone_lexer_get(w, 0), none = { 0 };
	struct scan_record *rec = NULL;

	if (r->strings && r->out->n)
		rec = &r->out->v[r->out->n - 1];
	if (!rec || w->v[0].generic ||
	    (rec->text.n && first.n > 1 && ascii_alpha(first.p[0]) &&
	     first.p[1] == '='))
		rec = scan_add(r->out, w->line, none, true, none);
	put_strings(w, 0, rec);
	r->out->known = true;
	r->strings = true;
}

static void replace(struct buf *b, struct span s)
{
	buf_reset(b);
	buf_put(b, s);
}

/* $ORIGIN, $TTL, $INCLUDE */
static void read_directive(struct reader *r, const struct zone_lexer *w)
{
	struct span name = zone_lexer_get(w, 1);

	/* "$" also begins a line of a shell */
	if (!zone_lexer_is(w, 0, "$TTL $ORIGIN $INCLUDE"))
		return;
	r->out->known = r->zone = true;
	if (zone_lexer_is(w, 0, "$ORIGIN")) {
		if (span_ends(name, SPAN("."))) {
			replace(&r->origin, span_head(name, name.n - 1));
		} else if (name.n && name.n + r->origin.n < 255) {
			struct buf old = r->origin;

			buf_init(&r->origin, LIMIT_LINT_BYTES);
			buf_put(&r->origin, name);
			buf_put(&r->origin, SPAN("."));
			buf_put(&r->origin, buf_span(&old));
			buf_free(&old);
		}
	} else if (zone_lexer_is(w, 0, "$INCLUDE")) {
		add_remark(r, w, &FINDING_INCLUDED);
	}
}

/* A line of a zone that no name server can read. */
static void read_nonsense(struct reader *r, const struct zone_lexer *w)
{
	if (r->zone)
		add_remark(r, w,
			   w->open	 ? &FINDING_PARENTHESIS
			   : w->unclosed ? &FINDING_UNCLOSED
					 : &FINDING_NOT_RECORD);
}

/* Lines that the tools of name servers print around an answer. */
static bool is_chatter(const struct zone_lexer *w)
{
	return zone_lexer_is(w, 0,
			     "Server: Address: Host Non-authoritative ** "
			     "Addresses: Using Name: Aliases: Authoritative") ||
	       zone_lexer_is(w, 1, "is has canonical");
}

/* NAME CNAME TARGET, "NAME is an alias for TARGET.", "NAME canonical name =
 * TARGET"; only where TARGET is absolute. */
static void read_alias(struct reader *r, const struct zone_lexer *w,
		       size_t target)
{
	struct span name = zone_lexer_get(w, target);

	if (name.n < 255 && span_ends(name, SPAN(".")))
		replace(&r->alias, span_head(name, name.n - 1));
}

/* A line of a KeyTable: NAME DOMAIN:SELECTOR:KEY. Verifiers look up the record
 * of DOMAIN and SELECTOR, whatever NAME is. */
static bool read_table_line(struct reader *r, const struct zone_lexer *w)
{
	struct span name = zone_lexer_get(w, 0), value = zone_lexer_get(w, 1);
	struct span domain, selector, none = { 0 };
	struct scan_record *rec;

	if (w->n < 2 || w->v[1].quoted || !span_split(&value, ':', &domain) ||
	    !span_split(&value, ':', &selector) || value.n == 0 ||
	    domain.n == 0 || selector.n == 0 ||
	    !memmem(name.p, name.n, "._domainkey.", 12))
		return false;
	r->out->known = true;
	rec = scan_add(r->out, w->line, selector, true, none);
	rec->no_record = true;
	buf_put(&rec->owner, SPAN("._domainkey."));
	buf_put(&rec->owner, span_head(domain, 253));
	if (!span_ieq(buf_span(&rec->owner), name))
		findings_add(&rec->findings, &FINDING_TABLE_NAME, "%.*s",
			     (int)span_head(name, 253).n, (const char *)name.p);
	return true;
}

/* NAME [TTL] [CLASS] "v=...", without TXT: no server reads it, but what it was
 * meant to be is plain. NAME is one that only DNS has. */
static bool read_untyped(struct reader *r, const struct zone_lexer *w)
{
	struct span name = zone_lexer_get(w, 0);
	struct place p = { .owner = true, .type = w->n };

	if (w->blank || w->v[0].quoted ||
	    !(span_starts(name, SPAN("_")) || span_ends(name, SPAN(".")) ||
	      memmem(name.p, name.n, "._", 2)))
		return false;
	for (p.rdata = 1; is_class_or_ttl(w, p.rdata); p.rdata++)
		;
	if (!span_ieq(span_head(zone_lexer_get(w, p.rdata), 2), SPAN("v=")))
		return false;
	r->out->known = true;
	if (add_txt(r, w, &p))
		findings_add(&r->out->v[r->out->n - 1].findings,
			     &FINDING_NOT_RECORD, "the type TXT is missing");
	return true;
}

static void read_record(struct reader *r, const struct zone_lexer *w)
{
	struct place p = find_type(w);
	bool taken = false;

	if (p.type == w->n) {
		r->out->known |= is_chatter(w);
		if (read_table_line(r, w) || read_untyped(r, w))
			return;
		if (zone_lexer_is(w, 3, "alias"))
			read_alias(r, w, 5);
		else if (zone_lexer_is(w, 1, "canonical"))
			read_alias(r, w, 4);
		else
			read_nonsense(r, w);
		return;
	}
	r->out->known = true;
	r->strings = false;
	if (p.owner)
		replace(&r->owner, span_head(zone_lexer_get(w, 0), 1024));
	if (zone_lexer_is(w, p.type, "SOA")) {
		r->zone = true;
		/* the name of the zone, where no $ORIGIN gives it */
		if (!r->origin.n && span_ends(buf_span(&r->owner), SPAN(".")))
			replace(&r->origin,
				span_head(buf_span(&r->owner), r->owner.n - 1));
	}
	if (is_txt(w, p.type) || p.absolute)
		taken = add_txt(r, w, &p);
	else if (zone_lexer_is(w, p.type, "CNAME"))
		read_alias(r, w, p.type + 1);
	/* a mistake in any other record breaks the zone, too */
	if (!taken && r->zone && (w->unclosed || w->open))
		read_nonsense(r, w);
}

/* Remove what follows the record in the output of dig +short +identify, "from
 * server ADDRESS in N ms.", and of resolvectl, "-- link: NAME". */
static void drop_trailer(struct zone_lexer *w)
{
	size_t i = w->n > 6 ? w->n - 6 : 0;

	if (i && zone_lexer_is(w, i, "from") &&
	    zone_lexer_is(w, i + 1, "server") && zone_lexer_is(w, i + 3, "in"))
		w->n = i;
	for (i = 1; i < w->n; i++)
		if (w->v[i - 1].quoted && zone_lexer_is(w, i, "--"))
			w->n = i;
}

static void read_line_entry(struct reader *r, struct zone_lexer *w)
{
	struct span first = zone_lexer_get(w, 0);

	drop_trailer(w);
	if (w->n == 0) {
		r->out->known |= w->comment;
		return;
	}
	if (w->v[0].quoted || w->v[0].generic) {
		read_strings(r, w);
	} else if (first.n && first.p[0] == '$') {
		read_directive(r, w);
	} else if (span_find(first, '=') == first.n &&
		   !scan_is_sender_id(first)) {
		/* otherwise it is a value without a name */
		read_record(r, w);
	} else {
		r->strings = false;
	}
}

/* --- lines of a listing -------------------------------------------------- */

/* "-> FILE:LINE: " before the record (validns -v). */
static struct span after_place(struct span line)
{
	for (size_t i = 3; i + 1 < line.n; i++) {
		size_t end = i + 1;

		while (end < line.n && ascii_digit(line.p[end]))
			end++;
		if (line.p[i] == ':' && end > i + 1 &&
		    span_starts(span_from(line, end), SPAN(": ")))
			return span_from(line, end + 2);
	}
	return (struct span){ 0 };
}

/* The record in a LINE (trimmed) of a listing, which has something before it;
 * empty where there is nothing of this kind. */
static struct span listed_record(struct span line)
{
	size_t end = span_find(line, ']');

	/* knotc zone-read: [ZONE.] RECORD; zone-diff has a sign, too */
	if (line.n > end + 3 && line.p[0] == '[' && line.p[end - 1] == '.' &&
	    line.p[end + 1] == ' ') {
		line = span_from(line, end + 2);
		return span_starts(line, SPAN("+ ")) ? span_from(line, 2)
						     : line;
	}
	/* sdig: the section, TAB, RECORD */
	if (line.n > 2 && line.p[0] >= '0' && line.p[0] <= '2' &&
	    line.p[1] == '\t')
		return span_from(line, 2);
	if (span_starts(line, SPAN("-> ")))
		return after_place(line);
	/* dig +yaml, delv +yaml */
	if (span_starts(line, SPAN("- ")))
		return span_trim(span_from(line, 2));
	return (struct span){ 0 };
}

/* Append S as a YAML scalar; in single quotes '' is one. */
static void put_scalar(struct span s, struct buf *out)
{
	bool quoted = s.n > 1 && s.p[0] == '\'' && s.p[s.n - 1] == '\'';

	if (quoted)
		s = span_head(span_from(s, 1), s.n - 2);
	for (size_t i = 0; i < s.n; i++) {
		buf_put(out, span_head(span_from(s, i), 1));
		i += quoted && s.p[i] == '\'' && i + 1 < s.n &&
		     s.p[i + 1] == '\'';
	}
}

/* Whether LINE is of a listing of records; it is read then. The question of
 * dig +yaml has a type, but no data. */
static bool read_listed(struct reader *r, struct span line)
{
	struct span record = listed_record(span_trim(line)), text = r->text;
	struct zone_lexer w = { 0 };
	bool listed = false, zone = r->zone;
	size_t at = 0, number = r->line;
	struct place p = { 0 };
	struct buf plain;

	if (!record.n)
		return false;
	buf_init(&plain, LIMIT_LINT_BYTES);
	put_scalar(record, &plain);
	if (zone_lexer_next(&w, buf_span(&plain), &at, &number)) {
		p = find_type(&w);
		/* "-> FILE:1: origin is now example.com." */
		listed = (p.owner && p.type < w.n) ||
			 span_starts(span_trim(line), SPAN("-> "));
	}
	if (listed)
		r->out->known = true;
	if (listed && p.rdata < w.n) {
		w.line = r->line;
		r->text = buf_span(&plain);
		read_line_entry(r, &w);
		r->text = text;
		/* lines without a record are no mistakes there */
		r->zone = zone;
	}
	zone_lexer_free(&w);
	buf_free(&plain);
	return listed;
}

/* --- all ----------------------------------------------------------------- */

void scan_lines(struct span text, struct span origin, struct record_scan *out)
{
	struct reader r = { .text = text, .line = 1, .out = out };
	struct zone_lexer w = { 0 };

	buf_init(&r.origin, LIMIT_LINT_BYTES);
	buf_init(&r.owner, LIMIT_LINT_BYTES);
	buf_init(&r.alias, LIMIT_LINT_BYTES);
	buf_put(&r.origin, span_ends(origin, SPAN("."))
				   ? span_head(origin, origin.n - 1)
				   : origin);
	while (!out->full) {
		struct span line = span_from(text, r.at);

		line = span_head(line, span_find(line, '\n'));
		if (r.at < text.n &&
		    (scan_config(line, r.line, out) || read_listed(&r, line))) {
			out->known = true;
			r.at += line.n + 1;
			r.line++;
			continue;
		}
		if (!zone_lexer_next(&w, text, &r.at, &r.line))
			break;
		read_line_entry(&r, &w);
	}
	zone_lexer_free(&w);
	buf_free(&r.alias);
	buf_free(&r.owner);
	buf_free(&r.origin);
}
