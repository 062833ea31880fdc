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
#include "zone_lexer.h"

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
	text_quote(text, "", out);
	buf_put(out, SPAN("\""));
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
		if (data.n < 2)
			return false;
		buf_putf(out, " %u", data.p[0] << 8 | data.p[1]);
		data = span_from(data, 2);
		/* fallthrough */
	case DNS_PTR:
	case DNS_NS:
		buf_put(out, SPAN(" "));
		put_name(out, data);
		return true;
	case DNS_SOA:
		/* only the serial is known */
		if (data.n != 4)
			return false;
		buf_putf(out, " . . %lu 0 0 0 0",
			 (unsigned long)data.p[0] << 24 |
				 (unsigned long)data.p[1] << 16 |
				 (unsigned long)data.p[2] << 8 | data.p[3]);
		return true;
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
	for (size_t i = 0; i < reply->n; i++) {
		put_name(out, owner);
		buf_putf(out, " %u IN %s", reply->ttl, dns_type_word(type));
		if (!put_data(out, type, buf_span(&reply->records[i])))
			return ST_BUG;
		buf_put(out, SPAN("\n"));
	}
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

static void set_secure(struct span word, struct dns_reply *reply)
{
	for (enum dns_secure s = DNS_UNKNOWN; s <= DNS_SECURE; s++)
		if (span_eq(word, span_str(dns_secure_word(s))))
			reply->secure = s;
}

static void take_detail(struct span key, struct span value,
			struct dns_note *note)
{
	struct dns_reply *reply = &note->reply;
	uint64_t n = 0;

	if (span_eq(key, SPAN("dnssec"))) {
		set_secure(value, reply);
	} else if (span_eq(key, SPAN("octets"))) {
		if (span_u64(value, &n) && n <= UINT16_MAX)
			reply->octets = (size_t)n;
	} else if (span_eq(key, SPAN("chain"))) {
		buf_free(&reply->chain);
		status_ignore(dns_add_chain(reply, value));
	} else if (span_eq(key, SPAN("section")) && value.n) {
		free(note->where);
		reply->why.where = note->where = mem_copy(value.p, value.n);
	} else if (span_eq(key, SPAN("why")) && value.n) {
		diag_set(&reply->why, ST_DNS, reply->why.where, "%.*s",
			 (int)value.n, (const char *)value.p);
	}
}

/* Each KEY=WORD or KEY="STRING" of W after the first word; where it is neither
 * the details end. */
static void take_details(const struct zone_lexer *w, struct dns_note *note)
{
	for (size_t i = 1; i < w->n; i++) {
		struct span word = zone_lexer_get(w, i), value;
		size_t n = span_find(word, '=');

		if (w->v[i].quoted || n == 0 || n == word.n)
			return;
		value = span_from(word, n + 1);
		if (value.n == 0) {
			i++;
			if (i == w->n || !w->v[i].quoted ||
			    (w->unclosed && i + 1 == w->n))
				return;
			value = zone_lexer_get(w, i);
		}
		take_detail(span_head(word, n), value, note);
	}
}

/* The words of LINE, which begins with HEAD: false if it does not, or has no
 * word after that. */
static bool read_words(struct span line, struct span head, struct zone_lexer *w)
{
	size_t at = head.n, number = 1;

	return span_starts(line, head) &&
	       zone_lexer_next(w, line, &at, &number) && w->n > 0;
}

bool dns_note_details(struct span line, struct dns_note *note)
{
	struct zone_lexer w = { .strict = true };
	struct diag ignored;
	int64_t when;
	bool details = false;

	if (read_words(line, SPAN(";@ "), &w) &&
	    span_has(zone_lexer_get(&w, 0), '-')) {
		struct span time = zone_lexer_get(&w, 0);
		char *text = mem_copy(time.p, time.n);

		details = when_parse(text, &when, &ignored) == ST_OK;
		free(text);
	}
	if (details) {
		dns_note_free(note);
		take_details(&w, note);
	}
	zone_lexer_free(&w);
	return details;
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
	struct zone_lexer w = { .strict = true };
	enum dns_noted noted = DNS_NO_NOTE;

	if (read_words(line, SPAN(";! "), &w) &&
	    find_type(zone_lexer_get(&w, 1), type) &&
	    find_answer(zone_lexer_get(&w, 2), &note->reply)) {
		bool ad = span_eq(zone_lexer_get(&w, 3), SPAN("AD"));

		*name = zone_lexer_raw(&w, 0, line);
		noted = w.n == 3U + ad && !w.wrong ? DNS_NOTED : DNS_NOTE_ODD;
		if (ad)
			note->reply.secure = DNS_SECURE;
	}
	zone_lexer_free(&w);
	return noted;
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
	r->dns.waits = from->waits;
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
