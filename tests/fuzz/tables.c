/* A file of lines (KeyTable, key list, SigningTable, hosts, rules of --deny) is
 * read, or refused with words and the file's name; what is asked of it has an
 * end. The first octet says which of them it is. */
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deny.h"
#include "fuzz.h"
#include "hosts.h"
#include "tablekeys.h"

static struct name author(void)
{
	struct name name;

	hold(name_parse(SPAN("mail.example.com"), 0, &name, NULL) == ST_OK,
	     "a name");
	return name;
}

static void hold_read(enum status st, const struct diag *why)
{
	hold(st == ST_OK || st == ST_CONFIG, "status");
	hold(st == ST_OK || strstr(why->text, "/dev/fd/"),
	     "an error names the file");
}

static void read_keys(const char *file, enum keytable_kind kind)
{
	struct keytable t = { 0 };
	struct diag why = { 0 };
	struct name from = author();
	enum status st = keytable_read(file, kind, &t, &why);

	hold_read(st, &why);
	for (size_t i = 0; st == ST_OK && i < t.n; i++) {
		const struct keytable_entry *e = &t.v[i];
		struct key *k = NULL;
		struct buf path;

		buf_init(&path, LIMIT_TABLE_LINE);
		hold(keytable_path(&t, e, NULL, &path, NULL) == ST_OK ||
			     span_has(e->key, '%') || e->key.n > 4000,
		     "only a template needs an author");
		buf_free(&path);
		/* a path could be that of any file here */
		if (e->in_place)
			hold((keytable_key(&t, e, &from, 0, &k, NULL, &why) ==
			      ST_OK) == (k != NULL),
			     "a key");
		key_free(k);
	}
	keytable_free(&t);
}

static void read_signing(const char *file)
{
	struct signtable t = { 0 };
	struct diag why = { 0 };
	struct name from = author();
	enum status st = signtable_read(file, &t, &why);

	hold_read(st, &why);
	for (size_t at = 0, n = 0; st == ST_OK; n++) {
		hold(n <= t.n + 20, "an end");
		if (!signtable_next(&t, SPAN("joe"), &from, &at))
			break;
	}
	signtable_free(&t);
}

static void read_hosts(const char *file, struct span text)
{
	const struct span some[] = { SPAN("192.0.2.1"),
				     SPAN("[IPv6:2001:db8::1]"),
				     SPAN("a.example.com"), text };
	struct hosts h = { 0 };
	struct diag why = { 0 };
	enum status st = hosts_read(file, &h, &why);

	hold_read(st, &why);
	for (size_t i = 0; st == ST_OK && i <= 4; i++)
		hold(hosts_has(&h, some, i) == false || h.n > 0,
		     "an empty list has no host");
	hosts_free(&h);
}

static void read_deny(const char *file)
{
	struct diag why = { 0 };
	struct deny d = { 0 };

	hold_read(deny_read(file, &d, &why), &why);
	deny_free(&d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span s = span_of(data, size);
	unsigned how = take_octet(&s);
	int fd = memfd_create("table", MFD_CLOEXEC);
	struct diag why = { 0 };
	char file[48];

	hold(fd >= 0 && fchmod(fd, 0600) == 0 && io_write(fd, s, &why) == ST_OK,
	     "a file");
	snprintf(file, sizeof(file), "%s/dev/fd/%d", how & 128 ? "refile:" : "",
		 fd);
	hold(lseek(fd, 0, SEEK_SET) == 0, "at its begin");
	switch (how % 6) {
	case 0:
	case 1:
	case 2:
		read_keys(file, (enum keytable_kind)(how % 6));
		break;
	case 3:
		read_signing(file);
		break;
	case 4:
		read_hosts(file, s);
		break;
	default:
		read_deny(file);
	}
	close(fd);
	return 0;
}
