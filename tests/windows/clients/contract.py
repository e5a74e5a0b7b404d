#!/usr/bin/env python3
"""Makes lists for the C preprocessor from the contract: contract.py contract.tsv guids.tsv contract_lists.h

CONTRACT_MEMBERS(X): X(interface, function, slot, DISPID, name, parameters of the member in C, the same in
C++) CONTRACT_INTERFACES(X): X(interface, number of slots) CONTRACT_IDENTIFIERS(X): X(symbol, the initialiser
of a GUID) The client programs assert them of mingw-w64's own header and expect them of the library.
"""
import re
import sys

# mingw-w64's header knows the classes' interfaces, and not these, which only providers of cards implement.
ABSENT = ("ISCardAuth", "ISCardFileAccess", "ISCardManage", "ISCardVerify")


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [line.rstrip("\n").split("\t") for line in file if line.strip() and not line.startswith("#")]


def parameter_types(text):
    """The types of `LONG cb, LONG *pcbRead = 0`: ["LONG", "LONG *"]."""
    types = []
    for parameter in filter(None, (part.strip() for part in text.split(","))):
        match = re.fullmatch(r"(\w+ ?\**) ?\w+( = \S+)?", parameter)
        if not match:
            raise ValueError("not understood: %s" % parameter)
        types.append(match.group(1).strip())
    return types


def members(contract):
    for interface, slot, dispid, kind, name, parameters in contract:
        if kind not in ("get", "put", "method"):
            raise ValueError("not understood: %s" % kind)
        types = parameter_types(parameters)
        yield "X(%s, %s, %s, %s, %s, (%s), (%s))" % (
            interface, name if kind == "method" else kind + "_" + name, slot, dispid, name,
            ", ".join([interface + " *"] + types), ", ".join(types) or "void")


def interfaces(contract):
    slots = {}
    for row in contract:
        slots[row[0]] = max(slots.get(row[0], 0), int(row[1]) + 1)
    return ["X(%s, %d)" % pair for pair in slots.items()]


def identifiers(guids):
    for symbol, text in guids:
        first, second, third, *rest = re.fullmatch(r"(\w{8})-(\w{4})-(\w{4})-(\w{4})-(\w{12})", text).groups()
        tail = "".join(rest)
        yield "X(%s, {0x%s, 0x%s, 0x%s, {%s}})" % (
            symbol, first, second, third, ", ".join("0x" + tail[i:i + 2] for i in range(0, 16, 2)))


def main(contract_path, guids_path, out_path):
    contract = [row for row in rows(contract_path) if row[0] not in ABSENT]
    guids = [row for row in rows(guids_path) if row[0] not in ["IID_" + name for name in ABSENT]]
    lists = {"CONTRACT_MEMBERS": members(contract), "CONTRACT_INTERFACES": interfaces(contract),
             "CONTRACT_IDENTIFIERS": identifiers(guids)}
    with open(out_path, "w", encoding="utf-8") as file:
        file.write("/* Made by tests/windows/clients/contract.py from the contract. Do not edit. */\n")
        for name, lines in lists.items():
            file.write("#define %s(X) \\\n    %s\n" % (name, " \\\n    ".join(lines)))


if __name__ == "__main__":
    main(*sys.argv[1:])
