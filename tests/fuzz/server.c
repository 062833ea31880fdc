/* The address of a name server: what was read is read again, as it is shown, as
 * the same server. */
#include "dns_ask.h"

#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dns_server server, again;
	struct diag why = { 0 };
	char *text = mem_copy(data, size);
	enum status st = dns_server_parse(text, &server, &why);

	free(text);
	if (st != ST_OK) {
		hold(st == ST_USAGE && why.text[0], "an error has words");
		return 0;
	}
	hold(server.port != 0, "a port");
	hold(dns_server_parse(server.label, &again, &why) == ST_OK &&
		     again.n == server.n && again.port == server.port &&
		     again.loopback == server.loopback &&
		     memcmp(&again.to, &server.to, server.n) == 0,
	     "the same server");
	return 0;
}
