#include "report_print.h"

#include <stdlib.h>
#include <unistd.h>

#include "io.h"
#include "name.h"
#include "text.h"
#include "when.h"

enum {
	SHOWN = 10, /* sources in a list */
	OUT_MAX = LIMIT_CHUNK + 16 * REPORT_TEXT,
};

struct printing {
	const struct report_sums *sums;
	struct buf out;
	enum status st;
	struct diag *why;
};

static void flush(struct printing *p, size_t above)
{
	if (p->out.n <= above)
		return;
	if (p->st == ST_OK)
		p->st = io_write(STDOUT_FILENO, buf_span(&p->out), p->why);
	buf_reset(&p->out);
}

/* A name from a report; "-" if it is empty. */
static void put_name(struct printing *p, struct span name)
{
	text_put(&p->out, name.n ? name : SPAN("-"));
}

static unsigned long long number(uint64_t n)
{
	return n;
}

static double percent(uint64_t part, uint64_t all)
{
	return all ? 100.0 * (double)part / (double)all : 0;
}

/* --- what all of it says ---------------------------------------------------*/

static void put_date(struct printing *p, uint64_t when)
{
	char text[32];

	when_format((int64_t)when, text);
	buf_put(&p->out, span_of(text, 10)); /* the day */
}

static void put_summary(struct printing *p)
{
	const struct report_sums *s = p->sums;
	const struct report_counts *c = &s->all;

	buf_putf(&p->out, "%llu report%s, %llu record%s", number(s->reports),
		 s->reports == 1 ? "" : "s", number(s->records),
		 s->records == 1 ? "" : "s");
	if (s->begin && s->end) {
		buf_put(&p->out, SPAN(", "));
		put_date(p, s->begin);
		buf_put(&p->out, SPAN(" to "));
		put_date(p, s->end);
	}
	if (s->duplicates)
		buf_putf(&p->out, "; %llu duplicate%s not counted",
			 number(s->duplicates), s->duplicates == 1 ? "" : "s");
	buf_putf(&p->out,
		 "\n%llu messages, %llu pass DMARC (%.1f %%), %llu do not\n\n",
		 number(c->messages), number(c->pass),
		 percent(c->pass, c->messages), number(c->messages - c->pass));
}

/* --- sources ---------------------------------------------------------------*/

static void put_counts(struct printing *p, const struct report_counts *c)
{
	const char *verdict = c->pass == c->messages ? "pass"
			      : c->pass		     ? "part"
						     : "fail";

	buf_putf(&p->out, "%-5s %8llu %7llu %7llu %7llu %5llu %5llu %5llu  ",
		 verdict, number(c->messages), number(c->pass), number(c->dkim),
		 number(c->spf), number(c->quarantine), number(c->reject),
		 number(c->overridden));
}

static void put_auth(struct printing *p, const struct report_auth_sum *a)
{
	struct span selector = report_sums_name(p->sums, a->selector);

	buf_putf(&p->out, "      %s %-9s %8llu  ", a->spf ? "spf " : "dkim",
		 report_result_word(a->result), number(a->messages));
	if (!a->spf)
		buf_put(&p->out, SPAN("d="));
	put_name(p, report_sums_name(p->sums, a->domain));
	if (!a->spf) {
		buf_put(&p->out, SPAN(" s="));
		put_name(p, selector);
	}
	buf_put(&p->out, SPAN("\n"));
}

/* The results of source I. */
static void put_auths(struct printing *p, size_t i)
{
	const struct report_sums *s = p->sums;

	for (size_t k = s->auth_first[i]; k < s->auth_first[i + 1]; k++) {
		put_auth(p, &s->auth[s->auth_order[k]]);
		flush(p, LIMIT_CHUNK);
	}
}

static void put_sources(struct printing *p)
{
	const struct report_sums *s = p->sums;

	buf_putf(&p->out, "%-6s  %8s %8s %8s %8s %8s %8s %8s  %-15s %s\n",
		 "DMARC", "messages", "pass", "dkim", "spf", "quarant.",
		 "reject", "override", "source", "From");
	for (size_t i = 0; i < s->sources; i++) {
		const struct report_source *source = &s->source[s->order[i]];
		size_t at;

		put_counts(p, &source->counts);
		at = p->out.n;
		ip_format(&source->ip, &p->out);
		buf_putf(&p->out, "%*s",
			 p->out.n - at < 15 ? 16 - (int)(p->out.n - at) : 1,
			 "");
		put_name(p, report_sums_name(s, source->from));
		buf_put(&p->out, SPAN("\n"));
		put_auths(p, s->order[i]);
		flush(p, LIMIT_CHUNK);
	}
	if (s->others.messages) {
		put_counts(p, &s->others);
		buf_put(&p->out, SPAN("others\n"));
	}
	put_counts(p, &s->all);
	buf_put(&p->out, SPAN("total\n"));
	if (s->auths_left)
		buf_putf(&p->out,
			 "results of %llu messages had no room above\n",
			 number(s->auths_left));
}

/* --- what fails that is ours -----------------------------------------------*/

/* The signature's domain aligns, as far as that is known without DNS, with the
 * From domain of its source. */
static bool is_ours(const struct report_sums *s,
		    const struct report_auth_sum *a)
{
	struct name d, from;

	return !a->spf && a->source < s->sources &&
	       name_parse(report_sums_name(s, a->domain), NAME_UNDERSCORE, &d,
			  NULL) == ST_OK &&
	       name_parse(report_sums_name(s, s->source[a->source].from),
			  NAME_UNDERSCORE, &from, NULL) == ST_OK &&
	       name_related(&d, &from);
}

static int by_selector(const void *a, const void *b, void *ctx)
{
	const struct report_sums *s = ctx;
	const struct report_auth_sum *x = &s->auth[*(const uint32_t *)a];
	const struct report_auth_sum *y = &s->auth[*(const uint32_t *)b];
	int order = span_cmp(report_sums_name(s, x->domain),
			     report_sums_name(s, y->domain));

	if (!order)
		order = span_cmp(report_sums_name(s, x->selector),
				 report_sums_name(s, y->selector));
	if (!order)
		order = (x->messages < y->messages) -
			(x->messages > y->messages);
	if (!order)
		order = memcmp(&s->source[x->source].ip,
			       &s->source[y->source].ip, sizeof(struct ip));
	return order ? order : x->result - y->result;
}

/* The results from V to V + N are of one selector: print those that fail. */
static void put_selector(struct printing *p, const uint32_t *v, size_t n)
{
	const struct report_sums *s = p->sums;
	const struct report_auth_sum *first = &s->auth[v[0]];
	uint64_t all = 0, bad = 0;
	size_t failing = 0;

	for (size_t i = 0; i < n; i++) {
		const struct report_auth_sum *a = &s->auth[v[i]];

		all += a->messages;
		bad += a->result == REPORT_PASS ? 0 : a->messages;
	}
	if (bad == 0)
		return;
	buf_put(&p->out, SPAN("  d="));
	put_name(p, report_sums_name(s, first->domain));
	buf_put(&p->out, SPAN(" s="));
	put_name(p, report_sums_name(s, first->selector));
	buf_putf(&p->out, ": %llu of %llu fail (%.1f %%)\n", number(bad),
		 number(all), percent(bad, all));
	for (size_t i = 0; i < n; i++) {
		const struct report_auth_sum *a = &s->auth[v[i]];

		if (a->result == REPORT_PASS || failing++ >= SHOWN)
			continue;
		buf_putf(&p->out, "    %-9s %8llu  ",
			 report_result_word(a->result), number(a->messages));
		ip_format(&s->source[a->source].ip, &p->out);
		buf_put(&p->out, SPAN("\n"));
	}
	if (failing > SHOWN)
		buf_putf(&p->out, "    and from %zu more sources\n",
			 failing - SHOWN);
	flush(p, LIMIT_CHUNK);
}

static void put_failing(struct printing *p)
{
	const struct report_sums *s = p->sums;
	uint32_t *v = mem_array(NULL, s->auths + 1, sizeof(*v));
	size_t n = 0, next;
	bool any = false;

	for (size_t i = 0; i < s->auths; i++)
		if (is_ours(s, &s->auth[i])) {
			any = any || s->auth[i].result != REPORT_PASS;
			v[n++] = (uint32_t)i;
		}
	qsort_r(v, n, sizeof(*v), by_selector, (void *)(uintptr_t)s);
	buf_putf(&p->out, "\nsignatures of your domains that fail:%s\n",
		 any ? "" : " none");
	for (size_t i = 0; i < n; i = next) {
		const struct report_auth_sum *a = &s->auth[v[i]];

		for (next = i + 1; next < n; next++)
			if (s->auth[v[next]].domain != a->domain ||
			    s->auth[v[next]].selector != a->selector)
				break;
		put_selector(p, v + i, next - i);
	}
	free(v);
}

/* Sources without any message that passes; those with most messages. An address
 * is there once for each From domain. */
static void put_unaligned(struct printing *p)
{
	const struct report_sums *s = p->sums;
	uint64_t messages = 0;
	size_t n = 0, shown = 0;

	for (size_t i = 0; i < s->sources; i++) {
		const struct report_counts *c = &s->source[i].counts;

		if (c->pass == 0 && c->messages) {
			messages += c->messages;
			n++;
		}
	}
	buf_putf(&p->out,
		 "sources of which nothing aligns: %zu, with %llu messages\n",
		 n, number(messages));
	for (size_t i = 0; i < s->sources && shown < SHOWN; i++) {
		const struct report_source *source = &s->source[s->order[i]];

		if (source->counts.pass || !source->counts.messages)
			continue;
		shown++;
		buf_putf(&p->out, "%6llu  ", number(source->counts.messages));
		ip_format(&source->ip, &p->out);
		buf_put(&p->out, SPAN("  "));
		put_name(p, report_sums_name(s, source->from));
		buf_put(&p->out, SPAN("\n"));
	}
	if (n > shown)
		buf_putf(&p->out, "    and %zu more sources\n", n - shown);
}

static void put_reasons(struct printing *p)
{
	const struct report_sums *s = p->sums;

	buf_put(&p->out, SPAN("policy overridden:"));
	for (size_t i = 0; i < s->reasons; i++) {
		buf_put(&p->out, i ? SPAN(", ") : SPAN(" "));
		put_name(p, span_str(s->reason[i].type));
		buf_putf(&p->out, " %llu", number(s->reason[i].messages));
	}
	buf_put(&p->out, s->reasons ? SPAN("\n") : SPAN(" never\n"));
}

enum status report_print_table(const struct report_sums *s, struct diag *why)
{
	struct printing p = { .sums = s, .why = why };

	buf_init(&p.out, OUT_MAX);
	put_summary(&p);
	put_sources(&p);
	put_failing(&p);
	put_unaligned(&p);
	put_reasons(&p);
	flush(&p, 0);
	buf_free(&p.out);
	return p.st;
}
