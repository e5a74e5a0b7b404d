#!/usr/bin/env python3
"""Tries the site of the reference in Chromium, from files, with no server: test_site.py [PHOTOGRAPH].
Reports in TAP. PHOTOGRAPH: where a picture of it stays, to be looked at.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# (what it is, page and what is typed there, what is the first result, what is among the others)
SEARCHES = (
    ("a function by its name", "index.html#q=scardssp_transmit", "reference/scardssp_transmit.html", "scardssp_transmit"),
    ("a method as C++ writes it", "index.html#q=ISCard%3A%3AReAttach", "reference/ISCard_ReAttach.html", "ISCard_ReAttach"),
    ("part of a name, in small letters", "index.html#q=reset_card", "reference/SCARD_W_RESET_CARD.html", "SCARD_W_RESET_CARD"),
    ("words that a page says, from a page in a folder", "reference/ISCard.html#q=another%20program%20reset%20prepare",
     "reference/scardssp_prepare.html", "scardssp_prepare"),
    ("a variable", "docs/remote.html#q=SCARDSSP_LOCATE_TIMEOUT", "reference/SCARDSSP_LOCATE_TIMEOUT.variable.html", "SCARDSSP_LOCATE_TIMEOUT"),
    ("words of a document", "index.html#q=unit%20polkit%20hardened", "docs/remote.html#as-a-service", "As a service"),
)


class Browser:
    """Chromium, without a window."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *arguments):
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                   "--user-data-dir=" + os.path.join(self.folder, "browser")]
        environment = dict(os.environ, HOME=self.folder, XDG_CONFIG_HOME=self.folder, XDG_CACHE_HOME=self.folder)
        run = subprocess.run(command + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False, timeout=100, env=environment)
        return run.stdout

    def found(self, address):
        """(address, title) of what the search shows."""
        page = self.run("--dump-dom", "file://%s/html/%s" % (self.folder, address))
        part = re.search(r'<output id="found">(.*?)</output>', page, re.S)
        return re.findall(r'<a href="([^"]*)">.*?<code>([^<]*)</code>', part.group(1) if part else "", re.S)


def picture_of(browser, path, address, *more):
    """Whether a page can be photographed, and shows something."""
    browser.run("--window-size=1200,1000", "--screenshot=" + path, *more, "file://%s/html/%s" % (browser.folder, address))
    if not os.path.exists(path):
        return 0
    with open(path, "rb") as file:
        content = file.read()
    return len(content) if content.startswith(b"\x89PNG") else 0


class Tap:
    """Cases, counted."""

    def __init__(self, planned):
        self.number = self.failed = 0
        print("1..%d" % planned, flush=True)

    def case(self, good, what, said=""):
        self.number += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.number, what), flush=True)
        if not good:
            print("# %s" % str(said).replace("\n", "\n# "), flush=True)


def main():
    if not shutil.which("chromium"):
        print("1..0 # SKIP Chromium is not installed: scripts/install-deps.sh check")
        return 0
    tap = Tap(len(SEARCHES) + 4)
    with tempfile.TemporaryDirectory() as folder:
        browser = Browser(folder)
        subprocess.run([os.path.join(ROOT, "scripts/reference/reference.py"), "site", os.path.join(folder, "html")], check=True, stdout=subprocess.DEVNULL)
        for what, address, first, title in SEARCHES:
            found = browser.found(address)
            good = found and first in found[0][0] and found[0][1] == title
            tap.case(good, "search: " + what, found[:5])
            if good and "../" in found[0][0]:
                tap.failed += not os.path.exists(os.path.join(folder, "html/reference", found[0][0].split("#")[0]))
        none = browser.found("index.html#q=nothingofthekind")
        tap.case(none == [], "search: what is nowhere is not found", none)
        photograph = os.path.join(folder, "page.png") if len(sys.argv) < 2 else sys.argv[1]
        sizes = [picture_of(browser, photograph, "index.html#q=reset"), picture_of(browser, os.path.join(folder, "dark.png"), "docs/performance.html",
                                                                                   "--blink-settings=preferredColorScheme=0")]
        tap.case(sizes[0] > 20000, "a photograph", sizes)
        tap.case(sizes[1] > 20000, "a page of the documents with its picture, in the dark", sizes)
        page = browser.run("--dump-dom", "file://%s/html/docs/performance.html" % folder)
        tap.case('<img src="performance.svg"' in page, "the picture is in the page", page[:500])
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
