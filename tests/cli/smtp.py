#!/usr/bin/python3
"""smtp.py PORTFILE FOLDER: an SMTP server on a loopback port, which it writes
into PORTFILE; each message becomes FOLDER/its first recipient."""
import os
import socket
import sys


def message(file):
    lines = []
    while (line := file.readline()) != b".\r\n":
        if not line:
            sys.exit("the message breaks off")
        lines.append(line[1:] if line.startswith(b".") else line)
    return b"".join(lines)


def talk(file, folder):
    file.write(b"220 localhost\r\n")
    name = None
    while True:
        file.flush()
        line = file.readline()
        verb = line[:4].upper()
        if not line:
            return
        if verb == b"RCPT":
            name = name or line.split(b"<")[1].split(b">")[0].decode()
        if verb == b"DATA":
            file.write(b"354 go on\r\n")
            file.flush()
            with open(os.path.join(folder, name), "wb") as out:
                out.write(message(file))
            name = None
        file.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")


server = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[1], "w") as portfile:  # a FIFO
    portfile.write("%d\n" % server.getsockname()[1])
while True:
    connection, _ = server.accept()
    with connection, connection.makefile("rwb") as stream:
        talk(stream, sys.argv[2])
