#!/usr/bin/env bats
# Completion in the real shells: options, their values, files and selectors.
load helper

setup_file() {
	export COMPLETIONS=$BATS_FILE_TMPDIR/completions
	"$top/scripts/completions" "$COMPLETIONS"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	touch mail.private other.private message.eml
}

in_bash() { # WORD...: what the last word can become
	bash -c '
		shopt -s extglob
		compopt() { :; } # is for readline alone
		source "$0/bash/$1"
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		"_${1//-/_}"
		printf "%s\n" "${COMPREPLY[@]}"' "$COMPLETIONS" "$@"
}

in_fish() { # LINE
	fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
		"$COMPLETIONS/fish/${1%% *}.fish" "$1" | cut -f 1
}

# A zsh at a terminal of its own, to which LINE is typed and a key that completes
# it; what the line editor then has. (A tab and another key might be one too soon.)
in_zsh() { # LINE
	mkdir -p zdotdir
	cat >zdotdir/.zshrc <<-END
		fpath=($COMPLETIONS/zsh \$fpath)
		autoload -Uz compinit
		compinit -u -D
		shown() { zle complete-word; print -r -- "LINE<\$BUFFER>"; exit }
		zle -N shown
		bindkey '^X' shown
		setopt no_beep
		PS1=READY
	END
	cat >typist.zsh <<-'END'
		zmodload zsh/zpty
		zpty shell env ZDOTDIR=$PWD/zdotdir zsh -d -i
		zpty -r -m shell line '*READY*' >/dev/null
		zpty -w -n shell "$1"$'\x18'
		zpty -r -m shell line '*LINE<*>*'
		print -r -- "$line"
		zpty -d shell
	END
	timeout 60 zsh -f typist.zsh "$1" | tr -d '\r' | sed -n 's/.*LINE<\(.*\)>.*/\1/p'
}

@test "every shell reads the completions of every tool" {
	for tool in $(tools) dkim-rotate; do
		bash -n "$COMPLETIONS/bash/$tool"
		zsh -n "$COMPLETIONS/zsh/_$tool"
		fish --no-execute "$COMPLETIONS/fish/$tool.fish"
	done
}

@test "each option of --help=all is offered, in each shell" {
	for tool in $(tools); do
		$tool --help=all | grep -oE '^ +(-., )?--(\[no\])?[a-z0-9-]+' |
			sed 's/.*--//;s/\[no\]//' | sort >expected
		[ "$(wc -l <expected)" -gt 10 ]
		in_bash "$tool" -- | sed 's/^--//;s/=$//' | sort >found
		[ -z "$(comm -23 expected found)" ]
		in_fish "$tool --" | sed 's/^--//;s/=$//' | sort >found
		[ -z "$(comm -23 expected found)" ]
		sed -nE "s/^\t'\*('\{-.\+?,)?--([a-z0-9-]+)[]=}[].*/\2/p" \
			"$COMPLETIONS/zsh/_$tool" | sort -u >found
		[ -z "$(comm -23 expected found)" ]
	done
}

@test "bash: options, values, keys, selectors and files" {
	[ "$(in_bash dkim-sign --sel)" = "--selector=" ]
	[ "$(in_bash dkim-txt --format = cl)" = cloudflare ]
	[ "$(in_bash dkim-txt --format =)" = "$(in_bash dkim-txt --format '')" ]
	[ "$(in_bash dkim-txt --report nag)" = nagios ]
	[ "$(in_bash dkim-policy --type ssp)" = ssp ]
	[ "$(in_bash dkim-verify --require n)" = none ]
	[ "$(in_bash dkim-genkey -b 3)" = 3072 ]
	in_bash dkim-rotate --he | grep -qx -e --help
	[ "$(in_bash dkim-sign --headers list)" = list-safe ]
	[ "$(in_bash dkim-sign -c simple/)" = $'simple/relaxed\nsimple/simple' ]
	[ "$(in_bash dkim-sign -k '')" = $'mail.private\nother.private' ]
	[ "$(in_bash dkim-sign -s '')" = $'mail\nother' ]
	[ "$(in_bash dkim-verify mess)" = message.eml ]
	[ -z "$(in_bash dkim-sign -d '')" ]
}

@test "fish: options, values, keys, selectors and files" {
	[ "$(in_fish "dkim-sign --sel")" = "--selector" ]
	[ "$(in_fish "dkim-txt --format=cl")" = "--format=cloudflare" ]
	[ "$(in_fish "dkim-txt --report nag")" = nagios ]
	[ "$(in_fish "dkim-sign -s ")" = $'mail\nother' ]
	in_fish "dkim-sign -k " | grep -qx mail.private
	in_fish "dkim-verify mess" | grep -qx message.eml
}

@test "zsh: options, values, keys, selectors and files" {
	[ "$(in_zsh "dkim-sign --sel")" = "dkim-sign --selector=" ]
	[ "$(in_zsh "dkim-txt --format=cl")" = "dkim-txt --format=cloudflare " ]
	[ "$(in_zsh "dkim-txt --report=nag")" = "dkim-txt --report=nagios " ]
	[ "$(in_zsh "dkim-sign -s ma")" = "dkim-sign -s mail " ]
	[ "$(in_zsh "dkim-sign -k oth")" = "dkim-sign -k other.private " ]
	[ "$(in_zsh "dkim-verify mess")" = "dkim-verify message.eml " ]
}

# What the tool says that it takes is what is offered.
offered() { # TOOL OPTION LINE: a line that names the values
	in_bash "$1" "--$2" '' | while read -r value; do
		grep -qE "(^|[ ,])$value([ ,]|\$)" <<<"$3" || { echo "$value: $3"; return 1; }
	done
	[ "$(in_bash "$1" "--$2" '' | wc -l)" -ge "${4:-3}" ]
}
@test "the values offered are those that the tools take" {
	offered dkim-txt format "$(dkim-txt --format=? k 2>&1)" 16
	offered dkim-txt report "$(dkim-txt --check --report=? 2>&1)"
	offered dkim-policy type "$(dkim-policy --type=? d 2>&1)" 8
	offered dkim-policy make "$(dkim-policy --make=? -d example.com 2>&1)" 5
	offered dkim-genkey type "$(dkim-genkey --type=? 2>&1)"
	for preset in $(in_bash dkim-sign --headers ''); do
		ends_with 66 dkim-sign --headers="$preset" -d example.com -s a -k missing </dev/null 2>err
	done
}
