"""A reporter for pytest that speaks TAP in the place of its own: -p report."""
import os

import pytest


class Reporter:
    """One line for each test, at its end; why one has failed stands under it."""

    def __init__(self):
        self.count = 0
        self.whys = {}

    def say(self, passed, name, remarks="", directive=""):
        self.count += 1
        name = "".join(c if c.isascii() and c.isprintable() and c != "#" else "?" for c in name)[:150]
        print("%sok %d - %s%s" % ("" if passed else "not ", self.count, name, directive))
        for line in remarks.splitlines():
            print("# " + line)

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.whys.setdefault(report.nodeid, []).append(report.longreprtext)
        if report.skipped:
            self.say(True, report.nodeid, directive=" # SKIP " + str(report.longrepr[-1]))
            self.whys[report.nodeid] = None
        if report.when == "teardown":
            whys = self.whys.pop(report.nodeid, [])
            if whys is not None:
                self.say(not whys, report.nodeid, "\n".join(whys))

    def pytest_collectreport(self, report):
        if report.failed:
            self.say(False, report.nodeid, report.longreprtext)

    def pytest_sessionfinish(self):
        print("1..%d" % self.count)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    # Silent, but there: pytest 8 asks it how to show what an assertion compared.
    config.get_terminal_writer()._file = open(os.devnull, "w", encoding="utf-8")
    config.pluginmanager.register(Reporter(), "tap-reporter")
