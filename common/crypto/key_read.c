#include "key_read.h"

#include "b64.h"
#include "der.h"
#include "key_der.h"
#include "limit.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

/* A chain of certificates and a key beside it. */
enum { MOST_KEYS = 20 };

/* One key's DER (or raw bytes) inside the store. */
struct block {
	enum key_shape shape;
	size_t at, n;
};

struct reading {
	struct block blocks[MOST_KEYS];
	size_t n;
	bool certificate; /* one was seen */
	struct buf *store;
	struct diag *why;
};

static enum status refuse(struct diag *why, const char *what)
{
	return diag_set(why, ST_NOT_KEY, NULL, "%s", what);
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

/* The bytes from AT on in the store are a key of SHAPE. */
static enum status add_block(struct reading *r, enum key_shape shape, size_t at)
{
	enum status st = ST_OK;

	/* of a chain only the first counts, the owner's (RFC 8446 4.4.2) */
	if (shape == SHAPE_CERTIFICATE && r->certificate)
		return ST_OK;
	r->certificate |= shape == SHAPE_CERTIFICATE;
	if (r->n == MOST_KEYS)
		return diag_set(r->why, ST_NOT_KEY, NULL, "more than %d keys",
				MOST_KEYS);
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
	enum key_shape shape;
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
	{ "ENCRYPTED PRIVATE KEY", SHAPES, NULL, key_encrypted },
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

/* Words of capitals, as labels are: a line of a key must not be shown in a
 * message. */
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

	r->store->n = before; /* buf_wipe reaches the bytes after it, too */
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
		return key_der_refuse(r->why, labels[i].other);
	if (labels[i].refusal)
		return refuse(r->why,
			      is_openssh_ed25519(r, body)
				      ? "is an OpenSSH Ed25519 key, which "
					"ssh-keygen does not convert; make "
					"a key with: dkim-genkey "
					"--type=ed25519"
				      : labels[i].refusal);
	if (!pass_headers(&body))
		return refuse(r->why, key_encrypted);
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

/* Text before, between and after the blocks is ignored (RFC 7468 5.2). */
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
	enum key_shape shape = SHAPES;
	enum status st = key_der_shape(der, &shape, r->why);

	if (st == ST_OK)
		st = buf_add(r->store, der);
	return st == ST_OK ? add_block(r, shape, 0) : st;
}

static enum status read_base64(struct reading *r, struct span text)
{
	enum key_shape shape = SHAPE_SEED;
	enum status st = ST_OK;

	if (b64_decode(text, r->store) != ST_OK)
		return refuse(r->why, "no key: neither PEM, DER nor base64");
	/* no DER key is as short as these */
	if (r->store->n == 2 * ED25519_OCTETS)
		shape = SHAPE_SEED_POINT;
	else if (r->store->n != ED25519_OCTETS)
		st = key_der_shape(buf_span(r->store), &shape, r->why);
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
	/* RFC 8709 4: 32 bytes at the end; RFC 8410 4: the 12 before them */
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

/* Base64 may begin with "0", the byte of a DER SEQUENCE; but every DER key has
 * control characters, if only those of its tags. */
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
	if (der_next(text, DER_SEQUENCE) && !is_text(text))
		return read_der(r, text);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		if (span_starts(trimmed, span_str(foreign[i].begins)))
			return refuse(r->why, foreign[i].refusal);
	while (take_line(&rest, &line))
		if (span_starts(line, SPAN("-----BEGIN ")))
			return read_pem(r, text);
	return read_base64(r, text);
}

/* --- from blocks to one key ----------------------------------------------- */

/* Any other key may only be the public half of the chosen one. */
static enum status belong(const struct key *chosen,
			  const struct key_parts *other, struct diag *why)
{
	struct key *k = NULL;
	enum status st = key_from_parts(other, &k, why);

	if (st == ST_OK && !key_same(chosen, k))
		st = diag_set(why, ST_NOT_KEY, NULL,
			      "holds two keys that do not belong together");
	key_free(k);
	return st;
}

static enum status choose_key(const struct key_parts *parts, size_t n,
			      struct key **out, struct diag *why)
{
	struct key *k = NULL;
	size_t chosen = 0, privates = 0;

	for (size_t i = 0; i < n; i++)
		if (parts[i].is_private) {
			chosen = i;
			privates++;
		}
	if (n == 0 || privates > 1)
		return diag_set(why, ST_NOT_KEY, NULL, "holds %zu private keys",
				privates);
	enum status st = key_from_parts(&parts[chosen], &k, why);

	for (size_t i = 0; i < n && st == ST_OK; i++)
		if (i != chosen)
			st = belong(k, &parts[i], why);
	if (st != ST_OK) {
		key_free(k);
		return st;
	}
	*out = k;
	return ST_OK;
}

static enum status read_text(struct span text, bool private_only,
			     struct key **out, struct diag *why)
{
	struct buf store;
	struct reading r = { .store = &store, .why = why };
	struct key_parts parts[MOST_KEYS];
	enum status st;

	*out = NULL;
	/* every block decoded is shorter than its text, and so is the key of a
	 * certificate than the certificate */
	buf_init(&store, 2 * text.n);
	st = read_any(&r, text);
	for (size_t i = 0; i < r.n && st == ST_OK; i++)
		st = key_der_parts(
			r.blocks[i].shape,
			span_of(store.p + r.blocks[i].at, r.blocks[i].n),
			&parts[i], why);
	if (st == ST_OK)
		st = choose_key(parts, r.n, out, why);
	buf_wipe(&store);
	if (st == ST_OK && private_only && !key_is_private(*out)) {
		key_free(*out);
		*out = NULL;
		st = refuse(why, r.certificate ? "is a certificate, a private "
						 "key is needed"
					       : "is a public key, a private "
						 "one is needed");
	}
	return st;
}

enum status key_read(struct span text, struct key **out, struct diag *why)
{
	return read_text(text, false, out, why);
}

/* --- keys under a passphrase ---------------------------------------------- */

/* OpenSSL's callback: the passphrase, never a prompt. */
static int give_passphrase(char *out, int size, int writing, void *ctx)
{
	const struct span *passphrase = ctx;

	(void)writing;
	if (size < 0 || passphrase->n > (size_t)size)
		return -1;
	if (passphrase->n)
		memcpy(out, passphrase->p, passphrase->n);
	return (int)passphrase->n;
}

/* PEM says so itself; DER is a SEQUENCE that begins with another one, not with
 * a version. */
static bool is_encrypted(struct span text, bool *pem)
{
	*pem = memmem(text.p, text.n, "-----BEGIN ", 11) != NULL;
	if (*pem)
		return memmem(text.p, text.n, "ENCRYPTED", 9) != NULL;
	return text.n > 8 && text.p[0] == 0x30 &&
	       (text.p[4] == 0x30 || text.p[2] == 0x30 || text.p[3] == 0x30);
}

static enum status put_der(EVP_PKEY *key, struct buf *out)
{
	unsigned char *der = NULL;
	int n = i2d_PrivateKey(key, &der);
	enum status st = ST_NOT_KEY;

	if (n > 0)
		st = buf_add(out, span_of(der, (size_t)n));
	if (der)
		OPENSSL_clear_free(der, (size_t)n);
	return st;
}

enum status key_decrypt(struct span text, struct span passphrase,
			struct buf *out, struct diag *why)
{
	bool pem;

	if (text.n == 0 || !is_encrypted(text, &pem))
		return ST_OK;
	BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
	EVP_PKEY *key = NULL;

	if (bio && pem)
		key = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase,
					      &passphrase);
	else if (bio)
		key = d2i_PKCS8PrivateKey_bio(bio, NULL, give_passphrase,
					      &passphrase);
	enum status st = key ? put_der(key, out) : ST_NOT_KEY;

	EVP_PKEY_free(key);
	BIO_free(bio);
	ERR_clear_error();
	return st == ST_OK ? ST_OK
			   : diag_set(why, ST_NOT_KEY, NULL,
				      "the passphrase does not open the key");
}

enum status key_open(struct span text, struct span passphrase,
		     bool private_only, struct key **out, struct diag *why)
{
	struct buf der;
	enum status st = ST_OK;

	*out = NULL;
	buf_init(&der, LIMIT_KEY_FILE);
	if (passphrase.n)
		st = key_decrypt(text, passphrase, &der, why);
	if (st == ST_OK)
		st = read_text(der.n ? buf_span(&der) : text, private_only, out,
			       why);
	buf_wipe(&der);
	return st;
}
