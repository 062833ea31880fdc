# Shared by the command tests ("load helper"): the built tools come first in
# PATH, and each test works in a directory of its own, so that files and tests
# may run side by side. BUILD chooses the tree (default: build).
# shellcheck shell=bash
bats_require_minimum_version 1.5.0

top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BUILD=${BUILD:-build}
case $BUILD in /*) ;; *) BUILD=$top/$BUILD ;; esac
export PATH=$BUILD:$PATH LC_ALL=C TZ=UTC

in_own_folder() { cd "$BATS_TEST_TMPDIR" || return; }
setup() { in_own_folder; }

# tools: the name of every tool that has a source file, built or not.
tools() { basename -a "$top"/cmd/*/; }

# refute COMMAND...: it must fail ("!" does not fail a bats test).
refute() {
	if "$@"; then
		echo "succeeded: $*"
		return 1
	fi
}

# msg [BODY]: a small message from example.com, line ends LF.
# shellcheck disable=SC2120 # the tests pass a body
msg() {
	cat <<-EOF
		From: Joe <joe@example.com>
		To: sue@example.net
		Subject: dinner
		Date: Fri, 2 Jan 2026 10:00:00 +0000
		Message-ID: <1@example.com>

		${1-Is dinner ready?}
	EOF
}

# big_msg MIB: the same with so much body.
big_msg() {
	msg ""
	yes "a line of a long letter, 40 octets long" | head -c "$(($1 * 1048576))"
}

# mkkey [TYPE [SELECTOR]]: SELECTOR.private and SELECTOR.txt (default mail) of
# example.com, the record's name absolute.
mkkey() { dkim-genkey -a -d example.com --type="${1:-rsa}" -s "${2:-mail}"; }

# sign [OPTION...] [FILE]: with the key mail.private, or that of $selector.
sign() {
	dkim-sign -d example.com -s "${selector:-mail}" \
		-k "${selector:-mail}.private" "$@"
}

# verify_zone [OPTION...] [FILE]: against the records of every key here.
verify_zone() {
	local zones=(./*.txt)
	dkim-verify "${zones[@]/#/--zone=}" "$@"
}

# one_line STATUS COMMAND...: it must end with STATUS, say one line on stderr
# and nothing on stdout.
one_line() {
	local expected=$1 status=0
	shift
	"$@" >stdout 2>stderr || status=$?
	if [ "$status" -ne "$expected" ] || [ -s stdout ] ||
		[ "$(wc -l <stderr)" -ne 1 ] || [ "$(grep -c '' stderr)" -ne 1 ]; then
		echo "$*: status $status, expected $expected; stdout and stderr:" |
			cut -c 1-300
		cut -c 1-300 stdout stderr
		return 1
	fi
}

# ends_with STATUS COMMAND...: only the status counts; output goes through.
ends_with() {
	local expected=$1 status=0
	shift
	"$@" || status=$?
	[ "$status" -eq "$expected" ] ||
		{ echo "$*: status $status, expected $expected" >&2; return 1; }
}

# root_nsd_conf ADDRESS...: for an NSD on port 53 of these, with root.zone in
# this directory as the root; for a network namespace.
root_nsd_conf() {
	cat <<-EOF
		server:
		$(printf '  ip-address: %s@53\n' "$@")
		  server-count: 1
		  username: ""
		  zonesdir: "$PWD"
		  pidfile: "$PWD/pid"
		  logfile: "$PWD/log"
		  xfrdfile: "$PWD/xfrd"
		  xfrdir: "$PWD"
		  zonelistfile: "$PWD/list"
		  database: ""
		remote-control:
		  control-enable: no
		zone:
		  name: "."
		  zonefile: "root.zone"
	EOF
}

# need_terminal: a chroot may have no pseudo-terminals.
need_terminal() {
	/usr/bin/python3 -c 'import os; os.openpty()' 2>/dev/null ||
		skip "no pseudo-terminals here"
}

# octets COMMAND...: stdin reaches COMMAND one octet a read, as packets.
octets() {
	perl -e '
		use Socket;
		socketpair(my $ours, my $theirs, AF_UNIX, SOCK_SEQPACKET, 0) or die;
		my $pid = fork() // die;
		if (!$pid) {
			close $ours;
			open STDIN, "<&", $theirs or die;
			exec @ARGV or die;
		}
		close $theirs;
		$SIG{PIPE} = "IGNORE";
		local $/;
		for (split //, <STDIN>) { defined syswrite $ours, $_ or last }
		close $ours;
		waitpid $pid, 0;
		exit($? & 127 ? 128 + ($? & 127) : $? >> 8)' "$@"
}

# to_nobody COMMAND...: stdout is a pipe whose reader has gone.
to_nobody() {
	perl -e '
		pipe my $r, my $w or die;
		close $r;
		open STDOUT, ">&", $w or die;
		close $w;
		exec @ARGV or die' "$@"
}

# sanitized: the programs were built with a sanitizer.
sanitized() { [ -n "${ASAN_OPTIONS:-}${TSAN_OPTIONS:-}" ]; }

# little KIB COMMAND...: in so much address space; sanitizers want terabytes.
little() {
	local most=$1
	shift
	if sanitized; then
		"$@"
	else
		(ulimit -v "$most" && "$@")
	fi
}
