#!/usr/bin/env bash
# examples/remote/lend.c lends readers over a real NATS server, tells what happens, and says who uses them:
# test_lend.sh SCARD MANAGER PROGRAM.
. "$(dirname "$0")/../tools/tap.sh"
. "$(dirname "$0")/../tools/nats.sh"
program=$3
start_nats

mkfifo "$scratch/end" "$scratch/commands"
SCARDSSP_RM=sim "$program" "$url" < "$scratch/end" > "$scratch/told" 2>&1 &
lender=$!
lenders+=("$lender")
exec 7> "$scratch/end"
tap_check 'the readers are lent' await '^lent: Simulated Reader 02' "$scratch/told"
tap_check 'nobody uses them' diff <("$program" "$url" lend 2>&1) - <<< '0 sessions'

# The card in the first one is held by another program, for as long as that has something to read.
"$scard" --rm "$url" apdu -r 0 - < "$scratch/commands" > "$scratch/answers" 2>&1 &
holder=$!
lenders+=("$holder")
exec 8> "$scratch/commands"
echo 00A4000C020002 >&8
tap_check 'a card is used' await 9000 "$scratch/answers"
tap_check 'which is told' await '^used: Simulated Reader 00' "$scratch/told"
"$program" "$url" lend > "$scratch/who" 2>&1
tap_check 'by whom is said' grep -q "process $holder .*: Simulated Reader 00, heard of [0-9]* ms ago" "$scratch/who"
tap_check 'and how many there are' grep -q -x '1 sessions' "$scratch/who"
exec 8>&-
wait "$holder"
tap_check 'it has ended' await '^closed: ' "$scratch/told"

exec 7>&-
code=0
wait "$lender" || code=$?
tap_check 'the program ends with its input' test "$code" -eq 0
scard=$program
check 'nobody lends any more' 1 '' 'lend: SCARD_E_UNKNOWN_READER: no agent of the name "lend" answers' "$url" lend
check 'too little is said' 2 '' 'usage: lend SERVER [AGENT]'
finish
