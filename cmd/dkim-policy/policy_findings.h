/* policy_findings: the findings about policy records (finding.h). */
#ifndef POLICY_FINDINGS_H
#define POLICY_FINDINGS_H

#include "finding.h"

#define POLICY_FINDINGS(X)                                                     \
	/* policy records of any kind */                                       \
	X(POLICY_SEVERAL, "several-records", ERROR, NULL,                      \
	  "several records of one kind: receivers use none of them")           \
	X(TERM, "syntax", ERROR, NULL, "receivers cannot read it")             \
	X(OTHER, "not-this-record", ERROR, NULL,                               \
	  "does not begin as such a record does, so that receivers ignore it") \
	X(VALUE, "bad-value", ERROR, NULL, "a value that the tag cannot have") \
	X(NO_EQUALS, "no-equals", WARNING, "RFC 9989 4.8",                     \
	  "receivers ignore a part without \"=\"")                             \
	X(UNREAD, "not-read-by-all", WARNING, NULL,                            \
	  "receivers must read it, but some do not")                           \
	X(HISTORIC, "historic", INFO, NULL,                                    \
	  "obsolete: nobody evaluates it, you can remove it")                  \
	X(POLICY_TESTING, "policy-testing", INFO, NULL,                        \
	  "t=y: the domain is testing")                                        \
	/* DMARC */                                                            \
	X(NO_POLICY, "no-policy", WARNING, "RFC 9989 4.10.1",                  \
	  "there is no valid p=: receivers treat it as p=none")                \
	X(USELESS, "no-processing", ERROR, "RFC 9989 4.10.1",                  \
	  "without a valid p=, sp= and np= and without an address in rua= "    \
	  "receivers do nothing")                                              \
	X(REMOVED, "removed-tag", WARNING, "RFC 9989 C.5.2",                   \
	  "RFC 9989 removed the tag; remove it")                               \
	X(REMOVED_SIZE, "removed-size", WARNING, "RFC 9989 4.8",               \
	  "the size after \"!\" is obsolete; remove it")                       \
	X(REPORT_URI, "report-uri", ERROR, "RFC 9989 4.8",                     \
	  "reports cannot be sent there")                                      \
	X(REPORT_SCHEME, "report-scheme", WARNING, "RFC 9989 4.7",             \
	  "receivers send reports to mailto: addresses only")                  \
	X(REPORT_FIELDS, "report-fields", WARNING, "RFC 9989 4.7",             \
	  "header fields in a report address are ignored")                     \
	X(REPORT_MANY, "report-many", WARNING, "RFC 9989 4.7",                 \
	  "many report addresses; receivers send to the first few")            \
	X(REPORT_FORBIDDEN, "report-unauthorized", ERROR, "RFC 9990 4",        \
	  "the domain of the address has not agreed to receive the reports")   \
	X(REPORT_UNKNOWN, "report-no-answer", WARNING, "RFC 9990 4",           \
	  "DNS does not answer whether the receiver of the reports agrees")    \
	X(NO_REPORTS, "no-reports", INFO, "RFC 9989 4.7",                      \
	  "without rua= you get no reports on who sends in your name")         \
	X(MONITORING, "monitoring-only", INFO, "RFC 9989 4.7",                 \
	  "p=none only asks for reports")                                      \
	X(FO_ALONE, "fo-without-ruf", INFO, "RFC 9989 4.7",                    \
	  "fo= is ignored without ruf=")                                       \
	X(FO_BOTH, "fo-exclusive", WARNING, "RFC 9989 4.7",                    \
	  "fo= has 0 and 1, which exclude each other")                         \
	X(P_LATE, "p-not-second", INFO, "RFC 7489 6.3",                        \
	  "older receivers want p= right after v=")                            \
	X(PSD_RUF, "psd-ruf", INFO, "RFC 9991 2",                              \
	  "ruf= of a public suffix is not used")                               \
	X(TOP_LEVEL, "top-level-org", WARNING, "RFC 9989 4.10.2",              \
	  "a top-level domain has a record without psd=y: all names below "    \
	  "it align with each other; psd=n in the domain's own record "        \
	  "keeps it apart")                                                    \
	X(INHERITED, "inherited", INFO, "RFC 9989 4.10.1",                     \
	  "the domain has no record; that of the Organizational Domain "       \
	  "applies")                                                           \
	/* SPF */                                                              \
	X(LOOKUPS, "too-many-lookups", ERROR, "RFC 7208 4.6.4",                \
	  "more than ten terms need DNS: receivers give up")                   \
	X(VOIDS, "void-lookups", ERROR, "RFC 7208 4.6.4",                      \
	  "more than two terms find nothing: receivers give up")               \
	X(VOID, "void-lookup", WARNING, "RFC 7208 4.6.4",                      \
	  "the name has no such records")                                      \
	X(MX_NAMES, "mx-names", ERROR, "RFC 7208 4.6.4",                       \
	  "the name has more than 10 mail servers: receivers give up")         \
	X(MX_HOST, "mx-host-missing", WARNING, "RFC 7208 5.4",                 \
	  "a mail server of mx has no address")                                \
	X(EXPLANATION, "explanation", WARNING, "RFC 7208 6.2",                 \
	  "receivers ignore exp= without one text that they can read")         \
	X(BROAD, "spf-too-broad", WARNING, "RFC 7208 11.4",                    \
	  "allows more addresses than one sender has")                         \
	X(PASS_ALL, "spf-pass-all", WARNING, "RFC 7208 5.1",                   \
	  "every host may send for the domain")                                \
	X(NO_ALL, "no-all", INFO, "RFC 7208 4.7",                              \
	  "ends neither in all nor in redirect=: other hosts are neutral")     \
	X(NEUTRAL_ALL, "neutral-all", INFO, "RFC 7208 8.2",                    \
	  "?all says nothing about other hosts; ~all or -all does")            \
	X(AFTER_ALL, "after-all", WARNING, "RFC 7208 5.1",                     \
	  "what follows all is never used")                                    \
	X(REDIRECT_ALL, "redirect-ignored", WARNING, "RFC 7208 6.1",           \
	  "redirect= is never used together with all")                         \
	X(PTR, "ptr", WARNING, "RFC 7208 5.5",                                 \
	  "ptr is slow and should not be published")                           \
	X(EQUALS, "mechanism-with-equals", WARNING, "RFC 7208 6",              \
	  "a mechanism takes \":\"; with \"=\" receivers ignore the term")     \
	X(NAME_BROKEN, "impossible-name", ERROR, "RFC 7208 4.3",               \
	  "the record of a name that cannot exist: receivers give up")         \
	X(NAME_UNUSED, "name-never-matches", WARNING, "RFC 7208 4.3",          \
	  "a name that cannot exist: the term has no effect")                  \
	X(UNKNOWN_MODIFIER, "unknown-modifier", INFO, "RFC 7208 6",            \
	  "a modifier that receivers ignore")                                  \
	X(INCLUDE, "include-broken", ERROR, "RFC 7208 5.2",                    \
	  "the included record cannot be used")                                \
	X(LOOP, "include-loop", ERROR, "RFC 7208 4.6.4",                       \
	  "the records include each other in a loop: receivers give up")       \
	X(NO_ANSWER, "no-answer", WARNING, NULL, "DNS gave no answer")         \
	/* other policy records */                                             \
	X(PRACTICE, "unknown-practice", WARNING, "RFC 5617 4.2.1",             \
	  "another practice than unknown, all and discardable means unknown")  \
	X(NO_ADDRESS, "no-address", WARNING, "RFC 6651 3.2",                   \
	  "without ra= no reports are sent")

POLICY_FINDINGS(FINDING_DECLARE)

#endif
