"""reports.py WHAT ...: aggregate reports for reports.bats, as reporters and
attackers write them. Prints bytes on standard output.

  report ID [RECORD...]   a report of RFC 7489; RECORD is a line of
                          IP COUNT DISPOSITION DKIM SPF FROM AUTH...
                          AUTH is dkim:DOMAIN:SELECTOR:RESULT,
                          spf:DOMAIN:RESULT or reason:TYPE:COMMENT
  zip NAME=FILE ...       an archive; --store, --later before it
  mail TYPE NAME FILE     a mail with FILE as its attachment, base64
  bomb MIB                gzip of a report with a comment of so many MiB
"""
import base64
import gzip
import io
import os
import sys
import zipfile
import zlib

RFC7489 = """<?xml version="1.0" encoding="UTF-8" ?>
<feedback>
  <version>1.0</version>
  <report_metadata>
    <org_name>{org}</org_name>
    <email>noreply@{org}</email>
    <report_id>{id}</report_id>
    <date_range>
      <begin>1764201600</begin>
      <end>1764287999</end>
    </date_range>
  </report_metadata>
  <policy_published>
    <domain>example.com</domain>
    <adkim>r</adkim>
    <aspf>s</aspf>
    <p>none</p>
    <sp>quarantine</sp>
    <pct>100</pct>
  </policy_published>
{records}</feedback>
"""


def record(line):
    ip, count, done, dkim, spf, author, *more = line.split(" ")
    auth = reasons = ""
    for item in more:
        kind, *value = item.split(":")
        if kind == "reason":
            reasons += "<reason><type>%s</type><comment>%s</comment></reason>" % tuple(value)
        elif kind == "dkim":
            auth += "<dkim><domain>%s</domain><selector>%s</selector><result>%s</result></dkim>" % tuple(value)
        else:
            auth += "<spf><domain>%s</domain><scope>mfrom</scope><result>%s</result></spf>" % tuple(value)
    return (
        "  <record>\n    <row><source_ip>%s</source_ip><count>%s</count>"
        "<policy_evaluated><disposition>%s</disposition><dkim>%s</dkim><spf>%s</spf>%s"
        "</policy_evaluated></row>\n    <identifiers><header_from>%s</header_from>"
        "</identifiers>\n    <auth_results>%s</auth_results>\n  </record>\n"
        % (ip, count, done, dkim, spf, reasons, author, auth)
    )


def report(id, *lines):
    org = os.environ.get("ORG", "google.com")
    return RFC7489.format(org=org, id=id, records="".join(map(record, lines))).encode()


class Pipe(io.RawIOBase):
    """What cannot be sought, so that sizes come after their members."""

    def __init__(self, to):
        self.to = to

    def writable(self):
        return True

    def write(self, data):
        self.to.write(data)
        return len(data)


def archive(*args):
    out, method, later = io.BytesIO(), zipfile.ZIP_DEFLATED, False
    while args[0].startswith("--"):
        method = zipfile.ZIP_STORED if args[0] == "--store" else method
        later = later or args[0] == "--later"
        args = args[1:]
    with zipfile.ZipFile(Pipe(out) if later else out, "w", method) as z:
        for arg in args:
            name, _, path = arg.partition("=")
            z.writestr(name, open(path, "rb").read() if path else b"")
    return out.getvalue()


def mail(kind, name, path):
    data = base64.encodebytes(open(path, "rb").read()).decode()
    return (
        "From: noreply@google.com\nSubject: Report Domain: example.com\n"
        "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"=_b\"\n\n"
        "This is MIME.\n--=_b\nContent-Type: text/html\n\n<html><p>A report.</p></html>\n"
        "--=_b\nContent-Type: %s; name=\"%s\"\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename=\"%s\"\n\n%s--=_b--\n" % (kind, name, name, data)
    ).encode()


def bomb(mib):
    before, after = report("bomb").split(b"</feedback>")
    text = before + b"<!--" + b"x" * 70000 + b"-->"
    z = zlib.compressobj(9, zlib.DEFLATED, 31)
    out = z.compress(text)
    for _ in range(int(mib)):
        out += z.compress(b"<x>" + b" " * (1024 * 1024 - 7) + b"</x>")
    return out + z.compress(b"</feedback>" + after) + z.flush()


WHAT = {"report": report, "zip": archive, "mail": mail, "bomb": bomb}
sys.stdout.buffer.write(WHAT[sys.argv[1]](*sys.argv[2:]))
