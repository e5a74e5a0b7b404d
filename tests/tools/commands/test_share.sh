#!/usr/bin/env bash
# scard share: an agent, a real NATS server on the loopback interface, and the tool itself as a client.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

. "$(dirname "$0")/../nats.sh"
start_nats

check 'nobody lends anything yet' 1 '' \
    "scard: there is no reader: SCARD_E_NO_READERS_AVAILABLE (0x8010002E): plug a reader in; without one, 'scard --rm sim list' shows simulated readers, and 'scard sim serve' puts a simulated card into the service's virtual reader." \
    --rm "$url" list
lend sim --json -n rack1 -r '*00' -r '*01'
await 'Reader 01' "$scratch/events"
check 'readers elsewhere' 0 "0: Simulated Reader 00 @rack1  card present  ATR $sim_atr
1: Simulated Reader 01 @rack1  card present  ATR $gsm_atr" '' --rm "$url" list
check 'beside those here' 0 "0: Simulated Reader 00         card present  ATR $sim_atr
1: Simulated Reader 01         card present  ATR $gsm_atr
2: Simulated Reader 02         card present  ATR $app_atr
3: Simulated Reader 00 @rack1  card present  ATR $sim_atr
4: Simulated Reader 01 @rack1  card present  ATR $gsm_atr" '' --rm "sim,$url" list
check 'a command' 0 '> 00 A4 00 0C 02 00 02
< [9000: success]' '' --rm "$url" apdu -r 0 00A4000C020002
check 'the name is taken' 1 '' \
    "scard: cannot lend the readers: SCARD_E_DUPLICATE_READER (0x8010001B): there is an agent of the name \"rack1\" already: process $agent on $(hostname); give this one another name" \
    --rm sim share -n rack1 "$url"

"$scard" --rm "$url" reattach 0 --watch > "$scratch/holder" 2>&1 &
holder=$!
await Watching "$scratch/holder"
run share --status --json -n rack1 "$url"
like_schema 'who uses it is as its schema says' share
json 'who uses it' "[(s['readers'], '$holder' in s['who']) for s in it['sessions']] == [('Simulated Reader 00', True)]"
filter='s/since [^;]* ms ago/since THEN/; s/^.*process/PROGRAM, process/'
check 'the same in words' 0 "PROGRAM, process $holder on $(hostname): since THEN; uses Simulated Reader 00" '' share --status -n rack1 "$url"
filter=
filter='s/since .*/since THEN/; s/USED BY/USED BY/; s/[^ ]*, process/PROGRAM, process/'
check 'and as a client sees it' 0 "READER                      STATE                       EVENTS  USED BY
Simulated Reader 00 @rack1  card in use                      1  PROGRAM, process $holder on $(hostname) since THEN
Simulated Reader 01 @rack1  card present                     1  -" '' --rm "$url" who
filter=
run --rm "$url" who --json
like_schema 'that, too, is as its schema says' who
json 'in JSON' "[[u['who'].endswith('process $holder on $(hostname)') for u in r['sessions']] for r in it['readers']] == [[True], []] and [r['certain'] for r in it['readers']] == [True, True]"
kill -9 "$holder"
wait "$holder" 2> /dev/null
check 'nobody of that name' 1 '' \
    'scard: cannot ask the agent: SCARD_E_UNKNOWN_READER (0x80100009): no agent of the name "rack2" answers' \
    share --status -n rack2 "$url"

await session-lost "$scratch/events"
kill "$agent"
wait "$agent"
echo $? > "$scratch/code"
[ "$(cat "$scratch/code")" = 0 ] && [ ! -s "$scratch/complaints" ] && : > "$scratch/why" || cat "$scratch/complaints" > "$scratch/why"
verdict 'it ends when it is told to'
cp "$scratch/events" "$scratch/out"
like_schema 'what it tells is as its schema says' share "$scratch/events"
python3 - "$scratch/events" > "$scratch/why" <<'PYTHON'
import json, sys
events = [json.loads(line) for line in open(sys.argv[1])]
told = {(e["event"], e["reader"]) for e in events}
for wanted in (("ready", None), ("reader-lent", "Simulated Reader 00"), ("reader-lent", "Simulated Reader 01"),
               ("card-used", "Simulated Reader 00"), ("card-left", "Simulated Reader 00"), ("session-closed", None),
               ("session-lost", None)):
    if wanted not in told:
        print("not told:", wanted)
if any(e["reader"] == "Simulated Reader 02" for e in events):
    print("told of a reader that is not lent")
PYTHON
verdict 'and tells what happened'

check 'a server elsewhere without TLS' 1 '' \
    'scard: cannot lend the readers: SCARD_W_SECURITY_VIOLATION (0x8010006A): nats://192.0.2.1 is another machine and would be talked to in the clear, PINs and all: use tls://HOST:PORT; or, where nobody can listen, SCARDSSP_NATS_INSECURE=1' \
    --rm sim share nats://192.0.2.1
check 'no server' 1 '' \
    'scard: cannot lend the readers: SCARD_E_NO_SERVICE (0x8010001D): nats://127.0.0.1:1: No server available for connection' \
    --rm sim share nats://127.0.0.1:1
check 'a password on the command line' 1 '' \
    'scard: a name and a password do not belong where everybody can read them: write them into a file, a line each, and name it in SCARDSSP_NATS_USER' \
    --rm sim share nats://me:secret@127.0.0.1
check 'a name that is none' 1 '' \
    "scard: \"a b\" cannot be an agent's name: that has 1 to 63 bytes, without spaces and @" \
    --rm sim share -n 'a b' "$url"
finish
