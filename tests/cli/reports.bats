#!/usr/bin/env bats
# dkim-policy --read-reports: aggregate reports in every packing, as reporters
# write them, summed up once each; and what is hostile.
load helper

make_() { /usr/bin/python3 "$top/tests/cli/reports.py" "$@"; }
reports() { dkim-policy --read-reports "$@"; }

ours="192.0.2.10 120 none pass pass example.com dkim:example.com:mail:pass spf:example.com:pass"

# some_report ID: what the examples of the man page have.
some_report() {
	make_ report "$1" "$ours" \
		"192.0.2.10 4 none pass pass example.com dkim:example.com:old:fail dkim:example.com:mail:pass spf:example.com:pass" \
		"198.51.100.7 30 none fail fail example.com dkim:example.com:mail:fail dkim:lists.example.net:k1:pass spf:lists.example.net:pass reason:mailing_list:a" \
		"2001:db8::5 7 reject fail fail example.com spf:spam.example:softfail"
}

# value FILTER: the first object of json, by a Python expression on o.
value() {
	/usr/bin/python3 -c '
import json, sys
o = [json.loads(line) for line in open("json")]
print(eval(sys.argv[1]))' "$1"
}

@test "the table: who sends, what passes, which selector fails, overrides" {
	some_report 1 >r.xml
	reports r.xml >out 2>err
	[ ! -s err ]
	diff - out <<'EOT'
1 report, 4 records, 2025-11-27 to 2025-11-27
161 messages, 124 pass DMARC (77.0 %), 37 do not

DMARC   messages     pass     dkim      spf quarant.   reject override  source          From
pass       124     124     124     124     0     0     0  192.0.2.10      example.com
      dkim pass           124  d=example.com s=mail
      dkim fail             4  d=example.com s=old
      spf  pass           124  example.com
fail        30       0       0       0     0     0    30  198.51.100.7    example.com
      dkim pass            30  d=lists.example.net s=k1
      dkim fail            30  d=example.com s=mail
      spf  pass            30  lists.example.net
fail         7       0       0       0     0     7     0  2001:db8::5     example.com
      spf  softfail         7  spam.example
part       161     124     124     124     0     7    30  total

signatures of your domains that fail:
  d=example.com s=mail: 30 of 154 fail (19.5 %)
    fail            30  198.51.100.7
  d=example.com s=old: 4 of 4 fail (100.0 %)
    fail             4  192.0.2.10
sources of which nothing aligns: 2, with 37 messages
    30  198.51.100.7  example.com
     7  2001:db8::5  example.com
policy overridden: mailing_list 30
EOT
}

@test "the table is the example of the man page" {
	some_report 1 >r.xml
	reports r.xml >out
	sed -n '/^\.Ss Aggregate reports/,/^\.Ss /{/^\.Bd/,/^\.Ed/p;}' \
		"$top/cmd/dkim-policy/dkim-policy.1" | sed '/^\.B/d;/^\.Ed/d;s/\\&//g' >page
	grep -q '^signatures of your domains that fail:' page
	diff page out
}

@test "JSON: an object a record, with every key" {
	some_report 1 >r.xml
	reports --json r.xml >json
	[ "$(wc -l <json)" -eq 4 ]
	diff - <(sed -n 3p json) <<'EOT'
{"file":"r.xml","org":"google.com","report_id":"1","begin":1764201600,"end":1764287999,"domain":"example.com","policy":{"p":"none","sp":"quarantine","np":null,"adkim":"r","aspf":"s","pct":"100","t":null},"source_ip":"198.51.100.7","count":30,"disposition":"none","dkim":"fail","spf":"fail","header_from":"example.com","envelope_from":null,"dkim_results":[{"domain":"example.com","selector":"mail","result":"fail"},{"domain":"lists.example.net","selector":"k1","result":"pass"}],"spf_results":[{"domain":"lists.example.net","scope":"mfrom","result":"pass"}],"reasons":[{"type":"mailing_list","comment":"a"}],"duplicate":false}
EOT
}

@test "every packing: the same table" {
	some_report 1 >r.xml
	reports r.xml >want
	gzip -k r.xml
	head -c 300 r.xml | gzip >two.gz
	tail -c +301 r.xml | gzip >>two.gz
	make_ zip 'google.com!example.com!1!2.xml=r.xml' >r.zip
	make_ zip --store d/ d/r.xml=r.xml >stored.zip
	make_ zip --later r.xml=r.xml >later.zip
	make_ mail application/gzip r.xml.gz r.xml.gz >gzip.eml
	make_ mail application/octet-stream r.zip r.zip >octets.eml
	make_ mail text/plain report r.zip >nameless.eml
	make_ mail text/xml r.xml r.xml >xml.eml
	sed 's/$/\r/' octets.eml >crlf.eml
	mv r.zip nothing
	for file in r.xml.gz two.gz nothing stored.zip later.zip ./*.eml; do
		reports "$file" >got || { echo "$file: $?"; return 1; }
		diff want got
		reports <"$file" >got
		diff want got
		octets "$BUILD/dkim-policy" --read-reports <"$file" >got
		diff want got
	done
}

@test "an mbox, a Maildir and a directory: sums over all of them" {
	mkdir -p dir/deeper box/cur box/new
	for i in 1 2 3 4; do
		some_report $i >r.xml
		gzip -nf r.xml
		make_ mail application/gzip r.xml.gz r.xml.gz >m
		{ echo "From a@b Fri Nov 28 10:00:00 2025"; cat m; echo; } >>all.mbox
		cp m "box/cur/$i"
		cp r.xml.gz "dir/deeper/$i.xml.gz"
	done
	for inputs in all.mbox box dir; do
		reports "$inputs" >out 2>err
		[ ! -s err ]
		grep -q '^4 reports, 16 records' out
		grep -q '^644 messages, 496 pass DMARC' out
	done
	reports <all.mbox >out
	grep -q '^4 reports, 16 records' out
	reports --json all.mbox >json
	[ "$(value '[r["file"] for r in o][::4]')" = "['all.mbox:1', 'all.mbox:2', 'all.mbox:3', 'all.mbox:4']" ]
	[ "$(value 'sum(r["count"] for r in o)')" = 644 ]
}

@test "an mbox on standard input: a mail that is cut short ends with the next one" {
	for i in 1 2 3; do
		some_report $i | gzip >r.xml.gz
		echo "From a@b Tue Nov 14 00:00:00 2023"
		make_ mail application/gzip r.xml.gz r.xml.gz | sed "s/=_b/&$i/"
		echo
	done >mbox
	# the second one loses its end, and so its last boundary
	sed '/=_b2--/,/^$/{/=_b2--/d;}' mbox >short
	reports - <short >out
	grep -q '^3 reports' out
	# in a mail alone such a line is text
	sed 1d mbox | sed 's/^<html>.*/&\n\nFrom here on/' | sed '/^--=_b1--/q' >alone
	reports - <alone >out
	grep -q '^1 report,' out
}

@test "a duplicate counts once, with a note; another reporter's or domain's is none" {
	some_report 1 >a.xml
	cp a.xml b.xml
	ORG=yahoo.com some_report 1 >c.xml
	sed 's,<domain>example.com</domain>,<domain>example.org</domain>,' a.xml >d.xml
	reports a.xml b.xml c.xml d.xml >out 2>err
	grep -q '^3 reports, 12 records.*; 1 duplicate not counted$' out
	grep -q '^483 messages' out
	[ "$(cat err)" = "dkim-policy: b.xml: note: report 1 of google.com was read before: not counted" ]
	reports -q a.xml b.xml >out 2>err
	[ ! -s err ]
	reports --json a.xml b.xml >json 2>err
	[ "$(value '[r["duplicate"] for r in o]')" = "[False, False, False, False, True, True, True, True]" ]
	# without a Report-ID nothing tells whether it is one
	sed 's,<report_id>1<,<report_id><,' a.xml >x.xml
	cp x.xml y.xml
	reports x.xml y.xml >out
	grep -q '^2 reports, 8 records, 2025-11-27 to 2025-11-27$' out
}

# reads_as WANT FILE...: each gives the same objects as WANT.
reads_as() {
	local want=$1 file
	shift
	reports --json "$want" | sed 's/"file":"[^"]*"//' >want
	for file; do
		reports --json "$file" 2>err | sed 's/"file":"[^"]*"//' >got || return
		diff want got || { echo "$file"; cat err; return 1; }
	done
}

@test "dialects: namespaces, case, encodings, missing and further elements" {
	some_report 1 >r.xml
	sed '/<version>/d' r.xml >version.xml
	sed 's,<feedback>,<feedback xmlns="http://dmarc.org/dmarc-xml/0.1">,' r.xml >old.xml
	sed 's,<feedback>,<feedback xmlns="urn:wrong">,' r.xml >wrong.xml
	sed 's,<\(/\?\)\([a-z]\),<\1ns0:\2,g' r.xml >prefix.xml
	sed 's,feedback>,x:feedback>,' r.xml >unbound.xml
	sed 's,<\(/\?[a-z_]*\)>,<\U\1>,g' r.xml >upper.xml
	sed 's,>pass<,>PASS<,g;s,>fail<,> Fail\t<,g;s,softfail,SoftFail,' r.xml >case.xml
	sed 's,<feedback>,&<extra a="b"><record><count>x</count></record></extra>,;s,</row>,<seen/>&<note>,;s,<identifiers>,</note>&,' r.xml >extra.xml
	sed 's,</auth_results>,&<e:row xmlns:e="urn:e"><source_ip>bad</source_ip></e:row>,' r.xml >extension.xml
	sed 's,UTF-8,utf-16,' r.xml >net.xml
	sed 's,UTF-8,gb2312,' r.xml >charset.xml
	sed "s,encoding=[^?]*,encoding='utf8',;s,<email>,&\xc3\xa4," r.xml >utf8.xml
	sed 's,UTF-8,UTF8,;s,<email>,&\xc3\xa4,' r.xml >quotes.xml
	{ printf '\357\273\277'; cat r.xml; } >bom.xml
	{ printf '\n  \r\n'; cat r.xml; } >blank.xml
	sed 's,identifiers>,identities>,g' r.xml >identities.xml
	sed 's,<email>.*,<email><![CDATA[<>&]]></email><!-- c --><?p i?>,' r.xml >cdata.xml
	sed '1s/UTF-8/UTF-16/' r.xml | iconv -t UTF-16 >wide.xml
	# the metadata may come last
	/usr/bin/python3 - <<'EOT'
import re
t = open("r.xml").read()
m = re.search(r"  <report_metadata>.*</policy_published>\n", t, re.S).group()
open("late.xml", "w").write(t.replace(m, "").replace("</feedback>", m + "</feedback>"))
EOT
	reads_as r.xml version.xml old.xml wrong.xml prefix.xml unbound.xml upper.xml case.xml \
		extra.xml extension.xml net.xml charset.xml wide.xml bom.xml blank.xml identities.xml \
		cdata.xml late.xml utf8.xml quotes.xml
}

@test "RFC 9990: its names, a disposition of pass, the example of its appendix B" {
	cat >r.xml <<-'EOT'
		<feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0">
		<version>1.0</version>
		<report_metadata><org_name>Sample Reporter</org_name><email>report_sender@example-reporter.com</email>
		<extra_contact_info lang="en">...</extra_contact_info><report_id>3v98abbp8ya9n3va8yr8oa3ya</report_id>
		<date_range><begin>302832000</begin><end>302918399</end></date_range>
		<generator>Example DMARC Aggregate Reporter v1.2</generator></report_metadata>
		<policy_published><domain>example.com</domain><p>quarantine</p><sp>none</sp><np>none</np>
		<testing>n</testing><discovery_method>treewalk</discovery_method></policy_published>
		<record><row><source_ip>192.0.2.123</source_ip><count>123</count>
		<policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
		<identifiers><envelope_from>example.com</envelope_from><header_from>example.com</header_from></identifiers>
		<auth_results><dkim><domain>example.com</domain><result>pass</result><selector>abc123</selector></dkim>
		<spf><domain>example.com</domain><result>fail</result></spf></auth_results></record>
		</feedback>
	EOT
	reports --json r.xml >json
	[ "$(value 'o[0]["policy"]["t"], o[0]["policy"]["np"], o[0]["disposition"], o[0]["dkim"]')" = "('n', 'none', 'pass', 'pass')" ]
	[ "$(value 'o[0]["dkim_results"], o[0]["spf_results"]')" = "([{'domain': 'example.com', 'selector': 'abc123', 'result': 'pass'}], [{'domain': 'example.com', 'scope': None, 'result': 'fail'}])" ]
	reports r.xml >out
	grep -q '^pass *123 *123 *123 *0 *0 *0 *0  192[.]0[.]2[.]123 ' out
}

@test "two signatures of one selector with one result count once" {
	make_ report 1 "192.0.2.1 5 none pass fail example.com dkim:example.com:a:pass dkim:example.com:a:pass dkim:example.com:a:fail" >r.xml
	reports r.xml >out
	grep -q '^ *dkim pass  *5  d=example.com s=a$' out
	grep -q '^ *dkim fail  *5  d=example.com s=a$' out
}

@test "windows-1252, and words of SPF that are not in RFC 7208" {
	make_ report 1 "192.0.2.1 1 none fail fail example.com spf:a.example:hardfail spf:b.example:unknown spf:c.example:error" |
		sed 's/UTF-8/windows-1252/;s/<org_name>google/&\x80\xe9/' >r.xml
	reports --json r.xml >json
	[ "$(value 'o[0]["org"]')" = "google€é.com" ] || [ "$(value 'ascii(o[0]["org"])')" = "'google\\u20ac\\xe9.com'" ]
	[ "$(value '[r["result"] for r in o[0]["spf_results"]]')" = "['fail', 'temperror', 'permerror']" ]
}

# bad PATTERN FILE: 65 with one line that matches, and nothing of it counts
# beside a good report.
bad() {
	local status=0
	[ -e good.xml ] || make_ report good "$ours" >good.xml
	reports "$2" good.xml >out 2>err || status=$?
	[ "$status" -eq 65 ] && [ "$(wc -l <err)" -eq 1 ] && grep -qE -e "^dkim-policy: $2: .*$1" err &&
		grep -q '^1 report, 1 record, ' out && return
	echo "$2: status $status"
	cat err out
	return 1
}

@test "a report that cannot be read counts for nothing, the rest goes on: 65" {
	some_report 1 >r.xml
	head -c 1900 r.xml >cut.xml
	bad 'cut short|not well-formed' cut.xml
	sed 's/<count>30/<count>-30/' r.xml >count.xml
	bad 'line 35: count is not a number of messages: "-30"' count.xml
	sed 's/2001:db8::5/nowhere/' r.xml >ip.xml
	bad 'source_ip is not an address: "nowhere"' ip.xml
	sed 's,<count>30</count>,&&,' r.xml >twice.xml
	bad 'two of source_ip or of count' twice.xml
	sed 's,<count>30</count>,,' r.xml >none.xml
	bad 'count is not a number' none.xml
	sed 's/google/g\xff/' r.xml >utf8.xml
	bad 'line 5: not well-formed' utf8.xml
	echo '<html><p>Error</p></html>' >page.html
	bad 'the root element is "html"' page.html
	echo unused | gzip >yahoo.xml.gz
	bad 'not well-formed' yahoo.xml.gz
	echo '{"organization-name": "x"}' | gzip >tls.json.gz
	bad 'it is JSON' tls.json.gz
	printf ' \n' >blank.xml
	bad 'it is empty' blank.xml
	head -c 3000 /dev/zero >zero
	bad 'neither XML, gzip, zip nor a mail' zero
	printf 'BZh91AY&SY' >r.bz2
	bad 'it is a bzip2 file' r.bz2
}

@test "entities are refused: a bomb, a file of this host" {
	some_report 1 | sed '1a<!DOCTYPE feedback [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "\&a;\&a;\&a;\&a;\&a;\&a;\&a;\&a;">]>' |
		sed 's/google.com/\&b;/' >bomb.xml
	bad 'document type declaration, and entities' bomb.xml
	some_report 1 | sed '1a<!DOCTYPE feedback [<!ENTITY a SYSTEM "/etc/passwd">]>' >file.xml
	bad 'document type declaration' file.xml
	some_report 1 | sed 's/google.com/\&undefined;/' >undefined.xml
	bad 'not well-formed XML: undefined entity' undefined.xml
}

@test "gzip: damaged, cut short, packed twice, longer than --max-size" {
	some_report 1 | gzip -n >r.gz
	head -c -9 r.gz >cut.gz
	bad 'cut short' cut.gz
	{ head -c -8 r.gz; printf '\0\0\0\0\0\0\0\0'; } >sum.gz
	bad 'gzip file is damaged' sum.gz
	gzip -c r.gz >twice.gz
	bad 'not XML: it is a gzip file' twice.gz
	{ cat r.gz; echo x; } >after.gz
	bad 'gzip file is damaged' after.gz
	{ cat r.gz; head -c 700 /dev/zero; } >padded.gz
	reports padded.gz >out
	make_ bomb 40 >bomb.gz
	[ "$(wc -c <bomb.gz)" -lt 100000 ]
	one_line 65 dkim-policy --read-reports --max-size=30000000 bomb.gz
	grep -q 'more than 30000000 bytes unpacked (--max-size)' stderr
	little 100000 dkim-policy --read-reports bomb.gz >out
	grep -q '^1 report, 0 records' out
	one_line 64 dkim-policy --max-size=1 example.com
}

@test "zip: names that are paths, several reports, what is not one" {
	some_report 1 >a.xml
	some_report 2 >b.xml
	make_ zip ../../../../tmp/evil.xml=a.xml /etc/cron.d/evil=b.xml >paths.zip
	mkdir empty
	cd empty
	reports ../paths.zip >../out
	[ -z "$(ls -A)" ]
	cd ..
	grep -q '^2 reports, 8 records' out
	make_ zip in.zip=paths.zip >twice.zip
	bad '"in.zip": what is packed is not XML: it is a zip archive' twice.zip
	gzip -k a.xml
	make_ zip a.xml.gz=a.xml.gz >gzip.zip
	bad '"a.xml.gz": what is packed is not XML: it is a gzip file' gzip.zip
	gzip -c paths.zip >zip.gz
	bad 'not XML: it is a zip archive' zip.gz
	echo hello >readme.txt
	make_ zip $'read\nme\e[31m.txt=readme.txt' >named.zip
	bad '"read\\x0ame\\x1b\[31m.txt": line 1: not well-formed' named.zip
	make_ zip d/ >nothing.zip
	one_line 2 dkim-policy --read-reports nothing.zip
	run -65 --separate-stderr reports a.xml gzip.zip b.xml
	[[ $output == "2 reports, 8 records"* ]]
}

@test "zip64: sizes in the extra field, before and after the member" {
	some_report 1 >r.xml
	reports r.xml >expected
	/usr/bin/python3 - <<'EOT'
import zipfile
class Pipe:
    def __init__(self, f):
        self.f = f
    def write(self, b):
        return self.f.write(b)
    def flush(self):
        pass
def write(name, wrap):
    with open(name, "wb") as f, zipfile.ZipFile(wrap(f), "w", zipfile.ZIP_DEFLATED) as z:
        with z.open("r.xml", "w", force_zip64=True) as m:
            m.write(open("r.xml", "rb").read())
write("before.zip", lambda f: f)
write("after.zip", Pipe)
# Python before 3.11.4 also writes them where they are without zip64
b = open("before.zip", "rb").read()
b = b[:18] + b"\xff" * 8 + b[26:]
open("before.zip", "wb").write(b)
at = b.index(b"\1\0\x10\0") + 4
open("size.zip", "wb").write(b[:at] + bytes([b[at] ^ 1]) + b[at + 1:])
open("packed.zip", "wb").write(b[:at + 15] + b"\xff" + b[at + 16:])
EOT
	for f in before after; do
		reports $f.zip >out
		diff expected out
	done
	bad '"r.xml": the member is damaged: size or checksum are wrong' size.zip
	run -65 --separate-stderr reports packed.zip
	[[ $stderr == *'"r.xml": the member is damaged: it ends before its size'* ]]
}

@test "zip: cut short, damaged, encrypted, other methods, too many members" {
	some_report 1 >a.xml
	make_ zip a.xml=a.xml >a.zip
	head -c 200 a.zip >cut.zip
	bad '"a.xml": the member is cut short' cut.zip
	head -c 20 a.zip >head.zip
	bad 'the zip archive is cut short' head.zip
	/usr/bin/python3 - <<'EOT'
z = bytearray(open("a.zip", "rb").read())
def with_(name, at, value):
    b = bytearray(z)
    b[at] = value
    open(name, "wb").write(b)
with_("crc.zip", 14, z[14] ^ 1)
with_("size.zip", 22, z[22] ^ 1)
with_("data.zip", 90, z[90] ^ 255)
with_("locked.zip", 6, 1)
with_("method.zip", 8, 12)
with_("parts.zip", len(z) - 18, 1)
EOT
	bad '"a.xml": the member is damaged: size or checksum are wrong' crc.zip
	bad '"a.xml": the member is damaged: size or checksum are wrong' size.zip
	bad '"a.xml": ' data.zip
	bad '"a.xml": the member is encrypted' locked.zip
	bad 'another method than deflate' method.zip
	run -65 reports parts.zip
	[[ $output == *"the zip archive has several parts"* ]]
	/usr/bin/python3 - <<'EOT'
import zipfile
with zipfile.ZipFile("many.zip", "w") as z:
    for i in range(1025):
        z.writestr("d%d/" % i, b"")
with zipfile.ZipFile("most.zip", "w") as z:
    for i in range(1024):
        z.writestr("d%d/" % i, b"")
    # one that its directory does not have
b = open("a.zip", "rb").read()
at = b.index(b"PK\1\2")
open("hidden.zip", "wb").write(b[:at] + b)
EOT
	one_line 65 dkim-policy --read-reports many.zip
	grep -q 'more than 1024 members' stderr
	one_line 2 dkim-policy --read-reports most.zip
	run -65 --separate-stderr reports hidden.zip
	[[ $stderr == *"other members than its directory"* ]]
}

@test "a zip bomb ends at --max-size, and the next member is read" {
	make_ bomb 40 | gunzip >bomb.xml
	some_report 1 >a.xml
	make_ zip bomb.xml=bomb.xml a.xml=a.xml >bomb.zip
	rm bomb.xml
	run -65 --separate-stderr reports --max-size=20000000 bomb.zip
	[[ $stderr == 'dkim-policy: bomb.zip: "bomb.xml": more than 20000000 bytes unpacked (--max-size)'* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $output == "1 report, 4 records"* ]]
}

@test "XML made to cost: deep, long, with many names" {
	some_report 1 >a.xml
	/usr/bin/python3 - <<'EOT'
t = open("a.xml").read()
def with_(name, text):
    open(name, "w").write(t.replace("<record>", text + "<record>", 1))
with_("deep.xml", "<x>" * 100 + "</x>" * 100)
with_("tag.xml", "<x a='" + "b" * 2000000 + "'/>")
with_("names.xml", "".join("<n%d/>" % i for i in range(400000)))
with_("many.xml", "<x/>" * 100000)
open("org.xml", "w").write(t.replace("google.com", "g" * 20000, 1))
auth = "<dkim><domain>a</domain><result>pass</result></dkim>"
open("auth.xml", "w").write(t.replace("<auth_results>", "<auth_results>" + auth * 201, 1))
EOT
	bad 'nested too deeply' deep.xml
	bad 'tag or comment of more than 1048576 bytes' tag.xml
	bad 'needs more than 16777216 bytes of memory' names.xml
	bad 'more than 16384 bytes of text' org.xml
	bad 'more than 200 results' auth.xml
	reads_as a.xml many.xml
}

@test "hostile strings are escaped, in the table, in JSON and in messages" {
	some_report "$(printf '&#x9b;31m&#x202e;')" |
		sed 's,<header_from>example.com,<header_from>e\&#x202e;\&#x9b;31m\&#10;x,;s,mailing_list,m\&#13;\&#x9b;l,' >r.xml
	reports r.xml r.xml >out 2>err
	refute grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' out
	refute grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' err
	grep -q 'e\\xe2\\x80\\xae' out
	[ "$(wc -l <err)" -eq 1 ]
	reports --json r.xml >json
	refute grep -qP '[^\x20-\x7e]' json
	[ "$(wc -l <json)" -eq 4 ]
}

@test "mail without a report: 2 with a word; beside a report a warning only" {
	msg >m
	one_line 2 dkim-policy --read-reports -q m
	one_line 2 dkim-policy --read-reports m
	some_report 1 >r.xml
	reports m r.xml >out 2>err
	[ "$(cat err)" = "dkim-policy: m: warning: no report in it" ]
	# RFC 8460: reports of TLS come to the same mailbox
	echo '{"organization-name":"a"}' | gzip >tls.json.gz
	make_ mail application/tlsrpt+gzip tls.json.gz tls.json.gz >tls.eml
	one_line 2 dkim-policy --read-reports -q tls.eml
	reports tls.eml r.xml >out 2>err
	[ "$(cat err)" = "dkim-policy: tls.eml: warning: no report in it" ]
	mkdir nothing
	one_line 2 dkim-policy --read-reports nothing
	one_line 2 dkim-policy --read-reports --json nothing
	# a mailbox that was emptied
	: >emptied
	one_line 2 dkim-policy --read-reports emptied
	one_line 2 dkim-policy --read-reports </dev/null
	ends_with 0 reports emptied r.xml >out 2>err
}

@test "an attachment that is named a report and is none: 65, the others count" {
	some_report 1 >r.xml
	head -c 50 /dev/urandom >x.zip
	sed -i '1s/^/0/' x.zip
	make_ mail application/zip x.zip x.zip >a.eml
	bad '"x.zip": not a DMARC aggregate report: neither XML, gzip nor zip' a.eml
	gzip -k r.xml
	make_ mail application/gzip r.xml.gz r.xml.gz | sed 's/^H4s/H4*/' >b.eml
	bad '"r.xml.gz": its base64 is damaged' b.eml
	make_ mail image/png logo.png x.zip >c.eml
	one_line 2 dkim-policy --read-reports -q c.eml
	# a report inside a forwarded mail, and in quoted-printable
	{
		printf 'Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n'
		make_ mail application/gzip r.xml.gz r.xml.gz
		printf -- '--o\nContent-Type: application/xml\nContent-Transfer-Encoding: quoted-printable\n\n'
		ORG=b.example some_report 2 | perl -MMIME::QuotedPrint -0777 -pe '$_ = encode_qp($_)'
		printf -- '--o--\n'
	} >d.eml
	reports d.eml >out
	grep -q '^2 reports, 8 records' out
}

@test "no such input: 66, a closed output: 74, and the rest is read" {
	some_report 1 >r.xml
	run -66 --separate-stderr reports nosuch r.xml
	[[ $stderr == "dkim-policy: nosuch: cannot open"* ]]
	[[ $output == "1 report, "* ]]
	ends_with 74 reports r.xml >/dev/full
	ends_with 74 reports --json r.xml >/dev/full
	one_line 64 dkim-policy --read-reports --evaluate r.xml
}

@test "JSON of what cannot be read: input, result and error" {
	echo '<html/>' >page.html
	reports --json page.html nosuch >json 2>err || [ $? -eq 65 ]
	[ "$(value '[sorted(r) for r in o]')" = "[['error', 'input', 'result'], ['error', 'input', 'result']]" ]
	[ "$(value '[(r["input"], r["result"]) for r in o]')" = "[('page.html', None), ('nosuch', None)]" ]
}

@test "sums are right over thousands of records, against Python" {
	/usr/bin/python3 - "$top/tests/cli/reports.py" <<'EOT'
import random, subprocess, sys, importlib.util
random.seed(7)
spec = importlib.util.spec_from_file_location("reports", sys.argv[1])
sys.argv = ["x", "report", "0"]
import io, contextlib
class Out(io.StringIO):
    buffer = io.BytesIO()
with contextlib.redirect_stdout(Out()):
    m = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(m)
sums = {}
for f in range(20):
    lines = []
    for _ in range(300):
        ip = "192.0.2.%d" % random.randint(1, 200)
        frm = random.choice(("example.com", "a.example.com", "EXAMPLE.com"))
        n = random.randint(0, 10**6)
        done = random.choice(("none", "quarantine", "reject"))
        dkim, spf = random.choice("pf"), random.choice("pf")
        word = {"p": "pass", "f": "fail"}
        lines.append("%s %d %s %s %s %s" % (ip, n, done, word[dkim], word[spf], frm))
        s = sums.setdefault((ip, frm.lower()), [0] * 6)
        for i, yes in enumerate((1, "p" in dkim + spf, dkim == "p", spf == "p", done == "quarantine", done == "reject")):
            s[i] += n if yes else 0
    open("r%d.xml" % f, "wb").write(m.report("r%d" % f, *lines))
with open("want", "w") as w:
    for (ip, frm), s in sums.items():
        print(*s, ip, frm, file=w)
    print(*[sum(s[i] for s in sums.values()) for i in range(6)], "total", file=w)
EOT
	reports r*.xml >out
	awk '/^(pass|part|fail) / { print $2, $3, $4, $5, $6, $7, $9 (NF > 9 ? " " $10 : "") }' out | sort >got
	sort want | diff - got
}

@test "records beyond the memory of a spool are in a temporary file, which is gone" {
	mkdir tmp
	/usr/bin/python3 - "$top/tests/cli/reports.py" >big.xml <<'EOT'
import subprocess, sys
line = "192.0.2.%d 1 none pass pass example.com dkim:example.com:mail:pass spf:example.com:pass"
subprocess.run([sys.executable, sys.argv[1], "report", "1"] + [line % (i % 250) for i in range(9000)])
EOT
	TMPDIR=$PWD/tmp reports big.xml >out
	grep -q '^9000 messages' out
	grep -q '^1 report, 9000 records' out
	[ -z "$(ls -A tmp)" ]
	one_line 74 env TMPDIR="$PWD/nosuch" dkim-policy --read-reports big.xml
	grep -q 'cannot make a temporary file' stderr
}
