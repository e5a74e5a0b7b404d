#!/usr/bin/env python3
"""Prints what windows.md shows in a language, ready to be compiled: shown.py cs|pas DOCUMENT NUMBER > FILE,
and how many texts there are: shown.py cs|pas|vb DOCUMENT.

C# texts after the first one go on where that one stops; they are put into a Main, with their using lines
before it.
"""
import re
import sys

LANGUAGE = {"cs": "csharp", "pas": "pascal", "vb": "vb"}
SECTION = {"cs": "C#", "pas": "Delphi", "vb": "Visual Basic 6"}
USING = re.compile(r"^using [\w.]+;$", re.M)


def texts(language, document):
    """The texts of the section of a language."""
    with open(document, encoding="utf-8") as file:
        sections = re.split(r"^### (.*)$", file.read(), flags=re.M)
    section = sections[sections.index(SECTION[language]) + 1]
    return re.findall(r"^```%s\n(.*?)^```" % LANGUAGE[language], section, re.S | re.M)


def program(language, found, number):
    """The text `number` as a whole program."""
    if language == "pas":
        return found[number]
    text = found[0] if number == 0 else found[0] + found[number]
    return "%s\nclass Shown { static void Main() {\n%s} }\n" % ("\n".join(USING.findall(text)), USING.sub("", text))


def main():
    language, document = sys.argv[1:3]
    found = texts(language, document)
    print(program(language, found, int(sys.argv[3])) if len(sys.argv) > 3 else len(found))


if __name__ == "__main__":
    main()
