#!/usr/bin/env bats
# dkim-txt --format: each is read by what it was made for, which then answers
# with the same text.
load helper
load dns_helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	dkim-genkey -s rsa
	dkim-genkey -b 4096 -s long
	dkim-genkey --type=ed25519 -s ed
	cat >example.com.zone <<-'EOF'
		$TTL 60
		@ IN SOA ns h 1 3600 600 86400 60
		@ IN NS ns
		ns A 127.0.0.1
		rsa._domainkey TXT "v=DKIM1; p="
	EOF
}
teardown_file() { stop_servers; }

setup() {
	in_own_folder
	cp -p "$BATS_FILE_TMPDIR"/*.private "$BATS_FILE_TMPDIR/example.com.zone" .
}

keys="rsa long ed"
txt() { dkim-txt -q -d example.com -n "it's \$5; \"x\" a:b" "$@"; }
value() { txt --format=value "$1.private"; }

# same ADDR@PORT: every key is served there as it should be.
same() {
	local k
	for k in $keys; do
		[ "$(served "$1" $k._domainkey.example.com)" = "$(value $k)" ] ||
			{ echo "$k:"; served "$1" $k._domainkey.example.com; value $k; return 1; }
	done
}

@test "zone, oneline: NSD serves them, BIND and ldns read them" {
	local format k
	for format in zone oneline; do
		mkdir $format
		{
			grep -v rsa example.com.zone
			for k in $keys; do txt --format=$format $k.private; done
		} >$format/example.com.zone
		named-checkzone example.com $format/example.com.zone
		ldns-read-zone $format/example.com.zone >flat
		[ "$(grep -c 'IN.TXT' flat)" -eq 3 ]
		start_nsd $format/example.com.zone
		same "$nsd"
	done
}

@test "nsupdate: BIND takes them, signed, and once more" {
	local k
	start_named example.com.zone
	for k in $keys $keys; do
		{
			echo "server 127.0.0.1 ${named#*@}"
			txt --format=nsupdate $k.private
		} | nsupdate -k "$named_key"
	done
	same "$named"
	{
		echo "server 127.0.0.1 ${named#*@}"
		dkim-txt --revoke -s rsa -d example.com --format=nsupdate
	} | nsupdate -k "$named_key"
	[ "$(served "$named" rsa._domainkey.example.com)" = "v=DKIM1; p=" ]
}

@test "knotc: Knot DNS takes them" {
	local k port
	port=$(some_port)
	mkdir knot
	cat >knot/conf <<-EOF
		server:
		  rundir: $PWD/knot
		  listen: 127.0.0.1@$port
		control:
		  listen: $PWD/knot/s
		database:
		  storage: $PWD/knot
		log:
		  - target: stderr
		    any: error
		zone:
		  - domain: example.com
		    file: $PWD/example.com.zone
		    zonefile-sync: -1
		    journal-content: none
	EOF
	sed -i /rsa/d example.com.zone
	start_server "$port" example.com /usr/sbin/knotd -c knot/conf
	for k in $keys; do txt --format=knotc $k.private; done |
		knotc -s knot/s >out 2>&1
	refute grep -q error out
	same "127.0.0.1@$port"
	dkim-txt --revoke -s rsa -d example.com --format=knotc | knotc -s knot/s >out 2>&1
	refute grep -q error out
	[ "$(served "127.0.0.1@$port" rsa._domainkey.example.com)" = "v=DKIM1; p=" ]
}

@test "powerdns: pdnsutil takes them, and PowerDNS serves them" {
	local k port
	port=$(some_port)
	mkdir pdns
	cat >pdns/pdns.conf <<-EOF
		launch=gsqlite3
		gsqlite3-database=$PWD/pdns/db
		local-address=127.0.0.1
		local-port=$port
		socket-dir=$PWD/pdns
		setuid=
		setgid=
		guardian=no
		daemon=no
	EOF
	sqlite3 pdns/db </usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql
	pdnsutil() { command pdnsutil --config-dir="$BATS_TEST_TMPDIR/pdns" "$@"; }
	pdnsutil load-zone example.com example.com.zone >out 2>&1
	for k in $keys; do txt --format=powerdns $k.private; done >commands
	. ./commands >out 2>&1
	start_server "$port" example.com /usr/sbin/pdns_server --config-dir="$PWD/pdns"
	same "127.0.0.1@$port"
}

@test "unbound: it answers with them" {
	local k port
	port=$(some_port)
	{
		cat <<-EOF
			server:
			  interface: 127.0.0.1@$port
			  do-daemonize: no
			  chroot: ""
			  username: ""
			  directory: "$PWD"
			  pidfile: ""
			  use-syslog: no
			  local-zone: "example.com." static
			  local-data: "example.com. 60 IN SOA a. b. 1 2 3 4 60"
		EOF
		for k in $keys; do txt --format=unbound $k.private; done
	} >unbound.conf
	unbound-checkconf unbound.conf >out
	start_server "$port" example.com /usr/sbin/unbound -d -c "$PWD/unbound.conf"
	same "127.0.0.1@$port"
	one_line 64 dkim-txt --no-mail -d example.com --format=unbound
}

@test "dnsmasq: it answers with them" {
	local k port
	port=$(some_port)
	for k in $keys; do txt --format=dnsmasq $k.private; done >conf
	/usr/sbin/dnsmasq --test --conf-file=conf
	start_server "$port" example.com /usr/sbin/dnsmasq -k --conf-file="$PWD/conf" \
		--port="$port" --listen-address=127.0.0.1 --bind-interfaces --no-resolv \
		--no-hosts --pid-file --user= --auth-server=ns.example.com,lo \
		--auth-zone=example.com
	same "127.0.0.1@$port"
	one_line 64 dkim-txt --no-mail -d example.com --format=dnsmasq
	dkim-txt -q -d "$(printf 'abcdefg.%.0s' {1..27})com" -s long \
		--format=dnsmasq long.private >out
	one_line 64 dkim-txt -q -d "$(printf 'abcdefg.%.0s' {1..27})com" -s long \
		-n "$(printf 'x%.0s' {1..40})" --format=dnsmasq long.private
}

@test "tinydns: tinydns-data reads them, tinydns-get answers" {
	local k
	{
		echo .example.com:127.0.0.1:a
		for k in $keys; do txt --format=tinydns $k.private; done
	} >data
	tinydns-data
	for k in $keys; do
		# strings of 127 octets, behind their lengths, as \ooo text
		tinydns-get TXT $k._domainkey.example.com | sed -n 's/^answer:.* TXT //p;s/^answer:.* 16 //p' |
			perl -ne 'chomp; s/\\([0-7]{3})/chr oct $1/ge;
				while (length) { my $n = ord; print substr $_, 1, $n; $_ = substr $_, $n + 1 }' >got
		[ "$(cat got)" = "$(value $k)" ]
	done
}

@test "route53, cloudflare: the documented shape, strings of 255 octets" {
	local k
	for k in $keys; do
		txt --format=route53 --ttl=300 $k.private >route53
		txt --format=cloudflare --ttl=300 $k.private >cloudflare
		[ "$(grep -c '' route53)" -eq 1 ]
		python3 - "$(value $k)" $k <<-'EOF'
			import json, re, sys
			def joined(quoted):
			    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', quoted)
			    assert " ".join('"%s"' % s for s in strings) == quoted
			    strings = [re.sub(r'\\(.)', r'\1', s) for s in strings]
			    assert max(map(len, strings)) <= 255
			    return "".join(strings)
			name = sys.argv[2] + "._domainkey.example.com"
			change, = json.load(open("route53"))["Changes"]
			assert change["Action"] == "UPSERT"
			rrset = change["ResourceRecordSet"]
			assert rrset["Name"] == name + "." and rrset["Type"] == "TXT" and rrset["TTL"] == 300
			assert joined(rrset["ResourceRecords"][0]["Value"]) == sys.argv[1]
			body = json.load(open("cloudflare"))
			assert body["type"] == "TXT" and body["name"] == name and body["ttl"] == 300
			assert joined(body["content"]) == sys.argv[1]
		EOF
	done
}

@test "octodns: YAML with its own escapes" {
	local k
	for k in $keys; do txt --format=octodns $k.private; done >zone.yaml
	python3 - "$(value rsa)" "$(value long)" "$(value ed)" <<-'EOF'
		import sys, yaml
		zone = yaml.safe_load(open("zone.yaml"))
		for key, value in zip(["rsa", "long", "ed"], sys.argv[1:]):
		    record = zone[key + "._domainkey"]
		    assert record["type"] == "TXT" and record["ttl"] == 3600
		    assert record["value"].replace("\\;", ";") == value
		    assert record["value"].count("\\;") == value.count(";")
	EOF
}

@test "dnscontrol, terraform: JavaScript and HCL strings" {
	local k
	for k in $keys; do
		txt --format=dnscontrol $k.private >js
		txt --format=terraform $k.private >hcl
		# what needs no escape has none: people read these files
		refute grep -F '\u' js hcl
		python3 - "$(value $k)" $k <<-'EOF'
			import json, re, sys
			js = open("js").read()
			m = re.fullmatch(r'TXT\(("[^"]*"), ("(?:[^"\\]|\\.)*"), TTL\(3600\)\),\n', js)
			assert json.loads(m[1]) == sys.argv[2] + "._domainkey"
			assert json.loads(m[2]) == sys.argv[1]
			hcl = open("hcl").read()
			assert re.match(r'resource "aws_route53_record" "[a-z_]*" \{\n', hcl)
			assert re.search(r'^  name    = "%s._domainkey.example.com"$' % sys.argv[2], hcl, re.M)
			m = re.search(r'^  records = \[("(?:[^"\\]|\\.)*")\]$', hcl, re.M)
			strings = json.loads(m[1]).split('""')
			assert "".join(strings) == sys.argv[1] and max(map(len, strings)) <= 255
		EOF
	done
}

@test "dnscontrol, terraform: what would end a string, or begin a template" {
	local terms='exists:a"b\c.%{i}.${x}.example.net'
	dkim-policy -q --make=spf -d example.com --format=dnscontrol "$terms" >js
	grep -qF 'v=spf1 exists:a\"b\\c.%{i}.${x}.example.net"' js
	dkim-policy -q --make=spf -d example.com --format=terraform "$terms" >hcl
	grep -qF 'v=spf1 exists:a\"b\\c.%%{i}.$${x}.example.net"' hcl
}

@test "every format is read back by --lint" {
	local format k
	for format in zone bind oneline value quoted form p tinydns nsupdate knotc powerdns unbound \
		dnsmasq route53 cloudflare octodns dnscontrol terraform json; do
		for k in $keys; do
			echo "$format $k $(value $k)" >>wanted
			txt --format=$format $k.private | dkim-txt --lint --json >>json
		done
	done
	python3 - <<-'EOF'
		import json
		for line, wanted in zip(open("json"), open("wanted")):
		    format, key, value = wanted.rstrip("\n").split(" ", 2)
		    o = json.loads(line)
		    assert o["valid"], o
		    if format == "p":
		        assert value.endswith("; p=" + o["record"])
		        continue
		    assert o["record"] == value and o["findings"] == [], (wanted, o)
		    owner = None if format in ("value", "quoted") else key + "._domainkey"
		    if format not in ("value", "quoted", "octodns", "dnscontrol"):
		        owner += ".example.com"
		    assert o["owner"] == owner, (wanted, o)
	EOF
	[ "$(wc -l <json)" -eq "$(wc -l <wanted)" ]
}

@test "what needs a domain says so" {
	local format
	for format in tinydns nsupdate knotc powerdns unbound dnsmasq route53 \
		cloudflare terraform; do
		one_line 64 dkim-txt --format=$format ed.private
	done
	dkim-txt --format=octodns ed.private | grep -q "^'ed._domainkey':"
	dkim-txt --format=dnscontrol ed.private | grep -q '^TXT("ed._domainkey"'
	dkim-txt --no-mail -d example.com --format=nsupdate |
		grep -qF 'update add *._domainkey.example.com. 3600 IN TXT "v=DKIM1; p="'
}

@test "quoted and form: for consoles and web forms; bind is zone" {
	dkim-txt --format=quoted long.private >out
	[ "$(wc -l <out)" -eq 1 ]
	python3 - "$(dkim-txt --format=value long.private)" <<-'EOF'
		import re, sys
		text = open("out").read().rstrip("\n")
		strings = re.findall(r'"([^"]*)"', text)
		assert text == " ".join('"%s"' % s for s in strings), text
		assert len(strings) > 2 and all(len(s) <= 255 for s in strings)
		assert "".join(strings) == sys.argv[1]
	EOF
	dkim-txt --format=form -d example.com long.private >out
	printf 'name: long._domainkey.example.com\ntype: TXT\nvalue: %s\n' \
		"$(dkim-txt --format=value long.private)" >want
	diff out want
	dkim-txt --format=form long.private | grep -qx 'name: long._domainkey'
	dkim-txt --format=bind -d example.com long.private >out
	dkim-txt --format=zone -d example.com long.private >want
	cmp out want
}

@test "manual: which record do I paste into this form?" {
	dkim-genkey -s mail
	dkim-txt --format=form -s mail mail.private |
		sed 's/\(p=MIIBIjANBgkqhki\).*/\1.../' >out
	sed -n '/^\$ dkim-txt --format=form/,/^\.Ed/p' "$top/cmd/dkim-txt/dkim-txt.1" |
		sed '1d;$d' >want
	[ -s want ]
	diff out want
}
