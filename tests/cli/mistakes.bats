#!/usr/bin/env bats
# The first mistakes that people make: each gives one line that says what to do.
# One table: a line with the exit status and the command, and the line that it
# gives. "=" is all that the command says; "~" is its line on standard error,
# where a result goes to standard output.
load helper

# Everything that the commands of the table name.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	mkkey
	mkkey rsa other
	echo 'mail._domainkey IN TXT "v=DKIM1; p="' >relative.zone
	openssl pkey -in mail.private -pubout -out pub.pem
	openssl ecparam -name prime256v1 -genkey -noout -out ec.pem
	cp mail.private open.private
	chmod 644 open.private
	: >empty
	msg >m.eml
	msg | sed 1d >nofrom.eml
	sign m.eml >signed.eml
	gzip -c m.eml >m.eml.gz
	stat -c %s signed.eml | cat - signed.eml >a.emlx
	echo '<plist/>' >>a.emlx
	printf '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest' >a.msg
	echo '<!DOCTYPE html>' | cat - signed.eml >page.html
	echo 'Original Message' | cat - signed.eml >paste.txt
}
setup() { cd "$BATS_FILE_TMPDIR" || return; }

# hold N: each of the N commands of the table on stdin ends and speaks as it
# says there.
hold() {
	local wanted command line bad=0 n=0 status
	while read -r wanted command; do
		IFS= read -r line || return
		status=0
		eval "$command" </dev/null >out 2>err || status=$?
		[[ $line == "~ "* ]] || cat out >>err
		if [ "$status" -ne "$wanted" ] || [ "$(cat err)" != "${line:2}" ]; then
			printf '%s %s\n' "$status" "$command"
			cat err
			printf 'and not %s:\n%s\n' "$wanted" "$line"
			bad=1
		fi
		n=$((n + 1))
	done
	[ "$n" -eq "$1" ] || return
	return "$bad"
}

@test "first mistakes with dkim-genkey" {
	hold 11 <<-'EOT'
		73 dkim-genkey -d example.com -s mail
		= dkim-genkey: ./mail.private exists and is not overwritten (see --force)
		64 dkim-genkey -d mail._domainkey.example.com
		= dkim-genkey: -d: "mail._domainkey.example.com" is the name of a key record: the domain is "example.com", the selector "mail" (RFC 6376 3.6.2.1)
		64 dkim-genkey -d example.com -s mail._domainkey
		= dkim-genkey: -s: "mail._domainkey" is the name of a key record: the selector is "mail" (RFC 6376 3.6.2.1)
		64 dkim-genkey -d joe@example.com
		= dkim-genkey: -d: "joe@example.com" is not a domain name but an address; the domain is "example.com" (RFC 5321 4.1.2)
		64 dkim-genkey -d https://example.com/
		= dkim-genkey: -d: "https://example.com/" is not a domain name but an address; the domain is "example.com" (RFC 5321 4.1.2)
		64 dkim-genkey example.com
		= dkim-genkey: unexpected operand "example.com" (did you mean -d example.com?)
		64 dkim-genkey -d example.com -s q -t rsa
		= dkim-genkey: -t rsa is written --type=rsa (-t is --testmode)
		64 dkim-genkey -d example.com -s q -b 512
		= dkim-genkey: --bits: "512" is not a number from 1024 to 4096
		64 dkim-genkey --selektor=q
		= dkim-genkey: unknown option --selektor (did you mean --selector?)
		73 dkim-genkey -d example.com -s q -D nowhere
		= dkim-genkey: -D: there is no directory nowhere (make it with: mkdir -p -m 700 nowhere)
		0 dkim-genkey -d example.com -s other.private
		= dkim-genkey: warning: -s other.private: is "other" the selector? this is the name of a file
	EOT
}

@test "first mistakes with dkim-sign" {
	hold 29 <<-'EOT'
		65 dkim-sign -d example.com -s mail -k m.eml mail.private
		= dkim-sign: m.eml: is a message, not a key; dkim-genkey writes the key to a file that ends in .private
		65 dkim-sign -d example.com -s mail -k mail.txt m.eml
		= dkim-sign: mail.txt: is a key record, not a key; dkim-genkey writes the private key to another file, which ends in .private
		65 dkim-sign -d example.com -s mail -k pub.pem m.eml
		= dkim-sign: pub.pem: is a public key, a private one is needed
		65 dkim-sign -d example.com -s mail -k empty m.eml
		= dkim-sign: empty: no key: the input is empty; give the file that dkim-genkey wrote, which ends in .private
		77 dkim-sign -d example.com -s mail -k open.private m.eml
		= dkim-sign: open.private: unsafe private key file: others can read it (mode 0644); chmod 600 makes it safe
		65 dkim-sign -d example.com -s mail -k ec.pem m.eml
		= dkim-sign: ec.pem: is a key for EC; DKIM has RSA and Ed25519 only (RFC 8463 3)
		66 dkim-sign -d example.com -s mail -k pkcs11:object=x m.eml
		= dkim-sign: pkcs11:object=x: cannot open: No such file or directory (it looks like a key in a device; keys are read from files, as dkim-genkey writes them)
		66 dkim-sign -d example.com -s mail -k engine:pkcs11:x m.eml
		= dkim-sign: engine:pkcs11:x: cannot open: No such file or directory (it looks like a key in a device; keys are read from files, as dkim-genkey writes them)
		66 dkim-sign -d example.com -s mail -k handle:0x81000001 m.eml
		= dkim-sign: handle:0x81000001: cannot open: No such file or directory (it looks like a key in a device; keys are read from files, as dkim-genkey writes them)
		66 dkim-sign -d example.com -s mail -k 0x81000001 m.eml
		= dkim-sign: 0x81000001: cannot open: No such file or directory (it looks like a key in a device; keys are read from files, as dkim-genkey writes them)
		66 dkim-sign -d example.com -s mail -k gone.private m.eml
		= dkim-sign: gone.private: cannot open: No such file or directory
		64 dkim-sign -d joe@example.com -s mail -k mail.private m.eml
		= dkim-sign: -d: "joe@example.com" is not a domain name but an address; the domain is "example.com" (RFC 5321 4.1.2)
		64 dkim-sign -d https://example.com -s mail -k mail.private m.eml
		= dkim-sign: -d: "https://example.com" is not a domain name but an address; the domain is "example.com" (RFC 5321 4.1.2)
		64 dkim-sign -d mail._domainkey.example.com -s mail -k mail.private m.eml
		= dkim-sign: -d: "mail._domainkey.example.com" is the name of a key record: the domain is "example.com", the selector "mail" (RFC 6376 3.6.2.1)
		64 dkim-sign -d example.com -s mail._domainkey -k mail.private m.eml
		= dkim-sign: -s: "mail._domainkey" is the name of a key record: the selector is "mail" (RFC 6376 3.6.2.1)
		64 dkim-sign -d example.com -s mail -k mail.private -x 1d m.eml
		= dkim-sign: --expire: "1d" is not a number of seconds: write 86400
		64 dkim-sign -d example.com -s mail -k mail.private -c relaxed,simple m.eml
		= dkim-sign: -c "relaxed,simple" is not HEADER/BODY, each simple or relaxed (RFC 6376 3.4)
		64 dkim-sign -d example.com -k mail.private m.eml
		= dkim-sign: give one -s SELECTOR for each -k KEYFILE
		64 dkim-sign -d example.com m.eml
		= dkim-sign: --domain needs --key
		64 dkim-sign mail example.com mail.private
		= dkim-sign: SELECTOR DOMAIN KEYFILE is written -s mail -d example.com -k mail.private
		66 dkim-sign -d example.com -s mail -k mail.private gone.eml
		= dkim-sign: gone.eml: cannot open: No such file or directory
		66 dkim-sign -d example.com -s mail -k mail.private .
		= dkim-sign: .: is a directory
		65 dkim-sign -d example.com -s mail -k mail.private empty
		= dkim-sign: empty: the input is empty (RFC 5322 2.2)
		65 dkim-sign -d example.com -s mail -k mail.private nofrom.eml
		= dkim-sign: nofrom.eml: there is no From field (RFC 5322 3.6)
		65 dkim-sign -d example.com -s mail -k mail.private mail.txt
		= dkim-sign: mail.txt: is a key record, not a message; --zone=FILE takes it
		65 dkim-sign -d example.com -s mail -k mail.private a.emlx
		= dkim-sign: a.emlx: is an .emlx file of Apple Mail; get the message in it with: tail -n +2 FILE | head -c $(head -n 1 FILE) >NEW.eml
		65 dkim-sign -d example.com -s mail -k mail.private a.msg
		= dkim-sign: a.msg: is a message of Outlook (.msg), which has lost the octets that were signed; save it as .eml at the server or in webmail
		65 dkim-sign -d example.com -s mail -k mail.private page.html
		= dkim-sign: page.html: is a web page, not a message; have webmail download the original (.eml), instead of saving or copying the page
		65 dkim-sign -d example.com -s mail -k mail.private m.eml.gz
		= dkim-sign: m.eml.gz: compressed (gzip); read it with: zcat FILE | dkim-sign (and --mbox if it is one) (RFC 5322 2.2)
	EOT
}

@test "first mistakes with dkim-verify" {
	hold 23 <<-'EOT'
		64 dkim-verify -k mail.private signed.eml
		= dkim-verify: -k is of dkim-sign: the public key comes from DNS, or from the record in --zone=FILE
		65 dkim-verify mail.private
		= dkim-verify: mail.private: is a private key, not a message; dkim-sign takes the key with -k KEY, and the message is the operand
		65 dkim-verify pub.pem
		= dkim-verify: pub.pem: is a public key, not a message; dkim-txt makes a record of it, which --zone=RECORD takes
		65 dkim-verify mail.txt
		= dkim-verify: mail.txt: is a key record, not a message; --zone=mail.txt takes it
		65 dkim-verify a.emlx
		= dkim-verify: a.emlx: is an .emlx file of Apple Mail; get the message in it with: tail -n +2 a.emlx | head -c $(head -n 1 a.emlx) >NEW.eml
		65 dkim-verify a.msg
		= dkim-verify: a.msg: is a message of Outlook (.msg), which has lost the octets that were signed; save it as .eml at the server or in webmail
		65 dkim-verify page.html
		= dkim-verify: page.html: is a web page, not a message; have webmail download the original (.eml), instead of saving or copying the page
		65 dkim-verify paste.txt
		= dkim-verify: paste.txt: is a web page, not a message; have webmail download the original (.eml), instead of saving or copying the page
		65 dkim-verify m.eml.gz
		= dkim-verify: m.eml.gz: compressed (gzip); read it with: zcat m.eml.gz | dkim-verify (and --mbox if it is one) (RFC 5322 2.2)
		66 dkim-verify example.com
		= dkim-verify: example.com: cannot open: No such file or directory (it looks like a domain; a file with a message is needed)
		66 dkim-verify gone.eml
		= dkim-verify: gone.eml: cannot open: No such file or directory
		2 dkim-verify m.eml
		= none  no DKIM-Signature field
		1 dkim-verify --zone=other.txt signed.eml
		= permerror d=example.com s=mail a=rsa-sha256 c=relaxed/relaxed i=@example.com: mail._domainkey.example.com does not exist (RFC 6376 6.1.2)
		64 dkim-verify --zone=mail.private signed.eml
		= dkim-verify: mail.private: is a private key, not a zone file; dkim-txt writes the record of a key as one
		64 dkim-verify --zone=m.eml signed.eml
		= dkim-verify: m.eml: is a message, not a zone file; dkim-txt writes the record of a key as one
		64 dkim-verify --zone signed.eml
		= dkim-verify: signed.eml: is a message, not a zone file; dkim-txt writes the record of a key as one
		64 dkim-verify --zone=relative.zone signed.eml
		= dkim-verify: relative.zone: line 1: a relative name without $ORIGIN; --origin=NAME says where it belongs (RFC 1035 5.1)
		66 dkim-verify --zone=gone.txt signed.eml
		= dkim-verify: gone.txt: cannot open: No such file or directory
		64 dkim-verify --jsn signed.eml
		= dkim-verify: unknown option --jsn (did you mean --json?)
		64 dkim-verify --at=yesterday signed.eml
		= dkim-verify: "yesterday" is neither epoch seconds nor a date and time like 2026-11-23T10:00:00Z (RFC 3339)
		64 dkim-verify --dns-timeout=1m signed.eml
		= dkim-verify: --dns-timeout: "1m" is not a number of seconds: write 60
		64 dkim-verify --nameserver=resolver signed.eml
		= dkim-verify: "resolver" is not the address of a name server (ADDR, ADDR@PORT, ADDR#PORT, ADDR:PORT or [ADDR]:PORT)
		64 dkim-verify --require=alined signed.eml
		= dkim-verify: --require=alined: must be any, all, aligned, none or d=DOMAIN
	EOT
}

@test "first mistakes with dkim-txt" {
	hold 12 <<-'EOT'
		65 dkim-txt
		= dkim-txt: no key: the input is empty; give the file that dkim-genkey wrote, which ends in .private
		65 dkim-txt m.eml
		= dkim-txt: m.eml: is a message, not a key; dkim-genkey writes the key to a file that ends in .private
		65 dkim-txt mail.txt
		= dkim-txt: mail.txt: is a key record, not a key; dkim-genkey writes the private key to another file, which ends in .private
		66 dkim-txt example.com
		= dkim-txt: example.com: cannot open: No such file or directory (it looks like a domain; keys are read from files, as dkim-genkey writes them)
		64 dkim-txt --format=bnd mail.private
		= dkim-txt: --format is zone, bind, oneline, value, quoted, form, p, tinydns, nsupdate, knotc, powerdns, unbound, dnsmasq, route53, cloudflare, octodns, dnscontrol, terraform or json
		64 dkim-txt --check mail.private
		= dkim-txt: --check takes the key with -k
		64 dkim-txt --check -d example.com
		= dkim-txt: --check needs -d and -s, or --key-table or --key-list
		66 dkim-txt --lint "v=DKIM1; p=x"
		= dkim-txt: v=DKIM1; p=x: no such file; it looks like a record: --lint reads a record from FILE or standard input
		66 dkim-txt --lint example.com
		= dkim-txt: example.com: no such file; it looks like a domain: --lint reads a record from FILE or standard input, dkim-policy DOMAIN or dkim-txt --check in DNS
		1 dkim-txt --lint mail.private
		~ dkim-txt: mail.private: is a private key, not a record; give what DNS or dkim-txt shows of a record
		1 dkim-txt --lint m.eml
		~ dkim-txt: m.eml: is a message, not a record; give what DNS or dkim-txt shows of a record
		66 dkim-txt --lint gone.txt
		= dkim-txt: gone.txt: cannot open: No such file or directory
	EOT
}

@test "first mistakes with dkim-policy" {
	hold 22 <<-'EOT'
		64 dkim-policy
		= dkim-policy: no domain given
		64 dkim-policy joe@example.com
		= dkim-policy: "joe@example.com" is not a domain name but an address; the domain is "example.com" (RFC 5321 4.1.2)
		64 dkim-policy https://example.com/
		= dkim-policy: "https://example.com/" is not a domain name but an address; the domain is "example.com" (RFC 5321 4.1.2)
		2 dkim-policy --zone=mail.txt signed.eml
		~ dkim-policy: warning: "signed.eml" is looked up as a domain; for a message: --evaluate, for a record: --lint
		64 dkim-policy -d example.com
		= dkim-policy: --domain needs --make
		64 dkim-policy --type=dkim example.com
		= dkim-policy: --type: "dkim" is not one of dmarc, adsp, ssp, domainkeys, spf, sender-id, report and report-auth
		66 dkim-policy --lint "v=DMARC1; p=none"
		= dkim-policy: v=DMARC1; p=none: no such file; it looks like a record: --lint reads a record from FILE or standard input
		66 dkim-policy --lint example.com
		= dkim-policy: example.com: no such file; it looks like a domain: --lint reads a record from FILE or standard input, dkim-policy DOMAIN or dkim-txt --check in DNS
		1 dkim-policy --lint m.eml
		~ dkim-policy: m.eml: is a message, not a record; give what DNS or dkim-txt shows of a record
		66 dkim-policy --evaluate example.com
		= dkim-policy: example.com: cannot open: No such file or directory (it looks like a domain; a file with a message is needed)
		65 dkim-policy --evaluate --zone=mail.txt a.emlx
		= dkim-policy: a.emlx: is an .emlx file of Apple Mail; get the message in it with: tail -n +2 a.emlx | head -c $(head -n 1 a.emlx) >NEW.eml
		65 dkim-policy --evaluate --zone=mail.txt page.html
		= dkim-policy: page.html: is a web page, not a message; have webmail download the original (.eml), instead of saving or copying the page
		64 dkim-policy --make=spf -d example.com -all
		= dkim-policy: options begin with "-": write -- before terms as -all
		64 dkim-policy --make=spf -d example.com v=spf1 mx
		= dkim-policy: v=spf1 is there already, give only what follows: v=spf1
		64 dkim-policy --make=dmarc rua=dmarc@example.com
		= dkim-policy: --make needs -d DOMAIN
		64 dkim-policy --make=dmarc -d example.com p=none rua=dmarc@example.com
		= dkim-policy: reports cannot be sent there: "dmarc@example.com": not a URI: write mailto: before it (RFC 9989 4.8)
		64 dkim-policy --make=dmarc -d example.com p=none rua=mailto:a%@example.com
		= dkim-policy: reports cannot be sent there: "mailto:a%@example.com": not a URI (RFC 9989 4.8)
		64 dkim-policy --make=dmarc -d example.com "p=none; sp=none"
		= dkim-policy: a tag with ";" in it: p=none; sp=none
		64 dkim-policy --make=domainkeys -d example.com o=/root
		= dkim-policy: o=/root: the shell has put a directory in the place of "~": write 'o=~'
		64 dkim-policy --make=bimi -d example.com
		= dkim-policy: --make is dmarc, adsp, domainkeys, spf or report-auth
		64 dkim-policy --spf example.com
		= dkim-policy: --spf and --policy-service read no operands: the sender is --mail-from
		64 dkim-policy --spf --ip=example.com --mail-from=a@example.com
		= dkim-policy: --ip: "example.com" is not an address
	EOT
}
