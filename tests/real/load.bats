# gunicorn under a load generator, and a reimport of what it is serving every tenth of a second: no request
# fails, and none takes longer than the pauses that are reported account for.
# bats file_tags=slow
load ../helpers
load ../inject/sweeps
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-600}

PERIOD_MS=100
ROUNDS=4 # a busy machine makes requests slower at any time, and none faster: a round may be disturbed

listening() {
    PORT=$(sed -nE 's,.*Listening at: http://127\.0\.0\.1:([0-9]+).*,\1,p' "$WORK/server.log")
    WORKER=$(sed -nE 's,.*Booting worker with pid: ([0-9]+).*,\1,p' "$WORK/server.log")
    [ -n "$PORT" ] && [ -n "$WORKER" ] && grep -qs '^total' <<<"$(page /total)"
}
page() {
    exec {http}<>"/dev/tcp/127.0.0.1/$PORT" || return
    printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&"$http"
    sed '1,/^\r$/d' <&"$http"
    exec {http}>&-
}

setup() {
    need gunicorn wrk jq
    WORK=$BATS_TEST_TMPDIR
    cp -r "$TESTS/demo/app" "$WORK/app"
    HANDLERS=$WORK/app/shop/handlers.py
    LOADED=$(cat "$HANDLERS")
    OTHER=$(sed 's/"total %d\\n"/"total %d for you\\n"/' "$HANDLERS")
    [ "$OTHER" != "$LOADED" ]
    gunicorn --worker-class gthread --threads 8 --bind 127.0.0.1:0 --chdir "$WORK/app" shop.wsgi \
        >"$WORK/server.log" 2>&1 3>&- &
    SERVER=$!
    wait_for listening
}

teardown() {
    kill "$SERVER" || :
    wait "$SERVER" || :
    checks_held
}

# load_for SECONDS WAIT_MS: prints what tests/demo/load.lua counts: served N before N after N other N failed N
# slowest_ms N
load_for() {
    wrk --threads 1 --connections 8 --duration "$1s" --timeout 30s --script "$TESTS/demo/load.lua" \
        "http://127.0.0.1:$PORT/total" -- "total 42" "total 42 for you" "$2" 2>&1 | grep '^served '
}

field() { # NAME LINE
    sed -nE "s/.*\b$1 ([0-9.]+).*/\1/p" <<<"$2"
}

# swap: the file's other version is written to it, without a process more.
swap() {
    local next=$OTHER
    OTHER=$LOADED LOADED=$next
    printf '%s\n' "$next" >"$HANDLERS"
}

# reimport_until_over PID: every PERIOD_MS, as long as that process lives; the reports go to $WORK/reports.
reimport_until_over() {
    local next now
    : >"$WORK/reports"
    next=${EPOCHREALTIME/./}
    while kill -0 "$1" 2>/dev/null; do
        swap
        reimport --json --timeout 30 --pid "$WORKER" shop.handlers >>"$WORK/reports" || return
        next=$((next + PERIOD_MS * 1000)) now=${EPOCHREALTIME/./}
        if [ "$now" -lt "$next" ]; then pause "0.$(printf '%06d' $((next - now)))"; else next=$now; fi
    done
}

# of every report: how many there are, and the longest of each time
summed_up() {
    jq -rs '. as $all | "reimports \(map(select(.result == "reimported")) | length)" + (
        reduce ("stopped", "import", "pause") as $t (""; . + " \($t)_ms \([$all[].times_ms[$t]] | max)")
    )' "$WORK/reports"
}

# round SECONDS WAIT_MS: fails if a request did; prints both loads and the sum of the reports. Its status says whether
# the slowest request is accounted for. (The import counts, for a top level holds the GIL as it likes.)
round() {
    local quiet loaded job sum
    quiet=$(load_for "$1" "$2")
    load_for "$1" "$2" >"$WORK/loaded" 3>&- &
    job=$!
    reimport_until_over $job || fail "a reimport failed: $(tail -n 1 "$WORK/reports")" || exit 1
    wait $job || fail "no load" || exit 1
    loaded=$(cat "$WORK/loaded")
    sum=$(summed_up) || fail "the reports cannot be read" || exit 1
    count "without: $quiet"
    count "with:    $loaded"
    count "         $sum"
    for line in "$quiet" "$loaded"; do
        [ "$(field failed "$line")" = 0 ] && [ "$(field other "$line")" = 0 ] && [ "$(field served "$line")" -gt 100 ] ||
            fail "requests failed" || exit 1
    done
    [ "$(field before "$loaded")" -gt 0 ] && [ "$(field after "$loaded")" -gt 0 ] || fail "no change was seen" || exit 1
    awk -v a="$(field slowest_ms "$quiet")" -v b="$(field slowest_ms "$loaded")" -v i="$(field import_ms "$sum")" \
        -v p="$(field pause_ms "$sum")" 'BEGIN { exit !(b <= a + i + p) }'
}

# rounds WAIT_MS: the longer each connection waits between its requests, the more of the processors is left for
# the command: it comes closer to one reimport every PERIOD_MS.
rounds() {
    local i
    for ((i = 0; i < ROUNDS; i++)); do
        if round "${LOAD_SECONDS:-5}" "$1"; then return; fi
    done
    fail "in each of $ROUNDS rounds a request took longer than the slowest without reimports, the longest pause and import together"
}

@test "a reimport every 100 ms under all the load that fits: no request fails, none is slower than the pauses account for" {
    rounds 0
}

@test "a reimport every 100 ms under a steady load: no request fails, none is slower than the pauses account for" {
    rounds 60
}
