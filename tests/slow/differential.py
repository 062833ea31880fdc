#!/usr/bin/python3
"""Signed messages after small edits, and where verifiers differ about them.

  differential.py mutate COUNT FOLDER FILE...   FOLDER/NUMBER.FILE, CRLF
  differential.py table PEER JSON LINES         what of it is explained

JSON is that of dkim-verify, LINES has the number of good signatures of the same
messages by the peer, in the same order. Of each message the signatures that
pass are counted; each difference must be of a class below. SEED=2 makes other
edits.
"""
import collections
import json
import os
import random
import re
import sys

MARKS = [
    *(b" ", b"\t", b"  ", b"\r\n", b"\r\n ", b"\r\n\t", b" \r\n", b"\r\n\r\n", b"\n", b"\r"),
    *(b":", b";", b"=", b"; ", b"x=1;", b"l=10;", b"t=", b"c=", b"h=", b"\0", b"\xe4"),
    *(b"From", b"from:", b"Subject: x\r\n", b"A", b"0", b"/", b"+"),
]


def edit(text, chance):
    """One small change in the signature, in the rest of the header or in the body."""
    parts = [0, text.find(b"From:"), text.find(b"\r\n\r\n") + 4, len(text)]
    part = chance.randrange(3)
    low, high = sorted(max(0, min(parts[i], len(text))) for i in (part, part + 1))
    at = chance.randrange(low, high + 1)
    how = chance.randrange(7)
    if how == 0 and at < len(text):
        text[at] = chance.choice(text)
    elif how == 1:
        text[at:at] = chance.choice(MARKS)
    elif how == 2:
        del text[at : at + 1 + chance.randrange(3)]
    elif how == 3:
        text[at:at] = text[at : at + chance.randrange(30)]
    elif how == 4:
        text[at : at + 1] = text[at : at + 1].swapcase()
    elif how == 5:  # a line once more, or gone
        start = text.rfind(b"\r\n", 0, at) + 2 if b"\r\n" in text[:at] else 0
        line = text[start:].partition(b"\r\n")[0] + b"\r\n"
        if chance.randrange(2):
            text[start:start] = line
        else:
            del text[start : start + len(line)]
    else:  # white space next to white space
        at = text.find(b" ", at)
        if at >= 0:
            text[at:at] = chance.choice([b" ", b"\t", b"\r\n "])


def mutate(count, folder, *files):
    chance = random.Random(int(os.environ.get("SEED", 1)))
    texts = [open(path, "rb").read() for path in files]
    for n in range(int(count)):
        kind = n % len(files)
        text = bytearray(texts[kind])
        for _ in range(1 + chance.randrange(3)):
            edit(text, chance)
        path = "%s/%05d.%s" % (folder, n, os.path.basename(files[kind]))
        with open(path, "wb") as file:
            file.write(text)


def unpadded(text):
    values = re.findall(rb"[\s;]bh?=([A-Za-z0-9+/=\s]*)", text)
    return any(len(re.sub(rb"\s", b"", value)) % 4 for value in values)


# Who takes it for good, what such a message has, and why.
CLASSES = [
    (
        "peer",
        lambda text, o: re.search(rb"(?<!\r)\n|\r(?!\n)", text),
        "a bare CR or LF: data for us (RFC 6376 3.4, 5.3), a line end or white space for them",
    ),
    (
        "peer",
        lambda text, o: "malformed-header" in reasons(o),
        "a line that is no header field: we judge no such header (RFC 5322 2.2), they skip it",
    ),
    (
        "peer",
        lambda text, o: "syntax" in reasons(o),
        "a signature outside the grammar (RFC 6376 3.2, 3.5): they read what is left of it",
    ),
    (
        "ours",
        lambda text, o: re.search(rb"[ \t]\Z", text),
        "white space behind the last CRLF of a relaxed body: for us a line (RFC 6376 3.4.4)",
    ),
    (
        "ours",
        lambda text, o: unpadded(text),
        "base64 without its final =: README, Leniencies",
    ),
]


def reasons(o):
    return [s["reason"] for s in o.get("signatures", ())]  # none: not a message


def table(peer, ours, lines):
    counts, passes, messages, unexplained = collections.Counter(), 0, 0, 0
    with open(ours) as json_lines, open(lines) as peer_lines:
        for line, theirs in zip(json_lines, peer_lines, strict=True):
            o = json.loads(line)
            good = reasons(o).count("ok")
            messages += 1
            passes += good > 0
            if good == int(theirs):
                continue
            with open(o["input"], "rb") as file:
                text = file.read()
            who = "ours" if good > int(theirs) else "peer"
            for i, (whose, has, _) in enumerate(CLASSES):
                if who == whose and has(text, o):
                    counts[i] += 1
                    break
            else:
                unexplained += 1
                print("%s: %s passes it alone: %s" % (o["input"], who, reasons(o)))
    print("%s: %d messages, %d pass, %d differ" % (peer, messages, passes, counts.total()))
    for i, n in counts.items():
        print("%6d good for %s alone: %s" % (n, CLASSES[i][0], CLASSES[i][2]))
    # a verifier that finds everything bad says nothing
    sys.exit(unexplained > 0 or passes * 20 < messages)


if __name__ == "__main__":
    {"mutate": mutate, "table": table}[sys.argv[1]](*sys.argv[2:])
