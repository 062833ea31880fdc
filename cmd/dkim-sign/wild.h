/* wild: patterns in which "*" stands for any octets, also none. */
#ifndef WILD_H
#define WILD_H

#include "span.h"

/* wild_match: does all of TEXT match PATTERN? Letters compare as ASCII whatever
 * their case. At most the product of both lengths in steps. */
bool wild_match(struct span pattern, struct span text);

#endif
