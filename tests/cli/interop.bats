#!/usr/bin/env bats
# Both ways with other implementations: what dkim-sign makes they accept, what
# they make dkim-verify accepts. That each peer refuses a changed message is
# tested too, or its word would mean nothing.
# shellcheck disable=SC2317,SC2086,SC2059 # functions called through others; numbers and escapes
load helper
load dkim_helper

canons="simple/simple simple/relaxed relaxed/simple relaxed/relaxed"
presets="default rfc6376 opendkim exim rspamd ses list-safe bulk strict"

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	rsa r1024 1024
	rsa r2048 2048
	rsa r4096 4096
	ed25519 ed
	for name in r1024 r2048 r4096; do add $name; done
	add ed 'v=DKIM1; k=ed25519; p=KEY'

	mkdir lf
	msg >lf/plain
	msg "" | sed '$d' >lf/empty-body
	msg "" | sed '/^$/,$d' >lf/no-body
	{ msg; printf '\n\n \n\t\n\n'; } >lf/blank-lines
	{ msg; printf 'caf\303\251 \377 \240\n \tindented  twice \t\n.\n..\n'; } >lf/eight-bit
	{ msg; printf 'no end'; } >lf/no-end
	{ msg; printf '%0990d\n' 0; } >lf/long-line
	{
		printf 'References:'
		printf ' <%060d@example.com>\n' {1..30}
		printf 'X-Odd:\t a \t b\t\n\t c  \nReceived: one\nReceived: two\nTo:z@example.com\n'
		msg | grep -v ^To:
	} >lf/long-header
	{ msg; yes 'forty octets of text in a line, no more.' | head -n 5000; } >lf/large
	mkdir crlf
	for f in lf/*; do crlf <"$f" >"crlf/${f#lf/}"; done
	# sed ends the last line itself
	printf 'no end' | cat <(msg | crlf) - >crlf/no-end

	# ours: every key and c=, LF and CRLF
	mkdir ours
	for key in r1024 r2048 r4096 ed; do
		for c in $canons; do
			for f in lf/* crlf/*; do
				dkim-sign -q -d example.com -s $key -k $key.private -c $c --at=$now \
					"$f" >"ours/$key.${c/\//-}.${f/\//-}" || return
			done
		done
	done

	# and every preset of --headers: eight messages each, in a folder of its own
	for p in $presets; do
		list=${p/default/*}
		for c in $canons; do
			for f in lf crlf; do
				for key in r2048 ed both; do
					into=presets/$p.${c/\//-}.$f.$key
					mkdir -p "$into"
					case $key in
					both) keys=(-s r2048 -k r2048.private -s ed -k ed.private) ;;
					*) keys=(-s "$key" -k "$key.private") ;;
					esac
					dkim-sign -q -d example.com "${keys[@]}" -c $c --at=$now --headers="$list" \
						--output-dir="$into" $f/[!l]* $f/long-* || return
				done
			done
		done
	done
}

setup() {
	in_own_folder
	cd "$BATS_FILE_TMPDIR" || return
}

mail_dkim() { perl "$top/tests/cli/mail_dkim.pl" "$@"; }

# all FILE WORD COUNT: so many lines, each of them WORD.
all() {
	[ "$(wc -l <"$1")" -eq "$3" ] && refute grep -vx "$2" "$1"
}

# accepted COUNT FILE...: dkim-verify passes all these.
accepted() {
	local count=$1
	shift
	[ $# -eq "$count" ]
	dkim-verify --zone=zone --json -q "$@" >"$BATS_TEST_TMPDIR/json"
	[ "$(grep -c '"reason":"ok"' "$BATS_TEST_TMPDIR/json")" -eq "$count" ]
}

@test "our own verifier accepts what the others are given" {
	accepted 288 ours/*
}

@test "dkimpy accepts ours: four c=, RSA 1024, 2048, 4096, Ed25519, LF, CRLF" {
	forge dkimpy-verify zone ours/* >"$BATS_TEST_TMPDIR/out"
	all "$BATS_TEST_TMPDIR/out" '1 of 1' 288
}

# 8 messages, 9 sets of names, 4 c=, LF and CRLF; RSA, Ed25519 and both: 1728
# files, 2304 signatures. What a peer cannot do is named at its test, and nothing
# else is left out; dkimpy can do it all.
@test "presets: our own verifier and dkimpy accept each" {
	dkim-verify --zone=zone --json -q presets/*/* >"$BATS_TEST_TMPDIR/json"
	[ "$(grep -o '"reason":"ok"' "$BATS_TEST_TMPDIR/json" | wc -l)" -eq 2304 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/json")" -eq 1728 ]
	forge dkimpy-verify zone presets/*.{r2048,ed}/* >"$BATS_TEST_TMPDIR/out"
	all "$BATS_TEST_TMPDIR/out" '1 of 1' 1152
	forge dkimpy-verify zone presets/*.both/* >"$BATS_TEST_TMPDIR/out"
	all "$BATS_TEST_TMPDIR/out" '2 of 2' 576
}

# Not: Ed25519 (RFC 8463), which that of Debian 12 does not know; a last line
# without a line end where c= is simple for the body (see below).
@test "presets: Mail::DKIM accepts each RSA signature, alone and of two" {
	mapfile -t files < <(find presets/*.{r2048,both} -type f ! -path '*-simple.*/no-end')
	mail_dkim verify zone "${files[@]}" >"$BATS_TEST_TMPDIR/out"
	[ "$(grep -c '^pass' "$BATS_TEST_TMPDIR/out")" -eq 1080 ]
	mail_dkim verify zone presets/*-simple.*.{r2048,both}/no-end >"$BATS_TEST_TMPDIR/out"
	[ "$(grep -c '^fail' "$BATS_TEST_TMPDIR/out")" -eq 72 ]
}

@test "dkimpy accepts both of two signatures, and refuses a changed message" {
	cd "$BATS_TEST_TMPDIR"
	cp -p "$BATS_FILE_TMPDIR"/{*.private,zone} .
	cp "$BATS_FILE_TMPDIR/lf/plain" m
	dkim-sign -d example.com -s r2048 -k r2048.private -s ed -k ed.private -x 999999999 -i joe@example.com m >two
	sed 's/dinner ready/supper/' two >body
	sed 's/^Subject: /Subject: x/' two >header
	forge dkimpy-verify zone two body header >out 2>err
	[ "$(paste -sd, out)" = "2 of 2,0 of 2,0 of 2" ]
}

# It hashes a last line without a line end as it stands when c= says simple for
# the body, where RFC 6376 3.4.3 adds a CRLF (dkimpy and OpenDKIM do).
@test "Mail::DKIM accepts ours: four c=, RSA 1024, 2048, 4096, LF, CRLF" {
	mapfile -t files < <(find ours -name 'r*' ! -name '*-simple.*no-end')
	mail_dkim verify zone "${files[@]}" >"$BATS_TEST_TMPDIR/out"
	all "$BATS_TEST_TMPDIR/out" pass 204
	mail_dkim verify zone ours/r*-simple.*no-end >"$BATS_TEST_TMPDIR/out"
	all "$BATS_TEST_TMPDIR/out" fail 12
}

@test "Mail::DKIM refuses a changed message" {
	cd "$BATS_TEST_TMPDIR"
	sed 's/dinner ready/supper/' "$BATS_FILE_TMPDIR/ours/r2048.relaxed-relaxed.lf-plain" >body
	sed 's/^Subject: /Subject: x/' "$BATS_FILE_TMPDIR/ours/r2048.relaxed-relaxed.lf-plain" >header
	mail_dkim verify "$BATS_FILE_TMPDIR/zone" body header >out
	[ "$(paste -sd, out)" = "fail,fail" ]
}

@test "we accept dkimpy's: four c=, RSA 1024, 2048, 4096, Ed25519, LF, CRLF" {
	cd "$BATS_TEST_TMPDIR"
	cp -rp "$BATS_FILE_TMPDIR"/{lf,crlf,zone,*.private} .
	files=(lf/* crlf/*)
	for key in r1024 r2048 r4096 ed; do
		for c in $canons; do
			forge dkimpy-sign -k $key.private -c $c -s $key ".$key.${c/\//-}" "${files[@]}"
		done
	done
	accepted 288 {lf,crlf}/*.{r1024,r2048,r4096,ed}.*
	for f in lf/plain.*; do
		sed 's/dinner ready/supper/' "$f" >changed
		judged 1 fail/body-hash-mismatch --at="$(date +%s)" changed
		sed 's/^Subject: /Subject: x/' "$f" >changed
		judged 1 fail/bad-signature --at="$(date +%s)" changed
	done
}

@test "we accept dkimpy's l=" {
	cd "$BATS_TEST_TMPDIR"
	cp -rp "$BATS_FILE_TMPDIR"/{crlf,zone,*.private} .
	files=(crlf/*)
	for c in simple/simple relaxed/relaxed; do
		forge dkimpy-sign -l -k r2048.private -c $c -s r2048 ".${c/\//-}" "${files[@]}"
	done
	accepted 18 crlf/*.*
	refute grep -q partial-body json
	printf 'more\r\n' >>crlf/plain.simple-simple
	judged 0 pass/ok --at="$(date +%s)" crlf/plain.simple-simple
	warned partial-body
}

@test "we accept Mail::DKIM's: four c=, RSA 1024, 2048, 4096, LF, CRLF" {
	cd "$BATS_TEST_TMPDIR"
	cp -rp "$BATS_FILE_TMPDIR"/{lf,crlf,zone,*.private} .
	files=(lf/* crlf/*)
	for key in r1024 r2048 r4096; do
		for c in $canons; do
			mail_dkim sign $key.private $c $key ".$key.${c/\//-}" "${files[@]}"
		done
	done
	rm {lf,crlf}/no-end.*-simple # see above
	accepted 204 {lf,crlf}/*.{r1024,r2048,r4096}.*
	for f in lf/plain.*; do
		sed 's/dinner ready/supper/' "$f" >changed
		judged 1 fail/body-hash-mismatch --at="$(date +%s)" changed
		sed 's/^Subject: /Subject: x/' "$f" >changed
		judged 1 fail/bad-signature --at="$(date +%s)" changed
	done
}

# opendkim-testmsg asks the servers of resolv.conf, port 53, and knows no
# option: it runs where the only network is a loopback of its own that has their
# addresses.
in_own_network() {
	local how=(unshare -n)
	[ "$(id -u)" -eq 0 ] || how=(unshare -r -n)
	"${how[@]}" true || skip "no network namespaces here"
	"${how[@]}" bash "$@"
}

# opendkim_errs FILE: what it cannot. It takes the last field of a message without
# an empty line for one without CRLF, which RFC 6376 3.7 has it end in (dkimpy
# and Mail::DKIM do): c= simple does not match if that field, Message-ID here, is
# signed. It reads 1024 octets at once, and forgets to end a last line without
# line end ("no end") that such a piece begins with: c= simple for the body.
opendkim_errs() {
	case $1 in
	presets/rfc6376.*no-body | presets/opendkim.*no-body | presets/ses.*no-body) false ;;
	*.simple-*no-body) true ;;
	*-simple.*no-end) [ $(($(wc -c <"$1") % 1024)) -eq 6 ] ;;
	*) false ;;
	esac
}

# Of two signatures one is enough for it.
@test "opendkim-testmsg accepts ours; its rsa-sha1 we call historic" {
	cd "$BATS_TEST_TMPDIR"
	{
		echo '. 60 IN SOA a. b. 1 60 60 60 60'
		echo '. 60 IN NS a.'
		echo 'a. 60 IN A 127.0.0.1'
		sed 's/\. IN/. 60 IN/' "$BATS_FILE_TMPDIR/zone"
	} >root.zone
	mapfile -t servers < <({ echo 127.0.0.1; awk '$1 == "nameserver" && $2 !~ /:/ { print $2 }' \
		/etc/resolv.conf; } | sort -u)
	root_nsd_conf "${servers[@]}" >nsd.conf
	cat >inside <<-'EOF'
		folder=$1
		shift
		/usr/bin/python3 -c '
		import fcntl, socket, struct, sys
		s = socket.socket()
		fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"lo", 0x41))  # SIOCSIFFLAGS: up
		for n, address in enumerate(sys.argv[1:]):
		    if not address.startswith("127."):
		        name = b"lo:%d" % n
		        to = struct.pack("16sHH4s8x", name, 2, 0, socket.inet_aton(address))
		        fcntl.ioctl(s, 0x8916, to)  # SIOCSIFADDR' "$@"
		/usr/sbin/nsd -d -c nsd.conf >out 2>&1 3>&- &
		nsd=$!
		timeout 30 sh -c 'until drill @127.0.0.1 . SOA 2>/dev/null | grep -q NOERROR; do :; done'
		judge() {
			for f; do
				case $f in *crlf*) keep=-C ;; *) keep= ;; esac
				/usr/sbin/opendkim-testmsg $keep <"$f" >said 2>&1 && : >said
				echo "${f#"$folder"/}: $(cat said)"
			done
		}
		judge "$folder"/ours/* "$folder"/presets/*/* >verdicts
		for key in r2048 ed; do
			sed 's/dinner ready/supper/' "$folder/ours/$key.relaxed-relaxed.lf-plain" >body
			sed 's/^Subject: /Subject: x/' "$folder/ours/$key.relaxed-relaxed.lf-plain" >header
			judge body header
		done >changed
		kill $nsd
		wait $nsd
	EOF
	in_own_network inside "$BATS_FILE_TMPDIR" "${servers[@]}"
	[ "$(grep -c 'Bad signature' changed)" -eq 4 ]
	cd "$BATS_FILE_TMPDIR"
	for f in ours/* presets/*/*; do
		! opendkim_errs "$f" || echo "$f: opendkim-testmsg: dkim_eom(): Bad signature"
	done >"$BATS_TEST_TMPDIR/expected"
	cd "$BATS_TEST_TMPDIR"
	[ "$(wc -l <verdicts)" -eq 2016 ] # 288 and 1728
	grep -v ': $' verdicts | diff expected -
	cd "$BATS_FILE_TMPDIR"
	/usr/sbin/opendkim-testmsg -C -d example.com -s r2048 -k r2048.private <crlf/plain >"$BATS_TEST_TMPDIR/theirs"
	cd "$BATS_TEST_TMPDIR"
	cp "$BATS_FILE_TMPDIR/zone" .
	judged 1 permerror/historic-algorithm theirs
}
