#include "check_state.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "b64.h"
#include "io.h"
#include "newfile.h"
#include "text.h"

static const char header[] = "dkim-txt-state 2";

/* --- lines --------------------------------------------------------------- */

struct columns {
	struct span result, digest, warnings;
	struct span key; /* name and file */
};

static struct columns columns_of(struct span line)
{
	struct columns c = { 0 };

	(void)span_split(&line, '\t', &c.result);
	(void)span_split(&line, '\t', &c.digest);
	(void)span_split(&line, '\t', &c.warnings);
	c.key = line;
	return c;
}

static int by_key(const void *a, const void *b)
{
	return span_cmp(columns_of(*(const struct span *)a).key,
			columns_of(*(const struct span *)b).key);
}

/* The records that the servers have. */
static void put_digest(const struct check *c, const struct keychecked *k,
		       struct buf *out)
{
	struct hasher *h = hasher_new(c->crypto, HASH_SHA256);
	struct digest d;

	for (size_t i = 0; i < k->n; i++)
		hasher_put(h, k->v[i].check.found);
	hasher_end(h, &d);
	status_ignore(b64_encode(digest_span(&d), out)); /* it is short */
	hasher_free(h);
}

/* The line of K. Of the findings it has the codes of the warnings: infos come
 * and go with the resolver, and texts with the version of this program. */
static void put_state_line(const struct check *c, const struct keychecked *k,
			   struct buf *out)
{
	const char *gap = "";

	buf_putf(out, "%s\t", k->word);
	put_digest(c, k, out);
	buf_put(out, SPAN("\t"));
	/* with -q no warning was reported */
	for (size_t i = 0; i < k->findings.n && !c->quiet; i++) {
		const struct finding_kind *kind = k->findings.v[i].kind;

		if (kind->severity != SEVERITY_WARNING)
			continue;
		buf_putf(out, "%s%s", gap, kind->code);
		gap = " ";
	}
	buf_putf(out, "\t%s\t", k->item->name.text);
	text_put(out, span_str(k->item->file));
}

/* --- the last run -------------------------------------------------------- */

/* *OUT are the lines of TEXT, sorted by key; owned by the caller. */
static size_t find_lines(struct span text, struct span **out)
{
	struct span line = { 0 }, *v = NULL;
	size_t n = 0;

	*out = NULL;
	if (!span_split(&text, '\n', &line) || !span_eq(line, span_str(header)))
		return 0;
	while (span_split(&text, '\n', &line))
		if (line.n) {
			v = array_grow(v, n, sizeof(*v));
			v[n++] = line;
		}
	if (n)
		qsort(v, n, sizeof(*v), by_key);
	*out = v;
	return n;
}

static char *note_was(const char *head, struct span what)
{
	struct buf note;

	buf_init(&note, 8 * (size_t)LIMIT_DIAG);
	buf_putf(&note, "%s ", head);
	/* anybody may have written the file */
	text_put(&note, span_head(what, LIMIT_DIAG));
	return (char *)note.p;
}

/* What is new in LINE since BEFORE (NULL: the key is new), or NULL. */
static char *changed(const struct span *before, struct span line, bool well)
{
	struct columns now = columns_of(line), was;

	if (!before)
		return well && !now.warnings.n ? NULL : mem_copy("new", 3);
	was = columns_of(*before);
	if (!span_eq(was.result, now.result))
		return note_was("was", was.result);
	if (!span_eq(was.digest, now.digest))
		return mem_copy("another record", 14);
	if (!span_eq(was.warnings, now.warnings))
		return note_was("warnings were",
				was.warnings.n ? was.warnings : SPAN("none"));
	return NULL;
}

static enum status read_state(const char *path, struct buf *text,
			      struct diag *why)
{
	struct stat info;
	int fd = -1;
	enum status st;

	/* what is not a file cannot be replaced either: check_state_write */
	if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
		return ST_OK;
	st = io_open_input(path, &fd, why);
	if (st == ST_OK)
		st = io_read_all(fd, text, why);
	if (fd >= 0)
		close(fd);
	return st;
}

enum status check_state_compare(const char *path, const struct check *c,
				char ***notes, struct diag *why)
{
	struct buf text, line;
	struct span *lines, now;
	enum status st;
	size_t n;

	buf_init(&text, LIMIT_LINT_BYTES);
	buf_init(&line, LIMIT_LINT_BYTES);
	st = read_state(path, &text, why);
	n = find_lines(st == ST_OK ? buf_span(&text) : SPAN(""), &lines);
	*notes = mem_alloc(c->n * sizeof(**notes));
	for (size_t i = 0; i < c->n; i++) {
		buf_reset(&line);
		put_state_line(c, &c->v[i], &line);
		now = buf_span(&line);
		(*notes)[i] = changed(
			n ? bsearch(&now, lines, n, sizeof(now), by_key) : NULL,
			now, c->v[i].well);
	}
	free(lines);
	buf_free(&line);
	buf_free(&text);
	return st;
}

/* --- this run ------------------------------------------------------------ */

enum status check_state_write(const char *path, const struct check *c,
			      struct diag *why)
{
	struct newfile f = { .fd = -1, .dir = -1 };
	struct buf text;
	enum status st = newfile_open(&f, path, 0644, why);

	buf_init(&text, (size_t)LIMIT_LINT_BYTES * 16);
	buf_putf(&text, "%s\n", header);
	for (size_t i = 0; i < c->n; i++) {
		put_state_line(c, &c->v[i], &text);
		buf_put(&text, SPAN("\n"));
	}
	if (st == ST_OK)
		st = io_write(f.fd, buf_span(&text), why);
	if (st == ST_OK)
		st = newfile_flush(&f, why);
	if (st == ST_OK)
		st = newfile_name(&f, true, why);
	/* it is there, and comes again with the next run */
	if (st == ST_OK)
		status_ignore(newfile_settle(&f, NULL));
	newfile_abort(&f);
	buf_free(&text);
	return st;
}
