#include "report_table.h"

#include <stdlib.h>
#include <sys/random.h>

#include "mem.h"

enum { FIRST_SIZE = 1024 };

void table_init(struct table *t)
{
	*t = (struct table){ .size = FIRST_SIZE };
	t->slot = mem_alloc(FIRST_SIZE * sizeof(*t->slot));
	/* without random bytes it is only easier to make it slow */
	if (getrandom(t->key, sizeof(t->key), GRND_NONBLOCK) < 0)
		t->key[0] = (uint64_t)(uintptr_t)t->slot;
	t->key[1] |= 1;
}

void table_free(struct table *t)
{
	free(t->slot);
	*t = (struct table){ 0 };
}

static uint64_t mix(uint64_t h, uint64_t word, uint64_t key)
{
	h = (h ^ word) * key;
	h ^= h >> 29;
	h *= UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
	return h ^ h >> 32;
}

static uint64_t hash_of(const struct table *t, struct span key)
{
	uint64_t h = t->key[0] + key.n, word;

	for (; key.n >= sizeof(word); key = span_from(key, sizeof(word))) {
		memcpy(&word, key.p, sizeof(word));
		h = mix(h, word, t->key[1]);
	}
	word = 0;
	if (key.n)
		memcpy(&word, key.p, key.n);
	return mix(h, word, t->key[1]);
}

/* Twice the size. 32 bits of a hash are more than any table has places. */
static void grow(struct table *t)
{
	size_t size = 2 * t->size;
	struct table_slot *slot = mem_alloc(size * sizeof(*slot));

	for (size_t i = 0; i < t->size; i++) {
		size_t at = t->slot[i].hash & (size - 1);

		if (!t->slot[i].number)
			continue;
		while (slot[at].number)
			at = (at + 1) & (size - 1);
		slot[at] = t->slot[i];
	}
	free(t->slot);
	t->slot = slot;
	t->size = size;
}

struct table_slot *table_find(struct table *t,
			      bool (*same)(const void *ctx, uint32_t number,
					   struct span key),
			      const void *ctx, struct span key)
{
	uint32_t hash = (uint32_t)hash_of(t, key);

	if (t->n >= t->size / 4 * 3)
		grow(t);
	for (size_t at = hash & (t->size - 1);; at = (at + 1) & (t->size - 1)) {
		struct table_slot *slot = &t->slot[at];

		if (!slot->number) {
			slot->hash = hash;
			t->n++;
			return slot;
		}
		if (slot->hash == hash && same(ctx, slot->number, key))
			return slot;
	}
}

void table_forget(struct table *t, const struct table_slot *slot)
{
	t->n -= slot->number == 0;
}
