#!/usr/bin/env bats
# dkim-genkey: opendkim-genkey's files, safely made (CVE-2014-3209).
# shellcheck disable=SC2317,SC2016 # functions called through others; $ORIGIN
load helper

mode() { stat -c %a "$1"; }
nothing_here() { [ -z "$(ls -A)" ]; }

# the base64 of p= in a .txt
p_of() { tr -d '\n\t " ' <"$1" | sed 's/.*;p=//;s/).*//'; }

@test "the spellings of OpenDKIM's successors are answered with ours" {
	one_line 64 dkim-genkey --ed25519
	dkim-genkey --ed25519 2>&1 | grep -qx 'dkim-genkey: --ed25519 is written --type=ed25519' || false
	one_line 64 dkim-genkey -t ed25519
	dkim-genkey -t ed25519 2>&1 | grep -qx 'dkim-genkey: -t ed25519 is written --type=ed25519 (-t is --testmode)' || false
	dkim-genkey -t rsa 2>&1 | grep -q 'is written --type=rsa' || false
	dkim-genkey -t other 2>&1 | grep -qx 'dkim-genkey: unexpected operand "other"' || false
	refute test -e default.private
	dkim-genkey --type=ed25519
}

@test "silent, two files, the defaults of opendkim-genkey" {
	dkim-genkey >out 2>&1
	[ ! -s out ]
	openssl pkey -in default.private -noout -text | grep -q '2048 bit'
	head -n 1 default.private | grep -qx -e '-----BEGIN PRIVATE KEY-----'
	[ "$(p_of default.txt)" = "$(openssl pkey -in default.private -pubout |
		grep -v -e ----- | tr -d '\n')" ]
}

# The same words for the same key: our options through dkim-genkey, with the
# key of opendkim-genkey's put in place of ours.
same_as_opendkim() { # SELECTOR OPTION...
	local s=$1
	shift
	mkdir -p theirs ours
	opendkim-genkey -D theirs -s "$s" "$@" 2>theirs/err
	dkim-genkey -D ours -s "$s" "$@" 2>ours/err
	diff <(sed '1,1!d' "theirs/$s.txt") <(sed '1,1!d' "ours/$s.txt")
	diff <(tail -n 1 "theirs/$s.txt" | sed 's/.*"//') \
		<(tail -n 1 "ours/$s.txt" | sed 's/.*"//')
	diff <(awk '{ print length }' "theirs/$s.txt") \
		<(awk '{ print length }' "ours/$s.txt")
}
@test "the .txt has opendkim-genkey's bytes around the key" {
	same_as_opendkim default
	same_as_opendkim a -d example.com
	same_as_opendkim b -d example.com -a -r -t -S -n hello -h sha1:sha256
	same_as_opendkim c -t
	same_as_opendkim d --nosubdomains --testmode --append-domain --restrict
	same_as_opendkim e -rSd Example.COM
	same_as_opendkim Mixed.Case -b 1024
	same_as_opendkim f -b 4096
	# 500 characters of base64: an empty string follows
	same_as_opendkim g -b 2696
	same_as_opendkim h --noappend-domain --norestrict --notestmode
}

@test "-v says what opendkim-genkey says, and the fingerprint" {
	opendkim-genkey -v -s x 2>theirs
	rm x.*
	dkim-genkey -v -s x 2>ours
	diff <(sed 's/^opendkim/dkim/' theirs) <(sed '$d' ours)
	tail -n 1 ours | grep -qx 'dkim-genkey: key fingerprint SHA256:[A-Za-z0-9+/]*='
	refute grep -q PRIVATE ours
}

@test "--type: rsa and ed25519, each with its selector" {
	dkim-genkey --type=rsa,ed25519 -s r1,e1 -d example.com
	openssl pkey -in e1.private -noout -text | grep -q ED25519
	grep -q 'k=ed25519; ' e1.txt
	[ "$(p_of e1.txt)" = "$(openssl pkey -in e1.private -pubout -outform DER |
		tail -c 32 | base64)" ]
	grep -q 'k=rsa; ' r1.txt
	one_line 64 dkim-genkey --type=rsa,ed25519 -s one
	one_line 64 dkim-genkey --type=rsa,ed25519 -s same,SAME
	one_line 64 dkim-genkey --type=rsa -s one,two
	one_line 64 dkim-genkey --type=rsa,rsa -s one,two
	one_line 64 dkim-genkey --type=dsa
	one_line 64 dkim-genkey --type=
	[ "$(find . -name '*.txt' | wc -l)" -eq 2 ]
}

@test "--traditional: PKCS#1, and not for Ed25519" {
	dkim-genkey --traditional
	head -n 1 default.private | grep -q 'BEGIN RSA PRIVATE KEY'
	openssl rsa -in default.private -check -noout
	one_line 64 dkim-genkey --traditional --type=ed25519 -s e
	[ ! -e e.private ]
	[ ! -e e.txt ]
}

@test "-s with a date, in UTC whatever TZ says" {
	TZ=Pacific/Kiritimati dkim-genkey -s mail%Y%m%d --at=2026-11-23T23:30:00Z \
		--type=ed25519
	[ -e mail20261123.private ]
	dkim-genkey -s %y%j --at=0 --type=ed25519
	[ -e 70001.private ]
	while read -r pattern selector; do
		TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 LC_TIME=de_DE.UTF-8 dkim-genkey -s "$pattern" \
			--at=2026-11-03T23:30:00Z --type=ed25519
		[ -e "$selector.private" ]
		[ -e "$selector.txt" ]
	done <<-'EOT'
		a%F a2026-11-03
		b%s b1793748600
		%a-%A-%b-%B-%h Tue-Tuesday-Nov-November-Nov
		c%C%g%G%V%u%w%U%W c2026202645224444
		d%I%p%H%M%S d11PM233000
		e%-d%m e311
		f%Z fGMT
	EOT
	for bad in x% %E %% '%Y %m' %D %T %c %e %n %z %q %999d %2147483648d; do
		one_line 64 dkim-genkey -s "$bad" --at=2026-11-03T23:30:00Z
	done
	one_line 64 dkim-genkey -s %Y --at=yesterday
}

@test "names: what cannot stand in DNS is 64, one label is warned" {
	for bad in '' 'x; echo INJECTED >inj.txt' ../x a..b .a a/b '*' $'a\nb' 'a b' \
		"$(printf 'a%.0s' {1..64})"; do
		one_line 64 dkim-genkey -s "$bad"
		one_line 64 dkim-genkey -d "$bad"
	done
	one_line 64 dkim-genkey -d "$(printf 'abcdefg.%.0s' {1..31})com" -s long.enough
	rm -f stdout stderr
	nothing_here
	dkim-genkey -d internal --type=ed25519 2>err
	grep -q 'only one label' err
	[ "$(wc -l <err)" -eq 1 ]
}

@test "-d: a final dot changes nothing, neither here nor in dkim-txt and dkim-sign" {
	dkim-genkey -a -d Example.com. --type=ed25519
	grep -q '^default._domainkey.Example.com.	IN' default.txt
	grep -q 'DKIM key default for Example.com$' default.txt
	dkim-txt -d Example.com. default.private >dotted
	dkim-txt -d Example.com default.private | cmp - dotted
	dkim-txt --check -d Example.com. -s default -k default.private --zone=default.txt
	msg | dkim-sign -d example.com. -s default -k default.private | grep -q ' d=example.com;'
	for bad in . example.com.. .example.com.; do
		one_line 64 dkim-genkey -f -d $bad
		one_line 64 dkim-txt -d $bad default.private
		one_line 64 dkim-sign -d $bad -s default -k default.private /dev/null
	done
}

@test "sizes: below 1024 and above 4096 refused, below 2048 warned" {
	one_line 64 dkim-genkey -b 512
	one_line 64 dkim-genkey -b 1023
	one_line 64 dkim-genkey -b 4097
	one_line 64 dkim-genkey -b 2048x
	dkim-genkey -b 1024 2>err
	grep -q 'RFC 8301' err
	[ "$(wc -l <err)" -eq 1 ]
}

@test "-b has no meaning for ed25519: a warning" {
	dkim-genkey -b 2048 --type=ed25519 2>err
	[ "$(cat err)" = "dkim-genkey: warning: -b has no meaning for ed25519" ]
	dkim-genkey -b 2048 --type=rsa,ed25519 -s r,e 2>err
	[ ! -s err ]
}

@test "what is not a selector is called so" {
	ends_with 64 dkim-genkey -s 'a b' 2>err
	[ "$(cat err)" = 'dkim-genkey: -s: "a b" is not a selector (RFC 6376 3.1)' ]
}

@test "-q: no warnings, and errors all the same" {
	mkdir open
	chmod 777 open
	dkim-genkey -q -b 1024 -d internal -h sha1 -D open 2>err
	dkim-genkey --quiet -q -h rsa-sha256 -s b 2>>err
	[ ! -s err ]
	one_line 64 dkim-genkey -q -h md5 -s c
	one_line 73 dkim-genkey -q -s b
	dkim-genkey -qv -s d 2>err
	[ "$(wc -l <err)" -eq 5 ]
}

@test "-h: rsa-sha256 becomes sha256, others are 64, sha1 alone is warned" {
	dkim-genkey -h rsa-sha256 -s a --type=ed25519 2>err
	grep -q 'v=DKIM1; h=sha256; k=' a.txt
	[ "$(wc -l <err)" -eq 1 ]
	dkim-genkey -h sha1 -s b --type=ed25519 2>err
	[ "$(wc -l <err)" -eq 1 ]
	dkim-genkey -h '' -s c --type=ed25519
	grep -q 'v=DKIM1; k=' c.txt
	for bad in md5 'sha256;x=y' sha256: ':' 'sha256" ; x'; do
		one_line 64 dkim-genkey -h "$bad" -s d
	done
	[ ! -e d.txt ]
}

# what a name server would answer
value_of() {
	{
		printf '%s\n' '$ORIGIN example.com.' '@ 60 IN SOA a b 1 2 3 4 60' '@ 60 IN NS a' 'a 60 A 192.0.2.1'
		sed 's/\tIN\t/\t60\tIN\t/' "$1"
	} >zone
	named-checkzone -D -o flat example.com zone >/dev/null
	grep -P '\sTXT\s' flat | sed 's/^[^"]*//;s/" "//g;s/\\\(.\)/\1/g;s/^"//;s/"$//'
}
@test "-n: no note can break the record" {
	i=0
	for note in 'a"b' 'a; b' 'back\slash' $'line\nbreak' 'x=y' ' blanks ' 'für' \
		'"; p=AAAA' "$(printf 'long %.0s' {1..100})"; do
		i=$((i + 1))
		dkim-genkey -s n$i -n "$note" --type=ed25519
		value=$(value_of n$i.txt)
		[[ $value == 'v=DKIM1; n="'*'"; h=sha256; k=ed25519; p='* ]]
		[ "${value##*p=}" = "$(p_of n$i.txt)" ]
		[ "$(tr -cd ';' <<<"$value" | wc -c)" -eq 4 ]
		nsd-checkzone example.com zone
	done
}

@test "-g writes the historic g=" {
	dkim-genkey -g '*' --type=ed25519
	grep -q 'h=sha256; g=\*; k=' default.txt
	one_line 64 dkim-genkey -g 'a;b' -s x
}

@test "the zone loads in bind and nsd" {
	for o in '-s a' '-s b -a -d example.com' '-s c -b 4096' '-s d -rSt -n hello'; do
		# shellcheck disable=SC2086 # words
		dkim-genkey $o
		f=$(echo "$o" | cut -c4).txt
		value_of "$f" | grep -q '^v=DKIM1; '
		nsd-checkzone example.com zone
	done
}

@test "modes do not depend on the umask" {
	(umask 000; dkim-genkey -s a --type=ed25519)
	[ "$(mode a.private)" = 600 ]
	[ "$(mode a.txt)" = 644 ]
	(umask 077; dkim-genkey -s b --type=ed25519)
	[ "$(mode b.private)" = 600 ]
	[ "$(mode b.txt)" = 600 ]
	(umask 777; dkim-genkey -s c --mode=0640 --type=ed25519)
	[ "$(mode c.private)" = 640 ]
	for bad in 0644 0660 0000 666 '' x 0x1 00000000600000 4600; do
		one_line 64 dkim-genkey -s d --mode="$bad"
	done
}

@test "--owner and --group" {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	dkim-genkey --owner=nobody --group=nogroup --mode=0640 --type=ed25519
	[ "$(stat -c '%U %G %a' default.private)" = "nobody nogroup 640" ]
	dkim-genkey -s n --owner=65534 --group=0 --type=ed25519
	[ "$(stat -c '%u %g' n.private)" = "65534 0" ]
	one_line 64 dkim-genkey -s x --owner=nosuchuser
	one_line 64 dkim-genkey -s x --group=nosuchgroup
}

@test "an existing key or record is never touched" {
	for f in default.private default.txt; do
		echo mine >"$f"
		one_line 73 dkim-genkey
		[ "$(cat "$f")" = mine ]
		rm "$f" stdout stderr
		nothing_here
	done
	# one of four: none of the others appears
	echo mine >e.txt
	one_line 73 dkim-genkey --type=rsa,ed25519 -s r,e
	rm stdout stderr
	[ "$(ls -A)" = e.txt ]
	mkdir d.private
	one_line 73 dkim-genkey -s d
	one_line 73 dkim-genkey -s d -f
}

@test "a symlink at the target is neither followed nor lost" {
	echo victim >victim
	for target in victim dangling /etc/passwd; do
		ln -sf "$target" default.private
		one_line 73 dkim-genkey
		[ "$(readlink default.private)" = "$target" ]
		rm default.private
		ln -sf "$target" default.txt
		one_line 73 dkim-genkey
		[ ! -e default.private ]
		rm default.txt
	done
	[ "$(cat victim)" = victim ]
	[ ! -e dangling ]
	ln -s victim default.private
	dkim-genkey -f --type=ed25519
	[ ! -L default.private ]
	[ "$(cat victim)" = victim ]
}

@test "-f replaces atomically; a failure keeps the old key" {
	dkim-genkey --type=ed25519
	cp -p default.private old
	ln default.private hardlink
	one_line 64 dkim-genkey -f -b 511
	one_line 64 dkim-genkey -f -h md5
	one_line 64 dkim-genkey -f -g 'a;b'
	cmp default.private old
	dkim-genkey -f --type=ed25519
	refute cmp -s default.private old
	cmp hardlink old
	[ "$(mode default.private)" = 600 ]
	[ "$(find . -name '.*' -type f | wc -l)" -eq 0 ]
}

@test "-f over a pair of which one file cannot be replaced keeps both" {
	for other in mail.txt mail.private; do
		rm -f mail.*
		mkkey ed25519
		rm "$other"
		mkfifo "$other"
		kept=mail.private
		[ "$other" = mail.txt ] || kept=mail.txt
		cp "$kept" old
		ends_with 73 dkim-genkey -f -a -d example.com --type=ed25519 -s mail 2>/dev/null
		cmp old "$kept"
		[ -p "$other" ]
		[ -z "$(find . -name '.dkim-*')" ]
		rm old
	done
}

@test "-f over a file of another user in a sticky folder keeps the old pair" {
	[ "$(id -u)" = 0 ] || skip "only root can be two users"
	chmod 755 .
	mkdir -m 1777 s
	cp "$BUILD/dkim-genkey" s/g
	cd s
	setpriv --reuid=65534 --clear-groups ./g -q -d example.com -s mail --type=ed25519
	chown 1 mail.txt
	cp mail.private ../old
	ends_with 77 setpriv --reuid=65534 --clear-groups ./g -q -f -d example.com \
		-s mail --type=ed25519 2>/dev/null
	cmp ../old mail.private
	[ -z "$(find . -name '.dkim-*')" ]
}

@test "a full disk: 74 and no file left" {
	mkdir small
	mount -t tmpfs -o size=8k none small || skip "cannot mount"
	head -c 8192 /dev/zero >small/fill 2>/dev/null || :
	status=0
	dkim-genkey -D small 2>err || status=$?
	left=$(ls -A small)
	umount small
	[ "$status" -eq 74 ]
	[ "$left" = fill ]
}

@test "a limit on the file size: no file left" {
	(ulimit -f 0; dkim-genkey) || status=$?
	[ "$status" -ne 0 ]
	nothing_here
}

@test "a folder that is missing, not writable, or open to others" {
	one_line 73 dkim-genkey -D missing
	mkdir open
	chmod 0777 open
	dkim-genkey -D open --type=ed25519 2>err
	grep -q 'others can write' err
	chmod 1777 open
	dkim-genkey -D open -s b --type=ed25519 2>err
	[ ! -s err ]
	dkim-genkey -D open/ -s c --type=ed25519
	[ -e open/c.private ]
}

@test "no name in /tmp, none that can be guessed" {
	# a leak checker cannot work under strace
	ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=%file -o trace dkim-genkey -f --type=ed25519
	refute grep -E '"/tmp/[^"]*", O_[A-Z|_]*CREAT' <(grep -v '\.gcda"' trace)
}

@test "many at once in one folder: one wins" {
	for _ in 1 2 3 4 5 6 7 8; do
		if dkim-genkey --type=ed25519 2>/dev/null; then echo won >>wins; fi &
	done
	wait
	[ "$(wc -l <wins)" -eq 1 ]
	dkim-txt default.private | cmp - default.txt
}

@test "closed descriptors: the key lands in its file only" {
	dkim-genkey -s a -v <&- >&- 2>&-
	openssl pkey -in a.private -noout
	[ "$(wc -l <a.txt)" -eq 3 ]
}

@test "an operand is 64" {
	one_line 64 dkim-genkey example.com
}

@test "-V is --version" {
	[ "$(dkim-genkey -V)" = "$(dkim-genkey --version)" ]
}

@test "very long names and values" {
	long=$(printf 'a%.0s' {1..20000})
	for option in -s -d -h -n -g --type --mode --owner --group --at; do
		one_line 64 dkim-genkey -s %Y "$option" "$long"
	done
	one_line 73 dkim-genkey -D "$long"
	rm stdout stderr
	nothing_here
}

@test "-S wins over --subdomains, --no-NAME and --noNAME take a toggle back" {
	dkim-genkey -s a -S --subdomains -t --no-testmode -r --norestrict
	grep -q 't=s;' a.txt
	refute grep -E 't=y|s=email' a.txt
	dkim-genkey -s b --no-subdomains
	grep -q 't=s;' b.txt
}

@test "an empty folder name is not the root folder" {
	ends_with 64 dkim-genkey -D '' 2>err
	grep -q -e '-D' err
	[ ! -e /default.private ]
}
