#include "lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "io.h"

const char *lines_file(const char *file, bool *patterns, struct diag *why)
{
	/* the other kinds of data sets that opendkim(8) knows */
	static const char *const foreign[] = {
		"csl:",	   "bdb:",    "db:",	 "dsn:",      "ldap:",
		"ldaps:",  "lua:",    "mdb:",	 "memcache:", "redis:",
		"repute:", "refmdb:", "erlang:", "socket:",   "vault:",
	};

	*patterns = strncmp(file, "refile:", 7) == 0;
	if (*patterns)
		return file + 7;
	if (strncmp(file, "file:", 5) == 0)
		return file + 5;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		if (strncmp(file, foreign[i], strlen(foreign[i])) == 0) {
			diag_set(why, ST_CONFIG, NULL,
				 "%s: only files and refile: are read", file);
			return NULL;
		}
	return file;
}

static enum status open_lines(struct lines *l, const char *file,
			      struct diag *why)
{
	struct diag more = { 0 };
	struct stat info;
	int fd = -1;

	*l = (struct lines){ 0 };
	const char *path = lines_file(file, &l->patterns, why);

	if (!path)
		return ST_CONFIG;
	enum status st = io_open_input(path, &fd, &more);

	l->path = path;
	buf_init(&l->text, LIMIT_TABLE_BYTES);
	if (st == ST_OK)
		st = io_read_all(fd, &l->text, &more);
	if (st == ST_OK && fstat(fd, &info) == 0)
		l->mode = info.st_mode;
	if (fd > STDERR_FILENO)
		close(fd);
	l->rest = span_unmarked(buf_span(&l->text));
	if (st == ST_LIMIT)
		return diag_set(why, ST_CONFIG, NULL,
				"%s: larger than %d bytes", path,
				LIMIT_TABLE_BYTES);
	if (span_utf16(l->rest))
		return diag_set(why, ST_CONFIG, NULL, "%s: is " SPAN_UTF16,
				path);
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

enum status lines_each(struct lines *l, const char *file,
		       enum status (*take)(void *ctx, struct span line,
					   struct diag *why),
		       void *ctx, struct diag *why)
{
	struct span line = { 0 };
	enum status st = open_lines(l, file, why);

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

struct span lines_keep(struct lines *l, struct span s)
{
	l->kept = array_grow(l->kept, l->kept_n, sizeof(*l->kept));
	l->kept[l->kept_n] = mem_copy(s.p, s.n);
	return span_of(l->kept[l->kept_n++], s.n);
}

void lines_free(struct lines *l)
{
	while (l->kept_n)
		free(l->kept[--l->kept_n]);
	free(l->kept);
	buf_wipe(&l->text);
	*l = (struct lines){ 0 };
}
