#!/usr/bin/env bats
# dkim-policy --make: what it makes passes its own lint and peers' parsers.
load helper
load policy_helper

make_() { dkim-policy --make="$1" -d example.com "${@:2}"; }

# value TYPE OPERAND...: the text of the record alone.
value() { make_ "$1" --format=value -q "${@:2}"; }

@test "each kind, as a zone has it" {
	local spf='"v=spf1 mx -all"'
	[ "$(make_ dmarc p=reject rua=mailto:a@example.com)" = \
		$'_dmarc.example.com.\tIN\tTXT\t( "v=DMARC1; p=reject; rua=mailto:a@example.com" )' ]
	[ "$(make_ spf mx -- -all)" = $'example.com.\tIN\tTXT\t( '"$spf )" ]
	[ "$(make_ adsp -q dkim=all)" = \
		$'_adsp._domainkey.example.com.\tIN\tTXT\t( "dkim=all" )' ]
	[ "$(make_ domainkeys -q t=y 'o=~')" = \
		$'_domainkey.example.com.\tIN\tTXT\t( "t=y; o=~" )' ]
	[ "$(make_ report-auth other.example)" = \
		$'other.example._report._dmarc.example.com.\tIN\tTXT\t( "v=DMARC1" )' ]
	[ "$(make_ report-auth '*')" = \
		$'*._report._dmarc.example.com.\tIN\tTXT\t( "v=DMARC1" )' ]
	[ "$(make_ report-auth rua=mailto:a@other.example)" = \
		$'example.com._report._dmarc.other.example.\tIN\tTXT\t( "v=DMARC1" )' ]
}

@test "the formats of dkim-txt; the domain itself is @" {
	local spf='"v=spf1 mx -all"'
	[ "$(make_ spf --format=oneline --ttl=300 mx -- -all)" = \
		$'example.com.\t300\tIN\tTXT\t'"$spf" ]
	[ "$(make_ spf -q --format=powerdns mx -- -all)" = \
		"pdnsutil replace-rrset example.com '@' TXT 3600 '$spf'" ]
	[[ $(make_ dmarc -q --format=route53 p=none) = *'"Name":"_dmarc.example.com."'* ]]
	[[ $(make_ dmarc -q --format=json p=none) = *'"record":"v=DMARC1; p=none"'* ]]
	one_line 64 make_ dmarc --format=p p=none
	one_line 64 make_ dmarc --format=nothing p=none
}

@test "what would not pass lint is not made (64)" {
	one_line 64 make_ dmarc p=foo
	one_line 64 make_ dmarc p=none p=reject
	one_line 64 make_ dmarc 'p=none;sp=none'
	one_line 64 make_ dmarc $'p=none\n'
	one_line 64 make_ dmarc adkim=s
	one_line 64 make_ dmarc p=none rua=a@example.com
	one_line 64 make_ dmarc none
	one_line 64 make_ spf oops
	one_line 64 make_ spf v=spf1 mx '~all'
	one_line 64 make_ spf 'mx V=spf1 ~all'
	one_line 64 make_ spf a a a a a a a a a a a
	one_line 64 make_ adsp x=y
	one_line 64 make_ domainkeys o=x
	one_line 64 make_ report-auth
	one_line 64 make_ ssp dkim=all
	one_line 64 dkim-policy --make=dmarc p=none
	one_line 64 dkim-policy --make=dmarc -d 'x; y' p=none
	one_line 64 dkim-policy --make=dmarc -d localhost p=none
	one_line 64 dkim-policy -d example.com
	one_line 64 make_ dmarc p=none "x=$(head -c 20000 /dev/zero | tr '\0' x)"
}

@test "it passes its own lint in every format that says its name" {
	local format
	for format in zone oneline value tinydns nsupdate knotc powerdns unbound \
		dnsmasq route53 cloudflare octodns dnscontrol terraform json; do
		make_ dmarc -q --format=$format p=reject sp=none np=reject \
			rua=mailto:a@example.com,mailto:b@example.com >record
		dkim-policy --lint record >said || { cat record said; false; }
		# whose owner says nothing
		make_ spf -q --format=$format mx -- -all >record
		dkim-policy --lint record >said || { cat record said; false; }
	done
	make_ spf -q a mx:example.net ip6:2001:db8::/32 'exists:%{i}.example.net' \
		include:example.org -- -all | dkim-policy --lint
}

@test "Mail::SPF reads what --make=spf writes" {
	local i
	for i in 'mx -all' 'a:mail.example.com/24//64 ~all' 'ip4:192.0.2.0/24 redirect=example.net' \
		'include:_spf.example.net exists:%{ir}.%{v}.example.net ?all exp=why.example.com'; do
		# shellcheck disable=SC2086 # words are terms
		value spf -- $i >record
		perl -MMail::SPF::v1::Record -e '
			chomp(my $text = <STDIN>);
			Mail::SPF::v1::Record->new_from_string($text);
			print "good\n"' <record >said
		[ "$(cat said)" = good ]
	done
}

# opendmarc-check asks the servers of resolv.conf, port 53: it runs where the
# only network is a loopback of its own.
@test "opendmarc-check reads what --make=dmarc writes" {
	{
		echo '. 60 IN SOA a. b. 1 60 60 60 60'
		echo '. 60 IN NS a.'
		echo 'a. 60 IN A 127.0.0.1'
		make_ dmarc --format=oneline --ttl=60 p=quarantine sp=reject adkim=s \
			rua=mailto:a@example.com
	} >root.zone
	echo 'nameserver 127.0.0.1' >resolv.conf
	root_nsd_conf 127.0.0.1 >nsd.conf
	cat >inside <<-'EOF'
		mount --bind resolv.conf /etc/resolv.conf
		/usr/bin/python3 -c '
		import fcntl, socket, struct
		s = socket.socket()
		fcntl.ioctl(s, 0x8914, struct.pack("16sH14x", b"lo", 0x41))  # SIOCSIFFLAGS: up'
		/usr/sbin/nsd -d -c nsd.conf >out 2>&1 3>&- &
		nsd=$!
		timeout 30 sh -c 'until drill @127.0.0.1 . SOA 2>/dev/null | grep -q NOERROR; do :; done'
		timeout 30 /usr/sbin/opendmarc-check example.com >said 2>&1
		kill $nsd
		wait $nsd
	EOF
	how=(unshare -n -m)
	[ "$(id -u)" -eq 0 ] || how=(unshare -r -n -m)
	"${how[@]}" true || skip "no namespaces here"
	"${how[@]}" bash inside || true
	cat said
	grep -q 'DKIM alignment: strict' said
	grep -q 'Domain policy: quarantine' said
	grep -q 'Subdomain policy: reject' said
	grep -q 'mailto:a@example.com' said
}

@test "what is there twice is named with its number" {
	local make=(dkim-policy -d example.com)
	ends_with 64 "${make[@]}" --make=dmarc p=none rua=mailto:a@example.com P=reject >out 2>err
	grep -qxF 'dkim-policy: a tag occurs twice: number 3, P=reject, after number 1, p=none (RFC 6376 3.2)' err
	run --separate-stderr -64 dkim-policy --make=spf -d example.com redirect=a.example x=1 x=2 Redirect=b.example
	[ "$stderr" = 'dkim-policy: a modifier occurs twice: number 4, Redirect=b.example, after number 1, redirect=a.example (RFC 7208 6)' ]
	run --separate-stderr -64 dkim-policy --make=spf -d example.com -- -all exp=a.example exp=a.example
	[[ $stderr == *"number 3, exp=a.example, after number 2, exp=a.example"* ]]
	[ ! -s out ]
	ends_with 64 "${make[@]}" --make=dmarc p=none v=DMARC1 >out 2>err
	grep -qxF 'dkim-policy: v=DMARC1 is there already, give only what follows: number 2, v=DMARC1' err
	ends_with 0 "${make[@]}" --make=spf -- mx ip4:192.0.2.1 MX -all >out 2>err
	grep -qxF 'dkim-policy: warning: term 3 is the same as term 1: MX' err
	ends_with 0 "${make[@]}" --make=spf -- 'mx a' a -all >out 2>err
	grep -qxF 'dkim-policy: warning: term 3 is the same as term 2: a' err
	ends_with 0 "${make[@]}" -q --make=spf -- mx mx -all >out 2>err
	[ ! -s err ]
	ends_with 0 "${make[@]}" --make=spf -- mx a -all >out 2>err
	refute grep 'the same' err
}
