# shellcheck shell=bash
# The command while its own system calls fail, one after the other (strace's fault injection). After
# `load ../helpers` and `load sweeps`.

# Calls that cannot fail: they end the process, or return (brk) an address in any case.
UNFAILING='execve|exit|exit_group|rt_sigreturn|brk'

# traced_reimport FILE OPTION...: the command under strace, whose trace goes to FILE; its exit status is
# the command's.
traced_reimport() {
    local file=$1
    shift
    timeout -k 5 60 strace -f -qq -o "$file" "$@" "$REIMPORT" --json --timeout 5 --pid "$PID" version \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&-
}

# The calls that the command makes, each with how many times the thread that makes most of them does.
calls_made() {
    traced_reimport "$BATS_TEST_TMPDIR/trace" || return
    sed -nE 's/^([0-9]+) +([a-z0-9_]+)\(.*/\1 \2/p' "$BATS_TEST_TMPDIR/trace" | sort | uniq -c |
        awk -v unfailing="^($UNFAILING)$" '$3 !~ unfailing && $1 > n[$3] { n[$3] = $1 }
            END { for (call in n) print call, n[call] }' | sort
}

# In the trace the call was made to fail before main() was entered, which begins by looking at its
# standard descriptors: libc may do then what it likes.
before_main() {
    ! grep -q 'fcntl(0, F_GETFD' "$BATS_TEST_TMPDIR/trace" ||
        sed '/fcntl(0, F_GETFD/,$d' "$BATS_TEST_TMPDIR/trace" | grep -q INJECTED
}

# judge WHAT STATUS OLD NEW: the command's exit status and words fit what has become of the target.
judge() {
    local now
    now=$(victim_version) || fail "$1: exit status $2: $(cat "$BATS_TEST_TMPDIR/err")" || return
    case $2 in
    0)
        [ "$now" = "$4" ] || fail "$1: exit status 0, and not reimported" || return
        [ "$(jq -r .result "$BATS_TEST_TMPDIR/out")" = reimported ] ||
            fail "$1: exit status 0: $(cat "$BATS_TEST_TMPDIR/out")"
        ;;
    3 | 4)
        [ "$now" = "$3" ] || fail "$1: exit status $2, and reimported: $(cat "$BATS_TEST_TMPDIR/err")" || return
        grep -q '^reimport: .*: ' "$BATS_TEST_TMPDIR/err" || [[ $1 == write\ * ]] ||
            fail "$1: exit status $2 without a reason: $(cat "$BATS_TEST_TMPDIR/err")"
        ;;
    5) grep -q '^reimport: .*: ' "$BATS_TEST_TMPDIR/err" || [[ $1 == write\ * ]] || fail "$1: exit status 5 without a reason" ;;
    134) # libc ends a program for which futex() does not work
        { grep -q "futex facility" "$BATS_TEST_TMPDIR/err" && [ "$now" = "$3" ]; } ||
            fail "$1: $(cat "$BATS_TEST_TMPDIR/err")"
        ;;
    *)
        { before_main && [ "$now" = "$3" ]; } ||
            fail "$1: exit status $2: $(cat "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err")"
        ;;
    esac
}

# fail_call CALL ERROR N: the N-th such call of each thread fails. The target is as well as before, and
# the next reimport works.
fail_call() {
    local old status=0 new
    old=$(victim_version) || return
    new=$((old % 2 + 1))
    write_version $new
    traced_reimport "$BATS_TEST_TMPDIR/trace" -e "inject=$1:error=$2:when=$3" || status=$?
    grep -q INJECTED "$BATS_TEST_TMPDIR/trace" || return 0
    made=$((made + 1))
    judge "$1 $2 $3" $status "$old" $new || return
    assert_unharmed || return
    PATIENCE=5 wait_for settled || fail "after $1 $2 $3 (exit status $status)" || return
    reimport --json --pid "$PID" version >"$BATS_TEST_TMPDIR/out" ||
        fail "after $1 $2 $3 (exit status $status): $(cat "$BATS_TEST_TMPDIR/out")" || return
    [ "$(victim_version)" = $new ] || fail "after $1 $2 $3: nothing was reimported"
}

# fail_calls STRIDE ERROR...: every call, or each STRIDE-th of a kind, with each of the errors. Prints
# how many were made to fail.
fail_calls() {
    local stride=$1 before call count error n made=0 bad=0
    shift
    reimports 2 || return
    before=$(victim_state)
    write_version "$(victim_version)"
    calls_made >"$BATS_TEST_TMPDIR/calls" || return
    [ "$(wc -l <"$BATS_TEST_TMPDIR/calls")" -gt 30 ] || fail "$(cat "$BATS_TEST_TMPDIR/calls")" || return
    while read -r call count; do
        for error; do
            for ((n = 1; n <= count; n += stride)); do
                fail_call "$call" "$error" $n || bad=$((bad + 1))
                assert_serving && settled || return
            done
        done
    done <"$BATS_TEST_TMPDIR/calls"
    reimports 2 || return
    assert_same "$before" "$(victim_state)" || return
    [ $bad = 0 ] || fail "$bad of $made failing calls ended badly" || return
    echo "failing calls $made dead 0 hung 0 half-done 0"
}
