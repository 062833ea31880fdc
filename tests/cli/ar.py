"""Authentication-Results fields: what python3-authres reads in one, and messages
with forged ones of every form whose filtered form is known."""

import argparse
import random
import re
import subprocess
import sys


def peer(args):
    """The field on stdin: "ID", then a line a result: METHOD=RESULT and the
    properties that authres can tell."""
    import authres

    text = sys.stdin.read()
    text = re.sub(r"\r?\n(?=[ \t])", "", text)
    field = authres.AuthenticationResultsHeader.parse(text)
    print(field.authserv_id)
    for result in field.results:
        words = ["%s=%s" % (result.method, result.result)]
        words += ["reason=%s" % result.reason] if result.reason else []
        words += ["%s.%s=%s" % (p.type, p.name, p.value) for p in result.properties]
        print(" ".join(words))


NAMES = [
    "Authentication-Results:",
    "AUTHENTICATION-RESULTS:",
    "authentication-results :",
    "Authentication-Results\t \t:",
]
OURS = [
    " mx.example; dkim=pass header.d=bank.example",
    "mx.example;none",
    " mx.example.; none",
    ' "mx.example"; none',
    ' "mx\\.example."; none',
    " (c)mx.example; none",
    " (a(b\\))\n c)mx.example(c); none",
    " mx.example 1; none",
    " mx.example 2; none",
    " mx.example/1; none",
    " MX.Example; none",
    "\n mx.example\n\t; none",
    " \n \n\t mx.example; none",
    " mx.example",
    " ;;;mx.example dkim=pass",
    " (mx.example; dkim=pass",
    ' "mx.example; dkim=pass',
    " =?utf-8?q?mx.example?=; dkim=pass",
    " mx.example; x=y" + " b.c=d" * 3000,
    " (" + "x" * 70000 + ") mx.example; none",
    " (" + "x" * 300000 + ") other.example; none",
    " other.example 2; dkim=pass",
]
OTHERS = [
    NAMES[0] + " other.example; dkim=pass header.d=bank.example",
    NAMES[1] + " other.example; iprev=pass smtp.helo=mx.example",
    NAMES[2] + "\n amx.example; none",
    NAMES[3] + " (mx.example) other; none",
    "Authentication-Results-Original: mx.example; dkim=pass",
    "X-Authentication-Results: mx.example; dkim=pass",
    "ARC-Authentication-Results: i=1; mx.example; dkim=pass",
    "Subject: Authentication-Results: mx.example; none",
    "Subject: x\n Authentication-Results: mx.example; none",
    "From: a@example.com",
    "To: b@example.net\n \n\t ",
    "Authentication-Results",
    "no field at all",
    ": x",
    "X: " + "y" * 70000,
    "X: " + "y" * 300000,
    "X: \xff\x00\x1b",
    "X: a\rb",
    "X:",
]
BODIES = [
    "",
    "\n",
    "\nbody",
    "\nbody\n",
    "\nAuthentication-Results: mx.example; none\n\n\n",
    "\n\x00\xff\rAuthentication-Results: mx.example; none\n",
    "\n" + "line of a body\n" * 10000,
]


def one(args, rng):
    """One message: (text, text as it must come out)."""
    end = rng.choice(["\n", "\r\n"])
    received = rng.random() < 0.5
    text, left = [], []
    for _ in range(rng.choice([1, 3, 10, 30])):
        ours = rng.random() < 0.4
        field = rng.choice(NAMES) + rng.choice(OURS) if ours else rng.choice(OTHERS)
        text.append(field)
        if not ours:
            left.append(field)
        elif args.keep_own and "Received: x" not in text and is_whole_own(field):
            left.append(field)
        if received and rng.random() < 0.3:
            text.append("Received: x")
            left.append("Received: x")
    body = rng.choice(BODIES)
    mbox = "From x\n" if rng.random() < 0.2 else ""
    head = "".join(field + "\n" for field in text)
    rest = "".join(field + "\n" for field in left)
    if body == "" and rng.random() < 0.5:  # the header just ends
        head = head[:-1]
        if left and left[-1] is text[-1]:
            rest = rest[:-1]
    new = "Authentication-Results: mx.example; dkim=none\n"
    pair = (mbox + head + body, mbox + new + rest + body)
    end = end if "\n" in pair[0] else "\n"
    return [part.replace("\n", end).encode("latin-1") for part in pair]


def is_whole_own(field):
    """Not one of the last two of OURS, which go because of what they are."""
    return not re.search(r"other\.example", field)


def check(args):
    """Many messages through COMMAND."""
    rng = random.Random(args.seed)
    for i in range(args.n):
        text, want = one(args, rng)
        got = subprocess.run(args.command, input=text, stdout=subprocess.PIPE)
        if got.returncode or got.stdout != want:
            for name, octets in ("text", text), ("want", want), ("got", got.stdout):
                with open(name, "wb") as file:
                    file.write(octets)
            sys.exit("message %d: status %d; see text, want, got" % (i, got.returncode))


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    commands.add_parser("peer").set_defaults(run=peer)
    many = commands.add_parser("check")
    many.set_defaults(run=check)
    many.add_argument("--seed", type=int, default=1)
    many.add_argument("--keep-own", action="store_true")
    many.add_argument("n", type=int)
    many.add_argument("command", nargs="+")
    args = parser.parse_args()
    args.run(args)


main()
