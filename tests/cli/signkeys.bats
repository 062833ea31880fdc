#!/usr/bin/env bats
# Which key signs, and that a mail is never unsigned by accident.
# shellcheck disable=SC2016,SC2030,SC2031,SC2317 # functions called through others
load helper
load dkim_helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	rsa mail 1024
	ed25519 ed
	msg >m
}

setup() {
	in_own_folder
	shared mail.private ed.private m
}

# from ADDRESS: the message m, written by ADDRESS.
from() { sed "s|^From: .*|From: $1|" m; }

# by ADDRESS [OPTION...]: d= and s= of each signature of a message by ADDRESS,
# with i= if there is one; else the exit status and what was said.
by() {
	local address=$1 status=0
	shift
	from "$address" | dkim-sign -q --at=1 "$@" >out 2>err || status=$?
	if [ $status -ne 0 ]; then
		[ ! -s out ]
		echo "$status $(cut -d: -f2- err | sed 's/^ //')"
	elif ! grep -q ^DKIM-Signature: out; then
		[ "$(cat out)" = "$(from "$address")" ]
		echo unsigned
	else
		unfolded <out | sed -n '/^DKIM-Signature/s/.* d=\([^;]*\); s=\([^;]*\);\( i=\([^;]*\);\)\{0,1\}.*/\1 \2 \4/p' |
			sed 's/ *$//' | paste -sd,
	fi
}

# is WANTED COMMAND...: it prints WANTED.
is() {
	local wanted=$1 got
	shift
	got=$("$@")
	[ "$got" = "$wanted" ] || { echo "$*: \"$got\", not \"$wanted\""; return 1; }
}

tables() { by "$@" --key-table=keys --signing-table=refile:signing; }

@test "KeyTable and SigningTable of a real host" {
	mkdir keys.d
	cp -p mail.private keys.d/dkim.private
	cp -p ed.private keys.d/lisa.dkim.private
	cat >signing <<-EOT
		*@rushworth.us mail._domainkey.rushworth.us
		*@lisa.rushworth.us mail._domainkey.lisa.rushworth.us
	EOT
	cat >keys <<-EOT
		mail._domainkey.rushworth.us rushworth.us:default:./keys.d/dkim.private
		mail._domainkey.lisa.rushworth.us lisa.rushworth.us:default:./keys.d/lisa.dkim.private
	EOT
	is "rushworth.us default" tables "Me <me@Rushworth.US>"
	is "lisa.rushworth.us default" tables me@lisa.rushworth.us
	is "78 no line of signing matches me@anya.rushworth.us" tables me@anya.rushworth.us
	is unsigned tables me@anya.rushworth.us --pass-unsigned
	is "rushworth.us default" tables me@rushworth.us --pass-unsigned
}

@test "SigningTable without refile: user@host, host, user@.domain, .domain, user@*, *" {
	for s in a b c d e f; do echo "$s example.com:$s:./mail.private"; done >keys
	printf '%s\n' 'joe@www.example.com a' 'www.example.com b' 'joe@.example.com c' \
		'.example.com d' 'joe@* e' '* f' >all
	while read -r _ want; do
		is "example.com $want" by joe@www.example.com --key-table=keys --signing-table=all
		sed -i 1d all
	done <<<"$(cat all)"
	is "78 no line of all matches joe@www.example.com" \
		by joe@www.example.com --key-table=keys --signing-table=all
}

@test "a * in a SigningTable without refile: matches nothing, and that is said" {
	echo 'k example.com:mail:./mail.private' >keys
	echo '*@example.com k' >signing
	ends_with 78 dkim-sign --key-table=keys --signing-table=signing <m 2>err
	grep -q 'signing: warning: a pattern that begins with .*refile:' err
	dkim-sign --key-table=keys --signing-table=refile:signing <m 2>err >/dev/null
	refute grep -q refile err
}

@test "refile: the order of the file; --all-matches: every line, no signature twice" {
	cat >keys <<-EOT
		one example.com:one:./mail.private
		two example.com:two:./ed.private
		again example.com:one:./mail.private
	EOT
	cat >signing <<-EOT
		joe@* two
		*@example.com one
		*@* again
		sue@* one
	EOT
	is "example.com two" tables joe@example.com
	is "example.com two,example.com one" tables joe@example.com --all-matches
	is "example.com one" tables ann@example.com --all-matches
}

# opendkim/tests/t-sign-rs-tables*, t-sign-rs-multiple: what its daemon does there.
@test "OpenDKIM's own test tables give the same choice" {
	cp -p mail.private testkey.private
	printf 'testkey\t\texample.com:test:./testkey.private\n' >keys
	printf '%s\n' 'user@example.com	testkey' 'user2@example.com	testkey:signer@example.com' \
		'user3@example.com	testkey:signer@foo.%' >sign
	own() { by "$1" --signing-table=file:sign --key-table="$2" "${@:3}"; }
	is "example.com test" own user@example.com file:keys
	is "example.com test signer@example.com" own user2@example.com file:keys
	is "example.com test signer@foo.example.com" own user3@example.com file:keys
	is "78 no line of sign matches user4@example.com" own user4@example.com file:keys
	printf 'testkey\t\t%%:test:./testkey.private\n' >token
	is "example.com test" own user@example.com file:token
	printf 'testkey\t\texample.com test ./testkey.private\n' >bad
	is "78 bad: line 1: not NAME DOMAIN:SELECTOR:KEY" own user@example.com file:bad
	printf '%s\n' 'testkey		example.com:test:./testkey.private' \
		'testkey2	example.net:test2:./testkey.private' >keys
	printf '%s\n' 'user@example.com	testkey' 'example.com		testkey2' >sign
	is "example.com test,example.net test2" own user@example.com file:keys --all-matches
	is "example.com test" own user@example.com file:keys
	is "example.net test2" own user2@example.com file:keys
}

@test "KeyTable: %, a key in place, the algorithm, patterns" {
	cp -p mail.private example.org.private
	cat >keys <<-EOT
		% never.example:x:./none
		own %:sel:./%.private
		place example.com:place:$(openssl pkey -in ed.private -outform DER | base64 -w0):ed25519-sha256
		wrong example.com:x:./mail.private:ed25519-sha256
		sha1 example.com:x:./mail.private:rsa-sha256
		x.example x.example:x:./mail.private
	EOT
	chmod 600 keys
	printf '%s\n' '*@example.org own' '*@example.com place' '*@wrong.example wrong' \
		'*@x.example %' '*@y.example %' >signing
	is "example.org sel" tables joe@example.org
	is "example.com place" tables joe@example.com
	is "78 keys: line 4: the key does not fit ALGORITHM" tables joe@wrong.example
	is "x.example x" tables joe@x.example
	is '78 signing: line 5: keys has no entry "y.example"' tables joe@y.example --pass-unsigned
	echo '*@example.org k.example.org' >signing
	echo 'k.* example.org:s:./mail.private' >keys
	is "example.org s" by joe@example.org --key-table=refile:keys --signing-table=refile:signing
}

@test "a key in a table that others can read: 77" {
	echo "k example.com:s:$(openssl pkey -in ed.private -outform DER | base64 -w0)" >keys
	echo 'example.com k' >signing
	chmod 644 keys
	is "77 keys: line 1: unsafe private key: of the table, others can read it" \
		by joe@example.com --key-table=keys --signing-table=signing --pass-unsigned
	chmod 640 keys
	is "example.com s" by joe@example.com --key-table=keys --signing-table=signing
}

# A public file is not made secret to learn that it is not a key.
@test "what a file is comes before its mode: -k, template, KeyTable, key list" {
	openssl req -x509 -key mail.private -subj /CN=x -days 9 -out cert 2>/dev/null
	openssl x509 -in cert -outform DER -out cert.der
	openssl pkey -in mail.private -pubout -out public
	printf 'v=DKIM1; p=%s\n' "$(openssl pkey -in mail.private -pubout -outform DER | base64 -w0)" >record
	echo 'no key' >words
	: >empty
	echo '*@example.com k' >signing
	while IFS=: read -r file says; do
		chmod 644 $file
		is "65 $file: $says" by joe@example.com -s x -k $file
		cp -p $file $file.example.com
		is "65 $file.example.com: $says" by joe@example.com -s x -k $file.%d
		echo "k example.com:x:./$file" >keys
		is "65 keys: line 1: ./$file: $says" tables joe@example.com
		echo "*:example.com:./$file" >list
		is "65 list: line 1: ./$file: $says" by joe@example.com --key-list=list
	done <<-'EOT'
		cert:is a certificate, a private key is needed
		cert.der:is a certificate, a private key is needed
		public:is a public key, a private one is needed
		record:is a key record, not a key; dkim-genkey writes the private key to another file, which ends in .private
		words:no key: neither PEM, DER nor base64
		empty:no key: the input is empty; give the file that dkim-genkey wrote, which ends in .private
	EOT
	# a path that is not one for KeyTable is not called an unsafe key
	for key in mail.private '"./mail.private"' keys/mail.private keys/mail; do
		echo "k example.com:x:$key" >keys
		chmod 644 keys
		by joe@example.com --key-table=keys --signing-table=refile:signing >got
		grep '^65 keys: line 1: no key: .* (a path begins with /, ./ or ../)$' got
		refute grep -q 'mail' got
		run -65 dkim-txt --check --key-table=keys --zone=/dev/null
		refute grep -q unsafe <<<"$output"
	done
	# an unsafe key is still refused, whatever is beside it
	cat public mail.private >both
	chmod 644 both
	is "77 both: unsafe private key file: others can read it (mode 0644); chmod 600 makes it safe" \
		by joe@example.com -s x -k both
}

@test "no octet of a key in a message, whatever the order of the fields" {
	key=$(openssl pkey -in ed.private -outform DER | base64 -w0)
	echo '* k' >signing
	(umask 077
		for line in "k example.com:$key:s" "k $key:s:./ed.private" "k example.com:s:rsa:$key" \
			"k example.com:s:$key:$key" "k example.com:s:${key%?????}" "$key k:s:x" "k $key"; do
			echo "$line" >keys
			for o in "--key-table=keys --signing-table=signing" "--key-list=keys"; do
				# shellcheck disable=SC2086 # words
				dkim-sign $o m >out 2>err && return 1
				refute grep -q "${key:30:12}" err
			done
		done)
}

@test "SigningTable's second field: i=, with %, left out where it does not fit d=" {
	echo 'k example.com:s:./mail.private' >keys
	printf '%s\n' 'a@* k @example.com' 'b@* k:b@%' 'c@* k c@other.example' 'd@* k d;x@example.com' >signing
	is "example.com s @example.com" tables a@example.com
	is "example.com s b@x.example.com" tables b@x.example.com
	is "example.com s" tables c@example.com
	is "78 signing: line 4: i= cannot contain byte 0x3b (RFC 6376 3.5)" tables d@example.com
	is "example.com s joe@example.com" tables c@example.com -i joe@example.com
}

@test "the address of the author: quoted, with comments, the first of several" {
	echo 'k example.com:s:./mail.private' >keys
	printf '%s\n' 'joe.b@example.com k' 'a b@example.com k' >signing
	is "example.com s" tables '"Joe, B" <joe(x).b@example.com>, ann@example.com'
	is "78 no line of signing matches ann@example.com" tables 'ann@example.com, joe.b@example.com'
	is "65 no domain to sign for: From: authors in several domains (RFC 5322 3.4)" \
		tables 'joe.b@example.com, a@example.org'
}

# All these are errors though --pass-unsigned is given.
@test "a key that a table names and that cannot be used is never \"no key\"" {
	echo '* k' >signing
	k() {
		echo "k example.com:s:$1" >keys
		is "$2" tables joe@example.com --pass-unsigned
	}
	k ./none "78 keys: line 1: ./none: cannot open: No such file or directory"
	echo no key >broken
	chmod 600 broken
	k ./broken "65 keys: line 1: ./broken: no key: neither PEM, DER nor base64"
	cp mail.private open
	chmod 644 open
	k ./open "77 keys: line 1: ./open: unsafe private key file: others can read it (mode 0644); chmod 600 makes it safe"
	k ./. "65 keys: line 1: ./.: is not a regular file"
	rsa weak 512
	k ./weak.private "65 keys: line 1: the RSA key has 512 bits, less than 1024 (RFC 8301 3.2)"
	[ "$(id -u)" -ne 0 ] || return 0 # who may read everything
	cp mail.private shut
	chmod 000 shut
	k ./shut "77 keys: line 1: ./shut: cannot open: Permission denied"
}

@test "tables that are none: 78, with the line" {
	echo 'k example.com:s:./mail.private' >keys
	echo '* k' >signing
	printf 'k\n' >bad
	is "78 bad: line 1: not NAME DOMAIN:SELECTOR:KEY" \
		by a@b.example --key-table=bad --signing-table=signing --pass-unsigned
	is "78 bad: line 1: not PATTERN KEY, or PATTERN KEY IDENTITY" \
		by a@b.example --key-table=keys --signing-table=bad --pass-unsigned
	is "78 none: cannot open: No such file or directory" \
		by a@b.example --key-table=keys --signing-table=none --pass-unsigned
	is "78 csl:a: only files and refile: are read" \
		by a@b.example --key-table=csl:a --signing-table=signing
	printf 'k example.com:s:./mail.private\r\n# \0\r\n\0' >bad
	is "78 bad: line 3: a NUL byte" by a@b.example --key-table=bad --signing-table=signing
	{ printf 'k '; head -c 1000000 /dev/zero | tr '\0' x; } >bad
	is "78 bad: line 1: longer than 16384 bytes" by a@b.example --key-table=bad --signing-table=signing
}

@test "a table or list without an entry is warned of, once" {
	echo '# none' >empty
	echo 'k example.com:s:./mail.private' >keys
	echo '* k' >signing
	cp m 1
	cp m 2
	for o in "--key-table=empty --signing-table=signing" "--key-table=keys --signing-table=empty" \
		"--key-list=empty" "-s s -k mail.private --domains=empty"; do
		# shellcheck disable=SC2086 # words
		dkim-sign $o --pass-unsigned --in-place 1 2 2>err || : # 78 where an entry is missing
		[ "$(grep -c 'empty: warning: it has no entry' err)" -eq 1 ]
		# shellcheck disable=SC2086 # words
		dkim-sign -q $o --pass-unsigned --in-place 1 2 2>err || :
		refute grep -q warning err
	done
	dkim-sign --key-table=keys --signing-table=signing --in-place 1 2 2>err
	refute grep -q 'no entry' err
}

@test "a list on standard input: the message is a file then" {
	echo 'k example.com:s:./mail.private' >keys
	echo '* k' >signing
	echo example.com >domains
	once="dkim-sign: standard input can be read only once"
	while read -r list o; do
		# shellcheck disable=SC2086 # words
		dkim-sign -q $o m <$list >out
		grep -q ^DKIM-Signature: out
		for message in "" -; do
			# shellcheck disable=SC2086 # words
			one_line 64 dkim-sign $o --pass-unsigned $message <$list
			grep -Fqx "$once" stderr
		done
	done <<-'EOT'
		domains -s s -k mail.private --domains=-
		keys --key-table=- --signing-table=signing
		signing --key-table=keys --signing-table=refile:-
	EOT
	one_line 64 dkim-sign --key-table=- --signing-table=- m <keys
	one_line 64 dkim-sign -s s -k mail.private --check-dns --zone=- <m
}

@test "dkim-filter's key list: the selector is the path's end" {
	mkdir domain1 domain2
	cp -p mail.private domain1/default.private
	ln -s default.private domain1/mail2
	cp -p mail.private domain2/a.pem
	cp -p ed.private domain2/b.private
	cat >list <<-EOT
		*@domain1.example:domain1.example:domain1/mail2
		joe@*.example : domain2.example : $PWD/domain2/a
		*:*:domain2/b # for all the others
	EOT
	list() { by "$@" --key-list=list; }
	is "domain1.example mail2" list joe@domain1.example
	is "domain2.example a" list joe@x.example
	is "x.example b" list sue@x.example
	is "domain1.example mail2,domain2.example a,domain1.example b" \
		list joe@domain1.example --all-matches
	sed -i '$d' list
	is "78 no line of list matches sue@x.example" list sue@x.example
	is unsigned list sue@x.example --pass-unsigned
	echo '*:x.example:domain2/c' >list
	is "78 list: line 1: domain2/c: cannot open: No such file or directory" list a@x.example --pass-unsigned
}

@test "dk-filter's key list and its list of domains" {
	mkdir k
	cp -p mail.private k/mail2.private
	echo '*@example.com:k/mail2' >list
	printf 'example.com\n.example.com\n' >domains
	is "example.com mail2" by joe@example.com --key-list=list --domains=domains
	is "78 example.org is not in domains" by joe@example.org --key-list=list --domains=domains
	is unsigned by joe@example.org --key-list=list --domains=domains --pass-unsigned
}

@test "--domains limits whose mail is signed" {
	printf '# ours\nexample.com\n*.example.org\n' >domains
	only() { by "$@" -s mail -k mail.private --domains=domains; }
	is "example.com mail" only joe@example.com
	is "78 x.example.com is not in domains" only joe@x.example.com
	is "x.example.org mail" only joe@X.example.org
	is unsigned only joe@example.org --pass-unsigned
	is "65 no domain to sign for: From: authors in several domains (RFC 5322 3.4)" only a@example.com,b@x.example --pass-unsigned
	echo 'a b' >domains
	is "78 domains: line 1: not a domain, .DOMAIN or *.DOMAIN" only joe@example.com
}

@test "--aligned-only: a d= that does not match From is refused" {
	aligned() { by "$@" -s mail -k mail.private --aligned-only; }
	is "example.com mail" aligned joe@example.com
	is "example.com mail" aligned joe@x.example.com -d example.com
	is "x.example.com mail" aligned joe@example.com -d x.example.com
	is "65 d=example.com is not aligned with the From domain (RFC 9989 4.4)" aligned joe@example.org -d example.com --pass-unsigned
	is "65 no domain to sign for: From: no mailbox (RFC 5322 3.4)" aligned undisclosed:\; -d example.com
}

@test "Exim's recipe: -k with the From domain in it" {
	mkdir dkim
	cp -p mail.private dkim/example.com.private.pem
	recipe() { by "$@" -s 20161117 -k 'dkim/%d.private.pem'; }
	is "example.com 20161117" recipe joe@Example.COM
	is "78 no key for example.org (no such file: dkim/example.org.private.pem)" recipe joe@example.org
	is unsigned recipe joe@example.org --pass-unsigned
	is "78 no key for www.example.com (no such file: dkim/www.example.com.private.pem)" recipe joe@www.example.com
	is "example.com 20161117" recipe joe@www.example.com --strip-www
	is unsigned recipe root@localhost --pass-unsigned
	chmod 644 dkim/example.com.private.pem
	is "77 dkim/example.com.private.pem: unsafe private key file: others can read it (mode 0644); chmod 600 makes it safe" \
		recipe joe@example.com --pass-unsigned
	ln -s nowhere dkim/www.com.private.pem
	is "77 dkim/www.com.private.pem: cannot open: No such file or directory" \
		recipe joe@www.com --strip-www --pass-unsigned
}

# Nobody who can be told is not "no key", with which mail passes.
@test "an unusable From and a path with %d: 65, with -d as without" {
	cp -p mail.private example.com.private
	for o in "" "-d example.com"; do
		for a in a@example.com,b@example.org a@exa/mple.com 'a@[192.0.2.1]' 'undisclosed:;'; do
			# shellcheck disable=SC2086 # words
			[[ "$(by "$a" $o -s s -k ./%d.private --pass-unsigned)" = "65 no domain to sign for: "* ]]
		done
	done
	is "example.com s" by a@example.com,b@example.org -d example.com -s s -k mail.private
}

@test "a From that RFC 5322 forbids: -d signs it, and nothing else does" {
	local a
	warned() {
		from "$1" | dkim-sign --at=1 -d example.com -s s -k mail.private 2>err >out
		grep -q '^DKIM-Signature' out
		[ "$(grep -o 'warning: .*From.*' err)" = "warning: $2" ] || { cat err; return 1; }
	}
	echo 's example.com:s:./mail.private' >keys
	echo '* s' >signing
	for a in a..b@example.com .a@example.com a.@example.com 'A <a..b@example.com>' '[X] Y <a@example.com>' \
		'X, Inc. <a@example.com>' 'a@example.com;' 'A <a@example.com>;'; do
		warned "$a" 'From is not as RFC 5322 has it: DMARC cannot be evaluated (RFC 5322 3.4, RFC 9989 4.4)'
		[[ "$(by "$a" -s s -k mail.private --pass-unsigned)" = "65 no domain to sign for: From: "*"; name it with -d (and -s, -k) (RFC 5322 3.4)" ]]
		[[ "$(tables "$a" --pass-unsigned)" = "65 no domain to sign for: From: "*"; name it with -d (and -s, -k) (RFC 5322 3.4)" ]]
		# -d does not help where the author must be known
		[[ "$(by "$a" -d example.com -s s -k mail.private --aligned-only --pass-unsigned)" != *"name it with"* ]]
	done
	from a..b@example.com | dkim-sign --json --dry-run -d example.com -s s -k mail.private | grep -q '"from-syntax"'
	# a name without a domain, and what RFC 5322 permits, are of another domain
	for a in root 'Cron Daemon <root>' 'a@[192.0.2.1]' 'undisclosed:;' a@example.com,b@example.org a@example.org; do
		warned "$a" 'd= is not aligned with the From domain: DMARC will not count the signature (RFC 9989 4.4)'
	done
}

@test "-d with %d in a path: only mail of that domain, never with another's key" {
	cp -p mail.private example.com.private
	cp -p ed.private example.org.private
	both() { by "$@" -d Example.com -s s -k ./%d.private; }
	is "example.com s" both joe@EXAMPLE.com
	is "example.com s" both joe@www.example.com --strip-www
	is "78 ./%d.private: the From domain is example.org, not that of -d" both joe@example.org
	is unsigned both joe@example.org --pass-unsigned
	is "78 ./%d.private: the From domain is x.example.com, not that of -d" both joe@x.example.com
	is "example.com l" both joe@example.org --pass-unsigned -s l -k mail.private
}

@test "a From domain that is no clean name never reaches a path" {
	mkdir dkim
	cp -p mail.private dkim/x.pem
	for a in 'a@../../etc' 'a@../x' 'a@/etc/x' 'a@x/../x' 'a@..' 'a@"x"' 'a@[x]' 'a@x%d' 'a@x\\0'; do
		printf 'From: %s\n\n' "$a" >in
		ASAN_OPTIONS=detect_leaks=0 ends_with 65 strace -f -qq -e trace=open,openat -o trace \
			dkim-sign -q -s s -k 'dkim/%d.pem' --pass-unsigned <in >out 2>err
		[ ! -s out ]
		refute grep '"dkim/' trace
	done
}

@test "%e is the domain of --mail-from, %s the selector, %% a percent sign" {
	cp -p mail.private bounce.example-s-%.key
	e() { by joe@example.com -s s -k '%e-%s-%%.key' "$@"; }
	is "example.com s" e --mail-from=joe@Bounce.example
	is "example.com s" e --mail-from='<joe@bounce.example>'
	is "78 %e-%s-%%.key needs a domain that is not known" e --mail-from='<>'
	is unsigned e --mail-from= --pass-unsigned
	# no clean domain is not "no key", with which mail passes; nobody asks without %e
	for a in root joe@ joe@../x '<joe@[x]>' '<joe>'; do
		[[ "$(e --mail-from="$a" --pass-unsigned)" = "65 --mail-from has no clean domain for %e: "* ]]
	done
	# with --mta: never to be signed, whenever it is tried again
	[[ "$(e --mta --mail-from='joe@[192.0.2.1]')" = "65 "* ]]
	is "example.com s" by joe@example.com -s s -k mail.private --mail-from=root
	is "64 -k: %e needs --mail-from" e
	is "64 -k %x: only %d, %e, %s and %% have a meaning" by joe@example.com -s s -k %x
	is "64 -k x%: only %d, %e, %s and %% have a meaning" by joe@example.com -s s -k x%
	# a file's name with a percent sign is no template: it must be there
	is "66 a%b: cannot open: No such file or directory" by joe@example.com -s s -k a%%b --pass-unsigned
}

@test "a file that is the same for every message is literal, also with %s" {
	cp -p mail.private s.private
	is "example.com s" by joe@example.com -s s -k %s.private
	is "66 t.private: cannot open: No such file or directory" by joe@example.com -s t -k %s.private --pass-unsigned
	# at start, whatever the message is
	echo no >s.private
	one_line 65 dkim-sign -s s -k %s.private --pass-unsigned none
}

@test "%s is the selector as typed, which dkim-genkey names its file by" {
	dkim-genkey -q -d example.com -s Mail2 -b 1024 2>/dev/null
	is "example.com mail2" by joe@example.com -s Mail2 -k ./%s.private
	mkdir example.com
	mv Mail2.private example.com
	is "example.com mail2" by joe@example.com -s Mail2 -k ./%d/%s.private
}

@test "two templates: all of them exist, or with --pass-unsigned those that do sign" {
	cp -p mail.private example.com.rsa
	cp -p ed.private example.org.ed
	cp -p mail.private example.org.rsa
	two() { by "$@" -s r -k %d.rsa -s e -k %d.ed; }
	is "78 no key for example.com (no such file: example.com.ed)" two joe@example.com
	is "example.org r,example.org e" two joe@example.org
	is "example.com r" two joe@example.com --pass-unsigned
	[ "$(cat err)" = "dkim-sign: not signed with s=e: no key for example.com (no such file: example.com.ed)" ]
	is "example.org r,example.org e" two joe@example.org --pass-unsigned
	[ ! -s err ]
	is unsigned two joe@example.net --pass-unsigned
	[ "$(wc -l <err)" -eq 1 ]
	is "example.com r" two joe@example.com --pass-unsigned -s f -k %d.f
	[ "$(cat err)" = "dkim-sign: not signed with s=e, s=f: no key for example.com (no such file: example.com.f)" ]
	from joe@example.org >in
	dkim-sign -q -s x -k none/%d -s r -k %d.rsa --pass-unsigned --if-unsigned in >signed 2>err
	dkim-sign -q -s x -k none/%d -s r -k %d.rsa --pass-unsigned --if-unsigned signed 2>err | cmp - signed
	[ "$(cat err)" = "dkim-sign: signed: not signed: it has a signature of this domain and selector" ]
}

@test "--dry-run says which key of several is missing" {
	cp -p mail.private example.com.rsa
	dry() { from joe@example.com | dkim-sign -q --dry-run --pass-unsigned -s r -k %d.rsa -s e -k %d.ed "$@" 2>err; }
	dry >out
	[ "$(grep -c ^sign out)" -eq 1 ]
	grep -Fqx "skip  s=e: no key for example.com (no such file: example.com.ed)" out
	dry --json >out
	/usr/bin/python3 - <<-'EOT'
		import json
		o = json.load(open("out"))
		assert o["result"] == "sign" and len(o["signatures"]) == 1
		assert o["reason"] == "s=e: no key for example.com (no such file: example.com.ed)"
		assert o["warnings"] == ["key-missing"], o["warnings"]
	EOT
}

@test "a literal key that is not there: 66, --pass-unsigned or not" {
	is "66 none: cannot open: No such file or directory" by joe@example.com -s s -k none
	is "66 none: cannot open: No such file or directory" by joe@example.com -s s -k none --pass-unsigned
}

@test "--pass-unsigned: octet for octet, one line on stderr, 0" {
	printf 'From: a@x.example\r\nX: \377\r\n\r\n\000 no end' >in
	ends_with 0 dkim-sign -s s -k %d.pem --pass-unsigned <in >out 2>err
	cmp in out
	[ "$(cat err)" = "dkim-sign: not signed: no key for x.example (no such file: x.example.pem)" ]
	ends_with 0 dkim-sign -q -s s -k %d.pem --pass-unsigned <in >out 2>again
	cmp err again
	ends_with 0 dkim-sign -q -s s -k %d.pem --pass-unsigned --header-only <in >out
	[ ! -s out ]
	big_msg 3 | sed 's/@example.com/@x.example/' >in
	dkim-sign -q -s s -k %d.pem --pass-unsigned <in | cmp - in
	cat in | dkim-sign -q -s s -k %d.pem --pass-unsigned | cmp - in
	one_line 65 dkim-sign -s s -k %d.pem --pass-unsigned <<<"no: from"
	ends_with 74 dkim-sign -q -s s -k %d.pem --pass-unsigned <in >/dev/full
}

@test "a template: no file is no key, whatever the reason; what cannot be read is an error" {
	mkdir keys keys/y.example
	ln -s loop.example keys/loop.example
	ln -s nowhere keys/gone.example
	/usr/bin/python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("keys/socket.example")'
	by_template() { from "a@$1" | dkim-sign -s s -k "$2" --pass-unsigned; }
	while read -r domain template line; do
		ends_with 0 by_template "$domain" "$template" >out 2>err
		from "a@$domain" | cmp - out
		[ "$(cat err)" = "dkim-sign: not signed: $line" ]
	done <<-'EOT'
		x.example keys/%d no key for x.example (no such file: keys/x.example)
		x.example keys/%d/key no key for x.example (no such file: keys/x.example/key)
		x.example kyes/%d.pem no key for x.example (no such directory: kyes)
		x.example kyes/%d/%s.pem no key for x.example (no such directory: kyes)
		x.example m/%d.pem no key for x.example (no such directory: m)
		x.example keys/none/%d no key for x.example (no such directory: keys/none)
	EOT
	for domain in loop gone socket; do
		one_line 77 by_template $domain.example keys/%d
	done
	one_line 65 by_template y.example keys/%d
	from a@x.example >in
	one_line 78 dkim-sign -s s -k kyes/%d.pem <in
	one_line 64 dkim-sign -s s -k "$(printf '%%d%.0s' {1..500})" <in
	grep -q -- '-k: the path is too long' stderr
}

@test "--mta: no key is 75, with --pass-unsigned 0" {
	ends_with 75 dkim-sign --mta -s s -k %d.pem <m
	ends_with 0 dkim-sign --mta -s s -k %d.pem --pass-unsigned <m
	echo 'x' >keys
	ends_with 75 dkim-sign --mta --key-table=keys --signing-table=keys --pass-unsigned <m
}

@test "--trusted-hosts: theirs is signed, other mail passes unchanged" {
	printf '192.0.2.0/24\n!192.0.2.9\n.ours.example\n' >hosts
	client() { by joe@example.com -s mail -k mail.private --trusted-hosts=hosts "$@"; }
	is "example.com mail" client --client=192.0.2.1
	is unsigned client --client=192.0.2.9
	is unsigned client --client=203.0.113.1
	is "example.com mail" client --client=203.0.113.1 --auth=joe
	is unsigned client --client=203.0.113.1 --auth=
	is "example.com mail" client --client=
	is "example.com mail" client --client= --client=
	# a name that is not known makes nobody local
	is unsigned client --client=203.0.113.66 --client=
	is unsigned client --client= --client=203.0.113.66
	is "example.com mail" client --client=203.0.113.1 --client=a.ours.example
	# an exception holds whatever else the host is called
	is unsigned client --client=192.0.2.9 --client=a.ours.example
	is unsigned client --client=a.ours.example --client=192.0.2.9
	is "example.com mail" client --client=a.ours.example --client=192.0.2.9 --auth=joe
	is unsigned client --client='x y'
	is "64 --trusted-hosts needs --client" client
	is "64 --client needs --trusted-hosts" by a@b.example -s mail -k mail.private --client=::1
	is "64 --auth needs --trusted-hosts" by a@b.example -s mail -k mail.private --auth=x
	# what is not ours is not judged, either
	printf 'From: a@x\rno field\n\n' >in
	dkim-sign -d example.com -s ed -k ed.private --trusted-hosts=hosts --client=203.0.113.1 <in 2>err | cmp - in
	[ ! -s err ]
	echo '192.0.2.0/40' >hosts
	is "78 hosts: line 1: a network has 0 to 32 bits" client --client=192.0.2.1
}

@test "a key that is not trusted mail's is still checked first" {
	echo 192.0.2.1 >hosts
	is "66 none: cannot open: No such file or directory" \
		by joe@example.com -s s -k none --trusted-hosts=hosts --client=203.0.113.1
}

@test "options that exclude each other: 64" {
	for o in "--key-table=a" "--signing-table=a" "--key-table=a --signing-table=b -k c -s d" \
		"--key-list=a -k c -s d" "--key-list=a -d example.com" "-s a -k b --all-matches" \
		"--key-list=a --key-table=b --signing-table=c" "-s a"; do
		# shellcheck disable=SC2086 # words
		one_line 64 dkim-sign $o <m
	done
}

@test "one key file is read once for many messages" {
	for i in 1 2 3; do from joe@example.com >$i; done
	echo '* k' >signing
	echo 'k example.com:s:./mail.private' >keys
	# a leak checker cannot work under strace
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e trace=openat -o trace dkim-sign -q --key-table=keys \
		--signing-table=signing --in-place 1 2 3
	[ "$(grep -c mail.private trace)" -eq 1 ]
	[ "$(grep -l DKIM-Signature 1 2 3 | wc -l)" -eq 3 ]
}

# -- mail of others ----------------------------------------------------------------

@test "--skip-verified: mail that our verifier handed back is not signed" {
	local ar='Authentication-Results: mx.example; dkim=none' r='Received: by mx.example'
	# skips FIELD...: the message with these on top passes unchanged
	skips() {
		{ printf '%s\n' "$@"; msg; } >in
		sign --skip-verified=mx.example -q in >out 2>err
		cmp in out
		[ "$(cat err)" = "dkim-sign: in: not signed: mx.example has verified it" ]
	}
	# signs FIELD...: it is signed
	signs() {
		{ printf '%s\n' "$@"; msg; } >in
		sign --skip-verified=mx.example -q in >out 2>err
		grep -q '^DKIM-Signature:' out
		refute grep -q verified err
	}
	skips "$ar"
	skips "$r" "$ar" "$r"
	skips "$r" "$ar"
	skips "X: y" "$r" "X: y" 'AUTHENTICATION-RESULTS : (c) "MX.example" 1; none' "$r" "$r"
	skips "$ar" "From: two@example.com"
	signs "$r" "$r" "$ar"
	signs "$r"$'\n folded' "$r" "$ar" "$r"
	signs "$r" 'Authentication-Results: other.example; dkim=none' "$r"
	signs "$r" "X-$ar" "$r"
	signs "$r"
	one_line 64 sign --skip-verified= in
}

@test "--domains and a template: a listed domain must have a key" {
	echo example.com >domains
	only() { by "$@" -s mail -k './%d.private' --domains=domains --pass-unsigned; }
	is "78 no key for example.com (no such file: ./example.com.private)" only joe@example.com
	is unsigned only joe@example.org
	cp mail.private example.com.private
	is "example.com mail" only joe@example.com
	# each of several keys
	is "78 no key for example.com (no such file: ./example.com.two)" \
		only joe@example.com -s two -k './%d.two'
}
