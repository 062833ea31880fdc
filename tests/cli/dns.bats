#!/usr/bin/env bats
# dkim-verify and real name servers: what they answer, and that records, "no"
# and "no answer" stay three different things (RFC 6376 6.1.2).

# shellcheck disable=SC2016,SC2154 # no variables; dns_helper sets them

load helper
load dkim_helper
load dns_helper

# entry FLAGS NAME [ADJUST [MATCH]] <ANSWERS: one canned answer for ldns-testns.
entry() {
	cat <<-EOT
		ENTRY_BEGIN
		MATCH qname ${4-}
		REPLY $1
		ADJUST ${3-copy_id}
		SECTION QUESTION
		$2 IN TXT
		SECTION ANSWER
	EOT
	cat
	echo ENTRY_END
}

make_zones() {
	local key long i

	dkim-genkey -a -d example.com -s mail
	key=$(sed -n 's/^[^"]*"\([^"]*\)".*/"\1"/p' mail.txt | paste -sd' ')
	long=$(for i in {1..20}; do printf '"%s" ' "$(head -c 200 /dev/zero | tr '\0' x)"; done)
	cat >example.com.zone <<-EOT
		\$ORIGIN example.com.
		\$TTL 300
		@ SOA ns hostmaster 1 3600 600 86400 60
		@ NS ns
		ns A 127.0.0.1
		good._domainkey TXT $key
		long._domainkey TXT $key "; n=" $long
		alias._domainkey CNAME second._domainkey
		second._domainkey CNAME good._domainkey
		away._domainkey CNAME key.example.net.
		vanished._domainkey CNAME nowhere
		outside._domainkey CNAME key.example.org.
		refused._domainkey CNAME good._domainkey
		loop._domainkey CNAME pool._domainkey
		pool._domainkey CNAME loop._domainkey
		address._domainkey A 192.0.2.1
		below.between._domainkey TXT "x"
		other._domainkey TXT "v=spf1 -all"
		other._domainkey TXT $key
		split._domainkey TXT ${key/MII/MI\" \"I}
		*.wild._domainkey TXT $key
		moved DNAME example.net.
		chain._domainkey CNAME key.moved
	EOT
	cat >example.net.zone <<-EOT
		\$ORIGIN example.net.
		\$TTL 300
		@ SOA ns.example.com. hostmaster 1 3600 600 86400 60
		@ NS ns.example.com.
		key TXT $key
	EOT
	{
		printf '$TTL 300\n'
		printf 'ENTRY_BEGIN\nMATCH qname\nREPLY QR NOERROR\n'
		printf 'ADJUST copy_id copy_query\nSECTION QUESTION\n'
		printf 'ready. IN SOA\nENTRY_END\n'
		for i in SERVFAIL REFUSED NOTIMPL FORMERR; do
			entry "QR $i" "${i,,}._domainkey.example.com." </dev/null
		done
		echo "truncated._domainkey.example.com. TXT $key" |
			entry "QR TC NOERROR" truncated._domainkey.example.com. \
				copy_id UDP
		echo "id._domainkey.example.com. TXT $key" |
			entry "QR NOERROR" id._domainkey.example.com. ""
		echo "other._domainkey.example.com. TXT $key" |
			entry "QR NOERROR" other._domainkey.example.com.
		echo "good._domainkey.example.com. TXT $key" |
			entry "QR AD NOERROR" good._domainkey.example.com.
		echo "wrongowner._domainkey.example.net. TXT $key" |
			entry "QR AA NOERROR" wrongowner._domainkey.example.com.
	} >canned
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	make_zones
	start_nsd example.com.zone example.net.zone
	start_testns canned
}

teardown_file() { stop_servers; }

# signed SELECTOR: a message whose key is said to be there.
signed() { msg | sign_as "$1"; }
sign_as() {
	local selector=$1
	shift

	dkim-sign -d example.com -s "$selector" \
		-k "$BATS_FILE_TMPDIR/mail.private" "$@"
}

# judged STATUS RESULT REASON SELECTOR OPTION...: what dkim-verify must say.
judged() {
	local code=$1 result=$2 reason=$3 selector=$4 status=0
	shift 4

	signed "$selector" >eml
	dkim-verify --json "$@" eml >json 2>err || status=$?
	grep -q "\"result\":\"$result\",\"reason\":\"$reason\"" json &&
		[ "$status" -eq "$code" ] && return
	echo "$selector: expected $code $result $reason, got $status"
	cat json err
	return 1
}

asked_nsd() { judged "$@" --nameserver="$nsd"; }
asked_testns() { judged "$@" --nameserver="$testns"; }

# says SENTENCE: the text of the signature.
says() {
	grep -q "\"text\":\"[^\"]*$1" json && return
	cat json
	return 1
}

@test "a key is found" {
	asked_nsd 0 pass ok good
	asked_nsd 0 pass ok split
}

@test "RFC 6376 3.6.2.2: a record of 4 KB comes over TCP" {
	drill -p "${nsd#*@}" @127.0.0.1 -b 1232 long._domainkey.example.com TXT |
		grep -q '^;; flags:.* tc'
	asked_nsd 0 pass ok long
}

@test "RFC 1034 3.6.2: aliases are followed, through zones as well" {
	asked_nsd 0 pass ok alias
	asked_nsd 0 pass ok away
	asked_nsd 0 pass ok chain
}

@test "RFC 6604 3: an alias of what does not exist is no key" {
	asked_nsd 1 permerror no-key vanished
}

@test "a loop of aliases is a temporary error" {
	asked_nsd 75 temperror dns loop
	says "CNAME loop"
}

@test "an alias that leads to a refusal is a temporary error" {
	asked_nsd 75 temperror dns outside
	says "REFUSED from $nsd"
}

@test "RFC 2308 2.1: NXDOMAIN is no key" {
	asked_nsd 1 permerror no-key nowhere
}

@test "RFC 2308 2.2: a name without TXT is no key" {
	asked_nsd 1 permerror no-key address
	asked_nsd 1 permerror no-key between
}

@test "RFC 4592: a wildcard" {
	asked_nsd 0 pass ok any.wild
	asked_nsd 1 permerror no-key wild
}

@test "a record that is no key does not hide one" {
	asked_nsd 0 pass ok other
}

@test "the zone source answers as NSD does" {
	local selector

	for selector in good long split alias away chain vanished loop nowhere \
		address between any.wild wild other; do
		signed "$selector" >eml
		dkim-verify --json --nameserver="$nsd" eml 2>/dev/null |
			sed 's/"dnssec":"[a-z]*"//' >nsd.json || true
		dkim-verify --json --zone="$BATS_FILE_TMPDIR/example.com.zone" \
			--zone="$BATS_FILE_TMPDIR/example.net.zone" eml 2>/dev/null |
			sed 's/"dnssec":"[a-z]*"//' >zone.json || true
		diff nsd.json zone.json
	done
}

@test "SERVFAIL, REFUSED, NOTIMP, FORMERR are temporary errors" {
	local code

	for code in SERVFAIL REFUSED NOTIMPL FORMERR; do
		asked_testns 75 temperror dns "${code,,}"
		says "$code from $testns"
	done
}

@test "silence is a temporary error" {
	asked_testns 75 temperror dns silence --dns-timeout=1 --deadline=1
	says "no answer from $testns"
}

@test "a dead resolver costs the deadline, whatever there is to ask" {
	dns_server silent
	{
		for i in 1 2 3 4 5; do
			msg | sign_as "dead$i" --header-only
		done
		msg
	} >eml
	ends_with 75 dkim-verify --nameserver="127.0.0.1@$port" \
		--dns-timeout=600 --deadline=1 eml >out
	dns_stop
	[ "$(grep -c '^temperror' out)" -eq 5 ]
	[ "$(grep -c "no answer from 127.0.0.1@$port: timeout after" out)" -eq 1 ]
	[ "$(grep -c 'no time left: all questions together may take 1 s' out)" -eq 4 ]
	[ "$(wc -l <asked)" -eq 1 ]
}

@test "a truncated answer without TCP is a temporary error" {
	asked_testns 75 temperror dns truncated --dns-timeout=1 --deadline=1
}

@test "RFC 5452 9.1: an answer with another id is no answer" {
	asked_testns 75 temperror dns id --dns-timeout=1 --deadline=1
}

@test "RFC 5452 6: a record of another name is not the key, nor a no" {
	asked_testns 75 temperror dns wrongowner
}

@test "the next server is asked when one fails" {
	# refused._domainkey is an alias of good._domainkey at NSD only
	asked_testns 75 temperror dns refused
	judged 0 pass ok refused --nameserver="$testns" --nameserver="$nsd"
}

@test "a closed port is a temporary error, at once" {
	judged 75 temperror dns good --nameserver=127.0.0.1@1
	says "no answer from 127.0.0.1@1: Connection refused"
}

@test "the AD bit of a loopback server is believed" {
	asked_testns 0 pass ok good
	grep -q '"dnssec":"secure"' json
	asked_nsd 0 pass ok good
	grep -q '"dnssec":"insecure"' json
	judged 0 pass ok good --nameserver="0.0.0.0${testns#127.0.0.1}"
	grep -q '"dnssec":"unknown"' json
}

# Messages whose keys get every answer that NSD has.
many() {
	local selector

	for selector in good split long alias away chain vanished loop outside \
		nowhere address between any.wild wild other; do
		signed "$selector" >"$selector.eml"
	done
}

@test "a run that is recorded is repeated to the octet" {
	many
	ends_with 75 dkim-verify --json --record-dns=recorded \
		--nameserver="$nsd" ./*.eml >first 2>first.err
	ends_with 75 dkim-verify --json --zone=recorded ./*.eml >again \
		2>again.err
	diff first again
	diff first.err again.err
	grep -q '"dnssec":"insecure"' first
	# and once more, recorded from the recording
	ends_with 75 dkim-verify --record-dns=third --zone=recorded ./*.eml \
		>/dev/null 2>&1
	# answers are recorded as they come: many questions are on their way
	diff <(sed 's/^;@ [^ ]*//' recorded | sort) <(sed 's/^;@ [^ ]*//' third | sort)
}

@test "a recording that cannot be written is 74, whatever the tool" {
	dkim-genkey -a -d example.com -s mail
	msg >m
	sign -q m >signed
	while read -r run; do
		ends_with 74 $run --zone=mail.txt --record-dns=/dev/full >out 2>err
		grep -q '/dev/full: ' err
		[ "$(grep -c '' err)" -eq 1 ]
	done <<-'EOF'
		dkim-verify -q signed
		dkim-policy -q --evaluate m
		dkim-policy -q --type=dmarc example.com
		dkim-txt --check -d example.com -s mail
		dkim-txt -q --find -d example.com
		dkim-sign -q -d example.com -s mail -k mail.private --check-dns m
	EOF
}

@test "threads record into one file, and the run is repeated all the same" {
	local i

	many
	for i in {1..8}; do
		mkdir "part$i"
		cp ./*.eml "part$i"
	done
	ends_with 75 dkim-verify -j 4 --json --record-dns=recorded \
		--nameserver="$nsd" part*/*.eml >first 2>first.err
	ends_with 75 dkim-verify -j 2 --json --zone=recorded part*/*.eml \
		>again 2>again.err
	diff first again
	diff first.err again.err
	# one question a name
	[ "$(grep -c '^;@ ' recorded)" -eq "$(find part1 -type f | wc -l)" ]
}

@test "what is recorded is lines of a master file" {
	local zone

	many
	dkim-verify --record-dns=recorded --nameserver="$nsd" ./*.eml \
		>/dev/null 2>&1 || true
	grep -qxE ';@ [0-9-]{10}T[0-9:]{8}Z dnssec=insecure octets=[0-9]+( .*)?' \
		recorded
	grep -qxF ';! nowhere._domainkey.example.com. TXT NXDOMAIN' recorded
	grep -qxF ';! address._domainkey.example.com. TXT NODATA' recorded
	grep -qxF ';! outside._domainkey.example.com. TXT SERVFAIL' recorded
	grep -q '^good._domainkey.example.com. 300 IN TXT "v=DKIM1; ' recorded
	zone=$(mktemp -u XXXXXX.zone)
	{
		echo 'example.com. 300 IN SOA ns hostmaster 1 3600 600 86400 60'
		echo 'example.com. 300 IN NS ns.example.net.'
		cat recorded
	} >"$zone"
	named-checkzone -i none example.com "$zone"
	ldns-read-zone "$zone" | grep -q '^good._domainkey'
}

@test "DNSSEC and silence are recorded, too" {
	local selector

	for selector in good silence servfail truncated; do
		signed "$selector" >"$selector.eml"
	done
	ends_with 75 dkim-verify --json --record-dns=recorded \
		--nameserver="$testns" --dns-timeout=1 --deadline=1 \
		good.eml silence.eml servfail.eml >first 2>first.err
	ends_with 75 dkim-verify --json --zone=recorded \
		good.eml silence.eml servfail.eml >again 2>again.err
	diff first again
	diff first.err again.err
	grep -q '"dnssec":"secure"' again
	grep -qxF ';! silence._domainkey.example.com. TXT TIMEOUT' recorded
	grep -qxF ';! servfail._domainkey.example.com. TXT SERVFAIL' recorded
}

@test "of several recordings in one file the last counts" {
	signed good >eml
	ends_with 75 dkim-verify --record-dns=recorded \
		--nameserver=127.0.0.1@1 eml >/dev/null 2>&1
	ends_with 75 dkim-verify --zone=recorded eml >/dev/null
	dkim-verify --record-dns=recorded --nameserver="$nsd" eml
	dkim-verify --zone=recorded eml
	echo ';! good._domainkey.example.com. TXT NXDOMAIN AD' >>recorded
	ends_with 1 dkim-verify --json --zone=recorded eml >json
	grep -q '"reason":"no-key".*"dnssec":"secure"' json
}

@test "a recording that cannot be written is never silent" {
	signed good >eml
	one_line 73 dkim-verify --record-dns=absent/file --nameserver="$nsd" eml
	one_line 73 dkim-verify --record-dns=. --nameserver="$nsd" eml
	ends_with 74 dkim-verify --record-dns=/dev/full --nameserver="$nsd" \
		eml >out 2>err
	grep -q '^pass' out
	grep -q '^dkim-verify: /dev/full: ' err
	[ "$(wc -l <err)" -eq 1 ]
	: >locked
	chmod 400 locked
	if [ "$(id -u)" -ne 0 ]; then
		one_line 77 dkim-verify --record-dns=locked \
			--nameserver="$nsd" eml
	else
		cp "$BUILD/dkim-verify" .
		chmod 755 .
		one_line 77 setpriv --reuid=65534 --regid=65534 \
			--clear-groups ./dkim-verify --record-dns=locked \
			--nameserver="$nsd" - <eml
	fi
}

@test "neither search list nor resolver options apply" {
	LOCALDOMAIN=example.com RES_OPTIONS="ndots:9 attempts:1" \
		asked_nsd 1 permerror no-key nowhere
	LOCALDOMAIN=wild._domainkey.example.com RES_OPTIONS=use-vc \
		asked_nsd 0 pass ok good
}

@test "what is no address of a name server is wrong usage" {
	local address

	for address in localhost 127.0.0.1@0 127.0.0.1@65536 127.0.0.1:65536 ""; do
		msg | one_line 64 dkim-verify --nameserver="$address"
	done
}

@test "what is wrong in a zone file is said with its line" {
	msg >eml
	one_line 64 dkim-verify --origin=example.com eml
	grep -q -- '--origin needs --zone' stderr
	printf '\n; comment\nmail._domainkey TXT x\n' >zone
	one_line 64 dkim-verify --zone=zone eml
	grep -q 'zone: line 3: .*--origin=NAME' stderr
	printf '$INCLUDE other\n' >zone
	one_line 64 dkim-verify --zone=zone eml
	grep -qF 'zone: line 1: $INCLUDE is refused' stderr
	one_line 66 dkim-verify --zone=absent eml
}

@test "RFC 1035 5.1: --origin gives relative names their place" {
	dkim-genkey -d example.com -s rel
	msg | dkim-sign -d example.com -s rel -k rel.private >eml
	sed 's/;[^"]*$//' rel.txt >bare.txt
	dkim-verify --zone=bare.txt --origin=example.com eml
	one_line 64 dkim-verify --zone=bare.txt eml
}

@test "a relative record of a genkey belongs to the domain in its comment" {
	dkim-genkey -d example.com -s rel
	msg | dkim-sign -d example.com -s rel -k rel.private >eml
	dkim-verify --zone=rel.txt eml
	dkim-txt --check -d example.com -s rel -k rel.private --zone=rel.txt
	# in one line, with CRLF, revoked, by opendkim-genkey
	dkim-txt --format=oneline rel.private | sed 's/$/ ; ----- DKIM key rel for example.com\r/' >one.txt
	dkim-verify --zone=one.txt eml
	opendkim-genkey -d example.com -s odk
	msg | dkim-sign -d example.com -s odk -k odk.private >odk.eml
	dkim-verify --zone=odk.txt odk.eml
	dkim-txt --revoke -s rel | sed 's/for localhost/for example.com/' >gone.txt
	ends_with 1 dkim-verify --zone=gone.txt eml >out
	grep -q 'revoked' out
	# $ORIGIN and --origin are first
	ends_with 1 dkim-verify --zone=rel.txt --origin=example.org eml >out
	sed '1i $ORIGIN example.org.' rel.txt >org.txt
	ends_with 1 dkim-verify --zone=org.txt eml >out
	grep -q 'does not exist' out
}

@test "any other relative record is 64, with the hint" {
	local edit
	dkim-genkey -d example.com -s rel
	msg | dkim-sign -d example.com -s rel -k rel.private >eml
	for edit in 's/for example.com/for localhost/' 's/key rel for/key mail for/' 's/key rel for/key reg for/' \
		's/^rel._domainkey/rel/' 's/DKIM key/DKIM/' 's/ for example.com//' \
		's/example.com$/a..b/' 's/; -----/-----/' 's/example.com$/a b/'; do
		sed "$edit" rel.txt >bad.txt
		refute cmp -s bad.txt rel.txt
		one_line 64 dkim-verify --zone=bad.txt eml
	done
	sed 's/for example.com/for localhost/' rel.txt >bad.txt
	one_line 64 dkim-verify --zone=bad.txt eml
	grep -q -- '--origin=NAME says where it belongs' stderr
}
