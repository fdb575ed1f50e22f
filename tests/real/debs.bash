# shellcheck shell=bash
# Debian's packages of any suite, fetched by apt and unpacked in the cache; nothing is installed. Sourced,
# after helpers.bash.
#
# apt works in a state directory of its own for each suite, with the mirrors that the machine's own apt
# uses. What is in the cache once is never fetched again, so a run without a network works.

# shellcheck source=tests/mirrors.bash
. "$TESTS/mirrors.bash"

DEBS=$CACHE/debs
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# _suite_apt SUITE COMMAND [ARG]...: apt as if the machine were of that suite, with nothing installed.
_suite_apt() {
    local dir=$DEBS/$1/.apt
    APT_CONFIG=$dir/apt.conf "${@:2}"
}

# The lists of a suite, from the first mirror that has it: security mirrors are listed too, which do not.
_suite_lists() {
    local dir=$DEBS/$1/.apt mirror
    [ -e "$dir/whole" ] && return
    mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
    : >"$dir/status"
    # Valid-Until: lists that a mirror keeps of an old suite have passed it
    cat >"$dir/apt.conf" <<END
Dir::State "$dir/state";
Dir::State::status "$dir/status";
Dir::Cache "$dir/cache";
Dir::Etc::SourceList "$dir/sources.list";
Dir::Etc::SourceParts "-";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
APT::Update::Error-Mode "any";
APT::Sandbox::User "";
END
    for mirror in $(mirrors); do
        printf '%s [signed-by=%s] %s %s main\n' deb "$KEYRING" "$mirror" "$1" deb-src "$KEYRING" "$mirror" "$1" \
            >"$dir/sources.list"
        if _suite_apt "$1" apt-get -q update; then
            : >"$dir/whole"
            return
        fi
    done
    fail "no mirror has $1"
}

# _unpack_deb PACKAGE, _unpack_source SOURCE: what apt gets of that name, from here to ./whole
_unpack_deb() {
    apt-get -q download "$1" || return
    mkdir -p whole
    dpkg-deb -x ./*.deb whole
}
_unpack_source() {
    apt-get -q source --download-only "$1" || return
    mkdir -p whole
    tar -xf ./*.orig.tar.?z --strip-components=1 -C whole
}

# _unpack KIND SUITE NAME: into ./whole.
_unpack() {
    _suite_lists "$2" && _suite_apt "$2" "_unpack_$1" "$3"
}

# _fetch KIND SUITE NAME: prints the directory that holds it, made under another name and renamed when it
# is whole. What apt says is told if it fails.
_fetch() {
    local want=$DEBS/$2/$1/$3 tmp log
    if [ ! -d "$want" ]; then
        mkdir -p "$DEBS/$2/$1"
        tmp=$(mktemp -d "$DEBS/$2/$1/.XXXXXX")
        log=$tmp.log
        cd "$tmp" || return
        # the second time with new lists: a suite moves on, and its mirrors forget
        if ! { _unpack "$@" || { rm -f "$DEBS/$2/.apt/whole" && _unpack "$@"; }; } >"$log" 2>&1; then
            cat "$log" >&2
            rm -rf "$tmp" "$log"
            return 1
        fi
        mv -T "$tmp/whole" "$want"
        rm -rf "$tmp" "$log"
    fi
    echo "$want"
}

# deb SUITE PACKAGE, source_of SUITE SOURCE: prints the directory in which it is unpacked. One run at a
# time fetches.
deb() {
    _locked_fetch deb "$@"
}
source_of() {
    _locked_fetch source "$@"
}
_locked_fetch() (
    command -v apt-get >/dev/null || fail "not a Debian machine" || return
    mkdir -p "$DEBS"
    exec {lock}>"$DEBS/.lock"
    flock "$lock"
    _fetch "$@"
)
