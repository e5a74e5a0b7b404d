#!/usr/bin/env bash
# scard sim serve and a pcscd that is started by its socket, as Debian's units have it, and why a card cannot
# be served:
#   test_serve_pcscd.sh SCARD WITH_PCSCD SHORT_ALARM
# SHORT_ALARM (short_alarm.c) makes the minute after which an unused pcscd ends a second.
set -u
if [ -z "${SCARDSSP_VPCD_PORT-}" ]; then
    said=$(mktemp)
    trap 'rm -f "$said"' EXIT
    PCSCD_PRELOAD=$3 "$2" --socket -- bash "$0" "$@" 2> "$said"
    code=$?
    if [ $code -eq 99 ]; then
        echo "1..0 # SKIP $(head -n 1 "$said")"
        exit 0
    fi
    cat "$said" >&2
    exit $code
fi
set -- "$1" system
. "$(dirname "$0")/../tap.sh"
here=$(dirname "$0")
port=$SCARDSSP_VPCD_PORT
strangers=
serving=

cleanup() {
    [ -z "$serving" ] || kill -KILL "$serving" 2> /dev/null
    [ -z "$strangers" ] || kill "$strangers" 2> /dev/null
    rm -rf "$scratch"
}
trap cleanup EXIT

serve() {
    : > "$scratch/serve"
    "$scard" sim serve --port "$port" "$@" > "$scratch/serve" 2>&1 &
    serving=$!
}
# unserve [SIGNAL]: ends it, ten seconds at most; what is wrong with that goes to stdout.
unserve() {
    local _ code
    kill "-${1-INT}" "$serving"
    for _ in $(seq 200); do
        kill -0 "$serving" 2> /dev/null || break
        sleep 0.05
    done
    ! kill -0 "$serving" 2> /dev/null || { echo 'serve does not end'; kill -KILL "$serving"; }
    wait "$serving"
    code=$?
    serving=
    [ $code -eq 0 ] || echo "serve: exit code $code"
}
service() { tr -d '\0' 2> /dev/null < /run/pcscd/pcscd.pid; } # the number of the one there is; the file stays behind a killed one
is_gone() { ! kill -0 "$1" 2> /dev/null || [ "$(cut -d ' ' -f 3 "/proc/$1/stat" 2> /dev/null)" = Z ]; }
has_no_client() {
    ! find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' 2> /dev/null | tr -dc '0-9\n' |
        grep -q -x -F -f <(awk '$6 == "03" && $8 ~ /pcscd.comm$/ { print $7 }' /proc/net/unix)
}
# eventually COMMAND...: waits until it holds, ten seconds at most.
eventually() {
    local _
    for _ in $(seq 200); do
        ! "$@" || return 0
        sleep 0.05
    done
    return 1
}
lists_card() { "$scard" --rm system list 2> /dev/null | grep -q "Virtual PCD 00 00 .*ATR 3B"; }
said_times() { [ "$(grep -c "^The card 'demo' is.* in the virtual reader" "$scratch/serve")" -eq "$1" ]; }

# Nobody has started the service: serve does.
{
    [ -z "$(service)" ] || echo 'it runs already'
    serve
    eventually said_times 1 || cat "$scratch/serve"
    eventually lists_card || "$scard" --rm system list
} > "$scratch/why" 2>&1
verdict 'a service that waits for its first client is woken'
first=$(service)

# Its clients of above have gone; ours keeps it up, longer than it would stay.
{
    sleep 4
    ! has_no_client "$first" || echo 'nobody is a client of it'
    ! is_gone "$first" || echo 'the service has ended'
    said_times 1 || cat "$scratch/serve"
    lists_card || "$scard" --rm system list
    [ "$(service)" = "$first" ] || echo "it is another one: $(service) after $first"
} > "$scratch/why" 2>&1
verdict 'the service stays as long as the card is served'

# A restart: the service is killed, and comes again because we ask for it.
{
    kill -KILL "$first"
    eventually said_times 2 || cat "$scratch/serve"
    grep -q "is back in the virtual reader at 127.0.0.1:$port" "$scratch/serve" || cat "$scratch/serve"
    eventually lists_card || "$scard" --rm system list
    [ "$(service)" != "$first" ] || echo 'it is the same one'
} > "$scratch/why" 2>&1
verdict 'a service that was killed is woken, and gets the card again'

# As systemctl restart ends it.
second=$(service)
{
    kill -TERM "$second"
    eventually said_times 3 || cat "$scratch/serve"
    eventually lists_card || "$scard" --rm system list
} > "$scratch/why" 2>&1
verdict 'a service that was ended is woken, and gets the card again'

# It ends as for want of clients, in spite of us: what is left of its minute may ring while we connect. (pcscd
# may see that only when the next client comes.)
fourth_time() { lists_card; said_times 4; }
{
    kill -ALRM "$(service)"
    eventually fourth_time || cat "$scratch/serve"
    eventually lists_card || "$scard" --rm system list
} > "$scratch/why" 2>&1
verdict 'a service that ends for want of clients is woken, and gets the card again'

# Another card for the slot is told so; and has it when it waits.
busy=$("$scard" sim serve --port "$port" 2>&1)
code=$?
{
    [ $code -eq 1 ] || echo "exit code $code"
    case $busy in
        "scard: cannot serve the card: SCARD_E_SHARING_VIOLATION (0x8010000B): 127.0.0.1:$port: another card is in this slot; end "*) ;;
        *) echo "$busy" ;;
    esac
} > "$scratch/why"
verdict 'another card is in the slot'
"$scard" sim serve --port "$port" --image gsm --wait 60 > "$scratch/next" 2>&1 &
next=$!
sleep 1.5
{
    unserve
    eventually grep -q "^The card 'gsm' is in the virtual reader" "$scratch/next" || cat "$scratch/next"
    kill -INT "$next"
    wait "$next" || echo "exit code $?"
} > "$scratch/why" 2>&1
verdict 'a card that waits gets the slot when it is free'

# Nobody keeps the service up now: no connection to it is left, and it goes. (Where pcscd misses its own alarm
# it stays until the next client comes, and is ended here.)
last=$(service)
{ is_gone "$last" || eventually has_no_client "$last" || echo "$last still has a client"; } > "$scratch/why"
verdict 'nobody is a client of the service when nobody serves'
# Who serves while it is ending meets a service that hangs up.
eventually is_gone "$last" || { kill -TERM "$last"; eventually is_gone "$last"; } || { kill -KILL "$last"; eventually is_gone "$last"; }

# The service hangs: Ctrl-C is heard all the same.
{
    serve
    eventually said_times 1 || cat "$scratch/serve"
    stopped=$(service)
    kill -STOP "$stopped"
    start=$SECONDS
    unserve
    [ $((SECONDS - start)) -lt 5 ] || echo "took $((SECONDS - start)) s"
    "$scard" sim serve --port 1 > "$scratch/hung" 2>&1 &
    serving=$!
    sleep 1
    start=$SECONDS
    unserve
    [ $((SECONDS - start)) -lt 5 ] || echo "took $((SECONDS - start)) s"
    grep -qx 'Stopped before a reader answered.' "$scratch/hung" || cat "$scratch/hung"
    kill -KILL "$stopped"
} > "$scratch/why" 2>&1
verdict 'Ctrl-C while the service hangs'

# refused NAME CODE TEXT ARGUMENT...: a refusal that begins so.
refused() {
    local name=$1 code=$2 text=$3 result
    shift 3
    timeout 60 "$scard" sim serve "$@" > "$scratch/out" 2> "$scratch/err"
    result=$?
    {
        [ "$result" -eq 1 ] || echo "exit code $result"
        [ ! -s "$scratch/out" ] || cat "$scratch/out"
        case $(cat "$scratch/err") in
            "scard: cannot serve the card: $code: 127.0.0.1:$text"*) ;;
            *) echo "expected: $code: 127.0.0.1:$text..."; cat "$scratch/err" ;;
        esac
    } > "$scratch/why"
    verdict "$name"
}
unavailable='SCARD_E_READER_UNAVAILABLE (0x80100017)'
refused 'a port that the driver does not have' "$unavailable" \
    '1: nobody listens there, though the PC/SC service has a virtual reader: its driver has another port, DEVICENAME in ' \
    --port 1

# Others at the port.
ports=$(python3 -c 'import socket
listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(3)]
print(*(listener.getsockname()[1] for listener in listeners))')
read -r banner silent rude <<< "$ports"
python3 "$here/strangers.py" "$banner" "$silent" "$rude" > "$scratch/strangers" 2>&1 &
strangers=$!
await ready "$scratch/strangers"
refused 'a server of something else at the port' "$unavailable" \
    "$banner: what listens there is no vpcd driver; ss -ltnp 'sport = :$banner' names the program" --port "$banner"
refused 'somebody silent at the port' "$unavailable" \
    "$silent: somebody takes the connection and asks for no card: it is no vpcd driver, the service hangs; ss -ltnp" \
    --port "$silent"
refused 'somebody who hangs up' "$unavailable" \
    "$rude: somebody takes the connection and hangs up without a look at the card: it is no vpcd driver" --port "$rude"

# A service that has no driver; then a socket at which nobody answers, and one whose other end hangs up on
# what it is told, as pcscd does with whom polkit refuses.
last=$(service)
[ -z "$last" ] || is_gone "$last" || kill -TERM "$last" # by itself it may take its time
eventually is_gone "$last"
rm "$SCARDSSP_VPCD_CONFIG/vpcd"
refused 'a service without the driver' "$unavailable" \
    "$port: nobody listens there: the PC/SC service runs without the driver vpcd, which is installed; restart" --port "$port"
export PCSCLITE_CSOCK_NAME=$scratch/pcscd.comm
refused 'no service' 'SCARD_E_NO_SERVICE (0x8010001D)' \
    "$port: nobody listens there: the PC/SC service does not run, and nothing starts it when it is needed; systemctl " \
    --port "$port"
# As pcscd does: the client has sent all of its first message, a header and three numbers, before it is hung
# up on. A later library sends the two apart, and takes an end in between for no service.
python3 -c 'import socket, sys, time
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
print("ready", flush=True)
while True:
    guest = listener.accept()[0]
    patience = time.monotonic() + 5
    while 0 < len(guest.recv(64, socket.MSG_PEEK)) < 20 and time.monotonic() < patience:
        time.sleep(0.01)
    guest.close()' "$PCSCLITE_CSOCK_NAME" > "$scratch/door" 2>&1 &
door=$!
await ready "$scratch/door"
refused 'a service that refuses this user' 'SCARD_W_SECURITY_VIOLATION (0x8010006A)' \
    "$port: nobody listens there: perhaps the PC/SC service has no driver vpcd (package vsmartcard-vpcd), but it does not " \
    --port "$port"
{ grep -q polkit "$scratch/err" && grep -q '200 clients' "$scratch/err" || cat "$scratch/err"; } > "$scratch/why"
verdict 'which names polkit and the limit of clients'
kill "$door"
finish
