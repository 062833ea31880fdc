#include <string.h>

#include "record_scan.h"
#include "zone_lexer.h"

enum place { ELSEWHERE, NAME, VALUE };

struct reader {
	struct span text;
	size_t at, line;
	enum place place;  /* what the last name announces */
	bool call;	   /* inside TXT( ) */
	struct buf string; /* the last string or word */
	struct buf owner;
	struct record_scan *out;
	struct scan_record *open; /* of a call: all its strings are one text */
};

/* --- names that announce ------------------------------------------------- */

static enum place place_of(struct span word)
{
	if (span_one_of(word, "name owner host fqdn hostname"))
		return NAME;
	/* rdataTXT: RFC 8427 2.4, kdig +json */
	if (span_one_of(word, "value values content contents record records "
			      "data text txtdata rdataTXT rrdatas "
			      "resource_records"))
		return VALUE;
	return ELSEWHERE;
}

/* --- strings ------------------------------------------------------------- */

static unsigned char peek(const struct reader *r, size_t ahead)
{
	return r->at + ahead < r->text.n ? r->text.p[r->at + ahead] : 0;
}

static bool at_end(const struct reader *r)
{
	return r->at >= r->text.n;
}

static void put_byte(struct reader *r, unsigned char c)
{
	buf_put(&r->string, span_of(&c, 1));
}

/* Append the character in UTF-8. Halves of surrogate pairs need no care: none
 * of the typographic quotes that are looked for later has two. */
static void put_point(struct reader *r, unsigned code)
{
	if (code >= 0x800) {
		put_byte(r, (unsigned char)(0xe0 | code >> 12));
		put_byte(r, (unsigned char)(0x80 | (code >> 6 & 0x3f)));
	} else if (code >= 0x80) {
		put_byte(r, (unsigned char)(0xc0 | code >> 6));
	}
	put_byte(r, (unsigned char)(code < 0x80 ? code : 0x80 | (code & 0x3f)));
}

/* RFC 8259 7; any other escape means its character, as "\;" of octoDNS. */
static void put_escape(struct reader *r)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	unsigned char c = peek(r, 1);
	const char *known = c ? strchr(from, c) : NULL;
	unsigned code = 0;

	r->at += 2;
	if (r->at > r->text.n)
		return;
	if (c != 'u') {
		put_byte(r, known ? (unsigned char)to[known - from] : c);
		return;
	}
	for (size_t i = 0; i < 4; i++, r->at++) {
		int digit = ascii_hex(peek(r, 0));

		if (digit < 0)
			break;
		code = code * 16 + (unsigned)digit;
	}
	put_point(r, code);
}

static bool is_doubled(const struct reader *r, unsigned char quote)
{
	return quote == '\'' && peek(r, 1) == '\'';
}

static void read_string(struct reader *r)
{
	unsigned char quote = peek(r, 0);

	buf_reset(&r->string);
	r->at++;
	while (!at_end(r) && (peek(r, 0) != quote || is_doubled(r, quote))) {
		/* YAML: '' is one quote */
		r->at += peek(r, 0) == quote;
		r->line += peek(r, 0) == '\n';
		if (peek(r, 0) == '\\' && (quote == '"' || peek(r, 1) == ';')) {
			put_escape(r);
		} else {
			put_byte(r, peek(r, 0));
			r->at++;
		}
	}
	r->at++;
}

static bool is_word(unsigned char c)
{
	return ascii_alpha(c) || ascii_digit(c) || (c && strchr("_.-*@\\", c));
}

static void read_word(struct reader *r)
{
	buf_reset(&r->string);
	for (; is_word(peek(r, 0)); r->at++)
		put_byte(r, peek(r, 0));
}

/* A YAML scalar without quotes: the rest of the line. */
static void read_plain(struct reader *r)
{
	buf_reset(&r->string);
	for (; !at_end(r) && peek(r, 0) != '\n'; r->at++)
		if (peek(r, 0) != '\\' || peek(r, 1) != ';')
			put_byte(r, peek(r, 0));
	r->string.n = span_trim(buf_span(&r->string)).n;
}

/* --- records ------------------------------------------------------------- */

/* Append the text of a value: strings in quotes, as Route 53 and Cloudflare
 * have them, or plain, where Terraform puts "" between two strings. */
static void put_value(struct reader *r, struct scan_record *rec)
{
	struct span s = buf_span(&r->string);
	struct zone_lexer w = { 0 };
	size_t at = 0, line = 1;

	if (span_starts(s, SPAN("\"")) && zone_lexer_next(&w, s, &at, &line)) {
		scan_add_strings(rec, &w, 0);
	} else {
		for (; s.n; s = span_from(s, 1)) {
			if (span_starts(s, SPAN("\"\"")))
				s = span_from(s, 2);
			buf_put(&rec->text, span_head(s, 1));
		}
	}
	zone_lexer_free(&w);
}

static void take_value(struct reader *r)
{
	struct span owner = buf_span(&r->owner), none = { 0 };
	struct scan_record *rec = r->open;

	/* without an owner only what looks like a key counts */
	if (!rec && !scan_is_wanted(r->out, owner.n ? owner : SPAN("?"),
				    buf_span(&r->string)))
		return;
	if (!rec)
		rec = scan_add(r->out, r->line, owner, true, none);
	put_value(r, rec);
	r->open = r->call ? rec : NULL;
}

static void set_owner(struct reader *r)
{
	buf_reset(&r->owner);
	buf_put(&r->owner, buf_span(&r->string));
}

/* A string or word: a name that announces, or what the last name announced. */
static void take_string(struct reader *r)
{
	size_t gap = 0;

	while (ascii_wsp(peek(r, gap)))
		gap++;
	if (!r->call && (peek(r, gap) == ':' || peek(r, gap) == '=')) {
		r->at += gap + 1;
		r->place = place_of(buf_span(&r->string));
		/* octoDNS: the name is the key */
		if (r->place == ELSEWHERE && r->string.n &&
		    span_find(buf_span(&r->string), '_') < r->string.n &&
		    scan_is_wanted(r->out, buf_span(&r->string),
				   (struct span){ 0 }))
			set_owner(r);
		while (ascii_wsp(peek(r, 0)))
			r->at++;
		if (r->place == VALUE && ascii_alpha(peek(r, 0))) {
			read_plain(r);
			take_value(r);
		}
	} else if (r->place == NAME) {
		set_owner(r);
		r->place = r->call ? VALUE : ELSEWHERE;
	} else if (r->place == VALUE) {
		take_value(r);
	}
}

/* --- all ----------------------------------------------------------------- */

static void read_bare_word(struct reader *r)
{
	bool plain = r->place == VALUE && !r->call && peek(r, 0) == '-' &&
		     peek(r, 1) == ' ' && ascii_alpha(peek(r, 2));

	if (plain) { /* YAML: an item of a list */
		r->at += 2;
		read_plain(r);
		take_value(r);
		return;
	}
	read_word(r);
	if (span_eq(buf_span(&r->string), SPAN("TXT")) && peek(r, 0) == '(') {
		r->call = true;
		r->open = NULL;
		r->place = NAME;
	} else if (!r->call) {
		size_t gap = 0;

		while (ascii_wsp(peek(r, gap)))
			gap++;
		/* bare words are names of things, or numbers */
		if (peek(r, gap) == ':' || peek(r, gap) == '=' ||
		    r->place == NAME)
			take_string(r);
	}
}

static void read_piece(struct reader *r)
{
	unsigned char c = peek(r, 0);

	if (c == '"' || c == '\'') {
		read_string(r);
		take_string(r);
	} else if (is_word(c)) {
		read_bare_word(r);
	} else {
		r->line += c == '\n';
		if (c == ')') {
			r->call = false;
			r->open = NULL;
		}
		r->at++;
	}
}

void scan_data(struct span text, struct record_scan *out)
{
	struct reader r = { .text = text, .line = 1, .out = out };

	buf_init(&r.string, LIMIT_LINT_BYTES);
	buf_init(&r.owner, LIMIT_LINT_BYTES);
	while (!at_end(&r) && !out->full)
		read_piece(&r);
	buf_free(&r.owner);
	buf_free(&r.string);
}

/* "[example.com.] " begins a line of knotc, and no data. */
static bool is_listing(struct span text)
{
	size_t end = span_find(text, ']');

	return end > 1 && span_find(text, '\n') > end &&
	       text.p[end - 1] == '.' &&
	       span_starts(span_from(text, end + 1), SPAN(" "));
}

bool scan_data_is(struct span text)
{
	static const char *const begins[] = {
		"type: TXT",
		"- type: TXT",
		"type: \"TXT\"",
		"resource \"",
	};
	struct span line = { 0 };

	text = span_trim(text);
	if (text.n && (text.p[0] == '{' || text.p[0] == '['))
		return !is_listing(text);
	while (span_split(&text, '\n', &line)) {
		line = span_trim(line);
		for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
			if (span_starts(line, span_str(begins[i])))
				return true;
		/* TXT("name", ...; in a master file no comma follows */
		if (span_starts(line, SPAN("TXT(")) &&
		    (memmem(line.p, line.n, "\",", 2) ||
		     memmem(line.p, line.n, "',", 2)))
			return true;
	}
	return false;
}
