"""A picture of all that hangs on some modules: which objects, what each refers to, how often it is
referred to. Two pictures are equal if nothing changed in between, to the last reference."""
import gc
import sys
import types

ATOMS = (str, bytes, int, float, complex, bool, type(None), types.CodeType, types.BuiltinFunctionType)


def is_a(o, *kinds):
    """isinstance(), asking the object itself nothing."""
    return issubclass(type(o), kinds)


class Snapshot:
    def __init__(self, modules, ignore=()):
        self.modules = [(name, id(mod)) for name, mod in sys.modules.items()]
        self.mine = {mod.__name__ for mod in modules}
        self.ignore = set(map(id, ignore))
        self.foreign = {
            id(vars(mod))
            for mod in list(sys.modules.values())
            if is_a(mod, types.ModuleType) and mod.__name__ not in self.mine
        }
        self.keep = {}  # by id: one reference to each, so that no id is used twice
        self.links = {}  # id -> ids of what it refers to
        self.path = {}  # id -> id of what led to it
        self.types = {}
        for mod in modules:
            self.walk(mod)
        self.counts = {id(o): sys.getrefcount(o) for o in self.keep.values() if self.counted(o)}

    def is_foreign(self, o):
        if id(o) in self.foreign or id(o) in self.ignore or o is sys.modules:
            return True
        if type(o).__name__ in ("_NamespacePath", "zipimporter"):  # keep what they saw on disk last
            return True
        if is_a(o, type):
            return type.__getattribute__(o, "__module__") not in self.mine
        if type(o) is types.FunctionType:
            return o.__module__ not in self.mine
        if type(o) is types.ModuleType:
            return types.ModuleType.__getattribute__(o, "__name__") not in self.mine
        return type(o) is types.FrameType

    def counted(self, o):
        return is_a(o, type, types.FunctionType, types.ModuleType) and not self.is_foreign(o)

    def walk(self, root):
        todo = [(root, None)]
        while todo:
            o, parent = todo.pop()
            if id(o) in self.links:
                continue
            self.keep[id(o)] = o
            self.path[id(o)] = parent
            self.types[id(o)] = id(type(o))
            self.links[id(o)] = ()
            if is_a(o, *ATOMS) or self.is_foreign(o):
                continue
            materialise(o)
            below = gc.get_referents(o)
            self.links[id(o)] = tuple(map(id, below))
            todo.extend((child, id(o)) for child in below)

    def differences(self, later):
        """What is not as it was, as lines of text; nothing if `later` equals this one."""
        out = []
        if self.modules != later.modules:
            out.append("sys.modules: %s, now %s, or their order" % (tail(self, later), tail(later, self)))
        for o in self.keep.values():
            if id(o) not in later.links:
                out.append("no longer reached: " + self.describe(o))
            elif self.types[id(o)] != later.types[id(o)]:
                out.append("another type: " + self.describe(o))
            elif self.links[id(o)] != later.links[id(o)]:
                out.append("refers to other things: " + self.describe(o))
            elif id(o) in self.counts and self.counts[id(o)] + 1 != later.counts[id(o)]:
                more = later.counts[id(o)] - 1 - self.counts[id(o)]
                out.append("%+d references: %s" % (more, self.describe(o)))
        out.extend("new: " + later.describe(o) for o in later.keep.values() if id(o) not in self.links)
        return out

    def describe(self, o):
        chain = []
        while o is not None and len(chain) < 6:
            chain.append(name_of(o))
            o = self.keep.get(self.path[id(o)])
        return " < ".join(chain)


def tail(one, other):
    return [name for name, ident in one.modules if (name, ident) not in other.modules]


def materialise(o):
    """Lets the interpreter make what it makes on first use, so that it does not look like a change."""
    if type(o) is types.FunctionType:
        o.__dict__
        if sys.version_info < (3, 14):
            o.__annotations__
    elif not is_a(o, type, types.ModuleType):
        try:
            object.__getattribute__(o, "__dict__")
        except (AttributeError, TypeError):
            pass


def name_of(o):
    if is_a(o, type):
        return "class " + type.__getattribute__(o, "__qualname__")
    if is_a(o, types.FunctionType, types.ModuleType):
        return "%s %s" % (type(o).__name__, getattr(o, "__qualname__", None) or o.__name__)
    if is_a(o, *ATOMS):
        return repr(o)[:40]
    return "a " + type(o).__name__
