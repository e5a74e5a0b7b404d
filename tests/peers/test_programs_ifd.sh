#!/usr/bin/env bash
# Others' PC/SC programs over a reader's driver that is loaded into them, without any daemon: vsmartcard's
# virtual reader, into which `scard sim serve` puts the demo card while they wait for one.
#   test_programs_ifd.sh SCARD
# Skipped, aloud, where the driver is not installed.
. "$(dirname "$0")/../tools/tap.sh"
. "$(dirname "$0")/virtual.sh"
virtual ifd
export OPENSC_CONF=/dev/null

# says PROMPT PATTERN COMMAND...: the program ends well, after it has said so. The card comes when the program
# has asked for one: opensc-tool waits for one that is put in, and lets one that was there before pass.
says() {
    local prompt=$1 pattern=$2 code=0 program
    shift 2
    timeout --kill-after 5 60 "$scard" run --rm "$over" -- "$@" > "$scratch/said" 2>&1 < /dev/null &
    program=$!
    for ((i = 0; i < 200; i++)); do
        grep -q -E "$prompt" "$scratch/said" && break
        sleep 0.1
    done
    sleep 0.2
    put demo
    wait "$program" || code=$?
    take
    [ "$code" -eq 0 ] && grep -q -E "$pattern" "$scratch/said" ||
        { echo "exit status $code, not there: $pattern"; cat "$scratch/said" "$scratch/serve"; return 1; }
}

tap_check 'opensc-tool waits for a card, and sends a command' says 'Waiting for a card' 'SW1=0x90, SW2=0x00' \
    opensc-tool --wait --reader 0 --card-driver default --send-apdu 00A4000C023F00
tap_check 'pyscard waits for a card, and sends a command' says '^waiting' "^$first: 90 0" /usr/bin/python3 -c '
from smartcard.CardType import AnyCardType
from smartcard.CardRequest import CardRequest
print("waiting", flush=True)
service = CardRequest(timeout=30, cardType=AnyCardType()).waitforcard() # lets its connection go when it ends
connection = service.connection
connection.connect()
print("%s: %X %X" % ((connection.getReader(),) + connection.transmit([0x00, 0xA4, 0x00, 0x0C, 0x02, 0x3F, 0x00])[1:]))'
tap_check 'opensc-tool again: the driver was given back' says 'Waiting for a card' 'SW1=0x90, SW2=0x00' \
    opensc-tool --wait --reader 0 --card-driver default --send-apdu 00A4000C023F00
tap_plan
