#!/usr/bin/env bats
# DomainKey-Signature (RFC 4870): signed by forge.py and Mail::DKIM.
# It is reported and never counts.
# shellcheck disable=SC2154 # set by the helpers

load helper
load dkim_helper

setup_file() { make_signed; }
setup() { share_signed; }

# dk [OPTION...] [<MESSAGE]: message m signed, into f.
dk() { forge domainkeys -k mail.private "$@" <"${from:-m}" >f; }

# says VERDICTS FILE: as judged, for messages without a DKIM signature.
says() { judged 2 "$@"; }

@test "simple and nofws, all fields and those of h=" {
	for c in simple nofws; do
		for h in "" from:to:subject:date:message-id from 'Subject : FROM' from:x-none:subject; do
			dk -c $c ${h:+-h "$h"}
			says "pass/ok" f
			lf <f >g
			says "pass/ok" g
		done
	done
}

@test "the entry of a DomainKey-Signature in JSON" {
	dk -h from:to
	says "pass/ok" f
	[ "$(value result)" = '"none"' ]
	[ "$(value signatures.0.field)" = '"DomainKey-Signature"' ]
	[ "$(value signatures.0.a)" = '"rsa-sha1"' ]
	[ "$(value signatures.0.c)" = '"nofws"' ]
	[ "$(value signatures.0.h)" = '["from", "to"]' ]
	[ "$(value signatures.0.bits)" = 2048 ]
	[ "$(value signatures.0.testing)" = false ]
	for key in i t x l unsigned_octets body_hash.found aligned; do
		[ "$(value signatures.0.$key)" = null ]
	done
}

@test "JSON has both kinds of signatures in message order" {
	from=signed dk --below 1
	judged 0 "pass/ok pass/ok" f
	[ "$(value signatures.1.field)" = '"DomainKey-Signature"' ]
	from=signed dk
	judged 0 "pass/ok pass/ok" f
	[ "$(value signatures.0.field)" = '"DomainKey-Signature"' ]
	[ "$(value signatures.1.field)" = '"DKIM-Signature"' ]
	dkim-verify --zone=zone --at=$now f >out
	diff - out <<-EOT
		domainkeys=pass  d=example.com s=mail a=rsa-sha1 c=nofws key=2048
		pass  d=example.com s=mail a=rsa-sha256 c=relaxed/relaxed key=2048 i=@example.com
	EOT
}

@test "it never counts, good or bad" {
	dk
	says "pass/ok" f
	refute dkim-verify --zone=zone --at=$now --require=any f
	refute dkim-verify --zone=zone --at=$now --require=d=example.com f
	dkim-verify --zone=zone --at=$now f >out || [ $? = 2 ]
	grep -q '^domainkeys=pass ' out
	grep -q '^none  no DKIM-Signature field' out
	refute grep -q ^pass out
	from=signed dk --set b=AAAA
	judged 0 "fail/bad-signature pass/ok" f
	dkim-verify --zone=zone --at=$now --require=all f
	dns_server rcode:2
	dkim-verify --nameserver=127.0.0.1@"$port" --deadline=2 --json f >json || [ $? = 75 ]
	dk
	status=0
	dkim-verify --nameserver=127.0.0.1@"$port" --deadline=2 --json f >json || status=$?
	dns_stop
	[ "$status" = 2 ]
	grep -q '"result":"temperror","reason":"dns"' json
}

@test "bodies of every end, simple and nofws (RFC 4870 3.4.2)" {
	for body in '' $'\n' $'\n\n\n' $' \n\t\n' x $'x\n\n \n' $'a b\tc \n\n\nd' $'.\n..\n' $'a\rb' $' x \n\n'; do
		for c in simple nofws; do
			{ msg | sed '/^$/q'; printf %s "$body"; } >n
			from=n dk -c $c
			says "pass/ok" f
			for end in $'\n' $'\r\n\r\n'; do
				{ crlf <n; printf %s "$end"; } >o
				from=o dk -c $c
				says "pass/ok" f
			done
		done
	done
	msg | sed '/^$/d' | head -n 5 >n # no empty line at all
	for c in simple nofws; do
		from=n dk -c $c
		says "pass/ok" f
	done
}

@test "what simple forgives and what it does not" {
	dk -c simple
	{ cat f; printf '\r\n\r\n'; } >g
	says "pass/ok" g
	sed 's/dinner ready/dinner  ready/' f >g
	says "fail/bad-signature" g
	sed 's/^Subject: /Subject:/' f >g
	says "fail/bad-signature" g
	{ cat f; printf ' \r\n'; } >g
	says "fail/bad-signature" g
	sed 's/^Date: .*/&\r\n X-Folded/' f >g
	says "fail/bad-signature" g
}

@test "what nofws forgives and what it does not" {
	dk -c nofws
	sed -e 's/dinner ready/din ner\tre ady/' -e 's/^Subject: /Subject:\r\n\t /' f >g
	{ cat g; printf ' \t\r\n\r\n'; } >h
	says "pass/ok" h
	sed 's/dinner ready/dinner ready!/' f >g
	says "fail/bad-signature" g
	sed 's/^Is dinner/Is\r\ndinner/' f >g # a line more
	says "fail/bad-signature" g
	sed 's/^To: /to: /' f >g
	says "fail/bad-signature" g
}

@test "fields above it are not covered, those below are" {
	for c in simple nofws; do
		dk -c $c
		{ printf 'Received: x\r\n'; cat f; } >g
		says "pass/ok" g
		sed 's/^To: /X-New: x\r\nTo: /' f >g
		says "fail/bad-signature" g
		sed '/^Message-ID/d' f >g
		says "fail/bad-signature" g
		dk -c $c -h from:subject
		sed 's/^To: .*/X-New: x\r/' f >g
		says "pass/ok" g
		sed 's/^To: /Subject: x\r\nTo: /' f >g # every occurrence
		says "fail/bad-signature" g
		sed '/^Subject/d' f >g
		says "fail/bad-signature" g
		{ grep ^Subject f; sed '/^Subject/d' f; } >g # now above: not found
		says "fail/bad-signature" g
	done
}

@test "the order of the message; RFC 4870 3.7.1: that of h= when fields moved" {
	for c in simple nofws; do
		dk -c $c -h subject:from:date
		says "pass/ok" f
		dk -c $c -h subject:from:date --order
		says "pass/ok" f
		dk -c $c -h from:to:subject
		{ grep ^Dom f; grep ^Subj f; grep -v '^Dom\|^Subj' f; } >g
		says "pass/ok" g
		dk -c $c # without h= nobody can tell
		{ grep ^Dom f; grep ^Subj f; grep -v '^Dom\|^Subj' f; } >g
		says "fail/bad-signature" g
	done
	{ printf 'Received: 1\nReceived: 2\nReceived: 3\n'; cat m; } >n
	for h in received:from received:received:from from:received received:from:received; do
		from=n dk -h $h
		says "pass/ok" f
	done
	# the last Received of h= is the last one, its first all the others
	printf 'Received: 1\nReceived: 2\nFrom: a@example.com\nReceived: 3\n\nx\n' >n
	from=n dk -h received:from:received
	{ grep -v '^From\|^.$\|^x' f; printf 'From: a@example.com\r\n\r\nx\r\n'; } >g
	says "pass/ok" g
	sed 's/^Received: 3/Received: 4/' g >h
	says "fail/bad-signature" h
}

@test "the field itself is not covered" {
	dk
	sed 's/^DomainKey-Signature: /&  x=y; /' f >g
	says "pass/ok" g
}

@test "tags that are missing, unknown or wrong (RFC 4870 3.3)" {
	dk --drop a # the default
	says "pass/ok" f
	dk --drop q # LENIENT
	says "pass/ok" f
	for tag in b c d s; do
		dk --drop $tag
		says "neutral/missing-tag" f
	done
	dk --set a=RSA-SHA1 --set c=NoFWS --set q=DNS --set d=EXAMPLE.com
	says "pass/ok" f
	for a in '' rsa-sha256 rsa-sha1x rsa ed25519-sha256; do
		dk --set "a=$a"
		says "neutral/unsupported-algorithm" f
	done
	for c in '' relaxed simple/simple nofwsx; do
		dk --set "c=$c"
		says "neutral/unsupported-canon" f
	done
	for q in '' dns/txt dnsx http; do
		dk --set "q=$q"
		says "neutral/unsupported-query" f
	done
	for tag in b= b=A b=Q@== d= d=com d=example.com. 'd=a b' s= s=a..b h= h=from::to h=fr@m:; do
		dk --set "$tag"
		[ "$tag" = h=fr@m: ] || says "neutral/syntax" f
	done
	dk --set "s=mail; s=mail"
	says "neutral/syntax" f
	dk --set $'n=\xc3\xa4'
	says "neutral/syntax" f
	dk --set "s=mail;;"
	says "neutral/syntax" f
}

@test "the sending address: Sender, else the first of From" {
	for domain in sub.example.com EXAMPLE.com a.b.example.com; do
		msg | sed "s/@example\\.com>/@$domain>/" >n
		from=n dk
		says "pass/ok" f
	done
	for domain in example.net xexample.com com; do
		msg | sed "s/@example\\.com>/@$domain>/" >n
		from=n dk
		says "permerror/domain-mismatch" f
	done
	msg | sed 's/^From: .*/From: a@example.com, b@example.net/' >n
	from=n dk
	says "pass/ok" f
	msg | sed 's/^From: .*/From: b@example.net, a@example.com/' >n
	from=n dk
	says "permerror/domain-mismatch" f
	msg | sed 's/^From: .*/From: a@example.net\nSender: b@example.com/' >n
	from=n dk
	says "pass/ok" f
	from=n dk -h from:sender
	says "pass/ok" f
	msg | sed 's/^From: .*/From: a@example.com\nSender: b@example.net/' >n
	from=n dk
	says "permerror/domain-mismatch" f
	from=n dk -h from:sender
	says "permerror/domain-mismatch" f
}

@test "no sending address" {
	for header in 'From: nobody' 'From: a@example.com\nFrom: a@example.com' \
		'From: a@example.com\nSender: nobody' 'Sender: a@example.com' \
		'From: a@example.com\nSender: a@example.com\nSender: a@example.com' \
		'From: nobody\nSender: a@example.com'; do
		msg | sed "s/^From: .*/$header/" >n
		from=n dk
		says "permerror/domain-mismatch" f
		grep -q 'no sending address' json
	done
}

@test "RFC 4870 3.5.2: a list's Sender came later than a signature that does not name it" {
	dk -h from:to:subject
	{ printf 'Sender: list@example.net\r\n'; cat f; } >g
	says "pass/ok" g
	sed 's/^To: /Sender: list@example.net\r\n&/' f >g
	says "pass/ok" g
	dk -h to:subject
	says "permerror/from-not-signed" f
}

@test "keys that do not suit the signature (RFC 4870 3.2.3)" {
	dk -s none
	says "permerror/no-key" f
	cp mail.private x.private
	add x 'k=rsa; p='
	dk -s x
	says "permerror/key-revoked" f
	rm zone
	for text in 't=y; p=KEY' 'k=rsa; t=y; p=KEY; n=a 1024 bit key;'; do
		rm -f zone
		add x "$text"
		dk -s x
		says "pass/ok" f
		[ "$(value signatures.0.testing)" = true ]
	done
	for text in 'h=sha256; p=KEY' 's=other; p=KEY' 'v=DKIM1; k=rsa; s=tlsrpt; h=x; p=KEY'; do
		rm -f zone
		add x "$text" # DKIM's restrictions, unknown to DomainKeys
		dk -s x
		says "pass/ok" f
	done
	rm zone
	add ed 'v=DKIM1; k=ed25519; p=KEY'
	dk -s ed
	says "permerror/key-unsuitable" f
}

@test "g= is the local part" {
	cp mail.private x.private
	for g in '' joe 'j*' '*e' 'j*e' '*' 'joe*'; do
		rm -f zone
		add x "g=$g; k=rsa; p=KEY"
		dk -s x
		says "pass/ok" f
	done
	for g in Joe jo joex 'x*' '*x' 'jo*oe' 'j*o' '*joe*'; do
		rm -f zone
		add x "v=DKIM1; g=$g; p=KEY"
		dk -s x
		says "permerror/identity-not-allowed" f
	done
	rm -f zone
	add x 'g=joe; p=KEY'
	forged -s x # DKIM ignores it (RFC 6376 C.2)
	judged 0 "pass/ok" f
	msg | sed 's/^From: .*/From: "joe" <"joe"@example.com>\nSender: (x) ann@example.com/' >n
	from=n dk -s x
	says "permerror/identity-not-allowed" f
	from=n dk -s x -h from
	says "pass/ok" f
}

@test "RFC 4870 3.2.2: keys from 512 bits" {
	for bits in 512 768 1024; do
		rsa k$bits $bits
		add k$bits 'k=rsa; p=KEY'
		forge domainkeys -k k$bits.private -s k$bits <m >f
		says "pass/ok" f
		[ "$(value signatures.0.bits)" = $bits ]
	done
	add tiny "k=rsa; p=$(forge p mail.private --e 1)"
	dk -s tiny
	says "permerror/weak-key" f
}

@test "several signatures (RFC 4870 3.3)" {
	dk
	mv f n
	from=n dk --set d=example.net
	says "permerror/domain-mismatch pass/ok" f
	from=n dk
	says "pass/ok pass/ok" f
	for _ in 1 2 3; do
		mv f n
		from=n dk
	done
	says "pass/ok pass/ok pass/ok policy/signature-limit policy/signature-limit" f
	{ yes 'DomainKey-Signature: a=rsa-sha1; c=nofws; q=dns; d=example.com; s=mail; b=AAAA' | head -n 120; cat m; } >f
	dns_server log
	status=0
	dkim-verify --nameserver=127.0.0.1@"$port" --json f >json 2>err || status=$?
	dns_stop
	[ "$status" = 2 ]
	[ "$(grep -o DomainKey-Signature json | wc -l)" = 100 ]
	[ "$(wc -l <asked)" = 1 ]
	grep -q '20 more signature fields' err
}

@test "in a malformed header it is worth nothing" {
	dk
	sed 's/^To: /no field\r\n&/' f >g
	judged 2 "permerror/malformed-header" g
}

@test "nothing of it reaches DNS, a terminal or another word of the line" {
	dk --set $'d=\x1b]0;pwn\x07.com' --set 'x=1'
	dns_server log
	dkim-verify --nameserver=127.0.0.1@"$port" f >out 2>&1 || [ $? = 2 ]
	dk --set 'd=a b=pass.example.com' --set 'a=x pass d=y'
	dkim-verify --nameserver=127.0.0.1@"$port" f >>out 2>&1 || [ $? = 2 ]
	dns_stop
	[ ! -s asked ]
	refute grep -q $'\x1b' out
	refute grep -q '^[^:]* pass' out
}

@test "peer: Mail::DKIM and we agree" {
	perl=$top/tests/cli/mail_dkim.pl
	cp m a
	{ msg "$(printf 'caf\303\251 \n \tindented  twice \t\n.\n\n\n')"; } >b
	{ msg ""; } >c
	{ printf 'Received: a\n\tb\nReceived: c\n'; cat m; } >d
	for c in simple nofws; do
		/usr/bin/perl "$perl" domainkeys mail.private $c mail .$c a b c d
		for file in a b c d; do
			says "pass/ok" $file.$c
			from=$file dk -c $c
			mv f $file.ours
			from=$file dk -c $c -h received:from:to:subject
			mv f $file.listed
		done
		/usr/bin/perl "$perl" verify zone {a,b,c,d}.{ours,listed} >got
		[ "$(sort got | uniq -c | tr -d ' ')" = 8pass ]
	done
}
