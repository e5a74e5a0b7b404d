"""The stage of make check-wine-pcsc: a PC/SC service in a Debian system, a card in its virtual reader, Wine,
and the hand.

Used by play.py. Everything runs in the namespaces that scripts/windows/check-pcsc.sh makes: processes, mounts
and the network are this stage's own. The hand does what test programs ask for over a socket; hand.h lists the
wishes.
"""
import os
import signal
import socketserver
import subprocess
import tempfile
import threading
import time

PATIENCE = 20  # seconds for anything to happen
DRIVER = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
SOCKET = "/run/pcscd/pcscd.comm"
VPCD_PORT = 35963
READER = "Virtual PCD 00 00"


class Fault(Exception):
    """Something could not be done; the text says what."""


def wait_until(what, condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise Fault("not in %d s: %s" % (PATIENCE, what))
        time.sleep(0.02)


class Stage:
    """root: the Debian system; project: its folder here and in there; scratch: a folder of both, for files
    that come and go.
    """

    def __init__(self, root, project, scratch):
        self.root, self.project, self.scratch = root, project, scratch
        self.tool = os.path.join(project, "build", "tools", "scard", "scard")
        self.service = self.card = self.holder = None
        self.image = "demo"
        self.port = None
        self.environment = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": scratch,
            "WINEPREFIX": os.path.join(scratch, "wine"), "WINEDEBUG": "-all",
            # No questions about .NET and browsers, no menu entries.
            "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=", "SCARDSSP_TIMEOUT": "2000"}

    # Programs in the Debian system

    def command(self, *arguments):
        return ["chroot", self.root] + list(arguments)

    def variables(self, **more):
        return dict(self.environment, **more)

    def run(self, *arguments, timeout=120, **variables):
        """Exit status and what was printed on both streams, without the carriage returns of Windows."""
        # Not a pipe: what Wine starts beside a program keeps its end open.
        with tempfile.TemporaryFile() as out:
            try:
                status = subprocess.run(self.command(*arguments), env=self.variables(**variables), timeout=timeout,
                                        stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False).returncode
            except subprocess.TimeoutExpired:
                status = -signal.SIGKILL
                out.write(b"\nended after %d s" % timeout)
            out.seek(0)
            return status, out.read().decode("utf-8", "replace").replace("\r\n", "\n")

    def wine(self, *arguments, bits=64, **options):
        """A program of Windows. The folder system32 is that of the width in which Wine is started."""
        return self.run("/usr/lib/wine/" + ("wine64" if bits == 64 else "wine"), *arguments, **options)

    def linux(self, *arguments):
        """The tool of Linux, another program beside those of Windows."""
        return self.run(self.tool, *arguments, SCARDSSP_RM="system")

    def start_wine(self):
        status, said = self.wine("wineboot", "--init")
        if status != 0:
            raise Fault("Wine does not start: " + said)
        self.stop_wine()
        self.keep_wine()

    def keep_wine(self):
        """Its server stays between programs: one that starts while the server is about to end fails."""
        subprocess.run(self.command("wineserver", "--persistent"), env=self.environment, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=PATIENCE, check=True)

    def stop_wine(self):
        """Wine writes its registry to disk when it ends."""
        self.run("wineserver", "--kill")
        self.run("wineserver", "--wait")

    # The service and the card

    def start_service(self):
        config = os.path.join(self.scratch, "reader.conf.d")
        os.makedirs(config, exist_ok=True)
        with open(os.path.join(config, "vpcd"), "w", encoding="ascii") as file:
            file.write('FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:0x%X\nLIBPATH %s\nCHANNELID 0x%X\n'
                       % (VPCD_PORT, DRIVER, VPCD_PORT))
        log = open(os.path.join(self.scratch, "pcscd.log"), "ab")
        with log:
            self.service = subprocess.Popen(
                self.command("pcscd", "--foreground", "--critical", "--disable-polkit", "--config", config),
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until("pcscd answers", lambda: os.path.exists(self.root + SOCKET))
        if self.card:
            self.await_card(True)

    def stop_service(self):
        if self.service:
            self.service.terminate()
            self.service.wait(PATIENCE)
            self.service = None
            wait_until("pcscd is gone", lambda: not os.path.exists(self.root + SOCKET))

    def sees_card(self):
        first = self.linux("list")[1].partition("\n")[0]
        return "ATR" in first if "card" in first or "empty" in first else None

    def await_card(self, present):
        wait_until("the service sees %s card" % ("the" if present else "no"), lambda: self.sees_card() == present)

    def insert(self, image):
        if not self.service:
            self.start_service()
        self.remove()
        log = open(os.path.join(self.scratch, "serve.log"), "ab")
        with log:
            self.card = subprocess.Popen(
                self.command(self.tool, "sim", "serve", "--wait", str(PATIENCE), "--image", image),
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.await_card(True)

    def remove(self):
        if self.card:
            self.card.send_signal(signal.SIGINT)
            self.card.wait(PATIENCE)
            self.card = None
            self.await_card(False)

    # Another program that stays

    def hold(self, how):
        """Returns when it has the card: it has got the answer to a command then."""
        self.release()
        options = {"shared": [], "exclusive": ["--exclusive"], "locked": ["--lock"]}[how]
        self.holder = subprocess.Popen(self.command(self.tool, "apdu", "-r", "0", *options, "-"),
                                       env=self.variables(SCARDSSP_RM="system"), stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.holder.stdin.write("0084000008\n")
        self.holder.stdin.flush()
        said = [self.holder.stdout.readline(), self.holder.stdout.readline()]
        if not said[1].startswith("<"):
            raise Fault("the other program did not get the card: " + "".join(said))

    def release(self):
        if self.holder:
            self.holder.communicate(timeout=PATIENCE)
            self.holder = None

    # The hand

    def do(self, wish):
        """Does what one line asks for; returns what is to be told."""
        verb, _, rest = wish.partition(" ")
        if verb == "insert":
            self.release()
            self.insert(rest)
        elif verb == "swap":
            self.insert(rest)
        elif verb == "remove":
            self.remove()
        elif verb == "hold":
            self.hold(rest)
        elif verb == "release":
            time.sleep(0.6 if rest == "later" else 0)
            self.release()
        elif verb in ("stop", "restart"):
            self.stop_service()
        elif verb not in ("linux", "wine", "start"):
            raise Fault("no such wish: " + wish)
        if verb in ("start", "restart"):
            self.start_service()
        return self.do_program(verb, rest) if verb in ("linux", "wine") else ""

    def do_program(self, verb, rest):
        fails = rest.startswith("fails ")
        words = rest[len("fails ") if fails else 0:].split(" ")
        if verb == "linux":
            status, said = self.linux(*words)
        else:
            other = os.path.join(self.project, "build-win64", "tests", "windows", "pcsc", "other.exe")
            status, said = self.wine(other, words[0], " ".join(words[1:]))
        if (status != 0) != fails:
            raise Fault("%s ended with %d:\n%s" % (rest, status, said))
        return said

    def listen(self):
        stage = self

        class Wish(socketserver.StreamRequestHandler):
            def handle(self):
                wish = self.rfile.readline().decode("utf-8").strip()
                try:
                    answer = "ok\n" + stage.do(wish)
                except (Fault, OSError, subprocess.SubprocessError) as fault:
                    answer = str(fault)
                self.wfile.write(answer.encode("utf-8"))

        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Wish)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.environment["PCSC_STAGE_PORT"] = str(server.server_address[1])

    def close(self):
        for process in (self.holder, self.card, self.service):
            if process:
                process.kill()
                process.wait()
        self.holder = self.card = self.service = None
