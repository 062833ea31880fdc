/* array: a plain C array that grows by one item, and one that is sorted.
 *
 * No capacity is kept: an array of N items from array_grow has room for the
 * next power of two, so that N alone says when it is full. Both functions are
 * inline: the size of an item is then a constant and COMPARE a direct call. */
#ifndef ARRAY_H
#define ARRAY_H

#include "mem.h"

/* array_grow: V, an array of N items of SIZE bytes each (NULL when N is 0),
 * with room for one more. The caller adds it and owns the result; free() it.
 * An array whose N was set back to 0 may be given again. */
static inline MUST_USE void *array_grow(void *v, size_t n, size_t size)
{
	return n & (n - 1) ? v : mem_array(v, n ? 2 * n : 1, size);
}

/* array_place: where KEY is, or belongs, in the N items of SIZE bytes at V
 * that are sorted by COMPARE(key, item), which is <0, 0 or >0 as for bsearch:
 * the number of the first item that is not before KEY, N if each one is. */
static inline size_t
array_place(const void *key, const void *v, size_t n, size_t size,
	    int (*compare)(const void *key, const void *item))
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (compare(key, (const char *)v + middle * size) > 0)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

#endif
