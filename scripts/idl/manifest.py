#!/usr/bin/env python3
"""Makes what Windows needs to use scardssp.dll without registration:

idl/manifest.py scardssp.idl classes.c proxy.c VERSION x86|amd64 OUTPUT.manifest

It says what src/module/windows/registration.c writes to the registry, from the same places: identifiers and
marshaling from the IDL, names and ProgIDs of the classes from classes.c, the class of the proxies from
proxy.c. Called by Meson.
"""
import re
import sys
from xml.sax.saxutils import quoteattr

AUTOMATION_MARSHALER = "{00020424-0000-0000-C000-000000000046}"
LIBRARY = re.compile(r"\[([^\[\]]*)\]\s*library\s+(\w+)")
COCLASS = re.compile(r"\[([^\[\]]*)\]\s*coclass\s+(\w+)")
INTERFACE = re.compile(r"\[([^\[\]]*)\]\s*interface\s+(\w+)\s*:\s*IDispatch")
ENTRY = re.compile(r'\{&CLSID_(\w+), L"(\w+)", L"([\w.]+)", \w+\}')
PROXY = re.compile(r"CLSID proxy_clsid = \{0x(\w{8}), 0x(\w{4}), 0x(\w{4}), \{([^}]*)\}\}")


def read(name):
    with open(name, encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


def attribute(attributes, name):
    return re.search(r"\b%s\(([^)]*)\)" % name, attributes).group(1)


def identifier(attributes):
    return "{%s}" % attribute(attributes, "uuid").upper()


def element(indent, name, attributes, inner=None):
    """One element with an attribute a line; `inner`: the text between its tags, or None for an element
    without.
    """
    lines = ["%s<%s" % (indent, name)]
    lines += ["%s    %s=%s" % (indent, key, quoteattr(value)) for key, value in attributes.items()]
    end = "/>" if inner is None else ">%s</%s>" % (inner, name)
    return "\n".join(lines) + end + "\n"


def classes(idl, table):
    """Yields (CLSID, name, ProgID) of every class; each must be in both places."""
    identifiers = {name: identifier(attributes) for attributes, name in COCLASS.findall(idl)}
    entries = ENTRY.findall(table)
    if sorted(entry[0] for entry in entries) != sorted(identifiers):
        raise SystemExit("idl/manifest.py: the classes of the IDL are not those of classes.c")
    for symbol, name, progid in entries:
        yield identifiers[symbol], name, progid


def file_elements(idl, table, library, proxy):
    """What is inside <file>: the classes with the one of the proxies, and the type library."""
    for clsid, name, progid in classes(idl, table):
        yield element("        ", "comClass", {
            "clsid": clsid, "description": name, "tlbid": library, "threadingModel": "Both", "progid": progid + ".1",
        }, "\n            <progid>%s</progid>\n        " % progid)
    yield element("        ", "comClass", {"clsid": proxy, "threadingModel": "Both"})
    attributes = LIBRARY.search(idl).group(1)
    yield element("        ", "typelib", {"tlbid": library, "version": attribute(attributes, "version"), "helpdir": ""})


def interface_elements(idl, library, proxy):
    """The library's marshaler carries what is marked so; the proxies are there for the others."""
    for attributes, name in INTERFACE.findall(idl):
        yield element("    ", "comInterfaceExternalProxyStub", {
            "iid": identifier(attributes), "name": name, "tlbid": library,
            "proxyStubClsid32": AUTOMATION_MARSHALER if "oleautomation" in attributes else proxy,
        })


def main():
    idl, table, proxy_source = (read(name) for name in sys.argv[1:4])
    version, architecture, target = sys.argv[4:7]
    parts = PROXY.search(proxy_source).groups()
    tail = "".join(re.findall(r"0x(\w\w)", parts[3]))
    proxy = "{%s-%s-%s-%s-%s}" % (*parts[:3], tail[:4], tail[4:])
    library = identifier(LIBRARY.search(idl).group(1))
    with open(target, "w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
        out.write('<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">\n')
        out.write(element("    ", "assemblyIdentity", {
            "type": "win32", "name": "scardssp", "version": version + ".0", "processorArchitecture": architecture}))
        out.write('    <file name="scardssp.dll">\n')
        out.writelines(file_elements(idl, table, library, proxy.upper()))
        out.write("    </file>\n")
        out.writelines(interface_elements(idl, library, proxy.upper()))
        out.write("</assembly>\n")


if __name__ == "__main__":
    main()
