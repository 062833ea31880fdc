#include "deny.h"

#include <stdlib.h>

#include "array.h"
#include "exim.h"
#include "exit_status.h"
#include "idn.h"
#include "lines.h"

struct pattern {
	enum { ANY, SAME, BELOW } kind;
	struct name name; /* unless ANY */
};

struct deny_rule {
	struct pattern sender, signer;
	unsigned results, words; /* sets of 1 << RESULT_x, 1 << EXIM_x */
	struct span text;
};

static bool matches(const struct pattern *p, const struct name *name)
{
	switch (p->kind) {
	case ANY:
		return true;
	case SAME:
		return name_eq(&p->name, name);
	case BELOW:
		return name_within(name, &p->name) && !name_eq(name, &p->name);
	}
	return false;
}

/* -- the file -------------------------------------------------------------- */

static bool parse_pattern(struct span word, struct pattern *out)
{
	out->kind = ANY;
	if (span_eq(word, SPAN("*")))
		return true;
	if (span_starts(word, SPAN("*.")))
		word = span_from(word, 1);
	out->kind = span_starts(word, SPAN(".")) ? BELOW : SAME;
	return idn_typed(span_from(word, out->kind == BELOW),
			 NAME_UNDERSCORE | NAME_SINGLE, &out->name,
			 NULL) == ST_OK;
}

/* A word may be in both vocabularies. */
static bool parse_word(struct span word, struct deny_rule *rule)
{
	bool known = false;

	for (int r = RESULT_PASS; r <= RESULT_NONE; r++)
		if (span_ieq(word, span_str(result_word((enum result)r)))) {
			rule->results |= 1U << r;
			known = true;
		}
	for (int w = EXIM_NONE; w <= EXIM_PASS; w++)
		if (span_ieq(word,
			     span_str(exim_word_text((enum exim_word)w)))) {
			rule->words |= 1U << w;
			known = true;
		}
	return known;
}

static enum status parse_rule(const struct lines *lines, struct span line,
			      struct deny_rule *rule, struct diag *why)
{
	struct span sender = lines_word(&line), signer = lines_word(&line);
	struct span words = lines_word(&line), word = { 0 };

	*rule = (struct deny_rule){ .text = line };
	if (words.n == 0)
		return lines_bad(lines, why,
				 "not SENDER SIGNER WORD[:WORD] [text]");
	if (!parse_pattern(sender, &rule->sender) ||
	    !parse_pattern(signer, &rule->signer))
		return lines_bad(lines, why,
				 "SENDER and SIGNER are a domain, .DOMAIN or "
				 "*");
	while (span_split(&words, ':', &word))
		if (!parse_word(word, rule))
			return lines_bad(lines, why,
					 "\"%.*s\" is not one of none, pass, "
					 "fail, invalid, policy, neutral, "
					 "temperror, permerror",
					 (int)(word.n < 40 ? word.n : 40),
					 (const char *)word.p);
	return ST_OK;
}

static enum status add_rule(void *ctx, struct span line, struct diag *why)
{
	struct deny *d = ctx;

	d->v = array_grow(d->v, d->n, sizeof(*d->v));
	return parse_rule(d->lines, line, &d->v[d->n++], why);
}

enum status deny_read(const char *path, struct deny *out, struct diag *why)
{
	*out = (struct deny){ .lines = mem_alloc(sizeof(*out->lines)) };
	return lines_each(out->lines, path, add_rule, out, why);
}

void deny_free(struct deny *d)
{
	if (d->lines)
		lines_free(d->lines);
	free(d->lines);
	free(d->v);
	*d = (struct deny){ 0 };
}

enum status deny_sender(struct deny *d, const char *addr, struct diag *why)
{
	struct span text = span_trim(span_str(addr));

	if (text.n > 1 && text.p[0] == '<' && text.p[text.n - 1] == '>')
		text = span_head(span_from(text, 1), text.n - 2);
	d->has_sender = true;
	d->null_sender = text.n == 0;
	size_t at = span_rfind(text, '@');

	if (d->null_sender)
		return ST_OK;
	if (at < text.n && span_find(text, '<') == text.n &&
	    idn_typed(span_from(text, at + 1), NAME_UNDERSCORE | NAME_SINGLE,
		      &d->sender, NULL) == ST_OK)
		return ST_OK;
	return diag_set(why, ST_USAGE, "RFC 5321 4.1.2",
			"--mail-from must be an address or empty");
}

/* -- a message ------------------------------------------------------------- */

static bool is_from(const struct deny *d, const struct deny_rule *rule,
		    const struct verification *all)
{
	if (d->has_sender)
		return d->null_sender ? rule->sender.kind == ANY
				      : matches(&rule->sender, &d->sender);
	/* a second From field would get around the rule */
	return !all->has_author || matches(&rule->sender, &all->author);
}

/* The best signature of SIGNER, or NULL. */
static const struct verdict *best_of(const struct pattern *signer,
				     const struct verification *all)
{
	const struct verdict *best = NULL;

	for (size_t i = 0; i < all->n; i++) {
		const struct verdict *v = &all->v[i];

		if (signer->kind != ANY &&
		    (!v->sig.d.text[0] || !matches(signer, &v->sig.d)))
			continue;
		if (!best || status_result(v->st) < status_result(best->st))
			best = v;
	}
	return best;
}

/* deny_check of one rule, whose SENDER matches. */
static int check_rule(const struct deny_rule *rule,
		      const struct verification *all)
{
	const struct verdict *v = best_of(&rule->signer, all);
	enum result result = v ? status_result(v->st) : RESULT_NONE;
	enum exim_word word = v ? exim_word(v->st) : EXIM_NONE;

	if (result == RESULT_FAIL && verdict_testing(v)) {
		result = RESULT_NONE;
		word = EXIM_NONE;
	}
	if (rule->results & 1U << result)
		return EXIT_FAILED;
	if (!(rule->words & 1U << word))
		return 0;
	return result == RESULT_TEMPERROR ? EXIT_TEMPORARY : EXIT_FAILED;
}

int deny_check(const struct deny *d, const struct verification *all,
	       struct span *text)
{
	for (size_t i = 0; i < d->n; i++) {
		int code = is_from(d, &d->v[i], all) ? check_rule(&d->v[i], all)
						     : 0;

		*text = d->v[i].text;
		if (code)
			return code;
	}
	return 0;
}
