#!/usr/bin/python3
"""More messages changed in transit, as mail programs document or do it: Mailman
2 and 3, Sympa, Google Groups, Exchange and Microsoft 365 rules, Proofpoint,
Barracuda, Cisco, SpamAssassin, amavis, ClamAV milters, Sendmail, Postfix,
procmail, IMAP exports, editors. Nothing here looks at how --explain searches.

  gateways.py FOLDER [--seed N] [--rounds N] [--only CODE] [--verbose]

The options and the report are those of transit.py, which runs it.
"""
import base64
import email.header
import os
import quopri
import re
import sys
import textwrap
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import transit  # noqa: E402
from transit import change, join, set_field, split  # noqa: E402

transit.CHANGES.clear()

# -- messages as mail programs write them ----------------------------------------

NAMES = ["Anna Lindqvist", "Dr. Peter O'Brien", "Maria Garcia Lopez", "Tom", "Weber, Klaus", "ACME Support", "J. R. Smith"]
TOPICS = ["Meeting minutes", "Invoice 2026-114", "Re: build fails on arm64", "Your order has shipped", "Question about the roadmap", "RFC: new layout of the repository", "Holiday plans", "weekly report", "Re: Re: contract draft v3"]
PROSE = (
    "the server will be moved to the new rack on Thursday evening so expect a short interruption while we check all cables "
    "and update firmware please send your comments before Friday because the final version goes to print next week our team "
    "has looked into the problem you described it seems that an old certificate was still in use we are sorry for any trouble "
    "this may have caused attached you will find the signed agreement and a short summary of open points from yesterday's call"
).split()
UMLAUT = ["für", "größere", "Änderungen", "café", "naïve", "señor", "Zürich", "coöperate", "déjà"]


def sentences(rng, n, accents=False):
    out = []
    for _ in range(n):
        words = [rng.choice(UMLAUT) if accents and rng.random() < 0.15 else rng.choice(PROSE) for _ in range(rng.randint(4, 18))]
        words[0] = words[0].capitalize()
        if len(words) > 8 and rng.random() < 0.5:
            words[5] += ","
        out.append(" ".join(words) + rng.choice("...?!"))
    return " ".join(out)


def prose(rng, width=72, accents=False, flowed=False):
    lines = [rng.choice(["Hi all,", "Dear Sue,", "Hello,", "Hi Bob,"]), ""]
    for _ in range(rng.randint(2, 5)):
        part = textwrap.wrap(sentences(rng, rng.randint(1, 4), accents), width, break_long_words=False)
        lines += [line + " " for line in part[:-1]] + part[-1:] if flowed else part
        lines.append("")
    if rng.random() < 0.6:
        lines += ["See https://portal.example.com/%s/view?id=%d&ref=mail for details." % (rng.choice(PROSE[:9]), rng.randint(10, 99999)), ""]
    lines += ["Regards,", rng.choice(NAMES).split(",")[0], "-- ", "Example Inc. | +49 30 1234567 | https://www.example.com/"]
    return "\r\n".join(lines) + "\r\n"


def code(rng):
    """A patch, or a configuration: tabs, dots, blank lines."""
    lines = ["diff --git a/src/%s.c b/src/%s.c" % ((rng.choice(PROSE),) * 2), "--- a/src/main.c", "+++ b/src/main.c", "@@ -10,6 +10,9 @@ int main(void)"]
    for _ in range(rng.randint(4, 14)):
        lines.append(rng.choice(["+", "-", " ", " "]) + "\t" * rng.randint(1, 2) + rng.choice(["return %s;", "if (%s)", "%s = 0;\t/* reset */", "call(%s);"]) % rng.choice(PROSE))
    return "\r\n".join(["Applies on top of the last series.", "", *lines, ""]) + "\r\n"


def page(rng, accents=False, css=True):
    style = "<style>\r\nbody { margin:0 }\r\n.btn { color:#fff }\r\n.footer a { text-decoration:none }\r\n</style>\r\n" if css else ""
    paragraphs = "\r\n".join("<p class=\"t\">%s</p>" % sentences(rng, rng.randint(1, 3), accents) for _ in range(rng.randint(2, 5)))
    return (
        "<!DOCTYPE html>\r\n<html>\r\n<head>\r\n<meta charset=\"utf-8\">\r\n%s</head>\r\n<body>\r\n<table width=\"600\"><tr><td>\r\n%s\r\n"
        "<a class=\"btn\" href=\"https://shop.example.com/o/%d?u=1&amp;v=2\">View</a>\r\n</td></tr></table>\r\n</body>\r\n</html>\r\n"
        % (style, paragraphs, rng.randint(100, 99999))
    )


def qp(text):
    return quopri.encodestring(text.replace("\r\n", "\n").encode()).replace(b"\n", b"\r\n")


def b64(octets, width=76):
    text = base64.b64encode(octets)
    return b"".join(text[i : i + width] + b"\r\n" for i in range(0, len(text), width))


def head(rng, *more, subject=None):
    name = rng.choice(NAMES)
    box = '"%s" <%s@example.com>' % (name, name.split()[0].lower().strip(".,")) if re.search("[.,]", name) or rng.random() < 0.4 else "%s <user%d@example.com>" % (name, rng.randint(1, 9))
    lines = [
        "From: " + box,
        "To: " + rng.choice(["list@lists.example.org", "Sue Jones <sue@example.net>", "sue@example.net, Bob <bob@example.org>", '"Jones, Sue" <sue@example.net>']),
        "Subject: " + (subject or rng.choice(TOPICS)),
        "Date: " + rng.choice(["Mon, 5 Jan 2026 14:03:11 +0100", "Thu, 01 Jan 2026 08:00:09 -0500", "Fri, 2 Jan 2026 23:59:01 +0000"]),
        "Message-ID: <%x.%d@%s.example.com>" % (rng.getrandbits(48), rng.randint(1, 99), rng.choice(["mail", "mx1", "app"])),
        *more,
    ]
    if rng.random() < 0.3:
        lines.insert(2, "Cc: team@example.com")
    if rng.random() < 0.3:
        lines.append("References: <a%x@example.net>\r\n <b%x@example.org>" % (rng.getrandbits(40), rng.getrandbits(40)))
        lines.append("In-Reply-To: <b%x@example.org>" % rng.getrandbits(40))
    if rng.random() < 0.4:
        lines.append("User-Agent: " + rng.choice(["Mozilla Thunderbird", "Mutt/2.2.9 (2022-11-12)", "Evolution 3.46"]))
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def thunderbird(rng, flowed=None, accents=None):
    flowed = rng.random() < 0.6 if flowed is None else flowed
    accents = rng.random() < 0.4 if accents is None else accents
    return head(rng, "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8" + ("; format=flowed" if flowed else ""), "Content-Transfer-Encoding: " + ("8bit" if accents else "7bit")) + prose(rng, accents=accents, flowed=flowed).encode()


def mutt(rng):
    return head(rng, "MIME-Version: 1.0", "Content-Type: text/plain; charset=us-ascii", "Content-Disposition: inline") + prose(rng).encode()


def cron(rng):
    return head(rng) + code(rng).encode()


def apple(rng):
    return head(rng, "MIME-Version: 1.0 (Mac OS X Mail 16.0 \\(3696.120.41.1.1\\))", "Content-Type: text/plain;\r\n\tcharset=utf-8", "Content-Transfer-Encoding: quoted-printable") + qp(prose(rng, 998, True))


def gmail(rng, ctes=("plain", "qp")):
    boundary = "0000000000%016x" % rng.getrandbits(64)
    text = prose(rng, accents=ctes[0] == "qp")
    parts = b""
    for kind, cte, data in (("plain", ctes[0], text), ("html", ctes[1], page(rng, ctes[1] != "plain", False))):
        parts += ("--%s\r\nContent-Type: text/%s; charset=\"UTF-8\"\r\n" % (boundary, kind)).encode()
        parts += {"plain": b"", "qp": b"Content-Transfer-Encoding: quoted-printable\r\n", "b64": b"Content-Transfer-Encoding: base64\r\n"}[cte]
        parts += b"\r\n" + {"plain": data.encode, "qp": lambda d=data: qp(d), "b64": lambda d=data: b64(d.encode())}[cte]() + b"\r\n"
    return head(rng, "MIME-Version: 1.0", 'Content-Type: multipart/alternative; boundary="%s"' % boundary) + parts + ("--%s--\r\n" % boundary).encode()


def outlook(rng):
    boundary = "_000_%X_" % rng.getrandbits(90)
    parts = b""
    for kind, data in (("plain", prose(rng, 998)), ("html", page(rng, True, True))):
        parts += ('--%s\r\nContent-Type: text/%s; charset="iso-8859-1"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n' % (boundary, kind)).encode() + qp(data) + b"\r\n"
    return head(rng, "Thread-Index: AQHa" + "%x" % rng.getrandbits(60), "Accept-Language: en-US", "Content-Language: en-US", 'Content-Type: multipart/alternative;\r\n\tboundary="%s"' % boundary, "MIME-Version: 1.0") + parts + ("--%s--\r\n" % boundary).encode()


def newsletter(rng, cte=None):
    cte = cte or rng.choice(["quoted-printable", "base64", "8bit", "7bit"])
    text = page(rng, cte != "7bit")
    data = {"quoted-printable": lambda: qp(text), "base64": lambda: b64(text.encode()), "8bit": text.encode, "7bit": text.encode}[cte]()
    return head(rng, "MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: " + cte, "List-Unsubscribe: <https://news.example.com/u/1>") + data


def with_attachment(rng):
    boundary = "------------%d" % rng.randint(10**10, 10**11)
    body = ("This is a multi-part message in MIME format.\r\n--%s\r\nContent-Type: text/plain; charset=UTF-8; format=flowed\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" % boundary).encode() + prose(rng, flowed=True).encode()
    body += ('\r\n--%s\r\nContent-Type: application/pdf; name="report.pdf"\r\nContent-Disposition: attachment; filename="report.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n' % boundary).encode() + b64(bytes(rng.getrandbits(8) for _ in range(rng.randint(500, 3000))), 72)
    return head(rng, "MIME-Version: 1.0", 'Content-Type: multipart/mixed;\r\n boundary="%s"' % boundary) + body + ("\r\n--%s--\r\n" % boundary).encode()


PLAIN = [thunderbird, mutt, cron]
ANY = [thunderbird, mutt, cron, apple, gmail, outlook, newsletter, with_attachment]
OVERSIGNED = ["From", "From", "To", "To", "Cc", "Cc", "Subject", "Subject", "Date", "Date", "Message-ID", "Reply-To", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "In-Reply-To", "References"]
USUAL = ["From", "To", "Subject", "Date", "Message-ID", "Cc", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "In-Reply-To", "References"]


def sign(s, rng, message, header=None, body=None, names=None, **more):
    have = {f.split(b":")[0].lower().decode() for f in split(message)[0]}
    names = names or rng.choice([OVERSIGNED, [n for n in USUAL if n.lower() in have], [n.lower() for n in USUAL if n.lower() in have], None])
    canon = "%s/%s" % (header or rng.choice(["relaxed", "relaxed", "simple"]), body or rng.choice(["relaxed", "relaxed", "simple"]))
    return s.sign(message, rng.choice(["mail", "mail", "mail", "ed", "small"]), canon, names=names, style=rng.randint(0, 3), **more)


def body_of(message, how):
    top, gap, body = message.partition(b"\r\n\r\n")
    new = how(body)
    return None if new is None or new == body else top + gap + new


def field_of(message, name, how):
    """how: the value with its white space around it left out."""
    fields, body = split(message)
    for i, f in enumerate(fields):
        if f.split(b":")[0].lower() == name.lower().encode():
            start, value = f[:-2].split(b":", 1)
            new = how(value.strip())
            if new is None or new == value.strip():
                return None
            fields[i] = start + b": " + new + b"\r\n"
            return join(fields, body)
    return None


# -- lists -------------------------------------------------------------------------

LISTS = [("Dev", "dev", "lists.example.org"), ("foo-users", "foo-users", "lists.example.net"), ("Council", "council", "example.org")]


def list_footer(rng):
    real, name, host = rng.choice(LISTS)
    return rng.choice(
        [
            "_______________________________________________\r\n%s mailing list\r\n%s@%s\r\nhttps://%s/mailman/listinfo/%s\r\n" % (real, name, host, host, name),
            "_______________________________________________\r\n%s mailing list -- %s@%s\r\nTo unsubscribe send an email to %s-leave@%s\r\n" % (real, name, host, name, host),
            "\r\n-- \r\nYou received this message because you are subscribed to the Google Groups \"%s\" group.\r\nTo unsubscribe from this group and stop receiving emails from it, send an email to %s+unsubscribe@googlegroups.com.\r\nTo view this discussion visit https://groups.google.com/d/msgid/%s/x%%40mail.gmail.com.\r\n" % (real, name, name),
            "\r\n---\r\nTo unsubscribe: <mailto:sympa@%s?subject=unsubscribe%%20%s>\r\n" % (host, name),
        ]
    ).encode()


@change("body-footer-appended", proven=1)
def footer(w, s, rng):
    text = list_footer(rng)
    m = sign(s, rng, rng.choice(PLAIN)(rng))
    return body_of(m, lambda b: (b if rng.random() < 0.8 else b[:-2] + b"\r\n\r\n") + text), {}


@change("body-footer-appended", proven=1)
def footer_decoded(w, s, rng):
    text = list_footer(rng)
    if rng.random() < 0.5:
        m = sign(s, rng, newsletter(rng, "base64"))
        return body_of(m, lambda b: b64(base64.b64decode(b) + text)), {}
    m = sign(s, rng, apple(rng))
    return body_of(m, lambda b: b + quopri.encodestring(text.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")), {}


@change("body-footer-in-multipart", proven=1)
def mailman_part(w, s, rng):
    """decorate.py of Mailman 2 and 3: a part at the end of multipart/mixed, or all put into one."""
    text = list_footer(rng)
    if rng.random() < 0.5:
        m = sign(s, rng, with_attachment(rng))
        boundary = re.search(rb'boundary="(.*?)"', m).group(1)
        part = b"\r\n--" + boundary + b'\r\nContent-Type: text/plain; charset="us-ascii"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\nContent-Disposition: inline\r\n\r\n' + text
        return body_of(m, lambda b: b.replace(b"\r\n--" + boundary + b"--", part + b"\r\n--" + boundary + b"--")), {}
    m = sign(s, rng, rng.choice([newsletter, gmail, outlook])(rng))
    fields, body = split(m)
    inner = [f for f in fields if f.lower().startswith(b"content-")]
    outer = b"===============%019d==" % rng.randint(1, 10**18)
    fields = [b'Content-Type: multipart/mixed; boundary="' + outer + b'"\r\n' if f.lower().startswith(b"content-type") else f for f in fields if not f.lower().startswith((b"content-transfer", b"content-disp", b"content-lang"))]
    body = b"--" + outer + b"\r\n" + b"".join(inner) + b"\r\n" + body + b"\r\n--" + outer + b'\r\nContent-Type: text/plain; charset="us-ascii"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\nContent-Disposition: inline\r\n\r\n' + text + b"\r\n--" + outer + b"--\r\n"
    return join(fields, body), {}


@change("subject-tag-added", proven=1)
def list_prefix(w, s, rng):
    real, name, host = rng.choice(LISTS)
    m = sign(s, rng, rng.choice(ANY)(rng))
    prefix = ("[%s] " % rng.choice([real, name])).encode()

    def alter(v):
        return v[:4] + prefix + v[4:] if v.startswith(b"Re: ") and rng.random() < 0.5 else prefix + v

    m = field_of(m, "Subject", alter)
    fields, body = split(m)
    return join(fields + [("List-Id: %s <%s.%s>\r\n" % (real, name, host)).encode()], body), {}


@change("subject-tag-added", proven=1)
def list_all(w, s, rng):
    """Prefix and footer at once, as most lists do."""
    real, name, host = LISTS[0]
    m = field_of(sign(s, rng, rng.choice(PLAIN)(rng)), "Subject", lambda v: b"[Dev] " + v)
    m = body_of(m, lambda b: b + list_footer(rng))
    return m, {"any": 1}


@change("subject-tag-added", proven=1)
def external_subject(w, s, rng):
    tag = rng.choice([b"[EXTERNAL] ", b"[EXT] ", b"EXTERNAL: ", b"[External Sender] ", b"(EXT) ", b"[!!EXTERNAL!!] "])
    return field_of(sign(s, rng, rng.choice(ANY)(rng)), "Subject", lambda v: tag + v), {}


@change("subject-tag-removed", proven=1)
def prefix_stripped(w, s, rng):
    """A list or a gateway that takes tags off replies."""
    tag = rng.choice([b"[Dev]", b"[foo-users]", b"[EXTERNAL]", b"[EXT]", b"[Council]", b"[SPAM]"])
    m = rng.choice(PLAIN)(rng)
    m = field_of(m, "Subject", lambda v: rng.choice([b"Re: " + tag + b" " + v, tag + b" " + v, tag + b" Re: " + v]))
    fields, body = split(m)
    known = {b"[Dev]": b"List-Id: Dev <dev.lists.example.org>\r\n", b"[foo-users]": b"List-Id: <foo-users.lists.example.net>\r\n", b"[Council]": b"List-Post: <mailto:council@example.org>\r\n"}
    m = join(fields + [known[tag]] if tag in known else fields, body)
    return field_of(sign(s, rng, m), "Subject", lambda v: v.replace(tag + b" ", b"")), {}


@change("subject-spam-prefix-added", proven=1)
def spam_subject(w, s, rng):
    tag = rng.choice([b"*****SPAM***** ", b"***SPAM*** ", b"[SPAM] ", b"***UNCHECKED*** ", b"{Spam?} ", b"[SPAM:11.3] ", b"**SPAM** ", b"[Suspected Spam] ", b"SPAM: ", b"[Bulk] "])
    m = field_of(sign(s, rng, rng.choice(ANY)(rng)), "Subject", lambda v: tag + v)
    return m, {"any": 1} if b"SPAM" in tag.upper() or b"Bulk" in tag else {"any": 1}


@change("header-value-changed", proven=1)
def munged(w, s, rng):
    """dmarc_moderation_action Munge From; the old address is in Reply-To or Cc."""
    real, name, host = rng.choice(LISTS)
    m = sign(s, rng, rng.choice(ANY)(rng))
    old = re.search(rb"(?m)^From: (.*)\r$", m).group(1)
    display = re.match(rb'"?(.*?)"? <', old).group(1)
    new = rng.choice([b"%s via %s <%s@%s>", b'"%s via %s" <%s@%s>', b"'%s' via %s <%s@%s>"]) % (display, real.encode(), name.encode(), host.encode())
    m = field_of(m, "From", lambda v: new)
    fields, body = split(m)
    kept = rng.choice([b"Reply-To: ", b"Cc: ", b"X-Original-From: ", b"Reply-To: "])
    if any(f.lower().startswith(kept[:3].lower()) for f in fields):
        return None
    # kept where h= does not forbid it
    if kept != b"X-Original-From: " and kept[:-2] in re.sub(rb"\s", b"", fields[0]):
        kept = b"X-Original-From: "
    return join(fields + [kept + old + b"\r\n"], body), {}


# -- gateways ----------------------------------------------------------------------

BANNER_TEXT = [
    b"CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless you recognize the sender and know the content is safe.\r\n\r\n",
    b"[EXTERNAL EMAIL]\r\n\r\n",
    b"***ATTENTION: this mail comes from outside***\r\n________________________________\r\n",
    b"ZjQcmQRYFpfptBannerStart\r\nThis Message Is From an External Sender\r\nThis message came from outside your organization.\r\nZjQcmQRYFpfptBannerEnd\r\n",
]
BANNER_HTML = [
    b'<table border=0 cellspacing=0 cellpadding=0 align="left" width="100%">\r\n<tr><td style="background:#ffb900;padding:5pt 2pt"></td>\r\n<td>Caution: external sender</td></tr></table>\r\n',
    b'<div style="background-color:#FFEB9C; width:100%; border:1pt solid">\r\n<b>CAUTION:</b> This email originated from outside.</div><br>\r\n',
    b"<p>[External]</p>",
]
DISCLAIMER_HTML = [b'<br>\r\n<p style="font-size:8pt">This e-mail is confidential.</p>\r\n', b"<hr><small>Scanned by ClamAV</small>", b'<div class="disclaimer">\r\nRegistered office: Berlin\r\n</div>\r\n']
DISCLAIMER_TEXT = [b"\r\nThis e-mail is confidential. If you are not the intended recipient,\r\nplease delete it.\r\n", b"--\r\nThis message has been scanned for viruses and dangerous content by MailScanner\r\n", b"\r\n\r\nScanned by ClamAV\r\n"]


@change("body-banner-prepended", proven=1)
def rule_banner(w, s, rng):
    m = rng.choice([thunderbird, mutt, lambda r: newsletter(r, "8bit"), lambda r: newsletter(r, "7bit")])(rng)
    m = sign(s, rng, m)
    if b"<body>" in m:
        return body_of(m, lambda b: b.replace(b"<body>", b"<body>" + rng.choice([b"", b"\r\n"]) + rng.choice(BANNER_HTML))), {}
    return body_of(m, lambda b: rng.choice(BANNER_TEXT) + b), {}


@change("body-banner-prepended", proven=1)
def rule_banner_parts(w, s, rng):
    ctes = rng.choice([("plain", "plain"), ("plain", "qp"), ("qp", "qp"), ("b64", "b64")])
    m = sign(s, rng, gmail(rng, ctes))
    text, html = rng.choice(BANNER_TEXT), rng.choice(BANNER_HTML)

    def alter(body):
        boundary = re.match(rb"--(\S+)", body).group(1)
        parts = body.split(b"--" + boundary)
        for i, cte in ((1, ctes[0]), (2, ctes[1])):
            top, gap, data = parts[i].partition(b"\r\n\r\n")
            data = data[:-2]
            plain = {"plain": lambda d: d, "qp": lambda d: quopri.decodestring(d.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"), "b64": base64.b64decode}[cte](data)
            plain = plain.replace(b"<body>", b"<body>" + html) if i == 2 else text + plain
            data = {"plain": lambda d: d, "qp": lambda d: quopri.encodestring(d.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"), "b64": b64}[cte](plain)
            parts[i] = top + gap + data + b"\r\n"
        return (b"--" + boundary).join(parts)

    return body_of(m, alter), {"any": 1}


@change("body-footer-appended", proven=1)
def rule_disclaimer(w, s, rng):
    m = rng.choice([thunderbird, mutt, lambda r: newsletter(r, "8bit"), lambda r: newsletter(r, "7bit"), lambda r: newsletter(r, "base64"), lambda r: newsletter(r, "quoted-printable")])(rng)
    m = sign(s, rng, m)
    html = rng.choice(DISCLAIMER_HTML)
    insert = lambda b: b.replace(b"</body>", html + b"</body>")
    if b"base64" in m:
        return body_of(m, lambda b: b64(insert(base64.b64decode(b)))), {}
    if b"<body>" in m:
        return body_of(m, insert), {}
    return body_of(m, lambda b: b + rng.choice(DISCLAIMER_TEXT)), {}


@change("body-footer-in-multipart", proven=1)
def disclaimer_parts(w, s, rng):
    m = sign(s, rng, gmail(rng, rng.choice([("plain", "plain"), ("plain", "qp")])))
    text, html = rng.choice(DISCLAIMER_TEXT), rng.choice(DISCLAIMER_HTML)

    def alter(body):
        boundary = re.match(rb"--(\S+)", body).group(1)
        parts = body.split(b"--" + boundary)
        parts[1] = parts[1][:-2] + text + b"\r\n"
        coded = quopri.encodestring(html.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n") if b"printable" in parts[2] else html
        parts[2] = parts[2].replace(b"</body>", coded + b"</body>")
        return (b"--" + boundary).join(parts)

    return body_of(m, alter), {}


def wrap_links(rng):
    kind = rng.randint(0, 5)
    quote = urllib.parse.quote
    return [
        lambda u: "https://nam02.safelinks.protection.outlook.com/?url=%s&data=05%%7C02%%7Csue%%40example.net%%7C&sdata=k%%2Fx%%3D&reserved=0" % quote(u, safe=""),
        lambda u: "https://urldefense.com/v3/__%s__;!!LpKI!hQ-x$" % u,
        lambda u: "https://urldefense.proofpoint.com/v2/url?u=" + quote(u, safe="").replace("_", "%5F").replace("-", "%2D").replace("%2F", "_").replace("%", "-").replace(".", "-2E").replace("-2E", ".") + "&d=DwIDaQ&c=x&r=y&m=z&s=w&e=",
        lambda u: "https://linkprotect.cudasvc.com/url?a=%s&c=E,1,x&typo=1" % quote(u, safe=""),
        lambda u: "https://secure-web.cisco.com/1xYz-abc/" + quote(u, safe=""),
        lambda u: "https://www.google.com/url?q=%s&sa=D" % quote(u, safe=""),
    ][kind]


@change("body-line-rewritten", proven=1)
def link_wrapped(w, s, rng):
    m = sign(s, rng, rng.choice([thunderbird, mutt, lambda r: newsletter(r, "8bit"), lambda r: gmail(r, ("plain", "plain")), apple])(rng))
    wrap = wrap_links(rng)
    coded = b"printable" in m

    def alter(body):
        text = quopri.decodestring(body.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n") if coded else body
        text = re.sub(rb"https://(?:portal|shop|www)\.example\.com/[^\s\"<>]*", lambda u: wrap(u.group(0).decode().replace("&amp;", "&")).replace("&", "&amp;" if b"href" in text else "&").encode(), text)
        return quopri.encodestring(text.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n") if coded else text

    return body_of(m, alter), {"any": 1}


@change("body-banner-prepended", proven=1)
def gateway_all(w, s, rng):
    """Subject, banner and links at once."""
    m = sign(s, rng, rng.choice([thunderbird, mutt])(rng))
    wrap = wrap_links(rng)
    m = field_of(m, "Subject", lambda v: b"[EXTERNAL] " + v)
    return body_of(m, lambda b: rng.choice(BANNER_TEXT) + re.sub(rb"https://portal\.example\.com/[^\s\"<>]*", lambda u: wrap(u.group(0).decode()).encode(), b)), {"any": 1}


# -- relays ------------------------------------------------------------------------


def whole_qp(m, charset=None):
    m = body_of(m, lambda b: quopri.encodestring(b.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"))
    return m and set_field(m, "Content-Transfer-Encoding", b"quoted-printable")


@change("body-reencoded", proven=1)
def downgraded(w, s, rng):
    """Sendmail (MIME-Autoconverted) and Postfix to a relay without 8BITMIME."""
    m = sign(s, rng, rng.choice([lambda r: thunderbird(r, None, True), lambda r: newsletter(r, "8bit")])(rng))
    m = whole_qp(m)
    if m and rng.random() < 0.5:
        fields, body = split(m)
        m = join(fields + [b"X-MIME-Autoconverted: from 8bit to quoted-printable by relay.example.net id x\r\n"], body)
    return m, {}


@change("body-reencoded", proven=1)
def decoded(w, s, rng):
    m = sign(s, rng, rng.choice([apple, lambda r: newsletter(r, "quoted-printable"), lambda r: newsletter(r, "base64")])(rng))
    if b"base64" in m:
        return set_field(body_of(m, base64.b64decode), "Content-Transfer-Encoding", b"8bit"), {}
    return set_field(body_of(m, lambda b: quopri.decodestring(b.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")), "Content-Transfer-Encoding", b"8bit"), {}


@change("body-reencoded", proven=1)
def rewritten_base64(w, s, rng):
    width = rng.choice([72, 76, 64])
    text = page(rng, True).encode()
    m = head(rng, "MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64") + b64(text, width)
    return body_of(sign(s, rng, m), lambda b: b64(text, rng.choice([x for x in (72, 76, 64, 60) if x != width]))), {}


@change("body-charset-converted", proven=1)
def converted(w, s, rng):
    m = sign(s, rng, thunderbird(rng, False, True))
    m = body_of(m, lambda b: b.decode().encode("iso-8859-1"))
    return m and set_field(m, "Content-Type", rng.choice([b"text/plain; charset=ISO-8859-1", b"text/plain; charset=iso-8859-1", b'text/plain; charset="iso-8859-1"'])), {}


def some_lines(message, rng, pool, n):
    top, gap, body = message.partition(b"\r\n\r\n")
    lines = body.split(b"\r\n")
    for _ in range(n):
        lines.insert(rng.randrange(len(lines) - 1), rng.choice(pool))
    return top + gap + b"\r\n".join(lines)


DOTTED = [b".gitignore is missing", b".btn { color:#fff }", b"...and that was all", b".", b".htaccess:", b".5 percent less", b".PHONY: all", b".SH NAME"]


@change("body-dot-stuffed", proven=1)
def dots_doubled(w, s, rng):
    m = sign(s, rng, some_lines(rng.choice([thunderbird, mutt, cron])(rng), rng, DOTTED, rng.randint(1, 3)))
    return body_of(m, lambda b: re.sub(rb"(?m)^\.", b"..", b)), {}


@change("body-dot-unstuffed", proven=1)
def dots_lost(w, s, rng):
    if rng.random() < 0.5:
        m = newsletter(rng, rng.choice(["8bit", "7bit"]))
    else:
        m = some_lines(rng.choice([thunderbird, mutt, cron])(rng), rng, DOTTED[:3] + DOTTED[4:], rng.randint(1, 2))
    return body_of(sign(s, rng, m), lambda b: re.sub(rb"(?m)^\.", b"", b)), {}


@change("body-from-quoted", proven=1)
def from_escaped(w, s, rng):
    pool = [b"From what I have seen it works.", b"From the logs:", b"From Monday on"]
    m = sign(s, rng, some_lines(rng.choice(PLAIN)(rng), rng, pool, rng.randint(1, 3)))
    return body_of(m, lambda b: re.sub(rb"(?m)^From ", b">From ", b)), {}


@change("body-rewrapped", proven=1)
def lines_broken(w, s, rng):
    """Long lines cut by length (SMTP limits) or by words (web mail, editors)."""
    text = []
    for _ in range(rng.randint(1, 4)):
        text += [sentences(rng, rng.randint(3, 16)), ""]
    m = head(rng, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 7bit") + "\r\n".join(text).encode()
    m = sign(s, rng, m)
    width = rng.choice([65, 68, 70, 72, 74, 76, 78, 79, 80])
    how = rng.choice(
        [
            lambda line: textwrap.wrap(line, width, break_long_words=False) or [line],
            lambda line: textwrap.wrap(line, width, break_long_words=False) or [line],
            lambda line: [x + " " for x in textwrap.wrap(line, width - 1, break_long_words=False)][:-1] + textwrap.wrap(line, width - 1, break_long_words=False)[-1:] or [line],
            lambda line: [line[i : i + 990] for i in range(0, len(line), 990)] or [line],
        ]
    )
    return body_of(m, lambda b: "\r\n".join(x for line in b.decode().split("\r\n") for x in how(line)).encode()), {}


@change("body-rewrapped", proven=1)
def html_cut(w, s, rng):
    text = "<html><body>" + "".join('<td class="c%d">%s</td>' % (i % 7, rng.choice(PROSE)) for i in range(rng.randint(60, 220))) + "</body></html>\r\n"
    m = head(rng, "MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 7bit") + text.encode()
    m = sign(s, rng, m)
    cut, mark = rng.choice([(990, b"!\r\n "), (998, b"\r\n "), (998, b"\r\n"), (989, b"!\r\n "), (1000, b"\r\n"), (2048, b"\r\n")])

    def alter(body):
        return b"\r\n".join(mark.join(line[i : i + cut] for i in range(0, len(line), cut)) for line in body.split(b"\r\n"))

    return body_of(m, alter), {}


@change("body-trailing-space-stripped", proven=1)
def stripped(w, s, rng):
    m = sign(s, rng, rng.choice([lambda r: thunderbird(r, True, False), mutt, with_attachment])(rng), body="simple")
    return body_of(m, lambda b: re.sub(rb"[ \t]+\r\n", b"\r\n", b)), {}


@change("body-tabs-to-spaces", proven=1)
def expanded(w, s, rng):
    m = sign(s, rng, cron(rng), body="simple")
    n = rng.choice([8, 8, 4])
    return body_of(m, rng.choice([lambda b: b.expandtabs(n), lambda b: b.replace(b"\t", b" " * n), lambda b: b.replace(b"\t", b" ")])), {}


@change("body-blank-lines-changed", proven=1)
def blanks_changed(w, s, rng):
    m = rng.choice([thunderbird, mutt])(rng)
    if rng.random() < 0.5:
        m = some_lines(m, rng, [b""], rng.randint(1, 4))
    m = sign(s, rng, m)
    how = rng.choice(
        [
            lambda b: re.sub(rb"(\r\n){3,}", b"\r\n\r\n", b),
            lambda b: b"\r\n" + b,
            lambda b: b.replace(b"\r\n\r\n", b"\r\n"),
            lambda b: b.replace(b"\r\n", b"\r\n\r\n"),
            lambda b: b.replace(b"\r\n\r\n", b"\r\n\r\n\r\n"),
            lambda b: re.sub(rb"^(\r\n)+", b"", b),
        ]
    )
    return body_of(m, how), {}


@change("body-truncated")
def cut_short(w, s, rng):
    """A size limit, a lost connection, or a program that stops at a lone dot."""
    kind = rng.randint(0, 3)
    if kind == 0:
        m = sign(s, rng, rng.choice([gmail, outlook, with_attachment])(rng))
        top, gap, body = m.partition(b"\r\n\r\n")
        return top + gap + body[: rng.randint(len(body) // 2, len(body) - 5)], {}
    if kind == 1:
        m = sign(s, rng, rng.choice([gmail, outlook, with_attachment])(rng))
        return body_of(m, lambda b: re.sub(rb"\r\n--[^\r\n]*--\r\n$", b"\r\n", b)), {}
    if kind == 2:
        m = sign(s, rng, rng.choice([thunderbird, mutt, newsletter])(rng))
        top, gap, body = m.partition(b"\r\n\r\n")
        return (top + gap + body[: rng.randint(len(body) // 2, len(body) - 8)]).rstrip(b"\r\n"), {}
    m = sign(s, rng, rng.choice([thunderbird, mutt])(rng), length="all")
    return body_of(m, lambda b: b[: len(b) // 2]), {}


@change("body-final-newline", proven=1)
def end_differs(w, s, rng):
    m = sign(s, rng, rng.choice([thunderbird, mutt, lambda r: newsletter(r, "7bit")])(rng), body="simple")
    return body_of(m, rng.choice([lambda b: b[:-1], lambda b: b + b" \r\n", lambda b: b + b"\x1a", lambda b: b + b"\0"])), {}


@change("line-endings-LF", proven=1)
def bare_lf(w, s, rng):
    return body_of(sign(s, rng, rng.choice(ANY)(rng)), lambda b: b.replace(b"\r\n", b"\n")), {}


@change("line-endings-CRCRLF", proven=1)
def crcrlf(w, s, rng):
    return body_of(sign(s, rng, rng.choice(ANY)(rng)), lambda b: b.replace(b"\r\n", b"\r\r\n")), {}


# -- header fields -----------------------------------------------------------------


@change("header-refolded", proven=1)
def refolded(w, s, rng):
    """Python's email package, Exchange and JavaMail unfold fields and fold them their own way."""
    name = rng.choice(["Subject", "To", "References", "DKIM-Signature"])
    m = rng.choice(ANY)(rng)
    if name == "Subject":
        m = field_of(m, "Subject", lambda v: ("\r\n ".join(textwrap.wrap(sentences(rng, 1) + " " + sentences(rng, 1), 60))).encode())
    elif name == "To":
        boxes = ["%s <u%d@example.net>" % (rng.choice(["Ann Lee", "Bob", "Carl Berg"]), i) for i in range(rng.randint(3, 7))]
        m = field_of(m, "To", lambda v: rng.choice([",\r\n ", ",\r\n\t"]).join(boxes).encode())
    elif name == "References":
        m = set_field(m, "References", None) or m
        fields, body = split(m)
        m = join(fields + [b"References: " + b"\r\n ".join(b"<%x@example.net>" % rng.getrandbits(64) for _ in range(rng.randint(3, 6))) + b"\r\n"], body)
    m = sign(s, rng, m, header="simple", names=["From", "To", "Subject", "Date", "References"])
    fields, body = split(m)
    width = rng.choice([76, 78, 78, 72, 998])
    tab = rng.choice([" ", "\t"])
    for i, f in enumerate(fields):
        if f.lower().startswith(name.lower().encode() + b":"):
            flat = re.sub(r"\r\n[ \t]+", " ", f[:-2].decode())
            how = rng.choice([
                lambda: ("\r\n" + tab).join(textwrap.wrap(flat, width, break_long_words=False, break_on_hyphens=False)),
                lambda: flat,
                lambda: re.sub(r"\r\n[ \t]+", "\r\n" + tab, f[:-2].decode()),
                lambda: re.sub(r"([,;]) ", r"\1\r\n" + tab, flat),
            ])
            new = how().encode() + b"\r\n"
            if new == f:
                return None
            fields[i] = new
    return join(fields, body), {"field": name}


@change("header-whitespace", proven=1)
def spaces(w, s, rng):
    m = sign(s, rng, rng.choice(ANY)(rng), header="simple")
    name = rng.choice(["Subject", "Date", "To", "From"])
    fields, body = split(m)
    for i, f in enumerate(fields):
        if f.startswith(name.encode() + b":"):
            fields[i] = rng.choice([lambda: f.replace(b": ", b":", 1), lambda: f[:-2] + b" \r\n", lambda: f.replace(b": ", b":  ", 1), lambda: f.replace(b": ", b":\t", 1)])()
    return join(fields, body), {"field": name}


@change("header-case-changed", proven=1)
def cases(w, s, rng):
    m = sign(s, rng, rng.choice(ANY)(rng), header="simple", names=["From", "To", "Subject", "Date", "Message-ID"])
    fields, body = split(m)
    how = rng.choice([(b"Message-ID", b"Message-Id"), (b"Message-ID", b"Message-id"), (b"Subject", b"SUBJECT"), (b"Date", b"date"), (b"To", b"to")])
    return join([how[1] + f[len(how[0]):] if f.startswith(how[0] + b":") else f for f in fields], body), {"field": how[0].decode()}


@change("header-value-changed", proven=1)
def date_normalized(w, s, rng):
    m = sign(s, rng, rng.choice(ANY)(rng))
    table = {b"Mon, 5 Jan 2026 14:03:11 +0100": [b"Mon, 05 Jan 2026 13:03:11 +0000", b"Mon, 5 Jan 2026 08:03:11 -0500", b"Mon, 05 Jan 2026 14:03:11 +0100", b"Mon, 5 Jan 2026 13:03:11 +0000 (UTC)"], b"Thu, 01 Jan 2026 08:00:09 -0500": [b"Thu, 1 Jan 2026 13:00:09 +0000", b"Thu, 1 Jan 2026 08:00:09 -0500"], b"Fri, 2 Jan 2026 23:59:01 +0000": [b"Sat, 3 Jan 2026 00:59:01 +0100", b"Fri, 02 Jan 2026 23:59:01 GMT", b"Sat, 03 Jan 2026 00:59:01 +0100"]}
    return field_of(m, "Date", lambda v: rng.choice(table[v])), {"field": "Date"}


@change("header-value-changed", proven=1)
def boxes_rewritten(w, s, rng):
    m = sign(s, rng, rng.choice(ANY)(rng))
    name = rng.choice(["From", "To"])
    how = rng.choice([
        lambda v: re.sub(rb'^"([^",]*)" <', rb"\1 <", v) if v.startswith(b'"') else re.sub(rb"^([^\"<,]+) <", rb'"\1" <', v),
        lambda v: re.sub(rb", ?", b",\r\n\t", v) if b">" in v and b"," in v and b'"' not in v else None,
        lambda v: re.sub(rb"^[^<]*<(.*)>$", rb"\1", v) if v.count(b"@") == 1 and b"<" in v else b"<" + v + b">",
        lambda v: b"<" + v + b">" if b"<" not in v and v.count(b"@") == 1 else None,
    ])
    made = field_of(m, name, how)
    return made, {"any": 1}


@change("header-value-changed")
def id_replaced(w, s, rng):
    m = sign(s, rng, rng.choice(ANY)(rng))
    old = re.search(rb"Message-ID: (.*)\r", m).group(1)
    m = field_of(m, "Message-ID", lambda v: rng.choice([b"<0102018d%x-000000@eu-west-1.amazonses.com>" % rng.getrandbits(60), b"<DB9PR0%X@DB9PR01.eurprd01.prod.outlook.com>" % rng.getrandbits(40)]))
    if rng.random() < 0.5:
        fields, body = split(m)
        m = join(fields + [rng.choice([b"X-Original-Message-ID: ", b"X-Google-Original-Message-ID: ", b"X-Microsoft-Original-Message-ID: "]) + old + b"\r\n"], body)
    return m, {}


@change("header-value-changed", proven=1)
def reencoded_subject(w, s, rng):
    text = "%s %s %s" % (rng.choice(["Grüße", "Angebot für", "Änderung"]), rng.choice(["Zürich", "München", "das Büro"]), rng.choice(["2026", "und mehr", ""]))
    text = text.strip()
    forms = [email.header.Header(text, "utf-8").encode().replace("\n", "\r\n"), "=?UTF-8?B?%s?=" % base64.b64encode(text.encode()).decode(), "=?UTF-8?Q?%s?=" % "".join(c if c.isascii() and c.isalnum() else "_" if c == " " else "".join("=%02X" % b for b in c.encode()) for c in text), "=?iso-8859-1?Q?%s?=" % "".join(c if c.isascii() and c.isalnum() else "_" if c == " " else "=%02X" % ord(c) for c in text)]
    a, b = rng.sample(forms, 2)
    m = field_of(rng.choice(ANY)(rng), "Subject", lambda v: a.encode())
    return field_of(sign(s, rng, m, header="relaxed"), "Subject", lambda v: b.encode()), {"field": "Subject"}


@change("header-value-changed", proven=1)
def version_comment(w, s, rng):
    m = sign(s, rng, rng.choice([apple, thunderbird])(rng))
    return field_of(m, "MIME-Version", lambda v: b"1.0" if v != b"1.0" else b"1.0 (produced by relay)"), {"field": "MIME-Version"}


@change("header-dropped", proven=1)
def dropped(w, s, rng):
    m = sign(s, rng, rng.choice([thunderbird, mutt, gmail, outlook])(rng), names=USUAL + ["Content-Language", "Accept-Language", "Content-Disposition"])
    name = rng.choice(["MIME-Version", "Content-Transfer-Encoding", "Content-Language", "Content-Disposition"])
    m = set_field(m, name, None) if re.search(rb"(?im)^%s:" % name.encode(), m.partition(b"\r\n\r\n")[0]) else None
    return m, {"field": name}


@change("header-added-oversigned", proven=1)
def added(w, s, rng):
    name = rng.choice(["Cc", "Reply-To", "Sender", "In-Reply-To", "List-Id", "List-Unsubscribe", "List-Post"])
    m = sign(s, rng, rng.choice([thunderbird, mutt])(rng), names=OVERSIGNED + ["Sender", "List-Id", "List-Unsubscribe", "List-Post", "List-Subscribe"])
    fields, body = split(m)
    if any(f.lower().startswith(name.lower().encode() + b":") for f in fields):
        return None
    values = {"Cc": b"list@lists.example.org", "Reply-To": b"list@lists.example.org", "Sender": b"list-bounces@lists.example.org", "In-Reply-To": b"<x@example.org>", "List-Id": b"Dev <dev.lists.example.org>", "List-Unsubscribe": b"<mailto:dev-leave@lists.example.org>", "List-Post": b"<mailto:dev@lists.example.org>"}
    new = [name.encode() + b": " + values[name] + b"\r\n"]
    if name.startswith("List") and rng.random() < 0.5:
        new += [b"List-Subscribe: <mailto:dev-join@lists.example.org>\r\n"]
    return join(fields + new, body), {}


@change("content-type-rewritten", proven=1)
def type_rewritten(w, s, rng):
    m = sign(s, rng, rng.choice([thunderbird, mutt, newsletter, gmail])(rng))

    def alter(v):
        return rng.choice([
            lambda: re.sub(rb"charset=\"?([\w-]+)\"?", lambda x: b'charset="' + x.group(1).lower() + b'"', v),
            lambda: v.replace(b"; ", b";\r\n\t") + b"; format=flowed" if b"format" not in v and b"plain" in v else v.replace(b"; format=flowed", b""),
            lambda: v.replace(b'"', b"") if b'"' in v else v.replace(b"utf-8", b"UTF-8"),
            lambda: re.sub(rb"; charset=[\w-]+", b"", v),
            lambda: v.replace(b"UTF-8", b"utf-8").replace(b"us-ascii", b"US-ASCII"),
            lambda: re.sub(rb"charset=([\w-]+)", rb'charset="\1"', v),
        ])()

    return field_of(m, "Content-Type", alter), {}


@change("header-8bit-to-encoded-word", proven=1)
def encoded(w, s, rng):
    text = rng.choice(["Größe und Preis", "Señor García", "Übersicht März"])
    m = field_of(rng.choice(ANY)(rng), "Subject", lambda v: text.encode())
    return field_of(sign(s, rng, m), "Subject", lambda v: email.header.Header(text, "utf-8").encode().encode()), {"field": "Subject"}


# -- what nobody can explain ---------------------------------------------------------


@change(None)
def forged(w, s, rng):
    a, b = sign(s, rng, rng.choice(ANY)(rng)), rng.choice(ANY)(rng)
    return split(a)[0][0] + b, {}


@change(None)
def body_replaced(w, s, rng):
    m = sign(s, rng, rng.choice([thunderbird, mutt])(rng))
    return body_of(m, lambda b: prose(rng).encode()), {}


@change(None)
def signature_moved(w, s, rng):
    """The signature and the subject of one message on another of the same writer."""
    a, b = sign(s, rng, thunderbird(rng)), thunderbird(rng)
    first = split(a)[0]
    fields, body = split(b)
    return join([first[0]] + first[1:4] + fields[3:], body), {}


if __name__ == "__main__":
    sys.exit(transit.main())
