"""Traces every thread of process PID under the name NAME and says "ready". A line of input gives it
another name; an empty one makes it let go. Then it says "gone", and waits."""

import ctypes
import os
import sys

PTRACE_SEIZE, PTRACE_DETACH, PTRACE_INTERRUPT, PR_SET_NAME, WALL = 0x4206, 17, 0x4207, 15, 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]


def ptrace(request, tid):
    if libc.ptrace(request, tid, None, None) < 0:
        raise OSError(ctypes.get_errno(), "ptrace")


name, pid = sys.argv[1], int(sys.argv[2])
libc.prctl(PR_SET_NAME, ctypes.c_char_p(name.encode()), 0, 0, 0)
threads = [int(tid) for tid in os.listdir("/proc/%d/task" % pid)]
for tid in threads:
    ptrace(PTRACE_SEIZE, tid)
os.write(1, b"ready\n")
while line := sys.stdin.readline().strip():
    libc.prctl(PR_SET_NAME, ctypes.c_char_p(line.encode()), 0, 0, 0)
for tid in threads:
    ptrace(PTRACE_INTERRUPT, tid)
    os.waitpid(tid, WALL)
    ptrace(PTRACE_DETACH, tid)
os.write(1, b"gone\n")
os.read(0, 1)
