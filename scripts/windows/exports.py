#!/usr/bin/env python3
"""Writes what scardssp-extra.dll exports, which is every function of the public headers:
windows/exports.py DLL OUT.def HEADER...

src/module/windows/meson.build calls it; a function that Windows' half of the library lacks fails the link.
"""
import re
import sys

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
# A declaration begins at the margin; types of functions are inside of parentheses, and macros have a #.
FUNCTION = re.compile(r"^(?!typedef\b)\w[\w *]*?\b(scardssp_\w+)\(", re.M)


def functions(paths):
    """The names of all functions that these headers declare, in order."""
    names = set()
    for path in paths:
        with open(path, encoding="utf-8") as file:
            names.update(FUNCTION.findall(COMMENT.sub("", file.read())))
    return sorted(names)


def main():
    dll, out, *headers = sys.argv[1:]
    with open(out, "w", encoding="ascii") as file:
        file.write("; What %s exports: the functions of scardssp_*.h, and what scardssp.h needs of it.\n" % dll)
        file.write("LIBRARY %s\nEXPORTS\n" % dll)
        file.writelines("    %s\n" % name for name in functions(headers))


if __name__ == "__main__":
    main()
