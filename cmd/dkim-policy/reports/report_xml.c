#include "report_xml.h"

#include <stdlib.h>

#include "report_library.h"

enum {
	/* Elements in elements; real reports have six levels. */
	DEPTH = 64,
	/* A tag or a comment that is not complete is scanned anew with each
	 * piece: the work is the square of its length. */
	TOKEN = 1024 * 1024,
	/* All that expat holds at a time, names of elements included, which it
	 * never forgets. */
	MEMORY = 16 * 1024 * 1024,
	/* Enough to see a declaration and its encoding. */
	START = 128,
	/* expat copies what it has not used yet of a piece. */
	PIECE = 64 * 1024,
};

/* Where in a report; UNKNOWN and what is in it are passed over. */
enum place {
	OUTSIDE,
	FEEDBACK,
	METADATA,
	DATE_RANGE,
	PUBLISHED,
	RECORD,
	ROW,
	EVALUATED,
	REASON,
	IDENTIFIERS,
	AUTH_RESULTS,
	AUTH_DKIM,
	AUTH_SPF,
	LEAF,
	UNKNOWN,
};

/* What an element is: another place, or a text. */
static const struct element {
	enum place in;
	const char *name;
	enum place place;
	enum report_field field; /* of a LEAF, or begun by the place */
} elements[] = {
	{ OUTSIDE, "feedback", FEEDBACK, REPORT_NOTHING },
	{ FEEDBACK, "record", RECORD, REPORT_NOTHING },
	{ FEEDBACK, "report_metadata", METADATA, REPORT_NOTHING },
	{ FEEDBACK, "policy_published", PUBLISHED, REPORT_NOTHING },
	{ METADATA, "org_name", LEAF, REPORT_ORG },
	{ METADATA, "report_id", LEAF, REPORT_ID },
	{ METADATA, "date_range", DATE_RANGE, REPORT_NOTHING },
	{ DATE_RANGE, "begin", LEAF, REPORT_BEGIN },
	{ DATE_RANGE, "end", LEAF, REPORT_END },
	{ PUBLISHED, "domain", LEAF, REPORT_DOMAIN },
	{ PUBLISHED, "p", LEAF, REPORT_P },
	{ PUBLISHED, "sp", LEAF, REPORT_SP },
	{ PUBLISHED, "np", LEAF, REPORT_NP },
	{ PUBLISHED, "adkim", LEAF, REPORT_ADKIM },
	{ PUBLISHED, "aspf", LEAF, REPORT_ASPF },
	{ PUBLISHED, "pct", LEAF, REPORT_PCT },
	{ PUBLISHED, "testing", LEAF, REPORT_T },
	{ PUBLISHED, "t", LEAF, REPORT_T },
	{ RECORD, "row", ROW, REPORT_NOTHING },
	{ RECORD, "identifiers", IDENTIFIERS, REPORT_NOTHING },
	{ RECORD, "identities", IDENTIFIERS, REPORT_NOTHING }, /* of 2012 */
	{ RECORD, "auth_results", AUTH_RESULTS, REPORT_NOTHING },
	{ ROW, "source_ip", LEAF, REPORT_SOURCE },
	{ ROW, "count", LEAF, REPORT_COUNT },
	{ ROW, "policy_evaluated", EVALUATED, REPORT_NOTHING },
	{ EVALUATED, "disposition", LEAF, REPORT_DISPOSITION },
	{ EVALUATED, "dkim", LEAF, REPORT_DKIM },
	{ EVALUATED, "spf", LEAF, REPORT_SPF },
	{ EVALUATED, "reason", REASON, REPORT_REASON },
	{ REASON, "type", LEAF, REPORT_TYPE },
	{ REASON, "comment", LEAF, REPORT_COMMENT },
	{ IDENTIFIERS, "header_from", LEAF, REPORT_HEADER_FROM },
	{ IDENTIFIERS, "envelope_from", LEAF, REPORT_ENVELOPE_FROM },
	{ AUTH_RESULTS, "dkim", AUTH_DKIM, REPORT_AUTH_DKIM },
	{ AUTH_RESULTS, "spf", AUTH_SPF, REPORT_AUTH_SPF },
	{ AUTH_DKIM, "domain", LEAF, REPORT_AUTH_DOMAIN },
	{ AUTH_DKIM, "selector", LEAF, REPORT_AUTH_SELECTOR },
	{ AUTH_DKIM, "result", LEAF, REPORT_AUTH_RESULT },
	{ AUTH_SPF, "domain", LEAF, REPORT_AUTH_DOMAIN },
	{ AUTH_SPF, "scope", LEAF, REPORT_AUTH_SCOPE },
	{ AUTH_SPF, "result", LEAF, REPORT_AUTH_RESULT },
	{ UNKNOWN, "", UNKNOWN, REPORT_NOTHING }, /* the end */
};

struct report_xml {
	XML_Parser expat;
	struct report_taker taker;
	uint64_t max;	 /* bytes at most */
	uint64_t put, n; /* bytes that came, and those given to expat */
	size_t memory;	 /* bytes that expat has */

	unsigned char start[START]; /* of the text, until expat is made */
	size_t started;

	unsigned char first[UNKNOWN]; /* element of each place */
	enum place place[DEPTH];
	size_t depth;
	size_t unknown; /* levels inside of UNKNOWN or LEAF */
	char *prefix;	/* of the root element, with ":"; owned; or NULL */
	size_t prefix_n;
	enum report_field field; /* of the LEAF that is open */

	struct buf text, head, record;
	enum status st; /* first error of a callback */
	struct diag why;
};

/* --- memory of expat -------------------------------------------------------*/

/* expat passes no context to these three: the report that runs in this thread.
 */
static _Thread_local struct report_xml *running;

static void *expat_realloc(void *old, size_t n)
{
	size_t *block = old ? (size_t *)old - 2 : NULL;
	size_t had = block ? *block : 0;

	if (n > MEMORY || running->memory - had + n > MEMORY)
		return NULL;
	/* two words keep the alignment; without memory OLD stays */
	size_t *grown = realloc(block, n + 2 * sizeof(size_t));

	if (!grown)
		return NULL;
	running->memory = running->memory - had + n;
	*grown = n;
	return grown + 2;
}

static void *expat_malloc(size_t n)
{
	return expat_realloc(NULL, n);
}

static void expat_free(void *old)
{
	size_t *block = old ? (size_t *)old - 2 : NULL;

	if (!block)
		return;
	running->memory -= *block;
	free(block);
}

/* --- what expat reports ----------------------------------------------------*/

static void fail(struct report_xml *x, enum status st)
{
	x->st = st;
	(void)XML_StopParser(x->expat, XML_FALSE); /* it may be stopped */
}

static bool same_name(const char *a, const char *lower)
{
	for (; *lower; a++, lower++)
		if (ascii_lower((unsigned char)*a) != (unsigned char)*lower)
			return false;
	return *a == 0;
}

/* The element NAME in the place IN; its entries are beside each other. */
static const struct element *find_local(const struct report_xml *x,
					enum place in, const char *name)
{
	for (size_t i = x->first[in]; elements[i].in == in; i++)
		if (same_name(name, elements[i].name))
			return &elements[i];
	return NULL;
}

/* The same where NAME may have the prefix of the root element. With another
 * prefix it is of an extension (RFC 9990 5). */
static const struct element *find_element(struct report_xml *x, enum place in,
					  const char *name)
{
	const struct element *e = find_local(x, in, name);
	const char *colon = e ? NULL : strrchr(name, ':');

	if (!colon)
		return e;
	if (x->depth == 0) {
		x->prefix_n = (size_t)(colon - name) + 1;
		x->prefix = mem_copy(name, x->prefix_n);
	}
	return x->prefix && strncmp(name, x->prefix, x->prefix_n) == 0
		       ? find_local(x, in, name + x->prefix_n)
		       : NULL;
}

/* Of a LEAF; expat does not call it for the blanks between elements. */
static void add_text(void *ctx, const XML_Char *s, int n)
{
	struct report_xml *x = ctx;

	if (x->unknown || x->st != ST_OK)
		return;
	if (buf_add(&x->text, span_of(s, (size_t)n)) != ST_OK)
		fail(x, diag_set(&x->why, ST_LIMIT, "RFC 9990 3.1.1",
				 "an element has more than %d bytes of text",
				 REPORT_TEXT));
}

static void begin_element(void *ctx, const XML_Char *name,
			  const XML_Char **attributes)
{
	struct report_xml *x = ctx;
	enum place in = x->depth ? x->place[x->depth - 1] : OUTSIDE;

	(void)attributes;
	if (x->st != ST_OK)
		return;
	if (x->unknown || in == LEAF) {
		if (x->unknown++ == DEPTH)
			fail(x, diag_set(&x->why, ST_LIMIT, "RFC 9990 A",
					 "elements are nested too deeply"));
		return;
	}
	const struct element *e = find_element(x, in, name);

	if (!e && in == OUTSIDE) {
		fail(x, diag_set(&x->why, ST_SYNTAX, "RFC 9990 3.1.1.1",
				 "not a DMARC aggregate report: the root "
				 "element is \"%.60s\"",
				 name));
		return;
	}
	if (!e) {
		x->unknown = 1;
		return;
	}
	x->place[x->depth++] = e->place; /* the table has six levels */
	buf_reset(&x->text);
	x->field = e->field;
	if (e->place == LEAF)
		XML_SetCharacterDataHandler(x->expat, add_text);
	else if (e->place == RECORD)
		buf_reset(&x->record);
	else if (e->field != REPORT_NOTHING &&
		 report_item(&x->record, e->field, SPAN("")) != ST_OK)
		fail(x, diag_set(&x->why, ST_LIMIT, "RFC 9990 3.1.1.7",
				 "a record is too large"));
}

static void end_element(void *ctx, const XML_Char *name)
{
	struct report_xml *x = ctx;
	enum status st = ST_OK;

	(void)name;
	if (x->st != ST_OK)
		return;
	if (x->unknown) {
		x->unknown--;
		return;
	}
	enum place place = x->place[--x->depth];

	if (place == LEAF)
		XML_SetCharacterDataHandler(x->expat, NULL);
	struct buf *items = x->field < REPORT_HEAD_FIELDS ? &x->head
							  : &x->record;

	if (place == LEAF &&
	    report_item(items, x->field, span_trim(buf_span(&x->text))) !=
		    ST_OK)
		st = diag_set(&x->why, ST_LIMIT, "RFC 9990 3.1.1",
			      "a record or the metadata are too large");
	else if (place == RECORD)
		st = x->taker.record(x->taker.ctx, buf_span(&x->record),
				     &x->why);
	if (st != ST_OK)
		fail(x, st);
}

static void refuse_doctype(void *ctx, const XML_Char *name,
			   const XML_Char *system, const XML_Char *public,
			   int subset)
{
	struct report_xml *x = ctx;

	(void)name;
	(void)system;
	(void)public;
	(void)subset;
	fail(x, diag_set(&x->why, ST_SYNTAX, "RFC 9990 8.1",
			 "it has a document type declaration, and entities "
			 "are not read"));
}

/* windows-1252 from 0x80 to 0x9f; -1: no character. */
static const int windows[32] = {
	0x20ac, -1,	0x201a, 0x192,	0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6,	0x2030, 0x160,	0x2039, 0x152,	-1,	0x17d,	-1,
	-1,	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x2dc,	0x2122, 0x161,	0x203a, 0x153,	-1,	0x17e,	0x178,
};

/* expat knows UTF-8, UTF-16, ISO 8859-1 and ASCII. Of all others but Windows'
 * only ASCII is read: names, numbers and results have nothing else. */
static int other_encoding(void *ctx, const XML_Char *name, XML_Encoding *out)
{
	bool western = same_name(name, "windows-1252") ||
		       same_name(name, "cp1252");

	(void)ctx;
	for (int i = 0; i < 256; i++)
		out->map[i] = i < 0x80	 ? i
			      : !western ? -1
			      : i < 0xa0 ? windows[i - 0x80]
					 : i;
	out->data = NULL;
	out->convert = NULL;
	out->release = NULL;
	return XML_STATUS_OK;
}

/* --- the text ------------------------------------------------------------- */

struct report_xml *report_xml_new(uint64_t max, struct report_taker taker)
{
	struct report_xml *x = mem_alloc(sizeof(*x));

	for (size_t i = sizeof(elements) / sizeof(*elements) - 1; i--;)
		x->first[elements[i].in] = (unsigned char)i;
	x->taker = taker;
	x->max = max;
	buf_init(&x->text, REPORT_TEXT);
	buf_init(&x->head, REPORT_HEAD);
	buf_init(&x->record, REPORT_RECORD);
	return x;
}

/* LENIENT: .NET declares UTF-16 and writes UTF-8. Bytes that begin with "<" and
 * no NUL are not UTF-16, so that what is declared is not so. Others write utf8
 * for UTF-8, which is no registered name (RFC 3629 8). */
static const char *true_encoding(struct span start)
{
	struct span s = span_unmarked(start);

	return span_starts(s, SPAN("<?xml")) &&
			       (span_search(s, SPAN("utf-16")) < s.n ||
				span_search(s, SPAN("=\"utf8\"")) < s.n ||
				span_search(s, SPAN("='utf8'")) < s.n)
		       ? "UTF-8"
		       : NULL;
}

static enum status create(struct report_xml *x, struct diag *why)
{
	static const XML_Memory_Handling_Suite memory = { expat_malloc,
							  expat_realloc,
							  expat_free };
	const char *encoding = true_encoding(span_of(x->start, x->started));

	running = x;
	x->expat = XML_ParserCreate_MM(encoding, &memory, NULL);
	if (!x->expat)
		return diag_set(why, ST_OS, NULL, "expat cannot be started");
	XML_SetUserData(x->expat, x);
	XML_SetElementHandler(x->expat, begin_element, end_element);
	XML_SetStartDoctypeDeclHandler(x->expat, refuse_doctype);
	XML_SetUnknownEncodingHandler(x->expat, other_encoding, NULL);
	return ST_OK;
}

/* What expat or a callback found. */
static enum status failed(struct report_xml *x, struct diag *why)
{
	enum XML_Error error = XML_GetErrorCode(x->expat);
	unsigned long line = (unsigned long)XML_GetCurrentLineNumber(x->expat);

	if (x->st != ST_OK && x->st != ST_SYNTAX && x->st != ST_LIMIT) {
		if (why)
			*why = x->why;
		return x->st;
	}
	if (x->st != ST_OK)
		return diag_set(why, x->st, x->why.where, "line %lu: %.300s",
				line, x->why.text);
	if (error == XML_ERROR_NO_MEMORY)
		return diag_set(why, ST_LIMIT, "RFC 9990 8.1",
				"line %lu: it needs more than %d bytes of "
				"memory",
				line, MEMORY);
	if (error == XML_ERROR_NO_ELEMENTS)
		return diag_set(why, ST_SYNTAX, "RFC 9990 3.1.1.1",
				"it is cut short, or has no element");
	return diag_set(why, ST_SYNTAX, "RFC 9990 3.1.1",
			"line %lu: not well-formed XML: %s", line,
			XML_ErrorString(error));
}

static enum status parse(struct report_xml *x, struct span s, bool last,
			 struct diag *why)
{
	running = x;
	enum XML_Status ok = XML_Parse(x->expat, (const char *)s.p, (int)s.n,
				       last ? XML_TRUE : XML_FALSE);

	x->n += s.n;
	if (ok == XML_STATUS_ERROR || x->st != ST_OK)
		return failed(x, why);
	/* -1 before the first tag */
	XML_Index at = XML_GetCurrentByteIndex(x->expat);

	if (!last && at >= 0 && x->n - (uint64_t)at > TOKEN)
		return diag_set(why, ST_LIMIT, "RFC 9990 8.1",
				"a tag or comment of more than %d bytes",
				TOKEN);
	return ST_OK;
}

/* LENIENT: blank lines before the XML declaration, which XML does not allow,
 * are passed over. */
static struct span after_blanks(struct report_xml *x, struct span s)
{
	while (x->started == 0 && s.n &&
	       (ascii_wsp(s.p[0]) || s.p[0] == '\r' || s.p[0] == '\n'))
		s = span_from(s, 1);
	return s;
}

/* Make expat once enough of the text is there to choose its encoding. */
static enum status begin_text(struct report_xml *x, struct span *chunk,
			      bool last, struct diag *why)
{
	*chunk = after_blanks(x, *chunk);
	struct span s = span_head(*chunk, START - x->started);

	if (s.n)
		memcpy(x->start + x->started, s.p, s.n);
	x->started += s.n;
	*chunk = span_from(*chunk, s.n);
	if (x->started < START && !last)
		return ST_OK;
	enum status st = create(x, why);

	return st == ST_OK ? parse(x, span_of(x->start, x->started), false, why)
			   : st;
}

enum status report_xml_put(struct report_xml *x, struct span chunk,
			   struct diag *why)
{
	enum status st = ST_OK;

	if (chunk.n > x->max - x->put)
		return diag_set(why, ST_LIMIT, "RFC 9990 8.1",
				"more than %llu bytes unpacked (--max-size)",
				(unsigned long long)x->max);
	x->put += chunk.n;
	if (!x->expat)
		st = begin_text(x, &chunk, false, why);
	while (st == ST_OK && chunk.n) {
		st = parse(x, span_head(chunk, PIECE), false, why);
		chunk = span_from(chunk, PIECE);
	}
	return st;
}

enum status report_xml_end(struct report_xml *x, struct diag *why)
{
	struct span none = { 0 };
	enum status st = x->expat ? ST_OK : begin_text(x, &none, true, why);

	return st == ST_OK ? parse(x, none, true, why) : st;
}

struct span report_xml_head(const struct report_xml *x)
{
	return buf_span(&x->head);
}

void report_xml_free(struct report_xml *x)
{
	if (!x)
		return;
	running = x;
	if (x->expat)
		XML_ParserFree(x->expat);
	buf_free(&x->text);
	buf_free(&x->head);
	buf_free(&x->record);
	free(x->prefix);
	free(x);
}
