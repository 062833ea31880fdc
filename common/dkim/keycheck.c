#include "keycheck.h"

#include <string.h>

#include "keylint.h"

static void set(struct keycheck *k, enum keycheck_result result,
		const char *where, const char *what)
{
	k->result = result;
	status_ignore(diag_set(&k->why, ST_OK, where, "%s", what));
}

/* --- what DNS said beside the record ------------------------------------- */

static void add_chain(struct keycheck *k)
{
	struct span rest = buf_span(&k->reply.chain), target = { 0 };

	while (span_split(&rest, '\n', &target))
		if (target.n)
			findings_add(&k->findings, FINDING_ALIAS, "%.*s",
				     (int)target.n, (const char *)target.p);
}

static void add_secure(struct keycheck *k, bool wanted)
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
		     wanted ? FINDING_INSECURE : FINDING_NOT_SECURE, "%s",
		     words[k->reply.secure]);
}

static void add_answer(struct keycheck *k, bool secure)
{
	add_chain(k);
	add_secure(k, secure);
	if (k->reply.octets > 1232)
		findings_add(&k->findings, FINDING_BIG_ANSWER, "%zu",
			     k->reply.octets);
	else if (k->reply.octets > 512)
		findings_add(&k->findings, FINDING_ANSWER_512, "%zu",
			     k->reply.octets);
}

/* --- the record ---------------------------------------------------------- */

/* The key records of the answer; *FOUND is the first, or the first record of
 * any kind where there is none (RULES K-11). */
static size_t candidates(const struct dns_reply *reply, struct span *found)
{
	size_t n = 0;

	for (size_t i = 0; i < reply->n; i++) {
		struct span text = buf_span(&reply->records[i]);
		struct keyrec rec;

		keyrec_parse(text, &rec);
		if (i == 0 || (!rec.foreign && n == 0))
			*found = text;
		n += !rec.foreign;
		keyrec_free(&rec);
	}
	return n;
}

/* The first error among the findings, in its words. */
static void set_broken(struct keycheck *k)
{
	for (size_t i = 0; i < k->findings.n; i++) {
		const struct finding *f = &k->findings.v[i];

		if (finding_severity(f->id) != SEVERITY_ERROR)
			continue;
		k->result = KEYCHECK_BROKEN;
		status_ignore(diag_set(&k->why, ST_OK, finding_where(f->id),
				       "%s%s%s", finding_text(f->id),
				       f->detail[0] ? ": " : "", f->detail));
		return;
	}
}

static void judge_record(struct keycheck *k, const struct key *wanted)
{
	struct keyrec rec;

	keyrec_parse(k->found, &rec);
	if (rec.st == ST_KEY_REVOKED) {
		set(k, KEYCHECK_REVOKED, "RFC 6376 3.6.1",
		    "the key is revoked (p= is empty)");
	} else if (k->findings.invalid) {
		set_broken(k);
	} else if (wanted && !key_same(wanted, rec.key)) {
		set(k, KEYCHECK_MISMATCH, "RFC 6376 3.6.1",
		    "DNS has the record of another key");
	} else {
		k->result = wanted ? KEYCHECK_MATCH : KEYCHECK_VALID;
	}
	k->key = rec.key;
	rec.key = NULL;
	keyrec_free(&rec);
}

static void judge_records(struct keycheck *k, const struct crypto *c,
			  const struct key *wanted, bool secure)
{
	size_t n = candidates(&k->reply, &k->found);

	if (n > 1) {
		findings_add(&k->findings, FINDING_SEVERAL, "%zu", n);
		set(k, KEYCHECK_SEVERAL, "RFC 6376 3.6.2.2",
		    "several key records under one name: receivers take any "
		    "of them or none");
	} else {
		keylint_record(k->found, c, &k->findings);
		add_answer(k, secure);
		judge_record(k, wanted);
		return;
	}
	add_answer(k, secure);
}

void keycheck_ask(struct dns *dns, const struct crypto *c,
		  const struct name *name, const struct key *wanted,
		  bool secure, struct dns_clock *clock, struct keycheck *out)
{
	*out = (struct keycheck){ 0 };
	dns_get_txt(dns, name, clock, &out->reply);
	switch (out->reply.answer) {
	case DNS_RECORDS:
		judge_records(out, c, wanted, secure);
		break;
	case DNS_NODATA:
		set(out, KEYCHECK_ABSENT, "RFC 6376 6.1.2",
		    "the name has no TXT record");
		add_chain(out);
		break;
	case DNS_NXDOMAIN:
		set(out, KEYCHECK_ABSENT, "RFC 6376 6.1.2",
		    "the name does not exist");
		add_chain(out);
		break;
	case DNS_FAILED:
		out->result = KEYCHECK_TEMPERROR;
		out->why = out->reply.why;
		break;
	}
}

void keycheck_free(struct keycheck *k)
{
	dns_reply_free(&k->reply);
	key_free(k->key);
	findings_free(&k->findings);
	*k = (struct keycheck){ 0 };
}

bool keycheck_well(enum keycheck_result r)
{
	return r == KEYCHECK_MATCH || r == KEYCHECK_VALID;
}

const char *keycheck_word(enum keycheck_result r)
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
