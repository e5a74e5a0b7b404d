"""What the documents say of environment variables: rows of tables in README.md and docs/, else the section
ENVIRONMENT of docs/scard.1. Used by collect.py.
"""
import glob
import os
import re

NAME = re.compile(r"`(SCARDSSP_[A-Z_]+|_[A-Z]+)(?:=[^`]*)?`")


def spelled(names):
    """Names written out: SCARDSSP_NATS_CERT and _KEY."""
    found = []
    for name in names:
        if name.startswith("_") and found:
            name = found[0][:found[0].rindex("_")] + name
        if name.startswith("SCARDSSP_"):
            found.append(name)
    return found


def plain(cell):
    """A cell of a table as a comment says it: without links; the first letter large."""
    cell = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cell).strip()
    return cell[:1].upper() + cell[1:] + ("" if cell.endswith(".") else ".")


def of_tables(text):
    """{name: (text, line)}: rows whose first cell is a variable."""
    found = {}
    for number, line in enumerate(text.split("\n"), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `SCARDSSP_") and len(cells) >= 2:
            for name in spelled(NAME.findall(cells[0])):
                found.setdefault(name, (plain(cells[-1]), number))
    return found


def of_manual(text):
    """{name: (text, line)} of the section ENVIRONMENT."""
    found = {}
    start = text.index(".SH ENVIRONMENT\n")
    section = text[start:text.index("\n.SH ", start + 1)]
    before = text.count("\n", 0, start)
    for match in re.finditer(r"\.TP\n\.BR? (.*)\n((?:(?!\.TP).*\n?)*)", section):
        names = spelled(re.findall(r"SCARDSSP_[A-Z_]+|(?<![A-Z])_[A-Z]+", match.group(1)))
        words = re.sub(r"^\.BR? ", "", match.group(2), flags=re.M).replace("\\-", "-").replace('"', "")
        line = before + section.count("\n", 0, match.start()) + 2
        for name in names:
            found.setdefault(name, (re.sub(r"\s+", " ", words).strip(), line))
    return found


def read(root):
    """{name: (text, path, line)} of all variables; README says most, the manual least."""
    found = {}
    pages = ["README.md"] + sorted(os.path.relpath(path, root) for path in glob.glob(os.path.join(root, "docs/*.md"))) + ["docs/scard.1"]
    for path in pages:
        with open(os.path.join(root, path), encoding="utf-8") as file:
            text = file.read()
        for name, (words, line) in (of_manual if path.endswith(".1") else of_tables)(text).items():
            found.setdefault(name, (words, path, line))
    return found
