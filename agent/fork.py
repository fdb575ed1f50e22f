# What a process does that is forked in the middle of a reimport, before any other code runs in it: the
# thread that reimports is not there to end what it began. fork.c puts it into the target, once, with
#   sys, _bootstrap (_frozen_importlib), _thread.
#
# It stays there for good, as os.register_at_fork() has no way back, so it is not of the agent's code,
# which is unmapped by then.

# [finder, locks of the set, true until the commit, (descriptor, device, inode) of the agent's or None],
# while modules are being imported
at_work = []


def after_in_child():
    for finder, locks, open_yet, link in at_work:
        if link is not None:
            _close(*link)
        if finder.ident == _thread.get_ident():
            return  # it is the new top level that forks, and goes on
        _free(finder, locks)
        if open_yet and finder.before is not None:
            _put_back(finder)
    del at_work[:]


def _close(descriptor, device, inode):
    """The conversation with the command is the parent's; the new top level's, too, if that has forked: without
    it the agent that goes on in the child withdraws. The number may be another file's by now."""
    os = _external._os
    try:
        there = os.fstat(descriptor)
        if (os.major(there.st_dev) << 32 | os.minor(there.st_dev), there.st_ino) == (device, inode):
            os.close(descriptor)
    except OSError:
        pass


def _free(finder, locks):
    """Nobody has to wait for what nobody will end."""
    finder.active = False
    sys.meta_path[:] = [other for other in sys.meta_path if other is not finder]
    for lock in locks + finder.locks:
        _bootstrap._module_locks.pop(lock.name, None)
    for spec in finder.specs:
        spec._initializing = False


_dict_of = type(sys).__dict__["__dict__"].__get__  # runs no code of the module


def _put_back(finder):
    """sys.modules and the packages' attributes, as rollback.c does it."""
    missing = type(finder).find_spec.__globals__["_MISSING"]
    for name, parent, child, before in reversed(finder.parents):
        now = _dict_of(parent).get(child, missing)
        if not (name in finder.others and finder.loaded.get(name) is not now):
            _put(_dict_of(parent), child, before, missing)
    for name, ours in finder.placed.items():
        before = finder.displaced[name]
        if dict.get(sys.modules, name, missing) is ours is not before:
            _put(sys.modules, name, before, missing)


def _put(names, name, value, missing):
    if value is missing:
        dict.pop(names, name, None)
    else:
        dict.__setitem__(names, name, value)
