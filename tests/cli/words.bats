# The options of --help, of the manual and of each completion are the same.
load ../helpers

help_words() {
    "$REIMPORT" --help | sed -nE 's/^  (-[A-Za-z],|   ) (--[a-z-]+).*/\1\n\2/p' | grep -oE -- '-[A-Za-z-]+' | sort
}

manual_words() {
    sed -nE 's/^\.It Fl ((.) , Fl )?-([a-z-]+).*/-\2\n--\3/p' "$PROJECT/man/reimport.1" | grep -vx -- - | sort
}

long_words() {
    help_words | grep -- '^--'
}

@test "the manual has the options of --help" {
    [ -n "$(help_words)" ]
    assert_same "$(help_words)" "$(manual_words)"
}

@test "the README has the options of --help" {
    assert_same "$(help_words | grep -vE -- '^(-h|--help|-V|--version)$')" \
        "$(grep -oE '^\| `-.*`.* \|' "$PROJECT/README.md" | cut -d'|' -f2 | grep -oE -- '--?[a-z-]+|-[A-Z]' | sort)"
}

@test "the manual's synopsis has every short option" {
    local synopsis letter
    synopsis=$(sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$PROJECT/man/reimport.1" |
        sed -nE 's/.*Fl ([A-Za-z]+)( \| ([A-Za-z]))?.*/\1\3/p' | tr -d '\n')
    for letter in $(help_words | sed -nE 's/^-([A-Za-z])$/\1/p'); do
        [[ $synopsis == *$letter* ]] || fail "-$letter is not in the synopsis ($synopsis)"
    done
}

@test "bash completion has the options of --help, and completes them" {
    assert_same "$(long_words)" \
        "$(. "$PROJECT/cli/completions/reimport.bash"
            COMP_WORDS=(reimport --) COMP_CWORD=1
            _reimport
            printf '%s\n' "${COMPREPLY[@]}" | sort)"
}

@test "bash completion offers the PIDs of Python processes, and no others" {
    start_asker "$(default_python)"
    local offered
    offered=$(. "$PROJECT/cli/completions/reimport.bash"
        COMP_WORDS=(reimport --pid '') COMP_CWORD=2
        _reimport
        printf '%s\n' "${COMPREPLY[@]}")
    grep -qx "$PID" <<<"$offered"
    run -1 grep -x "$$" <<<"$offered"
    offered=$(. "$PROJECT/cli/completions/reimport.bash"
        COMP_WORDS=(reimport -p "7,$PID") COMP_CWORD=2
        _reimport
        printf '%s\n' "${COMPREPLY[@]}")
    grep -qx "7,$PID" <<<"$offered"
}

@test "zsh completion has the options of --help" {
    assert_same "$(help_words)" "$(grep -oE "\{-[A-Za-z],--[a-z-]+\}|^ *'--[a-z-]+\[" \
        "$PROJECT/cli/completions/_reimport" | tr -d "{}' [" | tr ',' '\n' | sort)"
}

@test "fish completion has the options of --help" {
    assert_same "$(help_words)" \
        "$(sed -nE 's/^complete -c reimport( -s (.))? -l ([a-z-]+) .*/-\2\n--\3/p' \
            "$PROJECT/cli/completions/reimport.fish" | grep -vx -- - | sort)"
}

@test "the manual is well-formed mdoc" {
    need mandoc
    run mandoc -T lint -W style "$PROJECT/man/reimport.1"
    # the only remarks allowed are about the manuals that this machine has, and its index of them
    assert_same "" "$(grep -vE 'outdated mandoc.db|referenced manual not found' <<<"$output" || :)"
}

@test "the manual has the exit statuses, and the JSON keys, of the command" {
    local status key
    for status in 0 1 2 3 4 5; do
        grep -qx ".It $status" "$PROJECT/man/reimport.1"
    done
    while read -r key; do
        grep -qx ".It Va $key" "$PROJECT/man/reimport.1" || fail "$key is not in the manual"
    done < <(reimport --json --pid 4194304 m 2>/dev/null | jq -r 'keys_unsorted[]')
}

@test "--help and --version say so on standard output, and nothing else" {
    run -0 --separate-stderr reimport --help
    assert_contains "$output" "Usage: reimport"
    [ -z "$stderr" ]
    run -0 --separate-stderr reimport -V
    [[ $output =~ ^reimport\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}
