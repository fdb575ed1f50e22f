# shellcheck shell=bash
# The interpreters that the tests use, found at run time. Sourced by helpers.bash.
#
# Each is an absolute path that can be run as it is. Those inside a root file system of the cache are
# links named python3.X@SUITE to tests/in-root.

# The version in an interpreter's path: 3.8 of .../3.8.18/bin/python3 or python3.8 or python3.8@bullseye.
python_version() {
    local path=$1
    case $path in
    */versions/*/bin/python*)
        path=${path%/bin/*}
        path=${path##*/}
        ;;
    *) path=${path##*/python} ;;
    esac
    [[ $path =~ ^[0-9]+\.[0-9]+ ]] && echo "${BASH_REMATCH[0]}"
}

# Every CPython of pyenv and of the system, of any version, Python 2 among them.
_pythons_here() {
    local root path
    if root=$(command -v pyenv >/dev/null && pyenv root) ||
        root=${PYENV_ROOT:-$HOME/.pyenv}; then
        for path in "$root"/versions/[23].*/bin/python; do
            [ -x "$path" ] && echo "$path"
        done
    fi
    for path in /usr/bin/python[23].* /usr/local/bin/python[23].*; do
        [[ $path =~ /python[23]\.[0-9]+$ && -x $path ]] && echo "$path"
    done
    return 0
}

# Those inside the roots that were made before (make deps).
_pythons_in_roots() {
    local root path link
    mkdir -p "$BUILD/tests/pythons"
    while read -r root; do
        for path in "$root"/usr/bin/python3.*; do
            [[ $path =~ /python3\.[0-9]+$ && -x $path ]] || continue
            link=$BUILD/tests/pythons/${path##*/}@${root##*/}
            [ -L "$link" ] || ln -sf "$TESTS/in-root" "$link"
            echo "$link"
        done
    done < <("$TESTS/roots.bash" list)
}

# look_for_pythons: once for a whole run, whose tests inherit what was found: PYTHONS_FOUND, a line
# "VERSION PATH" for each interpreter, those outside of containers first.
look_for_pythons() {
    local path
    [ -z "${PYTHONS_FOUND:-}" ] || return 0
    PYTHONS_FOUND=$({ _pythons_here && _pythons_in_roots; } | while read -r path; do
        echo "$(python_version "$path") $path"
    done)
    export PYTHONS_FOUND
}

# pythons [VERSION]: every supported interpreter (3.8 and later), or those of one version, one a line;
# those outside of containers first.
# shellcheck disable=SC2120
pythons() {
    local version path
    look_for_pythons
    while read -r version path; do
        if [ "${version%%.*}" = 3 ] && [ "${version#*.}" -ge 8 ] && [ "${1:-$version}" = "$version" ]; then
            printf '%s\n' "$path"
        fi
    done <<<"$PYTHONS_FOUND"
}

# find_python VERSION: one interpreter of that version, unsupported ones too. Fails if there is none.
find_python() {
    local version path
    look_for_pythons
    while read -r version path; do
        if [ "$version" = "$1" ]; then
            printf '%s\n' "$path"
            return
        fi
    done <<<"$PYTHONS_FOUND"
    return 1
}

# The interpreter for tests that need only one: the system's own, or whatever there is.
default_python() {
    local found
    # shellcheck disable=SC2119
    found=$(pythons) || return 1
    grep -m1 '^/usr/bin/' <<<"$found" || head -n 1 <<<"$found"
}

# some_pythons: the interpreters for tests of what differs little: an old one and a new one of those that
# are quick to start.
some_pythons() {
    { pythons 3.8 | head -n 1 && pythons 3.13 | head -n 1; } | grep . || default_python
}
