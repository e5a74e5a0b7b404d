"""A copy of the sources with a build of its own, in which one file at a time is changed and its tests run."""
import filecmp
import fnmatch
import json
import os
import shlex
import shutil
import signal
import subprocess
import time

SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:log_path=/dev/null:allocator_may_return_null=1",
              "UBSAN_OPTIONS": "halt_on_error=1"}
PATIENCE = 15  # seconds beyond ten times what a test takes with the file as it is


class Test:
    def __init__(self, said):
        self.name = said["name"]
        self.command = said["cmd"]
        self.folder = said["workdir"]
        self.environment = dict(os.environ, **SANITIZERS)
        for key, value in said["env"].items():
            self.environment.setdefault(key, value)
        self.takes = None

    def target(self, build):
        """What ninja calls its program; None: it is a script."""
        program = os.path.realpath(self.command[0])
        inside = os.path.relpath(program, os.path.realpath(build))
        return None if inside.startswith("..") else inside

    def run(self):
        """True: it passed. What it started ends with it."""
        begin = time.monotonic()
        limit = PATIENCE * 8 if self.takes is None else PATIENCE + 10 * self.takes
        with subprocess.Popen(self.command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True) as process:
            try:
                good = process.wait(limit) == 0
            except subprocess.TimeoutExpired:
                good = False
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        if self.takes is None:
            self.takes = time.monotonic() - begin
        return good


class Tree:
    def __init__(self, root, place, names):
        """A copy of the files `names` below root, in place/tree, built in place/build."""
        self.sources, self.build = os.path.join(place, "tree"), os.path.join(place, "build")
        for name in names:
            self.copy(os.path.join(root, name), os.path.join(self.sources, name))
        self.tests = {}

    @staticmethod
    def copy(path, to):
        """What is the same already keeps its time, so that only what has changed is compiled."""
        if os.path.exists(to) and filecmp.cmp(path, to, shallow=False):
            return
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copyfile(path, to)
        shutil.copymode(path, to)

    def call(self, command):
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)

    def prepare(self):
        """Makes the build directory and reads which tests there are. Returns what went wrong, or None."""
        if not os.path.exists(os.path.join(self.build, "build.ninja")):
            made = self.call(["meson", "setup", self.build, self.sources, "-Db_sanitize=address,undefined",
                              "-Db_lundef=false", "--buildtype=debug"])
            if made.returncode:
                return made.stdout
        listed = subprocess.run(["meson", "introspect", "--tests", self.build], capture_output=True, text=True, check=False)
        if listed.returncode:
            return listed.stderr
        self.tests = {test.name: test for test in map(Test, json.loads(listed.stdout)) if test.target(self.build)}
        return None

    def named(self, patterns):
        found = []
        for pattern in patterns:
            found += [name for name in sorted(self.tests) if fnmatch.fnmatchcase(name, pattern) and name not in found]
        return found

    def make(self, tests):
        """Builds the programs of these tests. Returns what the compiler said, or None when all went well."""
        targets = sorted({self.tests[name].target(self.build) for name in tests})
        made = self.call(["ninja", "-C", self.build, "-j", "1" if self.tests[tests[0]].takes else "4"] + targets)
        return made.stdout if made.returncode else None

    def path(self, name):
        return os.path.join(self.sources, name)

    def arguments(self, name):
        """How the file is compiled: what libclang needs of it."""
        with open(os.path.join(self.build, "compile_commands.json"), encoding="utf-8") as file:
            for entry in json.load(file):
                if os.path.realpath(os.path.join(entry["directory"], entry["file"])) == os.path.realpath(self.path(name)):
                    said = shlex.split(entry["command"])
                    return ["-I" + os.path.join(entry["directory"], word[2:]) if word.startswith("-I") else word
                            for word in said if word.startswith(("-I", "-D", "-std"))]
        return []
