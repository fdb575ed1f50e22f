# What the top level of a source leaves in its module: the values that it binds, compared with those that the
# live module holds. Runs in the target, in one namespace with finder.py, literals.py and uses.py.

# What is found: that all agrees; that all agrees which can be told; that the same holds but for what the program
# may have changed; that it is another source.
_SAME, _OPEN, _CHANGED, _DIFFERENT = "same", "open", "changed", "different"

_PLAIN_METACLASSES = ("ABCMeta", "EnumMeta", "EnumType")  # they leave the values in a class body as they are


def _has_literal(*nodes):
    return any(kind_of(inner) == "Constant" for inner in walk(list(nodes)))


_NO = object()


def _literal(node):
    """The value of a literal, or _NO."""
    value = value_of(node)
    return value if is_known(value) else _NO


def _is_plain(value):
    return type(value) in SCALARS or type(value) in (tuple, list, dict, set, frozenset)


def _equal(a, b):
    if type(a) is not type(b):
        return False
    if type(a) in (tuple, list):
        return len(a) == len(b) and all(_equal(x, y) for x, y in zip(a, b))
    if type(a) is dict:
        a = dict(a)  # the program's own may change while we look
        return len(a) == len(b) and all(key in a and _equal(a[key], b[key]) for key in b)
    return a == b or a != a and b != b


class Scope:
    """What the statements of a module, or of the body of the class `owner`, bind."""

    def __init__(self, body, owner=None):
        self.is_class = owner is not None
        self.owner = (owner or "").lstrip("_")
        self.values = {}  # name: [literal or _NO for each place that binds it]
        self.sure = set()  # bound whatever happens
        self.dropped = set()  # may be unbound again
        self.defined = {}  # name: its one def or class statement
        self.star = 0  # the last line with an import of all names
        self.first = {}  # name: the first line that binds it
        self.line = 0
        self.trusted = True  # what it binds is what is there
        self.open = False  # something with a literal in it that leaves no trace that we know
        self.todo = [(body, True)]  # a long `elif` is deeper than Python's stack
        while self.todo:
            self._statements(*self.todo.pop())

    def _bind(self, name, value, sure):
        if self.owner and name.startswith("__") and not name.endswith("__"):
            name = "_%s%s" % (self.owner, name)
        if self.defined.pop(name, None) is not None:
            self.open = True  # which of them is there cannot be told
        self.values.setdefault(name, []).append(value)
        self.first[name] = min(self.first.get(name, self.line), self.line)
        if sure:
            self.sure.add(name)
        return name

    def _body(self, body, sure):
        self.todo.append((body, sure))

    def _statements(self, body, sure):
        for node in body:
            self.line = node.lineno
            handler = getattr(self, "_" + kind_of(node), None)
            if handler is not None:
                handler(node, sure)
            for part in _own_parts(node):
                for inner in walk(part):
                    if kind_of(inner) == "NamedExpr":
                        self._bind(inner.target.id, _NO, False)
                    elif kind_of(inner) in ("MatchAs", "MatchStar") and inner.name:
                        self._bind(inner.name, _NO, False)
                    elif kind_of(inner) == "MatchMapping" and inner.rest:
                        self._bind(inner.rest, _NO, False)

    def may_be_imported(self, name):
        """True if an import of all names may have bound it again."""
        return self.star > 0 and (name not in self.sure or self.first[name] < self.star)

    def may_be_implicit(self, name):
        """True for what is there, whatever happens, unless a statement binds it: __doc__."""
        return name not in self.sure and name.startswith("__") and name.endswith("__")

    def _target(self, target, value, sure):
        kind = kind_of(target)
        if kind == "Name":
            self._bind(target.id, value, sure)
        elif kind in ("Tuple", "List"):
            same = type(value) in (tuple, list) and len(value) == len(target.elts)
            for at, item in enumerate(target.elts):
                self._target(item, value[at] if same else _NO, sure)
            self.open = self.open or value is not _NO and not same
        elif kind == "Starred":
            self._target(target.value, _NO, sure)
        else:
            self.open = self.open or value is not _NO  # x.y = 1, x[y] = 1

    def _Assign(self, node, sure):
        value = _literal(node.value)
        if value is _NO and _has_literal(node.value):
            self.open = True
        for target in node.targets:
            self._target(target, value, sure)

    def _AnnAssign(self, node, sure):
        if node.value is not None:
            node.targets = [node.target]
            self._Assign(node, sure)

    def _AugAssign(self, node, sure):
        self._target(node.target, _NO, False)
        self.open = self.open or _has_literal(node.value)

    def _Expr(self, node, sure):
        if kind_of(node.value) != "Constant" and _has_literal(node.value):
            self.open = True

    def _FunctionDef(self, node, sure):
        self.open = self.open or _has_literal(*node.decorator_list)
        name = self._bind(node.name, _NO, sure)
        if sure and len(self.values[name]) == 1:
            self.defined[name] = node
        else:
            self.open = self.open or kind_of(node) == "ClassDef" or _has_literal(node.args)

    _AsyncFunctionDef = _FunctionDef

    def _ClassDef(self, node, sure):
        self.open = self.open or _has_literal(*[word.value for word in node.keywords])
        self._FunctionDef(node, sure)

    def _TypeAlias(self, node, sure):
        self._bind(node.name.id, _NO, sure)

    def _Import(self, node, sure):
        for alias in node.names:
            self._bind(alias.asname or alias.name.partition(".")[0], _NO, sure)

    def _ImportFrom(self, node, sure):
        for alias in node.names:
            if alias.name == "*":
                self.star = max(self.star, node.lineno)
            else:
                self._bind(alias.asname or alias.name, _NO, sure)

    def _Delete(self, node, sure):
        for target in node.targets:
            for inner in walk(target):
                if kind_of(inner) in ("Name", "Attribute"):
                    self.dropped.add(getattr(inner, "id", None) or inner.attr)

    def _Global(self, node, sure):
        if self.is_class:
            self.dropped.update(node.names)  # bound in the module

    def _If(self, node, sure):
        self._body(node.body, False)
        self._body(node.orelse, False)

    _While = _If

    def _For(self, node, sure):
        self.open = self.open or _has_literal(node.iter)
        self._target(node.target, _NO, False)
        self._If(node, sure)

    _AsyncFor = _For

    def _With(self, node, sure):
        for item in node.items:
            self.open = self.open or _has_literal(item.context_expr)
            if item.optional_vars is not None:
                self._target(item.optional_vars, _NO, False)
        self._body(node.body, False)

    _AsyncWith = _With

    def _Try(self, node, sure):
        for handler in node.handlers:
            if handler.name:
                self.dropped.add(handler.name)
                self._bind(handler.name, _NO, False)
            self._body(handler.body, False)
        self._body(node.body, False)
        self._body(node.orelse, False)
        self._body(node.finalbody, sure)

    _TryStar = _Try

    def _Match(self, node, sure):
        for case in node.cases:
            self._body(case.body, False)


def _own_parts(node):
    """The parts of a statement that bind in its own scope, but for the statements in it."""
    if kind_of(node) in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
        return
    for field in node._fields:
        value = getattr(node, field, None)
        for item in value if isinstance(value, list) else (value,):
            if kind_of(item) == "match_case":
                yield item.pattern
                if item.guard is not None:
                    yield item.guard
            elif hasattr(item, "_fields") and not hasattr(item, "lineno") or _is_expression(item):
                if kind_of(item) != "ExceptHandler":
                    yield item


def _is_expression(item):
    return hasattr(item, "lineno") and type(item).__base__.__name__ == "expr"


def _doc_agrees(doc, live):
    if sys.flags.optimize >= 2 or doc is None and live is not None and not isinstance(live, str):
        return True
    if isinstance(doc, str) and isinstance(live, str):
        return doc.split() == live.split()  # 3.13 takes indentation away
    return doc is None and live is None


def _makes_values(scope, cls):
    """True for an Enum whose members may have other values than those in its body."""
    if not {"__new__", "__init__", "_ignore_"}.isdisjoint(scope.values):
        return True
    homes = [type.__dict__["__dict__"].__get__(base).get("__module__", "builtins")
             for base in type.__dict__["__mro__"].__get__(cls)[1:]]
    return not all(home in ("builtins", "enum") for home in homes)


class Check:
    """Compares the values that a module holds with those that its source would give it."""

    def __init__(self, loaded, tree, functions):
        self.globals, self.name = loaded.globals, loaded.name
        self.functions, self.own = {}, set(map(id, functions))
        for function in functions:
            key = function.__code__.co_name, function.__code__.co_firstlineno
            self.functions.setdefault(key, []).append(function)
        self.unsure = False  # something differs, but the program may have made it so
        self.stored, self.shared, self.mentioned, self.dynamic = set(), set(), set(), False
        self._survey(tree)
        self.uses = Uses(tree.body)
        self.scope = Scope(tree.body)
        self.doc = spelled_docstring(tree.body)

    def _survey(self, tree):
        """Names that code in functions may rebind or change."""
        for node in walk(tree):
            kind = kind_of(node)
            if kind == "Attribute" and kind_of(node.ctx) != "Load":
                self.stored.add(node.attr)
            elif kind == "Global":
                self.shared.update(node.names)
            elif kind == "Name" and node.id in ("globals", "vars", "locals", "exec", "setattr"):
                self.dynamic = True
            if kind in ("FunctionDef", "AsyncFunctionDef", "Lambda"):
                body = node.body if isinstance(node.body, list) else [node.body]
                self.mentioned.update(inner.id for part in body for inner in walk(part)
                                      if kind_of(inner) == "Name")

    def verdict(self):
        if self._differs(self.scope, self.globals, self.shared, True):
            return _DIFFERENT
        if self._doc_differs(self.scope, self.doc, self.globals.get("__doc__"), True):
            return _DIFFERENT
        if not (self.scope.star or self.dynamic or self.uses.binds) and self._has_more():
            return _DIFFERENT
        if self._is_open(self.scope):
            return _OPEN
        return _CHANGED if self.unsure else _SAME

    def _is_open(self, scope):
        return scope.open or any(self._is_open(Scope(node.body)) for node in scope.defined.values()
                                 if kind_of(node) == "ClassDef")

    def _unless(self, is_open):
        """True for a difference that tells of another source; if `is_open`, it may have come otherwise."""
        self.unsure = self.unsure or is_open
        return not is_open

    def _doc_differs(self, scope, doc, live, plain):
        if _doc_agrees(doc, live):
            return False
        return self._unless(not plain or scope.star > 0 or "__doc__" in scope.values or self.dynamic
                            or "__doc__" in self.stored or "__doc__" in self.uses.bound)

    def _differs(self, scope, live, changed, complete):
        for name, values in scope.values.items():
            if name in scope.dropped:
                continue
            open_ = name in changed or scope.may_be_imported(name) or scope.may_be_implicit(name)
            if name not in live:
                if complete and name in scope.sure and self._unless(open_ or self.uses.may_remove(name)):
                    return True
            elif _NO not in values and not any(_equal(live[name], literal) for literal in values):
                if self._unless(open_ or not scope.trusted or self._may_be_changed(name, live[name], values)):
                    return True
        return any(self._definition_differs(scope, node, live[name])
                   for name, node in scope.defined.items()
                   if name in live and name not in changed and name not in scope.dropped)

    def _may_be_changed(self, name, value, values):
        return self.uses.may_change(name, value, *values) or any(
            type(value) is type(literal) in (list, dict, set) and (name in self.mentioned or not literal)
            for literal in values)

    def _definition_differs(self, scope, node, value):
        if scope.may_be_imported(node.name):
            self.unsure = True
            return False
        if kind_of(node) == "ClassDef":
            return self._class_differs(node, value)
        functions = self.functions.get((node.name, self._first_line(node)))
        if not functions:
            return self._unless(bool(node.decorator_list) or not self._is_own(value)
                                or self.uses.may_change(node.name, None))
        return not any(self._defaults_agree(node, function) for function in functions)

    def _is_own(self, value):
        """True for what this module's source may have made; False for what others put in its place."""
        return _is_plain(value) or id(value) in self.own

    def _first_line(self, node):
        return min([node.lineno] + [inner.lineno for inner in node.decorator_list])

    def _defaults_agree(self, node, function):
        literals = [_literal(value) for value in node.args.defaults]
        values = function.__defaults__ or ()
        if {"__defaults__", "__kwdefaults__"} & (self.stored | self.uses.bound):
            self.unsure = True
            return True
        if len(values) != len(literals):
            return False
        pairs = list(zip(values, literals))
        words = function.__kwdefaults__ or {}
        for argument, value in zip(node.args.kwonlyargs, node.args.kw_defaults):
            if value is not None:
                if argument.arg not in words:
                    return False
                pairs.append((words[argument.arg], _literal(value)))
        return all(literal is _NO or _equal(value, literal)
                   or type(literal) in (list, dict, set) and not self._unless(True)
                   for value, literal in pairs)

    def _class_differs(self, node, cls):
        if not isinstance(cls, type):
            return self._unless(bool(node.decorator_list) or not self._is_own(cls)
                                or self.uses.may_change(node.name, None))
        live = dict(type.__dict__["__dict__"].__get__(cls))
        if live.get("__module__") != self.globals.get("__name__"):
            self.unsure = True
            return False
        plain = type(cls) is type and not node.decorator_list and not issubclass(cls, tuple)
        hooked = any("__init_subclass__" in type.__dict__["__dict__"].__get__(base)
                     for base in type.__dict__["__mro__"].__get__(cls)[1:-1])
        members = live.get("_member_map_")
        if type(members) is dict:  # an Enum
            live.update((name, vars(member).get("_value_"))
                        for name, member in list(members.items()))
        if not plain:
            live = {name: value for name, value in live.items()
                    if _is_plain(value) or isinstance(value, (type, type(kind_of)))}
        scope = Scope(node.body, node.name)
        scope.trusted = (not hooked and type(cls).__name__ in ("type",) + _PLAIN_METACLASSES
                         and not (type(members) is dict and _makes_values(scope, cls)))
        if plain and self._doc_differs(scope, spelled_docstring(node.body), live.get("__doc__"), not hooked):
            return True
        if plain and any(_is_plain(live[name]) for name in set(live) - set(scope.values)
                         if not name.startswith("__") and name not in self.stored):
            if self._unless(hooked or self.dynamic):
                return True
        return self._differs(scope, live, self.stored, plain and not hooked)

    def _has_more(self):
        """True if the module holds a name that its source does not mention."""
        for name, value in list(self.globals.items()):
            if name in self.scope.values or name in self.scope.dropped or name in self.shared:
                continue
            if not isinstance(name, str) or name.startswith("__") and name.endswith("__"):
                continue
            if sys.modules.get("%s.%s" % (self.name, name)) is not value and not self._is_set(name):
                if self._unless(not self._is_bound_by_statement(value)):
                    return True
        return False

    def _is_bound_by_statement(self, value):
        """False for what something that was given the module's name may have put in (enum.global_enum)."""
        if self.uses.how.get("__name__") == _WHOLE:
            return False
        return _is_plain(value) or isinstance(value, (type, type(sys), type(kind_of), type(len)))

    def _is_set(self, name):
        """True if the source's code sets it as an attribute; in a class, a private one by a longer name."""
        return any(name == bound or bound.startswith("__") and name.endswith(bound) for bound in self.uses.bound)
