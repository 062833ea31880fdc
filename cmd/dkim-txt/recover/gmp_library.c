#include "gmp_library.h"

#include <gmp.h>
#include <stdlib.h>

#include "library.h"
#include "mem.h"

/* What a function returns, its name, its parameters, and they once more. The
 * names are those that gmp.h gives them for the linker. */
#define GMP_CALLS(X)                                                           \
	X(void *, __gmpz_export,                                               \
	  (void *to, size_t *n, int order, size_t size, int endian,            \
	   size_t nails, mpz_srcptr v),                                        \
	  (to, n, order, size, endian, nails, v))                              \
	X(size_t, __gmpz_sizeinbase, (mpz_srcptr v, int base), (v, base))      \
	X(int, __gmpz_divisible_ui_p, (mpz_srcptr v, unsigned long d), (v, d)) \
	X(int, __gmpz_cmp, (mpz_srcptr a, mpz_srcptr b), (a, b))

/* Those that return nothing. */
#define GMP_COMMANDS(X)                                                     \
	X(__gmpz_init, (mpz_ptr v), (v))                                    \
	X(__gmpz_clear, (mpz_ptr v), (v))                                   \
	X(__gmpz_import,                                                    \
	  (mpz_ptr v, size_t n, int order, size_t size, int endian,         \
	   size_t nails, const void *from),                                 \
	  (v, n, order, size, endian, nails, from))                         \
	X(__gmpz_set, (mpz_ptr to, mpz_srcptr v), (to, v))                  \
	X(__gmpz_mul, (mpz_ptr to, mpz_srcptr a, mpz_srcptr b), (to, a, b)) \
	X(__gmpz_sub, (mpz_ptr to, mpz_srcptr a, mpz_srcptr b), (to, a, b)) \
	X(__gmpz_gcd, (mpz_ptr to, mpz_srcptr a, mpz_srcptr b), (to, a, b)) \
	X(__gmpz_divexact_ui, (mpz_ptr to, mpz_srcptr v, unsigned long d),  \
	  (to, v, d))                                                       \
	X(__gmpz_powm_ui,                                                   \
	  (mpz_ptr to, mpz_srcptr v, unsigned long e, mpz_srcptr n),        \
	  (to, v, e, n))                                                    \
	X(__gmp_set_memory_functions,                                       \
	  (void *(*get)(size_t), void *(*change)(void *, size_t, size_t),   \
	   void (*release)(void *, size_t)),                                \
	  (get, change, release))

LIBRARY_FORWARD(GMP_CALLS, GMP_COMMANDS)

/* GMP has one set of functions for a process, and hands them nothing of ours.
 */
static size_t used, most = SIZE_MAX;
static void (*on_tick)(void);

static void count(size_t more)
{
	if (more > most - used)
		mem_exit("dkim-txt: the computation needs more memory than "
			 "foreseen");
	used += more;
	if (on_tick)
		on_tick();
}

static void *get(size_t n)
{
	count(n);
	return mem_array(NULL, n, 1);
}

/* The old and the new may be there together. */
static void *change(void *old, size_t before, size_t n)
{
	count(n);
	used -= before;
	return mem_array(old, n, 1);
}

static void release(void *p, size_t n)
{
	used -= n;
	free(p);
}

enum status gmp_library_load(void (*tick)(void), struct diag *why)
{
	static const struct library_symbol symbols[] = { GMP_CALLS(
		LIBRARY_CALL_SYMBOL) GMP_COMMANDS(LIBRARY_COMMAND_SYMBOL) };
	enum status st = library_load("libgmp.so.10", symbols,
				      sizeof(symbols) / sizeof(*symbols), why);

	if (st != ST_OK)
		return st;
	on_tick = tick;
	mp_set_memory_functions(get, change, release);
	return ST_OK;
}

void gmp_library_limit(size_t bytes)
{
	most = bytes;
}
