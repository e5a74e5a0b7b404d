"""Reads C headers as they are written: comments, and the declarations that each of them stands above. Used
by collect.py.

A comment covers the declarations below it up to an empty line. One that an empty line follows opens a
section of the header: what it says holds for all declarations below, until the next such comment. The first
comment of a file says what the header is.
"""
import re

# What the conditions of headers are here: Linux, C.
KNOWN = {"_WIN32": False, "__cplusplus": False, "TYPE_LIBRARY": False, "__winscard_h__": False, "__pcsclite_h__": False}
FUNCTION = re.compile(r"^(?:SCARDSSP_PROFILE_EXPORT )?([\w\s*]+?[\s*])(\w+)\((.*)\);$", re.S)
CALLBACK = re.compile(r"^typedef\s+([\w\s*]+?)\(\*(\w+)\)\((.*)\);$", re.S)
RECORD = re.compile(r"^(typedef\s+)?(struct|union|enum)\s+(\w+)\s*\{(.*)\}\s*(\w*)\s*;$", re.S)
OPAQUE = re.compile(r"^(struct|union)\s+(\w+);$")
DEFINE = re.compile(r"^#define\s+(\w+)(\([^)]*\))?[ \t]*(.*)$", re.S)


class Declaration:
    """One declaration: its kind, name, text, and what is in it."""

    def __init__(self, kind, name, text, line):
        self.kind, self.name, self.text, self.line = kind, name, text, line
        self.result = None
        self.parameters = []  # (type, name)
        self.members = []  # (name, declaration, comment)
        self.value = None
        self.note = ""  # the comment behind a definition


class Group:
    """What stands under one comment."""

    def __init__(self, comment, section, path, line):
        self.comment, self.section, self.path, self.line = comment, section, path, line
        self.declarations = []


def bare_comment(text):
    """What a comment says, without its frame; indentation inside stays."""
    lines = re.sub(r"^\s*/\*+ ?|\s*\*+/\s*$", "", text).split("\n")
    lines = [re.sub(r"^\s*\* ?", "", line).rstrip() for line in lines]
    return "\n".join(lines).strip("\n").strip(" ")


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def one_line(text):
    return re.sub(r"\s+", " ", without_comments(text)).strip()


def holds(condition, words):
    """Whether the lines behind `#if...` are read: what is not known is."""
    if condition == "ifdef":
        return KNOWN.get(words.strip().split()[0], True)
    if condition == "ifndef":
        return not KNOWN.get(words.strip().split()[0], False)
    if "__cplusplus" in words:
        return "!defined(__cplusplus)" in words.replace(" ", "")
    return not re.match(r"defined\(_WIN32\)", words.strip())


def visible_lines(text):
    """(number, line) of the lines that count on Linux, in C."""
    stack = []
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r"\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b(.*)", without_comments(line))
        if match:
            word, rest = match.groups()
            if word in ("ifdef", "ifndef", "if"):
                stack.append(holds(word, rest))
            elif word == "endif":
                stack.pop()
            else:
                stack[-1] = not stack[-1] and (word == "else" or holds("if", rest))
            yield number, "#"
        elif all(stack):
            yield number, line


def statements(text):
    """(line, kind, text) with kind comment, blank, directive, define or code."""
    lines = list(visible_lines(text))
    place = 0
    while place < len(lines):
        number, line = lines[place]
        stripped = line.strip()
        part = [line]

        def more(done):
            nonlocal place
            while not done("\n".join(part)) and place + 1 < len(lines):
                place += 1
                part.append(lines[place][1])

        if not stripped:
            kind = "blank"
        elif stripped.startswith("/*"):
            kind = "comment"
            more(lambda whole: "*/" in whole)
        elif stripped.startswith("#"):
            kind = "define" if stripped.startswith("#define") else "directive"
            more(lambda whole: not whole.rstrip().endswith("\\") and whole.count("/*") == whole.count("*/"))
        else:
            kind = "code"
            more(complete)
        yield number, kind, "\n".join(part)
        place += 1


def complete(text):
    """Whether a statement ends here: no brace is open, and a semicolon or a brace is last."""
    bare = without_comments(text).strip()
    return "/*" not in without_comments(text) and bare.count("{") == bare.count("}") and bare.endswith((";", "}")) \
        or bare.startswith('extern "C"')


def split_parameters(text):
    """(type, name) of each, the commas in brackets apart."""
    found, depth, part = [], 0, ""
    for character in one_line(text) + ",":
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            match = re.match(r"(.*?[\s*])(\w+)((?:\[\w*\])*)$", part.strip())
            if match:
                found.append((match.group(1).strip() + match.group(3), match.group(2)))
            part = ""
        else:
            part += character
    return found


def members_of(body, is_enum):
    """(name, declaration, comment) of each: the comment behind it or above it, which may cover several."""
    found, above = [], ""
    pattern = re.compile(r"(?P<comment>/\*.*?\*/)|(?P<member>[^;,{}/]+(?:\([^)]*\)[^;,/]*)?)(?P<end>[;,]|(?=/\*|$))" if is_enum else
                         r"(?P<comment>/\*.*?\*/)|(?P<member>(?:[^;{}/]|\{[^}]*\}|/(?!\*))+)(?P<end>;)", re.S)
    for match in pattern.finditer(body):
        gap = body[:match.start()]
        if match.group("comment"):
            text = one_comment(match.group("comment"))
            if found and "\n" not in gap[gap.rindex(found[-1][1][-1]):] and not gap.rstrip(" ").endswith("\n"):
                found[-1][2] = text
            else:
                above = text
        elif match.group("member").strip():
            shown = re.sub(r"\s+", " ", match.group("member")).strip()
            if re.match(r"\n\s*\n", match.group("member")):
                above = ""
            name = re.match(r"\w+", shown).group(0) if is_enum else name_of_member(shown)
            found.append([name, shown + ("" if is_enum else ";"), "", above])
    return [(name, shown, own or above) for name, shown, own, above in found]


def one_comment(text):
    return re.sub(r"\s+", " ", bare_comment(text)).strip()


def name_of_member(text):
    pointer = re.search(r"\(\*(\w+)\)", text)
    if pointer:
        return pointer.group(1)
    bare = re.sub(r"\{.*?\}", "", re.sub(r"\[\w*\]", "", text))
    return re.findall(r"\w+", bare)[-1]


def declaration(kind, text, line):
    """What a statement declares; None for what has no name of its own."""
    if kind == "define":
        match = DEFINE.match(without_comments(text).replace("\\\n", " ").strip())
        note = re.search(r"/\*.*?\*/", text, re.S)
        made = Declaration("define", match.group(1), one_line(text.replace("\\\n", " ")), line)
        made.value = one_line(match.group(3))
        made.note = one_comment(note.group(0)) if note else ""
        made.result = match.group(2)
        return made
    bare = without_comments(text).strip()
    match = RECORD.match(bare)
    if match:
        record = RECORD.match(text.strip()) or match
        made = Declaration(match.group(2), match.group(5) or match.group(3), text, line)
        made.members = members_of(record.group(4), match.group(2) == "enum")
        return made
    match = OPAQUE.match(bare)
    if match:
        return Declaration("opaque", match.group(2), text, line)
    for pattern, kind_of in ((CALLBACK, "callback"), (FUNCTION, "function")):
        match = pattern.match(bare)
        if match and not bare.startswith("typedef") ^ (kind_of == "callback"):
            made = Declaration(kind_of, match.group(2), one_line(text), line)
            made.result = one_line(match.group(1))
            made.parameters = split_parameters(match.group(3))
            return made
    return None


def read(path, text):
    """(what the header is, [Group]) of one header; renamed functions have the names that programs write."""
    head, section, group, pending = None, "", None, None
    groups = []
    for line, kind, part in statements(text):
        if kind == "comment":
            head = bare_comment(part) if head is None else head
            pending, group = bare_comment(part), None
            start = line
        elif kind == "blank":
            section = pending if pending and pending != head and group is None else section
            pending = group = None
        elif kind in ("code", "define") and pending is not None:
            made = declaration(kind, part, line)
            if made and made.kind == "define" and made.value == "" and made.name.endswith("_H"):
                pending = None
            elif made:
                if group is None:
                    group = Group(pending, section, path, start)
                    groups.append(group)
                group.declarations.append(made)
            elif kind == "code":
                pending = None
    return head or "", groups


def definitions(text):
    """{name: (value, line)} of all #defines of a header, for codes and renamed functions."""
    found = {}
    for line, kind, part in statements(text):
        if kind == "define":
            made = declaration(kind, part, line)
            found[made.name] = (made.value, line)
    return found


def without_trailing(text):
    """A structure as it is shown: what its members' comments say stands on the page already."""
    lines = [line.rstrip() for line in without_comments(text).split("\n")]
    return re.sub(r"\n\s*\n+", "\n", "\n".join(lines))
