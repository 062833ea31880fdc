#!/usr/bin/env bats
# 20,000 signed messages after small edits: what dkim-verify passes is what
# dkimpy and Mail::DKIM pass, but for the classes of differential.py ("make slow").
# shellcheck disable=SC2154 # now: of the helper
load ../cli/helper
load ../cli/dkim_helper

differential() { /usr/bin/python3 "$top/tests/slow/differential.py" "$@"; }

setup_file() {
	local c key
	cd "$BATS_FILE_TMPDIR" || return
	rsa rsa
	ed25519 ed
	add rsa
	add ed 'v=DKIM1; k=ed25519; p=KEY'
	{
		printf 'From: Joe <joe@example.com>\nTo: sue@example.net,\n tom@example.net\n'
		printf 'Subject:  dinner   at\teight\nDate: Fri, 2 Jan 2026 10:00:00 +0000\n'
		printf 'Message-ID: <1@example.com>\nX-Empty:\n\n'
		printf 'Dear Sue,\n\nis  it \t ready? \n.\n\n-- \nJoe\n\n'
	} | crlf >m
	for c in simple/simple simple/relaxed relaxed/simple relaxed/relaxed; do
		for key in rsa ed; do
			dkim-sign -q -d example.com -s $key -k $key.private -c $c --at=$now m \
				>"$key.${c/\//-}"
		done
	done
	mkdir edited
	differential mutate 20000 edited rsa.*-* ed.*-*
}

# ours NAMES: what dkim-verify says of these, in json.
ours() {
	cd "$BATS_FILE_TMPDIR" || return
	tr '\n' '\0' <"$1" |
		dkim-verify --zone=zone --at=$now --json -q --require=none --files0-from=- >json 2>/dev/null || true
	[ "$(wc -l <json)" -eq "$(wc -l <"$1")" ]
}

explained() {
	local status=0
	differential table "$@" >table || status=$?
	sed 's/^/# /' table >&3
	[ "$status" -eq 0 ]
}

@test "dkimpy passes what we pass" {
	cd "$BATS_FILE_TMPDIR" || return
	find edited -type f | sort >names
	ours names
	xargs -a names /usr/bin/python3 "$top/tests/cli/forge.py" dkimpy-verify zone 2>/dev/null |
		cut -d' ' -f1 >lines
	explained dkimpy json lines
}

@test "Mail::DKIM passes what we pass, of RSA" {
	cd "$BATS_FILE_TMPDIR" || return
	find edited -name '*.rsa.*' | sort >names
	ours names
	xargs -a names perl "$top/tests/cli/mail_dkim.pl" verify zone 2>/dev/null |
		perl -ne 'print scalar(() = /\bpass\b/g), "\n"' >lines
	explained Mail::DKIM json lines
}
