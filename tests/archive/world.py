"""world: what "make archive-check" needs around it: an archive of small messages, a name
server, the installed tools with a dkim-verify that can be held in the middle of its
output, two SSH hosts, and a Slurm of two nodes. All is on loopback and in one folder,
and all processes are ended by stop()."""
import collections
import ctypes
import email.utils
import os
import select
import signal
import socket
import struct
import subprocess
import threading
import time

LIMIT = 900  # seconds, after which what does not come is a failure

# Writes the first octets of the output, tells the test, and waits for its word, in the
# job that finds "hold" with the name of its node: one job only, by the rename.
HELD = r"""#!/bin/sh
case " $* " in
*" --record-dns="*) exec {real} --nameserver=127.0.0.1@{port} "$@" ;;
esac
node=${{SLURMD_NODENAME:-$(echo "${{SSH_CONNECTION-}}" | cut -d ' ' -f 3)}}
done=$(find results -name '[!.]*' -type f 2>/dev/null | wc -l)
if [ -e {folder}/hold ] && read -r want after <{folder}/hold &&
	[ "$want" = "at:$node" ] && [ "$done" -ge "$after" ] &&
	mv {folder}/hold {folder}/hold.$$ 2>/dev/null; then
	status=0
	{real} "$@" >{folder}/whole.$$ || status=$?
	head -c 1000 {folder}/whole.$$
	echo "$$ $PPID" >{folder}/told
	read -r go <{folder}/go
	tail -c +1001 {folder}/whole.$$
	exit $status
fi
exec {real} "$@"
"""

SSHD = """Port {port}
ListenAddress {address}
HostKey {folder}/key
AuthorizedKeysFile {folder}/key.pub
PidFile none
PermitRootLogin yes
StrictModes no
UsePAM no
MaxStartups 100
"""

SSH = """Host one
  HostName 127.0.0.1
Host two
  HostName 127.0.0.2
Host *
  Port {port}
  User root
  IdentityFile {folder}/key
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  LogLevel ERROR
"""

SLURM = """ClusterName=archive
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/ctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/ctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
SlurmdTimeout=10
MinJobAge=10
ReturnToService=2
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000
SlurmdParameters=config_overrides
NodeName=a NodeHostname={host} NodeAddr=127.0.0.1 Port={port_a} CPUs=2 State=UNKNOWN
NodeName=b NodeHostname={host} NodeAddr=127.0.0.1 Port={port_b} CPUs=2 State=UNKNOWN
PartitionName=all Nodes=a,b Default=YES MaxTime=INFINITE State=UP
"""

KEYS = [("rsa%d" % i, "rsa") for i in range(4)] + [("ed%d" % i, "ed25519") for i in range(2)]


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def children():
    """The children of each process."""
    table = collections.defaultdict(list)
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % pid) as file:
                table[int(file.read().rsplit(")", 1)[1].split()[1])].append(int(pid))
        except (FileNotFoundError, ProcessLookupError):
            pass
    return table


class World:
    def __init__(self, folder, top, messages):
        self.folder, self.top, self.messages = folder, top, messages
        self.archive = os.path.join(folder, "archive")
        self.daemons, self.asked = {}, collections.Counter()
        self.env = dict(os.environ, LC_ALL="C", TZ="UTC", SBATCH_WAIT="1", SLURM_CONF=folder + "/slurm.conf",
                        PATH=folder + "/inst/bin:" + os.environ["PATH"])
        # Slurm's daemons and lost jobs become children of this process, for stop()
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)

    # -- commands ---------------------------------------------------------------------

    def shell(self, text, output=False, ok=()):
        done = subprocess.run(["sh", "-ec", text], env=self.env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              stdout=subprocess.PIPE, timeout=LIMIT)
        if done.returncode and done.returncode not in ok:
            raise RuntimeError("%s: status %d: %s" % (text, done.returncode, done.stderr[-400:]))
        return done.stdout if output else None

    def start(self, text):
        with open(self.folder + "/said", "a") as said:
            return subprocess.Popen(["sh", "-c", text], env=self.env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def end(self, job):
        return job.wait(timeout=LIMIT)

    def status(self, text):
        return self.end(self.start(text))

    def daemon(self, name, *command):
        with open(self.folder + "/daemons.log", "a") as log:
            self.daemons[name] = subprocess.Popen(command, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def until(self, condition, what):
        end = time.monotonic() + LIMIT
        while not condition():
            if time.monotonic() > end:
                raise RuntimeError(what)
            time.sleep(0.05)

    def kill_tree(self, pid):
        """Kills a process and all below it, as a machine does that goes away."""
        below, found = children(), [pid]
        for one in found:
            found += below[one]
        for one in found:
            try:
                os.kill(one, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def stop(self):
        while children()[os.getpid()]:
            for pid in children()[os.getpid()]:
                self.kill_tree(pid)
            try:
                while os.waitpid(-1, 0):
                    pass
            except ChildProcessError:
                pass

    # -- a job that stops in the middle ---------------------------------------------------

    def hold(self, node, after=0):
        """The next job on NODE, once AFTER results are there, will stop in mid-output."""
        with open(self.folder + "/hold.new", "w") as file:
            file.write("at:%s %d\n" % (node, after))
        os.rename(self.folder + "/hold.new", self.folder + "/hold")

    def held(self):
        """Waits for that job: the ids of its dkim-verify and its chunk."""
        if not select.select([self.told], [], [], LIMIT)[0]:
            raise RuntimeError("no job came")
        return [int(word) for word in os.read(self.told, 100).split()]

    def release(self):
        os.write(self.go, b"go\n")

    # -- the archive ----------------------------------------------------------------------

    def make(self):
        folder = self.folder
        os.chmod(folder, 0o755)
        self.shell("make -s -C %s install PREFIX=%s/inst BUILD=%s" % (self.top, folder, self.env.get("BUILD", "build")))
        for name in "told", "go":
            os.mkfifo(os.path.join(folder, name))
            setattr(self, name, os.open(os.path.join(folder, name), os.O_RDWR))
        self.name_server()
        tool = folder + "/inst/bin/dkim-verify"
        os.rename(tool, tool + ".real")
        with open(tool, "w") as file:
            file.write(HELD.format(real=tool + ".real", folder=folder, port=self.dns_port))
        os.chmod(tool, 0o755)
        self.write_messages(self.kinds())

    def kinds(self):
        """The signed messages of which the archive has copies."""
        os.mkdir(self.folder + "/keys")
        os.chdir(self.folder + "/keys")
        self.names, self.records, signed = [], {}, []
        for selector, kind in KEYS:
            self.shell("dkim-genkey -a -d example.com -s %s --type=%s" % (selector, kind))
            value = self.shell("dkim-txt --format=value %s.private" % selector, output=True).strip()
            name = selector + "._domainkey.example.com"
            self.names.append(name)
            self.records[name] = value
            with open("plain", "w") as file:
                file.write("From: Joe <joe@example.com>\nTo: sue@example.net\nSubject: %s\n"
                           "Date: Fri, 2 Jan 2026 10:00:00 +0000\nMessage-ID: <%s@example.com>\n\nIs dinner ready?\n" % (selector, selector))
            signed.append(self.shell("dkim-sign -q -d example.com -s %s -k %s.private plain" % (selector, selector), output=True))
        self.broken = "broken._domainkey.example.com"
        self.names += ["gone._domainkey.example.com", self.broken]
        with open("plain", "rb") as file:
            unsigned = file.read()
        return signed + [signed[0].replace(b"ready", b"READY"), signed[1].replace(b"s=rsa1", b"s=gone"),
                         signed[2].replace(b"s=rsa2", b"s=broken"), unsigned]

    def write_messages(self, kinds):
        now = email.utils.formatdate().encode()
        for i in range(self.messages):
            part = "%s/%03d" % (self.archive, i // 1000)
            if i % 1000 == 0:
                os.makedirs(part)
            received = b"Received: from a.example by b.example id %d; %s\n" % (i, now)
            text = b"no line of this is a field\n" if i % 997 == 5 else received + kinds[i % len(kinds)]
            name = part + ("/it's \"%d\" \\.eml" % i if i % 101 == 7 else "/%d.eml" % i)
            with open(name, "wb") as file:
                file.write(text)
        self.first = self.archive + "/000/0.eml"
        self.odd = [self.archive + "/000/one.eml", self.archive + "/000/two\nlines.eml"]
        os.rename(self.archive + "/000/1.eml", self.odd[0])

    def odd_name(self, odd):
        """Whether a message has a name with a line end, which no list of lines can have."""
        if not os.path.exists(self.odd[odd]):
            os.rename(self.odd[not odd], self.odd[odd])

    # -- daemons --------------------------------------------------------------------------

    def name_server(self):
        """Answers for the keys: one does not exist, and one is not answered for."""
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind(("127.0.0.1", 0))
        self.dns_port = server.getsockname()[1]

        def serve():
            while True:
                query, client = server.recvfrom(4096)
                at, labels = 12, []
                while query[at]:
                    labels.append(query[at + 1:at + 1 + query[at]].decode())
                    at += 1 + query[at]
                name = ".".join(labels).lower()
                self.asked[name] += 1
                value = self.records.get(name)
                data = b"".join(bytes([len(value[i:i + 255])]) + value[i:i + 255] for i in range(0, len(value), 255)) if value else b""
                code = 0 if value else 2 if name == self.broken else 3
                answer = b"\xc0\x0c" + struct.pack(">HHIH", 16, 1, 300, len(data)) + data if value else b""
                server.sendto(query[:2] + struct.pack(">HHHHH", 0x8580 | code, 1, bool(value), 0, 0) + query[12:at + 5] + answer, client)

        threading.Thread(target=serve, daemon=True).start()

    def hosts(self):
        """Two SSH hosts, one and two, on 127.0.0.1 and 127.0.0.2."""
        port, folder = free_port(), self.folder
        os.makedirs("/run/sshd", exist_ok=True)
        self.shell("ssh-keygen -q -t ed25519 -N '' -f %s/key" % folder)
        for address in "127.0.0.1", "127.0.0.2":
            conf = "%s/sshd.%s" % (folder, address)
            with open(conf, "w") as file:
                file.write(SSHD.format(port=port, address=address, folder=folder))
            self.daemon(address, "/usr/sbin/sshd", "-D", "-e", "-f", conf)
        with open(folder + "/ssh.conf", "w") as file:
            file.write(SSH.format(port=port, folder=folder))
        with open(folder + "/inst/bin/ssh", "w") as file:
            file.write('#!/bin/sh\nexec /usr/bin/ssh -F %s/ssh.conf "$@"\n' % folder)
        os.chmod(folder + "/inst/bin/ssh", 0o755)
        for host in "one", "two":
            self.until(lambda: subprocess.call(["ssh", host, "true"], env=self.env, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0,
                       "no answer from the host " + host)

    def slurm(self):
        """munged, slurmctld and two slurmd."""
        folder = self.folder
        with open(folder + "/slurm.conf", "w") as file:
            file.write(SLURM.format(host=socket.gethostname(), folder=folder, port=free_port(), port_a=free_port(), port_b=free_port()))
        for name in "state", "spool.a", "spool.b":
            os.mkdir(os.path.join(folder, name))
        with open(folder + "/munge.key", "wb") as file:
            os.fchmod(file.fileno(), 0o400)
            file.write(os.urandom(128))
        names = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munge.pid", "log-file": "munge.log", "seed-file": "munge.seed"}
        self.daemon("munged", "/usr/sbin/munged", "-F", "--force", *("--%s=%s/%s" % (o, folder, n) for o, n in names.items()))
        self.until(lambda: os.path.exists(folder + "/munge.socket"), "munged does not start")
        self.daemon("slurmctld", "/usr/sbin/slurmctld", "-D", "-i")
        for node in "a", "b":
            self.daemon(node, "/usr/sbin/slurmd", "-D", "-N", node)
        self.until(lambda: subprocess.run(["sinfo", "-h", "-t", "idle", "-o", "%D"], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip() == b"2",
                   "Slurm's nodes do not come up")
