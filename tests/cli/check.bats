#!/usr/bin/env bats
# dkim-txt --check: whether DNS serves the records of the keys (RFC 6376
# 3.6, 6.1.2).
# shellcheck disable=SC2154 # dns_helper sets names of servers
load helper
load dkim_helper
load dns_helper

ed() { dkim-genkey --type=ed25519 -s "$1"; }
record() { dkim-txt -q --format=oneline -d example.com "$@"; }

make_zones() {
	local s p
	dkim-genkey -s mail
	dkim-genkey -b 4096 -s long
	for s in good other testing aliased; do ed $s; done
	p=$(dkim-txt --format=p good.private)
	openssl genrsa 512 >short.private 2>/dev/null
	chmod 600 short.private
	{
		cat <<-EOF
			\$ORIGIN example.com.
			\$TTL 300
			@ SOA ns h 1 3600 600 86400 60
			@ NS ns
			@ NS ns2
			ns A 127.0.0.1
			ns2 A 127.0.0.1
			alias._domainkey CNAME aliased._domainkey.example.net.
			dangling._domainkey CNAME nowhere.example.net.
			other._domainkey TXT "v=DKIM1; k=ed25519; p=$p"
			two._domainkey TXT "v=DKIM1; k=ed25519; p=$p"
			two._domainkey TXT "v=DKIM1; k=ed25519; t=s; p=$p"
			nodata._domainkey A 192.0.2.1
			beside._domainkey TXT "v=spf1 -all"
			beside._domainkey TXT "v=DKIM1; k=ed25519; p=$p"
			hostile._domainkey TXT "v=DKIM1; k=\027]0;x\007; p=$p"
			pkcs1._domainkey TXT "v=DKIM1; p=MIGJAoGBAPAiE/9QLdIGwSYapn1klbf8OQygZ4udCDV9afv/NiMjE3ZKcUKPE4Iob2/dviNh9xM2HmKNKyrrfW4Ei0trux36/9G10LZTMnVaVPvjupH5FxpzaBu2j80yonR/N9WMfg64qGK11j21/qZzAaNo0FxZOggyY9I8N1A81RhyRxDZAgMBAAE="
			bad1._domainkey TXT "v=DKIM1; p=!!!notbase64"
			bad2._domainkey TXT "v=DKIM1; h=sha1; k=ed25519; p=$p"
			bad3._domainkey TXT "v=DKIM1; s=tlsrpt; k=ed25519; p=$p"
			bad4._domainkey TXT "v=DKIM2; k=ed25519; p=$p"
			bad5._domainkey TXT "k=ed25519; v=DKIM1; p=$p"
			bad6._domainkey TXT "v=DKIM1; k=foo; p=$p"
			bad7._domainkey TXT "v=DKIM1; k=ed25519; p=$p; p=$p"
			bad8._domainkey TXT "v=DKIM1\\\\; k=ed25519\\\\; p=$p"
			bad9._domainkey TXT "v=DKIM1; k=ed25519; p=\"$p\""
			bad10._domainkey TXT "v=DKIM1; k=ed25519"
			bad11._domainkey TXT "v=spf1 -all"
			bad12._domainkey TXT "v=DKIM1; k=ed25519; p=$(openssl pkey -in good.private -pubout -outform DER | base64)"
			bad13._domainkey TXT "v=DKIM1; p=$(openssl pkey -in short.private -pubout -outform DER 2>/dev/null | base64 -w0)"
			bad14._domainkey TXT "v=DKIM1; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC"
		EOF
		record mail.private
		record long.private
		record good.private
		record -t testing.private
		dkim-txt --revoke --format=oneline -d example.com -s gone
	} >example.com.zone
	cat >example.org.zone <<-EOF
		\$ORIGIN example.org.
		\$TTL 60
		@ SOA ns h 1 3600 600 86400 60
		@ NS ns.example.com.
		twice._domainkey.example.org TXT "v=DKIM1; k=ed25519; p=$p"
		form._domainkey.example.org._domainkey TXT "v=DKIM1; k=ed25519; p=$p"
		again._domainkey._domainkey TXT "v=DKIM1; k=ed25519; p=$p"
		owner._domainkey.owner._domainkey TXT "v=DKIM1; k=ed25519; p=$p"
		plain.domainkey TXT "v=DKIM1; k=ed25519; p=$p"
		typo._domiankey TXT "v=DKIM1; k=ed25519; p=$p"
		many._domainkeys TXT "v=DKIM1; k=ed25519; p=$p"
		sub TXT "v=DKIM1; k=ed25519; p=$p"
		_domainkey.swapped TXT "v=DKIM1; k=ed25519; p=$p"
		both TXT "v=spf1 -all"
		both TXT "v=DKIM1; k=ed25519; p=$p"
		both._domainkeys TXT "v=DKIM1; k=ed25519; p=$(dkim-txt --format=p other.private)"
		hollow._domainkeys TXT "v=DKIM1; k=ed25519; p="
		alias._domainkey CNAME to.example.net.
		chain._domainkey CNAME chain.example.net.
		apex.mail TXT "v=spf1 -all"
		mail TXT "v=DKIM1; k=ed25519; p=$p"
		_domainkey.two TXT "v=DKIM1; k=ed25519; p=$p"
	EOF
	cat >example.net.zone <<-EOF
		\$ORIGIN example.net.
		\$TTL 60
		@ SOA ns h 1 3600 600 86400 60
		@ NS ns.example.com.
		aliased._domainkey TXT "$(dkim-txt --format=value aliased.private)"
		moved._domainkey TXT "$(dkim-txt --format=value good.private)"
		chain CNAME end
		end A 192.0.2.1
	EOF
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	make_zones
	start_nsd example.com.zone example.net.zone example.org.zone
}
teardown_file() { stop_servers; }

setup() {
	in_own_folder
	cp -p "$BATS_FILE_TMPDIR"/*.private "$BATS_FILE_TMPDIR"/*.zone .
}

check() { dkim-txt --check -d example.com --nameserver="$nsd" "$@"; }
# checked STATUS RESULT OPTION...: with --json; leaves json, err.
checked() {
	local code=$1 result=$2 got=0
	shift 2
	check --json "$@" >json 2>err || got=$?
	[ "$got" -eq "$code" ] && [ "$(value result)" = "$result" ] && return
	echo "$*: expected $code $result, got $got"
	cat json err
	return 1
}
codes() { # SEVERITY: of the findings
	/usr/bin/python3 -c '
import json, sys
print(*[f["code"] for f in json.load(open("json"))["findings"] if f["severity"] == sys.argv[1]])' "$1"
}

@test "all is well: 0 and silent" {
	local s
	for s in mail good long; do
		check -s $s -k $s.private >out 2>err
		[ ! -s out ]
		[ ! -s err ]
	done
	check -s good >out 2>err
	[ ! -s out ]
	[ ! -s err ]
	checked 0 '"match"' -s mail -k mail.private
	checked 0 '"valid"' -s mail
}

@test "json: the keys of the contract, and what DNS said" {
	checked 1 '"mismatch"' -s other -k other.private
	python3 - "$(dkim-txt --format=p other.private)" "$(dkim-txt --format=p good.private)" \
		"$(dkim-txt --fingerprint other.private)" <<-'EOF'
		import json, sys
		o = json.load(open("json"))
		assert {"domain", "selector", "key", "result", "expected", "found", "servers", "findings"} <= set(o)
		assert o["domain"] == "example.com" and o["selector"] == "other" and o["key"] == "other.private"
		assert o["expected"] == "v=DKIM1; h=sha256; k=ed25519; p=" + sys.argv[1]
		assert o["found"] == "v=DKIM1; k=ed25519; p=" + sys.argv[2]
		assert o["expected_fingerprint"] == sys.argv[3] != o["found_fingerprint"]
		assert o["servers"] == [] and o["ttl"] == 300 and o["chain"] == []
		assert 60 < o["octets"] < 512
		json.dump(sorted(o), open("keys", "w"))
	EOF
	# the same keys where nothing could be asked
	echo "any %:other:$PWD/other.private" >table
	ends_with 78 dkim-txt --check --json --key-table=table >json
	python3 - <<-'EOF'
		import json
		o = json.load(open("json"))
		assert set(json.load(open("keys"))) <= set(o)
		assert o["domain"] is None and o["result"] is None and "any domain" in o["error"]
		assert o["found"] is None and o["servers"] == [] and o["ttl"] is None
	EOF
}

@test "JSON: without a record there is no ttl, and of a zone file no size" {
	ends_with 1 check -s nowhere --json >json
	grep -q '"ttl":null,"octets":[1-9]' json
	dkim-txt --format=oneline -d example.org good.private >zone
	ends_with 0 dkim-txt --check --json -d example.org -s good --zone=zone >json
	grep -q '"ttl":[0-9]*,"octets":null' json
}

@test "mismatch, absent, revoked, several: both sides, and 1" {
	ends_with 1 check -s other -k other.private >out 2>err
	grep -q '^other._domainkey.example.com: mismatch: ' out
	grep -qF "  expected  $(dkim-txt --fingerprint other.private)  $(dkim-txt --format=value other.private)" out
	grep -qF "  found     $(dkim-txt --fingerprint good.private)  v=DKIM1; k=ed25519; p=" out
	grep -qx '  agree     the first 0 of 44 characters of p=' out
	grep -q '^  differs   at character 1 of p=: ' out
	checked 1 '"absent"' -s nosuch -k good.private
	checked 1 '"absent"' -s nodata
	checked 1 '"absent"' -s dangling -k good.private
	[ "$(value chain)" = '["nowhere.example.net"]' ]
	checked 1 '"revoked"' -s gone -k good.private
	checked 1 '"several"' -s two
	checked 1 '"several"' -s two -k other.private
	# one of them is the key's: verifiers may take it
	checked 0 '"match"' -s two -k good.private
	[ "$(codes warning)" = other-key-record ]
	dkim-txt --format=p good.private >p
	check -s two -k good.private >out 2>err
	grep -qF "of 2, that of this key has the p= which ends in $(tr -d '\n' <p | tail -c 16)" err
	ends_with 1 check -s two >out
	[ "$(grep -c '^  found ' out)" -eq 2 ]
	# RFC 6376 3.6.1: a record that is not a key record does not count
	checked 0 '"match"' -s beside -k good.private
}

@test "absent: where the record is instead, for each wrong name" {
	local s name mistake
	org() { dkim-txt --check -d "${d:-example.org}" --nameserver="$nsd" -k good.private "$@"; }
	while IFS='|' read -r s name mistake; do
		ends_with 1 org -s $s >out
		grep -qxF "  do        move the record from $name to $s._domainkey.example.org" out
		grep -qxF "  elsewhere $name has the record of this key: $mistake" out
		ends_with 1 org -s $s --json >json
		[ "$(value result) $(value elsewhere)" = "\"absent\" \"$name\"" ]
		[ "$(value elsewhere_mistake) $(value elsewhere_same)" = "\"$mistake\" true" ]
	done <<-EOF
		twice|twice._domainkey.example.org.example.org|the domain occurs twice in the name: a final dot is missing in the zone file, or the form adds the domain itself
		form|form._domainkey.example.org._domainkey.example.org|the domain occurs twice in the name: a final dot is missing in the zone file, or the form adds the domain itself
		again|again._domainkey._domainkey.example.org|_domainkey occurs twice in the name
		owner|owner._domainkey.owner._domainkey.example.org|the selector and _domainkey occur twice in the name
		plain|plain.domainkey.example.org|_domainkey begins with an underscore
		typo|typo._domiankey.example.org|_domainkey is misspelled
		many|many._domainkeys.example.org|_domainkey is misspelled
		sub|sub.example.org|_domainkey is missing in the name
		swapped|_domainkey.swapped.example.org|the selector goes before _domainkey
	EOF
	# the record of the key goes before another one
	ends_with 1 org -s both >out
	grep -qF '  elsewhere both.example.org has the record of this key' out
	# what verifies nothing is not the record that is sought
	ends_with 1 org -s hollow --json >json
	[ "$(value elsewhere)" = null ]
	d=mail.example.org
	ends_with 1 org -s x -d $d >out
	grep -qF "  elsewhere $d has the record of this key: the selector and _domainkey are missing" out
	d=two.example.org
	ends_with 1 org -s x -d $d >out
	grep -qF "  elsewhere _domainkey.$d has the record of this key: the selector is missing" out
	d=sub.example.net
	ends_with 1 org -s moved -d $d >out
	grep -qF "  elsewhere moved._domainkey.example.net has the record of this key: it is that of the domain above" out
	ends_with 1 dkim-txt --check -d example.org -s typo --nameserver="$nsd" >out
	grep -qF '  elsewhere typo._domiankey.example.org has a key record: ' out
}

@test "absent: the other domain of a table, and the name of its entry" {
	{
		echo "a example.org:moved:$PWD/good.private"
		echo "b example.net:aliased:$PWD/aliased.private"
		echo "mail._domainkey.example.com example.com:default:$PWD/mail.private"
	} >table
	ends_with 1 dkim-txt --check --key-table=table --nameserver="$nsd" >out
	grep -qF '  elsewhere moved._domainkey.example.net has the record of this key: it is that of another domain of the table' out
	grep -qF "  elsewhere mail._domainkey.example.com has the record of this key: the table's entry has that name" out
	refute grep -q aliased out
}

@test "an alias: where it leads, and that nothing is there" {
	ends_with 1 check -s dangling -k good.private >out
	grep -qF ': absent: the name is an alias of nowhere.example.net, which does not exist (RFC 6376 6.1.2)' out
	grep -qx '  alias     dangling._domainkey.example.com -> nowhere.example.net' out
	grep -q '^  do        create the record at nowhere.example.net, or let the alias at dangling' out
	ends_with 1 check -d example.org -s chain -k good.private >out
	grep -q 'alias of end.example.net, which has no TXT record' out
	grep -q '^  alias     chain.* -> chain.example.net -> end.example.net$' out
	ends_with 1 check -s alias -k good.private >out
	grep -qx '  alias     alias._domainkey.example.com -> aliased._domainkey.example.net' out
}

@test "what to do: one line for each result, and none when all is well" {
	local s act
	while IFS='|' read -r s act; do
		ends_with 1 check -s $s -k good.private >out
		[ "$(sed -n 's/^  do        //p' out)" = "$act" ] || { echo "$s"; cat out; return 1; }
		ends_with 1 check -s $s -k good.private --json >json
		[ "$(value "do")" = "\"$act\"" ]
	done <<-EOF
		mail|publish the record of the key: dkim-txt -d example.com -s mail good.private; or sign with the key that DNS publishes
		nosuch|publish the record of the key: dkim-txt -d example.com -s nosuch good.private
		gone|make a new key with a new selector: dkim-genkey -d example.com -s NEW
		bad13|make a new key with a new selector: dkim-genkey -d example.com -s NEW
		bad6|publish an RSA key with another selector, and sign with that: dkim-genkey -d example.com -s NEW
		bad14|p= is damaged or cut off: publish the record of the key: dkim-txt -d example.com -s bad14 good.private
		bad8|publish the record of the key: dkim-txt -d example.com -s bad8 good.private
	EOF
	ends_with 1 check -s two -k other.private >out
	grep -q '^  do        remove all of them, then publish the record of the key: ' out
	ends_with 1 check -s two >out
	grep -q '^  do        remove all but the record of the key that signs' out
	ends_with 1 check -s bad8 >out
	grep -qx '  do        publish the corrected record, which is printed by: dig bad8._domainkey.example.com TXT | dkim-txt --lint' out
	check -s good -k good.private --json >json
	[ "$(value "do")" = null ]
	ends_with 75 dkim-txt --check -d example.com -s good --nameserver=127.0.0.1@1 >out
	grep -q '^  do        try again later, or at another server: ' out
	ends_with 1 check --require-dnssec -s good >out
	grep -q '^  do        sign the zone (DNSSEC), ' out
	ends_with 66 check -s good -k nosuch.private --json >json
	[ "$(value "do")" = '"check the name, the owner and the mode of nosuch.private, and the table"' ]
}

@test "a table whose keys of a domain are all Ed25519: a warning, and 0" {
	echo "good example.com:good:$PWD/good.private" >table
	dkim-txt --check --key-table=table --nameserver="$nsd" >out 2>err
	[ ! -s out ]
	grep -qx 'dkim-txt: good._domainkey.example.com: warning: all valid keys of the domain are Ed25519, and most large receivers verify RSA only (as of November 2026) (RFC 8463 6)' err
	echo "aliased example.net:aliased:$PWD/aliased.private" >>table
	echo "mail example.com:mail:$PWD/mail.private" >>table
	dkim-txt --check --key-table=table --nameserver="$nsd" >out 2>err
	refute grep -q good._domainkey err
	grep -q 'aliased._domainkey.example.net: warning: all valid keys' err
	# an RSA key that nobody can verify with is none
	sed -i "s|^mail .*|mail example.com:other:$PWD/mail.private|" table
	ends_with 1 dkim-txt --check --key-table=table --nameserver="$nsd" >out 2>err
	grep -q 'good._domainkey.example.com: warning: all valid keys' err
	check -s good -k good.private >out 2>err
	[ ! -s err ]
}

@test "broken records, each with its reason" {
	local s code
	while read -r s code; do
		checked 1 '"broken"' -s $s -k good.private
		[ "$(codes error)" = "$code" ] || { echo "$s: $(codes error), not $code"; return 1; }
	done <<-EOF
		bad1 not-base64
		bad2 hash-not-allowed
		bad3 service-not-allowed
		bad4 version
		bad5 version-not-first
		bad6 key-type
		bad7 duplicate-tag
		bad8 backslash-in-record
		bad9 quotes-in-record
		bad10 missing-p
		bad11 not-a-key-record
		bad12 not-a-key
		bad13 weak-key
		bad14 not-a-key
	EOF
}

@test "warnings: on stderr, and 0" {
	check -s testing -k testing.private >out 2>err
	[ ! -s out ]
	grep -q 'testing._domainkey.example.com: warning: t=y' err
	check -q -s testing -k testing.private >out 2>err
	[ ! -s out ]
	[ ! -s err ]
	checked 0 '"valid"' -s pkcs1
	[ "$(codes warning)" = "pkcs1 short-key" ]
	chmod 644 good.private
	check -s good -k good.private >out 2>err
	grep -q 'warning: the key file is not safe' err
}

@test "alias, size of the answer, DNSSEC: in words" {
	checked 0 '"match"' -s alias -k aliased.private
	[ "$(value chain)" = '["aliased._domainkey.example.net"]' ]
	[ "$(codes info)" = "alias not-secure" ]
	checked 0 '"match"' -s long -k long.private
	[ "$(codes info)" = "not-secure answer-over-512" ]
	check -v -s alias -k aliased.private >out 2>err
	grep -q '^alias._domainkey.example.com: match SHA256:.* ed25519 256 ttl=60 octets=[0-9]* dnssec=' out
	grep -q 'info: the name is an alias.*aliased._domainkey.example.net' err
	grep -q 'info: the record is not protected by DNSSEC' err
	checked 1 '"broken"' --require-dnssec -s good -k good.private
	[ "$(codes error)" = insecure-dns ]
}

@test "DNSSEC: secure counts as asked for, bogus is no answer" {
	mkdir signed
	cp example.com.zone signed
	(cd signed && sign_zone example.com.zone)
	start_nsd signed/example.com.zone
	start_unbound "$nsd" signed/example.com.zone
	nsd=$unbound
	checked 0 '"match"' --require-dnssec -s good -k good.private
	[ "$(value dnssec)" = '"secure"' ]
	[ "$(codes info)" = "" ]
	mkdir bogus
	cp example.com.zone bogus
	(cd bogus && sign_zone example.com.zone good._domainkey.example.com)
	start_nsd bogus/example.com.zone
	start_unbound "$nsd" bogus/example.com.zone
	nsd=$unbound
	checked 75 '"temperror"' -s good -k good.private
}

@test "no answer is 75, never absent" {
	local answer
	for answer in silent rcode:2 rcode:5 truncated id loop; do
		dns_server $answer
		nsd=127.0.0.1@$port checked 75 '"temperror"' -s good -k good.private \
			--dns-timeout=1 --deadline=1 || { dns_stop; return 1; }
		dns_stop
	done
	for server in 127.0.0.1#1 127.0.0.1:1 [127.0.0.1]:1; do
		ends_with 75 dkim-txt --check -d example.com -s good --nameserver=$server >out
		grep -q '127.0.0.1@1' out
	done
	ends_with 75 dkim-txt --check -d example.com -s good --nameserver=127.0.0.1@1 >out
	grep -q ': temperror: .*127.0.0.1@1' out
}

@test "hostile text is escaped in every report" {
	local form
	for form in text json nagios prometheus; do
		check -s hostile -k good.private --report=$form -v >out 2>err || true
		refute grep -q $'[\e\a]' out err
		[ -s out ]
	done
}

@test "a KeyTable, refile: and key lists: every key" {
	{
		echo "# comment"
		echo "good._domainkey.example.com example.com:good:$PWD/good.private"
		echo "mail._domainkey.example.com example.com:mail:$PWD/mail.private:rsa-sha256"
	} >table
	dkim-txt --check --key-table=table --nameserver="$nsd" >out 2>err
	[ ! -s out ]
	[ ! -s err ]
	dkim-txt --check --key-table=refile:table --nameserver="$nsd"
	# published as mail, the table signs with another selector
	echo "mail._domainkey.example.com example.com:default:$PWD/mail.private" >>table
	ends_with 1 dkim-txt --check --key-table=table --nameserver="$nsd" >out 2>err
	grep -q '^default._domainkey.example.com: absent' out
	grep -q 'default._domainkey.example.com: warning: .*another name.*mail._domainkey.example.com' err
	grep -q 'mail._domainkey.example.com: warning: another selector has the same key' err
	echo "gone._domainkey.example.com example.com:gone:$PWD/nosuch.private" >>table
	ends_with 78 dkim-txt --check --key-table=table --nameserver="$nsd" >out 2>err
	grep -q 'gone._domainkey.example.com: .*nosuch.private' err
	grep -q '^default._domainkey.example.com: absent' out
	mkdir keys
	cp -p mail.private keys/mail
	echo "*@example.com:example.com:$PWD/keys/mail" >list
	dkim-txt --check --key-table=list --nameserver="$nsd"
	echo "*@example.com:$PWD/keys/mail" >list
	dkim-txt --check --key-table=list --nameserver="$nsd"
	echo "any %:mail:$PWD/keys/mail" >table
	ends_with 78 dkim-txt --check --key-table=table --nameserver="$nsd" 2>err
	grep -q 'table: line 1 .*say with -d' err
	dkim-txt --check --key-table=table -d example.com --nameserver="$nsd"
	: >empty
	one_line 78 dkim-txt --check --key-table=empty --nameserver="$nsd"
	one_line 78 dkim-txt --check --key-table=nosuch --nameserver="$nsd"
	ends_with 78 dkim-txt --check --key-table=nosuch --json >out
	grep -q '^{"input":"nosuch","result":null,"error":".*"}$' out
}

# ours ADDR: a second server, whose zone is another; leaves it in $second.
two_servers() {
	local first=$nsd
	mkdir second
	sed "$1" example.com.zone >second/example.com.zone
	start_nsd second/example.com.zone
	second=$nsd nsd=$first
}

@test "--each-nameserver: all must agree, and who differs is shown" {
	two_servers '/^good\._domainkey/d; /^testing/s/t=y; //'
	each() { check --each-nameserver --nameserver="$second" "$@"; }
	each -s mail -k mail.private >out 2>err
	[ ! -s out ]
	[ ! -s err ]
	ends_with 1 each -s good -k good.private >out
	grep -q '^good._domainkey.example.com: absent' out
	grep -q "^  server    $nsd: match SHA256:" out
	grep -q "^  server    $second: absent" out
	ends_with 1 each -s testing -k testing.private >out 2>err
	grep -q '^testing._domainkey.example.com: mismatch: the servers have different records' out
	ends_with 75 each -s mail -k mail.private --nameserver=127.0.0.1@1 >out
	grep -q "^  server    $nsd: match" out
	one_line 64 dkim-txt --check -d example.com -s mail --each-nameserver
	one_line 64 check -s mail --each-nameserver --all-nameservers
	one_line 64 dkim-txt --check -d example.com -s mail --each-nameserver --zone=example.com.zone
}

@test "--all-nameservers: those of the zone" {
	check --all-nameservers -s mail -k mail.private >out 2>err
	[ ! -s out ]
	[ ! -s err ]
	check --all-nameservers -s mail -k mail.private --json >json
	[ "$(value servers.0.server)" = "\"ns.example.com $nsd\"" ]
	[ "$(value servers.1.server)" = "\"ns2.example.com $nsd\"" ]
	ends_with 1 check --all-nameservers -s nosuch -k mail.private >out
	[ "$(grep -c '^  server ' out)" -eq 2 ]
}

@test "--wait: until it is there, or the time is over" {
	start_named example.com.zone
	dkim-genkey --type=ed25519 -s new
	wait_new() {
		dkim-txt --check -d example.com -s new -k new.private \
			--nameserver="$named" "$@"
	}
	ends_with 1 wait_new --wait=1 >out
	grep -q '^new._domainkey.example.com: absent' out
	wait_new --wait=60 >out 2>err &
	waiter=$!
	{
		echo "server 127.0.0.1 ${named#*@}"
		dkim-txt -d example.com --format=nsupdate new.private
	} | nsupdate -k "$named_key"
	wait "$waiter"
	[ ! -s out ]
	[ ! -s err ]
	ends_with 75 dkim-txt --check -d example.com -s new --nameserver=127.0.0.1@1 --wait=1 >out
}

@test "nagios: a line, numbers and the codes of a plugin" {
	plugin() { ends_with "$1" check --report=nagios "${@:2}" >out; }
	plugin 0 -s mail -k mail.private
	[ "$(cat out)" = "DKIM OK - 1 of 1 keys OK | keys=1 ok=1 warning=0 critical=0 unknown=0" ]
	plugin 1 -s testing -k testing.private
	grep -q '^DKIM WARNING' out
	plugin 2 -s gone
	grep -q '^DKIM CRITICAL' out
	grep -q '^gone._domainkey.example.com: revoked' out
	plugin 2 -s mail -k nosuch.private
	ends_with 3 dkim-txt --check -d example.com -s mail --report=nagios --nameserver=127.0.0.1@1 >out
	grep -q '^DKIM UNKNOWN' out
}

@test "nagios: a line also where nothing could be checked" {
	unknown() { # TEXT OPTION...
		ends_with 3 dkim-txt --check --report=nagios "${@:2}" >out 2>err
		[ "$(grep -c '' out)" -eq 1 ]
		[ "$(grep -c '' err)" -eq 1 ]
		grep -qF -- "DKIM UNKNOWN - $1" out
	}
	unknown 'nosuch: cannot open' --key-table=nosuch
	echo oops >table
	unknown 'table: line 1' --key-table=table
	unknown 'nosuch: cannot open' -d example.com -s mail --zone=nosuch
	unknown 'a/b' -d example.com -s mail --zone='a|b'
	unknown '--each-nameserver needs' -d example.com -s mail --each-nameserver
	one_line 64 dkim-txt --check --report=nagios
}

@test "prometheus: promtool takes it" {
	{
		echo "good._domainkey.example.com example.com:good:$PWD/good.private"
		echo "also example.com:good:$PWD/other.private"
		echo "gone._domainkey.example.com example.com:gone:$PWD/mail.private"
		echo "no._domainkey.example.com example.com:no:$PWD/nosuch.private"
		echo "good.again example.com:good:$PWD/good.private"
		echo "mail example.com:mail:$PWD/mail.private"
		echo "mail.again example.com:mail:$PWD/mail.private"
	} >table
	ends_with 78 dkim-txt --check --key-table=table --nameserver="$nsd" --report=prometheus --at=1767348000 >out 2>err
	promtool check metrics <out >said 2>&1 || { cat said out; return 1; }
	[ ! -s said ]
	grep -qF "dkim_key_ok{domain=\"example.com\",selector=\"good\"} 0" out
	grep -qF "dkim_key_ok{domain=\"example.com\",selector=\"mail\"} 1" out
	# the state of a host is no label
	refute grep -F "$PWD" out
	# a selector that is named twice is one to Prometheus, with its worst result
	[ -z "$(grep -v '^#' out | sort | uniq -d)" ]
	grep -qF "dkim_key_ok{domain=\"example.com\",selector=\"gone\"} 0" out
	grep -qF 'dkim_check_timestamp_seconds 1767348000' out
}

@test "a record that was cut at 255 characters: said, and how far it agrees" {
	local whole cut
	whole=$(dkim-txt --format=value long.private)
	cut=${whole:0:255}
	printf '%s\n' "\$TTL 300" "example.com. SOA ns.example.com. h.example.com. 1 3600 600 86400 60" \
		"long._domainkey.example.com. TXT \"$cut\"" >cutzone
	ends_with 1 dkim-txt --check -d example.com -s long -k long.private --zone=cutzone >out 2>err
	grep -q '^long._domainkey.example.com: broken: p= is truncated: it ends after exactly 255 ' out
	grep -qxF "  agree     the first $((255 - 28)) of 736 characters of p=" out
	grep -qx '  differs   at character 228 of p=: .* / nothing' out
	grep -qF "  $whole" out
}

@test "--on-change: only what the last run did not know" {
	cp example.com.zone z
	run_() {
		ends_with "$1" dkim-txt --check -d example.com -s good -k good.private \
			--zone=z --on-change=state >out 2>err
	}
	run_ 0
	[ ! -s out ]
	sed -i '/^good\._domainkey/d' z
	run_ 1
	grep -q '^good._domainkey.example.com: absent: .*\[was match\]' out
	run_ 1
	[ ! -s out ]
	cp example.com.zone z
	run_ 0
	grep -q '^good._domainkey.example.com: match .*\[was absent\]' out
	run_ 0
	[ ! -s out ]
	sed -i '/^good\._domainkey/s/h=sha256; //' z
	run_ 0
	grep -q '\[another record\]' out
	# what is no state tells nothing
	printf '\0garbage\n\t\t\t' >state
	run_ 0
	[ ! -s out ]
	rm state
	sed -i '/^good\._domainkey/d' z
	run_ 1
	grep -q '\[new\]' out
}

@test "--on-change: a warning that comes or goes is a change, too" {
	run_() { # OPTION...
		ends_with 0 check -s good -k good.private --on-change=state "$@" >out 2>err
	}
	ends_with 0 check -s testing -k testing.private --on-change=new >out 2>err
	grep -q '^testing._domainkey.example.com: match .*\[new\]' out
	grep -q 'warning: t=y' err
	run_
	chmod 644 good.private
	run_
	grep -q ' match .*\[warnings were none\]' out
	grep -q 'warning: the key file is not safe' err
	run_ --json
	[ ! -s out ]
	[ ! -s err ]
	chmod 600 good.private
	run_ --report=json
	grep -q '"result":"match"' out
	chmod 644 good.private
	# nobody is told of warnings here, so that they stay new
	run_ -q
	[ ! -s out ]
	[ ! -s err ]
	run_
	grep -q 'warning: the key file is not safe' err
	chmod 600 good.private
	run_
	grep -q '\[warnings were key-file\]' out
}

@test "--on-change: nagios has its line also without a change" {
	ends_with 2 check -s gone --report=nagios --on-change=state >out
	[ "$(grep -c '' out)" -eq 2 ]
	ends_with 2 check -s gone --report=nagios --on-change=state >out
	grep -q '^DKIM CRITICAL - 0 of 1' out
	[ "$(grep -c '' out)" -eq 1 ]
}

@test "--on-change: a state that cannot be kept is told, the exit stays" {
	ends_with 0 check -s good -k good.private --on-change=nosuch/state 2>err
	[ -s err ]
	mkdir dir
	ends_with 1 check -s gone --on-change=dir >out 2>err
	[ -s err ]
	# what is no file stays what it is
	mkfifo fifo
	ends_with 1 check -s gone --on-change=fifo >out 2>err
	[ -s out ]
	[ -p fifo ]
	grep -q 'cannot create fifo' err
}

@test "forms of the report that contradict each other are 64" {
	for form in text nagios prometheus; do
		one_line 64 check -s good --report=$form --json
	done
	one_line 78 check -s good --testkey --json
	one_line 78 check -s good --testkey --report=text
	check -s good --report=json --json >out
	grep -q '"result":"valid"' out
}

@test "--testkey alone checks, and is nothing else" {
	ends_with 65 dkim-txt --testkey -d example.com -s other -k other.private --nameserver="$nsd" >out
	grep -q 'keys do not match' out
	for o in --lint --list --revoke --format=p; do
		one_line 78 dkim-txt --testkey $o -d example.com -s other
	done
}

@test "the examples for cron and systemd: options that there are" {
	local option
	for option in $(cat "$top"/scripts/dkim-check.* | sed -n 's/.*\(dkim-txt .*\)/\1/p' |
		grep -oE -e '--[a-z-]+'); do
		dkim-txt --help=all | grep -qE -e "$option( |=)" || { echo "no $option"; return 1; }
	done
	python3 - "$top/scripts" <<-'EOF'
		import configparser, sys
		service, timer = configparser.ConfigParser(), configparser.ConfigParser()
		service.read(sys.argv[1] + "/dkim-check.service")
		assert service["Service"]["ExecStart"].startswith("@BINDIR@/dkim-txt --check ")
		timer.read(sys.argv[1] + "/dkim-check.timer")
		assert timer["Timer"]["OnCalendar"] and timer["Install"]["WantedBy"]
	EOF
	awk '/dkim-txt/ && (NF < 7 || $6 != "opendkim") { exit 1 }' "$top/scripts/dkim-check.cron"
}

@test "the service is as closed as systemd-analyze wants it" {
	sed "s|@BINDIR@|$(dirname "$(command -v dkim-txt)")|" "$top/scripts/dkim-check.service" >dkim-check.service
	systemd-analyze security --offline=true --threshold=25 "$PWD/dkim-check.service" >said 2>&1 || { cat said; return 1; }
	systemd-analyze verify --man=no "$PWD/dkim-check.service" >said 2>&1 || { cat said; return 1; }
}

@test "wrong options" {
	one_line 64 dkim-txt --check -d example.com
	one_line 64 dkim-txt --check -s mail
	one_line 64 check -s mail mail.private
	one_line 64 check -s mail --lint
	one_line 64 check -s mail --report=xml
	one_line 64 check -s 'a b'
	one_line 64 check -s mail --key-table=t
	one_line 64 check -s mail --wait=x
	one_line 66 check -s mail -k nosuch
	one_line 65 check -s mail -k example.com.zone
	one_line 74 full check -s gone
}
full() { "$@" >/dev/full; }
