"""A system log daemon for the tests: listens on the socket "log" in the directory given, and writes
each record to standard output as one line. `deaf`: takes nothing; its queue is full from the start."""

import os
import socket
import sys

directory, kind = sys.argv[1:]
os.chdir(directory)
server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM if kind == "stream" else socket.SOCK_DGRAM)
server.bind("log")


def say(record):
    text = record.decode("latin-1").rstrip("\0").encode("unicode_escape").decode()
    os.write(1, (text + "\n").encode())


if kind == "stream":
    server.listen(8)
    os.write(1, b"ready\n")
    while True:
        connection = server.accept()[0]
        data = b""
        while part := connection.recv(4096):
            data += part
        for record in data.split(b"\0")[:-1]:
            say(record)
elif kind == "deaf":
    client = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    client.connect("log")
    client.setblocking(False)
    try:
        while True:
            client.send(b"noise")
    except BlockingIOError:
        pass
    os.write(1, b"ready\n")
    os.read(0, 1)
else:
    os.write(1, b"ready\n")
    while True:
        say(server.recv(65536))
