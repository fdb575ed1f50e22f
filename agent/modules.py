# Modules, without running code of theirs, and their files. Runs in the target, first in a namespace that
# script.c makes, with sys, _external (_frozen_importlib_external) and others in it.


def is_module(value):
    """By its type: isinstance() also asks the object's own `__class__`, which a proxy makes up
    (object_isinstance() in Objects/abstract.c)."""
    return issubclass(type(value), type(sys))


def dict_of(module):
    """The module's namespace, by the slot of the base type: what importlib.util.LazyLoader made runs
    the module's source when it is asked for an attribute, and a class may have a `__dict__` of its
    own. A module that was never initialized may have none."""
    namespace = type(sys).__dict__["__dict__"].__get__(module)
    return {} if namespace is None else namespace


def may_be_read(path):
    """False for a FIFO, a device or a socket: who opens or reads one may wait for ever, and nothing
    ends that. The import system's own finders take regular files only (_path_isfile())."""
    try:
        kind = _external._os.stat(path).st_mode & 0o170000
    except (OSError, ValueError, TypeError):
        return True  # the loader knows what it means, or says what is wrong with it
    return kind in (0o100000, 0o040000)
