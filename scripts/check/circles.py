#!/usr/bin/env python3
"""Checks that no file of src/ and of the tool uses, around whatever corner, one that uses it (uses.py says
what counts). Prints each circle with the reasons of its arrows, exit status 1.
"""
import sys

import uses

# In the nature of the thing. An entry that is no circle any more is an offender, too.
NATURAL = {
    ("src/compat/arrayelement", "src/compat/elementsize", "src/compat/safearray", "src/compat/variant"):
        "a VARIANT holds arrays, and an array can be one of VARIANTs",
}


def main():
    used = uses.graph()
    if not any(used.values()):
        print("no file uses another: is this the right tree?")
        return 1
    found = [tuple(group) for group in uses.circles(used)]
    bad = [group for group in found if group not in NATURAL]
    for group in bad:
        print("a circle of %d files:" % len(group))
        for unit in group:
            for other in group:
                if other in used[unit]:
                    print("  %s -> %s: %s" % (unit, other, used[unit][other]))
    gone = [group for group in NATURAL if group[0] in used and group not in found]
    for group in gone:
        print("listed as natural, and no circle (any more): %s" % " ".join(group))
    return 1 if bad or gone else 0


if __name__ == "__main__":
    sys.exit(main())
