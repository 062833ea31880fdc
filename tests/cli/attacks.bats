#!/usr/bin/env bats
# Hostile messages, signatures, keys and answers. The numbers in the names are
# those of the catalogue of attacks; a message that could carry a good signature
# does carry one (forge.py), so that the verdict is about the attack alone.
# shellcheck disable=SC2317,SC2086,SC2059 # functions called through others; numbers and escapes
load helper
load dkim_helper

setup_file() { make_signed; }
setup() { share_signed; }

# from TEXT [OPTION...]: a message with that From, signed, into f.
from() {
	printf '%b\nTo: b@rcpt.example\nSubject: s\n\nHi.\n' "$1" >m
	forged "${@:2}"
}

# author JSON: what the tool takes for the author's domain.
author() { [ "$(value from)" = "$1" ] || { echo "from: $(value from), expected $1"; return 1; }; }

# inserted FILE LINE...: FILE with these lines (CRLF) at the end of its header.
inserted() {
	sed '/^\r$/,$d' "$1"
	printf '%s\r\n' "${@:2}"
	sed -n '/^\r$/,$p' "$1"
}

# record TEXT: the one record of the key mail.
record() {
	rm -f zone
	add mail "$1"
}

bounded() { timeout 60 "$@"; }

# small COMMAND...: in 300 MB of address space.
small() { little 300000 timeout 60 "$@"; }

# -- A: From -------------------------------------------------------------------

@test "two From, the bottom one signed: never a pass (RFC 5322 3.6)" {
	from 'From: ceo@example.com\nFrom: x@evil.example' -h from -d evil.example
	judged 1 policy/unsigned-from f
	author null
	refute grep -q '"result":"pass"' json
	ends_with 1 dkim-verify --zone=zone --at=$now f >out
	refute grep -q '^pass' out
}

@test "two From, order swapped: the same (RFC 5322 3.6)" {
	from 'From: x@evil.example\nFrom: ceo@example.com' -h from -d evil.example
	judged 1 policy/unsigned-from f
	author null
}

@test "two From, both signed: pass, but there is no author (RFC 5322 3.6)" {
	from 'From: ceo@example.com\nFrom: x@evil.example' -h from:from -d evil.example
	judged 0 pass/ok f
	author null
	[ "$(value signatures.0.aligned)" = null ]
}

@test "'From :' and 'fRoM:' are From fields (RFC 5322 4.5)" {
	from 'From : ceo@example.com\nFrom: x@evil.example' -h from
	judged 1 policy/unsigned-from f
	from 'fRoM: ceo@example.com\nFrom: x@evil.example' -h from
	judged 1 policy/unsigned-from f
	printf 'From\t: ceo@example.com\nfrom: x@evil.example\n\nHi.\n' >m
	one_line 65 sign m
}

@test "what is no field name: malformed-header (RFC 5322 2.2)" {
	for line in ' From: x@evil.example' $'From\x01: x' 'Fr om: x' $'Fr\xd0\xbem: ceo@example.com' \
		': x' $'\xef\xbb\xbfFrom: x' $'\x7f: x' 'From x'; do
		{ printf '%s\r\n' "$line"; cat signed; } >f
		case $line in 'From x') inserted signed "$line" >f ;; esac
		judged 1 permerror/malformed-header f
	done
	{ printf 'From\0: x@evil.example\r\n'; cat signed; } >f
	judged 1 permerror/malformed-header f
	{ printf 'From\r\n : x@evil.example\r\n'; cat signed; } >f
	judged 1 permerror/malformed-header f
}

@test "no From: dkim-sign refuses, dkim-verify says from-not-signed (RFC 6376 5.4)" {
	printf 'Sender: ceo@example.com\nResent-From: ceo@example.com\n\nHi.\n' >m
	one_line 65 sign m
	forged -h sender
	judged 1 permerror/from-not-signed f
	author null
}

@test "two mailboxes of two domains: no author (RFC 5322 3.6.2)" {
	for value in 'x@evil.example, ceo@example.com' 'ceo@example.com,<second@evil.example>' \
		'friends: x@evil.example, ceo@example.com;'; do
		from "From: $value" -h from
		judged 0 pass/ok f
		author null
		[ "$(value signatures.0.aligned)" = null ]
	done
}

@test "two mailboxes of one domain: that one (RFC 5322 3.6.2)" {
	from 'From: a@example.com, b@EXAMPLE.com' -h from
	judged 0 pass/ok f
	author '"example.com"'
}

@test "a From without a domain: no author, no crash (RFC 5322 3.4)" {
	for value in 'undisclosed:;' ceo ceo@ @example.com '<>' '' ',' ';' '<' '@' 'a@.'; do
		from "From: $value" -h from
		judged 0 pass/ok f
		author null
	done
}

@test "an encoded word is not an address (RFC 2047 5)" {
	from 'From: =?utf-8?B?PGNlb0BleGFtcGxlLmNvbT4=?=,<second@evil.example>' -h from
	judged 0 pass/ok f
	refute author '"example.com"'
}

@test "routes, quoted pairs, junk: never the wrong domain (RFC 5322 4.4)" {
	from 'From: <@evil.example,@any.example:ceo@example.com>' -h from
	judged 0 pass/ok f
	refute author '"evil.example"'
	for value in '<ceo@example.com>\\\\,<second@evil.example>' '<x@evil.example>ceo@example.com' \
		'ceo@example.com <x@evil.example>'; do
		from "From: $value" -h from
		judged 0 pass/ok f
		author null
	done
	from 'From: "ceo@example.com" <x@evil.example>' -h from
	judged 0 pass/ok f
	author '"evil.example"'
}

@test "quotes and comments that hold an address (RFC 5322 3.4.1)" {
	for value in '"ceo@example.com"@evil.example' '"ceo@example.com x"@evil.example' \
		'(<ceo@example.com>) x@evil.example' 'x(@example.com)@evil.example'; do
		from "From: $value" -h from
		judged 0 pass/ok f
		author '"evil.example"'
	done
	from 'From: ceo@example.com (x) <x@evil.example>' -h from
	judged 0 pass/ok f
	author null
}

@test "unclosed, deeply nested, endless: bounded, no author (RFC 5322 3.2.2)" {
	for value in '(((x@evil.example' '"x@evil.example'; do
		from "From: $value" -h from
		judged 0 pass/ok f
		author null
	done
	for text in '("(" x 100000)' '("a:" x 10000)' '("a\@evil.example," x 12000) . "a\@evil.example"'; do
		{ perl -e "print 'From: ', $text, ' x\@evil.example'"; printf '\n\nHi.\n'; } >m
		forged -h from
		bounded dkim-verify --zone=zone --at=$now --json f >json
		author null
	done
}

@test "NUL in From: not cut there (RFC 5322 4.1)" {
	from 'From: ceo@example.com\0@evil.example' -h from
	judged 0 pass/ok f
	author null
	from 'From: ceo@example.com\0' -h from
	judged 0 pass/ok f
	author null
}

@test "a bare CR in From: no author; dkim-sign refuses (RFC 5322 2.2)" {
	printf 'From: x@evil.example\rFrom: ceo@example.com\r\n\r\nHi.\r\n' >m
	forged -h from
	judged 0 pass/ok f
	author null
	one_line 65 sign m
}

@test "a dot at the end, a literal, one label, 200 KB (RFC 5322 3.4.1)" {
	from 'From: a@example.com.' -h from
	judged 0 pass/ok f
	author '"example.com"'
	for value in 'a@example.com..' 'a@[192.0.2.1]' 'a@.'; do
		from "From: $value" -h from
		judged 0 pass/ok f
		author null
	done
	from "From: $(printf '%0200000d' 0)@example.com" -h from
	judged 0 pass/ok f
}

# -- B: header block and line ends ---------------------------------------------

@test "a line without colon ends no header (RFC 5322 2.2)" {
	inserted signed 'foo bar' 'Content-Type: text/html' >f
	judged 1 permerror/malformed-header f
	ends_with 65 dkim-sign -d example.com -s mail -k mail.private f
}

@test "a line of white space is a continuation (RFC 5322 2.2.3)" {
	inserted signed ' ' 'Subject: forged' >f
	judged 1 fail/bad-signature f
	{ printf 'X-First: 1\r\n \r\nSubject: forged\r\n'; cat signed; } >f
	judged 0 pass/ok f
	warned unsigned-duplicate duplicate-field blank-header-line
	forge sign -c simple/simple -k mail.private <signed >g
	sed $'s/^Subject: dinner\r/&\\n \\r/' g >f
	judged 0 "fail/bad-signature pass/ok" f
}

@test "CRLF first: no header at all (RFC 5322 2.1)" {
	{ printf '\r\n'; cat signed; } >f
	judged 2 "" f
	one_line 65 sign f
}

@test "the file ends in the header, with and without CRLF (RFC 5322 2.1)" {
	printf 'From: a@example.com\r\nTo: b@example.com' >n
	forge sign -k mail.private -h from:to <n >f
	judged 0 pass/ok f
	printf '\r\n' >>f
	judged 0 pass/ok f
	sign --at=$now n >f
	judged 0 pass/ok f
}

@test "only the defined separator ends the header (RFC 5322 2.1)" {
	# crlf mode: these are data of Subject, so From is not hidden behind them
	for gap in '\n\n' '\r\r' '\n\r'; do
		printf "From: joe@example.com\r\nSubject: a${gap}x: From: y@evil.example\r\nTo: b@example.com\r\n\r\nHi.\r\n" >m
		forged -h from:subject:to
		judged 0 pass/ok --crlf f
		author '"example.com"'
		one_line 65 sign --crlf m
	done
	# LF mode: LF LF ends it whatever stands before
	printf 'From: joe@example.com\nTo: b@example.com\n\nFrom: body@evil.example\n' >m
	forged -h from:to
	lf <f >g
	for mode in --lf --json; do
		judged 0 pass/ok $mode g
		author '"example.com"'
	done
	# CRLF LF: the header goes on in crlf mode
	printf 'From: joe@example.com\r\nTo: b@example.com\r\n\nFrom: x@evil.example\r\n\r\nHi.\r\n' >m
	ends_with 65 sign m
	ends_with 65 sign --crlf m
}

@test "remnants of SMTP smuggling are body (RFC 5321 2.3.8)" {
	for end in '\n.\n' '\r.\r' '\n.\r\n' '\r\n.\n' '\r\n.\r\n'; do
		{ crlf <m; printf "${end}MAIL FROM:<a@example.com>\r\nDATA\r\nFrom: b@example.com\r\n\r\n.\r\n"; } >n
		for c in simple/simple relaxed/relaxed; do
			forge sign -k mail.private -c $c <n >f
			judged 0 pass/ok --crlf f
			sed 's/DATA/DATE/' f >g
			judged 1 fail/body-hash-mismatch --crlf g
		done
		case $end in
		'\r\n.\r\n') sign --at=$now n >f; judged 0 pass/ok f ;;
		*) one_line 65 sign n ;;
		esac
	done
}

@test "a bare LF in a header field is a line end, unless --crlf (RFC 6376 5.3)" {
	printf 'Subject: a\nFrom: ceo@example.com\r\nFrom: joe@evil.example\r\n\r\nHi.\r\n' >m
	forge sign -k mail.private -h from:subject <m >f
	dkim-verify --zone=zone --at=$now --json f >json || true
	author null
	judged 0 pass/ok --crlf f
	author '"evil.example"'
	one_line 65 sign m
}

@test "CR before CRLF, dots: data (RFC 5322 2.3)" {
	for body in 'a \r\r\n' '.\r\n..\r\n' '\r' '\0' '\xff\xa0 \x0b\x0c \r\n'; do
		{ crlf <m; printf "$body"; } >n
		for c in simple/simple relaxed/relaxed; do
			forge sign -k mail.private -c $c <n >f
			judged 0 pass/ok f
		done
	done
}

@test "a name of 70,000 octets, a field of 10 MB, 100,000 fields or lines: limit" {
	{ printf '%070000d: x\r\n' 0; cat signed; } >f
	judged 0 pass/ok f
	{ printf 'X: '; head -c 10000000 /dev/zero | tr '\0' x; printf '\r\n'; cat signed; } >f
	ends_with 1 small dkim-verify --zone=zone --at=$now --json f >json
	grep -q '"reason":"limit"' json
	{ yes $'X: y\r' | head -n 6000; cat signed; } >f
	ends_with 1 small dkim-verify --zone=zone --at=$now --json f >json
	grep -q '"reason":"limit"' json
	# unsigned, whatever the body says
	{ printf 'X: '; head -c 2000000 /dev/zero | tr '\0' x; printf '\r\n'; crlf <m; cat signed; } >f
	ends_with 2 small dkim-verify --zone=zone --at=$now --json f >json
	grep -q '"result":"none".*"limit"' json
	{ head -n 1 signed; printf 'X: '; head -c 10000000 /dev/zero | tr '\0' x; printf '\r\n'; sed 1d signed; } >f
	ends_with 1 small dkim-verify --zone=zone --at=$now --json f >json
	grep -q '"reason":"limit"' json
	{ head -n 1 signed; yes $'X: y\r' | head -n 100000; sed 1d signed; } >f
	ends_with 1 small dkim-verify --zone=zone --at=$now --json f >json
	grep -q '"reason":"limit"' json
	{ head -n 1 signed; echo $'X: y\r'; yes $' y\r' | head -n 200000; sed 1d signed; } >f
	ends_with 1 small dkim-verify --zone=zone --at=$now --json f >json
	grep -q '"reason":"limit"' json
	small dkim-sign -d example.com -s mail -k mail.private f >out 2>err && false
	[ ! -s out ]
}

@test "white space before the colon, another case, folded first (RFC 5322 4.5)" {
	for name in 'DKIM-Signature ' 'dkim-signature' $'DKIM-SIGNATURE\t'; do
		forged --name "$name"
		judged 0 pass/ok f
	done
	forged --template $'\r\n v=1; a=rsa-sha256; d=example.com; s=mail; h=from; bh={bh}; b={b}' -h from -c simple/simple
	judged 0 pass/ok f
	printf 'From: a@example.com\nSubject\t: x\n\nHi.\n' >m
	for c in simple/simple relaxed/relaxed; do
		forged -h from:subject -c $c
		judged 0 pass/ok f
	done
}

@test "an empty DKIM-Signature: syntax (RFC 6376 3.5)" {
	for value in '' ' ' ';' ' ;' '\r\n ' '=' 'v' 'v=' '\r\n \r\n '; do
		{ printf "DKIM-Signature:$value\r\n"; crlf <m; } >f
		dkim-verify --zone=zone --json f >json && false
		grep -Eq '"reason":"(syntax|incompatible-version)"' json
	done
}

@test "NUL in a signed field is hashed (RFC 6376 3.4.2)" {
	printf 'From: a@example.com\nSubject: a\0b\n\nHi.\n' >m
	for c in simple/simple relaxed/relaxed; do
		forged -h from:subject -c $c
		judged 0 pass/ok f
		sed 's/^Subject: a\x00b/Subject: a\x00c/' f >g
		refute cmp -s f g
		judged 1 fail/bad-signature g
	done
}

@test "one octet a read: the same verdict" {
	forged -c relaxed/relaxed
	dkim-verify --zone=zone --at=$now --json - <f >expected
	octets dkim-verify --zone=zone --at=$now --json - <f >out
	cmp out expected
	lf <f >g
	octets dkim-verify --zone=zone --at=$now --json - <g >out
	cmp out expected
}

# -- C: h= -----------------------------------------------------------------------

@test "what is not covered is warned of (RFC 6376 8.15)" {
	{ printf 'Content-Type: text/html\r\n'; cat signed; } >f
	judged 0 pass/ok f
	warned weak-coverage
	forged -h from
	judged 0 pass/ok f
	warned weak-coverage
}

@test "an oversigned field that is added: fail (RFC 6376 5.4.2)" {
	forged -h from:from:subject:subject:to:date:content-type
	judged 0 pass/ok f
	for line in 'Subject: x' 'From: x@example.com' 'Content-Type: text/html'; do
		{ printf '%s\r\n' "$line"; cat f; } >g
		judged 1 fail/bad-signature g
		inserted f "$line" >g
		judged 1 fail/bad-signature g
	done
}

@test "Received reordered: fail (RFC 6376 5.4.2)" {
	{ printf 'Received: one\nReceived: two\n'; cat m; } >n
	forge sign -k mail.private -h from:received:received <n >f
	judged 0 pass/ok f
	sed 's/: one/: 1/; s/: two/: one/; s/: 1/: two/' f >g
	judged 1 fail/bad-signature g
}

@test "From:from:FROM with one From: the others are null (RFC 6376 5.4.2)" {
	forged -h From:from:FROM
	judged 0 pass/ok f
}

@test "1000 names work, 1001 and 100,000 are syntax, bounded" {
	names() { perl -e 'print join(":", ("from") x shift)' "$1"; }
	forged -h "$(names 900)"
	judged 0 pass/ok f
	forged -h "$(names 1000)"
	judged 0 pass/ok f
	forged --set "h=$(names 1001)"
	judged 1 neutral/syntax f
	{ printf 'DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=mail; h='
	  names 50000; printf '; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=QUFB\r\n'; crlf <m; } >f
	ends_with 1 small dkim-verify --zone=zone --json f >json
	grep -q '"reason":"syntax"' json
}

@test "h= of 200,000 colons: syntax (RFC 6376 3.5)" {
	{ printf 'DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=mail; h='
	  yes : | head -n 200000 | tr -d '\n'; printf '; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=QUFB\r\n'; crlf <m; } >f
	judged 1 neutral/syntax f
}

@test "1000 names by 4900 fields of one name: bounded" {
	{ perl -e 'print "X: y\n" x 4900'; cat m; } >n
	forge sign -k mail.private -h "$(perl -e 'print "from:", join(":", ("x") x 999)')" <n >f
	judged 0 pass/ok f
}

@test "odd h=: what is a name and what is not (RFC 6376 3.5)" {
	forged --set 'h="from"'
	judged 1 permerror/from-not-signed f
	forged --set 'h=f rom'
	judged 1 neutral/syntax f
	for h in 'from::to' ':from' 'from:' '' ':'; do
		forged --set "h=$h"
		judged 1 neutral/syntax f
	done
	forged --set 'h=from : to	: subject ' -h from:to:subject
	judged 0 pass/ok f
	# shellcheck disable=SC2016
	printf 'From: a@example.com\nb: 1\nbh: 2\n!#$%%&'\''*+-.^_|~: 3\n\nHi.\n' >m
	# shellcheck disable=SC2016
	forged -h 'from:b:bh:!#$%&'\''*+-.^_|~'
	judged 0 pass/ok f
}

@test "h= names DKIM-Signature: never the field itself (RFC 6376 3.7)" {
	forged -h from:dkim-signature
	judged 0 pass/ok f
	# a second one is what the first named without having it
	forge sign -s ed -k ed.private -h from:dkim-signature <f >g
	judged 0 "pass/ok fail/bad-signature" g
	# bottom-up over the others: a third one above changes nothing for the second
	forge sign -k mail.private -h from:dkim-signature:dkim-signature <g >f
	judged 0 "pass/ok pass/ok fail/bad-signature" f
	sed 's/s=ed;/s=de;/' f >g
	judged 1 "fail/bad-signature permerror/no-key fail/bad-signature" g
}

# -- D: l= and the body ----------------------------------------------------------

@test "text behind l=: annotated (RFC 6376 8.2)" {
	forged -l 18
	printf -- '--BAD\r\nContent-Type: text/html\r\n\r\nclick\r\n' >>f
	judged 0 pass/ok f
	warned partial-body
	[ "$(value signatures.0.unsigned_octets)" = 41 ]
	forged
	printf 'click\r\n' >>f
	judged 1 fail/body-hash-mismatch f
}

@test "exactly so many canonical octets (RFC 6376 3.5)" {
	forged -l 0
	judged 0 pass/ok f
	warned partial-body
	forged --set l=99999999
	judged 1 permerror/body-too-short f
	for l in 1 16 17; do
		for c in simple/simple relaxed/relaxed; do
			forged -l $l -c $c
			judged 0 pass/ok f
			[ "$(value signatures.0.unsigned_octets)" = $((18 - l)) ]
		done
	done
	# only blank lines stand behind it
	forged -l 18
	printf '\r\n\r\n' >>f
	judged 0 pass/ok f
	warned
	printf ' \t\r\n' >>f
	judged 0 pass/ok f
	warned
	# 5000 blanks are one
	{ crlf <m; printf 'ab'; head -c 5000 /dev/zero | tr '\0' ' '; printf 'c\r\n'; } >n
	forge sign -k mail.private -l 24 <n >f
	judged 0 pass/ok f
	[ "$(value signatures.0.unsigned_octets)" = 0 ]
	forge sign -k mail.private -l 21 <n >f
	judged 0 pass/ok f
	[ "$(value signatures.0.unsigned_octets)" = 3 ]
}

@test "l= that is no number, or endless (RFC 6376 3.5)" {
	for l in -1 +5 0x10 1e3 "" "5 5" 5x "$(printf '%077d' 1)"; do
		forged --set "l=$l"
		judged 1 neutral/syntax f
	done
	for l in 18446744073709551616 18446744073709551634 18446744073709551615 4294967314 \
		"1$(printf '%075d' 0)"; do
		forged -l 18 --set "l=$l"
		judged 1 permerror/body-too-short f
	done
	forged -l 18 --set "l=$(printf '%076d' 18)"
	judged 0 pass/ok f
}

@test "bodies of nothing (RFC 6376 3.4.3, 3.4.4)" {
	for body in '' '\r\n' '\n' '\r' ' ' ' \r\n' '\t \r\n\r\n' 'x' '\r\n\r\n\r\n'; do
		for c in simple/simple relaxed/relaxed; do
			{ crlf <m; printf "$body"; } | sed '/dinner ready/d' >n
			forge sign -k mail.private -c $c <n >f
			judged 0 pass/ok --crlf f
		done
	done
}

@test "ten million blank lines, then none, then a letter: bounded (RFC 6376 3.4.4)" {
	for tail in '' x; do
		printf 'Is dinner ready?\r\n' >body
		[ -z "$tail" ] || { yes $'\r' | head -n 10000000; printf 'x\r\n'; } >>body
		expected=$(openssl dgst -sha256 -binary body | base64)
		{ crlf <m; yes $'\r' | head -n 10000000; printf '%s' "$tail"; } >n
		for c in simple/simple relaxed/relaxed; do
			small dkim-sign -d example.com -s mail -k mail.private -c $c --at=$now <n >f
			small dkim-verify --zone=zone --at=$now --json f >json
			[ "$(value signatures.0.body_hash.found)" = "\"$expected\"" ]
		done
	done
}

@test "one line of 50 MB of blanks, then x; 'a ' for 20 MB: bounded (RFC 6376 3.4.4)" {
	{ crlf <m; head -c 50000000 /dev/zero | tr '\0' ' '; printf 'x\r\n'; } >n
	small dkim-sign -d example.com -s mail -k mail.private --at=$now <n >f 2>err
	small dkim-verify --zone=zone --at=$now f >out
	# to relaxed it is one blank: "Is dinner ready?" CRLF " x" CRLF
	small dkim-verify --zone=zone --at=$now --json f >json
	expected=$(printf 'Is dinner ready?\r\n x\r\n' | openssl dgst -sha256 -binary | base64)
	[ "$(value signatures.0.body_hash.found)" = "\"$expected\"" ]
	{ crlf <m; yes 'a ' | head -c 30000000 | tr -d '\n'; } >n
	small dkim-sign -d example.com -s mail -k mail.private --at=$now <n >f 2>err
	small dkim-verify --zone=zone --at=$now f >out
}

# -- E: tags -----------------------------------------------------------------------

@test "a tag twice: syntax (RFC 6376 3.2)" {
	forged --template ' v=1; a=rsa-sha256; d=evil.example; s=mail; h=from; bh={bh}; d=example.com; b={b}' -h from
	judged 1 neutral/syntax f
	forged --add 'h=from'
	judged 1 neutral/syntax f
	forged --add 'b=QUFB'
	judged 1 neutral/syntax f
	forged --add 'foo=1; foo=2'
	judged 1 neutral/syntax f
	forged --add 'foo=1; FOO=2' && judged 0 pass/ok f
}

@test "D= is not d= (RFC 6376 3.2)" {
	forged --add 'D=legit.example'
	judged 0 pass/ok f
	[ "$(value signatures.0.d)" = '"example.com"' ]
}

@test "100,000 tags, a value of 10 MB, a million ';': bounded (RFC 6376 3.2)" {
	{ printf 'DKIM-Signature: '; perl -e 'print "a$_=1;" for 1..30000'; printf '\r\n'; crlf <m; } >f
	judged 1 neutral/syntax f
	{ printf 'DKIM-Signature: v=1; foo='; head -c 10000000 /dev/zero | tr '\0' x; printf '\r\n'; crlf <m; } >f
	ends_with 1 small dkim-verify --zone=zone --json f >json
	grep -q '"reason":"limit"' json
	{ printf 'DKIM-Signature: '; head -c 200000 /dev/zero | tr '\0' ';'; printf '\r\n'; crlf <m; } >f
	judged 1 neutral/syntax f
	forged --add "foo=$(printf '%0100000d' 0)"
	judged 0 pass/ok f
}

@test "no =, a name that is none: syntax (RFC 6376 3.2)" {
	for spec in foo 1a=x a-b=x 'a b=x' '=x' 'f.=x' ';' 'foo=1;;bar=2'; do
		forged --add "$spec"
		judged 1 neutral/syntax f
	done
	forged --add 'foo=' --add 'a_1=' --add ''
	judged 0 pass/ok f
}

@test "v= (verify.bats has the values): not first is fine (RFC 6376 3.5)" {
	forged --template ' a=rsa-sha256; d=example.com; s=mail; h=from; bh={bh}; b={b}; v=1' -h from -c simple/simple
	judged 0 pass/ok f
}

@test "rsa-sha1, perfectly signed: historic, never a pass (RFC 8301 3.1)" {
	forged --sha1
	judged 1 permerror/historic-algorithm f
	record 'v=DKIM1; h=sha1; p=KEY'
	judged 1 permerror/historic-algorithm f
}

@test "a= is compared whole (RFC 6376 3.5)" {
	for a in rsa-sha2567 rsa rsa- -sha256 rsa-sha256-x rsasha256 ed25519 sha256 rsa-sha25; do
		forged --set "a=$a"
		dkim-verify --zone=zone --at=$now --json f >json && false
		grep -Eq '"result":"neutral","reason":"(unsupported-algorithm|syntax)"' json
	done
	forged --set a=RSA-SHA256
	judged 0 pass/ok f
}

@test "b= of another length, zeros, the modulus: no pass (RFC 8017 8.2.2)" {
	b64() { head -c "$1" /dev/zero | base64 -w 0; }
	for n in 1 64 255 256 257 512 4096; do
		forged --set "b=$(b64 "$n")"
		judged 1 fail/bad-signature f
	done
	for n in 1 63 64 65 256; do
		forge sign -s ed -k ed.private --set "b=$(b64 "$n")" <m >f
		judged 1 fail/bad-signature f
	done
	modulus=$(openssl rsa -in mail.private -noout -modulus | sed 's/.*=//' | perl -ne 'chomp; print pack("H*", $_)' | base64 -w 0)
	forged --set "b=$modulus"
	judged 1 fail/bad-signature f
}

@test "Ed25519: S + L instead of S (RFC 8032 5.1.7)" {
	forge sign -s ed -k ed.private <m >f
	judged 0 pass/ok f
	/usr/bin/python3 - <<-'EOF'
		import base64, re
		m = open("f", "rb").read()
		b = re.search(rb" b=([^\r]*)\r", m).group(1)
		s = base64.b64decode(b)
		L = 2**252 + 27742317777372353535851937790883648493
		n = int.from_bytes(s[32:], "little") + L
		new = base64.b64encode(s[:32] + n.to_bytes(32, "little"))
		open("g", "wb").write(m.replace(b, new))
	EOF
	judged 1 fail/bad-signature g
}

@test "bh= of 0, 3, 20, 31, 33, 64 and 4096 octets: syntax before any compare (RFC 6376 3.5)" {
	for n in 0 3 20 31 33 64 4096; do
		forged --set "bh=$(head -c "$n" /dev/zero | base64 -w 0)"
		judged 1 neutral/syntax f
	done
	for bh in QUFB '====' 'A' "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=AAAA" \
		"47DEQpj8HBSa+_TImW-5JCeuQeRkm5NMpJWZG3hSuFU="; do
		forged --set "bh=$bh"
		judged 1 neutral/syntax f
	done
}

@test "b= that is no base64: syntax (RFC 6376 3.5)" {
	for b in ===== '====' 'QUFB=QUF' '!!!!' 'QU-_' A AA=A 'QUFB==' '' ' ' 'QUFBQ' 'QUFB,QUFB' '='; do
		forged --set "b=$b"
		judged 1 neutral/syntax f
	done
	forged --set 'b=QUFB'
	judged 1 fail/bad-signature f
	[ "$(value signatures.0.b)" = '"QUFB"' ]
	forged --set $'b=QU\x01FB'
	judged 1 neutral/syntax f
	perl -pe 's/ b=(.{8})/ b=$1\r\n\t/ if $. == 1' signed >f
	judged 0 pass/ok f
	perl -pe 's/ b=(.{8})/ b=$1\0/ if $. == 1' signed >f
	judged 1 neutral/syntax f
}

@test "only the value of the tag named b is left out of the hash (RFC 6376 3.7)" {
	for template in ' b={b}; v=1; a=rsa-sha256; d=example.com; s=mail; h=from; bh={bh}' \
		' v=1; a=rsa-sha256; d=example.com; s=mail; h=from; bh={bh}; b={b}' \
		' v=1; a=rsa-sha256; d=example.com; s=mail; h=from; bh={bh}; b={b};' \
		' v=1; a=rsa-sha256; d=example.com; s=mail; h=from:b; z=b=1|bb=2; bh={bh}; xb=1; zb=b=2; b={b}' \
		$' v=1; a=rsa-sha256; d=example.com; s=mail; h=from; bh={bh}; b=\r\n\t {b} \r\n\t; q=dns/txt' \
		$' v=1; a=rsa-sha256; d=example.com; s=mail; h=from; bh={bh};\r\n\tb = {b}'; do
		for c in simple/simple relaxed/relaxed; do
			forged --template "$template; c=$c" -h from -c $c
			case $template in
			*\;) forged --template "$template c=$c" -h from -c $c ;;
			*h=from:b*) forged --template "$template; c=$c" -h from:b -c $c ;;
			esac
			judged 0 pass/ok f
		done
	done
	# what is not b is hashed
	forged --add 'xb=1'
	judged 0 pass/ok f
	sed '1s/xb=1/xb=2/' f >g
	judged 1 fail/bad-signature g
}

@test "'bh=' inside another tag is not bh= (RFC 6376 3.5)" {
	forged --template ' v=1; a=rsa-sha256; d=example.com; s=mail; h=from; foo=bh={bh}; b={b}' -h from -c simple/simple
	judged 1 neutral/missing-tag f
	forged --add 'foo=bh=QUFB'
	judged 0 pass/ok f
	forged --template ' v=1; a=rsa-sha256; s=mail; h=from; foo=d=example.com; bh={bh}; b={b}' -h from -c simple/simple
	judged 1 neutral/missing-tag f
}

@test "c= that is none (RFC 6376 3.5)" {
	for c in relaxed/ /relaxed relaxed/relaxed/relaxed 'simple relaxed' '' / simple/ 're laxed'; do
		forged --set "c=$c"
		judged 1 neutral/syntax f
	done
	for c in nofws simple/nofws relaxed2/simple; do
		forged --set "c=$c"
		judged 1 neutral/unsupported-canon f
	done
}

@test "d= that is no domain name: syntax, and no query (RFC 6376 3.5)" {
	dns_server log
	for d in 'example.com(.evil.example' "example.com'a.evil.example" 'example.com"=(.evil.example' \
		'example.com;x' 'example.com@evil' a/b 'a\.b' %64.example 'exam ple.com' \
		example.com. .example.com example..com -a.example a-.example 192.0.2.1 '[192.0.2.1]' \
		"$(printf '%064d' 1).example" '*.example' "$(printf 'a%.0s.' {1..127})example" \
		$'example.com\x01' $'ex\r\n\tample.com'; do
		forged --set "d=$d"
		ends_with 1 dkim-verify --nameserver=127.0.0.1@"$port" --at=$now --json f >json
		grep -q '"result":"neutral","reason":"syntax"' json
		dkim-verify --nameserver=127.0.0.1@"$port" --at=$now f >out || true
		[ "$(wc -l <out)" -eq 1 ]
	done
	dns_stop
	[ ! -s asked ]
}

@test "s= that is no selector: syntax, and no query (RFC 6376 3.1)" {
	dns_server log
	printf 'DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=mail._domainkey.evil.example.\0.any; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=QUFB\r\nFrom: a@example.com\r\n\r\n' >f
	ends_with 1 dkim-verify --nameserver=127.0.0.1@"$port" --at=$now --json f >json
	grep -q '"result":"neutral","reason":"syntax"' json
	for s in 'mail.' .mail 'a..b' '*' '*.b' "$(printf '%064d' 1)" ../../../etc/passwd 'a b' 'a@b' '' 'a;b' 'a=b' "a'b" 'a(b' $'a\x1bb'; do
		forged --set "s=$s"
		ends_with 1 dkim-verify --nameserver=127.0.0.1@"$port" --at=$now --json f >json
		grep -q '"result":"neutral","reason":"syntax"' json
	done
	# too long together: the name cannot exist
	long=$(printf 'a%.0s' {1..60})
	forged --set "s=$long.$long.$long.$long"
	ends_with 1 dkim-verify --nameserver=127.0.0.1@"$port" --at=$now --json f >json
	grep -q '"result":"permerror","reason":"no-key"' json
	dns_stop
	[ ! -s asked ]
}

@test "a selector of several labels; a name of exactly 253 octets (RFC 6376 3.1)" {
	forge txt a.b.c._domainkey.example.com. "p=$(forge p mail.private)" >>zone
	forged -s a.b.c
	judged 0 pass/ok f
	# 253 = 229 + "._domainkey." (12) + "example.com" (11) + 1
	label=$(printf 'a%.0s' {1..63})
	s=$label.$label.$label.$(printf 'a%.0s' {1..38})
	[ $((${#s} + 12 + 11)) -eq 253 ]
	forge txt "$s._domainkey.example.com." "p=$(forge p mail.private)" >>zone
	forged -s "$s"
	judged 0 pass/ok f
	forged -s "${s}a"
	judged 1 permerror/no-key f
}

@test "i=: the last @, the label boundary (RFC 6376 3.5)" {
	for i in @evil.example @xexample.com a@example.com.evil.example 'a=40example.com@evil.example'; do
		forged --set "i=$i"
		judged 1 permerror/domain-mismatch f
	done
	for i in a@b@example.com '"a b"@example.com' a=40evil.example@example.com =61@sub.example.com 'a =20 b@example.com'; do
		forged --set "i=$i"
		judged 0 pass/ok f
	done
	for i in example.com a@ '' @ 'a@b c.example.com='; do
		forged --set "i=$i"
		judged 1 neutral/syntax f
	done
}

@test "quoted-printable injection in i=: syntax, nothing decoded comes out (RFC 6376 2.11)" {
	for i in '=0D=0AX-Injected:=20yes@example.com' '=00@example.com' =G1@example.com =4@example.com \
		a@example.com= '=@example.com' '=1B[2J@example.com' '=7F@example.com' 'a@example.com=4' '=0a@example.com'; do
		forged --set "i=$i"
		judged 1 neutral/syntax f
		ends_with 1 dkim-verify --zone=zone --at=$now f >out
		[ "$(wc -l <out)" -eq 1 ]
		refute grep -q $'[\e\r]' out
	done
}

@test "t= and x= of 64 bits (RFC 6376 3.5)" {
	for t in 2147483648 4294967296 4102444800 999999999999; do
		forged --set t=1 --set x=$t
		judged 0 pass/ok f
		[ "$(value signatures.0.x)" = $t ]
		forged --set t=$t
		judged 1 permerror/future f
	done
	forged --set t=2 --set x=1
	judged 1 neutral/syntax f
	forged --set t=0 --set x=1
	judged 1 permerror/expired f
}

@test "z= of 65,534 octets, with bad QP, with 10,000 bars: ignored (RFC 6376 3.5)" {
	for z in "From:$(printf '%065529d' 0)" '=G1|=' "$(printf '|%.0s' {1..10000})" x ''; do
		forged --set "z=$z"
		judged 0 pass/ok f
	done
}

@test "folding white space where the grammar has it, and where not (RFC 6376 3.2)" {
	forged --template $'\r\n v = 1 ; a\r\n = \r\n rsa-sha256;d=example.com; s=\tmail ; h=\r\n from\r\n : to ;\r\n bh={bh}; b={b} \r\n ;' -h from:to -c simple/simple
	judged 0 pass/ok f
	forged --template $' v=1\r\n \r\n ; a=rsa-sha256; d=example.com; s=mail; h=from; bh={bh}; b={b}' -h from -c simple/simple
	judged 1 neutral/syntax f
}

@test "8-bit that is no UTF-8, DEL, VT in a value: syntax (RFC 6376 3.2)" {
	for x in $'\xff' $'a\x7f' $'\x0b' $'\x01' $'\xc3' $'\xed\xa0\x80' $'\xc0\x80'; do
		forged --add "foo=$x"
		judged 1 neutral/syntax f
	done
}

@test "a signature of 300 KB, an ARC-like one (RFC 6376 3.5)" {
	forged --add "foo=$(head -c 280000 /dev/zero | tr '\0' y | head -c 120000)" --add "y=$(head -c 120000 /dev/zero | tr '\0' y)" --add "w=$(head -c 60000 /dev/zero | tr '\0' y)"
	judged 1 permerror/limit f
	{ printf 'DKIM-Signature: i=1; a=rsa-sha256; t=12345; cv=none; d=example.com; s=mail; b=QUFB\r\n'; crlf <m; } >f
	judged 1 neutral/missing-tag f
}

# -- F: number -----------------------------------------------------------------------

@test "5000 malformed signatures: counted before work, bounded (RFC 6376 6.1)" {
	{ yes $'DKIM-Signature: nonsense\r' | head -n 4900; crlf <m; } >f
	ends_with 1 small dkim-verify --zone=zone --json f >json 2>err
	[ "$(grep -o '"reason":"syntax"' json | wc -l)" -eq 10 ]
	[ "$(grep -o '"reason":"signature-limit"' json | wc -l)" -eq 90 ]
	grep -q '4800 more' err
	{ yes $'DKIM-Signature: nonsense\r' | head -n 10000; crlf <m; } >f
	ends_with 1 small dkim-verify --zone=zone --json f >json 2>err
	refute grep -q '"result":"pass"' json
}

@test "200 signatures of 200 domains: at most 10 names asked (RFC 6376 6.1)" {
	dns_server log
	for d in $(seq 200); do
		printf 'DKIM-Signature: v=1; a=rsa-sha256; d=d%d.example; s=mail; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=QUFB\r\n' "$d"
	done >f
	crlf <m >>f
	ends_with 1 dkim-verify --nameserver=127.0.0.1@"$port" --json f >json
	dns_stop
	[ "$(sort -u asked | wc -l)" -eq 10 ]
}

@test "the author's own signature below 50 others is found (RFC 6376 6.1)" {
	for d in $(seq 50); do
		printf 'DKIM-Signature: v=1; a=rsa-sha256; d=d%d.example; s=mail; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=QUFB\r\n' "$d"
	done >f
	cat signed >>f
	dkim-verify --zone=zone --at=$now --json f >json
	[ "$(value result)" = '"pass"' ]
}

@test "ten signatures with l= of their own: each its own hash (RFC 6376 3.5)" {
	cp signed f
	for l in 0 1 2 3 4 5 6 7 8; do
		forge sign -k mail.private -l $l <f >g
		mv g f
	done
	judged 0 "$(printf 'pass/ok %.0s' {1..10} | sed 's/ $//')" f
	sed 's/ready/rEady/' f >g
	judged 0 "$(printf 'pass/ok %.0s' {1..9})fail/body-hash-mismatch" g
}

@test "one key for ten signatures: one query (RFC 6376 6.1.2)" {
	cp signed f
	for _ in 1 2 3 4; do
		forge sign -k mail.private <f >g
		mv g f
	done
	dns_server log
	ends_with 1 dkim-verify --nameserver=127.0.0.1@"$port" --at=$now f >out
	dns_stop
	[ "$(wc -l <asked)" -eq 1 ]
	[ "$(cat asked)" = mail._domainkey.example.com ]
}

# -- G: keys ---------------------------------------------------------------------------

@test "512, 768 and 1023 bits: weak-key though it verifies; 1024 is enough (RFC 8301 3.2)" {
	for bits in 512 768 1023; do
		rsa mail $bits
		record 'p=KEY'
		forged
		judged 1 permerror/weak-key f
		one_line 65 sign m
	done
	rsa mail 1024
	record 'p=KEY'
	forged
	judged 0 pass/ok f
	warned short-key
}

@test "4096 works; 8192 works; more is key-too-large (RFC 8301 3.2)" {
	rsa mail 4096
	record 'p=KEY'
	forged
	judged 0 pass/ok f
	odd() { head -c $(($1 / 8)) /dev/zero | tr '\0' '\377' | od -An -v -tx1 | tr -d ' \n'; }
	record "p=$(forge p --n "$(odd 8192)" mail.private)"
	judged 1 fail/bad-signature f
	for bits in 8200 16384 20000; do
		record "p=$(forge p --n "$(odd $bits)" mail.private)"
		judged 1 permerror/key-too-large f
	done
}

@test "e=1, where any block verifies: weak-key (RFC 8017 3.1)" {
	record "p=$(forge p --e 1 mail.private)"
	forged --private-exponent 1
	judged 1 permerror/weak-key f
	record "p=$(forge p --pkcs1 --e 1 mail.private)"
	judged 1 permerror/weak-key f
}

@test "e or n even, e=0, e huge: weak-key (RFC 8017 3.1)" {
	n=$(openssl rsa -in mail.private -noout -modulus | sed 's/.*=//')
	for e in 0 2 65536 18446744073709551617; do
		record "p=$(forge p --e $e mail.private)"
		judged 1 permerror/weak-key signed
	done
	record "p=$(forge p --e $((0x7fffffffffffffff)) mail.private)"
	judged 1 fail/bad-signature signed
	record "p=$(forge p --n "${n%?}0" mail.private)"
	judged 1 permerror/weak-key signed
	# e = n, e > n
	record "p=$(forge p --e "$(/usr/bin/python3 -c "print(int('$n', 16) + 2)")" mail.private)"
	judged 1 permerror/weak-key signed
}

@test "DER that is not exactly a key: key-syntax (RFC 5280 4.1)" {
	record "p=$(forge p --behind "$(printf '00%.0s' {1..20})" mail.private)"
	judged 1 permerror/key-syntax signed
	record "p=$(forge p --behind 05 mail.private)"
	judged 1 permerror/key-syntax signed
	p=$(forge p mail.private)
	for text in "${p:0:200}" "${p:0:4}" 'MIT/////' 'MIAGCSqGSIb3DQEHAg==' 'QUFB' \
		"$(openssl pkey -in mail.private -outform DER | base64 -w 0)" \
		'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEr3wzTIqGm+Kdn2Vq6p9gYHk8v8Wd8sDpqhcXcPmTsyNR1Nvk7jR6KzxVcfIuDQBUTkBfPN+uYJTtQ3pSmYcGPA==' \
		'-----BEGIN PUBLIC KEY-----'; do
		record "v=DKIM1; p=$text"
		judged 1 permerror/key-syntax signed
	done
	openssl req -x509 -new -key mail.private -subj /CN=x -days 1 -outform DER -out cert 2>/dev/null
	record "p=$(base64 -w 0 cert)"
	judged 1 permerror/key-syntax signed
	openssl ecparam -name prime256v1 -genkey -noout | openssl ec -pubout -outform DER -out ec 2>/dev/null
	record "p=$(base64 -w 0 ec)"
	judged 1 permerror/key-syntax signed
	openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 2>/dev/null | openssl pkey -pubout -outform DER -out pss
	record "p=$(base64 -w 0 pss)"
	judged 1 permerror/key-syntax signed
}

@test "a negative modulus, leading zeros, BER lengths: key-syntax (RFC 5280 4.1)" {
	/usr/bin/python3 - mail.private <<-'EOF'
		import base64, re, subprocess
		der = subprocess.run(["openssl", "rsa", "-in", "mail.private", "-RSAPublicKey_out", "-outform", "DER"], capture_output=True, check=True).stdout
		assert der[:4].hex() == "3082010a" and der[4:9].hex() == "0282010100"
		n, e = der[9:265], der[265:]
		def put(name, body):
		    open(name, "w").write(base64.b64encode(body).decode())
		put("good", der)
		put("negative", bytes.fromhex("30820109" "02820100") + n + e)
		put("zeros", bytes.fromhex("3082010b" "028201020000") + n + e)
		put("long", bytes.fromhex("3083" "00010a") + der[4:])
		put("indefinite", bytes.fromhex("3080") + der[4:] + b"\0\0")
	EOF
	record "p=$(cat good)"
	judged 0 pass/ok signed
	for name in negative zeros long indefinite; do
		record "p=$(cat $name)"
		judged 1 permerror/key-syntax signed
	done
}

@test "Ed25519 keys of 0, 31, 33, 44 octets (RFC 8463 4)" {
	forge sign -s ed -k ed.private <m >f
	for n in 31 33; do
		rm zone
		add ed "k=ed25519; p=$(head -c $n /dev/urandom | base64 -w 0)"
		judged 1 permerror/key-syntax f
	done
	rm zone
	add ed "k=ed25519; p=$(openssl pkey -in ed.private -pubout -outform DER | base64 -w 0)"
	judged 1 permerror/key-syntax f
	case $(value signatures.0.text) in *SubjectPublicKeyInfo*) ;; *) false ;; esac
	rm zone
	add ed 'k=ed25519; p='
	judged 1 permerror/key-revoked f
}

@test "Ed25519 points of small order, and not canonical: weak-key (RFC 8032 5.1.7)" {
	zeros=$(printf '00%.0s' {1..30})
	ff=$(printf 'ff%.0s' {1..30})
	b64hex() { perl -e 'print pack("H*", shift)' "$1" | base64 -w 0; }
	for y in "00${zeros}00" "01${zeros}00" "00${zeros}80" "01${zeros}80" "ec${ff}7f" "ec${ff}ff" \
		"ed${ff}7f" "ee${ff}7f" "ff${ff}ff" \
		26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05 \
		26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85 \
		c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a \
		c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa; do
		rm -f zone
		add ed "k=ed25519; p=$(b64hex "$y")"
		# R = the neutral element, S = 0: OpenSSL takes it for some of these
		forge sign -s ed -k ed.private --set "b=$(b64hex "01${zeros}00$(printf '00%.0s' {1..32})")" <m >f
		judged 1 permerror/weak-key f
	done
}

@test "the key of another type: key-unsuitable, both ways (RFC 6376 6.1.2)" {
	forged --set a=ed25519-sha256
	judged 1 permerror/key-unsuitable f
	forge sign -s ed -k ed.private --set a=rsa-sha256 <m >f
	judged 1 permerror/key-unsuitable f
}

@test "PKCS#1 padding: garbage, no NULL, SHA-1 inside: bad-signature (RFC 8017 8.2.2)" {
	/usr/bin/python3 - <<-EOF
		import base64, re, runpy, sys, hashlib
		sys.argv = ["forge.py", "p", "mail.private"]
		forge = runpy.run_path("$top/tests/cli/forge.py")
		key = forge["Key"]("mail.private")
		m = open("signed", "rb").read()
		old = re.search(rb" b=([^\r]*)\r", m).group(1)
		block = pow(int.from_bytes(base64.b64decode(old), "big"), key.e, key.n).to_bytes(256, "big")
		digest = block[-32:]
		full = bytes.fromhex("3031300d060960864801650304020105000420") + digest
		no_null = bytes.fromhex("302f300b0609608648016503040201" "0420") + digest
		sha1 = bytes.fromhex("3021300906052b0e03021a05000414") + digest[:20]
		def pad(info, n):
		    return b"\0\1" + b"\xff" * n + b"\0" + info
		assert pad(full, 256 - 3 - len(full)) == block
		def out(name, block):
		    block += b"\0" * (256 - len(block))
		    new = pow(int.from_bytes(block, "big"), key.d, key.n).to_bytes(256, "big")
		    open(name, "wb").write(m.replace(old, base64.b64encode(new)))
		out("good", block)
		out("garbage", pad(full, 8))
		out("null", pad(no_null, 256 - 3 - len(no_null)))
		out("sha1", pad(sha1, 256 - 3 - len(sha1)))
		out("type2", b"\0\2" + block[2:])
		out("short", pad(full, 256 - 4 - len(full))[1:])
	EOF
	judged 0 pass/ok good
	for f in garbage null sha1 type2 short; do
		judged 1 fail/bad-signature $f
	done
}

@test "p= empty in all forms, absent, without = (RFC 6376 3.6.1)" {
	for text in 'p=' 'p= ' 'p=;' 'v=DKIM1; p=' 'v=DKIM1; k=; p=' 'v=DKIM1; k=foo; p='; do
		record "$text"
		judged 1 permerror/key-revoked signed
	done
	record $'p=\r\n '
	judged 1 permerror/key-revoked signed
	for text in 'v=DKIM1' 'v=DKIM1; k=rsa' 'v=DKIM1; p' 'v=DKIM1; p=; p=' 'v=DKIM1; P=KEY'; do
		record "$text"
		judged 1 permerror/key-syntax signed
	done
}

@test "what people paste into p=: key-syntax with a hint (RFC 6376 3.6.1)" {
	p=$(forge p mail.private)
	record "v=DKIM1; p=${p:0:64} ${p:64:64}	${p:128}"
	judged 0 pass/ok signed
	for text in "v=DKIM1; p=\"${p}\"" "v=DKIM1\\; p=$p" "v=DKIM1; p=${p:0:64}..." \
		"v=DKIM1; p=-----BEGIN PUBLIC KEY-----$p" "v=DKIM1; p=${p:0:64}\\010${p:64}"; do
		record "$text"
		judged 1 permerror/key-syntax signed
		refute grep -q 'not a valid key record' json
	done
}

@test "p= of 20 KB, a record of 60 KB, of empty strings: bounded (RFC 6376 3.6.2.2)" {
	record "v=DKIM1; p=$(head -c 11000 /dev/zero | base64 -w 0)"
	judged 1 permerror/key-too-large signed
	record "v=DKIM1; n=$(printf '%060000d' 0); p=KEY"
	judged 1 permerror/key-syntax signed
	echo 'mail._domainkey.example.com. IN TXT ""' >zone
	judged 1 permerror/key-syntax signed
	refute grep -q pass json
}

# -- H: DNS ------------------------------------------------------------------------------

# asks ANSWER STATUS REASON: a server that only gives ANSWER
asks() {
	dns_server "$1"
	status=0
	timeout 60 dkim-verify --nameserver=127.0.0.1@"$port" --dns-timeout=1 --deadline=2 --at=$now \
		--json signed >json 2>err || status=$?
	dns_stop
	echo "$1: $status"
	cat json err
	[ "$status" -eq "$2" ]
	grep -q "\"reason\":\"$3\"" json
}

@test "a string longer than its RDATA: temperror, nothing read beyond (RFC 1035 3.3.14)" {
	asks txt:ff763d444b494d31 75 dns
	asks txt:08763d444b494d313bff 75 dns
	asks txt:20 75 dns
}

@test "a TXT of no string, of one empty string (RFC 6376 3.6.2.2)" {
	asks txt: 1 key-syntax
	asks txt:00 1 key-syntax
}

@test "NUL, ESC, CR LF, 0xff inside the record: key-syntax, escaped (RFC 6376 3.6.1)" {
	for text in $'v=DKIM1; p=\x1b[2J' $'v=DKIM1; p=\xff' $'v=DKIM1; k=\x07; p=x' $'v=DKIM1; x=\r\nFoo'; do
		record "$text"
		judged 1 permerror/key-syntax signed
		dkim-verify --zone=zone --at=$now signed >out 2>err || true
		refute grep -q $'[\e\a\r\xff]' out
	done
	printf '%s\n' 'mail._domainkey.example.com. IN TXT "v=DKIM1; p=\000AAA"' >zone
	judged 1 permerror/key-syntax signed
}

@test "several TXT: verify.bats; a wildcard SPF record: key-syntax (RFC 6376 3.6.2.2)" {
	echo '*.example.com. IN TXT "v=spf1 -all"' >zone
	judged 1 permerror/key-syntax signed
	add mail
	judged 0 pass/ok signed
}

@test "no answer, a wrong one, a loop: temperror; only in ADDITIONAL: no-key (RFC 6376 6.1.2)" {
	asks rcode:2 75 dns
	asks rcode:5 75 dns
	asks rcode:1 75 dns
	asks rcode:4 75 dns
	asks rcode:3 1 no-key
	asks rcode:0 1 no-key
	asks truncated 75 dns
	asks loop 75 dns
	asks extra 1 no-key
}

@test "silence, an answer with another id: temperror (RFC 6376 6.1.2)" {
	asks silent 75 dns
	asks id 75 dns
}

@test "an answer that is about another name: never believed (RFC 6376 6.1.2)" {
	dns_server other
	timeout 60 dkim-verify --nameserver=127.0.0.1@"$port" --at=$now --json signed >json && false
	dns_stop
	grep -Eq '"reason":"(no-key|dns)"' json
}

@test "odd records: verify.bats has most; flags and services in any case (RFC 6376 3.6.1)" {
	for text in 'v=DKIM1; t=Y; p=KEY' 'v=DKIM1; t=s:y; p=KEY' 'v=DKIM1; s=*:email; p=KEY' \
		'v=DKIM1; h=sha256:sha512; p=KEY' 'v=DKIM1; g=; p=KEY' 'v=DKIM1; t=; p=KEY' \
		$'v=DKIM1; n=caf\xc3\xa9 =3B; p=KEY'; do
		record "$text"
		judged 0 pass/ok signed
	done
}

@test "names asked are absolute, and nothing else is asked (RFC 6376 3.6.2.1)" {
	dns_server rcode:3
	LOCALDOMAIN=evil.example RES_OPTIONS=ndots:9 ends_with 1 \
		dkim-verify --nameserver=127.0.0.1@"$port" --at=$now signed >out
	dns_stop
	[ "$(sort -u asked)" = mail._domainkey.example.com ]
}

# -- I: terminals ------------------------------------------------------------------------

@test "formats, ESC, BEL, bidi in what is printed" {
	forged --set 'i=%n%n%s%p@example.com' --set 'a=%s%n'
	ends_with 1 dkim-verify --zone=zone f >out
	grep -q 'a=%s%n' out
	{ printf 'DKIM-Signature: v=1; a=\x1b]0;pwn\x07; d=x\r\n'; crlf <m; } >f
	ends_with 1 dkim-verify --zone=zone f >out 2>err
	refute grep -q $'[\e\a]' out err
	for x in $'\xc2\x9b2J' $'\xe2\x80\xae' $'\xe2\x81\xa6' $'\xe2\x80\x8b'; do
		forged --set "a=$x"
		ends_with 1 dkim-verify --zone=zone f >out 2>err
		refute grep -qF "$x" out
		refute grep -qF "$x" err
		ends_with 1 dkim-verify --zone=zone --json f >out
		refute grep -qF "$x" out
	done
	cp m $'\e[31mm'
	ends_with 2 dkim-verify --zone=zone $'\e[31mm' m >out 2>err
	refute grep -q $'\e' out err
	echo "From: a@example.com, b@$(printf '\033')[2J" >f
	one_line 65 sign f || true
	refute grep -q $'\e' stderr
}

@test "JSON is valid with any octets (RFC 8259 7)" {
	forged --set $'i=</script>"\\\xe2\x80\xa8@example.com'
	judged 0 pass/ok f
	value signatures.0.i
	refute grep -q $'[\x80-\xff]' json
}

# -- L: signer -----------------------------------------------------------------------------

@test "two From, no From, malformed: 65 and nothing (RFC 6376 5.4)" {
	{ echo 'From: a@example.com'; cat m; } >f
	one_line 65 sign f
	grep -v ^From m >f
	one_line 65 sign f
	{ echo 'no colon'; cat m; } >f
	one_line 65 sign f
	{ echo ' x'; cat m; } >f
	one_line 65 sign f
}

@test "option values that would break out of their tag: 64 (RFC 6376 3.5)" {
	s() { dkim-sign -k mail.private "$@" m; }
	for d in 'x; s=evil' 'example.com;' $'example.com\r\nX: y' 'a=b.example' 'a b.example' '' com \
		'a..b' 'a.example..' '*.example' $'a\x01.example' "a'.example" 'a(.example'; do
		one_line 64 s -s mail -d "$d"
	done
	for s in 'x; d=evil' '' 'a b' 'a..' $'a\nb' 'a;' '*' 'a=b' "$(printf '%064d' 0)"; do
		one_line 64 s -d example.com -s "$s"
	done
	for i in 'a@example.com; d=evil' 'a=40@example.com' $'a\r\n@example.com' 'example.com' 'a@evil.example' \
		'a b@example.com' 'a@' '@' 'a@badexample.com' $'a\x80@example.com'; do
		one_line 64 s -d example.com -s mail -i "$i"
	done
	for h in 'from;d=evil' 'from:a b' 'from::to' '' 'from:' 'to' $'from:a\nb' from:dkim-signature 'from:é'; do
		one_line 64 s -d example.com -s mail --headers "$h"
	done
	for c in simple/ /simple relaxed relaxed/simple/x 'simple/simple; d=x' ''; do
		case $c in relaxed) continue ;; esac
		one_line 64 s -d example.com -s mail -c "$c"
	done
}

@test "From outside d=: warned" {
	sed 's/^From: .*/From: a@evil.example/' m >f
	sign f >out 2>err
	grep -q '^dkim-sign: .*warning: .*From' err
	dkim-sign -s mail -k mail.private f >out 2>err
	[ ! -s err ]
	grep -q ' d=evil.example;' out
}

@test "on top of 50 others: all kept (RFC 6376 5.6)" {
	for n in $(seq 50); do
		printf 'DKIM-Signature: v=1; a=rsa-sha256; d=d%d.example; s=mail;\n h=from; bh=x; b=y\n' "$n"
	done >f
	cat m >>f
	sign --at=$now f >out
	[ "$(grep -c '^DKIM-Signature:' out)" -eq 51 ]
	tail -n "$(wc -l <f)" out | cmp - f
	dkim-verify --zone=zone --at=$now --json out >json
	[ "$(value signatures.0.reason)" = '"ok"' ]
}

@test "a field of 5000 octets is not touched; 100 KB neither (RFC 5322 2.1.1)" {
	for n in 5000 100000; do
		{ printf 'X-Long: '; printf "%0${n}d\n" 0; cat m; } >f
		sign --headers from:x-long --at=$now f >out 2>err
		grep -q 998 err
		judged 0 pass/ok out
		tail -n "$(wc -l <f)" out | cmp - f
	done
}

@test "times before 1970 and after 2106, x= beyond 12 digits (RFC 6376 3.5)" {
	sign --at=4300000000 m >f
	judged 0 pass/ok --at=4300000000 f
	[ "$(value signatures.0.t)" = 4300000000 ]
	for at in -1 99999999999999999999 1969-12-31T23:59:59Z; do
		one_line 64 sign --at=$at m
	done
	one_line 64 sign -x 999999999999 m
	one_line 64 sign -x 18446744073709551615 m
	one_line 64 sign -x -1 m
	one_line 64 sign -x 0 m
}

@test "no body, an empty body: the right bh= (RFC 6376 3.4)" {
	head -n 5 m >none
	head -n 6 m >empty
	for f in none empty; do
		sign -c simple/simple --at=$now $f >out
		unfolded <out | grep -q 'bh=frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=;'
		judged 0 pass/ok out
		sign -c relaxed/relaxed --at=$now $f >out
		unfolded <out | grep -q 'bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;'
		judged 0 pass/ok out
	done
}

@test "what is never signed by default, what is added later (RFC 6376 5.4.1)" {
	{ printf 'Received: x\nReturn-Path: <a>\nComments: c\nKeywords: k\nBcc: b@example.com\nResent-Bcc: b@example.com\nAuthentication-Results: x; none\nARC-Seal: i=1\nX-Spam-Flag: NO\nDKIM-Signature: v=1\n'
	  grep -v -e ^Message-ID -e ^Date m; } >f
	sign --at=$now --header-only f | unfolded >out
	refute grep -Eiq 'h=[^;]*(received|return-path|comments|keywords|bcc|authentication|arc|spam|dkim)' out
	sign --at=$now f >out
	for line in 'Received: y' 'Message-ID: <2@example.com>' 'Date: Fri, 2 Jan 2026 10:00:00 +0000'; do
		{ echo "$line"; cat out; } >g
		dkim-verify --zone=zone --at=$now --json g >json
		[ "$(value result)" = '"pass"' ]
	done
}

@test "the last header line without a line end: what was there stays" {
	printf 'From: a@example.com\nTo: b@example.com' >f
	sign --at=$now f >out
	tail -c "$(wc -c <f)" out | cmp - f
	judged 0 pass/ok out
}

# -- K, T: keys and records ----------------------------------------------------------------

# only MODE FILE: it is there with that mode
mode_is() { [ "$(stat -c %a "$2")" = "$1" ]; }

@test "genkey: 0600 whatever the umask; what exists is never touched" {
	rm mail.private
	(umask 000; dkim-genkey -d example.com -s mail)
	mode_is 600 mail.private
	cp mail.private before
	cp mail.txt txt.before
	ends_with 73 dkim-genkey -d example.com -s mail 2>err
	[ -s err ]
	cmp mail.private before
	cmp mail.txt txt.before
	# one of the two is enough to refuse, and the other is not made
	rm mail.private
	ends_with 73 dkim-genkey -d example.com -s mail 2>err
	[ ! -e mail.private ]
	cmp mail.txt txt.before
}

@test "genkey: a link in the place of the key is not followed" {
	echo precious >victim
	ln -s victim a.private
	ln -s nowhere b.private
	ln -s victim c.txt
	ln victim d.private
	for s in a b c d; do
		ends_with 73 dkim-genkey -d example.com -s $s 2>err
	done
	[ "$(cat victim)" = precious ]
	[ ! -e nowhere ]
	[ ! -e a.txt ]
	[ ! -e b.txt ]
	[ ! -e c.private ]
	[ ! -e d.txt ]
	[ -z "$(find . -name '.*' -type f)" ]
}

@test "genkey: selectors and notes that would break out (RFC 6376 3.5)" {
	for s in 'x; touch pwned; true' '../x' 'a/b' 'a b' $'a\nb' '' '.' '..' 'a..b' '-x'; do
		ends_with 64 dkim-genkey -d example.com -s "$s" 2>err
	done
	[ ! -e pwned ]
	[ ! -e x ]
	for d in 'x; y' 'a b' $'a\nb' '*' ; do
		ends_with 64 dkim-genkey -d "$d" -s z 2>err
	done
	[ ! -e z.private ]
	dkim-genkey -v -d example.com -s v >out 2>err
	line=$(sed -n 3p v.private)
	refute grep -qF "$line" out
	refute grep -qF "$line" err
}

@test "genkey makes none below 1024 bits (RFC 8301 3.2)" {
	for bits in 512 1023 0 -1 1e3 100000; do
		ends_with 64 dkim-genkey -b $bits -d example.com -s small 2>err
	done
	[ ! -e small.private ]
	[ ! -e small.txt ]
}

@test "dkim-txt: what is no key is 65, and no key text comes out" {
	umask 077
	mkfifo fifo
	mkdir d
	truncate -s 1G sparse
	: >empty
	openssl ecparam -name prime256v1 -genkey -noout -out ec
	openssl pkey -in mail.private -aes256 -passout pass:secret -out encrypted
	for k in fifo d sparse empty ec encrypted m; do
		echo "$k"
		one_line 65 timeout 60 dkim-txt -d example.com -s x $k
	done
	one_line 66 timeout 60 dkim-txt -d example.com -s x nosuch
	ends_with 65 timeout 60 dkim-txt -d example.com -s x /dev/zero 2>err
	line=$(sed -n 3p mail.private)
	dkim-txt -d example.com -s mail mail.private >out 2>err
	refute grep -qF "$line" out
}

@test "what dkim-txt prints is the record that verifies" {
	dkim-txt -d example.com -s mail mail.private >z
	dkim-verify --zone=z --origin=example.com --at=$now signed
	forge sign -s ed -k ed.private <m >f
	dkim-txt -d example.com -s ed ed.private >z
	dkim-verify --zone=z --origin=example.com --at=$now f
	# its revocation is a record
	dkim-txt --revoke -d example.com -s mail >z
	ends_with 1 dkim-verify --zone=z --origin=example.com --at=$now --json signed >json
	grep -q '"reason":"key-revoked"' json
}

# -- N -------------------------------------------------------------------------------------

# with_kib KIB: dkim-sign --mta in so much address space; its status is the result.
with_kib() {
	status=0
	(ulimit -v "$1" && exec dkim-sign --mta -d example.com -s mail -k mail.private big) >out 2>err || status=$?
}

@test "too little memory: 75 for a mail server, nothing on stdout" {
	if sanitized; then skip "sanitizers want terabytes"; fi
	big_msg 4 >big
	# the least that is enough; with a little less an allocation of our own fails
	local least=100000 kib=0
	with_kib $least
	[ "$status" -eq 0 ]
	[ "$(wc -c <out)" -gt 4194304 ]
	while [ $((least - kib)) -gt 32 ]; do
		local middle=$(((least + kib) / 2))
		with_kib $middle
		if [ "$status" -eq 0 ]; then least=$middle; else kib=$middle; fi
	done
	with_kib $kib
	[ "$status" -eq 75 ]
	[ ! -s out ]
	grep -q 'out of memory' err
}

@test "no key text in any message" {
	line=$(sed -n 3p mail.private)
	chmod 644 mail.private
	ends_with 77 sign m >out 2>err
	refute grep -qF "$line" err
	chmod 600 mail.private
	sed 5d mail.private >broken
	chmod 600 broken
	ends_with 65 dkim-sign -d example.com -s mail -k broken m >out 2>err
	refute grep -qF "$line" err
	refute grep -qF "$line" out
}

@test "the text of a private key is in memory that is not swapped" {
	if sanitized; then skip "sanitizers leave mlock out"; fi
	[ "$(ulimit -l)" = unlimited ] || [ "$(ulimit -l)" -ge 64 ] ||
		skip "this user may lock no memory"
	cc -shared -fPIC -O1 -o secret.so "$top/tests/cli/secret.c" -ldl
	for run in "dkim-sign -d example.com -s mail -k mail.private m" \
		"dkim-txt -s mail mail.private" \
		"dkim-txt --check -d example.com -s mail -k mail.private --zone=zone"; do
		rm -f outcome
		OUTCOME=outcome LD_PRELOAD=./secret.so $run >out
		[ "$(cat outcome)" = "read locked" ]
	done
	rm outcome
	OUTCOME=outcome LD_PRELOAD=./secret.so dkim-genkey -d example.com -s new
	[ "$(cat outcome)" = "write locked" ]
	# a user who may lock nothing signs all the same
	(ulimit -l 0 && sign m >out)
}

@test "Windows-1252 text without a header: 65, both tools" {
	printf 'Gr\xfc\xdfe aus K\xf6ln\n\nx\n' >f
	one_line 65 sign f
	one_line 65 dkim-verify --zone=zone f
}
