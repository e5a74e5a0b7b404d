#!/usr/bin/env bash
# Runs a command beside a PC/SC service of its own, with a virtual reader and, if asked, a card in it:
#   with-pcscd.sh [--serve SCARD] [--image IMAGE] [--] COMMAND [ARGUMENT...]
#   --serve SCARD   the scard tool (path), which serves the card to the first slot: SCARD sim serve
#   --image IMAGE   the card it serves; default: demo
# The service lives in a mount namespace, so that neither the machine's own pcscd nor a second run of this script
# meets it, and ends with the command. Without the right to make a namespace (some containers) the real
# /run/pcscd is used, provided nobody else does. COMMAND sees SCARDSSP_VPCD_PORT, the TCP port of the first slot.
# Exit status: that of COMMAND; 99 when the service could not be started. `make demo` and the install test use it.
set -euo pipefail

give_up() {
    echo "with-pcscd.sh: $*" >&2
    exit 99
}

if [ "${1-}" != --inside ]; then
    self=$(readlink -f "$0")
    # The path is fixed in pcsc-lite; only a namespace makes it private.
    if unshare --mount true 2>/dev/null; then
        exec unshare --mount --propagation private "$self" --inside private "$@"
    elif unshare --map-root-user --mount true 2>/dev/null; then
        exec unshare --map-root-user --mount --propagation private "$self" --inside private "$@"
    fi
    exec "$self" --inside shared "$@"
fi
place=$2
shift 2

scard=
image=demo
while [ $# -gt 0 ]; do
    case $1 in
        --serve) scard=$2; shift 2 ;;
        --image) image=$2; shift 2 ;;
        --) shift; break ;;
        *) break ;;
    esac
done
[ $# -gt 0 ] || give_up "no command given"
command -v pcscd >/dev/null || PATH=$PATH:/usr/sbin
command -v pcscd >/dev/null || give_up "pcscd is not installed (scripts/install-deps.sh system)"

if [ "$place" = private ]; then
    if mkdir -p /run/pcscd 2>/dev/null; then
        mount -t tmpfs -o mode=755 tmpfs /run/pcscd || give_up "cannot mount a private /run/pcscd"
    else
        mount -t tmpfs -o mode=755 tmpfs /run || give_up "cannot mount a private /run"
        mkdir /run/pcscd
    fi
else
    mkdir -p /run/pcscd 2>/dev/null || give_up "no right to make a namespace nor /run/pcscd"
    exec 9>/run/lock/scardssp-pcscd 2>/dev/null || exec 9>/tmp/scardssp-pcscd.lock
    flock 9
    [ ! -S /run/pcscd/pcscd.comm ] || give_up "a PC/SC service is running here; stop it first"
fi

scratch=$(mktemp -d)
pcscd_pid=
serve_pid=
finish() {
    local pid
    for pid in $serve_pid $pcscd_pid; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

driver=
for candidate in /usr/lib/pcsc/drivers/serial/libifdvpcd.so /usr/lib/*/pcsc/drivers/serial/libifdvpcd.so; do
    [ ! -e "$candidate" ] || driver=$candidate
done
[ -n "$driver" ] || give_up "the virtual reader's driver is not installed (scripts/install-deps.sh system)"

# The driver listens on two ports in a row, one for each slot.
free_ports() {
    python3 - <<'PY'
import random
import socket

def free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True

while True:
    port = random.randrange(20000, 32000, 2)
    if free(port) and free(port + 1):
        print(port)
        break
PY
}

options=
pcscd --help 2>&1 | grep -q -- --disable-polkit && options=--disable-polkit
mkdir "$scratch/reader.conf.d"
start_pcscd() {
    SCARDSSP_VPCD_PORT=$(free_ports)
    export SCARDSSP_VPCD_PORT
    local channel
    channel=$(printf '0x%X' "$SCARDSSP_VPCD_PORT")
    printf 'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:%s\nLIBPATH %s\nCHANNELID %s\n' \
        "$channel" "$driver" "$channel" > "$scratch/reader.conf.d/vpcd"
    # The driver's waiting for a card is noisy at the default level.
    setpriv --pdeathsig KILL pcscd --foreground --critical $options --config "$scratch/reader.conf.d" \
        > "$scratch/pcscd.log" 2>&1 9>&- &
    pcscd_pid=$!
    local _
    for _ in $(seq 200); do
        [ ! -S /run/pcscd/pcscd.comm ] || return 0
        kill -0 "$pcscd_pid" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}
if ! start_pcscd; then
    cat "$scratch/pcscd.log" >&2
    give_up "pcscd did not start"
fi

if [ -n "$scard" ]; then
    setpriv --pdeathsig TERM "$scard" sim serve --wait 10 --port "$SCARDSSP_VPCD_PORT" --image "$image" \
        > "$scratch/serve.log" 2>&1 9>&- &
    serve_pid=$!
    # The service looks for cards a few times in a second; the command would come too early without this wait.
    ready=
    for _ in $(seq 200); do
        if "$scard" --rm system list 2>/dev/null | grep -q "ATR"; then
            ready=1
            break
        fi
        kill -0 "$serve_pid" 2>/dev/null || break
        sleep 0.05
    done
    if [ -z "$ready" ]; then
        cat "$scratch/serve.log" >&2
        give_up "the served card did not appear in the reader"
    fi
fi

status=0
"$@" 9>&- || status=$?
exit "$status"
