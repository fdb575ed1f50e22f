"""Reads a case file. README.md beside this directory has the format."""
import os
import re
import time
import zipfile

MARK = re.compile(r"^#==> (before|after|gone|use)(?: (\S+))?$")
DEFAULT_FILE = {"before": "m.py", "after": "m.py", "gone": None, "use": "use.py"}


class Case:
    """What one file says: sources by kind and file name, and the options of its head."""

    def __init__(self, path):
        self.path = path
        self.files = {"before": {}, "after": {}, "gone": {}, "use": {}}
        self.reimport = ["m"]
        self.options = []
        self.python = ((3, 8), (3, 99))
        self.without = {}  # letter of a mode -> why the case has no meaning there
        self.fails = None  # name of the exception with which the reimport fails
        self.zip = None  # file name of an archive that holds the sources
        self.main = None  # file that is run as __main__
        self.path_entry = None  # put on sys.path in place of the directory of the case
        self.parse(path)
        if "use.py" not in self.files["use"] or not self.files["before"]:
            raise ValueError("%s: needs the sections before and use" % path)

    def parse(self, path):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        at = None  # the section: a dict and the name of a file in it
        for line in text.splitlines(True):
            mark = MARK.match(line.rstrip("\n"))
            if mark:
                kind, name = mark.groups()
                name = name or DEFAULT_FILE[kind]
                if name is None or name in self.files[kind]:
                    raise ValueError("%s: bad section %r" % (path, line))
                self.files[kind][name] = ""
                at = self.files[kind], name
            elif at:
                at[0][at[1]] += line
            elif line.startswith("#: "):
                self.option(line[3:].strip())

    def option(self, text):
        word, _, rest = text.partition(" ")
        if word == "python":
            low, _, high = rest.partition("-")
            self.python = (version(low) or (3, 8), version(high) or (3, 99))
        elif word == "reimport":
            self.reimport = rest.split()
        elif word == "things":
            self.parse(os.path.join(os.path.dirname(os.path.abspath(__file__)), "things.py"))
        elif word == "like":
            self.parse(os.path.join(os.path.dirname(self.path), rest))
        elif word == "options":
            self.options = rest.split()
        elif word == "without":
            modes, _, why = rest.partition(": ")
            if not why:
                raise ValueError("%s: without what, and why? %r" % (self.path, text))
            self.without.update(dict.fromkeys(modes, why))
        elif word == "fails":
            self.fails = rest
            self.without.update(dict.fromkeys("fntau", "the reimport fails"))
        elif word == "zip":
            self.zip = self.path_entry = rest
        elif word == "main":
            self.main = rest
        elif word == "path":
            self.path_entry = rest
        else:
            raise ValueError("%s: unknown option %r" % (self.path, text))

    def runs_on(self, python):
        return self.python[0] <= python <= self.python[1]

    def write(self, kind, top, when):
        """Writes the files of `kind` below `top`, with the modification time `when`."""
        if self.zip and kind != "use":
            self.write_zip(kind, os.path.join(top, self.zip), when)
            return
        for name, text in self.files[kind].items():
            path = os.path.join(top, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            os.utime(path, (when, when))

    def write_zip(self, kind, path, when):
        files = dict(self.files["before"], **self.files[kind])
        for name in self.files["gone"] if kind == "after" else ():
            del files[name]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(zipfile.ZipInfo(name, time.localtime(when)[:6]), text)
        os.utime(path, (when, when))

    def remove_gone(self, top):
        for name in () if self.zip else self.files["gone"]:
            path = os.path.join(top, name)
            if os.path.exists(path):
                os.remove(path)


def version(text):
    return tuple(map(int, text.split("."))) if text else None
