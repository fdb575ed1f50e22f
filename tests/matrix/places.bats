# bats file_tags=slow
# Where the target's files are: embedded in another program, in a container under other paths, gone.
load ../helpers
load job

# libpythons: every libpython outside of containers: pyenv's, and the system's (python3-dev has one).
libpythons() {
    local python
    {
        for python in $(pythons | grep '/versions/'); do
            find "$(dirname "$(dirname "$python")")/lib" -maxdepth 1 -name 'libpython3.*.so.1.0'
        done
        find /usr/lib /usr/local/lib -maxdepth 2 -name 'libpython3.*.so.1.0'
    } 2>/dev/null
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
    local lib found=0
    for lib in $(libpythons); do
        embedded "$lib" "$BUILD/tests/embed" "$lib"
        found=$((found + 1))
    done
    [ $found -gt 0 ] || missing "no shared libpython (make deps)"
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
    update_and_read 2
    write_app 3
    report=$(reimport --json --pid "$PID" --modified /srv/app)
    [ "$(jq -r '[.modules[].name] | join(" ")' <<<"$report")" = app ] || fail "$report"
    assert_version 3
    assert_serving
}

# The system's interpreter, in which Python is part of the executable.
system_python() {
    pythons | grep -m1 ^/usr/bin/ || missing "no python3 of the system (make deps)"
}

@test "the executable was deleted after the start" {
    local python=$BATS_TEST_TMPDIR/python
    cp "$(system_python)" "$python"
    make_app
    PYTHONHOME=/usr start_asker "$python" "$APP"
    rm "$python"
    load_app
    update_and_read 2
    assert_serving
}

@test "the executable was replaced after the start" {
    local python=$BATS_TEST_TMPDIR/python
    cp "$(system_python)" "$python"
    make_app
    PYTHONHOME=/usr start_asker "$python" "$APP"
    replace "$python"
    load_app
    update_and_read 2
    assert_serving
}

# start_on_copies: a target that runs on copies of libpython and libc in $LIBS.
start_on_copies() {
    local libpython lib
    libpython=$(libpythons | head -n 1)
    [ -n "$libpython" ] || missing "no shared libpython (make deps)"
    LIBS=$BATS_TEST_TMPDIR/lib
    mkdir "$LIBS"
    cp "$libpython" "$(ldd "$libpython" | awk '$1 == "libc.so.6" { print $3 }')" "$LIBS"
    make_app
    LD_LIBRARY_PATH=$LIBS start_target "$BUILD/tests/embed" "$LIBS/${libpython##*/}" "$TESTS/targets/ask.py" "$APP"
    for lib in "$LIBS"/*; do
        grep -q "$lib" "/proc/$PID/maps" || fail "$lib is not what the target runs on" || return
    done
}

@test "libpython and libc were deleted after the start" {
    start_on_copies
    rm "$LIBS"/*
    load_app
    update_and_read 2
    assert_serving
}

@test "libpython and libc were replaced after the start" {
    local lib
    start_on_copies
    for lib in "$LIBS"/*; do
        replace "$lib"
    done
    load_app
    update_and_read 2
    assert_serving
}
