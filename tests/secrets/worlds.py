"""The worlds in which programs meet a card with secrets: what they run over, and who else has them."""
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import tempfile

import memory
from program import Missing, Program
from relay import Relay

SYSTEM = random.SystemRandom()


def digits(count):
    return "".join(SYSTEM.choice("123456789") for _ in range(count)).encode()


class Scene:
    """What a program runs with and behind, and the processes that are to be looked into as well."""

    def __init__(self, environment, others=(), before=()):
        self.environment = environment
        self.others = list(others)
        self.before = list(before)


class Worlds:
    def __init__(self, *programs):
        self.scard, self.actor, self.raw, self.library, self.halt, self.with_pcscd = map(os.path.abspath, programs)
        self.folder = tempfile.mkdtemp()
        self.values = {"PIN": digits(16), "new PIN": digits(16), "PUK": digits(16), "key": os.urandom(16),
                       "AES key": os.urandom(32)}
        self.secrets = [(name, value, "key" not in name) for name, value in self.values.items()]
        self.image = self.file("card.json")
        with open(os.open(self.image, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(self.card(), file)

    def file(self, name):
        return os.path.join(self.folder, name)

    def card(self):
        text = {name: value.decode() for name, value in self.values.items() if "key" not in name}
        return {"format": "scardssp-card", "version": 1, "name": "Secrets", "protocols": ["T=1"],
                "classes": ["00", "80"],
                "mf": {"pins": [{"reference": "01", "value": text["PIN"], "tries": 15,
                                 "puk": {"value": text["PUK"], "tries": 15}}],
                       "keys": [{"reference": "01", "value": self.values["AES key"].hex(" ")}]}}

    def given(self):
        """What the programs of this folder read from their standard input (given.h)."""
        return b"".join(self.values[name] for name in ("PIN", "new PIN", "PUK", "key"))

    def environment(self, **more):
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith(("SCARDSSP_", "LD_PRELOAD", "MALLOC_"))}
        sanitizer = "detect_leaks=0:verify_asan_link_order=0"
        return dict(clean, ASAN_OPTIONS=sanitizer, LC_ALL="C", XDG_DATA_HOME=self.folder, XDG_CONFIG_HOME=self.folder,
                    **more)

    def start(self, name, command, environment, given=None, cores=False):
        return Program(name, command, environment, self.secrets, self.given() if given is None else given, self.folder,
                       cores)

    def background(self, name, command, environment, line=None):
        program = self.start(name, command, environment, b"")
        if line:
            program.line = program.wait_for_line(line)
        return program

    @contextlib.contextmanager
    def enter(self, name):
        others = []
        try:
            yield getattr(self, name)(others)
        finally:
            for other in reversed(others):
                other.end(signal.SIGTERM)

    # Each world: adds its processes to others, those last that are to end first

    def sim(self, others):
        return Scene(self.environment(SCARDSSP_RM="sim:" + self.image))

    def traced(self, others):
        return Scene(self.environment(SCARDSSP_RM="sim:" + self.image, SCARDSSP_TRACE="3",
                                      SCARDSSP_TRACE_FILE=self.file("trace"), SCARDSSP_TRACE_RECORD=self.file("record")))

    def vpcd(self, others):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        others.append(self.background("card", [self.scard, "sim", "serve", "-i", self.image, "-P", str(port), "-w", "60"],
                                      self.environment()))
        return Scene(self.environment(SCARDSSP_RM="vpcd:%d" % port), others)

    def nats(self, others, relay=None):
        program = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin")
        if not program:
            raise Missing("there is no nats-server: scripts/install-deps.sh system")
        server = self.background("server", [program, "-a", "127.0.0.1", "-p", "-1"], self.environment(),
                                 "Listening for client connections on")
        others.append(server)
        port = int(re.search(r":(\d+)\s*$", server.line).group(1))
        if relay:
            others.append(relay(port))
        agent = self.background("agent", [self.scard, "--rm", "sim:" + self.image, "share", "-n", "secrets",
                                          "nats://127.0.0.1:%d" % (others[-1].port if relay else port)],
                                self.environment())
        others.append(agent)
        return Scene(self.environment(SCARDSSP_RM="nats://127.0.0.1:%d" % port), [agent])

    def pieces(self, others):
        """What the agent hears comes in pieces."""
        return self.nats(others, Relay)

    def system(self, others):
        service = [self.with_pcscd, "--serve", self.scard, "--image", self.image, "--"]
        return Scene(self.environment(SCARDSSP_RM="system"), before=service)

    def written_finds(self):
        """Secrets in what anybody has written into the folder, but for the card itself."""
        finds = []
        for name in sorted(os.listdir(self.folder)):
            path = self.file(name)
            if path != self.image and os.path.isfile(path):
                with open(path, "rb") as file:
                    finds += memory.look([(0, name, file.read())], self.secrets)
        return finds

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)
