"""Function into class and class into function, called and subclassed by name."""
#: things
#==> use
import m
from m import f, C, K, L
from things import right

class Holder:
    K, L = m.K, m.L

def check():
    right(f, C, K, L)
    right(m.f, m.C, Holder.K, vars(Holder)["L"])
    assert type(K()) is m.K and K().v == "new"
