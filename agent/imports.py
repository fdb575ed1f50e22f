# Which loaded modules took values of the set by name: `from m import LIMIT`, `from .m import *`,
# `LIMIT = m.LIMIT`. Read off their own sources, before the commit; the commit itself then checks that
# each such name still holds the old value. Runs in the target, after modules.py and trees.py in one
# namespace. Imports nothing.

_MISSING = object()
_MODULE = type(sys)
_FUNCTION = type(lambda: None)
# What the import system itself puts into every module.
_MACHINERY = frozenset((
    "__name__", "__file__", "__cached__", "__loader__", "__spec__", "__package__", "__path__",
    "__builtins__", "__doc__"))
_SCALARS = (bool, int, float, complex, str, bytes, type(None))


def find(units, before):
    """[(namespace, [(name, source's namespace, name there)], [namespaces imported whole])] for each
    module outside the set that took something which is to change. `units`: [(old, new)] modules;
    `before`: sys.modules as it was."""
    search = _Search(units, before)
    return search.run() if search.any_change() else []


def _is_code(value):
    return type(value) is _FUNCTION or issubclass(type(value), type)


def _belongs(value, ns):
    """True for a function or class that the module itself defined: the plan moves or switches it."""
    if type(value) is _FUNCTION:
        return value.__globals__ is ns or value.__module__ == ns.get("__name__")
    return type.__getattribute__(value, "__dict__").get("__module__") == ns.get("__name__")


def _same(a, b):
    """True if nobody could tell one from the other, were it not for their identity."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if type(a) is tuple:
        return len(a) == len(b) and all(map(_same, a, b))
    return type(a) in _SCALARS and repr(a) == repr(b)


def _exports(ns):
    names = ns.get("__all__")
    if type(names) in (list, tuple):
        return [name for name in names if type(name) is str]
    return [name for name in list(ns) if type(name) is str and not name.startswith("_")]


def _apart(old, new):
    """The ids of functions and classes with several names, which are not all one thing any more."""
    now = {}
    for name, value in list(old.items()):
        if _is_code(value) and _is_code(new.get(name, None)):
            now.setdefault(id(value), set()).add(id(new[name]))
    return {value for value, ids in now.items() if len(ids) > 1}


class _Search:
    def __init__(self, units, before):
        self.units = [(dict_of(old), dict_of(new)) for old, new in units]
        self.before = before
        self.ours = {id(module) for pair in units for module in pair}
        self.names = {}
        for name, module in list(before.items()):
            if not isinstance(name, str):
                continue
            self.names.setdefault(id(module), []).append(name)
        self.tails = {tail for old, new in units for tail in self._tails(old)}
        self.sources = {}
        self.survivors = {id(new): old for old, new in units}
        self.values = {}  # id of an old value that changes -> [(namespace, name)]
        self.starred = []  # namespaces whose list of exports changes
        for old, new in self.units:
            self._changes(old, new)

    def _tails(self, module):
        # A program may load a module under any str, and what is no text is in no source.
        return {name.rpartition(".")[2].encode("utf-8", "surrogatepass") for name in self.names.get(id(module), ())}

    def _changes(self, old, new):
        apart = _apart(old, new)
        for name, value in list(old.items()):
            now = new.get(name, _MISSING)
            if name in _MACHINERY or _same(value, now):
                continue
            follows = _is_code(value) and _is_code(now) and _belongs(value, old)
            if id(value) in apart or not follows:
                self.values.setdefault(id(value), []).append((old, name))
        if set(_exports(old)) != set(_exports(new)):
            self.starred.append((old, _exports(old)))

    def any_change(self):
        return bool(self.values or self.starred)

    def run(self):
        waiting, found = self._candidates(), []
        more = True
        while more:
            more, rest = False, []
            for module in waiting:
                taken = self._examine(module)
                if taken is None:
                    rest.append(module)
                else:
                    found.append(taken)
                    self.tails |= self._tails(module)
                    more = True
            waiting = rest
        return found

    def _candidates(self):
        """Modules that hold a value which is to change, or all that one of the set exports."""
        found, seen = [], set(self.ours)
        for module in list(self.before.values()):
            if id(module) in seen or not is_module(module):
                continue
            seen.add(id(module))
            ns = dict_of(module)
            if not self.values.keys().isdisjoint(map(id, list(ns.values()))) or self._took_all(ns):
                found.append(module)
        return found

    def _took_all(self, ns):
        for old, names in self.starred:
            if all(name in ns for name in names):
                if not names or any(ns[name] is old.get(name, _MISSING) for name in names):
                    return True
        return False

    def _examine(self, module):
        """What the module took, or None."""
        ns = dict_of(module)
        source = self._source(module, ns)
        binds, stars, own = [], [], set()
        if source is not None:
            tree = tree_of(source)
            if tree is not None:
                _Reader(self, ns, binds, stars, own).read(tree.body)
        if source is not None or any(dict_of(m) is old for old, _ in self.units
                                     for m in list(ns.values()) if is_module(m)):
            self._by_identity(ns, binds, own)
        return (ns, binds, stars) if binds or stars else None

    def _by_identity(self, ns, binds, own):
        """Containers, and instances of the set's classes, in names that no statement at the top of the
        module binds: a function has put them there."""
        known = own.union(name for name, _, _ in binds)
        for name, value in list(ns.items()):
            sources = self.values.get(id(value), ())
            if name in known or len(sources) != 1 or not self._is_own(value, sources[0][0]):
                continue
            binds.append((name,) + sources[0])

    def _is_own(self, value, ns):
        kind = type(value)
        return kind in (dict, list, set, bytearray) or any(kind is other for other in list(ns.values()))

    def _source(self, module, ns):
        """The source if it may import from one of ours."""
        if id(module) not in self.sources:
            try:
                source = _read(ns, self.names[id(module)][0])
            except MemoryError:
                raise
            except Exception as e:  # a loader may raise anything; then there is no evidence
                if type(e) is RuntimeError and str(e).startswith("can't allocate"):
                    raise  # where there is no memory for a lock, Python says so
                source = None
            if isinstance(source, str):
                source = source.encode("utf-8", "surrogatepass")
            self.sources[id(module)] = source
        source = self.sources[id(module)]
        if source and (b"from ." in source or any(tail in source for tail in self.tails)):
            return source
        return None

    def module(self, name):
        module = self.before.get(name)
        return module if is_module(module) else None


def _read(ns, name):
    spec = ns.get("__spec__")
    loader = getattr(spec, "loader", None) or ns.get("__loader__")
    if loader is None or isinstance(loader, type):
        return None
    name = getattr(loader, "name", None) or getattr(spec, "name", None) or name
    if isinstance(loader, _external.SourceLoader):
        path = loader.get_filename(name)
        return loader.get_data(path) if may_be_read(path) else None  # its get_source() imports tokenize
    if type(loader).__name__ == "zipimporter" and not may_be_read(loader.archive):
        return None
    return loader.get_source(name) if hasattr(loader, "get_source") else None


class _Reader:
    """Walks the statements that run when a module is imported."""

    def __init__(self, search, ns, binds, stars, own):
        self.search, self.ns = search, ns
        self.binds, self.stars, self.own = binds, stars, own

    def read(self, body):
        stack = [iter(body)]  # a long `elif` is deeper than Python's own
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
            else:
                stack.extend(map(iter, reversed(self.one(node))))

    def one(self, node):
        """Reads one statement but for those inside of it, and returns their lists."""
        kind = type(node).__name__
        if kind == "ImportFrom":
            self.import_from(node)
        elif kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            self.own.add(node.name)
        elif kind == "Import":
            self.own.update(a.asname or a.name.partition(".")[0] for a in node.names)
        else:
            return self.statement(node, kind)
        return []

    def statement(self, node, kind):
        if kind == "Assign":
            for target in node.targets:
                self.assign(target, node.value)
        elif kind == "AnnAssign" and node.value is not None:
            self.assign(node.target, node.value)
        else:
            for field in ("target", "targets", "items", "optional_vars"):
                self.targets(getattr(node, field, None))
        inner = [getattr(node, field, None) for field in ("body", "orelse", "finalbody")]
        for field in ("handlers", "cases"):
            inner += [part.body for part in getattr(node, field, ())]
        return [body for body in inner if isinstance(body, list)]

    def assign(self, target, value):
        source = self.resolve(value) if type(target).__name__ == "Name" else None
        # Under another name it is an object that this module keeps for itself: a lock, a connection.
        if source is not None and source[-1] == target.id:
            self.binds.append((target.id,) + source)
        elif type(value).__name__ != "Constant":  # a place to be filled later
            self.targets(target)

    def targets(self, node):
        """Names that a target binds are the module's own."""
        if isinstance(node, list):
            for inner in node:
                self.targets(inner)
        elif type(node).__name__ == "Name":
            self.own.add(node.id)
        elif node is not None:
            for field in ("elts", "value", "optional_vars"):
                inner = getattr(node, field, None)
                if type(node).__name__ in ("Tuple", "List", "Starred", "withitem"):
                    self.targets(inner)

    def resolve(self, node):
        """(namespace, name) of `m.name` or `package.m.name`, or None."""
        if type(node).__name__ != "Attribute":
            return None
        parts = []
        while type(node).__name__ == "Attribute":
            parts.append(node.attr)
            node = node.value
        if type(node).__name__ != "Name":
            return None
        value = self.ns.get(node.id)
        while len(parts) > 1 and is_module(value):
            value = dict_of(value).get(parts.pop())
        if not is_module(value) or len(parts) != 1:
            return None
        return dict_of(self.old(value)), parts[0]

    def old(self, module):
        return self.search.survivors.get(id(module), module)

    def import_from(self, node):
        name = node.module or ""
        if node.level:
            name = self.absolute(name, node.level)
        module = self.search.module(name)
        if module is None:
            return
        source = dict_of(module)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(source)
            else:
                self.binds.append((alias.asname or alias.name, source, alias.name))

    def absolute(self, name, level):
        package = self.ns.get("__package__")
        if type(package) is not str:
            package = self.ns.get("__name__", "")
            if "__path__" not in self.ns:
                package = package.rpartition(".")[0]
        parts = package.rsplit(".", level - 1)
        if len(parts) < level:
            return ""
        return "%s.%s" % (parts[0], name) if name else parts[0]
