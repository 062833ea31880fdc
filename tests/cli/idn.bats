#!/usr/bin/env bats
# Internationalized mail (RFC 8616): messages in
# UTF-8, signed by forge.py; the records stand under A-labels.
# shellcheck disable=SC2154 # set by the helpers

load helper
load dkim_helper

d=xn--bcher-kva.example

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	rsa mail
	add mail 'v=DKIM1; p=KEY' $d
	forge txt "xn--4ca._domainkey.$d." "v=DKIM1; p=$(forge p mail.private)" >>zone
	add mail
	msg | sed 's/example\.com>/bücher.example>/; s/^Subject: .*/Subject: Äpfel/' >eai
	msg | sed "s/example\\.com>/$d>/" >ascii
}

setup() {
	in_own_folder
	shared mail.private zone eai ascii
}

# signed MESSAGE [OPTION...]: into f.
signed() {
	local m=$1
	shift
	forge sign -k mail.private "$@" <"$m" >f
}

@test "d= as U-label and as A-label, in headers EAI and not" {
	for m in eai ascii; do
		for name in bücher.example $d XN--BCHER-KVA.EXAMPLE BÜCHER.example; do
			signed $m -d "$name"
			judged 0 "pass/ok" f
			[ "$(value signatures.0.aligned)" = '"strict"' ]
			[ "$(value from)" = "\"$d\"" ]
		done
	done
}

@test "--require compares A-labels, however the domain is written" {
	signed eai -d bücher.example
	for name in bücher.example BÜCHER.example $d; do
		ends_with 0 dkim-verify -q --zone=zone --at=$now "--require=d=$name" f >out
	done
	ends_with 1 dkim-verify -q --zone=zone --at=$now --require=d=bucher.example f >out
	one_line 64 dkim-verify "--require=d=b ücher.example" f
}

@test "in simple canonicalization, too, the octets are hashed as they stand" {
	signed eai -d bücher.example -c simple/simple
	judged 0 "pass/ok" f
	sed "s/d=bücher.example/d=$d/" f >other
	judged 1 "fail/bad-signature" other
}

@test "the header is not UTF-8: syntax, and A-labels are still good" {
	for m in eai ascii; do
		{ printf 'X-Note: caf\351\n'; cat $m; } >latin1
		signed latin1 -d bücher.example
		judged 1 "neutral/syntax" f
		grep -q 'RFC 8616 5' json
		signed latin1 -d $d
		judged 0 "pass/ok" f
	done
}

@test "s= as U-label" {
	signed eai -d bücher.example -s ä
	judged 0 "pass/ok" f
	signed eai -d $d -s xn--4ca
	judged 0 "pass/ok" f
}

@test "i= within d=, whichever of them is written in U-labels" {
	for i in @bücher.example @sub.bücher.example @$d jörg@ä.$d 'j=C3=B6rg@b=C3=BCcher.example'; do
		for name in bücher.example $d; do
			signed eai -d "$name" --set "i=$i"
			judged 0 "pass/ok" f
		done
	done
	for i in @buecher.example @xbücher.example @example; do
		signed eai -d bücher.example --set "i=$i"
		status=0
		dkim-verify --zone=zone --at=$now --json f >json || status=$?
		[ "$status" = 1 ]
		[ "$(value signatures.0.result)" != '"pass"' ]
	done
}

@test "what IDNA does not permit is bad-idn, and no name is looked up" {
	dns_server log
	for name in 😀.example ä-.example $'a\xe2\x80\x8d''b.example' אa.example; do
		signed eai -d "$name"
		status=0
		dkim-verify --nameserver=127.0.0.1@"$port" --at=$now --json f >json || status=$?
		[ "$status" = 1 ]
		[ "$(value signatures.0.reason)" = '"bad-idn"' ]
		[ "$(value signatures.0.result)" = '"permerror"' ]
		[ "$(value signatures.0.d)" != null ]
	done
	dns_stop
	[ ! -s asked ]
}

@test "one lookup, in lower-case ASCII" {
	dns_server log
	signed eai -d BÜCHER.Example -s Ä
	status=0
	dkim-verify --nameserver=127.0.0.1@"$port" --at=$now f >out || status=$?
	dns_stop
	[ "$status" = 1 ]
	[ "$(cat asked)" = "xn--4ca._domainkey.$d" ]
	grep -q "xn--4ca._domainkey.$d does not exist" out
	grep -q "d=BÜCHER.Example" out
}

@test "xn-- that is no punycode is a name like others" {
	signed ascii -d xn--zzzzzzzz99999.example
	judged 1 "permerror/no-key" f
}

@test "octets that are no UTF-8 in d=, s=, i=: syntax" {
	for tag in d=b$'\xfc'cher.example s=$'\xe4' i=@$'\xe4'.example.com i=j=F6rg@example.com; do
		signed eai --set "$tag"
		judged 1 "neutral/syntax" f
	done
}

@test "what is written in d= is shown, but nothing that hides or reorders" {
	signed eai -d $'b\xe2\x80\x8bü\xe2\x80\xae''cher.example' --set $'i=\xe2\x81\xa6a@bücher.example'
	status=0
	dkim-verify --zone=zone --at=$now f >out || status=$?
	[ "$status" = 1 ]
	refute grep -q $'\xe2\x80\x8b\|\xe2\x80\xae\|\xe2\x81\xa6' out
	grep -qF 'd=b\xe2\x80\x8bü\xe2\x80\xaecher.example' out
}

@test "the From domain by IDNA mapping" {
	for name in bücher.example BÜCHER.EXAMPLE bücher．example ＢÜCHER。example $'bu\xcc\x88''cher.example.' xn--Bcher-KVA.example; do
		msg | sed "s/example\\.com>/$name>/" >m
		signed m -d $d
		judged 0 "pass/ok" f
		[ "$(value from)" = "\"$d\"" ]
		[ "$(value signatures.0.aligned)" = '"strict"' ]
	done
	for name in $'b\xfc''cher.example' 😀.example ℀.example; do
		msg | LC_ALL=C sed "s/example\\.com>/$name>/" >m
		signed m
		judged 0 "pass/ok" f
		[ "$(value from)" = null ]
		[ "$(value signatures.0.aligned)" = null ]
	done
}

@test "dkim-sign signs for the A-labels of From" {
	dkim-sign --at=$now -s mail -k mail.private <eai >f 2>err
	grep -q "d=$d;" f
	judged 0 "pass/ok" f
	[ "$(value signatures.0.aligned)" = '"strict"' ]
}

@test "From of 1 MB in U-labels is bounded" {
	for n in 20000 80000; do
		{ printf 'From: <@a'; printf ',@ä.example%.0s' $(seq $n); printf ':a@ü.example>\n\n'; } >m
		judged 2 "" m
		[ "$(value from)" = '"xn--tda.example"' ]
	done
	[ "$(value warnings)" = '["limit"]' ]
}
