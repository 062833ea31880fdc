#!/usr/bin/env bats
# scripts/dkim-rotate on a live zone of BIND 9: while it rotates, what is signed
# verifies at once, wherever it is interrupted.
# shellcheck disable=SC2154 # dns_helper sets names of servers
load helper
load dns_helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	cat >example.com.zone <<-'EOF'
		$TTL 60
		@ IN SOA ns h 1 3600 600 86400 60
		@ IN NS ns
		@ IN NS also
		ns A 127.0.0.1
		also A 127.0.0.1
	EOF
	start_named example.com.zone
	printf 'server 127.0.0.1 %s\n' "${named#*@}" >server
	# what cron would have as --publish; while messages are being signed it
	# waits for two of them, so that a key used too early is seen
	cat >publish <<-EOF
		#!/bin/bash
		if [ -e rounds ]; then
			before=\$(wc -l <rounds)
			for _ in {1..200}; do
				[ "\$(wc -l <rounds)" -lt \$((before + 2)) ] || break
				sleep 0.05
			done
		fi
		cat "$PWD/server" - | nsupdate -k "$named_key"
	EOF
	chmod +x publish
}
teardown_file() {
	stop_servers
}

setup() {
	in_own_folder
	domain=t$BATS_TEST_NUMBER.example.com
	mkdir keys
	msg | sed "s/@example.com>/@$domain>/" >m
	now=1767348000
}

rotate() {
	"$top/scripts/dkim-rotate" -d "$domain" -D keys --publish="$BATS_FILE_TMPDIR/publish" \
		--check="--all-nameservers --nameserver=$named" --genkey=--type=ed25519 \
		--hold=60 --at="$now" "${tables[@]}" "$@"
}
later() { now=$((now + $1)); } # SECONDS
day=86400

# signs: the message signed as the tables say, which must verify with what DNS
# has at this moment.
signs() {
	dkim-sign "${signer[@]}" m >signed && dkim-verify --nameserver="$named" signed >verdict ||
		{ cat verdict; cat keys/*.rotate; return 1; }
}

# keep_signing: again and again, until the file "stop" is there; a line of
# "rounds" for each time, or the file "bad".
keep_signing() {
	until [ -e stop ]; do
		signs >log 2>&1 || { cp log bad; return; }
		echo >>rounds
	done
}
# a_round: the loop has signed and verified twice since.
a_round() {
	local before
	before=$(wc -l <rounds)
	soon more_rounds "$before" || { cat bad; return 1; }
}
more_rounds() { [ "$(wc -l <rounds)" -ge $(($1 + 2)) ]; }

# Two rotations, the message signed and verified in a loop all the while.
rotate_twice() {
	local loop
	keep_signing 3>&- &
	loop=$!
	: >>rounds
	a_round
	for _ in 1 2; do
		later $((100 * day))
		rotate >out
		grep -q 'made the key' out
		a_round
		later 60
		rotate >out
		grep -q 'signing with .* instead of' out
		a_round
		later $((7 * day))
		rotate >out
		grep -q 'is revoked' out
		a_round
	done
	touch stop
	wait "$loop"
	[ ! -e bad ] || { cat bad; return 1; }
	[ "$(find keys -name '*.private' | wc -l)" -eq 3 ]
	[ "$(readlink keys/current)" = "$(date -u -d @$((now - 7 * day - 60)) +%Y%m%d).private" ]
}

first_key() { # of ours, whatever the tables said before
	rotate --now >out
	later 60
	rotate >out
	grep -q "signing with 20260102" out
}

@test "KeyTable alone: two rotations without a gap" {
	echo "main $domain:none:/nonexistent" >KeyTable
	echo "*@$domain main" >SigningTable
	tables=(--key-table=KeyTable)
	signer=(--key-table=KeyTable --signing-table=refile:SigningTable)
	first_key
	signs
	rotate_twice
	grep -qxF "main $domain:$(basename "$(readlink keys/current)" .private):$PWD/keys/$(readlink keys/current)" KeyTable
	[ "$(wc -l <KeyTable)" -eq 1 ]
}

@test "KeyTable and SigningTable: two rotations without a gap" {
	{
		echo "# ours"
		echo "none._domainkey.$domain $domain:none:/nonexistent"
		echo "other example.net:none:/nonexistent"
	} >KeyTable
	{
		echo "# senders"
		echo "*@other.example	other"
		echo "*@$domain	none._domainkey.$domain"
	} >SigningTable
	chmod 640 SigningTable
	tables=(--key-table=KeyTable --signing-table=refile:SigningTable)
	signer=(--key-table=KeyTable --signing-table=refile:SigningTable)
	first_key
	signs
	rotate_twice
	grep -q '^# senders$' SigningTable
	grep -q '^\*@other.example	other$' SigningTable
	[ "$(stat -c %a SigningTable)" = 640 ]
	# the one that is current, and the one that is not ours
	[ "$(grep -c "$domain" KeyTable)" -eq 1 ]
	grep -q '^other example.net' KeyTable
}

@test "the first key of a domain: nothing is old, and its sender must be there" {
	: >KeyTable
	echo "*@other.example other" >SigningTable
	tables=(--key-table=KeyTable --signing-table=refile:SigningTable)
	signer=(--key-table=KeyTable --signing-table=refile:SigningTable)
	rotate >out
	later 60
	ends_with 78 rotate >out 2>err
	grep -q "one for 20260102._domainkey.$domain is missing" err
	echo "*@$domain 20260102._domainkey.$domain" >>SigningTable
	rotate >out
	grep -qx ".*: signing with 20260102" out
	signs
	later $((8 * day))
	rotate >out
	[ ! -s out ]
	signs
}

@test "the link alone" {
	tables=()
	first_key
	# one reading of the link says selector and key
	signs() {
		local key
		key=$(readlink keys/current)
		dkim-sign -d "$domain" -s "${key%.private}" -k "keys/$key" m >signed &&
			dkim-verify --nameserver="$named" signed >verdict
	}
	signs
	rotate_twice
}

@test "two domains in one directory: a link each, and the first keeps its own" {
	local first=$domain
	tables=()
	first_key
	domain=also-$first
	rotate --now >out
	later 60
	rotate >out
	grep -q "the link \"current\" is that of $first; ours is $domain.current" out
	[ "$(readlink keys/current)" = 20260102.private ]
	[ "$(readlink "keys/$domain.current")" = 20260102a.private ]
	[ "$(readlink "keys/$first.current")" = 20260102.private ]
	domain=$first
	later $((100 * day))
	rotate >out
	later 60
	rotate >out
	[ "$(readlink keys/current)" = 20260412.private ]
	[ "$(readlink "keys/$first.current")" = 20260412.private ]
	[ "$(readlink "keys/also-$first.current")" = 20260102a.private ]
}

# The run is killed after less time than it needs, again and again.
@test "killed anywhere: the next run goes on, and nothing signed is lost" {
	echo "main $domain:none:/nonexistent" >KeyTable
	echo "*@$domain main" >SigningTable
	tables=(--key-table=KeyTable)
	signer=(--key-table=KeyTable --signing-table=refile:SigningTable)
	first_key
	for _ in 1 2 3; do
		later $((100 * day))
		for ms in 005 010 020 030 040 050 060 080 100 120 150 200 300; do
			timeout -s KILL 0.$ms "$BASH" -c "$(declare -p domain named now tables top); $(declare -f rotate); rotate" \
				>out 2>&1 || true
			signs
			later 61
		done
		soon lock_free
		rotate >out
		later 61
		rotate >>out
		signs
		later $((8 * day))
		rotate >>out
		signs
		rotate --status >out
		[ "$(wc -l <out)" -eq 2 ]
		grep -q 'next: a new key at' out
	done
	# no record that is neither current nor revoked
	for key in keys/*.private; do
		s=$(basename "$key" .private)
		if [ "$s.private" = "$(readlink keys/current)" ]; then
			dkim-txt --check -d "$domain" -s "$s" -k "$key" --nameserver="$named"
		else
			dkim-txt --check --json -d "$domain" -s "$s" --nameserver="$named" |
				grep -qE '"result":"(revoked|absent)"'
		fi
	done
}
lock_free() { flock -n "keys/$domain.rotate.lock" true; }

@test "--status and --dry-run say what comes, and do nothing" {
	tables=()
	rotate --status >out
	grep -q 'no key yet' out
	rotate --dry-run >out
	grep -q 'would make the key 20260102 and publish it' out
	[ -z "$(find keys -type f ! -name '*.lock')" ]
	rotate >out
	rotate --status >out
	grep -q '20260102 is served since 2026-01-02T10:00:00Z; next: switch to 20260102 at 2026-01-02T10:01:00Z' out
	rotate --dry-run >out
	grep -q 'would switch to 20260102 at' out
	later 60
	rotate >out
	rotate >out
	[ ! -s out ]
	rotate --status >out
	grep -q 'signing with 20260102 since 2026-01-02T10:01:00Z' out
	grep -q 'next: a new key at 2026-04-02T10:01:00Z' out
}

@test "a publisher that fails, a server that has not got it: later" {
	tables=()
	ends_with 75 rotate --publish=false >out 2>err
	grep -q 'the next run tries again' err
	rotate --publish='cat >/dev/null' >out
	rotate --publish='cat >/dev/null' >out
	[ ! -s out ]
	refute test -e keys/current
	later $((2 * day))
	ends_with 1 rotate --publish='cat >/dev/null' >out 2>err
	grep -q 'DNS still says: absent' err
	refute test -e keys/current
	# by hand, then it goes on
	dkim-txt -d "$domain" -s 20260102 --format=nsupdate keys/20260102.private |
		"$BATS_FILE_TMPDIR/publish"
	rotate >out
	grep -q 'every name server has 20260102' out
}

@test "a name server that has it does not speak for one that has not" {
	tables=()
	start_nsd "$BATS_FILE_TMPDIR/example.com.zone"
	behind="--each-nameserver --nameserver=$nsd --nameserver=$named"
	rotate --check="$behind" >out
	grep -q "published 20260102" out
	later 3600
	rotate --check="$behind" >out
	[ ! -s out ]
	rotate --check="$behind" --status >out
	grep -q 'next: wait until every name server has 20260102' out
	refute test -e keys/current
}

@test "without a publisher the record is printed, once" {
	tables=()
	rotate --publish= >out
	grep -q "^20260102._domainkey.$domain." out
	grep -q 'publish this' out
	rotate --publish= >out
	[ ! -s out ]
}

@test "without a publisher the revocation is asked for once a day" {
	tables=()
	first_key
	later $((100 * day))
	rotate >out
	later 60
	rotate >out
	# whatever the time of the day is
	later $((8 * day - 1))
	for _ in 1 2; do
		rotate --publish= >out
		grep -q "revoke 20260102; publish this" out
		rotate --publish= >out
		[ ! -s out ]
		later $((day - 60))
	done
	dkim-txt -d "$domain" -s 20260102 --format=nsupdate --revoke |
		"$BATS_FILE_TMPDIR/publish"
	rotate --publish= >out
	grep -q "20260102 is revoked" out
	rotate --status >out
	refute grep -q 20260102 out
}

@test "wrong options; a state that is not ours" {
	tables=()
	one_line 64 rotate --nosuch
	one_line 64 "$top/scripts/dkim-rotate" -D keys
	one_line 64 rotate --age=x
	one_line 64 rotate --age=08
	one_line 64 "$top/scripts/dkim-rotate" -d example..com -D keys
	one_line 64 rotate --signing-table=x
	one_line 66 "$top/scripts/dkim-rotate" -d "$domain" -D nosuch
	echo '; rm -rf x' >"keys/$domain.rotate"
	one_line 78 rotate
	"$top/scripts/dkim-rotate" --help >out
	[ -s out ]
}

# spoil COUNT: so many copies of stdin with one or two changes, as spoiled/0 ...
spoil() {
	mkdir spoiled
	/usr/bin/python3 -c '
import random, sys
whole = sys.stdin.buffer.read()
chance = random.Random(1)
pieces = whole.split() + [b"\n", b" ", b"$(touch ran)", b"*", b"-", b"08", b"9" * 30, b"../x"]
for n in range(int(sys.argv[1])):
    text = bytearray(whole)
    for _ in range(1 + n % 2):
        at, to = sorted(chance.randrange(len(text) + 1) for _ in "ab")
        how = chance.randrange(5)
        if how == 0:
            text[at : at + 1] = bytes([chance.choice([chance.randrange(1, 256), *b"01ab"])])
        elif how == 1:
            del text[at : at + chance.randrange(1, 9)]
        elif how == 2:
            text[at:at] = chance.choice(pieces)
        elif how == 3:
            text[at:at] = text[at:to]
        else:
            del text[to:]
    open("spoiled/%d" % n, "wb").write(text)' "$1"
}

@test "a state file that was spoiled: refused or sound, and no key is lost" {
	local n status phase refused=0
	: >zone
	for n in a b c; do dkim-genkey -q -d example.com -s "$n" -D keys --type=ed25519; done
	sha256sum keys/*.private >sums
	# what no rotation makes
	for phase in "current a 1" "next b made 1" "next b done 5" "old a 1" "current a x" \
		"current a 5 6" "old c 5 6" "next b made" "old ../c 5" "old c 08" "old c $((10**13))"; do
		printf 'current a 1767348000\n%s\n' "$phase" >"keys/$domain.rotate"
		[ "$phase" != "next b made 1" ] || echo "next c made 1" >>"keys/$domain.rotate"
		one_line 78 "$top/scripts/dkim-rotate" -d "$domain" -D keys --status
	done
	printf 'current a 1767348000' >"keys/$domain.rotate"
	one_line 78 "$top/scripts/dkim-rotate" -d "$domain" -D keys --status
	: >"keys/$domain.rotate"
	one_line 78 "$top/scripts/dkim-rotate" -d "$domain" -D keys --status
	printf 'current a 1767000000\nnext b published 1767300000\nold c 1767300000\n' | spoil 80
	for n in spoiled/*; do
		cp "$n" "keys/$domain.rotate"
		status=0
		"$top/scripts/dkim-rotate" -d "$domain" -D keys --at=$now --publish='cat >/dev/null' \
			--check=--zone=zone --genkey=--type=ed25519 >out 2>err || status=$?
		case $status in
		0 | 1 | 75 | 70) ;;
		78)
			refused=$((refused + 1))
			grep -qx "dkim-rotate: .*: not a state file of dkim-rotate" err
			[ "$(wc -l <err)" -eq 1 ]
			cmp "$n" "keys/$domain.rotate"
			;;
		*)
			echo "$n: $status"
			cat "$n" err
			return 1
			;;
		esac
		refute grep -v '^dkim-' err
		sha256sum -c --quiet sums
	done
	[ ! -e ran ]
	echo "$refused refused"
	[ "$refused" -gt 30 ]
	[ "$refused" -lt 76 ]
}

# rotate_args ARGUMENT...: as a user calls it, without what these tests add.
rotate_args() { "$top/scripts/dkim-rotate" "$@"; }

@test "options: = or a blank, short and bundled, shortened, -- and what they refuse" {
	for args in "-d $domain -D keys" "-d$domain -Dkeys" "--domain=$domain --directory=keys" \
		"--domain $domain --directory keys" "--dom $domain --dir=keys" \
		"-d $domain. -D keys --age 30 --hold=0 --grace 1 --" "-d x --domain $domain -Dkeys"; do
		# shellcheck disable=SC2086 # words
		rotate_args --status $args >out
		[ "$(head -n 1 out)" = "dkim-rotate: $domain: no key yet" ]
	done
	# the last counts, as with the tools
	rotate_args --status -d "$domain" -D keys --age 30 --age=40 --now >out
	grep -q "next: a new key, now" out
	while IFS='|' read -r args text; do
		# shellcheck disable=SC2086
		one_line 64 rotate_args --status -D keys -d "$domain" $args
		[ "$(cat stderr)" = "dkim-rotate: $text" ]
	done <<-END
		--nosuch|unknown option --nosuch (see --help)
		-x|unknown option -x (see --help)
		--a 1|--a is ambiguous: --after, --age, --at
		--age|--age needs a value
		-d|--domain needs a value
		--now=1|--now takes no value
		--help=x|--help=x: only "all"
		--age=-1|--age: "-1" is not a number from 0 to 36500
		--age 08|--age: "08" is not a number from 0 to 36500
		--hold=99999999999999999999|--hold: "99999999999999999999" is not a number from 0 to 31536000
		operand|unexpected operand "operand"
		-- --now|unexpected operand "--now"
		-d a..b|"a..b" is not a domain name
		-d a.b..|"a.b." is not a domain name
		-d a/b|"a/b" is not a domain name
		-d a,b.example|-d: "a,b.example" is not a domain name (RFC 5321 4.1.2)
		-d s._domainkey.a.b|-d: "s._domainkey.a.b" is the name of a key record: the domain is "a.b", the selector "s" (RFC 6376 3.6.2.1)
		--signing-table x|--signing-table needs --key-table
	END
	one_line 64 rotate_args -D keys
	grep -qx "dkim-rotate: no domain given (-d)" stderr
	one_line 64 rotate_args -d "$domain"
	grep -qx "dkim-rotate: no directory given (-D)" stderr
}

@test "a domain in U-labels is that in A-labels, and keeps its case otherwise" {
	run -0 "$top/scripts/dkim-rotate" -d münchen.example. -D keys --status
	[[ $output = "dkim-rotate: xn--mnchen-3ya.example: no key yet"* ]]
	run -0 "$top/scripts/dkim-rotate" -d Some_Name.example -D keys --status
	[[ $output = "dkim-rotate: Some_Name.example: no key yet"* ]]
}

@test "--version and --help, also between others and shortened" {
	for args in -V --version --vers "-d x -V" "-Vd x"; do
		# shellcheck disable=SC2086
		rotate_args $args >out
		[ "$(cat out)" = "dkim-rotate $(dkim-txt -V | sed 's/^dkim-txt //')" ]
	done
	rotate_args --help >help
	for args in -h --he "-hV" --help=all; do
		rotate_args "$args" | cmp - help
	done
	ends_with 74 rotate_args --help >/dev/full 2>err
	grep -qx "dkim-rotate: cannot write to standard output" err
}

@test "a table that is missing, unreadable or wrong: as dkim-sign says it" {
	rotate_args --status -d "$domain" -D keys >expected
	for option in --status --dry-run --now; do
		one_line 78 rotate_args $option -d "$domain" -D keys --key-table=nosuch
		grep -qx "dkim-rotate: nosuch: cannot open: No such file or directory" stderr
	done
	ends_with 78 dkim-sign --key-table=nosuch --signing-table=nosuch m >out 2>err
	[ "$(sed s/dkim-sign/dkim-rotate/ err)" = "$(cat stderr)" ]
	echo "main $domain:none:/nonexistent" >KeyTable
	one_line 78 rotate_args --status -d "$domain" -D keys --key-table KeyTable --signing-table nosuch
	grep -qx "dkim-rotate: nosuch: cannot open: No such file or directory" stderr
	echo bad >>KeyTable
	one_line 78 rotate_args --status -d "$domain" -D keys --key-table KeyTable
	grep -qx "dkim-rotate: KeyTable: line 2: not NAME DOMAIN:SELECTOR:KEY" stderr
	# no key was made, and nothing else
	[ -z "$(find keys -name '*.private')" ]
}

@test "by its whole name or through a link: the tools next to the script are used" {
	local path=/usr/sbin:/usr/bin:/sbin:/bin
	mkdir -p here/bin here/tree/scripts here/tree/build
	install "$top/scripts/dkim-rotate" here/bin
	install "$top/scripts/dkim-rotate" here/tree/scripts
	for tool in dkim-txt dkim-genkey; do
		printf '#!/bin/sh\necho "%s (next to it) 9"\n' $tool >here/bin/$tool
		printf '#!/bin/sh\necho "%s (of the tree) 9"\n' $tool >here/tree/build/$tool
		chmod +x here/*/$tool here/tree/build/$tool
	done
	ln -s "$PWD/here/bin/dkim-rotate" link
	ln -s here/tree/scripts/dkim-rotate tree-link
	for script in here/bin/dkim-rotate "$PWD/here/bin/dkim-rotate" ./link; do
		[ "$(PATH=$path "$script" -V)" = "dkim-rotate (next to it) 9" ]
		[ "$("$script" -V)" = "dkim-rotate (next to it) 9" ]
	done
	[ "$(PATH=$PWD/here/bin:$path dkim-rotate -V)" = "dkim-rotate (next to it) 9" ]
	[ "$(PATH=$path ./tree-link -V)" = "dkim-rotate (of the tree) 9" ]
	# another build that was chosen by PATH
	[ "$(PATH=$PWD/here/bin:$path here/tree/scripts/dkim-rotate -V)" = "dkim-rotate (next to it) 9" ]
	rm here/bin/dkim-txt here/bin/dkim-genkey
	one_line 70 env PATH=$path here/bin/dkim-rotate -d "$domain" -D keys
	grep -qx "dkim-rotate: no dkim-txt next to this script or in PATH" stderr
}

@test "a file that cannot be created: 73, and the tables are as they were" {
	echo "main $domain:none:/nonexistent" >KeyTable
	cp KeyTable before
	mkdir "keys/$domain.rotate.lock"
	one_line 73 rotate_args -d "$domain" -D keys --key-table KeyTable
	grep -qx "dkim-rotate: $PWD/keys/$domain.rotate.lock: cannot create" stderr
	cmp KeyTable before
	rmdir "keys/$domain.rotate.lock"
	mkdir "keys/$domain.rotate.rotate"
	one_line 73 rotate_args -d "$domain" -D keys --key-table KeyTable
	grep -qx "dkim-rotate: $PWD/keys/$domain.rotate.rotate: cannot write" stderr
	cmp KeyTable before
}
