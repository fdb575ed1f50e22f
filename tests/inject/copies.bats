# A process that has a second copy of libc, or of Python, in its memory: the one that runs is found.
load ../helpers
load sweeps

# start_plain [NAME=VALUE]... PYTHON...: an asker with what reimports() needs of a victim.
start_plain() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir -p "$APP"
    write_version 1
    start_target env "$@" "$TESTS/targets/ask.py" "$APP"
    ask 'import version'
    ask 'def state(): return {version.first(), version.Thing().second(), version.LAST}'
}

# start_loader PYTHON: one in which dlmopen(LIBRARY) loads a library, and its libc, into a new namespace.
start_loader() {
    start_plain "$1"
    ask 'import ctypes; dl = ctypes.CDLL(None); dl.dlmopen.restype = ctypes.c_void_p; dl.dlmopen.argtypes = [ctypes.c_long, ctypes.c_char_p, ctypes.c_int]'
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

@test "an audit library of the dynamic linker, whose libc is the only one yet" {
    start_target env LD_AUDIT="$BUILD/tests/auditor.so" AUDITOR_WAITS=1 "$(default_python)" "$TESTS/targets/ask.py"
    [ "$(libcs)" = 1 ] || fail "$(libcs) libcs"
    run -3 reimport --status --timeout 3 --pid "$PID"
    assert_contains "$output" "its Python is not bound to a libc: it is just being started"
    echo >&"${TARGET_IN[$TARGET]}"
    target_line
    assert_same ready "$REPLY"
    assert_serving
    reimport --status --pid "$PID" >/dev/null
    assert_serving
}

@test "Python in a namespace of its own, with a libc" {
    local library
    for library in $(libpythons 3.8) $(libpythons 3.11 | head -n 1) $(libpythons 3.13); do
        start_plain EMBED_NAMESPACE=1 "$BUILD/tests/embed" "$library"
        [ "$(libcs)" = 2 ] || fail "$(libcs) libcs"
        reimports 3
        assert_serving
        stop_target
    done
}

# libpythons VERSION...: the shared libraries of those versions that are here, outside of containers.
libpythons() {
    local version python
    for version; do
        for python in $(pythons "$version" | grep -v @); do
            find -L "$(dirname "$(dirname "$python")")/lib" -maxdepth 2 -name "libpython$version.so.1.0" 2>/dev/null
        done
    done
}

# serves_beside LIBRARY VERSION: that one is loaded, too, and the victim is reimported as one of that version.
serves_beside() {
    grep -q "$1" "/proc/$PID/maps" || fail "$1 is not loaded" || return
    reimports 2 || return
    assert_contains "$(reimport --json --status --pid "$PID" | jq -r .python)" "$2" || return
    assert_serving
}

# two_libpythons: sets FIRST and SECOND, of different versions.
two_libpythons() {
    FIRST=$(libpythons 3.12 | head -n 1)
    SECOND=$(libpythons 3.11 | head -n 1)
    [ "$FIRST" ] && [ "$SECOND" ] || missing "no two shared libpythons"
}

@test "a second libpython, which stands idle, in an interpreter that has one of its own" {
    local python library tried=0 SOAK=${SOAK:-}
    for python in $(pythons | grep /versions/) "$(default_python)"; do
        for library in $(libpythons 3.11 3.12 | grep -v "^${python%/bin/*}/lib/" | head -n $((${#SOAK} * 99 + 1))); do
            echo "# $python $library"
            start_plain "$python"
            ask 'import ctypes'
            ask "second = ctypes.CDLL('$library')"
            serves_beside "$library" "$(python_version "$python")."
            stop_target
            tried=$((tried + 1))
        done
    done
    [ $tried -gt 2 ] || missing "no shared libpythons (make deps)"
}

@test "a second libpython, which stands idle, in a program that has loaded one RTLD_LOCAL" {
    two_libpythons
    start_plain EMBED_IDLE="$SECOND" "$BUILD/tests/embed" "$FIRST"
    serves_beside "$SECOND" 3.12.
    stop_target
    start_plain EMBED_IDLE="$FIRST" "$BUILD/tests/embed" "$SECOND"
    serves_beside "$FIRST" 3.11.
}

@test "two libpythons, both begun, in a program that is bound to neither: refused" {
    local before
    two_libpythons
    start_plain EMBED_BEGUN="$SECOND" "$BUILD/tests/embed" "$FIRST"
    before=$(outside_state)
    run -3 reimport --pid "$PID" version
    assert_contains "$output" "more than one Python is loaded in it ("
    assert_contains "$output" "$FIRST"
    assert_contains "$output" "$SECOND"
    assert_contains "$output" "), and which of them it runs cannot be told"
    assert_same "$before" "$(outside_state)"
    assert_serving
}

@test "two libpythons, both begun, in a program that is one of them, or bound to one" {
    local python
    two_libpythons
    for python in "$(default_python)" "${SECOND%/lib/*}/bin/python3"; do
        start_plain "$python"
        ask 'import ctypes'
        ask "ctypes.CDLL('$FIRST').Py_GetVersion()" >/dev/null
        serves_beside "$FIRST" 3.11.
        stop_target
    done
}
