# Syntax trees of sources. Runs in the target, after modules.py in one namespace.

_ONLY_AST = 0x400
_FILE = "<reimport: another look at a source>"
_ROOM = 16 << 20  # what compiling a large module takes: COMPILE_ROOM_MB in script.h


def tree_of(source):
    """None if it does not compile, because it has been changed since it was imported. The warnings that it
    gives have been given when it was."""
    quiet = ("ignore", None, Warning, _FILE, 0)
    filters = _warning_filters()
    had_ast = "_ast" in sys.modules
    filters.insert(0, quiet)
    try:
        return _parse(source)
    finally:
        if quiet in filters:
            filters.remove(quiet)
        if not had_ast:
            sys.modules.pop("_ast", None)  # 3.9 imports it


def _parse(source):
    try:
        return with_room(compile, source, _FILE, "exec", _ONLY_AST, True)
    except (SyntaxError, ValueError, RecursionError):
        return None


def with_room(compiler, *args):
    """What `compiler` makes of them; None for what is nested too deep, of which Python says MemoryError (3.8:
    s_push(), later MAXSTACK, both in Parser/parser.c)."""
    for _ in range(2):  # memory may have been short for a moment
        try:
            return compiler(*args)
        except MemoryError:
            bytes(_ROOM)  # raises it if there is none
    return None


def _warning_filters():
    for name in ("warnings", "_warnings"):
        module = sys.modules.get(name)
        filters = dict_of(module).get("filters") if is_module(module) else None
        if type(filters) is list:
            return filters
    return []
