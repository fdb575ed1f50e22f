# What a source says of the parameters of its functions: a default is made by the code around a function,
# which does not run again for one that lives. Runs in the target, after trees.py and literals.py in one namespace.
# Nothing here imports anything. The source is the one that was compiled: what is on disk may be another by now.

_FUNCTIONS = ("FunctionDef", "AsyncFunctionDef")
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def first_line(definition):
    """As the code object has it: decorators belong to it."""
    if definition.decorator_list:
        return definition.decorator_list[0].lineno
    return definition.lineno


# ---- parameters -----------------------------------------------------------------------------


def lambda_lines(code):
    """The lines on which there are lambdas with parameters, sorted."""
    lines, stack = set(), [code]
    while stack:
        code = stack.pop()
        if code.co_name == "<lambda>" and code.co_argcount + code.co_kwonlyargcount:
            lines.add(code.co_firstlineno)
        stack.extend(const for const in code.co_consts if type(const) is type(code))
    return sorted(lines)


def arguments_in(tree, code):
    """{(name, first line): [arguments]} of the functions, but for lambdas without parameters."""
    lambdas, found, stack = lambda_lines(code), {}, [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack.extend(node)
        elif hasattr(node, "_fields"):
            kind = kind_of(node)
            if kind in _FUNCTIONS:
                found.setdefault((node.name, first_line(node)), []).append(node.args)
            stack.extend(getattr(node, field, None) for field in _BLOCKS)
            if has_lambda(node, lambdas):
                note_lambdas(node, found)
    return found


def has_lambda(statement, lines):
    """True if it may be; a part of a statement does not always know its lines (match_case). `lines`: sorted."""
    end = getattr(statement, "end_lineno", None)
    if not lines or not end:
        return bool(lines)
    low, high = 0, len(lines)  # where the first line is that is not before it
    while low < high:
        middle = (low + high) // 2
        if lines[middle] < statement.lineno:
            low = middle + 1
        else:
            high = middle
    return low < len(lines) and lines[low] <= end


def note_lambdas(statement, found):
    """Those of the statement itself, not of the ones in it."""
    for field in statement._fields:
        if field not in _BLOCKS:
            for node in walk(getattr(statement, field, None)):
                if kind_of(node) == "Lambda":
                    found.setdefault(("<lambda>", node.lineno), []).append(node.args)


def takes(code, args):
    """True if a function with these parameters may have been compiled to `code`."""
    names = [arg.arg for arg in args.posonlyargs + args.args + args.kwonlyargs]
    count = code.co_argcount + code.co_kwonlyargcount
    return (len(names) == count and code.co_kwonlyargcount == len(args.kwonlyargs)
            and all(have.endswith(name) for name, have in zip(names, code.co_varnames)))


def spelled(args):
    keywords = {arg.arg: default_of(node)
                for arg, node in zip(args.kwonlyargs, args.kw_defaults) if node is not None}
    return tuple(map(default_of, args.defaults)), keywords


def default_of(node):
    value = value_of(node)
    return (value,) if is_fixed(value) else None


def made_inside(code):
    """The codes of functions that other functions make, and of lambdas."""
    stack = [(code, False)]
    while stack:
        code, inside = stack.pop()
        for const in code.co_consts:
            if type(const) is type(code):
                is_function = bool(const.co_flags & 1)  # CO_OPTIMIZED
                if is_function and (inside or const.co_name == "<lambda>"):
                    yield const
                stack.append((const, inside or is_function))


def defaults_inside(source, code):
    """{id of a code: defaults, as spelled()} for made_inside(code), as far as the source tells."""
    inner = [one for one in made_inside(code) if one.co_argcount + one.co_kwonlyargcount]
    tree = tree_of(source) if inner and source is not None else None
    if tree is None:
        return {}
    arguments, found = arguments_in(tree, code), {}
    for one in inner:
        fitting = [args for args in arguments.get((one.co_name, one.co_firstlineno), ()) if takes(one, args)]
        if len(fitting) == 1:
            found[id(one)] = spelled(fitting[0])
    return found
