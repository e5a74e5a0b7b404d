#!/usr/bin/env bash
# scard read: files of every kind, to standard output and to disk; and that no half file is left.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

# counter FILE: it is the demo card's file 0001, which counts in two bytes up to 32 KiB.
counter() {
    python3 -c '
import sys
bytes = open(sys.argv[1], "rb").read()
if bytes != b"".join(n.to_bytes(2, "big") for n in range(16384)):
    print("other bytes than the card has,", len(bytes))
' "$1" 2>&1
}
left() { find "$scratch/disk" -name '*part*'; }
mkdir "$scratch/disk"

on 'hexadecimal' 0 '5A0A89490000000000000001' '' read -r 0 /2F02 -f hex
on 'a dump' 0 '00000000  5A 0A 89 49 00 00 00 00 00 00 00 01              Z..I........' '' read -r 0 2F02 --form dump
on 'records' 0 '73686F7274
6120736F6D6577686174206C6F6E676572207265636F7264' '' read -r 0 /0004
on 'records, dumped' 0 'Record 1, 5 bytes:
00000000  73 68 6F 72 74                                   short
Record 2, 24 bytes:
00000000  61 20 73 6F 6D 65 77 68 61 74 20 6C 6F 6E 67 65  a somewhat longe
00000010  72 20 72 65 63 6F 72 64                          r record' '' read -r 0 /0004 -f dump
on 'cyclic' 0 '0300000000000003
0200000000000002
0100000000000001' '' read -r 0 /0005
on 'from a directory' 0 '4465657020646F776E' '' read -r 0 -d /DF01/DF11 0111 -f hex
run read -r 0 /0004 -j
json 'in JSON' "it == {'reader': '$reader', 'file': '/0004', 'kind': 'linear variable', 'size': 29, 'reconnected': 0, 'output': None, 'content': '73686F72746120736F6D6577686174206C6F6E676572207265636F7264', 'records': ['73686F7274', '6120736F6D6577686174206C6F6E676572207265636F7264']}"
like_schema 'as its schema says' read
on 'to disk' 0 "/0001: 32768 bytes, in '$scratch/disk/whole'" '' read -r 0 /0001 -o "$scratch/disk/whole"
counter "$scratch/disk/whole" > "$scratch/why"
verdict 'whole and right'
"$scard" --rm "$manager" read -r 0 /0001 > "$scratch/piped"
cmp "$scratch/piped" "$scratch/disk/whole" > "$scratch/why" 2>&1
verdict 'the same through a pipe'
on 'records to disk' 0 "/0003: 6 records, 96 bytes, in '$scratch/disk/records'" '' read -r 0 /0003 -o "$scratch/disk/records"
head -n 1 "$scratch/disk/records" | grep -v -x 015265636F7264206F6E650000000000 > "$scratch/why"
verdict 'a line for each record'
run read -r 0 /2F02 -j -o "$scratch/disk/serial"
like_schema 'to disk, as its schema says' read
json 'to disk, in JSON' "it == {'reader': '$reader', 'file': '/2F02', 'kind': 'transparent', 'size': 12, 'reconnected': 0, 'output': '$scratch/disk/serial'}"

# What was there keeps its rights, a link stays one, and what is no plain file is written to.
printf 'former' > "$scratch/disk/former"
chmod 640 "$scratch/disk/former"
ln -s former "$scratch/disk/link"
on 'through a link' 0 "/2F02: 12 bytes, in '$scratch/disk/link'" '' read -r 0 /2F02 -o "$scratch/disk/link"
{
    [ -L "$scratch/disk/link" ] || echo 'the link is none any more'
    stat -c %a "$scratch/disk/former" | grep -v -x 640
    cmp "$scratch/disk/former" "$scratch/disk/serial"
} > "$scratch/why" 2>&1
verdict 'what was there is replaced, and keeps its rights'
on 'to a device' 0 "/2F02: 12 bytes, in '/dev/null'" '' read -r 0 /2F02 -o /dev/null
{ [ -c /dev/null ] || echo 'it is no device any more'; } > "$scratch/why"
verdict 'which stays one'

# What fails leaves the former file as it was, and none beside it.
cp "$scratch/disk/serial" "$scratch/former"
filter='s/\((0x[0-9A-F]*)\): .*/\1/'
on 'no such file' 1 '' "scard: cannot read '/7777': SCARD_E_FILE_NOT_FOUND (0x80100024)" read -r 0 /7777 -o "$scratch/disk/serial"
on 'a directory' 1 '' "scard: cannot read '/DF01': SCARD_E_NO_FILE (0x80100026)" read -r 0 /DF01 -o "$scratch/disk/serial"
on 'a file that wants a PIN' 1 '' "scard: cannot read '/0006': SCARD_W_SECURITY_VIOLATION (0x8010006A)" read -r 0 /0006 -o "$scratch/disk/serial"
on 'no path' 1 '' "scard: cannot read '77/77': E_INVALIDARG (0x80070057)" read -r 0 77/77 -o "$scratch/disk/serial"
on 'no such directory' 1 '' "scard: cannot read '0111': SCARD_E_DIR_NOT_FOUND (0x80100023)" read -r 0 -d /DF77 0111
filter=
on 'a folder that is not there' 1 '' "scard: cannot write '$scratch/none/file': No such file or directory; see whether there is room, and whether you may write there; nothing was changed" \
    read -r 0 /2F02 -o "$scratch/none/file"
{
    cmp "$scratch/former" "$scratch/disk/serial"
    left
} > "$scratch/why" 2>&1
verdict 'the former file is as it was'

printf '1234\n' > "$scratch/pin"
input=$scratch/pin
on 'after a PIN' 0 '00000000  50 49 4E 20 30 31 20 6F 70 65 6E 73 20 74 68 69  PIN 01 opens thi
00000010  73 20 66 69 6C 65 00 00 00 00 00 00 00 00 00 00  s file..........
00000020  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................
00000030  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................' '' read -r 0 /0006 -f dump --pin 01 --pin-fd 0
input=/dev/null
input=$scratch/pin
printf '0000\n' > "$scratch/pin"
filter='s/\(00\)*$//'
on 'after a PIN of the directory' 0 '4C6F63616C2050494E203831206F70656E7320746869732066696C65' '' read -r 0 -d DF02 0201 -f hex -p 81 --pin-fd 0
filter=
input=/dev/null

# A slow card, for what happens in the middle.
python3 - "$3/demo.json" "$scratch/slow.json" <<'PY'
import json
import sys

card = json.load(open(sys.argv[1]))
card["quirks"] = [{"to": "00 B0", "delay": 30}]
json.dump(card, open(sys.argv[2], "w"))
PY

if [ "$manager" = system ]; then
    # The card is pulled out of the real service's reader while the tool reads, and put back.
    serve() {
        "$scard" sim serve --image "$scratch/slow.json" --port $((SCARDSSP_VPCD_PORT + 1)) > "$scratch/serve" 2>&1 &
        serving=$!
        await 'is in the virtual reader' "$scratch/serve"
    }
    serve
    "$scard" --rm system read -r 1 /0001 -o "$scratch/disk/pulled" > "$scratch/out" 2> "$scratch/err" &
    reading=$!
    sleep 0.7
    kill -INT "$serving"
    wait "$serving"
    sleep 0.5
    serve
    wait "$reading"
    code=$?
    kill -INT "$serving"
    wait "$serving"
    {
        [ $code -eq 0 ] || echo "exit code $code"
        [ -s "$scratch/err" ] || echo 'it was not reading when the card was pulled'
        counter "$scratch/disk/pulled"
        left
    } > "$scratch/why" 2>&1
    verdict 'a card that is pulled and put back is read, whole and right'
    finish
fi

# A line from the first second on, on a terminal only, and Ctrl-C in the middle.
"$scard" --rm "sim:$scratch/slow.json" read /0001 -o "$scratch/disk/slow" > "$scratch/out" 2> "$scratch/err" &
reading=$!
sleep 1.5
kill -INT "$reading"
wait "$reading"
code=$?
{
    [ $code -eq 1 ] || echo "exit code $code"
    echo "scard: ended by Ctrl-C: '/0001' was not read to its end, nothing is written" | diff - "$scratch/err"
    [ ! -s "$scratch/out" ] || cat "$scratch/out"
    [ ! -e "$scratch/disk/slow" ] || echo 'there is a file'
    left
} > "$scratch/why" 2>&1
verdict 'Ctrl-C leaves no file'
python3 - "$scard" "$scratch/slow.json" "$scratch/disk/slow" > "$scratch/why" 2>&1 <<'PY'
import os
import pty
import re
import subprocess
import sys

master, slave = pty.openpty()
tool = subprocess.Popen([sys.argv[1], "--rm", "sim:" + sys.argv[2], "read", "/0001", "-o", sys.argv[3]],
                        stdout=subprocess.DEVNULL, stderr=slave)
os.close(slave)
said = b""
while True:
    try:
        more = os.read(master, 4096)
    except OSError:
        break
    if not more:
        break
    said += more
lines = re.findall(rb"\r\x1b\[K/0001: (\d+) of 32768 bytes, (\d+) %", said)
if tool.wait() != 0 or len(lines) < 3:
    print("exit code", tool.returncode, "and", said)
if [int(done) for done, _ in lines] != sorted({int(done) for done, _ in lines}):
    print("not on and on:", lines)
if any(int(done) * 100 // 32768 != int(percent) for done, percent in lines):
    print("wrong shares:", lines)
if not said.endswith(b"\r\x1b[K"):
    print("the line stays:", said[-40:])
PY
counter "$scratch/disk/slow" >> "$scratch/why"
verdict 'how far it is, on a terminal'
finish
