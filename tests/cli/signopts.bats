#!/usr/bin/env bats
# The options of dkim-sign besides those that choose the key.
# shellcheck disable=SC2016,SC2030,SC2031,SC2317 # functions called through others
load helper
load dkim_helper

setup_file() { make_signed; }
setup() { share_signed; }

sign_at() { sign --at=$now "$@"; }
tags() { unfolded <"$1" | sed -n '1s/^DKIM-Signature: //p'; }
# has FILE TEXT: among the tags of the topmost signature.
has() { tags "$1" | grep -qE "(^| )$2;" || { tags "$1"; return 1; }; }

# -- headers -----------------------------------------------------------------

@test "--headers: each preset signs, and the signature holds" {
	sed 's/^Subject/Sender: x@example.com\nList-Id: <l>\nList-Unsubscribe: <https:\/\/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\nSubject/' m >f
	for p in rfc6376 opendkim exim rspamd ses list-safe bulk strict; do
		sign_at -q --headers=$p f >out
		judged 0 pass/ok out
		tags out | sed 's/.* h=\([^;]*\);.*/\1/; s/ //g' >$p
	done
	[ "$(cat ses)" = "From:From:Reply-To:Subject:Subject:To:To:Cc:Sender:Sender:List-Id:List-Unsubscribe:List-Unsubscribe-Post" ] ||
		[ "$(cat ses)" = "From:From:Subject:Subject:To:To:Cc:Sender:Sender:List-Id:List-Unsubscribe:List-Unsubscribe-Post" ]
	grep -q 'List-Unsubscribe:List-Unsubscribe:.*List-Unsubscribe-Post:List-Unsubscribe-Post' bulk
	refute grep -q Subject list-safe
	grep -q 'Reply-To' strict
	refute grep -q 'Message-ID\|Sender' rfc6376
	one_line 64 sign_at --headers=postfix f
}

# RFC 6376 8.9: more than verifiers accept is not signed.
@test "--headers: 999 names and no more" {
	some=$(printf ':X-%d' {1..998})
	sign_at -q --headers="From$some" m >out
	judged 0 pass/ok out
	one_line 64 sign_at -q --headers="From$some:Y" m
	grep -q 'headers: more than 999 names (RFC 6376 8.9)$' stderr
	# of the message, not of the option: it can never be signed
	{ printf 'Y: x\n%.0s' {1..10}; cat m; } >f
	one_line 65 sign_at -q --mta --headers="From:+Y${some%:X-998}" f
	grep -q 'more than 999 header fields to sign (RFC 6376 8.9)' stderr
}

@test "-c, -k and -i that are nearly right" {
	one_line 64 sign_at -c relaxed m
	grep -q -- '-c relaxed: relaxed/relaxed (as Exim' stderr
	one_line 64 sign_at -i $'joe@\xff.example.com' m
	grep -q -- '-i: .* is not UTF-8' stderr
	# a key in the place of its file is not shown
	local key
	key=$(grep -v -- ----- mail.private | head -n 2 | tr -d '\n' | tr / A)
	one_line 66 dkim-sign -d example.com -s mail -k "$key" m
	refute grep -qF "$key" stderr
}

# rich: the message m with one of every field that the default set has, but for
# Resent-* and List-*.
rich() {
	printf '%s: x@example.com\n' Sender Reply-To Cc In-Reply-To References
	printf 'MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: 7bit\n'
	cat m
}

resent="Resent-Date Resent-From Resent-Sender Resent-To Resent-Cc Resent-Message-ID"
lists="List-Id List-Help List-Unsubscribe List-Unsubscribe-Post List-Subscribe List-Post List-Owner List-Archive"
mime="MIME-Version Content-Type Content-Transfer-Encoding"

# added RESULT NAME...: FILE with a field of that name more, above or below the
# others, has this result.
added() {
	local want=$1 name
	shift
	for name; do
		{ echo "$name: x"; cat signed; } >f
		judged $want f || return
		sed "0,/^\$/s/^\$/$name: x\n/" signed >f
		judged $want f || return
	done
}

@test "--headers=strict: no field of the list can be added, present or not; the default lets gateways add some" {
	for f in m rich; do
		[ $f = m ] || rich >rich
		sign_at --headers=strict $f >signed
		added '1 fail/bad-signature' Reply-To Subject Date To Cc Message-ID In-Reply-To References \
			$mime Content-ID Content-Description Content-Disposition Sender $resent $lists
	done
	sign_at m >signed
	added '0 pass/ok' Reply-To In-Reply-To References $mime Sender $resent $lists
	added '1 fail/bad-signature' To Cc Subject Date Message-ID
}

# What Mailman and its like do to the header: a tag in the Subject, answers to
# the list, the list as sender, its own fields and signature.
@test "--headers=list-safe: what a mailing list does to the header breaks nothing" {
	rich >rich
	printf 'List-Id: <older>\nPrecedence: bulk\n' | cat - rich >both
	for f in m rich both; do
		for canon in simple/simple relaxed/relaxed; do
			sign_at --headers=list-safe -c $canon $f |
				sed '/^Sender: /d; /^Reply-To: /d; /^List-Id: /d; /^Precedence: /d
					s/^Subject: /&[list] /' >stripped
			{
				printf 'Return-Path: <list-bounces@l.example>\nReceived: from a by b; x\n'
				printf 'Authentication-Results: l.example; dkim=pass\n'
				printf 'Sender: list-bounces@l.example\nReply-To: list@l.example\n'
				printf 'Errors-To: list-bounces@l.example\nPrecedence: list\nX-BeenThere: list@l.example\n'
				for h in $lists Archived-At; do echo "$h: <https://l.example/$h>"; done
				for h in $resent; do echo "$h: list@l.example"; done
				cat stripped
			} >f
			judged 0 pass/ok f
			dkim-sign -q -d l.example -s mail -k mail.private --at=$now --headers=list-safe f >again
			judged 0 'permerror/no-key pass/ok' again
		done
	done
	# and what it leaves alone is covered
	sign_at --headers=list-safe rich >signed
	for h in From To Cc Date Message-ID In-Reply-To References $mime; do
		sed "/^DKIM/!s/^$h: /&x/" signed >f
		judged 1 fail/bad-signature f
	done
	added '1 fail/bad-signature' From
}

@test "--headers=bulk: the fields of RFC 8058 cannot be changed, taken away or added to" {
	rich | sed '1i List-Id: <l>\nList-Unsubscribe: <https://u.example/1>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click' >b
	sign_at --headers=bulk b >signed
	judged 0 pass/ok signed
	for h in List-Id List-Unsubscribe List-Unsubscribe-Post From To Subject Date Message-ID; do
		sed "/^DKIM/!s/^$h: /&x/" signed >f
		judged 1 fail/bad-signature f
		sed "/^$h: /d" signed >f
		[ $h = From ] || judged 1 fail/bad-signature f
	done
	added '1 fail/bad-signature' List-Id List-Unsubscribe List-Unsubscribe-Post
	# of a message without them, none can be given
	sign_at --headers=bulk m >signed
	added '1 fail/bad-signature' List-Unsubscribe List-Unsubscribe-Post
	# which the default set lets happen
	sign_at b >signed
	added '0 pass/ok' List-Help
	sign_at m >signed
	added '0 pass/ok' List-Unsubscribe
}

# Amazon's manual: of one's own signature, none of Message-ID, Date, Return-Path
# and Bounces-To; the first two it replaces.
# https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-manual.html
@test "--headers=ses: what Amazon SES writes anew breaks nothing" {
	rich | sed '1i Return-Path: <joe@example.com>\nBounces-To: joe@example.com' >b
	sign_at --headers=ses b >signed
	sed '/^Return-Path: /d; /^Bounces-To: /d; /^DKIM/!s/^Date: .*/Date: Sat, 3 Jan 2026 10:00:00 +0000/
		/^DKIM/!s/^Message-ID: .*/Message-ID: <0100@email.amazonses.com>/' signed |
		sed '1i Return-Path: <0100@amazonses.com>\nFeedback-ID: 1:AmazonSES\nX-SES-Outgoing: 2026.01.03' >f
	judged 0 pass/ok f
	for h in From To Cc Subject Sender Reply-To In-Reply-To References $mime; do
		sed "/^DKIM/!s/^$h: /&x/" signed >f
		judged 1 fail/bad-signature f
	done
}

@test "RFC 8058: a one-click field that is not signed is warned of" {
	{ printf 'List-Unsubscribe: <https://u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n'; cat m; } >f
	sign_at f 2>err >out
	[ ! -s err ]
	for h in rfc6376 '*:-List-Unsubscribe'; do
		sign_at --headers="$h" f 2>err >out
		grep -q 'RFC 8058 4' err
	done
}

# -- other tags --------------------------------------------------------------

@test "-l: l= is the canonical length that was hashed, and it is warned of" {
	printf 'From: a@example.com\nDate: 1\nMessage-ID: <2>\n\none  two \n\n\n' >f
	sign_at -l f >out 2>err
	has out 'l=9'
	grep -q 'warning: l= lets others add to the body (RFC 6376 8.2)' err
	judged 0 pass/ok out
	sign_at -q -l -c simple/simple f >out
	has out 'l=11'
	judged 0 pass/ok out
	echo more >>out
	judged 0 pass/ok out
	warned partial-body
	printf 'From: a@example.com\n\n' | sign_at -q -l >out
	has out 'l=0'
	printf 'From: a@example.com\n\n' | sign_at -q -l -c simple/simple >out
	has out 'l=2'
}

@test "-z: copies of the signed fields, in quoted-printable" {
	printf 'From: a@example.com\nSubject: a;b|c =\n\td\nDate: 1\nMessage-ID: <2>\nX: no\n\n' >f
	sign_at -z f >out
	tags out | sed 's/.* z=\([^;]*\);.*/\1/; s/ //g' >z
	[ "$(cat z)" = "From:a@example.com|Subject:a=3Bb=7Cc=20=3D=0D=0A=09d|Date:1|Message-ID:<2>" ]
	judged 0 pass/ok out
	{ printf 'Subject: %060000d\n' 0; cat m; } >f
	sign_at -q -z f >f2 && false || [ $? -eq 65 ]
}

@test "--tag: registered extension tags only" {
	sign_at --tag=r=y m >out
	has out 'r=y'
	judged 0 pass/ok out
	for t in r r= r=n x=1 l=3 foo=bar h=from atps=a atpsh=md5 'r=y;d=x' =y R=y; do
		one_line 64 sign_at "--tag=$t" m
	done
	one_line 64 sign_at --tag=atps=example.org m
	grep -q 'atps= is not supported' stderr
	one_line 64 sign_at --tag=r=y --tag=r=y m
}

@test "--at=received: as of the topmost Received" {
	{ printf 'Received: from a by b;\n\tFri, 2 Jan 2026 11:00:00 +0100\nReceived: from c by a; Thu, 1 Jan 2026 10:00:00 +0000\n'; cat m; } >f
	sign --at=received -x 60 f >out
	has out "t=$now; x=$((now + 60))"
	judged 0 pass/ok out
	# as dkim-verify: now, and that is said; no MTA may bounce it
	before=$(date +%s)
	{ echo 'Received: from a by b; yesterday'; cat m; } >g
	for message in m g; do
		sign --mta --at=received $message >out 2>err
		[ "$(tags out | sed 's/.* t=\([0-9]*\);.*/\1/')" -ge "$before" ]
		grep -q 'warning: no Received field says when it arrived: signed as of now (RFC 5321 4.4)' err
	done
	sign --no-timestamp --at=received m 2>err >out
	[ ! -s err ]
	# x= has 12 digits at most, which the date alone does not exceed
	{ echo 'Received: from a by b; Fri, 31 Dec 9999 23:59:59 +0000'; cat m; } >f
	sign --at=received -x 746597699200 f >out
	has out "t=253402300799; x=999999999999"
	one_line 65 sign --at=received -x 746597699201 f
}

@test "--if-unsigned: what has our d= and s= stays as it is" {
	sign_at m >a
	sign_at --if-unsigned a 2>err | cmp - a
	[ "$(cat err)" = "dkim-sign: a: not signed: it has a signature of this domain and selector" ] ||
		grep -q 'not signed: it has a signature' err
	selector="ed" sign_at --if-unsigned a >b
	judged 0 'pass/ok pass/ok' b
	dkim-sign -q --at=$now -s ed -k ed.private -s mail -k mail.private --if-unsigned a >c
	cmp b c
	sign_at --if-unsigned --in-place a
	judged 0 pass/ok a
}

@test "--if-unsigned: also where that signature does not hold" {
	sign_at m >a
	while read -r change; do
		sed "$change" a >broken
		refute cmp -s a broken
		sign_at -q --if-unsigned broken | cmp - broken
	done <<-'EOT'
		s/a=rsa-sha256/a=rsa-sha1/
		s/a=rsa-sha256/a=new/
		s/v=1;/v=2;/
		s/v=1;//
		s/c=relaxed/c=wild/
		s/ b=/ b=!/
		s/bh=/bh=!/
		s/h=From/h=!/
		s/s=mail;/s=MAIL; x; =/
	EOT
	sed 's/s=mail;/s=liam;/' a >other
	sign_at -q --if-unsigned other >b
	[ "$(grep -c ^DKIM-Signature b)" -eq 2 ]
}

@test "--domainkeys: dkimproxy-verify and Mail::DKIM accept both signatures" {
	crlf <m >c
	# names that come back: h= has each as often, in the order of the message
	sed '1i Received: a\nReceived: b\nX: y
		/^Subject/iReceived:  c' m >again
	for f in m c again; do
		for canon in relaxed/relaxed simple/simple; do
			sign_at --domainkeys -c $canon $f >out
			perl "$top/tests/cli/mail_dkim.pl" verify zone out >words
			[ "$(cat words)" = "pass pass" ]
			perl "$top/tests/cli/mail_dkim.pl" proxy zone out >words
			grep -q '^signature identity: .*example.com' words
			grep -q '^verify result: pass' words
			judged 0 'pass/ok pass/ok' out
			grep -v ^DKIM out | sed '/^DomainKey/,$!d' >alone
			perl "$top/tests/cli/mail_dkim.pl" proxy zone alone >words
			grep -q '^verify result: pass' words
			sed 's/^Subject: /&x/' alone >changed
			perl "$top/tests/cli/mail_dkim.pl" proxy zone changed >words
			grep -q '^verify result: fail' words
			# h= names every field: one that a relay adds is none of them
			sed '/^From: /iX-Relay: b' alone >added
			perl "$top/tests/cli/mail_dkim.pl" proxy zone added >words
			grep -q '^verify result: pass' words
		done
	done
	sign_at m >out
	refute grep -q ^DomainKey out
}

@test "--domainkeys: RSA only, and not where RFC 4870 forbids it" {
	selector="ed" sign_at --domainkeys m >out 2>said
	grep -q 'warning: no DomainKey-Signature was added' said
	refute grep -q ^DomainKey out
	dkim-sign -d example.com -s ed -k ed.private -s mail -k mail.private --at=$now --domainkeys m >out
	[ "$(grep -c ^DomainKey-Signature out)" -eq 1 ]
	judged 0 'pass/ok pass/ok pass/ok' out
	sign_at --domainkeys out >again 2>said
	grep -q 'warning: no DomainKey-Signature' said
	[ "$(grep -c ^DomainKey-Signature again)" -eq 1 ]
	# it counts among the fields that a receiver takes
	{ seq -f 'X-%.0f: y' 4998; printf 'From: joe@example.com\n\nx\n'; } >many
	sign_at -q many >out
	one_line 65 sign_at -q --domainkeys many
	big_msg 3 >big
	sign_at --domainkeys big >a
	cat big | sign_at --domainkeys >b
	cmp a b
	judged 0 'pass/ok pass/ok' a
}

# -- lint and repair ---------------------------------------------------------

@test "lint: no Date, no Message-ID, MIME-Version, 8-bit body: warned" {
	warns() { sign_at f >out 2>err; grep -q "warning: $1" err || { cat err; return 1; }; }
	grep -v ^Date: m >f; warns 'there is no Date field'
	grep -v ^Message-ID: m >f; warns 'there is no Message-ID field'
	{ echo 'Content-Type: text/plain'; cat m; } >f; warns 'MIME-Version is missing'
	{ echo 'MIME-Version: 1.0'; echo 'MIME-Version: 1.0'; cat m; } >f; warns 'MIME-Version is'
	{ cat m; printf 'caf\303\251\n'; } >f; warns 'the body has 8-bit bytes'
	{ printf 'MIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n'; cat m; printf 'caf\303\251\n'; } >f
	sign_at f >out 2>err
	[ ! -s err ]
}

@test "--fix: line ends of all sorts become one, in output and hash alike" {
	fixes() {
		sign_at --fix f >out 2>said
		judged 0 pass/ok out
		grep -q 'line endings were made uniform' said
	}
	# mixed: what the first line has
	{ crlf <m; echo body; } >f; fixes
	[ "$(grep -c $'\r$' out)" -eq "$(wc -l <out)" ]
	{ cat m; printf 'body\r\n'; } >f; fixes
	refute grep -q $'\r' out
	# bare CR, also in the header, and CR CR LF
	{ sed 's/^Subject: .*/Subject: a\r\tb/' m; printf 'one\rtwo\r\r\nthree\r'; } >f; fixes
	[ "$(tail -n 3 out | paste -sd,)" = one,two,three ]
	# nothing to repair: nothing is changed, nothing is said
	for f in m "$(crlf <m >c; echo c)"; do
		sign_at --fix "$f" >out 2>err
		[ ! -s err ]
		sign_at "$f" | cmp - out
	done
	sign_at --fix --crlf m >out 2>err
	[ "$(grep -c $'\r$' out)" -eq "$(wc -l <out)" ]
	judged 0 pass/ok out
	# what is malformed once its lines are right is refused
	printf 'From: a@example.com\r\nSubject: a\rFrom: b@evil.example\r\n\r\n' >f
	one_line 65 sign_at --fix f
}

@test "--fix: a message that is read twice, and one in pieces" {
	{ msg ""; yes $'a line that ends in CRLF\r' | head -c 3000000; } >f
	sign_at -q --fix f >a
	cat f | sign_at -q --fix >b
	cmp a b
	judged 0 pass/ok a
	refute grep -q $'\r' a
	{ cat m; printf 'a\r\nb\rc'; } >f
	octets dkim-sign -q -d example.com -s mail -k mail.private --at=$now --fix <f >a
	sign_at -q --fix f | cmp - a
}

@test "options that would be of no effect, or contradict each other: 64" {
	for o in --nameserver=127.0.0.1 --zone=zone --origin=example.com --record-dns=rec \
		--dns-timeout=1 --deadline=1 --trust-ad --require-dnssec; do
		one_line 64 sign_at "$o" m
		grep -q -- "${o%%=*} needs --check-dns" stderr
	done
	[ ! -e rec ]
	one_line 64 sign_at --header-only --fix m
	one_line 64 sign_at --crlf --lf m
	one_line 64 sign_at --output=out --dry-run m
	grep -q -- '--output and --dry-run exclude each other' stderr
	[ ! -e out ]
}

# -- a dry run ---------------------------------------------------------------

@test "--dry-run: what would be signed, and why; nothing is" {
	{ echo 'Received: x'; echo 'To: again@example.com'; cat m; } >f
	sign_at --dry-run --headers=From:To:+Subject f >out
	cat >want <<-EOT
		sign  d=example.com s=mail a=rsa-sha256 c=relaxed/relaxed key=2048  by mail.private
		  From: 1 signed
		  To: the lowest 1 of 2 signed
		  Subject: 1 signed, oversigned
		  Received: 1, not signed
		  Date: 1, not signed
		  Message-ID: 1, not signed
	EOT
	cmp out want
	echo 'k example.com:s:./ed.private' >keys
	printf '\n*@* k @example.com\n' >signing
	dkim-sign --key-table=keys --signing-table=refile:signing --dry-run m >out
	grep -q '^sign  d=example.com s=s a=ed25519-sha256 .* i=@example.com  by keys: line 1, signing: line 2$' out
	one_line 78 dkim-sign -s s -k %d.pem --dry-run m
	dkim-sign -q -s s -k %d.pem --pass-unsigned --dry-run m >out
	[ "$(cat out)" = "pass  unchanged: no key for example.com (no such file: example.com.pem)" ]
}

@test "--dry-run --json: one object an input" {
	grep -v ^Date m >f
	ends_with 66 sign_at -q --dry-run --json -x 60 -l m f none >json 2>err
	[ "$(wc -l <json)" -eq 3 ]
	/usr/bin/python3 - <<-'EOT'
		import json
		a, b, c = map(json.loads, open("json"))
		assert a["input"] == "m" and a["from"] == "example.com" and a["result"] == "sign", a
		assert a["signatures"] == [dict(d="example.com", s="mail", i=None, a="rsa-sha256", c="relaxed/relaxed",
			t=1767348000, x=1767348060, l=18, bits=2048, origin="mail.private")], a
		assert dict(name="From", present=1, signed=2) in a["headers"]
		assert a["warnings"] == ["partial-body"] and b["warnings"] == ["no-date", "partial-body"], b
		assert c["result"] is None and c["error"]
	EOT
	one_line 64 sign_at --json m
}

@test "-v: a line for each signature made, on stderr, in the order of the files" {
	sed 's/^To: .*/To: a\nTo: b/' m >f
	sign_at -v --headers=From:To:+Subject:X f 2>err >out
	sign_at --headers=From:To:+Subject:X f | cmp - out
	[ "$(cat err)" = "dkim-sign: f: signed  d=example.com s=mail a=rsa-sha256 c=relaxed/relaxed key=2048 fields=3  by mail.private" ]
	echo 'k example.com:s:./ed.private' >keys
	printf '\n*@* k @example.com\n' >signing
	dkim-sign -q --verbose --key-table=keys --signing-table=refile:signing --header-only <m 2>err >out
	[ "$(cat err)" = "dkim-sign: signed  d=example.com s=s a=ed25519-sha256 c=relaxed/relaxed key=256 i=@example.com fields=5  by keys: line 1, signing: line 2" ]
	mkdir in
	for i in {1..9}; do cp m in/$i; done
	echo no >in/4
	ends_with 65 dkim-sign -v -s mail -k mail.private -s ed -k ed.private -j 3 --in-place in/* 2>err
	[ "$(cut -d' ' -f2-5 err | sed 's/: signed.*/ signed/; s/:.*//' | uniq -c | awk '{ print $1 $2 $3 }' | paste -sd' ')" = \
		"2in/1signed 2in/2signed 2in/3signed 1in/4 2in/5signed 2in/6signed 2in/7signed 2in/8signed 2in/9signed" ]
	# nothing was made, nothing is said of it
	ends_with 74 sign_at -v m 2>err >/dev/full
	refute grep -q signed err
	sign_at -v --dry-run m 2>err >out
	[ ! -s err ]
	echo 192.0.2.1 >hosts
	sign_at -v --trusted-hosts=hosts --client=192.0.2.2 m 2>err | cmp - m
	[ "$(cat err)" = "dkim-sign: m: not signed: client 192.0.2.2 is not in hosts" ]
}

# -- keys --------------------------------------------------------------------

@test "--passphrase-file: PKCS#8 and traditional, PEM and DER; never a prompt" {
	(umask 077; echo 'a secret' >pw; echo wrong >other; printf '\nx\n' >none)
	for form in "pkey -aes256" "pkcs8 -topk8" "pkcs8 -topk8 -outform DER" "rsa -traditional -aes128" \
		"pkcs8 -topk8 -v1 PBE-SHA1-3DES"; do
		# shellcheck disable=SC2086 # words
		(umask 077; openssl $form -in mail.private -passout file:pw -out k 2>/dev/null)
		dkim-sign -s mail -k k --passphrase-file=pw --at=$now m >out
		judged 0 pass/ok out
		one_line 65 dkim-sign -s mail -k k --at=$now m
		grep -q 'encrypted: give dkim-sign a --passphrase-file' stderr
		one_line 65 dkim-sign -s mail -k k --passphrase-file=other --at=$now m
		refute grep -q 'secret\|wrong' stderr
	done
	(umask 077; openssl pkcs8 -topk8 -in ed.private -passout file:pw -out e)
	printf 'k example.com:ed:./e\n' >keys
	printf '* k\n' >signing
	dkim-sign --key-table=keys --signing-table=signing --passphrase-file=pw --at=$now m >out
	judged 0 pass/ok out
	# within a table, as PEM in one line
	(umask 077; printf 'k example.com:ed:%s\n' "$(awk '{printf "%s\\n", $0}' e)" >place)
	dkim-sign --key-table=place --signing-table=signing --passphrase-file=pw --at=$now m >out
	judged 0 pass/ok out
	# a key that wants none
	dkim-sign -s mail -k mail.private --passphrase-file=pw --at=$now m >out
	judged 0 pass/ok out
	one_line 65 dkim-sign -s mail -k k --passphrase-file=none m
	one_line 66 dkim-sign -s mail -k k --passphrase-file=nowhere m
	chmod 644 pw
	one_line 77 dkim-sign -s mail -k k --passphrase-file=pw m
	grep -Fqx 'dkim-sign: pw: unsafe passphrase file: others can read it (mode 0644); chmod 600 makes it safe' stderr
}

# Windows editors save a file so.
@test "a byte order mark and CRLF in a key file and in --passphrase-file" {
	marked() { printf '\357\273\277'; sed 's/$/\r/' "$1"; }
	(umask 077
		openssl pkey -in mail.private -aes128 -passout pass:secret -out enc
		marked enc >enc.marked
		marked mail.private >plain.marked
		openssl pkey -in mail.private -outform DER | base64 >base64
		marked base64 >base64.marked
		echo secret >pw
		marked pw >pw.marked
		printf '\357\273\277\r\n' >empty.marked)
	dkim-sign -s mail -k mail.private --at=$now m >want
	for k in plain.marked base64.marked; do
		dkim-sign -s mail -k $k --at=$now m | cmp - want
	done
	for k in enc enc.marked; do
		dkim-sign -s mail -k $k --passphrase-file=pw.marked --at=$now m | cmp - want
	done
	# of openssl the mark is part of the passphrase
	(umask 077; openssl pkey -in mail.private -aes128 -passout "pass:$(printf '\357\273\277')secret" -out odd)
	dkim-sign -s mail -k odd --passphrase-file=pw.marked --at=$now m | cmp - want
	one_line 65 dkim-sign -s mail -k odd --passphrase-file=pw m
	(umask 077; iconv -f UTF-8 -t UTF-16 pw >pw.wide)
	ends_with 65 dkim-sign -s mail -k enc --passphrase-file=pw.wide m 2>err
	grep -q 'the passphrase is UTF-16 text; convert it with: iconv' err
	one_line 65 dkim-sign -s mail -k enc --passphrase-file=empty.marked m
	grep -q 'no passphrase in its first line' stderr
	# in a table
	printf '* k\n' >signing
	printf 'k example.com:mail:./enc.marked\n' >keys
	dkim-sign --key-table=keys --signing-table=signing --passphrase-file=pw.marked --at=$now m | cmp - want
	rm keys
	(umask 077; printf '\357\273\277k example.com:mail:%s\r\n' "$(tr -d '\n' <base64)" >keys)
	dkim-sign --key-table=keys --signing-table=signing --at=$now m | cmp - want
}

@test "--check-dns: the key is the one that is published, and may sign so" {
	check() { dkim-sign -d example.com --at=$now --check-dns --zone=zone "$@" m; }
	check -s mail -k mail.private -s ed -k ed.private >out
	judged 0 'pass/ok pass/ok' out
	says() { one_line 78 check "${@:2}"; grep -q "$1" stderr || { cat stderr; return 1; }; }
	rsa second
	says 'mail._domainkey.example.com: DNS publishes a different key' -s mail -k second.private
	says 'ed._domainkey.example.com: DNS publishes a different key' -s ed -k mail.private
	says 'nokey._domainkey.example.com.* does not exist' -s nokey -k mail.private
	sed "s/^second/&/" mail.private >revoked.private
	cp mail.private sha1.private
	cp mail.private other.private
	cp mail.private strict.private
	cp mail.private two.private
	chmod 600 ./*.private
	add revoked 'p='
	add sha1 'h=sha1; p=KEY'
	add other 's=tlsrpt; p=KEY'
	add strict 't=s; p=KEY'
	add second 'p=KEY'
	echo 'nodata._domainkey.example.com. A 192.0.2.1' >>zone
	says 'revoked' -s revoked -k mail.private
	says 'h=' -s sha1 -k mail.private
	says 's=' -s other -k mail.private
	says 't=s' -s strict -k mail.private -i a@sub.example.com
	check -s strict -k mail.private -i a@example.com >out
	says 'not protected by DNSSEC' -s mail -k mail.private --require-dnssec
	says 'nodata._domainkey.example.com has no TXT record' -s nodata -k mail.private
	# several records: one of them is enough, and worth a warning
	forge txt two._domainkey.example.com. "p=$(forge p second.private)" >>zone
	forge txt two._domainkey.example.com. "p=$(forge p mail.private)" >>zone
	says '2 key records under one name' -s two -k ed.private
	check -s two -k mail.private >out 2>err
	forge p mail.private >p
	grep -qF "warning: two._domainkey.example.com: of 2, that of this key has the p= which ends in $(tr -d '\n' <p | tail -c 16): DNS has another key record of the same name" err
	check --dry-run --json -s two -k mail.private >json
	grep -q '"other-key-record"' json
	# no answer is 75; nothing listens there
	one_line 75 dkim-sign -s mail -k mail.private --check-dns --nameserver=127.0.0.1@1 --dns-timeout=1 --deadline=1 m
	one_line 78 dkim-sign -s nokey -k mail.private --check-dns --zone=zone --pass-unsigned m
	# it would promise what nobody looks up
	one_line 64 dkim-sign -s mail -k mail.private --require-dnssec m
}

# -- many files --------------------------------------------------------------

@test "--output-dir and -j: the same octets whatever the number of threads" {
	mkdir in one four
	for i in {1..40}; do msg "body $i" >in/$i; done
	dkim-sign -q --at=$now -s mail -k mail.private --output-dir=one in/*
	dkim-sign -q --at=$now -s mail -k mail.private --output-dir=four -j 4 in/*
	diff -r one four
	[ "$(ls one | wc -l)" -eq 40 ]
	judged 0 "$(printf 'pass/ok %.0s' {1..40} | sed 's/ $//')" one/*
	dkim-sign -q --at=$now -s mail -k mail.private --in-place -j 3 in/*
	diff -r one in
}

@test "-j: the umask, which all threads share, is read once and holds" {
	mkdir in out
	for i in {1..4}; do cp m in/$i; done
	(
		umask 027
		# a leak checker cannot work under strace
		ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=umask -o calls dkim-sign -q -s mail -k mail.private -j 4 --output-dir=out in/*
	)
	[ "$(grep -c umask calls)" -le 2 ]
	[ "$(stat -c %a out/* | sort -u)" = 640 ]
}

@test "many files: findings in order, the worst status, the rest signed" {
	mkdir out
	for i in 1 2 3 4 5 6; do msg $i >m$i; done
	echo no >m3
	grep -v ^Date m1 >m5
	ends_with 65 dkim-sign -s mail -k mail.private -j 2 --output-dir=out m? none 2>err
	[ "$(cut -d: -f2 err | paste -sd,)" = " m3, m5, none" ]
	[ "$(ls out | paste -sd,)" = m1,m2,m4,m5,m6 ]
	one_line 64 dkim-sign -s mail -k mail.private --output-dir=out
	one_line 64 dkim-sign -s mail -k mail.private --output-dir= m1
	one_line 64 dkim-sign -s mail -k mail.private --output-dir=out -
	one_line 64 dkim-sign -s mail -k mail.private --output-dir=out m1 out/m1
	one_line 64 dkim-sign -s mail -k mail.private --output-dir=out --in-place m1
	ends_with 73 dkim-sign -q -s mail -k mail.private --output-dir=nowhere m1
	ends_with 64 dkim-sign -q -s mail -k mail.private -j 0 --output-dir=out m1
}

@test "--output-dir: an existing file keeps its mode and gives way whole" {
	mkdir out
	echo old >out/m
	chmod 640 out/m
	sign_at --output-dir=out m
	[ "$(stat -c %a out/m)" = 640 ]
	sign_at m | cmp - out/m
	ends_with 65 sign_at --output-dir=out /dev/null 2>err
	[ "$(ls -A out)" = m ]
}

@test "--output-dir: what stands there gives way, links lead nowhere out of it" {
	mkdir out
	echo theirs >outside
	ln -s ../outside out/m
	sign_at --output-dir=out m
	[ "$(cat outside)" = theirs ]
	[ ! -L out/m ]
	sign_at m | cmp - out/m
	ln -sf ../none out/m
	sign_at --output-dir=out m
	[ ! -e none ]
	sign_at m | cmp - out/m
	# the folder itself may be a link
	ln -s out link
	cp m other
	sign_at --output-dir=link other
	sign_at m | cmp - out/other
	rm out/m
	mkfifo out/m
	one_line 73 sign_at --output-dir=out m
	[ -p out/m ]
}

@test "--in-place: one file under two names, or no file: 64, and nothing is signed" {
	cp m x
	ln x hard
	ln -s x soft
	for twice in "x x" "x ./x" "x hard" "soft x" "none m x soft"; do
		# shellcheck disable=SC2086 # words
		one_line 64 sign_at -j 2 --in-place $twice
		grep -q 'are one file' stderr
		cmp m x
	done
	mkfifo fifo
	for special in fifo /dev/null; do
		one_line 64 sign_at --in-place x $special
		grep -q "$special is not a regular file" stderr
		cmp m x
	done
	# names that are not there are not one file
	ends_with 66 sign_at --in-place none none x 2>err
	[ "$(wc -l <err)" -eq 2 ]
	judged 0 pass/ok x
}

@test "--output-dir: no output that is another input, 64; its own may be" {
	mkdir out
	cp m out/a
	ln -s a out/b
	one_line 64 sign_at -j 2 --output-dir=out out/a out/b
	grep -q 'would become out/a, which is the file out/b' stderr
	cmp m out/a
	[ -L out/b ]
	ends_with 0 sign_at --output-dir=out out/a
	judged 0 pass/ok out/a
}

@test "a field beyond a receiver's ceiling is refused, not written" {
	{
		grep -v ^Subject m | sed '/^$/,$d'
		printf 'Subject: '
		head -c 50000 /dev/zero | tr '\0' '\351'
		printf '\n\nHi.\n'
	} >large
	name=$(printf 'y%.0s' {1..256})
	list="*$(printf ":$name%.0s" {1..440})"
	one_line 65 sign_at -z --headers="$list" large
	grep -q 'RFC 6376 8.9' stderr
	# nothing to add: nothing is too large
	{
		sign_at m | sed '/^$/,$d' >top
		cat top
		yes 'X: y' | head -n $((5000 - $(grep -c '^[A-Z]' top)))
		printf '\n'
	} >many
	ends_with 0 sign_at --if-unsigned --domainkeys many >out
	cmp many out
}

# -- a filter ----------------------------------------------------------------

@test "killed in the middle: the reader has no whole message and no status 0" {
	big_msg 8 >big
	mkfifo slow
	(exec dkim-sign -q -d example.com -s mail -k mail.private big >slow 3>&-) &
	pid=$!
	exec 7<slow
	head -c 1000 <&7 >part
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ $status -ne 0 ]
	cat <&7 >>part
	exec 7<&-
	[ "$(wc -c <part)" -lt "$(wc -c <big)" ]
}

@test "without -s and -k: that is said before anything about several files" {
	one_line 64 dkim-sign mail example.com mail.private
	grep -qF 'written -s mail -d example.com -k mail.private' stderr
	one_line 64 dkim-sign m m
	grep -q 'give one -s SELECTOR for each -k KEYFILE' stderr
	one_line 64 dkim-sign -s mail m m
	grep -q 'give one -s SELECTOR for each -k KEYFILE' stderr
	one_line 64 dkim-sign -s mail -k mail.private m m
	grep -q 'several files need' stderr
}
