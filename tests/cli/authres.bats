#!/usr/bin/env bats
# dkim-verify as a mail filter: Authentication-Results written, read back by
# peers, and forged ones left out (RFC 8601).
# shellcheck disable=SC2317,SC2016 # functions called through others; dollars of others
load helper
load dkim_helper
load dns_helper # soon, gone

setup_file() { make_signed; }
setup() {
	share_signed
	lf <signed >f && mv f signed
}

mx() { dkim-verify --zone=zone --at=$now "$@"; }

# fields [OPTION...] [FILE]: the field of mx.example into the file field,
# whatever the verdict; then what two peers read in it, into python and perl.
fields() {
	mx -q --auth-results=mx.example "$@" >field || true
	/usr/bin/python3 "$top/tests/cli/ar.py" peer <field >python
	perl "$top/tests/cli/ar.pl" <field >perl
}

# plain FILE: it has printable ASCII and line ends only.
plain() { perl -0777 -ne 'exit 1 if /[^\r\n -~]/' "$1"; }

# is_field TEXT: the file field, folds and all blanks before them as one blank.
is_field() {
	local got
	got=$(unfolded <field)
	[ "$got" = "Authentication-Results: mx.example; $1" ] ||
		{ echo "$got"; return 1; }
}

# filtered [OPTION...] FILE: the filter's output into out.
filtered() { mx -q --filter=mx.example "$@" >out; }

# -- the field -------------------------------------------------------------------

@test "--auth-results prints the field; the exit status is that of the verdict" {
	b=$(sed -n '1s/.* b=\(.\{8\}\).*/\1/p' signed)
	case $b in *[/+=]*) b="\"$b\"" ;; esac
	ends_with 0 mx --auth-results=mx.example signed >field
	is_field "dkim=pass header.d=example.com header.i=@example.com header.s=mail header.a=rsa-sha256 header.b=$b"
	sed s/dinner/supper/ signed >f
	ends_with 1 mx --auth-results=mx.example f >field
	is_field "dkim=fail reason=\"the body was modified (body hash mismatch)\" header.d=example.com header.i=@example.com header.s=mail header.a=rsa-sha256 header.b=$b"
	ends_with 2 mx --auth-results=mx.example m >field
	is_field 'dkim=none'
	rm zone
	touch zone
	ends_with 1 mx --auth-results=mx.example signed >field
	grep -q 'dkim=permerror' field
	echo ';! mail._domainkey.example.com. TXT SERVFAIL' >zone
}

@test "each signature has a result; peers read them all" {
	forge sign -s ed -k ed.private <signed | sed s/dinner/supper/ >f
	forge sign -k mail.private --set s=ed <m | head -n 1 | cat - f >g
	fields g
	[ "$(cat perl)" = "$(cat python)" ]
	[ "$(cut -d ' ' -f 1 <perl)" = "mx.example
dkim=permerror
dkim=fail
dkim=fail" ]
	grep -q 'header.d=example.com header.i=@example.com header.s=ed header.a=ed25519-sha256' perl
	[ "$(grep -c 'header.b=' perl)" -eq 3 ]
}

@test "DomainKeys has results of its own, behind DKIM's" {
	forge domainkeys -k mail.private <signed | lf >f
	fields f
	cmp python perl
	[ "$(wc -l <perl)" -eq 3 ]
	tail -n 1 perl | grep -qx 'domainkeys=pass header.d=example.com header.from=joe@example.com'
	sed '1!s/dinner/supper/' f >g
	fields g
	tail -n 1 perl | grep -q '^domainkeys=fail reason=.* header.d=example.com '
	{ forge domainkeys -k mail.private <m; } >f
	ends_with 2 mx -q --auth-results=mx.example f >field
	unfolded <field | grep -q 'mx.example; dkim=none; domainkeys=pass'
}

@test "the words of RFC 8601 and the reason, as two peers read them" {
	forged
	fields f
	sed -n 2p perl | grep -q '^dkim=pass header.d=example.com '
	cmp python perl
	forged --drop d
	fields f
	sed -n 2p perl | grep -q '^dkim=neutral reason=required tag missing '
	forged --set v=2
	fields f
	sed -n 2p perl | grep -q '^dkim=neutral reason=v= is not 1 '
	sed 's/^From: /From: Eve <eve@evil.example>\n&/' signed >f
	fields f
	grep -q 'dkim=policy' field
	sed -n 2p perl | grep -q '^dkim=policy reason=.* header.d=example.com '
	cmp python perl
}

@test "SpamAssassin reads all of our field, of both filters" {
	# assassin RESULTS: what its AuthRes plugin reads in the field of out
	assassin() {
		local got
		got=$(perl "$top/tests/cli/assassin.pl" <out)
		[ "$got" = "$*" ] || { cat out; echo "read: $got"; return 1; }
	}
	for message in signed m; do
		filtered $message
		[ $message = m ] && want=dkim=none || want=dkim=pass
		assassin "$want"
	done
	sed s/dinner/supper/ signed >f
	filtered f
	assassin dkim=fail
	filtered --explain f
	assassin dkim=fail
	# policy, a local part that needs quotes, a part of the body, DomainKeys
	sed 's/^From: /From: Eve <eve@evil.example>\n&/' signed >f
	filtered f
	assassin dkim=policy
	forged --set i=a=2Cb@example.com
	filtered f
	grep -q 'header.i="a,b@example.com"' out
	assassin dkim=pass
	sign -q --at=$now -l m >f
	echo more >>f
	filtered f
	grep -q '(a part of the' out
	assassin dkim=pass
	forge domainkeys -k mail.private <signed | lf >f
	filtered f
	assassin dkim=pass domainkeys=pass
	# with SPF, DMARC, ADSP and Sender ID
	cat >>zone <<-'END'
		example.com. TXT "v=spf1 ip4:192.0.2.1 -all"
		_dmarc.example.com. TXT "v=DMARC1; p=reject"
		_adsp._domainkey.example.com. TXT "dkim=all"
	END
	both() { dkim-policy --zone=zone --at=$now -q --evaluate --filter=mx.example --helo=h.example "$@" >out; }
	both --ip=192.0.2.1 --mail-from=joe@example.com <signed
	assassin dkim=pass dkim-adsp=pass dmarc=pass sender-id=pass spf=pass
	both --ip=192.0.2.9 --mail-from='"a b"@example.com' <m
	assassin dkim=none dkim-adsp=fail dmarc=fail sender-id=fail spf=fail
	both --ip=192.0.2.1 --mail-from= <signed
	assassin dkim=pass dkim-adsp=pass dmarc=pass sender-id=pass spf=none
	filtered signed
	mv out f
	both --trust-ar=mx.example --ip=192.0.2.1 --mail-from=joe@example.com <f
	assassin dkim=pass dkim-adsp=pass dmarc=pass sender-id=pass spf=pass
}

# dmarc_verdicts FILE...: what opendmarc, as a milter of the next program, concludes
# from our field in each: "dmarc SPF DKIM" from its field and from its history, where
# 0 is pass, 7 fail, 6 none, -1 nothing read. It knows the record from a file.
dmarc_verdicts() {
	local name pid status=0
	echo '_dmarc.example.com v=DMARC1; p=reject' >dmarc
	: >nohosts
	printf '%s\n' "Socket local:$PWD/socket" 'AuthservID d.example' 'TrustedAuthservIDs mx.example' \
		"TestDNSData $PWD/dmarc" "IgnoreHosts $PWD/nohosts" 'Syslog no' "HistoryFile $PWD/history" >opendmarc.conf
	/usr/sbin/opendmarc -f -c opendmarc.conf 3>&- &
	pid=$!
	for name; do
		rm -f history
		miltertest -D at="unix:$PWD/socket" -D field=Authentication-Results -D from="$from" \
			-D files="$name" -s "$top/tests/cli/milter.lua" || status=$?
		echo "$(sed -n '1s/^Authentication-Results: *d.example; dmarc=\([a-z]*\) .*/\1/p' "$name.signed")" \
			"$(awk '$1 == "spf" { print $2 }' history)" "$(awk '$1 == "dkim" { print $NF }' history)"
	done
	kill "$pid"
	soon gone "$pid"
	rm -f socket
	return $status
}

@test "opendmarc reads our dkim and spf, and comes to our verdict" {
	cat >>zone <<-'END'
		example.com. TXT "v=spf1 ip4:192.0.2.1 -all"
		_dmarc.example.com. TXT "v=DMARC1; p=reject"
	END
	whole() { dkim-policy --zone=zone --at=$now -q --evaluate --filter=mx.example --helo=h.example "$@"; }
	# it reads spf in Received-SPF, too
	both() { whole "$@" | perl -0777 -pe 's/^Received-SPF:.*\n(?:[ \t].*\n)*//m'; }
	sed s/dinner/supper/ signed >bad
	forged --drop d
	mv f nod
	# of dkim and spf: pass and fail in all ways, a signature without d=
	for ip in 1 9; do
		for name in signed bad m nod; do
			both --ip=192.0.2.$ip --mail-from=joe@example.com <$name >$name.$ip
		done
	done
	from=joe@example.com dmarc_verdicts {signed,bad,m,nod}.{1,9} >got
	diff got - <<-'END'
		pass 0 0
		pass 7 0
		pass 0 7
		fail 7 7
		pass 0 
		fail 7 
		pass 0 
		fail 7 
	END
	# a local part that needs quotes, in the sender and in i=; the null sender
	forged --set i=a=2Cb@example.com
	both --ip=192.0.2.1 --mail-from='"a b"@example.com' <f >quoted
	both --ip=192.0.2.1 --mail-from='"a b"@example.com' <bad >quoted.bad
	whole --ip=192.0.2.1 --mail-from='"a b"@example.com' <bad >quoted.whole
	from='"a b"@example.com' dmarc_verdicts quoted{,.bad,.whole} >got
	diff got - <<-'END'
		pass 0 0
		pass 0 7
		pass 0 7
	END
	for name in signed bad; do
		both --ip=192.0.2.1 --mail-from= <$name >null.$name
		filtered $name
		mv out filtered.$name
	done
	from='' dmarc_verdicts {null,filtered}.{signed,bad} >got
	diff got - <<-'END'
		pass 6 0
		fail 6 7
		pass -1 0
		fail -1 7
	END
	# where the sender is the whole address it reads no spf: ours is the domain
	sed 's/smtp.mailfrom=/&joe@/' bad.1 >address
	grep -q 'smtp.mailfrom=joe@example.com' address
	from=joe@example.com dmarc_verdicts address >got
	grep -qx "fail .* 7" got
}

# reason TEXT: that of the first result, for the peers too.
reason() {
	unfolded <field | grep -qF "reason=\"$1\" header.d=example.com" || { cat field; return 1; }
	sed -n 2p perl | grep -qF " reason=$1 header.d=example.com "
	sed -n 2p perl | cmp - <(sed -n 2p python)
}

@test "--explain: the cause is the reason, without a byte of the message" {
	forged
	{ cat f; echo 'a list'; } >g
	fields --explain g
	reason 'text was added after the body was signed'
	sed 's/^Subject: /&[list] /' f >g
	fields --explain g
	reason 'the subject was changed'
	forged --add x=$((now + 60))
	fields --explain --at=$((now + 3660)) f
	reason 'the signature expired 1 hour ago'
	forge sign -k mail.private --add 'z=x-evil:=20a' -h from:x-evil < <(echo 'X-Evil: a'; cat m) |
		sed 's/^X-Evil: .*/X-Evil: b" dkim=pass (c)\r/' >g
	fields --explain g
	reason 'a field was changed'
	refute grep -qi evil field
	forge txt mail._domainkey.example.com. 'v=DKIM1; p=' >zone
	forged
	fields --explain f
	reason 'the key was revoked'
	# without it, and where nothing is known, it is that of the result
	fields f
	grep -q 'reason="the key is revoked (p= is empty)"' field
}

@test "--explain --filter: the same field on top, and all the rest as it came" {
	forged
	{ cat f; printf 'a list\r\n'; } >g
	ends_with 0 filtered --explain g
	fields --explain g
	cmp out <(cat field g)
	ends_with 0 filtered --explain f
	fields f
	cmp out <(cat field f)
	# what is no message has no cause either
	echo 'no header' | ends_with 0 mx -q --explain --filter=mx.example >out
	tail -n 1 out | grep -qx 'no header'
}

@test "what fails under a testing key is neutral, in test mode (RFC 6376 3.6.1)" {
	rm zone
	add mail 'v=DKIM1; t=y; p=KEY'
	ends_with 0 mx -q --auth-results=mx.example signed >field
	unfolded <field | grep -q '; dkim=pass (test mode) header.d='
	sed s/dinner/supper/ signed >f
	ends_with 2 mx -q --auth-results=mx.example f >field
	unfolded <field | grep -q '; dkim=neutral (test mode) reason="'
	fields f
	sed -n 2p perl | grep -q '^dkim=neutral '
	sed -n 2p python | grep -q '^dkim=neutral '
}

@test "hostile values end neither their place nor the line" {
	for i in 'a=3B dkim=3Dpass header.d=3Dbank.example@example.com' \
		'a; dkim=pass header.d=bank.example@example.com' \
		'a=20b@example.com' 'a=28b@example.com' 'a=0D=0Ab@example.com' \
		'%n%n%s@example.com' '=1B]0;x@example.com' '=C3=BC@example.com' \
		'=E2=80=AE@example.com' "any'@any@example.com" \
		'a=2Cb,c:d@example.com' '@example.com(x' '=00@example.com'; do
		forged --set "i=$i"
		fields f
		[ "$(wc -l <perl) $(wc -l <python)" = '2 2' ]
		[ "$(head -n 1 perl) $(head -n 1 python)" = 'mx.example mx.example' ]
		sed -n 2p python | grep -q '^dkim=[a-z]* '
		refute grep -q 'header.d=bank' python
		refute grep -q ' header.d=bank' <(grep -v 'header.i="' field)
		plain field
		lf <field | awk 'length > 78 { exit 1 }'
	done
	# no peer knows backslashes in a string
	forged --set 'i="a\b"@example.com'
	mx -q --auth-results=mx.example f >field
	unfolded <field | grep -qF 'header.i="\"a\\b\"@example.com" header.s=mail'
	for set in $'s=m\xc3\xbcx' $'d=ex\x1bample.com' 'a=rsa-sha256(; dkim=pass' \
		's=a;dkim=pass header.d=bank.example'; do
		forged --set "$set"
		fields f
		[ "$(wc -l <perl) $(wc -l <python)" = '2 2' ]
		refute grep -q bank.example field
		plain field
	done
}

@test "header.b tells signatures apart whose b= begin alike" {
	b=$(sed -n '1s/.* b=\(.\{40\}\).*/\1/p' signed)
	forged --set s=other --set "b=$b/xyz"
	head -n 1 f | cat - signed >g
	fields g
	[ "$(grep -o 'header.b=[^ ]*' perl | sort -u | wc -l)" -eq 2 ]
	grep -q "header.b=$b/" perl
}

@test "the field has the message's own line ends" {
	crlf <signed >c
	mx --auth-results=mx.example c >field
	refute grep -qv $'\r$' field
	mx --auth-results=mx.example signed >field
	refute grep -q $'\r' field
	filtered c
	refute grep -qv $'\r$' out
}

@test "several inputs: a field each, in their order" {
	ends_with 2 mx --auth-results=mx.example signed m >field
	[ "$(grep -c ^Authentication-Results: field)" -eq 2 ]
	tail -n 1 field | grep -q 'dkim=none$'
}

@test "the id: a word or a quoted string, and nothing that could break out" {
	for id in mx a.b-c_d; do
		fields "--auth-results=$id" m
		[ "$(head -n 1 perl) $(head -n 1 python)" = "$id $id" ]
	done
	for id in mx 'a b' 'a;b' '(x)' x@y 'a"b' 'a\b' '"mx"'; do
		ends_with 2 mx "--auth-results=$id" m >field
		# and it is taken out again
		cat field m >f
		mx -q "--filter=$id" f | tail -n +2 | cmp - m
	done
	printf 'Authentication-Results: "\\"mx\\""; dkim=none\n' | cmp - field
	for id in '' ' ' ' a' $'a\nb' $'a\tb' $'a\x7f' $'\xff' "$(head -c 256 /dev/zero | tr '\0' a)"; do
		one_line 64 dkim-verify "--auth-results=$id" m
	done
}

# -- the filter --------------------------------------------------------------------

@test "--filter: the field on top, all the rest as it came, exit 0 whatever the verdict" {
	sed s/dinner/supper/ signed >bad
	for f in signed bad m; do
		mx -q --auth-results=mx.example "$f" >field || true
		for form in cat crlf; do
			$form <"$f" >in
			$form <field >want
			cat in >>want
			ends_with 0 filtered in
			cmp out want
			ends_with 0 filtered - <in
			cmp out want
			ends_with 0 octets dkim-verify -q --zone=zone --at=$now --filter=mx.example <in >out
			cmp out want
		done
	done
}

@test "--filter: every octet (NUL, 8-bit, bare CR, mixed line ends, no final one)" {
	for tail in 'a\0b\n' '\xff\xfe' 'no end' '\n\n\n' '' 'a\r\nb\n' 'a\rb\r' '\r\n\r\n' '.\n..\n'; do
		{ msg ''; printf "$tail"; } >in
		ends_with 0 filtered in
		tail -n +2 out | cmp - in
		{ msg '' | crlf; printf "$tail"; } >in
		ends_with 0 filtered in
		tail -n +2 out | cmp - in
	done
	for header in 'From: a@b.example' 'From: a@b.example\n' 'From: a@b.example\r\n' \
		'A: b\r\nC: d\n\r\nbody\n' '\n' '\nbody' 'A:\n\xff\0\n' 'A: b\n \n\t\nC: d'; do
		printf "$header" >in
		ends_with 0 filtered in
		tail -n +2 out | cmp - in
	done
}

@test "--filter: an mbox line stays first" {
	{ echo 'From joe Fri Jan  2 10:00:00 2026'; cat signed; } >in
	ends_with 0 filtered in
	head -n 1 out | cmp - <(head -n 1 in)
	sed -n 2p out | grep -q '^Authentication-Results: mx.example; dkim=pass'
	grep -v '^Authentication-Results:' out | grep -v '^ header\.' | cmp - in
	# also where there is nothing else, not even a line end
	printf 'From joe' >in
	ends_with 0 filtered in
	diff out - <<<'From joe
Authentication-Results: mx.example; dkim=none'
}

@test "--filter: what begins with white space does not go on with our field" {
	printf ' ;dkim=pass header.d=bank.example\nFrom: a@b.example\n\nx\n' >in
	ends_with 0 filtered in
	head -n 1 out | grep -qx 'Authentication-Results: mx.example; dkim=none'
	sed -n 2p out | grep -q '^[A-Z][a-z]*:'
	tail -n +3 out | cmp - in
	crlf <in >c
	ends_with 0 filtered c
	refute grep -qv $'\r$' out
}

@test "forged fields of our id go, in every form; others stay" {
	/usr/bin/python3 "$top/tests/cli/ar.py" check 150 -- dkim-verify -q --filter=mx.example
	# mixed line ends: a bare LF ends lines
	printf 'A: b\r\nAuthentication-Results: mx.example; none\nC: d\r\n\r\nx' >in
	ends_with 0 filtered in
	printf 'A: b\r\nC: d\r\n\r\nx' >want
	tail -n +2 out | cmp - want
	# a folded name is no field to us, but is one to who unfolds first
	printf 'A: b\nAuthentication-Results\n : mx.example; none\nC: d\n\nx' >in
	printf 'A: b\nC: d\n\nx' >want
	ends_with 0 filtered in
	tail -n +2 out | cmp - want
	printf 'A: b\nAuthentication-Results\n : a.example; none\nC: d\n\nx' >in
	ends_with 0 filtered in
	tail -n +2 out | cmp - in
	# --crlf: it is data, so the field is a part of A
	printf 'A: b\nAuthentication-Results: mx.example; none\r\nC: d\r\n\r\nx' >in
	ends_with 0 filtered --crlf in
	tail -n +2 out | cmp - in
}

@test "eight fields, ours and foreign mixed" {
	for id in mx.example a.example MX.example b.example c.example '"mx.example"' mx.example. d.example; do
		echo "Authentication-Results: $id; dkim=pass header.d=bank.example"
	done >forged
	cat forged m >in
	ends_with 0 filtered in
	grep '[abcd]\.example;' forged | cat - m >want
	tail -n +2 out | cmp - want
}

@test "U-labels and A-labels are one id" {
	{ echo 'Authentication-Results: bücher.example; none'
	echo 'Authentication-Results: "BÜCHER.example."; none'
	echo 'Authentication-Results: xn--bcher-kva.EXAMPLE; none'
	cat m; } >in
	for id in bücher.example xn--bcher-kva.example; do
		ends_with 0 mx -q "--filter=$id" in >out
		head -n 1 out | grep -qx 'Authentication-Results: xn--bcher-kva.example; dkim=none'
		tail -n +2 out | cmp - m
	done
}

@test "--keep-own keeps those above the topmost Received, --strip-all none at all" {
	/usr/bin/python3 "$top/tests/cli/ar.py" check --keep-own 60 -- \
		dkim-verify -q --filter=mx.example --keep-own
	ar='Authentication-Results: mx.example; spf=pass'
	other='Authentication-Results: other.example; spf=pass'
	printf '%s\n' "$ar" "$other" 'Received: x' "$ar" "$other" >forged
	cat forged m >in
	ends_with 0 filtered --keep-own in
	sed 4d forged | cat - m >want
	tail -n +2 out | cmp - want
	ends_with 0 filtered --strip-all in
	sed -n 3p forged | cat - m >want
	tail -n +2 out | cmp - want
	ends_with 0 filtered --strip-all --keep-own in
	sed -n '1p;3p' forged | cat - m >want
	tail -n +2 out | cmp - want
}

@test "signatures are judged as received, with the forged field" {
	{ echo 'Authentication-Results: mx.example; dkim=pass header.d=bank.example'; cat m; } >f
	forge sign -k mail.private -h authentication-results:from:subject <f >in
	ends_with 0 filtered in
	unfolded <out | sed -n 1p | grep -q 'mx.example; dkim=pass header.d=example.com'
	refute grep -q bank.example out
}

@test "a header above every ceiling passes through without forged fields" {
	{ yes 'X: y' | head -n 6000; echo 'Authentication-Results: mx.example; dkim=pass'
	yes "Y: $(head -c 1000 /dev/zero | tr '\0' y)" | head -n 2000
	echo 'Authentication-Results: mx.example; dkim=pass'; cat m; } >in
	ends_with 0 filtered in
	grep -v '^Authentication-Results: mx.example; dkim=pass' in >want
	tail -n +2 out | cmp - want
	# the first line end comes late, or the first LF does
	for start in 'X: ' $'Y: z\r\nX: '; do
		{ printf %s "$start"; head -c 1100000 /dev/zero | tr '\0' x
		printf '\nAuthentication-Results: mx.example; dkim=pass\n'; cat m; } >in
		ends_with 0 filtered in
		grep -v '^Authentication-Results: mx.example; dkim=pass' in >want
		tail -n +2 out | cmp - want
		ends_with 0 filtered --crlf in
		tail -n +2 out | cmp - in
	done
}

@test "the output verifies as the input did" {
	ends_with 0 filtered signed
	judged 0 pass/ok out
	ends_with 0 mx -q --filter=other.example out >again
	judged 0 pass/ok again
	[ "$(grep -c ^Authentication-Results again)" -eq 2 ]
}

# -- exit status -------------------------------------------------------------------

@test "--defer: a temperror writes nothing, 75" {
	dns_server rcode:2
	at_server="--nameserver=127.0.0.1@$port"
	ends_with 0 dkim-verify -q --at=$now "$at_server" --filter=mx.example signed >out
	head -n 1 out | grep -q 'dkim=temperror'
	one_line 75 dkim-verify -q --at=$now "$at_server" --filter=mx.example --defer signed
	dns_stop
	ends_with 0 filtered --defer signed
	ends_with 0 filtered --defer m
}

@test "--require with --filter: a refused message is not written, 1" {
	ends_with 0 filtered --require=any signed
	[ -s out ]
	one_line 1 mx -q --filter=mx.example --require=any m
	one_line 1 mx -q --filter=mx.example --require=d=other.example signed
	dns_server rcode:2
	one_line 75 dkim-verify -q --at=$now --nameserver="127.0.0.1@$port" \
		--filter=mx.example --require=any signed
	dns_stop
}

@test "what is no message passes, with a warning: the MTA has taken it" {
	printf 'hello\nworld\n' >in
	ends_with 0 mx --filter=mx.example in >out 2>err
	[ "$(grep -c 'not a message' err)" -eq 1 ]
	[ "$(wc -l <err)" -eq 1 ]
	tail -n +2 out | cmp - in
	ends_with 0 mx --filter=mx.example </dev/null >out 2>err
	[ "$(cat out)" = 'Authentication-Results: mx.example; dkim=none' ]
	grep -q empty err
}

@test "--filter: trouble of this host is 75, with its own code on stderr" {
	ends_with 75 mx --filter=mx.example nosuch >out 2>err
	grep -q 66 err
	[ ! -s out ]
	ends_with 75 mx --filter= m >out 2>err
	grep -q 64 err
	ends_with 75 mx --nosuch --filter=mx.example m >out 2>err
	ends_with 75 mx --filter=mx.example m m >out 2>err
	ends_with 75 mx --filter=mx.example --json m >out 2>err
	[ ! -s out ]
	full() { "$@" >/dev/full; }
	ends_with 75 full dkim-verify --filter=mx.example m 2>err
	grep -q 74 err
	ends_with 75 to_nobody dkim-verify --filter=mx.example m 2>err
	ends_with 75 dkim-verify --filter=mx.example <&- >out 2>err
	ends_with 0 dkim-verify --filter=mx.example --help >out
}

@test "a short write is never a success, whatever the size" {
	big_msg 3 >in
	ends_with 0 filtered in
	tail -n +2 out | cmp - in
	limited() { (ulimit -f 1000; "$@" >out 2>err); }
	ends_with 75 limited dkim-verify --filter=mx.example in
	ends_with 75 limited dkim-verify --filter=mx.example - <in
}

@test "options that need --filter, or go without it: 64" {
	for option in --defer --keep-own --strip-all; do
		one_line 64 dkim-verify $option m
		one_line 64 dkim-verify $option --auth-results=x m
	done
	one_line 64 dkim-verify --json --auth-results=x m
	cp m both
	status=0
	dkim-verify --filter=x both 1<>both 2>err || status=$?
	[ "$status" -eq 75 ]
	cmp m both
}
