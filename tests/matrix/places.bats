# bats file_tags=slow
# Where the target's files are: embedded in another program, in a container under other paths, gone.
load ../helpers
load job

# The libpython of a pyenv interpreter.
libpython_of() {
    local dir
    dir=$(dirname "$(dirname "$1")")/lib
    find "$dir" -maxdepth 1 -name 'libpython3.*.so.1.0' | head -n 1
}

# shared_python: an interpreter that has a shared libpython, and its path in $LIBPYTHON.
shared_python() {
    local python
    for python in $(pythons); do
        LIBPYTHON=$(libpython_of "$python")
        if [ -n "$LIBPYTHON" ]; then
            PYTHON=$python
            return
        fi
    done
    impossible "no interpreter with a shared libpython"
}

# A file replaced as package managers do: a new one renamed over it.
replace() {
    cp /bin/true "$1.new"
    mv "$1.new" "$1"
}

# embedded LIBRARY COMMAND...: the main job in a program that loads LIBRARY as a plug-in.
embedded() {
    echo "# $1"
    shift
    REIMPORTS=10 main_job "$@"
    stop_target
}

@test "libpython loaded RTLD_LOCAL by another program" {
    local python lib found=0
    for python in $(pythons | grep -v @); do
        lib=$(libpython_of "$python")
        [ -n "$lib" ] || continue
        embedded "$lib" "$BUILD/tests/embed" "$lib"
        found=$((found + 1))
    done
    [ $found -gt 0 ] || impossible "no shared libpython"
}

@test "libpython loaded RTLD_LOCAL by another program, in a container" {
    local root lib found=0
    root=$("$TESTS/roots.bash" list | grep /testing) || missing "no root file system (make roots)"
    for lib in "$root"/usr/lib/*/libpython3.*.so.1; do
        embedded "$lib" "$TESTS/in-root" "$root" "$BUILD/tests/embed" "${lib#"$root"}"
        found=$((found + 1))
    done
    [ $found -ge 2 ]
}

@test "a container in which the sources have another path" {
    local python report
    python=$(pythons | grep -m1 @) || missing "no root file system (make roots)"
    make_app
    IN_ROOT_BIND=$APP start_asker "$python" /srv/app
    load_app
    assert_answer 'app.__file__' "'/srv/app/app.py'"
    update 2
    write_app 3
    report=$(reimport --json --pid "$PID" --modified /srv/app)
    [ "$(jq -r '[.modules[].name] | join(" ")' <<<"$report")" = app ] || fail "$report"
    assert_answer 'holder.state()' "$(expected 3)"
    assert_serving
}

@test "the executable was deleted after the start" {
    local python=$BATS_TEST_TMPDIR/python
    [ -x /usr/bin/python3.11 ] || impossible "no static interpreter"
    cp /usr/bin/python3.11 "$python"
    make_app
    PYTHONHOME=/usr start_asker "$python" "$APP"
    rm "$python"
    load_app
    update 2
    assert_serving
}

@test "the executable was replaced after the start" {
    local python=$BATS_TEST_TMPDIR/python
    [ -x /usr/bin/python3.11 ] || impossible "no static interpreter"
    cp /usr/bin/python3.11 "$python"
    make_app
    PYTHONHOME=/usr start_asker "$python" "$APP"
    replace "$python"
    load_app
    update 2
    assert_serving
}

@test "libpython and libc were deleted after the start" {
    local dir=$BATS_TEST_TMPDIR/lib lib
    shared_python
    mkdir "$dir"
    cp "$LIBPYTHON" "$(ldd "$PYTHON" | awk '$1 == "libc.so.6" { print $3 }')" "$dir"
    make_app
    LD_LIBRARY_PATH=$dir start_asker "$PYTHON" "$APP"
    for lib in "$dir"/*; do
        grep -q "$lib" "/proc/$PID/maps"
        rm "$lib"
    done
    load_app
    update 2
    assert_serving
}

@test "libpython and libc were replaced after the start" {
    local dir=$BATS_TEST_TMPDIR/lib lib
    shared_python
    mkdir "$dir"
    cp "$LIBPYTHON" "$(ldd "$PYTHON" | awk '$1 == "libc.so.6" { print $3 }')" "$dir"
    make_app
    LD_LIBRARY_PATH=$dir start_asker "$PYTHON" "$APP"
    for lib in "$dir"/*; do
        grep -q "$lib" "/proc/$PID/maps"
        replace "$lib"
    done
    load_app
    update 2
    assert_serving
}
