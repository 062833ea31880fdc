/* mailbox: what an operand stands for: one message or many.
 *
 *   FILE     a message; anything that can be read and is no folder
 *   "-"      standard input, always one message
 *   DIR      every regular file in it and below, in the order of their names;
 *            a Maildir (DIR/cur and DIR/new are folders) has only those two
 *   MBOX     a regular file that starts with "From " and has a second such line
 *            behind an empty line (RFC 4155); not inside a Maildir
 *
 * Names that begin with a dot are passed over inside folders, and so is what is
 * no regular file; symbolic links to files are followed, to folders not.
 *
 * A file with one "From " line, at its start, is a message with an mbox line,
 * as dkim-sign reads it; so is anything on a pipe, where whoever wrote the
 * message could otherwise end it. In an mbox the line of a message and the
 * empty line behind the message are not the message's, and mboxrd quoting is
 * undone: a body line of one or more ">" and "From " loses its first ">". The
 * octets before quoting are what was signed. Writers that quote "From " but not
 * ">From " (mboxo) lose that difference for good.
 *
 * Memory: the names of the folders that are open, and one chunk. */
#ifndef MAILBOX_H
#define MAILBOX_H

#include "io.h"

/* A message, or an operand that gave none. */
struct mailbox_message {
	char *input;	 /* the file, owned */
	uint64_t number; /* in its mbox, from 1; else 0 */
	char *label;	 /* both in one, "FILE:NUMBER", for people; owned */
	bool several;	 /* it is or may be one of several */
	enum status st;	 /* ST_OK, or why it cannot be read */
	struct diag why;
	int fd;
	uint64_t start, length; /* octets of FD, with a number */
};

struct mailbox;

struct mailbox_conf {
	char **operand;
	size_t n;	    /* none: standard input */
	const char *files0; /* instead: a file of operands, each ended by NUL;
			     * "-": standard input; or NULL */
};

/* mailbox_open: the strings of CONF are kept. ST_OK, ST_USAGE when both are
 * given, ST_NO_INPUT, ST_PERMISSION, ST_OS for the list. */
enum status mailbox_open(const struct mailbox_conf *conf, struct mailbox **out,
			 struct diag *why) MUST_USE;

/* mailbox_next: the next message; false at the end. Release OUT with
 * mailbox_message_free; it does not need M. */
bool mailbox_next(struct mailbox *m, struct mailbox_message *out);

/* mailbox_left: how many messages are known to follow; true when there may be
 * more. */
bool mailbox_left(const struct mailbox *m, uint64_t *n);

void mailbox_free(struct mailbox *m);

/* mailbox_read: the octets of MESSAGE, whose st is ST_OK, into TO; from any
 * thread. */
enum status mailbox_read(const struct mailbox_message *message, struct sink to,
			 struct diag *why) MUST_USE;
void mailbox_message_free(struct mailbox_message *message);

/* mailbox_file: what MESSAGE is called on stderr, where a file always has its
 * name (CONTRACT 1); NULL for the one on standard input. */
const char *mailbox_file(const struct mailbox_message *message);

#endif
