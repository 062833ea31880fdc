/* odkim: libopendkim over a list of files (one name a line on standard input),
 * in one process.
 *
 *	odkim verify ROUNDS KEYDIR <LIST	keys are KEYDIR/SELECTOR.txt
 *	odkim sign KEY SELECTOR <LIST		the field alone, to nowhere
 *
 * All of them under example.test, relaxed/relaxed, rsa-sha256. */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#if __has_include(<opendkim/dkim.h>)
#include <sys/types.h>
#include <opendkim/dkim.h>

enum { FILES = 100000, BODY = 65536 };

struct text {
	char *p;
	size_t n;
};

static const char *names[] = { "rsa1024", "rsa2048", "rsa4096", "ed25519" };
static struct text records[4];

static struct text slurp(const char *name)
{
	int fd = open(name, O_RDONLY);
	struct text all = { malloc(BODY), 0 };
	size_t room = BODY;
	ssize_t n = 0;

	while (fd >= 0 && all.p &&
	       (n = read(fd, all.p + all.n, room - all.n - 1)) > 0) {
		all.n += (size_t)n;
		if (room - all.n < BODY)
			all.p = realloc(all.p, room *= 2);
	}
	if (fd < 0 || !all.p || n < 0) {
		perror(name);
		exit(66);
	}
	close(fd);
	all.p[all.n] = 0;
	return all;
}

static DKIM_CBSTAT key_of(DKIM *dkim, DKIM_SIGINFO *sig, u_char *to, size_t n)
{
	const char *selector = (const char *)dkim_sig_getselector(sig);

	(void)dkim;
	if (selector[0] == 's') /* s00000 ...: all have this one */
		selector = names[1];
	for (size_t i = 0; i < 4; i++)
		if (strcmp(selector, names[i]) == 0) {
			snprintf((char *)to, n, "%s", records[i].p);
			return DKIM_CBSTAT_CONTINUE;
		}
	return DKIM_CBSTAT_NOTFOUND;
}

/* The end of the field at P (its line end not part of it); END is the end of
 * the message. */
static char *field_end(char *p, const char *end)
{
	for (;;) {
		char *line = memchr(p, '\n', (size_t)(end - p));

		if (!line || line + 1 >= end)
			return NULL;
		if (line[1] != ' ' && line[1] != '\t')
			return line;
		p = line + 1;
	}
}

static bool feed(DKIM *dkim, struct text message)
{
	char *p = message.p, *end = p + message.n, *line;

	while (p < end && *p != '\r' && (line = field_end(p, end))) {
		if (dkim_header(dkim, (u_char *)p, (size_t)(line - p) - 1))
			return false;
		p = line + 1;
	}
	if (dkim_eoh(dkim) != DKIM_STAT_OK)
		return false;
	for (p += 2; p < end; p += BODY) {
		size_t n = (size_t)(end - p);

		if (dkim_body(dkim, (u_char *)p, n < BODY ? n : BODY))
			return false;
	}
	return dkim_eom(dkim, NULL) == DKIM_STAT_OK;
}

static bool one(DKIM_LIB *lib, const char *file, char *key, char *selector)
{
	struct text message = slurp(file);
	DKIM_STAT status;
	u_char id[] = "1", domain[] = "example.test", *field;
	size_t n;
	DKIM *dkim = key ? dkim_sign(lib, id, NULL, (u_char *)key,
				     (u_char *)selector, domain,
				     DKIM_CANON_RELAXED, DKIM_CANON_RELAXED,
				     DKIM_SIGN_RSASHA256, -1, &status)
			 : dkim_verify(lib, id, NULL, &status);
	bool good = dkim && feed(dkim, message);

	if (good && key)
		good = dkim_getsighdr_d(dkim, 16, &field, &n) == DKIM_STAT_OK;
	if (dkim)
		dkim_free(dkim);
	free(message.p);
	return good;
}

int main(int argc, char **argv)
{
	static char *files[FILES], line[4096];
	size_t n = 0, bad = 0;
	bool sign = argc == 4 && strcmp(argv[1], "sign") == 0;
	unsigned long rounds = sign || argc != 4 ? 1
						 : strtoul(argv[2], NULL, 10);
	char *key = sign ? slurp(argv[2]).p : NULL;
	DKIM_LIB *lib = dkim_init(NULL, NULL);

	if (argc != 4 || !lib)
		return 64;
	for (size_t i = 0; i < 4 && !sign; i++) {
		snprintf(line, sizeof(line), "%s/%s.txt", argv[3], names[i]);
		records[i] = slurp(line);
	}
	if (!sign)
		dkim_set_key_lookup(lib, key_of);
	while (n < FILES && fgets(line, sizeof(line), stdin)) {
		line[strcspn(line, "\n")] = 0;
		files[n++] = strdup(line);
	}
	while (rounds--)
		for (size_t i = 0; i < n; i++)
			bad += !one(lib, files[i], key, argv[3]);
	printf("%zu files, %zu bad\n", n, bad);
	return bad > 0;
}
#else
int main(void)
{
	fprintf(stderr, "odkim: built without libopendkim\n");
	return 69;
}
#endif
