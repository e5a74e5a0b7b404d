#!/usr/bin/env bash
# Everyday tasks with cards, done with scard and with the programs that Debian has: what one types for each,
# and what is seen then. Everything is really typed, at a terminal beside a private pcscd (typist.py), and
# what comes is looked at; commands and keystrokes are counted, the Enter behind each line among them.
#   tasks.sh SCARD [MANUAL]   runs all of it (TAP); MANUAL, docs/compared.md, has to have the table as it is
#   tasks.sh --table          prints the table, runs nothing
# A program that is not installed is skipped, aloud; it counts all the same.
set -u
self=$(readlink -f "$0")
here=$(dirname "$self")

# Hands at the readers: a card is a server of ours behind the virtual reader. Called by the typist.
#   tasks.sh --hand insert READER IMAGE | remove READER | swap READER | await -p|-s FILE
# await: what a person sees before the next line is typed, a file of that kind (test's -p, -s), is there.
if [ "${1-}" = --hand ]; then
    shift
    remove() {
        [ -f "$TASKS_SCRATCH/hand-$1" ] || return 0
        kill "$(cat "$TASKS_SCRATCH/hand-$1")" 2> /dev/null
        rm -f "$TASKS_SCRATCH/hand-$1"
        sleep 1
    }
    insert() {
        "$TASKS_SCARD" sim serve --wait 10 --port $((SCARDSSP_VPCD_PORT + $1)) --image "$2" > "$TASKS_SCRATCH/served-$1" 2>&1 < /dev/null &
        echo $! > "$TASKS_SCRATCH/hand-$1"
        echo "$2" > "$TASKS_SCRATCH/image-$1"
        local _
        for _ in $(seq 100); do
            ! "$TASKS_SCARD" --rm system status -n "$1" 2> /dev/null | grep -q '^ATR: *3' || return 0
            sleep 0.05
        done
        echo "no card came into reader $1" >&2
        return 1
    }
    case $1 in
        insert) insert "$2" "$3" ;;
        remove) remove "$2" ;;
        await) for _ in $(seq 400); do [ ! "$2" "$3" ] || break; sleep 0.05; done ;;
        swap) remove "$2"; insert "$2" "$(cat "$TASKS_SCRATCH/image-$2")" ;;
    esac
    exit
fi

table=
[ "${1-}" != --table ] || table=1
if [ -z "$table" ]; then
    if [ -z "${SCARDSSP_VPCD_PORT-}" ]; then
        said=$(mktemp)
        "$here/../../scripts/with-pcscd.sh" "$self" "$@" 2> "$said"
        code=$?
        [ $code -ne 99 ] || echo "1..0 # SKIP $(head -n 1 "$said")"
        [ $code -eq 99 ] || cat "$said" >&2
        rm -f "$said"
        [ $code -ne 99 ] || code=0
        exit $code
    fi
    . "$here/../support/kits/tap.sh"
    scratch=$(mktemp -d)
    TASKS_SCARD=$(readlink -f "$1")
    export TASKS_SCARD TASKS_SCRATCH=$scratch
    manual=${2:+$(readlink -f "$2")}
    mkdir "$scratch/bin" "$scratch/home"
    ln -s "$TASKS_SCARD" "$scratch/bin/scard"
    export PATH=$scratch/bin:$PATH HOME=$scratch/home LC_ALL=C.UTF-8 OPENSC_CONF=/dev/null
    unset SCARDSSP_RM SCARDSSP_TRACE SCARDSSP_TIMEOUT SSH_ASKPASS DISPLAY
    hands() { "$self" --hand "$@"; }
    finish() {
        hands remove 0
        hands remove 1
        rm -rf "$scratch"
    }
    trap finish EXIT
fi

service=

# A task, and which cards are in the readers 0 and 1 when it begins: the name of an image, or "-".
task_number=0
task() {
    title=$1 cards=("$2" "$3")
    task_number=$((task_number + 1))
}

# prepare: puts the cards in, and gives the task a folder of its own.
prepare() {
    local reader
    for reader in 0 1; do
        hands remove $reader
        [ "${cards[$reader]}" = - ] || hands insert $reader "${cards[$reader]}"
    done
    rm -rf "$scratch/work"
    mkdir "$scratch/work"
    cd "$scratch/work" || exit 1
    printf 'Mind the gap' > gap
    printf '00A4000C023F00\n00A4000C020002\n00B0000005\n' > commands
    printf '00A4000C023F00 => 9000\n00A4000C020002 => 9000\n00B0000005 => 48656C6C6F 9000\n' > expected
}

# count: commands and keystrokes of the keys on standard input, as "COMMANDS KEYSTROKES".
count() {
    local line commands=0 keys=0
    while IFS= read -r line; do
        case $line in
            '('*) continue ;;
            ^?) keys=$((keys + 1)); continue ;;
            '> '*) line=${line#> } ;;
        esac
        commands=$((commands + 1)) keys=$((keys + ${#line} + 1))
    done
    echo "$commands $keys"
}

# What is typed, for the table: lines with a slash between them.
shown() {
    local line out=
    while IFS= read -r line; do
        case $line in
            '('*) continue ;;
            '> '*) line=${line#> } ;;
        esac
        out="$out${out:+ / }\`${line//|/\\|}\`"
    done
    echo "$out"
}

# side NAME SEEN PATTERN: one of both sides; what is typed is standard input. PATTERN (an extended regular
# expression for each line) is what has to be seen in this order. Result in $row.
side() {
    local name=$1 seen=$2 patterns=$3 keys
    keys=$(cat)
    row="$(shown <<< "$keys") | $(count <<< "$keys" | sed 's/ / | /') | $seen"
    [ -z "$table" ] || return 0
    local program=${keys%% *}
    program=${program%%$'\n'*}
    if ! command -v "$program" > /dev/null; then
        tap_skip "$name: $title" "$program is not installed: scripts/install-deps.sh check"
        return 0
    fi
    prepare
    tap_check "$name: $title" happens "$keys" "$patterns"
}
happens() {
    local pattern line
    [ -z "$service" ] || export PCSCLITE_CSOCK_NAME=$service
    python3 "$here/typist.py" "$self --hand" <<< "$1" > "$scratch/seen" 2>&1 || { echo 'it did not go on'; cat "$scratch/seen"; return 1; }
    exec 3< "$scratch/seen"
    while IFS= read -r pattern; do
        while :; do
            IFS= read -r line <&3 || { echo "not seen: $pattern"; cat "$scratch/seen"; return 1; }
            ! [[ $line =~ $pattern ]] || break
        done
    done <<< "$2"
}

rows=()
ours() {
    side scard "$@"
    our_row=$row
}
theirs() {
    side "$@"
    rows+=("| $task_number. $title | $our_row | $row |")
}
nobody() { # WHY
    rows+=("| $task_number. $title | $our_row | - | - | - | $1 |")
}

task 'See which readers there are' demo -
ours 'number, name, state, ATR' '^0: Virtual PCD 00 00  card present  ATR 3B 8C' <<< 'scard list'
theirs pcsc_scan 'number and name' '^0: Virtual PCD 00 00' <<< 'pcsc_scan -r'

task 'Watch readers and cards come and go' demo -
ours 'a screen: readers, cards by name, users, what happened last' 'Virtual PCD 00 01 *card present *GSM SIM' << 'KEYS'
scard watch
(insert 1 gsm)
^C
KEYS
theirs pcsc_scan 'a growing text with the analysis of each ATR' 'Reader 1: Virtual PCD 00 01
Card inserted
ATR: 3B 08' << 'KEYS'
pcsc_scan
(insert 1 gsm)
^C
KEYS

task 'Wait for a card in any reader' - -
ours 'the readers, as soon as there is a card' '^1: Virtual PCD 00 01 *card present' << 'KEYS'
scard list -w
(insert 1 gsm)
KEYS
theirs opensc-tool 'that it waits; a card that is in already is not seen' 'Waiting for a card' << 'KEYS'
opensc-tool -w -a
(insert 1 gsm)
KEYS

task 'Learn which card that is' demo -
ours 'the name, then each byte of the ATR' 'Demo card' <<< 'scard atr'
theirs pcsc_scan 'each byte of the ATR, then names of the public list' 'TS = 3B
Possibly identified card' << 'KEYS'
pcsc_scan
^C
KEYS

task 'Send one command' demo -
ours 'the command, the answer, the status in words' '^< \[9000: success\]' <<< 'scard apdu 00A4000C023F00'
theirs opensc-tool 'the command, the answer, the status as two bytes' 'SW1=0x90, SW2=0x00' <<< 'opensc-tool -s 00A4000C023F00'

task 'Check a card with a list of commands and what is to come' demo -
ours 'each command; the exit code says whether all was as expected' '^> 00 B0 00 00 05
^< 48 65 6C 6C 6F \[9000' <<< 'scard apdu - < expected'
theirs scriptor 'each command; comparing is left to the eye' '^> 00 B0 00 00 05
^< 48 65 6C 6C 6F 90 00' <<< 'scriptor commands'

task 'Talk to a card, command by command' demo -
ours 'a prompt with history; statuses in words' '9000: success
^< 48 65 6C 6C 6F .* Hello' << 'KEYS'
scard apdu -
> 00A4000C020002
> 00B0000005
^D
KEYS
theirs scriptor 'statuses in words; no history' '^< 90 00
^< 48 65 6C 6C 6F 90 00' << 'KEYS'
scriptor
> 00A4000C020002
> 00B0000005
^D
KEYS

task 'Look around among the files' demo -
ours 'files with kind and size, by name where they have one; Tab completes' 'ls
2F00
cat 0101
00000000' << 'KEYS'
scard shell
> ls
> cd DF01
> cat 0101
> quit
KEYS
theirs opensc-explorer 'the content; no list of files, but of cards that OpenSC knows' 'ls
Unable to receive file listing
cat 0101
^00000000:' << 'KEYS'
opensc-explorer
> ls
> cd DF01
> cat 0101
> quit
KEYS

task 'Bring a file to disk' demo -
ours 'all its bytes, or no file; goes on after a reset' '/0002: 256 bytes, in .hello.' <<< 'scard read /0002 -o hello'
theirs opensc-explorer 'its bytes, as far as they came' '256 bytes read from 0002' << 'KEYS'
opensc-explorer
> get 0002 hello
> quit
KEYS

task 'Bring a file to the card' demo -
ours 'its bytes are there, after a look whether they fit' '/0002: 12 bytes, written' <<< 'scard write /0002 gap'
theirs opensc-explorer 'its bytes are there' 'Total of 12 bytes written' << 'KEYS'
opensc-explorer
> put 0002 gap
> quit
KEYS

task 'Show the card a PIN' demo -
ours 'the PIN is not shown; tries left; no risk of the last one' 'Code 01: verified' << 'KEYS'
scard pin verify
> 1234
KEYS
theirs opensc-explorer 'the PIN is not shown' 'Code correct' << 'KEYS'
opensc-explorer
> verify CHV1
> 1234
> quit
KEYS

task 'See what a program says to its card' demo -
ours 'any program: calls and commands in words, PINs masked' 'list_readers\(\) 2 readers' <<< 'scard trace -- pcsc_scan -r'
theirs pcsc-spy 'calls with their bytes, PINs too; nothing of programs that load the library themselves, as OpenSC' 'SCardListReaders' << 'KEYS'
pcsc-spy > spied &
(await -p ../home/pcsc-spy)
LD_PRELOAD=libpcscspy.so.0 pcsc_scan -r
(await -s spied)
cat spied
KEYS

task 'Run a program without hardware' - -
ours 'the program beside simulated readers with cards' 'Simulated Reader 00' <<< 'scard run --rm sim -- opensc-tool -l'
nobody 'vicc of vsmartcard wants a pcscd, and does not start as Debian has it'

task 'Find out why it does not work' - -
service=/nowhere # for the programs: it does not run
ours 'what is wrong, where one sees it, what to type' '^FAULT
seen:
type:' <<< 'scard doctor'
theirs pcsc_scan 'the name of an error' 'SCardEstablishContext: ' <<< 'pcsc_scan'

service=
task 'Measure a reader and its card' demo -
ours 'round trips, throughput, resets, with plots' 'ROUND TRIP
GET CHALLENGE
cold reset' <<< 'scard bench'
nobody 'none does'

task 'Hold on to a card that is taken out and put back' demo -
ours 'what happened, and that it goes on' 'Watching
Re-attached 1 time' << 'KEYS'
scard reattach --watch -c 1
(swap 0)
KEYS
theirs scriptor 'that the card was removed, and the end' 'Card was removed' << 'KEYS'
scriptor
> 00A4000C020002
(swap 0)
> 00B0000005
KEYS

print_table() {
    echo '| task | with scard | commands | keys | what is seen | with the programs of Debian | commands | keys | what is seen |'
    echo '|---|---|---|---|---|---|---|---|---|'
    printf '%s\n' "${rows[@]}"
}
if [ -n "$table" ]; then
    print_table
    exit
fi
cd /
print_table | sed 's/^/# /'
if [ -n "$manual" ]; then
    print_table > "$scratch/table"
    tap_check 'the table of docs/compared.md is this one' diff <(sed -n '/^| task /,/^$/p' "$manual" | sed '/^$/d') "$scratch/table"
fi
tap_plan
