#include "report_sums.h"

#include <stdlib.h>

#include "array.h"
#include "digest.h"

/* What stands for a report that was counted: the start of a SHA-256. */
struct report_seen {
	unsigned char b[16];
};

static const char *const result_words[REPORT_RESULT_WORDS] = {
	[REPORT_PASS] = "pass",
	[REPORT_FAIL] = "fail",
	[REPORT_SOFTFAIL] = "softfail",
	[REPORT_NEUTRAL] = "neutral",
	[REPORT_POLICY] = "policy",
	[REPORT_NONE] = "none",
	[REPORT_TEMPERROR] = "temperror",
	[REPORT_PERMERROR] = "permerror",
	[REPORT_OTHER] = "?",
};

const char *report_result_word(enum report_result r)
{
	return result_words[r];
}

static enum report_result result_of(struct span word)
{
	int i = 0;

	if (span_eq(word, SPAN("pass")))
		return REPORT_PASS;
	while (i < REPORT_OTHER && !span_eq(word, span_str(result_words[i])))
		i++;
	return (enum report_result)i;
}

/* --- items of the tables ---------------------------------------------------*/

/* The bytes by which a source is found. */
struct source_key {
	unsigned char ip[16];
	uint32_t from, v6;
};

static struct source_key source_key(const struct report_source *s)
{
	struct source_key key = { .from = s->from, .v6 = s->ip.v6 };

	memcpy(key.ip, s->ip.b, sizeof(key.ip));
	return key;
}

static bool same_source(const void *ctx, uint32_t number, struct span key)
{
	const struct report_sums *s = ctx;
	struct source_key own = source_key(&s->source[number - 1]);

	return memcmp(&own, key.p, sizeof(own)) == 0;
}

/* The bytes by which a result is found. */
struct auth_key {
	uint32_t source, domain, selector, kind;
};

static struct auth_key auth_key(const struct report_auth_sum *a)
{
	return (struct auth_key){ a->source, a->domain, a->selector,
				  a->spf * 256u + a->result };
}

static bool same_auth(const void *ctx, uint32_t number, struct span key)
{
	const struct report_sums *s = ctx;
	struct auth_key own = auth_key(&s->auth[number - 1]);

	return memcmp(&own, key.p, sizeof(own)) == 0;
}

/* A name is its place in `names`. */
struct span report_sums_name(const struct report_sums *s, uint32_t n)
{
	const unsigned char *p = s->names.p + n;

	return span_of(p + 2, p[0] | (size_t)p[1] << 8);
}

static bool same_text(const void *ctx, uint32_t number, struct span key)
{
	return span_eq(report_sums_name(ctx, number - 1), key);
}

static bool same_seen(const void *ctx, uint32_t number, struct span key)
{
	const struct report_sums *s = ctx;

	return memcmp(s->seen[number - 1].b, key.p, key.n) == 0;
}

/* --- begin and end ---------------------------------------------------------*/

void report_sums_init(struct report_sums *s, struct crypto *crypto)
{
	*s = (struct report_sums){ .crypto = crypto };
	buf_init(&s->names, REPORT_NAMES_BYTES);
	table_init(&s->source_table);
	table_init(&s->auth_table);
	table_init(&s->name_table);
	table_init(&s->seen_table);
}

void report_sums_free(struct report_sums *s)
{
	free(s->source);
	free(s->auth);
	free(s->seen);
	free(s->order);
	free(s->auth_order);
	free(s->auth_first);
	buf_free(&s->names);
	table_free(&s->source_table);
	table_free(&s->auth_table);
	table_free(&s->name_table);
	table_free(&s->seen_table);
	*s = (struct report_sums){ 0 };
}

/* --- reports ---------------------------------------------------------------*/

static void hash_head(struct hasher *h, const struct report_head *head,
		      struct digest *out)
{
	static const enum report_field parts[] = { REPORT_ORG, REPORT_ID,
						   REPORT_DOMAIN };

	for (size_t i = 0; i < 3; i++) {
		uint64_t n = head->field[parts[i]].n;

		hasher_put(h, span_of(&n, sizeof(n)));
		hasher_put(h, head->field[parts[i]]);
	}
	hasher_end(h, out);
}

static void note_dates(struct report_sums *s, const struct report_head *head)
{
	if (head->has_begin && (!s->begin || head->begin < s->begin))
		s->begin = head->begin;
	if (head->has_end && head->end > s->end)
		s->end = head->end;
}

bool report_sums_new(struct report_sums *s, const struct report_head *head)
{
	struct digest digest = { 0 };

	if (head->field[REPORT_ID].n) {
		struct hasher *h = hasher_new(s->crypto, HASH_SHA256);

		hash_head(h, head, &digest);
		hasher_free(h);
		struct table_slot *slot = table_find(&s->seen_table, same_seen,
						     s, span_of(digest.b, 16));

		if (slot->number) {
			s->duplicates++;
			return false;
		}
		s->seen = array_grow(s->seen, s->seens, sizeof(*s->seen));
		memcpy(s->seen[s->seens].b, digest.b, 16);
		slot->number = (uint32_t)++s->seens;
	}
	s->reports++;
	note_dates(s, head);
	return true;
}

/* --- records ---------------------------------------------------------------*/

static void count_up(uint64_t *sum, uint64_t n)
{
	*sum = *sum > UINT64_MAX - n ? UINT64_MAX : *sum + n;
}

/* The name with TEXT; false if there is no room for another one. */
static bool name_of(struct report_sums *s, struct span text, uint32_t *out)
{
	unsigned char head[2] = { (unsigned char)(text.n & 0xff),
				  (unsigned char)(text.n >> 8) };
	struct table_slot *slot =
		table_find(&s->name_table, same_text, s, text);

	if (slot->number == 0) {
		uint32_t at = (uint32_t)s->names.n;

		if (s->names.max - at < sizeof(head) + text.n) {
			table_forget(&s->name_table, slot);
			return false;
		}
		buf_put(&s->names, span_of(head, sizeof(head)));
		buf_put(&s->names, text);
		slot->number = at + 1;
	}
	*out = slot->number - 1;
	return true;
}

/* The number of the source of R, or REPORT_SOURCES. */
static uint32_t source_of(struct report_sums *s, const struct report_record *r)
{
	struct report_source new = { .ip = r->source };

	if (!name_of(s, r->field[REPORT_HEADER_FROM], &new.from))
		return REPORT_SOURCES;
	struct source_key key = source_key(&new);
	struct table_slot *slot = table_find(&s->source_table, same_source, s,
					     span_of(&key, sizeof(key)));

	if (!slot->number && s->sources == REPORT_SOURCES) {
		table_forget(&s->source_table, slot);
		return REPORT_SOURCES;
	}
	if (!slot->number) {
		s->source = array_grow(s->source, s->sources, sizeof(new));
		s->source[s->sources] = new;
		slot->number = (uint32_t)++s->sources;
	}
	return slot->number - 1;
}

static void add_auth(struct report_sums *s, uint32_t source,
		     const struct report_auth *a, uint64_t messages)
{
	struct report_auth_sum new = { .source = source,
				       .spf = a->spf,
				       .result =
					       (uint8_t)result_of(a->result) };

	if (!name_of(s, a->domain, &new.domain) ||
	    !name_of(s, a->selector, &new.selector)) {
		count_up(&s->auths_left, messages);
		return;
	}
	struct auth_key key = auth_key(&new);
	struct table_slot *slot = table_find(&s->auth_table, same_auth, s,
					     span_of(&key, sizeof(key)));

	if (!slot->number && s->auths == REPORT_RESULTS) {
		table_forget(&s->auth_table, slot);
		count_up(&s->auths_left, messages);
		return;
	}
	if (!slot->number) {
		s->auth = array_grow(s->auth, s->auths, sizeof(new));
		s->auth[s->auths] = new;
		slot->number = (uint32_t)++s->auths;
	}
	count_up(&s->auth[slot->number - 1].messages, messages);
}

static void add_reason(struct report_sums *s, struct span type,
		       uint64_t messages)
{
	size_t i = 0, last = REPORT_REASON_TYPES - 1;

	type = type.n ? span_head(type, sizeof(s->reason[0].type) - 1)
		      : SPAN("other"); /* some leave it empty */
	while (i < s->reasons && i < last &&
	       !span_eq(type, span_str(s->reason[i].type)))
		i++;
	if (i == s->reasons) {
		memcpy(s->reason[i].type, i == last ? SPAN("?").p : type.p,
		       i == last ? 1 : type.n);
		s->reasons++;
	}
	count_up(&s->reason[i].messages, messages);
}

static void add_counts(struct report_counts *c, const struct report_record *r)
{
	bool dkim = span_eq(r->field[REPORT_DKIM], SPAN("pass"));
	bool spf = span_eq(r->field[REPORT_SPF], SPAN("pass"));
	struct span done = r->field[REPORT_DISPOSITION];

	count_up(&c->messages, r->count);
	count_up(&c->pass, dkim || spf ? r->count : 0);
	count_up(&c->dkim, dkim ? r->count : 0);
	count_up(&c->spf, spf ? r->count : 0);
	count_up(&c->quarantine,
		 span_eq(done, SPAN("quarantine")) ? r->count : 0);
	count_up(&c->reject, span_eq(done, SPAN("reject")) ? r->count : 0);
	count_up(&c->overridden, r->reasons ? r->count : 0);
}

/* The record has an entry like I before it: two signatures of one selector
 * count once (RFC 6376 4.2 allows several). */
static bool seen_before(const struct report_record *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (r->auth[k].spf == r->auth[i].spf &&
		    span_eq(r->auth[k].domain, r->auth[i].domain) &&
		    span_eq(r->auth[k].selector, r->auth[i].selector) &&
		    span_eq(r->auth[k].result, r->auth[i].result))
			return true;
	return false;
}

void report_sums_add(struct report_sums *s, const struct report_record *r)
{
	uint32_t source = source_of(s, r);

	s->records++;
	add_counts(&s->all, r);
	add_counts(source < REPORT_SOURCES ? &s->source[source].counts
					   : &s->others,
		   r);
	for (size_t i = 0; i < r->auths; i++)
		if (!seen_before(r, i))
			add_auth(s, source, &r->auth[i], r->count);
	for (size_t i = 0; i < r->reasons; i++)
		add_reason(s, r->reason[i].type, r->count);
}

/* --- order -----------------------------------------------------------------*/

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_messages(const void *a, const void *b, void *ctx)
{
	const struct report_sums *s = ctx;
	const struct report_source *x = &s->source[*(const uint32_t *)a];
	const struct report_source *y = &s->source[*(const uint32_t *)b];
	int order = by_number(y->counts.messages, x->counts.messages);

	if (!order)
		order = x->ip.v6 - y->ip.v6;
	if (!order)
		order = memcmp(x->ip.b, y->ip.b, sizeof(x->ip.b));
	return order ? order
		     : span_cmp(report_sums_name(s, x->from),
				report_sums_name(s, y->from));
}

static int by_source(const void *a, const void *b, void *ctx)
{
	const struct report_sums *s = ctx;
	const struct report_auth_sum *x = &s->auth[*(const uint32_t *)a];
	const struct report_auth_sum *y = &s->auth[*(const uint32_t *)b];
	int order = by_number(x->source, y->source);

	if (!order)
		order = x->spf - y->spf;
	if (!order)
		order = x->result - y->result;
	if (!order)
		order = by_number(y->messages, x->messages);
	if (!order)
		order = span_cmp(report_sums_name(s, x->domain),
				 report_sums_name(s, y->domain));
	return order ? order
		     : span_cmp(report_sums_name(s, x->selector),
				report_sums_name(s, y->selector));
}

/* The numbers below N, sorted. The sums themselves are not moved: sorting
 * takes as much memory again as what it moves. */
static uint32_t *sorted(struct report_sums *s, size_t n,
			int (*compare)(const void *a, const void *b, void *ctx))
{
	uint32_t *order = mem_array(NULL, n + 1, sizeof(*order));

	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, n, sizeof(*order), compare, s);
	return order;
}

void report_sums_sort(struct report_sums *s)
{
	size_t at = 0;

	s->order = sorted(s, s->sources, by_messages);
	s->auth_order = sorted(s, s->auths, by_source);
	s->auth_first = mem_array(NULL, s->sources + 2, sizeof(uint32_t));
	for (size_t i = 0; i <= s->sources; i++) {
		s->auth_first[i] = (uint32_t)at;
		while (at < s->auths &&
		       (i == s->sources ||
			s->auth[s->auth_order[at]].source == i))
			at++;
	}
	s->auth_first[s->sources + 1] = (uint32_t)at;
}
