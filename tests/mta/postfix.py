#!/usr/bin/python3
"""Postfix: the files of scripts/mta/postfix as they are installed."""
import contextlib
import json
import os
import re
import subprocess

import lab as L
import load
import world
from lab import run, soon, write


def master_cf(text):
    """The recipe's lines take the place of those of the same service."""
    with open("/etc/postfix/master.cf") as file:
        have = re.sub(r"\n[ \t]+", "  ", file.read())
    ours = re.sub(r"\n[ \t]+", " ", text)
    names = [tuple(line.split()[:2]) for line in ours.splitlines() if line and line[0] != "#"]
    kept = [line for line in have.splitlines() if not line or line[0] == "#" or tuple(line.split()[:2]) not in names]
    write("/etc/postfix/master.cf", "\n".join(kept) + "\n" + ours)


def reload(lab):
    before = lab.mta.log().count("reload -- version")
    run("postfix", "reload")
    assert soon(lambda: lab.mta.log().count("reload -- version") > before)


def listens(port):
    return subprocess.call(["bash", "-c", "true </dev/tcp/127.0.0.1/%d" % port], stderr=subprocess.DEVNULL) == 0


class Postfix:
    name = "Postfix"
    out_port, in_port = 25, 25

    def start(self, lab):
        self.lab = lab
        for setting in (
            "myhostname=mx.example.com",
            "mydestination=",
            "relay_domains=example.com, lisa.example.com",
            "relay_recipient_maps=",
            "mynetworks=127.0.0.0/8 192.0.2.0/24",
            "relayhost=[127.0.0.1]:2525",
            "inet_protocols=ipv4",
            "smtpd_recipient_limit=1000",
            "smtpd_peername_lookup=no",
            "smtp_connection_cache_on_demand=no",
            "in_flow_delay=0",
            "minimal_backoff_time=1000s",
            "message_size_limit=20000000",
            "smtpd_sasl_local_domain=example.com",
            "append_dot_mydomain=no",
        ):
            run("postconf", "-e", setting)
        # --- as dkim-mta(7) says
        write("/etc/dkim/mta.conf", L.example("mta.conf").replace("\nverify=\n", "\nverify='--dns-timeout=1 --deadline=2'\n"))
        for line in L.example("postfix/main.cf").splitlines():
            if line and line[0] != "#":
                run("postconf", "-e", line)
        master_cf(L.example("postfix/master.cf"))
        # ---
        write("/etc/postfix/sasl/smtpd.conf", "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN\n")
        run("saslpasswd2", "-p", "-c", "-u", "example.com", "alice", input=b"secret")
        run("chown", "root:postfix", "/etc/sasldb2")
        os.chmod("/etc/sasldb2", 0o640)
        run("postfix", "check")
        run("postfix", "start")
        assert soon(lambda: not subprocess.call(["postfix", "status"], stderr=subprocess.DEVNULL))

    def patient(self):
        """With the time limits for DNS that the recipe has."""
        return L.changed("/etc/dkim/mta.conf", L.example("mta.conf"))

    def log(self):
        return self.lab.syslog.text()

    def deferrals(self):
        return self.log().count("status=deferred")

    def bounces(self):
        return self.log().count("status=bounced")

    def queued(self):
        return [json.loads(line) for line in run("postqueue", "-j").splitlines()]

    def flush(self):
        run("postqueue", "-f")

    def requeue(self):
        run("postsuper", "-r", "ALL")
        # pickup looks once a minute, or when something is submitted
        run("sendmail", "-f", "", "devnull@example.org", input=b"From: x@nokey.example\nSubject: wake up\n\n")
        self.flush()

    def empty_queue(self):
        self.flush()
        soon(lambda: not self.queued(), 10)
        run("postsuper", "-d", "ALL")


def plain(lab):
    token = lab.token()
    assert lab.outcome("sign", token, lab.message(token)) == "delivered"
    mail = lab.got(token)[0]
    assert lab.verify(mail) == [("example.com", "pass")]
    assert mail.sender == "alice@example.com" and mail.rcpts == ["bob@example.org"]
    assert not lab.authres(mail)
    lab.clean(mail)


def more_senders(lab):
    # a user who logged in, from an address that is not trusted
    token = lab.token()
    login = "AUTH PLAIN AGFsaWNlQGV4YW1wbGUuY29tAHNlY3JldA=="  # alice@example.com, secret
    world.inject(587, "alice@example.com", ["bob@example.org"], lab.message(token), before=[login], source=L.STRANGER)
    assert lab.verify(lab.arrives(token)) == [("example.com", "pass")]
    # submitted on this host, with a Bcc field
    token = lab.token()
    run("sendmail", "-t", "-f", "alice@lisa.example.com", input=lab.message(token, "alice@lisa.example.com", head="Bcc: carol@example.org\n"))
    mail = lab.arrives(token)
    assert lab.verify(mail) == [("lisa.example.com", "pass")]
    assert sorted(sum((m.rcpts for m in lab.got(token)), [])) == ["bob@example.org", "carol@example.org"]
    assert "carol" not in mail.text()
    # a domain of ours without a key
    token = lab.token()
    lab.send("sign", lab.message(token, "x@nokey.example"), "x@nokey.example")
    assert lab.verify(lab.arrives(token)) == []


def strangers(lab):
    # who only says that he is one of ours gets no signature
    token = lab.token()
    lab.send("verify", lab.message(token, "alice@example.com", "bob@example.com"), "alice@example.com")
    mail = lab.arrives(token)
    assert lab.verify(mail) == []
    assert " dkim=none" in lab.authres(mail)[0], mail.text()
    # a signature of his, and a result that he wrote himself
    token = lab.token()
    data = lab.theirs(lab.message(token, "mallory@theirs.example", "bob@example.com"))
    lab.send("verify", b"Authentication-Results: mx.example.com; dkim=pass header.d=example.com\n" + data)
    found = lab.authres(lab.arrives(token))
    assert len(found) == 1 and "dkim=pass" in found[0] and "header.d=theirs.example" in found[0], found


REINJECT = [
    ("null sender", "", ["bob@example.org"]),
    ("quoted local part", '"a b"@example.com', ['"c, d"@example.org']),
    ("SMTPUTF8", "m\u00fcller@example.com", ["\u00e5sa@example.org"]),
    ("50 recipients", "alice@example.com", ["user%d@example.org" % n for n in range(50)]),
]


def envelope(lab, sender, rcpts):
    token = lab.token()
    options = "" if (sender + rcpts[0]).isascii() else " SMTPUTF8"
    lab.send("sign", lab.message(token), sender, rcpts, options)
    assert soon(lambda: sum(len(m.rcpts) for m in lab.got(token)) == len(rcpts)), lab.sink.mails
    mails = lab.got(token)
    assert sorted(sum((m.rcpts for m in mails), [])) == sorted(rcpts)
    for mail in mails:
        assert mail.sender == sender, mail.sender
        assert lab.ours(mail) == ["pass"]


def middle(lab):
    """A 4xx to the second of three recipients, when the filter gives the mail back."""
    write("/etc/postfix/later", "carol@example.org 450 4.2.1 later\n")
    run("postconf", "-P", "127.0.0.1:10026/inet/smtpd_recipient_restrictions=check_recipient_access,texthash:/etc/postfix/later,permit_mynetworks,reject")
    reload(lab)
    token = lab.token()
    try:
        what = lab.outcome("sign", token, lab.message(token), rcpts=["bob@example.org", "carol@example.org", "dave@example.org"])
        assert what == "kept", what
        assert not lab.sink.mails
    finally:
        run("postconf", "-P", "127.0.0.1:10026/inet/smtpd_recipient_restrictions=permit_mynetworks,reject")
        reload(lab)
    lab.mta.flush()
    assert soon(lambda: sum(len(m.rcpts) for m in lab.got(token)) == 3)
    assert not soon(lambda: sum(len(m.rcpts) for m in lab.got(token)) > 3, 1)


def clients(lab):
    """Which programs of Debian could give a message back by port: what the page says."""
    argvs = {
        "dkim-reinject": lambda s, r: [L.LIBEXEC + "/dkim-reinject", "--port=2525", "--", s, *r],
        "curl": lambda s, r: ["curl", "-sS", "--crlf", "smtp://127.0.0.1:2525/localhost", "--mail-from", s, *sum((["--mail-rcpt", x] for x in r), []), "-T", "-"],
        "msmtp": lambda s, r: ["msmtp", "--host=127.0.0.1", "--port=2525", "--tls=off", "--auth=off", "--domain=localhost", "--from=" + s, "--", *r],
        "swaks": lambda s, r: ["swaks", "--silent", "3", "--server", "127.0.0.1:2525", "--helo", "localhost", "--from", s or "<>", "--to", ",".join(r), "--data", "-"],
    }
    data = lab.message(lab.token())
    able = {}
    for name, argv in argvs.items():
        able[name] = []
        for what, sender, rcpts in REINJECT:
            lab.sink.reset()
            done = subprocess.run(argv(sender, rcpts), input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            mails = lab.sink.mails
            good = not done.returncode and len(mails) == 1 and mails[0].sender == sender and mails[0].rcpts == rcpts
            good = good and mails[0].data == data.replace(b"\n", b"\r\n") and ("SMTPUTF8" in mails[0].options) == (what == "SMTPUTF8")
            able[name] += [what] if good else []
        lab.sink.reset()
        lab.sink.refuse = {"bob@example.org": "450 4.2.1 later"}
        done = subprocess.run(argv("alice@example.com", ["carol@example.org", "bob@example.org"]), input=data, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        able[name] += ["4xx"] if done.returncode and not lab.sink.mails else []
    lab.notes["clients"] = able
    everything = [what for what, _, _ in REINJECT] + ["4xx"]
    assert able["dkim-reinject"] == everything, able
    assert able["curl"] == everything, able
    assert able["msmtp"] == ["null sender", "50 recipients", "4xx"], able
    assert "quoted local part" not in able["swaks"] and "SMTPUTF8" not in able["swaks"], able


def conversion(lab):
    """What disable_mime_output_conversion is for."""
    eight = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    run("postconf", "-e", "disable_mime_output_conversion=no")
    reload(lab)
    lab.sink.offers = ["PIPELINING"]
    token = lab.token()
    try:
        lab.send("sign", lab.message(token, head=eight, body="Gr\u00fc\u00dfe\n"), options=" BODY=8BITMIME")
        assert lab.ours(lab.arrives(token)) == ["fail"]
    finally:
        run("postconf", "-e", "disable_mime_output_conversion=yes")
        reload(lab)


def policy(lab):
    """SPF by --policy-service: what a host may send for whom."""
    master_cf(L.example("postfix/master.cf.spf"))
    before = run("postconf", "-h", "smtpd_relay_restrictions").strip()
    settings = re.sub(r"\n +", " ", re.sub(r"(?m)^#.*\n", "", L.example("postfix/main.cf.spf"))).strip()
    run("postconf", "-e", settings)
    reload(lab)
    try:
        # hosts of ours send to everybody
        token = lab.token()
        lab.send("sign", lab.message(token))
        lab.arrives(token)
        token = lab.token()
        lab.send("verify", lab.theirs(lab.message(token, "mallory@theirs.example", "bob@example.com")))
        assert "Received-SPF: pass" in lab.arrives(token).text()
        run("ip", "addr", "add", "203.0.113.66/32", "dev", "lo")
        try:
            world.inject(25, "mallory@theirs.example", ["bob@example.com"], lab.message("forged"), source="203.0.113.66")
            assert False, "taken from a host that SPF forbids"
        except world.Refused as why:
            assert " 550 5.7.23 " in str(why) or "550 5.7.1" in str(why), why
    finally:
        run("postconf", "-e", "smtpd_relay_restrictions=" + before)
        run("postconf", "-X", "smtpd_recipient_restrictions")
        reload(lab)


MILTER = """127.0.0.1:2626 inet n - n - - smtpd
  -o content_filter=
  -o smtpd_milters=inet:127.0.0.1:8891
  -o milter_default_action=tempfail
"""


@contextlib.contextmanager
def milter(lab, resolver="Nameservers 127.0.0.1\nResolverConfiguration /etc/opendkim/unbound.conf\n"):
    """The real opendkim on port 2626, with the tables that we use."""
    write("/etc/opendkim.conf", "Mode sv\nSocket inet:8891@127.0.0.1\nUserID opendkim\nPidFile /run/opendkim/opendkim.pid\nSyslog yes\n"
          "KeyTable /etc/opendkim/KeyTable\nSigningTable refile:/etc/opendkim/SigningTable\nInternalHosts refile:/etc/opendkim/TrustedHosts\n"
          "AuthservID milter.example.com\n" + resolver)
    write("/etc/opendkim/unbound.conf", 'server:\n  do-not-query-localhost: no\n  module-config: "iterator"\nforward-zone:\n  name: "."\n  forward-addr: 127.0.0.1\n')
    os.makedirs("/run/opendkim", exist_ok=True)
    run("chown", "opendkim", "/run/opendkim")
    process = subprocess.Popen(["/usr/sbin/opendkim", "-f", "-x", "/etc/opendkim.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert soon(lambda: listens(8891)), lab.mta.log()[-1000:]
        master_cf(MILTER)
        reload(lab)
        assert soon(lambda: listens(2626))
        yield
    finally:
        lab.notes["opendkim"] = "ended with %s" % process.poll() if process.poll() is not None else "ran to the end"
        process.terminate()
        process.wait()


def opendkim(lab):
    """The milter verifies our signature, we its; both from the same tables."""
    with milter(lab):
        token = lab.token()
        lab.send("sign", lab.message(token))
        mail = lab.arrives(token)
        assert lab.verify(mail) == [("example.com", "pass")]
        lab.sink.reset()
        lab.send("verify", mail.data, "alice@example.com", port=2626)
        text = lab.arrives(token).text()
        found = re.search(r"Authentication-Results: milter\.example\.com;[^;]*dkim=(\w+)", text)
        assert found and found.group(1) == "pass", text
        token = lab.token()
        lab.send("sign", lab.message(token), port=2626)
        mail = lab.arrives(token)
        assert lab.verify(mail) == [("example.com", "pass")], mail.text()
        lab.sink.reset()
        lab.send("verify", mail.data, "alice@example.com")
        found = lab.authres(lab.arrives(token))
        assert "dkim=pass" in found[0] and "header.d=example.com" in found[0], found


def compare(lab):
    """Messages a second: our filter, the milter, and our filter with cat in place of
    the tools. The best of three rounds each; nothing is asserted of time."""
    with open(L.LIBEXEC + "/dkim-sv") as file:
        text = file.read()
    text = re.sub(r'"\$bin/dkim-sign"[^>]*>', "cat >", text)
    text = re.sub(r'"\$bin/dkim-verify"[^"]*"\$id" \$verify --exec', "", text)
    assert text.count("$bin/") == 0, text
    write(L.LIBEXEC + "/cat-sv", text, 0o755)
    with open("/etc/postfix/master.cf") as file:
        ours = re.search(r"^dkim .*(?:\n[ \t]+.*)*", file.read(), re.M).group()
    # with ResolverConfiguration, opendkim 2.11.0~beta2 ends under this load (status 2)
    with milter(lab, ""):
        master_cf("127.0.0.1:2627 inet n - n - - smtpd -o content_filter=dkimcat: -o receive_override_options=no_address_mappings\n" + re.sub("^dkim ", "dkimcat ", ours).replace("/dkim-sv", "/cat-sv"))
        reload(lab)
        assert soon(lambda: listens(2627))
        best = {}
        for _ in range(3):
            for name, port in ("filter", 25), ("cat", 2627), ("milter", 2626):
                best[name] = max(best.get(name, 0), load.deliver(lab, "sign", 100, port=port))
                for mail in lab.sink.mails[::20]:
                    assert lab.verify(mail) == ([] if name == "cat" else [("example.com", "pass")])
    lab.notes["messages/s, signing"] = {name: round(rate, 1) for name, rate in best.items()}
    lab.notes["filter/cat"] = round(best["filter"] / best["cat"], 2)


def pickup(lab):
    """Verified mail that goes back through sendmail(1) meets the filter of pickup, which
    signs what is submitted on this host: --skip-verified tells the two apart."""
    with open("/etc/postfix/master.cf") as file:
        before = file.read()
    master_cf(L.example("postfix/master.cf.pickup"))
    reload(lab)
    try:
        token = lab.token()
        lab.send("verify", lab.message(token, "alice@example.com", "bob@example.com"), "alice@example.com")
        mail = lab.arrives(token)
        assert lab.verify(mail) == [], "signed for a stranger"
        assert len(lab.authres(mail)) == 1 and "dkim=none" in lab.authres(mail)[0]
        fields = re.findall(r"^(Received|Authentication-Results):", mail.text(), re.M)
        assert fields[0] == "Received" and "Authentication-Results" in fields, fields
        token = lab.token()
        run("sendmail", "-f", "alice@example.com", "bob@example.org", input=lab.message(token))
        assert lab.verify(lab.arrives(token)) == [("example.com", "pass")]
        token = lab.token()
        lab.send("sign", lab.message(token), port=587)
        assert lab.verify(lab.arrives(token)) == [("example.com", "pass")]
    finally:
        write("/etc/postfix/master.cf", before)
        reload(lab)


def cases(lab, only):
    if only in ("", "plain"):
        lab.case("signs for a trusted host", plain, lab)
        lab.case("signs for users, and for this host", more_senders, lab)
        lab.case("verifies for strangers, and signs nothing for them", strangers, lab)
    if only in ("", "reinject"):
        for what, sender, rcpts in REINJECT:
            lab.case("re-injection, " + what, envelope, lab, sender, rcpts)
        lab.case("re-injection, a 4xx in mid-session", middle, lab)
        lab.case("re-injection, which clients could do it", clients, lab)
    if only in ("", "more"):
        lab.case("recodes 8-bit mail without disable_mime_output_conversion", conversion, lab)
        lab.case("the policy service", policy, lab)
        lab.case("opendkim's milter verifies ours, and we its", opendkim, lab)
        lab.case("--skip-verified with pickup", pickup, lab)
    if only in ("", "matrix"):
        tool = L.BIN + "/dkim-sign"
        L.matrix(lab, "sign", tool, "dkim.private", L.KEYTABLE, L.LIBEXEC + "/dkim-reinject", "/tmp", {})
        L.matrix(lab, "verify", L.BIN + "/dkim-verify", "dkim.private", None, L.LIBEXEC + "/dkim-sv", "/tmp", {})
    if only in ("", "load"):
        lab.case("200 at once with a slow resolver", load.slow, lab)
        lab.case("beside the milter, and beside cat", compare, lab)


if __name__ == "__main__":
    L.main(Postfix(), cases)
