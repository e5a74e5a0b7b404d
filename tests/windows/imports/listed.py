"""What a type library has, as listing.exe prints it: for the scripts beside this one."""
import re

METHOD = re.compile(r"slot (\d+), id (-?\d+), (method|get|put) (\w+)\((.*)\)$")
PARAMETER = re.compile(r"\[([\w,]*)\] (.*?)(?: = .*)?$")


class Parameter:
    """`[in,out] **ISCardCmd ppCmd`; a value that is put has no name."""

    def __init__(self, text):
        match = PARAMETER.match(text)
        self.flags = set(match[1].split(","))
        words = match[2].replace("another ", "").split(" ")
        # A type has two words where it is an enumeration or a structure.
        size = 2 if words[0].lstrip("*").split("=")[-1] in ("enum", "struct") else 1
        self.type = " ".join(words[:size])
        self.name = words[size] if len(words) > size else None


class Method:
    """A method or an accessor."""

    def __init__(self, text):
        match = METHOD.match(text)
        if not match:
            raise ValueError("not understood: " + text)
        self.kind, self.name = match[3], match[4]
        self.parameters = [Parameter(part) for part in re.split(r", (?=\[)", match[5]) if part]


class Interface:
    """An interface with its methods, without those of its base."""

    def __init__(self, name, guid, base, *words):
        self.name, self.guid, self.base, self.dual = name, guid.strip("{}"), base, "dual" in words
        self.methods = []


class Class:
    """A class and the interface that is its default."""

    def __init__(self, name, guid):
        self.name, self.guid, self.default = name, guid.strip("{}"), None


class Library:
    """All of it."""

    def __init__(self):
        self.name = None
        self.enums, self.structs, self.aliases = {}, {}, {}
        self.interfaces, self.classes = [], []

    def interface(self, name):
        return next(found for found in self.interfaces if found.name == name)

    def is_interface(self, name):
        return any(found.name == name for found in self.interfaces)

    def constants(self):
        return {name for values in self.enums.values() for name, _ in values}


def read(path):
    """The library of a listing."""
    library, members = Library(), None
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            word, _, rest = line.partition(" ")
            if word == "library":
                library.name = rest
            elif word in ("enum", "struct"):
                members = (library.enums if word == "enum" else library.structs).setdefault(rest, [])
            elif word in ("value", "field"):
                members.append(tuple(rest.split(" ", 1)))
            elif word == "alias":
                name, kind = rest.split(" ", 1)
                library.aliases[name] = kind
            elif word == "interface":
                library.interfaces.append(Interface(*rest.split(" ")))
            elif word == "method":
                library.interfaces[-1].methods.append(Method(rest))
            elif word == "class":
                library.classes.append(Class(*rest.split(" ")))
            elif word == "serves":
                if rest.endswith(" default") or library.classes[-1].default is None:
                    library.classes[-1].default = rest.split(" ")[0]
            else:
                raise ValueError("not understood: " + line)
    return library
