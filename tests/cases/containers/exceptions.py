"""In exceptions that are kept: their arguments, attributes, causes, and the frames of their tracebacks."""
#: things
#==> use
import m
from things import right

def fail():
    local = [m.K, m.L]
    try:
        raise KeyError(m.f, m.C)
    except KeyError as e:
        raise ValueError({"K": m.K}, m.L) from e

try:
    fail()
except ValueError as e:
    kept = e
    kept.noted = m.C

def check():
    right(*kept.__cause__.args[:2], kept.args[0]["K"], kept.args[1])
    local = kept.__traceback__.tb_next.tb_frame.f_locals["local"]
    assert kept.noted is m.C and local == [m.K, m.L] and kept.__context__ is kept.__cause__
