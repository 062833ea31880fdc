/* floor_verify NAME <MESSAGE: the least that verifying costs a process: two
 * digests, the TXT record of NAME through ldns, its RSA-2048 key, and one check
 * of a signature that is wrong, which takes as long. No DKIM. */
#include <string.h>
#include <unistd.h>
#include <ldns/ldns.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

static unsigned char message[1 << 16];
static char text[8192];

/* The first TXT record of NAME in `text`, its strings joined. */
static int look_up(const char *name)
{
	ldns_resolver *resolver;
	ldns_rdf *owner = ldns_dname_new_frm_str(name);
	size_t at = 0;

	if (ldns_resolver_new_frm_file(&resolver, NULL) != LDNS_STATUS_OK)
		return 0;
	ldns_pkt *answer = ldns_resolver_query(
		resolver, owner, LDNS_RR_TYPE_TXT, LDNS_RR_CLASS_IN, LDNS_RD);
	ldns_rr_list *all =
		answer ? ldns_pkt_rr_list_by_type(answer, LDNS_RR_TYPE_TXT,
						  LDNS_SECTION_ANSWER)
		       : NULL;

	if (!all)
		return 0;
	ldns_rr *record = ldns_rr_list_rr(all, 0);

	for (size_t i = 0; i < ldns_rr_rd_count(record); i++) {
		const unsigned char *string =
			ldns_rdf_data(ldns_rr_rdf(record, i));

		if (at + string[0] >= sizeof(text))
			return 0;
		memcpy(text + at, string + 1, string[0]);
		at += string[0];
	}
	return 1;
}

static EVP_PKEY *public_key(void)
{
	static unsigned char der[4096], modulus[256];
	const char *p = strstr(text, "p=");
	unsigned long exponent = 65537;
	EVP_PKEY *key = NULL;

	if (!p || EVP_DecodeBlock(der, (const unsigned char *)p + 2,
				  (int)strlen(p + 2)) < 294)
		return NULL;
	for (size_t i = 0; i < sizeof(modulus); i++) /* little-endian */
		modulus[i] = der[294 - 5 - 1 - i];
	OSSL_PARAM numbers[] = {
		OSSL_PARAM_construct_BN("n", modulus, sizeof(modulus)),
		OSSL_PARAM_construct_ulong("e", &exponent),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);

	EVP_PKEY_fromdata_init(context);
	EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, numbers);
	return key;
}

int main(int argc, char **argv)
{
	unsigned char body[64], header[64], signature[256];
	ssize_t n = read(0, message, sizeof(message));

	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);

	if (n < 0 || argc < 2 || !look_up(argv[1]))
		return 66;
	EVP_Digest(message, (size_t)n, body, NULL, sha256, NULL);
	EVP_Digest(message, 1000, header, NULL, sha256, NULL);
	EVP_PKEY *key = public_key();

	if (!key)
		return 65;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);

	memset(signature, 0x11, sizeof(signature));
	EVP_PKEY_verify_init(context);
	EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING);
	EVP_PKEY_CTX_set_signature_md(context, sha256);
	EVP_PKEY_verify(context, signature, sizeof(signature), header, 32);
	_exit(0); /* as quick as it can be */
}
