"""What a comment says, cut into what pages are made of: paragraphs, lists and code; a sentence for the top of
the page; codes with what they mean here; clauses of standards. Used by collect.py and what writes pages.
"""
import functools
import re
import textwrap

CODE = re.compile(r"\b(?:SCARD_[EFPSW]_[A-Z_]+|(?:E|S|CO_E|RPC_E|DISP_E|STG_E|REGDB_E|CLASS_E)_[A-Z_]{2,}|ERROR_BROKEN_PIPE)\b")
LIST_OF_CODES = re.compile(r"((?:%s)(?:(?:, and |, or |, | and | or )(?:%s))*)" % (CODE.pattern, CODE.pattern))
STANDARD = re.compile(r"ISO/IEC \d+(?:-\d+)?(?:, -\d+)*(?: and -\d+)?(?::\d{4})?|ISO \d+-\d+|PC/SC part \d+|GSM [\d.]+\d|(?:3GPP |ETSI )?TS \d[\d .]*\d|"
                      r"NIST SP [\d-]+\d|RFC \d+")
CLAUSE = re.compile(r"(%s)?(?: ?\(?)?(§[\d.]*\d)" % STANDARD.pattern)


def flat(text):
    return re.sub(r"\s+", " ", text).strip()


def blocks(text):
    """[(kind, content)]: "text" with a paragraph, "list" with items, "terms" with (term, text) and "code"
    with lines.
    """
    found, lines = [], text.split("\n")

    def put(kind, content):
        if kind in ("text", "list") and found and found[-1][0] == kind and kind == "list":
            found[-1][1].extend(content)
        else:
            found.append((kind, content))

    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
            continue
        part = [line]
        place += 1
        if line.startswith("    "):
            while place < len(lines) and (lines[place].startswith("    ") or not lines[place].strip()):
                part.append(lines[place])
                place += 1
            put("code", [one[4:] for one in "\n".join(part).rstrip().split("\n")])
        elif re.match(r" {1,3}\S+ {2,}\S", line):
            while place < len(lines) and re.match(r" {1,3}\S+ {2,}\S", lines[place]):
                part.append(lines[place])
                place += 1
            put("terms", [tuple(re.split(r" {2,}", one.strip(), maxsplit=1)) for one in part])
        elif line.startswith("- "):
            while place < len(lines) and lines[place].startswith("  "):
                part.append(lines[place])
                place += 1
            put("list", [flat("\n".join(part))[2:]])
        else:
            while place < len(lines) and lines[place].strip() and not re.match(r"- | +\S+ {2,}\S|    ", lines[place]):
                part.append(lines[place])
                place += 1
            for paragraph in paragraph_of_codes("\n".join(part)):
                put("text", flat(paragraph))
    return found


def sentences(text):
    """Sentences of a text; a full stop in a number or in `e.g.` ends none."""
    return [part for part in re.split(r"(?<!e\.g\.)(?<![ (][A-Z]\.)(?<=[.!?])\s+(?=[\w*\"'(`])", flat(text)) if part]


def cut(text, marks):
    """The text up to the first of these marks, with white space behind it, that stands in no bracket."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and character in marks and text[place + 1:place + 2] in ("", " "):
            return text[:place]
    return text


def summary(text):
    """What it is, in one line without a full stop: the first sentence up to what else it says."""
    text = flat(re.sub(r"\n\n.*", "", text, flags=re.S))
    text = re.sub(r"^[\w.]+(?: \(\w+\))?: ", "", text)
    first = cut(text, ".:;")
    if len(first) > 100:
        first = re.sub(r" \([^)]*\)", "", first)
    if len(first) > 100:
        first = cut(first, ",")
    if re.match(r"[A-Z][a-z]|A ", first):
        first = first[0].lower() + first[1:]
    return re.sub(r'["`]', "", first)


def clauses_of(text, standard=""):
    """Standards and their clauses that a text names; a bare clause is one of `standard`."""
    found, current = [], standard
    for match in re.finditer(r"(%s)|(§[\d.]*\d)" % STANDARD.pattern, flat(text)):
        if match.group(1):
            current = match.group(1)
            behind = flat(text)[match.end():]
            if not re.match(r",? ?\(?§", behind):
                found.append(current)
        else:
            found.append((current + " " if current else "") + match.group(2))
    return list(dict.fromkeys(found))


@functools.lru_cache(maxsize=None)
def parts(text):
    """Clauses of sentences, each with whether the sentence ends there: what stands between semicolons and
    full stops, outside brackets.
    """
    found = []
    for sentence in sentences(text):
        depth, part = 0, ""
        for character in sentence.rstrip("."):
            depth += (character == "(") - (character == ")")
            if character == ";" and depth == 0:
                found.append((part.strip(), False))
                part = ""
            else:
                part += character
        if part:
            found.append((part.strip(), True))
    return found


def errors_of(text):
    """{code: what it means here}, in the order of the text; "" where that says no more."""
    found, last = {}, []
    for part, ends in parts(text):
        match = LIST_OF_CODES.match(part)
        named = CODE.findall(part)
        if not named and last:
            for code in last:
                found[code] += "; " + part if found[code] else ""
        elif named:
            last, meaning = leading(match, part) if match else mentioned(part)
            for code in last:
                found[code] = found.get(code) or meaning
            for code in named:
                found.setdefault(code, "")
        last = [] if ends else last
    return {code: meaning for code, meaning in found.items() if code not in ("S_OK", "S_FALSE")}


def leading(match, part):
    """Of a part that begins with codes: these, and what is said of them."""
    rest = part[match.end():]
    told = re.match(r"[^:(]{0,40}?: (.*)", rest)
    aside = re.match(r" \(([^)]*)\)$", rest)
    return CODE.findall(match.group(1)), told.group(1) if told else aside.group(1) if aside else ""


def mentioned(part):
    """Of a part that names codes further on: those outside brackets, and what is said of them."""
    open_part = re.sub(r"\([^)]*\)", "", part)
    before = re.match(r"(.*?)[:,] (?:(?:%s)(?:, | or | and )?)+$" % CODE.pattern, part)
    return CODE.findall(open_part), before.group(1) if before else part


def about(name, text):
    """What a text says of a parameter: the parts that name it. A name that is a word of English, too, must be
    marked.
    """
    special = re.search(r"_|[a-z][A-Z]|\d", name)
    mark = r"(?<![\w>.-])(?:\*?%s\b(?!\()" if special else \
        r"(?<![\w>.-])(?:\*%s\b|`%s`|%s NULL\b|%s \(may be NULL\)|%s:|%s in:|%s stays\b"
    wanted = re.compile(mark.replace("%s", re.escape(name)) + ")")
    found = []
    for part, _ in parts("\n".join(content for kind, content in blocks(text) if kind == "text")):
        if wanted.search(part) and not LIST_OF_CODES.match(part):
            found.append(re.sub(r"^\*?%s(?: \(may be NULL\))?: " % re.escape(name), "", part))
    return "; ".join(found)


def declared(lines):
    """Declarations, those that are long cut behind a comma."""
    out = []
    for line in (one.rstrip() for one in lines):
        if len(line) > 78 and "(" in line:
            indent = " " * min(8, line.index("(") + 1)
            # What belongs to one parameter stays together.
            glued = re.sub(r"(?<![,(;]) ", "\0", line)
            glued = re.sub(r"^[^(]*\(", lambda match: match.group(0).replace("\0", " "), glued)
            parts = textwrap.wrap(glued, 78, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
            out += [part.replace("\0", " ") for part in parts]
        else:
            out.append(line)
    return out


def paragraph_of_codes(text):
    """A paragraph in two: what is done, and the codes, where sentences begin with them."""
    parts = sentences(text)
    first = next((place for place, part in enumerate(parts) if LIST_OF_CODES.match(part)), 0)
    return [" ".join(parts[:first]), " ".join(parts[first:])] if 0 < first else [text]
