#include "json_library.h"

#include <stdarg.h>

#include <jansson.h>

#include "library.h"

/* What a function returns, its name, its parameters, and they once more. */
#define JSON_CALLS(X)                                                          \
	X(json_t *, json_array, (void), ())                                    \
	X(int, json_array_append_new, (json_t * a, json_t * value),            \
	  (a, value))                                                          \
	X(int, json_dump_callback,                                             \
	  (const json_t *o, json_dump_callback_t to, void *ctx, size_t flags), \
	  (o, to, ctx, flags))                                                 \
	X(char *, json_dumps, (const json_t *o, size_t flags), (o, flags))     \
	X(json_t *, json_false, (void), ())                                    \
	X(json_t *, json_integer, (json_int_t value), (value))                 \
	X(json_t *, json_null, (void), ())                                     \
	X(json_t *, json_object, (void), ())                                   \
	X(int, json_object_set_new,                                            \
	  (json_t * o, const char *key, json_t *value), (o, key, value))       \
	X(json_t *, json_string, (const char *value), (value))                 \
	X(json_t *, json_stringn, (const char *value, size_t n), (value, n))   \
	X(json_t *, json_true, (void), ())                                     \
	X(json_t *, json_vpack_ex,                                             \
	  (json_error_t * error, size_t flags, const char *format,             \
	   va_list ap),                                                        \
	  (error, flags, format, ap))

/* Those that return nothing. */
#define JSON_COMMANDS(X) X(json_delete, (json_t * o), (o))

LIBRARY_FORWARD(JSON_CALLS, JSON_COMMANDS)

json_t *json_pack(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	json_t *o = json_vpack_ex(NULL, 0, format, ap);

	va_end(ap);
	return o;
}

enum status json_library_load(struct diag *why)
{
	static const struct library_symbol symbols[] = { JSON_CALLS(
		LIBRARY_CALL_SYMBOL) JSON_COMMANDS(LIBRARY_COMMAND_SYMBOL) };

	return library_load("libjansson.so.4", symbols,
			    sizeof(symbols) / sizeof(*symbols), why);
}
