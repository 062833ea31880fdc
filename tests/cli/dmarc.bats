#!/usr/bin/env bats
# dkim-policy --evaluate: whole messages. Discovery and alignment themselves are
# in tests/unit/dmarc.c.
# shellcheck disable=SC2059 # fields with escapes
load helper
load dkim_helper
load policy_helper

setup_file() { make_signed; }
setup() {
	share_signed
	txt _dmarc.example.com "v=DMARC1; p=reject"
	txt _dmarc.legit.example "v=DMARC1; p=reject"
	txt _dmarc.evil.example "v=DMARC1; p=none"
}

# evaluate STATUS RESULT [OPTION...] <MESSAGE
evaluate() {
	local code=$1 want=$2
	shift 2
	policy "$code" --evaluate --at=$now "$@"
	is dmarc.result "$want"
}

@test "a signature of the author's domain passes; JSON has its keys" {
	evaluate 0 pass <signed
	is from example.com
	is dkim.0.result pass
	is dmarc.policy reject
	is dmarc.record "v=DMARC1; p=reject"
	is dmarc.record_domain example.com
	is dmarc.org_domain example.com
	is dmarc.queries 2
	is adsp.result none
	is adsp.practice null
	is spf null
	is sender_id null
	is alignment.0.identifier dkim
	is alignment.0.domain example.com
	is alignment.0.strict true
	is alignment.0.relaxed true
}

@test "a clock that is 300 seconds slow is forgiven, not more (RFC 6376 3.5 t=)" {
	policy 0 --evaluate --at=$((now - 300)) <signed
	policy 1 --evaluate --at=$((now - 301)) <signed
}

@test "exit status: fail 1, none 2, temperror 75, permerror 1, no message 65" {
	evaluate 1 fail <m
	sed 's/example\.com/nowhere.example/' m | evaluate 2 none
	echo '_dmarc.loop.example. CNAME _dmarc.loop.example.' >>zone
	sed 's/joe@example\.com/joe@loop.example/' m | evaluate 75 temperror
	sed '/^From:/d' m | evaluate 1 permerror
	policy 65 --evaluate <<<"no field here"
	is result null
}

@test "SPF: the domain of MAIL FROM aligns, that of HELO only for <>" {
	txt example.com "v=spf1 ip4:192.0.2.1 -all"
	evaluate 0 pass --ip=192.0.2.1 --helo=x.example --mail-from=a@example.com <m
	is spf.result pass
	evaluate 1 fail --ip=192.0.2.9 --helo=x.example --mail-from=a@example.com <m
	evaluate 0 pass --ip=192.0.2.1 --helo=example.com --mail-from='<>' <m
	evaluate 1 fail --ip=192.0.2.1 --helo=example.com --mail-from=a@other.example <m
	# what is not an address keeps its fail, and has no pass
	evaluate 1 fail --ip=192.0.2.9 --helo=x.example --mail-from=a,b@example.com <m
	is spf.result fail
	evaluate 1 fail --ip=192.0.2.1 --helo=x.example --mail-from='(a@example.com' <m
	is spf.result none
	# MAIL FROM is not known: a pass of HELO alone is nobody's (RFC 9989 5.3.3)
	evaluate 1 fail --ip=192.0.2.1 --helo=example.com <m
	is spf.result pass
	is alignment '[]'
	one_line 64 dkim-policy --zone=zone --evaluate --ip=192.0.2 --mail-from=a@b.c <m
}

@test "the table has the words of SPF, which are more than those of DKIM" {
	for term in '-:fail' '~:softfail' '?:neutral' 'x:permerror'; do
		rm -f zone
		txt _dmarc.example.com "v=DMARC1; p=reject"
		txt example.com "v=spf1 ${term%:*}all"
		evaluate 1 fail --ip=192.0.2.1 --mail-from=a@example.com <m
		is alignment.0.result "${term#*:}"
		dkim-policy --zone=zone --evaluate --ip=192.0.2.1 \
			--mail-from=a@example.com m | grep -q "^align: spf *${term#*:} *example.com aligns strict"
	done
}

@test "the table without a record: nothing is asked, but equal is equal" {
	: >zone
	evaluate 2 none --ip=192.0.2.1 --mail-from=a@x.example.com <m
	is alignment.0.strict false
	is alignment.0.relaxed null
	evaluate 2 none --ip=192.0.2.1 --mail-from=a@example.com <m
	is alignment.0.strict true
	is alignment.0.relaxed true
	evaluate 2 none --ip=192.0.2.1 --mail-from=a@other.example <m
	is alignment.0.relaxed false
}

# from LINES: a message with these as its From fields, unsigned.
from() { printf "$1\r\nTo: b@rcpt.example\r\n\r\nHi.\r\n"; }

@test "who wrote it, or nobody (From, expected author)" {
	local line want
	while IFS='|' read -r line want; do
		from "$line" >f
		if [ "$want" = - ]; then
			evaluate 1 permerror <f
			is from null
		elif [ "$want" = none ]; then
			evaluate 2 none <f
			is dmarc.queries 0
		else
			evaluate 1 fail <f
			is from "$want"
		fi
	done <<-'EOT'
		From: ceo@legit.example\r\nFrom: x@evil.example|-
		From: x@evil.example\r\nFrom: ceo@legit.example|-
		From: x@evil.example\r\nFrom : ceo@legit.example|-
		 From: x@evil.example\r\nFrom: ceo@legit.example|-
		From\r\n : x@evil.example\r\nFrom: ceo@legit.example|-
		Sender: ceo@legit.example|-
		From\0: x@evil.example\r\nFrom: ceo@legit.example|-
		fRoM: x@evil.example\r\nFrom: ceo@legit.example|-
		Fr\xd0\xbem: ceo@legit.example\r\nFrom: x@evil.example|-
		From: x@evil.example, ceo@legit.example|-
		From: a@legit.example, b@legit.example|legit.example
		From: friends: x@evil.example, ceo@legit.example;|-
		From: undisclosed:;|-
		From: ceo|-
		From: ceo@|-
		From: @legit.example|-
		From: <>|-
		From: =?utf-8?B?PGNlb0BsZWdpdC5leGFtcGxlPg==?=,<second@evil.example>|-
		From: <@evil.example,@any.example:ceo@legit.example>|legit.example
		From: <ceo@legit.example>\\,<second@evil.example>|-
		From: ceo@legit.example,<second@evil.example>|-
		From: <x@evil.example>ceo@legit.example|-
		From: "ceo@legit.example"@evil.example|evil.example
		From: "ceo@legit.example x"@evil.example|evil.example
		From: "ceo@legit.example" <x@evil.example>|evil.example
		From: ceo@legit.example <x@evil.example>|-
		From: ceo@legit.example (x) <x@evil.example>|-
		From: (<ceo@legit.example>) x@evil.example|evil.example
		From: x(@legit.example)@evil.example|evil.example
		From: (((... x@evil.example|-
		From: "x@evil.example|-
		From: ceo@legit.example\0@evil.example|-
		From: x@evil.example\rFrom: ceo@legit.example|-
		From: a@legit.example.|legit.example
		From: a@legit.example..|-
		From: a@[192.0.2.1]|-
		From: a@localhost|none
		From: a@.|-
	EOT
}

@test "a malformed header, a limit, an empty input: what is said, and why" {
	{ echo "no field"; cat signed; } >f
	evaluate 1 permerror f
	is from null
	is dkim.0.reason malformed-header
	is dmarc.reason malformed-header
	is dmarc.text "header line 1 is not a header field"
	ends_with 1 dkim-policy --zone=zone --evaluate f >g
	grep -q '^dmarc: permerror queries=0: header line 1 is not' g
	grep -q '^dkim-adsp: permerror: header line 1 is not' g
	refute grep -q 'does not name' g
	{ printf 'X: %0600000d\n' 1; cat signed; } | evaluate 1 permerror
	is dmarc.reason limit
	{ echo "no field"; cat m; } | evaluate 1 permerror
	is dkim '[]'
	evaluate 2 none </dev/null
	is dmarc.text "the input is empty"
	is dmarc.reason null
	is adsp.result none
	grep -q 'warning: the input is empty' err
	# nobody says who wrote it (RFC 9989 5.3.1)
	for header in '' 'From: joe\n' 'From: a@b.example, c@d.example\n'; do
		printf "$header\nHi.\n" | evaluate 1 permerror
		is dmarc.reason from-unusable
	done
	printf "From: joe\n\nHi.\n" | dkim-policy --zone=zone --evaluate --filter=mx |
		unfolded | grep -q 'dmarc=permerror reason="from-unusable"'
}

@test "on stderr a file has its name, standard input none" {
	{ echo "no field"; cat m; } >f
	evaluate 1 permerror f
	[ "$(cat err)" = "dkim-policy: f: warning: header line 1 is not a header field (RFC 5322 2.2)" ]
	evaluate 1 permerror <f
	[ "$(cat err)" = "dkim-policy: warning: header line 1 is not a header field (RFC 5322 2.2)" ]
}

@test "a signed From below a forged one passes for nobody" {
	{ echo 'From: ceo@legit.example'; cat signed; } >f
	evaluate 1 permerror <f
}

@test "two signed From fields: still nobody" {
	{ echo 'From: ceo@legit.example'; cat m; } |
		forge sign -k mail.private -h from:from:to:subject:date >f
	evaluate 1 permerror <f
}

@test "From of any size or depth: bounded" {
	from "From: $(head -c 100000 /dev/zero | tr '\0' '(')x@evil.example" >f
	evaluate 1 permerror <f
	from "From: $(printf 'a:%.0s' {1..10000})x@evil.example;" >f
	evaluate 1 permerror <f
	from "From: $(printf 'x@evil.example,%.0s' {1..15000})x@evil.example" >f
	evaluate 1 permerror <f
	from "From: $(head -c 1000000 /dev/zero | tr '\0' x)@evil.example" >f
	evaluate 1 permerror <f
}

@test "a U-label author is its A-label" {
	txt _dmarc.xn--bcher-kva.example "v=DMARC1; p=quarantine"
	from 'From: a@b\xc3\xbccher.example' >f
	evaluate 1 fail <f
	is from xn--bcher-kva.example
	is dmarc.policy quarantine
}

# The second signature's key has no answer.
@test "only what could align softens a verdict" {
	echo 'mail._domainkey.evil.example. CNAME mail._domainkey.evil.example.' >zone
	txt _dmarc.example.com "v=DMARC1; p=reject"
	forge sign -k mail.private -d evil.example <m >f
	evaluate 1 fail <f
	is dkim.0.result temperror
	echo 'mail._domainkey.example.com. CNAME mail._domainkey.example.com.' >>zone
	evaluate 75 temperror <signed
}

@test "the slow DNS of a stranger takes no time from the author's" {
	local status=0
	dns_server mute:evil.example
	dkim-policy --nameserver=127.0.0.1@"$port" --dns-timeout=600 --deadline=1 \
		--json --evaluate --ip=192.0.2.1 --mail-from=x@evil.example \
		<m >json 2>err || status=$?
	dns_stop
	is spf.result temperror
	is dmarc.result fail
	[ "$status" -eq 1 ]
}

@test "neither another's signature nor i= speaks for the author" {
	forge sign -k mail.private -d evil.example <m >f
	evaluate 1 fail <f
	is dkim.0.result pass
	is alignment.0.relaxed false
	sed 's/^b=/xx/; s/^Is dinner/Was dinner/' signed >g
	cat f >both
	evaluate 1 fail <both
}

@test "--trust-ar: results of that id alone" {
	local ar='mx.example; dkim=pass header.d=example.com'
	{ echo "Authentication-Results: $ar"; cat m; } >f
	evaluate 1 fail <f
	evaluate 0 pass --trust-ar=mx.example <f
	is dkim.0.d example.com
	evaluate 1 fail --trust-ar=other.example <f
	for ar in 'mx.example; dkim=fail header.d=example.com' \
		'mx.example; dkim/2=pass header.d=example.com' \
		'mx.example; dkim=pass header.d.x=example.com' \
		'mx.example; spf=pass smtp.helo=example.com' \
		'mx.example; dmarc=pass header.from=example.com' \
		'mx.example; dkim=pass header.d=example.com (' \
		'mx.example 2; dkim=pass header.d=example.com'; do
		{ echo "Authentication-Results: $ar"; cat m; } >f
		evaluate 1 fail --trust-ar=mx.example <f
	done
	ar='mx.example; spf=pass smtp.mailfrom=joe@example.com'
	{ echo "Authentication-Results: $ar"; cat m; } >f
	evaluate 0 pass --trust-ar=mx.example <f
	one_line 64 dkim-policy --zone=zone --evaluate --trust-ar= f
	one_line 64 dkim-policy --zone=zone --trust-ar=mx.example example.com
	# only the topmost ones without a gap
	{ echo 'Authentication-Results: mx.example; dkim=none'; echo 'X: y'; cat f; } >g
	evaluate 1 fail --trust-ar=mx.example <g
}

# told RESULT...: f is m with what mx.example says of it.
told() {
	{ printf 'Authentication-Results: mx.example'; printf '; %s' "$@"; echo; cat m; } >f
}

@test "--trust-ar: a final dot, DomainKeys" {
	printf 'Authentication-Results: mx.example; dkim=pass header.d=example.com.; %s\n' \
		'domainkeys=neutral header.d=example.com' | cat - m >f
	evaluate 0 pass --trust-ar=mx.example <f
	dkim-policy --zone=zone --evaluate --at=$now --trust-ar=mx.example f >text
	grep -q '^dkim: pass .*d=example.com' text
	grep -q '^domainkeys: neutral' text
}

@test "--trust-ar: header.i alone is d= or below it (RFC 6376 3.5)" {
	told 'dkim=pass header.i=joe@example.com header.s=s'
	evaluate 0 pass --trust-ar=mx.example <f
	is alignment.0.strict false
	is alignment.0.relaxed true
	is dkim.0.d null
	is dkim.0.aligned relaxed
	told 'dkim=pass header.i=@mail.example.com'
	evaluate 0 pass --trust-ar=mx.example <f
	told 'dkim=pass header.i=@example.org'
	evaluate 1 fail --trust-ar=mx.example <f
	# a field with both: d= counts
	told 'dkim=pass header.d=example.org header.i=@example.com'
	evaluate 1 fail --trust-ar=mx.example <f
	[ ! -s err ]
	rm zone
	txt _dmarc.example.com "v=DMARC1; p=reject; adkim=s"
	told 'dkim=pass header.i=@example.com'
	evaluate 1 fail --trust-ar=mx.example <f
	grep -q 'warning: .*header\.i without header\.d' err
}

@test "--trust-ar: a field that cannot be read is reported" {
	for field in 'dkim=pass header.d=example.com (' \
		'iprev=pass (h) smtp.remote-ip=2001:db8::1; dkim=pass header.d=example.com'; do
		told "$field"
		evaluate 1 fail --trust-ar=mx.example <f
		[ "$(grep -c 'warning: Authentication-Results of mx\.example cannot be read' err)" -eq 1 ]
		evaluate 1 fail -q --trust-ar=mx.example <f
		[ ! -s err ]
	done
}

@test "--trust-ar: a result that counts for nothing is reported" {
	for result in dkim=hardfail dkim/2=pass dkim=pass 'dkim=pass header.d=a..example.com' \
		'dkim=pass header.i=joe@-example' spf=hardfail spf=pass \
		'spf=pass smtp.mail=joe@example.com'; do
		told "$result header.s=s"
		evaluate 1 fail --trust-ar=mx.example <f
		grep -q "^dkim-policy: warning: Authentication-Results of mx\.example: ${result%%[ /]*}" err
		evaluate 1 fail -q --trust-ar=mx.example <f
		[ ! -s err ]
	done
	# what DMARC does not ask for, and what has no domain by its nature
	for result in dkim=none 'dkim=fail header.s=s' 'spf=pass smtp.helo=example.com' \
		'spf=pass smtp.mailfrom=""' x-new=foo; do
		told "$result"
		evaluate 1 fail --trust-ar=mx.example <f
		[ ! -s err ]
	done
}

@test "--trust-ar: words that a method does not have are passed over" {
	told dkim=foo 'dkim=softfail header.d=example.com' 'spf=hardfail smtp.mailfrom=x.example' \
		'x-new=foo x.y=z' 'dkim=fail header.d=example.com'
	evaluate 1 fail --trust-ar=mx.example <f
	is spf null
	is alignment.0.result fail
	dkim-policy --zone=zone --at=$now --evaluate --trust-ar=mx.example \
		--filter=mx.example f | unfolded >g
	grep -q '^Authentication-Results: mx.example; x-new=foo x.y=z; dkim=fail header.d=example.com; dmarc=fail' g
}

# keys: those of the first signature in json.
keys() { /usr/bin/python3 -c 'import json; o = json.load(open("json"))["dkim"][0]; print(list(o), list(o["body_hash"]))'; }

@test "--trust-ar: the signatures have the keys of others, null where unknown" {
	evaluate 0 pass <signed
	keys >expected
	told 'dkim=pass header.d=mail.example.com header.i=joe@mail.example.com header.s=s header.a=rsa-sha256 header.b="abc/efghijk"' \
		'dkim=policy reason="a part" policy.dkim-rules=partial-body header.d=example.com' \
		'domainkeys=neutral header.d=x.example' dkim=none
	evaluate 0 pass --trust-ar=mx.example <f
	keys | cmp - expected
	is dkim.0.field DKIM-Signature
	is dkim.0.reason ok
	is dkim.0.d mail.example.com
	is dkim.0.i joe@mail.example.com
	is dkim.0.s s
	is dkim.0.a rsa-sha256
	is dkim.0.b abc/efgh
	is dkim.0.aligned relaxed
	is dkim.0.body_hash '{"expected": null, "found": null}'
	is dkim.0.testing null
	is dkim.1.reason partial-body
	is dkim.1.text 'a part'
	is dkim.1.aligned strict
	is dkim.2.field DomainKey-Signature
	[ "$(grep -o DKIM-Signature json | wc -l)" -eq 2 ]
}

@test "--trust-ar: SPF in the words of the field" {
	told 'spf=softfail reason="not listed" smtp.mailfrom=joe@example.com'
	evaluate 1 fail --trust-ar=mx.example <f
	is spf '{"result": "softfail", "domain": "example.com", "identity": "mailfrom", "mechanism": null, "explanation": null, "lookups": null, "voids": null, "text": "not listed", "dnssec": null}'
	is alignment.0.result softfail
	ends_with 1 dkim-policy --zone=zone --evaluate --trust-ar=mx.example f >g
	grep -q '^spf: softfail mailfrom=joe@example.com, as the trusted' g
	told spf=PASS
	evaluate 1 fail --trust-ar=mx.example <f
	is spf.result pass
	is spf.domain null
	told 'spf=pass smtp.helo=example.com'
	evaluate 1 fail --trust-ar=mx.example <f
	is spf.identity helo
	# what was checked here goes before that
	txt example.com "v=spf1 ?all"
	evaluate 1 fail --trust-ar=mx.example --ip=192.0.2.1 --mail-from=a@example.com <f
	is spf.result neutral
	ends_with 1 dkim-policy --zone=zone --evaluate --trust-ar=mx.example --ip=192.0.2.1 \
		--mail-from=a@example.com f >g
	refute grep -q 'as the trusted' g
}

@test "--trust-ar: what may have come with the message is not read" {
	{ echo 'Authentication-Results: mx.example; dkim=pass header.d=example.com'; cat m; } >f
	{ echo 'Return-Path: <joe@example.com>'; cat f; } | evaluate 0 pass --trust-ar=mx.example
	[ ! -s err ]
	for above in 'Received: x' 'Authentication-Results: other.example; none'; do
		{ echo "$above"; cat f; } >g
		evaluate 1 fail --trust-ar=mx.example g
		[ "$(grep -c 'warning: .*mx\.example is below' err)" -eq 1 ]
		evaluate 1 fail -q --trust-ar=mx.example g
		[ ! -s err ]
		dkim-policy --zone=zone --at=$now --evaluate --trust-ar=mx.example \
			--filter=mx.example g 2>err | unfolded | grep -q 'mx.example; dmarc=fail'
		grep -q 'mx\.example is below' err
	done
}

# ssp WORD RECORD [FILE]: what draft-ietf-dkim-ssp-01 4.4 says of it (m), with
# this record at the author's domain.
ssp() {
	cp keys zone
	txt _ssp._domainkey.example.com "$2"
	dkim-policy --zone=zone --json --at=$now --evaluate "${3:-m}" >json 2>err || true
	is ssp "$1"
}

@test "ssp: the author's own practice, or that of the domain above" {
	txt other._domainkey.other.example "v=DKIM1; p=$(forge p mail.private)"
	txt sub.example.com 'a name without a policy'
	cp zone keys
	forge sign -k mail.private -d other.example -s other <m >f
	ssp ok 'dkim=unknown'
	ssp ok 'dkim=all; t=y'
	ssp suspicious 'dkim=all'
	ssp suspicious 'dkim=strict'
	ssp ok 'dkim=all' f # signed by another
	ssp suspicious 'dkim=strict' f
	ssp ok 'dkim=strict' signed
	ssp none 'dkim=strict; dkim=all' # not a record (RFC 6376 3.2)
	sed 's/@example.com/@sub.example.com/' m >below
	ssp suspicious 'dkim=all' below
	ssp none 'dkim=all; t=s' below
	sed 's/@example.com/@absent.example.com/' m >absent
	ssp suspicious 'dkim=all; t=s' absent
	txt _ssp._domainkey.example.com 'dkim=strict'
	policy 1 --at=$now --evaluate m
	is ssp permerror
}

@test "the policy of DomainKeys beside it" {
	policy 1 --at=$now --evaluate m
	is domainkeys null
	txt _domainkey.example.com 'o=-; t=y'
	policy 1 --at=$now --evaluate m
	is domainkeys.o -
	is domainkeys.testing true
	dkim-policy --zone=zone --at=$now --evaluate m >text 2>err || true
	grep -qx 'domainkeys:.* policy o=- t=y' text
}

@test "ADSP: exactly the author's domain, and nothing above it" {
	txt _adsp._domainkey.example.com "dkim=discardable"
	evaluate 1 fail <m
	is adsp.result discard
	is adsp.practice discardable
	evaluate 0 pass <signed
	is adsp.result pass
	echo 'sub.example.com. A 192.0.2.1' >>zone
	sed 's/joe@example/joe@sub.example/' m | evaluate 1 fail
	is adsp.result none
	sed 's/joe@example.com/joe@nowhere.example/' m | evaluate 2 none
	is adsp.result nxdomain
}

@test "ADSP: no answer is a temperror, but not of what the author signed" {
	cp zone before
	for name in _adsp._domainkey.example.com example.com; do
		cp before zone
		echo ";! $name. TXT SERVFAIL" >>zone
		evaluate 1 fail <m
		is adsp.result temperror
		evaluate 0 pass <signed
		is adsp.result pass
		is adsp.practice null
	done
}

@test "ADSP: a signature of the author without an answer is no fail" {
	cp zone before
	for practice in all discardable; do
		grep -v _domainkey before >zone
		txt _adsp._domainkey.example.com "dkim=$practice"
		evaluate 1 fail <signed
		refute is adsp.result temperror
		echo ';! mail._domainkey.example.com. TXT SERVFAIL' >>zone
		evaluate 75 temperror <signed
		is adsp.result temperror
		is adsp.practice $practice
		# what another's would have been changes nothing
		sed 's/^From: .*/From: joe@sub.example.com/' signed >f
		txt _adsp._domainkey.sub.example.com "dkim=$practice"
		policy 75 --evaluate --at=$now f
		refute is adsp.result temperror
	done
}

@test "ADSP: invalid records are none, other practices unknown" {
	local row
	for row in 'dkim=all|fail' 'dkim = all ; x=y|fail' 'dkim=ALL|fail' \
		'dkim=strict|unknown' 'DKIM=all|none' ' dkim=all|none' \
		'x=1; dkim=all|none' 'dkim=all; dkim=unknown|none' 'dkim|none'; do
		echo 'example.com. A 192.0.2.1' >zone
		txt _adsp._domainkey.example.com "${row%|*}"
		policy 2 --evaluate <m
		is adsp.result "${row#*|}"
	done
	txt _adsp._domainkey.example.com "dkim=all"
	txt _adsp._domainkey.example.com "dkim=unknown"
	policy 2 --evaluate <m
	is adsp.result permerror
}

@test "for people: every method has its line, strangers' octets are escaped" {
	from 'From: x@evil.example\r\nSubject: \x1b]0;pwn\x07' >f
	run -1 dkim-policy --zone=zone --evaluate f
	[[ ${lines[0]} = 'dmarc: fail  from=evil.example policy=none record=_dmarc.evil.example '* ]]
	[[ $output = *$'\ndkim: none  no DKIM-Signature field'* ]]
	[[ $output = *$'\ndkim-adsp: '* ]]
	refute grep -q $'[\e\a]' <<<"$output"
}

@test "plumbing: /dev/full, no reader, no input" {
	ends_with 74 dkim-policy --zone=zone --evaluate signed >/dev/full 2>err
	ends_with 74 to_nobody dkim-policy --zone=zone --evaluate signed 2>err
	one_line 66 dkim-policy --zone=zone --evaluate nowhere
	: >empty
	evaluate 2 none <empty
}
