#!/usr/bin/env bats
# What other implementations once got wrong and no other file of tests has:
# signed by forge.py, which shares no code with the tools.
# shellcheck disable=SC2317,SC2086,SC2059 # functions called through others; numbers and escapes
load helper
load dkim_helper

setup_file() { make_signed; }
setup() { share_signed; }

# with_key TEXT: the key record of mail.private is TEXT.
with_key() {
	rm -f zone
	add mail "$1"
}

@test "each of the four c= judges header and body by its own half (RFC 6376 3.4)" {
	msg 'two  blanks ' >m
	for c in simple/simple simple/relaxed relaxed/simple relaxed/relaxed; do
		forged -c $c
		judged 0 pass/ok f
		# a blank more in the body, then one more in the header
		sed 's/two  blanks/two   blanks/' f >body
		sed 's/^Subject: dinner/Subject:  dinner/' f >header
		case $c in
		*/relaxed) judged 0 pass/ok body ;;
		*) judged 1 fail/body-hash-mismatch body ;;
		esac
		case $c in
		relaxed/*) judged 0 pass/ok header ;;
		*) judged 1 fail/bad-signature header ;;
		esac
	done
}

@test "without c= it is simple/simple (RFC 6376 3.5)" {
	msg 'two  blanks ' >m
	forged -c simple/simple --drop c
	judged 0 pass/ok f
	[ "$(value signatures.0.c)" = '"simple/simple"' ]
	sed 's/two  blanks/two blanks/' f >g
	judged 1 fail/body-hash-mismatch g
}

@test "a key that cannot be looked up spoils no other signature (RFC 6376 6.1)" {
	cat >>zone <<-EOF
		lost._domainkey.example.com. IN CNAME loop.example.
		loop.example. IN CNAME loop.example.
	EOF
	forge sign -k mail.private <m >one
	forge sign -s lost -k mail.private <one >f
	judged 0 'temperror/dns pass/ok' f
	forge sign -s lost -k mail.private <m >one
	forge sign -k mail.private <one >f
	judged 0 'pass/ok temperror/dns' f
}

@test "lines of blanks only are empty lines in a relaxed body (RFC 6376 3.4.4)" {
	printf 'From: a@example.com\r\nTo: b\r\nSubject: s\r\nDate: d\r\nMessage-ID: i\r\n\r\na\r\n \r\n\t \r\nb\r\n \t\r\n' >m
	forged -c simple/relaxed
	judged 0 pass/ok f
	printf '   \r\n\r\n' >>f
	judged 0 pass/ok f
	printf '   x\r\n' >>f
	judged 1 fail/body-hash-mismatch f
}

@test "unknown tags, repeated letters, odd names: signed and ignored (RFC 6376 3.2)" {
	forged --add 'foo=bar' --add 'zz_9=;x1' --add 'bb=AAAA' --add 'hh=from'
	judged 1 neutral/syntax f # "x1" has no "="
	forged --add 'foo=bar' --add 'zz_9=' --add 'bb=AAAA' --add 'hh=from'
	judged 0 pass/ok f
	sed 's/foo=bar/foo=baz/' f >g
	judged 1 fail/bad-signature g
}

@test "tags of the record that are empty, not absent (RFC 6376 3.6.1)" {
	with_key 'v=DKIM1; k=rsa; t=; p=KEY'
	judged 0 pass/ok signed
	with_key 'v=DKIM1; k=rsa; h=; p=KEY'
	judged 1 permerror/hash-not-allowed signed
	with_key 'v=DKIM1; k=rsa; s=; p=KEY'
	judged 1 permerror/service-not-allowed signed
	with_key 'v=DKIM1; k=; p=KEY'
	judged 1 permerror/key-unsuitable signed
	with_key 'v=DKIM1; g=; n=; k=rsa; p=KEY'
	judged 0 pass/ok signed
}

@test "names compare in any case, in d=, i=, s= and in DNS (RFC 6376 3.5)" {
	rm zone
	forge txt 'MAIL._DomainKey.Example.COM.' "v=DKIM1; p=$(forge p mail.private)" >zone
	forge sign -k mail.private --set d=ExAmPle.cOm --set s=Mail --set i=@SUB.example.com <m >f
	judged 0 pass/ok f
	[ "$(value signatures.0.d)" = '"ExAmPle.cOm"' ]
	[ "$(value signatures.0.aligned)" = '"strict"' ]
}

@test "simple header: white space before the colon is signed as it is (RFC 6376 3.4.1)" {
	msg | sed 's/^Subject:/Subject \t :/' >m
	forged -c simple/simple
	judged 0 pass/ok f
	sed 's/^Subject \t :/Subject :/' f >g
	judged 1 fail/bad-signature g
	forged -c relaxed/simple
	sed 's/^Subject \t :/SUBJECT:/' f >g
	judged 0 pass/ok g
}

@test "a final semicolon, with and without white space behind it (RFC 6376 3.2)" {
	for end in ';' '; ' ';\t'; do
		forged --template " v=1; a=rsa-sha256; d=example.com; s=mail; h=from; c=relaxed/relaxed; bh={bh}; b={b}$(printf "$end")" -h from
		judged 0 pass/ok f
	done
	with_key 'v=DKIM1; p=KEY;'
	judged 0 pass/ok signed
}

@test "a name in h= more often than the field stands (RFC 6376 5.4.2)" {
	forged -h from:to:to:to:subject:From:received:received
	judged 0 pass/ok f
	{ printf 'To: c@example.net\r\n'; cat f; } >g
	judged 1 fail/bad-signature g
}

@test "empty values in a relaxed header (RFC 6376 3.4.2)" {
	printf 'From: a@example.com\r\nSubject:\r\nTo: \t\r\nDate:\r\n \r\nMessage-ID: i\r\n\r\nHi.\r\n' >m
	forged
	judged 0 pass/ok f
	sed 's/^Subject:/SUBJECT: \t/' f >g
	judged 0 pass/ok g
}

@test "a selector that is an alias; a chain too long: temperror (RFC 1034 3.6.2)" {
	sed -i 's/^mail\._domainkey\.example\.com\./key.provider.example./' zone
	cat >>zone <<-EOF
		mail._domainkey.example.com. IN CNAME a.provider.example.
		a.provider.example. IN CNAME key.provider.example.
	EOF
	judged 0 pass/ok signed
	sed -i '/^a\.provider/d' zone
	for i in $(seq 1 20); do
		echo "c$i.provider.example. IN CNAME c$((i + 1)).provider.example."
	done >>zone
	echo 'a.provider.example. IN CNAME c1.provider.example.' >>zone
	judged 75 temperror/dns signed
	# RFC 2308 2.1: an alias to nothing is no key
	sed -i '/^c1\./d' zone
	judged 1 permerror/no-key signed
}

@test "b= folded at once, and within (RFC 6376 3.5)" {
	forged -h from:to:subject --template $' v=1; a=rsa-sha256; c=relaxed/simple;\r\n d=example.com; s=mail; h=from:to:subject; bh={bh};\r\n b=\r\n {b}'
	judged 0 pass/ok f
	perl -0pe 's/(b=\s+\S{20})/$1\r\n\t /' f >g
	judged 0 pass/ok g
	refute cmp -s f g
}

@test "trace fields added above leave the signature good (RFC 6376 3.4)" {
	dkim-sign -d example.com -s mail -k mail.private --at=$now <m >f
	{
		printf 'Return-Path: <joe@example.com>\nReceived: from a by b; Fri, 2 Jan 2026 10:00:00 +0000\n'
		cat f
	} >g
	judged 0 pass/ok g
}

@test "a replayed message is as good as it was; dots are data (RFC 6376 8.6)" {
	msg $'.\n..\n.x' >m
	forged -c simple/simple
	{ printf 'Return-Path: <x@evil.example>\r\nDelivered-To: other@example.org\r\n'; cat f; } >g
	judged 0 pass/ok g
	sed 's/^\.\.\r$/.\r/' f >g
	judged 1 fail/body-hash-mismatch g
}

@test "Sender and Resent-From are nobody's author" {
	{ printf 'Resent-From: ceo@evil.example\r\nSender: ceo@evil.example\r\n'; cat signed; } >g
	judged 0 pass/ok g
	[ "$(value from)" = '"example.com"' ]
	[ "$(value signatures.0.aligned)" = '"strict"' ]
}

@test "a name server that never answers costs the deadline, and is a temperror (RFC 6376 6.1.2)" {
	dns_server silent
	ends_with 75 dkim-verify --at=$now --json --nameserver=127.0.0.1@$port \
		--dns-timeout=600 --deadline=1 signed >json
	dns_stop
	[ "$(value signatures.0.reason)" = '"dns"' ]
}

@test "strings split anywhere are joined with nothing between (RFC 6376 3.6.2.2)" {
	local p
	p=$(forge p mail.private)
	rm zone
	printf 'mail._domainkey.example.com. IN TXT "v" "=DK" "IM1;" " " "p" "=%s" "" "%s" "%s"\n' \
		"${p:0:1}" "${p:1:200}" "${p:201}" >zone
	judged 0 pass/ok signed
	printf 'mail._domainkey.example.com. IN TXT "v=DKIM1; p=" "%s\\010" "%s"\n' \
		"${p:0:200}" "${p:200}" >zone
	judged 1 permerror/key-syntax signed
}

@test "a TTL of 0 or beyond 31 bits changes nothing" {
	sed 's/ IN TXT/ 0 IN TXT/' zone >zero
	mv zero zone
	judged 0 pass/ok signed
}

@test "what the body and other filters say of results is never read (RFC 8601 5)" {
	printf 'From: a@example.com\r\nDKIM-Status: good\r\nX-DKIM: pass\r\nReceived-SPF: pass\r\n\r\nAuthentication-Results: mx.example; dkim=pass header.d=bank.example\r\n' >g
	judged 2 '' g
	refute grep -q bank json
}

@test "Ed25519 signs the SHA-256 of the header, not the header (RFC 8463 3)" {
	forge sign -s ed -k ed.private <m >f
	judged 0 pass/ok f
	[ "$(value signatures.0.bits)" = 256 ]
	# the same key over another message's header
	sed 's/^Subject: dinner/Subject: supper/' f >g
	judged 1 fail/bad-signature g
}

@test "no answer is never a no, a bad signature never a perhaps (RFC 6376 6.1)" {
	printf 'mail._domainkey.example.com. IN CNAME loop.example.\nloop.example. IN CNAME loop.example.\n' >zone
	judged 75 temperror/dns signed
	sed 's/^Subject: dinner/Subject: supper/' signed >f
	judged 75 temperror/dns f
	printf 'x.example.com. IN A 192.0.2.1\n' >zone
	judged 1 permerror/no-key signed
}

@test "both hashes count, and the message is left as it was (RFC 6376 6.1.3)" {
	cp signed before
	sed 's/dinner ready/supper ready/' signed >body
	judged 1 fail/body-hash-mismatch body
	sed 's/^Subject: dinner/Subject: x/' body >both
	judged 1 fail/body-hash-mismatch both
	cmp signed before
}

@test "weak coverage is told, and is no failure (RFC 6376 8.15)" {
	forged -h from
	judged 0 pass/ok f
	warned weak-coverage
}

@test "without operands and with nothing on stdin: an empty message, no hang" {
	dkim-verify --zone=zone --json </dev/null >json 2>err || [ $? -eq 2 ]
	[ "$(value result)" = '"none"' ]
	[ "$(value warnings)" = '["empty-input"]' ]
}

@test "times beyond every calendar are refused, not wrapped" {
	one_line 64 dkim-verify --zone=zone --at=9223372036854775808 signed
	one_line 64 dkim-verify --zone=zone --at=-1 signed
	judged 0 pass/ok --at=$now signed
}
