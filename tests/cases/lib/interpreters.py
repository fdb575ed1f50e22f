"""The interpreters of tests/pythons.bash, one for each version."""
import os
import subprocess

TESTS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = '. "$TESTS/cache.bash"; . "$TESTS/pythons.bash"; pythons | while read -r p; do echo "$(python_version "$p") $p"; done'


class Python:
    def __init__(self, version, path, **env):
        self.version = version  # "3.8"
        self.path = path
        self.env = env


def interpreters(wanted=None):
    """The interpreters of 3.8 and later, oldest first; only the versions in `wanted` if given. "3.11-dbg" is
    Debian's debug build of 3.11, in development mode, which has to be asked for."""
    env = dict(os.environ, TESTS=TESTS, BUILD=os.path.join(os.path.dirname(TESTS), "build"))
    run = subprocess.run(["bash", "-c", SCRIPT], env=env, stdout=subprocess.PIPE, universal_newlines=True, check=True)
    found = {}
    for line in run.stdout.splitlines():
        version, path = line.split(" ", 1)
        if wanted is None or version in wanted:
            found.setdefault(version, Python(version, path))
    for version in wanted or ():
        path = "/usr/bin/python" + version
        if version.endswith("-dbg") and os.path.exists(path):
            found[version] = Python(version, path, PYTHONDEVMODE="1", PYTHONMALLOC="debug")
    return [found[v] for v in sorted(found, key=lambda v: tuple(map(int, v.split("-")[0].split("."))))]
