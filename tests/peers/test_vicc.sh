#!/usr/bin/env bash
# vsmartcard's emulator of a card (vicc) behind a pcscd of its own, and what programs do with it through the
# four interfaces of a card's services:
#   test_vicc.sh SCARD WITH_PCSCD PROGRAM
# SCARD tells when the card has been seen, and introduces it to a card database of this test alone; the cases
# are PROGRAM's (test_vicc.c).
# Skipped, aloud, where vicc or the service cannot be started.
set -u
here=$(dirname "$0")
python=/usr/bin/python3 # the one that Debian's packages of modules are for

skip() {
    echo "1..0 # SKIP $1"
    exit 0
}
if [ -z "${SCARDSSP_VPCD_PORT-}" ]; then
    remedy='scripts/install-deps.sh check (Debian: apt-get install vsmartcard-vpicc python3-pycryptodome)'
    command -v vicc > /dev/null || skip "vicc is not installed: $remedy"
    "$python" -c 'import Cryptodome' 2> /dev/null || skip "PyCryptodome is not installed: $remedy"
    said=$(mktemp)
    trap 'rm -f "$said"' EXIT
    "$2" -- bash "$0" "$@" 2> "$said"
    code=$?
    [ $code -ne 99 ] || skip "$(head -n 1 "$said")"
    cat "$said" >&2
    exit $code
fi

scard=$1 program=$3
scratch=$(mktemp -d)
vicc=
cleanup() {
    if [ -n "$vicc" ]; then
        kill "$vicc" 2> /dev/null
        wait "$vicc" 2> /dev/null
    fi
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 143' INT TERM
# Why the emulator has given up, if it has: it says so at its end.
show_vicc() {
    tail -n 20 "$scratch/vicc" | sed 's/^/# vicc: /'
}

setpriv --pdeathsig KILL "$python" "$here/vicc.py" --port "$SCARDSSP_VPCD_PORT" > "$scratch/vicc" 2>&1 &
vicc=$!
seen=
for _ in $(seq 400); do
    if "$scard" --rm system list 2> /dev/null | grep -q '^0:.*ATR'; then
        seen=yes
        break
    fi
    kill -0 "$vicc" 2> /dev/null || break
    sleep 0.05
done
if [ -z "$seen" ]; then
    show_vicc
    echo 'Bail out! the card of vicc has not appeared in the reader'
    exit 1
fi
# Any card gets this library's provider by one line; from then on programs find it by the card's ATR.
export SCARDSSP_DATABASE_USER=$scratch/user.db SCARDSSP_DATABASE_SYSTEM=$scratch/system.db SCARDSSP_RM=system
if ! "$scard" cards introduce 'Card of vicc' --from 0 --provider iso > "$scratch/introduced" 2>&1; then
    sed 's/^/# /' "$scratch/introduced"
    echo 'Bail out! the card of vicc cannot be introduced'
    exit 1
fi
timeout --kill-after 5 90 "$program"
code=$?
[ $code -eq 0 ] || show_vicc
exit $code
