#!/usr/bin/env python3
"""That winget and Chocolatey are told of the zips: told.py FOLDER NAME SUM

FOLDER has the files that scripts/windows/manifests.sh writes, NAME is that of the zips without their width,
SUM the one of both. What winget's schemas 1.6.0 need is there. Prints offenders, exit status 1.
"""
import os
import re
import sys
import xml.dom.minidom

NEEDED = {
    "scardssp.scardssp.yaml": {"PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion"},
    "scardssp.scardssp.installer.yaml": {"PackageIdentifier", "PackageVersion", "InstallerType", "NestedInstallerType", "Installers",
                                         "ManifestType", "ManifestVersion"},
    "scardssp.scardssp.locale.en-US.yaml": {"PackageIdentifier", "PackageVersion", "PackageLocale", "Publisher", "PackageName", "License",
                                            "ShortDescription", "ManifestType", "ManifestVersion"},
}


def read(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return file.read()


def winget_faults(folder, name, digest):
    """Yields what is wrong with the three files of winget."""
    for file_name, needed in NEEDED.items():
        text = read(folder, "winget", file_name)
        keys = re.findall(r"^([A-Z]\w+):", text, re.M)
        yield from ("%s has no %s" % (file_name, key) for key in sorted(needed - set(keys)))
        yield from ("%s has %s twice" % (file_name, key) for key in sorted(set(keys)) if keys.count(key) > 1)
        yield from ("%s: %s" % (file_name, place) for place in re.findall(r"@\w+@", text))
    text = read(folder, "winget", "scardssp.scardssp.installer.yaml")
    for bits, architecture in ("64", "x64"), ("32", "x86"):
        row = re.search(r"- Architecture: %s\n(.*?)(?=\n-|\nManifestType)" % architecture, text, re.S)[1]
        for line in (r"InstallerUrl: https://example\.com/there/%s-win%s\.zip" % (name, bits), "InstallerSha256: " + digest.upper(),
                     r"- RelativeFilePath: %s-win%s\\scard\.exe" % (name, bits)):
            if not re.search("^ *%s$" % line, row, re.M):
                yield "winget's row of %s lacks %s" % (architecture, line)


def chocolatey_faults(folder, name, digest):
    """Yields what is wrong with Chocolatey's."""
    package = xml.dom.minidom.parse(os.path.join(folder, "chocolatey", "scardssp.nuspec"))
    for tag in ("id", "version", "authors", "description", "summary"):
        if not package.getElementsByTagName(tag)[0].firstChild.data.strip():
            yield "the .nuspec has no " + tag
    text = read(folder, "chocolatey", "tools", "chocolateyinstall.ps1")
    for line in ("'64' = '%s'" % digest.upper(), "'32' = '%s'" % digest.upper(), "https://example.com/there/%s-win$bits.zip" % name):
        if line not in text:
            yield "chocolateyinstall.ps1 lacks " + line
    if name + "-win$bits\\uninstall.cmd" not in read(folder, "chocolatey", "tools", "chocolateyuninstall.ps1"):
        yield "chocolateyuninstall.ps1 looks elsewhere"


def main():
    faults = list(winget_faults(*sys.argv[1:])) + list(chocolatey_faults(*sys.argv[1:]))
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
