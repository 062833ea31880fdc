#include "finding_words.h"

#include "text.h"

void finding_words(const struct finding *f, struct buf *out)
{
	const char *where = finding_where(f->id);

	buf_putf(out, "%s", finding_text(f->id));
	if (f->detail[0]) {
		buf_put(out, SPAN(": "));
		text_put(out, span_str(f->detail));
	}
	if (where)
		buf_putf(out, " (%s)", where);
}
