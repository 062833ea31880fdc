/* visible: octets on their way to a terminal, so that what cannot be seen, or
 * must not reach it, can be read: CR and LF stand as \x0d\x0a before the line
 * ends (text.h). */
#ifndef VISIBLE_H
#define VISIBLE_H

#include "io.h"

struct visible {
	struct sink to;
};

struct sink visible_sink(struct visible *v);

#endif
