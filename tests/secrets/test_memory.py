#!/usr/bin/env python3
"""Whether PINs and keys stay behind in memory: test_memory.py MANAGER PIV SCARD ACTOR RAW LIBRARY HALT
WITH_PCSCD  Makes secrets that nobody else has, lets real programs show them to simulated cards by every way
there is, and looks into the memory of each process that had them in its hands: the program's, the agent's,
the card's. SCARD is the tool, ACTOR and RAW are the programs of this folder, LIBRARY is the folder of what
stands in the place of libpcsclite, HALT stops a program at its end. Where a simulated card lives in a
process, its own secrets are in pages that no core dump has; nothing else may be left. MANAGER: system, by a
PC/SC service (WITH_PCSCD starts it); sim: all else. PIV is the image of that name, with the private keys
that are looked for. """
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import keys
from program import Missing
from worlds import Worlds
from tap import Tap


def expected(tap, program, lines):
    """The program has really done it: what the card said."""
    tap.check("%s: the card was asked" % program.name, [] if lines.items() <= program.told.items() else
              ["%s: %s instead of %s" % (name, program.told.get(name), code) for name, code in lines.items()
               if program.told.get(name) != code])


ACTOR_SAYS = {"iso": "0x00009000", "parts": "0x00009000", "bytes": "0x00009000", "array of bytes": "0x00000000",
              "array of variants": "0x00000000", "plain": "0x00000000", "malformed": "0x80070057",
              "LOAD KEYS": "0x00000000", "PUT KEY": "0x00000000", "Verify": "0x00000000", "ChangeCode": "0x00000000",
              "old code": "0x8010006B", "renew": "0x00000000", "User_Auth": "0x00000000", "ICC_Auth": "0x00000000"}


def act(tap, worlds, world, more=()):
    """The actor in a world: what it and those behind it have left, while its objects live and after."""
    with worlds.enter(world) as scene:
        program = worlds.start(world, scene.before + [worlds.actor], scene.environment)
        program.wait_for("given")
        if not more:
            tap.check("%s: a secret that is there is seen" % world,
                      [] if len(set(find.split(",")[0] for find in program.finds())) == 4 else ["not all of them"])
        program.go_on()
        for moment in ("objects", "nothing"):
            program.wait_for(moment)
            tap.check("%s: nothing in the program (%s)" % (world, moment), program.finds())
            for other in scene.others:
                tap.check("%s: nothing in the %s (%s)" % (world, other.name, moment), other.finds())
            if moment == "objects":
                expected(tap, program, ACTOR_SAYS)
                if world == "sim":
                    tap.check("sim: what the card knows is kept from dumps", [] if program.finds(False) else
                              ["its code is nowhere"])
            program.go_on()
        program.end()
        tap.check("%s: nothing is written" % world, worlds.written_finds())


def tool(tap, worlds, name, arguments, given, says, secrets=None, image=None):
    """A command of the tool, stopped at its end: what it has left behind until then."""
    environment = worlds.environment(LD_PRELOAD=worlds.halt, SCARDSSP_TEST_HALT="1")
    program = worlds.start(name, [worlds.scard, "--rm", "sim:" + (image or worlds.image)] + arguments, environment, given)
    program.secrets = secrets or worlds.secrets
    program.process.stdin.close()
    written = program.wait_for_stop()
    tap.check("scard %s: done" % name, [] if says in written else [written[-300:]])
    tap.check("scard %s: nothing left" % name, program.finds())
    program.end(signal.SIGKILL)


def act_tool(tap, worlds):
    pin, other, puk = (worlds.values[name] for name in ("PIN", "new PIN", "PUK"))
    verify = b"00200001 10 " + pin.hex(" ").encode() + b"\n"
    by_descriptor = ["0", "--pin-fd", "0"]
    tool(tap, worlds, "pin verify", ["pin", "verify"] + by_descriptor, pin + b"\n", "verified")
    tool(tap, worlds, "pin change", ["pin", "change"] + by_descriptor, pin + b"\n" + other + b"\n", "changed")
    tool(tap, worlds, "pin unblock", ["pin", "unblock", "--new"] + by_descriptor, puk + b"\n" + other + b"\n",
         "unblocked")
    tool(tap, worlds, "apdu", ["apdu", "-"], verify, "9000")
    tool(tap, worlds, "shell", ["shell"], b"apdu " + verify + b"verify\n" + pin + b"\nquit\n", "9000")


def act_signatures(tap, worlds, image):
    """The card's private keys, in the process that it lives in: RSA and P-256."""
    block = bytes.fromhex("7C82010682008182010000 01") + b"\xff" * 200 + b"\0" + bytes(range(53))
    select, verify = "00A4040009A00000030800001000", "0020008008 313233343536FFFF"
    for name, reference, command, says in (
            ("RSA", "9A", "0087079A 00%04X %s 0000" % (len(block), block.hex()), "< 7C 82"),
            ("P-256", "9E", "0087119E 26 7C248200 8120 %s 00" % bytes(range(1, 33)).hex(), "< 7C 4")):
        script = "\n".join((select, verify, command, "")).replace(" ", "")
        tool(tap, worlds, "apdu, " + name, ["apdu", "-"], script.encode(), says, keys.secrets_of(image, (reference,)), "piv")


def act_dropin(tap, worlds):
    program = worlds.start("libscardssp-pcsc.so", [worlds.raw], worlds.environment(
        SCARDSSP_RM="sim:" + worlds.image, LD_LIBRARY_PATH=worlds.library))
    program.wait_for("given")
    program.go_on()
    for moment in ("objects", "nothing"):
        program.wait_for(moment)
        tap.check("PC/SC's own calls: nothing left (%s)" % moment, program.finds())
        program.go_on()
    expected(tap, program, {"VERIFY": "0x00009000"})
    program.end()


def act_core(tap, worlds):
    """A real core of a process with a simulated card in it, where the kernel writes one into the folder."""
    with open("/proc/sys/kernel/core_pattern") as pattern:
        if pattern.read(1) in "|/":
            return  # what a core would have was looked at above
    program = worlds.start("core", [worlds.actor], worlds.environment(SCARDSSP_RM="sim:" + worlds.image), cores=True)
    program.wait_for("given")
    program.go_on()
    program.wait_for("objects")
    program.end(signal.SIGABRT)
    cores = [name for name in os.listdir(worlds.folder) if name.startswith("core")]
    tap.check("core: there is one", [] if cores else ["nothing in " + worlds.folder])
    tap.check("core: nothing in it", worlds.written_finds())
    for name in cores:
        os.remove(worlds.file(name))


def main(manager, image, *programs):
    tap = Tap()
    worlds = Worlds(*programs)
    try:
        for world in ("system",) if manager == "system" else ("sim", "vpcd", "nats", "pieces", "traced"):
            try:
                act(tap, worlds, world)
            except Missing as missing:
                tap.skip(world, missing)
        if manager == "sim":
            act_dropin(tap, worlds)
            act_tool(tap, worlds)
            act_signatures(tap, worlds, image)
            act_core(tap, worlds)
    finally:
        worlds.close()
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
