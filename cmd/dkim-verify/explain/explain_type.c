/* Content-Type (RFC 2045 5) written otherwise: quotes, case, white space and
 * parameters more or less. */
#include "explain_fields.h"

enum { PARAMS_MAX = 5 };

struct param {
	struct span name, value; /* without quotes */
	bool quoted, charset, boundary;
};

struct type {
	struct span word;
	struct param v[PARAMS_MAX];
	size_t n;
};

static bool parse_type(struct span value, struct type *out)
{
	struct span rest = value, item;

	*out = (struct type){ 0 };
	(void)span_split(&rest, ';', &out->word); /* an empty one is caught */
	out->word = span_trim(out->word);
	while (span_split(&rest, ';', &item)) {
		size_t at = span_find(item, '=');
		struct span v = span_trim(span_from(item, at + 1));

		if (at == item.n)
			continue;
		if (out->n == PARAMS_MAX)
			return false;
		struct param *p = &out->v[out->n++];

		p->name = span_trim(span_head(item, at));
		p->value = guess_unquoted(v, '"');
		p->quoted = p->value.n < v.n;
		p->charset = span_ieq(p->name, SPAN("charset"));
		p->boundary = span_ieq(p->name, SPAN("boundary"));
	}
	return out->word.n > 0;
}

/* How it is written. */
struct form {
	const char *sep;
	unsigned quotes; /* QUOTES_... */
	enum cased charset;
	unsigned less; /* a bit for each parameter left out */
	struct span more;
};

enum { AS_THEY_ARE, ALL, NONE, CHARSET, BOUNDARY, OTHERS, QUOTES };

static bool is_quoted(const struct param *p, unsigned how)
{
	const bool ways[QUOTES] = {
		[AS_THEY_ARE] = p->quoted,
		[ALL] = true,
		[CHARSET] = p->quoted != p->charset,
		[BOUNDARY] = p->quoted != p->boundary,
		[OTHERS] = p->quoted != (!p->charset && !p->boundary),
	};

	return ways[how];
}

static void guess_type_form(struct guesses *g, const struct type *t,
			    const struct form *f)
{
	struct buf out;

	buf_init(&out, 8192 * 4);
	buf_put(&out, t->word);
	for (size_t i = 0; i < t->n; i++) {
		const struct param *p = &t->v[i];
		const char *quote = is_quoted(p, f->quotes) ? "\"" : "";
		struct buf value;

		if (f->less & 1U << i)
			continue;
		(void)guess_cased(p->value,
				  p->charset ? f->charset : CASED_AS_IS,
				  &value); /* is in VALUE */
		buf_putf(&out, "%s%.*s=%s", f->sep, (int)p->name.n,
			 (const char *)p->name.p, quote);
		buf_put(&out, buf_span(&value));
		buf_put(&out, span_str(quote));
		buf_free(&value);
	}
	if (f->more.n) {
		buf_put(&out, span_str(f->sep));
		buf_put(&out, f->more);
	}
	GUESS(g, buf_span(&out));
	buf_free(&out);
}

void guess_type(struct guesses *g)
{
	static const char *const seps[] = { "; ", ";", ";\r\n ", ";\r\n\t" };
	static const char more[] =
		"format=flowed|charset=utf-8|charset=\"utf-8\"|charset=UTF-8|"
		"charset=\"UTF-8\"|charset=us-ascii|charset=iso-8859-1|"
		"charset=ISO-8859-1|charset=\"iso-8859-1\"|"
		"charset=\"us-ascii\"|charset=US-ASCII|charset=windows-1252|"
		"charset=iso-8859-15|delsp=yes";
	struct type t;

	if (g->value.n > 8192 || !parse_type(g->value, &t))
		return;
	for (size_t i = 0; i < (g->simple ? 4 : 2); i++) {
		struct form f = { .sep = seps[i] };

		for (unsigned k = 0; k < QUOTES * 3; k++) {
			f.quotes = k % QUOTES;
			f.charset = (enum cased)(k / QUOTES);
			guess_type_form(g, &t, &f);
		}
		f = (struct form){ .sep = seps[i] };
		for (; f.less < 1U << t.n; f.less++) {
			struct span rest = span_str(more);

			f.more = SPAN("");
			do
				guess_type_form(g, &t, &f);
			while (span_split(&rest, '|', &f.more));
		}
	}
}
