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

@test "two domains in one folder: a link each, and the first keeps its own" {
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

@test "wrong options; a state or a table that is not ours" {
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
