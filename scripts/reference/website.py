"""Writes the reference and the documents as pages of HTML that need no server: what the reference has, the
pages of docs/ with their pictures, the sources they lead to, and a search over all of it. Used by
reference.py.
"""
import html
import json
import os
import posixpath
import re
import shutil

import markdownpage
import prose
from inline import Words

HERE = os.path.dirname(os.path.abspath(__file__))
KINDS = (("interface", "Interfaces"), ("class", "Classes"), ("header", "Headers"), ("guide", "Overviews"), ("function", "Functions"),
         ("callback", "Callbacks"), ("struct", "Structures"), ("enum", "Enumerations"), ("constant", "Constants"), ("macro", "Macros"),
         ("code", "Codes"), ("variable", "Variables"))
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "python/README.md", "examples/README.md", "examples/profile/README.md",
             "examples/provider/README.md")
NAVIGATION = (("Interfaces", "all/interface.html"), ("Functions", "all/function.html"), ("Codes", "all/code.html"), ("Variables", "all/variable.html"),
              ("Headers", "all/header.html"), ("Documents", "docs/index.html"))


def escape(text):
    return html.escape(text, quote=False)


class Site:
    """All pages, by their addresses below the folder."""

    def __init__(self, reference, version):
        self.reference, self.version, self.root = reference, version, reference.root
        self.pages = {}  # address: (title, body, origin)
        self.files = {}  # address: path, as they are
        self.index = []  # [title, kind, address, summary, words]
        self.wanted = []  # sources that pages lead to
        with open(os.path.join(HERE, "site/page.html"), encoding="utf-8") as file:
            self.frame = file.read()
        self.documents = self.find_documents()
        for page in reference.pages.values():
            self.reference_page(page)
        for path, address in self.documents.items():
            self.document(path, address)
        self.lists()
        self.sources()

    # Addresses.

    def find_documents(self):
        found = {path: "docs/%s.html" % path[:-3].lower().replace("/", "-") for path in DOCUMENTS if os.path.isfile(os.path.join(self.root, path))}
        for name in sorted(os.listdir(os.path.join(self.root, "docs"))):
            if name.endswith(".md"):
                found["docs/" + name] = "docs/%s.html" % name[:-3]
        return found

    def source(self, path):
        """The address of a file or a folder of the tree; it gets a page."""
        path = posixpath.normpath(path)
        if path in self.documents:
            return self.documents[path]
        if posixpath.join(path, "README.md") in self.documents:
            return self.documents[posixpath.join(path, "README.md")]
        if not os.path.exists(os.path.join(self.root, path)):
            return None
        if path not in self.wanted:
            self.wanted.append(path)
        return "source/%s.html" % path

    def put(self, address, title, body, origin=""):
        if address in self.pages:
            raise ValueError("two pages of one address: %s" % address)
        self.pages[address] = (title, body, origin)

    # The reference.

    def reference_page(self, page):
        parts = ["<h1>%s</h1>" % escape(page.name), '<p class="kind">%s%s</p>' % (page.kind, self.of_interface(page)),
                 '<p class="summary">%s.</p>' % escape(prose_capital(page.summary))]
        if page.aliases:
            parts.append('<p class="aliases">%s</p>' % " ".join('<code id="%s">%s</code>' % (name, name) for name in page.aliases))
        parts += self.synopsis(page)
        parts += ["<h2 id=\"description\">Description</h2>"] + self.description(page)
        parts += self.rows(page, "Parameters", [("%s</code> <code class=\"type\">%s" % (escape(name), escape(kind)), text)
                                                for name, kind, text in page.parameters])
        parts += self.rows(page, prose_capital(page.values_title.lower()),
                           [(escape(name if shown is None else shown if name in shown else "%s %s" % (name, shown)), text) for name, shown, text in page.values])
        parts += self.errors(page)
        parts += self.clauses(page)
        parts += self.rows(page, "Facts", [(escape(name), text) for name, text in page.facts])
        for heading, names in page.lists:
            parts += self.list_of(heading, names, "reference/")
        parts += self.example(page)
        parts += self.see(page)
        address = "reference/" + page.file()
        place = "" if page.path in self.documents else "#L%d" % page.line
        origin = 'From <a href="../%s%s">%s:%d</a>.' % (self.source(page.path), place, escape(page.path), page.line)
        self.put(address, page.name, "\n".join(parts), origin)
        words = " ".join([page.text] + [text for _, text in page.texts] + list(page.errors))
        self.index.append([page.name, page.kind, address, page.summary, prose.flat(words).lower()[:600]])
        for name in page.aliases:
            self.index.append([name, page.kind, "%s#%s" % (address, name), page.summary, ""])

    def of_interface(self, page):
        return ' of <a href="%s.html">%s</a>' % (page.interface, page.interface) if page.interface else ""

    def words(self, page, text):
        """A text with its links."""
        shown = ""
        for kind, word, target in Words(self.reference, page).cut(text):
            if kind == "link":
                shown += '<a href="%s"><code>%s</code></a>' % (target.file(), escape(word))
            elif kind == "file":
                address = self.source(word)
                shown += '<a href="../%s">%s</a>' % (address, escape(word)) if address else escape(word)
            elif kind in ("code", "parameter"):
                shown += "<%s>%s</%s>" % (("code", escape(word), "code") if kind == "code" else ("var", escape(word), "var"))
            else:
                shown += escape(word)
        return shown

    def text(self, page, text):
        parts = []
        for kind, content in prose.blocks(text):
            if kind == "text":
                parts.append("<p>%s</p>" % self.words(page, content))
            elif kind == "list":
                parts.append("<ul>%s</ul>" % "".join("<li>%s</li>" % self.words(page, item) for item in content))
            elif kind == "terms":
                parts.append("<dl>%s</dl>" % "".join("<dt><code>%s</code></dt><dd>%s</dd>" % (escape(term), self.words(page, said)) for term, said in content))
            else:
                parts.append('<pre class="code c"><code>%s</code></pre>' % escape("\n".join(content)))
        return parts

    def synopsis(self, page):
        parts = ['<h2 id="synopsis">Synopsis</h2>'] if page.synopsis else []
        for heading, lines in page.synopsis:
            include = "#include <%s>\n" % page.include if page.include and page.kind != "header" and heading in (None, "C") else ""
            parts.append(("<p class=\"language\">%s</p>" % escape(heading) if heading else "") +
                         '<pre class="code c"><code>%s</code></pre>' % self.linked(page, include + "\n".join(prose.declared(lines))))
        return parts

    def linked(self, page, code):
        """Code whose names of other pages are links."""
        def link(match):
            target = self.reference.names.get(match.group(0))
            if target is None or target is page or target.kind in ("function", "constant"):
                return match.group(0)
            return '<a href="%s">%s</a>' % (target.file(), match.group(0))
        return re.sub(r"\b(?:I[A-Z]\w+|C[A-Z]\w+|SCARD\w+|scardssp_\w+|[A-Z]{3,}\w*)(?:\.h)?\b", link, escape(code))

    def description(self, page):
        parts = self.text(page, page.text) if page.text else []
        for heading, text in page.texts:
            parts += (["<h3>%s</h3>" % heading] if heading else []) + self.text(page, text)
        if page.common:
            parts += ['<div class="common">'] + self.text(page, page.common) + ["</div>"]
        return parts

    def rows(self, page, heading, rows):
        if not rows:
            return []
        shown = "".join("<dt><code>%s</code></dt><dd>%s</dd>" % (name, self.words(page, text) if text else "") for name, text in rows)
        return ['<h2 id="%s">%s</h2><dl>%s</dl>' % (heading.lower(), heading, shown)]

    def errors(self, page):
        if not page.errors:
            return []
        shown = ""
        for name, text in page.errors.items():
            other = self.reference.pages.get(name)
            label = '<a href="%s"><code>%s</code></a>' % (other.file(), name) if other else "<code>%s</code>" % name
            shown += "<dt>%s</dt><dd>%s</dd>" % (label, self.words(page, prose_capital(text or (other.text if other else ""))))
        return ['<h2 id="errors">Errors</h2><dl>%s</dl>' % shown]

    def clauses(self, page):
        return ['<h2 id="standards">Standards</h2><p>%s</p>' % escape(", ".join(page.clauses))] if page.clauses else []

    def list_of(self, heading, names, folder, up=""):
        rows = ""
        for name in names:
            page = self.reference.names[name]
            rows += '<tr><td><a href="%s%s"><code>%s</code></a></td><td>%s</td></tr>' % (up, page.file(), escape(name), escape(page.summary))
        return ['<h2 id="%s">%s</h2><table class="list"><tbody>%s</tbody></table>' % (markdownpage.anchor(heading), heading.capitalize(), rows)] if rows else []

    def example(self, page):
        parts = []
        for example in page.examples:
            parts += ['<h2 id="example">Example</h2><p>From <a href="../%s#L%d">%s</a>, which is built and run.</p>'
                      % (self.source(example.path), example.line, escape(example.path)),
                      '<pre class="code c"><code>%s</code></pre>' % self.linked(page, example.code)]
        return parts

    def see(self, page):
        links = ['<a href="%s"><code>%s</code></a>' % (self.reference.names[name].file(), escape(name)) for name in dict.fromkeys(page.see)
                 if name in self.reference.names]
        return ['<h2 id="see-also">See also</h2><p>%s</p>' % ", ".join(links)] if links else []

    # Documents.

    def document(self, path, address):
        folder = posixpath.dirname(path)

        def link(target):
            if re.match(r"\w+:", target):
                return target
            target, _, place = target.partition("#")
            if not target:
                return "#" + place
            full = posixpath.normpath(posixpath.join(folder, target))
            if full.endswith((".svg", ".png")):
                self.files["docs/" + posixpath.basename(full)] = full
                return posixpath.basename(full)
            found = self.source(full)
            return found and "../" + found + ("#" + place if place else "")

        def word(text):
            name = re.sub(r"\(\)$", "", text)
            found = self.reference.names.get(re.sub(r"^(I[A-Z]\w+)::(\w+)$", r"\1_\2", name))
            return "../reference/" + found.file() if found and (len(name) > 4 or name.startswith("E_")) else None

        with open(os.path.join(self.root, path), encoding="utf-8") as file:
            made = markdownpage.Page(file.read(), link, word)
        contents = ""
        if len(made.headings) > 4:
            contents = '<nav class="contents"><ul>%s</ul></nav>' % "".join('<li class="level%d"><a href="#%s">%s</a></li>' % (
                level, name, made.inline(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text))) for level, text, name in made.headings[1:])
        self.put(address, made.title, contents + made.html(), 'From %s.' % escape(path))
        for heading, name, words in made.sections:
            self.index.append([heading, "document", "%s#%s" % (address, name), made.title if heading != made.title else path, " ".join(words).lower()[:2500]])

    # Lists and sources.

    def lists(self):
        for kind, title in KINDS:
            pages = self.reference.of_kind(kind)
            rows = sorted((name, page) for page in pages for name in page.names())
            if kind == "interface":
                rows = [(page.name, page) for page in pages]
            body = "<h1>%s</h1><table class=\"list\"><tbody>%s</tbody></table>" % (title, "".join(
                '<tr><td><a href="../reference/%s"><code>%s</code></a></td><td>%s</td></tr>' % (page.file(), escape(name), escape(page.summary))
                for name, page in rows))
            self.put("all/%s.html" % kind, title, body)
        rows = "".join('<tr><td><a href="../%s">%s</a></td><td><code>%s</code></td></tr>' % (address, escape(self.pages[address][0]), escape(path))
                       for path, address in self.documents.items())
        self.put("docs/index.html", "Documents", '<h1>Documents</h1><table class="list"><tbody>%s</tbody></table>' % rows)
        self.front()

    def front(self):
        guide = self.reference.pages["scardssp"]
        groups = "".join('<li><a href="all/%s.html">%s</a> <span>%d</span></li>' % (kind, title, len(self.reference.of_kind(kind))) for kind, title in KINDS)
        documents = "".join('<li><a href="%s">%s</a></li>' % (address, escape(self.pages[address][0])) for address in self.documents.values())
        text = "\n".join(self.text(guide, guide.text)).replace('href="', 'href="reference/')
        self.put("index.html", "Reference", '<h1>scardssp %s</h1>\n%s\n<div class="columns"><section><h2>Reference</h2><ul class="tiles">%s</ul></section>'
                 '<section><h2>Documents</h2><ul class="tiles">%s</ul></section></div>' % (escape(self.version), text, groups, documents))

    def sources(self):
        done = 0
        while done < len(self.wanted):
            path = self.wanted[done]
            done += 1
            full = os.path.join(self.root, path)
            if os.path.isdir(full):
                names = sorted(name for name in os.listdir(full) if not name.startswith((".", "__")))
                body = "<ul>%s</ul>" % "".join("<li><code>%s%s</code></li>" % (escape(name), "/" if os.path.isdir(os.path.join(full, name)) else "") for name in names)
            else:
                with open(full, encoding="utf-8", errors="replace") as file:
                    lines = file.read().rstrip("\n").split("\n")
                body = '<pre class="source"><code>%s</code></pre>' % "\n".join('<span id="L%d">%s</span>' % (number, escape(line)) for number, line in enumerate(lines, 1))
            self.put("source/%s.html" % path, path, "<h1>%s</h1>%s" % (escape(path), body))

    # Files.

    def page(self, address):
        title, body, origin = self.pages[address]
        up = "../" * address.count("/")
        return self.frame % {"title": escape(title), "up": up, "body": body, "version": escape(self.version), "origin": origin,
                       "nav": "".join('<a href="%s%s">%s</a>' % (up, target, name) for name, target in NAVIGATION)}

    def write(self, folder):
        """All files below `folder`; returns how many pages there are."""
        for address in self.pages:
            path = os.path.join(folder, address)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(self.page(address))
        for address, path in self.files.items():
            shutil.copyfile(os.path.join(self.root, path), os.path.join(folder, address))
        for name in ("style.css", "search.js"):
            shutil.copyfile(os.path.join(HERE, "site", name), os.path.join(folder, name))
        with open(os.path.join(folder, "search-index.js"), "w", encoding="utf-8") as file:
            file.write("var SEARCH_INDEX = %s;\n" % json.dumps(self.index, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n["))
        return len(self.pages)


def prose_capital(text):
    return text[:1].upper() + text[1:]
