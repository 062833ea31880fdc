#include "headerset.h"

#include <stdlib.h>

#include "limit.h"

/* How often a name is signed. Absent fields that mailing lists and gateways add
 * later are not oversigned, or every list would break the signature. */
enum often {
	ONE,		   /* one, or its absence */
	ONE_IF_ANY,	   /* one, if one is present */
	PRESENT,	   /* all instances */
	OVERSIGNED_IF_ANY, /* oversigned, if one is present */
	OVERSIGNED,	   /* oversigned: one more than present */
};

#define RESENT                                                            \
	"=Resent-Date:=Resent-From:=Resent-Sender:=Resent-To:=Resent-Cc:" \
	"=Resent-Message-ID"
#define MIME "(x)MIME-Version:(x)Content-Type:(x)Content-Transfer-Encoding"

static const char defaults[] =
	"+From:(x)Reply-To:+Subject:(x)Date:+To:+Cc:(x)Message-ID:"
	"(x)In-Reply-To:(x)References:" MIME ":(x)Sender:" RESENT
	":=List-Id:=List-Help:=List-Unsubscribe:"
	"=List-Unsubscribe-Post:" /* RFC 8058 4 */
	"=List-Subscribe:=List-Post:=List-Owner:=List-Archive";

static const struct {
	const char *name, *list;
} presets[] = {
	/* those of 5.4.1 that are present */
	{ "rfc6376",
	  "=From:=Reply-To:=Subject:=Date:=To:=Cc:=Resent-Date:=Resent-From:"
	  "=Resent-To:=Resent-Cc:=In-Reply-To:=References:=List-Id:=List-Help:"
	  "=List-Unsubscribe:=List-Subscribe:=List-Post:=List-Owner:"
	  "=List-Archive" },
	/* the same and Resent-Sender; From as Debian's opendkim.conf has it */
	{ "opendkim",
	  "+From:=Reply-To:=Subject:=Date:=To:=Cc:=Resent-Date:=Resent-From:"
	  "=Resent-Sender:=Resent-To:=Resent-Cc:=In-Reply-To:=References:"
	  "=List-Id:=List-Help:=List-Unsubscribe:=List-Subscribe:=List-Post:"
	  "=List-Owner:=List-Archive" },
	/* dkim_sign_headers of Exim 4.96: each once, there or not */
	{ "exim",
	  "From:Sender:Reply-To:Subject:Date:Message-ID:To:Cc:MIME-Version:"
	  "Content-Type:Content-Transfer-Encoding:Content-ID:"
	  "Content-Description:Resent-Date:Resent-From:Resent-Sender:"
	  "Resent-To:Resent-Cc:Resent-Message-ID:In-Reply-To:References:"
	  "List-Id:List-Help:List-Unsubscribe:List-Subscribe:List-Post:"
	  "List-Owner:List-Archive" },
	/* sign_headers of rspamd 3.4: what has no mark there is signed once */
	{ "rspamd",
	  "+From:(x)Sender:+Reply-To:+Subject:(x)Date:(x)Message-ID:+To:+"
	  "Cc:" MIME ":?Resent-To:?Resent-Cc:?Resent-From:?Resent-Sender:"
	  "?Resent-Message-ID:(x)In-Reply-To:(x)References:?List-Id:"
	  "?List-Help:?List-Owner:?List-Unsubscribe:?List-Unsubscribe-Post:"
	  "?List-Subscribe:?List-Post:(x)OpenPGP:(x)Autocrypt" },
	/* Amazon SES writes Date and Message-ID of its own */
	{ "ses", "*:-Date:-Message-ID" },
	/* nothing that a mailing list changes or adds: no Subject, Reply-To,
	 * Sender, List-*, and oversigned is only From */
	{ "list-safe",
	  "+From:=To:=Cc:=Date:=Message-ID:=In-Reply-To:=References:"
	  "=MIME-Version:=Content-Type:=Content-Transfer-Encoding" },
	/* RFC 8058 4: both fields are signed; no second one may be added */
	{ "bulk", "*:+List-Unsubscribe:+List-Unsubscribe-Post:(x)List-Id" },
	/* nothing may be added, not even absent fields */
	{ "strict",
	  "+From:+Reply-To:+Subject:+Date:+To:+Cc:+Message-ID:+In-Reply-To:"
	  "+References:+MIME-Version:+Content-Type:"
	  "+Content-Transfer-Encoding:+Content-ID:+Content-Description:"
	  "+Content-Disposition:+Sender:+Resent-Date:+Resent-From:"
	  "+Resent-Sender:+Resent-To:+Resent-Cc:+Resent-Message-ID:+List-Id:"
	  "+List-Help:+List-Unsubscribe:+List-Unsubscribe-Post:"
	  "+List-Subscribe:+List-Post:+List-Owner:+List-Archive" },
};

/* RFC 6376 5.4: changed or added on the way by design. */
static const char never[] = "Return-Path Received Comments Keywords Bcc "
			    "Resent-Bcc DKIM-Signature Authentication-Results";
static const char *const never_begin[] = { "ARC-", "X-Spam-" };

/* The list of the preset called ITEM, or NULL. */
static const char *find_preset(struct span item)
{
	for (size_t i = 0; i < sizeof(presets) / sizeof(*presets); i++)
		if (span_eq(item, span_str(presets[i].name)))
			return presets[i].list;
	return NULL;
}

/* A name is not folded, and a line has at most 998 octets (RFC 5322 2.1.1). */
enum { NAME_OCTETS = 256 };

/* A name without ";", which would end the tag. */
static bool is_plain(struct span s)
{
	return fields_is_name(s) && s.n <= NAME_OCTETS &&
	       span_find(s, ';') == s.n &&
	       span_find(SPAN("+-=?*("), s.p[0]) == 6;
}

static bool is_never(struct span name)
{
	if (span_one_of(name, never))
		return true;
	for (size_t i = 0; i < sizeof(never_begin) / sizeof(*never_begin);
	     i++) {
		struct span begin = span_str(never_begin[i]);

		if (span_ieq(span_head(name, begin.n), begin))
			return true;
	}
	return false;
}

/* -- a list, item by item -------------------------------------------------- */

struct headerset_rule {
	struct span name;
	enum often often;
};

static enum status too_long(struct diag *why)
{
	return diag_set(why, ST_REFUSED, "RFC 6376 8.9",
			"more than %d header fields to sign",
			LIMIT_SIGNED_NAMES - 1);
}

static void remove_rules(struct headerset_rules *r, struct span name)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n; i++)
		if (!span_ieq(r->v[i].name, name))
			r->v[kept++] = r->v[i];
	r->n = kept;
}

static enum status check_name(struct span name, struct diag *why)
{
	if (span_find(name, '*') < name.n)
		return diag_set(why, ST_USAGE, NULL,
				"--headers: \"%.*s\": name each field; * alone "
				"is the default set",
				(int)(name.n < 80 ? name.n : 80),
				(const char *)name.p);
	if (!is_plain(name))
		return diag_set(why, ST_USAGE, "RFC 5322 3.6.8",
				"--headers: \"%.*s\" is not a plain field name",
				(int)(name.n < 80 ? name.n : 80),
				(const char *)name.p);
	return ST_OK;
}

static enum status add_rule(struct headerset_rules *r, struct span name,
			    enum often often, struct diag *why)
{
	enum status st = check_name(name, why);

	if (st != ST_OK)
		return st;
	if (is_never(name))
		return diag_set(why, ST_USAGE, "RFC 6376 5.4",
				"--headers: %.*s must not be signed",
				(int)name.n, (const char *)name.p);
	if (often != ONE)
		remove_rules(r, name);
	if (r->n + 1 >= LIMIT_SIGNED_NAMES)
		return diag_set(why, ST_USAGE, "RFC 6376 8.9",
				"--headers: more than %d names",
				LIMIT_SIGNED_NAMES - 1);
	if (!r->v)
		r->v = mem_array(NULL, LIMIT_SIGNED_NAMES, sizeof(*r->v));
	r->v[r->n++] = (struct headerset_rule){ name, often };
	return ST_OK;
}

/* The next item, without blanks around it. */
static bool next_item(struct span *list, struct span *item)
{
	size_t n = 0;

	if (!list->p)
		return false;
	while (n < list->n && list->p[n] != ':' && list->p[n] != ',')
		n++;
	*item = span_trim(span_head(*list, n));
	*list = n < list->n ? span_from(*list, n + 1) : (struct span){ 0 };
	return true;
}

static enum status add_item(struct headerset_rules *r, struct span item,
			    struct diag *why)
{
	static const struct {
		struct span mark;
		enum often often;
	} marks[] = {
		{ { (const unsigned char *)"=", 1 }, PRESENT },
		{ { (const unsigned char *)"?", 1 }, ONE_IF_ANY },
		{ { (const unsigned char *)"+", 1 }, OVERSIGNED },
		{ { (const unsigned char *)"(o)", 3 }, OVERSIGNED },
		{ { (const unsigned char *)"(x)", 3 }, OVERSIGNED_IF_ANY },
	};

	if (span_starts(item, SPAN("-"))) {
		remove_rules(r, span_from(item, 1));
		return check_name(span_from(item, 1), why);
	}
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (span_starts(item, marks[i].mark))
			return add_rule(r, span_from(item, marks[i].mark.n),
					marks[i].often, why);
	if (find_preset(item))
		return diag_set(why, ST_USAGE, NULL,
				"--headers: the preset %.*s must be first, or "
				"not at all",
				(int)item.n, (const char *)item.p);
	return add_rule(r, item, ONE, why);
}

/* A list of the source, or one that the user wrote: in both "*" is the default
 * set, which has none. */
static enum status add_items(struct headerset_rules *r, struct span list,
			     struct diag *why)
{
	struct span item, rest, one;
	enum status st = ST_OK;

	while (st == ST_OK && next_item(&list, &item)) {
		bool all = span_eq(item, SPAN("*"));

		rest = all ? span_str(defaults) : item;
		while (st == ST_OK && all && next_item(&rest, &one))
			st = add_item(r, one, why);
		if (!all)
			st = add_item(r, item, why);
	}
	return st;
}

static bool has_from(const struct headerset_rules *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (span_ieq(r->v[i].name, SPAN("From")))
			return true;
	return false;
}

enum status headerset_read(const char *text, struct headerset_rules *r,
			   struct diag *why)
{
	struct span list = span_str(text ? text : "*"), item, rest = list;
	enum status st = ST_OK;

	*r = (struct headerset_rules){ 0 };
	(void)next_item(&rest, &item);
	const char *preset = find_preset(item);

	if (preset) {
		st = add_items(r, span_str(preset), why);
		list = rest;
	}
	if (st == ST_OK)
		st = add_items(r, list, why);
	if (st == ST_OK && !has_from(r))
		st = diag_set(why, ST_USAGE, "RFC 6376 5.4",
			      "--headers: From must be signed");
	return st;
}

void headerset_rules_free(struct headerset_rules *r)
{
	free(r->v);
	*r = (struct headerset_rules){ 0 };
}

/* -- names ----------------------------------------------------------------- */

static size_t times(enum often often, size_t present)
{
	switch (often) {
	case ONE:
		return 1;
	case ONE_IF_ANY:
		return present ? 1 : 0;
	case PRESENT:
		return present;
	case OVERSIGNED_IF_ANY:
		return present ? present + 1 : 0;
	case OVERSIGNED:
		break;
	}
	return present + 1;
}

static enum status add_names(struct headerset *h,
			     const struct headerset_rule *r,
			     const struct fields *fields, struct diag *why)
{
	size_t n = times(r->often, fields_count(fields, r->name));

	for (; n; n--) {
		if (h->n + 1 >= LIMIT_SIGNED_NAMES)
			return too_long(why);
		h->v[h->n++] = r->name;
	}
	return ST_OK;
}

enum status headerset_pick(const struct headerset_rules *rules,
			   const struct fields *fields, struct headerset *out,
			   struct diag *why)
{
	enum status st = ST_OK;

	*out = (struct headerset){ 0 };
	out->v = mem_array(NULL, LIMIT_SIGNED_NAMES, sizeof(*out->v));
	for (size_t i = 0; i < rules->n && st == ST_OK; i++)
		st = add_names(out, &rules->v[i], fields, why);
	return st;
}

size_t headerset_count(const struct headerset *h, struct span name)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += span_ieq(h->v[i], name);
	return n;
}

void headerset_free(struct headerset *h)
{
	free(h->v);
	*h = (struct headerset){ 0 };
}
