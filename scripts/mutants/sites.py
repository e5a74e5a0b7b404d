"""Where a C file can be changed so that it means something else: one operator, constant, branch or
statement.

Found in the syntax tree that libclang makes of it (Debian: python3-clang), inside functions only. What a
macro hides is left alone: the text that would be changed has to be the file's own.
"""
import glob
import hashlib

import clang.cindex
from clang.cindex import CursorKind

OPERATORS = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "&&": "||", "||": "&&", "+": "-",
             "-": "+", "*": "+", "/": "*", "%": "/", "&": "|", "|": "&", "^": "&", "<<": ">>", ">>": "<<",
             "+=": "-=", "-=": "+=", "|=": "&=", "&=": "|=", "<<=": ">>=", ">>=": "<<=", "++": "--", "--": "++"}
BRANCHES = (CursorKind.IF_STMT, CursorKind.WHILE_STMT, CursorKind.CONDITIONAL_OPERATOR)
# What holds statements: the first child that is one, or may be.
BLOCKS = {CursorKind.COMPOUND_STMT: 0, CursorKind.IF_STMT: 1, CursorKind.WHILE_STMT: 1, CursorKind.FOR_STMT: -1}


class Function:
    """Where a function stands: its bytes, its lines."""

    def __init__(self, cursor, source):
        self.name = cursor.spelling
        self.begin, self.end = cursor.extent.start.offset, cursor.extent.end.offset
        self.first, self.last = cursor.extent.start.line, cursor.extent.end.line
        self.source = source[self.begin:self.end]


class Site:
    """A change: the bytes from `begin` to `end` of a file become `text`. They stand in an expression or a
    statement, from `first` to `last`, that would be another one then."""

    def __init__(self, name, source, function, begin, end, text, whole=None):
        self.name, self.function, self.begin, self.end, self.text = name, function, begin, end, text
        self.first, self.last = whole or (begin, end)
        self.number = 0 # among those that are tried; from 1
        self.line = source.count(b"\n", 0, begin) + 1
        self.before = source[begin:end].decode(errors="replace")

    def key(self):
        """The same for the same change of the same function, wherever that stands in its file."""
        said = "%s\0%d\0%s\0%s\0" % (self.name, self.begin - self.function.begin, self.before, self.text)
        return hashlib.sha256(said.encode() + self.function.source).hexdigest()

    def apply(self, source):
        return source[:self.begin] + self.text.encode() + source[self.end:]

    def __str__(self):
        def short(text):
            text = " ".join(text.split())
            return text if len(text) <= 60 else text[:57] + "..."
        return "%s:%d: %s(): %s  ->  %s" % (self.name, self.line, self.function.name, short(self.before), short(self.text) or "(left out)")


class Finder:
    def __init__(self, name, source):
        self.name, self.source, self.function, self.sites = name, source, None, []

    def add(self, begin, end, text, whole=None):
        self.sites.append(Site(self.name, self.source, self.function, begin, end, text, whole))

    def text(self, cursor):
        return self.source[cursor.extent.start.offset:cursor.extent.end.offset].decode(errors="replace")

    def sign(self, left, right):
        """The operator between two operands, and where it stands."""
        begin, end = left.extent.end.offset, right.extent.start.offset
        between = self.source[begin:end].decode(errors="replace")
        return between.strip(), begin + len(between) - len(between.lstrip())

    def operator(self, left, right):
        sign, at = self.sign(left, right)
        if sign in OPERATORS:
            self.add(at, at + len(sign), OPERATORS[sign], (left.extent.start.offset, right.extent.end.offset))

    def step(self, cursor, operand):
        """++ and --, on either side; ! is left out."""
        begin, end = cursor.extent.start.offset, cursor.extent.end.offset
        inner, outer = operand.extent.start.offset, operand.extent.end.offset
        for first, last in ((begin, inner), (outer, end)):
            sign = self.source[first:last].decode(errors="replace").strip()
            if sign in ("++", "--"):
                self.add(first, last, OPERATORS[sign], (begin, end))
            elif sign == "!":
                self.add(first, last, "", (begin, end))

    def constant(self, cursor):
        text = self.text(cursor)
        if text in ("true", "false"):
            self.add(cursor.extent.start.offset, cursor.extent.end.offset, "false" if text == "true" else "true")
            return
        digits = text.rstrip("uUlL")
        try:
            value = int(digits, 0)
        except ValueError:
            return
        form = "0x%X" if digits.lower().startswith("0x") else "%d"
        self.add(cursor.extent.start.offset, cursor.extent.end.offset, form % (value + 1) + text[len(digits):])

    def branch(self, condition):
        text = self.text(condition)
        if text:
            self.add(condition.extent.start.offset, condition.extent.end.offset, "!(%s)" % text)

    def statement(self, cursor):
        """A call or an assignment that stands for itself is left out."""
        children = list(cursor.get_children())
        alone = cursor.kind in (CursorKind.CALL_EXPR, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR) or \
            (cursor.kind == CursorKind.BINARY_OPERATOR and self.sign(*children)[0] == "=") or \
            (cursor.kind == CursorKind.CSTYLE_CAST_EXPR and children and children[-1].kind == CursorKind.CALL_EXPR)
        end = cursor.extent.end.offset
        if alone and self.source[end:end + 1] == b";":
            self.add(cursor.extent.start.offset, end, "(void)0")

    def visit(self, cursor):
        children = list(cursor.get_children())
        if cursor.kind in (CursorKind.BINARY_OPERATOR, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR) and len(children) == 2:
            self.operator(*children)
        elif cursor.kind == CursorKind.UNARY_OPERATOR and len(children) == 1:
            self.step(cursor, children[0])
        elif cursor.kind == CursorKind.INTEGER_LITERAL:
            self.constant(cursor)
        elif cursor.kind in BRANCHES and children:
            self.branch(children[0])
        for child in children[BLOCKS.get(cursor.kind, len(children)):]:
            self.statement(child)
        for child in children:
            self.visit(child)


def library():
    """Debian's python3-clang looks for a name that only libclang-dev has."""
    found = sorted(glob.glob("/usr/lib/*/libclang-[0-9]*.so*") + glob.glob("/usr/lib/llvm-*/lib/libclang.so*"))
    if found:
        clang.cindex.Config.set_library_file(found[-1])


def find(name, path, arguments):
    """The sites of the file at `path`, which is called `name`; arguments: how it is compiled."""
    with open(path, "rb") as file:
        source = file.read()
    unit = clang.cindex.Index.create().parse(path, args=arguments)
    finder = Finder(name, source)
    for cursor in unit.cursor.get_children():
        if cursor.kind == CursorKind.FUNCTION_DECL and cursor.is_definition() and cursor.location.file and \
                cursor.location.file.name == path:
            finder.function = Function(cursor, source)
            finder.visit(cursor)
    return list({(site.begin, site.end, site.text): site for site in finder.sites}.values())
