#!/usr/bin/env bats
# Much at a time: a million messages in one run, 200 mail filters in one moment
# ("make slow": minutes of one processor, 2 GB in TMPDIR).
# shellcheck disable=SC2154 # now: of the helper
load ../cli/helper
load ../cli/dkim_helper

# Messages of every verdict, in kinds/, and in single/ what is said of each of
# them alone.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	make_signed
	add gone ''
	mkdir kinds single
	cp m kinds/none
	lf <signed >kinds/pass
	forge sign -c simple/simple -k mail.private <m | lf >kinds/simple
	forge sign -k ed.private -s ed <m | lf >kinds/ed
	forge sign -k ed.private -s ed <kinds/pass | lf >kinds/two
	sed 's/ready/cold/' kinds/pass >kinds/body
	sed 's/dinner/lunch/' kinds/pass >kinds/header
	forge sign -s gone -k mail.private <m | lf >kinds/revoked
	forge sign -s nobody -k mail.private <m | lf >kinds/no-key
	sed 's/^DKIM-Signature: v=1/DKIM-Signature: v=2/' kinds/pass >kinds/version
	grep -v '^From:' kinds/pass >kinds/from
	for kind in kinds/*; do
		dkim-verify --zone=zone --at=$now --json "$kind" >"single/${kind#*/}" || true
	done
}
setup() {
	in_own_folder
	shared zone
}

# Messages of these kinds by turns, mixed; each has a trace field of its own.
# shellcheck disable=SC2016 # perl
stream='
	my ($count, $folder, $make) = @ARGV;
	my (@kinds, $state);
	for my $file (sort glob "$folder/*") {
		open my $in, "<", $file or die;
		local $/;
		push @kinds, scalar <$in>;
	}
	$state = 1;
	for my $n (1 .. $count) {
		$state = ($state * 1103515245 + 12345) % 2147483648;
		my $kind = $kinds[($state >> 8) % @kinds];
		if ($make eq "mbox") {
			print "From joe\@example.com Fri Jan  2 10:00:00 2026\n",
				"Received: from a.example by b.example with SMTP id $n;",
				" Fri, 2 Jan 2026 10:00:00 +0000\n$kind\n";
		} else {
			$kind =~ s/"input":"[^"]*"/"input":"-","number":$n/ or die $kind;
			print $kind;
		}
	}'

# batch COUNT: so many in one run; each as it is alone. Leaves the most memory
# that was used, in KiB, in $memory.
batch() {
	local status=0
	mkfifo "mbox.$1"
	perl -e "$stream" "$1" "$BATS_FILE_TMPDIR/kinds" mbox >"mbox.$1" &
	/usr/bin/time -f '%M KiB, %e s, %U s of a processor' -o used \
		dkim-verify --zone=zone --at=$now --json --mbox -j2 --no-progress \
		<"mbox.$1" >"json.$1" 2>err || status=$?
	wait
	[ "$status" -eq 1 ]
	[ ! -s err ]
	cmp "json.$1" <(perl -e "$stream" "$1" "$BATS_FILE_TMPDIR/single" json)
	rm "json.$1"
	echo "# $1 messages: $(tail -n 1 used)" >&3
	memory=$(tail -n 1 used | cut -d' ' -f1)
}

@test "a million messages: the verdicts of single runs, the memory of 100,000" {
	batch 100000
	local less=$memory
	batch 1000000
	# arenas of malloc differ by what the threads happen to do
	[ "$memory" -le $((less + 4096)) ]
}

@test "200 filters ask one slow server at once: each message gets its own answer" {
	local n pids=() i want
	ed25519 ed
	for n in {1..200}; do
		msg "Message $n." | dkim-sign -q -d example.com -s "honest-$n" -k ed.private --at=$now \
			>"$n.eml"
	done
	# every third was changed
	for ((n = 3; n <= 200; n += 3)); do sed -i 's/^Message/message/' "$n.eml"; done
	# the server answers nobody before all have asked
	liar ed 200
	for n in {1..200}; do
		dkim-verify --filter=mx.example --nameserver=127.0.0.1@"$port" --at=$now \
			--dns-timeout=300 --deadline=300 <"$n.eml" >"$n.out" 2>"$n.err" &
		pids+=($!)
	done
	for i in "${!pids[@]}"; do wait "${pids[i]}"; done
	dns_stop
	for n in {1..200}; do
		[ ! -s "$n.err" ]
		perl -0pe 's/\AAuthentication-Results: mx\.example;.*\n(?:[ \t].*\n)+//' "$n.out" |
			cmp - "$n.eml"
		unfolded <"$n.out" | head -n 1 >field
		grep -q " header.s=honest-$n " field
		if ((n % 3)); then want=pass; else want=fail; fi
		grep -q "; dkim=$want " field
	done
}
