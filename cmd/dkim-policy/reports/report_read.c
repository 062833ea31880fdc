#include "report_read.h"

#include <stdlib.h>

#include "report_gzip.h"
#include "report_mail.h"
#include "report_xml.h"
#include "report_zip.h"

enum {
	/* Bytes that tell what a text is: the longest name of a header field
	 * that begins a mail, or blank lines before XML. */
	START = 256,
	/* Records on the way to the spool. */
	BATCH = 64 * 1024 + REPORT_RECORD + 4,
	/* Of a name of a part or member, which is only shown. */
	NAME = 200,
};

enum kind { KIND_UNKNOWN, KIND_XML, KIND_GZIP, KIND_ZIP, KIND_MAIL };

/* One report on its way. */
struct document {
	bool open, failed;
	bool packed; /* it came out of an archive */
	struct span name;
	unsigned char start[4];
	size_t started;
	struct report_xml *xml;
	struct spool *records;
	struct buf batch;
	struct report_record space;
};

/* A text that is a report or has reports: the input, or a part of a mail. */
struct content {
	unsigned char start[START];
	size_t started;
	bool known, done; /* DONE: nothing more of it is wanted */
	enum kind kind;
	enum report_hint hint;
	struct span name;
	struct report_gzip *gzip;
	struct report_zip *zip;
	struct report_mail *mail;
};

struct reading {
	const struct report_reader *reader;
	bool found;
	enum status fatal; /* of `report` */
	struct diag fatal_why;
	struct content input, part;
	struct document doc;
	struct buf part_name, member_name;
};

static void fail(struct reading *r, struct span name, enum status st,
		 const struct diag *why)
{
	r->found = true;
	r->reader->failed(r->reader->ctx, name, st, why);
}

/* --- a report --------------------------------------------------------------*/

static void fail_document(struct reading *r, enum status st,
			  const struct diag *why)
{
	if (!r->doc.failed)
		fail(r, r->doc.name, st, why);
	r->doc.failed = true;
}

static enum status flush_batch(struct document *d, struct diag *why)
{
	enum status st = spool_add(d->records, buf_span(&d->batch), why);

	buf_reset(&d->batch);
	return st;
}

/* Check a record, and keep it with its length before it. */
static enum status keep_record(void *ctx, struct span items, struct diag *why)
{
	struct document *d = ctx;
	uint32_t n = (uint32_t)items.n; /* at most REPORT_RECORD */
	enum status st = report_record_read(items, &d->space, why);

	if (st != ST_OK)
		return st;
	buf_put(&d->batch, span_of(&n, sizeof(n)));
	buf_put(&d->batch, items);
	return d->batch.n < LIMIT_CHUNK ? ST_OK : flush_batch(d, why);
}

static void begin_document(struct reading *r, struct span name, bool packed)
{
	struct document *d = &r->doc;

	d->open = true;
	d->failed = false;
	d->packed = packed;
	d->started = 0;
	d->name = name;
	buf_reset(&d->batch);
	d->records = spool_new(-1);
	d->xml = report_xml_new(r->reader->max,
				(struct report_taker){ keep_record, d });
}

/* What a text is that is not a report, where it can be told. */
static const char *what_else(struct span s)
{
	struct span text = span_trim(span_unmarked(s));

	return text.n == 0			    ? "it is empty"
	       : span_starts(s, SPAN("\x1f\x8b"))   ? "it is a gzip file"
	       : span_starts(s, SPAN("PK"))	    ? "it is a zip archive"
	       : span_starts(s, SPAN("BZh"))	    ? "it is a bzip2 file"
	       : span_starts(s, SPAN("\xfd\x37zX")) ? "it is an xz file"
	       : span_starts(s, SPAN("7z\xbc\xaf")) ? "it is a 7z archive"
	       : span_starts(text, SPAN("{"))	    ? "it is JSON"
						    : NULL;
}

/* The first bytes of what came out of an archive: true if it is no report. */
static bool refuse_start(struct reading *r)
{
	const struct document *d = &r->doc;
	const char *what = what_else(span_of(d->start, d->started));
	struct diag why = { 0 };

	if (what)
		fail_document(r,
			      diag_set(&why, ST_SYNTAX, "RFC 9990 3.5.2",
				       "what is packed is not XML: %s", what),
			      &why);
	return what != NULL;
}

/* True if more of it is wanted. */
static bool put_document(struct reading *r, struct span chunk)
{
	struct document *d = &r->doc;
	struct diag why = { 0 };
	enum status st = ST_OK;

	if (!d->open || d->failed)
		return false;
	if (d->packed && d->started < sizeof(d->start)) {
		struct span s = span_head(chunk, sizeof(d->start) - d->started);

		memcpy(d->start + d->started, s.p, s.n);
		d->started += s.n;
		chunk = span_from(chunk, s.n);
		if (d->started < sizeof(d->start))
			return true;
		if (refuse_start(r))
			return false;
		st = report_xml_put(d->xml, span_of(d->start, d->started),
				    &why);
	}
	if (st == ST_OK)
		st = report_xml_put(d->xml, chunk, &why);
	if (st != ST_OK)
		fail_document(r, st, &why);
	return st == ST_OK;
}

/* The text of the document is complete. */
static void finish_document(struct reading *r)
{
	struct document *d = &r->doc;
	struct report_head head;
	struct diag why = { 0 };
	enum status st = ST_OK;

	if (d->packed && d->started < sizeof(d->start)) {
		if (refuse_start(r))
			return;
		st = report_xml_put(d->xml, span_of(d->start, d->started),
				    &why);
	}
	if (st == ST_OK)
		st = report_xml_end(d->xml, &why);
	if (st == ST_OK)
		st = flush_batch(d, &why);
	if (st != ST_OK) {
		fail_document(r, st, &why);
		return;
	}
	r->found = true;
	report_head_read(report_xml_head(d->xml), &head);
	r->fatal = r->reader->report(r->reader->ctx, &head, d->records,
				     &r->fatal_why);
}

/* The document ends, with ST if the rest of it cannot be had. */
static void end_document(struct reading *r, enum status st,
			 const struct diag *why)
{
	struct document *d = &r->doc;

	if (d->open && st != ST_OK)
		fail_document(r, st, why);
	if (d->open && !d->failed)
		finish_document(r);
	report_xml_free(d->xml);
	spool_free(d->records);
	d->xml = NULL;
	d->records = NULL;
	d->open = false;
}

/* --- archives --------------------------------------------------------------*/

static enum status put_unzipped(void *ctx, struct span chunk)
{
	/* the reason has been given */
	return put_document(ctx, chunk) ? ST_OK : ST_REFUSED;
}

static bool begin_member(void *ctx, struct span name, enum report_hint hint)
{
	struct reading *r = ctx;

	(void)hint;
	if (r->fatal != ST_OK)
		return false;
	buf_reset(&r->member_name);
	status_ignore(
		buf_add(&r->member_name, span_head(name, r->member_name.max)));
	begin_document(r, buf_span(&r->member_name), true);
	return true;
}

static bool put_member(void *ctx, struct span chunk)
{
	return put_document(ctx, chunk);
}

static void end_member(void *ctx, enum status st, const struct diag *why)
{
	end_document(ctx, st, why);
}

/* --- a text that has reports -----------------------------------------------*/

static bool field_character(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != ':';
}

/* It begins with a header field (RFC 5322 2.2) or the "From " of an mbox. */
static bool is_mail(struct span s)
{
	size_t n = 0;

	while (n < s.n && field_character(s.p[n]))
		n++;
	return span_starts(s, SPAN("From ")) || (n && n < s.n && s.p[n] == ':');
}

static enum kind kind_of(struct span s)
{
	const struct {
		struct span start;
		enum kind kind;
	} kinds[] = {
		{ SPAN("\x1f\x8b"), KIND_GZIP },
		{ SPAN("PK\3\4"), KIND_ZIP },
		{ SPAN("PK\5\6"), KIND_ZIP },
		{ SPAN("\xff\xfe<\0"), KIND_XML }, /* UTF-16 */
		{ SPAN("\xfe\xff\0<"), KIND_XML },
		{ SPAN("<\0"), KIND_XML },
		{ SPAN("\0<"), KIND_XML },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (span_starts(s, kinds[i].start))
			return kinds[i].kind;
	return span_starts(span_trim(span_unmarked(s)), SPAN("<"))
		       ? KIND_XML
		       : KIND_UNKNOWN;
}

/* A part of a mail that is for people: if it is XML, then a report only if it
 * begins as one. */
static bool is_for_people(const struct content *c, struct span s)
{
	return c->hint != REPORT_HINT_REPORT &&
	       (c->kind == KIND_UNKNOWN ||
		(c->kind == KIND_XML &&
		 span_search(s, SPAN("<feedback")) == s.n));
}

static void fail_content(struct reading *r, struct content *c, enum status st,
			 const struct diag *why)
{
	if (!c->done)
		fail(r, c->name, st, why);
	c->done = true;
}

static void refuse_unknown(struct reading *r, struct content *c, struct span s)
{
	const char *what = what_else(s);
	struct diag why = { 0 };

	fail_content(r, c,
		     diag_set(&why, ST_SYNTAX, "RFC 9990 3.5.2",
			      "not a DMARC aggregate report: %s",
			      what ? what
			      : c == &r->input
				      ? "neither XML, gzip, zip nor a mail"
				      : "neither XML, gzip nor zip"),
		     &why);
}

static struct report_parts mail_parts(struct reading *r);

/* Its first bytes S are there: decide what it is. */
static void know_content(struct reading *r, struct content *c, struct span s)
{
	const struct report_parts members = { begin_member, put_member,
					      end_member, r };

	c->known = true;
	c->kind = kind_of(s);
	if (c->kind == KIND_UNKNOWN && c == &r->input && is_mail(s))
		c->kind = KIND_MAIL;
	if (is_for_people(c, s))
		c->done = true;
	else if (c->kind == KIND_UNKNOWN)
		refuse_unknown(r, c, s);
	else if (c->kind == KIND_MAIL)
		c->mail = report_mail_new(mail_parts(r));
	else if (c->kind == KIND_ZIP)
		c->zip = report_zip_new(r->reader->max, members);
	else
		begin_document(r, c->name, c->kind == KIND_GZIP);
	if (c->kind == KIND_GZIP && !c->done)
		c->gzip = report_gzip_new((struct sink){ put_unzipped, r });
	if ((c->kind == KIND_GZIP && !c->done && !c->gzip) ||
	    (c->kind == KIND_ZIP && !c->done && !c->zip))
		fail_content(r, c, ST_OS, NULL);
}

static void put_known(struct reading *r, struct content *c, struct span s)
{
	struct diag why = { 0 };
	enum status st;

	if (c->kind == KIND_XML) {
		c->done = !put_document(r, s);
	} else if (c->kind == KIND_GZIP) {
		st = report_gzip_put(c->gzip, s, &why);
		if (st != ST_OK)
			fail_document(r, st, &why);
		c->done = st != ST_OK;
	} else if (c->kind == KIND_ZIP) {
		st = report_zip_put(c->zip, s, &why);
		if (st != ST_OK)
			fail_content(r, c, st, &why);
	} else {
		report_mail_put(c->mail, s);
	}
}

/* All that came before it was known what it is. */
static void put_start(struct reading *r, struct content *c)
{
	struct span s = span_of(c->start, c->started);

	know_content(r, c, s);
	if (!c->done)
		put_known(r, c, s);
}

static void put_content(struct reading *r, struct content *c, struct span s)
{
	if (!c->known) {
		struct span start = span_head(s, START - c->started);

		if (start.n)
			memcpy(c->start + c->started, start.p, start.n);
		c->started += start.n;
		s = span_from(s, start.n);
		if (c->started == START)
			put_start(r, c);
	}
	if (c->known && !c->done && s.n)
		put_known(r, c, s);
}

static void end_content(struct reading *r, struct content *c)
{
	struct diag why = { 0 };
	enum status st = ST_OK;

	/* a mailbox that was emptied has no report, and is none cut short */
	if (c == &r->input && !c->known && c->started == 0)
		c->done = true;
	if (!c->known && !c->done)
		put_start(r, c);
	if (c->gzip && !c->done)
		st = report_gzip_end(c->gzip, &why);
	if (c->zip && !c->done) {
		st = report_zip_end(c->zip, &why);
		if (st != ST_OK)
			fail_content(r, c, st, &why);
	} else if (c->mail && !c->done) {
		report_mail_end(c->mail);
	} else {
		end_document(r, st, &why);
	}
}

static void free_content(struct content *c)
{
	report_gzip_free(c->gzip);
	report_zip_free(c->zip);
	report_mail_free(c->mail);
	*c = (struct content){ 0 };
}

/* --- the parts of a mail ---------------------------------------------------*/

static bool begin_part(void *ctx, struct span name, enum report_hint hint)
{
	struct reading *r = ctx;

	buf_reset(&r->part_name);
	status_ignore(
		buf_add(&r->part_name, span_head(name, r->part_name.max)));
	r->part.hint = hint;
	r->part.name = buf_span(&r->part_name);
	r->part.done = r->fatal != ST_OK || hint == REPORT_HINT_OTHER;
	return !r->part.done;
}

static bool put_part(void *ctx, struct span chunk)
{
	struct reading *r = ctx;

	put_content(r, &r->part, chunk);
	return !r->part.done;
}

static void end_part(void *ctx, enum status st, const struct diag *why)
{
	struct reading *r = ctx;
	struct content *c = &r->part;

	if (st != ST_OK && r->doc.open)
		fail_document(r, st, why);
	else if (st != ST_OK && (c->zip || c->hint == REPORT_HINT_REPORT))
		fail_content(r, c, st, why);
	if (st != ST_OK)
		c->done = true;
	end_content(r, c);
	free_content(c);
}

static struct report_parts mail_parts(struct reading *r)
{
	return (struct report_parts){ begin_part, put_part, end_part, r };
}

/* --- an input --------------------------------------------------------------*/

static enum status put_input(void *ctx, struct span chunk)
{
	struct reading *r = ctx;

	put_content(r, &r->input, chunk);
	/* any status that ends the reading */
	return r->fatal != ST_OK || r->input.done ? ST_REFUSED : ST_OK;
}

enum status report_read(const struct report_reader *reader,
			const struct mailbox_message *message, bool *found,
			struct diag *why)
{
	struct reading *r = mem_alloc(sizeof(*r));
	struct diag io = { 0 };

	r->reader = reader;
	r->input.hint = REPORT_HINT_REPORT;
	r->input.name = SPAN("");
	buf_init(&r->doc.batch, BATCH);
	buf_init(&r->part_name, NAME);
	buf_init(&r->member_name, NAME);
	enum status st =
		mailbox_read(message, (struct sink){ put_input, r }, &io);

	if (st != ST_OK && st != ST_REFUSED) {
		if (r->doc.open)
			r->doc.failed = true;
		r->input.done = false;
		fail_content(r, &r->input, st, &io);
	}
	if (st != ST_OK)
		end_document(r, ST_OK, NULL); /* it has failed */
	else
		end_content(r, &r->input);
	free_content(&r->part);
	free_content(&r->input);
	*found = r->found;
	st = r->fatal;
	if (st != ST_OK && why)
		*why = r->fatal_why;
	buf_free(&r->doc.batch);
	buf_free(&r->part_name);
	buf_free(&r->member_name);
	free(r);
	return st;
}

/* --- records, again --------------------------------------------------------*/

struct replay {
	struct buf rest; /* of a record that is not complete */
	struct report_record *space;
	enum status (*record)(void *ctx, const struct report_record *r,
			      struct diag *why);
	void *ctx;
	struct diag *why;
};

/* Take the complete records at the beginning of *S. */
static enum status take_records(struct replay *p, struct span *s)
{
	enum status st = ST_OK;
	uint32_t n;

	while (st == ST_OK && s->n >= sizeof(n)) {
		memcpy(&n, s->p, sizeof(n));
		if (s->n - sizeof(n) < n)
			break;
		st = report_record_read(span_of(s->p + sizeof(n), n), p->space,
					p->why);
		if (st == ST_OK)
			st = p->record(p->ctx, p->space, p->why);
		*s = span_from(*s, sizeof(n) + n);
	}
	return st;
}

static enum status put_records(void *ctx, struct span chunk)
{
	struct replay *p = ctx;
	enum status st = ST_OK;

	if (p->rest.n) {
		buf_put(&p->rest, chunk);
		chunk = buf_span(&p->rest);
	}
	st = take_records(p, &chunk);
	if (p->rest.n) {
		memmove(p->rest.p, chunk.p, chunk.n);
		p->rest.n = chunk.n;
	} else {
		buf_put(&p->rest, chunk);
	}
	return st;
}

enum status report_replay(struct spool *records, struct report_record *space,
			  enum status (*record)(void *ctx,
						const struct report_record *r,
						struct diag *why),
			  void *ctx, struct diag *why)
{
	struct replay p = {
		.space = space, .record = record, .ctx = ctx, .why = why
	};

	/* a piece of the spool, and a record that it cuts */
	buf_init(&p.rest, LIMIT_SPOOL_MEMORY + REPORT_RECORD + 4);
	enum status st = spool_replay(records, 0, UINT64_MAX,
				      (struct sink){ put_records, &p }, why);

	buf_free(&p.rest);
	return st;
}
