#!/usr/bin/env bash
# vsmartcard's emulator of a card (vicc) at a virtual reader of our own, without any service, and what
# programs do with it through the four interfaces of a card's services:
#   test_vicc_vpcd.sh knocks|listens SCARD PROGRAM
# says who connects: vicc to us, or we to it. SCARD introduces the card to a card database of this test alone;
# the cases are PROGRAM's (test_vicc.c), which has the reader.
# Skipped, aloud, where vicc cannot be started.
set -u
here=$(dirname "$0")
python=/usr/bin/python3 # the one that Debian's packages of modules are for
how=$1 scard=$2 program=$3

skip() {
    echo "1..0 # SKIP $1"
    exit 0
}
remedy='scripts/install-deps.sh check (Debian: apt-get install vsmartcard-vpicc python3-pycryptodome)'
command -v vicc > /dev/null || skip "vicc is not installed: $remedy"
"$python" -c 'import Cryptodome' 2> /dev/null || skip "PyCryptodome is not installed: $remedy"

scratch=$(mktemp -d)
running=
cleanup() {
    for process in $running; do
        kill "$process" 2> /dev/null
        wait "$process" 2> /dev/null
    done
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 143' INT TERM
free_port() {
    "$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# The ATR of its card of ISO/IEC 7816-4: nobody has the card before PROGRAM does.
export SCARDSSP_DATABASE_USER=$scratch/user.db SCARDSSP_DATABASE_SYSTEM=$scratch/system.db
if ! "$scard" cards introduce 'Card of vicc' --atr 3B951381018073FF01000B --provider iso > "$scratch/introduced" 2>&1; then
    sed 's/^/# /' "$scratch/introduced"
    echo 'Bail out! the card of vicc cannot be introduced'
    exit 1
fi
port=$(free_port)
case $how in
knocks) place=$port vicc_does=(--hostname 127.0.0.1) ;;
listens) place=connect:127.0.0.1:$port vicc_does=(--reversed) ;;
esac
SCARDSSP_RM=vpcd:$place timeout --kill-after 5 90 "$program" &
program=$!
running=$program
vicc=
# It ends where nobody listens yet.
while kill -0 "$program" 2> /dev/null; do
    if [ -z "$vicc" ] || ! kill -0 "$vicc" 2> /dev/null; then
        setpriv --pdeathsig KILL "$python" "$here/vicc.py" "${vicc_does[@]}" --port "$port" > "$scratch/vicc" 2>&1 &
        vicc=$!
        running="$program $vicc"
    fi
    sleep 0.1
done
wait "$program"
code=$?
running=$vicc
[ $code -eq 0 ] || tail -n 20 "$scratch/vicc" | sed 's/^/# vicc: /'
exit $code
