"""IntEnum, Flag, IntFlag, str enum, aliases, auto(), combined flags held outside."""
#==> before
import enum
class Level(enum.IntEnum):
    LOW = 1
    HIGH = 10
    def v(self):
        return "old"
class Perm(enum.Flag):
    R = enum.auto()
    W = enum.auto()
    RW = R | W
    X = enum.auto()
    def v(self):
        return "old"
class Opt(enum.IntFlag):
    A = 1
    B = 2
    def v(self):
        return "old"
class Name(str, enum.Enum):
    A = "a"
    ALSO_A = "a"
    def v(self):
        return "old"
#==> after
import enum
class Level(enum.IntEnum):
    LOW = 1
    HIGH = 10
    def v(self):
        return "new"
class Perm(enum.Flag):
    R = enum.auto()
    W = enum.auto()
    RW = R | W
    X = enum.auto()
    def v(self):
        return "new"
class Opt(enum.IntFlag):
    A = 1
    B = 2
    def v(self):
        return "new"
class Name(str, enum.Enum):
    A = "a"
    ALSO_A = "a"
    def v(self):
        return "new"
#==> use
import m

held = [m.Level.LOW, m.Perm.RW, m.Perm.R, m.Opt.A, m.Name.A]
combined = m.Perm.R | m.Perm.X, m.Opt.A | m.Opt.B

def check():
    assert [x.v() for x in held] == ["new"] * 5 and [x.v() for x in combined] == ["new"] * 2
    assert held == [m.Level.LOW, m.Perm.RW, m.Perm.R, m.Opt.A, m.Name.A]
    assert all(a is b for a, b in zip(held, [m.Level.LOW, m.Perm.RW, m.Perm(1), m.Opt(1), m.Name("a")]))
    assert combined[0] == m.Perm.R | m.Perm.X and m.Perm.R in combined[0] and m.Perm.W not in combined[0]
    assert combined[1] == 3 and m.Level.HIGH > held[0] == 1 and m.Name.ALSO_A is held[4]
