#include "report_zip.h"

#include <stdlib.h>

#include <zlib.h>

/* Signatures of the records of an archive. */
enum {
	LOCAL = 0x04034b50,
	DESCRIPTOR = 0x08074b50,
	CENTRAL = 0x02014b50,
	END_64 = 0x06064b50,
	LOCATOR_64 = 0x07064b50,
	END = 0x06054b50,
};

enum {
	LOCAL_SIZE = 30,
	CENTRAL_SIZE = 46,
	END_SIZE = 22,
	ENCRYPTED = 1, /* general purpose bits */
	SIZES_LATER = 8,
	STORED = 0, /* methods */
	DEFLATED = 8,
	/* Room for a local record with the longest name and extra field. */
	RECORD_MAX = LOCAL_SIZE + 2 * 65535,
};

#define UNKNOWN_SIZE UINT64_MAX

enum state {
	AT_RECORD, /* a record is being collected */
	AT_DATA,   /* of a member */
	AT_SIZES,  /* the descriptor after it */
	AT_SKIP,   /* what a record has after its fixed part */
	AT_REST,   /* after the end of the archive: its comment */
};

struct report_zip {
	struct report_parts to;
	uint64_t max;
	z_stream z;

	enum state state;
	struct buf record; /* bytes of it that have come */
	uint64_t skip;	   /* bytes to pass over in AT_SKIP */

	/* the member */
	unsigned method, flags;
	uint32_t crc, sum;	    /* as its record has it, and found */
	uint64_t packed, size;	    /* as its record has them */
	uint64_t taken, got;	    /* packed bytes read, bytes unpacked */
	bool zip64, folder, wanted; /* WANTED: the taker has not enough */
	bool ended;		    /* END has been called */
	size_t members, listed;

	unsigned char out[LIMIT_CHUNK];
};

static uint64_t number(const unsigned char *p, size_t n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | p[n];
	return v;
}

struct report_zip *report_zip_new(uint64_t max, struct report_parts to)
{
	struct report_zip *z = mem_alloc(sizeof(*z));

	z->to = to;
	z->max = max;
	buf_init(&z->record, RECORD_MAX);
	if (inflateInit2(&z->z, -15) != Z_OK) { /* deflate alone */
		free(z);
		return NULL;
	}
	return z;
}

static enum status bad(struct diag *why, const char *what)
{
	return diag_set(why, ST_SYNTAX, "", "the zip archive %s", what);
}

/* --- a member --------------------------------------------------------------*/

static void end_member(struct report_zip *z, enum status st,
		       const struct diag *why)
{
	if (!z->folder && !z->ended)
		z->to.end(z->to.ctx, st, why);
	z->ended = true;
	z->wanted = false;
}

/* A member that cannot be read; the archive goes on. */
static void damage_member(struct report_zip *z, enum status st,
			  const char *what)
{
	struct diag why = { 0 };

	end_member(z, diag_set(&why, st, "", "the member %s", what), &why);
}

/* Sizes of 64 bits in the extra field EXTRA (APPNOTE 4.5.3). */
static void read_zip64(struct report_zip *z, struct span extra)
{
	while (extra.n >= 4) {
		uint64_t id = number(extra.p, 2), n = number(extra.p + 2, 2);
		struct span data = span_head(span_from(extra, 4), (size_t)n);

		extra = span_from(extra, 4 + (size_t)n);
		if (id != 1)
			continue;
		z->zip64 = true;
		if (z->size == 0xffffffff && data.n >= 8) {
			z->size = number(data.p, 8);
			data = span_from(data, 8);
		}
		if (z->packed == 0xffffffff && data.n >= 8)
			z->packed = number(data.p, 8);
	}
}

/* The local record is complete: begin its member. */
static enum status begin_member(struct report_zip *z, struct diag *why)
{
	const unsigned char *p = z->record.p;
	size_t name_n = (size_t)number(p + 26, 2);
	struct span rest = span_from(buf_span(&z->record), LOCAL_SIZE);
	struct span name = span_head(rest, name_n);

	if (z->members++ == REPORT_ZIP_MEMBERS)
		return diag_set(why, ST_LIMIT, "RFC 9990 8.1",
				"the zip archive has more than %d members",
				REPORT_ZIP_MEMBERS);
	z->flags = (unsigned)number(p + 6, 2);
	z->method = (unsigned)number(p + 8, 2);
	z->crc = (uint32_t)number(p + 14, 4);
	z->packed = number(p + 18, 4);
	z->size = number(p + 22, 4);
	z->zip64 = z->ended = false;
	read_zip64(z, span_from(rest, name_n));
	z->taken = z->got = 0;
	z->sum = (uint32_t)crc32(0, NULL, 0);
	z->folder = span_ends(name, SPAN("/"));
	if (z->flags & SIZES_LATER)
		z->packed = UNKNOWN_SIZE;
	if (inflateReset(&z->z) != Z_OK)
		return ST_OS;
	z->wanted = !z->folder &&
		    z->to.begin(z->to.ctx, name, REPORT_HINT_REPORT);
	z->state = AT_DATA;
	if (z->packed == UNKNOWN_SIZE && z->method != DEFLATED) {
		damage_member(z, ST_SYNTAX, "does not say where it ends");
		return bad(why, "cannot be read on after such a member");
	}
	if (z->flags & ENCRYPTED)
		damage_member(z, ST_SYNTAX, "is encrypted");
	else if (z->method != STORED && z->method != DEFLATED)
		damage_member(z, ST_SYNTAX,
			      "is compressed with another method than deflate");
	if (z->ended && z->packed == UNKNOWN_SIZE)
		return bad(why, "cannot be read on after such a member");
	return ST_OK;
}

/* N unpacked bytes at P. */
static void take_bytes(struct report_zip *z, const unsigned char *p, size_t n)
{
	z->sum = (uint32_t)crc32(z->sum, p, (uInt)n);
	z->got += n;
	if (z->wanted && n)
		z->wanted = z->to.put(z->to.ctx, span_of(p, n));
}

/* Unpack *CHUNK until the member ends; *LAST: it did. */
static enum status inflate_some(struct report_zip *z, struct span *chunk,
				bool *last, struct diag *why)
{
	int r = Z_OK;

	memcpy(&z->z.next_in, &chunk->p, sizeof(chunk->p));
	z->z.avail_in = (unsigned)chunk->n;
	while (r == Z_OK) {
		z->z.next_out = z->out;
		z->z.avail_out = sizeof(z->out);
		r = inflate(&z->z, Z_NO_FLUSH);
		take_bytes(z, z->out, sizeof(z->out) - z->z.avail_out);
		if (z->got > z->max) {
			damage_member(z, ST_LIMIT,
				      "is larger than --max-size allows");
			return z->packed == UNKNOWN_SIZE
				       ? diag_set(why, ST_LIMIT, "",
						  "the zip archive is not read "
						  "on after such a member")
				       : ST_OK;
		}
		if (r == Z_OK && z->z.avail_in == 0 && z->z.avail_out)
			break;
	}
	*chunk = span_from(*chunk, chunk->n - z->z.avail_in);
	*last = r == Z_STREAM_END;
	if (r == Z_OK || r == Z_STREAM_END || r == Z_BUF_ERROR)
		return ST_OK;
	damage_member(z, ST_SYNTAX, "is damaged");
	return z->packed == UNKNOWN_SIZE
		       ? bad(why, "cannot be read on after such a member")
		       : ST_OK;
}

/* All bytes are there, and SIZE, PACKED and CRC are what the archive says. */
static void check_member(struct report_zip *z, uint64_t size, uint64_t packed,
			 uint32_t crc)
{
	if (z->ended)
		return;
	if (z->got != size || z->taken != packed || z->sum != crc)
		damage_member(z, ST_SYNTAX,
			      "is damaged: size or checksum are wrong");
	else
		end_member(z, ST_OK, NULL);
}

/* The bytes of a member: those of its size, or to the end of deflate. */
static enum status put_data(struct report_zip *z, struct span *chunk,
			    struct diag *why)
{
	bool known = z->packed != UNKNOWN_SIZE, last = false;
	uint64_t left = known ? z->packed - z->taken : LIMIT_CHUNK;
	struct span piece = span_head(*chunk, LIMIT_CHUNK);
	enum status st = ST_OK;

	if (piece.n > left)
		piece = span_head(piece, (size_t)left);
	struct span rest = piece;

	if (z->ended ||
	    (known && !z->wanted && !z->folder && z->method == DEFLATED)) {
		/* nobody wants the rest: it is not unpacked */
		rest = span_from(rest, rest.n);
		end_member(z, ST_OK, NULL);
	} else if (z->method == STORED) {
		take_bytes(z, rest.p, rest.n);
		rest = span_from(rest, rest.n);
	} else {
		st = inflate_some(z, &rest, &last, why);
		if (known && last && z->taken + piece.n - rest.n != z->packed)
			damage_member(z, ST_SYNTAX,
				      "is damaged: it ends before its size");
		if (known && z->ended)
			rest = span_from(rest, rest.n);
	}
	z->taken += piece.n - rest.n;
	*chunk = span_from(*chunk, piece.n - rest.n);
	if (st == ST_OK && known && z->taken == z->packed) {
		z->state = AT_RECORD;
		check_member(z, z->size, z->packed, z->crc);
	} else if (st == ST_OK && !known && last) {
		z->state = AT_SIZES;
	}
	return st;
}

/* --- records ---------------------------------------------------------------*/

/* Collect N bytes of a record; true when they are there. */
static bool collect(struct report_zip *z, struct span *chunk, size_t n)
{
	size_t lacks = n > z->record.n ? n - z->record.n : 0;
	struct span piece = span_head(*chunk, lacks);

	buf_put(&z->record, piece);
	*chunk = span_from(*chunk, piece.n);
	return z->record.n >= n;
}

/* The descriptor after a member has its checksum and sizes, of 32 or 64 bits,
 * with a signature or without (APPNOTE 4.3.9): the form that agrees with what
 * was found is it. */
static enum status put_sizes(struct report_zip *z, struct span *chunk,
			     struct diag *why)
{
	static const struct {
		size_t mark, width;
	} forms[] = { { 4, 4 }, { 0, 4 }, { 4, 8 }, { 0, 8 } };

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		size_t mark = forms[i].mark, width = forms[i].width;
		const unsigned char *p;

		if (!collect(z, chunk, 12 + mark))
			return ST_OK;
		if (width == 8 && !collect(z, chunk, 20 + mark))
			return ST_OK;
		p = z->record.p;
		if (mark && number(p, 4) != DESCRIPTOR)
			continue;
		p += mark;
		if (number(p, 4) != z->sum ||
		    number(p + 4, width) != z->taken ||
		    number(p + 4 + width, width) != z->got)
			continue;
		size_t used = mark + 4 + 2 * width;
		size_t over = z->record.n - used;

		/* what was read too far begins the next record */
		memmove(z->record.p, z->record.p + used, over);
		z->record.n = over;
		z->state = AT_RECORD;
		check_member(z, z->got, z->taken, z->sum);
		return ST_OK;
	}
	damage_member(z, ST_SYNTAX, "is damaged: size or checksum are wrong");
	return bad(why, "cannot be read on after such a member");
}

static enum status end_archive(struct report_zip *z, struct diag *why)
{
	z->state = AT_REST;
	if (number(z->record.p + 4, 2) || number(z->record.p + 6, 2))
		return bad(why, "has several parts");
	return z->listed == z->members
		       ? ST_OK
		       : bad(why, "has other members than its directory");
}

/* Collect the record that is next and do what it says. */
static enum status put_record(struct report_zip *z, struct span *chunk,
			      struct diag *why)
{
	enum status st = ST_OK;
	const unsigned char *p;

	if (!collect(z, chunk, 4))
		return ST_OK;
	uint64_t kind = number(z->record.p, 4);
	size_t fixed = kind == LOCAL	    ? LOCAL_SIZE
		       : kind == CENTRAL    ? CENTRAL_SIZE
		       : kind == END	    ? END_SIZE
		       : kind == END_64	    ? 12
		       : kind == LOCATOR_64 ? 20
					    : 0;

	if (!fixed || (kind == LOCAL && z->listed))
		return bad(why, z->members ? "is damaged after a member"
					   : "has no members");
	if (!collect(z, chunk, fixed))
		return ST_OK;
	p = z->record.p;
	if (kind == LOCAL) {
		if (!collect(z, chunk,
			     fixed + (size_t)(number(p + 26, 2) +
					      number(p + 28, 2))))
			return ST_OK;
		st = begin_member(z, why);
	} else if (kind == END) {
		st = end_archive(z, why);
	} else {
		z->listed += kind == CENTRAL;
		z->skip = kind == CENTRAL
				  ? number(p + 28, 2) + number(p + 30, 2) +
					    number(p + 32, 2)
			  : kind == END_64 ? number(p + 4, 8)
					   : 0;
		z->state = AT_SKIP;
	}
	buf_reset(&z->record);
	return st;
}

enum status report_zip_put(struct report_zip *z, struct span chunk,
			   struct diag *why)
{
	enum status st = ST_OK;

	/* an empty member, or one that is known to end, needs no bytes */
	while (st == ST_OK &&
	       (chunk.n || (z->state == AT_DATA && z->taken == z->packed))) {
		if (z->state == AT_DATA) {
			st = put_data(z, &chunk, why);
		} else if (z->state == AT_SIZES) {
			st = put_sizes(z, &chunk, why);
		} else if (z->state == AT_RECORD) {
			st = put_record(z, &chunk, why);
		} else if (z->state == AT_SKIP) {
			struct span piece =
				z->skip < chunk.n
					? span_head(chunk, (size_t)z->skip)
					: chunk;

			z->skip -= piece.n;
			chunk = span_from(chunk, piece.n);
			if (z->skip == 0)
				z->state = AT_RECORD;
		} else {
			chunk = span_from(chunk, chunk.n);
		}
	}
	return st;
}

enum status report_zip_end(struct report_zip *z, struct diag *why)
{
	if (z->state == AT_REST)
		return ST_OK;
	if ((z->state == AT_DATA || z->state == AT_SIZES) && !z->ended) {
		damage_member(z, ST_SYNTAX, "is cut short");
		return ST_OK; /* it has been said */
	}
	return bad(why, "is cut short");
}

void report_zip_free(struct report_zip *z)
{
	if (!z)
		return;
	(void)inflateEnd(&z->z); /* nothing of it is needed any more */
	buf_free(&z->record);
	free(z);
}
