#!/usr/bin/env python3
"""Fails when a function of the tool has the name of one in src/: check/names.py.

Windows' tool has the whole library in it, and its linker takes whichever comes first, without a word. On
Linux the library hides its own, so nothing would be noticed there.
"""
import re
import sys

import sources

# A declaration at the beginning of a line; what is static stands in no header.
FUNCTION = re.compile(r"^(?!static|typedef|#|/| |\})[\w ]+[ *](\w+)\(", re.MULTILINE)


def functions(root):
    """Where each function that the headers below root declare stands."""
    return {match.group(1): name
            for name in sources.with_endings(".h") if name.startswith(root)
            for match in FUNCTION.finditer(sources.read(name))}


def main():
    of_library = functions("src/")
    twice = [(name, where, of_library[name]) for name, where in functions("tools/").items() if name in of_library]
    for name, where, other in sorted(twice):
        print("%s: %s() is also the name of a function in %s" % (where, name, other))
    return 1 if twice or not of_library else 0


if __name__ == "__main__":
    sys.exit(main())
