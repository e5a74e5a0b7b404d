#!/usr/bin/env python3
"""Makes the tables of the contract from the IDL: idl-tables.py scardssp.idl contract_tables.inc

For each interface one const array of members (name, DISPID, kind, vtable slot), the slot taken by the C compiler
from the vtable structure that widl made; and one array of identifiers. objects/contract.c includes the
result: late binding and the contract test read it.
"""
import re
import sys


def read_interfaces(text):
    """Yields (name, uuid, [(kind, dispid, method name)]) for every interface with a body."""
    pattern = re.compile(r"\[([^\[\]]*?uuid\(([0-9A-Fa-f-]+)\)[^\[\]]*?)\]\s*interface\s+(\w+)\s*:\s*IDispatch\s*\{(.*?)\n\}",
                         re.S)
    for match in pattern.finditer(text):
        members = []
        for attributes, name in re.findall(r"\[([^\[\]]*?\bid\(\d+\)[^\[\]]*?)\]\s*HRESULT\s+(\w+)\s*\(", match.group(4)):
            dispid = int(re.search(r"\bid\((\d+)\)", attributes).group(1))
            kind = "GET" if "propget" in attributes else "PUT" if "propput" in attributes else "METHOD"
            members.append((kind, dispid, name))
        yield match.group(3), match.group(2), members


def guid_initialiser(uuid):
    parts = uuid.upper().split("-")
    tail = parts[3] + parts[4]
    octets = ", ".join("0x" + tail[i:i + 2] for i in range(0, 16, 2))
    return "{0x%s, 0x%s, 0x%s, {%s}}" % (parts[0], parts[1], parts[2], octets)


def write_tables(text, out):
    interfaces = list(read_interfaces(text))
    prefix = {"GET": "get_", "PUT": "put_", "METHOD": ""}
    for name, _, members in interfaces:
        out.write("static const struct contract_member members_%s[] = {\n" % name)
        for kind, dispid, member in members:
            out.write('    {L"%s", %d, CONTRACT_%s, CONTRACT_SLOT(%s, %s%s)},\n'
                      % (member, dispid, kind, name, prefix[kind], member))
        out.write("};\n\n")
    out.write("static const struct contract_interface interfaces[] = {\n")
    for name, uuid, members in interfaces:
        out.write('    {"%s", %s, members_%s, %d},\n' % (name, guid_initialiser(uuid), name, len(members)))
    out.write("};\n")


def main():
    source, target = sys.argv[1:3]
    with open(source, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    with open(target, "w", encoding="utf-8") as out:
        out.write("/* Made from %s. Do not edit. */\n" % source.rsplit("/", 1)[-1])
        write_tables(text, out)


if __name__ == "__main__":
    main()
