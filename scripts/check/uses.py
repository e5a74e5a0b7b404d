#!/usr/bin/env python3
"""What the files of src/ and of the tool use of each other: uses.py prints `UNIT UNIT: why`, a line each. The
check of circles, the numbers of the house and the picture of its rooms are made from it.

A unit is what one idea has: a .c file, the header of its name, and their other halves (`x_win.c` beside
`x.h`). One uses another if it includes a file of the other, or names a function that is written there: a
header may declare what other files define.
"""
import collections
import os
import re
import sys

import size
import sources

ROOTS = ("src/", "tools/scard/")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]+(["<])([^">]+)[">]', re.M)
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
# Neither a member of a structure nor a tag is the function of its name.
WORD = re.compile(r"(?<![\w.])(?<!->)(?:(?:struct|enum|union) \w+|([A-Za-z_]\w+))")


def files():
    return [path for path in sources.with_endings(".c", ".h", ".inc") if path.startswith(ROOTS)]


def root_of(path):
    return next(root for root in ROOTS if path.startswith(root))


def unit_of(path, present):
    """The path without its ending, and without `_win` where there is a header for both halves."""
    stem = os.path.splitext(path)[0]
    if stem.endswith("_win") and stem + ".h" not in present and stem[:-len("_win")] + ".h" in present:
        return stem[:-len("_win")]
    return stem


def includes(path, text):
    """Yields (line, True if in quotation marks, what is included)."""
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start(2)) + 1, match.group(1) == '"', match.group(2)


def without_noise(text):
    """The text without comments and strings, the lines where they were."""
    return NOISE.sub(lambda match: "\n" * match.group(0).count("\n") or " ", text)


def defined(path, text):
    """Names of the functions written in a file that others can call: (name, first line, number of lines)."""
    lines = text.splitlines()
    for name, line, length in size.c_functions(text):
        if path.endswith(".h") or not re.search(r"\bstatic\b", lines[line - 1]):
            yield name, line, length


def bodies(path, text):
    """What a file does: all of a .c file, the functions of a header. Yields (first line, lines)."""
    lines = text.splitlines()
    if not path.endswith(".h"):
        yield 1, lines
        return
    for _, line, length in size.c_functions(text):
        yield line, lines[line - 1:line - 1 + length]


def calls(texts, present):
    """Yields (unit, unit, why) for each function of another unit that a file names."""
    writers = collections.defaultdict(set)
    for path, text in texts.items():
        for name, _, _ in defined(path, text):
            writers[name].add(path)
    for path, text in texts.items():
        own = {name for name, _, _ in size.c_functions(text)}
        for first, lines in bodies(path, text):
            for number, line in enumerate(lines, first):
                for name in WORD.findall(line):
                    if name in writers and name not in own:
                        for writer in writers[name]:
                            if root_of(writer) == root_of(path):
                                yield (unit_of(path, present), unit_of(writer, present),
                                       "%s:%d names %s()" % (path, number, name))


def graph():
    """{unit: {unit it uses: why}}, the first reason that is met."""
    present = set(files())
    used = {unit_of(path, present): {} for path in sorted(present)}
    texts = {path: without_noise(sources.read(path)) for path in sorted(present)}
    found = []
    for path in sorted(present):
        for line, _, target in includes(path, sources.read(path)):
            target = root_of(path) + target
            if target in present:
                found.append((unit_of(path, present), unit_of(target, present), "%s:%d includes %s" % (path, line, target)))
    for unit, other, why in found + list(calls(texts, present)):
        if unit != other:
            used[unit].setdefault(other, why)
    return used


def circles(used):
    """Groups of units each of which reaches all others of its group, sorted."""
    index, low, stack, groups = {}, {}, [], []

    def visit(unit):
        index[unit] = low[unit] = len(index)
        stack.append(unit)
        for other in used[unit]:
            if other not in index:
                visit(other)
                low[unit] = min(low[unit], low[other])
            elif other in stack:
                low[unit] = min(low[unit], index[other])
        if low[unit] == index[unit]:
            group = stack[stack.index(unit):]
            del stack[stack.index(unit):]
            if len(group) > 1:
                groups.append(sorted(group))

    for unit in used:
        if unit not in index:
            visit(unit)
    return sorted(groups)


def main():
    for unit, others in graph().items():
        for other, why in others.items():
            print("%s %s: %s" % (unit, other, why))


if __name__ == "__main__":
    sys.exit(main())
