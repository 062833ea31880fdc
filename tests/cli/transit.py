#!/usr/bin/python3
"""Messages changed on their way, for `dkim-verify --explain`: signs what people
write, changes it as software does, and holds the explanation against what was
done. It shares no code with the tools.

  transit.py FOLDER [--seed N] [--rounds N] [--only CODE] [--verbose]

FOLDER gets keys, a zone and the messages; one line a change: how many of its
messages were explained by the right code first, how many of those proven. The
exit status is 1 when a change that must always be proven was not, or when
anything was proven that did not happen.
"""
import argparse
import base64
import collections
import email.header
import hashlib
import json
import os
import quopri
import random
import re
import subprocess
import sys
import textwrap
import time
import urllib.parse

NOW = 1767348000
slowest = (0, "")
TOP = os.path.dirname(os.path.abspath(__file__))

# -- signing: RFC 6376, with openssl's help ------------------------------------


def header_form(how, raw):
    if how == "simple":
        return raw
    name, value = raw.split(b":", 1)
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b""))
    return name.strip(b" \t").lower() + b":" + value.strip(b" ") + b"\r\n"


def body_form(how, body):
    if how == "relaxed":
        lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
        body = b"\r\n".join(lines)
    while body.endswith(b"\r\n"):
        body = body[:-2]
    return body + b"\r\n" if body or how == "simple" else b""


def fold_b64(text, width=64):
    return b"\r\n\t ".join(text[i : i + width] for i in range(0, len(text), width))


class Signer:
    def __init__(self, folder):
        self.folder = folder
        self.files = {}
        with open(os.path.join(folder, "zone"), "w") as zone:
            for name, args in (
                ("mail", ["genrsa", "2048"]),
                ("small", ["genrsa", "1024"]),
                ("other", ["genrsa", "2048"]),
                ("ed", ["genpkey", "-algorithm", "ed25519"]),
                ("ed2", ["genpkey", "-algorithm", "ed25519"]),
            ):
                path = os.path.join(folder, name + ".private")
                if not os.path.exists(path):
                    old = os.umask(0o077)
                    subprocess.run(["openssl", args[0], "-out", path] + args[1:], check=True, stderr=subprocess.DEVNULL)
                    os.umask(old)
                self.files[name] = path
                zone.write(self.record(name, self.text(name)))

    def key(self, name):
        sys.path.insert(0, TOP)
        import importlib.util

        if not hasattr(self, "forge"):
            source = open(os.path.join(TOP, "forge.py")).read().rsplit("\nmain()\n", 1)[0]
            self.forge = {"__name__": "forge", "__file__": os.path.join(TOP, "forge.py")}
            exec(compile(source, "forge.py", "exec"), self.forge)
        return self.forge["Key"](self.files[name])

    def p(self, name):
        return base64.b64encode(self.key(name).p()).decode()

    def text(self, name):
        return "v=DKIM1; k=%s; p=%s" % (self.key(name).word(), self.p(name))

    def record(self, name, text, owner=None):
        octets = text.encode()
        strings = []
        for at in range(0, max(len(octets), 1), 255):
            strings.append('"%s"' % "".join(chr(c) if 32 <= c < 127 and c not in b'"\\' else "\\%03d" % c for c in octets[at : at + 255]))
        return "%s IN TXT %s\n" % (owner or name + "._domainkey.example.com.", " ".join(strings))

    def sign(self, message, selector="mail", canon="relaxed/relaxed", names=None, length=None, extra=(), style=0, z=False):
        fields, body = split(message)
        header_how, body_how = canon.split("/")
        octets = body_form(body_how, body)
        if length == "all":
            length = len(octets)
        if length is not None:
            octets = octets[:length]
        if names is None:
            names = [field.split(b":")[0].decode() for field in fields]
        key = self.key(selector)
        tags = [
            ("v", "1"),
            ("a", key.word() + "-sha256"),
            ("c", canon),
            ("d", "example.com"),
            ("s", selector),
            ("t", str(NOW - 20)),
            *extra,
            ("h", ":".join(names)),
            ("bh", base64.b64encode(hashlib.sha256(octets).digest()).decode()),
        ]
        if length is not None:
            tags.insert(5, ("l", str(length)))
        if z:
            copies = []
            for field in fields:
                name, value = field[:-2].split(b":", 1)
                coded = "".join(chr(c) if 33 <= c < 127 and c not in b";=|" else "=%02X" % c for c in value)
                copies.append(name.decode() + ":" + coded)
            tags.insert(5, ("z", "|".join(copies)))
        join = ("; ", ";\r\n\t", ";\r\n ", "; ")[style]
        raw = ("DKIM-Signature: " + join.join("%s=%s" % tag for tag in tags) + join + "b=").encode()
        if style == 3:
            raw = raw.replace(b"; bh=", b";\r\n\tbh=").replace(b"; h=", b";\r\n h=")
        left = list(fields)
        data = b""
        for name in names:
            for i in range(len(left) - 1, -1, -1):
                if left[i].split(b":")[0].strip().lower() == name.lower().encode():
                    data += header_form(header_how, left.pop(i))
                    break
        data += header_form(header_how, raw + b"\r\n")[:-2]
        value = base64.b64encode(key.sign(hashlib.sha256(data).digest()))
        return raw + fold_b64(value) + b"\r\n" + b"".join(fields) + b"\r\n" + body


def split(message):
    head, _, body = message.partition(b"\r\n\r\n")
    fields = []
    for line in (head + b"\r\n").split(b"\r\n")[:-1]:
        if line[:1] in (b" ", b"\t"):
            fields[-1] += line + b"\r\n"
        else:
            fields.append(line + b"\r\n")
    return fields, body


def join(fields, body):
    return b"".join(fields) + b"\r\n" + body


# -- what people write ---------------------------------------------------------

VOCABULARY = (
    "dinner ready budget report please find attached the quarterly numbers we discussed on "
    "Monday let me know if anything is missing thanks for your patience with this matter and "
    "see you at the meeting next week kind regards invoice project release notes server down "
    "again could you check whether backup ran last night I think that it did not because of disk"
).split()
GERMAN = "Grüße aus Köln wir möchten Ihnen für Ihre Bestellung danken über die Änderung späten Frühstück größer schöne Straße".split()


class Writer:
    def __init__(self, rng):
        self.rng = rng

    def words(self, n, accents=False):
        pool = VOCABULARY + (GERMAN * 3 if accents else [])
        return [self.rng.choice(pool) for _ in range(n)]

    def sentence(self, accents=False):
        text = " ".join(self.words(self.rng.randint(5, 16), accents))
        return text[0].upper() + text[1:] + self.rng.choice(".!?.")

    def paragraph(self, accents=False, width=None):
        text = " ".join(self.sentence(accents) for _ in range(self.rng.randint(1, 4)))
        width = width or self.rng.choice([60, 66, 72, 76])
        return "\n".join(textwrap.wrap(text, width))

    def plain(self, accents=False):
        parts = ["Hello %s," % self.rng.choice(["Sue", "Bob", "team", "all"])]
        parts += [self.paragraph(accents) for _ in range(self.rng.randint(1, 5))]
        if self.rng.random() < 0.5:
            parts.append("Link: https://www.example.com/%s?id=%d&x=%s" % (self.rng.choice(VOCABULARY), self.rng.randint(1, 9999), self.rng.choice(VOCABULARY)))
        parts.append("Best regards\n%s\n-- \nJoe Smith, Example Inc.\nhttp://example.com/" % self.rng.choice(["Joe", "Joe Smith"]))
        return "\n\n".join(parts) + "\n"

    def html(self, accents=False):
        paragraphs = "\n".join("<p>%s</p>" % self.paragraph(accents) for _ in range(self.rng.randint(1, 4)))
        return (
            '<html><head><meta charset="utf-8"></head>\n<body style="margin:0">\n%s\n'
            '<p><a href="https://www.example.com/offer?id=%d&amp;x=1">Offer</a></p>\n</body></html>\n' % (paragraphs, self.rng.randint(1, 9999))
        )

    def encode(self, text, how):
        octets = text.replace("\n", "\r\n").encode()
        if how == "base64":
            return base64.encodebytes(octets).replace(b"\n", b"\r\n")
        if how == "quoted-printable":
            return quopri.encodestring(text.encode()).replace(b"\n", b"\r\n")
        return octets

    def headers(self, ctype, cte, accents=False):
        rng = self.rng
        subject = self.sentence(accents and rng.random() < 0.5).rstrip(".!?")[:60].strip()
        if any(ord(c) > 126 for c in subject):
            subject = email.header.Header(subject, "utf-8").encode().replace("\n", "\r\n")
        head = [
            "Received: from a.example by b.example; Fri, 2 Jan 2026 09:59:50 +0000",
            "From: %s" % rng.choice(['Joe Smith <joe@example.com>', '"Joe Smith" <joe@example.com>', "joe@example.com", '"Smith, Joe" <joe@example.com>']),
            "To: %s" % rng.choice(["sue@example.net", "Sue <sue@example.net>", '"Sue Jones" <sue@example.net>, bob@example.org']),
            "Subject: " + subject,
            "Date: %s" % rng.choice(["Fri, 2 Jan 2026 10:59:40 +0100", "Fri, 02 Jan 2026 09:59:40 +0000", "Fri, 2 Jan 2026 01:59:40 -0800 (PST)"]),
            "Message-ID: <%d.%s@mail.example.com>" % (rng.randint(1000, 99999), rng.choice(VOCABULARY)),
            "MIME-Version: 1.0",
            "Content-Type: " + ctype,
        ]
        if cte:
            head.append("Content-Transfer-Encoding: " + cte)
        if rng.random() < 0.3:
            head.insert(5, "Reply-To: joe@example.com")
        if rng.random() < 0.3:
            head.append("X-Mailer: Mailer 1.%d" % rng.randint(0, 9))
        return ("\r\n".join(head) + "\r\n\r\n").encode()

    def text_message(self, cte=None, accents=None):
        cte = cte or self.rng.choice(["7bit", "8bit", "quoted-printable", "base64"])
        accents = cte != "7bit" if accents is None else accents
        ctype = self.rng.choice(["text/plain; charset=utf-8", 'text/plain; charset="utf-8"', "text/plain; charset=UTF-8; format=flowed"])
        return self.headers(ctype, cte, accents) + self.encode(self.plain(accents), cte)

    def html_message(self, cte=None):
        cte = cte or self.rng.choice(["7bit", "8bit", "quoted-printable", "base64"])
        return self.headers("text/html; charset=utf-8", cte) + self.encode(self.html(cte != "7bit"), cte)

    def multipart(self, ctes=None, kind="alternative"):
        b = "=_%08x" % self.rng.getrandbits(32)
        ctes = ctes or [self.rng.choice(["7bit", "8bit", "quoted-printable", "base64"]) for _ in range(2)]
        accents = "8bit" in ctes
        parts = []
        for cte, ctype, text in (
            (ctes[0], "text/plain", self.plain(ctes[0] != "7bit")),
            (ctes[1], "text/html", self.html(ctes[1] != "7bit")),
        ):
            content = self.encode(text, cte)
            parts.append(("--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (b, ctype, cte)).encode() + content)
        body = b"\r\n".join(parts) + ("\r\n--%s--\r\n" % b).encode()
        if self.rng.random() < 0.5:
            body = b"This is a multi-part message in MIME format.\r\n" + body
        return self.headers('multipart/%s; boundary="%s"' % (kind, b), None, accents) + body

    def any_message(self):
        return self.rng.choice([self.text_message, self.html_message, self.multipart, self.text_message])()


# -- what software does --------------------------------------------------------

CHANGES = []


def change(code, **how):
    """A change: takes (writer, signer, rng) and gives (message, detail) or None."""

    def register(function):
        CHANGES.append((code, function, how))
        return function

    return register


def canon(rng, header=None, body=None):
    return "%s/%s" % (header or rng.choice(["simple", "relaxed"]), body or rng.choice(["simple", "relaxed"]))


def selector(rng):
    return rng.choice(["mail", "mail", "ed", "small"])


def signed(w, s, rng, message=None, header=None, body=None, **more):
    return s.sign(message or w.any_message(), selector(rng), canon(rng, header, body), style=rng.randint(0, 3), **more)


def with_body(message, change_body):
    head, gap, body = message.partition(b"\r\n\r\n")
    new = change_body(body)
    if new is None or new == body:
        return None
    return head + gap + new


FOOTERS = [
    "_______________________________________________\r\nDev mailing list\r\ndev@lists.example.org\r\nhttps://lists.example.org/listinfo/dev\r\n",
    "\r\n-- \r\nYou received this message because you are subscribed to the Google Groups \"dev\" group.\r\nTo unsubscribe, email dev+unsubscribe@googlegroups.com.\r\n",
    "\r\n------------------------------------\r\nYahoo Groups Links\r\n\r\n<*> To visit your group: http://groups.example/dev\r\n",
    "\r\n--\r\nThis email was scanned by Bitdefender\r\n",
    "\r\n\r\nThis message and any attachments are confidential. If you are not the\r\nintended recipient, delete it.\r\n",
    "-- \r\nThis email has been checked for viruses by Avast antivirus software.\r\nwww.avast.com\r\n",
]
BANNERS = [
    "[EXTERNAL EMAIL] Do not click links unless you know the sender.\r\n\r\n",
    "CAUTION: This email originated from outside of the organization.\r\nDo not click links or open attachments.\r\n________________________________\r\n\r\n",
    "** External **\r\n",
]


def footer_detail(text):
    return {"octets": len(text), "lines": text.count("\r\n")}


@change("body-footer-appended", proven=1)
def mailman_footer(w, s, rng):
    footer = rng.choice(FOOTERS)
    m = with_body(signed(w, s, rng, w.text_message(rng.choice(["7bit", "8bit"]))), lambda b: b + footer.encode())
    return m, footer_detail(footer)


@change("body-footer-appended", proven=1)
def footer_in_base64(w, s, rng):
    footer = rng.choice(FOOTERS)

    def alter(body):
        text = base64.b64decode(body) + footer.encode()
        return base64.encodebytes(text).replace(b"\n", b"\r\n")

    return with_body(signed(w, s, rng, w.text_message("base64")), alter), {}


@change("body-footer-appended", proven=1)
def footer_in_qp(w, s, rng):
    footer = rng.choice(FOOTERS)
    coded = quopri.encodestring(footer.replace("\r\n", "\n").encode()).replace(b"\n", b"\r\n")
    return with_body(signed(w, s, rng, w.text_message("quoted-printable")), lambda b: b + coded), {}


@change("body-footer-appended", proven=1)
def footer_in_html(w, s, rng):
    footer = rng.choice(['<p>Scanned by X</p>', '<br>\r\n<hr>\r\n<font size="1">Confidential</font>\r\n', '<div class="disclaimer">\r\n<p>Do not disclose</p></div>'])
    return with_body(
        signed(w, s, rng, w.html_message(rng.choice(["7bit", "8bit"]))), lambda b: b.replace(b"</body>", footer.encode() + b"</body>")
    ), {"octets": len(footer)}


@change("body-footer-in-multipart", proven=1)
def footer_part(w, s, rng):
    footer = rng.choice(FOOTERS)

    def alter(body):
        b = re.search(rb"--(=_[0-9a-f]+)--", body).group(1)
        part = b"\r\n--" + b + b"\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\nContent-Disposition: inline\r\n\r\n" + footer.encode()
        return body.replace(b"\r\n--" + b + b"--", part + b"\r\n--" + b + b"--")

    return with_body(signed(w, s, rng, w.multipart(kind="mixed")), alter), {}


@change("body-footer-in-multipart", proven=1)
def footer_in_first_part(w, s, rng):
    footer = rng.choice(FOOTERS)

    def alter(body):
        b = re.search(rb"--(=_[0-9a-f]+)--", body).group(1)
        at = body.index(b"\r\n--" + b, body.index(b"--" + b) + 5)
        return body[:at] + footer.encode() + body[at:]

    return with_body(signed(w, s, rng, w.multipart([rng.choice(["7bit", "8bit"]), "quoted-printable"])), alter), {}


@change("body-footer-in-multipart", proven=1)
def footer_in_both(w, s, rng):
    footer = rng.choice(FOOTERS)

    def alter(body):
        b = re.search(rb"--(=_[0-9a-f]+)--", body).group(1)
        at = body.index(b"\r\n--" + b, body.index(b"--" + b) + 5)
        body = body[:at] + footer.encode() + body[at:]
        return body.replace(b"</body>", b"<p>" + footer.replace("\r\n", "<br>\r\n").encode() + b"</p></body>")

    return with_body(signed(w, s, rng, w.multipart([rng.choice(["7bit", "8bit"]), "7bit"])), alter), {}


@change("body-footer-in-multipart", proven=1)
def wrapped_by_list(w, s, rng):
    footer = rng.choice(FOOTERS)
    m = signed(w, s, rng, w.text_message(rng.choice(["7bit", "8bit"])))
    fields, body = split(m)
    ctype = next(f for f in fields if f.lower().startswith(b"content-type"))
    cte = next(f for f in fields if f.lower().startswith(b"content-transfer"))
    b = b"===============123456789=="
    fields = [b'Content-Type: multipart/mixed; boundary="' + b + b'"\r\n' if f == ctype else f for f in fields if f != cte]
    body = b"--" + b + b"\r\n" + ctype + cte + b"\r\n" + body + b"\r\n--" + b + b'\r\nContent-Type: text/plain; charset="us-ascii"\r\nMIME-Version: 1.0\r\n\r\n' + footer.encode() + b"\r\n--" + b + b"--\r\n"
    return join(fields, body), {}


@change("body-banner-prepended", proven=1)
def banner_plain(w, s, rng):
    banner = rng.choice(BANNERS)
    return with_body(signed(w, s, rng, w.text_message(rng.choice(["7bit", "8bit", "quoted-printable"]))), lambda b: banner.encode() + b), {
        "octets": len(banner),
        "lines": banner.count("\r\n"),
    }


@change("body-banner-prepended", proven=1)
def banner_base64(w, s, rng):
    banner = rng.choice(BANNERS)
    return with_body(
        signed(w, s, rng, w.text_message("base64")),
        lambda b: base64.encodebytes(banner.encode() + base64.b64decode(b)).replace(b"\n", b"\r\n"),
    ), {}


@change("body-banner-prepended", proven=1)
def banner_html(w, s, rng):
    banner = rng.choice(['<div style="background:yellow">CAUTION: external</div>', "<table><tr><td>External\r\nemail</td></tr></table>\r\n<br>\r\n"])
    return with_body(
        signed(w, s, rng, w.html_message(rng.choice(["7bit", "8bit"]))),
        lambda b: b.replace(b'<body style="margin:0">', b'<body style="margin:0">' + banner.encode()),
    ), {"octets": len(banner)}


@change("body-banner-prepended", proven=1)
def banner_in_both(w, s, rng):
    banner = rng.choice(BANNERS)

    def alter(body):
        body = body.replace(b"\r\n\r\nHello", b"\r\n\r\n" + banner.encode() + b"Hello")
        return body.replace(b'<body style="margin:0">', b'<body style="margin:0"><div>CAUTION: external</div>')

    return with_body(signed(w, s, rng, w.multipart(["7bit", "7bit"])), alter), {}


@change("body-banner-prepended", proven=1)
def banner_in_both_encoded(w, s, rng):
    banner = rng.choice(BANNERS)

    def alter(body):
        def part(match):
            text = base64.b64decode(match.group(2))
            if b"<body" in text:
                text = text.replace(b'<body style="margin:0">', b'<body style="margin:0"><div>CAUTION: external</div>')
            else:
                text = banner.encode() + text
            return match.group(1) + base64.encodebytes(text).replace(b"\n", b"\r\n")

        return re.sub(rb"(base64\r\n\r\n)([A-Za-z0-9+/=\r\n]+?\r\n)(?=\r\n--)", part, body)

    return with_body(signed(w, s, rng, w.multipart(["base64", "base64"])), alter), {}


def links(wrap):
    def alter(body):
        return re.sub(rb"https://www\.example\.com/[^\s\"<>]*", lambda m: wrap(m.group(0).decode()).encode(), body)

    return alter


@change("body-line-rewritten", proven=1)
def safelinks(w, s, rng):
    m = signed(w, s, rng, w.text_message("7bit") if rng.random() < 0.7 else w.multipart(["7bit", "7bit"]))
    wrap = rng.choice(
        [
            lambda u: "https://eur01.safelinks.protection.outlook.com/?url=%s&data=05%%7C01&sdata=abc%%3D&reserved=0" % urllib.parse.quote(u, safe=""),
            lambda u: "https://urldefense.com/v3/__%s__;!!ABC123!xyz-abc$" % u,
            lambda u: "https://urldefense.proofpoint.com/v2/url?u=%s&d=DwMF&c=abc" % urllib.parse.quote(u, safe="/").replace("_", "%5F").replace("-", "%2D").replace("%", "-").replace("/", "_"),
            lambda u: "https://www.google.com/url?q=%s&source=gmail&ust=1700" % urllib.parse.quote(u, safe=""),
            lambda u: "https://linkprotect.cudasvc.com/url?a=%s&c=E,1,abc" % urllib.parse.quote(u, safe="").lower(),
        ]
    )
    return with_body(m, links(wrap)), {"offset": None}


@change("body-line-rewritten", proven=1)
def defanged(w, s, rng):
    m = signed(w, s, rng, w.text_message("7bit"))
    how = rng.choice([lambda b: b.replace(b"http", b"hxxp"), lambda b: b.replace(b"example.com/", b"example[.]com/")])
    return with_body(m, how), {"offset": None}


@change("body-trailing-space-stripped", proven=1)
def trailing_signature(w, s, rng):
    return with_body(signed(w, s, rng, w.text_message("7bit"), body="simple"), lambda b: b.replace(b"-- \r\n", b"--\r\n")), {}


@change("body-trailing-space-stripped")
def trailing_flowed(w, s, rng):
    m = w.text_message("7bit")
    head, gap, body = m.partition(b"\r\n\r\n")
    body = re.sub(rb"([^\r\n]{45,})\r\n(?=[A-Za-z])", rb"\1 \r\n", body)
    m = signed(w, s, rng, head + gap + body, body="simple")
    return with_body(m, lambda b: re.sub(rb"[ \t]+\r\n", b"\r\n", b)), {}


@change("body-trailing-space-stripped", proven=1)
def trailing_some(w, s, rng):
    m = w.text_message("7bit")
    head, gap, body = m.partition(b"\r\n\r\n")
    lines = body.replace(b"-- \r\n", b"--\r\n").split(b"\r\n")
    for i in rng.sample(range(len(lines) - 1), rng.randint(1, 2)):
        lines[i] += rng.choice([b" ", b" "])
    m = signed(w, s, rng, head + gap + b"\r\n".join(lines), body="simple")
    return with_body(m, lambda b: re.sub(rb"[ \t]+\r\n", b"\r\n", b)), {}


@change("body-tabs-to-spaces")
def tabs(w, s, rng):
    m = w.text_message("7bit")
    head, gap, body = m.partition(b"\r\n\r\n")
    table = "".join("%s\t%d\t%s\r\n" % (rng.choice(VOCABULARY), rng.randint(1, 999), rng.choice(VOCABULARY)) for _ in range(rng.randint(1, 6)))
    if rng.random() < 0.5:
        table = "".join("\t%s\r\n" % rng.choice(VOCABULARY) for _ in range(rng.randint(1, 6)))
    m = signed(w, s, rng, head + gap + table.encode() + body, body="simple")
    size = rng.choice([8, 8, 4])
    how = rng.choice([lambda b: b.expandtabs(size), lambda b: b.replace(b"\t", b" " * size), lambda b: b.replace(b"\t", b" " * 4)])
    return with_body(m, how), {"tabs": table.count("\t")}


@change("body-rewrapped", proven=1)
def rewrapped(w, s, rng):
    m = w.headers("text/plain; charset=utf-8", "7bit")
    lines = []
    for _ in range(rng.randint(1, 4)):
        lines += [" ".join(w.words(rng.randint(30, 90))), ""]
    m = signed(w, s, rng, m + "\r\n".join(lines + [""]).encode())
    width = rng.choice([72, 76, 78, 80])

    def alter(body):
        return b"\r\n".join(textwrap.fill(line.decode(), width, break_long_words=False).replace("\n", "\r\n").encode() for line in body.split(b"\r\n"))

    def breaks(message):
        return message.count(b"\r\n")

    new = with_body(m, alter)
    return new, {"breaks": breaks(new) - breaks(m)}


@change("body-rewrapped", proven=1)
def cut_at_limit(w, s, rng):
    m = w.headers("text/html; charset=utf-8", "7bit")
    long = "<p>" + "".join("<span>%s</span> " % word for word in w.words(rng.randint(80, 300))) + "</p>"
    m = signed(w, s, rng, m + ("<html>\r\n%s\r\n</html>\r\n" % long).encode())
    width = rng.choice([998, 990, 512, 1000])
    mark = rng.choice([b"\r\n", b"\r\n ", b"!\r\n "])

    def alter(body):
        out = []
        for line in body.split(b"\r\n"):
            while len(line) > width:
                out.append(line[: width - (mark[:1] == b"!")] + mark)
                line = line[width - (mark[:1] == b"!") :]
            out.append(line + b"\r\n")
        return b"".join(out)[:-2]

    return with_body(m, alter), {"breaks": None}


def set_field(message, name, value):
    fields, body = split(message)
    out = []
    for f in fields:
        if f.split(b":")[0].lower() == name.lower().encode():
            if value is None:
                continue
            f = name.encode() + b": " + value + b"\r\n"
        out.append(f)
    return join(out, body)


@change("body-reencoded", proven=1)
def to_qp(w, s, rng):
    m = signed(w, s, rng, w.text_message("8bit"))
    m = with_body(m, lambda b: quopri.encodestring(b.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"))
    return set_field(m, "Content-Transfer-Encoding", b"quoted-printable"), {"from": "8bit", "to": "quoted-printable"}


@change("body-reencoded", proven=1)
def to_base64(w, s, rng):
    m = signed(w, s, rng, w.text_message("8bit"))
    lf = rng.random() < 0.5
    m = with_body(m, lambda b: base64.encodebytes(b.replace(b"\r\n", b"\n") if lf else b).replace(b"\n", b"\r\n"))
    return set_field(m, "Content-Transfer-Encoding", b"base64"), {"from": "8bit", "to": "base64"}


@change("body-reencoded", proven=1)
def from_base64(w, s, rng):
    m = signed(w, s, rng, w.text_message("base64"))
    m = with_body(m, lambda b: base64.b64decode(b))
    return set_field(m, "Content-Transfer-Encoding", b"8bit"), {"from": "base64", "to": "8bit"}


@change("body-reencoded", proven=1)
def from_qp(w, s, rng):
    m = signed(w, s, rng, w.text_message("quoted-printable"))
    m = with_body(m, lambda b: quopri.decodestring(b.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"))
    return set_field(m, "Content-Transfer-Encoding", b"8bit"), {"from": "quoted-printable", "to": "8bit"}


@change("body-reencoded", proven=1)
def other_width(w, s, rng):
    width = rng.choice([72, 64, 60, 19 * 4])
    text = base64.b64encode(w.plain(True).replace("\n", "\r\n").encode())
    m = w.headers("text/plain; charset=utf-8", "base64") + b"".join(text[i : i + width] + b"\r\n" for i in range(0, len(text), width))
    now = rng.choice([x for x in (76, 72, 64, 60) if x != width])
    return with_body(signed(w, s, rng, m), lambda b: b"".join(text[i : i + now] + b"\r\n" for i in range(0, len(text), now))), {
        "from": "base64",
        "to": "base64",
    }


@change("body-reencoded", proven=1)
def parts_to_qp(w, s, rng):
    m = signed(w, s, rng, w.multipart(["8bit", "8bit"]))

    def alter(body):
        def part(match):
            text = match.group(2).replace(b"\r\n", b"\n")
            return b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + quopri.encodestring(text).replace(b"\n", b"\r\n")

        return re.sub(rb"(Content-Transfer-Encoding: 8bit\r\n\r\n)(.*?)(?=\r\n--=_)", part, body, flags=re.S)

    return with_body(m, alter), {"from": "8bit", "to": "quoted-printable"}


@change("body-charset-converted", proven=1)
def to_latin1(w, s, rng):
    charset = rng.choice(["iso-8859-1", "windows-1252", "iso-8859-15"])
    m = signed(w, s, rng, w.text_message("8bit"))
    m = with_body(m, lambda b: b.decode().encode(charset))
    if m is None:
        return None
    return set_field(m, "Content-Type", b"text/plain; charset=" + charset.encode()), {"from": "utf-8", "to": charset}


@change("body-charset-converted", proven=1)
def to_utf8(w, s, rng):
    m = w.headers("text/plain; charset=iso-8859-1", "8bit") + w.plain(True).replace("\n", "\r\n").encode("iso-8859-1")
    m = with_body(signed(w, s, rng, m), lambda b: b.decode("iso-8859-1").encode())
    if m is None:
        return None
    return set_field(m, "Content-Type", b"text/plain; charset=utf-8"), {"from": "iso-8859-1", "to": "utf-8"}


def insert_lines(message, rng, lines):
    head, gap, body = message.partition(b"\r\n\r\n")
    all_lines = body.split(b"\r\n")
    for line in lines:
        all_lines.insert(rng.randrange(len(all_lines) - 1), line)
    return head + gap + b"\r\n".join(all_lines)


@change("body-from-quoted", proven=1)
def from_quoted(w, s, rng):
    n = rng.randint(1, 3)
    m = signed(w, s, rng, insert_lines(w.text_message("7bit"), rng, [b"From here on it is clear"] * n))
    return with_body(m, lambda b: re.sub(rb"(?m)^From ", b">From ", b)), {"lines": n}


@change("body-dot-stuffed", proven=1)
def dot_stuffed(w, s, rng):
    n = rng.randint(1, 3)
    m = signed(w, s, rng, insert_lines(w.text_message("7bit"), rng, [rng.choice([b".profile is a file", b"..", b"...and so on"])] * n))
    return with_body(m, lambda b: re.sub(rb"(?m)^\.", b"..", b)), {"lines": n}


@change("body-dot-unstuffed", proven=1)
def dot_unstuffed(w, s, rng):
    line = rng.choice([b".profile is a file", b"...and so on", b"..b"])
    n = 1 if line[1:2] != b"." else rng.randint(1, 3)
    m = signed(w, s, rng, insert_lines(w.text_message("7bit"), rng, [line] * n))
    return with_body(m, lambda b: re.sub(rb"(?m)^\.", b"", b)), {"lines": n}


@change("body-blank-lines-changed", proven=1)
def blank_lines(w, s, rng):
    m = w.text_message("7bit")
    kind = rng.randint(0, 4)
    if kind in (0, 1):
        m = m.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + m.partition(b"\r\n\r\n")[2].replace(b"\r\n\r\n", b"\r\n\r\n\r\n", rng.choice([1, 2, -1]))
    m = signed(w, s, rng, m)
    how = [
        lambda b: re.sub(rb"(\r\n){3,}", b"\r\n\r\n", b),
        lambda b: re.sub(rb"(\r\n){3,}", b"\r\n\r\n", b),
        lambda b: b.replace(b"\r\n\r\n", b"\r\n\r\n\r\n"),
        lambda b: b.replace(b"\r\n", b"\r\n\r\n"),
        lambda b: b.replace(b"\r\n\r\n", b"\r\n", 1),
    ][kind]
    return with_body(m, how), {}


@change("body-blank-lines-changed", proven=1)
def blank_lines_collapsed(w, s, rng):
    text = "".join("%s\r\n%s" % (w.sentence(), "\r\n" * rng.choice([1, 1, 2, 3])) for _ in range(5))
    m = signed(w, s, rng, w.headers("text/plain", "7bit") + text.encode() + b"end\r\n")
    return with_body(m, lambda b: re.sub(rb"(\r\n){3,}", b"\r\n\r\n", b)), {}


@change("body-line-rewritten", proven=1)
def letter(w, s, rng):
    m = signed(w, s, rng, w.headers("text/plain", "7bit") + (w.plain()[:500] + "\n").replace("\n", "\r\n").encode())
    return with_body(m, lambda b: b[:100] + rng.choice([b"", b"z", b"zq"[:1] + b[100:101]]) + b[101:]), {"offset": None}


@change("body-truncated", proven=1)
def closing_lost(w, s, rng):
    m = signed(w, s, rng, w.multipart())
    return with_body(m, lambda b: re.sub(rb"(\r\n)?--=_[0-9a-f]+--\r\n$", rng.choice([b"", b"\r\n"]), b)), {}


@change("body-truncated")
def shorter_than_l(w, s, rng):
    m = signed(w, s, rng, w.text_message("7bit"), length="all")
    return with_body(m, lambda b: b[: len(b) * 2 // 3]), {"octets": None}


@change("body-final-newline", proven=1)
def final_newline(w, s, rng):
    m = signed(w, s, rng, w.text_message("7bit"), body="simple")
    how = rng.choice(
        [
            lambda b: b[:-1],
            lambda b: b[:-2] + b"\n",
            lambda b: b + b" \r\n",
            lambda b: b + b"\x1a",
            lambda b: b + b"\0",
            lambda b: b[:-2] + b"=\r\n",
        ]
    )
    return with_body(m, how), {"kind": None}


@change("line-endings-LF", proven=1)
def bare_lf(w, s, rng):
    m = signed(w, s, rng, w.any_message())
    n = m.partition(b"\r\n\r\n")[2].count(b"\r\n")
    return with_body(m, lambda b: b.replace(b"\r\n", b"\n")), {"lines": n}


@change("line-endings-CRCRLF", proven=1)
def crcrlf(w, s, rng):
    m = signed(w, s, rng, w.any_message())
    if rng.random() < 0.5:
        n = m.partition(b"\r\n\r\n")[2].count(b"\r\n")
        return with_body(m, lambda b: b.replace(b"\r\n", b"\r\r\n")), {"lines": n}
    return m.replace(b"\r\n", b"\r\r\n"), {"lines": m.count(b"\r\n")}


# -- fields


def change_field(message, name, how):
    fields, body = split(message)
    done = False
    for i, f in enumerate(fields):
        if not done and f.split(b":")[0].lower() == name.lower().encode():
            old, value = f[:-2].split(b":", 1)
            new = how(value.strip())
            if new is None or new == value.strip():
                return None
            fields[i] = old + b": " + new + b"\r\n"
            done = True
    return join(fields, body) if done else None


@change("subject-tag-added", proven=1)
def subject_tag(w, s, rng):
    tag = rng.choice(["[dev]", "[EXTERNAL]", "[lists.example.org]", "[EXT]", "EXTERNAL:", "(dev)"])
    m = signed(w, s, rng, header=rng.choice(["relaxed", "simple"]))
    return change_field(m, "Subject", lambda v: tag.encode() + b" " + v), {"field": "Subject", "tag": tag}


@change("subject-tag-added", proven=1)
def list_tag_and_footer(w, s, rng):
    m = signed(w, s, rng, w.text_message("7bit"))
    m = change_field(m, "Subject", lambda v: b"[dev] " + v)
    return with_body(m, lambda b: b + rng.choice(FOOTERS).encode()), {"any": 1, "field": "Subject", "tag": "[dev]"}


@change("subject-tag-removed", proven=1)
def subject_untagged(w, s, rng):
    tag = rng.choice([b"[dev]", b"[EXTERNAL]"])
    m = w.text_message("7bit").replace(b"Subject: ", b"Subject: " + tag + b" ")
    fields, body = split(m)
    fields.append(b"List-Id: Developers <dev.lists.example.org>\r\n")
    m = signed(w, s, rng, join(fields, body))
    return change_field(m, "Subject", lambda v: v.replace(tag + b" ", b"")), {"field": "Subject", "tag": tag.decode()}


@change("subject-spam-prefix-added", proven=1)
def spam_prefix(w, s, rng):
    tag = rng.choice(["***SPAM***", "[SPAM]", "{Spam?}", "*****SPAM*****", "[SPAM:####]", "SPAM:"])
    return change_field(signed(w, s, rng), "Subject", lambda v: tag.encode() + b" " + v), {"field": "Subject", "tag": tag}


@change("header-refolded", proven=1)
def refolded(w, s, rng):
    m = w.text_message("7bit").replace(b"Subject: ", b"Subject: " + " ".join(w.words(9)).encode() + b"\r\n ")
    m = signed(w, s, rng, m, header="simple")
    fold = rng.choice([b" ", b"\r\n\t"])
    fields, body = split(m)
    fields = [f.replace(b"\r\n ", fold) if f.startswith(b"Subject") else f for f in fields]
    return join(fields, body), {"field": "Subject"}


@change("header-refolded", proven=1)
def fold_added(w, s, rng):
    m = signed(w, s, rng, header="simple")
    m2 = change_field(m, "Subject", lambda v: v.replace(b" ", b"\r\n ", 1) if b"\r" not in v else None)
    return m2, {"field": "Subject"}


@change("header-refolded", proven=1)
def fold_lost_blank(w, s, rng):
    m = w.text_message("7bit").replace(b"Subject: ", b"Subject: " + " ".join(w.words(5)).encode() + b"\r\n ")
    m = signed(w, s, rng, m)
    fields, body = split(m)
    fields = [f.replace(b"\r\n ", b"") if f.startswith(b"Subject") else f for f in fields]
    return join(fields, body), {"field": "Subject"}


@change("header-refolded", proven=1)
def signature_refolded(w, s, rng):
    m = s.sign(w.any_message(), selector(rng), canon(rng, "simple"), style=rng.choice([1, 2]))
    fields, body = split(m)
    how = rng.choice([lambda f: f.replace(b";\r\n\t", b"; "), lambda f: f.replace(b";\r\n ", b"; "), lambda f: f.replace(b";\r\n\t", b";\r\n "), lambda f: f.replace(b";\r\n ", b";\r\n\t")])
    new = how(fields[0])
    return (join([new] + fields[1:], body) if new != fields[0] else None), {"field": "DKIM-Signature"}


@change("header-case-changed", proven=1)
def name_case(w, s, rng):
    m = signed(w, s, rng, header="simple")
    fields, body = split(m)
    i = rng.randrange(1, len(fields))
    if fields[i].startswith(b"Received"):
        return None
    name, value = fields[i].split(b":", 1)
    new = rng.choice([name.lower(), name.upper()])
    fields[i] = new + b":" + value
    return (join(fields, body) if new != name else None), {"field": name.decode()}


@change("header-whitespace", proven=1)
def header_whitespace(w, s, rng):
    m = signed(w, s, rng, header="simple")
    fields, body = split(m)
    i = rng.randrange(1, len(fields))
    name = fields[i].split(b":")[0].decode()
    how = rng.choice([lambda f: f.replace(b": ", b":  ", 1), lambda f: f.replace(b": ", b":", 1), lambda f: f[:-2] + b" \r\n", lambda f: f.replace(b": ", b":\t", 1)])
    fields[i] = how(fields[i])
    return join(fields, body), {"field": name}


@change("header-value-changed", proven=1)
def date_zone(w, s, rng):
    return change_field(signed(w, s, rng), "Date", lambda v: rng.choice([b"Fri, 2 Jan 2026 09:59:40 +0000", b"Fri, 02 Jan 2026 15:29:40 +0530", b"Fri, 2 Jan 2026 09:59:40 GMT"])), {"field": "Date"}


@change("header-value-changed", proven=1)
def display_name(w, s, rng):
    def alter(v):
        return {
            b"Joe Smith <joe@example.com>": b'"Joe Smith" <joe@example.com>',
            b'"Joe Smith" <joe@example.com>': b"Joe Smith <joe@example.com>",
            b'"Smith, Joe" <joe@example.com>': b'"Joe Smith" <joe@example.com>',
        }.get(v)

    return change_field(signed(w, s, rng), "From", alter), {"field": "From"}


@change("header-value-changed", proven=1)
def name_dropped(w, s, rng):
    m = re.sub(rb"From: .*\r\n", b"From: Joe Smith <joe@example.com>\r\n", w.text_message("7bit"))
    return change_field(signed(w, s, rng, m), "From", lambda v: b"joe@example.com"), {"field": "From"}


@change("header-value-changed", proven=1)
def from_munged(w, s, rng):
    m = signed(w, s, rng, names=["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"])
    fields, _ = split(m)
    old = next(f for f in fields if f.startswith(b"From"))[6:-2]
    name = re.sub(rb'[<"].*', b"", old.strip(b'"')).strip() or b"joe"
    m2 = change_field(m, "From", lambda v: b'"%s via Dev" <dev@lists.example.org>' % name)
    fields, body = split(m2)
    kept = rng.choice([b"Reply-To: ", b"X-Original-From: "])
    if any(f.startswith(b"Reply-To") for f in fields) and kept == b"Reply-To: ":
        return None
    fields.append(kept + old + b"\r\n")
    return join(fields, body), {"field": "From"}


@change("header-value-changed", proven=1)
def reply_prefix(w, s, rng):
    return change_field(signed(w, s, rng), "Subject", lambda v: rng.choice([b"Re: ", b"Fwd: ", b"AW: "]) + v), {"field": "Subject"}


@change("header-value-changed", proven=1)
def encoded_word_otherwise(w, s, rng):
    text = " ".join(w.words(2) + [rng.choice(GERMAN[:2])] + w.words(2))
    forms = [
        email.header.Header(text, "utf-8").encode().replace("\n", "\r\n"),
        "=?UTF-8?B?%s?=" % base64.b64encode(text.encode()).decode(),
        "=?UTF-8?Q?%s?=" % quopri.encodestring(text.encode(), header=True).decode().replace("=\n", ""),
        "=?iso-8859-1?Q?%s?=" % quopri.encodestring(text.encode("iso-8859-1"), header=True).decode().replace("=\n", ""),
    ]
    a, b = rng.sample(forms, 2)
    if len(a) > 75 and "\r\n" not in a:
        return None
    m = re.sub(rb"Subject: .*\r\n", lambda _: b"Subject: " + a.encode() + b"\r\n", w.text_message("7bit"))
    return change_field(signed(w, s, rng, m, header="relaxed"), "Subject", lambda v: b.encode()), {"field": "Subject"}


@change("header-value-changed")
def message_id(w, s, rng):
    m = signed(w, s, rng)
    fields, _ = split(m)
    old = next(f for f in fields if f.startswith(b"Message-ID"))[12:-2]
    m = change_field(m, "Message-ID", lambda v: b"<0100017f@email.amazonses.com>")
    fields, body = split(m)
    fields.insert(1, b"X-Google-Original-Message-ID: " + old + b"\r\n")
    return join(fields, body), {"field": "Message-ID"}


@change("header-dropped", proven=1)
def mime_version_dropped(w, s, rng):
    return set_field(signed(w, s, rng), rng.choice(["MIME-Version", "Content-Transfer-Encoding"]), None) if rng.random() < 0.7 else set_field(
        signed(w, s, rng, w.text_message("8bit")), "Content-Transfer-Encoding", None
    ), {}


@change("header-dropped")
def subject_dropped(w, s, rng):
    name = rng.choice(["Subject", "Date", "To"])
    return set_field(signed(w, s, rng), name, None), {"field": name}


@change("header-added-oversigned", proven=1)
def added(w, s, rng):
    names = ["From", "From", "To", "Subject", "Subject", "Date", "Message-ID", "Reply-To", "Cc", "Sender", "List-Unsubscribe"]
    m = s.sign(w.text_message(), selector(rng), canon(rng), names=names + ["Reply-To"])
    name = rng.choice(["Subject", "Cc", "Sender", "List-Unsubscribe"])
    fields, body = split(m)
    fields.insert(rng.choice([1, len(fields)]), name.encode() + b": " + rng.choice([b"someone@example.org", b"other"]) + b"\r\n")
    return join(fields, body), {"field": name}


@change("header-reordered", proven=1)
def reordered(w, s, rng):
    fields, body = split(w.text_message())
    fields += [b"X-Tag: %d\r\n" % i for i in range(rng.randint(2, 4))]
    m = signed(w, s, rng, join(fields, body))
    fields, body = split(m)
    at = [i for i, f in enumerate(fields) if f.startswith(b"X-Tag")]
    values = [fields[i] for i in at]
    new = values[::-1] if rng.random() < 0.5 else values[1:] + values[:1]
    for i, v in zip(at, new):
        fields[i] = v
    return join(fields, body), {"field": "X-Tag"}


@change("header-8bit-to-encoded-word", proven=1)
def eight_bit_header(w, s, rng):
    text = "%s aus %s" % (rng.choice(["Grüße", "Änderung"]), rng.choice(["Köln", "München"]))
    m = re.sub(rb"Subject: .*\r\n(?: .*\r\n)*", lambda _: b"Subject: " + text.encode() + b"\r\n", w.text_message("8bit", False))
    coded = rng.choice(
        [email.header.Header(text, "utf-8").encode(), "=?UTF-8?B?%s?=" % base64.b64encode(text.encode()).decode(), "=?utf-8?Q?%s?=" % quopri.encodestring(text.encode(), header=True).decode()]
    )
    return change_field(signed(w, s, rng, m), "Subject", lambda v: coded.encode()), {"field": "Subject"}


@change("content-type-rewritten", proven=1)
def content_type(w, s, rng):
    def alter(v):
        return rng.choice(
            [
                lambda v: v.replace(b'"', b"") if b'"' in v else re.sub(rb"=([^;]+)", rb'="\1"', v),
                lambda v: v.replace(b"utf-8", b"UTF-8") if b"utf-8" in v else v.replace(b"UTF-8", b"utf-8"),
                lambda v: v + b"; format=flowed" if b"format" not in v else v.replace(b"; format=flowed", b""),
                lambda v: v.replace(b"; charset=utf-8", b"") if b"charset=utf-8" in v else None,
            ]
        )(v)

    return change_field(signed(w, s, rng, w.text_message()), "Content-Type", alter), {"field": "Content-Type"}


# -- several at once


@change("body-banner-prepended", proven=1)
def banner_and_links(w, s, rng):
    banner = rng.choice(BANNERS)
    m = signed(w, s, rng, w.text_message("7bit"))
    wrap = lambda u: "https://eur01.safelinks.protection.outlook.com/?url=%s&data=05%%7C01&reserved=0" % urllib.parse.quote(u, safe="")
    return with_body(m, lambda b: banner.encode() + links(wrap)(b)), {"any": 1, "octets": len(banner)}


@change("body-footer-appended", proven=1)
def banner_and_footer(w, s, rng):
    m = signed(w, s, rng, w.text_message("7bit"))
    return with_body(m, lambda b: rng.choice(BANNERS).encode() + b + rng.choice(FOOTERS).encode()), {"any": 1}


@change("body-footer-appended", proven=1)
def quoted_from_and_footer(w, s, rng):
    m = signed(w, s, rng, insert_lines(w.text_message("7bit"), rng, [b"From here on it is clear"]))
    return with_body(m, lambda b: re.sub(rb"(?m)^From ", b">From ", b) + rng.choice(FOOTERS).encode()), {"any": 1}


@change("body-line-rewritten", proven=1)
def word_in_one_half(w, s, rng):
    b = "=_%08x" % rng.getrandbits(32)
    text = w.plain()
    part = "--%s\r\nContent-Type: text/%s\r\n\r\n%s\r\n"
    body = part % (b, "plain", text.replace("\n", "\r\n")) + part % (b, "html", "<html><p>" + text.replace("\n", "\r\n") + "</p></html>") + "--%s--\r\n" % b
    m = signed(w, s, rng, w.headers('multipart/alternative; boundary="%s"' % b, None) + body.encode())
    word = rng.choice([x for x in re.findall("[a-z]{4,}", text) if text.count(x) == 1] or ["Hello"])
    return with_body(m, lambda x: x.replace(word.encode(), b"REPLACED", 1)), {"offset": None}


@change("body-truncated", proven=1)
def closing_cut(w, s, rng):
    m = signed(w, s, rng, w.multipart())
    return m[: -rng.randint(3, 9)], {}


@change("body-charset-converted", proven=1)
def latin1_to_qp(w, s, rng):
    m = w.headers("text/plain; charset=iso-8859-1", "8bit") + w.plain(True).replace("\n", "\r\n").encode("iso-8859-1")
    m = with_body(signed(w, s, rng, m), lambda b: quopri.encodestring(b.decode("iso-8859-1").encode().replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n"))
    if m is None:
        return None
    m = set_field(m, "Content-Transfer-Encoding", b"quoted-printable")
    return set_field(m, "Content-Type", b"text/plain; charset=utf-8"), {"any": 1, "from": "iso-8859-1", "to": "utf-8"}


# -- the signature


def change_tag(message, tag, how):
    fields, body = split(message)
    head, value = fields[0].split(b":", 1)

    def alter(match):
        return match.group(1) + how(match.group(2))

    new = re.sub(rb"((?:^|;)\s*" + tag.encode() + rb"=)([^;]*)", alter, value[:-2], count=1)
    if new == value[:-2]:
        return None
    return join([head + b":" + new + b"\r\n"] + fields[1:], body)


def damage(rng, alphabet):
    def how(v):
        at = rng.randrange(len(v))
        while v[at : at + 1] in (b" ", b"\r", b"\n", b"\t"):
            at = rng.randrange(len(v))
        kind = rng.randint(0, 1)
        if kind == 0:
            return v[:at] + v[at + 1 :]
        return v[:at] + rng.choice([a for a in alphabet if a != v[at : at + 1].decode()]).encode() + v[at + 1 :]

    return how


@change("signature-damaged", proven=1)
def bh_damaged(w, s, rng):
    return change_tag(signed(w, s, rng), "bh", damage(rng, "ABCxyz019")), {"tag": "bh"}


@change("signature-damaged", proven=1)
def t_damaged(w, s, rng):
    return change_tag(signed(w, s, rng), "t", lambda v: v[:9] + (b"1" if v[9:10] != b"1" else b"2") + v[10:]), {"tag": "t"}


@change("signature-damaged", proven=1)
def h_damaged(w, s, rng):
    how = rng.choice([lambda v: v.lower(), lambda v: v.replace(b":Date", b""), lambda v: v.replace(b"Subject", b"Sbject")])
    return change_tag(signed(w, s, rng), "h", how), {"tag": "h"}


@change("signature-damaged", proven=1)
def d_damaged(w, s, rng):
    return change_tag(signed(w, s, rng), "d", rng.choice([lambda v: v.upper(), lambda v: v.replace(b"exam", b"exem")])), {"tag": "d"}


@change("signature-damaged", proven=1)
def c_damaged(w, s, rng):
    return change_tag(signed(w, s, rng), "c", lambda v: b"simple/simple" if v.startswith(b"relaxed") else b"relaxed/relaxed"), {"tag": "c"}


@change("signature-damaged", proven=1)
def b_damaged(w, s, rng):
    return change_tag(signed(w, s, rng), "b", damage(rng, "ABCxyz019")), {"tag": "b"}


# -- keys


def zone_with(s, text, owner=None, name="mail"):
    return s.record(name, text, owner)


@change("wrong-key")
def other_key(w, s, rng):
    which, other = rng.choice([("mail", "other"), ("mail", "small"), ("mail", "ed"), ("ed", "mail"), ("ed", "ed2")])
    m = s.sign(w.any_message(), which, canon(rng))
    return m, {"zone": zone_with(s, s.text(other), name=which), "name": which + "._domainkey.example.com"}


@change("key-truncated")
def truncated_key(w, s, rng):
    text = s.text("mail")
    at = rng.choice([255, 200, len(text) - 10, len(text) - 4, 300])
    return s.sign(w.any_message(), "mail", canon(rng)), {"zone": zone_with(s, text[:at]), "name": "mail._domainkey.example.com"}


@change("key-mangled", proven=1)
def mangled_key(w, s, rng):
    text = s.text("mail")
    if "+" not in text:
        return None
    p = s.p("mail")
    how = rng.choice(
        [
            text.replace(";", "\\;"),
            '"' + text[:200] + '" "' + text[200:] + '"',
            text.replace("+", " "),
            "v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----%s-----END PUBLIC KEY-----" % p,
            "v=DKIM1 k=rsa p=" + p,
            text[: len(text) - 150] + text[len(text) - 149 :],
            '"' + text + '"',
        ]
    )
    return s.sign(w.any_message(), "mail", canon(rng)), {"zone": zone_with(s, how), "name": "mail._domainkey.example.com"}


@change("key-mangled")
def lower_key(w, s, rng):
    return s.sign(w.any_message(), "mail", canon(rng)), {"zone": zone_with(s, "v=DKIM1; k=rsa; p=" + s.p("mail").lower())}


@change("key-revoked", proven=1)
def revoked(w, s, rng):
    return s.sign(w.any_message(), "mail", canon(rng)), {"zone": zone_with(s, "v=DKIM1; k=rsa; p="), "name": "mail._domainkey.example.com"}


@change("key-missing", proven=1)
def missing(w, s, rng):
    owner = rng.choice(["mail._domainkey.example.com.example.com.", "mail.domainkey.example.com.", "mail.example.com.", "elsewhere.example.com."])
    return s.sign(w.any_message(), "mail", canon(rng)), {"zone": zone_with(s, s.text("mail"), owner), "name": "mail._domainkey.example.com"}


@change("expired", proven=1)
def expired(w, s, rng):
    return s.sign(w.any_message(), selector(rng), canon(rng), extra=[("x", str(NOW - 10))]), {"at": NOW + 4000, "x": NOW - 10, "late": 4010}


# -- z=


@change("header-value-changed", proven=1)
def z_value(w, s, rng):
    m = signed(w, s, rng, z=True)
    return change_field(m, "To", lambda v: b"recipients of the list <dev@lists.example.org>"), {"field": "To"}


# -- what nobody can explain


@change(None)
def replaced(w, s, rng):
    m = signed(w, s, rng)
    return with_body(m, lambda b: w.plain().replace("\n", "\r\n").encode()), {}


@change(None)
def forged(w, s, rng):
    a, b = signed(w, s, rng), w.any_message()
    fields, _ = split(a)
    return fields[0] + b, {}


# -- the run -------------------------------------------------------------------


def explain(folder, message, detail, number):
    path = os.path.join(folder, "m%d" % number)
    with open(path, "wb") as file:
        file.write(message)
    zone = os.path.join(folder, "zone")
    if "zone" in detail:
        zone = os.path.join(folder, "zone%d" % number)
        with open(zone, "w") as file:
            file.write(detail.pop("zone"))
    at = detail.pop("at", NOW)
    start = time.time()
    run = subprocess.run(["dkim-verify", "--explain", "--json", "--zone=" + zone, "--at=%d" % at, path], capture_output=True)
    global slowest
    slowest = max(slowest, (time.time() - start, path))
    if run.returncode not in (0, 1, 2):
        print("exit %d: %s %s" % (run.returncode, path, run.stderr.decode(errors="replace")))
        return None, path
    return json.loads(run.stdout)["signatures"][0], path


def right_detail(cause, detail):
    for key, want in detail.items():
        if key == "any":
            continue
        got = cause["detail"].get(key)
        if want is None:
            if key not in cause["detail"]:
                return "no %s" % key
        elif isinstance(want, str) and str(got).lower() != want.lower():
            return "%s is %r, not %r" % (key, got, want)
        elif isinstance(want, int) and got != want:
            # where an addition began may lie a line end off
            if not (key in ("octets", "lines") and isinstance(got, int) and abs(got - want) <= (4 if key == "octets" else 2)):
                return "%s is %r, not %r" % (key, got, want)
    return None


def part_of(code, name):
    if name in ("signature_refolded", "list_tag_and_footer"):
        return {"signature_refolded": "signature"}.get(name, "body")
    if code == "expired":
        return "time"
    if code.startswith(("body", "line")):
        return "body"
    if code.startswith(("key", "wrong")):
        return "key"
    return "signature" if code.startswith("signature") else "header"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    signer = Signer(args.folder)
    failed, number = 0, 0
    totals = collections.Counter()
    for code, function, how in CHANGES:
        if args.only and args.only not in (code, function.__name__):
            continue
        rng = random.Random("%d %s" % (args.seed, function.__name__))
        writer = Writer(rng)
        right = proven = first = n = false = 0
        notes = []
        tries = 0
        while n < args.rounds and tries < 20 * args.rounds:
            tries += 1
            made = function(writer, signer, rng)
            if made is None or made[0] is None:
                continue
            message, detail = made
            n += 1
            number += 1
            result, path = explain(args.folder, message, dict(detail), number)
            detail = {k: v for k, v in detail.items() if k not in ("zone", "at")}
            if result is None:
                failed += 1
                continue
            if result["result"] == "pass":
                n -= 1
                continue
            causes = result["explain"]["causes"]
            codes = [c["code"] for c in causes]
            for c in causes:
                if c["confidence"] == "proven" and c["code"] != code and not (code in codes and how.get("proven")):
                    false += 1
                    notes.append("%s: proven %s" % (path, c))
            hit = next((c for c in causes if c["code"] == code), None)
            if code is None:
                right += not causes
                continue
            if hit is None:
                notes.append("%s: %s, %s %s" % (path, result["reason"], result["explain"]["part"], codes))
                continue
            right += 1
            first += codes[0] == code
            proven += hit["confidence"] == "proven"
            wrong = right_detail(hit, detail)
            part = part_of(code, function.__name__)
            if not wrong and result["explain"]["part"] != part:
                wrong = "part is %s, not %s" % (result["explain"]["part"], part)
            if wrong:
                notes.append("%s: detail: %s" % (path, wrong))
                failed += 1
            if how.get("proven") and hit["confidence"] != "proven":
                notes.append("%s: not proven" % path)
        totals.update(n=n, right=right, first=first, proven=proven, false=false)
        if false or (how.get("proven") and proven < n):
            failed += 1
        print("%-28s %-24s %3d: named %3d, first %3d, proven %3d, false %d" % (code, function.__name__, n, right, first, proven, false))
        for note in notes if args.verbose else []:
            print("    " + note)
    print("all: " + ", ".join("%s %d" % item for item in totals.items()))
    print("slowest: %.1f s, %s" % slowest)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
