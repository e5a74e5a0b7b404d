#!/usr/bin/env bash
# scard reattach: what it shows before and after, every share mode and disposition. --watch:
# test_reattach_watch.c.
. "$(dirname "$0")/../tap.sh"

filter='s/handle [1-9][0-9]*,/handle N,/'
before="Before: SHARED, SPECIFICMODE, $protocol, handle N, ATR $atr"
on 'nothing is done by default' 0 "$before
ReAttach(SHARED, LEAVE): S_OK
After:  SHARED, SPECIFICMODE, $protocol, handle N, ATR $atr" '' reattach 0
for share in shared exclusive; do
    for init in leave reset unpower; do
        mode=${share^^}
        on "to $share, $init" 0 "$before
ReAttach($mode, ${init^^}): S_OK
After:  $mode, SPECIFICMODE, $protocol, handle N, ATR $atr" '' reattach 0 --share $share --init $init
    done
done
on 'from exclusive' 0 "Before: EXCLUSIVE, SPECIFICMODE, $protocol, handle N, ATR $atr
ReAttach(SHARED, LEAVE): S_OK
After:  SHARED, SPECIFICMODE, $protocol, handle N, ATR $atr" '' reattach 0 --from exclusive
on 'a chosen protocol is kept' 0 "Before: SHARED, SPECIFICMODE, $other_protocol_text, handle N, ATR $atr
ReAttach(SHARED, RESET): S_OK
After:  SHARED, SPECIFICMODE, $other_protocol_text, handle N, ATR $atr" '' reattach 0 -p "$other_protocol" -i reset
on 'eject without an ejector powers off and on' 0 "$before
ReAttach(SHARED, EJECT): S_OK
After:  SHARED, SPECIFICMODE, $protocol, handle N, ATR $atr" '' reattach 0 --init eject

if [ "$manager" = system ]; then
    # Two programs at once: the watching one shares the card, so that it cannot become exclusive.
    "$scard" --rm system reattach 0 --watch --count 1 > "$scratch/watch" 2>&1 &
    watching=$!
    await Watching "$scratch/watch"
    on 'exclusive is refused while another program is attached' 1 "$before
ReAttach(EXCLUSIVE, LEAVE): SCARD_E_SHARING_VIOLATION" \
        "scard: cannot re-attach to the card in '$reader': SCARD_E_SHARING_VIOLATION (0x8010000B): Another program holds the card exclusively, or is connected while this one wants it exclusively; close that program, or wait until it lets the card go." \
        reattach 0 --share exclusive
    on 'attaching exclusively, too' 1 '' \
        "scard: cannot attach to the card in '$reader': SCARD_E_SHARING_VIOLATION (0x8010000B): Another program holds the card exclusively, or is connected while this one wants it exclusively; close that program, or wait until it lets the card go." \
        apdu -r 0 --exclusive 00A40000
    on 'the reader is in use' 0 "Reader:    $reader
State:     card in use
ATR:       $atr
           $atr_words" '' status -n 0
    on 'this program resets the card' 0 "$before
ReAttach(SHARED, RESET): S_OK
After:  SHARED, SPECIFICMODE, $protocol, handle N, ATR $atr" '' reattach 0 --init reset
    wait "$watching"
    code=$?
    {
        [ $code -eq 0 ] || echo "exit code $code"
        diff -u - "$scratch/watch" <<TEXT
Watching '$reader'; Ctrl-C ends it.
Another program has reset the card.
ReAttach(SHARED, LEAVE): S_OK, SPECIFICMODE, $protocol, ATR $atr
Re-attached 1 time.
TEXT
    } > "$scratch/why"
    verdict 'the watching program has recovered from it'
    finish
fi

cat > "$scratch/ejector.json" <<'JSON'
{"format": "scardssp-readers", "version": 1, "readers": [{"name": "Ejector", "card": "demo", "ejector": true}]}
JSON
check 'eject' 1 "$before
ReAttach(SHARED, EJECT): SCARD_W_REMOVED_CARD" \
    "scard: cannot re-attach to the card in 'Ejector': SCARD_W_REMOVED_CARD (0x80100069): The card has been removed; insert it and re-attach." \
    --rm "sim:$scratch/ejector.json" reattach --init eject

# Ctrl-C ends a watch, and that is no failure.
"$scard" --rm sim reattach 0 --watch > "$scratch/watch" 2>&1 &
watching=$!
await Watching "$scratch/watch"
kill -INT "$watching"
wait "$watching"
code=$?
{
    [ $code -eq 0 ] || echo "exit code $code"
    diff -u - "$scratch/watch" <<TEXT
Watching '$reader'; Ctrl-C ends it.
Re-attached 0 times.
TEXT
} > "$scratch/why"
verdict 'Ctrl-C ends a watch'
finish
