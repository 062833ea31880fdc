/* report_table: numbers found by a hash, with open addressing; the items are
 * the caller's. The hash is keyed at random, so that nobody can choose items
 * that collide. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "span.h"

/* number: that of the item, from 1; 0: free. */
struct table_slot {
	uint32_t number, hash;
};

struct table {
	struct table_slot *slot; /* owned */
	size_t size, n;
	uint64_t key[2];
};

/* table_init: empty. table_free: releases it. */
void table_init(struct table *t);
void table_free(struct table *t);

/* table_find: the place of the item with the bytes KEY, where
 * SAME(ctx, number, key) compares an item with them; or a free place, whose
 * number the caller must set to that of a new item before the next search, or
 * return with table_forget. */
struct table_slot *table_find(struct table *t,
			      bool (*same)(const void *ctx, uint32_t number,
					   struct span key),
			      const void *ctx, struct span key);

/* table_forget: nothing is added at SLOT, a free place of table_find. */
void table_forget(struct table *t, const struct table_slot *slot);

#endif
