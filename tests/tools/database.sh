# What the scripts have in common that test the card database: files and a public list of their own. Sourced
# after tap.sh. shellcheck shell=bash
export SCARDSSP_DATABASE_USER=$scratch/user/cards.db
export SCARDSSP_DATABASE_SYSTEM=$scratch/system/cards.db
SCARDSSP_ATR_LIST=$(dirname "${BASH_SOURCE[0]}")/commands/atr/names.txt
export SCARDSSP_ATR_LIST

# json NAME EXPRESSION: what $scratch/out holds is one line of JSON for which the Python expression is true;
# it knows the value as `it`.
json() {
    python3 - "$scratch/out" "$2" > "$scratch/why" 2>&1 <<'PY'
import json
import sys

lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
if len(lines) != 2 or lines[1]:
    print("not one line:", lines)
else:
    it = json.loads(lines[0])
    if not eval(sys.argv[2]):
        print("not so:", sys.argv[2], "of", it)
PY
    verdict "$1"
}

# run ...: the tool, its output in $scratch/out and $scratch/err, its exit code in $code.
run() {
    "$scard" --rm "$manager" "$@" < /dev/null > "$scratch/out" 2> "$scratch/err"
    code=$?
}

# like_schema NAME COMMAND [FILE]: each line of the file, or of what the tool has just written, is as
# docs/json/COMMAND.schema.json says.
like_schema() {
    local tests
    tests=$(dirname "${BASH_SOURCE[0]}")
    python3 "$tests/schema.py" "$tests/../../docs/json/$2.schema.json" "${3-$scratch/out}" > "$scratch/why" 2>&1
    verdict "$1"
}
