#include "json_text.h"

#include <stdarg.h>

#include "library.h"
#include "message.h"

/* --- the library --------------------------------------------------------- */

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

enum status json_text_load(struct diag *why)
{
	static const struct library_symbol symbols[] = { JSON_CALLS(
		LIBRARY_CALL_SYMBOL) JSON_COMMANDS(LIBRARY_COMMAND_SYMBOL) };

	return library_load("libjansson.so.4", symbols,
			    sizeof(symbols) / sizeof(*symbols), why);
}

/* --- strings and objects ------------------------------------------------- */

json_t *json_text(struct span s)
{
	struct buf valid;

	if (!s.p)
		return json_null();
	buf_init(&valid, 4 * s.n);
	while (s.n) {
		uint32_t point;
		size_t n = span_utf8(s, &point);

		if (n)
			buf_put(&valid, span_head(s, n));
		else
			buf_putf(&valid, "\\x%02x", s.p[0]);
		s = span_from(s, n ? n : 1);
	}
	json_t *string =
		json_stringn(valid.p ? (const char *)valid.p : "", valid.n);

	buf_free(&valid);
	return string;
}

void json_set(json_t *object, const char *key, json_t *value)
{
	/* without memory the library ends the run (mem.h) */
	(void)json_object_set_new(object, key, value);
}

void json_set_text(json_t *object, const char *key, const char *text)
{
	json_set_span(object, key, span_str(text));
}

void json_set_span(json_t *object, const char *key, struct span text)
{
	json_set(object, key, json_text(text));
}

void json_set_number(json_t *object, const char *key, bool given,
		     uint64_t number)
{
	json_set(object, key,
		 given ? json_integer((json_int_t)number) : json_null());
}

static int add_dump(const char *p, size_t n, void *out)
{
	buf_put(out, span_of(p, n));
	return 0;
}

void json_line(json_t *object, struct buf *out)
{
	json_dump_callback(object, add_dump, out,
			   JSON_COMPACT | JSON_ENSURE_ASCII);
	buf_put(out, SPAN("\n"));
	json_decref(object);
}

json_t *json_input(const char *input, uint64_t number)
{
	json_t *o = json_object();

	json_set_text(o, "input", input);
	if (number)
		json_set(o, "number", json_integer((json_int_t)number));
	return o;
}

void json_error(const char *input, uint64_t number, enum status st,
		const struct diag *why, struct buf *out)
{
	json_t *o = json_input(input, number);
	struct buf words;

	buf_init(&words, 4096);
	message_describe(st, why, &words);
	json_set(o, "result", json_null());
	json_set_span(o, "error", buf_span(&words));
	json_line(o, out);
	buf_free(&words);
}
