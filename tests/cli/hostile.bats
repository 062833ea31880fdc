#!/usr/bin/env bats
# More hostile inputs: those that need a broken library or system call, a counted
# resource, or more than one tool.
# shellcheck disable=SC2059 # escapes
load helper
load policy_helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkkey
	mkkey ed25519 ed
	msg | sign -q --at=1767348000 >signed
	# what makes one call of the process fail, and one that breaks signatures
	cc -std=c11 -D_GNU_SOURCE -U_FORTIFY_SOURCE -shared -fPIC -o fails.so \
		"$top/tests/faults/shim.c" -ldl
	cat >flip.c <<-'EOF'
		#define _GNU_SOURCE
		#include <dlfcn.h>
		#include <stddef.h>
		/* The signature that comes out has one bit changed. */
		int EVP_PKEY_sign(void *ctx, unsigned char *to, size_t *n,
				  const unsigned char *d, size_t dn)
		{
			int (*next)(void *, unsigned char *, size_t *,
				    const unsigned char *, size_t) =
				dlsym(RTLD_NEXT, "EVP_PKEY_sign");
			int done = next(ctx, to, n, d, dn);
			if (to)
				to[7] ^= 1;
			return done;
		}
	EOF
	cc -shared -fPIC -o flip.so flip.c -ldl
}
setup() {
	in_own_folder
	cp "$BATS_FILE_TMPDIR"/{mail.private,mail.txt,ed.private,ed.txt,signed} .
}

# json_value FILE EXPRESSION: of the object o in FILE.
json_value() {
	/usr/bin/python3 -c 'import json, sys
o = json.loads(open(sys.argv[1]).readline())
print(eval(sys.argv[2]))' "$@"
}

no_sanitizer() { ! sanitized || skip "a sanitizer wants to be loaded first"; }

@test "a body of more than 4 GiB: counted in 64 bits, in little memory" {
	# zeros with holes, so that it takes no room
	msg hello >m
	sign -l -q --at=1767348000 m >big
	truncate -s $((4294967296 + $(stat -c %s big))) big
	little 300000 dkim-verify -q --zone=mail.txt --json <big >json
	[ "$(json_value json 'o["signatures"][0]["unsigned_octets"]')" -gt 4294967290 ]
}

@test "an empty body is divided by nothing, with l=0 and without" {
	msg "" | sed '$d' >m
	sign -q -l m >a
	sign -q m >b
	for file in a b; do
		for how in -v --explain --json --summary; do
			dkim-verify -q --zone=mail.txt "$how" "$file" >out
		done
		dkim-verify --zone=mail.txt --auth-results=mx.example "$file" >out
	done
}

@test "a signature that asks for reports (r=y) makes no tool send one (RFC 6651)" {
	no_sanitizer
	echo '_report._domainkey.example.com. TXT "ra=root; rr=all; rs=go away"' >>mail.txt
	sed 's/c=relaxed/r=y; c=relaxed/; s/^Is dinner/Was dinner/' signed >m
	for tool in "dkim-verify -q --zone=mail.txt" \
		"dkim-policy -q --zone=mail.txt --evaluate" \
		"dkim-verify -q --zone=mail.txt --filter=mx.example"; do
		# shellcheck disable=SC2086 # words
		strace -f -o trace -e trace=execve,connect,sendto,sendmmsg,fork,vfork $tool <m >out || :
		[ "$(grep -c execve trace)" -eq 1 ]
		refute grep -E 'connect|send|fork' trace
	done
}

@test "fifty trusted passes of deep domains cost at most ten walks (RFC 9989 4.10)" {
	printf '_dmarc.example.com. TXT "v=DMARC1; p=reject"\n' >zone
	for n in 10 50; do
		{
			printf 'Authentication-Results: mx.example'
			for i in $(seq "$n"); do
				printf ';\n dkim=pass header.d=a%d.b.c.d.e.f.g.h.x%d.example.com' "$i" "$i"
			done
			printf '\nFrom: a@p.q.r.s.t.u.v.example.com\n\nhi\n'
		} >m
		policy 0 --evaluate --trust-ar=mx.example m
		is dmarc.result pass
		json_value json 'o["dmarc"]["queries"]' >"queries.$n"
	done
	[ "$(cat queries.10)" -le 88 ]
	cmp queries.10 queries.50
}

@test "keys of unequal size are unequal, whichever is the longer" {
	dkim-genkey -q -a -d example.com -s short -b 1024
	for pair in "mail short" "short mail" "mail ed" "ed mail"; do
		read -r key record <<<"$pair"
		sed "s/^$record\\._/$key._/" "$record.txt" >zone
		run -1 dkim-txt --check -d example.com -s "$key" -k "$key.private" --zone=zone
	done
}

@test "a resolver that is busy with one answer costs a deadline, not work (CVE-2023-50387)" {
	no_sanitizer
	cat >silent.py <<-'EOF'
		import socket
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.bind(("127.0.0.1", 0))
		print(s.getsockname()[1], flush=True)
		while True:
		    s.recv(1000)
	EOF
	coproc /usr/bin/python3 silent.py
	read -r port <&"${COPROC[0]}"
	strace -f -c -o count dkim-verify -q --nameserver="127.0.0.1@$port" --dns-timeout=1 signed >out ||
		status=$?
	kill "$COPROC_PID"
	[ "$status" -eq 75 ]
	[ "$(awk '$NF == "poll" || $NF == "ppoll" { print $4 }' count)" -lt 50 ]
}

@test "each question has a number and a port of its own (RFC 5452 4)" {
	cat >listen.py <<-'EOF'
		import socket
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		s.bind(("127.0.0.1", 0))
		print(s.getsockname()[1], flush=True)
		while True: # until it is killed: bash forgets a coprocess that has ended
		    q, peer = s.recvfrom(1000)
		    print(q[:2].hex(), peer[1], flush=True)
		    s.sendto(q[:2] + b"\x81\x83" + q[4:6] + bytes(6) + q[12:], peer)
	EOF
	coproc /usr/bin/python3 listen.py
	read -r port <&"${COPROC[0]}"
	for _ in $(seq 30); do
		dkim-verify -q --nameserver="127.0.0.1@$port" signed >out || :
		read -r -t 10 id from <&"${COPROC[0]}"
		echo "$id" >>ids
		echo "$from" >>ports
	done
	kill "$COPROC_PID" 2>/dev/null || :
	[ "$(sort -u ids | wc -l)" -ge 28 ]
	[ "$(sort -u ports | wc -l)" -ge 25 ]
	dkim-verify -q --zone=mail.txt --json signed >json
	[ "$(json_value json 'o["signatures"][0]["dnssec"]')" = unknown ]
}

@test "nothing in a message is expanded or run (CVE-2011-1407)" {
	local bad
	for bad in '$(touch pwned)' '`touch pwned`' '${run{/bin/touch pwned}}' '%{l}' '../../pwned' ';touch pwned;'; do
		printf 'From: "%s" <%s@example.com>\nSubject: %s\nDate: Fri, 2 Jan 2026 10:00:00 +0000\nMessage-ID: <%s>\n\nhi\n' \
			"$bad" a "$bad" "$bad" >m
		sign -q m >s 2>err || :
		sed "s/d=example.com/d=$(printf '%s' "$bad" | sed 's/[&\\/]/\\&/g')/" s >f
		dkim-verify -q --zone=mail.txt --explain f >out 2>&1 || :
		dkim-verify -q --zone=mail.txt --filter=mx.example f >out 2>&1 || :
		dkim-policy -q --zone=mail.txt --evaluate --mail-from="$bad@example.com" f >out 2>&1 || :
		printf 'From: <a@%s>\n\nhi\n' "$bad" >m
		refute dkim-sign -s mail -k '%d.private' m >out 2>err
	done
	[ ! -e pwned ]
	[ ! -e ../pwned ]
}

@test "a suffix under which users have names of their own: psd=y keeps them apart (RFC 9989 4.10.2)" {
	printf '_dmarc.pages.example. TXT "v=DMARC1; p=reject; psd=y"\n' >zone
	printf 'Authentication-Results: mx.example; dkim=pass header.d=b.pages.example\nFrom: a@a.pages.example\n\nhi\n' >m
	policy 1 --evaluate --trust-ar=mx.example m
	is dmarc.result fail
	sed -i 's/header.d=b/header.d=a/' m
	policy 0 --evaluate --trust-ar=mx.example m
	is dmarc.result pass
}

@test "p=reject is told, and the filter passes the message on (RFC 9989 7.4)" {
	printf '_dmarc.example.com. TXT "v=DMARC1; p=reject"\n' >zone
	msg >m
	dkim-policy -q --zone=zone --evaluate --filter=mx.example --ip=192.0.2.1 --mail-from=a@x.example m >out
	grep -q 'dmarc=fail' out
	sed '/^$/,$!d' out | cmp - <(sed '/^$/,$!d' m)
	policy 1 --evaluate m
	is dmarc.policy reject
}

@test "a header in 8 bits that is no UTF-8: signed, and warned of (RFC 6532 3)" {
	msg | sed 's/^Subject: .*/Subject: Gr\xfc\xdfe/' >m
	sign m >out 2>err
	grep -q '8-bit bytes that are not UTF-8' err
	dkim-verify -q --zone=mail.txt out >verdict
}

@test "bare CR, and LF among CRLF: refused, nothing written (RFC 6376 5.3)" {
	printf 'From: a@example.com\r\n\r\na\nb\r\n' >lf
	printf 'From: a@example.com\n\na\rb\n' >cr
	printf 'From: a@example.com\rX: y\n\na\n' >field
	for file in lf cr field; do
		one_line 65 sign -q "$file"
		one_line 65 sign -q --mta "$file"
	done
}

@test "a key below 1024 bits signs nothing; one that is not in DNS neither with --check-dns" {
	(umask 077 && openssl genrsa -traditional 768 >weak.private 2>/dev/null)
	msg >m
	one_line 65 dkim-sign -q -d example.com -s weak -k weak.private m
	sed 's/^ed\._/mail._/' ed.txt >zone
	one_line 78 sign -q --check-dns --zone=zone m
	local long
	long=$(printf 'a%.0s' {1..63})
	one_line 78 dkim-sign -q -d "$long.$long.$long.example" -s "$long" -k mail.private --check-dns --zone=zone m
	grep -q 'would be longer than 253 bytes (RFC 1035 2.3.4)$' stderr
}

@test "a signature that came out wrong is not written (RFC 6376 5.6)" {
	no_sanitizer
	msg >m
	one_line 65 env LD_PRELOAD="$BATS_FILE_TMPDIR/flip.so" dkim-sign -q -d example.com -s mail -k mail.private m
	cp m in-place
	run -65 env LD_PRELOAD="$BATS_FILE_TMPDIR/flip.so" dkim-sign -q -d example.com -s mail -k mail.private --in-place in-place
	cmp m in-place
}

@test "an error while the message is read: 74, and nothing written" {
	no_sanitizer
	big_msg 2 >m
	local n failed=0
	for n in $(seq 1 40); do
		status=0
		LD_PRELOAD=$BATS_FILE_TMPDIR/fails.so FAULT_CLASS=read FAULT_N=$n \
			dkim-sign -q -d example.com -s mail -k mail.private --output=out m 2>err || status=$?
		[ "$status" -ne 0 ] || continue
		failed=$((failed + 1))
		[ "$status" -eq 74 ]
		[ ! -e out ]
	done
	[ "$failed" -gt 20 ]
	rm -f out
	LD_PRELOAD=$BATS_FILE_TMPDIR/fails.so FAULT_CLASS=read FAULT_N=6 \
		run -74 dkim-verify -q --zone=mail.txt signed m
}

@test "an error in the middle of a report: 74, none of it counts, the rest goes on" {
	no_sanitizer
	# random names, so that the packed report is several reads long
	/usr/bin/python3 - <<'EOT'
import gzip, hashlib
head = "<feedback><report_metadata><org_name>a</org_name><report_id>%s</report_id></report_metadata>"
row = "<record><row><source_ip>192.0.2.1</source_ip><count>1</count></row><identifiers><header_from>%s.example</header_from></identifiers></record>"
def report(id, n):
    return (head % id + "".join(row % hashlib.sha256(b"%d" % i).hexdigest() for i in range(n)) + "</feedback>").encode()
open("long.xml", "wb").write(report("long", 9000))
gzip.open("long.xml.gz", "wb").write(report("long", 9000))
open("short.xml", "wb").write(report("short", 1))
EOT
	local n failed file
	for file in long.xml long.xml.gz; do
		failed=0
		for n in $(seq 1 30); do
			status=0
			LD_PRELOAD=$BATS_FILE_TMPDIR/fails.so FAULT_CLASS=read FAULT_N=$n \
				dkim-policy --read-reports $file short.xml >out 2>err || status=$?
			grep -q "$file: cannot read" err || continue
			failed=$((failed + 1))
			[ "$status" -eq 74 ]
			grep -q '^1 report, 1 record' out
		done
		[ "$failed" -gt 3 ]
	done
}

@test "tables of keys: names twice, wild cards and paths stay what they are" {
	msg >m
	printf 'k example.com:mail:%s\nk example.com:ed:%s\n' "$PWD/mail.private" "$PWD/ed.private" >table
	printf '*@example.com k\n' >signing
	status=0
	dkim-sign -q --key-table=table --signing-table=refile:signing m >out 2>err || status=$?
	# the first one, or an error: never both, and never the other one
	[ "$status" -ne 0 ] || grep -q 's=mail;' out
	[ "$(grep -c '^DKIM-Signature' out)" -le 1 ]
	printf 'k %%:mail:%s/%%.private\n' "$PWD" >table
	msg | sed 's/Joe <[^>]*>/a@..\/mail/' >escape
	run dkim-sign -q --key-table=table --signing-table=refile:signing escape
	[ "$status" -ne 0 ]
	refute grep -q BEGIN <<<"$output"
}

@test "signed bytes on a terminal are escaped, in a file they are themselves" {
	need_terminal
	msg | sed 's/^Subject: .*/Subject: \x1b]0;pwn\x07/' | sign -q >s
	dkim-verify --zone=mail.txt --canon-header s >raw
	grep -qF $'\x1b]0;pwn' raw
	script -qec "dkim-verify --zone=mail.txt --canon-header s" /dev/null >shown </dev/null
	refute grep -qF $'\x1b]0' shown
	refute grep -qF $'\x07' shown
	grep -qF '\x1b' shown
}

@test "strict alignment (adkim=s, aspf=s) takes no subdomain (RFC 9989 4.4)" {
	printf '_dmarc.example.com. TXT "v=DMARC1; p=reject; adkim=s; aspf=s"\n' >zone
	printf 'Authentication-Results: mx.example; dkim=pass header.d=mail.example.com; spf=pass smtp.mailfrom=a@mail.example.com\nFrom: a@example.com\n\nhi\n' >m
	policy 1 --evaluate --trust-ar=mx.example m
	is dmarc.result fail
	sed -i 's/s; aspf=s/r; aspf=s/' zone
	policy 0 --evaluate --trust-ar=mx.example m
	is dmarc.result pass
}

@test "l= one octet too small or too large is not the signed length (RFC 6376 3.5)" {
	msg | sign -q -l -c relaxed/simple >s
	dkim-verify -q --zone=mail.txt s >out
	n=$(sed -n 's/.*[ ;]l=\([0-9]*\);.*/\1/p' s)
	for l in $((n - 1)) $((n + 1)) 0 999999999999; do
		sed "s/\\([ ;]\\)l=$n;/\\1l=$l;/" s >changed
		run -1 dkim-verify -q --zone=mail.txt changed
	done
}

@test "%{D} and %{d} are the domain as it was given, in any case (RFC 7208 7.2)" {
	printf 'example.com. TXT "v=spf1 exists:%%{D}.%%{d}.x.example -all"\n' >zone
	printf 'EXAMPLE.com.example.COM.x.example. A 127.0.0.2\n' >>zone
	for from in a@example.com a@EXAMPLE.COM a@Example.Com; do
		dkim-policy -q --zone=zone --spf --ip=192.0.2.1 --helo=h.example --mail-from="$from" >out
		grep -q '^pass ' out
	done
}
