#include "adsp.h"

#include "tag.h"

const char *adsp_practice_word(enum adsp_practice p)
{
	static const char *const words[] = {
		[ADSP_UNKNOWN] = "unknown",
		[ADSP_ALL] = "all",
		[ADSP_DISCARDABLE] = "discardable",
	};

	return words[p];
}

const char *adsp_result_word(enum adsp_result r)
{
	static const char *const words[] = {
		[ADSP_R_NONE] = "none",
		[ADSP_R_PASS] = "pass",
		[ADSP_R_UNKNOWN] = "unknown",
		[ADSP_R_FAIL] = "fail",
		[ADSP_R_DISCARD] = "discard",
		[ADSP_R_NXDOMAIN] = "nxdomain",
		[ADSP_R_TEMPERROR] = "temperror",
		[ADSP_R_PERMERROR] = "permerror",
	};

	return words[r];
}

/* 4.2.1 has WSP where RFC 6376 has FWS: no line ends, no other controls. */
static bool parse_record(struct span text, struct tags *t)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\t' && (text.p[i] < ' ' || text.p[i] > '~'))
			return false;
	return span_starts(text, SPAN("dkim")) &&
	       tags_parse(t, text, TAGS_RECORD, NULL) == ST_OK &&
	       span_eq(t->v[0].name, SPAN("dkim"));
}

bool adsp_record_is(struct span text)
{
	struct tags t;

	return parse_record(text, &t);
}

/* A practice of a later version is "unknown" (4.2.1). */
static enum adsp_practice read_practice(struct span text)
{
	struct tags t;

	if (!parse_record(text, &t))
		return ADSP_UNKNOWN;
	if (span_ieq(t.v[0].value, SPAN("all")))
		return ADSP_ALL;
	if (span_ieq(t.v[0].value, SPAN("discardable")))
		return ADSP_DISCARDABLE;
	return ADSP_UNKNOWN;
}

static void set_result(struct adsp_verdict *out, enum adsp_result r,
		       const char *where, const char *what)
{
	out->result = r;
	diag_set(&out->why, ST_SYNTAX, where, "%s", what);
}

/* 3.2: a message with an Author Domain Signature complies with any practice.
 * The result of another one is not known without an answer. */
static void no_answer(const struct published *found, bool author_signed,
		      struct adsp_verdict *out)
{
	if (author_signed)
		out->result = ADSP_R_PASS;
	else
		set_result(out, ADSP_R_TEMPERROR, "RFC 5617 4.3",
			   found->why.text);
}

static void read_found(const struct published *found, bool author_signed,
		       struct adsp_verdict *out)
{
	static const enum adsp_result unsigned_mail[] = {
		[ADSP_UNKNOWN] = ADSP_R_UNKNOWN,
		[ADSP_ALL] = ADSP_R_FAIL,
		[ADSP_DISCARDABLE] = ADSP_R_DISCARD,
	};

	switch (found->at) {
	case PUBLISHED_FAILED:
		no_answer(found, author_signed, out);
		return;
	case PUBLISHED_SEVERAL:
		/* 4.3 is silent on several records: no practice is known */
		set_result(out, ADSP_R_PERMERROR, "RFC 5617 4.3",
			   "several ADSP records");
		return;
	case PUBLISHED_NONE:
		set_result(out, ADSP_R_NONE, "RFC 5617 4.3", "no ADSP record");
		return;
	case PUBLISHED_ONE:
		break;
	}
	out->has_practice = true;
	out->practice = read_practice(buf_span(&found->text));
	out->result = author_signed ? ADSP_R_PASS
				    : unsigned_mail[out->practice];
}

void adsp_evaluate(const struct published_from *from, const struct name *author,
		   bool author_signed, struct adsp_verdict *out)
{
	struct published domain, record;

	*out = (struct adsp_verdict){ .result = ADSP_R_NONE };
	if (!author) {
		set_result(out, ADSP_R_PERMERROR, "RFC 5617 3.3",
			   "From does not name one domain");
		return;
	}
	/* 4.3: whether there is such a domain comes first */
	(void)published_get(from, "", author, NULL, &domain);
	if (domain.at == PUBLISHED_FAILED) {
		no_answer(&domain, author_signed, out);
	} else if (!domain.exists) {
		set_result(out, ADSP_R_NXDOMAIN, "RFC 5617 4.3",
			   "the Author Domain does not exist");
	} else {
		(void)published_get(from, "_adsp._domainkey.", author,
				    adsp_record_is, &record);
		read_found(&record, author_signed, out);
		published_free(&record);
	}
	published_free(&domain);
}
