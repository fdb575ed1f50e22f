"""Threads in calls that transfer more than goes at once, for a target to import.

start(NAME) starts one, and returns its ID once it sleeps there; end(NAME) does what lets the call go on, and returns
what it returned as against what it should have, and whether the bytes were the right ones. CUT: the names of those that
a stop would make return too early; SMALL: that it would not.

stream(KIND) starts one that makes such calls again and again, into a pipe or a socket that is read slowly;
streamed() ends it, and returns whether there were calls enough, whether as much arrived as they returned in all, and
what was wrong with it."""

import os
import pty
import socket
import termios
import threading
import time
import tty

BYTES = bytes(range(1, 251)) * 4000  # a million


def read_all(read, n):
    data = b""
    while len(data) < n:
        data += read(65536)
    return data


def fill(fd):
    os.set_blocking(fd, False)
    for size in 4096, 1:
        try:
            while True:
                os.write(fd, b"f" * size)
        except BlockingIOError:
            pass
    os.set_blocking(fd, True)


def tcp():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    one = socket.create_connection(listener.getsockname())
    return one, listener.accept()[0]


def raw_terminal(minimum):
    master, slave = pty.openpty()
    tty.setraw(slave)
    attributes = termios.tcgetattr(slave)
    attributes[6][termios.VMIN] = minimum
    termios.tcsetattr(slave, termios.TCSANOW, attributes)
    return master, slave


# Each makes: the call; what lets it go on, and returns the bytes; how many bytes the call is to return, or which.


def write():
    r, w = os.pipe()
    return lambda: os.write(w, BYTES), lambda: read_all(lambda n: os.read(r, n), len(BYTES)), len(BYTES)


def writev():
    r, w = os.pipe()
    parts = [BYTES[i : i + 100000] for i in range(0, len(BYTES), 100000)]
    return lambda: os.writev(w, parts), lambda: read_all(lambda n: os.read(r, n), len(BYTES)), len(BYTES)


def write_terminal():
    master, slave = raw_terminal(1)
    data = BYTES[:100000]
    return lambda: os.write(slave, data), lambda: read_all(lambda n: os.read(master, n), len(data)), len(data)


def write_socket():
    a, b = socket.socketpair()
    return lambda: os.write(a.fileno(), BYTES), lambda: read_all(b.recv, len(BYTES)), len(BYTES)


def send():
    a, b = socket.socketpair()
    return lambda: a.send(BYTES), lambda: read_all(b.recv, len(BYTES)), len(BYTES)


def send_tcp():
    a, b = tcp()
    data = BYTES * 10
    return lambda: a.send(data), lambda: read_all(b.recv, len(data)), len(data)


def sendmsg():
    a, b = socket.socketpair()
    return lambda: a.sendmsg([BYTES[:1000], BYTES[1000:]]), lambda: read_all(b.recv, len(BYTES)), len(BYTES)


def sendfile():
    a, b = socket.socketpair()
    fd = os.memfd_create("whole")
    os.write(fd, BYTES)
    return lambda: os.sendfile(a.fileno(), fd, 0, len(BYTES)), lambda: read_all(b.recv, len(BYTES)), len(BYTES)


def recv():
    a, b = tcp()
    b.send(BYTES[:40])
    return lambda: a.recv(100, socket.MSG_WAITALL), lambda: b.send(BYTES[40:100]) and b"", BYTES[:100]


def recvmsg():
    a, b = socket.socketpair()
    b.send(BYTES[:40])
    return lambda: a.recvmsg(100, 0, socket.MSG_WAITALL)[0], lambda: b.send(BYTES[40:100]) and b"", BYTES[:100]


def read_terminal():
    master, slave = raw_terminal(5)
    os.write(master, BYTES[:2])
    return lambda: os.read(slave, 100), lambda: os.write(master, BYTES[2:5]) and b"", BYTES[:5]


CUT = "write writev write_terminal write_socket send send_tcp sendmsg sendfile recv recvmsg read_terminal".split()


def write_page():
    r, w = os.pipe()
    fill(w)
    return lambda: os.write(w, BYTES[:4096]), lambda: os.read(r, 1 << 20) and b"", 4096


def drain(s):
    s.setblocking(False)
    try:
        while True:
            s.recv(4096)
    except BlockingIOError:
        return b""


def send_datagram():
    a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    fill(a.fileno())
    return lambda: a.send(BYTES[:1000]), lambda: drain(b), 1000


def read_line():
    master, slave = pty.openpty()
    return lambda: os.read(slave, 100), lambda: os.write(master, b"line\n") and b"", b"line\n"


SMALL = "write_page send_datagram read_line".split()

running = {}


def asleep(tid):
    with open("/proc/self/task/%d/stat" % tid) as stat:
        return stat.read().rpartition(")")[2].split()[0] == "S"


def start(name):
    call, go_on, expected = globals()[name]()
    returned = []
    thread = threading.Thread(target=lambda: returned.append(call()), daemon=True)
    thread.start()
    running[name] = thread, returned, go_on, expected
    time.sleep(0.02)
    while not asleep(thread.native_id):
        time.sleep(0.01)
    return thread.native_id


def end(name):
    thread, returned, go_on, expected = running.pop(name)
    data = go_on()
    thread.join(10)
    if returned != [expected]:
        return "%s returned %.200r" % (name, returned)
    return "whole" if data == (BYTES * 10)[: len(data)] else name + ": other bytes"


stopping = False
counts = []
arrived = []
wrong = []


def stream(kind):
    global stopping
    stopping = False
    del counts[:], arrived[:], wrong[:]
    a, b = socket.socketpair()
    if kind == "pipe":
        r, w = os.pipe()
        put, get = lambda data: os.write(w, data), lambda n: os.read(r, n)
    else:
        put, get = a.send, b.recv

    def writer():
        at = 0  # where it is in the pattern
        while not stopping:
            counts.append(put(BYTES[at : at + 400000]))
            at = (at + counts[-1]) % 250
        put(b"\0")

    def reader():
        at = 0
        while True:
            part = get(30000)
            ends = part[-1] == 0
            part = part[: len(part) - ends]
            arrived.append(len(part))
            if ends:
                return
            if part != (BYTES * 2)[at % 250 :][: len(part)]:
                wrong.append("bytes")
            at += len(part)
            time.sleep(0.0002)

    threads = [threading.Thread(target=f, daemon=True) for f in (writer, reader)]
    for thread in threads:
        thread.start()
    running["stream"] = a, b, threads
    return threads[0].native_id


def streamed():
    global stopping
    threads = running.pop("stream")[-1]
    stopping = True
    for thread in threads:
        thread.join(10)
    return len(counts) > 3, sum(counts) == sum(arrived), sorted(set(wrong))
