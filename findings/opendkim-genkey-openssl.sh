#!/bin/sh
# opendkim-tools 2.11.0~beta2-8+deb12u1 (Debian 12): opendkim-genkey runs the program
# openssl for each key, but the package neither depends on it nor recommends or
# suggests it: libssl3 alone comes with it. On a system without the program (a
# minimal one, or a container) it ends with 1 and leaves no file, and the message is
# the format itself: "openssl exited with status %d", and 127 on the next line.
# Seen 2026-12-01. Exits 1 if that changes.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download opendkim-tools=2.11.0~beta2-8+deb12u1 >apt.log 2>&1 || { cat apt.log; exit 1; }
dpkg -x opendkim-tools_*.deb unpacked

relations=$(dpkg-deb -f opendkim-tools_*.deb Depends Recommends Suggests)
if echo "$relations" | grep -qE '(^|[ ,|])openssl([ ,|(]|$)'; then
	echo "changed: the package names openssl now: $relations"
	exit 1
fi
echo "relations: $relations"

# a PATH with all that the script may need, but not openssl
mkdir path out
for program in perl dirname basename uname hostname id date mkdir mv rm; do
	ln -s "$(command -v "$program")" path/
done
status=0
PATH=$work/path perl unpacked/usr/sbin/opendkim-genkey -b 2048 -d example.com -s mail -D out \
	2>message || status=$?
echo "status $status, and on standard error:"
cat message
[ "$status" -eq 1 ] || { echo "changed: status $status"; exit 1; }
grep -qF 'openssl exited with status %d' message || { echo "changed: the message"; exit 1; }
[ -z "$(ls out)" ] || { echo "changed: files are left: $(ls out)"; exit 1; }
echo "as described"
