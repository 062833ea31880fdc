/* fake_dns: answers from a text, so that policy is tested without a resolver.
 *
 * A line is "NAME TYPE DATA", the data of MX a host alone (each one preference
 * more), of TXT all to the end of the line. "NAME FAIL" has no answer whatever
 * the type. A name is there when it, or one below it, has a line. */
#ifndef FAKE_DNS_H
#define FAKE_DNS_H

#include "dns.h"
#include "ip.h"
#include "unit.h"

struct fake_dns {
	struct dns dns;
	const char *lines;
	unsigned queries;
	struct buf asked; /* "TYPE NAME\n" each */
};

static inline void fake_add(struct dns_reply *out, enum dns_type type,
			    struct span data)
{
	struct buf mx;
	struct ip ip;

	buf_init(&mx, 1024);
	if (type == DNS_A || type == DNS_AAAA) {
		assert_true(ip_parse_as(data, type == DNS_AAAA, &ip));
		data = span_of(ip.b, ip.v6 ? 16 : 4);
	} else if (type == DNS_MX) {
		buf_putf(&mx, "%c%c", 1, (char)('0' + out->n));
		buf_put(&mx, data);
		data = buf_span(&mx);
	}
	status_ignore(dns_add_record(out, data));
	buf_free(&mx);
}

static inline void fake_line(struct span line, struct span name,
			     enum dns_type type, struct dns_reply *out)
{
	size_t space = span_find(line, ' ');
	struct span owner = span_head(line, space);
	struct span rest = span_from(line, space + 1);
	struct span word = span_head(rest, span_find(rest, ' '));

	if (!span_ieq(owner, name)) {
		if (span_ends(owner, name) && owner.n > name.n &&
		    owner.p[owner.n - name.n - 1] == '.' &&
		    out->answer == DNS_NXDOMAIN)
			out->answer = DNS_NODATA;
		return;
	}
	if (span_eq(word, SPAN("FAIL"))) {
		status_ignore(diag_set(&out->why, ST_DNS, NULL, "no answer"));
		out->answer = DNS_FAILED;
		return;
	}
	if (out->answer == DNS_NXDOMAIN)
		out->answer = DNS_NODATA;
	if (out->answer != DNS_FAILED &&
	    span_eq(word, span_str(dns_type_word(type))))
		fake_add(out, type, span_from(rest, word.n + 1));
}

static inline void fake_get(struct dns *dns, const struct dns_query *query,
			    struct dns_reply *out)
{
	struct fake_dns *f = (struct fake_dns *)dns;
	struct span rest = span_str(f->lines), line = { 0 };
	struct buf name;

	buf_init(&name, 1024);
	assert_int_equal(dns_name_text(&query->name, &name), ST_OK);
	f->queries++;
	buf_putf(&f->asked, "%s %s\n", dns_type_word(query->type),
		 (const char *)name.p);
	out->answer = DNS_NXDOMAIN;
	while (span_split(&rest, '\n', &line))
		if (line.n)
			fake_line(line, buf_span(&name), query->type, out);
	buf_free(&name);
}

static inline void fake_close(struct dns *dns)
{
	(void)dns;
}

static inline void fake_open(struct fake_dns *f, const char *lines)
{
	static const struct dns_class class = { fake_get, fake_close };

	*f = (struct fake_dns){ .dns = { .class = &class }, .lines = lines };
	buf_init(&f->asked, 1024 * 1024);
}

#endif
