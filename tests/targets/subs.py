"""Sub-interpreters for a target that is asked questions, by what each version has for making them."""

import os
import sys
import threading
import time

try:  # 3.13
    import _interpreters
except ImportError:
    import _xxsubinterpreters as _interpreters

NEW = sys.version_info >= (3, 13)


def create(own_gil=False):
    """A new one: its ID, which before 3.13 keeps it from ending."""
    if NEW:
        return _interpreters.create("isolated" if own_gil else "legacy")
    if sys.version_info >= (3, 9):
        return _interpreters.create(isolated=own_gil)
    return _interpreters.create()


def make(own_gil=False):
    """The ID of a new one, which stays until end()."""
    new = create(own_gil)
    _kept.append(new)
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


def hold(id, path):
    """Keeps a GIL of its own held until the first byte of that file is not 0."""
    run(id, "import mmap\nwith open(%r, 'r+b') as f: seen = mmap.mmap(f.fileno(), 1)\nwhile not seen[0]: pass" % path)


def end(id):
    _interpreters.destroy(id)
    _kept[:] = [kept for kept in _kept if int(kept) != id]


def everyone():
    return [int(i[0] if isinstance(i, tuple) else i) for i in _interpreters.list_all()]


class Churn:
    """Threads that make, use and end interpreters with a GIL of their own all the time; from 3.12 on."""

    def __init__(self, path, threads=2):
        self.path, self.on, self.ended, self.failed = path, True, 0, []
        self.threads = [threading.Thread(target=self._run) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def _run(self):
        try:
            while self.on:
                new = create(True)
                run(new, "sys.path.insert(0, %r); import thing" % self.path)
                for _ in range(20):
                    run(new, "assert isinstance(thing.value(), int); time.sleep(0.001)")
                    time.sleep(0.002)
                _interpreters.destroy(new)
                self.ended += 1
        except BaseException as error:
            self.failed.append(repr(error))

    def stop(self):
        self.on = False
        for thread in self.threads:
            thread.join()
        return self.failed


class Pool:
    """An executor whose workers, each in an interpreter of its own, always have work; from 3.14 on."""

    def __init__(self, path, workers=2):
        from concurrent.futures import InterpreterPoolExecutor

        start = "import sys; sys.path.insert(0, %r); import thing" % path
        self.executor = InterpreterPoolExecutor(workers, initializer=exec, initargs=(start,))
        list(self.executor.map(time.sleep, [0.2] * workers))  # now all have started
        self.on, self.done, self.failed = True, 0, []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            while self.on:
                work = [self.executor.submit(sum, range(10000)) for _ in range(8)]
                assert {each.result() for each in work} == {49995000}
                self.done += 8
        except BaseException as error:
            self.failed.append(repr(error))

    def stop(self):
        self.on = False
        self.thread.join()
        self.executor.shutdown()
        return self.failed
