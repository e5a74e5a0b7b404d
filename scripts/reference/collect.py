"""Collects the pages of the reference from the tree: headers, the IDL, the tables of codes, what the
documents say of variables. Used by what writes them, and by the check.
"""
import glob
import os
import re

import contract
import declarations
import prose
import variables
from examples import Examples
from model import Page

# What compilers need of the headers, and programs do not.
MACHINERY = re.compile(r"^(SCARDSSP_(CODE|ONE|TWO|COMPARABLE|RAW|GUID|CONSTANT)\w*|SCARDSSP_PROFILE_EXPORT|STDMETHODCALLTYPE|STDAPICALLTYPE|"
                       r"BEGIN_INTERFACE|END_INTERFACE|CONST_VTBL|DECLSPEC_\w+|MIDL_INTERFACE|FORCEINLINE|tagBRECORD|DEFINE_GUID)$")
CODE_ROW = re.compile(r'\{\w+,\s*"([A-Z]\w*_\w+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}')
CODE_VALUE = re.compile(r"\(\(HRESULT\)(\w+)\)|SCARDSSP_(?:TWO_)?CODES?\((\w+)\)")
KINDS = {"define": "constant", "opaque": "struct", "union": "struct"}
ORDER = ("function", "callback", "struct", "union", "enum", "opaque", "define")


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


class Reference:
    """All pages, by their names."""

    def __init__(self, root):
        self.root = root
        self.pages = {}
        self.names = {}  # every name of a page: the page
        self.examples = Examples(root)
        self.headers()
        self.interfaces()
        self.codes()
        self.variables()
        self.guides()
        self.finish()

    def add(self, page):
        if page.name in self.pages:
            raise ValueError("%s:%d: %s has a page already" % (page.path, page.line, page.name))
        self.pages[page.name] = page
        return page

    def of_kind(self, *kinds):
        return [page for page in self.pages.values() if page.kind in kinds]

    # Headers.

    def headers(self):
        self.renamed = {}
        paths = sorted(glob.glob(os.path.join(self.root, "include/scardssp/*.h")))
        for path in (os.path.relpath(path, self.root) for path in paths):
            text = read(self.root, path)
            for name, (value, _) in declarations.definitions(text).items():
                if value == "scardssp_" + name:
                    self.renamed[name] = value
            head, groups = declarations.read(path, text)
            page = self.add(header_page(path, head))
            self.fill(page, groups, head)
        self.merge_types()

    def fill(self, page, groups, head):
        """Pages of the groups of a header, and the list of them."""
        own = os.path.basename(page.path).startswith("scardssp_")
        names = []
        for group in groups:
            group.declarations = [one for one in group.declarations if not MACHINERY.match(one.name)]
            if group.declarations:
                made = self.group_page(group, own, head)
                names.append(made.name)
        page.lists.append(("CONTENTS", names))

    def group_page(self, group, own, head):
        main = min(group.declarations, key=lambda one: ORDER.index(one.kind))
        page = Page(main.name, KINDS.get(main.kind, main.kind), prose.summary(group.comment), group.path, main.line)
        if main.kind == "define" and main.result:
            page.kind = "macro"
        page.text = group.comment
        page.common = group.section if own else ""
        page.include = os.path.basename(group.path)
        for one in group.declarations:
            page.aliases += [one.name] if one.name != page.name and one.name not in page.aliases else []
            page.aliases += [self.renamed[one.name]] if one.name in self.renamed else []
            page.aliases += [name for name, _, _ in one.members if one.kind == "enum"]
        page.synopsis = [(None, synopsis_of(group.declarations))]
        self.describe(page, group, head)
        page.errors = prose.errors_of(group.comment)
        page.clauses = prose.clauses_of(group.comment)
        if main.name in self.pages and {page.kind, self.pages[main.name].kind} & {"enum", "struct"}:
            return self.merge(page)
        return self.add(page)

    def describe(self, page, group, head):
        """Parameters, members and values of what a group declares."""
        seen = set()
        for one in group.declarations:
            for type_text, name in one.parameters:
                if name not in seen:
                    seen.add(name)
                    text = prose.about(name, group.comment) or prose.about(name, group.section) or prose.about(name, head)
                    page.parameters.append((name, type_text, text))
            for name, shown, text in one.members:
                page.values.append((name, shown, text))
                page.values_title = "VALUES" if one.kind == "enum" else "MEMBERS"
            if one.kind == "define":
                page.values.append((one.name, one.value, one.note))

    def merge(self, page):
        """A page joins one of the same name: an enum and a function may have one."""
        first = self.pages[page.name]
        if first.kind != "function":
            first, page = page, first
            self.pages[first.name] = first
        first.synopsis = page.synopsis + first.synopsis
        first.values += page.values
        first.aliases += [name for name in page.aliases if name not in first.aliases]
        first.values_title = page.values_title
        first.texts.append((None, page.text))
        return first

    def merge_types(self):
        """What a parameter is where the comment does not say: that of its type."""
        for page in self.pages.values():
            page.parameters = [(name, kind, text or self.of_type(name, kind)) for name, kind, text in page.parameters]

    def of_type(self, name, kind):
        match = re.search(r"\b(scardssp_\w+)", kind)
        other = self.pages.get(match.group(1)) if match else None
        return other.summary if other and other.name != name and other.kind in ("struct", "callback", "enum") else ""

    # The contract.

    def interfaces(self):
        path = "idl/scardssp.idl"
        text = read(self.root, path)
        found, classes, head = contract.read(text)
        page = self.add(Page("scardssp.idl", "header", "the contract: interfaces, classes, and the rules for every method", path, 1))
        page.text = re.sub(r"\n\nWhere TYPE_LIBRARY.*", "", head, flags=re.S)
        groups = contract.types(path, text)
        self.fill(page, groups, head)
        for group in groups:
            for one in group.declarations:
                self.pages[one.name if one.name in self.pages else page.lists[0][1][0]].include = "scardssp.h"
        for interface in found:
            self.interface_page(interface, path)
        for one in classes:
            self.class_page(one, path)
        page.lists += [("INTERFACES", [one.name for one in found]), ("CLASSES", [one.name for one in classes])]

    def interface_page(self, interface, path):
        page = self.add(Page(interface.name, "interface", lowered(interface.help), path, interface.line))
        page.aliases = ["IID_" + interface.name]
        page.include, page.text = "scardssp.h", re.sub(r"^\w+: ", "", interface.comment)
        page.text = capital(page.text)
        page.facts = [("Identifier", "IID_%s, {%s}" % (interface.name, interface.uuid.upper())),
                      ("Made by", ", ".join(interface.classes) or "ISCardManage")]
        page.clauses = prose.clauses_of(interface.comment)
        page.errors = prose.errors_of(interface.comment)
        by_name = {}
        for member in interface.members:
            by_name.setdefault(member.name, []).append(member)
        standard = (prose.STANDARD.findall(interface.comment) or [""])[0]
        names = [self.member_page(page, members, path, standard).name for members in by_name.values()]
        page.lists.append(("MEMBERS", names))
        page.synopsis = [("C, with #define COBJMACROS before #include", [one.in_c() for one in interface.members])]
        page.see = interface.classes + ["scardssp.idl"]

    def member_page(self, interface, members, path, standard):
        first = members[0]
        kind = "method" if first.kind == "method" else "property"
        help_text = next((one.help for one in members if one.help), "")
        page = self.add(Page("%s_%s" % (interface.name, first.name), kind, lowered(help_text), path, first.line))
        page.interface, page.include = interface.name, "scardssp.h"
        page.aliases = ["%s_%s" % (interface.name, one.method()) for one in members if one.kind != "method"]
        comments = list(dict.fromkeys(one.comment for one in members))
        if len(comments) > 1:
            page.texts = [("Reading" if one.kind == "get" else "Writing", one.comment) for one in members]
        else:
            page.text = comments[0]
        whole = " ".join(comments)
        page.synopsis = [("C", [one.in_c() for one in members]), ("C++", [one.in_cpp() for one in members]),
                         ("By name", [by_name(one) for one in members])]
        for member in members:
            for one in member.parameters:
                said = "[%s%s] " % (one.direction, ", may be left out: " + one.default if one.default else "")
                text = prose.about(one.name, whole) or prose.about(one.name, interface.text) or \
                    (capital(page.summary) if one.retval else self.parameter_type(one))
                if one.name not in [row[0] for row in page.parameters]:
                    page.parameters.append((one.name, one.type, said + text))
        page.facts = [("DISPID", str(first.dispid)), ("Slot", ", ".join(str(one.slot) for one in members))]
        page.errors = prose.errors_of(whole)
        page.clauses = prose.clauses_of(whole, standard)
        page.see = [interface.name, "scardssp.idl"]
        return page

    def parameter_type(self, parameter):
        base = parameter.type.split()[0]
        other = self.pages.get(base)
        if other:
            return other.summary
        return {"LPBYTEBUFFER": "a buffer of bytes, IByteBuffer", "LPSCARDCMD": "a command, ISCardCmd"}.get(base, "")

    def class_page(self, one, path):
        page = self.add(Page(one.name, "class", lowered(one.help), path, one.line))
        page.aliases = ["CLSID_" + one.name]
        page.include = "scardssp.h"
        page.text = "Objects of this class are made by CoCreateInstance() with CLSID_%s, or by name, CreateObject(\"SCardSSP.%s\") in scripts." \
            % (one.name, one.name[1:])
        page.facts = [("Identifier", "CLSID_%s, {%s}" % (one.name, one.uuid.upper())), ("ProgID", "SCardSSP." + one.name[1:])]
        page.lists = [("INTERFACES", one.interfaces)]
        page.synopsis = [("C", ["HRESULT hr = CoCreateInstance(&CLSID_%s, NULL, CLSCTX_ALL, &IID_%s, (void **)&object);"
                                % (one.name, one.interfaces[0])])]
        page.see = one.interfaces + ["CoCreateInstance"]

    # Codes and variables.

    def codes(self):
        advice = {}
        for path in ("src/rm/status.c", "src/com/code.c"):
            for name, text in CODE_ROW.findall(read(self.root, path)):
                advice[name] = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\"', '"')
        for page in [page for page in self.pages.values() if page.kind == "header" and page.path.endswith(".h")]:
            for name, (value, line) in declarations.definitions(read(self.root, page.path)).items():
                match = CODE_VALUE.match(value)
                if match and prose.CODE.fullmatch(name) and name not in self.pages:
                    number = int(match.group(1) or match.group(2), 16)
                    code = Page(name, "code", prose.summary(advice.get(name, "")) or "a code", page.path, line)
                    code.include, code.text = "scardssp.h", advice.get(name, "")
                    code.synopsis = [(None, ["#define %s ((HRESULT)0x%08X)" % (name, number)])]
                    code.facts = [("Number", "0x%08X, %d" % (number, number - (1 << 32) if number >> 31 else number))]
                    code.see = ["scardssp_codes", "scardssp_status_advice"]
                    self.add(code)

    def variables(self):
        for name, (text, path, line) in sorted(variables.read(self.root).items()):
            page = self.add(Page(name, "variable", prose.summary(text), path, line))
            page.text = text
            page.facts = [("Where", "the environment of the program; ignored where it has more rights than its caller")]
            page.see = ["scardssp_environment"]

    # Overviews.

    def guides(self):
        head = self.pages["scardssp.h"]
        page = self.add(Page("scardssp", "guide", "smart card service provider: cards by COM objects or plain C", "include/scardssp/scardssp.h", 1))
        page.text = head.text + "\n\nHeaders under /usr/include/scardssp; pkg-config --cflags --libs scardssp says how to build. The rules that " \
            "all methods keep stand in scardssp.idl, codes in scardssp_codes, variables in scardssp_environment."
        page.lists = [("HEADERS", [one.name for one in self.of_kind("header")]),
                      ("CLASSES", [one.name for one in self.of_kind("class")]),
                      ("INTERFACES", [one.name for one in self.of_kind("interface")])]
        page.see = ["scardssp_codes", "scardssp_environment"]
        codes = self.add(Page("scardssp_codes", "guide", "codes that scardssp returns, with what to do about each", "include/scardssp/scarderr.h", 1))
        codes.text = "An HRESULT is negative for a failure: FAILED(hr). scardssp_status_name() has the name of a code, scardssp_status_advice() a sentence."
        codes.lists = [("CODES", [one.name for one in self.of_kind("code")])]
        codes.see = ["scardssp", "scarderr.h"]
        settings = self.add(Page("scardssp_environment", "guide", "environment variables of scardssp", "README.md", 1))
        settings.text = "They are ignored by programs that run with more rights than their caller (set-uid, set-gid, file capabilities)."
        settings.lists = [("VARIABLES", [one.name for one in self.of_kind("variable")])]
        settings.see = ["scardssp"]

    def finish(self):
        """What needs all pages: names, examples, who returns a code."""
        for page in self.pages.values():
            for name in page.names():
                self.names.setdefault(name, page)
        for page in self.pages.values():
            words = [name for name in page.names() if page.kind not in ("header", "guide", "variable", "code")]
            own = [name.split("_", 1)[-1] for name in page.names()]
            example = self.examples.best(words, own, page.interface)
            page.examples = [example] if example else []
            for code in page.errors:
                if code in self.pages and self.pages[code].kind == "code":
                    returned = self.pages[code].lists or [("RETURNED BY", [])]
                    returned[0][1].append(page.name)
                    self.pages[code].lists = returned
            if page.include in self.pages and page.kind not in ("method", "property", "code"):
                page.see = page.see + [page.include]


def header_page(path, head):
    name = os.path.basename(path)
    page = Page(name, "header", prose.summary(head), path, 1)
    page.include = name
    page.text = re.sub(r"^[\w.]+(?: \(Linux\))?: ", "", head)
    page.text = capital(page.text)
    page.synopsis = [(None, ["#include <%s>" % name])]
    page.clauses = prose.clauses_of(head)
    page.see = ["scardssp"]
    return page


def synopsis_of(group):
    lines = []
    for one in group:
        if one.kind in ("struct", "enum", "union"):
            lines += declarations.without_trailing(one.text).split("\n")
        else:
            lines.append(one.text)
    return lines


def by_name(member):
    names = [one.name for one in member.parameters if not one.retval]
    if member.kind == "get":
        return "value = object.%s" % member.name
    if member.kind == "put":
        return "object.%s = value" % member.name
    results = [one for one in member.parameters if one.retval]
    return "%sobject.%s(%s)" % ("value = " if results else "", member.name, ", ".join(names))


def lowered(text):
    return text[0].lower() + text[1:] if re.match(r"[A-Z][a-z]|A ", text) else text


def capital(text):
    return text[:1].upper() + text[1:]
