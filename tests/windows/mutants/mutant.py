#!/usr/bin/env python3
"""Makes a DLL whose contract is wrong on purpose, in a folder of its own: mutant.py BUILD MUTANT FOLDER

The IDL is copied there and changed; headers, tables, type library, the objects in FILES and the DLL are made
anew from it by the very commands of the build directory BUILD. All else is linked from there. MUTANT is a key
of MUTANTS.
"""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

PROJECT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
DLL = "src/module/windows/scardssp.dll"
# What is made from the IDL, and the objects that have the tables of the changed interfaces.
MADE = ("idl/scardssp_idl.h", "idl/contract_tables.inc", "idl/scardssp.tlb")
FILES = {"objects": ("card.c", "database.c"), "com": ("contract.c",)}


def replaced(text, old, new):
    if text.count(old) != 1:
        raise ValueError("%s is in the IDL %d times" % (old, text.count(old)))
    return text.replace(old, new)


def method(text, name):
    """The lines of a method of ISCard, attributes and all."""
    start = text.index("\ninterface ISCard : IDispatch\n")
    body = text[start:text.index("\n}", start)]
    return re.search(r"    \[[^\]]*\]\n    HRESULT %s\([^;]*;\n" % name, body).group(0)


def swapped_slots(text):
    """ReAttach before LockSCard: each keeps its DISPID and comes into the other's slot."""
    one, other = method(text, "LockSCard"), method(text, "ReAttach")
    text = replaced(text, one, "@one@")
    text = replaced(text, other, one)
    return replaced(text, "@one@", other)


MUTANTS = {
    "none": lambda text: text,
    "slot": swapped_slots,
    "dispid": lambda text: replaced(text, '[id(16), helpstring("Empties', '[id(21), helpstring("Empties'),
    "guid": lambda text: replaced(text, "uuid(1461AAC8-6810-11D0-918F-00AA00C18068)",
                                  "uuid(1461AAC9-6810-11D0-918F-00AA00C18068)"),
}


class Maker:
    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        listing = subprocess.run(["ninja", "-C", build, "-t", "compdb", "-x"], check=True, capture_output=True)
        entries = json.loads(listing.stdout[listing.stdout.index(b"[\n"):])
        self.commands = {entry["output"]: shlex.split(entry["command"]) for entry in entries}
        self.made = {}

    def place(self, output):
        return os.path.join(self.folder, os.path.basename(output))

    def make(self, output, more=()):
        """The command for this output, with what is made anew instead of what the build directory has."""
        target = self.place(output)
        arguments = []
        for argument in self.commands[output]:
            if argument.startswith("-Wl,--out-implib="):
                argument = "-Wl,--out-implib=" + target + ".a"
            elif argument.startswith("-Wl,-Map,"):
                argument = "-Wl,-Map," + target + ".map" # that of the build directory tells what its DLL has in it
            elif argument == output:
                argument = target
            elif argument.endswith("/scardssp.idl"):
                argument = os.path.join(self.folder, "scardssp.idl")
            arguments.append(self.made.get(argument, argument.replace(output + ".d", target + ".d")))
        subprocess.run(arguments[:1] + list(more) + arguments[1:], cwd=self.build, check=True)
        self.made[output] = target

    def resources(self):
        """The DLL's resources with the type library that was made."""
        output = next(name for name in self.commands if name.endswith(".rc_scardssp.dll.o"))
        script = next(word for word in self.commands[output] if word.endswith("scardssp.dll.rc"))
        with open(os.path.join(self.build, script), encoding="utf-8") as file:
            text = file.read()
        with open(self.place(script), "w", encoding="utf-8") as file:
            file.write(re.sub(r'TYPELIB "[^"]*"', 'TYPELIB "%s"' % self.place("scardssp.tlb"), text))
        self.made[script] = self.place(script)
        self.make(output)


def main(build, mutant, folder):
    build, folder = os.path.abspath(build), os.path.abspath(folder)
    shutil.copytree(os.path.join(PROJECT, "idl"), folder)
    for name in os.listdir(os.path.join(build, "idl")):
        if name.endswith(".h"):
            shutil.copy(os.path.join(build, "idl", name), folder)
    path = os.path.join(folder, "scardssp.idl")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(MUTANTS[mutant](text))
    maker = Maker(build, folder)
    for output in MADE:
        maker.make(output)
    objects = ["src/%s/lib%s.a.p/%s.obj" % (room, room, name) for room, names in FILES.items() for name in names]
    for output in objects:
        maker.make(output, ["-I" + folder])
    maker.resources()
    # In front of the libraries: their members of the same names then stay out.
    maker.make(DLL, [maker.made[output] for output in objects])


if __name__ == "__main__":
    main(*sys.argv[1:])
