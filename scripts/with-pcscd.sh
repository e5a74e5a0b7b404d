#!/usr/bin/env bash
# Runs a command beside a PC/SC service of its own, with a virtual reader and, if asked, a card in it:
#   with-pcscd.sh [--serve SCARD] [--image IMAGE] [--socket] [--] COMMAND [ARGUMENT...]
#   --serve SCARD   the scard tool (path), which serves the card to the first slot: SCARD sim serve
#   --image IMAGE   the card it serves; default: demo
#   --socket        as systemd does it: the service is started by its first client, ends a minute after the
#                   last one has gone, and is started anew by the next (socket-pcscd.py)
# The service lives in a mount namespace, so that neither the machine's own pcscd nor a second run of this
# script meets it, and ends with the command. Without the right to make a namespace (some containers) the real
# /run/pcscd is used, provided nobody else does. COMMAND sees SCARDSSP_VPCD_PORT, the TCP port of the first
# slot, and SCARDSSP_VPCD_CONFIG, the folder with what the service is told of its reader.
# Exit status: that of COMMAND; 99 when the service could not be started, and then stderr says why and what to
# do about it. `make demo` and the install test use it.
set -euo pipefail

give_up() {
    echo "with-pcscd.sh: $*" >&2
    exit 99
}

if [ "${1-}" != --inside ]; then
    self=$(readlink -f "$0")
    command -v unshare setpriv flock >/dev/null || give_up "unshare, setpriv and flock are missing: apt-get install util-linux"
    # The path is fixed in pcsc-lite; only a namespace makes it private.
    if why=$(unshare --mount true 2>&1); then
        exec unshare --mount --propagation private "$self" --inside private "$@"
    elif why=$(unshare --map-root-user --mount true 2>&1); then
        exec unshare --map-root-user --mount --propagation private "$self" --inside private "$@"
    fi
    SCARDSSP_WHY_SHARED=$why exec "$self" --inside shared "$@"
fi
place=$2
shift 2

scard=
image=demo
socket=
while [ $# -gt 0 ]; do
    case $1 in
        --serve) [ $# -gt 1 ] || give_up "--serve wants the path of scard"; scard=$2; shift 2 ;;
        --image) [ $# -gt 1 ] || give_up "--image wants a card: a name that scard sim images lists, or a file"; image=$2; shift 2 ;;
        --socket) socket=1; shift ;;
        --) shift; break ;;
        -*) give_up "there is no option '$1'; the head of $0 lists them" ;;
        *) break ;;
    esac
done
packages="scripts/install-deps.sh system (Debian: apt-get install pcscd vsmartcard-vpcd)"
[ $# -gt 0 ] || give_up "no command given: with-pcscd.sh [--serve SCARD] [--image IMAGE] [--socket] COMMAND [ARGUMENT...]"
[ -z "$scard" ] || [ -x "$scard" ] || give_up "there is no program '$scard': build it first (make), or say where it is"
command -v pcscd >/dev/null || PATH=$PATH:/usr/sbin
[ -x "$(command -v pcscd)" ] || give_up "the PC/SC service (pcscd) is not installed: $packages"
command -v python3 >/dev/null || give_up "python3 is not installed: scripts/install-deps.sh build (Debian: apt-get install python3)"

if [ "$place" = private ]; then
    if mkdir -p /run/pcscd 2>/dev/null; then
        mount -t tmpfs -o mode=755 tmpfs /run/pcscd || give_up "cannot mount a private /run/pcscd: run this as root"
    else
        mount -t tmpfs -o mode=755 tmpfs /run || give_up "cannot mount a private /run: run this as root"
        mkdir /run/pcscd
    fi
else
    shared="no right to make a namespace here (${SCARDSSP_WHY_SHARED-unshare failed}), and"
    remedy="run this as root, in a container with CAP_SYS_ADMIN, or where users may make namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0)"
    mkdir -p /run/pcscd 2>/dev/null && [ -w /run/pcscd ] || give_up "$shared none to write /run/pcscd: $remedy"
    { exec 9>/run/lock/scardssp-pcscd; } 2>/dev/null || exec 9>/tmp/scardssp-pcscd.lock
    flock --wait 600 9 || give_up "$shared another run of this script has had /run/pcscd for ten minutes: wait for its end, or $remedy"
    [ ! -S /run/pcscd/pcscd.comm ] || give_up "$shared the machine's own PC/SC service is running: stop it (systemctl stop pcscd.socket pcscd), or $remedy"
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

# What went wrong is at the end of what a program has said.
show() {
    [ -s "$2" ] || return 0
    echo "with-pcscd.sh: $1 said:" >&2
    tail -n 20 "$2" | sed 's/^/  | /' >&2
}

driver=
for candidate in /usr/lib/pcsc/drivers/serial/libifdvpcd.so /usr/lib/*/pcsc/drivers/serial/libifdvpcd.so; do
    [ ! -e "$candidate" ] || driver=$candidate
done
[ -n "$driver" ] || give_up "the virtual reader's driver (vpcd) is not installed: $packages"

# The driver listens on two ports in a row, one for each slot.
free_ports() {
    python3 - <<'PY'
import random
import socket
import sys

def free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return False
    return True

for _ in range(1000):
    port = random.randrange(20000, 32000, 2)
    if free(port) and free(port + 1):
        print(port)
        sys.exit()
sys.exit("no two free TCP ports in a row from 20000 to 32000")
PY
}

options=
pcscd --help 2>&1 | grep -q -- --disable-polkit && options=--disable-polkit
export SCARDSSP_VPCD_CONFIG=$scratch/reader.conf.d
mkdir "$SCARDSSP_VPCD_CONFIG"
configure() {
    SCARDSSP_VPCD_PORT=$(free_ports) || give_up "no ports for the virtual reader: end a few of the programs that listen there (ss -ltn)"
    export SCARDSSP_VPCD_PORT
    local channel
    channel=$(printf '0x%X' "$SCARDSSP_VPCD_PORT")
    printf 'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:%s\nLIBPATH %s\nCHANNELID %s\n' \
        "$channel" "$driver" "$channel" > "$SCARDSSP_VPCD_CONFIG/vpcd"
}

# Whether the driver has got its ports, by the kernel's list: to connect would be to put a card in.
driver_listens() {
    grep -q ":$(printf '%04X' "$SCARDSSP_VPCD_PORT") 00000000:0000 0A" /proc/net/tcp
}

start_pcscd() {
    configure
    if [ -n "$socket" ]; then
        setpriv --pdeathsig TERM python3 "$(dirname "$0")/socket-pcscd.py" /run/pcscd/pcscd.comm \
            "$(command -v pcscd)" $options --config "$SCARDSSP_VPCD_CONFIG" > "$scratch/pcscd.log" 2>&1 9>&- &
    else
        # The driver's waiting for a card is noisy at the default level.
        setpriv --pdeathsig KILL pcscd --foreground --critical $options --config "$SCARDSSP_VPCD_CONFIG" \
            > "$scratch/pcscd.log" 2>&1 9>&- &
    fi
    pcscd_pid=$!
    local _ late=0
    for _ in $(seq 200); do
        if [ -S /run/pcscd/pcscd.comm ]; then
            [ -z "$socket" ] || return 0
            # It loads its drivers before it listens itself.
            ! driver_listens || return 0
            late=$((late + 1))
            [ $late -lt 40 ] || return 1
        fi
        kill -0 "$pcscd_pid" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}

# Its own words, which --critical has kept to itself.
explain_pcscd() {
    rm -f /run/pcscd/pcscd.comm /run/pcscd/pcscd.pid
    timeout --signal KILL 3 pcscd --foreground --info $options --config "$SCARDSSP_VPCD_CONFIG" > "$scratch/why.log" 2>&1 9>&- || true
    show pcscd "$scratch/why.log"
}

started=
for _ in 1 2 3; do # somebody may take the ports between looking and listening
    if start_pcscd; then
        started=1
        break
    fi
    running=
    ! kill -0 "$pcscd_pid" 2>/dev/null || running=1
    kill "$pcscd_pid" 2>/dev/null || true
    wait "$pcscd_pid" 2>/dev/null || true
    pcscd_pid=
    rm -f /run/pcscd/pcscd.comm /run/pcscd/pcscd.pid
done
if [ -z "$started" ]; then
    show pcscd "$scratch/pcscd.log"
    explain_pcscd
    [ -z "$running" ] || give_up "pcscd runs, but its virtual reader does not listen at port $SCARDSSP_VPCD_PORT: see above; reinstall vsmartcard-vpcd if its driver $driver could not be loaded"
    give_up "pcscd did not start: see above; 'pcscd --foreground --debug' as root says more"
fi

if [ -n "$scard" ]; then
    setpriv --pdeathsig TERM "$scard" sim serve --wait 10 --port "$SCARDSSP_VPCD_PORT" --image "$image" \
        > "$scratch/serve.log" 2>&1 9>&- &
    serve_pid=$!
    # The service looks for cards a few times in a second; the command would come too early without this wait.
    ready=
    for _ in $(seq 400); do
        if "$scard" --rm system list > "$scratch/list.log" 2>&1 && grep -q "ATR" "$scratch/list.log"; then
            ready=1
            break
        fi
        kill -0 "$serve_pid" 2>/dev/null || break
        sleep 0.05
    done
    if [ -z "$ready" ]; then
        show "'scard sim serve'" "$scratch/serve.log"
        show "'scard --rm system list'" "$scratch/list.log"
        show pcscd "$scratch/pcscd.log"
        give_up "the served card did not appear in the reader: see above; an image of your own is checked by '$scard sim check FILE'"
    fi
fi

status=0
"$@" 9>&- || status=$?
exit "$status"
