/* fields: a header section, parsed once and indexed (RFC 5322 2.2, 3.6.8).
 *
 * A line that starts neither a field nor a continuation makes the header
 * malformed (RFC 5322 2.2), but the fields around it are still found, so that a
 * report can name the signatures that do not count because of it. Spans borrow
 * from `bytes`; all of it lives until fields_free. */
#ifndef FIELDS_H
#define FIELDS_H

#include "buf.h"

struct field {
	struct span raw;   /* all of it, with its final CRLF */
	struct span name;  /* as written, without WSP before the colon */
	struct span value; /* after the colon, without the final CRLF */
};

struct fields {
	struct buf
		bytes; /* the block: CRLF line ends, no empty line at the end */
	struct field *v; /* top to bottom */
	size_t n, room;	 /* ROOM: for so many are `v` and `sorted` */
	const struct field **sorted; /* by name, then top to bottom */
	bool cut;		     /* it is longer than LIMIT_HEADER_BYTES */
	bool signature_left; /* a DKIM-Signature field is beyond a ceiling: with
			      * `cut`, complete after msg_end */
	bool blank_line;     /* a continuation of white space only */
	bool international;  /* has 8-bit bytes, and all is UTF-8: the header of
			      * internationalized mail (RFC 6532 3) */
	enum status st;	     /* ST_OK, ST_MALFORMED, ST_LIMIT, ST_NOT_MESSAGE */
	struct diag why;     /* the first error, with its line number */
};

/* fields_parse: index F->bytes, which the caller has filled; a missing final
 * CRLF is added. CUT says that the header goes on after LIMIT_HEADER_BYTES,
 * WHOLE_LINES that at least one line had a line end (an input without any may
 * be the start of a message). One mbox line ("From " or ">From ") at the start
 * is skipped; *MBOX gets its length. The result is in F->st. */
void fields_parse(struct fields *f, bool cut, bool whole_lines, size_t *mbox);
void fields_free(struct fields *f);

/* fields_reset: empty F for the next header; memory of a usual size is kept. */
void fields_reset(struct fields *f);

/* fields_is_name: S can be the name of a field: ftext, %d33-57 / %d59-126 (RFC
 * 5322 3.6.8). */
bool fields_is_name(struct span s);

/* fields_count: the number of fields with NAME, letter case ignored (RFC 6376
 * 3.5 h=). fields_find: the NTH of them from the top (from 0), or NULL. */
size_t fields_count(const struct fields *f, struct span name);
const struct field *fields_find(const struct fields *f, struct span name,
				size_t nth);

/* A picker hands out the instances of each name from the bottom up, each once
 * (RFC 6376 5.4.2), in O(log n) a call. */
struct picker {
	const struct fields *fields;
	const struct field *except;
	uint16_t *used; /* indexed by the first of a name in fields->sorted */
};

/* picker_init: EXCEPT (may be NULL) is never handed out: the signature that is
 * being verified does not cover itself (RFC 6376 3.7). */
void picker_init(struct picker *p, const struct fields *f,
		 const struct field *except);

/* picker_take: the next field with NAME, from the bottom up, or NULL. */
const struct field *picker_take(struct picker *p, struct span name);
/* picker_free: releases what picker_init has allocated; the fields stay. */
void picker_free(struct picker *p);

#endif
