/* explain_body: why the body does not have the hash that bh= names.
 *
 * A table lists the generators (explain_lines.c, explain_cuts.c,
 * explain_links.c, explain_codes.c): each proposes edits of the body for one
 * sort of change. The engine searches among them (explain_search.h), hashes,
 * composes two sorts, and keeps the work within the budget. */
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

/* explain_line_ends: true when the header, too, has line ends that make the
 * whole message verify when they are mended: that replaces what is in OUT. */
bool explain_line_ends(const struct explain_input *in, struct causes *out);

/* body_hash: the hash of BODY for bh= of SIG in *OUT, and how many octets its
 * form has, as for bodyhash_get. */
void body_hash(const struct explain_input *in, const struct sig *sig,
	       struct span body, struct digest *out, uint64_t *octets);

/* -- for the generators ---------------------------------------------------- */

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
	/* add the edits of variant V to S; false: there is no such variant,
	 * nor a later one */
	bool (*propose)(const struct body_case *c, unsigned v,
			struct script *s);
	/* add causes and details for the edit E, the first of those that are on
	 * or (EACH) each of them; NULL: the usual */
	void (*say)(const struct body_case *c, const struct script *s,
		    const struct edit *e);
	unsigned first, last; /* variants */
	unsigned how;	      /* TRY_... */
	unsigned share;	      /* it may use 1/SHARE of the budget */
	unsigned flags;
};

enum {
	SIMPLE_ONLY = 1, /* relaxed does not see it (RFC 6376 3.4.4) */
	FIRST = 2,	 /* undone as a whole before another sort is tried */
	SECOND = 4,	 /* tried after one of these */
	DECODED = 8,	 /* also tried inside a part that is encoded */
	EACH = 16,	 /* each of its edits is a cause */
};

/* body_octets: octets of the body from FROM to TO as they were received.
 * body_say_offset: add to CAUSE, as "offset", how many there are before AT.
 * body_lines: lines, a part of one counts. body_line: line I without its line
 * end. body_is_blank: S is nothing but white space. */
uint64_t body_octets(const struct body_case *c, size_t from, size_t to);
void body_say_offset(const struct body_case *c, struct cause *cause, size_t at);
size_t body_lines(struct span s);
struct span body_line(const struct body_case *c, size_t i);
bool body_is_blank(struct span s);

/* body_script: begin a script of C's body; its cost is charged. */
void body_script(struct body_case *c, struct script *s);

/* body_propose: add to S what G proposes as VARIANT. False when it proposes
 * nothing for this one or a later one. */
bool body_propose(const struct body_case *c, const struct generator *g,
		  unsigned variant, bool forced, struct script *s);

/* body_generators: the table, N rows. */
const struct generator *body_generators(size_t *n);

/* body_inner: open INNER as a case of PLAIN alone, the decoded text of P. */
void body_inner(const struct body_case *c, const struct part *p,
		struct span plain, struct body_case *inner);
void body_close(struct body_case *c);

/* explain_lines.c */
bool lines_marks(const struct body_case *c, unsigned v, struct script *s);
bool lines_blank(const struct body_case *c, unsigned v, struct script *s);
bool lines_trailing(const struct body_case *c, unsigned v, struct script *s);
bool lines_tabs(const struct body_case *c, unsigned v, struct script *s);
bool lines_wrapped(const struct body_case *c, unsigned v, struct script *s);
bool lines_words(const struct body_case *c, unsigned v, struct script *s);
bool lines_letters(const struct body_case *c, unsigned v, struct script *s);
enum {
	MARK_LF,
	MARK_CRCRLF,
	MARK_FROM,
	MARK_DOTS,
	MARK_DOT_LEFT, /* a dot was lost from a line that still has one */
	MARK_DOT_LOST, /* from one that looks so */
};
enum { BLANK_RUNS, BLANK_RUNS_LAST = 7, BLANK_EACH, BLANK_LOST, BLANK_MIXED };
enum { TRAILING_ANY, TRAILING_DASHES, TRAILING_FILLED };
enum { WRAPS_EVERY, WRAPS_FILLED = 6, WRAPS_EXACT = 48 };

/* explain_cuts.c */
bool cuts_texts(const struct body_case *c, unsigned v, struct script *s);
bool cuts_very_end(const struct body_case *c, unsigned v, struct script *s);
bool cuts_closing(const struct body_case *c, unsigned v, struct script *s);
bool cuts_unwrapped(const struct body_case *c, unsigned v, struct script *s);
void cuts_say(const struct body_case *c, const struct script *s,
	      const struct edit *e);
void cuts_say_end(const struct body_case *c, const struct script *s,
		  const struct edit *e);
void cuts_say_unwrapped(const struct body_case *c, const struct script *s,
			const struct edit *e);
enum {
	CUT_END,      /* from any line to the end */
	CUT_START,    /* from the start to any line */
	CUT_PARTS,    /* from one boundary line to another */
	CUT_TEXT_END, /* the same of a text part, and of HTML */
	CUT_TEXT_START,
	CUT_BOTH_ENDS,
	CUT_LINES, /* from any line to any */
};

/* explain_links.c */
bool links_undone(const struct body_case *c, unsigned v, struct script *s);

/* explain_codes.c */
bool codes_recoded(const struct body_case *c, unsigned v, struct script *s);
bool codes_converted(const struct body_case *c, unsigned v, struct script *s);
bool codes_inside(const struct body_case *c, unsigned v, struct script *s);
void codes_say(const struct body_case *c, const struct script *s,
	       const struct edit *e);
void codes_say_inside(const struct body_case *c, const struct script *s,
		      const struct edit *e);

#endif
