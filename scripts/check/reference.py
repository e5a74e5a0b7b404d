#!/usr/bin/env python3
"""Checks the reference: check/reference.py BUILD_DIR [ROOT]. BUILD_DIR is built. Prints offenders, exit
status 1.

What has to have a page is asked of others than who writes the pages: the library what it exports, the
header that widl made which methods there are, the compiler which codes, the sources which variables they
read. A page says what it is about, and shows what is called in an example; those of the manual are
well-formed, known by their names, and collide with nobody's.
"""
import functools
import glob
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
# Read by tests alone.
NOT_FOR_USERS = {"SCARDSSP_DOCTOR_ROOT"}
INHERITED = re.compile(r"_(QueryInterface|AddRef|Release|GetTypeInfoCount|GetTypeInfo|GetIDsOfNames|Invoke)$")
# What a page has an example of.
SHOWN = ("function", "callback", "method", "property", "interface", "class")
GUARD = re.compile(r"SCARDSSP(_\w+)?_H$")


@functools.lru_cache(maxsize=None)
def output(*command, text=None):
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True).stdout


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def exported(build):
    """What the library exports."""
    paths = glob.glob(os.path.join(build, "src/**/libscardssp.so.*.*.*"), recursive=True)
    library = [path for path in paths if os.path.isfile(path) and not path.endswith(".symbols")]
    for line in output("nm", "-D", "--defined-only", library[0]).splitlines():
        kind, name = line.split()[-2:]
        if kind != "A":
            yield name.split("@")[0]


def methods(build):
    """Interfaces and methods of the header that widl made."""
    header = read(build, "idl", "scardssp_idl.h")
    for name in re.findall(r"^#define (I\w+_\w+)\(This", header, re.M):
        if not INHERITED.search(name):
            yield name
    yield from re.findall(r"^interface (ISCard\w*|IByteBuffer) ", header, re.M)
    yield from re.findall(r"DEFINE_GUID\((CLSID_\w+|IID_ISCard\w*)", header)


def codes(root, build, pattern):
    """Codes as the compiler has them, once everything is included."""
    folders = ["-I" + folder for folder in (os.path.join(root, "include/scardssp"), os.path.join(build, "idl"),
                                            os.path.join(build, "include/pages"))]
    for line in output("cc", "-E", "-dM", *folders, "-", text="#include <scardssp.h>\n").splitlines():
        name = line.split()[1]
        if pattern.fullmatch(name):
            yield name


def declared(root):
    """Our own names in headers: types, functions, constants."""
    for path in glob.glob(os.path.join(root, "include/scardssp/*.h")):
        text = re.sub(r"/\*.*?\*/", "", read(path), flags=re.S)
        yield from re.findall(r"\b(?:struct|enum)\s+(scardssp_\w+)", text)
        yield from re.findall(r"\b(scardssp_\w+)\(", text)
        yield from re.findall(r"\(\*(scardssp_\w+)\)", text)
        yield from (name for name in re.findall(r"^#define (SCARDSSP_\w+)", text, re.M) if not GUARD.match(name))
        yield from re.findall(r"^ +(SCARDSSP_\w+) =", text, re.M)


def variables(root):
    """Variables of the environment that the sources name."""
    for folder in ("src", "tools", "python"):
        for place, _, files in os.walk(os.path.join(root, folder)):
            for name in files:
                if name.endswith((".c", ".h", ".py")):
                    yield from re.findall(r'["\'](SCARDSSP_[A-Z_]+)["\']', read(place, name))


def missing(reference, root, build):
    """Members without a page."""
    import collect
    import prose
    wanted = {"exported": exported(build), "in scardssp_idl.h": methods(build), "a code": codes(root, build, prose.CODE),
              "in a public header": (name for name in declared(root) if not collect.MACHINERY.match(name)),
              "a variable that is read": (name for name in variables(root) if name not in NOT_FOR_USERS)}
    for what, names in wanted.items():
        names = sorted(set(names))
        if not names:
            yield "nothing is %s: is this the right tree?" % what
        for name in names:
            page = reference.names.get(name)
            if page is None:
                yield "%s has no page; it is %s. A page is made of the comment above it%s" % (
                    name, what, ", of a row in a table of README.md or docs/ for a variable" if what.startswith("a var") else "")


def thin(reference):
    """Pages that do not say what they are about, or what is called is not shown."""
    for page in reference.pages.values():
        if page.kind in SHOWN and not page.examples:
            yield "%s:%d: %s has no example: examples/calls/ has a function for each call" % (page.path, page.line, page.name)
        if len(page.summary) < 3 or not (page.text or page.texts or page.summary):
            yield "%s:%d: the comment of %s does not say what it is" % (page.path, page.line, page.name)
        for name in page.see:
            if name not in reference.names:
                yield "%s:%d: %s refers to %s, which has no page" % (page.path, page.line, page.name, name)


def manual(reference, version):
    """What is wrong with pages of the manual."""
    from manpages import Manual
    from model import OWN
    with tempfile.TemporaryDirectory() as folder:
        Manual(reference, version).write(folder)
        paths = sorted(glob.glob(os.path.join(folder, "man*/*")))
        for path in paths:
            name = os.path.basename(path)
            if not name.startswith(OWN) and not name.endswith("scardssp"):
                yield "%s may be another package's page, too" % name
        own = [path for path in paths if not read(path).startswith(".so ")]
        said = subprocess.run(["groff", "-ww", "-z", "-man", "-Tutf8"] + own, stderr=subprocess.PIPE, text=True, check=False).stderr
        yield from said.replace(folder + "/", "").splitlines()
        for path in paths:
            text = read(path)
            if text.startswith(".so ") and not os.path.isfile(os.path.join(folder, text[4:].strip())):
                yield "%s leads to a page that is not there" % os.path.basename(path)
            elif not text.startswith(".so "):
                yield from whatis(os.path.basename(path).rsplit(".", 1)[0], text)


def whatis(name, text):
    """What whatis and apropos need: names with commas, one dash, a few words."""
    line = re.search(r"^\.SH NAME\n(.*)\n\.SH", text, re.M).group(1)
    match = re.fullmatch(r"([\w., ]+) \\- (\S.*)", line)
    if not match or name not in match.group(1).split(", ") or len(match.group(2)) < 3:
        yield "%s: whatis and apropos cannot read its name: %s" % (name, line)


sys.path.insert(0, os.path.join(os.path.dirname(HERE), "reference"))


def faults(root, build):
    """What is wrong, a line each."""
    from collect import Reference
    try:
        reference = Reference(root)
    except ValueError as error:
        return [str(error)]
    return list(missing(reference, root, build)) + list(thin(reference)) + list(manual(reference, "0"))


def main():
    found = faults(os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else os.path.join(HERE, "../..")), sys.argv[1])
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
