#!/usr/bin/env bash
# scard status: a reader looked at, attached to, waited for.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

look="Reader:    $reader
State:     card present
ATR:       $atr
           $atr_words"
on 'attached' 0 "$look
Attached:  SHARED, $protocol, SPECIFICMODE" '' status 0
on 'another protocol' 0 "$look
Attached:  SHARED, $other_protocol_text, SPECIFICMODE" '' status 0 --protocol "$other_protocol"
on 'only looked at' 0 "$look" '' status --no-connect 0
run status --json 0
json 'in JSON' "it == {'reader': '$reader', 'state': 'card present', 'atr': '${atr// /}', 'attached': {'share': 'SHARED', 'protocol': '$protocol', 'state': 'SPECIFICMODE'}}"
like_schema 'as its schema says' status
run status --json --no-connect 0
like_schema 'as its schema says, only looked at' status
json 'in JSON, only looked at' "it == {'reader': '$reader', 'state': 'card present', 'atr': '${atr// /}', 'attached': None}"
# A RAW connection ends with a reset: pcscd would refuse every other protocol to everybody for half a minute.
on 'RAW' 0 "$look
Attached:  SHARED, RAW, SPECIFICMODE" '' status 0 --protocol raw
on 'any protocol after RAW' 0 "$look
Attached:  SHARED, $protocol, SPECIFICMODE" '' status 0
on 'a command, RAW' 0 '> 00 A4 00 0C 02 00 02
< [9000: success]' '' apdu -r 0 -p raw 00A4000C020002
on 'any protocol after a command, RAW' 0 "$look
Attached:  SHARED, $protocol, SPECIFICMODE" '' status 0
run reattach 0 --protocol raw
on 'any protocol after re-attaching, RAW' 0 "$look
Attached:  SHARED, $protocol, SPECIFICMODE" '' status 0
on 'no change in time' 1 "Waiting for a change in $reader ..." \
    'scard: nothing changed in 1 s: SCARD_E_TIMEOUT (0x8010000A): insert or remove the card while this waits, or wait for longer.' \
    status 0 --wait --timeout 1

if [ "$manager" = system ]; then
    on 'a reader without a card' 0 "Reader:    Virtual PCD 00 01
State:     empty
ATR:       none" '' status 1
    # A card comes into the second slot while the tool waits, and goes when its server is stopped.
    "$scard" --rm system status 1 --wait --timeout 20 -n > "$scratch/wait" 2>&1 &
    waiting=$!
    await Waiting "$scratch/wait"
    "$scard" sim serve --image gsm --port $((SCARDSSP_VPCD_PORT + 1)) > "$scratch/serve" 2>&1 &
    serving=$!
    wait "$waiting"
    code=$?
    {
        [ $code -eq 0 ] || echo "exit code $code"
        diff -u - "$scratch/wait" <<TEXT
Waiting for a change in Virtual PCD 00 01 ...
Reader:    Virtual PCD 00 01
State:     card present
ATR:       $gsm_atr
           T=0, direct convention, historical bytes 47 53 4D 31 31 2E 31 31
TEXT
    } > "$scratch/why"
    verdict 'an insertion is waited for'
    kill -INT "$serving"
    wait "$serving"
    code=$?
    {
        [ $code -eq 0 ] || echo "exit code $code"
        diff -u - "$scratch/serve" <<TEXT
The card 'gsm' is in the virtual reader at 127.0.0.1:$((SCARDSSP_VPCD_PORT + 1)); Ctrl-C takes it out.
The card is out of the reader.
TEXT
    } > "$scratch/why"
    verdict 'Ctrl-C ends sim serve'
    finish
fi

on 'a protocol that the card has not' 1 "Reader:    Simulated Reader 01
State:     card present
ATR:       $gsm_atr
           T=0, direct convention, historical bytes 47 53 4D 31 31 2E 31 31" \
    "scard: cannot attach to the card in 'Simulated Reader 01': SCARD_E_PROTO_MISMATCH (0x8010000F): The card does not speak the protocol asked for: allow T=0 and T=1; or a RAW connection left the card unreset: attach RAW once more and detach with RESET, or re-insert the card." \
    status 1 --protocol t1
run status --json 1 --protocol t1
json 'a failure in JSON' "it['attached'] is None and $code == 1"
check 'the only reader, empty' 0 'Reader:    Alone
State:     empty
ATR:       none' '' --rm "sim:$(dirname "$0")/one-reader.json" status
finish
