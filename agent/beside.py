# What a new source changes of what functions and classes have beside their code: docstrings, annotations,
# type parameters, the functions of a property, the members of an Enum. Runs in the target, after beyond.py in
# one namespace and by its rules: nothing that is unsure, and no object of the program is asked anything that
# could run its code.

_HAS_DOCSTRING = 0x4000000  # in co_flags, since 3.14; before, the docstring is the first constant
_TYPE_PARAMETERS = ("TypeVar", "ParamSpec", "TypeVarTuple")
_ACCESSORS = (("setter", "fset"), ("deleter", "fdel"))
_ENUM_HOMES = ("enum", "builtins")


def type_name(value):
    return _name_of(type(value))


def is_of_typing(value, *names):
    typing = sys.modules.get("typing")
    return type(typing) is _MODULE and any(type(value) is vars(typing).get(name) for name in names)


# ---- docstrings -----------------------------------------------------------------------------


def docstring_of(code):
    """That of a function's code, or None."""
    if sys.hexversion >= 0x030E0000 and not code.co_flags & _HAS_DOCSTRING:
        return None
    first = code.co_consts[0] if code.co_consts else None
    return first if type(first) is str else None


def compare_docstrings(comparison):
    """Of the functions whose docstring nobody has set to another one."""
    for lives in comparison.lives.values():
        for function, code, qualname, _ in lives:
            was, have = docstring_of(function.__code__), function.__doc__
            untouched = type(have) is type(was) and have == was
            if untouched and code.co_name[:1] != "<" and was != docstring_of(code):
                comparison.say("docstring", qualname)


def lines_of(text):
    """Without indentation, which the compiler takes away since 3.13."""
    return [line.strip() for line in text.strip().split("\n")]


def compare_docstring(comparison, scope, body, have, name):
    """Of a module or a class. One that is not in the source may have been made by something else."""
    want = spelled_docstring(body)
    if want is None or have is not None and type(have) is not str or sys.flags.optimize > 1:
        return
    if scope.dynamic or "__doc__" in scope.count or "__doc__" in comparison.survey.stored:
        return
    if have is None or lines_of(want) != lines_of(have):
        comparison.say("docstring", name)


def has_hook(cls):
    """True if a base may have set its docstring."""
    return any("__init_subclass__" in _dict_of(base) for base in _mro_of(cls)[1:-1])


# ---- annotations ----------------------------------------------------------------------------


def is_dotted(node):
    while kind_of(node) == "Attribute":
        node = node.value
    return kind_of(node) == "Name"


def dotted(node):
    names = []
    while kind_of(node) == "Attribute":
        names.append(node.attr)
        node = node.value
    return ".".join([node.id] + names[::-1])


class Annotations:
    """Compares those that the source spells with live ones. `hidden`: names that mean something else where
    they stand than in the module."""

    def __init__(self, comparison, hidden):
        self.comparison = comparison
        self.hidden = hidden

    def differ(self, nodes, live):
        """`nodes`: {name: expression}. True if that is certain."""
        return any(name not in live or self.differs(node, live[name]) for name, node in nodes.items())

    def differs(self, node, have):
        if type_name(have) == "ForwardRef":
            return False
        if self.comparison.survey.as_text:
            return is_dotted(node) and have != dotted(node) if type(have) is str else False
        if kind_of(node) == "Constant":
            return (node.value is None or type(node.value) is str) and (
                type(have) is not type(node.value) or have != node.value)
        if not is_dotted(node) or root_of(node) in self.hidden:
            return False
        want = self.comparison.resolve(node)
        if want is _MISSING:
            return True
        return is_class(want) and (
            have is None or type(have) is str
            or is_class(have) and _name_of(want) != _name_of(have))


def annotations_of(node):
    """Those of a function's parameters and of its result: {name: expression}."""
    args = node.args
    every = args.posonlyargs + args.args + args.kwonlyargs + [args.vararg, args.kwarg]
    found = {arg.arg: arg.annotation for arg in every if arg is not None and arg.annotation is not None}
    if node.returns is not None:
        found["return"] = node.returns
    return {name: expression for name, expression in found.items() if not is_private(name)}


def is_private(name):
    """True for a name that a class makes another one of."""
    return name.startswith("__") and not name.endswith("__")


def as_dict(live):
    """A function has its annotations as a tuple until somebody reads them (3.10 to 3.13). None if they
    cannot be told."""
    if type(live) is tuple:
        return dict(zip(live[::2], live[1::2]))
    if live is None or type(live) is dict and all(type(name) is str for name in list(live)):
        return dict(live or ())
    return None


def is_wrapper(function):
    """True if it has taken over what another function has."""
    attributes = vars(function)
    return "__wrapped__" in attributes or "__signature__" in attributes


def compare_annotations(comparison, scope, node, function, live, qualname):
    live = as_dict(live)
    if live is None or {"__annotations__", "__annotate__"} & comparison.survey.stored:
        return
    hidden = set(parameter_names(node))
    if scope.node is not None:
        hidden.update(scope.count, parameter_names(scope.node))
    nodes = annotations_of(node)
    gone = any(name not in nodes and not name.startswith("_") for name in live)
    if (gone or Annotations(comparison, hidden).differ(nodes, live)) and not is_wrapper(function):
        comparison.say("annotations", qualname)


def compare_class_annotations(comparison, scope, members, qualname):
    computed = members.get("__annotate_func__") is not None
    live = None if computed else as_dict(members.get("__annotations__"))
    if live is None or {"__annotations__", "__annotate__"} & comparison.survey.stored:
        return
    hidden = set(scope.count).union(parameter_names(scope.node))
    if Annotations(comparison, hidden).differ(scope.annotations, live):
        comparison.say("annotations", qualname)


# ---- type parameters ------------------------------------------------------------------------


def parameter_names(node):
    return [parameter.name for parameter in getattr(node, "type_params", ())]


def compare_type_parameters(comparison, node, live, qualname):
    """`live`: the tuple of them, or None. By kind and name: a bound is computed when it is asked for."""
    if type(live) not in (tuple, type(None)):
        return
    want = [(kind_of(parameter), parameter.name) for parameter in getattr(node, "type_params", ())]
    have = [(type_name(parameter), parameter.__name__) for parameter in live or ()
            if is_of_typing(parameter, *_TYPE_PARAMETERS)]
    if len(have) == len(live or ()) and want != have:
        comparison.say("type parameters", qualname)


def compare_alias(comparison, statement, value, qualname):
    """Of a type alias its code is swapped, if there is one."""
    name = statement.name.id
    swapped = any(key[0] == name and statement.lineno <= key[1] <= statement.end_lineno
                  for key in comparison.lives)
    if type_name(value) != "TypeAliasType" and not (swapped or comparison.survey.uses().may_change(name)):
        comparison.say("constant", qualname)
    elif is_of_typing(value, "TypeAliasType"):
        compare_type_parameters(comparison, statement, value.__type_params__, qualname)


# ---- properties -----------------------------------------------------------------------------


def accessors_in(comparison, scope, name):
    """{accessor: True} of a property that the source makes of that name, by nothing but decorated functions
    one after the other; or None."""
    definitions = scope.definitions.get(name, ())
    if not definitions or len(definitions) != scope.count[name] or name in scope.deleted:
        return None
    found = {}
    for at, definition in enumerate(definitions):
        if len(definition.decorator_list) != 1:
            return None
        decorator = definition.decorator_list[0]
        if at == 0:
            if kind_of(decorator) != "Name" or comparison.resolve(decorator) is not property:
                return None
        elif kind_of(decorator) == "Attribute" and kind_of(decorator.value) == "Name" and (
                decorator.value.id == name):
            found[decorator.attr] = True
        else:
            return None
    return found


def compare_accessors(comparison, scope, name, value, qualname):
    wanted = accessors_in(comparison, scope, name)
    if wanted is None or type(value) is not property:
        return
    for accessor, field in _ACCESSORS:
        have = getattr(value, field)
        if accessor in wanted and have is None:
            comparison.say("new " + accessor, qualname)
        elif accessor not in wanted and type(have) is _FUNCTION:
            if comparison.is_home(have.__module__) and have.__qualname__ == qualname:
                comparison.say("removed " + accessor, qualname)


# ---- Enums ----------------------------------------------------------------------------------


def is_enum(cls):
    """True if the class is an Enum, and nothing but what the module enum has makes its members."""
    enum = sys.modules.get("enum")
    names = vars(enum) if type(enum) is _MODULE else {}
    meta = names.get("EnumMeta")
    homes = [_dict_of(base).get("__module__", "builtins") for base in _mro_of(cls)[1:]]
    return meta is not None and type(cls) is meta and all(
        type(home) is str and home in _ENUM_HOMES for home in homes)


def compare_members(comparison, scope, cls, qualname):
    if not is_enum(cls) or {"_ignore_", "__new__", "__init__"} & set(scope.count):
        return
    members = _dict_of(cls).get("_member_map_")
    if type(members) is not dict:
        return
    for name, statement in scope.sure.items():
        if kind_of(statement) != "Assign" or scope.count[name] != 1 or name.startswith("_"):
            continue
        if name in members:
            compare_member(comparison, statement, members[name], "%s.%s" % (qualname, name))
        elif name not in _dict_of(cls) and name not in scope.deleted:
            comparison.say("new name", "%s.%s" % (qualname, name))


def compare_member(comparison, statement, member, qualname):
    """What a class that its members also are makes of the literal is not looked at."""
    namespace = vars(sys.modules["enum"])["Enum"].__dict__["__dict__"].__get__(member)
    want, have = value_of(statement.value), namespace.get("_value_", _MISSING)
    if type(want) is type(have) and not may_be(want, have) and not comparison.survey.uses().may_change(
            "_value_", want, have):
        comparison.say("constant", qualname)


# ---- what is called -------------------------------------------------------------------------


def compare_function(comparison, scope, node, qualname):
    """Of a function that a definition in the module or a class makes."""
    for function, code, _, annotations in comparison.lives.get((node.name, first_line(node)), ()):
        compare_annotations(comparison, scope, node, function, annotations, qualname)
        compare_type_parameters(comparison, node, getattr(function, "__type_params__", None), qualname)


def compare_class(comparison, scope, cls, members, plain, qualname):
    if plain and not has_hook(cls):
        compare_docstring(comparison, scope, scope.node.body, members.get("__doc__"), qualname)
        compare_class_annotations(comparison, scope, members, qualname)
    if not scope.node.decorator_list:
        compare_type_parameters(comparison, scope.node, members.get("__type_params__"), qualname)
    compare_members(comparison, scope, cls, qualname)
