#include "opt.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "exit_status.h"
#include "io.h"

#ifndef VERSION
#define VERSION "0.2"
#endif

enum { OPT_HELP = 1000, OPT_VERSION, OPT_FIRST };

static int write_out(const struct buf *text)
{
	struct diag why = { 0 };
	enum status st = io_write(STDOUT_FILENO, buf_span(text), &why);

	return st == ST_OK ? 0 : cli_fail(NULL, st, &why);
}

static size_t count_rows(const struct opt_program *p)
{
	return p->n + p->mores;
}

static const struct opt *row_of(const struct opt_program *p, size_t i)
{
	return i < p->n ? &p->options[i] : &p->more[i - p->n];
}

static int show_help(const char *name, const struct opt_program *program)
{
	struct buf out;

	buf_init(&out, 65536);
	buf_putf(&out, "usage: %s %s\n%s\n\n", name, program->synopsis,
		 program->about);
	for (size_t i = 0; i < count_rows(program); i++) {
		const struct opt *o = row_of(program, i);
		char left[64];

		if (!o->help)
			continue;
		bool maybe = o->kind == OPT_MAYBE;

		snprintf(left, sizeof(left), "  %c%c%c --%s%s%s%s%s%s",
			 o->brief ? '-' : ' ', o->brief ? o->brief : ' ',
			 o->brief ? ',' : ' ',
			 o->kind == OPT_TOGGLE ? "[no]" : "", o->name,
			 maybe ? "[" : "", o->arg ? "=" : "",
			 o->arg ? o->arg : "", maybe ? "]" : "");
		buf_putf(&out,
			 strlen(left) < 32 ? "%-31s %s\n" : "%s\n%32s%s\n",
			 left, strlen(left) < 32 ? o->help : "", o->help);
	}
	buf_putf(&out,
		 "      --help                    this text\n"
		 "  -V, --version                 the version\n\n"
		 "examples:\n%s",
		 program->examples);
	int code = write_out(&out);

	buf_free(&out);
	return code;
}

static int show_version(const char *name)
{
	struct buf out;

	buf_init(&out, 256);
	buf_putf(&out, "%s (dkim-tools) %s\n", name, VERSION);
	int code = write_out(&out);

	buf_free(&out);
	return code;
}

static enum status set_number(const struct opt *o, const char *text)
{
	struct opt_number *number = o->to;
	uint64_t value;

	if (!span_u64(span_str(text), &value) || value < number->least ||
	    value > number->most) {
		cli_say(NULL, "--%s: \"%s\" is not a number from %llu to %llu",
			o->name, text, (unsigned long long)number->least,
			(unsigned long long)number->most);
		return ST_USAGE;
	}
	number->value = value;
	number->given = true;
	return ST_OK;
}

/* A domain is absolute with its final dot and without. */
static void drop_dot(char *text)
{
	size_t n = strlen(text);

	if (n > 1 && text[n - 1] == '.')
		text[n - 1] = 0;
}

static enum status set(const struct opt *o, bool yes, char *text)
{
	struct opt_list *list = o->to;

	switch (o->kind) {
	case OPT_FLAG:
	case OPT_TOGGLE:
		*(bool *)o->to = yes;
		return ST_OK;
	case OPT_COUNT:
		++*(unsigned *)o->to;
		return ST_OK;
	case OPT_TEXT:
		*(const char **)o->to = text;
		return ST_OK;
	case OPT_DOMAIN:
		drop_dot(text);
		*(const char **)o->to = text;
		return ST_OK;
	case OPT_LIST:
		list->v = mem_array(list->v, list->n + 1, sizeof(*list->v));
		list->v[list->n++] = text;
		return ST_OK;
	case OPT_MAYBE:
		((struct opt_number *)o->to)->given = true;
		return text ? set_number(o, text) : ST_OK;
	case OPT_NUMBER:
		return set_number(o, text);
	}
	return ST_BUG;
}

/* What getopt_long wants: two names for a toggle, short letters with colons. */
struct getopt_tables {
	struct option *names;
	char letters[256];
	char (*negated)[2][40]; /* "noNAME" and "no-NAME" */
};

static const struct opt *option_of(const struct opt_program *p, int c)
{
	if (c >= OPT_FIRST)
		return row_of(p, (size_t)(c - OPT_FIRST) / 2);
	for (size_t i = 0; i < count_rows(p); i++)
		if (row_of(p, i)->brief == c)
			return row_of(p, i);
	return NULL;
}

static void fill_tables(struct getopt_tables *t, const struct opt_program *p)
{
	size_t rows = count_rows(p), n = 0, at = 0;

	t->names = mem_alloc((3 * rows + 3) * sizeof(*t->names));
	t->negated = mem_alloc((rows + 1) * sizeof(*t->negated));
	t->letters[at++] = ':'; /* tell a missing argument from a bad option */
	for (size_t i = 0; i < rows; i++) {
		const struct opt *o = row_of(p, i);
		int with = o->kind == OPT_MAYBE ? optional_argument
			   : o->arg		? required_argument
						: no_argument;
		int value = OPT_FIRST + 2 * (int)i;

		t->names[n++] = (struct option){ o->name, with, NULL, value };
		for (int dash = 0; dash < 2 && o->kind == OPT_TOGGLE; dash++) {
			char *no = t->negated[i][dash];

			snprintf(no, sizeof(t->negated[i][dash]), "no%s%s",
				 dash ? "-" : "", o->name);
			t->names[n++] = (struct option){ no, no_argument, NULL,
							 value + 1 };
		}
		if (o->brief) {
			t->letters[at++] = (char)o->brief;
			if (o->arg)
				t->letters[at++] = ':';
			if (o->kind == OPT_MAYBE)
				t->letters[at++] = ':';
		}
	}
	if (!option_of(p, 'V'))
		t->letters[at++] = 'V'; /* as opendkim-genkey's --version */
	t->letters[at] = 0;
	t->names[n++] = (struct option){ "help", no_argument, NULL, OPT_HELP };
	t->names[n++] =
		(struct option){ "version", no_argument, NULL, OPT_VERSION };
}

static bool is_version(const struct opt_program *p, int c)
{
	return c == OPT_VERSION || (c == 'V' && !option_of(p, c));
}

static enum status complain(int c, char **argv, int before)
{
	const char *word = argv[optind - 1];

	/* a bad letter inside a bundle has not moved optind yet */
	if (optopt && optopt < OPT_HELP && strncmp(word, "--", 2) != 0)
		cli_say(NULL,
			c == ':' ? "option -%c needs an argument"
				 : "unknown option -%c (see --help)",
			optopt);
	else
		cli_say(NULL,
			c == ':' ? "option %s needs an argument"
				 : "unknown, ambiguous or wrongly used option "
				   "%s (see --help)",
			optind > before ? word : argv[before]);
	return ST_USAGE;
}

static enum status next(const struct opt_program *program, char **argv, int c,
			int before)
{
	const struct opt *o = option_of(program, c);

	if (c == '?' || c == ':' || !o)
		return complain(c, argv, before);
	return set(o, c < OPT_FIRST || (c - OPT_FIRST) % 2 == 0, optarg);
}

int opt_parse(const struct opt_program *program, int argc, char **argv,
	      int *code)
{
	const char *slash = argc ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : argc ? argv[0] : "dkim";
	struct getopt_tables t = { 0 };
	int c, first = -1, before = 1;

	fill_tables(&t, program);
	opterr = 0;
	*code = 0;
	while ((c = getopt_long(argc, argv, t.letters, t.names, NULL)) >= 0) {
		if (c == OPT_HELP)
			*code = show_help(name, program);
		else if (is_version(program, c))
			*code = show_version(name);
		else
			*code = exit_status(next(program, argv, c, before));
		if (*code || c == OPT_HELP || is_version(program, c))
			goto out;
		before = optind;
	}
	first = optind;
out:
	free(t.names);
	free(t.negated);
	return first;
}

bool opt_wants(const struct opt_program *program, int argc, char **argv,
	       const char *name)
{
	size_t n = (size_t)argc;
	char **copy = mem_array(NULL, n + 1, sizeof(*copy)); /* is reordered */
	struct getopt_tables t = { 0 };
	bool wants = false;
	int c;

	for (size_t i = 0; i <= n; i++)
		copy[i] = argv[i];
	fill_tables(&t, program);
	opterr = 0;
	while ((c = getopt_long(argc, copy, t.letters, t.names, NULL)) >= 0) {
		bool wrong = c == '?' || c == ':';
		const struct opt *o = option_of(program, wrong ? optopt : c);

		wants |= o && strcmp(o->name, name) == 0;
	}
	optind = 0; /* glibc, musl: begin anew */
	free(copy);
	free(t.names);
	free(t.negated);
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
