#include "key_der.h"

#include "der.h"

static enum status refuse(struct diag *why, const char *what)
{
	return diag_set(why, ST_NOT_KEY, NULL, "%s", what);
}

/* --- DER: algorithms ----------------------------------------------------- */

/* Object identifiers of an AlgorithmIdentifier (RFC 3279 2.3, RFC 8410 3). */
static const struct {
	const char *oid; /* has no zero byte */
	const char *name;
} algorithms[] = {
	{ "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", "RSA" },
	{ "\x2b\x65\x70", "Ed25519" },
	{ "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a", "RSASSA-PSS" },
	{ "\x2a\x86\x48\xce\x3d\x02\x01", "EC" },
	{ "\x2a\x86\x48\xce\x38\x04\x01", "DSA" },
	{ "\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01", "Diffie-Hellman" },
	{ "\x2b\x65\x6e", "X25519" },
	{ "\x2b\x65\x6f", "X448" },
	{ "\x2b\x65\x71", "Ed448" },
};

enum { ALGORITHM_RSA, ALGORITHM_ED25519 };

enum status key_der_refuse(struct diag *why, const char *algorithm)
{
	return diag_set(why, ST_NOT_KEY, "RFC 8463 3",
			"is a key for %s; DKIM has RSA and Ed25519 only",
			algorithm);
}

/* Cut an AlgorithmIdentifier off *REST: rsaEncryption with NULL or absent
 * parameters (RFC 3279 2.3.1), Ed25519 with none (RFC 8410 3). */
static enum status take_algorithm(struct span *rest, bool *ed25519,
				  struct diag *why)
{
	struct span id = { 0 }, oid = { 0 }, null = { 0 };
	size_t i = 0, n = sizeof(algorithms) / sizeof(*algorithms);

	if (!der_take(rest, DER_SEQUENCE, &id) || !der_take(&id, DER_OID, &oid))
		return refuse(why, "the key's algorithm is broken DER");
	while (i < n && !span_eq(span_str(algorithms[i].oid), oid))
		i++;
	if (i > ALGORITHM_ED25519)
		return key_der_refuse(why, i < n ? algorithms[i].name
						 : "an unknown algorithm");
	*ed25519 = i == ALGORITHM_ED25519;
	if (!*ed25519 && id.n && (!der_take(&id, DER_NULL, &null) || null.n))
		id = SPAN("x");
	return id.n ? refuse(why, "the algorithm has parameters") : ST_OK;
}

/* --- DER: keys ----------------------------------------------------------- */

/* RFC 8017 A.1.1 RSAPublicKey, A.1.2 RSAPrivateKey (two primes: version 0) */
static enum status rsa_key(struct span der, bool is_private,
			   struct key_parts *out, struct diag *why)
{
	struct span key = { 0 }, version = { 0 };
	size_t parts = is_private ? RSA_PARTS : 2;

	if (!der_take(&der, DER_SEQUENCE, &key) || der.n)
		return refuse(why, "the RSA key is cut short, or more "
				   "follows it");
	if (is_private && (!der_natural(&key, &version) || version.n))
		return refuse(why, "not an RSA key of two primes");
	for (size_t i = 0; i < parts; i++)
		if (!der_natural(&key, &out->rsa[i]))
			return refuse(why, "a number of the RSA key is broken "
					   "DER");
	if (key.n)
		return refuse(why, "the RSA key has too many parts");
	out->ed25519 = false;
	out->is_private = is_private;
	return ST_OK;
}

/* RFC 5280 4.1 SubjectPublicKeyInfo */
static enum status spki(struct span der, struct key_parts *out,
			struct diag *why)
{
	struct span key = { 0 }, bits = { 0 };
	bool ed25519 = false;
	enum status st;

	if (!der_take(&der, DER_SEQUENCE, &key) || der.n)
		return refuse(why, "the public key is cut short, or more "
				   "follows it");
	st = take_algorithm(&key, &ed25519, why);
	if (st != ST_OK)
		return st;
	if (!der_bits(&key, DER_BIT_STRING, &bits) || key.n)
		return refuse(why, "the public key is broken DER");
	if (!ed25519)
		return rsa_key(bits, false, out, why);
	if (bits.n != ED25519_OCTETS)
		return refuse(why, "an Ed25519 key has 32 bytes");
	out->ed25519 = true;
	out->point = bits;
	return ST_OK;
}

/* RFC 5958 2: the parts that may follow the key; *POINT is Ed25519's public
 * half (RFC 8410 7), which only version 1 ("v2") may carry. LENIENT: the tag of
 * that half is IMPLICIT, but ring (Rust) made it EXPLICIT until 2023
 * (tests/unit/key.c). */
static bool pkcs8_tail(struct span rest, bool v2, struct span *point)
{
	struct span attributes, wrapped;

	if (der_next(rest, DER_CONTEXT_0) &&
	    !der_take(&rest, DER_CONTEXT_0, &attributes))
		return false;
	if (v2 && der_take(&rest, DER_CONTEXT_1, &wrapped))
		return der_bits(&wrapped, DER_BIT_STRING, point) &&
		       wrapped.n == 0 && rest.n == 0;
	if (v2 && rest.n && !der_bits(&rest, DER_PUBLIC_1, point))
		return false;
	return rest.n == 0;
}

/* RFC 5958 2 OneAsymmetricKey, which is PKCS#8's PrivateKeyInfo (RFC 5208 5) */
static enum status pkcs8(struct span der, struct key_parts *out,
			 struct diag *why)
{
	struct span key = { 0 }, version = { 0 }, octets = { 0 }, point = { 0 };
	bool ed25519 = false;
	enum status st;

	if (!der_take(&der, DER_SEQUENCE, &key) || der.n)
		return refuse(why, "the private key is cut short, or more "
				   "follows it");
	if (!der_natural(&key, &version) || version.n > 1 ||
	    (version.n && version.p[0] != 1))
		return refuse(why, "the private key is of an unknown version");
	st = take_algorithm(&key, &ed25519, why);
	if (st != ST_OK)
		return st;
	if (!der_take(&key, DER_OCTET_STRING, &octets) ||
	    !pkcs8_tail(key, version.n > 0, &point))
		return refuse(why, "the private key is broken DER");
	if (!ed25519)
		return rsa_key(octets, true, out, why);
	if (!der_take(&octets, DER_OCTET_STRING, &out->seed) || octets.n ||
	    out->seed.n != ED25519_OCTETS ||
	    (point.n && point.n != ED25519_OCTETS))
		return refuse(why, "an Ed25519 key has 32 bytes");
	out->ed25519 = out->is_private = true;
	out->point = point;
	return ST_OK;
}

enum status key_der_parts(enum key_shape shape, struct span octets,
			  struct key_parts *out, struct diag *why)
{
	*out = (struct key_parts){ 0 };
	switch (shape) {
	case SHAPE_PKCS8:
		return pkcs8(octets, out, why);
	case SHAPE_PKCS1_PRIVATE:
		return rsa_key(octets, true, out, why);
	case SHAPE_SPKI:
	case SHAPE_CERTIFICATE: /* its SPKI is what was stored */
		return spki(octets, out, why);
	case SHAPE_PKCS1_PUBLIC:
		return rsa_key(octets, false, out, why);
	case SHAPE_SEED:
	case SHAPE_SEED_POINT:
		out->ed25519 = out->is_private = true;
		out->seed = span_head(octets, ED25519_OCTETS);
		out->point = span_from(octets, ED25519_OCTETS);
		return ST_OK;
	case SHAPE_ENCRYPTED:
	case SHAPES:
		break;
	}
	return ST_BUG;
}

/* --- which DER is it? ---------------------------------------------------- */

static enum status refuse_pkcs12(struct diag *why)
{
	return refuse(why, "is a PKCS#12 (PFX) file; convert it with: openssl "
			   "pkcs12 -in FILE -nocerts -nodes -out NEW");
}

/* After a first INTEGER: two INTEGERs are RSAPublicKey, more RSAPrivateKey or
 * a DSA key (six), a SEQUENCE means PKCS#8 or, with version 3 and the OID of a
 * content type, PKCS#12 (RFC 7292 4); an OCTET STRING an EC key. */
static enum status integer_first(struct span inner, enum key_shape *shape,
				 struct diag *why)
{
	struct span ignored, version = inner, second = { 0 };
	size_t integers = 0;

	while (integers < 10 && der_take(&inner, DER_INTEGER, &ignored))
		integers++;
	if (integers == 1 && der_next(inner, DER_SEQUENCE)) {
		*shape = SHAPE_PKCS8;
		if (der_natural(&version, &ignored) &&
		    span_eq(ignored, SPAN("\x03")) &&
		    der_take(&inner, DER_SEQUENCE, &second) &&
		    der_next(second, DER_OID))
			return refuse_pkcs12(why);
	} else if (integers == 1 && der_next(inner, DER_OCTET_STRING))
		return key_der_refuse(why, "EC");
	else if (integers == 6 && inner.n == 0)
		return key_der_refuse(why, "DSA");
	else
		*shape = integers == 2 ? SHAPE_PKCS1_PUBLIC
				       : SHAPE_PKCS1_PRIVATE;
	return ST_OK;
}

/* The first part of a certificate has the OID of an algorithm after its serial
 * number, that of a certificate request a name (RFC 5280 4.1, RFC 2986 4). */
static bool is_request(struct span info)
{
	struct span ignored, name = { 0 };

	return der_take(&info, DER_INTEGER, &ignored) &&
	       der_take(&info, DER_SEQUENCE, &name) && !der_next(name, DER_OID);
}

enum status key_der_shape(struct span der, enum key_shape *shape,
			  struct diag *why)
{
	struct span inner = { 0 }, first = { 0 };

	/* BER of indefinite length, as Java and NSS write it */
	if (span_starts(der, SPAN("\x30\x80\x02\x01\x03\x30")))
		return refuse_pkcs12(why);
	if (!der_take(&der, DER_SEQUENCE, &inner))
		return diag_set(why, ST_SYNTAX, NULL,
				"no key: not DER, or cut short");
	if (der.n)
		return diag_set(why, ST_SYNTAX, NULL,
				"%zu bytes follow the key", der.n);
	if (der_next(inner, DER_INTEGER))
		return integer_first(inner, shape, why);
	if (!der_take(&inner, DER_SEQUENCE, &first))
		return diag_set(why, ST_SYNTAX, NULL,
				"no key: DER of something else");
	if (der_next(inner, DER_SEQUENCE) && is_request(first))
		return refuse(why, "is a certificate request, not a key");
	*shape = der_next(inner, DER_OCTET_STRING) ? SHAPE_ENCRYPTED
		 : der_next(inner, DER_SEQUENCE)   ? SHAPE_CERTIFICATE
						   : SHAPE_SPKI;
	return ST_OK;
}

/* SubjectPublicKeyInfo or RSAPublicKey. */
static enum status public_key(struct span der, struct key_parts *out,
			      struct diag *why)
{
	struct span outer = der, inner = { 0 };
	size_t missing = der_cut(der);

	if (missing)
		return diag_set(why, ST_NOT_KEY, NULL,
				"is cut off: %zu of %zu bytes are missing",
				missing, der.n + missing);
	if (!der_take(&outer, DER_SEQUENCE, &inner) || outer.n)
		return refuse(
			why,
			"is not a valid public key (truncated or garbled)");
	return der_next(inner, DER_INTEGER) ? rsa_key(der, false, out, why)
					    : spki(der, out, why);
}

enum status key_from_p(enum key_type type, struct span p, struct key **out,
		       struct diag *why)
{
	struct key_parts parts = { .ed25519 = true, .point = p };
	struct diag detail = { 0 };

	*out = NULL;
	if (type == KEY_ED25519 && p.n != ED25519_OCTETS)
		return diag_set(why, ST_KEY_SYNTAX, "RFC 8463 4.2",
				"p= has %zu bytes, an Ed25519 key 32%s", p.n,
				p.n == 44 ? "; this is a SubjectPublicKeyInfo, "
					    "its last 32 bytes are the key"
					  : "");
	if (type == KEY_RSA && public_key(p, &parts, &detail) != ST_OK)
		return diag_set(why, ST_KEY_SYNTAX, detail.where, "p=%s %s",
				span_starts(span_str(detail.text), SPAN("is "))
					? ""
					: ":",
				detail.text);
	if (parts.ed25519 != (type == KEY_ED25519))
		return diag_set(why, ST_KEY_SYNTAX, "RFC 8463 4.2",
				"p= is an Ed25519 key, k= says rsa");
	return key_from_parts(&parts, out, why);
}
