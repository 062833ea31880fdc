/* library: a shared library is loaded when its functions are needed.
 *
 * Linked, each library costs every start of a tool time, whether or not the
 * run needs it. Its functions are called through pointers that are bound here.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include "status.h"

struct library_symbol {
	const char *name;
	void *to; /* points to a pointer to a function of its type */
};

/* library_load: load FILE (a soname), which stays loaded, and bind the N
 * SYMBOLS. Loading it once more only counts. ST_OK, or ST_BUG when the library
 * or a symbol is missing. */
enum status library_load(const char *file, const struct library_symbol *symbols,
			 size_t n, struct diag *why) MUST_USE;

/* LIBRARY_FORWARD: define the functions of a library under their own names,
 * each a jump through its pointer. CALLS(X) has a row X(type, name, parameters,
 * arguments) for each function; COMMANDS(X), of those that return nothing, a
 * row without a type. The other two make the rows of `symbols`. */
#define LIBRARY_CALL(type, name, parameters, arguments) \
	static __typeof__(name) *at_##name;             \
	type name parameters                            \
	{                                               \
		return at_##name arguments;             \
	}
#define LIBRARY_COMMAND(name, parameters, arguments) \
	static __typeof__(name) *at_##name;          \
	void name parameters                         \
	{                                            \
		at_##name arguments;                 \
	}
#define LIBRARY_FORWARD(CALLS, COMMANDS) \
	CALLS(LIBRARY_CALL) COMMANDS(LIBRARY_COMMAND)
#define LIBRARY_CALL_SYMBOL(type, name, ...) { #name, &at_##name },
#define LIBRARY_COMMAND_SYMBOL(name, ...) { #name, &at_##name },

#endif
