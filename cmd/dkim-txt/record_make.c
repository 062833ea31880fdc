#include "record_make.h"

#include <string.h>

#include "cli.h"
#include "io.h"
#include "keyfile.h"
#include "keyknown.h"
#include "idn.h"
#include "record_format.h"

static const char format_help[] =
	"--format is zone, bind, oneline, value, quoted, form, p, tinydns, "
	"nsupdate, knotc, "
	"powerdns, unbound, dnsmasq, route53, cloudflare, octodns, dnscontrol, "
	"terraform or json";

/* The parts of a record. */
struct making {
	struct buf selector, owner, comment, head, p, text, fingerprint;
	struct key *key;
};

static void warn(const struct record_request *w, const char *file,
		 const char *text, const char *where)
{
	if (!w->quiet)
		cli_say(file, "warning: %s%s%s%s", text, where ? " (" : "",
			where ? where : "", where ? ")" : "");
}

/* The selector in a file name: "mail" of /etc/dkimkeys/mail.private. */
static void put_selector(const char *file, struct buf *out)
{
	static const char *const endings[] = { ".pem", ".private" };
	const char *slash = file ? strrchr(file, '/') : NULL;
	struct span s = span_str(slash ? slash + 1 : file);

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (span_ends(s, span_str(endings[i])))
			s = span_head(s, s.n - strlen(endings[i]));
	if (!file || strcmp(file, "-") == 0)
		s = SPAN("default");
	/* a longer name is not valid, which put_names finds */
	buf_put(out, span_head(s, 300));
}

static enum status put_names(const struct record_request *w, struct making *r,
			     struct diag *why)
{
	unsigned how = NAME_SINGLE | NAME_UNDERSCORE;
	struct name s, d = { "localhost" }, both;
	struct diag detail = { 0 };
	const char *selector = "*";

	if (!w->no_mail &&
	    idn_selector(buf_span(&r->selector), &s, &detail) != ST_OK)
		return diag_set(why, ST_USAGE, detail.where, "%s%s",
				w->selector ? "-s: "
					    : "no selector in the file's name, "
					      "give one with -s: ",
				detail.text);
	if (!w->no_mail &&
	    !span_ieq(buf_span(&r->selector), span_str(s.text))) {
		buf_reset(&r->selector);
		buf_put(&r->selector, span_str(s.text));
	}
	if (!w->no_mail)
		selector = (const char *)r->selector.p;
	if (w->selector && name_of_file(w->selector, &detail))
		warn(w, NULL, detail.text, NULL);
	if (w->domain &&
	    (idn_domain(span_str(w->domain), how, &d, &detail) != ST_OK ||
	     (!w->no_mail && name_key(&s, &d, &both, &detail) != ST_OK)))
		return diag_set(why, ST_USAGE, detail.where, "-d: %s",
				detail.text);
	if (w->domain && name_labels(&d) == 1 &&
	    strcmp(d.text, "localhost") != 0)
		warn(w, NULL, "the domain has only one label", NULL);
	buf_putf(&r->owner, "%s._domainkey%s%s%s", selector,
		 w->domain ? "." : "", w->domain ? w->domain : "",
		 w->domain ? "." : "");
	if (w->no_mail)
		buf_putf(&r->comment, "----- no mail from %s",
			 w->domain ? w->domain : d.text);
	else
		buf_putf(&r->comment, "----- DKIM key %s for %s%s", selector,
			 w->domain ? w->domain : d.text,
			 w->revoke ? ", revoked" : "");
	return ST_OK;
}

static enum status read_key(const struct record_request *w,
			    const struct crypto *c, struct making *r,
			    struct diag *why)
{
	struct diag concern = { 0 };
	enum status st = keyfile_open(w->file ? w->file : "-", KEYFILE_STDIN,
				      SPAN(""), &r->key, &concern, why);

	if (st != ST_OK)
		return st;
	if (concern.text[0])
		warn(w, w->file, concern.text, concern.where);
	/* RFC 8301 3.2: no record is made that verifiers reject */
	if (key_check(r->key, LIMIT_RSA_BITS_MIN, why) != ST_OK)
		return ST_NOT_KEY;
	if (key_type(r->key) == KEY_RSA && key_bits(r->key) < 2048)
		warn(w, w->file, "the RSA key is shorter than 2048 bits",
		     "RFC 8301 3.2");
	if (keyknown_find(r->key, c))
		warn(w, w->file, keyknown_find(r->key, c), NULL);
	key_fingerprint(r->key, c, &r->fingerprint);
	return ST_OK;
}

static enum status put_text(const struct record_request *w, struct making *r,
			    struct diag *why)
{
	struct diag concern = { 0 };
	struct buf hashes;
	enum status st = keyrec_format(&w->form, r->key, &r->head, &r->p, why);

	if (st != ST_OK)
		return st;
	buf_put(&r->text, buf_span(&r->head));
	buf_put(&r->text, buf_span(&r->p));
	buf_init(&hashes, LIMIT_DIAG);
	if (w->form.hashes && *w->form.hashes)
		st = keyrec_form_hashes(w->form.hashes, &hashes, &concern, why);
	buf_free(&hashes);
	if (concern.text[0])
		warn(w, NULL, concern.text, concern.where);
	/* a header, the question, the record with its name compressed and a
	 * length before each string of 255 bytes, EDNS */
	if (12 + (r->owner.n + 6) + 12 + r->text.n + (r->text.n + 254) / 255 +
		    11 >
	    1232)
		warn(w, NULL,
		     "the answer has more than 1232 bytes; resolvers will ask "
		     "again over TCP",
		     NULL);
	return st;
}

/* The struct that the formats read. */
static struct record record_of(const struct record_request *w,
			       const struct making *r)
{
	return (struct record){
		.domain = w->domain,
		.selector = w->no_mail ? NULL : (const char *)r->selector.p,
		.zone = { .owner = (const char *)r->owner.p,
			  .comment = (const char *)r->comment.p,
			  .ttl = w->ttl,
			  .has_ttl = w->has_ttl,
			  .head = buf_span(&r->head),
			  .p = buf_span(&r->p) },
		.key_type = r->key ? key_type_word(key_type(r->key)) : NULL,
		.bits = r->key ? key_bits(r->key) : 0,
		.fingerprint = (const char *)r->fingerprint.p,
		.revoked = w->revoke,
		.text = buf_span(&r->text),
	};
}

static enum status put_record(const struct record_request *w,
			      const struct record_format *format,
			      const struct making *r, struct buf *out,
			      struct diag *why)
{
	const struct record record = record_of(w, r);

	if (!w->fingerprint)
		return record_format_put(format, &record, out, why);
	buf_putf(out, "%s\n", record.fingerprint);
	return ST_OK;
}

int record_make(const struct record_request *w, const struct crypto *c, int to)
{
	const struct record_format *format = record_format_find(w->format);
	const char *file = w->file;
	struct making r = { 0 };
	struct diag why = { 0 };
	enum status st = ST_OK;
	struct buf out;
	int code;

	if (!format)
		return cli_fail(
			NULL, diag_set(&why, ST_USAGE, NULL, "%s", format_help),
			&why);
	buf_init(&r.selector, 8192);
	buf_init(&r.owner, 2 * (size_t)LIMIT_DIAG);
	buf_init(&r.comment, 2 * (size_t)LIMIT_DIAG);
	buf_init(&r.head, LIMIT_TXT_BYTES);
	buf_init(&r.p, LIMIT_TXT_BYTES);
	buf_init(&r.text, 2 * (size_t)LIMIT_TXT_BYTES);
	buf_init(&r.fingerprint, LIMIT_DIAG);
	buf_init(&out, RECORD_FORMAT_MOST);
	if (w->selector)
		st = buf_add(&r.selector, span_str(w->selector));
	else if (!w->no_mail)
		put_selector(w->file, &r.selector);
	if (st != ST_OK)
		st = diag_set(&why, ST_USAGE, "RFC 1035 2.3.4",
			      "-s: a domain name has 1 to 253 bytes");
	if (st == ST_OK)
		st = put_names(w, &r, &why);
	if (st == ST_OK && !w->revoke && !w->no_mail)
		st = read_key(w, c, &r, &why);
	if (st == ST_OK)
		st = put_text(w, &r, &why);
	/* later errors, and wrong options, are not about the file */
	if (st == ST_OK || st == ST_USAGE)
		file = NULL;
	if (st == ST_OK)
		st = put_record(w, format, &r, &out, &why);
	if (st == ST_OK)
		st = io_write(to, buf_span(&out), &why);
	code = st == ST_OK ? 0 : cli_fail(file, st, &why);
	key_free(r.key);
	buf_free(&r.selector);
	buf_free(&r.owner);
	buf_free(&r.comment);
	buf_free(&r.head);
	buf_free(&r.p);
	buf_free(&r.text);
	buf_free(&r.fingerprint);
	buf_free(&out);
	return code;
}
