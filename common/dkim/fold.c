#include "fold.h"

#include "limit.h"

enum { FOLD_AT = 78 };

void fold_init(struct fold *f)
{
	buf_init(&f->text, LIMIT_HEADER_BYTES);
	f->column = 0;
}

void fold_raw(struct fold *f, struct span s)
{
	buf_put(&f->text, s);
	f->column += s.n;
}

static void fold_line(struct fold *f)
{
	buf_put(&f->text, SPAN("\r\n "));
	f->column = 1;
}

void fold_word(struct fold *f, bool space, struct span s)
{
	if (f->column + space + s.n > FOLD_AT)
		fold_line(f);
	else if (space)
		fold_raw(f, SPAN(" "));
	fold_raw(f, s);
}

void fold_tag(struct fold *f, const char *name, struct span value)
{
	struct buf tag;

	buf_init(&tag, value.n + 16);
	buf_putf(&tag, "%s=", name);
	buf_put(&tag, value);
	buf_put(&tag, SPAN(";"));
	fold_word(f, true, buf_span(&tag));
	buf_free(&tag);
}

void fold_number(struct fold *f, const char *name, uint64_t value)
{
	char text[24];
	struct buf digits;

	buf_init(&digits, sizeof(text));
	buf_putf(&digits, "%llu", (unsigned long long)value);
	fold_tag(f, name, buf_span(&digits));
	buf_free(&digits);
}

void fold_names(struct fold *f, const struct span *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct buf word;

		buf_init(&word, names[i].n + 8);
		buf_put(&word, i ? SPAN("") : SPAN("h="));
		buf_put(&word, names[i]);
		buf_put(&word, i + 1 < n ? SPAN(":") : SPAN(";"));
		fold_word(f, i == 0, buf_span(&word));
		buf_free(&word);
	}
}

void fold_base64(struct fold *f, struct span s)
{
	while (s.n) {
		if (f->column >= FOLD_AT)
			fold_line(f);
		struct span piece = span_head(s, FOLD_AT - f->column);

		fold_raw(f, piece);
		s = span_from(s, piece.n);
	}
}

void fold_put(struct span text, bool crlf, struct buf *out)
{
	struct span line;

	while (span_split(&text, '\n', &line)) {
		if (!crlf && span_ends(line, SPAN("\r")))
			line.n--;
		buf_put(out, line);
		if (text.p)
			buf_put(out, SPAN("\n"));
	}
}
