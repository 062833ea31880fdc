#!/usr/bin/env bats
# dkim-txt, making records: every form of a key gives the same p=, and a file
# that is not a key is refused.
# shellcheck disable=SC2317,SC2016 # functions called through others; $ORIGIN
load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	openssl genrsa -out rsa.pem 2048 2>/dev/null
	openssl genpkey -algorithm ed25519 -out ed.pem
	for k in rsa ed; do
		openssl pkey -in $k.pem -pubout -out $k.pub.pem
		openssl pkey -in $k.pem -pubout -outform DER -out $k.pub.der
		openssl pkey -in $k.pem -outform DER -out $k.der
		openssl req -x509 -new -key $k.pem -subj /CN=x -days 3 -out $k.crt
		openssl x509 -in $k.crt -outform DER -out $k.crt.der
	done
	openssl rsa -in rsa.pem -traditional -out rsa.pkcs1.pem 2>/dev/null
	openssl rsa -in rsa.pem -traditional -outform DER -out rsa.pkcs1.der 2>/dev/null
	openssl rsa -in rsa.pem -RSAPublicKey_out -out rsa.pkcs1.pub.pem 2>/dev/null
	openssl rsa -in rsa.pem -RSAPublicKey_out -outform DER -out rsa.pkcs1.pub.der 2>/dev/null
	chmod 600 ./*
}

setup() {
	in_own_folder
	cp -p "$BATS_FILE_TMPDIR"/*.* .
	rsa_p=$(base64 -w0 rsa.pub.der)
	ed_p=$(tail -c 32 ed.pub.der | base64)
}

p() { dkim-txt --format=p "$@"; }
gives() { # P FILE
	if [ "$(p "$2")" != "$1" ] || [ "$(p <"$2")" != "$1" ]; then
		echo "$2: another p="
		return 1
	fi
}

@test "every form of an RSA key gives the same p=" {
	base64 rsa.der >rsa.b64
	base64 -w0 rsa.pkcs1.der >rsa.one.b64
	base64 -w0 rsa.pub.der | sed 's/$/\r/' >rsa.pub.b64
	sed 's/$/\r/' rsa.pem >crlf.pem
	{ echo "my key"; sed '1a Note: a key of mox\n' rsa.pem; echo bye; } >note.pem
	sed 's/^/  /' rsa.pem >indented.pem
	{ head -n 1 rsa.pem; grep -v -e ----- rsa.pem | tr -d '\n'; echo; tail -n 1 rsa.pem; } >long.pem
	printf %s "$(cat rsa.pem)" >no-newline.pem
	cat rsa.crt rsa.pem >cert-and-key.pem
	cat rsa.pem rsa.pub.pem >both.pem
	openssl req -x509 -newkey rsa:1024 -nodes -keyout /dev/null -subj /CN=ca \
		-out ca.crt 2>/dev/null
	cat rsa.crt ca.crt >chain.crt
	cat rsa.pem rsa.crt ca.crt >key-and-chain.pem
	chmod 600 ./*
	for f in rsa.* crlf.pem note.pem indented.pem long.pem no-newline.pem \
		cert-and-key.pem both.pem chain.crt key-and-chain.pem; do
		gives "$rsa_p" "$f"
	done
}

@test "every form of an Ed25519 key gives the same p=" {
	tail -c 32 ed.der | base64 >dkimpy.key
	printf %s "$(cat dkimpy.key)" >no-newline.key
	{ tail -c 32 ed.der; tail -c 32 ed.pub.der; } | base64 -w0 >rspamd.key
	base64 ed.der >ed.b64
	chmod 600 ./*
	for f in ed.* dkimpy.key no-newline.key rspamd.key; do
		gives "$ed_p" "$f"
	done
}

@test "base64 that begins with 0, as DER does" {
	local i
	for i in 1 2 3; do
		{ printf '\xd0%s' "$i"; head -c 30 /dev/urandom; } | base64 >"$i"
		chmod 600 "$i"
		grep -q '^0' "$i"
		[ "$(p "$i" | wc -c)" -eq 45 ]
	done
}

@test "dknewkey's and our own keys" {
	dknewkey --ktype ed25519 d 2>/dev/null
	[ "$(p d.key)" = "$(sed 's/.*p=//' d.dns)" ]
	dknewkey r 2>/dev/null
	[ "$(p r.key)" = "$(sed 's/.*p=//' r.dns)" ]
	for type in rsa ed25519; do
		mkkey $type $type
		dkim-txt -d example.com $type.private | cmp - $type.txt
	done
	dkim-genkey --traditional -s old
	dkim-txt old.private | cmp - old.txt
}

@test "zone: byte for byte opendkim-genkey's .txt" {
	for bits in 1024 2048 2696 3072 4096; do
		opendkim-genkey -b $bits -s s$bits
		dkim-txt -q s$bits.private | cmp - s$bits.txt
	done
	opendkim-genkey -s a -d example.com -a -r -t -S -h sha1:sha256
	dkim-txt -q -d example.com -s a -rtS -h sha1:sha256 a.private | cmp - a.txt
	opendkim-genkey -s b -d example.com -a -t
	dkim-txt -d example.com -t - -s b <b.private | cmp - b.txt
}

checks() { # FILE: a zone for bind and nsd, with one TXT record
	{
		printf '%s\n' '$ORIGIN example.com.' '$TTL 60' '@ IN SOA a b 1 2 3 4 60' '@ IN NS a' 'a A 192.0.2.1'
		cat "$1"
	} >zone
	named-checkzone -D -o flat example.com zone >log || { cat log; return 1; }
	nsd-checkzone example.com zone
	[ "$(grep -cP '\sTXT\s' flat)" -eq 1 ]
}
@test "zone and oneline load in bind and nsd, and say what value says" {
	for f in rsa.pem ed.pem; do
		value=$(dkim-txt --format=value -n 'a; "b"' $f)
		for format in zone oneline; do
			dkim-txt -d example.com --ttl=300 --format=$format -n 'a; "b"' $f >record
			checks record
			[ "$(grep -P '\sTXT\s' flat |
				sed 's/^[^"]*//;s/" "//g;s/\\\(.\)/\1/g;s/^"//;s/"$//')" = "$value" ]
			grep -qP '\s300\s+IN\s+TXT\s' flat
		done
		[ "$(dkim-txt --format=oneline $f | wc -l)" -eq 1 ]
	done
	dkim-txt --revoke -s gone -d example.com >record
	checks record
	dkim-txt --no-mail --format=oneline >record
	checks record
	grep -q '^\*\._domainkey' record
}

@test "json: one object of stable keys" {
	dkim-txt --format=json -d example.com -s x --ttl=60 rsa.pem >out
	python3 - "$rsa_p" <<-'EOF'
		import json, sys
		o = json.load(open("out"))
		assert list(o) == ["domain", "selector", "owner", "type", "ttl", "record",
			"strings", "key_type", "bits", "fingerprint"], list(o)
		assert o["domain"] == "example.com" and o["selector"] == "x"
		assert o["owner"] == "x._domainkey.example.com." and o["type"] == "TXT"
		assert o["ttl"] == 60 and o["key_type"] == "rsa" and o["bits"] == 2048
		assert o["record"] == "v=DKIM1; h=sha256; k=rsa; p=" + sys.argv[1]
		assert "".join(o["strings"]) == o["record"]
		assert max(map(len, o["strings"])) == 255
	EOF
	[ "$(wc -l <out)" -eq 1 ]
	dkim-txt --format=json --no-mail |
		python3 -c 'import json,sys; o = json.load(sys.stdin)
assert o["selector"] is None and o["ttl"] is None and o["bits"] is None
assert o["record"] == "v=DKIM1; p=" and o["owner"] == "*._domainkey"'
}

@test "-s: the file's name, or default" {
	owner() { dkim-txt "$@" | sed -n '1s/\t.*//p'; }
	[ "$(owner rsa.pem)" = rsa._domainkey ]
	cp rsa.pem mail.private
	[ "$(owner ./mail.private)" = mail._domainkey ]
	[ "$(owner <rsa.pem)" = default._domainkey ]
	[ "$(owner - <rsa.pem)" = default._domainkey ]
	[ "$(owner -s x.y -d example.com rsa.pem)" = x.y._domainkey.example.com. ]
	cp rsa.pem 'my key'
	one_line 64 dkim-txt 'my key'
	dkim-txt -s x 'my key' >/dev/null
	one_line 64 dkim-txt -s 'x; y' rsa.pem
	one_line 64 dkim-txt -d 'x..y' rsa.pem
	one_line 64 dkim-txt -d "$(printf 'abcdefg.%.0s' {1..31})com" rsa.pem
}

@test "--fingerprint" {
	[ "$(dkim-txt --fingerprint rsa.pem)" = \
		"SHA256:$(openssl dgst -sha256 -binary rsa.pub.der | base64)" ]
	[ "$(dkim-txt --fingerprint ed.pub.pem)" = "$(dkim-txt --fingerprint ed.pem)" ]
}

@test "flags, hashes and notes" {
	v() { dkim-txt --format=value "$@" ed.pem; }
	[ "$(v)" = "v=DKIM1; h=sha256; k=ed25519; p=$ed_p" ]
	[ "$(v -t)" = "v=DKIM1; h=sha256; k=ed25519; t=y; p=$ed_p" ]
	[ "$(v -tSr -h '')" = "v=DKIM1; k=ed25519; t=y:s; s=email; p=$ed_p" ]
	[ "$(v -n 'a;"b"')" = "v=DKIM1; n=a=3B=22b=22; h=sha256; k=ed25519; p=$ed_p" ]
	[ "$(v -h rsa-sha256 2>err)" = "$(v)" ]
	[ "$(wc -l <err)" -eq 1 ]
	one_line 64 v -h md5
	[ "$(dkim-txt --revoke --format=value)" = "v=DKIM1; p=" ]
}

@test "wrong options and combinations are 64" {
	one_line 64 dkim-txt --format=nosuch rsa.pem
	one_line 64 dkim-txt --format= rsa.pem
	one_line 64 dkim-txt --format=nsupdate rsa.pem
	one_line 64 dkim-txt rsa.pem ed.pem
	one_line 64 dkim-txt --revoke --no-mail
	one_line 64 dkim-txt --no-mail rsa.pem
	one_line 64 dkim-txt --no-mail -s x
	one_line 64 dkim-txt --fingerprint --revoke
	one_line 64 dkim-txt --ttl=-1 rsa.pem
	one_line 64 dkim-txt --ttl=2147483648 rsa.pem
	# --check was forgotten
	one_line 64 dkim-txt -d example.com -s x -k rsa.pem
	for option in --report=text --on-change=x --wait=1 --each-nameserver \
		--all-nameservers --key-table=x; do
		one_line 64 dkim-txt "$option" rsa.pem
		one_line 64 dkim-txt --lint "$option" rsa.pem
	done
	one_line 78 dkim-txt --testkey -d example.com -s x rsa.pem
}

@test "an option is 64 where it is not used, and a wrong value everywhere" {
	local option
	for option in --nameserver=127.0.0.1 --zone=x --record-dns=x --dns-timeout=1 \
		--deadline=1 --trust-ad --require-dnssec; do
		one_line 64 dkim-txt $option rsa.pem
		one_line 64 dkim-txt $option --revoke
		one_line 64 dkim-txt $option --lint rsa.pem
	done
	[ ! -e x ]
	for option in --format=value -t -S -r -h=sha256 --note=x --ttl=1; do
		one_line 64 dkim-txt --lint $option rsa.pem
		one_line 64 dkim-txt --check -d example.com -s x $option
	done
	one_line 64 dkim-txt --lint -d example.com rsa.pem
	one_line 64 dkim-txt --lint -s x rsa.pem
	one_line 64 dkim-txt --origin=example.com rsa.pem
	printf 'mail._domainkey TXT "v=DKIM1; p="\n' >zone
	one_line 64 dkim-txt --lint --origin=..x --json zone
	one_line 64 dkim-txt --check -d example.com -s mail --zone=zone --origin=..x
	dkim-txt --lint --origin=example.com. zone
	dkim-txt --lint --origin=a_b zone
	for option in --lint --revoke "--check -d example.com -s mail --zone=zone"; do
		one_line 64 dkim-txt $option --at=bogus
		one_line 64 dkim-txt $option --at=received
	done
	dkim-txt --at=0 rsa.pem
}

says() { # TEXT COMMAND...
	local text=$1
	shift
	one_line 65 "$@"
	grep -qF -- "$text" stderr || { cat stderr; return 1; }
}
@test "a file that is not a key, or has several: 65, with what to do" {
	openssl pkcs8 -topk8 -in rsa.pem -out enc.pem -passout pass:x
	openssl rsa -in rsa.pem -traditional -aes128 -out enc1.pem -passout pass:x 2>/dev/null
	openssl pkcs8 -topk8 -in rsa.pem -outform DER -out enc.der -passout pass:x
	says 'openssl pkey -in FILE -out NEW' dkim-txt enc.pem
	says 'openssl pkey -in FILE -out NEW' dkim-txt enc1.pem
	says 'openssl pkey -in FILE -out NEW' dkim-txt enc.der
	# the way out works
	openssl pkey -in enc.pem -passin pass:x -out dec.pem
	gives "$rsa_p" dec.pem
	openssl ecparam -name prime256v1 -genkey -out ec.pem
	says EC dkim-txt ec.pem
	openssl pkcs8 -topk8 -nocrypt -in ec.pem -out ec8.pem
	says EC dkim-txt ec8.pem
	openssl ec -in ec.pem -pubout -out ec.pub.pem 2>/dev/null
	says EC dkim-txt ec.pub.pem
	openssl ec -in ec.pem -outform DER -out ec.der 2>/dev/null
	says EC dkim-txt ec.der
	openssl genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048 -out pss.pem 2>/dev/null
	says PSS dkim-txt pss.pem
	openssl genpkey -algorithm x25519 -out x.pem
	says X25519 dkim-txt x.pem
	cat rsa.pem ed.pem >two.pem
	says 'private keys' dkim-txt two.pem
	cat rsa.pem ed.pub.pem >unlike.pem
	says 'belong together' dkim-txt unlike.pem
	{ cat rsa.der; echo; } >garbage.der
	says 'follow' dkim-txt garbage.der
	head -c 600 rsa.der >short.der
	says 'cut short' dkim-txt short.der
	: >empty
	says empty dkim-txt -s x empty
	says empty dkim-txt </dev/null
	openssl genrsa -out weak.pem 768 2>/dev/null
	says 'RFC 8301' dkim-txt weak.pem
	printf 'v=DKIM1; p=%s\n' "$rsa_p" >record
	says 'key record' dkim-txt -s x record
	# genkey's own file of the record
	dkim-genkey -D . -s own -d example.com -a
	says 'which ends in .private' dkim-txt -s x own.txt
	says 'which ends in .private' dkim-sign -d example.com -s own -k own.txt rsa.pem
	says 'which ends in .private' dkim-txt --check -d example.com -s own -k own.txt --zone=own.txt
}

@test "a PKCS#12 file or a Java key store: the commands in the message work" {
	openssl req -x509 -key rsa.pem -subj /CN=x -days 9 -out cert.pem 2>/dev/null
	openssl pkcs12 -export -inkey rsa.pem -in cert.pem -passout pass:x -out k.p12
	says 'convert it with: openssl pkcs12' dkim-txt k.p12
	base64 k.p12 >k.b64
	says 'PKCS#12' dkim-txt -s x k.b64
	dkim-txt k.p12 2>err && false
	sed 's/.*convert it with: //;s/FILE/k.p12/;s/$/ -passin pass:x/' err >convert
	sh convert
	[ "$(p -s x NEW)" = "$rsa_p" ]
	openssl pkcs12 -in k.p12 -passin pass:x -nodes -out chain.pem # key, certificate, attributes
	[ "$(p chain.pem)" = "$rsa_p" ]
	printf '\376\355\376\355' >jks
	says 'keytool -importkeystore' dkim-txt -s x jks
}

@test "PEM without its line breaks or under another label is the same key" {
	sed 's/ PRIVATE KEY/ RSA PRIVATE KEY/' rsa.pem >a.pem
	openssl rsa -in rsa.pem -traditional 2>/dev/null | sed 's/ RSA PRIVATE KEY/ PRIVATE KEY/' >b.pem
	sed 's/ PUBLIC KEY/ RSA PUBLIC KEY/' rsa.pub.pem >c.pem
	openssl rsa -in rsa.pem -RSAPublicKey_out 2>/dev/null | sed 's/ RSA PUBLIC KEY/ PUBLIC KEY/' >d.pem
	awk '{printf "%s\\n", $0}' rsa.pem >e.pem
	tr -d '\n' <rsa.pem >f.pem
	tr '\n' ' ' <rsa.pem >g.pem
	tr '\n' '\r' <rsa.pem >h.pem
	printf '{"private_key": "%s"}\n' "$(sed 's|/|\\/|g' e.pem)" >i.pem
	openssl req -x509 -key rsa.pem -subj /CN=x -days 9 2>/dev/null | head -c -1 >j.pem
	cat rsa.pem >>j.pem
	for f in a b c d e f g h i j; do
		[ "$(p $f.pem)" = "$rsa_p" ] || { echo "$f: $(p $f.pem 2>&1)"; return 1; }
	done
	head -c 900 f.pem >cut.pem
	says 'no END line' dkim-txt cut.pem
	# whatever is in such a file, no part of it is in the message
	refute grep -q "$(cut -c40-60 f.pem)" stderr
}

@test "an OpenSSH key: the command in the message works" {
	ssh-keygen -q -t rsa -b 2048 -N '' -f id
	says 'ssh-keygen -p -m PKCS8 -f FILE' dkim-txt -s x id
	says 'ssh-keygen -e -m PKCS8 -f FILE' dkim-txt -s x id.pub
	ssh-keygen -e -m PKCS8 -f id.pub >pub.pem
	ssh-keygen -q -p -m PKCS8 -N '' -f id
	[ "$(p -s x id)" = "$(p pub.pem)" ]
}

@test "an OpenSSH Ed25519 or SSH2 public key: the command works" {
	ssh-keygen -q -t ed25519 -N '' -f id
	dkim-txt -s x id.pub 2>err && false
	sed "s/.*do it with: //;s/FILE/id.pub/" err >convert
	sh convert >spki
	[ "$(p spki)" = "$(cut -d' ' -f2 id.pub | base64 -d | tail -c 32 | base64)" ]
	ssh-keygen -q -t rsa -b 2048 -N '' -f rsa
	ssh-keygen -e -f rsa.pub >rsa.ssh2
	dkim-txt -s x rsa.ssh2 2>err && false
	grep -q 'with: ssh-keygen -i -f FILE >NEW, and if NEW is ssh-rsa: ssh-keygen -e -m PKCS8 -f NEW' err
	ssh-keygen -i -f rsa.ssh2 >new
	[ "$(ssh-keygen -e -m PKCS8 -f new | dkim-txt --format=p)" = \
		"$(ssh-keygen -e -m PKCS8 -f rsa.pub | dkim-txt --format=p)" ]
}

@test "key files: missing, a directory, a FIFO, a device, too large" {
	one_line 66 dkim-txt missing.pem
	mkdir folder
	one_line 65 dkim-txt folder
	mkfifo fifo
	one_line 65 timeout 5 dkim-txt fifo
	one_line 65 timeout 5 dkim-txt /dev/zero
	one_line 65 timeout 5 dkim-txt -s x - </dev/zero
	truncate -s 1G huge
	one_line 65 timeout 5 dkim-txt huge
	head -c 65537 /dev/zero | tr '\0' A >large
	one_line 65 dkim-txt large
	# 64 KiB are read
	{ head -c $((65536 - $(wc -c <rsa.pem))) /dev/zero | tr '\0' '\n'; cat rsa.pem; } >full.pem
	chmod 600 full.pem
	gives "$rsa_p" full.pem
}

@test "a warning for a private key that others can read, not for a public one" {
	chmod 644 rsa.pem rsa.pub.pem
	dkim-txt rsa.pem >out 2>err
	[ -s out ]
	grep -q 'others can read it' err
	dkim-txt -q rsa.pem 2>err
	[ ! -s err ]
	dkim-txt rsa.pub.pem 2>err
	[ ! -s err ]
	chmod 640 rsa.pem
	dkim-txt rsa.pem 2>err
	[ ! -s err ]
	chmod 660 rsa.pem
	dkim-txt rsa.pem 2>err
	grep -q 'group can write' err
	chmod 600 rsa.pem
	chmod 777 .
	dkim-txt rsa.pem 2>err
	grep -q 'in a directory that others can write' err
	chmod 700 .
}

@test "short keys and large answers are warned of" {
	openssl genrsa -out short.pem 1024 2>/dev/null
	dkim-txt short.pem 2>err >out
	[ -s out ]
	grep -q 'RFC 8301' err
	dkim-txt -n "$(printf 'x%.0s' {1..1000})" rsa.pem 2>err >out
	grep -q '1232 bytes' err
	[ "$(wc -l <err)" -eq 1 ]
}

@test "no part of a private key in any message" {
	for f in rsa.pem rsa.der ed.pem; do
		head -c 900 $f >cut.$f
		dkim-txt cut.$f 2>err >/dev/null || :
		refute grep -qE '[A-Za-z0-9+/]{20}' err
	done
}

@test "odd file names" {
	cp rsa.pem -- '-rf.pem'
	[ "$(p -s x -- -rf.pem)" = "$rsa_p" ]
	name=$'a\nb\e[31m'
	one_line 66 dkim-txt -s x "$name"
	refute grep -q $'\e' stderr
}

@test "output that cannot be written is 74" {
	full() { "$@" >/dev/full; }
	closed() { "$@" >&-; }
	for format in zone oneline value p json; do
		ends_with 74 full dkim-txt --format=$format rsa.pem
		ends_with 74 closed dkim-txt --format=$format rsa.pem
		ends_with 74 to_nobody dkim-txt --format=$format rsa.pem
	done
	ends_with 74 full dkim-txt --fingerprint rsa.pem
	ends_with 74 closed dkim-txt --no-mail
	no_stdin() { "$@" <&-; }
	ends_with 74 no_stdin dkim-txt
}

@test "a symbolic link to a key is followed" {
	ln -s rsa.pem link.pem
	gives "$rsa_p" link.pem
}

@test "very long names and values" {
	long=$(printf 'a%.0s' {1..20000})
	one_line 66 dkim-txt -s x "$long"
	one_line 64 dkim-txt "$long"
	one_line 64 dkim-txt -s "$long" rsa.pem
	one_line 64 dkim-txt -d "$long" rsa.pem
	one_line 64 dkim-txt -n "$long" rsa.pem
	one_line 64 dkim-txt -h "$long" rsa.pem
	one_line 64 dkim-txt --format="$long" rsa.pem
}

@test "a warning for a key that is printed in an RFC" {
	echo nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A= |
		dkim-txt --format=p >out 2>err
	[ "$(cat out)" = 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo= ]
	grep -q 'RFC 8463' err
}

# lists LINE...: standard input is just these lines.
lists() { diff <(printf '%b\n' "$@") -; }

@test "--list: a line for each entry of a KeyTable or key list" {
	cat >table <<-'EOT'
		# a comment
		mail._domainkey.example.com Example.com:mail:/keys/mail.private
		any  %:day:/keys/%/day.pem:rsa-sha256
		star *:s1:./relative

		inside example.org:s2:MC4CAQAwBQYDK2Vw
	EOT
	printf 'bad\033 example.net:s3:/keys/\tx\n' >>table
	dkim-txt --key-table=table --list >out
	lists 'mail._domainkey.example.com\texample.com\tmail\t/keys/mail.private' \
		'any\t%\tday\t/keys/%/day.pem' 'star\t%\ts1\t./relative' \
		'inside\texample.org\ts2\t' 'bad\\x1b\texample.net\ts3\t/keys/\\x09x' <out
	dkim-txt --list --key-table refile:table | cmp out
	cat >list <<-'EOT'
		*@example.com:example.com:/keys/mail
		*@*:/keys/%/day
	EOT
	dkim-txt --key-list=list --list |
		lists '*@example.com\texample.com\tmail\t/keys/mail' '*@*\t%\tday\t/keys/%/day'
	: >empty
	dkim-txt --key-table=empty --list >out
	[ ! -s out ]
}

@test "--list: a table that is missing or wrong is 78, in the words of dkim-sign" {
	printf 'a example.com:s\n' >short
	printf 'a b c:s:/k\n' >domain
	printf 'a example.com:s:/k:x25519\n' >algorithm
	for table in nosuch csl:x short domain algorithm; do
		one_line 78 dkim-txt --list --key-table="$table"
		sed -i 's/^dkim-txt/dkim-sign/' stderr
		mv stderr words
		ends_with 78 dkim-sign --key-table="$table" --signing-table="$table" \
			</dev/null 2>err
		cmp words err
	done
	echo a >word
	one_line 78 dkim-txt --list --key-list=word
	one_line 78 dkim-txt --list --key-list=nosuch
	echo 'a %:s:/k' >table
	one_line 74 no_output dkim-txt --list --key-table=table
}
no_output() { "$@" >&-; }

@test "--list: wrong options" {
	: >table
	one_line 64 dkim-txt --list
	one_line 64 dkim-txt --list --key-table=table --key-list=table
	one_line 64 dkim-txt --list --key-table=table --check
	one_line 64 dkim-txt --list --key-table=table --lint
	one_line 64 dkim-txt --list --key-table=table -k rsa.pem
	one_line 64 dkim-txt --list --key-table=table -d example.com
	one_line 64 dkim-txt --list --key-table=table --json
	one_line 64 dkim-txt --list --key-table=table rsa.pem
	one_line 64 dkim-txt --key-table=table
	one_line 64 dkim-txt --key-list=table
}

@test "SELECTOR DOMAIN KEYFILE, as dkimpy takes them: the options to use" {
	one_line 64 dkim-txt mail example.com rsa.pem
	grep -qF 'written -s mail -d example.com rsa.pem' stderr
	one_line 64 dkim-txt --check mail example.com rsa.pem
	grep -qF 'written -s mail -d example.com -k rsa.pem' stderr
	one_line 64 dkim-txt rsa.pem rsa.pem rsa.pem
	grep -q 'more than one file' stderr
	one_line 64 dkim-txt mail example.com nosuch
	grep -q 'more than one file' stderr
}
