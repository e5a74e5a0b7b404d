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

example readers
others='Virtual PCD 00 01: no card'
[ "$manager" != sim ] || others="Simulated Reader 01: $gsm_atr
Simulated Reader 02: $app_atr"
check 'readers' 0 "$reader: $atr
$others" ''

example transmit
check 'transmit' 0 '6F 18 80 02 01 00 82 02 01 41 83 02 00 02 88 01 18 8A 01 05 8C 04 07 00 00 00 90 00
48 65 6C 6C 6F 20 66 72 6F 6D 20 74 68 65 20 64 65 6D 6F 20 63 61 72 64 90 00' '' "$reader"
check 'transmit, no such reader' 1 '' 'transmit: No reader has this name; list the readers and use the exact name.' \
    'No such reader'

example survive
check 'survive' 0 '1: Hello 9000
2: Hello 9000
3: Hello 9000
4: Hello 9000' '' "$reader"
check 'survive, no such reader' 1 '' 'survive: No reader has this name; list the readers and use the exact name.' \
    'No such reader'

example files
check 'files, listed and read' 0 'list /
  DF01 directory
  DF02 directory
  0001 file
  0002 file
  0003 file
  0004 file
  0005 file
  0006 file
  0007 file
  0008 file
  2F00 file
  2F02 file
read /0002
  256 bytes: Hello from the demo card
read /0004
  5 bytes: short
  24 bytes: a somewhat longer record' '' "$reader" list / read /0002 read /0004
check 'files, made, written and deleted' 0 'create /DF01/0102
list /DF01
  DF11 directory
  0101 file
  0102 file
write /DF01/0102
read /DF01/0102
  16 bytes: Mind the gap
delete /DF01/0102
list /DF01
  DF11 directory
  0101 file' '' "$reader" create /DF01/0102 16 0 list /DF01 write /DF01/0102 'Mind the gap' read /DF01/0102 \
    delete /DF01/0102 list /DF01
# The simulator has a new card for each program, the service the same one.
again=() told=
if [ "$manager" = sim ]; then
    again=(create /DF01/0103 4 0 write /DF01/0103 back invalidate /DF01/0103)
    told='create /DF01/0103
write /DF01/0103
invalidate /DF01/0103
'
fi
check 'files, one that nobody can use' 1 'create /DF01/0103
write /DF01/0103
invalidate /DF01/0103
read /DF01/0103' 'files: read /DF01/0103: the file cannot be used now; it may be invalidated (0x80100027)' \
    "$reader" create /DF01/0103 4 0 write /DF01/0103 back invalidate /DF01/0103 read /DF01/0103
check 'files, it can be used again' 0 "${told}rehabilitate /DF01/0103
read /DF01/0103
  4 bytes: back
delete /DF01/0103" '' "$reader" "${again[@]}" rehabilitate /DF01/0103 read /DF01/0103 delete /DF01/0103
check 'files, one that a PIN protects' 1 'create /DF01/0104
read /DF01/0104
  8 bytes: 
write /DF01/0104' 'files: write /DF01/0104: the card does not allow that; it may want a code first (0x8010006A)' \
    "$reader" create /DF01/0104 8 1 read /DF01/0104 write /DF01/0104 x
[ "$manager" = sim ] || check 'files, deleted' 0 'delete /DF01/0104' '' "$reader" delete /DF01/0104
# refused WHAT STEPS REASON: a step that fails.
refused() {
    local steps
    read -ra steps <<< "$2"
    check "files, $1" 1 "${steps[0]} ${steps[1]}" "files: ${steps[0]} ${steps[1]}: $3" "$reader" "${steps[@]}"
}
refused 'no such file' 'read /7777' 'no such file (0x80100024)'
refused 'no such directory' 'list /7777' 'no such directory (0x80100023)'
refused 'a directory read' 'read /DF01' 'that is a directory, not a file (0x80100026)'
refused 'a file listed' 'list /0002' 'that is a file, not a directory (0x80100025)'
refused 'no path' 'read greeting' 'that is no path, or the card does not take it (0x80070057)'
refused 'made twice' 'create /0002 4 0' 'there is such a file already (0x80070050)'
refused 'no room in it' 'write /0002 '"$(printf '%0300d' 0)" 'there is not so much room (0x80100028)'
check 'files, no such step' 1 '' "files: 'erase' is no step, or words are missing behind it" "$reader" erase /0002
check 'files, a word is missing' 1 '' "files: 'write' is no step, or words are missing behind it" "$reader" write /0002
check 'files, no steps' 2 '' 'usage: files READER STEP..., see files.cpp' "$reader"
check 'files, no such reader' 1 '' 'files: No such reader: no such reader (0x80100009)' 'No such reader' list /

example changepin
# changed NAME CODE STDOUT STDERR LINES [ARGUMENT]: PINs come from the standard input.
changed() {
    printf '%b' "$5" > "$scratch/pins"
    input=$scratch/pins
    check "changepin, $1" "$2" "$3" "$4" "$reader" "${@:6}"
    input=/dev/null
}
changed 'a wrong PIN' 1 '' 'changepin: the PIN is wrong; tries left: 2' '1235\n4321\n4321\n'
changed 'the right one' 0 'PIN 1 is changed' '' '1234\n4321\n4321\n'
[ "$manager" = sim ] || changed 'changed back' 0 'PIN 1 is changed' '' '4321\n1234\n1234\n'
changed 'another reference' 0 'PIN 2 is changed' '' '24680\0377\0377\0377\n24681\0377\0377\0377\n24681\0377\0377\0377\n' 2
changed 'new ones that differ' 1 '' 'changepin: the new PINs differ; nothing has been changed' '1234\n4321\n4322\n'
changed 'one too short' 1 '' 'changepin: this card has no PINs of that form; no try is lost' '1234\n43\n43\n'
changed 'no such PIN' 1 '' 'changepin: the card has no PIN 9' '1234\n4321\n4321\n' 9
changed 'too long for any card' 1 '' 'changepin: that is no PIN' "$(printf '%040d' 0)\n4321\n4321\n"
changed 'none' 1 '' 'changepin: that is no PIN' ''
check 'changepin, no such reader' 1 '' 'changepin: error 0x80100009' 'No such reader'

if [ "$manager" = sim ]; then
    for name in attach reattach readfile recover transmit survive; do
        example $name
        "$scard" "$reader" > "$scratch/named" 2>&1
        check "$name without a name uses the first simulated reader" 0 "$(cat "$scratch/named")" ''
    done
fi

# The card signs, and OpenSSL says whether that was the key of the card's certificate: object 5FC10A of the
# image, 53 82 llll 70 82 llll and then the certificate.
signed() {
    local digest image
    image=$(dirname "$0")/../../src/icc/image/builtin/piv.json
    printf 'What is signed' > "$scratch/text"
    digest=$(sha256sum < "$scratch/text")
    "$scard" "$reader" "${digest%% *}" < "$scratch/pins" > "$scratch/signature" || return
    python3 -c '
import json, sys
image, folder = sys.argv[1:]
objects = json.load(open(image))["mf"]["files"][0]["objects"]
value = bytes.fromhex(next(o["value"] for o in objects if o["tag"] == "5FC10A"))
open(folder + "/certificate", "wb").write(value[8:8 + int.from_bytes(value[6:8], "big")])
open(folder + "/signature.der", "wb").write(bytes.fromhex(open(folder + "/signature").read()))' "$image" "$scratch" &&
        openssl x509 -inform der -in "$scratch/certificate" -pubkey -noout -out "$scratch/key.pem" &&
        openssl dgst -sha256 -verify "$scratch/key.pem" -signature "$scratch/signature.der" "$scratch/text"
}

if [ "$manager" = sim ]; then
    export SCARDSSP_RM=sim:piv
    example sign
    zeros=$(printf '%064d' 0)
    echo 123456 > "$scratch/pins"
    if command -v openssl > /dev/null; then
        tap_check 'sign' signed
    else
        tap_skip 'sign' 'there is no openssl'
    fi
    input=$scratch/pins
    check 'sign, no such reader' 1 '' 'sign: error 0x80100009' 'No such reader' "$zeros"
    check 'sign, no digest' 2 '' 'usage: sign READER DIGEST (of SHA-256: 64 digits)' "$reader" 1234
    SCARDSSP_RM=sim check 'sign, another card' 1 '' 'sign: no PIV application
sign: error 0x80100023' "$reader" "$zeros"
    echo 654321 > "$scratch/pins"
    check 'sign, a wrong PIN' 1 '' 'sign: the PIN is not accepted
sign: error 0x8010006B' "$reader" "$zeros"
    echo 12345 > "$scratch/pins"
    check 'sign, no PIN' 1 '' 'sign: that is no PIN of 6 to 8 digits' "$reader" "$zeros"
fi
finish
