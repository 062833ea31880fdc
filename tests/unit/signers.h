/* Keys in files of the folder (folder.h), and the signkeys that read them. */
#ifndef SIGNERS_H
#define SIGNERS_H

#include "folder.h"

#include "limit.h"
#include "signkeys.h"

/* The private KEY as the file PATH, which others cannot read. */
static inline void put_key(const char *path, const struct key *key)
{
	struct buf pem;

	buf_init(&pem, LIMIT_KEY_FILE);
	assert_int_equal(key_write_private(key, false, &pem), ST_OK);
	put_span(path, buf_span(&pem));
	assert_int_equal(chmod(path, 0600), 0);
	buf_wipe(&pem);
}

/* The N files NAMES, which are selectors, too; DOMAIN and IDENTITY may be
 * NULL. */
static inline enum status signkeys_from(const char *const *names, size_t n,
					const char *domain,
					const char *identity,
					struct signkeys **out, struct diag *why)
{
	const struct signkeys_conf conf = {
		.selectors = names,
		.keys = names,
		.selectors_n = n,
		.keys_n = n,
		.domain = domain,
		.identity = identity,
	};

	return signkeys_new(&conf, out, why);
}

#endif
