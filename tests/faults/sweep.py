"""Reimports a module again and again, while in each run one thing more fails: see faults.bats.

    sweep.py BUILD SCRATCH CASE [-r REQUEST] [-w WHAT] [-f FIRST] [-s STRIDE] [-n COUNT] [-v]

Runs in the interpreter under test. Each run is in a process of its own, forked from one in which the
module is loaded and its new source is in place; so all begin alike. After a failure the process must
be as it was, to the last reference, and a reimport must work; after a success all must be done and
said. The last line is a count."""
import argparse
import ctypes
import gc
import glob
import json
import os
import re
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cases", "lib"))
import child  # noqa: E402
from casefile import Case  # noqa: E402
from bare import Bare, in_compiler  # noqa: E402
from snapshot import Snapshot  # noqa: E402

FAULTS = os.path.join(child.BUILD, "..", "tests", "faults.so")
AGENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "agent")
# What the command is asked for; `process` is reimport.reimport(), called by the process itself.
REQUESTS = {
    "process": None,
    "reimport": [],
    "code-only": ["--code-only"],
    "dry-run": ["--dry-run"],
    "modified": ["--modified"],
    "status": ["--status"],
    "undo": ["--undo"],
    "failing": [],
}


def options():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("build")
    p.add_argument("scratch")
    p.add_argument("case")
    p.add_argument("-r", metavar="REQUEST", default="process", choices=sorted(REQUESTS))
    p.add_argument("-w", metavar="WHAT", default="allocations", choices=("allocations", "steps", "back"))
    p.add_argument("-f", metavar="N", type=int, default=1, help="the first that fails")
    p.add_argument("-s", metavar="N", type=int, default=1, help="every Nth")
    p.add_argument("-l", metavar="N", type=int, default=1 << 60, help="the last that fails")
    p.add_argument("-n", metavar="N", type=int, default=1, help="how many fail, in a row")
    p.add_argument("-a", action="store_true", help="all of them, not only those that come in a new way")
    p.add_argument("-v", action="store_true", help="say what each run that went wrong said")
    return p.parse_args()


class Outside:
    """What can be seen of this process without Python's help."""

    def __init__(self):
        self.parts = {
            "descriptors": sorted((fd, link("/proc/self/fd/" + fd)) for fd in os.listdir("/proc/self/fd")),
            "threads": len(os.listdir("/proc/self/task")),
            "mappings": sorted(set(files_mapped())),
            "signals": [status_lines("/proc/self/task/%s/status" % t) for t in os.listdir("/proc/self/task")],
            "collector": (gc.isenabled(), gc.get_threshold()),
            "import": ([id(o) for o in sys.meta_path], [id(o) for o in sys.path_hooks]),
            "thread objects": sorted(threading._active),
            "interpreter": interpreter_dict(),
        }

    def differences(self, later):
        for name, was in self.parts.items():
            if was != later.parts[name]:
                yield "%s: %s, now %s" % (name, was, later.parts[name])


def link(path):
    try:
        return os.readlink(path)
    except OSError:
        return "gone"


def files_mapped():
    with open("/proc/self/maps") as f:
        for line in f:
            fields = line.split()
            if len(fields) > 5 and not fields[5].startswith("["):
                yield fields[1] + fields[5]


def status_lines(path):
    with open(path) as f:
        return [line for line in f if line.startswith(("SigBlk", "SigIgn", "SigCgt", "TracerPid"))]


def interpreter_dict():
    """What a reimport keeps where no Python code sees it."""
    kept = own_dict()
    return [(k, id(kept[k])) for k in ("reimport.busy", "reimport.last") if kept.get(k) is not None]


def own_dict():
    """The interpreter's own dict."""
    api = ctypes.pythonapi
    get = getattr(api, "PyInterpreterState_Get", None) or api._PyInterpreterState_Get
    get.restype = ctypes.c_void_p
    api.PyInterpreterState_GetDict.restype = ctypes.c_void_p
    api.PyInterpreterState_GetDict.argtypes = [ctypes.c_void_p]
    borrowed = ctypes.c_void_p(api.PyInterpreterState_GetDict(get()))
    return ctypes.cast(borrowed, ctypes.py_object).value


class Sweep:
    def __init__(self, o):
        self.o = o
        self.top = os.path.join(child.SCRATCH, "sweep-%d" % os.getpid())
        os.makedirs(self.top)
        self.run = child.Run(Case(o.case), self.top)
        self.args = REQUESTS[o.r]
        self.lib = ctypes.PyDLL(FAULTS, ctypes.RTLD_GLOBAL)  # with the GIL: it frees objects
        self.leaked = False
        self.lib.faults_places.argtypes = [ctypes.c_void_p, ctypes.c_long]
        for name in ("faults_seen", "faults_made", "faults_places"):
            getattr(self.lib, name).restype = ctypes.c_long
        for name in ("faults_allocations", "faults_steps"):
            getattr(self.lib, name).argtypes = [ctypes.c_long] * (2 if name == "faults_allocations" else 3)

    # ---- one request ----

    def arm(self, n):
        self.lib.faults_who(self.args is not None)
        if self.o.w == "allocations":
            self.lib.faults_allocations(n, self.o.n)
        else:
            self.lib.faults_steps(n, 1, self.o.n if self.o.w == "back" else 0)

    def request(self):
        """The answer to one request: a dict as the command's JSON."""
        if self.args is None:
            return self.call()
        answer = child.ask_parent(["--json"] + self.args + self.names())
        report = answer["json"] or {"result": None}
        report["exit"] = answer["exit"]
        report["said"] = answer["stderr"]
        return report

    def call(self):
        answer = {"exit": 0, "result": "reimported", "changed": True, "error": None}
        try:
            self.reimport(*self.run.case.reimport)
        except BaseException as e:
            self.lib.faults_end()
            answer = {"exit": 1, "result": "failed", "changed": False, "error": {"type": type(e).__name__, "message": str(e)}}
        self.lib.faults_end()
        return answer

    def names(self):
        if self.o.r == "modified":
            return [self.top]
        return [] if self.o.r in ("status", "undo") else self.run.case.reimport

    # ---- what must be true afterwards ----

    def judge(self, answer):
        """Fails if the process is not what the answer says, or not as good as before."""
        said = json.dumps(answer, sort_keys=True)
        changed = answer["exit"] == 0 and answer.get("changed")
        gc.collect()
        if not changed:
            different = list(self.before.differences(self.picture()))
            self.leaked = bool(different) and self.is_leak(different)
            if self.leaked:
                print("\n".join(different), flush=True)
            assert self.leaked or not different, "not as it was: %s\n  %s" % (said, "\n  ".join(different[:12]))
        self.wait_for_agent()
        now = Outside()
        if changed:
            self.outside.parts["interpreter"] = now.parts["interpreter"]
        different = list(self.outside.differences(now))
        assert not different, "left behind: %s\n  %s" % (said, "\n  ".join(different))
        if answer["exit"] == 0:
            assert is_bare(answer) or clean(answer) == self.reference, "not as without a failure: %s\n%s" % (
                said, json.dumps(self.reference, sort_keys=True))
        else:
            self.judge_failure(answer, said)

    def picture(self):
        """Where a step is made to fail that cannot fail, a name that was deleted may come back at the end."""
        return Snapshot(self.run.own_modules(), mro=False, ordered=self.o.w == "allocations", instances=False)

    def is_leak(self, different):
        """True if it may be that no more is wrong than what this interpreter does without a reimport."""
        return all(re.match(r"\+\d+ references: ", d) for d in different)

    def judge_failure(self, answer, said):
        assert answer["exit"] == 1 and answer["result"] == "failed" and not answer["changed"], said
        error = answer["error"]["type"]
        assert (
            error == "MemoryError"
            or in_compiler(self.log())
            or lost_by_python(answer)
            or said_otherwise(answer)
            or self.o.r == "failing" and "fails at its end" in said
        ), said

    def log(self):
        return slurp(self.top + ".log")

    def wait_for_agent(self):
        """Until it has unloaded itself; bounded by the alarm."""
        while any("reimport-" in slurp("/proc/self/task/%s/comm" % t) for t in os.listdir("/proc/self/task")):
            os.sched_yield()

    def check(self, answer):
        """The state that the request was for."""
        if self.o.r in ("process", "reimport", "modified"):
            self.run.check()
        elif self.o.r in ("code-only", "undo", "failing", "dry-run", "status"):
            return

    def attempt(self, n):
        """One run in a process of its own, in which the Nth fails. Exit: as child.forked()."""
        self.outside = Outside()
        self.leaked = False
        self.arm(n)
        answer = self.request()
        self.lib.faults_end()
        assert self.lib.faults_made() > 0, "nothing failed: %r" % answer
        self.judge(answer)
        if answer["exit"] == 0:
            self.check(answer)
        else:
            again = self.request()
            assert clean(again) == self.reference, "the next one: %r, not %r" % (again, self.reference)
            self.check(again)
        print("done" if answer["exit"] == 0 else "leaked" if self.leaked else "undone", flush=True)

    def rehearse(self):
        """Without a failure: prints how many calls there are, and the answer."""
        self.arm(1 << 60)
        self.lib.faults_record()
        answer = self.request()
        self.lib.faults_end()
        seen = self.lib.faults_seen()
        if answer["exit"] == 0:
            self.check(answer)
        print(json.dumps([seen, self.recorded(), clean(answer)]), flush=True)

    def recorded(self):
        """The numbers of those calls that came another way than any before, or than one, three, seven...
        before; all of them where a hundred thousand are too many. None if they are not known."""
        count = self.lib.faults_places(None, 0)
        numbers = (ctypes.c_long * count)()
        self.lib.faults_places(numbers, count)
        return list(numbers) if self.o.w == "allocations" else None

    # ---- all of them ----

    def prepare(self):
        run = self.run
        run.start("before")
        run.edit()
        if self.o.r == "failing":
            run.break_source()
        self.reimport = run.library().reimport
        if self.o.r in ("undo", "status"):
            self.ahead()
        self.lib.faults_install()
        self.bare = Bare(self.lib, self.top)
        own_dict()["reimport.test"] = ctypes.cast(self.lib.reimport_test_fails, ctypes.c_void_p).value
        self.lib.faults_explain()
        one = threading.Thread(target=int)  # the first thread of a process installs handlers in libc
        one.start()
        one.join()
        gc.collect()
        Snapshot(run.own_modules()).release()
        result, detail = child.forked(self.rehearse, self.top)
        assert result == "ok", "without a failure: %s: %s" % (result, detail)
        self.seen, places, self.reference = json.loads(detail.splitlines()[-1])
        self.places = range(1, self.seen + 1) if self.o.a or places is None else places
        self.before = self.picture()

    def ahead(self):
        """An undo and a status need a reimport before them."""
        self.reimport(*self.run.case.reimport)

    def sweep(self):
        self.prepare()
        counts = {"undone": 0, "done": 0, "leaked": 0, "compiler": 0, "bad": 0}
        for n in [n for n in self.places if self.o.f <= n <= self.o.l][:: self.o.s]:
            outcome, detail = self.outcome(*child.forked(lambda: self.attempt(n), self.top))
            if outcome is None:
                continue
            counts[outcome] += 1
            if outcome == "bad":
                print("%s %d of %d: %s" % (self.o.w, n, self.seen, detail), flush=True)
        print("failing %s of %d (%s, Python %s): undone %d, done all the same %d, undone but for what Python leaks %d, died as a bare compile() does %d, ended badly %d" % (
            self.o.w, self.seen, self.o.r, sys.version.split()[0],
            counts["undone"], counts["done"], counts["leaked"], counts["compiler"], counts["bad"]))
        return counts["bad"] == 0 and counts["undone"] > 0

    def sources(self):
        """What is compiled in a reimport: the new sources, those that import from them, and the agent's own."""
        names = {name for kind in ("before", "after", "use") for name in self.run.case.files[kind]}
        files = [os.path.join(self.top, name) for name in sorted(names) if name.endswith(".py")]
        return [slurp(path) for path in files + glob.glob(os.path.join(AGENT, "*.py"))]

    def expressions(self):
        """What the agent has evaluated to see how Python lays out its objects."""
        text = slurp(os.path.join(AGENT, "layout.c"))
        patterns = r'evaluate\("([^"]+)"', r'layout\.\w+\.\w+, "([^"]+)"', r'source\[\] = "([^"]+)"'
        return [found.replace("\\n", "\n") for pattern in patterns for found in re.findall(pattern, text)]

    def is_of_sweep(self, detail):
        """True for what the sweep itself calls for, right before and after a request in the process: all of its
        call stack is told, and the agent is not on it."""
        frames = [line for line in detail.splitlines() if re.search(r"\[0x[0-9a-f]+\]$", line)]
        process = self.o.w == "allocations" and self.args is None
        return process and len(frames) < 90 and not any("/reimport.abi3.so(" in frame for frame in frames)

    def outcome(self, result, detail):
        last = detail.splitlines()[-1:] or [""]
        if result == "ok" and last[0] == "leaked":
            return "leaked" if self.bare.leaks(detail) else "bad", detail
        if result == "ok" and last[0] in ("done", "undone"):
            return last[0], detail
        if result == "died" and in_compiler(detail) and self.bare.dies(detail, self.sources(), self.expressions()):
            return "compiler", detail
        if self.is_of_sweep(detail):
            return None, detail
        return "bad", result + "\n" + detail if self.o.v else result + ": " + detail.splitlines()[-1]


def lost_by_python(answer):
    """3.11, to hand an exception on from a function in Python, makes a frame object of the caller; where
    there is no memory for it, the exception is dropped (take_ownership() in Python/frame.c)."""
    error = answer["error"]
    return (
        sys.version_info[:2] == (3, 11)
        and error["type"] == "SystemError"
        and error["message"].endswith("returned NULL without setting an exception")
    )


def is_bare(answer):
    """All was done, but no memory was left to say more than that."""
    return answer["changed"] and (answer["error"] or {}).get("message") == "no memory was left for the report"


def said_otherwise(answer):
    """For a lock, Python calls the lack of memory a RuntimeError (Modules/_io/bufferedio.c, _threadmodule.c)."""
    return re.match(r"can't allocate (read )?lock$", answer["error"]["message"]) is not None


def clean(answer):
    """Without what differs from run to run, and only by chance."""
    answer = {k: v for k, v in answer.items() if k not in ("times_ms", "pid", "said")}
    if answer["error"]:
        answer["error"] = dict(answer["error"], traceback=None)
    return answer


def slurp(path):
    try:
        return child.slurp(path)
    except OSError:
        return ""


if __name__ == "__main__":
    o = options()
    sys.exit(0 if Sweep(o).sweep() else 1)
