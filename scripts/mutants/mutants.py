#!/usr/bin/env python3
"""Do the tests notice? Changes one operator, constant, branch or statement at a time in the files that
matter most (heart.txt) and runs the tests that could see it, under the address and undefined-behaviour
sanitizers.

The working tree stays as it is: the changes are made in copies below --place, one for each worker. Prints
found and survived for each file, and each survivor: a test that is missing, or a change that means the same.
What survives for a good reason stands in survivors.txt with it.
"""
import argparse
import glob
import os
import random
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "check"))
import sites  # noqa: E402
import sources  # noqa: E402
from tree import Tree  # noqa: E402


def heart(wanted):
    """The files, and the patterns of their tests."""
    files = {}
    with open(os.path.join(HERE, "heart.txt"), encoding="utf-8") as table:
        for row in table:
            if row.strip() and not row.startswith("#"):
                pattern, tests = row.split(":", 1)
                for path in sorted(glob.glob(os.path.join(sources.ROOT, pattern))):
                    name = os.path.relpath(path, sources.ROOT)
                    if not name.endswith("_win.c") and (not wanted or any(part in name for part in wanted)):
                        files[name] = tests.split()
    return files


def excused():
    """Survivors with a reason, by (file, what stood there, what came): survivors.txt has them."""
    with open(os.path.join(HERE, "survivors.txt"), encoding="utf-8") as table:
        rows = [row.rstrip("\n").split("\t") for row in table if row.strip() and not row.startswith("#")]
    return {tuple(row[:3]): row[3] for row in rows if len(row) == 4}


class Worker(threading.Thread):
    def __init__(self, number, queue, options, files):
        super().__init__()
        self.number = number
        self.tree = Tree(sources.ROOT, os.path.join(options.place, str(number)), sources.all_files())
        self.queue, self.files, self.results, self.fault = queue, files, [], None
        self.sound = {}

    def measure(self, name):
        """The file's tests that pass as it is, the quickest first within what heart.txt has."""
        if name not in self.sound:
            tests = self.tree.named(self.files[name])
            if not tests:
                raise RuntimeError("%s: heart.txt names no test that there is" % name)
            said = self.tree.make(tests)
            if said:
                raise RuntimeError(said)
            self.sound[name] = [test for test in tests if self.tree.tests[test].run()]
        return self.sound[name]

    def survives(self, tests):
        """Programs are built as they are needed: most changes are seen by the first test."""
        for test in tests:
            if self.tree.make([test]):
                return "does not compile"
            if not self.tree.tests[test].run():
                return "found"
        return "survived"

    def judge(self, site):
        tests = self.measure(site.name)
        path = self.tree.path(site.name)
        with open(path, "rb") as file:
            source = file.read()
        try:
            with open(path, "wb") as file:
                file.write(site.apply(source))
            return self.survives(tests)
        finally:
            with open(path, "wb") as file:
                file.write(source)

    def told(self, count):
        if count % 25 == 0:
            found = sum(verdict == "found" for _, verdict in self.results)
            print("worker %d: %d tried, %d found" % (self.number, count, found), file=sys.stderr, flush=True)

    def run(self):
        try:
            self.fault = self.tree.prepare()
            while not self.fault:
                site = self.queue()
                if site is None:
                    return
                verdict = self.judge(site)
                self.results.append((site, verdict))
                self.told(len(self.results))
                if verdict == "survived":
                    print("survived  %s" % site, flush=True)
        except (OSError, RuntimeError) as error:
            self.fault = str(error)


def draw(options, files):
    """Which changes are tried: `count` of all there are, the same for the same seed."""
    tree = Tree(sources.ROOT, os.path.join(options.place, "0"), sources.all_files())
    fault = tree.prepare()
    if fault:
        sys.exit("mutants.py: cannot build:\n" + fault)
    sites.library()
    found = [site for name in files for site in sites.find(name, tree.path(name), tree.arguments(name))]
    chosen = random.Random(options.seed).sample(found, min(options.count, len(found)))
    print("%d changes of %d in %d files (seed %d)" % (len(chosen), len(found), len(files), options.seed), flush=True)
    return sorted(chosen, key=lambda site: site.name)


def report(results, seconds):
    reasons = excused()
    rows, survivors, known = {}, [], []
    for site, verdict in results:
        row = rows.setdefault(site.name, {"found": 0, "survived": 0, "excused": 0, "does not compile": 0})
        reason = reasons.get((site.name, site.before, site.text))
        if verdict == "survived" and reason:
            verdict = "excused"
            known.append((site, reason))
        elif verdict == "survived":
            survivors.append(site)
        row[verdict] += 1
    print("\n%-36s %6s %9s %8s %12s" % ("file", "found", "survived", "excused", "not compiled"))
    total = [0, 0, 0, 0]
    for name in sorted(rows):
        counts = [rows[name][key] for key in ("found", "survived", "excused", "does not compile")]
        total = [have + count for have, count in zip(total, counts)]
        print("%-36s %6d %9d %8d %12d" % (name, *counts))
    tried = total[0] + total[1]
    share = 100.0 * total[0] / tried if tried else 0.0
    print("%-36s %6d %9d %8d %12d\n" % ("in all", *total))
    for site, reason in known:
        print("excused   %s: %s" % (site, reason))
    for site in survivors:
        print("survived  %s" % site)
    print("%.1f %% of %d found, in %d s" % (share, tried, seconds))
    return share


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="parts of the names of files; all that heart.txt has by default")
    parser.add_argument("--count", type=int, default=500, help="how many changes (500)")
    parser.add_argument("--seed", type=int, default=1, help="which ones: the same for the same seed (1)")
    parser.add_argument("--place", default=os.path.join(sources.ROOT, "build-mutants"), help="where the copies lie")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="at once; as many as processors")
    parser.add_argument("--least", type=float, default=95.0, help="fails under this share of found ones, in percent (95)")
    parser.add_argument("--minutes", type=float, default=0, help="ends early, with what has been tried")
    options = parser.parse_args()
    begin = time.monotonic()
    files = heart(options.files)
    chosen, lock = draw(options, files), threading.Lock()

    def following():
        with lock:
            late = options.minutes and time.monotonic() - begin > 60 * options.minutes
            return chosen.pop() if chosen and not late else None

    workers = [Worker(number, following, options, files) for number in range(options.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    faults = [worker.fault for worker in workers if worker.fault]
    for fault in faults:
        print("mutants.py: %s" % fault, file=sys.stderr)
    share = report([result for worker in workers for result in worker.results], time.monotonic() - begin)
    return 1 if faults or share < options.least else 0


if __name__ == "__main__":
    sys.exit(main())
