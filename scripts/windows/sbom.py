#!/usr/bin/env python3
"""Says what is in a zip for Windows: windows/sbom.py BITS VERSION SECONDS STAGE PROGRAM=MAP...

STAGE is the folder that is going to be packed, complete but for the two files that are written here:
scardssp.cdx.json, a bill of materials in CycloneDX 1.5 with the sum of each file, and for each PROGRAM what
was linked into it; NOTICES.txt, the terms of all that. What was linked in stands in the linker's map
of the program. A library that the table below does not know is an error: somebody has to look up its terms.
SECONDS: the time of the last commit, since 1970. windows/dist.sh calls it.
"""
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import uuid

# What a file that the linker has taken in belongs to: pattern, component, licence of what programs get.
ORIGINS = [
    (r"lib(gcc|gcc_eh|stdc\+\+|supc\+\+|ssp|ssp_nonshared|atomic)\.a|crt(begin|end|fastmath)\w*\.o", "gcc-libgcc",
     "GPL-3.0-or-later WITH GCC-exception-3.1"),
    (r"lib(pthread|winpthread)\.a", "winpthreads", "MIT AND BSD-3-Clause"),
    (r"lib(mingw32|mingwex|moldname|msvcrt|ucrt|uuid)\.a|crt2u?\.o|dllcrt2\.o|CRT_\w+\.o|binmode\.o|txtmode\.o", "mingw-w64-runtime",
     "ZPL-2.1 AND BSD-2-Clause-NetBSD AND BSD-3-Clause AND MIT AND ISC"),
    # Import libraries: names of functions of Windows, and the jumps to them.
    (r"lib(kernel32|user32|advapi32|shell32|ole32|oleaut32|rpcrt4|bcrypt|ws2_32)\.a", "mingw-w64-runtime", None),
]
LOADED = re.compile(r"^(?:LOAD )?(/\S+?\.(?:a|o))(?:\(.*\))?(?:\s.*)?$")


def linked(path, build):
    """The files of others that the linker has taken something from, by its map."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    start = lines.index("Archive member included to satisfy reference by file (symbol)")
    members = [line for line in lines[start:lines.index("Memory Configuration")] if line.startswith("/")]
    objects = [line for line in lines if line.startswith("LOAD /") and line.endswith(".o")]
    found = set()
    for line in members + objects:
        file_name = os.path.normpath(LOADED.match(line)[1])
        if os.path.commonpath([file_name, build]) != build:
            found.add(file_name)
    return sorted(found)


def origin(path):
    """Component and licence of such a file."""
    for pattern, component, licence in ORIGINS:
        if re.fullmatch(pattern, os.path.basename(path)):
            return component, licence
    sys.exit("windows/sbom.py: %s was linked in, and nobody has said yet under which terms: see ORIGINS" % path)


def package_of(path):
    """Debian's package that a file belongs to, and its version."""
    answer = subprocess.run(["dpkg-query", "-S", path], check=True, stdout=subprocess.PIPE, text=True).stdout
    name = answer.split(":")[0]
    version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], check=True, stdout=subprocess.PIPE, text=True).stdout
    return name, version


def component_list(maps, build):
    """For each component what stands of it in the bill, and for each program the components in it."""
    components, contained = {}, {}
    for program, path in maps.items():
        contained[program] = set()
        for file_name in linked(path, build):
            name, licence = origin(file_name)
            package, version = package_of(file_name)
            row = components.setdefault(name, {"package": package, "version": version, "licences": set(), "files": set()})
            row["licences"] |= {licence} - {None}
            row["files"].add(os.path.basename(file_name))
            contained[program].add(name)
    return components, contained


def bill(bits, version, seconds, stage, components, contained):
    """The document."""
    files = sorted(os.path.relpath(os.path.join(folder, name), stage).replace(os.sep, "/")
                   for folder, _, names in os.walk(stage) for name in names)
    rows = []
    for name, row in sorted(components.items()):
        rows.append({
            "type": "library", "bom-ref": "library:" + name, "name": name, "version": row["version"],
            "licenses": [{"expression": " AND ".join(sorted(row["licences"]))}],
            "purl": "pkg:deb/debian/%s@%s" % (row["package"], row["version"].replace("+", "%2B")),
            "properties": [{"name": "scardssp:linked", "value": " ".join(sorted(row["files"]))}]})
    for name in files:
        with open(os.path.join(stage, name), "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        rows.append({"type": "file", "bom-ref": "file:" + name, "name": name, "hashes": [{"alg": "SHA-256", "content": digest}]})
    root = "scardssp-%s-win%s" % (version, bits)
    depends = [{"ref": root, "dependsOn": ["file:" + name for name in files]}]
    depends += [{"ref": "file:" + program, "dependsOn": sorted("library:" + name for name in names)}
                for program, names in sorted(contained.items())]
    depends += [{"ref": "library:" + name, "dependsOn": []} for name in sorted(components)]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "bom-ref": root, "name": "scardssp", "version": version,
                          "licenses": [{"license": {"id": "MIT"}}], "purl": "pkg:generic/scardssp@%s?arch=win%s" % (version, bits)}},
        "components": rows, "dependencies": depends}
    # The same content has the same number.
    document["serialNumber"] = "urn:uuid:%s" % uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(document, sort_keys=True))
    return document


def notices(path, version, components):
    """Writes the terms of what was linked in, as Debian's packages state them."""
    parts = ["scardssp %s contains parts of what follows; scardssp itself is under the terms of LICENSE.txt." % version]
    for name, row in sorted(components.items()):
        with open("/usr/share/doc/%s/copyright" % row["package"], encoding="utf-8") as file:
            terms = file.read()
        parts.append("%s\n%s %s, linked from %s: %s\n%s\n\n%s" % (
            "=" * 100, name, row["version"], " ".join(sorted(row["files"])), " AND ".join(sorted(row["licences"])), "=" * 100, terms))
    with open(path, "w", encoding="utf-8", newline="\r\n") as file:
        file.write("\n\n".join(parts))


def main():
    bits, version, seconds, stage, *pairs = sys.argv[1:]
    maps = dict(pair.split("=", 1) for pair in pairs)
    components, contained = component_list(maps, os.getcwd())
    notices(os.path.join(stage, "NOTICES.txt"), version, components)
    document = bill(bits, version, int(seconds), stage, components, contained)
    with open(os.path.join(stage, "scardssp.cdx.json"), "w", encoding="ascii", newline="\r\n") as file:
        json.dump(document, file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main()
