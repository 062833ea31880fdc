#include "message.h"

#include <stdio.h>

#include "text.h"

static const char *program_name = "dkim";

void message_program(const char *name)
{
	program_name = name;
}

enum { LINE_MAX_BYTES = MESSAGE_MAX - 1 };

static void put_line(struct buf *out, const char *before, const char *file,
		     struct span text)
{
	struct buf line;

	buf_init(&line, LINE_MAX_BYTES);
	text_put(&line, span_str(program_name));
	status_ignore(buf_addf(&line, ": %s", before));
	if (file) {
		line.max =
			4096; /* so that the reason has room after any name */
		text_put(&line, span_str(file));
		line.max = LINE_MAX_BYTES;
		status_ignore(buf_add(&line, SPAN(": ")));
	}
	status_ignore(buf_add(&line, text));
	line.max++;
	status_ignore(buf_addc(&line, '\n'));
	status_ignore(buf_add(out, buf_span(&line)));
	buf_free(&line);
}

void message_putv(struct buf *out, const char *file, const char *fmt,
		  va_list args)
{
	char text[2048];
	struct buf safe;

	vsnprintf(text, sizeof(text), fmt, args);
	buf_init(&safe, 4 * sizeof(text));
	text_put(&safe, span_str(text));
	put_line(out, "", file, buf_span(&safe));
	buf_free(&safe);
}

void message_put(struct buf *out, const char *file, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	message_putv(out, file, fmt, args);
	va_end(args);
}

void message_describe(enum status st, const struct diag *why, struct buf *out)
{
	const char *where = why && why->where ? why->where : status_where(st);

	text_put(out,
		 span_str(why && why->text[0] ? why->text : status_text(st)));
	if (where && *where)
		status_ignore(buf_addf(out, " (%s)", where));
}

void message_put_status(struct buf *out, const char *before, const char *file,
			enum status st, const struct diag *why,
			const char *after)
{
	struct buf text;

	buf_init(&text, 4096);
	message_describe(st, why, &text);
	status_ignore(buf_addf(&text, "%s", after));
	put_line(out, before, file, buf_span(&text));
	buf_free(&text);
}
