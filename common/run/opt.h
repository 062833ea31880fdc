/* opt: the options of a program as a table, from which the command line is
 * parsed and --help is written.
 *
 * Long names may be shortened while they stay unambiguous, "--" ends the
 * options, options may follow operands, and letters may be bundled. A value
 * follows as the next word, after "=" or directly after a letter. -h,
 * --help[=all], -V and --version are built in; a program may use the letters
 * otherwise. */
#ifndef OPT_H
#define OPT_H

#include "status.h"

enum opt_kind {
	OPT_FLAG,   /* bool *to = true */
	OPT_TOGGLE, /* as OPT_FLAG, and --noNAME, --no-NAME = false */
	OPT_COUNT,  /* unsigned *to: one more each time */
	OPT_TEXT,   /* const char **to = the argument, the last one counts */
	OPT_DOMAIN, /* the same for a domain; a final dot is taken off, and
		     * U-labels become A-labels (idn.h) */
	OPT_WORDS,  /* as OPT_TEXT, and --NAME alone gives "" */
	OPT_NUMBER, /* struct opt_number *to */
	OPT_MAYBE,  /* as OPT_NUMBER, and --NAME alone leaves its value */
	OPT_LIST,   /* struct opt_list *to: every argument in order */
	OPT_REST,   /* char ***to: the words after it, at least one; they are
		     * the last of the command line */

	OPT_HELP,
	OPT_VERSION /* of opt itself */
};

/* A decimal number from least to most; value keeps its default if not given. */
struct opt_number {
	uint64_t value, least, most;
	bool given;
};

/* Repeatable option; v is owned (free it), the strings are argv's. */
struct opt_list {
	const char **v;
	size_t n;
};

struct opt {
	int brief;	  /* short letter, or 0 */
	const char *name; /* long name */
	const char *arg;  /* what --help calls the argument; NULL for flags */
	const char *help; /* one line; NULL: not shown (an old synonym) */
	enum opt_kind kind;
	void *to;
};

/* Some options under a heading, for a --help that fits on a screen. */
struct opt_group {
	const char *heading;
	const char *names; /* long names, with "|" between */
};

struct opt_program {
	const char *synopsis; /* after "usage: PROGRAM " */
	const char *about;    /* one line */
	const struct opt *options;
	size_t n;
	const char *examples;		/* two lines, with their line ends */
	const struct opt_group *groups; /* what --help shows; --help=all shows
					 * every option. NULL: all are shown */
	size_t group_n;
	const struct opt *more; /* rows shared with other programs, shown
				 * after its own; may be NULL */
	size_t mores;
};

/* opt_parse: set the targets of the table from ARGV and move the operands to
 * its end; *ARGC loses the words of an OPT_REST. Returns the index of the first
 * operand; -1 when the program is to end with *CODE: 0 after --help or
 * --version, 64 (or 74) after a message. */
int opt_parse(const struct opt_program *program, int *argc, char **argv,
	      int *code) MUST_USE;

/* opt_wants: is the option NAME in ARGV, even if it lacks its value or another
 * option is wrong? For what must be known before opt_parse; nothing changes. */
bool opt_wants(const struct opt_program *program, int argc, char **argv,
	       const char *name);

/* A rule for options given together. Long names, with "|" between. */
struct opt_rule {
	const char *these; /* at most one of them, or with `need` ... */
	const char *need;  /* ... each only with one of these */
};

/* opt_rules: ST_OK if the options that opt_parse has found obey all N rules;
 * else ST_USAGE, and WHY names those given that break one. The target of an
 * OPT_TEXT, OPT_DOMAIN or OPT_REST must have begun as NULL. */
enum status opt_rules(const struct opt_program *program,
		      const struct opt_rule *rules, size_t n,
		      struct diag *why) MUST_USE;

/* opt_positional: whether the N operands are the SELECTOR DOMAIN KEYFILE of
 * dkimpy's dkimsign(1): the last one alone is a file. WHY is then an ST_USAGE
 * with the options to use; KEY is that of the key file, as "-k ", or "". */
bool opt_positional(char **operands, size_t n, const char *key,
		    struct diag *why);

#endif
