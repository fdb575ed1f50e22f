# What a syntax tree spells as a literal. Runs in the target, in one namespace with what asks for it.

UNKNOWN = object()
SCALARS = (int, float, complex, str, bytes, bool, type(None), type(...))
_NUMBERS = (int, float, complex)


def kind_of(node):
    return type(node).__name__


def walk(node):
    stack = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(reversed(node))
        elif hasattr(node, "_fields"):
            yield node
            stack.extend(getattr(node, field, None) for field in reversed(node._fields))


def literal(node):
    """The value that an expression spells, UNKNOWN where it is not a literal."""
    kind = kind_of(node)
    if kind == "Constant":
        return node.value
    if kind in ("Tuple", "List"):
        values = [literal(element) for element in node.elts]
        if any(kind_of(element) == "Starred" for element in node.elts):
            return UNKNOWN
        return tuple(values) if kind == "Tuple" else values
    if kind == "Set":
        values = [literal(element) for element in node.elts]
        return set(values) if all(map(is_fixed, values)) else UNKNOWN
    if kind == "Dict":
        keys = [UNKNOWN if key is None else literal(key) for key in node.keys]
        if not all(map(is_fixed, keys)):
            return UNKNOWN
        return {key: literal(value) for key, value in zip(keys, node.values)}
    if kind == "UnaryOp":
        return arithmetic(kind_of(node.op), literal(node.operand))
    if kind == "BinOp":
        return arithmetic(kind_of(node.op), literal(node.left), literal(node.right))
    return UNKNOWN


def arithmetic(op, a, b=None):
    if type(a) not in _NUMBERS or (b is not None and type(b) not in _NUMBERS):
        return UNKNOWN
    if b is None:
        return {"USub": lambda: -a, "UAdd": lambda: +a}.get(op, lambda: UNKNOWN)()
    if op == "Add":
        return a + b
    if op == "Sub":
        return a - b
    if op == "Mult" and (type(a) is not int or type(b) is not int
                         or a.bit_length() + b.bit_length() < 1024):
        return a * b
    if op in ("Pow", "LShift") and type(a) is type(b) is int and 0 <= a < 1024 and 0 <= b < 256:
        return a ** b if op == "Pow" else a << b
    return UNKNOWN


def value_of(node):
    try:
        return literal(node)
    except (RecursionError, OverflowError):
        return UNKNOWN


def is_fixed(value):
    """True for values that functions may share."""
    if type(value) is tuple:
        return all(map(is_fixed, value))
    return type(value) in SCALARS


def is_known(value):
    """False for what holds something that is not a literal."""
    if type(value) in (tuple, list):
        return all(map(is_known, value))
    if type(value) is dict:
        return all(map(is_known, value.values()))
    return value is not UNKNOWN


def spelled_docstring(body):
    """That of a module, a class or a function with these statements, or None."""
    first = body[0] if body else None
    value = first.value if kind_of(first) == "Expr" else None
    return value.value if kind_of(value) == "Constant" and type(value.value) is str else None
