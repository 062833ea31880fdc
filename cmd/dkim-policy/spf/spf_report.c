#include "spf_report.h"

#include "fold.h"

/* RFC 5322 2.1.1: a line has at most 998 octets, each of which may need a
 * backslash. */
enum { VALUE_MAX = 400 };

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c <= '~';
}

/* S between OPEN and CLOSE as a quoted string or a comment. */
static void put_quoted(struct buf *out, char open, char close, struct span s)
{
	buf_putf(out, "%c", open);
	for (size_t i = 0; i < s.n; i++) {
		if (!is_plain(s.p[i]))
			continue;
		if (span_find(SPAN("\\\"()"), s.p[i]) < 4)
			buf_put(out, SPAN("\\"));
		buf_put(out, span_of(s.p + i, 1));
	}
	buf_putf(out, "%c", close);
}

static void put_pair(struct fold *f, const char *key, struct span value)
{
	struct buf pair;

	if (value.n == 0 || value.n > VALUE_MAX)
		return;
	buf_init(&pair, (size_t)4 * VALUE_MAX);
	buf_putf(&pair, "%s=", key);
	put_quoted(&pair, '"', '"', value);
	buf_put(&pair, SPAN(";"));
	fold_word(f, true, buf_span(&pair));
	buf_free(&pair);
}

static void put_comment(struct fold *f, const struct spf_query *query,
			const struct spf_verdict *found)
{
	static const char *const says[] = {
		[SPF_PASS] = "designates %s as permitted sender",
		[SPF_FAIL] = "does not designate %s as permitted sender",
		[SPF_SOFTFAIL] = "does not designate %s as permitted sender, "
				 "in transition",
		[SPF_NEUTRAL] = "neither permits nor denies %s",
		[SPF_NONE] = "has no SPF record for %s",
		[SPF_TEMPERROR] = "could not be looked up for %s",
		[SPF_PERMERROR] = "has an SPF record that cannot be used "
				  "for %s",
	};
	struct buf text, ip, comment;

	buf_init(&ip, 64);
	buf_init(&text, 2048);
	buf_init(&comment, 4096);
	ip_format(&query->client.ip, &ip);
	buf_put(&text, SPAN("domain of "));
	buf_put(&text, span_head(buf_span(&found->domain), VALUE_MAX));
	buf_put(&text, SPAN(" "));
	buf_putf(&text,
		 found->withheld
			 ? "permits %s, but the sender is not an address"
			 : says[found->result],
		 (const char *)ip.p);
	put_quoted(&comment, '(', ')', buf_span(&text));
	struct span rest = buf_span(&comment), word = { 0 };

	while (span_split(&rest, ' ', &word))
		fold_word(f, true, word);
	buf_free(&comment);
	buf_free(&text);
	buf_free(&ip);
}

void spf_received(const struct spf_query *query,
		  const struct spf_verdict *found, struct buf *out)
{
	struct buf ip;
	struct fold f;

	fold_init(&f);
	buf_init(&ip, 64);
	ip_format(&query->client.ip, &ip);
	fold_raw(&f, SPAN("Received-SPF: "));
	fold_raw(&f, span_str(spf_result_word(found->result)));
	put_comment(&f, query, found);
	put_pair(&f, "receiver", query->receiver);
	put_pair(&f, "identity", found->helo ? SPAN("helo") : SPAN("mailfrom"));
	put_pair(&f, "client-ip", buf_span(&ip));
	put_pair(&f, "envelope-from", query->mail_from);
	put_pair(&f, "helo", query->helo);
	put_pair(&f, "mechanism", buf_span(&found->mechanism));
	if (found->result == SPF_TEMPERROR || found->result == SPF_PERMERROR)
		put_pair(&f, "problem", span_str(found->why.text));
	fold_raw(&f, SPAN("\r\n"));
	buf_put(out, buf_span(&f.text));
	buf_free(&f.text);
	buf_free(&ip);
}
