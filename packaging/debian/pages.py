#!/usr/bin/python3
"""Takes links out of pages that lead to what is not there: pages.py FOLDER. A package has the pages, and not
the sources that they also speak of; the words of such a link stay. debian/rules calls it.
"""
import pathlib
import re
import sys

LINK = re.compile(r"\[([^][]*)\]\(([^)#\s]+)(#[^)]*)?\)")


def main():
    for page in sorted(pathlib.Path(sys.argv[1]).rglob("*.md")):
        def shown(match):
            there = "://" in match[2] or (page.parent / match[2]).exists()
            return match[0] if there else match[1]
        page.write_text(LINK.sub(shown, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
