"""Runs tests inside the process that imports this, and says what became of each.

load(NAME) imports a package and all that is below it but tests, and counts them. results(run, NAMES...) is
{test: outcome}, with run_unittest or run_pytest; write(FILE, run, NAMES...) writes that as JSON. What the tests
print is thrown away, on the descriptors as well."""
import contextlib
import importlib
import json
import os
import pkgutil
import sys
import unittest


def is_test(name):
    return any(part.startswith("test") or part.endswith("_test") or part == "conftest" for part in name.split("."))


def load(*names):
    loaded, failed = 0, []
    for top in names:
        package = importlib.import_module(top)
        below = pkgutil.walk_packages(getattr(package, "__path__", []), top + ".", onerror=lambda name: None)
        for name in [module.name for module in below]:
            if is_test(name) or name.endswith("__main__"):
                continue
            try:
                importlib.import_module(name)
                loaded += 1
            except BaseException as e:
                failed.append("%s: %r" % (name, e))
    return loaded, failed


class Record(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.outcomes = {}
        self.subtests = []

    def note(self, test, outcome):
        self.outcomes[test.id()] = outcome

    def startTest(self, test):
        super().startTest(test)
        self.note(test, "passed")

    def addFailure(self, test, err):
        self.note(test, "failed: %s" % self._exc_info_to_string(err, test))

    def addError(self, test, err):
        self.note(test, "error: %s" % self._exc_info_to_string(err, test))

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.addError(test, err)

    def addSkip(self, test, reason):
        self.note(test, "skipped: %s" % reason)

    def addExpectedFailure(self, test, err):
        self.note(test, "failed as expected")

    def addUnexpectedSuccess(self, test):
        self.note(test, "failed: passed unexpectedly")


def run_unittest(names):
    if any(name.startswith("test.") for name in names):
        from test import support

        support.use_resources = []  # no network, no hours of CPU, no terabytes
    record = Record()
    unittest.defaultTestLoader.loadTestsFromNames(names).run(record)
    return record.outcomes


class Plugin:
    def __init__(self):
        self.outcomes = {}

    def pytest_runtest_logreport(self, report):
        worse = report.outcome != "passed"
        if worse or report.when == "call":
            self.outcomes[report.nodeid] = "%s: %s" % (report.outcome, report.longreprtext) if worse else "passed"

    def pytest_collectreport(self, report):
        if report.outcome != "passed":
            self.outcomes[report.nodeid] = "%s: %s" % (report.outcome, report.longreprtext)


def run_pytest(arguments):
    import pytest

    plugin = Plugin()
    pytest.main(["-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", *arguments], plugins=[plugin])
    return plugin.outcomes


@contextlib.contextmanager
def silence():
    """Descriptors 1 and 2, and what writes to them, go nowhere."""
    kept = sys.stdout, sys.stderr
    saved = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_RDWR)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        with open(os.devnull, "w") as sys.stdout, open(os.devnull, "w") as sys.stderr:
            yield
    finally:
        sys.stdout, sys.stderr = kept
        for number, fd in enumerate(saved, 1):
            os.dup2(fd, number)
            os.close(fd)
        os.close(nowhere)


def results(run, *names):
    with silence():
        return run(list(names))


def write(file, run, *names):
    outcomes = results(run, *names)
    with open(file, "w") as out:
        json.dump(outcomes, out)
    return sum(outcome == "passed" for outcome in outcomes.values())
