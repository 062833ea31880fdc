#!/usr/bin/python3
"""OpenSMTPD: the mda of scripts/mta/opensmtpd, which gives back by port."""
import os
import subprocess

import lab as L
import world
from lab import run, soon, write

CONF = """
listen on 0.0.0.0 port 25
action "in" relay host smtp://127.0.0.1:2525
action "out" relay host smtp://127.0.0.1:2525
"""


class Opensmtpd:
    name = "OpenSMTPD"
    out_port, in_port = 25, 25

    def start(self, lab):
        self.lab = lab
        write("/etc/dkim/mta.conf", L.example("mta.conf").replace("\nverify=\n", "\nverify='--dns-timeout=1 --deadline=2'\n"))
        write("/etc/smtpd.conf", CONF + L.example("opensmtpd/smtpd.conf"))
        write("/etc/mailname", "mx.example.com\n")
        run("smtpd", "-n")
        self.process = subprocess.Popen(["smtpd", "-F"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert soon(lambda: world.greets(10026)), self.log()

    def log(self):
        return self.lab.syslog.text()

    def deferrals(self):
        return self.log().count("result=TempFail") + self.log().count('result="TempFail"')

    def bounces(self):
        return self.log().count("result=PermFail") + self.log().count('result="PermFail"')

    def queued(self):
        return len(run("smtpctl", "show", "queue").splitlines())

    def flush(self):
        subprocess.run(["smtpctl", "resume", "route", "all"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(["smtpctl", "schedule", "all"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    requeue = flush

    def empty_queue(self):
        self.flush()
        soon(lambda: not self.queued(), 5)
        subprocess.run(["smtpctl", "remove", "all"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def plain(lab):
    token = lab.token()
    assert lab.outcome("sign", token, lab.message(token)) == "delivered"
    mail = lab.got(token)[0]
    assert lab.verify(mail) == [("example.com", "pass")], mail.text()
    lab.clean(mail)
    assert "Delivered-To" not in mail.text() and "Return-Path" not in mail.text()


def strangers(lab):
    token = lab.token()
    lab.send("verify", lab.message(token, "alice@example.com", "bob@example.com"), "alice@example.com")
    mail = lab.arrives(token)
    assert lab.verify(mail) == [], "signed for a stranger"
    assert "dkim=none" in lab.authres(mail)[0]
    try:
        lab.send("verify", lab.message("relay"), rcpts=["bob@example.org"])
        assert False, "an open relay"
    except world.Refused:
        pass


def cases(lab, only):
    if only in ("", "more"):
        lab.case("signs", plain, lab)
        lab.case("verifies for strangers, and signs nothing for them", strangers, lab)
    if only in ("", "matrix"):
        # without any answer from DNS it does not greet its clients
        L.matrix(lab, "sign", L.BIN + "/dkim-sign", "dkim.private", L.KEYTABLE, L.LIBEXEC + "/dkim-opensmtpd", "/tmp", {}, "servfail")
        L.matrix(lab, "verify", L.BIN + "/dkim-verify", "dkim.private", None, L.LIBEXEC + "/dkim-opensmtpd", "/tmp", {}, "servfail")


if __name__ == "__main__":
    L.main(Opensmtpd(), cases)
