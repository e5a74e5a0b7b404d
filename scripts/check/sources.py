#!/usr/bin/env python3
"""Lists the project's files with the given endings: check/sources.py [.c .h ...]. The checks beside it import
it too.

What git tracks or would track, so that build directories stay out; in an unpacked archive, everything that is
neither below build*/ nor what Python keeps of a program that has run.
"""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def all_files():
    """Paths relative to the root of the tree, sorted."""
    # Also of a tree that is somebody else's, as for root in sudo: only the names of its files are read.
    try:
        listing = subprocess.run(["git", "-C", ROOT, "-c", "safe.directory=*", "-c", "core.fsmonitor=false",
                                  "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                                 capture_output=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        listing = b""
    if listing:
        names = set(os.fsdecode(name) for name in listing.split(b"\0") if name)
    else:
        names = set()
        for folder, folders, files in os.walk(ROOT):
            folders[:] = [name for name in folders if not name.startswith((".git", "build")) and name != "__pycache__"]
            names.update(os.path.relpath(os.path.join(folder, name), ROOT) for name in files)
    return sorted(name for name in names if os.path.isfile(os.path.join(ROOT, name)))


def with_endings(*endings):
    return [name for name in all_files() if name.endswith(endings)]


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as file:
        return file.read()


if __name__ == "__main__":
    print("\n".join(with_endings(*sys.argv[1:]) if len(sys.argv) > 1 else all_files()))
