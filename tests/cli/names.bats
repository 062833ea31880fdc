#!/usr/bin/env bats
# Names that an administrator types: with a final dot as in a zone file, with
# letters that are not ASCII, and with the parts that the tools add themselves.
# shellcheck disable=SC2154 # set by the helpers

load helper

u=bücher.example a=xn--bcher-kva.example

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	dkim-genkey -q -a -d $a -s mail
	msg | sed "s/example\.com>/$u>/" >m.eml
	dkim-sign -q -d $a -s mail -k mail.private m.eml >signed.eml
}

setup() {
	in_own_folder
	cp "$BATS_FILE_TMPDIR"/* .
}

# signs [OPTION...]: dkim-sign makes a signature of $a.
signs() {
	dkim-sign -q "$@" m.eml >s.eml
	grep -q "d=$a;" s.eml
	grep -q '[ ;]s=mail;' s.eml
}

@test "-d, -i, --mail-from: a final dot and U-labels" {
	for d in $u $u. BÜCHER.example "bücher。example。" $a.; do
		signs -d "$d" -s mail -k mail.private
		dkim-sign -q -d "$d" -i "joe@mail.$d" -s mail -k mail.private m.eml |
			grep "i=joe@mail.$a;" >found
		dkim-txt -q -d "$d" mail.private | grep "^mail._domainkey.$a.	" >found
		dkim-txt --check -d "$d" -s mail -k mail.private --zone=mail.txt
		dkim-genkey -q -f -a -s other -d "$d"
		grep -q "^other._domainkey.$a.	.* for $a$" <(tr -d '\n' <other.txt)
		dkim-policy --make=adsp -d "$d" dkim=all | grep "^_adsp._domainkey.$a.	" >found
	done
	cp mail.private $a.private
	signs -d $u -s mail -k %e.private --mail-from="joe@$u."
}

@test "-s: a final dot and U-labels; the file has the A-label" {
	dkim-genkey -q -a -d $a -s schlüssel.
	grep -q "^xn--schlssel-95a._domainkey.$a" xn--schlssel-95a.txt
	dkim-sign -q -d $a -s schlüssel -k %s.private m.eml | grep 's=xn--schlssel-95a;' >found
	signs -d $a -s mail. -k %s.private
	dkim-txt --check -d $a -s mail. -k mail.private --zone=mail.txt
	dkim-txt -q -d $a -s mail. mail.private | grep "^mail._domainkey.$a.	" >found
}

@test "tables and lists: a final dot and U-labels" {
	for d in $u $u. $a.; do
		echo "k $d:mail.:$PWD/mail.private" >keys
		for pattern in "*@$u" "*@$u." "*@$a." "joe@$d"; do
			echo "$pattern k" >signing
			signs --key-table=keys --signing-table=refile:signing
		done
		for pattern in "joe@$d" "$d" "*@$d"; do
			echo "$pattern:$d:$PWD/mail" >list
			[ "$pattern" = "$d" ] || signs --key-list=list
		done
		echo "$d k" >signing
		signs --key-table=keys --signing-table=signing
		echo "*@$d % @$d" >signing
		echo "$d $d:mail:$PWD/mail.private" >keys
		signs --key-table=keys --signing-table=refile:signing
		dkim-txt --check --key-table=keys --zone=mail.txt
		echo "$d" >domains
		signs -s mail -k mail.private --domains=domains
		signs -s mail -k mail.private --domains=refile:domains
		echo "$d $d pass no" >deny
		ends_with 1 dkim-verify -q --deny=deny --zone=mail.txt signed.eml
		dkim-verify -q --require="d=$d" --zone=mail.txt signed.eml
	done
	sed 's/joe@/joe@a./' m.eml >below.eml
	for d in ".$u" "*.$u." ".$a."; do
		echo "$d" >domains
		dkim-sign -q -d $a -s mail -k mail.private --domains=domains below.eml |
			grep ' d=' >found
		ends_with 78 dkim-sign -q -d $a -s mail -k mail.private --domains=domains m.eml
	done
}

@test "--origin: a final dot and U-labels" {
	sed "s/^mail._domainkey[^	]*/mail._domainkey/; s/for .*//" mail.txt >relative.txt
	for d in $u $u. $a.; do
		dkim-verify -q --zone=relative.txt --origin="$d" signed.eml
		dkim-txt --lint --origin="$d" relative.txt | grep "mail._domainkey.$a" >found
	done
}

@test "names that are none: the option or the line is named" {
	for d in $a.. . $'b\xfccher.example' "xn--ü.example"; do
		one_line 64 dkim-sign -d "$d" -s mail -k mail.private m.eml
		one_line 64 dkim-txt -d "$d" mail.private
		one_line 64 dkim-genkey -d "$d" -s other
		echo "k $d:mail:$PWD/mail.private" >keys
		echo "*@$a k" >signing
		one_line 78 dkim-sign --key-table=keys --signing-table=refile:signing m.eml
		grep -q 'keys: line 1: ' stderr
		echo "$d" >domains
		one_line 78 dkim-sign -s mail -k mail.private --domains=domains m.eml
		grep -q 'domains: line 1: ' stderr
	done
	echo "k $a:mail:$PWD/mail.private" >keys
	for pattern in '*@*ü.example' $'*@b\xfccher.example'; do
		echo "$pattern k" >signing
		one_line 78 dkim-sign --key-table=keys --signing-table=refile:signing m.eml
		grep -q 'signing: line 1: ' stderr
	done
}

@test "a selector or a domain with ._domainkey: refused, with what was meant" {
	for s in mail._domainkey mail._domainkey.$a mail._DOMAINKEY.; do
		one_line 64 dkim-sign -d $a -s "$s" -k mail.private m.eml
		grep -q 'selector is "mail"' stderr
		one_line 64 dkim-genkey -d $a -s "$s"
		grep -q 'selector is "mail"' stderr
		one_line 64 dkim-txt -d $a -s "$s" mail.private
		grep -q 'selector is "mail"' stderr
		one_line 64 dkim-txt --check -d $a -s "$s" --zone=mail.txt
		grep -q 'selector is "mail"' stderr
		echo "k $a:$s:$PWD/mail.private" >keys
		echo "*@$a k" >signing
		one_line 78 dkim-sign --key-table=keys --signing-table=refile:signing m.eml
		grep -q 'keys: line 1: .*selector is "mail"' stderr
		one_line 78 dkim-txt --check --key-table=keys --zone=mail.txt
		grep -q 'keys: line 1: .*selector is "mail"' stderr
	done
	for d in mail._domainkey.$a mail._domainkey.$u.; do
		for tool in "dkim-sign -s mail -k mail.private" "dkim-txt mail.private" \
			"dkim-genkey -s other" "dkim-txt --check -s mail --zone=mail.txt"; do
			# shellcheck disable=SC2086 # words
			one_line 64 $tool -d "$d" </dev/null
			grep -q "domain is \"$a\", the selector \"mail\"" stderr
		done
		echo "k $d:mail:$PWD/mail.private" >keys
		one_line 78 dkim-sign --key-table=keys --signing-table=refile:signing m.eml
		grep -q "domain is \"$a\"" stderr
	done
	# in a message it is a selector as any other (RFC 6376 3.1)
	dkim-verify --zone=mail.txt <(sed 's/s=mail;/s=mail._domainkey;/' signed.eml) |
		grep 's=mail._domainkey' >found
}

@test "-s with the name of a file: a warning, with what was meant" {
	local said='is "mail" the selector? this is the name of a file'
	for s in mail.private mail.txt mail.pem mail.key; do
		run -0 --separate-stderr dkim-sign -d $a -s $s -k mail.private m.eml
		[ "$stderr" = "dkim-sign: warning: -s $s: $said" ]
		run -0 --separate-stderr dkim-txt -d $a -s $s mail.private
		[ "$stderr" = "dkim-txt: warning: -s $s: $said" ]
		run -0 --separate-stderr dkim-genkey -d $a -s $s
		[ "$stderr" = "dkim-genkey: warning: -s $s: $said" ]
	done
	for s in private mail.private.x mailprivate; do
		run -0 --separate-stderr dkim-txt -d $a -s $s mail.private
		[ -z "$stderr" ]
	done
	run -0 --separate-stderr dkim-sign -q -d $a -s mail.private -k mail.private m.eml
	[ -z "$stderr" ]
	# without -s the ending is not part of the selector
	run -0 --separate-stderr dkim-txt -d $a mail.private
	[ -z "$stderr" ]
}

@test "--trusted-hosts: refile:, brackets, *.domain, a final dot" {
	{ echo '[2001:db8::]/32'; echo "*.$u."; } >hosts
	for client in 2001:db8::5 mx.$a. "mx.$u"; do
		for file in hosts refile:hosts; do
			signs -d $a -s mail -k mail.private --trusted-hosts=$file --client="$client"
		done
	done
	dkim-sign -q -d $a -s mail -k mail.private --trusted-hosts=hosts --client=mx.example m.eml |
		cmp - m.eml
	one_line 78 dkim-sign -d $a -s mail -k mail.private --trusted-hosts=csl:$a --client=x m.eml
	printf 'request=smtpd_access_policy\nclient_address=2001:db8::5\nhelo_name=x\nsender=a@b.example\n\n' |
		dkim-policy --policy-service --trusted-hosts=refile:hosts --zone=mail.txt >out
	grep -q '^action=DUNNO' out
}

@test "UTF-16 is named, with the command, in zones, tables and what is linted" {
	for file in mail.txt dmarc; do
		[ $file = mail.txt ] || echo 'v=DMARC1; p=reject' >dmarc
		iconv -f UTF-8 -t UTF-16 $file >wide
		for tool in dkim-txt dkim-policy; do
			run -1 $tool --lint wide
			[ "$output" = "wide: error utf-16: UTF-16 text; convert it with: iconv -f UTF-16 -t UTF-8 FILE >NEW" ]
		done
	done
	ends_with 64 dkim-policy --zone=wide $a 2>err
	grep -q 'wide: is UTF-16 text; convert it with: iconv' err
	ends_with 78 dkim-sign -s mail -k mail.private --domains=wide m.eml 2>err
	grep -q 'wide: is UTF-16 text; convert it with: iconv' err
}

@test "zone files of other programs: a byte order mark, U-labels, types of others" {
	{
		printf '\357\273\277'
		echo "$a. 3600 IN RESINFO qnamemin"
		echo "$a. ALIAS www.example.net."
		sed "s/$a/$u/" mail.txt
	} >foreign.zone
	dkim-verify -q --zone=foreign.zone signed.eml
	dkim-txt --check -d $u -s mail -k mail.private --zone=foreign.zone
	dkim-sign -d $a -s mail -k mail.private --check-dns --zone=foreign.zone m.eml 2>err >signed
	[ ! -s err ]
	echo "_dmarc.$u. TXT \"v=DMARC1; p=none\"" >>foreign.zone
	dkim-policy --type=dmarc --zone=foreign.zone $a >out
	echo "$a. TXTT x" >>foreign.zone
	one_line 64 dkim-verify --zone=foreign.zone signed.eml
	grep -q 'foreign.zone: line [0-9]*: .*"TXTT"' stderr
}
