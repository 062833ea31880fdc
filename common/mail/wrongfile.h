/* wrongfile: a file that is not what a program wants, named for its message.
 *
 * It is asked where a file has failed already, or is about to, so that a guess
 * changes words only. */
#ifndef WRONGFILE_H
#define WRONGFILE_H

#include "status.h"

/* The bytes at the beginning of a file that are enough. */
enum { WRONGFILE_HEAD = 512 };

/* What a file is instead. The texts follow "is ". */
struct wrongfile {
	const char *name; /* "a private key" */
	/* what to do where a message is wanted, with "%s" for the file
	 * and the file again; NULL: it is a message */
	const char *not_message;
	bool record; /* it is in the form of a zone file */
};

/* wrongfile_find: what begins with HEAD; NULL if that is not known. */
const struct wrongfile *wrongfile_find(struct span head);

/* wrongfile_not_message: ST_OK, or ST_NOT_MESSAGE if FILE ("-": standard
 * input), which begins with HEAD, must be unpacked before it can be read as a
 * message, or is known to be something else; WHY says what to do. */
enum status wrongfile_not_message(struct span head, const char *file,
				  struct diag *why) MUST_USE;

/* wrongfile_operand: what OPERAND, the name of a file that is not there, is
 * instead: "a record", "a domain", "a key in a device"; or NULL. */
const char *wrongfile_operand(const char *operand);

/* wrongfile_has_ending: NAME ends as files of mail, keys and records do. */
bool wrongfile_has_ending(struct span name);

#endif
