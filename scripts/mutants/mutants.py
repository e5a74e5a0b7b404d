#!/usr/bin/env python3
"""Do the tests notice? Changes one operator, constant, branch or statement at a time in the files that
matter most (heart.txt) and runs the tests that come to it, first as `make check` builds them; what survives
that without a reason, under the address and undefined-behaviour sanitizers.

The working tree and the builds stay as they are: changed objects are linked before the libraries of a test.
Prints found and survived for each file, and each survivor: a test that is missing, or a change that means the
same. What survives for a good reason stands in survivors.txt with it. What is known already is not tried
again (--place/verdicts.jsonl): the same command goes on after it was broken off, and after new tests.
"""
import argparse
import glob
import hashlib
import os
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "check"))
import sites  # noqa: E402
import sources  # noqa: E402
from build import Build  # noqa: E402
from trial import Trial  # noqa: E402
from verdicts import SURVIVED, Verdicts  # noqa: E402


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
    """Survivors with a reason, by (file, function, what stood there, what came): survivors.txt has them."""
    with open(os.path.join(HERE, "survivors.txt"), encoding="utf-8") as table:
        rows = [row.rstrip("\n").split("\t") for row in table if row.strip() and not row.startswith("#")]
    return {tuple(row[:4]): row[4] for row in rows if len(row) == 5}


def sign(site):
    """What survivors.txt knows a change by."""
    return site.name, site.function.name, " ".join(site.before.split()), site.text


def draw(options, files, build):
    """Which changes are tried: `count` of all there are. Each has a place in line of its own, by the seed, so
    that a change of one function leaves those of the others as they were drawn."""
    sites.library()
    found = [site for name in files
             for site in sites.find(name, os.path.join(sources.ROOT, name), build.arguments(name))]
    found.sort(key=lambda site: hashlib.sha256(("%d %s" % (options.seed, site.key())).encode()).digest())
    chosen = found[:options.count]
    print("%d changes of %d in %d files (seed %d)" % (len(chosen), len(found), len(files), options.seed), flush=True)
    for number, site in enumerate(chosen, 1):
        site.number = number
    return chosen


def report(results, reasons, seconds):
    rows, survivors, known = {}, [], []
    for site, verdict, by in results:
        row = rows.setdefault(site.name, {"found": 0, "survived": 0, "excused": 0, "does not compile": 0})
        reason = reasons.get(sign(site))
        if verdict == "survived" and reason:
            verdict = "excused"
            known.append((site, reason))
        elif verdict == "survived":
            survivors.append((site, by))
        row[verdict] += 1
    print("\n%-36s %6s %9s %8s %12s" % ("file", "found", "survived", "excused", "not compiled"))
    total = [0, 0, 0, 0]
    for name in sorted(rows):
        counts = [rows[name][key] for key in ("found", "survived", "excused", "does not compile")]
        total = [have + count for have, count in zip(total, counts)]
        print("%-36s %6d %9d %8d %12d" % (name, *counts))
    tried = sum(total[:3])
    share = 100.0 * total[0] / tried if tried else 0.0
    print("%-36s %6d %9d %8d %12d\n" % ("in all", *total))
    for site, reason in known:
        print("excused   %s: %s" % (site, reason))
    for site, by in survivors:
        print("survived  %s  (%s)" % (site, by))
    print("%.1f %% of %d found, %d survive with a reason and %d without, in %d s" %
          (share, tried, total[2], total[1], seconds))
    return share


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", help="parts of the names of files; all that heart.txt has by default")
    parser.add_argument("--count", type=int, default=520, help="how many changes (520)")
    parser.add_argument("--seed", type=int, default=1, help="which ones: the same for the same seed (1)")
    parser.add_argument("--plain", default="build-check", help="a build as `make check` makes it (build-check)")
    parser.add_argument("--checked", default="build-sanitize", help="one as `make sanitize` makes it; '': none")
    parser.add_argument("--place", default="build-mutants", help="where objects and verdicts lie (build-mutants)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="at once; as many as processors")
    parser.add_argument("--least", type=float, default=95.0, help="fails under this share of found ones, in percent (95)")
    parser.add_argument("--anew", action="store_true", help="tries again what earlier runs have found out")
    return parser.parse_args()


class Run:
    """The changes, and what becomes of them: first without sanitizers, which is quick; what survives, with
    them."""

    def __init__(self, options, files):
        self.options, self.files, self.results, self.lock = options, files, {}, threading.Lock()
        self.builds = [Build(sources.ROOT, options.plain, [])]
        os.makedirs(options.place, exist_ok=True)
        self.verdicts = Verdicts(os.path.join(options.place, "verdicts.jsonl"))
        self.chosen = draw(options, files, self.builds[0])
        self.reasons = excused()

    def recall(self):
        """Those of which nothing is known yet."""
        for site in [] if self.options.anew else self.chosen:
            known = self.verdicts.recall(site, self.builds[0].tests)
            if known:
                self.results[site.number] = (site, *known)
        print("%d of them are known from earlier runs" % len(self.results), flush=True)
        return [site for site in self.chosen if site.number not in self.results]

    def told(self, final):
        """Hears of each change in one of the builds; only in the last one do they survive for good, or with a
        reason."""
        def tell(site, verdict, by):
            if final or verdict != SURVIVED or sign(site) in self.reasons:
                with self.lock:
                    self.results[site.number] = (site, verdict, by)
                    self.verdicts.keep(site, verdict, by, self.builds[0].tests)
                    print("%-9s %s  (%s)" % (verdict, site, by), flush=True)
            return verdict
        return tell

    def stage(self, number, new, final):
        """Tries them, row by row of heart.txt; returns those that survived."""
        survivors = []
        for patterns in dict.fromkeys(tuple(tests) for tests in self.files.values()):
            of_row = [site for site in new if tuple(self.files[site.name]) == patterns]
            if of_row:
                place = os.path.join(self.options.place, str(number))
                trial = Trial(self.builds[number], patterns, os.path.abspath(place), self.options.workers)
                survivors += trial.run(of_row, self.told(final))
        return survivors

    def run(self):
        new = self.recall()
        survivors = self.stage(0, new, not self.options.checked) if new else []
        survivors = [site for site in survivors if sign(site) not in self.reasons]
        if survivors and self.options.checked:
            self.builds.append(Build(sources.ROOT, self.options.checked, ["-Db_sanitize=address,undefined", "-Db_lundef=false"]))
            self.stage(1, survivors, True)
        return [self.results[number] for number in sorted(self.results)]


def main():
    begin = time.monotonic()
    options = arguments()
    os.chdir(sources.ROOT)
    run = Run(options, heart(options.files))
    share = report(run.run(), run.reasons, time.monotonic() - begin)
    return 1 if share < options.least else 0


if __name__ == "__main__":
    sys.exit(main())
