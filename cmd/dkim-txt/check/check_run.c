#include "check_run.h"

#include <stdlib.h>
#include <string.h>

#include "check_state.h"
#include "cli.h"
#include "exit_status.h"
#include "io.h"
#include "json_text.h"

/* The report on one key at most: a hundred records of 64 KiB, and one at each
 * of 64 servers, every octet escaped as six. */
enum { REPORT_OF_KEY = 256 * 65536 * 6 };

static const struct form {
	const char *name;
	void (*put)(const struct check *c, struct buf *out);
	int (*exit)(const struct check *c);
	/* what to append where nothing could be checked; or NULL */
	void (*unread)(const char *table, uint64_t number, enum status st,
		       const struct diag *why, struct buf *out);
} forms[] = {
	{ "text", check_text, check_exit, NULL },
	{ "json", check_json, check_exit, json_error },
	{ "nagios", check_nagios, check_nagios_exit, check_nagios_unread },
	{ "prometheus", check_prometheus, check_exit, NULL },
};

static const struct form testkey = { "testkey", check_testkey,
				     check_testkey_exit, NULL };

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

const char *check_options_wrong(const struct check_options *o,
				const char *domain, const char *selector)
{
	if (!find_form(o))
		return "--report is text, json, nagios or prometheus";
	if (table_of(o) && (selector || o->key))
		return "--key-table and --key-list name selectors and keys "
		       "themselves";
	if (!table_of(o) && (!domain || !selector))
		return "--check needs -d and -s, or --key-table or --key-list";
	return NULL;
}

/* The state that could not be kept is told, and the next run tells too much. */
static void say_state(const char *path, enum status st, const struct diag *why)
{
	if (st != ST_OK)
		(void)cli_fail(path, st, why);
}

static enum status report(const struct check_options *o, struct check *c,
			  int to, struct diag *why)
{
	struct check_state state = { 0 };
	struct diag trouble = { 0 };
	struct buf out;
	enum status st;

	if (o->on_change) {
		say_state(o->on_change,
			  check_state_read(o->on_change, &state, &trouble),
			  &trouble);
		check_state_compare(&state, c);
		c->notes = (const char *const *)state.notes;
		c->changes_only = true;
	}
	buf_init(&out, (c->n + 1) * REPORT_OF_KEY);
	find_form(o)->put(c, &out);
	st = io_write(to, buf_span(&out), why);
	buf_free(&out);
	/* only what was told is known */
	if (o->on_change && st == ST_OK)
		say_state(o->on_change,
			  check_state_write(o->on_change, c, &trouble),
			  &trouble);
	check_state_free(&state);
	return st;
}

static int check_all(const struct check_options *o, struct keyservers *servers,
		     const struct keylist *keys, int to)
{
	struct keychecked *v = mem_array(NULL, keys->n, sizeof(*v));
	struct check c = {
		.v = v,
		.n = keys->n,
		.crypto = o->servers.crypto,
		.now = o->now,
		.verbose = o->verbose,
		.quiet = o->quiet,
	};
	struct diag why = { 0 };
	enum status st;
	int code;

	for (size_t i = 0; i < keys->n; i++) {
		v[i] = (struct keychecked){ .item = &keys->v[i] };
		if (keys->v[i].st == ST_OK)
			keyservers_check(servers, &keys->v[i], &v[i]);
	}
	st = report(o, &c, to, &why);
	code = st == ST_OK ? find_form(o)->exit(&c) : cli_fail(NULL, st, &why);
	for (size_t i = 0; i < keys->n; i++)
		keychecked_free(&v[i]);
	free(v);
	return code;
}

/* Nothing could be checked: opendkim-testkey ends with 78 then, a plugin with
 * 3, UNKNOWN. */
static int fail(const struct check_options *o, enum status st,
		const struct diag *why, int to)
{
	const struct form *form = find_form(o);
	bool plugin = strcmp(o->report, "nagios") == 0;
	int code = cli_fail(NULL, st, why);
	struct diag trouble = { 0 };
	struct buf out;

	buf_init(&out, 64 * (size_t)LIMIT_DIAG);
	if (form->unread && (plugin || st != ST_USAGE))
		form->unread(table_of(o), 0, st, why, &out);
	if (io_write(to, buf_span(&out), &trouble) != ST_OK)
		code = cli_fail(NULL, ST_IO, &trouble);
	else if (o->testkey)
		code = exit_status(ST_CONFIG);
	else if (plugin)
		code = 3;
	buf_free(&out);
	return code;
}

int check_run(const struct check_options *o, int to)
{
	struct keyservers *servers = NULL;
	struct keylist keys = { 0 };
	struct diag why = { 0 };
	enum status st = table_of(o) ? keylist_table(table_of(o),
						     o->key_list ? KEYTABLE_LIST
								 : KEYTABLE_ANY,
						     o->domain, &keys, &why)
				     : keylist_one(o->domain, o->selector,
						   o->key, &keys, &why);
	int code;

	if (st == ST_OK)
		st = keyservers_new(&o->servers, &servers, &why);
	code = st == ST_OK ? check_all(o, servers, &keys, to)
			   : fail(o, st, &why, to);
	st = keyservers_free(servers, &why);
	if (st != ST_OK)
		code = cli_fail(NULL, st, &why);
	keylist_free(&keys);
	return code;
}
