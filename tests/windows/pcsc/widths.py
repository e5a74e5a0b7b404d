"""Both widths registered beside each other in one Wine: regsvr32 of 64 and of 32 bits, each order, and the
registry after.

Called by play.py. Programs of both widths run on the simulator: the Debian system's 32-bit winscard.dll gets
no context.
"""
import re

CLASS_MISSING = "0x80040154"  # REGDB_E_CLASSNOTREG
PROGID_MISSING = "0x800401F3"  # CO_E_CLASSSTRING
LIBRARY_MISSING = "0x8002801D"  # TYPE_E_LIBNOTREGISTERED


def library_of(stage, bits):
    return "%s/build-win%d/scardssp.dll" % (stage.project, bits)


def windows_path(path):
    return "Z:" + path.replace("/", "\\")


def regsvr32(stage, bits, *options):
    return stage.wine("regsvr32", "/s", *options, windows_path(library_of(stage, bits)), bits=bits)


def registry(stage):
    """All classes of the machine and of the user, as Wine keeps them on disk: without the times."""
    stage.stop_wine()
    found = []
    for name in ("system.reg", "user.reg"):
        with open("%s/%s" % (stage.environment["WINEPREFIX"], name), encoding="utf-8", errors="replace") as file:
            inside = False
            for line in file:
                if line.startswith("["):
                    inside = line.lower().startswith(r"[software\\classes")
                    line = line.rpartition("]")[0] + "]\n"
                if inside and not line.startswith("#time=") and line.strip():
                    found.append(name + " " + line)
    stage.keep_wine()
    return found


def once(stage, bits):
    program = "%s/build-win%d/tests/windows/pcsc/once.exe" % (stage.project, bits)
    return stage.wine(program, "Simulated Reader 00", bits=bits, SCARDSSP_RM="sim")[1].splitlines()


def works(stage, bits):
    return ["CLSIDFromProgID 0x00000000", "CoCreateInstance 0x00000000", windows_path(library_of(stage, bits)),
            "AttachByReader 0x00000000", "Transaction 0x00000000", "SW 6A82", "LoadRegTypeLib 0x00000000"]


# ProgIDs and the type library's key are shared by both widths: they stay as long as one of both is
# registered.
OTHER_IS_THERE = ["CLSIDFromProgID 0x00000000", "CoCreateInstance " + CLASS_MISSING]
NONE_IS_THERE = ["CLSIDFromProgID " + PROGID_MISSING, "CoCreateInstance " + PROGID_MISSING,
                 "LoadRegTypeLib " + LIBRARY_MISSING]


def expect(suite, stage, when, registered):
    """Programs of both widths find exactly what is registered."""
    for bits in (64, 32):
        said = [re.sub(r"^z:", "Z:", line) for line in once(stage, bits)]
        if bits in registered:
            suite.equal("%s: a program of %d bits works" % (when, bits), said, works(stage, bits))
        elif registered:
            suite.equal("%s: a program of %d bits finds no class" % (when, bits), said[:2], OTHER_IS_THERE)
        else:
            suite.equal("%s: a program of %d bits finds nothing" % (when, bits), said, NONE_IS_THERE)


def change(suite, stage, what, bits, *options):
    status, said = regsvr32(stage, bits, *options)
    suite.case(what, status == 0, "regsvr32 ended with %d: %s" % (status, said))


def play(suite, stage):
    before = registry(stage)
    suite.case("the registry is read", len(before) > 1000, "%d lines" % len(before))
    expect(suite, stage, "before", ())
    for first, second in ((64, 32), (32, 64)):
        change(suite, stage, "%d bits are registered" % first, first)
        expect(suite, stage, "%d alone" % first, (first,))
        change(suite, stage, "%d bits are registered beside them" % second, second)
        expect(suite, stage, "both", (64, 32))
        both = registry(stage)
        change(suite, stage, "%d bits are registered again" % second, second)
        suite.equal("that changes nothing", registry(stage), both)
        change(suite, stage, "%d bits are unregistered" % first, first, "/u")
        expect(suite, stage, "%d left" % second, (second,))
        change(suite, stage, "%d bits are unregistered" % second, second, "/u")
        expect(suite, stage, "none left", ())
        after = registry(stage)
        suite.case("the registry is as before", after == before,
                   "".join("- " + line for line in before if line not in after) +
                   "".join("+ " + line for line in after if line not in before))
