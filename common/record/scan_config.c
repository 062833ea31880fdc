#include "record_scan.h"
#include "zone_lexer.h"

static const struct span none = { 0 };

/* The list for a record, and its line. */
struct target {
	struct record_scan *out;
	size_t line;
};

/* Add a record with the words of W from number FROM on; OWNER is relative to
 * ZONE. */
static void add_words(const struct target *t, const struct zone_lexer *w,
		      size_t from, struct span owner, struct span zone)
{
	if (span_ends(zone, SPAN(".")))
		zone = span_head(zone, zone.n - 1);
	/* pdnsutil takes names with and without the zone */
	if (zone.n && span_ends(owner, zone))
		zone = none;
	scan_add_strings(scan_add(t->out, t->line, owner, zone.n == 0, zone), w,
			 from);
	scan_keep_wanted(t->out);
}

/* The words of LINE, without single quotes, which a shell or a configuration
 * file removes. */
static bool words_of(struct span line, struct zone_lexer *w)
{
	struct buf plain;
	size_t at = 0, n = 1;
	bool some, quoted = false;

	buf_init(&plain, LIMIT_LINT_BYTES);
	for (size_t i = 0; i < line.n; i++) {
		quoted ^= line.p[i] == '"' && !(i && line.p[i - 1] == '\\');
		if (line.p[i] != '\'' || quoted)
			buf_put(&plain, span_head(span_from(line, i), 1));
	}
	some = zone_lexer_next(w, buf_span(&plain), &at, &n) && w->n > 0;
	buf_free(&plain);
	return some;
}

/* Lines of these begin with a word that nothing else begins with. */
static bool is_of_words(struct span line)
{
	return span_one_of(span_head(line, span_find(line, ' ')),
			   "update knotc zone-set zone-begin zone-commit "
			   "pdnsutil local-data:");
}

/*   update add NAME TTL [CLASS] TXT "..."                      nsupdate
 *   local-data: 'NAME [TTL] [CLASS] TXT "..."'                 unbound
 *   [knotc] zone-set ZONE NAME [TTL] TXT "\"...\""
 *   pdnsutil add-record|replace-rrset ZONE NAME TXT [TTL] "..." */
static void read_words(const struct target *t, const struct zone_lexer *w)
{
	size_t txt = 0, first = zone_lexer_is(w, 0, "knotc");
	bool knotc = zone_lexer_is(w, first, "zone-set");
	bool pdnsutil = zone_lexer_is(w, 0, "pdnsutil");
	size_t owner = w->n, zone = owner, at = 0, line = 1;
	struct zone_lexer inner = { 0 };
	struct span rdata;
	uint64_t ttl;

	while (txt < w->n && !zone_lexer_is(w, txt, "TXT"))
		txt++;
	rdata = zone_lexer_get(w, txt + 1);
	if (zone_lexer_is(w, 0, "update") && zone_lexer_is(w, 1, "add")) {
		owner = 2;
	} else if (zone_lexer_is(w, 0, "local-data:")) {
		owner = 1;
	} else if (knotc) {
		zone = first + 1;
		owner = first + 2;
	} else if (pdnsutil && txt >= 2) {
		zone = txt - 2;
		owner = txt - 1;
	}
	if (txt == w->n || owner >= txt)
		return;
	if (knotc && span_starts(rdata, SPAN("\"")) &&
	    zone_lexer_next(&inner, rdata, &at, &line)) {
		add_words(t, &inner, 0, zone_lexer_get(w, owner),
			  zone_lexer_get(w, zone));
		zone_lexer_free(&inner);
		return;
	}
	if (pdnsutil && txt + 2 < w->n && !w->v[txt + 1].quoted &&
	    span_u64(rdata, &ttl))
		txt++;
	add_words(t, w, txt + 1, zone_lexer_get(w, owner),
		  zone_lexer_get(w, zone));
}

/* --- dnsmasq ------------------------------------------------------------- */

/* txt-record=NAME[,TEXT],TEXT; a TEXT may be in quotes */
static void read_dnsmasq(const struct target *t, struct span rest)
{
	size_t comma = span_find(rest, ',');
	struct scan_record *rec = scan_add(
		t->out, t->line, span_trim(span_head(rest, comma)), true, none);
	bool quoted = false;

	for (rest = span_from(rest, comma + 1); rest.n;
	     rest = span_from(rest, 1)) {
		if (rest.p[0] == '"') {
			quoted = !quoted;
			continue;
		}
		if (rest.p[0] == '\\' && quoted && rest.n > 1)
			rest = span_from(rest, 1);
		else if (rest.p[0] == ',' && !quoted)
			continue;
		buf_put(&rec->text, span_head(rest, 1));
	}
	if (quoted)
		findings_mark(&rec->findings, &FINDING_UNCLOSED);
	scan_keep_wanted(t->out);
}

static bool is_dnsmasq(struct span line)
{
	struct span word = span_head(line, span_find(line, '='));

	return word.n < line.n && span_eq(span_trim(word), SPAN("txt-record"));
}

/* --- tinydns ------------------------------------------------------------- */

/* Append the next field, in which \NNN is octal. */
static void take_field(struct span *rest, struct buf *out)
{
	struct span s = span_head(*rest, span_find(*rest, ':'));

	*rest = span_from(*rest, s.n + 1);
	while (s.n) {
		unsigned char c = s.p[0];
		size_t n = 1;

		if (c == '\\' && s.n > 3) {
			c = (unsigned char)((s.p[1] - '0') * 64 +
					    (s.p[2] - '0') * 8 + s.p[3] - '0');
			n = 4;
		}
		buf_put(out, span_of(&c, 1));
		s = span_from(s, n);
	}
}

/* 'NAME:TEXT:TTL, or :NAME:16:RDATA:TTL with a length before each string */
static void read_tinydns(const struct target *t, struct span line)
{
	struct span rest = span_from(line, 1), data;
	struct buf name, type, text;
	struct scan_record *rec;

	buf_init(&name, LIMIT_LINT_BYTES);
	buf_init(&type, LIMIT_LINT_BYTES);
	buf_init(&text, LIMIT_LINT_BYTES);
	take_field(&rest, &name);
	if (line.p[0] == ':')
		take_field(&rest, &type);
	take_field(&rest, &text);
	data = buf_span(&text);
	if (scan_is_wanted(t->out, buf_span(&name), data) && name.n &&
	    (line.p[0] == '\'' || span_eq(buf_span(&type), SPAN("16")))) {
		rec = scan_add(t->out, t->line, buf_span(&name), true, none);
		if (line.p[0] == '\'')
			buf_put(&rec->text, data);
		while (line.p[0] == ':' && data.n) {
			buf_put(&rec->text,
				span_head(span_from(data, 1), data.p[0]));
			data = span_from(data, data.p[0] + (size_t)1);
		}
	}
	buf_free(&text);
	buf_free(&type);
	buf_free(&name);
}

/* --- all ----------------------------------------------------------------- */

static bool is_tinydns(struct span line)
{
	struct span rest = span_from(line, 1);
	size_t colon = span_find(rest, ':');

	if (line.n == 0 || colon == rest.n)
		return false;
	/* 'v=DKIM1; h=sha256:sha1' is a value in quotes */
	return (line.p[0] == '\'' && span_find(rest, '=') > colon) ||
	       (line.p[0] == ':' &&
		span_starts(span_from(rest, colon), SPAN(":16:")));
}

bool scan_config(struct span line, size_t n, struct record_scan *out)
{
	const struct target t = { out, n };
	struct zone_lexer w = { 0 };

	line = span_trim(line);
	if (is_tinydns(line))
		read_tinydns(&t, line);
	else if (is_dnsmasq(line))
		read_dnsmasq(&t, span_from(line, span_find(line, '=') + 1));
	else if (!is_of_words(line))
		return false;
	else if (words_of(line, &w))
		read_words(&t, &w);
	zone_lexer_free(&w);
	return true;
}
