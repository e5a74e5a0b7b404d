#!/usr/bin/env python3
"""Measures the house: rooms and folders, functions, circles, duplicates. Prints the numbers; exit status 1
where a limit is broken, with `not so:` before the line. `make house` shows it, lint.sh checks it.
"""
import collections
import os
import statistics
import sys

import circles
import duplicates
import layers
import size
import sources
import uses

FOLDER_FILES = 25
PARTS = ("src/", "tools/", "tests/")
CODE = (".c", ".h")

broken = []


def say(fits, line):
    print(line if fits else "not so: " + line)
    if not fits:
        broken.append(line)


def rooms():
    print("%-14s %4s %8s %7s  %s" % ("room", "rank", ".c files", "lines", "folders"))
    for room, (rank, _) in layers.ROOMS.items():
        files = [path for path in sources.with_endings(*CODE) if path.startswith("src/%s/" % room)]
        if files:
            folders = sorted({path.split("/")[2] for path in files if path.count("/") > 2})
            print("src/%-10s %4d %8d %7d  %s" % (room, rank, sum(path.endswith(".c") for path in files),
                                                 sum(sources.read(path).count("\n") for path in files), " ".join(folders)))


def folders():
    count = collections.Counter(os.path.dirname(path) for path in sources.with_endings(".c") if path.startswith(("src/", "tools/")))
    for folder, files in count.most_common():
        if files > FOLDER_FILES:
            say(False, "%s/ holds %d .c files (at most %d)" % (folder, files, FOLDER_FILES))
    folder, files = count.most_common(1)[0]
    print("folders of src/ and tools/: %d, the fullest is %s/ with %d .c files (at most %d)" % (len(count), folder, files, FOLDER_FILES))


def functions():
    allowed = size.read_allowed()
    print("%-8s %9s %6s %4s %4s  %s" % ("", "functions", "median", "90 %", "over", "longest"))
    for part in PARTS:
        found = sorted((length, "%s:%s" % (path, name)) for path in sources.with_endings(*CODE) if path.startswith(part)
                       for name, _, length in size.c_functions(sources.read(path)))
        if not found:
            continue
        lengths = [length for length, _ in found]
        over = [key for length, key in found if length > size.FUNCTION_LINES]
        print("%-8s %9d %6d %4d %4d  %d lines, %s" % (part, len(found), statistics.median(lengths),
                                                      lengths[len(lengths) * 9 // 10], len(over), *found[-1]))
        for key in over:
            say(key in allowed, "%s has more than %d lines: %s" % (key, size.FUNCTION_LINES, allowed.get(key, "no reason is given")))


def the_circles():
    found = uses.circles(uses.graph())
    print("circles between files: %d" % len(found))
    for group in found:
        reason = circles.NATURAL.get(tuple(group))
        say(bool(reason), "  %s: %s" % (" ".join(group), reason or "no reason is given"))


def the_duplicates():
    found = list(duplicates.findings())
    print("logic that was written more than once: %d in one place each" % sum(not fault for _, fault in found))
    for entry, fault in found:
        say(not fault, "  %s: %s" % (entry.what, fault or "in " + ", ".join(entry.homes)))


def main():
    if not sources.with_endings(".c"):
        print("no C file was found: is this the right tree?")
        return 1
    for part in (rooms, folders, functions, the_circles, the_duplicates):
        part()
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
