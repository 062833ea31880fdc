#include "fold.h"

#include "limit.h"

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
