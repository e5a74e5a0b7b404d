#!/usr/bin/env python3
"""Checks that code which differs on Windows lies in files of its own: a `.c` file asks for _WIN32 only where
the list below says why. Headers may leave out what one of both lacks, and compat/ stands in for Windows.
Prints offenders, exit status 1.
"""
import re
import sys

import sources

ASKS = re.compile(r"^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b.*\b_WIN32\b", re.M)
APART = ("src/compat/",)
ALLOWED = {
    "src/base/env.c": "how one variable is read, which env_win.c does; what is made of it is shared",
    "src/com/com.c": "two interfaces more, that only the system asks objects for",
    "src/com/dispatch.c": "whether there is type information, in two short answers",
    "src/icc/random.c": "where randomness comes from: one call each",
}


def main():
    asking = {path for path in sources.with_endings(".c", ".inc")
              if path.startswith(("src/", "tools/")) and not path.startswith(APART) and ASKS.search(sources.read(path))}
    found = ["%s asks for _WIN32: give the other system's half a file of its own" % path for path in sorted(asking - set(ALLOWED))]
    found += ["%s does not ask for _WIN32 any more: take it off the list" % path for path in sorted(set(ALLOWED) - asking)
              if path in set(sources.with_endings(".c"))]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
