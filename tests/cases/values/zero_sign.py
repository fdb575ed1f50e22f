"""0.0 that becomes -0.0, alone, in a tuple, in a complex number and as a default; a NaN is still one."""
#==> before
X = 0.0
PAIR = (1, 0.0)
Z = complex(0.0, 0.0)
NESTED = [("a", (0.0,))]
def f(x=0.0): return x
class C:
    x = 0.0
#==> after
X = -0.0
PAIR = (1, -0.0)
Z = complex(-0.0, 0.0)
NESTED = [("a", (-0.0,))]
def f(x=-0.0): return x
class C:
    x = -0.0
#==> use
import m

held = m.X, m.PAIR, m.Z

def check():
    assert [str(x) for x in (m.X, m.PAIR[1], m.Z.real, m.NESTED[0][1][0], m.f(), m.C.x)] == ["-0.0"] * 6, (
        m.X, m.PAIR, m.Z, m.NESTED, m.f(), m.C.x)

def report(json):
    module, = json["modules"]
    assert module["functions"]["updated"] == ["f"], module["functions"]
    assert module["classes"]["updated"] == ["C"], module["classes"]
