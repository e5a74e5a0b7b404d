#!/usr/bin/env python3
"""Writes a manual page for each command: commands.py SCARD MANUAL FOLDER PAGE.... Called while building.

What a page says comes from the tables of the commands (`SCARD help --json`) and, where it says more, from the
section that MANUAL, docs/scard.1, has of it; the test of the manual holds that section to the tables. PAGE...
are the names of the files, scard-apdu.1 and so on: one that is missing or too many ends it with exit status
1.
"""
import json
import os
import re
import subprocess
import sys

import groff


class Section:
    """What the manual says of a command: prose, and the texts of its options by their long names."""

    def __init__(self):
        self.prose = []
        self.options = {}


def sections(lines):
    """All of them, by their headings."""
    found, current, text = {}, None, None
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.startswith((".SH ", ".SS ")):
            heading = groff.plain(line[4:].strip().strip('"'))
            current = found.setdefault(heading, Section()) if line.startswith(".SS ") else None
            text = current.prose if current else None
        elif current and line == ".TP":
            match = groff.OPTION.match(groff.tag(lines[number + 1]))
            text = current.options.setdefault(match.group(2), []) if match else current.prose
            text += [] if match else [line, lines[number + 1]]
            number += 1
        elif current and line == ".PP":
            text = current.prose
            text += [line] if text else []
        elif current:
            text.append(line)
        number += 1
    return found


def section_of(found, name):
    """The section of a command: its heading begins with its name, "[list]" counting for "list"."""
    for heading, section in found.items():
        bare = re.sub(r" \[([a-z]+)\]", r" \1", heading)
        if bare == name or bare.startswith((name + " [", name + " ")) and not re.match(r"[a-z]+\b", bare[len(name) + 1:]):
            return section
    return Section()


def synopsis(command):
    """Its options and operands; what belongs together stays on one line."""
    parts = ["\\fB%s\\fR" % groff.escaped(command["name"])]
    for option in command["options"]:
        shown = "\\-" + option["letter"] if option["letter"] else "\\-\\-" + groff.escaped(option["name"])
        argument = option["argument"] or "|".join(option["choices"])
        parts.append("[\\fB%s\\fR%s]" % (shown, "\\ \\fI%s\\fR" % groff.escaped(argument) if argument else ""))
    parts += ["\\fI%s\\fR" % groff.escaped(operand["form"]) for operand in command["operands"]]
    return " ".join(parts)


def sentence(text):
    """Words of a table as a sentence."""
    return groff.escaped(text[0].upper() + text[1:] + ("" if text.endswith(".") else "."))


def options(command, section):
    """The entries of its options: the manual's words where it has some, else those of the table."""
    lines = []
    for option in command["options"] + [{"name": "help", "letter": "h", "argument": None, "choices": [],
                                         "help": "shows what the command takes"}]:
        argument = option["argument"] or "|".join(option["choices"])
        names = (["\\fB\\-%s\\fR" % option["letter"]] if option["letter"] else []) + \
            ["\\fB\\-\\-%s\\fR" % groff.escaped(option["name"])]
        lines += [".TP", ", ".join(names) + (" \\fI%s\\fR" % groff.escaped(argument) if argument else "")]
        lines += section.options.get(option["name"]) or [sentence(option["help"])]
    return lines


def notes(command, section):
    """Of the notes those that the manual's prose does not replace."""
    lines = []
    for note in (command["notes"] or "").splitlines():
        if not section.prose or note.startswith("JSON"):
            lines += [".PP", groff.escaped(note)]
    return lines


def examples(command):
    """Each with the words on it below."""
    lines = []
    for line in (command["examples"] or "").splitlines():
        what, _, words = line.strip().partition("  ")
        lines += [".TP", "\\fB%s\\fR" % groff.escaped(what), groff.escaped(words.strip())]
    return lines


def description(command, section):
    return section.prose or [groff.escaped(command["summary"])]


def operands(command):
    lines = []
    for operand in command["operands"]:
        lines += [".TP", "\\fI%s\\fR" % groff.escaped(operand["name"]), sentence(operand["help"])]
    return lines


def leaf_page(command, found):
    """The parts of a page of a command without commands of its own."""
    section = section_of(found, command["name"])
    yield "SYNOPSIS", [".ad l", ".nh", synopsis(command), ".hy", ".ad"]
    yield "DESCRIPTION", description(command, section) + notes(command, section)
    if command["operands"]:
        yield "ARGUMENTS", operands(command)
    yield "OPTIONS", options(command, section)
    yield "EXAMPLES", examples(command)


def family_page(command, found):
    """The parts of a page of a family: all its commands, one below the other."""
    lines = []
    for own in command["commands"]:
        section = section_of(found, own["name"])
        lines += [".SS \"%s\"" % groff.escaped(own["name"]), ".ad l", ".nh", synopsis(own), ".hy", ".ad", ".PP"]
        lines += description(own, section) + notes(own, section) + operands(own) + options(own, section)
        lines += [".PP", "Examples:"] + examples(own)
    yield "SYNOPSIS", ["\\fB%s\\fR \\fICOMMAND\\fR ..." % groff.escaped(command["name"])]
    yield "DESCRIPTION", [groff.escaped(command["summary"])]
    yield "COMMANDS", lines


def page(command, found):
    name = command["name"].replace(" ", "-")
    lines = [".\\\" Made by scripts/manual/commands.py.", ".TH %s 1 \"\" \"scardssp\" \"User Commands\"" % name.upper(),
             ".SH NAME", "%s \\- %s" % (groff.escaped(name), groff.escaped(command["line"]))]
    for heading, part in (family_page if command["commands"] else leaf_page)(command, found):
        lines += [".SH " + heading] + part
    return "\n".join(lines + [".SH SEE ALSO", ".BR scard (1)"]) + "\n"


def main():
    scard, manual, folder, wanted = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
    tables = json.loads(subprocess.run([scard, "help", "--json"], check=True, stdout=subprocess.PIPE).stdout)
    with open(manual, encoding="utf-8") as file:
        found = sections(file.read().split("\n"))
    pages = {command["name"].replace(" ", "-") + ".1": command for command in tables["commands"]}
    if set(pages) != set(wanted):
        print("docs/meson.build and the tool do not have the same commands:", sorted(set(pages) ^ set(wanted)), file=sys.stderr)
        return 1
    for name, command in pages.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(page(command, found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
