#!/usr/bin/env bats
# The sandbox: what a tool cannot do any more when it reads what came from
# outside. The other tests show that everything else works inside.
load helper
load dkim_helper

setup_file() {
	make_signed
	cc -shared -fPIC -O1 -o forbidden.so "$top/tests/cli/forbidden.c"
}
setup() {
	if sanitized || [ -n "${NO_LINUX:-}" ]; then skip "built without the sandbox"; fi
	share_signed
	echo kept >existing
	echo 'a._domainkey.example.com. TXT "v=DKIM1; p="' >record
}

# tried COMMAND...: what the process could do at its end.
tried() {
	OUTCOME=$PWD/outcome LD_PRELOAD=$BATS_FILE_TMPDIR/forbidden.so "$@" >out 2>err || true
	cat outcome
	[ "$(cat existing)" = kept ]
}

need_kernel() {
	grep -q '^Seccomp_filters' /proc/self/status || skip "this kernel has no seccomp filters"
}

has_landlock() {
	/usr/bin/python3 -c 'import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall(444, 0, 0, 1) < 1)'
}

nothing="exec=EPERM socket=EPERM ptrace=EPERM open=EPERM read=done create=EPERM truncate=EPERM fork=EPERM unknown=ENOSYS core=0 nnp=1"

@test "without DNS and output: nothing is run, opened for writing or connected" {
	need_kernel
	[ "$(tried dkim-verify --zone=zone signed)" = "$nothing" ]
	[ "$(tried dkim-verify --zone=zone --explain -j3 signed m)" = "$nothing" ]
	[ "$(tried dkim-policy --zone=zone --evaluate signed)" = "$nothing" ]
	[ "$(tried dkim-policy --zone=zone example.com)" = "$nothing" ]
	[ "$(tried dkim-policy --lint record)" = "$nothing" ]
	[ "$(tried sign m)" = "$nothing" ]
	[ "$(tried sign --check-dns --zone=zone m)" = "$nothing" ]
	[ "$(tried dkim-txt --lint record)" = "$nothing" ]
	[ "$(tried dkim-txt --check -d example.com -s mail -k mail.private --zone=zone)" = "$nothing" ]
	[ "$(tried dkim-txt --find -d example.com --zone=zone signed)" = "$nothing" ]
	[ "$(tried dkim-txt --recover-key -d example.com -s mail signed signed)" = "$nothing" ]
}

@test "a filter reads nothing but its input, libraries and temporary files" {
	need_kernel
	has_landlock || skip "this kernel has no Landlock"
	mkdir other
	export TMPDIR=$PWD/other
	nor_read=${nothing/read=done/read=EACCES}
	[ "$(tried dkim-verify --zone=zone --filter=x --log=log signed)" = "$nor_read" ]
	[ "$(tried dkim-verify --zone=zone --filter=x <signed)" = "$nor_read" ]
	[ "$(tried dkim-verify --zone=zone --filter=x --explain --exec cat <signed)" = "$nor_read" ]
	cat signed | dkim-verify --zone=zone --at=$now --filter=x /dev/stdin | grep -q 'dkim=pass'
	(big_msg 3; cat signed) >big
	cat big | dkim-verify --zone=zone --filter=x | tail -c 1000000 | cmp - <(tail -c 1000000 big)
	# libidn2 is loaded for a name in U-labels
	sed 's/^From:.*/From: joe@b\xc3\xbccher.example/' m >eight
	dkim-verify --zone=zone --filter=x eight >out
	tail -n +2 out | cmp - eight
	echo 'x@bücher.example * * no' >deny
	sed 's/^DKIM-Signature: v=1/DKIM-Signature: v=1; i=@b\xc3\xbccher.example/' signed >u
	dkim-verify --zone=zone --filter=x u >out
	grep -q '^Authentication-Results: x; dkim=' out
	ends_with 75 dkim-verify --zone=zone --filter=x missing 2>err
	grep -q 'No such file' err
}

@test "with DNS a socket, with an output a file, and no more" {
	need_kernel
	asks=${nothing/socket=EPERM/socket=done}
	[ "$(tried dkim-verify --nameserver=127.0.0.1@1 signed)" = "$asks" ]
	[ "$(tried dkim-policy --nameserver=127.0.0.1@1 --evaluate signed)" = "$asks" ]
	[ "$(tried sign --check-dns --nameserver=127.0.0.1@1 m)" = "$asks" ]
	key="-d example.com -s mail -k mail.private"
	# shellcheck disable=SC2086 # words
	[ "$(tried dkim-txt --check $key --nameserver=127.0.0.1@1 --record-dns=recorded)" = "$asks" ]
	[ "$(tried dkim-txt --find -d example.com --nameserver=127.0.0.1@1)" = "$asks" ]
	asks_and_writes=${asks//=EPERM read=done create=EPERM truncate=EPERM/=done read=done create=done truncate=done}
	# shellcheck disable=SC2086
	OUTCOME=$PWD/outcome LD_PRELOAD=$BATS_FILE_TMPDIR/forbidden.so dkim-txt --check $key --nameserver=127.0.0.1@1 \
		--on-change=state >out 2>err || true
	[ "$(cat outcome)" = "$asks_and_writes" ]
	[ -s state ]
	echo kept >existing
	rm -f new
	OUTCOME=$PWD/outcome LD_PRELOAD=$BATS_FILE_TMPDIR/forbidden.so sign m --output=o
	[ "$(cat outcome)" = "exec=EPERM socket=EPERM ptrace=EPERM open=done read=done create=done truncate=done fork=EPERM unknown=ENOSYS core=0 nnp=1" ]
	grep -q '^DKIM-Signature' o
}

@test "--no-sandbox keeps the rights; core files and new privileges never" {
	for run in "dkim-verify --zone=zone" "dkim-policy --zone=zone --evaluate" "dkim-txt --lint" \
		"dkim-txt --recover-key -d example.com -s mail" "dkim-txt --find -d example.com --zone=zone" \
		"dkim-txt --check -d example.com -s mail --zone=zone --on-change=state -k"; do
		rm -f new
		OUTCOME=$PWD/outcome LD_PRELOAD=$BATS_FILE_TMPDIR/forbidden.so $run --no-sandbox signed >out 2>err || true
		grep -q '^exec=ENOENT socket=done .* open=done read=done create=done truncate=done fork=done' outcome
		grep -q 'core=0 nnp=1$' outcome
	done
	for run in "dkim-genkey -s new" "dkim-txt -s mail mail.private" "sign --dry-run m"; do
		rm -f new
		OUTCOME=$PWD/outcome LD_PRELOAD=$BATS_FILE_TMPDIR/forbidden.so $run >out 2>err
		grep -q 'core=0 nnp=1$' outcome
	done
}

@test "a message that needs a temporary file is read inside" {
	big_msg 3 >big
	cat big | sign --at=$now >out
	cat out | dkim-verify --zone=zone --at=$now --filter=x >out2
	cat out | dkim-verify --zone=zone --at=$now --explain >/dev/null
	mkdir other
	cat big | TMPDIR=$PWD/other sign --at=$now >out
	cat out | dkim-verify --zone=zone --at=$now >out2
}
