#!/usr/bin/env python3
"""Checks that the packages know what the build makes: check/packages.py [--write] BUILD. check/lint.sh calls
it.

- Each file that is installed is taken by one line of packaging/debian/*.install, and each line takes a file;
  the same for the lists of files in packaging/rpm/scardssp.spec.
- packaging/debian/libscardssp0.symbols has what the library exports. --write adds what is new.
- One version stands in all places.
Prints offenders, exit status 1.
"""
import fnmatch
import json
import os
import re
import subprocess
import sys

import sources

DEBIAN = "packaging/debian"
SYMBOLS = DEBIAN + "/libscardssp0.symbols"
SPEC = "packaging/rpm/scardssp.spec"
# What other steps lay beside what Meson installs, and what a script of Meson's makes while installing: the
# reference.
BESIDE = ("usr/lib/python3/",)
AWAITED = ("usr/share/man/man3", "usr/share/man/man7", "usr/share/doc/scardssp/html")
MACROS = (("%{_bindir}", "usr/bin"), ("%{_includedir}", "usr/include"), ("%{_libdir}", "usr/lib/*"), ("%{_datadir}", "usr/share"),
          ("%{_mandir}", "usr/share/man"), ("%{_unitdir}", "usr/lib/systemd/system"), ("%{_sysusersdir}", "usr/lib/sysusers.d"),
          ("%{_tmpfilesdir}", "usr/lib/tmpfiles.d"))


def lines_of(name):
    return sources.read(name).splitlines() if os.path.exists(os.path.join(sources.ROOT, name)) else []


def installed(build):
    """Where Meson puts what it installs, as with the prefix /usr, without the slash before it."""
    with open(os.path.join(build, "meson-info/intro-installed.json"), encoding="utf-8") as file:
        places = set(json.load(file).values())
    with open(os.path.join(build, "meson-info/intro-buildoptions.json"), encoding="utf-8") as file:
        prefix = next(option["value"] for option in json.load(file) if option["name"] == "prefix")
    return sorted("usr/" + os.path.relpath(place, prefix) for place in places)


def takes(pattern, path):
    """A pattern names a file, or a folder with all that is in it; * is one folder's name, or a part of it."""
    parts, names = pattern.split("/"), path.split("/")
    return len(parts) <= len(names) and all(fnmatch.fnmatchcase(name, part) for name, part in zip(names, parts))


def debian_patterns():
    for name in sources.all_files():
        if name.startswith(DEBIAN + "/") and name.endswith(".install"):
            for line in lines_of(name):
                # Two words: a file of the tree, not one that was built.
                if line and len(line.split()) == 1:
                    yield name, line


def rpm_patterns():
    within = False
    for line in lines_of(SPEC):
        if line.startswith("%"):
            within = line.startswith("%files") or within and not re.match(r"%(changelog|package|description|post|pre)", line)
        path = re.sub(r"^%(?:dir|config|ghost|attr\([^)]*\))\s+", "", line)
        if within and path.startswith("%{_") and not line.startswith("%dir"):
            for macro, place in MACROS:
                path = path.replace(macro, place)
            yield SPEC, path.rstrip("*") if path.endswith(".1*") or path.endswith(".3*") else path


def lists(patterns, files):
    """Each file in one package, no line for nothing."""
    patterns = list(patterns)
    if not patterns:
        return
    place = os.path.dirname(patterns[0][0])
    for path in files:
        takers = ["%s: %s" % (name, pattern) for name, pattern in patterns if takes(pattern, path)]
        if not takers:
            yield "%s is installed, and in no package: add it to one of %s" % (path, place)
        elif len(takers) > 1:
            yield "%s is in more than one package: %s" % (path, "; ".join(takers))
    for name, pattern in patterns:
        if not pattern.startswith(BESIDE + AWAITED) and not any(takes(pattern, path) for path in files):
            yield "%s: %s takes nothing that is installed" % (name, pattern)


def exported(build):
    library = next(os.path.join(build, "src/module", name) for name in sorted(os.listdir(os.path.join(build, "src/module")))
                   if re.fullmatch(r"libscardssp\.so\.\d+\.\d+\.\d+", name))
    table = subprocess.run(["nm", "-D", "--defined-only", library], stdout=subprocess.PIPE, text=True, check=True).stdout
    symbols = set()
    for line in table.splitlines():
        kind, name = line.split()[1:]
        symbols.add(name + "@" + name if kind == "A" else name.replace("@@", "@"))
    return symbols


def known():
    return {line.split()[0] for line in lines_of(SYMBOLS) if line.startswith(" ")}


def symbols_differ(build):
    names, listed = exported(build), known()
    for name in sorted(names - listed):
        yield "%s is exported, and not in %s: scripts/check/packages.py --write %s adds it" % (name, SYMBOLS, build)
    for name in sorted(listed - names):
        yield "%s is in %s, and not exported any more: programs that use it would not start; docs/releases.md" % (name, SYMBOLS)


def version():
    return re.search(r"^  version : '([^']*)'", sources.read("meson.build"), re.M).group(1)


def write(build):
    head = [line for line in lines_of(SYMBOLS) if not line.startswith(" ")]
    old = {line.split()[0]: line for line in lines_of(SYMBOLS) if line.startswith(" ")}
    new = {name: " %s %s" % (name, version()) for name in exported(build) if name not in old}
    with open(os.path.join(sources.ROOT, SYMBOLS), "w", encoding="utf-8") as file:
        file.write("\n".join(head + sorted(list(old.values()) + list(new.values()))) + "\n")


def versions_differ():
    wanted = version()
    for name, pattern in ((DEBIAN + "/changelog", r"^scardssp \(([^)-]*)-"), ("python/pyproject.toml", r'^version = "([^"]*)"'),
                          (SPEC, r"^Version: *(\S+)"), ("CHANGELOG.md", r"^## \[(\d[^\]]*)\]")):
        if lines_of(name):
            found = re.search(pattern, sources.read(name), re.M)
            if not found or found.group(1) != wanted:
                yield "%s is of version %s, meson.build of %s" % (name, found.group(1) if found else "none", wanted)


def main():
    arguments = sys.argv[1:]
    if arguments[0] == "--write":
        write(arguments[1])
        arguments = arguments[1:]
    build = arguments[0]
    files = installed(build)
    bad = list(lists(debian_patterns(), files)) + list(lists(rpm_patterns(), files)) + list(symbols_differ(build)) + list(versions_differ())
    for line in bad:
        print(line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
