# Two virtual readers that a program has in its own process, and a card in the first of them: what the
# scripts of this folder that test others' programs have in common. Sourced behind tap.sh, whose $scratch and
# $scard it uses.
# shellcheck shell=bash disable=SC2034
served=
trap 'take; rm -rf "$scratch"' EXIT
trap 'exit 143' INT TERM

# virtual vpcd|ifd: readers of our own, or those of vsmartcard's driver without pcscd. $over is what a program
# is run over, $first and $second what the readers are called, $port is the first one's, the second one's is
# one higher. Ends the script, skipped aloud, where the driver is not installed.
virtual() {
    local driver='' candidate
    port=$(free_ports)
    if [ "$1" = vpcd ]; then
        over=vpcd:$port-$((port + 1)) first="Virtual Reader $port" second="Virtual Reader $((port + 1))"
        return
    fi
    for candidate in /usr/lib/pcsc/drivers/serial/libifdvpcd.so /usr/lib/*/pcsc/drivers/serial/libifdvpcd.so; do
        [ ! -e "$candidate" ] || driver=$candidate
    done
    if [ -z "$driver" ]; then
        echo '1..0 # SKIP the driver vpcd is not installed: scripts/install-deps.sh system (Debian: apt-get install vsmartcard-vpcd)'
        exit 0
    fi
    over=ifd:$driver:/dev/null:0x$(printf %X "$port") first='ifdvpcd 00 00' second='ifdvpcd 00 01'
}

# Two ports in a row, one for each reader.
free_ports() {
    python3 - <<'PY'
import random, socket
while True:
    port = random.randrange(20000, 32000, 2)
    try:
        for each in (port, port + 1):
            with socket.socket() as probe:
                probe.bind(("", each))
        break
    except OSError:
        continue
print(port)
PY
}

# put IMAGE: from now on there is such a card for the first reader, of one program after the other.
put() {
    setpriv --pdeathsig TERM "$scard" sim serve --port "$port" --image "$1" --wait 300 > "$scratch/serve" 2>&1 &
    served=$!
}
take() {
    [ -n "$served" ] || return 0
    kill "$served" && wait "$served" || true
    served=
}
