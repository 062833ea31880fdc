#include "keyform.h"

#include "b64.h"
#include "der.h"

#include <openssl/err.h>
#include <openssl/x509.h>

enum shape {
	SHAPE_PKCS8,
	SHAPE_PKCS1_PRIVATE,
	SHAPE_SPKI,
	SHAPE_PKCS1_PUBLIC,
	SHAPE_CERTIFICATE,
	SHAPE_SEED,
	SHAPE_SEED_POINT,
	SHAPES
};

enum coding { CODING_PEM, CODING_DER, CODING_BASE64, CODINGS };

/* What key_read says the text was. */
#define FORMS(shape)                                                 \
	{                                                            \
		shape " in PEM", shape " in DER", shape " in base64" \
	}
static const char *const form_words[SHAPES][CODINGS] = {
	[SHAPE_PKCS8] = FORMS("PKCS#8 private key"),
	[SHAPE_PKCS1_PRIVATE] = FORMS("PKCS#1 private key"),
	[SHAPE_SPKI] = FORMS("public key"),
	[SHAPE_PKCS1_PUBLIC] = FORMS("PKCS#1 public key"),
	[SHAPE_CERTIFICATE] = FORMS("certificate"),
	[SHAPE_SEED] = FORMS("32-octet Ed25519 private key"),
	[SHAPE_SEED_POINT] = FORMS("64-octet Ed25519 private key"),
};
#undef FORMS

/* One key's DER (or raw octets) inside the store. */
struct block {
	enum shape shape;
	size_t at, n;
};

struct reading {
	struct block blocks[KEYFORM_MAX];
	size_t n;
	bool certificate; /* one was seen */
	enum coding coding;
	struct buf *store;
	struct diag *why;
};

static enum status refuse(struct diag *why, const char *what)
{
	return diag_set(why, ST_NOT_KEY, NULL, "%s", what);
}

static const char encrypted[] = "the key is encrypted: give dkim-sign a "
				"--passphrase-file, or decrypt it with: "
				"openssl pkey -in FILE -out NEW";

/* --- DER: algorithms ----------------------------------------------------- */

/* Object identifiers as in AlgorithmIdentifier (RFC 3279 2.3, RFC 8410 3). */
static const struct {
	const char *oid; /* no octet of it is 0 */
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

static enum status other_algorithm(struct diag *why, const char *name)
{
	return diag_set(why, ST_NOT_KEY, "RFC 8463 3",
			"is a key for %s; DKIM has RSA and Ed25519 only", name);
}

/* Cut an AlgorithmIdentifier off *REST: rsaEncryption with NULL or absent
 * parameters (RFC 3279 2.3.1, RULES K-5), Ed25519 with none (RFC 8410 3). */
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
		return other_algorithm(why, i < n ? algorithms[i].name
						  : "an unknown algorithm");
	*ed25519 = i == ALGORITHM_ED25519;
	if (!*ed25519 && id.n && (!der_take(&id, DER_NULL, &null) || null.n))
		id = SPAN("x");
	return id.n ? refuse(why, "the algorithm has parameters") : ST_OK;
}

/* --- DER: keys ----------------------------------------------------------- */

/* RFC 8017 A.1.1 RSAPublicKey, A.1.2 RSAPrivateKey (two primes: version 0) */
static enum status rsa_key(struct span der, bool is_private,
			   struct keyparts *out, struct diag *why)
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
static enum status spki(struct span der, struct keyparts *out, struct diag *why)
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
		return refuse(why, "an Ed25519 key has 32 octets");
	out->ed25519 = true;
	out->point = bits;
	return ST_OK;
}

/* RFC 5958 2: what may stand behind the key; *POINT is Ed25519's public half
 * (RFC 8410 7), which only version 1 ("v2") may carry. */
static bool pkcs8_tail(struct span rest, bool v2, struct span *point)
{
	struct span attributes;

	if (der_next(rest, DER_CONTEXT_0) &&
	    !der_take(&rest, DER_CONTEXT_0, &attributes))
		return false;
	if (v2 && rest.n && !der_bits(&rest, DER_PUBLIC_1, point))
		return false;
	return rest.n == 0;
}

/* RFC 5958 2 OneAsymmetricKey, which is PKCS#8's PrivateKeyInfo (RFC 5208 5) */
static enum status pkcs8(struct span der, struct keyparts *out,
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
		return refuse(why, "an Ed25519 key has 32 octets");
	out->ed25519 = out->is_private = true;
	out->point = point;
	return ST_OK;
}

static enum status take_apart(enum shape shape, struct span octets,
			      struct keyparts *out, struct diag *why)
{
	*out = (struct keyparts){ 0 };
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
	case SHAPES:
		break;
	}
	return ST_BUG;
}

enum status keyform_public(struct span der, struct keyparts *out,
			   struct diag *why)
{
	struct span outer = der, inner = { 0 };
	enum shape shape = SHAPE_SPKI;

	if (!der_take(&outer, DER_SEQUENCE, &inner) || outer.n)
		return refuse(why, "not DER, or cut short, or more follows it");
	if (der_next(inner, DER_INTEGER))
		shape = SHAPE_PKCS1_PUBLIC;
	return take_apart(shape, der, out, why);
}

/* --- which DER is it? ---------------------------------------------------- */

/* Behind a first INTEGER: two INTEGERs are RSAPublicKey, more RSAPrivateKey or
 * a DSA key (six), a SEQUENCE means PKCS#8, an OCTET STRING an EC key. */
static enum status integer_first(struct span inner, enum shape *shape,
				 struct diag *why)
{
	struct span ignored;
	size_t integers = 0;

	while (integers < 10 && der_take(&inner, DER_INTEGER, &ignored))
		integers++;
	if (integers == 1 && der_next(inner, DER_SEQUENCE))
		*shape = SHAPE_PKCS8;
	else if (integers == 1 && der_next(inner, DER_OCTET_STRING))
		return other_algorithm(why, "EC");
	else if (integers == 6 && inner.n == 0)
		return other_algorithm(why, "DSA");
	else
		*shape = integers == 2 ? SHAPE_PKCS1_PUBLIC
				       : SHAPE_PKCS1_PRIVATE;
	return ST_OK;
}

static enum status shape_of(struct span der, enum shape *shape,
			    struct diag *why)
{
	struct span inner = { 0 }, ignored;

	if (!der_take(&der, DER_SEQUENCE, &inner))
		return refuse(why, "no key: not DER, or cut short");
	if (der.n)
		return diag_set(why, ST_NOT_KEY, NULL,
				"%zu octets follow the key", der.n);
	if (der_next(inner, DER_INTEGER))
		return integer_first(inner, shape, why);
	if (!der_take(&inner, DER_SEQUENCE, &ignored))
		return refuse(why, "no key: DER of something else");
	if (der_next(inner, DER_OCTET_STRING))
		return refuse(why, encrypted); /* RFC 5208 6 */
	*shape = der_next(inner, DER_SEQUENCE) ? SHAPE_CERTIFICATE : SHAPE_SPKI;
	return ST_OK;
}

/* --- into the store ------------------------------------------------------ */

/* A certificate's key: OpenSSL finds it, our own reader reads it. */
static enum status store_certificate(struct reading *r, struct span der)
{
	const unsigned char *p = der.p;
	unsigned char *key = NULL;
	X509 *cert = d2i_X509(NULL, &p, (long)der.n);
	int n = cert && p == der.p + der.n
			? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &key)
			: -1;
	enum status st = n > 0 ? buf_add(r->store, span_of(key, (size_t)n))
			       : refuse(r->why, "the certificate is broken");

	OPENSSL_free(key);
	X509_free(cert);
	ERR_clear_error();
	return st;
}

/* Note octets AT.. of the store as a key of SHAPE. */
static enum status add_block(struct reading *r, enum shape shape, size_t at)
{
	enum status st = ST_OK;

	/* of a chain only the first counts, the owner's (RFC 8446 4.4.2) */
	if (shape == SHAPE_CERTIFICATE && r->certificate)
		return ST_OK;
	r->certificate |= shape == SHAPE_CERTIFICATE;
	if (r->n == KEYFORM_MAX)
		return diag_set(r->why, ST_NOT_KEY, NULL, "more than %d keys",
				KEYFORM_MAX);
	if (shape == SHAPE_CERTIFICATE) {
		struct span der = span_from(buf_span(r->store), at);

		at = r->store->n;
		st = store_certificate(r, der);
	}
	r->blocks[r->n++] = (struct block){ shape, at, r->store->n - at };
	return st;
}

/* --- PEM (RFC 7468, headers of RFC 1421) --------------------------------- */

static const struct {
	const char *label;
	enum shape shape;
	const char *other; /* an algorithm that DKIM does not have */
	const char *refusal;
} labels[] = {
	{ "PRIVATE KEY", SHAPE_PKCS8, NULL, NULL },
	{ "RSA PRIVATE KEY", SHAPE_PKCS1_PRIVATE, NULL, NULL },
	{ "PUBLIC KEY", SHAPE_SPKI, NULL, NULL },
	{ "RSA PUBLIC KEY", SHAPE_PKCS1_PUBLIC, NULL, NULL },
	{ "CERTIFICATE", SHAPE_CERTIFICATE, NULL, NULL },
	{ "X509 CERTIFICATE", SHAPE_CERTIFICATE, NULL, NULL },
	{ "EC PRIVATE KEY", SHAPES, "EC", NULL },
	{ "EC PARAMETERS", SHAPES, "EC", NULL },
	{ "DSA PRIVATE KEY", SHAPES, "DSA", NULL },
	{ "ENCRYPTED PRIVATE KEY", SHAPES, NULL, encrypted },
	{ "OPENSSH PRIVATE KEY", SHAPES, NULL,
	  "is an OpenSSH key; convert it with: ssh-keygen -p -m PKCS8 -f "
	  "FILE" },
	{ "CERTIFICATE REQUEST", SHAPES, NULL,
	  "is a certificate request, not a key" },
};

/* One line, without its line end and the blanks around it. LENIENT: RFC 7468 2
 * knows no indented lines, but pasting makes them (tests/cli/txt.bats). */
static bool take_line(struct span *rest, struct span *line)
{
	if (!span_split(rest, '\n', line))
		return false;
	*line = span_trim(*line);
	return true;
}

/* "-----BEGIN X-----" with X in *LABEL */
static bool boundary(struct span line, struct span begin, struct span *label)
{
	struct span dashes = SPAN("-----");

	if (!span_starts(line, begin) || !span_ends(line, dashes) ||
	    line.n < begin.n + dashes.n)
		return false;
	*label = span_from(span_head(line, line.n - dashes.n), begin.n);
	return true;
}

/* Headers end at an empty line; base64 never has a ":". mox and Go write
 * "Note: ..." there. */
static bool pass_headers(struct span *body)
{
	struct span rest = *body, line = { 0 };
	bool any = false, clear = true;

	while (take_line(&rest, &line) && line.n) {
		if (span_find(line, ':') == line.n && !any)
			return true;
		any = true;
		if (span_starts(line, SPAN("Proc-Type:")) &&
		    span_ends(line, SPAN("ENCRYPTED")))
			clear = false;
	}
	if (any)
		*body = rest;
	return clear;
}

/* Words of capitals, as labels are; a line of a key must not be shown (ATTACKS
 * N12). */
static bool is_label(struct span s)
{
	struct span word = { 0 };

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && !ascii_digit(s.p[i]) &&
		    (s.p[i] < 'A' || s.p[i] > 'Z'))
			return false;
	if (s.n > 40)
		return false;
	while (span_split(&s, ' ', &word))
		if (word.n > 12)
			return false;
	return true;
}

static bool is_openssh_ed25519(struct reading *r, struct span body)
{
	size_t before = r->store->n;
	bool found = b64_decode(body, r->store) == ST_OK &&
		     memmem(r->store->p, r->store->n, "ssh-ed25519", 11);

	r->store->n = before; /* buf_wipe reaches what stays behind it */
	return found;
}

static enum status pem_block(struct reading *r, struct span label,
			     struct span body)
{
	size_t i = 0, at = r->store->n;

	while (i < sizeof(labels) / sizeof(*labels) &&
	       !span_eq(span_str(labels[i].label), label))
		i++;
	if (i == sizeof(labels) / sizeof(*labels))
		return diag_set(r->why, ST_NOT_KEY, NULL,
				"is PEM of another kind%s%.*s",
				is_label(label) ? ": " : "",
				is_label(label) ? (int)label.n : 0,
				(const char *)label.p);
	if (labels[i].other)
		return other_algorithm(r->why, labels[i].other);
	if (labels[i].refusal)
		return refuse(r->why,
			      is_openssh_ed25519(r, body)
				      ? "is an OpenSSH Ed25519 key, which "
					"ssh-keygen does not convert; make "
					"a key with: dkim-genkey "
					"--type=ed25519"
				      : labels[i].refusal);
	if (!pass_headers(&body))
		return refuse(r->why, encrypted);
	if (b64_decode(body, r->store) != ST_OK)
		return refuse(r->why, "the PEM text is not base64");
	return add_block(r, labels[i].shape, at);
}

/* The lines between a BEGIN line just read and its END line. */
static bool pem_body(struct span *rest, struct span label, struct span *body)
{
	struct span from = *rest, before = *rest, line = { 0 }, end = { 0 };

	while (take_line(rest, &line)) {
		if (boundary(line, SPAN("-----END "), &end)) {
			*body = span_head(from, (size_t)(before.p - from.p));
			return span_eq(end, label);
		}
		before = *rest;
	}
	return false;
}

/* Text before, between and behind the blocks is passed over (RFC 7468 5.2). */
static enum status read_pem(struct reading *r, struct span text)
{
	struct span line = { 0 }, label = { 0 }, body = { 0 };
	enum status st = ST_OK;

	while (st == ST_OK && take_line(&text, &line)) {
		if (!boundary(line, SPAN("-----BEGIN "), &label))
			continue;
		if (!pem_body(&text, label, &body))
			return refuse(r->why, "the PEM text has no END line "
					      "that fits its BEGIN line");
		st = pem_block(r, label, body);
	}
	return st;
}

/* --- the other codings --------------------------------------------------- */

static enum status read_der(struct reading *r, struct span der)
{
	enum shape shape = SHAPES;
	enum status st = shape_of(der, &shape, r->why);

	if (st == ST_OK)
		st = buf_add(r->store, der);
	return st == ST_OK ? add_block(r, shape, 0) : st;
}

static enum status read_base64(struct reading *r, struct span text)
{
	enum shape shape = SHAPE_SEED;
	enum status st = ST_OK;

	if (b64_decode(text, r->store) != ST_OK)
		return refuse(r->why, "no key: neither PEM, DER nor base64");
	/* no DER key is as short as these */
	if (r->store->n == 2 * ED25519_OCTETS)
		shape = SHAPE_SEED_POINT;
	else if (r->store->n != ED25519_OCTETS)
		st = shape_of(buf_span(r->store), &shape, r->why);
	return st == ST_OK ? add_block(r, shape, 0) : st;
}

/* Forms that are known and not read here: how they begin, what to do. */
static const struct {
	const char *begins;
	const char *refusal;
} foreign[] = {
	{ "PuTTY-User-Key-File",
	  "is a PuTTY key; convert it with: puttygen FILE -O private-openssh "
	  "-o NEW, and if it is then an OpenSSH key: ssh-keygen -p -m PKCS8 "
	  "-f NEW" },
	/* RFC 8709 4: 32 octets at the end; RFC 8410 4: the 12 before them */
	{ "ssh-ed25519 ",
	  "is an OpenSSH Ed25519 public key, which ssh-keygen does not "
	  "convert; "
	  "do it with: echo MCowBQYDK2VwAyEA$(cut -d' ' -f2 FILE | base64 -d | "
	  "tail -c 32 | base64)" },
	{ "ssh-", "is an OpenSSH public key; convert it with: ssh-keygen "
		  "-e -m PKCS8 -f FILE" },
	{ "---- BEGIN SSH2",
	  "is an SSH2 public key; convert it with: ssh-keygen -i -f FILE >NEW, "
	  "and if NEW is ssh-rsa: ssh-keygen -e -m PKCS8 -f NEW" },
	{ "v=DKIM1", "is a key record, not a key" },
};

/* Base64 may begin with "0", the octet of a DER SEQUENCE; but no DER key is
 * without control octets, if only those of its tags. */
static bool is_text(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' && s.p[i] != '\t' && s.p[i] != '\r' &&
		    s.p[i] != '\n')
			return false;
	return true;
}

static enum status read_any(struct reading *r, struct span text)
{
	struct span trimmed = span_trim(text), rest = text, line = { 0 };

	if (trimmed.n == 0)
		return refuse(r->why, "no key: the input is empty");
	r->coding = CODING_DER;
	if (der_next(text, DER_SEQUENCE) && !is_text(text))
		return read_der(r, text);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		if (span_starts(trimmed, span_str(foreign[i].begins)))
			return refuse(r->why, foreign[i].refusal);
	r->coding = CODING_PEM;
	while (take_line(&rest, &line))
		if (span_starts(line, SPAN("-----BEGIN ")))
			return read_pem(r, text);
	r->coding = CODING_BASE64;
	return read_base64(r, text);
}

enum status keyform_read(struct span text, struct keyparts *out, size_t *n,
			 struct buf *store, struct diag *why)
{
	struct reading r = { .store = store, .why = why };
	enum status st;

	/* every block decoded is shorter than its text, and so is the key of a
	 * certificate than the certificate */
	buf_init(store, 2 * text.n);
	st = read_any(&r, text);
	for (size_t i = 0; i < r.n && st == ST_OK; i++) {
		struct span octets =
			span_head(span_from(buf_span(store), r.blocks[i].at),
				  r.blocks[i].n);

		st = take_apart(r.blocks[i].shape, octets, &out[i], why);
		out[i].form = form_words[r.blocks[i].shape][r.coding];
	}
	*n = r.n;
	return st;
}
