#include "explain_body.h"

/* In this order; SHARE: the part of the work left that a sort may use. */
static const struct {
	bool (*explain)(struct body_case *c);
	unsigned share;
} sorts[] = {
	{ explain_end, 8 },	     { explain_line_ends, 8 },
	{ explain_marks, 6 },	     { explain_cuts, 3 },
	{ explain_blanks, 5 },	     { explain_wraps, 5 },
	{ explain_links, 5 },	     { explain_encodings, 3 },
	{ explain_encoded_cuts, 3 }, { explain_pairs, 4 },
	{ explain_more_blanks, 4 },  { explain_words, 3 },
	{ explain_octets, 2 },	     { explain_more_cuts, 1 },
};

void explain_body(const struct body_input *in, struct causes *out)
{
	struct body_case c;
	uint64_t share = 0;
	bool found = false;

	case_open(&c, in, in->body, &share, out);
	for (size_t i = 0; i < sizeof(sorts) / sizeof(*sorts) && !found; i++) {
		uint64_t before = share = *in->left / sorts[i].share;

		found = sorts[i].explain(&c);
		*in->left -= before - share;
	}
	share = in->body.n + 1024; /* enough for one more */
	if (!found)
		explain_guess(&c);
	case_close(&c);
}
