/* floor_sign KEY [TIMES] <MESSAGE: the least that signing costs a process: one
 * digest, the stock way to read a key, a signature. With TIMES, as many
 * signatures, each of which is verified, as a signer does to find its own
 * mistakes. No DKIM. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

static unsigned char message[1 << 16];

int main(int argc, char **argv)
{
	unsigned char digest[64], signature[1024];
	unsigned long times = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	ssize_t n = read(0, message, sizeof(message));

	if (n < 0 || argc < 2)
		return 66;
	FILE *file = fopen(argv[1], "r");

	if (!file)
		return 66;
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	EVP_Digest(message, (size_t)n, digest, NULL, EVP_sha256(), NULL);
	EVP_PKEY *key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int ed25519 = key && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;

	fclose(file);
	while (times--) {
		size_t length = sizeof(signature);

		if (EVP_DigestSignInit(context, NULL,
				       ed25519 ? NULL : EVP_sha256(), NULL,
				       key) <= 0 ||
		    EVP_DigestSign(context, signature, &length,
				   ed25519 ? digest : message,
				   ed25519 ? 32 : (size_t)n) <= 0 ||
		    (argc > 2 &&
		     (EVP_DigestVerifyInit(context, NULL,
					   ed25519 ? NULL : EVP_sha256(), NULL,
					   key) <= 0 ||
		      EVP_DigestVerify(context, signature, length,
				       ed25519 ? digest : message,
				       ed25519 ? 32 : (size_t)n) != 1)) ||
		    write(1, signature, length) != (ssize_t)length)
			return 70;
	}
	_exit(0); /* as quick as it can be */
}
