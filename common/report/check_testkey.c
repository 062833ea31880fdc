#include "check_report.h"

#include "cli.h"

/* The codes of sysexits that opendkim-testkey ends with. */
enum { GOOD = 0, MISMATCH = 65, NO_RECORD = 69, NO_KEY = 71 };

static int code_of(const struct keychecked *k)
{
	if (k->item->st != ST_OK)
		return NO_KEY;
	if (keycheck_well(k->result))
		return GOOD;
	return k->result == KEYCHECK_MISMATCH ? MISMATCH : NO_RECORD;
}

int check_testkey_exit(const struct check *c)
{
	int code = GOOD;

	/* other than the model, a table with a bad key is not good */
	for (size_t i = 0; i < c->n && code == GOOD; i++)
		code = code_of(&c->v[i]);
	return code;
}

static void say_result(const struct check *c, const struct keychecked *k)
{
	const char *name = k->item->name.text;

	if (k->result != KEYCHECK_TEMPERROR &&
	    k->v[k->shown].check.reply.secure != DNS_SECURE && c->verbose)
		cli_say(NULL, "key not secure");
	switch (k->result) {
	case KEYCHECK_MATCH:
	case KEYCHECK_VALID:
		if (c->verbose > 2)
			cli_say(NULL, "key OK");
		break;
	case KEYCHECK_MISMATCH:
		cli_say(NULL, "keys do not match");
		break;
	case KEYCHECK_ABSENT:
		cli_say(NULL, "'%s' record not found", name);
		break;
	case KEYCHECK_REVOKED:
		cli_say(NULL, "Revoked key");
		break;
	case KEYCHECK_SEVERAL:
		cli_say(NULL, "multiple DNS replies for '%s'", name);
		break;
	case KEYCHECK_BROKEN:
		cli_say(NULL, "'%s': %s", name, k->why.text);
		break;
	case KEYCHECK_TEMPERROR:
		cli_say(NULL, "'%s' query failed: %s", name, k->why.text);
		break;
	}
}

void check_testkey(const struct check *c, struct buf *out)
{
	size_t good = 0;

	(void)out; /* all of it is said on stderr */
	for (size_t i = 0; i < c->n; i++) {
		const struct keychecked *k = &c->v[i];

		good += code_of(k) == GOOD;
		if (c->changes_only && !c->notes[i])
			continue;
		if (k->item->st != ST_OK) {
			(void)cli_fail(k->item->file, k->item->st,
				       &k->item->why);
			continue;
		}
		if (c->verbose > 1 && k->item->key)
			cli_say(NULL, "key loaded from %s",
				k->item->file ? k->item->file : "the table");
		if (c->verbose > 1)
			cli_say(NULL, "checking key '%s'", k->item->name.text);
		say_result(c, k);
	}
	if (c->n > 1 && c->verbose)
		cli_say(NULL, "%zu keys checked; %zu pass, %zu fail", c->n,
			good, c->n - good);
}
