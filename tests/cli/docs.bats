#!/usr/bin/env bats
# What every tool promises about its options, and its man page. That table,
# page and --help name the same options is scripts/check-options (lint.t).
load helper

each() { # COMMAND...: once for every tool, which is its last argument
	local tool
	[ -n "$(tools)" ]
	for tool in $(tools); do
		"$@" "$tool" || { echo "$tool: $*"; return 1; }
	done
}

shows_help() {
	"$1" --help >out 2>err
	[ ! -s err ]
	head -n 1 out | grep -q "^usage: $1 "
	[ "$(sed '1,/^examples:$/d' out | wc -l)" -eq 2 ]
}
# The output is longer than a pipe holds.
@test "a reader that leaves early (| head -1): 74, and no message" {
	local tool i
	for i in {1..5000}; do echo "v=spf1 a:$i.example.com -all"; done >spf
	for i in {1..5000}; do echo "v=DKIM1; p=$i"; done >keys
	for tool in "dkim-policy --lint spf" "dkim-txt --lint keys"; do
		# shellcheck disable=SC2086 # words
		{ $tool 2>err || echo $? >status; } | head -n 1 >out
		[ "$(cat status)" = 74 ]
		[ ! -s err ] || { cat err; return 1; }
	done
}

@test "make without pkg-config stops with one line" {
	ends_with 2 make -C "$top" BUILD="$PWD/b" PKG_CONFIG=nopkg >out 2>err
	grep -q 'nopkg is missing: install it, or name another with PKG_CONFIG=' err
	[ "$(grep -vc 'Entering\|Leaving' err)" -eq 1 ]
	make -n -C "$top" BUILD="$PWD/b" PKG_CONFIG=nopkg clean >out
}

@test "--help: on stdout, exit 0, two examples at its end" {
	each shows_help
}

shows_version() {
	"$1" --version >out 2>err
	[ ! -s err ]
	grep -qE "^$1 \(dkim-tools\) [0-9]" out
	[ "$(wc -l <out)" -eq 1 ]
}
@test "--version: one line on stdout, exit 0" {
	each shows_version
}

@test "an unknown long option: one line on stderr, 64" {
	each one_line 64 tool_with --nosuch
}
tool_with() { # OPTION... TOOL
	"${@: -1}" "${@:1:$#-1}" </dev/null
}

@test "an unknown short option: one line on stderr, 64" {
	each one_line 64 tool_with -@
}

@test "--help=x, an argument that is not taken: 64" {
	each one_line 64 tool_with --help=x
}

shows_all() { # TOOL
	"$1" --help >some
	"$1" --help=all >all
	[ "$(wc -l <some)" -lt "$(wc -l <all)" ]
	# each line of options of the short form is one of the long form
	grep -E '^ +-' some | sed '/^  dkim-/d' >rows
	[ -s rows ]
	refute grep -vxFf all rows
	"$1" --help=all | grep -q -- '--help\[=all\]'
	# an option's letter is one that can be typed
	refute grep -q '[[:cntrl:]]' all
}
@test "--help shows what most people need, --help=all every option" {
	each shows_all
}

@test "an unknown option with control characters is escaped" {
	each one_line 64 tool_with $'--a\nb\e[31m'
	refute grep -q $'\e' stderr
}

to_full() { # OPTION... TOOL
	tool_with "$@" >/dev/full
}
@test "--help and --version to a full disk: 74" {
	each ends_with 74 to_full --help
	each ends_with 74 to_full --version
}

sections() { # TOOL [FOLDER]
	local section page=${2:-cmd/$1}/$1.1
	for section in NAME SYNOPSIS DESCRIPTION "EXIT STATUS" EXAMPLES STANDARDS; do
		grep -qxE "\.Sh \"?$section\"?" "$top/$page" ||
			{ echo "$page: no section $section"; return 1; }
	done
}
@test "man pages have their sections" {
	each sections
	sections dkim-rotate scripts
}

# The commands of a page's EXAMPLES, one a line: displayed lines from one that
# begins with a tool (or "$ ") on, joined where they end with a backslash, a
# pipe or another such. Screens have a test of their own.
examples() {
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh [^E]/p' "$1" |
		sed '/^\.\\" screens$/,/^\.\\" end of screens$/d' |
		sed -E 's/^\.Dl //; s/^\$ //; s/\\e/\\/g; s/\\-/-/g; s/\\&//g; s/\\\(aq/'"'"'/g; s/\\\(dq/"/g' |
		sed -E -e ':more' -e '/([|&;]|\\)$/{N;s/\\?\n/ /;b more' -e '}' |
		grep -vE '^(do|also|cause) ' | # what a command said
		grep -E '^[a-z].*(\||dkim-)|^dkim-' | grep -vE '^(cause|do|also) '
}

# Each is a sentence of the shell, and each option after a tool's name is one
# that its --help shows.
well_formed() { # TOOL [FOLDER]
	local line tool option n=0 page=${2:-cmd/$1}/$1.1
	while IFS= read -r line; do
		n=$((n + 1))
		sh -nc "$line" ||
			{ echo "not for a shell: $line"; return 1; }
		tool=
		set -f
		for word in $line; do
			case $word in
			dkim-*.private | dkim-*.txt) ;;
			dkim-genkey | dkim-txt | dkim-sign | dkim-verify | dkim-policy | dkim-rotate)
				tool=$word
				;;
			'|' | '&&' | ';' | '||') tool= ;;
			--[a-z]*)
				[ -n "$tool" ] || continue
				option=${word%%[=\'\"]*}
				"$tool" --help=all | grep -qE -e "$option|--\[no\]${option#--no}" ||
					{ echo "$tool has no $option: $line"; return 1; }
				;;
			esac
		done
		set +f
	done < <(examples "$top/$page")
	[ "$n" -ge 2 ] || { echo "$page: $n examples"; return 1; }
}
@test "the examples of the man pages are well formed" {
	PATH=$top/scripts:$PATH
	each well_formed
	well_formed dkim-rotate scripts
}

help_examples() {
	"$1" --help | sed '1,/^examples:$/d' >lines
	while IFS= read -r line; do
		sh -nc "$line" || { echo "not for a shell: $line"; return 1; }
		[[ $line == *"$1"* ]] || { echo "not about $1: $line"; return 1; }
	done <lines
}
@test "the examples of --help are well formed" {
	PATH=$top/scripts:$PATH
	each help_examples
	help_examples dkim-rotate
}

make_() {
	make -s -C "$top" BUILD="$BUILD" DESTDIR="$PWD/root" PREFIX=/opt "$@"
}
@test "what is installed has its page, runs, and goes again" {
	local program
	make_ install
	for program in $(tools) dkim-rotate; do
		[ -s "root/opt/share/man/man1/$program.1" ]
		"root/opt/bin/$program" --help >out
	done
	[ -s root/opt/share/man/man7/dkim-tools.7 ]
	make_ uninstall
	[ -z "$(find root ! -type d -o -name dkim-tools)" ]
}

# The lines of README behind "$ COMMAND", up to the next empty one or command.
screen() { # COMMAND
	awk -v command="    \$ $1" '
		index($0, command) == 1 { on = 1; next }
		/^($|    \$)/ { on = 0 }
		on { sub(/^    /, ""); print }' "$top/README.md"
}
@test "README shows what the tools say" {
	dkim-genkey -a -d example.com -s 2026a -q
	dkim-sign -d example.com -s 2026a -k 2026a.private <"$top/tests/messages/sample.eml" >signed.eml
	dkim-verify --zone=2026a.txt signed.eml >out
	screen "dkim-verify signed.eml" | cmp - out
	{
		cat signed.eml
		echo _______________________________________________
		echo "list mailing list -- list@lists.example.org"
		echo "To unsubscribe send an email to list-leave@lists.example.org"
	} >broken.eml
	ends_with 1 dkim-verify --zone=2026a.txt --explain broken.eml >out
	screen "dkim-verify --explain broken.eml" | diff - out
}
@test "README and its tables fit on a page: at most 200 lines" {
	[ "$(wc -l <"$top/README.md")" -le 200 ]
}

@test "the screens in dkim-verify(1) are what the tool prints" {
	sed -n '/^\.\\" screens$/,/^\.\\" end of screens$/p' "$top/cmd/dkim-verify/dkim-verify.1" |
		sed '1d;$d' >page
	"$top/tests/cli/screens" >now
	[ "$(grep -c '^\$ dkim-verify --explain' now)" -eq 10 ]
	diff page now || { echo 'to change the page: tests/cli/screens update'; false; }
	# verdict, cause and what to do are the first three lines
	grep -A 3 '^\$ dkim-verify' now | grep -v '^--' | sed 's/ .*//' | paste -sd' ' |
		grep -qE '^(\$ (fail|permerror) cause do ?){10}$'
}

@test "dkim-mta(7) has each setting of opendkim.conf(5)" {
	local setting
	zcat -f /usr/share/man/man5/opendkim.conf.5* | sed -n 's/^\.I \([A-Z][A-Za-z0-9-]*\) (.*/\1/p' | sort -u >settings
	[ "$(wc -l <settings)" -gt 100 ]
	sed -n '/^\.Sh COMING FROM OPENDKIM/,/^\.Sh COMING FROM DKIM-FILTER/p' "$top/cmd/dkim-mta.7" | tr ' ,' '\n\n' >words
	while read -r setting; do
		grep -qxF -e "$setting" words || { echo "no $setting"; return 1; }
	done <settings
}

@test "the recipes name options that there are" {
	local tool option
	for tool in dkim-sign dkim-verify dkim-policy dkim-txt; do
		cat "$top"/scripts/mta/dkim-* "$top"/scripts/mta/*/* "$top"/scripts/dkim-check.* "$top"/scripts/archive/* |
			sed -e ':a' -e '/\\$/{N;s/\\\n//;ba}' | grep -o "/$tool\"\{0,1\} .*" | sed 's/--exec.*/--exec/' |
			grep -oE -e '--[a-z][a-z-]+' | sort -u >named
		while read -r option; do
			"$tool" --help=all | grep -qE -e "$option( |=|\$)" || { echo "$tool has no $option"; return 1; }
		done <named
	done
}
