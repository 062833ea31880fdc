#!/usr/bin/env bats
# What descriptors, signals, file names and the environment may do to dkim-sign
# and dkim-verify.
# shellcheck disable=SC2317 # functions called through others
load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkkey
	msg >m
	sign --at=1767348000 m >signed
	big_msg 1 >big
	sign --at=1767348000 big >big.signed
}

setup() {
	in_own_folder
	cp -p "$BATS_FILE_TMPDIR"/{mail.private,mail.txt,m,signed,big,big.signed} .
}

sign_at() { sign --at=1767348000 "$@"; }

# exec_sign: in the background, so that $! is the tool and no shell around it
exec_sign() { exec dkim-sign -d example.com -s mail -k mail.private "$@"; }

# the_tool PID: has become dkim-sign
the_tool() {
	until [ "$(cat "/proc/$1/comm")" = dkim-sign ]; do :; done
}

@test "a full disk is 74 for both tools" {
	full() { "$@" >/dev/full 2>err; }
	ends_with 74 full sign m
	[ "$(wc -l <err)" -eq 1 ]
	ends_with 74 full sign <big
	ends_with 74 full sign --header-only m
	ends_with 74 full verify_zone signed
	[ "$(wc -l <err)" -eq 1 ]
	ends_with 74 full verify_zone --json signed
	ends_with 74 full verify_zone m
}

@test "a full disk is 74 for dkim-txt" {
	full() { "$@" >/dev/full; }
	ends_with 74 full dkim-txt mail.private
	ends_with 74 full dkim-txt --revoke -s mail -d example.com
}

@test "a reader that has gone is 74" {
	ends_with 74 to_nobody dkim-sign -d example.com -s mail -k mail.private m
	ends_with 74 to_nobody dkim-sign -d example.com -s mail -k mail.private big
	ends_with 74 to_nobody dkim-verify --zone=mail.txt signed
	ends_with 74 to_nobody dkim-verify --zone=mail.txt --json signed
}

@test "a reader that stops early is 74" {
	{ sign big || echo $? >status; } | head -c 1 >/dev/null
	[ "$(cat status)" -eq 74 ]
}

@test "stdin closed: an I/O error, and no output" {
	closed() { "$@" <&-; }
	for tool in sign verify_zone; do
		status=0
		closed "$tool" >out 2>err || status=$?
		[ "$status" -eq 74 ] || [ "$status" -eq 66 ]
		[ ! -s out ]
		[ -s err ]
	done
}

@test "stdout closed: 74, and nothing reaches another file" {
	cp mail.private key.before
	cp m m.before
	closed() { "$@" >&-; }
	ends_with 74 closed sign m
	ends_with 74 closed sign <m
	ends_with 74 closed verify_zone signed
	cmp mail.private key.before
	cmp m m.before
}

@test "stderr closed: the result is the same, no message lands in a file" {
	sign_at m >out 2>&-
	cmp out signed
	verify_zone signed >expected
	verify_zone signed >out 2>&-
	cmp out expected
	cp mail.private key.before
	ends_with 66 verify_zone nosuch >out 2>&-
	[ ! -s out ]
	cmp mail.private key.before
}

@test "all three closed: --output still gets the whole message, or nothing" {
	status=0
	sign_at --output=out m <&- >&- 2>&- || status=$?
	if [ "$status" -eq 0 ]; then cmp out signed; else [ ! -e out ]; fi
}

@test "killed while its reader waits: not 0" {
	mkfifo pipe
	exec_sign big >pipe 2>/dev/null &
	pid=$!
	exec 8<pipe
	read -r -N 1 -u 8 first
	[ -n "$first" ]
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	exec 8<&-
	[ "$status" -ne 0 ]
}

@test "killed before its input has ended: nothing on stdout" {
	mkfifo pipe
	exec_sign <pipe >out 2>/dev/null &
	pid=$!
	exec 8>pipe
	the_tool "$pid"
	cat m >&8
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	exec 8>&-
	[ "$status" -ne 0 ]
	[ ! -s out ]
}

@test "stopped and continued between reads: the same octets" {
	mkfifo pipe
	exec_sign --at=1767348000 <pipe >out &
	pid=$!
	exec 8>pipe
	the_tool "$pid"
	for n in 1 101 201 301; do
		tail -c +$n m | head -c 100 >&8
		kill -STOP "$pid"
		kill -CONT "$pid"
	done
	exec 8>&-
	wait "$pid"
	cmp out signed
}

@test "no core file and no debugger while a key is held" {
	mkfifo pipe
	exec_sign <pipe >out &
	pid=$!
	exec 8>pipe
	cat m >&8
	the_tool "$pid"
	until grep -q '^Max core file size  *0 ' "/proc/$pid/limits"; do :; done
	# what is not dumpable belongs to root, whoever runs it
	[ "$(stat -c %u "/proc/$pid/mem")" -eq 0 ]
	exec 8>&-
	wait "$pid"
}

@test "a file size limit is 74, and 75 for --mta, not a signal" {
	limited() { (ulimit -f 1; "$@" >out 2>err); }
	ends_with 74 limited sign big
	ends_with 75 limited sign --mta big
	ends_with 75 limited sign --mt big
	ends_with 74 limited dkim-sign -d example.com -s mail -k mail.private --output=new big
	[ ! -e new ]
}

@test "without /proc new files still appear whole" {
	! sanitized || skip "the sanitizer itself needs /proc"
	command -v unshare >/dev/null && unshare -m true 2>/dev/null || skip "no mount namespaces here"
	cp m in-place
	unshare -m sh -c 'umount -l /proc && dkim-sign -d example.com -s mail -k mail.private --at=1767348000 --in-place in-place && dkim-genkey -s new'
	cmp in-place signed
	[ -s new.private ] && [ -s new.txt ] || false
	[ -z "$(find . -name '.dkim-*')" ]
}

@test "a file that grows while it is signed is not replaced by less: 74" {
	cp big grows
	mkfifo pipe
	sign --output=pipe grows 2>err &
	pid=$!
	exec 8<pipe
	read -r -N 1 -u 8 first
	[ -n "$first" ]
	echo more >>grows
	cat <&8 >/dev/null
	status=0
	wait "$pid" || status=$?
	exec 8<&-
	[ "$status" -eq 74 ]
	grep -q 'longer' err
}

@test "a file that changes between its two readings is 74, at its very end too" {
	mkfifo pipe
	big_msg 2 >big
	exec_sign big >pipe 2>err &
	pid=$!
	exec 8<pipe
	# the fields come first: now it was signed
	read -r -N 1 -u 8 first
	[ -n "$first" ]
	printf X | dd of=big bs=1 seek="$(($(wc -c <big) - 2))" conv=notrunc status=none
	cat <&8 >/dev/null
	status=0
	wait "$pid" || status=$?
	exec 8<&-
	[ "$status" -eq 74 ]
	grep -q 'changed while it was being signed' err
}

@test "a key in place of its file's name is not shown" {
	ends_with 66 dkim-sign -d example.com -s mail -k "$(cat mail.private)" m 2>err
	refute grep -qi 'MII\|PRIVATE' err
}

@test "--output=/dev/stdout adds to the file behind it" {
	echo before >out
	sign_at --output=/dev/stdout m >>out
	echo before | cat - signed | cmp - out
}

@test "a file name that looks like an option works after --" {
	cp signed ./-rf
	cp signed ./--key=x
	verify_zone -- -rf
	verify_zone -- --key=x
	sign_at -- -rf >/dev/null
	one_line 64 verify_zone -rf
}

@test "- is stdin" {
	verify_zone - <signed
	sign_at - <m >out
	cmp out signed
}

@test "names that are empty or hold control characters are escaped" {
	one_line 66 verify_zone ""
	one_line 66 sign ""
	for tool in verify_zone sign; do
		one_line 66 "$tool" $'no\nsuch\e[31m\rfile'
		refute grep -q $'[\e\r]' stderr
		grep -q such stderr
	done
	one_line 66 dkim-sign -d example.com -s mail -k $'no\nsuch' m
}

@test "a file name with a newline is read like any other" {
	cp signed $'a\nb'
	verify_zone $'a\nb'
}

@test "a directory is 66 where a file is wanted; an empty one holds nothing" {
	mkdir d
	one_line 2 verify_zone d
	one_line 66 sign d
	one_line 65 dkim-sign -d example.com -s mail -k d m
}

@test "a FIFO is read to its end" {
	mkfifo pipe
	cat signed >pipe &
	verify_zone pipe
	wait
	cat m >pipe &
	sign_at pipe >out
	wait
	cmp out signed
}

@test "a socket and /proc/self/mem are errors, at once" {
	perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "s", Listen => 1) or die'
	one_line 66 verify_zone s
	one_line 66 sign s
	for tool in verify_zone sign; do
		status=0
		"$tool" /proc/self/mem >out 2>err || status=$?
		[ "$status" -ge 64 ]
		[ ! -s out ]
	done
}

@test "--in-place replaces the file, keeps its mode, leaves nothing else" {
	chmod 640 m
	touch names
	find . | sort >names
	sign_at --in-place m
	cmp m signed
	[ "$(stat -c %a m)" = 640 ]
	find . | sort | diff names -
}

@test "--in-place that fails leaves the file as it was" {
	printf 'no header at all\n' >bad
	cp bad before
	one_line 65 sign --in-place bad
	cmp bad before
}

@test "stdin and stdout the same file: 64, and the file is as it was" {
	cp m before
	# shellcheck disable=SC2094 # the point of it
	same() { "$@" <m 1<>m; }
	ends_with 64 same sign
	cmp m before
}

@test "OPENSSL_CONF that breaks every algorithm changes nothing" {
	cat >evil.cnf <<-EOF
		openssl_conf = all
		[all]
		alg_section = algorithms
		[algorithms]
		default_properties = fips=yes
	EOF
	# it does bite: openssl itself fails under it
	OPENSSL_CONF=$PWD/evil.cnf refute openssl dgst -sha256 m
	OPENSSL_CONF=$PWD/evil.cnf sign_at m >out
	cmp out signed
	OPENSSL_CONF=$PWD/evil.cnf verify_zone signed
	OPENSSL_MODULES=/nowhere sign_at m >out
	cmp out signed
}

@test "locale, time zone, resolver and getopt variables change no octet" {
	verify_zone --json signed >expected
	for setting in LC_ALL=tr_TR.UTF-8 LC_ALL=tr_TR LANG=tr_TR.UTF-8 TZ=garbage \
		TZ=:/etc/passwd TZ=Pacific/Kiritimati POSIXLY_CORRECT=1 \
		LOCALDOMAIN=evil.example 'RES_OPTIONS=ndots:15 debug' \
		HOSTALIASES=/etc/passwd MALLOC_PERTURB_=165 NO_COLOR=1; do
		echo "$setting"
		export "${setting?}"
		sign_at m >out
		cmp out signed
		verify_zone signed --json >out
		cmp out expected
		unset "${setting%%=*}"
		export LC_ALL=C TZ=UTC
	done
}

@test "the I of an algorithm or a domain is ASCII in any locale" {
	sed 's/d=example/d=EXAMPLE/; s/rsa-sha256/RSA-SHA256/' signed >upper
	LC_ALL=C verify_zone upper >expected || true
	LC_ALL=tr_TR.UTF-8 verify_zone upper >out || true
	cmp out expected
	sed 's/^Message-ID:/MESSAGE-ID:/; s/^Date:/DATE:/' signed >upper
	LC_ALL=tr_TR.UTF-8 verify_zone upper
}

@test "options with bad or missing values: 64 and one line" {
	one_line 64 verify_zone --min-bits=5x signed
	one_line 64 verify_zone --min-bits= signed
	one_line 64 verify_zone --min-bits=-1 signed
	one_line 64 verify_zone --max-signatures=99999999999999999999 signed
	one_line 64 verify_zone --at=yesterdayish signed
	one_line 64 verify_zone --nosuch signed
	one_line 64 verify_zone signed --at
	one_line 64 sign -x 0 m
	one_line 64 sign -x 1h30 m
	one_line 64 sign -c sample m
	one_line 64 sign m -i
	one_line 64 sign --headers m
}

complains() { # TEXT TOOL OPTION...
	one_line 64 "${@:2}"
	[ "$(cat stderr)" = "$2: $1" ] || { cat stderr; return 1; }
}
@test "an option is unknown, ambiguous, without its value or with one too many" {
	complains "unknown option --jsn (did you mean --json?)" dkim-verify --jsn
	complains "unknown option --headres (did you mean --headers?)" dkim-sign --headres=x
	complains "unknown option --notesmode (did you mean --notestmode?)" \
		dkim-genkey --notesmode
	complains "unknown option --frobnicate (see --help)" dkim-verify --frobnicate
	complains "unknown option -@ (see --help)" dkim-verify -vq@
	complains "--re is ambiguous: --require, --record-dns, --require-dnssec" \
		dkim-verify --re=any
	complains "--at needs a value" dkim-verify signed --at
	complains "--threads needs a value" dkim-verify signed -j
	complains "--json takes no value" dkim-verify --js=x
	verify_zone --require any -vqj1 signed --thr=2 -- signed
}

@test "-h is --help, unless a tool needs the letter" {
	for tool in dkim-sign dkim-verify dkim-policy; do
		$tool --help >expected
		$tool -h | cmp - expected
	done
	dkim-genkey -h sha256 -s h
	grep -q h=sha256 h.txt
}

@test "values of 100 kB are refused in one line" {
	long=$(printf '%0100000d' 0)
	one_line 64 dkim-sign -d "$long" -s mail -k mail.private m
	one_line 64 dkim-sign -d example.com -s "$long" -k mail.private m
	one_line 64 sign -c "$long" m
	one_line 64 verify_zone --at="$long" signed
	ends_with 66 verify_zone "$long" >stdout 2>stderr
	[ ! -s stdout ]
	[ "$(wc -l <stderr)" -eq 1 ]
}

@test "one octet a read gives the same octets" {
	octets dkim-sign -d example.com -s mail -k mail.private --at=1767348000 <m >out
	cmp out signed
	verify_zone signed >expected
	octets dkim-verify --zone=mail.txt <signed >out
	cmp out expected
}

@test "a megabyte from a file and through pipes of any step is the same" {
	sign_at <big >out
	cmp out big.signed
	for size in 997 1M; do
		dd if=big bs=$size status=none | sign_at >out
		cmp out big.signed
	done
	verify_zone <big.signed >expected
	for size in 997 1M; do
		dd if=big.signed bs=$size status=none | verify_zone >out
		cmp out expected
	done
}

@test "an empty input is an answer, not a hang" {
	one_line 65 sign </dev/null
	ends_with 2 verify_zone </dev/null
	ends_with 2 octets dkim-verify --zone=mail.txt </dev/null
}
