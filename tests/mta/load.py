"""Many deliveries at once: all arrive, none twice, and how fast."""
import os
import threading
import time

import lab as L
from lab import soon


class Watch:
    """How many processes of the tools there were at once, and the largest of them."""

    def __init__(self):
        self.most, self.largest, self.done = 0, 0, False
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()

    def look(self):
        while not self.done:
            now = 0
            for pid in filter(str.isdigit, os.listdir("/proc")):
                try:
                    with open("/proc/%s/status" % pid) as file:
                        status = dict(line.split(":\t", 1) for line in file if ":\t" in line)
                except OSError:
                    continue
                if status["Name"].startswith(("dkim-sign", "dkim-verify")):
                    now += 1
                    self.largest = max(self.largest, int(status.get("VmHWM", "0 kB").split()[0]))
            self.most = max(self.most, now)
            time.sleep(0.02)

    def stop(self):
        self.done = True
        self.thread.join()
        return {"processes": self.most, "KiB": self.largest}


def deliver(lab, direction, count=200, clients=20, port=None, seconds=300):
    """count messages from `clients` clients at once; messages a second until the last
    one has arrived, each exactly once."""
    lab.sink.reset()
    tokens = [lab.token() for _ in range(count)]
    data = {}
    for token in tokens:
        text = lab.message(token, *(("alice@example.com", "bob@example.org") if direction == "sign" else ("mallory@theirs.example", "bob@example.com")), body="x" * 70 + "\n" + "A line of text that is signed.\n" * 150)
        data[token] = lab.theirs(text) if direction == "verify" else text
    failed = []

    def client(mine):
        for token in mine:
            try:
                lab.send(direction, data[token], port=port)
            except Exception as why:  # counted below
                failed.append(why)

    threads = [threading.Thread(target=client, args=(tokens[n::clients],)) for n in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[0]
    assert soon(lambda: len(lab.sink.mails) >= count, seconds), "%d of %d arrived" % (len(lab.sink.mails), count)
    took = time.monotonic() - started
    soon(lambda: not lab.mta.queued(), 60)
    arrived = sorted(m.text().split("\nSubject: ")[1].split("\r")[0] for m in lab.sink.mails)
    assert arrived == sorted(tokens), "not each once"
    return count / took


def slow(lab):
    """200 messages of strangers while each answer from DNS takes a second."""
    with lab.mta.patient():
        lab.dns.mode = 1.0
        watch = Watch()
        rate = deliver(lab, "verify")
    seen = watch.stop()
    results = [lab.judge("verify", m) for m in lab.sink.mails[::10]]
    assert set(results) == {"pass"}, results
    lab.notes["200 at once, DNS takes 1 s"] = dict(seen, **{"messages/s": round(rate, 1)})
