#!/usr/bin/env python3
"""Makes one page that opens with a double click of the texts that a zip for Windows brings:
windows/manual.py OUT.html TEXT.md...

A link to another of the texts leads to its place in the page; one to a file of the tree, which the reader has
not, becomes plain text. So nothing on the page leads nowhere, wherever the file is copied to.
windows/dist.sh calls it.
"""
import html
import os
import re
import sys

import markdown

STYLE = """
body { font: 16px/1.5 'Segoe UI', sans-serif; color: #222; max-width: 60em; margin: 2em auto; padding: 0 1em }
code, pre { font: 14px/1.4 Consolas, monospace; background: #f3f3f3 }
pre { padding: .7em 1em; overflow-x: auto }
table { border-collapse: collapse; margin: 1em 0 }
th, td { border: 1px solid #ccc; padding: .25em .6em; text-align: left; vertical-align: top }
h1 { margin-top: 2.5em; border-bottom: 2px solid #ccc }
a { color: #0b5cad }
"""
COMMENT = re.compile(r"<!--.*?-->\n?", re.S)
LINK = re.compile(r"<a href=\"([^\"]*)\">(.*?)</a>", re.S)
TITLE = re.compile(r"^# (.*)$", re.M)


def name_of(path):
    """What the text is called in the page: the beginning of its anchors."""
    return os.path.splitext(os.path.basename(path))[0]


def led(link, here, titles):
    """The same link as it has to be in the page, which has texts of these titles."""
    target, label = html.unescape(link[1]), link[2]
    if re.match(r"https?://", target):
        return link[0]
    path, _, place = target.partition("#")
    name = name_of(path) if path else here
    if name not in titles or (path and not path.endswith(".md")):
        return label
    label = titles[name] if label == path else label
    return "<a href=\"#%s\">%s</a>" % (name + ("-" + place if place else ""), label)


def section(path, text, titles):
    """The part of the page that a text becomes."""
    name = name_of(path)
    body = markdown.markdown(text, extensions=["tables", "fenced_code", "toc", "sane_lists"])
    body = re.sub(r"(<h\d id=\")([^\"]*\")", r"\1%s-\2" % name, body)
    body = LINK.sub(lambda link: led(link, name, titles), body)
    return "<section id=\"%s\">\n%s\n</section>\n" % (name, body)


def main():
    out, *paths = sys.argv[1:]
    texts = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            texts[path] = COMMENT.sub("", file.read())
    titles = {name_of(path): html.escape(TITLE.search(text)[1]) for path, text in texts.items()}
    parts = [section(path, text, titles) for path, text in texts.items()]
    contents = "".join("<li><a href=\"#%s\">%s</a></li>\n" % pair for pair in titles.items())
    page = ("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>scardssp</title>\n"
            "<style>%s</style>\n</head>\n<body>\n<ul>\n%s</ul>\n%s</body>\n</html>\n"
            % (STYLE, contents, "".join(parts)))
    with open(out, "w", encoding="utf-8", newline="\r\n") as file:
        file.write(page)


if __name__ == "__main__":
    main()
