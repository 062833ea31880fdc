# For the tests of dkim-sign and dkim-verify (after "load helper"): keys made by
# openssl, messages signed by forge.py, and a zone file named "zone". None of it
# goes through the tools under test.
# shellcheck shell=bash disable=SC2034,SC2154 # shared with the tests

now=1767348000 # of every message here: 2026-01-02 10:00:00 UTC

forge() { /usr/bin/python3 "$top/tests/cli/forge.py" "$@"; }

# rsa NAME [BITS], ed25519 NAME: a key file NAME.private.
rsa() {
	(umask 077 && openssl genrsa "${2:-2048}" >"$1.private" 2>/dev/null)
}
ed25519() {
	(umask 077 && openssl genpkey -algorithm ed25519 -out "$1.private")
}

# add NAME [TEXT [DOMAIN]]: the record of NAME.private, or TEXT, into the zone.
# KEY in TEXT stands for the base64 of the key.
add() {
	local text=${2-v=DKIM1; k=rsa; p=KEY}
	case $text in *KEY*) text=${text/KEY/$(forge p "$1.private")} ;; esac
	forge txt "$1._domainkey.${3:-example.com}." "$text" >>zone
}

# add_as SELECTOR: the key mail under another name.
add_as() {
	forge txt "$1._domainkey.example.com." "v=DKIM1; k=rsa; p=$(forge p mail.private)" >>zone
}

# judged STATUS VERDICTS [OPTION...] [FILE...]: dkim-verify ends with STATUS and
# says VERDICTS ("pass/ok fail/bad-signature": result and reason of each
# signature). Leaves json and err.
judged() {
	local code=$1 want=$2 got status=0
	shift 2
	dkim-verify --zone=zone --at=$now --json "$@" >json 2>err || status=$?
	got=$(grep -o '"result":"[a-z]*","reason":"[a-z0-9-]*"' json |
		sed 's/"result":"\(.*\)","reason":"\(.*\)"/\1\/\2/' | paste -sd' ')
	[ "$status $got" = "$code $want" ] && return
	echo "dkim-verify $*: expected \"$code $want\", got \"$status $got\""
	cat json err
	return 1
}

# warned CODE...: the warnings of each signature that judged saw, in that order.
warned() {
	local got
	got=$(grep -o '"warnings":\[[^]]*\]}[],]' json | paste -sd' ' |
		sed 's/"warnings":\[//g; s/[]"}]//g; s/,/ /g; s/ *$//')
	[ "$got" = "$*" ] || { echo "warnings: \"$got\", expected \"$*\""; return 1; }
}

# value KEY: of the last JSON object, as JSON text.
value() {
	/usr/bin/python3 -c '
import json, sys
o = json.load(open("json"))
for k in sys.argv[1].split("."):
    o = o[int(k)] if k.isdigit() else o[k]
print(json.dumps(o))' "$1"
}

# crlf, lf: change the line ends.
crlf() { sed 's/$/\r/'; }
lf() { sed 's/\r$//'; }

# unfolded: each field on one line.
unfolded() { sed -e :a -e '$!N; s/\r\{0,1\}\n[ \t]/ /; ta' -e 'P;D'; }

# shared FILE...: from the directory of the test file to the test's own.
shared() { local f; for f; do cp -p "$BATS_FILE_TMPDIR/$f" .; done; }

# dns_server ANSWER: one of forge.py's; $port is its port, the file asked has
# the names. Ended by dns_stop.
dns_server() {
	rm -f port
	mkfifo port
	exec 8<>port
	/usr/bin/python3 "$top/tests/cli/forge.py" dns port "$1" >asked 3>&- 8>&- &
	server=$!
	read -r -t 30 -u 8 port
	exec 8>&-
}

# liar KEY [HOLD]: liar.py, which has the Ed25519 key KEY.private under every
# name it does not lie about; HOLD as it is there. $port is its port. Ended by
# dns_stop.
liar() {
	local record
	record="v=DKIM1; k=ed25519; p=$(forge p "$1.private")"
	shift
	rm -f port
	mkfifo port
	exec 8<>port
	/usr/bin/python3 "$top/tests/cli/liar.py" port "$record" "$@" >liar.log 2>&1 3>&- 8>&- &
	server=$!
	read -r -t 30 -u 8 port
	exec 8>&-
}

dns_stop() {
	kill "$server"
	wait "$server" || true
}

# For files whose tests all start from one signed message: in setup_file and
# setup. Keys mail (also of evil.example) and ed, their zone, m and signed.
make_signed() {
	cd "$BATS_FILE_TMPDIR" || return
	rsa mail
	ed25519 ed
	add mail
	add mail 'p=KEY' evil.example
	add ed 'v=DKIM1; k=ed25519; p=KEY'
	msg >m
	forge sign -k mail.private <m >signed
}

share_signed() {
	in_own_folder
	shared mail.private ed.private zone m signed
}

# forged [OPTION...]: message m signed by the key mail, into f.
forged() { forge sign -k mail.private "$@" <m >f; }
