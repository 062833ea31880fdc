/* message: the text of the lines that a program writes on stderr. run/cli
 * writes them. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdarg.h>

#include "buf.h"

/* The longest line, with its line end. */
enum { MESSAGE_MAX = 16385 };

/* message_program: the name that begins every line, a constant string. */
void message_program(const char *name);

/* message_put: append the line "program: FILE: text" to OUT; FILE may be NULL.
 * All of it is escaped (text.h), so that input may be quoted in it. What OUT
 * has no room for is left out. message_putv: the same from ARGS. */
void message_put(struct buf *out, const char *file, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void message_putv(struct buf *out, const char *file, const char *fmt,
		  va_list args);

/* message_put_status: the same line for ST and WHY (may be NULL), with the RFC
 * section in brackets; BEFORE comes before FILE, AFTER at the end, both may be
 * "". */
void message_put_status(struct buf *out, const char *before, const char *file,
			enum status st, const struct diag *why,
			const char *after);

/* message_describe: append the words for ST and WHY, escaped, with the RFC
 * section in brackets, to OUT: the text after the file name. */
void message_describe(enum status st, const struct diag *why, struct buf *out);

#endif
