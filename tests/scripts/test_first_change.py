#!/usr/bin/env python3
"""Holds docs/first-change.md to what happens: test_first_change.py BUILD_DIR. Reports in TAP.

The changes that the page shows are applied to copies of the files, which are compiled as BUILD_DIR
compiles them: with the first one the test fails where the page says, with both it passes. The commands it
tells to type are there; the container beside it is made of what is there, too.
"""
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.S)


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


class Tap:
    """Cases, counted."""

    def __init__(self, planned):
        self.number = self.failed = 0
        print("1..%d" % planned, flush=True)

    def case(self, good, what, said=""):
        self.number += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.number, what), flush=True)
        if not good:
            print("# %s" % str(said).replace("\n", "\n# "), flush=True)


def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **more)


class Changed:
    """Copies of the files that the page changes, and the test program made of them."""

    def __init__(self, build, folder, names):
        self.build, self.folder, self.names = build, folder, names
        self.commands = {}
        for entry in json.loads(read(os.path.join(build, "compile_commands.json"))):
            path = os.path.relpath(os.path.realpath(os.path.join(entry["directory"], entry["file"])), ROOT)
            if path in names:
                self.commands[path] = entry
        for name in names:
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(read(name))

    def apply(self, patch):
        """Whether a change of one place fits into the copy, exactly and once; then it is made."""
        path = os.path.join(self.folder, re.search(r"^\+\+\+ b/(\S+)", patch, re.M).group(1))
        lines = patch.split("@@\n")[1].rstrip("\n").split("\n")
        before, after = ("".join(line[1:] + "\n" for line in lines if line[0] in kinds) for kinds in (" -", " +"))
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if text.count(before) != 1:
            return False
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(before, after))
        return True

    def compile(self, name):
        """Compiled as the build does it, out of the copy."""
        entry = self.commands[name]
        words = shlex.split(entry["command"])
        target = os.path.join(self.folder, os.path.basename(name) + ".o")
        words[words.index("-o") + 1] = target
        words[words.index(entry["file"])] = os.path.join(self.folder, name)
        done = run(*words, cwd=entry["directory"])
        return target if done.returncode == 0 else done.stdout

    def test(self, program):
        """Whether the test program passes, and what it says: linked as the build does it."""
        objects = [self.compile(name) for name in self.names]
        lines = run("ninja", "-t", "commands", program, cwd=self.build).stdout.strip().split("\n")
        words = shlex.split(lines[-1])
        own = next(place for place, word in enumerate(words) if word.endswith("/test_sw.c.o"))
        linked = os.path.join(self.folder, "program")
        words[own:own + 1] = objects
        words[words.index("-o") + 1] = linked
        done = run(*words, cwd=self.build)
        if done.returncode:
            return 1, "%s\n%s" % (objects, done.stdout)
        done = run(linked, cwd=self.folder, env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"))
        return done.returncode, done.stdout


def targets(commands):
    """Targets of make that are named and are not there."""
    known = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.M))
    return [name for name in re.findall(r"^make ([a-z-]+)", commands, re.M) if name not in known]


def container():
    """What is wrong with the container's files."""
    json.loads(read(".devcontainer/devcontainer.json"))
    text = read(".devcontainer/Dockerfile")
    groups = re.search(r"install-deps\.sh ([a-z ]+)", text).group(1).split()
    known = re.findall(r"^        (\w+)\) echo", read("scripts/install-deps.sh"), re.M)
    return [name for name in groups if name not in known] + \
        [name for name in re.findall(r"^COPY (\S+)", text, re.M) if not os.path.exists(os.path.join(ROOT, name))]


def main():
    build = os.path.abspath(sys.argv[1])
    blocks = BLOCK.findall(read("docs/first-change.md"))
    changes = [text for language, text in blocks if language == "diff"]
    names = [re.search(r"^\+\+\+ b/(\S+)", text, re.M).group(1) for text in changes]
    failure = next(line for language, text in blocks for line in text.split("\n") if language == "text" and line.startswith("FAILED"))
    tap = Tap(8)
    with tempfile.TemporaryDirectory() as folder:
        changed = Changed(build, folder, names)
        tap.case(len(changed.commands) == 2, "the page changes a test and a source, which are built", names)
        status, said = changed.test("tests/apdu/test_apdu_sw")
        tap.case(status == 0, "the test passes before", said)
        tap.case(changed.apply(changes[0]), "the change of the test fits", changes[0])
        status, said = changed.test("tests/apdu/test_apdu_sw")
        wanted = failure.split()[-1]
        tap.case(status != 0 and re.search(r"not ok \d+ - %s" % wanted, said), "the test fails now, at " + wanted, said)
        tap.case(changed.apply(changes[1]), "the change of the source fits", changes[1])
        status, said = changed.test("tests/apdu/test_apdu_sw")
        tap.case(status == 0 and "not ok" not in said, "the test passes", said)
    missing = targets("\n".join(text for language, text in blocks if language == "sh"))
    done = run(os.path.join(ROOT, "scripts/check-room.sh"), build, "no-such-room")
    tap.case(not missing and done.returncode == 2 and " apdu " in done.stdout, "what is to be typed is there, and rooms are told", (missing, done.stdout))
    tap.case(not container(), "the container is made of what is there", container())
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
