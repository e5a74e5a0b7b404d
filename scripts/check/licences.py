#!/usr/bin/env python3
"""Checks that each file's licence is said, in the way of reuse.software: check/licences.py. REUSE.toml covers
it, LICENSES/ has the text of each licence that is named and no other, LICENSE is one of them, and no file
bears a notice or a licence that REUSE.toml does not say. Prints offenders, exit status 1. check/lint.sh calls
it.
"""
import fnmatch
import os
import re
import sys
import tomllib

import sources

IDENTIFIER = re.compile(r"SPDX-License-" + r"Identifier: *([\w.+-]+(?: (?:OR|AND|WITH) [\w.+-]+)*)")
NOTICE = re.compile(r"(?:Copyright|\xa9) *(?:\(c\)|\xa9)? *(\d{4}\S* [^\n*|]*)", re.I)
# The texts themselves, and files with words about licences that are not their own.
TEXTS = ("LICENSE", "LICENSES/", "REUSE.toml")


def covers(pattern, name):
    return pattern == "**" or fnmatch.fnmatchcase(name, pattern)


def notices(annotation):
    value = annotation["SPDX-FileCopyrightText"]
    return [value] if isinstance(value, str) else value


def main():
    bad = []
    with open(os.path.join(sources.ROOT, "REUSE.toml"), "rb") as file:
        annotations = tomllib.load(file)["annotations"]
    texts = {name[len("LICENSES/"):-len(".txt")] for name in sources.all_files() if name.startswith("LICENSES/")}
    named = set()
    for name in sources.all_files():
        said = [entry for entry in annotations
                if any(covers(pattern, name) for pattern in ([entry["path"]] if isinstance(entry["path"], str) else entry["path"]))]
        if not said:
            bad.append("%s: REUSE.toml does not cover it" % name)
            continue
        named.update(re.split(r" (?:OR|AND|WITH) ", said[-1]["SPDX-License-Identifier"]))
        if name.startswith(TEXTS):
            continue
        text = sources.read(name)
        for licence in IDENTIFIER.findall(text):
            if licence != said[-1]["SPDX-License-Identifier"]:
                bad.append("%s: says %s, REUSE.toml %s" % (name, licence, said[-1]["SPDX-License-Identifier"]))
        for notice in NOTICE.findall(text):
            if not any(notice.strip().rstrip(".\"'") in known for known in notices(said[-1])):
                bad.append("%s: bears a notice that REUSE.toml does not say: %s" % (name, notice.strip()))
    bad += ["LICENSES/%s.txt is missing" % licence for licence in sorted(named - texts)]
    bad += ["LICENSES/%s.txt is of no file" % licence for licence in sorted(texts - named)]
    if sources.read("LICENSE") not in [sources.read("LICENSES/%s.txt" % licence) for licence in texts]:
        bad.append("LICENSE is none of those in LICENSES/")
    print("\n".join(bad), end="\n" if bad else "")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
