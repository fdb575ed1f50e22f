"""Sub-interpreters for a target that is asked questions, by what each version has for making them."""

import os
import sys

try:  # 3.13
    import _interpreters
except ImportError:
    import _xxsubinterpreters as _interpreters

NEW = sys.version_info >= (3, 13)


def make(own_gil=False):
    """The ID of a new one."""
    if NEW:
        new = _interpreters.create("isolated" if own_gil else "legacy")
    elif sys.version_info >= (3, 9):
        new = _interpreters.create(isolated=own_gil)
    else:
        new = _interpreters.create()
    _kept.append(new)  # before 3.13 it ends with the last reference to its ID
    return int(new)


_kept = []


def run(id, code):
    """Runs statements in its __main__."""
    failed = _interpreters.run_string(id, "import os, sys, time\n" + code)
    if failed:
        raise RuntimeError(failed)


def ask(id, expression):
    """The value of an expression there, by way of its repr."""
    read, write = os.pipe()
    try:
        run(id, "os.write(%d, repr((%s)).encode())" % (write, expression))
        return eval(os.read(read, 65536).decode())
    finally:
        os.close(read)
        os.close(write)


def end(id):
    _interpreters.destroy(id)
    _kept[:] = [kept for kept in _kept if int(kept) != id]


def everyone():
    return [int(i[0] if isinstance(i, tuple) else i) for i in _interpreters.list_all()]
