"""Words in the prose of a page: which of them name other pages, parameters, code. Used by manpages.py and
website.py.
"""
import re

TOKEN = re.compile(r"`(?P<quoted>[^`]+)`|(?P<call>\b\w+)\(\)|(?P<member>\bI[A-Z]\w+)::(?P<of>\w+)|(?P<file>\b(?:docs|examples)/[\w./-]+\w)|"
                   r"(?P<header>\b\w+\.(?:h|idl)\b)|(?P<star>\*?)(?P<word>\b[A-Za-z_]\w*)")
CAMEL = re.compile(r"[A-Z][a-z]+[A-Z]\w*$|[A-Z]+[a-z]+[A-Z]\w*$")


class Words:
    """Cuts text of one page into (kind, shown, target): text, code, parameter, link (target: page), file."""

    def __init__(self, reference, page):
        self.reference, self.page = reference, page
        self.parameters = {row[0] for row in page.parameters} if page else set()

    def target(self, name):
        """The page that a name leads to; not the page itself."""
        found = self.reference.names.get(name)
        return found if found is not None and found is not self.page else None

    def cut(self, text):
        place = 0
        for match in TOKEN.finditer(text):
            piece = self.piece(match)
            if piece:
                if match.start() > place:
                    yield "text", text[place:match.start()], None
                yield piece
                place = match.end()
        if place < len(text):
            yield "text", text[place:], None

    def piece(self, match):
        shown = match.group(0)
        if match.group("quoted"):
            found = self.target(match.group("quoted"))
            return ("link", match.group("quoted"), found) if found else ("code", match.group("quoted"), None)
        if match.group("call"):
            found = self.target(match.group("call"))
            return ("link", shown, found) if found else ("code", shown, None)
        if match.group("member"):
            found = self.target("%s_%s" % (match.group("member"), match.group("of")))
            return ("link", shown, found) if found else None
        if match.group("file"):
            return "file", shown, shown
        if match.group("header"):
            found = self.target(shown)
            return ("link", shown, found) if found else ("code", shown, None)
        return self.word(match, shown)

    def word(self, match, shown):
        name = match.group("word")
        if name in self.parameters and (match.group("star") or "_" in name or re.search(r"[a-z][A-Z]", name)):
            return "parameter", shown, None
        found = self.target(name)
        if found and (found.kind != "struct" or "_" in name) and (len(name) > 3 or found.kind != "function"):
            return "link", shown, found
        interface = self.page.interface or self.page.name if self.page else None
        if CAMEL.match(name) and interface and not match.group("star"):
            found = self.target("%s_%s" % (interface, name))
            return ("link", shown, found) if found else None
        return None
