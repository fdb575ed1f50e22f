"""Numbers of a class on int that is not defined any more: of the memory behind them nothing is taken for theirs."""
#: things
#: without t: what is left is alive
#: without a: what is left is not what the new source makes
#: reimport m number
#==> before number.py
class Gone(int):
    v = "old"
#==> after number.py
#==> use
import m, number
from things import right

kind = getattr(number, "Gone", type("Other", (int,), {"v": "old"}))
# each with a tuple that needs as much memory, and so lies behind it
held = [(kind((1 << 70) + n), (m.K, m.L, n, n)) for n in range(100)]

def check():
    right(m.f, m.C, m.K, m.L)
    assert all(items[:2] == (m.K, m.L) for _, items in held)
    assert [int(one) - (1 << 70) for one, _ in held] == list(range(100))
    assert {type(one) for one, _ in held} == {type(held[0][0])} and type(held[0][0]).v == "old" and not hasattr(number, "Gone")

def report(json):
    left = json["references"]["left"]
    assert all("an instance of a class" in entry["reason"] or entry["object"] == "Gone" for entry in left), left
