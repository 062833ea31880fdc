#include "check_state.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void put_digest(const struct check *c, const struct keychecked *k,
		       struct buf *out)
{
	struct hasher *h = hasher_new(c->crypto, HASH_SHA256);
	struct digest d;

	for (size_t i = 0; h && i < k->n; i++)
		if (hasher_put(h, k->v[i].check.found) != ST_OK)
			break;
	if (h && hasher_end(h, &d) == ST_OK)
		status_ignore(b64_encode(digest_span(&d), out));
	hasher_free(h);
}

/* Infos may come and go with the resolver that is asked; their words, with
 * the version of this program. */
static void put_warnings(const struct keychecked *k, struct buf *out)
{
	struct findings f = { 0 };
	const char *gap = "";

	check_findings(k, &f);
	for (size_t i = 0; i < f.n; i++) {
		if (finding_severity(f.v[i].id) != SEVERITY_WARNING)
			continue;
		buf_putf(out, "%s%s", gap, finding_code(f.v[i].id));
		gap = " ";
	}
	findings_free(&f);
}

static void put_line(const struct check *c, const struct keychecked *k,
		     struct buf *out)
{
	buf_putf(out, "%s\t",
		 k->item->st == ST_OK ? keycheck_word(k->result)
				      : "unreadable");
	put_digest(c, k, out);
	buf_put(out, SPAN("\t"));
	/* only what is told is known */
	if (!c->quiet)
		put_warnings(k, out);
	buf_putf(out, "\t%s\t", k->item->name.text);
	text_put(out, span_str(k->item->file));
}

/* --- reading ------------------------------------------------------------- */

static void split(struct check_state *s)
{
	struct span rest = buf_span(&s->text), line = { 0 };

	if (!span_split(&rest, '\n', &line) || !span_eq(line, span_str(header)))
		return;
	while (span_split(&rest, '\n', &line))
		if (line.n) {
			if ((s->n & (s->n + 1)) == 0)
				s->lines = mem_array(s->lines, 2 * s->n + 2,
						     sizeof(*s->lines));
			s->lines[s->n++] = line;
		}
	qsort(s->lines, s->n, sizeof(*s->lines), by_key);
}

enum status check_state_read(const char *path, struct check_state *out,
			     struct diag *why)
{
	struct stat info;
	int fd = -1;
	enum status st;

	*out = (struct check_state){ 0 };
	buf_init(&out->text, LIMIT_LINT_BYTES);
	/* what is no file cannot be replaced either, which is told then */
	if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
		return ST_OK;
	st = io_open_input(path, &fd, why);
	if (st == ST_OK)
		st = io_read_all(fd, &out->text, why);
	if (fd >= 0)
		close(fd);
	if (st == ST_OK && out->text.n)
		split(out);
	return st;
}

/* --- comparing ----------------------------------------------------------- */

static char *note_was(const char *head, struct span what)
{
	struct buf note;

	buf_init(&note, 8 * (size_t)LIMIT_DIAG);
	buf_putf(&note, "%s ", head);
	/* the file is anybody's */
	text_put(&note, span_head(what, LIMIT_DIAG));
	return (char *)note.p;
}

static char *note_of(const struct check_state *s, struct span line, bool well)
{
	const struct span *before =
		s->n ? bsearch(&line, s->lines, s->n, sizeof(line), by_key)
		     : NULL;
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

void check_state_compare(struct check_state *s, const struct check *c)
{
	s->notes = mem_array(NULL, c->n, sizeof(*s->notes));
	s->keys = c->n;
	for (size_t i = 0; i < c->n; i++) {
		const struct keychecked *k = &c->v[i];
		struct buf line;

		buf_init(&line, LIMIT_LINT_BYTES);
		put_line(c, k, &line);
		s->notes[i] = note_of(s, buf_span(&line),
				      k->item->st == ST_OK &&
					      keycheck_well(k->result));
		buf_free(&line);
	}
}

/* --- writing ------------------------------------------------------------- */

enum status check_state_write(const char *path, const struct check *c,
			      struct diag *why)
{
	struct newfile f = { .fd = -1, .dir = -1 };
	struct buf text;
	enum status st = newfile_open(&f, path, 0644, why);

	buf_init(&text, (size_t)LIMIT_LINT_BYTES * 16);
	buf_putf(&text, "%s\n", header);
	for (size_t i = 0; i < c->n; i++) {
		put_line(c, &c->v[i], &text);
		buf_put(&text, SPAN("\n"));
	}
	if (st == ST_OK)
		st = io_write(f.fd, buf_span(&text), why);
	if (st == ST_OK)
		st = newfile_flush(&f, why);
	if (st == ST_OK)
		st = newfile_name(&f, true, why);
	if (st == ST_OK)
		st = newfile_settle(&f, why);
	newfile_abort(&f);
	buf_free(&text);
	return st;
}

void check_state_free(struct check_state *s)
{
	for (size_t i = 0; i < s->keys; i++)
		free(s->notes[i]);
	free(s->notes);
	free(s->lines);
	buf_free(&s->text);
	*s = (struct check_state){ 0 };
}
