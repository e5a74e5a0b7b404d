#!/usr/bin/env python3
"""That the bill of materials keeps the rules of CycloneDX 1.5 and says what the package is: bill.py PACKAGE

Of the rules: what is needed is there and of its form, nothing else is; references are unique and lead
somewhere. Of the package: every file is in the bill, with its sum; every program with what was linked into
it. Prints offenders, exit status 1.
"""
import hashlib
import json
import os
import re
import sys

TYPES = {"application", "framework", "library", "container", "platform", "operating-system", "device", "device-driver", "firmware",
         "file", "machine-learning-model", "data"}
# Names of licences and exceptions of the SPDX list, as far as they occur.
LICENCES = {"MIT", "ISC", "ZPL-2.1", "BSD-2-Clause-NetBSD", "BSD-3-Clause", "GPL-3.0-or-later", "GCC-exception-3.1"}
PROGRAMS = {"scardssp.dll", "scard.exe", "sdk/bin/scardssp-extra.dll"}
FORMS = {
    "serialNumber": r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "purl": r"pkg:[a-z]+(/[\w.+%-]+)+@[\w.+%~:-]+(\?[\w=&]+)?",
    "content": r"[0-9a-f]{64}",
}
DOCUMENT = {"$schema", "bomFormat", "specVersion", "version", "serialNumber", "metadata", "components", "dependencies"}
COMPONENT = {"type", "bom-ref", "name", "version", "licenses", "purl", "hashes", "properties"}


def form_faults(value, name=""):
    """Yields texts that do not have the form of what they are called."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from form_faults(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from form_faults(inner, name)
    elif name in FORMS and not re.fullmatch(FORMS[name], value):
        yield "%s is %r" % (name, value)


def licence_faults(component):
    """Yields what is wrong with the licences of a component."""
    for row in component.get("licenses", []):
        if len(row) != 1 or not ("expression" in row or list(row.get("license", {})) == ["id"]):
            yield "a licence of %s is neither one identifier nor an expression" % component["name"]
            continue
        text = row["expression"] if "expression" in row else row["license"]["id"]
        yield from ("no licence: %r" % name for name in re.split(r" AND | WITH ", text) if name not in LICENCES)


def component_faults(component):
    """Yields what is wrong with one component."""
    yield from ("%r in a component" % key for key in component if key not in COMPONENT)
    yield from ("no %s in a component" % key for key in ("type", "name", "bom-ref") if not component.get(key))
    if component.get("type") not in TYPES:
        yield "a component of type %r" % component.get("type")
    if component.get("type") in ("library", "application"):
        yield from ("%s has no %s" % (component["name"], key) for key in ("version", "licenses", "purl") if not component.get(key))
        yield from licence_faults(component)


def reference_faults(bill, components):
    """Yields references that lead nowhere or to two places."""
    places = [component["bom-ref"] for component in components]
    yield from ("twice: " + place for place in sorted(set(places)) if places.count(place) > 1)
    for row in bill["dependencies"]:
        yield from ("leads nowhere: " + place for place in [row["ref"]] + row["dependsOn"] if place not in places)
    linked = {row["ref"]: row["dependsOn"] for row in bill["dependencies"]}
    yield from ("nothing is linked into " + name for name in PROGRAMS if not linked.get("file:" + name))


def file_faults(bill, package):
    """Yields files whose sums are others, or that only one side knows."""
    sums = {row["name"]: row["hashes"][0]["content"] for row in bill["components"] if row["type"] == "file"}
    for folder, _, names in os.walk(package):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), package).replace(os.sep, "/")
            if path == "scardssp.cdx.json":
                continue
            with open(os.path.join(folder, name), "rb") as file:
                if sums.pop(path, None) != hashlib.sha256(file.read()).hexdigest():
                    yield "not in the bill, or with another sum: " + path
    yield from ("in the bill alone: " + path for path in sorted(sums))


def notice_faults(bill, package):
    """Yields libraries whose terms the notices do not have."""
    with open(os.path.join(package, "NOTICES.txt"), encoding="utf-8") as file:
        text = file.read()
    for row in bill["components"]:
        if row["type"] == "library" and not re.search(r"^%s %s, " % (re.escape(row["name"]), re.escape(row["version"])), text, re.M):
            yield "no terms of " + row["name"]


def main():
    package = sys.argv[1]
    with open(os.path.join(package, "scardssp.cdx.json"), encoding="utf-8") as file:
        bill = json.load(file)
    faults = ["%r in the document" % key for key in set(bill) ^ DOCUMENT]
    if (bill.get("bomFormat"), bill.get("specVersion"), bill.get("version")) != ("CycloneDX", "1.5", 1):
        faults.append("not CycloneDX 1.5")
    components = bill["components"] + [bill["metadata"]["component"]]
    for component in components:
        faults += component_faults(component)
    faults += form_faults(bill)
    faults += reference_faults(bill, components)
    faults += file_faults(bill, package)
    faults += notice_faults(bill, package)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
