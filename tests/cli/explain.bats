#!/usr/bin/env bats
# dkim-verify for debugging by hand: the octets that were hashed, and --explain.
# What other programs make of the same octets is the oracle.
# shellcheck disable=SC2317 # functions called through others
load helper
load dkim_helper

setup_file() {
	make_signed
	openssl pkey -in mail.private -pubout -out mail.pem
	printf '\na  b\t\nc \n\n\n' >>m
}
setup() {
	share_signed
	shared mail.pem
}

# tag NAME: its value in the first field of the file f.
tag() { unfolded <f | sed -n "1s/.*[ ;:]$1=\([^;]*\).*/\1/p" | tr -d ' \t\r'; }

# -- the octets hashed ---------------------------------------------------------

@test "--canon-body: its SHA-256 is bh=, all four c=, with and without l=" {
	for c in simple/simple simple/relaxed relaxed/simple relaxed/relaxed; do
		for l in "" "-l 9"; do
			# shellcheck disable=SC2086 # two words
			forge sign -k mail.private -c $c $l <m >f
			dkim-verify --canon-body f >octets
			[ "$(openssl dgst -sha256 -binary octets | base64)" = "$(tag bh)" ]
			lf <f | dkim-verify --canon-body=1 | cmp - octets
		done
	done
}

@test "--canon-header: openssl verifies b= over it" {
	for c in simple/simple relaxed/relaxed; do
		forge sign -k mail.private -c $c <m >f
		tag b | base64 -d >b
		dkim-verify --canon-header f >octets
		openssl dgst -sha256 -verify mail.pem -signature b octets
	done
}

@test "--canon-header=2: the second signature, which does not cover the first" {
	forged -s other
	cat f >first
	forge sign -k mail.private <first >two
	dkim-verify --canon-header=2 two | cmp - <(dkim-verify --canon-header first)
	one_line 1 dkim-verify --canon-header=3 two
}

@test "--canon-body: a body shorter than l= is said, 1" {
	forge sign -k mail.private -l 9 <m >f
	{ sed "/^\r$/q" f; echo abc; } | ends_with 1 dkim-verify --canon-body >out 2>err
	grep -q 'l= is larger than the body by' err
}

@test "--canon-header: what has no signature writes nothing" {
	one_line 1 dkim-verify --canon-header m
	sed '2s/^/no field\r\n/' signed >malformed
	one_line 1 dkim-verify --canon-header malformed
	one_line 66 dkim-verify --canon-header absent
	one_line 64 dkim-verify --canon-header --canon-body f
	one_line 64 dkim-verify --canon-header=0 f
	refute dkim-verify --canon-body signed >/dev/full
}

@test "--canon-body on a terminal: controls are shown, not sent" {
	need_terminal
	printf 'a\033[31mb\r\n' >>signed
	script -qec "dkim-verify --canon-body signed" /dev/null >shown
	grep -q 'a\\x1b\[31mb\\x0d\\x0a' shown
	refute grep -q "$(printf '\033')" shown
}

# -- --explain ------------------------------------------------------------------

# explained [OPTION...] FILE: the whole report, in `text`.
explained() {
	dkim-verify --explain -v --zone=zone --at=$now "$@" >text 2>err || true
}

# told LINE...: each stands in it.
told() {
	for line; do
		grep -qF -e "$line" text || {
			echo "not told: $line"
			cat text
			return 1
		}
	done
}

@test "--explain: fields signed, not signed, oversigned, twice" {
	forge sign -k mail.private -h from:subject:subject:date:cc <m >f
	sed '/^Date/aX-One: 1\r\nReceived: a\r\nReceived: b\r' f >g
	explained g
	told 'signed       From, Subject, Date' \
		'not signed   To, X-One, Received (2), Message-ID' \
		'oversigned   Subject, cc'
	sed 's/^Date/From: eve@example.net\r\nDate/' f >g
	explained g
	told 'duplicates   From (2)'
}

@test "--explain: header and body are checked separately" {
	forged
	echo 'more' >>f
	explained f
	told 'header       verifies; its hash is' 'body         modified'
	sed 's/dinner/lunch/' f >g
	explained g
	told 'header       modified' 'body         modified'
	dkim-verify --canon-header f | openssl dgst -sha256 -binary | base64 >digest
	told "b= signs $(cat digest)"
}

@test "--explain: the command repeats the check, RSA and Ed25519" {
	for key in mail ed; do
		forge sign -s $key -k $key.private <m >"it's f"
		echo 'more' >>"it's f"
		explained "it's f"
		sed -n 's/^ *reproduce *//p' text >by-hand
		sh -e by-hand >out 2>&1
		grep -q 'Verified OK\|Verified Successfully' out
		sed 's/dinner/lunch/' "it's f" >g
		mv g "it's f"
		explained "it's f"
		sed -n 's/^ *reproduce *//p' text >by-hand
		refute sh -e by-hand
	done
}

@test "--explain: z= against what arrived, escaped, and a broken one ignored" {
	z='z=From:Joe=20<joe@example.com>|Subject:=1b[31mold'
	forge sign -k mail.private --add "$z" <m >f
	explained f
	refute grep -q 'z= has' text
	sed 's/^Date/X: y\r\nDate/; s/^To: .*/To: eve@example.net\r/' f >g
	explained g
	told 'z= has       subject: \x1b[31mold' 'arrived as   subject: dinner'
	refute grep -q "$(printf '\033')" text
	for bad in 'z=Subject:=ZZ' 'z=|||' 'z=Subject' 'z=:x' "z=$(head -c 60000 /dev/zero | tr '\0' x)" ; do
		forge sign -k mail.private --add "$bad" <m | sed 's/dinner/lunch/' >f
		explained f
		refute grep -q 'z= has' text
	done
}

@test "--explain: z= gives the value that was signed" {
	forge sign -k mail.private --add 'z=to:=20sue@example.net' <m |
		sed 's/^To: .*/To: a list\r/' >f
	explained f
	told 'fail  example.com (selector mail): To was changed' \
		'cause it was "sue@example.net" (proven)' '- To: sue@example.net'
}

@test "--explain: a key record as it is found, with what it says" {
	rm zone
	add mail 'v=DKIM1; t=y:s; h=sha256; k=rsa; p=KEY'
	forged
	echo more >>f
	explained f
	told 'key          mail._domainkey.example.com: v=DKIM1; t=y:s; h=sha256;' \
		'rsa, 2048 bits, testing (t=y), not for subdomains (t=s), h= allows sha256'
	rm zone
	add mail 'v=DKIM1; s=tlsrpt; h=sha1; p=KEY'
	explained f
	told 'rsa, 2048 bits, h= does not allow sha256, not for mail (s=)'
	{ cat "$top/tests/vectors/rfc8463-appendix-a.eml"; echo more; } >f
	cp "$top/tests/vectors/keys.zone" zone
	explained f
	told 'ed25519, 256 bits, the private half of this key is printed in RFC 8463, appendix A'
}

# first_lines FILE VERDICT CAUSE ACT: what a person reads first.
first_lines() {
	dkim-verify -q --explain --zone="${zone:-zone}" --at="${at:-$now}" "$1" >text 2>err || true
	printf '%s\n' "$2" "cause $3" "do    $4" | diff - <(head -n 3 text)
}

@test "--explain: verdict, cause and what to do are the first three lines" {
	who='example.com (selector mail):'
	forge sign -k mail.private <m >f
	{ cat f; printf -- '-- \r\na list\r\n'; } >g
	first_lines g "fail  $who text was added after the body was signed" \
		'4 lines (17 bytes) at the end; without them the signature verifies (proven)' \
		'usual on mailing lists; the list should leave bodies alone or rewrite From'
	grep -qx '    + a list' text
	grep -q '^    header verifies  [0-9]* fields signed.* body modified  [0-9]* bytes   key RSA 2048$' text
	[ "$(wc -l <text)" -le 12 ]
	sed 's/^Subject: /&[list] /' f >g
	first_lines g "fail  $who the subject was changed" '"[list]" was added to it (proven)' \
		'on the list: no subject prefix; when signing: --headers=list-safe leaves Subject unsigned'
	grep -qx '    - Subject: dinner' text
	grep -qx '    + Subject: \[list\] dinner' text
	forge sign -k mail.private --add x=$((now + 60)) <m >g
	at=$((now + 464691)) first_lines g \
		"permerror $who the signature expired 5 days 9 hours ago (2026-01-02 10:01 UTC)" \
		'header and body verify otherwise (proven)' \
		'nothing if it arrived in time: --at=received checks it as of its arrival'
	: >none
	zone=none first_lines f "permerror $who there is no key in DNS" \
		'no key record at mail._domainkey.example.com (proven)' \
		'publish it: dkim-txt --format=zone -d example.com -s mail KEYFILE'
	openssl genrsa -out other.private 2048 2>/dev/null
	forge txt mail._domainkey.example.com. "v=DKIM1; p=$(forge p other.private)" >wrong
	zone=wrong first_lines f "fail  $who DNS publishes a different key than the one that signed" \
		'the key at mail._domainkey.example.com does not open b= (likely; else b= was damaged)' \
		'compare: dkim-txt --check -d example.com -s mail -k KEYFILE'
}

# act: the third line of the explanation of the file g, without "do".
act() {
	dkim-verify -q --explain --zone="${zone:-zone}" --at=${at:-$now} g >text 2>err || true
	sed -n '3s/^do    //p' text
}
# passes [OPTION...]: the file g does.
# shellcheck disable=SC2120 # a table passes options
passes() { dkim-verify -q --zone="${zone:-zone}" --at=${at:-$now} "$@" g >out 2>err || { cat out; return 1; }; }

@test "--explain: what it says to do helps" {
	# relaxed/relaxed ignores what simple/simple does not
	{ cat m; echo 'a  b '; } >n
	lost() { sed 's/  *\r$/\r/'; }
	respaced() { sed 's/^Subject: /Subject:  /'; }
	lower() { sed 's/^Subject:/subject:/'; }
	for change in lost respaced lower; do
		forge sign -k mail.private -c simple/simple <n | $change >g
		[ "$(act)" = "when signing: -c relaxed/relaxed, which ignores it" ]
		# a difference that cannot be seen is not shown
		refute grep -q '^    - ' text
		forge sign -k mail.private -c relaxed/relaxed <n | $change >g
		passes
	done
	forge sign -k mail.private <m | sed 's/^Subject: /&[list] /' >g
	[[ $(act) == *"--headers=list-safe leaves Subject unsigned" ]]
	dkim-sign -q --at=$now --headers=list-safe -d example.com -s mail -k mail.private <m |
		sed 's/^Subject: /&[list] /' >g
	passes
	forge sign -k mail.private -h from:to:cc:cc <m | sed 's/^To: /Cc: eve@example.net\r\n&/' >g
	[[ $(act) == *"when signing: name Cc in --headers only as often as it occurs" ]]
	forge sign -k mail.private -h from:to <m | sed 's/^To: /Cc: eve@example.net\r\n&/' >g
	passes
	forge sign -k mail.private --add x=$((now + 60)) <m |
		sed '1s/^/Received: by mx; Fri, 02 Jan 2026 10:00:30 +0000\r\n/' >g
	at=$((now + 9999))
	[[ $(act) == *"--at=received checks it as of its arrival" ]]
	at=received passes
	at=$now
	# commands for the key: as they are, with the name of its file
	forge sign -k mail.private <m >g
	openssl genrsa -out other.private 2048 2>/dev/null
	forge txt mail._domainkey.example.com. "v=DKIM1; p=$(forge p other.private)" >wrong
	run=$(zone=wrong act)
	run=${run#compare: }
	# shellcheck disable=SC2086 # a command
	ends_with 1 ${run/KEYFILE/mail.private} --zone=wrong | grep -q ': mismatch: '
	text="v=DKIM1; p=$(forge p mail.private)"
	forge txt mail._domainkey.example.com. "${text:0:255}" >short
	forge txt mail._domainkey.example.com. "${text/p=/p=\"}" >quoted
	: >none
	for bad in short quoted none; do
		run=$(zone=$bad act)
		run=${run##*: }
		chmod 600 mail.private
		# shellcheck disable=SC2086 # a command
		${run/KEYFILE/mail.private} >good
		zone=good passes
	done
	# a list that rewrites From
	forge sign -k mail.private <m |
		sed 's/^From: .*/From: "Joe via list" <list@lists.example>\r\nReply-To: joe@example.com\r/' >g
	[[ $(act) == "usual on mailing lists"* || $(act) == "on the list"* ]]
}

@test "--explain: a key under a misspelled name is found" {
	forge sign -k mail.private <m >g
	for label in domainkey _domiankey _domainkeys; do
		forge txt mail.$label.example.com. "v=DKIM1; p=$(forge p mail.private)" >wrong
		[ "$(zone=wrong act)" = "move the record to mail._domainkey.example.com" ]
		sed -n 2p text | grep -qF "there is one at mail.$label.example.com (proven)"
	done
}

@test "--explain: a key type of a draft is no damage" {
	openssl genrsa -out other.private 2048 2>/dev/null
	forge sign -k mail.private <m >g
	forge txt mail._domainkey.example.com. "v=DKIM1; k=mldsa44; p=AAAA" >draft
	dkim-verify -q --explain --json --zone=draft --at=$now g >json || true
	[ "$(value signatures.0.explain.causes.0.code)" = '"wrong-key"' ]
	[ "$(value signatures.0.explain.causes.0.confidence)" = '"proven"' ]
	forge txt mail._domainkey.example.com. "v=DKIM1; k=later; p=$(forge p other.private)" >draft
	dkim-verify -q --explain --json --zone=draft --at=$now g >json || true
	[ "$(value signatures.0.explain.causes.0.code)" = '"wrong-key"' ]
	[ "$(value signatures.0.explain.causes.0.confidence)" = '"likely"' ]
}

@test "--explain: an unknown cause comes with what is known" {
	forge sign -k mail.private -h from:date <m >f
	body=$(sed '1,/^\r$/d' f | wc -c)
	{
		printf 'Content-Length: %d\r\nLines: 99\r\n' "$body"
		printf 'X-Spam-Status: No\r\nList-Id: <l.example>\r\n'
		sed '/^\r$/,$d' f
		printf '\r\n'
		head -c 3000 /dev/urandom | base64 | sed 's/$/\r/'
	} >g
	dkim-verify -q --explain --zone=zone --at=$now g >text 2>err || true
	new=$(sed '1,/^\r$/d' g | wc -c)
	line_count=$(sed '1,/^\r$/d' g | wc -l)
	grep -qx "fail  example.com (selector mail): the body was modified" <(head -n 1 text)
	sed -n 2p text | grep -qE "^cause unknown: [0-9]+ changes were undone, none of them alone or together makes it verify; what is known: the body is $((new - body)) bytes longer than Content-Length says; the body is $((99 - line_count)) lines shorter than Lines says; there are fields of a list or gateway: List-Id, X-Spam-\*$"
	sed -n 3p text | grep -qx "do    treat it as not signed, or compare with the sender's copy: dkim-verify --canon-header, --canon-body"
	dkim-verify -q --explain --json --zone=zone --at=$now g >json || true
	[ "$(value signatures.0.explain.causes)" = '[]' ]
	value signatures.0.explain.known | grep -q 'longer than Content-Length says'
}

@test "--explain --color: the verdict and the lines of the diff" {
	forge sign -k mail.private <m | sed 's/^Subject: /&[list] /' >f
	e=$(printf '\033')
	dkim-verify -q --explain --color=always --zone=zone --at=$now f >text || true
	grep -q "^$e\[31mfail$e\[0m  example.com (selector mail): " text
	grep -qx "    $e\[31m- Subject: dinner$e\[0m" text
	grep -qx "    $e\[32m+ Subject: \[list\] dinner$e\[0m" text
	sed "s/$e\[[0-9]*m//g" text >plain
	dkim-verify -q --explain --zone=zone --at=$now f | cmp - plain
}

@test "--explain --json: only for what does not pass" {
	judged 0 pass/ok --explain signed
	refute grep -q explain json
	forged # its two blank lines at the end are not signed
	echo more >>f
	judged 1 fail/body-hash-mismatch --explain f
	[ "$(value signatures.0.explain.part)" = '"body"' ]
	[ "$(value signatures.0.explain.causes.0.code)" = '"body-footer-appended"' ]
	[ "$(value signatures.0.explain.causes.0.confidence)" = '"proven"' ]
	[ "$(value signatures.0.explain.causes.0.detail.octets)" = 9 ]
	[ "$(value signatures.0.explain.causes.0.detail.lines)" = 3 ]
	dkim-verify --zone=zone --at=$now --json f >json || true
	refute grep -q explain json
}

@test "--explain: of a pipe and of a file, small and large" {
	for mib in 1 5; do
		{ big_msg $mib; echo end; } | forge sign -k mail.private >f
		printf -- '-- \r\nfooter\r\n' >>f
		dkim-verify --explain --json --zone=zone --at=$now f >a || true
		# shellcheck disable=SC2002 # a pipe is the point
		cat f | dkim-verify --explain --json --zone=zone --at=$now >b || true
		grep -q '"body-footer-appended","confidence":"proven","detail":{"octets":13,"lines":2,' a
		cmp <(sed 's/"input":"[^"]*"//' a) <(sed 's/"input":"[^"]*"//' b)
	done
}

@test "--explain: every change that software makes, and none that it did not" {
	/usr/bin/python3 "$top/tests/cli/transit.py" . --rounds 1 --verbose
}

@test "--explain: most of what gateways document, and nothing that they did not do" {
	/usr/bin/python3 "$top/tests/cli/gateways.py" . --rounds 1 >out || true
	awk '/^all: n/ { gsub(/,/, ""); n = $3; right = $5; false = $11 }
		END { exit !(n > 40 && right * 10 >= n * 9 && false == 0) }' out
}

# header_told C SED DETAIL...: of the fields in the file h, signed with the form
# C and changed by SED, the first cause.
header_told() {
	local c=$1 change=$2 k=0 want
	shift 2
	forge sign -k mail.private -c "$c" -h "$names" <h | sed "$change" >f
	dkim-verify --explain --json --zone=zone --at=$now f >json 2>err || true
	for want; do
		printf '"%s" "proven" "%s"\n' "${want%%:*}" "${want#*:}" | tr A-Z a-z >want
		for key in code confidence detail.field; do
			value "signatures.0.explain.causes.$k.$key" || true
		done | paste -sd' ' | tr A-Z a-z | diff want - || { echo "$c $change"; return 1; }
		k=$((k + 1))
	done
}

@test "--explain: fields written otherwise, each by the way it was" {
	r=relaxed/relaxed
	s=simple/simple
	names=from:reply-to:to:cc:subject:date:message-id:mime-version
	names=$names:content-type:content-transfer-encoding:received:received
	{
		printf '%s\n' 'Received: from a by b; one' 'Received: from b by c; two' 'List-Id: <dev.lists.example.org>' \
			'From: "Smith, Joe" <joe@example.com>' 'Reply-To: Joe Smith <joe@example.com>' \
			'To: Sue <sue@example.net>, bob@example.net' 'Cc: "Al" <al@example.net>' \
			'Subject: Re: [dev] dinner at eight, or' ' later' 'Date: Fri, 2 Jan 2026 10:00:00 +0000' \
			'Message-ID: <1@example.com>' 'MIME-Version: 1.0' 'Content-Type: text/plain; charset=utf-8; format=flowed' \
			'Content-Transfer-Encoding: 7bit' '' text
	} | crlf >h
	header_told $r 's/^From: .*/From: Joe Smith <joe@example.com>\r/' header-value-changed:From
	header_told $r '/^Reply-To/d' header-dropped:Reply-To
	header_told $r 's/^To: .*/To: "Sue" <sue@example.net>, bob@example.net\r/' header-value-changed:To
	header_told $r 's/^Cc: .*/Cc: Al <al@example.net>\r/' header-value-changed:Cc
	header_told $r 's/\[dev\] //' subject-tag-removed:Subject
	header_told $r 's/^Subject: /&[EXT] /' subject-tag-added:Subject
	header_told $r 's/^Subject: /&***SPAM*** /' subject-spam-prefix-added:Subject
	header_told $r 's/^Date: .*/Date: Fri, 2 Jan 2026 11:00:00 +0100\r/' header-value-changed:Date
	header_told $r 's/; format=flowed//' content-type-rewritten:Content-Type
	header_told $r 's/utf-8/"UTF-8"/' content-type-rewritten:Content-Type
	header_told $r 's/ 7bit/ 8bit/' header-value-changed:Content-Transfer-Encoding
	header_told $r '/^MIME-Version/d' header-dropped:MIME-Version
	header_told $r '2{h;d}; 3{G}' header-reordered:Received
	header_told $r 's/eight, /eight,/' header-refolded:Subject
	header_told $r 's/; format=flowed//; s/ 7bit/ 8bit/' \
		content-type-rewritten:Content-Type header-value-changed:Content-Transfer-Encoding
	header_told $s 's/^Message-ID/Message-Id/' header-case-changed:Message-Id
	header_told $s 's/^Subject: /Subject:/' header-whitespace:Subject
	header_told $s 's/^Date: /Date:  /' header-whitespace:Date
	header_told $s '/^Subject/{N; s/\r\n//}' header-refolded:Subject
	header_told $s 's/^ later/\tlater/' header-refolded:Subject
	names=from:list-post:list-help
	header_told $r 's/^From:/List-Post: <mailto:a@b>\r\nList-Help: <mailto:c@d>\r\n&/' \
		header-added-oversigned:List-Post header-added-oversigned:List-Help
}

# -- hostile messages -----------------------------------------------------------

# bounded: --explain of the file f ends by itself in a minute of processor time,
# or ten with a sanitizer.
bounded() {
	(
		ulimit -t "$(sanitized && echo 600 || echo 60)"
		ends_with 1 little 3000000 dkim-verify --explain --json --zone=zone --at=$now f >json
	)
}

@test "--explain: large and odd bodies cost seconds" {
	forged
	cp f good
	{ cat good; yes '' | head -c 10000000; echo x; } >f; bounded
	{ cat good; yes x | head -c 4000000; } >f; bounded
	{ cat good; echo; head -c 3900000 /dev/zero | tr '\0' '<'; } >f; bounded
	{
		echo 'Content-Type: multipart/mixed; boundary=b'
		cat good
		yes -- "$(printf -- '--b\r\n\r\nx\r')" | head -n 60000
	} >f && bounded
}

@test "--explain: large and odd headers cost seconds" {
	forged
	head -n 1 f >top
	{ for ((i = 0; i < 100; i++)); do cat top; done; sed 1d f; echo x; } >f2
	mv f2 f; bounded
	{
		cat top
		echo 'From: a@b'
		printf 'Subject: '
		yes 'word ' | head -n 30000 | tr -d '\n'
		printf '\r\n\r\nx\r\n'
	} >f; bounded
	{
		cat top
		printf 'From: '
		yes '"a b" <joe@example.com>, ' | head -n 8000 | tr -d '\n'
		printf '\r\n\r\nx\r\n'
	} >f && bounded
}

# -- -v --------------------------------------------------------------------------

@test "-v: what the line of a verdict does not say" {
	dkim-sign -d example.com -s mail -k mail.private --at=$now -x 60 -l <m >f
	echo more >>f
	dkim-verify -v --zone=zone --at=$now f >text
	grep -qx '    signed at    2026-01-02T10:00:00Z' text
	grep -qx '    expires at   2026-01-02T10:01:00Z' text
	grep -qE '^    body         [0-9]+ bytes, [0-9]+ of them signed; hash ' text
	grep -qxF "    b= begins    $(tag b | cut -c 1-8)" text
	grep -qx '    key          mail._domainkey.example.com, dnssec unknown' text
	grep -qxF "    record       v=DKIM1; k=rsa; p=$(forge p mail.private)" text
	grep -qx ' *rsa, 2048 bits' text
	grep -qE '^    signed       From, .*Subject' text
	dkim-verify --verbose --explain --zone=zone --at=$now f >both
	# --explain tells of key and fields itself
	[ "$(grep -c '^    key ' both)" -eq 1 ]
	[ "$(grep -c '^    signed  ' both)" -eq 1 ]
	grep -qx '    expires at   2026-01-02T10:01:00Z' both
}

@test "-v: every record under the name; their octets are escaped" {
	sign m >f
	cat zone >two
	forge txt mail._domainkey.example.com. "$(printf 'v=DKIM1; k=x\033; p=')" >>two
	dkim-verify -v --zone=two f >text 2>err || true
	[ "$(grep -c '^    record ' text)" -eq 2 ]
	grep -qF 'v=DKIM1; k=x\x1b; p=' text
	refute grep -q "$(printf '\033')" text
}

@test "-v changes no other output" {
	for how in --json --auth-results=x --filter=x --exim; do
		dkim-verify $how --zone=zone --at=$now signed >plain 2>err
		dkim-verify $how -v --zone=zone --at=$now signed 2>also | cmp - plain
		cmp err also
	done
}

# A hundred signatures, below each of which the same long names and values
# would stand, are more than a report may hold.
@test "-v, --explain: long names and values are cut" {
	cut_ 100 9900
	cut_ 3 240000 long
}
cut_() { # NUMBER LENGTH [long]: that many names, or values, so long
	perl -e '
		($n, $l, $long) = @ARGV;
		print "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=mail; h=from:x:x:x;",
			" z=x:a|x:b|x:c; bh=zS7KNTV0HyeorkDDGwxB1AV6enuRKzO5rthkhdHIRnY=; b=AAAA\n"
			for 1..100;
		print "From: a\@example.com\n";
		print $long ? "X: " . "\1" x $l . "\n" : "X$_" . "a" x $l . ": 1\n" for 1..$n;
		print "\nhello\n"' "$@" >f
	ends_with 1 dkim-verify -q -v --explain --max-signatures=100 --zone=zone f >text
	grep -q '\.\.\.' text
}

@test "--explain: one that passes shows what it rests on, and breaks nothing" {
	forged
	explained f
	told 'pass  d=' 'header verifies' 'body verifies' 'reproduce'
	refute grep -q 'broken\|proven\|likely' text
	sed -n 's/^ *reproduce *//p' text >by-hand
	sh -e by-hand | grep 'Verified OK'
	dkim-verify --explain --json --zone=zone --at=$now f >json
	refute grep -q '"explain"' json
}

# Nothing was damaged, so that nothing is blamed.
@test "--explain: what is whole and not accepted is not called damaged" {
	forge sign -k mail.private --sha1 <m >f
	dkim-verify --explain --json --zone=zone --at=$now f >json || true
	grep -q '"a":"rsa-sha1".*"explain":{"part":"unknown","causes":\[\],' json
	forge sign -k mail.private -h to <m >f
	dkim-verify --explain --json --zone=zone --at=$now f >json || true
	grep -q '"reason":"from-not-signed".*"explain":{"part":"unknown","causes":\[\],' json
}
