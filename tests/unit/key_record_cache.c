/* One question for each name, whoever wants it ; what is
 * remembered, for how long, and what of it is still in use. */
#include "unit.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "key_record_cache.h"

/* Says the same of every name, and counts. */
struct source {
	struct dns dns;
	enum dns_answer answer;
	atomic_size_t asked;
	atomic_bool hold; /* while this is set no question is answered */
};

static void get(struct dns *dns, const struct dns_query *query,
		struct dns_reply *out)
{
	struct source *s = (struct source *)dns;

	(void)query;
	atomic_fetch_add(&s->asked, 1);
	while (atomic_load(&s->hold))
		sched_yield();
	out->answer = s->answer;
	if (s->answer == DNS_RECORDS)
		assert_int_equal(
			dns_add_record(out, SPAN("v=DKIM1; p=; n=revoked")),
			ST_OK);
}

static const struct dns_class class = { .get = get };

static struct name name_of(size_t i)
{
	struct name name = { "" };

	snprintf(name.text, sizeof(name.text), "s%zu._domainkey.example.com",
		 i);
	return name;
}

static const struct keyset *ask(struct key_record_cache *s, size_t i,
				struct dns_clock *clock)
{
	struct name name = name_of(i);

	return key_record_cache_get(s, &name, clock);
}

static void remembers(void **state)
{
	static const struct {
		enum dns_answer answer;
		enum status st;
	} rows[] = {
		{ DNS_RECORDS, ST_OK },
		{ DNS_NODATA, ST_NO_KEY },
		{ DNS_NXDOMAIN, ST_NO_KEY },
		{ DNS_FAILED, ST_DNS },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct source source = { .dns.class = &class,
					 .answer = rows[i].answer };
		struct key_record_cache *s =
			key_record_cache_new(&source.dns, NULL, 0);
		const struct keyset *a = ask(s, 1, NULL);
		const struct keyset *b = ask(s, 1, NULL);

		assert_ptr_equal(a, b);
		assert_int_equal(a->st, rows[i].st);
		assert_int_equal(source.asked, 1);
		key_record_cache_put(s, a);
		key_record_cache_put(s, b);
		key_record_cache_put(s, NULL);
		key_record_cache_put(s, ask(s, 2, NULL));
		assert_int_equal(source.asked, 2);
		key_record_cache_free(s);
	}
}

/* The oldest go, and who still has one keeps it. */
static void bounded(void **state)
{
	struct source source = { .dns.class = &class, .answer = DNS_RECORDS };
	struct key_record_cache *s = key_record_cache_new(&source.dns, NULL, 0);
	const struct keyset *kept = ask(s, 0, NULL);

	(void)state;
	for (size_t i = 1; i < LIMIT_KEYS_CACHED; i++)
		key_record_cache_put(s, ask(s, i, NULL));
	assert_int_equal(source.asked, LIMIT_KEYS_CACHED);
	key_record_cache_put(s, ask(s, 1, NULL)); /* 2 is the one after 0 now */
	key_record_cache_put(s, ask(s, LIMIT_KEYS_CACHED, NULL));
	key_record_cache_put(s, ask(s, LIMIT_KEYS_CACHED + 1, NULL));
	assert_int_equal(source.asked, LIMIT_KEYS_CACHED + 2);
	assert_int_equal(kept->n, 1);
	assert_int_equal(kept->v[0].st, ST_KEY_REVOKED);
	key_record_cache_put(s, ask(s, 1, NULL));
	key_record_cache_put(s, ask(s, 3, NULL));
	assert_int_equal(source.asked, LIMIT_KEYS_CACHED + 2);
	key_record_cache_put(s, ask(s, 2, NULL));
	assert_int_equal(source.asked, LIMIT_KEYS_CACHED + 3);
	const struct keyset *again = ask(s, 0, NULL);

	assert_ptr_not_equal(again, kept);
	key_record_cache_put(s, kept);
	key_record_cache_put(s, again);
	key_record_cache_free(s);
}

struct asker {
	struct key_record_cache *store;
	size_t first;
	size_t wrong;
	struct dns_clock clock;
};

static void *ask_all(void *arg)
{
	struct asker *a = arg;

	for (size_t i = 0; i < 1000; i++) {
		size_t at = (i + a->first) % 100;
		struct name name = name_of(at);
		const struct keyset *set = ask(a->store, at, NULL);

		a->wrong += !name_eq(&set->name, &name) || set->st != ST_OK ||
			    set->n != 1 || set->v[0].st != ST_KEY_REVOKED;
		key_record_cache_put(a->store, set);
	}
	return NULL;
}

static void one_question_a_name(void **state)
{
	struct source source = { .dns.class = &class, .answer = DNS_RECORDS };
	struct key_record_cache *s = key_record_cache_new(&source.dns, NULL, 0);
	struct asker askers[8];
	pthread_t threads[8];

	(void)state;
	for (size_t i = 0; i < COUNT(threads); i++) {
		askers[i] = (struct asker){ .store = s, .first = i * 5 };
		assert_int_equal(
			pthread_create(&threads[i], NULL, ask_all, &askers[i]),
			0);
	}
	for (size_t i = 0; i < COUNT(threads); i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(askers[i].wrong, 0);
	}
	assert_int_equal(source.asked, 100);
	key_record_cache_free(s);
}

static void *ask_one(void *arg)
{
	struct asker *a = arg;
	const struct keyset *set = ask(a->store, 1, &a->clock);

	a->wrong = set->st != ST_OK;
	key_record_cache_put(a->store, set);
	return NULL;
}

/* Whose time is over does not wait on for another's answer. */
static void waits_no_longer(void **state)
{
	struct source source = { .dns.class = &class,
				 .answer = DNS_RECORDS,
				 .hold = true };
	struct key_record_cache *s =
		key_record_cache_new(&source.dns, NULL, 50);
	struct asker first = { .store = s };
	struct dns_clock clock = { .start_ms = 1 }; /* began long ago */
	struct dns_clock fresh = { 0 };
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, ask_one, &first), 0);
	while (!atomic_load(&source.asked))
		sched_yield();
	const struct keyset *late = ask(s, 1, &clock);

	assert_int_equal(late->st, ST_DNS);
	assert_non_null(strstr(late->why.text, "no time left"));
	key_record_cache_put(s, late);
	/* one that begins to wait now waits its time */
	late = ask(s, 1, &fresh);
	assert_int_equal(late->st, ST_DNS);
	assert_true(fresh.start_ms > 0);
	key_record_cache_put(s, late);
	atomic_store(&source.hold, false);
	pthread_join(thread, NULL);
	assert_int_equal(first.wrong, 0);
	late = ask(s, 1, &clock); /* it is known now */
	assert_int_equal(late->st, ST_OK);
	key_record_cache_put(s, late);
	assert_int_equal(source.asked, 1);
	key_record_cache_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remembers),
		cmocka_unit_test(bounded),
		cmocka_unit_test(one_question_a_name),
		cmocka_unit_test(waits_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
