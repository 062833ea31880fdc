#include "spf_report.h"

#include "fold.h"
#include "idn.h"
#include "json_text.h"
#include "text.h"

/* RFC 5322 2.1.1: a line has at most 998 bytes, and each byte of a value may
 * need a backslash. */
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

bool spf_address_ascii(struct span address, struct buf *out)
{
	size_t at = span_rfind(address, '@');
	struct span domain = at < address.n ? span_from(address, at + 1)
					    : address;
	struct name name;

	buf_put(out, span_head(address, address.n - domain.n));
	if (span_ends(domain, SPAN(".")))
		domain.n--;
	if (span_8bit(domain) &&
	    idn_parse(domain, NAME_UNDERSCORE | NAME_SINGLE, &name, NULL) ==
		    ST_OK)
		domain = span_str(name.text);
	buf_put(out, domain);
	for (size_t i = 0; i < out->n; i++)
		if (!is_plain(out->p[i]))
			return false;
	return true;
}

/* An address or a host name; without a part of it it would be another one. */
static void put_address(struct fold *f, const char *key, struct span value)
{
	struct buf text;

	if (value.n > VALUE_MAX)
		return;
	buf_init(&text, VALUE_MAX + sizeof(struct name));
	if (spf_address_ascii(value, &text))
		put_pair(f, key, buf_span(&text));
	buf_free(&text);
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
	buf_putf(
		&text,
		found->withheld ? "permits %s, but the sender is not an address"
		: found->unasked
			? "is not a full domain name, so that %s is not checked"
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
	put_address(&f, "envelope-from", query->mail_from);
	put_address(&f, "helo", query->helo);
	put_pair(&f, "mechanism", buf_span(&found->mechanism));
	if (found->result == SPF_TEMPERROR || found->result == SPF_PERMERROR)
		put_pair(&f, "problem", span_str(found->why.text));
	fold_raw(&f, SPAN("\r\n"));
	buf_put(out, buf_span(&f.text));
	buf_free(&f.text);
	buf_free(&ip);
}

/* --- for people ---------------------------------------------------------- */

void spf_put_why(const struct diag *why, struct buf *out)
{
	if (!why->text[0])
		return;
	buf_put(out, SPAN("      "));
	text_put(out, span_str(why->text));
	if (why->where)
		buf_putf(out, " (%s)", why->where);
	buf_put(out, SPAN("\n"));
}

static void put_named(struct buf *out, const char *name, struct span value)
{
	if (value.n == 0)
		return;
	buf_putf(out, " %s=", name);
	text_put(out, value);
}

void spf_text(const struct spf_verdict *v, struct buf *out)
{
	buf_putf(out, "%-5s", spf_result_word(v->result));
	put_named(out, " domain", buf_span(&v->domain));
	buf_putf(out, " identity=%s", v->helo ? "helo" : "mailfrom");
	put_named(out, "mechanism", buf_span(&v->mechanism));
	buf_putf(out, " lookups=%u\n", v->lookups);
	spf_put_why(&v->why, out);
	if (v->explanation.n == 0)
		return;
	/* RFC 7208 6.2: these are not our words */
	buf_put(out, SPAN("      "));
	text_put(out, buf_span(&v->domain));
	buf_put(out, SPAN(" explains: \""));
	text_put(out, buf_span(&v->explanation));
	buf_put(out, SPAN("\"\n"));
}

void spf_text_field(const struct spf_query *query, const struct spf_verdict *v,
		    struct buf *out)
{
	struct buf field;

	spf_text(v, out);
	buf_init(&field, LIMIT_FIELD_BYTES);
	spf_received(query, v, &field);
	for (size_t i = 0; i < field.n; i++)
		if (field.p[i] != '\r')
			buf_put(out, span_of(field.p + i, 1));
	buf_free(&field);
}

/* --- for programs -------------------------------------------------------- */

static json_t *text_or_null(const struct buf *b)
{
	return b->n ? json_text(buf_span(b)) : json_null();
}

struct json_t *spf_json(const struct spf_verdict *v)
{
	json_t *o = json_object();

	json_set_text(o, "result", spf_result_word(v->result));
	json_set(o, "domain", text_or_null(&v->domain));
	json_set_span(o, "identity", v->helo ? SPAN("helo") : SPAN("mailfrom"));
	json_set(o, "mechanism", text_or_null(&v->mechanism));
	json_set(o, "explanation", text_or_null(&v->explanation));
	json_set(o, "lookups", json_integer(v->lookups));
	json_set(o, "voids", json_integer(v->voids));
	json_set_text(o, "text", v->why.text[0] ? v->why.text : NULL);
	json_set_text(o, "dnssec", v->dnssec);
	return o;
}

void spf_json_line(const struct spf_verdict *v, struct buf *out)
{
	json_t *o = json_object();

	json_set(o, "spf", spf_json(v));
	json_line(o, out);
}
