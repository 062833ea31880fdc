#!/usr/bin/env bats
# dkim-verify: a good message, one thing changed, and the exact verdict: word
# and reason (JSON) and exit status.
# shellcheck disable=SC2317,SC2086,SC2059 # functions called through others; numbers and escapes
load helper
load dkim_helper

setup_file() { make_signed; }
setup() { share_signed; }

# cname_loop SELECTOR: its record has no answer.
cname_loop() {
	printf '%s._domainkey.example.com. IN CNAME loop.example.\n' "$1" >>zone
	echo 'loop.example. IN CNAME loop.example.' >>zone
}

# record TEXT: the one record of the key mail.
record() {
	rm -f zone
	add mail "$1"
}

# -- nothing changed -----------------------------------------------------------

@test "a good signature: pass, 0" {
	judged 0 pass/ok signed
	warned
	[ "$(value result)" = '"pass"' ]
	[ "$(value signatures.0.field)" = '"DKIM-Signature"' ]
	[ "$(value signatures.0.d)" = '"example.com"' ]
	[ "$(value signatures.0.s)" = '"mail"' ]
	[ "$(value signatures.0.i)" = '"@example.com"' ]
	[ "$(value signatures.0.a)" = '"rsa-sha256"' ]
	[ "$(value signatures.0.c)" = '"relaxed/relaxed"' ]
	[ "$(value signatures.0.h)" = '["from", "to", "subject", "date", "message-id"]' ]
	[ "$(value signatures.0.b)" = "\"$(sed -n '1s/.* b=\(.\{8\}\).*/\1/p' signed)\"" ]
	[ "$(value signatures.0.t)" = 1767348000 ]
	[ "$(value signatures.0.x)" = null ]
	[ "$(value signatures.0.l)" = null ]
	[ "$(value signatures.0.bits)" = 2048 ]
	[ "$(value signatures.0.testing)" = false ]
	[ "$(value signatures.0.aligned)" = '"strict"' ]
	[ "$(value signatures.0.unsigned_octets)" = 0 ]
	[ "$(value signatures.0.warnings)" = '[]' ]
	[ "$(value from)" = '"example.com"' ]
	[ "$(value input)" = '"signed"' ]
}

@test "all four c=, RSA and Ed25519, CRLF and LF" {
	for c in simple/simple simple/relaxed relaxed/simple relaxed/relaxed; do
		for key in mail ed; do
			forge sign -s $key -k $key.private -c $c <m >f
			judged 0 pass/ok f
			lf <f >g
			judged 0 pass/ok g
		done
	done
}

@test "the keys that JSON promises are all there" {
	judged 0 pass/ok signed
	/usr/bin/python3 - <<-'EOF'
		import json
		o = json.load(open("json"))
		assert list(o) == ["input", "from", "result", "signatures", "warnings"], list(o)
		assert set(o["signatures"][0]) == set("""field result reason text d s i
		    a c h b t x l bits testing dnssec aligned unsigned_octets body_hash
		    warnings""".split()), set(o["signatures"][0])
		assert set(o["signatures"][0]["body_hash"]) == {"expected", "found"}
	EOF
}

# -- text ----------------------------------------------------------------------

@test "text: one line a signature, in message order" {
	forge sign -s ed -k ed.private <signed >f
	dkim-verify --zone=zone --at=$now f >out
	[ "$(cat out)" = "pass  d=example.com s=ed a=ed25519-sha256 c=relaxed/relaxed key=256 i=@example.com
pass  d=example.com s=mail a=rsa-sha256 c=relaxed/relaxed key=2048 i=@example.com" ]
}

@test "text: a failure says what, expected, found and the RFC section" {
	sed 's/dinner ready/supper ready/' signed >f
	ends_with 1 dkim-verify --zone=zone --at=$now f >out
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '^fail  d=example.com s=mail a=rsa-sha256 c=relaxed/relaxed ' out
	judged 1 fail/body-hash-mismatch f
	grep -qF "$(value signatures.0.body_hash.expected | tr -d '"')" out
	grep -qF "$(value signatures.0.body_hash.found | tr -d '"')" out
	grep -q 'RFC 6376 6\.1\.3' out
}

@test "text: a different key, a cut key and an expired signature are named" {
	forged
	rsa other
	forge txt mail._domainkey.example.com. "v=DKIM1; p=$(forge p other.private)" >wrong
	said() { dkim-verify --at=$now "$@" f | sed 's/^[^:]*: //'; }
	ends_with 1 dkim-verify --zone=wrong f >out
	[ "$(said --zone=wrong)" = "DNS publishes a different key than the one that signed, or b= is damaged (RFC 6376 6.1.3)" ]
	sed 's/^Subject: /&re: /' f >g
	ends_with 1 dkim-verify --zone=zone --at=$now g >out
	grep -q ': signature does not match the signed header fields (RFC 6376 6.1.3)$' out
	# a form that takes one string of a TXT record (RFC 1035 3.3)
	text="v=DKIM1; p=$(forge p mail.private)"
	forge txt mail._domainkey.example.com. "${text:0:255}" >cut.zone
	[ "$(said --zone=cut.zone)" = "the key is cut off: it ends after exactly 255 characters, the most of one string; a longer record needs several (RFC 6376 3.6.1)" ]
	forge txt mail._domainkey.example.com. "${text:0:251}" >cut.zone
	[ "$(said --zone=cut.zone)" = "p= is cut off: 114 of 294 bytes are missing (RFC 6376 3.6.1)" ]
	forge txt mail._domainkey.example.com. "v=DKIM1; k=mldsa44; p=AAAA" >draft
	[ "$(said --zone=draft)" = "k=mldsa44 is a key type of the draft of DKIM2 (draft-ietf-dkim-dkim2-spec), not of DKIM (RFC 6376 3.6.1)" ]
	forged --add x=$((now + 60))
	[ "$(said --zone=zone --at=$((now + 464691)))" = "the signature expired 5 days 9 hours ago (2026-01-02 10:01 UTC) (RFC 6376 3.5)" ]
}

@test "text: -v adds what was signed, --explain the cause; without them one line" {
	dkim-verify --zone=zone --at=$now signed >plain
	[ "$(wc -l <plain)" -eq 1 ]
	dkim-verify -v --zone=zone --at=$now signed >verbose
	head -n 1 verbose | cmp - plain
	[ "$(wc -l <verbose)" -gt 1 ]
	refute grep -v '^  ' <(sed 1d verbose)
	sed 's/Is dinner/Is lunch/' signed >f
	ends_with 1 dkim-verify --zone=zone --at=$now f >plain
	[ "$(wc -l <plain)" -eq 1 ]
	ends_with 1 dkim-verify --explain --zone=zone --at=$now f >explained
	head -n 1 explained | grep -q "^fail  example.com (selector mail): "
	[ "$(wc -l <explained)" -gt 1 ]
}

@test "--color: the word of the result, on a terminal or when asked for" {
	forged
	e=$(printf '\033')
	dkim-verify --zone=zone --at=$now --color=always f >out
	grep -q "^$e\[32mpass$e\[0m  d=example.com " out
	{ cat f; echo more; } >g
	ends_with 1 dkim-verify --zone=zone --at=$now --color=always f g >out
	grep -q "^g: $e\[31mfail$e\[0m  d=example.com " out
	for how in --color=never --color=auto ''; do
		# shellcheck disable=SC2086 # no option at all
		ends_with 1 dkim-verify $how --zone=zone --at=$now f g >out
		refute grep -q "$e" out
	done
	dkim-verify --color=always m | grep -q "^$e\[33mnone$e\[0m  no DKIM" || true
	for how in --json --auth-results=x --exim; do
		ends_with 1 dkim-verify --color=always $how --zone=zone --at=$now g >out
		refute grep -q "$e" out
	done
	one_line 64 dkim-verify --color=perhaps f
	need_terminal
	on_terminal() { script -qec "env $* --zone=zone --at=$now g" /dev/null >shown || true; }
	on_terminal TERM=xterm dkim-verify
	grep -q "$e\[31mfail" shown
	for how in "NO_COLOR=1 dkim-verify" "TERM=dumb dkim-verify" "TERM=xterm dkim-verify --color=never"; do
		on_terminal "$how"
		refute grep -q "$e" shown
	done
	on_terminal NO_COLOR=1 dkim-verify --color=always
	grep -q "$e\[31mfail" shown
}

@test "a hint of --explain: on a terminal, where something failed, once" {
	forged
	{ cat f; echo more; } >g
	need_terminal
	on_terminal() { script -qec "dkim-verify --zone=zone --at=$now $*" /dev/null >shown || true; }
	on_terminal g g
	[ "$(grep -c 'dkim-verify: hint: --explain shows what was changed' shown)" -eq 1 ]
	for how in "f" "-q g" "--explain g" "--json g" "--exim g" "g 2>err"; do
		on_terminal "$how"
		refute grep -q hint shown
	done
	refute grep -q hint err
}

@test "DKIM2 fields are decoded, named with the draft that fits, and not evaluated" {
	{
		printf 'DKIM2-Signature: i=2; m=2; T=1767348060; d=list.example;\r\n nd=example.org; s=l1:ed25519-sha256:AAAA,l2:rsa-sha256:BB BB; f=exploded,feedback;\r\n'
		printf 'Message-Instance: m=2; h=sha256:AA=:BB=,sha512:CC:DD; r=%s;\r\n' "$(printf '{"b":[{"c":[1,1]}]}' | base64)"
		printf 'DKIM2-Signature: i=1; m=1; t=1767348000; d=example.com; mf=%s; rt=%s,%s; s=a:rsa-sha256:AA\r\n' \
			"$(printf '<joe@example.com>' | base64)" "$(printf '<a@example.net>' | base64)" "$(printf '<\033\n>' | base64)"
		printf 'Message-Instance: v=1; h=sha256:AA:BB;\r\nDKIM2-Signature: i=\r\n'
		printf 'DKIM2-Signature: i=1; m=1; t=1; d=a.example; nd=b.example; s=a:mldsa44:AA|b:rsa-sha256:AA\r\n'
		printf 'Message-Instance: m=2; h=sha256:AA:BB; r=%s\r\n' "$(printf '{"h":{"subject":[{"u":["a"]}]}}' | base64)"
		cat signed
	} >f
	judged 0 pass/ok f
	/usr/bin/python3 - <<-'EOF'
		import json
		o = json.load(open("json"))
		assert o["warnings"] == ["dkim2-present"]
		new = "draft-ietf-dkim-dkim2-spec-0%d or later"
		assert [f["field"][:5] for f in o["dkim2"]] == ["DKIM2", "Messa", "DKIM2", "Messa", "DKIM2", "DKIM2", "Messa"]
		assert [f["draft"] for f in o["dkim2"]] == [new % 3, new % 5, new % 2, "draft-clayton-dkim2-spec", None, new % 8, new % 7]
		tags = [f["tags"] for f in o["dkim2"]]
		assert tags[0] == {"i": "2", "m": "2", "t": "1767348060", "d": "list.example", "nd": "example.org",
			"s": ["l1:ed25519-sha256", "l2:rsa-sha256"], "f": ["exploded", "feedback"]}
		assert tags[1] == {"m": "2", "h": ["sha256", "sha512"], "r": '{"b":[{"c":[1,1]}]}'}
		assert tags[2]["mf"] == "<joe@example.com>" and tags[2]["rt"] == ["<a@example.net>", "<\x1b >"]
	EOF
	dkim-verify --explain --zone=zone --at=$now f >text 2>err
	grep -qx 'dkim2 DKIM2-Signature i=2 m=2 T=2026-01-02T10:01:00Z d=list.example nd=example.org s=l1:ed25519-sha256,l2:rsa-sha256 f=exploded,feedback: not evaluated; its syntax is that of draft-ietf-dkim-dkim2-spec-03 or later' text
	grep -q '^dkim2 DKIM2-Signature i: not evaluated; its syntax is that of no draft that is known$' text
	grep -qF 'rt=<a@example.net>,<\x1b >' text
	refute grep -q "$(printf '\033')" text json
	judged 0 pass/ok signed
	refute grep -q dkim2 json
	# what is not base64 is shown as it is, and no tag fills the screen
	{
		printf 'DKIM2-Signature: i=1; m=1; t=1; d=a.example; s=a:mldsa44-ed25519:AA;\r\n mf=<jo\r\n\te>; rt=%s\r\n' \
			"$(printf '%0300d' 0 | base64 -w 0)"
		printf 'Message-Instance: m=1; h=sha256:A:B; r=%s\r\n' "$(printf '%03000d' 0 | base64 -w 0)"
		cat signed
	} >f
	judged 0 pass/ok f
	[ "$(value dkim2.0.draft)" = '"draft-ietf-dkim-dkim2-spec-07"' ]
	[ "$(value dkim2.0.tags.mf)" = '"<joe>"' ]
	[ "$(value dkim2.1.tags.r)" = "\"$(printf '%02000d' 0)\"" ]
	dkim-verify --explain --zone=zone --at=$now f >text 2>err
	grep -qF " rt=$(printf '%0300d' 0):" text
	grep -qF " r=$(printf '%0300d' 0)...:" text
	# as many as there are do not make a report without end
	{ perl -e 'print "DKIM2-Signature: ", "a=b; " x 50, "\r\n" for 1..500'; cat signed; } >f
	dkim-verify --explain --zone=zone --at=$now f >text 2>err
	[ "$(grep -c '^dkim2' text)" -eq 50 ]
}

@test "text: none" {
	ends_with 2 dkim-verify --zone=zone m >out 2>err
	[ "$(cat out)" = "none  no DKIM-Signature field" ]
	[ ! -s err ]
}

@test "text: warnings on lines of their own, on stderr; -q leaves them out" {
	forged -h from
	dkim-verify --zone=zone --at=$now f >out 2>err
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '^dkim-verify: f: warning: .*RFC 6376 5\.4\.1' err
	dkim-verify -q --zone=zone --at=$now f >out2 2>err
	cmp out out2
	[ ! -s err ]
}

@test "text: no octet of the message reaches the terminal raw" {
	forged --set $'foo=\xe2\x80\xae' --set 'i=@evil.example'
	forge sign -k mail.private --set $'s=m\x1b[2Jx' <m >>f
	ends_with 1 dkim-verify --zone=zone f >out 2>err
	refute grep -q $'[\e\a\x80-\xff]' out
	refute grep -q $'[\e\a\x80-\xff]' err
}

# -- inputs --------------------------------------------------------------------

@test "several operands: each line names its file, in the order given" {
	cp signed a
	cp m b
	ends_with 2 dkim-verify --zone=zone --at=$now a b a >out
	[ "$(cut -c-10 out)" = "a: pass  d
b: none  n
a: pass  d" ]
	ends_with 2 dkim-verify --json --zone=zone --at=$now a b >out
	[ "$(wc -l <out)" -eq 2 ]
	grep -q '^{"input":"b","from":"example.com","result":"none","signatures":\[\],"warnings":\[\]}' out
}

@test "a missing file is 66, and the run goes on" {
	ends_with 66 dkim-verify --zone=zone --at=$now nosuch signed >out 2>err
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '^signed: pass ' out
	grep -q '^dkim-verify: nosuch: ' err
	ends_with 66 dkim-verify --json --zone=zone --at=$now signed nosuch >out 2>err
	[ "$(wc -l <out)" -eq 2 ]
	tail -n 1 out | grep -q '^{"input":"nosuch","result":null,"error":"'
}

@test "the worst exit wins: 65 over 75 over 1 over 2 over 0" {
	echo '%%% nothing here' >junk
	sed 's/dinner ready/x/' signed >bad
	cname_loop mail2
	forge sign -k mail.private -s mail2 <m >temp
	v() { dkim-verify -q --zone=zone --at=$now "$@" >/dev/null 2>&1; }
	ends_with 0 v signed signed
	ends_with 2 v signed m
	ends_with 1 v bad m signed
	ends_with 75 v temp bad m
	ends_with 65 v junk temp bad
}

@test "empty input: none, 2, a warning" {
	ends_with 2 dkim-verify --zone=zone </dev/null >out 2>err
	grep -q '^none ' out
	grep -q 'empty' err
	: >empty
	judged 2 "" empty
	[ "$(value result)" = '"none"' ]
}

@test "one octet: none, 2; only CRLF: none, 2" {
	for octets in a : '\n' '\r' '\r\n' ' ' '\0'; do
		# shellcheck disable=SC2059
		printf "$octets" >one
		judged 2 "" one
	done
}

@test "UTF-16 text is no message: 65" {
	{
		printf '\377\376'
		iconv -f ascii -t utf-16le m
	} >u
	ends_with 65 dkim-verify --zone=zone u >out 2>err
	[ ! -s out ]
	[ "$(wc -l <err)" -eq 1 ]
	ends_with 65 dkim-verify --json --zone=zone u >out 2>err
	grep -q '"result":null' out
}

@test "malformed header, unsigned: none, 2, a warning" {
	{ echo 'no colon here'; cat m; } >f
	ends_with 2 dkim-verify --zone=zone f >out 2>err
	grep -q '^none ' out
	grep -q 'header line 1' err
	grep -q 'RFC 5322' err
}

@test "malformed header with a signature: permerror malformed-header, 1" {
	for line in 'no colon here' ': x' 'a b: x' $'\xd0\xbe: x' $'a\x01: x' $'a\x7f: x'; do
		{ sed '/^\r$/,$d' signed; printf '%s\r\n' "$line"; sed -n '/^\r$/,$p' signed; } >f
		judged 1 permerror/malformed-header f
		{ printf '%s\r\n' "$line"; cat signed; } >f
		judged 1 permerror/malformed-header f
	done
	sed '1s/^/ /' signed >f
	cat m >>f
	judged 2 "" f
	{ printf ' x: y\r\n'; cat signed; } >f
	judged 1 permerror/malformed-header f
}

@test "an mbox line is passed over, with a warning; a second one is not" {
	{ echo "From joe@example.com Fri Jan  2 10:00:00 2026"; lf <signed; } >f
	judged 0 pass/ok f
	warned mbox-line
	{ echo "From joe@example.com Fri Jan  2 10:00:00 2026"; cat f; } >g
	judged 1 permerror/malformed-header g
}

# -- one thing changed -----------------------------------------------------------

@test "one bit of b=, bh=, each header field, the body" {
	# b=: the octet after "b=" of the last tag
	perl -pe 's/ b=(.)/" b=" . ($1 eq "A" ? "B" : "A")/e if $. == 1' signed >f
	judged 1 fail/bad-signature f
	perl -pe 's/ bh=(.)/" bh=" . ($1 eq "A" ? "B" : "A")/e if $. == 1' signed >f
	judged 1 fail/body-hash-mismatch f
	for name in From To Subject Date Message-ID; do
		perl -pe "s/^($name: .*?)[0-9A-Za-z]/\$1~/" signed >f
		refute cmp -s f signed
		judged 1 fail/bad-signature f
	done
	sed 's/dinner ready/dinner Ready/' signed >f
	judged 1 fail/body-hash-mismatch f
}

@test "every octet of the body counts, every octet of b= counts" {
	forged -c simple/simple
	/usr/bin/python3 - <<-'EOF'
		import re
		m = open("f", "rb").read()
		body = m.index(b"\r\n\r\n") + 4
		for i in range(body, len(m) - 2):
		    open("b%d" % i, "wb").write(m[:i] + bytes([m[i] ^ 1]) + m[i + 1:])
		b = m.index(b" b=") + 3
		for i in range(b, m.index(b"\r\n") - 3):
		    c = b"B" if m[i:i+1] == b"A" else b"A"
		    open("s%d" % i, "wb").write(m[:i] + c + m[i + 1:])
	EOF
	for kind in "b body-hash-mismatch" "s bad-signature"; do
		read -r letter reason <<<"$kind"
		files=("$letter"[0-9]*)
		[ "${#files[@]}" -gt 15 ]
		dkim-verify --zone=zone --at=$now --json "${files[@]}" >json || true
		[ "$(grep -c "\"reason\":\"$reason\"" json)" -eq "${#files[@]}" ]
		[ "$(grep -c '"result":"pass"' json)" -eq 0 ]
	done
}

@test "changes that relaxed forgives and simple does not" {
	forged -c simple/simple
	cp f simple
	forged -c relaxed/relaxed
	cp f relaxed
	for change in 's/^Subject: /Subject:  /' 's/^Subject:/SUBJECT :/' \
		's/^Subject: dinner/Subject:\r\n\tdinner/' 's/^\(To: .*\)\r/\1 \t\r/'; do
		sed "$change" relaxed >f
		refute cmp -s f relaxed
		judged 0 pass/ok f
		sed "$change" simple >f
		judged 1 fail/bad-signature f
	done
	for change in 's/dinner ready/dinner  ready/' 's/ready?/ready? \t/'; do
		sed "$change" relaxed >f
		refute cmp -s f relaxed
		judged 0 pass/ok f
		sed "$change" simple >f
		judged 1 fail/body-hash-mismatch f
	done
	printf '\r\n\r\n' | cat simple - >f
	judged 0 pass/ok f
}

@test "two d=: neutral; D= added and signed: pass" {
	forged --add 'd=evil.example'
	judged 1 neutral/syntax f
	forged --add 'D=legit.example'
	judged 0 pass/ok f
	[ "$(value signatures.0.d)" = '"example.com"' ]
}

@test "an unknown tag that is signed: pass; added later: fail" {
	forged --add 'foo=bar'
	judged 0 pass/ok f
	sed '1s/foo=bar/foo=baz/' f >g
	judged 1 fail/bad-signature g
	sed '1s/ v=1;/ v=1; foo=bar;/' signed >f
	judged 1 fail/bad-signature f
}

@test "no From in h=: permerror" {
	forged -h to:subject
	judged 1 permerror/from-not-signed f
	forged -h xfrom:fromx
	judged 1 permerror/from-not-signed f
}

@test "h=from:from with one From: pass; a From on top then: fail" {
	forged -h from:from:subject
	judged 0 pass/ok f
	{ printf 'From: boss@example.com\r\n'; cat f; } >g
	judged 1 fail/bad-signature g
}

@test "h=from and a second From on top: policy unsigned-from" {
	{ printf 'From: boss@example.com\r\n'; cat signed; } >f
	judged 1 policy/unsigned-from f
	[ "$(value result)" = '"policy"' ]
	[ "$(value from)" = null ]
	[ "$(value signatures.0.aligned)" = null ]
}

@test "a Subject on top: pass with unsigned-duplicate" {
	{ printf 'Subject: forged\r\n'; cat signed; } >f
	judged 0 pass/ok f
	warned unsigned-duplicate duplicate-field
}

@test "Received three times, two signed: the bottom two count" {
	{ printf 'Received: one\nReceived: two\nReceived: three\n'; cat m; } >n
	forge sign -k mail.private -h from:to:subject:date:received:received <n >f
	judged 0 pass/ok f
	sed 's/Received: one/Received: 1/' f >g
	judged 0 pass/ok g
	sed 's/Received: two/Received: 2/' f >g
	judged 1 fail/bad-signature g
	sed 's/Received: three/Received: 3/' f >g
	judged 1 fail/bad-signature g
}

@test "h= names an absent field: pass; added later: fail" {
	forged -h from:to:subject:date:foo
	judged 0 pass/ok f
	{ printf 'Foo: x\r\n'; cat f; } >g
	judged 1 fail/bad-signature g
}

@test "i= below d=: pass, with t=s in the key: identity-not-allowed" {
	forged --set i=joe@sub.example.com
	judged 0 pass/ok f
	record 'v=DKIM1; t=s; p=KEY'
	judged 1 permerror/identity-not-allowed f
	judged 0 pass/ok signed
	forged --set i=joe@EXAMPLE.com
	judged 0 pass/ok f
}

@test "i= outside d=: domain-mismatch" {
	for i in @badexample.com joe@com @evil.example; do
		forged --set "i=$i"
		case $i in joe@com) judged 1 neutral/syntax f ;; *) judged 1 permerror/domain-mismatch f ;; esac
	done
}

@test "l= exact, 0, short: pass; l= beyond the body: body-too-short" {
	# the body is "Is dinner ready?" and CRLF: 18 octets
	forged -l 18
	judged 0 pass/ok f
	warned
	[ "$(value signatures.0.unsigned_octets)" = 0 ]
	[ "$(value signatures.0.l)" = 18 ]
	forged -l 17
	judged 0 pass/ok f
	warned partial-body
	[ "$(value signatures.0.unsigned_octets)" = 1 ]
	forged -l 0
	judged 0 pass/ok f
	warned partial-body
	[ "$(value signatures.0.unsigned_octets)" = 18 ]
	forged -l 19
	judged 1 permerror/body-too-short f
}

@test "x= past: expired; x= at t=: syntax; t= in the future: future" {
	forged --set x=1767348100
	judged 0 pass/ok f
	judged 0 pass/ok --at=1767348400 f
	judged 1 permerror/expired --at=1767348401 f
	judged 0 pass/ok --at=1767348401 --clock-skew=301 f
	judged 1 permerror/expired --at=1767348101 --clock-skew=0 f
	forged --set x=1767348000
	judged 1 neutral/syntax f
	judged 0 pass/ok --at=1767347700 signed
	judged 1 permerror/future --at=1767347699 signed
	forged --set t=1000000000000
	judged 1 permerror/future f
	forged --set t=99999999999999999999
	judged 1 permerror/future f
	forged --set x=99999999999999999999
	judged 0 pass/ok f
	[ "$(value signatures.0.x)" = '"99999999999999999999"' ]
	for t in -1 +1 1e9 "" 0x10 "1 2"; do
		forged --set "t=$t"
		judged 1 neutral/syntax f
		forged --set "x=$t"
		judged 1 neutral/syntax f
	done
}

@test "--at takes RFC 3339 too" {
	forged --set x=1767348100
	judged 0 pass/ok --at=2026-01-02T10:06:40Z f
	judged 1 permerror/expired --at=2026-01-02T10:06:41Z f
	judged 1 permerror/expired --at=2026-01-02T12:06:41+02:00 f
}

# -- key records ---------------------------------------------------------------

@test "p= empty: key-revoked" {
	for p in 'p=' 'p= ' 'p=;' 'v=DKIM1; k=rsa; p=' 'k=; p='; do
		record "$p"
		judged 1 permerror/key-revoked signed
	done
}

@test "no such name, no TXT there, another record: no-key, no-key, key-syntax" {
	: >zone
	echo 'x.example. IN TXT "x"' >zone
	judged 1 permerror/no-key signed
	echo 'mail._domainkey.example.com. IN A 192.0.2.1' >>zone
	judged 1 permerror/no-key signed
	record 'v=spf1 -all'
	judged 1 permerror/key-syntax signed
}

@test "an answer that is none: temperror dns, 75" {
	rm zone
	cname_loop mail
	judged 75 temperror/dns signed
	[ "$(value result)" = '"temperror"' ]
	ends_with 75 dkim-verify --zone=zone --at=$now signed >out
	grep -q '^temperror d=example.com ' out
}

@test "a temperror beside a pass is a pass" {
	cname_loop gone
	forge sign -s gone -k mail.private <signed >f
	judged 0 "temperror/dns pass/ok" f
}

@test "TXT in many strings, with other TXT beside it: pass" {
	p=$(forge p mail.private)
	: >zone
	echo "mail._domainkey.example.com. IN TXT \"v=DK\" \"IM1; p\" \"=${p:0:100}\" \"${p:100:200}\" \"${p:300}\" \"\"" >zone
	judged 0 pass/ok signed
	warned
	add mail 'v=spf1 -all'
	add mail 'google-site-verification=abc'
	judged 0 pass/ok signed
	warned
}

@test "two keys: any that verifies will do, in any order; none: multiple-keys" {
	rsa other
	other=$(forge p other.private)
	for order in 1 2; do
		rm zone
		[ $order = 1 ] || add mail "v=DKIM1; p=$other"
		add mail
		[ $order = 2 ] || add mail "v=DKIM1; p=$other"
		judged 0 pass/ok signed
		warned multiple-keys
	done
	rm zone
	add mail "v=DKIM1; p=$other"
	add mail 'v=DKIM1; p='
	judged 1 permerror/multiple-keys signed
	cp json first
	tac zone >z
	mv z zone
	judged 1 permerror/multiple-keys signed
	cmp json first
}

@test "the same record twice is one" {
	add mail
	judged 0 pass/ok signed
	warned
}

@test "PKCS#1 in p=: pass" {
	record "v=DKIM1; p=$(forge p --pkcs1 mail.private)"
	judged 0 pass/ok signed
}

@test "record tags: h=, s=, k=, v=, t=, n=, g=" {
	record 'v=DKIM1; h=sha1; p=KEY'
	judged 1 permerror/hash-not-allowed signed
	record 'v=DKIM1; h=; p=KEY'
	judged 1 permerror/hash-not-allowed signed
	record 'v=DKIM1; s=tlsrpt; p=KEY'
	judged 1 permerror/service-not-allowed signed
	record 'v=DKIM1; k=foo; p=KEY'
	judged 1 permerror/key-unsuitable signed
	for bad in DKIM2 dkim1 DKIM1.0 ''; do
		record "v=$bad; p=KEY"
		judged 1 permerror/key-syntax signed
	done
	for good in 'v=DKIM1;p=KEY' 'p=KEY' 'h=sha1 : SHA256; p=KEY' 's=other:*; p=KEY' \
		's=EMAIL; p=KEY' 't=s:x; p=KEY' 'n=a=3Bb; g=bob; p=KEY' 'k=RSA; p=KEY' \
		' v = DKIM1 ; p = KEY ; ' 'v=DKIM1; x_1=any; p=KEY'; do
		record "$good"
		judged 0 pass/ok signed
		warned
	done
	record 'v=DKIM1;; p=KEY'
	judged 0 pass/ok signed
	warned empty-tag
	record 'k=rsa; p=KEY; v=DKIM1'
	judged 0 pass/ok signed
	warned version-not-first
	record 'v=DKIM1; p=KEY; p=KEY'
	judged 1 permerror/key-syntax signed
	record 'v=DKIM1; k=rsa'
	judged 1 permerror/key-syntax signed
	record 'v=DKIM1; p'
	judged 1 permerror/key-syntax signed
}

@test "a= and the key are of different kinds: key-unsuitable" {
	record "v=DKIM1; k=ed25519; p=$(forge p ed.private)"
	judged 1 permerror/key-unsuitable signed
	add ed "v=DKIM1; k=rsa; p=$(forge p mail.private)"
	forge sign -s ed -k ed.private <m >f
	judged 1 permerror/key-unsuitable f
}

@test "t=y: a failing signature is 2, result stays fail; a good one is 0" {
	record 'v=DKIM1; t=y; p=KEY'
	judged 0 pass/ok signed
	warned testing
	[ "$(value signatures.0.testing)" = true ]
	sed 's/dinner ready/x/' signed >f
	judged 2 fail/body-hash-mismatch f
	[ "$(value result)" = '"fail"' ]
	[ "$(value signatures.0.testing)" = true ]
	# not every failing signature has such a key: 1
	rsa other
	add other
	forge sign -s other -k other.private <m | sed 's/dinner ready/x/' >g
	{ sed '/^From/,$d' g; cat f; } >h
	judged 1 "fail/body-hash-mismatch fail/body-hash-mismatch" h
	{ sed '/^From/,$d' signed; cat f; } >h
	judged 2 "fail/body-hash-mismatch fail/body-hash-mismatch" h
}

# -- tags ----------------------------------------------------------------------

@test "v=: only 1" {
	for v in 2 01 1.0 "" DKIM1 "1 1"; do
		forged --set "v=$v"
		judged 1 neutral/incompatible-version f
	done
}

@test "required tags: missing-tag" {
	for tag in v a b bh d h s; do
		forged --drop $tag
		judged 1 neutral/missing-tag f
		case $(value signatures.0.text) in *" $tag="*) ;; *) value signatures.0.text; false ;; esac
	done
}

@test "c= absent: simple/simple (RFC 6376 3.5); c=relaxed: body simple" {
	forged -c simple/simple --drop c
	judged 0 pass/ok f
	[ "$(value signatures.0.c)" = '"simple/simple"' ]
	forged -c relaxed/relaxed --drop c
	judged 1 fail/body-hash-mismatch f || judged 1 fail/bad-signature f
	forged -c relaxed/simple --set c=relaxed
	judged 0 pass/ok f
	forged -c relaxed/relaxed --set c=ReLaxed/RELAXED
	judged 0 pass/ok f
}

@test "unsupported-algorithm, unsupported-canon, unsupported-query, historic-algorithm" {
	forged --set a=rsa-sha512
	judged 1 neutral/unsupported-algorithm f
	forged --set c=nofws/simple
	judged 1 neutral/unsupported-canon f
	forged --set q=http/x
	judged 1 neutral/unsupported-query f
	forged --sha1
	judged 1 permerror/historic-algorithm f
}

@test "q=: dns/txt among others, dns with a warning" {
	local q
	for q in 'dns/txt:' ':dns/txt' 'dns/txt::x'; do
		forged --set "q=$q"
		judged 1 neutral/syntax f
	done
	for q in dns/txt DNS/TXT foo/bar:dns/txt 'foo : dns/txt'; do
		forged --set "q=$q"
		judged 0 pass/ok f
		warned
	done
	forged --set q=dns
	judged 0 pass/ok f
	warned query-dns
	forged --set q=
	judged 1 neutral/syntax f
}

@test "underscore in d= or s=: pass with a warning" {
	forge txt "a_b._domainkey.example.com." "p=$(forge p mail.private)" >zone
	forged -s a_b
	judged 0 pass/ok f
	warned underscore
	dkim-genkey -a -d a_b.example -s k
	msg | sed "s,@example.com,@a_b.example," | dkim-sign -q --domainkeys -d a_b.example -s k -k k.private >f
	dkim-verify --zone=k.txt --json f >json
	[ "$(value signatures.0.warnings)" = '["underscore"]' ]
	[ "$(value signatures.1.warnings)" = '["underscore"]' ]
}

@test "of many key records at one name four are tried" {
	rsa other
	record 'v=DKIM1; n=1; p=KEY'
	for n in 3 4 5; do
		forge txt mail._domainkey.example.com. "v=DKIM1; n=$n; p=$(forge p other.private)" >>zone
	done
	judged 0 pass/ok signed
	record 'v=DKIM1; n=6; p=KEY'
	for n in 3 4 5; do
		forge txt mail._domainkey.example.com. "v=DKIM1; n=$n; p=$(forge p other.private)" >>zone
	done
	judged 0 pass/ok signed
	forge txt mail._domainkey.example.com. "v=DKIM1; n=2; p=$(forge p other.private)" >>zone
	judged 1 permerror/multiple-keys signed
}

@test "DKIM-Signature as last field, without CRLF at the end of the file" {
	sed '/^$/,$d' m >n
	forge sign -k mail.private --last <n >f
	refute [ -z "$(tail -c 1 f | tr -d '\r\n')" ]
	judged 0 pass/ok f
	forge sign -k mail.private --last <m >f
	judged 0 pass/ok f
}

@test "10,000 blank lines at the end: pass" {
	{ cat signed; yes $'\r' | head -n 10000; } >f
	judged 0 pass/ok f
	[ "$(value signatures.0.unsigned_octets)" = 0 ]
}

@test "folding after b=, tabs, b= first, no space at all" {
	forged --template $' b=\r\n\t{b}\r\n ;v=1;a=rsa-sha256;d=example.com;s=mail;c=simple/simple;\r\n\th=from : to\r\n : date;bh={bh}' \
		-c simple/simple -h from:to:date
	judged 0 pass/ok f
	forged --template $'\r\n v=1; a=rsa-sha256; d=example.com; s=mail; c=relaxed/relaxed; b={b} ; h=from; bh=\t{bh};' -h from
	judged 0 pass/ok f
}

@test "b= folded by white space, as every mailer does" {
	perl -pe 'if ($. == 1) { s/( b=)(.{60})(.{60})/$1\r\n\t$2\r\n  $3 /; }' signed >f
	judged 0 pass/ok f
	perl -pe 'if ($. == 1) { s/( bh=)(.{20})/$1$2\r\n /; }' signed >f
	judged 1 fail/bad-signature f
}

# -- several signatures --------------------------------------------------------

@test "a bad signature never spoils a good one; order has no meaning" {
	forge sign -s ed -k ed.private <signed | sed '1s/ b=./ b=~/' >f
	judged 0 "neutral/syntax pass/ok" f
	{ sed -n 2p f; sed -n 1p f; sed 1,2d f; } >g
	judged 0 "pass/ok neutral/syntax" g
}

@test "--max-signatures: those beyond are policy signature-limit, aligned first" {
	cp signed f
	for i in 1 2 3 4 5 6 7 8 9 10; do
		forge sign -k mail.private -d d$i.example <f >g
		mv g f
	done
	judged 0 "permerror/no-key permerror/no-key permerror/no-key permerror/no-key permerror/no-key permerror/no-key permerror/no-key permerror/no-key permerror/no-key policy/signature-limit pass/ok" f
	judged 0 "policy/signature-limit policy/signature-limit policy/signature-limit policy/signature-limit policy/signature-limit policy/signature-limit policy/signature-limit policy/signature-limit policy/signature-limit policy/signature-limit pass/ok" --max-signatures=1 f
}

@test "a DKIM-Signature in h= is another one, never the field itself" {
	forge sign -s ed -k ed.private -h from:dkim-signature:dkim-signature <signed >f
	judged 0 "pass/ok pass/ok" f
	sed 2d f >g
	judged 1 fail/bad-signature g
}

# -- options -------------------------------------------------------------------

@test "--min-bits" {
	judged 0 pass/ok --min-bits=2048 signed
	judged 1 permerror/weak-key --min-bits=2049 signed
	forge sign -s ed -k ed.private <m >f
	judged 0 pass/ok --min-bits=4096 f
}

@test "--zone with relative names: --origin, else 64" {
	sed 's/^\(mail._domainkey\).example.com./\1/; /^ed/d' zone >relative
	one_line 64 dkim-verify --zone=relative --at=$now signed
	dkim-verify --zone=relative --origin=example.com --at=$now signed
	{ echo \$ORIGIN example.com.; cat relative; } >with
	dkim-verify --zone=with --at=$now signed
}

@test "--zone and --nameserver together, a missing zone, a broken one: 64, 66, 64" {
	one_line 64 dkim-verify --zone=zone --nameserver=127.0.0.1 signed
	one_line 66 dkim-verify --zone=nosuch signed
	echo 'a. IN TXT "' >broken
	one_line 64 dkim-verify --zone=broken signed
	echo \$INCLUDE zone >broken
	one_line 64 dkim-verify --zone=broken signed
}

@test "--crlf, --lf: how lines end" {
	forged -c simple/simple
	judged 0 pass/ok --crlf f
	judged 0 pass/ok --lf f
	lf <f >g
	judged 0 pass/ok --lf g
	one_line 64 dkim-verify --crlf --lf f
}

@test "mixed line ends are reported" {
	{ head -n 1 signed; sed 1d signed | lf; } >f
	judged 0 pass/ok f
	warned mixed-line-endings
}

@test "warning codes: weak-coverage, short-key" {
	forged -h from
	judged 0 pass/ok f
	warned weak-coverage
	dkim-verify --zone=zone --at=$now f 2>err
	grep -q 'signature 1: Subject, Date, To are not signed (RFC 6376 5.4.1)$' err
	forged -h from:subject:to
	dkim-verify --zone=zone --at=$now f 2>err
	grep -q 'signature 1: Date is not signed (RFC 6376 5.4.1)$' err
	rsa mail 1024
	record 'p=KEY'
	forged
	judged 0 pass/ok f
	warned short-key
}

# RFC 8058 4: both fields must be signed, or the button must not be pressed.
@test "warning codes: unsigned-one-click" {
	printf 'List-Unsubscribe: <https://example.com/u>\n' | cat - m >n
	printf 'List-Unsubscribe-Post: List-Unsubscribe=One-Click\n' | cat - n >o
	while read -r fields warning; do
		forge sign -k mail.private -h "from:to:subject:date${fields#-}" <o >f
		judged 0 pass/ok f
		warned $warning
	done <<-EOF
		- unsigned-one-click
		:list-unsubscribe unsigned-one-click
		:list-unsubscribe-post unsigned-one-click
		:list-unsubscribe:list-unsubscribe-post
	EOF
	forge sign -k mail.private <n >f
	judged 0 pass/ok f
	warned
}

@test "warning codes: duplicate-field though not signed, blank-header-line" {
	{ printf 'Reply-To: a@example.com\r\nReply-To: b@example.com\r\n'; cat signed; } >f
	judged 0 pass/ok f
	warned duplicate-field
	{ printf 'X-First: 1\r\n \t\r\n'; cat signed; } >f
	judged 0 pass/ok f
	warned blank-header-line
}

@test "the JSON is JSON whatever the message holds" {
	printf 'DKIM-Signature: v=1; a=\x01\xff"\\; d=</script>; s=\x00\n\x7f' >f
	cat m >>f
	judged 1 permerror/malformed-header f
	value result
	printf 'DKIM-Signature: v=1; a=\x01\xff"\\; d=</script>; s=\x7f\n' | cat - m >f
	judged 1 neutral/syntax f
	value result
	forged --set $'i=\xff\xfe"\\@example.com'
	judged 1 neutral/syntax f
	value result
	forged --add 'constructor=1' --add 'toString=2'
	judged 0 pass/ok f
	value result
	cp signed $'n\xff\xc3\xa9"\\\n'
	judged 0 pass/ok $'n\xff\xc3\xa9"\\\n'
	value input
}

@test "a malformed header goes before the limit of signatures: permerror" {
	{ for _ in {1..12}; do sed '/^[^ D]/,$d' signed; done; echo 'foo bar'; cat m; } >f
	ends_with 1 dkim-verify --json --zone=zone --at=$now f >json
	[ "$(value result)" = '"permerror"' ]
	[ "$(grep -o '"reason":"malformed-header"' json | wc -l)" -eq 12 ]
}

@test "i= is one word of the text line, whatever it holds" {
	forged --set 'i=x=20d=3Dbank.example:=20s=3Dreal=3B@example.com'
	judged 0 pass/ok f
	dkim-verify --zone=zone --at=$now f >out
	grep -q ' i=x\\x20d\\x3dbank.example\\x3a\\x20s\\x3dreal\\x3b@example.com$' out
	[ "$(value signatures.0.i)" = '"x d=bank.example: s=real;@example.com"' ]
}

@test "unsigned_octets is null where l= is beyond the body, and true without a key" {
	forged -l 9999
	judged 1 permerror/body-too-short f
	[ "$(value signatures.0.unsigned_octets)" = null ]
	forged -l 0
	rm zone
	echo 'x. IN TXT "y"' >zone
	judged 1 permerror/no-key f
	[ "$(value signatures.0.unsigned_octets)" -gt 0 ]
}

@test "what is found of the message stands in JSON, too" {
	: >f
	ends_with 2 dkim-verify --json --zone=zone f >json 2>err
	[ "$(value warnings)" = '["empty-input"]' ]
	{ echo 'foo bar'; cat m; } >f
	ends_with 2 dkim-verify --json -q --zone=zone f >json
	[ "$(value warnings)" = '["malformed-header"]' ]
}

@test "a part of the body without signature is counted in the warning" {
	forged -l 2
	judged 0 pass/ok f
	dkim-verify --zone=zone --at=$now f 2>err
	grep -q 'signature 1: [0-9]* of [0-9]* bytes of the body are not signed (RFC 6376 8.2)' err
}

@test "d= of one label: policy d-is-suffix; of two labels it is a domain" {
	add mail 'p=KEY' uk
	forged -d uk
	judged 1 policy/d-is-suffix f
	add mail 'p=KEY' co.uk
	forged -d co.uk
	judged 0 pass/ok f
}

@test "a permerror under a testing key is 1: only fail counts as testing" {
	record 'v=DKIM1; t=y; h=sha1; p=KEY'
	judged 1 permerror/hash-not-allowed signed
}

# -- what is asked of it -------------------------------------------------------

@test "RFC 6376 3.5 x=: an archive is judged as of receipt with --at=received" {
	forged --set x=$((now + 60)) --set t=$now
	{
		printf 'Received: by mx.example.net; Fri, 2 Jan 2026 10:00:30 +0000\r\n'
		printf 'Received: by a.example; Fri, 2 Jan 2000 10:00:30 +0000\r\n'
		cat f
	} >g
	judged 1 permerror/expired --at=$((now + 100000)) g
	judged 0 pass/ok --at=received g
	warned
	sed 's/^Received: by mx.*/Received: by mx\r/' g >h
	judged 1 permerror/expired --at=received h
	warned no-received-date
	judged 0 pass/ok --ignore-expiry --at=$((now + 100000)) g
	warned expired
}

@test "--require: any, all, aligned, d=; all of them must hold" {
	forge sign -k mail.private -d evil.example <m >f
	ends_with 0 judged 0 pass/ok f
	judged 0 pass/ok --require=any --require=all f
	judged 1 pass/ok --require=aligned f
	grep -qx 'dkim-verify: f: --require=aligned is not met: no signature passes whose d= is aligned with the From domain' err
	judged 1 pass/ok -q --require=aligned f
	[ ! -s err ]
	judged 0 pass/ok --require=d=evil.example f
	judged 1 pass/ok --require=d=evil.example --require=d=Example.com f
	grep -qx 'dkim-verify: f: --require=d=example.com is not met: no signature of it passes' err
	forge sign -k mail.private <f >g
	judged 0 'pass/ok pass/ok' --require=all --require=aligned --require=d=EXAMPLE.com g
	judged 2 '' --require=aligned m
	sed 's/^From: /&Dr. /' g >broken
	forge sign -k mail.private <broken >one
	judged 1 'pass/ok fail/bad-signature fail/bad-signature' --require=all one
	grep -qx 'dkim-verify: one: --require=all is not met: not every signature passes' err
	judged 1 'fail/bad-signature fail/bad-signature' --require=any broken
	grep -qx 'dkim-verify: broken: --require=any is not met: no signature passes' err
	ends_with 1 dkim-verify --zone=zone --at=$now --filter=me --require=d=example.org <g >out 2>err
	grep -q '^dkim-verify: not passed on: --require=d=example.org is not met: no signature of it passes \[' err
	one_line 64 dkim-verify --zone=zone --require=most g
	one_line 64 dkim-verify --zone=zone --require=d=x g
}

@test "--strict lets nothing unsigned pass" {
	forged -l 5
	judged 0 pass/ok f
	judged 1 policy/partial-body --strict f
	forged
	{ printf 'Subject: lottery\r\n'; cat f; } >g
	judged 0 pass/ok g
	judged 1 policy/unsigned-duplicate --strict g
	judged 0 pass/ok --strict signed
}

@test "RFC 8301 3.1: --allow-sha1 tells whether rsa-sha1 holds, and never passes it" {
	forged --sha1
	judged 1 permerror/historic-algorithm f
	[ "$(value signatures.0.bits)" = null ] # no key is asked for
	[ "$(value signatures.0.i)" = '"@example.com"' ]
	judged 1 permerror/historic-algorithm --allow-sha1 f
	grep -q 'the signature verifies' json
	[ "$(value signatures.0.bits)" = 2048 ]
	sed 's/^Subject: dinner/Subject: x/' f >g
	judged 1 fail/bad-signature --allow-sha1 g
	sed 's/dinner ready/x/' f >g
	judged 1 fail/body-hash-mismatch --allow-sha1 g
	forged --sha1 --set bh=AAAA
	judged 1 permerror/historic-algorithm f
	judged 1 neutral/syntax --allow-sha1 f
	forge txt old._domainkey.example.com. "v=DKIM1; h=sha256; p=$(forge p mail.private)" >>zone
	forged --sha1 --set s=old
	judged 1 permerror/hash-not-allowed --allow-sha1 f
}

@test "ARC and DKIM2 fields are named, not judged" {
	for name in ARC-Seal ARC-Message-Signature arc-authentication-results; do
		{ printf '%s: i=1; a=rsa-sha256; d=example.com; s=mail; b=AAAA\r\n' $name; cat signed; } >f
		judged 0 pass/ok f
		[ "$(value warnings)" = '["arc-present"]' ]
		grep -q 'note: .*ARC' err
	done
	for name in DKIM2-Signature Message-Instance; do
		{ printf '%s: i=1; m=1; t=1; d=example.com; s=mail:x:AAAA\r\n' $name; cat signed; } >f
		judged 0 pass/ok f
		[ "$(value warnings)" = '["dkim2-present"]' ]
		grep -q 'note: .*DKIM2' err
	done
	{ printf 'DKIM2-Signature: x\nARC-Seal: i=1\n'; cat m; } >f
	judged 2 "" f
	[ "$(value warnings)" = '["arc-present", "dkim2-present"]' ]
	dkim-verify -q --zone=zone f >out 2>err || [ $? = 2 ]
	[ ! -s err ]
}

# -- the manual ----------------------------------------------------------------

@test "the manual has every reason with its result, every warning and cause" {
	page=$top/cmd/dkim-verify/dkim-verify.1
	rows() { tr -d '\t\n\\' <"$1" | grep -oE 'X\([A-Z0-9_]+, *"[a-z0-9-]+",( *[A-Z]+,)?'; }
	{
		rows "$top/common/base/status.h" |
			sed -E 's/.*"(.*)", *(.*),/.It Li \1 Pq \L\2/'
		rows "$top/common/dkim/verify.h" | sed -E 's/.*"(.*)",/.It Li \1/'
		sed -nE 's/^\tX\([A-Z_]+, "(.*)"\).*/.It Li \1/p' \
			"$top/cmd/dkim-verify/explain/explain_cause.h"
	} | sort >codes
	[ "$(wc -l <codes)" -ge 96 ]
	sed -n '/^The codes in/,/^\.El/p' "$page" | grep '^\.It Li' | sort | diff codes -
}
