"""The frames of a kept exception's traceback, whose variables themselves are what changes."""
#: things
#==> use
import m
from things import right

def fail(f, C, K):
    L = m.L
    raise ValueError

def call(*args):
    K = m.K
    fail(*args)

try:
    call(m.f, m.C, m.K)
except ValueError as e:
    kept = e

def check():
    outer = kept.__traceback__.tb_next
    inner = outer.tb_next.tb_frame.f_locals
    right(inner["f"], inner["C"], inner["K"], inner["L"])
    assert outer.tb_frame.f_locals["args"] == (m.f, m.C, m.K) and outer.tb_frame.f_locals["K"] is m.K
