#!/usr/bin/env bats
# dkim-policy DOMAIN...: what is published, in words and in JSON; exit status.
# What is found wrong with each kind of record is in tests/unit/policylint.c.
load helper
load dns_helper
load policy_helper

# The records that old instructions have people publish.
make_zone() {
	cat >"$BATS_FILE_TMPDIR/example.com.zone" <<-'EOT'
		$ORIGIN example.com.
		$TTL 300
		@ SOA ns hostmaster 1 3600 600 86400 60
		@ NS ns
		ns A 127.0.0.1
		@ MX 10 mx
		mx A 192.0.2.1
		@ TXT "v=spf1 mx a:mx.example.com include:senders ?all"
		@ TXT "v=spf1 mx ?all"
		@ TXT "spf2.0/pra mx ?all"
		one TXT "v=spf1 mx:example.com include:senders.example.com ?all"
		senders TXT "v=spf1 ip4:192.0.2.0/24 -all"
		_domainkey TXT "t=y; o=~;"
		_domainkey.one TXT "t=y;o=-;r=postmaster@example.com"
		_adsp._domainkey TXT "dkim=all"
		_ssp._domainkey TXT "t=y; dkim=all"
		_report._domainkey TXT "ra=dkim-errors; rp=100"
		_dmarc TXT "v=DMARC1; p=none; rua=mailto:a@example.com!10m; ruf=mailto:b@example.org; rf=afrf; pct=100; ri=86400"
		*._report._dmarc TXT "v=DMARC1"
	EOT
	cat >"$BATS_FILE_TMPDIR/example.org.zone" <<-'EOT'
		$ORIGIN example.org.
		$TTL 300
		@ SOA ns.example.com. hostmaster 1 3600 600 86400 60
		@ NS ns.example.com.
		example.com._report._dmarc TXT "v=DMARC1"
	EOT
}

setup_file() {
	make_zone
	start_nsd "$BATS_FILE_TMPDIR/example.com.zone" "$BATS_FILE_TMPDIR/example.org.zone"
}
teardown_file() { stop_servers; }

# nsd STATUS ARGUMENT...: against the server; leaves json.
nsd() {
	local code=$1 status=0
	shift
	dkim-policy --nameserver="$nsd" --json "$@" >json 2>err || status=$?
	[ "$status" -eq "$code" ] && return
	echo "dkim-policy $*: status $status, expected $code"
	cat json err
	return 1
}

@test "a real name server: each kind of record" {
	nsd 0 --type=adsp example.com
	is result found
	is at _adsp._domainkey.example.com
	is record dkim=all
	is valid true
	is tags.0.tag dkim
	is tags.0.value all
	is tags.0.text "all mail is signed when it leaves"
	is findings.0.code historic
	nsd 0 --type=ssp example.com
	is record "t=y; dkim=all"
	nsd 0 --type=domainkeys example.com
	is record "t=y; o=~;"
	nsd 0 --type=domainkeys one.example.com
	is record "t=y;o=-;r=postmaster@example.com"
	nsd 0 --type=report example.com
	is at _report._domainkey.example.com
	nsd 0 --type=sender-id example.com
	is record "spf2.0/pra mx ?all"
	nsd 0 --type=spf one.example.com
	is tree.lookups 2
	is tree.records.1.term include:senders.example.com
	nsd 1 --type=spf example.com
	is result invalid
	is findings.0.code several-records
	# "com" has no answer here, so whether example.org is another
	# organization is not known
	nsd 75 --type=dmarc example.com
	grep -q '"code":"report-no-answer"' json
}

@test "exit status: found 0, invalid 1, none 2, no answer 75" {
	txt a.example "v=spf1 -all"
	txt b.example "v=spf1 oops"
	echo 'c.example. CNAME c.example.' >>zone
	policy 0 a.example
	policy 0 --type=spf a.example
	policy 2 --type=spf,adsp a.example
	policy 1 b.example
	policy 75 --type=spf c.example
	policy 2 d.example
	policy 2 --type=spf d.example
	policy 1 a.example b.example d.example
	one_line 64 dkim-policy --zone=zone --type=mx a.example
	one_line 64 dkim-policy --zone=zone --type=report-auth a.example
	# RFC 6541 was never deployed
	for how in --type=atps --type=spf,ATPS '--lint --type=atps'; do
		# shellcheck disable=SC2086
		run -64 dkim-policy --zone=zone $how a.example
		[[ $output = *"--type=atps is gone: "*"RFC 6541"* ]]
	done
	policy 64 'a b.example'
}

@test "what a record refers to has no answer: temperror, 75" {
	txt spf.example.com "v=spf1 include:slow.example.com -all"
	txt bad.example.com "v=spf1 include:slow.example.com include:none.example.com -all"
	txt _dmarc.dmarc.example.com "v=DMARC1; p=reject; rua=mailto:a@slow.example.net"
	txt _dmarc.example.net "v=DMARC1; p=none; psd=n"
	echo ';! slow.example.com. TXT SERVFAIL' >>zone
	echo ';! dmarc.example.com._report._dmarc.slow.example.net. TXT TIMEOUT' >>zone
	policy 75 --type=spf spf.example.com
	is result temperror
	is valid null
	is at spf.example.com
	is record "v=spf1 include:slow.example.com -all"
	is findings.0.code no-answer
	ends_with 75 dkim-policy --zone=zone --type=spf spf.example.com >out
	grep -q 'temperror at spf.example.com' out
	policy 75 --type=dmarc dmarc.example.com
	is result temperror
	is at _dmarc.dmarc.example.com
	grep -q report-no-answer json
	policy 1 --type=spf bad.example.com
	is result invalid
}

@test "DMARC: a record that receivers pass over is not none" {
	txt _dmarc.example.com "p=none; v=DMARC1"
	txt _dmarc.one.example.com "v=dmarc1; p=none"
	txt _dmarc.two.example.com "p=reject"
	txt _dmarc.three.example.com "v=spf1 -all"
	txt _dmarc.four.example.com "v=DKIM1; p=MIGf"
	for name in example.com one.example.com two.example.com; do
		policy 1 --type=dmarc $name
		is result invalid
		is at _dmarc.$name
		is findings.0.code not-this-record
	done
	is record p=reject
	for name in three four; do
		policy 2 --type=dmarc $name.example.com
		is result none
		is findings '[]'
	done
	# with one above it
	txt _dmarc.example.org "v=DMARC1; p=reject"
	txt _dmarc.sub.example.org "v= DMARC1 p=none"
	policy 1 --type=dmarc sub.example.org
	is at _dmarc.example.org
	grep -q '"code":"not-this-record".*_dmarc.sub.example.org' json
}

@test "names on standard input, a line each" {
	txt a.example "v=spf1 -all"
	printf 'a.example.\n\n  d.example \n' >names
	policy 2 --type=spf <names
	cp json whole
	policy 2 --type=spf - <names
	cmp whole json
	[ "$(grep -c '"type":"spf"' json)" -eq 2 ]
	one_line 64 dkim-policy --zone=zone --type=spf </dev/null
	run -64 dkim-policy --zone=zone </dev/null
	[ "$output" = 'dkim-policy: no domain given' ]
}

@test "all kinds, one line of JSON each, in a fixed order" {
	policy 2 a.example
	[ "$(sed 's/.*"type":"\([a-z-]*\)".*/\1/' json | paste -sd,)" = \
		dmarc,adsp,ssp,domainkeys,spf,sender-id,report ]
}

@test "DMARC: the record above, removed tags, who gets reports" {
	txt _dmarc.a.example \
		"v=DMARC1; p=none; rua=mailto:x@a.example!10m,mailto:y@b.test; pct=50"
	policy 1 --type=dmarc x.a.example
	is at _dmarc.a.example
	[ "$(grep -o '"code":"[a-z-]*"' json | cut -d'"' -f4 | paste -sd' ')" = \
		'inherited removed-size removed-tag monitoring-only report-unauthorized' ]
	txt a.example._report._dmarc.b.test "v=DMARC1"
	policy 0 --type=dmarc x.a.example
}

@test "for people: words, findings, the tree of includes" {
	txt a.example "v=spf1 include:b.example ?all"
	txt b.example "v=spf1 ip4:192.0.2.1 -all"
	run -0 dkim-policy --zone=zone --type=spf a.example
	diff - <(echo "$output") <<-'EOT'
		a.example spf: found at a.example
		  "v=spf1 include:b.example ?all"
		  v=spf1                        an SPF record
		  include:b.example             every host that passes for that domain
		  ?all                          every other host
		  tree: 1 of 10 look-ups
		  a.example: 1 look-ups
		    include:b.example: 0 look-ups
		  info neutral-all: ?all says nothing about other hosts; ~all or -all does (RFC 7208 8.2)
	EOT
}

@test "octets of DNS are escaped for people and for programs" {
	printf '_dmarc.a.example. TXT "v=DMARC1; p=\\027]0;pwn\\007; n=\\255</script>"\n' >>zone
	run -1 dkim-policy --zone=zone --type=dmarc a.example
	refute grep -q $'[\e\a\xff]' <<<"$output"
	policy 1 --type=dmarc a.example
	/usr/bin/python3 -m json.tool <json >/dev/null
	refute grep -q $'[\e\a\xff]' json
}

@test "plumbing: /dev/full, no reader, stdin closed" {
	txt a.example "v=spf1 -all"
	ends_with 74 dkim-policy --zone=zone a.example >/dev/full 2>err
	ends_with 74 to_nobody dkim-policy --zone=zone a.example 2>err
	ends_with 74 dkim-policy --zone=zone <&- 2>err
}

# -- lint ----------------------------------------------------------------------

# lint STATUS CODES [OPTION...]: of stdin or a file; the codes of all records.
lint() {
	local code=$1 want=$2 got status=0
	shift 2
	dkim-policy --lint --json "$@" >json 2>err || status=$?
	got=$(grep -o '"code":"[a-z0-9-]*"' json | cut -d'"' -f4 | paste -sd' ')
	[ "$status $got" = "$code $want" ] && return
	echo "--lint $*: \"$status $got\", expected \"$code $want\""
	cat json err
	return 1
}

@test "--lint --json: an input that cannot be read is an object, too" {
	mkdir folder
	for input in nosuch folder; do
		ends_with 66 dkim-policy --lint --json $input >out
		grep -q "^{\"input\":\"$input\",\"result\":null,\"error\":\".*\"}$" out
	done
}

@test "--lint: an origin that is no name is 64" {
	one_line 64 dkim-policy --lint --origin=..x /dev/null
}

@test "--lint: a bare record, told by its beginning or by --type" {
	lint 0 "" <<<"v=DMARC1; p=reject; rua=mailto:a@example.com"
	lint 1 duplicate-tag <<<"v=DMARC1; p=reject; p=none"
	lint 0 "" <<<"v=spf1 mx -all"
	lint 1 syntax <<<"v=spf1 oops -all"
	refute grep -q "list of tags" json
	lint 0 historic <<<"dkim=all"
	lint 0 "historic policy-testing" <<<"t=y; o=~;"
	lint 0 "historic policy-testing" <<<"t=y;dkim=all"
	grep -q '"text":"[^"]*SSP was a draft' json
	lint 0 "historic neutral-all" <<<"spf2.0/pra mx ?all"
	lint 0 "neutral-all historic neutral-all" <<-'EOT'
		v=spf1 a mx ?all
		spf2.0/pra mx ?all
	EOT
	lint 1 not-this-record <<<"hello"
	lint 1 "not-this-record" --type=dmarc <<<"v=spf1 -all"
	lint 1 empty </dev/null
	lint 1 empty --type=spf <<<""
	one_line 64 dkim-policy --lint --type=mx
	one_line 64 dkim-policy --lint a b
	one_line 66 dkim-policy --lint nowhere
}

@test "--lint: a bare record of RFC 6651" {
	dkim-policy --lint <<<'ra=x; rp=50' >out
	refute grep -q not-this-record out
	ends_with 1 dkim-policy --lint <<<'ra=x; rp=500' >out
	grep -q bad-value out
}

@test "--lint: a zone: its policies with lines and owners, nothing else" {
	cat >z <<-'EOT'
		$ORIGIN example.com.
		@ SOA ns hostmaster 1 3600 600 86400 60
		@ TXT "v=spf1 mx -all"
		@ TXT "some-vendor-verification=abc"
		mail._domainkey TXT "v=DKIM1; p=broken"
		_dmarc TXT "v=DMARC1; p=reject; "
		       "rua=mailto:a@example.com; pct=50"
		two TXT "v=spf1 -all"
		two TXT "v=spf1 +all"
	EOT
	sed -i 's/p=reject; "$/p=reject; " (/; s/pct=50"$/pct=50" )/' z
	lint 1 "removed-tag several-records spf-pass-all several-records" z
	[ "$(sed 's/.*"line":\([0-9]*\),"owner":"\([^"]*\)".*/\1 \2/' json | paste -sd,)" = \
		'3 example.com,6 _dmarc.example.com,8 two.example.com,9 two.example.com' ]
	lint 0 removed-tag --type=dmarc z
	lint 1 "" --type=adsp z
}

@test "--lint: what was copied from dig" {
	lint 0 "monitoring-only no-reports" <<-'EOT'
		;; ANSWER SECTION:
		_dmarc.example.com.	3600	IN	TXT	"v=DMARC1; p=none"
	EOT
}

@test "ssp of 2005 at _policy._domainkey, where there is no newer one" {
	txt _policy._domainkey.old.example 'o=!; t=y; r=joe@old.example'
	policy 0 --type=ssp old.example
	is type ssp
	is result found
	is at _policy._domainkey.old.example
	grep -q '"text":"[^"]*SSP was a draft' json
	dkim-policy --zone=zone --type=ssp old.example | grep -q 'all mail is signed by the domain'
	txt _ssp._domainkey.old.example 'dkim=all'
	policy 0 --type=ssp old.example
	is at _ssp._domainkey.old.example
	txt _policy._domainkey.odd.example 'o=?'
	policy 1 --type=ssp odd.example
	is result invalid
	policy 2 --type=ssp none.example
	is at null
	echo ';! _policy._domainkey.dead.example. TXT SERVFAIL' >>zone
	policy 75 --type=ssp dead.example
	lint 1 "historic bad-value" <<<'joe._policy._domainkey.odd.example. TXT "o=?"'
}

@test "--lint: the record as it should read, where that is certain" {
	echo '_dmarc.example.com. TXT "p=reject; v=DMARC1"' >z
	lint 1 not-this-record z
	is corrected 'v=DMARC1; p=reject'
	ends_with 1 dkim-policy --lint z >out
	[ "$(tail -n 1 out)" = '_dmarc.example.com.	IN	TXT	"v=DMARC1; p=reject"' ]
	lint 0 "after-all" <<<'v=spf1 -all a'
	is corrected 'v=spf1 -all'
	dkim-policy --lint <<<'v=spf1 -all a' | tail -n 1 | grep -qx 'v=spf1 -all'
	lint 1 "bad-value no-processing no-reports" <<<'v=DMARC1; p=rejct'
	is corrected null
}

@test "an SPF record that leads back to itself: the loop is named, and ends" {
	txt a.example 'v=spf1 include:b.example -all'
	txt b.example 'v=spf1 include:A.example -all'
	policy 1 -v --type=spf a.example
	[ "$(grep -c '^dkim-policy: dns: ' err)" -eq 2 ]
	grep -q '"code":"include-loop"' json
	is tree.lookups 2
	ends_with 1 dkim-policy --zone=zone --type=spf a.example >out
	grep -qx '      include:A.example: permerror, a loop' out
}

@test "-v: each question and its answer on stderr, nothing else changes" {
	txt example.com 'v=spf1 include:gone.example -all'
	txt _dmarc.example.com 'v=DMARC1; p=none'
	policy 1 --type=dmarc,spf example.com
	mv json plain
	policy 1 -v --type=dmarc,spf example.com
	cmp json plain
	grep -qxE 'dkim-policy: dns: _dmarc.example.com. [0-9]+ IN TXT "v=DMARC1; p=none"' err
	grep -qx 'dkim-policy: dns: gone.example. TXT NXDOMAIN' err
	[ "$(head -n 1 err | cut -d' ' -f3)" = _dmarc.example.com. ]
	msg | dkim-policy --verbose --evaluate --zone=zone --filter=x >out 2>err
	grep -q '^dkim-policy: dns: _dmarc.example.com. ' err
	msg | dkim-policy --evaluate --zone=zone --filter=x | cmp - out
}

@test "--evaluate asks a name server for each name once" {
	msg >m
	dkim-policy --evaluate --nameserver="$nsd" --ip=192.0.2.1 \
		--mail-from=joe@example.com --record-dns=record m >out 2>err || true
	grep -q '^dmarc: ' out
	awk '/^;@/ { getline; print $1 == ";!" ? $2 " " $3 : $1 " " $4 }' record | sort >asked
	for name in example.com _dmarc.example.com _adsp._domainkey.example.com; do
		grep -qx "$name\. TXT" asked
	done
	uniq -d asked | cmp - /dev/null
}

@test "-v: what answers hold is escaped; a failure has its reason" {
	txt _dmarc.example.com "$(printf 'v=DMARC1; p=\033[31m')"
	echo ';! example.com. TXT SERVFAIL' >>zone
	policy 75 -v --type=dmarc,spf example.com
	grep -q 'p=\\027\[31m' err
	refute grep -q "$(printf '\033')" err
	grep -qx 'dkim-policy: dns: example.com. TXT SERVFAIL: SERVFAIL' err
}

@test "lint: a line without TXT is read, and is an error with its number" {
	local line
	while read -r line; do
		printf '\n%s\n' "$line" >z
		ends_with 1 dkim-policy --lint z >out
		grep -q '^z:2: .*: error not-a-record: .*: the type TXT is missing' out || { cat out; return 1; }
		refute grep not-this-record out
	done <<-'EOT'
		_dmarc v=DMARC1; p=none
		_dmarc.example.com. "v=DMARC1; p=none"
		_dmarc.example.com. 3600 IN "v=DMARC1; p=none"
		example.com. "v=spf1 -all"
	EOT
	# what is said of the record itself is said, too
	printf '$ORIGIN example.com.\n_dmarc "v=DMARC1; p=nne"\n' >z
	ends_with 1 dkim-policy --lint z >out
	grep -q '^z:2: _dmarc.example.com: error bad-value' out
	printf 's._domainkey.example.com. "v=DKIM1; k=rsa; p="\n' >z
	ends_with 1 dkim-txt --lint z >out
	grep -q '^z:1: s._domainkey.example.com: error not-a-record: .*: the type TXT is missing' out
	# no name of DNS, or no record: as before
	for line in 'Value: v=DMARC1; p=none' '_dmarc "" v=x' _dmarc '_dmarc IN 3600'; do
		echo "$line" | ends_with 1 dkim-policy --lint >out
		grep -q not-this-record out
	done
}
