#!/usr/bin/env python3
"""Makes the IDL of a type library with a part of the interfaces: idl/part.py scardssp.idl PART.idl OUTPUT.idl

scardssp.idl is the one place where classes are written: a `coclass Name;` in the part stands for what that
has, and its own library is left out. An IDL file that does not import scardssp.idl is copied as it is.
"""
import re
import sys

IMPORT = 'import "scardssp.idl";'
LIBRARY = re.compile(r"\n\[[^\[\]]*\]\nlibrary\s.*\n\}", re.S)
COCLASS = re.compile(r"\[[^\[\]]*\]\s*coclass\s+(\w+)\s*\{[^}]*\};", re.S)


def read(name):
    with open(name, encoding="utf-8") as file:
        return re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)


def main():
    source, part, target = sys.argv[1:4]
    text = read(part)
    if IMPORT in text:
        whole = "\n" + read(source)
        classes = {match.group(1): match.group(0) for match in COCLASS.finditer(whole)}
        without, count = LIBRARY.subn("", whole)
        if count != 1:
            raise SystemExit("idl/part.py: %s: %d libraries" % (source, count))
        for name in re.findall(r"\bcoclass (\w+);", text):
            if name not in classes:
                raise SystemExit("idl/part.py: %s: no class %s in %s" % (part, name, source))
            text = text.replace("coclass %s;" % name, classes[name])
        text = text.replace(IMPORT, without)
    with open(target, "w", encoding="utf-8") as out:
        out.write(text)


if __name__ == "__main__":
    main()
