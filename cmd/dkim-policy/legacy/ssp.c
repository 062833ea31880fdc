#include "ssp.h"

#include <string.h>

#include "tag.h"

const char *ssp_result_word(enum ssp_result r)
{
	static const char *const words[] = {
		[SSP_NONE] = "none",
		[SSP_OK] = "ok",
		[SSP_SUSPICIOUS] = "suspicious",
		[SSP_TEMPERROR] = "temperror",
		[SSP_PERMERROR] = "permerror",
	};

	return words[r];
}

bool ssp_record_is(struct span text)
{
	struct tags t;

	return tags_parse(&t, text, TAGS_RECORD, NULL) == ST_OK &&
	       tags_find(&t, SPAN("dkim"));
}

bool ssp_policy_is(struct span text)
{
	struct tags t;

	return tags_parse(&t, text, TAGS_RECORD, NULL) == ST_OK &&
	       !tags_find(&t, SPAN("p")) && !tags_find(&t, SPAN("v")) &&
	       (tags_find(&t, SPAN("o")) || tags_find(&t, SPAN("t")) ||
		tags_find(&t, SPAN("r")) || tags_find(&t, SPAN("n")));
}

static void read_flags(const struct tags *t, struct ssp_record *out)
{
	const struct tag *flags = tags_find(t, SPAN("t"));
	struct span rest = flags ? flags->value : SPAN(""), word = { 0 };

	while (tag_words(&rest, &word)) {
		out->testing = out->testing || span_ieq(word, SPAN("y"));
		out->strict = out->strict || span_ieq(word, SPAN("s"));
	}
}

void ssp_record_parse(struct span text, struct ssp_record *out)
{
	const struct tag *dkim, *o;
	struct tags t;

	*out = (struct ssp_record){ .o = '~' };
	if (tags_parse(&t, text, TAGS_RECORD, NULL) != ST_OK)
		return;
	dkim = tags_find(&t, SPAN("dkim"));
	o = tags_find(&t, SPAN("o"));
	out->valid = true;
	if (dkim && span_ieq(dkim->value, SPAN("all")))
		out->practice = SSP_ALL;
	else if (dkim && span_ieq(dkim->value, SPAN("strict")))
		out->practice = SSP_STRICT;
	if (o && o->value.n == 1 && strchr("-~!.^", o->value.p[0]))
		out->o = (char)o->value.p[0];
	else if (o)
		out->valid = false;
	read_flags(&t, out);
}

/* The result by the record of the domain, or of the one above it. */
static enum ssp_result read_found(const struct published *found, bool above,
				  bool any_signed)
{
	struct ssp_record record;

	if (found->at == PUBLISHED_FAILED)
		return SSP_TEMPERROR;
	if (found->at == PUBLISHED_SEVERAL)
		return SSP_PERMERROR;
	if (found->at == PUBLISHED_NONE)
		return SSP_NONE;
	ssp_record_parse(buf_span(&found->text), &record);
	if (above && record.strict)
		return SSP_NONE;
	if (record.testing || record.practice == SSP_UNKNOWN)
		return SSP_OK;
	return record.practice == SSP_ALL && any_signed ? SSP_OK
							: SSP_SUSPICIOUS;
}

static enum ssp_result look_up(const struct published_from *from,
			       const struct name *name, bool above,
			       bool any_signed)
{
	struct published found;
	enum ssp_result r;

	(void)published_get(from, "_ssp._domainkey.", name, ssp_record_is,
			    &found);
	r = read_found(&found, above, any_signed);
	published_free(&found);
	return r;
}

enum ssp_result ssp_evaluate(const struct published_from *from,
			     const struct name *author, bool author_signed,
			     bool any_signed)
{
	struct published domain;
	struct name parent;
	const char *dot;
	enum ssp_result r;

	if (!author)
		return SSP_PERMERROR;
	if (author_signed)
		return SSP_OK;
	r = look_up(from, author, false, any_signed);
	if (r != SSP_NONE)
		return r;
	(void)published_get(from, "", author, NULL, &domain);
	r = domain.at == PUBLISHED_FAILED ? SSP_TEMPERROR
	    : domain.exists		  ? SSP_NONE
					  : SSP_SUSPICIOUS;
	published_free(&domain);
	dot = strchr(author->text, '.');
	/* a top-level domain has no policy for the names below it */
	if (r != SSP_NONE || !dot || !strchr(dot + 1, '.'))
		return r;
	parent = *author;
	memmove(parent.text, dot + 1, strlen(dot + 1) + 1);
	return look_up(from, &parent, true, any_signed);
}
