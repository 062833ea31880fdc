#include "recordcheck.h"

#include <stdlib.h>

#include "key_findings.h"
#include "keylint.h"

/* --- what DNS said besides the record ------------------------------------- */

static void add_chain(struct recordcheck *k)
{
	struct span rest = buf_span(&k->reply.chain), target = { 0 };

	while (span_split(&rest, '\n', &target))
		if (target.n)
			findings_add(&k->findings, &FINDING_ALIAS, "%.*s",
				     (int)target.n, (const char *)target.p);
}

static void add_secure(struct recordcheck *k, bool wanted)
{
	static const char *const words[] = {
		[DNS_UNKNOWN] = "the resolver was not asked over a path that "
				"can be trusted (see --trust-ad)",
		[DNS_INSECURE] = "the zone is not signed, or the resolver does "
				 "not validate",
		[DNS_SECURE] = "",
	};

	if (k->reply.secure == DNS_SECURE)
		return;
	findings_add(&k->findings,
		     wanted ? &FINDING_INSECURE : &FINDING_NOT_SECURE, "%s",
		     words[k->reply.secure]);
}

static void add_answer(struct recordcheck *k, bool secure)
{
	add_chain(k);
	add_secure(k, secure);
	if (k->reply.octets > 1232)
		findings_add(&k->findings, &FINDING_BIG_ANSWER, "%zu",
			     k->reply.octets);
	else if (k->reply.octets > 512)
		findings_add(&k->findings, &FINDING_ANSWER_512, "%zu",
			     k->reply.octets);
}

/* --- the record ---------------------------------------------------------- */

/* The key records of the answer in *V, their texts in *TEXTS (the caller owns
 * both); returns how many. Other records of the name do not count (RFC 6376
 * 3.6.1). */
static size_t find_records(const struct dns_reply *reply, struct keyrec **v,
			   struct span **texts)
{
	size_t n = 0;

	*v = mem_alloc(reply->n * sizeof(**v));
	*texts = mem_alloc(reply->n * sizeof(**texts));
	for (size_t i = 0; i < reply->n; i++) {
		(*texts)[n] = buf_span(&reply->records[i]);
		keyrec_parse((*texts)[n], &(*v)[n]);
		if ((*v)[n].foreign)
			keyrec_free(&(*v)[n]);
		else
			n++;
	}
	return n;
}

/* Make K broken, with the words of the first error among the findings. */
static void set_broken(struct recordcheck *k)
{
	for (size_t i = 0; i < k->findings.n; i++) {
		const struct finding *f = &k->findings.v[i];

		if (f->kind->severity != SEVERITY_ERROR)
			continue;
		k->result = KEYCHECK_BROKEN;
		diag_set(&k->why, ST_OK, f->kind->where, "%s%s%s",
			 f->kind->text, f->detail[0] ? ": " : "", f->detail);
		return;
	}
}

struct span recordcheck_alias(const struct dns_reply *reply)
{
	struct span rest = buf_span(&reply->chain), last = { 0 }, next = { 0 };

	while (span_split(&rest, '\n', &next))
		if (next.n)
			last = next;
	return last;
}

/* There is no record at the name, or at the one that its aliases lead to. */
static void set_absent(struct recordcheck *k, const char *what)
{
	struct span last = recordcheck_alias(&k->reply);

	k->result = KEYCHECK_ABSENT;
	status_ignore(
		last.n ? diag_set(&k->why, ST_OK, "RFC 6376 6.1.2",
				  "the name is an alias of %.*s, which %s",
				  (int)last.n, (const char *)last.p, what)
		       : diag_set(&k->why, ST_OK, "RFC 6376 6.1.2",
				  "the name %s", what));
	add_chain(k);
}

static void check_records(struct recordcheck *k, const struct crypto *c,
			  const struct key *wanted, bool secure)
{
	struct keyrec *v;
	struct span *texts;
	size_t n = find_records(&k->reply, &v, &texts), at = 0;

	if (k->reply.n)
		k->found = buf_span(&k->reply.records[0]);
	k->result = KEYCHECK_BROKEN; /* unless there is a key record */
	if (n) {
		k->result = keycheck_records(v, n, wanted, false, &at, &k->why);
		k->found = texts[at];
	}
	if (k->result == KEYCHECK_SEVERAL) {
		findings_add(&k->findings, &FINDING_SEVERAL, "%zu", n);
	} else {
		keylint_record(k->found, c, &k->findings);
		if (n > 1) { /* there is a key, or they were SEVERAL */
			struct diag ours;

			keycheck_ours(wanted, n, &ours);
			findings_add(&k->findings, &FINDING_OTHER_RECORD, "%s",
				     ours.text);
		}
	}
	add_answer(k, secure);
	if (k->result != KEYCHECK_SEVERAL) {
		if (k->result != KEYCHECK_REVOKED && k->findings.invalid)
			set_broken(k);
		if (n) {
			k->key = v[at].key;
			v[at].key = NULL;
		}
		buf_init(&k->print, LIMIT_DIAG);
		if (k->key)
			key_fingerprint(k->key, c, &k->print);
	}
	for (size_t i = 0; i < n; i++)
		keyrec_free(&v[i]);
	free(v);
	free(texts);
}

void recordcheck_ask(struct dns *dns, const struct crypto *c,
		     const struct name *name, const struct key *wanted,
		     bool secure, struct dns_clock *clock,
		     struct recordcheck *out)
{
	*out = (struct recordcheck){ 0 };
	dns_get_txt(dns, name, clock, &out->reply);
	switch (out->reply.answer) {
	case DNS_RECORDS:
		check_records(out, c, wanted, secure);
		break;
	case DNS_NODATA:
		set_absent(out, "has no TXT record");
		break;
	case DNS_NXDOMAIN:
		set_absent(out, "does not exist");
		break;
	case DNS_FAILED:
		out->result = KEYCHECK_TEMPERROR;
		out->why = out->reply.why;
		break;
	}
}

void recordcheck_free(struct recordcheck *k)
{
	dns_reply_free(&k->reply);
	key_free(k->key);
	buf_free(&k->print);
	findings_free(&k->findings);
	*k = (struct recordcheck){ 0 };
}

const char *recordcheck_word(enum keycheck_result r)
{
	static const char *const words[] = {
		[KEYCHECK_MATCH] = "match",
		[KEYCHECK_VALID] = "valid",
		[KEYCHECK_MISMATCH] = "mismatch",
		[KEYCHECK_ABSENT] = "absent",
		[KEYCHECK_REVOKED] = "revoked",
		[KEYCHECK_SEVERAL] = "several",
		[KEYCHECK_BROKEN] = "broken",
		[KEYCHECK_TEMPERROR] = "temperror",
	};

	return words[r];
}
