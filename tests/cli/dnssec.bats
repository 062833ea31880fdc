#!/usr/bin/env bats
# dkim-verify and a resolver that validates (RFC 4035 3.2.3): a secure
# zone, one that is not signed, one whose signatures do not hold.

# shellcheck disable=SC2154 # dns_helper sets them

load helper
load dns_helper

zone_text() {
	cat <<-EOT
		\$TTL 300
		@ SOA ns hostmaster 1 3600 600 86400 60
		@ NS ns
		ns A 127.0.0.1
		mail._domainkey TXT $key
		forged._domainkey TXT $key
		alias._domainkey CNAME mail._domainkey.plain.example.
		@ TXT "v=spf1 ip4:192.0.2.1 -all"
		_dmarc TXT "v=DMARC1; p=reject; psd=n"
	EOT
}

setup_file() {
	local zone key

	cd "$BATS_FILE_TMPDIR" || return
	dkim-genkey -a -d secure.example -s mail
	key=$(sed -n 's/^[^"]*"\([^"]*\)".*/"\1"/p' mail.txt | paste -sd' ')
	for zone in secure plain bogus; do
		{
			echo "\$ORIGIN $zone.example."
			zone_text
		} >"$zone.example.zone"
	done
	sign_zone secure.example.zone forged._domainkey.secure.example
	# the anchor is another key's
	sign_zone bogus.example.zone
	ldns-key2ds -n "$(ldns-keygen -a ECDSAP256SHA256 -k bogus.example).key" \
		>bogus.example.zone.ds
	start_nsd ./*.zone
	start_unbound "$nsd" ./*.zone
}

teardown_file() { stop_servers; }

# judged STATUS RESULT REASON DNSSEC SELECTOR DOMAIN [OPTION...]
judged() {
	local code=$1 result=$2 reason=$3 dnssec=$4 selector=$5 domain=$6
	local status=0
	shift 6

	msg | sed "s/example.com/$domain/" |
		dkim-sign -d "$domain" -s "$selector" \
			-k "$BATS_FILE_TMPDIR/mail.private" >eml
	dkim-verify --json "$@" eml >json 2>err || status=$?
	grep -q "\"result\":\"$result\",\"reason\":\"$reason\".*\"dnssec\":\"$dnssec\"" \
		json && [ "$status" -eq "$code" ] && return
	echo "$selector $domain: expected $code $result $reason $dnssec, got $status"
	cat json err
	return 1
}

asked() { judged "$@" --nameserver="$unbound"; }
# The same server at an address that is no loopback address.
asked_abroad() { judged "$@" --nameserver="0.0.0.0@${unbound#*@}"; }

@test "a key in a signed zone is secure" {
	asked 0 pass ok secure mail secure.example
	asked 0 pass ok secure mail secure.example --require-dnssec
}

@test "--testkey -v says of both what opendkim-testkey does" {
	local domain
	cat >unbound.conf <<-EOT
		server:
		  do-not-query-localhost: no
		stub-zone:
		  name: "secure.example"
		  stub-addr: $nsd
		stub-zone:
		  name: "plain.example"
		  stub-addr: $nsd
	EOT
	printf '%s\n' "ResolverConfiguration $PWD/unbound.conf" \
		"TrustAnchorFile $(realpath "$BATS_FILE_TMPDIR/secure.example.zone.ds")" >conf
	for domain in secure plain; do
		/usr/sbin/opendkim-testkey -x conf -v -d $domain.example -s mail 2>theirs
		dkim-txt --check --testkey -v -d $domain.example -s mail --nameserver="$unbound" 2>ours
		diff <(sed 's/^opendkim-testkey: //' theirs) <(sed 's/^dkim-txt: //' ours)
	done
	/usr/sbin/opendkim-testkey -x conf -v -d secure.example -s mail 2>&1 | grep -qx '.*: key secure'
}

@test "a key in a zone that is not signed is insecure" {
	asked 0 pass ok insecure mail plain.example
	asked 1 policy insecure-dns insecure mail plain.example --require-dnssec
	dkim-verify --require-dnssec --nameserver="$unbound" eml >out || true
	grep -q '^policy .*DNSSEC does not protect the key record: the answer is insecure.*RFC' \
		<(tr '\n' ' ' <out)
}

@test "an alias into such a zone is insecure as a whole" {
	asked 0 pass ok insecure alias secure.example
	asked 1 policy insecure-dns insecure alias secure.example \
		--require-dnssec
}

@test "what is bogus is a temporary error, never a pass, never a no" {
	asked 75 temperror dns unknown mail bogus.example
	asked 75 temperror dns unknown forged secure.example
	asked 75 temperror dns unknown forged secure.example --require-dnssec
	grep -q "SERVFAIL from $unbound" json
}

@test "that a name does not exist can be secure, too" {
	asked 1 permerror no-key secure absent secure.example
	asked 1 permerror no-key insecure absent plain.example
	asked 1 permerror no-key insecure absent plain.example --require-dnssec
}

@test "from elsewhere the AD bit counts with --trust-ad only" {
	asked_abroad 0 pass ok unknown mail secure.example
	asked_abroad 1 policy insecure-dns unknown mail secure.example \
		--require-dnssec
	asked_abroad 0 pass ok secure mail secure.example --trust-ad
	asked_abroad 0 pass ok secure mail secure.example --trust-ad \
		--require-dnssec
	asked_abroad 0 pass ok insecure mail plain.example --trust-ad
}

@test "resolv.conf decides when no server is given, options trust-ad too" {
	local words

	unshare -m true 2>/dev/null || skip "no mount namespaces here"
	judged 0 pass ok secure mail secure.example --nameserver="$unbound"
	for words in "unknown" "secure options edns0 trust-ad"; do
		printf 'nameserver 0.0.0.0@%s\n%s\n' "${unbound#*@}" \
			"${words#* }" >resolv.conf
		unshare -m sh -c 'mount --bind resolv.conf /etc/resolv.conf &&
			dkim-verify --json eml' >json
		grep -q "\"result\":\"pass\".*\"dnssec\":\"${words%% *}\"" json
	done
}

@test "files vouch for nothing but what was recorded" {
	judged 0 pass ok unknown mail secure.example \
		--zone="$BATS_FILE_TMPDIR/secure.example.zone"
	judged 1 policy insecure-dns unknown mail secure.example \
		--zone="$BATS_FILE_TMPDIR/secure.example.zone" --require-dnssec
	asked 0 pass ok secure mail secure.example --record-dns=recorded
	judged 0 pass ok secure mail secure.example --zone=recorded \
		--require-dnssec
}

# policy STATUS OPTION...: leaves json.
policy() {
	local code=$1
	shift
	ends_with "$code" dkim-policy --nameserver="$unbound" --json "$@" >json 2>err
}

@test "policies: a record that is not secure is a no with --require-dnssec" {
	for type in dmarc spf; do
		policy 0 --type=$type --require-dnssec secure.example
		grep -q '"dnssec":"secure"' json
		policy 0 --type=$type plain.example
		grep -q '"result":"found".*"dnssec":"insecure"' json
		policy 1 --type=$type --require-dnssec plain.example
		grep -q '"result":"invalid".*"code":"insecure-dns","severity":"error"' json
		policy 2 --type=ssp --require-dnssec plain.example
	done
}

@test "SPF: a pass by records that are not secure is none with --require-dnssec" {
	policy 0 --spf --require-dnssec --ip=192.0.2.1 --mail-from=a@secure.example
	grep -q '"result":"pass".*"dnssec":"secure"' json
	policy 0 --spf --ip=192.0.2.1 --mail-from=a@plain.example
	policy 1 --spf --require-dnssec --ip=192.0.2.1 --mail-from=a@plain.example
	grep -q '"result":"permerror".*"text":"plain.example: the records are not protected by DNSSEC.*"dnssec":"insecure"' json
	policy 1 --spf --require-dnssec --ip=192.0.2.2 --mail-from=a@plain.example
	grep -q '"result":"fail"' json
	printf '%s\n' request=smtpd_access_policy client_address=192.0.2.1 \
		helo_name=plain.example sender=a@plain.example instance=1 '' |
		dkim-policy --nameserver="$unbound" --policy-service --require-dnssec |
		grep -q 'action=PREPEND Received-SPF: permerror'
}

@test "DMARC: no pass by a policy that is not secure with --require-dnssec" {
	for domain in secure plain; do
		printf 'From: a@%s.example\n\nHi.\n' $domain >m
		printf 'Authentication-Results: mx; dkim=pass header.d=%s.example\n' $domain |
			cat - m >told
		policy 0 --evaluate --trust-ar=mx told
		policy 1 --evaluate --require-dnssec m
		grep -q '"dmarc":{"result":"fail"' json
	done
	policy 1 --evaluate --require-dnssec --trust-ar=mx told
	grep -q '"dmarc":{"result":"permerror".*"text":"the policy is not protected by DNSSEC","reason":"insecure-dns","dnssec":"insecure"' json
	sed -i s/plain/secure/ told
	policy 0 --evaluate --require-dnssec --trust-ar=mx told
	grep -q '"dmarc":{"result":"pass".*"dnssec":"secure"' json
	# SPF is judged by itself
	printf 'From: a@secure.example\n\nHi.\n' >m
	policy 0 --evaluate --require-dnssec --ip=192.0.2.1 --mail-from=a@secure.example m
	printf 'From: a@plain.example\n\nHi.\n' >m
	policy 1 --evaluate --require-dnssec --ip=192.0.2.1 --mail-from=a@plain.example m
	grep -q '"spf":{"result":"permerror".*"dmarc":{"result":"fail"' json
}
