"""A page of the reference, whatever is written of it: manual or site. Made by collect.py."""

OWN = ("scardssp", "SCARDSSP", "Scardssp", "ISCard", "IByteBuffer", "CSCard", "CByteBuffer")


class Page:
    """One page: what it is about, under all its names."""

    def __init__(self, name, kind, summary, path, line):
        self.name, self.kind, self.summary, self.path, self.line = name, kind, summary, path, line
        self.aliases = []
        self.section = 7 if kind in ("header", "variable", "guide") else 3
        self.include = None
        self.symbol = ""  # what the library exports, where that is another name
        self.text = ""  # the comment
        self.common = ""  # what holds for this page and its neighbours
        self.texts = []  # (heading, comment) where a page has several
        self.synopsis = []  # (heading, lines of code)
        self.parameters = []  # (name, type, text)
        self.values = []  # (name, value or declaration, text)
        self.values_title = "VALUES"
        self.facts = []  # (name, text)
        self.errors = {}  # code: what it means here
        self.clauses = []
        self.examples = []  # Example
        self.lists = []  # (heading, [page name])
        self.see = []  # names of other pages
        self.interface = None

    def names(self):
        return [self.name] + self.aliases

    def suffix(self, name=None):
        """Section of the manual: with our own letters where the name may be another package's, too."""
        own = (name or self.name).startswith(OWN)
        return str(self.section) + ("" if own else "scardssp")

    def file(self):
        """Its name on the site; a constant and a function may differ in case alone, which some systems
        ignore.
        """
        return self.name + (".%s" % self.kind if self.kind in ("variable", "constant") else "") + ".html"


class Example:
    """A part of a program that is built and run."""

    def __init__(self, path, line, language, code):
        self.path, self.line, self.language, self.code = path, line, language, code
