#!/bin/sh
# spamassassin 4.0.1-1~deb12u1 (Debian 12), its AuthRes plugin: one result that it does
# not know costs the whole Authentication-Results field. RFC 8601 4.1 want that
# result ignored and the others kept; the plugin leaves out the spf and dkim results of
# the same field, also those in front, and only -D says so. Seen with the property of
# RFC 8601 2.4's own example (policy.dkim-rules) and with bimi, which mail servers write
# today. Seen 2026-12-01. Exits 1 if that changes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download spamassassin=4.0.1-1~deb12u1 libhtml-parser-perl libhtml-tagset-perl \
	libsocket6-perl libsys-hostname-long-perl libnet-dns-perl libnetaddr-ip-perl \
	libhttp-date-perl libtimedate-perl libio-string-perl >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" unpacked; done
compiled=$(echo unpacked/usr/lib/*/perl5/5.*)
export HOME="$work"
mkdir rules
cat >rules/only.cf <<'EOF'
loadplugin Mail::SpamAssassin::Plugin::Check
loadplugin Mail::SpamAssassin::Plugin::AuthRes
authres_networks all
authres_trusted_authserv mx.example.net
util_rb_tld com net
header AUTHRES_SPF eval:check_authres_result('spf', 'pass')
EOF

# results TEXT: what the plugin keeps of a field with that text, on one line
results() {
	{
		echo "Authentication-Results: mx.example.net; $1"
		printf '%s\n' 'From: a@example.com' 'To: b@example.net' 'Subject: x' '' 'text'
	} | perl -T -Iunpacked/usr/share/perl5 -I"$compiled" unpacked/usr/bin/spamassassin \
		-t -x -L -D authres --configpath=rules --siteconfigpath=rules 2>&1 >/dev/null |
		sed -n 's/.*authres: \(results: .*\|no results\)/\1/p'
}

expect() { # WHAT TEXT
	found=$(results "$2")
	echo "$2"
	echo "	$found"
	[ "$found" = "$1" ] || { echo "changed: not \"$1\""; exit 1; }
}
expect 'results: dkim=pass spf=pass' \
	'spf=pass smtp.mailfrom=example.com; dkim=pass header.d=example.com'
expect 'no results' \
	'spf=pass smtp.mailfrom=example.com; dkim=policy policy.dkim-rules=unsigned-subject'
expect 'no results' \
	'spf=pass smtp.mailfrom=example.com; dkim=pass header.d=example.com; bimi=pass header.d=example.com'
echo "as described"
