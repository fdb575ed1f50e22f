# Targets that cannot take the agent: a clear refusal, and everything as it was.
load ../helpers
load sweeps

# refused STATUS TEXT [OPTION]...: the command fails so, and leaves no trace.
refused() {
    local status=$1 text=$2 before
    shift 2
    before=$(victim_state)
    run "-$status" reimport "$@" --pid "$PID" version
    assert_contains "$output" "$text"
    wait_for settled
    assert_same "$before" "$(victim_state)"
    assert_serving
}

# Lets the lowest free descriptor of the victim be `n`, with no free one below it or gaps above.
fill_descriptors() {
    ask 'import resource, itertools'
    ask 'n = next(i for i in (os.dup(0) for _ in itertools.count()) if i > 300) + 1'
}

@test "no descriptor is left for the image" {
    start_victim "$(default_python)"
    fill_descriptors
    ask 'resource.setrlimit(resource.RLIMIT_NOFILE, (n, n))'
    refused 3 "memfd_create"
}

@test "its PID namespace allows no executable memfd" {
    [ "$(id -u)" = 0 ] || impossible "only root can set vm.memfd_noexec"
    [ -e /proc/sys/vm/memfd_noexec ] || impossible "Linux has no vm.memfd_noexec before 6.3"
    start_victim unshare --pid --fork --kill-child --mount-proc \
        sh -c 'echo 2 >/proc/sys/vm/memfd_noexec && exec "$@"' sh "$(default_python)"
    refused 3 "memfd_create in the target: Permission denied (is vm.memfd_noexec 2 in its PID namespace?); set that to 1 there"
    [[ $output != *"as root"* ]] || fail "$output"
}

@test "a descriptor is left for the image, but not for loading it" {
    start_victim "$(default_python)"
    fill_descriptors
    ask 'resource.setrlimit(resource.RLIMIT_NOFILE, (n + 1, n + 2))'
    refused 3 "dlopen"
    ask 'resource.setrlimit(resource.RLIMIT_NOFILE, (n + 2, n + 2))'
    reimports 2
}

@test "the agent is loaded, but gets no socket, or no thread" {
    local call
    for call in socketpair pthread_create; do
        start_victim "$(default_python)"
        "$VISIT" "$PID" # the first thread of a process changes it a little
        ask "busy.busy_deny(b'$call')" >/dev/null
        refused 3 "$call"
        stop_target
    done
}

@test "no memory is left for the image, or for a thread" {
    local room before refusals=0
    start_victim "$(default_python)"
    "$VISIT" "$PID" # the first thread of a process changes it a little
    ask 'import resource, re; old = resource.getrlimit(resource.RLIMIT_AS)'
    ask "size = int(re.search(r'VmSize:\s+(\d+)', open('/proc/self/status').read()).group(1)) * 1024"
    for room in 0 65536 131072 262144 524288 1048576; do
        before=$(victim_state)
        ask "resource.setrlimit(resource.RLIMIT_AS, (size + $room, old[1]))"
        run timeout 60 "$VISIT" -t 5000 "$PID"
        [ "$status" = 0 ] || refusals=$((refusals + 1))
        [[ $status == 0 || $output == *dlopen* || $output == *pthread_create* ]] || fail "$output"
        ask 'resource.setrlimit(resource.RLIMIT_AS, old)'
        wait_for settled
        assert_same "$before" "$(victim_state)"
    done
    [ $refusals -gt 1 ] || fail "memory did not run out"
    reimports 2
}

# with_room MB COMMAND...: run, while the victim's address space may grow by so much.
with_room() {
    ask "size = int(re.search(r'VmSize:\s+(\d+)', open('/proc/self/status').read()).group(1)) * 1024" || return
    ask "resource.setrlimit(resource.RLIMIT_AS, (size + ($1 << 20), old[1]))" || return
    run timeout 60 "${@:2}"
    ask 'resource.setrlimit(resource.RLIMIT_AS, old)'
}

@test "memory is short while a large module is compiled" {
    local room unready=0
    start_victim "$(default_python)"
    seq -f 'def f%g(a, b=1): return {a: [b, a + b]}' 2000 >"$APP/big.py"
    ask 'import big, resource, re; old = resource.getrlimit(resource.RLIMIT_AS)'
    echo 'LAST = 2' >>"$APP/big.py"
    for room in {8..64}; do
        with_room "$room" "$REIMPORT" --pid "$PID" big
        [ "$status" != 0 ] || break
        [[ $status == 3 || $output == *MemoryError* ]] || fail "$output"
        [[ $output != *"less than 16 MB"* ]] || unready=$((unready + 1))
        assert_same False "$(ask "hasattr(big, 'LAST')")"
    done
    assert_same 2 "$(ask big.LAST)"
    [ $unready -gt 1 ] || fail "memory was never short of what compiling may need"
    reimports 2
}

uninterruptible() {
    [[ $(status_field State) == D* ]]
}

@test "its only thread waits for a child that it has made with vfork()" {
    start_victim "$(default_python)"
    ask_later 'busy.busy_vfork_once(3)'
    wait_for uninterruptible
    run -4 reimport --timeout 0.5 --pid "$PID" version
    answer >/dev/null
    assert_serving
    reimports 2
}

# left_asleep: the only thread sleeps in the kernel, and the command gives up in time.
left_asleep() {
    run -4 reimport --timeout 0.5 --pid "$PID" version
    assert_contains "$output" "PID $PID" || return
    assert_same 0 "$(status_field TracerPid)"
}

@test "its only thread writes to a file system that is frozen: nothing interrupts that" {
    local disk=$BATS_TEST_TMPDIR/disk mount=$BATS_TEST_TMPDIR/mount
    need mkfs.ext4 fsfreeze
    [ "$(id -u)" = 0 ] || impossible "only root can freeze a file system"
    mkdir "$mount"
    truncate -s 8M "$disk"
    mkfs.ext4 -q "$disk"
    mount -o loop "$disk" "$mount" || impossible "no loop device"
    start_victim "$(default_python)"
    ask "f = open('$mount/file', 'wb', 0)"
    fsfreeze -f "$mount"
    FROZEN=$mount
    ask_later 'f.write(bytes(100))'
    wait_for uninterruptible
    left_asleep
    uninterruptible || fail "it was woken"
    fsfreeze -u "$mount"
    assert_same 100 "$(answer)"
    reimports 2
}
teardown() {
    [ -z "${FROZEN:-}" ] || fsfreeze -u "$FROZEN" 2>/dev/null || :
    stop_targets
    [ ! -d "$BATS_TEST_TMPDIR/mount" ] || umount "$BATS_TEST_TMPDIR/mount" || :
    checks_held
}

faulting() {
    [[ $(</proc/$PID/wchan) == *userfault* ]]
}

@test "its only thread waits for a page that another process is to bring" {
    local gate
    start_victim "$(default_python)"
    ask "sys.path.append('$TESTS/targets'); import page"
    EXPECTING=1 ask 'asleep = page.Page()' || impossible "userfaultfd is not allowed"
    gate=/proc/$PID/fd/$(ask asleep.gate)
    ask_later 'asleep.read()'
    wait_for faulting
    left_asleep # the kernel asks for the page again and again now, as whenever a thread is attached to in that
    echo >"$gate"
    assert_same 100 "$(answer)"
    reimports 2
}

@test "the interpreter is shutting down" {
    # a global is finalized when the modules are torn down, and takes its time
    start_target "$(default_python)" -c '
import os, time
class Late:
    def __del__(self, write=os.write, sleep=time.sleep):
        write(1, b"ready\n")
        sleep(5)
late = Late()'
    run -3 reimport --timeout 3 --pid "$PID" version
    assert_contains "$output" "shutting down"
    wait "${TARGET_JOB[$TARGET]}"
}

@test "the interpreter is not initialised" {
    [ -x "$BUILD/tests/fakepy" ]
    start_target "$BUILD/tests/fakepy" 0
    run -3 reimport --pid "$PID" version
    assert_contains "$output" "not initialised"
    assert_answer '' 0
    assert_unharmed
}
