#!/usr/bin/env bash
# scard bench: what is measured, on what, and how it is shown. Times differ from run to run; that they make
# sense does not.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

# sound NAME [EXPRESSION]: JSON of the last run is as its schema says, its numbers fit each other, and the
# Python expression is true.
sound() {
    like_schema "$1: as its schema says" bench
    json "$1" "it['reader'] == '$reader' and it['atr'] == '${atr// /}' and it['protocol'] == '$protocol' and [all(0 < t['minNs'] <= t['medianNs'] <= t['p95Ns'] <= t['maxNs'] for t in it[k]) for k in ('roundTrips', 'throughput', 'resets')] == [True] * 3 and all(0 < t['bytes'] <= t['asked'] and abs(t['bytesPerSecond'] - t['bytes'] * 10**9 // t['medianNs']) <= 1 for t in it['throughput']) and (${2-True})"
}

run bench --json -n 20 0
sound 'alone' "it['share'] == 'EXCLUSIVE' and not it['stopped'] and it['card'] == 'Demo card'"
json 'round trips' "[(t['what'], t['sw'], t['times']) for t in it['roundTrips']] == [('SELECT the master file', '9000', 20), ('GET CHALLENGE, 8 bytes', '9000', 20)]"
json 'throughput by chunks' "it['command'] == 'GET CHALLENGE' and it['file'] is None and [t['asked'] for t in it['throughput']][:6] == [1, 8, 32, 64, 128, 256] and all(t['bytes'] == t['asked'] and t['sw'] == '9000' and t['times'] == 20 for t in it['throughput'][:6])"
json 'larger chunks bring more' "it['throughput'][5]['bytesPerSecond'] > it['throughput'][0]['bytesPerSecond']"
json 'resets' "[(t['what'], t['times']) for t in it['resets']] == [('warm reset', 2), ('cold reset (power off and on)', 2)]"
run bench --json -n 5 --shared 0
sound 'beside others' "it['share'] == 'SHARED' and it['resets'] == []"
run bench --json -n 5 -f /0002 0
sound 'reading a file' "it['command'] == 'READ BINARY' and it['file'] == '/0002' and [t['bytes'] for t in it['throughput']][:2] == [1, 8] and it['throughput'][-1]['bytes'] >= 12"
run bench -n 1 --json -f /7777 0
{ [ "$code" -eq 1 ] && grep -q "^scard: the card does not select '/7777': SCARD_E_FILE_NOT_FOUND" "$scratch/err" || cat "$scratch/err"; } > "$scratch/why"
verdict 'a file that is not there'

# The table: numbers out, layout stays.
run bench -n 20 --plot ascii 0
sed -e 's/times in mi[a-z]*seconds/times in small units/' -e 's/[0-9]\+\.[0-9]\+/N/g' -e 's/|.*|$/|SPREAD|/' -e 's/ N  *#*\( (.* came)\)\{0,1\}$/ N BAR\1/' -e 's/  */ /g' "$scratch/out" | head -n 13 > "$scratch/table"
diff -u - "$scratch/table" > "$scratch/why" <<TEXT
$reader: Demo card, $protocol, EXCLUSIVE; times in small units

ROUND TRIP TIMES MINIMUM MEDIAN 95% SPREAD
SELECT the master file 20 N N N |SPREAD|
GET CHALLENGE, 8 bytes 20 N N N |SPREAD|

GET CHALLENGE TIMES MEDIAN KB PER SECOND
1 byte 20 N N BAR
8 bytes 20 N N BAR
32 bytes 20 N N BAR
64 bytes 20 N N BAR
128 bytes 20 N N BAR
256 bytes 20 N N BAR
TEXT
verdict 'the table'
filter=
{
    tail -n 3 "$scratch/out" | sed -e 's/[0-9]\+\.[0-9]\+/N/g' -e 's/|.*|$/|SPREAD|/' -e 's/  */ /g' | diff -u - <(echo "RESET TIMES MINIMUM MEDIAN 95% SPREAD
warm reset 2 N N N |SPREAD|
cold reset (power off and on) 2 N N N |SPREAD|")
    LC_ALL=C grep -n '[^ -~]' "$scratch/out"
} > "$scratch/why"
verdict 'resets, and all of it in ASCII'
run bench -n 20 --plot none 0
{ grep -n '[|#█]' "$scratch/out" || grep -L '^warm reset' "$scratch/out"; } > "$scratch/why"
verdict 'without plots'
LC_ALL=C.UTF-8 run bench -n 20 0
{ grep -q '█' "$scratch/out" || cat "$scratch/out"; } > "$scratch/why"
verdict 'block elements in a UTF-8 locale'
if [ -z "$on_windows" ]; then # whose console shows them always
    LC_ALL=C run bench -n 20 0
    { grep -q '##' "$scratch/out" && ! grep -n '█' "$scratch/out" || cat "$scratch/out"; } > "$scratch/why"
    verdict 'ASCII in another one'
fi

for wrong in '-n 0' '-n 1000001' '-t 0' '-f 2F02' '-f /2F0' '-f /2F02/' '-f /2G02' '--plot gif'; do
    run bench $wrong 0
    { [ "$code" -eq 2 ] && [ -s "$scratch/err" ] && [ ! -s "$scratch/out" ] || cat "$scratch/out" "$scratch/err"; } > "$scratch/why"
    verdict "refused: $wrong"
done

# Ctrl-C gives what there is.
if [ -z "$on_windows" ]; then
    "$scard" --rm "$manager" bench -n 1000000 -t 60 --json 0 > "$scratch/out" 2> "$scratch/err" &
    benching=$!
    sleep 1
    while kill -INT "$benching" 2> /dev/null; do sleep 0.5; done # one that comes before it listens is not heard
    wait "$benching"
    code=$?
    { [ "$code" -eq 0 ] || cat "$scratch/err"; } > "$scratch/why"
    verdict 'Ctrl-C is no failure'
    sound 'what there was by then' "it['stopped'] and it['roundTrips'] and it['resets'] == []"
fi

# Another program has the card: it is shared, and not reset.
if [ "$manager" = system ]; then
    "$scard" --rm system reattach 0 --watch > "$scratch/shared" 2>&1 &
    sharing=$!
    await Watching "$scratch/shared"
    run bench -n 5 --json 0
    sound 'another program uses the card' "it['share'] == 'SHARED' and it['resets'] == []"
    run bench -n 5 0
    { grep -q '^Resets are left out' "$scratch/out" || cat "$scratch/out"; } > "$scratch/why"
    verdict 'which is said'
    kill -INT "$sharing"
    wait "$sharing"
    { grep -q 'Re-attached 0 times' "$scratch/shared" || cat "$scratch/shared"; } > "$scratch/why"
    verdict 'and it was not disturbed'
fi
finish
