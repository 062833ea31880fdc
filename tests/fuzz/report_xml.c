/* An aggregate report is read the same in pieces of any size: the same records,
 * the same head, the same error (RFC 9990 appendix A). The first octet chooses
 * the size of the pieces. */
#include "report_xml.h"

#include "fuzz.h"
#include "report_library.h"

struct read {
	struct buf items; /* of all records, and of the head */
	enum status st;
};

static enum status take(void *ctx, struct span items, struct diag *why)
{
	static struct report_record record;
	struct read *r = ctx;
	enum status st = report_record_read(items, &record, why);

	buf_put(&r->items, items);
	buf_put(&r->items, SPAN("|"));
	hold(st != ST_OK || record.field[REPORT_SOURCE].n > 0, "an address");
	return st;
}

static void read_in(struct read *r, struct span s, size_t step)
{
	struct report_xml *x =
		report_xml_new(1 << 20, (struct report_taker){ take, r });
	struct report_head head;

	buf_init(&r->items, 64 << 20);
	r->st = ST_OK;
	while (s.n && r->st == ST_OK) {
		r->st = report_xml_put(x, span_head(s, step), NULL);
		s = span_from(s, step);
	}
	if (r->st == ST_OK)
		r->st = report_xml_end(x, NULL);
	if (r->st == ST_OK) {
		report_head_read(report_xml_head(x), &head);
		buf_put(&r->items, report_xml_head(x));
	}
	report_xml_free(x);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	size_t step = 1 + (size_t)take_octet(&s);
	struct read whole, parts;
	static bool loaded;

	if (!loaded)
		hold(report_library_load(NULL) == ST_OK, "libraries");
	loaded = true;
	read_in(&whole, s, SIZE_MAX);
	read_in(&parts, s, step);
	hold(whole.st == parts.st, "the same status");
	hold(whole.st != ST_OK ||
		     span_eq(buf_span(&whole.items), buf_span(&parts.items)),
	     "the same items");
	buf_free(&whole.items);
	buf_free(&parts.items);
	return 0;
}
