#!/usr/bin/env bash
# Root file systems with interpreters that this machine does not have, made by debootstrap from the
# mirror that apt itself uses, and kept in the cache. Each has another libc than the machine's.
#
#   roots.bash build    makes what is missing; prints nothing; fails with the reason
#   roots.bash list     prints the directory of every root that is there, one a line
#
# A root is made under another name and renamed when it is whole, so an interrupted run leaves
# nothing that looks like one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/cache.bash
. ./cache.bash
# shellcheck source=tests/mirrors.bash
. ./mirrors.bash
PATH=$PATH:/usr/sbin:/sbin

ROOTS=$CACHE/roots
# Raised when what a root holds is to change: roots of another recipe are made anew.
RECIPE=1
# suite: packages
TABLE=(
    "testing: python3.14 python3.15 libpython3.14 libpython3.15"
    "trixie: python3.13"
    "bullseye: python3.9 libpython3.9" # glibc 2.31: dlopen and threads live outside libc.so.6
)

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

fail() {
    echo "roots: $*" >&2
    exit 1
}

whole() {
    [ "$(cat "$1/.reimport-recipe" 2>/dev/null)" = "$RECIPE" ]
}

# What a test never reads: package lists and archives, documentation, translations.
trim() {
    as_root rm -rf "$1"/var/cache/apt "$1"/var/lib/apt/lists "$1"/var/log "$1"/usr/share/doc \
        "$1"/usr/share/man "$1"/usr/share/locale "$1"/usr/share/i18n "$1"/usr/share/info
}

# One root: build_one SUITE PACKAGES. Tries each mirror; apt lists security mirrors too, which do not
# carry the suite and are refused at once.
build_one() {
    local suite=$1 packages=$2 mirror tmp log=$ROOTS/$1.log
    tmp=$(mktemp -d "$ROOTS/.$suite.XXXXXX")
    : >"$log"
    for mirror in $(mirrors); do
        as_root rm -rf "$tmp"
        # in a mount namespace of its own: what debootstrap mounts in the root goes when it goes
        if as_root unshare --mount debootstrap --variant=minbase --include="${packages// /,}" \
            "$suite" "$tmp" "$mirror" >>"$log" 2>&1 </dev/null; then
            trim "$tmp"
            echo "$RECIPE" | as_root tee "$tmp/.reimport-recipe" >/dev/null
            as_root chmod 755 "$tmp"
            as_root rm -rf "${ROOTS:?}/$suite"
            as_root mv "$tmp" "$ROOTS/$suite"
            rm -f "$log"
            return 0
        fi
    done
    as_root rm -rf "$tmp"
    tail -n 3 "$log" >&2
    return 1
}

build() {
    local row suite failed=()
    mkdir -p "$ROOTS"
    exec {lock}>"$ROOTS/.lock"
    flock "$lock" # two runs at once make each root once
    for row in "$ROOTS"/.*.??????; do # what an interrupted run left
        if [ -d "$row" ]; then as_root rm -rf --one-file-system "$row" 2>/dev/null || :; fi
    done
    for row in "${TABLE[@]}"; do
        suite=${row%%:*}
        whole "$ROOTS/$suite" && continue
        command -v debootstrap >/dev/null || fail "debootstrap is not installed"
        as_root true 2>/dev/null || fail "debootstrap needs root, or sudo without a password"
        build_one "$suite" "${row#*: }" || failed+=("$suite")
    done
    [ ${#failed[@]} = 0 ] || fail "cannot make: ${failed[*]}"
}

list() {
    local row suite
    for row in "${TABLE[@]}"; do
        suite=${row%%:*}
        if whole "$ROOTS/$suite"; then echo "$ROOTS/$suite"; fi
    done
}

case ${1-} in
build | list) "$1" ;;
*) fail "usage: roots.bash build|list" ;;
esac
