#!/usr/bin/env python3
"""Counts test cases and closes a run: count-tests.py [--label TEXT] [--totals FILE] [--parts FILE] LOG...
or prints the names of the programs that failed, a line each: count-tests.py --failed LOG

A LOG is Meson's testlog.json (one JSON object per executable) or a file of TAP lines (*.tap); NAME=LOG puts
NAME in front of its suites. Every TAP case counts. An executable that dies, hangs or leaves out cases it
announced has failed, whatever it printed before. Failures and skips are printed by suite, then the closing
line `N passed, M failed, K skipped`. --parts names a file that parts.sh has written: how long each part of
the run took is shown before the closing line. --totals appends "passed failed skipped" to FILE, and what
failed, was skipped or unsteady to FILE.told, for a caller that adds up several runs.

Beside LOG.json a LOG-alone.json may lie: programs that failed among others and were run once more with
nothing beside them (alone.sh). Their second run counts; what failed at first is printed as UNSTEADY with
all that it said, whichever way the second ended. Exit status 1 when anything failed, when nothing was
tested, or, with CI=true, when anything was skipped.

Meson's own verdict is not used: it takes cmocka's "not ok 3 # SKIP" for a failure.
"""
import json
import os
import re
import sys

CASE = re.compile(r"^(not )?ok\b\s*(\d+)?\s*(?:- )?(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)")
DIRECTIVE = re.compile(r"#\s*(SKIP|TODO)\b\s*(.*)$", re.I)
SHOWN_LINES = 60


class Suite:
    """The cases of one executable or TAP file."""

    def __init__(self, name):
        self.name = name
        self.passed = 0
        self.failed = []
        self.skipped = []
        self.todo = []
        self.details = ""
        self.unsteady = []

    def count(self):
        return self.passed + len(self.failed) + len(self.skipped)


def read_case(suite, match, remarks):
    """Counts one TAP line; `remarks` are the comment lines just before it, where a skip says why."""
    bad, number, text = match.group(1), match.group(2), match.group(3)
    directive = DIRECTIVE.search(text)
    name = DIRECTIVE.sub("", text).strip() or (directive.group(2) if directive else "") or "case %s" % number
    kind = directive.group(1).upper() if directive else ""
    if kind == "SKIP":
        reason = " ".join(remarks) or directive.group(2) or "no reason given"
        suite.skipped.append("%s: %s" % (name, reason))
    elif kind == "TODO" and bad:
        suite.passed += 1
        suite.todo.append("%s: %s" % (name, directive.group(2)))
    elif kind == "TODO":
        suite.failed.append("%s (passes although it is marked as a known gap)" % name)
    elif bad:
        suite.failed.append(name)
    else:
        suite.passed += 1


def read_tap(suite, text):
    planned = None
    remarks = []
    for line in text.splitlines():
        plan, case = PLAN.match(line), CASE.match(line)
        if plan:
            planned = int(plan.group(1))
            if planned == 0:
                suite.skipped.append("all: " + (line.partition("#")[2].strip() or "no reason given"))
        elif case:
            read_case(suite, case, remarks)
            remarks = []
        elif line.startswith("Bail out!"):
            suite.failed.append(line)
        elif line.startswith("#"):
            remarks.append(line.lstrip("# "))
    if planned is None:
        suite.failed.append("no TAP plan was printed")
    elif suite.count() < planned:
        missing = planned - suite.count()
        suite.failed += ["a case that was announced did not report"] * missing


def remarks_of(text):
    return "\n".join(line for line in text.splitlines() if line.startswith("#"))


def shortened(title, lines):
    """The lines below their title; of many, the first and the last."""
    if not lines:
        return []
    if len(lines) > SHOWN_LINES:
        half = SHOWN_LINES // 2
        lines = lines[:half] + ["... %d lines more ..." % (len(lines) - 2 * half)] + lines[-half:]
    return [title + ":"] + lines


def details_of(run):
    """How a test program that failed ended, and what it said."""
    output = run.get("stdout", "")
    plain = [line for line in output.splitlines()
             if line.strip() and not (line.startswith("#") or CASE.match(line) or PLAN.match(line))]
    remarks = remarks_of(output)
    return "\n".join(["(%s, after %.0f s)" % (outcome(run), run.get("duration", 0))] + ([remarks] if remarks else []) +
                     shortened("stdout", plain) + shortened("stderr", run.get("stderr", "").strip().splitlines()))


def outcome(run):
    if run["result"] == "TIMEOUT":
        return "timed out after %.0f s" % run["duration"]
    code = run["returncode"]
    return "killed by signal %d" % -code if code < 0 else "exit status %d" % code


def name_of(name):
    """`SUITE / TEST`, of Meson's `PROJECT:SUITE / TEST`, or of a later one (1.12) `SUITE - PROJECT:TEST`."""
    before, _, test = name.partition(":")
    suite, dash, _ = before.rpartition(" - ")
    return "%s / %s" % (suite, test) if dash else test or name


def read_run(run):
    suite = Suite(name_of(run["name"]))
    output = run.get("stdout", "")
    if re.search(PLAN.pattern, output, re.M):
        read_tap(suite, output)
        if (run["returncode"] != 0 or run["result"] == "TIMEOUT") and not suite.failed:
            suite.failed.append(outcome(run))
    elif run["result"] in ("OK", "EXPECTEDFAIL"):
        suite.passed = 1
    elif run["result"] == "SKIP":
        suite.skipped.append(output.strip() or "no reason given")
    else:
        suite.failed.append(outcome(run))
    if suite.failed:
        suite.details = details_of(run)
    return suite


def read_log(log):
    name, _, path = log.rpartition("=")
    suites = read_file(path)
    for suite in suites:
        suite.name = (name + " " + suite.name).lstrip()
        if suite.details:
            suite.details += "\nall of its output: " + re.sub(r"\.json$", ".txt", path)
    return suites


def read_file(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError as error:
        lost = Suite(path)
        lost.failed.append("no log of this run: %s" % error.strerror)
        return [lost]
    if path.endswith(".tap"):
        suite = Suite(os.path.basename(path)[:-4])
        read_tap(suite, text)
        suite.details = remarks_of(text)
        return [suite]
    return with_second_runs(read_runs(text), path)


def read_runs(text):
    return [read_run(json.loads(line)) for line in text.splitlines() if line.strip()]


def with_second_runs(suites, path):
    """The programs of a log; in place of one that failed and was run alone, what that gave."""
    try:
        with open(re.sub(r"\.json$", "-alone.json", path), encoding="utf-8", errors="replace") as file:
            second = {suite.name: suite for suite in read_runs(file.read())}
    except OSError:
        return suites
    return [in_place_of(suite, second[suite.name]) if suite.failed and suite.name in second else suite
            for suite in suites]


def in_place_of(first, second):
    second.unsteady = first.failed
    second.details = "\n".join(text for text in (first.details, second.details) if text)
    return second


def verdicts(suite):
    """A line for each case that did not simply pass."""
    return (["SKIPPED    %s: %s" % (suite.name, reason) for reason in suite.skipped] +
            ["UNSTEADY   %s: %s: failed among other tests, %s alone" %
             (suite.name, case, "failed" if suite.failed else "passed") for case in suite.unsteady] +
            ["FAILED     %s: %s" % (suite.name, case) for case in suite.failed])


def report(suites):
    for suite in suites:
        for reason in suite.todo:
            print("known gap  %s: %s" % (suite.name, reason))
    for suite in suites:
        for line in verdicts(suite):
            print(line)
        if (suite.failed or suite.unsteady) and suite.details:
            print("    " + suite.details.replace("\n", "\n    "))


def print_table(suites):
    """One line for each suite: what stands before the slash in Meson's name of a test."""
    rows = {}
    for suite in suites:
        row = rows.setdefault(suite.name.partition(" / ")[0], [0, 0, 0])
        row[0] += suite.passed
        row[1] += len(suite.failed)
        row[2] += len(suite.skipped)
    for name, (passed, failed, skipped) in sorted(rows.items()):
        print("  %-20s %5d passed %4d failed %4d skipped" % (name, passed, failed, skipped))


def print_parts(path):
    """One line for each part: seconds by the clock, seconds of a processor. The last is the whole run, whose
    processor seconds are the sum of the others'."""
    try:
        with open(path, encoding="utf-8") as file:
            parts = [line.rstrip("\n").split("\t") for line in file]
    except OSError:
        return
    print("  %-28s %8s %12s" % ("part", "seconds", "of processor"))
    for wall, processor, name in parts:
        processor = processor or sum(int(part[1] or 0) for part in parts)
        print("  %-28s %8s %12s" % (name, wall, processor))


def print_failed(path):
    """The names as `meson test` takes them."""
    with open(path, encoding="utf-8", errors="replace") as file:
        for suite in read_runs(file.read()):
            if suite.failed:
                print(suite.name.partition(" / ")[2] or suite.name)
    return 0


def main(arguments):
    if arguments[:1] == ["--failed"]:
        return print_failed(arguments[1])
    label, totals, parts, logs = "", None, None, []
    while arguments:
        argument = arguments.pop(0)
        if argument == "--label":
            label = arguments.pop(0) + ": "
        elif argument == "--totals":
            totals = arguments.pop(0)
        elif argument == "--parts":
            parts = arguments.pop(0)
        else:
            logs.append(argument)
    suites = [suite for log in logs for suite in read_log(log)]
    print_table(suites)
    report(suites)
    passed = sum(suite.passed for suite in suites)
    failed = sum(len(suite.failed) for suite in suites)
    skipped = sum(len(suite.skipped) for suite in suites)
    if totals:
        with open(totals, "a", encoding="utf-8") as file:
            file.write("%d %d %d\n" % (passed, failed, skipped))
        with open(totals + ".told", "a", encoding="utf-8") as file:
            file.writelines(line + "\n" for suite in suites for line in verdicts(suite))
    unsteady = sum(1 for suite in suites if suite.unsteady and not suite.failed)
    if parts:
        print_parts(parts)
    if unsteady:
        print("%d of the programs failed among others and passed alone: see UNSTEADY above" % unsteady)
    print("%s%d passed, %d failed, %d skipped" % (label, passed, failed, skipped))
    bad = failed or passed == 0 or (skipped and os.environ.get("CI") == "true")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
