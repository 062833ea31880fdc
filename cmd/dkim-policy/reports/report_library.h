/* report_library: libexpat and zlib are loaded when reports are read.
 *
 * The functions that are called are defined here under their own names and lead
 * into the libraries, as jansson's are in json_text.h: the other modes of
 * dkim-policy start without them. */
#ifndef REPORT_LIBRARY_H
#define REPORT_LIBRARY_H

#include <expat.h>

#include "status.h"

/* Expat 2.9 asks for new names in place of two old ones, which are those that
 * every version has. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

/* report_library_load: before any call of expat or zlib, and from one thread.
 * ST_OK, or ST_BUG when one of them cannot be loaded. */
enum status report_library_load(struct diag *why) MUST_USE;

#endif
