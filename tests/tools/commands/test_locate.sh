#!/usr/bin/env bash
# scard locate: a card found by name and by interface, in groups, after a wait, not at all, and given up on
# Ctrl-C.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
unset DISPLAY WAYLAND_DISPLAY SCARDSSP_LOCATE_TIMEOUT
interface='{1461AACC-6810-11D0-918F-00AA00C18068}'
nothing="scard: no such card: SCARD_E_NO_SMARTCARD (0x8010000C): 'scard list' shows the cards there are, 'scard atr READER' what one is known as."

on 'not known' 1 '' "$nothing" locate 'Such a card'
on 'known from the start' 0 "Reader:    $reader
ATR:       $atr
Protocol:  $protocol" '' locate 'Demo card'
on 'by what its provider offers' 0 "Reader:    $reader
ATR:       $atr
Protocol:  $protocol" '' locate --interface '{5E586211-5A09-11D0-B84C-00C04FD424B9}'
run cards introduce 'Demo card' --from 0 --interface "$interface"
on 'by name' 0 "Reader:    $reader
ATR:       $atr
Protocol:  $protocol" '' locate 'Demo card'
on 'one of several names, in any case' 0 "Reader:    $reader
ATR:       $atr
Protocol:  $protocol" '' locate Other 'DEMO CARD'
on 'by interface, with a protocol' 0 "Reader:    $reader
ATR:       $atr
Protocol:  $other_protocol_text" '' locate --interface "$interface" --protocol "$other_protocol"
run locate -j 'Demo card'
json 'in JSON' "it == {'reader': '$reader', 'atr': '${atr// /}', 'protocol': '$protocol'}"
on 'not in this group' 1 '' "${nothing/such card:/such card in these readers:}" locate 'Demo card' --group Counter
run groups add Counter 0
on 'in this group' 0 "Reader:    $reader
ATR:       $atr
Protocol:  $protocol" '' locate 'Demo card' --group Other -g Counter

# Ctrl-C while it waits.
"$scard" --rm "$manager" locate Nothing --wait 60 --title 'A title' > "$scratch/out" 2> "$scratch/err" &
waiting=$!
sleep 0.5
kill -INT "$waiting"
wait "$waiting"
code=$?
{
    [ "$code" -eq 1 ] || echo "exit code $code"
    [ ! -s "$scratch/out" ] || cat "$scratch/out"
    [ "$(tail -n 1 "$scratch/err")" = 'scard: stopped before a card was found' ] || cat "$scratch/err"
} > "$scratch/why"
verdict 'given up on Ctrl-C'
run locate Nothing --wait 1
{
    [ "$code" -eq 1 ] || echo "exit code $code"
    [ "$(tail -n 1 "$scratch/err")" = 'scard: no such card within 1 s: SCARD_W_CANCELLED_BY_USER (0x8010006E): insert the card while this waits, or wait for longer.' ] ||
        cat "$scratch/err"
} > "$scratch/why"
verdict 'no card in time'

# A damaged database is said to be that, whoever meets it, and what it does not give is not said to be none.
cp "$SCARDSSP_DATABASE_USER" "$scratch/whole.db"
printf 'no database at all, and long enough to be seen as none: %1024s' x > "$SCARDSSP_DATABASE_USER"
damaged="SCARD_F_INTERNAL_ERROR (0x80100001): $SCARDSSP_DATABASE_USER is damaged (file is not a database); it is left as it is: move it away or put back a copy, then introduce the cards again."
on 'a damaged database, by name' 1 '' "scard: cannot search the card database: $damaged" locate 'Demo card'
on 'by interface' 1 '' "scard: cannot search the card database: $damaged" locate --interface "$interface"
on 'in a group' 1 '' "scard: cannot search the card database: $damaged" locate 'Demo card' --group Counter
on 'waiting' 1 '' "scard: cannot search the card database: $damaged" locate 'Demo card' --wait 1
on 'asked for types' 1 '' "scard: cannot ask the card database: $damaged" cards list
on 'asked for types, in JSON' 1 '{"cards":[],"failed":"SCARD_F_INTERNAL_ERROR"}' \
    "scard: cannot ask the card database: $damaged" cards list --json
on 'asked for groups, in JSON' 1 '{"groups":[],"failed":"SCARD_F_INTERNAL_ERROR"}' \
    "scard: cannot ask the card database: $damaged" groups list --json
run atr 0
{ [ "$code" -eq 1 ] || echo "exit code $code"; ! grep 'nothing that is introduced' "$scratch/out"; } > "$scratch/why"
verdict 'the names of a card'
cp "$scratch/whole.db" "$SCARDSSP_DATABASE_USER"

if [ "$manager" = system ]; then
    run cards introduce 'A SIM' --atr "$gsm_atr"
    "$scard" --rm system locate 'A SIM' --wait 20 > "$scratch/out" 2> "$scratch/err" &
    waiting=$!
    sleep 0.5
    "$scard" sim serve --image gsm --port $((SCARDSSP_VPCD_PORT + 1)) > "$scratch/serve" 2>&1 &
    serving=$!
    wait "$waiting"
    code=$?
    {
        [ "$code" -eq 0 ] || { echo "exit code $code"; cat "$scratch/err"; }
        diff -u - "$scratch/out" <<TEXT
Reader:    Virtual PCD 00 01
ATR:       $gsm_atr
Protocol:  T=0
TEXT
    } > "$scratch/why"
    verdict 'found when it comes'
    kill -INT "$serving"
    wait "$serving"
    finish
fi

on 'neither name nor interface' 2 '' "scard locate: which card? It takes a NAME, or --interface GUID
Try 'scard locate --help'." locate
on 'both' 2 '' "scard locate: looks either for names or for interfaces
Try 'scard locate --help'." locate x -i "$interface"
SCARDSSP_ATR_LIST=$scratch/none on 'a name of a list that is not there' 1 '' \
    "scard: no such card, and one of the names was not introduced: SCARD_E_NO_SMARTCARD (0x8010000C): There is no public list of ATRs where SCARDSSP_ATR_LIST says, in '$scratch/none': it is missing, empty or cannot be read. The package pcsc-tools has one, a newer one is https://pcsc-tools.apdu.fr/smartcard_list.txt; SCARDSSP_ATR_LIST names the file where it is elsewhere." \
    locate 'Nobody has this'
on 'a title for nothing' 2 '' "scard locate: --title means nothing without --wait
Try 'scard locate --help'." locate x --title T
on 'no GUID' 1 '' 'scard: cannot search: E_INVALIDARG (0x80070057): GUIDs are written {E126F8FE-A7AF-11D0-B88A-00C04FD424B9}.' locate -i nonsense
PCSCLITE_CSOCK_NAME=$scratch/nobody check 'no service' 1 '' \
    'scard: cannot search: SCARD_E_NO_SERVICE (0x8010001D): The smart card service is not running; start it, or install it first (on Linux: systemctl start pcscd.socket, package pcscd; on Windows: net start SCardSvr).' \
    --rm system locate x
finish
