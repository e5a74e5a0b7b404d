#!/usr/bin/env python3
"""Checks that every file of src/ which a comment, a page or a build file names by its path is there: files
move. Prints offenders, exit status 1.
"""
import os
import re
import sys

import layers
import sources

NAMED = re.compile(r"(?<![\w/.-])(?:src/)?((?:%s)/[\w/]+\.(?:c|h|inc))\b" % "|".join(layers.ROOMS))
ENDINGS = (".c", ".h", ".cpp", ".inc", ".idl", ".md", ".py", ".sh", "meson.build", "Makefile")
# The tests' folders are called as the rooms they try.
PLACES = ("src", "tests", "tests/support")


def is_there(path):
    return any(os.path.exists(os.path.join(sources.ROOT, place, path)) for place in PLACES)


def main():
    bad = 0
    for name in sources.with_endings(*ENDINGS):
        # The checks name files that may come, or are tried on some that do not exist.
        if name.startswith("scripts/check/"):
            continue
        for number, line in enumerate(sources.read(name).splitlines(), 1):
            for path in NAMED.findall(line):
                if not is_there(path):
                    print("%s:%d: names %s, which is not there" % (name, number, path))
                    bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
