# Which loaded modules are not what is on disk now; see modified.c for the reasoning. Runs in the target
# in one namespace with finder.py, trees.py, literals.py, uses.py, traces.py, and with
#   marks   {name: (spec, mark of the source that is loaded, signature of a file that is not)}
#   known   the names that were loaded when `import reimport` ran, and the time; or None, None

_os = _external._os
_FORKED = 0x40  # PF_FORKNOEXEC in /proc/PID/stat
_MARGIN_NS = 60 * 10**9  # clocks of file servers differ


# ---- each module by itself ------------------------------------------------------------------


def _codes_of_handlers():
    """The code of the program's signal handlers."""
    signal = sys.modules.get("_signal")
    if not is_module(signal):
        return []
    found = [signal.getsignal(number) for number in range(1, signal.NSIG)]
    found = [getattr(handler, "func", handler) for handler in found if callable(handler)]  # a partial
    found = [getattr(handler, "__func__", handler) for handler in found]
    found += [getattr(type(handler), "__call__", None) for handler in found]
    return [handler.__code__ for handler in found if hasattr(handler, "__code__")]


def _is_of_module(error):
    """False if `error` tells nothing of the module that was being looked at, and has to be raised:
    memory is short, or a signal handler of the program has raised it. On the main thread these run
    while we are at work, and what they raise (a TimeoutError, say) may be of any type."""
    if isinstance(error, MemoryError):
        return False
    inner = error.__traceback__.tb_next if error.__traceback__ is not None else None
    codes = _codes_of_handlers() if inner is not None else ()
    while inner is not None:
        if any(inner.tb_frame.f_code is code for code in codes):
            return False
        inner = inner.tb_next
    return True


def _tell(ask, *args):
    """What `ask` says of one module; None if there is no telling. Its spec and its loader may be the
    program's own, and raise anything."""
    try:
        return ask(*args)
    except Exception as e:
        if not _is_of_module(e):
            raise
        return None


# ---- time -----------------------------------------------------------------------------------


def _process_stat(pid):
    """(parent, flags, start in nanoseconds after boot), or None."""
    try:
        fd = _os.open("/proc/%s/stat" % pid, _os.O_RDONLY)
    except OSError:
        return None
    try:
        fields = _os.read(fd, 4096).rpartition(b")")[2].split()
    except OSError:
        return None
    finally:
        _os.close(fd)
    if len(fields) < 20:
        return None
    ticks = _os.sysconf("SC_CLK_TCK")
    return int(fields[1]), int(fields[6]), int(fields[19]) * 10**9 // ticks


class Times:
    """`own`: when this process came to be, or a little before: the kernel counts in ticks. `loading`: the
    same, but for a process that has executed its program a little after: it cannot have loaded a module so
    soon. `program`: a time before which it, or the process that it is a fork of, did not run this program,
    so that nothing had been loaded. Each may be None."""

    def __init__(self, wall_ns, boot_ns):
        self.own = self.loading = self.program = None
        stat, steps = _process_stat("self"), 0
        if stat is not None:
            self.own = self.loading = wall_ns - boot_ns + stat[2]
            if not stat[1] & _FORKED:
                self.loading += 10**9 // _os.sysconf("SC_CLK_TCK")
        # An ancestor that has executed a program after its own fork began before us; a reaper that
        # took the place of a dead parent is an ancestor, too.
        while stat is not None and stat[1] & _FORKED and steps < 100:
            stat, steps = _process_stat(stat[0]) if stat[0] else None, steps + 1
        if stat is not None and not stat[1] & _FORKED:
            self.program = wall_ns - boot_ns + stat[2] - _MARGIN_NS


class Disk:
    """Looks at paths as they are now, component by component."""

    def __init__(self, times):
        self.times = times
        self.seen = {}

    def _lstat(self, path):
        if path not in self.seen:
            try:
                self.seen[path] = _os.lstat(path)
            except (OSError, ValueError) as e:  # ValueError for what no file can be called
                if not _is_of_module(e):
                    raise
                self.seen[path] = None
        return self.seen[path]

    def _readlink(self, path):
        try:
            return _os.readlink(path)
        except OSError:
            return None  # it has changed, or leads nowhere that we may know

    def _is_new(self, st):
        return self.times.program is None or st.st_ctime_ns >= self.times.program

    def resolve(self, path):
        """(real path, stat of the file, may a part of the path have been exchanged since the program
        started, was a link made anew), or None. A path into an archive gives the archive's stat.
        An entry made or removed in a directory changes both of its times alike; a new name for it,
        as in an exchange, only the one."""
        todo = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        at, st, links, exchanged, linked = "", None, 0, False, False
        while todo:
            part = todo.pop()
            if part == "..":
                at = at.rpartition("/")[0]
                continue
            st = self._lstat(at + "/" + part)
            if st is None:
                return None
            kind = st.st_mode & 0o170000
            if kind == 0o120000:
                links += 1
                target = self._readlink(at + "/" + part)
                if target is None or links > 40:
                    return None
                if target.startswith("/"):
                    at = ""
                todo.extend(part for part in reversed(target.split("/")) if part not in ("", "."))
                linked = linked or self._is_new(st)
                continue
            at += "/" + part
            if kind == 0o040000:
                exchanged = exchanged or self._is_new(st) and st.st_ctime_ns != st.st_mtime_ns
            elif todo:
                break  # inside of an archive
        return "/".join([at] + todo[::-1]) or "/", st, exchanged or linked, linked

    def real(self, path):
        """The real path, also of what is there no more, if its directory is."""
        found = self.resolve(path)
        if found is not None:
            return found[0]
        above, _, name = path.rpartition("/")
        found = self.resolve(above) if name != ".." else None
        return path if found is None else found[0].rstrip("/") + "/" + name


# ---- what is loaded, and from where ---------------------------------------------------------


class Loaded:
    """One loaded module that came from a file."""

    def __init__(self, name, module, path):
        self.name, self.module, self.path = name, module, path
        self.globals = dict_of(module)
        self.found = None  # what Disk.resolve() says of the path
        self.running = None  # its top-level code, if that still runs
        self.born = 0  # when the file was made, in nanoseconds; 0 if the file system does not tell
        note = marks.get(name)
        # importlib.reload() gives a module another spec
        valid = note is not None and note[0] is self.globals.get("__spec__")
        self.late = note is not None and not valid  # loaded while the process ran
        self.mark = note[1] if valid else None  # of the source that is loaded for certain
        self.written = note[2] if valid else None  # signature of a file found to be modified

    def is_gone(self):
        """What is no regular file is not imported, either (_path_isfile())."""
        return self.found is None or self.found[1].st_mode & 0o170000 != 0o100000

    def signature(self):
        st = self.found[1]
        return st.st_dev, st.st_ino, st.st_size, st.st_mtime_ns

    def note(self, mark, signature):
        marks[self.name] = (self.globals.get("__spec__"), mark, signature)


def _absolute(path):
    """None for what is the path of no file. A ".." stays: what it leads to depends on links."""
    try:
        path.encode(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
    except UnicodeError:
        return None
    if "\0" in path:
        return None
    if not path.startswith("/"):
        try:
            path = _os.getcwd() + "/" + path
        except OSError:
            return None  # the directory has been removed
    return "/" + "/".join(part for part in path.split("/") if part not in ("", "."))


def _text(path):
    path = _os.fspath(path)
    if isinstance(path, bytes):
        path = path.decode(sys.getfilesystemencoding(), "surrogateescape")
    return path


def _is_below(path, root):
    """By what they are called: not told of what goes up again, it may leave `root`."""
    if root == "/" or path == root:
        return True
    return path.startswith(root + "/") and ".." not in path[len(root):].split("/")


def _is_unloaded(module):
    """True for a module whose source importlib.util.LazyLoader has yet to run."""
    util = sys.modules.get("importlib.util")
    return is_module(util) and type(module) is dict_of(util).get("_LazyModule")


def _spec_of(module):
    return dict_of(module).get("__spec__")


def _loaded_as(name, module):
    """A Loaded, or None for what came from no file or is listed under another name."""
    path = dict_of(module).get("__file__")
    if not isinstance(path, str) or not isinstance(name, str):
        return None
    if not path.endswith((".py", ".pyc", ".pyw")) and name != "__main__":
        return None
    own = _tell(getattr, _spec_of(module), "name", None)
    if isinstance(own, str) and own != name != "__main__" and sys.modules.get(own) is module:
        return None  # another name of a module that is listed by its own
    if name == "__main__":
        path = getattr(find_main(module), "origin", None) or path
    path = _absolute(path)
    return None if path is None else Loaded(name, module, path)


def _loaded():
    for name, module in list(sys.modules.items()):
        if is_module(module) and not _is_unloaded(module):
            loaded = _tell(_loaded_as, name, module)
            if loaded is not None:
                yield loaded


def _paths_of(module):
    found = dict_of(module).get("__path__")
    return [dict_of(module).get("__file__"), *(found if isinstance(found, list) else ())]


def _place(path):
    return _absolute(_text(path)) if isinstance(path, (str, bytes)) else None


def search_path():
    """Where the modules that are loaded, or may be, come from: absolute paths, each once, and none below
    another."""
    paths = list(sys.path)
    for module in list(sys.modules.values()):
        if is_module(module):
            paths += _tell(_paths_of, module) or ()
    texts = {_tell(_place, path) for path in paths}
    kept = []
    for path in sorted(texts - {None}, key=len):
        if not any(_is_below(path, above) for above in kept):
            kept.append(path)
    return kept


def select(paths, times):
    """The modules below the paths that have to be looked at closely, a list of Loaded, and a list of
    those paths below which nothing is loaded."""
    disk = Disk(times)
    roots = [(_absolute(_text(path)), path) for path in paths]
    real = [root and disk.real(root) for root, _ in roots]
    used, close = [False] * len(roots), []
    for loaded in _loaded():
        loaded.found = disk.resolve(loaded.path)
        below, names = not roots, (loaded.path, disk.real(loaded.path) if roots else None)
        for at, (root, _) in enumerate(roots):
            if root and any(_is_below(name, above) for name in names for above in (root, real[at])):
                used[at] = below = True
        if below and _is_suspect(loaded, disk):
            close.append(loaded)
    if any(loaded.is_gone() or _is_shadowed(loaded) for loaded in close):
        _tell(invalidate)
    return close, [path for at, (_, path) in enumerate(roots) if not used[at]]


def _is_suspect(loaded, disk):
    if loaded.mark is not None or loaded.is_gone() or _is_shadowed(loaded):
        return True
    return loaded.found[2] or disk._is_new(loaded.found[1])


def namespaces(close):
    """The dicts of those modules whose living functions have to be known."""
    return [loaded.globals for loaded in close if loaded.mark is None]


def _is_shadowed(loaded):
    """A package that has come to stand beside the module file goes first."""
    stem = loaded.path.rpartition(".")[0]
    return (not stem.endswith("/__init__") and loaded.name != "__main__"
            and _external._path_isfile(stem + "/__init__.py"))


# ---- comparing code -------------------------------------------------------------------------


def _table(code):
    return code.co_linetable if hasattr(code, "co_linetable") else code.co_lnotab


def _nested(code):
    return [const for const in code.co_consts if type(const) is type(code)]


def _same(a, b):
    if a != b or _table(a) != _table(b):
        return False
    return all(_same(x, y) for x, y in zip(_nested(a), _nested(b)))


def _tree(code):
    stack = [code]
    while stack:
        code = stack.pop()
        yield code
        stack.extend(_nested(code))


def _own_functions(loaded, functions, code):
    """The living functions that this module's source defined."""
    files = (code.co_filename, loaded.globals.get("__file__"), loaded.path)
    for function in functions:
        name = function.__code__.co_filename
        if name in files or name.startswith("<frozen "):
            yield function


def _agrees(code, functions):
    """True if every living function of the module could have come from `code`."""
    index = {}
    for inner in _tree(code):
        index.setdefault((inner.co_name, inner.co_firstlineno), []).append(inner)
    for function in functions:
        live = function.__code__
        if not any(_same(live, inner)
                   for inner in index.get((live.co_name, live.co_firstlineno), ())):
            return False
    return True


def note_running(close, frames):
    """Notes the modules' own top-level code, where it is still running: __main__'s usually is. `frames`:
    what each thread of this interpreter runs. sys._current_frames() would also make objects of the frames
    of another, which cannot free them if its GIL and its memory are its own."""
    wanted = {id(loaded.globals) for loaded in close}
    running = {}
    for frame in frames.values():
        while frame is not None:
            names = frame.f_globals
            if id(names) in wanted and frame.f_code.co_name == "<module>":
                if frame.f_code.co_filename == names.get("__file__"):
                    running.setdefault(id(names), frame.f_code)
            frame = frame.f_back
    for loaded in close:
        loaded.running = running.get(id(loaded.globals))


def _bytecode(loaded, spec):
    """(code, stat, the source's time in it or None) of the bytecode file, or None."""
    path = getattr(spec, "cached", None)
    if not isinstance(path, str) or type(spec.loader) is not _external.SourceFileLoader:
        return None
    try:
        st = _os.stat(path)
        if st.st_mode & 0o170000 != 0o100000:
            return None
        data = spec.loader.get_data(path)
        _external._classify_pyc(data, loaded.name, {"name": loaded.name, "path": path})
        code = _external._compile_bytecode(memoryview(data)[16:], loaded.name, path, spec.origin)
    except (OSError, ImportError, EOFError, ValueError, TypeError) as e:
        if not _is_of_module(e):
            raise
        return None
    timed = not int.from_bytes(data[4:8], "little")
    return code, st, int.from_bytes(data[8:12], "little") if timed else None


# ---- the decision ---------------------------------------------------------------------------


def _spec_now(loaded):
    """The spec by which the module's source is read."""
    if loaded.name == "__main__":
        return find_main(loaded.module)
    spec = loaded.globals.get("__spec__")
    loader = _tell(getattr, spec, "loader", None)
    if loader is None or loader is _bootstrap.FrozenImporter:
        return _file_spec(loaded.name, loaded.path)
    if type(loader).__name__ == "zipimporter":
        _refresh_zip(loader)
    return spec


def _is_elsewhere(loaded):
    """True if an import would find the module, but in another place."""
    if loaded.name == "__main__":
        return False
    spec = _tell(locate, loaded.name, loaded.module, {})
    origin = getattr(spec, "origin", None)
    return isinstance(origin, str) and origin != loaded.globals.get("__file__")


def _verdict(loaded, spec, functions):
    source, path = source_of(spec)
    if source is None:
        return _OPEN
    try:
        tree = compile(source, path, "exec", _ONLY_AST, dont_inherit=True)
        return Check(loaded, tree, functions).verdict()
    except Exception as e:
        # Its loader makes code of something else, the tree is too deep, or what the program holds
        # raises when it is compared.
        if not _is_of_module(e):
            raise
        return _OPEN


def _code_now(spec, source, path):
    """As compiled(); but SyntaxError, whatever Python says of a source that it cannot compile."""
    try:
        code = with_room(compiled, spec, source, path)
    except Exception as e:
        if not _is_of_module(e):
            raise
        code = None
    if code is None:
        raise SyntaxError("does not compile")
    return code


def is_modified(loaded, functions, times):
    if loaded.is_gone() or _is_shadowed(loaded):
        return _is_elsewhere(loaded)
    spec = _spec_now(loaded)
    source, path = source_of(spec)
    if loaded.mark is not None:
        return source is not None and loaded.mark != _mark(source)
    try:
        code = code_of(spec) if source is None else _code_now(spec, source, path)
    except SyntaxError:
        return True
    if code is None:
        return _is_recent(loaded, times) or loaded.found[3]
    if loaded.running is not None:
        return not _same(loaded.running, code)
    own = list(_own_functions(loaded, functions, code))
    if not _agrees(code, own):
        return True
    verdict = _by_traces(loaded, spec, code, own, times)
    if verdict == _SAME:
        loaded.note(sources_read.get(spec.name), None)
    elif verdict in (_OPEN, _CHANGED):
        # Reading the file may have told it from one that nobody read: keep to the answer.
        if loaded.written == loaded.signature() or _is_doubtful(loaded, spec, times, verdict):
            loaded.note(None, loaded.signature())
            return True
    return verdict == _DIFFERENT


def _is_recent(loaded, times):
    return times.own is None or loaded.found[1].st_mtime_ns >= times.own


def _is_doubtful(loaded, spec, times, verdict):
    """For a source that agrees with all that is seen of it, but in which not everything is seen: True
    if it may well be another one than was loaded. Values that the program changes say that it has run,
    and do not make it likelier."""
    if loaded.found[3]:
        return True  # it is another file
    if not _is_recent(loaded, times):
        return False
    st = loaded.found[1]
    names, since = known
    if names is not None:
        if loaded.name in names and st.st_ctime_ns > since:
            return True  # loaded before, written after
    elif verdict == _OPEN and not loaded.late and _is_rewritten(loaded, spec, times):
        return True
    # touch sets all three times to one
    if 0 < loaded.born < st.st_mtime_ns == st.st_atime_ns == st.st_ctime_ns:
        return False
    # not read since it was written or put in place, as far as the file system tells
    if st.st_atime_ns < st.st_mtime_ns:
        return True
    return times.own is not None and loaded.born >= times.loading and st.st_atime_ns <= st.st_ctime_ns


def _is_rewritten(loaded, spec, times):
    """True if the bytecode was made for this source after the process began: by this process, if it
    loaded the module late, or by another one."""
    bytecode = _bytecode(loaded, spec)
    if bytecode is None or times.own is None or bytecode[1].st_ctime_ns < times.own:
        return False
    return _is_made_for(bytecode, loaded)


def _is_made_for(bytecode, loaded):
    """True if the bytecode's source had the time that the source has."""
    return bytecode[2] == int(loaded.found[1].st_mtime) & 0xFFFFFFFF


def _by_traces(loaded, spec, code, functions, times):
    """Decides for a module whose living functions all agree with the source."""
    bytecode = _bytecode(loaded, spec)
    if bytecode is not None and _same(bytecode[0], code):
        if not loaded.found[3] and times.program is not None:
            if bytecode[1].st_ctime_ns < times.program:
                return _SAME
        verdict = _verdict(loaded, spec, functions)
        # made for an earlier state of the source, which was the same: the one that was loaded
        earlier = not (sys.dont_write_bytecode or _is_made_for(bytecode, loaded))
        return _SAME if verdict != _DIFFERENT and earlier and not loaded.found[3] else verdict
    elif bytecode is not None and not sys.dont_write_bytecode and _agrees(bytecode[0], functions):
        return _DIFFERENT
    return _verdict(loaded, spec, functions)


def _can_be_imported(loaded):
    """True unless it is certain that nothing leads to the module's source but the file that it names."""
    try:
        return locate(loaded.name, loaded.module, {}) is not None
    except MemoryError:
        raise
    except Exception:
        return True  # the reimport will say what it is


def decide(close, functions, times):
    """The names of the modified modules that can be reimported, and of those that cannot."""
    # What cannot be read at this moment is not modified.
    changed = [loaded for loaded in close
               if _tell(is_modified, loaded, functions.get(id(loaded.globals), ()), times)]
    if changed:
        invalidate()
    can = [loaded.name for loaded in changed if _can_be_imported(loaded)]
    return can, [loaded.name for loaded in changed if loaded.name not in can]
