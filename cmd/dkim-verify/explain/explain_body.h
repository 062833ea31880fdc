/* explain_body: why the body does not have the hash that bh= names.
 *
 * A table lists the generators (explain_lines.c, explain_cuts.c,
 * explain_links.c, explain_codes.c): each proposes edits of the body for one
 * sort of change. The engine searches among them (explain_search.h), hashes,
 * composes two or three sorts, and keeps the work within the budget. */
#ifndef EXPLAIN_BODY_H
#define EXPLAIN_BODY_H

#include "explain_input.h"
#include "explain_mime.h"
#include "explain_search.h"

/* explain_body: append to OUT what is proven, or else what is likely. */
void explain_body(const struct explain_input *in, struct causes *out);

/* explain_large_body: the same for a body that is too large to be kept: a
 * footer of the message, which is read once more. */
void explain_large_body(const struct explain_input *in, struct causes *out);

/* explain_line_ends: the header, too, has line ends that make the whole message
 * verify when they are mended: replace what is in OUT. */
void explain_line_ends(const struct explain_input *in, struct causes *out);

/* -- for the generators -----------------------------------------------------
 */

struct body_case {
	const struct explain_input *in;
	struct span body;
	struct mime mime;
	size_t *line; /* where each line starts, and the end of the body */
	size_t line_n;
	uint64_t left; /* of the budget of the sort that is being tried */
	struct machine machine;
	struct causes *out;
};

struct generator {
	enum cause_code code;
	const char *count; /* detail with the number of edits, or NULL */
	/* add the edits of variant VARIANT to S */
	void (*propose)(const struct body_case *c, unsigned variant,
			struct script *s);
	/* add causes and details for the edits that are on; NULL: the usual */
	void (*say)(const struct body_case *c, const struct script *s,
		    const struct generator *g);
	unsigned first, variants; /* variants are FIRST ... FIRST+VARIANTS-1 */
	unsigned how;		  /* TRY_... */
	unsigned share;		  /* it may use 1/SHARE of the budget */
	unsigned flags;
};

enum {
	SIMPLE_ONLY = 1, /* relaxed does not see it (RFC 6376 3.4.4) */
	FIRST = 2,	 /* undone as a whole before another sort is tried */
	SECOND = 4,	 /* tried after one of these */
	DECODED = 8,	 /* also tried inside a part that is encoded */
};

/* body_octets: octets of the body from FROM to TO as they were received.
 * body_lines: lines, a part of one counts. body_line: line I without its line
 * end. body_is_blank: S is nothing but white space. */
uint64_t body_octets(const struct body_case *c, size_t from, size_t to);
size_t body_lines(struct span s);
struct span body_line(const struct body_case *c, size_t i);
bool body_is_blank(struct span s);

/* body_script: begin a script of C's body; its cost is charged. */
void body_script(struct body_case *c, struct script *s);

/* body_propose: add to S what G proposes. False when it does not apply. */
bool body_propose(const struct body_case *c, const struct generator *g,
		  unsigned variant, bool forced, struct script *s);

/* body_generators: the table, N rows. */
const struct generator *body_generators(size_t *n);

/* body_inner: open INNER as a case of PLAIN alone, the decoded text of P. */
void body_inner(const struct body_case *c, const struct part *p,
		struct span plain, struct body_case *inner);
void body_close(struct body_case *c);

/* explain_lines.c */
void lines_bare_lf(const struct body_case *c, unsigned v, struct script *s);
void lines_crcrlf(const struct body_case *c, unsigned v, struct script *s);
void lines_from_quoted(const struct body_case *c, unsigned v, struct script *s);
void lines_dots(const struct body_case *c, unsigned v, struct script *s);
void lines_blank(const struct body_case *c, unsigned v, struct script *s);
void lines_trailing(const struct body_case *c, unsigned v, struct script *s);
void lines_tabs(const struct body_case *c, unsigned v, struct script *s);
void lines_wrapped(const struct body_case *c, unsigned v, struct script *s);
void lines_words(const struct body_case *c, unsigned v, struct script *s);
void lines_letters(const struct body_case *c, unsigned v, struct script *s);
enum {
	BLANK_ALL,
	BLANK_RUNS,
	BLANK_EACH = 9,
	BLANK_LOST,
	BLANK_MIXED,
	BLANK_VARIANTS
};
enum {
	TRAILING_ANY,
	TRAILING_BLANK,
	TRAILING_FLOWED,
	TRAILING_SETS = 9,
	TRAILING_WIDTHS = 80,
	TRAILING_VARIANTS = 3 * (TRAILING_SETS + 3 * TRAILING_WIDTHS)
};
enum { TABS_VARIANTS = 40 };
enum {
	WRAPS_EVERY = 0,
	WRAPS_EXACT = 6,
	WRAPS_FILLED = WRAPS_EXACT + 5 * 40,
	WRAPS_WIDTHS = 97,
	WRAPS_VARIANTS = WRAPS_FILLED + 4 * WRAPS_WIDTHS
};

/* explain_cuts.c */
void cuts_end(const struct body_case *c, unsigned v, struct script *s);
void cuts_start(const struct body_case *c, unsigned v, struct script *s);
void cuts_very_end(const struct body_case *c, unsigned v, struct script *s);
void cuts_closing(const struct body_case *c, unsigned v, struct script *s);
void cuts_parts(const struct body_case *c, unsigned v, struct script *s);
void cuts_unwrapped(const struct body_case *c, unsigned v, struct script *s);
void cuts_part_text(const struct body_case *c, unsigned v, struct script *s);
void cuts_both_ends(const struct body_case *c, unsigned v, struct script *s);
void cuts_lines(const struct body_case *c, unsigned v, struct script *s);
void cuts_octets(const struct body_case *c, unsigned v, struct script *s);
void cuts_say(const struct body_case *c, const struct script *s,
	      const struct generator *g);
void cuts_say_end(const struct body_case *c, const struct script *s,
		  const struct generator *g);
void cuts_say_closing(const struct body_case *c, const struct script *s,
		      const struct generator *g);
void cuts_say_unwrapped(const struct body_case *c, const struct script *s,
			const struct generator *g);

/* explain_links.c */
void links_undone(const struct body_case *c, unsigned v, struct script *s);
enum { LINK_VARIANTS = 4 };

/* explain_codes.c: with loops of their own; true when it is solved. */
bool codes_changed(struct body_case *c);
bool codes_inside(struct body_case *c);

#endif
