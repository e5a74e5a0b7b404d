#!/usr/bin/env bash
# scard watch, and waiting for any card: what there is, what happens, and what ends it.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

here=$(dirname "$0")
filter='s/^[0-2][0-9]:[0-5][0-9]:[0-6][0-9]  /TIME  /'

# events NAME FILE TEXT: the lines of JSON in the file, as "event reader state name".
events() {
    python3 - "$2" > "$scratch/seen" 2> "$scratch/why" <<'PY'
import json
import sys

for line in open(sys.argv[1], encoding="utf-8"):
    it = json.loads(line)
    print(it["event"], it["reader"], it["state"], it["atr"] is not None, it["inUse"], it["status"], sep="|")
PY
    printf '%s\n' "$3" | diff -u - "$scratch/seen" >> "$scratch/why"
    verdict "$1"
}

if [ "$manager" = system ]; then
    second=$((SCARDSSP_VPCD_PORT + 1))
    "$scard" --rm system watch --json > "$scratch/events" 2> "$scratch/err" &
    watching=$!
    await 'Virtual PCD 00 01' "$scratch/events"
    "$scard" --rm system list --wait --timeout 20 > "$scratch/listed" 2>&1
    code=$?
    { [ $code -eq 0 ] || echo "exit code $code"
      diff -u - "$scratch/listed" <<< "0: $reader  card present  ATR $atr
1: Virtual PCD 00 01  empty"; } > "$scratch/why"
    verdict 'a card that is there ends the wait of list at once'
    # A card comes into the second slot, and goes.
    "$scard" --rm system watch --until inserted --timeout 20 \
        --exec 'echo "$SCARD_EVENT in $SCARD_READER: $SCARD_ATR, $SCARD_NAME"; exit 7' > "$scratch/until" 2>&1 &
    until=$!
    await 'Virtual PCD 00 01' "$scratch/until"
    "$scard" sim serve --image gsm --port $second > "$scratch/serve" 2>&1 &
    serving=$!
    wait "$until"
    code=$?
    sed -i -e "$filter" "$scratch/until"
    { [ $code -eq 7 ] || echo "exit code $code"
      diff -u - "$scratch/until" <<TEXT
TIME  reader           $reader: card present, ATR $atr (Demo card)
TIME  reader           Virtual PCD 00 01: empty
TIME  card inserted    Virtual PCD 00 01: card present, ATR $gsm_atr (GSM SIM)
card-inserted in Virtual PCD 00 01: ${gsm_atr// /}, GSM SIM
TEXT
    } > "$scratch/why"
    verdict 'a command runs when a card is inserted, and its exit code is the end'
    "$scard" --rm system watch '00 01' --until removed --timeout 20 > "$scratch/removed" 2>&1 &
    until=$!
    await 'Virtual PCD 00 01' "$scratch/removed"
    kill -INT "$serving"
    wait "$until"
    code=$?
    sed -i -e "$filter" "$scratch/removed"
    { [ $code -eq 0 ] || echo "exit code $code"
      diff -u - "$scratch/removed" <<TEXT
TIME  reader           Virtual PCD 00 01: card present, ATR $gsm_atr (GSM SIM)
TIME  card removed     Virtual PCD 00 01: empty
TEXT
    } > "$scratch/why"
    verdict 'until a card is removed from a reader'
    wait "$serving"
    await card-removed "$scratch/events"
    kill "$watching"
    wait "$watching" 2> /dev/null
    grep -v state-changed "$scratch/events" > "$scratch/lines"
    like_schema 'each line in JSON is as its schema says' watch "$scratch/events"
    events 'all of it in JSON' "$scratch/lines" "reader-present|$reader|card present|True|False|None
reader-present|Virtual PCD 00 01|empty|False|False|None
card-inserted|Virtual PCD 00 01|card present|True|False|None
card-removed|Virtual PCD 00 01|empty|False|False|None"
    # The service stops, and another one begins.
    "$scard" --rm system watch --json > "$scratch/restart" 2>&1 &
    watching=$!
    await 'Virtual PCD 00 01' "$scratch/restart"
    kill "$(tr -d '\0' < /run/pcscd/pcscd.pid)"
    await service-stopped "$scratch/restart"
    open=
    ! pcscd --help 2>&1 | grep -q -- --disable-polkit || open=--disable-polkit
    for _ in $(seq 100); do [ -S /run/pcscd/pcscd.comm ] || break; sleep 0.05; done
    pcscd --foreground --critical $open --config "$SCARDSSP_VPCD_CONFIG" > "$scratch/pcscd" 2>&1 &
    service=$!
    await 'reader-added.*00 01' "$scratch/restart"
    kill "$watching" "$service"
    wait "$watching" "$service" 2> /dev/null
    like_schema 'a restart in JSON is as its schema says' watch "$scratch/restart"
    python3 -c 'import json, sys
for line in open(sys.argv[1]):
    it = json.loads(line)
    if it["event"] not in ("state-changed", "card-inserted"):
        print(it["event"], it["reader"], it["status"] is not None, sep="|")' "$scratch/restart" > "$scratch/seen"
    diff -u - "$scratch/seen" > "$scratch/why" <<TEXT
reader-present|$reader|False
reader-present|Virtual PCD 00 01|False
card-removed|$reader|False
reader-removed|$reader|False
reader-removed|Virtual PCD 00 01|False
service-stopped|None|True
reader-added|$reader|False
reader-added|Virtual PCD 00 01|False
TEXT
    verdict 'a service that stops and comes back'
    finish
fi

there="TIME  reader           Simulated Reader 00: card present, ATR $atr (Demo card)
TIME  reader           Simulated Reader 01: card present, ATR $gsm_atr (GSM SIM)
TIME  reader           Simulated Reader 02: card present, ATR $app_atr (Application card)"
on 'what there is' 0 "$there" '' watch -t 0
on 'nothing more in a second' 0 "$there" '' watch --timeout 1
on 'only some readers' 0 "$(sed -n '2p' <<< "$there")" '' watch -t 0 'reader 01'
on 'two of them' 0 "$(sed -n '2,3p' <<< "$there")" '' watch -t 0 'reader 01' 02
on 'none of them' 0 '' 'scard: there is no such reader yet; waiting for one' watch -t 1 Acme
check 'no reader' 0 '' '' --rm sim: watch -t 0
on 'what was waited for does not come' 1 "$there" \
    "scard: no 'card removed' within 1 s: SCARD_E_TIMEOUT (0x8010000A): do it while this waits, or wait for longer." \
    watch --until removed --exec 'echo never' --timeout 1
on 'a command without an event' 2 '' "scard watch: --exec means nothing without --until
Try 'scard watch --help'." watch --exec true
run watch -t 0 --json
like_schema 'JSON is as its schema says' watch
events 'what there is, in JSON' "$scratch/out" "reader-present|Simulated Reader 00|card present|True|False|None
reader-present|Simulated Reader 01|card present|True|False|None
reader-present|Simulated Reader 02|card present|True|False|None"
sed -e 's/"reader-present"/"reader-seen"/' -e 's/"inUse":false/"inUse":0/' -e 's/"status":null//' -e 's/,}/}/' "$scratch/out" | head -n 1 > "$scratch/bad"
python3 "$here/../schema.py" "$here/../../../docs/json/watch.schema.json" "$scratch/bad" > "$scratch/seen"
code=$?
{ [ $code -eq 1 ] || echo "exit code $code"
  [ "$(wc -l < "$scratch/seen")" -eq 3 ] || cat "$scratch/seen"; } > "$scratch/why"
verdict 'the schema refuses what is not so'
if [ -z "$on_windows" ]; then
    PCSCLITE_CSOCK_NAME=$scratch/nobody check 'no service' 1 '' \
        'scard: cannot watch the readers: SCARD_E_NO_SERVICE (0x8010001D): The smart card service is not running; start it, or install it first (on Linux: systemctl start pcscd.socket, package pcscd; on Windows: net start SCardSvr).' \
        --rm system watch -t 5
fi

# Waiting for any card.
readers="0: Simulated Reader 00  card present  ATR $atr
1: Simulated Reader 01  card present  ATR $gsm_atr
2: Simulated Reader 02  card present  ATR $app_atr"
on 'list waits for a card that is there' 0 "$readers" '' list --wait
late="scard: no card came within 1 s: SCARD_E_TIMEOUT (0x8010000A): insert a card while this waits, or wait for longer."
check 'list waits for one that does not come' 1 '' "$late" --rm "sim:$here/one-reader.json" list -w -t 1
check 'status, too' 1 '' "$late" --rm "sim:$here/one-reader.json" status -w -t 1
on 'status shows the first reader with a card' 0 "Reader:    $reader
State:     card present
ATR:       $atr
           $atr_words" '' status -n --wait
finish
