#include "passon.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "log.h"
#include "log_mail.h"
#include "text_report.h"
#include "verifyfile.h"

int passon_run(const struct passon *p, const char *path, struct command *to)
{
	int out = to->name ? to->out : STDOUT_FILENO;
	const char *name = strcmp(path, "-") == 0 ? NULL : path;
	struct verifier *v = verifier_new(p->conf);
	struct spool *kept = spool_new(-1);
	const struct verification *all = NULL;
	struct mailbox_message in = { .fd = -1 };
	struct diag why = { 0 };
	struct buf fields, err;
	int code = 0;

	buf_init(&fields, 2 * (size_t)LIMIT_FIELD_BYTES);
	buf_init(&err, LIMIT_HEADER_BYTES);
	enum status st = io_open_input(path, &in.fd, &why);

	if (st == ST_OK && io_same_file(in.fd, out))
		st = diag_set(&why, ST_USAGE, NULL,
			      "input and output are one file");
	if (st == ST_OK)
		st = verifyfile(v, &in, kept, &all, &why);
	/* what has no header field is passed on, too: it is mail to its sender,
	 * and text_warnings names it */
	if (st == ST_OK || st == ST_NOT_MESSAGE) {
		st = ST_OK;
		if (!p->quiet)
			text_warnings(name, all, &err);
		code = p->fields(p->ctx, name, all, kept, &fields, &err);
		name = NULL; /* the output has none */
		if (code == 0)
			st = filter_write(&p->how, kept, &all->facts,
					  buf_span(&fields), out, &why);
		if (code == 0 && st == ST_OK && to->name)
			st = command_run(to, &why);
	}
	if (st != ST_OK)
		code = cli_put_fail(&err, name, st, &why);
	if (code == 0) /* the mail is handed over, and must not come again */
		mem_exit_code(EXIT_SUCCESS);
	log_mail(all ? all->fields : NULL, p->mail_from);
	log_write(buf_span(&err));
	buf_free(&err);
	buf_free(&fields);
	mailbox_message_free(&in);
	spool_free(kept);
	verifier_free(v);
	return code;
}
