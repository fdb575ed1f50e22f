"""What is measured: a process with a heap of a given size, a module, and a thread that notes the
longest time it did not run. Answers questions like tests/targets/ask.py does."""

import gc
import json
import sys
import threading
import time

sys.path.insert(0, sys.argv[1])
import patched  # noqa: E402

heap = [[i, {"n": i}] for i in range(int(sys.argv[2]) // 2)]
gap = 0.0


def watch():
    global gap
    last = time.perf_counter()
    while True:
        now = time.perf_counter()
        if now - last > gap:
            gap = now - last
        last = now


def timed(what):
    start = time.perf_counter()
    what()
    return (time.perf_counter() - start) * 1000


def bare_dlopen(path):
    import _ctypes

    return timed(lambda: _ctypes.dlclose(_ctypes.dlopen(path, 2)))


def longest_gap():
    """Milliseconds since the last call."""
    global gap
    longest, gap = gap, 0.0
    return longest * 1000


threading.Thread(target=watch, daemon=True).start()
print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(eval(line)), flush=True)
