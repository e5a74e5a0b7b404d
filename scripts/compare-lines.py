#!/usr/bin/env python3
"""Counts the code of three programs over scardssp_card.h and of the same over PC/SC's own calls:
compare-lines.py [FOLDER]. FOLDER has the programs, FOLDER/raw the others; default: examples/. Comments and
empty lines do not count. Exit status 1 where a promise is broken: a list of readers is no longer than over
PC/SC, a program that survives resets is at most half as long. Run by tests/examples.
"""
import os
import re
import sys

# program: (what it does, the most that it may have of the other's lines)
PROGRAMS = {
    "readers": ("lists readers and ATRs", 1.0),
    "transmit": ("reads a file, T=0 or T=1", 1.0),
    "survive": ("reads through resets and removals", 0.5),
}


def code_lines(path):
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read(), flags=re.S)
    return sum(1 for line in text.split("\n") if line.strip())


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "examples")
    broken = 0
    print("%-10s %-34s %8s %6s" % ("program", "", "scardssp", "PC/SC"))
    for name, (summary, most) in PROGRAMS.items():
        ours = code_lines(os.path.join(folder, name + ".c"))
        theirs = code_lines(os.path.join(folder, "raw", name + ".c"))
        print("%-10s %-34s %8d %6d" % (name, summary, ours, theirs))
        if ours > most * theirs:
            print("%s: %d lines of code are more than %d, which is promised" % (name, ours, most * theirs),
                  file=sys.stderr)
            broken = 1
    return broken


if __name__ == "__main__":
    sys.exit(main())
