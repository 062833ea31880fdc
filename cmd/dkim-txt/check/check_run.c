#include "check_run.h"

#include <stdlib.h>
#include <string.h>

#include "check_state.h"
#include "cli.h"
#include "io.h"
#include "json_text.h"

/* The largest report on one key: a hundred records of 64 KiB, and one at each
 * of 64 servers, every byte escaped as six. */
enum { REPORT_OF_KEY = 256 * 65536 * 6 };

static const struct form {
	const char *name;
	void (*put)(const struct check *c, struct buf *out);
	int (*exit)(const struct check *c);
	/* where nothing could be checked: what to append, or NULL; the exit
	 * status, or 0 for that of the error */
	void (*unread)(const char *table, uint64_t number, enum status st,
		       const struct diag *why, struct buf *out);
	int unread_exit;
	bool searches; /* it shows under which wrong name a record is */
} forms[] = {
	{ "text", check_text, check_exit, NULL, 0, true },
	{ "json", check_json, check_exit, json_error, 0, true },
	{ "nagios", check_nagios, check_nagios_exit, check_nagios_unread, 3,
	  false },
	{ "prometheus", check_prometheus, check_exit, NULL, 0, false },
};

/* opendkim-testkey(8) ends with EX_CONFIG (78) then. */
static const struct form testkey = {
	"testkey", check_testkey, check_testkey_exit, NULL, 78, false
};

static const struct form *find_form(const struct check_options *o)
{
	if (o->testkey)
		return &testkey;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(forms[i].name, o->report) == 0)
			return &forms[i];
	return NULL;
}

static const char *table_of(const struct check_options *o)
{
	return o->key_table ? o->key_table : o->key_list;
}

const char *check_options_wrong(const struct check_options *o)
{
	if (!find_form(o))
		return "--report is text, json, nagios or prometheus";
	if (table_of(o) && (o->selector || o->key))
		return "--key-table and --key-list name selectors and keys "
		       "themselves";
	if (!table_of(o) && (!o->domain || !o->selector))
		return "--check needs -d and -s, or --key-table or --key-list";
	return NULL;
}

/* Nothing could be checked, because of ST and WHY. Wrong usage is no input that
 * readers of JSON wait for. */
static int report_unread(const struct check_options *o, const struct form *form,
			 enum status st, const struct diag *why, int to)
{
	int code = cli_fail(NULL, st, why);
	struct diag trouble = { 0 };
	struct buf out;

	buf_init(&out, 64 * (size_t)LIMIT_DIAG);
	if (form->unread && (form->unread_exit || st != ST_USAGE))
		form->unread(table_of(o), 0, st, why, &out);
	if (io_write(to, buf_span(&out), &trouble) != ST_OK)
		code = cli_fail(NULL, ST_IO, &trouble);
	else if (form->unread_exit)
		code = form->unread_exit;
	buf_free(&out);
	return code;
}

/* A state that cannot be read or kept is reported, and too many changes are
 * then, in this run or in the next. */
static void say_state(const char *path, enum status st, const struct diag *why)
{
	if (st != ST_OK)
		(void)cli_fail(path, st, why);
}

/* Ask for the record of each key, report, and keep the state. */
static int check_keys(const struct check_options *o, const struct form *form,
		      struct keyservers *servers, const struct keylist *keys,
		      int to)
{
	struct check c = {
		.v = mem_alloc(keys->n * sizeof(*c.v)),
		.n = keys->n,
		.crypto = o->servers.crypto,
		.now = o->now,
		.verbose = o->verbose,
		.quiet = o->quiet,
	};
	struct diag why = { 0 };
	enum status st;
	struct buf out;
	int code;

	for (size_t i = 0; i < c.n; i++) {
		keyservers_check(servers, &keys->v[i], &c.v[i]);
		if (form->searches)
			keyservers_search(servers, keys, &c.v[i]);
	}
	/* one selector says nothing of the domain's others */
	if (table_of(o))
		keyservers_alone(c.v, c.n);
	if (o->on_change)
		say_state(o->on_change,
			  check_state_compare(o->on_change, &c, &c.notes, &why),
			  &why);
	buf_init(&out, (c.n + 1) * REPORT_OF_KEY);
	form->put(&c, &out);
	st = io_write(to, buf_span(&out), &why);
	code = st == ST_OK ? form->exit(&c) : cli_fail(NULL, st, &why);
	/* only what was reported is known */
	if (o->on_change && st == ST_OK)
		say_state(o->on_change,
			  check_state_write(o->on_change, &c, &why), &why);
	for (size_t i = 0; i < c.n; i++) {
		keychecked_free(&c.v[i]);
		if (c.notes)
			free(c.notes[i]);
	}
	free(c.notes);
	free(c.v);
	buf_free(&out);
	return code;
}

int check_run(const struct check_options *o, int to)
{
	const struct form *form = find_form(o);
	const char *table = table_of(o);
	struct keyservers *servers = NULL;
	struct keylist keys = { 0 };
	struct diag why = { 0 };
	enum status st;
	int code;

	if (table)
		st = keylist_table(table,
				   o->key_list ? KEYTABLE_LIST : KEYTABLE_ANY,
				   o->domain, &keys, &why);
	else
		st = keylist_one(o->domain, o->selector, o->key, &keys, &why);
	if (st == ST_OK)
		st = keyservers_new(&o->servers, &servers, &why);
	if (st == ST_OK)
		sandbox_enter(&o->sandbox);
	code = st == ST_OK ? check_keys(o, form, servers, &keys, to)
			   : report_unread(o, form, st, &why, to);
	st = keyservers_free(servers, &why);
	if (st != ST_OK)
		code = cli_fail(NULL, st, &why);
	keylist_free(&keys);
	return code;
}
