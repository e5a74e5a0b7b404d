#!/usr/bin/env bash
# scard dump and scard restore: a card's tree to disk and back, whole or not at all.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

cd "$scratch" || exit 1
[ "${scard#/}" != "$scard" ] || scard=$OLDPWD/$scard
printf '1234\n' > pin

# What is not read is told, and the rest is there.
run dump -r 0 card
{
    [ $code -eq 1 ] || echo "exit code $code"
    grep -q -x 'scard: files that the card has refused: [0-9]*; a PIN may open them (--pin NUMBER)' err || cat err
    tail -n 1 out | grep -q -x "[0-9]* files and [0-9]* directories, in 'card'" || cat out
    sed '$d' out | diff card/contents.txt - || echo 'contents.txt tells something else'
    for line in '/2F02                    transparent, 12 bytes' '/0003                    linear fixed, 96 bytes' \
        '/0006                    refused: SCARD_W_SECURITY_VIOLATION' '/DF01                    directory'; do
        grep -q -x "$line" card/contents.txt || { echo "it lacks $line"; cat card/contents.txt; }
    done
    [ ! -e card/0006.bin ] || echo 'there is a file that was not read'
    ls -d ./*part* 2> /dev/null
} > why
verdict 'all there is'
"$scard" --rm "$manager" read -r 0 /0001 > whole 2> why
"$scard" --rm "$manager" read -r 0 /0003 > records 2>> why
"$scard" --rm "$manager" read -r 0 /DF01/0101 > below 2>> why
for pair in whole=0001.bin records=0003.records below=DF01/0101.bin; do
    cmp "${pair%=*}" "card/${pair#*=}" >> why 2>&1
done
verdict 'the files are as scard read has them'
on 'a folder that is there' 1 '' "scard: 'card' is there already; give the name of a folder that is to be made" dump -r 0 card
on 'a place that is not there' 1 '' "scard: cannot write 'none/card': No such file or directory; see whether there is room, and whether you may write there; nothing is left of it" \
    dump -r 0 none/card
filter='s/\((0x[0-9A-F]*)\): .*/\1/'
on 'a directory that is not there' 1 '' "scard: cannot read 'DF77', nothing is written: SCARD_E_DIR_NOT_FOUND (0x80100023)" dump -r 0 -d DF77 other
filter=
ls -d other* > why 2> /dev/null
verdict 'nothing is left of it'
run dump -r 0 -d /DF01 -j below-df01
json 'one directory, in JSON' "it['directory'] == '/DF01' and {'file': '/DF01/0101', 'kind': 'transparent', 'size': 128, 'status': None} in it['files'] and $code == 0"
like_schema 'as its schema says' dump
cmp below below-df01/0101.bin > why 2>&1
verdict 'its files are at the top'
"$scard" --rm "$manager" dump -r 0 -j --pin 01 --pin-fd 0 opened < pin > out 2> err
json 'after a PIN' "{'file': '/0006', 'kind': 'transparent', 'size': 64, 'status': None} in it['files']"
input=/dev/null

# Back: what is the same is left alone.
run restore -r 0 card --dry-run
{
    [ $code -eq 0 ] || echo "exit code $code"
    tail -n 1 out | grep -q -x '0 written, [1-9][0-9]* the same, 0 that differ, 0 refused' || cat out err
} > why
verdict 'nothing differs'
printf 'Changed' | dd of=card/0002.bin conv=notrunc 2> /dev/null
sed -i '1s/.*/0F0E0D0C0B0A09080706050403020100/' card/0003.records
sed -i '1s/.*/FFFFFFFFFFFFFFFF/' card/0005.records
printf 'X' | dd of=card/2F02.bin conv=notrunc 2> /dev/null
printf 'none' > card/7777.bin
printf 'no file of a card' > card/README
run restore -r 0 card -n
{
    for line in '/0002 *differs' '/0003 *differs' '/0005 *differs' '/2F02 *differs' '/7777 *differs' '/0001 *same'; do
        grep -q -x "$line" out || echo "it lacks $line"
    done
    ! grep -q README out || echo 'it takes anything'
} > why
verdict 'what differs, without writing'
run restore -r 0 card -j
json 'restored' "[(file['result'], file['reason']) for file in it['files'] if file['file'] in ('/0001', '/0002', '/0003', '/0005', '/2F02', '/7777')] == [('same', None), ('written', None), ('written', None), ('refused', 'it is cyclic'), ('refused', 'SCARD_W_SECURITY_VIOLATION'), ('refused', 'SCARD_E_FILE_NOT_FOUND')] and $code == 1"
like_schema 'restored, as its schema says' restore
if [ "$manager" = system ]; then
    "$scard" --rm "$manager" read -r 0 /0002 | cmp - card/0002.bin > why 2>&1
    "$scard" --rm "$manager" read -r 0 /0003 | cmp - card/0003.records >> why 2>&1
    verdict 'it is on the card'
fi
mkdir swapped && printf '4142\n' > swapped/0002.records
on 'records for a file of bytes' 1 "/0002                    refused: the file on disk is not of its form
0 written, 0 the same, 0 that differ, 1 refused" 'scard: files that the card has refused: 1; a PIN may open them (--pin NUMBER)' restore -r 0 swapped
mkdir df01 && printf 'In a directory' > df01/0101.bin
on 'to one directory' 0 '/0101                    written
1 written, 0 the same, 0 that differ, 0 refused' '' restore -r 0 -d DF01 df01
mkdir empty
on 'an empty folder' 1 '' "scard: there is no file of a card in 'empty'; 'scard dump' makes such a folder" restore -r 0 empty
on 'no folder' 1 '' "scard: cannot read 'none': No such file or directory; check its name, and whether you may read it" restore -r 0 none

if [ "$manager" = sim ]; then
    # Named, an application is known by its kind: a PIV card's has data objects.
    piv=A000000308000010000100
    "$scard" --rm sim:piv dump -j -d $piv objects > out 2> err
    json 'an application with data objects' "{'file': '/\"$piv\"/0101', 'kind': 'transparent', 'size': 816, 'status': None} in it['files']"
    like_schema 'its names are text' dump
    "$scard" --rm sim:piv restore -n -d $piv objects > out 2> err
    tail -n 1 out | grep -v -x '0 written, [1-9][0-9]* the same, 0 that differ, 0 refused' > why
    verdict 'and back'

    # From the master file they are found, too, and named by what their kind is known by; also where a card
    # tells of none of them, and has no master file at all.
    python3 - "$3/piv.json" "$3/openpgp.json" <<'PY'
import json
import sys

nothing = [{"to": "00 A4 00", "mask": "FF FF FF", "sw": "6A82", "keep": True}, {"to": "00 A4 08", "mask": "FF FF FF", "sw": "6A82", "keep": True}]
for path in sys.argv[1:]:
    card = json.load(open(path))
    silent = [{"to": "00 A4 04 04 00", "sw": "6A82", "keep": True}, {"to": "00 A4 04 06 00", "sw": "6A82", "keep": True}]
    card["quirks"] = nothing + silent
    json.dump(card, open("silent-" + path.split("/")[-1], "w"))
PY
    whole() { # CARD NAME FILE SIZE
        "$scard" --rm "sim:$1" dump -j "tree-$1" > out 2> err
        json "$1: its application" "{'file': '/\"$2\"/$3', 'kind': 'transparent', 'size': $4, 'status': None} in it['files']"
        ls "tree-$1/$2/$3.bin" > /dev/null 2> why
        verdict "$1: on disk"
    }
    whole piv $piv 0101 816
    whole openpgp D276000124010304FFFE000000010000 0101 18
    whole silent-piv.json A00000030800001000 0101 816
    whole silent-openpgp.json D27600012401 0101 18
    "$scard" --rm sim:piv restore -n tree-piv > out 2> err
    tail -n 1 out | grep -v -x '0 written, [1-9][0-9]* the same, 0 that differ, 0 refused' > why
    verdict 'back to where it was'

    # Ctrl-C in the middle leaves nothing on disk.
    python3 - "$3/demo.json" slow.json <<'PY'
import json
import sys

card = json.load(open(sys.argv[1]))
card["quirks"] = [{"to": "00 B0", "delay": 30}]
json.dump(card, open(sys.argv[2], "w"))
PY
    "$scard" --rm sim:slow.json dump interrupted > out 2> err &
    dumping=$!
    sleep 1
    kill -INT "$dumping"
    wait "$dumping"
    code=$?
    {
        [ $code -eq 1 ] || echo "exit code $code"
        echo 'scard: ended by Ctrl-C: nothing is written' | diff - err
        ls -d interrupted* 2> /dev/null
    } > why
    verdict 'Ctrl-C leaves nothing'
fi
finish
