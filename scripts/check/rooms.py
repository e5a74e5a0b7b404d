#!/usr/bin/env python3
"""The picture of the rooms, made from the code: what each is (the first comment of its meson.build), its
rank, its folders, and an arrow for each pair of rooms that an #include line joins. rooms.py prints it;
--write puts it into docs/architecture.md, which `make docs` calls; --check, called by lint.sh, says whether
it stands there as it is. Exit status 1: it does not.
"""
import os
import re
import string
import sys

import layers
import sources
import uses

PAGE = "docs/architecture.md"
BEGIN = "<!-- the rooms: `make docs` -->\n"
END = "<!-- end of the rooms -->\n"
ABOVE = re.compile(r"(?:#.*\n)+")


def purpose(room):
    """The first sentence of what its meson.build says."""
    path = "src/%s/meson.build" % room
    comment = ABOVE.match(sources.read(path)) if os.path.exists(os.path.join(sources.ROOT, path)) else None
    text = " ".join(line.lstrip("# ") for line in comment.group(0).splitlines()) if comment else ""
    return re.match(r".*?(?:\.(?=\s)|$)", text).group(0).rstrip(".")


def known():
    """{room: (its folders, the rooms it includes)}"""
    found = {}
    for path in uses.files():
        if not path.startswith("src/"):
            continue
        parts = path.split("/")
        folders, others = found.setdefault(parts[1], (set(), set()))
        if len(parts) > 3:
            folders.add(parts[2])
        for _, _, target in uses.includes(path, sources.read(path)):
            if target.split("/")[0] in layers.ROOMS:
                others.add(target.split("/")[0])
    return found


def picture():
    found = known()
    rooms = sorted((room for room in layers.ROOMS if room in found), key=lambda room: -layers.ROOMS[room][0])
    letters = dict(zip(rooms, string.ascii_uppercase))
    lines = ["```text", "rank  room        %s   what it is" % " ".join(letters[room] for room in rooms)]
    for room in rooms:
        folders, others = found[room]
        cells = ["." if other == room else letters[other] if other in others else " " for other in rooms]
        lines.append("%4d  %s %-9s %s   %s" % (layers.ROOMS[room][0], letters[room], room, " ".join(cells), purpose(room)))
        if folders:
            lines.append(" " * (18 + 2 * len(rooms) + 4) + " ".join(name + "/" for name in sorted(folders)))
    return "\n".join(line.rstrip() for line in lines + ["```"]) + "\n"


def main():
    text = sources.read(PAGE)
    before, begin, rest = text.partition(BEGIN)
    former, end, after = rest.partition(END)
    made = picture()
    if sys.argv[1:] == []:
        print(made, end="")
        return 0
    if not begin or not end:
        print("%s: the lines between which the rooms are drawn are missing" % PAGE)
        return 1
    if sys.argv[1:] == ["--write"]:
        with open(os.path.join(sources.ROOT, PAGE), "w", encoding="utf-8") as file:
            file.write(before + begin + made + end + after)
        return 0
    if former != made:
        print("%s: the rooms are not those of the code; make docs draws them" % PAGE)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
