#!/usr/bin/env bats
# --exec: another program gets the whole result on its standard input, or is not
# run at all.
# shellcheck disable=SC2016,SC2163 # $... is for the shell that is run; $run names a function
load helper
load dkim_helper

setup_file() { make_signed; }
setup() { share_signed; }

# The filters, each on the signed message: "$@" is added.
signs() { sign --mta --at=$now "$@" <m; }
filters() { dkim-verify --zone=zone --at=$now --filter=mx.example "$@" <signed; }
evaluates() {
	dkim-policy --zone=zone --at=$now --evaluate --filter=mx.example "$@" <signed
}

# keeps COMMAND...: the mail server keeps the mail (75), and nothing was run.
keeps() {
	local status=0
	rm -f ran
	"$@" --exec sh -c 'cat >ran' >out 2>err || status=$?
	if [ $status -ne 75 ] || [ -e ran ] || [ -s out ]; then
		echo "$*: status $status"
		cat err out
		return 1
	fi
}

@test "a command gets what would be on standard output" {
	for run in signs filters evaluates; do
		$run >plain
		[ -s plain ]
		$run --exec sh -c 'cat >handed; echo said' >out
		cmp plain handed
		[ "$(cat out)" = said ]
	done
}

@test "a command gets a large message whole" {
	big_msg 3 >big
	sign --mta --at=$now big >plain
	sign --mta --at=$now big --exec sh -c 'cat >handed'
	cmp plain handed
	dkim-verify --zone=zone --at=$now --filter=mx.example plain >filtered
	dkim-verify --zone=zone --at=$now --filter=mx.example plain --exec sh -c 'cat >handed'
	cmp filtered handed
}

@test "success is only a command that read all and ended with 0" {
	for run in signs filters evaluates; do
		$run --exec cat >/dev/null
		for command in 'cat; exit 1' 'cat; exit 65' 'cat; kill -9 $$' \
			'exit 0' 'dd bs=1 count=100 2>/dev/null' 'exit 2'; do
			ends_with 75 $run --exec sh -c "$command" >/dev/null 2>err
			grep -q "^dkim-[a-z]*: .*sh .*" err
		done
		for command in ./missing . ./m; do
			ends_with 75 $run --exec "$command" >out 2>err
			[ ! -s out ]
			grep -q "cannot run $command: " err
		done
	done
}

@test "without a result nothing is run" {
	msg | sed '/^From/d' >nofrom
	printf 'none pass\n' >bad.deny
	rm -f ran
	ends_with 65 sign --mta nofrom --exec touch ran 2>/dev/null
	keeps sign --mta -k missing -s two m
	chmod 644 mail.private
	keeps sign --mta m
	chmod 600 mail.private
	keeps sign --mta missing
	keeps sign --mta m -d other.example --check-dns --zone=zone
	TMPDIR=/missing keeps sign --mta m
	keeps filters --defer --nameserver=127.0.0.1@1
	for refusal in --require=d=other.example --deny=deny; do
		echo '* * pass refused' >deny
		ends_with 1 filters $refusal --exec touch ran 2>/dev/null
	done
	keeps dkim-verify --zone=missing --filter=mx.example signed
	keeps evaluates missing
	[ ! -e ran ]
}

@test "a message that passes unchanged is handed over, too" {
	echo 192.0.2.0/24 >hosts
	sign <m >ours 2>/dev/null
	handed() {
		rm -f handed
		"$@" --exec sh -c 'cat >handed' 2>/dev/null
		cmp "$message" handed
	}
	message=m handed dkim-sign -s x -k './%d.private' --pass-unsigned m
	message=m handed sign --trusted-hosts=hosts --client=198.51.100.1 m
	message=ours handed sign --if-unsigned ours
	printf 'Authentication-Results: mx.example; none\n' | cat - m >back
	message=back handed sign --skip-verified=mx.example back
}

@test "one message and no other output" {
	for more in --output=f --output-dir=. --in-place --header-only --dry-run --json; do
		one_line 64 sign --mta $more m --exec touch ran
		grep -q "exec.* exclude each other$" stderr
	done
	for run in filters evaluates; do
		for more in --json --mbox --files-from=m --files0-from=m; do
			one_line 64 $run $more --exec touch ran
			grep -q "exec.* exclude each other$" stderr
		done
		one_line 64 $run m m --exec touch ran
		grep -q 'exec hands over one message' stderr
	done
	one_line 64 sign --mta m m --exec touch ran
	# a missing key is said first
	ends_with 75 dkim-sign --mta m m --exec touch ran 2>err
	grep -q 'give one -s SELECTOR' err
	[ ! -e ran ]
	ends_with 64 dkim-verify --json m --exec cat 2>/dev/null
	ends_with 64 dkim-policy --evaluate m --exec cat 2>/dev/null
	ends_with 75 sign m --exec 2>err
	grep -q 'exec needs a command' err
	ends_with 75 sign --exec=cat m 2>err
	grep -q 'exec takes no value' err
}

@test "all words after --exec are the command's" {
	sign --mta m --exec sh -c 'cat >/dev/null; printf "%s\n" "$0" "$@"' \
		--help -- --exec --bogus 'a b' >out
	[ "$(paste -sd/ out)" = '--help/--/--exec/--bogus/a b' ]
	ends_with 64 dkim-verify --exec sh --filter=x 2>/dev/null <m
}

@test "the command's environment, signals and descriptors" {
	shows='cat >/dev/null
		env | grep -e ^OPENSSL_CONF= -e ^MARK= | sort
		grep SigIgn /proc/self/status
		ls /proc/$$/fd
		ulimit -c'
	unlimited=$(ulimit -Hc)
	for run in signs filters evaluates; do
		(
			ulimit -Sc "$unlimited"
			export OPENSSL_CONF=/dev/null MARK=1
			export -f $run sign
			export now shows
			perl -e '$SIG{PIPE} = $SIG{XFSZ} = $SIG{CHLD} = "IGNORE"; exec @ARGV' \
				bash -c "exec 7<m; $run --exec sh -c \"\$shows\"" >out
		)
		[ "$(tr '\n\t' '  ' <out)" = "MARK=1 OPENSSL_CONF=/dev/null SigIgn: 0000000000000000 0 1 2 $unlimited " ]
	done
}

@test "a parent that ignores its children does not hide the command's status" {
	export -f signs sign
	export now
	ignoring() { perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' "$@"; }
	ignoring bash -c 'signs --exec cat' >out
	ends_with 75 ignoring bash -c 'signs --exec sh -c "cat; exit 3"' >out 2>err
	grep -q 'sh ended with status 3' err
}

@test "a set-group-id command keeps its group" {
	[ "$(id -u)" -eq 0 ] || skip "only root can make the file"
	cp /usr/bin/id id
	chgrp 1 id
	chmod 2755 id
	[ "$(./id -g)" = 1 ] || skip "the file system ignores set-group-id"
	for run in signs filters evaluates; do
		[ "$($run --exec sh -c 'cat >/dev/null; ./id -g')" = 1 ]
	done
}

@test "a tool that is killed runs nothing" {
	mkfifo in
	exec 8<>in
	dkim-sign --mta -s mail -k mail.private in --exec touch ran 3>&- 8>&- &
	tool=$!
	until child=$(pgrep -P $tool) && grep -q State /proc/"$child"/status; do :; done
	kill -9 $tool
	wait $tool || true
	# it ends by itself, when the pipe to the tool closes
	until ! kill -0 "$child" 2>/dev/null || grep -q 'State:.Z' /proc/"$child"/status; do :; done
	exec 8>&-
	[ ! -e ran ]
}

# The command says who the tool is, waits for a word, then reads: the tool is ended
# between. What the command has got is a file that is there in full.
@test "a tool that is killed while the command has the message cuts nothing off" {
	{ msg ''; yes 'a line of a letter' | head -c 300000; } >m
	sign --at=$now m >signed 2>/dev/null
	mkfifo ready go end
	exec 4<>ready 5<>go 6<>end
	for signal in KILL TERM; do
		for run in signs filters evaluates; do
			$run >plain
			$run --exec sh -c 'echo $PPID >ready; read -r word <go; cat >handed; echo $? >end' \
				>out 2>err 3>&- 4>&- 5>&- 6>&- &
			read -r -t 60 -u 4 tool
			kill -$signal "$tool"
			status=0
			wait $! || status=$?
			[ $status -ge 128 ] # the mail server keeps the message
			echo go >&5
			read -r -t 60 -u 6 status
			[ "$status" = 0 ]
			cmp plain handed
			rm handed
		done
	done
}
