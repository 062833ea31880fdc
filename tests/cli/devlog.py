#!/usr/bin/python3
"""devlog.py COMMAND...: run it where /dev/log is a socket of ours; what is sent
there is added to the file syslog, one message a line."""
import os
import socket
import subprocess
import sys

DEVICES = "null zero full random urandom tty"

os.makedirs("dev", exist_ok=True)
for name in DEVICES.split():
    open("dev/" + name, "w").close()
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("dev/log")
log.setblocking(False)
mount = (f"for d in {DEVICES}; do mount --bind /dev/$d dev/$d || exit 99; done;"
         'mount --rbind dev /dev && exec "$@"')
status = subprocess.call(["unshare", "-rm", "bash", "-c", mount, "bash"] + sys.argv[1:])
os.unlink("dev/log")
with open("syslog", "ab") as out:
    while True:
        try:
            out.write(log.recv(65536).rstrip(b"\0") + b"\n")
        except BlockingIOError:
            break
sys.exit(status)
