#include "keypath.h"

#include <string.h>

enum status keypath_check(const char *path, bool *author, bool *sender,
			  struct diag *why)
{
	*author = *sender = false;
	for (const char *at = path; (at = strchr(at, '%')) != NULL; at += 2) {
		if (!at[1] || !strchr("des%", at[1]))
			return diag_set(why, ST_USAGE, NULL,
					"-k %s: only %%d, %%e, %%s and %%%% "
					"mean something",
					path);
		*author |= at[1] == 'd';
		*sender |= at[1] == 'e';
	}
	return ST_OK;
}

/* What stands for "%" and LETTER. */
static const char *part(const struct keypath_parts *parts, unsigned char letter)
{
	const struct name *name = letter == 'd' ? parts->author : parts->sender;

	if (letter == '%')
		return "%";
	if (letter == 's')
		return parts->selector;
	return name ? name->text : NULL;
}

enum status keypath_expand(const char *path, const struct keypath_parts *parts,
			   struct buf *out, struct diag *why)
{
	struct span rest = span_str(path);
	enum status st = ST_OK;

	while (rest.n && st == ST_OK) {
		size_t n = span_find(rest, '%');

		st = buf_add(out, span_head(rest, n));
		rest = span_from(rest, n);
		if (rest.n == 0 || st != ST_OK)
			break;
		const char *text = part(parts, rest.p[1]);

		if (!text)
			return diag_set(why, ST_NO_SIGNER, NULL,
					"%s wants a domain that is not known",
					path);
		st = buf_add(out, span_str(text));
		rest = span_from(rest, 2);
	}
	return st == ST_OK ? buf_add(out, SPAN("")) : st;
}
