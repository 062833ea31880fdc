#include "check_report.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "text.h"

/* The exit codes of a monitoring plugin. */
enum { OK, WARNING, CRITICAL, UNKNOWN };

static int state_of(const struct keychecked *k)
{
	if (k->item->st != ST_OK)
		return CRITICAL;
	if (k->result == KEYCHECK_TEMPERROR)
		return UNKNOWN;
	return !k->well ? CRITICAL : k->warned ? WARNING : OK;
}

/* What is known to be broken is more severe than what is not known. */
int check_nagios_exit(const struct check *c)
{
	static const int weight[] = {
		[OK] = 0, [WARNING] = 1, [UNKNOWN] = 2, [CRITICAL] = 3
	};
	int worst = OK;

	for (size_t i = 0; i < c->n; i++)
		if (weight[state_of(&c->v[i])] > weight[worst])
			worst = state_of(&c->v[i]);
	return worst;
}

/* Append S without "|", which begins the numbers of a plugin. */
static void put_plain(const char *s, struct buf *out)
{
	size_t from = out->n;

	text_put(out, span_str(s));
	for (; from < out->n; from++)
		if (out->p[from] == '|')
			out->p[from] = '/';
}

static void put_nagios(const struct keychecked *k, struct buf *out)
{
	const struct keylist_item *it = k->item;
	const char *why = it->st == ST_OK ? k->why.text : it->why.text;

	buf_putf(out, "%s: %s", it->name.text, k->word);
	if (*why) {
		buf_put(out, SPAN(": "));
		put_plain(why, out);
	}
	for (size_t i = 0; i < k->findings.n; i++)
		if (k->findings.v[i].kind->severity == SEVERITY_WARNING)
			buf_putf(out, "; %s", k->findings.v[i].kind->code);
	buf_put(out, SPAN("\n"));
}

void check_nagios(const struct check *c, struct buf *out)
{
	static const char *const words[] = {
		[OK] = "OK",
		[WARNING] = "WARNING",
		[CRITICAL] = "CRITICAL",
		[UNKNOWN] = "UNKNOWN",
	};
	size_t count[4] = { 0 };

	for (size_t i = 0; i < c->n; i++)
		count[state_of(&c->v[i])]++;
	buf_putf(out,
		 "DKIM %s - %zu of %zu keys OK | keys=%zu ok=%zu "
		 "warning=%zu critical=%zu unknown=%zu\n",
		 words[check_nagios_exit(c)], count[OK] + count[WARNING], c->n,
		 c->n, count[OK], count[WARNING], count[CRITICAL],
		 count[UNKNOWN]);
	for (size_t i = 0; i < c->n; i++) {
		if (check_is_shown(c, i) &&
		    (state_of(&c->v[i]) != OK || c->verbose))
			put_nagios(&c->v[i], out);
	}
}

void check_nagios_unread(const char *table, uint64_t number, enum status st,
			 const struct diag *why, struct buf *out)
{
	struct buf words;

	(void)table; /* it is in the words */
	(void)number;
	buf_init(&words, 16 * (size_t)LIMIT_DIAG);
	message_describe(st, why, &words);
	buf_put(out, SPAN("DKIM UNKNOWN - "));
	put_plain((const char *)words.p, out);
	buf_put(out, SPAN("\n"));
	buf_free(&words);
}

/* --- prometheus ---------------------------------------------------------- */

struct metric {
	const char *name, *help;
	/* False where the key has no such number. */
	bool (*value)(const struct keychecked *k, uint64_t *out);
};

static bool is_ok(const struct keychecked *k, uint64_t *out)
{
	*out = k->well;
	return true;
}

static bool key_size(const struct keychecked *k, uint64_t *out)
{
	const struct key *key = k->shown->key;

	*out = key ? (key_bits(key) + 7) / 8 : 0;
	return key;
}

static bool record_ttl(const struct keychecked *k, uint64_t *out)
{
	*out = k->shown->reply.ttl;
	return *out;
}

static bool answer_size(const struct keychecked *k, uint64_t *out)
{
	*out = k->shown->reply.octets;
	return *out;
}

/* Names have no characters to escape in a label. */
static void put_labels(const struct keychecked *k, const char *result,
		       struct buf *out)
{
	buf_putf(out, "{domain=\"%s\",selector=\"%s", k->item->domain.text,
		 k->item->selector.text);
	if (result)
		buf_putf(out, "\",result=\"%s", result);
	buf_put(out, SPAN("\"}"));
}

static void put_head(const char *name, const char *help, struct buf *out)
{
	buf_putf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static int label_order(const struct keychecked *a, const struct keychecked *b)
{
	int order = strcmp(a->item->domain.text, b->item->domain.text);

	return order ? order
		     : strcmp(a->item->selector.text, b->item->selector.text);
}

/* Of those with the same labels, one that is not well comes first. */
static int by_labels(const void *a, const void *b)
{
	const struct keychecked *x = *(struct keychecked *const *)a;
	const struct keychecked *y = *(struct keychecked *const *)b;
	int order = label_order(x, y);

	if (!order)
		order = x->well - y->well;
	return order ? order : (x > y) - (x < y);
}

/* For each key, whether another one with the same labels is reported, as when a
 * table names a selector twice: Prometheus rejects a page with such lines.
 * Owned by the caller. */
static bool *find_repeated(const struct check *c)
{
	struct keychecked **v = mem_alloc(c->n * sizeof(struct keychecked *));
	bool *repeated = mem_alloc(c->n * sizeof(*repeated));

	for (size_t i = 0; i < c->n; i++)
		v[i] = &c->v[i];
	qsort(v, c->n, sizeof(struct keychecked *), by_labels);
	for (size_t i = 1; i < c->n; i++)
		repeated[v[i] - c->v] = label_order(v[i - 1], v[i]) == 0;
	free(v);
	return repeated;
}

static void put_metric(const struct check *c, const struct metric *m,
		       const bool *repeated, struct buf *out)
{
	uint64_t value;

	put_head(m->name, m->help, out);
	for (size_t i = 0; i < c->n; i++)
		if (!repeated[i] && m->value(&c->v[i], &value)) {
			buf_putf(out, "%s", m->name);
			put_labels(&c->v[i], NULL, out);
			buf_putf(out, " %llu\n", (unsigned long long)value);
		}
}

void check_prometheus(const struct check *c, struct buf *out)
{
	static const struct metric metrics[] = {
		{ "dkim_key_ok", "Whether DNS serves the record of the key.",
		  is_ok },
		{ "dkim_key_size_bytes", "Size of the key in the record.",
		  key_size },
		{ "dkim_record_ttl_seconds", "Time to live of the record.",
		  record_ttl },
		{ "dkim_answer_size_bytes", "Size of the DNS answer.",
		  answer_size },
	};
	static const char result[] = "dkim_key_result_info";
	static const char when[] = "dkim_check_timestamp_seconds";
	bool *repeated, any = false;

	for (size_t i = 0; i < c->n; i++)
		any |= check_is_shown(c, i);
	if (!any)
		return;
	repeated = find_repeated(c);
	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++)
		put_metric(c, &metrics[i], repeated, out);
	put_head(result, "What was found, in a word.", out);
	for (size_t i = 0; i < c->n; i++) {
		if (repeated[i])
			continue;
		buf_putf(out, "%s", result);
		put_labels(&c->v[i], c->v[i].word, out);
		buf_put(out, SPAN(" 1\n"));
	}
	put_head(when, "When the keys were checked.", out);
	buf_putf(out, "%s %lld\n", when, (long long)c->now);
	free(repeated);
}
