/* explain_mime: where the parts of a body lie (RFC 2046), and the transfer
 * encodings (RFC 2045 6) as different software writes them.
 *
 * For finding out what happened to a message only: lenient, bounded by
 * LIMIT_EXPLAIN_PARTS, and a wrong guess costs a hash. */
#ifndef EXPLAIN_MIME_H
#define EXPLAIN_MIME_H

#include "fields.h"

enum encoding { ENCODING_NONE, ENCODING_QP, ENCODING_BASE64 };

/* Offsets are in the body. A field that is not there has n 0; those of a
 * message that is no multipart are none of the body's. */
struct part {
	size_t head, start, end; /* the part's header, its content; END is
				  * before the CRLF of the boundary */
	/* its Content-Type and Content-Transfer-Encoding, with their CRLF */
	struct span type_field, encoding_field;
	struct span type; /* value */
	struct span encoding_word;
	enum encoding encoding;
	bool text, html;
};

struct mime {
	struct part *v; /* leaves, in order; owned */
	size_t n;
	bool multipart;
	size_t *boundary; /* where each boundary line starts; owned */
	size_t boundary_n;
	struct span open[8]; /* boundaries that no line closed, inner last */
	size_t open_n;
};

/* mime_scan: BODY of the message that has FIELDS, or (FIELDS NULL) of one whose
 * Content-Type is unknown. */
void mime_scan(struct mime *m, const struct fields *fields, struct span body);
/* mime_free: releases the parts of M. */
void mime_free(struct mime *m);

/* mime_param: the value of parameter NAME of a Content-Type, quotes left out;
 * .p is NULL if there is none. */
struct span mime_param(struct span value, const char *name);

/* mime_line: cut the next line, with its line end, off *REST. False at the
 * end. */
bool mime_line(struct span *rest, struct span *line);

/* mime_chomp: LINE without its CRLF, or LF. mime_unblank: S without the white
 * space and line ends at its start. */
struct span mime_chomp(struct span line);
struct span mime_unblank(struct span s);

/* encoding_word: E as in Content-Transfer-Encoding (RFC 2045 6). */
const char *encoding_word(enum encoding e);
enum encoding encoding_find(struct span word);

/* mime_decode: append the octets that CONTENT stands for; false if it is not
 * in that encoding. */
bool mime_decode(enum encoding e, struct span content, struct buf *out);

/* How octets are written. */
struct style {
	enum encoding encoding;
	size_t width; /* longest line; 0: one line */
	bool lf;      /* line ends are encoded as LF (base64) */
	bool final;   /* base64: a CRLF behind the last line */
};

/* mime_encode: append OCTETS, whose line ends are CRLF. */
void mime_encode(const struct style *style, struct span octets,
		 struct buf *out);

/* The charsets that are tried; UTF-8 is the first. mime_charset: the one called
 * WORD, or NULL. */
enum { MIME_CHARSETS = 15 };
extern const char *const mime_charsets[MIME_CHARSETS];
const char *mime_charset(struct span word);

/* mime_convert: append S, converted between two charsets; false if it cannot
 * be. Only names from inside the program are allowed. */
bool mime_convert(const char *from, const char *to, struct span s,
		  struct buf *out);

#endif
