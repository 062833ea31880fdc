#include "find_run.h"

#include <stdlib.h>

#include "array.h"
#include "cli.h"
#include "exit_status.h"
#include "find_search.h"
#include "idn.h"
#include "json_text.h"

/* The names from messages; what cannot be read is said, and the rest goes on.
 */
static void read_messages(struct finder *f)
{
	const struct mailbox_conf conf = { .operand = f->o->messages,
					   .n = f->o->n };
	struct mailbox *mailbox = NULL;
	struct mailbox_message m;
	struct diag why = { 0 };
	enum status st = mailbox_open(&conf, &mailbox, &why);
	size_t signatures = 0;

	if (st != ST_OK)
		f->code = exit_worse(f->code, cli_fail(NULL, st, &why));
	while (st == ST_OK && mailbox_next(mailbox, &m)) {
		enum status got = m.st;

		why = m.why;
		if (got == ST_OK)
			got = find_names_message(&f->names, &f->domain, &m,
						 &signatures, &why);
		if (got != ST_OK)
			f->code = exit_worse(
				f->code, cli_fail(mailbox_file(&m), got, &why));
		mailbox_message_free(&m);
	}
	mailbox_free(mailbox);
	if (!signatures && !f->o->quiet)
		cli_say(NULL, "warning: no message has a signature of %s",
			f->domain.text);
}

static enum status collect(struct finder *f, struct diag *why)
{
	enum status st =
		find_names_builtin(&f->names, &f->domain, f->o->now, why);

	if (st == ST_OK && f->o->selectors)
		st = find_names_file(&f->names, &f->domain, f->o->selectors,
				     why);
	if (st == ST_OK && f->o->n)
		read_messages(f);
	return st;
}

/* Write what was found; the exit status. */
static int report(struct finder *f, int to)
{
	struct diag why = { 0 };
	enum status st = ST_OK;
	bool any = false;

	for (size_t i = 0; i < f->n && st == ST_OK; i++) {
		const struct found *one = f->v[i];
		struct buf out;

		/* guesses without an answer are counted only; a loop of
		 * aliases is there */
		if (one->check.result == KEYCHECK_TEMPERROR && !f->o->json &&
		    !one->check.reply.chain.n &&
		    !(one->name->source & (FIND_FILE | FIND_MESSAGE)))
			continue;
		any |= one->check.result != KEYCHECK_TEMPERROR;
		buf_init(&out, FOUND_REPORT_MOST);
		(f->o->json ? found_json : found_text)(one, &out);
		st = io_write(to, buf_span(&out), &why);
		buf_free(&out);
		if (st == ST_OK)
			found_say(one, f->o->quiet, f->o->verbose);
	}
	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	if (!any && !f->unanswered)
		cli_say(NULL,
			"no selector of %s was found; %zu names were "
			"asked for",
			f->domain.text, f->asked);
	return exit_worse(f->code, any ? 0 : EXIT_NOTHING);
}

/* No answer at all. */
static int report_failed(const struct finder *f, const struct diag *why, int to)
{
	int code = cli_fail(NULL, ST_DNS, why);
	struct buf out;

	if (!f->o->json)
		return code;
	buf_init(&out, 64 * (size_t)LIMIT_DIAG);
	json_error(f->domain.text, 0, ST_DNS, why, &out);
	if (io_write(to, buf_span(&out), NULL) != ST_OK)
		code = cli_fail(NULL, ST_IO, NULL);
	buf_free(&out);
	return code;
}

static int search(struct finder *f, int to)
{
	struct diag why = { 0 };
	struct found **sorted;
	enum status st = find_wildcard(f, &why);
	int code;

	if (st == ST_DNS)
		return report_failed(f, &why, to);
	bool none = st == ST_OK && !f->has_wildcard && find_none(f);

	/* that says nothing about a domain below, which a message has named */
	if (none)
		find_names_leave(&f->names, &f->domain);
	if (none && !f->names.n)
		return exit_worse(f->code, EXIT_NOTHING);
	if (st == ST_OK && !none)
		st = find_providers(f, &why);
	if (st != ST_OK)
		return cli_fail(NULL, st, &why);
	if (f->has_wildcard && find_is_key(f->wildcard.check.found)) {
		f->v = array_grow(f->v, f->n, sizeof(struct found *));
		f->v[f->n++] = &f->wildcard;
	}
	find_all(f);
	sorted = mem_alloc((f->n + 1) * sizeof(struct found *));
	find_details(f, sorted);
	code = report(f, to);
	free(sorted);
	return code;
}

static void finder_free(struct finder *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i] != &f->wildcard) {
			recordcheck_free(&f->v[i]->check);
			free(f->v[i]);
		}
	free(f->v);
	recordcheck_free(&f->wildcard.check);
	free(f->wildcard.wildcard.name);
	for (size_t i = 0; i < f->zones_n; i++)
		free(f->zones[i].name);
	find_names_free(&f->names);
}

int find_run(const struct find_options *o, int to)
{
	struct finder f = { .o = o,
			    .pace = { .rate = o->dns->zone.n ? 0 : o->rate } };
	struct diag why = { 0 }, detail = { 0 };
	enum status st = idn_domain(span_str(o->domain),
				    NAME_SINGLE | NAME_UNDERSCORE, &f.domain,
				    &detail);
	int code;

	if (st != ST_OK)
		st = diag_set(&why, ST_USAGE, detail.where, "-d: %s",
			      detail.text);
	if (st == ST_OK)
		st = dns_source_open(o->dns, &f.dns, &why);
	if (st == ST_OK) {
		sandbox_enter(&o->sandbox);
		st = collect(&f, &why);
	}
	code = st == ST_OK ? search(&f, to) : cli_fail(NULL, st, &why);
	st = dns_source_close(f.dns, &why);
	if (st != ST_OK)
		code = exit_worse(code, cli_fail(NULL, st, &why));
	finder_free(&f);
	return code;
}
