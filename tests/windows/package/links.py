#!/usr/bin/env python3
"""That what the texts of the package point at is there: links.py PACKAGE

In manual.html each link leads to a place of the page itself or to the web, and no place is there twice. What
the readmes list under the name of a file or folder is in the package, and each file of its top is listed.
Prints offenders, exit status 1.
"""
import html.parser
import os
import re
import sys


class Page(html.parser.HTMLParser):
    """Places and links of a page."""

    def __init__(self):
        super().__init__()
        self.places, self.links = [], []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                self.places.append(value)
            elif name in ("href", "src"):
                self.links.append(value)


def page_faults(path):
    """Yields what is wrong with the page."""
    page = Page()
    with open(path, encoding="utf-8") as file:
        page.feed(file.read())
    if not page.links:
        yield "no link at all"
    yield from ("twice: " + place for place in sorted(set(page.places)) if page.places.count(place) > 1)
    for link in page.links:
        if not (link[1:] in page.places if link.startswith("#") else re.match(r"https?://", link)):
            yield "a link to nothing: " + link


def listed(path, start):
    """What a readme lists: the first column of the lines behind the one that starts so."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return re.findall(r"^(\w[\w.]*) {2,}", text[text.index(start):], re.M)


def readme_faults(package):
    """Yields what is wrong with the lists of the two readmes."""
    top = listed(os.path.join(package, "README.txt"), "What is here")
    missing = set(os.listdir(package)) - set(top) - {"README.txt", "install.cmd", "uninstall.cmd"}
    yield from ("not listed in README.txt: " + name for name in sorted(missing))
    sdk = listed(os.path.join(package, "sdk", "README.txt"), "include")
    for folder, names in (package, top), (os.path.join(package, "sdk"), sdk):
        yield from ("listed, and not there: " + name for name in names if not os.path.exists(os.path.join(folder, name)))


def main():
    package = sys.argv[1]
    faults = list(page_faults(os.path.join(package, "manual.html"))) + list(readme_faults(package))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
