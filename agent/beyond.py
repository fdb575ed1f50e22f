# What a new source changes beyond code, told without running it: its syntax tree is compared with the
# live module. Runs in the target, after uses.py and arguments.py and with beside.py in one namespace. Nothing
# here imports anything, and no object of the program is asked anything that could run its code: exact types and
# the types' own slots only.
#
# The old source is not at hand. So what is told is where the live module is not what the new source
# would make of it, and only where that is certain: names bound at the top level of the module or of a
# class (not below an `if`, a `try` ...), and values that the source spells as literals. What the source's own
# code may change while the program runs, is not told: it may be just that.

_MISSING = object()
_WRAPPERS = (property, classmethod, staticmethod)
_DYNAMIC = {"globals", "locals", "vars", "exec"}
_IMPLICIT = ("__new__", "__init_subclass__", "__class_getitem__")
_FUNCTION = type(lambda: 0)
_MODULE = type(sys)
# Metaclasses that make a class without the bases that the source names: what takes their place.
_REPLACED = {"NamedTupleMeta": tuple, "_TypedDictMeta": dict}
# Class decorators that take no attribute away.
_HARMLESS = ("dataclass", "total_ordering", "final", "runtime_checkable", "unique")

_dict_of = type.__dict__["__dict__"].__get__
_namespace_of = _MODULE.__dict__["__dict__"].__get__
_bases_of = type.__dict__["__bases__"].__get__
_mro_of = type.__dict__["__mro__"].__get__
_name_of = type.__dict__["__name__"].__get__
_qualname_of = type.__dict__["__qualname__"].__get__


class Scope:
    """What the top level of a module, or a class body, binds."""

    def __init__(self, node=None):
        self.node = node
        self.sure = {}  # name: the statement, for names that are bound whatever happens
        self.count = {}  # name: how often it is bound, anywhere
        self.deleted = set()
        self.foreign = set()  # names that a class body binds in the module
        self.classes = {}  # name: Scope, of classes that are sure
        self.definitions = {}  # name: the functions of that name that are sure, in order
        self.annotations = {}  # name: what is annotated, whatever happens
        self.dynamic = False  # binds names that cannot be told
        self.unbinds = False  # unbinds names that cannot be told

    def star(self):
        """Whatever was bound may have been bound again."""
        self.dynamic = True
        self.count = {name: count + 1 for name, count in self.count.items()}

    def bind(self, name, statement, sure):
        if name in self.foreign:
            return
        self.count[name] = self.count.get(name, 0) + 1
        if sure:
            self.sure.setdefault(name, statement)


class Survey:
    """What the source of one module says."""

    def __init__(self, tree, code):
        self.filename = code.co_filename
        self.module = Scope()
        self.shadowed = set()  # first lines of definitions that the next one replaces
        self.arguments = arguments_in(tree, code)
        self.stored = set()  # names of attributes that are assigned to
        self.body = tree.body
        self.seen_uses = None
        self.as_text = False  # annotations are not evaluated
        self.module.unbinds = not _DYNAMIC.isdisjoint(names_of(code))
        self.block(self.module, tree.body, True)

    def uses(self):
        """Looked at only where something seems to be changed: it is the whole source."""
        if self.seen_uses is None:
            self.seen_uses = Uses(self.body)
        return self.seen_uses

    def block(self, scope, body, sure):
        stack = [self.parts(scope, body, sure)]  # a long `elif` is deeper than Python's own
        while stack:
            inner = next(stack[-1], None)
            if inner is None:
                stack.pop()
            else:
                stack.append(self.parts(*inner))

    def parts(self, scope, body, sure):
        """Surveys the statements, and yields the blocks inside of them."""
        before = {}
        for statement in body:
            kind = kind_of(statement)
            if kind in _FUNCTIONS or kind == "ClassDef":
                self.note_shadowed(before, statement)
                scope.bind(statement.name, statement, sure)
            if kind in _FUNCTIONS:
                if sure:
                    scope.definitions.setdefault(statement.name, []).append(statement)
                self.function(statement.body)
            elif kind == "ClassDef":
                inner = Scope(statement)
                if sure:
                    scope.classes[statement.name] = inner
                yield inner, statement.body, True
            elif not self.simple(scope, statement, kind, sure):
                yield from self.compound(scope, statement, kind)

    def simple(self, scope, statement, kind, sure):
        if kind == "Assign":
            for target in statement.targets:
                self.target(scope, target, statement, sure)
        elif kind == "AnnAssign":
            if sure and kind_of(statement.target) == "Name" and not is_private(statement.target.id):
                scope.annotations[statement.target.id] = statement.annotation
            if statement.value is not None:
                self.target(scope, statement.target, statement, sure)
        elif kind == "AugAssign":
            self.target(scope, statement.target, statement, False)
        elif kind == "TypeAlias":
            scope.bind(statement.name.id, statement, sure)
        elif kind in ("Import", "ImportFrom"):
            future = kind == "ImportFrom" and statement.module == "__future__"
            if future and any(alias.name == "annotations" for alias in statement.names):
                self.as_text = True
            for alias in statement.names:
                if alias.name == "*":
                    scope.star()
                else:
                    name = alias.asname or alias.name.partition(".")[0]
                    scope.bind(name, statement, sure)
        elif kind == "Delete":
            for target in statement.targets:
                scope.deleted.update(names_in(target))
        elif kind == "Global" and scope.node is not None:
            scope.foreign.update(statement.names)
            for name in statement.names:
                self.module.bind(name, statement, False)
        else:
            return False
        return True

    def compound(self, scope, statement, kind):
        if kind in ("For", "AsyncFor"):
            self.target(scope, statement.target, statement, False)
        for item in getattr(statement, "items", ()):
            if item.optional_vars is not None:
                self.target(scope, item.optional_vars, statement, False)
        for field in _BLOCKS:
            for part in getattr(statement, field, ()):
                if kind_of(part) in ("ExceptHandler", "match_case"):
                    if getattr(part, "name", None):
                        scope.bind(part.name, statement, False)
                        scope.deleted.add(part.name)  # where the handler ends
                    yield scope, part.body, False
                else:
                    yield scope, [part], False

    def target(self, scope, target, statement, sure):
        plain = kind_of(target) == "Name"
        self.note_stored(target)
        for name in names_in(target):
            scope.bind(name, statement, sure)
            if not plain:
                scope.bind(name, statement, False)  # there is no value of its own to look at

    def note_stored(self, target):
        self.stored.update(node.attr for node in walk(target) if kind_of(node) == "Attribute")

    def function(self, body):
        """Inside a function: what it binds in the module."""
        stack = [body]
        while stack:
            for statement in stack.pop():
                kind = kind_of(statement)
                if kind in ("Assign", "AugAssign", "AnnAssign"):
                    for target in getattr(statement, "targets", None) or [statement.target]:
                        self.note_stored(target)
                elif kind == "Global":
                    for name in statement.names:
                        self.module.bind(name, statement, False)
                for field in _BLOCKS:
                    part = getattr(statement, field, None)
                    if isinstance(part, list):
                        stack.append(part)

    def note_shadowed(self, before, statement):
        name = statement.name
        earlier = before.get(name)
        before[name] = statement
        if earlier is None or any(root_of(d) == name for d in statement.decorator_list):
            return
        if all(last_name(d) == "overload" for d in earlier.decorator_list):
            self.shadowed.add(first_line(earlier))


def names_of(code):
    """The names that a top level uses, in comprehensions, too."""
    names = set(code.co_names)
    for const in code.co_consts:
        if type(const) is type(code) and const.co_name.endswith("comp>"):
            names |= names_of(const)
    return names


def names_in(target):
    return [node.id for node in walk(target)
            if kind_of(node) == "Name" and kind_of(node.ctx) != "Load"]


def root_of(node):
    """The name that a dotted name, or a call of one, begins with."""
    while kind_of(node) in ("Attribute", "Call"):
        node = node.func if kind_of(node) == "Call" else node.value
    return node.id if kind_of(node) == "Name" else None


def last_name(node):
    if kind_of(node) == "Call":
        node = node.func
    return getattr(node, "attr", None) or getattr(node, "id", None)


def may_be(want, have):
    """False if `have` cannot be the literal `want`, not even after a program has added to it."""
    kind = type(want)
    if want is UNKNOWN:
        return True
    if kind is not type(have):
        return False
    if kind is tuple:
        return len(want) == len(have) and all(map(may_be, want, have))
    if kind is list:
        have = have[:]
        return all(map(may_be, want, have)) and len(want) <= len(have) or all(
            any(may_be(element, other) for other in have) for element in want)
    if kind is set:
        return all(any(may_be(element, other) for other in have.copy()) for element in want)
    if kind is dict:
        have = {key: value for key, value in have.copy().items() if is_fixed(key)}
        return all(key in have and may_be(value, have[key]) for key, value in want.items())
    if kind in (float, complex):
        return repr(want) == repr(have)
    return want == have


# ---- the live module ------------------------------------------------------------------------


class Comparison:
    def __init__(self, survey, namespace, name, lives):
        self.survey = survey
        self.namespace = namespace
        self.name = name
        self.found = []  # (what, name)
        self.lives = {}  # (code name, first line in the new source): [one of compare()]
        for live in lives:
            key = live[1].co_name, live[1].co_firstlineno
            self.lives.setdefault(key, []).append(live)
        builtins = namespace.get("__builtins__")
        self.builtins = vars(builtins) if type(builtins) is _MODULE else builtins

    def say(self, what, name):
        if (what, name) not in self.found:
            self.found.append((what, name))

    def scope(self, scope, live, prefix, plain):
        for name, statement in scope.sure.items():
            kind = kind_of(statement)
            value = live.get(mangled(name, scope), _MISSING)
            if value is _MISSING:
                self.missing(scope, name, prefix, kind, plain)
            elif kind in _FUNCTIONS:
                compare_accessors(self, scope, name, value, prefix + name)
                if scope.count[name] == 1:
                    self.live_function(scope, live, statement, value, prefix)
            elif scope.count[name] > 1:
                continue
            elif kind == "ClassDef":
                self.live_class(scope.classes[name], value, prefix + name, plain)
            elif kind == "TypeAlias":
                compare_alias(self, statement, value, prefix + name)
            elif kind in ("Assign", "AnnAssign") and plain:
                self.constant(scope, name, statement, value, prefix)

    def live_function(self, scope, live, statement, value, prefix):
        qualname = prefix + statement.name
        if statement.name not in scope.deleted and self.is_another(scope, statement, value, prefix):
            self.say("new function", qualname)
            return
        self.decorators(live, statement, value, qualname)
        compare_function(self, scope, statement, qualname)

    def is_another(self, scope, statement, value, prefix):
        """True if `value` is the function of another definition, under one more name, as of `b = a`."""
        decorators = statement.decorator_list
        if type(value) is not _FUNCTION or not self.is_home(value.__module__):
            return False
        if decorators and not any(self.resolve(decorators[0]) is wrapper for wrapper in _WRAPPERS):
            return False
        home, _, name = value.__qualname__.rpartition(".")
        return (name != statement.name and value.__code__.co_name == name
                and home == prefix.rpartition(".")[0] and name in scope.definitions
                and (statement.name, first_line(statement)) not in self.lives)

    def missing(self, scope, name, prefix, kind, plain):
        if name in scope.deleted or scope.unbinds or self.survey.uses().may_remove(name):
            return
        if kind in _FUNCTIONS:
            self.say("new function", prefix + name)
        elif not plain:
            return  # a metaclass may have taken it away
        elif kind == "ClassDef":
            self.say("new class", prefix + name)
        elif scope.node is None:
            self.say("new name", prefix + name)
        elif not scope.node.decorator_list and name not in ("__slots__", "__qualname__", "__classcell__"):
            self.say("new name", prefix + name)

    def constant(self, scope, name, statement, value, prefix):
        want = value_of(statement.value)
        if want is None and value is not None:
            return  # a place to be filled in
        if scope.node is not None and (
                name in self.survey.stored or type(value) not in SCALARS + (tuple, list, dict, set)):
            return
        if type(value) is _MODULE and sys.modules.get("%s.%s" % (self.name, name)) is value:
            return  # a submodule has taken the place
        if not may_be(want, value) and not self.survey.uses().may_change(name, want, value):
            self.say("constant", prefix + name)

    def is_home(self, module):
        return type(module) is str and module == self.name

    def is_own(self, value, qualname):
        if not is_class(value):
            return False
        return self.is_home(_dict_of(value).get("__module__")) and _qualname_of(value) == qualname

    def live_class(self, scope, value, qualname, plain):
        if not self.is_own(value, qualname) or not keeps_attributes(scope.node):
            return
        self.bases(scope.node, value, qualname)
        members = dict(_dict_of(value))
        meta = type(value)
        plain = plain and (meta is type or meta.__name__ == "ABCMeta" and type(meta) is type)
        self.scope(scope, members, qualname + ".", plain)
        compare_class(self, scope, value, members, plain, qualname)
        self.removed_classes(scope, members, qualname + ".")

    def removed_classes(self, scope, members, prefix):
        if scope.dynamic:
            return
        for name, value in list(members.items()):
            if type(name) is str and name not in scope.count and self.is_own(value, prefix + name):
                if self.has_statement(value, prefix + name):
                    self.say("removed class", prefix + name)

    def has_statement(self, cls, qualname):
        """True if the class was made by a class statement of this source: types are also made in other
        ways."""
        members = _dict_of(cls).copy()
        if "__firstlineno__" in members:  # since 3.13
            return True
        return any(type(value) is _FUNCTION and self.is_home(value.__module__)
                   and value.__qualname__ == "%s.%s" % (qualname, value.__name__)
                   and value.__code__.co_filename == self.survey.filename
                   for value in members.values())

    # ---- bases and metaclass

    def bases(self, node, cls, qualname):
        known = [self.resolve(base) for base in node.bases]
        if any(base is _MISSING for base in known):
            self.say("bases", qualname)
        elif all(is_class(base) and base is not cls for base in known):
            if not same_objects(real_bases(node, known), _bases_of(cls)):
                self.say("bases", qualname)
        for keyword in node.keywords:
            if keyword.arg == "metaclass":
                meta = self.resolve(keyword.value)
                if meta is _MISSING or is_class(meta) and not any(
                        meta is kind for kind in _mro_of(type(cls))):
                    self.say("metaclass", qualname)

    def resolve(self, node):
        """What a dotted name stands for now; _MISSING if it is new in this source; else UNKNOWN."""
        if kind_of(node) == "Attribute":
            home = self.resolve(node.value)
            if home is _MISSING:
                return _MISSING
            if type(home) is _MODULE:
                return vars(home).get(node.attr, UNKNOWN)
            if is_class(home):
                return _dict_of(home).get(node.attr, UNKNOWN)
            return UNKNOWN
        if kind_of(node) != "Name":
            return UNKNOWN
        value = self.namespace.get(node.id, _MISSING)
        if value is _MISSING:
            value = self.builtins.get(node.id, _MISSING)
        module = self.survey.module
        if value is _MISSING:
            new = node.id in module.sure and node.id not in module.deleted
            return _MISSING if new else UNKNOWN
        return value if module.count.get(node.id, 1) == 1 else UNKNOWN

    # ---- decorators

    def decorators(self, live, node, value, qualname):
        functions = [live[0] for live in self.lives.get((node.name, first_line(node)), ())]
        kind = type(value)

        def is_ours(function):
            return type(function) is _FUNCTION and any(
                function.__code__ is other.__code__ for other in functions)

        def holds_ours():
            if kind is property:
                return any(map(is_ours, (value.fget, value.fset, value.fdel)))
            return kind in _WRAPPERS and is_ours(value.__func__)

        if not node.decorator_list:
            wrapped = kind is _FUNCTION and not is_ours(value) and any(map(is_ours, inside(value)))
            if wrapped or (holds_ours() and node.name not in _IMPLICIT) or (
                    is_cached(value) and any(map(is_ours, inside(value)))):
                self.say("decorators", qualname)
            return
        roots = [root_of(decorator) for decorator in node.decorator_list]
        if any(self.is_new(root, live) for root in roots):
            self.say("decorators", qualname)
            return
        outer = self.resolve(node.decorator_list[0])
        if any(outer is wrapper for wrapper in _WRAPPERS):
            if is_ours(value) or (kind is not outer and holds_ours()):
                self.say("decorators", qualname)
        elif is_ours(value) and self.wraps(node.decorator_list):
            self.say("decorators", qualname)

    def is_new(self, root, live):
        module = self.survey.module
        return (root is not None and root not in live and root not in self.namespace
                and root not in self.builtins
                and root in module.sure and root not in module.deleted)

    def wraps(self, decorators):
        """True if one of them is known to return another object than the function."""
        for decorator in decorators:
            called = decorator.func if kind_of(decorator) == "Call" else decorator
            found = self.resolve(called)
            for module, names in (("functools", ("lru_cache", "cache", "cached_property", "singledispatch")),
                                  ("contextlib", ("contextmanager", "asynccontextmanager"))):
                home = sys.modules.get(module)
                if type(home) is _MODULE and any(found is vars(home).get(name, _MISSING) for name in names):
                    return True
        return False

    # ---- defaults

    def defaults(self):
        """The defaults that the source spells, for the live functions: {id of the new code: (of the
        last positional parameters, {keyword: default})}. A default is a 1-tuple of its value, or None
        if only running the source could tell it. None for both: they cannot be told."""
        specs = {}
        for key, lives in self.lives.items():
            for function, code, qualname, _ in lives:
                fitting = [args for args in self.survey.arguments.get(key, ()) if takes(code, args)]
                specs[id(code)] = None
                if len(fitting) == 1:
                    specs[id(code)] = spelled(fitting[0])
                    self.compare_defaults(function, code, qualname, fitting[0])
        return specs

    def compare_defaults(self, function, code, qualname, args):
        """Parameters that have another default now than the source spells."""
        old, values = function.__code__, function.__defaults__ or ()
        have = dict(zip(old.co_varnames[old.co_argcount - len(values):old.co_argcount], values))
        have.update(function.__kwdefaults__ or {})
        count = code.co_argcount
        names = code.co_varnames[count - len(args.defaults):count + code.co_kwonlyargcount]
        for name, node in zip(names, args.defaults + args.kw_defaults):
            if node is None or name not in have:
                continue
            want = value_of(node)
            if not may_be(want, have[name]) and not self.may_change_default(name, want, have[name]):
                self.say("defaults", qualname)
                return

    def may_change_default(self, name, *values):
        uses = self.survey.uses()
        if any(attribute in uses.how or attribute in uses.bound
               for attribute in ("__defaults__", "__kwdefaults__")):
            return True
        return not all(map(is_fixed, values)) and uses.may_change(name, *values)


def is_class(value):
    return issubclass(type(value), type)


def real_bases(node, known):
    """The bases that a class statement makes of those that it names."""
    generic = implicit_generic(node, known)
    made = [_REPLACED.get(_name_of(type(base))) for base in known]
    if dict in made:
        return generic + [dict]  # so typing._TypedDictMeta orders them
    if tuple in made:
        return [tuple]
    return list(known) + generic or [object]


def implicit_generic(node, known):
    """[typing.Generic] if the statement has type parameters, which bring it, unless Protocol is there."""
    typing = sys.modules.get("typing")
    if not getattr(node, "type_params", None) or type(typing) is not _MODULE:
        return []
    names = vars(typing)
    protocol = names.get("Protocol")
    return [] if any(base is protocol for base in known) else [names.get("Generic")]


def same_objects(a, b):
    return len(a) == len(b) and all(x is y for x, y in zip(a, b))


def is_cached(value):
    functools = sys.modules.get("functools")
    kind = vars(functools).get("_lru_cache_wrapper") if type(functools) is _MODULE else None
    return kind is not None and type(value) is kind


def inside(value):
    """The functions that a function or a cached function wraps, as functools.wraps() notes it."""
    found = []
    while (type(value) is _FUNCTION or is_cached(value)) and len(found) < 16:
        value = vars(value).get("__wrapped__")
        found.append(value)
    return found


def mangled(name, scope):
    owner = "" if scope.node is None else scope.node.name.lstrip("_")
    private = name.startswith("__") and not name.endswith("__")
    return "_%s%s" % (owner, name) if owner and private else name


def keeps_attributes(node):
    return all(last_name(decorator) in _HARMLESS for decorator in node.decorator_list)


# ---- what is called -------------------------------------------------------------------------


def survey(source, code):
    """What the source that `code` was compiled from says, or None if it cannot be told."""
    try:
        tree = None if source is None else tree_of(source)
        return None if tree is None else Survey(tree, code)
    except RecursionError:
        return None  # the tree is deeper than Python can say


def shadowed(survey):
    return survey.shadowed


def compare(survey, module, name, lives):
    """`lives`: (function, its new code, the code's qualified name, its annotations) for every live code that
    has a successor; the annotations as they are kept: a dict, a tuple, None, or True if they are computed.
    Returns what the source changes beyond code, [(what, name)], and the defaults."""
    comparison = Comparison(survey, dict(_namespace_of(module)), name, lives)
    comparison.scope(survey.module, comparison.namespace, "", True)
    comparison.removed_classes(survey.module, comparison.namespace, "")
    compare_docstring(comparison, survey.module, survey.body, comparison.namespace.get("__doc__"), name)
    compare_docstrings(comparison)
    defaults = comparison.defaults()
    return comparison.found, defaults
