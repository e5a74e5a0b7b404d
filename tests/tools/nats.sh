# A NATS server of a script's own, and an agent that lends readers over it: for scripts that test readers on
# other machines. Sourced after tap.sh, with $scard and $scratch. shellcheck shell=bash
# The server is a real one, on a free port of the loopback interface; both end with the script.
lenders=()
end_lenders() {
    [ ${#lenders[@]} -eq 0 ] || kill "${lenders[@]}" 2> /dev/null
    wait
    rm -rf "$scratch"
}
trap end_lenders EXIT

# Sets $url. Without a nats-server the whole test is skipped.
start_nats() {
    local program port
    program=$(command -v nats-server || ls /usr/sbin/nats-server 2> /dev/null)
    if [ -z "$program" ]; then
        echo '1..0 # SKIP there is no nats-server (Debian: nats-server)'
        exit 0
    fi
    "$program" -a 127.0.0.1 -p -1 > "$scratch/server" 2>&1 &
    lenders+=($!)
    await 'Server is ready' "$scratch/server"
    port=$(sed -n 's/.*Listening for client connections on 127\.0\.0\.1:\([0-9]*\).*/\1/p' "$scratch/server")
    url=nats://127.0.0.1:$port
}

# lend MANAGER ARGUMENT...: the agent `scard share` with these; its process in $agent, what it tells in
# $scratch/events, what it complains of in $scratch/complaints.
lend() {
    local over=$1
    shift
    "$scard" --rm "$over" share "$@" "$url" > "$scratch/events" 2> "$scratch/complaints" &
    agent=$!
    lenders+=("$agent")
}
