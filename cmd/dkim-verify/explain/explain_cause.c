#include "explain_cause.h"

#include <string.h>

enum { TEXT_MAX = 200 };

static const char *const codes[] = {
#define X(id, code) code,
	CAUSE_TABLE(X)
#undef X
};

const char *cause_word(enum cause_code c)
{
	return codes[c];
}

struct cause *causes_add(struct causes *c, enum cause_code code, bool proven)
{
	if (c->n == CAUSES_MAX)
		return NULL;
	struct cause *new = &c->v[c->n++];

	*new = (struct cause){ .code = code, .proven = proven };
	return new;
}

static struct detail *add(struct cause *c, const char *name)
{
	if (!c || c->n == CAUSE_DETAILS)
		return NULL;
	c->detail[c->n] = (struct detail){ .name = name };
	return &c->detail[c->n++];
}

void cause_add_number(struct cause *c, const char *name, int64_t value)
{
	struct detail *d = add(c, name);

	if (!d)
		return;
	d->kind = DETAIL_NUMBER;
	d->number = value;
}

void cause_add_text(struct cause *c, const char *name, struct span text)
{
	struct detail *d = add(c, name);

	if (!d)
		return;
	d->kind = DETAIL_TEXT;
	buf_init(&d->text, TEXT_MAX);
	buf_put(&d->text, span_head(text, TEXT_MAX));
}

void cause_add_null(struct cause *c, const char *name)
{
	(void)add(c, name); /* that is all a null takes */
}

struct span cause_detail(const struct cause *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->detail[i].name, name) == 0)
			return buf_span(&c->detail[i].text);
	return SPAN("");
}

bool causes_proven(const struct causes *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].proven)
			return true;
	return false;
}

static void cause_free(struct cause *c)
{
	for (size_t i = 0; i < c->n; i++)
		buf_free(&c->detail[i].text);
	c->n = 0;
}

void causes_move(struct causes *to, struct causes *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (to->n < CAUSES_MAX)
			to->v[to->n++] = from->v[i];
		else
			cause_free(&from->v[i]);
	from->n = 0;
}

void causes_free(struct causes *c)
{
	for (size_t i = 0; i < c->n; i++)
		cause_free(&c->v[i]);
	c->n = 0;
}
