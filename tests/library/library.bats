# `import reimport`, from the same file on every version.
# bats file_tags=slow
load ../helpers

on_version() {
    local found python
    found=$(pythons "$1")
    if [ -z "$found" ]; then
        case $1 in
        3.14 | 3.15 | 3.9) missing "no Python $1 (make deps roots)" ;;
        *) impossible "no Python $1 on this machine, and Debian has none" ;;
        esac
    fi
    [ -n "${SOAK:-}" ] || found=${found%%$'\n'*} # one of each version
    for python in $found; do
        echo "# $python"
        run -0 env PYTHONPATH="$BUILD" timeout 100 "$python" "$TESTS/library/test_library.py"
        [[ ${lines[-1]} == OK* ]] || fail "$output"
    done
}

@test "the library on Python 3.8" { on_version 3.8; }
@test "the library on Python 3.9" { on_version 3.9; }
@test "the library on Python 3.10" { on_version 3.10; }
@test "the library on Python 3.11" { on_version 3.11; }
@test "the library on Python 3.12" { on_version 3.12; }
@test "the library on Python 3.13" { on_version 3.13; }
@test "the library on Python 3.14" { on_version 3.14; }
@test "the library on Python 3.15" { on_version 3.15; }
