#include "lint_report.h"

#include <errno.h>
#include <unistd.h>

#include "io.h"
#include "json_text.h"
#include "text.h"
#include "wrongfile.h"
#include "zoneline.h"

enum status lint_read(const char *path, struct buf *text, struct diag *hint,
		      struct diag *why)
{
	const struct wrongfile *other;
	int fd = -1;

	errno = 0;
	enum status st = io_open_input(path, &fd, why);
	const char *is = st == ST_NO_INPUT && errno == ENOENT
				 ? wrongfile_operand(path)
				 : NULL;

	if (is)
		return diag_set(
			why, st, NULL,
			"no such file; it looks like %s: --lint reads a record "
			"from FILE or standard input%s",
			is,
			strcmp(is, "a domain") == 0
				? ", dkim-policy DOMAIN or dkim-txt --check in "
				  "DNS"
				: "");
	if (st != ST_OK)
		return st;
	st = io_read_all(fd, text, why);
	if (fd != STDIN_FILENO)
		close(fd);
	other = wrongfile_find(buf_span(text));
	if (st == ST_OK && other && !other->record)
		diag_set(hint, st, NULL,
			 "is %s, not a record; give what "
			 "DNS or dkim-txt shows of a record",
			 other->name);
	return st;
}

void finding_words(const struct finding *f, struct buf *out)
{
	const char *where = f->kind->where;

	buf_putf(out, "%s", f->kind->text);
	if (f->detail[0]) {
		buf_put(out, SPAN(": "));
		text_put(out, span_str(f->detail));
	}
	if (where)
		buf_putf(out, " (%s)", where);
}

static json_t *finding_json(const struct finding *f)
{
	json_t *o = json_object();
	struct buf words;

	buf_init(&words, 8 * (size_t)LIMIT_DIAG);
	finding_words(f, &words);
	json_set_text(o, "code", f->kind->code);
	json_set_text(o, "severity", severity_word(f->kind->severity));
	json_set_span(o, "text", buf_span(&words));
	buf_free(&words);
	return o;
}

json_t *findings_json(const struct findings *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n; i++)
		json_array_append_new(list, finding_json(&f->v[i]));
	return list;
}

static void put_place(const struct lint_entry *e, struct buf *out)
{
	text_put(out, span_str(e->input));
	if (e->line)
		buf_putf(out, ":%zu", e->line);
	buf_put(out, SPAN(": "));
	if (e->owner.p) {
		text_put(out, e->owner);
		buf_put(out, SPAN(": "));
	}
}

void lint_paste(struct span owner, bool absolute, struct span corrected,
		struct buf *out)
{
	struct buf name;

	if (!owner.n) {
		text_put(out, corrected);
		return;
	}
	/* the ceilings are four times what there can be */
	buf_init(&name, 4 * (size_t)LIMIT_LINT_BYTES);
	zoneline_name(owner, &name);
	if (absolute)
		buf_put(&name, SPAN("."));
	const struct zone_txt z = { .owner = (const char *)name.p,
				    .p = corrected };

	zoneline_short(&z, out);
	out->n--; /* the line's end is the report's */
	buf_free(&name);
}

void lint_text(const struct lint_entry *e, struct buf *out)
{
	for (size_t i = 0; i < e->findings->n; i++) {
		const struct finding *f = &e->findings->v[i];

		put_place(e, out);
		buf_putf(out, "%s %s: ", severity_word(f->kind->severity),
			 f->kind->code);
		finding_words(f, out);
		buf_put(out, SPAN("\n"));
	}
	if (e->findings->n == 0) {
		put_place(e, out);
		buf_put(out, SPAN("valid\n"));
	}
	if (e->paste.n) {
		buf_put(out, e->paste);
		buf_put(out, SPAN("\n"));
	}
}

void lint_json(const struct lint_entry *e, struct buf *out)
{
	json_t *o = json_object();

	json_set_text(o, "input", e->input);
	json_set_number(o, "line", e->line, e->line);
	json_set_span(o, "owner", e->owner);
	json_set_span(o, "record", e->record);
	json_set(o, "valid", json_boolean(!e->findings->invalid));
	json_set(o, "findings", findings_json(e->findings));
	json_set_span(o, "corrected", e->corrected);
	json_set_span(o, "corrected_owner", e->corrected_owner);
	json_line(o, out);
}
