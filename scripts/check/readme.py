#!/usr/bin/env python3
"""Checks that the documents show code as it is: a block that follows `<!-- from PATH -->` must stand in that
file, line for line, and a link to a file of the tree must lead to one. Prints offenders, exit status 1.

Leading white space that all lines of a block share does not count; a line `...` in a block stands for lines
left out.
"""
import os
import re
import sys
import textwrap

import sources

BLOCK = re.compile(r"<!-- from (\S+) -->\n+```\w*\n(.*?)```", re.S)
LINK = re.compile(r"\]\(([^)#:\s]+)(#[^)\s]*)?\)")


def stands_in(part, text):
    """True if the lines of part follow each other somewhere in text, at any one indentation."""
    wanted = textwrap.dedent(part).strip("\n").split("\n")
    lines = text.split("\n")
    for start in range(len(lines) - len(wanted) + 1):
        if textwrap.dedent("\n".join(lines[start:start + len(wanted)])).split("\n") == wanted:
            return True
    return False


def check(path, text):
    """Yields what is wrong with one document."""
    for match in BLOCK.finditer(text):
        name = match.group(1)
        if not os.path.isfile(os.path.join(sources.ROOT, name)):
            yield "%s: shows a part of %s, which is not there" % (path, name)
            continue
        for part in re.split(r"^\s*\.\.\.\s*$", match.group(2), flags=re.M):
            if part.strip() and not stands_in(part, sources.read(name)):
                yield "%s: what it shows of %s does not stand there like this:\n%s" % (path, name, part.strip("\n"))
    for match in LINK.finditer(text):
        target = os.path.join(sources.ROOT, os.path.dirname(path), match.group(1))
        if not os.path.exists(target):
            yield "%s: leads to %s, which is not there" % (path, match.group(1))


def main():
    faults = [fault for path in sources.with_endings(".md") for fault in check(path, sources.read(path))]
    examples = len(BLOCK.findall(sources.read("README.md")))
    if examples < 2:
        faults.append("README.md: shows %d examples; one in C and one in C++ are promised" % examples)
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
