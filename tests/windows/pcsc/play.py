#!/usr/bin/env python3
"""Everything make check-wine-pcsc tests, in the namespaces and the Debian system that
scripts/windows/check-pcsc.sh makes:

    play.py ROOT PROJECT SCRATCH LOGS [SUITE...]

Each suite goes to the terminal and to LOGS/SUITE.tap, which count-tests.py adds up.
"""
import os
import re
import subprocess
import sys

import stage as stages
import tap
import widths

NO_CONTEXT = "0x80100004"  # SCARD_E_INVALID_PARAMETER
LIMIT = "a known limit of this Wine: its 32-bit winscard.dll refuses every context with SCARD_E_INVALID_PARAMETER"


def program(stage, bits, name):
    return "%s/build-win%d/tests/windows/pcsc/%s.exe" % (stage.project, bits, name)


def client(stage, logs, bits, name):
    """A test program speaks TAP itself."""
    suite = tap.Suite(logs, "%s-%d" % (name, bits))
    suite.take(*stage.wine(program(stage, bits, "test_pcsc_" + name), bits=bits, timeout=300, CMOCKA_MESSAGE_OUTPUT="TAP"))


def clients_64(stage, logs):
    for name in ("transact", "recovery", "sharing"):
        client(stage, logs, 64, name)


def clients_32(stage, logs):
    """What winscard.dll of 32 bits can: nothing, as a program without this project shows; else the same as
    of 64.
    """
    suite = tap.Suite(logs, "winscard-32")
    status, said = stage.wine(program(stage, 32, "other"), "context", bits=32)
    works = status == 0
    refused = said == "SCardEstablishContext %s\n" % NO_CONTEXT
    suite.case("a 32-bit program gets a context, or the refusal that is known", works or refused, said)
    if not works:
        print("# " + LIMIT)
        suite.case("regsvr32 of 32 bits", widths.regsvr32(stage, 32)[0] == 0)
        said = stage.wine(program(stage, 32, "once"), stages.READER, bits=32)[1].splitlines()
        suite.equal("the library of 32 bits hands on this refusal", said,
                    ["CLSIDFromProgID 0x00000000", "CoCreateInstance " + NO_CONTEXT, "LoadRegTypeLib 0x00000000"])
        said = widths.once(stage, 32)
        suite.equal("on the simulator it works there", said, widths.works(stage, 32))
        suite.case("regsvr32 /u of 32 bits", widths.regsvr32(stage, 32, "/u")[0] == 0)
    suite.close()
    if works:
        for name in ("transact", "recovery", "sharing"):
            client(stage, logs, 32, name)


WRAPPER = """#!/bin/bash
# scard.exe with the line ends and the virtual cards of Linux. This Wine dies where TMPDIR is set.
[ "$1 $2" != "sim serve" ] || exec chroot '{root}' '{tool}' "$@"
said=$(mktemp)
chroot '{root}' env -u TMPDIR /usr/lib/wine/wine64 '{scard}' "$@" 2> "$said" | sed -u 's/\\r$//'
status=${{PIPESTATUS[0]}}
sed 's/\\r$//; s/: Permission denied$/: Is a directory/' "$said" >&2 # so Windows speaks of a folder that is read
rm -f "$said"
exit "$status"
"""


def tool(stage, logs):
    """The tests of the tool, word for word, with scard.exe in the place of the tool of Linux."""
    wrapper = os.path.join(stage.scratch, "scard")
    with open(wrapper, "w", encoding="utf-8") as file:
        file.write(WRAPPER.format(root=stage.root, tool=stage.tool, scard=stage.project + "/build-win64/scard.exe"))
    os.chmod(wrapper, 0o755)
    stage.insert("demo")
    image = stage.project + "/src/icc/image/builtin/demo.json"
    for name in ("list", "status", "apdu", "reattach", "demo"):
        suite = tap.Suite(logs, "scard-" + name)
        script = "%s/tests/tools/%s/test_%s.sh" % (stage.project, "demo" if name == "demo" else "commands", name)
        ended = subprocess.run(["bash", script, wrapper, "system", image], stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, timeout=600, check=False, encoding="utf-8", errors="replace",
                               env=stage.variables(TMPDIR=stage.scratch, SCARDSSP_VPCD_PORT=str(stages.VPCD_PORT)))
        suite.take(ended.returncode, ended.stdout)


SCRIPT_SAYS = """protocol 2, status 6
SW 9000, 7 bytes
exclusive, reset: status 6
SW 9000, 10 bytes
0x80100016 SCARD_E_NOT_TRANSACTED: """


def script(stage, logs):
    """VBScript by Wine's own cscript."""
    suite = tap.Suite(logs, "script")
    stage.insert("demo")
    suite.case("regsvr32", widths.regsvr32(stage, 64)[0] == 0)
    status, said = stage.wine("cscript", "//nologo", widths.windows_path(stage.project + "/tests/windows/pcsc/script.vbs"),
                              stages.READER)
    suite.case("a script uses the card", status == 0 and said.startswith(SCRIPT_SAYS), said)
    suite.case("errors have words", re.search(r"^0x80100003 SCARD_E_INVALID_HANDLE: .", said, re.M), said)
    suite.case("regsvr32 /u", widths.regsvr32(stage, 64, "/u")[0] == 0)
    suite.close()


def both_widths(stage, logs):
    suite = tap.Suite(logs, "widths")
    widths.play(suite, stage)
    suite.close()


SUITES = {"clients": clients_64, "clients-32": clients_32, "tool": tool, "script": script, "widths": both_widths}


def main(arguments):
    root, project, scratch, logs = arguments[:4]
    stage = stages.Stage(root, project, scratch)
    try:
        stage.listen()
        stage.start_wine()
        stage.start_service()
        for name in arguments[4:] or SUITES:
            SUITES[name](stage, logs)
            stage.release()
        stage.remove()
        stage.stop_wine()
        stage.stop_service()
    finally:
        stage.close()


if __name__ == "__main__":
    main(sys.argv[1:])
