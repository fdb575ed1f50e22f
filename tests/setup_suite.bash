# shellcheck shell=bash
# Before the first test: what no test can do without. Fails loudly rather than let tests be skipped.

setup_suite() {
    local build=${BUILD:-$(dirname "${BASH_SOURCE[0]}")/../build}
    local file
    for file in reimport reimport.abi3.so; do
        if [ ! -e "$build/$file" ]; then
            echo "$build/$file is not built: make" >&2
            return 1
        fi
    done
}
