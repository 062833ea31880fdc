/* Content-Type (RFC 2045 5) written otherwise: quotes, case, order, white space
 * and parameters more or less. */
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

/* How it is written. */
struct form {
	const char *sep;
	int quotes; /* 0 as they are, 1 all, 2 none, 3 charset's changed, 4
		     * boundary's changed, 5 others changed */
	enum cased charset;
	unsigned less; /* a bit for each parameter left out */
	struct span more;
};

static bool parse_type(struct span value, struct type *out)
{
	struct span rest = value, item;

	*out = (struct type){ 0 };
	if (!span_split(&rest, ';', &item))
		return false;
	out->word = span_trim(item);
	while (span_split(&rest, ';', &item)) {
		size_t at = span_find(item, '=');
		struct span v = span_trim(span_from(item, at + 1));

		if (at == item.n)
			continue;
		if (out->n == PARAMS_MAX)
			return false;
		struct param *p = &out->v[out->n++];

		p->name = span_trim(span_head(item, at));
		p->quoted = v.n > 1 && v.p[0] == '"' && v.p[v.n - 1] == '"';
		p->value = p->quoted ? span_of(v.p + 1, v.n - 2) : v;
		p->charset = span_ieq(p->name, SPAN("charset"));
		p->boundary = span_ieq(p->name, SPAN("boundary"));
	}
	return out->word.n > 0;
}

static bool is_quoted(const struct param *p, int how)
{
	const bool ways[] = {
		p->quoted,
		true,
		false,
		p->quoted != p->charset,
		p->quoted != p->boundary,
		p->quoted != (!p->charset && !p->boundary),
	};

	return ways[how];
}

static void guess_type_form(struct guesses *g, const struct type *t,
			    const struct form *form)
{
	struct buf out;

	buf_init(&out, 8192 * 4);
	buf_put(&out, t->word);
	for (size_t i = 0; i < t->n; i++) {
		const struct param *p = &t->v[i];
		struct span quote = is_quoted(p, form->quotes) ? SPAN("\"")
							       : SPAN("");
		struct buf value;

		if (form->less & 1U << i)
			continue;
		buf_put(&out, span_str(form->sep));
		buf_put(&out, p->name);
		buf_put(&out, SPAN("="));
		buf_put(&out, quote);
		buf_put(&out,
			guess_cased(p->value,
				    p->charset ? form->charset : CASED_AS_IS,
				    &value));
		buf_put(&out, quote);
		buf_free(&value);
	}
	if (form->more.n) {
		buf_put(&out, span_str(form->sep));
		buf_put(&out, form->more);
	}
	GUESS(g, buf_span(&out));
	buf_free(&out);
}

/* Some parameters less, and one more. */
static void guess_params(struct guesses *g, const struct type *t,
			 const char *sep)
{
	static const char more[] =
		"format=flowed|charset=utf-8|charset=\"utf-8\"|charset=UTF-8|"
		"charset=\"UTF-8\"|charset=us-ascii|charset=iso-8859-1|"
		"charset=ISO-8859-1|charset=\"iso-8859-1\"|"
		"charset=\"us-ascii\"|charset=US-ASCII|charset=windows-1252|"
		"charset=\"ISO-8859-1\"|charset=\"windows-1252\"|"
		"charset=Windows-1252|charset=iso-8859-15|delsp=yes|"
		"format=\"flowed\"|reply-type=original|type=\"text/html\"|"
		"type=\"multipart/alternative\"|"
		"protocol=\"application/pgp-signature\"";
	struct form form = { .sep = sep };

	for (; form.less < 1U << t->n; form.less++) {
		struct span rest = span_str(more);

		form.more = SPAN("");
		guess_type_form(g, t, &form);
		while (span_split(&rest, '|', &form.more))
			guess_type_form(g, t, &form);
	}
}

void guess_type(struct guesses *g)
{
	static const char *const seps[] = { "; ", ";", ";\r\n ", ";\r\n\t" };
	struct type t;

	if (g->value.n > 8192 || !parse_type(g->value, &t))
		return;
	for (size_t i = 0; i < (g->simple ? 4 : 2); i++) {
		for (int k = 0; k < 6 * 3; k++)
			guess_type_form(g, &t,
					&(struct form){ .sep = seps[i],
							.quotes = k % 6,
							.charset = (enum cased)(
								k / 6) });
		guess_params(g, &t, seps[i]);
	}
}
