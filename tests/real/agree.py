"""Looks whether code is what sources say: reads [[file, qualified name, first line]...] and prints what
is not in the file named, compiled now. agree.py [SUFFIX]: FILE with SUFFIX in place of FILE."""
import json
import sys

suffix = sys.argv[1] if len(sys.argv) > 1 else ""
known = {}


def code_in(path):
    with open(path + suffix, "rb") as f:
        stack = [compile(f.read(), path, "exec", dont_inherit=True)]
    found = set()
    while stack:
        code = stack.pop()
        found.add((code.co_qualname, code.co_firstlineno))
        stack.extend(c for c in code.co_consts if type(c) is type(code))
    return found


for path, name, line in json.load(sys.stdin):
    if path not in known:
        known[path] = code_in(path)
    if (name, line) not in known[path]:
        print("%s:%d: %s" % (path, line, name))
