#!/usr/bin/env python3
"""Checks that functions fit a screen (60 lines) and files stay under 500. Prints offenders, exit status 1.

scripts/check/size-allowed.txt names what may pass, with the reason: a flat table or switch, a data file. A
line there that is no longer needed is an offender too. Functions are found by layout (clang-format: body ends
with `}` in column one), which the format check guarantees.
"""
import ast
import re
import sys

import sources

FUNCTION_LINES = 60
FILE_LINES = 500
ALLOWED = "scripts/check/size-allowed.txt"
ENDINGS = (".c", ".h", ".cpp", ".py", ".sh", ".idl")
NAME = re.compile(r"(\w+)\s*\(")
ATTRIBUTE = re.compile(r"__attribute__\(\(.*?\)\)(?!\))")


def c_functions(text):
    """Yields (name, first line, number of lines) of function bodies that end in column one."""
    start = head = None
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r"[A-Za-z_]", line) and not line.startswith(("typedef", "struct ", "enum ")) \
                or start is None and re.match(r"(static |const )*(struct|enum) [^;={]*\(", line):
            start, head = number, line
        elif start is not None and number - start < 8 and "{" not in head:
            head += " " + line.strip()
        if start is not None and head.rstrip().endswith(";") and "{" not in head:
            start = None
        if start is not None and line.startswith("}"):
            name = NAME.search(ATTRIBUTE.sub("", head))
            # An initialiser (`= {`) is a table, not a function.
            if name and "=" not in head.split("{")[0]:
                yield name.group(1), start, number - start + 1
            start = None


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def read_allowed():
    """{path or path:function: reason}"""
    allowed = {}
    for line in sources.read(ALLOWED).splitlines():
        if line.strip() and not line.startswith("#"):
            what, _, reason = line.partition(" ")
            allowed[what] = reason.strip()
    return allowed


def offenders():
    """Yields (key in the allowance list, message)."""
    for path in sources.with_endings(*ENDINGS):
        text = sources.read(path)
        lines = text.count("\n")
        if lines >= FILE_LINES:
            yield path, "%s: %d lines (under %d)" % (path, lines, FILE_LINES)
        functions = python_functions(text) if path.endswith(".py") else \
            c_functions(text) if path.endswith((".c", ".h", ".cpp")) else ()
        for name, line, length in functions:
            if length > FUNCTION_LINES:
                yield "%s:%s" % (path, name), "%s:%d: %s() has %d lines (at most %d)" % (
                    path, line, name, length, FUNCTION_LINES)


def main():
    allowed, used, bad = read_allowed(), set(), 0
    for key, message in offenders():
        if allowed.get(key):
            used.add(key)
        else:
            print(message)
            bad += 1
    for key in sorted(set(allowed) - used):
        print("%s: %s is not too long any more, or gives no reason" % (ALLOWED, key))
        bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
