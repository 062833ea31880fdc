/* json_library: libjansson is loaded when JSON is asked for.
 *
 * The functions of jansson that the tools call are defined here under their own
 * names and lead into the library. So nothing is linked with it, and a call
 * that is not in the list does not link. */
#ifndef JSON_LIBRARY_H
#define JSON_LIBRARY_H

#include "status.h"

/* json_library_load: before any call of jansson, and from one thread; as often
 * as one likes. ST_OK, or ST_BUG when the library cannot be loaded. */
enum status json_library_load(struct diag *why) MUST_USE;

#endif
