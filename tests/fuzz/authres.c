/* An Authentication-Results field that can be read says whose it is, whatever
 * its letters' case, and its parts lie where they should. */
#include "authres.h"

#include "fuzz.h"
#include "limit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span value = span_of(data, size);
	struct authres a;
	enum status st = authres_parse(value, &a, NULL);

	if (st == ST_OK) {
		hold(authres_claims(value, a.id) || a.id.n == 0 ||
			     span_trim(a.id).n == 0,
		     "its own id");
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
