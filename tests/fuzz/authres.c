/* An Authentication-Results field that can be read says whose it is, whatever
 * its letters' case, and its parts lie where they should. */
#include "authres.h"

#include <stdlib.h>

#include "fuzz.h"
#include "limit.h"

/* An id in U-labels is asked for in A-labels (authres_claims). */
static void hold_own_id(struct span value, struct span id)
{
	char *text = mem_copy(id.p, id.n);
	struct buf ours;

	buf_init(&ours, 4096);
	if (span_trim(id).n && !span_has(id, 0) &&
	    authres_id(text, &ours, NULL) == ST_OK)
		hold(authres_claims(value, buf_span(&ours)), "its own id");
	buf_free(&ours);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span value = span_of(data, size);
	struct authres a;
	enum status st = authres_parse(value, &a, NULL);

	if (st == ST_OK) {
		hold_own_id(value, a.id);
		hold(a.n <= LIMIT_AUTHRES_RESULTS, "results");
		hold(a.props_n <= LIMIT_AUTHRES_PROPS, "properties");
		hold(a.text_n <= size, "text");
		for (size_t i = 0; i < a.n; i++)
			hold(a.v[i].first + a.v[i].n <= a.props_n, "ranges");
	} else {
		hold(a.n == 0 && a.props_n == 0, "nothing of a broken field");
	}
	(void)authres_claims(value, SPAN("mx.example"));
	authres_free(&a);
	return 0;
}
