#!/usr/bin/env python3
"""Tries scripts/check/reference.py and scripts/check/sitecheck.py on offences: test_check.py BUILD_DIR.
Reports in TAP.

Each is put into a copy of what the reference is made of, or into the pages themselves, one at a time; the
check has to name it.
"""
import os
import re
import shutil
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts/check"))
sys.dont_write_bytecode = True
import reference as check
import sitecheck
import collect
import manpages
from model import Example
from website import Site

NEEDED = ("include/scardssp", "idl", "docs", "examples", "tests/pages", "tools/scard")
FILES = ("README.md", "CONTRIBUTING.md", "src/rm/status.c", "src/com/code.c")
CARD, SIM, IDL = "include/scardssp/scardssp_card.h", "include/scardssp/scardssp_sim.h", "idl/scardssp.idl"

# What is wrong in a file: (what it is, file, what is there, what is put there, what the check says).
IN_FILES = (
    ("a function without a comment", CARD, r"/\*(?:(?!\*/).)*\*/\n(int32_t scardssp_cancel)", r"\n\1", "scardssp_cancel has no page"),
    ("a structure without one", SIM, r"/\*\n \* Serves a card to a virtual reader.*?\*/\n", "", "scardssp_sim_serve_options has no page"),
    ("a constant without one", CARD, r"/\* Room for the largest answer.*?\*/", "", "SCARDSSP_REPLY_MAX has no page"),
    ("a method that is not read", IDL, r"HRESULT LockSCard", "STDMETHOD LockSCard", "ISCard_LockSCard has no page"),
    ("a method without an example", "examples/calls/services.c", r"ISCardAuth_APP_Auth\(", "ISCardAuth_APP_(", "ISCardAuth_APP_Auth has no example"),
    ("a function without one", "examples/calls/faults.c", r"scardssp_faults_struck\(\) == [01]", "1", "scardssp_faults_struck has no example"),
    ("a parameter that is not read", IDL, r"\[in\] HSCARD hCard", "HSCARD hCard", "a parameter is not understood"),
    ("a comment that says nothing", CARD, r"/\* Ends the connection and leaves.*?\*/", "/* . */", "scardssp_close does not say what it is"),
    ("a variable that no page tells", "README.md", r"\n\| `SCARDSSP_LIBRARY`[^\n]*", "", "SCARDSSP_LIBRARY has no page"),
    ("two members of one name", SIM, r"(/\* Pulls the reader's cable.*?;\n)", r"\1\n\1", "scardssp_sim_unplug has a page already"),
)


def lost_code(reference):
    del reference.names["SCARD_E_TIMEOUT"]
    return check.missing(reference, ROOT, BUILD)


def leads_nowhere(reference):
    reference.pages["scardssp_codes"].see.append("nowhere")
    return check.thin(reference)


def in_the_way(reference):
    reference.pages["VariantInit"].suffix = lambda name=None: "3"
    return check.manual(reference, "0")


def not_groff(reference):
    reference.pages["scardssp_open"].text = "x"
    before, manpages.lines_of = manpages.lines_of, lambda text: ["\\fX\\*[nothing]" + text]
    try:
        return list(check.manual(reference, "0"))
    finally:
        manpages.lines_of = before


def not_whatis(reference):
    reference.pages["scardssp_open"].summary = ""
    return check.manual(reference, "0")


# What is wrong with pages, whatever they are made of.
IN_PAGES = (
    ("a code that has no page", lost_code, "SCARD_E_TIMEOUT has no page"),
    ("a page that leads nowhere", leads_nowhere, "refers to nowhere"),
    ("a page in another package's way", in_the_way, "VariantInit.3 may be another package's"),
    ("a page that groff does not understand", not_groff, "nothing"),
    ("a name that whatis cannot read", not_whatis, "whatis and apropos"),
)


def of_site(change):
    """An offence in the site: what is said when `change` has put something into a document's page."""
    def offence(reference):
        site = Site(reference, "0")
        change(site)
        return list(sitecheck.links(site)) + list(sitecheck.pictures(site))
    return offence


def into_document(text):
    def change(site):
        title, body, origin = site.pages["docs/remote.html"]
        site.pages["docs/remote.html"] = (title, body + text, origin)
    return of_site(change)


def example_not_built(reference):
    reference.pages["scardssp_open"].examples = [Example("examples/never.c", 1, "c", "int x;")]
    return sitecheck.shown(reference, BUILD)


def bad_example(reference):
    reference.pages["scardssp_open"].text += "\n\n    scardssp_open(NULL);\n"
    site = Site(reference, "0")
    site.documents = {}
    return sitecheck.examples(reference, site, BUILD)


def bad_snippets(_):
    return ["python: " + sitecheck.refused("python", "if x print(x)\n", ()), "sh: " + sitecheck.refused("sh", "if true; do\n", ())]


IN_SITE = (
    ("a link to a page that is not there", into_document('<a href="../reference/scardssp_opn.html">x</a>'), "leads to ../reference/scardssp_opn.html"),
    ("a link to a place that is not there", into_document('<a href="windows.html#nowhere">x</a>'), "there is no such place"),
    ("two places of one name", into_document('<p id="a"></p><p id="a"></p>'), "two places are called a"),
    ("a link that leads to nothing", into_document('<a href="">x</a>'), "leads to nothing"),
    ("a picture that is not there", of_site(lambda site: site.files.update({"docs/x.svg": "docs/x.svg"})), "the picture docs/x.svg is not there"),
    ("a result of the search that is not there", of_site(lambda site: site.index.append(["x", "function", "reference/x.html", "", ""])), "leads to reference/x.html"),
    ("two pages that differ in case alone", of_site(lambda site: site.put("docs/Remote.html", "x", "x")), "are one file where case does not count"),
    ("an example that is not built", example_not_built, "examples/never.c, which is not compiled"),
    ("an example in C that does not compile", bad_example, "does not compile"),
    ("one in Python", bad_snippets, "python: invalid syntax"),
    ("one for the shell", bad_snippets, "syntax error"),
)


def copy(folder):
    for name in NEEDED:
        shutil.copytree(os.path.join(ROOT, name), os.path.join(folder, name))
    for name in FILES:
        os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
        shutil.copy(os.path.join(ROOT, name), os.path.join(folder, name))
    # What reads the environment: the check looks for it in all sources.
    with open(os.path.join(folder, "src", "reads.c"), "w", encoding="utf-8") as file:
        file.write('/* x */\nconst char *names[] = {"SCARDSSP_RM", "SCARDSSP_LIBRARY"};\n')


def offend(folder, name, pattern, replacement):
    path = os.path.join(folder, name)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    changed, count = re.subn(pattern, replacement, text, flags=re.S | re.M)
    if not count:
        raise ValueError("%s has no %s any more" % (name, pattern))
    with open(path, "w", encoding="utf-8") as file:
        file.write(changed)
    return text


def of_sources(folder):
    """What is said of a tree, without a look at the pages of the manual, which take longest."""
    try:
        reference = collect.Reference(folder)
    except ValueError as error:
        return [str(error)]
    return list(check.missing(reference, folder, BUILD)) + list(check.thin(reference))


class Tap:
    """Cases, counted."""

    def __init__(self, planned):
        self.number = self.failed = 0
        print("1..%d" % planned, flush=True)

    def case(self, good, what, said):
        self.number += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.number, what), flush=True)
        if not good:
            print("# it says:\n# " + "\n# ".join(said), flush=True)


def main():
    tap = Tap(1 + len(IN_FILES) + len(IN_PAGES + IN_SITE))
    with tempfile.TemporaryDirectory() as folder:
        copy(folder)
        said = of_sources(folder)
        tap.case(not said, "the tree as it is", said)
        for what, name, pattern, replacement, wanted in IN_FILES:
            before = offend(folder, name, pattern, replacement)
            said = of_sources(folder)
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(before)
            tap.case(any(wanted in line for line in said), "is told: " + what, said)
    for what, offence, wanted in IN_PAGES + IN_SITE:
        said = list(offence(collect.Reference(ROOT)))
        tap.case(any(wanted in line for line in said), "is told: " + what, said)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    BUILD = os.path.abspath(sys.argv[1])
    sys.exit(main())
