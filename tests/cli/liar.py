#!/usr/bin/python3
"""A name server that lies. The name asked for chooses how: its first label, or
the one behind _dmarc, is HOW-ANYTHING. Over UDP and TCP on 127.0.0.1.

  liar.py PORTFILE KEYRECORD [HOLD]

PORTFILE (a FIFO) gets the port; a TXT question gets the text KEYRECORD, or a
DMARC record for _dmarc. With HOLD no answer is sent before so many questions
are there; then one after the other, with 2 ms between them. What ends by an
answer and what only by time is told apart in liar.bats.
"""
import asyncio
import os
import socket
import struct
import sys

TXT, CNAME, NS = 16, 5, 2
QR, AA, TC = 0x8000, 0x0400, 0x0200
SERVFAIL, NXDOMAIN, REFUSED = 2, 3, 5
HERE = b"\xc0\x0c"  # the name in the question


def strings(octets):
    return b"".join(
        bytes([len(octets[at : at + 255])]) + octets[at : at + 255]
        for at in range(0, len(octets), 255)
    )


def name(text):
    return b"".join(bytes([len(n)]) + n.encode() for n in text.split(".")) + b"\0"


def record(kind, data, owner=HERE):
    return owner + struct.pack(">HHIH", kind, 1, 60, len(data)) + data


class Question:
    def __init__(self, octets):
        self.octets, self.id = octets, octets[:2]
        at, labels = 12, []
        while octets[at]:
            labels.append(octets[at + 1 : at + 1 + octets[at]].decode("latin-1"))
            at += 1 + octets[at]
        self.text = octets[12 : at + 5]
        self.name = ".".join(labels).lower()
        first = labels[1] if labels[0] == "_dmarc" else labels[0]
        self.how = first.rpartition("-")[0].lower()
        text = b"v=DMARC1; p=reject" if labels[0] == "_dmarc" else key
        self.good = record(TXT, strings(text))

    def reply(self, *answer, flags=0, authority=(), extra=(), text=None, id=None):
        text = self.text if text is None else text
        counts = (1, len(answer), len(authority), len(extra))
        head = struct.pack(">HHHHH", QR | AA | flags, *counts)
        rest = b"".join([*answer, *authority, *extra])
        return (id or self.id) + head + text + rest

    def other_id(self, n=0x55):
        return bytes([self.id[0] ^ n & 0xFF, self.id[1] ^ n >> 8])


def alias(q):
    """The name after that of Q in a chain: HOW-ANYTHING, HOW-ANYTHINGx, ..."""
    first, _, rest = q.name.partition(".")
    if first == "_dmarc":
        first, _, rest = rest.partition(".")
    return "%sx.%s" % (first[:40], rest)


# -- datagrams: what is sent for a question ------------------------------------

seen = {}  # how often a name was asked for, and from where the first time


def datagrams(q, peer):
    """Pairs of octets and the address that they are sent to."""
    before = seen.setdefault(q.name, [])
    before.append((q.id, peer))
    forged = record(TXT, strings(b"v=DKIM1; p=AAAA"))
    how = q.how
    if how in ("honest", "slow"):
        yield q.reply(q.good), peer
    elif how in ("tcp", "pieces", "cut", "stalled", "dribble", "longer", "huge", "many"):
        yield q.reply(flags=TC), peer
    elif how == "truncated":  # over TCP it is closed at once
        yield q.reply(flags=TC), peer
    elif how == "lost":
        if len(before) > 1:
            yield q.reply(q.good), peer
    elif how == "late":  # the answer to the first question, at the second
        if len(before) > 1:
            yield q.reply(q.good, id=before[0][0]), before[0][1]
            yield q.reply(q.good, id=before[0][0]), peer
    elif how == "id":
        yield q.reply(q.good, id=q.other_id()), peer
    elif how == "ids":  # fewer than a socket holds
        for n in range(1, 100):
            yield q.reply(forged, id=q.other_id(n)), peer
        yield q.reply(q.good), peer
    elif how == "question":
        yield q.reply(q.good, text=name("other.example.com") + q.text[-4:]), peer
        yield q.reply(q.good, text=q.text[:-4] + b"\0\x01\0\x01"), peer
        yield q.reply(q.good, text=q.text[:-2] + b"\0\x03"), peer
    elif how == "about":
        yield q.reply(record(TXT, q.good[12:], name("other.example.com"))), peer
    elif how == "extra":
        yield q.reply(extra=[q.good]), peer
    elif how == "loop":
        yield q.reply(record(CNAME, HERE)), peer
    elif how == "chain":
        yield q.reply(record(CNAME, name(alias(q)))), peer
    elif how == "aliases":  # two at one name
        targets = [name("%s.example.com" % x) for x in "ab"]
        yield q.reply(*[record(CNAME, target) for target in targets]), peer
    elif how == "nxdomain":
        yield q.reply(flags=NXDOMAIN), peer
    elif how == "nodata":
        yield q.reply(), peer
    elif how == "no":  # NXDOMAIN, and then the record at once
        yield q.reply(flags=NXDOMAIN), peer
        yield q.reply(q.good), peer
    elif how == "within":  # NXDOMAIN with the record in it
        yield q.reply(q.good, flags=NXDOMAIN), peer
    elif how == "turns":  # NXDOMAIN, and the record to whoever asks once more
        yield (q.reply(q.good) if len(before) > 1 else q.reply(flags=NXDOMAIN)), peer
    elif how == "servfail":
        yield q.reply(q.good, flags=SERVFAIL), peer
        yield q.reply(q.good), peer
    elif how == "refused":
        yield q.reply(flags=REFUSED), peer
    elif how == "referral":
        ns = record(NS, name("ns.example.net"))
        yield struct.pack(">2sH", q.id, QR) + q.reply(authority=[ns])[4:], peer
    elif how == "noise":
        yield q.reply(os.urandom(200)), peer
    elif how == "pointer":  # a name that points to itself
        at = struct.pack(">H", 0xC000 | 12 + len(q.text))
        yield q.reply(record(TXT, q.good[12:], at)), peer
    elif how == "overrun":  # a string longer than its record
        yield q.reply(record(TXT, b"\xffv=DKIM1")), peer
    elif how == "counts":  # more records promised than sent
        octets = q.reply(q.good)
        yield octets[:6] + b"\xff\xff" + octets[8:], peer
    elif how == "echo":
        yield q.octets, peer
    elif how == "short":
        for n in range(12):
            yield q.reply(q.good)[:n], peer
    elif how == "stranger":
        stranger.sendto(q.reply(q.good), peer)
    elif how != "silent":
        yield q.reply(flags=NXDOMAIN), peer


# -- TCP: what comes over a connection -----------------------------------------


async def connection(reader, writer):
    try:
        size = struct.unpack(">H", await reader.readexactly(2))[0]
        q = Question(await reader.readexactly(size))
        octets = q.reply(q.good)
        if q.how == "huge":
            octets = q.reply(record(TXT, strings(b"v=DKIM1; p=" + b"A" * 64000)))
        elif q.how == "many":
            each = [record(TXT, strings(b"%d" % n)) for n in range(3000)]
            octets = q.reply(*each)
        framed = struct.pack(">H", len(octets)) + octets
        writer.get_extra_info("socket").setsockopt(socket.SOL_TCP, socket.TCP_NODELAY, 1)
        if q.how == "longer":
            framed = b"\xff\xff" + octets
        if q.how in ("cut", "stalled"):
            framed = framed[: len(framed) // 2]
        if q.how in ("pieces", "dribble"):
            for c in framed:
                writer.write(bytes([c]))
                await writer.drain()
                await asyncio.sleep(1 if q.how == "dribble" else 0)
        elif q.how != "truncated":
            writer.write(framed)
            await writer.drain()
        if q.how == "stalled":
            await reader.read()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


class Datagrams(asyncio.DatagramProtocol):
    held = []

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        q = Question(data)
        if hold:
            self.held.append((q, peer))
            if len(self.held) == hold:
                asyncio.get_running_loop().create_task(self.release())
        elif q.how == "slow":
            asyncio.get_running_loop().call_later(0.2, self.answer, q, peer)
        else:
            self.answer(q, peer)

    async def release(self):
        while self.held:
            self.answer(*self.held.pop())
            await asyncio.sleep(0.002)

    def answer(self, q, peer):
        for octets, to in datagrams(q, peer):
            self.transport.sendto(octets, to)


async def serve(portfile):
    loop = asyncio.get_running_loop()
    while True:
        udp, _ = await loop.create_datagram_endpoint(Datagrams, ("127.0.0.1", 0))
        port = udp.get_extra_info("sockname")[1]
        udp.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        try:
            tcp = await asyncio.start_server(connection, "127.0.0.1", port, backlog=128)
            break
        except OSError:  # that port is taken for TCP
            udp.close()
    with open(portfile, "w") as file:
        file.write("%d\n" % port)
    await tcp.serve_forever()


key = sys.argv[2].encode()
hold = int(sys.argv[3]) if len(sys.argv) > 3 else 0
stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asyncio.run(serve(sys.argv[1]))
