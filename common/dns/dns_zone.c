#include "dns_zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dns_ldns.h"
#include "dns_table.h"
#include "idn.h"
#include "io.h"

/* A recording of a hundred thousand keys; zones of registries are larger. */
enum { ZONE_BYTES = 64 * 1024 * 1024 };

/* ---- the text ---- */

static const char unclosed[] = "a string without its closing quote";

/* The state of a reader of zone files (RFC 1035 5.1). */
struct lexer {
	size_t at, opened; /* opened: the quote or the outer parenthesis */
	size_t string;	   /* octets of the quoted string so far */
	size_t depth;
	bool quoted, comment;
};

static const char *step_quoted(struct lexer *l, struct span s)
{
	if (s.p[l->at] == '\n')
		return unclosed;
	if (s.p[l->at] != '"') {
		l->string++;
		return NULL;
	}
	l->quoted = false;
	return l->string > 255 ? "a string of more than 255 bytes; split it "
				 "into several"
			       : NULL;
}

static const char *step_plain(struct lexer *l, struct span s)
{
	switch (s.p[l->at]) {
	case '"':
		l->quoted = true;
		l->string = 0;
		l->opened = l->at;
		break;
	case ';':
		l->comment = true;
		break;
	case '(':
		if (l->depth++ == 0)
			l->opened = l->at;
		break;
	case ')':
		if (l->depth == 0)
			return "\")\" without \"(\"";
		l->depth--;
		break;
	default:
		break;
	}
	return NULL;
}

/* An escape is one octet: \DDD, or \ and anything but a control. */
static void skip_escape(struct lexer *l, struct span s)
{
	struct span rest = span_from(s, l->at + 1);

	if (rest.n >= 3 && ascii_digit(rest.p[0]) && ascii_digit(rest.p[1]) &&
	    ascii_digit(rest.p[2]))
		l->at += 3;
	else if (rest.n && rest.p[0] >= ' ')
		l->at += 1;
	l->string++;
}

static const char *lex_octet(struct lexer *l, struct span s)
{
	unsigned char c = s.p[l->at];

	if (c == 0 || c == '\f' || c == '\v')
		return "a NUL, form feed or vertical tab";
	if (c == '\r' && (l->at + 1 == s.n || s.p[l->at + 1] != '\n'))
		return "a CR that does not end a line";
	if (l->comment) {
		l->comment = c != '\n';
		return NULL;
	}
	if (c == '\\') {
		skip_escape(l, s);
		return NULL;
	}
	return l->quoted ? step_quoted(l, s) : step_plain(l, s);
}

static size_t skip_wsp(struct span s, size_t at)
{
	while (at < s.n && ascii_wsp(s.p[at]))
		at++;
	return at;
}

/* RFC 1035 5.1 has the class and the TTL in either order, ldns only knows the
 * TTL first. Swap "IN 300" in the entry that begins at AT of TEXT. */
static void put_ttl_first(struct buf *text, size_t at)
{
	struct span s = buf_span(text);
	size_t class = skip_wsp(s, dns_word_end(s, at));
	size_t class_end = dns_word_end(s, class);
	size_t ttl = skip_wsp(s, class_end);
	size_t ttl_end = dns_word_end(s, ttl);
	size_t gap = ttl - class_end, digits = ttl_end - ttl;
	unsigned char swapped[64];

	if (!span_ieq(span_head(span_from(s, class), class_end - class),
		      SPAN("IN")) ||
	    ttl == ttl_end || !ascii_digit(s.p[ttl]) ||
	    ttl_end - class > sizeof(swapped))
		return;
	memcpy(swapped, s.p + ttl, digits);
	memcpy(swapped + digits, s.p + class_end, gap);
	memcpy(swapped + digits + gap, s.p + class, class_end - class);
	memcpy(text->p + class, swapped, ttl_end - class);
}

/* LENIENT: exports of Windows DNS have "[AGE:3587523]" after the owner: the
 * hour of the last update. It becomes blanks in the entry that begins at AT of
 * TEXT. */
static void blank_age(struct buf *text, size_t at)
{
	struct span s = buf_span(text);
	size_t from = skip_wsp(s, dns_word_end(s, at));
	size_t end = dns_word_end(s, from);
	struct span word = span_head(span_from(s, from), end - from);
	uint64_t hours;

	if (word.n > 6 && span_ieq(span_head(word, 5), SPAN("[AGE:")) &&
	    span_ends(word, SPAN("]")) &&
	    span_u64(span_from(span_head(word, word.n - 1), 5), &hours))
		memset(text->p + from, ' ', word.n);
}

/* A word between the owner and the type of an entry. */
static bool is_ttl_or_class(struct span word)
{
	return word.n &&
	       (ascii_digit(word.p[0]) || span_ieq(word, SPAN("IN")) ||
		span_ieq(word, SPAN("CH")) || span_ieq(word, SPAN("HS")) ||
		span_starts(word, SPAN("[AGE:")));
}

/* The type in LINE, where an entry begins; empty if there is none. */
static struct span type_word(struct span line)
{
	size_t at = dns_word_end(line, 0), end = at;
	struct span word;

	do {
		at = skip_wsp(line, end);
		end = dns_word_end(line, at);
		word = span_head(span_from(line, at), end - at);
	} while (is_ttl_or_class(word));
	return word;
}

/* Append WORD with A-labels, or as it is if that cannot be. */
static enum status put_ascii_name(struct span word, struct buf *out)
{
	size_t n = out->n;
	enum status st = ST_SYNTAX;

	if (span_8bit(word) && !span_has(word, '\\') && !span_has(word, '@'))
		st = idn_pattern(word, out, NULL);
	if (st == ST_OK)
		return span_ends(word, SPAN(".")) ? buf_addc(out, '.') : ST_OK;
	out->n = n;
	return buf_add(out, word);
}

/* Append LINE, where an entry begins, with its names in A-labels: the owner,
 * and those in the data that are asked for. */
static enum status put_ascii_line(struct span line, struct buf *out)
{
	static const char *const with_names[] = { "CNAME", "DNAME", "NS", "PTR",
						  "MX" };
	struct span type = type_word(line);
	bool named = span_starts(line, SPAN("$ORIGIN"));
	size_t at = 0;
	enum status st = ST_OK;

	for (size_t i = 0; i < sizeof(with_names) / sizeof(*with_names); i++)
		named |= span_ieq(type, span_str(with_names[i]));
	while (st == ST_OK && at < line.n && line.p[at] != ';') {
		size_t end = dns_word_end(line, at), next;
		struct span word = span_head(span_from(line, at), end - at);

		st = at == 0 || named ? put_ascii_name(word, out)
				      : buf_add(out, word);
		for (next = end; next < line.n && line.p[next] <= ' ';)
			next++;
		if (st == ST_OK)
			st = buf_add(out, span_head(span_from(line, end),
						    next - end));
		at = next;
	}
	return st == ST_OK ? buf_add(out, span_from(line, at)) : st;
}

/* LENIENT: TEXT has 8-bit bytes, where RFC 1035 5.1 has ASCII: the names that
 * begin its entries get A-labels (RFC 8616 3), as those of messages and options
 * have. Strings stay as they are. ST_OK or ST_LIMIT. */
static enum status names_to_ascii(struct buf *text)
{
	struct span s = buf_span(text);
	struct lexer l = { 0 };
	enum status st = ST_OK;
	struct buf out;

	buf_init(&out, ZONE_BYTES);
	while (l.at < s.n && st == ST_OK) {
		size_t end = l.at + span_find(span_from(s, l.at), '\n');
		struct span line =
			span_head(span_from(s, l.at), end - l.at + (end < s.n));

		st = l.depth || l.quoted ? buf_add(&out, line)
					 : put_ascii_line(line, &out);
		/* check_text reports what is wrong */
		for (end = l.at + line.n; l.at < end; l.at++)
			(void)lex_octet(&l, s);
	}
	if (st == ST_OK) {
		buf_reset(text);
		st = buf_add(text, buf_span(&out));
	}
	buf_free(&out);
	return st;
}

/* What a zone file must be before ldns reads it (RFC 1035 5.1): ldns drops NUL,
 * ends a line at a form feed and closes open quotes and parentheses at the end
 * by itself. Returns NULL, or what is wrong, at offset *AT of TEXT. Entries
 * with the class before the TTL get the order that ldns knows; no length
 * changes. */
static const char *check_text(struct buf *text, size_t *at)
{
	struct span s = buf_span(text);
	struct lexer l = { 0 };
	const char *wrong = NULL;

	for (; l.at < s.n && !wrong; l.at++) {
		if (l.depth == 0 && !l.quoted && !l.comment &&
		    (l.at == 0 || s.p[l.at - 1] == '\n')) {
			blank_age(text, l.at);
			put_ttl_first(text, l.at);
		}
		*at = l.at;
		wrong = lex_octet(&l, s);
	}
	if (wrong || (!l.quoted && !l.depth))
		return wrong;
	*at = l.opened;
	return l.quoted ? unclosed : "\"(\" without \")\"";
}

/* ---- entries ---- */

struct zone {
	struct dns dns;
	struct dns_table table;
};

/* Reading one file. */
struct reader {
	struct zone *zone;
	const char *path;
	struct buf text;
	FILE *in;
	ldns_rdf *origin, *last; /* for relative names, for empty owners */
	uint32_t ttl;
	size_t at;	      /* where the entry being read begins */
	bool recorded;	      /* DETAILS are of the set that begins there */
	struct dns_note note; /* the details */
	struct diag *why;
};

/* The origin when none is given: ldns would take the root and make every
 * relative name a wrong one. No name has this label by chance. */
static const unsigned char no_origin[] = "\17\1no\1origin\1here";

static enum status wrong_line(const struct reader *r, size_t at,
			      const char *where, const char *text)
{
	struct span before = span_head(buf_span(&r->text), at);
	size_t line = 1;

	for (size_t i = 0; i < before.n; i++)
		line += before.p[i] == '\n';
	return diag_set(r->why, ST_USAGE, where, "%s: line %zu: %s", r->path,
			line, text);
}

static bool has_no_origin(struct span wire)
{
	return span_ends(wire, span_of(no_origin, sizeof(no_origin)));
}

static enum status need_origin(const struct reader *r)
{
	return wrong_line(r, r->at, "RFC 1035 5.1",
			  "a relative name without $ORIGIN; "
			  "--origin=NAME says where it belongs");
}

/* What ldns reads without complaint, and otherwise than RFC 1035 5.1. */
static enum status check_owner(const struct reader *r, bool first)
{
	struct span s = span_from(buf_span(&r->text), r->at);

	if (s.n && s.p[0] == '$')
		return wrong_line(r, r->at, "RFC 1035 5.1",
				  "an unknown $ directive");
	if (s.n > 1 && s.p[0] == '@' && s.p[1] != ' ' && s.p[1] != '\t')
		return wrong_line(r, r->at, "RFC 1035 5.1",
				  "a name that begins with @");
	if (first && s.n && ascii_wsp(s.p[0]))
		return wrong_line(r, r->at, "RFC 1035 5.1",
				  "no name here and no record before it");
	return ST_OK;
}

/* WORD as a name, completed with ORIGIN, which ldns does not do here. */
static enum status read_name(const struct reader *r, struct span word,
			     const ldns_rdf *origin, ldns_rdf **out)
{
	char *text = mem_copy(word.p, word.n);
	bool absolute = ldns_dname_str_absolute(text) != 0;
	bool fine = true;

	*out = strcmp(text, "@") == 0 ? ldns_rdf_clone(origin)
				      : ldns_dname_new_frm_str(text);
	if (*out && !absolute && strcmp(text, "@") != 0)
		fine = ldns_dname_cat(*out, origin) == LDNS_STATUS_OK;
	free(text);
	if (*out && !absolute && has_no_origin(dns_rr_wire(origin)))
		return need_origin(r);
	if (!*out || !fine || ldns_rdf_size(*out) > DNS_WIRE_NAME)
		return wrong_line(r, r->at, "RFC 1035 2.3.4",
				  "not a domain name, or one of more than "
				  "255 bytes");
	return ST_OK;
}

/* ldns takes the argument of $ORIGIN for absolute. */
static enum status complete_origin(struct reader *r, const ldns_rdf *before)
{
	struct span s = span_from(buf_span(&r->text), r->at);

	s = span_trim(span_from(s, SPAN("$ORIGIN").n));
	ldns_rdf_deep_free(r->origin);
	return read_name(r, span_head(s, dns_word_end(s, 0)), before,
			 &r->origin);
}

/* ---- recorded answers ---- */

static enum status keep_answer(struct reader *r, struct span line)
{
	struct dns_key owner;
	struct span name;
	enum dns_type type;
	ldns_rdf *rdf = NULL;

	if (!r->recorded)
		dns_note_free(&r->note);
	enum dns_noted noted = dns_note_answer(line, &name, &type, &r->note);

	if (noted == DNS_NO_NOTE)
		return ST_OK;
	if (noted == DNS_NOTE_ODD)
		return wrong_line(r, r->at, NULL,
				  "only AD is allowed after the answer");
	enum status st = read_name(r, name, r->origin, &rdf);

	if (st == ST_OK && !dns_key_of_wire(dns_rr_wire(rdf), &owner))
		st = wrong_line(r, r->at, "RFC 1035 2.3.4",
				"not a domain name");
	if (st == ST_OK)
		dns_table_note(&r->zone->table, type, &owner, &r->note);
	r->recorded = false;
	ldns_rdf_deep_free(rdf);
	return st;
}

static enum status keep_comment(struct reader *r, struct span line)
{
	if (dns_note_details(line, &r->note))
		r->recorded = true;
	else if (span_starts(line, SPAN(";!")))
		return keep_answer(r, line);
	return ST_OK;
}

/* For ldns, blank lines and comments belong to the entry after them. */
static enum status read_comments(struct reader *r)
{
	struct span s = buf_span(&r->text);
	enum status st = ST_OK;

	while (r->at < s.n && st == ST_OK &&
	       (s.p[r->at] == '\n' || s.p[r->at] == '\r' ||
		s.p[r->at] == ';')) {
		size_t n = 1;

		if (s.p[r->at] == ';') {
			n = span_find(span_from(s, r->at), '\n');
			st = keep_comment(r, span_head(span_from(s, r->at), n));
		}
		r->at += st == ST_OK ? n : 0;
	}
	return st;
}

/* ---- records ---- */

static enum status wrong_data(const struct reader *r)
{
	return wrong_line(r, r->at, "RFC 1035 3.3",
			  "not the data of a record of this type");
}

static enum status keep_alias(struct reader *r, unsigned kind,
			      const ldns_rr *rr, const struct dns_key *owner)
{
	struct dns_key target;

	if (!dns_key_of_wire(dns_rr_wire(ldns_rr_rdf(rr, 0)), &target))
		return wrong_data(r);
	dns_table_add(&r->zone->table, kind, owner, dns_key_span(&target),
		      dns_rr_ttl(rr));
	return ST_OK;
}

static enum status keep_data(struct reader *r, enum dns_type type,
			     const ldns_rr *rr, const struct dns_key *owner)
{
	struct buf data;

	buf_init(&data, DNS_WIRE_DATA);
	enum status st = dns_rr_data(rr, type, &data);

	if (st == ST_OK && r->recorded) {
		r->note.reply.answer = DNS_RECORDS;
		dns_table_note(&r->zone->table, type, owner, &r->note);
	}
	if (st == ST_OK)
		dns_table_add(&r->zone->table, type, owner, buf_span(&data),
			      dns_rr_ttl(rr));
	else
		st = wrong_data(r);
	buf_free(&data);
	return st;
}

/* A name in RR is relative, and there is no origin. */
static bool lacks_origin(const ldns_rr *rr)
{
	bool lacks = has_no_origin(dns_rr_wire(ldns_rr_owner(rr)));

	for (size_t i = 0; i < ldns_rr_rd_count(rr) && !lacks; i++) {
		const ldns_rdf *rdf = ldns_rr_rdf(rr, i);

		lacks = ldns_rdf_get_type(rdf) == LDNS_RDF_TYPE_DNAME &&
			has_no_origin(dns_rr_wire(rdf));
	}
	return lacks;
}

/* The first line of the entry that is read. */
static struct span entry_line(const struct reader *r)
{
	struct span s = span_from(buf_span(&r->text), r->at);

	return span_head(s, span_find(s, '\n'));
}

static enum status unknown_type(const struct reader *r, struct span type)
{
	char text[LIMIT_DIAG];

	snprintf(text, sizeof(text), "an unknown record type \"%.*s\"",
		 (int)(type.n < 80 ? type.n : 80), (const char *)type.p);
	return wrong_line(r, r->at, "RFC 1035 5.1", text);
}

/* 0: ldns does not know it. */
static unsigned type_number(struct span type)
{
	char text[40] = "";

	if (type.n == 0 || type.n >= sizeof(text))
		return 0;
	memcpy(text, type.p, type.n);
	return (unsigned)ldns_get_rr_type_by_name(text);
}

/* Whether TYPE is a type that other programs know and no tool asks for. ldns
 * knows most of these, depending on its version: those of the IANA registry
 * that are younger than the oldest ldns in use, or older than any, and those of
 * providers and name servers, which never go over the wire. */
static bool is_other_type(struct span type)
{
	static const char *const known[] = {
		"A6",	 "ALIAS",  "AMTRELAY", "ANAME",	  "APL",
		"ATMA",	 "AVC",	   "BRID",     "CLA",	  "CSYNC",
		"DOA",	 "DSYNC",  "EID",      "EUI48",	  "EUI64",
		"GPOS",	 "HHIT",   "HTTPS",    "IPN",	  "L32",
		"L64",	 "LP",	   "LUA",      "NID",	  "NIMLOC",
		"NINFO", "NXNAME", "NXT",      "RESINFO", "RKEY",
		"SINK",	 "SMIMEA", "SVCB",     "TA",	  "TALINK",
		"URI",	 "URLFWD", "WALLET",   "WINS",	  "WINS-R",
		"WINSR", "ZONEMD", "FLATTEN",  "URL",	  "OPENPGPKEY",
	};
	ldns_rr_type number = (ldns_rr_type)type_number(type);

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (span_ieq(type, span_str(known[i])))
			return true;
	return (unsigned)number != 0 && dns_rr_kind(number) == DNS_TYPES &&
	       number != LDNS_RR_TYPE_CNAME && number != LDNS_RR_TYPE_DNAME &&
	       number != LDNS_RR_TYPE_SOA;
}

/* ldns could not read the entry, and GOT says why. LENIENT: one of a type that
 * no tool asks for only makes its name exist, since whether ldns can read it
 * depends on its age (tests/unit/dns_zone.c). */
static enum status keep_unread(struct reader *r, bool first, ldns_status got)
{
	struct span line = entry_line(r), type = type_word(line);
	ldns_rdf *owner = NULL;
	struct dns_key key;
	enum status st;

	if (span_starts(line, SPAN("$GENERATE")))
		return wrong_line(r, r->at, "RFC 1035 5.1",
				  "$GENERATE is not supported: list the "
				  "records that it stands for");
	if (!is_other_type(type))
		return type.n && line.p[0] != '$' && type.p[0] != '(' &&
				       type_number(type) == 0
			       ? unknown_type(r, type)
			       : wrong_line(r, r->at, "RFC 1035 5.1",
					    ldns_get_errorstr_by_id(got));
	st = check_owner(r, first);
	if (st == ST_OK && ascii_wsp(line.p[0]))
		owner = ldns_rdf_clone(r->last);
	else if (st == ST_OK)
		st = read_name(r, span_head(line, dns_word_end(line, 0)),
			       r->origin, &owner);
	if (st == ST_OK && dns_key_of_wire(dns_rr_wire(owner), &key))
		dns_table_add(&r->zone->table, DNS_KIND_OTHER, &key,
			      (struct span){ 0 }, 0);
	if (st == ST_OK) {
		ldns_rdf_deep_free(r->last);
		r->last = owner;
	} else if (owner) {
		ldns_rdf_deep_free(owner);
	}
	return st;
}

static enum status keep(struct reader *r, const ldns_rr *rr)
{
	struct dns_key owner;
	ldns_rr_type type = ldns_rr_get_type(rr);

	if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
		return ST_OK;
	if (lacks_origin(rr))
		return need_origin(r);
	if (!dns_key_of_wire(dns_rr_wire(ldns_rr_owner(rr)), &owner))
		return wrong_line(r, r->at, "RFC 1035 2.3.4",
				  "a name of more than 255 bytes");
	if (dns_rr_kind(type) != DNS_TYPES)
		return keep_data(r, dns_rr_kind(type), rr, &owner);
	if (type == LDNS_RR_TYPE_CNAME)
		return keep_alias(r, DNS_KIND_CNAME, rr, &owner);
	if (type == LDNS_RR_TYPE_DNAME)
		return keep_alias(r, DNS_KIND_DNAME, rr, &owner);
	if ((unsigned)type == 0) /* ldns does not know it */
		return unknown_type(r, type_word(entry_line(r)));
	dns_table_add(&r->zone->table, DNS_KIND_OTHER, &owner,
		      (struct span){ 0 }, 0);
	return ST_OK;
}

/* One entry: a record, a directive or nothing. */
static enum status read_entry(struct reader *r)
{
	ldns_rdf *before = ldns_rdf_clone(r->origin);
	bool first = r->last == NULL;
	ldns_rr *rr = NULL;
	enum status st = ST_OK;

	r->at = (size_t)ftell(r->in);
	st = read_comments(r);
	if (st != ST_OK) {
		ldns_rdf_deep_free(before);
		return st;
	}
	ldns_status got = ldns_rr_new_frm_fp_l(&rr, r->in, &r->ttl, &r->origin,
					       &r->last, NULL);

	if (got == LDNS_STATUS_OK) {
		st = check_owner(r, first);
		if (st == ST_OK)
			st = keep(r, rr);
		/* details are of the very next record */
		r->recorded = false;
		ldns_rr_free(rr);
	} else if (got == LDNS_STATUS_SYNTAX_ORIGIN) {
		st = complete_origin(r, before);
	} else if (got == LDNS_STATUS_SYNTAX_INCLUDE) {
		st = wrong_line(r, r->at, NULL, "$INCLUDE is refused");
	} else if (got != LDNS_STATUS_SYNTAX_TTL &&
		   got != LDNS_STATUS_SYNTAX_EMPTY) {
		st = keep_unread(r, first, got);
		r->recorded = false;
	}
	ldns_rdf_deep_free(before);
	return st;
}

static enum status read_entries(struct reader *r)
{
	enum status st = ST_OK;
	const char *wrong = check_text(&r->text, &r->at);

	if (wrong)
		return wrong_line(r, r->at, "RFC 1035 5.1", wrong);
	if (r->text.n == 0)
		return ST_OK;
	r->in = fmemopen(r->text.p, r->text.n, "r");
	if (!r->in)
		return diag_set(r->why, ST_OS, NULL, "%s: cannot read it",
				r->path);
	while (st == ST_OK && !feof(r->in))
		st = read_entry(r);
	fclose(r->in);
	return st;
}

static enum status read_text(struct reader *r)
{
	struct diag inner = { 0 };
	int fd = -1;
	enum status st = io_open_input(r->path, &fd, &inner);

	if (st == ST_OK)
		st = io_read_all(fd, &r->text, &inner);
	if (fd > STDERR_FILENO)
		close(fd);
	if (st == ST_OK &&
	    span_starts(buf_span(&r->text), SPAN("\xef\xbb\xbf"))) {
		/* a byte order mark is not part of the text (RFC 3629 6) */
		r->text.n -= 3;
		memmove(r->text.p, r->text.p + 3, r->text.n);
	}
	if (st == ST_OK && span_8bit(buf_span(&r->text)))
		st = names_to_ascii(&r->text);
	if (st == ST_LIMIT)
		return diag_set(r->why, ST_USAGE, NULL, "%s: larger than 64 MB",
				r->path);
	if (st != ST_OK)
		return diag_set(r->why, st, inner.where, "%s: %s", r->path,
				inner.text);
	return ST_OK;
}

static enum status read_file(struct zone *z, const char *path,
			     const ldns_rdf *origin, struct diag *why)
{
	struct reader r = { .zone = z,
			    .path = path,
			    .origin = ldns_rdf_clone(origin),
			    .why = why };

	buf_init(&r.text, ZONE_BYTES);
	enum status st = read_text(&r);

	if (st == ST_OK)
		st = read_entries(&r);
	buf_free(&r.text);
	ldns_rdf_deep_free(r.origin);
	ldns_rdf_deep_free(r.last);
	dns_note_free(&r.note);
	return st;
}

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

static enum status parse_origin(const char *origin, ldns_rdf **out,
				struct diag *why)
{
	struct dns_key ignored;
	struct name name;

	if (origin && span_8bit(span_str(origin)) &&
	    idn_typed(span_str(origin), NAME_UNDERSCORE | NAME_SINGLE, &name,
		      NULL) == ST_OK)
		origin = name.text;
	*out = origin ? ldns_dname_new_frm_str(origin)
		      : ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME,
					      sizeof(no_origin), no_origin);
	if (*out && dns_key_of_wire(dns_rr_wire(*out), &ignored))
		return ST_OK;
	return diag_set(why, ST_USAGE, "RFC 1035 2.3.4",
			"the origin \"%s\" is not a domain name", origin);
}

enum status dns_zone_open(const char *const *paths, size_t n,
			  const char *origin, struct dns **out,
			  struct diag *why)
{
	static const struct dns_class class = { zone_get, zone_close };
	struct zone *z = mem_alloc(sizeof(*z));
	ldns_rdf *base = NULL;
	enum status st = dns_ldns_load(why);

	z->dns.class = &class;
	if (st == ST_OK)
		st = parse_origin(origin, &base, why);
	for (size_t i = 0; i < n && st == ST_OK; i++)
		st = read_file(z, paths[i], base, why);
	if (base)
		ldns_rdf_deep_free(base);
	if (st == ST_OK)
		st = dns_table_sort(&z->table, why);
	*out = st == ST_OK ? &z->dns : NULL;
	if (st != ST_OK)
		zone_close(&z->dns);
	return st;
}
