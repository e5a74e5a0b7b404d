#!/usr/bin/env bash
# scard apdu: commands from the command line, a file and stdin; what is refused and what is hidden.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

select='> 00 A4 00 0C 02 00 02
< [9000: success]'
hello='> 00 B0 00 00 18
< 48 65 6C 6C 6F 20 66 72 6F 6D 20 74 68 65 20 64 65 6D 6F 20 63 61 72 64 [9000: success]'
no_file='> 00 A4 00 0C 02 77 77
< [6A82: file or application not found]'
form=': CLA INS P1 P2, then [Lc data] [Le], in hexadecimal (--raw sends any bytes)'
hint="
Try 'scard apdu --help'."

if [ "$manager" = sim ]; then
    check 'a card by its name' 0 '> 00 A4 04 04 07 A0 00 00 00 87 10 02 00
< 62 37 82 02 78 21 83 02 7F FF 84 0C A0 00 00 00 87 10 02 FF 49 FF 05 89 A5 09 80 01 71 83 04 00 01 00 00 8A 01 05 8B 03 2F 06 01 C6 0C 90 01 E0 83 01 01 83 01 0A 83 01 81 [9000: success]
> 80 F2 00 01 00
< 84 0C A0 00 00 00 87 10 02 FF 49 FF 05 89 [9000: success]' '' --rm sim:usim apdu 00A4040407A000000087100200 80F2000100
    filter='s/ 82 4[5678] 30 .* \[9000/ 82 .. [9000/; s/^< 7C 4[789A]/< 7C/'
    check 'a signature of a card by its name' 0 '> 00 A4 04 0C 05 A0 00 00 03 08
< [9000: success]
> 00 87 11 9E 26 7C 24 82 00 81 20 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F 00
< 7C 82 .. [9000: success]' '' --rm sim:piv apdu 00A4040C05A000000308 \
        0087119E267C2482008120000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F00
    filter=
fi
on 'one command' 0 "$select" '' apdu -r 0 00A4000C020002
on 'two commands' 0 "$select
$hello" '' apdu -r 0 00A4000C020002 00B0000018
on 'blanks, colons and 0x' 0 "$select
$hello" '' apdu -r 0 '00 A4 00 0C 02 00 02' 0x00:0xb0:0x00:0x00:0x18
on 'arguments of one byte each' 0 "$select" '' apdu -r 0 00 A4 00 0C 02 00 02
on 'a status word is no error' 0 "$no_file
$select" '' apdu -r 0 00A4000C027777 00A4000C020002
on 'until it is to stop there' 1 "$no_file" 'scard: stopped: the status word is not 9000; the answer says why, and without --stop-on-error the rest is sent all the same' \
    apdu -r 0 --stop-on-error 00A4000C027777 00A4000C020002
on 'success does not stop' 0 "$select
$hello" '' apdu -r 0 --stop-on-error 00A4000C020002 00B0000018
on 'exclusive, in a transaction' 0 "$select
$hello" '' apdu -r 0 --exclusive --lock 00A4000C020002 00B0000018
on 'a chosen protocol' 0 "$select
$hello" '' apdu -r 0 -p "$other_protocol" 00A4000C020002 00B0000018
filter='s/^<\( [0-9A-F][0-9A-F]\)\{8\} /< 8 bytes /'
on 'a random number' 0 '> 00 84 00 00 08
< 8 bytes [9000: success]' '' apdu -r 0 0084000008
filter=

# What an answer is to be.
on 'as expected' 0 "$select
$hello" '' apdu -r 0 '00A4000C020002 => 9000' '00B0000018 => 48..*'
on 'as expected, in brackets' 0 "$select" '' apdu -r 0 '00A4000C020002 (61 ??, 90 00)'
on 'another status word' 1 "$no_file" 'scard: command 1: expected 9000, got 6A82' apdu -r 0 '00A4000C027777 => 9000' 00A4000C020002
on 'other data' 1 "$select
$hello" 'scard: command 2: expected 6F*9000 or 6A82, got 24 bytes and 9000' apdu -r 0 00A4000C020002 '00B0000018 => 6F* 9000 or 6A82'
on 'the same of all' 1 "$select
$no_file" 'scard: command 2: expected 9000, got 6A82' apdu -r 0 --expect 9000 00A4000C020002 00A4000C027777 00A4000C020002
on 'but of those with their own' 0 "$no_file
$select" '' apdu -r 0 --expect 9000 '00A4000C027777 => 6A82' 00A4000C020002
on 'and the rest is to be 9000' 1 "$no_file
$no_file" 'scard: stopped: the status word is not 9000; the answer says why, and without --stop-on-error the rest is sent all the same' \
    apdu -r 0 --stop-on-error '00A4000C027777 => 6A82' 00A4000C027777 00A4000C020002
answer='9000, 61?? or 9000, 6F..* (? or . is any digit, * any bytes)'
on 'no answer' 2 '' "scard apdu: command 2 expects what is no answer; it is written like this: $answer$hint" apdu -r 0 00A4000C020002 '00A4000C020002 => 9'
on 'no answer for all' 2 '' "scard apdu: --expect wants an answer like $answer, not 'ok'$hint" apdu -r 0 --expect ok 00A4000C020002
printf '00A4000C020002 => 9000\n\n00A4000C027777 (9000) # no\n00A4000C020002\n' > "$scratch/expecting"
on 'in a file' 1 "$select
$no_file" "scard: $scratch/expecting:3: expected 9000, got 6A82" apdu -r 0 -f "$scratch/expecting"
printf '00A4000C020002 => 9x0\n' > "$scratch/unexpected"
on 'no answer in a file' 1 '' "scard: $scratch/unexpected:1: that is not what an answer looks like; it is written like this: $answer" apdu -r 0 -f "$scratch/unexpected"
input=$scratch/expecting
on 'on standard input' 1 "$select
$no_file" 'scard: standard input:3: expected 9000, got 6A82' apdu -r 0 -
on 'standard input is there once' 2 '' "scard apdu: standard input is there once: --repeat does not go with it$hint" apdu -r 0 -n 2 -
input=/dev/null
on 'three times' 0 "$select
$hello
$select
$hello
$select
$hello" '' apdu -r 0 --repeat 3 00A4000C020002 00B0000018
on 'never' 2 '' "scard apdu: --repeat wants a number from 1 on$hint" apdu -r 0 --repeat 0 00A4000C020002
on 'a word that resets' 0 "$select
> reset
< ATR $atr" '' apdu -r 0 00A4000C020002 reset
on 'characters, too' 0 "$select
> 00 B0 00 00 18
< 48 65 6C 6C 6F 20 66 72 6F 6D 20 74 68 65 20 64  Hello from the d
  65 6D 6F 20 63 61 72 64                          emo card
< [9000: success]" '' apdu -r 0 --ascii 00A4000C020002 00B0000018

# JSON: a line for each, also of what fails.
printf '00A4000C020002 => 61?? or 9000\n00B0000018\nreset\n00200001 04 31323334\n00A4000C027777 => 9000\n' > "$scratch/all"
run apdu -r 0 --json -f "$scratch/all"
{
    [ "$code" -eq 1 ] || echo "exit code $code"
    echo "scard: $scratch/all:5: expected 9000, got 6A82" | diff -u - "$scratch/err"
    ! grep 31323334 "$scratch/out"
    cat > "$scratch/wanted" <<JSON
{"step":1,"kind":"command","command":"00A4000C020002","data":"","status":"9000","meaning":"success","atr":null,"expected":"61?? or 9000","met":true,"failed":null}
{"step":2,"kind":"command","command":"00B0000018","data":"48656C6C6F2066726F6D207468652064656D6F2063617264","status":"9000","meaning":"success","atr":null,"expected":null,"met":null,"failed":null}
{"step":3,"kind":"reset","command":null,"data":null,"status":null,"meaning":null,"atr":"${atr// /}","expected":null,"met":null,"failed":null}
{"step":4,"kind":"command","command":"0020000104********","data":"","status":"9000","meaning":"success","atr":null,"expected":null,"met":null,"failed":null}
{"step":5,"kind":"command","command":"00A4000C027777","data":"","status":"6A82","meaning":"file or application not found","atr":null,"expected":"9000","met":false,"failed":null}
JSON
    diff -u "$scratch/wanted" "$scratch/out"
} > "$scratch/why"
verdict 'JSON'
like_schema 'JSON by its schema' apdu

refusal() {
    echo "scard apdu: command $1 carries a secret (a PIN or a key): others can read a command line in the list of processes and the shell's history; put it in a file (-f FILE) or on standard input (-)$hint"
}
printf '00A4000C020002FFFF\nreset\n00A4000C020002\n' > "$scratch/raw"
# Exact bytes: what is superfluous or missing goes to the card, which is the one to say what it thinks of it.
on 'raw, two bytes too many' 0 '> 00 A4 00 0C 02 00 02 00 00
< [6700: wrong length]' '' apdu -r 0 --raw -p "$other_protocol" 00A4000C0200020000
on 'raw, half a command' 0 '> 00 A4 00 0C 02 00
< [6700: wrong length]
> 00 A4 00 0C 02 00 02
< [9000: success]' '' apdu -r 0 --raw -p "$other_protocol" 00A4000C0200 00A4000C020002
on 'raw, from a file' 0 "> 00 A4 00 0C 02 00 02 FF FF
< [6700: wrong length]
> reset
< ATR $atr
> 00 A4 00 0C 02 00 02
< [9000: success]" '' apdu -r 0 --raw -p "$other_protocol" -f "$scratch/raw"
on 'raw, a PIN and bytes behind it' 2 '' "$(refusal 1)" apdu -r 0 --raw 002000010431323334FF
on 'raw, no byte' 2 '' "scard apdu: command 1 is not well-formed$form$hint" apdu -r 0 --raw ''
if [ "$manager" = sim ]; then
    on 'raw over T=0: 61xx is shown and fetched by hand' 0 '> 00 A4 00 00 02 00 02
< [611A: success, 26 bytes available]
> 00 C0 00 00 02
< 6F 18 [6118: success, 24 bytes available]' '' apdu -r 0 -p t0 --raw 00A40000020002 00C0000002
    "$scard" --trace 2 --rm sim apdu -r 0 -p t0 --class 80 00A40000020002 > "$scratch/out" 2> "$scratch/err"
    grep -c '> 80 C0 00 00 1A$' "$scratch/err" | diff -u - <(echo 1) > "$scratch/why"
    verdict 'the class of GET RESPONSE'
    on 'a class that is none' 2 '' "scard apdu: --class wants one byte in hexadecimal, not '800'$hint" apdu -r 0 --class 800 00A40000020002
    on 'a class for what is not sent' 2 '' "scard apdu: --raw sends no GET RESPONSE: --class does not go with it$hint" apdu -r 0 --class 80 --raw 00A40000020002
    on 'raw over T=0: superfluous bytes' 0 '> 00 A4 00 0C 02 00 02 AA BB
< [6700: wrong length]' '' apdu -r 0 -p t0 --raw 00A4000C020002AABB
fi

on 'no command' 2 '' "scard apdu: which command (APDU)?$hint" apdu -r 0
on 'not hexadecimal' 2 '' "scard apdu: command 2 is not hexadecimal$hint" apdu -r 0 00A4000C020002 00B000001G
on 'half a byte' 2 '' "scard apdu: command 1 is not hexadecimal$hint" apdu -r 0 00A4000C02000
on 'too short' 2 '' "scard apdu: command 1 is not well-formed$form$hint" apdu -r 0 00A400
on 'nothing is sent when a later one is bad' 2 '' "scard apdu: command 2 is not well-formed$form$hint" \
    apdu -r 0 00A4000C020002 00A4000C0300
on 'commands and a file' 2 '' "scard apdu: either -f FILE or commands, not both$hint" apdu -f x 00A4000C020002

cat > "$scratch/good" <<'TEXT'
# reads the greeting
00 A4 00 0C 02 00 02   # SELECT

00B0 \
  000018
reset
00B0000018
TEXT
on 'a file' 0 "$select
$hello
> reset
< ATR $atr
> 00 B0 00 00 18
< [6986: command not allowed, no current EF]" '' apdu -r 0 -f "$scratch/good"
printf '00A4000C020002\r\n00B0000018' > "$scratch/dos"
on 'CRLF, and no newline at the end' 0 "$select
$hello" '' apdu -r 0 -f "$scratch/dos"
printf '00A4000C020002\n\n00B0 \\\n0000XX\n' > "$scratch/bad"
on 'a bad line is named, and nothing sent' 1 '' "scard: $scratch/bad:3: neither hexadecimal bytes nor 'reset' or 'exit'; 'scard help apdu' says what a line may be" \
    apdu -r 0 -f "$scratch/bad"
printf '# only\n00A4\n' > "$scratch/short"
on 'a bad command is named' 1 '' "scard: $scratch/short:2: the command is not well-formed$form" \
    apdu -r 0 -f "$scratch/short"
on 'no such file' 1 '' "scard: cannot read '$scratch/none': No such file or directory; check its name, and whether you may read it" apdu -r 0 -f "$scratch/none"
folder_error='Is a directory'
[ -z "$on_windows" ] || folder_error='Permission denied' # as Windows calls it
on 'a folder' 1 '' "scard: cannot read '$scratch': $folder_error; check its name, and whether you may read it" apdu -r 0 -f "$scratch"
# Scripts written with an editor of Windows; scriptor's word that ends one.
printf '\357\273\27700A4000C020002\r\n00B0000018\r\n' > "$scratch/marked"
on 'a byte order mark' 0 "$select
$hello" '' apdu -r 0 -f "$scratch/marked"
printf '\357\273\277# a comment\n00A4000C020002\nexit\nno command\n' > "$scratch/exit"
on 'exit ends a file' 0 "$select" '' apdu -r 0 -f "$scratch/exit"
printf '00A4000C020002\r\n EXIT # now\r\n00B0000018\r\n' > "$scratch/exit-dos"
on 'exit in a file of Windows' 0 "$select" '' apdu -r 0 -f "$scratch/exit-dos"
printf '\377\3760\0000\000A\0004\000\n\000' > "$scratch/utf16le"
on 'UTF-16' 1 '' "scard: $scratch/utf16le: the text is UTF-16 or UTF-32; save it as UTF-8 or plain ASCII" \
    apdu -r 0 -f "$scratch/utf16le"
printf '\376\377\0000\0000\000A\0004\000\n' > "$scratch/utf16be"
on 'UTF-16, big end first' 1 '' "scard: $scratch/utf16be: the text is UTF-16 or UTF-32; save it as UTF-8 or plain ASCII" \
    apdu -r 0 -f "$scratch/utf16be"
input=$scratch/exit
on 'exit ends standard input' 0 "$select" '' apdu -r 0 -
input=/dev/null

printf '# nothing\n\n' > "$scratch/empty"
on 'a file without commands' 0 '' '' apdu -r 0 -f "$scratch/empty"

input=$scratch/good
on 'standard input' 0 "$select
$hello
> reset
< ATR $atr
> 00 B0 00 00 18
< [6986: command not allowed, no current EF]" '' apdu -r 0 -
input=$scratch/bad
on 'standard input up to a bad line' 1 "$select" "scard: standard input:3: neither hexadecimal bytes nor 'reset' or 'exit'; 'scard help apdu' says what a line may be" \
    apdu -r 0 -
input=/dev/null

# Each line from stdin is answered before the next is read: another program may answer to the card.
coproc tool { "$scard" --rm "$manager" apdu -r 0 -; }
tool_pid=$!
exec 8<&"${tool[0]}" 9>&"${tool[1]}"
{
    echo 00A4000C020002 >&9
    read -r -t 10 -u 8 sent
    read -r -t 10 -u 8 got
    [ "$got" = '< [9000: success]' ] || echo "first answer: ${sent-} ${got-}"
    echo 00B0000005 >&9
    read -r -t 10 -u 8 sent
    read -r -t 10 -u 8 got
    [ "$got" = '< 48 65 6C 6C 6F [9000: success]' ] || echo "second answer: ${sent-} ${got-}"
} > "$scratch/why"
exec 9>&- 8<&-
eval "exec ${tool[1]-9}>&- ${tool[0]-8}<&-"
wait "$tool_pid" || echo "exit code $?" >> "$scratch/why"
verdict 'a conversation'

on 'a PIN on the command line' 2 '' "$(refusal 1)" apdu -r 0 002000010431323334
on 'a new PIN' 2 '' "$(refusal 2)" apdu -r 0 00A4000C020002 00240001083132333435363738
on 'a PUK' 2 '' "$(refusal 1)" apdu -r 0 002C000108313233343536373800
on 'a PIN byte by byte' 2 '' "$(refusal 1)" apdu -r 0 00 20 00 01 04 31 32 33 34
on 'a PIN, extended length' 2 '' "$(refusal 1)" apdu -r 0 0020000100000431323334
on 'a key for the reader' 2 '' "$(refusal 1)" apdu -r 0 FF82000006A0A1A2A3A4A5
on 'a key of GlobalPlatform' 2 '' "$(refusal 1)" apdu -r 0 80D8008103018010
on 'the reader is told which key: no secret' 0 '> FF 86 00 00 05 01 00 04 60 00
< [6E00: class not supported]' '' apdu -r 0 FF860000050100046000
printf 'FF 82 00 00 06 A0 A1 A2 A3 A4 A5\n' > "$scratch/key"
on 'a key from a file, not shown' 0 '> FF 82 00 00 06 ** ** ** ** ** **
< [6E00: class not supported]' '' apdu -r 0 -f "$scratch/key"
on 'asking for the tries left is no secret' 0 '> 00 20 00 01
< [63C3: verification failed, 3 tries left]' '' apdu -r 0 00200001
printf '0020000104 31323334\n' > "$scratch/pin"
on 'a PIN from a file, not shown' 0 '> 00 20 00 01 04 ** ** ** **
< [9000: success]' '' apdu -r 0 -f "$scratch/pin"
input=$scratch/pin
on 'a PIN from standard input, not shown' 0 '> 00 20 00 01 04 ** ** ** **
< [9000: success]' '' apdu -r 0 -
input=/dev/null

# Every kind of command that carries a secret, in the tool's lines and in the trace: none of its bytes is in
# either. The card's answers do not matter here.
cat > "$scratch/secrets" <<'TEXT'
00200081 06 D1D2D3D4D5D6
00210081 06 D1D2D3D4D5D6
00240081 06 D1D2D3D4D5D6
00250081 06 D1D2D3D4D5D6
00260081 06 D1D2D3D4D5D6
00270081 06 D1D2D3D4D5D6
00280081 06 D1D2D3D4D5D6
00290081 06 D1D2D3D4D5D6
002C0081 06 D1D2D3D4D5D6
002D0081 06 D1D2D3D4D5D6
A0200001 06 D1D2D3D4D5D6
10200081 06 D1D2D3D4D5D6
00C20000 0B 0020008106 D1D2D3D4D5D6
00C30000 0B 0020008106 D1D2D3D4D5D6
10C20000 06 D1D2D3D4D5D6
00DB3FFF 06 D1D2D3D4D5D6
00DA00D3 06 D1D2D3D4D5D6
80D80081 06 D1D2D3D4D5D6
90C40000 06 D1D2D3D4D5D6 00
FF820000 06 D1D2D3D4D5D6
FF000000 0E D44001 0020008106 D1D2D3D4D5D6
FFC20001 06 D1D2D3D4D5D6
TEXT
# hidden NAME COUNT ARGUMENT...: as many lines of commands as that, and no byte of the secret.
hidden() {
    local name=$1 count=$2
    shift 2
    "$scard" --trace 2 --rm "$manager" apdu -r 0 "$@" -f "$scratch/secrets" > "$scratch/out" 2> "$scratch/err" < /dev/null
    {
        [ "$(grep -c '^> .*\*\*' "$scratch/out")" -eq "$count" ] || grep '^>' "$scratch/out"
        grep -n -e 'D1' -e 'D2 D3' -e 'D5 D6' "$scratch/out" "$scratch/err"
        [ "$(grep -c '  > .* \*\*' "$scratch/err")" -ge "$count" ] || grep '  >' "$scratch/err"
    } > "$scratch/why"
    verdict "$name"
}
hidden 'secrets of every kind' 22
hidden 'the same, raw' 22 --raw
sed -i 's/ 0[0-9A-E] / FE /' "$scratch/secrets"
hidden 'with a wrong length' 22 --raw
on 'an answer to a challenge is no secret' 0 '> 00 82 00 01 08 01 02 03 04 05 06 07 08
< [6700: wrong length]' '' apdu -r 0 00820001080102030405060708

# Closed streams: their numbers must not become the conversation with the service.
if [ -z "$on_windows" ]; then
    "$scard" --trace 2 --rm "$manager" apdu -r 0 00A4000C020002 2>&- > "$scratch/out"
    code=$?
    { [ $code -eq 0 ] || echo "exit code $code"; diff <(echo "$select") "$scratch/out"; } > "$scratch/why"
    verdict 'a trace without standard error'
    "$scard" --rm "$manager" apdu -r 0 00A4000C020002 2> "$scratch/err" >&-
    code=$?
    { [ $code -eq 1 ] || echo "exit code $code"
      grep -qx 'scard: cannot write to standard output: Bad file descriptor; make room there, or write to another place' "$scratch/err" || cat "$scratch/err"; } > "$scratch/why"
    verdict 'without standard output'
    "$scard" --trace 2 --rm "$manager" apdu -r 0 00A4000C020002 2>&1 > "$scratch/out" | true
    { [ "${PIPESTATUS[0]}" -eq 0 ] || echo 'the trace ended the tool'; diff <(echo "$select") "$scratch/out"; } > "$scratch/why"
    verdict 'a trace that nobody reads any more'
fi

# What a status word means is up to the class of the command: a card of DESFire's words (class 90), and one of
# UICC's.
if [ "$manager" = sim ]; then
    check 'words of DESFire' 0 '> 90 5A 00 00 03 01 02 03 00
< [91A0: application not found (DESFire)]
> 90 0A 00 00 01 00 00
< [91AE: authentication error (DESFire)]' '' --rm "sim:$(dirname "$0")/../../data/cards/frames.json" \
        apdu 905A00000301020300 900A0000010000
    cat > "$scratch/words.json" <<'JSON'
{"format": "scardssp-card", "version": 1, "name": "Words", "protocols": ["T=1"], "mf": {},
 "quirks": [{"to": "00 88", "sw": "9862"}, {"to": "80 C2", "sw": "9300"}, {"to": "80 F2", "sw": "91AE"}, {"to": "A0 C2", "sw": "9E02"},
            {"to": "FF 82", "sw": "6988"}, {"to": "00 D6", "sw": "63C1"}]}
JSON
    check 'words by class and instruction' 0 '> 00 88 00 81 01 00
< [9862: authentication error, incorrect MAC (UICC)]
> 80 C2 00 00 01 00
< [9300: SIM application toolkit is busy; not now, other commands are allowed (UICC)]
> 80 F2 00 00
< [91AE: success, proactive command waiting (UICC), 174 bytes]
> A0 C2 00 00 01 00
< [9E02: SIM data download error (GSM), 2 bytes]
> 00 D6 00 00 01 00
< [63C1: success after internal retries, 1 retry]' '' --rm "sim:$scratch/words.json" \
        apdu 008800810100 80C200000100 80F20000 A0C200000100 00D600000100
fi

if [ "$manager" = sim ]; then
    check 'no card' 1 '' "scard: cannot attach to the card in 'Alone': SCARD_E_NO_SMARTCARD (0x8010000C): There is no card in the reader; insert one." \
        --rm "sim:$(dirname "$0")/one-reader.json" apdu -r 0 0084000008
    # More than T=0 carries in a class of one's own.
    "$scard" --rm sim apdu -r 0 -p t0 --json "80D60000000101$(printf '00%.0s' $(seq 257))" > "$scratch/out" 2> "$scratch/err"
    code=$?
    {
        [ $code -eq 1 ] || echo "exit code $code"
        grep -q '"data":null,"status":null,"meaning":null,"atr":null,"expected":null,"met":null,"failed":"SCARD_E_UNSUPPORTED_FEATURE"}$' "$scratch/out" || cat "$scratch/out"
    } > "$scratch/why"
    verdict 'JSON of what fails'
    like_schema 'JSON of what fails by its schema' apdu
    check 'no card, and none named' 1 '' "scard: no reader holds a card: SCARD_E_NO_SMARTCARD (0x8010000C): There is no card in the reader; insert one.
The readers are:
  0: Alone (no card)" --rm "sim:$(dirname "$0")/one-reader.json" apdu 0084000008
    "$scard" --trace 2 --rm sim apdu -r 0 -f "$scratch/pin" > "$scratch/out" 2> "$scratch/err"
    {
        grep -q '^scardssp:   > 00 20 00 01 04 \*\*' "$scratch/err" || echo 'the command is not in the trace'
        ! grep '31 32 33 34' "$scratch/err"
    } > "$scratch/why"
    verdict 'the trace hides a PIN'
    "$scard" --trace 2 --rm sim apdu -r 0 -f "$scratch/key" > "$scratch/out" 2> "$scratch/err"
    {
        grep -q '^scardssp:   > FF 82 00 00 06 \*\*$' "$scratch/err" || echo 'the command is not in the trace'
        grep -q '^scardssp:   < 6E 00 \[6E00: class not supported\]' "$scratch/err" || echo 'the answer is not told'
        ! grep 'A0 A1 A2' "$scratch/err"
    } > "$scratch/why"
    verdict 'the trace hides a key'
    "$scard" --trace 1 --rm sim apdu -r 0 -f "$scratch/pin" > "$scratch/out" 2> "$scratch/err"
    {
        grep -q '^scardssp: transmit(' "$scratch/err" || echo 'no calls in the trace'
        ! grep '00 20' "$scratch/err"
    } > "$scratch/why"
    verdict 'the first level of the trace shows no bytes'
fi
finish
