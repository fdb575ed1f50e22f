# bats file_tags=slow
# One binary, every version: shared libpython (pyenv's), static (Debian's), and those in a root file
# system with namespaces and a libc of their own.
load ../helpers
load job

@test "the main job on Python 3.8" { on_version 3.8; }
@test "the main job on Python 3.9" { on_version 3.9; }
@test "the main job on Python 3.10" { on_version 3.10; }
@test "the main job on Python 3.11" { on_version 3.11; }
@test "the main job on Python 3.12" { on_version 3.12; }
@test "the main job on Python 3.13" { on_version 3.13; }
@test "the main job on Python 3.14" { on_version 3.14; }
@test "the main job on Python 3.15" { on_version 3.15; }
