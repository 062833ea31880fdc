#include "finding_words.h"

#include "text.h"

void finding_words(const struct finding *f, struct buf *out)
{
	const char *where = finding_where(f->id);

	buf_putf(out, "%s", finding_text(f->id));
	if (f->detail[0]) {
		buf_put(out, SPAN(": "));
		/* the ceiling is the caller's */
		status_ignore(text_escape(span_str(f->detail), out));
	}
	if (where)
		buf_putf(out, " (%s)", where);
}
