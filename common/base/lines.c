#include "lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io.h"

static enum status open_lines(struct lines *l, const char *path,
			      struct diag *why)
{
	struct diag more = { 0 };
	struct stat info;
	int fd = -1;
	enum status st = io_open_input(path, &fd, &more);

	*l = (struct lines){ .path = path };
	buf_init(&l->text, LIMIT_TABLE_BYTES);
	if (st == ST_OK)
		st = io_read_all(fd, &l->text, &more);
	if (st == ST_OK && fstat(fd, &info) == 0)
		l->mode = info.st_mode;
	if (fd > STDERR_FILENO)
		close(fd);
	l->rest = buf_span(&l->text);
	if (span_starts(l->rest, SPAN("\xef\xbb\xbf")))
		l->rest = span_from(l->rest, 3);
	if (st == ST_LIMIT)
		return diag_set(why, ST_CONFIG, NULL,
				"%s: larger than %d bytes", path,
				LIMIT_TABLE_BYTES);
	if (st != ST_OK)
		return diag_set(why, st == ST_NO_INPUT ? ST_CONFIG : st,
				more.where, "%s: %s", path, more.text);
	return ST_OK;
}

enum status lines_bad(const struct lines *l, struct diag *why, const char *fmt,
		      ...)
{
	char text[LIMIT_DIAG];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return diag_set(why, ST_CONFIG, NULL, "%s: line %zu: %s", l->path,
			l->number, text);
}

/* The next line that is not empty; .p is NULL at the end. */
static enum status next_line(struct lines *l, struct span *line,
			     struct diag *why)
{
	while (span_split(&l->rest, '\n', line)) {
		l->number++;
		*line = span_trim(span_head(*line, span_find(*line, '#')));
		if (line->n > LIMIT_TABLE_LINE)
			return lines_bad(l, why, "longer than %d bytes",
					 LIMIT_TABLE_LINE);
		if (span_has(*line, 0))
			return lines_bad(l, why, "a NUL byte");
		if (line->n)
			return ST_OK;
	}
	*line = (struct span){ 0 };
	return ST_OK;
}

enum status lines_each(struct lines *l, const char *path,
		       enum status (*take)(void *ctx, struct span line,
					   struct diag *why),
		       void *ctx, struct diag *why)
{
	struct span line = { 0 };
	enum status st = open_lines(l, path, why);

	while (st == ST_OK) {
		st = next_line(l, &line, why);
		if (st != ST_OK || !line.p)
			break;
		st = take(ctx, line, why);
	}
	return st;
}

struct span lines_word(struct span *line)
{
	size_t n = 0, next;

	while (n < line->n && !ascii_wsp(line->p[n]))
		n++;
	for (next = n; next < line->n && ascii_wsp(line->p[next]);)
		next++;
	struct span word = span_head(*line, n);

	*line = span_from(*line, next);
	return word;
}

void lines_free(struct lines *l)
{
	buf_wipe(&l->text);
	*l = (struct lines){ 0 };
}
