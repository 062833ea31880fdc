#!/usr/bin/env bats
# dkim-txt --lint: what is wrong with a published record, and how it should
# read (RFC 6376 3.6.1, RFC 1035 5.1).
# shellcheck disable=SC1111,SC2016,SC2120 # wrong quotes on purpose; $TTL; options
load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	dkim-genkey -s mail
	dkim-txt --format=value mail.private >good
	dkim-txt --format=p mail.private >p
}

setup() {
	in_own_folder
	cp -p "$BATS_FILE_TMPDIR"/* .
	good=$(cat good)
	p=$(cat p)
}

# found STATUS "CODES" [OPTION...] <INPUT: the codes of all findings, in order.
found() {
	local status=$1 codes=$2 got=0
	shift 2
	dkim-txt --lint --json "$@" >json 2>err || got=$?
	/usr/bin/python3 -c '
import json
for line in open("json"):
    for f in json.loads(line)["findings"]:
        print(f["code"])' | paste -sd' ' >codes
	[ "$got $(cat codes)" = "$status $codes" ] && [ ! -s err ] && return
	echo "got $got $(cat codes), expected $status $codes"
	cat json err
	return 1
}

@test "a key type of a draft is named as such" {
	echo "v=DKIM1; k=mldsa44; p=AAAA" | ends_with 1 dkim-txt --lint >out
	grep -qx -- '-: error key-type: k= is neither rsa nor ed25519: mldsa44 is a key type of the draft of DKIM2 (draft-ietf-dkim-dkim2-spec) (RFC 6376 3.6.1)' out
	echo "v=DKIM1; k=foo; p=AAAA" | ends_with 1 dkim-txt --lint >out
	grep -qx -- '-: error key-type: k= is neither rsa nor ed25519: foo (RFC 6376 3.6.1)' out
}

@test "a good record: valid, 0" {
	found 0 "" <good
	dkim-txt --lint good >out
	[ "$(cat out)" = "good: valid" ]
}

@test "json: the keys of the contract" {
	echo "k=rsa; v=DKIM1; p=$p" >in
	ends_with 1 dkim-txt --lint --json in >out
	[ "$(wc -l <out)" -eq 1 ]
	python3 - "$p" <<-'EOF'
		import json, sys
		o = json.load(open("out"))
		assert {"input", "owner", "record", "valid", "findings", "corrected"} <= set(o)
		assert o["input"] == "in" and o["owner"] is None and o["valid"] is False
		assert o["record"] == "k=rsa; v=DKIM1; p=" + sys.argv[1]
		assert o["corrected"] == "v=DKIM1; k=rsa; p=" + sys.argv[1]
		f, = o["findings"]
		assert f["code"] == "version-not-first" and f["severity"] == "error"
		assert "RFC 6376" in f["text"]
	EOF
}

@test "text: a line a finding, then the record to paste" {
	echo "k=rsa; v=DKIM1; p=$p" | ends_with 1 dkim-txt --lint >out
	[ "$(wc -l <out)" -eq 2 ]
	grep -q '^-: error version-not-first: .*(RFC 6376 3.6.1)$' out
	[ "$(tail -n 1 out)" = "v=DKIM1; k=rsa; p=$p" ]
}

@test "a record that was cut at the length of a string" {
	for text in "${good:0:255}" "v=DKIM1;k=rsa;p=${p:0:239}" "v=DKIM1; k=rsa; p=${p:0:255}"; do
		found 1 cut-short <<<"$text"
		grep -q 'exactly 255 characters' json
	done
	found 1 not-a-key <<<"${good:0:254}"
	# a whole record of this length
	dkim-genkey --type=ed25519 -s ed
	whole="; $(dkim-txt --format=value ed.private | sed 's/^v=DKIM1; //')"
	whole="v=DKIM1; n=$(printf "%$((255 - 11 - ${#whole}))s" '' | tr ' ' x)$whole"
	[ ${#whole} -eq 255 ]
	found 0 "" <<<"$whole"
}

@test "a revoked key is valid, an empty input is not" {
	found 0 revoked <<<"v=DKIM1; p="
	found 1 empty </dev/null
	found 1 empty <<<""
}

@test "what a hostile record holds is escaped" {
	printf 'v=DKIM1; \e]0;x\a=1; p=' | ends_with 1 dkim-txt --lint >out
	refute grep -q $'\e' out
	printf 'v=DKIM1; k=\xff\xe2\x80\xae; p=' | ends_with 1 dkim-txt --lint --json >out
	refute grep -q $'[\x80-\xff]' out
}

@test "an input that is not there, or has no end" {
	one_line 66 dkim-txt --lint nosuch
	one_line 74 to_full dkim-txt --lint good
	head -c 20000000 /dev/zero >big
	ends_with 1 dkim-txt --lint big >/dev/null
}

@test "json: an input that cannot be read is an object, too" {
	mkdir folder
	for input in nosuch folder; do
		ends_with 66 dkim-txt --lint --json $input >out
		grep -q "^{\"input\":\"$input\",\"result\":null,\"error\":\".*\"}$" out
	done
	one_line 74 to_full dkim-txt --lint --json good
}
to_full() { "$@" >/dev/full; }

# --- text of any form --------------------------------------------------------

# strings TEXT: as strings of 255 octets at most in quotes.
strings() { fold -b -w 255 <<<"$1" | sed 's/.*/"&"/' | paste -sd' '; }

# corrected [OPTION...]: the last line of the output, that of the record to publish
# instead, read by named-checkzone as a record of example.com: its text.
corrected() {
	dkim-txt --lint "$@" | tail -n 1 >line
	{
		printf '%s\n' '$ORIGIN example.com.' '$TTL 60' '@ IN SOA a b 1 2 3 4 60' '@ IN NS a' 'a A 192.0.2.1'
		cat line
	} >zone
	named-checkzone -q -D -o flat example.com zone
	grep -P '\sTXT\s' flat | sed 's/^[^"]*//;s/" "//g;s/^"//;s/"$//'
}

@test "what the tools of name servers print" {
	local n=mail._domainkey.example.com
	found 0 "" <<<"$n descriptive text $(strings "$good")"
	found 0 "" <<<"$n descriptive text $(strings "${good//;/\\;}")"
	found 0 "" <<<"$n. 300 IN TXT $(strings "$good")"
	found 0 "" <<<"$(strings "$good")"
	found 0 "" <<<"$n	text = $(strings "$good")"
	found 0 "" <<-EOT
		; <<>> DiG 9.18 <<>> TXT $n
		;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1
		;; QUESTION SECTION:
		;$n. IN TXT

		;; ANSWER SECTION:
		$n. 300 IN TXT $(strings "$good")
		$n. 300 IN RRSIG TXT 8 4 300 20260101000000 20250101000000 1 example.com. AAAA

		;; Query time: 0 msec
	EOT
	found 0 "" <<-EOT
		Server:  one.one.one.one
		Address:  1.1.1.1

		Non-authoritative answer:
		$n	text =

			"v=DKIM1; k=rsa; p=${p:0:200}"
			"${p:200}"
	EOT
	found 0 "" <<-EOT
		$n is an alias for k.provider.example.
		k.provider.example descriptive text $(strings "$good")
	EOT
	found 0 "" <<-EOT
		$n. 60 IN CNAME k.provider.example.
		k.provider.example. 60 IN TXT $(strings "$good")
	EOT
	found 0 "" <<-EOT
		- type: MESSAGE
		  message:
		    response_address: "127.0.0.1"
		    response_message_data:
		      QUESTION_SECTION:
		        - '$n. IN TXT'
		      ANSWER_SECTION:
		        - '$n. 300 IN TXT $(strings "$good")'
	EOT
	found 0 "" <<<"$(strings "$good") from server 127.0.0.1 in 0 ms."
	# the same as any type (RFC 3597 5)
	strings "$good" | sed 's/" "/\n/; s/"//g' | python3 -c '
import sys
data = b"".join(bytes([len(s)]) + s for s in sys.stdin.buffer.read().split(b"\n") if s)
print("%d %s" % (len(data), data.hex()))' >generic
	found 0 "" <<<"$n. 300 CLASS1 TYPE16 \\# $(cat generic)"
	found 0 "" <<<"\\# $(cat generic)"
	found 1 generic-rdata <<<"$n. 300 IN TXT \\# $(cat generic)00"
	found 0 "" <<<"[example.com.] $n. 3600 TXT $(strings "$good")"
	found 0 "" <<<"0	$n.	300	IN	TXT	$(strings "$good")"
	found 0 "" <<<"-> db.example:6: $n. IN 3600 TXT $(strings "$good")"
	found 1 empty <<<"Host $n not found: 3(NXDOMAIN)"
	found 1 empty <<<";; connection timed out; no servers could be reached"
	found 1 "unclosed-quote testing not-a-key" \
		<<<"$n descriptive text \"v=DKIM1\\; t=y\\; k=rsa\\; p=MIGfMA0GCS"
}

@test "records as instructions on the web have them" {
	local name=mail._domainkey.example.com.
	found 1 "unquoted testing" <<<"$name TXT v=DKIM1; t=y; k=rsa; p=$p"
	[ "$(corrected <<<"$name TXT v=DKIM1; k=rsa; p=$p")" = "v=DKIM1; k=rsa; p=$p" ]
	found 1 "string-too-long class-after-type no-version" <<<"$name TXT IN \"k=rsa; p=$p\""
	[ "$(corrected <<<"$name TXT IN \"k=rsa; p=$p\"")" = "v=DKIM1; k=rsa; p=$p" ]
	found 1 backslash-between-strings \
		<<<"$name TXT \"v=DKIM1; k=rsa; p=${p:0:200}\" \\ \"${p:200}\""
	found 1 backslash-between-strings <<-EOT
		$name TXT "v=DKIM1; k=rsa; p=${p:0:200}" \\
		 "${p:200}"
	EOT
	found 1 typographic-quotes \
		<<<"$name TXT “v=DKIM1; k=rsa; p=${p:0:200}” “${p:200}”"
	[ "$(corrected <<<"$name TXT “v=DKIM1; k=rsa; p=${p:0:200}” “${p:200}”")" = \
		"v=DKIM1; k=rsa; p=$p" ]
	found 1 pem-in-p <<<"v=DKIM1; k=rsa; p=--BEGIN PUBLIC KEY--$p--END PUBLIC KEY--"
	found 1 domainkey-label <<<"mail.domainkey.example.com. TXT $(strings "$good")"
	[ "$(corrected <<<"mail.domainkey.example.com. TXT $(strings "$good")")" = "$good" ]
	grep -q '^mail\._domainkey\.example\.com\.' line
	found 1 "policy-record domainkey-label no-final-dot" <<<'_adsp._domiankey.example.com TXT dkim=all'
	found 0 "no-version flag-as-tag" <<<"k=rsa; y=n; p=$p"
	found 0 policy-record <<<'_domainkey IN TXT "t=y;o=~"'
	found 1 "granularity testing cut-short" \
		<<<'default._domainkey IN TXT "v=DKIM1; g=*; k=rsa; t=y; p=MIGf........."'
	found 1 not-below-domainkey <<<"mail.example.com. TXT $(strings "$good")"
	# where it belongs nobody knows: only the value
	[ "$(dkim-txt --lint <<<"mail.example.com. TXT $(strings "$good")" | tail -n 1)" = "$good" ]
	found 1 no-selector <<<"_domainkey.example.com. TXT $(strings "$good")"
}

@test "records that were published with what was around them" {
	local name=mail._domainkey.example.com.
	# the base64 alone; escapes of a zone file; the quotes of a shell
	for text in "$p" "v=DKIM1\\\\059 k=rsa\\\\059 p=$p" "'v=DKIM1; k=rsa; p=$p'"; do
		ends_with 1 dkim-txt --lint <<<"$name TXT $(strings "$text")" >out
		corrected <<<"$name TXT $(strings "$text")" >text
		sed 's/k=rsa; //' text | grep -qxF "v=DKIM1; p=$p"
	done
	found 0 "" <<<"'$good'"
}

@test "nothing is corrected where nothing is wrong, or nobody knows how" {
	for text in "v= DKIM1;k = rsa;p= $p" "v=DKIM1; k=rsa; p=$p ;"; do
		found 0 "" <<<"$text"
		grep -q '"corrected":null' json
	done
	found 1 "several-records revoked several-records" <<-EOT
		mail._domainkey.example.com. TXT $(strings "$good")
		mail._domainkey.example.com. TXT "v=DKIM1; p="
	EOT
	refute grep -q '"corrected":"' json
}

@test "what receivers refuse is never the record to publish instead" {
	local weak one
	openssl genrsa 512 2>/dev/null | openssl pkey -pubout -outform DER >weak 2>/dev/null
	weak=$(base64 -w0 weak)
	one=MIGdMA0GCSqGSIb3DQEBAQUAA4GLADCBhwKBgQDEIzSvKUWecTktiJrZVlgh/0nY5HsfC3OV
	one+=Oa1jKdAIYJ0rKDRTiU4eky341YklcBLRvqGWpI0INpTFmvgOqX/zzLWdrzaame1pNKHgOhzl
	one+=5D9FcrZPCC8mlAuoPFuzppFabRldhOKIn2YkE0GqISbBHtcMCMH+84yG55azSWHvIwIBAQ==
	for p in "$weak" $one; do
		for text in "v=DKIM1; k=rsa; p=$p" "p=$p" "$p" \
			"mail._domainkey.example.com. TXT v=DKIM1; k=rsa; p=$p"; do
			dkim-txt --lint --json <<<"$text" >json && false
			grep -q '"weak-key"' json
			grep -q '"corrected":null' json
			dkim-txt --lint <<<"$text" >out && false
			refute grep -v '^-:.* [a-z]* [a-z0-9-]*: ' out
		done
	done
}

@test "a domain that stands twice for want of a final dot" {
	found 1 owner-doubled <<-EOT
		\$ORIGIN example.com.
		mail._domainkey.example.com IN TXT $(strings "$good")
	EOT
	grep -q '"owner":"mail._domainkey.example.com.example.com"' json
	grep -q '"corrected_owner":"mail._domainkey.example.com"' json
	found 1 owner-doubled --origin=example.com <<<"mail._domainkey.example.com TXT $(strings "$good")"
	found 1 owner-doubled <<<"mail._domainkey.example.com.example.com. 60 IN TXT $(strings "$good")"
	found 0 no-final-dot <<<"mail._domainkey.example.com TXT $(strings "$good")"
	found 0 "" --origin=example.com. <<<"mail._domainkey TXT $(strings "$good")"
	grep -q '"owner":"mail._domainkey.example.com"' json
}

@test "a whole zone: every _domainkey name, errors with their lines, and on" {
	ed=$(dkim-genkey --type=ed25519 -s ed && dkim-txt --format=value ed.private)
	cat >z <<-EOT
		\$TTL 3600
		@ IN SOA ns hostmaster 1 2 3 4 60
		  IN NS ns
		ns A 192.0.2.1
		@ TXT "v=spf1 -all"
		good._domainkey TXT ( "v=DKIM1; k=rsa; "
		    "p=${p:0:200}" ; half of it
		    "${p:200}" )
		        300 IN TXT "$ed"
		what is this
		open._domainkey TXT ( "v=DKIM1; p="
		next._domainkey IN TXT "v=DKIM1; p="
		quote._domainkey IN TXT "v=DKIM1; p=
		\$ORIGIN sub.example.com.
		deep._domainkey TXT "v=DKIM1; k=foo; p=AAAA"
		_dmarc TXT "v=DMARC1; p=none"
		again._domainkey TXT "$ed"
	EOT
	ends_with 1 dkim-txt --lint --origin=example.com z >out
	sed -E 's/^(z:[0-9]+: )([^ ]+: )?(error|warning|info|valid) ?([a-z0-9-]*).*/\1\2\4/;/^z:/!d' out >got
	diff got - <<-EOT
		z:6: good._domainkey.example.com: several-records
		z:9: good._domainkey.example.com: several-records
		z:9: good._domainkey.example.com: key-reused
		z:10: not-a-record
		z:11: open._domainkey.example.com: unclosed-parenthesis
		z:11: open._domainkey.example.com: revoked
		z:12: next._domainkey.example.com: revoked
		z:13: quote._domainkey.example.com: unclosed-quote
		z:13: quote._domainkey.example.com: revoked
		z:15: deep._domainkey.sub.example.com: key-type
		z:17: again._domainkey.sub.example.com: key-reused
	EOT
}

@test "a KeyTable whose names are not those that receivers ask for" {
	found 0 table-name <<-EOT
		good._domainkey.example.com example.com:good:/etc/opendkim/keys/good.private
		mail._domainkey.example.com example.com:default:/etc/opendkim/keys/dkim.private
	EOT
	[ "$(wc -l <json)" -eq 2 ]
	tail -n 1 json | grep -q '"line":2,"owner":"default._domainkey.example.com"'
}

@test "a name longer than a name can be" {
	found 1 name-too-long <<<"$(printf 'abcdefg.%.0s' {1..40})_domainkey.example.com. TXT $(strings "$good")"
}

@test "RFC 6376 3.6.1: a record besides the key that is not a key record does not count" {
	found 1 not-a-key-record <<-EOT
		mail._domainkey.example.com. TXT "v=spf1 -all"
		mail._domainkey.example.com. TXT $(strings "$good")
	EOT
	for text in MS=ms123 google-site-verification=abc _x=y 'hello world'; do
		found 1 not-a-key-record <<-EOT
			mail._domainkey.example.com. TXT $(strings "$good")
			mail._domainkey.example.com. TXT "$text"
		EOT
	done
}

@test "what some verifiers reject is warned of, with their names" {
	found 0 "keyword-case" <<<"v=DKIM1; k=RSA; p=$p"
	grep -q 'k=, by dkimpy, Mail::DKIM, Haraka, go-msgauth (RFC 6376' json
	grep -q "\"corrected\":\"v=DKIM1; k=rsa; p=$p\"" json
	found 0 "blank-before-equals" <<<"v=DKIM1; k=rsa; p =$p"
	grep -q 'p=, by Haraka (' json
	found 0 "hash-sha1 blank-in-list" <<<"v=DKIM1; h=sha256 : sha1; p=$p"
	grep -q 'h=, by Mail::DKIM (' json
	found 0 "service-unknown" <<<"v=DKIM1; s=email:foo; p=$p"
	grep -q 'dkimpy and Exim' json
}

@test "a name that holds what it must not is escaped" {
	printf 'a\\027]0;x._domainkey.example.com. TXT "v=DKIM1; p= "\n' >in
	dkim-txt --lint in >out || true
	refute grep -q $'\e' out
	printf 'a\e[2Jb._domainkey.example.com. TXT "p="\n' >in
	dkim-txt --lint in >out || true
	refute grep -q $'\e' out
	tail -n 1 out | grep -qF 'a\027[2Jb._domainkey.example.com.'
}

@test "the manual has every code of a key record, with its severity" {
	cat "$top/common/record/finding.h" "$top/cmd/dkim-txt/lint/key_findings.h" |
		tr -d '\t\n\\' |
		grep -oE 'X\([A-Z0-9_]+, *"[a-z0-9-]+", *[A-Z]+' |
		sed -E 's/.*"(.*)", *(.*)/.It Li \1 Pq \L\2/' | sort >codes
	[ "$(wc -l <codes)" -gt 60 ]
	grep -xE '\.It Li [a-z0-9-]+ Pq (error|warning|info)' "$top/cmd/dkim-txt/dkim-txt.1" |
		sort | diff codes -
}
