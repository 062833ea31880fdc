#include "sender_rules.h"

#include "when.h"

/* Texts of the receivers, as they were published and reported up to
 * SENDER_RULES_DATE:
 *   Google     "Email sender guidelines", for 5,000 messages a day and more,
 *              enforced from 2024-02-01, one click from 2024-06-01
 *   Yahoo      "Sender Best Practices", for bulk senders, from 2024-02-01, one
 *              click from 2024-06-01
 *   Microsoft  "Outlook's New Requirements for High-Volume Senders", for more
 *              than 5,000 messages a day, from 2025-05-05
 * l= is in none of them: a signature with it leaves the end of the message to
 * anybody (RFC 6376 8.2), so that a receiver may ignore it. */
#define ROW(receiver, code, finding, hidden, since, text)                    \
	{                                                                    \
		SENDER_##receiver, code, text, since, NULL, FOUND_##finding, \
			hidden                                               \
	}
#define WHOLE_BODY(receiver)                                              \
	{                                                                 \
		SENDER_##receiver, "body-length",                         \
			"the signature covers the whole body", "2011-09", \
			"RFC 6376 8.2", FOUND_LENGTH, false               \
	}
static const struct sender_rule rules[] = {
	ROW(GOOGLE, "spf", SPF, false, "2024-02-01",
	    "SPF passes for the sender's domain"),
	ROW(GOOGLE, "dkim", DKIM, false, "2024-02-01",
	    "a DKIM signature passes"),
	ROW(GOOGLE, "dkim-key", KEY, false, "2024-02-01",
	    "the key is RSA of 1024 bits at least, better 2048"),
	WHOLE_BODY(GOOGLE),
	ROW(GOOGLE, "dmarc-record", RECORD, false, "2024-02-01",
	    "the domain of From has a DMARC record, p=none at least"),
	ROW(GOOGLE, "alignment", ALIGNMENT, false, "2024-02-01",
	    "the domain of From aligns with that of SPF or DKIM"),
	ROW(GOOGLE, "one-from", FROM, false, "2024-02-01",
	    "there is one From field, with one address"),
	ROW(GOOGLE, "format", FORMAT, false, "2024-02-01",
	    "the message is as RFC 5322 has it, with a Message-ID"),
	ROW(GOOGLE, "gmail-from", GMAIL, false, "2024-02-01",
	    "From is not of Gmail unless Gmail sends it"),
	ROW(GOOGLE, "one-click", ONE_CLICK, false, "2024-06-01",
	    "marketing and subscribed mail can be unsubscribed from with one "
	    "click (RFC 8058)"),
	ROW(GOOGLE, "reverse-dns", REVERSE, false, "2024-02-01",
	    "the client's address has a name, which has the address"),
	ROW(GOOGLE, "tls", TLS, true, "2024-02-01",
	    "the message is sent over TLS"),
	ROW(GOOGLE, "spam-rate", SPAM, true, "2024-02-01",
	    "less than 0.3 % of the messages are reported as spam"),

	ROW(YAHOO, "spf", SPF, false, "2024-02-01",
	    "SPF passes for the sender's domain"),
	ROW(YAHOO, "dkim", DKIM, false, "2024-02-01",
	    "a DKIM signature passes"),
	ROW(YAHOO, "dkim-key", KEY, false, "2024-02-01",
	    "the key is RSA of 1024 bits at least, better 2048"),
	WHOLE_BODY(YAHOO),
	ROW(YAHOO, "dmarc-record", RECORD, false, "2024-02-01",
	    "the domain of From has a DMARC record, p=none at least"),
	ROW(YAHOO, "alignment", ALIGNMENT, false, "2024-02-01",
	    "DMARC passes: SPF or DKIM aligns with the domain of From"),
	ROW(YAHOO, "one-from", FROM, false, "2024-02-01",
	    "there is one From field, with one address"),
	ROW(YAHOO, "format", FORMAT, false, "2024-02-01",
	    "the message is as RFC 5321 and RFC 5322 have it"),
	ROW(YAHOO, "one-click", ONE_CLICK, false, "2024-06-01",
	    "marketing and subscribed mail can be unsubscribed from with one "
	    "click (RFC 8058)"),
	ROW(YAHOO, "reverse-dns", REVERSE, false, "2024-02-01",
	    "the client's address has a name, which has the address"),
	ROW(YAHOO, "spam-rate", SPAM, true, "2024-02-01",
	    "less than 0.3 % of the messages are reported as spam"),

	ROW(MICROSOFT, "spf", SPF, false, "2025-05-05",
	    "SPF passes for the sender's domain"),
	ROW(MICROSOFT, "dkim", DKIM, false, "2025-05-05",
	    "a DKIM signature passes"),
	ROW(MICROSOFT, "dkim-key", KEY, false, "2025-05-05",
	    "the key is RSA of 1024 bits at least"),
	WHOLE_BODY(MICROSOFT),
	ROW(MICROSOFT, "dmarc-record", RECORD, false, "2025-05-05",
	    "the domain of From has a DMARC record, p=none at least"),
	ROW(MICROSOFT, "alignment", ALIGNMENT, false, "2025-05-05",
	    "the domain of From aligns with that of SPF or DKIM"),
	ROW(MICROSOFT, "one-from", FROM, false, "2025-05-05",
	    "From is valid and has the true domain of the sender"),
	ROW(MICROSOFT, "unsubscribe", UNSUBSCRIBE, true, "2025-05-05",
	    "recipients can unsubscribe easily (recommended)"),
	ROW(MICROSOFT, "spam-rate", SPAM, true, "2025-05-05",
	    "lists are kept clean, so that few complain (recommended)"),
};

const struct sender_rule *sender_rules(size_t *n)
{
	*n = sizeof(rules) / sizeof(*rules);
	return rules;
}

const char *sender_receiver_word(enum sender_receiver r)
{
	static const char *const words[SENDER_RECEIVERS] = {
		[SENDER_GOOGLE] = "google",
		[SENDER_YAHOO] = "yahoo",
		[SENDER_MICROSOFT] = "microsoft",
	};

	return words[r];
}

const char *sender_source(enum sender_receiver r)
{
	static const char *const sources[SENDER_RECEIVERS] = {
		[SENDER_GOOGLE] = "https://support.google.com/a/answer/81126",
		[SENDER_YAHOO] = "https://senders.yahooinc.com/best-practices/",
		[SENDER_MICROSOFT] =
			"https://techcommunity.microsoft.com/blog/"
			"microsoftdefenderforoffice365blog/strengthening-email-"
			"ecosystem-outlook%E2%80%99s-new-requirements-for-high%"
			"E2%80%90"
			"volume-senders/4399730",
	};

	return sources[r];
}

const char *sender_result_word(enum sender_result r)
{
	return r == SENDER_PASS	  ? "pass"
	       : r == SENDER_FAIL ? "fail"
				  : "unknown";
}

bool sender_rules_old(int64_t now)
{
	int64_t made;

	return when_parse(SENDER_RULES_DATE "T00:00:00Z", &made, NULL) ==
		       ST_OK &&
	       now - made > (int64_t)366 * 24 * 60 * 60;
}

enum status sender_receivers(const char *list, unsigned *set, struct diag *why)
{
	struct span rest = span_str(list), item;

	*set = rest.n ? 0 : (1U << SENDER_RECEIVERS) - 1;
	while (rest.n && span_split(&rest, ',', &item)) {
		int r = 0;

		while (r < SENDER_RECEIVERS &&
		       !span_ieq(item, span_str(sender_receiver_word(
					       (enum sender_receiver)r))))
			r++;
		if (r == SENDER_RECEIVERS)
			return diag_set(why, ST_USAGE, NULL,
					"--sender-rules: \"%.*s\" is not one "
					"of google, yahoo and microsoft",
					(int)item.n, (const char *)item.p);
		*set |= 1U << r;
	}
	return ST_OK;
}
