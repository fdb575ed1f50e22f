"""Finds the CPythons of this machine, one for each version."""
import glob
import os
import re
import subprocess


class Python:
    def __init__(self, version, command):
        self.version = version  # "3.8"
        self.command = command  # list of words that start it
        self.scratch = None  # where temporary files are made; None: the usual place

    def inside(self, path):
        """How this interpreter calls `path`."""
        return path


def candidates():
    root = os.environ.get("PYENV_ROOT")
    if not root:
        try:
            root = subprocess.run(["pyenv", "root"], stdout=subprocess.PIPE, universal_newlines=True).stdout.strip()
        except OSError:
            root = ""
    if root:
        yield from sorted(glob.glob(os.path.join(root, "versions", "*", "bin", "python3")))
    yield from sorted(glob.glob("/usr/local/bin/python3.*"))
    yield from sorted(glob.glob("/usr/bin/python3.*"))


def version_of(path):
    script = "import sys; print(sys.implementation.name, '%d.%d' % sys.version_info[:2])"
    run = subprocess.run([path, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True)
    match = re.match(r"cpython (3\.\d+)$", run.stdout)
    return match and match.group(1)


def interpreters(wanted=None):
    """The interpreters of 3.8 and later, oldest first; only the versions in `wanted` if given."""
    found = {}
    for path in candidates():
        if re.search(r"python3(\.\d+)?$", path) and os.access(path, os.X_OK):
            version = version_of(path)
            if version and number(version) >= (3, 8) and (wanted is None or version in wanted):
                found.setdefault(version, Python(version, [path]))
    return [found[v] for v in sorted(found, key=number)]


def number(version):
    return tuple(map(int, version.split(".")))
