"""Writes cases in TAP, to the terminal and to a file of the suite's own. Used by play.py and widths.py."""
import os
import sys


class Suite:
    """The cases of one suite; count-tests.py reads the file, NAME.tap in the folder `logs`."""

    def __init__(self, logs, name):
        self.file = open(os.path.join(logs, name + ".tap"), "w", encoding="utf-8")
        self.name, self.number = name, 0
        print("# " + name)

    def put(self, text):
        for to in (sys.stdout, self.file):
            print(text, file=to, flush=True)

    def case(self, name, holds, remarks=""):
        self.number += 1
        self.put("%s %d - %s" % ("ok" if holds else "not ok", self.number, name))
        if not holds:
            for line in str(remarks).splitlines():
                self.put("# " + line)
        return holds

    def equal(self, name, actual, expected):
        return self.case(name, actual == expected, "got      %r\nexpected %r" % (actual, expected))

    def close(self):
        self.put("1..%d" % self.number)
        self.file.close()

    def take(self, status, output):
        """What a program says that speaks TAP itself, and its exit status."""
        self.put(output.rstrip("\n"))
        if status not in (0, None) and "\nnot ok" not in "\n" + output:
            self.put("Bail out! it ended with %d" % status)
        self.file.close()
