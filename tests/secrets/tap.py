"""Cases in TAP: each is a list of complaints, empty where all is well."""


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def check(self, name, complaints):
        self.count += 1
        self.failed += bool(complaints)
        print("%s %d - %s" % ("not ok" if complaints else "ok", self.count, name), flush=True)
        for complaint in complaints[:12]:
            print("#   " + complaint, flush=True)

    def skip(self, name, why):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, why), flush=True)

    def finish(self):
        print("1..%d" % self.count, flush=True)
        return 1 if self.failed else 0
