#!/usr/bin/env bash
# The manual pages of the commands, as they are built: groff has nothing to say about them, they fit a
# terminal, and what the tables have is in them, and in the page's words where the manual has some.
#   test_pages.sh SCARD MANAGER MANUAL FOLDER
. "$(dirname "$0")/tap.sh"
manual=$3 folder=$4
root=$(cd "$(dirname "$0")/../.." && pwd)

"$scard" help --json > "$scratch/tables"
python3 - "$scratch/tables" "$folder" > "$scratch/why" 2>&1 <<'PY'
import json
import os
import re
import subprocess
import sys

def walk(command):
    yield command
    for own in command["commands"]:
        yield from walk(own)

tool = json.load(open(sys.argv[1], encoding="utf-8"))
for top in tool["commands"]:
    path = os.path.join(sys.argv[2], top["name"].replace(" ", "-") + ".1")
    done = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-ww", "-rLL=79n", "-rHY=0", path], capture_output=True, text=True)
    if done.stderr:
        print(path, done.stderr)
    wide = [line for line in done.stdout.split("\n") if len(line) > 79 and "  " not in line.strip()]
    if wide:
        print(path, "is too wide:", wide)
    words = re.sub(r"\s+", " ", done.stdout)
    for command in walk(top):
        wanted = [command["name"]] + ["--" + option["name"] for option in command["options"]]
        wanted += [option["argument"] for option in command["options"] if option["argument"]]
        wanted += [operand["name"] for operand in command["operands"]]
        if not command["commands"]:
            wanted += [re.sub(r"\s+", " ", line.strip().partition("  ")[0]) for line in command["examples"].splitlines()]
        for word in wanted:
            if word.replace(" ", "") not in words.replace(" ", ""):
                print(path, "has no", word)
PY
verdict 'all of the tables is in them'
{
    MANWIDTH=80 man -l "$folder/scard-apdu.1" > "$scratch/apdu" 2>&1 || echo "man: exit code $?"
    grep -q '^ *sends commands to a card$\|scard-apdu - sends commands to a card' "$scratch/apdu" || echo 'no name'
    grep -q 'byte order mark' "$scratch/apdu" || echo 'no words of the manual'
    [ -f "$folder/scard-list.1" ] && [ ! -f "$folder/scard-complete.1" ] || ls "$folder"
} > "$scratch/why"
verdict 'a page as man shows it'
{
    mkdir "$scratch/pages"
    if python3 "$root/scripts/manual/commands.py" "$scard" "$manual" "$scratch/pages" scard-list.1 2> "$scratch/err"; then
        echo 'it is accepted'
    fi
    grep -q "do not have the same commands: .*'scard-apdu.1'" "$scratch/err" || cat "$scratch/err"
} > "$scratch/why"
verdict 'a page that is missing is seen'
finish
