#!/usr/bin/env python3
"""corpus.py DIR: messages, keys and a zone to measure with. Messages are the
same each time (seeded, CRLF); keys are new.

DIR/small/*.eml (1000)   2 to 10 kB, text
DIR/medium/*.eml (190)   50 to 100 kB, text, HTML and an image in base64
DIR/large/*.eml (10)     1 to 5 MB, an attachment in base64
DIR/one5k.eml            one of 5 kB
DIR/big-b64.eml, DIR/big-text.eml   100 MB each
DIR/small.lst, DIR/mixed.lst        names of files; mixed is all three kinds
DIR/keys/{rsa2048,ed25519,...}.pem, .txt (the TXT record)
DIR/zone                 example.test with these, and s00000 to s00999, which
                         have the key rsa2048, for dkim-verify --zone and NSD
"""
import base64
import os
import random
import subprocess
import sys

VOCABULARY = (
    "the of and to in is you that it he was for on are as with his they I at"
    " be this have from or one had by word but not what all were we when your"
    " can said there use an each which she do how their if will up other about"
    " out many then them these so some her would make like him into time has"
    " look two more write go see number no way could people my than first"
    " water been call who oil its now find long down day did get come made may"
    " part signature header domain selector canonicalization invoice meeting"
    " schedule attachment regards deployment quarterly postmaster mailing-list"
    " unsubscribe https://www.example.test/path?id=12345&ref=mail"
).split()
RSA = ("rsa1024", "rsa2048", "rsa4096")


def join(lines):
    return ("\r\n".join(lines) + "\r\n").encode()


def text_line(r, width):
    out, n = [], 0
    while True:
        word = r.choice(VOCABULARY)
        n += len(word) + 1
        if n > width and out:
            return " ".join(out)
        x = r.random()  # white space for the canonicalization
        out.append(word + (".  " if x < 0.02 else "\t" if x < 0.023 else ""))


def text_lines(r, size, indent=""):
    lines, n = [], 0
    while n < size:
        end = " " if r.random() < 0.25 else ""  # as of format=flowed
        quote = "> " if r.random() < 0.15 else ""
        for _ in range(r.randint(1, 8)):
            lines.append(indent + quote + text_line(r, r.randint(55, 74)) + end)
            n += len(lines[-1]) + 2
        lines.append("")
        n += 2
    return lines


def html_lines(r, size):
    lines, n = ["<!DOCTYPE html>", "<html>", "  <body>"], 0
    while n < size:
        part = ['    <table width=3D"100%" cellpadding=3D"0">', "      <tr>",
                f'        <td class=3D"c{r.randrange(20)}">']
        part += text_lines(r, r.randint(80, 600), " " * 10)
        part += ["        </td>", "      </tr>", "    </table>", "\t\t<br>   "]
        n += sum(len(line) + 2 for line in part)
        lines += part
    return lines + ["  </body>", "</html>"]


def base64_lines(r, size):
    text = base64.b64encode(r.randbytes(size)).decode()
    return [text[i:i + 76] for i in range(0, len(text), 76)]


def address(r, domain="example.test"):
    return f"{r.choice(VOCABULARY[:60])}.{r.choice(VOCABULARY[60:100])}@{domain}"


def header(r, *mime):
    date = (f"Tue, {r.randint(1, 28):02} Mar 2025 {r.randrange(24):02}:"
            f"{r.randrange(60):02}:{r.randrange(60):02} +0000")
    lines = [f"Return-Path: <{address(r)}>"]
    for k in range(r.randint(2, 4)):
        lines += [f"Received: from mx{k}.example.test (mx{k}.example.test"
                  f" [192.0.2.{r.randrange(1, 255)}])",
                  f"\tby in{k}.example.org with ESMTPS id {r.getrandbits(48):X}",
                  f"\tfor <{address(r, 'example.org')}>; {date}"]
    lines += [f'From: "{r.choice(VOCABULARY)}" <{address(r)}>',
              f"To: {address(r, 'example.org')},",
              f"  {address(r, 'example.net')}",
              f"Subject: {text_line(r, 40)}",
              f"Date: {date}",
              f"Message-ID: <{r.getrandbits(96):x}@example.test>"]
    if r.random() < 0.5:
        lines += [f"References: <{r.getrandbits(96):x}@example.org>",
                  f" <{r.getrandbits(96):x}@example.org>"]
    if r.random() < 0.4:
        lines += ["List-Id: <list.example.test>",
                  "List-Unsubscribe: <https://example.test/u>,",
                  "\t<mailto:unsub@example.test>"]
    return join(lines + ["MIME-Version: 1.0", *mime]) + b"\r\n"


def small(r, size):
    head = header(r, "Content-Type: text/plain; charset=utf-8")
    return head + join(text_lines(r, max(100, size - len(head))))


def multipart(r, *parts):
    bound = f"=_{r.getrandbits(64):016x}"
    lines = ["This is a multi-part message in MIME format."]
    for kind, coding, body in parts:
        lines += ["--" + bound, f"Content-Type: {kind}",
                  f"Content-Transfer-Encoding: {coding}", "", *body]
    return header(r, "Content-Type: multipart/mixed;",
                  f'\tboundary="{bound}"') + join(lines + [f"--{bound}--", ""])


def medium(r, size):
    return multipart(
        r, ("text/plain; charset=utf-8", "8bit", text_lines(r, size // 8)),
        ("text/html; charset=utf-8", "quoted-printable", html_lines(r, size // 2)),
        ("image/png", "base64", base64_lines(r, size * 9 // 32)))


def large(r, size):
    return multipart(
        r, ("text/plain; charset=utf-8", "8bit", text_lines(r, 2000)),
        ("application/pdf; name=a.pdf", "base64", base64_lines(r, size * 74 // 100)))


def big_text(r, size):
    pool = text_lines(r, 2_000_000)
    parts = [header(r, "Content-Type: text/plain; charset=utf-8")]
    have = 0
    while have < size:
        i = r.randrange(len(pool) - 2000)
        parts.append(join(pool[i:i + 2000]))
        have += len(parts[-1])
    return b"".join(parts)


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def make_keys(out):
    """Keys and their records: {selector: TXT}."""
    records = {}
    for kind in (*RSA, "ed25519"):
        pem = f"{out}/keys/{kind}.pem"
        how = (["rsa", "-pkeyopt", "rsa_keygen_bits:" + kind[3:]]
               if kind in RSA else [kind])
        output("openssl", "genpkey", "-algorithm", *how, "-out", pem)
        der = output("openssl", "pkey", "-in", pem, "-pubout", "-outform", "DER")
        if kind not in RSA:
            der = der[-32:]
        records[kind] = (f"v=DKIM1; k={'rsa' if kind in RSA else kind};"
                         f" p={base64.b64encode(der).decode()}")
        with open(f"{out}/keys/{kind}.txt", "w") as file:
            file.write(records[kind])
    return records


def main():
    out = os.path.abspath(sys.argv[1])
    lists = {}
    for kind, make, count, least, most in (
            ("small", small, 1000, 2000, 10000),
            ("medium", medium, 190, 50000, 100000),
            ("large", large, 10, 1 << 20, 5 << 20),
            ("keys", None, 0, 0, 0)):
        os.makedirs(f"{out}/{kind}", exist_ok=True)
        r = random.Random(kind)
        lists[kind] = [f"{out}/{kind}/{i:05}.eml" for i in range(count)]
        for name in lists[kind]:
            with open(name, "wb") as file:
                file.write(make(r, r.randint(least, most)))
    mixed = lists["small"] + lists["medium"] + lists["large"]
    random.Random("mixed").shuffle(mixed)
    for kind, names in ("small", lists["small"]), ("mixed", mixed):
        with open(f"{out}/{kind}.lst", "w") as file:
            file.writelines(name + "\n" for name in names)
    for name, make, size in (("one5k", small, 5000), ("big-b64", large, 100 << 20),
                             ("big-text", big_text, 100 << 20)):
        with open(f"{out}/{name}.eml", "wb") as file:
            file.write(make(random.Random(name), size))
    records = make_keys(out)
    records |= {f"s{i:05}": records["rsa2048"] for i in range(1000)}
    with open(f"{out}/zone", "w") as file:
        file.write("$ORIGIN example.test.\n$TTL 3600\n"
                   "@ IN SOA ns hostmaster 1 3600 600 86400 300\n@ IN NS ns\n"
                   "ns IN A 127.0.0.1\n"
                   '_dmarc IN TXT "v=DMARC1; p=reject"\n')
        for name, text in records.items():
            strings = " ".join(f'"{text[i:i + 255]}"' for i in range(0, len(text), 255))
            file.write(f"{name}._domainkey IN TXT ( {strings} )\n")


main()
