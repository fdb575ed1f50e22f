# Many reimports of a module of fifty classes: old code, functions, classes and modules are gone
# afterwards, and nothing grows. REIMPORTS=1000 for as many.
# bats file_tags=slow
PATIENCE=${PATIENCE:-500} BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-600}
load ../helpers

# write_module NUMBER: fifty classes with methods, a decorator, closures, a registry.
write_module() {
    {
        echo 'import functools'
        echo 'registry = {}'
        printf 'def noted(f):\n    @functools.wraps(f)\n    def call(*args):\n        return f(*args)\n'
        printf '    registry[f.__qualname__] = call\n    return call\n'
        for i in $(seq 50); do
            printf 'class C%d:\n    number = %d\n    def m(self):\n        return %d, super().__repr__()\n' "$i" "$1" "$1"
            printf '    @property\n    def p(self):\n        return [x + %d for x in range(3)]\n' "$1"
            printf '    @noted\n    def n(self):\n        return lambda: %d\n' "$1"
        done
    } >"$APP/many.py"
}

# The process reimports by itself, from one source to the other and back: RUNS times.
write_program() {
    cat >"$APP/use.py" <<'PROGRAM'
import gc
import os
import sys
import many
held = [many.C1(), many.C2.m, many.C3, many.registry["C4.n"]]

def turn(library, runs):
    for i in range(runs):
        with open(many.__file__) as f:
            source = f.read()
        with open(many.__file__, "w") as f:
            f.write(source.replace("number = 1", "number = 2") if i % 2 else source.replace("number = 2", "number = 1"))
        library.reimport("many")

def measure():
    for _ in range(3):
        gc.collect()
    with open("/proc/self/statm") as f:
        pages = int(f.read().split()[1])
    counts = [sum(type(o) is kind for o in gc.get_objects()) for kind in (type, type(turn), type(sys))]
    return counts, sys.getallocatedblocks(), pages * os.sysconf("SC_PAGE_SIZE") // 1024

def grow(library, runs):
    # the first half is for what the interpreter makes once: its caches, its own code's
    turn(library, runs // 2)
    before = measure()
    turn(library, runs // 2)
    after = measure()
    assert held[2] is many.C3 and type(held[0]) is many.C1 and held[1] is many.C2.m
    assert before[0] == after[0], "classes, functions, modules: %s, now %s" % (before[0], after[0])
    assert after[1] - before[1] < runs // 2, "blocks: %d, now %d" % (before[1], after[1])
    # one reimport makes some 300 KiB
    assert after[2] - before[2] < 16384, "KiB: %d, now %d" % (before[2], after[2])
PROGRAM
}

# grows_not PYTHON RUNS
grows_not() {
    APP=$BATS_TEST_TMPDIR/app.$RANDOM
    mkdir "$APP"
    write_module 1
    write_program
    start_asker "$1" "$APP" "$BUILD"
    ask 'import use, reimport'
    ask "use.grow(reimport, $2)" || return
    assert_serving || return
    stop_target
}

@test "no growth, on the oldest Python, the newest one and the usual one" {
    local python
    for python in $(pythons 3.8 | head -n 1) $(pythons 3.14 | head -n 1) "$(default_python)"; do
        echo "# $python"
        grows_not "$python" "${REIMPORTS:-300}"
    done
}
