#!/usr/bin/env python3
"""Prints what the tests reach of all of src/ and of the parts that must not fail, and holds each to its bar:
coverage-bars.py SUMMARY, a file of `gcovr --json-summary`. Fails when one is under its bar, or has no lines.
Branches are told and have no bar. Called by coverage.sh.
"""
import json
import re
import sys

# What it is called, its files, and how many of a hundred lines are to be reached at least.
BARS = [
    ("src/", r"src/", 97),
    ("src/client/attachment.c", r"src/client/attachment\.c$", 99),
    ("exchange engine (src/apdu/: exchange, apdu, sw)", r"src/apdu/(exchange|apdu|sw)\.[ch]$", 99),
    ("src/slots/", r"src/slots/", 99),
    ("src/backends/pcsc/", r"src/backends/pcsc/", 99),
]


def percent(part, whole):
    return 100.0 * part / whole if whole else 0.0


def measure(files, pattern):
    """Lines reached and lines, branches reached and branches, of the files whose names begin so."""
    fit = [file for file in files if re.match(pattern, file["filename"])]
    return [sum(file[key] for file in fit)
            for key in ("line_covered", "line_total", "branch_covered", "branch_total")]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as summary:
        files = json.load(summary)["files"]
    low = 0
    for name, pattern, bar in BARS:
        lines, all_lines, branches, all_branches = measure(files, pattern)
        under = percent(lines, all_lines) < bar
        low += under
        print("%-48s lines %5.1f %% of %6d (bar %d %%), branches %5.1f %% of %6d%s" %
              (name, percent(lines, all_lines), all_lines, bar, percent(branches, all_branches), all_branches,
               ": UNDER ITS BAR" if under else ""))
    sys.exit(1 if low else 0)


if __name__ == "__main__":
    main()
