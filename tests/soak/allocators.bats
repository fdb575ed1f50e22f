# Other allocators than libc's, preloaded, and busy: no thread is borrowed while it is in one.
load ../helpers
load ../inject/sweeps

allocator() { # allocator LIBRARY-PATTERN
    local library found=0
    for library in /usr/lib/*/$1; do
        [ -e "$library" ] || continue
        start_victim LD_PRELOAD="$library" "$(default_python)"
        grep -q "${library##*/}" "/proc/$PID/maps" || fail "$library is not loaded"
        ask 'busy.busy_malloc(4)' >/dev/null
        ask "busy.busy_dlopen(b'libz.so.1')" >/dev/null
        ask 'busy.busy_threads(1)' >/dev/null
        reimports "${REIMPORTS:-15}"
        busy_unharmed
        assert_serving
        found=1
    done
    [ $found = 1 ] || missing "no $1"
}

@test "jemalloc" {
    allocator 'libjemalloc.so.2'
}

@test "tcmalloc" {
    allocator 'libtcmalloc_minimal.so.4'
}

@test "mimalloc" {
    allocator 'libmimalloc.so.2.[0-9]'
}

@test "glibc's own, with one arena for all threads" {
    start_victim GLIBC_TUNABLES=glibc.malloc.arena_max=1 "$(default_python)"
    ask 'busy.busy_malloc(4)' >/dev/null
    reimports "${REIMPORTS:-15}"
    busy_unharmed
    assert_serving
}

@test "Python's debugging allocator" {
    start_victim PYTHONMALLOC=debug PYTHONDEVMODE=1 "$(default_python)"
    ask 'busy.busy_malloc(2)' >/dev/null
    reimports "${REIMPORTS:-15}"
    busy_unharmed
    assert_serving
}
