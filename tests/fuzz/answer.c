/* What a name server may answer: a sound answer comes of it, or a failure, and
 * it comes back the same when it is recorded (RFC 1035 4.1). The server is a
 * thread that sends the input behind a true id and question. */
#include "fuzz_dns.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "dns_resolver.h"

enum { HEAD = 12, MOST = 65000 };

static struct span answer; /* flags, counts, sections */
static int udp = -1;

/* A reply to QUERY in OUT: no other id, question, opcode or truncation, which
 * would be waited for or asked again. */
static size_t reply_to(struct span query, unsigned char *out)
{
	struct span rest = answer;
	size_t question = HEAD;

	while (question < query.n && query.p[question])
		question += query.p[question] + 1U;
	question += 5;
	memcpy(out, query.p, question);
	out[2] = (unsigned char)(0x80 | (take_octet(&rest) & 0x05));
	out[3] = take_octet(&rest);
	out[4] = 0;
	out[5] = 1;
	for (int i = 6; i < HEAD; i += 2) {
		out[i] = 0;
		out[i + 1] = take_octet(&rest) & 7;
	}
	size_t n = rest.n < MOST - question ? rest.n : MOST - question;

	if (n)
		memcpy(out + question, rest.p, n);
	return question + n;
}

static void *serve(void *unused)
{
	static unsigned char in[4096], out[MOST];

	for (;;) {
		struct sockaddr_in from;
		socklen_t size = sizeof(from);
		ssize_t n =
			recvfrom(udp, in, sizeof(in), 0, (void *)&from, &size);

		if (n < HEAD)
			continue;
		size_t length = reply_to(span_of(in, (size_t)n), out);

		sendto(udp, out, length, 0, (void *)&from, size);
	}
	return unused;
}

static struct dns *start(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(at);
	struct diag why = { 0 };
	struct dns *dns = NULL;
	pthread_t thread;
	char server[32];
	const char *servers[] = { server };

	udp = socket(AF_INET, SOCK_DGRAM, 0);
	hold(bind(udp, (void *)&at, size) == 0 &&
		     getsockname(udp, (void *)&at, &size) == 0,
	     "a port");
	snprintf(server, sizeof(server), "127.0.0.1@%u",
		 (unsigned)ntohs(at.sin_port));
	hold(pthread_create(&thread, NULL, serve, NULL) == 0, "a thread");
	hold(dns_resolver_open(
		     &(struct dns_servers){ .server = servers, .n = 1 }, &dns,
		     &why) == ST_OK,
	     "a resolver");
	return dns;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct dns *dns;
	struct dns_query query = { 0 };
	struct span s = span_of(data, size);

	if (!dns)
		dns = start();
	query.type = take_octet(&s) % DNS_TYPES;
	answer = s;
	hold(dns_name_of(SPAN("k.e"), &query.name), "a name");
	hold_answer(dns, &query);
	return 0;
}
