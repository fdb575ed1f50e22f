"""A short life: starts, imports, runs threads, ends. Prints "began" as soon as it can and "ended" at
last; exit status 7. Argument: a directory with a module `version`."""

import os
import sys

os.write(1, b"began\n")
sys.path.insert(0, sys.argv[1])

import json  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402

import version  # noqa: E402


class Late:
    """Finalized when the modules are torn down; takes a moment, in which other threads could run."""

    def __init__(self):
        self.sleep, self.write = time.sleep, os.write

    def __del__(self):
        self.sleep(0.01)
        self.write(1, b"ended\n")


def work():
    for _ in range(20):
        json.dumps(list(range(100)))
        time.sleep(0.001)
        assert version.first() in (1, 2)


late = Late()
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
for thread in threads:
    thread.join()
sys.exit(7)
