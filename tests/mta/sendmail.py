#!/usr/bin/python3
"""Sendmail: the mailer of scripts/mta/sendmail, which pipes and gives back by port."""
import os
import re
import subprocess

import lab as L
import world
from lab import run, soon, write

MC = """divert(0)dnl
include(`/usr/share/sendmail/cf/m4/cf.m4')dnl
OSTYPE(`debian')dnl
DOMAIN(`debian-mta')dnl
undefine(`confHOST_STATUS_DIRECTORY')dnl
define(`confDOMAIN_NAME', `mx.example.com')dnl
define(`confTO_IDENT', `0')dnl
define(`confMAX_HEADERS_LENGTH', `1000000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confDELAY_LA', `1000')dnl
define(`SMART_HOST', `relay:[127.0.0.1]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h 2525')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`nocanonify')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp')dnl
%s
MAILER(`local')dnl
MAILER(`smtp')dnl
"""


class Sendmail:
    name = "Sendmail"
    out_port, in_port = 25, 25

    def start(self, lab):
        self.lab = lab
        write("/etc/dkim/mta.conf", L.example("mta.conf").replace("\nverify=\n", "\nverify='--dns-timeout=1 --deadline=2'\n"))
        write("/etc/mail/sendmail.mc", MC % L.example("sendmail/dkim.mc"))
        with open("/etc/mail/sendmail.cf", "w") as file:
            subprocess.run(["m4", "/etc/mail/sendmail.mc"], stdout=file, stderr=subprocess.DEVNULL, check=True)
        os.makedirs("/run/sendmail/mta", exist_ok=True)
        run("chown", "-R", "smmta:smmsp", "/run/sendmail")
        self.process = subprocess.Popen(["/usr/sbin/sendmail-mta", "-bD", "-Am", "-O", "DeliveryMode=b"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert soon(lambda: world.greets(10026)), self.log()

    def log(self):
        return self.lab.syslog.text()

    def deferrals(self):
        return self.log().count("stat=Deferred") + self.log().count("dsn=4.")

    def bounces(self):
        return self.log().count("dsn=5.")

    def queued(self):
        return len([n for n in os.listdir("/var/spool/mqueue") if n.startswith("qf")])

    def flush(self):
        # a queue run in the foreground, also of what was tried a moment ago
        subprocess.run(["/usr/sbin/sendmail-mta", "-Am", "-q", "-O", "MinQueueAge=0"], stdout=subprocess.DEVNULL)

    requeue = flush

    def empty_queue(self):
        self.flush()
        for name in os.listdir("/var/spool/mqueue"):
            os.remove("/var/spool/mqueue/" + name)


def plain(lab):
    token = lab.token()
    assert lab.outcome("sign", token, lab.message(token)) == "delivered"
    mail = lab.got(token)[0]
    assert lab.verify(mail) == [("example.com", "pass")], mail.text()
    lab.clean(mail)
    # Sendmail writes addresses its own way, before we sign
    token = lab.token()
    lab.send("sign", lab.message(token, '"A. B." <alice@example.com>', "bob@example.org,carol@example.org,\n dave@example.org (Dave)", "Cc: eve@Example.ORG,x@y.example\n"))
    assert lab.verify(lab.arrives(token)) == [("example.com", "pass")]


def strangers(lab):
    token = lab.token()
    lab.send("verify", lab.message(token, "alice@example.com", "bob@example.com"), "alice@example.com")
    mail = lab.arrives(token)
    assert lab.verify(mail) == [], "signed for a stranger"
    assert "dkim=none" in lab.authres(mail)[0]


def cases(lab, only):
    if only in ("", "more"):
        lab.case("signs", plain, lab)
        lab.case("verifies for strangers, and signs nothing for them", strangers, lab)
    if only in ("", "matrix"):
        L.matrix(lab, "sign", L.BIN + "/dkim-sign", "dkim.private", L.KEYTABLE, L.LIBEXEC + "/dkim-reinject", "/tmp", {})
        L.matrix(lab, "verify", L.BIN + "/dkim-verify", "dkim.private", None, L.LIBEXEC + "/dkim-sv", "/tmp", {})


if __name__ == "__main__":
    L.main(Sendmail(), cases)
