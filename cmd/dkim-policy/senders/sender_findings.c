#include "sender_findings.h"

#include <stdarg.h>
#include <stdio.h>

#include "address.h"
#include "words.h"

static void set_found(struct sender_findings *found, enum sender_found which,
		      enum sender_result result, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

static void set_found(struct sender_findings *found, enum sender_found which,
		      enum sender_result result, const char *fmt, ...)
{
	struct sender_finding *f = &found->v[which];
	va_list args;

	f->result = result;
	va_start(args, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, args);
	va_end(args);
}

/* What is not known because DNS gave no answer. */
static void set_no_answer(struct sender_findings *found,
			  enum sender_found which, const char *what)
{
	found->no_answer = true;
	set_found(found, which, SENDER_UNKNOWN, "%s: DNS gave no answer", what);
}

/* --- SPF and DKIM ----------------------------------------------------------*/

/* The identifier of METHOD with RESULT, or NULL. */
static const struct dmarc_identifier *
find_identifier(const struct evaluation *e, enum dmarc_method method,
		enum result result)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->ids[i].method == method && e->ids[i].result == result)
			return &e->ids[i];
	return NULL;
}

/* SPF of a trusted field, which names a domain but not the client. */
static void judge_trusted_spf(const struct evaluation *e,
			      struct sender_findings *found)
{
	const struct dmarc_identifier *id =
		find_identifier(e, DMARC_SPF, RESULT_PASS);

	for (size_t i = 0; i < e->n && !id; i++)
		if (e->ids[i].method == DMARC_SPF)
			id = &e->ids[i];
	if (!id)
		set_found(found, FOUND_SPF, SENDER_UNKNOWN,
			  "give the address of the client (--ip) and the "
			  "sender (--mail-from)");
	else if (id->result == RESULT_TEMPERROR)
		set_no_answer(found, FOUND_SPF, id->domain.text);
	else if (id->result == RESULT_PASS)
		set_found(found, FOUND_SPF, SENDER_PASS, "SPF passes for %s",
			  id->domain.text);
	else
		set_found(found, FOUND_SPF, SENDER_FAIL,
			  "SPF of %s is %s: add the client to its SPF record",
			  id->domain.text, id->word);
}

static void judge_spf(const struct evaluation *e, struct sender_findings *found)
{
	const struct spf_verdict *v = &e->spf;
	int n = (int)span_head(buf_span(&v->domain), 253).n;
	const char *domain = n ? (const char *)v->domain.p : "";
	const char *word = spf_result_word(v->result);

	if (!e->has_spf)
		judge_trusted_spf(e, found);
	else if (v->result == SPF_PASS)
		set_found(found, FOUND_SPF, SENDER_PASS, "SPF passes for %.*s",
			  n, domain);
	else if (v->result == SPF_TEMPERROR)
		set_no_answer(found, FOUND_SPF, "SPF");
	else if (v->result == SPF_NONE)
		set_found(found, FOUND_SPF, SENDER_FAIL,
			  "%.*s has no SPF record: publish one with the client",
			  n, domain);
	else if (v->result == SPF_PERMERROR)
		set_found(found, FOUND_SPF, SENDER_FAIL,
			  "the SPF record of %.*s has an error: see "
			  "dkim-policy --type=spf",
			  n, domain);
	else
		set_found(found, FOUND_SPF, SENDER_FAIL,
			  "SPF of %.*s is %s: add the client to its SPF record",
			  n, domain, word);
}

static void judge_dkim(const struct evaluation *e,
		       struct sender_findings *found)
{
	const struct dmarc_identifier *id =
		find_identifier(e, DMARC_DKIM, RESULT_PASS);

	if (id)
		set_found(found, FOUND_DKIM, SENDER_PASS,
			  "the signature of %s passes", id->domain.text);
	else if (find_identifier(e, DMARC_DKIM, RESULT_TEMPERROR))
		set_no_answer(found, FOUND_DKIM, "DKIM");
	else if (e->message->n || (e->trusted && e->trusted->n))
		set_found(found, FOUND_DKIM, SENDER_FAIL,
			  "no signature passes: see dkim-verify --explain");
	else
		set_found(found, FOUND_DKIM, SENDER_FAIL,
			  "there is no signature: sign with dkim-sign");
}

/* The largest RSA key of a signature that passes; 0: none does. ED25519: one
 * of that type passes. */
static unsigned best_bits(const struct evaluation *e, bool *ed25519)
{
	unsigned best = 0;

	*ed25519 = false;
	for (size_t i = 0; i < e->message->n; i++) {
		const struct verdict *v = &e->message->v[i];
		unsigned bits = words_bits(v);

		if (v->st != ST_OK)
			continue;
		if (v->sig.type != KEY_RSA)
			*ed25519 = true;
		else if (bits > best)
			best = bits;
	}
	return best;
}

static bool has_status(const struct evaluation *e, enum status st)
{
	for (size_t i = 0; i < e->message->n; i++)
		if (e->message->v[i].st == st)
			return true;
	return false;
}

static void judge_key(const struct evaluation *e, struct sender_findings *found)
{
	bool ed25519;
	unsigned bits = best_bits(e, &ed25519);

	if (bits >= 2048)
		set_found(found, FOUND_KEY, SENDER_PASS, "RSA of %u bits",
			  bits);
	else if (bits)
		set_found(found, FOUND_KEY, SENDER_PASS,
			  "RSA of %u bits; 2048 are advised", bits);
	else if (ed25519)
		set_found(found, FOUND_KEY, SENDER_FAIL,
			  "only Ed25519 signatures pass, which large receivers "
			  "did not verify in 2026: sign with an RSA key, too");
	else if (has_status(e, ST_KEY_WEAK))
		set_found(found, FOUND_KEY, SENDER_FAIL,
			  "the RSA key has less than 1024 bits: make one of "
			  "2048 with dkim-genkey");
	else
		set_found(found, FOUND_KEY, SENDER_UNKNOWN,
			  "no signature that passes was verified here");
}

static void judge_length(const struct evaluation *e,
			 struct sender_findings *found)
{
	bool whole = false, part = false;

	for (size_t i = 0; i < e->message->n; i++) {
		const struct verdict *v = &e->message->v[i];

		if (v->st == ST_OK && v->sig.has_l)
			part = true;
		else if (v->st == ST_OK)
			whole = true;
	}
	if (whole)
		set_found(found, FOUND_LENGTH, SENDER_PASS, "no l=");
	else if (part)
		set_found(found, FOUND_LENGTH, SENDER_FAIL,
			  "the signatures have l= (RFC 6376 8.2): sign without "
			  "it");
	else
		set_found(found, FOUND_LENGTH, SENDER_UNKNOWN,
			  "no signature that passes was verified here");
}

/* --- DMARC -----------------------------------------------------------------*/

static void judge_record(const struct evaluation *e,
			 struct sender_findings *found)
{
	const struct dmarc_verdict *v = &e->dmarc;

	if (v->place)
		set_found(found, FOUND_RECORD, SENDER_PASS, "_dmarc.%s%s%s",
			  v->place->name.text, v->has_policy ? ", policy " : "",
			  v->has_policy ? dmarc_policy_word(v->policy) : "");
	else if (!e->author)
		set_found(found, FOUND_RECORD, SENDER_UNKNOWN,
			  "From names no single domain");
	else if (v->result == RESULT_TEMPERROR)
		set_no_answer(found, FOUND_RECORD, "DMARC");
	else
		set_found(found, FOUND_RECORD, SENDER_FAIL,
			  "publish a TXT record at _dmarc.%s, such as "
			  "\"v=DMARC1; p=none\"",
			  e->author->text);
}

static void judge_alignment(const struct evaluation *e,
			    struct sender_findings *found)
{
	const struct dmarc_verdict *v = &e->dmarc;

	if (v->result == RESULT_PASS)
		set_found(found, FOUND_ALIGNMENT, SENDER_PASS,
			  "DMARC passes for %s", e->author->text);
	else if (!e->author)
		set_found(found, FOUND_ALIGNMENT, SENDER_FAIL,
			  "From names no single domain to align with");
	else if (v->result == RESULT_TEMPERROR)
		set_no_answer(found, FOUND_ALIGNMENT, "DMARC");
	else if (found->v[FOUND_SPF].result == SENDER_UNKNOWN)
		set_found(found, FOUND_ALIGNMENT, SENDER_UNKNOWN,
			  "no signature that passes aligns with %s, and SPF is "
			  "not known",
			  e->author->text);
	else if (v->result == RESULT_NONE)
		set_found(found, FOUND_ALIGNMENT, SENDER_UNKNOWN,
			  "there is no DMARC record that says how to align");
	else
		set_found(
			found, FOUND_ALIGNMENT, SENDER_FAIL,
			"neither SPF nor DKIM passes for a domain that aligns "
			"with %s: sign with d=%s",
			e->author->text, e->author->text);
}

/* --- the message -----------------------------------------------------------*/

static size_t count_of(const struct evaluation *e, const char *name)
{
	return e->message->fields
		       ? fields_count(e->message->fields, span_str(name))
		       : 0;
}

/* The value of the only field with NAME; .p is NULL without one or with
 * several. */
static struct span only_value(const struct evaluation *e, const char *name)
{
	return count_of(e, name) == 1
		       ? span_trim(fields_find(e->message->fields,
					       span_str(name), 0)
					   ->value)
		       : (struct span){ 0 };
}

static void judge_from(const struct evaluation *e,
		       struct sender_findings *found)
{
	size_t n = count_of(e, "From");
	struct name domain;

	if (n != 1)
		set_found(found, FOUND_FROM, SENDER_FAIL,
			  "there are %zu From fields: write one (RFC 5322 3.6)",
			  n);
	else if (!e->author)
		set_found(found, FOUND_FROM, SENDER_FAIL,
			  "From is not one address of one domain");
	else if (address_read(only_value(e, "From"), ADDRESS_ONLY, NULL,
			      &domain, NULL) != ST_OK)
		set_found(found, FOUND_FROM, SENDER_FAIL,
			  "From has several addresses: write one");
	else
		set_found(found, FOUND_FROM, SENDER_PASS, "one, of %s",
			  e->author->text);
}

static void judge_format(const struct evaluation *e,
			 struct sender_findings *found)
{
	static const char *const needed[] = { "Date", "Message-ID" };
	const struct verification *m = e->message;

	if (m->header != ST_OK) {
		set_found(found, FOUND_FORMAT, SENDER_FAIL,
			  "the header is malformed: %s", m->header_why.text);
		return;
	}
	if (m->warnings & 1U << WARN_DUPLICATE_FIELD) {
		set_found(found, FOUND_FORMAT, SENDER_FAIL, "%s",
			  warning_text(WARN_DUPLICATE_FIELD));
		return;
	}
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (count_of(e, needed[i]) == 0) {
			set_found(found, FOUND_FORMAT, SENDER_FAIL,
				  "there is no %s field (RFC 5322 3.6)",
				  needed[i]);
			return;
		}
	set_found(found, FOUND_FORMAT, SENDER_PASS, "well formed");
}

static void judge_gmail(const struct evaluation *e,
			struct sender_findings *found)
{
	struct span author = span_str(e->author ? e->author->text : NULL);

	if (!span_eq(author, SPAN("gmail.com")) &&
	    !span_eq(author, SPAN("googlemail.com")))
		set_found(found, FOUND_GMAIL, SENDER_PASS, "not of Gmail");
	else if (e->dmarc.result == RESULT_PASS)
		set_found(found, FOUND_GMAIL, SENDER_PASS, "Gmail has sent it");
	else if (e->dmarc.result == RESULT_TEMPERROR)
		set_no_answer(found, FOUND_GMAIL, "DMARC");
	else
		set_found(found, FOUND_GMAIL, SENDER_FAIL,
			  "From is of Gmail, which has not sent it: write a "
			  "domain of your own");
}

/* A signature that passes covers NAME. */
static bool is_signed(const struct verdict *v, const char *name)
{
	return v->st == ST_OK && sig_covers(&v->sig, span_str(name));
}

/* RFC 8058 3.1 and 4: one List-Unsubscribe with an HTTPS URI, one
 * List-Unsubscribe-Post with this value, both in one signature that passes. */
static void judge_one_click(const struct evaluation *e,
			    struct sender_findings *found)
{
	struct span list = only_value(e, "List-Unsubscribe");
	struct span post = only_value(e, "List-Unsubscribe-Post");
	bool both = false;

	for (size_t i = 0; i < e->message->n; i++)
		both = both ||
		       (is_signed(&e->message->v[i], "List-Unsubscribe") &&
			is_signed(&e->message->v[i], "List-Unsubscribe-Post"));
	if (!list.p || span_search(list, SPAN("<https:")) == list.n)
		set_found(
			found, FOUND_ONE_CLICK, SENDER_FAIL,
			"no single List-Unsubscribe field with an https: URI; "
			"only mail that nobody subscribed to, such as "
			"receipts, needs none");
	else if (!span_ieq(post, SPAN("List-Unsubscribe=One-Click")))
		set_found(found, FOUND_ONE_CLICK, SENDER_FAIL,
			  "add \"List-Unsubscribe-Post: "
			  "List-Unsubscribe=One-Click\"");
	else if (e->trusted)
		set_found(found, FOUND_ONE_CLICK, SENDER_UNKNOWN,
			  "signatures were not verified here");
	else if (has_status(e, ST_DNS) && !both)
		set_no_answer(found, FOUND_ONE_CLICK, "DKIM");
	else if (!both)
		set_found(
			found, FOUND_ONE_CLICK, SENDER_FAIL,
			"no signature that passes covers List-Unsubscribe and "
			"List-Unsubscribe-Post: add them to h=");
	else
		set_found(found, FOUND_ONE_CLICK, SENDER_PASS,
			  "both fields, both signed");
}

static void judge_unsubscribe(const struct evaluation *e,
			      struct sender_findings *found)
{
	if (count_of(e, "List-Unsubscribe"))
		set_found(found, FOUND_UNSUBSCRIBE, SENDER_PASS,
			  "there is a List-Unsubscribe field");
	else
		set_found(found, FOUND_UNSUBSCRIBE, SENDER_UNKNOWN,
			  "no List-Unsubscribe field; a link in the body may "
			  "be enough");
}

/* --- the client ------------------------------------------------------------*/

/* NAME, as a reply has it, has the address IP. */
static enum dns_answer has_address(const struct spf_client *client,
				   struct span name)
{
	struct dns_query query = { .type = client->ip.v6 ? DNS_AAAA : DNS_A,
				   .clock = client->clock };
	struct dns_reply reply;
	enum dns_answer answer = DNS_NODATA;

	if (!dns_name_read(name, &query.name))
		return DNS_NODATA;
	dns_get(client->dns, &query, &reply);
	if (reply.answer == DNS_FAILED)
		answer = DNS_FAILED;
	for (size_t i = 0; i < reply.n; i++) {
		struct ip ip;

		if (ip_octets(buf_span(&reply.records[i]), &ip) &&
		    ip_eq(&ip, &client->ip))
			answer = DNS_RECORDS;
	}
	dns_reply_free(&reply);
	return answer;
}

/* As many names as RFC 7208 5.5 looks at. */
static void judge_names(const struct spf_client *client,
			const struct dns_reply *names,
			struct sender_findings *found)
{
	bool failed = false;

	for (size_t i = 0; i < names->n && i < SPF_LOOKUPS; i++) {
		struct span name = buf_span(&names->records[i]);
		enum dns_answer answer = has_address(client, name);

		failed = failed || answer == DNS_FAILED;
		if (answer == DNS_RECORDS) {
			set_found(found, FOUND_REVERSE, SENDER_PASS,
				  "its name is %.*s", (int)name.n,
				  (const char *)name.p);
			return;
		}
	}
	if (failed)
		set_no_answer(found, FOUND_REVERSE, "the names of the client");
	else
		set_found(found, FOUND_REVERSE, SENDER_FAIL,
			  "no name of the client has its address: correct the "
			  "PTR record, or the address record of its name");
}

/* The zone files of --zone have nothing of the tree with the names of addresses
 * (RFC 1035 3.5, RFC 3596 2.5): that is not said of the client, since who
 * writes a zone for a test thinks of the domain only. A recorded answer has its
 * size, and says what there is. */
static bool has_no_tree(const struct spf_client *client,
			const struct dns_reply *names)
{
	struct dns_query query = { .type = DNS_PTR, .clock = client->clock };
	struct dns_reply reply;

	if (client->dns->waits || names->octets ||
	    names->answer != DNS_NXDOMAIN ||
	    !dns_name_of(client->ip.v6 ? SPAN("ip6.arpa")
				       : SPAN("in-addr.arpa"),
			 &query.name))
		return false;
	dns_get(client->dns, &query, &reply);
	bool none = reply.answer == DNS_NXDOMAIN;

	dns_reply_free(&reply);
	return none;
}

static void judge_reverse(const struct policy_run *run,
			  const struct evaluation *e,
			  struct sender_findings *found)
{
	struct dns_clock clock = { 0 };
	struct spf_client client = e->query.client;
	struct dns_query query = { .type = DNS_PTR, .clock = &clock };
	struct dns_reply reply;
	struct buf text;

	if (!run->has_ip) {
		set_found(found, FOUND_REVERSE, SENDER_UNKNOWN,
			  "give the address of the client (--ip)");
		return;
	}
	client.clock = &clock;
	buf_init(&text, 256);
	ip_reverse(&client.ip, &text);
	bool is_name = dns_name_of(buf_span(&text), &query.name);

	buf_free(&text);
	if (!is_name)
		return;
	dns_get(client.dns, &query, &reply);
	if (reply.answer == DNS_FAILED) {
		set_no_answer(found, FOUND_REVERSE, "the names of the client");
	} else if (has_no_tree(&client, &reply)) {
		set_found(found, FOUND_REVERSE, SENDER_UNKNOWN,
			  "the zone files have no names of addresses");
		found->v[FOUND_REVERSE].beyond = true;
	} else if (reply.n == 0) {
		set_found(found, FOUND_REVERSE, SENDER_FAIL,
			  "the client has no name: ask for a PTR record where "
			  "its address comes from");
	} else {
		judge_names(&client, &reply, found);
	}
	dns_reply_free(&reply);
}

void sender_findings(const struct policy_run *run, const struct evaluation *e,
		     struct sender_findings *found)
{
	*found = (struct sender_findings){ 0 };
	judge_spf(e, found);
	judge_dkim(e, found);
	judge_key(e, found);
	judge_length(e, found);
	judge_record(e, found);
	judge_alignment(e, found);
	judge_from(e, found);
	judge_format(e, found);
	judge_gmail(e, found);
	judge_one_click(e, found);
	judge_unsubscribe(e, found);
	judge_reverse(run, e, found);
	set_found(found, FOUND_TLS, SENDER_UNKNOWN,
		  "only the receiver sees the connection");
	set_found(found, FOUND_SPAM, SENDER_UNKNOWN,
		  "only the receiver knows, and tells senders who register");
}
