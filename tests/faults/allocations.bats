# Each allocation that the agent needs fails in turn: the process is as it was, to the last reference,
# and a reimport works; or all is done, and said. Part of `make soak` only: which allocation is the Nth
# depends on more than the sources. What Python itself keeps for good after such a failure (the manual, under
# BUGS) is told apart by doing the same to it with no reimport anywhere, and counted.
load ../helpers
load sweeps

@test "allocations in a reimport" { sweeps 271 1; }
@test "allocations in a reimport, five at a time" { sweeps 971 5 -n 5; }
@test "allocations in an injected reimport" { sweeps 1511 20 -r reimport; }
@test "allocations in a reimport that fails" { sweeps 1911 40 -r failing; }
@test "allocations in a swap of code" { sweeps 1951 40 -r code-only; }
@test "allocations in a dry run" { sweeps 1511 40 -r dry-run; }
@test "allocations in a search for what is modified" { sweeps 2511 40 -r modified; }
@test "allocations in a status" { sweeps 2511 40 -r status; }
@test "allocations in an undo" { sweeps 311 5 -r undo; }
