#!/usr/bin/env bats
# dkim-sign: what it signs, what it refuses, and that it touches nothing else.
# The signatures are judged by dkim-verify here and by its peers in interop.bats.
# shellcheck disable=SC2317,SC2086,SC2059 # functions called through others; numbers and escapes
load helper
load dkim_helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	rsa mail
	rsa r1024 1024
	rsa r4096 4096
	ed25519 ed
	for name in mail r1024 r4096; do add $name; done
	add ed 'v=DKIM1; k=ed25519; p=KEY'
	msg >m
}

setup() {
	in_own_folder
	shared mail.private r1024.private r4096.private ed.private zone m
}

sign_at() { sign --at=$now "$@"; }

# names FILE: the h= of its first signature.
names() { unfolded <"$1" | head -n 1 | sed 's/.* h=\([^;]*\);.*/\1/; s/ //g'; }

# tag NAME FILE: that tag of the first signature.
tag() { unfolded <"$2" | head -n 1 | grep -o " $1=[^;]*" | sed 's/[^=]*=//; s/[ \r]//g'; }

# untouched BEFORE AFTER: AFTER is BEFORE with one field, folded or not, on top.
untouched() {
	/usr/bin/python3 - "$1" "$2" <<-'EOF'
		import re, sys
		before, after = (open(f, "rb").read() for f in sys.argv[1:])
		top = re.match(rb">?From [^\n]*\n", before)
		top = top.end() if top else 0
		assert after[:top] == before[:top]
		field = re.match(rb"DKIM-Signature:[^\n]*\n(?:[ \t][^\n]*\n)*", after[top:])
		assert after[top + field.end():] == before[top:]
	EOF
}

# -- the field -------------------------------------------------------------------

@test "Ed25519 alone: a warning, which an RSA signature beside it does not need" {
	words='warning: only an Ed25519 key signs, and most large receivers verify RSA only (as of November 2026): sign with an RSA key, too (RFC 8463 6)'
	dkim-sign -d example.com -s ed -k ed.private <m >out 2>err
	grep -qF "$words" err
	dkim-sign -q -d example.com -s ed -k ed.private <m >out 2>err
	[ ! -s err ]
	dkim-sign -d example.com -s ed -k ed.private -s mail -k mail.private <m >out 2>err
	refute grep -q Ed25519 err
	dkim-sign --dry-run --json -d example.com -s ed -k ed.private <m | grep -q '"ed25519-alone"'
}

@test "the field on top of the message, and nothing else changed" {
	sign_at <m >out
	untouched m out
	judged 0 pass/ok out
	sign_at m >out2
	cmp out out2
}

@test "its tags: v a c d s t h bh b, nothing more" {
	sign_at m >out
	[ "$(unfolded <out | head -n 1 | grep -o ' [a-z]*=' | tr -d ' =' | paste -sd' ')" = "v a c d s t h bh b" ]
	[ "$(tag v out)" = 1 ]
	[ "$(tag a out)" = rsa-sha256 ]
	[ "$(tag c out)" = relaxed/relaxed ]
	[ "$(tag d out)" = example.com ]
	[ "$(tag s out)" = mail ]
	[ "$(tag t out)" = $now ]
	grep -q '^DKIM-Signature: v=1;' out
}

@test "no line of the field over 78 octets, none of white space only" {
	long=$(printf 'a%.0s' {1..60})
	for key in mail r4096 ed; do
		dkim-sign -d "$long.$long.example.com" -s "$long.x" -k $key.private \
			-i "joe@$long.$long.example.com" -x 3600 --headers \
			"from:to:subject:$(printf 'x-header-%d:' {1..40})date" --header-only --at=$now m >out 2>/dev/null
		# a tag that has no place to fold may be longer
		grep -Ev '[ @](d|i|s)?=?a{60}' out >short
		refute grep -q '.\{79\}' short
		refute grep -q '^[[:space:]]*$' out
		refute grep -q '.\{998\}' out
	done
	for key in mail r1024 r4096 ed; do
		selector=$key sign_at --header-only -x 100 -i user@example.com m >out 2>/dev/null
		refute grep -q '.\{79\}' out
		refute grep -Eq '[[:space:]]$' out
	done
}

@test "the default h=: From To Cc Subject guarded always, others if present" {
	sign_at m >out
	[ "$(names out)" = From:From:Subject:Subject:Date:Date:To:To:Cc:Message-ID:Message-ID ]
	printf 'From: a@example.com\n\nx\n' >f
	sign_at f >out
	[ "$(names out)" = From:From:Subject:To:Cc ]
}

@test "the default h=: a message with everything" {
	for name in From Reply-To Subject Date To Cc Message-ID In-Reply-To References MIME-Version \
		Content-Type Content-Transfer-Encoding Sender Resent-Date Resent-From Resent-Sender \
		Resent-To Resent-Cc Resent-Message-ID Resent-Bcc List-Id List-Help List-Unsubscribe \
		List-Unsubscribe-Post List-Subscribe List-Post List-Owner List-Archive Received Bcc \
		Return-Path Comments Keywords X-Mailer DKIM-Signature Authentication-Results; do
		echo "$name: a@example.com"
	done >f
	printf '\nx\n' >>f
	sign_at f >out
	names out | tr ':' '\n' | sort | uniq -c | awk '{ print $2 "=" $1 }' | sort >got
	sort >expected <<-'EOF'
		From=2
		To=2
		Cc=2
		Subject=2
		Reply-To=2
		Date=2
		Message-ID=2
		MIME-Version=2
		Content-Type=2
		Content-Transfer-Encoding=2
		In-Reply-To=2
		References=2
		Sender=2
		Resent-Date=1
		Resent-From=1
		Resent-Sender=1
		Resent-To=1
		Resent-Cc=1
		Resent-Message-ID=1
		List-Id=1
		List-Help=1
		List-Unsubscribe=1
		List-Unsubscribe-Post=1
		List-Subscribe=1
		List-Post=1
		List-Owner=1
		List-Archive=1
	EOF
	diff expected got
}

@test "the default h=: several of a kind, one more than present" {
	{ printf 'Subject: two\nResent-From: a@example.com\nResent-From: b@example.com\n'; cat m; } >f
	sign_at f >out
	[ "$(names out | grep -o Subject | wc -l)" -eq 3 ]
	[ "$(names out | grep -o Resent-From | wc -l)" -eq 2 ]
	judged 0 pass/ok out
}

@test "what is guarded cannot be added, what is not may be" {
	sign_at m >out
	for line in 'From: x@example.com' 'To: x@example.com' 'Cc: x@example.com' 'Subject: x' 'Date: x' 'Message-ID: x'; do
		{ echo "$line"; cat out; } >f
		judged 1 fail/bad-signature f
	done
	for line in 'Reply-To: x@example.com' 'Received: x' 'List-Id: x' 'Sender: x@example.com'; do
		{ echo "$line"; cat out; } >f
		judged 0 pass/ok f
	done
}

@test "--headers: these names, in this order; From must be among them" {
	sign_at --headers=subject:From:x-none:FROM m >out
	[ "$(names out)" = subject:From:x-none:FROM ]
	judged 0 pass/ok out
	one_line 64 sign_at --headers=subject m
	{ printf 'X-Two: 1\nX-Two: 2\nX-One: 1\n'; cat m; } >f
	for list in 'X:X-None:X-One:X-Two' '=:X-One:X-Two:X-Two' '?:X-One:X-Two' \
		'+:X-None:X-One:X-One:X-Two:X-Two:X-Two' '(o):X-None:X-One:X-One:X-Two:X-Two:X-Two' \
		'(x):X-One:X-One:X-Two:X-Two:X-Two' '-'; do
		mark=${list%%:*}
		mark=${mark#X}
		sign_at -q --headers="From,${mark}X-None,${mark}X-One,${mark}X-Two" f >out
		[ "$(names out)" = "From${list#"${list%%:*}"}" ]
		judged 0 pass/ok out
	done
	one_line 64 sign_at --headers=from:? m
	one_line 64 sign_at --headers=from:received m
	one_line 64 sign_at --headers=from:dkim-signature m
	one_line 64 sign_at --headers= m
}

@test "-c: all four, and only those" {
	for c in simple/simple simple/relaxed relaxed/simple relaxed/relaxed; do
		sign_at -c $c m >out
		[ "$(tag c out)" = $c ]
		judged 0 pass/ok out
	done
	sed 's/dinner ready/dinner  ready/' out >f
	judged 0 pass/ok f
	for c in nofws simple/nofws simple/simple/simple ''; do
		one_line 64 sign_at -c "$c" m
	done
}

@test "-i: within d=, else 64" {
	for i in @example.com joe@example.com joe@sub.example.com a+b@EXAMPLE.COM; do
		sign_at -i "$i" m >out
		[ "$(tag i out)" = "$i" ]
		judged 0 pass/ok out
	done
	for i in joe@example.org joe@notexample.com joe joe@ @com; do
		one_line 64 sign_at -i "$i" m
		one_line 64 sign_at -i "$i" nosuch
	done
}

@test "-i outside the From domain when -d is not given: 78, for that message alone" {
	one_line 78 dkim-sign -s mail -k mail.private -i joe@example.org m
	grep -Fq "m: -i joe@example.org is not within d=example.com (RFC 6376 3.5)" stderr
	ends_with 75 dkim-sign --mta -s mail -k mail.private -i joe@example.org --pass-unsigned m >out 2>err
	[ ! -s out ]
	rm out
	mkdir out
	sed 's/example.com>/example.org>/' m >other
	ends_with 78 dkim-sign -s mail -k mail.private -i joe@example.org --output-dir=out m other 2>err
	[ "$(ls out)" = other ]
	echo '* x' >signing
	echo "x example.com:mail:./mail.private" >keys
	one_line 78 dkim-sign --key-table=keys --signing-table=signing -i joe@example.org m
	dkim-sign --key-table=keys --signing-table=signing -i joe@example.com m >out/m
	[ "$(tag i out/m)" = joe@example.com ]
}

@test "-x: x= is t= and so many seconds; 0 and less: 64" {
	sign_at -x 3600 m >out
	[ "$(tag x out)" = $((now + 3600)) ]
	judged 0 pass/ok out
	judged 1 permerror/expired --at=$((now + 4000)) out
	sign_at -x 1 m >out
	[ "$(tag x out)" = $((now + 1)) ]
	for x in 0 -1 1h x '' 99999999999999999999; do one_line 64 sign_at -x "$x" m; done
}

@test "--no-timestamp: no t=; with -x still x=" {
	sign --no-timestamp m >out
	[ -z "$(tag t out)" ]
	judged 0 pass/ok out
	sign_at --no-timestamp -x 60 m >out
	[ "$(tag x out)" = $((now + 60)) ]
}

@test "without --at t= is now" {
	first=$(date +%s)
	sign m >out
	last=$(date +%s)
	[ "$first" -le "$(tag t out)" ]
	[ "$(tag t out)" -le "$last" ]
}

@test "--at: the same octets each time, epoch or RFC 3339" {
	sign --at=$now m >a
	sign --at=2026-01-02T10:00:00Z m >b
	sign --at=2026-01-02T12:00:00+02:00 <m >c
	cmp a b
	cmp a c
	selector="ed" sign --at=$now m >d
	selector="ed" sign --at=$now m >e
	cmp d e
}

@test "--header-only: the field alone, as it is on top" {
	sign_at m >out
	sign_at --header-only m >field
	head -n "$(wc -l <field)" out | cmp - field
	cat field m | cmp - out
	crlf <m >c
	sign_at --header-only c >field
	cat field c >out
	judged 0 pass/ok out
	refute grep -qv $'\r$' field
}

@test "without -d the From domain is signed for" {
	dkim-sign -s mail -k mail.private --at=$now m >out
	[ "$(tag d out)" = example.com ]
	judged 0 pass/ok out
	for from in 'a@x.example, b@y.example' 'ceo' '<>' 'undisclosed:;' 'a@localhost'; do
		sed "s/^From: .*/From: $from/" m >f
		one_line 65 dkim-sign -s mail -k mail.private f
	done
}

# -- keys ------------------------------------------------------------------------

@test "two keys in one pass: one signature each, in order, each verifies" {
	dkim-sign -d example.com -s mail -k mail.private -s ed -k ed.private --at=$now m >out
	judged 0 "pass/ok pass/ok" out
	[ "$(grep -o 'a=[a-z0-9]*-sha256' out | paste -sd' ')" = "a=rsa-sha256 a=ed25519-sha256" ]
	dkim-sign -d example.com -k ed.private -k mail.private -s ed -s mail --at=$now m >out
	judged 0 "pass/ok pass/ok" out
	[ "$(grep -o 'a=[a-z0-9]*-sha256' out | paste -sd' ')" = "a=ed25519-sha256 a=rsa-sha256" ]
	# each stands alone
	sed '/^ed/d' zone >z
	mv z zone
	judged 0 "permerror/no-key pass/ok" out
}

@test "pairs that do not match up, one selector twice: 64" {
	one_line 64 dkim-sign -d example.com -s mail m
	one_line 64 dkim-sign -d example.com -k mail.private m
	one_line 64 dkim-sign -d example.com -s mail -k mail.private -k ed.private m
	one_line 64 dkim-sign -d example.com -s mail -s MAIL -k mail.private -k ed.private m
}

@test "RSA 1024 (warned), 2048, 4096, Ed25519" {
	for key in r1024 mail r4096 ed; do
		selector=$key sign_at m >out 2>err
		judged 0 pass/ok out
		selector=$key sign_at m >out 2>err
		case $key in r1024) grep -q 'RFC 8301' err ;; ed) grep -q 'RFC 8463' err ;; *) [ ! -s err ] ;; esac
	done
	selector=r1024 sign_at -q m >out 2>err
	[ ! -s err ]
}

@test "a key in any form: PKCS#1, DER, CRLF, text around it" {
	sign_at m >expected
	umask 077
	openssl rsa -in mail.private -traditional -out k1 2>/dev/null
	openssl pkcs8 -topk8 -nocrypt -in mail.private -out k2
	openssl pkey -in mail.private -outform DER -out k3
	crlf <mail.private >k4
	{ echo 'a note'; cat mail.private; } >k5
	openssl rsa -in mail.private -traditional -outform DER -out k6 2>/dev/null
	for k in k1 k2 k3 k4 k5 k6; do
		dkim-sign -d example.com -s mail -k $k --at=$now m >out
		cmp out expected
	done
}

@test "key file modes: others 77, group read fine, group write 77" {
	for mode in 600 400 640 440; do
		chmod $mode mail.private
		sign_at m >out 2>err
		[ ! -s err ]
	done
	for mode in 644 604 602 660 620 666 606 777; do
		chmod $mode mail.private
		one_line 77 sign_at m
		grep -q mail.private stderr
	done
	sign_at --insecure-key-ok m >out 2>err
	judged 0 pass/ok out
	sign_at --insecure-key-ok m >out 2>err
	grep -q warning err
	sign_at --insecure-key-ok -q m >out 2>err
	[ ! -s err ]
	chmod 600 mail.private
	if [ "$(id -u)" -eq 0 ]; then
		chown 65534 mail.private
		sign_at m >out 2>err
		grep -q 'warning: the private key file is owned by neither root nor you' err
	fi
}

@test "a symlink to a key is followed; the target's mode counts" {
	ln -s mail.private link
	dkim-sign -d example.com -s mail -k link m >out
	chmod 644 mail.private
	one_line 77 dkim-sign -d example.com -s mail -k link m
	ln -s nowhere dangling
	one_line 66 dkim-sign -d example.com -s mail -k dangling m
}

@test "what is no key: 65, at once, nothing asked" {
	s() { timeout 60 dkim-sign -d example.com -s mail -k "$1" m </dev/null; }
	umask 077
	mkdir d
	mkfifo fifo
	truncate -s 1G sparse
	: >empty
	head -c 5000 /dev/urandom >noise
	sed 5d mail.private >damaged
	head -n 10 mail.private >half
	openssl ecparam -name prime256v1 -genkey -noout -out ./ec
	openssl req -x509 -new -key mail.private -subj /CN=x -days 1 -out cert 2>/dev/null
	openssl pkey -in mail.private -pubout -out public
	openssl pkey -in mail.private -aes256 -passout pass:secret -out encrypted
	openssl rsa -in mail.private -traditional -aes256 -passout pass:secret -out encrypted1 2>/dev/null
	openssl genpkey -algorithm x25519 -out x25519
	openssl genrsa -out weak 512 2>/dev/null
	cp m message
	for k in d fifo sparse empty noise damaged half ec cert public encrypted encrypted1 x25519 weak message /dev/null; do
		echo "$k"
		case $k in
		/dev/null) ends_with 65 s $k ;; # and its mode is 0666
		*) one_line 65 s $k ;;
		esac
	done
	ends_with 65 timeout 60 dkim-sign --insecure-key-ok -d example.com -s mail -k /dev/zero m >out
	ends_with 65 timeout 60 dkim-sign --insecure-key-ok -d example.com -s mail -k /dev/null m >out
	[ ! -s out ]
	one_line 66 s nosuch
	one_line 66 s nosuch/x
}

@test "an encrypted key: no prompt though there is a terminal" {
	need_terminal
	(umask 077; openssl pkey -in mail.private -aes256 -passout pass:secret -out encrypted)
	cat >on-tty <<-'EOF'
		import os, pty, sys
		status = pty.spawn(sys.argv[1:], lambda fd: os.read(fd, 1024), lambda fd: b"")
		sys.exit(os.waitstatus_to_exitcode(status))
	EOF
	ends_with 65 timeout 60 /usr/bin/python3 on-tty dkim-sign -d example.com -s mail -k encrypted m </dev/null >out
	refute grep -iq 'enter\|pass phrase:' out
}

@test "two keys in a file: said, not chosen at random" {
	(umask 077; cat mail.private r4096.private >two)
	status=0
	dkim-sign -d example.com -s mail -k two --at=$now m >out 2>err || status=$?
	case $status in
	65) [ ! -s out ] ;;
	0) judged 0 pass/ok out ;;
	*) false ;;
	esac
}

@test "a private key whose parts do not belong together signs nothing" {
	/usr/bin/python3 - <<-EOF
		import base64, os, runpy, sys
		sys.argv = ["forge.py", "p", "mail.private"]
		forge = runpy.run_path("$top/tests/cli/forge.py")
		tlv, integer, Key = forge["tlv"], forge["integer"], forge["Key"]
		der = base64.b64decode("".join(l for l in open("mail.private").read().splitlines() if "---" not in l))
		read, elements = (lambda d: forge["read_tlv"](d)[1]), forge["elements"]
		parts = elements(read(elements(read(der))[2][1]))
		numbers = [int.from_bytes(b, "big") for _, b in parts]
		numbers[6] ^= 4  # dP
		numbers[3] ^= 4  # d
		body = tlv(0x30, b"".join(integer(n) for n in numbers))
		os.umask(0o77)
		with open("bad", "w") as f:
		    f.write("-----BEGIN RSA PRIVATE KEY-----\n")
		    text = base64.b64encode(body).decode()
		    for i in range(0, len(text), 64):
		        f.write(text[i:i + 64] + "\n")
		    f.write("-----END RSA PRIVATE KEY-----\n")
	EOF
	status=0
	dkim-sign -d example.com -s mail -k bad m >out 2>err || status=$?
	[ ! -s out ]
	[ -s err ]
	[ "$status" -eq 65 ] || [ "$status" -eq 70 ]
}

# -- refusals --------------------------------------------------------------------

@test "a malformed header: the message names the RFC section" {
	{ echo 'no colon'; cat m; } >f
	one_line 65 sign f
	grep -q '(RFC 5322 2.2)$' stderr
}

@test "what must not be signed: 65, one line, nothing on stdout" {
	r() {
		one_line 65 sign_at f
		one_line 65 sign_at <f
		one_line 65 sign_at --header-only f
		one_line 65 sign_at --output=o f
		[ ! -e o ]
	}
	grep -v ^From m >f; r
	{ echo 'From: x@example.com'; cat m; } >f; r
	{ echo 'no colon'; cat m; } >f; r
	{ echo ' indented'; cat m; } >f; r
	{ printf 'X: a\rb\n'; cat m; } >f; r
	{ cat m; printf 'a\rb\n'; } >f; r
	{ cat m; printf 'a\r'; } >f; r
	{ cat m; printf 'a\r\nb\n'; } >f; r
	{ crlf <m; printf 'a\n'; } >f; r
	{ head -n 1 m | crlf; sed 1d m; } >f; r
	: >f; r
	echo hello >f; r
	printf '\n%s' "$(cat m)" >f && r
}

@test "a header over its limits: 65" {
	{ head -c 300000 /dev/zero | tr '\0' x | sed 's/^/X: /'; echo; cat m; } >f
	one_line 65 sign_at f
	{ yes 'X: y' | head -n 5001; cat m; } >f
	one_line 65 sign_at f
	{ head -c 2000000 /dev/zero | tr '\0' x | sed 's/^/X: /'; echo; cat m; } >f
	one_line 65 sign_at f
}

@test "a header without end is refused at its limit, not read on" {
	# the writer of a pipe that is read no further fails
	yes 'X: y' | head -c 9000000 >fields
	head -c 9000000 /dev/zero >nul
	for f in fields nul; do
		for o in -q --fix --domainkeys --mta; do
			{ status=0; cat $f || status=$?; echo $status >ended; } 2>/dev/null |
				one_line 65 sign_at $o
			[ "$(cat ended)" -ne 0 ]
			grep -q 'the header is larger than 1 MiB' stderr
		done
	done
}

@test "--mta: 0, 65 or 75, whatever happens" {
	s() { sign_at --mta "$@"; }
	ends_with 0 s m >out
	judged 0 pass/ok out
	grep -v ^From m >f
	ends_with 65 s f >out 2>err
	[ ! -s out ]
	ends_with 75 s nosuch >out 2>err
	grep -q 66 err
	[ ! -s out ]
	ends_with 75 dkim-sign --mta -d example.com -s mail -k nosuch m >out 2>err
	chmod 644 mail.private
	ends_with 75 s m >out 2>err
	grep -q 77 err
	chmod 600 mail.private
	ends_with 75 s --nosuch m >out 2>err
	ends_with 75 s -x 0 m >out 2>err
	ends_with 75 s -d 'a b' m >out 2>err
	[ ! -s out ]
	full() { "$@" >/dev/full; }
	ends_with 75 full s m 2>err
	grep -q 74 err
	ends_with 75 s --output=nosuch/x m >out 2>err
	grep -q 73 err
	ends_with 75 to_nobody dkim-sign --mta -d example.com -s mail -k mail.private m 2>err
	one_line 64 sign_at --m=x m
	one_line 64 sign_at -i --mta m
	ends_with 75 sign_at --nosuch --mt m >out 2>err
}

@test "--mta: a key that is no key is trouble of this host, not of the message: 75" {
	echo junk >bad
	chmod 600 bad
	ends_with 75 dkim-sign --mta -d example.com -s mail -k bad m >out 2>err
	grep -q 65 err
	rsa weak 512
	ends_with 75 dkim-sign --mta -d example.com -s mail -k weak.private m >out 2>err
	[ ! -s out ]
}

# -- octets ----------------------------------------------------------------------

@test "LF stays LF, CRLF stays CRLF, in the folds too" {
	sign_at m >out
	refute grep -q $'\r' out
	crlf <m >c
	sign_at c >cout
	refute grep -qv $'\r$' cout
	lf <cout | cmp - out
	judged 0 pass/ok out
	judged 0 pass/ok cout
	# what an MTA makes of the LF form
	crlf <out >f
	judged 0 pass/ok f
}

@test "the message is what it was: NUL, 8-bit, no final line end, blank lines" {
	i=0
	for tail in 'a\0b\n' 'caf\xc3\xa9 \xff\n' 'no end' '\n\n\n' ' \t\n' '.\n..\n' '' '\n' 'x\n\n\n\n' '\x0b\x0c\x7f\n'; do
		for c in simple/simple relaxed/relaxed; do
			{ cat m; printf "$tail"; } >f
			sign_at -c $c f >out 2>err
			untouched f out
			judged 0 pass/ok out
			{ crlf <m; printf "$tail" | crlf; } >f
			case $tail in *'no end') ;; *) sign_at -c $c f >out 2>err; untouched f out; judged 0 pass/ok out ;; esac
			i=$((i + 1))
		done
	done
	[ $i -eq 20 ]
}

@test "header oddities stay: folds, tabs, case, empty values" {
	printf 'fRoM:a@example.com\nSUBJECT\t:  x\t y \n\tz  \n  w\nTo:\nX-Empty:\nDate:\n \n b\n\nHi.\n' >f
	for c in simple/simple relaxed/relaxed; do
		sign_at -c $c f >out
		untouched f out
		judged 0 pass/ok out
	done
}

@test "no body, no blank line, no end of the last field" {
	for text in 'From: a@example.com' 'From: a@example.com\n' 'From: a@example.com\n\n' \
		'From: a@example.com\r\n' 'From: a@example.com\r\n\r\n'; do
		printf "$text" >f
		for c in simple/simple relaxed/relaxed; do
			sign_at -c $c f >out
			untouched f out
			judged 0 pass/ok out
		done
	done
}

@test "an mbox line stays first, is not signed, is warned of" {
	for line in 'From joe Fri Jan  2 10:00:00 2026' '>From joe'; do
		{ echo "$line"; cat m; } >f
		sign_at f >out 2>err
		[ "$(head -n 1 out)" = "$line" ]
		untouched f out
		grep -q mbox err
		judged 0 pass/ok out
		sed 1d out >g
		judged 0 pass/ok g
	done
}

@test "warnings: NUL, long lines, 8-bit header; none for a plain message; -q" {
	warns() { sign_at f >out 2>err; grep -q "^dkim-sign: f: warning: .*$1" err; sign_at -q f >out 2>err; [ ! -s err ]; }
	{ cat m; printf 'a\0b\n'; } >f; warns NUL
	{ cat m; printf '%0999d\n' 0; } >f; warns 998
	{ echo "X: $(printf '%01000d' 0)"; cat m; } >f; warns 998
	{ printf 'X: \xe9\n'; cat m; } >f; warns 8-bit
	sed 's/example.com>/evil.example>/' m >f; warns From
	{ printf 'X: \xc3\xa9\n'; cat m; printf '%0998d\n' 0; } >f
	sign_at f >out 2>err
	[ ! -s err ]
}

@test "--crlf and --lf" {
	crlf <m >c
	sign_at --crlf c >out
	judged 0 pass/ok out
	one_line 65 sign_at --crlf m
	sign_at --lf m >out
	judged 0 pass/ok out
	one_line 64 sign_at --lf --crlf m
}

@test "signing again: the new field on top, the old ones kept, all verify" {
	sign_at m >a
	selector="ed" sign_at a >b
	untouched a b
	sign_at b >c
	untouched b c
	judged 0 "pass/ok pass/ok pass/ok" c
}

@test "16 MB from a file, a pipe, an operand: the same octets" {
	big_msg 16 >big
	sign_at big >a
	sign_at <big >b
	dd if=big bs=4096 status=none | sign_at >c
	dd if=big bs=4096 status=none | sign_at - >d
	cmp a b
	cmp a c
	cmp a d
	untouched big a
	judged 0 pass/ok a
	rm -f a b c d big
}

@test "a FIFO, which cannot be read twice" {
	mkfifo pipe
	cat m >pipe &
	sign_at pipe >out
	wait
	untouched m out
}

# -- files -----------------------------------------------------------------------

@test "--in-place: several files, modes kept, nothing left behind" {
	cp m a
	chmod 600 a
	cp m b
	chmod 664 b
	cp m c
	chmod 4755 c
	sign_at m >expected
	sign_at --in-place a b c
	for f in a b c; do cmp $f expected; done
	[ "$(stat -c %a a b c | paste -sd' ')" = "600 664 4755" ]
	[ -z "$(find . -newer expected ! -name a ! -name b ! -name c ! -name .)" ]
	[ "$(find . -type f | wc -l)" -eq 10 ]
}

@test "--in-place: the owner is kept" {
	cp m a
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	chown 1234:4321 a
	sign_at --in-place a
	[ "$(stat -c %u:%g a)" = 1234:4321 ]
}

@test "--in-place through a symlink: the link stays, the target is signed" {
	mkdir d
	cp m d/a
	ln -s d/a link
	sign_at --in-place link
	[ -L link ]
	judged 0 pass/ok d/a
	[ "$(find d -type f | wc -l)" -eq 1 ]
}

@test "--in-place: one bad file fails, is as it was, the others are signed" {
	cp m a
	grep -v ^From m >b
	cp b before
	cp m c
	ends_with 65 sign_at --in-place a b c 2>err
	[ "$(wc -l <err)" -eq 1 ]
	cmp b before
	judged 0 "pass/ok pass/ok" a c
	ends_with 66 sign_at --in-place a nosuch c 2>err
	[ ! -e nosuch ]
	judged 0 "pass/ok pass/ok pass/ok pass/ok" a c
	one_line 64 sign_at --in-place
	one_line 64 sign_at --in-place -
	one_line 64 sign_at a c
}

@test "--in-place and --output on a full disk: 74 or 73, the file is as it was" {
	mkdir small
	mount -t tmpfs -o size=64k none small 2>/dev/null || skip "cannot mount"
	{ cat m; head -c 40000 /dev/zero | tr '\0' x; echo; } >small/a
	cp small/a before
	status=0
	sign_at --in-place small/a 2>err || status=$?
	cmp small/a before || status=differs
	left=$(find small -type f | wc -l)
	if sign_at --output=small/b before 2>err; then status=written; fi
	left=$left$(find small -type f | wc -l)
	umount small
	[ "$status" = 74 ] || [ "$status" = 73 ]
	[ "$left" = 11 ]
}

@test "--output: a new file by the umask, an old one keeps its mode; whole or not" {
	(umask 027; sign_at --output=new m)
	[ "$(stat -c %a new)" = 640 ]
	sign_at m >expected
	cmp new expected
	chmod 600 new
	for mode in 600 400 640 444 666; do
		install -m $mode m in
		rm -rf made made.d
		mkdir made.d
		(umask 002; sign_at --output=made in; sign_at --output-dir=made.d in)
		is=$(stat -c %a made made.d/in | sort -u)
		rm made
		(umask 002; sign_at --output=made <in)
		echo "$mode $is $(stat -c %a made)"
	done >modes
	diff modes - <<-EOT
		600 600 600
		400 600 600
		640 640 640
		444 644 644
		666 664 664
	EOT
	sign_at --output=new m
	[ "$(stat -c %a new)" = 600 ]
	ln -s new link
	sign_at --output=link <m
	[ -L link ]
	cmp new expected
	grep -v ^From m >bad
	ends_with 65 sign_at --output=new bad 2>err
	cmp new expected
	ends_with 65 sign_at --output=other bad 2>err
	[ ! -e other ]
	ends_with 73 sign_at --output=nosuch/x m 2>err
	ends_with 64 sign_at --output=x --in-place m 2>err
	[ ! -e x ]
}

@test "--output=FILE that is also the input" {
	cp m a
	sign_at --output=a a
	untouched m a
	judged 0 pass/ok a
}

@test "--output to a device or a FIFO" {
	sign_at --output=/dev/null m
	[ -c /dev/null ]
	ends_with 74 sign_at --output=/dev/full m 2>err
	mkfifo pipe
	cat pipe >got &
	sign_at --output=pipe m
	wait
	untouched m got
	[ -p pipe ]
	/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("sock")'
	one_line 73 sign_at --output=sock m
	[ -S sock ]
	sign_at m >want
	sign_at --output=- m | cmp - want
	[ ! -e ./- ]
}

@test "an absolute temp name is never used: a read-only TMPDIR changes nothing" {
	sign_at m >expected
	TMPDIR=/nowhere sign_at <m >out
	cmp out expected
	dd if=m status=none | TMPDIR=/nowhere sign_at >out
	cmp out expected
}

@test "a header that a receiver would refuse for its size is refused" {
	{ cat m | sed '/^$/,$d'; yes 'X: y' | head -n 5000; echo; echo Hi.; } >full
	ends_with 65 sign_at full >out 2>err
	[ ! -s out ]
	n=$(sed '/^$/,$d' m | wc -l)
	{ sed '/^$/,$d' m; yes 'X: y' | head -n $((4999 - n)); echo; echo Hi.; } >fits
	sign_at fits >out
	judged 0 pass/ok out
	{ sed '/^$/,$d' m; yes 'X: y' | head -n $((5000 - n)); echo; echo Hi.; } >full
	ends_with 65 sign_at full >out 2>err
	grep -q 'RFC 6376 8.9' err
}

@test "--headers: what is no list, and names that fit on no line: 64" {
	for list in From:+ From:+=To From:=Bcc *:-From -From From: "From:a;b" "From:$(printf 'a%.0s' {1..300})"; do
		ends_with 64 sign_at --headers "$list" m >out 2>err
		[ ! -s out ]
	done
	one_line 64 sign_at --headers='from:list-*' m
	grep -Fq 'name each field' stderr
	one_line 64 sign_at --headers=ses:bulk m
	grep -Fq 'the preset bulk must be first' stderr
	ends_with 64 sign_at -i "$(printf 'a%.0s' {1..600})@example.com" m >out 2>err
}

@test "--output through a symlink that leads nowhere: 73, and the link stays" {
	ln -s nowhere dangling
	ln -s loop loop
	for link in dangling loop; do
		ends_with 73 sign_at --output=$link m 2>err
		[ -L $link ]
		grep -q "$link" err
	done
}

@test "--mta with several files: 65 only if refused messages are all the trouble" {
	grep -v ^From m >bad
	cp bad bad2
	ends_with 65 sign_at --mta --in-place bad bad2 2>err
	for files in "bad nosuch" "nosuch bad"; do
		# shellcheck disable=SC2086 # two names
		ends_with 75 sign_at --mta --in-place $files 2>err
		grep -qx 'dkim-sign: temporary failure (75): nosuch: cannot open: No such file or directory (66)' err
	done
	ends_with 65 sign_at --in-place bad m bad2 2>err
}

@test "a signed field with a blank before its colon: a warning that names it" {
	msg | sed 's/^Subject:/Subject :/; s/^To:/To	:/' >m.eml
	sign m.eml >signed 2>err
	[ "$(wc -l <err)" -eq 1 ]
	grep -q 'm.eml: warning: To, Subject: a blank is before the colon' err
	dkim-verify -q --zone=zone signed
	sign -q m.eml >signed 2>err
	[ ! -s err ]
	sign --headers=From m.eml >signed 2>err
	[ ! -s err ]
	sign --dry-run --json m.eml 2>err | grep blank-before-colon >found
}
