#!/usr/bin/env python3
"""Logic that stood in several places and has one now, with a pattern for what it cannot do without:
duplicates.py prints each that is written elsewhere again, exit status 1. Also a part of house.py.
"""
import collections
import re
import sys

import sources

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)

# what: in words; homes: the files that may hold it, the first of which must; sign: what is looked for there
# and elsewhere, in the code without comments; scope: the beginnings of the paths where it may be written
# again.
Entry = collections.namedtuple("Entry", "what homes sign scope")
SRC, PROGRAMS = ("src/",), ("src/", "tools/")
ENTRIES = (
    Entry("which instructions carry secrets", ("src/apdu/secret.c", "src/apdu/secret.h"),
          r"enum secret secret_find\(|\b(hides_data|carries_secret|secret_instructions)\b", PROGRAMS),
    Entry("choosing one of a command's commands",
          ("tools/scard/terminal/subcommand.c", "tools/scard/main.c"), r"which command\?", PROGRAMS),
    Entry("reading a text file whole", ("src/base/text/textfile.c",), r"\bfread\(", SRC),
    Entry("the value of a hexadecimal digit", ("src/base/ascii.h",), r"- L?'[aA]' \+ 10", PROGRAMS),
    Entry("IUnknown and IDispatch of an object", ("src/com/object.inc",),
          r"STDMETHODCALLTYPE (\w+_GetIDsOfNames|OBJECT_NAME\(GetIDsOfNames\))\(", SRC),
    Entry("a command sent by a test's client, its reply compared", ("tests/clients/kit.c",),
          r"\bvoid expect_reply_at\([^;]*?\{", ("tests/",)),
    Entry("a client's scenarios", ("tests/clients/attach.c", "tests/clients/commands.c", "tests/clients/cards.c"),
          r"\b(SCENARIO|cmocka_unit_test\w*)\(test_\w+__A[1-9]_", ("tests/",)),
    Entry("a text from a caller who may pass none", ("src/objects/callertext.c",), r"\bwcsnlen\(",
          ("src/objects/",)),
    Entry("an argument that stands for nothing", ("src/com/variants.c", "src/com/variants.h"),
          r"bool \w*is_nothing\(", SRC),
    Entry("E_INVALIDARG for what a caller has chosen", ("src/com/hresult.c",),
          r"== (RM_E_INVALID_PARAMETER|refusal)\b[^;{]*?E_INVALIDARG|== RM_E_INVALID_PARAMETER\)\s*return E_INV",
          ("src/com/", "src/objects/", "src/module/")),
    # Beside the field of an image that has one of these names.
    Entry("the names of the images inside", ("src/icc/image/image.c",), r'"gsm"|"app"|gsm, app', PROGRAMS),
    Entry("when a reader's state is news", ("src/rm/readerstate.h",), r"believed & ~", SRC),
    Entry("capital letters of ASCII", ("src/base/ascii.h",),
          r"[-+] \(?L?'[aA]' [-+] L?'[aA]'|\(char\)\(letter \+ 32", PROGRAMS),
    Entry("from a member to its structure", ("src/base/container.h",),
          r"char \*\)[\w(, )]+ -\s+(\\\s+)?offsetof", SRC),
    Entry("connecting again by the reader's name", ("src/client/attachment.c",),
          r"\battach_anew\(|\bconnect_by_name\(", SRC),
    Entry("how long a card may take to get power", ("src/backends/patience.h",),
          r"define \w*(POWER_PATIENCE|PATIENCE_POWER|SHARED_WORK|PATIENCE_SHARED)\w* \d", SRC),
)


def without_comments(text):
    return COMMENT.sub(lambda match: match.group(0) if match.group(0)[0] in "\"'" else " ", text)


def findings(entries=ENTRIES):
    """Yields (entry, what is wrong with it or None)."""
    texts = {path: without_comments(sources.read(path)) for path in sources.with_endings(".c", ".h", ".inc")}
    for entry in entries:
        holders = [path for path, text in texts.items() if path.startswith(entry.scope) and re.search(entry.sign, text)]
        others = sorted(set(holders) - set(entry.homes))
        if entry.homes[0] not in holders and (others or entry.homes[0] in texts):
            yield entry, "%s, and not in %s" % (", ".join(others) or "nowhere", entry.homes[0])
        else:
            yield entry, "also in %s" % ", ".join(others) if others else None


def main():
    found = ["%s: %s" % (entry.what, fault) for entry, fault in findings() if fault]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
