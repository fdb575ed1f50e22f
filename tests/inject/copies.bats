# A process that has a second copy of libc, or of Python, in its memory: the one that runs is found.
load ../helpers
load sweeps

# start_loader PYTHON: an asker in which dlmopen(LIBRARY) loads one, and its libc, into a new namespace; for
# reimports() it has the module of start_victim.
start_loader() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir -p "$APP"
    write_version 1
    start_asker "$1" "$APP"
    ask 'import ctypes, version'
    ask 'def state(): return {version.first(), version.Thing().second(), version.LAST}'
    ask 'dl = ctypes.CDLL(None); dl.dlmopen.restype = ctypes.c_void_p; dl.dlmopen.argtypes = [ctypes.c_long, ctypes.c_char_p, ctypes.c_int]'
    ask 'def dlmopen(library): return bool(dl.dlmopen(-1, library, 2))'
}

libcs() { # how many are loaded
    awk '$2 ~ /x/ && /\/libc[.-]/' "/proc/$PID/maps" | wc -l
}

@test "libraries in namespaces of their own, each with a libc" {
    local python
    for python in $(pythons_by_libc) $(some_pythons); do
        echo "# $python"
        start_loader "$python"
        # before glibc 2.34 these are what dlopen() and pthread_create() are in
        assert_answer "[dlmopen(s) for s in (b'libm.so.6', b'libdl.so.2', b'libpthread.so.0')]" '[True, True, True]'
        [ "$(libcs)" = 4 ] || fail "$(libcs) libcs"
        reimports 3
        reimport --status --pid "$PID" >/dev/null
        assert_serving
        stop_target
    done
}

@test "an audit library of the dynamic linker, with a libc" {
    start_victim LD_AUDIT="$BUILD/tests/auditor.so" "$(default_python)"
    [ "$(libcs)" = 2 ] || fail "$(libcs) libcs"
    reimports 3
    assert_serving
}
