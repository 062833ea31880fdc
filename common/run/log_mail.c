#include "log_mail.h"

#include <unistd.h>

#include "address.h"
#include "log.h"
#include "msg.h"
#include "text.h"

/* Bytes of a Message-ID or a sender, each of which may be escaped; the rest is
 * cut off. */
enum { SHOWN_OCTETS = 256 };

static void add_address(const struct fields *f, struct buf *out)
{
	const struct field *from = fields_find(f, SPAN("From"), 0);
	struct name domain;
	struct buf local;

	if (!from)
		return;
	buf_init(&local, SHOWN_OCTETS);
	if (address_read(from->value, ADDRESS_FIRST, &local, &domain, NULL) ==
	    ST_OK) {
		text_put(out, buf_span(&local));
		buf_putf(out, "@%s", domain.text);
	} else { /* as it was written: it is shown, and nothing else */
		text_put(out, span_head(span_trim(from->value), SHOWN_OCTETS));
	}
	buf_free(&local);
}

/* TEXT within "<" and ">", which it may have or not. */
static void add_bracketed(const char *name, struct span text, struct buf *out)
{
	if (span_starts(text, SPAN("<")) && span_ends(text, SPAN(">")))
		text = span_from(span_head(text, text.n - 1), 1);
	buf_putf(out, "%s=<", name);
	text_put(out, span_head(text, SHOWN_OCTETS));
	buf_putf(out, ">");
}

void log_mail(const struct fields *f, const char *mail_from)
{
	const struct field *id = f ? fields_find(f, SPAN("Message-ID"), 0)
				   : NULL;
	struct buf text;

	buf_init(&text, LOG_ABOUT_MAX);
	buf_putf(&text, " [");
	if (id)
		add_bracketed("message-id", span_trim(id->value), &text);
	if (mail_from) {
		buf_putf(&text, id ? " " : "");
		add_bracketed("from", span_trim(span_str(mail_from)), &text);
	} else if (f) {
		buf_putf(&text, id ? " from=<" : "from=<");
		add_address(f, &text);
		buf_putf(&text, ">");
	}
	buf_putf(&text, "]");
	log_about(id || mail_from || f ? (const char *)text.p : "");
	buf_free(&text);
}

/* The rest of the message is not read: ST_NOT_MESSAGE ends that. */
static enum status name_by(void *ctx, const struct fields *f)
{
	const char *const *mail_from = ctx;

	log_mail(f, *mail_from);
	return ST_NOT_MESSAGE;
}

static enum status push(void *ctx, struct span chunk)
{
	return msg_push(ctx, chunk);
}

void log_mail_input(const char *path, const char *mail_from)
{
	const struct msg_handler handler = { .header = name_by,
					     .ctx = &mail_from };
	struct msg *m = msg_new(MSG_AUTO, false, handler);
	struct diag ignored = { 0 };
	int fd = -1;

	log_mail(NULL, mail_from);
	if (io_open_input(path, &fd, &ignored) == ST_OK &&
	    io_pump(fd, (struct sink){ push, m }, &ignored) == ST_OK)
		status_ignore(msg_end(m));
	if (fd > STDERR_FILENO)
		close(fd);
	msg_free(m);
}
