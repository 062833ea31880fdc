#include "find_report.h"

#include <stdio.h>

#include "cli.h"
#include "json_text.h"
#include "key_findings.h"
#include "lint_report.h"
#include "text.h"
#include "when.h"

/* Names shown of those with the same key. */
enum { SHOWN = 8 };

const char *found_state(const struct found *one)
{
	switch (one->check.result) {
	case KEYCHECK_VALID:
	case KEYCHECK_MATCH:
		return findings_has(&one->check.findings, &FINDING_TESTING)
			       ? "testing"
			       : "valid";
	case KEYCHECK_REVOKED:
		return "revoked";
	case KEYCHECK_SEVERAL:
		return "several";
	case KEYCHECK_TEMPERROR:
		return "temperror";
	case KEYCHECK_MISMATCH:
	case KEYCHECK_ABSENT: /* the alias leads nowhere */
	case KEYCHECK_BROKEN:
		break;
	}
	return "broken";
}

/* -- dates ----------------------------------------------------------------- */

static int number(struct span digits)
{
	int n = 0;

	for (size_t i = 0; i < digits.n; i++)
		n = 10 * n + digits.p[i] - '0';
	return n;
}

/* DKIM is of 2004 (DomainKeys); nobody names a key after a later year. */
static bool is_date(int year, int month, int day, int64_t now)
{
	int64_t days = when_days(year, month, day);
	int y, m, d;

	when_date(days, &y, &m, &d);
	return year >= 2004 && month >= 1 && month <= 12 && day >= 1 &&
	       y == year && m == month && days <= now / 86400 + 1;
}

static bool put_seconds(uint64_t seconds, int64_t now, char out[static 16])
{
	int y, m, d;

	when_date((int64_t)(seconds / 86400), &y, &m, &d);
	if (!is_date(y, m, d, now))
		return false;
	snprintf(out, 16, "%04d-%02d-%02d", y, m, d);
	return true;
}

/* DIGITS, which no other digit is next to, as a date. */
static bool put_date(struct span digits, int64_t now, char out[static 16])
{
	int y = number(span_head(digits, 4)), m = 1, d = 1;
	uint64_t seconds;

	/* seconds or milliseconds since 1970 */
	if ((digits.n == 10 || digits.n == 13) &&
	    span_u64(span_head(digits, 10), &seconds) &&
	    put_seconds(seconds, now, out))
		return true;
	if (digits.n < 4 || digits.n > 14 || digits.n % 2)
		return false;
	if (digits.n >= 6)
		m = number(span_head(span_from(digits, 4), 2));
	if (digits.n >= 8)
		d = number(span_head(span_from(digits, 6), 2));
	if (!is_date(y, m, d, now))
		return false;
	snprintf(out, 16,
		 digits.n >= 8	 ? "%04d-%02d-%02d"
		 : digits.n == 6 ? "%04d-%02d"
				 : "%04d",
		 y, m, d);
	return true;
}

void found_date(struct span selector, int64_t now, char out[static 16])
{
	out[0] = '\0';
	for (size_t at = 0; at < selector.n; at++) {
		size_t n = 0;

		while (at + n < selector.n && ascii_digit(selector.p[at + n]))
			n++;
		if (n &&
		    put_date(span_head(span_from(selector, at), n), now, out))
			return;
		at += n;
	}
}

int64_t found_serial(uint32_t serial, int64_t now)
{
	uint32_t date = serial / 100;
	int y, m, d;

	if (serial < 1990010100) {
		when_date(serial / 86400, &y, &m, &d);
	} else {
		y = (int)(date / 10000);
		m = (int)(date / 100 % 100);
		d = (int)(date % 100);
	}
	return is_date(y, m, d, now) ? when_days(y, m, d) : 0;
}

/* -- for people ------------------------------------------------------------ */

static void put_day(int64_t days, char out[static 16])
{
	int y, m, d;

	when_date(days, &y, &m, &d);
	snprintf(out, 16, "%04d-%02d-%02d", y, m, d);
}

static void put_chain(struct span chain, struct buf *out)
{
	struct span target = { 0 };
	const char *before = ", alias of ";

	while (span_split(&chain, '\n', &target))
		if (target.n) {
			buf_putf(out, "%s", before);
			text_put(out, target);
			before = " -> ";
		}
}

/* The others with the same key. */
static void put_same(const struct found *one, struct buf *out)
{
	const char *before = ", same key as ";
	size_t shown = 0;

	for (size_t i = 0; i < one->same_n && shown < SHOWN; i++) {
		if (one->same[i] == one)
			continue;
		buf_putf(out, "%s%s", before, one->same[i]->name->name);
		before = ", ";
		shown++;
	}
	if (one->same_n > shown + 1)
		buf_putf(out, " and %zu more", one->same_n - shown - 1);
}

void found_text(const struct found *one, struct buf *out)
{
	const struct recordcheck *check = &one->check;
	char day[16];

	buf_putf(out, "%s: %s", one->name->name, one->state);
	if (check->key)
		buf_putf(out, ", %s %u", key_type_word(key_type(check->key)),
			 key_bits(check->key));
	put_chain(buf_span(&check->reply.chain), out);
	if (one->provider)
		buf_putf(out, " (%s)", one->provider);
	if (one->dated[0])
		buf_putf(out, ", dated %s", one->dated);
	if (one->unchanged) {
		put_day(one->unchanged, day);
		buf_putf(out, ", unchanged since %s or longer", day);
	}
	put_same(one, out);
	if (one->wildcard.name)
		buf_put(out, SPAN(", a wildcard: so is every selector that has "
				  "no record of its own (RFC 4592)"));
	if (!keycheck_well(check->result) && check->why.text[0] &&
	    check->result != KEYCHECK_REVOKED) {
		buf_put(out, SPAN(": "));
		text_put(out, span_str(check->why.text));
		if (check->why.where && *check->why.where)
			buf_putf(out, " (%s)", check->why.where);
	}
	buf_put(out, SPAN("\n"));
}

void found_say(const struct found *one, bool quiet, bool verbose)
{
	for (size_t i = 0; i < one->check.findings.n; i++) {
		const struct finding *f = &one->check.findings.v[i];
		enum severity s = f->kind->severity;
		struct buf words;

		/* the line has it: the reason, and who else has the key */
		if (s == SEVERITY_ERROR || f->kind == &FINDING_REUSED ||
		    (s == SEVERITY_INFO && !verbose) ||
		    (s == SEVERITY_WARNING && quiet))
			continue;
		buf_init(&words, 8 * (size_t)LIMIT_DIAG);
		finding_words(f, &words);
		cli_say(one->name->name, "%s: %s", severity_word(s),
			(const char *)words.p);
		buf_free(&words);
	}
}

/* -- for programs ---------------------------------------------------------- */

static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static json_t *sources(unsigned source)
{
	static const char *const words[] = { "builtin", "file", "message",
					     "provider" };
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (source & 1u << i)
			json_array_append_new(list, json_string(words[i]));
	return list;
}

static json_t *targets(struct span chain)
{
	json_t *list = json_array();
	struct span target = { 0 };

	while (span_split(&chain, '\n', &target))
		if (target.n)
			json_array_append_new(list, json_text(target));
	return list;
}

static json_t *others(const struct found *one)
{
	json_t *list = json_array();

	for (size_t i = 0; i < one->same_n && i < 100; i++)
		if (one->same[i] != one)
			json_array_append_new(
				list, json_string(one->same[i]->name->name));
	return list;
}

void found_json(const struct found *one, struct buf *out)
{
	const struct recordcheck *check = &one->check;
	const struct find_name *name = one->name;
	json_t *o = json_object();
	char day[16] = "";

	if (one->unchanged)
		put_day(one->unchanged, day);
	json_object_set_new(o, "domain", json_string(name->domain));
	json_object_set_new(o, "selector",
			    json_stringn(name->name, name->selector_n));
	json_object_set_new(o, "state", json_string(one->state));
	json_object_set_new(o, "text", text_or_null(check->why.text));
	json_object_set_new(
		o, "type",
		text_or_null(check->key ? key_type_word(key_type(check->key))
					: NULL));
	json_object_set_new(o, "bits",
			    check->key ? json_integer(key_bits(check->key))
				       : json_null());
	json_object_set_new(o, "fingerprint",
			    json_text(buf_span(&check->print)));
	json_object_set_new(o, "alias", targets(buf_span(&check->reply.chain)));
	json_object_set_new(o, "provider", text_or_null(one->provider));
	json_object_set_new(o, "source", sources(name->source));
	json_object_set_new(o, "dated", text_or_null(one->dated));
	json_object_set_new(o, "unchanged_since", text_or_null(day));
	json_object_set_new(o, "same_key", others(one));
	json_object_set_new(o, "record", json_text(check->found));
	json_object_set_new(o, "findings", findings_json(&check->findings));
	json_line(o, out);
}
