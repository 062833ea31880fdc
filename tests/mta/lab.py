"""The laboratory inside a root: keys, tables and zones as the recipes have them, the
world around the mail server, and what every server is put through."""
import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback

import world
from world import soon

BIN = "/usr/local/bin"
LIBEXEC = "/usr/local/libexec/dkim-tools"
KEYS = "/etc/opendkim/keys"
STRANGER = "203.0.113.9"  # an address that is not in TrustedHosts
RELAY = "192.0.2.7"  # one that is
ZONE = "/etc/test.zone"
KEYTABLE = "/etc/opendkim/KeyTable"

# The order in which the table of the man page has them.
FAULTS = [
    "key not readable",
    "key missing",
    "table broken",
    "disk full",
    "DNS dead",
    "DNS slow",
    "tool killed",
    "tool missing",
    "script killed",
    "over a limit",
    "two From fields",
    "no 8BITMIME",
    "no SMTPUTF8",
    "null sender",
    "Bcc",
    "requeue",
]


def run(*argv, **more):
    """Run a command that must succeed; its output as text."""
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if done.returncode:
        raise AssertionError("%s: status %d: %s" % (" ".join(argv), done.returncode, done.stdout.decode("utf-8", "replace")))
    return done.stdout.decode("utf-8", "replace")


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def example(name):
    """A file of scripts/mta with BINDIR and LIBEXECDIR as make install fills them in."""
    with open("/usr/local/share/doc/dkim-tools/examples/" + name) as file:
        return file.read()


class Lab:
    def __init__(self, mta):
        self.mta, self.results, self.cells, self.notes = mta, [], {}, {}
        self.number = 0
        for address in (STRANGER, RELAY):
            run("ip", "addr", "add", address + "/32", "dev", "lo")
            # a name, so that no server waits for DNS when a client connects
            with open("/etc/hosts", "a") as file:
                file.write("%s %s\n" % (address, "client.theirs.example" if address == STRANGER else "relay.example.com"))
        self.syslog = world.Syslog()
        self.make_keys()
        self.dns = world.Dns(self.records)
        self.sink = world.Sink(2525)

    # -- keys and tables: those of the OpenDKIM post, with two of its domains ----------

    def make_keys(self):
        os.makedirs(KEYS)
        self.records = {("example.com", "A"): ["127.0.0.1"], ("mx.example.com", "A"): ["127.0.0.1"]}
        for domain in ("example.org", "theirs.example", "nokey.example", "example.com"):
            self.records[domain, "MX"] = ["mx." + domain]
            self.records["mx." + domain, "A"] = ["127.0.0.1"]
            self.records[domain, "A"] = ["127.0.0.1"]
        self.records["theirs.example", "TXT"] = ["v=spf1 ip4:%s -all" % STRANGER]
        zone = ""
        for domain, name in (("example.com", "dkim"), ("lisa.example.com", "lisa.dkim"), ("theirs.example", "theirs")):
            run(BIN + "/dkim-genkey", "-a", "-d", domain, "-s", "mail", "-D", "/tmp")
            shutil.move("/tmp/mail.private", "%s/%s.private" % (KEYS, name))
            with open("/tmp/mail.txt") as file:
                zone += file.read()
            os.remove("/tmp/mail.txt")
            value = run(BIN + "/dkim-txt", "--format=value", "%s/%s.private" % (KEYS, name)).strip()
            self.records["mail._domainkey." + domain, "TXT"] = [value]
        write(ZONE, zone)
        write(KEYTABLE, "".join("mail._domainkey.%s %s:mail:%s/%s.private\n" % (d, d, KEYS, n) for d, n in (("example.com", "dkim"), ("lisa.example.com", "lisa.dkim"))))
        write("/etc/opendkim/SigningTable", "*@example.com mail._domainkey.example.com\n*@lisa.example.com mail._domainkey.lisa.example.com\n")
        write("/etc/opendkim/TrustedHosts", "127.0.0.1\n::1\n192.0.2.0/24\n")
        run("chown", "-R", "opendkim:opendkim", KEYS)

    # -- messages ----------------------------------------------------------------------

    def token(self):
        self.number += 1
        return "token-%s-%d" % (self.mta.name, self.number)

    def message(self, token, sender="alice@example.com", to="bob@example.org", head="", body="Hello,\n\nthis is a test.\n.\n..dots\n"):
        text = "From: %s\nTo: %s\nSubject: %s\nDate: Tue, 01 Dec 2026 10:00:00 +0000\nMessage-ID: <%s@example.com>\n%s\n%s" % (sender, to, token, token, head, body)
        return text.encode()

    def theirs(self, data):
        """data signed by the stranger's key."""
        done = subprocess.run([BIN + "/dkim-sign", "-q", "-d", "theirs.example", "-s", "mail", "-k", KEYS + "/theirs.private", "--insecure-key-ok"], input=data, stdout=subprocess.PIPE, check=True)
        return done.stdout

    # -- what arrived --------------------------------------------------------------------

    def got(self, token):
        """The copies of a message that arrived; bounces have another subject."""
        return [m for m in self.sink.mails if ("\nSubject: %s\r" % token) in m.text().split("\r\n\r\n")[0]]

    def bounced(self, token):
        return [m for m in self.sink.mails if token in m.text() and not m.sender and m not in self.got(token)]

    def verify(self, mail):
        """{(d, result), ...} of the signatures of a mail."""
        done = subprocess.run([BIN + "/dkim-verify", "-q", "--json", "--zone=" + ZONE], input=mail.data, stdout=subprocess.PIPE)
        found = json.loads(done.stdout)["signatures"]
        return [(s["d"], s["result"]) for s in found]

    def ours(self, mail):
        return [r for d, r in self.verify(mail) if (d or "").endswith("example.com")]

    def authres(self, mail):
        return re.findall(r"^Authentication-Results: mx\.example\.com;((?:[^\r]*\r\n[ \t])*[^\r]*)\r", mail.text(), re.M)

    def clean(self, mail):
        """Nothing that a tool said is in the mail."""
        text = mail.text()
        for word in ("dkim-sign:", "dkim-verify:", "dkim-reinject:", "dkim-policy:", "not found", "Killed", "warning"):
            assert word not in text, "%r is in the mail: %s" % (word, text)

    # -- one case after the other ------------------------------------------------------------

    def case(self, title, function, *args):
        if self.only not in title:
            return
        started = time.monotonic()
        self.sink.reset()
        self.dns.mode = "ok"
        try:
            function(*args)
            why = ""
        except Exception:  # each is a failed test, not the end
            why = traceback.format_exc() + "\n" + self.mta.log()[-3000:]
            if self.mta.log() != self.syslog.text():
                why += "\n" + self.syslog.text()[-1000:]
        took = time.monotonic() - started
        self.results.append({"title": "%s: %s" % (self.mta.name, title), "why": why, "seconds": round(took, 2)})
        print("%s %s: %s (%.1f s)" % ("not ok" if why else "ok", self.mta.name, title, took), flush=True)
        self.mta.empty_queue()

    def finish(self):
        write("/lab/%s.json" % self.mta.name.lower(), json.dumps({"results": self.results, "cells": self.cells, "notes": self.notes}))

    # -- what becomes of a message -------------------------------------------------------------

    def rcpts(self, direction):
        return ["bob@example.org" if direction == "sign" else "bob@example.com"]

    def send(self, direction, data, sender=None, rcpts=None, options="", port=None):
        """Hand in a message as ours ("sign") or as a stranger's ("verify")."""
        if direction == "sign":
            world.inject(port or self.mta.out_port, "alice@example.com" if sender is None else sender, rcpts or self.rcpts(direction), data, options, source=RELAY)
        else:
            world.inject(port or self.mta.in_port, "mallory@theirs.example" if sender is None else sender, rcpts or self.rcpts(direction), data, options, source=STRANGER)

    def outcome(self, direction, token, data, seconds=25, **more):
        """Send it: "delivered", "refused" or "kept"."""
        self.at_once = False
        deferred, bounces = self.mta.deferrals(), self.mta.bounces()
        try:
            self.send(direction, data, **more)
        except world.Refused as why:
            self.at_once = True
            return "refused"
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.got(token):
                return "delivered"
            if self.bounced(token) or self.mta.bounces() > bounces:
                return "refused"
            if self.mta.deferrals() > deferred and self.mta.queued():
                return "kept"
            time.sleep(0.05)
        return "lost"

    def arrives(self, token, seconds=25):
        mails = soon(lambda: self.got(token), seconds)
        assert mails, "it did not arrive"
        return mails[0]

    def judge(self, direction, mail):
        """A word for how it arrived; what must not be is an error."""
        self.clean(mail)
        if direction == "sign":
            results = self.ours(mail)
            assert "pass" in results, "delivered without a signature of ours that passes: %s\n%s" % (results, mail.text())
            return "signed"
        assert "pass" not in self.ours(mail), "signed for a stranger"
        found = self.authres(mail)
        assert len(found) == 1, "%d fields of ours" % len(found)
        word = re.search(r"dkim=(\w+)", found[0])
        assert word, found[0]
        return word.group(1)

    def fault(self, direction, name, context, data, token, want, **more):
        """Put one message through a fault; what comes of it is the cell of the table."""
        with context:
            what = self.outcome(direction, token, data, **more)
        assert what != "lost", "neither delivered, refused nor kept"
        cell = what
        if what == "kept" and want == ["waits"]:
            self.mta.flush()
            assert self.mta.queued() and not self.got(token)
            what = cell = "waits"
        elif what == "kept":
            assert not self.got(token), "kept and delivered"
            self.mta.flush()
            word = self.judge(direction, self.arrives(token))
        elif what == "delivered":
            word = self.judge(direction, self.got(token)[0])
            cell = word
        if what == "refused" and not self.at_once and name != "no SMTPUTF8":
            # its sender hears of it; where his name needs SMTPUTF8, nobody can tell him
            self.mta.flush()
            assert soon(lambda: self.bounced(token)), "no bounce"
        if what in ("delivered", "kept"):
            assert soon(lambda: not self.mta.queued()), "the queue is not empty"
            got = sorted(sum((m.rcpts for m in self.got(token)), []))
            assert got == sorted(more.get("rcpts", self.rcpts(direction))), "delivered to %s" % got
        self.cells.setdefault(name, {})[direction] = cell
        assert cell in want, "%s, not %s" % (cell, want)


# -- faults ------------------------------------------------------------------------------------


@contextlib.contextmanager
def nothing():
    yield


@contextlib.contextmanager
def moved(path):
    os.rename(path, path + ".away")
    try:
        yield
    finally:
        os.rename(path + ".away", path)


@contextlib.contextmanager
def unreadable(path):
    before = os.stat(path)
    os.chown(path, 0, 0)
    os.chmod(path, 0o600)
    try:
        yield
    finally:
        os.chown(path, before.st_uid, before.st_gid)
        os.chmod(path, before.st_mode & 0o7777)


@contextlib.contextmanager
def changed(path, text):
    with open(path) as file:
        before = file.read()
    with open(path, "w") as file:
        file.write(text)
    try:
        yield
    finally:
        with open(path, "w") as file:
            file.write(before)


@contextlib.contextmanager
def replaced(path, script):
    os.rename(path, path + ".away")
    write(path, script, 0o755)
    try:
        yield
    finally:
        os.rename(path + ".away", path)


KILLED = "#!/bin/sh\nkill -9 $$\n"


@contextlib.contextmanager
def full(folder):
    run("mount", "-t", "tmpfs", "-o", "mode=1777,size=8k", "tmpfs", folder)
    try:
        yield
    finally:
        run("umount", "-l", folder)


@contextlib.contextmanager
def dns(lab, mode):
    lab.dns.mode = mode
    try:
        yield
    finally:
        lab.dns.mode = "ok"


@contextlib.contextmanager
def offers(lab, *words):
    lab.sink.offers = list(words)
    try:
        yield
    finally:
        lab.sink.offers = ["8BITMIME", "SMTPUTF8", "PIPELINING"]


def matrix(lab, direction, tool, keyfile, table, script, tmp, want, dead="dead"):
    """All faults for one direction of a server. script is what a kill takes besides
    the tool, tmp where the tools keep temporary files; want says what must come of
    it where that is not the default."""
    large = "x" * 72 + "\n"
    sender = "alice@example.com" if direction == "sign" else "mallory@theirs.example"
    to = "bob@example.org" if direction == "sign" else "bob@example.com"
    key = os.path.join(KEYS, keyfile) if not keyfile.startswith("/") else keyfile

    def one(name, context, expected, head="", body=None, before="", **more):
        if want.get(name, expected) is None:
            return
        token = lab.token()

        def go():
            text = lab.message(token, sender, to, head, **({"body": body} if body else {}))
            if direction == "verify":
                text = lab.theirs(text)
            text = before.encode() + text
            lab.fault(direction, name, context(), text, token, want.get(name, expected), **more)

        lab.case("%s, %s" % (direction, name), go)

    is_sign = direction == "sign"
    kept = ["kept"]
    good = ["signed"] if is_sign else ["pass"]
    if is_sign:
        one("key not readable", lambda: unreadable(key), kept)
        one("key missing", lambda: moved(key), kept)
        if table:
            one("table broken", lambda: changed(table, "mail._domainkey.example.com example.com\n" if table == KEYTABLE else "not a domain!\n"), kept)
    one("disk full", lambda: full(tmp), kept, body=large * 30000)
    one("DNS dead", lambda: dns(lab, dead), good if is_sign else ["temperror"], seconds=40)
    one("DNS slow", lambda: dns(lab, 0.7), good, seconds=40)
    one("tool killed", lambda: replaced(tool, KILLED), kept)
    one("tool missing", lambda: moved(tool), kept)
    if script:
        one("script killed", lambda: replaced(script, KILLED), kept)
    one("over a limit", nothing, ["refused"] if is_sign else ["permerror"], before="X-Many: 1\n" * 6000)
    one("two From fields", nothing, ["refused"] if is_sign else ["permerror", "fail", "policy"], before="From: eve@example.net\n")
    eight = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    one("no 8BITMIME", lambda: offers(lab, "PIPELINING"), good, head=eight, body="Gr\u00fc\u00dfe\n", options=" BODY=8BITMIME")
    one("no SMTPUTF8", lambda: offers(lab, "8BITMIME"), ["refused"], head=eight, body="Gr\u00fc\u00dfe\n", sender="m\u00fcller@" + sender.split("@")[1], options=" BODY=8BITMIME SMTPUTF8")
    one("null sender", nothing, good, sender="")
    one("Bcc", nothing, good, head="Bcc: secret@example.org\n", rcpts=[to, "secret@" + to.split("@")[1]])

    def again():
        token = lab.token()
        text = lab.message(token, sender, to)
        if not is_sign:
            text = lab.theirs(text)
        lab.sink.refuse = {"dot": "451 4.3.0 later"}
        assert lab.outcome(direction, token, text) == "kept"
        lab.sink.refuse = {}
        lab.mta.requeue()
        mail = lab.arrives(token, 40)
        cell = lab.judge(direction, mail)
        if is_sign:
            assert lab.ours(mail) == ["pass"], "signed %d times" % len(lab.ours(mail))
        assert len(lab.got(token)) == 1
        lab.cells.setdefault("requeue", {})[direction] = cell
        assert cell in want.get("requeue", good), cell

    if want.get("requeue", good) is not None:
        lab.case("%s, requeue" % direction, again)


def main(mta, cases):
    """Start the server, run its cases, write the results for tests/mta/run."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    lab = Lab(mta)
    mta.start(lab)
    only, lab.only = (sys.argv[1:] + ["", ""])[:2]
    try:
        cases(lab, only)
    finally:
        lab.finish()
        with open("/lab/%s.log" % mta.name.lower(), "w") as file:
            file.write(mta.log())
