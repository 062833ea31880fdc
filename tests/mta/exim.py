#!/usr/bin/python3
"""Exim 4: the transports and the ACL of scripts/mta/exim."""
import contextlib
import os
import re
import subprocess

import lab as L
import load
import world
from lab import run, soon, write

KEY = "/etc/exim4/dkim/example.com.private.pem"
DENY = "theirs.example theirs.example none:invalid:fail REFUSED Common guys, what's going on?\n"

# The rest of a configuration: from hosts of ours everything goes to the next hop
# through remote_smtp, from others through a transport that verifies.
CONF = """
primary_hostname = mx.example.com
hostlist relay_from_hosts = : 192.0.2.0/24
daemon_smtp_ports = 25
disable_ipv6 = true
host_lookup =
log_selector = +dkim_verbose
tls_advertise_hosts =
smtputf8_advertise_hosts = *
smtp_accept_max = 300
smtp_accept_max_per_host = 300
queue_run_max = 20
remote_max_parallel = 1
acl_smtp_rcpt = acl_rcpt
acl_smtp_dkim = acl_dkim
%(main)s
begin acl
acl_rcpt:
  accept
acl_dkim:
  accept
%(acl)s
begin routers
mailbox:
  driver = accept
  local_parts = maildir
  domains = example.com
  transport = maildir_home
theirs:
  driver = manualroute
  condition = ${if and{{def:sender_host_address}{!match_ip{$sender_host_address}{192.0.2.0/24}}}}
  route_list = * 127.0.0.1::2525
  self = send
  transport = verified
remote:
  driver = manualroute
  route_list = * 127.0.0.1::2525
  self = send
  transport = remote_smtp
begin transports
%(transports)s
verified:
  driver = smtp
  allow_localhost
  hosts_try_chunking =
  transport_filter = %(verify)s
exim_signs:
  driver = smtp
  allow_localhost
  dkim_domain = example.com
  dkim_selector = mail
  dkim_private_key = %(key)s
  dkim_canon = relaxed
begin retry
* * F,1h,1h
begin rewrite
"""


class Exim:
    name = "Exim"
    out_port, in_port = 25, 25

    def start(self, lab):
        self.lab = lab
        os.makedirs("/etc/exim4/dkim", exist_ok=True)
        with open(L.KEYS + "/dkim.private") as file:
            write(KEY, file.read(), 0o640)
        run("chown", "root:Debian-exim", KEY)
        write("/etc/exim4/dkim/domains", "example.com\n")
        write("/etc/exim4/dkim/trusted", "192.0.2.0/24\n")
        write("/etc/exim4/dkim/deny", DENY)
        transports = L.example("exim/transports")
        verify = re.search(r"transport_filter = (.*dkim-verify .*)", transports).group(1) + " --dns-timeout=1 --deadline=2"
        transports = transports.replace("  driver = smtp\n", "  driver = smtp\n  allow_localhost\n  hosts_try_chunking =\n", 1)
        transports = transports.replace("/home/$local_part_data/", "/home/mail/").replace("  delivery_date_add", "  user = mail\n  delivery_date_add")
        acl = L.example("exim/acl")
        self.scanner = "\n".join(line.strip("# ") for line in acl.splitlines() if " = cmdline:" in line or "acl_smtp_data" in line)
        self.conf = CONF % {"main": "", "acl": re.sub(r"(?m)^#.*\n", "", acl), "transports": transports, "verify": verify, "key": KEY}
        write("/etc/exim4/exim4.conf", self.conf)
        os.makedirs("/home/mail", exist_ok=True)
        run("chown", "mail", "/home/mail")
        os.makedirs("/run/exim4", exist_ok=True)
        run("chown", "Debian-exim", "/run/exim4")
        run("exim4", "-bV")
        self.daemon()

    def daemon(self):
        self.process = subprocess.Popen(["exim4", "-bdf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert soon(lambda: world.greets(25))

    def again(self, conf):
        write("/etc/exim4/exim4.conf", conf)
        self.restart()

    def restart(self):
        self.process.terminate()
        self.process.wait()
        self.daemon()

    @contextlib.contextmanager
    def patient(self):
        """With the time limits for DNS that the recipe has."""
        self.again(self.conf.replace(" --dns-timeout=1 --deadline=2", ""))
        yield
        self.again(self.conf)

    def log(self):
        try:
            with open("/var/log/exim4/mainlog", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def deferrals(self):
        return len(re.findall(r"^\S+ \S+ \S+ == ", self.log(), re.M))

    def bounces(self):
        return len(re.findall(r"^\S+ \S+ \S+ \*\* ", self.log(), re.M))

    def queued(self):
        return int(run("exim4", "-bpc"))

    def flush(self):
        run("exim4", "-qff")

    requeue = flush

    def empty_queue(self):
        self.flush()
        ids = re.findall(r"^ *\S+ +\S+ (\S{6}-\S+-\S+) ", run("exim4", "-bp"), re.M)
        if ids:
            run("exim4", "-Mrm", *ids)


def plain(lab):
    token = lab.token()
    assert lab.outcome("sign", token, lab.message(token)) == "delivered"
    mail = lab.got(token)[0]
    assert lab.verify(mail) == [("example.com", "pass")], mail.text()
    lab.clean(mail)
    token = lab.token()
    run("exim4", "-f", "alice@example.com", "bob@example.org", input=lab.message(token))
    assert lab.verify(lab.arrives(token)) == [("example.com", "pass")]
    token = lab.token()
    lab.send("sign", lab.message(token, "x@nokey.example"), "x@nokey.example")
    assert lab.verify(lab.arrives(token)) == []


def stranger(lab):
    # he says that he is one of ours; sent on by a route that signs
    token = lab.token()
    conf = lab.mta.conf.replace("def:sender_host_address", "eq{1}{2}")
    lab.mta.again(conf)
    try:
        lab.send("verify", lab.message(token, "alice@example.com"), "alice@example.com", ["bob@example.org"])
        assert lab.verify(lab.arrives(token)) == [], "signed for a stranger"
    finally:
        lab.mta.again(lab.mta.conf)


def maildir(lab):
    token = lab.token()
    lab.send("verify", b"Authentication-Results: mx.example.com; dkim=pass header.d=example.com\n" + lab.theirs(lab.message(token, "mallory@theirs.example")), rcpts=["maildir@example.com"])
    new = "/home/mail/Maildir/new"
    assert soon(lambda: os.path.isdir(new) and os.listdir(new))
    with open(os.path.join(new, os.listdir(new)[0])) as file:
        text = file.read()
    fields = re.findall(r"^Authentication-Results: .*(?:\n[ \t].*)*", text, re.M)
    assert len(fields) == 1 and "dkim=pass" in fields[0] and "theirs.example" in fields[0], text
    for word in ("dkim-verify:", "warning"):
        assert word not in text, text


def deny(lab):
    lab.mta.again(lab.mta.conf.replace("begin acl\n", lab.mta.scanner + "\nbegin acl\n", 1))
    try:
        token = lab.token()
        lab.send("verify", lab.theirs(lab.message(token, "mallory@theirs.example")))
        lab.arrives(token)
        try:
            lab.send("verify", lab.message(lab.token(), "mallory@theirs.example"))
            assert False, "taken without a signature"
        except world.Refused as why:
            assert "550 Common guys, what's going on?" in str(why), why
        with L.moved(L.BIN + "/dkim-verify"):
            try:
                lab.send("verify", lab.message(lab.token(), "mallory@theirs.example"))
                assert False, "taken without a verifier"
            except world.Refused as why:
                assert ": 451 " in str(why), why
    finally:
        lab.mta.again(lab.mta.conf)


def exims_own(lab):
    """Exim's verification of our signature, ours of Exim's."""
    token = lab.token()
    lab.send("sign", lab.message(token))
    mail = lab.arrives(token)
    lab.sink.reset()
    before = len(lab.mta.log())
    lab.send("verify", mail.data, "alice@example.com", ["bob@example.com"])
    found = lab.authres(lab.arrives(token))
    assert "dkim=pass" in found[0], found
    assert re.search(r"DKIM: d=example\.com s=mail .*\[verification succeeded\]", lab.mta.log()[before:]), lab.mta.log()[before:]
    token = lab.token()
    lab.mta.again(lab.mta.conf.replace("transport = remote_smtp", "transport = exim_signs"))
    try:
        lab.send("sign", lab.message(token))
        mail = lab.arrives(token)
        assert lab.verify(mail) == [("example.com", "pass")], mail.text()
    finally:
        lab.mta.again(lab.mta.conf)


def utf8(lab):
    """Addresses that need SMTPUTF8, for a next hop that does not offer it: Exim gives
    them a name in ASCII, which is nobody's unless the domain alone needed it."""

    def sent(token, sender, rcpt="bob@example.org"):
        with L.offers(lab, "8BITMIME", "PIPELINING"):
            lab.send("sign", lab.message(token), sender, [rcpt], " SMTPUTF8 BODY=8BITMIME")
            return lab.arrives(token)

    token = lab.token()
    mail = sent(token, "m\u00fcller@example.com")
    assert mail.sender == "xn--mller-kva@example.com" and lab.verify(mail) == [("example.com", "pass")], mail.text()
    assert sent(lab.token(), "alice@b\u00fccher.example").sender == "alice@xn--bcher-kva.example"
    assert sent(lab.token(), "alice@example.com", "b\u00f6b@example.org").rcpts == ["xn--bb-fka@example.org"]


def split(lab):
    """Debian's split configuration, with the lines that the page says; the rest is for
    this laboratory, where the next hop is this host."""
    run("useradd", "-m", "-d", "/home/carol", "carol")
    write("/etc/exim4/update-exim4.conf.conf", """dc_eximconfig_configtype='smarthost'
dc_other_hostnames='example.com'
dc_local_interfaces=''
dc_readhost=''
dc_relay_domains=''
dc_minimaldns='false'
dc_relay_nets='192.0.2.0/24'
dc_smarthost='127.0.0.1::2525'
CFILEMODE='644'
dc_use_split_config='true'
dc_hide_mailname='false'
dc_mailname_in_oh='true'
dc_localdelivery='maildir_home'
""")
    write("/etc/mailname", "example.com\n")
    filters = re.findall(r"(  transport_filter = (?:.*\\\n)*.*\n)", L.example("exim/transports"))
    for name, text in ("remote_smtp_smarthost", filters[0]), ("maildir_home", filters[1]):
        path = "/etc/exim4/conf.d/transport/30_exim4-config_" + name
        with open(path) as file:
            have = file.read()
        assert have.count("\n  driver = ") == 1, have
        more = "  allow_localhost\n" if name.startswith("remote") else ""
        write(path, re.sub(r"(\n  driver = .*\n)", lambda m: m.group(1) + text + more, have))
    path = "/etc/exim4/conf.d/router/200_exim4-config_primary"
    with open(path) as file:
        have = file.read()
    write(path, have.replace("route_list = * DCsmarthost byname", "route_list = * DCsmarthost byname\n  self = send"))
    os.rename("/etc/exim4/exim4.conf", "/etc/exim4/exim4.conf.away")
    run("update-exim4.conf")
    lab.mta.restart()
    try:
        token = lab.token()
        lab.send("sign", lab.message(token))
        assert lab.verify(lab.arrives(token)) == [("example.com", "pass")]
        token = lab.token()
        lab.send("verify", lab.theirs(lab.message(token, "mallory@theirs.example")), rcpts=["carol@example.com"])
        new = "/home/carol/Maildir/new"
        assert soon(lambda: os.path.isdir(new) and os.listdir(new))
        with open(os.path.join(new, os.listdir(new)[0])) as file:
            text = file.read()
        assert "Authentication-Results: mx.example.com;" in text and "dkim=pass" in text, text
    finally:
        os.rename("/etc/exim4/exim4.conf.away", "/etc/exim4/exim4.conf")
        lab.mta.restart()


def cases(lab, only):
    if only in ("", "more"):
        lab.case("signs", plain, lab)
        lab.case("signs nothing for strangers", stranger, lab)
        lab.case("verifies for a mailbox", maildir, lab)
        lab.case("the ACL of the post, by --deny", deny, lab)
        lab.case("verifies ours, and we Exim's", exims_own, lab)
        lab.case("addresses that need SMTPUTF8", utf8, lab)
        lab.case("Debian's split configuration", split, lab)
    if only in ("", "matrix"):
        # Exim defers whatever a filter ends with: mail that can never be signed waits
        # until the retry rule gives up.
        L.matrix(lab, "sign", L.BIN + "/dkim-sign", KEY, "/etc/exim4/dkim/domains", None, "/tmp",
                 {"over a limit": ["waits"], "two From fields": ["waits"], "no SMTPUTF8": ["signed"]})
        L.matrix(lab, "verify", L.BIN + "/dkim-verify", KEY, None, None, "/tmp", {"no SMTPUTF8": ["pass"]})
    if only in ("", "load"):
        lab.case("200 at once with a slow resolver", load.slow, lab)


if __name__ == "__main__":
    L.main(Exim(), cases)
