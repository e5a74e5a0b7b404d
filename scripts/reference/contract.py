"""Reads scardssp.idl: interfaces with their members, classes, and the types beside them, each with its
comment. Used by collect.py.
"""
import os
import re
import sys

import declarations

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "idl"))
from tables import split_list

INTERFACE = re.compile(r"\[([^\[\]]*?uuid\(([0-9A-Fa-f-]+)\)[^\[\]]*?)\]\s*interface\s+(\w+)\s*:\s*IDispatch\s*\{(.*?)\n\}", re.S)
CLASS = re.compile(r"\[uuid\(([0-9A-Fa-f-]+)\),\s*helpstring\(\"([^\"]*)\"\)\]\s*coclass\s+(\w+)\s*\{([^}]*)\}", re.S)
MEMBER = re.compile(r"\[((?:[^\[\]])*?\bid\((\d+)\)[^\[\]]*)\]\s*HRESULT\s+(\w+)\s*\((.*?)\);", re.S)
PARAMETER = re.compile(r"^\s*\[(.*)\]\s*(\w+)\s*(\**)\s*(\w+)\s*$", re.S)
COMMENT = re.compile(r"/\*.*?\*/", re.S)
PREFIX = {"get": "get_", "put": "put_", "method": ""}


class Parameter:
    """One parameter: its type in C, name, direction and default."""

    def __init__(self, text):
        match = PARAMETER.match(text)
        if not match:
            raise ValueError("scardssp.idl: a parameter is not understood: %s" % text)
        attributes, base, stars, self.name = match.groups()
        self.type = base + (" " + stars if stars else "")
        words = re.findall(r"\b(in|out|retval)\b", attributes)
        self.direction = "in, out" if "in" in words and "out" in words else "out" if "out" in words else "in"
        self.retval = "retval" in words
        default = re.search(r"defaultvalue\(([^)]*)\)", attributes)
        self.default = default.group(1) if default else None

    def declared(self):
        return self.type + ("" if self.type.endswith("*") else " ") + self.name


class Member:
    """A method, or reading or writing a property."""

    def __init__(self, interface, attributes, dispid, name, parameters, comment, line):
        self.interface, self.name, self.dispid, self.comment, self.line = interface, name, int(dispid), comment, line
        self.kind = "get" if "propget" in attributes else "put" if "propput" in attributes else "method"
        found = re.search(r'helpstring\("([^"]*)"\)', attributes)
        self.help = found.group(1) if found else ""
        self.parameters = [Parameter(text) for text in split_list(parameters) if text.strip()]
        self.slot = None

    def method(self):
        return PREFIX[self.kind] + self.name

    def in_c(self):
        return "HRESULT %s_%s(%s *This%s);" % (self.interface, self.method(), self.interface,
                                               "".join(", " + one.declared() for one in self.parameters))

    def in_cpp(self):
        shown = [one.declared() + (" = " + ("NULL" if "*" in one.type and one.default == "0" else one.default)
                                   if one.default else "") for one in self.parameters]
        return "HRESULT %s::%s(%s);" % (self.interface, self.method(), ", ".join(shown))


class Interface:
    """An interface: its identifier, words, members in the order of their slots."""

    def __init__(self, name, uuid, help_text, comment, line):
        self.name, self.uuid, self.help, self.comment, self.line = name, uuid, help_text, comment, line
        self.members = []
        self.classes = []


class Class:
    """A class, and the interfaces of its objects."""

    def __init__(self, name, uuid, help_text, interfaces, line):
        self.name, self.uuid, self.help, self.interfaces, self.line = name, uuid, help_text, interfaces, line


def visible(text):
    """The IDL where no type library is made; a line that does not count is empty, so that numbers of lines
    hold.
    """
    seen = dict(declarations.visible_lines(text))
    lines = [seen.get(number + 1, "") for number in range(text.count("\n") + 1)]
    shown = "\n".join("" if line.startswith("#") else line for line in lines)
    for name, value in re.findall(r"^#define (\w+) (\S+)$", "\n".join(lines), re.M):
        shown = re.sub(r"\b%s\b" % name, value, shown)
    return shown


def comment_above(text, place, gap="\n"):
    """The comment that ends right above a place; "" if something stands between."""
    before = text[:place].rstrip(" ")
    found = None
    for found in COMMENT.finditer(before):
        pass
    if found and before[found.end():].strip(" ") == gap:
        return declarations.bare_comment(found.group(0))
    return ""


def members_of(name, body, text, start):
    """Members of an interface; a comment covers those below it up to an empty line."""
    found, covering, end = [], "", 0
    for match in MEMBER.finditer(body):
        between = body[end:match.start()]
        comment = comment_above(body, match.start())
        covering = comment or (covering if "\n\n" not in between else "")
        attributes, dispid, called, parameters = match.groups()
        line = text.count("\n", 0, start + match.start()) + 1
        found.append(Member(name, attributes, dispid, called, parameters, covering, line))
        end = match.end()
    for slot, member in enumerate(found):
        member.slot = 7 + slot
    return found


def read(text):
    """([Interface], [Class], head comment)."""
    text = visible(text)
    interfaces = {}
    for match in INTERFACE.finditer(text):
        attributes, uuid, name, body = match.groups()
        help_text = re.search(r'helpstring\("([^"]*)"\)', attributes).group(1)
        made = Interface(name, uuid, help_text, comment_above(text, match.start()), text.count("\n", 0, match.start()) + 1)
        made.members = members_of(name, body, text, match.start(4))
        interfaces[name] = made
    classes = []
    for uuid, help_text, name, body in CLASS.findall(text):
        line = text.count("\n", 0, text.index("coclass " + name)) + 1
        classes.append(Class(name, uuid, help_text, re.findall(r"interface\s+(\w+)", body), line))
        for own in classes[-1].interfaces:
            interfaces[own].classes.append(name)
    return list(interfaces.values()), classes, declarations.bare_comment(COMMENT.match(text).group(0))


def types(path, text):
    """The types beside the interfaces, as groups of declarations: what a C header would say."""
    shown = visible(text)
    shown = INTERFACE.sub("", shown)
    shown = re.sub(r'cpp_quote\("(.*)"\)', r"\1", shown)
    shown = re.sub(r"\[(?:v1_enum, )?public\] ", "", shown)
    return declarations.read(path, shown)[1]
