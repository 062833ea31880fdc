#!/usr/bin/env bats
# dkim-policy --evaluate --sender-rules: each rule of Google, Yahoo and
# Microsoft, obeyed and not, and what is not known.
load helper

# The clock: the table must not be old, and the signature is of this time.
now=2026-12-01T12:00:00Z

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkkey rsa mail
	mkkey ed25519 ed
	openssl genrsa -traditional -out short.private 1024 2>/dev/null
	openssl genrsa -traditional -out weak.private 768 2>/dev/null
	chmod 600 short.private weak.private
	for s in short weak; do
		printf '%s._domainkey TXT "v=DKIM1; k=rsa; p=%s"\n' $s \
			"$(openssl rsa -in $s.private -pubout -outform DER 2>/dev/null | base64 -w 0)" >$s.txt
	done
	cat >zone <<-'EOT'
		$ORIGIN example.com.
		@ TXT "v=spf1 ip4:192.0.2.1 -all"
		_dmarc TXT "v=DMARC1; p=none"
		mx A 192.0.2.1
		wrong A 192.0.2.9
		1.2.0.192.in-addr.arpa. PTR wrong.example.com.
		1.2.0.192.in-addr.arpa. PTR mx.example.com.
		2.2.0.192.in-addr.arpa. PTR wrong.example.com.
		nopolicy.example. TXT "v=spf1 ip4:192.0.2.1 -all"
		broken.example. TXT "v=spf1 ip4:x -all"
	EOT
	sed 's/^\(short\|weak\)\._domainkey /\1._domainkey.example.com. /' ./*.txt >>zone
	cat >m <<-'EOT'
		From: Joe <joe@example.com>
		To: sue@example.net
		Subject: offers
		Date: Tue, 1 Dec 2026 10:00:00 +0000
		Message-ID: <1@example.com>
		List-Unsubscribe: <mailto:u@example.com>, <https://example.com/u?1>
		List-Unsubscribe-Post: List-Unsubscribe=One-Click

		Three for two.
	EOT
	sign m >good.eml
}

setup() {
	in_own_folder
	cp "$BATS_FILE_TMPDIR"/* .
}

# sign [OPTION...] [FILE]: at that time.
sign() {
	dkim-sign -q --at=$now -d example.com -s "${selector:-mail}" -k "${selector:-mail}.private" "$@"
}

# judge STATUS [OPTION...] FILE: leaves json.
judge() {
	local code=$1 status=0
	shift
	dkim-policy --evaluate --json --sender-rules --at=$now --zone=zone "$@" >json 2>err || status=$?
	[ "$status" -eq "$code" ] && return
	echo "$*: status $status, expected $code"
	cat err json
	return 1
}

# from_us: the options of a client that may send.
from_us=(--ip=192.0.2.1 --mail-from=joe@example.com)

# rule RECEIVER CODE RESULT [PART]: of json; PART is in its text.
rule() {
	/usr/bin/python3 - "$@" <<'EOT'
import json, sys
receiver, code, result, *part = sys.argv[1:]
found = [r for r in json.loads(open("json").readline())["sender_rules"] if r["receiver"] == receiver and r["rule"] == code]
assert len(found) == 1, (receiver, code, found)
assert found[0]["result"] == result and all(p in found[0]["text"] for p in part), found[0]
EOT
}

# rules CODE RESULT [PART]: of every receiver that has the rule.
rules() {
	local receiver n=0
	for receiver in google yahoo microsoft; do
		grep -q "\"receiver\":\"$receiver\",\"rule\":\"$1\"" json || continue
		rule "$receiver" "$@" || return
		n=$((n + 1))
	done
	[ "$n" -gt 0 ]
}

verdicts() { # GOOGLE YAHOO MICROSOFT
	/usr/bin/python3 - "$@" <<'EOT'
import json, sys
v = json.loads(open("json").readline())["sender_verdict"]
assert [v["google"], v["yahoo"], v["microsoft"]] == sys.argv[1:], v
EOT
}

@test "a message that obeys all rules: pass, but for what only receivers know" {
	judge 0 "${from_us[@]}" good.eml
	verdicts pass pass pass
	for code in spf dkim dkim-key body-length dmarc-record alignment one-from format gmail-from one-click reverse-dns unsubscribe; do
		rules $code pass
	done
	rules spam-rate unknown
	rule google tls unknown "only the receiver"
	rule google dkim-key pass "RSA of 2048 bits"
	rule google reverse-dns pass mx.example.com
}

@test "the example of the man page" {
	sed '/^List-/d' m | sign >r.eml
	dkim-policy --evaluate --sender-rules=google --at=$now --zone=zone "${from_us[@]}" r.eml >out || [ $? -eq 1 ]
	grep '^google:' out | fold -s -w 76 | sed 's/ *$//' >got
	sed -n '/^\.Ss Sender rules/,/^\.Ss /{/^\.Bd/,/^\.Ed/p;}' \
		"$top/cmd/dkim-policy/dkim-policy.1" | sed '/^\.B/d;/^\.Ed/d;s/\\&//g' >page
	grep -q verdict page
	diff page got
}

@test "the man page lists each rule" {
	judge 0 "${from_us[@]}" good.eml
	/usr/bin/python3 -c '
import json
print(*sorted({r["rule"] for r in json.loads(open("json").readline())["sender_rules"]}), sep="\n")' >rules
	[ "$(wc -l <rules)" -eq 14 ]
	while read -r code; do
		sed -n '/^\.Ss Sender rules/,/^\.Ss /p' "$top/cmd/dkim-policy/dkim-policy.1" |
			grep -qxF ".It Cm $(sed 's/-/\\-/g' <<<"$code")" || { echo "$code"; return 1; }
	done <rules
}

@test "spf: a client that may not send, no record, a broken one, no client" {
	judge 1 --ip=192.0.2.7 --mail-from=joe@example.com good.eml
	rules spf fail "SPF of example.com is fail: add the client"
	verdicts fail fail fail
	judge 1 --ip=192.0.2.1 --mail-from=joe@none.example good.eml
	rules spf fail "none.example has no SPF record"
	judge 1 --ip=192.0.2.1 --mail-from=joe@broken.example good.eml
	rules spf fail "has an error"
	judge 0 good.eml
	rules spf unknown "--ip"
	verdicts unknown unknown unknown
}

@test "dkim: not signed, changed, of another domain" {
	judge 1 "${from_us[@]}" m
	rules dkim fail "there is no signature"
	rules dkim-key unknown
	rules alignment pass "DMARC passes"
	sed 's/Three/Four/' good.eml >changed.eml
	judge 1 "${from_us[@]}" changed.eml
	rules dkim fail "dkim-verify --explain"
	rules one-click fail "no signature that passes covers"
}

@test "dkim-key: 1024 bits, fewer, Ed25519 alone and beside RSA" {
	selector=short sign m >short.eml
	judge 0 "${from_us[@]}" short.eml
	rules dkim-key pass "RSA of 1024 bits; 2048 are advised"
	/usr/bin/python3 - <<'EOT'
import dkim, logging
m = open("m", "rb").read().replace(b"\n", b"\r\n")
s = dkim.sign(m, b"weak", b"example.com", open("weak.private", "rb").read())
open("weak.eml", "wb").write(s + m)
EOT
	judge 1 --at="$(date -u +%FT%TZ)" "${from_us[@]}" weak.eml
	rules dkim-key fail "less than 1024 bits"
	selector='ed' sign m >ed.eml
	judge 1 "${from_us[@]}" ed.eml
	rules dkim pass
	rules dkim-key fail "only Ed25519 signatures pass"
	sign ed.eml >both.eml
	judge 0 "${from_us[@]}" both.eml
	rules dkim-key pass "RSA of 2048 bits"
}

@test "body-length: l=, and a signature without it beside one" {
	sign -q -l m >l.eml
	judge 1 "${from_us[@]}" l.eml
	rules dkim pass
	rules body-length fail "have l="
	sign l.eml >both.eml
	judge 0 "${from_us[@]}" both.eml
	rules body-length pass
}

@test "dmarc-record: none; alignment: another domain" {
	sed 's/joe@example.com/joe@nopolicy.example/' m | sign >n.eml
	judge 1 --ip=192.0.2.1 --mail-from=joe@nopolicy.example n.eml
	rules dmarc-record fail "_dmarc.nopolicy.example"
	rules alignment unknown "no DMARC record"
	printf '_dmarc.nopolicy.example. TXT "v=DMARC1; p=reject"\n' >>zone
	judge 1 --ip=192.0.2.1 --mail-from=joe@example.com n.eml
	rules dmarc-record pass "policy reject"
	rules alignment fail "sign with d=nopolicy.example"
	rules spf pass
	rules dkim pass
}

@test "one-from: several fields, several domains, several addresses, none" {
	{ echo "From: x@example.org"; cat good.eml; } >two.eml
	judge 1 "${from_us[@]}" two.eml
	rules one-from fail "2 From fields"
	rules alignment fail
	sed '/^From:/s/$/, sue@example.org/' m >domains.eml
	judge 1 "${from_us[@]}" domains.eml
	rules one-from fail "not one address"
	sed '/^From:/s/$/, sue@example.com/' m | sign -q >both.eml
	judge 1 "${from_us[@]}" both.eml
	rules one-from fail "several addresses"
	rules alignment pass
	sed '/^From:/d' m >none.eml
	judge 1 "${from_us[@]}" none.eml
	rules one-from fail "0 From fields"
}

@test "format: no Message-ID, no Date, a field twice, a line that is no field" {
	for gone in Message-ID Date; do
		sed "/^$gone:/d" m | sign -q >f.eml
		judge 1 "${from_us[@]}" f.eml
		rules format fail "no $gone field"
	done
	sed 's/^Subject.*/&\n&/' good.eml >f.eml
	judge 1 "${from_us[@]}" f.eml
	rules format fail "several times"
	{ echo "no field"; cat good.eml; } >f.eml
	judge 1 "${from_us[@]}" f.eml
	rules format fail "malformed"
}

@test "gmail-from: an address of Gmail that Gmail has not sent" {
	sed 's/joe@example.com/joe@gmail.com/' m | sign >g.eml
	judge 1 "${from_us[@]}" g.eml
	rule google gmail-from fail "a domain of your own"
	refute grep -q '"receiver":"yahoo","rule":"gmail-from"' json
}

@test "one-click: a field is missing, no https, another value, not signed" {
	for edit in '/^List-Unsubscribe:/d' 's/https:/http:/' 's/^List-Unsubscribe: .*/&\n&/'; do
		sed "$edit" m | sign -q >o.eml
		judge 1 "${from_us[@]}" o.eml
		rules one-click fail "no single List-Unsubscribe field"
	done
	for edit in '/^List-Unsubscribe-Post:/d' 's/=One-Click/=Two/'; do
		sed "$edit" m | sign -q >o.eml
		judge 1 "${from_us[@]}" o.eml
		rules one-click fail 'add "List-Unsubscribe-Post'
	done
	sign -q --headers=from:to:subject m >o.eml
	judge 1 "${from_us[@]}" o.eml
	rules one-click fail "no signature that passes covers"
	verdicts fail fail pass
	sed '/^List-/d' m | sign >o.eml
	judge 0 --sender-rules=microsoft "${from_us[@]}" o.eml
	rule microsoft unsubscribe unknown "a link in the body"
}

@test "reverse-dns: no name, a name with another address, no client" {
	judge 1 --ip=192.0.2.2 --mail-from=joe@example.com good.eml
	rules reverse-dns fail "no name of the client has its address"
	judge 1 --ip=192.0.2.3 --mail-from=joe@example.com good.eml
	rules reverse-dns fail "ask for a PTR record"
	judge 0 good.eml
	rules reverse-dns unknown "--ip"
}

@test "reverse-dns: a zone file of the domain alone says nothing about the client" {
	sed -i /in-addr/d zone
	judge 0 "${from_us[@]}" good.eml
	rules reverse-dns unknown "the zone files have no names of addresses"
	verdicts pass pass pass
	# the tree of IPv6 is another one
	sed -i 's/ip4:192.0.2.1 /&ip6:2001:db8::1 /' zone
	echo '1.2.0.192.in-addr.arpa. PTR mx.example.com.' >>zone
	judge 0 --ip=2001:db8::1 --mail-from=joe@example.com good.eml
	rules reverse-dns unknown "no names of addresses"
	judge 1 --ip=192.0.2.2 --mail-from=joe@example.com good.eml
	rules reverse-dns fail "ask for a PTR record"
	# what a name server has answered is known
	sed -i /in-addr/d zone
	printf '%s\n' ';@ 2026-11-24T16:09:22Z dnssec=insecure octets=131' \
		';! 1.2.0.192.in-addr.arpa. PTR NXDOMAIN' >>zone
	judge 1 "${from_us[@]}" good.eml
	rules reverse-dns fail "ask for a PTR record"
}

@test "DNS gives no answer: unknown and 75, but a rule that is not obeyed is 1" {
	cp zone whole
	{ cat whole; echo ';! _dmarc.example.com. TXT SERVFAIL'; } >zone
	judge 75 "${from_us[@]}" good.eml
	rules dmarc-record unknown "no answer"
	verdicts unknown unknown unknown
	judge 1 "${from_us[@]}" m
	{ cat whole; echo ';! mail._domainkey.example.com. TXT TIMEOUT'; } >zone
	judge 75 "${from_us[@]}" good.eml
	rules dkim unknown "no answer"
	rules one-click unknown "no answer"
	{ cat whole; echo ';! example.com. TXT SERVFAIL'; } >zone
	judge 75 "${from_us[@]}" good.eml
	rules spf unknown "no answer"
	{ cat whole; echo ';! 1.2.0.192.in-addr.arpa. PTR SERVFAIL'; } >zone
	judge 75 "${from_us[@]}" good.eml
	rules reverse-dns unknown "no answer"
	{ cat whole; echo ';! mx.example.com. A SERVFAIL'; } >zone
	judge 75 "${from_us[@]}" good.eml
	rules reverse-dns unknown "no answer"
}

@test "the results of a trusted field: SPF and DKIM, but no key and no h=" {
	{
		echo "Authentication-Results: mx; spf=pass smtp.mailfrom=joe@example.com; dkim=pass header.d=example.com"
		cat m
	} >t.eml
	judge 0 --trust-ar=mx t.eml
	rules spf pass
	rules dkim pass
	rules alignment pass
	rules dkim-key unknown
	rules one-click unknown
	sed '1s/spf=pass/spf=softfail/;1s/dkim=pass/dkim=fail/' t.eml >f.eml
	judge 1 --trust-ar=mx f.eml
	rules spf fail softfail
	rules dkim fail
}

@test "some receivers only; text and exit status of several messages" {
	judge 0 --sender-rules=yahoo,MICROSOFT "${from_us[@]}" good.eml
	grep -q '"sender_verdict":{"yahoo":"pass","microsoft":"pass"}' json
	refute grep -q '"receiver":"google"' json
	one_line 64 dkim-policy --evaluate --sender-rules=hotmail good.eml
	grep -q '"hotmail" is not one of google, yahoo and microsoft' stderr
	one_line 64 dkim-policy --sender-rules example.com
	run -75 --separate-stderr dkim-policy --evaluate --sender-rules --filter=mx m
	# shellcheck disable=SC2154 # bats sets it
	[[ $stderr == *"--filter and --sender-rules exclude each other"* ]]
	run -1 dkim-policy --evaluate -q --sender-rules=yahoo --at=$now --zone=zone "${from_us[@]}" good.eml m
	grep -q '^good.eml: yahoo: pass    verdict: ' <<<"$output"
	grep -q '^m: yahoo: fail    verdict: ' <<<"$output"
}

@test "without the option nothing is new" {
	dkim-policy --evaluate --json --at=$now --zone=zone "${from_us[@]}" good.eml >json
	refute grep -qE 'sender_(rules|verdict)' json
	dkim-policy --evaluate --at=$now --zone=zone "${from_us[@]}" good.eml >out
	refute grep -q google out
}

@test "a table that is more than a year old: a warning" {
	dkim-policy --evaluate --sender-rules --at=2027-06-20T00:00:00Z --zone=zone "${from_us[@]}" m >out 2>err || [ $? -eq 1 ]
	[ ! -s err ]
	dkim-policy --evaluate --sender-rules --at=2027-06-23T00:00:00Z --zone=zone "${from_us[@]}" m >out 2>err || [ $? -eq 1 ]
	[ "$(cat err)" = "dkim-policy: warning: the rules for senders are those of 2026-06-21, more than a year ago" ]
	dkim-policy --evaluate -q --sender-rules --at=2027-06-23T00:00:00Z --zone=zone "${from_us[@]}" m >out 2>err || [ $? -eq 1 ]
	[ ! -s err ]
}
