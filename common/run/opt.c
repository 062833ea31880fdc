#include "opt.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "io.h"

#ifndef VERSION
#define VERSION "0.2"
#endif

/* -- the table ------------------------------------------------------------- */

static const struct opt built_in[] = {
	{ 'h', "help", NULL, "show this text", OPT_HELP, NULL },
	{ 'V', "version", NULL, "show the version", OPT_VERSION, NULL },
};

static size_t count_rows(const struct opt_program *p)
{
	return p->n + p->mores + sizeof(built_in) / sizeof(*built_in);
}

static const struct opt *row_of(const struct opt_program *p, size_t i)
{
	return i < p->n		     ? &p->options[i]
	       : i < p->n + p->mores ? &p->more[i - p->n]
				     : &built_in[i - p->n - p->mores];
}

/* The first counts: a program may need -h or -V for something else. */
static const struct opt *row_of_letter(const struct opt_program *p, int letter)
{
	for (size_t i = 0; i < count_rows(p); i++)
		if (row_of(p, i)->brief == letter)
			return row_of(p, i);
	return NULL;
}

/* Long name number K of O into NAME: false if it has fewer. */
enum { LONGEST_NAME = 40 };
static bool long_name(const struct opt *o, int k, char name[LONGEST_NAME])
{
	static const char *const before[] = { "", "no", "no-" };

	if (k > (o->kind == OPT_TOGGLE ? 2 : 0))
		return false;
	snprintf(name, LONGEST_NAME, "%s%s", before[k], o->name);
	return true;
}

/* -- --help and --version -------------------------------------------------- */

static int write_out(struct buf *text)
{
	struct diag why = { 0 };
	enum status st = io_write(STDOUT_FILENO, buf_span(text), &why);

	buf_free(text);
	return st == ST_OK ? 0 : cli_fail(NULL, st, &why);
}

static int show_help(const char *name, const struct opt_program *program)
{
	struct buf out;

	buf_init(&out, 65536);
	buf_putf(&out, "usage: %s %s\n%s\n\n", name, program->synopsis,
		 program->about);
	for (size_t i = 0; i < count_rows(program); i++) {
		const struct opt *o = row_of(program, i);
		bool brief = o->brief && row_of_letter(program, o->brief) == o;
		bool maybe = o->kind == OPT_MAYBE;
		char left[64];

		if (!o->help)
			continue;
		snprintf(left, sizeof(left), "  %c%c%c --%s%s%s%s%s%s",
			 brief ? '-' : ' ', brief ? o->brief : ' ',
			 brief ? ',' : ' ', o->kind == OPT_TOGGLE ? "[no]" : "",
			 o->name, maybe ? "[" : "", o->arg ? "=" : "",
			 o->arg ? o->arg : "", maybe ? "]" : "");
		buf_putf(&out,
			 strlen(left) < 32 ? "%-31s %s\n" : "%s\n%32s%s\n",
			 left, strlen(left) < 32 ? o->help : "", o->help);
	}
	buf_putf(&out, "\nexamples:\n%s", program->examples);
	return write_out(&out);
}

static int show_version(const char *name)
{
	struct buf out;

	buf_init(&out, 256);
	buf_putf(&out, "%s (dkim-tools) %s\n", name, VERSION);
	return write_out(&out);
}

/* -- the command line ------------------------------------------------------ */

/* A walk along the command line, and the option that it has come to. */
struct scan {
	const struct opt_program *program;
	char **word;	/* the words to come, then NULL */
	char *letters;	/* to come of a word such as "-vq", or NULL */
	char **operand; /* where operands go, or NULL */
	size_t operands;
	bool only_operands; /* after "--" */

	const struct opt *row; /* NULL: no option of the program */
	bool no;	       /* --noNAME */
	char *value;	       /* or NULL */
};

/* How many letters to change, insert or leave out to make A of B, both shorter
 * than LONGEST_NAME. */
static size_t distance(struct span a, struct span b)
{
	size_t row[LONGEST_NAME];

	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t before = row[0]++;

		for (size_t j = 1; j <= b.n; j++) {
			size_t n = before + (a.p[i - 1] != b.p[j - 1]);

			before = row[j];
			row[j] = n > before + 1 ? before + 1 : n;
			if (row[j] > row[j - 1] + 1)
				row[j] = row[j - 1] + 1;
		}
	}
	return row[b.n];
}

/* ST_USAGE; WHY offers the name nearest to TYPED. */
static enum status unknown_option(const struct opt_program *p,
				  struct span typed, struct diag *why)
{
	char name[LONGEST_NAME], nearest[LONGEST_NAME] = "";
	size_t least = typed.n / 3 + 1; /* nearer than that */

	for (size_t i = 0; i < count_rows(p) && typed.n < LONGEST_NAME; i++)
		for (int k = 0; long_name(row_of(p, i), k, name); k++)
			if (row_of(p, i)->help &&
			    distance(typed, span_str(name)) < least) {
				least = distance(typed, span_str(name));
				memcpy(nearest, name, sizeof(name));
			}
	return diag_set(why, ST_USAGE, NULL,
			*nearest ? "unknown option --%.*s (did you mean --%s?)"
				 : "unknown option --%.*s (see --help)",
			(int)(typed.n < 80 ? typed.n : 80),
			(const char *)typed.p, nearest);
}

/* TYPED is a long name, or the beginning of one that no other begins with. */
static enum status find_long(struct scan *s, struct span typed,
			     struct diag *why)
{
	const struct opt_program *p = s->program;
	char name[LONGEST_NAME], all[LIMIT_DIAG] = "";
	bool whole = false, ambiguous = false;

	for (size_t i = 0; i < count_rows(p) && typed.n && !whole; i++)
		for (int k = 0; long_name(row_of(p, i), k, name); k++) {
			const struct opt *o = row_of(p, i);
			size_t n = strlen(all);

			if (!span_starts(span_str(name), typed))
				continue;
			whole |= strlen(name) == typed.n;
			ambiguous |= s->row && (!o->to || s->row->to != o->to ||
						s->no != (k > 0));
			snprintf(all + n, sizeof(all) - n, "%s--%s",
				 n ? ", " : "", name);
			if (!s->row || whole) {
				s->row = o;
				s->no = k > 0;
			}
			if (whole)
				break;
		}
	if (!s->row)
		return unknown_option(p, typed, why);
	if (whole || !ambiguous)
		return ST_OK;
	s->row = NULL;
	return diag_set(why, ST_USAGE, NULL, "--%.*s is ambiguous: %s",
			(int)typed.n, (const char *)typed.p, all);
}

static enum status next_long(struct scan *s, char *text, struct diag *why)
{
	size_t n = strcspn(text, "=");
	enum status st = find_long(s, span_of(text, n), why);

	if (st != ST_OK)
		return st;
	s->value = text[n] ? text + n + 1 : NULL;
	return s->row->arg || !s->value
		       ? ST_OK
		       : diag_set(why, ST_USAGE, NULL, "--%s takes no value",
				  s->row->name);
}

static enum status next_letter(struct scan *s, struct diag *why)
{
	char letter = *s->letters++;
	char *rest = *s->letters ? s->letters : NULL;

	s->row = row_of_letter(s->program, letter);
	s->value = s->row && s->row->arg ? rest : NULL;
	if (!rest || s->value)
		s->letters = NULL;
	return s->row ? ST_OK
		      : diag_set(why, ST_USAGE, NULL,
				 "unknown option -%c (see --help)", letter);
}

/* Go on to the next option, which is wrong unless *ST is ST_OK; false when only
 * operands were left, which are now in OPERAND. */
static bool next_option(struct scan *s, enum status *st, struct diag *why)
{
	bool found = false;

	s->row = NULL;
	s->value = NULL;
	while (!found && !s->letters && *s->word) {
		char *word = *s->word++;

		if (s->only_operands || word[0] != '-' || !word[1]) {
			if (s->operand)
				s->operand[s->operands++] = word;
		} else if (word[1] != '-') {
			s->letters = word + 1;
		} else if (word[2]) {
			*st = next_long(s, word + 2, why);
			found = true;
		} else {
			s->only_operands = true;
		}
	}
	if (s->letters) {
		*st = next_letter(s, why);
		found = true;
	}
	if (!found || *st != ST_OK || !s->row->arg || s->value ||
	    s->row->kind == OPT_MAYBE)
		return found;
	if (*s->word)
		s->value = *s->word++;
	else
		*st = diag_set(why, ST_USAGE, NULL, "--%s needs a value",
			       s->row->name);
	return true;
}

static enum status set_number(const struct opt *o, const char *text,
			      struct diag *why)
{
	struct opt_number *number = o->to;
	uint64_t value;

	if (!span_u64(span_str(text), &value) || value < number->least ||
	    value > number->most)
		return diag_set(why, ST_USAGE, NULL,
				"--%s: \"%s\" is not a number from %llu to "
				"%llu",
				o->name, text,
				(unsigned long long)number->least,
				(unsigned long long)number->most);
	number->value = value;
	number->given = true;
	return ST_OK;
}

static enum status set_option(const struct opt *o, bool yes, char *text,
			      struct diag *why)
{
	struct opt_list *list = o->to;
	size_t n = text ? strlen(text) : 0;

	switch (o->kind) {
	case OPT_FLAG:
	case OPT_TOGGLE:
		*(bool *)o->to = yes;
		return ST_OK;
	case OPT_COUNT:
		++*(unsigned *)o->to;
		return ST_OK;
	case OPT_DOMAIN:
		if (n > 1 && text[n - 1] == '.')
			text[n - 1] = 0;
		*(const char **)o->to = text;
		return ST_OK;
	case OPT_TEXT:
		*(const char **)o->to = text;
		return ST_OK;
	case OPT_LIST:
		list->v = mem_array(list->v, list->n + 1, sizeof(*list->v));
		list->v[list->n++] = text;
		return ST_OK;
	case OPT_MAYBE:
		((struct opt_number *)o->to)->given = true;
		return text ? set_number(o, text, why) : ST_OK;
	case OPT_NUMBER:
		return set_number(o, text, why);
	case OPT_HELP:
	case OPT_VERSION:
		break;
	}
	return ST_BUG;
}

int opt_parse(const struct opt_program *program, int argc, char **argv,
	      int *code)
{
	const char *slash = argc ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : argc ? argv[0] : "dkim";
	char **words = argv + (argc > 0);
	struct scan s = { .program = program, .word = words, .operand = words };
	enum status st = ST_OK;
	struct diag why = { 0 };

	*code = 0;
	while (next_option(&s, &st, &why)) {
		if (st == ST_OK && s.row->kind == OPT_HELP)
			*code = show_help(name, program);
		else if (st == ST_OK && s.row->kind == OPT_VERSION)
			*code = show_version(name);
		else if (st != ST_OK || (st = set_option(s.row, !s.no, s.value,
							 &why)) != ST_OK)
			*code = cli_fail(NULL, st, &why);
		else
			continue;
		return -1;
	}
	/* the strings of options stay where they are */
	memmove(argv + argc - s.operands, words, s.operands * sizeof(*words));
	return argc - (int)s.operands;
}

bool opt_wants(const struct opt_program *program, int argc, char **argv,
	       const char *name)
{
	struct scan s = { .program = program, .word = argv + (argc > 0) };
	enum status st = ST_OK;
	bool wants = false;

	while (!wants && next_option(&s, &st, NULL))
		wants = s.row && strcmp(s.row->name, name) == 0;
	return wants;
}

/* -- options given together ------------------------------------------------ */

static bool is_given(const struct opt *o)
{
	switch (o->kind) {
	case OPT_FLAG:
	case OPT_TOGGLE:
		return *(const bool *)o->to;
	case OPT_COUNT:
		return *(const unsigned *)o->to > 0;
	case OPT_TEXT:
	case OPT_DOMAIN:
		return *(const char *const *)o->to != NULL;
	case OPT_NUMBER:
	case OPT_MAYBE:
		return ((const struct opt_number *)o->to)->given;
	case OPT_LIST:
		return ((const struct opt_list *)o->to)->n > 0;
	case OPT_HELP:
	case OPT_VERSION:
		break;
	}
	return false;
}

/* The next of NAMES that was given, cut off with those before it; or NULL. */
static const struct opt *next_given(const struct opt_program *p,
				    struct span *names)
{
	struct span name;

	while (span_split(names, '|', &name))
		for (size_t i = 0; i < count_rows(p); i++)
			if (span_eq(span_str(row_of(p, i)->name), name) &&
			    is_given(row_of(p, i)))
				return row_of(p, i);
	return NULL;
}

static enum status needs(const char *name, const char *need, struct diag *why)
{
	struct span rest = span_str(need), one;
	struct buf text;
	const char *between = "";

	buf_init(&text, LIMIT_DIAG);
	while (span_split(&rest, '|', &one)) {
		buf_putf(&text, "%s--%.*s", between, (int)one.n,
			 (const char *)one.p);
		between = " or ";
	}
	enum status st = diag_set(why, ST_USAGE, NULL, "--%s needs %s", name,
				  (const char *)text.p);

	buf_free(&text);
	return st;
}

enum status opt_rules(const struct opt_program *program,
		      const struct opt_rule *rules, size_t n, struct diag *why)
{
	for (size_t i = 0; i < n; i++) {
		const struct opt_rule *r = &rules[i];
		struct span these = span_str(r->these),
			    need = span_str(r->need);
		const struct opt *one = next_given(program, &these);

		if (!one || (r->need && next_given(program, &need)))
			continue;
		if (r->need)
			return needs(one->name, r->need, why);
		const struct opt *other = next_given(program, &these);

		if (other)
			return diag_set(why, ST_USAGE, NULL,
					"--%s and --%s exclude each other",
					one->name, other->name);
	}
	return ST_OK;
}
