#!/usr/bin/env bats
# Many messages at a time whose name server lies in every way there is: each gets
# the verdict that it would get alone, a lie is never a "no" nor a pass, and it
# ends. "make tsan" runs this file, too.
# shellcheck disable=SC2154 # now: of the helper
load helper
load dkim_helper

# What comes of each (liar.py), of a key and of a DMARC record. Those that only
# time ends are apart, so that a slow machine changes no verdict.
answered="
honest    pass/ok             fail
slow      pass/ok             fail
tcp       pass/ok             fail
pieces    pass/ok             fail
ids       pass/ok             fail
truncated temperror/dns       temperror
cut       temperror/dns       temperror
longer    temperror/dns       temperror
about     temperror/dns       temperror
extra     permerror/no-key    none
loop      temperror/dns       temperror
chain     temperror/dns       temperror
aliases   temperror/dns       temperror
huge      permerror/key-syntax none
many      temperror/dns       temperror
nxdomain  permerror/no-key    none
nodata    permerror/no-key    none
no        permerror/no-key    none
within    permerror/no-key    none
servfail  temperror/dns       temperror
refused   temperror/dns       temperror
referral  temperror/dns       temperror
noise     temperror/dns       temperror
pointer   temperror/dns       temperror
overrun   temperror/dns       temperror
counts    temperror/dns       temperror"
timed="
silent    temperror/dns       temperror
late      temperror/dns       temperror
stalled   temperror/dns       temperror
dribble   temperror/dns       temperror
id        temperror/dns       temperror
question  temperror/dns       temperror
echo      temperror/dns       temperror
short     temperror/dns       temperror
stranger  temperror/dns       temperror"
again="
lost      pass/ok             fail
turns     permerror/no-key    none"

setup() {
	in_own_folder
	shared ed.private
}
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	ed25519 ed
	msg >m
	local how n
	while read -r how _; do
		[ "$how" ] || continue
		for n in 1 2 3 4; do
			sed "s/joe@/joe@$how-$n./" m >"$how-$n.from"
		done
		for n in 1 2; do
			dkim-sign -q -d example.com -s "$how-$n" -k ed.private --at=$now m >"$how-$n.eml"
		done
	done <<<"$answered$timed$again"
}

# inputs ENDING TABLE NUMBER...: of each kind these, the kinds mixed.
inputs() {
	local ending=$1 table=$2 n how
	shift 2
	for n; do
		while read -r how _; do
			[ -z "$how" ] || echo "$BATS_FILE_TMPDIR/$how-$n.$ending"
		done <<<"$table"
	done
}

# expected COLUMN TABLE NUMBER...: what the inputs should get.
expected() {
	local column=$1 table=$2 n
	shift 2
	for n; do
		awk -v n="$n" -v column="$column" 'NF { print $1 "-" n, $column }' <<<"$table"
	done
}

# verdicts: of the keys, of --json on stdin.
verdicts() {
	/usr/bin/python3 -c '
import json, os, sys
for line in sys.stdin:
    o = json.loads(line)
    s = o["signatures"][0]
    print(os.path.basename(o["input"])[:-4], s["result"] + "/" + s["reason"])'
}

# each_right STATUS TABLE OPTION...: with one thread and with eight.
each_right() {
	local code=$1 table=$2 n
	shift 2
	# each name twice: two threads want one answer
	expected 2 "$table" 1 2 1 2 >want
	inputs eml "$table" 1 2 1 2 | tr '\n' '\0' >list
	for n in 1 8; do
		# a server that answers by turns forgets
		liar ed
		ends_with "$code" timeout 300 dkim-verify --nameserver=127.0.0.1@"$port" \
			--at=$now --json -j$n --files0-from=list "$@" >out
		dns_stop
		verdicts <out | diff want -
	done
}

@test "26 lies that are answers: each message has the verdict it has alone" {
	each_right 75 "$answered" --dns-timeout=200 --deadline=200
	local name want
	liar ed
	while read -r name want; do
		dkim-verify --nameserver=127.0.0.1@"$port" --at=$now --json \
			--dns-timeout=200 --deadline=200 \
			"$BATS_FILE_TMPDIR/$name.eml" >out || true
		[ "$(verdicts <out)" = "$name $want" ]
	done < <(sort -u want)
	dns_stop
}

@test "9 lies that keep one waiting: temporary errors, when the time is over" {
	each_right 75 "$timed" --dns-timeout=1 --deadline=1
}

@test "a lost datagram is asked for again; a second answer that differs is not" {
	each_right 1 "$again" --dns-timeout=2 --deadline=200
}

@test "the same lies about DMARC: a lie is never the absence of a policy" {
	local table n time
	for table in "$answered" "$timed"; do
		time=200
		[ "$table" != "$timed" ] || time=1
		expected 3 "$table" 1 2 3 4 >want
		inputs from "$table" 1 2 3 4 | tr '\n' '\0' >list
		for n in 1 8; do
			liar ed
			ends_with 75 timeout 300 dkim-policy --evaluate \
				--nameserver=127.0.0.1@"$port" --at=$now --json -j$n \
				--dns-timeout=$time --deadline=$time --files0-from=list >out
			dns_stop
			/usr/bin/python3 -c '
import json, os, sys
for line in sys.stdin:
    o = json.loads(line)
    print(os.path.basename(o["input"])[:-5], o["dmarc"]["result"])' <out | diff want -
		done
	done
}
