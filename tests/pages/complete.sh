#!/bin/sh
# Whether every method of the seven published interfaces has its page here, in C++ and in C: complete.sh
# CONTRACT FOLDER. Speaks TAP.
set -u
contract=$1 folder=$2
echo 1..2
number=0
for kind in cpp c; do
    number=$((number + 1))
    missing=$(awk -F '\t' '
        $1 ~ /^(IByteBuffer|ISCard|ISCardCmd|ISCardISO7816|ISCardTypeConv|ISCardDatabase|ISCardLocate)$/ {
            print $1 "::" ($4 == "method" ? "" : $4 "_") $5
        }' "$contract" | while read -r page; do
            grep -q -F "{\"$page\", " "$folder"/*.$kind || echo "# no page $page in any .$kind"
        done)
    [ -z "$missing" ] || printf 'not '
    echo "ok $number - every method has its page, .$kind"
    [ -z "$missing" ] || echo "$missing"
done
