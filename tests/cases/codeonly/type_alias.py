"""--code-only: the code of a type alias is swapped, and what it has computed before is no more its value."""
#: python 3.12
#: options --code-only
#==> before
type Asked = int
type Unasked = int
#==> after
type Asked = str
type Unasked = str
#==> use
import m

held = m.Asked
assert held.__value__ is int

def check():
    assert held is m.Asked and held.__value__ is m.Unasked.__value__ is str

def report(json):
    module, = json["modules"]
    assert module["beyond"] == [] and module["functions"]["updated"] == ["Asked", "Unasked"], module
