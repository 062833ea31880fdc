#!/usr/bin/env bats
# dkim-txt --check --testkey beside the opendkim-testkey of Debian, which asks
# the same name server.
# shellcheck disable=SC2154 # dns_helper sets names of servers
load helper
load dkim_helper
load dns_helper

make_zone() {
	local p
	dkim-genkey -s mail
	dkim-genkey -b 1024 -s other 2>/dev/null
	dkim-genkey --type=ed25519 -s ed
	p=$(dkim-txt -q --format=p other.private)
	cat <<-EOF
		\$ORIGIN example.com.
		\$TTL 300
		@ SOA ns h 1 3600 600 86400 60
		@ NS ns
		ns A 127.0.0.1
		other._domainkey TXT "v=DKIM1; k=rsa; p=$p"
		testing._domainkey TXT "v=DKIM1; t=y; k=rsa; p=$p"
		bare._domainkey TXT "p=$p"
		gone._domainkey TXT "v=DKIM1; p="
		two._domainkey TXT "v=DKIM1; k=rsa; p=$p"
		two._domainkey TXT "v=DKIM1; k=rsa; t=s; p=$p"
		nodata._domainkey A 192.0.2.1
		empty._domainkey TXT ""
		spf._domainkey TXT "v=spf1 -all"
		version._domainkey TXT "v=DKIM2; k=rsa; p=$p"
		type._domainkey TXT "v=DKIM1; k=foo; p=$p"
		hash._domainkey TXT "v=DKIM1; h=foo; k=rsa; p=$p"
		service._domainkey TXT "v=DKIM1; s=tlsrpt; k=rsa; p=$p"
		missing._domainkey TXT "v=DKIM1; k=rsa"
		nokey._domainkey TXT "v=DKIM1; k=rsa; p=AAAA"
		base64._domainkey TXT "v=DKIM1; k=rsa; p=%%%%"
		cut._domainkey TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GN"
		sha1._domainkey TXT "v=DKIM1; h=sha1; k=rsa; p=$p"
		late._domainkey TXT "k=rsa; v=DKIM1; p=$p"
	EOF
	dkim-txt -q --format=oneline -d example.com mail.private
	dkim-txt -q --format=oneline -d example.com ed.private
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	make_zone >example.com.zone
	start_nsd example.com.zone
	cat >unbound.conf <<-EOF
		server:
		  do-not-query-localhost: no
		  module-config: "iterator"
		stub-zone:
		  name: "example.com"
		  stub-addr: $nsd
	EOF
	echo "ResolverConfiguration $PWD/unbound.conf" >conf
}
teardown_file() { stop_servers; }

setup() {
	in_own_folder
	cp -p "$BATS_FILE_TMPDIR"/{*.private,conf} .
}

# theirs, ours OPTION...: what it says and its code, in theirs.* and ours.*.
theirs() {
	local code=0
	/usr/sbin/opendkim-testkey -x conf "$@" >theirs.out 2>theirs.err || code=$?
	echo $code >theirs.code
	sed -i 's/^opendkim-testkey: //' theirs.out theirs.err
}
ours() {
	local code=0
	dkim-txt --check --testkey --nameserver="$nsd" "$@" >ours.out 2>ours.err || code=$?
	echo $code >ours.code
	sed -i 's/^dkim-txt: //' ours.out ours.err
}
same() { # SUFFIX...
	local what
	for what; do
		diff theirs.$what ours.$what || return
	done
}
alike() { # OPTION...
	theirs -d example.com "$@"
	ours -d example.com "$@"
	same out err code || { echo "$*"; return 1; }
}

@test "every record: the same words on the same stream, the same code" {
	for s in other testing bare gone two nodata nosuch empty spf version \
		type hash service missing nokey base64 cut mail; do
		for v in -q -v -vv -vvv; do
			[ $v != -q ] || v=
			alike -s $s -k other.private $v
			[ $s = nokey ] || [ $s = base64 ] || [ $s = cut ] || alike -s $s $v
		done
	done
	alike -s mail -k mail.private -vvv
	[ "$(cat ours.out)" = "key OK" ]
	[ "$(cat ours.err)" = "key loaded from mail.private
checking key 'mail._domainkey.example.com'
key not secure" ]
}

@test "a key file that group or others can read or write" {
	for mode in 600 640 604 620 660 644 610 601; do
		chmod $mode mail.private
		alike -s mail -k mail.private
	done
	chmod 644 mail.private
	ours -d example.com -s mail -k mail.private -q
	[ ! -s ours.err ]
	openssl pkey -in mail.private -pubout -out public.pem
	ours -d example.com -s mail -k public.pem
	[ ! -s ours.err ]
	[ "$(cat ours.code)" = 0 ]
}

@test "a KeyTable: the same words; a bad key is not good" {
	{
		echo "one example.com:mail:$PWD/mail.private"
		echo "two example.com:mail:$PWD/other.private"
		echo "three example.com:nosuch:$PWD/other.private"
		echo "four example.com:nodata:$PWD/other.private"
		echo "five example.com:gone:$PWD/other.private"
		echo "six example.com:spf:$PWD/other.private"
	} >table
	chmod 640 mail.private
	for n in 6 1; do
		head -n $n table >some
		sed -i '/^KeyTable/d' conf
		echo "KeyTable $PWD/some" >>conf
		for v in -q -v -vv -vvv; do
			[ $v != -q ] || v=
			theirs $v
			ours --key-table=some $v
			same out err
			# theirs is 0
			[ "$(cat ours.code)" = $((n == 1 ? 0 : 69)) ]
		done
	done
	[ "$(cat ours.out)" = "key one: OK
1 key checked; 1 pass, 0 fail" ]
}

@test "a KeyTable: the worst code of all keys" {
	echo "one example.com:mail:$PWD/other.private" >table
	ours --key-table=table
	[ "$(cat ours.code)" = 65 ]
	echo "two example.com:gone:$PWD/other.private" >>table
	ours --key-table=table
	[ "$(cat ours.code)" = 69 ]
	echo "three example.com:mail:$PWD/nosuch" >>table
	ours --key-table=table
	[ "$(cat ours.code)" = 71 ]
}

@test "keys that cannot be read, and wrong options" {
	for key in nosuch /dev/null; do
		theirs -d example.com -s mail -k $key
		ours -d example.com -s mail -k $key
		same code
	done
	theirs -d example.com -k mail.private
	ours -d example.com -k mail.private
	same code
	[ "$(cat ours.code)" = 78 ]
}

@test "where theirs is wrong ours is not" {
	# Ed25519 (RFC 8463), which it does not know
	theirs -d example.com -s ed -k ed.private
	[ "$(cat theirs.code)" = 69 ]
	ours -d example.com -s ed -k ed.private
	# receivers ignore these: RFC 8301 3.1, RFC 6376 3.6.1
	for s in sha1 late; do
		theirs -d example.com -s $s -k other.private
		ours -d example.com -s $s -k other.private
		[ "$(cat theirs.code) $(cat ours.code)" = "0 69" ]
	done
	# no key, which it sees only beside another
	for s in nokey base64 cut; do
		theirs -d example.com -s $s
		ours -d example.com -s $s
		[ "$(cat theirs.code) $(cat ours.code)" = "0 69" ]
	done
}
