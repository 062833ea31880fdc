#include "elsewhere.h"

#include "keyowner.h"
#include "keyrec.h"

/* Other domains of a table that are asked, too. */
enum { MOST_DOMAINS = 8 };

/* The search for the record of one item. */
struct search {
	struct dns *dns;
	const struct keylist_item *item;
	struct dns_clock *clock;
	bool over; /* the best answer is known, or DNS gave none */
	struct elsewhere *out;
};

/* -- one name -------------------------------------------------------------- */

static void take_record(struct search *s, const struct name *name,
			const char *mistake, struct span text)
{
	const struct key *wanted = s->item->key;
	struct keyrec rec;

	keyrec_parse(text, &rec);
	if (rec.st == ST_OK) {
		bool same = wanted && key_same(wanted, rec.key);

		if (same || !s->out->name.text[0])
			*s->out = (struct elsewhere){ *name, mistake, same };
		s->over |= same || !wanted;
	}
	keyrec_free(&rec);
}

static void ask_name(struct search *s, const struct name *name,
		     const char *mistake)
{
	struct dns_reply reply;

	if (s->over || name_eq(name, &s->item->name))
		return;
	dns_get_txt(s->dns, name, s->clock, &reply);
	s->over = reply.answer == DNS_FAILED;
	for (size_t i = 0; i < reply.n && !s->over; i++)
		take_record(s, name, mistake, buf_span(&reply.records[i]));
	dns_reply_free(&reply);
}

/* -- all names ------------------------------------------------------------- */

/* The same selector in each other domain of the table. */
static void ask_domains(struct search *s, const struct keylist *all)
{
	const struct name *asked[MOST_DOMAINS] = { &s->item->domain };
	size_t n = 1;

	for (size_t i = 0; i < all->n && n < MOST_DOMAINS; i++) {
		const struct name *domain = &all->v[i].domain;
		struct name name;
		size_t seen = 0;

		while (seen < n && !name_eq(asked[seen], domain))
			seen++;
		if (seen < n || !domain->text[0])
			continue;
		asked[n++] = domain;
		if (name_key(&s->item->selector, domain, &name, NULL) == ST_OK)
			ask_name(s, &name,
				 "it is that of another domain of the table");
	}
}

void elsewhere_find(struct dns *dns, const struct keylist *all,
		    const struct keylist_item *item, struct dns_clock *clock,
		    struct elsewhere *out)
{
	struct search s = { dns, item, clock, false, out };
	struct name name;

	*out = (struct elsewhere){ 0 };
	if (item->called && name_parse(span_str(item->called), NAME_UNDERSCORE,
				       &name, NULL) == ST_OK)
		ask_name(&s, &name,
			 "the table's entry has that name, but "
			 "another selector or domain");
	for (size_t i = 0; i < KEYOWNER_WRONG; i++) {
		const char *mistake = keyowner_wrong(i, &item->selector,
						     &item->domain, &name);

		if (mistake)
			ask_name(&s, &name, mistake);
	}
	ask_domains(&s, all);
}
