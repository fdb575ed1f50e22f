"""Held by instances whose class forbids assignment or answers every question with an exception."""
#: things
#==> use
import dataclasses
import typing
import m
from things import right

@dataclasses.dataclass(frozen=True)
class Frozen:
    f: typing.Any
    C: typing.Any
    K: typing.Any
    L: typing.Any
class Hostile:
    def __init__(self, *four):
        object.__setattr__(self, "four", list(four))
        object.__setattr__(self, "K", four[2])
    def __getattribute__(self, name):
        raise RuntimeError("asked for " + name)
    def __setattr__(self, name, value):
        raise RuntimeError("set " + name)
    def __getattr__(self, name):
        raise RuntimeError("asked for " + name)
    __class__ = property(lambda self: 1 / 0)
    def __eq__(self, other):
        raise RuntimeError("compared")
    def __hash__(self):
        raise RuntimeError("hashed")
    def __bool__(self):
        raise RuntimeError("true?")
    def __repr__(self):
        raise RuntimeError("repr")

frozen = Frozen(m.f, m.C, m.K, m.L)
hostile = Hostile(m.f, m.C, m.K, m.L)

def check():
    right(frozen.f, frozen.C, frozen.K, frozen.L)
    right(*object.__getattribute__(hostile, "four"))
    assert object.__getattribute__(hostile, "K") is m.K
