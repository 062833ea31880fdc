#include "wrongfile.h"

#include <errno.h>

#include "name.h"

/* The first line of S, without its end and blanks around it. */
static struct span first_line(struct span s)
{
	return span_trim(span_head(s, span_find(s, '\n')));
}

/* S begins with a field of a message: few names, as other text has colons, too.
 */
static bool is_field(struct span s)
{
	struct span name = span_trim_wsp(span_head(s, span_find(s, ':')));

	return name.n < s.n &&
	       span_one_of(name,
			   "Return-Path Received Delivered-To X-Original-To "
			   "From To Subject Date Message-ID Reply-To "
			   "MIME-Version Content-Type Sender ARC-Seal Cc "
			   "Received-SPF X-Mailer User-Agent X-Received "
			   "DKIM-Signature Authentication-Results");
}

static bool is_message(struct span s)
{
	return span_starts(s, SPAN("From ")) || is_field(s);
}

/* Apple Mail: the length of the message in a line before it. */
static bool is_emlx(struct span s)
{
	uint64_t length;

	return span_u64(first_line(s), &length) &&
	       is_message(span_from(s, span_find(s, '\n') + 1));
}

static bool is_html(struct span s)
{
	return span_ieq(span_head(s, 5), SPAN("<html")) ||
	       span_ieq(span_head(s, 9), SPAN("<!doctype")) ||
	       span_eq(first_line(s), SPAN("Original Message"));
}

/* S begins with a line "-----BEGIN ... LABEL". */
static bool is_pem(struct span s, const char *label)
{
	s = first_line(s);
	return span_starts(s, SPAN("-----BEGIN ")) &&
	       span_ends(s, span_str(label));
}

/* The compound files of Microsoft ([MS-CFB] 2.2). */
static bool is_outlook(struct span s)
{
	return span_starts(s, SPAN("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"));
}

/* As a zone has it, or its text alone; in a field the colon comes first. */
static bool is_record(struct span s)
{
	struct span line = first_line(s);
	struct span owner = span_head(line, span_find(line, ':'));

	if (span_starts(line, SPAN("\"")))
		line = span_from(line, 1);
	return span_starts(line, SPAN("v=DKIM1")) ||
	       span_search(owner, SPAN("._domainkey")) < owner.n;
}

const struct wrongfile *wrongfile_find(struct span head)
{
	static const struct {
		bool (*is)(struct span s);
		const char *pem; /* instead: how its label ends */
		struct wrongfile what;
	} forms[] = {
		/* nothing else begins so; and most that is asked for does */
		{ is_field, NULL, { "a message", NULL, false } },
		{ is_outlook,
		  NULL,
		  { "a message of Outlook (.msg)",
		    "is a message of Outlook (.msg), which has lost the octets "
		    "that were signed; save it as .eml at the server or in "
		    "webmail",
		    false } },
		{ is_html,
		  NULL,
		  { "a web page",
		    "is a web page, not a message; have webmail download the "
		    "original (.eml), instead of saving or copying the page",
		    false } },
		{ NULL,
		  "PRIVATE KEY-----",
		  { "a private key",
		    "is a private key, not a message; dkim-sign takes the key "
		    "with -k KEY, and the message is the operand",
		    false } },
		{ NULL,
		  "PUBLIC KEY-----",
		  { "a public key",
		    "is a public key, not a message; dkim-txt makes a record "
		    "of it, which --zone=RECORD takes",
		    false } },
		{ NULL,
		  "CERTIFICATE-----",
		  { "a certificate", "is a certificate, not a message",
		    false } },
		{ is_emlx,
		  NULL,
		  { "an .emlx file of Apple Mail",
		    "is an .emlx file of Apple Mail; get the message in it "
		    "with: "
		    "tail -n +2 %s | head -c $(head -n 1 %s) >NEW.eml",
		    false } },
		{ is_record,
		  NULL,
		  { "a key record",
		    "is a key record, not a message; --zone=%s takes it",
		    true } },
		{ is_message, NULL, { "a message", NULL, false } },
	};
	struct span s = span_trim(span_unmarked(head));

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (forms[i].pem ? is_pem(s, forms[i].pem) : forms[i].is(s))
			return &forms[i].what;
	return NULL;
}

/* -- a message is wanted --------------------------------------------------- */

/* A file of mail that must be unpacked before it can be read. */
struct packed {
	const char *name;    /* "gzip" */
	const char *command; /* what unpacks its operand ... */
	bool archive;	     /* to files; else to standard output */
};

/* How a file that begins with HEAD is packed, or NULL. */
static const struct packed *packed_find(struct span head)
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

enum status wrongfile_not_message(struct span head, const char *file,
				  struct diag *why)
{
	const struct packed *p = packed_find(head);
	const struct wrongfile *other = p ? NULL : wrongfile_find(head);
	const char *name = strcmp(file, "-") == 0 ? "FILE" : file;

	if (other && other->not_message)
		return diag_set(why, ST_NOT_MESSAGE, "", other->not_message,
				name, name);
	if (!p)
		return ST_OK;
	if (p->archive)
		return diag_set(why, ST_NOT_MESSAGE, NULL,
				"a %s archive; unpack it with: %s %s", p->name,
				p->command, name);
	return diag_set(why, ST_NOT_MESSAGE, NULL,
			"compressed (%s); read it with: %s %s | %s (and --mbox "
			"if it is one)",
			p->name, p->command, name,
			program_invocation_short_name);
}

/* -- a file is wanted ------------------------------------------------------ */

bool wrongfile_has_ending(struct span name)
{
	/* none is a top-level domain */
	static const char *const endings[] = {
		".eml",	    ".emlx", ".msg", ".mbox", ".txt",  ".pem",
		".private", ".key",  ".xml", ".gz",   ".json", ".conf",
	};

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (span_ends(name, span_str(endings[i])))
			return true;
	return false;
}

const char *wrongfile_operand(const char *operand)
{
	static const char *const devices[] = { "pkcs11:",  "engine:", "tpm2:",
					       "tpm2tss:", "handle:", "0x8" };
	struct span s = span_str(operand),
		    tag = span_head(s, span_find(s, '='));
	struct name ignored;

	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		if (span_starts(s, span_str(devices[i])))
			return "a key in a device";
	if (tag.n < s.n && (span_ieq(tag, SPAN("v")) || span_has(s, ';')))
		return "a record";
	if (!wrongfile_has_ending(s) && !span_has(s, '_') &&
	    name_parse(s, 0, &ignored, NULL) == ST_OK)
		return "a domain";
	return NULL;
}
