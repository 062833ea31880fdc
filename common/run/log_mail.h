/* log_mail: the messages of a program name the mail that they are about. */
#ifndef LOG_MAIL_H
#define LOG_MAIL_H

#include "fields.h"

/* log_mail: the messages from now on name the mail with the header section F
 * (NULL: not known) by its Message-ID and its sender: MAIL_FROM, or where that
 * is NULL the address in From. */
void log_mail(const struct fields *f, const char *mail_from);

#endif
