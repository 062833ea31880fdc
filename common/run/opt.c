#include "opt.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "idn.h"
#include "io.h"
#include "when.h"

/* -- the table ------------------------------------------------------------- */

static const struct opt built_in[] = {
	{ 'h', "help", "all", "show this text, or all options", OPT_HELP,
	  NULL },
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

/* The row called NAME: the program's own, or there is none (NULL). */
static const struct opt *row_of_name(const struct opt_program *p,
				     struct span name)
{
	for (size_t i = 0; i < count_rows(p); i++)
		if (span_eq(span_str(row_of(p, i)->name), name))
			return row_of(p, i);
	return NULL;
}

/* Whether --NAME is right with and without a value. */
static bool takes_maybe(const struct opt *o)
{
	return o->kind == OPT_MAYBE || o->kind == OPT_WORDS ||
	       o->kind == OPT_HELP;
}

/* Long name number K of O into NAME: false if it has fewer. */
enum { LONGEST_NAME = SPAN_WORD };
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

static void help_row(struct buf *out, const struct opt_program *program,
		     const struct opt *o)
{
	bool brief = o->brief && row_of_letter(program, o->brief) == o;
	bool maybe = takes_maybe(o);
	char left[64];

	snprintf(left, sizeof(left), "  %c%c%c --%s%s%s%s%s%s",
		 brief ? '-' : ' ', brief ? o->brief : ' ', brief ? ',' : ' ',
		 o->kind == OPT_TOGGLE ? "[no]" : "", o->name, maybe ? "[" : "",
		 o->kind == OPT_REST ? " "
		 : o->arg	     ? "="
				     : "",
		 o->arg ? o->arg : "", maybe ? "]" : "");
	buf_putf(out, strlen(left) < 32 ? "%-31s %s\n" : "%s\n%32s%s\n", left,
		 strlen(left) < 32 ? o->help : "", o->help);
}

/* TEXT is NULL or the value of --help. */
static int show_help(const char *name, const struct opt_program *program,
		     const char *text, struct diag *why)
{
	bool all = text || !program->groups;
	struct buf out;

	if (text && strcmp(text, "all") != 0)
		return cli_fail(NULL,
				diag_set(why, ST_USAGE, NULL,
					 "--help=%.80s: only \"all\"", text),
				why);
	buf_init(&out, 65536);
	buf_putf(&out, "usage: %s %s\n%s\n", name, program->synopsis,
		 program->about);
	if (all)
		buf_putf(&out, "\n");
	for (size_t i = 0; i < count_rows(program) && all; i++)
		if (row_of(program, i)->help)
			help_row(&out, program, row_of(program, i));
	for (size_t i = 0; i < program->group_n && !all; i++) {
		struct span names = span_str(program->groups[i].names), one;

		buf_putf(&out, "\n%s\n", program->groups[i].heading);
		while (span_split(&names, '|', &one))
			help_row(&out, program, row_of_name(program, one));
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

/* The values of getopt_long: row I is FIRST_VALUE + 2 * I, and one more for its
 * --noNAME; letters are below. */
enum { FIRST_VALUE = 256 };

/* What getopt_long wants: all names, and the letters with their colons. */
struct getopt_tables {
	struct option *names;
	char (*text)[LONGEST_NAME]; /* of names */
	char letters[256];
};

static void getopt_tables_fill(struct getopt_tables *t,
			       const struct opt_program *p)
{
	size_t rows = count_rows(p), n = 0, at = 0;

	t->names = mem_alloc((3 * rows + 1) * sizeof(*t->names));
	t->text = mem_alloc(3 * rows * sizeof(*t->text));
	t->letters[at++] = ':'; /* a missing value is ':' and not '?' */
	for (size_t i = 0; i < rows; i++) {
		const struct opt *o = row_of(p, i);
		bool maybe = takes_maybe(o);

		for (int k = 0; long_name(o, k, t->text[n]); k++, n++)
			t->names[n] = (struct option){
				.name = t->text[n],
				.has_arg = maybe ? optional_argument
					   : o->arg && o->kind != OPT_REST
						   ? required_argument
						   : no_argument,
				.val = FIRST_VALUE + 2 * (int)i + (k > 0),
			};
		if (!o->brief || row_of_letter(p, o->brief) != o)
			continue;
		t->letters[at++] = (char)o->brief;
		/* -h takes no value: what follows it are letters */
		for (int colons = o->kind == OPT_HELP ? 0
				  : maybe	      ? 2
						      : o->arg != NULL;
		     colons; colons--)
			t->letters[at++] = ':';
	}
}

static void getopt_tables_free(struct getopt_tables *t)
{
	free(t->names);
	free(t->text);
}

/* The row that VALUE of getopt_long, or its optopt, is about, or NULL. */
static const struct opt *row_of_value(const struct opt_program *p, int value)
{
	return value >= FIRST_VALUE
		       ? row_of(p, (size_t)(value - FIRST_VALUE) / 2)
		       : row_of_letter(p, value);
}

/* ST_USAGE; WHY offers the name nearest to TYPED. */
static enum status unknown_option(const struct opt_program *p,
				  struct span typed, struct diag *why)
{
	char name[LONGEST_NAME], nearest[LONGEST_NAME] = "";
	size_t least = typed.n / 3 + 1; /* nearer than that */

	for (size_t i = 0; i < count_rows(p) && typed.n < LONGEST_NAME; i++)
		for (int k = 0; long_name(row_of(p, i), k, name); k++) {
			size_t far = span_distance(typed, span_str(name));

			if (!row_of(p, i)->help || far >= least)
				continue;
			least = far;
			memcpy(nearest, name, sizeof(name));
		}
	return diag_set(why, ST_USAGE, NULL,
			*nearest ? "unknown option --%.*s (did you mean --%s?)"
				 : "unknown option --%.*s (see --help)",
			(int)(typed.n < 80 ? typed.n : 80),
			(const char *)typed.p, nearest);
}

/* ST_USAGE; WHY tells what is wrong with the option that getopt_long stopped at
 * with C, which is ':' or '?'. WORD is the last that it took from ARGV. */
static enum status wrong_option(const struct opt_program *p, int c,
				const char *word, struct diag *why)
{
	struct span typed;
	char name[LONGEST_NAME], all[LIMIT_DIAG] = "";

	if (c == ':' || optopt >= FIRST_VALUE)
		return diag_set(why, ST_USAGE, NULL,
				c == ':' ? "--%s needs a value"
					 : "--%s takes no value",
				row_of_value(p, optopt)->name);
	if (optopt)
		return diag_set(why, ST_USAGE, NULL,
				"unknown option -%c (see --help)", optopt);
	typed = span_str(word + 2);
	typed.n = span_find(typed, '=');
	for (size_t i = 0; i < count_rows(p) && typed.n; i++)
		for (int k = 0; long_name(row_of(p, i), k, name); k++) {
			size_t n = strlen(all);

			if (span_starts(span_str(name), typed))
				snprintf(all + n, sizeof(all) - n, "%s--%s",
					 n ? ", " : "", name);
		}
	return *all ? diag_set(why, ST_USAGE, NULL, "--%.*s is ambiguous: %s",
			       (int)typed.n, (const char *)typed.p, all)
		    : unknown_option(p, typed, why);
}

/* The seconds that TEXT means, with a unit, where O is of seconds; 0 if it has
 * none, or they are out of range. */
static uint64_t meant_seconds(const struct opt *o, struct span text)
{
	const struct opt_number *number = o->to;
	uint64_t n;

	return o->arg && strncmp(o->arg, "SEC", 3) == 0 && text.n &&
			       !ascii_digit(text.p[text.n - 1]) &&
			       when_seconds(text, &n) && n >= number->least &&
			       n <= number->most
		       ? n
		       : 0;
}

static enum status set_number(const struct opt *o, const char *text,
			      struct diag *why)
{
	struct opt_number *number = o->to;
	uint64_t value, meant = meant_seconds(o, span_str(text));

	if (meant)
		return diag_set(why, ST_USAGE, NULL,
				"--%s: \"%s\" is not a number of seconds: "
				"write %llu",
				o->name, text, (unsigned long long)meant);
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

/* TEXT with the case of its letters, unless it has U-labels. */
static enum status set_domain(const struct opt *o, const char *text,
			      struct diag *why)
{
	struct span s = span_str(text);
	struct diag more = { 0 };
	struct name name;

	*(const char **)o->to = text;
	if (!span_8bit(s))
		return ST_OK;
	enum status st =
		idn_typed(s, NAME_UNDERSCORE | NAME_SINGLE, &name, &more);

	if (st != ST_OK)
		return diag_set(why, st == ST_DNS ? st : ST_USAGE, more.where,
				"--%s: %s", o->name, more.text);
	/* in use until the program ends, as the strings of argv are */
	*(const char **)o->to = mem_copy(name.text, strlen(name.text));
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
		/* two dots are no name: the program says so */
		if (n > 1 && text[n - 1] == '.' && text[n - 2] != '.')
			text[n - 1] = 0;
		return set_domain(o, text, why);
	case OPT_TEXT:
		*(const char **)o->to = text;
		return ST_OK;
	case OPT_WORDS:
		*(const char **)o->to = text ? text : "";
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
	case OPT_REST:
	case OPT_HELP:
	case OPT_VERSION:
		break;
	}
	return ST_BUG;
}

/* The words after O, which are left to it. */
static enum status set_rest(const struct opt *o, int *argc, char **argv,
			    struct diag *why)
{
	if (optind == *argc)
		return diag_set(why, ST_USAGE, NULL,
				"--%s needs a command, as words of its own",
				o->name);
	*(char ***)o->to = argv + optind;
	*argc = optind;
	return ST_OK;
}

int opt_parse(const struct opt_program *program, int *argc, char **argv,
	      int *code)
{
	const char *slash = *argc ? strrchr(argv[0], '/') : NULL;
	const char *name = slash ? slash + 1 : *argc ? argv[0] : "dkim";
	struct getopt_tables t = { 0 };
	struct diag why = { 0 };
	bool over = false;
	int c;

	*code = 0;
	getopt_tables_fill(&t, program);
	opterr = 0;
	optind = 0; /* glibc, musl: begin anew */
	while (!over &&
	       (c = getopt_long(*argc, argv, t.letters, t.names, NULL)) >= 0) {
		bool wrong = c == '?' || c == ':';
		const struct opt *o = wrong ? NULL : row_of_value(program, c);
		bool yes = c < FIRST_VALUE || (c - FIRST_VALUE) % 2 == 0;
		enum status st = ST_OK;

		over = true;
		if (o && o->kind == OPT_HELP)
			*code = show_help(name, program, optarg, &why);
		else if (o && o->kind == OPT_VERSION)
			*code = show_version(name);
		else if ((st = !o ? wrong_option(program, c, argv[optind - 1],
						 &why)
			       : o->kind == OPT_REST
				       ? set_rest(o, argc, argv, &why)
				       : set_option(o, yes, optarg, &why)) !=
			 ST_OK)
			*code = cli_fail(NULL, st, &why);
		else
			over = false;
	}
	getopt_tables_free(&t);
	return over ? -1 : optind;
}

bool opt_wants(const struct opt_program *program, int argc, char **argv,
	       const char *name)
{
	size_t n = (size_t)argc;
	char **copy = mem_array(NULL, n + 1, sizeof(*copy)); /* is reordered */
	struct getopt_tables t = { 0 };
	bool wants = false;
	int c;

	memcpy(copy, argv, (n + 1) * sizeof(*copy));
	getopt_tables_fill(&t, program);
	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, copy, t.letters, t.names, NULL)) >= 0) {
		bool wrong = c == '?' || c == ':';
		const struct opt *o = row_of_value(program, wrong ? optopt : c);

		wants |= o && strcmp(o->name, name) == 0;
		if (o && o->kind == OPT_REST)
			break;
	}
	free(copy);
	getopt_tables_free(&t);
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
	case OPT_WORDS:
	case OPT_DOMAIN:
		return *(const char *const *)o->to != NULL;
	case OPT_REST:
		return *(char **const *)o->to != NULL;
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

	while (span_split(names, '|', &name)) {
		const struct opt *o = row_of_name(p, name);

		if (o && is_given(o))
			return o;
	}
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

bool opt_positional(char **operands, size_t n, const char *key,
		    struct diag *why)
{
	if (n != 3 || !strchr(operands[1], '.') ||
	    access(operands[0], F_OK) == 0 || access(operands[1], F_OK) == 0 ||
	    access(operands[2], F_OK) != 0)
		return false;
	diag_set(why, ST_USAGE, NULL,
		 "SELECTOR DOMAIN KEYFILE is written -s %s -d %s "
		 "%s%s",
		 operands[0], operands[1], key, operands[2]);
	return true;
}
