#include "explain_known.h"

#include "text.h"

static void put_next(struct buf *out)
{
	if (out->n)
		buf_put(out, SPAN("; "));
}

/* -- sizes ------------------------------------------------------------------
 */

/* How far the body's size, in UNIT, is from what the field NAME says: IS, or
 * OTHER with the other line ends. */
static void put_size(const struct fields *f, const char *name, const char *unit,
		     uint64_t is, uint64_t other, struct buf *out)
{
	const struct field *field = fields_find(f, span_str(name), 0);
	uint64_t said;

	if (!field || !span_u64(span_trim(field->value), &said) ||
	    said > INT64_MAX)
		return;
	uint64_t n = said == other ? other : is;

	put_next(out);
	if (said == n)
		buf_putf(out, "the body is as long as %s says", name);
	else
		buf_putf(out, "the body is %llu %s %s than %s says",
			 (unsigned long long)(n > said ? n - said : said - n),
			 unit, n > said ? "longer" : "shorter", name);
}

/* -- fields -----------------------------------------------------------------
 */

/* What programs add that change messages, or the beginning of its names. */
static const char *const traces[] = {
	"List-Id",
	"List-Unsubscribe",
	"X-Mailman-Version",
	"X-Google-Group-Id",
	"X-Original-From",
	"X-Original-Subject",
	"X-MIME-Autoconverted",
	"X-Content-Filtered-By",
	"X-Spam-",
	"X-Virus-",
	"X-Amavis-",
	"X-Proofpoint-",
	"X-Mimecast-",
	"X-Barracuda-",
	"X-MS-Exchange-Organization-",
	"X-IronPort-",
	"X-Forwarded-",
	"Resent-From",
};

/* As "Received: (converted by ..., convert rfc822-to-8bit)" says. */
static bool was_converted(const struct field *field)
{
	return span_ieq(field->name, SPAN("Received")) &&
	       span_search(field->value, SPAN("convert rfc822-to-")) <
		       field->value.n;
}

static bool has(const struct fields *f, const char *name)
{
	struct span wanted = span_str(name);
	bool prefix = span_ends(wanted, SPAN("-"));

	for (size_t i = 0; i < f->n; i++)
		if (span_ieq(prefix ? span_head(f->v[i].name, wanted.n)
				    : f->v[i].name,
			     wanted))
			return true;
	return false;
}

static void put_traces(const struct fields *f, struct buf *out)
{
	size_t n = 0, converted = 0;

	for (size_t i = 0; i < f->n; i++)
		converted += was_converted(&f->v[i]);
	if (converted) {
		put_next(out);
		buf_put(out, SPAN("a relay converted the transfer encoding"));
	}
	for (size_t i = 0; i < sizeof(traces) / sizeof(*traces); i++) {
		bool prefix = span_ends(span_str(traces[i]), SPAN("-"));

		if (!has(f, traces[i]))
			continue;
		if (n == 0)
			put_next(out);
		buf_putf(out, "%s%s%s",
			 n++ ? ", " : "there are fields of a list or gateway: ",
			 traces[i], prefix ? "*" : "");
	}
}

void explain_known(const struct explained *e, struct buf *out)
{
	uint64_t crlf = e->body_octets, lines = e->body_lines;
	uint64_t lf = crlf - lines;
	bool unix_lines = msg_facts(e->msg)->unix_lines;

	put_size(e->fields, "Content-Length", "bytes", unix_lines ? lf : crlf,
		 unix_lines ? crlf : lf, out);
	put_size(e->fields, "Lines", "lines", lines, lines, out);
	put_traces(e->fields, out);
}
