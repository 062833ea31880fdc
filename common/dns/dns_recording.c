#include "dns_recording.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "dns_lex.h"
#include "text.h"
#include "when.h"

/* What ldns reads back: so much text of one record's data, of its owner. */
enum { MOST_DATA_TEXT = 65000, MOST_OWNER_TEXT = 250, MOST_VALUE = 64 * 1024 };

/* ---- writing ---- */

/* NAME as dns_name_text has it, and absolute. */
static enum status put_name(struct span name, struct buf *out)
{
	enum status st = buf_add(out, name);

	return st == ST_OK && !span_eq(name, SPAN(".")) ? buf_addc(out, '.')
							: st;
}

/* RFC 1035 3.3: strings of 255 octets at most, at least one. */
static enum status put_txt(struct span text, struct buf *out)
{
	enum status st = ST_OK;

	do {
		struct span string = span_head(text, 255);

		st = buf_add(out, SPAN(" \""));
		if (st == ST_OK)
			st = text_quote(string, out);
		if (st == ST_OK)
			st = buf_addc(out, '"');
		text = span_from(text, string.n);
	} while (text.n && st == ST_OK);
	return st;
}

static enum status put_address(int family, struct span octets, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];

	if (octets.n != (family == AF_INET ? 4U : 16U) ||
	    !inet_ntop(family, octets.p, text, sizeof(text)))
		return ST_BUG;
	return buf_addf(out, " %s", text);
}

/* FIXED octets and a name, in words or, where the name has octets that ldns
 * misreads ("@" as a label), as RFC 3597 5 writes any data. */
static enum status put_host(struct span fixed, struct span text,
			    struct buf *out)
{
	struct dns_name name;
	enum status st = ST_OK;

	if (!dns_name_read(text, &name))
		return ST_BUG;
	if (span_find(text, '\\') == text.n) {
		if (fixed.n)
			st = buf_addf(out, " %u", fixed.p[0] << 8 | fixed.p[1]);
		if (st == ST_OK)
			st = buf_addc(out, ' ');
		return st == ST_OK ? put_name(text, out) : st;
	}
	st = buf_addf(out, " \\# %zu ", fixed.n + name.n);
	for (size_t i = 0; i < fixed.n && st == ST_OK; i++)
		st = buf_addf(out, "%02x", fixed.p[i]);
	for (size_t i = 0; i < name.n && st == ST_OK; i++)
		st = buf_addf(out, "%02x", name.b[i]);
	return st;
}

static enum status put_data(enum dns_type type, struct span data,
			    struct buf *out)
{
	switch (type) {
	case DNS_TXT:
		return put_txt(data, out);
	case DNS_A:
		return put_address(AF_INET, data, out);
	case DNS_AAAA:
		return put_address(AF_INET6, data, out);
	case DNS_MX:
		return put_host(span_head(data, 2), span_from(data, 2), out);
	case DNS_PTR:
	case DNS_NS:
		return put_host((struct span){ 0 }, data, out);
	case DNS_TYPES:
		break;
	}
	return ST_BUG;
}

static enum status put_value(const char *key, struct span value,
			     struct buf *out)
{
	if (value.n == 0)
		return ST_OK;
	enum status st = buf_addf(out, " %s=\"", key);

	if (st == ST_OK)
		st = text_quote(value, out);
	return st == ST_OK ? buf_addc(out, '"') : st;
}

static enum status put_details(const struct dns_reply *reply, int64_t now,
			       struct buf *out)
{
	char time[32];

	when_format(now, time);
	enum status st = buf_addf(out, ";@ %s dnssec=%s", time,
				  dns_secure_word(reply->secure));

	if (st == ST_OK && reply->octets)
		st = buf_addf(out, " octets=%zu", reply->octets);
	if (st == ST_OK)
		st = put_value("chain", buf_span(&reply->chain), out);
	if (st == ST_OK)
		st = put_value("section", span_str(reply->why.where), out);
	if (st == ST_OK)
		st = put_value("why", span_str(reply->why.text), out);
	return st == ST_OK ? buf_addc(out, '\n') : st;
}

static const char *word_of(const struct dns_reply *reply)
{
	if (reply->answer == DNS_NXDOMAIN)
		return "NXDOMAIN";
	if (reply->answer == DNS_NODATA)
		return "NODATA";
	return reply->timeout ? "TIMEOUT" : "SERVFAIL";
}

static enum status put_record(const struct dns_query *query, uint32_t ttl,
			      struct span data, struct buf *out)
{
	enum status st =
		buf_addf(out, " %u IN %s", ttl, dns_type_word(query->type));
	size_t before = out->n;

	if (st == ST_OK)
		st = put_data(query->type, data, out);
	if (st == ST_OK && out->n - before > MOST_DATA_TEXT)
		st = ST_LIMIT;
	return st == ST_OK ? buf_addc(out, '\n') : st;
}

static enum status put_origin(struct span name, struct buf *out)
{
	enum status st = buf_add(out, SPAN("$ORIGIN "));

	if (st == ST_OK)
		st = put_name(name, out);
	return st == ST_OK ? buf_addc(out, '\n') : st;
}

static enum status put_records(const struct dns_query *query,
			       const struct dns_reply *reply, struct span owner,
			       struct buf *out)
{
	bool lengthy = owner.n > MOST_OWNER_TEXT;
	enum status st = lengthy ? put_origin(owner, out) : ST_OK;

	for (size_t i = 0; i < reply->n && st == ST_OK; i++) {
		st = lengthy ? buf_addc(out, '@') : put_name(owner, out);
		if (st == ST_OK)
			st = put_record(query, reply->ttl,
					buf_span(&reply->records[i]), out);
	}
	return st == ST_OK && lengthy ? put_origin(SPAN("."), out) : st;
}

enum status dns_recording_write(const struct dns_query *query,
				const struct dns_reply *reply, int64_t now,
				struct buf *out)
{
	struct buf owner;

	buf_init(&owner, 4 * sizeof(query->name.b));
	enum status st = dns_name_text(&query->name, &owner);

	if (st == ST_OK)
		st = put_details(reply, now, out);
	if (st == ST_OK && reply->answer == DNS_RECORDS) {
		st = put_records(query, reply, buf_span(&owner), out);
	} else if (st == ST_OK) {
		st = buf_add(out, SPAN(";! "));
		if (st == ST_OK)
			st = put_name(buf_span(&owner), out);
		if (st == ST_OK)
			st = buf_addf(out, " %s %s%s\n",
				      dns_type_word(query->type),
				      word_of(reply),
				      reply->secure == DNS_SECURE ? " AD" : "");
	}
	buf_free(&owner);
	return st;
}

/* ---- reading ---- */

static bool next_word(struct span *rest, struct span *word)
{
	*rest = span_trim(*rest);
	*word = span_head(*rest, dns_lex_word(*rest, 0));
	*rest = span_from(*rest, word->n);
	return word->n > 0;
}

/* The inside of a string that begins REST, behind its first quote, into OUT;
 * *REST is then behind the last one. */
static bool unquote(struct span *rest, struct buf *out)
{
	size_t at = 0;

	while (at < rest->n && rest->p[at] != '"') {
		struct span digits = span_head(span_from(*rest, at + 1), 3);
		unsigned char c = rest->p[at++];
		uint64_t value = 0;

		if (c == '\\' && at < rest->n) {
			bool ddd = digits.n == 3 && span_u64(digits, &value);

			c = ddd ? (unsigned char)value : rest->p[at];
			at += ddd ? 3 : 1;
		}
		if (buf_addc(out, c) != ST_OK)
			return false;
	}
	if (at == rest->n)
		return false;
	*rest = span_from(*rest, at + 1);
	return true;
}

static void set_secure(struct span word, struct dns_reply *reply)
{
	for (enum dns_secure s = DNS_UNKNOWN; s <= DNS_SECURE; s++)
		if (span_eq(word, span_str(dns_secure_word(s))))
			reply->secure = s;
}

static void take_detail(struct span key, const struct buf *value,
			struct dns_note *note)
{
	struct dns_reply *reply = &note->reply;
	uint64_t n = 0;

	if (span_eq(key, SPAN("dnssec"))) {
		set_secure(buf_span(value), reply);
	} else if (span_eq(key, SPAN("octets"))) {
		if (span_u64(buf_span(value), &n) && n <= UINT16_MAX)
			reply->octets = (size_t)n;
	} else if (span_eq(key, SPAN("chain"))) {
		buf_free(&reply->chain);
		status_ignore(dns_add_chain(reply, buf_span(value)));
	} else if (span_eq(key, SPAN("section")) && value->p) {
		free(note->where);
		reply->why.where = note->where = mem_copy(value->p, value->n);
	} else if (span_eq(key, SPAN("why")) && value->p) {
		diag_set(&reply->why, ST_DNS, reply->why.where, "%s",
			 (const char *)value->p);
	}
}

/* KEY=WORD or KEY="STRING"; false at the end, and where it is neither. */
static bool next_detail(struct span *rest, struct span *key, struct buf *value)
{
	*rest = span_trim(*rest);
	size_t n = span_find(*rest, '=');

	*key = span_head(*rest, n);
	if (n == 0 || n == rest->n)
		return false;
	*rest = span_from(*rest, n + 1);
	buf_reset(value);
	if (span_starts(*rest, SPAN("\""))) {
		*rest = span_from(*rest, 1);
		return unquote(rest, value);
	}
	struct span word;

	return next_word(rest, &word) && buf_add(value, word) == ST_OK;
}

bool dns_note_details(struct span line, struct dns_note *note)
{
	struct span time, key, rest = span_from(line, 2);
	struct diag ignored;
	struct buf value;
	int64_t when;
	char text[32];

	if (!span_starts(line, SPAN(";@ ")) || !next_word(&rest, &time) ||
	    time.n >= sizeof(text))
		return false;
	memcpy(text, time.p, time.n);
	text[time.n] = 0;
	if (span_find(time, '-') == time.n ||
	    when_parse(text, &when, &ignored) != ST_OK)
		return false;
	dns_note_free(note);
	buf_init(&value, MOST_VALUE);
	while (next_detail(&rest, &key, &value))
		take_detail(key, &value, note);
	buf_free(&value);
	return true;
}

static bool find_type(struct span word, enum dns_type *type)
{
	for (*type = DNS_TXT; *type < DNS_TYPES; ++*type)
		if (span_ieq(word, span_str(dns_type_word(*type))))
			return true;
	return false;
}

static bool find_answer(struct span word, struct dns_reply *reply)
{
	static const struct {
		const char *word;
		enum dns_answer answer;
		bool timeout;
		const char *why;
	} rows[] = {
		{ "NXDOMAIN", DNS_NXDOMAIN, false, "" },
		{ "NODATA", DNS_NODATA, false, "" },
		{ "SERVFAIL", DNS_FAILED, false, "SERVFAIL" },
		{ "TIMEOUT", DNS_FAILED, true, "timeout" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (!span_ieq(word, span_str(rows[i].word)))
			continue;
		reply->answer = rows[i].answer;
		reply->timeout = rows[i].timeout;
		if (!reply->why.text[0])
			diag_set(&reply->why, ST_DNS, reply->why.where, "%s",
				 rows[i].why);
		return true;
	}
	return false;
}

enum dns_noted dns_note_answer(struct span line, struct span *name,
			       enum dns_type *type, struct dns_note *note)
{
	struct span rest = span_from(line, 2), word;

	if (!span_starts(line, SPAN(";! ")) || !next_word(&rest, name) ||
	    !next_word(&rest, &word) || !find_type(word, type) ||
	    !next_word(&rest, &word) || !find_answer(word, &note->reply))
		return DNS_NO_NOTE;
	if (!next_word(&rest, &word))
		return rest.n == 0 || rest.p[0] == ';' ? DNS_NOTED
						       : DNS_NOTE_ODD;
	if (!span_eq(word, SPAN("AD")))
		return DNS_NOTE_ODD;
	note->reply.secure = DNS_SECURE;
	return !next_word(&rest, &word) ? DNS_NOTED : DNS_NOTE_ODD;
}

void dns_note_free(struct dns_note *note)
{
	dns_reply_free(&note->reply);
	free(note->where);
	*note = (struct dns_note){ 0 };
}
