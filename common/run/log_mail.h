/* log_mail: the messages of a program name the mail that they are about. */
#ifndef LOG_MAIL_H
#define LOG_MAIL_H

#include "fields.h"

/* log_mail: the messages from now on name the mail with the header section F
 * (NULL: not known) by its Message-ID and its sender: MAIL_FROM, or where that
 * is NULL the address in From. */
void log_mail(const struct fields *f, const char *mail_from);

/* log_mail_input: the same, with the header that PATH ("-" is standard input)
 * begins with, for what fails before the message is read. Of an input that
 * cannot be read only MAIL_FROM is known. */
void log_mail_input(const char *path, const char *mail_from);

#endif
