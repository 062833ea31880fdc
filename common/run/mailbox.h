/* mailbox: the messages that the operands of a program name.
 *
 *   FILE  a message; anything that can be read and is not a directory
 *   "-"   standard input, always one message
 *   DIR   every regular file in it and below, in the order of their names; of a
 *         Maildir (DIR/cur and DIR/new are directories) only those in these two
 *   MBOX  a regular file that starts with "From " and has a second such line
 *         after an empty line (RFC 4155); not inside a Maildir
 *
 * Inside directories, names that begin with a dot are skipped, and so is what
 * is not a regular file; symbolic links to files are followed, links to
 * directories are not.
 *
 * A file with one "From " line, at its start, is a message with an mbox line,
 * as dkim-sign reads it; so is anything on a pipe, where the author of the
 * message could otherwise end it, unless the caller says that it is an mbox. In
 * an mbox the "From " line before a message and the empty line after it are not
 * part of the message, and mboxrd quoting is undone: a body line of one or more
 * ">" and "From " loses its first ">", because the message was signed before it
 * was quoted. Writers that quote "From " but not ">From " (mboxo) lose that
 * difference for good.
 *
 * Memory: the names of the directories that are open, and one chunk. */
#ifndef MAILBOX_H
#define MAILBOX_H

#include "io.h"

/* A message, or an operand that gave none. */
struct mailbox_message {
	char *input;	 /* the file, owned */
	uint64_t number; /* in its mbox, from 1; else 0 */
	char *label;	 /* both in one, "FILE:NUMBER", for people; owned */
	bool several;	 /* it may be one of several */
	bool packed;	 /* packed files are read as they are */
	enum status st;	 /* ST_OK, or why it cannot be read */
	struct diag why;
	int fd;			/* -1: closed already */
	uint64_t start, length; /* bytes of FD, with a number */
	unsigned char *head; /* what was read of FD already, owned; or NULL */
	size_t head_n;
};

struct mailbox;

struct mailbox_conf {
	char **operand;
	size_t n;	  /* none: standard input */
	const char *list; /* instead: a file of operands; "-": standard input;
			   * or NULL */
	bool lines;	  /* each is a line of it; else each is ended by NUL */
	bool packed;	  /* read packed files as they are; else they are
			   * ST_NOT_MESSAGE (wrongfile.h) */
	bool mbox;	  /* operands are mboxes, and so is standard input; of
			   * a pipe a copy is kept (newfile_scratch) */
};

/* mailbox_open: begin; the strings of CONF stay in use. ST_OK; ST_USAGE if it
 * has both operands and a list; ST_NO_INPUT, ST_PERMISSION or ST_OS if the list
 * cannot be opened. */
enum status mailbox_open(const struct mailbox_conf *conf, struct mailbox **out,
			 struct diag *why) MUST_USE;

/* mailbox_next: the next message, or operand that cannot be read, into OUT;
 * false at the end. The caller owns OUT, which does not need M any more:
 * mailbox_message_free. */
bool mailbox_next(struct mailbox *m, struct mailbox_message *out);

/* mailbox_left: *N becomes the number of messages that are known to follow;
 * returns true when there may be more. */
bool mailbox_left(const struct mailbox *m, uint64_t *n);

/* mailbox_free: M may be NULL. */
void mailbox_free(struct mailbox *m);

/* mailbox_read: push the bytes of MESSAGE, whose st is ST_OK, into TO; from any
 * thread. ST_OK, ST_IO, ST_NOT_MESSAGE for one with an `input` that must be
 * unpacked first, or the error of TO. */
enum status mailbox_read(const struct mailbox_message *message, struct sink to,
			 struct diag *why) MUST_USE;
void mailbox_message_free(struct mailbox_message *message);

/* mailbox_file: the name of MESSAGE in messages to standard error; NULL for
 * standard input as the only input. */
const char *mailbox_file(const struct mailbox_message *message);

#endif
