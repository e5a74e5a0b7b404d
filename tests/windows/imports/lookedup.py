#!/usr/bin/env python3
"""Looks up in a listed type library what windows.md shows in Visual Basic 6, for which there is no compiler:
lookedup.py DOCUMENT LISTING

Classes, members of their default interfaces with the number of arguments, and constants have to be there; a
member that is used must have types that Visual Basic knows, and no bare constant may be a word of the
language. Prints offenders, exit status 1.
"""
import re
import sys

import listed
import shown

KNOWN_TYPES = {"I2", "I4", "R4", "R8", "UI1", "BSTR", "BOOL", "VARIANT", "UNKNOWN", "IDispatch", "IUnknown"}
# Reserved identifiers that are no functions: "Visual Basic Language Specification", 3.3.5.2.
RESERVED = set("""any as byref byval call case close const declare dim do each else elseif end enum erase error event exit for friend
    function get global gosub goto if implements in input let lock loop lset new next on open option optional paramarray preserve print
    private public put raiseevent redim resume return rset seek select set shared spc static stop sub tab then to type unlock until wend
    while with withevents write""".split())
OPERATORS = {"or", "and", "not", "true", "false", "nothing"}
THEIRS = {"debug", "err", "hex$", "hex"}
DIM = re.compile(r"Dim (\w+) As New (\w+)\.(\w+)$")
CALL = re.compile(r"(\w+)\.(\w+)(?: (.*))?$")
WORD = re.compile(r"(?<![\w.&$])[A-Za-z]\w*\$?(?:\.\w+)*")


def is_known(library, kind):
    """Whether Visual Basic has the type."""
    kind = kind.lstrip("*")
    if kind.startswith("SAFEARRAY("):
        return is_known(library, kind[10:-1])
    return kind in KNOWN_TYPES or kind.split("=")[-1].startswith("enum ") or library.is_interface(kind)


def member_faults(library, interface, name, count):
    """What is wrong with a member that is used with `count` arguments; None: as a value."""
    found = [method for method in interface.methods if method.name.lower() == name.lower()]
    if count is None:
        found = [method for method in found if method.kind == "get"]
    if not found:
        yield "%s has no %s" % (interface.name, name)
        return
    method = found[0]
    for parameter in method.parameters:
        if not is_known(library, parameter.type):
            yield "%s.%s: Visual Basic has no type %s" % (interface.name, name, parameter.type)
    given = [parameter for parameter in method.parameters if "retval" not in parameter.flags]
    needed = [parameter for parameter in given if parameter.flags.isdisjoint({"optional", "default"})]
    if count is not None and not len(needed) <= count <= len(given):
        yield "%s.%s: %d arguments" % (interface.name, name, count)


def word_faults(library, variables, text):
    """What is wrong with the words of an expression."""
    for word in WORD.findall(re.sub(r'"[^"]*"', "0", text)):
        first, *rest = word.split(".")
        if first in variables and len(rest) == 1:
            yield from member_faults(library, variables[first], rest[0], None)
        elif first == library.name and len(rest) == 1:
            if rest[0] not in library.constants():
                yield "no constant " + word
        elif first.lower() in THEIRS or first in variables or (not rest and first.lower() in OPERATORS):
            continue
        elif rest or first not in library.constants():
            yield "no constant " + word
        elif first.lower() in RESERVED:
            yield "a word of the language: " + word


def faults(library, text, variables):
    """Yields what is wrong with a text; `variables` holds those of the texts before."""
    for line in text.split("\n"):
        line = line.split("'")[0].strip()
        declared, called = DIM.match(line), CALL.match(line)
        if declared:
            classes = {found.name: found for found in library.classes}
            if declared[2] != library.name or declared[3] not in classes:
                yield "no class %s.%s" % (declared[2], declared[3])
            else:
                variables[declared[1]] = library.interface(classes[declared[3]].default)
        elif called and called[1] in variables:
            arguments = re.sub(r'"[^"]*"', "0", called[3] or "")
            count = arguments.count(",") + 1 if arguments else 0
            yield from member_faults(library, variables[called[1]], called[2], count)
            yield from word_faults(library, variables, arguments)
        elif line.startswith("Debug.Print "):
            yield from word_faults(library, variables, line[len("Debug.Print "):])
        elif line and not line.startswith("On Error "):
            yield "not understood: " + line


def main():
    library = listed.read(sys.argv[2])
    variables = {}
    texts = shown.texts("vb", sys.argv[1])
    found = [fault for text in texts for fault in faults(library, text, variables)]
    if not texts or not variables:
        found.append("there is no text")
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
