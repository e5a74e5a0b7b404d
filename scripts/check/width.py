#!/usr/bin/env python3
"""Checks that comments end within 110 columns, as the code does (.clang-format leaves comments alone). Prints
offenders, exit status 1.
"""
import ast
import re
import sys

import sources

COLUMNS = 110
C_ENDINGS = (".c", ".h", ".cpp", ".inc", ".idl")
HASH_ENDINGS = (".py", ".sh", "meson.build", "Makefile", ".ci/run")
C_TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)


def c_lines(text):
    """Numbers of the lines that have a comment, or a part of one."""
    for match in C_TOKEN.finditer(text):
        if match.group(0).startswith("/"):
            first = text.count("\n", 0, match.start()) + 1
            yield from range(first, first + match.group(0).count("\n") + 1)


def hash_lines(text):
    return (number for number, line in enumerate(text.splitlines(), 1) if line.lstrip().startswith("#"))


def docstring_lines(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            yield from range(node.body[0].lineno, node.body[0].end_lineno + 1)


def comment_lines(path, text):
    if path.endswith(C_ENDINGS):
        return set(c_lines(text))
    return set(hash_lines(text)) | (set(docstring_lines(text)) if path.endswith(".py") else set())


def main():
    bad = 0
    for path in sources.with_endings(*C_ENDINGS, *HASH_ENDINGS):
        text = sources.read(path)
        lines = text.splitlines()
        for number in sorted(comment_lines(path, text)):
            if len(lines[number - 1]) > COLUMNS:
                print("%s:%d: a comment has %d columns (at most %d)" % (path, number, len(lines[number - 1]), COLUMNS))
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
