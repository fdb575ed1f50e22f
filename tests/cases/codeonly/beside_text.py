"""--code-only: annotations that the source does not have evaluated are compared as text."""
#: python 3.8-3.13
#: options --code-only
#: without fptab: the list is all that there is to see
#==> before
from __future__ import annotations

def simple(a: int): return "before"
def dotted(a: typing.List): return "before"
def same(a: int, b: typing.List[int], c: "quoted") -> None: return "before"
#==> after
from __future__ import annotations

def simple(a: str): return "after"
def dotted(a: typing.Dict): return "after"
def same(a: int, b: typing.List[int], c: "quoted") -> None: return "after"
#==> use
import m

def check():
    assert m.simple(1) == m.same(1, 2, 3) == "after"

def report(json):
    module, = json["modules"]
    found = [(entry["what"], entry["name"]) for entry in module["beyond"]]
    assert found == [("annotations", "simple"), ("annotations", "dotted")], found
