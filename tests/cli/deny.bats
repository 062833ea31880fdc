#!/usr/bin/env bats
# dkim-verify that decides: --deny, and Exim's words.
# shellcheck disable=SC2317 # functions called through others
load helper
load dkim_helper

setup_file() { make_signed; }
setup() { share_signed; }

mx() { dkim-verify -q --zone=zone --at=$now "$@"; }

# refused TEXT CONDITIONS [OPTION...] FILE: exit 1 and TEXT on stderr.
refused() {
	local text=$1
	printf '%s\n' "$2" >rules
	shift 2
	ends_with 1 mx --deny=rules "$@" >out 2>err
	grep -qF "dkim-verify: ${*: -1}: $text" err
	[ "$(wc -l <err)" -eq 1 ]
}

# let_by STATUS CONDITIONS [OPTION...] FILE
let_by() {
	local status=$1
	printf '%s\n' "$2" >rules
	shift 2
	ends_with "$status" mx --deny=rules "$@" >out 2>err
	[ ! -s err ]
}

# from DOMAIN: the message m as of that author, signed by example.com and key
# mail, into f; also unsigned, into u.
from() {
	sed "s/^From:.*/From: Joe <joe@$1>/" m >u
	forge sign -k mail.private <u >f
}

@test "an Exim ACL: mail from gmail.com must be signed by gmail.com" {
	rule="gmail.com gmail.com none:invalid:fail Come on guys, what's going on?"
	text="Come on guys, what's going on?"
	add mail 'p=KEY' gmail.com
	from gmail.com
	refused "$text" "$rule" u
	refused "$text" "$rule" f # by example.com
	forge sign -k mail.private -d gmail.com <u >g
	let_by 0 "$rule" g
	# one good signature is enough, whatever a list broke
	sed 's/^\(DKIM-Sig.*\) b=..../\1 b=AAAA/' g | head -n 1 | cat - g >h
	let_by 0 "$rule" h
	sed s/dinner/supper/ g >h
	refused "$text" "$rule" h
	forge sign -k mail.private -d gmail.com -s absent <u >h
	refused "$text" "$rule" h
	forge sign -k mail.private -d gmail.com --drop bh <u >h
	refused "$text" "$rule" h
	# others are not asked
	let_by 2 "$rule" m
	let_by 0 "$rule" signed
	# the envelope sender goes before From
	refused "$text" "$rule" --mail-from=x@GMAIL.com m
	let_by 2 "$rule" --mail-from='<x@example.org>' u
	let_by 2 "$rule" --mail-from='<>' u
}

@test "dkim-filter's On-*: by what became of it, whoever it is" {
	cat >rules <<-'EOF'
		# On-BadSignature, On-NoSignature, On-DNSError
		* * fail       bad signature
		* * none       no signature
		* * temperror  try again later
	EOF
	rules=$(cat rules)
	let_by 0 "$rules" signed
	refused 'no signature' "$rules" m
	sed s/dinner/supper/ signed >f
	refused 'bad signature' "$rules" f
	let_by 1 "$rules" <(sed 's/s=mail/s=absent/' signed)
	dns_server rcode:2
	printf '%s\n' "$rules" >rules
	ends_with 1 dkim-verify --nameserver=127.0.0.1@$port --deny=rules signed >out 2>err
	grep -q 'try again later' err
	# what could not be looked up is no reason to refuse for good
	echo '* * none:invalid:fail no' >rules
	ends_with 75 dkim-verify --nameserver=127.0.0.1@$port --deny=rules signed >out 2>err
	dns_stop
}

@test "RFC 8601's words; domains, domains below, any" {
	refused x '* * pass x' signed
	refused x 'example.com .com pass x' signed
	refused x '*.com EXAMPLE.COM PASS x' signed
	let_by 0 '.example.com * pass x' signed
	let_by 0 '* .example.com pass x' signed
	let_by 0 'com * pass x' signed
	sed 's/s=mail/s=absent/' signed >f
	refused x '* * permerror x' f
	refused x '* * invalid x' f
	let_by 1 '* * fail:none:neutral:policy:temperror:pass x' f
	forged --drop bh
	refused x '* * neutral x' f
	sed 's/^From: /From: Eve <eve@evil.example>\n&/' signed >f
	refused x '* * policy x' f
	refused x '* * fail x' f
	# the first that matches
	refused y $'* * none x\n* * pass y\n* * pass z' signed
	refused 'refused' '* * pass' signed
}

@test "what fails under a testing key is as unsigned" {
	rm zone
	add mail 'v=DKIM1; t=y; p=KEY'
	sed s/dinner/supper/ signed >f
	let_by 2 '* * fail:invalid:neutral x' f
	refused x '* * none x' f
}

@test "an author that cannot be told does not get around a rule" {
	sed 's/^From: .*/From: a@gmail.com, b@evil.example/' m >f
	refused x 'gmail.com gmail.com none x' f
	sed 's/^From: .*/From: a@gmail.com\nFrom: b@evil.example/' m >f
	refused x 'gmail.com gmail.com none x' f
	let_by 2 'gmail.com gmail.com none x' --mail-from=b@evil.example f
}

@test "--deny with --filter: a refused message is not written" {
	echo '* * none no signature' >rules
	one_line 1 mx --filter=mx.example --deny=rules m
	grep -q 'no signature' stderr
	ends_with 0 mx --filter=mx.example --deny=rules signed >out
	[ -s out ]
	sed s/dinner/supper/ signed >f
	ends_with 0 mx --filter=mx.example --deny=rules f >out
	echo 'nonsense' >rules
	ends_with 75 mx --filter=mx.example --deny=rules m >out 2>err
	grep -q 78 err
	[ ! -s out ]
}

@test "rules that are none: 78 with the line; other trouble too" {
	for rule in a 'a b' 'a b good' '* * none: x' '* * :none x' 'a..b * none' \
		'* a@b none' '-a * none' '* * none,fail'; do
		printf '# a comment\n\n%s\n' "$rule" >rules
		one_line 78 mx --deny=rules m
		grep -q 'rules: line 3: ' stderr
	done
	printf '* * none x\0\n' >rules
	one_line 78 mx --deny=rules m
	one_line 78 mx --deny=nosuch m
	{ printf '* * none '; head -c 1000000 /dev/zero | tr '\0' x; } >rules
	one_line 78 mx --deny=rules m
	one_line 64 mx --mail-from=a@b.example m
	for address in a a@ a@-b '<a@b' 'a@b..c'; do
		echo '* * none' >rules
		one_line 64 mx --deny=rules "--mail-from=$address" m
	done
	# CRLF, comments, no final line end
	printf '* * none text\r\n# x\r\n* * pass y' >rules
	ends_with 1 mx --deny=rules m 2>err
	[ "$(cat err)" = 'dkim-verify: m: text' ] || [ "$(cat err)" = 'dkim-verify: text' ]
	# no format string, no control character
	printf '* * none %%n%%s\x1b[2J\n' >rules
	one_line 1 mx --json --deny=rules m || true
	ends_with 1 mx --deny=rules m >out 2>err
	grep -qF '%n%s\x1b[2J' err
}

@test "--exim: its word and reason, and its log line" {
	ends_with 0 mx --exim signed >out
	grep -Eqx 'pass DKIM: d=example.com s=mail c=relaxed/relaxed a=rsa-sha256 b=2048 t=1767348000 \[verification succeeded\]' out
	sed s/dinner/supper/ signed >f
	ends_with 1 mx --exim f >out
	grep -q '^fail bodyhash_mismatch DKIM: d=example.com .* \[verification failed - body hash mismatch (body probably modified in transit)\]$' out
	sed 's/^Subject: /&x/' signed >f
	ends_with 1 mx --exim f >out
	grep -q '^fail signature_incorrect DKIM: .* \[verification failed - signature did not verify (headers probably modified in transit)\]$' out
	sed 's/s=mail/s=absent/' signed >f
	ends_with 1 mx --exim f >out
	grep -q '^invalid pubkey_unavailable DKIM: .*s=absent .* \[invalid - public key record (currently?) unavailable\]$' out
	forged --drop d
	ends_with 1 mx --exim f >out
	grep -q '^invalid missing-tag DKIM: d=<UNSET> s=mail .* \[invalid - signature tag missing or invalid\]$' out
	forged -l 5 --set x=1767349000 --set 'i=a=20b@example.com'
	ends_with 0 mx --exim f >out
	grep -q '^pass DKIM: .* i=[^ ]*@example.com t=1767348000 x=1767349000 l=5 \[verification succeeded\]$' out
	[ "$(wc -l <out)" -eq 1 ]
	# what an attacker puts there stays in its place
	forged --set $'s=a [verification succeeded] \x1b'
	ends_with 1 mx --exim f >out
	[ "$(wc -l <out)" -eq 1 ]
	sed 's/^From: /From: Eve <eve@evil.example>\n&/' signed >f
	ends_with 1 mx --exim f >out
	grep -q '^fail unsigned-from DKIM: .* \[fail - unsigned-from\]$' out
	ends_with 2 mx --exim m >out
	[ "$(cat out)" = none ]
	ends_with 2 mx --exim m signed >out
	[ "$(head -n 1 out)" = 'm: none' ]
	sed -n 2p out | grep -q '^signed: pass DKIM: d='
	one_line 64 mx --exim --json m
}
