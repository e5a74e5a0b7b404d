#!/usr/bin/env python3
"""Checks the reference as a site, and the examples in it: check/sitecheck.py BUILD_DIR [ROOT]. BUILD_DIR is
built. Prints offenders, exit status 1.

Every link leads to a page and to a place in it, and what the search offers is there. Examples of pages
stand in files that the build compiles; those in comments and documents are compiled here: C by the
compiler, Python and lines for the shell by who would run them.
"""
import glob
import html.parser
import json
import os
import posixpath
import re
import subprocess
import sys

import reference as pages

# What examples in comments and documents take for granted: they show a part of a program.
GIVEN = ("static const uint8_t command[5];", "static HRESULT hr;", "static ISCardFileAccess *files;", "static ISCardManage *manage;",
         "static ISCardAuth *auth;", "static IByteBuffer *key_reference, *answer, *challenge;")
STRICT = ("-fsyntax-only", "-w", "-Werror=implicit-function-declaration", "-Werror=incompatible-pointer-types", "-Werror=int-conversion")
FENCE = re.compile(r"(?P<from><!-- from \S+ -->\n+)?```(?P<language>\w+)\n(?P<code>.*?)```", re.S)


class Links(html.parser.HTMLParser):
    """What a page leads to, and the places in it."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.places = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name in ("href", "src"):
                self.targets.append(value or "")
            elif name == "id":
                self.places.append(value)


def links(site):
    """Links that are dead, and places of one name."""
    read = {address: Links(site.page(address)) for address in site.pages}
    static = set(site.files) | {"style.css", "search.js", "search-index.js"}
    for address, found in read.items():
        for place in sorted(set(place for place in found.places if found.places.count(place) > 1)):
            yield "%s: two places are called %s" % (address, place)
        for target in found.targets:
            if not re.match(r"https?:", target):
                yield from dead(address, target, read, static)
    for _, _, target, _, _ in site.index:
        yield from dead("search-index.js", target, read, static)
    lower = {}
    for address in site.pages:
        if lower.setdefault(address.lower(), address) != address:
            yield "%s and %s are one file where case does not count" % (lower[address.lower()], address)


def dead(address, target, read, static):
    if not target:
        yield "%s: a link leads to nothing" % address
        return
    path, _, place = target.partition("#")
    full = posixpath.normpath(posixpath.join(posixpath.dirname(address), path)) if path else address
    if full in static:
        return
    if full not in read:
        yield "%s: leads to %s, which is not there" % (address, target)
    elif place and place not in read[full].places:
        yield "%s: leads to %s, but there is no such place" % (address, target)


def pictures(site):
    for address, path in site.files.items():
        if not os.path.isfile(os.path.join(site.root, path)):
            yield "%s: the picture %s is not there" % (address, path)


def compiled(build):
    """Files that the build compiles."""
    for entry in json.loads(pages.read(build, "compile_commands.json")):
        yield os.path.realpath(os.path.join(entry["directory"], entry["file"]))


def shown(reference, build):
    """Examples of pages that no build compiles."""
    built = set(compiled(build))
    for page in reference.pages.values():
        for example in page.examples:
            path = os.path.realpath(os.path.join(reference.root, example.path))
            if path not in built and os.path.realpath(os.path.join(pages.HERE, "../..", example.path)) not in built:
                yield "%s: its example stands in %s, which is not compiled" % (page.name, example.path)


def snippets(reference, site):
    """(where, language, code) of examples in comments and documents that stand in no file."""
    import prose
    for page in reference.pages.values():
        for text in [page.text, page.common] + [text for _, text in page.texts]:
            for kind, content in prose.blocks(text):
                if kind == "code":
                    yield "%s:%d" % (page.path, page.line), "c", "\n".join(content) + "\n"
    for path in site.documents:
        text = pages.read(site.root, path)
        for match in FENCE.finditer(text):
            if not match.group("from"):
                yield "%s:%d" % (path, text.count("\n", 0, match.start()) + 1), match.group("language"), match.group("code")


def before(folders):
    """Every public header, and what is given."""
    headers = sorted(os.path.basename(path) for folder in folders for path in glob.glob(os.path.join(folder[2:], "scardssp_*.h")))
    return "\n".join(["#define COBJMACROS", "#include <scardssp.h>", "#include <stdio.h>"] + ["#include <%s>" % name for name in headers] +
                     list(GIVEN)) + "\n"


def refused(language, code, folders):
    """What is wrong with a piece of code; "" if nothing is."""
    if language in ("c", "cpp"):
        command = ("cc", "-std=gnu11", "-xc") if language == "c" else ("c++", "-std=c++17", "-xc++")
        place, said = '#line 1 "example"\n', ""
        for text in (place + code, "void example(void);\nvoid example(void) {\n%s%s}\n" % (place, code)):
            run = subprocess.run(command + STRICT + folders + ("-",), input=before(folders) + text, stderr=subprocess.PIPE, text=True, check=False)
            if run.returncode == 0:
                return ""
            said = run.stderr
        return said
    if language == "python":
        try:
            compile(code, "example", "exec")
        except SyntaxError as error:
            return str(error)
    if language == "sh":
        return subprocess.run(["bash", "-n"], input=code, stderr=subprocess.PIPE, text=True, check=False).stderr
    return ""


def examples(reference, site, build):
    """Examples that do not compile."""
    folders = tuple("-I" + folder for folder in (os.path.join(reference.root, "include/scardssp"), os.path.join(build, "idl"),
                                                 os.path.join(build, "include/pages")))
    for where, language, code in snippets(reference, site):
        said = refused(language, code, folders)
        if said:
            yield "%s: an example in %s does not compile: %s" % (where, language, said.strip())


def faults(root, build):
    """What is wrong, a line each."""
    from collect import Reference
    from website import Site
    reference = Reference(root)
    site = Site(reference, "0")
    return list(links(site)) + list(pictures(site)) + list(shown(reference, build)) + list(examples(reference, site, build))


if __name__ == "__main__":
    FOUND = faults(os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else os.path.join(pages.HERE, "../..")), sys.argv[1])
    print("\n".join(FOUND), end="\n" if FOUND else "")
    sys.exit(1 if FOUND else 0)
