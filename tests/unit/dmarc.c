/* DMARC by RFC 9989. Zones are texts (fake_dns.h). */
#include "fake_dns.h"

#include "dmarc.h"

#define REC(name, text) "_dmarc." name " TXT v=DMARC1; " text "\n"

struct row {
	const char *rule, *zone, *author, *ids; /* "dkim=pass:a.b spf=..." */
	enum result result;
	const char *policy; /* NULL: none known */
	const char *place, *org;
	int queries; /* -1: any */
};

static size_t read_ids(const char *text, struct dmarc_identifier *ids)
{
	struct span rest = span_str(text), item = { 0 };
	size_t n = 0;

	while (*text && span_split(&rest, ' ', &item)) {
		size_t equals = span_find(item, '='),
		       colon = span_find(item, ':');
		struct span word =
			span_from(span_head(item, colon), equals + 1);

		ids[n] = (struct dmarc_identifier){
			.method = span_eq(span_head(item, equals), SPAN("spf"))
					  ? DMARC_SPF
					  : DMARC_DKIM,
			.result = span_eq(word, SPAN("pass")) ? RESULT_PASS
				  : span_eq(word, SPAN("temperror"))
					  ? RESULT_TEMPERROR
				  : span_eq(word, SPAN("permerror"))
					  ? RESULT_PERMERROR
					  : RESULT_FAIL,
		};
		assert_int_equal(name_parse(span_from(item, colon + 1),
					    NAME_SINGLE, &ids[n].domain, NULL),
				 ST_OK);
		n++;
	}
	return n;
}

static int check(const struct row *r)
{
	struct dmarc_identifier ids[20];
	struct dns_clock clock = { 0 };
	struct dmarc_verdict v;
	struct dmarc_store *store;
	struct fake_dns f;
	struct name author;
	int bad = 0;
	size_t n = read_ids(r->ids, ids);

	fake_open(&f, r->zone);
	store = dmarc_store_new(&(struct published_from){ &f.dns, &clock });
	assert_int_equal(
		name_parse(span_str(r->author), NAME_SINGLE, &author, NULL),
		ST_OK);
	dmarc_evaluate(store, &author, ids, n, &v);
	bad += row_is(r->rule, "result", v.result, r->result);
	bad += row_is_span(
		r->rule, "policy",
		span_str(v.has_policy ? dmarc_policy_word(v.policy) : ""),
		span_str(r->policy));
	if (r->place)
		bad += row_is_span(r->rule, "place",
				   span_str(v.place ? v.place->name.text : ""),
				   span_str(r->place));
	if (r->org)
		bad += row_is_span(r->rule, "org",
				   span_str(v.has_org ? v.org.text : ""),
				   span_str(r->org));
	bad += row_is(r->rule, "queries counted", v.queries, f.queries);
	if (r->queries >= 0)
		bad += row_is(r->rule, "queries", f.queries, r->queries);
	if (bad)
		print_error("%s asked:\n%s", r->rule, (const char *)f.asked.p);
	dmarc_store_free(store);
	buf_free(&f.asked);
	return bad;
}

static void check_all(const struct row *rows, size_t n)
{
	int bad = 0;

	for (size_t i = 0; i < n; i++)
		bad += check(&rows[i]);
	assert_int_equal(bad, 0);
}

static void discovers(void **state)
{
	static const struct row rows[] = {
		{ "own", REC("a.b.c", "p=reject"), "a.b.c", "", RESULT_FAIL,
		  "reject", "a.b.c", "a.b.c", 3 },
		{ "org", REC("b.c", "p=reject; sp=quarantine"), "a.b.c", "",
		  RESULT_FAIL, "quarantine", "b.c", "b.c", 3 },
		{ "none", "", "a.b.c", "dkim=pass:a.b.c", RESULT_NONE, NULL, "",
		  "a.b.c", 3 },
		{ "policy record",
		  REC("b.example.com", "p=reject") REC("example.com", "p=none"),
		  "a.b.example.com", "", RESULT_FAIL, "none", "example.com",
		  "example.com", 4 },
		{ "policy record PSD", REC("com", "p=quarantine; psd=y"),
		  "a.x.com", "", RESULT_FAIL, "quarantine", "com", "x.com", 3 },
		{ "not PSD",
		  REC("com", "p=reject; psd=y") REC("x.com", "p=none"),
		  "a.x.com", "", RESULT_FAIL, "none", "x.com", "x.com", 3 },
		{ "psd=n",
		  REC("b.x.com", "p=reject; psd=n") REC("x.com", "p=none"),
		  "a.b.x.com", "", RESULT_FAIL, "reject", "b.x.com", "b.x.com",
		  2 },
		{ "two records",
		  "_dmarc.a.b.c TXT v=DMARC1; p=none\n"
		  "_dmarc.a.b.c TXT v=DMARC1; p=reject\n" REC("b.c",
							      "p=quarantine"),
		  "a.b.c", "", RESULT_FAIL, "quarantine", "b.c", "b.c", 3 },
		{ "others", "_dmarc.a.b TXT v=spf1 -all\n" REC("a.b", "p=none"),
		  "a.b", "", RESULT_FAIL, "none", "a.b", NULL, 2 },
		{ "tag twice",
		  REC("a.b.c", "p=reject; p=none") REC("b.c", "p=none"),
		  "a.b.c", "", RESULT_FAIL, "none", "b.c", NULL, 3 },
		{ "no p", REC("a.b", "adkim=s"), "a.b", "", RESULT_NONE, NULL,
		  "a.b", NULL, -1 },
		{ "no p, rua", REC("a.b", "rua=mailto:x@a.b"), "a.b", "",
		  RESULT_FAIL, "none", "a.b", NULL, -1 },
		{ "sp wrong", REC("a.b", "p=reject; sp=x"), "a.b", "",
		  RESULT_NONE, NULL, "a.b", NULL, -1 },
		{ "sp, rua", REC("a.b", "p=reject; sp=x; rua=mailto:x@a.b"),
		  "a.b", "", RESULT_FAIL, "none", "a.b", NULL, -1 },
		{ "rua wrong", REC("a.b", "p=x; rua=a@a.b"), "a.b", "",
		  RESULT_NONE, NULL, "a.b", NULL, -1 },
		/* the name itself decides, not _dmarc below it */
		{ "Policy value np",
		  REC("b.c", "p=none; sp=quarantine; np=reject"), "a.b.c", "",
		  RESULT_FAIL, "reject", "b.c", NULL, 4 },
		{ "exists",
		  REC("b.c",
		      "p=none; sp=quarantine; np=reject") "a.b.c A 1.2.3.4\n",
		  "a.b.c", "", RESULT_FAIL, "quarantine", "b.c", NULL, 4 },
		{ "below",
		  REC("b.c",
		      "p=none; sp=quarantine; np=reject") "x.a.b.c A 1.2.3.4\n",
		  "a.b.c", "", RESULT_FAIL, "quarantine", "b.c", NULL, 4 },
		{ "no answer", REC("b.c", "p=none; np=reject") "a.b.c FAIL\n",
		  "a.b.c", "", RESULT_TEMPERROR, NULL, "b.c", NULL, 4 },
		{ "own p", REC("a.b.c", "p=none; sp=reject; np=reject"),
		  "a.b.c", "", RESULT_FAIL, "none", "a.b.c", NULL, 3 },
		{ "t=y", REC("a.b", "p=reject; t=y"), "a.b", "", RESULT_FAIL,
		  "quarantine", NULL, NULL, -1 },
		{ "t=y", REC("a.b", "p=quarantine; t=Y"), "a.b", "",
		  RESULT_FAIL, "none", NULL, NULL, -1 },
		{ "t=y", REC("a.b", "p=none; t=y"), "a.b", "", RESULT_FAIL,
		  "none", NULL, NULL, -1 },
		{ "fail", "_dmarc.a.b.c FAIL\n" REC("b.c", "p=none"), "a.b.c",
		  "", RESULT_TEMPERROR, NULL, "", "", 1 },
		{ "above", "_dmarc.b.c FAIL\n", "a.b.c", "", RESULT_TEMPERROR,
		  NULL, "", "", 2 },
		{ "author", REC("localhost", "p=reject"), "localhost",
		  "dkim=pass:localhost", RESULT_NONE, NULL, "", "", 0 },
		{ "pct=0, pct=abc",
		  REC("a.b", "p=reject; pct=0; ri=99999999999999999999;"
			     " rf=xyz"),
		  "a.b", "", RESULT_FAIL, "reject", NULL, NULL, -1 },
	};

	(void)state;
	check_all(rows, COUNT(rows));
}

/* eight questions, and which. */
static void walks(void **state)
{
	static const char asked[] =
		"TXT _dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com\n"
		"TXT _dmarc.g.h.i.j.mail.example.com\n"
		"TXT _dmarc.h.i.j.mail.example.com\n"
		"TXT _dmarc.i.j.mail.example.com\n"
		"TXT _dmarc.j.mail.example.com\n"
		"TXT _dmarc.mail.example.com\n"
		"TXT _dmarc.example.com\nTXT _dmarc.com\n";
	static const struct {
		const char *name;
		unsigned queries;
	} rows[] = {
		{ "a.b", 2 },
		{ "1a.2.3.4.5.6.7", 7 },
		{ "1a.2.3.4.5.6.7.8", 8 },
		{ "1a.2.3.4.5.6.7.8.9", 8 },
		{ "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c."
		  "d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f."
		  "g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z.a.b.c.d.e.f.g.h.i."
		  "j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z",
		  8 },
	};
	struct dns_clock clock = { 0 };
	struct dmarc_walk walk;
	struct fake_dns f;
	struct name name;
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct dmarc_store *store;

		fake_open(&f, "");
		store = dmarc_store_new(
			&(struct published_from){ &f.dns, &clock });
		assert_int_equal(
			name_parse(span_str(rows[i].name), 0, &name, NULL),
			ST_OK);
		dmarc_walk(store, &name, &walk);
		bad += row_is(rows[i].name, "queries", f.queries,
			      rows[i].queries);
		/* once in a message */
		dmarc_walk(store, &name, &walk);
		bad += row_is(rows[i].name, "asked again", f.queries,
			      rows[i].queries);
		dmarc_store_free(store);
		buf_free(&f.asked);
	}
	assert_int_equal(bad, 0);

	fake_open(&f, "");
	struct dmarc_store *store =
		dmarc_store_new(&(struct published_from){ &f.dns, &clock });

	assert_int_equal(
		name_parse(SPAN("a.b.c.d.e.f.g.h.i.j.mail.example.com"), 0,
			   &name, NULL),
		ST_OK);
	dmarc_walk(store, &name, &walk);
	assert_string_equal((const char *)f.asked.p, asked);
	dmarc_store_free(store);
	buf_free(&f.asked);
}

static void aligns(void **state)
{
	static const char bank[] = REC("bank.example", "p=reject; psd=y")
		REC("giant.bank.example", "p=quarantine");
	static const struct row rows[] = {
		{ "strict", REC("a.b", "p=reject; adkim=s"), "a.b",
		  "dkim=pass:a.b", RESULT_PASS, "reject", NULL, NULL, -1 },
		{ "strict silently relaxed",
		  REC("legit.example", "p=reject; adkim=s"), "legit.example",
		  "dkim=pass:mail.legit.example", RESULT_FAIL, "reject", NULL,
		  NULL, -1 },
		{ "aspf", REC("legit.example", "p=reject; aspf=S"),
		  "legit.example", "spf=pass:mail.legit.example", RESULT_FAIL,
		  "reject", NULL, NULL, -1 },
		{ "relaxed", REC("legit.example", "p=reject; aspf=s"),
		  "x.legit.example", "dkim=pass:mail.legit.example",
		  RESULT_PASS, "reject", NULL, NULL, -1 },
		{ "psd=y at walk start", bank, "giant.bank.example",
		  "dkim=pass:bank.example", RESULT_FAIL, "quarantine", NULL,
		  "giant.bank.example", 2 },
		{ "B.4.3", bank, "giant.bank.example",
		  "dkim=pass:mail.giant.bank.example", RESULT_PASS,
		  "quarantine", NULL, "giant.bank.example", -1 },
		{ "B.4.3 other", bank, "giant.bank.example",
		  "dkim=pass:mega.bank.example", RESULT_FAIL, "quarantine",
		  NULL, NULL, 2 },
		{ "psd=n below",
		  REC("b.c", "p=reject") REC("x.b.c", "p=none; psd=n"), "b.c",
		  "dkim=pass:y.x.b.c", RESULT_FAIL, "reject", NULL, "b.c", -1 },
		/* the RFC has it so */
		{ "TLD record", REC("com", "p=reject"), "x.com",
		  "dkim=pass:y.com", RESULT_PASS, "reject", "com", "com", -1 },
		/* one passes for evil, one fails for legit */
		{ "OpenDMARC #70", REC("legit.example", "p=reject"),
		  "legit.example",
		  "dkim=fail:legit.example dkim=pass:evil.example", RESULT_FAIL,
		  "reject", NULL, NULL, 2 },
		{ "one is enough", REC("a.b", "p=reject"), "a.b",
		  "dkim=fail:x.y spf=pass:a.b", RESULT_PASS, "reject", NULL,
		  NULL, -1 },
		{ "DNS fails a", REC("a.b", "p=reject"), "a.b",
		  "dkim=temperror:a.b spf=fail:a.b", RESULT_TEMPERROR, "reject",
		  NULL, NULL, -1 },
		{ "relaxed", REC("a.b", "p=reject"), "a.b",
		  "dkim=temperror:x.a.b", RESULT_TEMPERROR, "reject", NULL,
		  NULL, -1 },
		{ "strict", REC("a.b", "p=reject; adkim=s"), "a.b",
		  "dkim=temperror:x.a.b", RESULT_FAIL, "reject", NULL, NULL,
		  -1 },
		{ "DNS fails b",
		  REC("legit.example", "p=reject") "_dmarc.evil.example FAIL\n",
		  "legit.example",
		  "spf=fail:legit.example dkim=temperror:evil.example "
		  "dkim=pass:evil.example",
		  RESULT_FAIL, "reject", NULL, NULL, 2 },
		{ "pass wins", REC("a.b", "p=reject"), "a.b",
		  "dkim=temperror:a.b spf=pass:a.b", RESULT_PASS, "reject",
		  NULL, NULL, -1 },
		{ "certain", REC("a.b", "p=reject") "_dmarc.b FAIL\n", "a.b",
		  "dkim=pass:a.b", RESULT_PASS, "reject", "a.b", "", 2 },
		{ "uncertain", REC("a.b", "p=reject") "_dmarc.b FAIL\n", "a.b",
		  "dkim=pass:x.a.b", RESULT_TEMPERROR, "reject", "a.b", "", 2 },
		/* strict: no answer could make another name aligned */
		{ "strict, no answer",
		  REC("a.b", "p=reject; adkim=s") "_dmarc.b FAIL\n", "a.b",
		  "dkim=pass:x.a.b", RESULT_FAIL, "reject", "a.b", "", 2 },
		{ "strict for the other",
		  REC("a.b", "p=reject; aspf=s") "_dmarc.b FAIL\n", "a.b",
		  "dkim=pass:x.a.b", RESULT_TEMPERROR, "reject", "a.b", "", 2 },
		/* under another top-level domain nothing can align */
		{ "elsewhere", REC("a.b", "p=reject") "_dmarc.b FAIL\n", "a.b",
		  "dkim=pass:e.f dkim=temperror:g dkim=pass:xb", RESULT_FAIL,
		  "reject", "a.b", "", 2 },
		{ "walk fails", REC("a.b", "p=reject") "_dmarc.x.a.b FAIL\n",
		  "a.b", "dkim=pass:x.a.b", RESULT_TEMPERROR, "reject", NULL,
		  NULL, 3 },
		/* a suffix is not an equal */
		{ "suffix", REC("a.b", "p=reject"), "a.b",
		  "dkim=pass:xa.b dkim=pass:b", RESULT_FAIL, "reject", NULL,
		  NULL, 2 },
		{ "public-suffix d=", REC("b.co.uk", "p=reject"), "b.co.uk",
		  "dkim=pass:co.uk", RESULT_FAIL, "reject", NULL, NULL, -1 },
		{ "policy domain label injection",
		  REC("x._report._dmarc.victim", "p=none"), "a.victim",
		  "dkim=pass:a.victim", RESULT_NONE, NULL, "", NULL, 2 },
		{ "malformed signatures, or without a key, ask nothing",
		  REC("a.b", "p=reject"), "a.b",
		  "dkim=permerror:1.2.3.4.a.b dkim=permerror:5.6.7.8.a.b",
		  RESULT_FAIL, "reject", NULL, NULL, 2 },
		{ "and one that fails costs its walk", REC("a.b", "p=reject"),
		  "a.b", "dkim=permerror:1.2.a.b dkim=fail:3.a.b", RESULT_FAIL,
		  "reject", NULL, NULL, 3 },
		{ "Bounds", REC("a.b", "p=reject"), "a.b",
		  "dkim=fail:1.a.b dkim=pass:c.d dkim=pass:e.f dkim=pass:g.h",
		  RESULT_FAIL, "reject", NULL, NULL, 3 },
	};

	(void)state;
	check_all(rows, COUNT(rows));
}

static void no_author(void **state)
{
	struct dns_clock clock = { 0 };
	struct dmarc_store *store;
	struct dmarc_verdict v;
	struct fake_dns f;

	(void)state;
	fake_open(&f, REC("a.b", "p=reject"));
	store = dmarc_store_new(&(struct published_from){ &f.dns, &clock });
	dmarc_evaluate(store, NULL, NULL, 0, &v);
	assert_int_equal(v.result, RESULT_PERMERROR);
	assert_int_equal(f.queries, 0);
	dmarc_store_free(store);
	buf_free(&f.asked);
}

static void records(void **state)
{
	static const struct {
		const char *rule;
		struct span text;
		bool is, useless;
		const char *p, *sp, *np;
	} rows[] = {
		{ "record", T("v=DMARC1; p=none"), true, false, "none", "none",
		  "none" },
		{ "record", T("v = DMARC1;p=reject;"), true, false, "reject",
		  "reject", "reject" },
		{ "record V", T("V=DMARC1;p=reject"), true, false, "reject",
		  "reject", "reject" },
		{ "record x", T("v=DMARC1x; p=none"), false, 0, 0, 0, 0 },
		{ "case", T("v=dmarc1; p=none"), false, 0, 0, 0, 0 },
		{ "record 1.0", T("v=DMARC1.0; p=none"), false, 0, 0, 0, 0 },
		{ "blank", T(" v=DMARC1; p=none"), false, 0, 0, 0, 0 },
		{ "last", T("p=reject; v=DMARC1"), false, 0, 0, 0, 0 },
		{ "record no ;", T("v=DMARC1 p=none"), false, 0, 0, 0, 0 },
		{ "record NUL", T("v=DMARC1\0; p=none"), false, 0, 0, 0, 0 },
		{ "empty", T(""), false, 0, 0, 0, 0 },
		{ "record ;", T("; v=DMARC1"), false, 0, 0, 0, 0 },
		{ "Unknown tags ignored", T("v=DMARC1; x=y; p=none; bogus"),
		  true, false, "none", "none", "none" },
		{ "separators", T("v=DMARC1;; p=reject;;"), true, false,
		  "reject", "reject", "reject" },
		{ "any case", T("v=DMARC1; P=Reject; SP=NONE"), true, false,
		  "reject", "none", "none" },
		{ "Defaults", T("v=DMARC1; p=reject; sp=none; np=quarantine"),
		  true, false, "reject", "none", "quarantine" },
		{ "no valid p,", T("v=DMARC1"), true, true, "none", "none",
		  "none" },
		{ "http", T("v=DMARC1; rua=https://a.b/"), true, false, "none",
		  "none", "none" },
		{ "no valid p, np",
		  T("v=DMARC1; p=reject; np=x; rua=mailto:a@b.c"), true, false,
		  "none", "none", "none" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span text = guarded(rows[i].text);
		struct dmarc_record r;
		bool is = dmarc_record_is(text);

		bad += row_is(rows[i].rule, "is", is, rows[i].is);
		if (!is)
			continue;
		dmarc_record_parse(text, &r);
		bad += row_is(rows[i].rule, "useless", r.useless,
			      rows[i].useless);
		bad += row_is_span(rows[i].rule, "p",
				   span_str(dmarc_policy_word(r.p)),
				   span_str(rows[i].p));
		bad += row_is_span(rows[i].rule, "sp",
				   span_str(dmarc_policy_word(r.sp)),
				   span_str(rows[i].sp));
		bad += row_is_span(rows[i].rule, "np",
				   span_str(dmarc_policy_word(r.np)),
				   span_str(rows[i].np));
	}
	assert_int_equal(bad, 0);
}

static void uris(void **state)
{
	static const struct {
		const char *text;
		bool valid, mailto;
		const char *local, *host;
	} rows[] = {
		{ "mailto:a@b.c", true, true, "a", "b.c" },
		{ "MAILTO:A@B.C", true, true, "A", "b.c" },
		{ "mailto:a%2Bb@b.c", true, true, "a+b", "b.c" },
		{ "mailto:x@b.c!10m", true, true, "x", "b.c" },
		{ "mailto:x@b.c!10", true, true, "x", "b.c" },
		{ "mailto:x@b.c!", false, false, "", "" },
		{ "mailto:x@b.c!10p", false, false, "", "" },
		{ "mailto:x@b.c!99999999999999999999", false, false, "", "" },
		{ "mailto:a@b.c?bcc=victim", true, true, "a", "b.c" },
		{ "mailto:a@b%0d%0aBcc:x@y.z", false, true, "", "" },
		{ "mailto:a%0d%0aBcc:x@y.z", false, true, "", "" },
		{ "mailto:a%00@y.z", false, true, "", "" },
		{ "mailto:a;id@y.z", false, true, "", "" },
		{ "mailto:-oQ/tmp@y.z", false, true, "", "" },
		/* RFC 6068 2: URIs, but nothing is sent to such an address */
		{ "mailto:a%21b@b.c", true, true, "", "b.c" },
		{ "mailto:o'neil@b.c", true, true, "", "b.c" },
		{ "mailto:$a*@b.c", true, true, "", "b.c" },
		{ "mailto:a%23%7c%60%26b@b.c", true, true, "", "b.c" },
		{ "mailto:%22a%20%2C%40b%22@b.c", true, true, "", "b.c" },
		{ "mailto:%c3%a4@b.c", true, true, "", "b.c" },
		{ "mailto:-a@b.c", true, true, "", "b.c" },
		{ "mailto:%2da@b.c", true, true, "", "b.c" },
		{ "mailto:a%2Cb@b.c", false, true, "", "" },
		{ "mailto:a%40b@b.c", false, true, "", "" },
		{ "mailto:a%20b@b.c", false, true, "", "" },
		{ "mailto:%22a%22b%22@b.c", false, true, "", "" },
		{ "mailto:%22a%0ab%22@b.c", false, true, "", "" },
		{ "mailto:%22%22@b.c", false, true, "", "" },
		{ "mailto:%7f@b.c", false, true, "", "" },
		{ "mailto:a#b@b.c", false, true, "", "" },
		{ "mailto:a!b@b.c", false, false, "", "" },
		{ "mailto:a%@y.z", false, false, "", "" },
		{ "mailto:a", false, true, "", "" },
		{ "mailto:@b.c", false, true, "", "" },
		{ "mailto:a@b", false, true, "", "" },
		{ "mailto:a@b.c@d.e", false, true, "", "" },
		{ "mailto:", false, false, "", "" },
		{ "a@b.c", false, false, "", "" },
		{ "_mailto:a@b.c", false, false, "", "" },
		{ "mailto:a b@c.d", false, false, "", "" },
		{ "http://169.254.169.254/", true, false, "", "" },
		{ "file:///etc/passwd", true, false, "", "" },
		{ "", false, false, "", "" },
	};
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct span rest = guarded_str(rows[i].text);
		struct report_uri u;

		assert_true(report_uri_next(&rest, &u));
		assert_false(report_uri_next(&rest, &u) &&
			     rows[i].text[0] != 0);
		rest = guarded_str(rows[i].text);
		assert_true(report_uri_next(&rest, &u));
		bad += row_is(rows[i].text, "valid", u.valid, rows[i].valid);
		bad += row_is(rows[i].text, "mailto", u.mailto, rows[i].mailto);
		if (u.valid && u.mailto) {
			bad += row_is_span(rows[i].text, "local",
					   span_str(u.local),
					   span_str(rows[i].local));
			bad += row_is_span(rows[i].text, "host",
					   span_str(u.host.text),
					   span_str(rows[i].host));
		}
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(discovers), cmocka_unit_test(walks),
		cmocka_unit_test(aligns),    cmocka_unit_test(no_author),
		cmocka_unit_test(records),   cmocka_unit_test(uris),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
