#include "spf_tree.h"

#include <stdlib.h>

#include "spf_lint.h"
#include "spf_macro.h"

/* A record and its next term; redirect= is the last one. */
struct cursor {
	struct span domain; /* whose record; borrowed from the one above */
	struct dns_reply reply;
	struct spf_record record;
	size_t term;
	bool own; /* of the domain itself, or where its redirect= leads to */
};

struct walk {
	const struct spf_client *client;
	struct spf_tree *tree;
	struct cursor v[SPF_TREE_NODES];
	size_t depth;
	unsigned questions; /* about names in records */
	unsigned servers;   /* asked for their address */
};

static void ask_name(const struct walk *w, enum dns_type type, struct span name,
		     struct dns_reply *out)
{
	struct dns_query query = { .type = type, .clock = w->client->clock };

	*out = (struct dns_reply){ .answer = DNS_NXDOMAIN };
	if (dns_name_of(name, &query.name))
		dns_get(w->client->dns, &query, out);
}

static bool has_macro(struct span spec)
{
	return span_find(spec, '%') < spec.n;
}

static void read_node(struct walk *w, struct spf_tree_node *node,
		      struct cursor *c)
{
	struct span terms = { 0 };
	size_t which = 0;
	bool wide6;

	ask_name(w, DNS_TXT, c->domain, &c->reply);
	node->found = spf_find(&c->reply, SPF_V1, &which, &terms, &node->why);
	if (node->found != SPF_PASS)
		return;
	buf_init(&node->text, c->reply.records[which].n);
	buf_put(&node->text, buf_span(&c->reply.records[which]));
	if (spf_record_parse(terms, &c->record, &node->why) != ST_OK) {
		node->found = SPF_PERMERROR;
		spf_record_free(&c->record);
		return;
	}
	/* RFC 7208 5.1: nothing after "all" is tested */
	for (size_t i = 0; i < c->record.n; i++)
		if (c->record.v[i].mechanism == SPF_ALL) {
			c->record.n = i + 1;
			c->record.redirect = (struct span){ 0 };
		}
	for (size_t i = 0; i < c->record.n; i++)
		node->lookups += spf_term_asks(&c->record.v[i]);
	node->lookups += c->record.redirect.p != NULL;
	w->tree->lookups += node->lookups;
	w->tree->addresses += spf_lint_addresses(&c->record, &wide6);
	w->tree->wide6 = w->tree->wide6 || wide6;
}

static struct span without_dot(struct span domain)
{
	return span_head(domain, domain.n - span_ends(domain, SPAN(".")));
}

/* DOMAIN is among the records that the walk is in. */
static bool comes_from(const struct walk *w, struct span domain)
{
	for (size_t i = 0; i < w->depth; i++)
		if (span_ieq(without_dot(w->v[i].domain), without_dot(domain)))
			return true;
	return false;
}

/* One more record, shown as LABEL; the walk goes on in it. OWN as in struct
 * cursor. */
static void enter_node(struct walk *w, struct span label, struct span domain,
		       bool own)
{
	struct spf_tree *t = w->tree;
	struct spf_tree_node *node;
	struct cursor *c;

	if (t->n == SPF_TREE_NODES) {
		t->cut = true;
		return;
	}
	node = &t->v[t->n++];
	*node = (struct spf_tree_node){ .depth = (unsigned)w->depth };
	buf_init(&node->label, label.n);
	buf_put(&node->label, label);
	if (comes_from(w, domain)) {
		node->loop = true;
		node->found = SPF_PERMERROR;
		return;
	}
	c = &w->v[w->depth++];
	*c = (struct cursor){ .domain = domain, .own = own };
	read_node(w, node, c);
}

static void leave_node(struct walk *w)
{
	struct cursor *c = &w->v[--w->depth];

	spf_record_free(&c->record);
	dns_reply_free(&c->reply);
}

static void add_line(struct buf *lines, struct span name)
{
	if (buf_add(lines, name) == ST_OK)
		buf_put(lines, SPAN("\n"));
}

/* RFC 7208 5.4: a mail server that has no address never matches. */
static void check_servers(struct walk *w, const struct dns_reply *mx)
{
	for (size_t i = 0; i < mx->n && w->servers < SPF_TREE_NODES; i++) {
		struct span host = span_from(buf_span(&mx->records[i]), 2);
		struct dns_reply v4, v6;

		if (span_eq(host, SPAN("."))) /* none (RFC 7505) */
			continue;
		w->servers++;
		ask_name(w, DNS_A, host, &v4);
		ask_name(w, DNS_AAAA, host, &v6);
		if (v4.answer != DNS_RECORDS && v6.answer != DNS_RECORDS &&
		    v4.answer != DNS_FAILED && v6.answer != DNS_FAILED)
			add_line(&w->tree->hosts, host);
		dns_reply_free(&v4);
		dns_reply_free(&v6);
	}
}

/* RFC 7208 6.2: exp= names one TXT record, a macro-string; it counts for the
 * domain itself and where redirect= leads to, not in what is included. */
static void check_explanation(struct walk *w, struct span name)
{
	struct buf *lines = &w->tree->texts;
	struct dns_reply reply;
	struct dns_name ignored;

	if (!name.p || has_macro(name) || !dns_name_of(name, &ignored))
		return;
	ask_name(w, DNS_TXT, name, &reply);
	if (reply.answer != DNS_FAILED && reply.n != 1)
		status_ignore(buf_addf(lines, "%.*s has %zu TXT records\n",
				       (int)name.n, (const char *)name.p,
				       reply.n));
	else if (reply.n && !spf_macro_check(buf_span(&reply.records[0]),
					     SPF_IN_EXPLANATION))
		status_ignore(buf_addf(lines,
				       "%.*s: not a macro-string (%%%% is a "
				       "percent sign)\n",
				       (int)name.n, (const char *)name.p));
	dns_reply_free(&reply);
}

/* A name without such records is one of the two void look-ups that are allowed
 * (RFC 7208 4.6.4). What is not a name is not looked up. */
static void check_name(struct walk *w, enum dns_type type, enum dns_type other,
		       struct span name)
{
	struct dns_reply reply, second = { .answer = DNS_NODATA };
	struct dns_name ignored;

	if (has_macro(name) || !dns_name_of(name, &ignored) ||
	    w->questions >= SPF_TREE_NODES)
		return;
	w->questions++;
	ask_name(w, type, name, &reply);
	if (other != type && reply.answer == DNS_NODATA)
		ask_name(w, other, name, &second);
	if ((reply.answer == DNS_NXDOMAIN || reply.answer == DNS_NODATA) &&
	    second.answer != DNS_RECORDS && second.answer != DNS_FAILED) {
		w->tree->voids++;
		add_line(&w->tree->empty, name);
	}
	/* 4.6.4: not only the first ten are asked for */
	if (type == DNS_MX && reply.n > SPF_LOOKUPS)
		add_line(&w->tree->crowds, name);
	else if (type == DNS_MX)
		check_servers(w, &reply);
	dns_reply_free(&reply);
	dns_reply_free(&second);
}

static void step_term(struct walk *w, const struct cursor *c,
		      const struct spf_term *t)
{
	struct span target = t->spec.n ? t->spec : c->domain;

	if (t->mechanism == SPF_INCLUDE && !has_macro(t->spec))
		enter_node(w, t->text, t->spec, false);
	else if (t->mechanism == SPF_A)
		check_name(w, DNS_A, DNS_AAAA, target);
	else if (t->mechanism == SPF_MX)
		check_name(w, DNS_MX, DNS_MX, target);
	else if (t->mechanism == SPF_EXISTS)
		check_name(w, DNS_A, DNS_A, target);
}

void spf_tree_build(const struct spf_client *client, const struct name *domain,
		    struct spf_tree *out)
{
	struct walk *w = mem_alloc(sizeof(*w));

	*out = (struct spf_tree){ 0 };
	buf_init(&out->empty, (size_t)SPF_TREE_NODES * 1024);
	buf_init(&out->crowds, (size_t)SPF_TREE_NODES * 1024);
	buf_init(&out->hosts, (size_t)SPF_TREE_NODES * 1024);
	buf_init(&out->texts, (size_t)SPF_TREE_NODES * 1024);
	w->client = client;
	w->tree = out;
	enter_node(w, span_str(domain->text), span_str(domain->text), true);
	while (w->depth) {
		struct cursor *c = &w->v[w->depth - 1];
		size_t term = c->term++;

		if (term == 0 && c->own)
			check_explanation(w, c->record.exp);
		if (term < c->record.n)
			step_term(w, c, &c->record.v[term]);
		else if (term == c->record.n && c->record.redirect.p &&
			 !has_macro(c->record.redirect))
			enter_node(w, SPAN("redirect"), c->record.redirect,
				   c->own);
		else
			leave_node(w);
	}
	free(w);
}

void spf_tree_free(struct spf_tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		buf_free(&t->v[i].label);
		buf_free(&t->v[i].text);
	}
	buf_free(&t->empty);
	buf_free(&t->crowds);
	buf_free(&t->hosts);
	buf_free(&t->texts);
	t->n = 0;
}
