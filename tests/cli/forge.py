#!/usr/bin/python3
"""Makes what dkim-sign never would: hostile messages with a valid signature,
keys that nobody should use, DNS answers that no server should give. It shares
no code with the tools, so that it is an oracle for them.

  forge.py sign -k KEY [...] <message >signed    message: LF or CRLF; out: CRLF
  forge.py domainkeys -k KEY [...] <message >signed   RFC 4870
  forge.py p KEY [--pkcs1] [--n HEX] [--e INT]   the base64 of p=
  forge.py txt OWNER TEXT                        a zone line, strings of 255
  forge.py dns PORTFILE ANSWER                   a server; see dns() below
  forge.py dkimpy-sign -k KEY -c C -s S SUFFIX FILE...
  forge.py dkimpy-verify ZONE FILE...

In `sign`, what is hashed (-c, -h, -l, --sha1) and what the field says (--set,
--drop, --add, --template) are told apart, so that they may differ.
"""
import argparse
import base64
import hashlib
import os
import re
import socket
import struct
import sys

# -- DER and keys --------------------------------------------------------------


def tlv(tag, body):
    size = len(body)
    octets = b"" if size < 128 else size.to_bytes((size.bit_length() + 7) // 8, "big")
    head = bytes([size]) if size < 128 else bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + head + body


def integer(number):
    return tlv(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def pkcs1(n, e):
    return tlv(0x30, integer(n) + integer(e))


def spki(n, e):
    oid = bytes.fromhex("300d06092a864886f70d0101010500")
    return tlv(0x30, oid + tlv(3, b"\0" + pkcs1(n, e)))


def read_tlv(data, at=0):
    """(tag, body, end) of the element at AT."""
    size = data[at + 1]
    at2 = at + 2
    if size & 0x80:
        at2 += size & 0x7F
        size = int.from_bytes(data[at + 2 : at2], "big")
    return data[at], data[at2 : at2 + size], at2 + size


def elements(data):
    at, out = 0, []
    while at < len(data):
        tag, body, at = read_tlv(data, at)
        out.append((tag, body))
    return out


class Key:
    """An RSA or Ed25519 private key, PKCS#1 or PKCS#8 PEM."""

    def __init__(self, path):
        with open(path, "rb") as file:
            text = file.read()
        der = base64.b64decode(re.sub(rb"-----[^-]*-----|\s", b"", text))
        parts = elements(read_tlv(der)[1])
        self.seed = None
        if b"BEGIN PRIVATE" in text:
            inner = parts[2][1]
            if bytes.fromhex("2b6570") in parts[1][1]:
                self.seed = read_tlv(inner)[1]
                return
            parts = elements(read_tlv(inner)[1])
        numbers = [int.from_bytes(body, "big") for _, body in parts]
        _, self.n, self.e, self.d = numbers[:4]

    def word(self):
        return "ed25519" if self.seed else "rsa"

    def point(self):
        import nacl.signing

        return bytes(nacl.signing.SigningKey(self.seed).verify_key)

    def p(self, as_pkcs1=False):
        if self.seed:
            return self.point()
        return (pkcs1 if as_pkcs1 else spki)(self.n, self.e)

    def sign(self, digest, sha1=False):
        if self.seed:
            import nacl.signing

            return nacl.signing.SigningKey(self.seed).sign(digest).signature
        oid = "3021300906052b0e03021a05000414" if sha1 else "3031300d060960864801650304020105000420"
        info = bytes.fromhex(oid) + digest
        size = (self.n.bit_length() + 7) // 8
        padded = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
        return pow(int.from_bytes(padded, "big"), self.d, self.n).to_bytes(size, "big")


# -- canonical forms, RFC 6376 3.4 ---------------------------------------------


def header_form(how, raw):
    if how == "simple":
        return raw
    name, value = raw.split(b":", 1)
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b""))
    return name.strip(b" \t").lower() + b":" + value.strip(b" ") + b"\r\n"


def body_form(how, body):
    if how == "relaxed":
        lines = body.split(b"\r\n")
        lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in lines]
        body = b"\r\n".join(lines)
    size = len(body)
    while body[size - 2 : size] == b"\r\n":
        size -= 2
    body = body[:size]
    return body + b"\r\n" if body or how == "simple" else b""


def split_message(text):
    """(raw fields, body), as loose as an attacker needs it."""
    if text.startswith(b"\r\n"):
        return [], text[2:]
    head, gap, body = text.partition(b"\r\n\r\n")
    head += b"\r\n" if gap or not head.endswith(b"\r\n") else b""
    fields = []
    for line in head.split(b"\r\n")[:-1]:
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += line + b"\r\n"
        else:
            fields.append(line + b"\r\n")
    return fields, body


def pick(fields, names):
    left = list(fields)
    for name in names:
        for i in range(len(left) - 1, -1, -1):
            if left[i].split(b":")[0].strip(b" \t").lower() == name:
                yield left.pop(i)
                break


# -- sign ----------------------------------------------------------------------


def sign(args):
    text = sys.stdin.buffer.read()
    if b"\r\n" not in text:
        text = text.replace(b"\n", b"\r\n")
    key = Key(args.key)
    if args.private_exponent:
        key.d = args.private_exponent
    hasher = hashlib.sha1 if args.sha1 else hashlib.sha256
    how_header, how_body = args.canon.split("/")
    fields, body = split_message(text)
    octets = body_form(how_body, body)
    if args.length is not None:
        octets = octets[: args.length]
    names = args.fields.split(":")
    tags = {
        "v": "1",
        "a": "%s-%s" % (key.word(), "sha1" if args.sha1 else "sha256"),
        "c": args.canon,
        "d": args.domain,
        "s": args.selector,
        "t": "1767348000",
        "h": args.fields,
        "bh": "{bh}",
        "b": "{b}",
    }
    if args.length is not None:
        tags["l"] = str(args.length)
    for item in args.set:
        tag, value = item.split("=", 1)
        tags[tag] = value
    for tag in args.drop:
        del tags[tag]
    value = args.template
    if value is None:
        first = "; ".join("%s=%s" % item for item in tags.items())
        value = " " + "; ".join([first] + args.add)
    raw = os.fsencode(args.name + ":" + value)
    raw = raw.replace(b"{bh}", base64.b64encode(hasher(octets).digest()))
    empty = re.sub(rb"(^|[:; \t\n])(b[ \t\r\n]*=)[ \t\r\n]*\{b\}[ \t\r\n]*", rb"\1\2", raw)
    picked = pick(fields, [name.strip().lower().encode() for name in names])
    data = b"".join(header_form(how_header, field) for field in picked)
    data += header_form(how_header, empty + b"\r\n")[:-2]
    signature = base64.b64encode(key.sign(hasher(data).digest(), args.sha1))
    field = raw.replace(b"{b}", signature) + b"\r\n"
    if args.last:
        text = b"".join(fields) + (field if body else field[:-2])
        text += b"\r\n" + body if body else b""
    else:
        text = field + text
    sys.stdout.buffer.write(text)


# -- DomainKeys, RFC 4870 -------------------------------------------------------


def domainkeys(args):
    """Signs what stands behind the first --below fields, and puts the signature
    there. -h only tells which fields; --order puts them into its order."""
    text = sys.stdin.buffer.read()
    if b"\r\n" not in text:
        text = text.replace(b"\n", b"\r\n")
    head, body = split_message(text)
    above, below = head[: args.below], head[args.below :]
    names = [n.strip().lower().encode() for n in (args.fields or "").split(":")]

    def name_of(field):
        return field.split(b":")[0].strip(b" \t").lower()

    picked = [f for f in below if not args.fields or name_of(f) in names]
    if args.order:
        picked.sort(key=lambda f: names.index(name_of(f)))
    lines = [b""] + body.split(b"\r\n")
    if args.canon == "nofws":
        picked = [re.sub(rb"[ \t\r\n]", b"", f) + b"\r\n" for f in picked]
        lines = [re.sub(rb"[ \t\r\n]", b"", line) for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    data = b"".join(picked) + b"".join(line + b"\r\n" for line in lines)
    tags = {"a": "rsa-sha1", "q": "dns", "c": args.canon, "d": args.domain}
    tags["s"] = args.selector
    if args.fields:
        tags["h"] = args.fields
    signature = Key(args.key).sign(hashlib.sha1(data).digest(), True)
    tags["b"] = base64.b64encode(signature).decode()
    for item in args.set:
        tag, value = item.split("=", 1)
        tags[tag] = value
    for tag in args.drop:
        del tags[tag]
    value = "; ".join("%s=%s" % item for item in tags.items())
    field = os.fsencode("DomainKey-Signature: " + value) + b"\r\n"
    sys.stdout.buffer.write(b"".join(above) + field + b"".join(below))
    sys.stdout.buffer.write(text[len(b"".join(head)) :])


# -- keys and records ----------------------------------------------------------


def make_p(args):
    key = Key(args.key)
    if args.n:
        key.n = int(args.n, 16)
    if args.e is not None:
        key.e = args.e
    print(base64.b64encode(key.p(args.pkcs1) + bytes.fromhex(args.behind)).decode())


def make_txt(args):
    octets = os.fsencode(args.text)
    out = []
    for at in range(0, max(len(octets), 1), 255):
        piece = octets[at : at + 255]
        out.append(
            "".join(
                chr(c) if 32 <= c < 127 and c not in b'"\\' else "\\%03d" % c
                for c in piece
            )
        )
    print("%s IN TXT %s" % (args.owner, " ".join('"%s"' % piece for piece in out)))


# -- a DNS server that does one thing ------------------------------------------


def dns(args):
    """One ANSWER for every query, over UDP on a port written to PORTFILE:

    rcode:N      no record, that rcode          txt:HEX    TXT with this RDATA
    silent       nothing                        id         a good TXT, other id
    other        a TXT of another name          truncated  TC=1, and no TCP
    loop         the name is its own CNAME      extra      the TXT is ADDITIONAL
    log          NXDOMAIN                       mute:NAME  a DMARC record; below
                                                           NAME nothing
    Each queried name goes to stdout."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    with open(args.portfile, "w") as file:  # a FIFO
        file.write("%d\n" % sock.getsockname()[1])
    good = b"v=DKIM1; p="
    good = bytes([len(good)]) + good

    def record(kind, rdata, owner=b"\xc0\x0c"):
        return owner + struct.pack(">HHIH", kind, 1, 60, len(rdata)) + rdata

    while True:
        query, peer = sock.recvfrom(4096)
        ident, at, labels = query[:2], 12, []
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
            at += 1 + query[at]
        question = query[12 : at + 5]
        print(".".join(labels), flush=True)
        what, _, value = args.answer.partition(":")
        flags, answers, extra = 0x8400, [], []
        if what == "silent" or what == "mute" and ".".join(labels).endswith(value):
            continue
        if what == "rcode":
            flags |= int(value)
        elif what == "log":
            flags |= 3
        elif what == "txt":
            answers = [record(16, bytes.fromhex(value))]
        elif what == "mute":
            answers = [record(16, b"\x12v=DMARC1; p=reject")]
        elif what == "id":
            ident = bytes([ident[0] ^ 0x55, ident[1]])
            answers = [record(16, good)]
        elif what == "other":
            answers = [record(16, good, b"\x05other\x07example\x00")]
        elif what == "truncated":
            flags |= 0x0200
        elif what == "loop":
            answers = [record(5, b"\xc0\x0c")]
        elif what == "extra":
            extra = [record(16, good)]
        head = ident + struct.pack(">HHHHH", flags, 1, len(answers), 0, len(extra))
        sock.sendto(head + question + b"".join(answers + extra), peer)


# -- dkimpy --------------------------------------------------------------------


def peer_verify(args):
    """dkimpy's verdicts: the good ones of each file's signatures, of how many.
    The TXT records are those of a file that `txt` made."""
    import dkim

    records = {}
    with open(args.zone) as file:
        for line in file:
            owner, _, _, strings = line.split(None, 3)
            strings = re.findall(r'"([^"]*)"', strings)
            records[owner.encode()] = "".join(strings).encode()
    for path in args.files:
        count = good = 0
        with open(path, "rb") as file:
            text = file.read()
        try:
            message = dkim.DKIM(text)
            count = sum(name.lower() == b"dkim-signature" for name, _ in message.headers)
        except Exception as why:  # some of them are Python's own
            print(path, why, file=sys.stderr)
        for i in range(count):
            try:
                good += message.verify(i, dnsfunc=lambda name, **_: records.get(name))
            except Exception as why:
                print(path, why, file=sys.stderr)
        print("%d of %d" % (good, count))


def peer_sign(args):
    """Each file signed by dkimpy, into FILE and the suffix."""
    import dkim

    with open(args.key, "rb") as file:
        key = file.read()
    ours = Key(args.key)
    if ours.seed:
        key = base64.b64encode(ours.seed)  # dkimpy's own form
    header, body = args.canon.encode().split(b"/")
    for path in args.files:
        with open(path, "rb") as file:
            text = file.read()
        field = dkim.sign(
            text,
            args.selector.encode(),
            args.domain.encode(),
            key,
            canonicalize=(header, body),
            signature_algorithm=(ours.word() + "-sha256").encode(),
            length=args.length,
        )
        if b"\r\n" not in text:
            field = field.replace(b"\r\n", b"\n")
        with open(path + args.suffix, "wb") as file:
            file.write(field + text)


def main():
    parser = argparse.ArgumentParser(add_help=False)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("sign", add_help=False)
    one.set_defaults(run=sign)
    one.add_argument("-k", dest="key", required=True)
    one.add_argument("-c", dest="canon", default="relaxed/relaxed")
    one.add_argument("-d", dest="domain", default="example.com")
    one.add_argument("-s", dest="selector", default="mail")
    one.add_argument("-h", dest="fields", default="from:to:subject:date:message-id")
    one.add_argument("-l", dest="length", type=int)
    one.add_argument("--sha1", action="store_true")
    one.add_argument("--set", action="append", default=[], help="TAG=TEXT")
    one.add_argument("--drop", action="append", default=[], help="TAG")
    one.add_argument("--add", action="append", default=[], help="text at the end")
    one.add_argument("--template", help="the whole value; {bh} and {b} in it")
    one.add_argument("--name", default="DKIM-Signature")
    one.add_argument("--last", action="store_true", help="the last field")
    one.add_argument("--private-exponent", type=int)
    one = commands.add_parser("domainkeys", add_help=False)
    one.set_defaults(run=domainkeys)
    one.add_argument("-k", dest="key", required=True)
    one.add_argument("-c", dest="canon", default="nofws")
    one.add_argument("-d", dest="domain", default="example.com")
    one.add_argument("-s", dest="selector", default="mail")
    one.add_argument("-h", dest="fields")
    one.add_argument("--below", type=int, default=0)
    one.add_argument("--order", action="store_true")
    one.add_argument("--set", action="append", default=[], help="TAG=TEXT")
    one.add_argument("--drop", action="append", default=[], help="TAG")
    one = commands.add_parser("dkimpy-sign")
    one.set_defaults(run=peer_sign)
    one.add_argument("-k", dest="key", required=True)
    one.add_argument("-c", dest="canon", required=True)
    one.add_argument("-d", dest="domain", default="example.com")
    one.add_argument("-s", dest="selector", required=True)
    one.add_argument("-l", dest="length", action="store_true")
    one.add_argument("suffix")
    one.add_argument("files", nargs="+")
    one = commands.add_parser("dkimpy-verify")
    one.set_defaults(run=peer_verify)
    one.add_argument("zone")
    one.add_argument("files", nargs="+")
    one = commands.add_parser("p")
    one.set_defaults(run=make_p)
    one.add_argument("key")
    one.add_argument("--pkcs1", action="store_true")
    one.add_argument("--n")
    one.add_argument("--e", type=int)
    one.add_argument("--behind", default="", help="HEX after the DER")
    one = commands.add_parser("txt")
    one.set_defaults(run=make_txt)
    one.add_argument("owner")
    one.add_argument("text")
    one = commands.add_parser("dns")
    one.set_defaults(run=dns)
    one.add_argument("portfile")
    one.add_argument("answer")
    args = parser.parse_args()
    args.run(args)


main()
