#include "explain_spell.h"

/* -- white space and case ---------------------------------------------------
 */

/* VALUE with each fold written as FOLD; with BLANKS its white space, too. */
static void refold(struct spellings *s, const struct field *f, const char *fold,
		   bool blanks)
{
	struct span v = f->value;
	struct buf out;

	buf_init(&out, 4 * v.n + 64);
	for (size_t i = 0; i < v.n; i++) {
		if (!span_starts(span_from(v, i), SPAN("\r\n"))) {
			buf_put(&out, span_of(v.p + i, 1));
			continue;
		}
		buf_put(&out, span_str(fold));
		i += 1;
		while (blanks && i + 1 < v.n && ascii_wsp(v.p[i + 1]))
			i++;
	}
	struct span text = buf_span(&out);

	spell_add(s, f->name, span_trim(text));
	if (s->simple) {
		struct buf raw;

		buf_init(&raw, f->raw.n + text.n);
		buf_put(&raw, span_head(f->raw, (size_t)(v.p - f->raw.p)));
		buf_put(&raw, text);
		buf_put(&raw, SPAN("\r\n"));
		spell_raw(s, buf_span(&raw));
		buf_free(&raw);
	}
	buf_free(&out);
}

/* Unfolded, then broken at the last blank before WIDTH. */
static void fill(struct spellings *s, const struct field *f, size_t width,
		 char fold, bool every)
{
	struct buf flat, out;
	struct span v = f->value;

	buf_init(&flat, v.n);
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] != '\r' && v.p[i] != '\n')
			buf_put(&flat, span_head(span_from(v, i), 1));
	struct span text = span_trim(buf_span(&flat));
	size_t column = f->name.n + 2, line = 0;

	buf_init(&out, 4 * v.n + 64);
	while (text.n) {
		size_t n = 0;

		while (n < text.n && !ascii_wsp(text.p[n]))
			n++;
		if (line && (every || column + 1 + n > width)) {
			buf_putf(&out, "\r\n%c", fold);
			column = 1;
		} else if (line) {
			buf_put(&out, SPAN(" "));
			column++;
		}
		buf_put(&out, span_head(text, n));
		column += n;
		line = 1;
		while (n < text.n && ascii_wsp(text.p[n]))
			n++;
		text = span_from(text, n);
	}
	spell_add(s, f->name, buf_span(&out));
	buf_free(&flat);
	buf_free(&out);
}

static void spell_case(struct spellings *s, const struct sig *sig,
		       const struct field *f)
{
	static const char *const known[] = { "Message-ID", "MIME-Version",
					     "Content-ID", "In-Reply-To",
					     "List-ID",	   "X-MimeOLE" };
	struct span rest = span_from(f->raw, f->name.n);

	for (size_t i = 0; i < 3 + sig->h_n + 6; i++) {
		struct buf name = { 0 }, raw;
		struct span other = i < 3 ? spell_cased(f->name, (int)i, &name)
				    : i < 3 + sig->h_n
					    ? sig->h[i - 3]
					    : span_str(known[i - 3 - sig->h_n]);

		if (!span_ieq(other, f->name))
			other = (struct span){ 0 };
		buf_init(&raw, f->raw.n);
		if (other.n) {
			buf_put(&raw, other);
			buf_put(&raw, rest);
			spell_raw(s, buf_span(&raw));
		}
		buf_free(&raw);
		buf_free(&name);
	}
}

static void spell_blanks(struct spellings *s, const struct field *f)
{
	static const char *const leads[] = { ":",   ": ",     ":  ",	":\t",
					     " : ", ":\r\n ", ":\r\n\t" };
	static const char *const tails[] = { "", " ", "  ", "\t" };
	struct buf raw;

	buf_init(&raw, f->raw.n + 16);
	for (size_t i = 0; s->simple && i < sizeof(leads) / sizeof(*leads); i++)
		for (size_t j = 0; j < 4; j++) {
			buf_reset(&raw);
			buf_put(&raw, f->name);
			buf_put(&raw, span_str(leads[i]));
			buf_put(&raw, span_trim(f->value));
			buf_put(&raw, span_str(tails[j]));
			buf_put(&raw, SPAN("\r\n"));
			spell_raw(s, buf_span(&raw));
		}
	buf_free(&raw);
	refold(s, f, "", false);
	refold(s, f, "", true);
	refold(s, f, " ", true);
	if (!s->simple)
		return;
	refold(s, f, "\r\n ", true);
	refold(s, f, "\r\n\t", true);
	refold(s, f, "\r\n        ", true);
	for (size_t width = 60; width <= 80; width++) {
		fill(s, f, width, ' ', false);
		fill(s, f, width, '\t', false);
	}
	fill(s, f, 0, ' ', true);
	fill(s, f, 0, '\t', true);
}

/* -- other fields -----------------------------------------------------------
 */

static bool name_ends(struct span name, struct span tail)
{
	return name.n > tail.n &&
	       span_ieq(span_from(name, name.n - tail.n), tail) &&
	       name.p[name.n - tail.n - 1] == '-';
}

/* X-Original-From and the like; Resent-Message-ID, too. */
static void spell_copies(struct spellings *s, const struct fields *all,
			 struct span name)
{
	struct buf old;

	buf_init(&old, name.n + 9);
	buf_put(&old, name);
	buf_put(&old, SPAN("-Original"));
	for (size_t i = 0; i < all->n; i++) {
		const struct field *o = &all->v[i];
		struct span start = span_head(o->name, name.n);

		if (name_ends(o->name, name) ||
		    (o->name.n > name.n + 2 &&
		     (span_ieq(span_from(o->name, 2), buf_span(&old)) ||
		      (span_ieq(start, name) &&
		       span_ieq(o->name, buf_span(&old))))))
			spell_add(s, name, span_trim(o->value));
	}
	buf_free(&old);
}

static void spell_id(struct spellings *s, const struct fields *all,
		     const struct field *f)
{
	static const char *const others[] = {
		"X-Original-Message-ID", "Original-Message-ID",
		"X-Message-ID",		 "References",
		"In-Reply-To",		 "X-Mailman-Original-Message-ID"
	};
	struct span v = span_trim(f->value);

	spell_three(s, f->name, SPAN("<"), v, SPAN(">"));
	if (v.n > 2 && v.p[0] == '<' && v.p[v.n - 1] == '>')
		spell_add(s, f->name, span_of(v.p + 1, v.n - 2));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const struct field *o =
			fields_find(all, span_str(others[i]), 0);
		struct span rest = o ? o->value : SPAN("");

		for (int k = 0; k < 20 && span_find(rest, '<') < rest.n; k++) {
			rest = span_from(rest, span_find(rest, '<'));
			size_t end = span_find(rest, '>');

			spell_add(s, f->name, span_head(rest, end + 1));
			rest = span_from(rest, end + 1);
		}
	}
}

static const struct {
	const char *name;
	const char *const *values;
} usual[] = {
	{ "MIME-Version",
	  (const char *const[]){ "1.0", "1.0 (Mac OS X Mail)", NULL } },
	{ "Content-Transfer-Encoding",
	  (const char *const[]){ "8bit", "7bit", "quoted-printable", "base64",
				 "binary", "8BIT", "7BIT", "QUOTED-PRINTABLE",
				 "BASE64", "Quoted-Printable", "Base64", "8Bit",
				 "7Bit", NULL } },
	{ "Content-Type",
	  (const char *const[]){
		  "text/plain", "text/plain; charset=utf-8",
		  "text/plain; charset=\"utf-8\"", "text/plain; charset=UTF-8",
		  "text/plain; charset=\"UTF-8\"",
		  "text/plain; charset=us-ascii",
		  "text/plain; charset=\"us-ascii\"",
		  "text/plain; charset=US-ASCII",
		  "text/plain; charset=iso-8859-1",
		  "text/plain; charset=ISO-8859-1",
		  "text/plain; charset=utf-8; format=flowed",
		  "text/plain; charset=UTF-8; format=flowed",
		  "text/html; charset=utf-8", "text/html; charset=UTF-8",
		  "text/html; charset=\"utf-8\"",
		  "text/html; charset=\"UTF-8\"", "text/html", NULL } },
	{ "To", (const char *const[]){ "undisclosed-recipients:;",
				       "undisclosed-recipients: ;",
				       "Undisclosed recipients:;", NULL } },
	{ "Importance", (const char *const[]){ "normal", "high", "low",
					       "Normal", "High", NULL } },
	{ "X-Priority",
	  (const char *const[]){ "3", "1", "3 (Normal)", "1 (Highest)", "2",
				 "5", NULL } },
	{ "Precedence", (const char *const[]){ "bulk", "list", "junk", NULL } },
	{ "Auto-Submitted",
	  (const char *const[]){ "auto-generated", "auto-replied", "no",
				 NULL } },
	{ "List-Unsubscribe-Post",
	  (const char *const[]){ "List-Unsubscribe=One-Click", NULL } },
	{ "Content-Disposition", (const char *const[]){ "inline", NULL } },
	{ "Content-Language",
	  (const char *const[]){ "en-US", "en", "de-DE", "de", "fr", "en-GB",
				 NULL } },
};

static void spell_usual(struct spellings *s, struct span name)
{
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		for (const char *const *v = usual[i].values;
		     span_ieq(name, span_str(usual[i].name)) && *v; v++)
			spell_add(s, name, span_str(*v));
}

static bool is_one_of(struct span name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (span_ieq(name, span_str(list[i])))
			return true;
	return false;
}

static bool has_mailboxes(struct span name)
{
	static const char *const names[] = { "From",	 "To",	   "Cc",
					     "Reply-To", "Sender", "Bcc" };

	return is_one_of(name, names, sizeof(names) / sizeof(*names));
}

void spell_field(struct spellings *s, const struct sig *sig,
		 const struct fields *all, const struct field *f)
{
	static const char *const ids[] = { "Message-ID", "In-Reply-To",
					   "References", "Content-ID" };
	bool subject = span_ieq(f->name, SPAN("Subject"));

	/* what software rewrites is not that long */
	if (f->raw.n > 16384)
		return;
	spell_copies(s, all, f->name);
	if (subject)
		spell_untagged(s, f);
	if (has_mailboxes(f->name))
		spell_addresses(s, all, f);
	if (span_ieq(f->name, SPAN("Date")))
		spell_date(s, sig, f);
	if (span_ieq(f->name, SPAN("Content-Type")))
		spell_type(s, f);
	if (is_one_of(f->name, ids, sizeof(ids) / sizeof(*ids)))
		spell_id(s, all, f);
	if (s->simple)
		spell_case(s, sig, f);
	spell_blanks(s, f);
	spell_usual(s, f->name);
	if (subject)
		spell_tagged(s, all, f);
	spell_words(s, f);
}

void spell_missing(struct spellings *s, const struct fields *all,
		   struct span name)
{
	spell_copies(s, all, name);
	spell_usual(s, name);
	if (has_mailboxes(name)) {
		const struct field *from = fields_find(all, SPAN("From"), 0);
		struct field f = { .name = name };

		if (from) {
			f.value = from->value;
			spell_addresses(s, all, &f);
		}
	}
	if (span_ieq(name, SPAN("Message-ID")) ||
	    span_ieq(name, SPAN("In-Reply-To")) ||
	    span_ieq(name, SPAN("References"))) {
		struct field f = { .name = name };

		spell_id(s, all, &f);
	}
	if (span_ieq(name, SPAN("Subject")))
		spell_add(s, name, SPAN(""));
}
