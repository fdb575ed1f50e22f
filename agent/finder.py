# The part of a reimport that the import system calls, or that has to speak its language. It runs in
# the target, after modules.py in a namespace of its own that is in no module; script.c puts it there, with
#   sys, _bootstrap (_frozen_importlib), _external (_frozen_importlib_external), _thread.
#
# It is Python on purpose: what the import system was given may outlive the reimport (another thread
# in the middle of sys.meta_path, a traceback that someone keeps), and the agent's own code is unmapped
# then. Nothing here imports anything.

_MISSING = object()
_GENERIC_EXEC = _external._LoaderBasics.exec_module
sources_read = {}  # name: mark of the source that its code was last compiled from
_SUFFIXES = _external.SOURCE_SUFFIXES + _external.BYTECODE_SUFFIXES
by_itself = {}  # name: spec of a module that is loaded by the spec it has, not by its name


def breathe():
    """Where an asynchronous exception that is still pending is raised: at the latest at the loop's
    jump back."""
    for _ in range(10):
        pass


# ---- finding and compiling ------------------------------------------------------------------


def invalidate():
    """Has the import system look at the disk again. importlib.invalidate_caches() would import
    importlib.metadata from 3.12 on."""
    for entry, finder in list(sys.path_importer_cache.items()):
        if finder is None:
            sys.path_importer_cache.pop(entry, None)
        elif type(finder).__name__ == "zipimporter" and not may_be_read(finder.archive):
            continue  # it would read the archive
        elif hasattr(finder, "invalidate_caches"):
            finder.invalidate_caches()
        elif type(finder).__name__ == "zipimporter":
            _refresh_zip(finder)
    for finder in list(sys.meta_path):
        if finder is not _external.PathFinder and hasattr(finder, "invalidate_caches"):
            finder.invalidate_caches()
    if hasattr(_external._NamespacePath, "_epoch"):
        _external._NamespacePath._epoch += 1


def _refresh_zip(finder):
    # 3.8 and 3.9: zipimporter cannot do it itself.
    if not may_be_read(finder.archive):
        return
    home = sys.modules[type(finder).__module__]
    try:
        files = home._read_directory(finder.archive)
    except home.ZipImportError:
        return
    home._zip_directory_cache[finder.archive] = finder._files = files


def _demand_file(path):
    if not may_be_read(path):
        raise ImportError("cannot read %r: it is not a regular file" % (path,), path=path)


def _demand_archives(name):
    """What an archive is known to have is read from it as soon as it is found (get_filename() in
    Lib/zipimport.py)."""
    tail = name.rpartition(".")[2]
    for finder in list(sys.path_importer_cache.values()):
        if type(finder).__name__ == "zipimporter" and not may_be_read(finder.archive):
            files = sys.modules[type(finder).__module__]._zip_directory_cache.get(finder.archive, ())
            if any(known.startswith(finder.prefix + tail) for known in list(files)):
                _demand_file(finder.archive)


def find(name, path=None, target=None):
    """The spec that the import system has for `name` now, or None. A frozen module of the standard
    library whose source is on disk is found there."""
    _demand_archives(name)
    spec = _bootstrap._find_spec(name, path, target)
    if spec is not None and spec.loader is _bootstrap.FrozenImporter:
        filename = getattr(getattr(spec, "loader_state", None), "filename", None)
        if filename and _external._path_isfile(filename):
            return _file_spec(name, filename, spec.submodule_search_locations)
    return spec


def _file_spec(name, filename, locations=None):
    loader = _external.SourceFileLoader(name, filename)
    return _external.spec_from_file_location(
        name, filename, loader=loader, submodule_search_locations=locations)


def find_unit(name, specs):
    """As find(), with the right path to search. `specs`: the specs of the set that are known
    already, None for a module that is gone."""
    above = name.rpartition(".")[0]
    if not above:
        return find(name)
    package = sys.modules.get(above)
    path = dict_of(package).get("__path__") if is_module(package) else None
    if above in specs or path is None:
        spec = specs[above] if above in specs else find_unit(above, specs)
        now = None if spec is None else spec.submodule_search_locations
        if now is None:
            return None
        # What the package's own code added to its path, it will add again.
        path = list(now) + [entry for entry in path or () if entry not in now]
    return find(name, path)


def locate(name, module, specs):
    """The spec by which a loaded module is imported anew, or None: what the import system finds under its
    name. But not every module was found that way: a program may load a file under a name of its choice,
    or with a sys.path that it had for a moment. Then nothing is found, or something that only has the same
    name; such a module is loaded from where it was, as long as that is there."""
    by_itself.pop(name, None)
    if name == "__main__":
        return find_main(module)
    spec = find_unit(name, specs)
    if spec is not None and _is_empty(spec, module):
        spec = None
    own = _own_spec(name, module, spec)
    if own is None:
        return spec
    if (spec is not None or "." in name) and _is_in_place(name, own, specs):
        return spec
    by_itself[name] = own
    return own


def _own_spec(name, module, found=None):
    """A copy of the spec that the module has, if its source is still there and is not what was found;
    otherwise None."""
    spec = dict_of(module).get("__spec__")
    if not isinstance(spec, _bootstrap.ModuleSpec) or spec.name != name:
        return None
    if found is not None and found.origin == spec.origin:
        return None
    if spec.loader is _bootstrap.BuiltinImporter or spec.loader is _bootstrap.FrozenImporter:
        return None
    if not isinstance(spec.origin, str) or not _is_there(spec.loader, name, spec.origin):
        return None
    if not hasattr(spec.loader, "exec_module") and type(spec.loader).__name__ != "zipimporter":
        return None
    copy = _bootstrap.ModuleSpec(name, spec.loader)
    vars(copy).update(vars(spec))
    copy._initializing = False
    if spec.submodule_search_locations is not None:  # that is its __path__, which its code may change
        copy.submodule_search_locations = list(spec.submodule_search_locations)
    return copy


def _is_there(loader, name, origin):
    if type(loader).__name__ == "zipimporter":
        _refresh_zip(loader)
        try:
            return loader.get_filename(name) == origin
        except ImportError:
            return False
    return _external._path_isfile(origin)


def _is_in_place(name, spec, specs):
    """True if the file is where the import system looks for a module of that name, or looked: if it finds
    nothing there or another one first, that is what counts."""
    directory, _, base = spec.origin.rpartition("/")
    stem, dot, suffix = base.rpartition(".")
    if stem == "__init__":
        directory, _, stem = directory.rpartition("/")
    if not directory and spec.origin.startswith("/"):
        directory = "/"
    above, _, child = name.rpartition(".")
    if stem != child or dot + suffix not in _SUFFIXES:
        return False
    if not above:
        return any(_is_directory(entry, directory) for entry in sys.path)
    package = sys.modules.get(above)
    path = dict_of(package).get("__path__") if is_module(package) else None
    now = getattr(specs.get(above), "submodule_search_locations", None)
    return any(_is_directory(entry, directory) for entry in [*(path or ()), *(now or ())])


def _is_directory(entry, directory):
    """True if the entry of a search path is that directory."""
    if not isinstance(entry, str):
        return False
    if (entry or _external._os.getcwd()) == directory:
        return True
    try:
        one, other = _external._path_stat(entry or "."), _external._path_stat(directory or ".")
    except (OSError, ValueError):
        return False
    return (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino)


def _is_gone(module):
    """True if the module came from files of which nothing is left. One that somebody made in memory, or
    that is there but cannot be found, is not."""
    spec = dict_of(module).get("__spec__")
    if not isinstance(spec, _bootstrap.ModuleSpec):
        return False
    files = [path for path in (spec.origin, dict_of(module).get("__file__"))
             if isinstance(path, str) and (spec.has_location or path.startswith("/"))]
    if files:
        return not any(_is_there(spec.loader, spec.name, path) for path in files)
    path = spec.submodule_search_locations
    try:
        return path is not None and not any(_external._path_isdir(entry) for entry in list(path))
    except (AttributeError, KeyError):
        return True  # a namespace package's path is looked up in its parent's


def compile_unit(name, module, specs, implied):
    """The spec and the code of one module of the set, and the source as in compile_source(). If it is implied:
    None if it is gone, and False if it is there or was never read from a file, but cannot be found: then it is
    left alone."""
    spec = locate(name, module, specs)
    if spec is None:
        gone = _is_gone(module) or _own_spec(name, module) is not None  # its package is another one
        if gone:
            specs[name] = None
        if implied:
            return None if gone else False
        raise ModuleNotFoundError("No module named %r: it is loaded, but %s" % (
            name, "its source is there no more" if gone else "is not found by that name"), name=name)
    if isinstance(spec.loader, _external.ExtensionFileLoader):
        raise ValueError("cannot reimport %r: it is an extension module now (%s)"
                         % (name, spec.origin))
    specs[name] = spec
    code, source = compile_source(spec)
    if code is None and name == "__main__":
        raise ValueError("cannot reimport '__main__': only its loader can run it")
    return spec, code, source


def _is_empty(spec, module):
    """True if there is nothing to import: also for what is left of a package when its files are gone,
    a directory with bytecode, which the import system takes for a namespace package."""
    if spec.submodule_search_locations is None:
        return spec.loader is None
    if spec.origin is not None and spec.has_location or dict_of(module).get("__file__") is None:
        return False
    try:
        return all(name == "__pycache__" for directory in list(spec.submodule_search_locations)
                   for name in _external._os.listdir(directory))
    except OSError:
        return False


def find_main(module):
    """The spec for the source of the module that runs as __main__."""
    spec = dict_of(module).get("__spec__")
    if spec is not None:
        return spec
    filename = dict_of(module)["__file__"]
    if not _external._path_isfile(filename) and sys.path:
        # 3.8 leaves a relative name, and the process may have changed its directory since.
        filename = _external._path_join(sys.path[0], _external._path_split(filename)[1])
    return _file_spec("__main__", filename)


def source_of(spec):
    """The module's source as it is now and the name of its file; None and None if its loader does not
    tell, or makes code in a way of its own."""
    loader = spec.loader
    kind = type(loader)
    is_zip = kind.__name__ == "zipimporter"
    if isinstance(loader, type):
        return None, None
    if getattr(kind, "exec_module", None) is not _GENERIC_EXEC and not is_zip:
        return None, None
    if isinstance(loader, _external.SourceLoader) and not _only_get_code(kind):
        path = loader.get_filename(spec.name)
        _demand_file(path)
        return loader.get_data(path), path
    if is_zip:
        _demand_file(loader.archive)
    source = loader.get_source(spec.name) if is_zip else None
    if source is None:
        return None, None
    path = loader.get_filename(spec.name)
    return source, path[:-1] if path.endswith(".pyc") else path


def code_of(spec):
    """The code of the module that `spec` describes, compiled from its source as it is now; None if
    only its own loader can make it. Bytecode files are neither read nor written, unless there is
    nothing else."""
    return compile_source(spec)[0]


def compile_source(spec):
    """As code_of(), and the source that was compiled; None if there is none, or its loader compiles
    something else."""
    sources_read.pop(spec.name, None)
    source, path = source_of(spec)
    if source is None:
        return _code_without_source(spec), None
    code = compiled(spec, source, path)
    usual = _external.SourceLoader.source_to_code
    return code, source if getattr(type(spec.loader), "source_to_code", usual) is usual else None


def _code_without_source(spec):
    loader = spec.loader
    generic = getattr(type(loader), "exec_module", None) is _GENERIC_EXEC
    if generic and isinstance(loader, _external.FileLoader):
        _demand_file(loader.get_filename(spec.name))
    is_zip = type(loader).__name__ == "zipimporter"
    return loader.get_code(spec.name) if generic or is_zip else None


def compiled(spec, source, path):
    """The code that the loader makes of `source`."""
    loader = spec.loader
    sources_read[spec.name] = _mark(source)
    if hasattr(loader, "source_to_code"):
        base = _external.SourceLoader.source_to_code.__code__
        more = (spec.name,) if base.co_argcount > 3 else ()  # since 3.15
        return loader.source_to_code(source, path, *more)
    return _bootstrap._call_with_frames_removed(compile, source, path, "exec", dont_inherit=True)


def _mark(source):
    """What tells one source from another."""
    if isinstance(source, str):
        source = source.encode("utf-8", "surrogatepass")
    return len(source), _bootstrap._imp.source_hash(0x7265696D706F7274, source)


def remember(marks, names):
    """Notes in `marks` which sources are loaded now, by the specs that came with them."""
    for name in names:
        try:
            spec = dict_of(sys.modules[name]).get("__spec__")
            marks[name] = (spec, sources_read.get(getattr(spec, "name", name)), None)
        except Exception:  # it went meanwhile, or has a spec of its own making: the others are noted
            marks.pop(name, None)


def _only_get_code(kind):
    """True for a loader that has its own way from source to code, and has it in get_code()."""
    base = _external.SourceLoader
    return kind.get_code is not base.get_code and kind.source_to_code is base.source_to_code


def names_in(code):
    """All names that a code object and those inside it mention."""
    names, stack = set(), [code]
    while stack:
        code = stack.pop()
        names.update(code.co_names)
        stack.extend(const for const in code.co_consts if type(const) is type(code))
    return names


# ---- importing ------------------------------------------------------------------------------


def try_lock(names, held):
    """Takes the import locks of `names` without waiting, and notes them in the list `held`. Returns
    None; or the name of a module that another thread imports, whose lock was not to be had."""
    me = _thread.get_ident()
    for lock in [_bootstrap._get_module_lock(name) for name in names]:
        if lock.owner == me:
            raise ImportError("cannot reimport %r while it is being imported" % lock.name)
        if lock.owner is not None:
            return lock.name
        held.append(lock)
        lock.acquire()


def unlock(held):
    """Gives back locks of our thread, however often it took them. May be called again."""
    me = _thread.get_ident()
    while held:
        while held[-1].owner == me:
            held[-1].release()
        held.pop()


class Finder:
    """Stands first in sys.meta_path while the set is being imported; acts for one thread only."""

    def __init__(self, units, before, gone):
        self.units = units  # name: (origin, code)
        self.before = before  # sys.modules as it was
        self.gone = gone  # names that are on disk no more
        self.ident = _thread.get_ident()
        self.active = True
        self.searching = set()
        self.loaded = {}  # name: module that was made for us
        self.own = {}  # name: what our thread finds in sys.modules instead of what was there before
        self.placed = {}  # name: what our thread has put there, for all to find; _MISSING if it took it away
        self.displaced = {}  # name: what it found there
        self.others = set(_bootstrap._module_locks)  # what other threads import meanwhile
        self.parents = []  # (name, parent module, attribute, value before or _MISSING)
        self.specs = []  # marked as initializing until the end
        self.bare = []  # of these, those that do not say so at all: a zip archive's in 3.8
        self.locks = []  # held until the end
        self.words = {}
        self.driving = []  # specs of ours that the import system works with

    def find_spec(self, name, path=None, target=None):
        if not self.active:
            return None
        if _thread.get_ident() != self.ident:
            self.others.add(name)
            return None
        if name in self.searching:
            return None
        self.searching.add(name)
        try:
            search = find if name in self.units else _bootstrap._find_spec
            real = by_itself.get(name) or search(name, path, target)
        finally:
            self.searching.discard(name)
        if real is None:
            return None
        self._note_parent(name)
        if not hasattr(real.loader, "exec_module"):
            if name not in self.units or getattr(real, "loader", None) is None:
                return real
        return self._driving_spec(name, real)

    def _driving_spec(self, name, real):
        spec = _bootstrap.ModuleSpec(name, None, origin=real.origin)
        spec.submodule_search_locations = real.submodule_search_locations
        spec.has_location = real.has_location
        spec.cached = real.cached
        spec.loader = Loader(self, real, spec)
        self.driving.append(spec)
        return spec

    def load_by_itself(self, name):
        """Imports a module of the set by the spec that it had, without its package, which need not be one;
        that has it as an attribute if it had it before."""
        self._note_parent(name)
        _bootstrap._load(self._driving_spec(name, by_itself[name]))
        above, _, child = name.rpartition(".")
        old, new = self.before.get(above), self.loaded.get(above)
        if is_module(old) and is_module(new):
            if dict_of(old).get(child) is self.before[name]:
                dict_of(new).setdefault(child, sys.modules[name])

    def _note_parent(self, name):
        above, _, child = name.rpartition(".")
        parent = sys.modules.get(above)
        if is_module(parent) and self.loaded.get(above) is not parent:
            self.parents.append((name, parent, child, dict_of(parent).get(child, _MISSING)))

    def load(self, real, module):
        name = real.name
        lock = _bootstrap._get_module_lock(name)
        if lock.owner == self.ident:  # it is, in an import statement: nobody is waited for
            self.locks.append(lock)
            lock.acquire()
        self.loaded[name] = module
        if name not in self.placed:  # C code may put it there past the view
            self.displaced[name] = self.before.get(name, _MISSING)
            self.placed[name] = module
        self.mark(real)
        if name in self.units:
            self._seed(name, dict_of(module))
        code = self._code(real)
        if code is None:
            real.loader.exec_module(module)
        else:
            _bootstrap._call_with_frames_removed(exec, code, dict_of(module))

    def hide(self):
        """Has our thread find nothing of the set in sys.modules, once that has the class which this
        returns, and other threads that import a module of it wait until the end."""
        names = [name for name in (*self.units, *self.gone) if name != "__main__"]
        self.own.update((name, _MISSING) for name in names)
        for name in names:
            module = self.before.get(name)
            spec = dict_of(module).get("__spec__") if is_module(module) else None
            if type(spec) is _bootstrap.ModuleSpec:
                if "_initializing" not in vars(spec):
                    self.bare.append(spec)
                self.mark(spec)
        return view_of(self)

    def mark(self, spec):
        """Has other threads that import this module wait until the end."""
        if spec is not None:
            self.specs.append(spec)
            spec._initializing = True

    def _seed(self, name, fresh):
        """Submodules that stay loaded (extensions) stay attributes of their new package."""
        old = dict_of(self.before[name])
        for full, module in self.before.items():
            if not isinstance(full, str):
                continue
            above, _, child = full.rpartition(".")
            if above == name and full not in self.units and full not in self.gone:
                if old.get(child) is module:
                    fresh[child] = module

    def _code(self, real):
        loader = real.loader
        if real.name in self.units:
            origin, code = self.units[real.name]
            return code if origin == real.origin else code_of(real)
        if type(loader) is not _external.SourceFileLoader:
            return None
        loader._cache_bytecode = lambda *args: None  # leave no file behind
        try:
            return loader.get_code(real.name)
        finally:
            del loader._cache_bytecode

    def imported(self, name):
        """After the import of one unit: what is loaded under its name now."""
        module = sys.modules[name]
        if is_module(module) and name not in self.loaded and self.owns(name, module):
            self.loaded[name] = module  # a namespace package: there was no loader of ours
            self.mark(dict_of(module).get("__spec__"))
        return module

    def owns(self, name, module):
        """True if the module, which is what was imported as `name`, is not another one that is loaded, of
        which this is only one more name: `sys.modules[__name__] = renamed`."""
        if self.loaded.get(name) is module:
            return True
        others = [other for key, other in self.loaded.items() if key != name]
        if any(module is other for other in (*others, *self.before.values())):
            return False
        spec = dict_of(module).get("__spec__")  # what an older kind of importer loaded, or another thread
        own = spec.name if type(spec) is _bootstrap.ModuleSpec else name
        return own == name or name == "__main__" or sys.modules.get(own) is not module

    def settle(self, later):
        """Puts back what live packages had as attributes, so that nobody finds a new module there,
        except where one of the codes in `later`, which are still to run, mentions the name."""
        if None in later:
            return
        wanted = set()
        for code in later:
            if id(code) not in self.words:
                self.words[id(code)] = names_in(code)
            wanted |= self.words[id(code)]
        for name, parent, child, value in reversed(self.parents):
            if name not in self.units or child in wanted:
                continue
            if value is not _MISSING:
                dict_of(parent)[child] = value
            else:
                dict_of(parent).pop(child, None)

    def expose(self, name, module):
        """Makes the new module its live package's attribute, as an import does."""
        for noted, parent, child, _ in self.parents:
            if noted == name:
                dict_of(parent)[child] = module

    def run_main(self, name, old, code):
        """Runs the source of the module that runs as __main__, under another name, so that its
        guarded block does not run. Returns the new module."""
        alias = "__mp_main__"
        module = type(sys)(alias)
        fresh = dict_of(module)
        for key in ("__file__", "__cached__", "__loader__", "__spec__", "__package__",
                    "__path__", "__builtins__"):
            if key in dict_of(old):
                fresh[key] = dict_of(old)[key]
        before = sys.modules.get(alias, _MISSING)
        sys.modules[alias] = module
        try:
            _bootstrap._call_with_frames_removed(exec, code, fresh)
        finally:
            if before is _MISSING:
                sys.modules.pop(alias, None)
            else:
                sys.modules[alias] = before
        fresh["__name__"] = dict_of(old).get("__name__", name)
        _rename(fresh, alias, fresh["__name__"])
        return module



def view_of(finder):
    """The class that sys.modules has while the set is being imported. The dict holds what was there before,
    and what came since under new names; so every thread but ours, and all that looks at the dict itself,
    finds a whole old module where a new one is in the making. `__iter__` is the dict's: with one in Python,
    dict(sys.modules) would no longer be done in one go."""
    own, before, me = finder.own, finder.before, finder.ident
    placed, displaced = finder.placed, finder.displaced

    def is_ours():
        return finder.active and _thread.get_ident() == me

    def look(modules, name):
        if name in own and is_ours():
            return own[name]
        return dict.get(modules, name, _MISSING)

    def put(modules, name, module):
        if is_ours():
            if name in before:
                own[name] = module
                return
            if issubclass(type(name), str):  # another key stays: to look for it may run the program's code
                note(modules, name, module)
                return
        change(modules, name, module)

    def note(modules, name, module):
        """As change(), noted for the way back. An exception may come between any two instructions: what is noted is
        there, or it is not what is noted and was there before us."""
        key = str.__str__(name)
        found = dict.get(modules, name, _MISSING)
        is_placed = key in placed and placed[key] is found
        if not is_placed:
            displaced[key] = found  # others have been there since
        if module is not _MISSING:  # both in one instruction
            any(map(dict.__setitem__, (placed, modules), (key, name), (module, module)))
        elif is_placed:
            dict.__delitem__(modules, name)
            placed[key] = _MISSING
        else:
            placed[key] = _MISSING
            dict.__delitem__(modules, name)

    def change(modules, name, module):
        if module is _MISSING:
            dict.__delitem__(modules, name)
        else:
            dict.__setitem__(modules, name, module)

    class ReimportView(dict):
        __slots__ = ()

        def __getitem__(self, name):
            module = look(self, name)
            if module is _MISSING:
                raise KeyError(name)
            return module

        def __contains__(self, name):
            return look(self, name) is not _MISSING

        def get(self, name, default=None):
            module = look(self, name)
            return default if module is _MISSING else module

        def __setitem__(self, name, module):
            put(self, name, module)

        def __delitem__(self, name):
            if look(self, name) is _MISSING:
                raise KeyError(name)
            put(self, name, _MISSING)

        def pop(self, name, *default):
            if not is_ours():
                return dict.pop(self, name, *default)
            module = look(self, name)
            if module is not _MISSING:
                put(self, name, _MISSING)
                return module
            return dict.pop({}, name, *default)

        def popitem(self):
            if not is_ours():
                return dict.popitem(self)
            name = dict.popitem(self.copy())[0]
            return name, self.pop(name)

        def clear(self):
            if not is_ours():
                dict.clear(self)
                return
            for name in list(self.keys()):
                put(self, name, _MISSING)

        def setdefault(self, name, default=None):
            if not is_ours():
                return dict.setdefault(self, name, default)
            module = look(self, name)
            if module is _MISSING:
                put(self, name, default)
                return default
            return module

        def update(self, *args, **more):
            for name, module in dict(*args, **more).items():
                put(self, name, module)

        def __ior__(self, modules):
            self.update(modules)
            return self

        def copy(self):
            modules = dict.copy(self)
            if is_ours():
                modules.update(own)
                for name in [name for name in own if own[name] is _MISSING]:
                    modules.pop(name, None)
            return modules

        def keys(self):
            return self.copy().keys() if is_ours() else dict.keys(self)

        def values(self):
            return self.copy().values() if is_ours() else dict.values(self)

        def items(self):
            return self.copy().items() if is_ours() else dict.items(self)

    return ReimportView


def close(finder):
    """Takes the finder out of the import system. May be called again after an interruption."""
    finder.active = False
    for at, other in enumerate(sys.meta_path):
        if other is finder:
            del sys.meta_path[at]
            break
    while finder.specs:
        finder.specs[-1]._initializing = False
        finder.specs.pop()
    while finder.bare:
        vars(finder.bare[-1]).pop("_initializing", None)
        finder.bare.pop()
    unlock(finder.locks)


def forget(finder):
    """Whoever still holds the finder, in a traceback above all, holds nothing else by it. Comes when no import lock
    is held any more: what is let go of may have finalizers that wait for a thread which imports."""
    finder.placed.clear()
    finder.displaced.clear()
    finder.units = finder.before = finder.loaded = finder.parents = finder.words = None
    finder.driving = None


def give_up(finder, held, worker):
    """As close(), on another thread, while the thread `worker` is in code that does not return. When
    it does, the import system would take the module out of sys.modules by the name in our spec."""
    me = _thread.get_ident()
    for spec in finder.driving:
        spec.name = "<given up>"
    for lock in finder.locks + held:
        if lock.owner == worker:
            lock.owner = me
        while lock.owner == me:
            lock.release()
    close(finder)


class Loader:
    """Hands the code that was compiled before to the module, then steps aside: the module has its
    own loader and spec when its first line runs."""

    def __init__(self, finder, real, spec):
        self.finder, self.real, self.spec = finder, real, spec

    def create_module(self, spec):
        create = getattr(self.real.loader, "create_module", None)
        return None if create is None else create(self.real)

    def exec_module(self, module):
        finder, real, spec = self.finder, self.real, self.spec
        self.finder = self.spec = None
        spec.loader = real.loader
        module.__spec__ = real
        module.__loader__ = real.loader
        finder.load(real, module)


def keep(module, main, code, frames):
    """What the guarded block of __main__ has set is not set again, and may be in use: the names that
    it mentions keep their values, in the new source and in the old one, if that is still running.
    `frames`: what each thread of this interpreter runs, and of no other (interps_frames() in interps.c)."""
    fresh, old = dict_of(module), dict_of(main)
    names = set(code.co_names)
    for frame in frames.values():
        while frame is not None:
            if frame.f_globals is old and frame.f_code.co_name == "<module>":
                names.update(frame.f_code.co_names)
            frame = frame.f_back
    for name in names:
        if name in old and name not in fresh:
            fresh[name] = old[name]


def _rename(fresh, alias, name):
    """What the source of __main__ defined is to be found as __main__'s."""
    seen, stack = set(), list(fresh.values())
    function = type(_rename)
    while stack:
        value = stack.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if type(value) is function:
            if value.__module__ == alias:
                value.__module__ = name
            for cell in value.__closure__ or ():
                try:
                    stack.append(cell.cell_contents)
                except ValueError:
                    continue
            if "__wrapped__" in value.__dict__:
                stack.append(value.__dict__["__wrapped__"])
        elif isinstance(value, type):
            members = type.__dict__["__dict__"].__get__(value)
            if members.get("__module__") == alias:
                type.__setattr__(value, "__module__", name)
                stack.extend(members.values())
        elif type(value) is dict:
            stack.extend(value.values())
        elif type(value) in (list, tuple, set, frozenset):
            stack.extend(value)
        elif type(value) is property:
            stack.extend((value.fget, value.fset, value.fdel))
        elif type(value) in (staticmethod, classmethod):
            stack.append(value.__func__)
        elif type(value).__module__ == "functools" and hasattr(value, "__dict__"):
            if value.__dict__.get("__module__") == alias:
                value.__dict__["__module__"] = name
                stack.append(value.__dict__.get("__wrapped__"))
