#!/usr/bin/env bats
# scripts/archive/chunk, the job that GNU parallel and Slurm run for each list
# of an archive; under these two themselves it runs in "make archive-check".
bats_require_minimum_version 1.5.0
load helper

setup() {
	in_own_folder
	mkdir results
	sed "s|@BINDIR@|$BUILD|" "$top/scripts/archive/chunk" >chunk
	mkkey ed25519
	msg | sign >pass.eml
	sed 's/ready/READY/' pass.eml >'fail 1.eml'
	sed 's/s=mail/s=broken/' pass.eml >temperror.eml
	echo "no line is a field" >junk.eml
	echo ';! broken._domainkey.example.com. TXT SERVFAIL' | cat mail.txt - >answers.zone
}

# instead COMMANDS: they are run by chunk in place of dkim-verify.
instead() {
	printf '#!/bin/sh\n%s\n' "$1" >dkim-verify
	chmod 755 dkim-verify
	sed "s|@BINDIR@|$PWD|" "$top/scripts/archive/chunk" >chunk
}

nothing_written() { [ -z "$(ls -A results)" ]; }

@test "the result of a list is what dkim-verify says of its messages" {
	printf '%s\0' pass.eml 'fail 1.eml' temperror.eml junk.eml >list
	sh chunk list
	[ "$(ls -A results)" = list.jsonl ]
	[ "$(jq -r '.result // "error"' results/list.jsonl | paste -sd ' ')" = "pass fail temperror error" ]
}

@test "a list of lines has the same result as one of names that end in a NUL" {
	printf '%s\0' pass.eml 'fail 1.eml' >list
	printf '%s\n' pass.eml 'fail 1.eml' >list.lines
	sh chunk list
	sh chunk list.lines
	cmp results/list.jsonl results/list.lines.jsonl
}

@test "a list that has its result is not verified again" {
	printf '%s\0' pass.eml >list
	echo mine >results/list.jsonl
	sh chunk list
	[ "$(cat results/list.jsonl)" = mine ]
}

@test "a list with a message that cannot be opened has no result, whatever else is in it" {
	printf '%s\0' pass.eml missing.eml >list
	ends_with 66 sh chunk list
	nothing_written
	printf '%s\0' junk.eml missing.eml >list
	ends_with 65 sh chunk list
	nothing_written
}

@test "what a killed dkim-verify has written is not taken for a result" {
	instead 'echo "{}"; kill -9 $$'
	printf '%s\0' pass.eml >list
	ends_with 137 sh chunk list
	nothing_written
	instead 'printf "{\"input\":\"pass"; exit 75'
	ends_with 75 sh chunk list
	nothing_written
}
