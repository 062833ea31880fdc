/* The group set-up of tests that hash: one struct crypto for all of them. */
#ifndef CRYPTO_H
#define CRYPTO_H

#include "unit.h"

#include "digest.h"

static struct crypto *crypto;

static int begin(void **state)
{
	(void)state;
	crypto = crypto_new();
	return !crypto;
}

static int finish(void **state)
{
	(void)state;
	crypto_free(crypto);
	return 0;
}

#endif
