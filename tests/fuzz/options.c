/* A command line of dkim-verify, whose words end with a line end in the input:
 * what is refused is refused with words and 64, operands are those that were
 * given, numbers keep their limits, and the same words give the same once more.
 * No file that an option names is opened. */
int tool_main(int argc, char **argv);
#define main tool_main
/* NOLINTNEXTLINE(bugprone-suspicious-include): its tables are static */
#include "dkim-verify.c"

#include <fcntl.h>

#include "fuzz.h"

enum { MOST_WORDS = 64 };

struct words {
	char *text; /* owned */
	char *v[MOST_WORDS + 2];
	int n;
};

static void split_words(struct span s, struct words *w)
{
	w->text = mem_copy(s.p, s.n);
	w->n = 0;
	w->v[w->n++] = w->text + s.n; /* "", the program */
	for (char *at = w->text; at < w->text + s.n && w->n <= MOST_WORDS;) {
		char *end = memchr(at, '\n', (size_t)(w->text + s.n - at));

		w->v[w->n++] = at;
		if (!end)
			break;
		*end = 0;
		at = end + 1;
	}
	w->v[w->n] = NULL;
}

static bool was_given(const struct words *w, const char *word)
{
	return word >= w->text && word <= w->v[0];
}

static void hold_number(const struct opt_number *n)
{
	hold(n->value >= n->least && n->value <= n->most, "a number's limits");
}

/* What comes of the words: first operand, exit status, whether the rules hold;
 * a sum of the options. */
struct outcome {
	int first, count, code;
	enum status st;
	uint64_t sum;
};

static void add_text(struct outcome *o, const char *text)
{
	o->sum = o->sum * 31 + (text ? strlen(text) + 1 : 0);
}

static void look(const struct words *w, struct outcome *o)
{
	const struct opt_number *numbers[] = {
		&given.min_bits,    &given.max_signatures, &given.skew,
		&given.threads,	    &given.canon_header,   &given.canon_body,
		&given.dns.timeout, &given.dns.deadline,   NULL,
	};
	const char *texts[] = { given.color,	    given.at,
				given.files0,	    given.files,
				given.auth_results, given.filter,
				given.deny,	    given.mail_from,
				given.key,	    given.log,
				given.dns.origin,   given.dns.record };
	struct diag why = { 0 };

	for (size_t i = 0; numbers[i]; i++) {
		hold_number(numbers[i]);
		o->sum = o->sum * 31 + numbers[i]->value;
	}
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		hold(!texts[i] || was_given(w, texts[i]), "a given value");
		add_text(o, texts[i]);
	}
	for (size_t i = 0; i < given.require.n; i++)
		add_text(o, given.require.v[i]);
	for (char **word = given.exec; word && *word; word++)
		add_text(o, *word);
	hold(!given.exec || given.exec[0], "a command has a word");
	o->sum = o->sum * 2 + given.explain + 4 * given.mbox;
	o->st = opt_rules(&program, rules, sizeof(rules) / sizeof(*rules),
			  &why);
	hold(o->st == ST_OK || (o->st == ST_USAGE && why.text[0]),
	     "a rule has words");
}

static void parse(struct span s, const struct args *fresh, struct outcome *o)
{
	struct words w;
	bool wants;

	split_words(s, &w);
	o->count = w.n;
	memcpy(&given, fresh, sizeof(given));
	dns_options_init(&given.dns);
	wants = opt_wants(&program, w.n, w.v, "filter");
	o->first = opt_parse(&program, &o->count, w.v, &o->code);
	hold(o->first < 0 || !given.filter || wants, "--filter is foreseen");
	if (o->first >= 0) {
		hold(o->first >= 1 && o->first <= o->count && o->count <= w.n,
		     "the operands");
		for (int i = o->first; i < o->count; i++)
			hold(was_given(&w, w.v[i]), "a given operand");
		o->code = 0;
		look(&w, o);
	} else {
		hold(o->code == 0 || o->code == 64, "help, or wrong usage");
	}
	dns_options_free(&given.dns);
	free(given.require.v);
	free(w.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct args fresh;
	struct outcome once = { 0 }, twice = { 0 };
	struct span s = span_of(data, size);

	if (!fresh.threads.most) {
		int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

		memcpy(&fresh, &given, sizeof(fresh));
		message_program("dkim-verify");
		hold(nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0 &&
			     log_open("/dev/null", NULL) == ST_OK,
		     "no output");
		close(nowhere);
	}
	parse(s, &fresh, &once);
	parse(s, &fresh, &twice);
	hold(once.first == twice.first && once.count == twice.count &&
		     once.code == twice.code && once.st == twice.st &&
		     once.sum == twice.sum,
	     "the same");
	return 0;
}
