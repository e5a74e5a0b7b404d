#!/usr/bin/env python3
"""Checks what headers say: every file opens with what it is, every declaration of a function has a comment
directly above it and names its parameters. Prints offenders, exit status 1.

One comment may cover a run of declarations without an empty line between them. Functions written out in a
header (static inline) may also follow such a comment after one empty line.
"""
import re
import sys

import sources

FOLDERS = ("src/", "include/", "tools/", "tests/support/", "fuzz/")
DECLARATION = re.compile(r"^\s*(?!return\b|typedef\b|else\b)[A-Za-z_][\w\s*]*[\s*](\(\*)?(\w+)\)?\s*\(")
TYPE_ONLY = re.compile(r"^(const\s+)?(struct|enum|unsigned|signed)?\s*\w+$")


def statements(text):
    """Yields (line number, kind, text) with kind comment, blank, directive or code, one row for each whole
    statement.
    """
    lines, number = text.splitlines(), 0
    while number < len(lines):
        first, line = number, lines[number].strip()
        if not line:
            kind = "blank"
        elif line.startswith("/*"):
            kind = "comment"
            while "*/" not in lines[number] and number + 1 < len(lines):
                number += 1
        elif line.startswith("#"):
            kind = "directive"
            while lines[number].endswith("\\") and number + 1 < len(lines):
                number += 1
        else:
            kind = "code"
            while not re.search(r"[;{}:]\s*(/\*.*\*/)?\s*$", lines[number]) and number + 1 < len(lines):
                number += 1
        yield first + 1, kind, " ".join(part.strip() for part in lines[first:number + 1])
        number += 1


def unnamed(declaration):
    """True if a parameter has a type and no name."""
    inner = declaration[declaration.index("(", declaration.index(")") if "(*" in declaration else 0) + 1:]
    inner = inner[:inner.rindex(")")]
    if inner.strip() in ("", "void") or "(" in inner:
        return False
    for parameter in inner.split(","):
        parameter = parameter.strip()
        words = re.sub(r"\b(const|struct|enum|unsigned|signed)\b", " ", parameter).replace("*", " * ").split()
        if parameter == "...":
            continue
        if not words or words[-1] == "*" or len([word for word in words if word != "*"]) < 2 \
                and not re.match(r"unsigned \w+$", parameter):
            return True
    return False


def check_header(path):
    """Prints what is wrong with one header; returns how many things, and how many declarations there are."""
    bad = count = depth = 0
    covered = gap = False
    for line, kind, text in statements(sources.read(path)):
        if kind == "comment":
            covered, gap = True, False
        elif kind == "blank":
            covered, gap = False, covered
        elif kind == "code":
            body = re.sub(r"/\*.*?\*/", "", text)
            inline = body.startswith("static inline")
            match = DECLARATION.match(body) if depth == 0 or "(*" in body else None
            if match and (inline or body.rstrip().endswith(";")) and "=" not in body:
                count += 1
                if not covered and not (inline and gap) and "/*" not in text:
                    print("%s:%d: %s has no comment above it" % (path, line, match.group(2)))
                    bad += 1
                if not inline and unnamed(body):
                    print("%s:%d: %s has a parameter without a name" % (path, line, match.group(2)))
                    bad += 1
                covered = covered or (inline and gap)
            if not body.startswith('extern "C"'):
                depth += body.count("{") - body.count("}")
            depth = max(depth, 0)
    return bad, count


def opens_with_comment(path, text):
    if path.endswith(".py"):
        return re.match(r'(#!.*\n)?(#.*\n)*("""|#)', text)
    if path.endswith(".sh") or path == ".ci/run":
        return re.match(r"(#!.*\n)?# ", text)
    return text.startswith("/*") and len(text) > 4


def main():
    bad = count = 0
    for path in sources.with_endings(".c", ".h", ".cpp", ".py", ".sh", ".ci/run"):
        if not opens_with_comment(path, sources.read(path)):
            print("%s: does not open with what it is and who calls it" % path)
            bad += 1
    for path in sources.with_endings(".h"):
        if path.startswith(FOLDERS):
            faults, declarations = check_header(path)
            bad += faults
            count += declarations
    if not count:
        print("no declaration was found: is this the right tree?")
    return 1 if bad or not count else 0


if __name__ == "__main__":
    sys.exit(main())
