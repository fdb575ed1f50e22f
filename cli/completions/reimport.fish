# fish completion for reimport(1)

# The processes that run Python, as far as this user can see.
function __reimport_pids
    for dir in /proc/[0-9]*
        set -l exe (readlink $dir/exe 2>/dev/null); or continue
        if string match -q 'python*' (basename $exe); or grep -qs libpython3 $dir/maps
            basename $dir
        end
    end
end

function __reimport_takes_paths
    __fish_contains_opt -s m modified
end

complete -c reimport -f
complete -c reimport -n __reimport_takes_paths -F
complete -c reimport -s p -l pid -x -a '(__reimport_pids)' -d 'The process'
complete -c reimport -s t -l tree -d 'Also every descendant that runs Python'
complete -c reimport -s m -l modified -d 'Reimport the loaded modules that changed on disk'
complete -c reimport -s n -l dry-run -d 'Say what would be reimported'
complete -c reimport -s c -l code-only -d 'Swap the code of functions, run no top level'
complete -c reimport -s u -l undo -d 'Take back the last reimport'
complete -c reimport -s s -l status -d 'Say what was done, and what still runs old code'
complete -c reimport -s w -l watch -d 'Stay, and reimport whenever sources change'
complete -c reimport -s i -l interpreter -x -a '0 all' -d 'The sub-interpreter, or all'
complete -c reimport -s T -l timeout -x -d 'Give up after this many seconds'
complete -c reimport -s j -l json -d 'One JSON object a line for each process'
complete -c reimport -s q -l quiet -d 'Report nothing but errors'
complete -c reimport -s v -l verbose -d 'Name every function and class'
complete -c reimport -l no-syslog -d 'Do not write to the system log'
complete -c reimport -s h -l help -d 'Show the help'
complete -c reimport -s V -l version -d 'Show the version'
