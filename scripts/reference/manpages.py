"""Writes the reference as pages of the manual, sections 3 and 7: one page for each page of the reference, and
one line that leads there for each of its other names. Used by reference.py.

Names that others may use as well, CoCreateInstance or VARIANT, have section 3scardssp: no package brings a
file of the same name, and man(1) finds them all the same.
"""
import os
import re
import textwrap

import prose
from inline import Words

FOLDERS = {3: "man3", 7: "man7"}
# Other names that need no page of their own.
SILENT = ("tag",)


def escaped(text):
    """Any text, so that groff prints it as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")
    text = text.replace('"', "\\(dq").replace("§", "\\(sc")
    return re.sub(r"[^\x00-\x7f]", lambda match: "\\[u%04X]" % ord(match.group(0)), text)


class Manual:
    """The pages, and the folder that they go into."""

    def __init__(self, reference, version):
        self.reference, self.version = reference, version

    def prose(self, page, text):
        """One paragraph, words that matter in other fonts."""
        shown = ""
        for kind, word, target in Words(self.reference, page).cut(text):
            if kind == "link":
                shown += "\\fB%s\\fR" % escaped(word) + ("" if target.kind in ("code", "constant") else "(%s)" % target.suffix())
                shown = re.sub(r"\(\)\\fR\((\w+)\)$", r"\\fR(\1)", shown)
            elif kind == "parameter":
                shown += "\\fI%s\\fR" % escaped(word)
            elif kind == "code":
                shown += "\\fB%s\\fR" % escaped(word)
            else:
                shown += escaped(word)
        return lines_of(shown)

    def text(self, page, text, first=True):
        """A comment: its paragraphs, lists and code."""
        lines = []
        for kind, content in prose.blocks(text):
            if kind == "text":
                lines += ([] if first else [".PP"]) + self.prose(page, content)
            elif kind == "list":
                for item in content:
                    lines += [".IP \\(bu 2"] + self.prose(page, item)
            elif kind == "terms":
                for term, meaning in content:
                    lines += [".TP", "\\fB%s\\fR" % escaped(term)] + self.prose(page, meaning)
            else:
                lines += code(content)
            first = False
        return lines

    def page(self, page):
        """The whole source of a page."""
        names = [page.name] + [name for name in page.aliases if not name.startswith(SILENT)]
        out = [".\\\" Made by scripts/reference/reference.py from %s." % page.path,
               '.TH %s %s "" "scardssp %s" "scardssp"' % (page.name, page.suffix(), self.version),
               ".SH NAME", "%s \\- %s" % (", ".join(escaped(name) for name in names), escaped(page.summary)),
               ".SH SYNOPSIS"]
        if page.include and page.kind != "header":
            out += [".nf", "\\fB#include <%s>\\fR" % page.include, ".fi"]
        for heading, lines in page.synopsis:
            out += [".PP"] + ([escaped(heading) + ":", ".PP"] if heading else []) + [".nf"] + wrapped(lines) + [".fi"]
        if out[-1] == ".SH SYNOPSIS":
            out.pop()
        out += [".SH DESCRIPTION"] + self.description(page)
        for part in (self.parameters, self.values, self.facts, self.errors, self.lists, self.clauses, self.example, self.see):
            out += part(page)
        return "\n".join(out) + "\n"

    def description(self, page):
        lines = self.text(page, page.text) if page.text else []
        for heading, text in page.texts:
            lines += ([".SS " + heading] if heading else [".PP"]) + self.text(page, text)
        if page.common:
            lines += [".PP"] + self.text(page, page.common)
        return lines or self.prose(page, page.summary + ".")

    def parameters(self, page):
        rows = [row for row in page.parameters if row[2]]
        lines = [".SH PARAMETERS"] if rows else []
        for name, kind, text in rows:
            lines += [".TP", "\\fI%s\\fR (%s)" % (escaped(name), escaped(kind))] + self.prose(page, text)
        return lines

    def values(self, page):
        lines = [".SH " + page.values_title] if page.values else []
        for name, shown, text in page.values:
            label = shown.rstrip(";") if page.values_title == "MEMBERS" and not name.isupper() else "%s %s" % (name, "" if shown is None else
                                                                                                  shown.replace(name, "").strip(" =,"))
            lines += [".TP", "\\fB%s\\fR" % escaped(label.strip())] + (self.prose(page, text) if text else [])
        return lines

    def facts(self, page):
        lines = [".SH FACTS"] if page.facts else []
        for name, text in page.facts:
            lines += [".TP", escaped(name)] + self.prose(page, text)
        return lines

    def errors(self, page):
        lines = [".SH ERRORS"] if page.errors else []
        for name, text in page.errors.items():
            meaning = text or (self.reference.pages[name].text if name in self.reference.pages else "")
            lines += [".TP", "\\fB%s\\fR" % escaped(name)] + self.prose(page, sentence(meaning))
        return lines

    def lists(self, page):
        lines = []
        for heading, names in page.lists:
            lines += [".SH " + heading] if names else []
            for name in names:
                other = self.reference.names[name]
                lines += [".TP", "\\fB%s\\fR(%s)" % (escaped(name), other.suffix()), escaped(other.summary)]
        return lines

    def clauses(self, page):
        if not page.clauses:
            return []
        return [".SH STANDARDS"] + lines_of(escaped(", ".join(page.clauses)) + ".")

    def example(self, page):
        lines = []
        for example in page.examples:
            lines += [".SH EXAMPLE"] + lines_of("From %s:" % escaped(example.path)) + code(example.code.split("\n"))
        return lines

    def see(self, page):
        names = dict.fromkeys(name for name in page.see if name in self.reference.names)
        shown = ["\\fB%s\\fR(%s)" % (escaped(name), self.reference.names[name].suffix()) for name in names]
        shown += ["\\fBscardssp\\fR(7)"] if page.name != "scardssp" and "scardssp" not in names else ["\\fBscard\\fR(1)"]
        return [".SH SOURCE", escaped("%s:%d" % (page.path, page.line)), ".SH SEE ALSO", ",\n".join(shown)]

    def write(self, folder):
        """Every file below `folder`; returns how many there are."""
        count = 0
        for place in FOLDERS.values():
            os.makedirs(os.path.join(folder, place), exist_ok=True)
        for page in self.reference.pages.values():
            place = FOLDERS[page.section]
            target = "%s/%s.%s" % (place, page.name, page.suffix())
            count += put(folder, target, self.page(page))
            for name in page.aliases:
                if not name.startswith(SILENT) and name not in self.reference.pages:
                    count += put(folder, "%s/%s.%s" % (place, name, page.suffix(name)), ".so %s\n" % target)
        return count


def put(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)
    return 1


def sentence(text):
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".") if text else ""


def lines_of(text):
    """Filled lines that begin with nothing that groff would take for a request."""
    lines = textwrap.wrap(text, 100, break_long_words=False, break_on_hyphens=False)
    return ["\\&" + line if line.startswith((".", "'", "\\(aq")) else line for line in lines]


def wrapped(lines):
    return ["\\&" + escaped(part) if part.startswith((".", "'")) else escaped(part) for part in prose.declared(lines)]


def code(lines):
    return [".PP", ".RS 4", ".nf"] + ["\\&" + escaped(line) for line in lines] + [".fi", ".RE"]
