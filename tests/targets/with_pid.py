"""with_pid.py PID PROGRAM ARG...: runs the program under a PID of one's choice, which must be free, and ends
with it (clone3(2), set_tid: needs CAP_CHECKPOINT_RESTORE or root)."""
import ctypes
import os
import signal
import sys

CLONE3, PDEATHSIG = 435, 1
libc = ctypes.CDLL(None, use_errno=True)


def fork_as(pid):
    """os.fork() with the child's PID."""
    tids = (ctypes.c_int * 1)(pid)
    # struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup
    args = (ctypes.c_uint64 * 11)(0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, ctypes.addressof(tids), 1, 0)
    got = libc.syscall(CLONE3, ctypes.byref(args), ctypes.sizeof(args))
    if got < 0:
        sys.exit("PID %d: %s" % (pid, os.strerror(ctypes.get_errno())))
    return got


if fork_as(int(sys.argv[1])) == 0:
    libc.prctl(PDEATHSIG, signal.SIGKILL)
    os.execvp(sys.argv[2], sys.argv[2:])
os.wait()
