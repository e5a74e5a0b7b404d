#!/usr/bin/env bash
# scard trace: programs traced in each form, what is said of traces, and no secret in any of it.
#   test_trace.sh SCARD MANAGER
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"
scard=$(realpath "$scard")
hint="
Try 'scard trace run --help'."
# In hexadecimal, or as text: digits among others are those of a process, of a time or of how long it took.
pin='31 ?32 ?33 ?34|(^|[^0-9:.])1234([^0-9]|$)'
printf '%s\n' '00 20 00 01 04 31 32 33 34' '00 B0 83 00 05' '00 A4 00 0C 02 00 02' '00 84 00 00 08' \
    '00 B0 00 00 05' '00 20 00 01 04 39 39 39 39' > "$scratch/script"
session=("$scard" --rm "$manager" apdu -r "$reader" -)

check 'no program' 2 '' "scard trace run: which program?$hint" trace
check 'no program behind the options' 2 '' "scard trace run: which program?$hint" trace -o x --
check 'packets are not for a terminal' 2 '' \
    "scard trace run: pcapng wants --output, it is not for a terminal$hint" trace -f pcapng -- true
check 'the exit status is the program'"'"'s' 42 '' '' trace -- sh -c 'exit 42'
check 'so is the signal that ended it' 139 '' '' trace -- sh -c 'kill -SEGV $$'
check 'there is no such program' 127 '' \
    "scard: cannot start '/no/such/program': No such file or directory; give its path, or see whether it is installed" \
    trace -- /no/such/program
check 'a place that cannot be written' 126 '' \
    "scard: cannot write '/no/such/folder/x': No such file or directory; make room there, or write to another place" \
    trace -o /no/such/folder/x -- true
check 'options behind the program are its own' 0 '-o x' '' trace run echo -o x

# One session in every form; standard output is the program's.
says() { # NAME PATTERN FILE
    { grep -q -E -- "$2" "$3" || { echo "not there: $2"; head -n 40 "$3"; }; } > "$scratch/why" 2>&1
    verdict "$1"
}
cd "$scratch" || exit 1
: > why
for name in said.jsonl said.pcapng said.txt; do
    "$scard" trace -o $name -- "${session[@]}" < script > out.$name 2> err.$name
    code=$?
    { [ $code -eq 0 ] && [ ! -s err.$name ] || { echo "exit code $code"; cat err.$name; }; } > why
    verdict "a session into $name"
done
"$scard" trace -- "${session[@]}" < script > out.error 2> said.error
"$scard" trace -f jsonl -- "${session[@]}" < script > out.error 2> said.error.jsonl
{ grep -v 'GET\|^> 00 84' out.said.txt | head -n 4; } > one
{ grep -v 'GET\|^> 00 84' out.error | head -n 4; } > other
diff -u one other > why
verdict 'the program says the same'
like_schema 'each line is as the schema says' trace said.jsonl
like_schema 'also on standard error' trace said.error.jsonl
says 'a command in words' '^  > 00 B0 83 00 05  \| READ BINARY of file 3 at 0, 5 bytes$' said.txt
says 'its answer' '^  < 48 65 6C 6C 6F 90 00  \| 9000: success$' said.txt
says 'a secret is counted' '^  > 00 20 00 01 04 \*\* \*\* \*\* \*\*  \| VERIFY of reference 01, 4 bytes not shown$' said.txt
says 'the call, the program, the reader' \
    "^[0-9:]{8}\.[0-9]{6} scard\[[0-9]+\] transmit\($reader\) 5 bytes, answer 7 = SCARD_S_SUCCESS, [0-9]+\.[0-9]{3} ms$" said.txt
says 'standard error has the same' '^  < 63 C2  \| 63C2: verification failed, 2 tries left$' said.error
python3 - said.jsonl > why 2>&1 <<'PY'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
sent = [line for line in lines if "command" in line]
ended = [line for line in sent if line["ended"]]
begun = [line for line in sent if not line["ended"]]
if len(ended) != 6 or len(begun) != 6:
    print(len(ended), "ended,", len(begun), "begun")
if [line["number"] for line in ended] != [line["number"] for line in begun]:
    print("numbers differ")
if not any(reader["atr"] for line in lines for reader in line.get("readers", [])):
    print("no ATR")
if ended[0]["command"] != "0020000104********" or ended[1]["answer"] != "48656C6C6F9000":
    print(ended[:2])
if len({line["process"] for line in lines}) != 1 or {line["program"] for line in lines} != {"scard"}:
    print("not one program")
PY
verdict 'the record has every command, begun and ended'

# The other forms are made of it.
run trace show said.jsonl
cp out shown.txt
says 'a trace shown' '^  > 00 B0 83 00 05  \| READ BINARY of file 3 at 0, 5 bytes$' shown.txt
run trace show said.pcapng
cp out shown2.txt
random() { grep '^  [<>]' "$1" | sed '/GET CHALLENGE/{n;s/<.*|/< ... |/}'; }
diff <(random shown.txt) <(random shown2.txt) > why
verdict 'packets shown say the same'
run trace show said.jsonl --html said.html --pcapng made.pcapng
{ [ "$code" -eq 0 ] && [ ! -s out ] || cat out err; } > why
verdict 'a page and packets are written'
SCARDSSP_TRACE=2 "${session[@]}" < script > /dev/null 2> said.level2

forms=(said.jsonl said.pcapng said.txt said.error said.error.jsonl said.html made.pcapng said.level2)
for name in "${forms[@]}"; do
    grep -a -E -n "$pin|39 ?39 ?39 ?39" "$name" > why
    verdict "no PIN in $name"
    run trace check --json "$name"
    json "$name is clean" 'it["clean"] and it["secrets"] in (2, 4) and it["shown"] == []'
    like_schema "what is said of $name is as the schema says" trace-check out
done
sed 's/0020000104\*\*\*\*\*\*\*\*/002000010431323334/' said.jsonl > leak.jsonl
sed 's/ \*\* \*\* \*\* \*\*/ 31 32 33 34/' said.txt > leak.txt
sed 's/ \*\*$/ 31 32 33 34/' said.level2 > leak.level2
sed 's/0020000104\*\*\*\*\*\*\*\*/002000010431323334/' said.html > leak.html
python3 -c 'import sys; sys.stdout.buffer.write(open("said.pcapng","rb").read().replace(b"\0\x20\0\1\4****", b"\0\x20\0\1\0041234"))' > leak.pcapng
for name in leak.jsonl leak.txt leak.level2 leak.html leak.pcapng; do
    run trace check $name
    { [ "$code" -eq 1 ] && grep -q ": a secret is shown: 00 20 00 01 ...  | VERIFY of reference 01, 4 bytes not shown$" out ||
        { echo "exit code $code"; cat out err; }; grep -E "$pin" out; } > why
    verdict "$name is found out, and not repeated"
done
run trace check --json leak.jsonl
json 'the same for programs' 'not it["clean"] and it["shown"][0]["header"] == "00200001" and len(it["shown"]) == 4'
like_schema 'as the schema says' trace-check out
echo 'nothing of a trace' > other.txt
check 'what is no trace is not clean' 1 '' "scard: 'other.txt' has no command in it; give a trace" trace check other.txt
printf '{"trace":1}\n' > other.jsonl
check 'nor is what is broken' 1 '' \
    "scard: other.jsonl:1: this is no record of a call; give a file that 'scard trace' or SCARDSSP_TRACE_RECORD has written" \
    trace check other.jsonl
check 'no file' 1 '' "scard: cannot open 'no.jsonl'; check its name, and whether you may read it" trace show no.jsonl
check 'text cannot be read again' 1 '' \
    "scard: said.txt: this is no trace that can be read again; give a trace in JSON Lines or pcapng; those of text are for people" \
    trace show said.txt

# Comparisons
check 'the same trace' 0 'The same: 6 commands.' '' trace diff said.jsonl said.pcapng
grep -v '"command":"00A4000C020002"' said.jsonl | sed 's/48656C6C6F9000/48656C6C6E9000/' > changed.jsonl
run trace diff said.jsonl changed.jsonl
{ [ "$code" -eq 1 ] || echo "exit code $code"; grep '^[-+]' out > marks
  diff - marks <<'TEXT'
- 00 B0 83 00 05 -> 48 65 6C 6C 6F 90 00  | READ BINARY of file 3 at 0, 5 bytes; 9000: success
- 00 A4 00 0C 02 00 02 -> 90 00  | SELECT file 0002; 9000: success
+ 00 B0 83 00 05 -> 48 65 6C 6C 6E 90 00  | READ BINARY of file 3 at 0, 5 bytes; 9000: success
- 00 B0 00 00 05 -> 48 65 6C 6C 6F 90 00  | READ BINARY at 0, 5 bytes; 9000: success
+ 00 B0 00 00 05 -> 48 65 6C 6C 6E 90 00  | READ BINARY at 0, 5 bytes; 9000: success
TEXT
} > why
verdict 'differences'
run trace diff -c status said.jsonl changed.jsonl
{ [ "$code" -eq 1 ] && [ "$(grep -c '^[-+]' out)" -eq 1 ] || cat out; } > why
verdict 'what is answered need not count'
run trace diff --json said.jsonl changed.jsonl
json 'differences for programs' 'not it["same"] and it["left"] == 6 and it["right"] == 5 and len(it["differences"]) == 5'
like_schema 'as the schema says' trace-diff out

# Again, to the card, and as a card
grep -v '"command":"0020' said.jsonl > open.jsonl
on 'the card answers the same' 0 'All the same: 4 commands.' '' trace replay open.jsonl "$reader"
run trace replay --json changed.jsonl "$reader"
json 'the first difference' 'it["sent"] == 1 and it["leftOut"] == 1 and it["difference"]["place"] == 2 and it["difference"]["now"] == "48656C6C6F9000"'
like_schema 'as the schema says' trace-replay out
run trace replay --json open.jsonl "$reader"
like_schema 'also where there is none' trace-replay out
on 'the first difference in words' 1 'The first difference, at command 2:
- 00 B0 83 00 05 -> 48 65 6C 6C 6E 90 00  | READ BINARY of file 3 at 0, 5 bytes; 9000: success
+ 00 B0 83 00 05 -> 48 65 6C 6C 6F 90 00  | READ BINARY of file 3 at 0, 5 bytes; 9000: success
1 command with a secret was not sent: the trace has no secrets.' '' trace replay changed.jsonl "$reader"
check 'no such reader in the trace' 1 '' \
    "scard: 'said.jsonl' has no commands to a reader 'none'; 'scard trace show' tells the readers" \
    trace replay -f none said.jsonl
check 'a card needs no reader' 2 '' "scard trace replay: --as-card uses no reader, and has nothing to tell in JSON
Try 'scard trace replay --help'." trace replay -a card.json said.jsonl 0
check 'the trace as a card' 0 "The card of '$reader', 6 answers, is in 'card.json'; scard run --rm sim:FILE -- COMMAND uses it." \
    '' trace replay -a card.json said.jsonl
"$scard" --rm sim:card.json apdu - < script > again 2> err
diff <(sed 's/^> 00 20.*/> VERIFY/' out.said.jsonl) <(sed 's/^> 00 20.*/> VERIFY/' again) > why
verdict 'it answers as the card did, also the challenge'
"$scard" --rm sim:card.json list > again 2> err
says 'and has its ATR' "$atr\$" again
"$scard" --rm sim:card.json apdu - < script > again 2> err
diff <(sed 's/^> 00 20.*/> VERIFY/' out.said.jsonl) <(sed 's/^> 00 20.*/> VERIFY/' again) > why
verdict 'and again'
"$scard" --rm sim:card.json apdu 00B0830005 00CA000000 > again 2> err
diff - again > why <<'TEXT'
> 00 B0 83 00 05
< 48 65 6C 6C 6F [9000: success]
> 00 CA 00 00 00
< [6F00: no precise diagnosis]
TEXT
verdict 'out of turn, and what it does not know'

# Whatever becomes of the program
head -c -30 said.jsonl > cut.jsonl
run trace show cut.jsonl
{ [ "$code" -eq 0 ] && grep -q 'cut.jsonl:[0-9]*: the last record is cut off; what stands before it is shown$' err || cat err
  grep -q 'READ BINARY' out || cat out; } > why
verdict 'a record that is cut off is shown up to there'
if [ "$manager" = sim ]; then
    printf '%s' '{"format":"scardssp-card","version":1,"name":"slow","protocols":["T=1"],"mf":{"files":[]},
        "quirks":[{"to":"0084","silent":true}]}' > slow.json
    printf '00B0000001\n0084000008\n' > stuck
    "$scard" trace --rm sim:slow.json -o stuck.txt -- sh -c 'echo $$ > stuck.pid; exec "$@"' sh \
        "$scard" --rm sim:slow.json apdu - < stuck > /dev/null 2>&1 &
    traced=$!
    "$scard" trace --rm sim:slow.json -o stuck.jsonl -- "$scard" --rm sim:slow.json apdu - < stuck > /dev/null 2>&1 &
    other=$!
    await '"ended":false,"call":"transmit","on":"[^"]*","command":"0084' stuck.jsonl || true
    for _ in $(seq 100); do [ -s stuck.pid ] && break; sleep 0.05; done
    kill -KILL "$(cat stuck.pid)"
    kill -TERM $other
    wait $traced; first=$?
    wait $other; second=$?
    { [ $first -eq 137 ] && [ $second -eq 143 ] || echo "exit codes $first and $second"; } > why
    verdict 'programs that were ended'
    says 'a command that was never answered' '"ended":false,"call":"transmit","on":"[^"]*","command":"0084000008"' stuck.jsonl
    run trace show stuck.jsonl
    says 'it is shown' '^  <  \| never answered: the program ended$' out
    says 'what came before is there' 'READ BINARY at 0, 1 byte$' out
    "$scard" trace -o many.jsonl -- sh -c 'for i in 1 2 3 4 5 6; do "$@" < script > /dev/null & done; wait' sh "${session[@]}"
    like_schema 'several programs write whole lines' trace many.jsonl
    python3 -c 'import json; lines = [json.loads(l) for l in open("many.jsonl")]
n = len([l for l in lines if l.get("answer")]), len({l["process"] for l in lines})
print(n) if n != (36, 6) else None' > why 2>&1
    verdict 'and all of them'
    # A sanitizer's own library wants to come first, in a program of others, too.
    if ldd "$(dirname "$scard")/../../src/dropin/libscardssp-pcsc.so" | grep -q -E 'lib(asan|tsan)'; then
        :
    elif command -v opensc-tool > /dev/null; then
        "$scard" trace --rm sim -o opensc.jsonl -- opensc-tool -r 0 -s 00:A4:00:0C:02:00:02 > /dev/null 2> err
        says 'a program of others' '"program":"opensc-tool".*"command":"00A4000C020002","answer":"9000"' opensc.jsonl
    else
        tap_skip 'a program of others' 'opensc-tool is not installed: scripts/install-deps.sh check'
    fi
fi

tap_plan
