#include "wild.h"

bool wild_match(struct span pattern, struct span text)
{
	/* behind the last star, and what it was first tried with */
	struct span after = { NULL, 0 }, from = { NULL, 0 };

	while (text.n) {
		if (pattern.n && pattern.p[0] == '*') {
			pattern = after = span_from(pattern, 1);
			from = text;
		} else if (pattern.n && ascii_lower(pattern.p[0]) ==
						ascii_lower(text.p[0])) {
			pattern = span_from(pattern, 1);
			text = span_from(text, 1);
		} else if (after.p) { /* let that star take one more */
			pattern = after;
			text = from = span_from(from, 1);
		} else {
			return false;
		}
	}
	while (pattern.n && pattern.p[0] == '*')
		pattern = span_from(pattern, 1);
	return pattern.n == 0;
}
