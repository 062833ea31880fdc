#!/usr/bin/python3
"""Delivery agents, and programs that send: the files of scripts/mta/agents and
dkim-sendmail, run as the user who has them."""
import glob
import os
import re
import subprocess

import lab as L
from lab import run, soon, write

HOME = "/home/alice"
UID = 4242


class Agents:
    name = "agents"

    def start(self, lab):
        self.lab = lab
        run("useradd", "-m", "-u", str(UID), "-d", HOME, "-s", "/bin/sh", "alice")

    def log(self):
        return self.lab.syslog.text()

    def empty_queue(self):
        for folder in ("Mail", "Maildir"):
            subprocess.call(["rm", "-rf", HOME + "/" + folder])
        run("install", "-d", "-o", str(UID), "-g", str(UID), HOME + "/Mail")


def alice(*argv, data=b"", cwd=HOME, **env):
    """Run argv as the user: its exit status and what it says."""
    path = "/usr/local/bin:/usr/bin:/bin"
    done = subprocess.run(["setpriv", "--reuid=%d" % UID, "--regid=%d" % UID, "--clear-groups", "env", "-i", "HOME=" + HOME, "USER=alice", "LOGNAME=alice", "PATH=" + path, *("%s=%s" % item for item in env.items()), *argv],
                          input=data, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=cwd)
    return done.returncode, done.stdout.decode()


def own(path, text, mode=0o600):
    write(path, text, mode)
    folder = os.path.dirname(path)
    while folder.startswith(HOME):
        os.chown(folder, UID, UID)
        folder = os.path.dirname(folder)
    os.chown(path, UID, UID)


def delivered(folder):
    return [open(name, "rb").read() for name in glob.glob("%s/%s/*/*" % (HOME, folder)) if os.path.isfile(name) and os.path.basename(os.path.dirname(name)) in ("new", "cur")]


def agent(lab, argv, inbox, suspect, keeps):
    """One that delivers: a good message, a forged one, and the tool that fails."""
    good = lab.theirs(lab.message(lab.token(), "mallory@theirs.example", "alice@example.com"))
    status, said = alice(*argv, data=good)
    assert status == 0, said
    mails = delivered(inbox)
    assert len(mails) == 1 and b"Authentication-Results: mx.example.com;" in mails[0] and b"dkim=pass" in mails[0], (mails, said)
    assert b"dkim-verify:" not in mails[0]
    status, said = alice(*argv, data=good.replace(b"this is a test", b"this was a test"))
    assert status == 0, said
    assert len(delivered(suspect)) == 1 and b"dkim=fail" in delivered(suspect)[0], said
    for context in L.moved(L.BIN + "/dkim-verify"), L.replaced(L.BIN + "/dkim-verify", L.KILLED):
        before = len(delivered(inbox))
        with context:
            status, said = alice(*argv, data=good)
        if keeps:
            assert status == 75 and len(delivered(inbox)) == before, (status, said)
        else:
            assert status == 0 and len(delivered(inbox)) == before + 1, (status, said)
    # a filter that writes nothing and ends well
    before = len(delivered(inbox))
    with L.replaced(L.BIN + "/dkim-verify", "#!/bin/sh\nexec cat >/dev/null\n"):
        status, said = alice(*argv, data=good)
    return status, len(delivered(inbox)) - before


def procmail(lab):
    own(HOME + "/.procmailrc", L.example("agents/procmailrc"))
    agent(lab, ["procmail", "-t"], "Mail/inbox", "Mail/suspect", True)


def maildrop(lab):
    own(HOME + "/.mailfilter", L.example("agents/mailfilter"))
    for folder in "inbox", "suspect":
        assert alice("maildirmake.maildrop", HOME + "/Mail/" + folder)[0] == 0
    status, more = agent(lab, ["maildrop", "-f", "x@theirs.example"], "Mail/inbox", "Mail/suspect", True)
    assert (status, more) == (75, 0), (status, more)


def sieve(lab):
    own(HOME + "/dkim.sieve", L.example("agents/dkim.sieve"))
    own(HOME + "/dovecot.conf", """
mail_location = maildir:%(home)s/Maildir
ssl = no
log_path = %(home)s/dovecot.log
postmaster_address = postmaster@example.com
protocol lda {
  mail_plugins = sieve
}
plugin {
  sieve = file:%(home)s/dkim.sieve
  sieve_plugins = sieve_extprograms
  sieve_extensions = +vnd.dovecot.filter
  sieve_filter_bin_dir = %(bin)s
}
""" % {"home": HOME, "bin": L.BIN})
    agent(lab, ["/usr/lib/dovecot/dovecot-lda", "-c", HOME + "/dovecot.conf", "-f", "x@theirs.example"], "Maildir", "Maildir/.suspect", False)


def sender(lab):
    own(HOME + "/.config/dkim/example.com.private", open(L.KEYS + "/dkim.private").read())
    own(HOME + "/.msmtprc", "defaults\ntls off\naccount default\nhost 127.0.0.1\nport 2525\nauto_from off\nfrom alice@example.com\n")


def signed(lab, token):
    mails = soon(lambda: [m for m in lab.sink.mails if token in m.text()])
    assert mails, "nothing was sent"
    assert lab.verify(mails[0]) == [("example.com", "pass")], mails[0].text()
    lab.clean(mails[0])
    return mails[0]


def git(lab):
    sender(lab)
    token = lab.token()
    repo = HOME + "/repo"
    script = """set -e; rm -rf %s; git init -q %s; cd %s
git config user.name Alice; git config user.email alice@example.com
echo one >file; git add file; git commit -qm one; echo "Gr\u00fc\u00dfe" >file; git commit -qam '%s'
git format-patch -q -1 --to=bob@example.org
git -c sendemail.smtpServer=%s/dkim-sendmail -c sendemail.confirm=never send-email 0001-*
""" % (repo, repo, repo, token, L.LIBEXEC)
    status, said = alice("sh", "-c", script)
    assert status == 0, said
    assert signed(lab, token).rcpts == ["bob@example.org", "alice@example.com"]


def mutt(lab):
    sender(lab)
    token = lab.token()
    own(HOME + "/.muttrc", 'set sendmail="%s/dkim-sendmail"\nset from=alice@example.com\nset copy=no\n' % L.LIBEXEC)
    status, said = alice("mutt", "-s", token, "bob@example.org", data=b"Hello.\n\nFrom here.\n")
    assert status == 0, said
    signed(lab, token)
    # without a key nothing is sent, and mutt says so
    lab.sink.reset()
    with L.moved(HOME + "/.config/dkim/example.com.private"):
        status, said = alice("mutt", "-s", token, "bob@example.org", data=b"Hello.\n")
    assert status and not lab.sink.mails, (status, said)


def loop(lab):
    sender(lab)
    tokens = [lab.token() for _ in range(3)]
    for n, token in enumerate(tokens):
        own("%s/out/%d.eml" % (HOME, n), (lab.message(token, to="bob@example.org") if n != 1 else lab.message(token, to="later@example.org")).decode())
    lab.sink.refuse = {"later@example.org": "450 4.2.1 later"}
    script = """for file in *.eml; do
    dkim-sign -s mail -k ~/.config/dkim/%d.private --exec msmtp -t < "$file" ||
        echo "$file: not sent" >&2
done"""
    status, said = alice("sh", "-c", script, cwd=HOME + "/out")
    assert "1.eml: not sent" in said and said.count("not sent") == 1, said
    signed(lab, tokens[0])
    signed(lab, tokens[2])
    assert len(lab.sink.mails) == 2


RUNS = "/tmp/runs"
MAILS = "/tmp/cron-mail"


def cron(lab):
    """The cron line under cron itself, whose clock goes thirty times as fast: a minute
    for an hour. A night without DNS is one mail."""
    line = next(x for x in L.example("dkim-check.cron").splitlines() if "--on-change" in x and x[0] != "#")
    line = line.replace("47 * * * *", "* * * * *") + " --dns-timeout=1 --deadline=1"
    write("/etc/cron.d/dkim-check", "MAILTO=postmaster\n%s\n" % line)
    run("install", "-d", "-o", "opendkim", "/var/lib/dkim-check")
    write("/usr/sbin/sendmail", "#!/bin/sh\ncat >>%s\n" % MAILS, 0o755)
    write(RUNS, "", 0o666)
    write(MAILS, "", 0o666)
    for other in os.listdir("/etc/cron.d"):
        if other != "dkim-check":
            os.remove("/etc/cron.d/" + other)
    name = ("mail._domainkey.example.com", "TXT")
    record = lab.records[name]

    def mails():
        with open(MAILS) as file:
            return file.read().count("\nSubject: ") + 0

    def runs(n):
        """n more runs, from the first that begins now to its end"""
        before = os.path.getsize(RUNS)
        assert soon(lambda: os.path.getsize(RUNS) >= before + n + 1, 60), "cron does not run it"

    # one key: a run must not see DNS go or come back between two
    with open(L.KEYTABLE) as file:
        first = file.readline()
    with L.changed(L.KEYTABLE, first), L.replaced(L.BIN + "/dkim-txt", '#!/bin/sh\nprintf x >>%s\nexec %s/dkim-txt.away "$@"\n' % (RUNS, L.BIN)):
        process = subprocess.Popen(["faketime", "-f", "+0 x30", "cron", "-f"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            runs(3)
            assert mails() == 0, open(MAILS).read()
            lab.dns.mode = "dead"
            runs(8)
            assert mails() == 1, "%d mails: %s" % (mails(), open(MAILS).read())
            lab.dns.mode = "ok"
            runs(3)
            assert mails() == 2, "%d mails: %s" % (mails(), open(MAILS).read())
            lab.records[name] = [record[0].replace("p=", "p=AAAA")]
            runs(3)
            assert mails() == 3, "%d mails: %s" % (mails(), open(MAILS).read())
        finally:
            lab.records[name] = record
            process.terminate()
    lab.notes["cron"] = [x for x in open(MAILS).read().splitlines() if "_domainkey" in x]


def monitors(lab):
    command = re.search(r"command_line +(.*)", L.example("dkim-check.nagios")).group(1)
    command = command.replace("$ARG1$", "example.com").replace("$ARG2$", "mail")
    done = subprocess.run(command, shell=True, stdout=subprocess.PIPE)
    assert done.returncode == 0 and b"OK" in done.stdout, done
    done = subprocess.run(command.replace("-s mail", "-s none"), shell=True, stdout=subprocess.PIPE)
    assert done.returncode == 2 and b"CRITICAL" in done.stdout, done
    line = next(x for x in L.example("dkim-check.prometheus").splitlines() if x[0] != "#")
    os.makedirs("/var/lib/prometheus/node-exporter", exist_ok=True)
    subprocess.run(line.split("root\t")[1], shell=True)
    with open("/var/lib/prometheus/node-exporter/dkim.prom") as file:
        run("promtool", "check", "metrics", stdin=file)
    with L.moved(L.KEYS + "/dkim.private"):
        subprocess.run(line.split("root\t")[1], shell=True, stderr=subprocess.DEVNULL)
    with open("/var/lib/prometheus/node-exporter/dkim.prom") as file:
        assert 'dkim_key_ok{domain="example.com",selector="mail"} 0' in file.read()


def cases(lab, only):
    lab.mta.empty_queue()
    lab.case("cron mails a change, and a night without DNS once", cron, lab)
    lab.case("Nagios and Prometheus", monitors, lab)
    for title, function in (("procmail", procmail), ("maildrop", maildrop), ("a sieve script", sieve), ("git send-email", git), ("mutt", mutt), ("a shell loop with msmtp", loop)):
        lab.case(title, function, lab)


if __name__ == "__main__":
    L.main(Agents(), cases)
