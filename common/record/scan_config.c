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

static size_t find_txt(const struct zone_lexer *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (zone_lexer_is(w, i, "TXT"))
			return i;
	return w->n;
}

/* NAME [TTL] [CLASS] TXT "...", where NAME is word FROM */
static void add_record(const struct target *t, const struct zone_lexer *w,
		       size_t from, struct span zone)
{
	size_t txt = find_txt(w);

	if (txt < w->n && from < txt)
		add_words(t, w, txt + 1, zone_lexer_get(w, from), zone);
}

/* update add NAME TTL [CLASS] TXT "..." */
static void read_nsupdate(const struct target *t, const struct zone_lexer *w)
{
	if (zone_lexer_is(w, 1, "add"))
		add_record(t, w, 2, none);
}

/* [knotc] zone-set ZONE NAME [TTL] TXT "\"...\"" */
static void read_knotc(const struct target *t, const struct zone_lexer *w)
{
	size_t start = zone_lexer_is(w, 0, "knotc"), txt = find_txt(w);
	struct zone_lexer inner = { 0 };
	size_t at = 0, n = 1;

	if (!zone_lexer_is(w, start, "zone-set") || start + 2 >= txt)
		return;
	if (span_starts(zone_lexer_get(w, txt + 1), SPAN("\"")) &&
	    zone_lexer_next(&inner, zone_lexer_get(w, txt + 1), &at, &n))
		add_words(t, &inner, 0, zone_lexer_get(w, start + 2),
			  zone_lexer_get(w, start + 1));
	else
		add_record(t, w, start + 2, zone_lexer_get(w, start + 1));
	zone_lexer_free(&inner);
}

/* pdnsutil add-record|replace-rrset ZONE NAME TXT [TTL] "..." */
static void read_pdnsutil(const struct target *t, const struct zone_lexer *w)
{
	size_t txt = find_txt(w), rdata = txt + 1;
	uint64_t ignored;

	if (txt == w->n || txt < 2)
		return;
	if (rdata + 1 < w->n && !w->v[rdata].quoted &&
	    span_u64(zone_lexer_get(w, rdata), &ignored))
		rdata++;
	add_words(t, w, rdata, zone_lexer_get(w, txt - 1),
		  zone_lexer_get(w, txt - 2));
}

/* local-data: 'NAME [TTL] [CLASS] TXT "..."' */
static void read_unbound(const struct target *t, const struct zone_lexer *w)
{
	add_record(t, w, 1, none);
}

static const struct {
	const char *begins;
	void (*read)(const struct target *t, const struct zone_lexer *w);
} forms[] = {
	{ "update", read_nsupdate },	 { "knotc", read_knotc },
	{ "zone-set", read_knotc },	 { "zone-begin", read_knotc },
	{ "zone-commit", read_knotc },	 { "pdnsutil", read_pdnsutil },
	{ "local-data:", read_unbound },
};

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
		findings_mark(&rec->findings, FINDING_UNCLOSED);
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
	struct span first;
	bool ours = false;

	line = span_trim(line);
	first = span_head(line, span_find(line, ' '));
	if (is_tinydns(line)) {
		read_tinydns(&t, line);
		return true;
	}
	if (is_dnsmasq(line)) {
		read_dnsmasq(&t, span_from(line, span_find(line, '=') + 1));
		return true;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms) && !ours; i++) {
		ours = span_ieq(first, span_str(forms[i].begins));
		if (ours && words_of(line, &w))
			forms[i].read(&t, &w);
	}
	zone_lexer_free(&w);
	return ours;
}
