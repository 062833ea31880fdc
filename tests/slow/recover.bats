#!/usr/bin/env bats
# dkim-txt --recover-key with e=65537, as nearly every key has it: minutes of one
# processor and hundreds of MiB ("make slow").
# shellcheck disable=SC2154 # now: of the helper
load ../cli/helper
load ../cli/dkim_helper

# recovers BITS KIB SECONDS [OPTION...]: a key of so many bits comes out of two
# messages, in at most so much memory and processor time.
recovers() {
	local bits=$1 kib=$2 seconds=$3 i used
	shift 3
	rsa mail "$bits"
	for i in 1 2; do
		msg "letter $i" >m
		forge sign -k mail.private "$@" <m >"$i.eml"
	done
	/usr/bin/time -f '%M KiB %U seconds' -o used \
		dkim-txt --recover-key -d example.com -s mail 1.eml 2.eml >zone 2>err
	grep -qF "p=$(forge p mail.private)" <(sed 's/" "//g' zone)
	dkim-verify --zone=zone --at="$now" "$@" 1.eml 2.eml || [ "$*" = --sha1 ]
	echo "# $bits bits: $(cat used)" >&3
	used=$(cut -d' ' -f1 used)
	[ "$used" -le "$kib" ]
	used=$(cut -d' ' -f3 used)
	[ "${used%.*}" -le "$seconds" ]
}

@test "1024 bits, rsa-sha1" {
	recovers 1024 $((128 * 1024)) 60 --sha1
}

@test "2048 bits: 2 minutes and 256 MiB" {
	recovers 2048 $((256 * 1024)) 120
}

@test "4096 bits: 5 minutes and 512 MiB" {
	recovers 4096 $((512 * 1024)) 300
}

# The changed one comes first and spoils two pairs.
@test "1024 bits, one of three was changed" {
	rsa mail 1024
	local i
	for i in 1 2 3; do
		msg "letter $i" >m
		forge sign -k mail.private <m >"$i.eml"
	done
	sed -i 's/^Subject: dinner/Subject: lunch/' 1.eml
	ends_with 1 dkim-txt --recover-key -d example.com -s mail ./*.eml >zone 2>err
	grep -qF "p=$(forge p mail.private)" <(sed 's/" "//g' zone)
	grep -q '1.eml: the recovered key did not make this signature' err
}
