"""A picture of all that hangs on some modules: which objects, what each refers to, how often it is
referred to. Two pictures are equal if nothing changed in between, to the last reference."""
import collections
import ctypes
import gc
import sys
import types

ATOMS = (str, bytes, int, float, complex, bool, type(None), types.CodeType, types.BuiltinFunctionType)


def is_a(o, *kinds):
    """isinstance(), asking the object itself nothing."""
    return issubclass(type(o), kinds)


class Snapshot:
    """With `exact`, nothing at all may differ, reference counts and the order of dicts included.
    Without, what no program can tell, or only by chance: counts, the order of names in a class, a
    module or sys.modules, tuples that are equal but not the same, what ABCs and caches remember of their last answers.
    With `mro` false, a class's method resolution order may be another tuple of the same classes: the
    interpreter makes one whenever bases are set. With `ordered` false, dicts may have another order. Without
    `instances`, those of the modules' own classes may be replaced while the picture is kept."""

    def __init__(self, modules, exact=True, mro=True, ordered=True, instances=True):
        self.exact = exact
        self.mro = mro
        self.ordered = ordered
        self.modules = [(name, id(mod)) for name, mod in sys.modules.items()]
        self.mine = {mod.__name__ for mod in modules}
        self.foreign = {
            id(vars(mod))
            for mod in list(sys.modules.values())
            if is_a(mod, types.ModuleType) and mod.__name__ not in self.mine
        }
        alive = {}  # by id, while this is made
        self.names = {}  # id -> how to speak of it
        self.links = {}  # id -> ids of what it refers to
        self.path = {}  # id -> id of what led to it
        self.types = {}
        for mod in modules:
            self.walk(mod, alive)
        self.counts = {id(o): sys.getrefcount(o) for o in alive.values() if self.counted(o)}
        # So that no id is used twice: a reference that no search for holders can find. An instance so held
        # would not be replaced by another; what an undo puts back is kept alive by the process itself.
        self.kept = [id(o) for o in alive.values() if exact and instances or not self.is_own_instance(o)]
        for ident in self.kept:
            ctypes.pythonapi.Py_IncRef(ctypes.c_void_p(ident))

    def release(self):
        """Ends the life of what only this picture has kept alive, and of the picture."""
        for ident in self.kept:
            ctypes.pythonapi.Py_DecRef(ctypes.c_void_p(ident))
        self.links = self.kept = None

    def is_foreign(self, o):
        if id(o) in self.foreign or o is sys.modules:
            return True
        if not self.exact and type(o).__name__ in ("_abc_data", "_lru_cache_wrapper"):
            return True
        if type(o).__name__ in ("_NamespacePath", "NamespacePath", "zipimporter"):  # keep what they saw on disk last
            return True
        if is_a(o, type):
            return type.__getattribute__(o, "__module__") not in self.mine
        if type(o) is types.FunctionType:
            return o.__module__ not in self.mine
        if type(o) is types.ModuleType:
            return (types.ModuleType.__getattribute__(o, "__dict__") or {}).get("__name__") not in self.mine
        return type(o) is types.FrameType

    def is_own_instance(self, o):
        where = type.__getattribute__(type(o), "__module__") if not is_a(o, type) else None
        return isinstance(where, str) and where in self.mine

    def counted(self, o):
        return is_a(o, type, types.FunctionType, types.ModuleType) and not self.is_foreign(o)

    def walk(self, root, alive):
        todo = [(root, None)]
        while todo:
            o, parent = todo.pop()
            if id(o) in self.links:
                continue
            alive[id(o)] = o
            self.names[id(o)] = name_of(o)
            self.path[id(o)] = parent
            self.types[id(o)] = id(type(o))
            self.links[id(o)] = ()
            if is_a(o, *ATOMS) or self.is_foreign(o):
                continue
            materialise(o)
            below = self.below(o)
            self.links[id(o)] = tuple(map(id, below))
            if is_a(o, set, frozenset) or (not self.ordered and is_a(o, dict)) or (not self.exact and is_namespace(o, alive.get(parent))):
                self.links[id(o)] = tuple(sorted(self.links[id(o)]))
            todo.extend((child, id(o)) for child in below)

    def below(self, o):
        """What `o` refers to."""
        if not self.exact:
            return self.flat(o)
        found = referents(o)
        if not self.mro and is_a(o, type):
            mro = type.__dict__["__mro__"].__get__(o)
            return [child for child in found if child is not mro] + list(mro or ())
        return found

    def flat(self, o):
        """What `o` refers to, with the items of a tuple in place of the tuple. Of an OrderedDict in the order
        that it shows, which is not that of the dict below it."""
        out, todo = [], [referents(o)]
        if type(o) is collections.OrderedDict:
            todo = [[child for item in o.items() for child in item], [vars(o)]]
        while todo:
            for child in todo.pop():
                if type(child) is tuple and len(todo) < 1000:
                    todo.append(child)
                elif type(child) is not types.FrameType:  # made when first asked for
                    out.append(child)
        return out

    def differences(self, later):
        """What is not as it was, as lines of text; nothing if `later` equals this one. Releases both."""
        out = []
        mine, now = self.modules, later.modules
        if not self.exact:  # what the new source imported from elsewhere may stay
            now = sorted(item for item in now if item in mine or item[0] in later.mine)
            mine = sorted(mine)
        if mine != now:
            out.append("sys.modules: %s, now %s, or their order" % (tail(self, later), tail(later, self)))
        for o in self.links:
            if o not in later.links:
                out.append("no longer reached: " + self.describe(o))
            elif self.types[o] != later.types[o]:
                out.append("another type: " + self.describe(o))
            elif self.links[o] != later.links[o]:
                out.append("refers to other things: " + self.describe(o))
            elif self.exact and o in self.counts and self.counts[o] + 1 != later.counts[o]:
                more = later.counts[o] - 1 - self.counts[o]
                out.append("%+d references: %s" % (more, self.describe(o)))
        out.extend("new: " + later.describe(o) for o in later.links if o not in self.links)
        self.release()
        later.release()
        return out

    def describe(self, o):
        chain = []
        while o is not None and len(chain) < 6:
            chain.append(self.names[o])
            o = self.path[o]
        return " < ".join(chain)


def referents(o):
    """Also an instance's dict that the first versions of 3.13 do not show as long as the values are kept in the
    instance, and what such a dict holds, which they do not show either; whether they are, no program can tell."""
    found = gc.get_referents(o)
    if type(o) is dict:
        return found or list(o.values())
    own = attributes(o) if sys.version_info[:2] == (3, 13) else None
    if type(own) is not dict:
        return found
    inside = set(map(id, own.values()))
    return [child for child in found if child is not own and id(child) not in inside] + [own]


def attributes(o):
    """Its dict; None if it has none, or its class has its own idea of one."""
    if is_a(o, type, types.ModuleType, types.FunctionType):
        return None
    try:
        return object.__getattribute__(o, "__dict__")
    except Exception:
        return None


def is_namespace(o, parent):
    return type(o) is dict and is_a(parent, type, types.ModuleType, types.FunctionType)


def tail(one, other):
    return [name for name, ident in one.modules if (name, ident) not in other.modules]


def materialise(o):
    """Lets the interpreter make what it makes on first use, so that it does not look like a change."""
    if type(o) is types.FunctionType:
        o.__dict__
        if sys.version_info < (3, 14):
            o.__annotations__
    else:
        attributes(o)


def name_of(o):
    if is_a(o, type):
        return "class " + type.__getattribute__(o, "__qualname__")
    if is_a(o, types.FunctionType, types.ModuleType):
        return "%s %s" % (type(o).__name__, getattr(o, "__qualname__", None) or getattr(o, "__name__", "?"))
    if is_a(o, *ATOMS):
        return repr(o)[:40]
    return "a " + type(o).__name__
