#!/usr/bin/env bash
# scard write: bytes and records from disk to a card, and what is refused before anything is written.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

# holds NAME PATH TEXT: the beginning of the file in hexadecimal. The simulator's card is a new one at each
# call, the real service's keeps what it was told: what was written is looked at there only.
holds() {
    [ "$manager" = system ] || return 0
    "$scard" --rm "$manager" read -r 0 "$2" -f hex > "$scratch/seen" 2> "$scratch/why"
    case $(cat "$scratch/seen") in
        "$3"*) ;;
        *) cat "$scratch/seen" >> "$scratch/why" ;;
    esac
    verdict "$1"
}

printf 'Mind the gap' > "$scratch/gap"
printf '%s\n' '4D 69 6E 64' '20746865 20676170' > "$scratch/hex"
printf '%s\n' 000102030405060708090A0B0C0D0E0F 101112131415161718191A1B1C1D1E1F > "$scratch/records"
on 'bytes' 0 '/0002: 12 bytes, written' '' write -r 0 /0002 "$scratch/gap"
holds 'they are there, and what stood behind them' /0002 4D696E64207468652067617068652064656D6F2063617264
on 'hexadecimal' 0 '/DF01/0101: 12 bytes, written' '' write -r 0 /DF01/0101 "$scratch/hex" -f hex
holds 'it was turned into bytes' /DF01/0101 4D696E642074686520676170
on 'from a directory' 0 '0101: 12 bytes, written' '' write -r 0 -d DF01 0101 "$scratch/gap"
input=$scratch/gap
on 'standard input' 0 '/0002: 12 bytes, written' '' write -r 0 /0002
input=/dev/null
on 'records' 0 '/0003: 2 records, 32 bytes, written' '' write -r 0 /0003 "$scratch/records"
holds 'the others are as before' /0003 '000102030405060708090A0B0C0D0E0F
101112131415161718191A1B1C1D1E1F
035265636F7264207468726565000000
FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF'
printf '01\n0203\n040506\n' > "$scratch/variable"
on 'a record more than there are' 0 '/0004: 3 records, 6 bytes, written' '' write -r 0 /0004 "$scratch/variable"
holds 'it is appended' /0004 '01
0203
040506'
run write -r 0 /0002 "$scratch/gap" -j
json 'in JSON' "it == {'reader': '$reader', 'file': '/0002', 'kind': 'transparent', 'size': 12, 'reconnected': 0}"
like_schema 'as its schema says' write
printf '1234\n' > "$scratch/pin"
input=$scratch/pin
on 'after a PIN' 0 '/0006: 12 bytes, written' '' write -r 0 /0006 "$scratch/gap" --pin 01 --pin-fd 0
input=/dev/null

# Refused before anything is written.
head -c 257 /dev/zero > "$scratch/large"
on 'no room' 1 '' "scard: '/0002' has no room for 257 bytes; nothing was written" write -r 0 /0002 "$scratch/large"
on 'no records' 1 '' "scard: '/0003' wants lines of hexadecimal, one for each record; 'scard read' shows how its text looks; nothing was written" \
    write -r 0 /0003 "$scratch/gap"
on 'cyclic' 1 '' "scard: '/0005' is a cyclic file, which is not written as a whole; 'scard apdu' writes a record of it; nothing was written" \
    write -r 0 /0005 "$scratch/records"
on 'an empty file' 1 '' "scard: '/dev/null' is empty; nothing was written" write -r 0 /0002 /dev/null
on 'a file that is not there' 1 '' "scard: cannot open '$scratch/none': No such file or directory; check its name, and whether you may read it" \
    write -r 0 /0002 "$scratch/none"
on 'a PIN for its number' 2 '' "scard write: --pin wants the number of a code, two hexadecimal digits, and never the PIN itself
Try 'scard write --help'." write -r 0 /0006 "$scratch/gap" --pin 1234
on '--pin-fd without --pin' 2 '' "scard write: --pin-fd means nothing without --pin
Try 'scard write --help'." write -r 0 /0006 "$scratch/gap" --pin-fd 3
filter='s/\((0x[0-9A-F]*)\): .*/\1/'
[ "$manager" = system ] || on 'a file that wants a PIN' 1 '' "scard: cannot write '/0006': SCARD_W_SECURITY_VIOLATION (0x8010006A)" write -r 0 /0006 "$scratch/gap"
on 'a file that is read only' 1 '' "scard: cannot write '/2F02': SCARD_W_SECURITY_VIOLATION (0x8010006A)" write -r 0 /2F02 "$scratch/hex" -f hex
on 'a directory' 1 '' "scard: cannot write '/DF01': SCARD_E_NO_FILE (0x80100026)" write -r 0 /DF01 "$scratch/gap"
finish
