#!/usr/bin/env python3
"""Writes the reference from the comments of the public headers and of the IDL:

    reference.py manual FOLDER      pages of the manual: FOLDER/man3, FOLDER/man7
    reference.py site FOLDER        pages of HTML, to be opened at FOLDER/index.html
    reference.py list               the names that have a page, one a line: name, kind, where it is from
    reference.py install            both to where Meson installs (called by it), see docs/meson.build

`make reference` calls it, and `meson install`.
"""
import os
import re
import sys

sys.dont_write_bytecode = True

from collect import Reference, read
from manpages import Manual
from website import Site

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def version():
    return re.search(r"version : '([\d.]+)'", read(ROOT, "meson.build")).group(1)




def install(manual, site):
    """Into the places that Meson names, DESTDIR before them."""
    reference = Reference(ROOT)
    Manual(reference, version()).write(staged(manual))
    Site(reference, version()).write(staged(site))


def staged(folder):
    if os.path.isabs(folder):
        return os.environ.get("DESTDIR", "") + folder
    return os.path.join(os.environ["MESON_INSTALL_DESTDIR_PREFIX"], folder)


def main():
    what, rest = sys.argv[1], sys.argv[2:]
    if what == "list":
        for name, page in sorted(Reference(ROOT).names.items()):
            print("%s\t%s\t%s:%d" % (name, page.kind, page.path, page.line))
    elif what == "manual":
        print("%d pages of the manual in %s" % (Manual(Reference(ROOT), version()).write(rest[0]), rest[0]))
    elif what == "site":
        print("%d pages of HTML in %s" % (Site(Reference(ROOT), version()).write(rest[0]), rest[0]))
    elif what == "install":
        install(*rest)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
