"""A process that is looked into: one of the programs of this folder, or another."""
import os
import resource
import select
import signal
import subprocess
import time

import memory

PATIENCE = 60  # seconds for anything that is to come
NO_SERVICE = 99  # how with-pcscd.sh ends then


class Missing(RuntimeError):
    """Something that the machine does not have."""


def allow_cores():
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


class Program:
    """name: for the report. secrets: what must not be found: label, bytes, whether they are digits."""

    def __init__(self, name, command, environment, secrets, given=b"", folder=None, cores=False):
        self.name = name
        self.secrets = secrets
        self.told = {}
        self.text = b""
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, bufsize=0, cwd=folder,
                                        preexec_fn=allow_cores if cores else None)
        self.pid = self.process.pid  # where a script starts it, it tells its own
        if given:
            self.process.stdin.write(given)

    def wait_for(self, moment):
        """Reads what it tells until it waits to be looked into."""
        self.pid = int(self.wait_for_line("look " + moment).split()[-1])

    def wait_for_line(self, wanted):
        end = time.monotonic() + PATIENCE
        said = ""
        while True:
            line, newline, rest = self.text.partition(b"\n")
            if newline:
                self.text = rest
                said = line.decode(errors="replace")
                if wanted in said:
                    return said
                name, _, code = said.rpartition(" ")
                self.told[name] = code
                continue
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            more = os.read(self.process.stdout.fileno(), 4096) if ready else b""
            if not more:
                if self.process.wait(PATIENCE) == NO_SERVICE:
                    raise Missing(said)
                raise RuntimeError("%s did not get to '%s'; it told %s" % (self.name, wanted, self.told))
            self.text += more

    def wait_for_stop(self):
        """Until it has stopped itself at its end (halt.c); everything it wrote."""
        written = []
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with open("/proc/%d/stat" % self.process.pid) as stat:
                state = stat.read().rpartition(")")[2].split()[0]
            ready, _, _ = select.select([self.process.stdout], [], [], 0.05)
            if ready:
                written.append(os.read(self.process.stdout.fileno(), 65536))
            elif state == "T":
                return b"".join(written).decode(errors="replace")
            elif state == "Z":
                break
        raise RuntimeError("%s did not stop; it wrote %r" % (self.name, b"".join(written)))

    def go_on(self):
        self.process.stdin.write(b".")

    def finds(self, dumpable=True):
        """What is left of the secrets. dumpable: what a core dump would have."""
        return memory.look(memory.contents(self.pid, dumpable), self.secrets)

    def end(self, by=None):
        """Waits until it has ended, by itself or by a signal."""
        if by is not None and self.process.poll() is None:
            self.process.send_signal(by)
            self.process.send_signal(signal.SIGCONT)
        if not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
