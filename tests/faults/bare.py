"""What this interpreter does by itself when an allocation fails, with no reimport anywhere."""
import ast
import ctypes
import os
import re
import signal
import sys

import child


NEAR = 8  # how much a count may differ from one process to the next, for what either has at hand from before


class Bare:
    """`lib` is faults.so, with its hooks in place; `top` the directory for what is written meanwhile."""

    def __init__(self, lib, top):
        self.lib, self.top = lib, top
        lib.faults_seek.argtypes = [ctypes.c_void_p, ctypes.c_long]
        self.cells_leak = keeps_something(lib, share)
        self.lists_leak = keeps_something(lib, list)
        self.deadly = {}  # of each way to an allocation in the compiler

    def leaks(self, stack):
        """True if it keeps objects for good after such a failure."""
        return self.cells_leak and no_cell(stack) or self.lists_leak and no_items(stack)

    def dies(self, stack, sources, expressions):
        """True if it died of this failure while it only compiled or parsed one of the sources, or a definition of one,
        or ran one that calls exec() or eval(), or evaluated an expression: the allocation was called for in
        the very same way."""
        way = way_in_compiler(stack)
        if way not in self.deadly:
            texts = [text for source in sources for text in [source] + pieces(source)]
            tries = [(bare, text) for bare in (bare_compile, bare_parse, bare_run) for text in texts]
            tries += [(eval, text) for text in expressions]
            self.deadly[way] = any(self.dies_of(way, text, bare) for bare, text in tries)
        return self.deadly[way]

    def dies_of(self, way, text, bare):
        result, said = child.forked(lambda: self.seek(way, text, bare), self.top)
        near = sorted(range(-NEAR, NEAR + 1), key=abs)
        return result == "ok" and any(self.dies_at(int(n) + d, way, text, bare) for n in said.split() for d in near)

    def seek(self, way, text, bare):
        """Prints the numbers of those allocations of a compilation, or a run, that are called for in this way."""
        addresses = (ctypes.c_void_p * len(way))(*way)
        self.lib.faults_who(0)
        self.lib.faults_seek(addresses, len(way))
        self.lib.faults_allocations(1 << 60, 1)  # the last call, as in fail_at(): it is counted from there
        bare(text)
        self.lib.faults_end()
        numbers = (ctypes.c_long * self.lib.faults_places(None, 0))()
        self.lib.faults_places(numbers, len(numbers))
        print(*numbers)

    def dies_at(self, n, way, text, bare):
        result, said = child.forked(lambda: self.fail_at(n, text, bare), self.top)
        return result == "died" and way_in_compiler(said) == way

    def fail_at(self, n, text, bare):
        self.lib.faults_who(0)
        self.lib.faults_allocations(n, 1)
        try:
            bare(text)
        except BaseException:
            pass
        self.lib.faults_end()
        ask_allocator()


def bare_compile(text):
    compile(text, "<bare>", "exec", dont_inherit=True)


def bare_parse(text):
    """What reads a source compiles it to a tree of Python's objects only."""
    compile(text, "<bare>", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)


def bare_run(text):
    """What dataclasses, enum, collections compile meanwhile is compiled by exec() and eval()."""
    exec(text, {"__name__": "bare"})


def ask_allocator():
    """What was freed twice, or written to after that, shows only when its place is given away again."""
    return [bytes(size) for size in range(480) for _ in range(60)]


def pieces(source):
    """The agent compiles its own definitions one by one."""
    return re.findall(r".*?\n(?:\n\n+|$)", source, re.S)


def share(held):
    """A function with a cell: 3.11 and 3.12 keep what its frame holds if there is no memory for that."""
    return lambda: held


def keeps_something(lib, function):
    """True if, where memory for one object lacks, what the function was called with is kept for good. (3.10 and
    3.11: list(), if there is none for the items.)"""
    return any(status_of(lambda: keeps(lib, function, n)) == 1 for n in range(1, 9))


def status_of(body):
    """Calls body() in a process of its own, which ends soon: its exit status is what that returns."""
    pid = os.fork()
    if pid == 0:
        signal.alarm(10)
        os._exit(body())
    return child.exit_status(os.waitpid(pid, 0)[1])


def keeps(lib, function, n):
    argument = (n, n)
    refs = sys.getrefcount(argument)
    lib.faults_allocations(n, 1)
    try:
        function(argument)
        lib.faults_end()
    except BaseException:
        lib.faults_end()
    return int(sys.getrefcount(argument) > refs)


# ---- call stacks, as faults.so tells them ----


def no_cell(stack):
    """True if it was a cell that there was no memory for: its allocation is called by the evaluation
    itself, or by PyCell_New()."""
    names = names_in(stack)
    return any(a == "_PyObject_GC_New" and b in ("PyCell_New", "_PyEval_EvalFrameDefault") for a, b in zip(names, names[1:]))


def no_items(stack):
    """True if it was the items of a list that there was no memory for."""
    return any(name in ("PySequence_List", "_PyList_Extend", "list_extend") for name in names_in(stack)[:3])


def names_in(stack):
    """The functions that are told of each failure, from the allocation on."""
    return re.findall(r"\((\w+)\+", stack)


COMPILER = r"\((Py_CompileString|PyRun_String|_?PyAST_|PyParser_|_PyParser_|_PyPegen)"


def in_compiler(stack):
    """True if the interpreter was compiling. Its compiler and its parsers take lack of memory badly: they
    tell it as a SyntaxError (3.8), or as nothing (3.12's tokenizer), or crash (3.12's compiler)."""
    return re.search(COMPILER, stack) is not None


def way_in_compiler(stack):
    """The return addresses from the allocation to where the compiler begins, whoever called that."""
    way, begin = [], 0
    for line in stack.splitlines():
        frame = re.match(r"(\S+)\[0x([0-9a-f]+)\]$", line)
        if way and not frame:
            break
        if not frame or "faults.so" in frame.group(1):
            continue
        way.append(int(frame.group(2), 16))
        if re.search(COMPILER, line):
            begin = len(way)
        if "(Py_CompileStringObject+" in line or "(PyRun_StringFlags+" in line:
            break
    return tuple(way[:begin])
