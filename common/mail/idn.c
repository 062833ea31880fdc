#include "idn.h"

#include <dlfcn.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

/* A name of 253 octets comes from at most four times as many of UTF-8. */
enum { U_NAME_OCTETS = 4 * 253 };

struct library {
	void *handle;
	__typeof__(idn2_lookup_u8) *lookup;
	__typeof__(idn2_strerror) *error;
	__typeof__(idn2_free) *release;
};

/* The function NAME into the pointer at TO. */
static bool bind(const struct library *l, const char *name, void *to)
{
	void *found = dlsym(l->handle, name);

	memcpy(to, &found, sizeof(found));
	return found != NULL;
}

/* Loading it once more only counts, so nothing is kept between two calls. */
static enum status load(struct library *l, struct diag *why)
{
	l->handle =
		dlopen("libidn2.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (l->handle && bind(l, "idn2_lookup_u8", &l->lookup) &&
	    bind(l, "idn2_strerror", &l->error) &&
	    bind(l, "idn2_free", &l->release))
		return ST_OK;
	return diag_set(why, ST_DNS, NULL, "libidn2 cannot be loaded: %s",
			dlerror());
}

/* Append LABEL, as an A-label if it is a U-label. */
static enum status put_label(const struct library *l, struct span label,
			     struct buf *out, struct diag *why)
{
	uint8_t *a_label = NULL;

	if (!span_8bit(label))
		return buf_add(out, label);
	char *text = mem_copy(label.p, label.n);
	/* not IDN2_USE_STD3_ASCII_RULES: it drops what it should refuse, so
	 * that "a@b" would be the name "ab"; name_parse refuses it instead */
	int code = l->lookup((const uint8_t *)text, &a_label,
			     IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	enum status st =
		code == IDN2_OK
			? buf_add(out, span_str((const char *)a_label))
			: diag_set(why,
				   code == IDN2_MALLOC ? ST_DNS : ST_BAD_IDN,
				   "RFC 5891 5", "\"%s\": %s", text,
				   l->error(code));

	l->release(a_label);
	free(text);
	return st;
}

static enum status put_labels(struct span s, struct buf *out, struct diag *why)
{
	struct library l = { 0 };
	struct span label = { 0 };
	enum status st = load(&l, why);

	for (bool first = true; st == ST_OK && span_split(&s, '.', &label);
	     first = false) {
		st = buf_add(out, first ? SPAN("") : SPAN("."));
		if (st == ST_OK)
			st = put_label(&l, label, out, why);
	}
	if (l.handle)
		dlclose(l.handle);
	return st;
}

static enum status not_a_name(struct diag *why)
{
	return diag_set(why, ST_SYNTAX, "RFC 1035 2.3.4",
			"a domain name has 1 to 253 octets, none of them NUL");
}

enum status idn_parse(struct span s, unsigned how, struct name *out,
		      struct diag *why)
{
	struct buf name;

	if (!span_8bit(s))
		return name_parse(s, how, out, why);
	if (!span_is_utf8(s))
		return diag_set(why, ST_SYNTAX, "RFC 8616 5",
				"a domain name in 8-bit octets is no UTF-8");
	/* a NUL would end the label for the library */
	if (s.n > U_NAME_OCTETS || span_find(s, 0) < s.n)
		return not_a_name(why);
	buf_init(&name, U_NAME_OCTETS);
	enum status st = put_labels(s, &name, why);

	if (st == ST_LIMIT)
		st = not_a_name(why);
	if (st == ST_OK)
		st = name_parse(buf_span(&name), how, out, why);
	buf_free(&name);
	return st;
}
