#!/usr/bin/env bash
# scard demo: every word of the tour, and what it says where it cannot run.
. "$(dirname "$0")/../tap.sh"

# What differs from run to run and from one resource manager to the other.
filter="s/^\\(      <\\)\\( [0-9A-F][0-9A-F]\\)\\{8\\} \\[/\\1 RANDOM [/; s/$atr/THE_ATR/; s/$atr_words/WORDS/
s/$reader/READER/; s/$protocol\$/PROTOCOL/"
tour=$(cat "$(dirname "$0")/demo.txt")
refusal="put it into the service's virtual reader with 'scard sim serve', or use a simulated one with 'scard --rm sim demo'."

if [ "$manager" = system ]; then
    readers='    0: READER, card present
    1: Virtual PCD 00 01, empty'
    head='scard demo: two programs, one card (resource manager: system)

 1. Which readers are there?'
    on 'the tour' 0 "$head
$readers
$tour" '' demo
    on 'the tour in a named reader' 0 "$head
$tour" '' demo "$reader"
    finish
fi

head='scard demo: two programs, one card (resource manager: sim)

 1. Which readers are there?'
readers='    0: READER, card present
    1: Simulated Reader 01, card present
    2: Simulated Reader 02, card present'
check 'the tour, on the simulator by itself' 0 "$head
$readers
$tour" '' demo
on 'the tour, asked for the simulator' 0 "$head
$readers
$tour" '' demo
SCARDSSP_RM=sim check 'the tour, by the environment' 0 "$head
$readers
$tour" '' demo
# What goes wrong, and what it took, which differs.
walk() {
    local said
    said=$("$scard" demo --faults "$@" 2>&1) || { echo "$said"; return 1; }
    [ "$(grep -c '^    ReAttach(SHARED, .*-> S_OK  *[0-9]* ms$' <<< "$said")" -eq 7 ] &&
        [ "$(grep -c '^    Transaction(GET CHALLENGE)  *-> S_OK  *[0-9]* ms$' <<< "$said")" -eq 7 ] &&
        grep -q '^    Transaction(GET CHALLENGE)  *-> SCARD_E_SERVICE_STOPPED ' <<< "$said" || { echo "$said"; return 1; }
}
tap_check 'what goes wrong' walk
on 'the tour in a named reader' 0 "$head
$tour" '' demo 0
protocol='T=1'
filter="$filter; s/$protocol\$/PROTOCOL/; s/SHARED, T1)   /SHARED, T0|T1)/"
on 'the tour over T=1' 0 "$head
$readers
$tour" '' demo --protocol t1
filter=
on 'another card' 1 "$head" \
    "scard: the card in 'Simulated Reader 01' is not the demo card: SCARD_E_UNKNOWN_CARD (0x8010000D): $refusal" demo 1
cat > "$scratch/other.json" <<'JSON'
{"format": "scardssp-readers", "version": 1,
 "readers": [{"name": "A", "card": "gsm"}, {"name": "B"}]}
JSON
check 'no demo card' 1 "scard demo: two programs, one card (resource manager: sim:$scratch/other.json)

 1. Which readers are there?
    0: A, card present
    1: B, empty" "scard: no reader holds the demo card: SCARD_E_NO_SMARTCARD (0x8010000C): $refusal" \
    --rm "sim:$scratch/other.json" demo

# A card that passes for the demo card, but whose file says something else: the tour notices.
sed 's/Hello from the demo card/Hallo from the demo card/' "$3" > "$scratch/false.json"
"$scard" --rm "sim:$scratch/false.json" demo > "$scratch/out" 2> "$scratch/err"
code=$?
{
    [ $code -eq 1 ] || echo "exit code $code"
    tail -n 1 "$scratch/out" | grep -x '    It says "Hello from the demo card": NO' > /dev/null || tail -n 3 "$scratch/out"
    diff -u - "$scratch/err" <<'TEXT'
scard: It says "Hello from the demo card": this must hold
scard: step 4, 'Read a file', did not do what it must; the line above says what came instead; end other programs that use the card and try again, or see with --trace 2 what was said
TEXT
} > "$scratch/why"
verdict 'a tour that goes wrong fails'
finish
