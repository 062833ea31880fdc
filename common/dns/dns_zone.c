#include "dns_zone.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns_table.h"
#include "idn.h"
#include "io.h"
#include "when.h"
#include "wrongfile.h"
#include "zone_lexer.h"

/* A recording of a hundred thousand keys; zones of registries are larger. */
enum { ZONE_BYTES = 64 * 1024 * 1024 };

/* Of a record when neither it nor $TTL says it. */
enum { TTL_DEFAULT = 3600 };

enum { CLASS_IN = 1 };

struct zone {
	struct dns dns;
	struct dns_table table;
};

/* Reading one file. */
struct reader {
	struct dns_table *table;
	const char *path;
	struct span text;
	struct zone_lexer w;	       /* the entry being read */
	struct dns_name origin, owner; /* n is 0: not known; the last owner */
	uint32_t ttl;
	size_t at;	      /* where the entry begins */
	size_t next;	      /* where the next one does */
	bool recorded;	      /* NOTE has the details of the next set */
	struct dns_note note; /* the details */
	struct diag *why;
};

static enum status wrong_line(const struct reader *r, size_t at,
			      const char *where, const char *text)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += r->text.p[i] == '\n';
	return diag_set(r->why, ST_USAGE, where, "%s: line %zu: %s", r->path,
			line, text);
}

static enum status wrong_entry(const struct reader *r, const char *text)
{
	return wrong_line(r, r->at, "RFC 1035 5.1", text);
}

/* ---- names and numbers ---- */

/* A dot ends WORD that no backslash escapes. */
static bool is_absolute(struct span word)
{
	bool escaped = false;

	if (!span_ends(word, SPAN(".")))
		return false;
	for (size_t i = word.n - 1; i && word.p[i - 1] == '\\'; i--)
		escaped = !escaped;
	return !escaped;
}

/* LENIENT: WORD may have 8-bit bytes, where RFC 1035 5.1 has ASCII: a name in
 * U-labels is that in A-labels (RFC 8616 3), as in messages and options; what
 * cannot be that is octets (tests/unit/dns_zone.c). */
static bool parse_name(struct span word, struct dns_name *out)
{
	struct buf ascii;

	buf_init(&ascii, 8 * word.n);
	if (span_8bit(word) && !span_has(word, '\\') && !span_has(word, '@') &&
	    idn_pattern(word, &ascii, NULL) == ST_OK)
		word = buf_span(&ascii);
	else if (is_absolute(word) && word.n > 1)
		word.n--;
	bool fine = dns_name_read(word, out);

	buf_free(&ascii);
	return fine;
}

/* WORD as a name, completed with the origin (RFC 1035 5.1). */
static enum status read_name(const struct reader *r, struct span word,
			     struct dns_name *out)
{
	bool at = span_eq(word, SPAN("@"));

	if (!at && span_starts(word, SPAN("@")))
		return wrong_entry(r, "a name that begins with @");
	if (!at && !parse_name(word, out))
		return wrong_line(r, r->at, "RFC 1035 2.3.4",
				  "not a domain name, or one of more than "
				  "255 bytes");
	if (!at && is_absolute(word))
		return ST_OK;
	if (!r->origin.n)
		return wrong_entry(r, "a relative name without $ORIGIN; "
				      "--origin=NAME says where it belongs");
	if (at)
		out->n = 1;
	if (out->n - 1 + r->origin.n > sizeof(out->b))
		return wrong_line(r, r->at, "RFC 1035 2.3.4",
				  "a name of more than 255 bytes");
	memcpy(out->b + out->n - 1, r->origin.b, r->origin.n);
	out->n += r->origin.n - 1;
	return ST_OK;
}

/* The domain of OWNER in the comment that genkeys write after a record, and
 * nothing if it has none: "SELECTOR._domainkey" is named there as "DKIM key
 * SELECTOR for DOMAIN". Without -d they write localhost, which is no domain of
 * mail. */
static struct dns_name comment_domain(const struct reader *r, struct span owner)
{
	struct span s = span_head(span_from(r->text, r->at), r->next - r->at);
	size_t quote = span_rfind(s, '"');
	struct span selector, domain;
	struct dns_name name = { .n = 0 };

	s = quote < s.n ? span_from(s, quote) : s;
	s = span_from(s, span_find(s, ';'));
	s = span_from(s, span_search(s, SPAN("DKIM key ")));
	s = span_from(s, SPAN("DKIM key ").n);
	selector = span_head(s, span_find(s, ' '));
	s = span_from(s, selector.n);
	if (!selector.n || !span_starts(s, SPAN(" for ")) ||
	    !span_ieq(span_head(owner, selector.n), selector) ||
	    !span_ieq(span_from(owner, selector.n), SPAN("._domainkey")))
		return name;
	s = span_trim(span_from(s, SPAN(" for ").n));
	s = span_head(s, span_find(s, '\n'));
	domain = span_trim(span_head(s, span_find(s, ',')));
	if (span_ieq(domain, SPAN("localhost")) || span_has(domain, ' ') ||
	    !parse_name(domain, &name))
		name.n = 0;
	return name;
}

/* The owner of the entry, WORD; without an origin of its own comment's. */
static enum status read_owner(struct reader *r, struct span word)
{
	struct dns_name origin = r->origin;
	enum status st;

	if (!origin.n && !is_absolute(word))
		r->origin = comment_domain(r, word);
	st = read_name(r, word, &r->owner);
	r->origin = origin;
	return st;
}

/* WORD as a time to live. What has the highest bit set is 0 (RFC 2181 8). */
static bool read_ttl(struct span word, uint32_t *ttl)
{
	uint64_t seconds;

	if (!when_seconds(word, &seconds))
		return false;
	*ttl = seconds > INT32_MAX ? 0 : (uint32_t)seconds;
	return true;
}

/* ---- types ---- */

/* The types that are looked up, and aliases (RFC 1035 3.2.2, RFC 6672 6). */
static const struct {
	const char *word;
	unsigned number, kind;
} types[] = {
	{ "TXT", 16, DNS_TXT },		 { "A", 1, DNS_A },
	{ "AAAA", 28, DNS_AAAA },	 { "MX", 15, DNS_MX },
	{ "PTR", 12, DNS_PTR },		 { "NS", 2, DNS_NS },
	{ "SOA", 6, DNS_SOA },		 { "CNAME", 5, DNS_KIND_CNAME },
	{ "DNAME", 39, DNS_KIND_DNAME },
};

/* The other types of the IANA registry, and those of providers and name
 * servers, which never go over the wire. */
static const char others[] =
	"A6 AFSDB ALIAS AMTRELAY ANAME APL ATMA AVC BRID CAA CDNSKEY CDS CERT "
	"CLA CSYNC DHCID DLV DNSKEY DOA DS DSYNC EID EUI48 EUI64 FLATTEN GID "
	"GPOS HHIT HINFO HIP HTTPS IPN IPSECKEY ISDN KEY KX L32 L64 LOC LP LUA "
	"MB MD MF MG MINFO MR NAPTR NID NIMLOC NINFO NSAP NSAP-PTR NSEC NSEC3 "
	"NSEC3PARAM NULL NXNAME NXT OPENPGPKEY PX RESINFO RKEY RP RRSIG RT SIG "
	"SINK SMIMEA SPF SRV SSHFP SVCB TA TALINK TKEY TLSA UID UINFO "
	"UNSPEC URI URL URLFWD WALLET WINS WINS-R WINSR WKS X25 ZONEMD";

/* The enum dns_type or dns_kind of WORD; false if it is no type. */
static bool find_type(struct span word, unsigned *kind)
{
	uint64_t number = 0;
	bool numbered = span_ieq(span_head(word, 4), SPAN("TYPE")) &&
			span_u64(span_from(word, 4), &number) &&
			number <= UINT16_MAX;

	*kind = DNS_KIND_OTHER;
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (span_ieq(word, span_str(types[i].word)) ||
		    (numbered && number == types[i].number)) {
			*kind = types[i].kind;
			return true;
		}
	return numbered || span_one_of(word, others);
}

/* ---- data ---- */

/* Append the strings from word I on, each after its length. */
static enum status put_strings(const struct reader *r, size_t i,
			       struct buf *out)
{
	for (; i < r->w.n; i++) {
		struct span word = zone_lexer_get(&r->w, i);
		unsigned char length = (unsigned char)word.n;

		if (word.n > 255)
			return wrong_line(r, r->w.v[i].raw, "RFC 1035 3.3",
					  "a string of more than 255 bytes; "
					  "split it into several");
		buf_put(out, span_of(&length, 1));
		buf_put(out, word);
	}
	return ST_OK;
}

/* Append word I, which is the last one, as the address that it is. */
static enum status put_address(const struct reader *r, size_t i, bool v6,
			       struct buf *out)
{
	struct span word = zone_lexer_get(&r->w, i);
	char text[INET6_ADDRSTRLEN];
	unsigned char octets[16];

	snprintf(text, sizeof(text), "%.*s", (int)word.n, (const char *)word.p);
	if (i + 1 != r->w.n || word.n >= sizeof(text) ||
	    inet_pton(v6 ? AF_INET6 : AF_INET, text, octets) != 1)
		return ST_SYNTAX;
	buf_put(out, span_of(octets, v6 ? 16 : 4));
	return ST_OK;
}

/* Append the data of an SOA record (RFC 1035 3.3.13) whose serial number is
 * word I + 2: its names are not asked for, and read_record has counted the
 * words. */
static enum status put_soa(const struct reader *r, size_t i, struct buf *out)
{
	uint64_t serial;
	unsigned char octets[22] = { 0 }; /* two roots and five numbers */

	if (!span_u64(zone_lexer_get(&r->w, i + 2), &serial) ||
	    serial > UINT32_MAX)
		return ST_SYNTAX;
	for (size_t k = 0; k < 4; k++)
		octets[2 + k] = (unsigned char)(serial >> (24 - 8 * k));
	buf_put(out, span_of(octets, sizeof(octets)));
	return ST_OK;
}

/* Append the name that is word I, the last one; of MX after a number. */
static enum status put_host(const struct reader *r, size_t i, bool mx,
			    struct buf *out)
{
	struct dns_name name;
	uint64_t preference;

	if (mx) {
		if (!span_u64(zone_lexer_get(&r->w, i++), &preference) ||
		    preference > UINT16_MAX)
			return ST_SYNTAX;
		const unsigned char octets[] = {
			(unsigned char)(preference >> 8),
			(unsigned char)preference,
		};

		buf_put(out, span_of(octets, sizeof(octets)));
	}
	if (i + 1 != r->w.n)
		return ST_SYNTAX;
	enum status st = read_name(r, zone_lexer_raw(&r->w, i, r->text), &name);

	if (st == ST_OK)
		buf_put(out, span_of(name.b, name.n));
	return st;
}

/* Append the data of KIND that begins with word I as it is on the wire. ST_OK,
 * or ST_SYNTAX; ST_USAGE with WHY for a name or a string. */
static enum status put_wire(const struct reader *r, size_t i, unsigned kind,
			    struct buf *out)
{
	if (i < r->w.n && r->w.v[i].generic)
		return zone_lexer_generic(&r->w, i, out) ? ST_OK : ST_SYNTAX;
	if (kind == DNS_TXT)
		return put_strings(r, i, out);
	if (kind == DNS_A || kind == DNS_AAAA)
		return put_address(r, i, kind == DNS_AAAA, out);
	if (kind == DNS_SOA)
		return put_soa(r, i, out);
	return put_host(r, i, kind == DNS_MX, out);
}

/* Add the record of KIND at the last owner whose data on the wire is RDATA.
 * ST_OK or ST_SYNTAX. */
static enum status keep_record(struct reader *r, unsigned kind,
			       struct span rdata, uint32_t ttl)
{
	struct dns_name target;
	struct buf data;
	enum status st;

	if (kind == DNS_TXT && rdata.n == 0) /* RFC 1035 3.3.14 */
		return ST_SYNTAX;
	if (kind >= DNS_TYPES) {
		if (!dns_name_of_wire(rdata, &target))
			return ST_SYNTAX;
		dns_table_add(r->table, kind, &r->owner, rdata, ttl);
		return ST_OK;
	}
	buf_init(&data, DNS_WIRE_DATA);
	st = dns_data_of_wire((enum dns_type)kind, rdata, &data);
	if (st == ST_OK && r->recorded) {
		r->note.reply.answer = DNS_RECORDS;
		dns_table_note(r->table, (enum dns_type)kind, &r->owner,
			       &r->note);
	}
	if (st == ST_OK)
		dns_table_add(r->table, kind, &r->owner, buf_span(&data), ttl);
	buf_free(&data);
	return st == ST_OK ? ST_OK : ST_SYNTAX;
}

/* Add the record of KIND at the last owner whose data begins with word I. */
static enum status read_data(struct reader *r, size_t i, unsigned kind,
			     uint32_t ttl)
{
	struct buf wire;
	enum status st = ST_OK;

	if (kind == DNS_KIND_OTHER) {
		dns_table_add(r->table, kind, &r->owner, (struct span){ 0 }, 0);
		return ST_OK;
	}
	/* a name may be longer than its text by the origin; each string has
	 * blanks or quotes around it, which its length takes the place of */
	buf_init(&wire, r->w.end - r->at + 2 * DNS_WIRE_NAME);
	st = put_wire(r, i, kind, &wire);
	if (st == ST_OK)
		st = keep_record(r, kind, buf_span(&wire), ttl);
	buf_free(&wire);
	return st == ST_SYNTAX
		       ? wrong_line(r, r->at, "RFC 1035 3.3",
				    "not the data of a record of this type")
		       : st;
}

/* ---- entries ---- */

/* LENIENT: exports of Windows DNS have "[AGE:3587523]" after the owner: the
 * hour of the last update. */
static bool is_age(struct span word)
{
	uint64_t hours;

	return word.n > 6 && span_ieq(span_head(word, 5), SPAN("[AGE:")) &&
	       span_ends(word, SPAN("]")) &&
	       span_u64(span_from(span_head(word, word.n - 1), 5), &hours);
}

/* The number of the class that WORD is (RFC 1035 3.2.4, RFC 3597 5), or 0. */
static unsigned class_number(struct span word)
{
	uint64_t number = 0;

	if (span_ieq(span_head(word, 5), SPAN("CLASS")) &&
	    span_u64(span_from(word, 5), &number))
		return number <= UINT16_MAX ? (unsigned)number : 0;
	return span_ieq(word, SPAN("IN"))   ? CLASS_IN
	       : span_ieq(word, SPAN("CH")) ? 3
	       : span_ieq(word, SPAN("HS")) ? 4
					    : 0;
}

/* [OWNER] [TTL] [CLASS] TYPE DATA; TTL and class in either order. */
static enum status read_record(struct reader *r)
{
	const struct zone_lexer *w = &r->w;
	unsigned class = 0, kind;
	bool has_ttl = false;
	uint32_t ttl = r->ttl;
	char text[LIMIT_DIAG];
	size_t i = 0;

	if (!w->blank) {
		enum status st = read_owner(r, zone_lexer_raw(w, i++, r->text));

		if (st != ST_OK)
			return st;
	} else if (!r->owner.n) {
		return wrong_entry(r, "no name here and no record before it");
	}
	i += is_age(zone_lexer_get(w, i));
	for (; i < w->n && !w->v[i].quoted; i++) {
		struct span word = zone_lexer_get(w, i);
		unsigned number = class ? 0 : class_number(word);

		if (!number && (has_ttl || !read_ttl(word, &ttl)))
			break;
		class |= number;
		has_ttl |= !number;
	}
	if (i == w->n)
		return wrong_entry(r, "a name without a record");
	if (w->v[i].quoted || !find_type(zone_lexer_get(w, i), &kind)) {
		struct span word = span_head(zone_lexer_raw(w, i, r->text), 80);

		snprintf(text, sizeof(text), "an unknown record type \"%.*s\"",
			 (int)word.n, (const char *)word.p);
		return wrong_entry(r, text);
	}
	/* RFC 1035 3.3.13: two names and five numbers */
	if (zone_lexer_is(w, i, "SOA") && i + 8 != w->n &&
	    !(i + 1 < w->n && w->v[i + 1].generic))
		return wrong_line(r, r->at, "RFC 1035 3.3.13",
				  "not the data of an SOA record");
	return class && class != CLASS_IN ? ST_OK
					  : read_data(r, i + 1, kind, ttl);
}

static enum status read_directive(struct reader *r)
{
	const struct zone_lexer *w = &r->w;
	struct dns_name name = r->origin;

	if (zone_lexer_is(w, 0, "$INCLUDE"))
		return wrong_entry(r, "$INCLUDE is refused");
	if (zone_lexer_is(w, 0, "$GENERATE"))
		return wrong_entry(r, "$GENERATE is not supported: list the "
				      "records that it stands for");
	if (zone_lexer_is(w, 0, "$TTL") && w->n == 2)
		return read_ttl(zone_lexer_get(w, 1), &r->ttl)
			       ? ST_OK
			       : wrong_entry(r, "$TTL without a time");
	if (!zone_lexer_is(w, 0, "$ORIGIN") || w->n != 2)
		return wrong_entry(r, "an unknown $ directive");
	enum status st = read_name(r, zone_lexer_raw(w, 1, r->text), &name);

	r->origin = name; /* after an error nothing more is read */
	return st;
}

/* A comment of LINE that records an answer (dns_recording.h). */
static enum status keep_comment(struct reader *r, struct span line)
{
	struct dns_name name;
	struct span word;
	enum dns_type type;

	if (dns_note_details(line, &r->note)) {
		r->recorded = true;
		return ST_OK;
	}
	if (!span_starts(line, SPAN(";!")))
		return ST_OK;
	if (!r->recorded)
		dns_note_free(&r->note);
	enum dns_noted noted = dns_note_answer(line, &word, &type, &r->note);

	if (noted == DNS_NO_NOTE)
		return ST_OK;
	if (noted == DNS_NOTE_ODD)
		return wrong_line(r, r->at, NULL,
				  "only AD is allowed after the answer");
	enum status st = read_name(r, word, &name);

	if (st == ST_OK)
		dns_table_note(r->table, type, &name, &r->note);
	r->recorded = false;
	return st;
}

/* One entry: a record, a directive, a comment or nothing. */
static enum status read_entry(struct reader *r, size_t *line)
{
	size_t next = r->at;
	enum status st = ST_OK;

	if (r->text.p[r->at] == ';') {
		struct span rest = span_from(r->text, r->at);

		st = keep_comment(r, span_head(rest, span_find(rest, '\n')));
	}
	if (st != ST_OK || !zone_lexer_next(&r->w, r->text, &next, line))
		return st;
	r->next = next;
	if (r->w.wrong)
		return wrong_line(r, r->w.wrong_at, "RFC 1035 5.1", r->w.wrong);
	if (r->w.n && r->text.p[r->at] == '$') {
		st = read_directive(r);
	} else if (r->w.n) {
		st = read_record(r);
		/* details are of the very next record */
		r->recorded = false;
	}
	r->at = next;
	return st;
}

/* A zone file has no other controls than TAB and line ends: some readers end a
 * line at a form feed or a CR, or take a NUL for the end. */
static enum status check_controls(const struct reader *r)
{
	struct span s = r->text;

	static const unsigned char controls[] = { 0, '\f', '\v' };
	size_t bad = s.n, cr = span_find(s, '\r');

	for (size_t i = 0; i < sizeof(controls); i++)
		bad = span_find(span_head(s, bad), controls[i]);
	while (cr < bad && cr + 1 < s.n && s.p[cr + 1] == '\n')
		cr += 2 + span_find(span_from(s, cr + 2), '\r');
	if (cr < bad)
		return wrong_line(r, cr, "RFC 1035 5.1",
				  "a CR that does not end a line");
	if (bad < s.n)
		return wrong_line(r, bad, "RFC 1035 5.1",
				  "a NUL, form feed or vertical tab");
	return ST_OK;
}

/* TEXT of PATH is no zone file: WHY says what it is, if that is known. */
static void name_file(const char *path, struct span text, struct diag *why)
{
	const struct wrongfile *other = wrongfile_find(text);

	if (other && !other->record)
		diag_set(why, ST_USAGE, NULL,
			 "%s: is %s, not a zone file; dkim-txt "
			 "writes the record of a key as one",
			 path, other->name);
}

static enum status read_file(struct zone *z, const char *path,
			     const struct dns_name *origin, struct diag *why)
{
	struct reader r = { .table = &z->table,
			    .path = path,
			    .w = { .strict = true },
			    .origin = *origin,
			    .ttl = TTL_DEFAULT,
			    .why = why };
	struct diag inner = { 0 };
	struct buf text;
	size_t line = 1;
	int fd = -1;
	enum status st = io_open_input(path, &fd, &inner);

	buf_init(&text, ZONE_BYTES);
	if (st == ST_OK)
		st = io_read_all(fd, &text, &inner);
	if (fd > STDERR_FILENO)
		close(fd);
	r.text = span_unmarked(buf_span(&text));
	if (st == ST_LIMIT)
		st = diag_set(why, ST_USAGE, NULL, "%s: larger than 64 MB",
			      path);
	else if (st != ST_OK)
		st = diag_set(why, st, inner.where, "%s: %s", path, inner.text);
	else if (span_utf16(r.text))
		st = diag_set(why, ST_USAGE, NULL, "%s: is " SPAN_UTF16, path);
	else
		st = check_controls(&r);
	while (st == ST_OK && r.at < r.text.n)
		st = read_entry(&r, &line);
	if (st == ST_USAGE)
		name_file(path, r.text, why);
	buf_free(&text);
	zone_lexer_free(&r.w);
	dns_note_free(&r.note);
	return st;
}

/* ---- the source ---- */

static void zone_get(struct dns *dns, const struct dns_query *query,
		     struct dns_reply *out)
{
	dns_table_get(&((const struct zone *)dns)->table, query, out);
}

static void zone_close(struct dns *dns)
{
	dns_table_free(&((struct zone *)dns)->table);
	free(dns);
}

enum status dns_zone_open(const char *const *paths, size_t n,
			  const char *origin, struct dns **out,
			  struct diag *why)
{
	static const struct dns_class class = { zone_get, zone_close };
	struct zone *z = mem_alloc(sizeof(*z));
	struct dns_name base = { .n = 0 };
	enum status st = ST_OK;

	z->dns.class = &class;
	if (origin && !parse_name(span_str(origin), &base))
		st = diag_set(why, ST_USAGE, "RFC 1035 2.3.4",
			      "the origin \"%s\" is not a domain name", origin);
	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = read_file(z, paths[i], &base, why);
	if (st == ST_OK)
		st = dns_table_sort(&z->table, why);
	*out = st == ST_OK ? &z->dns : NULL;
	if (st != ST_OK)
		zone_close(&z->dns);
	return st;
}
