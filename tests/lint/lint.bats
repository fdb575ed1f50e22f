# What can be told by reading the sources.
load ../helpers

# sources PATTERN...: files of the project, as git knows them, or all below if there is no git.
sources() {
    cd "$PROJECT" || return
    git ls-files --cached --others --exclude-standard -- "$@" 2>/dev/null ||
        find cli agent tests man Makefile README.md -type f | while read -r file; do
            for pattern; do
                # shellcheck disable=SC2053 # a pattern
                [[ $file == $pattern ]] && echo "$file"
            done
        done
}

@test "shell scripts pass shellcheck" {
    local files
    need shellcheck
    cd "$PROJECT"
    mapfile -t files < <(
        sources '*.bash' '*.bats'
        sources '*' | xargs -d '\n' awk 'FNR == 1 { if (/^#!.*[ \/](ba)?sh$/) print FILENAME; nextfile }'
    )
    [ ${#files[@]} -gt 10 ]
    cd "$PROJECT"
    # SC2154: bats assigns $stderr; SC2164: a failing cd ends a test;
    # SC2120: arguments that have a default
    shellcheck -x -S warning -e SC2154,SC2164,SC2120 "${files[@]}"
}

@test "the C sources are as clang-format lays them out" {
    local files
    need clang-format
    mapfile -t files < <(sources '*.c' '*.h')
    [ ${#files[@]} -gt 10 ]
    cd "$PROJECT"
    clang-format --dry-run -Werror "${files[@]}"
}

@test "the manual has the summary of the cases as it is now" {
    local said
    said=$(sed -n '/begin of what tests\/cases\/summary prints/,/end of it/p' "$PROJECT/man/reimport.1" | sed '1d; $d')
    [ "$said" = "$("$PROJECT/tests/cases/summary")" ] || fail "tests/cases/summary -w puts it there"
}

@test "no function in C is longer than a hundred lines" {
    local files
    mapfile -t files < <(sources '*.c')
    [ ${#files[@]} -gt 10 ]
    cd "$PROJECT"
    run -0 awk '
        /^[a-zA-Z_].*[^;]$/ { name = $0 }
        /^\{$/ { start = FNR }
        /^\}$/ && start {
            if (FNR - start > 100) print FILENAME ":" start ": " name
            start = 0
        }' "${files[@]}"
    assert_same "" "$output"
}

@test "every header can be included alone" {
    local file includes
    includes=$(/usr/bin/python3-config --includes)
    cd "$PROJECT"
    for file in $(sources 'cli/*.h' 'agent/*.h'); do
        # shellcheck disable=SC2086 # several flags
        "${CC:-gcc}" -std=gnu11 -D_GNU_SOURCE -DREIMPORT_VERSION='""' -DPy_LIMITED_API=0x03080000 -fsyntax-only \
            -Wall -Wno-unused-function -Icli -Iagent -I"$BUILD" $includes -x c "$file" 2>&1 |
            grep -v 'pragma once in main file' && fail "$file"
    done
    true
}

@test "nothing is left to be done later" {
    # the words in two parts, so that this line is not found
    run -1 grep -rnwE 'TO''DO|FIX''ME|X''XX' "$PROJECT"/{cli,agent,tests,man,Makefile,README.md}
}

@test "no host of a package mirror is named" {
    run -1 grep -rnE '(deb|ftp|security|archive)\.(debian|ubuntu)\.(org|com)' "$PROJECT"/{cli,agent,tests,man,.ci,Makefile,README.md}
}
