#!/usr/bin/env python3
"""Checks that #include lines point one way: the ranks of docs/architecture.md. Prints offenders, exit status 1.

A room of src/ may include itself and rooms of lower rank. tools/ and examples/ see the public headers only; the tool has ranked
rooms of its own.
"""
import os
import re
import sys

import sources

RANK = {"base": 0, "compat": 1, "apdu": 1, "rm": 1, "pcsclite": 2, "carddb": 2, "icc": 2, "slots": 3, "com": 3, "client": 4, "objects": 5,
        "backends": 5, "module": 6}

# The tool's own. main.c and command.h stand above them; only commands/ may look up to command.h.
TOOL = "tools/scard/"
TOOL_RANK = {"terminal": 0, "talk": 1, "demo": 2, "commands": 3}

# The one way to COM types; compat, which stands in for part of Windows and lies below com/, has its own.
WIN_HEADER = "com/win.h"
WIN_USERS = ("com", "client", "objects", "module")
COMPAT_WAY = "scardssp.h"

# Headers with COM or Windows types: only behind WIN_HEADER.
COM_HEADERS = {"windows.h", "ole2.h", "objbase.h", "oaidl.h", "objidl.h", "unknwn.h", "wtypes.h", "oatypes.h", "scarderr.h",
               "scardssp.h", "scardssp_idl.h", "scardmgr.h", "scarddat.h", "scardsrv.h"}
# Headers of the PC/SC service: only in the backend that talks to it.
PCSC_HEADERS = {"winscard.h", "wintypes.h", "pcsclite.h", "reader.h", "ifdhandler.h"}
PCSC_PATH = re.compile(r"^(PCSC/)?[^/]+$")
PCSC_USERS = re.compile(r"src/(pcsclite|backends/(pcsc|winscard|ifd))/[^/]*$")
# The only files of module/ that name backends: one wires them up, one is the simulator's public interface.
BACKEND_NAMERS = re.compile(r"src/module/(wiring|api/sim)\.[ch]$")
# What each system does in its own way, below com/: its halves for Windows may ask Windows itself.
WINDOWS_USERS = re.compile(r"src/(\w+/)+(\w+_win\.[ch]|winscard/\w+\.[ch])$|src/icc/random\.c$|src/carddb/atrlist/atrlist\.c$")
# A string that late binding takes for a byte buffer becomes one.
KNOWN = {("src/com/argument_in.c", "objects/bytebuffer.h")}
WINDOWS_HEADERS = {"windows.h", "winscard.h"}
# A library for one room, and loaded at run time there.
DATABASE_LIBRARY = "sqlite3.h"
# Libraries that only a backend may need.
BACKEND_LIBRARIES = re.compile(r"^(openssl|cjson)/|^cJSON\.h$")

PUBLIC = re.compile(r"^(scardssp/)?(scardssp|scardssp_db|scardssp_provider|scardssp_rm|scardssp_sim|scardmgr|scarddat|scardsrv)\.h$")
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]', re.M)


def fault_in_room(path, room, quoted, target):
    """What is wrong with an #include in src/<room>/, or None."""
    first, base = target.split("/")[0], os.path.basename(target)
    if (path, target) in KNOWN:
        return None
    if target.startswith(".") or "/../" in target:
        return "is relative; write it from src/"
    if target == WIN_HEADER:
        return None if room in WIN_USERS else "brings COM types below com/"
    if room == "compat" and target == COMPAT_WAY:
        return None
    if base in WINDOWS_HEADERS and WINDOWS_USERS.match(path):
        return None
    if target == DATABASE_LIBRARY and room != "carddb":
        return "belongs into carddb/"
    if base in COM_HEADERS and path != "src/" + WIN_HEADER:
        return "goes past " + WIN_HEADER
    if PCSC_PATH.match(target) and base in PCSC_HEADERS and not PCSC_USERS.match(path):
        return "belongs into pcsclite/ and backends/pcsc/"
    if BACKEND_LIBRARIES.match(target) and room not in ("icc", "slots", "backends"):
        return "is a library for backends only"
    if first == "backends" and room == "module" and not BACKEND_NAMERS.match(path):
        return "names a backend outside of module/wiring.c and api/sim.c"
    if first in RANK and first != room and RANK[first] >= RANK[room]:
        return "points upwards or sideways (%s [%d] -> %s [%d])" % (room, RANK[room], first, RANK[first])
    if quoted and first not in RANK and not PUBLIC.match(target) and not target.endswith(".inc") \
            and path != "src/" + WIN_HEADER:
        return "is not written from src/"
    return None


def fault_in_tool(path, target):
    """What is wrong with an #include of the tool's own files, or None. Both are paths from tools/scard/."""
    room, other = os.path.dirname(path), os.path.dirname(target)
    if not other and room not in ("", "commands"):
        return "is above the tool's rooms, or not written from " + TOOL
    if (other and other not in TOOL_RANK) or (room and room not in TOOL_RANK):
        return "joins rooms of the tool of which one has no rank"
    if room and other and other != room and TOOL_RANK[other] >= TOOL_RANK[room]:
        return "points upwards or sideways (%s [%d] -> %s [%d])" % (room, TOOL_RANK[room], other, TOOL_RANK[other])
    if not os.path.exists(os.path.join(sources.ROOT, TOOL, target)):
        return "is neither a public header nor a file of the tool"
    return None


def fault_outside(path, quoted, target):
    """The same for tools/, examples/ and include/, which see public headers only."""
    if target.split("/")[0] in RANK:
        return "reaches into src/; public headers only"
    if path.startswith(TOOL) and quoted and not PUBLIC.match(target):
        return fault_in_tool(path[len(TOOL):], target)
    here = os.path.join(sources.ROOT, os.path.dirname(path), target)
    if quoted and not PUBLIC.match(target) and not os.path.exists(here) and path.startswith(("tools", "examples")):
        return "is neither a public header nor a file beside it"
    return None


def main():
    bad = seen = 0
    for path in sources.with_endings(".c", ".h", ".cpp"):
        parts = path.split("/")
        if parts[0] not in ("src", "tools", "examples", "include"):
            continue
        if parts[0] == "src" and parts[1] not in RANK:
            print("%s: no room of this name has a rank" % path)
            bad += 1
            continue
        text = sources.read(path)
        for match in INCLUDE.finditer(text):
            seen += 1
            quoted, target = match.group(1) == '"', match.group(2)
            fault = fault_in_room(path, parts[1], quoted, target) if parts[0] == "src" \
                else fault_outside(path, quoted, target)
            if fault:
                print("%s:%d: %s %s" % (path, text.count("\n", 0, match.start(2)) + 1, target, fault))
                bad += 1
    if not seen:
        print("no #include line was found: is this the right tree?")
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
