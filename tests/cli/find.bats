#!/usr/bin/env bats
# dkim-txt --find: which selectors a domain has, asked of real name servers.
# shellcheck disable=SC2154 # dns_helper sets names of servers
load helper
load dkim_helper
load dns_helper

ed() { dkim-genkey --type=ed25519 -s "$1"; }

# Many: 300 selectors with a key of their own each, numbered, in a list.
make_zones() {
	local i s
	for s in mail other shared ed; do ed $s; done
	rsa big 2048
	rsa short 1024
	p=$(dkim-txt --format=p other.private)
	# Ed25519 keys need no computing: a point each, from the numbers
	for ((i = 1; i <= 300; i++)); do
		echo "sel$i"
	done >list
	python3 - >many <<-'EOF'
		import base64, hashlib
		for i in range(1, 301):
		    k = base64.b64encode(hashlib.sha256(b"%d" % i).digest()).decode()
		    print(f'sel{i}._domainkey TXT "v=DKIM1; k=ed25519; p={k}"')
	EOF
	{
		cat <<-EOF
			\$ORIGIN example.com.
			\$TTL 300
			@ SOA ns h 2024010501 3600 600 86400 60
			@ NS ns
			ns A 127.0.0.1
			@ MX 10 in1-smtp.messagingengine.com.
			@ TXT "v=spf1 include:spf.protection.outlook.com include:77.spf03.hubspotemail.net include:amazonses.com -all"
			$(dkim-txt -q --format=oneline -s google big.private)
			default._domainkey TXT "v=DKIM1; k=ed25519; t=y; p=$p"
			k1._domainkey CNAME k1._domainkey.example.net.
			k2._domainkey CNAME nowhere.example.net.
			20230601._domainkey TXT "$(dkim-txt --format=value mail.private)"
			dkim._domainkey TXT "v=DKIM1; p="
			x._domainkey TXT "v=DKIM1; k=rsa; p=$(dkim-txt -q --format=p short.private)"
			s1._domainkey TXT "v=DKIM1; k=ed25519; p=$p"
			s2._domainkey TXT "v=DKIM1; k=ed25519; p=$p"
			smtp._domainkey TXT "v=DKIM1; k=ed25519; p=nonsense"
			email._domainkey TXT "v=DKIM1; k=ed25519; p=$p"
			email._domainkey TXT "v=DKIM1; k=ed25519; t=s; p=$p"
			below.api._domainkey TXT "v=DKIM1; p="
			mx._domainkey A 192.0.2.1
			hs1-77._domainkey TXT "$(dkim-txt --format=value shared.private)"
			secret._domainkey TXT "$(dkim-txt --format=value ed.private)"
			secret._domainkey.news TXT "$(dkim-txt --format=value ed.private)"
		EOF
	} >example.com.zone
	cat >example.net.zone <<-EOF
		\$ORIGIN example.net.
		\$TTL 60
		@ SOA ns h 1 3600 600 86400 60
		@ NS ns.example.com.
		k1._domainkey TXT "$(dkim-txt --format=value shared.private)"
	EOF
	{
		cat <<-EOF
			\$ORIGIN many.example.
			\$TTL 60
			@ SOA ns h 7 1 1 1 1
			@ NS ns.example.com.
		EOF
		cat many
	} >many.example.zone
	cat >wild.example.zone <<-EOF
		\$ORIGIN wild.example.
		\$TTL 60
		@ SOA ns h 7 1 1 1 1
		@ NS ns.example.com.
		*._domainkey TXT "v=DKIM1; p="
		mail._domainkey TXT "$(dkim-txt --format=value mail.private)"
	EOF
	cat >star.example.zone <<-EOF
		\$ORIGIN star.example.
		\$TTL 60
		@ SOA ns h 7 1 1 1 1
		@ NS ns.example.com.
		* TXT "v=spf1 -all"
	EOF
	cat >none.example.zone <<-EOF
		\$ORIGIN none.example.
		\$TTL 60
		@ SOA ns h 7 1 1 1 1
		@ NS ns.example.com.
	EOF
	cat >empty.example.zone <<-EOF
		\$ORIGIN empty.example.
		\$TTL 60
		@ SOA ns h 7 1 1 1 1
		@ NS ns.example.com.
		unguessable-7._domainkey TXT "v=DKIM1; p="
	EOF
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	make_zones
	start_nsd ./*.zone
}
teardown_file() { stop_servers; }

setup() {
	in_own_folder
	cp -p "$BATS_FILE_TMPDIR"/{list,*.private,*.zone} .
}

# find_ STATUS DOMAIN [OPTION...]: as fast as it goes; leaves out and err.
find_() {
	local code=$1 domain=$2
	shift 2
	ends_with "$code" dkim-txt --find -d "$domain" --nameserver="$nsd" \
		--rate=10000 "$@" >out 2>err
}

# field SELECTOR KEY: of the JSON object of this selector in out.
field() {
	/usr/bin/python3 -c '
import json, sys
for line in open("out"):
    o = json.loads(line)
    if o["selector"] == sys.argv[1]:
        print(json.dumps(o[sys.argv[2]]))' "$@"
}

@test "each selector of the built-in list is found, with its state" {
	find_ 0 example.com -q
	sed 's/, .*//' out | sed 's/\(broken\|several\):.*/\1/' >states
	cat >want <<-'EOF'
		20230601._domainkey.example.com: valid
		default._domainkey.example.com: testing
		dkim._domainkey.example.com: revoked
		email._domainkey.example.com: several
		google._domainkey.example.com: valid
		hs1-77._domainkey.example.com: valid
		k1._domainkey.example.com: valid
		k2._domainkey.example.com: broken
		s1._domainkey.example.com: valid
		s2._domainkey.example.com: valid
		smtp._domainkey.example.com: broken
		x._domainkey.example.com: valid
	EOF
	diff states want
	grep -q '^google._domainkey.example.com: valid, rsa 2048, unchanged since 2024-01-05 or longer$' out
	grep -q '^x._domainkey.example.com: valid, rsa 1024' out
	grep -q '^20230601.*, dated 2023-06-01, unchanged' out
	[ ! -s err ] || { cat err; false; }
}

@test "an alias is followed into another zone, and one that leads nowhere is broken" {
	find_ 0 example.com -q
	grep -q '^k1._domainkey.example.com: valid, ed25519 256, alias of k1._domainkey.example.net, same key as hs1-77._domainkey.example.com$' out
	grep -q '^k2._domainkey.example.com: broken, alias of nowhere.example.net:' out
	find_ 0 example.com -q --json
	[ "$(field k1 alias)" = '["k1._domainkey.example.net"]' ]
	[ "$(field k2 state)" = '"broken"' ]
	# the serial of the other zone is no date
	[ "$(field k1 unchanged_since)" = null ]
	[ "$(field google unchanged_since)" = '"2024-01-05"' ]
}

@test "a loop of aliases is named" {
	cat >zone <<-EOF
		\$ORIGIN example.org.
		k1._domainkey CNAME k2._domainkey
		k2._domainkey CNAME k1._domainkey
	EOF
	ends_with 75 dkim-txt --find -d example.org --zone=zone >out 2>err
	grep -q '^k1._domainkey.example.org: temperror, alias of k2._domainkey.example.org.*: a CNAME loop' out
	[ "$(wc -l <out)" -eq 2 ]
}

@test "json: the keys, and the states" {
	find_ 0 example.com --json
	/usr/bin/python3 - <<-'EOF'
		import json
		want = {"domain", "selector", "state", "type", "bits", "alias",
			"source", "record", "findings"}
		seen = {}
		for line in open("out"):
		    o = json.loads(line)
		    assert want <= set(o), o
		    assert o["domain"] == "example.com"
		    assert o["source"] and set(o["source"]) <= {"builtin", "file", "message", "provider"}
		    seen[o["selector"]] = o
		assert [seen[s]["state"] for s in ("google", "default", "dkim", "smtp", "email")] == \
			["valid", "testing", "revoked", "broken", "several"]
		assert (seen["google"]["type"], seen["google"]["bits"]) == ("rsa", 2048)
		assert (seen["dkim"]["type"], seen["dkim"]["bits"]) == (None, None)
		assert seen["dkim"]["record"] == "v=DKIM1; p="
		assert seen["hs1-77"]["source"] == ["provider"] and seen["hs1-77"]["provider"] == "HubSpot"
		assert seen["google"]["source"] == ["builtin"]
		assert seen["s1"]["same_key"] == ["s2._domainkey.example.com"] or \
			"s2._domainkey.example.com" in seen["s1"]["same_key"]
		assert "key-reused" in [f["code"] for f in seen["s1"]["findings"]]
	EOF
}

@test "MX and SPF name providers, and one whose selectors are random is said" {
	find_ 0 example.com -v
	grep -q 'MX names Fastmail (in1-smtp.messagingengine.com;' err
	grep -q 'SPF names Microsoft 365 (spf.protection.outlook.com;' err
	grep -q 'SPF names Amazon SES and WorkMail, whose selectors cannot be guessed: give a message' err
	find_ 0 example.com
	grep -q 'SPF names Amazon SES' err
	refute grep -q 'MX names Fastmail' err
}

@test "300 selectors of a file are found, however many there are" {
	find_ 0 many.example --selectors=list --json
	[ "$(wc -l <out)" -eq 300 ]
	[ "$(grep -c '"source":\["file"\]' out)" -ge 295 ]
	[ "$(field sel300 type)" = '"ed25519"' ]
	# sel1 is built in, too
	[ "$(field sel1 source)" = '["builtin", "file"]' ]
	printf '\xef\xbb\xbfsel7\r\n# a comment\n\nsel300.\r\n' >few
	find_ 0 many.example --selectors=few -q
	grep -q '^sel300._domainkey.many.example: valid' out
}

@test "a file with something else than selectors is 78, with what was meant" {
	echo 'mail._domainkey.example.com' >bad
	one_line 78 dkim-txt --find -d example.com --zone=example.com.zone --selectors=bad
	grep -q 'bad: line 1: .*mail' stderr
	echo 'two words' >bad
	one_line 78 dkim-txt --find -d example.com --zone=example.com.zone --selectors=bad
	one_line 78 dkim-txt --find -d example.com --zone=example.com.zone --selectors=nowhere
}

@test "selectors of messages are found, also below the domain" {
	cp example.com.zone zone
	msg >m
	forge sign -k ed.private -s secret <m >one.eml
	forge sign -k ed.private -s secret -d news.example.com <m >two.eml
	forge sign -k ed.private -s secret -d example.org <m >three.eml
	find_ 0 example.com -q --json one.eml two.eml three.eml
	[ "$(field secret source | sort -u)" = '["message"]' ]
	[ "$(field secret domain | sort | paste -sd' ')" = '"example.com" "news.example.com"' ]
	# one key under two domains
	grep '"selector":"secret","state"' out | grep -q '"same_key":\["secret._domainkey.news.example.com"\]'
	mkdir folder
	cp one.eml folder
	cat one.eml >mbox
	find_ 0 example.com -q folder
	grep -q '^secret._domainkey.example.com: valid, ed25519 256' out
	# a message of somebody else names nothing
	find_ 0 example.com three.eml
	grep -q 'no message has a signature of example.com' err
	refute grep -q '^secret' out
}

@test "a message that cannot be read is said, and the rest goes on" {
	find_ 66 example.com -q nowhere.eml
	grep -q 'nowhere.eml' err
	grep -q '^google._domainkey' out
}

@test "a wildcard is told once, and only selectors of their own besides it" {
	find_ 0 wild.example
	[ "$(wc -l <out)" -eq 2 ]
	grep -q '^\*._domainkey.wild.example: revoked, a wildcard' out
	grep -q '^mail._domainkey.wild.example: valid' out
	find_ 0 wild.example --json
	[ "$(field '*' source)" = '[]' ]
	# one that has no key for anybody
	find_ 2 star.example
	[ ! -s out ]
	grep -q 'a wildcard gives every selector a TXT record that is no key record' err
}

@test "a domain whose only valid keys are Ed25519 gets a warning, each of them" {
	for s in ed1 k1; do ed $s; done
	dkim-txt --format=oneline -d example.org ed1.private >zone
	dkim-txt --format=oneline -d example.org k1.private >>zone
	dkim-txt --revoke --format=oneline -d example.org -s k2 >>zone
	ends_with 0 dkim-txt --find -d example.org --zone=zone >out 2>err
	[ "$(grep -c 'warning: all valid keys of the domain are Ed25519' err)" -eq 2 ]
	dkim-txt --find -d example.org --zone=zone --json -q >out
	[ "$(grep -c '"code":"ed25519-alone"' out)" -eq 2 ]
	# not where one is RSA, nor where one may be
	dkim-txt --format=oneline -d example.org -s dkim big.private | cat - zone >both
	dkim-txt --find -d example.org --zone=both >out 2>err
	[ ! -s err ]
	echo ';! dkim._domainkey.example.org. TXT TIMEOUT' | cat - zone >both
	ends_with 75 dkim-txt --find -d example.org --zone=both >out 2>err
	refute grep -q Ed25519 err
}

@test "RFC 8020: below a name that does not exist nothing is asked" {
	find_ 2 none.example
	[ ! -s out ]
	grep -q '_domainkey.none.example does not exist' err
	dkim-txt --find -d none.example --nameserver="$nsd" --record-dns=rec >out 2>err || true
	[ "$(grep -c '^;!' rec)" -eq 2 ]
	# a domain below has selectors of its own
	cp example.com.zone zone
	ed secret
	dkim-txt --format=oneline -d news.none.example secret.private >below.zone
	msg | forge sign -k secret.private -s secret -d news.none.example >m.eml
	ends_with 0 dkim-txt --find -d none.example --zone=below.zone m.eml >out 2>err
	[ "$(cat out)" = "secret._domainkey.news.none.example: valid, ed25519 256" ]
	grep -q '_domainkey.none.example does not exist' err
}

@test "servers that die in between: 75 after eight questions, and what was found" {
	ed here
	dkim-txt --format=oneline -d example.org -s aaa here.private >zone
	# beside each other in the order of the names
	printf 'zzz%d\n' 1 2 3 4 5 6 7 8 9 >list
	sed 's/.*/;! &._domainkey.example.org. TXT SERVFAIL/' list >>zone
	echo aaa >>list
	ends_with 75 dkim-txt --find -d example.org --zone=zone --selectors=list >out 2>err
	grep -q '^aaa._domainkey.example.org: valid, ed25519 256' out
	grep -q 'no answer for 8 of [0-9]* names; gave up' err
	# seven of them are no reason to stop
	sed -i '/zzz[89]/d' zone
	ends_with 75 dkim-txt --find -d example.org --zone=zone --selectors=list >out 2>err
	grep -qE 'no answer for 7 of [0-9]* names$' err
}

@test "a line on a terminal shows how far the search is" {
	need_terminal
	script -qec "dkim-txt --find -d example.com --nameserver=$nsd --selectors=list --rate=400 >out" /dev/null >shown
	grep -qE '[0-9]+/[0-9]+' shown
	grep -q '^google._domainkey' out
	script -qec "dkim-txt --find --no-progress -d example.com --nameserver=$nsd --selectors=list --rate=400 >out" /dev/null >shown
	refute grep -qE '[0-9]+/[0-9]+' shown
}

@test "an empty non-terminal has names below it: the search goes on, and finds none" {
	find_ 2 empty.example
	[ ! -s out ]
	grep -qE 'no selector of empty.example was found; [0-9]{3} names were asked for' err
	echo unguessable-7 >list
	find_ 0 empty.example --selectors=list -q
	grep -q '^unguessable-7._domainkey.empty.example: revoked' out
	# api is one in example.com, mx has an address only
	find_ 0 example.com -q
	refute grep -qE '^(api|mx)\.' out
}

@test "a dead server is 75 at once, and one JSON object says so" {
	dns_server silent
	ends_with 75 dkim-txt --find -d example.com --dns-timeout=1 \
		--nameserver="127.0.0.1@$port" --json >out 2>err
	dns_stop
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '"result":null' out
	[ "$(wc -l <err)" -eq 1 ]
	[ "$(sort -u asked | wc -l)" -eq 1 ]
	grep -q no-such-selector asked
	ends_with 75 dkim-txt --find -d example.com --nameserver=127.0.0.1@1 2>err
	[ "$(wc -l <err)" -eq 1 ]
}

@test "a recorded run is repeated to the byte" {
	find_ 0 example.com --record-dns=rec --json
	cp out first
	ends_with 0 dkim-txt --find -d example.com --zone=rec --json >out 2>/dev/null
	cmp out first
	find_ 0 wild.example --record-dns=rec2
	cp out first
	ends_with 0 dkim-txt --find -d wild.example --zone=rec2 >out 2>/dev/null
	cmp out first
}

@test "options that do not belong together are 64" {
	one_line 64 dkim-txt --find
	grep -q -- '--find needs -d' stderr
	one_line 64 dkim-txt --find -d example.com -s mail
	one_line 64 dkim-txt --find -d example.com --rate=0
	one_line 64 dkim-txt --find --check -d example.com
	one_line 64 dkim-txt --selectors=list -d example.com mail.private
	one_line 64 dkim-txt --find -d _domainkey.example.com
}

# shown PREFIX: what the manual shows as the output of "$ PREFIX...", its broken
# lines joined.
shown() {
	sed -n "/^\$ $1/,/^\.Ed/p" "$top/cmd/dkim-txt/dkim-txt.1" | sed '1d;$d' |
		sed -e :a -e '$!N; s/\n    / /; ta' -e 'P;D'
}

@test "manual: which selectors do I have?" {
	cat >zone <<-EOF
		example.com. SOA ns. h. 2026113001 1 1 1 1
		$(dkim-txt --format=oneline -d example.com -s 202606 big.private)
		k1._domainkey.example.com. CNAME dkim.mcsv.net.
		old._domainkey.example.com. TXT "v=DKIM1; p="
	EOF
	rsa other2
	echo "dkim.mcsv.net. TXT ( $(dkim-txt --format=oneline other2.private | cut -d'"' -f2- | sed 's/^/"/; s/;[^"]*$//') )" >>zone
	dkim-txt --find -d example.com --zone=zone \
		--at=2026-12-01T00:00:00Z >out
	shown 'dkim-txt --find -d example.com$' >want
	[ -s want ]
	diff out want
}
