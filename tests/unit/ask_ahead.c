/* Questions that are asked side by side, and each once. */
#include "unit.h"

#include "ask_ahead.h"

#include <pthread.h>
#include <time.h>

/* A source that answers when so many questions wait for it: never, if they come
 * one after the other (after 20 s it fails). The record is the name. */
struct crowd {
	struct dns dns;
	pthread_mutex_t lock;
	pthread_cond_t enough;
	unsigned wanted, waiting, asked;
	bool failed;
};

static void crowd_get(struct dns *dns, const struct dns_query *query,
		      struct dns_reply *out)
{
	struct crowd *c = (struct crowd *)dns;
	struct timespec until;
	struct buf name;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 20;
	pthread_mutex_lock(&c->lock);
	c->asked++;
	if (++c->waiting == c->wanted)
		pthread_cond_broadcast(&c->enough);
	while (c->waiting < c->wanted && !c->failed)
		c->failed = pthread_cond_timedwait(&c->enough, &c->lock,
						   &until) != 0;
	pthread_mutex_unlock(&c->lock);
	if (query->clock && !query->clock->start_ms)
		query->clock->start_ms = 4711;
	buf_init(&name, 1024);
	assert_int_equal(dns_name_text(&query->name, &name), ST_OK);
	assert_int_equal(dns_add_record(out, buf_span(&name)), ST_OK);
	out->secure = DNS_SECURE;
	out->ttl = 60;
	assert_int_equal(dns_add_chain(out, SPAN("alias.example\n")), ST_OK);
	buf_free(&name);
}

static void crowd_close(struct dns *dns)
{
	(void)dns;
}

static struct ask_ahead *begin(struct crowd *c, unsigned wanted)
{
	static const struct dns_class class = { crowd_get, crowd_close };

	*c = (struct crowd){ .dns = { .class = &class, .waits = true },
			     .lock = PTHREAD_MUTEX_INITIALIZER,
			     .enough = PTHREAD_COND_INITIALIZER,
			     .wanted = wanted };
	return ask_ahead_new(&c->dns);
}

static void expect(struct ask_ahead *a, const char *text,
		   struct dns_clock *clock)
{
	struct name name = { "" };
	struct dns_reply reply;

	memcpy(name.text, text, strlen(text) + 1);
	dns_get_txt(ask_ahead_dns(a), &name, clock, &reply);
	assert_int_equal(reply.answer, DNS_RECORDS);
	assert_int_equal(reply.n, 1);
	assert_true(span_ieq(buf_span(&reply.records[0]), span_str(text)));
	assert_int_equal(reply.secure, DNS_SECURE);
	assert_int_equal(reply.ttl, 60);
	assert_true(span_eq(buf_span(&reply.chain), SPAN("alias.example\n")));
	dns_reply_free(&reply);
}

static const struct name domain = { "example.com" };

static void side_by_side(void **state)
{
	struct dns_clock clock = { 0 };
	struct crowd c;
	struct ask_ahead *a = begin(&c, 3);

	(void)state;
	ask_ahead_begin(a, "", &domain);
	ask_ahead_begin(a, "_dmarc.", &domain);
	ask_ahead_begin(a, "_adsp._domainkey.", &domain);
	expect(a, "_dmarc.example.com", &clock);
	/* its time began when it was asked */
	assert_int_equal(clock.start_ms, 4711);
	assert_int_equal(clock.secure, DNS_SECURE);
	expect(a, "example.com", NULL);
	expect(a, "_adsp._domainkey.example.com", NULL);
	assert_false(c.failed);
	assert_int_equal(c.asked, 3);
	ask_ahead_free(a);
}

static void each_once(void **state)
{
	struct crowd c;
	struct ask_ahead *a = begin(&c, 1);

	(void)state;
	ask_ahead_begin(a, "", &domain);
	ask_ahead_begin(a, "", &(struct name){ "EXAMPLE.com" });
	for (int i = 0; i < 3; i++) {
		expect(a, "Example.com", NULL);
		expect(a, "not.ahead.example", NULL);
	}
	ask_ahead_begin(a, "not.", &(struct name){ "ahead.example" });
	expect(a, "not.ahead.example", NULL);
	assert_int_equal(c.asked, 2);
	ask_ahead_free(a);
}

static void nobody_asks(void **state)
{
	struct crowd c;
	struct ask_ahead *a = begin(&c, 2);

	(void)state;
	ask_ahead_begin(a, "", &domain);
	ask_ahead_begin(a, "_dmarc.", &domain);
	/* no name: nothing is asked */
	ask_ahead_begin(a, "a..b.", &domain);
	ask_ahead_free(a);
	assert_int_equal(c.asked, 2);
	assert_false(c.failed);
	ask_ahead_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(side_by_side),
		cmocka_unit_test(each_once),
		cmocka_unit_test(nobody_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
