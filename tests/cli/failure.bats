#!/usr/bin/env bats
# dkim-policy --failure-report: who gets one, and what is in it (RFC 6591, 6651,
# 9991).
load helper
load dkim_helper
load policy_helper

setup_file() { make_signed; }
setup() { share_signed; }

# report STATUS [OPTION...] <MESSAGE: leaves out, and its parts in 1, 2 and 3 as
# another program's parser has them.
report() {
	local code=$1 status=0
	shift
	dkim-policy --zone=zone --at=$now --failure-report "$@" >out 2>err || status=$?
	[ "$status" -eq "$code" ] || {
		echo "status $status, expected $code"
		cat out err
		return 1
	}
	[ "$code" -eq 0 ] || { [ ! -s out ]; return; }
	/usr/bin/python3 -c '
import email, sys
m = email.message_from_file(open("out"))
assert m.get_content_type() == "multipart/report", m.get_content_type()
assert m.get_param("report-type") == "feedback-report"
parts = m.get_payload()
assert [p.get_content_type() for p in parts] == ["text/plain",
    "message/feedback-report", "text/rfc822-headers"], parts
for n, p in enumerate(parts, 1):
    text = p.get_payload(decode=True)
    if text is None:
        text = p.get_payload()[0].as_bytes()
    open(str(n), "wb").write(text)
print(m["To"])' >to
}

# asks [TEXT]: the policy of example.com.
asks() { txt _dmarc.example.com "v=DMARC1; p=reject; ${1-ruf=mailto:f@example.com}"; }

@test "ruf=: a report with the fields of RFC 6591, the header alone" {
	asks
	report 0 --ip=192.0.2.1 --helo=h.example --mail-from=x@other.example \
		--report-from=postmaster@mx.example <m
	[ "$(cat to)" = f@example.com ]
	for line in 'Feedback-Type: auth-failure' 'Version: 1' 'Auth-Failure: dmarc' \
		'Reported-Domain: example.com' 'Source-IP: 192.0.2.1' \
		'Original-Mail-From: x@other.example' 'Identity-Alignment: none' \
		'Authentication-Results: mx.example; dmarc=fail header.from=example.com'; do
		grep -qxF "$line" 2 || { echo "no $line"; cat 2; false; }
	done
	grep -qx 'From: postmaster@mx.example' out
	grep -qx 'Date: Fri, 2 Jan 2026 10:00:00 +0000' out
	grep -qx 'Auto-Submitted: auto-generated' out
	sed '/^$/q' m | sed '$d' | cmp - <(sed '/^$/d' 3)
	refute grep -q 'Is dinner ready' out
	refute grep -q '[^ -~]' out
}

@test "nobody asks, or nothing failed: 2 and no octet" {
	asks rua=mailto:a@example.com
	report 2 <m
	rm zone
	asks
	report 2 <<<"From: a@nowhere.example"
	add mail
	report 2 <signed
}

@test "no answer from DNS: whether it failed is not known, 75" {
	echo '_dmarc.example.com. CNAME _dmarc.example.com.' >>zone
	ends_with 75 dkim-policy --zone=zone --at=$now --failure-report \
		--report-from=postmaster@mx.example m >out 2>err
	[ ! -s out ]
	grep -q 'is not known' err
}

@test "fo=: 1 any mechanism, d signatures, s SPF" {
	asks "ruf=mailto:f@example.com; fo=1"
	add bad 'p=' # the second signature's key is revoked
	report 2 <signed
	forge sign -k mail.private -s bad <signed >f
	report 0 <f
	grep -qx 'Identity-Alignment: dkim' 2
	rm zone
	asks "ruf=mailto:f@example.com; fo=d"
	add mail
	report 2 <m
	sed 's/ready/late/' signed >f
	report 0 <f
	grep -qx 'Auth-Failure: bodyhash' 2
	grep -qx 'DKIM-Selector: mail' 2
	rm zone
	asks "ruf=mailto:f@example.com; fo=s"
	add mail
	txt example.com "v=spf1 -all"
	report 2 <m
	report 0 --ip=192.0.2.1 --mail-from=a@example.com <m
	grep -qx 'Auth-Failure: spf' 2
	grep -qx 'SPF-DNS: txt : example.com : "v=spf1 -all"' 2
}

@test "other domains must agree" {
	asks "ruf=mailto:f@b.test,mailto:g@example.com"
	report 0 <m
	[ "$(cat to)" = g@example.com ]
	txt example.com._report._dmarc.b.test "v=DMARC1"
	report 0 <m
	[ "$(cat to)" = 'f@b.test, g@example.com' ]
	rm zone
	asks "ruf=mailto:f@b.test"
	txt example.com._report._dmarc.b.test "v=DMARC1; ruf=mailto:z@b.test"
	report 0 <m
	[ "$(cat to)" = z@b.test ]
	rm zone
	asks "ruf=mailto:f@b.test"
	txt example.com._report._dmarc.b.test "v=DMARC1; ruf=mailto:z@c.test"
	report 2 <m
	rm zone
	asks "ruf=mailto:f@b.test"
	echo 'example.com._report._dmarc.b.test. CNAME example.com._report._dmarc.b.test.' >>zone
	report 75 <m
}

@test "addresses that are none are left out; psd=y asks in vain" {
	local many
	asks 'ruf=mailto:a%0d%0aBcc:v@example.com,http://example.com/,mailto:-oQ@example.com,mailto:a%7Cb@example.com,mailto:g@example.com?bcc=v'
	report 0 <m
	[ "$(cat to)" = g@example.com ]
	rm zone
	many=$(printf 'mailto:u%d@example.com,' {1..40})
	asks "ruf=${many%,}"
	report 0 <m
	[ "$(tr -cd @ <to | wc -c)" -eq 10 ]
	rm zone
	asks "psd=y; ruf=mailto:f@example.com"
	report 2 <m
}

@test "RFC 6651: r=y of a signature and _report._domainkey of its domain" {
	forge sign -k mail.private --add r=y <m | sed 's/ready/late/' >f
	report 2 <f
	txt _report._domainkey.example.com "ra=dkim-errors; rr=s"
	report 2 <f
	rm zone
	add mail
	txt _report._domainkey.example.com "ra=dkim-errors; rr=v"
	report 0 <f
	[ "$(cat to)" = dkim-errors@example.com ]
	grep -qx 'Auth-Failure: bodyhash' 2
	grep -qx 'DKIM-Domain: example.com' 2
	grep -qx 'DKIM-Identity: @example.com' 2
	sed 's/ready/late/' signed >g # without r=y
	report 2 <g
	for wrong in 'ra=a=0d=0aBcc:v' 'rp=0; ra=a' 'rr=v'; do
		rm zone
		add mail
		txt _report._domainkey.example.com "$wrong"
		report 2 <f
	done
}

# for_reason LETTER <MESSAGE: the one letter of rr= with which it is reported;
# the records of keys are in the file keys.
for_reason() {
	local letter
	cat >message
	for letter in d o p s u v x; do
		cp keys zone
		txt _report._domainkey.example.com "ra=dkim-errors; rr=$letter"
		if [ "$letter" = "$1" ]; then
			report 0 <message
		else
			report 2 <message
		fi
	done
}

@test "RFC 6651 5.1: rr= names the reason for which there is a report" {
	forge sign -k mail.private --add r=y <m >f
	cp zone keys
	sed 's/ready/late/' f | for_reason v
	sed 's/^Subject: /&Re: /' f | for_reason v
	{ printf 'From: x@example.com\r\n'; cat f; } | for_reason p
	forge sign -k mail.private --add r=y --set x=$((now - 1000)) --set t=$((now - 2000)) <m |
		for_reason x
	forge sign -k mail.private --add r=y --set l=x <m | for_reason s
	forge txt mail._domainkey.example.com. 'p=!' >keys
	for_reason s <f
	forge txt mail._domainkey.example.com. 'p=' >keys
	for_reason o <f
	echo 'mail._domainkey.example.com. CNAME mail._domainkey.example.com.' >keys
	for_reason d <f
	# two records are none (3.3)
	cp zone keys
	txt _report._domainkey.example.com "ra=others; rr=all"
	report 2 <f
}

@test "a hostile header stays in its part" {
	asks
	report 0 <m
	boundary=$(sed -n 's/^ boundary="\(.*\)"$/\1/p' out)
	{
		printf 'X-Evil: \xff\0\x1b[2J %s\n' "--$boundary"
		printf -- '--%s: x\n' "$boundary"
		printf 'X-Long: %2000s\n' x
		cat m
	} >f
	report 0 <f
	refute grep -q '[^ -~]' out
	[ "$(awk 'length > 998' out | wc -l)" -eq 0 ]
	[ "$(grep -c '' 3)" -gt 5 ]
}

@test "usage and plumbing" {
	asks
	ends_with 64 dkim-policy --zone=zone --failure-report --report-from='a b' m 2>err
	ends_with 64 dkim-policy --zone=zone --failure-report \
		--report-from=$'a@b.example\nBcc: v@c.example' m 2>err
	ends_with 64 dkim-policy --zone=zone --report-from=a@b.example x 2>err
	ends_with 64 dkim-policy --zone=zone --failure-report m m 2>err
	one_line 64 dkim-policy --zone=zone --failure-report --json m
	ends_with 66 dkim-policy --zone=zone --failure-report nowhere 2>err
	ends_with 65 dkim-policy --zone=zone --failure-report 2>err <<<"no field"
	ends_with 74 dkim-policy --zone=zone --failure-report m >/dev/full 2>err
	ends_with 74 to_nobody dkim-policy --zone=zone --failure-report m 2>err
}

# canonical FIELD: what it says, decoded.
canonical() {
	/usr/bin/python3 -c '
import base64, email, sys
text = email.message_from_binary_file(open("2", "rb"))[sys.argv[1]]
sys.stdout.buffer.write(base64.b64decode(text, validate=False) if text else b"")' "$1"
}

@test "RFC 6591 3.2.4: the header as it was hashed, where that is not what b= signs" {
	asks "ruf=mailto:f@example.com; fo=d"
	add mail
	sed 's/^Subject:.*/Subject: other/' signed >f
	report 0 <f
	grep -qx 'Auth-Failure: signature' 2
	canonical DKIM-Canonicalized-Header | cmp - <(dkim-verify --canon-header f)
	refute grep -q '.\{78\}' 2
	# also where the body differs
	sed 's/Is dinner/Is lunch/' signed >f
	report 0 <f
	grep -qx 'Auth-Failure: bodyhash' 2
	canonical DKIM-Canonicalized-Header | cmp - <(dkim-verify --canon-header f)
	# what cannot be whole is left out
	{ printf 'Subject: '; head -c 70000 /dev/zero | tr '\0' a; echo; sed '/^Subject:/d' signed; } >f
	report 0 <f
	grep -qx 'DKIM-Selector: mail' 2
	refute grep -q Canonicalized 2
}

@test "--report-body: the body as it was hashed, if it is asked for" {
	asks "ruf=mailto:f@example.com; fo=d"
	add mail
	forge sign -k mail.private -l 4 <m >two
	sed 's/Is dinner/Is lunch/' signed >f
	report 0 <f
	refute grep -q DKIM-Canonicalized-Body 2
	report 0 --report-body <f
	canonical DKIM-Canonicalized-Body | cmp - <(dkim-verify --canon-body f)
	sed 's/Is dinner/As dinner/' two >f
	report 0 --report-body <f
	[ "$(canonical DKIM-Canonicalized-Body)" = "As d" ]
	{ cat signed; head -c 70000 /dev/zero | tr '\0' a; } >f
	report 0 --report-body <f
	grep -qx 'Auth-Failure: bodyhash' 2
	refute grep -q DKIM-Canonicalized-Body 2
	# a body that holds has no place in it
	sed 's/^Subject:.*/Subject: other/' signed >f
	report 0 --report-body <f
	refute grep -q DKIM-Canonicalized-Body 2
	one_line 64 dkim-policy --report-body example.com
}
