#!/usr/bin/env bash
# The manual page against the tables of the commands: what is in one is in the other. And that this would be
# seen:
#   test_manual.sh SCARD MANAGER MANUAL
. "$(dirname "$0")/tap.sh"
manual=$3
compare=$(dirname "$0")/manual.py

"$scard" help --json > "$scratch/tables" 2> "$scratch/why"
python3 - "$scratch/tables" >> "$scratch/why" 2>&1 <<'PY'
import json
import sys

def walk(command):
    yield command
    for own in command["commands"]:
        yield from walk(own)

text = open(sys.argv[1], encoding="utf-8").read()
if text.count("\n") != 1 or not text.endswith("\n"):
    print("not one line")
tool = json.loads(text)
leaves = [command for command in walk(tool) if not command["commands"]]
if len(leaves) < 20:
    print("only", len(leaves), "commands")
for command in walk(tool):
    rows = command["options"] + command["operands"]
    if not all(row["help"] for row in rows) or not command["summary"] or not command["line"]:
        print(command["name"], "does not explain itself")
    letters = [option["letter"] for option in command["options"] if option["letter"]]
    names = [option["name"] for option in command["options"]]
    if len(set(letters)) < len(letters) or len(set(names)) < len(names) or "h" in letters:
        print(command["name"], "has an option twice")
    for option in command["options"]:
        if option["argument"] and option["choices"]:
            print(command["name"], option["name"], "takes a word and anything")
PY
verdict 'the tables are whole'

"$scard" help --json sim serve > "$scratch/part" 2> "$scratch/why"
python3 -c '
import json, sys
part = json.load(open(sys.argv[1]))
if part["name"] != "scard sim serve" or [row["name"] for row in part["options"]][:2] != ["image", "host"]:
    print(part)
' "$scratch/part" >> "$scratch/why" 2>&1
verdict 'those of one command'

python3 "$compare" "$scratch/tables" "$manual" > "$scratch/found" 2>&1 || cat "$scratch/found" > "$scratch/why"
verdict 'the manual has what there is, and nothing else'

# offence NAME FAULT PROGRAM: a manual that sed's program has spoilt is refused for just that.
offence() {
    sed "$3" "$manual" > "$scratch/manual"
    {
        cmp -s "$manual" "$scratch/manual" && echo 'nothing has been changed'
        if python3 "$compare" "$scratch/tables" "$scratch/manual" > "$scratch/found" 2>&1; then
            echo 'it is accepted'
        fi
        [ "$(cat "$scratch/found")" = "$2" ] || cat "$scratch/found"
    } > "$scratch/why"
    verdict "$1"
}
offence 'an option left out' 'scard apdu: --stop-on-error is not in the manual' '/^\.TP$/{N;/stop/{N;d}}'
offence 'an option of a heading left out' 'scard cards forget: --system is not in the manual' 's/forget \[\\-s\] \[\\-j\] NAME/forget [\\-j] NAME/'
offence 'a global option left out' 'scard: --version is not in the manual' '/^\.TP$/{N;/version/{N;d}}'
offence 'an option too many' 'scard reattach: there is no --always' 's/^\.BR \\-c ", " \\-\\-count/.BR \\-\\-always\nEver.\n.TP\n&/'
offence 'an option too many in a heading' 'scard list: there is no -x' 's/"scard list \[/&\\-x] [/'
offence 'another letter' 'scard status: --wait is -w , not -W ' '/scard status/,/scard watch/s/^\.BR \\-w/.BR \\-W/'
offence 'another argument' 'scard status: --timeout is -t SECONDS, not -t MINUTES' '/scard status/,/scard watch/s/SECONDS/MINUTES/'
offence 'a choice left out' 'scard sim serve: --protocol is -p any|t0|t1, not -p any|t0' 's/" any" | t0 | t1/" any" | t0/'
offence 'other operands' "scard groups add: takes 'GROUP READER', not 'GROUP'" 's/^\(\.SS "scard groups add .*\) READER"/\1"/'
offence 'a command left out' 'scard sim images is not in the manual' '/^\.SS "scard sim images"/d'
offence 'a command too many' "'scard sim eject' is no command" 's/^\.SS "scard sim images"/.SS "scard sim eject"\nEjects.\n&/'
offence 'a command twice' "'scard sim images' stands there twice" 's/^\.SS "scard sim images"/&\nOnce.\n&/'
finish
