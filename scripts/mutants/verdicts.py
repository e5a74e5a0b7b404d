"""What earlier runs found out, a line of JSON each, so that a run that was broken off goes on where it was
and one after new tests tries only what survived.

A change that was found stays found while the function and the test that saw it are the same; one that
survived survives while the function and all tests are.
"""
import hashlib
import json
import os

import sources

FOUND, SURVIVED, BROKEN = "found", "survived", "does not compile"


def digest(root, names):
    """Of the files `names` below root."""
    total = hashlib.sha256()
    for name in names:
        total.update(name.encode() + b"\0")
        path = os.path.join(root, name)
        if os.path.isfile(path):
            with open(path, "rb") as file:
                total.update(hashlib.sha256(file.read()).digest())
    return total.hexdigest()


class Verdicts:
    def __init__(self, path):
        self.path, self.known = path, {}
        self.tests = digest(sources.ROOT, [name for name in sources.all_files()
                                            if name.startswith(("tests/", "fuzz/", "scripts/mutants/heart"))])
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    if line.endswith("\n"):
                        said = json.loads(line)
                        self.known[said["key"]] = said

    def recall(self, site, tests):
        """What is known of a change: (verdict, by which test), or None; tests: those of a build, by name."""
        said = self.known.get(site.key())
        if not said:
            return None
        if said["verdict"] == FOUND:
            test = tests.get(said["by"])
            good = test and said["seen"] == digest(sources.ROOT, test.sources)
        else:
            good = said["verdict"] == BROKEN or said["seen"] == self.tests
        return (said["verdict"], said["by"]) if good else None

    def keep(self, site, verdict, by, tests):
        seen = digest(sources.ROOT, tests[by].sources) if verdict == FOUND else self.tests
        said = {"key": site.key(), "site": str(site), "verdict": verdict, "by": by, "seen": seen}
        self.known[said["key"]] = said
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(said) + "\n")
