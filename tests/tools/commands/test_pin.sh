#!/usr/bin/env bash
# scard pin: where PINs come from, what the card says to them, and that nobody else sees them.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../database.sh"

# with LINES NAME CODE STDOUT STDERR ARGUMENT...: the lines come through descriptor 0.
with() {
    printf '%b' "$1" > "$scratch/lines"
    shift
    input=$scratch/lines
    on "$@"
    input=/dev/null
}
unblock_it="Unblock it first: 'scard pin unblock' takes the resetting code (PUK)."
blocked='SCARD_W_CHV_BLOCKED (0x8010006C)'

on 'status' 0 'Code 01: not verified, tries left: 3' '' pin status 0
run pin status 0 -j
json 'status in JSON' "it == {'reader': '$reader', 'code': '01', 'result': 'not verified', 'triesLeft': 3}"
like_schema 'as its schema says' pin
with '1234\n' 'verified' 0 'Code 01: verified' '' pin verify 0 --pin-fd 0
with '0000\n' 'a code of a directory' 0 'Code 81: verified' '' pin verify 0 -c 81 -d DF02 -f 0
with '9876\n' 'a wrong one' 3 '' 'scard: the code 01 was not accepted, tries left: 2; be sure before you try again' \
    pin verify 0 --pin-fd 0
with '1234\n' 'the right one, so that all tries are back' 0 'Code 01: verified' '' pin verify 0 --pin-fd 0
with '1234\r\n4321\r\n' 'changed' 0 'Code 01: changed' '' pin change 0 -f 0
if [ "$manager" = system ]; then
    with '4321\n1234\n' 'changed back, in JSON' 0 '{"reader":"'"$reader"'","code":"01","result":"changed","triesLeft":null}' '' pin change 0 -f 0 -j
fi

# What is no PIN is not sent.
with '\n' 'an empty line' 1 '' 'scard: PIN 01: no PIN was given; nothing was sent to the card' pin verify 0 -f 0
with '1234567890123456789012345678901234567890123456789012345678901234567890\n' 'a line without end' 1 '' \
    'scard: PIN 01: that is longer than any PIN; nothing was sent to the card' pin verify 0 -f 0
on 'a descriptor that is not open' 1 '' 'scard: PIN 01: cannot read descriptor 77: Bad file descriptor; open it for reading: 3< FILE, or a pipe' \
    pin verify 0 -f 77
with '1234\n' 'a new PIN that is missing' 1 '' 'scard: New PIN 01: no PIN was given; nothing was sent to the card' pin change 0 -f 0
on 'a PIN for a number' 2 '' "scard pin verify: --code wants the number of a code, two hexadecimal digits, and never a PIN
Try 'scard pin verify --help'." pin verify 0 --code 1234
on 'no such code' 1 '' 'scard: cannot ask about the code 07: E_INVALIDARG (0x80070057): The card has no such code here; a code of an application wants --directory.' \
    pin status 0 -c 07
with '1234\n' 'a resetting code that cannot be one' 1 '' 'scard: the code 01 is not unblocked: SCARD_E_INVALID_CHV (0x8010002A): A resetting code has 8 digits, or 9 without a zero in front; another one, and a card that wants a new PIN with it, need --new, and a new PIN that the card takes.' \
    pin unblock 0 -f 0

# A program that asks: the one that is named; SSH_ASKPASS where there is no terminal.
cat > "$scratch/ask" <<'SH'
#!/bin/sh
echo "$1" > "$0.asked"
echo 1234
SH
printf '#!/bin/sh\nexit 1\n' > "$scratch/refuse"
chmod +x "$scratch/ask" "$scratch/refuse"
on 'a program asks' 0 'Code 01: verified' '' pin verify 0 --askpass "$scratch/ask"
grep -v -x 'PIN 01' "$scratch/ask.asked" > "$scratch/why"
verdict 'it is told what for'
on 'a program that is not there' 1 '' "scard: PIN 01: no PIN was given; nothing was sent to the card
scard: cannot start '$scratch/none'; give its path, and see whether it may be run" pin verify 0 --askpass "$scratch/none"
on 'a program whose user has refused' 1 '' "scard: PIN 01: no PIN was given; nothing was sent to the card" \
    pin verify 0 --askpass "$scratch/refuse"
SSH_ASKPASS=$scratch/ask setsid -w "$scard" --rm "$manager" pin verify 0 < /dev/null > "$scratch/out" 2>&1
echo 'Code 01: verified' | diff - "$scratch/out" > "$scratch/why"
verdict 'the program of SSH_ASKPASS'
env -u SSH_ASKPASS setsid -w "$scard" --rm "$manager" pin verify 0 < /dev/null > "$scratch/out" 2>&1
echo 'scard: there is no terminal to ask for PIN 01: No such device or address; use --pin-fd N or --askpass PROGRAM' |
    diff - "$scratch/out" > "$scratch/why"
verdict 'nobody to ask'

# On a terminal of its own: what is typed is not shown, whatever comes of it.
cat > "$scratch/type.py" <<'PY'
import os
import pty
import select
import sys
import termios

# type.py WANTED CODE LINE... -- COMMAND...: types a line at each question.
split = sys.argv.index("--")
wanted, code, lines, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:split], sys.argv[split + 1:]
child, terminal = pty.fork()
if child == 0:
    os.execv(command[0], command)
said, asked = b"", 0
while select.select([terminal], [], [], 20)[0]:
    try:
        more = os.read(terminal, 4096)
    except OSError:
        break
    if not more:
        break
    said += more
    if said.count(b": ") > asked and said.endswith(b": ") and asked < len(lines):
        if termios.tcgetattr(terminal)[3] & termios.ECHO:
            print("it would show what is typed")
        os.write(terminal, b"\x03" if lines[asked] == "^C" else lines[asked].encode() + b"\n")
        asked += 1
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
text = said.decode().replace("\r\n", "\n")
if status != code or wanted not in text:
    print("exit code", status, "and", text)
if any(line in text for line in lines if line != "^C"):
    print("a PIN is shown:", text)
PY
typed() {
    local name=$1
    shift
    python3 "$scratch/type.py" "$@" > "$scratch/why" 2>&1
    verdict "$name"
}
tool=$(command -v "$scard")
typed 'typed' 'Code 01: verified' 0 1234 -- "$tool" --rm "$manager" pin verify 0
typed 'typed, with a trace of everything' 'Code 01: verified' 0 1234 -- "$tool" --rm "$manager" --trace 2 pin verify 0
typed 'typed differently' 'scard: the new PINs differ; nothing was sent to the card' 1 1234 7531 7532 -- "$tool" --rm "$manager" pin change 0
typed 'Ctrl-C at the question' 'scard: PIN 01: ended by Ctrl-C, nothing was sent to the card' 1 ^C -- "$tool" --rm "$manager" pin verify 0

# Readers with a PIN pad: what is typed there nobody sees here.
at_pad() {
    local pad=$1 card=$2 name=$3 code=$4 out=$5 err=$6
    shift 6
    printf '{"format": "scardssp-readers", "version": 1, "readers": [{"name": "Pad", "card": "%s", "pinpad": {%s}}]}' \
        "$card" "$pad" > "$scratch/pad.json"
    check "$name" "$code" "$out" "$err" --rm "sim:$scratch/pad.json" pin "$@"
}
pad='"pin": "1234", "new": "4321"'
at_pad "$pad" demo 'at the reader' 0 'Code 01: verified' 'Type PIN 01 at the reader.' verify
at_pad '"pin": "9876"' demo 'a wrong PIN at the reader' 3 '' 'Type PIN 01 at the reader.
scard: the code 01 was not accepted, tries left: 2; be sure before you try again' verify
filter='s/ (0x.*//'
at_pad '' demo 'Cancel at the reader' 1 '' 'Type PIN 01 at the reader.
scard: no PIN was typed at the reader: SCARD_W_CANCELLED_BY_USER' verify
at_pad '"pin": "123"' demo 'too short for the pad' 1 '' 'Type PIN 01 at the reader.
scard: the code 01 was not accepted: SCARD_E_INVALID_CHV' verify
filter=
at_pad '"pin": "123456", "new": "654321"' piv 'a PIV card, at the reader' 0 'Code 80: changed' 'Type PIN 80 at the reader, then the new one twice.' \
    change -c 80 -d A000000308000010000100
at_pad '"pin": "0000", "new": "2580"' gsm 'a SIM, at the reader' 0 'Code 01: changed' 'Type PIN 01 at the reader, then the new one twice.' change
printf '1234\n' > "$scratch/lines"
input=$scratch/lines
at_pad '' demo 'from a descriptor, in spite of a pad' 0 'Code 01: verified' '' verify --pin-fd 0
input=/dev/null
typed 'at the keyboard, in spite of a pad' 'Code 01: verified' 0 1234 -- "$tool" --rm "sim:$scratch/pad.json" pin verify -k

# A SIM tells of its codes with its directory, also when one was wrong.
of_sim() { # NAME CODE OUT ERR ARGUMENT...
    check "$1" "$2" "$3" "$4" --rm sim:gsm pin "${@:5}"
}
of_sim 'the tries of a SIM' 0 'Code 01: not verified, tries left: 3' '' status
of_sim 'its second code' 0 'Code 02: not verified, tries left: 3' '' status -c 02
of_sim 'a third one' 1 '' 'scard: cannot ask about the code 03: E_INVALIDARG (0x80070057): The card has no such code here; a code of an application wants --directory.' \
    status -c 03
printf '4711\n' > "$scratch/lines"
input=$scratch/lines
of_sim 'a wrong one of a SIM' 3 '' 'scard: the code 01 was not accepted, tries left: 2; be sure before you try again' verify -f 0
input=/dev/null

# SIMs want a new PIN with the resetting code; it is written down as they have it.
sim_of() {
    printf '%b' "$1" > "$scratch/lines"
    input=$scratch/lines
    check "$2" "$3" "$4" "$5" --rm sim:gsm pin unblock --new --pin-fd 0 "${@:6}"
    input=/dev/null
}
sim_of '12345678\n4321\n' 'a SIM, unblocked with a new PIN' 0 'Code 01: unblocked' ''
sim_of '87654321\n4321\n' 'a SIM, and a wrong resetting code' 3 '' 'scard: the code 01 is not unblocked: SCARD_W_WRONG_CHV (0x8010006B): The resetting code was wrong: cards count its tries, too.'
sim_of '12345678\n' 'no new PIN' 1 '' 'scard: New PIN 01: no PIN was given; nothing was sent to the card'
typed 'a new PIN typed differently' 'scard: the new PINs differ; nothing was sent to the card' 1 12345678 7531 7532 -- "$tool" --rm "$manager" pin unblock -n 0

if [ "$manager" = system ]; then
    # The card keeps what it has counted: down to the last try, which is not risked unless asked for.
    with '9876\n' 'two tries' 3 '' 'scard: the code 01 was not accepted, tries left: 2; be sure before you try again' pin verify 0 -f 0
    with '9876\n1111\n' 'one try' 3 '' 'scard: the code 01 was not accepted, tries left: 1; the next wrong one blocks it' pin change 0 -f 0
    with '1234\n' 'the last one is refused' 3 '' 'scard: one try is left for the code 01, and a wrong one blocks it; --last-try risks it' pin verify 0 -f 0
    with '1234\n1111\n' 'by change, too' 3 '' 'scard: one try is left for the code 01, and a wrong one blocks it; --last-try risks it' pin change 0 -f 0
    with '9876\n' 'the last one, wrong' 3 '{"reader":"'"$reader"'","code":"01","result":"blocked","triesLeft":0}' \
        "scard: the code 01 was not accepted: $blocked: The PIN is blocked after too many wrong tries; unblock it first." pin verify 0 -f 0 -l -j
    on 'blocked' 0 'Code 01: blocked, tries left: 0' '' pin status 0
    with '1234\n' 'of no use' 3 '' "scard: the code 01 is of no use: $blocked: $unblock_it" pin verify 0 -f 0
    with '11111111\n' 'a wrong resetting code' 3 '' 'scard: the code 01 is not unblocked: SCARD_W_WRONG_CHV (0x8010006B): The resetting code was wrong: cards count its tries, too.' pin unblock 0 -f 0
    with '12345678\n' 'unblocked' 0 'Code 01: unblocked' '' pin unblock 0 -f 0
    with '1234\n' 'the PIN is what it was' 0 'Code 01: verified' '' pin verify 0 -f 0
    with '12345678\n9753\n' 'unblocked, with a new PIN' 0 '{"reader":"'"$reader"'","code":"01","result":"unblocked","triesLeft":null}' '' pin unblock 0 -n -j -f 0
    with '9753\n1234\n' 'which counts' 0 'Code 01: changed' '' pin change 0 -f 0
    # pcscd switches a card off that nobody has used for five seconds: on a busy machine one tries again.
    for _ in 1 2 3 4 5; do
        "$scard" --rm "$manager" pin verify 0 -f 0 > "$scratch/why" 2>&1 <<< 1234
        "$scard" --rm "$manager" pin status 0 > "$scratch/why" 2>&1
        ! grep -qx 'Code 01: verified' "$scratch/why" || break
    done
    ! grep -qx 'Code 01: verified' "$scratch/why" || : > "$scratch/why"
    verdict 'and the card knows it'
fi
finish
