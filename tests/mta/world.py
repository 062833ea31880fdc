"""What surrounds a mail server under test: a resolver with test zones, the next
hop, a client and a syslog. All of it is on loopback, in one process."""
import os
import re
import socket
import socketserver
import struct
import threading
import time

QTYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 15: "MX", 16: "TXT", 28: "AAAA"}


def soon(condition, seconds=30):
    """Wait until condition() is true: its value, or the last one when time is up."""
    end = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


# -- DNS --------------------------------------------------------------------------


def wire_name(name):
    return b"".join(bytes([len(p)]) + p for p in name.encode().rstrip(b".").split(b".") if p) + b"\0"


def rdata(kind, text):
    if kind == "A":
        return socket.inet_aton(text)
    if kind == "MX":
        return struct.pack("!H", 10) + wire_name(text)
    if kind == "TXT":
        raw = text.encode()
        return b"".join(bytes([len(raw[i : i + 255])]) + raw[i : i + 255] for i in range(0, len(raw) or 1, 255))
    raise ValueError(kind)


class Dns:
    """Answers from records, {(name, type): [text]}. mode is "ok", "dead" (no answer at
    all), "servfail" or a number of seconds that each answer takes."""

    def __init__(self, records):
        self.records = records
        self.mode = "ok"
        self.asked = []
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 53))
        self.tcp = socket.create_server(("127.0.0.1", 53))
        threading.Thread(target=self.serve_udp, daemon=True).start()
        threading.Thread(target=self.serve_tcp, daemon=True).start()

    def serve_udp(self):
        while True:
            query, peer = self.udp.recvfrom(4096)
            threading.Thread(target=self.answer_udp, args=(query, peer), daemon=True).start()

    def serve_tcp(self):
        while True:
            threading.Thread(target=self.answer_tcp, args=self.tcp.accept()[:1], daemon=True).start()

    def answer_udp(self, query, peer):
        if self.wait():
            reply = self.reply(query)
            if len(reply) > 1232:
                reply = reply[:2] + b"\x87\x80" + reply[4:6] + bytes(6) + query[12:]
            self.udp.sendto(reply, peer)

    def answer_tcp(self, peer):
        with peer:
            size = peer.recv(2)
            if len(size) == 2 and self.wait():
                reply = self.reply(peer.recv(struct.unpack("!H", size)[0]))
                peer.sendall(struct.pack("!H", len(reply)) + reply)

    def wait(self):
        if isinstance(self.mode, (int, float)):
            time.sleep(self.mode)
        return self.mode != "dead"

    def reply(self, query):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode("latin-1"))
            at += 1 + query[at]
        question = query[12 : at + 5]
        name, kind = ".".join(labels).lower(), QTYPES.get(struct.unpack("!H", query[at + 1 : at + 3])[0], "")
        self.asked.append((name, kind))
        if self.mode == "servfail":
            return query[:2] + b"\x85\x82" + query[4:6] + bytes(6) + question
        found = self.records.get((name, kind), [])
        below = any(n == name or n.endswith("." + name) for n, _ in self.records)
        code = 0 if found or below or not name else 3
        number = {v: k for k, v in QTYPES.items()}
        answers = b""
        for text in found:
            data = rdata(kind, text)
            answers += b"\xc0\x0c" + struct.pack("!HHIH", number[kind], 1, 60, len(data)) + data
        soa = b""
        if not found:
            data = wire_name("ns.example.com") + wire_name("root.example.com") + struct.pack("!IIIII", 1, 60, 60, 60, 60)
            soa = b"\0" + struct.pack("!HHIH", 6, 1, 60, len(data)) + data
        flags = 0x8580 | code
        return query[:2] + struct.pack("!HHHHH", flags, 1, len(found), bool(soa), 0) + question + answers + soa


# -- the next hop -------------------------------------------------------------------


class Mail:
    def __init__(self, sender, options, rcpts, data):
        self.sender, self.options, self.rcpts, self.data = sender, options, rcpts, data

    def text(self):
        return self.data.decode("utf-8", "surrogateescape")

    def __repr__(self):
        return "<%s -> %s, %d bytes>" % (self.sender, self.rcpts, len(self.data))


class Sink(socketserver.ThreadingTCPServer):
    """An SMTP server that keeps what it gets in .mails. offers are its EHLO
    words; refuse maps "mail", "rcpt", "data", "dot" or a recipient to a reply."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port, offers=("8BITMIME", "SMTPUTF8", "PIPELINING")):
        self.mails, self.offers, self.refuse, self.sessions, self.lines = [], list(offers), {}, 0, []
        super().__init__(("127.0.0.1", port), SinkSession)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def reset(self):
        self.mails, self.refuse, self.sessions, self.lines = [], {}, 0, []
        self.offers = ["8BITMIME", "SMTPUTF8", "PIPELINING"]


class SinkSession(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        try:
            self.talk()
        except (ConnectionError, BrokenPipeError):
            pass

    def talk(self):
        sink, sender, options, rcpts = self.server, None, "", []
        sink.sessions += 1
        self.say("220 sink ESMTP")
        while line := self.rfile.readline():
            text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            sink.lines.append(text)
            verb = text[:4].upper()
            if verb == "EHLO":
                words = ["sink", *sink.offers]
                for n, word in enumerate(words):
                    self.say("250%s%s" % (" " if n == len(words) - 1 else "-", word))
            elif verb == "MAIL":
                sender, options = re.match(r"MAIL FROM:\s*<(.*?)>(.*)$", text, re.I).groups()
                rcpts = []
                self.say(sink.refuse.get("mail", "250 ok"))
            elif verb == "RCPT":
                rcpt = re.match(r"RCPT TO:\s*<(.*)>", text, re.I).group(1)
                reply = sink.refuse.get(rcpt, sink.refuse.get("rcpt", "250 ok"))
                if reply.startswith("2"):
                    rcpts.append(rcpt)
                self.say(reply)
            elif verb == "DATA" and not rcpts:
                self.say("503 no recipients")
            elif verb == "DATA":
                reply = sink.refuse.get("data", "354 go on")
                self.say(reply)
                if reply.startswith("3"):
                    data = self.body()
                    if data is None:
                        return
                    reply = sink.refuse.get("dot", "250 ok")
                    if reply.startswith("2"):
                        sink.mails.append(Mail(sender, options, rcpts, data))
                    self.say(reply)
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok" if verb in ("HELO", "RSET", "NOOP", "XFOR") else "502 no such command")

    def body(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)


# -- a client -----------------------------------------------------------------------


class Refused(Exception):
    pass


def greets(port):
    """Whether a mail server answers there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as sock:
            return sock.recv(3) == b"220"
    except OSError:
        return False


def inject(port, sender, rcpts, data, options="", before=(), host="127.0.0.1", source=None):
    """Hand data (bytes, any line ends) to the server at port; Refused if it does
    not take it. before are commands to send first."""
    place = (source, 0) if source else None
    with socket.create_connection((host, port), timeout=60, source_address=place) as sock, sock.makefile("rwb") as file:

        def command(text, want):
            if text is not None:
                file.write((text if isinstance(text, bytes) else text.encode()) + b"\r\n")
                file.flush()
            while True:
                line = file.readline().decode("utf-8", "replace")
                if line[3:4] != "-":
                    break
            if not line.startswith(want):
                raise Refused("%s: %s" % (text, line.strip()))

        command(None, "2")
        command("EHLO client.example", "2")
        for text in before:
            command(text, ("2", "3"))
        command("MAIL FROM:<%s>%s" % (sender, options), "2")
        for rcpt in rcpts:
            command("RCPT TO:<%s>" % rcpt, "2")
        command("DATA", "3")
        lines = data.replace(b"\r\n", b"\n").split(b"\n")
        if lines[-1] == b"":
            lines.pop()
        command(b"".join((b"." if x.startswith(b".") else b"") + x + b"\r\n" for x in lines) + b".", "2")
        command("QUIT", "2")


# -- syslog -------------------------------------------------------------------------


class Syslog:
    def __init__(self, path="/dev/log"):
        self.lines = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            line = self.socket.recv(65536).decode("utf-8", "replace")
            self.lines.append(re.sub(r"^<\d+>(\w{3} [ \d]\d [\d:]{8} )?", "", line).rstrip("\0\n"))

    def text(self):
        return "\n".join(self.lines)
