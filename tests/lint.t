#!/bin/sh
# The checks of the tree that need no tool but grep and awk, each as one test.
cd "$(dirname "$0")/.." || exit 70
n=0
verdict() { # STATUS NAME TEXT
	n=$((n + 1))
	[ "$1" -eq 0 ] || printf 'not '
	printf 'ok %d - %s\n' "$n" "$2"
	[ -z "$3" ] || printf '%s\n' "$3" | sed 's/^/# /'
}
for check in check-layers check-banned check-bats check-options; do
	text=$(scripts/$check 2>&1)
	verdict $? "scripts/$check" "$text"
done
echo "1..$n"
