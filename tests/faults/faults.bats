# bats file_tags=slow
# Steps of the journal fail, one after the other, and steps back as well. The process is as it was, to
# the last reference, and a reimport works. Short here, and in `make soak` every step, on several Pythons.
# Allocations fail in tests/faults/allocations.bats, but for the first ones, with which the agent enters.
load ../helpers
load sweeps

@test "steps of the journal" { sweeps 9 1 -w steps; }
@test "steps of the journal and the first step back" { sweeps 29 1 -w back; }
@test "steps of the journal and thirty steps back" { sweeps 49 3 -w back -n 30; }
@test "steps of the journal of an injected reimport" { sweeps 49 3 -w steps -r reimport; }
@test "steps of the journal of an undo" { sweeps 29 3 -w steps -r undo; }
@test "steps of the journal of a swap of code" { sweeps 9 1 -w steps -r code-only; }

@test "the first allocations of an injected request" {
    local version python
    for version in 3.8 3.11 3.13; do
        python=$(find_python $version) || continue
        sweep "$python" -a -l 6 -r dry-run || return
    done
}
