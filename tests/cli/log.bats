#!/usr/bin/env bats
# --log: where messages go, and that none of them gets into the mail.
# shellcheck disable=SC2086,SC2154,SC2016 # numbers; set by helpers; for the shell that is run
load helper
load dkim_helper

setup_file() { make_signed; }
setup() { share_signed; }

# Runs that pass mail on and have something to say about it.
signs() { sign --mta --at=$now "$@" <odd; }
filters() { dkim-verify --zone=zone --at=$now --filter=mx.example "$@" <odd; }
evaluates() { dkim-policy --zone=zone --at=$now --evaluate --filter=mx.example "$@" <odd; }
odd() { { echo 'DKIM-Signature: v=1; l=1'; echo 'From: joe@example.com'; echo 'Subject: a'; echo 'Subject: b'; echo; echo x; } >odd; }

# with_log COMMAND...: what it sends to /dev/log is in the file syslog.
with_log() { /usr/bin/python3 "$top/tests/cli/devlog.py" "$@"; }

@test "joined streams: no message gets into the mail" {
	odd
	for run in signs filters evaluates; do
		for option in "" --log=stderr --log=syslog; do
			$run >plain 2>err
			[ -s err ]
			$run $option >both 2>&1
			cmp plain both
			$run $option 2>&1 | cat >both
			cmp plain both
		done
		# a terminal or /dev/null is nobody's mail; two files are two files
		$run >plain 2>err
		grep -q 'warning: ' err
	done
}

@test "joined streams: neither an error nor a wrong option" {
	odd
	mkdir no
	for run in signs filters evaluates; do
		for wrong in --bogus --log= --log=- --log=no --exec; do
			$run $wrong 2>&1 | cat >out
			[ ! -s out ]
		done
	done
}

@test "joined streams: messages go to syslog, facility mail" {
	unshare -rm true 2>/dev/null || skip "no mount namespaces here"
	odd
	export -f signs filters evaluates sign
	export now
	for run in signs filters evaluates; do
		$run >plain 2>err
		rm -f syslog
		with_log bash -c "$run 2>&1 | cat >both"
		cmp plain both
		# <20> is mail.warning
		sed 's/^<20>[A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]* //; s/\[[0-9]*\]//' syslog | diff - err
	done
	rm -f syslog
	ends_with 75 with_log bash -c 'signs --exec false 2>&1 | cat; exit ${PIPESTATUS[0]}'
	grep -q 'temporary failure (75): false ended with status 1 (74)' syslog
}

@test "--log=syslog without joined streams" {
	unshare -rm true 2>/dev/null || skip "no mount namespaces here"
	odd
	ends_with 1 with_log dkim-verify --zone=zone --log=syslog odd >out 2>err
	[ -s out ]
	[ ! -s err ]
	grep -q '^<20>.*dkim-verify\[[0-9]*\]: odd: warning: ' syslog
	# without /dev/log they are dropped
	ends_with 1 dkim-verify --zone=zone --log=syslog odd >out 2>err
	[ ! -s err ]
}

@test "--log=FILE: lines with time and process, added to what is there" {
	odd
	echo before >log
	for run in signs filters evaluates; do
		$run >plain 2>err
		$run --log=log >out 2>err2
		cmp plain out
		[ ! -s err2 ]
		$run --log=log2 2>&1 | cmp plain
	done
	[ "$(head -n 1 log)" = before ]
	tail -n +2 log >new
	refute grep -Ev '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z dkim-[a-z]*\[[0-9]+\]: ' new
	grep -q 'dkim-sign\[[0-9]*\]: warning: ' log
	ends_with 75 dkim-sign --mta --log=log -k missing m 2>err
	[ ! -s err ]
	grep -q ': temporary failure (75): give one -s SELECTOR for each -k KEYFILE (64)' log
	# a full disk changes no status
	signs --log=/dev/full >out
}

@test "--log=FILE that cannot be: 73, 64; standard output is none" {
	odd
	mkdir no
	ends_with 73 dkim-verify --log=no/such/file m 2>err
	grep -q -- '--log: cannot open no/such/file: No such file or directory' err
	for bad in "" -; do
		one_line 64 dkim-verify --log=$bad m
	done
	ends_with 75 signs --log=out >out 2>err
	[ ! -s out ]
	grep -q -- '--log=out is the standard output (64)' err
}

@test "messages of a mail path name the mail" {
	odd
	names() { grep -qF -- "$1" err || return 1; }
	for run in signs filters evaluates; do
		$run >/dev/null 2>err
		names ' [from=<joe@example.com>]'
	done
	msg | sed '/^Date/d' >m
	sign --mta <m >/dev/null 2>err
	names ' [message-id=<1@example.com> from=<joe@example.com>]'
	sign --mta --mail-from='<sue@example.net>' <m >/dev/null 2>err
	names ' [message-id=<1@example.com> from=<sue@example.net>]'
	# what is no address, or no clean text, is escaped
	printf 'From: a\033[1m\nMessage-ID: <x\033y> z\n\n' >m
	sign --mta <m >/dev/null 2>err
	names ' from=<a\x1b[1m>]'
	names '[message-id=<<x\x1by> z> '
	refute grep -q "$(printf '\033')" err
	# also where it fails before it reads the mail; of which the header is enough
	printf 'From: joe@example.com\nMessage-ID: <2@example.com>\n\n' >m
	ends_with 75 dkim-sign --mta -d example.com -s mail -k missing <m 2>err
	names ' (75): missing: '
	names ' [message-id=<2@example.com> from=<joe@example.com>]'
	ends_with 75 dkim-verify --filter=mx --zone=missing m 2>err
	names ' [message-id=<2@example.com> from=<joe@example.com>]'
	ends_with 75 dkim-policy --evaluate --filter=mx --zone=missing \
		--mail-from='<sue@example.net>' --ip=192.0.2.1 - <m 2>err
	names ' [message-id=<2@example.com> from=<sue@example.net>]'
	ends_with 75 dkim-sign --mta -d example.com -s mail -k missing </dev/null 2>err
	names ' [from=<>]'
	# and without a mail server nothing is added
	msg | sed '/^Date/d' >m
	sign <m >/dev/null 2>err
	refute grep -q message-id= err
}

@test "dkim-rotate --log" {
	rotate() { "$top/scripts/dkim-rotate" "$@" --age=x; }
	ends_with 64 rotate --log=stderr 2>err
	[ "$(cat err)" = 'dkim-rotate: --age: "x" is not a number from 0 to 36500' ]
	for log in log log /dev/full; do
		ends_with 64 rotate --log=$log 2>err
		[ ! -s err ]
	done
	[ "$(grep -cE '^20[0-9-]{8}T[0-9:]{8}Z dkim-rotate\[[0-9]+\]: --age: "x" is' log)" -eq 2 ]
	ends_with 73 rotate --log=no/such/file 2>err
	grep -q 'dkim-rotate: --log: cannot open no/such/file' err
	ends_with 64 rotate --log= 2>err
	ends_with 64 rotate --log=syslog 2>err # there is none
	[ ! -s err ]
	unshare -rm true 2>/dev/null || skip "no mount namespaces here"
	ends_with 64 with_log "$top/scripts/dkim-rotate" --log=syslog --age=x 2>err
	[ ! -s err ]
	grep -q '^<20>.*dkim-rotate\[[0-9]*\]: --age: "x" is not a number' syslog
}
