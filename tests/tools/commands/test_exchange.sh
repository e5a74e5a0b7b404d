#!/usr/bin/env bash
# scard apdu and cards as people met them: what is shown of an answer that comes in pieces, is refused, or has
# no end.
#   test_exchange.sh SCARD MANAGER CARDS    CARDS: the folder of the cards' images
. "$(dirname "$0")/../tap.sh"
cards=$3

# plays NAME CARD CODE STDOUT STDERR COMMAND...
plays() {
    local name=$1 card=$2 code=$3 out=$4 err=$5
    shift 5
    check "$name" "$code" "$out" "$err" --rm "sim:$cards/$card.json" apdu -r 0 "$@"
}

# counted FIRST COUNT: as many bytes, each one more than that before.
counted() {
    local at
    for ((at = 0; at < $2; at++)); do printf '%02X ' $((($1 + at) % 256)); done
}

plays 'part of an object is not all of it' piv 0 '> 00 CB 3F FF 05 5C 03 5F C1 02 08
< 53 82 0B 1B 00 01 02 03 [6100: success, 256 bytes available]' '' 00CB3FFF055C035FC10208
plays 'all of it' piv 0 "> 00 CB 3F FF 05 5C 03 5F C1 02 00
< 53 82 0B 1B $(counted 0 2843)[9000: success]" '' 00CB3FFF055C035FC10200
plays 'secure messaging goes on after a long answer' secured 0 "> 0C CB 3F FF 01 AA 00
< $(counted 0 291)[9000: success]
> 0C CB 3F FF 01 AA 08
< $(counted 0 8)[6100: success, 256 bytes available]" '' 0CCB3FFF01AA00 0CCB3FFF01AA08
plays 'GET RESPONSE in class 00 where 80 is refused' class00 0 "> 80 50 00 00 08 11 22 33 44 55 66 77 88 00
< $(counted 0 28)[9000: success]" '' 8050000008112233445566778800
plays 'the card'\''s own word' class00 0 '> 00 A4 04 00 07 A0 00 00 00 01 02 03 00
< [6122: success, 34 bytes available]' '' 00A4040007A000000001020300
plays 'what came before a refusal' refused 0 "> 00 CA 01 04 00
< $(counted 0 8)[6108: success, 8 bytes available]" '' 00CA010400
plays 'the first bytes of a length the card insists on' refused 0 '> 00 CA 01 05 03
< 00 01 02 [9000: success]' '' 00CA010503
plays 'a chain' chain 0 '> 10 DB 3F FF 04 5C 03 5F C1 00
< [9000: success]
> 00 DB 3F FF 02 ** ** 00
< [9000: success]' '' 10DB3FFF045C035FC100 00DB3FFF02017000
plays 'a long Le over T=0' uicc 0 "> 80 F2 00 00 00 01 68
< 62 29 $(for _ in $(seq 41); do printf '00 '; done)[9000: success]" '' 80F20000000168
plays 'more than Le' long 0 "> 00 B0 00 00 08
< $(counted 0 291)[9000: success]" '' 00B0000008
plays 'no end' endless 0 '> 00 CA 00 00 08
< AA BB AA BB AA BB AA BB [6110: success, 16 bytes available]' '' 00CA000008
plays 'one unit at a time' class00 0 "> 80 50 00 00 08 11 22 33 44 55 66 77 88
< [611C: success, 28 bytes available]
> 80 C0 00 00 1C
< [6D00: instruction code not supported or invalid]
> 00 C0 00 00 1C
< $(counted 0 28)[9000: success]" '' --raw 80500000081122334455667788 80C000001C 00C000001C
data=$(printf '55%.0s' $(seq 300))
filter='s/\(55 \)*55/55../'
plays 'what T=0 cannot carry' uicc 1 '> 80 F2 00 00 00 01 2C 55..' \
    'scard: cannot send the command: SCARD_E_UNSUPPORTED_FEATURE (0x80100022): The reader, the protocol in use or the backend does not offer this.' \
    "80F2000000012C$data"
filter=

finish
