#!/usr/bin/env bats
# dkim-policy --evaluate --filter: the results on top of the message, every
# other octet as it came (RFC 8601 5).
load helper
load dkim_helper
load policy_helper

setup_file() { make_signed; }
setup() {
	share_signed
	txt _dmarc.example.com "v=DMARC1; p=reject"
	txt example.com "v=spf1 ip4:192.0.2.1 -all"
}

# filter STATUS [OPTION...] <MESSAGE >out
filter() {
	local code=$1
	shift
	ends_with "$code" dkim-policy --zone=zone --at=$now --evaluate \
		--filter=mx.example "$@" >out 2>err
}

# top: the first Authentication-Results field of out, unfolded.
top() { unfolded <out | grep -m1 '^Authentication-Results:'; }

@test "the pipe of dkim-verify and dkim-policy gives one merged field" {
	dkim-verify --zone=zone --at=$now --filter=mx.example <signed |
		dkim-policy --zone=zone --at=$now --evaluate --trust-ar=mx.example \
			--filter=mx.example --ip=192.0.2.1 --helo=h.example \
			--mail-from=joe@example.com >out
	[ "$(unfolded <out | grep -c '^Authentication-Results:')" -eq 1 ]
	[[ $(top) = 'Authentication-Results: mx.example; dkim=pass header.d=example.com'* ]]
	[[ $(top) = *'; spf=pass smtp.mailfrom=example.com; dmarc=pass (p=reject '*'header.from=example.com policy.dmarc=reject'* ]]
	[[ $(unfolded <out | sed -n 2p) = 'Received-SPF: pass '*' receiver="mx.example";'* ]]
	unfolded <out | sed 1,2d | cmp - <(unfolded <signed)
}

@test "a malformed header keeps its permerror through the pipe" {
	{ echo "no field"; cat signed; } >f
	dkim-verify --zone=zone --at=$now --filter=mx.example <f |
		dkim-policy --zone=zone --at=$now --evaluate --trust-ar=mx.example \
			--filter=mx.example >out 2>err
	[[ $(top) = *'mx.example; dkim=permerror reason="malformed header"'*'dmarc=permerror'* ]]
	[ "$(grep -c '^Authentication-Results:' out)" -eq 1 ]
}

@test "without --trust-ar the same results come from the message itself" {
	filter 0 --ip=192.0.2.1 --mail-from=joe@example.com <signed
	[[ $(top) = *'mx.example; dkim=pass header.d=example.com'*'spf=pass'*'dmarc=pass'* ]]
}

@test "forged fields of our id go, others stay and are not believed" {
	{
		echo 'Authentication-Results: mx.example; dmarc=pass header.from=example.com'
		echo 'Authentication-Results: other.example; dkim=pass header.d=example.com'
		cat m
	} >f
	filter 0 <f
	[[ $(top) = *'dkim=none; dmarc=fail '* ]]
	[ "$(grep -c 'mx.example' out)" -eq 1 ]
	grep -q '^Authentication-Results: other.example' out
}

@test "the verdict is in the field: exit 0 whatever it is" {
	filter 0 <m
	[[ $(top) = *'dmarc=fail '*'policy.dmarc=reject'* ]]
	sed '/^From:/d' m | filter 0
	[[ $(top) = *'dmarc=permerror '* ]]
}

@test "--defer: no octet at a temperror, 75" {
	echo '_dmarc.loop.example. CNAME _dmarc.loop.example.' >>zone
	sed 's/joe@example\.com/joe@loop.example/' m >f
	filter 0 <f
	[[ $(top) = *'dmarc=temperror '* ]]
	filter 75 --defer <f
	[ ! -s out ]
}

@test "line ends, NUL, 8-bit and a missing last line end come out as they were" {
	printf 'From: a@example.com\r\nSubject: \xe4\0x\r\n\r\nHi\0 \xff\r\nno end' >f
	filter 0 <f
	tail -c "$(wc -c <f)" out | cmp - f
	[ "$(head -c "$(($(wc -c <out) - $(wc -c <f)))" out | grep -cv $'\r$')" -eq 0 ]
	printf 'From: a@example.com\n\nHi' | filter 0
	refute grep -q $'\r' out
}

@test "what strangers say ends neither value nor field" {
	filter 0 --ip=192.0.2.1 --helo='x; spf=pass (' \
		--mail-from=$'"a\r\nEvil: y"@b.example;dkim=pass' <m
	[ "$(sed '/^$/q' out | grep -c '^Evil:')" -eq 0 ]
	unfolded <out | sed 's/\\.//g; s/"[^"]*"//g; s/([^)]*)//g' >bare
	refute grep -q 'dkim=pass\|spf=pass' bare
}

@test "usage: what goes with --filter" {
	ends_with 75 dkim-policy --zone=zone --filter=mx.example m >out 2>err
	ends_with 75 dkim-policy --zone=zone --evaluate --filter=$'a\nb' m >out 2>err
	[ ! -s out ]
	one_line 64 dkim-policy --zone=zone --evaluate --defer m
}

@test "plumbing: a full disk and a closed pipe are 75 for an MTA" {
	ends_with 75 dkim-policy --zone=zone --evaluate --filter=x.example signed \
		>/dev/full 2>err
	ends_with 75 to_nobody dkim-policy --zone=zone --evaluate \
		--filter=x.example signed 2>err
}
