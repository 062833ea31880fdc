#!/usr/bin/env bats
# The signers whose names --headers and the tables bear, run beside dkim-sign:
# Exim, opendkim and rspamd sign the same messages.
# shellcheck disable=SC2317 # functions called through others
load helper
load dkim_helper
load dns_helper # its servers

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	rsa mail 1024
	add mail
	mkdir messages
	msg >messages/plain
	printf 'From: joe@example.com\nDate: Fri, 2 Jan 2026 10:00:00 +0000\nMessage-ID: <1@example.com>\n\nx\n' \
		>messages/few
	{
		printf 'List-%s: <mailto:x@lists.example>\n' Id Help Unsubscribe Subscribe Post Owner Archive
		printf 'Precedence: list\nErrors-To: x@lists.example\n'
		msg
	} >messages/list
	{
		printf 'Resent-Date: Fri, 2 Jan 2026 11:00:00 +0000\nResent-Message-ID: <2@example.com>\n'
		printf 'Resent-%s: ann@example.com\n' From Sender To Cc
		msg
	} >messages/resent
	{
		printf 'Sender: s@example.com\nReply-To: r@example.com\nCc: c@example.net\n'
		printf 'In-Reply-To: <0@example.com>\nReferences: <0@example.com>\nUser-Agent: x\nX-Mailer: y\n'
		printf 'MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: 7bit\n'
		printf 'Content-ID: <0@example.com>\nContent-Description: d\nContent-Disposition: inline\n'
		printf 'Content-Language: en\nComments: c\nKeywords: k\nReceived: one\nReceived: two\n'
		msg
	} >messages/mime
	{
		printf 'OpenPGP: id=1\nAutocrypt: addr=joe@example.com\nFeedback-ID: 1\nPrecedence: bulk\n'
		printf 'List-Unsubscribe: <https://example.com/u>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n'
		msg
	} >messages/bulk
	{
		for n in 1 2; do
			printf '%s: <%s@example.net>\n' Sender $n Content-ID $n List-Id $n List-Post $n \
				List-Unsubscribe $n Resent-From $n Resent-To $n Resent-Cc $n \
				Resent-Message-ID $n Autocrypt $n
			printf 'MIME-Version: 1.0\nContent-Type: text/plain\n'
		done
		msg
	} >messages/twice
	{
		printf '%s: x@example.net\n' Subject To Cc Cc Reply-To Reply-To In-Reply-To In-Reply-To \
			References References
		msg
	} >messages/once
}

setup() {
	in_own_folder
	shared mail.private zone
	cp "$BATS_FILE_TMPDIR"/messages/* .
	messages=(plain few list resent mime bulk twice once)
}

teardown_file() { stop_servers; }

running() { echo $! >>"$BATS_FILE_TMPDIR/servers"; }

# names FILE: those in h= of its first signature, each as often as there.
names() {
	lf <"$1" | unfolded | sed -n '/^DKIM-Signature:/{p;q}' | tr ';A-Z' '\na-z' |
		sed -n 's/^[[:blank:]]*h=//p' | tr -d '[:blank:]' | tr : '\n' | sort
}

# as PRESET [BROKEN]: of each message, the peer's NAME.signed verifies (not that
# of BROKEN) and covers what dkim-sign covers with that preset.
as() {
	local name
	for name in "${messages[@]}"; do
		[ "$name" = "${2-}" ] || judged 0 pass/ok --at="$(date +%s)" "$name.signed" || return
		names "$name.signed" >theirs
		sign -q --headers="$1" "$name" >signed
		names signed | diff theirs - && [ -s theirs ] || return
	done
}

# -- Exim ----------------------------------------------------------------------

exim_conf() { # PORT
	cat <<-EOT
		spool_directory = $PWD/spool
		log_file_path = $PWD/exim.%s
		exim_user = 1000
		exim_group = 1000
		deliver_drop_privilege
		keep_environment =
		tls_advertise_hosts =
		local_from_check = false
		untrusted_set_sender = *
		begin routers
		all:
		  driver = manualroute
		  route_list = * 127.0.0.1
		  self = send
		  transport = out
		begin transports
		out:
		  driver = smtp
		  port = $1
		  dkim_domain = example.com
		  dkim_selector = mail
		  dkim_private_key = $PWD/mail.private
	EOT
}

# Exim delivers nothing as root, and needs no right of root's to sign.
exim() {
	unshare --map-user=1000 --map-group=1000 /usr/sbin/exim4 -C "$PWD/exim.conf" "$@"
}

@test "--headers=exim is what Exim signs" {
	[ -x /usr/sbin/exim4 ] || skip "another mail server is installed here"
	unshare --map-user=1000 true || skip "no user namespaces here"
	mkdir spool mail
	mkfifo port
	/usr/bin/python3 "$top/tests/cli/smtp.py" port mail 3>&- &
	running
	exim_conf "$(cat port)" >exim.conf
	for name in "${messages[@]}"; do
		exim -odi -oi -f joe@example.com "$name@example.net" <"$name"
		mv "mail/$name@example.net" "$name.signed" || { cat exim.*; false; }
	done
	as exim
}

# -- opendkim ------------------------------------------------------------------

opendkim_conf() {
	cat <<-EOT
		Socket local:$PWD/socket
		Mode s
		Syslog no
		RequireSafeKeys no
		TemporaryDirectory $PWD
	EOT
}

# opendkim FILE...: signs each as opendkim.conf says. It takes 5 s to end when
# it is asked to.
opendkim() {
	local pid status=0
	/usr/sbin/opendkim -f -x opendkim.conf 3>&- &
	pid=$!
	running
	disown
	miltertest -D at="unix:$PWD/socket" -D files="$*" -s "$top/tests/cli/milter.lua" || status=$?
	kill -9 "$pid"
	soon gone "$pid"
	rm -f socket
	return $status
}

# OversignHeaders stands in Debian's opendkim.conf.
@test "--headers=opendkim is what opendkim signs in Debian" {
	{
		opendkim_conf
		printf 'OversignHeaders From\nDomain example.com\nSelector mail\nKeyFile %s\n' "$PWD/mail.private"
	} >opendkim.conf
	opendkim "${messages[@]}"
	as opendkim
}

# RFC 6376 5.4.1 is libopendkim's own set, but for Resent-Sender, which it adds.
@test "--headers=rfc6376 is what opendkim signs of its own accord" {
	{
		opendkim_conf
		printf 'Domain example.com\nSelector mail\nKeyFile %s\n' "$PWD/mail.private"
	} >opendkim.conf
	sed -i '/^Resent-Sender:/d' resent
	opendkim "${messages[@]}"
	as rfc6376
}

# -- rspamd --------------------------------------------------------------------

# Where a field that may stand once (RFC 5322 3.6) stands twice, it signs what no
# verifier accepts, on purpose.
#
# A list of top level domains of its own spares it a second of compiling.
rspamd_conf() {
	cat <<-EOT
		options {
		  control_socket = "$PWD/control mode=0600";
		  hs_cache_dir = "$PWD"; tempdir = "$PWD"; url_tld = "$PWD/tld";
		  filters = "dkim";
		  dns { nameserver = ["127.0.0.1:9"]; timeout = 0.1; retransmits = 0; }
		}
		logging { type = "file"; filename = "$PWD/rspamd.log"; level = "warning"; }
		metric default { actions { reject = 1000; } }
		modules { path = "/usr/share/rspamd/plugins/dkim_signing.lua"; }
		worker "normal" { bind_socket = "$PWD/socket mode=0600"; count = 1; }
		dkim_signing { path = "$PWD/mail.private"; selector = "mail"; use_esld = false; }
	EOT
}

@test "--headers=rspamd is what rspamd signs" {
	[ -x /usr/bin/rspamd ] || skip "no rspamd here"
	rspamd_conf >rspamd.conf
	echo com >tld
	/usr/bin/rspamd --no-fork --insecure -c "$PWD/rspamd.conf" >rspamd.out 2>&1 3>&- &
	running
	soon test -S socket
	for name in "${messages[@]}"; do
		rspamc -h "$PWD/socket" -i 127.0.0.1 -F joe@example.com -u joe@example.com --mime \
			<"$name" >"$name.signed"
	done
	as rspamd once || { cat rspamd.log; false; }
}

# -- opendkim's tables ----------------------------------------------------------

# chosen FILE...: a line each: the author, d=, s= and i= of the first and of the
# last signature.
chosen() {
	perl -0777 -ne '
		s/\r?\n[ \t]+/ /g;
		my @keys;
		for (/^DKIM-Signature:(.*)/mg) {
			my %tag = map { /^\s*(\w+)=\s*(.*?)\s*$/ } split /;/;
			push @keys, join " ", grep { defined } @tag{qw(d s i)};
		}
		@keys = @keys[0, -1] if @keys > 2;
		my ($author) = /^From: ([^\r\n]*)/m;
		print "$author: ", join(", ", sort @keys) || "none", "\n"' "$@"
}

# same_choice PREFIX [--all-matches]: opendkim and dkim-sign, with the tables
# "keys" and "signing" (PREFIX is "refile:" or nothing), choose the same keys for
# the authors that stdin names, one a line. Messages go to the folder "signed".
#
# With MultipleSignatures opendkim signs for all matches, says its manual; 2.11
# forgets all but the first and the last, and only these are compared. dkim-sign
# uses them all.
same_choice() {
	local author files=()
	mkdir -p signed
	{
		opendkim_conf
		printf 'KeyTable file:%s/keys\nSigningTable %s%s/signing\n' "$PWD" "$1" "$PWD"
		[ $# -eq 1 ] || echo 'MultipleSignatures yes'
	} >opendkim.conf
	while IFS= read -r author; do
		files+=("author.${#files[@]}")
		msg | sed "s/^From: .*/From: $author/" >"${files[-1]}"
	done
	opendkim "${files[@]}" || return
	dkim-sign -q --key-table=keys --signing-table="$1signing" "${@:2}" --pass-unsigned \
		--output-dir=signed "${files[@]}" 2>err || { cat err; return 1; }
	chosen "${files[@]/%/.signed}" >theirs
	chosen "${files[@]/#/signed/}" >ours
	diff theirs ours
}

# Not "joe"@example.com: opendkim looks that up with its quotes, which are no part
# of the name (RFC 5322 3.2.4); nor authors in several domains, which are refused.
authors() {
	cat <<-'EOT'
		joe@www.example.com
		Joe <JOE@WWW.Example.COM>
		ann@www.example.com
		bob@www.example.com
		joe@a.b.example.com
		ann@a.b.example.com
		joe@example.com
		ann@example.com
		joe@example.net
		ann@example.net
		joe@other.example
		ann@other.example
		"Joe, B" <joe@www.example.com>
		joe(x)@www.example.com
		joe@www.example.com, ann@www.example.com
		joe+tag@example.com
		joe@com
	EOT
}

@test "opendkim and dkim-sign choose the same keys: SigningTable without refile:" {
	for s in a b c d e f; do echo "$s example.com:$s:$PWD/mail.private"; done >keys
	printf '%s\n' 'joe@www.example.com a' 'www.example.com b' 'joe@.example.com c' \
		'.example.com d' 'joe@* e' '* f' >all
	for first in {1..6}; do
		tail -n +$first all >signing
		authors | same_choice ""
	done
	authors | same_choice "" --all-matches
	sed '2!d' all >signing
	authors | same_choice ""
	grep -q ': none$' ours
}

@test "opendkim and dkim-sign choose the same keys: refile:, in the order of the file" {
	for s in a b c d e f; do echo "$s example.com:$s:$PWD/mail.private"; done >keys
	printf '%s\n' '*@*.b.example.com a' 'joe@*example.com b' '*@www.* c' '*@example.com d' \
		'ann@* e' '*com f' >all
	for first in {1..6}; do
		tail -n +$first all >signing
		authors | same_choice refile:
	done
	grep -q ': none$' ours
	authors | same_choice refile: --all-matches
	tac all >signing
	authors | same_choice refile:
	authors | same_choice refile: --all-matches
}

@test "opendkim and dkim-sign choose the same keys: % and identities" {
	cp -p mail.private www.example.com.private
	cp -p mail.private example.com.private
	cat >keys <<-EOT
		own %:own:$PWD/%.private
		any %:any:$PWD/mail.private
		example.com example.com:byname:$PWD/mail.private
		place example.com:place:$(openssl pkey -in mail.private -outform DER | base64 -w0)
	EOT
	chmod 600 keys
	cat >signing <<-'EOT'
		ann@www.example.com own
		joe@www.example.com any:list@%
		*@example.com %:@example.com
		*@www.* place
		*@a.b.example.com example.com:sub@%
		*@example.net example.com:other@example.net
		*@other.example any:@other.example
	EOT
	authors | same_choice refile:
	[ "$(grep -o ': .*' ours | sort -u | wc -l)" -eq 8 ]
	sed -i 's/^\*@//; s/^www\.\*/www.example.com/' signing
	authors | same_choice ""
}

# Those of opendkim/tests/t-sign-rs-tables*, t-sign-rs-multiple; in signkeys.bats
# with what is said of each.
@test "opendkim and dkim-sign choose the same keys: OpenDKIM's own test tables" {
	cp -p mail.private testkey.private
	users() { printf 'user%s@example.com\n' "" 2 3 4; }
	printf '%s\n' 'user@example.com	testkey' 'user2@example.com	testkey:signer@example.com' \
		'user3@example.com	testkey:signer@foo.%' >signing
	for domain in example.com %; do
		printf 'testkey\t\t%s:test:./testkey.private\n' $domain >keys
		users | same_choice ""
		users | same_choice file:
	done
	printf '%s\n' 'testkey		example.com:test:./testkey.private' \
		'testkey2	example.net:test2:./testkey.private' >keys
	printf '%s\n' 'user@example.com	testkey' 'example.com		testkey2' >signing
	users | same_choice ""
	users | same_choice "" --all-matches
	grep -q 'test, ' ours
}
