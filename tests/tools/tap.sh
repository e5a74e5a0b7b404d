# What the scripts that test the tool have in common: runs it, compares exit code, stdout and stderr byte for
# byte, and reports in TAP. Sourced with the script's own arguments: SCARD [MANAGER]
#   SCARD    path of the tool
#   MANAGER  sim (default), or system: a PC/SC service with the demo card in its first reader, see
#            run-system.sh
# shellcheck shell=bash disable=SC2034
set -u
. "$(dirname "${BASH_SOURCE[0]}")/../support/kits/tap.sh"
scard=$1
manager=${2:-sim}
unset SCARDSSP_RM SCARDSSP_TRACE SCARDSSP_TRACE_FILE SCARDSSP_TRACE_RECORD SCARDSSP_TIMEOUT
export LC_ALL=C

# What the readers of each resource manager hold.
usim_atr='3B 9F 96 80 1F C7 80 31 E0 73 FE 21 1B 67 55 53 49 4D 30 30 31 E3'
openpgp_atr='3B 88 80 31 FE 45 00 73 C0 01 C0 05 90 00 65'
piv_atr='3B 8D 80 31 FE 45 80 73 C0 21 C0 57 50 49 56 20 31 2E 30 42'
gsm_atr='3B 08 47 53 4D 31 31 2E 31 31'
app_atr='3B 87 81 31 FE 45 80 31 E0 73 F7 41 DB C3'
sim_atr='3B 8C 80 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9E'
case $manager in
    sim)
        reader='Simulated Reader 00'
        atr=$sim_atr
        atr_words='T=0 and T=1, direct convention, historical bytes 80 31 E0 73 F7 41 DB 54 44 45 4D 4F'
        protocol='T=0' other_protocol=t1 other_protocol_text='T=1'
        ;;
    system) # the virtual reader's driver speaks T=1 where the card offers it
        reader='Virtual PCD 00 00'
        atr='3B 8C 81 31 FE 45 80 31 E0 73 F7 41 DB 54 44 45 4D 4F 9F'
        atr_words='T=1, direct convention, historical bytes 80 31 E0 73 F7 41 DB 54 44 45 4D 4F'
        protocol='T=1' other_protocol=t1 other_protocol_text='T=1'
        ;;
    *)
        echo "Bail out! no resource manager '$manager'"
        exit 1
        ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
on_windows=${SCARD_ON_WINDOWS:-} # the tool is scard.exe, run under Wine
export SCARD_WINE_SAID=$scratch/wine # what Wine says of its own troubles then: scard-on-wine.sh
filter=  # a sed program over what the tool printed: takes out what differs from run to run
input=/dev/null

# Of the run before this: how it ended, all it printed, and what Wine had to say. A difference alone does not
# tell why a program gave up.
all_said() {
    local stream
    [ ! -s "$scratch/code" ] || echo "# it ended with exit code $(cat "$scratch/code")"
    for stream in out err wine; do
        [ -f "$scratch/$stream" ] || continue
        echo "# $stream of the last run, $(wc -c < "$scratch/$stream") bytes:"
        head -n 60 "$scratch/$stream" | sed 's/^/#   /'
    done
}

# One line of TAP for a case of this name: it has failed if there is anything in $scratch/why.
verdict() {
    tap_case "$1" "$(cat "$scratch/why")" || all_said
}

# Text as the tool prints it: nothing, or lines with a newline at the end.
expected() {
    [ -z "$1" ] || printf '%s\n' "$1"
}

# check NAME CODE STDOUT STDERR ARGUMENT...: runs the tool with the arguments.
check() {
    local name=$1 code=$2 out=$3 err=$4 result=0
    shift 4
    "$scard" "$@" < "$input" > "$scratch/out" 2> "$scratch/err"
    result=$?
    echo "$result" > "$scratch/code"
    sed -i -e "$filter" "$scratch/out" "$scratch/err"
    expected "$out" > "$scratch/wanted-out"
    expected "$err" > "$scratch/wanted-err"
    {
        [ "$result" -eq "$code" ] || echo "exit code $result instead of $code"
        diff -u --label expected --label stdout "$scratch/wanted-out" "$scratch/out"
        diff -u --label expected --label stderr "$scratch/wanted-err" "$scratch/err"
    } > "$scratch/why"
    verdict "$name"
}

# on ...: the same on the resource manager under test.
on() {
    local name=$1 code=$2 out=$3 err=$4
    shift 4
    check "$name" "$code" "$out" "$err" --rm "$manager" "$@"
}

# await PATTERN FILE: waits until a program in the background has written it, ten seconds at most.
await() {
    local _
    for _ in $(seq 200); do
        ! grep -q "$1" "$2" 2> /dev/null || return 0
        sleep 0.05
    done
    return 1
}

finish() {
    tap_plan
    exit
}
