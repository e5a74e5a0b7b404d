#!/usr/bin/env python3
"""Makes what widl makes a proxy and a stub from: idl/proxy.py scardssp.idl remote.idl OUTPUT.idl

scardssp.idl with the classes of its type library alone, without what that library's marshaler carries
(oleautomation), each method that remote.idl has another form of followed by that, and handles as
REMOTE_HANDLE of wire.idl.
"""
import re
import sys

INTERFACE = re.compile(r"\ninterface\s+(\w+)[^;{]*\{(.*?)\n\}", re.S)
REMOTE = re.compile(r"\[call_as\((\w+)\)\]\s*HRESULT\s+\w+\s*\(.*?\);", re.S)
AUTOMATION = re.compile(r"\n\[(?:(?!\n\]).)*\boleautomation\b(?:(?!\n\]).)*\n\]\ninterface\s.*?\n\}", re.S)
LIBRARY = re.compile(r"\n\[[^\[\]]*\]\nlibrary\s.*\n\}", re.S)
COCLASS = re.compile(r"\[[^\[\]]*\]\s*coclass\s[^{]*\{[^}]*\};", re.S)


def read(name):
    with open(name, encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


def replaced(text, pattern, by, what):
    """Replaces just one place: none or two would be a change of scardssp.idl that this script must follow."""
    text, count = re.subn(pattern, by, text)
    if count != 1:
        raise SystemExit("idl/proxy.py: %s: found %d times" % (what, count))
    return text


def add_remote(text, interface, method, form):
    """Marks interface::method as local and puts `form` after it."""
    begin = re.search(r"\ninterface\s+%s\s*:" % interface, text)
    if not begin:
        raise SystemExit("idl/proxy.py: no interface " + interface)
    end = text.index("\n}", begin.end())
    body = replaced(text[begin.end():end], r"\[([^\[\]]*)\]\s*(HRESULT\s+%s\s*\([^;]*\);)" % method,
                    lambda match: "[local, %s]\n    %s\n    %s" % (match.group(1), match.group(2), form),
                    interface + "::" + method)
    return text[:begin.end()] + body + text[end:]


def main():
    source, remote, target = sys.argv[1:4]
    text = "\n" + read(source)
    text = replaced(text, LIBRARY, lambda match: "\n" + "\n".join(COCLASS.findall(match.group(0))), "library")
    text = replaced(text, AUTOMATION, "", "oleautomation")
    for name in ("HSCARD", "HSCARDCONTEXT", "HSCARD_FILE"):
        text = replaced(text, r"typedef ULONG_PTR %s;" % name, "typedef REMOTE_HANDLE %s;" % name, name)
    for interface in INTERFACE.finditer("\n" + read(remote)):
        for form in REMOTE.finditer(interface.group(2)):
            text = add_remote(text, interface.group(1), form.group(1), form.group(0))
    with open(target, "w", encoding="utf-8") as out:
        out.write("/* Made from scardssp.idl and remote.idl. Do not edit. */" + text)


if __name__ == "__main__":
    main()
