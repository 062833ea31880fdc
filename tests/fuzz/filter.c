/* A message is verified and passed on with its results on top (RFC 8601 5): the
 * field can be read, no other in the output claims our name, what was left out
 * is whole lines of the header, the body is as it was, and a second filter
 * changes nothing. The input is an octet that steers, the record, a NUL, the
 * message. */
#include "filter.h"

#include "authres.h"
#include "dkim_results.h"
#include "fuzz_dns.h"

static const struct span id = { (const unsigned char *)"mx.example", 10 };

static enum status ignore_body(void *ctx, struct span piece)
{
	(void)ctx;
	(void)piece;
	return ST_OK;
}

static struct msg *parsed(struct span text)
{
	struct msg *m =
		msg_new(MSG_AUTO, false,
			(struct msg_handler){ NULL, ignore_body, NULL });

	hold(msg_push(m, text) == ST_OK && msg_end(m) == ST_OK, "parsed");
	return m;
}

/* No field but the topmost claims to be ours, unless others may stay. */
static void hold_one_claim(const struct filter *how, struct span text)
{
	struct msg *m = parsed(text);
	const struct fields *f = msg_fields(m);
	struct authres a;
	bool first = true;

	hold(f->n > 0, "a field");
	for (size_t i = 0; i < f->n; i++) {
		if (!span_ieq(f->v[i].name, SPAN("Authentication-Results")))
			continue;
		if (first) {
			hold(authres_parse(f->v[i].value, &a, NULL) == ST_OK &&
				     span_eq(a.id, id),
			     "our field");
			authres_free(&a);
		}
		hold(first || how->keep_own ||
			     !authres_claims(f->v[i].value, id),
		     "no other field claims our name");
		hold(first || !how->strip_all || how->keep_own,
		     "no other field");
		first = false;
	}
	hold(!first, "our field is there");
	msg_free(m);
}

/* OUT is IN without some of its lines. */
static void hold_lines(struct span in, struct span out)
{
	while (out.n) {
		size_t n = span_find(in, '\n'), m = span_find(out, '\n');

		hold(in.n > 0, "nothing is added");
		if (span_eq(span_head(in, n + 1), span_head(out, m + 1)))
			out = span_from(out, m + 1);
		in = span_from(in, n + 1);
	}
}

/* What the filter makes of the message IN. */
static void pass_on(const struct filter *how, struct span in,
		    struct span fields, struct buf *out)
{
	struct msg *m = parsed(in);
	struct spool *spool = spool_new(-1);
	int fd = memfd_create("out", MFD_CLOEXEC);
	struct diag why = { 0 };

	buf_init(out, in.n + fields.n + 100);
	hold(fd >= 0 && spool_add(spool, in, &why) == ST_OK, "kept");
	hold(filter_write(how, spool, msg_facts(m), fields, fd, &why) ==
			     ST_OK &&
		     lseek(fd, 0, SEEK_SET) == 0 &&
		     io_read_all(fd, out, &why) == ST_OK,
	     "passed on");
	close(fd);
	spool_free(spool);
	msg_free(m);
}

static void filter(const struct filter *how, struct verifier *verifier,
		   struct span in)
{
	struct sink to = verifier_sink(verifier);
	struct buf fields, once, twice;

	if (to.put(to.ctx, in) != ST_OK)
		return;
	const struct verification *all = verifier_end(verifier);
	uint64_t top = all->facts.top;

	buf_init(&fields, 2 * (size_t)LIMIT_FIELD_BYTES);
	dkim_results_field(all, id, NULL, NULL, &fields);
	pass_on(how, in, buf_span(&fields), &once);
	struct span rest = span_from(buf_span(&once), top);

	hold(span_eq(span_head(buf_span(&once), top), span_head(in, top)),
	     "the mbox line");
	if (top && in.p[top - 1] != '\n')
		rest = span_from(rest, span_find(rest, '\n') + 1);
	hold(span_starts(rest, buf_span(&fields)), "our field is on top");
	hold_one_claim(how, buf_span(&once));
	rest = span_from(rest, fields.n);
	in = span_from(in, top);
	if (in.n && ascii_wsp(in.p[0]))
		rest = span_from(rest, span_find(rest, '\n') + 1);
	hold_lines(in, rest);
	if (!how->keep_own) {
		pass_on(how, buf_span(&once), buf_span(&fields), &twice);
		hold(span_eq(buf_span(&once), buf_span(&twice)),
		     "the same again");
		buf_free(&twice);
	}
	buf_free(&once);
	buf_free(&fields);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct crypto *crypto;
	struct span s = span_of(data, size);
	unsigned steer = take_octet(&s);
	const struct filter how = { .id = id,
				    .keep_own = steer & 1,
				    .strip_all = steer & 2 };
	size_t cut = span_find(s, 0);
	struct one_record one = one_record(span_head(s, cut));

	if (cut == s.n)
		return 0;
	crypto = crypto ? crypto : crypto_new();
	struct verify_conf conf = {
		.crypto = crypto,
		.keys = key_record_cache_new(&one.dns, crypto, 0),
		.now = 1767348000,
		.min_bits = 1024,
		.max_signatures = 2,
		.lines = MSG_AUTO,
	};
	struct verifier *verifier = verifier_new(&conf);

	filter(&how, verifier, span_from(s, cut + 1));
	verifier_free(verifier);
	key_record_cache_free(conf.keys);
	return 0;
}
