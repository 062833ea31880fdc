# For the tests of dkim-policy (after "load helper"): a zone file named "zone",
# and what the tool said about it as JSON.
# shellcheck shell=bash

# txt NAME TEXT: one TXT record more, in strings of 255 octets.
txt() { /usr/bin/python3 "$top/tests/cli/forge.py" txt "$1." "$2" >>zone; }

# policy STATUS [OPTION...]: dkim-policy with the zone file ends with STATUS.
# Leaves json (its stdout) and err.
policy() {
	local code=$1 status=0
	shift
	[ -e zone ] || : >zone
	dkim-policy --zone=zone --json "$@" >json 2>err || status=$?
	[ "$status" -eq "$code" ] && return
	echo "dkim-policy $*: status $status, expected $code"
	cat json err
	return 1
}

# is KEY VALUE...: JSON text of the first line, as in "is spf.result pass".
is() {
	local got
	got=$(/usr/bin/python3 -c '
import json, sys
o = json.loads(open("json").readline())
for k in sys.argv[1].split("."):
    o = o[int(k)] if k.isdigit() else o[k]
print(o if isinstance(o, str) else json.dumps(o))' "$1")
	[ "$got" = "$2" ] || { echo "$1: \"$got\", expected \"$2\""; return 1; }
}
