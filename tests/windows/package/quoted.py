#!/usr/bin/env python3
"""That batch files keep the rules by which a path with any character stays a path: quoted.py FILE.cmd...

The interpreter of Windows puts in variables before it looks for & | < > ( ) ^: outside of quotation marks
their values become commands. `call` puts in variables once more and doubles ^, and what follows the `do` of a
`for` is looked through for its letter after the variables are put in: no path may stand there. `!` is let
alone as long as delayed expansion is off. Variables that hold no path may stand anywhere. Prints offenders,
exit status 1.
"""
import re
import sys

PLAIN = {"page", "mark", "failed", "result", "errorlevel"}  # numbers, and names of our own files
VARIABLE = re.compile(r"%~?(\w+)[^%\s\"]*%|%~\w*\d")
# The command of a `for`, which is a line of its own to the interpreter: its quotation marks are checked
# there.
COMMAND = re.compile(r"in \('\"(.*)\"'\)")


def named(text):
    """The variables and parameters that are put in, the harmless ones left out."""
    return [found[0] for found in VARIABLE.finditer(text) if found[1] not in PLAIN and not found[0].startswith("%~1")]


def outside(text):
    """What stands outside of quotation marks."""
    return re.sub(r"\"[^\"]*\"?", "", text)


def faults(line):
    """Yields what is wrong with one line."""
    if line.startswith("rem ") or line.startswith("@"):
        return
    command = COMMAND.search(line)
    if command:
        yield from ("a path outside of quotation marks: " + name for name in named(outside(command[1])))
        line = line.replace(command[1], "")
    yield from ("a path outside of quotation marks: " + name for name in named(outside(line)))
    call = re.search(r"\bcall\b(.*)", line)
    if call:
        yield from ("a path in a call: " + name for name in named(call[1].split(">>")[0]))
    loop = re.search(r"\bfor\b.*\bdo\b(.*)", line)
    if loop:
        yield from ("a path in a for: " + name for name in named(loop[1]))


def main():
    status = 0
    for path in sys.argv[1:]:
        with open(path, encoding="ascii") as file:
            text = file.read()
        if "DisableDelayedExpansion" not in text:
            print("%s: delayed expansion may be on" % path)
            status = 1
        for number, line in enumerate(text.split("\n"), 1):
            # What is replaced in a variable (%name:"=%) is no quotation mark of the line.
            for fault in faults(line.strip().replace(':"=%', ':=%')):
                print("%s:%d: %s" % (path, number, fault))
                status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
