#!/usr/bin/env python3
"""Finishes a type library that widl has made: idl/typelib-finish.py scardssp.idl FILE.tlb

Names are spelled as the IDL has them. A type library has one spelling for all names that differ in case only,
and widl takes the one that it meets first: the property Type would be called `type` after a field of a
structure. Here the members of the interfaces come first, then types, then parameters. The hash by which names
are found does not see case, so that only the letters change.

The time at which it was made is replaced by SOURCE_DATE_EPOCH, or 0, so that the same sources give the same
bytes.
"""
import os
import re
import struct
import sys
import time

HEADER = struct.Struct("<21i")
MAGIC = (0x5446534D, 0x00010002)
FLAGS, COUNT, NAMES = 5, 8, 12  # in the header: flags, number of types, number of names
HELP_DLL = 0x100  # flag: the header has a number more
NAME_SEGMENT = 7
SEGMENT = struct.Struct("<4i")
ENTRY = struct.Struct("<iiBBH")
# A text with the time in it, and the time as a number (VT_UI4) after that.
STAMP = re.compile(rb"(Created by WIDL version \S+ at )[^\n]{24}(\nW{0,3}\x13\x00).{4}", re.S)


def wanted_names(text):
    """Names that differ in case, the more important ones first, as {lower case: spelling}."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    members = re.findall(r"\bHRESULT (\w+)\(", text)
    types = re.findall(r"^(?:interface|\}) (\w+)", text, re.M) + re.findall(r"\bcoclass (\w+)", text)
    parameters = re.findall(r"\][^\]\[;]*?(\w+)[,)]", text)
    names = {}
    for name in members + types + parameters:
        names.setdefault(name.lower(), name)
    return names


def name_entries(data):
    """Yields (position, name) for every name of the type library in `data`."""
    header = HEADER.unpack_from(data)
    if header[:2] != MAGIC:
        raise ValueError("no type library")
    directory = HEADER.size + (4 if header[FLAGS] & HELP_DLL else 0) + 4 * header[COUNT]
    at, size = SEGMENT.unpack_from(data, directory + NAME_SEGMENT * SEGMENT.size)[:2]
    end = at + size
    for _ in range(header[NAMES]):
        length = ENTRY.unpack_from(data, at)[2]
        start = at + ENTRY.size
        if start + length > end:
            raise ValueError("damaged table of names")
        yield start, data[start:start + length].decode("ascii")
        at = start + (length + 3) // 4 * 4
    if at != end:
        raise ValueError("damaged table of names")


def without_time(data):
    """The library as made at the time of the sources."""
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", 0))
    text = time.asctime(time.gmtime(epoch)).encode("ascii")
    changed, count = STAMP.subn(lambda found: found[1] + text + found[2] + struct.pack("<I", epoch), data)
    if count != data.count(b"Created by WIDL"):
        raise ValueError("the time is written in an unknown way")
    return changed


def main():
    source, target = sys.argv[1:3]
    with open(source, encoding="utf-8") as file:
        wanted = wanted_names(file.read())
    with open(target, "r+b") as file:
        data = bytearray(file.read())
        for at, name in list(name_entries(data)):
            spelling = wanted.get(name.lower(), name).encode("ascii")
            data[at:at + len(spelling)] = spelling
        file.seek(0)
        file.write(without_time(bytes(data)))


if __name__ == "__main__":
    main()
