"""Shifts Python sources by one line: shift.py FILE... A line is put after the lines in which Python
looks for an encoding. FILE.orig is the source as it was."""
import os
import sys

for path in sys.argv[1:]:
    with open(path, "rb") as f:
        lines = f.read().splitlines(True)
    at = 0
    while at < 2 and at < len(lines) and lines[at].startswith((b"#", b"\xef\xbb\xbf#")):
        at += 1
    lines.insert(at, b"\n")
    os.link(path, path + ".orig")
    with open(path + ".new", "wb") as f:
        f.writelines(lines)
    os.replace(path + ".new", path)
