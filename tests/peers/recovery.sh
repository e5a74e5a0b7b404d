#!/usr/bin/env bash
# The same faults on SCardReconnect, pyscard and OpenSC, beside what ReAttach makes of them: what each
# returns, whether it goes on, and how long that takes. On demand, as root: tests/peers/recovery.sh BUILD_DIR.
# The numbers of docs/recovery.md are from here.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$(realpath "${1:?the build directory}")
if [ "${2-}" != --inside ]; then
    exec scripts/with-pcscd.sh -- "$0" "$build" --inside
fi
scratch=$(mktemp -d)
served= client=
end() {
    [ -z "$client" ] || kill "$client" 2>/dev/null || true
    [ -z "$served" ] || kill "$served" 2>/dev/null || true
    rm -rf "$scratch"
}
trap end EXIT
trap '' PIPE
cc -O2 $(pkg-config --cflags libpcsclite) tests/peers/recovery_raw.c -o "$scratch/raw" $(pkg-config --libs libpcsclite)
mkfifo "$scratch/in"

put_in() {
    "$build/tools/scard/scard" sim serve --wait 20 --port "$SCARDSSP_VPCD_PORT" > "$scratch/serve" 2>&1 &
    served=$!
    for _ in $(seq 200); do
        "$scratch/raw" < /dev/null | grep -q '^ready 0x00000000' && return
        sleep 0.1
    done
    echo 'the card does not come up:'; cat "$scratch/serve"; exit 1
}
take_out() {
    kill "$served"; wait "$served" 2>/dev/null || true
    served=
    sleep 1.5 # pcscd looks for it every 400 ms
}

# The faults, and what mends them before the program goes on.
fault_reset() { "$scratch/raw" reset; }
fault_pulled() { take_out; }
fault_back() { take_out; put_in; }
fault_frozen() {
    local daemon
    daemon=$(tr -cd 0-9 < /run/pcscd/pcscd.pid)
    kill -STOP "$daemon"
    (sleep 3; kill -CONT "$daemon") &
}

# Waits until the program has said so.
await() {
    for _ in $(seq 300); do
        grep -q "$1" "$scratch/out" && return
        sleep 0.1
    done
    echo "  (nothing in half a minute)"
}

# One fault on one program, which is started for it.
meet() {
    local fault=$1 name=$2
    shift 2
    [ -n "$served" ] || put_in
    : > "$scratch/out"
    "$@" < "$scratch/in" >> "$scratch/out" 2>&1 &
    client=$!
    exec 3> "$scratch/in"
    await "$ready"
    : > "$scratch/out"
    "fault_$fault" || true
    printf '%s\n' "$line" >&3 || true
    await "$done_word"
    echo "$name:"
    grep -v -e '^done' -e '^OpenSC' "$scratch/out" | head -8 || true
    exec 3>&-
    kill "$client" 2>/dev/null || true
    wait "$client" 2>/dev/null || true
    client=
}

for fault in reset pulled back frozen; do
    case $fault in
    reset) echo '== another program resets the card' ;;
    pulled) echo '== the card is pulled' ;;
    back) echo '== the card is pulled and put back' ;;
    frozen) echo '== the service is stopped by a signal, for three seconds' ;;
    esac
    ready='^ready' line=go done_word='^done'
    meet $fault 'SCardReconnect' "$scratch/raw"
    meet $fault 'pyscard' /usr/bin/python3 tests/peers/recovery_pyscard.py
    ready='OpenSC' line='apdu 0084000008' done_word='SW\|unable\|rror\|failed'
    meet $fault 'opensc-explorer' stdbuf -oL opensc-explorer
done
echo '== ReAttach: all rows, on this pcscd and elsewhere'
(cd "$build" && tests/objects/test_objects_recovery_table pcscd 2>&1) | grep '^#'
