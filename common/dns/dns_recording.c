#include "dns_recording.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "text.h"
#include "when.h"

/* Limits of ldns when it reads: the text of the data of a record, of its owner.
 */
enum { MOST_DATA_TEXT = 65000, MOST_OWNER_TEXT = 250, MOST_VALUE = 64 * 1024 };
/* Enough for DNS_MOST_OTHERS records, each with two names of 1 KiB. */
enum { MOST_TEXT = 64 * 1024 * 1024 };

/* ---- writing ---- */

/* NAME as dns_name_text has it, and absolute. */
static void put_name(struct buf *out, struct span name)
{
	buf_put(out, name);
	if (!span_eq(name, SPAN(".")))
		buf_put(out, SPAN("."));
}

static void put_string(struct buf *out, const char *before, struct span text)
{
	buf_putf(out, "%s\"", before);
	status_ignore(text_quote(text, out)); /* there is room */
	buf_put(out, SPAN("\""));
}

/* FIXED octets and a name, in words or, where the name has octets that ldns
 * misreads ("@" as a label), as RFC 3597 5 writes any data. */
static bool put_host(struct buf *out, struct span fixed, struct span text)
{
	struct dns_name name;

	if (!dns_name_read(text, &name))
		return false;
	if (span_find(text, '\\') == text.n) {
		if (fixed.n)
			buf_putf(out, " %u", fixed.p[0] << 8 | fixed.p[1]);
		buf_put(out, SPAN(" "));
		put_name(out, text);
		return true;
	}
	buf_putf(out, " \\# %zu ", fixed.n + name.n);
	for (size_t i = 0; i < fixed.n; i++)
		buf_putf(out, "%02x", fixed.p[i]);
	for (size_t i = 0; i < name.n; i++)
		buf_putf(out, "%02x", name.b[i]);
	return true;
}

/* False when DATA is not that of TYPE. */
static bool put_data(struct buf *out, enum dns_type type, struct span data)
{
	char text[INET6_ADDRSTRLEN];

	switch (type) {
	case DNS_TXT:
		/* RFC 1035 3.3: strings of 255 octets at most, at least one */
		do {
			put_string(out, " ", span_head(data, 255));
			data = span_from(data, 255);
		} while (data.n);
		return true;
	case DNS_A:
	case DNS_AAAA:
		if (data.n != (type == DNS_A ? 4 : 16) ||
		    !inet_ntop(type == DNS_A ? AF_INET : AF_INET6, data.p, text,
			       sizeof(text)))
			return false;
		buf_putf(out, " %s", text);
		return true;
	case DNS_MX:
		return put_host(out, span_head(data, 2), span_from(data, 2));
	case DNS_PTR:
	case DNS_NS:
		return put_host(out, (struct span){ 0 }, data);
	case DNS_TYPES:
		break;
	}
	return false;
}

/* The line with the time, which begins a set. */
static void put_details(struct buf *out, const struct dns_reply *reply,
			int64_t now)
{
	char time[32];

	when_format(now, time);
	buf_putf(out, ";@ %s dnssec=%s", time, dns_secure_word(reply->secure));
	if (reply->octets)
		buf_putf(out, " octets=%zu", reply->octets);
	if (reply->chain.n)
		put_string(out, " chain=", buf_span(&reply->chain));
	if (reply->why.where && *reply->why.where)
		put_string(out, " section=", span_str(reply->why.where));
	if (reply->why.text[0])
		put_string(out, " why=", span_str(reply->why.text));
	buf_put(out, SPAN("\n"));
}

static const char *answer_word(const struct dns_reply *reply)
{
	if (reply->answer == DNS_NXDOMAIN)
		return "NXDOMAIN";
	if (reply->answer == DNS_NODATA)
		return "NODATA";
	return reply->timeout ? "TIMEOUT" : "SERVFAIL";
}

static enum status put_records(struct buf *out, enum dns_type type,
			       const struct dns_reply *reply, struct span owner)
{
	bool lengthy = owner.n > MOST_OWNER_TEXT;

	if (lengthy) {
		buf_put(out, SPAN("$ORIGIN "));
		put_name(out, owner);
		buf_put(out, SPAN("\n"));
	}
	for (size_t i = 0; i < reply->n; i++) {
		if (lengthy)
			buf_put(out, SPAN("@"));
		else
			put_name(out, owner);
		buf_putf(out, " %u IN %s", reply->ttl, dns_type_word(type));
		size_t before = out->n;

		if (!put_data(out, type, buf_span(&reply->records[i])))
			return ST_BUG;
		if (out->n - before > MOST_DATA_TEXT)
			return ST_LIMIT;
		buf_put(out, SPAN("\n"));
	}
	if (lengthy)
		buf_put(out, SPAN("$ORIGIN .\n"));
	return ST_OK;
}

enum status dns_recording_write(const struct dns_query *query,
				const struct dns_reply *reply, int64_t now,
				struct buf *out)
{
	enum status st = ST_OK;
	struct buf owner;

	buf_init(out, MOST_TEXT);
	buf_init(&owner, 4 * sizeof(query->name.b));
	status_ignore(dns_name_text(&query->name, &owner)); /* it fits */
	put_details(out, reply, now);
	if (reply->answer == DNS_RECORDS) {
		st = put_records(out, query->type, reply, buf_span(&owner));
	} else {
		buf_put(out, SPAN(";! "));
		put_name(out, buf_span(&owner));
		buf_putf(out, " %s %s%s\n", dns_type_word(query->type),
			 answer_word(reply),
			 reply->secure == DNS_SECURE ? " AD" : "");
	}
	buf_free(&owner);
	return st;
}

/* ---- reading ---- */

size_t dns_word_end(struct span s, size_t at)
{
	while (at < s.n && s.p[at] > ' ' && s.p[at] != ';')
		at++;
	return at;
}

static bool note_word(struct span *rest, struct span *word)
{
	*rest = span_trim(*rest);
	*word = span_head(*rest, dns_word_end(*rest, 0));
	*rest = span_from(*rest, word->n);
	return word->n > 0;
}

/* The inside of a quoted string into OUT; *REST begins after the first quote
 * and then after the last one. */
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

	return note_word(rest, &word) && buf_add(value, word) == ST_OK;
}

bool dns_note_details(struct span line, struct dns_note *note)
{
	struct span time, key, rest = span_from(line, 2);
	struct diag ignored;
	struct buf value;
	int64_t when;
	char text[32];

	if (!span_starts(line, SPAN(";@ ")) || !note_word(&rest, &time) ||
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

	if (!span_starts(line, SPAN(";! ")) || !note_word(&rest, name) ||
	    !note_word(&rest, &word) || !find_type(word, type) ||
	    !note_word(&rest, &word) || !find_answer(word, &note->reply))
		return DNS_NO_NOTE;
	if (!note_word(&rest, &word))
		return rest.n == 0 || rest.p[0] == ';' ? DNS_NOTED
						       : DNS_NOTE_ODD;
	if (!span_eq(word, SPAN("AD")))
		return DNS_NOTE_ODD;
	note->reply.secure = DNS_SECURE;
	return !note_word(&rest, &word) ? DNS_NOTED : DNS_NOTE_ODD;
}

void dns_note_free(struct dns_note *note)
{
	dns_reply_free(&note->reply);
	free(note->where);
	*note = (struct dns_note){ 0 };
}

/* ---- the source ---- */

struct recorder {
	struct dns dns;
	struct dns *from;
	char *path;
	int fd;
	pthread_mutex_t lock; /* of what follows, and of writing */
	enum status st;
	struct diag why;
};

/* Only the first failure counts. */
static void record_get(struct dns *dns, const struct dns_query *query,
		       struct dns_reply *out)
{
	struct recorder *r = (struct recorder *)dns;
	struct diag inner = { 0 };
	struct buf text;

	dns_get(r->from, query, out);
	enum status st = dns_recording_write(query, out, when_now(), &text);

	if (st != ST_OK)
		st = diag_set(&inner, ST_IO, NULL,
			      "an answer that cannot be written down");
	pthread_mutex_lock(&r->lock);
	if (r->st == ST_OK && st == ST_OK)
		st = io_write(r->fd, buf_span(&text), &inner);
	if (r->st == ST_OK && st != ST_OK)
		r->st = diag_set(&r->why, st, NULL, "%s: %s", r->path,
				 inner.text);
	pthread_mutex_unlock(&r->lock);
	buf_free(&text);
}

static void record_close(struct dns *dns)
{
	struct recorder *r = (struct recorder *)dns;

	dns_close(r->from);
	if (r->fd >= 0)
		close(r->fd);
	pthread_mutex_destroy(&r->lock);
	free(r->path);
	free(r);
}

static const struct dns_class class = { record_get, record_close };

enum status dns_recording_open(const char *path, struct dns *from,
			       struct dns **out, struct diag *why)
{
	struct recorder *r = mem_alloc(sizeof(*r));

	r->dns.class = &class;
	r->from = from;
	r->path = mem_copy(path, strlen(path));
	pthread_mutex_init(&r->lock, NULL);
	r->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
		     0666);
	*out = &r->dns;
	if (r->fd >= 0)
		return ST_OK;
	enum status st = io_open_status(errno);

	st = diag_set(why, st == ST_NO_INPUT ? ST_CANT_CREATE : st, NULL,
		      "cannot record in %s: %s", path, strerror(errno));
	record_close(*out);
	*out = NULL;
	return st;
}

enum status dns_recording_status(struct dns *dns, struct diag *why)
{
	struct recorder *r = (struct recorder *)dns;
	enum status st;

	if (!dns || dns->class != &class)
		return ST_OK;
	pthread_mutex_lock(&r->lock);
	st = r->st;
	if (st != ST_OK && why)
		*why = r->why;
	pthread_mutex_unlock(&r->lock);
	return st;
}
