#!/usr/bin/env bats
# dkim-txt --lint: what is wrong with a published record, and how it should
# read (CONTRACT.md 3, 7; PEERS.md 2.10, 3; RULES P-5).
load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	dkim-genkey -s mail
	dkim-txt --format=value mail.private >good
	dkim-txt --format=p mail.private >p
}

setup() {
	in_own_folder
	cp -p "$BATS_FILE_TMPDIR"/* .
	good=$(cat good)
	p=$(cat p)
}

# found STATUS "CODES" [OPTION...] <INPUT: the codes of all findings, in order.
found() {
	local status=$1 codes=$2 got=0
	shift 2
	dkim-txt --lint --json "$@" >json 2>err || got=$?
	/usr/bin/python3 -c '
import json
for line in open("json"):
    for f in json.loads(line)["findings"]:
        print(f["code"])' | paste -sd' ' >codes
	[ "$got $(cat codes)" = "$status $codes" ] && [ ! -s err ] && return
	echo "got $got $(cat codes), expected $status $codes"
	cat json err
	return 1
}

@test "a good record: valid, 0" {
	found 0 "" <good
	dkim-txt --lint good >out
	[ "$(cat out)" = "good: valid" ]
}

@test "json: the keys of the contract" {
	echo "k=rsa; v=DKIM1; p=$p" >in
	ends_with 1 dkim-txt --lint --json in >out
	[ "$(wc -l <out)" -eq 1 ]
	python3 - "$p" <<-'EOF'
		import json, sys
		o = json.load(open("out"))
		assert {"input", "owner", "record", "valid", "findings", "corrected"} <= set(o)
		assert o["input"] == "in" and o["owner"] is None and o["valid"] is False
		assert o["record"] == "k=rsa; v=DKIM1; p=" + sys.argv[1]
		assert o["corrected"] == "v=DKIM1; k=rsa; p=" + sys.argv[1]
		f, = o["findings"]
		assert f["code"] == "version-not-first" and f["severity"] == "error"
		assert "RFC 6376" in f["text"]
	EOF
}

@test "text: a line a finding, then the record to paste" {
	echo "k=rsa; v=DKIM1; p=$p" | ends_with 1 dkim-txt --lint >out
	[ "$(wc -l <out)" -eq 2 ]
	grep -q '^-: error version-not-first: .*(RFC 6376 3.6.1)$' out
	[ "$(tail -n 1 out)" = "v=DKIM1; k=rsa; p=$p" ]
}

@test "a revoked key is valid, an empty input is not" {
	found 0 revoked <<<"v=DKIM1; p="
	found 1 empty </dev/null
	found 1 empty <<<""
}

@test "what a hostile record holds is escaped" {
	printf 'v=DKIM1; \e]0;x\a=1; p=' | ends_with 1 dkim-txt --lint >out
	refute grep -q $'\e' out
	printf 'v=DKIM1; k=\xff\xe2\x80\xae; p=' | ends_with 1 dkim-txt --lint --json >out
	refute grep -q $'[\x80-\xff]' out
}

@test "an input that is not there, or has no end" {
	one_line 66 dkim-txt --lint nosuch
	one_line 74 to_full dkim-txt --lint good
	head -c 20000000 /dev/zero >big
	ends_with 1 dkim-txt --lint big >/dev/null
}
to_full() { "$@" >/dev/full; }
