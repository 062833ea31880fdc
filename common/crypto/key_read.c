#include "key_read.h"

#include "b64.h"
#include "der.h"
#include "key_der.h"
#include "limit.h"
#include "wrongfile.h"

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
	struct span passphrase;
	struct block blocks[MOST_KEYS];
	size_t n;
	bool certificate; /* one was seen */
	struct buf *store;
	struct diag *why;
};

static const char openssh[] = "is an OpenSSH key; convert it with: ssh-keygen "
			      "-p -m PKCS8 -f FILE";
/* "no key" begins the errors of what is not recognized as anything. */
static const char not_recognized[] = "no key: neither PEM, DER nor base64";
static const char encrypted[] = "the key is encrypted: give dkim-sign a "
				"--passphrase-file, or decrypt it with: "
				"openssl pkey -in FILE -out NEW";

static enum status refuse(struct diag *why, const char *what)
{
	return diag_set(why, ST_NOT_KEY, NULL, "%s", what);
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

static EVP_PKEY *open_with(struct span passphrase, struct span text, bool pem)
{
	BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
	EVP_PKEY *key = NULL;

	if (bio && pem)
		key = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase,
					      &passphrase);
	else if (bio)
		key = d2i_PKCS8PrivateKey_bio(bio, NULL, give_passphrase,
					      &passphrase);
	BIO_free(bio);
	return key;
}

/* Append the DER of the key in TEXT, PEM or the DER of PKCS#8, to the store. A
 * byte order mark is part of the passphrase only if the key was encrypted so,
 * as openssl does with a file that has one. */
static enum status decrypt(struct reading *r, struct span text, bool pem)
{
	struct span unmarked = span_unmarked(r->passphrase);
	unsigned char *der = NULL;

	if (r->passphrase.n == 0)
		return refuse(r->why, encrypted);
	EVP_PKEY *key = open_with(unmarked, text, pem);

	if (!key && unmarked.n < r->passphrase.n)
		key = open_with(r->passphrase, text, pem);
	int n = key ? i2d_PrivateKey(key, &der) : -1;
	enum status st =
		n > 0 ? buf_add(r->store, span_of(der, (size_t)n))
		      : refuse(r->why, span_utf16(r->passphrase)
					       ? "the passphrase is " SPAN_UTF16
					       : "the passphrase does not open "
						 "the key");

	if (der)
		OPENSSL_clear_free(der, (size_t)n);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return st;
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

/* The bytes from AT on in the store are a key, of a shape that they say
 * themselves. ST_SYNTAX if they are nothing known, or else ST_NOT_KEY. */
static enum status add_der(struct reading *r, size_t at)
{
	struct span der = span_from(buf_span(r->store), at);
	enum key_shape shape = SHAPES;

	if (span_starts(der, SPAN("openssh-key-v1")))
		return refuse(r->why, memmem(der.p, der.n, "ssh-ed25519", 11)
					      ? "is an OpenSSH Ed25519 key, "
						"which ssh-keygen does not "
						"convert; make a key with: "
						"dkim-genkey --type=ed25519"
					      : openssh);
	enum status st = key_der_shape(der, &shape, r->why);

	if (st == ST_OK && shape == SHAPE_ENCRYPTED) {
		at = r->store->n;
		st = decrypt(r, der, false);
		if (st == ST_OK)
			st = key_der_shape(span_from(buf_span(r->store), at),
					   &shape, r->why);
	}
	return st == ST_OK ? add_block(r, shape, at) : st;
}

/* --- PEM (RFC 7468, headers of RFC 1421) --------------------------------- */

/* The labels of keys, and what to say when there is no DER of a key below. */
static const struct {
	const char *label;
	const char *other; /* an algorithm that DKIM does not have */
	const char *refusal;
} labels[] = {
	{ "PRIVATE KEY", NULL, NULL },
	{ "RSA PRIVATE KEY", NULL, NULL },
	{ "PUBLIC KEY", NULL, NULL },
	{ "RSA PUBLIC KEY", NULL, NULL },
	{ "CERTIFICATE", NULL, "the certificate is broken" },
	{ "X509 CERTIFICATE", NULL, "the certificate is broken" },
	{ "TRUSTED CERTIFICATE", NULL,
	  "is a certificate with settings of OpenSSL; convert it with: "
	  "openssl x509 -in FILE -out NEW" },
	{ "EC PRIVATE KEY", "EC", NULL },
	{ "EC PARAMETERS", "EC", NULL },
	{ "DSA PRIVATE KEY", "DSA", NULL },
	{ "ENCRYPTED PRIVATE KEY", NULL, encrypted },
	{ "OPENSSH PRIVATE KEY", NULL, openssh },
	{ "CERTIFICATE REQUEST", NULL, "is a certificate request, not a key" },
	{ "NEW CERTIFICATE REQUEST", NULL,
	  "is a certificate request, not a key" },
	{ "PKCS12", NULL, NULL },
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
 * "Note: ..." there. False if they have no lines of their own. */
static bool pass_headers(struct span *body, bool *is_encrypted)
{
	struct span rest = *body, line = { 0 };
	bool any = false;

	*is_encrypted = false;
	while (take_line(&rest, &line) && line.n) {
		if (span_find(line, ':') == line.n && !any)
			return true;
		any = true;
		if (!span_starts(line, SPAN("Proc-Type:")))
			continue;
		*is_encrypted = span_search(line, SPAN("ENCRYPTED")) < line.n;
		if (*is_encrypted && !span_ends(line, SPAN("ENCRYPTED")))
			return false;
	}
	if (any)
		*body = rest;
	return true;
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

/* BODY is between the lines of LABEL, WHOLE has these lines, too. LENIENT:
 * RFC 7468 ties a label to one structure, but keys are passed on under the
 * label of another one, as PKCS#8 under that of PKCS#1: the DER says what it
 * is (tests/unit/key.c). */
static enum status pem_block(struct reading *r, struct span label,
			     struct span body, struct span whole)
{
	size_t i = 0, at = r->store->n;
	bool is_encrypted = false;
	enum status st = ST_OK;

	while (i < sizeof(labels) / sizeof(*labels) &&
	       !span_eq(span_str(labels[i].label), label))
		i++;
	if (i == sizeof(labels) / sizeof(*labels))
		return diag_set(r->why, ST_NOT_KEY, NULL,
				"is PEM of another kind%s%.*s",
				is_label(label) ? ": " : "",
				is_label(label) ? (int)label.n : 0,
				(const char *)label.p);
	if (!pass_headers(&body, &is_encrypted))
		return refuse(r->why, "the headers of the PEM text have lost "
				      "their line breaks");
	if (is_encrypted)
		st = decrypt(r, whole, true);
	else if (b64_decode(body, r->store) != ST_OK)
		st = refuse(r->why, "the PEM text is not base64");
	if (st != ST_OK)
		return st;
	st = add_der(r, at);
	if (st == ST_SYNTAX && labels[i].other)
		return key_der_refuse(r->why, labels[i].other);
	if (st == ST_SYNTAX && labels[i].refusal &&
	    !(labels[i].refusal == encrypted && r->passphrase.n))
		return refuse(r->why, labels[i].refusal);
	return st;
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

/* Each BEGIN line of TEXT has its END line, and there is one. */
static bool has_lines(struct span text)
{
	struct span begin = SPAN("-----BEGIN "), line = { 0 }, label, body;
	bool any = false;

	while (take_line(&text, &line)) {
		if (!span_starts(line, begin))
			continue;
		if (!boundary(line, begin, &label) ||
		    !pem_body(&text, label, &body))
			return false;
		any = true;
	}
	return any;
}

/* The size of "-----BEGIN X-----" or "-----END X-----" that begins S, or 0. */
static size_t boundary_size(struct span s)
{
	size_t n = 5;

	if (!span_starts(s, SPAN("-----BEGIN ")) &&
	    !span_starts(s, SPAN("-----END ")))
		return 0;
	while (n < s.n && (s.p[n] == ' ' || ascii_digit(s.p[n]) ||
			   (s.p[n] >= 'A' && s.p[n] <= 'Z')))
		n++;
	return span_starts(span_from(s, n), SPAN("-----")) ? n + 5 : 0;
}

/* Append TEXT to OUT with line breaks around its BEGIN and END lines, and for
 * "\n" and "\r" as text, also with several backslashes (JSON within JSON);
 * "\/" becomes "/", CR alone a line break. */
static void restore_lines(struct span text, struct buf *out)
{
	size_t at = 0, n;

	while (at < text.n) {
		bool escaped = text.p[at] == '\\';
		unsigned char c;

		n = boundary_size(span_from(text, at));
		if (n) {
			/* no empty line, which would end headers */
			if (out->n && out->p[out->n - 1] != '\n')
				buf_put(out, SPAN("\n"));
			buf_put(out, span_of(text.p + at, n));
			at += n;
			if (at < text.n && !strchr("\\\r\n", text.p[at]))
				buf_put(out, SPAN("\n"));
			continue;
		}
		while (at < text.n && text.p[at] == '\\')
			at++;
		if (at == text.n)
			return;
		c = text.p[at++];
		if (c == '\r' || (escaped && c == 'r'))
			/* that of a CRLF adds none */
			c = at < text.n && (text.p[at] == '\n' ||
					    text.p[at] == '\\')
				    ? ' '
				    : '\n';
		else if (escaped && c == 'n')
			c = '\n';
		buf_put(out, span_of(&c, 1));
	}
}

/* Text before, between and after the blocks is ignored (RFC 7468 5.2). */
static enum status read_lines(struct reading *r, struct span text)
{
	struct span line = { 0 }, label = { 0 }, body = { 0 };
	enum status st = ST_OK;

	while (st == ST_OK && take_line(&text, &line)) {
		if (!boundary(line, SPAN("-----BEGIN "), &label))
			continue;
		if (!pem_body(&text, label, &body))
			return refuse(r->why, "the PEM text has no END line "
					      "that fits its BEGIN line");
		st = pem_block(r, label, body,
			       span_of(line.p, (size_t)(text.p - line.p)));
	}
	if (st == ST_OK && r->n == 0)
		st = refuse(r->why, not_recognized);
	return st;
}

/* LENIENT: RFC 7468 2 has BEGIN and END on lines of their own, but variables
 * of an environment and JSON carry keys in one line (tests/unit/key.c). */
static enum status read_pem(struct reading *r, struct span text)
{
	struct buf lines;
	enum status st;

	if (has_lines(text))
		return read_lines(r, text);
	/* a line break before and after a boundary, which is longer */
	buf_init_secret(&lines, 2 * text.n);
	restore_lines(text, &lines);
	st = read_lines(r, buf_span(&lines));
	buf_wipe(&lines);
	return st;
}

/* --- the other codings --------------------------------------------------- */

static enum status read_base64(struct reading *r, struct span text)
{
	if (b64_decode(text, r->store) != ST_OK)
		return refuse(r->why, not_recognized);
	/* no DER key is as short as these */
	if (r->store->n == ED25519_OCTETS)
		return add_block(r, SHAPE_SEED, 0);
	if (r->store->n == 2 * ED25519_OCTETS)
		return add_block(r, SHAPE_SEED_POINT, 0);
	return add_der(r, 0);
}

static const char record[] = "is a key record, not a key; dkim-genkey writes "
			     "the private key to another file, which ends in "
			     ".private";

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
	{ "p=", record },
	{ "\"p=", record },
	/* "-----BEGIN " */
	{ "LS0tLS1CRUdJTi", "is PEM within base64; decode it with: base64 -d "
			    "FILE >NEW" },
	{ "\xff\xfe", "is " SPAN_UTF16 },
	{ "\xfe\xff", "is " SPAN_UTF16 },
	{ "\xfe\xed\xfe\xed",
	  "is a Java key store; convert it with: keytool -importkeystore "
	  "-srckeystore FILE -destkeystore P12 -deststoretype pkcs12 && "
	  "openssl "
	  "pkcs12 -in P12 -nocerts -nodes -out NEW" },
	{ "\x1e\xf1\xb5\xb0", "is a PVK key; convert it with: openssl rsa "
			      "-inform PVK -in FILE -out NEW" },
};

/* What tells them by any part of the text; none of it occurs in base64. */
static const struct {
	const char *part;
	const char *refusal;
} parts_of_foreign[] = {
	{ "_domainkey", record },
	{ "v=DKIM1", record },
	{ "v = DKIM1", record },
	{ "k=rsa", record },
	{ "k=ed25519", record },
	{ "\"kty\"", "is a JSON Web Key, not PEM" },
	{ "<RSAKeyValue", "is a key in XML, not PEM" },
	{ "Private-key-format:", "is a key for DNSSEC, not PEM" },
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
	struct span trimmed = span_trim(text);
	const struct wrongfile *other = wrongfile_find(text);

	if (trimmed.n == 0)
		return refuse(r->why, "no key: the input is empty; give the "
				      "file that dkim-genkey wrote, which ends "
				      "in .private");
	if (der_next(text, DER_SEQUENCE) && !is_text(text)) {
		enum status st = buf_add(r->store, text);

		return st == ST_OK ? add_der(r, 0) : st;
	}
	for (size_t i = 0; i < sizeof(foreign) / sizeof(*foreign); i++)
		if (span_starts(trimmed, span_str(foreign[i].begins)))
			return refuse(r->why, foreign[i].refusal);
	if (memmem(text.p, text.n, "-----BEGIN ", 11))
		return read_pem(r, text);
	if (other && !other->record)
		return diag_set(r->why, ST_NOT_KEY, NULL,
				"is %s, not a key; dkim-genkey writes the key "
				"to a file that ends in .private",
				other->name);
	for (size_t i = 0;
	     i < sizeof(parts_of_foreign) / sizeof(*parts_of_foreign); i++)
		if (span_search(text, span_str(parts_of_foreign[i].part)) <
		    text.n)
			return refuse(r->why, parts_of_foreign[i].refusal);
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

enum status key_open(struct span text, struct span passphrase,
		     bool private_only, struct key **out, struct diag *why)
{
	struct buf store;
	struct reading r = { .passphrase = passphrase,
			     .store = &store,
			     .why = why };
	struct key_parts parts[MOST_KEYS];
	enum status st;

	*out = NULL;
	text = span_unmarked(text);
	/* every block decoded is shorter than its text, and so is the key of a
	 * certificate than the certificate, and a key than it is encrypted */
	buf_init_secret(&store, 2 * text.n);
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
	return st == ST_SYNTAX ? ST_NOT_KEY : st;
}
