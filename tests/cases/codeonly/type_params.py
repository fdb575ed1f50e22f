"""--code-only: type parameters that the source changes, and names that become type aliases, are listed."""
#: python 3.12
#: options --code-only
#: without fptab: the list is all that there is to see
#==> before
def gains(a): return "before"
def loses[T](a: T): return "before"
def kind[T](a: T): return "before"
def same[T: int, *Ts, **P](a: T): return "before"
class C[T]:
    def meth[U](self, a: T): return "before"
class Same[T]:
    def meth(self, a: T): return "before"
T = float
type Alias[T] = list[T]
type Kept[T] = list[T]
Became = int
#==> after
def gains[T](a): return "after"
def loses(a): return "after"
def kind[*T](a: T): return "after"
def same[T: int, *Ts, **P](a: T): return "after"
class C[T, S]:
    def meth[V](self, a: T): return "after"
class Same[T]:
    def meth(self, a: T): return "after"
T = float
type Alias[T, U] = list[T]
type Kept[T] = set[T]
type Became = int
type New = int
#==> use
import m

def check():
    assert m.gains(1) == m.loses(1) == m.C().meth(1) == "after"

def report(json):
    module, = json["modules"]
    found = [entry["what"] + " " + entry["name"] for entry in module["beyond"]]
    found = [entry for entry in found if not entry.startswith("annotations")]
    assert found == ["type parameters gains", "type parameters loses", "type parameters kind",
                     "type parameters C.meth", "type parameters C", "type parameters Alias",
                     "constant Became", "new name New"], found
