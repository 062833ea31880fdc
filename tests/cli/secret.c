/* Preloaded into a tool: when it reads or writes the text of a private key, the
 * file in OUTCOME gets a line that says whether the memory is locked. */
#undef _FORTIFY_SOURCE /* its read and write are inline */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int locked(const void *p)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	char line[256];
	int here = 0;

	while (maps && fgets(line, sizeof(line), maps)) {
		char *end;
		uintptr_t from = strtoull(line, &end, 16);

		if (*end == '-')
			here = from <= (uintptr_t)p &&
			       (uintptr_t)p < strtoull(end + 1, NULL, 16);
		if (here && strncmp(line, "VmFlags:", 8) == 0)
			break;
	}
	if (maps)
		fclose(maps);
	return here && strstr(line, " lo") && strstr(line, " dd");
}

static void look(const char *what, const void *p, ssize_t n)
{
	FILE *out;

	if (n <= 0 || !memmem(p, (size_t)n, "PRIVATE KEY-----", 16))
		return;
	out = fopen(getenv("OUTCOME"), "ae");
	if (!out)
		return;
	fprintf(out, "%s %s\n", what, locked(p) ? "locked" : "open");
	fclose(out);
}

ssize_t read(int fd, void *to, size_t n)
{
	ssize_t (*next)(int, void *, size_t);

	*(void **)&next = dlsym(RTLD_NEXT, "read");
	ssize_t got = next(fd, to, n);

	look("read", to, got);
	return got;
}

ssize_t write(int fd, const void *from, size_t n)
{
	ssize_t (*next)(int, const void *, size_t);

	*(void **)&next = dlsym(RTLD_NEXT, "write");
	look("write", from, (ssize_t)n);
	return next(fd, from, n);
}
