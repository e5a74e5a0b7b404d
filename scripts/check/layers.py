#!/usr/bin/env python3
"""Checks that #include lines point one way, by the table of rooms below. Prints offenders, exit status 1.

A room of src/ may include itself and what the table says it knows, all of lower rank. In some rooms each
folder is a house of its own. examples/ see the public headers only, tools/ also src/base/; the tool has
ranked rooms of its own. That no two *files* use each other is the check of circles.py.
"""
import os
import re
import sys

import sources
import uses

# room: (rank, what it knows: rooms, or single files of one)
ROOMS = {
    "base": (0, ()),
    "compat": (1, ("base",)),
    "apdu": (1, ("base",)),
    "rm": (1, ("base",)),
    "pcsclite": (2, ("base", "rm")),
    "carddb": (2, ("base", "rm/status.h", "rm/names.h")),
    "icc": (2, ("base", "apdu")),
    "slots": (2, ("base", "rm")),
    "remote": (2, ("base", "rm")),
    "com": (3, ("base", "compat", "apdu", "rm")),
    "share": (3, ("base", "rm", "remote")),
    "client": (4, ("base", "rm", "carddb")),
    "services": (4, ("base", "apdu", "rm", "com")),
    "objects": (5, ("base", "compat", "apdu", "rm", "carddb", "com", "client", "services")),
    "backends": (5, ("base", "apdu", "rm", "pcsclite", "icc", "slots", "remote")),
    "module": (6, ("base", "compat", "apdu", "rm", "carddb", "com", "client", "services", "objects", "backends", "share", "remote")),
    "dropin": (7, ("base", "rm", "pcsclite", "client/roster.h", "module")),
}
# Rooms whose folders know nothing of each other; what they share lies in the room itself.
APART = ("backends", "carddb")

# The tool's own. main.c and command.h stand above them; only commands/ may look up to command.h.
TOOL = "tools/scard/"
TOOL_RANK = {"terminal": 0, "lineedit": 1, "talk": 1, "complete": 2, "demo": 2, "doctor": 2, "measure": 2, "steps": 2, "trace": 2, "transfer": 2, "shell": 3, "commands": 4}

# The one way to COM types; compat, which stands in for part of Windows and lies below com/, has its own.
WIN_HEADER = "com/win.h"
WIN_USERS = re.compile(r"src/(com|services|objects|module)/|src/client/\w+_win\.[ch]$")
COMPAT_WAY = "scardssp.h"
# What each system does in its own way, below com/: its halves for Windows may ask Windows itself.
WINDOWS_USERS = re.compile(r"src/(\w+/)+(\w+_win\.[ch]|winscard/\w+\.[ch])$|src/icc/random\.c$")
WINDOWS_HEADERS = {"windows.h", "winscard.h"}
# Headers with COM or Windows types: only behind WIN_HEADER.
COM_HEADERS = {"windows.h", "ole2.h", "objbase.h", "oaidl.h", "objidl.h", "unknwn.h", "wtypes.h", "oatypes.h", "scarderr.h",
               "scardssp.h", "scardssp_idl.h", "scardmgr.h", "scarddat.h", "scardsrv.h"}
# Other people's libraries: (their headers, who may see them, where that is).
LIBRARIES = (
    (re.compile(r"^(PCSC/)?(winscard|wintypes|pcsclite|reader|ifdhandler)\.h$"),
     re.compile(r"src/(pcsclite|dropin|backends/(pcsc|ifd))/"), "pcsclite/ and the backends over it"),
    (re.compile(r"^sqlite3\.h$"), re.compile(r"src/carddb/sqlite/"), "carddb/sqlite/"),
    (re.compile(r"^openssl/"), re.compile(r"src/icc/"), "icc/"),
    (re.compile(r"^ffi\.h$"), re.compile(r"src/com/"), "com/"),
    (re.compile(r"^histedit\.h$"), re.compile(r"tools/scard/lineedit/"), "the tool's lineedit/"),
    (re.compile(r"^nats/"), re.compile(r"src/remote/"), "remote/"),
)
# The only files of module/ that name backends: the tables of them, and two of the public interface:
# the simulator's, and the one that tells of readers on the USB.
BACKEND_NAMERS = re.compile(r"src/module/(backends|rows(_win)?|api/(sim|usb))\.[ch]$")

PUBLIC = re.compile(r"^(scardssp/)?(scardssp|scardssp_card|scardssp_db|scardssp_faults|scardssp_profile|scardssp_provider|scardssp_rm|scardssp_share|scardssp_sim|scardmgr|scarddat|scardsrv)\.h$")


def fault_in_table():
    """What is wrong with the table itself, or None."""
    for room, (rank, known) in ROOMS.items():
        for other in known:
            if ROOMS[other.split("/")[0]][0] >= rank:
                return "the table lets %s know %s, which is not below it" % (room, other)
    return None


def fault_of_system(path, target):
    """The same for headers of Windows, of COM and of other people's libraries; "" where there is nothing
    more to say.
    """
    base = os.path.basename(target)
    if target == WIN_HEADER:
        return "" if WIN_USERS.match(path) else "brings COM types below com/"
    if path.startswith("src/compat/") and target == COMPAT_WAY or base in WINDOWS_HEADERS and WINDOWS_USERS.match(path):
        return ""
    for headers, users, where in LIBRARIES:
        if headers.match(target) and not users.match(path):
            return "belongs into " + where
        if headers.match(target):
            return ""
    if base in COM_HEADERS and path != "src/" + WIN_HEADER:
        return "goes past " + WIN_HEADER
    return None


def fault_between_rooms(path, target):
    """The same for what another room, or another folder of this one, has."""
    here, there = path.split("/")[1:-1], target.split("/")[:-1]
    room, other = here[0], there[0]
    if room == other:
        if room in APART and len(here) > 1 and len(there) > 1 and here[1] != there[1]:
            return "joins two folders of %s/, which know nothing of each other" % room
        return None
    if other not in ROOMS[room][1] and target not in ROOMS[room][1]:
        rank, below = ROOMS[room][0], ROOMS[other][0]
        return "points upwards or sideways (%s [%d] -> %s [%d])" % (room, rank, other, below) if below >= rank \
            else "is not among what %s/ knows" % room
    if other == "backends" and room == "module" and not BACKEND_NAMERS.match(path):
        return "names a backend outside of the files of module/ that do"
    return None


def fault_in_room(path, quoted, target):
    """What is wrong with an #include in src/, or None."""
    if target.startswith(".") or "/../" in target:
        return "is relative; write it from src/"
    fault = fault_of_system(path, target)
    if fault is not None:
        return fault or None
    if target.split("/")[0] in ROOMS:
        return fault_between_rooms(path, target)
    if quoted and not PUBLIC.match(target) and not target.endswith(".inc") and path != "src/" + WIN_HEADER:
        return "is not written from src/"
    return None


def fault_in_tool(path, target):
    """What is wrong with an #include of the tool's own files, or None. Both are paths from tools/scard/."""
    room, other = path.rpartition("/")[0].split("/")[0], target.rpartition("/")[0].split("/")[0]
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
    room = target.split("/")[0]
    if room in ROOMS and not (room == "base" and path.startswith("tools/")):
        return "reaches into src/; public headers only"
    if room in ROOMS:
        return None
    if path.startswith(TOOL) and quoted and not PUBLIC.match(target):
        return fault_in_tool(path[len(TOOL):], target)
    here = os.path.join(sources.ROOT, os.path.dirname(path), target)
    if quoted and not PUBLIC.match(target) and not os.path.exists(here) and path.startswith(("tools", "examples")):
        return "is neither a public header nor a file beside it"
    return None


def faults(path):
    """Yields (line, message) for one file."""
    if path.startswith("src/") and path.split("/")[1] not in ROOMS:
        yield 1, "no room of this name has a rank"
        return
    for line, quoted, target in uses.includes(path, sources.read(path)):
        fault = fault_in_room(path, quoted, target) if path.startswith("src/") else fault_outside(path, quoted, target)
        if fault:
            yield line, "%s %s" % (target, fault)


def main():
    wrong = fault_in_table()
    if wrong:
        print(wrong)
        return 1
    paths = [path for path in sources.with_endings(".c", ".h", ".cpp", ".inc")
             if path.startswith(("src/", "tools/", "examples/", "include/"))]
    found = ["%s:%d: %s" % (path, line, message) for path in paths for line, message in faults(path)]
    print("\n".join(found), end="\n" if found else "")
    if not any(uses.INCLUDE.search(sources.read(path)) for path in paths):
        print("no #include line was found: is this the right tree?")
        return 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
