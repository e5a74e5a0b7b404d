#!/usr/bin/env bash
# The example programs, run as their README says: test_examples.sh FOLDER [MANAGER]. Every byte they print is
# checked.
. "$(dirname "$0")/../tools/tap.sh"
folder=$1
export SCARDSSP_RM=$manager

# example NAME: the program for the checks to come.
example() {
    scard=$folder/example_$1
}

example attach
check 'attach' 0 'attached
INS A4: 90 00
INS B0: 48 65 6C 6C 6F 20 66 72 6F 6D 20 74 68 65 20 64 65 6D 6F 20 63 61 72 64 90 00
detached' '' "$reader"
check 'attach, no such reader' 1 '' 'attach: error 0x80100009' 'No such reader'

example reattach
check 'reattach' 0 'other: ReAttach RESET        0x00000000
get_Status                   0x80100068
ReAttach SHARED              0x00000000
ReAttach EXCLUSIVE           0x8010000B
ReAttach EXCLUSIVE, alone    0x00000000
get_Status                   0x00000000' '' "$reader"
check 'reattach, no such reader' 1 '' 'reattach: error 0x80100009' 'No such reader'

example readfile
greeting='0000: 48 65 6C 6C 6F 20 66 72 6F 6D 20 74 68 65 20 64
0010: 65 6D 6F 20 63 61 72 64 00 00 00 00 00 00 00 00'
for line in 20 30 40 50 60 70 80 90 A0 B0 C0 D0 E0 F0; do
    greeting+="
00$line: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
done
check 'readfile' 0 "$greeting" '' "$reader"
check 'readfile, the serial number' 0 '0000: 5A 0A 89 49 00 00 00 00 00 00 00 01' '' "$reader" 2F02
# The demo card's large file counts: 0000 0001 0002 ... in two bytes each.
check 'readfile, 32 KiB' 0 "$(awk 'BEGIN {
    for (row = 0; row < 2048; ++row) {
        printf "%04X:", 16 * row
        for (i = 0; i < 8; ++i) {
            word = 8 * row + i
            printf " %02X %02X", word / 256, word % 256
        }
        print ""
    }
}')" '' "$reader" 0001
check 'readfile, no such file' 1 '' 'readfile: SELECT 7777: status word 6A82
readfile: error 0x80004005' "$reader" 7777
check 'readfile, no such reader' 1 '' 'readfile: error 0x80100009' 'No such reader'

example recover
check 'recover' 0 'command 1
  status word 9000
command 2
  reset by another program: ReAttach
  status word 9000
command 3
  status word 9000
command 4
  reset by another program: ReAttach
  status word 9000' '' "$reader"
check 'recover, no such reader' 1 '' 'recover: error 0x80100009' 'No such reader'

if [ "$manager" = sim ]; then
    for name in attach reattach readfile recover; do
        example $name
        "$scard" "$reader" > "$scratch/named" 2>&1
        check "$name without a name uses the first simulated reader" 0 "$(cat "$scratch/named")" ''
    done
fi
finish
