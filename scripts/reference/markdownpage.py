"""Markdown as the documents use it, as HTML: headings, paragraphs, lists, tables, code, pictures, links.
Used by website.py. What it does not know stays as text.
"""
import html
import re

INLINE = re.compile(r"(?P<code>`+)(?P<quoted>.+?)(?P=code)|!\[(?P<alt>[^\]]*)\]\((?P<picture>[^)\s]+)\)|\[(?P<label>(?:[^\]`]|`[^`]*`)*)\]\((?P<link>[^)\s]+)\)|"
                    r"\*\*(?P<strong>.+?)\*\*|\*(?P<stress>[^*\s][^*]*)\*", re.S)
ITEM = re.compile(r"^(\s*)(-|\d+\.) +(.*)$")


def anchor(heading):
    """The name of a heading's place, as repositories of code make it."""
    bare = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).lower()
    return re.sub(r"[^\w -]", "", bare).strip().replace(" ", "-")


class Page:
    """One document. `link(target)` gives the address of a target, None where it has none; `word(text)` that
    of a word in code.
    """

    def __init__(self, text, link, word=lambda text: None):
        self.link, self.word = link, word
        self.headings = []  # (level, text, anchor)
        self.sections = []  # (heading, anchor, plain text)
        self.title = ""
        self.out = []
        self.lines = re.sub(r"<!--.*?-->\n?", "", text, flags=re.S).split("\n")
        self.place = 0
        while self.place < len(self.lines):
            self.block(self.lines[self.place])

    def html(self):
        return "\n".join(self.out)

    def block(self, line):
        if not line.strip():
            self.place += 1
        elif line.startswith("```"):
            self.code(line)
        elif re.match(r"#{1,6} ", line):
            self.heading(line)
        elif line.startswith("|") and re.match(r"\|[\s:|-]+\|?$", (self.lines + [""])[self.place + 1]):
            self.table()
        elif ITEM.match(line):
            self.items()
        else:
            self.paragraph()

    def note(self, text):
        """For the search."""
        if self.sections:
            self.sections[-1][2].append(re.sub(r"\s+", " ", re.sub(r"\]\([^)]*\)|[`*\[\]]", "", text)))

    def code(self, fence):
        language, part = fence[3:].strip(), []
        self.place += 1
        while self.place < len(self.lines) and not self.lines[self.place].startswith("```"):
            part.append(self.lines[self.place])
            self.place += 1
        self.place += 1
        text = "\n".join(part)
        self.note(text)
        self.out.append('<pre class="code %s"><code>%s</code></pre>' % (html.escape(language), html.escape(text)))

    def heading(self, line):
        level, text = len(line) - len(line.lstrip("#")), line.lstrip("#").strip()
        name = anchor(text)
        if name in [one[2] for one in self.headings]:
            name += "-%d" % len(self.headings)
        self.headings.append((level, text, name))
        self.sections.append((re.sub(r"[`*]|\]\([^)]*\)|\[", "", text), name, []))
        self.title = self.title or re.sub(r"[`*]", "", text)
        self.out.append('<h%d id="%s">%s</h%d>' % (level, name, self.inline(text), level))
        self.place += 1

    def table(self):
        head, rows = cells(self.lines[self.place]), []
        self.place += 2
        while self.place < len(self.lines) and self.lines[self.place].startswith("|"):
            rows.append(cells(self.lines[self.place]))
            self.note(self.lines[self.place])
            self.place += 1
        self.out.append('<div class="wide"><table><thead><tr>%s</tr></thead><tbody>' % "".join("<th>%s</th>" % self.inline(cell) for cell in head))
        self.out += ["<tr>%s</tr>" % "".join("<td>%s</td>" % self.inline(cell) for cell in row) for row in rows]
        self.out.append("</tbody></table></div>")

    def items(self):
        first = ITEM.match(self.lines[self.place])
        kind = "ul" if first.group(2) == "-" else "ol"
        start = "" if kind == "ul" or first.group(2) == "1." else ' start="%s"' % first.group(2)[:-1]
        self.out.append("<%s%s>" % (kind, start))
        while self.place < len(self.lines):
            match = ITEM.match(self.lines[self.place])
            if not match:
                break
            part = [match.group(3)]
            self.place += 1
            while self.place < len(self.lines) and self.lines[self.place].startswith("  ") and not ITEM.match(self.lines[self.place]):
                part.append(self.lines[self.place].strip())
                self.place += 1
            self.note("\n".join(part))
            self.out.append("<li>%s</li>" % self.inline("\n".join(part)))
            if not self.lines[self.place:self.place + 1] or not self.lines[self.place].strip():
                if not ITEM.match((self.lines + ["", ""])[self.place + 1]):
                    break
                self.place += 1
        self.out.append("</%s>" % kind)

    def paragraph(self):
        part = []
        while self.place < len(self.lines) and self.lines[self.place].strip() and not re.match(r"#{1,6} |```|\|", self.lines[self.place]) \
                and not (part and ITEM.match(self.lines[self.place])):
            part.append(self.lines[self.place])
            self.place += 1
        if not part:  # a line that begins like something else
            part.append(self.lines[self.place])
            self.place += 1
        self.note("\n".join(part))
        self.out.append("<p>%s</p>" % self.inline("\n".join(part)))

    def inline(self, text):
        shown, place = "", 0
        for match in INLINE.finditer(text):
            shown += html.escape(text[place:match.start()], quote=False) + self.piece(match)
            place = match.end()
        return shown + html.escape(text[place:], quote=False)

    def piece(self, match):
        if match.group("quoted"):
            quoted = match.group("quoted").strip()
            target = self.word(quoted)
            shown = "<code>%s</code>" % html.escape(quoted, quote=False)
            return '<a href="%s">%s</a>' % (html.escape(target), shown) if target else shown
        if match.group("picture"):
            return '<img src="%s" alt="%s">' % (html.escape(self.link(match.group("picture")) or ""), html.escape(match.group("alt")))
        if match.group("link"):
            target = self.link(match.group("link"))
            label = self.inline(match.group("label"))
            return '<a href="%s">%s</a>' % (html.escape(target), label) if target else label
        if match.group("strong"):
            return "<strong>%s</strong>" % self.inline(match.group("strong"))
        return "<em>%s</em>" % self.inline(match.group("stress"))


def cells(line):
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
