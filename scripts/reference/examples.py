"""Finds examples for pages: functions of programs that are built and run, in which a member is used. Used by
collect.py.

Looked through in this order: what tests/pages and examples/calls have for one member alone, the programs of
examples/, everything else of tests/pages, and the tool; of methods at last what C++ programs call.
"""
import os
import re

from model import Example

FOLDERS = ("examples", "tests/pages", "tools/scard")
ENDINGS = (".c", ".cpp")
FUNCTION = re.compile(r"^(?:/\*(?:[^*]|\*(?!/))*\*/\n)?[A-Za-z_][\w \*,<>&:]*?\b(\w+)\([^;{}]*\) \{\n.*?^\}$", re.M | re.S)
# What an example may have at most, to be read beside its page.
LINES = 45


class Function:
    """One function of a program."""

    def __init__(self, path, line, name, code):
        self.path, self.line, self.name, self.code = path, line, name, code
        self.size = code.count("\n") + 1

    def example(self):
        return Example(self.path, self.line, "cpp" if self.path.endswith(".cpp") else "c", self.code)


def functions(root):
    """Every function of the programs."""
    for folder in FOLDERS:
        for place, folders, files in os.walk(os.path.join(root, folder)):
            folders.sort()
            for name in sorted(files):
                if name.endswith(ENDINGS):
                    path = os.path.relpath(os.path.join(place, name), root)
                    with open(os.path.join(root, path), encoding="utf-8") as file:
                        text = file.read()
                    for match in FUNCTION.finditer(text):
                        line = text.count("\n", 0, match.start()) + 1
                        yield Function(path, line, match.group(1), match.group(0))


class Examples:
    """All of them, by the words that are in them."""

    def __init__(self, root):
        self.by_word = {}
        for function in functions(root):
            for word in set(re.findall(r"\w+", function.code)):
                self.by_word.setdefault(word, []).append(function)

    def in_cpp(self, interface, method):
        """Functions in C++ that call a method of an interface, in files where that is spoken of."""
        speaks = {function.path for function in self.by_word.get(interface, []) if function.path.endswith(".cpp")}
        return [function for function in self.by_word.get(method, []) if function.path in speaks and
                re.search(r"(->|\.)(get_|put_)?%s\(" % method, function.code)]

    def best(self, words, own, interface=None):
        """The best example for what these words name; `own`: what a function is called that is for it
        alone.
        """
        found = [function for word in words for function in self.by_word.get(word, []) if function.size <= LINES]
        if not found and interface:
            found = [function for name in own for function in self.in_cpp(interface, name) if function.size <= LINES]
        if not found:
            return None

        def worth(function):
            for_it = function.name in own and function.path.startswith(("tests/pages", "examples/calls"))
            return (not for_it, not function.path.startswith("examples"), function.path.startswith("tools"), function.path.endswith(".cpp"),
                    function.size < 4, function.size)

        return min(found, key=worth).example()
