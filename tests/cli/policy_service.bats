#!/usr/bin/env bats
# dkim-policy --policy-service: Postfix' policy delegation.
load helper
load policy_helper

setup() {
	in_own_folder
	txt good.example "v=spf1 ip4:192.0.2.1 -all"
	txt bad.example "v=spf1 -all exp=why.example"
	txt why.example "%{i} is not ours"
	echo 'loop.example. CNAME loop.example.' >>zone
}

# request ADDRESS HELO SENDER [ATTRIBUTE...]
request() {
	printf 'request=smtpd_access_policy\nprotocol_state=RCPT\n'
	printf 'client_address=%s\nhelo_name=%s\nsender=%s\n' "$1" "$2" "$3"
	shift 3
	printf '%s\n' "$@" ""
}

# service [OPTION...]: the actions, a line each.
service() { dkim-policy --zone=zone --policy-service "$@" >out && grep -v '^$' out; }

@test "pass, softfail, neutral and none get the field; fail and temperror do not" {
	run -0 service < <(request 192.0.2.1 h.example a@good.example)
	[[ $output = 'action=PREPEND Received-SPF: pass (domain of good.example '*' identity="mailfrom"; '* ]]
	run -0 service < <(request 192.0.2.9 h.example a@nothing.example)
	[[ $output = 'action=PREPEND Received-SPF: none '* ]]
	run -0 service < <(request 192.0.2.9 h.example a@bad.example)
	[ "$output" = 'action=550 5.7.23 SPF: bad.example does not let 192.0.2.9 send mail for it (MAIL FROM); it explains: 192.0.2.9 is not ours' ]
	run -0 service < <(request 192.0.2.9 h.example a@loop.example)
	[[ $output = 'action=DEFER_IF_PERMIT 4.4.3 SPF: '* ]]
}

# Postfix takes the quotes off: MAIL FROM:<"a,b"@x> is sender=a,b@x.
@test "the domain decides, whatever the local part has in it (RFC 7208 4.3)" {
	local long sender
	long=$(printf '%01500d' 0)
	for sender in a,b x@y 'a;b' 'a:b' 'a(b' 'a)b' 'a<b' 'a>b' 'a[b' 'a]b' 'a\b' \
		'a"b' 'a b' '"' '' "$long"; do
		run -0 service < <(request 192.0.2.9 h.example "$sender@bad.example")
		[[ $output = 'action=550 5.7.23 SPF: bad.example does not let '* ]]
		run -0 service < <(request 192.0.2.1 h.example "$sender@good.example")
		[[ $output = 'action=PREPEND Received-SPF: pass (domain of good.example '* ]]
	done
}

# MAIL FROM:<"a@bad.example "> is a local part, which Postfix passes on bare.
@test "blanks behind a domain do not hide it, and get it no pass" {
	for blank in ' ' $'\t' $'\r' '>'; do
		run -0 service < <(request 192.0.2.9 h.example "a@bad.example$blank")
		[[ $output = 'action=550 5.7.23 SPF: bad.example does not let '* ]]
		run -0 service < <(request 192.0.2.1 h.example "a@good.example$blank")
		[[ $output = 'action=PREPEND Received-SPF: none (domain of good.example permits '* ]]
	done
}

@test "HELO goes first, and alone for the null sender" {
	run -0 service < <(request 192.0.2.1 bad.example a@good.example)
	[[ $output = 'action=550 5.7.23 SPF: bad.example '*'(HELO)'* ]]
	run -0 service < <(request 192.0.2.1 good.example "")
	[[ $output = 'action=PREPEND Received-SPF: pass '*'identity="helo"'* ]]
}

@test "the field once a message, whatever the recipients" {
	run -0 service < <(
		request 192.0.2.1 h.example a@good.example instance=1
		request 192.0.2.1 h.example a@good.example instance=1
		request 192.0.2.1 h.example a@good.example instance=2
		request 192.0.2.9 h.example a@bad.example instance=2
	)
	[[ ${lines[0]} = 'action=PREPEND '* ]]
	[ "${lines[1]}" = action=DUNNO ]
	[[ ${lines[2]} = 'action=PREPEND '* ]]
	[[ ${lines[3]} = 'action=550 '* ]]
}

@test "not checked: this host, users, --trusted-hosts" {
	printf '192.0.2.0/28 # ours\n!192.0.2.9\n.relay.example\n' >hosts
	run -0 service --trusted-hosts=hosts < <(
		request 127.0.0.1 h.example a@bad.example
		request ::1 h.example a@bad.example
		request 192.0.2.3 h.example a@bad.example
		request 192.0.2.9 h.example a@bad.example
		request 198.51.100.1 h.example a@bad.example client_name=mx.relay.example
		request 192.0.2.9 h.example a@bad.example client_name=mx.relay.example
		request 198.51.100.1 h.example a@bad.example sasl_username=joe
		request unknown h.example a@bad.example
	)
	[ "$(cut -c1-12 <<<"$output" | paste -sd' ')" = \
		'action=DUNNO action=DUNNO action=DUNNO action=550 5 action=DUNNO action=550 5 action=DUNNO action=DUNNO' ]
	ends_with 78 dkim-policy --zone=zone --policy-service \
		--trusted-hosts=nowhere </dev/null 2>err
}

# A service that waited for more would never answer.
@test "each request is answered before the next is read" {
	mkfifo in out
	dkim-policy --zone=zone --policy-service <in >out 3>&- &
	exec 7>in 8<out
	request 192.0.2.1 h.example a@good.example >&7
	read -r -t 30 -u 8 line
	[[ $line = 'action=PREPEND '* ]]
	exec 7>&-
	wait $!
	exec 8<&-
}

@test "octets a read make no difference" {
	request 192.0.2.1 h.example a@good.example | octets dkim-policy --zone=zone \
		--policy-service >out
	[[ $(cat out) = 'action=PREPEND '* ]]
}

@test "what strangers say stays on one line" {
	run -0 service < <(request 192.0.2.9 $'x\e[2J\r(; action=OK' $'"a\x80\x07 action=OK"@b.example')
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = 'action=PREPEND Received-SPF: none '* ]]
	refute grep -q $'[\e\r\x80\a]' out
}

@test "bad requests: 1 for what is none, or has no end; 0 at the end of the input" {
	ends_with 1 dkim-policy --zone=zone --policy-service <<<$'hello\n' 2>err
	ends_with 1 dkim-policy --zone=zone --policy-service 2>err < <(
		head -c 100000 /dev/zero | tr '\0' x
	)
	ends_with 0 dkim-policy --zone=zone --policy-service </dev/null
	# lines that end in CRLF have no empty one
	for end in '\n' '\r\n\r\n'; do
		run -1 --separate-stderr service < <(printf "%b" "request=smtpd_access_policy$end")
		[ "$stderr" = "dkim-policy: the input ends within a request, which an empty line ends" ]
	done
	# no RFC speaks of this protocol
	run -1 --separate-stderr service <<<"garbage"$'\n'
	[ "$stderr" = "dkim-policy: not a request of Postfix' policy delegation" ]
	run -1 --separate-stderr service < <(head -c 70000 /dev/zero)
	[ "$stderr" = "dkim-policy: a request of more than 65536 bytes" ]
}

@test "plumbing: /dev/full, no reader" {
	ends_with 74 dkim-policy --zone=zone --policy-service >/dev/full 2>err \
		< <(request 192.0.2.1 h.example a@good.example)
	ends_with 74 to_nobody dkim-policy --zone=zone --policy-service 2>err \
		< <(request 192.0.2.1 h.example a@good.example)
}
