# What the code of a source may do with what it names: change a container, hand it on to what may, bind or unbind
# a name in a way that no statement shows. Runs in the target, after literals.py in one namespace. The source is
# looked at by names alone, wherever they stand.

_READ, _ELEMENTS, _WHOLE = 0, 1, 2  # what a use may change: nothing, what is in the container, itself

_NAMESPACES = ("globals", "locals", "vars")
_QUERIES = ("copy", "count", "difference", "get", "index", "intersection", "isdisjoint", "issubset", "issuperset",
            "items", "keys", "symmetric_difference", "union", "values")
_REDUCERS = ("all", "any", "bool", "hash", "id", "isinstance", "len", "print", "repr", "str", "type")
_COPIERS = ("dict", "enumerate", "filter", "frozenset", "iter", "list", "map", "max", "min", "reversed", "set",
            "sorted", "sum", "tuple", "zip")
_REMOVERS = ("clear", "pop", "popitem")


def use_of(node, up):
    """What the use of an expression may change. `up`: its parent and, again, that one's `up`."""
    parent, above = up
    kind = kind_of(parent)
    if kind == "Subscript":
        if parent.value is not node:
            return _READ
        return _WHOLE if kind_of(parent.ctx) != "Load" else min(use_of(parent, above), _ELEMENTS)
    if kind == "Attribute":
        call = above[0]
        asked = kind_of(call) == "Call" and call.func is parent and parent.attr in _QUERIES
        return min(use_of(call, above[1]), _ELEMENTS) if asked else _WHOLE
    if kind == "Call" and parent.func is not node and kind_of(parent.func) == "Name":
        if parent.func.id in _REDUCERS:
            return _READ
        return _ELEMENTS if parent.func.id in _COPIERS else _WHOLE
    if kind == "BoolOp" or kind == "IfExp" and parent.test is not node:
        return use_of(parent, above)
    if kind in ("Compare", "Expr", "FormattedValue", "UnaryOp"):
        return _READ
    if kind in ("Assert", "If", "IfExp", "While"):
        return _READ
    if kind in ("BinOp", "For", "AsyncFor", "comprehension", "Starred", "keyword", "YieldFrom"):
        return _ELEMENTS if kind != "keyword" or parent.arg is None else _WHOLE
    return _WHOLE


def _is_instance(node):
    """True for the name that a method's own instance has by convention."""
    return kind_of(node) == "Name" and node.id == "self"


class Uses:
    def __init__(self, body):
        self.how = {}  # name, also of an attribute: the most that a use of it may change
        self.bound = set()  # names that expressions, patterns and attributes bind
        self.unbound = set()  # names that are deleted
        self.binds = False  # binds names that cannot be told
        self.unbinds = False  # deletes names that cannot be told
        stack = [(node, (None, None)) for node in body]
        while stack:
            node, up = stack.pop()
            self._note(node, kind_of(node), up)
            here = (node, up)
            for field in node._fields:
                part = getattr(node, field, None)
                for inner in part if isinstance(part, list) else (part,):
                    if hasattr(inner, "_fields"):
                        stack.append((inner, here))

    def may_change(self, name, *values):
        """True if the source's code may have made another value of the literal that it binds to `name`;
        `values`: that, and what is there now."""
        if self.binds or name in self.bound or name in self.unbound:
            return True
        how = self.how.get(name, _READ)
        return how == _WHOLE and any(type(value) in (list, dict, set) for value in values) or (
            how != _READ and not all(map(is_shallow, values)))

    def may_remove(self, name):
        return self.unbinds or name in self.unbound

    def _note(self, node, kind, up):
        if kind == "Name":
            self._name(node, up)
        elif kind == "Attribute":
            self._attribute(node, up)
        elif kind == "Call" and kind_of(node.func) == "Name":
            self._call(node, node.func.id, up)
        elif kind == "NamedExpr":
            self.bound.add(node.target.id)
        elif kind in ("MatchAs", "MatchStar") and node.name:
            self.bound.add(node.name)
        elif kind == "MatchMapping" and node.rest:
            self.bound.add(node.rest)

    def _used(self, name, node, up):
        self.how[name] = max(self.how.get(name, _READ), use_of(node, up))

    def _name(self, node, up):
        ctx = kind_of(node.ctx)
        if ctx == "Load":
            self._used(node.id, node, up)
        elif ctx == "Del":
            self.unbound.add(node.id)

    def _attribute(self, node, up):
        ctx = kind_of(node.ctx)
        if ctx == "Load":
            self._used(node.attr, node, up)
            if node.attr == "__dict__" and not _is_instance(node.value):
                self._namespace(node, up)
        elif ctx == "Del":
            self.unbound.add(node.attr)
        elif not _is_instance(node.value):
            self.bound.add(node.attr)

    def _namespace(self, node, up):
        """The dict of a module, a class or an instance."""
        if use_of(node, up) != _WHOLE:
            return
        self.binds = True
        parent = up[0]
        if kind_of(parent) == "Subscript":
            self.unbinds = self.unbinds or kind_of(parent.ctx) == "Del"
        elif kind_of(parent) == "Attribute":
            self.unbinds = self.unbinds or parent.attr in _REMOVERS

    def _call(self, node, name, up):
        if name in _NAMESPACES:
            self._namespace(node, up)
        elif name == "exec" and len(node.args) < 2:
            self.binds = self.unbinds = True
        elif name in ("setattr", "delattr") and len(node.args) > 1 and not _is_instance(node.args[0]):
            self._attribute_named(literal(node.args[1]), name == "delattr")

    def _attribute_named(self, name, is_deleted):
        if type(name) is str:
            (self.unbound if is_deleted else self.bound).add(name)
        elif is_deleted:
            self.unbinds = True
        else:
            self.binds = True


def is_shallow(value):
    """True if nothing in the container can itself be changed."""
    if type(value) in (list, tuple, set):
        return all(is_fixed(element) for element in list(value))
    if type(value) is dict:
        return all(is_fixed(element) for element in list(value.values()))
    return True
