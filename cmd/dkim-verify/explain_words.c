#include "explain_words.h"

#include <string.h>

#include "text.h"
#include "words.h"

/* In the texts: %L lines, %O bytes, %C the number that counts, each with its
 * noun; %f field, %t tag, %a original, %k kind, %F from, %T to, %o owner; %d
 * signing domain, %s selector, %n name of the key record; %x the reason of the
 * result; %v what then verifies. */
#define LISTS_DO                                                         \
	"usual on mailing lists; the list should leave bodies alone or " \
	"rewrite From"
#define GATEWAY_DO                                                       \
	"on the gateway: verify DKIM before the change, and record the " \
	"result (dkim-verify --filter)"
#define RELAXED_DO "when signing: -c relaxed/relaxed, which ignores it"
#define PUBLISH "dkim-txt --format=zone -d %d -s %s KEYFILE"

static const struct words {
	enum cause_code code;
	const char *verdict, *cause, *act;
} words[CAUSE_CODES] = {
	{ CAUSE_FOOTER, "text was added after the body was signed",
	  "%L (%O) at the end; without them %v", LISTS_DO },
	{ CAUSE_FOOTER_PART, "text was added to a part of the body",
	  "%L (%O) inside the multipart; without them %v", LISTS_DO },
	{ CAUSE_BANNER, "text was put before the signed text",
	  "%L (%O) at the start; without them %v", GATEWAY_DO },
	{ CAUSE_LINE, "a line of the body was rewritten",
	  "a link or a word was replaced; it was \"%a\"", GATEWAY_DO },
	{ CAUSE_TRAILING, "white space at line ends was lost",
	  "white space is missing at the end of %C; with it %v", RELAXED_DO },
	{ CAUSE_TABS, "tabs became spaces", "%C; put back, %v", RELAXED_DO },
	{ CAUSE_REWRAPPED, "long lines were broken", "%C more; without them %v",
	  "when signing: keep lines below 998 bytes, or send quoted-printable "
	  "or base64" },
	{ CAUSE_REENCODED, "the transfer encoding of the body was changed",
	  "it is %T and was signed as %F",
	  "when signing: send 7bit, quoted-printable or base64, so that no "
	  "relay converts it" },
	{ CAUSE_CHARSET, "the charset of the body was converted",
	  "it is %T and was signed as %F",
	  "on the relay: convert no charsets, or only before signing" },
	{ CAUSE_FROM_QUOTED, "lines that begin with From were quoted",
	  "\">From \" for \"From \" at the start of %C; undone, %v",
	  "when signing: send quoted-printable, with \"From \" as \"=46rom "
	  "\"" },
	{ CAUSE_DOT_STUFFED, "leading dots were doubled",
	  "two dots for one at the start of %C; undone, %v",
	  "on the relay or the sending program: SMTP dot-stuffing is done once "
	  "too often" },
	{ CAUSE_DOT_UNSTUFFED, "leading dots were lost",
	  "a dot is missing at the start of %C; with it %v",
	  "on the sending program: SMTP dot-stuffing is missing (RFC 5321 "
	  "4.5.2)" },
	{ CAUSE_BLANK_LINES, "blank lines of the body were changed",
	  "%C; as they were %v",
	  "on the relay: leave blank lines alone; no canonicalization ignores "
	  "them" },
	{ CAUSE_TRUNCATED, "the end of the body is missing",
	  "%O of the end are missing",
	  "get the message again; look for a size limit or an aborted "
	  "transfer" },
	{ CAUSE_FINAL, "the very end of the body was changed",
	  "the last line end differs: %k", RELAXED_DO },
	{ CAUSE_LINES_LF, "line ends were changed to LF",
	  "LF for CRLF at the end of %C; mended, %v",
	  "look for the program that wrote LF; verify with --lf" },
	{ CAUSE_LINES_CRCRLF, "line ends were doubled to CR CR LF",
	  "CR CR LF for CRLF at the end of %C; mended, %v",
	  "look for the program that converts line ends a second time" },
	{ CAUSE_SUBJECT_TAG, "the subject was changed",
	  "\"%t\" was added to it",
	  "on the list: no subject prefix; when signing: --headers=list-safe "
	  "leaves Subject unsigned" },
	{ CAUSE_SUBJECT_UNTAG, "the subject was changed",
	  "\"%t\" was taken out of it",
	  "on the list or gateway: leave the subject alone" },
	{ CAUSE_SUBJECT_SPAM, "the subject was marked as spam",
	  "\"%t\" was added to it",
	  "on the filter: mark spam in a field of its own, not in Subject" },
	{ CAUSE_REFOLDED, "the lines of %f were folded differently",
	  "as they were %v", RELAXED_DO },
	{ CAUSE_NAME_CASE, "the name of %f was written differently",
	  "only the case of its letters differs", RELAXED_DO },
	{ CAUSE_WHITESPACE, "white space in %f was changed", "as it was %v",
	  RELAXED_DO },
	{ CAUSE_VALUE, "%f was changed", "it was \"%a\"",
	  "on the list or relay: leave %f alone, or sign again after the "
	  "change" },
	{ CAUSE_DROPPED, "%f was removed", "it was signed and is missing",
	  "on the relay: keep %f; when signing: sign it only if it stays" },
	{ CAUSE_ADDED, "%f was added although h= oversigns it", "without it %v",
	  "on the relay: add no %f; when signing: name %f in --headers only as "
	  "often as it occurs" },
	{ CAUSE_REORDERED, "fields of one name changed places (%f)",
	  "in their old order they verify",
	  "on the relay: keep the order of fields" },
	{ CAUSE_ENCODED_WORD, "8-bit text in %f was encoded", "it was \"%a\"",
	  "when signing: encode header text before signing (RFC 2047)" },
	{ CAUSE_CONTENT_TYPE, "Content-Type was written differently",
	  "it was \"%a\"",
	  "on the relay: leave MIME fields alone, or sign again after the "
	  "change" },
	{ CAUSE_SIGNATURE, "the DKIM-Signature field is damaged",
	  "%t= differs from what was signed",
	  "look for the program that rewrote the field, or the copy that "
	  "damaged it" },
	{ CAUSE_WRONG_KEY,
	  "DNS publishes a different key than the one that signed",
	  "the key at %n does not open b=",
	  "compare: dkim-txt --check -d %d -s %s -k KEYFILE" },
	{ CAUSE_KEY_TRUNCATED, "the key in DNS is cut off",
	  "p= at %n ends in the middle of the key",
	  "publish it as several strings: " PUBLISH },
	{ CAUSE_KEY_MANGLED, "the key record in DNS is damaged",
	  "%k in the record at %n", "publish it again: " PUBLISH },
	{ CAUSE_REVOKED, "the key was revoked", "p= at %n is empty",
	  "nothing for old mail; new mail: sign with a key that is published, "
	  "with a selector of its own" },
	{ CAUSE_NO_KEY, "there is no key in DNS", "no key record at %n%o",
	  "publish it: " PUBLISH },
	{ CAUSE_EXPIRED, "%x", "%v",
	  "nothing if it arrived in time: --at=received checks it as of its "
	  "arrival" },
	{ CAUSE_OTHER_CANON, "the signer hashed the body in the wrong form",
	  "bh= is the hash of the %k form, c= names the other; nothing was "
	  "changed in transit",
	  "on the signer: update the program that signs; nothing on the way "
	  "can help" },
};

static const struct words *words_of(const struct cause *c)
{
	const struct words *w = words;

	while (w->code != c->code)
		w++;
	return w;
}

/* -- details --------------------------------------------------------------- */

static const struct detail *detail_of(const struct cause *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->detail[i].name, name) == 0)
			return &c->detail[i];
	return NULL;
}

static void put_text(const struct cause *c, const char *name, struct buf *out)
{
	const struct detail *d = detail_of(c, name);
	struct span text = d ? buf_span(&d->text) : SPAN("");

	text_put(out, span_head(text, 80));
	if (text.n > 80)
		buf_put(out, SPAN("..."));
}

static void put_count(int64_t n, const char *noun, struct buf *out)
{
	buf_putf(out, "%lld %s%s", (long long)n, noun, n == 1 ? "" : "s");
}

static void put_number(const struct cause *c, const char *name,
		       const char *noun, struct buf *out)
{
	const struct detail *d = detail_of(c, name);

	if (d && d->kind == DETAIL_NUMBER)
		put_count(d->number, noun, out);
	else
		buf_putf(out, "some %ss", noun);
}

/* The number of edits, with what they are. */
static void put_edits(const struct cause *c, struct buf *out)
{
	const struct detail *blank = detail_of(c, "blank_lines");

	if (blank && blank->kind == DETAIL_NUMBER) {
		int64_t n = blank->number;

		put_count(n < 0 ? -n : n, "blank line", out);
		buf_put(out, n < 0 ? SPAN(" fewer") : SPAN(" more"));
	} else if (detail_of(c, "breaks")) {
		put_number(c, "breaks", "line break", out);
	} else if (detail_of(c, "tabs")) {
		put_number(c, "tabs", "tab", out);
	} else {
		put_number(c, "lines", "line", out);
	}
}

static const char *then_verifies(const struct explanation *e,
				 const struct cause *c)
{
	if (c->code == CAUSE_EXPIRED)
		return e->header == CHECK_VERIFIES && e->body == CHECK_VERIFIES
			       ? "header and body verify otherwise"
			       : "header or body does not verify either";
	if (e->part == PART_BODY && e->header == CHECK_MODIFIED)
		return "that part verifies";
	return "the signature verifies";
}

/* NAME without a byte of the message, for explain_reason. */
static struct span field_word(struct span name)
{
	static const char known[] =
		"From|Subject|Date|To|Cc|Reply-To|Sender|Message-ID|References|"
		"In-Reply-To|MIME-Version|Content-Type|List-Id|List-Post|"
		"Content-Transfer-Encoding|DKIM-Signature";
	struct span rest = span_str(known), word;

	while (span_split(&rest, '|', &word))
		if (span_ieq(name, word))
			return word;
	return SPAN("a field");
}

static void put_word(char letter, const struct verdict *v,
		     const struct explanation *e, const struct cause *c,
		     struct buf *out)
{
	static const struct {
		char letter;
		const char *detail;
	} texts[] = {
		{ 'f', "field" }, { 't', "tag" },	{ 'a', "original" },
		{ 'k', "kind" },  { 'k', "signed_as" }, { 'F', "from" },
		{ 'T', "to" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (texts[i].letter == letter)
			put_text(c, texts[i].detail, out);
	if (letter == 'L')
		put_number(c, "lines", "line", out);
	else if (letter == 'O')
		put_number(c, "octets", "byte", out);
	else if (letter == 'C')
		put_edits(c, out);
	else if (letter == 'o' && detail_of(c, "owner"))
		buf_put(out, SPAN("; there is one at "));
	else if (letter == 'd')
		text_put(out, v->sig.text_d);
	else if (letter == 's')
		text_put(out, v->sig.text_s);
	else if (letter == 'n')
		text_put(out, span_str(e->owner.text));
	else if (letter == 'x')
		text_put(out, span_str(v->why.text));
	else if (letter == 'v')
		buf_put(out, span_str(then_verifies(e, c)));
	if (letter == 'o')
		put_text(c, "owner", out);
}

static void put_template(const char *text, const struct verdict *v,
			 const struct explanation *e, const struct cause *c,
			 struct buf *out)
{
	for (; *text; text++)
		if (*text == '%')
			put_word(*++text, v, e, c, out);
		else
			buf_put(out, span_of(text, 1));
}

/* -- sentences ------------------------------------------------------------- */

void explain_what(const struct verdict *v, const struct explanation *e,
		  const struct cause *c, struct buf *out)
{
	put_template(words_of(c)->verdict, v, e, c, out);
}

void explain_verdict(const struct verdict *v, const struct explanation *e,
		     struct buf *out)
{
	if (e->causes.n)
		explain_what(v, e, &e->causes.v[0], out);
	else if (e->header == CHECK_MODIFIED && e->body == CHECK_MODIFIED)
		buf_put(out, SPAN("header and body were modified"));
	else if (e->header == CHECK_MODIFIED)
		buf_put(out, SPAN("the signed header fields were modified"));
	else if (e->body == CHECK_MODIFIED)
		buf_put(out, SPAN("the body was modified"));
	else
		words_reason(v, out);
}

void explain_cause(const struct verdict *v, const struct explanation *e,
		   const struct cause *c, struct buf *out)
{
	const struct detail *octets = detail_of(c, "octets");

	if (c->code == CAUSE_TRUNCATED && octets &&
	    octets->kind != DETAIL_NUMBER)
		buf_put(out, SPAN("the boundary that ends a multipart is "
				  "missing"));
	else if (c->code == CAUSE_WRONG_KEY && detail_of(c, "kind"))
		put_template("the key at %n is of another type than a= names",
			     v, e, c, out);
	else if (c->code == CAUSE_KEY_TRUNCATED && e->record.n == 255)
		buf_put(out, SPAN("the record is one string of exactly 255 "
				  "characters; p= ends in the middle of the "
				  "key"));
	else
		put_template(c->code == CAUSE_VALUE && !c->proven
				     ? "%f looks like that of a list or a relay"
				     : words_of(c)->cause,
			     v, e, c, out);
	buf_put(out, c->proven			  ? SPAN(" (proven)")
		     : c->code == CAUSE_WRONG_KEY ? SPAN(" (likely; else b= "
							 "was damaged)")
						  : SPAN(" (likely)"));
}

/* Is the canonicalization that C is about relaxed already? */
static bool is_relaxed(const struct verdict *v, const struct cause *c)
{
	bool header = c->code == CAUSE_REFOLDED || c->code == CAUSE_NAME_CASE ||
		      c->code == CAUSE_WHITESPACE;

	return (header ? v->sig.header : v->sig.body) == CANON_RELAXED;
}

void explain_act(const struct verdict *v, const struct explanation *e,
		 const struct cause *c, struct buf *out)
{
	const char *act = words_of(c)->act;

	if (c->code == CAUSE_NO_KEY && detail_of(c, "owner"))
		act = "move the record to %n";
	else if (c->code == CAUSE_VALUE &&
		 span_ieq(cause_detail(c, "field"), SPAN("From")))
		act = "usual on mailing lists, because of DMARC; the list "
		      "should sign with its own domain";
	else if (c->code == CAUSE_EXPIRED && e->header != CHECK_VERIFIES)
		act = "on the receiver: treat it as not signed; when signing: "
		      "a later x=, or none";
	else if (strcmp(act, RELAXED_DO) == 0 && is_relaxed(v, c))
		act = "on the relay: leave white space alone; relaxed does not "
		      "ignore this change";
	put_template(act, v, e, c, out);
}

void explain_reason(const struct verdict *v, const struct explanation *e,
		    struct buf *out)
{
	const struct cause *c = e->causes.v;
	struct buf all;

	if (e->causes.n == 0)
		return;
	buf_init(&all, LIMIT_DIAG);
	if (!c->proven)
		buf_put(&all, SPAN("likely: "));
	for (const char *at = words_of(c)->verdict; *at; at++)
		if (*at != '%')
			buf_put(&all, span_of(at, 1));
		else if (*++at == 'f')
			buf_put(&all, field_word(cause_detail(c, "field")));
		else
			put_word(*at, v, e, c, &all);
	/* without the date of an expiry */
	buf_put(out, span_trim(span_head(buf_span(&all),
					 span_find(buf_span(&all), '('))));
	buf_free(&all);
}

/* -- what a message shows -------------------------------------------------- */

static void put_next(struct buf *out)
{
	if (out->n)
		buf_put(out, SPAN("; "));
}

/* How far the body's size, in UNIT, is from what the field NAME says: IS, or
 * OTHER with the other line ends. */
static void put_size(const struct fields *f, const char *name, const char *unit,
		     uint64_t is, uint64_t other, struct buf *out)
{
	const struct field *field = fields_find(f, span_str(name), 0);
	uint64_t said;

	if (!field || !span_u64(span_trim(field->value), &said) ||
	    said > INT64_MAX)
		return;
	uint64_t n = said == other ? other : is;

	put_next(out);
	if (said == n)
		buf_putf(out, "the body is as long as %s says", name);
	else
		buf_putf(out, "the body is %llu %s %s than %s says",
			 (unsigned long long)(n > said ? n - said : said - n),
			 unit, n > said ? "longer" : "shorter", name);
}

/* What programs add that change messages, or the beginning of its names. */
static const char traces[] =
	"List-Id|List-Unsubscribe|X-Mailman-Version|X-Google-Group-Id|"
	"X-Original-From|X-Original-Subject|X-MIME-Autoconverted|"
	"X-Content-Filtered-By|X-Spam-|X-Virus-|X-Amavis-|X-Proofpoint-|"
	"X-Mimecast-|X-Barracuda-|X-MS-Exchange-Organization-|X-IronPort-|"
	"X-Forwarded-|Resent-From";

static bool has(const struct fields *f, struct span name)
{
	bool prefix = span_ends(name, SPAN("-"));

	for (size_t i = 0; i < f->n; i++)
		if (span_ieq(prefix ? span_head(f->v[i].name, name.n)
				    : f->v[i].name,
			     name))
			return true;
	return false;
}

static void put_traces(const struct fields *f, struct buf *out)
{
	struct span rest = span_str(traces), name;
	bool converted = false;
	size_t n = 0;

	/* as in "Received: (converted by ..., convert rfc822-to-8bit)" */
	for (size_t i = 0; i < f->n; i++)
		converted |=
			span_ieq(f->v[i].name, SPAN("Received")) &&
			span_search(f->v[i].value, SPAN("convert rfc822-to-")) <
				f->v[i].value.n;
	if (converted) {
		put_next(out);
		buf_put(out, SPAN("a relay converted the transfer encoding"));
	}
	while (span_split(&rest, '|', &name)) {
		if (!has(f, name))
			continue;
		if (n == 0)
			put_next(out);
		buf_put(out, n++ ? SPAN(", ")
				 : SPAN("there are fields of a list or "
					"gateway: "));
		buf_put(out, name);
		buf_put(out, span_ends(name, SPAN("-")) ? SPAN("*") : SPAN(""));
	}
}

void explain_known(const struct explained *e, struct buf *out)
{
	uint64_t crlf = e->body_octets, lines = e->body_lines;
	uint64_t lf = crlf - lines;
	bool unix_lines = msg_facts(e->msg)->unix_lines;

	put_size(e->fields, "Content-Length", "bytes", unix_lines ? lf : crlf,
		 unix_lines ? crlf : lf, out);
	put_size(e->fields, "Lines", "lines", lines, lines, out);
	put_traces(e->fields, out);
}
