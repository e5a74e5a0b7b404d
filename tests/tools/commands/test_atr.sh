#!/usr/bin/env bash
# scard atr: well-known ATRs, good and malformed, against the expected texts in atr/; on a real service, also
# against the protocol that the service chooses for a card with such an ATR.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
cases=$(dirname "$0")/atr

# "T=0" and so on, as the expected text of a case says.
offered() {
    sed -n 's/^protocols: //p' "$1"
}

# A card image with this ATR.
image() {
    printf '{"format": "scardssp-card", "version": 1, "name": "An ATR", "atr": "%s", "mf": {}}\n' "$1" > "$scratch/card.json"
}

# The protocol that `scard status` names must be one that the ATR offers, and the only one there is in
# specific mode.
check_protocol() { # NAME TEXT PROTOCOL
    case ", $(offered "$2")," in
        *", $3,"*) : ;;
        *) echo "the ATR offers $(offered "$2"), attached with $3" ;;
    esac > "$scratch/why"
    mode=$(sed -n 's/^mode: specific, //p' "$2")
    [ -z "$mode" ] || [ "$mode" = "$3" ] || echo "specific mode is $mode, attached with $3" >> "$scratch/why"
    verdict "$1"
}

if [ "$manager" = system ]; then
    for file in "$cases"/*.atr; do
        name=$(basename "$file" .atr)
        [ -n "$(offered "$cases/$name.txt")" ] || continue
        image "$(cat "$file")"
        "$scard" sim serve --image "$scratch/card.json" --port $((SCARDSSP_VPCD_PORT + 1)) > "$scratch/serve" 2>&1 &
        serving=$!
        for _ in $(seq 200); do
            run status --json 1
            ! grep -q '"protocol"' "$scratch/out" || break
            sleep 0.05
        done
        chosen=$(sed -n 's/.*"protocol":"\([^"]*\)".*/\1/p' "$scratch/out")
        cp "$scratch/out" "$scratch/status"
        check_protocol "the service's protocol for $name" "$cases/$name.txt" "$chosen"
        run atr 1
        cp "$scratch/out" "$scratch/served"
        check_protocol "$name as it is served" "$scratch/served" "$chosen"
        cp "$scratch/status" "$scratch/out"
        # To a driver that speaks T=1 where it can, a card with both is served with T=1 alone.
        case $(offered "$cases/$name.txt") in
            T=?) json "the service has the whole ATR of $name" "it['atr'] == '$(tr -d ' \n' < "$file")'" ;;
            *)
                [ "$(offered "$scratch/served")" = T=1 ] || cat "$scratch/served" > "$scratch/why"
                verdict "$name is served with T=1"
                ;;
        esac
        kill -INT "$serving"
        wait "$serving"
        for _ in $(seq 200); do
            run status --json --no-connect 1
            ! grep -q '"empty"' "$scratch/out" || break
            sleep 0.05
        done
    done
    finish
fi

count=0
for file in "$cases"/*.atr; do
    name=$(basename "$file" .atr)
    fault=$(sed -n 's/^fault: //p' "$cases/$name.txt")
    code=0 err=
    if [ -n "$fault" ]; then
        code=1 err="scard: the ATR is malformed: $fault; compare it with what the card gave, byte by byte"
    fi
    read -r -a bytes < "$file"
    check "$name" "$code" "$(cat "$cases/$name.txt")" "$err" atr "${bytes[@]}"
    run atr --json "$(tr -d ' \n' < "$file")"
    json "$name in JSON" "''.join(p['bytes'] for p in it['parts']) == it['atr'] == '$(tr -d ' \n' < "$file")' and it['wellFormed'] == ('$fault' == '') and len(it['names']) == $(sed '/^ATR = /,$d; /^known as: nothing/d' "$cases/$name.txt" | wc -l)"
    like_schema "$name by its schema" atr
    count=$((count + 1))
    [ -z "$fault" ] || continue
    image "$(cat "$file")"
    "$scard" --rm "sim:$scratch/card.json" status --json > "$scratch/out" 2> "$scratch/err"
    check_protocol "$name in a simulated reader" "$cases/$name.txt" \
        "$(sed -n 's/.*"protocol":"\([^"]*\)".*/\1/p' "$scratch/out")"
done
[ "$count" -ge 30 ] || echo "only $count cases" > "$scratch/why"
verdict 'all cases were found'

on 'a card in a reader' 0 "$(SCARDSSP_RM=none "$scard" atr "$gsm_atr")" '' atr 1
check 'the only card' 0 "$("$scard" atr "$gsm_atr")" '' --rm sim:gsm atr
on 'bytes as other programs write them' 0 "$(cat "$cases/28-desfire.txt")" '' atr 3b:81:80:01:80:80
on 'bytes with 0x' 0 "$(cat "$cases/28-desfire.txt")" '' atr 0x3b 0x81 0x80 0x01 0x80 0x80
on 'half a byte' 2 '' "scard atr: an ATR wants bytes in hexadecimal, not '3B8'
Try 'scard atr --help'." atr 3B8
on 'no reader, no ATR' 1 '' "scard: no reader is called 'xyz': SCARD_E_UNKNOWN_READER (0x80100009): give the number, the name or a part of the name of one there is.
The readers are:
  0: Simulated Reader 00
  1: Simulated Reader 01
  2: Simulated Reader 02" atr xyz
on 'more bytes than any ATR' 2 '' "scard atr: an ATR wants 1 to 64 bytes
Try 'scard atr --help'." atr "$(printf '3B%.0s' $(seq 65))"
on 'more than the database takes' 1 "known as: nothing that is introduced or in the public list; 'scard atr update' says how to get a newer one
$(printf 'ATR = 3B 00'; printf ' 00%.0s' $(seq 38))
TS = 3B: direct convention
T0 = 00: no interface bytes follow, 0 historical bytes
surplus =$(printf ' 00%.0s' $(seq 38)): 38 bytes
fault: longer than 33 bytes" 'scard: the ATR is malformed: longer than 33 bytes; compare it with what the card gave, byte by byte' \
    atr "3B$(printf '00%.0s' $(seq 39))"

SCARDSSP_ATR_LIST=$scratch/none check 'no public list' 0 \
    "known as: nothing that is introduced; there is no public list of ATRs, 'scard atr update' says how to get one
$(sed '/^known as/d' "$cases/01-emv-oberthur.txt")" '' atr "$(cat "$cases/01-emv-oberthur.atr")"
own_list=$SCARDSSP_ATR_LIST
on 'where the list is' 0 "The public list of ATRs: $own_list
A newer one: https://pcsc-tools.apdu.fr/smartcard_list.txt
  curl --fail --create-dirs -o '$own_list' https://pcsc-tools.apdu.fr/smartcard_list.txt
The package pcsc-tools has one, too, as old as the package; what is fetched so goes before it." '' atr update
SCARDSSP_ATR_LIST=$scratch/none
on 'where it could be' 0 "The public list of ATRs: there is none here
A newer one: https://pcsc-tools.apdu.fr/smartcard_list.txt
  curl --fail --create-dirs -o '$scratch/none' https://pcsc-tools.apdu.fr/smartcard_list.txt
The package pcsc-tools has one, too, as old as the package; what is fetched so goes before it." '' atr update
on 'the same in JSON' 0 "{\"list\":null,\"own\":\"$scratch/none\"}" '' atr update --json
like_schema 'the same by its schema' atr-update
SCARDSSP_ATR_LIST=$own_list

# There is no card database under Wine.
[ -z "$on_windows" ] || { finish; exit; }
run cards introduce 'My own card' --atr '3B F8 13 00 00 81 31 FE 45 4A 43 4F 50 76 32 34 31 B7' --mask "$(printf 'FF%.0s' $(seq 16))0000"
run atr "$(cat "$cases/22-jcop-41.atr")"
{
    [ "$code" -eq 0 ] || echo "exit code $code"
    { echo 'known as: My own card (introduced)'; cat "$cases/22-jcop-41.txt"; } |
        diff -u - "$scratch/out"
} > "$scratch/why"
verdict 'introduced names come first'
mkdir -p "$scratch/user"
printf 'This is no database, whatever it is called, and it has to be longer than a header: %0200d\n' 0 > "$scratch/user/cards.db"
run atr 3B00
{
    [ "$code" -eq 1 ] || echo "exit code $code"
    grep -q '^scard: cannot ask the card database: SCARD_F_INTERNAL_ERROR' "$scratch/err" || cat "$scratch/err"
    grep -q "$scratch/user/cards.db" "$scratch/err" || echo 'the file is not named'
    grep -q '^mode: negotiable' "$scratch/out" || cat "$scratch/out"
} > "$scratch/why"
verdict 'a database that is none'
finish
