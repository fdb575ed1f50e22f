# What another user of the machine could take hold of while a reimport is at work: nothing. No file is
# made, no socket has a name, and the image that the process loads cannot be changed any more.
load ../helpers
load sweeps

teardown() {
    stop_targets
    [ -z "${COMMAND:-}" ] || kill "$COMMAND" 2>/dev/null || :
    checks_held
}

# A reimport that is in the middle of the import, until something is written to $APP/gate.
start_reimport() {
    start_victim "$(default_python)"
    mkfifo "$APP/gate"
    printf 'open(%s).read()\n' "'$APP/gate'" >>"$APP/version.py"
    timeout 60 "$@" "$REIMPORT" --no-syslog --timeout 50 --pid "$PID" version 3>&- >"$APP/out" 2>&1 &
    COMMAND=$!
    wait_for agent_inside
    wait_for image_is_mapped
}

image_is_mapped() {
    grep -q 'memfd:reimport' "/proc/$PID/maps"
}

finish_reimport() {
    echo >"$APP/gate"
    wait "$COMMAND" || fail "$(cat "$APP/out")"
    COMMAND=
}

@test "the image in the process is sealed" {
    [ "$(id -u)" = 0 ] || impossible "needs root, to open what is mapped"
    start_reimport
    run -0 /usr/bin/python3 -c '
import fcntl, os, sys
directory = f"/proc/{sys.argv[1]}/map_files"
maps = [line.split()[0] for line in open(f"/proc/{sys.argv[1]}/maps") if "memfd:reimport" in line]
for name in maps:
    name = "-".join(part.lstrip("0") for part in name.split("-"))
    fd = os.open(f"{directory}/{name}", os.O_RDONLY)
    # F_GET_SEALS; F_SEAL_SEAL, _SHRINK, _GROW, _WRITE
    assert fcntl.fcntl(fd, 1034) & 15 == 15, name
    try:
        os.write(os.open(f"{directory}/{name}", os.O_RDWR), b"x")
    except PermissionError:
        pass
    else:
        raise AssertionError("written")
print(len(maps))' "$PID"
    [ "$output" -ge 3 ]
    finish_reimport
}

@test "its sockets have no name" {
    local inode found=0
    start_reimport
    for inode in $(fds | sed -nE 's/.*socket:\[([0-9]+)\]$/\1/p'); do
        # Num RefCount Protocol Flags Type St Inode Path
        run -0 awk -v inode="$inode" '$7 == inode { print NF }' "/proc/$PID/net/unix"
        [ "$output" = 7 ] || fail "socket $inode: $output"
        found=$((found + 1))
    done
    [ $found -gt 0 ] || fail "no socket"
    finish_reimport
}

@test "the command makes no file, binds no name, and listens nowhere" {
    need strace
    start_victim "$(default_python)"
    write_version 2
    run -0 timeout 60 strace -f -qq -o "$BATS_TEST_TMPDIR/trace" \
        -e trace=open,openat,openat2,creat,mkdir,mkdirat,mknod,mknodat,link,linkat,symlink,symlinkat,rename,renameat2,bind,listen \
        "$REIMPORT" --no-syslog --pid "$PID" version
    grep -q '/proc/' "$BATS_TEST_TMPDIR/trace"
    run -1 grep -E 'O_CREAT|O_TMPFILE|^[0-9]+ +(creat|mk|link|symlink|rename|bind|listen)' "$BATS_TEST_TMPDIR/trace"
}

@test "another user cannot look into the process, or at its image" {
    [ "$(id -u)" = 0 ] || impossible "needs root"
    local nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    start_reimport
    run -0 "${nobody[@]}" cat "/proc/$PID/comm"
    run -1 "${nobody[@]}" cat "/proc/$PID/maps"
    run -1 "${nobody[@]}" cat "/proc/$PID/mem"
    run -2 "${nobody[@]}" ls "/proc/$PID/fd/"
    run -2 "${nobody[@]}" ls "/proc/$PID/map_files/"
    finish_reimport
}
