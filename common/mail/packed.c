#include "packed.h"

const struct packed *packed_find(struct span head)
{
	/* RFC 1952 2.3.1, RFC 8878 3.1.1, the headers of POSIX pax (ustar), and
	 * what the programs of these names write */
	static const struct {
		struct packed is;
		size_t at;
		const char *magic;
	} forms[] = {
		{ { "gzip", "zcat", false }, 0, "\x1f\x8b" },
		{ { "compress", "zcat", false }, 0, "\x1f\x9d" },
		{ { "bzip2", "bzcat", false }, 4, "1AY&SY" },
		{ { "xz", "xzcat", false }, 0, "\xfd\x37zXZ" },
		{ { "zstd", "zstdcat", false }, 0, "\x28\xb5\x2f\xfd" },
		{ { "zip", "unzip", true }, 0, "PK\x03\x04" },
		{ { "tar", "tar -xf", true }, 257, "ustar" },
	};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (span_starts(span_from(head, forms[i].at),
				span_str(forms[i].magic)))
			return &forms[i].is;
	return NULL;
}
