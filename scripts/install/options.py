#!/usr/bin/env python3
"""Configures a build for installation: install/options.py BUILD_DIR PREFIX. build.sh calls it.

Whatever a build directory was configured for before, an installed library is optimised, has no sanitizer
inside, and lies where the loader and pkg-config look. Meson alone would not see to that: on a Debian without
dpkg-dev it takes lib64 for the place of libraries. Nothing is done where all is well already.
"""
import json
import os
import re
import shlex
import subprocess
import sys

# What would make the result unfit for others, and what a front door promises of places.
WANTED = {
    "bindir": "bin", "includedir": "include", "datadir": "share", "mandir": "share/man",
    "default_library": "shared", "b_sanitize": "none", "b_coverage": False, "b_pgo": "off", "fuzz": False, "pkgconfig.relocatable": False,
}
SLOW = ("0", "1", "g", "plain")
MACHINE = ("-m32", "-m64", "-mx32", "--target=", "--sysroot=")
LIBRARY = re.compile(r"(?:/usr)?/(lib(?:32|64|x32)?(?:/[^/]+)?)/[^/]+$")


def information(build, name):
    with open(os.path.join(build, name), encoding="utf-8") as file:
        return json.load(file)


def compiler(build):
    """The command of the C compiler, with what tells it the machine to compile for."""
    commands = (shlex.split(entry["command"]) for entry in information(build, "compile_commands.json")
                if entry["file"].endswith(".c"))
    words = next(commands)
    options = next(index for index, word in enumerate(words) if word.startswith("-"))
    return words[:options] + [word for word in words[options:] if word.startswith(MACHINE)]


def library_folder(command):
    """Where below a prefix libraries of this machine lie: where the compiler finds the C library. That is a
    folder of the architecture on Debian, lib64 or lib elsewhere.
    """
    answer = subprocess.run(command + ["-print-file-name=libc.so"], stdout=subprocess.PIPE, text=True, check=False)
    found = LIBRARY.match(os.path.realpath(answer.stdout.strip())) if os.path.isabs(answer.stdout) else None
    return found.group(1) if found else "lib"


def main():
    build, prefix = sys.argv[1:]
    wanted = dict(WANTED, prefix=prefix, libdir=library_folder(compiler(build)), reference=os.environ.get("REFERENCE") != "no")
    found = {option["name"]: option["value"] for option in information(build, "meson-info/intro-buildoptions.json")}
    if str(found["optimization"]) in SLOW:
        wanted["buildtype"] = "debugoptimized"
    changes = ["-D%s=%s" % (name, str(value).lower() if isinstance(value, bool) else value)
               for name, value in wanted.items() if name in found and found[name] != value]
    # Another Meson, of a system that was upgraded, cannot install what the old one configured.
    ours = subprocess.run(["meson", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    if ours != information(build, "meson-info/meson-info.json")["meson_version"]["full"]:
        subprocess.run(["meson", "setup", "--reconfigure", build], check=True)
    if changes:
        print("Configuring %s for installation: %s" % (build, " ".join(changes)), flush=True)
        subprocess.run(["meson", "configure", build] + changes, check=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit("install/options.py: %s" % error)
