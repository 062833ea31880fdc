#include "dns_table.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"

struct dns_record {
	struct span key;
	struct span data;
	unsigned kind; /* enum dns_type or dns_kind */
	uint32_t ttl;
	size_t order;	       /* in which it was added */
	struct dns_note *note; /* of a recorded answer, owned */
	unsigned char *owned;  /* where key and data are */
};

/* A name as it is compared: lower-case labels after their lengths, the last
 * label first. So the key of a name begins the keys of all names below it, and
 * in a sorted array they follow it. */
struct key {
	unsigned char b[DNS_WIRE_NAME];
	size_t n;
};

static struct span key_span(const struct key *k)
{
	return span_of(k->b, k->n);
}

/* The key of the name that is all of WIRE. */
static void key_of_wire(struct span wire, struct key *k)
{
	size_t octets, to = wire.n - 1;

	k->n = to;
	for (size_t at = 0; wire.p[at]; at += octets) {
		octets = wire.p[at] + (size_t)1;
		to -= octets;
		for (size_t i = 0; i < octets; i++)
			k->b[to + i] = ascii_lower(wire.p[at + i]);
	}
}

/* The name that K is, in the order of the wire. */
static void name_of_key(const struct key *k, struct dns_name *out)
{
	size_t to = k->n;

	for (size_t at = 0; at < k->n; at += k->b[at] + (size_t)1) {
		to -= k->b[at] + (size_t)1;
		memcpy(out->b + to, k->b + at, k->b[at] + (size_t)1);
	}
	out->b[k->n] = 0;
	out->n = k->n + 1;
}

/* The length of KEY without its lowest label; KEY is not the root. */
static size_t parent_length(struct span key)
{
	size_t at = 0, up = 0;

	while (at < key.n) {
		up = at;
		at += key.p[at] + (size_t)1;
	}
	return up;
}

/* ---- filling ---- */

void dns_table_add(struct dns_table *t, unsigned kind,
		   const struct dns_name *owner, struct span data, uint32_t ttl)
{
	struct key key, target;

	key_of_wire(span_of(owner->b, owner->n), &key);
	if (kind == DNS_KIND_CNAME || kind == DNS_KIND_DNAME) {
		key_of_wire(data, &target);
		data = key_span(&target);
	}
	unsigned char *owned = mem_alloc(key.n + data.n + 1);

	memcpy(owned, key.b, key.n);
	if (data.n)
		memcpy(owned + key.n, data.p, data.n);
	t->v = array_grow(t->v, t->n, sizeof(*t->v));
	t->v[t->n] =
		(struct dns_record){ .key = span_of(owned, key.n),
				     .data = span_of(owned + key.n, data.n),
				     .kind = kind,
				     .ttl = ttl,
				     .order = t->n,
				     .owned = owned };
	t->n++;
}

void dns_table_note(struct dns_table *t, enum dns_type type,
		    const struct dns_name *owner, struct dns_note *note)
{
	struct dns_note *kept = mem_alloc(sizeof(*kept));

	*kept = *note;
	*note = (struct dns_note){ 0 };
	dns_table_add(t, type, owner, (struct span){ 0 }, 0);
	t->v[t->n - 1].note = kept;
}

static void free_record(struct dns_record *r)
{
	if (r->note)
		dns_note_free(r->note);
	free(r->note);
	free(r->owned);
}

static int by_order(const void *a, const void *b)
{
	const struct dns_record *x = a, *y = b;
	int order = span_cmp(x->key, y->key);

	if (order == 0)
		order = (x->kind > y->kind) - (x->kind < y->kind);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static bool same_set(const struct dns_record *a, const struct dns_record *b)
{
	return a->kind == b->kind && span_eq(a->key, b->key);
}

/* Keep, of the N records V of one set, those after the last note, and that note
 * unless it says that there are none. Returns how many are left. */
static size_t keep_last(struct dns_record *v, size_t n)
{
	size_t first = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		first = v[i].note ? i : first;
	if (v[first].note && v[first].note->reply.answer != DNS_RECORDS &&
	    first + 1 < n)
		first++;
	for (size_t i = 0; i < n; i++) {
		if (i < first)
			free_record(&v[i]);
		else
			v[kept++] = v[i];
	}
	return kept;
}

static void keep_last_sets(struct dns_table *t)
{
	size_t kept = 0;

	for (size_t i = 0, n; i < t->n; i += n) {
		for (n = 1; i + n < t->n && same_set(&t->v[i], &t->v[i + n]);)
			n++;
		size_t left = keep_last(t->v + i, n);

		memmove(t->v + kept, t->v + i, left * sizeof(*t->v));
		kept += left;
	}
	t->n = kept;
}

/* Move the notes to a list of their own. A name that was noted without records
 * remains as one that exists. */
static void split_notes(struct dns_table *t)
{
	size_t kept = 0;

	t->note = mem_array(NULL, t->n + 1, sizeof(*t->note));
	for (size_t i = 0; i < t->n; i++) {
		struct dns_record r = t->v[i];

		if (!r.note) {
			t->v[kept++] = r;
			continue;
		}
		t->note[t->notes++] = r;
		if (r.note->reply.answer == DNS_NODATA)
			t->v[kept++] =
				(struct dns_record){ .key = r.key,
						     .kind = DNS_KIND_OTHER };
	}
	t->n = kept;
}

/* Two targets of one alias (RFC 2181 10.1) would make the answer depend on the
 * order of lines. */
enum status dns_table_sort(struct dns_table *t, struct diag *why)
{
	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), by_order);
	keep_last_sets(t);
	split_notes(t);
	for (size_t i = 1; i < t->n; i++) {
		const struct dns_record *a = &t->v[i - 1], *b = &t->v[i];

		if ((a->kind == DNS_KIND_CNAME || a->kind == DNS_KIND_DNAME) &&
		    a->kind == b->kind && span_eq(a->key, b->key) &&
		    !span_eq(a->data, b->data))
			return diag_set(why, ST_USAGE, "RFC 2181 10.1",
					"a name with two CNAME or DNAME "
					"records");
	}
	return ST_OK;
}

void dns_table_free(struct dns_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		free_record(&t->v[i]);
	for (size_t i = 0; i < t->notes; i++)
		free_record(&t->note[i]);
	free(t->v);
	free(t->note);
	*t = (struct dns_table){ 0 };
}

/* ---- looking up ---- */

static int compare_key(const void *key, const void *item)
{
	return span_cmp(*(const struct span *)key,
			((const struct dns_record *)item)->key);
}

/* The records at a name; EXISTS also when it only has names below it. */
struct node {
	const struct dns_record *v;
	size_t n;
	bool exists;
};

static struct node find_exact(const struct dns_table *t, struct span key)
{
	size_t first =
		array_place(&key, t->v, t->n, sizeof(*t->v), compare_key);
	struct node node = { .v = t->n ? t->v + first : NULL };

	node.exists = first < t->n && span_starts(t->v[first].key, key);
	while (first + node.n < t->n && span_eq(node.v[node.n].key, key))
		node.n++;
	return node;
}

/* RFC 4592 3.3.1: the wildcard just below the closest encloser answers for what
 * does not exist. */
static struct node find_node(const struct dns_table *t, const struct key *k)
{
	struct node node = find_exact(t, key_span(k));
	struct span encloser = key_span(k);

	if (node.exists)
		return node;
	while (encloser.n && !find_exact(t, encloser).exists)
		encloser = span_head(encloser, parent_length(encloser));

	struct key wild = { .n = encloser.n + 2 };

	memcpy(wild.b, encloser.p, encloser.n);
	memcpy(wild.b + encloser.n, "\1*", 2);
	return find_exact(t, key_span(&wild));
}

static const struct dns_record *find_kind(struct node node, unsigned kind)
{
	for (size_t i = 0; i < node.n; i++)
		if (node.v[i].kind == kind)
			return &node.v[i];
	return NULL;
}

/* One look-up, at some name of a chain of aliases. */
struct walk {
	const struct dns_table *t;
	struct key k;
	unsigned hops;
	uint32_t ttl; /* the least of what was used */
	struct dns_reply *out;
};

static void saw_ttl(struct walk *w, const struct dns_record *r)
{
	w->ttl = r->ttl < w->ttl ? r->ttl : w->ttl;
}

static enum status fail_reply(struct dns_reply *out, const char *where,
			      const char *text)
{
	out->answer = DNS_FAILED;
	return diag_set(&out->why, ST_DNS, where, "%s", text);
}

/* Turn the first AT octets of the key, where ALIAS is, into its target: all of
 * it for a CNAME, what is above the rest for a DNAME (RFC 6672 3.2). */
static enum status follow(struct walk *w, const struct dns_record *alias,
			  size_t at)
{
	struct key *k = &w->k;
	struct span to = alias->data;
	struct dns_name name;

	if (w->hops++ == LIMIT_CNAMES)
		return fail_reply(w->out, "RFC 1034 3.6.2",
				  "a CNAME loop, or a chain of more than 12");
	/* the root label counts on the wire, not in a key */
	if (to.n + (k->n - at) > DNS_WIRE_NAME - 1)
		return fail_reply(w->out, "RFC 6672 2.2",
				  "a DNAME makes a name too long");
	memmove(k->b + to.n, k->b + at, k->n - at);
	memcpy(k->b, to.p, to.n);
	k->n = to.n + (k->n - at);
	name_of_key(k, &name);
	dns_add_alias(w->out, &name);
	saw_ttl(w, alias);
	return ST_OK;
}

/* The DNAME above the key, *AT octets of it (RFC 6672 2.3: not at it). */
static const struct dns_record *find_dname(const struct walk *w, size_t *at)
{
	const struct dns_record *found = NULL;

	for (*at = 0; *at < w->k.n; *at += w->k.b[*at] + (size_t)1) {
		found = find_kind(find_exact(w->t, span_of(w->k.b, *at)),
				  DNS_KIND_DNAME);
		if (found)
			break;
	}
	return found;
}

static void give_records(struct walk *w, struct node node, enum dns_type type)
{
	w->out->answer = node.exists ? DNS_NODATA : DNS_NXDOMAIN;
	for (size_t i = 0; i < node.n; i++) {
		if (node.v[i].kind != type)
			continue;
		saw_ttl(w, &node.v[i]);
		w->out->ttl = w->ttl;
		if (dns_add_record(w->out, node.v[i].data) != ST_OK)
			return; /* OUT says so */
	}
}

static const struct dns_note *find_note(const struct walk *w,
					enum dns_type type)
{
	struct span key = key_span(&w->k);

	for (size_t i = array_place(&key, w->t->note, w->t->notes,
				    sizeof(*w->t->note), compare_key);
	     i < w->t->notes && span_eq(w->t->note[i].key, key); i++)
		if (w->t->note[i].kind == type)
			return w->t->note[i].note;
	return NULL;
}

static enum status give_note(struct walk *w, const struct dns_note *note,
			     enum dns_type type)
{
	struct dns_reply *out = w->out;
	const struct dns_reply *as = &note->reply;

	/* of aliases that were not recorded nothing is known */
	out->secure = w->hops ? DNS_UNKNOWN : as->secure;
	out->octets = as->octets;
	if (dns_add_chain(out, buf_span(&as->chain)) != ST_OK)
		return fail_reply(out, "RFC 1034 3.6.2",
				  "a chain that is too long");
	if (as->answer == DNS_RECORDS)
		give_records(w, find_exact(w->t, key_span(&w->k)), type);
	else
		out->answer = as->answer;
	out->timeout = as->timeout;
	out->why = as->why;
	return ST_OK;
}

void dns_table_get(const struct dns_table *t, const struct dns_query *query,
		   struct dns_reply *out)
{
	struct walk w = { .t = t, .ttl = UINT32_MAX, .out = out };
	enum status st = ST_OK;

	key_of_wire(span_of(query->name.b, query->name.n), &w.k);
	while (st == ST_OK) {
		const struct dns_note *note = find_note(&w, query->type);

		if (note) {
			status_ignore(give_note(&w, note, query->type));
			return;
		}
		size_t at = 0;
		const struct dns_record *alias = find_dname(&w, &at);
		struct node node = { 0 };

		if (!alias) {
			node = find_node(t, &w.k);
			alias = find_kind(node, DNS_KIND_CNAME);
			at = w.k.n;
		}
		if (!alias) {
			give_records(&w, node, query->type);
			return;
		}
		st = follow(&w, alias, at);
	}
}
