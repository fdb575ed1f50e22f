"""Runs cases in the interpreter under test: one process for each case and mode, forked from this one.

Standard input: a line of JSON for each case, {"path", "modes"}. Standard output: a line of JSON for
each case and mode, {"path", "mode", "result", "detail"}; result is ok, fail, died or hung.
Arguments: the directory of the build, a directory for temporary files."""
import gc
import json
import os
import signal
import sys
import time
import traceback
import types

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from casefile import Case  # noqa: E402
from snapshot import Snapshot  # noqa: E402

BUILD, SCRATCH = map(os.path.abspath, sys.argv[1:3])
SECONDS = int(os.environ.get("CASE_SECONDS", 30))
FAILING = '\nraise RuntimeError("the new source fails at its end")\n'


def load(name):
    __import__(name)
    return sys.modules[name]


def load_main(path):
    """What `python3 path` does to sys.modules and to path's namespace."""
    from importlib.machinery import SourceFileLoader

    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__loader__ = SourceFileLoader("__main__", path)
    main.__builtins__ = sys.modules["builtins"]
    sys.modules["__main__"] = main
    with open(path) as f:
        exec(compile(f.read(), path, "exec"), main.__dict__)


class Run:
    """One case in one mode, in its own process and directory."""

    def __init__(self, case, top):
        self.case = case
        self.top = top
        self.clock = time.time() - 1000
        sys.path.insert(0, top)
        if case.path_entry:
            sys.path.insert(0, os.path.join(top, case.path_entry))
        os.chdir(top)

    def write(self, kind):
        self.clock += 10  # whole seconds: a .pyc file knows no smaller ones
        self.case.write(kind, self.top, self.clock)
        for finder in sys.path_importer_cache.values():
            getattr(finder, "invalidate_caches", int)()

    def start(self, *kinds):
        self.write("use")
        for kind in kinds:
            self.write(kind)
        if "after" in kinds:
            self.case.remove_gone(self.top)
        if self.case.main:
            load_main(os.path.join(self.top, self.case.main))
        self.use = load("use")

    def edit(self):
        self.write("after")
        self.case.remove_gone(self.top)

    def revert(self):
        for kind in ("before",):
            self.write(kind)
        for name in () if self.case.zip else self.case.files["after"]:
            if name not in self.case.files["before"]:
                os.remove(os.path.join(self.top, name))

    def library(self):
        sys.path.insert(0, BUILD)
        try:
            import reimport
        finally:
            sys.path.remove(BUILD)
        return reimport

    def break_source(self):
        """Lets the first of the new sources raise at its end: in a package that is the last to end."""
        first = [name for name in self.case.files["after"] if name.endswith(".py")][0]
        self.case.files["after"][first] += FAILING
        self.edit()

    def reimport(self):
        assert self.library().reimport(*self.case.reimport) is None

    def check(self):
        self.use.check()

    def own_modules(self):
        """The modules that came from this case's directory."""
        out = []
        for name, mod in list(sys.modules.items()):
            spec = vars(mod).get("__spec__") if issubclass(type(mod), types.ModuleType) else None
            where = [getattr(spec, "origin", None) or ""]
            where += list(getattr(spec, "submodule_search_locations", None) or ())
            if any(w.startswith(self.top + os.sep) for w in where):
                out.append(mod)
        return out

    def population(self):
        """How many live functions and classes the case's modules have made."""
        gc.collect()
        gc.collect()
        names = {mod.__name__ for mod in self.own_modules()}
        count = {}
        for o in gc.get_objects():
            if type(o) is types.FunctionType:
                where = o.__module__
            elif issubclass(type(o), type):
                where = type.__getattribute__(o, "__module__")
            else:
                continue
            if isinstance(where, str) and where in names:
                key = "%s %s.%s" % (type(o).__name__, where, o.__qualname__)
                count[key] = count.get(key, 0) + 1
        return count


def mode_fresh(run):
    """The expectation is what a process started on the new source shows."""
    run.start("before", "after")
    run.check()


def mode_null(run):
    """The expectation does not hold if nothing is reimported."""
    run.start("before")
    run.edit()
    try:
        run.check()
    except BaseException:
        return
    raise AssertionError("the check passes without a reimport")


def mode_process(run):
    """reimport.reimport(), called by the process itself."""
    run.start("before")
    run.edit()
    if run.case.fails:
        failed_import(run)
    else:
        run.reimport()
    run.check()


def mode_ten(run):
    """Ten in a row behave as one, and keep no old function or class alive."""
    run.start("before")
    run.edit()
    run.reimport()
    once = run.population()
    for _ in range(9):
        run.reimport()
    if "g" not in run.case.without:
        ten = run.population()
        more = ["%s: %d, now %d" % (k, once.get(k, 0), ten[k]) for k in ten if ten[k] > once.get(k, 0)]
        assert not more, "left alive by ten reimports: " + "; ".join(sorted(more))
    run.check()


def mode_alternate(run):
    """The new source, the old one, and the new one again."""
    run.start("before")
    run.edit()
    run.reimport()
    run.revert()
    run.reimport()
    run.edit()
    run.reimport()
    run.check()


def mode_back(run):
    """The new source fails at its end: nothing has changed."""
    run.start("before")
    run.edit()
    if not run.case.fails:
        run.break_source()
    run.library()
    gc.collect()
    before = Snapshot(run.own_modules())
    failed_import(run)
    gc.collect()
    after = Snapshot(run.own_modules())
    different = before.differences(after)
    assert not different, "changed by a failed reimport:\n  " + "\n  ".join(different[:12])
    if run.case.fails:
        run.check()


def failed_import(run):
    try:
        run.reimport()
    except BaseException as e:
        if run.case.fails:
            assert type(e).__name__ == run.case.fails, repr(e)
        else:
            assert "fails at its end" in str(e), repr(e)
    else:
        raise AssertionError("the failing source was reimported")


def mode_injected(run):
    """The command, from outside, on a process that knows nothing of it."""
    run.start("before")
    run.edit()
    report = ask_parent(run.case.options + ["--json"] + run.case.reimport)
    if run.case.fails:
        assert report["exit"] == 1 and report["json"]["result"] == "failed", report
        assert report["json"]["error"]["type"].split(".")[-1] == run.case.fails, report["json"]["error"]
        assert not report["json"]["changed"]
        return run.check()
    assert report["exit"] == 0, report
    judge(run, report["json"])
    run.check()


def judge(run, report):
    assert report["result"] == "reimported" and report["changed"], report
    assert report["error"] is None, report["error"]
    if "--code-only" not in run.case.options:
        names = [m["name"] for m in report["modules"]]
        assert set(run.case.reimport) <= set(names), names
    if hasattr(run.use, "report"):
        run.use.report(report)
        return
    assert report["references"]["left"] == [], report["references"]["left"]
    assert report["stale"] == [], report["stale"]


def mode_undo(run):
    """--undo puts everything back, and --undo of that is the new state again."""
    run.start("before")
    run.edit()
    gc.collect()
    before = Snapshot(run.own_modules(), exact=False)
    for request in (run.case.options + run.case.reimport, ["--undo"]):
        report = ask_parent(["--json"] + request)
        assert report["exit"] == 0, report
    gc.collect()
    different = before.differences(Snapshot(run.own_modules(), exact=False))
    assert not different, "not undone:\n  " + "\n  ".join(different[:12])
    assert ask_parent(["--json", "--undo"])["exit"] == 0
    run.check()


MODES = {
    "f": mode_fresh,
    "n": mode_null,
    "p": mode_process,
    "t": mode_ten,
    "a": mode_alternate,
    "b": mode_back,
    "i": mode_injected,
    "u": mode_undo,
}


# The forked process asks the one that forked it to run the command, and waits in read().
# `asking` and `answers` are the two pipes.
asking = answers = None


def ask_parent(args):
    os.write(asking[1], (json.dumps(args) + "\n").encode())
    reply = b""
    while not reply.endswith(b"\n"):
        part = os.read(answers[0], 65536)
        assert part, "the runner is gone"
        reply += part
    return json.loads(reply.decode())


def run_command(pid, args, top):
    """Runs the command on `pid`; its exit status and what it printed."""
    out, err = os.path.join(top, "command.out"), os.path.join(top, "command.err")
    command = os.path.join(BUILD, "reimport")
    child = os.fork()
    if child == 0:
        try:
            for fd, path in ((1, out), (2, err)):
                os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), fd)
            signal.alarm(SECONDS // 2)
            os.execv(command, [command, "--pid", str(pid)] + args)
        except OSError as e:
            os.write(2, str(e).encode())
        finally:
            os._exit(126)
    status = os.waitpid(child, 0)[1]
    text = slurp(out)
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    return {
        "exit": exit_status(status),
        "json": lines[0] if lines else None,
        "stdout": text,
        "stderr": slurp(err),
    }


def slurp(path):
    with open(path, errors="replace") as f:
        return f.read()


def exit_status(status):
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def child(body, log):
    """The forked process: runs body() and ends."""
    code = 1
    try:
        fd = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(fd, 1)
        os.dup2(fd, 2)
        os.close(fd)
        signal.alarm(SECONDS)
        body()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def forked(body, top):
    """Runs body() in a forked process, which may ask for the command. What became of it, and what it
    said. `top` is the directory for what is written meanwhile."""
    global asking, answers
    log = top + ".log"
    asking, answers = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(asking[0])
        os.close(answers[1])
        child(body, log)
    os.close(asking[1])
    os.close(answers[0])
    with open(asking[0]) as questions:
        for line in questions:
            try:
                reply = run_command(pid, json.loads(line), top)
                os.write(answers[1], (json.dumps(reply) + "\n").encode())
            except BrokenPipeError:
                break
    os.close(answers[1])
    status = exit_status(os.waitpid(pid, 0)[1])
    result = {0: "ok", 1: "fail", -signal.SIGALRM: "hung"}.get(status, "died")
    detail = slurp(log)
    if result == "died":
        detail += "exit status %d\n" % status
    return result, detail


def run_mode(case, mode):
    top = os.path.join(SCRATCH, "%d-%s" % (os.getpid(), mode))
    remove_tree(top)
    os.makedirs(top)
    return forked(lambda: MODES[mode](Run(case, top)), top)


def remove_tree(top):
    for path, dirs, files in os.walk(top, topdown=False):
        for name in files:
            os.remove(os.path.join(path, name))
        for name in dirs:
            os.rmdir(os.path.join(path, name))
    if os.path.isdir(top):
        os.rmdir(top)


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    for line in sys.stdin:
        job = json.loads(line)
        case = Case(job["path"])
        if not case.runs_on(sys.version_info[:2]):
            continue
        for mode in job["modes"]:
            if mode in case.without or ("--code-only" in case.options and mode not in "niu"):
                continue
            began = time.monotonic()
            result, detail = run_mode(case, mode)
            answer = {"path": job["path"], "mode": mode, "result": result, "detail": detail}
            answer["seconds"] = time.monotonic() - began
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
