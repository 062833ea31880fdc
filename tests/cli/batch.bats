#!/usr/bin/env bats
# dkim-verify over many inputs: what an operand stands for, the order of the
# output, and that the number of threads changes nothing.
load helper
load dkim_helper

setup_file() {
	make_signed
	lf <signed >ok
	sed 's/dinner/lunch/' ok >broken
	msg >unsigned
	printf 'no message\nat all\n' >garbage
}
setup() {
	in_own_folder
	shared zone mail.private m ok broken unsigned garbage
}

# verify [OPTION...] [FILE...]: as of the day of the messages.
verify() { dkim-verify --zone=zone --at=$now "$@"; }

# inputs: of each JSON line in out: input:number result.
inputs() {
	/usr/bin/python3 -c '
import json
for line in open("out"):
    o = json.loads(line)
    print(o["input"].replace("\n", "/") + (":%d" % o["number"] if "number" in o else ""),
          o["result"] if o["result"] else "error")'
}

# saw STATUS LINES [OPERAND...]: verify --json ends with STATUS and has judged
# LINES, with one thread and with several.
saw() {
	local code=$1 want=$2 n
	shift 2
	for n in 1 3; do
		ends_with "$code" verify --json -j$n "$@" >out 2>err
		[ "$(inputs | paste -sd,)" = "$want" ] && continue
		echo "expected: $want"
		echo "got:      $(inputs | paste -sd,)"
		cat err
		return 1
	done
}

# box MESSAGE...: an mbox of them, quoted as mboxrd.
box() {
	local f
	for f; do
		echo "From joe@example.com Fri Jan  2 10:00:00 2026"
		sed 's/^>*From />&/' "$f"
		echo
	done
}

# -- operands ------------------------------------------------------------------

@test "several files: each named, in their order, the worst status" {
	ends_with 2 verify unsigned ok >out
	[ "$(cut -d' ' -f1-2 out)" = "unsigned: none
ok: pass" ]
	saw 1 "ok pass,broken fail,unsigned none" ok broken unsigned
	saw 2 "ok pass,unsigned none" ok unsigned
	verify --json ok - <ok >out
	[ "$(inputs)" = "ok pass
- pass" ]
}

@test "what cannot be read is reported, and the run goes on" {
	saw 66 "gone error,ok pass" gone ok
	grep -q '^dkim-verify: gone: cannot open: ' err
	saw 65 "ok pass,garbage error,ok pass" ok garbage ok
	grep -q '^dkim-verify: garbage: not a message' err
	grep -q '^{"input":"garbage","result":null,"error":"not a message' out
}

@test "a folder: its files by name, and those below" {
	mkdir -p d/b/x d/.hidden
	cp ok d/a
	cp broken d/b/x/1
	cp ok d/c
	cp ok d/b.eml
	cp ok d/.hidden/1
	cp garbage d/.mh_sequences
	saw 1 "d/a pass,d/b/x/1 fail,d/b.eml pass,d/c pass" d
	saw 1 "d/a pass,d/b/x/1 fail,d/b.eml pass,d/c pass" d/
	ends_with 1 verify d >out
	[ "$(head -n 1 out | cut -d' ' -f1-2)" = "d/a: pass" ]
	mkdir one
	cp ok one
	verify one >out
	[ "$(cut -d' ' -f1-2 out)" = "one/ok: pass" ]
}

@test "a folder: pipes, sockets and loops of links do not hold it up" {
	mkdir d
	cp ok d/a
	mkfifo d/fifo
	ln -s . d/self
	ln -s .. d/up
	ln -s fifo d/to-fifo
	ln -s /dev/zero d/zero
	ln -s ../broken d/link
	ln -s loop d/loop
	ln -s nowhere d/nowhere
	saw 66 "d/a pass,d/link fail,d/loop error,d/nowhere error" d
}

@test "a folder that may not be read is reported, and the run goes on" {
	mkdir -p d/closed
	cp ok d/zz
	chmod 0 d/closed
	if [ -r d/closed ]; then # root, without what lets it read everything
		verify() {
			setpriv --bounding-set=-dac_override,-dac_read_search \
				dkim-verify --zone=zone --at=$now "$@"
		}
	fi
	saw 77 "d/closed error,d/zz pass" d
	chmod 700 d/closed
}

@test "folders deeper than 64 end there" {
	(
		for ((i = 0; i < 70; i++)); do
			mkdir d
			cd d
		done
		cp ../ok . 2>/dev/null || cp "$BATS_FILE_TMPDIR/ok" .
	)
	ends_with 66 verify d >out 2>err
	grep -q 'more than 64 deep' err
}

@test "a Maildir: cur and new, not tmp, one message a file" {
	mkdir -p M/cur M/new M/tmp M/.Sent/cur M/.Sent/new
	cp ok M/cur/1:2,S
	cp broken M/new/2
	cp garbage M/tmp/3
	cp ok M/.Sent/cur/4
	cp garbage M/dovecot.index
	box ok ok >M/new/5
	saw 1 "M/cur/1:2,S pass,M/new/2 fail,M/new/5 fail" M
	mkdir mail
	mv M mail/
	cp ok mail/z
	saw 1 "mail/M/cur/1:2,S pass,mail/M/new/2 fail,mail/M/new/5 fail,mail/z pass" mail
	saw 0 "mail/M/.Sent/cur/4 pass" mail/M/.Sent
}

@test "an mbox: its messages, numbered" {
	box ok broken unsigned ok >b
	saw 1 "b:1 pass,b:2 fail,b:3 none,b:4 pass" b
	grep -q '^{"input":"b","number":2,' out
	ends_with 1 verify b >out 2>err
	[ "$(cut -d' ' -f1-2 out)" = "b:1: pass
b:2: fail
b:3: none
b:4: pass" ]
	crlf <b >c
	saw 1 "c:1 pass,c:2 fail,c:3 none,c:4 pass" c
	mkdir d
	cp b d/b
	cp ok d/c
	saw 1 "d/b:1 pass,d/b:2 fail,d/b:3 none,d/b:4 pass,d/c pass" d
}

@test "an mbox: RFC 4155 quoting is undone in the body, one step" {
	for line in "From here on" ">From here on" ">>>From here on" \
		">from here" "> From here" ">Fromage" ">" ">From"; do
		msg "$line
and
$line
$line" >m
		for c in relaxed/relaxed simple/simple; do
			forge sign -c $c -k mail.private <m | lf >f
			box f ok f >b
			saw 0 "b:1 pass,b:2 pass,b:3 pass" b
		done
	done
	# a header is not quoted
	(echo '>From somebody'; cat ok) >g
	box ok >b
	echo "From x" >>b
	cat g >>b
	saw 0 "b:1 pass,b:2 pass" b
}

@test "an mbox: no empty line before From, no message; empty messages" {
	msg "one
From two

three" >m
	forge sign -k mail.private <m | lf >f
	(echo "From a"; cat f; echo; echo "From b"; cat ok) >b
	saw 0 "b:1 pass,b:2 pass" b
	printf 'From a\n\nFrom b\n\nFrom c\n' >b
	saw 2 "b:1 none,b:2 none,b:3 none" b
	printf 'From a\r\n\r\nFrom b' >b
	saw 2 "b:1 none,b:2 none" b
}

@test "an mbox whose writer quotes nothing: a sentence with From is text" {
	msg "one

From now on we meet at ten.

From
me
" >m
	forge sign -k mail.private <m | lf >f
	for line in "From joe@example.com Fri Jul 11 21:00:37 2003" "From " "From -" \
		"From 123@xxx Fri Jul 11 21:00:37 +0000 2003"; do
		(echo "$line"; cat f; echo; echo "$line"; cat ok) >b
		saw 0 "b:1 pass,b:2 pass" b
	done
	(echo "From joe"; cat f) >b
	saw 0 "b pass" b
}

@test "a message with an mbox line is one message, its quoting its own" {
	(echo "From joe"; cat ok) >f
	saw 0 "f pass" f
	grep -q '"warnings":\["mbox-line"\]' out
	# as dkim-sign reads it
	(echo "From joe"; msg ">From here on") |
		sign --no-timestamp >f
	[ "$(head -n 1 f)" = "From joe" ]
	saw 0 "f pass" f
}

@test "standard input and pipes are one message, whatever is in it" {
	box ok ok >b
	verify --json - <b >out || true
	[ "$(inputs)" = "- fail" ]
	mkfifo p
	cat b >p &
	verify --json p >out || true
	wait
	[ "$(inputs)" = "p fail" ]
}

@test "an mbox whose messages go over the edges of what is read at a time" {
	for extra in 65300 65400 65480 65530 65536 65600; do
		msg "$(head -c "$extra" /dev/zero | tr '\0' x)

>From x" >m
		forge sign -k mail.private <m | lf >f
		box f ok f >b
		saw 0 "b:1 pass,b:2 pass,b:3 pass" b
	done
}

@test "an mbox larger than the memory allowed" {
	(
		box ok
		echo "From big"
		big_msg 64
		printf '\n\n'
		box ok broken
	) >b
	ends_with 1 little 60000 verify --json b >out
		[ "$(inputs | paste -sd,)" = "b:1 pass,b:2 none,b:3 pass,b:4 fail" ]
}

# -- --files0-from -------------------------------------------------------------

@test "--files0-from: names from a file or from standard input" {
	mkdir d
	cp broken $'d/new\nline'
	printf 'ok\0d\0unsigned' >list
	saw 1 "ok pass,d/new/line fail,unsigned none" --files0-from=list
	ends_with 1 verify --json --files0-from=- <list >out
	[ "$(inputs | paste -sd,)" = "ok pass,d/new/line fail,unsigned none" ]
	printf 'ok\0\0-\0gone\0ok\0' >list
	ends_with 66 verify --json --files0-from=list <ok >out
	[ "$(inputs | paste -sd,)" = "ok pass, error,- pass,gone error,ok pass" ]
	ends_with 66 verify --json --files0-from=- <list >out
	[ "$(inputs | paste -sd,)" = "ok pass, error,- error,gone error,ok pass" ]
	find d -type f -print0 | verify --json --files0-from=- >out || true
	[ "$(inputs)" = "d/new/line fail" ]
}

@test "--files0-from: what is wrong with the list" {
	one_line 66 verify --files0-from=gone
	printf 'ok\0' >list
	one_line 64 verify --files0-from=list ok
	: >list
	one_line 2 verify --files0-from=list
	one_line 66 verify --files0-from=.
	(printf 'ok\0'; head -c 100000 /dev/zero | tr '\0' x; printf '\0ok\0') >list
	ends_with 1 verify --json --files0-from=list >out
	[ "$(inputs)" = "ok pass
list error" ]
}

@test "--files-from: one name a line, from a file or from standard input" {
	mkdir d
	cp broken 'd/a b'
	printf '\xef\xbb\xbfok\r\n\nd\nunsigned' >list
	saw 1 "ok pass,d/a b fail,unsigned none" --files-from=list
	find d -type f | ends_with 1 verify --json --files-from=- >out
	[ "$(inputs)" = "d/a b fail" ]
	one_line 66 verify --files-from=gone
	one_line 64 verify --files-from=list ok
	grep -q 'operands and --files-from exclude each other' stderr
	one_line 64 verify --files-from=list --files0-from=list
	ends_with 2 dkim-policy --evaluate --json --zone=zone --files-from=- >out <<<unsigned
	grep -q '"input":"unsigned"' out
}

@test "--mbox: standard input or each operand is an mbox" {
	box ok broken unsigned >b
	box ok >one
	saw 1 "-:1 pass,-:2 fail,-:3 none" --mbox <b
	cat b | ends_with 1 verify --json --mbox >out
	[ "$(inputs | paste -sd,)" = "-:1 pass,-:2 fail,-:3 none" ]
	saw 1 "one:1 pass,b:1 pass,b:2 fail,b:3 none" --mbox one b
	cat b | ends_with 1 verify --json --mbox -j4 one - >out
	[ "$(inputs | paste -sd,)" = "one:1 pass,-:1 pass,-:2 fail,-:3 none" ]
	# without it the pipe is one message, whatever a line in it says
	cat b | ends_with 1 verify --json - >out
	[ "$(inputs | wc -l)" -eq 1 ]
	one_line 65 verify --mbox ok
	grep -q 'ok: not an mbox: it does not begin with "From " (RFC 4155)' stderr
	one_line 2 verify --mbox /dev/null
	one_line 75 verify --mbox --filter=x b
	(TMPDIR=/missing; export TMPDIR; cat b | ends_with 74 verify --mbox 2>err >out)
	grep -q 'cannot make a temporary file' err
	cat b | ends_with 2 dkim-policy --evaluate --json --zone=zone --mbox >out
	[ "$(grep -c '"number":' out)" -eq 3 ]
}

@test "a compressed input or a tar is named, with the command that unpacks it" {
	box ok ok >b
	gzip <b >b.gz
	bzip2 <b >b.bz2
	xz <b >b.xz
	tar cf b.tar b
	python3 -c 'import zipfile; zipfile.ZipFile("b.zip", "w").write("b")'
	for way in gz:zcat bz2:bzcat xz:xzcat; do
		one_line 65 verify b."${way%:*}"
		grep -q "b.${way%:*}: compressed (.*); read it with: ${way#*:} b.${way%:*} | dkim-verify (and --mbox if it is one)" stderr
		one_line 65 verify --mbox b."${way%:*}"
		grep -q "${way#*:} b" stderr
		${way#*:} b."${way%:*}" | verify --mbox >out
		[ "$(grep -c '^-:[12]: *pass' out)" -eq 2 ]
	done
	one_line 65 verify b.tar
	grep -q 'b.tar: a tar archive; unpack it with: tar -xf b.tar' stderr
	one_line 65 verify b.zip
	grep -q 'b.zip: a zip archive; unpack it with: unzip b.zip' stderr
	one_line 65 verify <b.gz
	grep -q 'zcat FILE | dkim-verify' stderr
	# a filter passes on what it gets
	verify --filter=x <b.gz >out 2>err
	tail -c "$(stat -c %s b.gz)" out | cmp - b.gz
}

@test "--require=none: a result is no failure" {
	for message in ok broken unsigned; do
		verify --require=none $message >out 2>&1
	done
	ends_with 66 verify --require=none gone broken >out 2>&1
	ends_with 75 dkim-verify --nameserver=127.0.0.1@1 --require=none ok >out 2>&1
	echo '* * fail no' >deny
	ends_with 1 verify --require=none --deny=deny broken >out 2>&1
	one_line 64 verify --require=none --require=all ok
	verify --filter=x --require=none broken >out
	grep -q '^From:' out
}

# -- --summary and the progress line -------------------------------------------

@test "--summary: a table by d=, s= and result, sorted, behind the lines" {
	forge sign -s b -k mail.private <m | lf >b
	forge sign -d evil.example -k mail.private <ok | lf >two
	for n in 1 3; do
		ends_with 66 verify -j$n --summary ok broken gone two ok b unsigned \
			garbage >out 2>err
		[ "$(tail -n 7 out | tr -s ' ')" = "d= s= result count
- - none 1
evil.example mail pass 1
example.com b permerror 1
example.com mail pass 3
example.com mail fail 1
- - error 2" ]
		[ "$(wc -l <out)" -eq 14 ]
		ends_with 66 verify -j$n --summary --json ok gone broken unsigned \
			>out 2>err
		[ "$(tail -n 1 out)" = '{"summary":[{"d":null,"s":null,"result":"none","count":1},{"d":"example.com","s":"mail","result":"pass","count":1},{"d":"example.com","s":"mail","result":"fail","count":1}],"others":0,"errors":1}' ]
	done
	one_line 64 verify --summary --auth-results=x ok
}

@test "--summary: rows have a ceiling, what is beyond is counted" {
	perl -e '
		for (1 .. 110) {
			print "From x\n";
			printf "DKIM-Signature: v=1; a=rsa-sha256; b=AA==; bh=%s; h=from;" .
				" d=d%d.example; s=s\n", "A" x 43 . "=", ++$n for 1 .. 100;
			print "From: a\@b.example\n\nx\n\n";
		}' >c
	for n in 1 4; do
		ends_with 1 verify -j$n --summary c >out 2>err
		[ "$(tail -n 1 out | tr -s ' ')" = "- - others 1000" ] || {
			tail -n 3 out
			return 1
		}
	done
}

# on_a_terminal TOOL OPTION...: one whose stderr is a terminal, fed with names
# until the terminal shows how far it is, or 4000 names. Leaves screen and out.
on_a_terminal() {
	/usr/bin/python3 - "$@" <<-'EOF'
		import os, pty, select, subprocess, sys, time
		ours, theirs = pty.openpty()
		tool = subprocess.Popen([sys.argv[1], "--zone=zone", "--at=1767348000",
		    "--files0-from=-"] + sys.argv[2:], stdin=subprocess.PIPE,
		    stdout=open("out", "w"), stderr=theirs)
		os.close(theirs)
		seen, names, until = b"", 0, time.monotonic() + 30
		def look(wait):
		    global seen
		    while select.select([ours], [], [], wait)[0]:
		        try:
		            piece = os.read(ours, 65536)
		        except OSError:
		            return
		        if not piece:
		            return
		        seen += piece
		while b"/s" not in seen and time.monotonic() < until:
		    if "--no-progress" in sys.argv and names == 4000:
		        break
		    tool.stdin.write(b"ok\0")
		    tool.stdin.flush()
		    names += 1
		    look(0)
		tool.stdin.write(b"gone\0ok\0")
		tool.stdin.close()
		look(30)
		tool.wait()
		open("screen", "wb").write(seen)
	EOF
}

@test "a terminal shows how far it is, and other lines stand alone" {
	need_terminal
	on_a_terminal dkim-verify
	grep -qE $'^\r[0-9]+/[0-9]+\\+, [0-9]+/s\e\\[K' screen
	# taken away before another line, and at the end
	grep -q $'^\r.*\r\e\\[Kdkim-verify: gone: cannot open' screen
	[ "$(grep -c 'pass' out)" -eq "$(wc -l <out)" ]
	[ "$(tail -c 1 screen | od -An -c | tr -d ' ')" = '\n' ] ||
		[ "$(tail -c 4 screen)" = $'\r\e[K' ]
	on_a_terminal dkim-policy --evaluate
	grep -qE $'^\r[0-9]+/[0-9]+\\+, [0-9]+/s\e\\[K' screen
	for tool in dkim-verify "dkim-policy --evaluate"; do
		# shellcheck disable=SC2086 # a tool and its option
		on_a_terminal $tool --no-progress
		[ "$(tr -d '\r' <screen)" = "${tool%% *}: gone: cannot open: No such file or directory" ]
	done
}

# -- threads -------------------------------------------------------------------

# many N: a folder d of N messages of all kinds.
many() {
	mkdir d
	perl -e '
		for (0 .. shift() - 1) {
			my $kind = (qw(ok ok ok broken ok unsigned garbage) ,
				undef, qw(ok ok))[$_ % 10];
			my $name = "d/" . (10000 + $_);
			($kind ? link $kind, $name : symlink "nowhere", $name) or die
		}' "$1"
	rm d/10004 d/10008
	(echo "From x"; cat ok) >d/10004
	box ok broken ok garbage >d/10008
}

@test "1000 messages: -j1, -j2, -j8 and -j128 say the same on both outputs" {
	many 1000
	ends_with 65 verify -j1 --json d >json1 2>err1
	[ "$(wc -l <json1)" -eq 1003 ]
	[ "$(wc -l <err1)" -gt 200 ]
	ends_with 65 verify -j1 d >text1 2>err1
	for n in 2 8 128; do
		ends_with 65 verify -j$n --json d >json 2>err
		cmp json json1
		cmp err err1
		ends_with 65 verify -j$n d >text 2>err
		cmp text text1
		cmp err err1
	done
}

@test "many keys, each of them twice" {
	mkdir d
	for i in {1..15}; do
		forge sign -s "s$i" -k mail.private <m | lf >"d/$i"
		cp "d/$i" "d/$i.again"
		add_as "s$i"
	done
	verify -j1 d >one
	verify -j8 d >eight
	cmp one eight
	[ "$(grep -c ': pass' one)" -eq 30 ]
}

@test "stdout goes away in the middle: 74, and it ends" {
	many 1000
	ends_with 74 to_nobody dkim-verify --zone=zone -j4 d 2>err
	refute grep 'cannot write' err # who closed the pipe knows
	ends_with 74 verify -j4 --json d >/dev/full 2>err
	[ "$(grep -c 'cannot write' err)" -eq 1 ]
}

@test "memory stays the same whatever the count" {
	many 4000
	# two arenas of malloc reserve 128 MiB each
	ends_with 65 little 400000 verify -j2 --json d >out 2>err
	[ "$(wc -l <out)" -eq 4003 ]
}

@test "few descriptors are enough" {
	many 300
	(
		ulimit -n 32
		ends_with 65 verify -j2 --json d >out 2>err
	)
	refute grep -q 'Too many open files' err
}

@test "-j wants a number from 1 to 128" {
	for n in 0 129 x ''; do
		one_line 64 verify -j "$n" ok
	done
}
