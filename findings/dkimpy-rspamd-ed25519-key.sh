#!/bin/sh
# rspamd 3.4-1 and python3-dkim (dkimpy) 1.1.4-1, Debian 12: both keep an Ed25519 key
# for RFC 8463 as one line of base64 without a name of the format, but not the same
# one: rspamadm dkim_keygen writes 64 octets (the seed and the public key behind it),
# dknewkey 32 (the seed). Given rspamd's key, dkimsign says "invalid ed25519 private
# key or format" on standard error, writes the message unsigned on standard output, and
# ends with 0, so that a pipe in a script goes on with unsigned mail. The first 32
# octets, as base64 again, are a key that it signs with.
# Seen 2026-12-01. Exits 1 if that changes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download rspamd=3.4-1 libhyperscan5 libluajit-5.1-2 libsodium23 libunwind8 libicu72 \
	python3-dkim=1.1.4-1 python3-nacl python3-cffi-backend python3-dnspython \
	python3-pkg-resources >apt.log 2>&1 || { cat apt.log; exit 1; }
for package in *.deb; do dpkg -x "$package" unpacked; done
LD_LIBRARY_PATH=$(echo unpacked/usr/lib/*-linux-gnu*):unpacked/usr/lib/rspamd
export LD_LIBRARY_PATH PYTHONPATH=unpacked/usr/lib/python3/dist-packages

unpacked/usr/bin/rspamadm dkim_keygen -t ed25519 -d example.com -s mail -k rspamd.key >/dev/null
/usr/bin/python3 unpacked/usr/bin/dknewkey --ktype ed25519 dkimpy 2>/dev/null
for key in rspamd dkimpy; do
	echo "$key.key: $(wc -l <$key.key) line ends, $(base64 -d $key.key | wc -c) octets"
done
[ "$(base64 -d rspamd.key | wc -c) $(base64 -d dkimpy.key | wc -c)" = "64 32" ] ||
	{ echo "changed: the octets of the keys"; exit 1; }

printf '%s\r\n' 'From: a@example.com' 'To: b@example.net' 'Subject: x' '' 'text' >message
sign() { # KEY: "STATUS signed" or "STATUS unsigned", and what dkimsign says
	status=0
	/usr/bin/python3 unpacked/usr/bin/dkimsign --signalg ed25519-sha256 mail example.com "$1" \
		<message >out 2>said || status=$?
	grep -q '^From: a@example.com' out || { echo "changed: no message"; exit 1; }
	found="$status $(grep -qi '^DKIM-Signature:' out && echo signed || echo unsigned)"
	echo "$1: $found $(cat said)"
}
sign dkimpy.key
[ "$found" = "0 signed" ] || { echo "changed"; exit 1; }
sign rspamd.key
[ "$found" = "0 unsigned" ] || { echo "changed"; exit 1; }
base64 -d rspamd.key | head -c 32 | base64 >cut.key
sign cut.key
[ "$found" = "0 signed" ] || { echo "changed"; exit 1; }
echo "as described"
