"""A module that its own importer makes, from files of another kind."""
#: reimport virtual
#: without b: sources of this kind cannot raise
#==> before virtual.src
FUNCTION f SAYS old
#==> after virtual.src
FUNCTION f SAYS new
#==> use importer.py
import importlib.abc
import importlib.util
import os
import sys
class Loader(importlib.abc.Loader):
    def __init__(self, path):
        self.path = path
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        with open(self.path) as f:
            for line in f:
                _, name, _, text = line.split()
                exec("def %s():\n    return %r\n" % (name, text), vars(module))
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        file = os.path.abspath(name + ".src")
        if os.path.exists(file):
            return importlib.util.spec_from_loader(name, Loader(file), origin=file)
sys.meta_path.append(Finder)
#==> use
import importer
import virtual
from virtual import f

def check():
    assert f() == "new" and f is virtual.f
