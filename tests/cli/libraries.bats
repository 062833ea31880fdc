#!/usr/bin/env bats
# libldns, libjansson and others are loaded when they are needed: a tool that needs
# none of them starts without them, and one that does ends with 70 and their name.

load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkkey
	msg >m
	sign m >signed
}

setup() {
	in_own_folder
	cp "$BATS_FILE_TMPDIR"/* .
}

# without LIBRARY COMMAND...: in a mount namespace where LIBRARY is empty.
without() {
	local file
	file=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p | awk -v lib="$1" '$1 == lib { print $NF; exit }')
	shift
	unshare -rm true 2>/dev/null || skip "no mount namespaces here"
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm sh -c 'mount --bind /dev/null "$0" && exec "$@"' "$file" "$@"
}

# lacks STATUS LIBRARY COMMAND...: it ends with STATUS, writes nothing but its
# name and that LIBRARY cannot be loaded.
lacks() {
	local status=$1 library=$2
	shift 2
	run --separate-stderr -"$status" without "$library" "$@"
	[ -z "$output" ]
	# shellcheck disable=SC2154 # bats sets it
	[[ $stderr == "$1: "*"$library cannot be loaded: "* ]]
}

@test "no tool is linked with a library but libcrypto and that of C" {
	for tool in $(tools); do
		run -0 ldd "$BUILD/$tool"
		refute grep -E 'libldns|libssl|libjansson|libexpat|libgmp|libz\.' <<<"$output"
	done
}

@test "without libldns: 70 where a name server is asked" {
	lacks 70 libldns.so.3 dkim-verify signed
	lacks 70 libldns.so.3 dkim-verify --json signed
	lacks 70 libldns.so.3 dkim-policy example.com
	lacks 70 libldns.so.3 dkim-txt --check -d example.com -s mail -k mail.private
	lacks 70 libldns.so.3 dkim-sign --check-dns -d example.com -s mail -k mail.private m
}

@test "without libldns: a mail server gets 75" {
	lacks 75 libldns.so.3 dkim-sign --mta --check-dns -d example.com -s mail -k mail.private m
	lacks 75 libldns.so.3 dkim-verify --filter=mx.example.org signed
}

@test "without libgmp: 70 where a key is recovered" {
	lacks 70 libgmp.so.10 dkim-txt --recover-key -d example.com -s mail signed signed
	run -0 without libgmp.so.10 dkim-txt --format=value mail.private
}

@test "without libjansson: 70 where JSON is asked" {
	lacks 70 libjansson.so.4 dkim-verify --json --zone=mail.txt signed
	lacks 70 libjansson.so.4 dkim-policy --json --zone=mail.txt example.com
	lacks 70 libjansson.so.4 dkim-policy --json --lint mail.txt
	lacks 70 libjansson.so.4 dkim-sign --dry-run --json -d example.com -s mail -k mail.private m
	lacks 70 libjansson.so.4 dkim-txt --json --lint mail.txt
	lacks 70 libjansson.so.4 dkim-txt --check --report=json -d example.com -s mail -k mail.private --zone=mail.txt
	for format in json route53 cloudflare; do
		lacks 70 libjansson.so.4 dkim-txt --format=$format -d example.com -s mail mail.private
	done
}

@test "without libexpat or libz: 70 where reports are read" {
	lacks 70 libexpat.so.1 dkim-policy --read-reports m
	lacks 70 libz.so.1 dkim-policy --read-reports m
	lacks 70 libjansson.so.4 dkim-policy --read-reports --json m
}

@test "without the libraries: what needs neither works" {
	run -2 without libexpat.so.1 dkim-policy --evaluate --zone=mail.txt signed
	run -0 without libldns.so.3 dkim-sign -d example.com -s mail -k mail.private m
	run -0 without libldns.so.3 dkim-sign --check-dns --zone=mail.txt -d example.com -s mail -k mail.private m
	run -0 without libldns.so.3 dkim-verify --zone=mail.txt signed
	run -0 without libldns.so.3 dkim-txt -d example.com -s mail mail.private
	run -0 without libldns.so.3 dkim-txt --format=json -d example.com -s mail mail.private
	run -0 without libjansson.so.4 dkim-verify --zone=mail.txt signed
	run -0 without libjansson.so.4 dkim-sign --dry-run -d example.com -s mail -k mail.private m
}
