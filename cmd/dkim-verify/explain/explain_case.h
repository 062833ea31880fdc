/* explain_case: one body that does not have the hash it should, as all those
 * who look for the reason see it. */
#ifndef EXPLAIN_CASE_H
#define EXPLAIN_CASE_H

#include "explain_cause.h"
#include "explain_mime.h"
#include "explain_trial.h"

struct body_input {
	const struct crypto *crypto;
	const struct sig *sig;
	const struct fields *fields;
	struct span body; /* line ends as msg.h gives them */
	bool lf;	  /* ... which came as LF */
	uint64_t *left;
};

struct body_case {
	const struct body_input *in;
	const struct sig *sig;
	const struct fields *fields;
	struct span body; /* line ends CRLF as msg.h gives them */
	bool lf;	  /* ... which were LF in what was received */
	struct mime mime;
	struct trial *trial;
	struct causes *out;
	size_t *line; /* where each line starts, and the end of the body */
	size_t line_n;
};

/* case_open: of IN, with the body BODY; work counts against LEFT. */
void case_open(struct body_case *c, const struct body_input *in,
	       struct span body, uint64_t *left, struct causes *out);
void case_close(struct body_case *c);

/* case_octets: octets of the body from FROM to TO as they were received.
 * case_lines: lines, a part of one counts. */
uint64_t case_octets(const struct body_case *c, size_t from, size_t to);
size_t case_lines(const struct body_case *c, size_t from, size_t to);

/* case_line: line I without its line end. */
struct span case_line(const struct body_case *c, size_t i);

/* case_line_of: the number of the line that holds offset AT, from 0. */
size_t case_line_of(const struct body_case *c, size_t at);

/* case_solve: do edits of the body explain it? Then a proven cause CODE is
 * added, with the number of edits as NAME (NULL: none) and the offset of the
 * first; *ADDED (may be NULL) is the cause. */
bool case_solve(struct body_case *c, struct edits *e, unsigned how,
		enum cause_code code, const char *name, struct cause **added);

/* Each looks for its own sort of change; true when it has explained all. */
bool explain_end(struct body_case *c); /* explain_cut.c */
bool explain_cuts(struct body_case *c);
bool explain_more_cuts(struct body_case *c);
bool explain_line_ends(struct body_case *c); /* explain_line.c */
bool explain_marks(struct body_case *c);
bool explain_blanks(struct body_case *c);
bool explain_more_blanks(struct body_case *c);
bool explain_wraps(struct body_case *c); /* explain_wrap.c */
bool explain_links(struct body_case *c);
bool explain_encodings(struct body_case *c); /* explain_encode.c */
bool explain_encoded_cuts(struct body_case *c);
bool explain_pairs(struct body_case *c); /* explain_pair.c */
bool explain_words(struct body_case *c); /* explain_guess.c */
bool explain_octets(struct body_case *c);

/* explain_guess: what the body shows, without a proof. */
void explain_guess(struct body_case *c);

#endif
