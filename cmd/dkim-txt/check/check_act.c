#include "check_report.h"

#include "key_findings.h"
#include "text.h"

/* In the texts: %d domain, %s selector, %n name of the record, %k the key file
 * or KEYFILE, %e where the record is instead, %a where the last alias leads. */
#define PUBLISH "publish the record of the key: dkim-txt -d %d -s %s %k"
#define NEW_KEY "make a new key with a new selector: dkim-genkey -d %d -s NEW"

/* -- broken records -------------------------------------------------------- */

/* What the owner of the record can do where publishing it again does not help.
 */
static const struct {
	const struct finding_kind *kind;
	const char *act;
} broken[] = {
	{ &FINDING_INSECURE, "sign the zone (DNSSEC), or check at a resolver "
			     "that validates; else without --require-dnssec" },
	{ &FINDING_KEY_TYPE, "publish an RSA key with another selector, and "
			     "sign with that: dkim-genkey -d %d -s NEW" },
	{ &FINDING_WEAK, NEW_KEY },
	{ &FINDING_LARGE, NEW_KEY },
	{ &FINDING_FOREIGN, "the text is no key record: " PUBLISH },
	{ &FINDING_NO_P, "p= is missing: " PUBLISH },
	{ &FINDING_CUT, "p= is cut off, often by a limit of 255 characters: "
			"publish several strings: dkim-txt -d %d -s %s %k" },
	{ &FINDING_NOT_KEY, "p= is damaged or cut off: " PUBLISH },
};

static const char *act_broken(const struct keychecked *k)
{
	const struct findings *f = &k->shown->findings;

	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		if (findings_has(f, broken[i].kind))
			return broken[i].act;
	return k->item->key ? PUBLISH
			    : "publish the corrected record, which is printed "
			      "by: dig %n TXT | dkim-txt --lint";
}

/* -- no record, and others ------------------------------------------------- */

static const char *act_absent(const struct keychecked *k)
{
	const struct dns_reply *reply = &k->shown->reply;

	if (k->elsewhere.name.text[0])
		return k->item->key && !k->elsewhere.same
			       ? "a record of another key is at %e: " PUBLISH
			       : "move the record from %e to %n";
	if (reply->chain.n)
		return "create the record at %a, or let the alias at %n lead "
		       "to the name that has it";
	return PUBLISH;
}

static const char *act_mismatch(const struct keychecked *k)
{
	bool apart = false;

	for (size_t i = 1; i < k->n; i++)
		apart |= !span_eq(k->v[i].check.found, k->v[0].check.found);
	if (apart)
		return "wait until all servers have the same zone (--wait=SEC),"
		       " or update those that differ";
	return PUBLISH "; or sign with the key that DNS publishes";
}

static const char *act_of(const struct keychecked *k)
{
	if (k->item->st != ST_OK)
		return k->item->file ? "check the name, the owner and the mode "
				       "of %k, and the table"
				     : "correct the table";
	switch (k->result) {
	case KEYCHECK_MATCH:
	case KEYCHECK_VALID:
		break;
	case KEYCHECK_MISMATCH:
		return act_mismatch(k);
	case KEYCHECK_ABSENT:
		return act_absent(k);
	case KEYCHECK_REVOKED:
		return NEW_KEY;
	case KEYCHECK_SEVERAL:
		return k->item->key
			       ? "remove all of them, then " PUBLISH
			       : "remove all but the record of the key that "
				 "signs; -k KEYFILE finds it";
	case KEYCHECK_BROKEN:
		return act_broken(k);
	case KEYCHECK_TEMPERROR:
		return "try again later, or at another server: "
		       "--nameserver=ADDR, --all-nameservers";
	}
	return "";
}

/* -- words ----------------------------------------------------------------- */

static struct span word_of(const struct keychecked *k, char letter)
{
	const struct keylist_item *it = k->item;

	switch (letter) {
	case 'd':
		return span_str(it->domain.text);
	case 's':
		return span_str(it->selector.text);
	case 'n':
		return span_str(it->name.text);
	case 'e':
		return span_str(k->elsewhere.name.text);
	case 'a':
		return recordcheck_alias(&k->shown->reply);
	default:
		return it->file ? span_str(it->file) : SPAN("KEYFILE");
	}
}

void check_act(const struct keychecked *k, struct buf *out)
{
	for (const char *text = act_of(k); *text; text++)
		if (*text == '%')
			text_put(out, word_of(k, *++text));
		else
			buf_put(out, span_of(text, 1));
}
