# The agent, and what a new top level starts, are scheduled as the program's main thread is, whatever the program has
# done to some other of its threads.
# bats file_tags=slow
load ../helpers
load sweeps

# In the module: how the thread that runs its top level is scheduled.
start_apart() {
    APP=$BATS_TEST_TMPDIR/app
    mkdir -p "$APP"
    printf 'import os\ndef how(): return os.sched_getscheduler(0), sorted(os.sched_getaffinity(0)), os.getpriority(os.PRIO_PROCESS, 0)\nSEEN = 0, how()\n' \
        >"$APP/scheduled.py"
    start_asker "$(default_python)" "$APP"
    ask 'import scheduled, threading, time; tids = []'
    ask 'nothing = [os.pipe() for _ in range(9)]'
}

# apart COUNT CODE: that many threads, asleep, that have run the code.
apart() {
    ask "def apart(r): $2; tids.append(threading.get_native_id()); os.read(r, 1)"
    ask "threads = [threading.Thread(target=apart, args=(r,), daemon=True) for r, w in nothing[:$1]]; [t.start() for t in threads]" \
        >/dev/null
    PATIENCE=5 wait_for eval '[ "$(ask "len(tids)")" = '"$1"' ]'
}

# reimported COMMAND N
reimported() {
    sed -i "s/^SEEN = [0-9]*/SEEN = $2/" "$APP/scheduled.py"
    "$1" --quiet --timeout 10 --pid "$PID" scheduled
    assert_answer 'scheduled.SEEN[0]' "$2"
}

@test "threads with another policy, nice value or processor are not borrowed if there is another" {
    local code n=0
    [ "$(nproc)" -gt 1 ] || impossible "a second processor"
    for code in 'os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))' \
        'os.setpriority(os.PRIO_PROCESS, 0, 15)' 'os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})'; do
        start_apart
        apart 9 "$code"
        for n in 1 2 3; do
            reimported reimport $n
            assert_answer 'scheduled.SEEN[1] == scheduled.how()' True
        done
        stop_target
    done
}

# Loading takes the GIL, too, at what priority the agent has.
@test "if there is no other, the agent is scheduled as the main thread is" {
    local tid
    [ "$(nproc)" -gt 1 ] || impossible "a second processor"
    start_apart
    apart 1 'os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0)); os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})'
    tid=$(outside_tid "$(ask 'tids[0]')")
    REIMPORT_TEST_TID=$tid reimported "$BUILD/tests/reimport-hooks" 1
    assert_answer 'scheduled.SEEN[1] == scheduled.how()' True
    assert_answer 'os.sched_getscheduler(tids[0]) == os.SCHED_BATCH, len(os.sched_getaffinity(tids[0]))' '(True, 1)'
}

@test "thousands of threads do not make a visit slow" {
    start_apart
    ask 'threading.stack_size(65536); gate = threading.Event()'
    ask 'threads = [threading.Thread(target=gate.wait, daemon=True) for _ in range(2000)]; [t.start() for t in threads]' >/dev/null
    SECONDS=0
    reimported reimport 1
    reimported reimport 2
    [ $SECONDS -lt 5 ]
    ask 'gate.set()'
}
