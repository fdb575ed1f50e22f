# What a process does that is forked in the middle of a reimport, before any other code runs in it: the
# thread that reimports is not there to end what it began. fork.c puts it into the target, once, with
#   sys, _bootstrap (_frozen_importlib), _thread.
#
# It stays there for good, as os.register_at_fork() has no way back, so it is not of the agent's code,
# which is unmapped by then.

at_work = []  # [finder, locks of the set, true until the commit], while modules are being imported


def after_in_child():
    for finder, locks, open_yet in at_work:
        if finder.ident == _thread.get_ident():
            return  # it is the new top level that forks, and goes on
        _free(finder, locks)
        if open_yet and finder.before is not None:
            _put_back(finder)
    del at_work[:]


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
    for _, parent, child, value in reversed(finder.parents):
        if value is not missing:
            _dict_of(parent)[child] = value
        else:
            _dict_of(parent).pop(child, None)
    modules = dict(finder.before)
    for name, module in sys.modules.items():
        if name in finder.others and finder.loaded.get(name) is not module:
            modules.setdefault(name, module)
    sys.modules.clear()
    sys.modules.update(modules)
