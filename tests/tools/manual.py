#!/usr/bin/env python3
"""Holds the manual page against the commands: manual.py TABLES MANUAL. Called by test_manual.sh.

TABLES is what `scard help --json` writes, MANUAL is docs/scard.1. Each command has a heading (.SS) with its
operands; each of its options stands there in brackets or has an entry (.TP) below, with its letter and
argument; the global ones have entries in GLOBAL OPTIONS. Whatever one of the two has and the other has not is
printed; exit status 1 then.
"""
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "manual"))
import groff

GLOBAL = "GLOBAL OPTIONS"
HELP = {"name": "help", "letter": "h", "argument": None, "choices": []}
BRACKETS = re.compile(r"^\[-(\w)(?: ([^]]+))?\] ?")


class Section:
    """What the manual says of one command."""

    def __init__(self, heading):
        self.options = {}  # by long name: letter, argument
        self.brackets = {}  # by letter: argument
        self.more = False  # "[OPTION]..."
        self.operands = heading
        while True:
            match = BRACKETS.match(self.operands)
            if match:
                self.brackets[match.group(1)] = match.group(2) or ""
                self.operands = self.operands[match.end():]
            elif self.operands.startswith("[OPTION]..."):
                self.more = True
                self.operands = self.operands[len("[OPTION]..."):].lstrip()
            else:
                break


def leaves(command):
    """The commands that do something, by their full names; with [] where the last word may be left out."""
    for own in command["commands"]:
        if own["commands"]:
            first = own["commands"][0]["name"] if own["firstByDefault"] else None
            for name, leaf in leaves(own):
                yield (re.sub(r" (\S+)$", r" [\1]", name) if name == first else name), leaf
        else:
            yield own["name"], own


def sections(lines, names, complain):
    """What the manual says: by command's name, that of the tool for the global options."""
    found, current = {}, None
    for number, line in enumerate(lines):
        if line.startswith(".SH "):
            current = found.setdefault("scard", Section("")) if line[4:].strip('" ') == GLOBAL else None
        elif line.startswith(".SS "):
            heading = groff.plain(line[4:].strip().strip('"'))
            known = [name for name in names if heading == name or heading.startswith(name + " ")]
            current = None
            if not known:
                complain("'%s' is no command" % heading)
            elif max(known, key=len) in found:
                complain("'%s' stands there twice" % max(known, key=len))
            else:
                name = max(known, key=len)
                current = found[name] = Section(heading[len(name):].lstrip())
        elif line == ".TP" and current:
            match = groff.OPTION.match(groff.tag(lines[number + 1]))
            if match:
                current.options[match.group(2)] = (match.group(1), match.group(3) or "")
            else:
                complain("'%s' is no option" % groff.tag(lines[number + 1]))
    return found


def compare(name, options, operands, section, complain):
    """Says how a command and its section differ."""
    letters = {option["letter"] for option in options}
    for option in options:
        argument = option["argument"] or "|".join(option["choices"])
        entry, bracket = section.options.get(option["name"]), section.brackets.get(option["letter"])
        if entry is None and bracket is None:
            complain("%s: --%s is not in the manual" % (name, option["name"]))
        if entry is not None and entry != (option["letter"], argument):
            complain("%s: --%s is -%s %s, not -%s %s" % (name, option["name"], option["letter"], argument, *entry))
        if bracket is not None and bracket != argument:
            complain("%s: -%s takes '%s', not '%s'" % (name, option["letter"], argument, bracket))
    for extra in set(section.options) - {option["name"] for option in options}:
        complain("%s: there is no --%s" % (name, extra))
    for extra in set(section.brackets) - letters:
        complain("%s: there is no -%s" % (name, extra))
    unnamed = [long for long, (letter, _) in section.options.items() if letter not in section.brackets]
    if name != "scard" and section.more != bool(unnamed):
        complain("%s: [OPTION]... stands in the heading where entries follow that it does not name" % name)
    if section.operands != operands:
        complain("%s: takes '%s', not '%s'" % (name, operands, section.operands))


def main():
    faults = []
    with open(sys.argv[1], encoding="utf-8") as file:
        tool = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        lines = file.read().split("\n")
    commands = dict(leaves(tool))
    found = sections(lines, commands, faults.append)
    for name, command in commands.items():
        forms = " ".join(operand["form"] for operand in command["operands"])
        if name in found:
            compare(name, command["options"], forms, found[name], faults.append)
        else:
            faults.append("%s is not in the manual" % name)
    if "scard" in found:
        compare("scard", tool["options"] + [HELP], "", found["scard"], faults.append)
    else:
        faults.append("the manual has no " + GLOBAL)
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
