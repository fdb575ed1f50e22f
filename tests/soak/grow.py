"""Many reimports of a module of fifty classes, and as many reloads of its like by importlib, for comparison:
what the interpreter keeps by itself (from 3.12 on each new identifier, for good), it keeps in both.

compare(LIBRARY, RUNS, FIRST) makes both modules, `many` and `plain`, below DIRECTORY, the first of sys.path. Each
turn writes a source that was never there before: its numbers, texts and the name of a method of each class are
others. It returns what there was before and after RUNS turns, of plain and of many; FIRST turns of both go
before."""
import ctypes
import gc
import importlib
import os
import sys

KINDS = type, type(lambda: None), type(sys)
HEAD = '''import functools
registry = {}
def noted(f):
    @functools.wraps(f)
    def call(*args):
        return f(*args)
    registry[f.__qualname__] = call
    return call
'''
CLASS = '''class C{i}:
    "The {i}th, of source {n}."
    number = {n}
    def m(self):
        return {n}, super().__repr__()
    def m_{n}(self):
        return "{n} times"
    @property
    def p(self):
        return [x + {n} for x in range(3)]
    @noted
    def n(self):
        return lambda: {n}
'''
sys.dont_write_bytecode = True  # importlib would take it for that of every source of the same second
clear_caches = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache
libc = ctypes.CDLL(None)


class Mallinfo2(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")]


libc.mallinfo2.restype = Mallinfo2


def rss():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Module:
    turns = 0

    def __init__(self, name, again):
        self.file, self.again = os.path.join(sys.path[0], name + ".py"), again
        self.write()
        self.module = importlib.import_module(name)

    def write(self):
        Module.turns += 1
        with open(self.file, "w") as f:
            f.write(HEAD + "".join(CLASS.format(i=i, n=100000 + Module.turns) for i in range(50)))

    def turn(self, times):
        for i in range(times):
            self.write()
            self.again(self.module)
            if i % 10 == 0:
                gc.collect()  # which by itself comes late: the more there is, the later

    def measure(self):
        # what waits for the collector is found by a reimport, and kept until the next
        for _ in range(3):
            gc.collect()
            self.turn(1)
        # each of 4096 entries of the cache of attributes keeps the very string by which one was looked up
        clear_caches()
        for _ in range(3):
            gc.collect()
        kinds = [sum(type(o) is kind for o in gc.get_objects()) for kind in KINDS]
        heap = libc.mallinfo2()
        return {"kinds": kinds, "blocks": sys.getallocatedblocks(), "malloc": heap.uordblks + heap.hblkhd, "rss": rss()}


def compare(library, runs, first):
    plain, many = Module("plain", importlib.reload), Module("many", library.reimport)
    m = many.module
    held = m.C1(), m.C2.m, m.C3, m.registry["C4.n"]
    found = []
    plain.turn(first)
    many.turn(first)
    for module in plain, many:
        found.append(module.measure())
        module.turn(runs)
        found.append(module.measure())
    assert type(held[0]) is m.C1 and held[0].number == m.C49.number == 100000 + Module.turns
    assert held[1] is m.C2.m and held[2] is m.C3 and held[3] is m.registry["C4.n"]
    return found
