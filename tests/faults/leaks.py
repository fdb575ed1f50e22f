"""Many reimports in a debug build of Python, which counts every reference there is and checks its own
structures: see debug.bats.

    leaks.py BUILD SCRATCH CASE [COUNT]

Reimports the new source and the old one by turns. After the first rounds the references may not grow
any more. The last line is a count, with the blocks of memory."""
import gc
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cases", "lib"))
import child  # noqa: E402
from casefile import Case  # noqa: E402

WARM = 10  # rounds until what is made once is there
SLACK = 20  # references, in all rounds after those


def state():
    gc.collect()
    return sys.gettotalrefcount(), sys.getallocatedblocks()


def main():
    case, count = Case(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 100
    top = os.path.join(child.SCRATCH, "leaks")
    os.makedirs(top)
    run = child.Run(case, top)
    run.start("before")
    reimport = run.library().reimport
    for i in range(count):
        if i == WARM:
            begin = state()
        run.edit()
        reimport(*case.reimport)
        run.revert()
        reimport(*case.reimport)
    end = state()
    more = [b - a for a, b in zip(begin, end)]
    print("reimports %d references %+d blocks %+d (Python %s)" % (2 * count, more[0], more[1], sys.version.split()[0]))
    return 0 if more[0] <= SLACK else 1


sys.exit(main())
