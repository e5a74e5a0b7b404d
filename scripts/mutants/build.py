"""A build directory of Meson's whose test programs are linked anew with changed objects in the place of its
own. Nothing of it is changed but that programs of the same names and ".mutant" lie beside the tests'.
"""
import fnmatch
import json
import os
import shlex
import signal
import subprocess
import time

SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:log_path=/dev/null:allocator_may_return_null=1",
              "UBSAN_OPTIONS": "halt_on_error=1"}
# What the changed object is compiled with, too: warnings are no matter.
MORE = ["-w", "-Wno-error", "-include", os.path.join(os.path.dirname(os.path.abspath(__file__)), "checked.h")]


def call(command, folder, **more):
    return subprocess.run(command, cwd=folder, stdin=None if "input" in more else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **more)


class Test:
    """A program with what `meson test` gives it. Called by its folder below tests/ and Meson's name:
    slots/lock."""

    def __init__(self, said, build, sources, files):
        program = os.path.realpath(said["cmd"][0])
        self.target = os.path.relpath(program, build.folder)
        self.command = [program + ".mutant"] + said["cmd"][1:]
        self.folder = said["workdir"]
        self.environment = dict(os.environ, **SANITIZERS)
        for key, value in said["env"].items():
            self.environment.setdefault(key, value)
        self.sources = sorted(sources.get(program, []))
        self.needs = [self.target] + [os.path.relpath(os.path.realpath(name), build.folder)
                                      for depends in said.get("depends", []) for name in files.get(depends, [])]
        folder = os.path.dirname(self.target)
        self.name = "%s/%s" % (folder[len("tests/"):] if folder.startswith("tests/") else folder, said["name"])

    def run(self, limit, more):
        """How long it took, in seconds; None: it failed. What it started ends with it."""
        begin = time.monotonic()
        with subprocess.Popen(self.command, cwd=self.folder, env=dict(self.environment, **more),
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              start_new_session=True) as process:
            try:
                good = process.wait(limit) == 0
            except subprocess.TimeoutExpired:
                good = False
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        return time.monotonic() - begin if good else None


class Build:
    def __init__(self, root, folder, options):
        """The build directory `folder` of the tree `root`, made with these options of Meson's where there is
        none."""
        self.root, self.folder = os.path.realpath(root), os.path.realpath(folder)
        command = ["ninja", "-C", self.folder, "build.ninja"]
        if not os.path.exists(os.path.join(self.folder, "build.ninja")):
            command = ["meson", "setup", self.folder, self.root] + options
        made = call(command, self.root, text=True)
        if made.returncode:
            raise RuntimeError(made.stdout)
        sources, files = {}, {}
        for target in self.introspect("--targets"):
            of = [os.path.relpath(os.path.realpath(name), self.root)
                  for part in target.get("target_sources", []) for name in part.get("sources", [])]
            sources.update((os.path.realpath(name), [name for name in of if not name.startswith("..")])
                           for name in target["filename"])
            files[target["id"]] = target["filename"]
        tests = [Test(test, self, sources, files) for test in self.introspect("--tests")]
        self.tests = {test.name: test for test in tests if not test.target.startswith("..")}
        with open(os.path.join(self.folder, "compile_commands.json"), encoding="utf-8") as file:
            self.commands = {}
            for entry in json.load(file):
                name = os.path.relpath(os.path.realpath(os.path.join(entry["directory"], entry["file"])), self.root)
                words = [word for word in shlex.split(entry["command"]) if word != "ccache"]
                self.commands.setdefault(name, words[:words.index("-MD")])

    def introspect(self, what):
        said = subprocess.run(["meson", "introspect", what, self.folder], capture_output=True, text=True, check=False)
        if said.returncode:
            raise RuntimeError(said.stderr)
        return json.loads(said.stdout)

    def named(self, patterns):
        found = []
        for pattern in patterns:
            found += [name for name in sorted(self.tests) if fnmatch.fnmatchcase(name, pattern) and name not in found]
        return found

    def make(self, tests):
        """Builds the tests as they are, and whatever they load. Raises RuntimeError with what the compiler
        said."""
        targets = sorted({need for name in tests for need in self.tests[name].needs})
        made = call(["ninja", "-C", self.folder, "-j", "2"] + targets, self.folder, text=True)
        if made.returncode:
            raise RuntimeError(made.stdout)

    def compiles(self, name, source):
        """Would the file compile with these bytes?"""
        words = [word for word in self.commands[name] if not word.startswith("-fsanitize")]
        return call(words + MORE + ["-fsyntax-only", "-x", "c", "-"], self.folder, input=source).returncode == 0

    def compile(self, name, source, out):
        """An object of the file with these bytes. False: they do not compile."""
        return call(self.commands[name] + MORE + ["-x", "c", "-", "-c", "-o", out], self.folder,
                    input=source).returncode == 0

    def link(self, test, objects):
        """The test's program with these objects before its own libraries. False: it cannot be linked so."""
        target = self.tests[test].target
        said = call(["ninja", "-C", self.folder, "-t", "commands", target], self.folder, text=True).stdout
        words = shlex.split(said.splitlines()[-1])
        if "-o" not in words or words[words.index("-o") + 1] != target:
            return False
        at = words.index("-o")
        words[at + 1] = target + ".mutant"
        return call(words[:at + 2] + objects + words[at + 2:], self.folder).returncode == 0

    def unlink(self, test):
        path = self.tests[test].command[0]
        if os.path.exists(path):
            os.remove(path)

    def arguments(self, name):
        """How the file is compiled: what libclang needs of it."""
        return ["-I" + os.path.join(self.folder, word[2:]) if word.startswith("-I") else word
                for word in self.commands[name] if word.startswith(("-I", "-D", "-std"))]
