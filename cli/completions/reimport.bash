# bash completion for reimport(1)

# The processes that run Python, as far as this user can see. The maps name a shared libpython, which
# programs that embed Python load.
_reimport_pids() {
    local dir exe
    for dir in /proc/[0-9]*; do
        exe=$(readlink "$dir/exe" 2>/dev/null) || continue
        if [[ ${exe##*/} == python* ]] || grep -qs libpython3 "$dir/maps"; then
            printf '%s\n' "${dir#/proc/}"
        fi
    done
}

_reimport() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} word
    COMPREPLY=()
    case $prev in
    -p | --pid)
        # a comma list: what comes before the last comma stays
        local before=
        [[ $cur == *,* ]] && before=${cur%,*},
        mapfile -t COMPREPLY < <(compgen -P "$before" -W "$(_reimport_pids)" -- "${cur##*,}")
        return
        ;;
    -i | --interpreter)
        mapfile -t COMPREPLY < <(compgen -W "0 all" -- "$cur")
        return
        ;;
    -T | --timeout)
        return
        ;;
    esac
    if [[ $cur == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "--pid --tree --modified --dry-run --code-only --undo --status --watch --interpreter --timeout --json --quiet
            --verbose --no-syslog --help --version" -- "$cur")
        return
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
        --modified | -m)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            return
            ;;
        esac
    done
}

complete -F _reimport reimport
