/* A master file is read or refused, and whatever it answers comes back the same
 * when it is recorded (RFC 1035 5.1, dns_recording.h). The names asked for are
 * those that begin the file's lines. */
#include "fuzz_dns.h"

static void ask_for(struct dns *zone, struct span word)
{
	struct dns_query query = { 0 };

	if (span_starts(word, SPAN(";! ")))
		word = span_from(word, 3);
	word = span_head(word, span_find(word, ' '));
	if (span_ends(word, SPAN(".")))
		word.n--;
	if (!dns_name_read(word, &query.name))
		return;
	for (query.type = DNS_TXT; query.type < DNS_TYPES; query.type++)
		hold_answer(zone, &query);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size), line;
	const char *origin = take_octet(&s) & 1 ? "e.org" : NULL;
	enum status st;
	struct dns *zone = zone_of(s, origin, &st);

	hold(st == ST_OK || st == ST_USAGE, "status");
	for (int i = 0; zone && i < 4 && span_split(&s, '\n', &line); i++)
		ask_for(zone, line);
	if (zone)
		ask_for(zone, SPAN("k.e.org"));
	dns_close(zone);
	return 0;
}
