# How an exception is told: as Python itself prints it, without the traceback module, which the target
# need not have loaded. The traceback's lines are printed by CPython (report.c). Runs in the target in
# a namespace of its own, with sys and the others that script.c puts there.

_CAUSE = ("\nThe above exception was the direct cause of the following exception:\n\n")
_CONTEXT = ("\nDuring handling of the above exception, another exception occurred:\n\n")
_CHAIN_MAX = 20


def chain(value, tb):
    """What led to an exception, first cause first: [(exception, traceback, sentence after it)]."""
    links, seen, after = [], set(), ""
    while value is not None and id(value) not in seen and len(links) < _CHAIN_MAX:
        seen.add(id(value))
        links.append((value, _without_import(tb), after))
        cause = BaseException.__cause__.__get__(value)
        if cause is not None:
            value, after = cause, _CAUSE
        elif BaseException.__suppress_context__.__get__(value):
            break
        else:
            value, after = BaseException.__context__.__get__(value), _CONTEXT
        if value is not None:
            tb = BaseException.__traceback__.__get__(value)
    links.reverse()
    return links


def _without_import(tb):
    while tb is not None and tb.tb_frame.f_code.co_filename.startswith("<frozen importlib"):
        tb = tb.tb_next
    return tb


def kind(value):
    """The name of an exception's class, with its module unless everybody knows it."""
    cls = type(value)
    module = getattr(cls, "__module__", None)
    name = getattr(cls, "__qualname__", cls.__name__)
    if not isinstance(module, str) or module in ("builtins", "__main__"):
        return str(name)
    return "%s.%s" % (module, name)


def message(value):
    try:
        return str(value)
    except Exception:
        return "<exception str() failed>"


def describe(value):
    """The lines after the traceback."""
    if isinstance(value, SyntaxError) and value.lineno is not None:
        lines = _syntax(value) + _summary(kind(value), value.msg)
    else:
        lines = _summary(kind(value), message(value))
    notes = getattr(value, "__notes__", ())
    if isinstance(notes, (list, tuple)):
        lines += "".join("%s\n" % (note,) for note in notes if isinstance(note, str))
    return lines


def _summary(name, text):
    return "%s: %s\n" % (name, text) if text else "%s\n" % name


def _syntax(error):
    lines = '  File "%s", line %s\n' % (error.filename or "<string>", error.lineno)
    if not isinstance(error.text, str):
        return lines
    whole = error.text.rstrip("\n")
    text = whole.lstrip(" \n\f")
    lines += "    %s\n" % text
    if not isinstance(error.offset, int) or error.offset < 1:
        return lines
    start = error.offset - 1 - (len(whole) - len(text))
    width = _width(error, len(whole))
    if start < 0:
        return lines
    indent = "".join(char if char.isspace() else " " for char in text[:start].ljust(start))
    return lines + "    %s%s\n" % (indent, "^" * width)


def _width(error, length):
    # 3.10 and later mark a whole expression
    end = getattr(error, "end_offset", None)
    if end is None or end < 1:
        return 1
    if error.end_lineno not in (None, error.lineno):
        end = length + 1
    return max(1, end - error.offset)
