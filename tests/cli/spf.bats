#!/usr/bin/env bats
# dkim-policy --spf: words, Received-SPF, exit status, and what a hostile domain
# may cost. The verdicts themselves are in tests/unit/spf.c.
load helper
load dkim_helper
load policy_helper

# spf STATUS FROM [OPTION...]
spf() {
	local code=$1 from=$2
	shift 2
	policy "$code" --spf --ip=192.0.2.1 --helo=mx.example --mail-from="$from" "$@"
}

# zone_of_all: a domain for each result.
zone_of_all() {
	txt pass.example "v=spf1 ip4:192.0.2.0/24 -all"
	txt fail.example "v=spf1 -all exp=why.example"
	txt why.example "%{i} is not ours"
	txt soft.example "v=spf1 ~all"
	txt neutral.example "v=spf1 ?all"
	txt broken.example "v=spf1 oops"
	echo 'loop.example. CNAME loop.example.' >>zone
}

@test "exit status: ours, and spfquery's" {
	local row
	zone_of_all
	for row in pass:0:0 fail:1:1 soft:1:2 neutral:1:3 broken:1:4 loop:75:5 \
		nowhere:2:6; do
		IFS=: read -r name ours theirs <<<"$row"
		spf "$ours" "x@$name.example"
		spf "$theirs" "x@$name.example" --spf-exit
	done
}

@test "Received-SPF says no SPF record only of a domain that was asked" {
	local from words
	echo 'example.com. TXT "v=spf1 -all"' >zone
	for from in joe@localhost 'joe@[192.0.2.1]' joe@a..b joe@; do
		for words in --mail-from="$from" "--helo=${from#joe@}"; do
			run dkim-policy --zone=zone --spf --ip=192.0.2.1 --helo= "$words"
			[ "$status" -eq 2 ]
			output=${output//$'\n'/}
			[[ $output = *'is not a full domain name, so that 192.0.2.1 is'* ]]
			[[ $output != *'no SPF record'* ]]
		done
	done
	run dkim-policy --zone=zone --spf --ip=192.0.2.1 --mail-from=joe@example.org
	output=${output//$'\n'/}
	[[ $output = *'(domain of example.org has no SPF record for 192.0.2.1)'* ]]
	printf 'request=smtpd_access_policy\nclient_address=192.0.2.1\nhelo_name=h\nsender=\n\n' |
		dkim-policy --policy-service --zone=zone >answer
	grep -q 'none (domain of h is not a full domain name' answer
}

@test "JSON has the keys that were promised" {
	zone_of_all
	spf 1 x@fail.example
	is spf.result fail
	is spf.domain fail.example
	is spf.mechanism -all
	is spf.explanation "192.0.2.1 is not ours"
	is spf.lookups 0
	spf 2 x@nowhere.example
	is spf.explanation null
	is spf.mechanism null
}

@test "for people: one line, the domain's words, Received-SPF" {
	zone_of_all
	run -1 dkim-policy --zone=zone --spf --ip=192.0.2.1 --helo=mx.example \
		--mail-from='<x@fail.example>'
	[ "${lines[0]}" = 'fail   domain=fail.example identity=mailfrom mechanism=-all lookups=0' ]
	[ "${lines[1]}" = '      fail.example explains: "192.0.2.1 is not ours"' ]
	[[ ${lines[2]} = 'Received-SPF: fail (domain of fail.example '* ]]
}

@test "the null sender is postmaster at HELO" {
	zone_of_all
	policy 0 --spf --ip=192.0.2.1 --helo=pass.example --mail-from=
	is spf.identity helo
	policy 0 --spf --ip=192.0.2.1 --helo=pass.example --mail-from='<>'
	policy 2 --spf --ip=192.0.2.1 --helo='[192.0.2.1]'
}

@test "an address in brackets, as mail has it" {
	zone_of_all
	policy 0 --spf --ip='[192.0.2.1]' --helo=pass.example --mail-from=
	txt six.example "v=spf1 ip6:2001:db8::1 -all"
	policy 0 --spf --ip='[IPv6:2001:db8::1]' --helo=six.example --mail-from=
	policy 0 --spf --ip='[2001:db8::1]' --helo=six.example --mail-from=
}

@test "usage: an address that is none, nothing to check" {
	: >zone
	one_line 64 dkim-policy --zone=zone --spf --helo=x.example
	one_line 64 dkim-policy --zone=zone --spf --ip=192.0.2 --helo=x.example
	one_line 64 dkim-policy --zone=zone --spf --ip='[192.0.2.1' --helo=x.example
	one_line 64 dkim-policy --zone=zone --spf --ip='[]' --helo=x.example
	one_line 64 dkim-policy --zone=zone --spf --ip=192.0.2.1
	one_line 64 dkim-policy --zone=zone --spf --ip=192.0.2.1@25 --helo=x.example
	one_line 64 dkim-policy --zone=zone --spf --ip=192.0.2.1 --helo=x.example a.example
	one_line 64 dkim-policy --zone=zone --spf-exit a.example
}

# <(any@legit.example> has two readings, of which one is not of the domain.
@test "a sender that is not an address: only a pass is withheld" {
	zone_of_all
	for sender in a,b x@y '(any' 'a;b' 'a"b'; do
		policy 1 --spf --ip=192.0.2.1 --mail-from="$sender@fail.example"
		is spf.result fail
		policy 1 --spf --ip=192.0.2.1 --mail-from="<$sender@soft.example>"
		is spf.result softfail
		policy 2 --spf --ip=192.0.2.1 --mail-from="$sender@pass.example"
		is spf.result none
		is spf.mechanism null
		policy 0 --spf --ip=192.0.2.1 --mail-from="\"${sender/\"/}\"@pass.example"
		is spf.result pass
	done
	run -2 dkim-policy --zone=zone --spf --ip=192.0.2.1 --mail-from=a,b@pass.example
	[[ $output = *"Received-SPF: none (domain of pass.example permits 192.0.2.1, but the"* ]]
}

@test "Received-SPF: U-labels and a final dot; no address without its other letters" {
	echo 'xn--bcher-kva.example. TXT "v=spf1 ip4:192.0.2.1 -all"' >zone
	field() {
		dkim-policy --zone=zone --spf --ip=192.0.2.1 --helo="$1" --mail-from="$2" |
			sed -n '/^Received-SPF/,$p' | tr -d '\n'
	}
	[[ $(field BÜCHER.example. joe@bücher.example.) = *'envelope-from="joe@xn--bcher-kva.example"; helo="xn--bcher-kva.example";'* ]]
	[[ $(field mx.example. Joe@xn--bcher-kva.example) = *'envelope-from="Joe@xn--bcher-kva.example"; helo="mx.example";'* ]]
	[[ $(field mx.example jöe@bücher.example) = *'client-ip="192.0.2.1"; helo="mx.example";'* ]]
	printf 'request=smtpd_access_policy\nclient_address=192.0.2.1\nhelo_name=mx.example\nsender=joe@bücher.example\n\n' |
		dkim-policy --policy-service --zone=zone >out
	grep -q 'envelope-from="joe@xn--bcher-kva.example"' out
}

@test "what was not written is not a pass (/dev/full, no reader)" {
	zone_of_all
	ends_with 74 dkim-policy --zone=zone --spf --ip=192.0.2.1 \
		--mail-from=x@pass.example >/dev/full 2>err
	ends_with 74 to_nobody dkim-policy --zone=zone --spf --ip=192.0.2.1 \
		--mail-from=x@pass.example 2>err
}

@test "octets of strangers are escaped" {
	zone_of_all
	run -2 dkim-policy --zone=zone --spf --ip=192.0.2.1 \
		--helo=$'x\e]0;pwn\a' --mail-from=$'x@\e[2J\r\nevil'
	refute grep -q $'[\e\r\a]' <<<"$output"
}

@test "a server that never answers costs --deadline, whatever is asked" {
	dns_server silent
	ends_with 75 dkim-policy --nameserver=127.0.0.1@"$port" --dns-timeout=600 \
		--deadline=1 --spf --ip=192.0.2.1 --mail-from=x@a.example >out
	msg | ends_with 75 dkim-policy --nameserver=127.0.0.1@"$port" \
		--dns-timeout=600 --deadline=1 --evaluate --ip=192.0.2.1 \
		--mail-from=x@a.example >out 2>err
	dns_stop
}
