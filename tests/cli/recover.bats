#!/usr/bin/env bats
# dkim-txt --recover-key: RSA keys from what they have signed. Keys are openssl's;
# messages are signed by forge.py. The largest numbers are in tests/slow.
# shellcheck disable=SC2154 # now, top: of the helpers
load helper
load dkim_helper

# key NAME BITS [EXPONENT]: as rsa, with another exponent.
key() {
	(umask 077 && openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" \
		-pkeyopt "rsa_keygen_pubexp:${3:-65537}" -out "$1.private" 2>/dev/null)
}

# letters KEY NUMBER [OPTION...]: files KEY.1 to KEY.NUMBER, signed.
letters() {
	local name=$1 number=$2 i
	shift 2
	for ((i = 1; i <= number; i++)); do
		msg "letter $i" >m
		forge sign -k "$name.private" "$@" <m >"$name.$i"
	done
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	key three 2048 3
	key other 2048 3
	letters three 4
	letters other 2
}
setup() {
	in_own_folder
	cp -p "$BATS_FILE_TMPDIR"/* .
}

# recovered STATUS FILE...: leaves zone (what it printed) and err.
recovered() {
	local code=$1
	shift
	rm -f zone
	ends_with "$code" dkim-txt --recover-key -d example.com -s mail "$@" >zone 2>err
}

# is_key NAME: the zone has one record, that of NAME.private.
is_key() {
	[ "$(wc -l <zone)" -eq 1 ]
	grep -qF "p=$(forge p "$1.private")" <(sed 's/" "//g' zone)
}

@test "e=3, 2048 bits: one line for --zone, marked as recovered" {
	recovered 0 three.1 three.2
	is_key three
	grep -q '^mail._domainkey.example.com\.	IN	TXT	"v=DKIM1; k=rsa; p=.*; recovered from 2 signatures (d=example.com s=mail), which proves nothing about who published it$' zone
	[ "$(wc -l <err)" -eq 1 ]
	grep -q 'nothing about who published it' err
	dkim-verify --zone=zone --at="$now" three.1 three.2 three.3
	# it is a record of its own zone, whatever is asked with it
	dkim-verify --zone=zone --origin=example.net --at="$now" three.4
	ends_with 1 dkim-verify --zone=zone --at="$now" other.1
}

@test "e=3 and e=17, 1024 to 4096 bits" {
	key big 4096 3
	letters big 2
	recovered 0 big.1 big.2
	is_key big
	key seventeen 3072 17
	letters seventeen 2
	recovered 0 seventeen.1 seventeen.2
	is_key seventeen
	key small 1024 3
	letters small 2
	recovered 0 small.1 small.2
	is_key small
}

# It takes 17 seconds of one processor.
@test "e=65537, 1024 bits; a line on a terminal shows that it goes on" {
	need_terminal
	key common 1024
	letters common 2
	script -qec 'dkim-txt --recover-key -d example.com -s mail common.1 common.2 >zone' /dev/null >shown
	grep -q 'looking for a key of 1024 bits, e=65537: [0-9]* s' shown
	is_key common
}

@test "rsa-sha1, alone and with rsa-sha256" {
	letters three 2 --sha1
	recovered 0 three.1 three.2
	is_key three
	# three.3 and three.4 are of sha256
	recovered 0 three.1 three.3
	is_key three
}

@test "an mbox and a directory" {
	local i f
	for i in {1..25}; do
		for f in three.1 three.2 three.3; do
			echo "From joe@example.com Fri Jan  2 10:00:00 2026"
			lf <$f
			echo
		done
	done >mbox
	recovered 0 mbox
	is_key three
	grep -q 'recovered from 75 signatures' zone
	mkdir folder
	cp three.1 three.2 folder
	recovered 0 folder
	is_key three
	# standard input is one message
	ends_with 65 dkim-txt --recover-key -d example.com -s mail <three.1 2>err
}

@test "a key of 768 bits is recovered, with a warning" {
	key weak 768 3
	letters weak 2
	recovered 0 weak.1 weak.2
	is_key weak
	grep -q 'the key has only 768 bits: no verifier accepts it (RFC 8301 3.2)' err
	recovered 0 -q weak.1 weak.2
	[ ! -s err ]
}

@test "a message whose header was changed: 1, its name, and the key of the others" {
	sed -i 's/^Subject: dinner/Subject: lunch/' three.1
	recovered 1 three.1 three.2 three.3
	is_key three
	grep -q 'three.1: the recovered key did not make this signature: its header was modified, or the selector had another key' err
	refute grep -q 'three.[23]:' err
	# of two, one changed leaves none
	recovered 1 three.1 three.2
	[ ! -s zone ]
	grep -q 'no key found: .*for e = 3, 17 or 65537' err
}

@test "a message whose body was changed: 1, its name, and the key" {
	echo more >>three.1
	recovered 1 three.1 three.2
	is_key three
	grep -q 'three.1: the body was modified (body hash mismatch)' err
}

@test "two keys under one selector are told, each with its record" {
	recovered 1 three.1 other.1 three.2 other.2
	[ "$(wc -l <zone)" -eq 2 ]
	grep -q 'the selector had 2 keys: each has a record, and made 2 and 2 of the signatures' err
	dkim-verify --zone=zone --at="$now" -q three.1 other.1 three.3
	# of a single signature there is no key
	recovered 1 three.1 other.1 three.2
	is_key three
	grep -q 'other.1: the recovered key did not make this signature.*or the selector had another key' err
}

@test "two keys of different lengths" {
	key small 1024 3
	letters small 2
	recovered 1 three.1 small.1 small.2 three.2
	[ "$(wc -l <zone)" -eq 2 ]
	recovered 65 three.1 small.1
	[ ! -s zone ]
	grep -q 'the signatures have different lengths' err
}

@test "too few signatures, or of another kind: 65" {
	one_line 65 dkim-txt --recover-key -d example.com -s mail three.1
	grep -q 'two different RSA signatures with d=example.com s=mail are needed; found 1' stderr
	# one that is no signature does not count, and is named
	sed 's/^DKIM-Signature: v=1/DKIM-Signature: v=2/' three.2 >broken
	one_line 65 dkim-txt --recover-key -d example.com -s mail three.1 broken
	grep -q 'found 1, and 1 not valid: broken: v=2 is not version 1' stderr
	# the same message twice is one signature
	one_line 65 dkim-txt --recover-key -d example.com -s mail three.1 three.1
	ed25519 ed
	letters ed 2
	one_line 65 dkim-txt --recover-key -d example.com -s mail ed.1 ed.2
	grep -q 'an Ed25519 key cannot be recovered' stderr
	one_line 65 dkim-txt --recover-key -d example.com -s other three.1 three.2
	one_line 65 dkim-txt --recover-key -d example.org -s mail three.1 three.2
	recovered 66 three.1 nowhere
	[ ! -s zone ]
}

@test "what is no signature is told: 1" {
	sed 's/^DKIM-Signature: v=1/DKIM-Signature: v=2/' three.4 >three.5
	recovered 1 three.1 three.2 three.5
	is_key three
	grep -q 'three.5: not a valid signature: v=2 is not version 1' err
	# a b= that is too short for any digest
	sed -i 's/ b=.*/ b=AAAA/; /^[	 ][A-Za-z0-9+\/=]*$/d' three.4
	recovered 1 three.1 three.2 three.4
	is_key three
	grep -q 'three.4: ' err
}

@test "messages without such a signature do not count" {
	msg >plain
	recovered 0 three.1 plain three.2
	is_key three
	grep -q 'plain: warning: no signature with d=example.com s=mail' err
	recovered 66 three.1 three.2 nowhere
	is_key three
	echo "no header" >text
	recovered 65 three.1 three.2 text
	is_key three
}

@test "a signature that is 0 or 1, or as long as no key: no key" {
	local zeros
	zeros=$(printf 'A%.0s' {1..342})
	for b in "${zeros}==" "${zeros%A}B=="; do
		sed "s|^\\(DKIM-Signature.*b=\\).*|\\1$b|; /^[	 ][A-Za-z0-9+\\/=]*\$/d" three.1 >bad
		recovered 1 three.2 three.3 bad
		is_key three
	done
}

@test "e=65537 is not tried above 4096 bits, and that is said" {
	local i b
	for i in 1 2; do
		b=$(head -c 600 /dev/urandom | base64 -w0)
		sed "s|^\\(DKIM-Signature.*; b=\\).*|\\1$b\r|" three.$i >large.$i
	done
	recovered 1 large.1 large.2
	[ ! -s zone ]
	grep -q 'for e = 3, 17 or 65537 (of at most 4096 bits)' err
}

@test "without memory: 71, and nothing is written" {
	key common 1024
	letters common 2
	if sanitized; then skip "sanitizers want terabytes"; fi
	ends_with 71 little 60000 dkim-txt --recover-key -d example.com -s mail common.1 common.2 >zone 2>err
	[ ! -s zone ]
	[ "$(wc -l <err)" -eq 1 ]
}

@test "the result to a full disk is 74" {
	ends_with 74 dkim-txt --recover-key -d example.com -s mail three.1 three.2 >/dev/full 2>err
}

@test "options that do not belong together are 64" {
	one_line 64 dkim-txt --recover-key -d example.com three.1
	grep -q -- '--recover-key needs -d and -s' stderr
	one_line 64 dkim-txt --recover-key -s mail three.1
	one_line 64 dkim-txt --recover-key --find -d example.com -s mail three.1
	one_line 64 dkim-txt --recover-key --json -d example.com -s mail three.1
	one_line 64 dkim-txt --recover-key -d example.com -s 'mail._domainkey' three.1 three.2
}

# shown PREFIX: what the manual shows as the output of "$ PREFIX...", its broken
# lines joined.
shown() {
	sed -n "/^\$ $1/,/^\(\.Ed\|\$ .*\)$/p" "$top/cmd/dkim-txt/dkim-txt.1" | sed '1d;$d' |
		sed -e :a -e '$!N; s/\n    / /; ta' -e 'P;D'
}

@test "manual: can I still verify mail of 2015?" {
	local i
	rm -f ./*.eml
	for i in 1 2; do
		{
			echo "Received: from a by b; Thu, 1 Jan 2015 10:00:00 +0000"
			msg "letter $i"
		} >m
		dkim-sign -d example.com -s mail -k three.private --at=2015-01-01T09:59:00Z <m >$i.eml
	done
	dkim-txt --recover-key -d example.com -s mail ./*.eml >old.zone 2>out
	shown 'dkim-txt --recover-key' >want
	[ -s want ]
	diff out want
	dkim-verify --zone=old.zone --at=received 1.eml 2.eml >out
	shown 'dkim-verify --zone=old.zone' >want
	[ -s want ]
	diff out want
}
