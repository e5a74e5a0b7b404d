"""Changes of the files of one row of heart.txt, tried in one build directory."""
import concurrent.futures
import os
import tempfile
import threading

import schema
from verdicts import BROKEN, FOUND, SURVIVED

HERE = os.path.dirname(os.path.abspath(__file__))
REACH_SIZE = 65536
FIRST = 60     # seconds for a test with nothing changed; one that takes longer is left out
PATIENCE = 15  # seconds beyond four times what a test takes then


class Trial:
    def __init__(self, build, patterns, place, workers):
        self.build, self.place, self.lock = build, place, threading.Lock()
        self.pool = concurrent.futures.ThreadPoolExecutor(workers)
        self.names = build.named(patterns)
        self.reached = {}              # by test: (seconds, the numbers of the changes that it comes to)
        self.tried, self.saw = {}, {}  # by test: how often
        os.makedirs(place, exist_ok=True)
        self.build.make(self.names)
        self.chooser = os.path.join(place, "chooser.o")
        with open(os.path.join(HERE, "chooser.c"), "rb") as file:
            made = build.compile(sorted(build.commands)[0], file.read(), self.chooser)
        if not made:
            raise RuntimeError("chooser.c does not compile in " + build.folder)

    def source(self, name):
        with open(os.path.join(self.build.root, name), "rb") as file:
            return file.read()

    def object_of(self, name, source):
        """The object of a file with these bytes, or None."""
        path = os.path.join(self.place, name.replace("/", "_") + ".o")
        return path if self.build.compile(name, source, path) else None

    def link(self, objects):
        """Links the programs, one of which may be several tests'. Returns the tests of those that can be."""
        programs = {}
        for name in self.names:
            programs.setdefault(self.build.tests[name].target, []).append(name)
        linked = self.pool.map(lambda names: names if self.build.link(names[0], objects) else [], programs.values())
        return [name for names in linked for name in names]

    def begin_test(self, name):
        """Runs it with no change chosen: what does it come to?"""
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(REACH_SIZE)
            seconds = self.build.tests[name].run(FIRST, {"SCARDSSP_MUTANT_REACH": file.name})
            numbers = {number for number, byte in enumerate(file.read()) if byte}
        if seconds is None:
            print("left out  %s: does not pass with nothing changed, or takes longer than %d s" % (name, FIRST), flush=True)
        elif numbers:
            self.reached[name] = (seconds, numbers)

    def end(self):
        for name in self.names:
            self.build.unlink(name)
        self.reached = {}

    def promise(self, test):
        """What it costs until this test finds a change, in seconds, as far as it has shown."""
        return (self.reached[test][0] + 0.1) * (self.tried.get(test, 0) + 2) / (self.saw.get(test, 0) + 1)

    def judge(self, site, told):
        """What became of the change, and the test that found it, or how many have not."""
        chosen = sorted((test for test in self.reached if site.number in self.reached[test][1]), key=self.promise)
        for test in chosen:
            limit = PATIENCE + 4 * self.reached[test][0]
            good = self.build.tests[test].run(limit, {"SCARDSSP_MUTANT": str(site.number)}) is not None
            with self.lock:
                self.tried[test] = self.tried.get(test, 0) + 1
                self.saw[test] = self.saw.get(test, 0) + (not good)
            if not good:
                return told(site, FOUND, test)
        return told(site, SURVIVED, "%d tests come to it" % len(chosen))

    def run(self, sites, told):
        """Tries them all; told(site, verdict, by) hears of each. Returns those that survived."""
        by_file = {}
        for site in sites:
            by_file.setdefault(site.name, []).append(site)
        together, alone, objects = [], [], [self.chooser]
        for name, some in by_file.items():
            source = self.source(name)
            joined, single = schema.split(some, lambda these: self.build.compiles(name, schema.apply(source, these)))
            together, alone = together + joined, alone + single
            if joined:
                objects.append(self.object_of(name, schema.apply(source, joined)))
        if None in objects:
            raise RuntimeError("what compiles alone does not compile together")
        list(self.pool.map(self.begin_test, self.link(objects)))
        print("measured  %d tests come to %d changes" % (len(self.reached), len(together)), flush=True)
        verdicts = list(self.pool.map(lambda site: self.judge(site, told), together))
        survivors = [site for site, verdict in zip(together, verdicts) if verdict == SURVIVED]
        self.end()
        survivors += [site for site in alone if self.run_alone(site, told) == SURVIVED]
        return survivors

    def run_alone(self, site, told):
        """One that is an object of its own: by all tests of the row that can be linked with it and pass
        without."""
        source = self.source(site.name)
        changed, plain = self.object_of(site.name, site.apply(source)), os.path.join(self.place, "plain.o")
        if not changed or not self.build.compile(site.name, source, plain):
            return told(site, BROKEN, "")
        count = 0
        try:
            for test in self.names:
                if not self.build.link(test, [plain]):
                    continue
                seconds = self.build.tests[test].run(FIRST, {})
                if seconds is None or not self.build.link(test, [changed]):
                    continue
                count += 1
                if self.build.tests[test].run(PATIENCE + 4 * seconds, {}) is None:
                    return told(site, FOUND, test)
        finally:
            self.end()
        return told(site, SURVIVED, "%d tests" % count)
